"""What each segment is like: every figure of a table of twelve rows derived by hand."""

from dataclasses import replace
from math import isnan, sqrt
from pathlib import Path

import numpy as np
import pytest

from clustering import ClusterSpec, FeatureSpec, fit, prepare, profile, read_table
from clustering.features import ColumnSpec
from clustering.profile import LevelShares
from clustering.profile.grouped import Groups, cramers_v
from clustering.table import ColumnOptions, ReadOptions

SAMPLES = Path(__file__).parents[1] / "sample_data"

# Three segments by amount: 1..9 (six rows), 100..106 (four), 200 and 202. Three of the visits are missing in the
# first, all in the second.
TWELVE = b"""amount,visits
1,10
100,
2,20
102,
200,5
3,
4,30
104,
106,
202,7
5,40
9,
"""


def profiled(content, columns, n_clusters, roles=(), **settings):
    given = tuple(ColumnOptions(name, role=role) for name, role in roles)
    table = read_table(content, options=ReadOptions(columns=given))
    spec = FeatureSpec(columns, **{"scale": "none", "outliers": "keep", **settings})
    clustering = fit(prepare(table, spec), ClusterSpec(n_clusters=n_clusters))
    return profile(table, clustering, spec)


@pytest.fixture(scope="module")
def twelve():
    return profiled(TWELVE, ("amount", "visits"), 3)


AMOUNT, VISITS = 0, 1


def test_columns_are_those_that_built_the_segments(twelve):
    assert twelve.columns == ("amount", "visits")


def test_sizes_and_shares_count_the_rows(twelve):
    assert twelve.sizes == (6, 4, 2)
    assert twelve.shares == (6 / 12, 4 / 12, 2 / 12)


def test_means_by_hand(twelve):
    # (1 + 2 + 3 + 4 + 5 + 9) / 6, (100 + 102 + 104 + 106) / 4, (200 + 202) / 2
    assert twelve.means[:, AMOUNT] == pytest.approx([4, 103, 201])


def test_medians_by_hand(twelve):
    # between 3 and 4, between 102 and 104, between 200 and 202
    assert twelve.medians[:, AMOUNT] == pytest.approx([3.5, 103, 201])


def test_overall_figures_by_hand(twelve):
    # 24 + 412 + 402 = 838 over 12 rows; the sixth and seventh of all amounts are 9 and 100
    assert twelve.overall_means[AMOUNT] == pytest.approx(838 / 12)
    assert twelve.overall_medians[AMOUNT] == pytest.approx(54.5)


def test_quartiles_by_hand(twelve):
    # of six the second and the fifth; of four between the first two and the last two; of two the values themselves
    assert twelve.lower_quartiles[:, AMOUNT].tolist() == [2, 101, 200]
    assert twelve.upper_quartiles[:, AMOUNT].tolist() == [5, 105, 202]
    # of twelve between the third and fourth, and between the ninth and tenth
    assert twelve.overall_lower_quartiles[AMOUNT] == 3.5
    assert twelve.overall_upper_quartiles[AMOUNT] == 105


def test_missing_cells_are_left_out(twelve):
    # 10, 20, 30 and 40; nothing; 5 and 7. The fit saw two more cells of 15 (their median) in the first segment.
    assert twelve.means[[0, 2], VISITS] == pytest.approx([25, 6])
    assert twelve.medians[[0, 2], VISITS] == pytest.approx([25, 6])
    assert twelve.overall_means[VISITS] == pytest.approx(112 / 6)
    assert twelve.overall_medians[VISITS] == pytest.approx(15)


def test_a_segment_without_any_value_has_undefined_figures(twelve):
    assert isnan(twelve.means[1, VISITS])
    assert isnan(twelve.medians[1, VISITS])
    assert isnan(twelve.differences[1, VISITS])


# sums of squares: 136, 42,456 and 80,804, together 123,396
SPREAD = sqrt(123_396 / 12 - (838 / 12) ** 2)


def test_differences_are_in_standard_deviations_of_all_customers(twelve):
    expected = [(mean - 838 / 12) / SPREAD for mean in (4, 103, 201)]
    assert twelve.differences[:, AMOUNT] == pytest.approx(expected)


def test_explained_is_eta_squared(twelve):
    # within: 136 - 6 * 4² = 40; 42,456 - 4 * 103² = 20; 80,804 - 2 * 201² = 2
    assert twelve.explained[AMOUNT] == pytest.approx(1 - (40 + 20 + 2) / (12 * SPREAD**2))


def test_explained_counts_only_rows_that_have_a_value(twelve):
    # visits: total 3,074 - 112² / 6; within 3,000 - 4 * 25² = 500 and 74 - 2 * 6² = 2
    assert twelve.explained[VISITS] == pytest.approx(1 - (500 + 2) / (3_074 - 112**2 / 6))


def test_columns_are_ranked_by_what_they_explain(twelve):
    assert twelve.ranked == (AMOUNT, VISITS)  # 0.999 and 0.489


def test_a_difference_is_told_in_standard_deviations_with_its_sign():
    # a: means 2 and 6 around 4, variance (16 + 0 + 4 + 16 + 0 + 4) / 6; b: 0 and -10 around -5, variance 25
    two = profiled(b"a,b\n0,0\n4,0\n2,0\n8,-10\n4,-10\n6,-10\n", ("a", "b"), 2)
    assert two.differences[1] == pytest.approx([2 / sqrt(40 / 6), -1])


def test_columns_that_set_apart_alike_keep_their_order(twelve):
    alike = replace(twelve, explained=np.array([0.2, 0.5] * 20))
    assert alike.ranked == (*range(1, 40, 2), *range(0, 40, 2))


def test_a_segment_of_one_row_is_described_by_that_row():
    one = profiled(b"a\n1\n2\n3\n50\n", ("a",), 2)
    assert one.sizes == (3, 1)
    assert one.means[1, 0] == one.medians[1, 0] == 50


@pytest.mark.parametrize("value", ["0.1", "0.2", "5", "1000000000.1"])
@pytest.mark.parametrize("n_rows", [7, 10, 13])
def test_a_column_without_spread_explains_nothing(value, n_rows):
    # It differs on the last row alone, which is set aside; 0.1 seven times over has a spread of 1e-17 by rounding.
    lines = ["a,b", *(f"{value},{i % 3}" for i in range(n_rows)), "7,"]
    flat = profiled("\n".join(lines).encode(), ("a", "b"), 2, missing="aside")
    assert isnan(flat.explained[0])
    assert np.isnan(flat.differences[:, 0]).all()
    assert flat.ranked == (1, 0)


def test_rows_set_aside_play_no_part():
    lines = [b"a,b", b"1,1", b"500,", b"2,1", b"3,2", b"11,2", b"12,2"]
    without = profiled(b"\n".join(lines), ("a", "b"), 2, missing="aside")
    assert without.overall_means[0] == pytest.approx(29 / 5)
    assert without.shares == (3 / 5, 2 / 5)


def test_rows_placed_afterwards_count_with_their_own_values():
    # 60 rows in two groups and one at 1,000: it is placed with the second
    values = [i % 3 for i in range(31)] + [10 + i % 3 for i in range(29)] + [1000]
    far = profiled("\n".join(["a", *map(str, values)]).encode(), ("a",), 2, outliers="auto")
    assert far.sizes == (31, 30)
    assert far.means[1, 0] == pytest.approx((sum(values[31:60]) + 1000) / 30)


def test_clipped_values_are_described_as_they_stand_in_the_table():
    values = [*range(200), 100_000]
    clipped = profiled("\n".join(["a", *map(str, values)]).encode(), ("a",), 2, outliers="clip")
    assert clipped.overall_means[0] == pytest.approx(np.mean(values))


@pytest.mark.parametrize("scale", ["none", "standard", "minmax", "robust"])
def test_figures_are_in_the_columns_own_units_however_they_were_scaled(scale):
    scaled = profiled(TWELVE, ("amount",), 3, scale=scale)
    assert scaled.means[:, 0] == pytest.approx([4, 103, 201])


def test_shares_add_up_to_one_and_weigh_the_means_to_the_overall_mean():
    iris = profiled((SAMPLES / "iris.csv").read_bytes(), ("sepal length (cm)", "petal length (cm)"), 5)
    assert sum(iris.shares) == pytest.approx(1)
    assert np.array(iris.shares) @ iris.means == pytest.approx(iris.overall_means)


def test_mall_segments_have_the_means_and_sizes_that_tutorials_show():
    columns = ("Annual Income (k$)", "Spending Score (1-100)")
    mall = profiled((SAMPLES / "mall_customers.csv").read_bytes(), columns, 5, scale="standard")
    known = {(55, 50): 81, (87, 82): 39, (88, 17): 35, (26, 21): 23, (26, 79): 22}
    for mean, size in zip(mall.means, mall.sizes, strict=True):
        nearest = min(known, key=lambda known_mean: np.abs(mean - known_mean).sum())
        assert [*mean, size] == pytest.approx([*nearest, known.pop(nearest)], abs=2)


def test_customers_far_outside_do_not_dwarf_the_differences():
    # without the far row: overall mean 5, spread 5; the segments' means 0 and 10 are one spread away
    rows = [[0.0]] * 30 + [[10.0]] * 30
    content = "x\n" + "\n".join(str(row[0]) for row in [*rows, [10_000.0]]) + "\n"
    table = read_table(content.encode())
    features = prepare(table, FeatureSpec(("x",), scale="none"))
    assert len(features.far_rows) == 1
    found = profile(table, fit(features, ClusterSpec(n_clusters=2)), features.spec)
    assert sorted(found.differences[:, 0]) == pytest.approx([-1, 1])
    assert found.explained[0] == pytest.approx(1)
    assert max(found.means[:, 0]) == pytest.approx((30 * 10 + 10_000) / 31)


# Customers that count by a weight

# Two segments: amounts 0, 1, 2, 4 of weights 1, 1, 1, 5, and 100 and 104 of weight 2 each.
WEIGHED = b"""amount,revenue,country,visits
0,1,Spain,1
1,1,Spain,9
2,1,Italy,3
4,5,Italy,
100,2,Italy,
104,2,Spain,
"""


@pytest.fixture(scope="module")
def weighed():
    return profiled(WEIGHED, ("amount",), 2, weight_column="revenue", describe=("visits", "country"))


def test_sizes_count_customers_and_weight_shares_what_they_weigh(weighed):
    assert (weighed.sizes, weighed.shares) == ((4, 2), (4 / 6, 2 / 6))
    assert weighed.weight_shares == pytest.approx((8 / 12, 4 / 12))
    assert weighed.weight_column == "revenue"


def test_weighted_means_by_hand(weighed):
    # 0 + 1 + 2 + 5 * 4 = 23 over 8; 2 * 204 over 4; all 431 over 12
    assert weighed.means[:, 0] == pytest.approx([23 / 8, 102])
    assert weighed.overall_means[0] == pytest.approx(431 / 12)


def test_weighted_medians_by_hand(weighed):
    # the weights add up to 1, 2, 3 and 8: half of 8 is reached at 4; 100 reaches just half of 4, so half way to 104
    assert weighed.medians[:, 0] == pytest.approx([4, 102])
    # 1, 2, 3, 8, 10, 12: half of 12 is reached at 4
    assert weighed.overall_medians[0] == 4


def test_weighted_quartiles_by_hand(weighed):
    # 1 reaches just a quarter of 8, so half way to 2; three quarters of it are reached at 4
    assert weighed.lower_quartiles[:, 0].tolist() == [1.5, 100]
    assert weighed.upper_quartiles[:, 0].tolist() == [4, 104]
    # 2 reaches just a quarter of 12, so half way to 4; 9 is reached at 100
    assert weighed.overall_lower_quartiles[0] == 3
    assert weighed.overall_upper_quartiles[0] == 100


def test_the_weight_of_a_missing_cell_counts_for_nothing(weighed):
    # visits 1, 9 and 3 of weight 1 each; none where the weight is 5, none in the second segment
    assert weighed.means[0, 1] == pytest.approx(13 / 3)
    assert weighed.medians[0, 1] == 3
    assert isnan(weighed.means[1, 1])
    assert isnan(weighed.medians[1, 1])
    assert weighed.overall_medians[1] == 3


def test_shares_of_levels_are_those_of_the_weight(weighed):
    (country,) = weighed.categories
    spain = country.levels.index("Spain")
    # 2 of 8, 2 of 4, 4 of 12
    assert country.shares[:, spain] == pytest.approx([2 / 8, 2 / 4])
    assert country.overall[spain] == pytest.approx(4 / 12)


def test_a_customer_of_weight_zero_adds_to_the_sizes_alone():
    found = profiled(
        WEIGHED + b"3,0,Spain,100\n90,0,,7\n", ("amount",), 2, weight_column="revenue", describe=("visits",)
    )
    assert found.sizes == (5, 3)
    assert found.weight_shares == pytest.approx((8 / 12, 4 / 12))
    assert found.means[:, 0] == pytest.approx([23 / 8, 102])
    assert found.medians[:, 0] == pytest.approx([4, 102])
    # the only visits of the second segment are those of a customer of weight 0
    assert isnan(found.means[1, 1])
    assert isnan(found.medians[1, 1])


def test_a_customer_of_weight_three_counts_like_three_customers():
    rng = np.random.default_rng(5)
    values, weights = rng.permutation(40), rng.integers(1, 6, 40)
    lines = ["a,w", *(f"{value + 1000 * (value > 24)},{weight}" for value, weight in zip(values, weights, strict=True))]
    found = profiled("\n".join(lines).encode(), ("a",), 2, weight_column="w")
    for label, own in enumerate((values <= 24, values > 24)):
        repeated = np.repeat(values[own] + 1000 * label, weights[own])
        assert found.medians[label, 0] == np.median(repeated)
        lower, upper = np.quantile(repeated, [0.25, 0.75], method="averaged_inverted_cdf")
        assert (found.lower_quartiles[label, 0], found.upper_quartiles[label, 0]) == (lower, upper)
        assert found.means[label, 0] == pytest.approx(repeated.mean())


@pytest.mark.parametrize("weight", ["0.1", "1", "0.333333333333", "12345678.9"])
@pytest.mark.parametrize("n_rows", [19, 20, 21, 22])
def test_equal_weights_give_the_ordinary_median(weight, n_rows):
    # ten times 0.1 is not quite 1: what reaches half of it must not depend on that
    lines = ["a,w", *(f"{i * i},{weight}" for i in range(n_rows))]
    equal = profiled("\n".join(lines).encode(), ("a",), 2, weight_column="w")
    plain = profiled("\n".join(lines).encode(), ("a",), 2)
    assert equal.medians.tolist() == plain.medians.tolist()
    assert equal.overall_medians.tolist() == plain.overall_medians.tolist()
    assert equal.lower_quartiles.tolist() == plain.lower_quartiles.tolist()
    assert equal.upper_quartiles.tolist() == plain.upper_quartiles.tolist()


def test_a_customer_of_next_to_no_weight_moves_no_median():
    # beside two with next to nothing ten weigh a tenth each: half is reached at 5, just so, and half way to 6
    lines = ["a,w", "0,1e-12", "0,1e-12", *(f"{a},0.1" for a in range(1, 11)), "1000,1", "1001,1"]
    found = profiled("\n".join(lines).encode(), ("a",), 2, weight_column="w")
    assert found.medians[:, 0].tolist() == [5.5, 1000.5]


def test_without_a_weight_there_are_no_shares_of_it(twelve):
    assert (twelve.weight_column, twelve.weight_shares) == (None, ())


# Every kind of column that can describe

KINDS = b"""amount,member,joined,store
0,yes,2026-01-31,north
1,no,2026-01-21,north
2,,,south
100,yes,2026-01-01,
102,yes,2025-12-31,south
"""


@pytest.fixture(scope="module")
def kinds():
    return profiled(KINDS, ("amount",), 2, describe=("member", "joined", "store"))


def test_every_figure_says_what_kind_it_is(kinds):
    assert kinds.columns == ("amount", "member", "joined")
    assert kinds.kinds == ("number", "boolean", "date")


def test_the_mean_of_a_boolean_is_the_share_of_yes_among_those_who_answered(kinds):
    assert kinds.means[:, 1] == pytest.approx([1 / 2, 1])
    assert kinds.overall_means[1] == pytest.approx(3 / 4)
    assert kinds.written(1, kinds.means[0, 1]) == "50.0 %"
    assert kinds.title(1) == "member (yes)"


def test_a_date_counts_the_days_before_the_newest(kinds):
    # 0 and 10 days; 30 and 31 days
    assert kinds.means[:, 2] == pytest.approx([5, 30.5])
    assert kinds.overall_means[2] == pytest.approx(71 / 4)
    assert kinds.title(2) == "joined (days before the newest)"


def test_of_a_date_that_builds_segments_by_its_month_too_the_days_are_told():
    spec = ColumnSpec("joined", encode="date_and_month")
    found = profiled(KINDS, ("amount", "joined"), 2, settings=(spec,))
    assert (found.columns, found.kinds, found.categories) == (("amount", "joined"), ("number", "date"), ())


@pytest.mark.parametrize("role", ["label", "ordered"])
def test_a_known_label_and_levels_without_an_order_are_told_by_their_shares(role):
    # "gold" two of three and none of two
    content = b"amount,tier\n1,gold\n2,gold\n3,blue\n100,blue\n101,blue\n"
    found = profiled(content, ("amount",), 2, roles=[("tier", role)], describe=("tier",))
    (tier,) = found.categories
    assert tier.shares[:, tier.levels.index("gold")].tolist() == [2 / 3, 0]


def test_a_missing_level_is_told_as_one(kinds):
    (store,) = kinds.categories
    assert dict(zip(store.levels, store.shares[1], strict=True)) == {"north": 0, "south": 1 / 2, "missing": 1 / 2}


def test_a_column_of_one_value_within_a_segment_still_differs_from_all():
    # b is 5 in the whole first segment; 7 and 9 in the other: mean 31 / 5, squares 75 + 49 + 81
    one = profiled(b"a,b\n0,5\n1,5\n2,5\n100,7\n102,9\n", ("a",), 2, describe=("b",))
    spread = sqrt(205 / 5 - (31 / 5) ** 2)
    assert (one.means[0, 1], one.medians[0, 1]) == (5, 5)
    assert one.differences[:, 1] == pytest.approx([(5 - 31 / 5) / spread, (8 - 31 / 5) / spread])


def test_rows_placed_afterwards_are_described_but_do_not_set_the_differences():
    lines = [f"{i % 3},{i % 2}" for i in range(31)] + [f"{10 + i % 3},{3 + i % 2}" for i in range(30)] + ["1000,99"]
    far = profiled("\n".join(["a,b", *lines]).encode(), ("a",), 2, outliers="auto", describe=("b",))
    assert far.sizes == (31, 31)
    # label by first row: the second holds thirty of 3 and 4 and the far one
    assert far.means[1, 1] == pytest.approx((30 * 3.5 + 99) / 31)
    b = np.array([int(line.split(",")[1]) for line in lines[:-1]])
    assert far.differences[1, 1] == pytest.approx((3.5 - b.mean()) / b.std())


def test_levels_of_rows_placed_afterwards_are_described_but_do_not_set_the_association():
    # the second segment is thirty of "near" and the far one; without it the level says the segment
    lines = [f"{i % 3},first" for i in range(32)] + [f"{10 + i % 3},near" for i in range(30)] + ["1000,first"]
    far = profiled("\n".join(["a,b", *lines]).encode(), ("a",), 2, outliers="auto", describe=("b",))
    (b,) = far.categories
    assert b.shares[1, b.levels.index("first")] == pytest.approx(1 / 31)
    assert b.association == pytest.approx(1)


def shares_of(levels, own, overall):
    return LevelShares("city", levels, np.array([own]), np.array(overall), built=True, association=0.5)


@pytest.mark.parametrize("pooled", ["other levels", "missing"])
def test_the_level_told_of_a_segment_is_a_named_one_where_there_is_one(pooled):
    shares = shares_of(("Rome", "Oslo", pooled), [0.3, 0.1, 0.6], [0.2, 0.3, 0.5])
    assert shares.levels[shares.telling(0)] == "Oslo"
    assert shares.levels[shares.most_frequent] == "Oslo"
    alone = shares_of((pooled,), [1.0], [1.0])
    assert (alone.telling(0), alone.most_frequent) == (0, 0)


def test_what_built_the_segments_is_told_from_what_describes_them(kinds):
    assert kinds.built == (True, False, False)
    assert [category.built for category in kinds.categories] == [False]


def test_the_association_of_a_category_is_cramers_v_without_its_missing_cells(kinds):
    # north 2 and 0, south 1 and 1; chi squared 4 * (2 * 1 - 0 * 1)² / (2 * 2 * 3 * 1)
    (store,) = kinds.categories
    assert store.association == pytest.approx(sqrt(4 / 3 / 4))


@pytest.mark.parametrize("weight", [0.1, 1, 10])
def test_an_association_is_of_shares_and_leaves_out_what_nobody_has(weight):
    # by chance 1, 1 and 2 of each: 1 + 0 + 1 / 2 twice, by 8 customers
    counts = np.array([[2, 1, 0, 1], [0, 0, 0, 0], [0, 1, 0, 3]])
    assert cramers_v(weight * counts) == pytest.approx(sqrt(3 / 8))
    assert cramers_v(weight * np.diag([1, 2, 3])) == pytest.approx(1)
    # four thirds are expected: 3 * 4 / 9 and 6 / 9 by that is 3 / 2, by 12 customers and two further levels
    assert cramers_v(weight * (np.ones((3, 3)) + np.eye(3))) == pytest.approx(1 / 4)
    assert isnan(cramers_v(weight * counts[:2]))


def test_weights_count_in_how_far_the_segments_lie_apart():
    # means 1 and 10 with 4 each, in all 5.5: 3 * 30.25 + 2.25 + 4 * 20.25, of which 8 * 20.25 between the segments
    groups = Groups(np.array([0, 0, 1]), np.ones(3, dtype=bool), 2, np.array([3.0, 1.0, 4.0]))
    found = groups.column(np.array([0.0, 4.0, 10.0]))
    assert (found.means.tolist(), found.weights.tolist(), found.overall_mean) == ([1, 10], [4, 4], 5.5)
    assert found.spread == pytest.approx(sqrt(174 / 8))
    assert found.explained == pytest.approx(162 / 174)
    assert (found.lowest, groups.weight_shares) == (0, (0.5, 0.5))


def test_levels_are_weighed_of_all_customers_or_of_those_of_the_fit():
    positions, placed = np.array([0, 1, 1, 0]), np.array([True, True, True, False])
    labels, weights = np.array([0, 0, 1, 1]), np.array([1.0, 2.0, 3.0, 4.0])
    weighed = Groups(labels, placed, 2, weights)
    assert weighed.level_weights(positions, 2).tolist() == [[1, 2], [4, 3]]
    assert weighed.level_weights(positions, 2, in_fit=True).tolist() == [[1, 2], [0, 3]]
    counted = Groups(labels, placed, 2)
    assert counted.level_weights(positions, 2).tolist() == [[1, 1], [1, 1]]
    assert counted.level_weights(positions, 2, in_fit=True).tolist() == [[1, 1], [0, 1]]


def test_one_segment_alone_has_the_figures_of_everybody():
    found = Groups(np.zeros(3, dtype=np.int32), np.ones(3, dtype=bool), 1).column(np.array([1.0, 2.0, 6.0]))
    assert (found.means.tolist(), found.overall_mean, found.differences.tolist()) == ([3], 3, [0])
    assert isnan(found.explained)


# Tables at the edges


def test_a_number_with_values_in_one_segment_alone_explains_nothing():
    gone = profiled(b"a,b\n1,5\n2,6\n3,7\n100,\n101,\n", ("a",), 2, describe=("b",))
    assert isnan(gone.explained[1])
    assert isnan(gone.differences[1, 1])


def test_constant_and_empty_columns_are_left_out():
    found = profiled(b"a,b,c,d\n1,5,,x\n2,5,,x\n100,5,,x\n101,5,,x\n", ("a",), 2, describe=("b", "c", "d"))
    assert (found.columns, found.categories) == (("a",), ())


def test_thirty_segments_some_of_one_row_each_have_their_own_figures():
    values = [*(100 * i for i in range(30)), 1, 2, 101]
    found = profiled("\n".join(["a,b", *(f"{v},{v * 2}" for v in values)]).encode(), ("a",), 30, describe=("b",))
    assert found.sizes == (3, 2, *[1] * 28)
    assert found.means[:3, 1].tolist() == [2, 201, 400]
    assert (found.lower_quartiles[2:] == found.upper_quartiles[2:]).all()
    assert np.array(found.shares) @ found.means == pytest.approx(found.overall_means)


def test_a_category_of_two_thousand_levels_is_told_by_those_that_are_frequent():
    codes = [7] * 500 + [9] * 400 + [10 + 3 * i for i in range(2_000)]
    lines = ["a,code", *(f"{i % 3 + 100 * (code < 10)},{code}" for i, code in enumerate(codes))]
    settings = (ColumnSpec("code", encode="onehot"),)
    (code,) = profiled("\n".join(lines).encode(), ("a", "code"), 2, settings=settings).categories
    assert code.levels == ("7", "9", "other levels")
    assert code.shares.tolist() == [[0, 0, 1], [500 / 900, 400 / 900, 0]]
    assert code.association == pytest.approx(1)


@pytest.mark.filterwarnings("error")
def test_a_segment_whose_customers_all_weigh_nothing_has_no_figures_but_its_size():
    # merging and moving by hand can leave such a segment
    table = read_table(b"a,w,c\n1,1,x\n2,1,y\n3,1,x\n100,0,x\n101,0,y\n")
    spec = FeatureSpec(("a",), scale="none", outliers="keep", weight_column="w", describe=("c",))
    fitted = fit(prepare(table, spec), ClusterSpec(n_clusters=2))
    moved = replace(fitted, labels=np.array([0, 0, 0, 1, 1], dtype=np.int32), sizes=(3, 2))
    found = profile(table, moved, spec)
    assert (found.sizes, found.weight_shares) == ((3, 2), (1, 0))
    assert found.overall_means[0] == 2
    assert isnan(found.means[1, 0])
    assert np.isnan(found.categories[0].shares[1]).all()


@pytest.mark.parametrize("offset", [1_700_000_000, -1_700_000_000])
def test_figures_far_from_zero_are_as_exact_as_those_near_it(offset):
    # the squares of such numbers have no digits left for a spread of 10
    def explained(offset):
        lines = ["a,b", *(f"{i % 2 * 9},{offset + i * 7 % 40}" for i in range(40))]
        settings = tuple(ColumnSpec(name, encode="number") for name in "ab")
        return profiled("\n".join(lines).encode(), ("a", "b"), 2, settings=settings)

    assert explained(offset).explained == pytest.approx(explained(0).explained, abs=1e-6)
    assert explained(offset).spreads == pytest.approx(explained(0).spreads, rel=1e-6)


def test_a_column_that_explains_nothing_comes_before_one_of_which_nothing_is_known(twelve):
    assert replace(twelve, explained=np.array([np.nan, 0.0])).ranked == (1, 0)


def test_a_figure_is_written_in_the_unit_of_its_column(twelve):
    assert (twelve.written(AMOUNT, 0.5), replace(twelve, kinds=("boolean", "number")).written(AMOUNT, 0.5)) == (
        "0.5",
        "50.0 %",
    )
