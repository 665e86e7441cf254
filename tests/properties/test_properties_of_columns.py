"""The order of the columns, and columns that say nothing: the segments know of neither."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustering import (
    METHODS,
    ClusterSpec,
    apply_recipe,
    fit,
    label_table,
    make_recipe,
    prepare,
    profile,
    read_table,
    stability,
    suggest_features,
    sweep,
)
from clustering.errors import NoUsableColumns
from clustering.features import RowFilter
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


@given(messy(), st.sampled_from(["standard", "minmax", "robust", "none"]), st.data())
@examples(4)
def test_preparation_gives_the_same_columns_in_another_order(cells, scale, data):
    order = data.draw(order_of(4))
    how = {"scale": scale, "outliers": "auto"}
    before, after = (prepared(one, **how)[1] for one in (cells, cells.with_columns(order)))
    same = [before.names.index(name) for name in after.names]
    assert after.rows.tolist() == before.rows.tolist()
    assert after.far_rows.tolist() == before.far_rows.tolist()
    np.testing.assert_array_equal(after.X, before.X[:, same])
    np.testing.assert_array_equal(after.X_far, before.X_far[:, same])


@pytest.mark.parametrize("method", METHODS)
@given(crowds(), st.data())
@examples(2)
def test_the_order_of_the_columns_changes_no_segment(method, cells, data):
    order = data.draw(order_of(len(cells.names)))
    n_clusters = n_crowds(cells) if METHODS[method].takes_k else None
    before, after = found_in(cells, method, n_clusters), found_in(cells.with_columns(order), method, n_clusters)
    assert of_rows(after).tolist() == of_rows(before).tolist()
    np.testing.assert_allclose(after.cluster_centers, before.cluster_centers[:, order], **NEAR)
    assert after.inertia == pytest.approx(before.inertia, rel=1e-9)


@given(messy(), st.data())
@examples(3)
def test_the_order_of_the_columns_changes_no_score(cells, data):
    # Also where crowds overlap: the starts are the same rows. Only a sum is added up in another order.
    order = data.draw(order_of(3))
    numbers = cells.with_columns([0, 1, 2])
    before, after = (
        sweep(prepared(one)[1], ClusterSpec(), range(2, 6)) for one in (numbers, numbers.with_columns(order))
    )
    assert [step.sizes for step in after.steps] == [step.sizes for step in before.steps]
    assert [step.labels.tolist() for step in after.steps] == [step.labels.tolist() for step in before.steps]
    for name in ("inertia", "silhouette", "simplified_silhouette", "calinski_harabasz", "davies_bouldin", "contact"):
        np.testing.assert_allclose(getattr(after, name), getattr(before, name), **NEAR, err_msg=name)


@given(messy(), st.data())
@examples(1)
def test_the_order_of_the_columns_changes_no_repeatability(cells, data):
    # The halves are the same rows. The shapeless tables are other ones: their columns are drawn one after the other.
    order = data.draw(order_of(3))
    numbers = cells.with_columns([0, 1, 2])
    before, after = (
        stability(prepared(one)[1], ClusterSpec(), (2, 3)) for one in (numbers, numbers.with_columns(order))
    )
    np.testing.assert_allclose(
        [step.adjusted_rand for step in after.steps], [step.adjusted_rand for step in before.steps], **NEAR
    )
    np.testing.assert_allclose(after.observed, before.observed, **NEAR)


@given(customers(), st.data())
@examples(2)
def test_profile_and_list_have_the_same_columns_in_another_order(cells, data):
    order = data.draw(order_of(len(cells.names)))
    spec = built_by(cells)
    told = []
    for one in (cells, cells.with_columns(order)):
        table = one.table()
        clustering = fit(prepare(table, spec), ClusterSpec(n_clusters=n_crowds(cells)))
        told.append((profile(table, clustering, spec), label_table(table, clustering).astype(str)))
    (before, before_list), (after, after_list) = told
    assert list(after_list.columns[: len(order)]) == [cells.names[i] for i in order]
    assert after_list[before_list.columns].to_numpy().tolist() == before_list.to_numpy().tolist()
    assert after.columns == before.columns
    for name in ("means", "medians", "differences", "explained"):
        np.testing.assert_array_equal(getattr(after, name), getattr(before, name))


@given(customers(), st.data())
@examples(3)
def test_a_recipe_finds_its_columns_wherever_they_stand(cells, data):
    table = cells.table()
    features = prepare(table, built_by(cells))
    recipe = make_recipe(table, features, fit(features, ClusterSpec(n_clusters=n_crowds(cells))))
    before = apply_recipe(recipe, table)
    after = apply_recipe(recipe, cells.with_columns(data.draw(order_of(len(cells.names)))).table())
    assert after.of_table.tolist() == before.of_table.tolist()
    assert after.distance.tolist() == before.distance.tolist()


@given(customers(), st.sampled_from(["7.000", "yes", "2026-01-31"]))
@examples(3)
def test_a_constant_column_is_not_offered_and_changes_nothing(cells, value):
    wider = cells.with_column("same", [value] * len(cells))
    table, more = cells.table(), wider.table()
    assert suggest_features(more) == suggest_features(table)
    with pytest.raises(NoUsableColumns, match="same"):
        prepare(more, built_by(cells, columns=(*cells.names[:-3], "same")))
    spec = built_by(cells)
    before, after = (fit(prepare(one, spec), ClusterSpec(n_clusters=n_crowds(cells))) for one in (table, more))
    assert after.labels.tolist() == before.labels.tolist()
    assert after.inertia == before.inertia
    one, other = profile(table, before, spec), profile(more, after, spec)
    np.testing.assert_array_equal(other.means, one.means)
    assert other.columns == one.columns


@pytest.mark.parametrize("method", [name for name in METHODS if name not in ("hdbscan", "optics", "dbscan")])
@given(crowds())
@examples(1)
def test_a_column_that_is_constant_where_the_filter_looks_parts_nobody(method, cells):
    # It differs in the file and is chosen, but all who take part are alike in it. The methods that ask for crowds of a
    # size propose it by the number of columns, so they may well answer otherwise.
    n = len(cells)
    wider = cells.with_column("flag", ["in"] * n).with_column("level", ["5.500"] * n)
    outside = (*["0.000"] * len(cells.names), "out", "9.250")
    wider = type(cells)(wider.names, (*wider.rows, outside))
    how = {"row_filter": RowFilter("flag", ("in",))}
    n_clusters = n_crowds(cells) if METHODS[method].takes_k else None
    before = found_in(cells, method, n_clusters)
    after = found_in(wider, method, n_clusters, columns=(*cells.names, "level"), **how)
    assert of_rows(after).tolist() == [*of_rows(before), -1]
    np.testing.assert_allclose(after.cluster_centers[:, :-1], before.cluster_centers, **NEAR)
    np.testing.assert_array_equal(after.cluster_centers[:, -1], 0)
    assert after.inertia == pytest.approx(before.inertia, rel=1e-9)


@given(customers(), st.permutations(["green", "blue", "red"]))
@examples(2)
def test_other_words_for_the_levels_of_a_category_change_no_segment(cells, words):
    by_word = dict(zip(("north", "south", "west"), words, strict=True))
    place = cells.names.index("region")
    renamed = type(cells)(
        cells.names, tuple((*row[:place], by_word[row[place]], *row[place + 1 :]) for row in cells.rows)
    )
    spec = built_by(cells, columns=(*cells.names[:-3], "region"), describe=("spent",))
    before, after = (fit(prepare(one.table(), spec), ClusterSpec(n_clusters=3)) for one in (cells, renamed))
    assert of_rows(after).tolist() == of_rows(before).tolist()
    assert after.inertia == pytest.approx(before.inertia, rel=1e-9)
    one, other = (
        profile(file.table(), found, spec).categories[0] for file, found in ((cells, before), (renamed, after))
    )
    same = [other.levels.index(by_word[level]) for level in one.levels]
    np.testing.assert_allclose(other.shares[:, same], one.shares, **NEAR)
    assert other.association == pytest.approx(one.association, abs=1e-9)


@given(crowds(), st.data())
@examples(2)
def test_other_names_for_the_columns_change_nothing_but_the_names(cells, data):
    names = tuple(f"measure {i}" for i in data.draw(order_of(len(cells.names))))
    renamed = read_table(type(cells)(names, cells.rows).content)
    k = n_crowds(cells)
    before = prepared(cells)[1]
    after = prepare(renamed, built_by(cells, columns=names, describe=()))
    np.testing.assert_array_equal(after.X, before.X)
    assert (
        fit(after, ClusterSpec(n_clusters=k)).labels.tolist() == fit(before, ClusterSpec(n_clusters=k)).labels.tolist()
    )
