"""What is measured by refitting, for every method: found again, as a whole and segment by segment; noise; a start."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import DBSCAN
from sklearn.datasets import make_moons
from sklearn.metrics import adjusted_rand_score

from clustering import ClusterSpec, FeatureSpec, fit, prepare, read_table, stability, sweep
from clustering.edits import Edits, Split, apply_edits
from clustering.errors import InvalidSetting
from clustering.methods import METHODS
from clustering.stability import for_fewer, gap_statistic, importance, repeatability, segment_stability
from clustering.stability.again import _best_jaccard, rows_measured
from clustering.stability.halves import halves
from clustering.stability.refits import Refits

TOLD = [name for name, method in METHODS.items() if method.takes_k]
FINDS = [name for name, method in METHODS.items() if not method.takes_k]
SETTINGS = {  # where what is proposed for any table does not find four crowds in this one
    "optics": {"min_cluster_size": 40, "xi": 0.3},
    "mean_shift": {"bandwidth": 0.5},
}


def table_of(X, **columns):
    frame = pd.DataFrame(X, columns=[f"x{i}" for i in range(X.shape[1])]).assign(**columns)
    return read_table(frame.to_csv(index=False).encode())


def features_of(X, **settings):
    names = tuple(f"x{i}" for i in range(X.shape[1]))
    return prepare(table_of(X), FeatureSpec(names, outliers="keep", **settings))


def crowds(each=50, spread=0.2, seed=0):
    rng = np.random.default_rng(seed)
    return np.concatenate([rng.normal(middle, spread, (each, 2)) for middle in ((0, 0), (0, 9), (9, 0), (9, 9))])


FOUR = features_of(crowds())
MOONS = features_of(make_moons(300, noise=0.05, random_state=0)[0])
FAR = np.array([[3.0, 3.0], [-3.0, 3.0], [3.0, -3.0], [-3.0, -3.0]])
STRAYS = features_of(np.concatenate([make_moons(300, noise=0.05, random_state=0)[0], 3 * FAR]), scale="none")
LEAVES_STRAYS = ClusterSpec(method="dbscan", settings={"eps": 0.25, "min_samples": 6})


def spec_of(method, **settings):
    n_clusters = 4 if METHODS[method].takes_k else None
    return ClusterSpec(method=method, n_clusters=n_clusters, settings=settings or SETTINGS.get(method, {}))


# --- every method ---


@pytest.mark.parametrize("method", METHODS)
def test_crowds_far_apart_are_found_again_by_every_method(method):
    found = fit(FOUR, spec_of(method))
    assert found.n_clusters == 4
    assert min(segment_stability(FOUR, found)) > 0.85
    again = repeatability(FOUR, found)
    assert (again.n_clusters, len(again.adjusted_rand)) == (4, 5)
    assert again.stability > 0.9
    assert np.isnan(again.observed)


@pytest.mark.parametrize("method", TOLD)
def test_the_number_of_crowds_is_the_repeatable_one_for_every_method_that_is_told_it(method):
    measured = stability(FOUR, ClusterSpec(method=method), [4, 5])
    assert measured.step(4).adjusted_rand == pytest.approx([1.0] * 5)
    assert measured.step(5).stability < 1
    assert measured.above_reference > 3


@pytest.mark.parametrize("method", TOLD)
def test_the_figure_of_a_segmentation_is_that_of_its_number(method):
    X = np.random.default_rng(3).normal(size=(200, 3))
    features, spec = features_of(X), ClusterSpec(method=method)
    alone = repeatability(features, fit(features, replace(spec, n_clusters=3)))
    assert alone.adjusted_rand == stability(features, spec, [3]).step(3).adjusted_rand
    assert alone.stability < 0.9


@pytest.mark.parametrize("method", FINDS)
def test_a_method_that_finds_the_number_itself_has_no_numbers_to_compare(method):
    with pytest.raises(InvalidSetting, match="finds the number of segments itself"):
        stability(FOUR, ClusterSpec(method=method), [2, 3])


@pytest.mark.parametrize("method", METHODS)
def test_four_customers_are_measured_or_left_undefined_by_every_method(method):
    four = features_of(np.array([[0, 0], [0, 2], [10, 0], [10, 2.0]]))
    spec = ClusterSpec(method=method, n_clusters=2 if METHODS[method].takes_k else None)
    found = replace(fit(four, ClusterSpec(n_clusters=2)), spec=spec)
    measured = segment_stability(four, found)
    assert all(np.isnan(value) or 0 <= value <= 1 for value in measured)
    assert len(repeatability(four, found).adjusted_rand) <= 5


def test_halves_are_placed_by_the_methods_own_rule():
    # Of moons the nearest center places the tips wrongly; the nearest customer does not.
    single = ClusterSpec(method="agglomerative", settings={"linkage": "single"})
    assert stability(MOONS, single, [2]).step(2).stability > 0.95
    assert stability(MOONS, ClusterSpec(method="agglomerative"), [2]).step(2).stability < 0.7


def test_a_half_keeps_the_labels_that_the_method_gave_it():
    X, half = FOUR.X, halves(len(FOUR.X), 0, 0)[0]
    labels, _ = Refits(X, None, spec_of("dbscan", eps=0.05, min_samples=4), half).find(None)
    assert labels[half].tolist() == DBSCAN(eps=0.05, min_samples=4).fit(X[half]).labels_.tolist()


def test_a_number_that_a_half_cannot_reach_has_no_agreement_there():
    # Birch cannot find more segments than bundles, and bundles as wide as everything are one.
    wide = ClusterSpec(method="birch", settings={"threshold": 3.0})
    step = stability(FOUR, wide, [2, 3]).step(3)
    assert (step.adjusted_rand, step.reference) == ((), ())
    assert np.isnan(step.stability)
    assert np.isnan(step.observed)


# --- settings in a half ---


def given(method, **settings):
    spec = ClusterSpec(method=method, settings=settings)
    return replace(fit(MOONS, ClusterSpec(n_clusters=2)), spec=spec, settings=(("min_samples", 9), ("eps", 0.3)))


def test_what_counts_customers_shrinks_with_them():
    fewer = for_fewer(given("hdbscan", min_cluster_size=40, min_samples=10), 150, 300)
    assert dict(fewer.settings) == {"min_cluster_size": 20, "min_samples": 5}


def test_what_counts_customers_never_falls_below_its_lowest_value():
    assert for_fewer(given("hdbscan", min_cluster_size=40), 3, 300).value("min_cluster_size") == 2


def test_what_was_proposed_is_proposed_anew():
    assert for_fewer(given("hdbscan", min_cluster_size=40), 150, 300).value("min_samples") is None
    assert for_fewer(given("dbscan"), 150, 300).settings == ()


def test_a_count_shrinks_with_the_customers_where_its_distance_is_given():
    # nine of 300 customers within 0.3 are four or five of 150; the distance stays
    assert dict(for_fewer(given("dbscan", eps=0.3), 150, 300).settings) == {"eps": 0.3, "min_samples": 4}


def test_settings_that_count_nobody_stay():
    spec = ClusterSpec(method="gaussian_mixture", n_clusters=2, settings={"covariance_type": "tied"})
    assert for_fewer(fit(MOONS, spec), 100, 300) == spec


def test_of_more_customers_than_a_method_looks_at_the_share_is_that_of_what_it_saw():
    most = METHODS["dbscan"].most_rows
    assert for_fewer(given("dbscan", min_samples=40), most // 2, 10 * most).value("min_samples") == 20


# --- noise ---


def test_moons_are_found_again_by_dbscan_and_would_not_be_by_k_means():
    found = fit(MOONS, ClusterSpec(method="dbscan", settings={"eps": 0.4, "min_samples": 6}))
    assert found.n_clusters == 2
    assert min(segment_stability(MOONS, found)) > 0.9


def test_noise_takes_part_in_the_halves_and_belongs_to_no_segment():
    # Strays far from the moons are noise in every half, so that they touch no segment.
    found = fit(STRAYS, LEAVES_STRAYS)
    assert (found.n_clusters, len(found.noise)) == (2, 4)
    assert min(segment_stability(STRAYS, found)) > 0.95
    assert repeatability(STRAYS, found).stability > 0.95


def test_noise_of_a_half_counts_against_a_segment():
    # The segments given are the two sides of everybody; DBSCAN leaves the four strays out. Two of them are in each
    # segment of 152, and every half finds the other 150: Jaccard 150 / 152.
    rows = np.concatenate([np.linspace(0, 1, 150), np.linspace(99, 100, 150), [40, 45, 55, 60.0]])
    features = features_of(rows[:, None], scale="none")
    sides = fit(features, ClusterSpec(n_clusters=2))
    spec = ClusterSpec(method="dbscan", settings={"eps": 1.0, "min_samples": 6})
    assert fit(features, spec).noise.tolist() == [300, 301, 302, 303]
    assert segment_stability(features, replace(sides, spec=spec)) == pytest.approx([150 / 152] * 2)


def test_noise_of_the_segmentation_counts_against_what_a_half_found():
    # The other way round: the segments leave the four strays out, and the halves put two of them into each.
    rows = np.concatenate([np.linspace(0, 1, 150), np.linspace(99, 100, 150), [40, 45, 55, 60.0]])
    features = features_of(rows[:, None], scale="none")
    dense = fit(features, ClusterSpec(method="dbscan", settings={"eps": 1.0, "min_samples": 6}))
    measured = segment_stability(features, replace(dense, spec=ClusterSpec(n_clusters=2)))
    assert measured == pytest.approx([150 / 152] * 2)


def test_a_segment_that_a_half_takes_for_noise_is_not_found_by_that():
    # 0 is noise there; 1 is found with the row that was noise: two rows of three
    labels, others = np.array([0, 0, 1, 1, 2]), np.array([-1, -1, 0, 0, 0])
    assert _best_jaccard(labels, others, 2).tolist() == [0, 2 / 3]


def test_noise_is_one_more_group_of_both_halves():
    crowd = np.random.default_rng(0).normal(size=(400, 2))
    features = features_of(np.concatenate([crowd, crowd[:200] * 0.1 + 8]))
    found = fit(features, ClusterSpec(method="dbscan", settings={"eps": 0.1, "min_samples": 6}))
    again = repeatability(features, found)
    labels = []
    for half in halves(len(features.X), 0, 0):
        settings = for_fewer(found, len(half), len(features.X))
        labels.append(Refits(features.X, None, settings, half).find(None)[0])
    assert min(one.min() for one in labels) == -1
    assert again.adjusted_rand[0] == pytest.approx(adjusted_rand_score(*labels))


def test_halves_in_which_nothing_is_found_have_found_nothing_again():
    found = fit(MOONS, ClusterSpec(method="dbscan"))
    nowhere = replace(found, spec=ClusterSpec(method="dbscan", settings={"eps": 1e-9, "min_samples": 4}))
    assert segment_stability(MOONS, nowhere) == (0.0, 0.0)
    assert repeatability(MOONS, nowhere).adjusted_rand == (0.0,) * 5


def test_segments_made_by_hand_stay_unmeasured_beside_noise():
    found = fit(STRAYS, LEAVES_STRAYS)
    split = apply_edits(STRAYS, found, Edits((Split(0, 2),)))
    assert split.edited.count(True) == 2
    assert np.isnan(segment_stability(STRAYS, split)).tolist() == list(split.edited)


def test_a_method_that_counts_customers_is_measured_on_more_of_them_but_not_more_than_it_looks_at():
    assert rows_measured("kmeans") == rows_measured("spectral") == 2_000
    assert rows_measured("affinity_propagation") == METHODS["affinity_propagation"].most_rows < 2_000
    assert rows_measured("dbscan") == 10_000
    assert rows_measured("optics") == METHODS["optics"].most_rows < 10_000


# --- a start by hand ---

BY_HAND = ClusterSpec(n_clusters=2, start=((-1.0, -1.0), (1.0, 1.0)))


def test_what_is_compared_number_by_number_starts_at_random():
    assert (
        stability(FOUR, BY_HAND, [3]).step(3).adjusted_rand == stability(FOUR, ClusterSpec(), [3]).step(3).adjusted_rand
    )
    assert gap_statistic(FOUR, BY_HAND, [3]).gap == gap_statistic(FOUR, ClusterSpec(), [3]).gap


def test_a_segmentation_with_a_start_is_found_again_from_there():
    # Left and right are as good as top and bottom: at random the halves cut now so, now so; from a start on the left
    # and on the right always alike.
    sides = ((-1.0, 0.0), (1.0, 0.0))
    by_hand = fit(FOUR, ClusterSpec(n_clusters=2, start=sides))
    assert segment_stability(FOUR, by_hand) == (1.0, 1.0)
    assert repeatability(FOUR, by_hand).adjusted_rand == (1.0,) * 5
    assert repeatability(FOUR, fit(FOUR, ClusterSpec(n_clusters=2))).stability < 1


# --- gap statistic ---


@pytest.mark.parametrize("method", [name for name in METHODS if name != "kmeans"])
def test_the_gap_statistic_is_for_k_means_alone(method):
    with pytest.raises(InvalidSetting, match="Take k-means to see it"):
        gap_statistic(FOUR, ClusterSpec(method=method), [2, 3])


# --- without each column ---


def test_who_becomes_noise_without_a_column_has_moved():
    # Two crowds of 40, and 10 strays far off in y alone. Without y they stand in the crowds: ten of 90 move, from
    # noise into a segment. Without x the crowds are one, and there are no segments.
    rng = np.random.default_rng(0)
    y = np.concatenate([rng.normal(0, 0.1, 80), 50 + 10.0 * np.arange(10)])
    X = np.column_stack([np.repeat([0, 10, 0], [40, 40, 10]) + rng.normal(0, 0.1, 90), y])
    table, spec = table_of(X), FeatureSpec(("x0", "x1"), scale="none", outliers="keep")
    found = fit(prepare(table, spec), ClusterSpec(method="dbscan", settings={"eps": 1.0, "min_samples": 5}))
    assert (found.sizes, len(found.noise)) == ((40, 40), 10)
    without = {one.column: one for one in importance(table, spec, found)}
    assert (without["x1"].n_moved, without["x1"].n_compared) == (10, 90)
    # pairs: 40 + 10 | 40 without y; 40 | 40 | 10 with it
    assert without["x1"].adjusted_rand == pytest.approx(
        adjusted_rand_score([0] * 40 + [1] * 40 + [2] * 10, [0] * 40 + [1] * 40 + [0] * 10)
    )
    assert "one single segment" in without["x0"].reason


def test_noise_with_and_without_a_column_has_not_moved():
    rng = np.random.default_rng(0)
    x = np.concatenate([np.repeat([0, 10], 40) + rng.normal(0, 0.1, 80), [50, 70, 90]])
    table = table_of(np.column_stack([x, rng.uniform(0, 0.1, 83)]))
    spec = FeatureSpec(("x0", "x1"), scale="none", outliers="keep")
    found = fit(prepare(table, spec), ClusterSpec(method="dbscan", settings={"eps": 1.0, "min_samples": 5}))
    assert found.noise.tolist() == [80, 81, 82]
    without = {one.column: one for one in importance(table, spec, found)}
    assert (without["x1"].n_moved, without["x1"].n_compared, without["x1"].adjusted_rand) == (0, 83, 1.0)


def test_a_start_by_hand_is_left_out_with_the_column():
    table, spec = table_of(crowds()), FeatureSpec(("x0", "x1"), outliers="keep")
    found = fit(prepare(table, spec), BY_HAND)
    assert [one.reason for one in importance(table, spec, found)] == ["", ""]


@pytest.mark.parametrize("method", METHODS)
def test_every_method_can_be_tried_without_a_column(method):
    table = table_of(np.column_stack([crowds(), np.random.default_rng(1).uniform(0, 0.01, 200)]))
    spec = FeatureSpec(("x0", "x1", "x2"), scale="none", outliers="keep")
    settings = {"mean_shift": {"bandwidth": 2.0}}.get(method) or SETTINGS.get(method, {})
    found = fit(prepare(table, spec), spec_of(method, **settings))
    without = {one.column: one for one in importance(table, spec, found)}
    assert without["x2"].moved < 0.1


def test_the_sweep_follows_the_same_customers_at_every_number():
    found = sweep(FOUR, ClusterSpec(method="agglomerative"), [4, 5])
    shared = np.zeros((4, 5), dtype=int)
    np.add.at(shared, (found.step(4).labels, found.step(5).labels), 1)
    assert (shared > 0).sum() == 5  # one of the four is parted, nobody else moves
