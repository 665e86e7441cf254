"""The search over settings at the end of the Clusters page: what is tried, what stays, taking a row over."""

import pytest

from clustering import ClusterSpec
from clustering.methods import METHODS
from tests.driver import (
    button,
    errors,
    go,
    session_of,
    table_with,
    texts,
    use_income_and_spending,
    widget,
)

PAGE = "pages/4_Clusters.py"


@pytest.fixture
def malls(app, mall):
    session_of(app).load(mall, "Mall customers")
    use_income_and_spending(app)
    return app


def opened(app, method, n_clusters=None):
    """The page with the panel open; the driver cannot click it, so what the click would leave is put there."""
    session = session_of(app)
    session.clustering = ClusterSpec(method, n_clusters)
    go(app, PAGE)
    return open_panel(app)


def open_panel(app):
    app.session_state[session_of(app).key("search-settings")] = True
    return run(app)


def run(app):
    app.run()
    assert not app.exception
    return app


def try_all(app):
    """Press the button that tries; it is asked for by its key, for its label tells how many."""
    app.button(key=session_of(app).key("try")).click()
    return run(app)


def results(app):
    return table_with(app, "Smallest share")


def pick(app, row):
    """What the browser tells when a row was picked."""
    key = next(key for key in app.session_state._state.filtered_state if "-trials-" in str(key))
    app.session_state[key] = {"selection": {"rows": [row], "columns": [], "cells": []}}
    return run(app)


def label(app):
    return app.button(key=session_of(app).key("try")).label


def test_the_fields_begin_with_what_is_worth_trying_and_nothing_is_tried_yet(malls):
    opened(malls, "dbscan")
    assert widget(malls.text_input, "Reach").value == "0.21, 0.297, 0.42, 0.594, 0.84"
    assert widget(malls.text_input, "Neighbours that make a crowd").value == "2, 5, 10"
    assert label(malls) == "Try 15 settings"
    assert not session_of(malls).searches[key_of(malls)].tried


def key_of(app):
    session = session_of(app)
    return session.data_key, session.features, session.clustering.method


def test_what_is_found_is_ranked_and_a_refusal_says_why(malls):
    try_all(opened(malls, "dbscan"))
    table = results(malls)
    assert len(table) == 15
    best = table["Separation, noise as 0"].iloc[0]
    assert best == pytest.approx(0.5554, abs=1e-4)  # from scikit-learn's DBSCAN and silhouette
    assert table["Separation, noise as 0"].dropna().is_monotonic_decreasing
    assert table["Segments"].iloc[0] == 5
    refused = table[table["Remark"] != ""]
    assert refused.index.tolist() == list(range(10, 15))
    assert refused["Remark"].str.startswith("DBSCAN found one single segment").all()
    assert label(malls) == "All are tried"
    told = texts(malls)
    assert "First of 15 by the best separation, noise counted as 0: Reach 0.42 · " in told
    assert "5 found no segments." in told


def test_a_row_is_taken_over_and_the_results_stand(malls):
    try_all(opened(malls, "dbscan"))
    before = results(malls)
    pick(malls, 0)
    button(malls, "Use these settings").click()
    run(malls)
    assert dict(session_of(malls).clustering.settings) == {"eps": 0.42, "min_samples": 10}
    assert results(malls).equals(before)
    assert "On show" in texts(malls)
    assert session_of(malls).n_clusters == 5


def test_a_refused_row_cannot_be_taken_over(malls):
    try_all(opened(malls, "dbscan"))
    pick(malls, 14)
    assert "Use these settings" not in [one.label for one in malls.button]
    assert texts(malls).count("DBSCAN found one single segment") == 1


def test_mixtures_are_ranked_by_bic(malls):
    opened(malls, "gaussian_mixture", 5)
    widget(malls.text_input, "Segments").set_value("4, 5")
    try_all(run(malls))
    table = results(malls)
    assert len(table) == 8
    assert table["BIC"].is_monotonic_increasing
    assert "by the lowest BIC" in texts(malls)
    assert "Noise" not in table.columns


def test_leaving_the_page_loses_nothing(malls):
    opened(malls, "agglomerative", 5)
    widget(malls.text_input, "Segments").set_value("3, 5")
    widget(run(malls).multiselect, "How groups are joined").set_value(["ward", "single"])
    try_all(run(malls))
    before = results(malls)
    assert set(before["How groups are joined"]) == {"Ward: compact, even segments", "Single: follows chains"}
    assert widget(malls.multiselect, "How groups are joined").options[-1] == "Single: follows chains"
    go(go(malls, "pages/5_Segments.py"), PAGE)
    open_panel(malls)
    assert widget(malls.text_input, "Segments").value == "3, 5"
    assert results(malls).equals(before)


def test_only_what_was_not_tried_is_tried(malls, monkeypatch):
    opened(malls, "agglomerative", 5)
    widget(malls.text_input, "Segments").set_value("3, 5")
    try_all(run(malls))
    from pages._ui.compute import methods

    asked, attempt = [], methods.attempt
    monkeypatch.setattr(methods, "attempt", lambda *args, **more: asked.append(args[1]) or attempt(*args, **more))
    widget(malls.text_input, "Segments").set_value("3, 4, 5")
    assert label(run(malls)) == "Try the other 4 settings"
    assert len(results(malls)) == 8  # what is known stands before
    try_all(malls)
    assert [one.n_clusters for one in asked] == [4] * 4
    assert len(results(malls)) == 12


def test_what_is_done_is_kept_where_the_run_is_left(malls, monkeypatch):
    from pages._ui.compute import methods

    opened(malls, "agglomerative", 5)
    attempt = methods.attempt

    def left_after_two(*args, **more):
        if len(session_of(malls).searches[key_of(malls)].tried) == 2:
            raise RuntimeError("the browser went away")
        return attempt(*args, **more)

    monkeypatch.setattr(methods, "attempt", left_after_two)
    malls.button(key=session_of(malls).key("try")).click().run()
    monkeypatch.setattr(methods, "attempt", attempt)
    assert len(results(run(malls))) == 2
    assert label(malls) == "Try the other 34 settings"


def test_settings_are_drawn_at_random(malls):
    opened(malls, "dbscan")
    widget(malls.selectbox, "Try").set_value("Random")
    widget(run(malls).number_input, "How many").set_value(5)
    assert label(run(malls)) == "Try 5 settings"
    try_all(malls)
    assert len(results(malls)) == 5
    assert results(malls)["Reach"].between(0.21, 0.84).all()


def test_what_cannot_be_read_is_told(malls):
    opened(malls, "dbscan")
    widget(malls.text_input, "Reach").set_value("0.2, far")
    assert errors(run(malls))[0].startswith('Reach: "far" is no number.')
    widget(malls.text_input, "Reach").set_value(", ".join(str(i / 10) for i in range(1, 32)))
    assert errors(run(malls))[0].startswith("Those are 93 combinations; at most 60")


@pytest.mark.parametrize("method", METHODS)
def test_every_method_has_a_search(malls, method):
    opened(malls, method, 3 if METHODS[method].takes_k else None)
    assert label(malls).startswith("Try ")
    assert not errors(malls)
