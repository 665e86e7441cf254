"""What the pictures of distributions show: boxes, shares per bin and sampled rows, by hand."""

from dataclasses import replace
from math import isnan

import numpy as np
import pytest

from clustering import ClusterSpec, FeatureSpec, fit, prepare, profile, read_table
from clustering.errors import InvalidSetting
from clustering.features import RowFilter
from clustering.profile.distributions import sample_rows, spread

# Three segments by amount: 1..12 (six rows), 100..106 (four), 200 and 202.
TWELVE = b"""amount,score,visits,weight
1,1,10,1
100,3,,1
2,2,,1
102,3,,1
200,3,5,1
3,3,20,1
104,3,,1
4,4,30,1
106,3,,1
202,3,7,1
5,5,40,1
12,50,,5
"""


def described(content, columns=("amount",), n_clusters=3, describe=("score", "visits"), **settings):
    table = read_table(content)
    spec = FeatureSpec(columns, describe=describe, **{"scale": "none", "outliers": "keep", **settings})
    clustering = fit(prepare(table, spec), ClusterSpec(n_clusters=n_clusters))
    return table, clustering, spec, profile(table, clustering, spec)


@pytest.fixture(scope="module")
def twelve():
    return described(TWELVE)


# --- boxes ---


def test_a_box_has_the_quartiles_of_the_profile(twelve):
    figures = twelve[-1]
    boxes = spread(*twelve, "amount").boxes
    assert [box.lower_quartile for box in boxes] == figures.lower_quartiles[:, 0].tolist()
    assert [box.median for box in boxes] == figures.medians[:, 0].tolist() == [3.5, 103, 201]
    assert [box.upper_quartile for box in boxes] == figures.upper_quartiles[:, 0].tolist()


def test_whiskers_end_at_the_outermost_values_within_one_and_a_half_boxes(twelve):
    # of 1, 2, 3, 4, 5, 12 the box is from 2 to 5: whiskers may reach from -2.5 to 9.5
    box = spread(*twelve, "amount").boxes[0]
    assert (box.low, box.lower_quartile, box.upper_quartile, box.high) == (1, 2, 5, 5)
    assert (box.least, box.most, box.n_beyond, box.n) == (1, 12, 1, 6)


def test_the_box_of_all_customers_stands_beside(twelve):
    # between the third and the fourth, the ninth and the tenth: 3 and 4, 104 and 106
    box = spread(*twelve, "amount").overall
    assert (box.low, box.lower_quartile, box.upper_quartile, box.high, box.n) == (1, 3.5, 105, 202, 12)


def test_customers_without_a_value_are_left_out_and_counted(twelve):
    found = spread(*twelve, "visits")
    assert [box.n for box in found.boxes] == [4, 0, 2]
    assert (found.n_missing, found.n_total) == (6, 12)
    assert isnan(found.boxes[1].median)
    assert found.boxes[1].n_beyond == 0


def test_a_segment_of_one_customer_is_a_box_of_one_value():
    found = spread(*described(b"amount\n1\n2\n3\n900\n", describe=(), n_clusters=2), "amount")
    box = found.boxes[1]
    assert (box.low, box.lower_quartile, box.median, box.upper_quartile, box.high, box.n_beyond) == (900,) * 5 + (0,)


def test_a_weight_of_none_is_no_customer_of_the_box():
    content = b"amount,weight\n1,1\n2,1\n3,0\n100,1\n102,1\n"
    found = spread(*described(content, describe=(), n_clusters=2, weight_column="weight"), "amount")
    assert sum(box.n for box in found.boxes) == 4
    assert max(found.boxes[0].most, found.boxes[1].most) == 102


def test_a_column_that_is_no_number_of_the_profile_is_refused(twelve):
    with pytest.raises(InvalidSetting, match='"shoe size" is no column of numbers'):
        spread(*twelve, "shoe size")


# --- densities ---


def test_bins_have_round_edges_and_every_row_adds_up_to_one(twelve):
    # 12 customers ask for 8 bins: 201 / 8 is 25.1, the next round number 50
    found = spread(*twelve, "amount")
    assert found.edges.tolist() == [0, 50, 100, 150, 200, 250]
    assert found.densities.tolist() == [[1, 0, 0, 0, 0], [0, 0, 1, 0, 0], [0, 0, 0, 0, 1]]
    assert found.overall_density == pytest.approx([1 / 2, 0, 1 / 3, 0, 1 / 6])


def test_few_whole_numbers_stand_in_the_middle_of_their_bins(twelve):
    # the whiskers reach from 1 to 5; the 50 lies beyond all of them
    found = spread(*twelve, "score")
    assert found.edges.tolist() == [0.5, 1.5, 2.5, 3.5, 4.5, 5.5]
    assert found.densities[0] == pytest.approx([1 / 6] * 5)
    assert found.densities[1].tolist() == [0, 0, 1, 0, 0]
    assert found.n_outside == 1
    # 3 have one of the first, all four and both of the others
    assert found.overall_density == pytest.approx(np.array([1, 1, 7, 1, 1]) / 12)


def test_numbers_with_decimals_have_bins_that_begin_at_their_least():
    # 13 ask for 8 bins: 6 / 8 is 0.75, the next round number 1
    content = "amount\n" + "\n".join(str(i / 2) for i in range(13))
    found = spread(*described(content.encode(), describe=(), n_clusters=2), "amount")
    assert found.edges.tolist() == [0, 1, 2, 3, 4, 5, 6, 7]


def test_a_width_that_is_round_already_stays():
    # nine ask for 8 bins: 80 / 8
    content = "amount\n" + "\n".join(str(1000 + 10 * i) for i in range(9))
    found = spread(*described(content.encode(), describe=(), n_clusters=2), "amount")
    assert found.edges.tolist() == list(range(1000, 1100, 10))


@pytest.mark.parametrize(
    "step, edges", [(1, [i - 0.5 for i in range(10)]), (2, range(0, 20, 2)), (11, range(0, 120, 20))]
)
def test_nine_whole_numbers_have_a_bin_each_where_that_is_no_wider_than_one(step, edges):
    # of 8 bins each is as wide as the step; 11 is not round
    content = "amount\n" + "\n".join(str(step * i) for i in range(9))
    found = spread(*described(content.encode(), describe=(), n_clusters=2), "amount")
    assert found.edges.tolist() == list(edges)


def test_more_customers_have_more_bins():
    # of a thousand the cube root is ten: 20 bins, so 1,198.8 / 20 = 59.9 and the next round number
    content = "amount\n" + "\n".join(f"{1.2 * i:.1f}" for i in range(1000))
    found = spread(*described(content.encode(), describe=(), n_clusters=2), "amount")
    assert found.edges.tolist() == list(range(0, 1201, 100))


def test_a_customer_of_weight_five_counts_five_times_in_the_density():
    # of the first segment's weight of 10, five stand at 12
    found = spread(*described(TWELVE, weight_column="weight"), "amount")
    heavy = int(np.searchsorted(found.edges, 12, side="right")) - 1
    assert found.densities[0, heavy] >= 0.5
    assert found.densities.sum(axis=1) == pytest.approx([1, 1, 1])
    assert found.weight_column == "weight"


def test_a_segment_without_a_value_has_no_density(twelve):
    found = spread(*twelve, "visits")
    assert np.isnan(found.densities[1]).all()
    assert found.densities[[0, 2]].sum(axis=1) == pytest.approx([1, 1])


def test_a_column_that_is_constant_among_the_customers_is_one_bin_around_its_value():
    content = b"amount,same,keep\n1,7,yes\n2,7,yes\n100,7,yes\n102,7,yes\n50,8,no\n60,9,no\n"
    kept = RowFilter("keep", levels=("yes",))
    found = spread(*described(content, describe=("same",), n_clusters=2, row_filter=kept), "same")
    assert found.edges.tolist() == [6.5, 7.5]
    assert found.densities.tolist() == [[1], [1]]


def test_a_column_without_any_value_has_no_bins():
    content = b"amount,visits,keep\n1,,yes\n2,,yes\n100,,yes\n102,,yes\n50,3,no\n60,4,no\n"
    chosen = described(content, describe=("visits",), n_clusters=2, row_filter=RowFilter("keep", levels=("yes",)))
    found = spread(*chosen, "visits")
    assert (found.densities.shape, found.edges.shape) == ((2, 0), (0,))
    assert (found.overall.n, found.n_missing) == (0, 4)
    assert sample_rows(*chosen).columns == ("amount",)


@pytest.mark.parametrize("shift, scale", [(0, 1e-9), (1e6, 0.01), (-5, 1), (0, 1e12), (1e15, 1)])
def test_values_of_any_size_have_bins_that_hold_them_all(shift, scale):
    values = shift + scale * np.arange(200)
    content = ("amount\n" + "\n".join(repr(float(value)) for value in values)).encode()
    found = spread(*described(content, describe=(), n_clusters=2), "amount")
    assert 1 <= len(found.edges) - 1 <= 45
    assert found.edges[0] <= values[0]
    assert found.edges[-1] >= values[-1]
    assert found.densities.sum(axis=1) == pytest.approx([1, 1])


# --- sampled rows ---


@pytest.fixture(scope="module")
def many():
    """4,000 customers, 25 of them far away; b tells nothing."""
    rng = np.random.default_rng(3)
    a = np.concatenate([rng.normal(0, 1, 3975), rng.normal(100, 1, 25)])
    lines = [f"{y:.4f},{x:.4f}" for x, y in zip(a, rng.normal(size=4000), strict=True)]
    return described(("b,a\n" + "\n".join(lines)).encode(), ("a",), 2, ("b",))


def test_a_sample_is_bounded_and_holds_twenty_of_a_small_segment(many):
    # 25 * 1000 // 4000 would be 6
    sample = sample_rows(*many)
    assert np.bincount(sample.labels).tolist() == [993, 20]
    assert sample.n_total == 4000


def test_noise_takes_its_share_of_the_sample(many):
    # a tenth of the 4,000 is noise: 20 of 200; of the others 3,575 of 3,600 are in the first segment
    table, clustering, spec, figures = many
    parts = {name: getattr(clustering, name)[400:] for name in ("rows", "labels", "in_fit")}
    with_noise = replace(clustering, noise=clustering.rows[:400], sizes=(3575, 25), **parts)
    sample = sample_rows(table, with_noise, spec, figures, most=200)
    assert np.bincount(sample.labels).tolist() == [178, 20]
    assert (len(sample.noise), sample.n_noise, sample.n_total) == (20, 400, 3600)


def test_few_customers_are_all_there(twelve):
    sample = sample_rows(*twelve)
    assert sample.rows.tolist() == list(range(12))
    assert sample.n_total == 12


def test_the_same_customers_are_drawn_every_time(many):
    assert sample_rows(*many).rows.tolist() == sample_rows(*many).rows.tolist()


def test_values_are_in_the_columns_own_units_with_gaps_where_they_are_missing(twelve):
    sample = sample_rows(*twelve)
    visits = sample.columns.index("visits")
    assert sample.values[0].tolist()[visits] == 10
    assert isnan(sample.values[1, visits])


def test_the_column_that_sets_the_segments_apart_most_comes_first(many):
    sample = sample_rows(*many)
    assert sample.columns == ("a", "b")
    assert sample.medians.tolist() == many[-1].medians.tolist()


def test_an_axis_ends_three_boxes_beyond_the_quartiles(many):
    # a: quartiles near -0.67 and 0.67, so an end near 0.67 + 3 * 1.35 = 4.7, far from the 100 of the small segment
    sample = sample_rows(*many)
    assert sample.limits[0, 1] == pytest.approx(4.7, abs=0.3)
    assert sample.limits[0, 0] == sample.values[:, 0].min()


def test_an_axis_of_equal_quartiles_reaches_all_its_values():
    content = b"amount,zeros\n" + b"1,0\n2,0\n3,0\n4,0\n5,0\n6,0\n100,0\n102,0\n104,0\n106,90\n"
    sample = sample_rows(*described(content, describe=("zeros",), n_clusters=2))
    assert sample.limits[sample.columns.index("zeros")].tolist() == [0, 90]


def test_an_axis_of_which_nobody_drawn_has_a_value_reaches_from_quartile_to_quartile():
    amounts = [i % 50 + 100 * (i % 2) for i in range(2000)]
    drawn = sample_rows(*described(("amount\n" + "\n".join(map(str, amounts))).encode(), describe=(), n_clusters=2))
    first, second = sorted({*range(2000)} - {*drawn.rows.tolist()})[:2]
    lines = [f"{amount},{ {first: '3.5', second: '7.5'}.get(i, '') }" for i, amount in enumerate(amounts)]
    content = ("amount,rare\n" + "\n".join(lines)).encode()
    sample = sample_rows(*described(content, describe=("rare",), n_clusters=2))
    assert sample.limits[sample.columns.index("rare")].tolist() == [3.5, 7.5]


def test_of_many_columns_the_eight_strongest_are_sampled():
    lines = [",".join(f"{1000 * (row // 10) + (row * place) % 17}.5" for place in range(1, 11)) for row in range(20)]
    content = "\n".join([",".join("abcdefghij"), *lines]).encode()
    sample = sample_rows(*described(content, tuple("abcdefghij"), 2, describe=()))
    assert (len(sample.columns), sample.n_columns) == (8, 10)


def test_segments_of_categories_alone_have_no_sampled_values():
    sample = sample_rows(*described(b"kind,n\na,1\na,2\nb,3\nb,4\n", ("kind",), 2, describe=()))
    assert (sample.columns, sample.values.shape, sample.noise.shape) == ((), (4, 0), (0, 0))


def test_yes_and_no_are_no_axes_of_a_pair_matrix():
    content = b"amount,member,age\n1,yes,20\n2,yes,31\n3,yes,40\n100,no,22\n102,no,35\n104,no,41\n"
    sample = sample_rows(*described(content, describe=("member", "age"), n_clusters=2))
    assert "member" in sample.columns
    assert [sample.columns[i] for i in sample.strongest_numbers()] == ["amount", "age"]


def test_a_pair_matrix_has_the_three_strongest_numbers():
    content = b"amount,a,b,c\n1,9,9,9\n2,8,1,4\n3,9,2,5\n100,1,1,6\n102,2,2,9\n104,1,3,5\n"
    sample = sample_rows(*described(content, describe=("a", "b", "c"), n_clusters=2))
    assert len(sample.columns) == 4
    assert sample.strongest_numbers() == (0, 1, 2)
