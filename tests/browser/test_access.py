"""Every page as axe judges it, in light and dark, wide and narrow; and zoomed.

The pages are judged in all four ways to look at them, and what can be opened on them (tabs, popovers, expanders) in
one; with ``ACCESS=all`` in the environment that too in all four, which takes some minutes.
"""

import os
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import follow, open_page, press, settle, upload

ROOT = Path(__file__).resolve().parents[2]
AXE = next(Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")).read_text(encoding="utf-8")
EVERYTHING = os.environ.get("ACCESS") == "all"
PAGES = (
    "Data",
    "Features",
    "Choose_k",
    "Clusters",
    "Segments",
    "Compare",
    "Export",
    "New_customers",
    "How_k_means_works",
)
_PATIENCE = 180_000  # milliseconds, for a sweep on a busy machine
WIDE, NARROW = (1280, 900), (390, 844)

# What Streamlit draws and no page of ours can change. A test fails where an entry is no longer met.
FRAMEWORK = {
    # the area to drop a file on is told to be no part of the page, and has a name all the same
    ("presentation-role-conflict", "[data-testid=stFileUploaderDropzone]"),
}
# The value above a slider and what is chosen in a row of buttons have the primary colour, on which Streamlit also
# writes in white: no colour is 4.5:1 from both white and the dark ground (it is 4.53 and 4.09).
PRIMARY = {("color-contrast", "[data-testid=stSlider] *"), ("color-contrast", "[data-testid=stButtonGroup] *")}
_JUDGE = """async framework => {
    const found = await axe.run(document, {resultTypes: ['violations']});
    const ours = [], met = [];
    for (const {id, nodes} of found.violations) for (const node of nodes) {
        const element = document.querySelector(node.target[node.target.length - 1]);
        const known = framework.find(([rule, selector]) => rule === id && element && element.matches(selector));
        if (known) met.push(known);
        else ours.push(`${id}: ${node.html.slice(0, 200)} (${node.failureSummary.slice(0, 300)})`);
    }
    return [ours, met];
}"""
# The text of charts has no ground that axe could find. Text on bars stands on their filling, which a unit test judges.
_TEXT_OF_CHARTS = """() => {
    const context = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
    const parts = colour => {
        context.clearRect(0, 0, 1, 1);
        context.fillStyle = colour;
        context.fillRect(0, 0, 1, 1);
        return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    const light = colour => parts(colour).map(part => part / 255)
        .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
        .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
    const ground = light(getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor);
    const faint = [];
    for (const text of document.querySelectorAll('.js-plotly-plot svg text, .js-plotly-plot svg tspan')) {
        if (!text.textContent.trim() || text.closest('.bars')) continue;
        const own = light(getComputedStyle(text).fill);
        const contrast = (Math.max(own, ground) + 0.05) / (Math.min(own, ground) + 0.05);
        if (contrast < 4.5) faint.push(`${text.textContent}: ${contrast.toFixed(2)}`);
    }
    return faint;
}"""
_STRUCTURE = """() => ({
    titles: document.querySelectorAll('h1').length,
    levels: [...document.querySelectorAll('[data-testid=stMain] :is(h1, h2, h3, h4, h5, h6)')].map(h => +h.tagName[1]),
    language: document.documentElement.lang,
    nameless: [...document.querySelectorAll('[data-testid=stPlotlyChart]')].filter(
        chart => !/\\d/.test(chart.getAttribute('aria-label') || '')).length,
})"""


class Judge:
    """Axe and what it does not see, with what was found of ours and met of the framework's."""

    def __init__(self, page: Page):
        self.page, self.faults, self.met = page, [], set()

    def judge(self, where: str) -> None:
        page = self.page
        page.mouse.move(0, 0)  # no tooltip
        for plot in page.locator(".js-plotly-plot").all():
            expect(plot.locator(".main-svg").first).to_be_attached()
        page.evaluate(f"typeof axe === 'undefined' && (() => {{ {AXE} }}).call(window)")
        ours, met = page.evaluate(_JUDGE, sorted(map(list, FRAMEWORK | PRIMARY)))
        self.met |= {tuple(one) for one in met}
        self.faults += [f"{where}: {one}" for one in (*ours, *page.evaluate(_TEXT_OF_CHARTS))]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            self.faults.append(f"{where}: scrolls sideways")

    def judge_structure(self, where: str, titles: set[str]) -> None:
        found = self.page.evaluate(_STRUCTURE)
        steps = zip(found["levels"], found["levels"][1:], strict=False)
        if found["titles"] != 1 or any(below > above + 1 for above, below in steps):
            self.faults.append(f"{where}: headings {found['levels']}")
        if found["language"] != "en":
            self.faults.append(f"{where}: language {found['language']!r}")
        if found["nameless"]:
            self.faults.append(f"{where}: {found['nameless']} charts without words")
        if self.page.title() in titles:
            self.faults.append(f"{where}: the title {self.page.title()!r} once more")
        titles.add(self.page.title())


def opened(page: Page) -> Iterator[str]:
    """Open, one after the other, whatever can be opened on a page, each name once; yields what is open."""
    seen: set[str] = set()
    yield from _unfolded(page, seen)
    for tab in page.get_by_role("tab").all()[1:]:
        tab.click()
        settle(page, _PATIENCE)
        yield tab.inner_text()
        yield from _unfolded(page, seen)


def _unfolded(page: Page, seen: set[str]) -> Iterator[str]:
    """Open every popover and expander that is in sight."""
    popovers = page.locator("[data-testid=stMain] [data-testid=stPopover] button").all()
    folds = page.locator("[data-testid=stExpander] summary").all()
    for opener in (*popovers, *folds):
        if not opener.is_visible() or (name := opener.inner_text()) in seen:
            continue
        if opener.evaluate("opener => opener.parentElement.open"):
            continue
        seen.add(name)
        opener.click()
        settle(page, _PATIENCE)
        yield name
        if opener in popovers:
            page.keyboard.press("Escape")
        else:
            opener.click()


def visit(page: Page, address: str) -> None:
    """Go to a page, and wait for the search for segments where it needs one."""
    follow(page, address)
    if address in ("Choose_k", "Clusters", "Segments"):
        page.locator(".js-plotly-plot").first.wait_for(timeout=_PATIENCE)
        settle(page, _PATIENCE)


def resize(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.wait_for_timeout(200)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_of_ours(server, new_page, dark):
    page = new_page(*WIDE, dark=dark)
    judge = Judge(page)
    titles: set[str] = set()

    def judge_here(where: str) -> None:
        for size in (NARROW, WIDE):
            resize(page, size)
            judge.judge(f"{where}, {size[0]} wide")

    open_page(page, server)
    judge_here("start")
    judge.judge_structure("start", titles)
    for address in ("Data", "Segments"):
        follow(page, address)
        judge_here(f"{address}, empty")
    follow(page, "Data")
    upload(page, ROOT / "sample_data" / "purchases.csv")
    visit(page, "Transactions")
    judge_here("Transactions")
    judge.judge_structure("Transactions", titles)
    for name in opened(page):
        judge_here(f"Transactions: {name!r}")
    page.locator("[data-testid=stSidebar] [data-testid=stPageLink] a").first.click()
    settle(page)
    press(page, "Try it with sample data")
    for address in PAGES:
        visit(page, address)
        judge_here(address)
        judge.judge_structure(address, titles)
    assert judge.faults == []
    assert judge.met - (PRIMARY if dark else set()) == FRAMEWORK


@pytest.mark.parametrize("dark, size", list(product((False, True), (WIDE, NARROW))) if EVERYTHING else [(True, NARROW)])
def test_axe_finds_nothing_of_ours_in_what_can_be_opened(server, new_page, dark, size):
    page = new_page(*WIDE, dark=dark)
    judge = Judge(page)
    open_page(page, server)
    press(page, "Try it with sample data")
    for address in PAGES:
        resize(page, WIDE)
        visit(page, address)
        resize(page, size)
        for name in opened(page):
            judge.judge(f"{address}: {name!r}")
    assert judge.faults == []


def test_zoomed_to_twice_the_size_nothing_has_to_be_scrolled_sideways(server, browser):
    # what a window of 1280 x 800 shows at 200 %
    context = browser.new_context(viewport={"width": 640, "height": 400}, device_scale_factor=2)
    page = context.new_page()
    try:
        open_page(page, server)
        press(page, "Try it with sample data")
        for address in PAGES:
            follow(page, address)
            width = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
            assert width[0] <= width[1], address
            wide = page.locator("[data-testid=stMain]").evaluate("main => [main.scrollWidth, main.clientWidth]")
            assert wide[0] <= wide[1], address
    finally:
        context.close()
