"""Segments against a baseline: every index and every z of a table of twelve rows derived by hand."""

from dataclasses import replace
from math import isnan, nan, sqrt

import numpy as np
import pytest

from clustering import ClusterSpec, FeatureSpec, fit, prepare, profile, read_table
from clustering.errors import InvalidSetting
from clustering.features import ColumnSpec
from clustering.profile import LevelShares

# Three segments by amount, of six, four and two rows. Spend adds up to 180, 280 and 140 of 600; balance to 0, 80, -80.
TWELVE = b"""amount,spend,balance,member,store
1,10,-10,yes,north
2,20,-10,yes,north
3,30,10,yes,north
4,40,10,no,north
5,50,0,no,south
6,30,0,no,
100,60,20,yes,south
101,60,20,yes,south
102,80,20,yes,south
103,80,20,yes,
200,70,10,no,north
201,70,-90,,
"""
DESCRIBED = ("spend", "balance", "member", "store")
SPEND, BALANCE, MEMBER = 1, 2, 3


def profiled(content, columns, n_clusters, **settings):
    table = read_table(content)
    spec = FeatureSpec(columns, **{"scale": "none", "outliers": "keep", **settings})
    clustering = fit(prepare(table, spec), ClusterSpec(n_clusters=n_clusters))
    return profile(table, clustering, spec)


@pytest.fixture(scope="module")
def twelve():
    return profiled(TWELVE, ("amount",), 3, describe=DESCRIBED)


@pytest.fixture(scope="module")
def against_all(twelve):
    return twelve.against("all")


# The index


def test_an_index_is_the_mean_by_the_mean_of_all_times_100(against_all):
    # means 30, 70 and 70 of 50
    assert against_all.figures[:, SPEND] == pytest.approx([60, 140, 140])
    assert against_all.baseline_means[:, SPEND] == pytest.approx([50, 50, 50])


def test_against_the_rest_every_segment_has_a_baseline_of_its_own(twelve):
    # the others' means: (280 + 140) / 6, (180 + 140) / 8, (180 + 280) / 10
    rest = twelve.against("rest")
    assert rest.baseline_means[:, SPEND] == pytest.approx([70, 40, 46])
    assert rest.figures[:, SPEND] == pytest.approx([100 * 30 / 70, 175, 100 * 70 / 46])


def test_against_one_segment_that_segment_stands_at_100(twelve):
    assert twelve.against(0).figures[:, SPEND] == pytest.approx([100, 100 * 70 / 30, 100 * 70 / 30])
    assert twelve.against(0).marks[:, SPEND].tolist() == [0, 1, 1]


def test_the_index_of_a_boolean_is_that_of_its_share_of_yes(against_all):
    # 3 of 6, 4 of 4, 0 of 1 who answered; 7 of 11
    assert against_all.figures[:, MEMBER] == pytest.approx([100 * 0.5 * 11 / 7, 100 * 11 / 7, 0])


def test_indices_weighted_by_the_customers_behind_them_average_100(twelve, against_all):
    weights = twelve.value_weights
    assert weights[:, SPEND].tolist() == [6, 4, 2]
    assert weights[:, MEMBER].tolist() == [6, 4, 1]
    averages = (against_all.figures * weights).sum(axis=0) / weights.sum(axis=0)
    assert averages[against_all.is_index] == pytest.approx(100)


def test_where_customers_are_weighed_the_index_is_of_weighted_means():
    # 1 * 10 + 3 * 20 = 70 over 4 is 17.5; 80 and 80; all: 70 + 2 * 80 + 2 * 80 = 390 over 8 is 48.75
    content = b"amount,weight,spend\n1,1,10\n2,3,20\n3,0,999\n100,2,80\n101,2,80\n"
    weighed = profiled(content, ("amount",), 2, weight_column="weight", describe=("spend",))
    assert weighed.against("all").figures[:, 1] == pytest.approx([100 * 17.5 / 48.75, 100 * 80 / 48.75])
    assert weighed.against("rest").baseline_means[:, 1] == pytest.approx([80, 17.5])


# z where an index says nothing


def test_where_signs_mix_the_figure_is_the_distance_in_standard_deviations(against_all):
    # means 0, 20 and -40 around 0; squares 400 + 1,600 + 8,200
    spread = sqrt(10_200 / 12)
    assert not against_all.is_index[BALANCE]
    assert against_all.figures[:, BALANCE] == pytest.approx([0, 20 / spread, -40 / spread])


def test_differences_against_the_rest_are_in_standard_deviations_of_all(twelve):
    # squares of spend 6,400 + 20,000 + 9,800, less 12 times 50²; the others' means as above
    spread = sqrt(36_200 / 12 - 2_500)
    expected = [(30 - 70) / spread, (70 - 40) / spread, (70 - 46) / spread]
    assert twelve.against("rest").differences[:, SPEND] == pytest.approx(expected)


def test_against_all_the_differences_are_those_of_the_profile(twelve, against_all):
    assert against_all.differences == pytest.approx(twelve.differences, nan_ok=True)


def test_where_the_rest_of_one_segment_have_none_of_it_an_amount_has_no_index():
    # only the second segment spends: the mean of the others is 0, so that it would be infinitely more
    content = "a,spend\n" + "\n".join(f"{i % 3 + 100 * (i < 40)},{50 * (i < 40)}" for i in range(100))
    compared = profiled(content.encode(), ("a",), 2, describe=("spend",)).against("rest")
    assert not compared.is_index[1]


# one 1 among n rows: mean 1 / n and spread sqrt(n - 1) / n, so that the one is 1 / sqrt(n - 1) of the other
@pytest.mark.parametrize("n_rows, is_index", [(100, True), (102, False)])
def test_an_amount_with_a_mean_of_at_most_a_tenth_of_its_spread_has_no_index(n_rows, is_index):
    lines = ["a,rare", *(f"{i % 3 + 100 * (i < 40)},{int(i == 0)}" for i in range(n_rows))]
    settings = (ColumnSpec("rare", encode="number"),)
    compared = profiled("\n".join(lines).encode(), ("a", "rare"), 2, settings=settings).against("all")
    assert compared.profile.kinds[1] == "number"
    assert compared.is_index[1] == is_index


def test_a_rare_yes_has_an_index_all_the_same():
    lines = ["a,gold", *(f"{i % 3 + 100 * (i < 50)},{'yes' if i == 0 else 'no'}" for i in range(400))]
    compared = profiled("\n".join(lines).encode(), ("a",), 2, describe=("gold",)).against("all")
    # 0 of 350, 1 of 50; 1 of 400
    assert compared.figures[:, 1] == pytest.approx([0, 800])


def test_a_baseline_of_zero_gives_z_and_nothing_infinite(twelve):
    # the third segment has no "yes"
    third = twelve.against(2)
    assert not third.is_index[MEMBER]
    # 7 of 11 say yes
    assert third.figures[:, MEMBER] == pytest.approx([0.5 / sqrt(28 / 121), 1 / sqrt(28 / 121), 0])


def test_dates_and_ordered_levels_have_no_zero_to_count_from():
    lines = [f"{i + 100 * (i > 8)},2026-01-{i + 10},{'SML'[i % 3]}" for i in range(15)]
    settings = (ColumnSpec("size", encode="ordinal", order=("S", "M", "L")),)
    content = "\n".join(["amount,joined,size", *lines]).encode()
    compared = profiled(content, ("amount", "size"), 2, describe=("joined",), settings=settings).against("all")
    assert compared.profile.kinds == ("number", "ordinal", "date")
    assert compared.is_index.tolist() == [True, False, False]


# Marks and how figures are written


def marked(means, overall):
    """The marks of segments of equal size with these means of a column that is never below 0."""
    lines = ["group,value", *(f"{1000 * label},{mean}" for label, mean in enumerate(means) for _ in range(2))]
    compared = profiled("\n".join(lines).encode(), ("group",), len(means), describe=("value",)).against("all")
    assert compared.baseline_means[0, 1] == pytest.approx(overall)
    return [(compared.written(label, 1), int(compared.marks[label, 1])) for label in range(len(means))]


def test_120_and_above_and_80_and_below_are_marked():
    assert marked([120, 80, 119, 81], 100) == [("120", 1), ("80", -1), ("119", 0), ("81", 0)]


def test_the_mark_goes_by_the_number_that_is_shown():
    assert marked([119.6, 80.4, 119.4, 80.6], 100) == [("120", 1), ("80", -1), ("119", 0), ("81", 0)]


def test_z_is_marked_from_half_a_standard_deviation_on(against_all):
    # 0, 20 / 29.15 = 0.69 and -40 / 29.15 = -1.37
    assert [against_all.written(label, BALANCE) for label in range(3)] == ["0.0 sd", "+0.7 sd", "-1.4 sd"]
    assert against_all.marks[:, BALANCE].tolist() == [0, 1, -1]


@pytest.mark.parametrize("z, written, mark", [(0.46, "+0.5 sd", 1), (0.44, "+0.4 sd", 0), (-0.04, "0.0 sd", 0)])
def test_a_z_that_is_shown_as_half_a_deviation_is_marked(twelve, z, written, mark):
    moved = replace(twelve, fit_means=twelve.fit_means.copy(), fit_weights=np.ones_like(twelve.fit_weights))
    # of three segments that weigh the same, the other two at 0: the mean of all is a third
    moved.fit_means[:, BALANCE] = [z * twelve.spreads[BALANCE], 0, 0]
    compared = moved.against(1)
    assert (compared.written(0, BALANCE), compared.marks[0, BALANCE]) == (written, mark)


def test_an_undefined_figure_is_a_dash_without_a_mark():
    none = profiled(b"a,b\n1,5\n2,6\n3,7\n100,\n101,\n", ("a",), 2, describe=("b",)).against("all")
    assert isnan(none.figures[1, 1])
    assert (none.written(1, 1), none.marks[1, 1]) == ("–", 0)


def test_a_segment_of_fewer_than_thirty_customers_is_small():
    lines = ["a", *["1"] * 30, *["100"] * 29]
    assert profiled("\n".join(lines).encode(), ("a",), 2).against("all").small.tolist() == [False, True]


# Categories


def level(compared, name):
    return compared.levels[0].levels.index(name)


def test_the_index_of_a_level_is_its_share_by_that_of_all(against_all):
    (store,) = against_all.levels
    # north: 4 of 6, 0 of 4, 1 of 2; 5 of 12. south: 1 of 6, 3 of 4, 0 of 2; 4 of 12
    assert store.figures[:, level(against_all, "north")] == pytest.approx([160, 0, 120])
    assert store.figures[:, level(against_all, "south")] == pytest.approx([50, 225, 0])
    assert store.marks[:, level(against_all, "north")].tolist() == [1, -1, 1]
    assert store.written(0, level(against_all, "north")) == "160"


def test_the_indices_of_a_level_weighted_by_size_average_100(twelve, against_all):
    (store,) = against_all.levels
    assert np.array(twelve.shares) @ store.figures == pytest.approx(100)


def test_the_shares_of_the_rest_are_those_of_all_its_customers(twelve):
    (store,) = twelve.against("rest").levels
    # north: 1 of the 6 others, 5 of 8, 4 of 10
    assert store.baseline_shares[:, level(twelve.against("rest"), "north")] == pytest.approx([1 / 6, 5 / 8, 4 / 10])
    assert store.baseline_shares.sum(axis=1) == pytest.approx(1)


def test_where_customers_are_weighed_the_shares_of_the_rest_are_those_of_its_weight():
    # x: 1 of 4, 2 of 2, 0 of 1; of the others 2 of 3, 1 of 5, 3 of 6
    content = b"a,w,b\n1,1,x\n2,3,y\n100,1,x\n101,1,x\n500,1,y\n"
    (b,) = profiled(content, ("a",), 3, weight_column="w", describe=("b",)).against("rest").levels
    assert b.baseline_shares[:, b.levels.index("x")] == pytest.approx([2 / 3, 1 / 5, 3 / 6])


def test_the_difference_of_a_level_is_in_standard_deviations_of_having_it(against_all):
    # (4 / 6 - 5 / 12) / sqrt(5 / 12 * 7 / 12)
    (store,) = against_all.levels
    assert store.differences[0, level(against_all, "north")] == pytest.approx((1 / 4) / sqrt(35 / 144))


def test_a_level_that_nobody_in_the_baseline_has_gets_no_index(twelve):
    # the second segment has no "north"; the difference is still in the deviations of all customers
    second = twelve.against(1)
    (store,) = second.levels
    north = level(second, "north")
    assert np.isnan(store.figures[:, north]).all()
    assert store.marks[:, north].tolist() == [0, 0, 0]
    assert store.differences[0, north] == pytest.approx((4 / 6) / sqrt(35 / 144))


# Traits


def test_traits_are_numbers_and_levels_with_the_strongest_difference_first(against_all):
    # amount and spend (70 - 50) / 22.73 = 0.88; south (3 / 4 - 1 / 3) / 0.471 = 0.88 less 0.004; member 0.756;
    # balance 0.686; amount (101.5 - 69.25) / 73.4 = 0.44
    told = [(trait.column, trait.level) for trait in against_all.traits(1)]
    assert told == [("store", "south"), ("spend", None), ("member", None), ("balance", None), ("amount", None)]


def test_a_trait_says_what_is_shown_of_it(against_all):
    south, spend, member = against_all.traits(1)[:3]
    assert (south.title, south.own_written, south.baseline_written) == ("store: south", "75.0 %", "33.3 %")
    assert (south.figure_written, south.mark, south.kind) == ("225", 1, "level")
    assert (spend.title, spend.own_written, spend.baseline_written, spend.figure_written) == (
        "spend",
        "70",
        "50",
        "140",
    )
    assert (member.title, member.own_written, member.baseline_written) == ("member: yes", "100.0 %", "63.6 %")


def test_a_trait_says_whether_its_column_built_the_segments(against_all):
    assert {trait.column: trait.built for trait in against_all.traits(0)} == {
        **dict.fromkeys(DESCRIBED, False),
        "amount": True,
    }


def test_a_trait_has_the_figures_of_the_comparison(against_all):
    for label in range(3):
        for trait in against_all.traits(label):
            if trait.level is None:
                at = against_all.profile.columns.index(trait.column)
                assert (trait.figure, trait.mark) == (against_all.figures[label, at], against_all.marks[label, at])
                assert trait.figure_written == against_all.written(label, at)


def test_what_is_the_same_for_all_is_no_trait():
    # b differs in the row alone that is set aside
    flat = profiled(b"a,b,c\n1,5,x\n2,5,y\n100,5,y\n101,5,y\n,7,x\n", ("a",), 2, describe=("b", "c"), missing="aside")
    assert flat.columns == ("a", "b")
    assert [trait.column for trait in flat.against("all").traits(0)] == ["a", "c"]


def test_missing_cells_are_the_trait_of_a_category_only_where_it_has_nothing_else():
    # the second segment's cells are all missing: told by the share of "x" that it lacks
    content = b"a,b\n" + b"1,x\n2,x\n3,\n4,y\n" * 2 + b"100,\n101,\n"
    compared = profiled(content, ("a",), 2, describe=("b",)).against("all")
    assert [trait.level for trait in compared.traits(1) if trait.column == "b"] == ["x"]


def test_of_two_levels_that_differ_alike_the_one_that_the_segment_has_more_of_is_told():
    # 1 of 3 and 2 of 3 have y; 3 of 6
    content = b"a,b\n1,x\n2,x\n3,y\n100,x\n101,y\n102,y\n"
    compared = profiled(content, ("a",), 2, describe=("b",)).against("all")
    told = [next(trait for trait in compared.traits(label) if trait.column == "b") for label in (0, 1)]
    assert [trait.level for trait in told] == ["x", "y"]


def test_levels_that_are_no_one_value_come_last_however_much_they_differ(twelve):
    shares = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    pooled = LevelShares("code", ("other levels", "missing"), shares, np.array([0.5, 0.5]), built=False, association=1)
    compared = replace(twelve, categories=(pooled,)).against("all")
    (*others, last) = compared.traits(0)
    assert (last.column, last.level) == ("code", "other levels")
    assert abs(last.difference) > max(abs(trait.difference) for trait in others)


# Baselines that are none, and tables at the edges


@pytest.mark.parametrize("baseline", ["others", 3, -1])
def test_a_baseline_that_is_none_is_refused_by_name(twelve, baseline):
    with pytest.raises(
        InvalidSetting, match=f"The baseline is {baseline!r}; it can be all, rest, or a segment: 0 to 2"
    ):
        twelve.against(baseline)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("baseline", ["all", "rest", 0, 2])
def test_a_table_at_its_edges_is_compared_without_a_warning(baseline):
    # a segment of one row, a column that is constant but for a missing cell, one that is missing in a whole segment
    content = b"a,flat,gone,store\n1,5,,\n2,5,,x\n3,,,y\n50,5,1,\n51,5,2,\n900,5,,z\n"
    found = profiled(content, ("a",), 3, describe=("flat", "gone", "store"))
    assert found.sizes == (3, 2, 1)
    compared = found.against(baseline)
    assert all(len(compared.traits(label)) >= 1 for label in range(3))


def test_rest_and_all_of_a_segment_without_any_weight_are_those_of_the_others():
    # the far row of weight 0 is a segment of its own once it has been moved there
    found = profiled(b"a,w,b\n1,1,10\n2,1,20\n100,1,60\n101,1,60\n", ("a",), 2, weight_column="w", describe=("b",))
    emptied = replace(
        found,
        means=np.vstack([found.means[0], [nan, nan]]),
        value_weights=np.vstack([found.value_weights[0], [0, 0]]),
        fit_means=np.vstack([found.fit_means[0], [nan, nan]]),
        fit_weights=np.vstack([found.fit_weights[0], [0, 0]]),
        weight_shares=(1.0, 0.0),
    )
    assert emptied.against("all").baseline_means[:, 1] == pytest.approx([15, 15])
    rest = emptied.against("rest").baseline_means[:, 1]
    assert isnan(rest[0])
    assert rest[1] == pytest.approx(15)
