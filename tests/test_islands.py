"""The map by t-SNE: alike customers side by side, the same every time, and what cannot be mapped said in a sentence."""

import re
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from clustering import ClusterSpec, FeatureSpec, fit, prepare, read_table
from clustering.charts import map_chart
from clustering.errors import NoUsableColumns, TooFewRows
from clustering.identity import default_looks, mark
from clustering.islands import tsne_map
from clustering.points import map_points
from pages._ui.sentences import map_told

SAMPLES = Path(__file__).parents[1] / "sample_data"


def prepared(rows, **settings):
    """Features of a table with the columns a, b, …; prepared as they are."""
    names = "abcdefgh"[: len(rows[0])]
    lines = [",".join(names), *(",".join(f"{value}" for value in row) for row in rows)]
    table = read_table("\n".join(lines).encode())
    settings = {"scale": "none", "outliers": "keep", **settings}
    return table, prepare(table, FeatureSpec(tuple(names), **settings))


@pytest.fixture(scope="module")
def three_crowds():
    """Forty customers around each of three corners, in mixed order, and whose is whose."""
    rng = np.random.default_rng(1)
    crowd = rng.permutation(np.repeat([0, 1, 2], 40))
    corners = np.array([[0, 0, 0, 0], [30, 0, 0, 0], [0, 30, 0, 0]])
    table, features = prepared((corners[crowd] + rng.normal(0, 1, (120, 4))).round(4))
    return table, features, crowd


@pytest.fixture(scope="module")
def mapped(three_crowds):
    return tsne_map(three_crowds[1])


@pytest.fixture(scope="module")
def uneven():
    """2,300 customers, three of them far from the others: a sample of 100 has none of the three."""
    rng = np.random.default_rng(2)
    rows = rng.normal(0, 1, (2300, 3)).round(4)
    rows[[5, 900, 2200]] += 60
    table, features = prepared(rows)
    return table, features, fit(features, ClusterSpec(n_clusters=2))


def title(fig):
    return re.sub("<[^>]*>", "", fig.layout.title.text.replace("<br>", " "))


# --- the map ---


def neighbours_agree(found, crowd):
    """Whether the nearest of everybody on the map is of the own crowd."""
    apart = np.linalg.norm(found.coordinates[:, None] - found.coordinates, axis=2)
    np.fill_diagonal(apart, np.inf)
    return (crowd[apart.argmin(axis=1)] == crowd).all()


def test_the_nearest_on_the_map_is_of_the_same_crowd(three_crowds, mapped):
    assert neighbours_agree(mapped, three_crowds[2])


def test_everybody_is_on_it_where_they_are_few(mapped):
    assert mapped.positions.tolist() == list(range(120))
    assert (mapped.coordinates.shape, mapped.coordinates.dtype) == ((120, 2), np.float32)
    assert (mapped.perplexity, mapped.n_total) == (30, 120)


def test_the_same_seed_gives_the_same_map(three_crowds, mapped):
    assert (tsne_map(three_crowds[1]).coordinates == mapped.coordinates).all()


@pytest.mark.parametrize("factor", [1e-60, 1e60])
def test_units_as_large_or_small_as_any_can_be_mapped(three_crowds, factor):
    _, features, crowd = three_crowds
    assert neighbours_agree(tsne_map(prepared(features.X * factor)[1]), crowd)


@pytest.mark.parametrize("n_rows, perplexity", [(5, 4 / 3), (40, 13), (92, 30)])
def test_few_customers_have_fewer_neighbours(n_rows, perplexity):
    _, features = prepared(np.random.default_rng(0).normal(size=(n_rows, 2)).round(4))
    assert tsne_map(features).perplexity == pytest.approx(perplexity)


def test_of_many_customers_a_sample_is_mapped_the_same_each_time(uneven):
    _, features, _ = uneven
    one, two = (tsne_map(features, most=100) for _ in range(2))
    assert len(one.positions) == len(one.coordinates) == 100
    assert (np.diff(one.positions) > 0).all()
    assert one.positions.tolist() == two.positions.tolist()
    assert one.positions.tolist() != tsne_map(features, random_state=1, most=100).positions.tolist()
    assert one.n_total == 2300


def test_nothing_on_the_map_can_be_changed(mapped):
    with pytest.raises(ValueError, match="read-only"):
        mapped.coordinates[0] = 0


def test_two_kinds_of_customers_become_two_places():
    _, features = prepared([[0, 0]] * 30 + [[1, 2]] * 20)
    found = tsne_map(features).coordinates
    assert np.isfinite(found).all()
    middles = found[:30].mean(axis=0), found[30:].mean(axis=0)
    assert np.linalg.norm(middles[0] - middles[1]) > 0


# --- what cannot be mapped ---


def test_fewer_than_five_customers_are_refused():
    _, features = prepared([[1, 2], [2, 1], [3, 3], [4, 5]])
    with pytest.raises(TooFewRows, match="A map needs at least 5 customers that take part; there are 4"):
        tsne_map(features)


def test_a_single_column_is_refused():
    _, features = prepared([[i] for i in range(9)])
    with pytest.raises(NoUsableColumns, match="only one was chosen"):
        tsne_map(features)


def test_a_sample_of_customers_who_are_all_alike_is_refused():
    rows = np.ones((300, 2))
    _, features = prepared([*rows, [5, 7]])
    with pytest.raises(NoUsableColumns, match="The 20 customers of the sample are alike in the chosen columns"):
        tsne_map(features, most=20)


# --- its picture ---


def test_the_map_is_coloured_by_segment_without_being_laid_anew(three_crowds, mapped):
    table, features, _ = three_crowds
    two, three = (fit(features, ClusterSpec(n_clusters=k)) for k in (2, 3))
    for clustering in (two, three):
        points = map_points(table, features, clustering, mapped)
        assert points.labels.tolist() == clustering.fit_labels.tolist()
        assert points.coordinates.tolist() == mapped.coordinates.tolist()
        assert points.rows.tolist() == features.rows.tolist()


def test_the_map_has_neither_numbers_at_its_axes_nor_centers(three_crowds, mapped):
    table, features, _ = three_crowds
    points = map_points(table, features, fit(features, ClusterSpec(n_clusters=3)), mapped)
    fig = map_chart(points, default_looks(3), finding="Three segments on one map")
    assert [(trace.name, trace.marker.color) for trace in fig.data] == [
        (f"Segment {label + 1}", mark(label).light) for label in range(3)
    ]
    for axis in (fig.layout.xaxis, fig.layout.yaxis):
        assert axis.showticklabels is False
        assert axis.title.text is None
    assert fig.layout.yaxis.scaleanchor == "x"
    assert title(fig) == "Three segments on one map All 120 customers that took part"


def test_the_number_of_a_segment_stands_on_one_of_its_customers(three_crowds, mapped):
    table, features, _ = three_crowds
    points = map_points(table, features, fit(features, ClusterSpec(n_clusters=3)), mapped)
    fig = map_chart(points, default_looks(3), finding="")
    for label, note in enumerate(fig.layout.annotations):
        assert note.text == f"<b>{label + 1}</b>"
        assert [note.x, note.y] in points.coordinates[points.labels == label].tolist()


def test_a_segment_with_nobody_on_the_map_has_no_number_and_is_named(uneven):
    table, features, clustering = uneven
    assert clustering.sizes == (2297, 3)
    points = map_points(table, features, clustering, tsne_map(features, most=100))
    assert [note.text for note in map_chart(points, default_looks(2), finding="").layout.annotations] == ["<b>1</b>"]
    told = map_told(points, ("Many", "Few"))
    assert "It shows a random sample of 100 of 2,300 customers." in told
    assert told.endswith("Nobody of Few is on it.")


def test_customers_placed_afterwards_are_not_on_the_map():
    table = read_table(SAMPLES / "shop_customers.csv")
    features = prepare(table, FeatureSpec(("age", "orders", "total_spend"), outliers="auto"))
    assert len(features.far_rows)
    clustering = fit(features, ClusterSpec(n_clusters=3))
    points = map_points(table, features, clustering, tsne_map(features, most=60))
    assert not np.isin(points.rows, features.far_rows).any()
    labels = dict(zip(clustering.rows, clustering.labels, strict=True))
    assert points.labels.tolist() == [labels[row] for row in points.rows]
    assert points.n_total == len(features.rows)


def page(content, columns, n_clusters):
    """The map of these customers, as a page shows it."""
    from clustering import ClusterSpec, FeatureSpec, read_table
    from pages._ui import compute
    from pages._ui.clusters import show_map
    from pages._ui.session import current

    session = current()
    if session.table is None:
        session.load(read_table(content), "Mall")
    session.features, session.clustering = FeatureSpec(columns), ClusterSpec(n_clusters=n_clusters)
    segments = compute.as_found(session)
    show_map(session, segments, compute.profile(session, segments))


def shown(columns, n_clusters=5):
    content = (SAMPLES / "mall_customers.csv").read_bytes()
    app = AppTest.from_function(page, default_timeout=60, args=(content, columns, n_clusters)).run()
    assert not app.exception
    return app


def test_the_page_says_how_little_distances_and_sizes_mean():
    app = shown(("Age", "Annual Income (k$)"))
    (caption,) = (caption.value.replace("\\", "") for caption in app.caption)
    assert caption.startswith(
        "Who stands close together is alike; how far apart two islands lie, and how large they are"
    )
    (chart,) = app.get("plotly_chart")
    assert "Five segments on one map" in chart.proto.spec


def test_the_page_refuses_a_map_of_one_column_in_a_sentence():
    app = shown(("Age",))
    assert not app.get("plotly_chart")
    assert app.error[0].value.startswith("A map brings several columns together")


def test_other_segments_take_the_same_map(monkeypatch):
    laid = []
    monkeypatch.setattr("pages._ui.compute.methods.tsne_map", lambda *given: laid.append(given) or tsne_map(*given))
    columns = ("Age", "Spending Score (1-100)")
    five, six = shown(columns, 5), shown(columns, 6)
    assert len(laid) == 1
    assert "Six segments" in six.get("plotly_chart")[0].proto.spec
    assert "Five segments" in five.get("plotly_chart")[0].proto.spec
