"""Who is in the segments: make-up against the whole, by numbers derived by hand."""

import numpy as np
import pytest
from scipy.stats import norm

from clustering import ClusterSpec, FeatureSpec, fit, prepare, read_table
from clustering.errors import InvalidSetting
from clustering.profile import profile
from clustering.profile.chance import judge
from clustering.profile.fairness import make_up, sensitive_suggestions

NAMES = ("A", "B")


def segmented(columns, segments, **settings):
    """A table of these columns and segments as told: x is 0 or 100 and builds them."""
    lines = [
        ",".join(map(str, (100 * segment, *cells))) for segment, *cells in zip(segments, *columns.values(), strict=True)
    ]
    table = read_table("\n".join([",".join(["x", *columns]), *lines]).encode())
    spec = FeatureSpec(("x",), **{"scale": "none", "outliers": "keep", **settings})
    return table, fit(prepare(table, spec), ClusterSpec(n_clusters=len(set(segments))))


def gender(*counts):
    """Women and men of the first segment, then of the second, ..."""
    cells = [("f" if i % 2 == 0 else "m", i // 2) for i, n in enumerate(counts) for _ in range(n)]
    return [cell for cell, _ in cells], [segment for _, segment in cells]


def made_up(*counts):
    cells, segments = gender(*counts)
    (found,) = make_up(*segmented({"gender": cells}, segments), ("gender",), NAMES)
    return found


def chance_of(counts):
    """p-values of the cells, before Holm."""
    return judge(counts, np.ones(counts.shape[1], dtype=bool))[0]


def place(found, label, group):
    return label, found.groups.index(group)


# 30 women and 30 men in A, 10 women and 30 men in B. By chance 24 and 36, 16 and 24: all residuals are
# 6 / sqrt(24 * 0.4 * 0.6) = 6 / 2.4 = 2.5, with p = 0.0124, times the four cells 0.0497.
@pytest.fixture(scope="module")
def hundred():
    return made_up(30, 30, 10, 30)


# --- the figures ---


def test_shares_are_those_of_the_segment_beside_the_whole(hundred):
    f, m = hundred.groups.index("f"), hundred.groups.index("m")
    assert hundred.counts[:, [f, m]].tolist() == [[30, 30], [10, 30]]
    assert hundred.shares[:, [f, m]].tolist() == [[0.5, 0.5], [0.25, 0.75]]
    assert hundred.overall[[f, m]].tolist() == [0.4, 0.6]


def test_chance_is_judged_by_the_adjusted_residual_and_holm(hundred):
    assert hundred.p_adjusted == pytest.approx(np.full((2, 2), 4 * 2 * norm.sf(2.5)))


def test_flagged_is_what_is_beyond_chance_and_a_quarter_more_or_less(hundred):
    # 0.5 is a quarter more than 0.4 and 0.75 a quarter more than 0.6, just so; 0.25 is much less than 0.4
    assert hundred.flags[place(hundred, 0, "f")] == 1
    assert hundred.flags[place(hundred, 1, "m")] == 1
    assert hundred.flags[place(hundred, 1, "f")] == -1


def test_a_difference_of_less_than_a_quarter_is_not_flagged(hundred):
    # 0.5 against 0.6
    assert hundred.flags[place(hundred, 0, "m")] == 0


def test_a_quarter_is_a_quarter():
    # 0.61 and 0.39 against 0.5 are 1.22 and 0.78 of it, and far beyond chance
    found = made_up(610, 390, 390, 610)
    assert (found.p_adjusted < 1e-9).all()
    assert not found.flags.any()


def test_just_a_quarter_is_flagged_on_both_sides():
    # 0.3 and 0.5 against 0.4
    found = made_up(300, 700, 500, 500)
    assert (found.flags[place(found, 0, "f")], found.flags[place(found, 1, "f")]) == (-1, 1)


def test_a_difference_within_chance_is_not_flagged():
    # 0.65 against 0.5, but of 20 customers: 3 / sqrt(10 * 0.5 * 0.5) = 1.9
    found = made_up(13, 7, 7, 13)
    assert not found.too_few.any()
    assert found.flags.tolist() == [[0, 0], [0, 0]]


def test_every_judged_cell_of_every_column_counts_in_holms_rule():
    cells, segments = gender(30, 30, 10, 30)
    table, clustering = segmented({"gender": cells, "sex": cells}, segments)
    both = make_up(table, clustering, ("gender", "sex"), NAMES)
    assert both[0].p_adjusted == pytest.approx(np.full((2, 2), 8 * 2 * norm.sf(2.5)))
    assert not both[0].flags.any()


def test_a_column_that_built_the_segments_is_judged_alike():
    table, clustering = segmented({"y": [i % 2 for i in range(40)]}, [0] * 20 + [1] * 20)
    (found,) = make_up(table, clustering, ("x",), NAMES)
    assert found.groups == ("0", "100")
    assert np.abs(found.flags).tolist() == [[1, 1], [1, 1]]


def test_where_fewer_than_five_are_expected_the_test_is_exact():
    # B has 10 customers and 30 % of all are women: 3 expected, 10 found. All women are in B with the chance
    # C(30, 10) / C(100, 10) = 30045015 / 17310309456440, and nothing is as unlikely; all four cells are this one.
    found = made_up(20, 70, 10, 0)
    assert found.p_adjusted == pytest.approx(np.full((2, 2), 4 * 30045015 / 17310309456440))
    assert found.flags[place(found, 1, "f")] == 1
    assert found.flags[place(found, 1, "m")] == -1


def test_the_exact_test_counts_what_is_as_unlikely_on_the_other_side():
    # 4 of 8 in A, 4 of 8 women, all of them in A: 1 of C(8, 4) = 70 ways, and 1 that has all in B
    assert chance_of(np.array([[4, 0], [0, 4]])) == pytest.approx(np.full((2, 2), 2 / 70))


def test_the_exact_test_leaves_out_what_is_likelier():
    # 3 of 9 in A, 3 of 9 women, 2 of them in A: 18 of C(9, 3) = 84 ways, 1 that has all there, 20 that have none
    assert chance_of(np.array([[2, 1], [1, 5]])) == pytest.approx(np.full((2, 2), 19 / 84))


def test_from_five_expected_on_the_test_is_that_of_the_residual():
    # 8 where 5 are expected: 3 / sqrt(5 / 4)
    assert chance_of(np.array([[8, 2], [2, 8]])) == pytest.approx(np.full((2, 2), 2 * norm.sf(3 / 1.25**0.5)))


def test_what_points_the_other_way_without_those_of_no_value_is_sure_of_nothing():
    # of 40 with a value 4 of the 10 in the group are expected in A, and of all 140 customers 7: there are 6
    p, too_few = judge(np.array([[6, 10, 84], [4, 20, 16]]), np.array([True, True, False]))
    assert (p[0, 0], too_few.any()) == (1, False)


def test_too_few_of_those_with_a_value_are_too_few():
    # both of A are of the four of seven: nothing rarer than 3 of 21 ways; with 30 more in A nothing would be rarer
    counts, named = np.array([[2, 0, 30], [2, 3, 0]]), np.array([True, True, False])
    assert judge(counts, named)[1].tolist() == [[True, True, False]] * 2


@pytest.mark.parametrize("counts", [[[3], [4]], [[3, 0], [4, 0]], [[3, 4]]])
def test_a_group_or_a_segment_of_everybody_or_of_nobody_is_not_judged(counts):
    p, too_few = judge(np.array(counts), np.ones(len(counts[0]), dtype=bool))
    assert np.isnan(p).all() and not too_few.any()


@pytest.mark.parametrize(
    ("counts", "p"),
    [  # by scipy.stats.fisher_exact
        ([[3, 30], [0, 70]], 0.030850829229125087),
        ([[21, 15], [3, 161]], 6.336453547234306e-16),
    ],
)
def test_the_exact_test_gives_what_scipy_gives(counts, p):
    assert chance_of(np.array(counts)) == pytest.approx(np.full((2, 2), p))


def test_the_young_of_the_mall_are_found(mall):
    # 21 of the 24 customers of segment 4 are under 30, of all 36 of 200, so that 4.3 were expected
    clustering = fit(
        prepare(mall, FeatureSpec(("Age", "Annual Income (k$)", "Spending Score (1-100)"))), ClusterSpec(n_clusters=5)
    )
    (found,) = make_up(mall, clustering, ("Age",), tuple("ABCDE"))
    assert found.counts[place(found, 3, "under 30")] == 21
    assert found.flags[place(found, 3, "under 30")] == 1
    assert not found.too_few.any()
    assert (
        found.sentences[0]
        == "Age is under 30 for 88 % of D and for 18 % of all customers: more than chance would give."
    )


def test_too_few_is_where_no_outcome_could_be_beyond_chance():
    # B has 2 of 40 customers: that both are of the 10 women has the chance 10 * 9 / (40 * 39) = 0.058, of the 9 women
    # 9 * 8 / (40 * 39) = 0.046
    assert made_up(10, 28, 0, 2).too_few.all()
    assert not made_up(9, 29, 0, 2).too_few.any()


def test_one_in_twenty_is_too_few_in_every_cell():
    # one woman among 20, alone in her segment: 1 / 20 is not below 0.05, whichever way it is added up
    assert made_up(1, 0, 0, 19).too_few.all()


def test_too_few_take_no_part_in_holms_rule():
    # the first column as in `hundred`; the second has a level of two customers, which no segment could be judged by
    cells, segments = gender(30, 30, 10, 30)
    rare = ["y", *["n"] * 98, "y"]
    both = make_up(*segmented({"gender": cells, "rare": rare}, segments), ("gender", "rare"), NAMES)
    assert both[1].too_few.all()
    assert both[0].p_adjusted == pytest.approx(np.full((2, 2), 4 * 2 * norm.sf(2.5)))


def test_large_tables_are_judged_at_once():
    # two million customers, of whom 1,000 are of a group and 1,000 in a segment: half a customer expected
    p, too_few = judge(np.array([[5, 995], [995, 1_998_005]]), np.array([True, True]))
    assert not too_few.any()
    assert p == pytest.approx(np.full((2, 2), 0.00016936789113424267))  # by scipy.stats.fisher_exact


def test_what_was_counted_cannot_be_written_over(hundred):
    for cells in (hundred.counts, hundred.shares, hundred.overall, hundred.p_adjusted, hundred.flags, hundred.too_few):
        with pytest.raises(ValueError, match="read-only"):
            cells[0] = 0


# --- without a value ---


def shop(*, known, missing):
    """Women and men of A and B, and how many of each have no gender."""
    cells, segments = gender(*known)
    table, clustering = segmented(
        {"gender": [*cells, *[""] * sum(missing)], "n": range(len(cells) + sum(missing))},
        [*segments, *[0] * missing[0], *[1] * missing[1]],
    )
    (found,) = make_up(table, clustering, ("gender",), NAMES)
    return found, table, clustering


def test_customers_without_a_value_are_a_group():
    found, _, _ = shop(known=(30, 30, 10, 30), missing=(20, 10))
    assert found.groups == ("m", "f", "missing")
    assert found.counts.tolist() == [[30, 30, 20], [30, 10, 10]]
    assert found.shares.tolist() == [[0.375, 0.375, 0.25], [0.6, 0.2, 0.2]]
    assert found.sentences[-1] == (
        "30 customers without a value of gender are counted in every share, as on the cards. Marked is only what is "
        "beyond chance without them too."
    )


def test_a_share_is_the_one_on_the_card():
    found, table, clustering = shop(known=(30, 30, 10, 30), missing=(20, 10))
    spec = FeatureSpec(("x",), scale="none", outliers="keep", describe=("gender",))
    (card,) = profile(table, clustering, spec).categories
    assert found.groups == card.levels
    assert found.shares.tolist() == card.shares.tolist()
    assert found.overall.tolist() == card.overall.tolist()


def test_rare_levels_are_pooled_as_on_the_card():
    # Bonn and Kiel have 1 of 90 with a value, and less than 1 % of all 190
    cells = ["Rome"] * 88 + ["Bonn", "Kiel"] + [""] * 100
    table, clustering = segmented({"city": cells, "n": range(190)}, [0] * 100 + [1] * 90)
    (found,) = make_up(table, clustering, ("city",), NAMES)
    spec = FeatureSpec(("x",), scale="none", outliers="keep", describe=("city",))
    assert found.groups == profile(table, clustering, spec).categories[0].levels == ("Rome", "other levels", "missing")


def test_a_share_of_a_column_of_yes_and_no_is_the_one_on_the_card():
    # of those with a value: 10 of 40 and 30 of 40
    cells = ["yes"] * 10 + ["no"] * 30 + [""] * 20 + ["yes"] * 30 + ["no"] * 10
    table, clustering = segmented({"member": cells, "n": range(100)}, [0] * 60 + [1] * 40)
    (found,) = make_up(table, clustering, ("member",), NAMES)
    told = profile(table, clustering, FeatureSpec(("x",), scale="none", outliers="keep", describe=("member",)))
    assert sorted(found.groups) == ["no", "yes"]
    assert found.shares[:, found.groups.index("yes")].tolist() == [0.25, 0.75]
    assert told.means[:, told.columns.index("member")].tolist() == [0.25, 0.75]
    assert found.n_missing == 20
    assert found.sentences[-1] == "20 customers without a value of member are left out."


def test_who_is_in_no_band_is_a_group():
    ages = [20, 30, 40, 50, 60, 70] * 10 + [""] * 20
    table, clustering = segmented({"age": ages, "n": range(80)}, [0] * 50 + [1] * 30)
    (found,) = make_up(table, clustering, ("age",), NAMES)
    assert found.groups[-1] == "missing"
    assert found.counts[:, -1].tolist() == [0, 20]
    assert found.shares.sum(axis=1) == pytest.approx([1, 1])


def test_missing_is_never_judged():
    # 60 of 160 in A have none, in B nobody
    found, _, _ = shop(known=(50, 50, 50, 50), missing=(60, 0))
    assert np.isnan(found.p_adjusted[:, 2]).all()
    assert not found.flags[:, 2].any()
    assert not found.too_few[:, 2].any()
    assert found.told(0, 2) == "38 % of A and 23 % of all customers have no value of gender; this is not judged."


def test_missing_cells_alone_make_no_difference():
    # of A 31 % are women and 31 % men, of B half and half; of those with a value half everywhere
    found, _, _ = shop(known=(50, 50, 50, 50), missing=(60, 0))
    assert not found.flags.any()
    assert found.told(*place(found, 1, "f")) == (
        "gender is f for 50 % of B and for 38 % of all customers: within what chance and missing values give."
    )


def test_a_difference_that_is_large_by_missing_cells_only_is_not_marked():
    # of A 28 % are women, of all 38 %; of those with a value 45 % and 50 %
    found, _, _ = shop(known=(4500, 5500, 5500, 4500), missing=(6000, 0))
    f = place(found, 0, "f")
    assert found.p_adjusted[f] < 1e-9
    assert found.flags[f] == 0
    assert found.told(*f) == (
        "gender is f for 28 % of A and for 38 % of all customers: beyond chance, but not a quarter below the whole "
        "both with and without missing values."
    )


def test_a_difference_that_missing_cells_turn_round_is_none():
    # of A 36 % are women, of all 42 %; of those with a value 60 % and 54 %
    found, _, _ = shop(known=(360, 240, 450, 450), missing=(400, 20))
    f = place(found, 0, "f")
    assert found.shares[f] == 0.36 < found.overall[f[1]] == 810 / 1920
    assert found.p_adjusted[f] == 1


def test_a_difference_that_holds_with_and_without_missing_cells_is_marked():
    # men are 30 of 50 in B and 60 of 130 of all; of those with a value 30 of 40 and 60 of 100
    found, _, _ = shop(known=(30, 30, 10, 30), missing=(20, 10))
    # with: 30 and 30 of 80, 30 and 10 of 50; men expected 50 * 60 / 130 = 23.08 in B, the residual of that is
    # 6.923 / sqrt(23.08 * 80 / 130 * 70 / 130) = 2.504; without it is 2.5, and the larger p holds.
    # women: 40 * 50 / 130 = 15.38 in B, 5.385 / sqrt(15.38 * 80 / 130 * 90 / 130) = 2.103
    women = 2 * norm.sf((200 / 13 - 10) / np.sqrt(200 / 13 * 8 / 13 * 9 / 13))
    men = 2 * norm.sf(2.5)
    assert found.p_adjusted[:, :2] == pytest.approx(np.array([[4 * men, 2 * women]] * 2))
    assert found.flags.tolist() == [[0, 0, 0], [1, 0, 0]]


def test_customers_placed_afterwards_and_of_no_weight_count_as_customers():
    cells, segments = gender(30, 30, 10, 30)
    weights = [int(cell == "m") for cell in cells]
    table, clustering = segmented({"gender": cells, "w": weights}, segments, weight_column="w")
    (found,) = make_up(table, clustering, ("gender",), NAMES)
    assert not clustering.in_fit.all()
    assert found.counts[:, found.groups.index("f")].tolist() == [30, 10]


def test_rows_without_a_segment_take_no_part():
    table = read_table(b"x,gender\n1,f\n2,m\n,f\n9,m\n8,f\n")
    clustering = fit(prepare(table, FeatureSpec(("x",), missing="aside")), ClusterSpec(n_clusters=2))
    (found,) = make_up(table, clustering, ("gender",), NAMES)
    assert (found.counts.sum(), found.n_missing) == (4, 0)


# --- the sentences ---


def test_a_flagged_segment_is_told_by_its_largest_difference(hundred):
    assert hundred.sentences == (
        "gender is m for 75 % of B and for 60 % of all customers: more than chance would give.",
        "gender is f for 50 % of A and for 40 % of all customers: more than chance would give.",
    )


def test_every_cell_can_be_told(hundred):
    assert hundred.told(*place(hundred, 1, "f")) == (
        "gender is f for 25 % of B and for 40 % of all customers: fewer than chance would give."
    )
    assert hundred.told(*place(hundred, 0, "m")) == (
        "gender is m for 50 % of A and for 60 % of all customers: beyond chance, but by less than a quarter below the "
        "whole."
    )


def test_a_sure_difference_of_less_than_a_quarter_is_told_with_its_side():
    # 300 of 500 and 240 of 500: 60 % where 54 % are expected
    found = made_up(300, 200, 240, 260)
    assert found.told(*place(found, 0, "f")).endswith("beyond chance, but by less than a quarter above the whole.")


def test_the_largest_difference_is_that_of_the_shares():
    # in the east 10 % and 5 % beside 7.5 %, though most are in the south: 80 % and 81 %
    region = ["north"] * 10 + ["east"] * 10 + ["south"] * 80 + ["north"] * 14 + ["east"] * 5 + ["south"] * 81
    (found,) = make_up(*segmented({"region": region}, [0] * 100 + [1] * 100), ("region",), NAMES)
    assert "The largest difference: region is east for " in found.sentences[0]


def test_the_largest_marked_difference_is_told_be_it_of_few():
    # B: 60 % beside 45 %, 5 % beside 30 %, 35 % beside 25 %
    region = ["north"] * 120 + ["east"] * 115 + ["south"] * 65 + ["north"] * 60 + ["east"] * 5 + ["south"] * 35
    (found,) = make_up(*segmented({"region": region}, [0] * 300 + [1] * 100), ("region",), NAMES)
    assert found.flags[place(found, 1, "north")] == 1
    assert (
        found.sentences[0] == "region is east for 5 % of B and for 30 % of all customers: fewer than chance would give."
    )


def test_where_every_segment_is_as_the_whole_that_is_told():
    assert made_up(20, 20, 10, 10).sentences == (
        "No segment differs from all customers in gender both beyond chance and by a quarter or more. The largest "
        "difference: gender is f for 50 % of A and for 50 % of all customers: within what chance gives.",
    )


def test_where_nothing_is_flagged_the_largest_difference_is_told_as_chance():
    # 27 of 50 and 24 of 50
    assert made_up(27, 23, 24, 26).sentences == (
        "No segment differs from all customers in gender both beyond chance and by a quarter or more. The largest "
        "difference: gender is f for 54 % of A and for 51 % of all customers: within what chance gives.",
    )


def test_what_is_too_small_to_judge_is_said():
    # one of 43 in a segment of 5: 5 / 43 = 0.12 at the least
    region = ["north"] * 20 + ["south"] * 17 + ["west"] + ["south"] * 5
    table, clustering = segmented({"region": region}, [0] * 38 + [1] * 5)
    (found,) = make_up(table, clustering, ("region",), NAMES)
    assert found.told(*place(found, 1, "west")) == (
        "region is west for 0 % of B and for 2 % of all customers: too few to judge (chance could give any number of "
        "them)."
    )
    assert found.sentences[-1] == (
        "2 combinations of a segment and a group are too small to judge: chance could give any number of customers "
        "there."
    )


def test_where_everything_is_too_small_only_that_is_said():
    assert made_up(2, 2, 1, 1).sentences == ("Every group of gender is too small in every segment to judge.",)


def test_a_segment_nobody_of_which_has_a_value_is_told_so():
    cells, segments = gender(5, 5, 0, 0)
    table, clustering = segmented({"gender": [*cells, "", ""], "n": range(12)}, [*segments, 1, 1])
    (found,) = make_up(table, clustering, ("gender",), NAMES)
    assert found.shares[1].tolist() == [0, 0, 1]
    assert found.too_few.tolist() == [[True, True, False], [True, True, False]]
    assert found.told(1, 0) == "B: none of its customers has a value of gender."
    assert not found.flags.any()


def test_further_differences_of_a_segment_are_counted():
    # A has all the north and half of the east, B the rest
    region = ["north"] * 30 + ["east"] * 10 + ["east"] * 10 + ["south"] * 30
    table, clustering = segmented({"region": region}, [0] * 40 + [1] * 40)
    (found,) = make_up(table, clustering, ("region",), NAMES)
    assert np.abs(found.flags).sum() == 4
    assert found.sentences[-1] == "2 more differences in region are marked."


def test_one_further_difference_is_counted():
    # A of the north 75 % beside 30 %, of the east 25 % beside 25 %, of the south nobody beside 45 %
    region = ["north"] * 30 + ["east"] * 10 + ["north"] * 100 + ["east"] * 100 + ["south"] * 200
    (found,) = make_up(*segmented({"region": region}, [0] * 40 + [1] * 400), ("region",), NAMES)
    assert found.sentences[1:] == ("1 more difference in region is marked.",)


# --- columns of all kinds ---


def test_without_a_marked_column_there_is_nothing_to_say(hundred):
    cells, segments = gender(2, 2, 1, 1)
    assert make_up(*segmented({"gender": cells}, segments), (), NAMES) == ()


def test_a_column_that_is_not_there_is_refused():
    cells, segments = gender(2, 2, 1, 1)
    with pytest.raises(InvalidSetting, match='There is no column "race" in this file'):
        make_up(*segmented({"gender": cells}, segments), ("gender", "race"), NAMES)


def test_a_column_without_any_value_has_nothing_to_compare():
    table, clustering = segmented({"gender": [""] * 6, "n": range(6)}, [0, 0, 0, 0, 1, 1])
    (found,) = make_up(table, clustering, ("gender",), NAMES)
    assert found.groups == ()
    assert found.shares.shape == found.flags.shape == (2, 0)
    assert found.sentences == ("No customer with a segment has a value of gender: there is nothing to compare.",)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("value", ["f", 5])
def test_a_constant_column_has_nothing_to_compare(value):
    table, clustering = segmented({"gender": [value] * 60}, [0] * 40 + [1] * 20)
    (found,) = make_up(table, clustering, ("gender",), NAMES)
    assert found.overall.tolist() == [1]
    assert not found.flags.any()
    assert found.sentences == (f"gender is {value} for every customer that has a value: there is nothing to compare.",)


def test_two_thousand_levels_are_told_to_be_too_many():
    cities = [f"city {i % 2000}" for i in range(4000)]
    table, clustering = segmented({"city": cities}, [0] * 3000 + [1] * 1000)
    (found,) = make_up(table, clustering, ("city",), NAMES)
    assert found.groups == ("other levels",)
    assert found.sentences == (
        "No level of city is had by as many as 1 % of the customers: there is nothing to compare.",
    )


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (["Rome"] * 30, "city is Rome for every customer that has a value: there is nothing to compare."),
        (
            [f"city {i}" for i in range(2000)],
            "No level of city is had by as many as 1 % of the customers: there is nothing to compare.",
        ),
    ],
    ids=["one", "many"],
)
def test_customers_without_a_value_are_nobody_to_compare_with(cells, told):
    n = len(cells)
    table, clustering = segmented({"city": [*cells, *[""] * 10], "n": range(n + 10)}, [0] * n + [1] * 10)
    (found,) = make_up(table, clustering, ("city",), NAMES)
    assert found.groups[1:] == ("missing",)
    assert found.sentences == (told,)


def test_rare_levels_are_one_group():
    cities = ["Rome"] * 100 + ["Oslo"] * 100 + [f"city {i}" for i in range(50)]
    table, clustering = segmented({"city": cities}, [0] * 200 + [1] * 50)
    (found,) = make_up(table, clustering, ("city",), NAMES)
    assert found.groups == ("Oslo", "Rome", "other levels")
    assert found.sentences[0] == (
        "city is one of the other levels for 100 % of B and for 20 % of all customers: more than chance would give."
    )


def test_a_segment_of_one_customer_is_too_small_to_judge():
    cells, segments = gender(30, 30, 1, 0)
    (found,) = make_up(*segmented({"gender": cells}, segments), ("gender",), NAMES)
    assert found.too_few[1].all()
    assert not found.flags.any()


def test_thirty_segments_can_be_told():
    segments = [i % 30 for i in range(900)]
    table, clustering = segmented({"gender": ["f" if i % 7 < 3 else "m" for i in range(900)]}, segments)
    (found,) = make_up(table, clustering, ("gender",), tuple(f"Segment {i + 1}" for i in range(30)))
    assert found.flags.shape == (30, 2)
    assert found.sentences


# --- suggestions ---


@pytest.mark.parametrize(
    "name",
    [
        *("Gender", "sex", "Geschlecht", "Anrede", "Sexe", "género", "Age", "customer_age", "CustomerAge", "Alter"),
        *("Altersgruppe", "édad", "date_of_birth", "Geburtsdatum", "Year_Birth", "DOB", "Region", "country", "State"),
        *("PLZ", "zip_code", "ZipCode", "Bundesland", "Wohnort", "ciudad", "Nationalität", "nationality"),
        *("Staatsangehörigkeit", "ethnicity", "race", "religion", "Marital_Status", "Familienstand", "disability"),
    ],
)
def test_columns_named_like_what_people_are_suggest_themselves(name):
    lines = [f"{'abcd'[i % 4]},{i * 1.5}" for i in range(40)]
    assert sensitive_suggestions(read_table("\n".join([f"{name},x", *lines]).encode())) == (name,)


@pytest.mark.parametrize(
    "name",
    ["pages", "average_basket", "usage", "total_spend", "orders", "essex", "Gehalt", "image", "newsletter", "note"],
)
def test_other_names_do_not(name):
    lines = [f"{'abcd'[i % 4]},{i * 1.5}" for i in range(40)]
    assert sensitive_suggestions(read_table("\n".join([f"{name},x", *lines]).encode())) == ()


def test_suggestions_differ_and_stand_in_the_order_of_the_file(mall):
    assert sensitive_suggestions(mall) == ("Gender", "Age")
    assert sensitive_suggestions(read_table(b"gender,age,region\n,1,a\n,1,b\n,1,a\n,1,b\n")) == ("region",)
