"""Sizes and indices of all rows, summed up block by block: those of `clustering.indices` and of `fit`."""

import numpy as np
import pytest

from clustering.indices import score
from clustering.kmeans import nearest_centers
from clustering.placing import NearestPoint, nearest
from clustering.stream.scores import Tally
from tests.stream_cases import blocks_of

LINEAR = ("simplified_silhouette", "calinski_harabasz", "davies_bouldin")
FOUR = np.array([[0.0, 0], [0, 2], [10, 0], [10, 2]])


def tallied(blocks, centers, rule=None, placed=()):
    tally = Tally(np.array(centers, dtype=float), rule)
    for block in blocks:
        tally.add(block)
    for block in placed:
        tally.place(block)
    return tally.scores()


def test_two_pairs_of_points():
    scores = tallied(blocks_of(FOUR, size=3), [[0, 1], [10, 1]])
    # Every point is 1 from its center and sqrt(101) from the other.
    assert scores.sizes == (2, 2)
    assert scores.inertia == 4
    assert scores.calinski_harabasz == pytest.approx(50)
    assert scores.davies_bouldin == pytest.approx(0.2)
    assert scores.simplified_silhouette == pytest.approx(1 - 1 / 101**0.5)


@pytest.mark.parametrize("shift", [0.0, 1e6])
@pytest.mark.parametrize("size", [1, 77, 1_000])
@pytest.mark.parametrize("n_clusters", [2, 5])
def test_scores_are_those_of_all_rows_at_once(n_clusters, size, shift):
    X = np.random.default_rng(3).normal(0, 1, (700, 3)) + shift
    centers = X[:n_clusters]
    scores = tallied(blocks_of(X, size=size), centers)
    expected = score(X, nearest_centers(X, centers), centers, ("inertia", *LINEAR))
    for name, value in expected.items():
        assert getattr(scores, name) == pytest.approx(value, rel=1e-9)


def test_inertia_is_weighed_and_the_indices_are_not():
    rows = np.array([[0.0, 0], [0, 2], [10, 0], [10, 3]])
    weighed = tallied(blocks_of(rows, np.array([0.5, 0.5, 1.0, 2.0])), [[0, 1], [10, 1]])
    plain = tallied(blocks_of(rows), [[0, 1], [10, 1]])
    assert (plain.inertia, weighed.inertia) == (1 + 1 + 1 + 4, 0.5 + 0.5 + 1 + 2 * 4)
    for name in LINEAR:
        assert getattr(weighed, name) == getattr(plain, name)


def test_the_largest_segment_comes_first():
    scores = tallied(blocks_of(np.array([[0.0], [9], [10], [11], [30], [31]])), [[0], [10], [30.5]])
    assert scores.sizes == (3, 2, 1)
    assert scores.cluster_centers.ravel().tolist() == [10, 30.5, 0]
    assert scores.order.tolist() == [1, 2, 0]


def test_among_equals_the_one_that_comes_first_in_the_source_is_first():
    scores = tallied(blocks_of(np.array([[10.0], [0.0], [10.0], [0.0]]), size=1), [[0], [10]])
    assert scores.order.tolist() == [1, 0]


def test_rows_that_are_placed_afterwards_count_in_the_sizes_alone():
    far = blocks_of(np.array([[12.0, 0], [13, 1], [14, 2]]))
    without, scores = (tallied(blocks_of(FOUR), [[0, 1], [10, 1]], placed=placed) for placed in ((), far))
    assert scores.sizes == (5, 2)
    assert scores.order.tolist() == [1, 0]
    for name in ("inertia", *LINEAR):
        assert getattr(scores, name) == getattr(without, name)


def test_a_row_between_two_segments_belongs_to_the_larger_one():
    # 5 is as near to 0 as to 10; of the others three are at 10.
    scores = tallied(blocks_of(np.array([[0.0], [5], [10], [10], [10]])), [[0], [10]])
    assert scores.sizes == (4, 1)
    assert scores.order.tolist() == [1, 0]
    assert scores.inertia == 25
    assert scores.davies_bouldin == pytest.approx((5 / 4 + 0) / 10)
    assert scores.simplified_silhouette == 0.8  # 1, 0, 1, 1, 1


def test_rows_between_change_who_is_larger_until_the_numbers_stay():
    # Alone 3, 1 and 5 rows at 0, 10 and 20; 3 are between the first two and 2 between the last two.
    # By the numbers as given that makes 6, 3 and 5; with those at 10 last, 6, 1 and 7, and so it stays.
    rows = np.repeat([0.0, 10, 20, 5, 15], [3, 1, 5, 3, 2])[:, None]
    scores = tallied(blocks_of(rows), [[0], [10], [20]])
    assert scores.sizes == (7, 6, 1)
    assert scores.cluster_centers.ravel().tolist() == [20, 0, 10]


@pytest.mark.parametrize("size", [4, 50, 400])
def test_rows_on_a_grid_belong_where_the_rule_puts_them(size):
    rows = np.random.default_rng(2).integers(0, 5, (400, 2)).astype(float)
    scores = tallied(blocks_of(rows, size=size), [[1, 1], [3, 1], [1, 3], [3, 3]])
    labels = nearest(scores.cluster_centers)(rows)
    assert scores.sizes == tuple(np.bincount(labels))
    expected = score(rows, labels, scores.cluster_centers, LINEAR)
    for name, value in expected.items():
        assert getattr(scores, name) == pytest.approx(value, rel=1e-12)


def test_noise_is_in_no_segment_and_in_no_score():
    rule = NearestPoint(np.array([[0.0, 1], [10, 1]]), np.array([0, 1]), reach=np.array([2.0, 2.0]))
    rows = np.vstack([FOUR, [[5.0, 1.0], [0.0, 9.0]]])
    scores = tallied(blocks_of(rows, size=5), rule.points, rule, placed=blocks_of(np.array([[90.0, 90], [10, 1]])))
    assert (scores.sizes, scores.n_noise) == ((3, 2), 3)
    assert (scores.inertia, scores.calinski_harabasz) == (4, pytest.approx(50))


def test_the_rule_decides_and_not_the_nearest_center():
    rule = NearestPoint(np.array([[0.0, 0], [0, 2], [10, 0], [10, 2]]), np.array([0, 1, 0, 1]))
    scores = tallied(blocks_of(FOUR), [[5, 0], [5, 2]], rule)
    assert (scores.sizes, scores.inertia) == ((2, 2), 100)


def test_one_segment_alone_has_an_inertia_and_no_index():
    scores = tallied(blocks_of(FOUR), [[5, 1]])
    assert scores.inertia == pytest.approx(4 * 26)
    assert np.isnan([getattr(scores, name) for name in LINEAR]).all()
