"""The silhouette of every customer, per segment."""

from dataclasses import replace
from math import isnan, sqrt

import numpy as np
import pytest

from clustering import ClusterSpec, FeatureSpec, fit, prepare, read_table
from clustering.blades import silhouette_blades
from clustering.indices import mean_silhouette, silhouette, silhouette_samples


def as_they_are(data: bytes, *columns: str):
    return prepare(read_table(data), FeatureSpec(columns, scale="none", outliers="keep"))


def on_a_line(labels, *positions):
    """Blades of customers on a line with the labels given, whatever a fit would say."""
    features = as_they_are("\n".join(["x", *map(str, positions)]).encode(), "x")
    fitted = fit(features, ClusterSpec(n_clusters=max(labels) + 1))
    sizes = tuple(np.bincount(labels).tolist())
    return silhouette_blades(features, replace(fitted, labels=np.array(labels), sizes=sizes))


def large(n_rows=32_000):
    """One crowd, cut in three; as the segments touch, some customers sit nearer to another."""
    values = np.random.default_rng(0).normal(size=(n_rows, 2)).round(3)
    features = as_they_are(b"x,y\n" + b"\n".join(b"%.3f,%.3f" % tuple(row) for row in values), "x", "y")
    return features, fit(features, ClusterSpec(n_clusters=3))


@pytest.fixture(scope="module")
def crowd():
    features, fitted = large()
    return features, fitted, silhouette_blades(features, fitted)


def test_two_pairs_far_apart_have_the_silhouette_derived_by_hand(four_points):
    # own distance 2; to the other pair 10 and sqrt(104), on average 10.099: 1 - 2 / 10.099
    features = as_they_are(four_points, "x", "y")
    blades = silhouette_blades(features, fit(features, ClusterSpec(n_clusters=2)))
    expected = 1 - 4 / (10 + sqrt(104))
    assert expected == pytest.approx(0.80196, abs=1e-5)
    assert np.concatenate(blades.values) == pytest.approx([expected] * 4)
    assert (blades.mean, *blades.means) == pytest.approx([expected] * 3)
    assert (blades.shares, blades.n_looked_at) == ((0.5, 0.5), (2, 2))
    assert (blades.n_negative, blades.negative_share) == ((0, 0), 0)
    assert not blades.sampled


def test_a_customer_nearer_to_another_segment_is_counted_and_comes_last_in_its_blade():
    # 9 is on average 8.5 from 0 and 1, its own, and 1.5 from 10 and 11: (1.5 - 8.5) / 8.5
    blades = on_a_line([0, 0, 0, 1, 1], 0, 1, 9, 10, 11)
    assert blades.values[0][-1] == pytest.approx(-7 / 8.5)
    # 0 is 5 from 1 and 9, and 10.5 from the others; 1 is 4.5 from its own, and 9.5 from the others
    assert blades.values[0][:2] == pytest.approx([5 / 9.5, 5.5 / 10.5], abs=2e-3)
    assert blades.n_negative == (1, 0)
    assert blades.negative_share == pytest.approx(0.2)


def test_the_mean_is_that_of_all_customers_and_not_of_the_segments():
    # the only one of a segment has silhouette 0 by definition; 0 and 1: own distance 1, the other 10 and 9 away
    blades = on_a_line([0, 0, 1], 0, 1, 10)
    assert blades.means == pytest.approx(((0.9 + 8 / 9) / 2, 0))
    assert blades.mean == pytest.approx((0.9 + 8 / 9) / 3)


def test_where_every_customer_is_a_segment_the_silhouette_is_undefined():
    blades = on_a_line([0, 1, 2], 0, 5, 10)
    assert isnan(blades.mean)
    assert isnan(blades.negative_share)
    assert blades.n_negative == (0, 0, 0)


def test_the_mean_is_exact_up_to_where_that_of_a_sweep_is():
    features, fitted = large(10_000)
    blades = silhouette_blades(features, fitted)
    assert blades.mean == pytest.approx(silhouette(features.X, fitted.fit_labels), abs=1e-6)
    assert not blades.sampled


def test_of_more_customers_a_sample_is_looked_at_the_same_as_for_the_silhouette_of_a_sweep(crowd):
    features, fitted, blades = crowd
    assert blades.sampled
    assert (blades.n_samples, blades.n_total) == (sum(blades.n_looked_at), 32_000)
    assert blades.n_samples == pytest.approx(10_000, abs=3)
    assert blades.mean == pytest.approx(mean_silhouette(features.X, fitted.fit_labels, 0, 10_000)[0], abs=1e-9)


def test_the_share_below_zero_counts_every_segment_by_its_size(crowd):
    _, fitted, blades = crowd
    parts = [n / looked_at for n, looked_at in zip(blades.n_negative, blades.n_looked_at, strict=True)]
    assert blades.negative_share == pytest.approx(np.average(parts, weights=fitted.sizes))


def test_a_blade_keeps_its_ends_and_falls_in_between_however_many_customers_it_has():
    features, fitted = large(3_000)
    blades, every = silhouette_blades(features, fitted), silhouette_samples(features.X, [fitted.fit_labels])[0]
    for label, values in enumerate(blades.values):
        own = every[fitted.fit_labels == label]
        assert len(values) == 400 < len(own)
        assert (values[0], values[-1]) == (own.max(), own.min())
        assert (np.diff(values) <= 0).all()
