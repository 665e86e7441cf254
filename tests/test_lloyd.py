"""K-means one step at a time: by hand, and against scikit-learn from the same start."""

import warnings

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.datasets import make_blobs
from sklearn.exceptions import ConvergenceWarning

from clustering.errors import InvalidSetting, TooFewRows
from clustering.lloyd import ends, lloyd_steps, regions

FOUR = np.array([[0, 0], [0, 2], [10, 0], [10, 2]], dtype=float)


def by_scikit_learn(X, centers):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # fewer distinct rows than centers
        return KMeans(len(centers), init=centers, n_init=1, tol=0, algorithm="lloyd").fit(X)


def cases():
    blobs = make_blobs(300, centers=4, cluster_std=0.6, random_state=0)[0]
    rng = np.random.default_rng(0)
    wide = rng.normal(0, 3, (400, 3))
    return {
        "blobs from four rows": (blobs, blobs[:4]),
        "blobs, six centers": (blobs, blobs[:6]),
        "far from zero": (blobs + 1e6, blobs[:4] + 1e6),
        "three columns": (wide, rng.normal(0, 3, (7, 3))),
        "one column": (wide[:, :1], wide[:5, :1]),
        "one center": (blobs, blobs[:1]),
        "an empty group": (blobs, np.array([[0.0, 2], [1, 3], [50, 50]])),
        "several empty groups": (wide, rng.normal(0, 30, (8, 3))),
        "a center for every row": (blobs[:5], blobs[:5]),
        "all rows equal": (np.ones((6, 2)), np.array([[1.0, 1], [0, 0]])),
    }


# The steps


def test_assignment_and_update_take_turns_until_no_row_changes():
    # (10, 0) is nearer to (0, 0) than to (0, 2), (10, 2) the other way round: the means are (5, 0) and (5, 2)
    steps = lloyd_steps(FOUR, 2, start=[[0, 0], [0, 2]])
    assert [step.kind for step in steps] == ["start", "assignment", "update", "assignment"]
    assert [step.n_iter for step in steps] == [0, 1, 1, 2]
    assert [step.labels.tolist() for step in steps] == [[-1] * 4, [0, 1, 0, 1], [0, 1, 0, 1], [0, 1, 0, 1]]
    assert steps[2].cluster_centers.tolist() == [[5, 0], [5, 2]]
    # at first two rows stand 10 from their center: 200; in the end all four stand 5 from it: 100
    assert [step.inertia for step in steps[1:]] == [200, 100, 100]
    assert [len(step.changed) for step in steps] == [0, 4, 0, 0]


def test_a_step_names_the_rows_that_change():
    steps = lloyd_steps(np.array([[0.0], [1], [2], [10]]), 2, start=[[0.0], [1.2]])
    assert steps[1].labels.tolist() == [0, 1, 1, 1]  # 1 is nearer to 1.2 than to 0
    # the means are 0 and 13/3: now 1 and 2 are nearer to 0
    assert steps[3].changed.tolist() == [1, 2]


def test_inertia_never_rises_where_no_group_is_empty():
    X = np.random.default_rng(1).random((200, 2))
    inertia = [step.inertia for step in lloyd_steps(X, 5, start="random", random_state=3)[1:]]
    assert (np.diff(inertia) <= 1e-12).all()
    assert inertia[-1] < inertia[0]


def test_an_empty_group_gets_the_farthest_row():
    # all are nearer to 1 than to 100; 9 is farthest from 1, so the empty group goes there and 0..2 keep their mean
    steps = lloyd_steps(np.array([[0.0], [1], [2], [9]]), 2, start=[[1.0], [100.0]])
    assert steps[2].relocated == (1,)
    assert steps[2].cluster_centers.ravel() == pytest.approx([1, 9])
    assert steps[-1].labels.tolist() == [0, 0, 0, 1]


def test_no_center_is_moved_where_every_row_stands_on_one():
    steps = lloyd_steps(np.ones((6, 2)), 2, start=[[1, 1], [0, 0]])
    assert not any(step.relocated for step in steps)
    assert steps[-1].cluster_centers.tolist() == [[1, 1], [1, 1]]


def test_no_more_rounds_than_allowed():
    X = np.random.default_rng(1).random((200, 2))
    steps = lloyd_steps(X, 5, start="random", max_iter=2)
    assert steps[-1].n_iter == 2
    assert steps[-1].kind == "update"


# Against scikit-learn


@pytest.mark.parametrize("case", cases().items(), ids=lambda case: case[0])
def test_centers_and_rounds_are_scikit_learns_from_the_same_start(case):
    X, centers = case[1]
    last = lloyd_steps(X, len(centers), start=centers)[-1]
    theirs = by_scikit_learn(X, centers)
    assert last.cluster_centers == pytest.approx(theirs.cluster_centers_, abs=1e-9)
    assert last.n_iter == theirs.n_iter_
    assert last.labels.tolist() == theirs.labels_.tolist()
    assert last.inertia == pytest.approx(theirs.inertia_, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("n_rows, n_clusters", [(12, 7), (150, 4), (700, 8)])
def test_so_they_are_from_starts_far_outside(n_rows, n_clusters):
    for seed in range(40):
        rng = np.random.default_rng(seed)
        X = rng.normal(5, 3, (n_rows, 2))
        centers = rng.normal(5, 12, (n_clusters, 2))
        last = lloyd_steps(X, n_clusters, start=centers)[-1]
        theirs = by_scikit_learn(X, centers)
        assert last.cluster_centers == pytest.approx(theirs.cluster_centers_, abs=1e-9), seed
        assert last.n_iter == theirs.n_iter_, seed


# Starts


@pytest.mark.parametrize("start", ["random", "k-means++"])
def test_the_first_centers_are_rows_and_the_same_for_the_same_seed(start):
    X = np.random.default_rng(0).random((50, 2))
    first, again, other = (lloyd_steps(X, 4, start=start, random_state=seed)[0].cluster_centers for seed in (1, 1, 2))
    assert (np.abs(first[:, None] - X[None]).sum(axis=2).min(axis=1) < 1e-12).all()
    assert first.tolist() == again.tolist()
    assert first.tolist() != other.tolist()


def test_k_means_plus_plus_takes_one_row_of_every_far_group():
    X = np.concatenate([np.random.default_rng(0).normal(center, 0.01, (30, 2)) for center in (0, 100, 200)])
    for seed in range(20):
        steps = lloyd_steps(X, 3, random_state=seed)
        assert sorted(np.bincount(steps[1].labels)) == [30, 30, 30]


def test_more_centers_than_distinct_rows_end_all_the_same():
    last = lloyd_steps(np.array([[1.0], [1], [2], [2]]), 3)[-1]
    assert last.inertia == 0


def test_the_ends_of_several_starts_are_those_of_each_alone():
    X = np.random.default_rng(0).random((60, 2))
    alone = [lloyd_steps(X, 4, start="random", random_state=seed)[-1].inertia for seed in (7, 8, 9)]
    assert ends(X, 4, 3, start="random", random_state=7) == tuple(alone)


@pytest.mark.parametrize("n_clusters", [0, 5])
def test_more_centers_than_rows_are_refused_with_both_numbers(n_clusters):
    with pytest.raises(TooFewRows, match=f"{n_clusters} centers cannot be placed among 4 points"):
        lloyd_steps(FOUR, n_clusters)


def test_no_rows_are_refused():
    with pytest.raises(TooFewRows):
        lloyd_steps(np.empty((0, 2)), 1)


@pytest.mark.parametrize("start", [[[0, 0]], [[0, 0], [1, np.nan]], [[0], [1]]], ids=["too few", "a gap", "one number"])
def test_a_start_that_is_not_as_many_points_as_centers_is_refused(start):
    with pytest.raises(InvalidSetting, match="2 centers with 2 numbers each"):
        lloyd_steps(FOUR, 2, start=start)


def test_an_unknown_start_is_refused_with_the_known_ones():
    with pytest.raises(InvalidSetting, match=r"k-means\+\+, random"):
        lloyd_steps(FOUR, 2, start="best")


# Regions


def area(polygon):
    x, y = polygon.T
    return abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2


def test_two_centers_part_a_rectangle_halfway():
    left, right = regions(np.array([[1.0, 0.5], [2.0, 0.5]]), np.array([0.0, 0.0]), np.array([4.0, 1.0]))
    assert sorted(map(tuple, left.tolist())) == [(0, 0), (0, 1), (1.5, 0), (1.5, 1)]
    assert area(right) == pytest.approx(2.5)


def test_regions_fill_the_rectangle_and_hold_what_is_nearest():
    rng = np.random.default_rng(0)
    centers = rng.random((6, 2))
    found = regions(centers, np.zeros(2), np.ones(2))
    assert sum(map(area, found)) == pytest.approx(1)
    for i, polygon in enumerate(found):
        inside = polygon.mean(axis=0)
        assert ((centers - inside) ** 2).sum(axis=1).argmin() == i


def test_a_center_far_outside_may_have_no_part_of_the_rectangle():
    assert len(regions(np.array([[0.5, 0.5], [90, 90]]), np.zeros(2), np.ones(2))[1]) == 0
