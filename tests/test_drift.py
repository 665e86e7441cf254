"""Whether a segmentation still fits customers of now."""

import json
from dataclasses import replace
from math import isnan, log

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2

from clustering import ClusterSpec, FeatureSpec, fit, prepare, read_table
from clustering.features import ColumnSpec, RowFilter
from clustering.features.rows import Among
from clustering.recipe import TrainedColumn, apply_recipe, make_recipe
from clustering.recipe.drift import NOISE, _changed_a_lot, _least_without, _with_verdict, drift, told
from clustering.recipe.shift import Shift, _pooled, column_shift, judge, segment_shift

# --- one comparison ---


def amount(edges, counts, low=0.0, high=100.0, missing=0, type="number"):
    return TrainedColumn("x", type, type, True, sum(counts) + missing, missing, low, high, tuple(edges), tuple(counts))


def levels(names, counts, missing=0):
    return TrainedColumn("x", "text", "category", True, sum(counts) + missing, missing, None, None, (), counts, names)


def judged(column, values):
    return judge([column_shift(column, pd.Series(values), built=True)])[0]


HALVES = amount([50], [50, 50])


def test_the_index_adds_up_what_every_part_gained_times_the_log_of_how_much():
    # from 50 % and 50 % to 75 % and 25 %
    shift = judged(HALVES, [10.0] * 75 + [60.0] * 25)
    assert (shift.then, shift.now) == ((50, 50), (75, 25))
    assert shift.psi == pytest.approx(0.25 * log(0.75 / 0.5) - 0.25 * log(0.25 / 0.5))


def test_the_test_is_that_of_a_table_of_two_by_two():
    # 200 (50 x 25 - 50 x 75)^2 / (100 x 100 x 125 x 75) = 13.333
    shift = judged(HALVES, [10.0] * 75 + [60.0] * 25)
    assert shift.p_value == pytest.approx(chi2.sf(40 / 3, 1))
    assert shift.size == "a lot"


def test_what_chance_gives_falls_with_the_customers():
    # of one degree of freedom 1 of 100 exceeds 6.635
    shift = judged(HALVES, [10.0] * 200 + [60.0] * 200)
    assert shift.by_chance == pytest.approx(6.6349 * (1 / 100 + 1 / 400), abs=1e-4)
    assert (shift.psi, shift.size, shift.p_value) == (0, "chance", 1)


def test_a_large_index_of_few_customers_does_not_count():
    shift = judged(HALVES, [10.0] * 9 + [60.0] * 3)
    assert shift.psi == pytest.approx(0.25 * log(1.5) - 0.25 * log(0.5))
    assert shift.p_value > 0.05
    assert (shift.size, shift.told) == ("too few", "x: too few customers to tell.")


def test_a_sure_difference_can_be_little():
    # 55 % and 45 % of 10,000: psi is 0.1 ln(55 / 45) = 0.020
    then = amount([50], [5000, 5000])
    shift = judged(then, [10.0] * 4500 + [60.0] * 5500)
    assert shift.psi == pytest.approx(0.05 * log(1.1) - 0.05 * log(0.9))
    assert shift.size == "little"
    assert shift.told == "x is slightly higher than then (55 % have 50 or more now, 50 % then)."


# of a half, d more in one part and less in the other make an index of d ln((0.5 + d) / (0.5 - d))
@pytest.mark.parametrize(
    "n_above, psi, size",
    [(6500, 0.0929, "little"), (6600, 0.1061, "some"), (7300, 0.2288, "some"), (7400, 0.2510, "a lot")],
)
def test_from_a_tenth_some_changed_and_above_a_quarter_a_lot(n_above, psi, size):
    shift = judged(amount([50], [5000, 5000]), [10.0] * (10000 - n_above) + [60.0] * n_above)
    assert (round(shift.psi, 4), shift.size) == (psi, size)


def test_what_chance_gives_rises_with_the_parts_and_the_comparisons():
    # chi squared exceeds 9.2103 with 2 degrees of freedom in 1 of 100, 8.6154 with 1 in 1 of 300
    three = judged(amount([10, 20], [40, 30, 30]), [5.0] * 40 + [15.0] * 30 + [25.0] * 30)
    assert three.by_chance == pytest.approx(9.2103 * (1 / 100 + 1 / 100), abs=1e-4)
    one = column_shift(HALVES, pd.Series([10.0] * 50 + [60.0] * 50), built=True)
    assert judge([one, one, one])[0].by_chance == pytest.approx(8.6154 * (1 / 100 + 1 / 100), abs=1e-4)


def test_p_values_are_adjusted_for_their_number():
    one = column_shift(HALVES, pd.Series([10.0] * 75 + [60.0] * 25), built=True)
    other = column_shift(HALVES, pd.Series([10.0] * 50 + [60.0] * 50), built=True)
    adjusted = judge([one, other, other])
    assert adjusted[0].p_adjusted == pytest.approx(3 * one.p_value)
    assert adjusted[1].p_adjusted == 1


def test_parts_in_which_fewer_than_five_are_expected_are_taken_together():
    # of 100 and 100 customers 4 / 2 are expected in each of the three small parts, together 6
    then = amount([10, 20, 30], [90, 4, 4, 2])
    shift = judged(then, [5.0] * 90 + [15.0] * 0 + [25.0] * 4 + [35.0] * 6)
    assert (len(shift.parts), shift.psi, shift.p_value) == (4, 0, 1)


@pytest.mark.parametrize(
    "then, now, together",
    [
        ((3, 3, 94), (3, 3, 94), [[6, 94], [6, 94]]),
        ((80, 4, 16), (50, 8, 42), [[80, 4, 16], [50, 8, 42]]),  # half of the 12 are expected in either file
        ((80, 4, 16), (50, 5, 45), [[80, 20], [50, 50]]),
        ((80, 15, 5), (80, 15, 5), [[80, 15, 5], [80, 15, 5]]),
        ((80, 16, 4), (80, 15, 5), [[80, 20], [80, 20]]),
        ((92, 4, 4), (92, 4, 4), [[92, 8], [92, 8]]),
        ((4, 16, 80), (4, 16, 80), [[20, 80], [20, 80]]),
        ((5, 15, 80), (5, 15, 80), [[5, 15, 80], [5, 15, 80]]),
        ((96, 4), (96, 4), [[100], [100]]),
    ],
)
def test_parts_are_taken_together_until_five_are_expected(then, now, together):
    assert _pooled(Shift("x", True, ("a", "b", "c"), then, now)).tolist() == together


def test_a_part_that_nobody_is_in_any_more_counts_as_half_a_customer():
    shift = judged(HALVES, [60.0] * 100)
    assert shift.psi == pytest.approx((0.005 - 0.5) * log(0.005 / 0.5) + (1 - 0.5) * log(1 / 0.5))


def test_a_value_at_an_edge_is_in_the_part_above():
    assert judged(HALVES, [50.0] * 10).now == (0, 10)


@pytest.mark.parametrize(
    "now, direction, detail",
    [
        ([5] * 10 + [15] * 20 + [25] * 70, "higher", "70 % have 20 or more now, 33 % then"),
        ([5] * 70 + [15] * 20 + [25] * 10, "lower", "70 % have less than 10 now, 33 % then"),
        ([5] * 48 + [15] * 4 + [25] * 48, "spread otherwise", "4 % have 10 to under 20 now, 33 % then"),
    ],
)
def test_the_direction_is_told_with_the_edge_at_which_most_changed(now, direction, detail):
    shift = judged(amount([10, 20], [33, 33, 33]), [float(x) for x in now])
    assert (shift.direction, shift.detail) == (direction, detail)


@pytest.mark.parametrize(
    "now, direction",
    [
        ((2000, 8000, 6000), "higher"),  # below 10 are 3/8 fewer, below 20 1/8 more
        ((6000, 8000, 2000), "lower"),  # below 10 are 1/8 fewer, below 20 3/8 more
        ((4000, 5600, 6400), "spread otherwise"),  # below 10 are 2/8 fewer, below 20 1/10 more: 5 of 7 parts
    ],
)
def test_three_quarters_of_the_differences_give_the_direction(now, direction):
    low, middle, high = now
    shift = judged(amount([10, 20], [8000, 0, 8000]), [5.0] * low + [15.0] * middle + [25.0] * high)
    assert shift.direction == direction


@pytest.mark.parametrize("column", [amount([50], [50, 50]), levels(("10", "60"), (50, 50, 0))])
def test_where_nothing_changed_there_is_neither_direction_nor_detail(column):
    shift = judged(column, [10.0] * 200 + [60.0] * 200)
    assert (shift.direction, shift.detail, shift.told) == ("", "", "x: no difference beyond chance.")


@pytest.mark.parametrize(
    "days, sentence",
    [
        ("2026-03-01", "x is later than then (100 % are from 2026-02-01 on now, 50 % then)."),
        ("2026-01-05", "x is earlier than then (100 % are before 2026-02-01 now, 50 % then)."),
    ],
)
def test_dates_are_later_or_earlier(days, sentence):
    edge = (pd.Timestamp("2026-02-01") - pd.Timestamp("1970-01-01")).days
    column = amount([edge], [50, 50], "2026-01-01", "2026-03-31", type="date")
    shift = judged(column, pd.to_datetime([days] * 100))
    assert shift.parts == ("before 2026-02-01", "2026-02-01 and later")
    assert shift.told == sentence


@pytest.mark.parametrize("first, last", [(1950, 2005), (1900, 2100)])
def test_years_are_written_as_years(first, last):
    shift = judged(amount([1980], [50, 50], first, last), [1985.0] * 100)
    assert shift.parts == ("under 1980", "1980 and over")


def test_every_part_is_told_by_its_edges():
    shift = judged(amount([10, 20, 30], [25] * 4), [5.0, 15.0, 25.0, 35.0] * 25)
    assert shift.parts == ("under 10", "10 to under 20", "20 to under 30", "30 and over")


def test_only_years_are_written_as_years():
    assert judged(amount([2500], [50, 50], 1950, 5000), [2500.0] * 100).parts == ("under 2,500", "2,500 and over")
    assert judged(amount([12.3456], [50, 50], 1, 20), [15.0] * 100).parts == ("under 12.35", "12.35 and over")


def test_missing_values_are_a_part_of_their_own():
    shift = judged(amount([50], [49, 49], missing=2), [10.0] * 34 + [60.0] * 34 + [np.nan] * 32)
    assert (shift.parts[-1], shift.then[-1], shift.now[-1]) == ("missing", 2, 32)
    assert shift.told == "x is more often missing than then (32 % now, 2 % then)."


def test_values_are_less_often_missing_than_then():
    shift = judged(amount([50], [34, 34], missing=32), [10.0] * 49 + [60.0] * 49 + [np.nan] * 2)
    assert shift.told == "x is less often missing than then (2 % now, 32 % then)."


@pytest.mark.parametrize("column, here", [(HALVES, [10.0, 60.0]), (levels(("a", "b"), (50, 50, 0)), ["a", "b"])])
def test_values_are_more_often_missing_than_then_where_none_was(column, here):
    assert judged(column, here * 35 + [None] * 30).told == "x is more often missing than then (30 % now, 0 % then)."


@pytest.mark.parametrize("n_above, n_missing, share", [(20, 10, 78), (23, 7, 75)])
def test_a_column_with_fewer_gaps_is_lower_where_that_changed_more(n_above, n_missing, share):
    # under 50 are 30 in 100 more, above 20 or 17 fewer, missing 10 or 13 fewer: of 60 changes less than a quarter
    shift = judged(amount([50], [40, 40], missing=20), [10.0] * 70 + [60.0] * n_above + [np.nan] * n_missing)
    assert shift.told == f"x is lower than then ({share} % have less than 50 now, 50 % then)."


def test_a_column_that_is_empty_now_is_missing():
    assert judged(HALVES, [np.nan] * 100).told == "x is more often missing than then (100 % now, 0 % then)."


def test_a_level_that_vanished_and_one_that_came_are_told():
    shift = judged(levels(("a", "b"), (60, 40, 0)), ["a"] * 50 + ["c"] * 50)
    assert (shift.parts, shift.then, shift.now) == (("a", "b", "other levels"), (60, 40, 0), (50, 0, 50))
    assert shift.told == "x is spread otherwise than then (50 % have other levels now, 0 % then)."


def test_a_level_that_is_called_missing_is_none_that_is_missing():
    shift = judged(levels(("a", "missing"), (50, 50, 0)), ["a"] * 10 + ["missing"] * 90)
    assert shift.direction == "spread otherwise"


def test_other_values_of_a_column_that_was_constant_are_seen():
    shift = judged(amount([], [100], 7.0, 7.0), [7.0] * 40 + [8.0] * 60)
    assert (shift.parts, shift.now) == (("7", "other values"), (40, 60))
    assert shift.told == "x is spread otherwise than then (60 % have other values now, 0 % then)."


def test_other_days_of_a_column_that_was_one_day_are_seen():
    column = amount([], [100], "2026-01-01", "2026-01-01", type="date")
    shift = judged(column, pd.to_datetime(["2026-01-01"] * 40 + ["2026-01-02"] * 60))
    assert (shift.parts, shift.now) == (("2026-01-01", "other values"), (40, 60))


def test_a_column_that_stays_constant_did_not_change():
    shift = judged(amount([], [100], 7.0, 7.0), [7.0] * 40)
    assert (shift.psi, shift.size) == (0, "chance")
    assert isnan(shift.p_value)


@pytest.mark.parametrize(
    "column, values, reason",
    [
        (HALVES, None, "the new data have no such column"),
        (amount([], [0], None, None, missing=5), [1.0], "no customer had a value then"),
        (TrainedColumn("x", "text", "id", False, 9, 0, counts=(9,)), ["C1"], "identifiers and free text"),
        (HALVES, [], "no customer has a segment"),
    ],
)
def test_what_cannot_be_compared_says_why(column, values, reason):
    values = values if values is None else pd.Series(values, dtype=None if values else float)
    shift = judge([column_shift(column, values, built=False)])[0]
    assert isnan(shift.psi)
    assert (shift.size, reason in shift.reason) == ("undefined", True)
    assert shift.told.startswith("x is not compared: ")


def test_one_customer_is_too_few_for_any_test():
    shift = judged(HALVES, [10.0])
    assert (shift.size, isnan(shift.psi), isnan(shift.p_value)) == ("too few", True, True)


def test_a_segment_that_got_nobody_is_seen():
    shift = judge([segment_shift(("A", "B"), (60, 40), (100, 0))])[0]
    assert (shift.size, shift.detail) == ("a lot", "100 % are in A now, 60 % then")


def test_of_segments_with_the_shares_of_then_no_change_is_told():
    shift = judge([segment_shift(("A", "B"), (60, 40), (120, 80))])[0]
    assert (shift.psi, shift.size, shift.detail) == (0, "chance", "")


def test_the_shares_of_nobody_are_undefined():
    with np.errstate(all="raise"):
        assert np.isnan(segment_shift(("A", "B"), (60, 40), (0, 0)).shares_now).all()
        assert column_shift(HALVES, None, built=True).shares_now.tolist() == []


# --- a whole drift ---


def rows(*kinds):
    """Customers as (how many, x, or the first of twenty numbers in a row, y counted from there)."""
    lines = []
    for n, x, y in kinds:
        lines += [f"{x + i % 20},{y + i // 20 % 20},{'ab'[i % 2]},C{i}" for i in range(n)]
    return ("x,y,plan,id\n" + "\n".join(lines)).encode()


THEN = (2400, 0, 0), (1600, 100, 0)
NOTHING_DONE = FeatureSpec(("x",), scale="none", outliers="keep")


def recipe_of(content=None, spec=None, clustering=None):
    table = read_table(content or rows(*THEN))
    features = prepare(table, spec or FeatureSpec(("x", "y"), describe=("plan",), scale="none", outliers="keep"))
    return make_recipe(table, features, fit(features, clustering or ClusterSpec(n_clusters=2)))


@pytest.fixture(scope="module")
def recipe():
    return recipe_of()


def drifted(recipe, content):
    return drift(recipe, apply_recipe(recipe, read_table(content, least_rows=1)))


def test_the_same_customers_fit(recipe):
    found = drifted(recipe, rows(*THEN))
    assert found.kind == "fits"
    assert found.verdict == (
        "Still fits: the segments hold about the shares of then, and no column that built them changed much."
    )
    assert (found.segments.psi, found.n_then, found.n_now, found.outside, found.reasons) == (0, 4000, 4000, 0, ())


def test_nobody_is_beyond_whose_values_were_all_there_then(recipe):
    found = drifted(recipe, rows(*THEN))
    assert {(column.n_below, column.n_above) for column in found.columns} == {(0, 0)}
    assert [column.outside for column in found.built] == [0, 0]


def test_the_segments_are_compared_under_their_names(recipe):
    found = drifted(recipe, rows((1200, 0, 0), (2800, 100, 0)))
    assert (found.segments.parts, found.segments.then) == (("Segment 1", "Segment 2"), (2400, 1600))
    assert found.segments.now == (1200, 2800)


def test_other_shares_of_the_segments_are_a_reason_to_segment_again(recipe):
    # from 60 % and 40 % to 30 % and 70 %: 0.3 ln 2 + 0.3 ln 1.75 = 0.376
    found = drifted(recipe, rows((1200, 0, 0), (2800, 100, 0)))
    assert found.segments.psi == pytest.approx(0.3 * log(2) + 0.3 * log(1.75))
    assert found.kind == "again"
    assert found.verdict == (
        "Time to segment again: the segments hold other shares than then (70 % are in Segment 2 now, 40 % then)."
    )


def test_shares_of_the_segments_that_changed_some_are_the_first_to_look_at(recipe):
    # from 60 % and 40 % to 42 % and 58 %: 0.18 ln(60 / 42) + 0.18 ln(58 / 40) = 0.131
    found = drifted(recipe, rows((1680, 0, 0), (2320, 100, 0)))
    assert found.segments.psi == pytest.approx(0.18 * log(60 / 42) + 0.18 * log(58 / 40))
    assert found.verdict == (
        "Look at the segments: they hold other shares than then (58 % are in Segment 2 now, 40 % then)."
    )
    assert found.reasons == (
        "The segments hold other shares than then (58 % are in Segment 2 now, 40 % then).",
        "x is higher than then (58 % have 100 or more now, 40 % then).",
    )


@pytest.mark.parametrize(
    "names, told",
    [
        ("a", "Look at a: it is higher"),
        ("ab", "Look at a and b: a is higher"),
        ("abc", "Look at a, b and c: a is higher"),
        ("abcd", "Look at a, b and c: a is higher"),
    ],
)
def test_up_to_three_columns_to_look_at_are_named_and_of_the_first_it_is_told_what_changed(recipe, names, told):
    found = drifted(recipe, rows(*THEN))
    higher = replace(found.built[0], size="some", direction="higher", detail="90 % now")
    found = _with_verdict(found, [], [replace(higher, name=name) for name in names])
    assert found.verdict == f"{told} than then (90 % now)."
    assert found.reasons == tuple(f"{name} is higher than then (90 % now)." for name in names)


def test_one_of_two_columns_that_changed_is_to_be_looked_at(recipe):
    # y went up by three of its twenty values
    found = drifted(recipe, rows((2400, 0, 3), (1600, 100, 3)))
    assert found.kind == "look"
    assert found.columns[0].name == "y"
    assert found.verdict.startswith("Look at y: it is higher than then (")


def test_columns_that_only_describe_are_told_and_decide_nothing(recipe):
    content = rows(*THEN).replace(b",b,", b",a,")
    found = drifted(recipe, content)
    assert found.kind == "fits"
    assert found.reasons == ("plan is spread otherwise than then (100 % have a now, 50 % then).",)


def test_a_describing_column_may_be_gone(recipe):
    found = drifted(recipe, rows(*THEN).replace(b"plan", b"offer"))
    assert found.kind == "fits"
    assert found.columns[-1].told.startswith("plan is not compared: the new data have no such column")


def test_most_columns_changed_a_lot_is_a_reason_to_segment_again():
    content = "x\n" + "\n".join(str(i % 10 + 100 * (i % 2)) for i in range(2000))
    recipe = recipe_of(content.encode(), FeatureSpec(("x",), scale="none", outliers="keep"))
    now = "x\n" + "\n".join(str(9 + 91 * (i % 2)) for i in range(2000))  # all at the inner ends of both segments
    found = drifted(recipe, now.encode())
    assert found.kind == "again"
    assert found.verdict.startswith("Time to segment again: a lot changed in the column that built the segments: x is ")


def test_many_customers_beyond_everybody_of_then_are_a_reason_to_segment_again(recipe):
    # y of 20 to 39 is above all of then, x as it was: 30 % of the customers
    found = drifted(recipe, rows((1680, 0, 0), (1120, 100, 0), (720, 0, 20), (480, 100, 20)))
    assert found.outside == pytest.approx(0.3)
    assert "30 % of the customers have a value that nobody had then." in found.reasons
    assert found.kind == "again"


def test_a_few_beyond_everybody_of_then_are_no_reason(recipe):
    found = drifted(recipe, rows(*THEN, (40, 0, 20)))
    assert (found.n_outside, found.kind) == (40, "fits")


def test_values_beyond_the_highest_tenth_are_seen_where_the_tenths_are_not_changed(recipe):
    # the 10 % with the highest y (18 and 19) have 80 more
    lines = rows(*THEN).decode().splitlines()
    moved = [",".join((a, str(int(b) + 80 * (int(b) >= 18)), *c)) for a, b, *c in (x.split(",") for x in lines[1:])]
    found = drifted(recipe, "\n".join([lines[0], *moved]).encode())
    y = next(column for column in found.columns if column.name == "y")
    assert (y.psi, y.n_above, y.n_below, y.outside) == (0, 400, 0, pytest.approx(0.1))
    assert "y is beyond what it was then (10 % above everybody of then)." in found.reasons


def test_values_beyond_the_lowest_and_the_highest_tenth_are_told_side_by_side(recipe):
    # y of 0 and 1, a tenth of the customers, is 80 lower; y of 19, a twentieth, 80 higher
    lines = [line.split(",") for line in rows(*THEN).decode().splitlines()]
    moved = [(a, int(b) + 80 * ((int(b) == 19) - (int(b) < 2)), *c) for a, b, *c in lines[1:]]
    found = drifted(recipe, "\n".join(",".join(map(str, line)) for line in [lines[0], *moved]).encode())
    y = next(column for column in found.columns if column.name == "y")
    assert (y.psi, y.n_below, y.n_above) == (0, 400, 200)
    assert "y is beyond what it was then (10 % below and 5 % above everybody of then)." in found.reasons


@pytest.mark.parametrize("n_outside, is_told", [(55, False), (75, True)])
def test_every_column_has_its_share_of_customers_beyond_everybody_of_then_by_chance(n_outside, is_told):
    # Found in 9 customers, each of two columns has 2 / 10 of the new ones beyond its range by chance: more than 60 %
    # of 100 have to be. With 40 % for the limit, 55 of 100 would surely be more.
    spec = FeatureSpec(("x", "y"), scale="none", outliers="keep")
    recipe = recipe_of(b"x,y\n-1,0\n0,1\n0,2\n1,3\n99,4\n100,5\n100,6\n100,7\n101,8\n", spec)
    found = drifted(recipe, b"x,y" + b"\n0,4" * (100 - n_outside) + b"\n101.1,4" * n_outside)
    assert found.n_outside == n_outside
    assert any("a value that nobody had then" in reason for reason in found.reasons) is is_told


def test_where_chance_puts_everybody_beyond_everybody_of_then_it_is_no_reason():
    # Found in 3 customers, each of two columns has 2 / 4 of the new ones beyond its range: with the 20 %, 120 %
    spec = FeatureSpec(("x", "y"), scale="none", outliers="keep")
    found = drifted(recipe_of(b"x,y\n0,0\n1,1\n100,100\n", spec), b"x,y" + b"\n101,50" * 50)
    assert found.n_outside == 50
    assert not any("a value that nobody had then" in reason for reason in found.reasons)


@pytest.mark.parametrize("n_above, kind", [(282, "too few"), (283, "look")])
def test_beside_twenty_in_a_hundred_by_chance_more_than_five_are_beyond_everybody_of_then(n_above, kind):
    # Found in 9 customers, a column has 2 / 10 of the new ones beyond its range by chance. That 283 or more of 1,000
    # are, where 25 % would be, happens in fewer than 1 of 100 cases; that 282 or more are, in more.
    recipe = recipe_of(b"x\n-1\n0\n0\n1\n99\n100\n100\n100\n101\n", FeatureSpec(("x",), scale="none", outliers="keep"))
    found = drifted(recipe, b"x" + b"\n0" * 444 + b"\n100" * (556 - n_above) + b"\n101.1" * n_above)
    assert (found.n_outside, found.kind) == (n_above, kind)


def test_customers_between_the_segments_are_a_reason_to_segment_again():
    # x and y of two tight groups go together; now they do not: every column holds just what it held
    then = "x,y\n" + "\n".join(f"{100 * (i % 2) + i % 7},{100 * (i % 2) + i % 5}" for i in range(2000))
    now = "x,y\n" + "\n".join(f"{100 * (i % 2) + i % 7},{100 * (i // 2 % 2) + i % 5}" for i in range(2000))
    recipe = recipe_of(then.encode(), FeatureSpec(("x", "y"), scale="none", outliers="keep"))
    found = drifted(recipe, now.encode())
    assert max(column.psi for column in found.columns) < 0.01
    assert found.distance_now > 1.25 * found.distance_then
    assert found.kind == "again"
    assert "times as far from the middle of their segments as then" in found.verdict


@pytest.mark.parametrize("n_changed, which", [(2, "2 of 3 columns"), (3, "all 3 columns")])
def test_it_is_told_in_how_many_of_the_columns_a_lot_changed(recipe, n_changed, which):
    found = drifted(recipe, rows(*THEN))
    shift = replace(found.built[0], size="some")
    shifts = (replace(shift, size="a lot"),) * n_changed + (shift,) * (3 - n_changed)
    (sentence,) = _changed_a_lot(replace(found, columns=shifts))
    assert sentence.startswith(f"A lot changed in {which} that built the segments: ")


def test_one_customer_in_a_hundred_far_away_makes_nobody_farther():
    # All are 1 beside centers at 0 and 100; of the 20 rows at 500 none is among the nearest 98 in a hundred
    then = "x\n" + "\n".join(f"{100 * (i % 2) + 1 - i % 4 // 2 * 2}" for i in range(2000))
    recipe = recipe_of(then.encode(), FeatureSpec(("x",), scale="none", outliers="keep"))
    found = drifted(recipe, (then + "\n500" * 20).encode())
    assert (found.distance_then, found.distance_now) == (1, 1)


@pytest.mark.parametrize("times, is_told", [(1.2, False), (1.3, True)])
def test_customers_more_than_a_quarter_farther_from_the_middle_are_told(times, is_told):
    def at(distance):
        return "x\n" + "\n".join(f"{100 * (i % 2) + distance * (1 - i % 4 // 2 * 2)}" for i in range(2000))

    recipe = recipe_of(at(1).encode(), FeatureSpec(("x",), scale="none", outliers="keep"))
    found = drifted(recipe, at(times).encode())
    assert found.distance_now / found.distance_then == pytest.approx(times)
    assert any("times as far from the middle" in reason for reason in found.reasons) == is_told


AT_HALF = b"x" + b"\n-0.5\n0.5\n99.5\n100.5" * 50  # all 0.5 beside centers at 0 and 100
FARTHER = "Customers are {} times as far from the middle of their segments as then."


@pytest.mark.parametrize("n, is_told", [(16, False), (20, True)])
def test_it_takes_customers_to_be_sure_that_they_are_farther_from_the_middle(n, is_told):
    # A half is 0.5 beside its center and a half 1: the mean square is 0.625, 2.5 times that of then, its standard error
    # 0.375 / sqrt(n - 1). Less t_0.99 of these, 2.60 of 16 and 2.54 of 20 customers, it is 0.373 and 0.407; 1.25 times
    # as far as then is at 0.391.
    found = drifted(recipe_of(AT_HALF, NOTHING_DONE), b"x" + b"\n0.5\n1\n99.5\n99" * (n // 4))
    assert (found.distance_then, found.distance_now**2) == (0.5, pytest.approx(0.625))
    assert (FARTHER.format(1.6) in found.reasons) is is_told


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("now, is_told", [(b"x\n1\n", False), (b"x\n1\n99\n", True), (b"x\n1\n98.9781\n", False)])
def test_of_one_customer_nothing_is_sure_and_of_two_only_what_both_say(now, is_told):
    # 1 and 1.022 beside the centers: the mean square is 1.022, its standard error 0.022, and t_0.99 of two is 31.8
    found = drifted(recipe_of(AT_HALF, NOTHING_DONE), now)
    assert any("from the middle of their segments" in reason for reason in found.reasons) is is_told


def test_where_everybody_of_then_was_like_the_middle_nobody_is_so_many_times_as_far():
    found = drifted(recipe_of(b"x" + b"\n0\n100" * 50, NOTHING_DONE), b"x" + b"\n1\n99" * 50)
    assert (found.distance_then, found.distance_now) == (0, 1)
    assert not any("from the middle of their segments" in reason for reason in found.reasons)


def test_the_distance_is_the_root_of_the_mean_square():
    # 3 and 4 beside centers at 0 and 100: (9 + 9 + 16 + 16) / 4 = 12.5
    recipe = recipe_of(b"x\n-3\n3\n96\n104\n", FeatureSpec(("x",), scale="none", outliers="keep"))
    found = drifted(recipe, b"x\n-3\n3\n96\n104\n")
    assert (found.distance_then**2, found.distance_now**2) == (pytest.approx(12.5), pytest.approx(12.5))


def test_no_distances_are_compared_where_customers_are_weighed():
    spec = FeatureSpec(("x",), weight_column="w", scale="none", outliers="keep")
    content = b"x,w\n-3,1\n3,1\n96,2\n104,2\n"
    found = drifted(recipe_of(content, spec), content)
    assert isnan(found.distance_then) and isnan(found.distance_now)


@pytest.mark.parametrize("filtered, then", [("aside", 1), ("place", np.nan)])
def test_distances_are_compared_where_the_filter_lets_only_its_own_be_placed(filtered, then):
    # all who count are 1 beside centers at 0 and 100
    content = b"x,keep\n-1,yes\n1,yes\n99,yes\n101,yes\n50,no\n"
    chosen = RowFilter("keep", levels=("yes",))
    spec = FeatureSpec(("x",), row_filter=chosen, filtered=filtered, scale="none", outliers="keep")
    found = drifted(recipe_of(content, spec), content)
    assert [found.distance_then, found.distance_now] == pytest.approx([then, then], nan_ok=True)


def test_many_customers_without_a_segment_are_a_reason_to_segment_again():
    spec = FeatureSpec(("x", "y"), missing="aside", scale="none", outliers="keep")
    recipe = recipe_of(spec=spec)
    emptied = rows(*THEN).decode().splitlines()
    emptied[1:1600] = [line.split(",")[0] + ",,a,C" for line in emptied[1:1600]]
    found = drifted(recipe, "\n".join(emptied).encode())
    assert (found.without_then, found.without_now) == (0, pytest.approx(1599 / 4000))
    assert "40 % of the customers get no segment now, 0 % then." in found.reasons


def test_as_many_without_a_segment_as_then_are_no_reason():
    spec = FeatureSpec(("x", "y"), missing="aside", scale="none", outliers="keep")
    header, *lines = rows(*THEN).decode().splitlines()
    emptied = [line.split(",")[0] + ",,a,C" if i % 5 < 2 else line for i, line in enumerate(lines)]
    content = "\n".join([header, *emptied]).encode()
    found = drifted(recipe_of(content, spec), content)
    assert (found.without_then, found.without_now) == (pytest.approx(0.4), pytest.approx(0.4))
    assert not any("no segment" in reason for reason in found.reasons)


@pytest.mark.parametrize("now, is_told", [(25, False), (40, True)])
def test_customers_without_a_segment_count_beside_those_of_then(now, is_told):
    # a tenth was without: 25 of 100 are no more than 20 percentage points above, 40 are
    spec = FeatureSpec(("x", "y"), missing="aside", scale="none", outliers="keep")
    header, *lines = rows(*THEN).decode().splitlines()

    def emptied(share):
        gone = [line.split(",")[0] + ",,a,C" if i % 100 < share else line for i, line in enumerate(lines)]
        return "\n".join([header, *gone]).encode()

    found = drifted(recipe_of(emptied(10), spec), emptied(now))
    assert (found.without_then, found.without_now) == (pytest.approx(0.1), pytest.approx(now / 100))
    assert (f"{now} % of the customers get no segment now, 10 % then." in found.reasons) is is_told


def test_where_it_is_not_known_how_many_were_without_a_segment_none_is_told():
    spec = FeatureSpec(("x", "y"), row_filter=RowFilter("plan", levels=("a",)), missing="aside", scale="none")
    recipe = recipe_of(spec=replace(spec, outliers="keep"))
    header, *lines = rows(*THEN).decode().splitlines()
    emptied = [line.split(",")[0] + ",,a,C" if i % 10 < 5 and ",a," in line else line for i, line in enumerate(lines)]
    found = drifted(recipe, "\n".join([header, *emptied]).encode())
    assert isnan(found.without_then)
    assert "60 % of the customers get no segment." in found.reasons  # 0, 2 and 4 of 0, 2, 4, 6 and 8


def test_where_it_is_not_known_noise_was_without_a_segment_at_least(recipe):
    then = replace(recipe, found=replace(recipe.found, n_placed=3000, n_noise=1000))
    assert (_least_without(then, np.nan), _least_without(then, 0.5)) == (0.25, 0.5)


def test_whom_the_filter_leaves_out_is_not_missed():
    spec = FeatureSpec(("x", "y"), row_filter=RowFilter("plan", levels=("a",)), scale="none", outliers="keep")
    recipe = recipe_of(spec=spec)
    half = rows(*THEN).replace(b",a,C1", b",b,C1")  # those whose id begins so: among all x and y alike
    found = drifted(recipe, half)
    assert found.n_now < 0.8 * found.n_then
    assert (found.kind, found.without_now) == ("fits", 0)
    assert isnan(found.without_then)


def test_who_is_not_in_the_segment_that_was_looked_into_is_not_missed(recipe):
    table, spec = read_table(rows(*THEN)), FeatureSpec(("y",), scale="none", outliers="keep")
    features = prepare(table, spec, Among(np.arange(2400), "of another segment", "first"))
    inner = make_recipe(table, features, fit(features, ClusterSpec(n_clusters=2)), inside=(recipe, 0))
    found = drifted(inner, rows(*THEN))
    assert (found.kind, found.n_then, found.n_now, found.without_now) == ("fits", 2400, 2400, 0)
    assert isnan(found.without_then)


def test_within_a_segment_too_whom_the_filter_leaves_out_is_not_missed(recipe):
    chosen = RowFilter("plan", levels=("a",))
    table, spec = read_table(rows(*THEN)), FeatureSpec(("y",), row_filter=chosen, scale="none", outliers="keep")
    features = prepare(table, spec, Among(np.arange(2400), "of another segment", "first"))
    inner = make_recipe(table, features, fit(features, ClusterSpec(n_clusters=2)), inside=(recipe, 0))
    found = drifted(inner, rows(*THEN))
    assert (found.n_then, found.n_now, found.without_now) == (1200, 1200, 0)


def test_where_the_filter_lets_nobody_in_nobody_is_said_to_fit():
    spec = FeatureSpec(("x", "y"), row_filter=RowFilter("plan", levels=("a",)), scale="none", outliers="keep")
    found = drifted(recipe_of(spec=spec), rows(*THEN).replace(b",a,", b",b,"))
    assert found.n_now == 0
    assert np.isnan([found.without_now, found.outside, found.distance_then, found.distance_now]).all()
    assert (found.kind, found.verdict) == ("too few", "Too few customers to tell: none of them has a segment.")


def test_two_customers_without_a_segment_are_not_said_to_fit():
    spec = FeatureSpec(("x", "y"), missing="aside", scale="none", outliers="keep")
    found = drifted(recipe_of(spec=spec), b"x,y,plan,id\n" + b",1,a,C\n" * 2)
    assert (found.without_now, found.kind) == (1, "too few")


def test_nobody_with_a_segment_is_told():
    spec = FeatureSpec(("x", "y"), missing="aside", scale="none", outliers="keep")
    found = drifted(recipe_of(spec=spec), b"x,y,plan,id\n" + b",1,a,C\n" * 50)
    assert found.verdict == "Time to segment again: 100 % of the customers get no segment now, 0 % then."
    assert isnan(found.segments.psi)


def test_noise_is_a_part_of_its_own():
    alone = [(1, 300 + 50 * i, 300) for i in range(60)]
    clustering = ClusterSpec(method="dbscan", settings=(("eps", 3.0), ("min_samples", 5)))
    recipe = recipe_of(rows(*THEN, *alone), clustering=clustering)
    found = drifted(recipe, rows((1200, 0, 0), (800, 100, 0), (2000, 1000, 1000)))
    assert found.segments.parts == ("Segment 1", "Segment 2", NOISE)
    assert (found.segments.then, found.segments.now) == ((2400, 1600, 60), (1200, 800, 2000))
    assert found.verdict == (
        "Time to segment again: the segments hold other shares than then (50 % are in no segment now, 1 % then)."
    )
    assert (found.n_outside, found.outside) == (2000, 0.5)


def test_noise_is_a_part_where_there_was_some_only_then_or_is_some_only_now():
    clustering = ClusterSpec(method="dbscan", settings=(("eps", 3.0), ("min_samples", 5)))
    alone = (1, 300, 300)
    recipe = recipe_of(rows(*THEN, alone), clustering=clustering)
    found = drifted(recipe, rows(*THEN))
    assert (found.segments.parts[2], found.segments.then[2], found.segments.now[2]) == (NOISE, 1, 0)
    none = replace(recipe, found=replace(recipe.found, n_noise=0))
    found = drifted(none, rows(*THEN, alone))
    assert (found.segments.parts[2], found.segments.then[2], found.segments.now[2]) == (NOISE, 0, 1)


@pytest.mark.parametrize("n", [1, 12])
def test_few_customers_do_not_tell(recipe, n):
    header, *lines = rows(*THEN).splitlines()
    found = drifted(recipe, b"\n".join([header, *lines[:: 4000 // n][:n]]))
    assert found.kind == "too few"
    assert found.verdict == f"Too few customers to tell: of only {n} a change would have to be very large to show."


@pytest.mark.parametrize("sizes, kind", [(("too few", "chance"), "fits"), (("too few", "too few"), "too few")])
def test_customers_are_too_few_to_tell_where_they_are_for_more_than_half_of_the_columns(recipe, sizes, kind):
    found = drifted(recipe, rows(*THEN))
    shifts = tuple(replace(shift, size=size) for shift, size in zip(found.built, sizes, strict=True))
    assert _with_verdict(replace(found, columns=shifts), [], []).kind == kind


@pytest.mark.parametrize("psi, told", [(0.09, "hold about the shares of then"), (0.1, "differ no more than by chance")])
def test_shares_that_differ_by_chance_are_not_said_to_be_those_of_then(recipe, psi, told):
    found = drifted(recipe, rows(*THEN))
    found = _with_verdict(replace(found, segments=replace(found.segments, psi=psi, size="chance")), [], [])
    assert told in found.verdict


def test_few_customers_of_then_do_not_tell_either():
    lines = [f"{100 * (i % 5 > 2) + i % 7},{i % 9}" for i in range(100)]
    recipe = recipe_of("\n".join(["x,y", *lines[:20]]).encode(), FeatureSpec(("x", "y"), scale="none", outliers="keep"))
    found = drifted(recipe, "\n".join(["x,y", *lines]).encode())
    assert found.verdict == "Too few customers to tell: the segments were found in only 20."


def test_few_customers_who_are_all_elsewhere_do_tell(recipe):
    assert drifted(recipe, rows((40, 100, 0))).kind == "again"


def test_what_the_recipe_itself_does_to_the_shares_says_nothing_of_the_customers(recipe):
    # 30 % of the customers are in the other segment, and so many of then the recipe would place otherwise
    found = drifted(replace(recipe, agreement=0.7), rows((1200, 0, 0), (2800, 100, 0)))
    assert found.segments.size == "undefined"
    assert found.reasons[-1] == (
        "The shares of the segments say nothing: the recipe gives 30 % of the customers of then another segment than "
        "the method did."
    )
    assert drifted(replace(recipe, agreement=0.75), rows((1200, 0, 0), (2800, 100, 0))).segments.size == "a lot"


def test_segments_of_which_only_the_shares_say_nothing_still_fit(recipe):
    # 2 % of the customers are in the other segment, and of then the recipe would place 10 % otherwise
    found = drifted(replace(recipe, agreement=0.9), rows((2320, 0, 0), (1680, 100, 0)))
    assert found.verdict == "Still fits: no column that built them changed much."
    assert found.reasons == (
        "The shares of the segments say nothing: the recipe gives 10 % of the customers of then another segment than "
        "the method did.",
    )


def test_a_recipe_in_which_nobody_was_counted_is_compared_with_nobody(recipe):
    none = tuple(replace(segment, size=0) for segment in recipe.segments)
    columns = tuple(replace(c, n=0, missing=0, counts=(0,) * len(c.counts)) for c in recipe.columns)
    empty = replace(recipe.found, n_rows=0, n_placed=0)
    found = drifted(replace(recipe, segments=none, columns=columns, found=empty), rows(*THEN))
    assert (found.n_then, found.n_now, found.segments.size) == (0, 4000, "undefined")
    assert found.verdict == "Too few customers to tell: the segments were found in only 0."
    assert np.isnan([found.segments.psi, found.without_then, found.distance_then, found.distance_now]).all()


def test_new_levels_are_those_of_the_applied_recipe():
    spec = FeatureSpec(("x", "plan"), settings=(ColumnSpec("plan", encode="onehot"),), scale="none", outliers="keep")
    recipe = recipe_of(spec=spec)
    found = drifted(recipe, rows(*THEN).replace(b",a,", b",c,", 100))
    plan = next(column for column in found.columns if column.name == "plan")
    assert (plan.new_levels, found.n_outside) == ((("c", 100),), 100)
    plain = told(found)
    assert [column["new_levels"] for column in plain["columns"]] == [{"c": 100}, {}]
    assert (plain["outside"], plain["columns"][0]["outside"]) == (0.025, 0)


def test_the_most_changed_column_comes_first_and_those_not_compared_last(recipe):
    found = drifted(recipe, rows((2400, 0, 3), (1600, 100, 3)).replace(b"plan", b"offer"))
    assert [column.name for column in found.columns] == ["y", "x", "plan"]


def test_a_column_not_compared_comes_after_those_that_did_not_change_wherever_it_stands():
    content = b"offer,plan,x" + b"\na,a,0\nb,b,1\na,a,100\nb,b,101" * 5
    recipe = recipe_of(content, FeatureSpec(("x",), describe=("offer", "plan"), scale="none", outliers="keep"))
    found = drifted(recipe, content.replace(b"offer", b"gone"))
    assert [column.name for column in found.columns] == ["x", "plan", "offer"]


def test_the_order_of_the_customers_says_nothing(recipe):
    header, *lines = rows((2000, 0, 2), (2000, 100, 0)).decode().splitlines()
    np.random.default_rng(0).shuffle(lines)
    one = drifted(recipe, rows((2000, 0, 2), (2000, 100, 0)))
    other = drifted(recipe, "\n".join([header, *lines]).encode())
    assert (one.verdict, one.columns) == (other.verdict, other.columns)


def test_the_drift_as_plain_values_is_json_without_nan(recipe):
    found = drifted(recipe, rows((1, 0, 0)).replace(b"plan", b"offer"))
    plain = json.loads(json.dumps(told(found), allow_nan=False))
    assert (plain["verdict"], plain["sentence"]) == ("too few", found.verdict)
    assert plain["segments"] == [
        {"name": "Segment 1", "then": 0.6, "now": 1.0},
        {"name": "Segment 2", "then": 0.4, "now": 0.0},
    ]
    assert {column["name"]: column["psi"] for column in plain["columns"]} == {"x": None, "y": None, "plan": None}


def test_the_drift_as_plain_values_tells_everything_there_is():
    # x is 1 beside centers at 0 and 100, a half each then, three quarters and a quarter now. The test of the segments,
    # 800 (200 x 100 - 200 x 300)^2 / (400 x 400 x 500 x 300) = 53.3, is that of the four tenths of x too.
    def content(n_low, n_high, offer):
        lows = [f"{i % 2 * 2 - 1},{'ab'[i // 2 % 2]},1" for i in range(n_low)]
        highs = [f"{i % 2 * 2 + 99},{'ab'[i // 2 % 2]},2" for i in range(n_high)]
        return "\n".join([f"x,plan,{offer}", *lows, *highs]).encode()

    spec = FeatureSpec(("x",), describe=("plan", "offer"), scale="none", outliers="keep")
    found = drifted(recipe_of(content(200, 200, "offer"), spec), content(300, 100, "gone"))
    psi, p_values = 0.25 * log(1.5) - 0.25 * log(0.5), [chi2.sf(160 / 3, 1), chi2.sf(160 / 3, 3)]
    shares = "The segments hold other shares than then (75 % are in Segment 1 now, 50 % then)."
    lower = "x is lower than then (75 % have less than 99 now, 50 % then)."
    plain = told(found)
    columns = plain.pop("columns")
    assert (plain.pop("segments_psi"), plain.pop("segments_p_adjusted")) == pytest.approx((psi, 3 * p_values[0]))
    assert plain == {
        "verdict": "again",
        "sentence": f"Time to segment again: t{shares[1:]}",
        "reasons": [shares, f"A lot changed in the column that built the segments: {lower}", lower],
        "customers": {"then": 400, "now": 400},
        "segments": [{"name": "Segment 1", "then": 0.5, "now": 0.75}, {"name": "Segment 2", "then": 0.5, "now": 0.25}],
        "outside": 0,
        "without_segment": {"then": 0, "now": 0},
        "distance": {"then": 1, "now": 1},
    }
    x, plan, offer = columns
    assert (x.pop("psi"), x.pop("p_adjusted")) == pytest.approx((psi, 2 * p_values[1]))
    assert x.pop("psi_by_chance") == pytest.approx(chi2.isf(0.01 / 3, 3) / 200)
    assert x == {"name": "x", "built": True, "size": "a lot", "sentence": lower, "outside": 0, "new_levels": {}}
    assert [plan[name] for name in ("name", "built", "psi", "size", "outside")] == ["plan", False, 0, "chance", None]
    assert offer == {
        **{"name": "offer", "built": False, "psi": None, "psi_by_chance": None, "p_adjusted": None},
        **{"size": "undefined", "outside": None, "new_levels": {}},
        "sentence": "offer is not compared: the new data have no such column, or one with another kind of values.",
    }


def test_a_hostile_column_name_stays_on_one_line():
    name = '"evil\n<script>alert(1)</script> =cmd"'
    content = rows(*THEN).replace(b"y,plan", name.encode() + b",plan")
    table = read_table(content)
    recipe = recipe_of(content, FeatureSpec(("x", table.columns[1].name), scale="none", outliers="keep"))
    found = drifted(recipe, rows((2400, 0, 3), (1600, 100, 3)).replace(b"y,plan", name.encode() + b",plan"))
    assert found.kind == "look"
    assert "\n" not in found.verdict
