"""The Segments page in a browser: names that stay with their customers, tabs, steps by hand, downloads."""

import csv
import io
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.steps import follow, open_page, press, settle, unfold, upload

MALL = Path(__file__).resolve().parents[2] / "sample_data" / "mall_customers.csv"


def card(page: Page, name: str | re.Pattern):
    return page.get_by_role("heading", name=name)


def open_tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click()
    settle(page)


def set_k(page: Page, n_clusters: int) -> None:
    follow(page, "Clusters")
    page.get_by_label("Segments", exact=True).fill(str(n_clusters))
    page.get_by_label("Segments", exact=True).press("Enter")
    settle(page)
    follow(page, "Segments")


def test_a_name_is_where_its_customers_are_after_another_number_and_back(server, new_page):
    page = new_page()
    open_page(page, f"{server}/Data")
    upload(page, MALL)
    follow(page, "Segments")
    unfold(page, "Name, note")
    page.get_by_label("Name of segment 1").fill("Everyday people")
    page.get_by_label("Name of segment 1").press("Enter")
    settle(page)
    expect(card(page, "Everyday people")).to_be_visible()
    page.keyboard.press("Escape")
    number = page.get_by_role("heading", name=re.compile("segments; the largest")).inner_text()
    set_k(page, 7)
    expect(page.get_by_role("heading", name=re.compile("Seven segments"))).to_be_visible()
    set_k(page, 5)
    expect(page.get_by_role("heading", name=number)).to_be_visible()
    expect(card(page, "Everyday people")).to_be_visible()
    follow(page, "Clusters")
    expect(page.locator(".js-plotly-plot").last).to_contain_text("Everyday people")


def test_proposed_names_are_taken_with_one_click_and_a_split_is_undone(server, new_page):
    page = new_page()
    open_page(page, f"{server}/Data")
    upload(page, MALL)
    follow(page, "Segments")
    press(page, re.compile("Name all as proposed"))
    expect(page.get_by_role("button", name=re.compile("Name all as proposed"))).to_have_count(0)
    open_tab(page, "By hand")
    press(page, "Split it")
    expect(page.get_by_role("heading", name=re.compile("Six segments"))).to_be_visible()
    press(page, "Undo the last step")
    expect(page.get_by_role("heading", name=re.compile("Five segments"))).to_be_visible()


def test_the_profile_downloads_with_every_column_of_every_segment(server, new_page):
    page = new_page()
    open_page(page, f"{server}/Data")
    upload(page, MALL)
    follow(page, "Segments")
    open_tab(page, "Numbers")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download all figures").click()
    assert waiting.value.suggested_filename == "mall_customers_profile.csv"
    content = Path(waiting.value.path()).read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content)))
    assert {row["segment"] for row in rows} == {*(f"Segment {i}" for i in range(1, 6)), "All customers"}
    assert sum(int(row["customers"]) for row in rows if row["column"] == "Age") == 400  # the segments, and everybody
