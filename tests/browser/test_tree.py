"""The tree of agglomerative clustering cut in a browser: by a click on a join."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import follow, open_page, press, settle, upload

MALL = Path(__file__).resolve().parents[2] / "sample_data" / "mall_customers.csv"


@pytest.fixture
def page(server, new_page) -> Page:
    page = new_page()
    open_page(page, f"{server}/Data")
    upload(page, MALL)
    follow(page, "Clusters")
    press(page, "Method and settings")
    page.get_by_role("combobox", name="Method", exact=True).click()
    page.get_by_role("option", name="Agglomerative (tree)").click()
    settle(page)
    page.keyboard.press("Escape")
    return page


def tree(page: Page):
    return page.get_by_label(re.compile("Tree of")).locator(".js-plotly-plot").first


def click_join(page: Page, n_clusters: int) -> None:
    """Click the join below which a cut gives this number; joins are drawn by rising height."""
    joins = tree(page).locator(".scatterlayer .trace").last.locator("path.point")
    tree(page).scroll_into_view_if_needed()
    joins.nth(joins.count() - (n_clusters - 1)).click(force=True)
    page.wait_for_timeout(300)
    settle(page)


def test_a_click_on_a_join_cuts_the_tree_there_and_another_number_is_not_taken_back(page):
    expect(tree(page)).to_be_visible()
    number = page.get_by_role("spinbutton", name="Segments")
    click_join(page, 4)
    expect(number).to_have_value("4")
    expect(tree(page)).to_contain_text("Four segments")
    click_join(page, 9)
    expect(number).to_have_value("9")
    number.fill("4")
    number.press("Enter")
    settle(page)
    expect(tree(page)).to_contain_text("Four segments")
    expect(number).to_have_value("4")
