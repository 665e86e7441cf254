"""The tab Customers: the typical ones, those between two segments, those far out; moving them; and the sentences."""

from dataclasses import replace

import numpy as np
import pytest

from clustering import ClusterSpec, FeatureSpec, fit, prepare, read_table
from clustering.profile.people import borderline, far_last, far_out, people_table, placement
from pages._ui import sentences, tables
from tests.driver import SAMPLES, button, errors, session_of, table_with, texts, upload, widget

PAGE = "pages/5_Segments.py"
# Twenty customers from 0 to 9, in row 20 one at 53.5, eleven from 100 to 110, and one at -20. The single ones belong to
# the first, whose center is (90 + 53.5 - 20) / 22 = 5.61. To that 53.5 has 47.89, to 105 51.5: a margin of 0.0702.
LINE = "id,x\n" + "".join(f"c{x},{x}\n" for x in (*range(10), *range(10), 53.5, *range(100, 111), -20))
TYPICAL, BETWEEN, FAR = "Typical", "Between two", "Far out"


@pytest.fixture
def line(app):
    upload(app, "line.csv", LINE.encode())
    session = session_of(app)
    session.features = FeatureSpec(("x",), outliers="keep")
    session.clustering = replace(session.clustering, n_clusters=2)
    return app


@pytest.fixture
def mall(app):
    return upload(app, "mall.csv", (SAMPLES / "mall_customers.csv").read_bytes())


def show(app, which, *, of="All segments", ticked=()):
    """The tab as it is after clicks that the test driver cannot make; to be said anew before every run."""
    app.switch_page(PAGE)
    click(app, which, ticked).run()
    if of != "All segments":
        widget(app.selectbox, "Customers of").set_value(of)
        click(app, which, ticked, of).run()
    assert not app.exception
    return app


def click(app, which, ticked=(), of="All segments"):
    session = session_of(app)
    app.session_state[session.key("segments")] = ":gray[Customers]"
    app.session_state[session.key("people")] = which
    if ticked:
        table = session.key(f"people-{which}-{of}-{session.segments_key}")
        app.session_state[table] = {"selection": {"rows": list(ticked), "columns": [], "cells": []}}
    return app


# --- the lists ---


def test_the_typical_customers_stand_with_all_their_cells(line):
    show(line, TYPICAL)
    assert "### The typical customers of two segments" in texts(line)
    table = table_with(line, "Margin")
    assert table["Segment"].tolist() == ["Segment 1", "Segment 2"]
    # nearest to 5.61 and 105
    assert table["id"].tolist() == ["c6", "c105"]
    assert "Note" not in table


def test_who_lies_between_two_segments_is_counted_and_listed(line):
    show(line, BETWEEN)
    assert "### 1 customer (3.0 % of all) lies between two segments" in texts(line)
    row = table_with(line, "Margin").iloc[0]
    assert (row["id"], row["Segment"], row["Second-best segment"]) == ("c53.5", "Segment 1", "Segment 2")
    assert "1 of them is far out as well and stands last." in texts(line)
    assert row["Margin"] == pytest.approx(0.0702, abs=1e-4)
    standing = table_with(line, "Between two")
    assert standing.values.tolist() == [["Segment 1", "22", "4.5 %", "2"], ["Segment 2", "11", "0.0 %", "0"]]


def test_who_is_far_from_the_center_is_counted_and_listed(line):
    show(line, FAR)
    assert "### 2 customers (6.1 % of all) are far from the center of their segment" in texts(line)
    assert table_with(line, "Margin")["id"].tolist() == ["c53.5", "c-20"]  # the farthest first


def test_the_customers_of_one_segment_can_be_asked_for(line):
    show(line, TYPICAL, of=1)
    assert "### The typical customer" in texts(line)
    assert table_with(line, "Margin")["id"].tolist() == ["c105"]


def test_a_list_of_nobody_says_so_and_offers_nothing_to_move(line):
    show(line, FAR, of=1)
    assert "### Nobody in Segment 2 is far from its center" in texts(line)
    assert not any("Margin" in table.value for table in line.dataframe)
    assert not [b for b in line.button if b.label.startswith("Move")]


def test_a_long_list_is_cut_on_the_screen_and_whole_in_the_file(mall, monkeypatch):
    monkeypatch.setattr("pages._ui.segments.people._MOST", 3)
    show(mall, TYPICAL)
    assert len(table_with(mall, "Margin")) == 3
    assert "The table shows the first 3; the download holds all 5." in texts(mall)


# --- moving ---


def test_ticked_customers_are_moved_to_another_segment(line):
    show(line, BETWEEN, ticked=[0])
    widget(line.selectbox, "Move them to").set_value(1)
    button(click(line, BETWEEN, [0]), "Move 1 customer").click().run()
    assert not line.exception
    session = session_of(line)
    assert session.edited.told() == ("1 customer moved to segment 2.",)
    segments = session.identities.shown[session.segments_key]
    assert np.bincount(segments.labels).tolist() == [21, 12]
    assert segments.labels[20] == 1


def test_nothing_ticked_is_nothing_to_move(line):
    show(line, BETWEEN)
    assert button(line, "Move").disabled


def test_a_move_to_where_they_are_gets_a_sentence(line):
    show(line, BETWEEN, ticked=[0])
    button(click(line, BETWEEN, [0]), "Move 1 customer").click().run()
    assert errors(line) == ["All these customers are in segment 1 already. Choose another one."]


# --- all segments together ---


def test_the_lists_of_all_segments_hold_those_of_each(mall):
    table = session_of(mall).table
    features = prepare(table, FeatureSpec(("Age", "Annual Income (k$)")))
    clustering = fit(features, ClusterSpec(n_clusters=4))
    found = placement(features, clustering)
    for asked, order in ((borderline, found.margin), (far_out, -found.distance)):
        together = asked(found, clustering, most=None)
        each = np.concatenate([asked(found, clustering, label, most=None) for label in range(4)])
        assert sorted(together) == sorted(each)
        assert (np.diff(order[together]) >= 0).all()  # every row has a segment, in order
    assert len(borderline(found, clustering, most=2)) == 2


def test_who_is_far_out_stands_behind_the_others():
    rows, n_far = far_last(np.array([5, 2, 9, 1]), np.array([9, 5, 7]))
    assert (rows.tolist(), n_far) == ([2, 1, 5, 9], 2)


def test_far_out_is_measured_within_the_own_segment():
    # 0..8 and 1000..1800: 400 is far out of the first, and an ordinary distance in the second
    values = [*range(9), 60, *range(1000, 1900, 100)]
    table = read_table(("x\n" + "\n".join(map(str, values))).encode())
    features = prepare(table, FeatureSpec(("x",), scale="none", outliers="keep"))
    clustering = fit(features, ClusterSpec(n_clusters=2))
    assert far_out(placement(features, clustering), clustering).tolist() == [9]


# --- words and tables ---


@pytest.mark.parametrize(
    "n_found, n_shown, n_steps, told",
    [
        (5, 4, 1, "5 found, 4 after 1 step by hand"),
        (5, 5, 2, "5 segments, after 2 steps by hand"),
    ],
)
def test_the_number_after_steps_by_hand_is_told(n_found, n_shown, n_steps, told):
    assert sentences.after_steps(n_found, n_shown, n_steps) == told


@pytest.mark.parametrize(
    ("n", "name", "told"),
    [
        (1, None, "1 customer (0.5 % of all) is far from the center of its segment"),
        (2, None, "2 customers (1.0 % of all) are far from the center of their segment"),
        (2, "Savers", "2 customers (1.0 % of Savers) are far from its center"),
        (0, None, "Nobody is far from the center of their segment"),
    ],
)
def test_far_is_told_of_the_own_center(n, name, told):
    assert sentences.far_heading(n, 200, name) == told


@pytest.mark.parametrize(
    ("n", "told"),
    [
        (0, ""),
        (1, "1 of them is far out as well and stands last."),
        (2, "2 of them are far out as well and stand last."),
    ],
)
def test_who_of_those_between_is_far_out_is_told(n, told):
    assert sentences.far_as_well(n) == told


def test_a_file_of_some_customers_is_named_for_them():
    assert sentences.file_of("my list.csv", "Für Mailing 1/2") == "my list_für_mailing_1_2.csv"
    assert sentences.file_of("list.csv", "***") == "list_chosen.csv"


def test_notes_are_shown_only_where_there_are_any():
    content = b"x\n" + b"".join(b"%d\n" % (i % 3 + 100 * (i % 2)) for i in range(60)) + b"5000\n"
    table = read_table(content)
    features = prepare(table, FeatureSpec(("x",), outliers="auto"))
    clustering = fit(features, ClusterSpec(n_clusters=2))
    people = people_table(table, clustering, placement(features, clustering), [0, 60], ("A", "B"))
    assert tables.people_shown(people)[0]["Note"].tolist() == ["", "far outside in x, placed with the nearest segment"]
    assert "Note" not in tables.people_shown(people.iloc[:1])[0]
