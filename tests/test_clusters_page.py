"""Clusters page: customers chosen in the picture, groups of one's own, steps by hand, one segment alone."""

import csv
import io
import json
from dataclasses import replace

import numpy as np
import pytest

from clustering import fit, label_table, prepare
from clustering.edits import Edits, Merge
from clustering.groups import Group
from pages._ui import compute
from pages._ui.picking import shapes_of
from pages._ui.session.looking import look_into
from tests.driver import (
    INCOME,
    SPENDING,
    button,
    errors,
    figures,
    go,
    session_of,
    table_with,
    texts,
    upload,
    use_income_and_spending,
    widget,
)

PAGE = "pages/4_Clusters.py"
# The upper right corner of the mall: 32 rows of the file have an income of 75 and a score of 60 or more.
RICH, CORNER = 32, ((75, 140), (60, 100))


@pytest.fixture
def mall(app):
    button(app, "Try it with sample data").click().run()
    return go(use_income_and_spending(app), PAGE)


def nothing_but(**shapes):
    return {"points": [], "point_indices": [], "box": [], "lasso": []} | shapes


def draw(app, *, box=None, lasso=None):
    """What the browser tells when a box or a lasso was drawn; to be said anew before every run."""
    shapes = {
        kind: [{"x": list(shape[0]), "y": list(shape[1])}] for kind, shape in (("box", box), ("lasso", lasso)) if shape
    }
    key = next(key for key in app.session_state._state.filtered_state if "scatter-" in str(key))
    app.session_state[key] = {"selection": nothing_but(**shapes)}
    return app


def found(session):
    """The segments, outside the app."""
    return fit(prepare(session.table, session.features), session.spec)


def chosen(app):
    return [m.value for m in app.markdown if m.value.endswith(" chosen")]


# --- what was drawn ---


def test_boxes_and_lassos_become_plain_tuples():
    drawn = nothing_but(
        box=[{"xref": "x", "yref": "y", "x": [1, 2], "y": [3.5, 4]}],
        lasso=[{"xref": "x", "yref": "y", "x": [0, 1, 1], "y": [0, 0, 1]}],
    )
    assert shapes_of(drawn) == ((((1, 2), (3.5, 4)),), (((0, 1, 1), (0, 0, 1)),))


def test_points_inside_a_shape_add_nothing_to_it():
    drawn = nothing_but(points=[{"x": 1, "y": 2}], lasso=[{"x": [0, 5, 5], "y": [0, 0, 5]}])
    assert shapes_of(drawn) == ((), (((0, 5, 5), (0, 0, 5)),))


def test_a_point_that_was_clicked_is_a_box_without_extent():
    assert shapes_of(nothing_but(points=[{"x": 1.5, "y": 2}])) == ((((1.5, 1.5), (2, 2)),), ())


def test_nothing_drawn_is_no_shape():
    assert shapes_of(nothing_but()) == ((), ())


# --- who is chosen ---


def test_nobody_is_chosen_at_first_and_the_page_says_how(mall):
    assert not chosen(mall)
    assert "Draw around customers with the lasso" in texts(mall)


def test_all_customers_in_a_box_are_chosen_and_described(mall):
    draw(mall, box=CORNER).run()
    assert not mall.exception
    assert chosen(mall) == [f"## {RICH} customers chosen"]
    cells = session_of(mall).table.frame
    is_in = (cells[INCOME] >= 75) & (cells[SPENDING] >= 60)
    assert is_in.sum() == RICH
    own, rest = cells[INCOME][is_in].mean(), cells[INCOME][~is_in].mean()
    row = table_with(mall, "The rest").set_index("Column").loc[INCOME]
    assert row.tolist() == [f"{own:.1f}", f"{rest:.1f}", f"{100 * own / rest:.0f} ▲"]
    assert f"({own:.1f}, against {rest:.1f})" in texts(mall)
    assert f"From Segment 2 ({RICH} of 39)" in texts(mall)
    assert len(table_with(mall, "Margin")) == 10
    assert f"the download holds all {RICH}" in texts(mall)


def test_a_lasso_chooses_who_lies_in_it(mall):
    triangle = ((75, 140, 140), (60, 60, 100))
    draw(mall, lasso=triangle).run()
    session = session_of(mall)
    x, y = (session.table.frame[column].to_numpy() for column in (INCOME, SPENDING))
    # below the line from (75, 60) to (140, 100)
    expected = ((x <= 140) & (y >= 60) & (y - 60 <= (x - 75) * 40 / 65)).sum()
    assert chosen(mall) == [f"## {expected} customers chosen"]


def test_a_shape_around_nobody_says_so(mall):
    draw(mall, box=((130, 139), (90, 99))).run()
    assert chosen(mall) == ["## Nobody chosen"]
    assert not mall.error
    assert not [b for b in mall.button if b.label.startswith("Move")]


def test_a_shape_around_everybody_says_that_nobody_is_left_to_compare_with_and_no_error(mall):
    draw(mall, box=((0, 200), (0, 200))).run()
    assert chosen(mall) == ["## 200 customers chosen"]
    assert not errors(mall)
    assert "nobody is left to compare them with" in texts(mall)
    assert not [table for table in mall.dataframe if "The rest" in table.value.columns]


def test_everybody_can_be_seen_taken_away_and_named(mall):
    draw(mall, box=((0, 200), (0, 200))).run()
    assert len(table_with(mall, "Margin")) == 10
    assert "the download holds all 200" in texts(mall)
    assert [b for b in mall.get("download_button") if b.label == "Download them"]
    draw(mall, box=((0, 200), (0, 200)))
    widget(mall.text_input, "Name this group").set_value("All of them").run()
    draw(mall, box=((0, 200), (0, 200)))
    button(mall, "Keep it").click().run()
    assert [(group.name, len(group.rows)) for group in session_of(mall).groups] == [("All of them", 200)]


def test_all_but_the_richest_are_still_compared_with_these(mall):
    incomes = session_of(mall).table.frame[INCOME]
    draw(mall, box=((0, incomes.max() - 1), (0, 200))).run()
    assert chosen(mall) == [f"## {(incomes < incomes.max()).sum()} customers chosen"]
    assert "nobody is left" not in texts(mall)
    assert len(table_with(mall, "The rest"))


def test_customers_that_are_not_drawn_are_chosen_too(app):
    cells = np.random.default_rng(0).integers(0, 50, (6_000, 2))
    lines = "\n".join(f"{x},{y}" for x, y in cells)
    upload(app, "many.csv", f"x,y\n{lines}\n".encode())
    session = session_of(app)
    session.clustering = replace(session.clustering, n_clusters=3)
    go(app, PAGE)
    drawn = sum(len(trace["customdata"]) for trace in figures(app)[0]["data"][:3])
    assert 4_900 < drawn <= 5_000
    draw(app, box=((10, 19), (10, 19))).run()
    n = int(((cells >= 10) & (cells <= 19)).all(axis=1).sum())
    assert chosen(app) == [f"## {n} customers chosen"]


def test_another_picture_is_another_chart(mall):
    def name():
        return next(key for key in mall.session_state._state.filtered_state if "scatter-" in str(key))

    names = [name()]
    for label, value in (("Across", "Component 1"), ("Across", INCOME)):
        widget(mall.selectbox, label).set_value(value).run()
        names.append(name())
    widget(mall.number_input, "Segments").set_value(4).run()
    names.append(name())
    assert names[0] == names[2]
    assert len(set(names)) == 3


def test_without_choosing_the_picture_can_be_scrolled_over(mall):
    assert figures(mall)[0]["layout"]["dragmode"] == "lasso"
    mall.toggle[0].set_value(False).run()
    assert figures(mall)[0]["layout"]["dragmode"] is False
    assert "lasso" not in texts(mall)


def test_customers_can_be_chosen_by_value_without_drawing(mall):
    for i, least in enumerate((75, 60)):
        mall.slider[i].set_range(least, mall.slider[i].max).run()
    assert chosen(mall) == [f"## {RICH} customers chosen"]


def test_values_that_the_picture_ends_at_leave_nobody_out(app):
    # the last customer is so far outside that the picture does not show it, and the slider ends before it
    rows = [f"{i % 3 * 40 + i / 10},{i % 3 * 5 + i % 2}" for i in range(60)] + ["5000,5"]
    upload(app, "far.csv", "\n".join(["spend,visits", *rows]).encode())
    go(app, PAGE)
    ends = widget(app.slider, "spend")
    assert ends.max < 5000
    ends.set_range(80, ends.max).run()
    n_high = sum(float(row.split(",")[0]) >= 80 for row in rows)
    assert chosen(app) == [f"## {n_high} customers chosen"]


def test_in_three_dimensions_nobody_is_asked_to_choose(mall):
    go(mall, "pages/2_Features.py")
    mall.multiselect[0].set_value([INCOME, SPENDING, "Age"]).run()
    go(mall, PAGE)
    widget(mall.selectbox, "View").set_value("3-D").run()
    assert not mall.exception
    assert not mall.toggle


# --- groups of one's own ---


def keep(app, name, **shapes):
    draw(app, **shapes).run()
    widget(app.text_input, "Name this group").set_value(name)
    button(draw(app, **shapes), "Keep it").click().run()
    assert not app.exception
    return app


def test_a_group_is_kept_listed_and_stands_in_the_export(mall):
    keep(mall, "Top *ones*", box=CORNER)
    assert [group.name for group in session_of(mall).groups] == ["Top *ones*"]
    assert f"Top *ones*** :gray[· {RICH} customers]" in texts(mall)
    go(mall, "pages/6_Export.py")
    assert table_with(mall, "group") is not None
    session = session_of(mall)
    labelled = label_table(session.table, found(session), groups=session.groups)
    assert (labelled["group"] == "Top *ones*").sum() == RICH


def test_a_name_that_is_taken_is_refused_and_the_group_stays(mall):
    keep(mall, "Top", box=CORNER)
    keep(mall, "TOP", box=((0, 40), (0, 40)))
    assert errors(mall) == [
        f'There is a group "Top" already, of {RICH} customers. Take another name, or remove that group first.'
    ]
    assert [len(group.rows) for group in session_of(mall).groups] == [RICH]


def test_a_group_without_a_name_is_refused(mall):
    keep(mall, " ", box=CORNER)
    assert errors(mall) == ["The group has no name. Type one."]
    assert not session_of(mall).groups


def test_groups_whose_names_differ_in_a_sign_stand_side_by_side(mall):
    for name in ("chosen", "a b", "a-b"):
        keep(mall, name, box=CORNER)
    draw(mall, box=CORNER).run()
    assert not mall.exception
    assert len([b for b in mall.button if b.label == "Remove"]) == 3


def test_a_group_can_be_removed(mall):
    keep(mall, "Top", box=CORNER)
    keep(mall, "Poor", box=((0, 40), (0, 40)))
    button(mall, "Remove").click().run()
    assert [group.name for group in session_of(mall).groups] == ["Poor"]


def test_the_file_of_chosen_customers_holds_their_cells_segment_and_group(mall):
    session = session_of(mall)
    session.groups = (Group("Two", np.array([3, 199])),)
    segments = found(session)
    content = compute.labelled_rows(session, segments, np.array([3, 5]))().content.decode("utf-8-sig")
    header, *rows = csv.reader(io.StringIO(content))
    assert header[-4:] == ["segment", "segment_name", "segment_note", "group"]
    assert [row[0] for row in rows] == ["4", "6"]
    assert [row[-1] for row in rows] == ["Two", ""]
    assert all(row[-3] == f"Segment {row[-4]}" for row in rows)


# --- steps by hand ---


def test_chosen_customers_can_be_moved_and_the_step_undone(mall):
    draw(mall, box=CORNER).run()
    widget(mall.selectbox, "Move them to").set_value(0)
    button(draw(mall, box=CORNER), f"Move {RICH} customers").click().run()
    assert not mall.exception
    session = session_of(mall)
    assert len(session.edited.steps) == 1
    assert "5 segments, after 1 step by hand" in texts(mall)
    assert figures(mall)[1]["data"][0]["text"][0].startswith(f"{82 + RICH} ·")
    assert not chosen(mall)
    button(mall, "Undo the last step").click().run()
    assert not session_of(mall).edited.steps
    assert "by hand" not in texts(mall)


def test_the_number_of_segments_is_the_one_found_and_the_page_tells_both(mall):
    session = session_of(mall)
    session.edit(Edits((Merge((1, 2)),)))
    mall.run()
    assert widget(mall.number_input, "Segments").value == 5
    assert "5 found, 4 after 1 step by hand" in texts(mall)
    assert len(figures(mall)[1]["data"][0]["text"]) == 4
    widget(mall.number_input, "Segments").set_value(6).run()
    assert session.clustering.n_clusters == 6
    assert "by hand" not in texts(mall)


def test_moving_customers_to_where_they_are_gets_a_sentence(mall):
    draw(mall, box=CORNER).run()
    widget(mall.selectbox, "Move them to").set_value(1)
    button(draw(mall, box=CORNER), f"Move {RICH} customers").click().run()
    assert errors(mall) == ["All these customers are in segment 2 already. Choose another one."]
    assert not session_of(mall).edited.steps
    assert len(figures(mall)) == 2


# --- one segment alone ---


@pytest.mark.parametrize("page", ["pages/2_Features.py", "pages/3_Choose_k.py", PAGE, "pages/6_Export.py"])
def test_inside_one_segment_every_page_says_so_and_leads_back(mall, page):
    session = session_of(mall)
    look_into(session, found(session), 1)
    go(mall, page)
    assert "Only the 39 customers of Segment 2 are looked at." in texts(mall)
    button(mall, "Back to all customers").click().run()
    assert not mall.exception
    assert session_of(mall).outer is None
    assert "are looked at" not in texts(mall)


def test_with_all_customers_nothing_leads_back(mall):
    assert not [b for b in mall.button if b.label == "Back to all customers"]


def test_inside_one_segment_only_its_customers_can_be_chosen(mall):
    session = session_of(mall)
    look_into(session, found(session), 1)
    session.clustering = replace(session.clustering, n_clusters=2)
    go(mall, PAGE)
    draw(mall, box=((0, 126), (0, 100))).run()  # one earns 127
    assert chosen(mall) == ["## 38 customers chosen"]


# --- pictures ---


def saved_as(app):
    """Format and name of the file that the camera above each chart makes."""
    options = [json.loads(chart.proto.config)["toImageButtonOptions"] for chart in app.get("plotly_chart")]
    return [(option["format"], option["filename"]) for option in options]


def test_charts_are_saved_as_png_and_svg_once_that_is_chosen(mall):
    assert saved_as(mall) == [("png", "segments"), ("png", "sizes")]
    mall.sidebar.segmented_control[0].set_value("svg").run()
    assert saved_as(mall) == [("svg", "segments"), ("svg", "sizes")]
    go(mall, "pages/3_Choose_k.py")
    assert saved_as(mall)[:2] == [("svg", "elbow"), ("svg", "silhouette")]


def test_the_format_of_pictures_outlives_other_data(mall):
    mall.sidebar.segmented_control[0].set_value("svg").run()
    mall.switch_page("app.py").run()
    button(mall, "Try it with sample data").click().run()
    go(mall, PAGE)
    assert {picture for picture, _ in saved_as(mall)} == {"svg"}
