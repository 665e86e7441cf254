"""The labelled table as Parquet: typed where no cell would say anything else, text where one would."""

import io
from datetime import date, datetime
from decimal import Decimal as D

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clustering import ClusterSpec, FeatureSpec, fit, label_table, prepare, read_table
from clustering.export import only_ids, to_parquet
from clustering.table import ColumnOptions, ReadOptions


def labelled(table, column, **settings):
    clustering = fit(prepare(table, FeatureSpec((column,), **settings)), ClusterSpec(n_clusters=2))
    return label_table(table, clustering, ("Small", '=1+1\n<b>"🙂"'))


def written(content, column="x", **reading):
    """What a Parquet reader finds in the export of a file."""
    table = read_table(content, **reading)
    return pq.read_table(io.BytesIO(to_parquet(labelled(table, column, missing="aside"), table)))


def column_of(*cells, **options):
    """A column of these cells, as it comes out."""
    content = pd.DataFrame({"x": range(len(cells)), "c": cells}).to_csv(index=False, sep=";").encode()
    columns = (ColumnOptions("c", **options),) if options else ()
    return written(content, options=ReadOptions(delimiter=";", columns=columns))["c"]


@pytest.mark.parametrize(
    ("kind", "cells", "values"),
    [
        (pa.int64(), ("51", "7", "-3"), [51, 7, -3]),
        (pa.float64(), ("51.4", "7", "-0.25"), [51.4, 7.0, -0.25]),
        (pa.decimal128(18, 2), ("12.50", "0.10", "-3.00"), [D("12.50"), D("0.10"), D("-3.00")]),
        (pa.decimal128(38, 20), ("0.12345678901234567890",) * 3, [D("0.12345678901234567890")] * 3),
        (
            pa.date32(),
            ("2024-01-31", "2024-02-29", "1999-12-31"),
            [date(2024, 1, 31), date(2024, 2, 29), date(1999, 12, 31)],
        ),
        (
            pa.timestamp("us"),
            ("2024-01-31 10:00:00", "2024-01-31 23:59:59", "2024-02-01 00:00:00"),
            [datetime(2024, 1, 31, 10), datetime(2024, 1, 31, 23, 59, 59), datetime(2024, 2, 1)],
        ),
        (pa.bool_(), ("true", "false", "true"), [True, False, True]),
    ],
    ids=str,
)
def test_a_column_that_can_be_read_back_as_it_stood_has_a_type(kind, cells, values):
    column = column_of(*cells)
    assert column.type == kind
    assert column.to_pylist() == values


@pytest.mark.parametrize(
    "cells",
    [
        ("0001", "0002", "0010"),
        ("1,234", "5,678", "9,012"),
        ("12.50", "0.1", "3"),
        ("51", "n/a", "7"),
        ("51", "?", "7"),
        ("1e5", "2", "3"),
        ("+5", "6", "7"),
        (" 5", "6", "7"),
        ("€ 5", "€ 6", "€ 7"),
        ("5 %", "6 %", "7 %"),
        ("-0.00", "1.50", "2.25"),
        ("31.01.2024", "01.02.2024", "28.02.2024"),
        ("2024-01-31T10:00:00", "2024-01-31T11:00:00", "2024-02-01T00:00:00"),
        ("yes", "no", "yes"),
        ("True", "False", "True"),
        ("a", "b", "=1+1"),
        ("12345678901234567890", "12345678901234567891", "1"),
        ("0.1234567890123456789", "0.5", "0.25"),
    ],
    ids=lambda cells: cells[0],
)
def test_a_column_of_which_a_cell_would_change_stays_text(cells):
    column = column_of(*cells)
    assert column.type == pa.string()
    assert column.to_pylist() == list(cells)


def test_a_column_that_the_user_reads_as_text_stays_text():
    assert column_of("51", "7", "3", type="text").type == pa.string()


def test_one_cell_behind_many_good_ones_decides():
    column = column_of(*[str(number) for number in range(1_500)], "007")
    assert column.type == pa.string()
    assert column[1_500].as_py() == "007"


def test_an_empty_cell_is_null():
    assert column_of("51", "", "7").to_pylist() == [51, None, 7]
    assert column_of("ab", "", "c d").to_pylist() == ["ab", None, "c d"]


def test_the_segment_is_a_small_integer_and_null_where_there_is_none():
    found = written(b'x\n1\n2\n""\n50\n')
    assert found.schema.names == ["x", "segment", "segment_name", "segment_note"]
    assert found.schema.field("segment").type == pa.int32()
    assert found["segment"].to_pylist() == [1, 1, None, 2]
    assert found["segment_name"].to_pylist() == ["Small", "Small", None, '=1+1\n<b>"🙂"']
    assert found["segment_note"].to_pylist() == [None, None, "x is missing", None]


def test_hostile_headers_and_cells_come_back_whole():
    header = "=cmd|'/c calc'!A1 <script>\u202e🙂" + "x" * 300
    cells = ["=1+1", "a\r\nb", 'say "hi"', "漢字\u202e", "@x"]
    frame = pd.DataFrame({"x": [1, 2, 3, 50, 51], header: cells})
    found = written(frame.to_csv(index=False).encode())
    assert found.schema.names[1] == header
    assert found[header].to_pylist() == cells


MIXED = b"""id,amount,price,rate,day,city
0001,1,12.50,0.5,2024-01-31,Berlin
0002,2,0.10,0.25,2024-02-01,"Paris, FR"
0003,,3.00,,2024-02-02,
0004,50,1.00,1,2024-02-03,Berlin
"""


def test_read_again_it_holds_the_same_cells_and_the_same_segments():
    table = read_table(MIXED)
    told = labelled(table, "amount", missing="aside")
    again = read_table(to_parquet(told, table))
    assert again.text.select(table.text.column_names).equals(table.text)
    assert again.text["segment"].to_pylist() == ["1", "1", "", "2"]
    assert [column.type for column in again.columns[:6]] == [column.type for column in table.columns]


def test_a_database_computes_with_it():
    table = read_table(MIXED)
    content = pq.read_table(io.BytesIO(to_parquet(labelled(table, "amount", missing="aside"), table)))
    with duckdb.connect() as database:
        database.register("customers", content)
        query = "select sum(price), max(day), min(id) from customers group by segment order by segment nulls last"
        assert database.sql(query).fetchall() == [
            (D("12.60"), date(2024, 2, 1), "0001"),
            (D("1.00"), date(2024, 2, 3), "0004"),
            (D("3.00"), date(2024, 2, 2), "0003"),
        ]


MOMENT = datetime(2024, 3, 1, 5, 30)
TYPED = {
    "x": pa.array([1, 2, None, 50], pa.int16()),
    "code": pa.array(["12", "7", None, "3"]),
    "zip": pa.array(["01234", "7", None, "3"], pa.large_string()),
    "single": pa.array([0.1, None, 3, 1e10], pa.float32()),
    "whole": pa.array([1.0, 2.0, float("nan"), 1e12]),
    "price": pa.array([D("1.50"), None, D("0.25"), D("3.00")]),
    "day": pa.array([MOMENT.date(), None, MOMENT.date(), MOMENT.date()]),
    "midnight": pa.array([MOMENT.replace(hour=0, minute=0)] * 4, pa.timestamp("ms")),
    "moment": pa.array([MOMENT, None, MOMENT, MOMENT], pa.timestamp("us")),
    "zoned": pa.array([MOMENT, None, MOMENT, MOMENT], pa.timestamp("us", "Europe/Berlin")),
    "flag": pa.array([True, None, False, True]),
}


@pytest.mark.parametrize("name", TYPED)
def test_columns_of_a_parquet_file_have_the_types_they_had(name):
    source = io.BytesIO()
    pq.write_table(pa.table(TYPED), source)
    found = written(source.getvalue())
    assert found.schema.field(name).type == TYPED[name].type
    expected = pa.array(TYPED[name].to_pylist(), TYPED[name].type, from_pandas=True)  # not a number is null
    assert found[name].combine_chunks().equals(expected)


def test_what_has_no_such_text_comes_as_text():
    source = io.BytesIO()
    lists, level = pa.array([[1], [2, 3], None]), pa.array(["a", "b", "a"]).dictionary_encode()
    pq.write_table(pa.table({"x": [1, 2, 50], "lists": lists, "level": level}), source)
    found = written(source.getvalue())
    assert found["lists"].to_pylist() == ["[1]", "[2, 3]", None]
    assert found.schema.field("level").type == pa.string()


def test_ids_and_segments_alone_can_be_written():
    table = read_table(MIXED)
    content = to_parquet(only_ids(labelled(table, "amount"), table), table)
    assert pq.read_schema(io.BytesIO(content)).names == ["id", "segment", "segment_name", "segment_note"]


def test_how_far_it_is_is_told_to_the_end():
    table, steps = read_table(b"x\n1\n2\n9\n"), []
    to_parquet(labelled(table, "x"), table, on_step=lambda *step: steps.append(step))
    assert steps[0] == (0.25, "1 of 4 columns written")
    assert steps[-1] == (1.0, "4 of 4 columns written")
