"""Customers chosen in the picture in a browser: lasso and box, all of them and not only the drawn; groups; pictures."""

import csv
import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from clustering import ClusterSpec, FeatureSpec, fit, prepare, read_table
from clustering.groups import inside
from tests.browser.steps import follow, open_page, press, settle, upload

ROOT = Path(__file__).resolve().parents[2]
MALL = ROOT / "sample_data" / "mall_customers.csv"
INCOME, SPENDING = "Annual Income (k$)", "Spending Score (1-100)"
# in parts of the plot, from its upper left corner
CORNER = [(0.5, 0.02), (0.97, 0.03), (0.95, 0.4), (0.7, 0.3), (0.52, 0.38)]


@pytest.fixture
def page(server, new_page) -> Page:
    page = new_page()
    open_page(page, f"{server}/Data")
    upload(page, MALL)
    follow(page, "Clusters")
    expect(chart(page)).to_be_visible(timeout=60_000)
    return page


def chart(page: Page):
    return page.get_by_label(re.compile("Scatter of")).locator(".js-plotly-plot").first


def take(page: Page, tool: str) -> None:
    """Take a tool from the bar beside the picture."""
    chart(page).locator(f".modebar-btn[data-title='{tool}']").click()
    page.wait_for_timeout(300)


def draw(page: Page, path: list[tuple[float, float]], *, add: bool = False) -> None:
    plot = chart(page).locator(".nsewdrag").first.bounding_box()
    corners = [(plot["x"] + x * plot["width"], plot["y"] + y * plot["height"]) for x, y in path]
    if add:
        page.keyboard.down("Shift")
    page.mouse.move(*corners[0])
    page.mouse.down()
    for corner in corners[1:]:
        page.mouse.move(*corner, steps=4)
    page.mouse.up()
    if add:
        page.keyboard.up("Shift")
    page.wait_for_timeout(300)
    settle(page)
    expect(page.locator("[data-testid=stException]")).to_have_count(0)


def lassos(page: Page) -> list[tuple[list[float], list[float]]]:
    """The corners of every lasso, as the picture holds them."""
    paths = chart(page).evaluate("plot => plot._fullLayout.selections.map(selection => selection.path)")
    drawn = []
    for path in paths:
        corners = [tuple(map(float, corner.split(","))) for corner in path.strip("MZ").split("L")]
        drawn.append(tuple(map(list, zip(*corners, strict=True))))
    return drawn


def expected(path: Path, n_clusters: int, columns: tuple[str, ...], axes: tuple[str, str], drawn) -> int:
    """How many customers the library finds there."""
    table = read_table(path)
    features = prepare(table, FeatureSpec(columns))
    clustering = fit(features, ClusterSpec(n_clusters=n_clusters))
    return len(inside(table, features, clustering, axes, lassos=drawn))


def told(page: Page, n: int) -> None:
    expect(page.get_by_role("heading", name=f"{n:,} customers chosen", exact=True)).to_be_visible()


def test_a_lasso_chooses_as_many_customers_as_the_library_finds_in_it(page):
    take(page, "Lasso Select")
    draw(page, CORNER)
    n = expected(MALL, 5, ("Age", INCOME, SPENDING), (INCOME, SPENDING), lassos(page))
    assert n > 20
    told(page, n)


def test_customers_that_are_not_drawn_are_chosen_too(server, new_page, tmp_path):
    rng = np.random.default_rng(0)
    rows = np.vstack([rng.normal((x, y), 1, (5_000, 2)) for x in (0, 8) for y in (0, 8)])
    path = tmp_path / "many.csv"
    np.savetxt(path, rows, fmt="%.4f", delimiter=",", header="a,b", comments="")
    page = new_page()
    open_page(page, f"{server}/Data")
    upload(page, path)
    follow(page, "Clusters")
    expect(chart(page)).to_be_visible(timeout=60_000)
    settle(page)
    draw(page, [(0.02, 0.02), (0.45, 0.05), (0.4, 0.45), (0.03, 0.4)])
    n = expected(path, 4, ("a", "b"), ("a", "b"), lassos(page))
    assert 3_000 < n < 5_000  # of which a quarter is drawn
    told(page, n)


def test_a_second_shape_adds_customers_and_a_double_click_lets_go_of_all(page):
    take(page, "Box Select")
    draw(page, [(0.55, 0.02), (0.98, 0.4)])
    before = page.get_by_role("heading", name=re.compile("customers chosen")).inner_text()
    draw(page, [(0.02, 0.6), (0.2, 0.98)], add=True)
    after = page.get_by_role("heading", name=re.compile("customers chosen")).inner_text()
    assert int(after.split()[0]) > int(before.split()[0])
    plot = chart(page).locator(".nsewdrag").first.bounding_box()
    page.mouse.dblclick(plot["x"] + plot["width"] / 2, plot["y"] + 0.95 * plot["height"])
    page.wait_for_timeout(500)
    settle(page)
    expect(page.get_by_role("heading", name=re.compile("chosen"))).to_have_count(0)


def test_what_was_drawn_over_another_picture_is_gone(page):
    draw(page, CORNER)
    expect(page.get_by_role("heading", name=re.compile("customers chosen"))).to_be_visible()
    for k in ("4", "5"):
        field = page.get_by_label("Segments", exact=True)
        field.fill(k)
        field.press("Enter")
        page.wait_for_timeout(300)
        settle(page)
        expect(page.get_by_role("heading", name=re.compile("chosen"))).to_have_count(0)
    assert lassos(page) == []


def test_chosen_customers_become_a_group_that_is_saved_and_exported(page):
    draw(page, CORNER)
    n = int(page.get_by_role("heading", name=re.compile("customers chosen")).inner_text().split()[0])
    with page.expect_download() as download:
        page.get_by_role("button", name="Download them").click()
    assert download.value.suggested_filename == "mall_customers_chosen.csv"
    page.get_by_label("Name this group").fill("Premium")
    page.get_by_label("Name this group").press("Enter")
    settle(page)
    press(page, "Keep it")
    expect(page.get_by_text(f"Premium · {n} customers")).to_be_visible()
    told(page, n)  # the choice stays
    with page.expect_download() as download:
        page.get_by_role("button", name="Download", exact=True).click()
    assert download.value.suggested_filename == "mall_customers_premium.csv"
    with Path(download.value.path()).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == n
    assert {row["group"] for row in rows} == {"Premium"}
    follow(page, "Export")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the labelled list").click()
    with Path(download.value.path()).open(encoding="utf-8-sig", newline="") as file:
        assert [row["group"] for row in csv.DictReader(file)].count("Premium") == n


def test_a_chart_is_saved_in_the_format_chosen_in_the_menu(page):
    for chosen, name in (("SVG", "segments.svg"), ("PNG", "segments.png")):
        page.get_by_role("radio", name=chosen).click()
        settle(page)
        with page.expect_download() as download:
            chart(page).locator(".modebar-btn").first.click()
        assert download.value.suggested_filename == name


def test_on_a_phone_the_picture_can_be_scrolled_over_until_customers_are_to_be_chosen(server, browser: Browser):
    context = browser.new_context(
        viewport={"width": 390, "height": 800},
        has_touch=True,
        is_mobile=True,
        user_agent="Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36",
    )
    page = context.new_page()
    open_page(page, f"{server}/Data")
    upload(page, MALL)
    follow(page, "Clusters")
    main = page.locator("[data-testid=stMain]")

    def swiped() -> int:
        """How far a finger that starts in the middle of the picture scrolls the page."""
        main.evaluate("page => page.scrollTop = 150")
        page.wait_for_timeout(300)
        plot = chart(page).locator(".nsewdrag").first.bounding_box()
        x, y = plot["x"] + plot["width"] / 2, plot["y"] + plot["height"] / 2
        finger = context.new_cdp_session(page)
        finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
        for step in range(1, 11):
            point = {"x": x, "y": y - 20 * step}
            finger.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
            page.wait_for_timeout(30)
        finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        page.wait_for_timeout(500)
        settle(page)
        return main.evaluate("page => page.scrollTop") - 150

    assert swiped() > 100
    page.locator("[data-testid=stCheckbox] label").click()
    settle(page)
    assert swiped() == 0
    context.close()
