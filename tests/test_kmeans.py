"""k-means on many rows: the polish is Lloyd's algorithm, the samples hold what counts, and a stop is heard."""

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.datasets import make_blobs

from clustering import ClusterSpec
from clustering.errors import Stopped
from clustering.kmeans import DIRECT_ROWS, Found, Sample, best_of_starts, draw_samples, nearest_centers, polish
from clustering.kmeans.polish import _Lloyd
from clustering.kmeans.seeding import Seedings
from clustering.kmeans.starts import _best_few, _rise_of_merging, _swapped


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


@pytest.mark.parametrize("unit", [1.0, 2.0**-10], ids=["", "in a small unit"])
@pytest.mark.parametrize("weights", [None, weights(6000)], ids=["alike", "weighed"])
def test_centers_without_rows_go_to_the_rows_farthest_from_theirs(weights, unit):
    X = skewed() * unit
    begin = np.concatenate([X[:3], np.array([[500.0] * 3, [900.0] * 3]) * unit])  # nobody is near the last two
    expected = KMeans(5, init=begin, n_init=1).fit(X, sample_weight=weights)
    found = polish(X, weights, begin, 300, 1e-4)
    assert np.bincount(found.labels).min() > 0
    assert found.labels.tolist() == expected.labels_.tolist()
    assert found.n_iter == expected.n_iter_


def test_a_center_without_rows_is_given_one_of_two_that_are_as_far_from_theirs():
    assert polish(np.array([[0.0], [2.0]]), None, np.array([[1.0], [50.0]]), 300, 1e-4).inertia == 0


def test_more_centers_than_different_rows_leave_some_empty():
    found = polish(np.repeat([[0.0], [8.0]], 5, axis=0), None, np.array([[1.0], [7.0], [50.0]]), 300, 1e-4)
    assert found.labels.tolist() == [0] * 5 + [1] * 5
    assert found.labels.dtype == np.int32
    assert found.inertia == 0
    # the third is given a row at 0, which goes back to the first
    assert found.cluster_centers.ravel() == pytest.approx([0, 8, 0])


@pytest.mark.parametrize("unit", [2.0**-10, 1.0, 2.0**20])
def test_rows_half_way_between_two_centers_are_unsure_and_no_others(unit):
    # The centers come to rest at 0 and 10; 7 is nearer to its own by 4, and the standard deviation is 6.5.
    X = np.array([[-5.0], [5 - 1e-8], [7.0], [13.0]]) * unit
    for begin in ([[0.0], [10.0]], [[1.0], [10.0]], [[3.0], [10.0]]):
        found = polish(X, None, np.array(begin) * unit, 300, 0)
        assert found.cluster_centers / unit == pytest.approx(np.array([[0], [10]]), abs=1e-7)
        assert found.unsure.tolist() == [1]


def test_rows_about_their_center_are_sure_wherever_it_lies():
    centers = np.array([[-110.0], [0.0], [50.0], [60.0]])
    X = np.concatenate([centers - 1, centers + 1])
    assert polish(X, None, centers, 300, 0).unsure.tolist() == []


def test_settled_is_measured_by_the_variance_of_all_rows():
    X = np.sort(skewed(40_000), axis=0)  # the parts in which the rows are read differ
    assert _Lloyd(X, None, X[:3], None).variance == pytest.approx(X.var(axis=0).mean())


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


def test_the_nearest_center_is_found_where_columns_are_far_from_each_other():
    centers = np.array([[0.0, 0.0], [4.0, 0.0]]) + np.array([1e9, -1e9])
    assert nearest_centers(np.array([[1.9, 0.0], [2.1, 0.0]]) + np.array([1e9, -1e9]), centers).tolist() == [0, 1]


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


def test_a_row_that_weighs_little_is_seldom_drawn():
    # As above, but the one at 30 weighs a tenth: from 0 it is drawn with 90 of 1,090, all four times next to never.
    X, weights = np.repeat([[0.0], [10.0], [30.0]], [100, 10, 1], axis=0), np.repeat([1, 0.1], [110, 1])
    first, second = np.array([Seedings(X, weights, seed).take(1, 2)[0][0] for seed in range(100)]).T
    assert set(second[first < 100]) <= set(range(100, 110))


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


def test_the_rows_farthest_out_are_found_far_from_zero_too():
    X = blobs(30_000) + np.array([1e6, -1e6, 0, 0])
    X[[17, 23_000]] *= 0.99  # nearer to zero than all others
    for sample in draw_samples(X, None, 0):
        assert sample.weights[sample.X[:, 0] < 0.995e6].tolist() == [1, 1]


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


def test_twice_as_many_seedings_are_drawn_as_there_are_starts_and_for_random_ones_none():
    X = blobs(300)
    for init, n_drawn in (("k-means++", 6), ("random", 0)):
        one = Sample(X, np.ones(300), Seedings(X, None, 0))
        best_of_starts(X, None, ClusterSpec(n_clusters=3, n_init=3, init=init), (one, one))
        assert len(one.seedings._begun) == n_drawn


def test_to_join_two_clusters_costs_what_ward_says():
    # between 0 and 3: 9 * 2 * 4 / 6; between 3 and 13: 100 * 4 * 1 / 5; between 0 and 13: 169 * 2 * 1 / 3
    assert _rise_of_merging(np.array([[0.0], [3.0], [13.0]]), np.array([2.0, 4.0, 1.0])) == pytest.approx([12, 12, 80])


def at(x, y=0.0, n=1):
    """So many rows at one place of a plane in ten dimensions."""
    return np.tile([x, y, *[0.0] * 8], (n, 1))


# Ten rows, each as far from (300, 0) along an axis of its own: 10 * 10 less 10 times the squared distance of their mean
# from there, 1, is 90. None takes another with it, so that to part them is worth little: 10 / 9 * 9 = 10.
STAR = at(300) + np.eye(10) * np.sqrt(10)


def tried(X, weights, begin, seed=0):
    """The inertias of the start and of the swaps that are tried."""
    spec, start = ClusterSpec(n_clusters=len(begin)), polish(X, weights, begin, 6, 0)
    found = _swapped(Sample(X, weights, None), start, spec, np.random.default_rng(seed))
    assert found[0] is start
    return [one.inertia for one in found]


@pytest.mark.parametrize("unit", [1.0, 1e-3], ids=["", "light"])
@pytest.mark.parametrize("far", [0.0, 2.0**27], ids=["", "far from zero"])
def test_the_first_swap_joins_those_that_weigh_least_and_parts_those_that_are_worth_it(unit, far):
    # Two centers each on the heavy rows, 4 apart, and on the light ones, 6 apart: to join the latter costs
    # 36 * 0.05 * 0.05 / 0.1 = 0.9. One on twenty rows at 1 to its left and right: parted, these are 20 less.
    places = [at(-200, 0, 5), at(-196, 0, 5), at(-100, 0, 5), at(-94, 0, 5), at(-1, 50, 10), at(1, 50, 10), STAR]
    begin = np.concatenate([at(-200), at(-196), at(-100), at(-94), at(0, 50), STAR.mean(axis=0, keepdims=True)])
    weights = np.repeat([100, 0.01, 1], [10, 10, 30]) * unit
    inertias = tried(np.concatenate(places) + at(far, -far), weights, begin + at(far, -far))
    assert np.array(inertias[:2]) / unit == pytest.approx([90 + 20, 90 + 0.9])


def test_swaps_are_tried_until_four_in_a_row_have_brought_nothing():
    # The same with two light pairs and two times twenty rows: two swaps mend it.
    light, parted = [at(x, 0, 5) for x in (-200, -194, -100, -94)], [at(x, y, 10) for y in (50, -50) for x in (-1, 1)]
    centers = [at(-200), at(-194), at(-100), at(-94), at(0, 50), at(0, -50), STAR.mean(axis=0, keepdims=True)]
    X = np.concatenate([*light, *parted, STAR])
    inertias = tried(X, np.repeat([0.01, 1], [20, 50]), np.concatenate(centers))
    assert inertias[:3] == pytest.approx([90 + 40, 90 + 20 + 0.9, 90 + 1.8])
    assert len(inertias) == 3 + 4
    assert min(inertias[3:]) > 92


def test_a_swap_that_leads_back_has_brought_nothing():
    # {-1, 1, 9, 11} around 5 is 2 * 16 + 2 * 36; 100 has a center of its own
    inertias = tried(np.array([[-1.0], [1.0], [9.0], [11.0], [100.0]]), np.ones(5), np.array([[0.0], [10.0]]))
    assert inertias == [104] * 5


def test_the_last_row_is_a_place_to_part_a_cluster_too():
    X = np.concatenate([at(-200, 0, 5), at(-194, 0, 5), STAR, at(330)])
    begin = np.concatenate([at(-200), at(-194), STAR.mean(axis=0, keepdims=True)])
    for seed in range(3):
        assert tried(X, np.repeat([0.01, 1], [10, 11]), begin, seed)[1] == pytest.approx(90 + 0.9)


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
