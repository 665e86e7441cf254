"""The Compare page in a browser: marking a known label and reading the confusion matrix; keeping and showing again."""

import csv
import io
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.steps import follow, open_page, press, settle, upload
from tests.browser.test_grids import ROLE, choose, open_grid

SAMPLES = Path(__file__).resolve().parents[2] / "sample_data"


def heading(page: Page, name: str | re.Pattern):
    return page.get_by_role("heading", name=name)


def view(page: Page, name: str) -> None:
    page.get_by_role("radio", name=name).click()
    settle(page)


def test_a_known_label_is_marked_and_the_confusion_matrix_read(server, new_page, tmp_path):
    path = tmp_path / "flowers.csv"  # a name that nobody takes for an answer
    path.write_text((SAMPLES / "iris.csv").read_text(encoding="utf-8").replace("species", "kind"), encoding="utf-8")
    page = new_page()
    open_page(page, f"{server}/Data")
    upload(page, path)
    follow(page, "Compare")
    page.get_by_role("link", name="Mark a column as known label").click()
    settle(page)
    choose(page, open_grid(page, "Read it another way"), ROLE, 5, "Known label")
    follow(page, "Compare")
    expect(heading(page, re.compile("100 of 150 customers are in the segment of their kind"))).to_be_visible()
    press(page, "Make three segments")
    expect(heading(page, re.compile("125 of 150 customers"))).to_be_visible()
    matrix = page.locator(".js-plotly-plot").first
    cells = matrix.locator(".scatterlayer .textpoint text")
    assert cells.all_text_contents() == ["50", "0", "0", "0", "39", "11", "0", "14", "36"]
    expect(matrix).to_contain_text("virginica")
    view(page, "Not fitting")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download them").click()
    rows = list(csv.DictReader(io.StringIO(Path(waiting.value.path()).read_bytes().decode("utf-8-sig"))))
    assert len(rows) == 25
    assert "setosa" not in {row["kind"] for row in rows}


def test_segments_are_kept_compared_with_others_and_shown_again(server, new_page):
    page = new_page()
    open_page(page, f"{server}/Data")
    upload(page, SAMPLES / "mall_customers.csv")
    follow(page, "Compare")
    page.get_by_role("tab", name="Two segmentations").click()
    settle(page)
    press(page, "Keep these segments")
    expect(page.get_by_text("What is on show is kept as")).to_be_visible()
    follow(page, "Clusters")
    page.get_by_label("Segments", exact=True).fill("7")
    page.get_by_label("Segments", exact=True).press("Enter")
    settle(page)
    follow(page, "Compare")
    page.get_by_role("tab", name="Two segmentations").click()
    settle(page)
    expect(heading(page, re.compile(r"\d+ customers stay together; \d+ move"))).to_be_visible()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download them").click()
    rows = list(csv.DictReader(io.StringIO(Path(waiting.value.path()).read_bytes().decode("utf-8-sig"))))
    expect(heading(page, re.compile(f"; {len(rows)} move"))).to_be_visible()
    assert {"First segment", "Second segment", "CustomerID"} <= set(rows[0])
    press(page, "Show again")
    expect(page.get_by_role("tab", name="Two segmentations")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_text("What is on show is kept as")).to_be_visible()
    follow(page, "Clusters")
    expect(page.get_by_label("Segments", exact=True)).to_have_value("5")
