"""Indices: numbers by hand, agreement with scikit-learn, invariants, and what is undefined."""

import sys
from math import inf, isnan, sqrt

import numpy as np
import pytest
from sklearn.datasets import make_blobs
from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score, silhouette_score
from sklearn.metrics.pairwise import euclidean_distances

from clustering import INDICES, score
from clustering.errors import InvalidSetting, Stopped
from clustering.indices import center_distances, mean_silhouette, silhouette, silhouette_samples, stratified_sample
from clustering.indices.silhouette import _mean_distances, _precision, _silhouettes

FOUR_POINTS = np.array([[0, 0], [0, 2], [10, 0], [10, 2]])
PAIRS = np.array([0, 0, 1, 1])


def blobs(n_samples, n_features=3, n_clusters=5, seed=0, **settings):
    return make_blobs(n_samples, n_features, centers=n_clusters, random_state=seed, **settings)


# --- numbers derived by hand ---


@pytest.mark.parametrize(
    "name, expected",
    [
        ("inertia", 4),  # four rows, each 1 from its center (0, 1) or (10, 1)
        ("calinski_harabasz", 50),  # between: 4 rows, each center 5 from the middle: 100 / (2 - 1); within: 4 / (4 - 2)
        ("davies_bouldin", 0.2),  # both 1 wide on average, centers 10 apart: (1 + 1) / 10
        ("silhouette", 1 - 4 / (10 + sqrt(104))),  # a = 2; b = the mean of 10 and sqrt(10² + 2²)
        ("simplified_silhouette", 1 - 1 / sqrt(101)),  # own center 1 away, the other sqrt(10² + 1²)
    ],
)
def test_two_pairs_far_apart_score_as_computed_by_hand(name, expected):
    assert score(FOUR_POINTS, PAIRS)[name] == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    "name, expected",
    [
        # 0 and 2 around 1, 10 and 14 around 12, 30 by itself
        ("inertia", 1 + 1 + 4 + 4 + 0),
        # mean 11.2; between 2 * 10.2² + 2 * 0.8² + 18.8² = 562.8, over 3 - 1; within 10, over 5 - 3
        ("calinski_harabasz", 562.8 / 2 / (10 / 2)),
        # widths 1, 2, 0. Worst ratios: (1 + 2) / 11 for the first two, (2 + 0) / 18 for the last
        ("davies_bouldin", (3 / 11 + 3 / 11 + 2 / 18) / 3),
        # the nearest other center is 12, 12, 1, 1, 12 for the five rows; the last is its own center
        ("simplified_silhouette", ((1 - 1 / 12) + (1 - 1 / 10) + (1 - 2 / 9) + (1 - 2 / 13) + 1) / 5),
        # a = 2, 2, 4, 4; b = mean(10, 14), mean(8, 12), mean(10, 8), mean(14, 12); the row by itself counts 0
        ("silhouette", ((1 - 2 / 12) + (1 - 2 / 10) + (1 - 4 / 9) + (1 - 4 / 13) + 0) / 5),
    ],
)
def test_clusters_of_unequal_width_score_as_computed_by_hand(name, expected):
    X = np.array([[0], [2], [10], [14], [30]])
    assert score(X, [0, 0, 1, 1, 2])[name] == pytest.approx(expected, abs=1e-12)


def test_a_row_closer_to_another_cluster_has_a_negative_silhouette():
    # The row at 9 is with 0: a = 9, b = 1, so 1/9 - 1. Its partner at 0: a = 9, b = 10.
    values = silhouette_samples(np.array([[0.0], [9.0], [10.0]]), [np.array([0, 0, 1])])[0]
    assert values == pytest.approx([1 - 9 / 10, 1 / 9 - 1, 0], abs=1e-12)


def test_simplified_silhouette_counts_rows_nearer_to_another_center_as_negative():
    # Own center 4 away, the other 1: (1 - 4) / 4 for both rows.
    given = score([[1.0], [4.0]], [0, 1], np.array([[5.0], [0.0]]), ["simplified_silhouette"])
    assert given == {"simplified_silhouette": pytest.approx(-0.75)}


def test_rows_on_both_centers_count_zero_in_the_simplified_silhouette():
    given = score([[1.0], [1.0]], [0, 1], np.array([[1.0], [1.0]]), ["simplified_silhouette"])
    assert given == {"simplified_silhouette": 0}


def test_rows_on_both_centers_count_zero_whatever_was_in_memory_before():
    del [np.full(500, 7.0) for _ in range(20)][:]
    found = center_distances(np.ones((500, 1)), np.zeros(500, dtype=int), np.ones((2, 1)))
    assert found.margins.tolist() == [0] * 500


@pytest.mark.parametrize(
    "labels, expected_mean, expected",
    [
        # Rousseeuw (1987), figures 2 and 3; in the order of the names in the test
        ([0, 0, 1, 1, 0, 0, 1, 0, 0, 1, 1, 0], 0.28, "39 22 33 40 20 35 -4 30 43 34 26 19"),
        ([0, 1, 2, 2, 0, 0, 1, 0, 0, 2, 2, 1], 0.33, "42 25 31 48 2 44 17 37 47 44 31 28"),
    ],
)
def test_rousseeuws_twelve_countries_have_the_published_silhouettes(labels, expected_mean, expected):
    # His table 1 holds dissimilarities between BEL BRA CHI CUB EGY FRA IND ISR USA USS YUG ZAI, which are no distances
    # between points; so everything but the distances is tested here.
    lower = """558 700 650 708 700 383 483 508 817 583 217 575 667 692 492 642 500 558 600 467 642 342 550 642 642 500
        392 617 250 492 625 733 450 225 633 275 608 667 425 267 600 617 617 692 617 525 683 450 375 575 542 608 583
        667 367 475 300 608 667 500 558 483 617 567 650 692"""
    D = np.zeros((12, 12))
    D[np.tril_indices(12, -1)] = np.array(lower.split(), dtype=float) / 100
    D += D.T
    labels = np.array(labels)
    counts = np.bincount(labels)
    own, other, _ = _mean_distances(D @ np.eye(len(counts))[labels], labels, counts)
    values = _silhouettes(own, other, counts[labels])
    assert values == pytest.approx(np.array(expected.split(), dtype=float) / 100, abs=0.006)
    assert values.mean() == pytest.approx(expected_mean, abs=0.005)


# --- agreement with scikit-learn ---


def duplicates(n_samples=300):
    X = np.random.default_rng(1).integers(0, 3, (n_samples, 2)).astype(float)
    return X, (X[:, 0] + X[:, 1]).astype(int)  # the five sums 0..4


def singletons():
    X, labels = blobs(60, n_clusters=3)
    labels[:2] = 3, 4
    return X, np.unique(labels, return_inverse=True)[1]


def shifted(X, labels):
    return X + 1e6, labels


CASES = {
    "blobs": blobs(300, 4),
    "more rows than one tile of distances": blobs(1300),
    "overlapping blobs": blobs(200, 2, cluster_std=8),
    "duplicates": duplicates(),
    "singletons": singletons(),
    "one feature": blobs(150, 1, n_clusters=3),
    "k = n - 1": (FOUR_POINTS.astype(float), np.array([0, 0, 1, 2])),
    "unequal sizes": blobs([200, 20, 3], 3, n_clusters=None),
    "labels at random": (blobs(200)[0], np.random.default_rng(0).integers(0, 4, 200)),
}


@pytest.mark.parametrize("X, labels", CASES.values(), ids=CASES)
def test_scores_agree_with_scikit_learn(X, labels):
    scores = score(X, labels)
    assert scores["silhouette"] == pytest.approx(silhouette_score(X, labels), abs=1e-6)
    assert scores["calinski_harabasz"] == pytest.approx(calinski_harabasz_score(X, labels), rel=1e-6)
    assert scores["davies_bouldin"] == pytest.approx(davies_bouldin_score(X, labels), abs=1e-6)


@pytest.mark.parametrize("X, labels", CASES.values(), ids=CASES)
def test_distances_to_centers_agree_with_scikit_learn(X, labels):
    centers = np.array([X[labels == label].mean(axis=0) for label in np.unique(labels)])
    distances = euclidean_distances(X, centers)
    everyone = np.arange(len(X))
    own = distances[everyone, labels]
    distances[everyone, labels] = inf
    other = distances.min(axis=1)
    scores = score(X, labels)
    assert scores["inertia"] == pytest.approx(own @ own, rel=1e-6)
    assert scores["simplified_silhouette"] == pytest.approx(np.mean((other - own) / np.maximum(own, other)), abs=1e-6)


@pytest.mark.parametrize("X, labels", CASES.values(), ids=CASES)
def test_scores_of_single_precision_rows_agree_with_scikit_learn(X, labels):
    single = score(X.astype(np.float32), labels)
    assert single["silhouette"] == pytest.approx(silhouette_score(X, labels), abs=1e-4)
    assert single["calinski_harabasz"] == pytest.approx(calinski_harabasz_score(X, labels), rel=1e-4)
    assert single["davies_bouldin"] == pytest.approx(davies_bouldin_score(X, labels), abs=1e-4)


def test_single_precision_rows_are_scored_in_double_precision():
    X, labels = blobs(300)
    single = X.astype(np.float32)
    assert score(single, labels) == score(single.astype(np.float64), labels)


def as_many_clusters_as_rows_but_one(n_samples=3100):
    X = np.random.default_rng(0).normal(size=(n_samples, 2))
    return X, np.maximum(np.arange(n_samples) - 1, 0)


def many_singletons(n_samples=3600):
    X, labels = blobs(n_samples, n_clusters=3)
    labels[:20] = np.arange(3, 23)
    return X, np.unique(labels, return_inverse=True)[1]


def two_narrow_clusters_near_each_other_and_one_far_away():
    rng = np.random.default_rng(0)
    X = np.concatenate([rng.normal(m, s, (1200, 2)) for m, s in ((0, 0.1), (1, 0.1), (1000, 1))])
    return X, np.repeat([0, 1, 2], 1200)


LARGE_CASES = {
    "blobs": (blobs(3600, 8), 1e-6),
    "duplicates": (duplicates(3600), 2e-4),  # a distance of 0 comes out as up to 0.0003
    "shifted by 1e6": (shifted(*blobs(3600)), 1e-6),
    "singletons": (many_singletons(), 1e-6),
    "one feature": (blobs(3600, 1, n_clusters=3), 1e-4),
    "k = n - 1": (as_many_clusters_as_rows_but_one(), 1e-6),
    "close clusters far from the middle": (two_narrow_clusters_near_each_other_and_one_far_away(), 1e-6),
}


@pytest.mark.parametrize("rows, tolerance", LARGE_CASES.values(), ids=LARGE_CASES)
def test_the_silhouette_of_a_large_table_agrees_with_scikit_learn(rows, tolerance):
    # Above 3,000 rows distances are single precision where that is enough.
    X, labels = rows
    expected = silhouette_score(X - X.mean(axis=0), labels)
    assert silhouette(X, labels) == pytest.approx(expected, abs=tolerance)


@pytest.mark.parametrize("n_close, precision", [(40, np.float32), (41, np.float64)])
def test_single_precision_is_left_where_more_than_one_row_in_a_hundred_is_close_to_others_from_afar(n_close, precision):
    # Half of the rows 1,000 to either side; the close ones are 500 from the middle and 0.2 from the next segment.
    X = np.repeat([-1000.0, 1000.0, 500.0, 500.2], [2000, 2000 - n_close, 20, n_close - 20])[:, None]
    labels = np.repeat([0, 1, 2, 3], [2000, 2000 - n_close, 20, n_close - 20])
    assert _precision(X, [labels]) is precision
    assert _precision(X, [labels // 2]) is np.float32  # without the border between the close ones


def test_up_to_three_thousand_rows_double_precision_is_used():
    X, labels = blobs(3001)
    assert _precision(X[:3000], [labels[:3000]]) is np.float64
    assert _precision(X, [labels]) is np.float32
    assert _precision(X + np.array([1e6, -1e6, 0]), [labels]) is np.float32


@pytest.mark.parametrize("unit", [1e-30, 1e30])
def test_the_silhouette_of_a_large_table_does_not_depend_on_the_unit(unit):
    X, labels = blobs(3100)
    assert silhouette(X * unit, labels) == pytest.approx(silhouette(X, labels), abs=1e-6)


# --- invariants ---


@pytest.mark.parametrize("name", INDICES)
@pytest.mark.parametrize("spread", [1, 0.01])
def test_scores_do_not_change_when_the_data_are_shifted_far_from_zero(name, spread):
    X, labels = blobs(300)
    X = X * spread
    tolerance = 1e-4 if name == "inertia" else 1e-6
    assert score(X + 1e6, labels)[name] == pytest.approx(score(X, labels)[name], rel=tolerance)


def test_columns_far_from_zero_on_either_side_find_the_same_distances_to_centers():
    X, labels = blobs(300)
    centers = np.array([X[labels == label].mean(axis=0) for label in range(5)])
    away = np.array([1e8, -1e8, 0])
    near, far = center_distances(X, labels, centers), center_distances(X + away, labels, centers + away)
    assert (far.second == near.second).all()
    assert far.other == pytest.approx(near.other, rel=1e-6)


def test_columns_far_from_zero_on_either_side_have_the_same_silhouette():
    X, labels = blobs(300)
    assert silhouette(X + np.array([1e9, -1e9, 0]), labels) == pytest.approx(silhouette(X, labels), rel=1e-5)


@pytest.mark.parametrize("name", INDICES)
def test_scores_do_not_depend_on_the_names_of_the_labels(name):
    X, labels = blobs(200)
    renamed = np.array([3, 0, 4, 1, 2])[labels]
    assert score(X, renamed)[name] == pytest.approx(score(X, labels)[name], rel=1e-12)


@pytest.mark.parametrize("name", INDICES)
def test_scores_do_not_depend_on_the_order_of_the_rows(name):
    X, labels = blobs(700)
    order = np.random.default_rng(0).permutation(700)
    assert score(X[order], labels[order])[name] == pytest.approx(score(X, labels)[name], rel=1e-10)


@pytest.mark.parametrize("name, factor", [("inertia", 9), *((name, 1) for name in INDICES if name != "inertia")])
def test_only_the_inertia_knows_the_unit_and_squares_it(name, factor):
    X, labels = blobs(200)
    assert score(3 * X, labels)[name] == pytest.approx(factor * score(X, labels)[name], rel=1e-10)


def test_silhouettes_follow_their_rows():
    X, labels = blobs(600)
    order = np.random.default_rng(0).permutation(600)
    moved = silhouette_samples(X[order], [labels[order]])[0]
    assert moved == pytest.approx(silhouette_samples(X, [labels])[0][order], abs=1e-12)


@pytest.mark.parametrize("n_samples", [600, 3100])
def test_several_labelings_in_one_pass_give_what_each_gives_by_itself(n_samples):
    X, labels = blobs(n_samples)
    labelings = [labels, labels % 2, labels // 2, np.arange(n_samples) % 7]
    together = silhouette_samples(X, labelings)
    for values, labels in zip(together, labelings, strict=True):
        assert values == pytest.approx(silhouette_samples(X, [labels])[0], abs=1e-6)


def test_no_labelings_give_no_silhouettes():
    assert silhouette_samples(FOUR_POINTS, []) == []


# --- undefined ---


@pytest.mark.parametrize("name", ["silhouette", "simplified_silhouette", "calinski_harabasz", "davies_bouldin"])
def test_a_single_cluster_leaves_every_comparison_undefined(name):
    assert isnan(score(FOUR_POINTS, [0, 0, 0, 0])[name])


def test_a_single_cluster_still_has_an_inertia():
    # all rows are sqrt(5² + 1²) from (5, 1)
    assert score(FOUR_POINTS, [0, 0, 0, 0])["inertia"] == pytest.approx(4 * 26)


@pytest.mark.parametrize("name", ["silhouette", "calinski_harabasz"])
def test_as_many_clusters_as_rows_leave_the_index_undefined(name):
    assert isnan(score(FOUR_POINTS, [0, 1, 2, 3])[name])


def test_as_many_clusters_as_rows_leave_calinski_harabasz_undefined_whatever_the_centers():
    assert isnan(score([[0.0], [2.0]], [0, 1], np.array([[1.0], [3.0]]), ["calinski_harabasz"])["calinski_harabasz"])


def test_an_undefined_silhouette_is_undefined_on_every_row_and_leaves_the_others_alone():
    one, both = silhouette_samples(FOUR_POINTS, [np.array([0, 1, 2, 3]), PAIRS])
    assert np.isnan(one).all()
    assert both.mean() == pytest.approx(1 - 4 / (10 + sqrt(104)))


def test_coinciding_centers_leave_davies_bouldin_undefined():
    # both clusters have their mean at 0
    assert isnan(score([[-1.0], [1.0], [-2.0], [2.0]], PAIRS)["davies_bouldin"])


def test_no_spread_within_clusters_leaves_calinski_harabasz_undefined():
    assert isnan(score([[0.0], [0.0], [5.0], [5.0]], PAIRS)["calinski_harabasz"])


def test_clusters_without_spread_are_as_separate_as_can_be():
    scores = score([[0.0], [0.0], [5.0], [5.0]], PAIRS)
    assert (scores["inertia"], scores["silhouette"], scores["davies_bouldin"]) == (0, 1, 0)


def test_identical_rows_in_two_clusters_have_silhouette_zero():
    assert score(np.ones((4, 2)), PAIRS)["silhouette"] == 0


# --- score's own ways ---


def test_given_centers_are_used_instead_of_the_means():
    # rows 0 and 2: 1 + 1 around their mean, 0 + 4 around 0
    assert score([[0.0], [2.0]], [0, 0], names=["inertia"]) == {"inertia": 2}
    assert score([[0.0], [2.0]], [0, 0], np.array([[0.0]]), ["inertia"]) == {"inertia": 4}


@pytest.mark.parametrize("name", [name for name in INDICES if name != "silhouette"])
def test_an_index_by_itself_finds_what_it_finds_among_others(name):
    centers = np.array([[0.0, 1.0], [10.0, 1.0]])
    assert INDICES[name].function(FOUR_POINTS, PAIRS, centers) == score(FOUR_POINTS, PAIRS)[name]


def test_only_the_indices_asked_for_are_returned_in_their_order():
    assert list(score(FOUR_POINTS, PAIRS, names=["silhouette", "inertia"])) == ["silhouette", "inertia"]


def test_an_unknown_index_is_refused_with_the_known_ones():
    with pytest.raises(InvalidSetting, match="no index 'dunn'; there are inertia, silhouette, simplified_silhouette"):
        score(FOUR_POINTS, PAIRS, names=["dunn"])


def test_labels_for_other_rows_are_refused_with_both_numbers():
    with pytest.raises(InvalidSetting, match="4 rows but 3 labels"):
        score(FOUR_POINTS, [0, 0, 1])


@pytest.mark.parametrize(
    "labels",
    [[0, 0, 2, 2], [1, 1, 2, 2], [-1, 0, 1, 1], [0.0, 0.0, 1.0, 1.0], ["a", "a", "b", "b"]],
    ids=["a gap", "from one", "noise", "fractions", "text"],
)
def test_labels_that_do_not_count_from_zero_are_refused(labels):
    with pytest.raises(InvalidSetting, match="Labels run from 0 to the number of segments less one"):
        score(FOUR_POINTS, labels)


def test_no_rows_are_refused():
    with pytest.raises(InvalidSetting, match="each is used at least once"):
        score(np.empty((0, 2)), [])


@pytest.mark.parametrize(
    "name, better, low, high, fewest, needs_spare_rows, comparable",
    [
        ("inertia", "lower", 0, inf, 1, False, False),
        ("silhouette", "higher", -1, 1, 2, True, True),
        ("simplified_silhouette", "higher", -1, 1, 2, False, True),
        ("calinski_harabasz", "higher", 0, inf, 2, True, True),
        ("davies_bouldin", "lower", 0, inf, 2, False, True),
        ("contact", "lower", 0, 1, 2, False, True),
    ],
)
def test_every_index_says_how_it_is_read(name, better, low, high, fewest, needs_spare_rows, comparable):
    index = INDICES[name]
    assert (index.better, index.low, index.high) == (better, low, high)
    assert (index.fewest, index.needs_spare_rows, index.comparable) == (fewest, needs_spare_rows, comparable)


@pytest.mark.parametrize("name", INDICES)
def test_an_index_is_defined_where_it_says(name):
    X = np.array([[0.0, 0], [0, 2], [10, 0], [10, 3]])
    one, two, all_apart = np.zeros(4, dtype=int), np.array([0, 0, 1, 1]), np.arange(4)
    index = INDICES[name]
    assert np.isfinite(score(X, two, names=[name])[name])
    assert np.isfinite(score(X, one, names=[name])[name]) == (index.fewest == 1)
    assert np.isfinite(score(X, all_apart, names=[name])[name]) == (not index.needs_spare_rows)


def test_every_index_has_a_label_of_its_own():
    assert len({index.label for index in INDICES.values()}) == len(INDICES)


@pytest.mark.parametrize("name", [name for name in INDICES if INDICES[name].comparable])
def test_better_separated_blobs_score_better(name):
    near, far = (score(*blobs(300, cluster_std=std))[name] for std in (4, 0.5))
    assert far > near if INDICES[name].better == "higher" else far < near


def test_a_pass_over_the_distances_can_be_stopped():
    questions = []
    X, labels = blobs(3000)
    with pytest.raises(Stopped):
        silhouette_samples(X, [labels], lambda: len(questions) > 3 or questions.append(1))


def test_an_estimate_can_be_stopped():
    X, labels = blobs(31_000)
    with pytest.raises(Stopped):
        mean_silhouette(X, labels, 0, stop=lambda: True)


def test_distances_to_centers_can_be_stopped():
    X, labels = blobs(300)
    with pytest.raises(Stopped):
        center_distances(X, labels, X[:5], lambda: True)


# --- estimated from a sample ---


@pytest.fixture(scope="module")
def many():
    """31,000 rows: one wide segment that reaches far out, a narrow one, and one of 62 rows (0.2 %); the exact value."""
    rng = np.random.default_rng(0)
    X = np.concatenate([rng.lognormal(0, 1, (24_938, 2)), rng.normal(6, 1, (6_000, 2)), rng.normal(-4, 0.3, (62, 2))])
    labels = np.repeat([0, 1, 2], [24_938, 6_000, 62])
    order = rng.permutation(len(X))
    X, labels = X[order], labels[order]
    return X, labels, silhouette(X, labels)


@pytest.fixture(scope="module")
def estimates(many):
    X, labels, exact = many
    means, errors = np.array([mean_silhouette(X, labels, seed) for seed in range(16)]).T
    return means - exact, errors


def test_a_sampled_silhouette_lies_within_four_standard_errors_of_the_exact_one(estimates):
    misses, errors = estimates
    assert (np.abs(misses) < 4 * errors).all()


def test_the_standard_error_is_as_large_as_the_misses(estimates):
    misses, errors = estimates
    # The root mean square of 16 standard normal numbers is between 0.65 and 1.4 in 98 of 100 cases.
    assert 0.65 < np.sqrt(np.mean((misses / errors) ** 2)) < 1.4


def test_a_hundred_small_samples_miss_by_as_much_as_their_standard_errors_say():
    # 300 of 2,000 rows. Two long tails away from each other: what a row does to the mean distances of the others is
    # most of the error, and within its own segment it works against what it does to the next.
    rng = np.random.default_rng(0)
    X = np.concatenate([rng.lognormal(0, 1, 1000), -rng.lognormal(0, 1, 1000)])[:, None]
    labels = np.repeat([0, 1], 1000)
    means, errors = np.array([mean_silhouette(X, labels, seed, sample=300) for seed in range(100)]).T
    misses = means - silhouette(X, labels)
    # The root mean square of 100 standard normal numbers is between 0.87 and 1.13 in 93 of 100 cases.
    assert 0.87 < np.sqrt(np.mean((misses / errors) ** 2)) < 1.13
    assert abs(misses.mean()) < 3 * errors.mean() / 10


def test_a_sample_of_ten_thousand_rows_is_good_to_a_hundredth(estimates):
    _, errors = estimates
    assert ((errors > 0) & (errors < 0.01)).all()


def test_a_sampled_silhouette_is_the_same_for_the_same_seed_only(many):
    X, labels, _ = many
    assert mean_silhouette(X, labels, 3) == mean_silhouette(X, labels, 3)
    assert mean_silhouette(X, labels, 3) != mean_silhouette(X, labels, 4)


def test_a_sample_has_each_segment_in_proportion_but_fifty_rows_of_it_or_all_it_has():
    labels = np.repeat([2, 0, 3, 1], [300, 3, 500, 200])
    rows = stratified_sample(labels, 0, 200)
    # 3, 200, 300 and 500 of 1,003 rows: 0.6, 39.9, 59.8 and 99.7 of 200
    assert np.bincount(labels[rows]).tolist() == [3, 50, 60, 100]
    assert len(set(rows.tolist())) == 213


def test_a_small_segment_is_judged_by_fifty_rows():
    # Two rows in 1,000 sit 10 away from all others, at random on both sides: how far the others are from "the other
    # segment" depends on how many of its 62 rows were drawn. With its share (20 rows) the error would be over 0.004.
    rng = np.random.default_rng(0)
    X = np.concatenate([rng.normal(0, 1, 30_938), rng.normal(0, 4, 62) + 10])[:, None]
    labels = np.repeat([0, 1], [30_938, 62])
    _, error = mean_silhouette(X, labels, 0)
    assert 0 < error < 0.004


def test_a_segment_of_which_more_than_its_share_is_drawn_counts_with_its_share():
    # Two labels at random on the same rows: silhouette 0. Twenty segments of 60 equal rows far from all: silhouette 1.
    # Those are 1,200 of 30,100 rows, but 20 times 50 of about 10,600 drawn ones.
    rng = np.random.default_rng(0)
    X = np.concatenate([rng.normal(0, 1, 28_900), 1000.0 * np.repeat(np.arange(1, 21), 60)])[:, None]
    labels = np.concatenate([rng.integers(0, 2, 28_900), np.repeat(np.arange(2, 22), 60)])
    mean, _ = mean_silhouette(X, labels, 0)
    assert mean == pytest.approx(1200 / 30_100, abs=0.005)


def test_a_segment_of_one_row_is_drawn_whole():
    X = np.concatenate([np.random.default_rng(0).normal(0, 1, 30_100), [50.0]])[:, None]
    labels = np.repeat([0, 1], [30_100, 1])
    mean, error = mean_silhouette(X, labels, 0)
    # all others are 50 from it and 2 / sqrt(pi) = 1.128 from each other on average
    assert mean == pytest.approx(1 - 1.128 / 50, abs=0.002)
    assert 0 < error < 0.002


def test_a_single_segment_of_many_rows_has_no_silhouette():
    X = np.random.default_rng(0).normal(size=(30_001, 1))
    with np.errstate(all="raise"):
        mean, error = mean_silhouette(X, np.zeros(len(X), dtype=int), 0)
    assert isnan(mean)
    assert isnan(error)


def test_a_smaller_sample_can_be_asked_for():
    X, labels = blobs(5000, cluster_std=4)
    mean, error = mean_silhouette(X, labels, 0, sample=2000)
    assert 0 < error < 0.02
    assert mean == pytest.approx(silhouette(X, labels), abs=4 * error)


def test_a_table_at_the_limit_is_not_sampled(monkeypatch):
    X, labels = blobs(500, cluster_std=4)
    monkeypatch.setattr(sys.modules[mean_silhouette.__module__], "EXACT_ROWS", 500)
    monkeypatch.setattr(sys.modules[mean_silhouette.__module__], "SILHOUETTE_SAMPLE", 250)
    assert mean_silhouette(X, labels, 0) == (silhouette(X, labels), 0)
    assert mean_silhouette(np.r_[X, X[:1]], np.r_[labels, labels[:1]], 0)[1] > 0


def test_a_sample_of_rows_that_are_all_alike_has_silhouette_zero_without_an_error():
    with np.errstate(all="raise"):
        assert mean_silhouette(np.ones((400, 1)), np.arange(400) % 2, 0, sample=200) == (0, 0)


def test_up_to_thirty_thousand_rows_the_silhouette_is_exact():
    X, labels = blobs(500)
    assert mean_silhouette(X, labels, 0) == (silhouette(X, labels), 0)
