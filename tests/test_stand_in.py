"""Rules that stand in for a method that places no new rows: who is within reach of a segment."""

import numpy as np
import pytest

from clustering import ClusterSpec, FeatureSpec, fit, prepare, read_table
from clustering.features import ColumnSpec
from clustering.placing import nearest
from clustering.recipe.stand_in import _groups, _within_reach, stand_ins


def reach_of(customers):
    """The reach of a segment at 0 of (distance, label) pairs."""
    distances, labels = zip(*customers, strict=True)
    X = np.array(distances, dtype=float)[:, None]
    return _within_reach(nearest(np.array([[0.0]])), X, np.array(labels), 1).reach[0]


def test_a_segment_reaches_as_far_as_the_fewest_customers_are_wrong():
    # Up to 5 four of its own are right and one of noise is wrong; up to 2 two of its own more are.
    assert reach_of([(1, 0), (2, 0), (3, -1), (4, 0), (5, 0), (9, -1)]) == 5
    assert reach_of([(1, 0), (2, 0), (3, -1), (4, -1), (5, 0), (9, -1)]) == 2
    assert reach_of([(1, 0), (2, 0), (3, -1), (4, -1), (5, -1), (6, 0), (7, 0)]) == 2


def test_of_customers_as_far_away_all_are_within_reach_or_none():
    assert reach_of([(1, 0), (2, 0), (2, -1), (2, -1)]) == 1
    assert reach_of([(2, 0), (2, -1), (2, -1)]) == 0


def test_a_segment_with_nothing_but_noise_about_it_reaches_nobody():
    assert reach_of([(1, -1), (2, -1), (3, 0)]) == 0


def test_customers_of_another_segment_do_not_shorten_the_reach_and_do_not_lengthen_it():
    rule = nearest(np.array([[0.0], [10.0]]))
    X, labels = np.array([[1.0], [2.0], [3.0], [4.0], [12.0]]), np.array([0, 1, 0, 1, 1])
    assert _within_reach(rule, X, labels, 2).reach.tolist() == [3, 2]


@pytest.mark.parametrize("method", ["agglomerative", "hdbscan"])
def test_only_where_somebody_is_noise_a_rule_has_a_reach(mall, method):
    features = prepare(mall, FeatureSpec(("Annual Income (k$)", "Spending Score (1-100)")))
    found = fit(features, ClusterSpec(method, 5 if method == "agglomerative" else None))
    assert (len(found.noise) > 0) == (method == "hdbscan")
    for one in stand_ins(features, found):
        assert (one.rule.reach is None) == (method == "agglomerative")


def test_who_is_noise_and_gets_a_segment_makes_a_rule_right_less_often():
    # Two rows of 21 customers; beside the middle of one stands a customer who is noise, within its reach of 10.
    customers = [*((x, 0) for x in range(-10, 11)), *((x, 0) for x in range(90, 111)), (0, 5)]
    table = read_table("\n".join(["x,y", *(f"{x},{y}" for x, y in customers)]).encode())
    settings = (ColumnSpec("y", "number"),)
    features = prepare(table, FeatureSpec(("x", "y"), settings=settings, scale="none", outliers="keep"))
    found = fit(features, ClusterSpec("dbscan", settings=(("eps", 1.5), ("min_samples", 3))))
    assert found.noise.tolist() == [42]
    by_center = next(one for one in stand_ins(features, found) if one.name == "nearest_center")
    assert by_center.agreement == 42 / 43


def means_of(customers):
    return sorted(_groups(np.array(customers, dtype=float)[:, None], 0).ravel().tolist())


def test_groups_are_means_of_customers_who_are_alike():
    assert means_of([-1, -1, 0, 0, 1, 1, 9, 9, 10, 10, 11, 11]) == [0, 10]


def test_fewer_than_twelve_customers_are_one_group():
    assert means_of([0] * 5 + [11] * 6) == [6]


def test_nobody_stands_in_a_rule_who_is_unlike_all_others():
    assert means_of([0] * 6 + [1, 1] + [5] * 3 + [100] * 7) == pytest.approx([0.25, 5, 100])
    assert means_of([0] * 10 + [50, 50]) == [0]


def test_of_a_large_segment_a_sample_makes_the_groups():
    assert means_of([0] * 15_000 + [10] * 15_000) == [0, 10]
