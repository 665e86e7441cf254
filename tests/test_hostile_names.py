"""Names that mean harm, in every format: they do none, and come out as they went in.

Only CSV changes them: an apostrophe stands before what a spreadsheet would run. Documents of XML and HTML leave out
control characters, which those cannot hold.
"""

import csv
import io
import json
import os
import re
import subprocess
import sys
import zipfile

import duckdb
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlglot
from lxml import html as lxml_html
from pptx import Presentation
from sqlglot import exp

from clustering import ClusterSpec, FeatureSpec, fit, prepare, to_csv
from clustering.__main__ import main
from clustering.export import CampaignSpec, campaign, campaign_table, only_ids, per_segment_zip, to_parquet
from clustering.export.report import to_html
from clustering.export.slides import to_pptx
from clustering.export.workbook import to_xlsx
from clustering.identity import Identity
from clustering.recipe import load_recipe, make_recipe, save_recipe
from clustering.recipe.python import to_python
from clustering.recipe.python.snippets import harmless
from clustering.recipe.sql import DIALECTS, to_sql
from tests import hostile
from tests.hostile import FORMULAS, LEVEL, NOTES, TEXTS, TITLE
from tests.test_export import FORMULAS as FORMULA_CELLS
from tests.test_export import HARMLESS as HARMLESS_CELLS
from tests.test_export import INSIDE, NOTHING_INSIDE

NO_FILE_NAME = re.compile(r'[<>:"/\\|?*\x00-\x1f]|^\.|[ .]$|^(CON|PRN|AUX|NUL|COM\d|LPT\d)(\.|$)', re.IGNORECASE)


def escaped(rows):
    """What stands in a CSV file: every text that starts a formula has an apostrophe; the ids here do, too."""
    return [[f"'{cell}" if cell in FORMULAS or cell.startswith("=") else cell for cell in row] for row in rows]


def read(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))


def as_xml_holds(text):
    """Without control characters; the two signs of a line break are one there."""
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f]", "", text).replace("\r\n", "\n")


@pytest.fixture(scope="module")
def labelled():
    return hostile.labelled()


@pytest.fixture
def cell_by_cell():
    """The file as its labelled CSV has to be."""
    header, *rows = hostile.records()
    segments = hostile.segment_of_row()
    added = [[str(label + 1), TEXTS[label], ""] for label in segments]
    rows = [[*row, *more] for row, more in zip(rows, added, strict=True)]
    return escaped([[*header, "segment", "segment_name", "segment_note"], *rows])


# --- lists ---


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_holds_every_cell_with_an_apostrophe_before_formulas_alone(labelled, cell_by_cell, delimiter):
    content = to_csv(labelled, delimiter=delimiter).content.decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(content, newline=""), delimiter=delimiter, strict=True)) == cell_by_cell


def test_no_line_of_the_csv_starts_a_formula(labelled):
    """Also for a spreadsheet that takes a line break inside quotation marks for the end of a row."""
    content = to_csv(labelled).content.decode("utf-8-sig")
    cells = re.split(r'[,;\r\n"]+', content)
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "@")]


def test_the_short_list_holds_the_names(labelled, cell_by_cell):
    rows = read(to_csv(only_ids(labelled, hostile.table())).content)
    assert rows == [[row[0], *row[-3:]] for row in cell_by_cell]


def test_the_lists_of_the_segments_have_names_that_every_system_takes_and_all_rows(labelled, cell_by_cell):
    with zipfile.ZipFile(io.BytesIO(per_segment_zip(labelled, TEXTS, stem=TEXTS[2]).content)) as archive:
        names = archive.namelist()
        rows = [row for name in names for row in read(archive.read(name))[1:]]
        assert {tuple(read(archive.read(name))[0]) for name in names} == {tuple(cell_by_cell[0])}
    assert rows == cell_by_cell[1:]  # the file's rows stand segment by segment
    assert not [name for name in names if NO_FILE_NAME.search(name) or len(name.encode()) > 255]
    assert len({name.casefold() for name in names}) == len(TEXTS)


def test_parquet_holds_every_name_and_cell_as_it_stood(labelled):
    header, *rows = hostile.records()
    found = pq.read_table(io.BytesIO(to_parquet(labelled, hostile.table())))
    assert found.column_names[: len(header)] == header
    level = header.index(LEVEL)
    assert found[LEVEL].to_pylist() == [row[level] for row in rows]
    assert found["segment_name"].to_pylist() == [TEXTS[label] for label in hostile.segment_of_row()]


def test_a_campaign_list_holds_the_names(labelled, cell_by_cell):
    table, (_, clustering) = hostile.table(), hostile.found()
    drawn = campaign(table, clustering, CampaignSpec(tuple(range(len(TEXTS)))), TEXTS)
    assert [one.name for one in drawn.segments] == list(TEXTS)
    rows = read(to_csv(campaign_table(labelled, table, drawn)).content)
    assert [row[:-1] for row in rows] == [row[:-1] for row in cell_by_cell]
    assert {row[-1] for row in rows} == {"group", "contact", "control"}


# --- documents ---


@pytest.fixture(scope="module")
def workbook(labelled):
    return to_xlsx(hostile.findings(), labelled)


@pytest.fixture(scope="module")
def sheets(workbook):
    """The texts of every sheet, row by row."""
    book = pd.read_excel(io.BytesIO(workbook), sheet_name=None, engine="calamine", dtype=str, header=None)
    return {name: sheet.stack().tolist() for name, sheet in book.items()}


def test_no_cell_of_the_workbook_is_a_formula_or_a_link(workbook):
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert len(cells) > 10_000
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist() if name.endswith((".xml", ".rels"))}
    assert not [name for name, xml in parts.items() if "<f>" in xml and "/worksheets/" in name]
    assert not [name for name, xml in parts.items() if 'TargetMode="External"' in xml]


@pytest.mark.parametrize("sheet", ["Labels", "Profile", "Index", "Sizes", "Differences", "Recipe"])
def test_every_sheet_holds_the_names_as_they_are(sheets, sheet):
    told = set(sheets[sheet])
    columns = {column.name for column in hostile.table().columns if column.type == "number"}
    wanted = {"Labels": set(hostile.records()[0]), "Sizes": set(), "Recipe": columns}.get(sheet, columns)
    assert not wanted - told
    assert sheet == "Differences" or not set(TEXTS) - told


def test_the_notes_and_the_title_stand_in_the_workbook(sheets, workbook):
    of_segments = [text for text in sheets["Sizes"] if text in TEXTS]
    assert of_segments == [text for both in zip(TEXTS, NOTES, strict=True) for text in both]
    assert openpyxl.load_workbook(io.BytesIO(workbook)).properties.title == TITLE


@pytest.fixture(scope="module")
def slides():
    return Presentation(io.BytesIO(to_pptx(hostile.findings())))


def notes_of(slide):
    return slide.notes_slide.notes_text_frame.text


def test_the_slides_name_every_segment_and_hold_its_note(slides):
    sizes = notes_of(slides.slides[1])
    told = [notes_of(slide) for slide in slides.slides]
    for name in map(as_xml_holds, TEXTS):
        assert re.sub("[\u2066-\u2069]", "", name) in re.sub("[\u2066-\u2069]", "", sizes)
    for note in map(as_xml_holds, NOTES[:20]):  # further segments have no slide
        assert any(f"Note: {note}\n" in one for one in told), note


def test_the_slides_name_every_column(slides):
    told = "\n".join(notes_of(slide) for slide in slides.slides)
    for column in hostile.found()[0].spec.columns:
        assert as_xml_holds(column) in told, column


def test_no_text_of_the_slides_is_a_link_or_left_as_a_code(slides):
    package = slides.part.package
    rels = [rel for part in package.iter_parts() for rel in part.rels.values()]
    assert len(rels) > 100
    assert not [rel for rel in rels if rel.is_external or "hyperlink" in rel.reltype]
    slide_parts = [part.blob for part in package.iter_parts() if "/slides/" in str(part.partname)]
    assert not [blob for blob in slide_parts if b"hlinkClick" in blob or b"_x000D_" in blob]


@pytest.fixture(scope="module")
def report():
    content = to_html(hostile.findings())
    return lxml_html.document_fromstring(content, parser=lxml_html.HTMLParser(encoding="utf-8", huge_tree=True))


def whole(elements):
    """The texts, without the space of no width that stands before a formula."""
    return ["".join(element.itertext()).removeprefix("\u200b") for element in elements]


def test_the_report_names_every_segment_column_and_note(report):
    assert whole(report.xpath("//h3"))[: len(TEXTS)] == [as_html_holds(name) for name in TEXTS]
    assert whole(report.find_class("note")) == [as_html_holds(note) for note in NOTES]
    assert whole(report.xpath("//h1")) == [TITLE]
    heads = set(whole(report.xpath("//tbody/tr/th")))
    assert {as_html_holds(column) for column in hostile.found()[0].spec.columns if column != LEVEL} <= heads


def as_html_holds(text):
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f]", "", text)


def test_no_name_makes_an_element_of_the_report(report):
    assert not report.xpath("//img | //iframe | //@onerror | //@onload | //a[not(starts-with(@href, '#'))]")
    assert len(report.xpath("//script[not(@type)]")) == 2  # the library and what calls it
    for script in report.xpath('//script[@type="application/json"]'):
        assert not set("<>&") & set(script.text)
        json.loads(script.text)


# --- the recipe ---


def test_a_recipe_is_read_back_as_it_was_written():
    made = hostile.recipe()
    written = save_recipe(made)
    loaded = load_recipe(written)
    assert save_recipe(loaded) == written
    assert loaded.names == TEXTS
    assert tuple(segment.note for segment in loaded.segments) == NOTES
    assert [column.name for column in loaded.columns] == [column.name for column in made.columns]
    assert loaded.source.title == TITLE


def test_apply_on_the_command_line_gives_the_names_and_runs_nothing(tmp_path, monkeypatch, capsys, cell_by_cell):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "recipe.json").write_bytes(save_recipe(hostile.recipe()))
    (tmp_path / "customers.csv").write_bytes(hostile.content())
    assert main(["apply", "recipe.json", "customers.csv", "--out", "labelled.csv"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["not_placed"] == 0
    rows = read((tmp_path / "labelled.csv").read_bytes())
    assert [row[: len(cell_by_cell[0]) - 1] for row in rows] == [row[:-1] for row in cell_by_cell]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["customers.csv", "labelled.csv", "recipe.json"]


# --- code ---


def test_the_python_script_gives_the_names_and_runs_nothing(tmp_path, cell_by_cell):
    (tmp_path / "segments.py").write_text(to_python(hostile.recipe(), hostile.table()), encoding="utf-8")
    (tmp_path / "customers.csv").write_bytes(hostile.content())
    alone = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    command = [sys.executable, "-I", "segments.py", "customers.csv", "labelled.csv"]
    done = subprocess.run(command, cwd=tmp_path, env=alone, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert read((tmp_path / "labelled.csv").read_bytes()) == [row[:-1] for row in cell_by_cell]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["customers.csv", "labelled.csv", "segments.py"]


@pytest.mark.parametrize("cell", [*FORMULA_CELLS, *HARMLESS_CELLS, *INSIDE, *NOTHING_INSIDE])
def test_the_script_knows_a_formula_as_every_csv_of_ours_does(cell):
    cell = cell.replace("‸", "")
    frame = pd.DataFrame({"a": [cell], "b": ["1"]}, dtype=object)
    assert harmless(cell) == read(to_csv(frame).content)[1][0]


@pytest.fixture(scope="module")
def four():
    """All columns but one of the twins, which DuckDB cannot tell apart, and four segments: the query is shorter."""
    table = hostile.table()
    columns = tuple(column.name for column in table.columns if column.type == "number" and column.name != "tWINS")
    features = prepare(table, FeatureSpec((*columns, LEVEL)))
    clustering = fit(features, ClusterSpec(n_clusters=4))
    return table, features, clustering


def four_recipes(four):
    """One for every four of the names."""
    for first in range(0, len(TEXTS), 4):
        who = tuple(Identity(label, name) for label, name in enumerate(TEXTS[first : first + 4]))
        yield make_recipe(*four, title=TITLE, identities=who)


def test_sql_gives_the_names_in_duckdb(four):
    table, _, clustering = four
    rows = pa.Table.from_pandas(table.frame.drop(columns="tWINS"), preserve_index=False)
    with duckdb.connect() as connection:
        connection.register("rows", rows)
        connection.sql('CREATE TABLE customers AS SELECT * FROM "rows"')
        for recipe in four_recipes(four):
            found = connection.sql(to_sql(recipe, "duckdb")).to_arrow_table()
            told = dict(zip(found["=id"].to_pylist(), found["segment_name"].to_pylist(), strict=True))
            ids = table.frame["=id"].iloc[clustering.rows]
            assert [told[one] for one in ids] == [recipe.names[label] for label in clustering.labels]
            assert found.column_names == [*rows.column_names, "segment", "segment_name"]
        assert connection.sql("FROM customers").to_arrow_table().num_rows == table.n_rows


@pytest.mark.parametrize("dialect", DIALECTS)
def test_sql_is_one_query_that_names_the_columns_and_segments(four, dialect):
    for recipe in [*four_recipes(four)][:: 1 if dialect == "duckdb" else 5]:
        written = to_sql(recipe, dialect)
        (query,) = sqlglot.parse(written, read=dialect)
        tokens = sqlglot.tokenize(written, read=dialect)
        names = {token.text for token in tokens if token.token_type.name == "IDENTIFIER"}
        assert names == {*four[1].spec.columns, "customers"}
        texts = {one.name for one in query.find_all(exp.Literal, exp.National) if not one.is_number}
        texts |= {"".join(piece.name for piece in one.expressions) for one in query.find_all(exp.Concat)}
        levels = recipe.preparation.levels[0].levels
        assert {*recipe.names, *levels[:-1]} <= texts


@pytest.mark.parametrize(("dialect", "is_told"), [("duckdb", True), ("tsql", True), ("postgres", False)])
def test_sql_says_which_columns_a_warehouse_would_take_for_one(dialect, is_told):
    head = to_sql(hostile.recipe(), dialect).split("\n\n")[0]
    assert ('differ in capitals alone: "Twins", "tWINS".' in head) == is_told


def test_a_column_without_a_twin_is_not_spoken_of(four):
    assert "in capitals alone" not in to_sql(next(four_recipes(four)), "duckdb")
