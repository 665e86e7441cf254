"""Typing into the grids of columns: they are drawn on a canvas, and only a browser edits one."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.steps import follow, open_page, press, settle, upload

LOG, WEIGHT = 3, 6  # columns of the grid on the Features page, counted from 1
TYPE, ROLE = 2, 3  # and of the one on the Data page

# A skewed amount, a count and a score; no number is an identifier.
LINES = [f"{round(1.12**i, 2)},{i % 9 + 0.5},{i * 37 % 50 + 0.25},{'abc'[i % 3]}" for i in range(60)]


@pytest.fixture
def page(server, new_page, tmp_path: Path) -> Page:
    """The Data page with sixty customers loaded."""
    path = tmp_path / "customers.csv"
    path.write_text("\n".join(["spend,visits,score,plan", *LINES]), encoding="utf-8")
    page = new_page()
    open_page(page, f"{server}/Data")
    upload(page, path)
    return page


def open_grid(page: Page, tab: str) -> Locator:
    page.get_by_role("tab", name=tab).click()
    grid = page.get_by_role("tabpanel", name=tab).get_by_test_id("stDataFrame").last
    expect(grid).to_be_visible()
    page.wait_for_timeout(300)  # the canvas draws itself after it is shown
    return grid


def cell(grid: Locator, column: int, row: int) -> Locator:
    """What the grid says of a cell to those who cannot see the canvas; row 1 is the first below the header."""
    return grid.locator(f"[role=row][aria-rowindex='{row + 1}'] [role=gridcell][aria-colindex='{column}']")


def go_to(page: Page, grid: Locator, column: int, row: int) -> None:
    """Select a cell: click the first one of its row, and walk there by the arrow keys."""
    grid.hover(position={"x": 40, "y": 35 * row + 20})  # as a hand does: a canvas drawn anew has not seen the mouse
    page.wait_for_timeout(300)
    grid.click(position={"x": 30, "y": 35 * row + 17})
    expect(cell(grid, 1, row)).to_have_attribute("aria-selected", "true")
    for walked in range(2, column + 1):
        page.keyboard.press("ArrowRight")
        expect(cell(grid, walked, row)).to_have_attribute("aria-selected", "true")


def type_into(page: Page, grid: Locator, column: int, row: int, text: str) -> None:
    go_to(page, grid, column, row)
    page.keyboard.type(text)
    expect(page.locator("input.gdg-input")).to_have_value(text)
    page.wait_for_timeout(200)  # the field takes over the keyboard a moment after it is there
    page.keyboard.press("Enter")
    settle(page)


def tick(page: Page, grid: Locator, column: int, row: int) -> None:
    go_to(page, grid, column, row)
    page.keyboard.press("Space")
    settle(page)


def choose(page: Page, grid: Locator, column: int, row: int, choice: str) -> None:
    go_to(page, grid, column, row)
    # The editor over the canvas opens, finds and closes in its own time, and shows in none of them that it is ready.
    for act in (lambda: page.keyboard.press("Enter"), lambda: page.keyboard.type(choice)):
        act()
        page.wait_for_timeout(250)
    page.keyboard.press("Enter")
    settle(page)


def no_error(page: Page) -> None:
    expect(page.locator("[data-testid=stException], [data-testid=stAlertContentError]")).to_have_count(0)


def test_two_edits_in_a_row_both_take_effect_on_the_features_page(page):
    follow(page, "Features")
    grid = open_grid(page, "Column by column")
    expect(page.get_by_role("button", name="Take the log of 1 skewed column")).to_be_visible()
    tick(page, grid, LOG, 1)
    expect(page.get_by_role("button", name=re.compile("Take the log"))).to_have_count(0)  # spend has its log
    grid = open_grid(page, "Column by column")
    type_into(page, grid, WEIGHT, 2, "2")
    no_error(page)
    follow(page, "Data")
    follow(page, "Features")  # the grid is drawn anew from what was chosen
    grid = open_grid(page, "Column by column")
    expect(cell(grid, LOG, 1)).to_have_text("true")
    expect(cell(grid, LOG, 2)).to_have_text("false")
    expect(cell(grid, WEIGHT, 2)).to_have_text("2")
    expect(cell(grid, WEIGHT, 1)).to_have_text("1")


def test_an_edit_right_after_the_logs_were_taken_keeps_both(page):
    follow(page, "Features")
    grid = open_grid(page, "Column by column")
    press(page, "Take the log of 1 skewed column")
    grid = open_grid(page, "Column by column")
    type_into(page, grid, WEIGHT, 3, "4")
    no_error(page)
    grid = open_grid(page, "Column by column")
    expect(cell(grid, LOG, 1)).to_have_text("true")
    expect(cell(grid, WEIGHT, 3)).to_have_text("4")
    expect(page.get_by_role("heading", name="Three columns build the segments")).to_be_visible()


def test_type_and_role_can_be_changed_one_after_the_other_on_the_data_page(page):
    grid = open_grid(page, "Read it another way")
    choose(page, grid, ROLE, 2, "Category")
    grid = open_grid(page, "Read it another way")
    expect(cell(grid, ROLE, 2)).to_have_text("Category")
    choose(page, grid, TYPE, 3, "Text")
    grid = open_grid(page, "Read it another way")
    no_error(page)
    expect(cell(grid, TYPE, 3)).to_have_text("Text")
    expect(cell(grid, ROLE, 2)).to_have_text("Category")
    follow(page, "Features")
    expect(page.get_by_role("heading", name="One column builds the segments")).to_be_visible()
