"""Number of segments in a browser: clicks on a curve, tabs that compute when they are opened, two sweeps at once."""

import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import follow, open_page, press, settle, upload

ROOT = Path(__file__).resolve().parents[2]
MALL = ROOT / "sample_data" / "mall_customers.csv"


@pytest.fixture
def page(server, new_page) -> Page:
    page = new_page()
    open_page(page, f"{server}/Data")
    upload(page, MALL)
    follow(page, "Choose_k")
    return page


def open_tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click()
    settle(page)
    expect(page.locator("[data-testid=stException]")).to_have_count(0)


def click_point(page: Page, alt: str, n_clusters: int) -> None:
    """Click a number of segments on a curve."""
    chart = page.get_by_label(alt).locator(".js-plotly-plot").first
    at = chart.evaluate(
        """(plot, k) => {
            const box = plot.getBoundingClientRect(), layout = plot._fullLayout;
            const i = Array.from(plot.data[0].x).indexOf(k);
            return [box.x + layout.xaxis._offset + layout.xaxis.d2p(k),
                    box.y + layout.yaxis._offset + layout.yaxis.d2p(plot._fullData[0].y[i])];
        }""",
        n_clusters,
    )
    page.mouse.move(*at)
    page.wait_for_timeout(200)
    page.mouse.click(*at)
    settle(page)


def test_a_click_on_a_curve_takes_that_number_to_the_clusters(page):
    click_point(page, "Separation (silhouette)", 4)
    expect(page.get_by_role("heading", name="Clusters", exact=True)).to_be_visible()
    expect(page.get_by_label("Segments", exact=True)).to_have_value("4")
    follow(page, "Choose_k")
    expect(page.get_by_role("button", name="See the four segments")).to_be_visible()


@pytest.mark.parametrize(
    "tab, told",
    [
        ("Repeatable", "five times the customers are split in two halves"),
        ("Sizes", "the smallest segment holds"),
        ("Each customer", "One blade per segment"),
        ("How they split", "From left to right"),
    ],
)
def test_a_tab_shows_its_chart_when_it_is_opened(page, tab, told):
    before = page.locator(".js-plotly-plot").count()
    open_tab(page, tab)
    expect(page.get_by_text(re.compile(told)).first).to_be_visible()
    assert page.locator(".js-plotly-plot").count() > before


def test_which_columns_matter_is_worked_out_on_demand(page):
    open_tab(page, "Which columns matter")
    press(page, "Work it out")
    expect(page.get_by_text("Where a column has others that tell the same")).to_be_visible()
    expect(page.get_by_role("button", name="Work it out")).to_have_count(0)


def test_the_gap_statistic_and_bic_are_worked_out_on_demand(page):
    open_tab(page, "More measures")
    press(page, "Work it out")
    expect(page.get_by_text(re.compile("The BIC of Gaussian mixtures"))).to_be_visible(timeout=60_000)


def test_two_visitors_who_sweep_at_once_both_end_with_their_own(server, new_page, tmp_path):
    pages, names = [], ("one", "other")
    for seed, name in enumerate(names):
        rng = np.random.default_rng(seed)
        centers = rng.normal(0, 20, (3 + seed, 6))
        rows = centers[rng.integers(0, 3 + seed, 120_000)] + rng.normal(0, 1, (120_000, 6))
        path = tmp_path / f"{name}.csv"
        np.savetxt(path, rows, fmt="%.3f", delimiter=",", header=",".join("abcdef"), comments="")
        page = new_page()
        open_page(page, f"{server}/Data")
        upload(page, path)
        pages.append(page)
    for page in pages:
        page.locator("[data-testid=stSidebar] a[href$='Choose_k']").evaluate("link => link.click()")
    for page, answer in zip(pages, ("Three segments", "Four segments"), strict=True):
        expect(page.get_by_role("heading", name=re.compile(answer))).to_be_visible(timeout=120_000)


def test_a_tab_open_while_the_range_is_widened_draws_one_progress_only(server, new_page, tmp_path):
    rows = np.random.default_rng(0).normal(size=(60_000, 8))
    path = tmp_path / "wide.csv"
    np.savetxt(path, rows, fmt="%.3f", delimiter=",", header=",".join("abcdefgh"), comments="")
    page = new_page()
    open_page(page, f"{server}/Data")
    upload(page, path)
    follow(page, "Choose_k")
    expect(page.get_by_role("tab", name="Each customer")).to_be_visible(timeout=120_000)
    settle(page)
    open_tab(page, "Each customer")
    press(page, "Range and limits")
    slider = page.get_by_role("slider", name="Numbers of segments to try").last
    slider.focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    settle(page)
    for _ in range(10):
        expect(page.locator("[data-testid=stException]")).to_have_count(0)
        assert page.get_by_role("button", name="Stop", exact=True).count() <= 1
        page.wait_for_timeout(500)
