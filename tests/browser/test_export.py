"""The Export page as a stranger uses it: everything taken away in Chromium, opened, and compared with the profile."""

import csv
import io
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import duckdb
import numpy as np
import openpyxl
import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Browser, Page, expect
from pptx import Presentation
from pptx.util import Inches

from clustering import ClusterSpec, fit, prepare, profile, read_table, suggest_features
from tests.browser.steps import follow, open_page, press, settle, unfold, upload

MALL = Path(__file__).resolve().parents[2] / "sample_data" / "mall_customers.csv"
INCOME = "Annual Income (k$)"
NAME = "=Everyday <b>people</b>"
FILES = ("workbook", "slides", "report", "short list", "lists", "Parquet file", "recipe")


def to_export(page: Page, server: str, path: Path) -> None:
    """Upload a file and go straight to the Export page."""
    open_page(page, f"{server}/Data")
    upload(page, path)
    expect(page.locator("[data-testid=stSidebar]").get_by_text(path.name)).to_be_visible(timeout=60_000)
    settle(page)
    follow(page, "Export")
    expect(page.get_by_role("button", name="Download the labelled list")).to_be_visible(timeout=120_000)
    settle(page)


def open_tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click()
    settle(page)


def saved(page: Page, label: str) -> tuple[str, bytes]:
    """Press a button that saves a file; its name and what is in it."""
    with page.expect_download() as waiting:
        page.get_by_role("button", name=label, exact=True).click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


def built(page: Page, what: str, verb: str = "Build") -> tuple[str, bytes]:
    """Have a file built, and save it."""
    page.get_by_role("button", name=f"{verb} the {what}", exact=True).click()
    expect(page.get_by_role("button", name=f"Save the {what}", exact=True)).to_be_visible(timeout=120_000)
    settle(page)
    return saved(page, f"Save the {what}")


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_role("combobox", name=label, exact=True).click()
    page.get_by_role("option", name=option, exact=True).click()
    settle(page)


def give_template(page: Page, content: bytes) -> None:
    press(page, "Your own template")
    page.locator("input[type=file]").set_input_files(
        {"name": "acme.pptx", "mimeType": "application/octet-stream", "buffer": content}
    )
    expect(page.get_by_role("button", name="Template: acme.pptx")).to_be_visible()
    settle(page)


@pytest.fixture(scope="module")
def template() -> bytes:
    """A presentation four to three, with a slide of its own."""
    own = Presentation()
    own.slide_width, own.slide_height = Inches(10), Inches(7.5)
    own.slides.add_slide(own.slide_layouts[0]).shapes.title.text = "Acme, for internal use"
    content = io.BytesIO()
    own.save(content)
    return content.getvalue()


@pytest.fixture(scope="module")
def taken(server: str, browser: Browser, template: bytes) -> dict[str, tuple[str, bytes]]:
    """All that one visitor takes away of the mall customers, the largest segment named."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    page = context.new_page()
    to_export(page, server, MALL)
    follow(page, "Segments")
    unfold(page, "Name, note")
    page.get_by_label("Name of segment 1").fill(NAME)
    page.get_by_label("Name of segment 1").press("Enter")
    settle(page)
    page.keyboard.press("Escape")
    follow(page, "Export")
    files = {"list": saved(page, "Download the labelled list")}
    files |= {what: built(page, what) for what in FILES}
    give_template(page, template)
    files["slides in the template"] = built(page, "slides")
    open_tab(page, "Campaign")
    files["campaign"] = saved(page, "Save the campaign list")
    open_tab(page, "Code")
    files["script"] = built(page, "script", "Write")
    choose(page, "Language", "SQL for DuckDB")
    files["query"] = built(page, "query", "Write")
    expect(page.locator("[data-testid=stException]")).to_have_count(0)
    context.close()
    return files


@pytest.fixture(scope="module")
def told():
    """What the Segments page tells of the same customers, from the library."""
    table = read_table(MALL)
    features = prepare(table, suggest_features(table))
    segments = fit(features, ClusterSpec(n_clusters=5))
    return profile(table, segments, features.spec)


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def sizes_in(labels) -> tuple[int, ...]:
    return tuple(np.bincount(np.array(list(map(int, labels))))[1:].tolist())


def test_every_file_is_called_after_the_uploaded_one(taken):
    assert [name for name, _ in taken.values()] == [
        "mall_customers_segments.csv",
        "mall_customers_segments.xlsx",
        "mall_customers_segments.pptx",
        "mall_customers_segments.html",
        "mall_customers_ids.csv",
        "mall_customers_lists.zip",
        "mall_customers_segments.parquet",
        "mall_customers_recipe.json",
        "mall_customers_segments.pptx",
        "mall_customers_campaign_seed_0.csv",
        "mall_customers_segments.py",
        "mall_customers_segments.sql",
    ]


def test_the_list_has_every_row_in_its_order_with_the_segments_of_the_profile(taken, told):
    rows = rows_of(taken["list"][1])
    uploaded = rows_of(MALL.read_bytes())
    assert [{name: row[name] for name in uploaded[0]} for row in rows] == uploaded
    assert sizes_in(row["segment"] for row in rows) == told.sizes
    assert {row["segment_name"] for row in rows if row["segment"] == "1"} == {f"'{NAME}"}


def test_the_workbook_tells_the_sizes_and_means_of_the_profile(taken, told):
    book = openpyxl.load_workbook(io.BytesIO(taken["workbook"][1]))
    assert book["Labels"].max_row == 201
    sizes = [row[:3] for row in book["Sizes"].iter_rows(min_row=6, max_row=10, values_only=True)]
    assert [(row[0], row[2]) for row in sizes] == list(enumerate(told.sizes, start=1))
    assert sizes[0][1] == NAME
    header, *rows = book["Profile"].iter_rows(min_row=5, values_only=True)
    income = next(row for row in rows if row[0] == INCOME)
    assert income[header.index(NAME)] == pytest.approx(told.means[0, told.columns.index(INCOME)])


def chart_of_sizes(content: bytes):
    slides = Presentation(io.BytesIO(content)).slides
    return next(shape.chart for shape in slides[1].shapes if shape.has_chart)


@pytest.mark.parametrize("which", ["slides", "slides in the template"])
def test_the_slides_chart_the_sizes_of_the_profile(taken, told, which):
    plot = chart_of_sizes(taken[which][1]).plots[0]
    assert tuple(plot.series[0].values) == told.sizes
    assert NAME in plot.categories[0]


def test_slides_in_a_template_have_its_format_and_not_its_slides(taken):
    ours, own = (Presentation(io.BytesIO(taken[which][1])) for which in ("slides", "slides in the template"))
    assert (ours.slide_width, own.slide_width) == (Inches(40 / 3), Inches(10))
    assert len(own.slides) == len(ours.slides) == 9
    texts = [shape.text_frame.text for slide in own.slides for shape in slide.shapes if shape.has_text_frame]
    assert "Acme, for internal use" not in texts


def test_the_report_opens_without_internet_and_tells_the_sizes(taken, told, new_page, tmp_path):
    path = tmp_path / "report.html"
    path.write_bytes(taken["report"][1])
    page = new_page()
    page.context.set_offline(True)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    expect(page.locator("figure .main-svg").first).to_be_visible()
    expect(page.get_by_role("heading", name=NAME)).to_be_visible()
    for size in told.sizes:
        expect(page.get_by_text(re.compile(rf"\b{size} customers")).first).to_be_attached()
    assert asked == [path.as_uri()]


def test_ids_lists_and_parquet_give_everybody_the_same_segment(taken):
    whole = [(row["CustomerID"], row["segment"]) for row in rows_of(taken["list"][1])]
    assert [(row["CustomerID"], row["segment"]) for row in rows_of(taken["short list"][1])] == whole
    with zipfile.ZipFile(io.BytesIO(taken["lists"][1])) as archive:
        parts = [rows_of(archive.read(name)) for name in archive.namelist()]
    apart = [(row["CustomerID"], row["segment"]) for part in parts for row in part]
    assert sorted(apart) == sorted(whole)
    assert [len({row["segment"] for row in part}) for part in parts] == [1] * 5
    typed = pq.read_table(io.BytesIO(taken["Parquet file"][1]), columns=["CustomerID", "segment"]).to_pylist()
    assert [(str(row["CustomerID"]).zfill(4), str(row["segment"])) for row in typed] == [
        (identity.zfill(4), segment) for identity, segment in whole
    ]


def test_the_recipe_holds_the_segments_and_no_customer(taken, told):
    recipe = json.loads(taken["recipe"][1])
    assert NAME in json.dumps(recipe, ensure_ascii=False)
    assert len(taken["recipe"][1]) < 30_000


def test_the_script_runs_by_itself_and_gives_the_same_segments(taken, tmp_path):
    (tmp_path / "segments.py").write_bytes(taken["script"][1])
    command = [sys.executable, "-I", "segments.py", str(MALL), "labelled.csv"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    again = rows_of((tmp_path / "labelled.csv").read_bytes())
    assert [row["segment"] for row in again] == [row["segment"] for row in rows_of(taken["list"][1])]


def test_the_query_gives_the_same_sizes_in_duckdb(taken, told):
    with duckdb.connect() as connection:
        connection.sql(f"CREATE TABLE customers AS SELECT * FROM read_csv('{MALL}')")
        found = connection.sql(taken["query"][1].decode()).to_arrow_table()
    assert sizes_in(found["segment"].to_pylist()) == told.sizes


def test_the_campaign_is_for_the_largest_segment_and_holds_a_tenth_out(taken, told):
    rows = rows_of(taken["campaign"][1])
    assert {row["segment"] for row in rows} == {"1"}
    groups = [row["group"] for row in rows]
    assert len(groups) == told.sizes[0]
    assert groups.count("control") == int(told.sizes[0] * 0.1 + 0.5)


# --- how the page behaves ---


def test_who_opted_out_stands_in_no_campaign_list(server, new_page, tmp_path):
    days = {3: "2024-01-03", 17: "2024-02-11", 44: "2023-12-24"}
    path = tmp_path / "shop.csv"
    lines = "\n".join(f"K{i:02},{i % 2 * 50 + i % 7},{days.get(i, '')}" for i in range(60))
    path.write_text(f"id,spend,opt_out\n{lines}\n")
    page = new_page()
    to_export(page, server, path)
    open_tab(page, "Campaign")
    ids = {row["id"] for row in rows_of(saved(page, "Save the campaign list")[1])}
    assert ids
    assert not ids & {f"K{i:02}" for i in days}


def test_files_pressed_one_after_the_other_are_all_built(server, new_page):
    page = new_page()
    to_export(page, server, MALL)
    files = ("workbook", "slides", "report")
    for what in files:
        # by the page itself: it is drawn anew meanwhile, and may not hold still for the pointer
        page.get_by_role("button", name=f"Build the {what}", exact=True).evaluate("button => button.click()")
        page.wait_for_timeout(700)  # as fast as somebody presses them
    for what in files:
        expect(page.get_by_role("button", name=f"Save the {what}", exact=True)).to_be_visible(timeout=120_000)


def test_a_file_built_before_a_segment_got_its_name_is_not_offered(server, new_page):
    page = new_page()
    to_export(page, server, MALL)
    built(page, "recipe")
    follow(page, "Segments")
    press(page, re.compile("Name all as proposed"))
    page.go_back()
    page.go_back()
    settle(page)
    follow(page, "Export")
    expect(page.get_by_role("button", name="Build the recipe", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Save the recipe", exact=True)).to_have_count(0)


def test_a_damaged_template_gets_a_sentence_and_the_rest_stays(server, new_page, template):
    page = new_page()
    to_export(page, server, MALL)
    built(page, "recipe")
    give_template(page, template[: len(template) // 2])
    press(page, "Build the slides")
    expect(page.get_by_text(re.compile("The template is no PowerPoint file"))).to_be_visible()
    expect(page.get_by_role("button", name="Save the recipe", exact=True)).to_be_visible()
    follow(page, "Segments")
    follow(page, "Export")
    press(page, "Template: acme.pptx")
    press(page, "Leave it out")
    built(page, "slides")


@pytest.fixture(scope="module")
def many(tmp_path_factory) -> Path:
    """50,000 customers in four crowds, with remarks that make the workbook long."""
    rng = np.random.default_rng(0)
    centers = np.array([[0, 0], [60, 0], [0, 60], [60, 60]])
    values = (centers[rng.integers(0, 4, 50_000)] + 5 * rng.normal(size=(50_000, 2)) + 30).round(2)
    path = tmp_path_factory.mktemp("many") / "many.csv"
    remarks = [f"remark_{j}" for j in range(20)]
    with path.open("w") as file:
        file.write(",".join(["id", "spend", "visits", *remarks]) + "\n")
        for i, (spend, visits) in enumerate(values.tolist()):
            said = ",".join(f"said {i} of {j}" for j in range(20))
            file.write(f"{i:06},{spend},{visits},{said}\n")
    return path


def test_progress_is_seen_and_a_build_can_be_stopped_and_left(server, new_page, many):
    page = new_page()
    to_export(page, server, many)
    panel = page.get_by_role("tabpanel")
    bar, build = panel.get_by_role("progressbar"), panel.get_by_role("button", name="Build the workbook", exact=True)
    for _ in range(3):  # more often than there are cores here: a build that is stopped gives its core back
        build.click()
        expect(bar).to_be_visible(timeout=30_000)
        expect(
            panel.get_by_text(re.compile("(Describing|Ranking|Measuring|Checking|Writing|Reading|Telling).*…"))
        ).to_be_visible()
        panel.get_by_role("button", name="Stop", exact=True).evaluate("button => button.click()")
        expect(build).to_be_visible(timeout=30_000)
        expect(bar).to_have_count(0)
        settle(page)
    build.click()
    expect(bar).to_be_visible(timeout=30_000)
    follow(page, "Segments")
    expect(page.get_by_role("heading", name=re.compile("segments; the largest"))).to_be_visible(timeout=120_000)
    expect(page.locator("[data-testid=stException]")).to_have_count(0)
    settle(page)
    follow(page, "Export")  # goes on with what was asked for
    expect(page.get_by_role("button", name="Save the workbook", exact=True)).to_be_visible(timeout=120_000)
    other = new_page()
    to_export(other, server, MALL)
    built(other, "workbook")


@pytest.mark.parametrize("dark", [False, True])
def test_nothing_reaches_beyond_a_phone(server, new_page, dark):
    page = new_page(390, 844, dark)
    to_export(page, server, MALL)
    for tab in ("Files", "Campaign", "Code", "Preview"):
        open_tab(page, tab)
        assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
