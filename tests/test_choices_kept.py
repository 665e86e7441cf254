"""What the user chose outlives another reading of the same file, and the way from purchases to customers and back."""

import io
from dataclasses import replace

import numpy as np
import pytest
import xlsxwriter

import clustering
from clustering import ClusterSpec, FeatureSpec, read_table
from clustering.edits import Edits, Merge
from clustering.features import ColumnSpec, RowFilter, keep_features, suggest_features
from clustering.groups import Group
from clustering.table import ColumnOptions, ReadOptions
from pages._ui.session import rereading
from pages._ui.session.looking import look_back, look_into
from tests.driver import SAMPLES, button, go, session_of, texts, upload, widget

FEATURES, SEGMENTS, TRANSACTIONS = "pages/2_Features.py", "pages/5_Segments.py", "pages/1_Transactions.py"

LINES = [f"{i};{'abc'[i % 3]};{(i % 2 * 40 + i) / 4};{i % 3 * 30 + i % 5 / 2};{100 + 7 * i % 50}" for i in range(1, 61)]
CONTENT = "\n".join(["id;plan;x;y;z", *LINES]).encode()


def read(**roles):
    options = ReadOptions(columns=tuple(ColumnOptions(name, **given) for name, given in roles.items()))
    return read_table(CONTENT, name="file.csv", options=options)


# The library's part: which settings survive


def kept(spec, **roles):
    return keep_features(read(), read(**roles), spec)


def test_what_was_chosen_survives_where_its_columns_do():
    spec = FeatureSpec(
        ("x", "plan"),
        scale="minmax",
        settings=(ColumnSpec("x", log=True, weight=2), ColumnSpec("plan", encode="ordinal", order=("b", "a", "c"))),
        describe=("y",),
        row_filter=RowFilter("x", low=2),
        weight_column="z",
    )
    assert kept(spec, id={"role": "text"}) == (spec, "")


def test_a_column_that_became_an_identifier_goes_and_is_named():
    assert kept(FeatureSpec(("x", "y"), scale="none"), y={"role": "id"}) == (
        FeatureSpec(("x",), scale="none"),
        'After reading the file another way these choices could not be kept: "y".',
    )


def test_settings_that_no_longer_fit_go_and_the_weight_stays():
    spec = FeatureSpec(("x", "y"), settings=(ColumnSpec("x", log=True, weight=2),))
    left, told = kept(spec, x={"type": "text", "role": "category"})
    assert left == FeatureSpec(("x", "y"), settings=(ColumnSpec("x", weight=2),))
    assert told.endswith('could not be kept: how "x" was prepared.')


def test_a_column_that_became_an_ordered_category_counts_level_by_level():
    left, _ = kept(FeatureSpec(("plan", "y")), plan={"role": "ordered"})
    assert left == FeatureSpec(("plan", "y"), settings=(ColumnSpec("plan", encode="onehot"),))


def test_a_filter_and_a_weight_that_no_longer_fit_go_and_are_told():
    spec = FeatureSpec(("y",), row_filter=RowFilter("x", low=2), weight_column="z")
    left, told = kept(spec, x={"type": "text"}, z={"role": "label"})
    assert left == FeatureSpec(("y",))
    assert told.endswith("could not be kept: the weight of the customers, which customers take part.")


def test_what_was_only_suggested_is_suggested_anew():
    text = read(x={"type": "text"})
    assert keep_features(text, read(), suggest_features(text)) == (suggest_features(read()), "")


def test_where_no_column_is_left_the_suggestion_takes_over():
    left, told = kept(FeatureSpec(("x",)), x={"role": "id"})
    assert left == FeatureSpec(("y", "z"))
    assert told.endswith('could not be kept: "x".')


# The session's part


@pytest.fixture
def chosen(app):
    """Features, number of segments and a name chosen by hand."""
    go(upload(app, "file.csv", CONTENT), FEATURES)
    widget(app.multiselect, "Columns that build the segments").set_value(["x", "y"]).run()
    widget(app.selectbox, "Scaling").set_value("robust").run()
    session_of(app).clustering = ClusterSpec(n_clusters=4, n_init=3)
    go(app, SEGMENTS)
    app.text_input[0].set_value("Big spenders").run()
    return app


def read_again(app, **roles):
    session = session_of(app)
    rereading.take_reading(session, read_table(session.source, name="file.csv", options=read(**roles).options))
    return app


def test_another_reading_of_other_columns_keeps_features_number_and_names(chosen):
    read_again(chosen, z={"role": "category"})
    session = session_of(chosen)
    assert session.features == FeatureSpec(("x", "y"), scale="robust")
    assert session.clustering == ClusterSpec(n_clusters=4, n_init=3)
    assert go(chosen, SEGMENTS).text_input[0].value == "Big spenders"


def test_the_same_through_the_page(chosen):
    go(chosen, "pages/1_Data.py")
    widget(chosen.number_input, "Line of the header").set_value(1).run()
    assert not chosen.exception
    session = session_of(chosen)
    assert session.table.options.header == 1
    assert session.features.scale == "robust"
    assert go(chosen, SEGMENTS).text_input[0].value == "Big spenders"


def test_a_name_stays_with_its_customers_when_a_cell_is_read_another_way(chosen):
    read_again(chosen, x={"missing": ("10.25",)})
    assert session_of(chosen).features == FeatureSpec(("x", "y"), scale="robust")
    go(chosen, SEGMENTS)
    assert "Big spenders" in [field.value for field in chosen.text_input]


def test_names_do_not_outlive_the_rows_and_that_is_said(chosen):
    session = session_of(chosen)
    rereading.take_reading(session, read_table(session.source, name="file.csv", options=ReadOptions(header=2)))
    assert "names, notes and groups of customers were not kept" in texts(go(chosen, FEATURES))
    assert go(chosen, SEGMENTS).text_input[0].value == ""


def test_names_do_not_go_to_the_customers_of_another_sheet(app):
    """As many rows, but other customers."""
    book = io.BytesIO()
    with xlsxwriter.Workbook(book) as workbook:
        for name, lines in (("A", LINES), ("B", LINES[30:] + LINES[:30])):
            sheet = workbook.add_worksheet(name)
            for row, line in enumerate(["id;plan;x;y;z", *lines]):
                sheet.write_row(row, 0, [_cell(text) for text in line.split(";")])
    app.switch_page("pages/1_Data.py").run()
    app.file_uploader[0].upload("book.xlsx", book.getvalue(), "application/octet-stream").run()
    session = session_of(app)
    session.groups = (Group("Mine", np.arange(5)),)
    go(app, SEGMENTS).text_input[0].set_value("Big spenders").run()
    rereading.take_reading(session, read_table(session.source, name="book.xlsx", options=ReadOptions(sheet="B")))
    assert session.groups == ()
    assert "names, notes and groups of customers were not kept" in texts(go(app, FEATURES))
    assert "Big spenders" not in [field.value for field in go(app, SEGMENTS).text_input]


def _cell(text):
    return float(text) if text.replace(".", "").isdigit() else text


def test_steps_by_hand_go_with_the_values_and_that_is_said(chosen):
    session = session_of(chosen)
    session.edit(Edits((Merge((0, 1)),)))
    read_again(chosen, z={"role": "category"})
    assert len(session.edited.steps) == 1
    read_again(chosen, x={"missing": ("10.25",)})
    assert session.edited.steps == ()
    assert "so the steps by hand were not kept" in texts(go(chosen, FEATURES))


def test_start_centers_go_with_the_values_and_that_is_said(chosen):
    session = session_of(chosen)
    placed = ClusterSpec(n_clusters=2, start=((0.0, 0.0), (1.0, 1.0)))
    session.clustering = placed
    read_again(chosen, z={"role": "category"})
    assert session.clustering == placed
    read_again(chosen, x={"missing": ("10.25",)})
    assert session.clustering == ClusterSpec(n_clusters=2)
    assert "The start centers placed by hand belong to other values, so they were not kept." in session.told


def test_another_method_outlives_another_reading_and_a_look_into_a_segment(chosen):
    session = session_of(chosen)
    single = ClusterSpec("agglomerative", 2, settings=(("linkage", "single"),))
    session.clustering = single
    segments = clustering.fit(clustering.prepare(session.table, session.features), single)
    session.show(segments, session.segments_key)
    look_into(session, segments, 0)
    assert session.clustering == replace(single, n_clusters=None)
    look_back(session)
    read_again(chosen, z={"role": "category"})
    assert session.clustering == single


def test_what_could_not_be_kept_is_said_until_the_next_choice(chosen):
    read_again(chosen, y={"role": "id"})
    told = 'After reading the file another way these choices could not be kept: "y".'
    assert told in texts(go(chosen, FEATURES))
    widget(chosen.selectbox, "Scaling").set_value("none").run()
    assert told not in texts(chosen)


def test_a_choice_that_cannot_be_prepared_any_more_gives_way_to_the_suggestion(chosen):
    # With a header line below the data nearly all rows are gone: the columns are called otherwise.
    go(chosen, "pages/1_Data.py")
    widget(chosen.number_input, "Line of the header").set_value(0).run()
    assert not chosen.exception
    assert session_of(chosen).features == suggest_features(session_of(chosen).table)


def test_a_new_upload_starts_afresh(chosen):
    upload(chosen, "other.csv", CONTENT + b"\n61;a;3;4;5\n")
    session = session_of(chosen)
    assert (session.features, session.clustering) == (suggest_features(session.table), ClusterSpec())


# From purchases to customers and back


def test_the_purchases_can_be_gone_back_to_with_the_mapping_kept(app):
    upload(app, "purchases.csv", (SAMPLES / "purchases.csv").read_bytes())
    go(app, TRANSACTIONS)
    widget(app.selectbox, "Returns").set_value("leave out").run()
    widget(app.selectbox, "Order number").set_value("None: one order per day").run()
    lines = session_of(app).table
    button(app, "Use one row per customer").click().run()
    go(app, TRANSACTIONS)
    assert "These customers were made from purchases.csv" in texts(app)
    button(app, "Back to the purchases").click().run()
    assert not app.exception
    assert session_of(app).table is lines
    assert session_of(app).source is not None
    assert widget(app.selectbox, "Returns").value == "leave out"
    assert widget(app.selectbox, "Order number").value == "None: one order per day"
    button(app, "Use one row per customer").click().run()
    assert session_of(app).purchases.table is lines


def test_another_upload_forgets_the_purchases(app):
    upload(app, "purchases.csv", (SAMPLES / "purchases.csv").read_bytes())
    go(app, TRANSACTIONS)
    button(app, "Use one row per customer").click().run()
    upload(app, "file.csv", CONTENT)
    assert session_of(app).purchases is None
