"""The Compare page: known labels, segmentations kept and shown again, and the way to both."""

from dataclasses import replace

import pytest

from clustering import read_table
from clustering.edits import Edits, Merge
from clustering.table import ColumnOptions
from pages._ui import sentences
from pages._ui.session import rereading
from pages._ui.session.looking import look_back, look_into
from tests.driver import (
    INCOME,
    SAMPLES,
    SPENDING,
    answer,
    button,
    errors,
    figures,
    go,
    metric,
    session_of,
    table_with,
    texts,
    upload,
    use_income_and_spending,
    widget,
)

PAGE = "pages/8_Compare.py"
TWO = ":gray[Two segmentations]"


@pytest.fixture
def mall(app):
    return upload(app, "mall.csv", (SAMPLES / "mall_customers.csv").read_bytes())


@pytest.fixture
def iris(app):
    upload(app, "iris.csv", (SAMPLES / "iris.csv").read_bytes())
    return go(app, PAGE)


def two(app):
    """The page with its second tab open; the driver cannot click one, so what the click would leave is put there."""
    app.switch_page(PAGE)
    app.session_state["compare"] = TWO
    app.run()
    assert not app.exception
    return app


def view(app, name):
    widget(app.segmented_control, "More about them").set_value(name).run()
    assert not app.exception
    return app


def set_k(app, n_clusters):
    session_of(app).clustering = replace(session_of(app).clustering, n_clusters=n_clusters)
    return app


def keep(app, name=None):
    two(app)
    if name is not None:
        widget(app.text_input, "Name of the segments on show").set_value(name)
    button(app, "Keep these segments").click().run()
    assert not app.exception
    return app


def kept_names(app):
    return [one.name for one in session_of(app).kept]


def mark(app, column, role="label"):
    """What the table of columns on the Data page does when a column's use is changed."""
    session = session_of(app)
    options = session.table.options.with_column(ColumnOptions(column, role=role))
    rereading.take_reading(session, read_table(session.source, name=session.title, options=options))
    return app


# Known labels


def test_without_a_known_label_the_page_says_how_to_mark_one(mall):
    go(mall, PAGE)
    assert "Your known labels will be here" in texts(mall)
    assert "Mark a column as known label" in [link.label for link in mall.main.get("page_link")]


def test_iris_says_how_many_are_in_the_segment_of_their_species(iris):
    assert answer(iris).startswith("## 100 of 150 customers are in the segment of their species")
    assert 'No segment of its own: "virginica".' in texts(iris)
    button(iris, "Make three segments").click().run()
    assert answer(iris).startswith("## 125 of 150 customers are in the segment of their species")
    assert (metric(iris, "Fit their label"), metric(iris, "Same groups")) == ("83.3 %", "0.62")
    assert not [b for b in iris.button if b.label == "Make three segments"]
    cells = figures(iris)[0]["data"][0]["text"]
    assert cells == [["<b>50</b>", "0", "0"], ["0", "<b>39</b>", "11"], ["0", "14", "<b>36</b>"]]
    by_label = table_with(iris, "Recall")
    assert by_label["Recall"].tolist() == ["100.0 %", "78.0 %", "72.0 %", "83.3 %"]
    assert table_with(iris, "Measure")["Figure"].tolist()[:2] == ["0.62", "0.66"]


def test_customers_in_the_segment_of_another_label_are_listed_with_their_label(iris):
    button(iris, "Make three segments").click().run()
    view(iris, "Not fitting")
    listed = table_with(iris, "Margin")
    assert len(listed) == 25
    assert listed["species"].value_counts().to_dict() == {"virginica": 14, "versicolor": 11}
    assert listed.columns[0] == "species"


def test_the_pictures_by_label_and_by_segment_have_one_colour_for_a_pair(iris):
    button(iris, "Make three segments").click().run()
    view(iris, "Pictures")
    by_label, by_segment = figures(iris)[1:]
    hues = [{trace["name"]: trace["marker"]["color"] for trace in one["data"]} for one in (by_label, by_segment)]
    assert hues[0]["setosa"] == hues[1]["Segment 2"]
    assert hues[0]["versicolor"] == hues[1]["Segment 1"]
    assert hues[0]["virginica"] == hues[1]["Segment 3"]


def test_held_out_customers_are_told_with_the_range_over_the_splits(iris):
    button(iris, "Make three segments").click().run()
    view(iris, "Held out")
    assert (metric(iris, "Found on"), metric(iris, "Held out")) == ("105", "45")
    assert len(table_with(iris, "Split")) == 5
    assert "So five times" in texts(iris)


def test_a_column_is_compared_with_once_it_is_marked(app):
    upload(app, "blobs.csv", (SAMPLES / "blobs.csv").read_bytes())
    go(app, PAGE)
    assert "Your known labels will be here" in texts(app)
    mark(app, "group")
    go(app, PAGE)
    assert answer(app).startswith("## Every customer is in the segment of their group")


def test_too_many_labels_get_a_sentence(app):
    rows = "".join(f"{i % 7},{i * i % 11},kind {i % 40}\n" for i in range(80))
    upload(app, "many.csv", f"x,y,kind\n{rows}".encode())
    go(mark(app, "kind"), PAGE)
    assert errors(app)[0].startswith('"kind" holds 40 different values; known labels can be at most 30.')


def test_rows_left_out_are_told():
    from clustering import compare

    agreement = compare(["a", "b", None, "a"], [0, 1, 1, -1])
    assert "Left out: 1 customer without a label and 1 customer without a segment." in sentences.known_told(
        agreement, "group"
    )


# Two segmentations


def test_before_anything_is_kept_the_page_says_what_to_do(mall):
    two(mall)
    assert "Your two segmentations will be here" in texts(mall)
    assert widget(mall.text_input, "Name of the segments on show").value == "A: 5 segments, k-means"
    keep(mall)
    assert kept_names(mall) == ["A: 5 segments, k-means"]
    assert "What is on show is kept as **A: 5 segments, k-means**" in texts(mall)
    assert "Now make other segments" in mall.info[0].value


def test_kept_segments_are_compared_with_those_on_show(mall):
    keep(use_income_and_spending(mall))
    two(set_k(mall, 4))
    assert widget(mall.text_input, "Name of the segments on show").value == "B: 4 segments, k-means"
    moved = int(metric(mall, "Move"))
    assert answer(mall).startswith(f"## {200 - moved} customers stay together; {moved} move")
    told = table_with(mall, "Repeatable")
    assert told["Segments"].tolist() == ["5", "4"]
    assert told["Name"].tolist() == ["A: 5 segments, k-means", "On show now"]
    assert len(table_with(mall, "First segment")) == moved
    bands = figures(mall)[0]["data"][0]
    assert (len(bands["node"]["label"]), sum(bands["link"]["value"])) == (9, 200)


def test_value_is_told_for_both(mall):
    keep(mall)
    two(set_k(mall, 4))
    widget(mall.segmented_control, "More about the two").set_value("Value").run()
    assert not mall.exception
    assert len(figures(mall)) == 3


def test_showing_again_brings_back_columns_settings_and_steps_by_hand(mall):
    use_income_and_spending(mall)
    session = session_of(mall)
    go(set_k(mall, 5), "pages/5_Segments.py")
    session.edit(Edits((Merge((0, 1)),)))
    keep(mall, "By hand")
    then = session.segments_key
    session.edit(Edits())
    set_k(go(mall, "pages/2_Features.py"), 3)
    session.features = replace(session.features, columns=("Age", SPENDING))
    two(mall)
    button(mall, "Show again").click().run()
    assert not mall.exception
    assert session.segments_key == then
    assert (session.features.columns, session.n_clusters) == ((INCOME, SPENDING), 5)
    go(mall, "pages/5_Segments.py")
    assert answer(mall).startswith("## Four segments")


def test_a_name_is_taken_once(mall):
    keep(mall, "Mine")
    two(set_k(mall, 4))
    widget(mall.text_input, "Name of the segments on show").set_value(" mine ")
    button(mall, "Keep these segments").click().run()
    assert errors(mall) == ['Segments are kept as "mine" already. Take another name, or remove those first.']
    widget(mall.text_input, "Name of the segments on show").set_value(" ")
    button(mall, "Keep these segments").click().run()
    assert errors(mall) == ["There is no name to keep these segments under. Type one."]


def test_what_is_removed_is_gone(mall):
    keep(mall)
    button(mall, "Remove").click().run()
    assert kept_names(mall) == []
    assert "Your two segmentations will be here" in texts(mall)


def test_segments_named_later_are_called_so_in_what_was_kept(mall):
    keep(mall)
    session_of(mall).call(session_of(mall).kept[0].clustering, 0, name="Everyday people")
    two(set_k(mall, 4))
    assert figures(mall)[0]["data"][0]["node"]["label"][0] == "1 Everyday people"  # of what was kept


def test_after_steps_by_hand_there_is_no_repeatability_and_what_would_be_lost_is_said(mall):
    keep(mall)
    session_of(mall).edit(Edits((Merge((0, 1)),)))
    two(mall)
    assert table_with(mall, "Repeatable")["Repeatable"].tolist()[1] == "–"
    assert "steps by hand that are not kept" in texts(mall)


def test_kept_segments_outlive_a_reading_that_leaves_their_values_alone(mall):
    keep(use_income_and_spending(mall))
    two(mark(mall, "Gender"))
    assert kept_names(mall) == ["A: 5 segments, k-means"]
    assert "What is on show is kept as" in texts(mall)


def test_kept_segments_go_when_their_columns_are_read_another_way(mall):
    keep(use_income_and_spending(mall))
    mark(mall, SPENDING)
    assert kept_names(mall) == []
    go(mall, "pages/2_Features.py")
    assert "1 kept segmentation came from other values and went." in texts(mall)


def test_another_file_forgets_what_was_kept(mall):
    keep(mall)
    upload(mall, "iris.csv", (SAMPLES / "iris.csv").read_bytes())
    assert kept_names(mall) == []


def test_segments_inside_one_are_shown_again_inside_it_and_can_be_left_for_what_was_on_show(mall):
    use_income_and_spending(mall)
    go(set_k(mall, 5), "pages/5_Segments.py")
    session = session_of(mall)
    keep(mall, "All")
    session.call(session.kept[0].clustering, 0, name="Everyday people")
    look_into(session, session.kept[0].clustering, 0)
    keep(set_k(mall, 2), "Inside")
    inside = session.segments_key
    button(mall, "Show again").click().run()
    assert (session.outer, session.n_clusters) == (None, 5)
    set_k(mall, 4)
    two(mall)
    next(b for b in mall.button if b.label == "Show again" and "Inside" in b.key).click().run()
    assert not mall.exception
    assert (session.segments_key, session.outer.name) == (inside, "Everyday people")
    look_back(session)
    assert session.n_clusters == 4


def test_customers_with_a_segment_in_one_of_the_two_alone_are_counted(mall):
    go(set_k(use_income_and_spending(mall), 5), "pages/5_Segments.py")
    session = session_of(mall)
    keep(mall, "All")
    n_inside = session.kept[0].clustering.sizes[0]
    look_into(session, session.kept[0].clustering, 0)
    two(set_k(mall, 2))
    assert metric(mall, "Compared") == str(n_inside)
    assert f"Left out: {200 - n_inside} customers with a segment in one of the two alone." in texts(mall)
