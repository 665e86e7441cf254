"""Start centers placed in a browser: a click on the grid acts once, sliders keep the keyboard, the panel stays open."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import follow, open_page, press, settle, upload

MALL = Path(__file__).resolve().parents[2] / "sample_data" / "mall_customers.csv"


@pytest.fixture
def page(server, new_page) -> Page:
    page = new_page(height=1400)
    open_page(page, f"{server}/Data")
    upload(page, MALL)
    follow(page, "Clusters")
    page.get_by_text("Start centers by hand").click()
    page.wait_for_timeout(300)
    settle(page)
    return page


def chart(page: Page):
    return page.get_by_label(re.compile("centers placed")).locator(".js-plotly-plot").first


def click(page: Page, x: float, y: float) -> None:
    """Click in parts of the plot, from its upper left corner."""
    chart(page).scroll_into_view_if_needed()
    plot = chart(page).locator(".nsewdrag").first.bounding_box()
    page.mouse.move(plot["x"] + x * plot["width"], plot["y"] + y * plot["height"])
    page.wait_for_timeout(200)  # what is clicked is what the pointer shows
    page.mouse.down()
    page.mouse.up()
    page.wait_for_timeout(300)
    settle(page)
    expect(page.locator("[data-testid=stException]")).to_have_count(0)


def told(page: Page, finding: str) -> None:
    expect(chart(page).locator(".gtitle")).to_contain_text(finding)


def test_clicks_place_one_center_each_and_the_segments_are_found_from_there(page):
    told(page, "0 of 5 centers placed")
    for n_placed, place in enumerate([(0.2, 0.2), (0.8, 0.2), (0.45, 0.5), (0.2, 0.85)], start=1):
        click(page, *place)
        told(page, f"{n_placed} of 5 centers placed")
    click(page, 0.8, 0.85)
    told(page, "All five centers are placed")
    press(page, "Find the segments from here")
    told(page, "Settled after")
    expect(page.get_by_text("These segments come from centers placed by hand.")).to_be_visible()
    press(page, "Use random starts again")
    told(page, "All five centers are placed")


def test_a_slider_keeps_the_keyboard_while_it_moves_a_center(page):
    by_hand = page.get_by_test_id("stExpander").filter(has_text="Start centers by hand")
    slider = by_hand.get_by_test_id("stSlider").locator("input").first
    slider.focus()
    before = float(slider.input_value())
    for _ in range(2):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(300)
        settle(page)
    told(page, "1 of 5 centers placed")
    assert float(page.evaluate("document.activeElement.value")) > before
