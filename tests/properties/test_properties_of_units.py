"""Other units: dollars for euros, days for hours, degrees counted from elsewhere. What is scaled does not notice."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustering import (
    METHODS,
    ClusterSpec,
    apply_recipe,
    drift,
    fit,
    load_recipe,
    make_recipe,
    prepare,
    profile,
    recommend,
    save_recipe,
    score,
    stability,
    sweep,
)
from clustering.profile.rules import rules
from clustering.profile.value import size_against_value
from tests.properties.tables import built_by, crowds, customers, examples, found_in, messy, n_crowds, of_rows, prepared

FACTORS = st.sampled_from(["0.001", "0.5", "1", "60", "1000000"])
SHIFTS = st.sampled_from(["0", "-273.15", "1000", "1000000"])
# A value of 1e6 with a spread of 1 keeps ten of its sixteen digits, so that its prepared value is right to about nine.
NEAR = {"rtol": 1e-6, "atol": 1e-6}


@st.composite
def units(draw, n: int) -> tuple[list[str], list[str]]:
    """Factors and shifts of so many columns; no spread is less than a billionth of the shift."""
    factors, shifts = ([draw(one) for _ in range(n)] for one in (FACTORS, SHIFTS))
    return factors, [
        "0" if factor == "0.001" and shift == "1000000" else shift
        for factor, shift in zip(factors, shifts, strict=True)
    ]


@given(
    messy(),
    st.sampled_from(["standard", "minmax", "robust"]),
    st.sampled_from(["keep", "clip", "auto", "aside"]),
    st.data(),
)
@examples(6)
def test_scaled_values_are_the_same_in_any_units(cells, scale, outliers, data):
    factors, shifts = data.draw(units(3))
    how = {"scale": scale, "outliers": outliers}
    before, after = (prepared(one, **how)[1] for one in (cells, cells.in_units(factors, shifts)))
    assert after.rows.tolist() == before.rows.tolist()
    assert after.far_rows.tolist() == before.far_rows.tolist()
    np.testing.assert_allclose(after.X, before.X, **NEAR)
    np.testing.assert_allclose(after.X_far, before.X_far, **NEAR)
    for one, other in zip(before.filled, after.filled, strict=True):
        place = cells.names.index(one.column)
        if place < 3:
            assert other.value == pytest.approx(float(factors[place]) * one.value + float(shifts[place]), rel=1e-9)


@pytest.mark.parametrize("method", METHODS)
@given(crowds(), st.data())
@examples(2)
def test_segments_are_the_same_in_any_units(method, cells, data):
    n_clusters = n_crowds(cells) if METHODS[method].takes_k else None
    other = cells.in_units(*data.draw(units(len(cells.names))))
    before, after = found_in(cells, method, n_clusters), found_in(other, method, n_clusters)
    assert of_rows(after).tolist() == of_rows(before).tolist()
    np.testing.assert_allclose(after.cluster_centers, before.cluster_centers, **NEAR)


@given(crowds(), st.data())
@examples(1)
def test_scores_repeatability_and_recommendation_are_the_same_in_any_units(cells, data):
    other = cells.in_units(*data.draw(units(len(cells.names))))
    told = []
    for one in (cells, other):
        features = prepared(one)[1]
        swept, measured = sweep(features, ClusterSpec(), (2, 3, 4)), stability(features, ClusterSpec(), (2, 3, 4))
        told.append((swept, measured, recommend(swept, measured)))
    (swept, measured, advice), (swept_too, measured_too, advice_too) = told
    for name in ("inertia", "silhouette", "simplified_silhouette", "calinski_harabasz", "davies_bouldin", "contact"):
        np.testing.assert_allclose(getattr(swept_too, name), getattr(swept, name), **NEAR, err_msg=name)
    np.testing.assert_allclose(measured_too.stability, measured.stability, **NEAR)
    np.testing.assert_allclose(measured_too.observed, measured.observed, **NEAR)
    assert advice_too == advice


@given(messy(), st.sampled_from([1e-6, 0.5, 3.0, 1e6]), st.sampled_from([0.0, -40.0, 1e8]), st.integers(2, 4))
@examples(4)
def test_what_one_unit_for_all_columns_does_to_each_index(cells, factor, shift, k):
    features = prepared(cells.with_columns([0, 1, 2]))[1]
    X, labels = features.X, fit(features, ClusterSpec("agglomerative", k)).labels
    before, after = score(X, labels), score(factor * X + shift * factor, labels)
    assert after["inertia"] == pytest.approx(before["inertia"] * factor**2, rel=1e-6)  # squared units
    for name in ("silhouette", "simplified_silhouette", "calinski_harabasz", "davies_bouldin", "contact"):
        assert after[name] == pytest.approx(before[name], rel=1e-6), name


@given(customers(), st.data())
@examples(3)
def test_means_are_told_in_the_new_units_and_what_has_no_unit_stays(cells, data):
    n = len(cells.names) - 3
    factors, shifts = data.draw(units(n))
    spec = built_by(cells)
    k = n_crowds(cells)
    before, after = (_profile(one, spec, k) for one in (cells, cells.in_units(factors, shifts)))
    a, b = (np.array([*map(float, told), last]) for told, last in ((factors, 1.0), (shifts, 0.0)))
    for name in ("means", "medians", "lower_quartiles", "upper_quartiles", "overall_means", "overall_medians"):
        np.testing.assert_allclose(getattr(after, name), a * getattr(before, name) + b, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(after.spreads, a * before.spreads, rtol=1e-6)
    np.testing.assert_allclose(after.differences, before.differences, **NEAR)
    np.testing.assert_allclose(after.explained, before.explained, **NEAR)
    assert (after.sizes, after.value_weights.tolist()) == (before.sizes, before.value_weights.tolist())


@given(customers(), st.data())
@examples(3)
def test_an_index_against_a_hundred_stays_where_units_are_multiplied(cells, data):
    factors = [data.draw(FACTORS) for _ in cells.names[:-3]]
    positive = cells.in_units(["1"] * len(factors), ["50"] * len(factors))  # an index needs values of 0 and more
    spec, k = built_by(cells), n_crowds(cells)
    before, after = (
        _profile(one, spec, k).against("all") for one in (positive, positive.in_units(factors, ["0"] * len(factors)))
    )
    assert before.is_index.all()
    assert after.is_index.all()
    np.testing.assert_allclose(after.figures, before.figures, rtol=1e-9)
    np.testing.assert_array_equal(after.marks, before.marks)


@given(customers(), st.data())
@examples(2)
def test_rules_catch_the_same_customers_in_any_units(cells, data):
    told = []
    for one in (cells, cells.in_units(*data.draw(units(len(cells.names) - 3)))):
        table = one.table()
        features = prepare(table, built_by(cells))
        found = rules(table, features, fit(features, ClusterSpec(n_clusters=n_crowds(cells))))
        masks = [[rule.mask(table.frame).tolist() for rule in one] for one in found.per_segment]
        told.append((found.covered, found.caught, found.fidelity, masks))
    assert any(told[0][3])
    assert told[1] == told[0]


@given(customers(), st.sampled_from(["0.01", "7", "1000000"]))
@examples(2)
def test_shares_of_a_value_are_the_same_in_any_currency(cells, factor):
    place = cells.names.index("spent")
    other = cells.with_columns([*range(place - 1), place, place - 1, place + 1])  # the amount before the category
    factors = ["1"] * (place - 1) + [factor]
    told = []
    for one in (other, other.in_units(factors, ["0"] * len(factors))):
        table = one.table()
        clustering = fit(prepare(table, built_by(cells)), ClusterSpec(n_clusters=n_crowds(cells)))
        told.append(size_against_value(table, clustering, "spent"))
    before, after = told
    np.testing.assert_allclose(after.totals, before.totals * float(factor), rtol=1e-9)
    np.testing.assert_allclose(after.value_shares, before.value_shares, rtol=1e-9)
    np.testing.assert_allclose(after.curve_value, before.curve_value, rtol=1e-9)
    assert (after.customers, after.n_missing) == (before.customers, before.n_missing)


@given(customers(), st.data())
@examples(2)
def test_a_recipe_in_other_units_places_everybody_alike(cells, data):
    told = []
    for one in (cells, cells.in_units(*data.draw(units(len(cells.names) - 3)))):
        table = one.table()
        features = prepare(table, built_by(cells))
        clustering = fit(features, ClusterSpec(n_clusters=n_crowds(cells)))
        recipe = load_recipe(save_recipe(make_recipe(table, features, clustering)))
        applied = apply_recipe(recipe, table)
        told.append((applied, drift(recipe, applied)))
    (before, drift_before), (after, drift_after) = told
    assert after.of_table.tolist() == before.of_table.tolist()
    np.testing.assert_allclose(after.distance, before.distance, **NEAR)
    np.testing.assert_allclose(after.margin, before.margin, **NEAR)
    assert (drift_after.kind, drift_after.segments.psi) == (drift_before.kind, drift_before.segments.psi)


def _profile(cells, spec, k):
    table = cells.table()
    return profile(table, fit(prepare(table, spec), ClusterSpec(n_clusters=k)), spec)
