"""What a column of text holds: every way people write numbers and dates, decided for the column as a whole."""

import csv
import io
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustering.errors import InvalidSetting
from clustering.table import ColumnOptions, ReadOptions, read_table

INTAKE_CASES = os.environ.get("INTAKE_CASES")


def table_of(cells, *, name="value", delimiter=",", others=(), **overruled):
    """Read a file with `cells` in its first column, any `others`, and a last column of words."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow([name, *(f"other{position}" for position in range(len(others))), "words"])
    writer.writerows([*row, f"w {position}"] for position, row in enumerate(zip(cells, *others, strict=True)))
    columns = (ColumnOptions(name, **overruled),) if overruled else ()
    return read_table(out.getvalue().encode(), options=ReadOptions(delimiter=delimiter, columns=columns))


def values_of(cells, **options):
    table = table_of(cells, **options)
    assert table.columns[0].type == "number"
    return table.frame["value"].tolist()


# Numbers as people write them


@pytest.mark.parametrize(
    ("delimiter", "cells", "values"),
    [
        (",", ["67,211.9", "1,234", "5"], [67211.9, 1234, 5]),
        (";", ["1.234,5", "2", "3,25"], [1234.5, 2, 3.25]),
        (",", ["1,5", "2,25", "3"], [1.5, 2.25, 3]),  # decimal commas between quotation marks
        (";", ["1 234,5", "2", "3"], [1234.5, 2, 3]),
        (";", ["1\u00a0234,5", "12\u202f000", "1\u2009000\u2009000,5"], [1234.5, 12000, 1000000.5]),
        (",", ["1'234.50", "2", "7"], [1234.5, 2, 7]),
        (",", ["1’234.50", "2", "7"], [1234.5, 2, 7]),
        (",", ["$84,835.00 ", "$5", "$1,000.00"], [84835, 5, 1000]),
        (";", ["€ 12", "€ 13,50", "€ 1.000,00"], [12, 13.5, 1000]),
        (";", ["12 €", "13,5 €", "9€"], [12, 13.5, 9]),
        (",", ["£12", "£13.5", "£9"], [12, 13.5, 9]),
        (",", ["EUR 5", "EUR 7.5", "EUR 9"], [5, 7.5, 9]),
        (",", ["5 CHF", "7.5 CHF", "9 CHF"], [5, 7.5, 9]),
        (",", ["65.59K", "1.2M", "300", "2b"], [65590, 1200000, 300, 2e9]),
        (";", ["1,0573E+12", "2,5E+10", "3"], [1.0573e12, 2.5e10, 3]),
        (",", ["(1,200)", "300", "5,000.5"], [-1200, 300, 5000.5]),
        (",", ["($1,200.00)", "$300.00", "-$5.00"], [-1200, 300, -5]),
        (";", ["1.200-", "300", "5,5"], [-1200, 300, 5.5]),
        (",", ["\u22125", "3", "\u22122.5"], [-5, 3, -2.5]),
    ],
)
def test_numbers_become_values_however_they_are_written(delimiter, cells, values):
    assert values_of(cells, delimiter=delimiter) == values


def test_every_column_has_its_own_decimal_mark():
    table = table_of(["1,5", "2,25", "3,5"], delimiter=";", others=[["1.5", "2.25", "1,000.5"]])
    assert table.frame["value"].tolist() == [1.5, 2.25, 3.5]
    assert table.frame["other0"].tolist() == [1.5, 2.25, 1000.5]
    assert table.questions == ()


def test_per_cent_is_read_as_it_stands_and_told():
    table = table_of(["4.96%", "-1.2 %", "0.5%"])
    assert table.frame["value"].tolist() == [4.96, -1.2, 0.5]
    assert table.notes == ('"value" is in per cent: 5 % is read as 5.',)


def test_amounts_of_two_currencies_are_no_numbers():
    assert table_of(["$5", "€7", "$8"]).columns[0].type == "text"


@pytest.mark.parametrize(
    "cells", [["5 m", "7 kg", "9 m"], ["1.5K", "2X", "3"], ["(5", "6", "7"], ["12 34", "5", "6"], ["--5", "6", "7"]]
)
def test_what_only_looks_like_a_number_stays_text(cells):
    assert table_of(cells).columns[0].type == "text"


def test_one_decimal_comma_in_a_comma_separated_file_may_be_a_slip():
    assert table_of(["1,23", "4", "5"]).columns[0].type == "text"
    assert values_of(["1,23", "4", "5"], decimal=",") == [1.23, 4, 5]


def test_words_far_behind_numbers_make_the_column_text_and_gaps_there_do_not():
    numbers = [str(n) for n in range(3000)]
    assert table_of([*numbers, "many", "few"]).columns[0].type == "text"
    assert table_of([*numbers, "N/A", " null "]).columns[0].missing == 2


# What reads both ways is asked


@pytest.mark.parametrize(
    ("delimiter", "cells", "values"),
    [
        (",", ["1,234", "2,500", "1,999"], [1234, 2500, 1999]),
        (";", ["1,234", "2,500", "1,999"], [1.234, 2.5, 1.999]),
        (",", ["1.234", "2.500", "1.999"], [1.234, 2.5, 1.999]),
        (";", ["1.234", "2.500", "1.999"], [1234, 2500, 1999]),
        (";", ["1,234", "2,500", "999"], [1234, 2500, 999]),  # small numbers without a sign: it groups thousands
    ],
)
def test_a_separator_that_reads_both_ways_is_asked_about(delimiter, cells, values):
    table = table_of(cells, delimiter=delimiter)
    assert table.frame["value"].tolist() == values
    (question,) = table.questions
    assert question.column == "value"
    assert question.text in table.notes
    readings = []
    for _, answer in question.choices:
        answered = read_table_again(cells, delimiter, answer)
        assert answered.questions == ()
        readings.append(answered.frame["value"].tolist())
    assert readings[0] == values
    assert readings[1][0] == pytest.approx({1234: 1.234, 1.234: 1234}[values[0]])


def read_table_again(cells, delimiter, answer):
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerows([["value", "words"], *([cell, f"w {row}"] for row, cell in enumerate(cells))])
    return read_table(out.getvalue().encode(), options=ReadOptions(delimiter=delimiter, columns=(answer,)))


def test_the_question_names_a_cell_and_both_readings():
    (question,) = table_of(["1,234", "2,500", "1,999"]).questions
    assert question.text == '"value": is 1,234 the number 1234 or 1.234? Read as 1234 until you say.'
    assert question.choices == (
        ("1,234 is 1234: the comma stands between thousands", ColumnOptions("value", decimal=".")),
        ("1,234 is 1.234: the comma marks the decimals", ColumnOptions("value", decimal=",")),
    )


@pytest.mark.parametrize(
    "cells", [["0.500", "1.234", "2.345"], ["1.234", "2.5", "3.125"], ["1.234", "1234.5", "2.345"]]
)
def test_a_single_cell_that_reads_one_way_settles_the_column(cells):
    table = table_of(cells)
    assert table.questions == ()
    assert table.frame["value"].tolist() == [float(cell) for cell in cells]


def test_no_thousands_begin_with_a_zero():
    table = table_of(["0,500", "1,234", "2,345"])
    assert (table.questions, table.frame["value"].tolist()) == ((), [0.5, 1.234, 2.345])


def test_the_other_columns_tell_which_reading_is_likelier():
    cells = ["1,234", "2,500", "1,999"]
    table = table_of(cells, delimiter="|", others=[["1,5", "2,25", "3,75"]])
    assert table.frame["value"].tolist() == [1.234, 2.5, 1.999]
    assert len(table.questions) == 1


# Missing


@pytest.mark.parametrize("word", ["", "  ", "?", "NA", "N/A", "NULL", "-", "nan", "#N/A"])
def test_words_for_nothing_are_missing_also_beside_written_numbers(word):
    table = table_of([word, "$1,200.50", "$3", "$4"])
    assert (table.columns[0].type, table.columns[0].missing) == ("number", 1)


def test_unknown_is_an_answer_in_a_category_and_told():
    table = table_of(["red", "Unknown", "blue"] * 4)
    assert (table.columns[0].role, table.columns[0].distinct, table.columns[0].missing) == ("category", 3, 0)
    assert table.notes == ('"value": 4 cells say "unknown"; kept as an answer of its own.',)


def test_unknown_among_numbers_is_missing_and_told():
    table = table_of(["12", "unknown", "15", "18"])
    assert (table.columns[0].type, table.columns[0].missing) == ("number", 1)
    assert table.notes == ('"value": 1 cell says "unknown"; counted as missing.',)


@pytest.mark.parametrize("code", ["-1", "-200", "999", "9999"])
def test_a_code_that_stands_out_is_asked_about_and_the_user_decides(code):
    cells = [str(n % 40) for n in range(400)] + [code] * 4
    table = table_of(cells)
    (question,) = table.questions
    assert question.text == (
        f'{code} stands 4 times in "value" and far from the rest: is it a missing value? Kept as a value until you say.'
    )
    assert question.text in table.notes
    assert table.columns[0].missing == 0
    (_, keep), (_, drop) = question.choices
    dropped, kept = (read_table_again(cells, ",", answer) for answer in (drop, keep))
    assert (dropped.columns[0].missing, dropped.questions) == (4, ())
    assert (kept.columns[0].missing, kept.questions) == (0, ())


@pytest.mark.parametrize(
    "cells",
    [
        [str(n % 40) for n in range(400)] + ["999"] * 2,  # twice is no habit
        [str(n % 40) for n in range(400)] + ["60"] * 4,  # 60 - 39 = 21 is less than the middle of the others
        [str(n % 40 - 20) for n in range(400)] + ["-25"] * 4,  # not the only negative number
        [str(n % 40 + 100) for n in range(400)] + ["0"] * 4,  # nothing spent is a value
        ["0", "1"] * 100 + ["-1"] * 50,  # three values: a code
    ],
)
def test_what_does_not_stand_out_is_not_asked_about(cells):
    assert table_of(cells).questions == ()


def test_two_codes_are_one_question():
    (question,) = table_of([str(n % 40) for n in range(400)] + ["999"] * 4 + ["-1"] * 5).questions
    assert [answer.missing for _, answer in question.choices] == [(), ("-1", "999"), ("-1",), ("999",)]


def test_a_missing_number_is_found_however_it_is_written():
    assert np.isnan(values_of(["-200,0", "1,5", "2,5", "-200"], delimiter=";", missing=("-200",))).tolist() == [
        True,
        False,
        False,
        True,
    ]


# Dates


@pytest.mark.parametrize(
    ("cells", "first"),
    [
        (["2024-02-29", "2024-03-01", "2024-03-02"], "2024-02-29"),
        (["2024-02-29T13:05:30Z", "2024-03-01T00:00:00Z", "2024-03-02T00:00:00Z"], "2024-02-29T13:05:30"),
        (["2024/2/29", "2024/03/01", "2024/03/02"], "2024-02-29"),
        (["04-09-2012", "21-08-2013", "10-02-2014"], "2012-09-04"),
        (["04/09/2012", "21/08/2013", "10/02/2014"], "2012-09-04"),
        (["04.09.2012", "21.08.2013", "1.2.2014"], "2012-09-04"),
        (["09/04/2012", "08/21/2013", "02/10/2014"], "2012-09-04"),
        (["12/1/10 9:41", "12/13/10 21:05", "1/2/11 0:00"], "2010-12-01T09:41:00"),
        (["1/2/2024 12:05 AM", "1/13/2024 12:05 pm", "1/3/2024 1:00 PM"], "2024-01-02T00:05:00"),
        (["1/2/2024 1:05 PM", "1/13/2024 12:05 pm", "1/3/2024 1:00 PM"], "2024-01-02T13:05:00"),
        (["01-Jan-24", "3-Feb-24", "29-Feb-24"], "2024-01-01"),
        (["01 Jan 2024", "3 Feb 2024", "29 February 2024"], "2024-01-01"),
        (["Jan 1, 2024", "March 3, 2024", "Sept 5, 2024"], "2024-01-01"),
        (["1/2/69", "13/2/68", "14/2/68"], "1969-02-01"),
    ],
)
def test_dates_are_recognised_in_the_usual_orders(cells, first):
    table = table_of(cells)
    assert (table.columns[0].type, table.questions) == ("date", ())
    assert table.frame["value"][0] == pd.Timestamp(first)


@pytest.mark.parametrize(
    ("delimiter", "separator", "first"),
    [(",", "/", "2026-03-04"), (";", "/", "2026-04-03"), (",", ".", "2026-04-03"), (",", "-", "2026-04-03")],
)
def test_an_order_that_reads_both_ways_is_asked_about(delimiter, separator, first):
    cells = [cell.replace("/", separator) for cell in ("03/04/2026", "05/06/2026", "01/02/2026")]
    table = table_of(cells, delimiter=delimiter)
    assert table.frame["value"][0] == pd.Timestamp(first)
    (question,) = table.questions
    assert question.text in table.notes
    answers = [read_table_again(cells, delimiter, answer) for _, answer in question.choices]
    assert [answer.questions for answer in answers] == [(), ()]
    assert {answer.frame["value"][0] for answer in answers} == {pd.Timestamp("2026-03-04"), pd.Timestamp("2026-04-03")}
    assert answers[0].frame["value"][0] == pd.Timestamp(first)


@pytest.mark.parametrize(
    "cells",
    [
        ["31.02.2024", "01.02.2024", "03.02.2024"],
        ["13/13/2024", "01/02/2024", "03/02/2024"],
        ["13/01/2024", "01/13/2024", "03/02/2024"],  # one cell needs the day first, another the month
        ["2023-02-29", "2024-02-29", "2024-02-29"],
        ["01/02/2024 25:00", "01/02/2024 12:00", "03/02/2024 1:00"],
        ["18.00.00", "19.00.00", "20.00.00"],  # times of day
    ],
)
def test_days_that_do_not_exist_make_the_column_text(cells):
    assert table_of(cells).columns[0].type == "text"


def test_one_word_among_dates_is_told_with_its_row():
    table = table_of([*(f"2024-01-{day:02d}" for day in range(1, 20)), "soon"])
    assert table.columns[0].refusal == "dates, but 1 cell is not (the first: 'soon' in row 20)"


def test_numbers_that_may_be_dates_stay_numbers_unless_asked():
    cells = ["20240131", "20240201", "20240205"]
    assert table_of(cells).columns[0].type == "number"
    assert table_of(cells, type="date").frame["value"][0] == pd.Timestamp("2024-01-31")


# Roles


@pytest.mark.parametrize(
    ("name", "levels", "role"),
    [
        ("Channel", "12", "category"),
        ("Region", "123", "category"),
        ("SeniorCitizen", "01", "category"),
        ("AcceptedCmp1", "01", "category"),
        ("area code", ("408", "415", "510"), "category"),
        ("marital_status", "0123", "category"),
        ("Kidhome", "012", "number"),  # counts begin with 0
        ("kids", "01234567", "number"),
        ("rooms", "123", "number"),
        ("satisfaction", "1234", "number"),
        ("Q1", "12345", "number"),  # a scale of five points
        ("cylinders", "468", "number"),
        ("grade", "023", "number"),  # as many values as the last one says, but with a gap
        ("term", ("36", "60"), "number"),
        ("change", ("-1", "0", "1"), "number"),
        ("half", ("0.5", "1"), "number"),
    ],
)
def test_whole_numbers_with_few_values_are_codes_unless_they_count(name, levels, role):
    assert table_of(list(levels) * 40, name=name).columns[0].role == role


def test_a_code_says_why_and_is_not_suggested():
    column = table_of(["1", "2"] * 20, name="Channel").columns[0]
    told = "a code with 2 values: counts as a category, not as an amount; change its role if it is one"
    assert (column.type, column.reason, column.refusal) == ("number", told, told)


def test_a_few_rows_make_no_codes():
    assert table_of(["1", "2"] * 4, name="Channel").columns[0].role == "number"


def test_a_number_called_an_id_is_one_also_where_it_repeats():
    cells = [str(12000 + 7 * (n % 20)) for n in range(200)]
    assert table_of(cells, name="CustomerID").columns[0].role == "id"
    assert table_of(cells, name="amount").columns[0].role == "number"


@pytest.mark.parametrize("role", ["id", "category", "ordered", "text", "label"])
def test_a_role_that_the_user_gives_wins_and_is_not_suggested(role):
    column = table_of(["1.5", "2.5", "4"], role=role).columns[0]
    assert (column.role, column.reason) == (role, "your choice")
    assert column.refusal is not None


def test_a_code_becomes_an_amount_when_the_user_says_so():
    column = table_of(["1", "2"] * 20, name="Channel", role="number").columns[0]
    assert (column.role, column.refusal) == ("number", None)


def test_a_known_label_builds_no_segments():
    assert "value" in table_of(["1", "2", "4"]).usable_columns
    assert "value" not in table_of(["1", "2", "4"], role="label").usable_columns


@pytest.mark.parametrize("cells", [["", "", ""], ["7", "7", "7"]])
def test_an_empty_or_constant_column_stays_one_whatever_its_role(cells):
    assert table_of(cells, role="text").columns[0].role in ("empty", "constant")


def test_every_column_has_a_reason():
    table = table_of(["1", "2", "4"], others=[["a", "b", "a"], ["", "", ""], ["7", "7", "7"], ["yes", "no", "yes"]])
    assert all(column.reason for column in table.columns)


# Overruling


def test_a_column_forced_to_numbers_counts_the_other_cells_as_missing():
    table = table_of(["10", "20", "many", "0040"], type="number")
    assert table.frame["value"].tolist() == pytest.approx([10, 20, np.nan, 40], nan_ok=True)
    assert table.notes == (
        "\"value\" is read as numbers, but 1 cell is not (the first: 'many' in row 3); such cells count as missing.",
    )


def test_a_column_forced_to_text_keeps_its_cells():
    assert table_of(["10", "20", "40"], type="text").frame["value"].tolist() == ["10", "20", "40"]


def test_zero_and_one_can_be_yes_and_no():
    assert table_of(["1", "0", "1"], type="boolean").frame["value"].tolist() == [True, False, True]


@pytest.mark.parametrize(
    ("overruled", "told"),
    [
        ({"type": "number"}, "\"value\" does not hold numbers: one of its cells is 'Rome'."),
        ({"type": "date"}, "\"value\" does not hold dates: one of its cells is 'Rome'."),
        ({"type": "boolean"}, '"value" does not hold yes and no'),
        ({"decimal": ","}, '"value" does not hold numbers with "," between whole and decimals'),
        (
            {"role": "number"},
            '"value" holds text and cannot be used as a number; that takes numbers. Change its type first, or its use.',
        ),
        (
            {"role": "date"},
            '"value" holds text and cannot be used as a date; that takes dates. Change its type first, or its use.',
        ),
        ({"role": "constant"}, "The role of \"value\" is 'constant'; it can be"),
        ({"type": "whole"}, "The type of \"value\" is 'whole'; it can be"),
    ],
)
def test_settings_that_the_column_cannot_have_are_refused(overruled, told):
    with pytest.raises(InvalidSetting) as refusal:
        table_of(["Rome", "Oslo", "Bern"], **overruled)
    assert str(refusal.value).startswith(told)


def test_a_setting_for_a_column_that_is_not_there_is_refused():
    with pytest.raises(InvalidSetting, match='There is no column "b" to overrule in this file'):
        read_table(b"a,c\n1,2\n3,4\n5,7\n", options=ReadOptions(columns=(ColumnOptions("b"),)))


def test_two_settings_for_one_column_are_refused():
    with pytest.raises(InvalidSetting, match='"a" is overruled twice'):
        ReadOptions(columns=(ColumnOptions("a"), ColumnOptions("a", role="id")))


def test_an_answer_is_part_of_the_digest():
    cells = ["1,234", "2,500", "1,999"]
    assert table_of(cells).digest != table_of(cells, decimal=".").digest


# Figures


def test_figures_do_not_depend_on_how_often_values_repeat():
    # 0..9 1,000 times and 10 once: the median of 10,001 values is the 5,001st, a 5; with few repeats the same way.
    column = table_of([str(n % 10) for n in range(10_000)] + ["10"]).columns[0]
    assert (column.typical, column.distinct, column.min, column.max) == (5, 11, 0, 10)
    # Twelve bins from 0 to 10: each is 10/12 wide, so 4 and 5 share none, and the one from 4.17 to 5 is empty.
    assert column.distribution == (1000, 1000, 1000, 1000, 1000, 0, 1000, 1000, 1000, 1000, 1000, 1)


# Written in any dialect and read back

WORDS = ("Rome", "Köln", "Málaga", "Oslo, north", 'the "old" town', "a; b", "two\nlines", "0012", "Besançon")
NUMBERS = st.integers(-10_000_000, 10_000_000).filter(lambda n: n % 10).map(lambda n: n / 100)
DATES = st.dates(pd.Timestamp("1950-01-01").date(), pd.Timestamp("2030-12-31").date())


@st.composite
def written_tables(draw):
    """Columns of numbers, dates and words, and the bytes of a file that holds them in some dialect."""
    n_rows = draw(st.integers(3, 12))

    def column(cells):
        return draw(st.lists(cells, min_size=n_rows, max_size=n_rows, unique=True))

    numbers, dates = column(NUMBERS), column(DATES)
    words = draw(st.lists(st.sampled_from(WORDS), min_size=n_rows, max_size=n_rows))
    mark = draw(st.sampled_from(".,"))
    group = draw(st.sampled_from(["", {".": ",", ",": "."}[mark], " "]))
    swap = {",": group, ".": mark}
    amounts = ["".join(swap.get(sign, sign) for sign in f"{number:,.2f}") for number in numbers]
    out = io.StringIO(newline="")
    writer = csv.writer(
        out,
        delimiter=draw(st.sampled_from(",;\t|")),
        quoting=draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC])),
        lineterminator=draw(st.sampled_from(["\n", "\r\n"])),
    )
    writer.writerow(["amount", "town", "since"])
    day = draw(st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d"]))
    writer.writerows(zip(amounts, words, [date.strftime(day) for date in dates], strict=True))
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]))
    return numbers, words, dates, out.getvalue().encode(encoding)


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(written_tables())
def test_a_table_written_in_any_dialect_is_read_back_equal(written):
    numbers, words, dates, content = written
    table = read_table(content)
    assert table.text.column_names == ["amount", "town", "since"]
    assert table.frame["amount"].tolist() == numbers
    assert table.text["town"].to_pylist() == words
    assert table.frame["since"].tolist() == [pd.Timestamp(date) for date in dates]


@pytest.mark.parametrize("name, role", [("Species", "label"), ("segment_name", "label"), ("class size", "category")])
def test_a_column_named_like_a_known_answer_is_proposed_as_a_label(name, role):
    found = table_of(["a", "b", "c"] * 4, name=name).columns[0]
    assert found.role == role


# Real files with the faults of real files


@pytest.mark.skipif(not INTAKE_CASES, reason="INTAKE_CASES does not name the folder of real files")
@pytest.mark.parametrize(
    ("name", "roles"),
    [
        ("wholesale_bom.csv", {"Channel": "category", "Region": "category", "Fresh": "number"}),
        ("telco.csv", {"SeniorCitizen": "category", "tenure": "number", "customerID": "id"}),
        ("campaign_tab.csv", {"Dt_Customer": "date", "Response": "category", "NumDealsPurchases": "number"}),
        ("ragged.csv", {"InvoiceDate": "date", "CustomerID": "id", "UnitPrice": "number"}),
        ("fom_decimal.csv", {"kids": "number", "streaming_cost": "number"}),
    ],
)
def test_roles_of_real_columns(name, roles):
    found = {column.name: column.role for column in read_table(Path(INTAKE_CASES) / name).columns}
    assert {column: found[column] for column in roles} == roles


@pytest.mark.skipif(not INTAKE_CASES, reason="INTAKE_CASES does not name the folder of real files")
@pytest.mark.parametrize(
    ("name", "shape", "figures"),
    [
        ("wholesale_bom.csv", (440, 8), {"Fresh": ("sum", 5_280_131)}),
        ("campaign_tab.csv", (2240, 29), {"Income": ("mean", 52_247.25)}),
        ("telco.csv", (7043, 21), {"TotalCharges": ("mean", 2_283.30)}),
        ("fom_decimal.csv", (300, 7), {"streaming_cost": ("mean", 16.0492), "income": ("mean", 50_975.2)}),
        ("dup_headers.csv", (210, 7), {"length": ("mean", 5.56392), "length_2": ("mean", 5.40739)}),
        ("mixed_types.csv", (19, 5), {}),
        ("cdnow.csv", (2357, 4), {"frequency": ("sum", 2_457)}),
    ],
)
def test_figures_of_real_files(name, shape, figures):
    table = read_table(Path(INTAKE_CASES) / name)
    assert (table.n_rows, len(table.columns)) == shape
    for column, (what, value) in figures.items():
        assert getattr(table.frame[column].astype(float), what)() == pytest.approx(value, rel=1e-5)


@pytest.mark.skipif(not INTAKE_CASES, reason="INTAKE_CASES does not name the folder of real files")
def test_the_ragged_rows_of_a_real_file_are_named():
    table = read_table(Path(INTAKE_CASES) / "ragged.csv")
    assert (table.n_rows, len(table.set_aside)) == (183, 4)
