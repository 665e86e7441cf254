"""Start centers placed on the Clusters page: typed, slid, clicked; found from there and given up again."""

import base64
from dataclasses import replace

import numpy as np
import pytest
from sklearn.cluster import KMeans
from streamlit.testing.v1 import AppTest

from clustering import ClusterSpec, FeatureSpec, prepare, read_table
from clustering.features import ColumnSpec
from pages._ui.session import Session, StartDraft
from tests.driver import INCOME, SPENDING, button, errors, figures, texts, widget


def _panel():
    from pages._ui import compute
    from pages._ui.clusters import start_by_hand
    from pages._ui.session import current

    session = current()
    start_by_hand(session, compute.shown(session))


def opened(table, columns, n_clusters, **settings):
    """The panel alone, open, over some columns of a table."""
    import streamlit as st

    st.cache_data.clear()
    st.cache_resource.clear()
    app = AppTest.from_function(_panel, default_timeout=60)
    session = Session()
    session.load(table, "table")
    session.features = FeatureSpec(columns, **settings)
    session.clustering = ClusterSpec(n_clusters=n_clusters)
    app.session_state["session"] = session
    app.session_state[session.key("start-by-hand")] = True
    return run(app)


def run(app):
    app.run()
    assert not app.exception
    return app


@pytest.fixture
def pairs(four_points):
    return opened(read_table(four_points), ("x", "y"), 2, scale="none", outliers="keep")


@pytest.fixture
def malls(mall):
    return opened(mall, (INCOME, SPENDING), 5)


def session_of(app):
    return app.session_state["session"]


def draft(app):
    session = session_of(app)
    return session.drafts.get(session.start_key, StartDraft.empty(session.n_clusters))


def click(app, x, y):
    """What the browser tells when a place was clicked."""
    key = next(key for key in app.session_state._state.filtered_state if "start-click" in str(key))
    app.session_state[key] = {"selection": {"points": [{"x": x, "y": y}], "point_indices": [0], "box": [], "lasso": []}}
    return run(app)


def slide(app, i, value):
    app.slider[i].set_value(value)
    return run(app)


def type_in(app, **cells):
    """Type into the grid, cells as row_column=value."""
    key = next(key for key in app.session_state._state.filtered_state if "start-typed" in str(key))
    rows = {}
    for cell, value in cells.items():
        row, column = cell.split("_")
        rows.setdefault(int(row[1:]), {})[column] = value
    app.session_state[key] = {"edited_rows": rows, "added_rows": [], "deleted_rows": []}
    return run(app)


def title(app):
    return figures(app)[0]["layout"]["title"]["text"].split("</b>")[0].replace("<b>", "").replace("<br>", " ")


def trace(app, name):
    return next(one for one in figures(app)[0]["data"] if one.get("name") == name)


def standing(app, name):
    """Where the marks of a trace stand, one pair each."""
    drawn = trace(app, name)
    return np.stack([np.frombuffer(base64.b64decode(drawn[axis]["bdata"]), drawn[axis]["dtype"]) for axis in "xy"], 1)


# --- the draft ---


A, B, C = (0.0, 1.0), (2.0, 3.0), (4.0, 5.0)


def test_a_click_places_a_center_and_the_next_click_is_for_the_next():
    one = StartDraft.empty(3).clicked(0, A)
    assert (one.centers, one.chosen) == ((A, None, None), 1)
    two = one.clicked(2, C)
    assert (two.centers, two.chosen) == ((A, None, C), 1)
    three = two.clicked(1, B)
    assert (three.centers, three.chosen, three.is_complete) == ((A, B, C), 1, True)


def test_sliders_stay_with_their_center_and_are_not_begun_anew_by_themselves():
    before = StartDraft.empty(2)
    slid = before.slid(0, A)
    assert (slid.centers, slid.chosen) == ((A, None), 0)
    assert slid.n_for_sliders == before.n_for_sliders
    assert slid.n_for_table == before.n_for_table + 1
    assert slid.shown == slid.centers


def test_the_table_is_not_begun_anew_by_what_is_typed_in_it():
    before = StartDraft.empty(2)
    typed = before.typed((A, None))
    assert (typed.shown, typed.n_for_table) == ((None, None), before.n_for_table)
    assert typed.n_for_sliders == before.n_for_sliders + 1
    assert typed.chosen == 1


def test_every_change_draws_another_picture():
    before = StartDraft.empty(2)
    changes = (before.clicked(0, A), before.slid(0, A), before.typed((A, None)), before.replaced((A, B)))
    assert all(changed.n_changes == before.n_changes + 1 for changed in changes)


# --- three ways to the same centers ---


def test_nothing_is_placed_at_first(malls):
    assert title(malls) == "0 of 5 centers placed"
    assert button(malls, "Find the segments from here").disabled


def test_a_closed_panel_draws_nothing(malls):
    malls.session_state[session_of(malls).key("start-by-hand")] = False
    assert not run(malls).get("plotly_chart")


def test_methods_that_start_from_no_centers_have_no_panel(malls):
    session_of(malls).clustering = ClusterSpec("agglomerative", n_clusters=3)
    assert not run(malls).get("expander")


def test_a_click_places_the_next_center_where_it_was_clicked(pairs):
    click(pairs, 0, 1)
    assert draft(pairs).centers == (pytest.approx((0, 1)), None)
    assert title(pairs) == "1 of 2 centers placed"
    assert trace(pairs, "Starts")["text"] == ["<b>1</b>"]
    assert widget(pairs.selectbox, "Center").value == 1
    click(pairs, 10, 1)
    assert draft(pairs).centers[1] == pytest.approx((10, 1))
    assert title(pairs) == "All two centers are placed"


def test_a_click_acts_once(pairs):
    click(pairs, 0, 1)
    before = draft(pairs)
    run(pairs)
    widget(pairs.selectbox, "Center").set_value(0)
    run(pairs)
    assert draft(pairs) == before


def test_the_same_place_can_be_clicked_for_two_centers(pairs):
    click(pairs, 0, 1)
    click(pairs, 0, 1)
    assert draft(pairs).centers == (pytest.approx((0, 1)), pytest.approx((0, 1)))


def test_a_chosen_center_is_moved_by_a_click(pairs):
    click(click(pairs, 0, 1), 10, 1)
    widget(pairs.selectbox, "Center").set_value(0)
    click(run(pairs), 5, 0)
    assert draft(pairs).centers == (pytest.approx((5, 0)), pytest.approx((10, 1)))


def test_sliders_place_and_move_the_chosen_center(pairs):
    # at first they stand at the mean, (5, 1)
    assert [slider.value for slider in pairs.slider] == [5, 1]
    slide(pairs, 0, 8.0)
    assert draft(pairs).centers == (pytest.approx((8, 1)), None)
    slide(pairs, 1, 2.0)
    assert draft(pairs).centers == (pytest.approx((8, 2)), None)
    assert widget(pairs.selectbox, "Center").value == 0


def test_sliders_follow_a_click(pairs):
    click(click(pairs, 0, 1), 10, 2)
    assert [slider.value for slider in pairs.slider] == pytest.approx([10, 2])


def test_typed_cells_place_centers_and_the_rest_stands_at_the_mean(pairs):
    type_in(pairs, r0_x=3.0)
    assert draft(pairs).centers == (pytest.approx((3, 1)), None)
    type_in(pairs, r0_x=3.0, r1_x=7.0, r1_y=0.5)
    assert draft(pairs).centers == (pytest.approx((3, 1)), pytest.approx((7, 0.5)))


def test_what_is_typed_after_a_click_goes_on_from_there(pairs):
    click(pairs, 0, 2)
    type_in(pairs, r0_x=4.0)
    assert draft(pairs).centers == (pytest.approx((4, 2)), None)
    assert standing(pairs, "Starts") == pytest.approx(np.array([(4, 2)]))


def test_a_place_too_far_to_calculate_with_is_told_and_places_nothing(pairs):
    type_in(pairs, r0_x=1e200)
    assert errors(pairs)[0].startswith("A center needs numbers up to 1e+100")
    assert draft(pairs).centers == (None, None)


def test_spread_centers_are_placed_and_cleared(malls):
    button(malls, "Spread them").click()
    assert title(run(malls)) == "All five centers are placed"
    button(malls, "Clear").click()
    assert title(run(malls)) == "0 of 5 centers placed"


def test_centers_are_placed_along_components(malls):
    widget(malls.selectbox, "Across").set_value("Component 1")
    widget(run(malls).selectbox, "Up").set_value("Component 2")
    click(run(malls), 1.5, -0.5)
    assert standing(malls, "Starts") == pytest.approx(np.array([(1.5, -0.5)]))


def test_one_axis_both_ways_asks_for_another(pairs):
    widget(pairs.selectbox, "Up").set_value("x")
    assert run(pairs).info[0].value == "Choose two different axes to place centers on."


def test_of_one_column_centers_are_typed(four_points):
    app = opened(read_table(four_points), ("x",), 2, scale="none")
    assert not app.get("plotly_chart")
    type_in(app, r0_x=0.0, r1_x=10.0)
    assert draft(app).centers == (pytest.approx((0,)), pytest.approx((10,)))


def test_another_number_of_segments_has_a_draft_of_its_own(malls):
    click(malls, 20, 20)
    session = session_of(malls)
    session.clustering = replace(session.clustering, n_clusters=3)
    assert title(run(malls)) == "0 of 3 centers placed"
    session.clustering = replace(session.clustering, n_clusters=5)
    assert title(run(malls)) == "1 of 5 centers placed"


# --- finding the segments from there ---


def found_from(app, *places):
    for place in places:
        click(app, *place)
    button(app, "Find the segments from here").click()
    return run(app)


def test_segments_are_found_from_where_the_centers_stand(pairs):
    found_from(pairs, (0, 1), (10, 1))
    session = session_of(pairs)
    assert np.array(session.clustering.start) == pytest.approx(np.array([(0, 1), (10, 1)]))
    assert title(pairs) == "Settled after 1 round; inertia 4, as with the best of ten random starts"
    assert standing(pairs, "Ends").tolist() == [[0, 1], [10, 1]]
    assert "Their spread (inertia) is 4, as with the best of ten random starts." in texts(pairs)


def test_a_start_that_ends_badly_is_held_against_random_starts(pairs):
    # an upper and a lower pair: 100 instead of 4
    found_from(pairs, (5, 0), (5, 2))
    assert title(pairs) == "Settled after 1 round; inertia 100, against 4 for the best of ten random starts"
    assert "2,400.0 % more than the 4 of the best of ten random starts" in texts(pairs)


def test_random_starts_can_be_had_back_and_the_centers_stay_placed(pairs):
    found_from(pairs, (5, 0), (5, 2))
    button(pairs, "Use random starts again").click()
    run(pairs)
    assert session_of(pairs).clustering == ClusterSpec(n_clusters=2)
    assert title(pairs) == "All two centers are placed"
    assert not [one for one in pairs.button if one.label == "Use random starts again"]


def test_after_a_center_was_moved_the_segments_on_show_are_not_where_it_ends(pairs):
    found_from(pairs, (0, 1), (10, 1))
    click(pairs, 5, 2)
    assert title(pairs) == "All two centers are placed"
    assert "These segments come from centers placed by hand" in texts(pairs)
    assert not button(pairs, "Find the segments from here").disabled


def test_a_center_nobody_is_nearest_to_is_told(pairs):
    found_from(pairs, (0, 1), (0, 1))
    assert "No customer was nearest to center 2" in texts(pairs)


def test_a_start_that_came_with_the_choices_is_shown_as_it_stands(pairs):
    session = session_of(pairs)
    session.clustering = replace(session.clustering, start=((0.0, 1.0), (10.0, 1.0)))
    assert title(run(pairs)).startswith("Settled after")
    assert standing(pairs, "Starts").tolist() == [[0, 1], [10, 1]]


def test_clicks_on_the_mall_end_as_scikit_learn_does(mall):
    settings = {"scale": "standard", "settings": (ColumnSpec(INCOME, log=True),)}
    app = opened(mall, (INCOME, SPENDING), 3, **settings)
    places = [(30.0, 20.0), (100.0, 20.0), (60.0, 90.0)]
    found_from(app, *places)
    start = np.array(session_of(app).clustering.start)
    features = prepare(mall, FeatureSpec((INCOME, SPENDING), **settings))
    logged = np.log1p(mall.frame[INCOME])
    assert start[:, 0] == pytest.approx((np.log1p([x for x, _ in places]) - logged.mean()) / logged.std(ddof=0))
    expected = KMeans(3, init=start, n_init=1).fit(features.X).cluster_centers_
    amounts = np.expm1(expected[:, 0] * logged.std(ddof=0) + logged.mean())
    assert standing(app, "Ends")[:, 0] == pytest.approx(amounts)


def test_customers_and_places_are_drawn_and_only_places_can_be_clicked(malls):
    assert trace(malls, "Customers")["hoverinfo"] == "skip"
    assert "hoverinfo" not in trace(malls, "Places to click")
