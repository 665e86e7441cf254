"""k-means on many rows: the polish is Lloyd's algorithm, the samples hold what counts, and a stop is heard."""

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.datasets import make_blobs

from clustering import ClusterSpec
from clustering.errors import Stopped
from clustering.kmeans import DIRECT_ROWS, Found, Sample, best_of_starts, draw_samples, nearest_centers, polish
from clustering.kmeans.seeding import Seedings
from clustering.kmeans.starts import _best_few


def blobs(n_samples=6000, n_features=4, seed=0):
    return make_blobs(n_samples, n_features, centers=5, cluster_std=3, random_state=seed)[0]


def skewed(n_samples=6000):
    return np.random.default_rng(0).lognormal(0, 1, (n_samples, 3))


def weights(n_samples):
    return np.random.default_rng(1).uniform(0.1, 3, n_samples)


# --- the polish ---


POLISHED = {
    "blobs": (blobs(), None, {}),
    "a long way": (skewed(), None, {"tol": 0}),
    "weighted rows": (skewed(), weights(6000), {"tol": 0}),
    "several parts": (blobs(40_000), weights(40_000), {}),
    "cut short": (skewed(), None, {"max_iter": 3}),
    "one round": (skewed(), None, {"max_iter": 1}),
    "one column": (skewed()[:, :1], None, {"tol": 0}),
    "far from zero": (blobs() + 1e6, None, {}),
    "far from zero in another way each": (blobs() + np.array([1e8, -1e8, 0, 3e8]), None, {}),
}


@pytest.mark.parametrize("X, weights, settings", POLISHED.values(), ids=POLISHED)
def test_the_polish_ends_where_scikit_learn_does(X, weights, settings):
    settings = {"max_iter": 300, "tol": 1e-4, **settings}
    begin = X[:7].copy()
    expected = KMeans(7, init=begin, n_init=1, **settings).fit(X, sample_weight=weights)
    found = polish(X, weights, begin, **settings)
    assert found.n_iter == expected.n_iter_
    assert found.labels.tolist() == expected.labels_.tolist()
    assert found.cluster_centers == pytest.approx(expected.cluster_centers_, rel=1e-9)
    assert found.inertia == pytest.approx(expected.inertia_, rel=1e-9)


@pytest.mark.parametrize("weights", [None, weights(6000)], ids=["alike", "weighed"])
def test_centers_without_rows_go_to_the_rows_farthest_from_theirs(weights):
    X = skewed()
    begin = np.concatenate([X[:3], [[500.0] * 3, [900.0] * 3]])  # nobody is near the last two
    expected = KMeans(5, init=begin, n_init=1).fit(X, sample_weight=weights)
    found = polish(X, weights, begin, 300, 1e-4)
    assert np.bincount(found.labels).min() > 0
    assert found.labels.tolist() == expected.labels_.tolist()
    assert found.n_iter == expected.n_iter_


def test_more_centers_than_different_rows_leave_some_empty():
    found = polish(np.repeat([[0.0], [8.0]], 5, axis=0), None, np.array([[1.0], [7.0], [50.0]]), 300, 1e-4)
    assert found.labels.tolist() == [0] * 5 + [1] * 5
    assert found.inertia == 0


def test_rows_half_way_between_two_centers_are_unsure_and_no_others():
    # The centers come to rest at 0 and 10; 7 is nearer to its own by 4, and the standard deviation is 6.5.
    X = np.array([[-5.0], [5.0], [7.0], [13.0]])
    for begin in ([[0.0], [10.0]], [[1.0], [10.0]]):
        found = polish(X, None, np.array(begin), 300, 0)
        assert found.cluster_centers.tolist() == [[0], [10]]
        assert found.unsure.tolist() == [1]


def test_rows_on_their_center_have_no_inertia():
    X = np.repeat([[0.0, 1e6], [3.0, 1e6]], 10_000, axis=0)
    assert polish(X, None, X[[0, -1]], 300, 1e-4).inertia == 0


def test_a_polish_that_is_asked_to_stop_stops():
    questions = []
    with pytest.raises(Stopped):
        polish(skewed(), None, skewed()[:7], 300, 0, lambda: len(questions) > 5 or questions.append(1))


def test_a_polish_asks_more_often_than_it_goes_round():
    questions = []
    found = polish(blobs(40_000), None, blobs()[:7], 300, 0, lambda: questions.append(1))
    assert len(questions) > found.n_iter + 40_000 / 20_000


def test_asking_whether_to_stop_changes_nothing():
    one, two = (polish(skewed(), None, skewed()[:7], 300, 0, stop) for stop in (None, lambda: False))
    assert one.labels.tolist() == two.labels.tolist()
    assert one.cluster_centers.tolist() == two.cluster_centers.tolist()


def test_the_nearest_center_is_found_far_from_zero_too():
    centers = np.array([[0.0], [4.0], [9.0]]) + 1e9
    labels = nearest_centers(np.array([[-5.0], [1.9], [2.1], [6.6], [20]]) + 1e9, centers)
    assert labels.tolist() == [0, 0, 1, 2, 2]
    assert labels.dtype == np.int32


def test_no_rows_have_no_nearest_center():
    assert nearest_centers(np.empty((0, 2)), np.zeros((3, 2))).tolist() == []


# --- seedings ---


def test_a_seeding_tells_how_far_the_rows_are_from_it():
    X = blobs(300, 3) + np.array([1e8, -1e8, 0])
    seedings = Seedings(X, weights(300), 0)
    rows, potentials = seedings.take(3, 4)
    for drawn, potential in zip(rows, potentials, strict=True):
        squared = ((X[:, None] - X[drawn]) ** 2).sum(axis=2).min(axis=1)
        assert potential == pytest.approx(weights(300) @ squared, rel=1e-6)


def test_a_seeding_for_fewer_clusters_is_the_beginning_of_one_for_more():
    asked, at_once = Seedings(blobs(300), None, 0), Seedings(blobs(300), None, 0)
    for n_clusters in (2, 5, 3):
        rows, potentials = asked.take(2, n_clusters)
        assert rows.tolist() == at_once.take(3, 6)[0][:2, :n_clusters].tolist()
    assert (np.array(asked.take(2, 2)[1]) > potentials).all()


def test_the_first_center_is_any_row_and_the_next_the_best_of_four_far_ones():
    # 100 rows at 0, ten at 10 and one at 30. From 0 a row is drawn at 10 with 1,000 of 1,900, and it is the better one.
    X = np.repeat([[0.0], [10.0], [30.0]], [100, 10, 1], axis=0)
    first, second = np.array([Seedings(X, None, seed).take(1, 2)[0][0] for seed in range(500)]).T
    assert 1 <= (first == 110).sum() <= 15  # about 500 / 111
    from_zero = second[first < 100]
    assert (from_zero >= 100).all()
    assert (from_zero < 110).mean() == pytest.approx(1 - (900 / 1900) ** 4, abs=0.03)


# --- samples ---


def test_few_rows_need_no_samples():
    assert draw_samples(np.arange(float(DIRECT_ROWS))[:, None], None, 0) is None


@pytest.mark.parametrize("weights", [None, weights(30_000)], ids=["alike", "weighed"])
def test_the_sampled_rows_stand_for_all(weights):
    total = 30_000 if weights is None else weights.sum()
    for sample in draw_samples(blobs(30_000), weights, 0):
        assert sample.weights.sum() == pytest.approx(total, rel=0.02)


def test_the_rows_farthest_out_are_in_every_sample_and_count_once():
    X = blobs(30_000)
    X[[17, 23_000]] += 1e4
    for sample in draw_samples(X, None, 0):
        far = (sample.X > 5e3).all(axis=1)
        assert sample.weights[far].tolist() == [1, 1]


def test_between_the_best_is_chosen_by_all_rows_where_they_are_few():
    X = blobs(8000)
    few, more = draw_samples(X, None, 0)
    assert 1900 < len(few.X) <= 2000
    assert more.X is X


def test_where_all_rows_are_a_sample_each_counts_as_it_weighs():
    assert draw_samples(blobs(8000), weights(8000), 0)[1].weights.tolist() == weights(8000).tolist()
    assert draw_samples(blobs(8000), None, 0)[1].weights.tolist() == [1] * 8000


def test_no_row_stands_in_a_sample_twice():
    for sample in draw_samples(blobs(30_000), None, 0):
        assert len(np.unique(sample.X, axis=0)) == len(sample.X)


def test_samples_depend_on_the_seed_alone():
    X = blobs(30_000)
    one, two, other = (draw_samples(X, None, seed)[0].X for seed in (3, 3, 4))
    assert np.array_equal(one, two)
    assert not np.array_equal(one, other)


# --- the way from the starts ---


def test_three_that_differ_are_compared_if_they_are_nearly_as_good():
    def chosen(*inertias):
        found = [Found(np.empty(0), np.empty(0), inertia, 1) for inertia in inertias]
        return [one.inertia for one in _best_few(found)]

    assert chosen(103.1, 100, 102.9) == [100, 102.9]
    assert chosen(102, 100.01, 101, 100, 102.5) == [100, 101, 102]  # 100.01 is alike
    assert chosen(100, 101, 101.01) == [100, 101]


@pytest.mark.parametrize("seed", range(4))
def test_what_is_best_on_more_rows_is_taken_though_it_is_second_on_few(seed):
    # Four crowds at the corners: on the few rows it is a little better to part left from right, on the others above
    # from below. Where centers stand in the middle of two crowds, they stay.
    corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    rng = np.random.default_rng(seed)
    few = np.repeat(corners * [10.05, 10.0], 50, axis=0) + rng.normal(0, 0.1, (200, 2))
    X = np.repeat(corners * [10, 12], 100, axis=0) + rng.normal(0, 0.1, (400, 2))
    samples = tuple(Sample(rows, np.ones(len(rows)), Seedings(rows, np.ones(len(rows)), seed)) for rows in (few, X))
    found = best_of_starts(X, None, ClusterSpec(n_clusters=2, random_state=seed), samples)
    assert sorted(found.cluster_centers[:, 1].round()) == [0, 12]


def test_a_start_that_splits_a_blob_and_joins_two_is_mended():
    # One blob of 6,000 rows and three of 300 far away: a single start nearly always cuts the large one.
    X = make_blobs([6000, 300, 300, 300], 2, centers=[[0, 0], [40, 0], [46, 0], [40, 6]], random_state=0)[0]
    expected = KMeans(4, n_init=50, random_state=0).fit(X).inertia_
    for seed in range(5):
        spec = ClusterSpec(n_clusters=4, n_init=1, init="random", random_state=seed)
        found = best_of_starts(X, None, spec, draw_samples(X, None, seed))
        assert found.inertia == pytest.approx(expected, rel=1e-9)


def test_a_start_is_mended_in_any_unit():
    # Between units that are a power of two apart nothing is rounded otherwise.
    X = make_blobs([600, 30, 30, 30], 2, centers=[[0, 0], [40, 0], [46, 0], [40, 6]], random_state=0)[0]
    for seed in range(3):
        spec = ClusterSpec(n_clusters=4, n_init=1, init="random", random_state=seed)
        found = []
        for unit in (1.0, 2.0**-10, 2.0**10):
            one = Sample(X * unit, np.ones(len(X)), Seedings(X * unit, None, seed))
            found.append((best_of_starts(X * unit, None, spec, (one, one)).cluster_centers / unit).tolist())
        assert found[0] == found[1] == found[2]


def test_the_best_of_starts_can_be_stopped():
    X = blobs(6000)
    with pytest.raises(Stopped):
        best_of_starts(X, None, ClusterSpec(n_clusters=3), draw_samples(X, None, 0), lambda: True)
