"""The queries that run over all rows on a cluster, run in DuckDB: what they give is what memory gives."""

from dataclasses import replace

import duckdb
import numpy as np
import pyarrow as pa
import pytest
import sqlglot
from sqlglot import exp

from clustering import ClusterSpec, FeatureSpec, Table, fit, prepare, read_table
from clustering.errors import InvalidSetting, TooFewRows
from clustering.features import ColumnSpec, RowFilter
from clustering.placing import nearest
from clustering.recipe import make_recipe
from clustering.recipe.sql import DIALECTS
from clustering.recipe.sql.parts import Writer
from clustering.spark.moments import by_all_rows
from clustering.spark.scores import read_scores
from clustering.spark.sql import (
    labelled_query,
    labels_query,
    levels_query,
    make_plan,
    moments_query,
    overview_query,
    prepared_query,
    quartiles_query,
    scores_query,
    spreads_query,
)
from tests.recipe_cases import HOSTILE, by_method, hostile
from tests.recipe_cases import special as recipe_case
from tests.spark_cases import (
    EXACT,
    NEEDS_ALL,
    RUN,
    Case,
    case_of,
    check_prepared,
    check_profile,
    check_scores,
    far_from_zero,
    hostile_levels,
    many_levels,
    moments_of,
    profile_of,
    sample_of,
    segments_of,
    special,
    text_of_all_kinds,
    with_far_rows,
)

# Where what is scored or described is said in a way of its own.
TOLD = (
    "gaps filled",
    "times",
    "order",
    "numbers as categories",
    "dates as categories",
    "far aside, others placed",
    "components",
    "days chosen",
)
FOUR = b"x,y\n0,0\n0,2\n10,0\n10,2\n"


class InDuckDB:
    dialect = "duckdb"

    def __init__(self, connection):
        self._connection = connection

    def keep(self, table: Table, name: str = "customers") -> None:
        self.keep_arrow(pa.Table.from_pandas(table.frame, preserve_index=False), name)

    def keep_arrow(self, rows: pa.Table, name: str = "customers") -> None:
        self._connection.register("rows", rows)
        quoted = exp.to_identifier(name, quoted=True).sql("duckdb")
        self._connection.sql(f'CREATE OR REPLACE TABLE {quoted} AS SELECT * FROM "rows"')

    def view(self, query: str, name: str) -> None:
        self._connection.sql(f'CREATE OR REPLACE TEMP TABLE "{name}" AS {query}')

    def run(self, query: str) -> list[dict]:
        return self._connection.sql(query).to_arrow_table().to_pylist()


class Translated(InDuckDB):
    """Queries as Spark gets them, in the words of DuckDB."""

    dialect = "spark"

    def view(self, query: str, name: str) -> None:
        super().view(_translated(query), name)

    def run(self, query: str) -> list[dict]:
        return super().run(_translated(query))


def _translated(query: str) -> str:
    (translated,) = sqlglot.transpile(query, read="spark", write="duckdb")
    return translated


@pytest.fixture
def engine():
    with duckdb.connect() as connection:
        connection.sql("SET threads TO 1")
        yield InDuckDB(connection)


@pytest.fixture
def translated():
    with duckdb.connect() as connection:
        connection.sql("SET threads TO 1")
        yield Translated(connection)


def plain(content: bytes, n_clusters: int = 2, **settings) -> Case:
    """Customers whose numbers are taken as they are."""
    table = read_table(content)
    spec = FeatureSpec(("x", "y"), **{"scale": "none", "outliers": "keep", **settings})
    features = prepare(table, spec)
    return Case(table, features, fit(features, ClusterSpec(n_clusters=n_clusters)))


@pytest.mark.parametrize("name", RUN)
def test_prepared_values_are_those_of_memory(engine, name):
    engine.keep(special(name).table)
    check_prepared(engine, special(name))


@pytest.mark.parametrize("name", TOLD)
def test_scores_are_those_of_memory(engine, name):
    engine.keep(special(name).table)
    check_scores(engine, special(name))


@pytest.mark.parametrize("name", TOLD)
def test_profile_is_that_of_memory(engine, name):
    engine.keep(special(name).table)
    check_profile(engine, special(name))


@pytest.mark.parametrize("make", [with_far_rows, far_from_zero, many_levels, hostile_levels])
def test_customers_out_of_the_common_come_out_as_in_memory(engine, make):
    case = make()
    engine.keep(case.table)
    check_prepared(engine, case)
    check_scores(engine, case)
    check_profile(engine, case)


@pytest.mark.parametrize("method", ["gaussian_mixture", "bisecting"])
def test_segments_of_any_rule_are_scored_and_described(engine, method):
    case = segments_of(by_method(method))
    engine.keep(case.table)
    check_scores(engine, case, case.rule)
    check_profile(engine, case)


@pytest.mark.parametrize("name", ["gaps filled"])
def test_what_spark_gets_says_the_same(translated, name):
    translated.keep(special(name).table)
    check_prepared(translated, special(name))
    check_scores(translated, special(name))
    check_profile(translated, special(name))


def test_four_points_are_scored_by_hand(engine):
    # Within: four times 1; between: four times 25, so 100 / 1 / (4 / 2); widths 1 and 1, 10 apart.
    # Margins: from (0, 0) to (0, 1) it is 1, to (10, 1) the root of 101.
    case = plain(FOUR)
    engine.keep(case.table)
    engine.view(prepared_query(case.plan(engine)), "p")
    centers = np.array([[0.0, 1.0], [10.0, 1.0]])
    scores = read_scores(engine.run(scores_query(centers, "p", dialect="duckdb")), centers)
    assert scores.sizes == scores.fit_sizes == (2, 2)
    assert scores.inertia == 4
    assert scores.calinski_harabasz == pytest.approx(50)
    assert scores.davies_bouldin == pytest.approx(0.2)
    assert scores.simplified_silhouette == pytest.approx(1 - 1 / 101**0.5)


def test_inertia_counts_weights_and_the_other_scores_count_customers(engine):
    case = plain(b"x,y,w\n0,0,1\n0,2,1\n10,0,1\n10,2,5\n", weight_column="w")
    engine.keep(case.table)
    engine.view(prepared_query(case.plan(engine)), "p")
    centers = np.array([[0.0, 0.0], [10.0, 0.0]])
    scores = read_scores(engine.run(scores_query(centers, "p", dialect="duckdb")), centers)
    # Squared distances 0, 4, 0 and 4, times 1, 1, 1 and 5: 24, by the mean weight of 2.
    assert scores.inertia == pytest.approx(12)
    assert scores.davies_bouldin == pytest.approx(0.2)  # widths 1 and 1, 10 apart


def test_of_two_centers_that_are_equally_near_the_first_is_taken(engine):
    case = plain(b"x,y\n5,0\n5,7\n6,1\n")
    engine.keep(case.table)
    engine.view(prepared_query(case.plan(engine)), "p")
    centers = np.array([[10.0, 0.0], [0.0, 0.0]])
    assert read_scores(engine.run(scores_query(centers, "p", dialect="duckdb")), centers).sizes == (3, 0)


def test_a_single_segment_has_inertia_alone(engine):
    case = plain(FOUR)
    engine.keep(case.table)
    engine.view(prepared_query(case.plan(engine)), "p")
    centers = np.array([[5.0, 1.0]])
    scores = read_scores(engine.run(scores_query(centers, "p", dialect="duckdb")), centers)
    assert scores.inertia == pytest.approx(4 * 26)  # 25 and 1 from (5, 1)
    assert np.isnan([scores.simplified_silhouette, scores.calinski_harabasz, scores.davies_bouldin]).all()


def test_who_is_near_no_segment_is_in_none(engine):
    case = plain(b"x,y\n0,0\n0,2\n10,0\n10,2\n40,0\n")
    engine.keep(case.table)
    engine.view(prepared_query(case.plan(engine)), "p")
    centers = np.array([[0.0, 1.0], [10.0, 1.0]])
    rule = nearest(centers, reach=np.array([2.0, 2.0]))
    scores = read_scores(engine.run(scores_query(centers, "p", dialect="duckdb", rule=rule)), centers)
    assert (scores.sizes, scores.inertia) == ((2, 2), 4)
    assert len(engine.run(labelled_query(case.plan(engine), rule))) == 4


def test_days_are_counted_from_the_newest_of_all_rows(engine):
    case = plain(b"x,y,joined\n0,0,2024-01-01\n0,2,2024-01-02\n10,0,2024-01-03\n10,2,2024-01-04\n")
    one = replace(case, features=replace(case.features, spec=replace(case.spec, describe=("joined",))))
    engine.keep(read_table(b"x,y,joined\n0,0,2024-01-01\n0,2,2024-01-03\n10,0,2024-01-11\n10,2,2024-01-11\n"))
    found = profile_of(engine, one)
    assert found.columns[2] == "joined"
    assert found.means[:, 2].tolist() == [9, 0]  # the first two joined 10 and 8 days before the others
    assert found.fit_means[:, 2].tolist() == [9, 0]
    assert (found.overall_means[2], found.overall_medians[2], found.lowest[2]) == (4.5, 4, 0)


@pytest.mark.parametrize(
    "weights, quartiles",
    [
        (None, (1.5, 2.5, 3.5)),  # of 1, 2, 3 and 4 a quarter is reached by 1: between 1 and 2
        ((1, 1, 1, 1), (1.5, 2.5, 3.5)),
        ((2, 1, 1, 4), (1.5, 3.5, 4.0)),  # a quarter of 8 is reached by 1, half of it by 3, three quarters within the 4
    ],
)
def test_a_quarter_that_is_just_reached_lies_between_two_values(engine, weights, quartiles):
    rows = "".join(f"{i},{i},{weight}\n" for i, weight in enumerate(weights or (1, 2, 3, 4), 1))
    case = plain(b"x,y,w\n" + rows.encode(), weight_column="w" if weights else None)
    engine.keep(case.table)
    one = replace(case, clustering=replace(case.clustering, place=nearest(np.zeros((1, 2))), sizes=(4,)))
    found = profile_of(engine, one)
    assert (found.lower_quartiles[0, 0], found.medians[0, 0], found.upper_quartiles[0, 0]) == quartiles
    assert found.overall_medians[0] == quartiles[1]


def test_moments_far_from_zero_lose_nothing(engine):
    # 10^9 and 0, 1, 2, 3: the mean is 1.5 above, the variance (2.25 + 0.25) * 2 / 4.
    case = plain(b"x,y\n1000000000,0\n1000000001,0\n1000000002,1\n1000000003,5\n", scale="standard")
    engine.keep(case.table)
    moments = moments_of(engine, case)
    assert (moments.n_rows, moments.n, moments.n_placed) == (4, 4, 0)
    assert moments.mean.tolist() == [1e9 + 1.5, 1.5]
    assert moments.variance.tolist() == pytest.approx([1.25, 4.25], rel=EXACT)
    assert (moments.low.tolist(), moments.high.tolist()) == ([1e9, 0], [1e9 + 3, 5])


@pytest.mark.parametrize("scale", ["standard", "minmax"])
@pytest.mark.parametrize("pca", [None, 0.9])
def test_by_all_rows_a_sample_is_prepared_as_all_rows_are(engine, scale, pca):
    """But for what a sample decides: medians, percentiles, limits and levels; here there is nothing of that kind."""
    rng = np.random.default_rng(11)
    city = rng.choice(["Bonn", "Kiel", "Trier"], 900, p=[0.5, 0.3, 0.2])
    rows = zip(rng.normal(40, 12, 900).round(1), city, rng.gamma(2, 50, 900).round(2), strict=True)
    lines = ["age,city,spend", *(f"{age},{city},{spend}" for age, city, spend in rows)]
    settings = (ColumnSpec("spend", log=True), ColumnSpec("age", weight=2.0))
    spec = FeatureSpec(("age", "city", "spend"), scale, outliers="keep", settings=settings, pca=pca)
    table, everybody = (read_table("\n".join(some).encode()) for some in (lines[:301], lines))
    engine.keep(everybody)
    features = prepare(table, spec)
    case = Case(table, features, fit(features, ClusterSpec(n_clusters=3)))
    made = by_all_rows(table, features, moments_of(engine, case))
    np.testing.assert_allclose(made.X, prepare(everybody, spec).X[:300], rtol=EXACT, atol=EXACT)


def test_levels_beyond_those_told_count_as_others(engine, monkeypatch):
    monkeypatch.setattr("clustering.spark.sql.profile.MOST_TOLD", 12)
    case = many_levels()
    engine.keep(case.table)
    check_profile(engine, case)


def test_hostile_names_come_out_intact(engine):
    case = case_of(hostile().table, FeatureSpec(HOSTILE[:3]))
    name = "a\"b`c'; DROP TABLE customers; --"
    engine.keep(case.table, name)
    plan = make_plan(case.table, case.features, (name,), dialect="duckdb")
    rows = engine.run(prepared_query(plan))
    assert len(rows) == case.table.n_rows
    engine.keep(case.table)
    check_profile(engine, case)


@pytest.mark.parametrize("dialect", ["spark", "duckdb"])
def test_every_query_is_read_back_with_the_names_as_they_are(dialect):
    case = case_of(hostile().table, FeatureSpec(HOSTILE[:3]))
    name = "back\\slash`'\"; --"
    plan = make_plan(case.table, case.features, ("cat`alog", "sch.ema", name), dialect=dialect)
    numbers = range(1, len(plan.numbers) + 1)
    queries = [
        moments_query(plan),
        prepared_query(plan),
        labelled_query(plan, case.rule),
        scores_query(case.clustering.cluster_centers, name, dialect=dialect),
        overview_query(plan, name),
        spreads_query(plan, name, dict.fromkeys(numbers, -1.5)),
        quartiles_query(plan, name, 1),
        levels_query(plan, name, 1),
    ]
    for query in queries:
        tables = {table.name for table in sqlglot.parse_one(query, read=dialect).find_all(exp.Table)}
        assert name in tables
    columns = {column.name for column in sqlglot.parse_one(queries[2], read=dialect).find_all(exp.Column)}
    assert {column.name for column in case.table.columns} <= columns


@pytest.mark.parametrize("text", ["${env:HOME}", "a ${b} ${", "$1 and $ {c}"])
def test_spark_looks_nothing_up_for_a_text(translated, text):
    written = Writer("spark", DIALECTS["spark"]).sql(exp.select(exp.alias_(Writer("spark", None).text(text), "told")))
    assert "${" not in written
    assert translated.run(written) == [{"told": text}]


def test_labels_are_those_of_the_recipe(engine):
    case = recipe_case("gaps filled")
    engine.keep(case.table)
    rows = engine.run(labels_query(case.recipe, "customers", sample=case.table, dialect="duckdb"))
    assert [row["segment"] or 0 for row in rows] == case.segments.tolist()


def test_text_on_the_cluster_is_read_as_the_sample_reads_it(engine):
    rows = text_of_all_kinds()
    case = case_of(sample_of(rows), FeatureSpec(("amount", "joined", "news", "city")), 3)
    assert [column.type for column in case.table.columns] == ["number", "date", "boolean", "text", "number"]
    engine.keep_arrow(rows)
    check_prepared(engine, case)
    check_scores(engine, case)
    check_profile(engine, case)
    recipe = make_recipe(case.table, case.features, case.clustering)
    query = labels_query(recipe, "customers", sample=case.table, dialect="duckdb", key_columns=("visits",))
    found = np.bincount([row["segment"] for row in engine.run(query)])[1:]
    assert tuple(found.tolist()) == case.clustering.sizes


def test_a_column_is_found_under_its_name_on_the_cluster(engine):
    rows = pa.table({" big\nspender ": [1.0, 2.0, 9.0, 10.0], "y": [0.0, 1.0, 0.0, 1.5]})
    case = case_of(sample_of(rows), FeatureSpec(("big spender", "y"), outliers="keep"), 2)
    engine.keep_arrow(rows)
    check_scores(engine, case)


@pytest.mark.parametrize(
    "values, refusal",
    [
        (["1,5", "2,5", "7,25", "9,75"], '"x" is text on the cluster and holds numbers with a decimal comma'),
        (["13.01.2024", "14.01.2024", "15.02.2024", "16.02.2024"], "holds dates that begin with the day"),
        (
            [20240101 + 100 * month + day for month in range(6) for day in range(28)],
            '"x" holds numbers on the cluster that were read as dates here',
        ),
        ([[1], [2], [3], [4]], '"x" holds lists, records or the like on the cluster'),
    ],
)
def test_what_a_query_cannot_read_is_refused(values, refusal):
    table = sample_of(pa.table({"x": values, "y": np.arange(len(values)) % 3 * 1.5}))
    spec = FeatureSpec(("y",), describe=("x",))
    with pytest.raises(InvalidSetting, match=refusal):
        make_plan(table, prepare(table, spec), "customers")


def test_filling_from_neighbours_is_refused():
    with pytest.raises(
        InvalidSetting, match='"total_spend": filling from similar customers needs all customers at once'
    ):
        make_plan(special(NEEDS_ALL).table, special(NEEDS_ALL).features, "customers")


def test_an_isolation_forest_is_refused():
    table = special("logs").table
    features = prepare(table, FeatureSpec(("age", "total_spend"), outliers="forest"))
    with pytest.raises(InvalidSetting, match="isolation forest needs all customers at once"):
        make_plan(table, features, "customers")


@pytest.mark.parametrize("name", ["", "a..b", "a.b.c.d", " "])
def test_what_names_no_table_is_refused(name):
    with pytest.raises(InvalidSetting, match="no name of a table"):
        make_plan(special("logs").table, special("logs").features, name)


def test_what_the_sample_does_not_hold_is_refused_in_all_rows(engine):
    case = plain(b"x,y,w\n0,0,1\n0,2,1\n10,0,1\n10,2,5\n", weight_column="w", settings=(ColumnSpec("x", log=True),))
    engine.keep(read_table(b"x,y,w\n0,0,1\n0,2,1\n10,0,1\n10,2,-5\n"))
    with pytest.raises(InvalidSetting, match='"w" cannot weigh customers: it is below 0 in 1 row of the table'):
        moments_of(engine, case)
    engine.keep(read_table(b"x,y,w\n0,0,1\n0,2,1\n-10,0,1\n10,2,5\n"))
    with pytest.raises(InvalidSetting, match='"x": a log needs values of 0 and more, and the table holds others'):
        moments_of(engine, case)


def test_fewer_rows_than_segments_need_are_refused(engine):
    case = plain(FOUR, row_filter=RowFilter("x", high=100.0))
    engine.keep(read_table(b"x,y\n0,0\n1,1\n500,0\n500,3\n"))
    with pytest.raises(TooFewRows, match="Only 2 rows of the table can take part; segments need at least 3"):
        moments_of(engine, case)


def test_without_a_filter_all_take_part_whatever_would_become_of_those_outside_it(engine):
    case = plain(FOUR, filtered="place")
    engine.keep(case.table)
    check_prepared(engine, case)


def test_of_categories_alone_nobody_is_far_outside(engine):
    rows = "".join(f"{'ab'[i % 2]},{('yes', 'no')[i % 3 == 0]},{i}\n" for i in range(40))
    case = case_of(read_table(f"x,y,z\n{rows}".encode()), FeatureSpec(("x", "y")), 2)
    engine.keep(case.table)
    check_prepared(engine, case)
    check_scores(engine, case)


@pytest.mark.parametrize(("column", "fill"), [("news", "unknown"), ("visits", "many"), ("joined", "never")])
def test_missing_cells_that_are_filled_with_a_word_come_out_as_in_memory(engine, column, fill):
    rows = "".join(
        "\n" + ("9,,," if i % 9 == 0 else f"{i % 5},{('yes', 'no')[i % 2]},{i % 3},2024-0{i % 4 + 1}-01")
        for i in range(40)
    )
    setting = ColumnSpec(column, encode="onehot", missing="constant", fill_value=fill)
    table = read_table(f"x,news,visits,joined{rows}".encode())
    case = case_of(table, FeatureSpec(("x", column), settings=(setting,)), 2)
    engine.keep(case.table)
    check_prepared(engine, case)
