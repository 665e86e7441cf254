"""The tree as a picture: joins, branches and cuts derived by hand, and against scipy."""

from dataclasses import replace
from importlib import import_module
from itertools import pairwise

import numpy as np
import pytest
import streamlit as st
from scipy.cluster import hierarchy
from streamlit.testing.v1 import AppTest

from clustering import ClusterSpec, FeatureSpec, fit, prepare
from clustering.charts import dendrogram_chart
from clustering.dendrogram import MOST_BRANCHES, Branch, Cut, dendrogram, last_joins
from clustering.identity import default_looks
from clustering.identity.marks import mark
from clustering.methods.tree import LINKAGES, grow
from clustering.model import lay_groundwork
from pages._ui.sentences import tree_alt, tree_caption
from pages._ui.session import Session
from tests.driver import INCOME, SPENDING, figures, session_of, widget

# on a line, by the nearest two: 0 and 1 are joined at 1, 2.5 with these at 1.5, 6 and 8 at 2, all of them at 3.5, and
# 20 last, at 12
LINE = np.array([[0.0], [1.0], [2.5], [6.0], [8.0], [20.0]])
GREY, BLUE, ORANGE, GREEN = "#6B7683", "#006DC7", "#BB8A1B", "#00634C"


def drawn(X, n_clusters, linkage="single", n_total=None):
    tree = grow(np.asarray(X), linkage)
    return last_joins(tree, tree.cut(n_clusters), n_total or len(X))


def line_of_three():
    tree = grow(LINE, "single")
    return last_joins(tree, np.array([0, 0, 0, 1, 1, 2]), 6)


@pytest.fixture(scope="module")
def crowds():
    rng = np.random.default_rng(3)
    return rng.normal(size=(150, 3)) + 4 * rng.integers(0, 4, (150, 1)) + 50


def test_every_join_says_where_it_is_what_it_joins_and_how_many_segments_a_cut_below_it_gives():
    joins = line_of_three().joins
    assert [(join.x, join.height, join.n_samples, join.n_clusters) for join in joins] == [
        (0.5, 1, 2, 6),
        (1.25, 1.5, 3, 5),
        (3.5, 2, 2, 4),
        (2.375, 3.5, 5, 3),
        (3.6875, 12, 6, 2),
    ]
    assert [join.segment for join in joins] == [0, 0, 1, None, None]
    assert joins[1].legs == ((0.5, 1, 0), (2, 0, 0))
    assert joins[3].legs == ((1.25, 1.5, 0), (3.5, 2, 1))
    assert joins[4].legs == ((2.375, 3.5, None), (5, 0, 2))


def test_branches_stand_from_left_to_right_with_their_customers_and_segments():
    assert line_of_three().branches == tuple(Branch(x, 1, segment) for x, segment in enumerate((0, 0, 0, 1, 1, 2)))


def test_cuts_are_the_heights_between_the_joins_and_the_longest_stretch_is_told():
    picture = line_of_three()
    assert picture.cuts == (Cut(2, 3.5, 12), Cut(3, 2, 3.5), Cut(4, 1.5, 2), Cut(5, 1, 1.5), Cut(6, 0, 1))
    assert picture.cut == Cut(3, 2, 3.5)
    assert picture.cut.height == 2.75
    assert picture.longest == 2


@pytest.mark.parametrize("linkage", LINKAGES)
def test_the_picture_is_bounded_and_its_joins_are_scipys_last_ones(linkage, crowds):
    picture = drawn(crowds, 4, linkage)
    assert len(picture.branches) == MOST_BRANCHES
    np.testing.assert_array_equal(
        [join.height for join in picture.joins], hierarchy.linkage(crowds, linkage)[1 - MOST_BRANCHES :, 2]
    )
    assert sum(branch.n_samples for branch in picture.branches) == 150
    assert [join.n_clusters for join in picture.joins] == list(range(MOST_BRANCHES, 1, -1))


@pytest.mark.parametrize("linkage", LINKAGES)
def test_branches_of_a_segment_stand_together_and_hold_all_its_customers(linkage, crowds):
    tree = grow(crowds, linkage)
    labels = tree.cut(4)
    branches = last_joins(tree, labels, 150).branches
    in_order = [branch.segment for branch in branches]
    assert sum(one != other for one, other in pairwise(in_order)) == 3
    sizes = [sum(branch.n_samples for branch in branches if branch.segment == label) for label in range(4)]
    assert sizes == np.bincount(labels).tolist()


@pytest.mark.parametrize("linkage", LINKAGES)
def test_a_join_hangs_on_what_it_joins(linkage, crowds):
    picture = drawn(crowds, 4, linkage)
    ends = {(branch.x, 0): branch.n_samples for branch in picture.branches}
    for join in picture.joins:
        (left, low, _), (right, low_right, _) = join.legs
        assert join.x == (left + right) / 2
        assert join.n_samples == ends.pop((left, low)) + ends.pop((right, low_right))
        ends[join.x, join.height] = join.n_samples
    assert len(ends) == 1


def test_more_segments_than_usual_have_a_branch_each(crowds):
    picture = drawn(crowds, 45)
    assert [branch.segment for branch in picture.branches] == list(
        dict.fromkeys(branch.segment for branch in picture.branches)
    )
    assert len(picture.branches) == 45
    assert picture.cut.n_clusters == 45


def test_between_tied_joins_there_is_no_cut_but_the_one_on_show():
    square = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]  # single linkage: three joins at 1
    picture = drawn(square, 2)
    assert picture.cuts == (Cut(2, 1, 1), Cut(4, 0, 1))
    assert [join.n_clusters for join in picture.joins] == [4, 4, 4]
    assert picture.longest == 4


def test_nobody_is_offered_to_tell_customers_apart_who_are_all_alike():
    picture = drawn([[1.0], [1.0], [1.0], [5.0]], 2)
    assert [(join.height, join.n_clusters) for join in picture.joins] == [(0, None), (0, None), (4, 2)]
    assert [cut.n_clusters for cut in picture.cuts] == [2]


def test_of_equal_customers_no_stretch_is_the_longest():
    assert drawn(np.full((5, 2), 7.0), 2).longest is None


def test_many_joins_at_one_height_offer_no_cut_below_them():
    grid = [[x, y] for x in range(8) for y in range(8)]  # every join at 1
    picture = drawn(np.array(grid, dtype=float), 3)
    assert {join.n_clusters for join in picture.joins} == {None}
    assert picture.cuts == (Cut(3, 1, 1),)


def test_two_customers_are_a_tree_of_one_join():
    picture = drawn([[0.0], [3.0]], 2)
    assert [(join.x, join.height, join.n_clusters) for join in picture.joins] == [(0.5, 3, 2)]
    assert picture.cut == Cut(2, 0, 3)


def test_the_tree_shows_the_segments_of_the_fit(mall):
    features = prepare(mall, FeatureSpec((INCOME, SPENDING)))
    spec = ClusterSpec("agglomerative", n_clusters=5)
    work = lay_groundwork(features, spec)
    clustering = fit(features, spec, work=work)
    picture = dendrogram(work, clustering)
    sizes = [sum(branch.n_samples for branch in picture.branches if branch.segment == label) for label in range(5)]
    assert tuple(sizes) == clustering.sizes
    assert (picture.n_samples, picture.n_total) == (200, 200)


def test_where_the_method_saw_a_sample_the_tree_is_of_that_sample_and_says_so(mall):
    features = prepare(mall, FeatureSpec((INCOME, SPENDING)))
    spec = ClusterSpec("agglomerative", n_clusters=5)
    chosen = np.arange(0, 200, 2)
    X = features.X[chosen]
    work = replace(lay_groundwork(features, spec), X=X, chosen=chosen, shared=grow(X, "ward"))
    clustering = fit(features, spec, work=work)
    picture = dendrogram(work, clustering)
    sizes = [sum(branch.n_samples for branch in picture.branches if branch.segment == label) for label in range(5)]
    assert sizes == np.bincount(clustering.labels[chosen]).tolist()
    assert (picture.n_samples, picture.n_total) == (100, 200)


def traces(figure, hue):
    return [trace for trace in figure.data if trace.mode == "lines" and trace.line.color == hue]


def test_the_lines_are_grey_above_the_cut_and_have_the_segments_hues_below():
    figure = dendrogram_chart(line_of_three(), default_looks(3))
    (grey,), (blue,), (orange,), (green,) = (traces(figure, hue) for hue in (GREY, BLUE, ORANGE, GREEN))
    assert min(y for y in grey.y if y is not None) == 2.75
    assert max(y for y in [*blue.y, *orange.y, *green.y] if y is not None) == 2.75
    assert list(zip(blue.x, blue.y, strict=True)) == [
        *((0, 0), (0, 1), (1, 1), (1, 0), (None, None)),
        *((0.5, 1), (0.5, 1.5), (2, 1.5), (2, 0), (None, None)),
        *((1.25, 2.75), (1.25, 1.5), (None, None)),  # the leg up to the cut
    ]
    assert list(zip(green.x, green.y, strict=True)) == [(5, 2.75), (5, 0), (None, None)]


def test_the_cut_is_a_dashed_line_with_its_height():
    figure = dendrogram_chart(line_of_three(), default_looks(3))
    (line,) = figure.layout.shapes
    assert (line.y0, line.y1, line.line.dash) == (2.75, 2.75, "dash")
    assert "cut at<br>2.75" in [label.text for label in figure.layout.annotations]


def test_a_click_on_a_join_tells_the_number_of_segments_of_a_cut_there():
    figure = dendrogram_chart(line_of_three(), default_looks(3))
    joins = figure.data[-1]
    assert list(joins.customdata) == [6, 5, 4, 3, 2]
    assert joins.hovertext[-1] == "<b>Cut here: 2 segments</b><br>6 customers joined at height 12"


def test_every_branch_has_its_customers_below_and_every_segment_its_number_and_shape():
    figure = dendrogram_chart(line_of_three(), default_looks(3))
    assert list(figure.layout.xaxis.ticktext) == ["1"] * 6
    numbers = {label.text: label.x for label in figure.layout.annotations}
    assert (numbers["<b>1</b>"], numbers["<b>2</b>"], numbers["<b>3</b>"]) == (1, 3.5, 5)
    assert list(figure.data[-2].marker.symbol) == [mark(i).symbol for i in (0, 0, 0, 1, 1, 2)]


@pytest.mark.parametrize(
    "X, n_clusters, finding",
    [
        (LINE, 2, "Two segments, along the longest stretch without a join"),
        (LINE, 3, "Three segments; the longest stretch without a join gives two"),
        (np.arange(3.0)[:, np.newaxis], 2, "Two segments, cut between joins of one height"),
    ],
)
def test_the_title_says_what_the_stretches_between_the_joins_say(X, n_clusters, finding):
    figure = dendrogram_chart(drawn(X, n_clusters), default_looks(n_clusters))
    assert finding in figure.layout.title.text.replace("<br>", " ")


def test_a_tree_of_a_sample_says_so():
    figure = dendrogram_chart(drawn(LINE, 2, n_total=90_000), default_looks(2))
    assert "sample of 6 of 90,000 customers; all joins" in figure.layout.title.text.replace("<br>", " ")


def test_names_of_segments_are_no_markup():
    looks = [look.__class__("<b>x", look.mark, True) for look in default_looks(2)]
    assert dendrogram_chart(drawn(LINE, 2), tuple(looks)).data[-2].hovertext[0] == "<b>&lt;b&gt;x</b><br>1 customer"


PANEL = """
from pages._ui import compute
from pages._ui.clusters import dendrogram
from pages._ui.session import current

session = current()
dendrogram(session, compute.shown(session))
"""


@pytest.fixture
def panel(mall):
    """The tree of the mall customers, cut into five segments."""
    st.cache_resource.clear()
    app = AppTest.from_string(PANEL, default_timeout=60)
    session = app.session_state["session"] = Session()
    session.load(mall, "Mall")
    session.features = FeatureSpec((INCOME, SPENDING))
    session.clustering = ClusterSpec("agglomerative", n_clusters=5)
    return app.run()


def test_the_slider_cuts_the_tree_at_another_height(panel):
    slider = widget(panel.select_slider, "Cut at height")
    assert slider.options[-2:] == ["12.8 · 3 segments", "15.9 · 2 segments"]
    assert slider.value == 5
    panel = slider.set_value(3).run()
    assert not panel.exception
    assert session_of(panel).clustering.n_clusters == 3
    assert "cut at<br>12.8" in str(figures(panel)[0])
    assert widget(panel.select_slider, "Cut at height").value == 3


def test_the_slider_follows_a_number_chosen_elsewhere(panel):
    session_of(panel).clustering = replace(session_of(panel).clustering, n_clusters=7)
    panel.run()
    assert widget(panel.select_slider, "Cut at height").value == 7
    assert session_of(panel).clustering.n_clusters == 7


@pytest.mark.parametrize("point", [None, {"x": 3}, {"x": 3, "customdata": 5}])
def test_nothing_happens_where_no_other_cut_was_clicked(panel, monkeypatch, point):
    monkeypatch.setattr(import_module("pages._ui.clusters.dendrogram"), "show_to_click", lambda *_, **__: point)
    assert not panel.run().exception
    assert session_of(panel).clustering.n_clusters == 5


def test_a_click_on_a_join_cuts_there_and_is_forgotten_with_the_chart_it_was_on(panel, monkeypatch):
    keys = []

    def clicked(figure, *, key, **_):
        """What the browser would tell, which the driver cannot: the point of the first chart stays chosen on it."""
        keys.append(key)
        return {"customdata": 7} if key == keys[0] else None

    monkeypatch.setattr(import_module("pages._ui.clusters.dendrogram"), "show_to_click", clicked)
    panel.run()
    assert session_of(panel).clustering.n_clusters == 7
    session_of(panel).clustering = replace(session_of(panel).clustering, n_clusters=3)
    panel.run()
    assert session_of(panel).clustering.n_clusters == 3


def test_another_cut_does_not_grow_the_tree_again(panel, monkeypatch):
    grown = []
    monkeypatch.setattr("clustering.methods.shapes.grow", lambda *given: grown.append(given) or grow(*given))
    widget(panel.select_slider, "Cut at height").set_value(3).run()
    assert not grown
    session_of(panel).clustering = session_of(panel).clustering.with_settings(linkage="single")
    panel.run()
    assert len(grown) == 1


def test_another_method_has_no_tree(panel):
    session_of(panel).clustering = ClusterSpec(n_clusters=5)
    panel.run()
    assert not panel.exception
    assert not figures(panel)
    assert not panel.select_slider


def test_a_tree_of_a_sample_and_steps_by_hand_are_told():
    told = tree_caption("single", drawn(LINE, 2, n_total=9_000), is_edited=True)
    assert "sample of 6 customers" in told
    assert "the other 8,994" in told
    assert "before your steps by hand" in told


def test_the_tree_is_told_to_those_who_do_not_see_it():
    assert tree_alt(line_of_three(), ("Low", "Middle", "High")).startswith(
        "Tree of 6 customers, cut at height 2.75 into 3 segments (Low: 3; Middle: 2; High: 1). By height of the cut: "
        "2 segments from 3.5 to 12; 3 segments from 2 to 3.5"
    )
