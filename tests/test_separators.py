"""Files of science and of consoles: blanks or two colons between the columns, lines drawn around them."""

import pytest

from clustering.table import read_table


def table_of(*lines):
    return read_table("".join(f"{line}\n" for line in lines).encode())


def values(table, name):
    return table.frame[name].tolist()


def test_blanks_of_any_length_separate_the_columns():
    table = table_of(*(f" {i}.5   A1{i}      ?  {i + 10}.  " for i in range(4)), "9.5 A19 3 19.")
    assert values(table, "column 1") == [0.5, 1.5, 2.5, 3.5, 9.5]
    assert table.frame["column 2"][0] == "A10"
    assert table.columns[2].missing == 4
    assert values(table, "column 4")[-1] == 19
    assert table.notes[0] == "Blanks separate the columns."


def test_a_quoted_name_behind_a_tab_is_one_cell_of_a_line_of_blanks():
    table = table_of(*(f'18.{i}   8   307.0      1{i}0.0\t"chevrolet chevelle malibu"' for i in range(6)))
    assert table.text.num_columns == 5
    assert table.frame["column 5"][0] == "chevrolet chevelle malibu"
    assert values(table, "column 4")[:2] == [100, 110]


def test_doubled_tabs_shift_no_column_where_blanks_make_a_table():
    lines = [f"1{i}.5\t0.8{i}\t5.7\t1" for i in range(6)]
    lines[2] = lines[2].replace("\t", "\t\t", 1)
    table = table_of(*lines)
    assert (table.text.num_columns, dict(table.set_aside)) == (4, {})
    assert values(table, "column 2")[:3] == [0.80, 0.81, 0.82]


def test_a_header_of_blanks_that_lacks_the_name_of_the_row_names():
    table = table_of('"width" "kind"', *(f'"{i}" {i}.5 "wild rose"' for i in range(1, 7)))
    assert table.text.column_names == ["column 1", "width", "kind"]
    assert values(table, "width")[0] == 1.5
    assert table.frame["kind"][0] == "wild rose"


def test_two_colons_separate_the_columns():
    table = table_of(*(f"{i}::The {i}, Movie (1995)::{i % 5}::97830{i}760" for i in range(6)))
    assert table.text.num_columns == 4
    assert table.frame["column 2"][1] == "The 1, Movie (1995)"
    assert table.notes[0] == "Two colons separate the columns."


def test_a_line_that_lacks_a_word_is_told_by_its_number():
    lines = [f"{i} 5.5 x{i} 7" for i in range(3000)] + ["4 5.5 7"] + ["5 5.5 x 7"] * 3
    table = table_of(*lines * 3)
    assert table.set_aside[3000] == "3 of 4 fields"
    assert "(lines 3,001, 6,005, 9,009)" in " ".join(table.notes)


@pytest.mark.parametrize(
    "lines",
    [
        ["name", *(f"Anna Maria {name}" for name in "ABCDEF")],  # names of three words
        ["address", *(f"{i} Long Street" for i in range(6))],
        ["bought", *(f"2024-01-0{i} 10:00:0{i}" for i in range(1, 7))],
    ],
)
def test_words_of_one_column_are_not_torn_apart(lines):
    assert table_of(*lines).text.num_columns == 1


def test_a_moment_beside_numbers_between_tabs_stays_one_cell():
    table = table_of(*(f"2024-01-0{i} 10:00:00\t{i}\t{i}.5" for i in range(1, 7)))
    assert [column.type for column in table.columns] == ["date", "number", "number"]


def test_lines_drawn_around_a_table_are_no_rows():
    table = table_of(
        "+----+------+-------+",
        "| id | name | spend |",
        "+----+------+-------+",
        *(f"| {i:>2} | Anna | {i:>4}.5 |" for i in range(1, 5)),
        "+----+------+-------+",
    )
    assert table.text.column_names[1:4] == ["id", "name", "spend"]
    assert values(table, "spend") == [1.5, 2.5, 3.5, 4.5]
    assert dict(table.set_aside) == {}


def test_a_table_as_in_markdown_is_read():
    table = table_of("| id | spend |", "|:---|---:|", *(f"| a{i} | {i}.5 |" for i in range(4)))
    assert values(table, "spend") == [0.5, 1.5, 2.5, 3.5]


def test_a_printed_list_of_sap_is_a_table():
    rule = "-" * 36
    table = table_of(
        "16.02.2021   Dynamische Listenausgabe   1",
        rule,
        "|Kunde     |Umsatz      |Datum     |",
        rule,
        *(f"|00001000{i:02}|  1.00{i},50{sign}|0{i}.02.2021|" for i, sign in enumerate("-   ", 1)),
        rule,
    )
    assert values(table, "Umsatz") == [-1001.5, 1002.5, 1003.5, 1004.5]
    assert table.frame["Kunde"][0] == "0000100001"
    assert next(column for column in table.columns if column.name == "Datum").type == "date"


@pytest.mark.parametrize("comma", [", ", "; ", "\t"])
def test_a_blank_behind_a_usual_separator_is_none(comma):
    table = table_of(*(comma.join([f"{i}.5", f"{i}", f"2{i}", "7"]) for i in range(1, 7)))
    assert (table.text.num_columns, table.notes[0][:6]) == (4, "Line 1")
    assert values(table, "column 1")[0] == 1.5
