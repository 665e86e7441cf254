"""What is proposed where a setting is not given: distances by hand, moons, rows that are all alike."""

import math

import numpy as np
import pytest
from sklearn.cluster import DBSCAN, OPTICS, AffinityPropagation, Birch, MeanShift
from sklearn.datasets import make_blobs, make_circles, make_moons
from sklearn.metrics import adjusted_rand_score
from sklearn.preprocessing import StandardScaler

from clustering.methods import proposals
from clustering.methods.proposals import (
    k_distances,
    propose_bandwidth,
    propose_birch_threshold,
    propose_eps,
    propose_min_cluster_size,
    propose_min_samples,
    propose_optics_min_samples,
    propose_preference,
)

# on a line: the nearest other row is 1, 1, 2, 4, 8 away, the second nearest 3, 2, 3, 6, 12, the last 15, 14, 12, 8, 15
LINE = np.array([[0.0], [1.0], [3.0], [7.0], [15.0]])


def scaled(X):
    return StandardScaler().fit_transform(X)


def crowds(n_rows, n_columns, n_crowds=5):
    X, labels = make_blobs(n_rows, centers=n_crowds, n_features=n_columns, center_box=(-20, 20), random_state=3)
    return scaled(X), labels


def proposed_dbscan(X):
    min_samples = propose_min_samples(*X.shape)
    return DBSCAN(eps=propose_eps(X, min_samples), min_samples=min_samples).fit_predict(X)


# --- distances ---


@pytest.mark.parametrize(
    "min_samples, distances",
    [(1, [0, 0, 0, 0, 0]), (2, [1, 1, 2, 4, 8]), (3, [2, 3, 3, 6, 12]), (5, [8, 12, 14, 15, 15])],
)
def test_a_row_counts_as_the_first_of_its_own_neighbours(min_samples, distances):
    assert k_distances(LINE, min_samples).tolist() == pytest.approx(distances)


def test_the_share_of_distances_up_to_a_reach_is_the_share_of_core_points():
    X, _ = make_moons(200, noise=0.1, random_state=1)
    distances = k_distances(X, 6)
    for eps in (0.1, 0.15, distances[120]):
        core = DBSCAN(eps=eps, min_samples=6).fit(X).core_sample_indices_
        assert (distances <= eps).sum() == len(core)


def test_more_neighbours_than_rows_are_all_rows():
    assert k_distances(LINE, 9).tolist() == pytest.approx([8, 12, 14, 15, 15])


def test_of_many_rows_a_sample_looks_around_among_all(monkeypatch):
    monkeypatch.setattr(proposals, "_QUERIES", 40)
    # pairs 0.5 apart: among 40 of the 200 rows alone few would still have their partner
    X = np.repeat(np.arange(100.0), 2)[:, None] * 10 + np.tile([0, 0.5], 100)[:, None]
    assert k_distances(X, 2).tolist() == pytest.approx([0.5] * 40)
    assert k_distances(X, 3, random_state=1).tolist() == k_distances(X, 3, random_state=1).tolist()


# --- DBSCAN ---


@pytest.mark.parametrize(
    "n_rows, n_columns, min_samples",
    [
        (200, 1, 5),  # ln 200 = 5.3
        (200, 3, 6),  # twice the columns
        (5_000, 2, 9),  # ln 5,000 = 8.5
        (178, 13, 8),  # twice the columns would be one in seven; a twentieth is 8
        (3, 2, 4),
        (0, 2, 4),
    ],
)
def test_a_crowd_is_twice_the_columns_or_the_logarithm_of_the_rows(n_rows, n_columns, min_samples):
    assert propose_min_samples(n_rows, n_columns) == min_samples


def test_the_reach_is_twice_as_far_as_the_typical_row_has_to_look():
    assert propose_eps(LINE, 2) == pytest.approx(4)  # distances 1, 1, 2, 4, 8
    assert propose_eps(LINE, 3) == pytest.approx(6)  # distances 2, 3, 3, 6, 12


def test_rows_that_need_not_look_are_not_typical():
    # with three rows at 0, distances 0, 0, 0, 1, 3, 7: half of them are 0
    X = np.array([[0.0], [0], [0], [1], [4], [11]])
    assert k_distances(X, 2).tolist() == pytest.approx([0, 0, 0, 1, 3, 7])
    assert propose_eps(X, 2) == pytest.approx(6)


def test_rounding_is_no_distance():
    X = np.array([[0.0], [1e-12], [5.0], [5.0], [9.0], [10.0]])
    assert propose_eps(X, 2) == pytest.approx(2)


def test_where_every_row_has_enough_that_are_alike_each_kind_is_a_crowd():
    X = np.repeat([[0.0, 0], [0, 1], [1, 0], [1, 1]], 10, axis=0)
    assert propose_eps(X, 4) == pytest.approx(0.5)
    assert proposed_dbscan(X).tolist() == np.repeat(range(4), 10).tolist()


@pytest.mark.parametrize("n_rows", [300, 600, 1_000])
@pytest.mark.parametrize("noise", [0.05, 0.08])
def test_two_moons_are_found_with_what_is_proposed(n_rows, noise):
    for seed in range(3):
        X, moons = make_moons(n_rows, noise=noise, random_state=seed)
        labels = proposed_dbscan(scaled(X))
        assert set(labels) <= {-1, 0, 1}
        assert (labels < 0).mean() < 0.02
        assert adjusted_rand_score(moons[labels >= 0], labels[labels >= 0]) == 1


def test_two_rings_and_round_crowds_are_found_with_what_is_proposed():
    X, rings = make_circles(500, noise=0.05, factor=0.5, random_state=0)
    assert adjusted_rand_score(rings, proposed_dbscan(scaled(X))) == 1
    for n_columns in (2, 5, 10):
        X, labels = crowds(600, n_columns)
        found = proposed_dbscan(X)
        assert (found < 0).mean() < 0.1
        assert adjusted_rand_score(labels[found >= 0], found[found >= 0]) == 1


def test_rows_spread_evenly_are_one_crowd():
    X = scaled(np.random.default_rng(0).random((1_000, 2)))
    assert proposed_dbscan(X).max() == 0


# --- the others ---


def test_a_crowd_of_less_than_two_per_cent_is_no_segment():
    assert [propose_min_cluster_size(n) for n in (0, 3, 200, 1_000, 20_000)] == [5, 5, 5, 20, 400]


def test_optics_finds_round_crowds_with_what_is_proposed():
    assert [propose_optics_min_samples(n) for n in (3, 200, 5_000)] == [5, 10, 250]
    X, labels = crowds(500, 3)
    size = propose_optics_min_samples(len(X))
    found = OPTICS(min_samples=size, min_cluster_size=size).fit_predict(X)
    assert adjusted_rand_score(labels[found >= 0], found[found >= 0]) == 1
    assert (found < 0).mean() < 0.2


def test_mean_shift_finds_round_crowds_with_what_is_proposed():
    X, labels = crowds(300, 3)
    assert adjusted_rand_score(labels, MeanShift(bandwidth=propose_bandwidth(X)).fit_predict(X)) == 1


@pytest.mark.parametrize("n_columns", [2, 5, 12])
@pytest.mark.parametrize("unit", [1, 1_000])
def test_birch_gets_some_hundred_bundles_in_any_unit(n_columns, unit):
    rng = np.random.default_rng(0)
    for X in (rng.normal(size=(3_000, n_columns)), rng.lognormal(0, 1.2, (3_000, n_columns))):
        threshold = propose_birch_threshold(X * unit)
        assert 100 < len(Birch(threshold=threshold, n_clusters=None).fit(X * unit).subcluster_centers_) < 2_500


def test_a_segment_of_affinity_propagation_has_to_be_worth_a_twentieth_of_the_spread():
    # around the mean 5.2 the squared distances of the line sum to 148.8
    assert propose_preference(LINE) == pytest.approx(-148.8 / 20)


@pytest.mark.parametrize("n_rows", [200, 600])
def test_affinity_propagation_finds_a_few_segments_however_many_rows_there_are(n_rows):
    X, labels = crowds(n_rows, 3)
    found = AffinityPropagation(preference=propose_preference(X), damping=0.9, random_state=0).fit_predict(X)
    assert adjusted_rand_score(labels, found) == 1
    X = np.random.default_rng(0).random((n_rows, 3))
    found = AffinityPropagation(preference=propose_preference(X), damping=0.9, random_state=0).fit_predict(X)
    assert 2 <= len(set(found)) <= 8


ODD = {
    "one row": np.array([[3.0, 4.0]]),
    "two rows": np.array([[3.0, 4.0], [5.0, 4.0]]),
    "three rows": np.array([[3.0, 4.0], [5.0, 4.0], [9.0, 1.0]]),
    "all alike": np.full((50, 3), 0.1),
    "all alike but one": np.r_[np.full((50, 2), 0.1), [[7.0, 7.0]]],
    "all alike in many columns": np.full((60, 30), 1 / 3),
    "two kinds": np.repeat([[0.0], [1.0]], 30, axis=0),
}


@pytest.mark.parametrize("X", ODD.values(), ids=ODD)
def test_something_usable_is_proposed_for_odd_rows(X):
    eps = propose_eps(X, propose_min_samples(*X.shape))
    for proposed in (eps, propose_bandwidth(X), propose_birch_threshold(X)):
        assert math.isfinite(proposed)
        assert proposed > 0
    assert -math.inf < propose_preference(X) <= 0
