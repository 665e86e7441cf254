"""The k-distance curve: by hand, as a chart, and clicked on its panel."""

from dataclasses import replace
from importlib import import_module

import numpy as np
import pytest
import streamlit as st
from sklearn.cluster import DBSCAN
from streamlit.testing.v1 import AppTest

from clustering import ClusterSpec, FeatureSpec, prepare, read_table
from clustering.charts import nearness_chart
from clustering.charts.template import colours
from clustering.errors import TooFewRows
from clustering.methods import proposals
from clustering.nearness import nearness
from pages._ui.sentences import nearness_alt, nearness_caption
from pages._ui.session import Session
from tests.driver import INCOME, SPENDING, errors, figures, session_of, texts

# To find three, themselves among them, the rows at 0, 1, 3, 7 and 15 have to look 3, 2, 3, 6 and 12 far.
LINE = b"x,w\n0,1\n1,1\n3,1\n7,1\n15,6\n"
SPEC = FeatureSpec(("x",), scale="none", outliers="keep")


def features(content=LINE, spec=SPEC):
    return prepare(read_table(content), spec)


def dbscan(**settings):
    return ClusterSpec("dbscan").with_settings(**settings)


@pytest.fixture(scope="module")
def measured():
    return nearness(features(), dbscan(min_samples=3, eps=4.0))


# --- the curve ---


def test_the_curve_says_how_far_which_share_of_the_customers_has_to_look(measured):
    assert measured.distances.tolist() == pytest.approx([2, 3, 3, 6, 12])
    assert measured.shares.tolist() == pytest.approx([0.2, 0.4, 0.6, 0.8, 1])
    assert (measured.n_samples, measured.n_total, measured.min_samples) == (5, 5, 3)


def test_the_share_that_finds_a_crowd_is_that_of_the_core_points(measured, mall):
    assert measured.core_share == pytest.approx(0.6)  # 2, 3 and 3 are up to 4
    prepared = prepare(mall, FeatureSpec((INCOME, SPENDING)))
    found = nearness(prepared, dbscan())
    core = DBSCAN(eps=found.eps, min_samples=found.min_samples).fit(prepared.X).core_sample_indices_
    assert found.core_share == pytest.approx(len(core) / len(prepared.X))


def test_what_is_not_set_is_proposed(measured):
    assert measured.proposed == pytest.approx(6)  # twice the median of the distances
    assert nearness(features(), dbscan(min_samples=3)).eps == pytest.approx(6)
    assert measured.eps == 4


def test_a_long_curve_is_drawn_with_400_points_from_end_to_end():
    content = "x\n" + "\n".join(str(i * i) for i in range(1_000))
    found = nearness(features(content.encode()), dbscan(min_samples=2))
    assert len(found.distances) == len(found.shares) == 400
    # the nearest other square is 2 i - 1 below, of the first one 1 above
    assert (found.distances[0], found.distances[-1]) == pytest.approx((1, 1_997))
    assert (found.shares[0], found.shares[-1]) == (0.001, 1)
    assert found.distance_of(0.5) == pytest.approx(1_000, abs=4)


def test_of_a_large_table_a_sample_looks_around(monkeypatch):
    monkeypatch.setattr(proposals, "_QUERIES", 3)
    found = nearness(features(), dbscan(min_samples=3, eps=4.0))
    assert (found.n_samples, found.n_total, len(found.distances)) == (3, 5, 3)
    assert "a sample of 3 customers" in nearness_caption(found)
    assert "sample of 3 of 5 customers" in nearness_chart(found).layout.title.text.replace("<br>", " ")


def test_a_reach_has_three_digits_and_is_never_nothing(measured):
    found = replace(measured, distances=np.array([0, 0, 0.012345, 3.14159, 1234.5]))
    assert found.reaches == (0.0123, 3.14, 1230)


def test_a_crowd_of_more_than_there_are_is_refused_with_both_numbers():
    with pytest.raises(TooFewRows) as error:
        nearness(features(), dbscan(min_samples=8))
    assert str(error.value) == (
        "8 customers are to make a crowd, but only 5 take part. Let fewer make one (min_samples)."
    )


def test_that_weights_are_not_counted_here_is_told(measured):
    assert "weight" not in nearness_caption(measured)
    weighed = nearness(features(spec=replace(SPEC, weight_column="w")), dbscan(min_samples=3))
    assert "DBSCAN itself counts them by their weight" in nearness_caption(weighed)


# --- the chart ---


def title(fig):
    return fig.layout.title.text.split("</b>")[0].removeprefix("<b>").replace("<br>", " ")


def notes(fig):
    return {note.text: note for note in fig.layout.annotations}


def test_the_chart_shows_the_whole_curve_in_per_cent(measured):
    line = nearness_chart(measured).data[0]
    assert line.x.tolist() == pytest.approx([20, 40, 60, 80, 100])
    assert line.y.tolist() == pytest.approx([2, 3, 3, 6, 12])


@pytest.mark.parametrize(
    "eps, share, finding",
    [
        (4, 0.6, "Within 4, 60 % of customers find a crowd of 3"),
        (1, 0, "Within 1, no customer finds a crowd of 3"),
        (20, 1, "Within 20, 100 % of customers find a crowd of 3"),
        (11, 0.997, "Within 11, 99.7 % of customers find a crowd of 3"),
    ],
)
def test_the_title_says_how_many_find_a_crowd_within_the_reach(measured, eps, share, finding):
    assert title(nearness_chart(replace(measured, eps=eps, core_share=share))) == finding


def test_the_reach_in_use_and_the_one_proposed_are_lines_with_their_names(measured):
    fig = nearness_chart(measured)
    assert [shape.y0 for shape in fig.layout.shapes] == pytest.approx([6, 4])
    assert [note.y for note in notes(fig).values()] == pytest.approx([6, 4])
    assert set(notes(fig)) == {"<b>6</b> proposed", "<b>4</b> in use"}


def test_a_reach_that_is_the_proposed_one_is_one_line(measured):
    fig = nearness_chart(replace(measured, eps=6.0))
    assert [shape.y0 for shape in fig.layout.shapes] == [6]
    assert set(notes(fig)) == {"<b>6</b> in use, as proposed"}


def test_the_names_of_two_reaches_close_together_do_not_cover_each_other(measured):
    close = notes(nearness_chart(replace(measured, eps=5.8)))
    assert close["<b>6</b> proposed"].yanchor == "bottom"
    assert close["<b>5.8</b> in use"].yanchor == "top"
    assert {note.yanchor for note in notes(nearness_chart(measured)).values()} == {"bottom"}


def test_the_reach_in_use_is_marked_where_the_curve_passes_it(measured):
    mark = nearness_chart(measured).data[-1]
    assert (mark.x[0], mark.y[0]) == (pytest.approx(60), 4)


def test_a_point_that_is_clicked_tells_the_reach_to_take(measured):
    zeros = replace(measured, distances=np.array([0, 0, 1.23456, 6, 12]))
    points = nearness_chart(zeros).data[1]
    assert list(points.customdata) == [1.23, 6, 12]
    assert points.x.tolist() == pytest.approx([60, 80, 100])
    assert points.hovertext[0].startswith("<b>Reach 1.23</b><br>60 % of the customers find a crowd")


def test_a_few_customers_far_off_do_not_flatten_the_curve(measured):
    shares = np.arange(1, 201) / 200
    far = replace(measured, distances=np.r_[np.linspace(1, 8, 198), 900, 1_000], shares=shares)
    assert nearness_chart(far).layout.yaxis.range[1] == pytest.approx(8)


def test_the_chart_has_the_colours_of_its_mode(measured):
    for mode in ("light", "dark"):
        fig = nearness_chart(measured, mode=mode)
        assert fig.data[0].line.color == colours(mode).marks
        assert fig.data[-1].marker.color == colours(mode).accent


def test_the_curve_is_told_to_those_who_do_not_see_it(measured):
    assert nearness_alt(measured) == (
        "How far 5 customers have to look for a crowd of 3: 25 % within 3; 50 % within 3; 75 % within 6; 90 % within "
        "12; 99 % within 12. Reach in use 4, proposed 6"
    )


# --- the panel ---

PANEL = """
import streamlit as st

from pages._ui import compute
from pages._ui.clusters import nearness
from pages._ui.session import current
from pages._ui.widgets import shown_errors

session = current()
with shown_errors():
    nearness(session, compute.segmentation(session))
    st.caption("The rest of the page")
"""
MODULE = "pages._ui.clusters.nearness"


@pytest.fixture
def panel(mall):
    st.cache_data.clear()
    st.cache_resource.clear()
    app = AppTest.from_string(PANEL, default_timeout=60)
    session = app.session_state["session"] = Session()
    session.load(mall, "Mall")
    session.features = FeatureSpec((INCOME, SPENDING))
    session.clustering = ClusterSpec("dbscan")
    return app.run()


def click(monkeypatch, reach):
    """Tell what the browser would, which the driver cannot: the point of the first chart stays chosen on it."""
    keys = []

    def clicked(figure, *, key, **_):
        keys.append(key)
        return {"x": 1, "y": 1, "customdata": reach} if key == keys[0] else None

    monkeypatch.setattr(import_module(MODULE), "show_to_click", clicked)


def eps_of(app):
    return dict(session_of(app).clustering.settings).get("eps")


def test_the_panel_draws_the_curve_and_says_what_it_means(panel):
    assert not panel.exception
    assert len(figures(panel)) == 1
    assert "crowd of 5" in figures(panel)[0]["layout"]["title"]["text"].replace("<br>", " ")
    assert "Everybody looks for 5 customers" in texts(panel)
    assert eps_of(panel) is None


def test_another_method_has_no_curve(panel):
    session_of(panel).clustering = ClusterSpec(n_clusters=5)
    panel.run()
    assert not panel.exception
    assert not figures(panel)


def test_a_click_takes_the_reach_and_is_forgotten_with_the_chart_it_was_on(panel, monkeypatch):
    click(monkeypatch, 0.35)
    panel.run()
    assert not panel.exception
    assert eps_of(panel) == 0.35
    session_of(panel).clustering = ClusterSpec("dbscan").with_settings(eps=0.5)
    panel.run()
    assert eps_of(panel) == 0.5


def test_a_click_on_the_reach_in_use_changes_nothing(panel, monkeypatch):
    session_of(panel).clustering = ClusterSpec("dbscan").with_settings(eps=0.35)
    monkeypatch.setattr(import_module(MODULE), "show_to_click", lambda *_, **__: {"customdata": 0.35})
    assert not panel.run().exception
    assert eps_of(panel) == 0.35


def test_a_reach_without_segments_is_refused_and_the_page_goes_on_with_what_is_shown(panel, monkeypatch):
    click(monkeypatch, 0.001)
    panel.run()
    assert not panel.exception
    assert errors(panel)[0].startswith("DBSCAN found no segment")
    assert eps_of(panel) is None
    assert "The rest of the page" in texts(panel)
