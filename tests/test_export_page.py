"""The Export page: every file is built when its button is pressed, holds the session's segments, and can be opened."""

import csv
import io
import sys
import zipfile

import openpyxl
import pyarrow.parquet as pq
import pytest
from driver import INCOME, SAMPLES, SPENDING, button, errors, go, metric, table_with, texts, upload, widget
from pptx import Presentation

from clustering import ClusterSpec
from clustering.edits import Merge
from clustering.recipe import apply_recipe, load_recipe
from pages._ui.session import Template


@pytest.fixture
def export(app):
    """The mall customers in five segments, the largest named, on the Export page."""
    upload(app, "customers.csv", (SAMPLES / "mall_customers.csv").read_bytes())
    go(app, "pages/2_Features.py")
    app.multiselect[0].set_value([INCOME, SPENDING]).run()
    app.session_state["session"].clustering = ClusterSpec(n_clusters=5)  # no search for the number
    go(app, "pages/5_Segments.py")
    widget(app.text_input, "Name of segment 1").set_value("=Average <b>Joes</b>").run()
    return go(app, "pages/6_Export.py")


def saving(app):
    return [
        one for one in app.get("download_button") if one.label.startswith("Save the ") and "campaign" not in one.label
    ]


def file_of(app, label, what):
    """Press the button; what is offered in its place then."""
    before = len(saving(app))
    button(app, label).click().run()
    assert not app.exception
    assert not errors(app)
    assert len(saving(app)) == before + 1
    files = app.session_state["session"].built._files
    return next(file.content for key, file in reversed(files.items()) if key[0][0] == what)


def test_nothing_is_built_before_its_button_is_pressed(export):
    assert saving(export) == []
    assert export.session_state["session"].built._files == {}


def test_the_workbook_opens_and_holds_every_row_with_its_segment(export):
    book = openpyxl.load_workbook(io.BytesIO(file_of(export, "Build the workbook", "workbook")))
    assert book.sheetnames == ["Labels", "Profile", "Index", "Sizes", "Differences", "Recipe"]
    assert book["Labels"].max_row == 201
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_the_slides_open_and_name_the_segments(export):
    show = Presentation(io.BytesIO(file_of(export, "Build the slides", "slides")))
    told = " ".join(shape.text_frame.text for slide in show.slides for shape in slide.shapes if shape.has_text_frame)
    assert "=Average <b>Joes</b>" in told


def test_the_report_is_one_page_in_which_names_are_text(export):
    page = file_of(export, "Build the report", "report").decode()
    assert page.startswith("<!doctype html>") or page.startswith("<!DOCTYPE html>")
    assert "<b>Joes</b>" not in page
    assert "=Average &lt;b&gt;Joes&lt;/b&gt;" in page


def test_the_short_list_holds_ids_and_segments_alone(export):
    rows = list(csv.reader(io.StringIO(file_of(export, "Build the short list", "ids").decode("utf-8-sig"))))
    assert rows[0] == ["CustomerID", "segment", "segment_name", "segment_note"]
    assert len(rows) == 201
    assert "'=Average <b>Joes</b>" in {row[2] for row in rows}  # no formula in a spreadsheet
    assert "82 cells that would start a formula got a leading apostrophe." in texts(export)


def test_there_is_a_list_for_every_segment(export):
    archive = zipfile.ZipFile(io.BytesIO(file_of(export, "Build the lists", "lists")))
    assert len(archive.namelist()) == 5
    assert not [name for name in archive.namelist() if set(name) & set('<>:"/\\|?*')]


def test_the_parquet_file_holds_every_row(export):
    table = pq.read_table(io.BytesIO(file_of(export, "Build the Parquet file", "table")))
    assert table.num_rows == 200
    assert "=Average <b>Joes</b>" in set(table["segment_name"].to_pylist())


def test_the_recipe_gives_the_segments_of_the_session(export, mall):
    recipe = load_recipe(file_of(export, "Build the recipe", "recipe"))
    assert recipe.names[0] == "=Average <b>Joes</b>"
    assert sorted(apply_recipe(recipe, mall).sizes, reverse=True) == [82, 39, 34, 23, 22]


def test_a_file_is_built_anew_once_a_name_has_changed(export):
    file_of(export, "Build the recipe", "recipe")
    go(export, "pages/5_Segments.py")
    widget(export.text_input, "Name of segment 2").set_value("Careful").run()
    go(export, "pages/6_Export.py")
    assert saving(export) == []
    assert load_recipe(file_of(export, "Build the recipe", "recipe")).names[1] == "Careful"


@pytest.mark.parametrize("language, begins", [("python", '"""'), ("duckdb", "--"), ("tsql", "--")])
def test_code_is_written_and_shown(export, language, begins):
    widget(export.selectbox, "Language").set_value(language).run()
    label = "Write the script" if language == "python" else "Write the query"
    text = file_of(export, label, "code").decode()
    assert text.startswith(begins)
    assert text.splitlines()[0] in export.code[0].value


def test_only_dialects_that_were_run_are_called_tested(export):
    widget(export.selectbox, "Language").set_value("duckdb").run()
    assert "are run in DuckDB by our tests" in texts(export)
    widget(export.selectbox, "Language").set_value("snowflake").run()
    assert "not run there" in texts(export)


def test_a_table_name_that_is_none_is_a_sentence_and_the_page_stays(export):
    widget(export.selectbox, "Language").set_value("duckdb").run()
    widget(export.text_input, "Table").set_value("a..b").run()
    button(export, "Write the query").click().run()
    assert "is no name of a table" in errors(export)[0]
    assert "Download the labelled list" in [one.label for one in export.get("download_button")]


def test_a_campaign_holds_out_a_tenth_and_says_the_seed(export):
    widget(export.multiselect, "Segments").set_value([1, 2]).run()
    widget(export.number_input, "Customers").set_value(40).run()
    assert any(m.value == "## 36 to contact, 4 held out" for m in export.markdown)
    assert "Seed 0" in texts(export)


def test_a_campaign_without_a_segment_is_a_sentence(export):
    widget(export.multiselect, "Segments").set_value([]).run()
    assert errors(export) == ["Choose at least one segment for the campaign."]


# --- who must not be contacted ---

COLUMNS = "Columns that say who must not be contacted"
DAYS = [f"2024-{1 + i // 28:02}-{1 + i % 28:02}" for i in range(60)]


def campaign_with(app, **columns):
    """Sixty customers with columns of these cells, in a campaign for both of their segments."""
    cells = [",".join(row) for row in zip(*columns.values(), strict=True)]
    rows = "\n".join(f"K{i:02},{i % 2 * 50 + i % 7},{more}" for i, more in enumerate(cells))
    upload(app, "customers.csv", f"id,spend,{','.join(columns)}\n{rows}\n".encode())
    go(app, "pages/6_Export.py")
    widget(app.multiselect, "Segments").set_value([0, 1]).run()
    assert not app.exception
    return app


def n_available(app):
    return int(table_with(app, "May be contacted")["May be contacted"].sum())


def test_a_column_of_customers_not_to_be_contacted_is_found_and_respected(app):
    campaign_with(app, do_not_contact=["yes" if i % 5 == 0 else "no" for i in range(60)])
    assert widget(app.multiselect, COLUMNS).value == ["do_not_contact"]
    assert widget(app.multiselect, "Not to be contacted, by do\\_not\\_contact").value == ["yes"]
    assert n_available(app) == 48
    assert '12 customers are left out, as "do_not_contact" says "yes".' in texts(app)


def test_of_days_of_consent_only_who_has_one_is_contacted(app):
    campaign_with(app, consent_date=[*DAYS[:45], *[""] * 15])
    assert widget(app.selectbox, "An entry in consent\\_date means").value == "may be contacted"
    assert n_available(app) == 45


def test_a_revoked_consent_among_the_days_of_many_is_none(app):
    campaign_with(app, consent=[*DAYS[:54], *["revoked"] * 6])  # too many different entries to choose among
    assert n_available(app) == 54


@pytest.mark.parametrize("days", [["2024-01-03", "2024-02-11", "2023-12-24"], ["20240103", "20240211", "20231224"]])
def test_the_few_days_of_unsubscribing_in_a_small_file_leave_these_customers_out(app, days):
    campaign_with(app, opt_out=[*days, *[""] * 57])
    assert widget(app.selectbox, "An entry in opt\\_out means").value == "must not be contacted"
    assert n_available(app) == 57
    assert '3 customers with an entry in "opt_out" are left out.' in texts(app)


def test_every_column_that_may_forbid_it_is_heeded(app):
    campaign_with(app, opt_out=["yes", *["no"] * 59], deceased=[*["no"] * 59, "yes"])
    assert widget(app.multiselect, COLUMNS).value == ["opt_out", "deceased"]
    assert n_available(app) == 58
    widget(app.multiselect, COLUMNS).set_value(["opt_out"]).run()
    assert n_available(app) == 59
    assert '"deceased" may say who must not be contacted; this list does not heed it.' in texts(app)


def test_what_days_in_any_column_mean_can_be_said(app):
    campaign_with(app, seen=[*DAYS[:20], *[""] * 40])
    widget(app.multiselect, COLUMNS).set_value(["seen"]).run()
    assert n_available(app) == 40
    widget(app.selectbox, "An entry in seen means").set_value("may be contacted").run()
    assert n_available(app) == 20


# --- how a file is built ---


def test_files_are_built_in_the_order_in_which_they_were_asked_for(export):
    built = export.session_state["session"].built
    built.order(key_of(export, "report"))
    button(export, "Build the recipe").click().run()
    assert [key[0][0] for key in built._files] == ["report", "recipe"]
    assert len(saving(export)) == 2


def test_a_file_that_was_asked_for_of_other_segments_is_not_built(export):
    built = export.session_state["session"].built
    built.order(("recipe", "of what was shown before"))
    export.run()
    assert built._ordered == []
    assert built._files == {}


def test_a_build_that_fails_is_not_begun_again(export, monkeypatch):
    def fail(*_):
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(sys.modules["pages._ui.exporting.files"], "save_recipe", fail)
    button(export, "Build the recipe").click().run()
    assert export.exception
    monkeypatch.undo()
    export.run()
    assert not export.exception
    assert button(export, "Build the recipe")


def key_of(app, what):
    """What a file on the page is ordered by, taken from one that was built."""
    button(app, f"Build the {what}").click().run()
    built = app.session_state["session"].built
    (key,) = built._files
    built._files.clear()
    app.run()
    return key


def test_a_damaged_template_is_a_sentence_that_stays_and_the_rest_can_be_built(export):
    session = export.session_state["session"]
    session.built.template = Template("acme.pptx", b"PK damaged", "1")
    export.run()
    button(export, "Build the slides").click().run()
    assert errors(export) == [
        "The template is no PowerPoint file, or damaged. Save it again in PowerPoint as .pptx or .potx and choose that."
    ]
    button(export, "Build the recipe").click().run()
    assert "The template is no PowerPoint file" in errors(export)[0]
    assert [one.label for one in saving(export)] == ["Save the recipe"]
    button(export, "Leave it out").click().run()
    assert errors(export) == []
    button(export, "Build the slides").click().run()
    assert [one.label for one in saving(export)] == ["Save the slides", "Save the recipe"]


def test_a_file_is_built_anew_once_what_is_known_of_the_segments_has_changed(export):
    """Choices on other pages change what the documents say of how far a segment can be relied on."""
    file_of(export, "Build the workbook", "workbook")
    export.session_state["session"].min_share = 0.02  # the smallest segment holds 11 %: the segments stay
    export.run()
    assert metric(export, "Segments") == "5"
    assert saving(export) == []


@pytest.mark.parametrize("method", ["dbscan", "gaussian_mixture", "agglomerative"])
def test_every_file_can_be_had_of_other_methods(app, method):
    upload(app, "customers.csv", (SAMPLES / "moons.csv").read_bytes())
    session = app.session_state["session"]
    session.clustering = ClusterSpec(method, n_clusters=None if method == "dbscan" else 2)
    go(app, "pages/6_Export.py")
    build_all(app)
    assert errors(app) == []
    assert len(saving(app)) == 7


def build_all(app):
    for label in [one.label for one in app.button if one.label.startswith("Build")]:
        button(app, label).click().run()
        assert not app.exception
    return app


def test_every_file_can_be_had_after_a_step_by_hand(export):
    session = export.session_state["session"]
    session.edit(session.edited.then(Merge((3, 4))))
    export.run()
    build_all(export)
    assert errors(export) == []
    assert len(saving(export)) == 7


def test_what_excel_cannot_hold_is_a_sentence_and_the_other_files_are_there(export, monkeypatch):
    monkeypatch.setattr("clustering.export.workbook.labels.MOST_ROWS", 150)
    build_all(export)
    assert errors(export) == [
        "The labelled table has 200 rows; a sheet of Excel holds 149 below the header. Take it as CSV or Parquet; the "
        "slides and the report tell the figures."
    ]
    assert len(saving(export)) == 6
