import re
from dataclasses import replace

import duckdb
import numpy as np
import pyarrow as pa
import pytest
import sqlglot
from sqlglot import exp

from clustering import ClusterSpec, FeatureSpec, read_table
from clustering.errors import InvalidSetting
from clustering.features import ColumnSpec, RowFilter
from clustering.features.outliers import Limits, Outside
from clustering.methods import METHODS
from clustering.placing import Halving, MostProbable, Rule, nearest
from clustering.recipe import Recipe, apply_recipe
from clustering.recipe.sql import DIALECTS, to_sql
from clustering.recipe.sql.cells import Cells, Stored
from clustering.recipe.sql.parts import Writer
from clustering.recipe.sql.write import MOST_TERMS, checked_query
from tests.recipe_cases import (
    PREPARED,
    SAMPLES,
    Case,
    between_two_centers,
    by_method,
    by_rule,
    frozen,
    hostile,
    sample,
    special,
    with_points,
)

# What the library does not translate.
SQL_SERVERS = {
    "DATEDIFF_BIG(MICROSECOND,": "DATE_DIFF('MICROSECOND',",
    "COLLATE Latin1_General_100_BIN2": "COLLATE C",
    "INNER JOIN LATERAL": "CROSS JOIN LATERAL",
}


def in_duckdb(case: Case, query: str = "") -> pa.Table:
    """What the query gives, in the order of the file."""
    with duckdb.connect() as connection:
        rows = pa.Table.from_pandas(case.table.frame, preserve_index=False)
        rows = rows.append_column("row of the file", pa.array(range(case.table.n_rows)))
        connection.register("rows", rows)
        connection.sql('CREATE TABLE customers AS SELECT * FROM "rows"')
        found = connection.sql(query or to_sql(case.recipe, "duckdb"))
        return found.to_arrow_table().sort_by("row of the file")


def segments(found: pa.Table, column: str = "segment") -> np.ndarray:
    return found[column].fill_null(0).to_numpy()


@pytest.mark.parametrize("name", SAMPLES)
def test_all_rows_of_a_sample_get_their_segments(name):
    case = sample(name)
    assert np.array_equal(segments(in_duckdb(case)), case.segments)


@pytest.mark.parametrize("name", PREPARED)
def test_every_way_of_preparing_is_said(name):
    case = special(name)
    assert np.array_equal(segments(in_duckdb(case)), case.segments)


@pytest.mark.parametrize("name", METHODS)
def test_every_method_is_said(name):
    case = by_method(name)
    assert np.array_equal(segments(in_duckdb(case)), case.segments)


def test_who_is_far_outside_in_all_columns_together_has_no_segment_unless_the_weight_is_0():
    assert np.flatnonzero(segments(in_duckdb(special("far in all columns together, aside"))) == 0).tolist() == [99]


def test_where_nothing_can_be_far_outside_everybody_has_a_segment():
    case = special("far aside")
    recipe = replace(case.recipe, outside=replace(case.recipe.outside, limits=(), apart=None))
    assert (case.segments == 0).any()
    assert segments(in_duckdb(case, to_sql(recipe, "duckdb"))).all()


def test_hostile_names_come_out_intact():
    case = hostile()
    found = in_duckdb(case)
    assert np.array_equal(segments(found, "segment_2"), case.segments)  # the file has a column of that name
    assert set(found["segment_name"].to_pylist()) == set(case.recipe.names)
    assert found.column_names[:-3] == [column.name for column in case.table.columns]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_hostile_names_are_read_back_in_every_dialect(dialect):
    case = hostile()
    query = sqlglot.parse_one(to_sql(case.recipe, dialect), read=dialect)
    columns = {column.name for column in query.find_all(exp.Column) if column.args["this"].args.get("quoted")}
    assert columns == {column.name for column in case.table.columns}
    texts = {one.name for one in query.find_all(exp.Literal, exp.National) if not one.is_number}
    assert set(case.recipe.names) <= texts


@pytest.mark.parametrize("dialect", DIALECTS)
def test_above_the_query_stands_nothing_but_comments(dialect):
    head, _ = re.split(r"\n(?=WITH|SELECT)", to_sql(hostile().recipe, dialect), maxsplit=1)
    assert all(line.startswith("--") for line in head.split("\n"))
    assert ("NOT TESTED" in head) == (dialect not in ("duckdb", "postgres"))


def head_of(dialect: str, *names: str) -> str:
    """What stands above the query of customers with these columns."""
    rows = (",".join(str(i * j) for j, _ in enumerate(names, 1)) for i in range(4))
    rule = nearest(np.arange(2 * len(names)).reshape(2, -1))
    return to_sql(by_rule("\n".join([",".join(names), *rows]).encode(), rule).recipe, dialect).split("\n\n")[0]


@pytest.mark.parametrize(
    ("dialect", "name", "told"),
    [
        ("postgres", "ü" * 32, "63 bytes. It cuts the others, here and in the table alike. These are longer:"),
        ("postgres", "a" * 63, ""),
        ("redshift", "ü" * 64, "127 bytes. Shorten the others. These are longer:"),
        ("tsql", "a" * 129, "128 characters. Shorten the others. These are longer:"),
        ("tsql", "ü" * 128, ""),
        ("bigquery", "a" * 301, "300 characters. Shorten the others. These are longer:"),
        ("snowflake", "a" * 256, "255 characters. Shorten the others. These are longer:"),
        ("duckdb", "a" * 1000, ""),
    ],
)
def test_it_is_said_which_names_are_too_long_for_the_warehouse(dialect, name, told):
    head = head_of(dialect, name, "x")
    assert told in head
    assert ("takes names of up to" in head) == bool(told)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_it_is_said_which_columns_the_warehouse_would_take_for_one(dialect):
    told = 'differ in capitals alone: "Twins", "tWINS".' in head_of(dialect, "Twins", "tWINS")
    assert told == (dialect not in ("postgres", "snowflake"))
    assert "in capitals alone" not in head_of(dialect, "Twins", "x")


@pytest.mark.parametrize(
    ("dialect", "needed"),
    [
        ("spark", "Spark 4 or Databricks"),
        ("redshift", "a Redshift of 2025"),
        ("tsql", "SQL Server 2022"),
        ("duckdb", ""),
    ],
)
def test_it_is_said_what_the_warehouse_needs(dialect, needed):
    head = head_of(dialect, "x", "y")
    assert (f"-- Needs {needed}" in head) == bool(needed)
    assert head.startswith("-- The segment of every customer, as Cluster Explorer found them")


def test_who_lies_between_two_centers_gets_the_segment_that_rounding_gives():
    case = between_two_centers()
    assert np.bincount(case.segments)[1:].min() > 50  # else nothing hangs on the order of the sums
    assert np.array_equal(segments(in_duckdb(case)), case.segments)


def test_of_two_equally_near_points_the_lower_segment_is_taken():
    points = np.array([[10.0, 0.0], [0.0, 0.0]])  # (5, 0) is 5 from both
    case = by_rule(b"x,y\n5,0\n5,7\n6,1\n", nearest(points, np.array([1, 0])))
    assert segments(in_duckdb(case)).tolist() == [1, 1, 2]


def test_beyond_the_reach_of_its_segment_a_row_has_none():
    rule = nearest(np.array([[0.0, 0.0], [10.0, 0.0]]), reach=np.array([2.0, np.inf]))
    case = by_rule(b"x,y\n2,0\n0,2.5\n90,1\n", rule)
    found = in_duckdb(case)
    assert segments(found).tolist() == [1, 0, 2]
    assert found["segment_name"].to_pylist() == ["Segment 1", None, "Segment 2"]


def test_what_is_no_number_counts_as_missing():
    case = by_rule(
        b"x,y\n1,1\n2,2\n9,9\n", nearest(np.array([[1.0, 1.0], [2.0, 2.0], [9.0, 9.0]]))
    )  # the medians: 2, 2
    with duckdb.connect() as connection:
        connection.sql("CREATE TABLE customers (x DOUBLE, y DOUBLE)")
        connection.sql("INSERT INTO customers VALUES ('NaN', 'inf'), (NULL, '-inf'), (9, 8), (1, 1e300)")
        found = connection.sql(to_sql(case.recipe, "duckdb")).fetchall()
    assert [row[2] for row in found] == [2, 2, 3, 1]  # (1, 2) is as near to (1, 1) as to (2, 2)


def test_an_unknown_level_is_among_the_others_or_none():
    case = special("gaps filled")
    known = [levels for levels in case.recipe.preparation.levels if levels.column == "country"]
    assert not known[0].pooled
    with duckdb.connect() as connection:
        connection.sql(
            "CREATE TABLE customers"
            "(age INT, country TEXT, newsletter BOOLEAN, signup_date DATE, total_spend DECIMAL(9, 2))"
        )
        connection.sql("INSERT INTO customers VALUES (30, 'Peru', true, '2024-05-01', 100), (30, ' ', true, NULL, 100)")
        found = connection.sql(to_sql(case.recipe, "duckdb")).fetchall()
    new = read_table(
        b"age,country,newsletter,signup_date,total_spend\n30,Peru,yes,2024-05-01,100\n30,,yes,,100\n", least_rows=1
    )
    assert [row[5] for row in found] == (apply_recipe(case.recipe, new).of_table + 1).tolist()


def test_key_columns_are_all_that_is_given_beside_the_segment():
    case = sample("mall_customers")
    with duckdb.connect() as connection:
        connection.register("frame", case.table.frame)
        connection.sql('CREATE SCHEMA "a ""b"; CREATE TABLE "a ""b"."Kunden" AS SELECT * FROM frame')
        query = to_sql(case.recipe, "duckdb", table_name='a "b.Kunden', key_columns=("CustomerID", "Gender"))
        found = connection.sql(query)
        assert found.columns == ["CustomerID", "Gender", "segment", "segment_name"]
        assert len(found.fetchall()) == case.table.n_rows


def test_a_table_may_be_called_like_a_step_of_the_query():
    case = sample("blobs")
    with duckdb.connect() as connection:
        connection.register("frame", case.table.frame)
        connection.sql("CREATE TABLE prepared AS SELECT * FROM frame")
        found = connection.sql(to_sql(case.recipe, "duckdb", table_name="prepared")).fetchall()
    assert [row[-2] for row in found] == case.segments.tolist()


def test_more_points_than_fit_in_a_query_are_refused():
    case = with_points(MOST_TERMS // 25 + 1, 25)
    with pytest.raises(
        InvalidSetting, match=r"The SQL would hold 2,025 numbers in 25 prepared columns; it can hold 2,000"
    ):
        to_sql(case.recipe, "duckdb")


def test_more_forks_than_one_step_can_have_distances_of_are_refused():
    case = by_rule(b"x,y\n1,1\n2,2\n9,9\n", nearest(np.array([[1.0, 1.0], [9.0, 9.0]])))
    n_forks = 601  # two columns for each, and 1,200 are the most; the differences are fewer than 2,000
    ends = np.full(n_forks, -1)
    rule = Halving(np.zeros((n_forks, 1)), np.ones((n_forks, 1)), ends, ends)
    with pytest.raises(InvalidSetting, match="The SQL would hold 1,202 distances of every customer; it can hold 1,200"):
        to_sql(replace(case.recipe, rule=rule), "duckdb")


def test_a_segmentation_inside_a_segment_is_refused():
    recipe = sample("blobs").recipe
    with pytest.raises(InvalidSetting, match="parts of one segment of another segmentation"):
        to_sql(replace(recipe, outer=recipe, outer_label=0), "duckdb")


@pytest.mark.parametrize("name", ["", "a..b", "a.b.c.d", " "])
def test_what_names_no_table_is_refused(name):
    with pytest.raises(InvalidSetting, match="no name of a table"):
        to_sql(sample("blobs").recipe, "duckdb", table_name=name)


def test_an_unknown_dialect_is_refused():
    with pytest.raises(InvalidSetting, match='"oracle" is no SQL that can be written; choose duckdb, postgres'):
        to_sql(sample("blobs").recipe, "oracle")


def translated(query: str, dialect: str) -> str:
    """The query in the SQL of DuckDB."""
    (query,) = sqlglot.transpile(query, read=dialect, write="duckdb")
    for its, ours in SQL_SERVERS.items():
        query = query.replace(its, ours)
    return query


@pytest.mark.parametrize("dialect", [name for name in DIALECTS if name != "duckdb"])
@pytest.mark.parametrize("name", ["gaps filled", "months", "far aside, others placed", "levels chosen", "times"])
def test_what_is_written_for_another_warehouse_says_the_same_when_it_is_translated(dialect, name):
    case = special(name)
    key = ("row of the file",) if DIALECTS[dialect].keeps == "row" else ()  # DuckDB takes no row apart as PostgreSQL
    query = translated(to_sql(case.recipe, dialect, key_columns=key), dialect)
    assert np.array_equal(segments(in_duckdb(case, query)), case.segments)


# The library translates Spark's count to one of whole days, and that of SQL Server to single precision.
@pytest.mark.parametrize("dialect", [name for name in DIALECTS if name not in ("spark", "tsql")])
def test_days_are_counted_with_their_parts(dialect):
    writer = Writer(dialect, DIALECTS[dialect])
    days = writer.days_before(writer.moment("2024-01-01T12:00:00"), "2024-01-03")
    assert duckdb.sql(translated(writer.sql(exp.select(days)), dialect)).fetchall() == [(1.5,)]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_seconds_since_1970_are_asked_of_postgres_alone(dialect):
    assert ("EPOCH" in to_sql(special("times").recipe, dialect)) == (dialect == "postgres")


def test_a_table_is_named_letter_for_letter():
    query = to_sql(sample("blobs").recipe, "postgres", table_name="Shop.Kunden")
    assert 'FROM "Shop"."Kunden" AS ' in query


def test_a_text_that_is_no_number_ends_no_query_in_spark():
    recipe, writer = sample("blobs").recipe, Writer("spark", DIALECTS["spark"])
    name = recipe.columns[0].name
    cells = Cells(recipe, writer, "seg_", {name: Stored(name, "text")}).read("customers")
    assert "TRY_CAST(TRIM(" in writer.sql(cells["seg_cell_1"])


def test_sql_server_is_given_names_in_unicode_and_the_others_plainly():
    for dialect in DIALECTS:
        then = "THEN N'Segment 1'" if dialect == "tsql" else "THEN 'Segment 1'"
        assert then in to_sql(sample("blobs").recipe, dialect)


@pytest.mark.parametrize(
    ("one", "other", "fill"),
    [
        ("yes", "no", "unknown"),
        ("3", "4", "not told"),
        ("3", "4", "nan"),
        ("3", "4", "inf"),
        ("3", "4", "4.0"),
        ("2024-05-01", "2024-06-01", "never"),
        ("2024-05-01", "2024-06-01", "2024-05-01 00:00"),
        ("Rome", "Oslo", "never"),
    ],
)
def test_missing_cells_may_be_filled_with_what_no_cell_of_the_column_can_hold(one, other, fill):
    cells = [one] * 6 + [other] * 5 + [""] * 2
    content = "\n".join(["c,x", *(f"{cell},{i}" for i, cell in enumerate(cells))]).encode()
    setting = ColumnSpec("c", encode="onehot", missing="constant", fill_value=fill)
    case = frozen(content, FeatureSpec(("c",), settings=(setting,)), ClusterSpec("kmeans", 3))
    assert segments(in_duckdb(case)).tolist() == [1] * 6 + [2] * 5 + [3] * 2


def test_where_every_level_is_rare_all_cells_are_one_level_beside_the_missing_ones():
    cells = [f"{2000 + i // 12}-{i % 12 + 1:02}-01" for i in range(150)] + [""] * 50
    content = "\n".join(["c,x", *(f"{cell},{i}" for i, cell in enumerate(cells))]).encode()
    spec = FeatureSpec(("c",), settings=(ColumnSpec("c", encode="onehot"),))
    case = frozen(content, spec, ClusterSpec("kmeans", 2))
    assert segments(in_duckdb(case)).tolist() == [1] * 150 + [2] * 50


def test_numbers_that_agree_in_15_digits_are_one_level():
    cells = ["5", "5.000000000000001", "4.999999999999999", "1234567890123456", "1234567890123457"]
    content = "\n".join(["c,x", *(f"{cell},{i}" for i, cell in enumerate(cells * 4))]).encode()
    spec = FeatureSpec(("c",), settings=(ColumnSpec("c", encode="onehot"),))
    case = frozen(content, spec, ClusterSpec("kmeans", 2))
    assert segments(in_duckdb(case)).tolist() == [1, 1, 1, 2, 2] * 4


def small(rule: Rule, content: bytes = b"x,y\n0,0\n1,2\n9,9\n", **changed) -> Recipe:
    """A recipe of two columns, taken as they are."""
    return replace(by_rule(content, nearest(np.array([[0.0, 0.0], [9.0, 9.0]]))).recipe, rule=rule, **changed)


def test_above_the_query_stands_what_it_gives_what_it_reads_and_what_that_holds():
    rows = [f"{i},{'ab'[i % 2]},2024-0{i + 1}-01,{('yes', 'no')[i // 4]},{i * i}" for i in range(8)]
    case = frozen(
        "\n".join(["x,city,joined,news,more", *rows]).encode(),
        FeatureSpec(("joined", "city", "news"), row_filter=RowFilter("x", high=6.0), weight_column="more"),
        ClusterSpec("kmeans", 2),
    )
    head = to_sql(case.recipe, "duckdb").partition("\nWITH")[0]
    assert head.split("\n") == [
        "-- The segment of every customer, as Cluster Explorer found them (recipe version 1), in the SQL of DuckDB.",
        "-- Tested: queries like this were run in DuckDB, and all customers got the segments they have there.",
        "-- The segments are numbered from 1 on; NULL: no segment, for a reason that the notes of the labelled file "
        "give.",
        "--",
        "-- It reads these columns; NULL (an empty text, NaN, a number beyond 1E100) is a missing value:",
        "--   joined: dates or timestamps",
        "--   city: text",
        "--   news: true and false",
        "--   x: numbers",
        "--   more: numbers",
        "--",
    ]


@pytest.mark.parametrize(("agreement", "told"), [(1.0, ""), (0.99996, "> 99.9 %"), (0.987, "99 %"), (0.5, "50 %")])
def test_it_is_said_how_many_customers_get_the_segment_that_they_had(agreement, told):
    head = to_sql(replace(sample("blobs").recipe, agreement=agreement), "duckdb").partition("\nWITH")[0]
    sentence = f"-- It gives {told} of the customers the segment that they have in Cluster Explorer.\n"
    assert sentence in head if told else "It gives" not in head


def test_of_a_rule_that_stands_in_that_is_said_instead():
    recipe = replace(sample("blobs").recipe, stand_in="nearest_center", agreement=0.75)
    head = to_sql(recipe, "duckdb").partition("\nWITH")[0]
    assert "so the nearest center decides: 75 % of the customers of then get the segment that they had.\n" in head
    assert "It gives" not in head


def test_of_snowflake_it_is_said_that_names_are_taken_letter_for_letter():
    for dialect in DIALECTS:
        head = head_of(dialect, "x", "y")
        assert ("-- Names between quotation marks are taken letter for letter" in head) == (dialect == "snowflake")


def crowds(n_clusters: int, n_columns: int) -> MostProbable:
    whitening = np.tril(np.ones((n_clusters, n_columns, n_columns)))
    return MostProbable(np.full(n_clusters, 1 / n_clusters), np.zeros((n_clusters, n_columns)), whitening)


def forks(n: int) -> Halving:
    ends = np.full(n, -1)
    return Halving(np.zeros((n, 1)), np.ones((n, 1)), ends, ends)


@pytest.mark.parametrize(
    ("rule", "n_terms"),
    [
        (nearest(np.zeros((500, 4)), np.arange(500) % 3), 2000),
        (nearest(np.zeros((667, 3)), np.arange(667) % 3), 2001),
        (nearest(np.zeros((1200, 1))), 1200),  # a distance to each is a column of its own
        (nearest(np.zeros((1201, 1))), 1201),
        (forks(600), 1200),
        (crowds(2, 3), 18),  # each of two has 3 means and 6 numbers that are not 0
    ],
)
def test_a_query_holds_up_to_2000_numbers_and_1200_distances(rule, n_terms):
    made = (small(rule), "duckdb", ("customers",), ())
    if n_terms in (2001, 1201):
        told = "2,001 numbers in 2 prepared columns" if n_terms == 2001 else "1,201 distances of every customer"
        with pytest.raises(InvalidSetting, match=f"The SQL would hold {told}; it can hold"):
            checked_query(*made)
    else:
        assert checked_query(*made).n_terms == n_terms


def test_the_numbers_of_principal_components_count_too():
    recipe = small(nearest(np.zeros((5, 3))))
    with_components = replace(recipe.preparation, middle=np.zeros(2), components=np.zeros((3, 2)))
    query = checked_query(replace(recipe, preparation=with_components), "duckdb", ("customers",), ())
    assert query.n_terms == 5 * 3 + 3 * 2


@pytest.mark.parametrize("n_columns", [100, 101])
def test_a_query_has_up_to_100_prepared_columns(n_columns):
    recipe = small(nearest(np.zeros((2, 2))))
    many = replace(recipe.preparation, columns=recipe.preparation.columns[:1] * n_columns)
    made = (replace(recipe, preparation=many), "duckdb", ("customers",), ())
    if n_columns > 100:
        with pytest.raises(InvalidSetting, match="4 numbers in 101 prepared columns; it can hold 2,000 in 100"):
            checked_query(*made)
    else:
        assert checked_query(*made).n_values == 100


def between_many_points() -> Case:
    """Points on a line, those at 0, 2, … 400 of one segment and three between them of another."""
    points = np.array([*range(0, 401, 2), 199, 201, 399.0])
    content = "x,y\n" + "".join(f"{x},{x}\n" for x in (0, 198, 199, 200, 201, 202, 398, 399, 400))
    return by_rule(content.encode(), nearest(np.stack([points, points], axis=1), points.astype(int) % 2))


def test_the_least_of_many_distances_is_found_a_few_at_a_time():
    assert segments(in_duckdb(between_many_points())).tolist() == [1, 1, 2, 1, 2, 1, 1, 2, 1]


def test_no_least_of_a_single_value_is_asked_for_which_spark_refuses():
    query = sqlglot.parse_one(to_sql(between_many_points().recipe, "spark"), read="spark")
    assert {len(least.expressions) for least in query.find_all(exp.Least)} == {1, 2, 199}  # beside the first


def test_who_is_near_is_measured_along_the_axes_where_distances_are():
    points = np.array([[0.0, 0.0], [20.0, 0.0]])
    rule = nearest(points, metric="cityblock", reach=np.array([6.0, 50.0]))
    # 7 and 6 from (0, 0), but 5 and 4.2 as the crow flies; (20, 9) is 9 from (20, 0).
    assert segments(in_duckdb(by_rule(b"x,y\n3,4\n3,3\n20,9\n", rule))).tolist() == [0, 1, 2]


def test_of_two_points_the_nearer_along_the_axes_is_taken():
    rule = nearest(np.array([[0.0, 0.0], [9.0, 9.0]]), metric="cityblock")
    # (0, 9) is 9 from both; (8, 0) is 8 from the first and 10 from the second, (9, 1) is 10 and 8.
    assert segments(in_duckdb(by_rule(b"x,y\n0,9\n8,0\n9,1\n", rule))).tolist() == [1, 1, 2]


def test_differences_are_stretched_before_they_are_compared():
    rule = nearest(np.array([[0.0, 0.0], [4.0, 4.0]]), stretch=np.array([0.0, 2.0]))  # x plays no part
    assert segments(in_duckdb(by_rule(b"x,y\n9,1\n0,3\n-9,1.5\n", rule))).tolist() == [1, 2, 1]


def test_the_more_probable_of_two_crowds_is_taken():
    # Shares 0.8 and 0.2, both of variance 1, at 0 and 2 in x: equal where 2 x - 2 = log 4, at 1.693.
    rule = MostProbable(np.array([0.8, 0.2]), np.array([[0.0, 0.0], [2.0, 0.0]]), np.stack([np.eye(2)] * 2))
    case = by_rule(b"x,y\n1.6,0\n1.8,0\n-3,9\n", nearest(np.array([[0.0, 0.0], [9.0, 9.0]])))
    recipe = replace(case.recipe, rule=rule)
    assert segments(in_duckdb(case, to_sql(recipe, "duckdb"))).tolist() == [1, 2, 1]


def test_at_every_fork_the_nearer_of_two_centers_decides_and_in_between_the_left():
    # Left of 5 segment 1; right of it, below 5 in y segment 3, above it segment 2.
    left, right = np.array([[0.0, 0.0], [10.0, 0.0]]), np.array([[10.0, 0.0], [10.0, 10.0]])
    rule = Halving(left, right, np.array([-1, -3]), np.array([1, -2]))
    case = by_rule(b"x,y\n4,9\n5,9\n6,4\n6,5\n6,6\n", nearest(np.array([[0.0, 0.0], [9.0, 9.0], [1.0, 1.0]])))
    recipe = replace(case.recipe, rule=rule)
    assert segments(in_duckdb(case, to_sql(recipe, "duckdb"))).tolist() == [1, 1, 3, 3, 2]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_postgres_alone_is_told_to_finish_each_step_first(dialect):
    query = to_sql(sample("blobs").recipe, dialect)  # BigQuery and others take no OFFSET by itself
    assert query.count("OFFSET 0") == (4 if dialect == "postgres" else 0)


def test_sql_server_applies_every_step_to_the_row():
    query = to_sql(sample("blobs").recipe, "tsql")  # it knows no LATERAL
    assert (query.count("CROSS APPLY ("), "LATERAL" in query) == (4, False)


@pytest.mark.parametrize("dialect", [name for name in DIALECTS if name != "tsql"])
def test_all_columns_are_given_back_and_behind_them_the_segment_and_its_name(dialect):
    case = by_rule(b"customers,y\n0,0\n1,2\n9,9\n", nearest(np.array([[0.0, 0.0], [9.0, 9.0]])))
    query = to_sql(case.recipe, dialect)
    if dialect == "postgres":
        assert "seg_customers AS seg_row" in query  # of customers it would take the column
        query = query.replace("(labelled.seg_row).*", "UNNEST(labelled.seg_row)")  # as DuckDB takes a row apart
    else:
        query = translated(query, dialect)
    found = in_duckdb(case, query)
    assert found.column_names == ["customers", "y", "row of the file", "segment", "segment_name"]
    assert segments(found).tolist() == [1, 1, 2]


def test_sql_server_gives_all_columns_back_too():
    query = sqlglot.parse_one(to_sql(sample("blobs").recipe, "tsql"), read="tsql")
    assert [column.sql() for column in query.selects[:-1]] == ["customers.*", "labelled.seg_label AS segment"]
    assert query.selects[-1].alias == "segment_name"


def test_the_segment_is_numbered_on_where_the_table_has_columns_of_these_names():
    content = b"segment,segment_2,Segment_Name\n0,0,0\n1,2,1\n9,9,9\n"
    case = by_rule(content, nearest(np.array([[0.0, 0.0, 0.0], [9.0, 9.0, 9.0]])))
    found = in_duckdb(case)
    assert found.column_names[-2:] == ["segment_3", "segment_name_2"]
    assert segments(found, "segment_3").tolist() == [1, 1, 2]


@pytest.mark.parametrize("name", ["customers", "main.customers", "memory.main.customers"])
def test_a_table_may_be_named_with_its_schema_and_its_catalogue(name):
    case = by_rule(b"x,y\n0,0\n1,2\n9,9\n", nearest(np.array([[0.0, 0.0], [9.0, 9.0]])))
    query = to_sql(case.recipe, "duckdb", table_name=name)
    assert 'FROM "' + name.replace(".", '"."') + '" AS customers' in query
    assert segments(in_duckdb(case, query)).tolist() == [1, 1, 2]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_texts_are_compared_letter_by_letter_in_sql_server_too(dialect):
    case = special("category filled with a level")
    query = to_sql(case.recipe, dialect)
    compared = [line for line in query.split("\n") if "'Germany'" in line or "'elsewhere'" in line]
    assert len(compared) == 2
    assert all(("COLLATE Latin1_General_100_BIN2 =" in line) == (dialect == "tsql") for line in compared)


@pytest.mark.parametrize(
    ("dialect", "counted"),
    [
        ("spark", "DATEDIFF(MICROSECOND, CAST('2024-01-01' AS TIMESTAMP_NTZ), CAST('2024-01-03' AS TIMESTAMP_NTZ))"),
        ("tsql", "DATEDIFF_BIG(MICROSECOND, CAST('2024-01-01' AS DATETIME2), CAST('2024-01-03' AS DATETIME2))"),
        ("bigquery", "DATETIME_DIFF(CAST('2024-01-03' AS DATETIME), CAST('2024-01-01' AS DATETIME), MICROSECOND)"),
    ],
)
def test_days_are_counted_from_microseconds_in_the_words_of_the_warehouse(dialect, counted):
    writer = Writer(dialect, DIALECTS[dialect])
    query = " ".join(writer.sql(exp.select(writer.days_before(writer.moment("2024-01-01"), "2024-01-03"))).split())
    query = query.replace("( ", "(").replace(" )", ")")
    assert f"CAST({counted} AS " in query
    assert query.endswith("/ 86400000000E0")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_no_number_can_be_taken_for_a_decimal(dialect):
    query = to_sql(special("far aside").recipe, dialect).partition("\nWITH")[2]
    assert not re.findall(r"\d\.\d+(?![\dE])", query)


@pytest.mark.parametrize("dialect", [name for name in DIALECTS if name != "spark"])
def test_what_only_spark_would_look_up_is_one_text_elsewhere(dialect):
    writer = Writer(dialect, DIALECTS[dialect])
    text = "N'a ${b}'" if dialect == "tsql" else "'a ${b}'"
    assert writer.sql(exp.select(writer.text("a ${b}"))).split() == ["SELECT", *text.split()]


def labels_in(recipe: Recipe, columns: str, *rows: str, **written) -> list[int | None]:
    """What rows get that a warehouse holds in columns of these types."""
    with duckdb.connect() as connection:
        connection.sql(f"CREATE TABLE customers ({columns})")
        connection.sql(f"INSERT INTO customers VALUES {', '.join(rows)}")
        query = checked_query(recipe, "duckdb", ("customers",), (), **written).sql()
        return [row[-2] for row in connection.sql(query).fetchall()]


TWO = nearest(np.array([[0.0, 0.0], [9.0, 9.0]]))


@pytest.mark.parametrize(
    ("outliers", "filtered", "needed"),
    [("auto", "aside", "xyw"), ("auto", "place", "xy"), ("aside", "place", "xyw"), ("keep", "place", "xy")],
)
def test_the_column_of_a_filter_is_read_where_it_decides_who_has_a_segment(outliers, filtered, needed):
    rows = "".join(f"{i % 5},{i % 7},{i % 3}\n" for i in range(40))
    spec = FeatureSpec(("x", "y"), outliers=outliers, filtered=filtered, row_filter=RowFilter("w", high=1.0))
    recipe = frozen(f"x,y,w\n{rows}".encode(), spec, ClusterSpec("kmeans", 2)).recipe
    assert [name for name, _ in checked_query(recipe, "duckdb", ("customers",), ()).needed] == list(needed)


def test_of_categories_alone_nobody_is_far_outside():
    rows = "".join(f"{'ab'[i % 2]},{('yes', 'no')[i % 3 == 0]},{i % 5}\n" for i in range(40))
    spec = FeatureSpec(("x", "y"), outliers="aside", filtered="place", row_filter=RowFilter("w", high=1.0))
    case = frozen(f"x,y,w\n{rows}".encode(), spec, ClusterSpec("kmeans", 2))
    assert segments(in_duckdb(case)).all()
    assert "w: numbers" not in to_sql(case.recipe, "duckdb")


def far(*limits: Limits, apart: float | None = None, **features) -> Recipe:
    """Customers without a segment who are far outside in x and y, as these limits have it."""
    recipe = small(TWO, outside=Outside(("x", "y"), limits, apart))
    return replace(recipe, features=replace(recipe.features, outliers="aside", **features))


def test_who_is_more_than_5_units_from_the_middle_of_a_column_has_no_segment():
    recipe = far(Limits(0, 10.0, 2.0, True, False), Limits(1, 0.0, 1.0, False, False))
    rows = "(20, 0)", "(20.1, 0)", "(0, 0)", "(-0.1, 0)", "(NULL, 0)", "(10, 99)"  # of y nothing alone is far
    assert labels_in(recipe, "x DOUBLE, y DOUBLE", *rows) == [2, None, 1, None, 1, 2]


def test_what_is_together_far_outside_is_summed_over_the_columns_that_count():
    recipe = far(Limits(0, 0.0, 2.0, True, True), Limits(1, 1.0, 1.0, False, True), apart=5.0)
    rows = "(6, 5)", "(6, 5.1)", "(-6, -3)", "(NULL, 6)", "(NULL, 6.1)", "(10, 1)", "(10, NULL)"  # 3, 4: 5
    assert labels_in(recipe, "x DOUBLE, y DOUBLE", *rows) == [2, None, 1, 1, None, 2, 2]
    recipe = far(Limits(0, 0.0, 2.0, False, True), Limits(1, 1.0, 1.0, False, False), apart=2.0)
    assert labels_in(recipe, "x DOUBLE, y DOUBLE", "(4, 99)", "(4.1, 0)") == [2, None]


def test_without_columns_that_count_together_nobody_is_far_in_all_of_them():
    recipe = far(Limits(0, 0.0, 1.0, True, False), apart=1.0)
    assert labels_in(recipe, "x DOUBLE, y DOUBLE", "(5, 0)", "(5.1, 0)") == [1, None]


def test_far_outside_is_measured_after_the_log_and_a_missing_value_is_not_far():
    recipe = far(Limits(0, 10.0, 0.5, True, False))
    specs = tuple(replace(spec, log=spec.name == "x") for spec in recipe.preparation.specs)
    recipe = replace(recipe, preparation=replace(recipe.preparation, specs=specs))
    low, high = np.expm1(7.5), np.expm1(12.5)  # 5 halves below and above 10
    rows = [f"({x}, 0)" for x in (low - 1, low + 1, high - 1, high + 1, "NULL", -3)]
    assert labels_in(recipe, "x DOUBLE, y DOUBLE", *rows) == [None, 2, 2, None, 1, None]


def test_who_had_no_part_in_the_fit_may_be_far_outside():
    limit = Limits(0, 0.0, 1.0, True, False)
    recipe = far(limit, weight_column="w")
    recipe = replace(recipe, columns=(*recipe.columns, replace(recipe.columns[0], name="w")))
    rows = "(9, 9, 0)", "(9, 9, 1)", "(9, 9, 0.5)", "(1, 1, 1)", "(1, 1, NULL)"
    assert labels_in(recipe, "x DOUBLE, y DOUBLE, w DOUBLE", *rows) == [2, None, None, 1, None]
    placed = far(limit, row_filter=RowFilter("y", low=3.0), filtered="place")
    rows = "(9, 3)", "(9, 2.9)", "(9, NULL)", "(1, 3)", "(1, 2)"
    assert labels_in(placed, "x DOUBLE, y DOUBLE", *rows) == [None, 2, 2, 1, 1]


def test_without_a_filter_it_does_not_matter_what_becomes_of_those_outside_it():
    recipe = far(Limits(0, 0.0, 1.0, True, False), filtered="place")
    assert labels_in(recipe, "x DOUBLE, y DOUBLE", "(5, 0)", "(6, 0)") == [1, None]


def test_a_log_is_that_of_one_more_and_of_a_value_below_0_nothing():
    rule = nearest(np.array([[0.0, 0.0], [np.log(1.5), 0.0]]))  # in between: log(1 + 0.2247)
    recipe = by_rule(b"x,y\n0,0\n1,2\n9,9\n", rule, settings=(ColumnSpec("x", log=True),)).recipe
    rows = "(0, 0)", "(-3, 0)", "(0.22, 0)", "(0.23, 0)", "(1, 0)"
    assert labels_in(recipe, "x DOUBLE, y DOUBLE", *rows) == [1, 1, 1, 2, 2]


def test_a_missing_cell_is_at_no_level_where_none_was_missing_before():
    rows = "".join(f"{'abc'[i % 3]},{i % 3}\n" for i in range(12))
    case = frozen(f"c,x\n{rows}".encode(), FeatureSpec(("c",)), ClusterSpec("kmeans", 3))
    points = case.recipe.rule.points  # of each level; what is at none lies nearest to the point below
    rule = nearest(np.vstack([points, points.min(axis=0)]))
    segments = (*case.recipe.segments, case.recipe.segments[0])
    recipe = replace(case.recipe, rule=rule, segments=segments)
    assert labels_in(recipe, "c TEXT, x DOUBLE", "('a', 0)", "(NULL, 0)", "(' ', 0)", "('d', 0)") == [1, 4, 4, 4]


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ({"low": "2024-05-02"}, [None, 1, 1, 1, 1]),
        ({"low": "2024-05-02 12:00"}, [None, None, 1, 1, 1]),
        ({"high": "2024-05-02"}, [1, 1, 1, None, None]),  # to the end of the day
        ({"high": "2024-05-02 12:00"}, [1, 1, 1, None, None]),
        ({"high": "2024-05-02 11:59"}, [1, 1, None, None, None]),
        ({"low": "2024-05-02", "high": "2024-05-03"}, [None, 1, 1, 1, None]),
    ],
)
def test_both_ends_of_a_filter_by_days_are_included(bounds, expected):
    content = b"x,y,day\n0,0,2024-05-01\n1,2,2024-05-02\n9,9,2024-05-03\n"
    recipe = frozen(content, FeatureSpec(("x", "y"), scale="none", outliers="keep"), ClusterSpec("kmeans", 2)).recipe
    filtered = replace(recipe.features, row_filter=RowFilter("day", **bounds))
    day = replace(recipe.columns[0], name="day", type="date")
    recipe = replace(recipe, features=filtered, columns=(*recipe.columns, day), rule=TWO)
    moments = "2024-05-01 23:59:59", "2024-05-02", "2024-05-02 12:00", "2024-05-03", "2024-05-04"
    rows = [f"(0, 0, '{moment}')" for moment in moments]
    assert labels_in(recipe, "x DOUBLE, y DOUBLE, day TIMESTAMP", *rows) == expected


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ({"low": 2.0}, [None, 1, 1, 1, None]),
        ({"high": 3.0}, [1, 1, 1, None, None]),
        ({"low": 2.0, "high": 3.0}, [None, 1, 1, None, None]),
        ({"levels": ("2", "3.5")}, [None, 1, None, 1, None]),
    ],
)
def test_both_ends_of_a_filter_by_numbers_are_included(bounds, expected):
    recipe = small(TWO)
    recipe = replace(recipe, features=replace(recipe.features, row_filter=RowFilter("y", **bounds)))
    rows = "(0, 1.9)", "(0, 2)", "(0, 3)", "(0, 3.5)", "(0, NULL)"
    assert labels_in(recipe, "x DOUBLE, y DOUBLE", *rows) == expected


def test_yes_and_no_may_be_held_as_numbers_or_text_in_the_warehouse():
    rows = "".join(f"{('yes', 'no', 'no')[i % 3]},{i}\n" for i in range(12))
    case = frozen(f"news,x\n{rows}".encode(), FeatureSpec(("news",), scale="none"), ClusterSpec("kmeans", 2))
    assert case.segments[:3].tolist() == [2, 1, 1]
    for kind, column, cells in [
        ("number", "INT", ("1", "0", "NULL")),
        ("text", "TEXT", ("' Yes '", "'0'", "'?'")),
        ("text", "TEXT", ("'T'", "'FALSE'", "NULL")),
    ]:
        stored = {"news": Stored("News", kind), "x": Stored("x", "number")}
        held = [f"({cell}, 0)" for cell in cells]
        assert labels_in(case.recipe, f"News {column}, x DOUBLE", *held, stored=stored) == [2, 1, 1]  # filled with no


def test_text_may_be_held_as_numbers_in_the_warehouse():
    rows = "".join(f"{('7', '8', 'x')[i % 3]},{i}\n" for i in range(12))
    case = frozen(f"code,x\n{rows}".encode(), FeatureSpec(("code",)), ClusterSpec("kmeans", 3))
    assert case.segments[:3].tolist() == [1, 2, 3]
    stored = {"code": Stored("code", "number")}
    assert labels_in(case.recipe, "code INT, x DOUBLE", "(8, 0)", "(7, 0)", stored=stored) == [2, 1]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_no_cell_can_hold_is_said_in_every_dialect(dialect):
    cells = ["3"] * 6 + ["4"] * 5 + [""] * 2
    content = "\n".join(["c,x", *(f"{cell},{i}" for i, cell in enumerate(cells))]).encode()
    setting = ColumnSpec("c", encode="onehot", missing="constant", fill_value="unknown")
    case = frozen(content, FeatureSpec(("c",), settings=(setting,)), ClusterSpec("kmeans", 3))
    key = ("row of the file",) if DIALECTS[dialect].keeps == "row" else ()
    query = to_sql(case.recipe, dialect, key_columns=key)
    assert ("WHEN (1 = 0) OR" in query) == (dialect == "tsql")  # SQL Server has no word for false
    assert segments(in_duckdb(case, translated(query, dialect))).tolist() == [1] * 6 + [2] * 5 + [3] * 2


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_table_may_have_a_segment_of_its_own_that_the_recipe_does_not_know(dialect):
    content = b"x,y,segment\n0,0,2\n1,2,1\n9,9,1\n"
    spec = FeatureSpec(("x", "y"), scale="none", outliers="keep")
    case = frozen(content, spec, ClusterSpec("kmeans", 2))
    assert [column.name for column in case.recipe.columns] == ["x", "y"]
    query = to_sql(case.recipe, dialect)
    query = query.replace("(labelled.seg_row).*", "UNNEST(labelled.seg_row)")
    if dialect != "postgres":
        query = translated(query, dialect)
    with duckdb.connect() as connection:
        connection.register("rows", case.table.frame)
        connection.sql('CREATE TABLE customers AS SELECT * FROM "rows"')
        found = connection.sql(query).fetchall()
    assert [row[2:] for row in found] == [(2, 1, "Segment 1"), (1, 1, "Segment 1"), (1, 2, "Segment 2")]


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("made", ["kmeans", "bisecting", "gaussian_mixture", "components"])
def test_every_column_is_asked_for_by_the_step_it_is_made_in(made, dialect):
    recipe = (special(made) if made in PREPARED else by_method(made)).recipe
    query = sqlglot.parse_one(to_sql(recipe, dialect, key_columns=(recipe.columns[0].name,)), read=dialect)
    steps = {step.alias for step in query.find_all(exp.CTE, exp.Lateral)}  # a table may have columns of these names
    assert {column.table for column in query.find_all(exp.Column)} - steps in ({"customers"}, {"seg_customers"})


def test_a_text_of_blanks_is_missing_and_blanks_around_a_text_do_not_count():
    cells = ["a"] * 6 + ["b"] * 5 + [""] * 2
    content = "\n".join(["c,x", *(f"{cell},{i}" for i, cell in enumerate(cells))]).encode()
    recipe = frozen(content, FeatureSpec(("c",)), ClusterSpec("kmeans", 3)).recipe
    rows = "(NULL, 0)", "('', 0)", "('  ', 0)", "(' a ', 0)", "('b', 0)"
    assert labels_in(recipe, "c TEXT, x DOUBLE", *rows) == [3, 3, 3, 1, 2]


def test_where_no_column_has_limits_nobody_is_far_outside():
    for features in ({}, {"row_filter": RowFilter("y", low=3.0), "filtered": "place"}, {"weight_column": "x"}):
        assert labels_in(far(**features), "x DOUBLE, y DOUBLE", "(0, 0)", "(1e9, 0)", "(1e9, 5)") == [1, 2, 2]


def test_months_that_are_rare_are_other_levels_and_a_missing_one_is_none():
    days = ["2023-01-15"] * 150 + ["2024-02-15"] * 150 + ["2024-03-15", "2024-04-15"]
    content = "\n".join(["d,x", *(f"{day},{i}" for i, day in enumerate(days))]).encode()
    spec = FeatureSpec(("d",), settings=(ColumnSpec("d", encode="date_and_month"),))
    recipe = frozen(content, spec, ClusterSpec("kmeans", 2)).recipe
    *_, others = columns = recipe.preparation.columns
    assert [column.encoded.level for column in columns] == [
        None,
        "month January",
        "month February",
        "month other levels",
    ]
    points = np.zeros((2, 4))
    points[:, 3] = (np.array([0, 1]) - others.center) / others.spread
    recipe = replace(recipe, rule=nearest(points, stretch=np.array([0.0, 0.0, 0.0, 1.0])))
    rows = [f"({day}, 0)" for day in ("'2020-01-31'", "'2025-02-01'", "'2024-03-01'", "'2024-12-24'", "NULL")]
    assert labels_in(recipe, "d DATE, x DOUBLE", *rows) == [1, 1, 2, 2, 1]
