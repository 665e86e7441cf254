"""What the columns held when the segments were found."""

import numpy as np
import pandas as pd
import pytest

from clustering import FeatureSpec, read_table
from clustering.features import ColumnSpec, RowFilter
from clustering.recipe.training import as_amounts, iso, trained_columns
from clustering.table.options import ColumnOptions, ReadOptions


def trained(cells, rows=None, name="x", **spec):
    """The one column of these cells, as it was trained on these rows (all if none are given)."""
    table = read_table((f"{name},other\n" + "".join(f"{cell},{i}\n" for i, cell in enumerate(cells))).encode())
    spec = FeatureSpec(("other",), describe=(name,)) if not spec else FeatureSpec(**spec)
    rows = np.arange(table.n_rows) if rows is None else np.array(rows)
    return next(column for column in trained_columns(table, spec, rows) if column.name == name)


def test_ten_different_values_are_cut_in_tenths_of_one_value_each():
    column = trained(range(1, 11), columns=("x",))
    assert column.edges == (2, 3, 4, 5, 6, 7, 8, 9, 10)
    assert column.counts == (1,) * 10
    assert (column.min, column.max, column.n, column.missing) == (1, 10, 10, 0)


def test_equal_values_stay_together_and_are_cut_off_where_that_is_nearest_to_the_tenth():
    # Of 20 values 13 are 0: for the cuts at 2, 4 and 6 values it is nearer to cut before the zeros, where nothing is,
    # for those at 8, 10 and 12 behind them; those at 14, 16 and 18 are where they should be.
    column = trained([0] * 13 + [1, 2, 3, 4, 5, 6, 7])
    assert column.edges == (1, 2, 4, 6)
    assert column.counts == (13, 1, 2, 2, 2)


def test_of_two_cuts_as_near_to_a_tenth_the_lower_one_is_taken():
    # Of 20 values the tenth and the eleventh are equal: the half at 10 values is as near before them as behind them.
    column = trained([*range(9), 9, 9, *range(11, 20)])
    assert column.edges == (2, 4, 6, 8, 9, 12, 14, 16, 18)
    assert column.counts == (2, 2, 2, 2, 1, 3, 2, 2, 2, 2)


def test_a_value_that_nearly_all_share_is_parted_from_the_rare_one():
    column = trained([0] * 19 + [5], columns=("x",), settings=(ColumnSpec("x", encode="number"),))
    assert (column.edges, column.counts) == ((5,), (19, 1))


def test_of_a_constant_column_there_is_one_part():
    column = trained([7] * 5)
    assert (column.edges, column.counts, column.min, column.max) == ((), (5,), 7, 7)


def test_only_the_rows_with_a_segment_count():
    column = trained([1, 2, 3, 400, 500], rows=[0, 2])
    assert (column.n, column.min, column.max) == (2, 1, 3)


def test_missing_values_are_counted_and_in_no_part():
    column = trained([1, "", 2, "", 3])
    assert (column.n, column.missing, sum(column.counts)) == (5, 2, 3)


def test_a_column_without_any_value_has_an_empty_part():
    column = trained(["", "", ""])
    assert (column.n, column.missing, column.counts, column.min, column.edges) == (3, 3, (0,), None, ())


def test_numbers_that_nobody_with_a_segment_has_have_an_empty_part():
    column = trained([1.5, 2.5, 4, 8, 16, 32, 64, 128, 256, 512, "", "", ""], rows=[10, 11, 12])
    assert (column.role, column.n, column.missing, column.counts) == ("number", 3, 3, (0,))
    assert (column.min, column.max, column.edges) == (None, None, ())


def test_a_value_too_large_to_calculate_with_counts_as_missing():
    column = trained([1, 2, 3, "1e200"])
    assert (column.missing, column.max) == (1, 3)


def test_levels_come_by_frequency_and_equals_by_the_alphabet():
    column = trained(["b", "d", "c", "a", "b", "c", "", "b", "d", "b", "b", "b", "b"])
    assert column.levels == ("b", "c", "d", "a")
    assert (column.counts, column.missing) == ((7, 2, 2, 1, 0), 1)
    assert (column.edges, column.min) == ((), None)


def test_from_the_fifty_first_on_levels_are_counted_together():
    levels = [f"level {i:02d}" for i in range(52)] * 4
    column = trained(levels, columns=("x",), settings=(ColumnSpec("x", encode="onehot"),))
    assert len(column.levels) == 50
    assert column.counts == (4,) * 50 + (8,)


def test_yes_and_no_are_levels():
    column = trained(["yes", "no", "yes", "yes"], columns=("x",))
    assert (column.type, column.levels, column.counts) == ("boolean", ("yes", "no"), (3, 1, 0))


def test_numbers_that_are_codes_are_levels():
    settings = (ColumnSpec("x", encode="onehot"),)
    column = trained([3, 3, 1, 3], columns=("x",), settings=settings)
    assert (column.levels, column.counts, column.min) == (("3", "1"), (3, 1, 0), None)


def test_numbers_of_known_groups_and_words_that_are_all_alike_are_levels():
    options = ReadOptions(columns=(ColumnOptions("group", role="label"),))
    table = read_table(b"a,group,word\n1,7,same\n2,8,same\n3,7,same\n", options=options)
    _, group, word = trained_columns(table, FeatureSpec(("a",), describe=("group", "word")), np.arange(3))
    assert (group.type, group.levels, group.counts) == ("number", ("7", "8"), (2, 1, 0))
    assert (word.levels, word.counts) == (("same",), (3, 0))


def test_a_date_has_edges_in_days_since_1970_and_a_range_in_words():
    column = trained(["1970-01-02", "1970-01-03", "1970-01-05", "1970-01-05"])
    assert column.edges == (2, 4)
    assert column.counts == (1, 1, 2)
    assert (column.type, column.min, column.max) == ("date", "1970-01-02", "1970-01-05")


def test_a_time_of_day_is_kept_in_the_range():
    column = trained(["1970-01-01 12:00", "1970-01-02 00:00", "1970-01-03 18:30"])
    assert (column.min, column.max) == ("1970-01-01T12:00:00", "1970-01-03T18:30:00")


def test_days_become_dates_and_back():
    table = read_table(b"d,x\n2026-01-31,1\n1969-12-31,2\n,3\n")
    days = as_amounts(table.frame["d"])
    assert [iso(day) for day in days[:2]] == ["2026-01-31", "1969-12-31"]
    assert np.isnan(days[2])


def test_yes_and_no_become_one_and_nothing():
    amounts = as_amounts(pd.Series([True, None, False], dtype="boolean"))
    assert amounts.dtype == np.float64
    assert np.array_equal(amounts, [1, np.nan, 0], equal_nan=True)


@pytest.mark.parametrize("cells", [[f"C{i:03d}" for i in range(40)], [f"a long remark number {i}" for i in range(40)]])
def test_ids_and_free_text_that_describe_are_counted_alone_for_they_are_customers(cells):
    column = trained(["", *cells])
    assert (column.levels, column.edges, column.min, column.max) == ((), (), None, None)
    assert (column.counts, column.missing) == ((40,), 1)


def test_a_running_number_that_describes_keeps_no_id():
    column = trained(range(1001, 1041), name="customer_id")
    assert (column.role, column.edges, column.min, column.counts) == ("id", (), None, (40,))


def test_needed_are_the_columns_of_the_fit_and_of_the_filter_in_that_order_and_each_once():
    table = read_table(b"a,b,w,f,d\n1,2,1,x,5\n2,1,2,x,6\n3,5,1,y,7\n4,1,1,x,8\n")
    spec = FeatureSpec(
        ("b", "a"), row_filter=RowFilter("f", levels=("x",)), weight_column="w", describe=("d", "f", "w")
    )
    columns = trained_columns(table, spec, np.array([0, 1, 3]))
    assert [(column.name, column.needed) for column in columns] == [
        ("b", True),
        ("a", True),
        ("f", True),
        ("w", False),
        ("d", False),
    ]


def test_numbers_that_are_filtered_by_level_are_levels_and_else_have_edges():
    table = read_table(b"a,f\n1,1\n2,2\n3,2\n4,1\n5,3\n")
    rows = np.arange(5)
    by_level = FeatureSpec(("a",), row_filter=RowFilter("f", levels=("1", "2", "3")))
    by_range = FeatureSpec(("a",), row_filter=RowFilter("f", low=1.0))
    assert trained_columns(table, by_level, rows)[1].levels == ("1", "2", "3")
    assert trained_columns(table, by_range, rows)[1].levels == ()
    assert trained_columns(table, by_range, rows)[1].max == 3


@pytest.mark.parametrize(
    "cells, decimal",
    [
        (["1,5", "2,25", "3,75"], ","),  # as they prove it
        (["1.5", "2.25", "3.75"], "."),
        (["1.234", "2.345", "3.456"], ","),  # as it was taken until somebody says
        (["1", "2", "3"], None),
    ],
)
def test_it_is_told_what_parted_the_decimals(cells, decimal):
    table = read_table(("x;other\n" + "".join(f"{cell};{i}\n" for i, cell in enumerate(cells))).encode())
    (_, column) = trained_columns(table, FeatureSpec(("other",), describe=("x",)), np.arange(3))
    assert (column.decimal, column.day_first) == (decimal, None)


@pytest.mark.parametrize(
    "dates, day_first",
    [
        (["13/04/2026", "05/06/2026", "07/08/2026"], True),  # as they prove it
        (["04/13/2026", "05/06/2026", "07/08/2026"], False),
        (["03/04/2026", "05/06/2026", "07/08/2026"], False),  # as it was taken until somebody says
        (["2026-04-03", "2026-06-05", "2026-08-07"], None),
    ],
)
def test_it_is_told_whether_dates_began_with_the_day(dates, day_first):
    column = trained(dates)
    assert (column.type, column.decimal, column.day_first) == ("date", None, day_first)
