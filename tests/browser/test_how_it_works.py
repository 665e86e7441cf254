"""How k-means works in a browser, which plays the steps without asking the server."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import open_page, press, settle

PLOT = ".js-plotly-plot"


def watch(page: Page, server: str, query: str) -> None:
    open_page(page, f"{server}/How_k_means_works?{query}")
    page.locator(f"{PLOT} .updatemenu-button").first.wait_for()


def title(page: Page) -> str:
    return page.locator(f"{PLOT} .gtitle").first.text_content()


def active(page: Page) -> int:
    """The stop that the slider stands at."""
    return page.locator(PLOT).first.evaluate("plot => plot._fullLayout.sliders[0].active")


def last(page: Page) -> int:
    return page.locator(PLOT).first.evaluate("plot => plot._fullLayout.sliders[0].steps.length - 1")


def push(page: Page, label: str) -> None:
    """Push one of the buttons in the chart and let it play to the step."""
    page.locator(f"{PLOT} .updatemenu-button", has_text=re.compile(f"^{label}$")).first.click()
    page.wait_for_timeout(700)


def test_a_cold_link_shows_its_scene_with_its_choices(server, new_page):
    page = new_page()
    watch(page, server, "scene=blobs&blobs-k=6&blobs-seed=3")
    expect(page.get_by_role("heading", name="How k-means works", exact=True)).to_be_visible()
    expect(page.get_by_text("Round groups of one size, well apart")).to_be_visible()
    assert title(page).startswith("Start: 6 centers placed")
    expect(page.locator("[data-testid=stException]")).to_have_count(0)
    assert "scene=blobs" in page.url and "blobs-k=6" in page.url


def test_an_address_of_no_scene_shows_the_first(server, new_page):
    page = new_page()
    watch(page, server, "scene=%3Cb%3Enowhere")
    assert title(page).startswith("Start: 3 centers placed")
    expect(page.locator("[data-testid=stException]")).to_have_count(0)


def test_playing_reaches_the_last_step_and_can_begin_again(server, new_page):
    page = new_page()
    watch(page, server, "scene=blobs&blobs-start=k-means%2B%2B")
    assert active(page) == 0
    push(page, "Play")
    page.wait_for_function(
        "() => { const slider = document.querySelector('.js-plotly-plot')._fullLayout.sliders[0];"
        " return slider.active === slider.steps.length - 1 }",
        timeout=60_000,
    )
    page.wait_for_timeout(1_000)
    assert title(page).startswith("Settled: no point changes")
    assert "sizes 75 · 75 · 75 · 75" in title(page)
    page.locator(f"{PLOT} .updatemenu-button", has_text="Play again").first.click()
    page.wait_for_function("() => document.querySelector('.js-plotly-plot')._fullLayout.sliders[0].active === 1")
    push(page, "Pause")
    stopped = active(page)
    page.wait_for_timeout(1_500)
    assert active(page) == stopped < last(page)


def test_a_step_forth_and_back_shows_at_once_and_asks_no_server(server, new_page):
    page = new_page()
    watch(page, server, "scene=groups")
    page.evaluate(
        """() => {
            const app = document.querySelector('[data-testid=stApp]'); window.runs = 0;
            new MutationObserver(() => window.runs++).observe(app, {attributeFilter: ['data-test-script-state']});
        }"""
    )
    push(page, "Step")
    assert (active(page), title(page)[:7]) == (1, "Round 1")
    push(page, "Step")
    assert "the centers move" in title(page)
    push(page, "Step")
    assert re.match(r"Round 2: \d+ points? change", title(page))
    push(page, "Back")
    assert active(page) == 2
    push(page, "Back")
    push(page, "Back")
    push(page, "Back")
    assert active(page) == 0
    assert title(page).startswith("Start")
    assert page.evaluate("window.runs") == 0
    press(page, "Next: What the algorithm sees")
    assert page.evaluate("window.runs") > 0


def test_the_slider_leads_to_any_step_and_stepping_goes_on_from_there(server, new_page):
    page = new_page()
    watch(page, server, "scene=groups")
    page.locator(f"{PLOT} .slider-rail-touch-rect").first.click(position={"x": 200, "y": 5})
    page.wait_for_timeout(500)
    there = active(page)
    assert 0 < there < last(page)
    push(page, "Step")
    assert active(page) == there + 1


def test_picking_a_scene_changes_the_address(server, new_page):
    page = new_page()
    watch(page, server, "scene=groups")
    page.get_by_role("combobox", name="Scene").click()
    page.get_by_role("option", name="Two moons").click()
    settle(page)
    assert page.url.endswith("scene=moons")
    expect(page.get_by_text("DBSCAN, HDBSCAN, single linkage or spectral clustering")).to_be_visible()
    press(page, re.compile("Next: Without and with scaling"))
    assert page.url.endswith("scene=scales")
    expect(page.locator(PLOT)).to_have_count(2)
    page.reload()
    settle(page)
    expect(page.locator(PLOT)).to_have_count(2)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_every_kind_of_scene_fits_its_width(server, new_page, width, dark):
    page = new_page(width=width, dark=dark)
    for scene in ("groups", "unlabelled", "bad-start", "scales", "outlier", "photograph", "own"):
        open_page(page, f"{server}/How_k_means_works?scene={scene}")
        assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"), scene
        expect(page.locator("[data-testid=stException]")).to_have_count(0)
