"""Single customers: who is typical, who stands on a border, who is far out."""

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest

from clustering import ClusterSpec, FeatureSpec, fit, prepare, read_table
from clustering.errors import InvalidSetting
from clustering.export import to_csv
from clustering.indices import simplified_silhouette
from clustering.profile.people import ambiguous, borderline, far_last, far_out, people_table, placement, typical

NAMES = ("First", "Second", "Third")


def segmented(content, columns=("x",), n_clusters=2, **settings):
    table = read_table(content)
    features = prepare(table, FeatureSpec(columns, **{"scale": "none", "outliers": "keep", **settings}))
    return table, features, fit(features, ClusterSpec(n_clusters=n_clusters))


def by_hand(values, labels, centers):
    """One column of numbers, with segments and centers as given."""
    table, features, found = segmented("\n".join(["x", *map(str, values)]).encode())
    sizes = tuple(np.bincount(labels, minlength=len(centers)).tolist())
    centers = np.array(centers, dtype=float)[:, None]
    return table, features, replace(found, labels=np.array(labels), cluster_centers=centers, sizes=sizes)


# Segments {0, 1, 2} around 1 and {10, 14} around 12.
FIVE = b"x\n0\n10\n2\n14\n1\n"


@pytest.fixture(scope="module")
def five():
    table, features, clustering = segmented(FIVE)
    return table, features, clustering, placement(features, clustering)


# --- where everybody stands ---


def test_distances_are_to_the_own_and_to_the_nearest_other_center(five):
    assert five[3].distance == pytest.approx([1, 2, 1, 2, 0])
    assert five[3].second_distance == pytest.approx([12, 9, 10, 13, 11])


def test_the_margin_is_the_gap_between_both_in_parts_of_the_larger(five):
    assert five[3].margin == pytest.approx([11 / 12, 7 / 9, 9 / 10, 11 / 13, 1])


def test_distances_are_straight_lines_through_all_features(four_points):
    # centers (0, 1) and (10, 1)
    found = placement(*segmented(four_points, ("x", "y"))[1:])
    assert found.distance == pytest.approx([1, 1, 1, 1])
    assert found.second_distance == pytest.approx([sqrt(101)] * 4)


def test_the_second_best_segment_is_the_nearest_of_the_others():
    _, features, clustering = by_hand([0, 4, 5, 20], [0, 1, 1, 2], [0, 4.5, 20])
    assert placement(features, clustering).second.tolist() == [1, 0, 0, 1]


def test_margins_average_to_the_simplified_silhouette(mall):
    features = prepare(mall, FeatureSpec(("Annual Income (k$)", "Spending Score (1-100)")))
    clustering = fit(features, ClusterSpec(n_clusters=5))
    expected = simplified_silhouette(features.X, clustering.fit_labels, clustering.cluster_centers)
    assert placement(features, clustering).margin.mean() == pytest.approx(expected)


def test_who_was_moved_by_hand_can_be_nearer_to_another_segment():
    _, features, clustering = by_hand([0, 9, 10, 10], [0, 0, 1, 1], [0, 10])
    # 9 away from the own center, 1 from the other
    assert placement(features, clustering).margin[1] == pytest.approx((1 - 9) / 9)


def test_where_both_centers_are_at_the_customer_the_margin_is_none():
    _, features, clustering = by_hand([5, 5, 5, 6], [0, 0, 1, 1], [5, 5])
    assert placement(features, clustering).margin[:3].tolist() == [0, 0, 0]


def test_rows_placed_afterwards_are_measured_in_their_place():
    # 50 is left out of the fit: 1, 2 and 3 lie around 2, 10 and 12 around 11
    _, features, clustering = segmented(b"x,w\n1,1\n50,0\n2,1\n10,1\n3,1\n12,1\n", weight_column="w")
    found = placement(features, clustering)
    assert clustering.in_fit.tolist() == [True, False, True, True, True, True]
    assert found.distance == pytest.approx([1, 39, 0, 1, 1, 1])
    assert found.second_distance[1] == pytest.approx(48)


def test_distances_are_those_between_principal_components():
    # y is twice x: one component holds all, and a step of 1 in x is one of sqrt(5)
    content = b"x,y\n0,0\n2,4\n10,20\n14,28\n"
    _, features, clustering = segmented(content, ("x", "y"), pca=0.9)
    assert features.X.shape[1] == 1
    found = placement(features, clustering)
    assert found.distance == pytest.approx([sqrt(5), sqrt(5), 2 * sqrt(5), 2 * sqrt(5)])


def test_what_was_measured_cannot_be_written_over(five):
    for measured in (five[3].distance, five[3].second, five[3].second_distance, five[3].margin):
        with pytest.raises(ValueError, match="read-only"):
            measured[0] = 0


def test_thousands_of_rows_are_measured_as_a_few_are():
    values = np.concatenate([np.arange(25_000) % 3, 100 + np.arange(20_000) % 3])
    _, features, clustering = by_hand(values, [0] * 25_000 + [1] * 20_000, [1, 101])
    found = placement(features, clustering)
    assert found.distance == pytest.approx(np.abs(values - np.where(values < 50, 1, 101)))
    assert found.second_distance == pytest.approx(np.abs(values - np.where(values < 50, 101, 1)))


# --- typical ---


def test_the_typical_customer_is_the_row_nearest_to_the_center(five):
    table, _, clustering, found = five
    # 1 itself; of 10 and 14, both 2 away, the first
    assert typical(found, clustering).tolist() == [4, 1]
    assert table.frame["x"].to_numpy()[typical(found, clustering)].tolist() == [1, 10]


def test_the_typical_customer_has_the_smallest_sum_of_squared_distances(mall):
    features = prepare(mall, FeatureSpec(("Age", "Annual Income (k$)", "Spending Score (1-100)")))
    clustering = fit(features, ClusterSpec(n_clusters=4))
    medoids = []
    for label in range(4):
        rows = clustering.rows[clustering.labels == label]
        own = features.X[clustering.labels == label]
        squares = ((own[:, None, :] - own[None, :, :]) ** 2).sum(axis=(1, 2))
        medoids.append(rows[squares.argmin()])
    assert typical(placement(features, clustering), clustering).tolist() == medoids


def test_a_customer_placed_afterwards_is_not_the_typical_one():
    # 2 is the center of 1 and 3, but has no weight: 1 is the first of those that count
    _, features, clustering = segmented(b"x,w\n2,0\n1,1\n3,1\n10,1\n12,1\n11,1\n", weight_column="w")
    rows = typical(placement(features, clustering), clustering)
    assert [rows[clustering.labels[0]], rows[1 - clustering.labels[0]]] == [1, 5]


def test_a_segment_of_customers_without_weight_has_a_typical_one_too():
    _, features, clustering = segmented(b"x,w\n4,0\n1,1\n3,1\n5,0\n12,1\n11,1\n", weight_column="w")
    moved = replace(
        clustering,
        labels=np.array([2, 0, 0, 2, 1, 1]),
        cluster_centers=np.array([[2], [11.5], [4.9]]),
        sizes=(2, 2, 2),
    )
    found = placement(features, moved)
    assert typical(found, moved).tolist() == [1, 4, 3]
    assert far_out(found, moved, 2).tolist() == []


# --- on the border ---

# Centers 0 and 10: margins (5 - 5) / 5, (5.2 - 4.8) / 5.2, (5.5 - 4.5) / 5.5, then clear ones.
BORDER = [4.8, 5, 4.5, 0, 1, 10, 10, 9, 5.1, 8]
BORDER_LABELS = [0, 0, 0, 0, 0, 1, 1, 1, 0, 1]


@pytest.fixture(scope="module")
def border():
    table, features, clustering = by_hand(BORDER, BORDER_LABELS, [0, 10])
    return table, clustering, placement(features, clustering)


def test_borderline_customers_are_those_with_next_to_no_margin_the_least_first(border):
    _, clustering, found = border
    # 5.1 is nearer to the other center; 5 is half-way; 4.8 has 0.077; 4.5 has 0.18
    assert borderline(found, clustering, 0).tolist() == [8, 1, 0]


def test_customers_as_borderline_as_each_other_stand_in_the_order_of_the_file():
    # half-way and beyond it, in turn
    _, features, clustering = by_hand([5, 5.1] * 20 + [10], [0] * 40 + [1], [0, 10])
    listed = borderline(placement(features, clustering), clustering)
    assert listed.tolist() == [*range(1, 40, 2), *range(0, 40, 2)]


def test_a_segment_without_borderline_customers_has_an_empty_list(border):
    assert borderline(border[2], border[1], 1).tolist() == []


def test_no_more_are_listed_than_asked_for(border):
    _, clustering, found = border
    assert borderline(found, clustering, 0, most=2).tolist() == [8, 1]
    assert borderline(found, clustering, 0, most=None).tolist() == [8, 1, 0]


def test_the_share_of_ambiguous_customers_counts_those_listed(border):
    assert ambiguous(border[2], border[1]).tolist() == [3 / 6, 0]


# --- far out ---


def test_far_out_is_beyond_the_upper_quartile_and_three_quartile_ranges():
    # distances 0..8 have quartiles 2 and 6 without the others; with 20 and 40: of eleven the third and ninth, 2.5, 7.5
    values = [*range(9), 20, 40, 1000, 1001]
    _, features, clustering = by_hand(values, [0] * 11 + [1] * 2, [0, 1000.5])
    found = placement(features, clustering)
    assert far_out(found, clustering, 0).tolist() == [10]  # the fence stands at 7.5 + 3 * 5 = 22.5
    assert far_out(found, clustering, 1).tolist() == []


def test_far_out_goes_by_the_distance_between_the_quartiles():
    # distances 1, 1, 1, 2, 2, 2 and 6: quartiles 1 and 2, so that the fence is at 2 + 3 = 5
    _, features, clustering = by_hand([1, -1, 1, 2, -2, 2, 6, 100], [0] * 7 + [1], [0, 100])
    found = placement(features, clustering)
    assert far_out(found, clustering, 0).tolist() == far_out(found, clustering).tolist() == [6]


@pytest.mark.parametrize(("farthest", "far"), [(5, []), (5.1, [4])])
def test_far_out_is_beyond_the_upper_quartile_by_more_than_three_interquartile_ranges(farthest, far):
    # the quartiles of 0, 1, 1.5, 2 and the farthest are 1 and 2: the fence is at 2 + 3 * (2 - 1)
    _, features, clustering = by_hand([0, 1, 1.5, 2, farthest, 100], [0] * 5 + [1], [0, 100])
    assert far_out(placement(features, clustering), clustering, 0).tolist() == far


def test_customers_as_far_out_as_each_other_stand_in_the_order_of_the_file():
    values = [*range(160), *[2000, 3000] * 20, 9000]
    _, features, clustering = by_hand(values, [0] * 200 + [1], [0, 9000])
    listed = far_out(placement(features, clustering), clustering)
    assert listed.tolist() == [*range(161, 200, 2), *range(160, 200, 2)]


def test_those_far_out_come_last_in_the_order_given():
    rows, n_far = far_last(np.arange(40), np.arange(0, 40, 2))
    assert (rows.tolist(), n_far) == ([*range(1, 40, 2), *range(0, 40, 2)], 20)


def test_the_farthest_customer_comes_first_and_the_list_is_cut():
    values = [*range(20), 200, 300, 1000, 1001]
    _, features, clustering = by_hand(values, [0] * 22 + [1] * 2, [0, 1000.5])
    found = placement(features, clustering)
    assert far_out(found, clustering, 0).tolist() == [21, 20]
    assert far_out(found, clustering, 0, most=1).tolist() == [21]


def test_where_half_of_a_segment_is_equally_far_away_there_is_no_fence():
    values = [1, -1, 1, -1, 1, -1, 3, 1000, 1001]
    _, features, clustering = by_hand(values, [0] * 7 + [1] * 2, [0, 1000.5])
    assert far_out(placement(features, clustering), clustering, 0).tolist() == []


def test_equally_far_away_is_what_differs_by_rounding_alone():
    # of a million the quartiles differ by a ten thousandth
    values = ["1000000"] * 3 + ["1000000.0001"] * 4 + ["1000001", "9000000"]
    _, features, clustering = by_hand(values, [0] * 8 + [1], [0, 9e6])
    assert far_out(placement(features, clustering), clustering, 0).tolist() == []


def test_where_most_of_a_segment_are_at_its_center_there_is_no_fence():
    _, features, clustering = by_hand([0] * 7 + [3, 1000], [0] * 8 + [1], [0, 1000])
    assert far_out(placement(features, clustering), clustering, 0).tolist() == []


def test_who_was_left_out_of_the_fit_as_far_outside_is_far_out():
    # the others of its segment are all 1 away from 11, so that there is no fence
    lines = ["x", *(str(i % 3) for i in range(31)), *(str(10 + i % 2 * 2) for i in range(30)), "1000"]
    table, features, clustering = segmented("\n".join(lines).encode(), outliers="auto")
    found = placement(features, clustering)
    far = far_out(found, clustering, clustering.labels[-1])
    assert far.tolist() == [61]
    note = people_table(table, clustering, found, far, NAMES)["Note"].tolist()
    assert note == ["far outside in x, placed with the nearest segment"]


def test_who_was_placed_for_another_reason_is_not_far_out():
    _, features, clustering = segmented(b"x,w\n1,1\n2,0\n3,1\n10,1\n11,0\n12,1\n13,1\n", weight_column="w")
    found = placement(features, clustering)
    assert [far_out(found, clustering, label).tolist() for label in (0, 1)] == [[], []]


def test_a_segment_of_one_customer_has_a_typical_one_and_nobody_far_out():
    _, features, clustering = segmented(b"x\n0\n1\n2\n500\n")
    found = placement(features, clustering)
    assert typical(found, clustering).tolist() == [1, 3]
    assert far_out(found, clustering, 1).tolist() == []
    assert ambiguous(found, clustering).tolist() == [0, 0]


def test_thirty_segments_have_thirty_typical_customers():
    values = [100 * i + j for i in range(30) for j in (0, 1, 2)]
    _, features, clustering = segmented("\n".join(["x", *map(str, values)]).encode(), n_clusters=30)
    rows = typical(placement(features, clustering), clustering)
    assert sorted(rows.tolist()) == list(range(1, 90, 3))


# --- the table ---


def test_customers_are_told_by_the_cells_of_the_file_and_where_they_stand():
    content = b"id,x,city\n0001,0.50,Rome\n0002,1.5,\n0003,10,Oslo\n0004,13,Oslo\n"
    table, features, clustering = segmented(content)
    people = people_table(table, clustering, placement(features, clustering), np.array([2, 0]), NAMES)
    assert people.columns.tolist() == [
        *("id", "x", "city"),
        *("Segment", "Distance", "Second-best segment", "Margin", "Note"),
    ]
    # centers 1 and 11.5: 1.5 of 9, 0.5 of 11
    assert people.iloc[0, :7].tolist() == ["0003", "10", "Oslo", "Second", 1.5, "First", 0.8333]
    assert people.iloc[1, :7].tolist() == ["0001", "0.50", "Rome", "First", 0.5, "Second", 0.9545]
    assert people["Note"].isna().all()


def test_headers_keep_their_blanks():
    table, features, clustering = segmented(b"x, city \n1,a\n2,b\n9,c\n")
    people = people_table(table, clustering, placement(features, clustering), [0], NAMES)
    assert people.columns[:2].tolist() == ["x", " city "]


def test_columns_of_the_file_keep_their_names():
    table, features, clustering = segmented(b"x,Segment,Margin,Margin 2\n1,a,b,c\n2,a,b,c\n9,a,b,c\n")
    people = people_table(table, clustering, placement(features, clustering), [0], NAMES)
    assert people.columns.tolist() == [
        *("x", "Segment", "Margin", "Margin 2"),
        *("Segment 2", "Distance", "Second-best segment", "Margin 3", "Note"),
    ]
    assert people["Segment"].tolist() == ["a"]


def test_the_table_can_be_saved(five):
    table, _, clustering, found = five
    people = people_table(table, clustering, found, np.array([4, 0]), ("=A1", "B"))
    lines = to_csv(people).content.decode("utf-8-sig").splitlines()
    assert lines[1:] == ["1,'=A1,0,B,1,", "0,'=A1,1,B,0.9167,"]


def test_a_table_of_nobody_is_empty(five):
    table, _, clustering, found = five
    people = people_table(table, clustering, found, np.array([], dtype=int), NAMES)
    assert people.shape == (0, 6)
    assert to_csv(people).content.count(b"\r\n") == 1


@pytest.mark.parametrize("row", [2, 4])
def test_a_row_without_a_segment_is_refused(row):
    table, features, clustering = segmented(b"x,y\n1,1\n2,1\n,1\n9,1\n,1\n", missing="aside")
    with pytest.raises(InvalidSetting, match=f"Row {row + 1} has no segment"):
        people_table(table, clustering, placement(features, clustering), [0, row], NAMES)
