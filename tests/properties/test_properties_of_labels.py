"""Segments under other numbers, and customers under other positions: names are names, and figures know none."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustering import INDICES, ClusterSpec, compare, fit, prepare, profile, score
from clustering.compare.pair import compare_pair
from clustering.identity.memory import Identities
from clustering.placing import Halving, MostProbable, nearest
from tests.properties.tables import built_by, customers, examples, messy, n_crowds, order_of, prepared

AGREEMENT = (
    *("adjusted_rand", "adjusted_mutual_info", "homogeneity", "completeness", "v_measure", "fowlkes_mallows"),
    *("purity", "accuracy"),
)


@st.composite
def labelings(draw, k: int | None = None) -> np.ndarray:
    """Segments of some customers, each of the numbers used."""
    k = k or draw(st.integers(2, 5))
    n = draw(st.integers(3 * k, 60))
    rng = np.random.default_rng(draw(st.integers(0, 9_999)))
    return rng.permutation(np.concatenate([np.arange(k), rng.integers(0, k, n - k)]))


@given(labelings(), st.data())
@examples(8)
def test_no_index_depends_on_the_numbers_of_the_segments(labels, data):
    k = labels.max() + 1
    X = np.random.default_rng(len(labels)).normal(size=(len(labels), 3))
    before, after = score(X, labels), score(X, data.draw(order_of(k))[labels])
    assert set(before) == set(INDICES)
    for name, value in before.items():
        assert after[name] == pytest.approx(value, rel=1e-9, nan_ok=True), name


@given(labelings(), st.data())
@examples(8)
def test_agreement_with_known_labels_depends_on_neither_names_nor_order(labels, data):
    n, k = len(labels), labels.max() + 1
    rng = np.random.default_rng(n)
    known = np.array(["gold", "silver", "tin"])[rng.integers(0, 3, n)]
    words = dict(zip(("gold", "silver", "tin"), ("x", "b", "k"), strict=True))
    order, numbers = data.draw(order_of(n)), data.draw(order_of(k))
    before = compare(known, labels)
    after = compare(np.array([words[one] for one in known])[order], numbers[labels][order])
    for name in AGREEMENT:
        assert getattr(after, name) == pytest.approx(getattr(before, name), abs=1e-12), name
    names = [after.names.index(words[name]) for name in before.names]
    np.testing.assert_array_equal(after.contingency[np.ix_(names, numbers)], before.contingency)
    assert after.n_right == before.n_right


@given(labelings())
@examples(6)
def test_segments_agree_with_themselves_and_as_much_this_way_as_that(labels):
    other = np.random.default_rng(len(labels)).integers(0, 2, len(labels))
    other[:2] = 0, 1
    same, this, that = compare(labels, labels), compare(other, labels), compare(labels, other)
    assert [getattr(same, name) for name in AGREEMENT] == pytest.approx([1.0] * len(AGREEMENT))
    for name in ("adjusted_rand", "adjusted_mutual_info", "v_measure", "fowlkes_mallows", "accuracy"):
        assert getattr(that, name) == pytest.approx(getattr(this, name), abs=1e-12), name
    assert (that.homogeneity, that.completeness) == pytest.approx((this.completeness, this.homogeneity), abs=1e-12)
    np.testing.assert_array_equal(that.contingency, this.contingency.T)


@given(customers(), st.data())
@examples(3)
def test_two_segmentations_are_held_together_whatever_their_numbers(cells, data):
    features = prepare(cells.table(), built_by(cells))
    one, other = (fit(features, ClusterSpec(n_clusters=k)) for k in (2, 4))
    numbers = data.draw(order_of(4))
    before, after = compare_pair(one, other), compare_pair(one, _renumbered(other, numbers))
    assert after.adjusted_rand == pytest.approx(before.adjusted_rand, abs=1e-12)
    np.testing.assert_array_equal(after.both[:, numbers], before.both)
    # Where two pairings hold as many customers either is right; they hold as many.
    assert len(after.moved) == len(before.moved)
    back = compare_pair(other, one)
    np.testing.assert_array_equal(back.both, before.both.T)


@given(customers(), st.data())
@examples(3)
def test_the_figures_of_a_segment_go_along_with_its_number(cells, data):
    table, spec, k = cells.table(), built_by(cells), n_crowds(cells)
    clustering = fit(prepare(table, spec), ClusterSpec(n_clusters=k))
    numbers = data.draw(order_of(k))
    before = profile(table, clustering, spec)
    after = profile(table, _renumbered(clustering, numbers), spec)
    assert [after.sizes[i] for i in numbers] == list(before.sizes)
    for name in ("means", "medians", "lower_quartiles", "upper_quartiles", "differences", "value_weights", "fit_means"):
        np.testing.assert_allclose(getattr(after, name)[numbers], getattr(before, name), rtol=1e-9, err_msg=name)
    for name in ("overall_means", "overall_medians", "lowest"):
        np.testing.assert_allclose(getattr(after, name), getattr(before, name), rtol=1e-12, err_msg=name)
    np.testing.assert_allclose(after.explained, before.explained, rtol=1e-9)
    np.testing.assert_array_equal(after.categories[0].shares[numbers], before.categories[0].shares)
    assert after.categories[0].association == pytest.approx(before.categories[0].association, abs=1e-12)


@given(labelings(), st.data())
@examples(6)
def test_name_and_hue_follow_the_customers_to_any_number_and_any_order(labels, data):
    n, k = len(labels), labels.max() + 1
    numbers, order = data.draw(order_of(k)), data.draw(order_of(n))
    shown = Identities().show("first", n, np.arange(n), labels)
    for label in range(k):
        shown = shown.call("first", label, name=f"those of {label}")
    after = shown.show("second", n, order, numbers[labels][order])
    first, second = after.looks("first"), after.looks("second")
    assert [second[numbers[label]] for label in range(k)] == list(first)
    assert {origin.kind for origin in after.origins("second")} == {"same"}


@given(labelings(3), st.data())
@examples(8)
def test_a_rule_in_other_numbers_gives_the_same_customers_a_segment_together(labels, data):
    rng = np.random.default_rng(len(labels))
    X, numbers = rng.normal(size=(len(labels), 2)), data.draw(order_of(3))
    new = np.append(numbers, -1)  # noise stays noise
    rules = (
        nearest(X, labels, reach=np.array([0.5, 0.2, 1.0])),
        Halving(X[:2], X[1:3], np.array([1, -1]), np.array([-2, -3])),
        MostProbable(np.array([0.2, 0.3, 0.5]), X[:3], np.stack([np.eye(2) * s for s in (1.0, 2.0, 0.5)])),
    )
    asked = rng.normal(size=(200, 2))
    for rule in rules:
        before = rule(asked)
        assert len(set(before)) > 1
        np.testing.assert_array_equal(rule.renumbered(new)(asked), new[before])


@given(messy(), st.integers(2, 4), st.data())
@examples(4)
def test_who_goes_from_which_segment_to_which_is_counted_the_same_in_any_order(cells, k, data):
    order = data.draw(order_of(len(cells)))
    told = []
    for one in (cells, cells.in_order(order)):
        features = prepared(one.with_columns([0, 1, 2]))[1]
        told.append([fit(features, ClusterSpec("agglomerative", number)) for number in (k, k + 1)])
    (few, more), (few_too, more_too) = told
    np.testing.assert_array_equal(compare_pair(few_too, more_too).both, compare_pair(few, more).both)
    # A tree that is cut lower only parts: whoever is together in more segments is together in fewer.
    assert ((compare_pair(few, more).both > 0).sum(axis=0) == 1).all()


def _renumbered(clustering, numbers):
    """The same segments, label i now numbers[i]."""
    old = np.argsort(numbers)
    return replace(
        clustering,
        labels=numbers[clustering.labels],
        cluster_centers=clustering.cluster_centers[old],
        sizes=tuple(clustering.sizes[i] for i in old),
    )
