"""Where single precision is used it says what double precision would, also far from zero and in other units.

Every reference is computed here in double precision, or is the same thing on the same rows near zero.
"""

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from clustering import ClusterSpec, FeatureSpec, fit, prepare, read_table
from clustering.blades import silhouette_blades
from clustering.features.outliers import forest
from clustering.indices import silhouette_samples
from clustering.methods.centers import gower_distances
from clustering.points import scatter_points
from clustering.profile.rules import rules
from tests.conftest import SAMPLE_DATA

HALF_A_STEP = 2.0**-24  # of single precision: how far off a rounded value can be, as a share of itself
N_SINGLE = 3_300  # up to 3,000 rows silhouettes are had in double precision
UNITS = [(1.0, 0.0), (1e6, 0.0), (1e-6, 0.0), (1.0, 1e6), (1e-6, 1.0)]


@pytest.fixture(scope="module")
def crowds():
    rng = np.random.default_rng(3)
    labels = np.arange(N_SINGLE) % 4
    return rng.normal(size=(N_SINGLE, 3)) + 3 * rng.normal(size=(4, 3))[labels], labels


@pytest.fixture(scope="module")
def silhouettes(crowds):
    """Rousseeuw's (1987) silhouettes of every row, straight from the definition."""
    X, labels = crowds
    sums = cdist(X, X) @ np.eye(4)[labels]
    sizes = np.bincount(labels)
    own = sums[np.arange(len(X)), labels] / (sizes[labels] - 1)
    others = np.where(np.eye(4)[labels] == 1, np.inf, sums / sizes).min(axis=1)
    return (others - own) / np.maximum(own, others)


@pytest.mark.parametrize(("factor", "shift"), UNITS)
def test_silhouettes_are_those_of_double_precision(crowds, silhouettes, factor, shift):
    X, labels = crowds
    found = silhouette_samples(factor * X + shift, [labels])[0]
    np.testing.assert_allclose(found, silhouettes, rtol=0, atol=2e-6)
    assert found.mean() == pytest.approx(silhouettes.mean(), abs=1e-7)


def test_silhouettes_of_crowds_that_one_far_row_dwarfs_are_those_of_double_precision(crowds, silhouettes):
    # In units of the far row the others are 1e-6 apart: single precision would hold none of their distances.
    X, labels = crowds
    far = np.vstack([X, [[1e6, 0, 0]] * 70])
    own = np.append(labels, [4] * 70)
    found = silhouette_samples(far, [own])[0]
    np.testing.assert_allclose(found[: len(X)], silhouettes, rtol=0, atol=2e-6)


@pytest.fixture(scope="module")
def mall_features(mall):
    return prepare(mall, FeatureSpec(("Age", "Annual Income (k$)", "Spending Score (1-100)"), outliers="keep"))


def test_blades_are_drawn_from_silhouettes_of_double_precision(mall_features):
    clustering = fit(mall_features, ClusterSpec(n_clusters=4))
    blades = silhouette_blades(mall_features, clustering)
    expected = silhouette_samples(mall_features.X, [clustering.fit_labels])[0]
    for label, values in enumerate(blades.values):
        assert values.dtype == np.float64
        assert values.tolist() == sorted(expected[clustering.fit_labels == label], reverse=True)


def test_probabilities_are_those_of_the_rule_to_half_a_step(mall_features):
    clustering = fit(mall_features, ClusterSpec("gaussian_mixture", 4))
    expected = clustering.place.memberships(mall_features.X)
    assert clustering.memberships.dtype == np.float32
    np.testing.assert_allclose(clustering.memberships, expected, rtol=HALF_A_STEP, atol=1e-44)
    np.testing.assert_array_equal(clustering.memberships.argmax(axis=1), clustering.labels)


@pytest.mark.parametrize(("factor", "shift"), UNITS)
def test_gowers_distances_are_those_of_double_precision(factor, shift):
    X = np.random.default_rng(0).normal(size=(80, 4)) * factor + shift
    found = gower_distances(X, None, None)
    np.testing.assert_allclose(found, cdist(X, X, "cityblock"), rtol=2 * HALF_A_STEP)


@pytest.fixture(scope="module")
def two_odd():
    rows = np.random.default_rng(0).normal(size=(600, 3))
    rows[:3] *= 8
    return rows, forest(rows)


@pytest.mark.parametrize(("factor", "shift"), [(1.0, 1e7), (1e-3, 1e6), (1e45, 0.0), (1e-60, 0.0)])
def test_an_isolation_forest_finds_the_same_rows_in_any_units(two_odd, factor, shift):
    rows, odd = two_odd
    assert 0 < odd.sum() < 4
    np.testing.assert_array_equal(forest(rows * factor + shift), odd)


def test_an_isolation_forest_of_a_column_that_is_the_same_for_all_has_nothing_to_divide_by(two_odd):
    rows, odd = two_odd
    with np.errstate(all="raise"):
        np.testing.assert_array_equal(forest(np.column_stack([rows, np.full(len(rows), 1e6)])) & odd, odd)


def test_a_tree_parts_values_that_are_one_in_single_precision():
    n, low, high = 40, 16_777_216.25, 16_777_216.75
    assert np.float32(low) == np.float32(high)  # so the tree is grown on places, not on values
    text = "\n".join(["amount", *(str(low) for _ in range(n)), *(str(high) for _ in range(n))])
    table = read_table(text.encode())
    features = prepare(table, FeatureSpec(("amount",), outliers="keep"))
    found = rules(table, features, fit(features, ClusterSpec(n_clusters=2)))
    assert found.fidelity == 1
    assert [one.covered for (one,) in found.per_segment] == [n, n]


@pytest.mark.parametrize(("factor", "shift"), UNITS)
def test_points_are_drawn_within_half_a_step_of_where_they_are(factor, shift):
    # A step is a 16-millionth of the value: in a column 1e6 from zero a picture tells 0.06 apart.
    values = np.random.default_rng(0).normal(size=(60, 2)) * factor + shift
    lines = "\n".join(f"{a!r},{b!r}" for a, b in values.tolist())
    table = read_table(f"a,b\n{lines}".encode())
    features = prepare(table, FeatureSpec(("a", "b"), outliers="keep"))
    points = scatter_points(table, features, fit(features, ClusterSpec(n_clusters=2)), ("a", "b"))
    assert points.coordinates.dtype == np.float32
    np.testing.assert_allclose(points.coordinates, values[points.rows], rtol=HALF_A_STEP)


def test_the_forest_is_asked_about_unscaled_columns_as_well():
    text = (SAMPLE_DATA / "mall_customers.csv").read_text().splitlines()
    incomes = [line.split(",")[3] for line in text[1:]]
    spending = [line.split(",")[4] for line in text[1:]]
    found = []
    for zeros in ("", "0" * 45):
        rows = [f"{income}{zeros}.5,{score}.5" for income, score in zip(incomes, spending, strict=True)]
        rows[0] = f"900{zeros}.5,50.5"
        table = read_table("\n".join(["income,score", *rows]).encode())
        features = prepare(table, FeatureSpec(("income", "score"), scale="none", outliers="forest"))
        found.append(sorted(set(range(table.n_rows)) - set(features.rows)))
    assert 0 in found[0]
    assert found[1] == found[0]
