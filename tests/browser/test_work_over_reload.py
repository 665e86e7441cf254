"""Saved work in a browser: taken away from the menu, lost with a reload, and back again with the same file."""

import json
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.steps import follow, open_page, press, settle, unfold, upload

MALL = Path(__file__).resolve().parents[2] / "sample_data" / "mall_customers.csv"


def save(page: Page, path: Path) -> Path:
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save my work").click()
    assert waiting.value.suggested_filename == "mine_segments.json"
    waiting.value.save_as(path)
    return path


def open_saved(page: Page, path: Path) -> None:
    press(page, "Open saved work")
    page.get_by_test_id("stPopoverBody").locator("input[type=file]").set_input_files(path)
    expect(page.get_by_text("Saved work: 5 segments of mine.csv")).to_be_visible(timeout=60_000)
    settle(page)


def test_saved_work_survives_a_reload(server, new_page, tmp_path):
    mine = tmp_path / "mine.csv"
    mine.write_bytes(MALL.read_bytes().replace(b"1,Male,25,15,78", b"1,Male,25,16,78", 1))
    page = new_page()
    open_page(page, f"{server}/Data")
    upload(page, mine)
    follow(page, "Segments")
    unfold(page, "Name, note")
    page.get_by_label("Name of segment 1").fill("Everyday people")
    page.get_by_label("Name of segment 1").press("Enter")
    settle(page)
    page.keyboard.press("Escape")
    work = save(page, tmp_path / "work.json")
    assert json.loads(work.read_bytes())["segments"][0]["name"] == "Everyday people"

    page.reload()
    settle(page)
    open_page(page, server)
    expect(page.get_by_role("button", name="Save my work")).to_have_count(0)
    open_saved(page, work)
    follow(page, "Data")
    upload(page, mine)
    expect(page.get_by_role("heading", name="Everyday people")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("Your work on mine.csv is here again")).to_be_visible()
    again = save(page, tmp_path / "again.json")
    assert json.loads(again.read_bytes())["segments"] == json.loads(work.read_bytes())["segments"]
