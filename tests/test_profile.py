"""What each segment is like: every figure of a table of twelve rows derived by hand."""

from math import isnan, sqrt
from pathlib import Path

import numpy as np
import pytest

from clustering import ClusterSpec, FeatureSpec, fit, prepare, profile, read_table

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


def profiled(content, columns, n_clusters, **settings):
    table = read_table(content)
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


def test_the_strongest_columns_of_a_segment_are_those_it_differs_most_in(twelve):
    # the last segment: amount +1.78, visits (6 - 18.67) / 12.80 = -0.99
    assert twelve.strongest(2) == (AMOUNT, VISITS)
    # the first: amount -0.90, visits +0.49
    assert twelve.strongest(0) == (AMOUNT, VISITS)


def test_a_difference_below_the_average_counts_as_much_as_one_above():
    # a: means 2 and 6 around 4, variance (16 + 0 + 4 + 16 + 0 + 4) / 6; b: 0 and -10 around -5, variance 25
    two = profiled(b"a,b\n0,0\n4,0\n2,0\n8,-10\n4,-10\n6,-10\n", ("a", "b"), 2)
    assert two.differences[1] == pytest.approx([2 / sqrt(40 / 6), -1])
    assert two.strongest(1) == (1, 0)


def test_a_column_without_a_value_in_the_segment_is_none_of_its_strongest(twelve):
    assert twelve.strongest(1) == (AMOUNT,)


def test_at_most_as_many_strongest_columns_as_asked_for(twelve):
    assert twelve.strongest(0, n=1) == (AMOUNT,)
    assert twelve.strongest(0, n=9) == (AMOUNT, VISITS)


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
    assert flat.strongest(0) == (1,)


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
