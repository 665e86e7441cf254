"""Names that mean harm in a real browser: nothing runs, nothing is fetched, and they can be read as they are."""

import pytest
from playwright.sync_api import Page, expect

from clustering import ClusterSpec, FeatureSpec, fit, prepare
from clustering.export.report import to_html
from clustering.identity import Identity
from clustering.recipe import make_recipe, save_recipe
from tests import hostile
from tests.browser.steps import follow, open_page, press, settle, upload
from tests.hostile import ANSWER, LEVEL, NOTES, TEXTS, TITLE

WORST = [TEXTS[i] for i in (1, 5, 20, 21, 0, 16)]
# What a name could have made: elements of its own, links to elsewhere, and what their scripts leave behind.
MADE = """() => [
  ...document.querySelectorAll('img[src="x"], [onerror], a[href*="evil"], a[href^="javascript"], main b, iframe'),
].map((one) => one.outerHTML).concat(window.hurt ? [`hurt ${window.hurt}`] : [])"""


@pytest.fixture
def watched(new_page):
    """A page that tells which dialogs it opened and which addresses elsewhere it asked."""

    def opened(width: int = 1280) -> Page:
        page = new_page(width=width)
        page.harm = []
        page.on("dialog", lambda dialog: (page.harm.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda asked: page.harm.append(asked.url) if "evil" in asked.url else None)
        return page

    return opened


def as_shown(text: str) -> str:
    return "".join(sign for sign in text if sign >= " " or sign in "\t\n\r")


def _texts(page, selector: str) -> list[str]:
    """What stands there, without the space of no width that keeps a spreadsheet from running it."""
    return [text.removeprefix("\u200b") for text in page.locator(selector).all_text_contents()]


def test_the_report_shows_every_name_and_runs_none(watched, tmp_path):
    path = tmp_path / "report.html"
    path.write_bytes(to_html(hostile.findings()))
    page = watched()
    page.goto(path.as_uri())
    expect(page.locator("figure .main-svg").first).to_be_visible()
    page.wait_for_timeout(500)
    assert (page.harm, page.evaluate(MADE)) == ([], [])
    assert page.title() == f"{TITLE}: segments"
    assert _texts(page, "h3")[: len(TEXTS)] == [as_shown(name) for name in TEXTS]
    assert _texts(page, ".note") == [as_shown(note) for note in NOTES]
    heads = set(_texts(page, "tbody th"))
    assert {as_shown(column) for column in hostile.found()[0].spec.columns if column != LEVEL} <= heads


@pytest.fixture(scope="module")
def work() -> bytes:
    """Six segments of the customers, called by the worst names."""
    table = hostile.table()
    columns = (TEXTS[0], TEXTS[5], TEXTS[20], LEVEL)
    features = prepare(table, FeatureSpec(columns, describe=(TEXTS[1], TEXTS[4], ANSWER)))
    clustering = fit(features, ClusterSpec(n_clusters=len(WORST)))
    who = tuple(Identity(label, name, WORST[-1 - label]) for label, name in enumerate(WORST))
    return save_recipe(make_recipe(table, features, clustering, title=TITLE, identities=who))


@pytest.mark.parametrize("width", [1280, 390])
def test_the_pages_show_every_name_and_run_none(server, watched, work, tmp_path, width):
    recipe, customers = tmp_path / "work.json", tmp_path / "[x](javascript:alert(1))<b>.csv"
    recipe.write_bytes(work)
    customers.write_bytes(hostile.content())
    page = watched(width)
    open_page(page, f"{server}/Data")
    press(page, "Open saved work")
    page.get_by_test_id("stPopoverBody").locator("input[type=file]").set_input_files(recipe)
    expect(page.get_by_text("Saved work: 6 segments")).to_be_visible(timeout=60_000)
    follow(page, "Data")
    upload(page, customers)
    follow(page, "Segments")
    heads = page.locator("[data-testid=stMain] h3")
    expect(heads).to_have_count(len(WORST) + 1, timeout=60_000)
    settle(page)
    shown = [text.replace("\u2060", "").strip() for text in heads.all_text_contents()]
    assert shown[: len(WORST)] == [name.strip() for name in WORST]
    for address in ("Segments", "Clusters", "Export", "New_customers", "Compare", "Features", "Data"):
        follow(page, address)
        expect(page.locator("[data-testid=stException]")).to_have_count(0)
        page.wait_for_timeout(500)
        assert (address, page.harm, page.evaluate(MADE)) == (address, [], [])
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
