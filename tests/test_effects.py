"""What sets the segments apart, held against values that scipy 1.17 computed from the same twelve rows."""

from math import isnan

import numpy as np
import pytest

from clustering import ClusterSpec, FeatureSpec, fit, prepare, profile, read_table
from clustering.features import ColumnSpec
from clustering.profile import WHY_NO_TEST, Effect, effects
from clustering.profile.effects import holm
from clustering.profile.grouped import cramers_v

# Three segments by amount, of six, four and two rows.
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


def found(content, columns, n_clusters, **settings):
    table = read_table(content)
    spec = FeatureSpec(columns, **{"scale": "none", "outliers": "keep", **settings})
    clustering = fit(prepare(table, spec), ClusterSpec(n_clusters=n_clusters))
    ranked = effects(table, clustering, spec, profile(table, clustering, spec))
    return {effect.column: effect for effect in ranked}


@pytest.fixture(scope="module")
def twelve():
    return found(TWELVE, ("amount",), 3, describe=DESCRIBED)


# Sizes


def test_the_size_of_a_number_is_eta_squared(twelve):
    # from F = scipy.stats.f_oneway(*groups).statistic as 2 F / (2 F + 9):
    # [10, 20, 30, 40, 50, 30], [60, 60, 80, 80], [70, 70] and [-10, -10, 10, 10, 0, 0], [20] * 4, [10, -90]
    assert twelve["spend"].size == pytest.approx(0.7741935483870968)
    assert twelve["balance"].size == pytest.approx(0.47058823529411764)
    assert twelve["spend"].measure == "eta squared"


def test_the_size_of_a_category_is_cramers_v(twelve):
    # scipy.stats.contingency.association([[4, 1], [0, 3], [1, 0]], method="cramer"), missing cells left out
    assert twelve["store"].size == pytest.approx(0.8)
    assert twelve["store"].measure == "Cramér's V"


def test_of_a_yes_or_no_eta_squared_is_v_squared(twelve):
    # scipy.stats.contingency.association([[3, 3], [4, 0], [0, 1]], method="cramer") = 0.6408699444616558
    assert twelve["member"].measure == "eta squared"
    assert twelve["member"].size == pytest.approx(0.6408699444616558**2)


def test_columns_are_ranked_on_the_scale_that_both_measures_share(twelve):
    # amount 0.999; spend 0.77; store 0.8² = 0.64, behind spend though 0.8 is more than 0.77; balance 0.47; member 0.41
    assert list(twelve) == ["amount", "spend", "store", "balance", "member"]
    assert twelve["store"].strength == pytest.approx(0.64)


def test_sizes_are_those_of_the_rows_of_the_fit():
    # the far row is placed with the second segment; without it a segment's mean is all there is to know of b
    lines = [f"{i % 3},1,x" for i in range(31)] + [f"{10 + i % 3},3,y" for i in range(30)] + ["1000,99,x"]
    far = found("\n".join(["a,b,c", *lines]).encode(), ("a",), 2, outliers="auto", describe=("b", "c"))
    assert far["b"].size == pytest.approx(1)
    assert far["c"].size == pytest.approx(1)


def test_tests_are_made_of_the_rows_of_the_fit():
    lines = ["a,b", *(f"{i % 3 + 10 * (i > 30)},{i * 7 % 61 + i % 2 / 2}" for i in range(61))]
    near = found("\n".join(lines).encode(), ("a",), 2, outliers="auto", describe=("b",))
    far = found("\n".join([*lines, "1000,99"]).encode(), ("a",), 2, outliers="auto", describe=("b",))
    assert far["b"].p_value == near["b"].p_value


def test_segments_and_levels_without_a_customer_do_not_lower_v():
    # the first segment has the first level alone, the second the other two; of a third segment nothing is known
    assert cramers_v(np.array([[4.0, 0, 0], [0, 2, 2], [0, 0, 0]])) == pytest.approx(1)


def test_where_customers_are_weighed_the_size_is_that_of_so_many_customers():
    once = b"a,w,b,c\n1,2,1,x\n2,1,3,y\n100,1,4,x\n101,3,9,y\n"
    often = b"a,b,c\n1,1,x\n1,1,x\n2,3,y\n100,4,x\n101,9,y\n101,9,y\n101,9,y\n"
    weighed = found(once, ("a",), 2, weight_column="w", describe=("b", "c"))
    repeated = found(often, ("a",), 2, describe=("b", "c"))
    for column in "bc":
        assert weighed[column].size == pytest.approx(repeated[column].size)


# Tests of describing columns


def test_a_number_that_describes_has_a_kruskal_wallis_test(twelve):
    # scipy.stats.kruskal(*groups).pvalue of the groups above
    assert twelve["spend"].test == "Kruskal-Wallis"
    assert twelve["spend"].p_value == pytest.approx(0.014805360653922864)
    assert twelve["balance"].p_value == pytest.approx(0.019481858009761384)


def test_a_category_that_describes_has_a_chi_squared_test(twelve):
    # scipy.stats.chi2_contingency(counts, correction=False).pvalue of the tables above
    assert twelve["store"].test == twelve["member"].test == "chi squared"
    assert twelve["store"].p_value == pytest.approx(0.05613476283413372)
    assert twelve["member"].p_value == pytest.approx(0.10446234876201914)


def test_two_by_two_is_tested_without_a_correction_so_that_the_test_goes_with_its_size():
    # counts [[3, 1], [1, 3]]: chi squared is 8 * (9 - 1)² / 4⁴ = 2 = 8 V², and erfc(sqrt(2 / 2)) = 0.1573
    content = b"a,c\n1,x\n2,x\n3,x\n4,y\n100,x\n101,y\n102,y\n103,y\n"
    pair = found(content, ("a",), 2, describe=("c",))["c"]
    assert pair.size == pytest.approx(0.5)
    assert pair.p_value == pytest.approx(0.157299207)


def test_p_values_are_adjusted_for_the_number_of_describing_columns(twelve):
    # ascending: spend 4 * 0.014805 = 0.059221; balance 3 * 0.019482 = 0.058446, which may not be less than that;
    # store 2 * 0.056135 = 0.112270; member 0.104462, which may not be less than that
    assert twelve["spend"].p_adjusted == twelve["balance"].p_adjusted == pytest.approx(0.059221, abs=1e-6)
    assert twelve["store"].p_adjusted == twelve["member"].p_adjusted == pytest.approx(0.112270, abs=1e-6)


@pytest.mark.parametrize(
    "p_values, adjusted",
    [
        ([0.04], [0.04]),
        ([0.03, 0.01, 0.02], [0.04, 0.03, 0.04]),  # 3 * 0.01; 2 * 0.02; 0.03, which may not be less
        ([0.6, 0.7], [1, 1]),  # 2 * 0.6
        ([np.nan, 0.01, np.nan, 0.04], [np.nan, 0.02, np.nan, 0.04]),
        ([np.nan], [np.nan]),
        ([], []),
    ],
)
def test_holm_by_hand(p_values, adjusted):
    assert holm(np.array(p_values, dtype=float)) == pytest.approx(adjusted, nan_ok=True)


def test_a_column_that_built_the_segments_has_no_p_value_and_it_is_said_why(twelve):
    amount = twelve["amount"]
    assert (amount.built, amount.test, amount.p_written) == (True, None, "–")
    assert isnan(amount.p_value) and not amount.is_rough
    assert WHY_NO_TEST.startswith("Columns that built the segments get no p-value: ")


def test_a_test_on_small_segments_is_called_rough():
    # segments of two rows; of ten
    assert found(TWELVE, ("amount",), 3, describe=("spend",))["spend"].is_rough
    lines = ["a,b,c", *(f"{i % 3 + 100 * (i < 10)},{i * 7 % 11},{'xy'[i % 2]}" for i in range(20))]
    enough = found("\n".join(lines).encode(), ("a",), 2, describe=("b", "c"))
    assert not enough["b"].is_rough
    # 5 of each expected
    assert not enough["c"].is_rough


@pytest.mark.parametrize("n_near, is_rough", [(5, False), (4, True)])
def test_a_kruskal_wallis_test_is_rough_where_a_segment_has_fewer_than_five_values(n_near, is_rough):
    lines = ["a,b", *(f"{100 * (i >= n_near)},{i * 7 % 11}" for i in range(10))]
    effect = found("\n".join(lines).encode(), ("a",), 2, describe=("b",))["b"]
    assert (effect.test, effect.is_rough) == ("Kruskal-Wallis", is_rough)


@pytest.mark.parametrize("n_levels, is_rough", [(5, False), (4, True)])
def test_a_chi_squared_test_is_rough_where_fewer_than_five_are_expected_in_more_than_a_fifth(n_levels, is_rough):
    # of the last level two are expected in either segment, of the others five: 2 of 10 or of 8 counts are below
    levels = [level for level in range(n_levels - 1) for _ in range(10)] + [n_levels - 1] * 4
    lines = ["a,b", *(f"{100 * (i % 2)},level {level}" for i, level in enumerate(levels))]
    effect = found("\n".join(lines).encode(), ("a",), 2, describe=("b",))["b"]
    assert (effect.test, effect.is_rough) == ("chi squared", is_rough)


@pytest.mark.parametrize(
    "p, written", [(0.0341, "0.0341"), (0.001, "0.001"), (0.00099, "< 0.001"), (0.0, "< 0.001"), (1.0, "1")]
)
def test_a_p_value_is_never_written_as_zero(p, written):
    assert Effect("a", "eta squared", 0.5, built=False, p_adjusted=p).p_written == written


def test_a_column_without_a_size_comes_after_one_of_size_zero():
    # "same" is 5 wherever a row takes part; "even" is 1 and 2 in both segments
    content = b"amount,same,even\n1,5,1\n2,5,2\n101,5,1\n102,5,2\n,7,3\n"
    ranked = found(content, ("amount",), 2, describe=("same", "even"), missing="aside")
    assert (ranked["even"].size, isnan(ranked["same"].size)) == (0, True)
    assert list(ranked) == ["amount", "even", "same"]


# Columns that cannot set anything apart


@pytest.mark.filterwarnings("error")
def test_a_column_without_a_size_says_why_and_comes_last():
    # b and d are the same wherever a row takes part; c has values in the first segment alone
    content = b"a,b,c,d\n1,5,1,x\n2,5,2,x\n3,5,4,\n100,5,,x\n101,5,,x\n,7,,y\n"
    edges = found(content, ("a",), 2, describe=("b", "c", "d"), missing="aside")
    assert list(edges) == ["a", "b", "c", "d"]
    assert [edges[column].reason for column in "abcd"] == [
        "",
        "all customers have the same value in this column",
        "fewer than two segments have a value in this column",
        "all customers have the same value in this column",
    ]
    for column in "bcd":
        assert (edges[column].size_written, edges[column].test, edges[column].p_written) == ("–", None, "–")


def test_constant_and_empty_columns_are_left_out():
    # of one value in the whole file, or none
    assert list(found(b"a,b,c\n1,5,\n2,5,\n100,5,\n101,5,\n", ("a",), 2, describe=("b", "c"))) == ["a"]


def test_a_category_of_two_thousand_levels_is_told_to_have_none_that_is_frequent_enough():
    lines = ["a,code", *(f"{100 * (i % 30) + i // 900},{i // 2 * 3}" for i in range(4_000))]
    settings = (ColumnSpec("code", encode="onehot"),)
    many = found("\n".join(lines).encode(), ("a", "code"), 30, settings=settings)
    assert list(many) == ["a", "code"]
    assert many["code"].reason == "no value of this column is frequent enough to be told apart"
