"""Lloyd's rounds block by block: centers, rounds and convergence of `kmeans.polish`, which holds all rows."""

import numpy as np
import pytest

from clustering.kmeans import polish
from clustering.stream.polish import Lloyd
from tests.stream_cases import blocks_of

CLOSE = {"rtol": 1e-9, "atol": 1e-9}


def rounds_over(blocks, centers, *, max_iter=300, tol=1e-4, variance=None):
    """Every round over all blocks, as a pass gives them."""
    if variance is None:
        variance = float(np.concatenate([block.X for block in blocks]).var(axis=0).mean())
    lloyd = Lloyd(np.array(centers, dtype=float), blocks[0].middle, variance, max_iter, tol)
    while not lloyd.is_over:
        for block in blocks:
            lloyd.add(block)
        if lloyd.has_empty:
            lloyd.refill(blocks)
        lloyd.move()
    return lloyd


def crowds(n=900, seed=0):
    rng = np.random.default_rng(seed)
    return np.array([[0.0, 0.0], [4.0, 1.0], [2.0, 5.0]])[rng.integers(0, 3, n)] + rng.normal(0, 1.2, (n, 2))


def test_four_points_settle_at_the_middles_of_their_pairs():
    points = np.array([[0.0, 0], [0, 2], [10, 0], [10, 2]])
    lloyd = rounds_over(blocks_of(points, size=3), [[1, 0], [2, 0]])
    # The first round parts nothing but x < 1.5; the second moves no center any more.
    np.testing.assert_allclose(lloyd.cluster_centers, [[0, 1], [10, 1]])
    assert (lloyd.n_iter, lloyd.settled) == (2, True)


@pytest.mark.parametrize("shift", [0.0, 1e6])
@pytest.mark.parametrize("weighed", [False, True])
@pytest.mark.parametrize("n_clusters", [2, 3, 7])
def test_rounds_and_centers_are_those_of_the_polish_in_memory(n_clusters, weighed, shift):
    X = crowds() + shift
    weights = np.random.default_rng(1).integers(1, 5, len(X)) / 2.5 if weighed else None
    expected = polish(X, weights, X[:n_clusters], 300, 1e-6)
    lloyd = rounds_over(blocks_of(X, weights), X[:n_clusters], tol=1e-6)
    np.testing.assert_allclose(lloyd.cluster_centers, expected.cluster_centers, **CLOSE)
    assert lloyd.n_iter == expected.n_iter > 3


@pytest.mark.parametrize("size", [1, 7, 900])
def test_the_size_of_the_blocks_changes_nothing_that_counts(size):
    X = crowds()
    expected = rounds_over(blocks_of(X), X[:4])
    lloyd = rounds_over(blocks_of(X, size=size), X[:4])
    np.testing.assert_allclose(lloyd.cluster_centers, expected.cluster_centers, **CLOSE)
    assert lloyd.n_iter == expected.n_iter


@pytest.mark.parametrize("max_iter", [1, 300])
@pytest.mark.parametrize("weighed", [False, True])
def test_clusters_without_rows_get_the_farthest_ones_as_in_memory(weighed, max_iter):
    X = crowds()
    weights = np.random.default_rng(1).integers(1, 5, len(X)) / 2.5 if weighed else None
    far_off = [[0.0, 0.0], [900.0, 900.0], [-700.0, 300.0], [4.0, 4.0]]
    lloyd = rounds_over(blocks_of(X, weights), far_off, max_iter=max_iter)
    expected = polish(X, weights, np.array(far_off), max_iter, 1e-4)
    np.testing.assert_allclose(lloyd.cluster_centers, expected.cluster_centers, **CLOSE)
    assert lloyd.n_iter == expected.n_iter


def test_more_centers_than_different_rows_end_without_more():
    X = np.array([[0.0, 0], [0, 0], [2, 2], [2, 2]])
    lloyd = rounds_over(blocks_of(X, size=3), [[0, 0], [2, 2], [50, 50]])
    np.testing.assert_allclose(lloyd.cluster_centers, [[0, 0], [2, 2], [50, 50]])


def test_a_row_as_near_to_two_centers_goes_to_the_first():
    X = np.array([[0.0], [5.0], [10.0]])
    lloyd = rounds_over(blocks_of(X), [[0.0], [10.0]], max_iter=1)
    np.testing.assert_allclose(lloyd.cluster_centers, [[2.5], [10.0]])


def test_the_rounds_end_where_there_are_no_more_to_be():
    lloyd = rounds_over(blocks_of(crowds()), crowds()[:6], max_iter=2, tol=0.0)
    assert (lloyd.n_iter, lloyd.settled, lloyd.is_over) == (2, False, True)


def test_what_counts_as_rest_is_measured_by_the_variance():
    near, far = (rounds_over(blocks_of(factor * crowds()), factor * crowds()[:5], tol=1e-2) for factor in (0.001, 1000))
    never_at_rest = rounds_over(blocks_of(crowds()), crowds()[:5], tol=0.0)
    assert near.n_iter == far.n_iter < never_at_rest.n_iter
