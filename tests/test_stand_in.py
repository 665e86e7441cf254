"""Rules that stand in for a method that places no new rows: who is within reach of a segment."""

import numpy as np
import pytest

from clustering import ClusterSpec, FeatureSpec, fit, prepare
from clustering.placing import nearest
from clustering.recipe.stand_in import _within_reach, stand_ins


def reach_of(customers):
    """The reach of a segment at 0 of (distance, label) pairs."""
    distances, labels = zip(*customers, strict=True)
    X = np.array(distances, dtype=float)[:, None]
    return _within_reach(nearest(np.array([[0.0]])), X, np.array(labels), 1).reach[0]


def test_a_segment_reaches_as_far_as_the_fewest_customers_are_wrong():
    # Up to 5 four of its own are right and one of noise is wrong; up to 2 two of its own more are.
    assert reach_of([(1, 0), (2, 0), (3, -1), (4, 0), (5, 0), (9, -1)]) == 5
    assert reach_of([(1, 0), (2, 0), (3, -1), (4, -1), (5, 0), (9, -1)]) == 2


def test_a_segment_with_nothing_but_noise_about_it_reaches_nobody():
    assert reach_of([(1, -1), (2, -1), (3, 0)]) == 0


def test_customers_of_another_segment_do_not_shorten_the_reach():
    rule = nearest(np.array([[0.0], [10.0]]))
    X, labels = np.array([[1.0], [2.0], [3.0], [12.0]]), np.array([0, 1, 0, 1])
    assert _within_reach(rule, X, labels, 2).reach.tolist() == [3, 2]


@pytest.mark.parametrize("method", ["agglomerative", "hdbscan"])
def test_only_where_somebody_is_noise_a_rule_has_a_reach(mall, method):
    features = prepare(mall, FeatureSpec(("Annual Income (k$)", "Spending Score (1-100)")))
    found = fit(features, ClusterSpec(method, 5 if method == "agglomerative" else None))
    assert (len(found.noise) > 0) == (method == "hdbscan")
    for one in stand_ins(features, found):
        assert (one.rule.reach is None) == (method == "agglomerative")
