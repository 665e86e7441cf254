"""The order of the rows, and rows that stand twice: what stays, what goes along, and what changes by how much."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustering import (
    METHODS,
    ClusterSpec,
    FeatureSpec,
    apply_recipe,
    drift,
    fit,
    label_table,
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
from clustering.indices import silhouette_samples
from tests.properties.tables import (
    built_by,
    crowds,
    customers,
    examples,
    found_in,
    messy,
    n_crowds,
    of_rows,
    order_of,
    prepared,
)

NEAR = {"rtol": 1e-9, "atol": 1e-9}
FIGURES = (
    *("means", "medians", "lower_quartiles", "upper_quartiles", "overall_means", "overall_medians"),
    *("differences", "explained", "value_weights", "lowest", "fit_means", "fit_weights", "spreads"),
)
# OPTICS orders the rows by walking from one to the next, beginning with the first: another order, another walk.
IN_ANY_ORDER = [name for name in METHODS if name != "optics"]


@given(messy(), st.sampled_from(["keep", "clip", "auto", "aside"]), st.data())
@examples(5)
def test_preparation_gives_every_row_the_same_values_in_any_order(cells, outliers, data):
    order = data.draw(order_of(len(cells)))
    how = {"outliers": outliers, "pca": data.draw(st.sampled_from([None, 0.9]))}
    _, before = prepared(cells, **how)
    _, after = prepared(cells.in_order(order), **how)
    assert order[after.rows].tolist() == [row for row in order if row in set(before.rows)]
    by_row = dict(zip(before.rows, before.X, strict=True)) | dict(zip(before.far_rows, before.X_far, strict=True))
    np.testing.assert_allclose(after.X, [by_row[row] for row in order[after.rows]], **NEAR)
    assert sorted(order[after.far_rows]) == before.far_rows.tolist()
    for row, values in zip(order[after.far_rows], after.X_far, strict=True):
        np.testing.assert_allclose(values, by_row[row], **NEAR)
    assert list(after.row_notes) == list(before.row_notes.take(order))
    assert (after.filled, after.notes, after.advice) == (before.filled, before.notes, before.advice)


@pytest.mark.parametrize("method", IN_ANY_ORDER)
@given(crowds(), st.data())
@examples(2)
def test_every_customer_has_the_same_segment_in_any_order(method, cells, data):
    # With parted crowds random starts leave nothing to chance; where crowds overlap they may.
    order = data.draw(order_of(len(cells)))
    n_clusters = n_crowds(cells) if METHODS[method].takes_k else None
    before, after = found_in(cells, method, n_clusters), found_in(cells.in_order(order), method, n_clusters)
    assert of_rows(after).tolist() == of_rows(before)[order].tolist()
    if method != "minibatch":  # its centers are those of the portions it happened to draw
        np.testing.assert_allclose(after.cluster_centers, before.cluster_centers, **NEAR)
        assert after.inertia == pytest.approx(before.inertia, rel=1e-9)


@given(messy(), st.data())
@examples(3)
def test_every_number_has_the_same_scores_in_any_order_where_nothing_is_drawn(cells, data):
    order = data.draw(order_of(len(cells)))
    numbers = cells.with_columns([0, 1, 2])  # a join of two equally near pairs goes by the order
    spec = ClusterSpec("agglomerative").with_settings(linkage="ward")
    before, after = (sweep(prepared(one)[1], spec, range(2, 7)) for one in (numbers, numbers.in_order(order)))
    assert [step.sizes for step in after.steps] == [step.sizes for step in before.steps]
    for name in ("inertia", "silhouette", "simplified_silhouette", "calinski_harabasz", "davies_bouldin", "contact"):
        np.testing.assert_allclose(getattr(after, name), getattr(before, name), **NEAR, err_msg=name)


@given(crowds(), st.data())
@examples(1)
def test_the_recommended_number_is_the_same_in_any_order(cells, data):
    # The halves and the shapeless tables are drawn anew: repeatability is only 1 in both where crowds are parted.
    order, k = data.draw(order_of(len(cells))), n_crowds(cells)
    told = []
    for one in (cells, cells.in_order(order)):
        features = prepared(one)[1]
        swept = sweep(features, ClusterSpec(), range(2, 6))
        measured = stability(features, ClusterSpec(), range(2, 6))
        assert measured.step(k).stability == pytest.approx(1, abs=1e-12)
        told.append((recommend(swept, measured).n_clusters, swept.step(k).sizes, measured.step(k).observed))
    assert told[0][0] == k
    assert told[1][:2] == told[0][:2]
    assert told[1][2] == pytest.approx(told[0][2], rel=1e-9)


@given(customers(), st.sampled_from([None, "weight"]), st.data())
@examples(3)
def test_segments_are_described_by_the_same_figures_in_any_order(cells, weight, data):
    order, spec = data.draw(order_of(len(cells))), built_by(cells, weight_column=weight)
    before, after = _described(cells, spec), _described(cells.in_order(order), spec)
    assert (after.sizes, after.shares, after.kinds) == (before.sizes, before.shares, before.kinds)
    for name in FIGURES:
        np.testing.assert_allclose(getattr(after, name), getattr(before, name), **NEAR, err_msg=name)
    one, other = before.categories[0], after.categories[0]
    by_level = [other.levels.index(level) for level in one.levels]  # of equally frequent levels either can be first
    np.testing.assert_allclose(other.shares[:, by_level], one.shares, **NEAR)
    assert other.association == pytest.approx(one.association, abs=1e-9)
    np.testing.assert_allclose(after.against("rest").figures, before.against("rest").figures, **NEAR)


@given(customers(), st.data())
@examples(2)
def test_the_list_goes_along_with_the_order_of_the_file(cells, data):
    order, spec = data.draw(order_of(len(cells))), built_by(cells)
    lists = []
    for one in (cells, cells.in_order(order)):
        table = one.table()
        lists.append(label_table(table, fit(prepare(table, spec), ClusterSpec(n_clusters=n_crowds(cells)))))
    assert lists[1].astype(str).to_numpy().tolist() == lists[0].astype(str).to_numpy()[order].tolist()


@pytest.mark.parametrize("method", ["kmeans", "bisecting", "gaussian_mixture", "gower_medoids", "dbscan"])
@given(st.data())
@examples(2)
def test_a_recipe_places_a_row_alike_whoever_stands_beside_it(method, data):
    takes_k = METHODS[method].takes_k
    cells = data.draw(messy() if takes_k else crowds())
    table, features = prepared(cells)
    clustering = fit(features, ClusterSpec(method, 3 if takes_k else None))
    recipe = load_recipe(save_recipe(make_recipe(table, features, clustering)))
    whole = apply_recipe(recipe, table)
    assert whole.of_table.tolist() == of_rows(clustering).tolist()
    some = data.draw(order_of(len(cells)))[: data.draw(st.integers(3, len(cells)))]
    part = apply_recipe(recipe, cells.in_order(some).table())
    assert part.of_table.tolist() == whole.of_table[some].tolist()
    distances = dict(zip(whole.rows, whole.distance, strict=True))
    assert part.distance.tolist() == [distances[row] for row in some[part.rows]]
    assert list(part.flags) == list(whole.flags.take(some))


@given(customers(), st.data())
@examples(2)
def test_drift_says_the_same_in_any_order_and_nothing_of_the_customers_of_then(cells, data):
    order, table = data.draw(order_of(len(cells))), cells.table()
    features = prepare(table, built_by(cells))
    recipe = make_recipe(table, features, fit(features, ClusterSpec(n_clusters=n_crowds(cells))))
    before, after = (drift(recipe, apply_recipe(recipe, one.table())) for one in (cells, cells.in_order(order)))
    assert before.segments.psi == 0
    assert [column.psi for column in before.columns] == [0] * len(cells.names[:-1])
    assert (after.kind, after.verdict, after.reasons) == (before.kind, before.verdict, before.reasons)
    assert [one.psi for one in after.columns] == [one.psi for one in before.columns]
    assert after.distance_now == pytest.approx(before.distance_now, rel=1e-9)


def _described(cells, spec):
    table = cells.table()
    clustering = fit(prepare(table, spec), ClusterSpec(n_clusters=n_crowds(cells)))
    return profile(table, clustering, spec)


# --- every row twice


def _twice(cells):
    return cells.in_order(np.repeat(np.arange(len(cells)), 2))


# The densest spots, the nearest neighbours and the bandwidth are other ones where everybody has a twin.
BLIND_TO_TWINS = ("kmeans", "bisecting", "agglomerative", "gaussian_mixture", "spectral", "birch", "gower_medoids")


@pytest.mark.parametrize("method", BLIND_TO_TWINS)
@given(crowds())
@examples(2)
def test_twins_are_in_one_segment_and_double_every_sum(method, cells):
    before, after = (found_in(one, method, n_crowds(cells)) for one in (cells, _twice(cells)))
    assert of_rows(after).tolist() == np.repeat(of_rows(before), 2).tolist()
    assert after.sizes == tuple(2 * size for size in before.sizes)
    np.testing.assert_allclose(after.cluster_centers, before.cluster_centers, rtol=1e-6, atol=1e-6)
    assert after.inertia == pytest.approx(2 * before.inertia, rel=1e-6)


@given(messy(), st.sampled_from(["standard", "minmax"]))
@examples(4)
def test_twins_change_no_prepared_value(cells, scale):
    # Quartiles lie between two values, and which two depends on how many there are: so "robust" and clipping do change.
    before, after = (prepared(one, scale=scale)[1] for one in (cells, _twice(cells)))
    np.testing.assert_allclose(after.X, np.repeat(before.X, 2, axis=0), **NEAR)
    assert [one.value for one in after.filled] == [one.value for one in before.filled]
    assert [one.n_cells for one in after.filled] == [2 * one.n_cells for one in before.filled]


@given(messy(), st.integers(2, 5))
@examples(4)
def test_what_twins_do_to_each_index(cells, k):
    X = prepared(cells.with_columns([0, 1, 2]))[1].X
    labels = fit(prepared(cells.with_columns([0, 1, 2]))[1], ClusterSpec("agglomerative", k)).labels
    before, after = score(X, labels), score(np.repeat(X, 2, axis=0), np.repeat(labels, 2))
    n = len(X)
    assert after["inertia"] == pytest.approx(2 * before["inertia"], rel=1e-9)
    assert after["simplified_silhouette"] == pytest.approx(before["simplified_silhouette"], abs=1e-9)
    assert after["davies_bouldin"] == pytest.approx(before["davies_bouldin"], rel=1e-9)
    # Between and within double, and so does the number of rows, from which k degrees of freedom go.
    freed = (2 * n - k) / (n - k)
    assert after["calinski_harabasz"] == pytest.approx(before["calinski_harabasz"] * freed, rel=1e-9)
    assert after["contact"] <= before["contact"] + 1e-12  # one standard error of the count is added: it shrinks


@given(messy(), st.integers(2, 4))
@examples(4)
def test_twins_draw_a_row_nearer_to_its_own_segment_by_what_one_more_of_them_makes(cells, k):
    # The mean distance to the m - 1 others of the own segment becomes that to 2 m - 1, one of them at distance 0.
    features = prepared(cells.with_columns([0, 1, 2]))[1]
    X, labels = features.X, fit(features, ClusterSpec("agglomerative", k)).labels
    distances = np.linalg.norm(X[:, None] - X[None], axis=2)
    sizes = np.bincount(labels)
    sums = distances @ np.eye(k)[labels]
    own = sums[np.arange(len(X)), labels]
    others = np.where(np.eye(k)[labels] == 1, np.inf, sums / sizes).min(axis=1)
    m = sizes[labels]
    a = 2 * own / (2 * m - 1)
    expected = (others - a) / np.maximum(a, others)
    found = silhouette_samples(np.repeat(X, 2, axis=0), [np.repeat(labels, 2)])[0]
    np.testing.assert_allclose(found[::2], expected, atol=1e-7)
    np.testing.assert_array_equal(found[::2], found[1::2])


@given(customers())
@examples(4)
def test_a_customer_of_weight_two_is_two_customers(cells):
    # Half of the customers twice, in the file or by weight.
    twice = np.random.default_rng(len(cells)).integers(1, 3, len(cells))
    weighed = cells.with_column("times", [f"{times:.3f}" for times in twice])
    spec = FeatureSpec(cells.names[:-3], describe=("spent",), outliers="keep", scale="none")
    by_weight = _described(weighed, replace(spec, weight_column="times"))
    by_rows = _described(cells.in_order(np.repeat(np.arange(len(cells)), twice)), spec)
    # The segments stand by their numbers of customers: a crowd of few who count twice comes earlier in the longer file.
    same = np.abs(by_weight.means[:, :1] - by_rows.means[:, :1].T).argmin(axis=0)
    assert sorted(same) == list(range(len(same)))
    for name in ("means", "medians", "lower_quartiles", "upper_quartiles", "value_weights", "fit_means"):
        np.testing.assert_allclose(getattr(by_weight, name)[same], getattr(by_rows, name), **NEAR, err_msg=name)
    for name in ("overall_means", "overall_medians", "spreads", "explained"):
        np.testing.assert_allclose(getattr(by_weight, name), getattr(by_rows, name), **NEAR, err_msg=name)
    np.testing.assert_allclose(np.array(by_weight.weight_shares)[same], by_rows.shares, **NEAR)
