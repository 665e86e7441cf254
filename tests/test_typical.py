"""What a segment is like, told by the recipe alone: by hand, column by column."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from clustering import ClusterSpec, FeatureSpec, fit, prepare, read_table
from clustering.features import ColumnSpec
from clustering.recipe import make_recipe
from clustering.recipe.recipe import TrainedColumn
from clustering.recipe.typical import character, figures, middle

LIKE_ALL = "Its customers are near the middle in every column that built the segments."


def recipe_of(content, *columns, **choices):
    table = read_table(content.encode())
    features = prepare(table, FeatureSpec(columns, scale="none", outliers="keep", **choices))
    return make_recipe(table, features, fit(features, ClusterSpec(n_clusters=2)))


def held(name, low, high, edges, counts, kind="number"):
    return TrainedColumn(name, kind, "number", True, sum(counts), 0, low, high, edges, counts)


@pytest.fixture(scope="module")
def four():
    """A recipe of four columns of numbers; what they held and where the centers are is put in by each test."""
    return recipe_of("a,b,c,d\n" + "".join(f"{i % 2},{i % 2},{i % 2},{i % 2}\n" for i in range(8)), *"abcd")


def told(recipe, columns, center):
    """What segment 1 is like whose center is there, of customers who held that; the other columns are in the middle."""
    others = [held(name, 0.0, 10.0, (5.0,), (5, 5)) for name in "abcd"][len(columns) :]
    center = [*center, *[5.0] * len(others)]
    recipe = replace(recipe, columns=(*columns, *others), centers_in_units=np.array([[5.0] * 4, center]))
    return character(recipe, 1)


# The middle


def test_in_the_middle_is_the_edge_that_cuts_nearest_to_half_of_the_customers():
    # below the edges are 1, 4 and 8 of 10; then 1, 2 and 4 of 8
    assert middle(held("a", 0.0, 9.0, (2.0, 4.0, 6.0), (1, 3, 4, 2))) == 4
    assert middle(held("a", 0.0, 9.0, (2.0, 4.0, 6.0), (1, 1, 2, 4))) == 6


def test_in_the_middle_of_customers_who_are_all_alike_is_what_they_had():
    assert middle(held("a", 7.0, 7.0, (), (5,))) == 7
    assert middle(held("a", "1970-01-05", "1970-01-05", (), (5,), "date")) == 4


def test_where_nobody_had_a_value_there_is_no_middle():
    assert middle(held("a", None, None, (), (0,))) is None


# Numbers


def test_a_segment_stands_apart_from_fifteen_of_a_hundred_customers_off_the_middle_on(four):
    # Of ten customers four had less than 4 and two from 4 to 6: below 3.4 are 3.4 of them, below 3.6 are 3.6.
    column = held("a", 0.0, 10.0, (4.0, 6.0), (4, 2, 4))
    assert told(four, [column], [3.4]) == "Its customers are below the middle in a (3.4, against 4 for all customers)."
    assert told(four, [column], [3.6]) == LIKE_ALL
    assert told(four, [column], [6.4]) == LIKE_ALL
    assert told(four, [column], [6.6]) == "Its customers are above the middle in a (6.6, against 4 for all customers)."


def test_a_segment_at_the_largest_value_has_those_below_it_below(four):
    # Six of ten customers had less than 10, four had 10 itself: that is 1 off the middle.
    column = held("a", 0.0, 10.0, (4.0, 10.0), (4, 2, 4))
    assert told(four, [column], [10]) == LIKE_ALL


def test_the_three_columns_in_which_a_segment_stands_apart_most_are_told(four):
    columns = [held(name, 0.0, 10.0, (5.0,), (5, 5)) for name in "abcd"]
    assert told(four, columns, [8, 1, 10, 7]) == (
        "Its customers are above the middle in c (10, against 5 for all customers) and a (8, against 5), and below the "
        "middle in b (1, against 5)."
    )


@pytest.mark.parametrize(
    "largest, center, shown",
    [(1e6, 5e-7, "0"), (1e6, 5e-6, "5.0e-06"), (1e-6, 5e-7, "5.0e-07")],
)
def test_what_rounding_leaves_of_zero_is_told_as_zero(four, largest, center, shown):
    columns = (held("a", 0.0, largest, (largest / 2,), (5, 5)), *four.columns[1:])
    recipe = replace(four, columns=columns, centers_in_units=np.full((2, 4), center))
    assert figures(recipe, 1, {})[0].segment == shown


@pytest.mark.parametrize(
    "low, edge, shown",
    [(1950.0, 1980.0, "1980"), (1899.0, 1980.0, "1,980"), (1950.0, 1980.5, "1,980")],
)
def test_years_are_told_without_a_comma(four, low, edge, shown):
    recipe = replace(four, columns=(held("a", low, 2010.0, (edge,), (5, 5)), *four.columns[1:]))
    assert figures(recipe, 0, {})[0].everybody == shown


def test_a_value_typed_in_is_told_in_full(four):
    assert figures(four, 0, {"a": 12345.5})[0].own == "12,345.5"


def test_what_only_describes_the_segments_is_no_part_of_it():
    recipe = recipe_of("a,b\n" + "0,1\n0,2\n9,1\n9,2\n" * 5, "a", describe=("b",))
    assert [one.column for one in figures(recipe, 0, {})] == ["a"]


# Dates


def test_a_segment_is_earlier_or_later_than_the_others():
    # The edges are the second day, below which are 20 of 55 customers, and the last, below which are 40.
    days = ("0,2020-01-01\n" * 20, "0,2020-07-01\n" * 20, "900,2021-01-01\n" * 15)
    recipe = recipe_of("a,day\n" + "".join(days), "a", "day")
    assert [segment.size for segment in recipe.segments] == [40, 15]
    assert character(recipe, 0) == (
        "Its customers are below the middle in a (0, against 900 for all customers). Day is earlier (2020-04-01, "
        "against 2020-07-01)."
    )
    assert character(recipe, 1) == "Day is later (2021-01-01, against 2020-07-01)."
    day = figures(recipe, 1, {"day": date(2020, 5, 1)})[1]
    assert (day.own, day.segment, day.everybody) == ("2020-05-01", "2021-01-01", "2020-07-01")


# Categories


@pytest.fixture(scope="module")
def two_kinds():
    """Of 40 customers at 0, 30 are members and 10 of kind b; of 40 at 90 nobody is a member and 30 are of kind b."""
    rows = ["0,yes,a,b\n" * 30, "0,no,b,a\n" * 10, "90,no,b,a\n" * 30, "90,no,a,b\n" * 10]
    content = "x,member,kind,other\n" + "".join(rows)
    return recipe_of(content, "x", "member", "kind", "other", settings=(ColumnSpec("x", encode="number"),))


def at_zero(recipe):
    x = [column.encoded.name for column in recipe.preparation.columns].index("x")
    return int(recipe.centers_in_units[:, x].argmin())


def test_a_level_is_told_with_its_share_in_the_segment_and_among_all(two_kinds):
    _, member, kind, other = figures(two_kinds, at_zero(two_kinds), {"member": "no", "kind": "b"})
    assert (member.own, member.segment, member.everybody) == ("no", "25 % no", "63 % no")  # 10 of 40, 50 of 80
    assert (kind.own, kind.segment, kind.everybody) == ("b", "25 % b", "50 % b")
    assert (other.own, other.segment, other.everybody) == ("not known", "75 % b", "50 % b")


def test_where_the_level_is_not_known_the_most_frequent_of_the_segment_is_told(two_kinds):
    zero = at_zero(two_kinds)
    assert [one.segment for one in figures(two_kinds, zero, {})[1:3]] == ["75 % yes", "75 % a"]
    assert [one.segment for one in figures(two_kinds, 1 - zero, {})[1:3]] == ["100 % no", "75 % b"]


def test_a_level_counts_from_ten_of_a_hundred_customers_more_on(two_kinds):
    told = character(two_kinds, at_zero(two_kinds))
    assert "Member is yes for 75 %, against 38 % of all customers." in told
    counts = {"kind": (54, 26, 0), "other": (26, 54, 0)}  # of a and b: 75 % is 8 % more than 54 of 80

    def held_by(column):
        return replace(column, counts=counts[column.name]) if column.name in counts else column

    fewer = replace(two_kinds, columns=tuple(map(held_by, two_kinds.columns)))
    assert "Kind" in told
    told = character(fewer, at_zero(two_kinds))
    assert "Kind" not in told and "Other" not in told


def test_of_yes_and_no_only_what_was_counted_is_told(two_kinds):
    columns = tuple(
        replace(one, levels=("yes",), counts=(30, 50)) if one.name == "member" else one for one in two_kinds.columns
    )
    member = figures(replace(two_kinds, columns=columns), 1 - at_zero(two_kinds), {"member": "no"})[1]
    assert (member.segment, member.everybody) == ("0 % yes", "38 % yes")


@pytest.fixture(scope="module")
def tiers():
    """Of 40 customers 10, 12, 10 and 8 are at a, b, c and d, and those at c in the second segment."""
    levels = ("0,a\n" * 10, "0,b\n" * 12, "90,c\n" * 10, "0,d\n" * 8)
    order = ColumnSpec("tier", encode="ordinal", order=("a", "b", "c", "d"))
    recipe = recipe_of("x,tier\n" + "".join(levels), "x", "tier", settings=(order, ColumnSpec("x", encode="number")))
    assert [segment.size for segment in recipe.segments] == [30, 10]
    return recipe


def test_an_order_is_told_by_the_customers_below_and_half_of_those_at_the_level(tiers):
    # Below c and at half of it are 27 of 40, 7 more than half of all.
    assert character(tiers, 1) == "Its customers are above the middle in tier (c, against b for all customers)."


def test_a_segment_between_two_levels_of_an_order_has_as_many_below_as_lies_between_those_of_the_levels(tiers):
    # Up to the middle of b are 16 of 40, up to that of c 27: at six tenths of the way 22.6, fewer than 6 off the half.
    center = tiers.centers_in_units.copy()
    center[1, 1] = 1.6
    near = replace(tiers, centers_in_units=center)
    assert figures(near, 1, {})[1].segment == "c"
    assert character(near, 1) == LIKE_ALL


def test_what_nobody_had_is_not_in_the_middle_of_an_order(tiers):
    # One is at a and one at c: half of them have been counted at a.
    columns = tuple(
        replace(one, levels=("a", "c"), counts=(1, 1, 0)) if one.name == "tier" else one for one in tiers.columns
    )
    assert figures(replace(tiers, columns=columns), 1, {})[1].everybody == "a"
