"""How surely customers belong to their segment, from the probabilities that a method tells."""

from dataclasses import replace

import numpy as np
import pytest

from clustering import ClusterSpec, FeatureSpec, fit, prepare, read_table
from clustering.profile.people import Sureness, sureness
from pages._ui.sentences import surely


@pytest.fixture
def four(four_points):
    """Two pairs, by k-means: which tells no probabilities."""
    return fit(prepare(read_table(four_points), FeatureSpec(("x", "y"))), ClusterSpec(n_clusters=2))


def test_who_has_no_segment_of_sixty_percent_is_unsure(four):
    told = replace(four, memberships=np.array([[0.9, 0.1], [0.55, 0.45], [0.4, 0.6], [0.3, 0.7]]))
    found = sureness(told)
    # 0.9 and 0.55 in the first segment, 0.6 and 0.7 in the second: one of four lies below 0.6
    assert (found.n_unsure, found.share, found.n_unsure_by_segment) == (1, 0.25, (1, 0))
    assert found.mean == pytest.approx((0.725, 0.65))
    both = sureness(replace(four, memberships=np.array([[0.9, 0.1], [0.55, 0.45], [0.45, 0.55], [0.3, 0.7]])))
    assert (both.n_unsure, both.share, both.n_unsure_by_segment) == (2, 0.5, (1, 1))


def test_where_no_probabilities_are_told_there_is_nothing_to_say(four):
    assert sureness(four) is None


def test_it_is_told_in_words():
    one = Sureness(1, 0.25, (1, 0), (0.7, 0.8))
    assert surely(one) == (
        "1 customer (25 %) belongs to no segment with a probability of 60 % or more: it stands between segments."
    )
    nobody = Sureness(0, 0.0, (0, 0), (0.9, 0.8))
    assert surely(nobody) == "Everybody belongs to one segment with a probability of 60 % or more."


def test_those_of_a_mixture_are_the_probabilities_of_the_own_segment(mall):
    features = prepare(mall, FeatureSpec(("Annual Income (k$)", "Spending Score (1-100)")))
    found = fit(features, ClusterSpec("gaussian_mixture", 5))
    own = found.memberships[np.arange(len(found.rows)), found.labels]
    assert sureness(found).mean == pytest.approx([own[found.labels == label].mean() for label in range(5)])
