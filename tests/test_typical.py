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
    # Of ten customers four had less than 4 and two from 4 to 6: below 3.5 are 3.5 of them.
    column = held("a", 0.0, 10.0, (4.0, 6.0), (4, 2, 4))
    assert told(four, [column], [3.5]) == "Its customers are below the middle in a (3.5, against 4 for all customers)."
    assert told(four, [column], [3.51]) == LIKE_ALL
    assert told(four, [column], [6.49]) == LIKE_ALL
    assert told(four, [column], [6.5]) == "Its customers are above the middle in a (6.5, against 4 for all customers)."


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
    "low, edges, high, shown",
    [
        (1900.0, (1980.0, 1990.0), 2100.0, "1980"),
        (1899.0, (1980.0, 1990.0), 2010.0, "1,980"),
        (1950.0, (1980.0, 1990.0), 2101.0, "1,980"),
        (1950.0, (1980.0, 1990.5), 2010.0, "1,980"),
    ],
)
def test_years_are_told_without_a_comma(four, low, edges, high, shown):
    recipe = replace(four, columns=(held("a", low, high, edges, (5, 2, 3)), *four.columns[1:]))
    assert figures(recipe, 0, {})[0].everybody == shown


def test_a_value_typed_in_is_told_in_full(four):
    assert figures(four, 0, {"a": 12345.5})[0].own == "12,345.5"


def test_what_only_describes_the_segments_is_no_part_of_it():
    recipe = recipe_of("a,b\n" + "0,1\n0,2\n9,1\n9,2\n" * 5, "a", describe=("b",))
    assert [one.column for one in figures(recipe, 0, {})] == ["a"]


def test_the_unit_of_a_column_is_left_out_although_another_that_only_describes_differs_by_nothing_else():
    recipe = recipe_of("spend (EUR),spend (USD)\n" + "0,1\n0,2\n9,1\n" * 5, "spend (EUR)", describe=("spend (USD)",))
    assert character(recipe, 0) == "Its customers are below the middle in spend (0, against 9 for all customers)."


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
    # 75 % of the segment are at a or b, of all 80 customers 52 or 53: 10 and 9 of a hundred more.
    def told(kind, other):
        counts = {"kind": (kind, 80 - kind, 0), "other": (80 - other, other, 0)}
        columns = (replace(one, counts=counts.get(one.name, one.counts)) for one in two_kinds.columns)
        return character(replace(two_kinds, columns=tuple(columns)), at_zero(two_kinds))

    member = "Member is yes for 75 %, against 38 % of all customers."
    assert told(53, 53).endswith(member)
    assert told(52, 53).endswith(f"{member} Kind is a for 75 %, against 65 % of all customers.")
    assert told(53, 52).endswith(f"{member} Other is b for 75 %, against 65 % of all customers.")


def test_a_share_that_lies_beyond_all_or_nobody_is_told_as_all_and_nobody(two_kinds):
    # A center that comes back from few principal components may lie there.
    places = [(column.encoded.column, column.encoded.level) for column in two_kinds.preparation.columns]
    centers = two_kinds.centers_in_units.copy()
    centers[0, places.index(("kind", "a"))], centers[0, places.index(("kind", "b"))] = 1.2, -0.2
    beyond = replace(two_kinds, centers_in_units=centers)
    assert [figures(beyond, 0, {"kind": kind})[2].segment for kind in "ab"] == ["100 % a", "0 % b"]


def test_a_category_is_told_by_the_level_with_most_more_customers_and_the_one_with_more_of_them_first():
    # Of 40 at 0 are 20 at a, 16 at b, 4 at c, of all 80 48, 16 and 16; 30 of the 40 are members, of all 80 50.
    kinds, others = "a" * 20 + "b" * 16 + "c" * 4, "a" * 28 + "c" * 12
    rows = [f"0,{'yes' if i < 30 else 'no'},{kind}\n" for i, kind in enumerate(kinds)]
    rows += [f"90,{'yes' if i < 20 else 'no'},{kind}\n" for i, kind in enumerate(others)]
    settings = (ColumnSpec("x", encode="number"),)
    recipe = recipe_of("x,member,kind\n" + "".join(rows), "x", "member", "kind", settings=settings)
    assert character(recipe, at_zero(recipe)).endswith(
        "Kind is b for 40 %, against 20 % of all customers. Member is yes for 75 %, against 63 % of all customers."
    )


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


def test_at_a_level_of_an_order_half_of_its_customers_are_below(tiers):
    # With ten customers at every level 20 are below c and half of those at it are 5: 25 of 40 are not clearly more.
    columns = tuple(replace(one, counts=(10, 10, 10, 10, 0)) if one.name == "tier" else one for one in tiers.columns)
    assert character(replace(tiers, columns=columns), 1) == LIKE_ALL


@pytest.mark.parametrize("center, shown", [(-0.6, "a"), (3.6, "d")])
def test_beyond_the_ends_of_an_order_is_its_first_or_last_level(tiers, center, shown):
    # A center that comes back from few principal components may lie there.
    centers = tiers.centers_in_units.copy()
    centers[1, 1] = center
    assert figures(replace(tiers, centers_in_units=centers), 1, {})[1].segment == shown


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
