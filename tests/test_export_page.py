"""The Export page: every file is built when its button is pressed, holds the session's segments, and can be opened."""

import csv
import io
import zipfile

import openpyxl
import pyarrow.parquet as pq
import pytest
from driver import INCOME, SAMPLES, SPENDING, button, errors, go, texts, upload, widget
from pptx import Presentation

from clustering.recipe import apply_recipe, load_recipe


@pytest.fixture
def export(app):
    """The mall customers in five segments, the largest named, on the Export page."""
    upload(app, "customers.csv", (SAMPLES / "mall_customers.csv").read_bytes())
    go(app, "pages/2_Features.py")
    app.multiselect[0].set_value([INCOME, SPENDING]).run()
    go(app, "pages/5_Segments.py")
    widget(app.text_input, "Name of segment 1").set_value("=Average <b>Joes</b>").run()
    return go(app, "pages/6_Export.py")


def saving(app):
    return [one for one in app.get("download_button") if one.label.startswith("Save it (")]


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


def test_a_column_of_customers_not_to_be_contacted_is_found_and_respected(app):
    rows = "\n".join(f"{i},{i % 2 * 50 + i % 7},{'yes' if i % 5 == 0 else 'no'}" for i in range(60))
    upload(app, "customers.csv", f"id,spend,do_not_contact\n{rows}\n".encode())
    go(app, "pages/6_Export.py")
    assert widget(app.selectbox, "Not to be contacted, by column").value == "do_not_contact"
    assert widget(app.multiselect, "Entries that mean so").value == ["yes"]
    widget(app.multiselect, "Segments").set_value([0, 1]).run()
    assert "12 customers" in texts(app)
