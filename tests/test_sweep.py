"""All numbers of segments in one go: the same as one by one, nothing twice, and what is left out."""

import sys
import traceback
from math import isnan
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import make_blobs

from clustering import ClusterSpec, FeatureSpec, fit, prepare, read_table, score, sweep
from clustering.errors import FewerFound, InvalidSetting, TooFewRows
from clustering.sweep import Step, _sampled, followed_rows

SAMPLES = Path(__file__).parents[1] / "sample_data"
SPEC = ClusterSpec()


def features_of(rows):
    rows = np.asarray(rows, dtype=float)
    names = [f"x{i}" for i in range(rows.shape[1])]
    lines = [",".join(repr(float(cell)) for cell in row) for row in rows]
    table = read_table("\n".join([",".join(names), *lines]).encode())
    return prepare(table, FeatureSpec(tuple(names), scale="none", outliers="keep"))


@pytest.fixture(scope="module")
def mall():
    table = read_table(SAMPLES / "mall_customers.csv")
    return prepare(table, FeatureSpec(("Annual Income (k$)", "Spending Score (1-100)")))


@pytest.fixture(scope="module")
def mall_sweep(mall):
    return sweep(mall, SPEC, range(2, 8))


@pytest.fixture(scope="module")
def five_rows():
    """Four different rows, one of them twice."""
    return features_of([[0, 0], [0, 2], [10, 0], [10, 2], [10, 2]])


class Recorder:
    """Remembers what a sweep told while it ran."""

    def __init__(self):
        self.steps = []

    def __call__(self, n_clusters, step):
        self.steps.append((n_clusters, step))

    @property
    def n_clusters(self):
        return [n_clusters for n_clusters, _ in self.steps]


def values(step):
    """Everything that a step holds, in one list."""
    held = (getattr(step, name) for name in Step.__dataclass_fields__)
    return [value for one in held for value in np.ravel(one).tolist()]


def about(step):
    """The same up to rounding: the last digits of a silhouette depend on what else is in one product."""
    return pytest.approx(values(step), rel=1e-12)


# --- numbers ---


def test_two_pairs_score_as_computed_by_hand():
    step = sweep(features_of([[0, 0], [0, 2], [10, 0], [10, 2]]), SPEC, [2]).step(2)
    # see test_indices.py for the arithmetic
    assert (step.inertia, step.calinski_harabasz, step.davies_bouldin) == pytest.approx((4, 50, 0.2))
    assert (step.silhouette, step.simplified_silhouette) == pytest.approx((0.80196, 0.90050), abs=1e-5)
    assert step.sizes == (2, 2)


@pytest.mark.parametrize("n_clusters", range(2, 8))
def test_a_step_of_the_sweep_is_the_fit_of_that_number(mall, mall_sweep, n_clusters):
    step = mall_sweep.step(n_clusters)
    clustering = fit(mall, ClusterSpec(n_clusters=n_clusters))
    assert (step.inertia, step.sizes, step.n_iter) == (clustering.inertia, clustering.sizes, clustering.n_iter)


@pytest.mark.parametrize("n_clusters", [2, 5, 7])
def test_a_step_of_the_sweep_has_the_scores_of_that_fit(mall, mall_sweep, n_clusters):
    clustering = fit(mall, ClusterSpec(n_clusters=n_clusters))
    expected = score(mall.X, clustering.fit_labels, clustering.cluster_centers)
    step = mall_sweep.step(n_clusters)
    assert {name: getattr(step, name) for name in expected} == pytest.approx(expected, rel=1e-12)


def test_a_sweep_can_be_asked_for_like_arrays(mall_sweep):
    assert mall_sweep.n_clusters == [2, 3, 4, 5, 6, 7]
    assert mall_sweep.inertia == [step.inertia for step in mall_sweep.steps]


def test_a_sweep_has_nothing_but_the_figures_of_its_steps(mall_sweep):
    with pytest.raises(AttributeError, match="stability"):
        _ = mall_sweep.stability


def test_an_empty_sweep_has_nothing_but_the_figures_either(mall):
    empty = sweep(mall, SPEC, [2], stop=lambda: True)
    assert empty.inertia == []
    assert not hasattr(empty, "stability")


def test_the_inertia_falls_with_every_further_segment(mall_sweep):
    assert (np.diff(mall_sweep.inertia) < 0).all()


def test_up_to_thirty_thousand_rows_nothing_is_estimated(mall_sweep):
    assert mall_sweep.silhouette_sample is None
    assert mall_sweep.silhouette_error == [0] * 6
    assert mall_sweep.n_samples == 200


def test_the_number_of_segments_of_the_spec_is_not_looked_at(mall, mall_sweep):
    result = sweep(mall, ClusterSpec(n_clusters=9), [3])
    assert values(result.step(3)) == about(mall_sweep.step(3))


def test_centers_that_the_spec_starts_from_are_not_looked_at(mall, mall_sweep):
    placed = ClusterSpec(n_clusters=2, start=((0, 0), (1, 1)))
    assert sweep(mall, placed, [2, 3]).inertia == mall_sweep.inertia[:2]


def test_the_settings_of_the_spec_are_used(mall, mall_sweep):
    assert sweep(mall, ClusterSpec(max_iter=1), [5]).n_iter == [1]
    assert mall_sweep.step(5).n_iter > 1


def test_the_same_sweep_twice_gives_the_same_numbers(mall, mall_sweep):
    again = sweep(mall, SPEC, range(2, 8))
    assert [values(step) for step in again.steps] == [values(step) for step in mall_sweep.steps]


# --- which numbers are tried ---


def test_numbers_are_tried_once_each_in_rising_order(mall):
    told = Recorder()
    result = sweep(mall, SPEC, [4, 2, 3, 2, 4], on_step=told)
    assert told.n_clusters == result.n_clusters == [2, 3, 4]


def test_numbers_need_not_be_neighbours(mall):
    assert sweep(mall, SPEC, (2, 7)).n_clusters == [2, 7]


def test_each_step_is_told_before_its_exact_silhouette_is_known(mall):
    told = Recorder()
    result = sweep(mall, SPEC, [2, 3], on_step=told)
    for n_clusters, step in told.steps:
        assert step.inertia == result.step(n_clusters).inertia
        assert isnan(step.silhouette)
        assert isnan(step.silhouette_error)
    assert np.isfinite(result.silhouette).all()


def test_numbers_beyond_the_different_rows_are_left_out_with_a_note(five_rows):
    result = sweep(five_rows, SPEC, range(2, 11))
    # two of the five are alike: four segments say something
    assert result.n_clusters == [2, 3, 4]
    assert result.notes == ("More than 4 segments were not tried: only 4 different customers take part.",)


def test_as_many_segments_as_customers_who_all_differ_are_not_tried(four_points):
    features = prepare(read_table(four_points), FeatureSpec(("x", "y")))
    assert sweep(features, SPEC, range(2, 11)).n_clusters == [2, 3]
    with pytest.raises(TooFewRows, match="Only 4 different customers take part; 4 segments need at least 5"):
        sweep(features, SPEC, [4, 5])


def test_a_sweep_that_leaves_nothing_out_has_no_note(five_rows):
    assert sweep(five_rows, SPEC, [2, 3]).notes == ()


def test_too_few_different_rows_for_the_smallest_number_are_refused_with_both_numbers(five_rows):
    with pytest.raises(TooFewRows, match="Only 4 different customers take part; 5 segments need at least 5"):
        sweep(five_rows, SPEC, [5, 6])


@pytest.mark.parametrize("numbers", [[], range(5, 5), [1], [1, 2, 3], [0, 4], [-2]])
def test_numbers_below_two_or_none_at_all_are_refused(five_rows, numbers):
    with pytest.raises(InvalidSetting, match="start at 2 or above, and there is at least one"):
        sweep(five_rows, SPEC, numbers)


# --- what is known ---


def test_what_is_known_is_not_fitted_again(mall, mall_sweep):
    told = Recorder()
    result = sweep(mall, SPEC, range(2, 8), known=mall_sweep, on_step=told)
    assert told.steps == []
    assert result.steps == mall_sweep.steps


def test_widening_fits_only_the_new_numbers(mall, mall_sweep):
    told = Recorder()
    result = sweep(mall, SPEC, range(3, 10), known=mall_sweep.within(range(2, 6)), on_step=told)
    assert told.n_clusters == [6, 7, 8, 9]
    assert result.n_clusters == [2, 3, 4, 5, 6, 7, 8, 9]


def test_widening_gives_the_numbers_of_one_large_sweep(mall, mall_sweep):
    widened = sweep(mall, SPEC, range(2, 8), known=sweep(mall, SPEC, [3, 6]))
    assert widened.n_clusters == mall_sweep.n_clusters
    for step, expected in zip(widened.steps, mall_sweep.steps, strict=True):
        assert values(step) == about(expected)


def test_within_cuts_the_sweep_to_the_numbers_asked_for(mall_sweep):
    part = mall_sweep.within([9, 3, 5])
    assert part.n_clusters == [3, 5]
    assert part.steps == (mall_sweep.step(3), mall_sweep.step(5))
    assert part.n_samples == mall_sweep.n_samples


def test_as_many_segments_as_different_rows_are_tried_where_some_are_alike(five_rows):
    assert sweep(five_rows, SPEC, [2, 4]).n_clusters == [2, 4]


def test_different_rows_are_looked_for_to_the_end_of_the_table():
    # Seven different ones in the first thousand rows, which is as far as is looked at first; ten in all.
    rows = np.r_[np.arange(1000) % 7, np.arange(100) % 3 + 7][:, None]
    assert sweep(features_of(rows), SPEC, [2, 6, 10]).n_clusters == [2, 6, 10]


def test_numbers_that_were_impossible_before_stay_impossible(five_rows):
    known = sweep(five_rows, SPEC, [2, 5])
    assert known.impossible == (5,)
    assert sweep(five_rows, SPEC, [3], known=known).impossible == (5,)


# --- methods that are told no number, or find fewer ---


def test_a_method_that_finds_the_number_itself_is_refused(five_rows):
    with pytest.raises(InvalidSetting, match="itself, so there are no numbers to try"):
        sweep(five_rows, ClusterSpec("dbscan"), [2, 3])


@pytest.mark.parametrize(
    "spec, any_shape",
    [
        (SPEC, False),
        (ClusterSpec("spectral"), True),
        (ClusterSpec("agglomerative", settings=(("linkage", "single"),)), True),
        (ClusterSpec("agglomerative", settings=(("linkage", "ward"),)), False),
    ],
    ids=["k-means", "spectral", "single linkage", "Ward"],
)
def test_a_sweep_says_whether_its_method_follows_chains_and_bends(three_pairs, spec, any_shape):
    assert sweep(three_pairs, spec, [2]).any_shape == any_shape


BUNDLES = ClusterSpec("birch", settings=(("threshold", 1),))


@pytest.fixture(scope="module")
def three_pairs():
    """Three pairs 0.1 apart: bundles of radius 1 are three, whatever number is asked for."""
    return features_of([[0, 0], [0, 0.1], [5, 5], [5, 5.1], [9, 0], [9, 0.1]])


def test_a_number_that_the_method_does_not_find_is_left_out_and_the_others_are_tried(three_pairs):
    result = sweep(three_pairs, BUNDLES, [2, 4, 3])
    assert result.n_clusters == [2, 3]
    assert result.impossible == (4,)
    assert [note for note in result.notes if "only 3 segments where 4 were asked for" in note]
    assert sweep(three_pairs, BUNDLES, [4, 3], known=result).n_clusters == [2, 3]


def test_after_a_number_that_is_not_found_the_next_is_tried_all_the_same(three_pairs):
    assert sweep(three_pairs, BUNDLES, [4, 5], known=sweep(three_pairs, BUNDLES, [2])).impossible == (4, 5)


def test_a_sweep_that_finds_none_of_its_numbers_is_refused(three_pairs):
    with pytest.raises(FewerFound, match="only 3 segments where 4 were asked for"):
        sweep(three_pairs, BUNDLES, [4, 5])


# --- stopping ---


def test_a_stopped_sweep_keeps_what_is_finished_with_its_silhouettes(mall, mall_sweep):
    told = Recorder()
    result = sweep(mall, SPEC, range(2, 8), on_step=told, stop=lambda: len(told.steps) == 2)
    assert result.n_clusters == told.n_clusters == [2, 3]
    assert result.silhouette == pytest.approx(mall_sweep.silhouette[:2], rel=1e-12)


def test_a_sweep_stopped_before_the_first_fit_is_empty(mall):
    assert sweep(mall, SPEC, range(2, 8), stop=lambda: True).steps == ()


def test_a_stopped_sweep_keeps_what_was_known(mall, mall_sweep):
    result = sweep(mall, SPEC, range(2, 10), known=mall_sweep, stop=lambda: True)
    assert result.steps == mall_sweep.steps


def test_a_stopped_sweep_can_be_taken_up_again(mall, mall_sweep):
    told = Recorder()
    begun = sweep(mall, SPEC, range(2, 8), stop=lambda: bool(told.steps), on_step=told)
    result = sweep(mall, SPEC, range(2, 8), known=begun, on_step=told)
    assert told.n_clusters == [2, 3, 4, 5, 6, 7]
    assert result.inertia == mall_sweep.inertia


class StopAfter:
    """Says stop from a question on."""

    def __init__(self, n_questions):
        self.left = n_questions

    def __call__(self):
        self.left -= 1
        return self.left < 0


@pytest.fixture(scope="module")
def thousands():
    return features_of(np.round(make_blobs(6000, 2, centers=4, cluster_std=2, random_state=0)[0], 2))


def test_a_number_that_was_being_fitted_at_the_stop_is_not_in_the_result(thousands):
    told = Recorder()
    asked = []
    sweep(thousands, SPEC, [2, 3], on_step=told, stop=lambda: asked.append(len(told.steps)))
    during_the_second = asked.index(1) + asked.count(1) // 2
    result = sweep(thousands, SPEC, [2, 3], stop=StopAfter(during_the_second))
    assert result.n_clusters == [2]
    assert values(result.step(2)) == about(sweep(thousands, SPEC, [2]).step(2))


class StopIn:
    """Says stop to whoever asks while this function runs."""

    def __init__(self, function):
        self.function = function

    def __call__(self):
        return self.function in (frame.name for frame in traceback.extract_stack())


@pytest.mark.parametrize("function", ["fit", "_step"])
def test_a_stop_is_heeded_in_the_middle_of_a_fit_and_of_its_scores(thousands, function):
    assert sweep(thousands, SPEC, [2, 3], stop=StopIn(function)).steps == ()


def test_a_sweep_is_the_same_whether_or_not_it_is_asked_to_stop(thousands):
    one, two = (sweep(thousands, SPEC, [2, 5], stop=stop) for stop in (None, lambda: False))
    assert [values(step) for step in one.steps] == [values(step) for step in two.steps]


@pytest.fixture(scope="module")
def stopped_late():
    """15,000 rows: the exact silhouettes would take over half a second, so a stop leaves an estimate."""
    features = features_of(np.round(make_blobs(15_000, 2, centers=3, random_state=0)[0], 2))
    told = Recorder()
    return features, sweep(features, SPEC, [2, 3, 4], on_step=told, stop=lambda: len(told.steps) == 2)


def test_a_stop_does_not_wait_for_the_exact_silhouettes_of_many_rows(stopped_late):
    _, result = stopped_late
    assert result.n_clusters == [2, 3]
    assert result.silhouette_sample == 3000
    assert all(0 < error < 0.01 for error in result.silhouette_error)


def test_a_stop_leaves_estimates_in_a_table_at_the_limit_too(stopped_late, monkeypatch):
    features, below = stopped_late
    monkeypatch.setattr(sys.modules[sweep.__module__], "EXACT_ROWS", len(features.X))
    told = Recorder()
    result = sweep(features, SPEC, [2, 3, 4], on_step=told, stop=lambda: len(told.steps) == 2)
    assert result.silhouette == below.silhouette


def test_up_to_the_limit_a_stop_leaves_an_estimate_from_three_thousand_rows_and_above_it_from_ten():
    assert (_sampled(30_000), _sampled(30_001)) == (3_000, 10_000)


def test_a_sweep_taken_up_again_finds_the_exact_silhouettes(stopped_late):
    features, begun = stopped_late
    result = sweep(features, SPEC, [2, 3, 4], known=begun)
    assert result.silhouette_sample is None
    assert result.silhouette_error == [0, 0, 0]
    assert result.inertia[:2] == begun.inertia
    for estimate, error, exact in zip(begun.silhouette, begun.silhouette_error, result.silhouette, strict=False):
        assert estimate == pytest.approx(exact, abs=4 * error)


# --- rows that are followed through the numbers ---


def test_up_to_five_thousand_rows_all_are_followed():
    assert followed_rows(5000).tolist() == list(range(5000))


def test_of_more_rows_five_thousand_different_ones_are_followed_in_their_order():
    rows = followed_rows(6000)
    assert len(rows) == 5000
    assert (np.diff(rows) > 0).all()
    assert rows[0] >= 0
    assert rows[-1] < 6000
    assert followed_rows(6000).tolist() == rows.tolist()


# --- large tables ---


def test_a_table_at_the_limit_is_measured_exactly(mall, mall_sweep, monkeypatch):
    monkeypatch.setattr(sys.modules[sweep.__module__], "EXACT_ROWS", len(mall.X))
    assert values(sweep(mall, SPEC, [3]).step(3)) == about(mall_sweep.step(3))


@pytest.fixture(scope="module")
def many():
    X, _ = make_blobs(30_001, 2, centers=3, random_state=0)
    features, told = features_of(np.round(X, 2)), Recorder()
    return sweep(features, SPEC, [2, 3], on_step=told), told, features


def test_above_thirty_thousand_rows_the_silhouette_is_that_of_a_sample(many):
    result, _, _ = many
    assert result.silhouette_sample == 10_000
    assert all(0 < error < 0.01 for error in result.silhouette_error)


def test_a_sampled_silhouette_is_told_with_its_step(many):
    result, told, _ = many
    assert [step.silhouette for _, step in told.steps] == result.silhouette
    assert np.isfinite(result.silhouette).all()


def test_a_stop_is_heeded_in_the_middle_of_an_estimate(many):
    assert sweep(many[2], SPEC, [2], stop=StopIn("mean_silhouette")).steps == ()


def test_the_exact_silhouette_of_a_large_table_can_be_asked_for(many):
    estimated, _, features = many
    told = Recorder()
    result = sweep(features, SPEC, [2, 3], known=estimated, exact_silhouette=True, on_step=told)
    assert result.silhouette_sample is None
    assert result.silhouette_error == [0, 0]
    assert result.inertia == estimated.inertia
    for step in estimated.steps:
        assert step.silhouette == pytest.approx(result.step(step.n_clusters).silhouette, abs=4 * step.silhouette_error)
    sweep(features, SPEC, [2, 3], known=result, exact_silhouette=True, on_step=told)
    assert told.n_clusters == [2, 3]  # once, not again
    # One estimate among exact ones is still told.
    assert sweep(features, SPEC, [2, 3], known=result.within([2])).silhouette_sample == 10_000


def test_exact_silhouettes_that_were_stopped_leave_the_estimates(many):
    estimated, _, features = many
    told = Recorder()
    result = sweep(features, SPEC, [2], exact_silhouette=True, on_step=told, stop=lambda: bool(told.steps))
    assert values(result.step(2)) == values(estimated.step(2))
    assert result.silhouette_sample == 10_000
