"""What only a browser shows: cold deep links, real uploads and downloads, two visitors, a sweep that is stopped."""

import csv
import io
import re
from pathlib import Path

import numpy as np
import pytest
import xlsxwriter
from playwright.sync_api import Page, expect

from tests.browser.steps import follow, open_page, press, settle, unfold, upload

ROOT = Path(__file__).resolve().parents[2]
MALL = ROOT / "sample_data" / "mall_customers.csv"
IRIS = ROOT / "sample_data" / "iris.csv"

# Hard on a reader: quotes, line breaks in cells, decimal commas, leading zeros, formulas, a taken column name.
UGLY_HEADER = ["Nr", "Umsatz", "Besuche", "segment", "Notiz <b>"]
UGLY_ROWS = [
    [f"{i:04d}", f"{i % 3 * 40 + i / 10:.2f}".replace(".", ","), str(i % 3 * 5 + i % 2), f"alt {i}", note]
    for i, note in enumerate(["=1+1", "-5", "", 'sagt "ja"; immer', "zwei\nZeilen", "@cmd", "+49 170 1234567", "ä"] * 6)
]


def csv_bytes(header, rows, **dialect) -> bytes:
    out = io.StringIO()
    csv.writer(out, **dialect).writerows([header, *rows])
    return out.getvalue().encode("utf-8")


def download(page: Page) -> tuple[str, bytes]:
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download the labelled list").click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


def read(content: bytes, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=delimiter))


def heading(page: Page, text: str):
    return page.get_by_role("heading", name=re.compile(text)).first


@pytest.mark.parametrize(
    "address, title",
    [
        ("Features", "Features"),
        ("Choose_k", "Number of segments"),
        ("Clusters", "Clusters"),
        ("Segments", "Segments"),
        ("Export", "Export"),
    ],
)
def test_a_cold_deep_link_says_what_is_missing_and_leads_to_it(server, new_page, address, title):
    page = new_page()
    open_page(page, f"{server}/{address}")
    expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()
    expect(page.get_by_text("Load a table with one row per customer first")).to_be_visible()
    expect(page.locator("[data-testid=stException]")).to_have_count(0)
    page.get_by_role("link", name="Upload your customers or take a sample").click()
    settle(page)
    expect(page.get_by_role("heading", name="Data", exact=True)).to_be_visible()


def test_from_upload_to_the_labelled_file_without_touching_a_setting(server, new_page):
    page = new_page()
    open_page(page, server)
    press(page, "Upload your customers")
    upload(page, MALL)
    expect(heading(page, "200 customers, nothing missing")).to_be_visible()
    press(page, "Choose features")
    press(page, "Find the number of segments")
    press(page, re.compile("See the .* segments"))
    expect(page.locator(".js-plotly-plot")).to_have_count(2)
    press(page, "What each segment is like")
    unfold(page, "Name, note", place=1)
    page.get_by_label("Name of segment 2").fill("Big spenders")
    page.get_by_label("Name of segment 2").press("Enter")
    settle(page)
    page.keyboard.press("Escape")
    expect(heading(page, "Big spenders")).to_be_visible()
    press(page, "Export the list")
    name, content = download(page)
    assert name == "mall_customers_segments.csv"
    assert content.startswith(b"\xef\xbb\xbf")
    original, labelled = read(MALL.read_bytes()), read(content)
    assert labelled[0] == [*original[0], "segment", "segment_name", "segment_note"]
    assert [row[:5] for row in labelled[1:]] == original[1:]
    assert {(row[5], row[6]) for row in labelled[1:]} == {
        ("1", "Segment 1"),
        ("2", "Big spenders"),
        ("3", "Segment 3"),
        ("4", "Segment 4"),
        ("5", "Segment 5"),
    }


def test_an_ugly_file_comes_back_cell_by_cell(server, new_page, tmp_path):
    path = tmp_path / "häßlich.csv"
    path.write_bytes(csv_bytes(UGLY_HEADER, UGLY_ROWS, delimiter=";"))
    page = new_page()
    open_page(page, f"{server}/Data")
    upload(page, path)
    follow(page, "Export")
    expect(heading(page, "48 rows, 48 with a segment")).to_be_visible()
    name, content = download(page)
    assert name == "häßlich_segments.csv"
    labelled = read(content, ";")
    assert labelled[0] == [*UGLY_HEADER, "segment_2", "segment_name", "segment_note"]
    escaped = [[f"'{cell}" if cell in ("=1+1", "@cmd") else cell for cell in row] for row in UGLY_ROWS]
    assert [row[:5] for row in labelled[1:]] == escaped
    assert all(row[5] in "123456789" for row in labelled[1:])


def test_the_second_sheet_of_a_workbook_can_be_chosen_and_reaches_segments(server, new_page, tmp_path):
    path = tmp_path / "customers.xlsx"
    book = xlsxwriter.Workbook(path)
    for name, factor in (("North", 1), ("South", 100)):
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, ["income", "visits"])
        for i in range(30):
            sheet.write_row(i + 1, 0, [factor * (i % 3 * 10 + i / 10), i % 3 * 5 + i % 2])
    book.close()
    page = new_page()
    open_page(page, f"{server}/Data")
    upload(page, path)
    expect(page.get_by_text("customers.xlsx · workbook · sheet North")).to_be_visible()
    page.get_by_role("tab", name="Read it another way").click()
    page.get_by_role("combobox", name="Sheet").click()
    page.get_by_role("option", name="South").click()
    settle(page)
    expect(page.get_by_text("customers.xlsx · workbook · sheet South")).to_be_visible()
    follow(page, "Export")
    _, content = download(page)
    labelled = read(content)
    assert labelled[0] == ["income", "visits", "segment", "segment_name", "segment_note"]
    assert labelled[1][:2] == ["0", "0"]
    assert labelled[2][:2] == ["1010", "6"]


def test_purchases_become_customers_and_reach_segments(server, new_page):
    page = new_page()
    open_page(page, f"{server}/Data")
    upload(page, ROOT / "sample_data" / "purchases.csv")
    page.get_by_role("link", name="These look like purchases: make one row per customer").click()
    settle(page)
    press(page, "Use one row per customer")
    expect(page.get_by_role("heading", name="Features", exact=True)).to_be_visible()
    follow(page, "Clusters")
    expect(page.locator(".js-plotly-plot")).to_have_count(2)
    follow(page, "Export")
    _, content = download(page)
    labelled = read(content)
    assert "recency_days" in labelled[0]
    assert len({row[0] for row in labelled[1:]}) == len(labelled) - 1


def test_three_clicks_after_the_sample_coloured_segments_stand_on_the_screen(server, new_page):
    page = new_page()
    open_page(page, server)
    press(page, "Try it with sample data")
    for label in ("Choose features", "Find the number of segments", re.compile("See the .* segments")):
        press(page, label)
    colours = page.locator(".js-plotly-plot").first.evaluate(
        "plot => [...new Set(plot.data.slice(0, plot.data.length / 2).map(trace => trace.marker.color))]"
    )
    assert len(colours) == 5


def test_two_visitors_never_see_each_others_data(server, new_page):
    first, second = new_page(), new_page()
    for page, path in ((first, MALL), (second, IRIS)):
        open_page(page, f"{server}/Data")
        upload(page, path)
    for page, rows, name in ((first, 200, "mall_customers"), (second, 150, "iris"), (first, 200, "mall_customers")):
        follow(page, "Export")
        file_name, content = download(page)
        assert file_name == f"{name}_segments.csv"
        assert len(read(content)) == rows + 1
        sidebar = page.locator("[data-testid=stSidebar]")
        expect(sidebar.get_by_text(f"{name}.csv")).to_be_visible()
        expect(sidebar.get_by_text(f"{rows} customers")).to_be_visible()


def test_a_second_tab_starts_without_the_first_ones_data(server, new_page):
    page = new_page()
    open_page(page, f"{server}/Data")
    upload(page, MALL)
    tab = page.context.new_page()
    open_page(tab, f"{server}/Clusters")
    expect(tab.get_by_text("Load a table with one row per customer first")).to_be_visible()


def test_a_file_that_is_no_table_gets_a_sentence_and_the_page_keeps_working(server, new_page, tmp_path):
    bad = tmp_path / "photo.csv"
    bad.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    page = new_page()
    open_page(page, f"{server}/Data")
    upload(page, bad)
    expect(page.get_by_text("photo.csv is a picture, not a CSV file.")).to_be_visible()
    upload(page, IRIS)
    expect(heading(page, "150 customers, nothing missing")).to_be_visible()


def test_the_browsers_back_button_finds_the_work_as_it_was(server, new_page):
    page = new_page()
    open_page(page, f"{server}/Data")
    upload(page, MALL)
    press(page, "Choose features")
    page.get_by_role("button", name="Remove Age").or_(page.get_by_label("Remove Age")).first.click()
    settle(page)
    expect(heading(page, "Two columns build the segments")).to_be_visible()
    press(page, "Find the number of segments")
    expect(heading(page, "Five segments")).to_be_visible()
    page.go_back()
    settle(page)
    expect(heading(page, "Two columns build the segments")).to_be_visible()


def test_a_sweep_shows_progress_can_be_stopped_and_goes_on_later(server, new_page, tmp_path):
    rng = np.random.default_rng(0)
    centers = rng.normal(0, 6, (8, 10))
    rows = centers[rng.integers(0, 8, 250_000)] + rng.normal(0, 3, (250_000, 10))
    path = tmp_path / "large.csv"
    np.savetxt(path, rows, fmt="%.3f", delimiter=",", header=",".join("abcdefghij"), comments="")
    page = new_page()
    open_page(page, f"{server}/Data")
    upload(page, path)
    follow(page, "Choose_k")
    page.get_by_text(re.compile("numbers tried")).wait_for(timeout=60_000)
    page.get_by_role("button", name="Stop").last.click()
    page.get_by_role("button", name="Go on").wait_for(timeout=60_000)
    settle(page)
    expect(page.get_by_text("Stopped. What was finished by then is shown below.")).to_be_visible()
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    tried = page.locator(".js-plotly-plot").first.evaluate("plot => Array.from(plot.data[0].x)")
    assert tried == list(range(2, 2 + len(tried)))
    assert 1 <= len(tried) < 9
    press(page, "Go on")
    follow(page, "Features")  # leaving the page does not lose the work
    follow(page, "Choose_k")
    expect(page.get_by_text("Stopped. What was")).to_have_count(0)
    page.wait_for_function(
        "() => { const plot = document.querySelector('.js-plotly-plot'); return plot && plot.data && "
        "plot.data[0].x.length === 9 && !document.body.innerText.includes('numbers tried') }",
        timeout=120_000,
    )


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_every_page_fits_its_width_and_reaches_no_outside_address(server, new_page, width, dark):
    page = new_page(width=width, dark=dark)
    outside = []
    page.on("request", lambda r: None if r.url.startswith((server, "data:", "blob:", "ws")) else outside.append(r.url))
    open_page(page, server)
    press(page, "Try it with sample data")
    for address in ("Data", "Features", "Choose_k", "Clusters", "Segments", "Export"):
        follow(page, address)
        assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"), address
        expect(page.locator("[data-testid=stException]")).to_have_count(0)
    assert outside == []
