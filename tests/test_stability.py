"""How repeatable segments are, whether each would be found again, and what shapeless customers would give."""

import math

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from clustering import ClusterSpec, FeatureSpec, fit, prepare, read_table, stability
from clustering.edits import Edits, Merge, Move, Split, apply_edits
from clustering.stability import ROUNDS, Repeatability, Stability, segment_stability
from clustering.stability.halves import SAMPLE_ROWS, adjusted_rand, contingency

SPEC = ClusterSpec()


def features_of(X, **settings):
    frame = pd.DataFrame(X, columns=[f"x{i}" for i in range(X.shape[1])])
    table = read_table(frame.to_csv(index=False).encode())
    return prepare(table, FeatureSpec(tuple(frame.columns), outliers="keep", **settings))


def crowds(*middles, each=100, spread=0.1, seed=0):
    rng = np.random.default_rng(seed)
    return np.concatenate([rng.normal(middle, spread, (each, len(middle))) for middle in middles])


FOUR = features_of(crowds((0, 0), (0, 9), (9, 0), (9, 9)))
SHAPELESS = features_of(np.random.default_rng(3).normal(size=(400, 4)))


# --- halves ---


def test_crowds_far_apart_are_found_again_by_every_half():
    assert stability(FOUR, SPEC, [4]).step(4).adjusted_rand == pytest.approx([1.0] * 5)


def test_one_crowd_cut_in_four_is_not_found_again():
    assert stability(SHAPELESS, SPEC, [4]).step(4).stability < 0.6


def test_the_agreement_of_two_labelings_is_scikit_learns_adjusted_rand_index():
    rng = np.random.default_rng(0)
    one, other = rng.integers(0, 4, 300), rng.integers(0, 4, 300)
    other[:150] = one[:150]
    both = np.zeros((4, 4), dtype=np.int64)
    np.add.at(both, (one, other), 1)
    assert adjusted_rand(both) == pytest.approx(adjusted_rand_score(one, other), abs=1e-12)


def test_labelings_that_agree_wholly_have_index_one_also_where_all_are_together():
    assert adjusted_rand(np.array([[7, 0], [0, 0]])) == 1.0


def test_a_half_with_too_few_different_rows_gives_no_agreement():
    four = features_of(np.array([[0, 0], [0, 2], [10, 0], [10, 2.0]]))
    step = stability(four, SPEC, [2, 3]).step(3)
    assert step.adjusted_rand == ()
    assert np.isnan(step.stability)


def test_the_band_is_that_of_five_splits():
    assert len(stability(SHAPELESS, SPEC, [3]).step(3).adjusted_rand) == 5


def test_the_same_is_found_again_whatever_else_was_asked_for():
    alone = stability(SHAPELESS, SPEC, [3])
    again = stability(SHAPELESS, SPEC, [3])
    assert alone.step(3).adjusted_rand == again.step(3).adjusted_rand
    assert alone.step(3).reference == again.step(3).reference


def test_what_a_number_gets_does_not_depend_on_the_others_asked_for():
    alone, among = stability(SHAPELESS, SPEC, [3]).step(3), stability(SHAPELESS, SPEC, range(2, 9)).step(3)
    assert (alone.adjusted_rand, alone.reference) == (among.adjusted_rand, among.reference)


def test_rows_count_by_their_weight_in_the_halves():
    X = np.random.default_rng(3).normal(size=(200, 2))
    frame = pd.DataFrame(X, columns=["a", "b"]).assign(w=np.exp(2 * X[:, 0]).round(3))
    table = read_table(frame.to_csv(index=False).encode())
    weighted = prepare(table, FeatureSpec(("a", "b"), outliers="keep", weight_column="w"))
    plain = prepare(table, FeatureSpec(("a", "b"), outliers="keep"))
    assert stability(weighted, SPEC, [2]).step(2).adjusted_rand != stability(plain, SPEC, [2]).step(2).adjusted_rand


# --- a large table ---


def test_a_large_table_is_measured_on_two_thousand_rows():
    large = features_of(crowds((0, 0), (9, 9), each=3 * SAMPLE_ROWS))
    measured = stability(large, SPEC, [2])
    assert measured.n_samples == SAMPLE_ROWS
    assert measured.step(2).stability == pytest.approx(1.0)


# --- known, stop, progress ---


def test_what_is_known_is_not_measured_again():
    known = stability(FOUR, SPEC, [2, 3])
    rounds = []
    assert stability(FOUR, SPEC, [2, 3], known=known, on_round=rounds.append).steps == known.steps
    assert rounds == []


def test_one_more_number_is_added_to_what_is_known():
    known = stability(FOUR, SPEC, [2])
    more = stability(FOUR, SPEC, [2, 3], known=known)
    assert more.n_clusters == [2, 3]
    assert more.step(2) is known.step(2)


def test_every_round_is_told():
    rounds = []
    stability(FOUR, SPEC, [2], on_round=rounds.append)
    assert rounds == list(range(1, ROUNDS + 1))


@pytest.mark.parametrize("after", [0, 3, 9])
def test_a_stop_ends_it_at_the_next_round_with_nothing(after):
    rounds = []
    assert stability(FOUR, SPEC, [2], on_round=rounds.append, stop=lambda: len(rounds) >= after) is None
    assert len(rounds) == after


# --- the reference ---


def test_crowds_lie_far_above_shapeless_customers():
    assert stability(FOUR, SPEC, [4]).above_reference > 10


def test_shapeless_customers_lie_within_what_shapeless_customers_give():
    assert abs(stability(SHAPELESS, SPEC, [3]).above_reference) < 3


def test_the_distance_above_is_counted_in_standard_deviations_of_the_best_of_every_table():
    # the tables reach 0.2 and 0.4 at best: mean 0.3, standard deviation 0.1414
    steps = (Repeatability(2, (0.5,), 0.3 + 0.2 * 2**0.5, (0.2, 0.1)), Repeatability(3, (0.5,), 0.1, (0.0, 0.4)))
    assert Stability(steps, 9).above_reference == pytest.approx(2.0)


def test_a_reference_that_always_gives_the_same_is_no_yardstick():
    assert np.isnan(Stability((Repeatability(2, (), 0.5, (0.3, 0.3)),), 9).above_reference)


def test_where_nothing_was_measured_nothing_lies_above():
    assert np.isnan(Stability((), 9).above_reference)


def test_what_was_measured_can_be_asked_for_like_arrays():
    measured = stability(FOUR, SPEC, [2, 4])
    assert measured.stability == [step.stability for step in measured.steps]
    with pytest.raises(AttributeError):
        _ = measured.no_such_thing


# --- segment by segment ---


def test_every_crowd_would_be_found_again():
    clustering = fit(FOUR, ClusterSpec(n_clusters=4))
    assert segment_stability(FOUR, clustering) == pytest.approx([1.0] * 4)


def test_a_crowd_cut_in_two_is_less_sure_than_one_that_stands_apart():
    # in six directions there are many ways to cut a crowd
    whole, cut = crowds((0,) * 6, spread=0.1), crowds((20,) * 6, spread=3.0, each=80)
    features = features_of(np.concatenate([whole, cut]))
    clustering = fit(features, ClusterSpec(n_clusters=3))
    sure = segment_stability(features, clustering)
    assert clustering.sizes[0] == 100
    assert sure[0] > 0.95
    assert max(sure[1:]) < 0.8


def test_too_few_rows_to_halve_leave_every_segment_undefined():
    four = features_of(np.array([[0, 0], [0, 2], [10, 0], [10, 2.0]]))
    assert np.isnan(segment_stability(four, fit(four, ClusterSpec(n_clusters=3)))).all()


def test_what_was_made_by_hand_is_not_measured_and_the_others_are_as_before():
    crowd = np.random.default_rng(5).normal(size=(300, 3))
    features = features_of(np.concatenate([crowd, crowds((9, 0, 0), (0, 9, 0), each=60)]))
    found = fit(features, ClusterSpec(n_clusters=5))
    before = segment_stability(features, found)
    for step in (Merge((0, 1)), Split(1, 3), Move(found.members(0)[:9], 1)):
        edited = apply_edits(features, found, Edits((step,)))
        after = segment_stability(features, edited)
        assert [math.isnan(figure) for figure in after] == list(edited.edited)
        assert any(edited.edited)
        for label, figure in enumerate(after):
            if not edited.edited[label]:
                same = found.labels[edited.labels == label][0]
                assert figure == before[same]


def test_labelings_of_different_numbers_of_clusters_are_counted_together():
    both = contingency(np.array([0, 0, 1, 1, 1]), np.array([2, 2, 0, 1, 2]), 2, 3)
    assert both.tolist() == [[0, 0, 2], [1, 1, 1]]
