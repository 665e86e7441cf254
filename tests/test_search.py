"""Searching over settings: what is worth trying, what is drawn at random, what a trial tells, which come first."""

from math import isnan, nan

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score, silhouette_score
from sklearn.mixture import GaussianMixture

from clustering import ClusterSpec, FeatureSpec, fit, prepare, read_table
from clustering.errors import InvalidSetting
from clustering.gallery import two_moons
from clustering.methods import METHODS
from clustering.model import lay_groundwork
from clustering.search import (
    MOST_TRIALS,
    Trial,
    attempt,
    ranked,
    read_values,
    setting_of,
    trials,
    usual_grid,
    written,
)
from pages._ui.sentences import search_sampled, search_told, trial_told
from tests.driver import INCOME, SPENDING

# Two groups of three and one far from both: whoever has another within 1.5 is dense, 50 is noise.
LINE = b"x\n0\n1\n2\n10\n11\n12\n50\n"
NEAR = {"eps": 1.5, "min_samples": 2}


def features_of(content, **settings):
    table = read_table(content)
    return prepare(table, FeatureSpec(tuple(table.frame.columns), **{"scale": "none", "outliers": "keep", **settings}))


@pytest.fixture
def line():
    return features_of(LINE)


@pytest.fixture(scope="module")
def moons():
    return two_moons()


@pytest.fixture(scope="module")
def mall_features(mall):
    return prepare(mall, FeatureSpec((INCOME, SPENDING)))


def try_all(features, spec, grid):
    return ranked([attempt(features, one) for one in trials(spec, grid)])


# What is worth trying


def test_dbscan_looks_from_half_to_twice_the_reach_that_the_data_propose(moons):
    spec = ClusterSpec("dbscan")
    proposed = lay_groundwork(moons.features, spec).values
    grid = usual_grid(moons.features, spec, ())
    assert list(grid) == ["eps", "min_samples"]
    times = np.array(grid["eps"]) / proposed["eps"]
    assert times == pytest.approx([0.5, 0.7071, 1, 1.4142, 2], rel=0.005)  # of three digits
    assert all(float(f"{eps:.3g}") == eps for eps in grid["eps"])
    assert (proposed["min_samples"], grid["min_samples"]) == (6, (3, 6, 12))
    assert len(trials(spec, grid)) == 15


def test_what_is_chosen_already_moves_no_values(moons):
    usual = usual_grid(moons.features, ClusterSpec("dbscan"), ())
    assert usual_grid(moons.features, ClusterSpec("dbscan", settings={"eps": 9.0, "min_samples": 50}), ()) == usual


@pytest.mark.parametrize("method", METHODS)
def test_what_is_worth_trying_can_be_tried_in_one_go(mall_features, method):
    spec = ClusterSpec(method)
    grid = usual_grid(mall_features, spec, range(2, 11))
    assert ("n_clusters" in grid) == METHODS[method].takes_k
    assert grid.get("n_clusters", range(2, 11)) == tuple(range(2, 11)) or not METHODS[method].takes_k
    assert all(len(set(values)) == len(values) > 1 for values in grid.values())
    assert 1 < len(trials(spec, grid)) <= MOST_TRIALS


def test_of_many_numbers_nine_are_tried_spread_evenly(line):
    assert usual_grid(line, ClusterSpec(), range(2, 35))["n_clusters"] == (2, 6, 10, 14, 18, 22, 26, 30, 34)


def test_words_are_all_tried(line):
    grid = usual_grid(line, ClusterSpec("agglomerative"), (2, 3))
    assert grid == {"linkage": ("ward", "average", "complete", "single"), "n_clusters": (2, 3)}


# Which are tried


def test_all_combinations_are_tried_those_of_other_numbers_side_by_side():
    tried = trials(ClusterSpec("agglomerative"), {"n_clusters": (2, 3), "linkage": ("ward", "single")})
    assert [(one.value("linkage"), one.n_clusters) for one in tried] == [
        ("ward", 2),
        ("ward", 3),
        ("single", 2),
        ("single", 3),
    ]


def test_what_is_not_varied_stays_and_centers_placed_by_hand_do_not():
    spec = ClusterSpec("hdbscan", settings={"cluster_selection_method": "leaf", "min_samples": 7}, random_state=3)
    assert trials(spec, {"min_samples": (4,)}) == (spec.with_settings(min_samples=4),)
    by_hand = ClusterSpec(n_clusters=2, start=((0.0,), (1.0,)))
    assert trials(by_hand, {"init": ("random",)}) == (ClusterSpec(n_clusters=2, init="random"),)


def test_a_setting_the_method_does_not_look_at_makes_no_other_trial():
    grid = {"affinity": ("rbf", "nearest_neighbors"), "gamma": (1.0, 2.0), "n_clusters": (2,)}
    tried = trials(ClusterSpec("spectral"), grid)
    assert [dict(one.settings) for one in tried] == [
        {"gamma": 1.0},
        {"gamma": 2.0},
        {"affinity": "nearest_neighbors"},
    ]


def test_random_trials_are_all_different_seeded_and_within_the_ranges():
    grid = {"eps": (0.1, 10.0), "min_samples": (3, 12)}
    first, again, others = (
        trials(ClusterSpec("dbscan"), grid, how="random", n_trials=60, random_state=seed) for seed in (0, 0, 1)
    )
    assert first == again != others
    assert len(set(first)) == 60
    eps = np.array([one.value("eps") for one in first])
    assert 0.1 <= eps.min() < eps.max() <= 10
    # log-uniform: half lie below the geometric mean, 1; uniform values would do so in one of eleven
    assert 20 <= (eps < 1).sum() <= 40
    assert {one.value("min_samples") for one in first} == set(range(3, 13))


def test_random_trials_are_fewer_where_there_are_no_more():
    grid = {"linkage": ("ward", "single"), "n_clusters": (2, 4)}
    tried = trials(ClusterSpec("agglomerative"), grid, how="random", n_trials=20)
    assert {(one.value("linkage"), one.n_clusters) for one in tried} == {
        (linkage, n) for linkage in ("ward", "single") for n in (2, 3, 4)
    }
    assert len(tried) == 6


def test_random_numbers_may_be_negative_or_zero():
    preferences = {"preference": (-40.0, -10.0)}
    tried = trials(ClusterSpec("affinity_propagation"), preferences, how="random", n_trials=30)
    assert all(-40 <= one.value("preference") <= -10 for one in tried)
    widths = {"reg_covar": (0.0, 1.0)}
    tried = trials(ClusterSpec("gaussian_mixture", 2), widths, how="random", n_trials=30)
    assert all(0 <= one.value("reg_covar") <= 1 for one in tried)


def test_too_many_are_refused_with_both_numbers():
    grid = {"eps": tuple(np.linspace(1, 2, 31)), "min_samples": (3, 4)}
    with pytest.raises(InvalidSetting, match="Those are 62 combinations; at most 60 are tried"):
        trials(ClusterSpec("dbscan"), grid)
    with pytest.raises(InvalidSetting, match="61 trials were asked for; 1 to 60"):
        trials(ClusterSpec("dbscan"), grid, how="random", n_trials=61)


def test_values_that_cannot_be_are_refused():
    with pytest.raises(InvalidSetting, match="Reach has no value"):
        trials(ClusterSpec("dbscan"), {"eps": ()})
    with pytest.raises(InvalidSetting, match="must be a whole number from 2 to 1000"):
        trials(ClusterSpec("agglomerative"), {"n_clusters": (1,)})
    with pytest.raises(InvalidSetting, match="has no setting 'n_clusters'"):
        trials(ClusterSpec("dbscan"), {"n_clusters": (2,)})


# What stands in a field


@pytest.mark.parametrize(
    "text, values",
    [("0.2, 0.4,0.8", (0.2, 0.4, 0.8)), ("0,2; 0,4", (0.2, 0.4)), ("1 2  2", (1.0, 2.0)), (" 0.5 ", (0.5,))],
)
def test_typed_numbers_are_read(text, values):
    assert read_values(setting_of(ClusterSpec("dbscan"), "eps"), text) == values


def test_numbers_are_read_as_they_were_written():
    size = setting_of(ClusterSpec("hdbscan"), "min_cluster_size")
    assert written((2, 1_000_000)) == "2, 1000000"
    assert written((-10.0, 0.25)) == "-10, 0.25"
    assert read_values(size, written((2, 1_000_000))) == (2, 1_000_000)


@pytest.mark.parametrize(
    "text, told",
    [
        ("0.2, wide", 'Reach: "wide" is no number.'),
        ("0.2, -1", "eps is -1.0; it must be a number above 0"),
        (" ", "no value"),
    ],
)
def test_what_is_no_number_or_not_possible_is_told(text, told):
    with pytest.raises(InvalidSetting, match=told):
        read_values(setting_of(ClusterSpec("dbscan"), "eps"), text)


# One trial


def test_a_trial_tells_what_was_found(line):
    spec = ClusterSpec("dbscan", settings=NEAR)
    found = attempt(line, spec)
    assert (found.spec, found.n_clusters, found.reason) == (spec, 2, "")
    assert dict(found.settings) == NEAR
    assert found.noise_share == pytest.approx(1 / 7)
    # of 0, 1 and 2 the mean distances to their own are 1.5, 1 and 1.5, to the others 11, 10 and 9
    silhouette = (9.5 / 11 + 9 / 10 + 7.5 / 9) / 3
    assert (found.silhouette, found.silhouette_error) == (pytest.approx(silhouette), 0)
    assert found.overall == pytest.approx(silhouette * 6 / 7)
    assert found.smallest_share == 1 / 2


def test_what_the_data_propose_is_among_the_settings(line):
    found = attempt(line, ClusterSpec("dbscan", settings={"min_samples": 2}))
    assert found.value("eps") == 2  # twice the typical distance to the nearest, which is 1
    assert found.value("min_samples") == 2


def test_a_refused_trial_says_why(line):
    spec = ClusterSpec("dbscan", settings={"eps": 0.1, "min_samples": 2})
    found = attempt(line, spec)
    assert found.is_refused
    assert found.reason.startswith("DBSCAN found no segment: all 7 customers are noise.")
    assert found.value("eps") == 0.1
    assert isnan(found.silhouette) and isnan(found.overall) and isnan(found.bic)
    assert "only 7 different customers" in attempt(line, ClusterSpec(n_clusters=8)).reason


def test_a_separation_that_is_not_defined_has_its_reason(line):
    found = attempt(line, ClusterSpec(n_clusters=7))
    assert isnan(found.silhouette)
    assert found.reason == "Nobody has company in a segment, so nothing separates them."


def test_of_many_customers_the_separation_is_of_a_sample():
    values = np.random.default_rng(0).normal(size=(3_500, 2)) + np.arange(3_500)[:, np.newaxis] % 2 * 6
    features = features_of(("a,b\n" + "\n".join(f"{a:.4f},{b:.4f}" for a, b in values)).encode())
    found = attempt(features, ClusterSpec(n_clusters=2))
    segments = fit(features, ClusterSpec(n_clusters=2))
    exact = silhouette_score(features.X, segments.fit_labels)
    assert 0 < found.silhouette_error < 0.02
    assert found.silhouette == pytest.approx(exact, abs=4 * found.silhouette_error)


def test_trials_with_other_numbers_share_their_groundwork(mall_features):
    spec = ClusterSpec("agglomerative")
    work = lay_groundwork(mall_features, spec)
    for n_clusters in (2, 5):
        one = ClusterSpec("agglomerative", n_clusters)
        assert attempt(mall_features, one, work=work) == attempt(mall_features, one)


def test_bic_is_that_of_scikit_learn(mall_features):
    grid = {"covariance_type": ("full", "spherical"), "n_clusters": (3, 5)}
    for one in try_all(mall_features, ClusterSpec("gaussian_mixture"), grid):
        expected = GaussianMixture(
            one.spec.n_clusters, covariance_type=one.value("covariance_type"), n_init=3, random_state=0
        ).fit(mall_features.X)
        assert one.bic == pytest.approx(expected.bic(mall_features.X))


# Which come first


def trial(**told):
    return Trial(ClusterSpec("dbscan"), n_clusters=2, noise_share=told.pop("noise_share", 0.0), **told)


def test_the_most_separate_come_first_with_noise_counted_as_nothing():
    # 0.9 of half of the customers is 0.45
    loose, tight = trial(silhouette=0.9, noise_share=0.5), trial(silhouette=0.5)
    none, refused = trial(), Trial(ClusterSpec("dbscan"), reason="why")
    assert ranked([refused, none, loose, tight]) == (tight, loose, none, refused)


def test_mixtures_are_ranked_by_bic_whatever_their_separation():
    better = trial(silhouette=0.1, figures=(("BIC", 90.0), ("AIC", 80.0)))
    worse = trial(silhouette=0.9, figures=(("BIC", 100.0), ("AIC", 70.0)))
    assert ranked([worse, better]) == (better, worse)


def test_the_mall_has_five_segments_by_every_ranking(mall_features):
    for method in ("kmeans", "agglomerative", "gaussian_mixture", "dbscan"):
        spec = ClusterSpec(method)
        best = try_all(mall_features, spec, usual_grid(mall_features, spec, range(2, 11)))[0]
        assert best.n_clusters == 5, method


def test_among_the_trials_on_two_moons_are_both_moons_though_separation_puts_others_first(moons):
    spec = ClusterSpec("dbscan")
    tried = try_all(moons.features, spec, usual_grid(moons.features, spec, ()))
    agreement = [
        nan if one.is_refused else adjusted_rand_score(moons.truth, moons.labels_of(fit(moons.features, one.spec)))
        for one in tried
    ]
    assert agreement.count(1) >= 5
    assert agreement[0] < 0.2  # small round pieces: why the page says to look at the picture


# In words


def test_the_first_is_told_with_its_settings_and_what_it_is_ranked_by(line):
    tried = try_all(line, ClusterSpec("dbscan"), {"eps": (0.1, 1.5), "min_samples": (2,)})
    assert search_told(tried, ("eps", "min_samples")) == (
        "First of 2 by the best separation, noise counted as 0: Reach 1.5 · Neighbours that make a crowd 2 · "
        "2 segments, 14 % noise, separation 0.87. 1 found no segments."
    )
    assert search_told(tried[1:], ("eps",)).startswith("No segments from any of 1 setting. DBSCAN found no segment")


def test_where_only_the_number_is_varied_it_is_told_once(line):
    (tried,) = try_all(line, ClusterSpec("gower_medoids"), {"n_clusters": (3,)})
    assert trial_told(tried, ("n_clusters",)) == "3 segments, separation 0.74"


def test_a_sample_is_told_with_its_error(line):
    assert search_sampled([trial(silhouette=0.5, silhouette_error=0.0)]) == ""
    sampled = [trial(silhouette=0.5, silhouette_error=error) for error in (0.004, 0.012)]
    assert search_sampled(sampled) == ("Separation is of a sample of about 3,000 customers, give or take 0.012.")
