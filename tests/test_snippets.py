"""The functions of the written script by themselves, by hand; the scripts as a whole are run in test_recipe_python."""

import codecs
import csv
import gzip
import io
import zipfile
from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clustering.export import to_csv
from clustering.recipe.python import snippets

NAN, NOTHING = np.nan, np.datetime64("NaT")
SQUARE = np.array([[0.0, 0.0], [0.0, 3.0], [4.0, 0.0], [4.0, 3.0]])


# Files


@pytest.fixture
def file(tmp_path):
    """Write a file; its path."""

    def file(content: bytes):
        path = tmp_path / "customers"
        path.write_bytes(content)
        return path

    return file


def test_blank_lines_are_no_records(file):
    path = file(b'a,b\r\n\r\n1,"x\ny"\r\n \r\n,\r\n')
    assert snippets.read_text(path, "utf-8", ",") == [["a", "b"], ["1", "x\ny"], ["", ""]]


def test_in_a_single_column_a_blank_line_is_a_cell_but_not_at_the_end(file):
    assert snippets.read_single_column(file(b"a\n1\n\n2\n\n\n"), "utf-8", ",") == [["a"], ["1"], [""], ["2"]]


def test_what_separates_the_cells_may_be_any_sign(file):
    assert snippets.read_text(file(b"a;b\n1,5;2\n"), "utf-8", ";") == [["a", "b"], ["1,5", "2"]]
    assert snippets.read_single_column(file(b"a\n1,5\n"), "utf-8", ";") == [["a"], ["1,5"]]


def test_a_line_ends_as_on_any_machine_and_a_break_inside_a_cell_stays_as_it_is(file):
    assert snippets.read_text(file(b'a,b\r"1\r\n2",3\r'), "utf-8", ",") == [["a", "b"], ["1\r\n2", "3"]]
    assert snippets.read_single_column(file(b'a\r"1\r\n2"\r\r3\r'), "utf-8", ",") == [["a"], ["1\r\n2"], [""], ["3"]]


READERS = [
    (snippets.read_text, ","),
    (snippets.read_single_column, ","),
    (snippets.read_wrapped, ","),
    (snippets.read_split, snippets.at_colons),
]


@pytest.mark.parametrize(("read", "separator"), READERS)
def test_letters_are_read_in_the_encoding_that_is_told(file, read, separator):
    assert read(file("Malmö\n".encode("cp850")), "cp850", separator) == [["Malmö"]]


@pytest.mark.parametrize(("read", "separator"), READERS)
def test_what_was_pasted_from_another_file_is_read_by_itself(file, read, separator):
    codecs.register_error("as_cp1252", snippets.as_cp1252)
    content = "Malmö ".encode() + b"Z\xfcrich \x81\n"  # the last one stands for no letter
    assert read(file(content), "utf-8", separator, "as_cp1252") == [["Malmö Zürich \N{REPLACEMENT CHARACTER}"]]


def test_lines_between_quotation_marks_are_taken_out_of_them(file):
    assert snippets.read_wrapped(file(b'"a;b"\n"1;""2"""\n'), "utf-8", ";") == [["a", "b"], ["1", "2"]]


@pytest.mark.parametrize(
    ("split", "content", "records"),
    [
        (snippets.at_colons, b"a::b\n\n1::2\n", [["a", "b"], ["1", "2"]]),
        (snippets.at_blanks, b'a  b\n"x y" 2\n', [["a", "b"], ["x y", "2"]]),
        (snippets.at_bars, b"|a|b|\n|---|---|\n|1|-|\n", [["", "a", "b", ""], ["", "1", "-", ""]]),
    ],
)
def test_a_line_is_split_where_its_separators_are(file, split, content, records):
    assert snippets.read_split(file(content), "utf-8", split) == records


def test_of_an_archive_the_one_table_is_read(file):
    inside = gzip.compress(b"packed")
    assert snippets.unpacked(file(inside), lambda path: path.read_bytes()) == b"packed"
    path = file(b"")
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("__MACOSX/x.csv", ".hidden.csv", "folder/", "note.txt", "folder/Table.CSV", "other.csv"):
            archive.writestr(name, name)
    assert snippets.unpacked(path, lambda path: path.read_bytes()) == b"folder/Table.CSV"


def test_empty_rows_of_a_sheet_are_none(tmp_path):
    path = tmp_path / "customers.xlsx"
    cells = [["a", None, "b"], [1, None, 2.5], [None] * 3, [None, None, True]]
    with pd.ExcelWriter(path) as writer:
        pd.DataFrame({"about": ["nothing"]}).to_excel(writer, sheet_name="April")
        pd.DataFrame(cells, dtype=object).to_excel(writer, sheet_name="May", header=False, index=False)
    assert snippets.read_sheet(path, "May") == [["a", "", "b"], ["1", "", "2.5"], ["", "", "true"]]


def test_columns_at_the_sides_without_a_value_are_left_out():
    rows = [["", " ", "a", "", "b", "c", ""], ["", "", "1", "", "", "", " "], ["", "", "", "", "2", "3", ""]]
    assert snippets.trimmed(rows) == [["a", "", "b", "c"], ["1", "", "", ""], ["", "", "2", "3"]]
    assert snippets.trimmed([["a", "b"]]) == [["a", "b"]]
    assert snippets.trimmed([]) == []


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (True, "true"),
        (False, "false"),
        (7, "7"),
        (7.0, "7"),
        (99999999999999984.0, "99999999999999984"),
        (1e17, "1e+17"),
        (-1e17, "-1e+17"),
        (1234567890123456789.0, "1.23456789012346e+18"),
        (0.1 + 0.2, "0.3"),
        (0.25, "0.25"),
        (datetime(2026, 1, 31), "2026-01-31"),
        (datetime(2026, 1, 31, 12, 0, 0, 1000), "2026-01-31 12:00:00"),
        (datetime(2026, 1, 31, 12, 0, 0, 1001), "2026-01-31 12:00:00.001001"),
        (datetime(2026, 1, 31, 12, 0, 0, 998_999), "2026-01-31 12:00:00.998999"),
        (datetime(2026, 1, 31, 11, 59, 59, 999_000), "2026-01-31 12:00:00"),
        (datetime(2026, 1, 30, 23, 59, 59, 999_500), "2026-01-31"),
        (date(2026, 1, 31), "2026-01-31"),
        (timedelta(hours=25, minutes=5, seconds=7.4), "25:05:07"),
        (timedelta(seconds=59.6), "0:01:00"),
        ("x", "x"),
    ],
)
def test_a_cell_of_a_workbook_is_as_a_person_sees_it(cell, text):
    assert snippets.as_text(cell) == text


def test_a_parquet_file_has_its_cells_as_text(tmp_path):
    path = tmp_path / "customers"
    columns = {
        "text": ["nan", None],
        "name": pa.array(["a", None]).dictionary_encode(),
        "bytes": pa.array([b"a", None]).dictionary_encode(),
        "float": [0.1 + 0.2, None],
        "no number": [np.nan, 2.0],
        "single": pa.array([1 / 3, None], pa.float32()),
        "whole": [5, None],
        "truth": [True, None],
        "amount": [Decimal("1.50"), None],
        "day": [date(2026, 1, 31), None],
        "midnight": [datetime(2026, 1, 31), None],
        "moment": [datetime(2026, 1, 31, 0, 0), datetime(2026, 1, 31, 9, 30, 0, 250_000)],
        "zone": pa.array([datetime(2026, 1, 31, 9), None], pa.timestamp("ns", "Europe/Berlin")),
        "lasts": [timedelta(minutes=65), None],
        "list": [["ä"], None],
        "record": [{"a": 1, "b": date(2026, 1, 31)}, None],
    }
    pq.write_table(pa.table(columns), path)
    header, *rows = snippets.read_parquet(path)
    assert header == list(columns)
    assert dict(zip(header, map(list, zip(*rows, strict=True)), strict=True)) == {
        "text": ["nan", ""],
        "name": ["a", ""],
        "bytes": ["a", ""],
        "float": ["0.30000000000000004", ""],
        "no number": ["", "2"],
        "single": ["0.33333334", ""],
        "whole": ["5", ""],
        "truth": ["true", ""],
        "amount": ["1.50", ""],
        "day": ["2026-01-31", ""],
        "midnight": ["2026-01-31", ""],
        "moment": ["2026-01-31 00:00:00", "2026-01-31 09:30:00.250000"],
        "zone": ["2026-01-31 09:00:00", ""],
        "lasts": ["1:05:00", ""],
        "list": ['["ä"]', ""],
        "record": ['{"a": 1, "b": "2026-01-31"}', ""],
    }


# Cells


@pytest.mark.parametrize(
    ("cell", "how", "value"),
    [
        ("1,234.50 €", {}, 1234.5),
        ("1.234,50", {"decimal": ","}, 1234.5),
        ("(5 %)", {}, -5),
        ("-.5", {}, -0.5),
        ("7-", {}, -7),
        ("1.5e3", {}, 1500),
        ("2K", {}, 2),
        ("2K", {"short": True}, 2000),
        ("3 m", {"short": True}, 3e6),
        ("1.5B", {"short": True}, 1.5e9),
        ("none", {}, NAN),
        ("1.2.3", {}, NAN),
    ],
)
def test_an_amount_is_found_among_its_signs(cell, how, value):
    assert snippets.amount_of(cell, **how) == pytest.approx(value, rel=1e-15, nan_ok=True)


def test_a_number_is_read_as_it_is_or_not_at_all():
    assert [snippets.number_of(cell) for cell in ("1e3", "-2.5")] == [1000, -2.5]
    assert np.isnan([snippets.number_of(cell) for cell in ("1,000", "inf", "")]).all()


def test_a_text_that_says_that_there_is_none_is_none():
    assert [snippets.text_of(cell) for cell in ("N/A", "null", "", "Nancy")] == [None, None, None, "Nancy"]


def test_what_says_neither_yes_nor_no_says_nothing():
    assert [snippets.yes_or_no(cell) for cell in ("Yes", "t", "1", "NO", "f", "0", "maybe")] == [
        *([True] * 3),
        *([False] * 3),
        None,
    ]


@pytest.mark.parametrize(
    ("cell", "how", "moment"),
    [
        ("2026-01-31", {}, "2026-01-31"),
        ("31/01/26", {"order": "dmy"}, "2026-01-31"),
        ("01.31.69", {"order": "mdy"}, "1969-01-31"),
        ("1-2-68", {"order": "dmy"}, "2068-02-01"),
        ("31.12.99", {"order": "dmy"}, "1999-12-31"),
        ("31.12.0100", {"order": "dmy"}, "0100-12-31"),
        ("2026-05", {"order": "ym"}, "2026-05-01"),
        ("3. März 2026", {"order": "dmy", "months": {"märz": 3}}, "2026-03-03"),
        ("2026-01-31T23:59:07.25", {}, "2026-01-31T23:59:07.25"),
        ("2026-01-31 12:05 AM", {}, "2026-01-31T00:05"),
        ("2026-01-31 1:05 pm", {}, "2026-01-31T13:05"),
        ("2026-01-31 10:00 +05:30", {}, "2026-01-31T04:30"),
        ("2026-01-31 10:00-0200", {}, "2026-01-31T12:00"),
        ("2026-01-31 10:00+13:45", {}, "2026-01-30T20:15"),
        ("2026-01-31 10:00Z", {}, "2026-01-31T10:00"),
        ("2026-01-31T23:59:07.123456789", {}, "2026-01-31T23:59:07.123456"),
        ("2026-01", {}, "NaT"),
        ("2026-02-30", {}, "NaT"),
        ("soon", {}, "NaT"),
        ("10:05:07", {}, "NaT"),
    ],
)
def test_a_moment_is_read_in_the_order_of_its_parts(cell, how, moment):
    assert np.array_equal(snippets.date_of(cell, **how), np.datetime64(moment, "us"), equal_nan=True)


@pytest.mark.parametrize(
    ("cell", "unit", "moment"),
    [
        ("20240131", "days", "2024-01-31"),
        ("86400", "seconds", "1970-01-02"),
        ("1500", "milliseconds", "1970-01-01T00:00:01.5"),
        ("20241331", "days", "NaT"),
        ("x", "seconds", "NaT"),
    ],
)
def test_a_moment_may_be_told_by_a_number(cell, unit, moment):
    assert np.array_equal(snippets.date_of_number(cell, unit), np.datetime64(moment, "us"), equal_nan=True)


def test_a_value_is_called_as_its_level():
    values = "a", None, True, False, 20.0, 0.1 + 0.2, NAN, np.datetime64("2026-01-31"), NOTHING
    told = ["a", None, "yes", "no", "20", "0.3", None, "2026-01-31", None]
    assert [snippets.level_of(value) for value in values] == told
    assert snippets.level_of(np.datetime64("2026-01-31T12:00")) == "2026-01-31T12:00:00"
    assert [snippets.month_of(value) for value in (np.datetime64("2026-01-31"), NOTHING)] == ["January", None]


def test_every_cell_is_looked_at_without_its_blanks_and_some_hold_nothing():
    rows = [["a", " 5 "], ["b", "999"], ["c", "5"]]
    assert np.array_equal(snippets.convert(rows, 1, snippets.number_of, missing=["999"]), [5, NAN, 5], equal_nan=True)


# Columns


def test_days_are_counted_back_with_their_parts():
    dates = [np.datetime64("2026-01-30T12:00"), np.datetime64(date(2026, 1, 31)), NOTHING]
    assert np.array_equal(snippets.days_before("2026-01-31", dates), [0.5, 0, NAN], equal_nan=True)


def test_a_level_that_is_not_named_is_among_the_others_or_at_none():
    levels = ["b", "a", "x", None]
    assert snippets.positions(levels, ["a", "b"]).tolist() == [1, 0, -1, -1]
    assert snippets.positions(levels, ["a", "b"], others=2, missing=3).tolist() == [1, 0, 2, 3]
    assert np.array_equal(snippets.places(levels, ["a", "b"]), [1, 0, NAN, NAN], equal_nan=True)


def test_what_is_missing_is_not_there():
    assert snippets.is_there(["", None, NAN, NOTHING, 0, False]).tolist() == [True, False, False, False, True, True]


def test_numbers_are_filled_then_logged_then_clipped_then_scaled():
    column = [np.e - 1, NAN, -5.0, 1e6]  # logged: 1, 2 (filled), 0 and 13.8, which is clipped to 3
    scaled = snippets.scaled(column, 1.0, 0.5, fill=np.e**2 - 1, log=True, low=0.5, high=3.0)
    assert scaled == pytest.approx([0, 2, -1, 4])
    assert np.array_equal(snippets.scaled([3, NAN], 1, 2), [1, NAN], equal_nan=True)


def test_yes_counts_one_and_no_nothing():
    assert snippets.scaled([True, None, False], 0.5, 2, fill=0.5).tolist() == [0.25, 0, -0.25]
    assert snippets.deviation([True, None, False], 0.25, 0.5).tolist() == [1.5, 0, 0.5]


def test_a_missing_number_is_not_far_from_the_middle():
    assert snippets.deviation([1.0, 7.0, NAN], 4.0, 1.5).tolist() == [2, 2, 0]
    assert snippets.deviation([np.e - 1, -3.0], 3.0, 1.0, log=True) == pytest.approx([2, 3])


# Segments


def test_the_nearest_center_counts_and_of_two_the_lower():
    assert snippets.nearest_center(SQUARE, [[4, 3], [0, 0], [0, 6]]).tolist() == [1, 1, 0, 0]


def test_the_nearest_point_counts_within_its_reach():
    X = np.array([[0.0, 3.0], [4.0, 0.0], [5.0, 6.0]])
    points, labels = [[0, 0], [5, 5], [9, 9]], [1, 0, 0]
    # squared 9, 29, 117; 16, 26, 106; 61, 1, 25: within 3 of the first, within 0.5 of the second
    assert snippets.nearest_point(X, points, labels).tolist() == [1, 1, 0]
    assert snippets.nearest_point(X, points, labels, reach=[0.5, 3]).tolist() == [1, -1, -1]
    # city blocks 3, 7; 4, 6; 11, 1
    assert snippets.nearest_point(X, points, labels, cityblock=True, reach=[1, 3]).tolist() == [1, -1, 0]
    # the first column counts three times: squared 9, 229; 144, 34; 261, 1
    assert snippets.nearest_point(X, points, labels, stretch=[3, 1]).tolist() == [1, 0, 0]


def test_of_two_points_that_are_equally_near_the_first_counts():
    assert snippets.nearest_point(np.array([[1.0, 0.0]]), [[0, 0], [2, 0]], [0, 1]).tolist() == [0]


def test_city_blocks_are_counted_only_where_they_are_asked_for():
    X = np.array([[3.0, 3.0]])  # squared 18 and 20.25, city blocks 6 and 4.5
    assert snippets.nearest_point(X, [[0, 0], [7.5, 3]], [0, 1]).tolist() == [0]
    assert snippets.nearest_point(X, [[0, 0], [7.5, 3]], [0, 1], cityblock=True).tolist() == [1]


def test_segments_are_whole_numbers_that_a_name_can_be_found_by():
    X = np.zeros((1, 2))
    placed = [
        snippets.nearest_center(X, [[0, 0]]),
        snippets.nearest_point(X, [[0, 0]], [0]),
        snippets.nearer_half(X, [([0, 0], [4, 0], -1, -2)]),
    ]
    assert [["Segment 1"][i] for segments in placed for i in segments] == ["Segment 1"] * 3


def test_down_a_tree_the_nearer_of_two_decides_and_of_two_equally_near_the_left():
    # left at the first fork is a second one, right segment 2; at that left is segment 0 and right segment 1
    forks = [([0, 0], [4, 0], 1, -3), ([0, 0], [0, 3], -1, -2)]
    assert snippets.nearer_half(SQUARE, forks).tolist() == [0, 1, 2, 2]
    assert snippets.nearer_half(np.array([[2.0, 1.5]]), forks).tolist() == [0]


def test_the_larger_share_times_density_counts():
    # A constant less half the squares, of which the second crowd counts the first column twice: (0, 0) has 0 and -31,
    # (4, 0) has -8 and 1, (2.5, 0) has -3.125 and 1 - 4.5, and (2.6, 0) has -3.38 and 1 - 3.92.
    crowds = [(0.0, [0, 0], [[1, 0], [0, 1]]), (1.0, [4, 0], [[2, 0], [0, 1]])]
    assert snippets.most_probable(np.array([[0.0, 0], [4, 0], [2.5, 0], [2.6, 0]]), crowds).tolist() == [0, 1, 0, 1]


# What is written


CELLS = [
    *("x", "", "x-y", "2026-01-31", "'=1", "=1", "@a", "\uff1d1", " =1", '"=1', "\u200b=1", "\tx", "\rx", "-x", "- x"),
    *("-5", " -5 ", "-5\v", "-\u0665", "+1.5e3 %", "-€5", "-", "-\n", "-5\n", "--5", "+49 170 1234567", "+49 170\v"),
    *("a,=1", "a;@b", "a|\uff0b1", "a\n=1", "a,;=1", 'a,"=1', "a, =1", "a,b=1", "a,-5", "a,-5\v", "a,-\u0665", "a,-5x"),
    *(
        "a,+49 170 1234567",
        "a,-",
        "a;+ -",
        "a|- as ordered",
        "a|- as (x)",
        "a,- x\n=1",
        "=1,=2",
        "-5,=2",
        "a,=1;b,-5;@c",
    ),
]


@pytest.mark.parametrize("cell", CELLS)
def test_a_cell_is_told_as_in_the_export(cell):
    rows = to_csv(pd.DataFrame({"a": [cell], "b": ["1"]})).content.decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(rows, newline="")))[1][0] == snippets.harmless(cell)
