"""What a visitor does on a page: a click is a function of a visit that is on its page.

What has to be there before it is done first and not timed.
"""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.benchmarks.pages.visit import PATIENCE, Answer, Visit
from tests.browser.steps import press, settle, unfold

Click = Callable[[Visit], Answer]

_FIRST_K = """() => {
    if (document.querySelector('[data-testid=stMain] h1')?.innerText.trim() !== 'Number of segments') return false;
    const bar = document.querySelector('[data-testid=stProgress]');
    return bar ? /tried|Measuring/.test(bar.innerText) : !!document.querySelector('[data-testid=stMetric]');
}"""


def click(
    what: str,
    act: Callable[[Page], object],
    shown: Callable[[Page], Locator] | None = None,
    *,
    before: Callable[[Page], object] | None = None,
    **told: bool,
) -> Click:
    """A click of whatever kind; `told` is what `Visit.timed` wants to know of it."""

    def clicked(visit: Visit) -> Answer:
        page = visit.page
        if before is not None:
            before(page)
        return visit.timed(what, lambda: act(page), shown and shown(page), **told)

    return clicked


def tab(name: str, *, of: str, **told: bool) -> Click:
    return click(f"{of}: tab {name}", lambda page: page.get_by_role("tab", name=name).click(), **told)


def shut_tab(name: str, *, of: str) -> Click:
    """A tab that the browser has already; the server is not asked."""

    def shown(page: Page) -> Locator:
        return page.get_by_role("tabpanel", name=name).get_by_test_id("stElementContainer").first

    return click(f"{of}: tab {name}", lambda page: page.get_by_role("tab", name=name).click(), shown, asks=False)


def radio(name: str, *, of: str, **told: bool) -> Click:
    return click(f"{of}: {name}", lambda page: page.get_by_role("radio", name=name).click(), **told)


def button(name: str | re.Pattern, what: str, shown: Callable[[Page], Locator] | None = None, **told) -> Click:
    return click(what, lambda page: page.get_by_role("button", name=name).first.click(), shown, **told)


def pick(field: str, option: str, what: str, **told) -> Click:
    """An option of a list that is open already: what is timed is the choice."""

    def act(page: Page) -> None:
        page.get_by_role("option", name=option, exact=True).click()

    return click(what, act, before=lambda page: open_list(page, field), **told)


def save(name: str, what: str) -> Click:
    """A file that is made as its button is pressed, until it is all there."""

    def saved(visit: Visit) -> Answer:
        return save_to(visit, name, what)[0]

    return saved


def save_to(visit: Visit, name: str, what: str) -> tuple[Answer, Path]:
    visit.begin()
    with visit.page.expect_download() as waiting:
        visit.page.get_by_role("button", name=name).first.click()
    path = Path(waiting.value.path())
    visit.traffic.saved += path.stat().st_size  # which the page is not told of
    return visit.answer(what, computes=True), path


def open_list(page: Page, name: str) -> None:
    """Open a list by key: while a page still moves, one opened by the mouse closes again."""
    shut_list(page)
    page.get_by_role("combobox", name=name, exact=True).focus()
    page.wait_for_timeout(300)
    page.keyboard.press("ArrowDown")


def shut_list(page: Page) -> None:
    """Close a list that several are chosen from, which stays open and hides all else from whoever looks by role."""
    if page.get_by_role("option").count():
        page.keyboard.press("Escape")
        expect(page.get_by_role("option")).to_have_count(0)


def heading(text: str) -> Callable[[Page], Locator]:
    return lambda page: page.get_by_role("heading", name=re.compile(text)).first


def n_loaded(page: Page, told: str) -> Locator:
    """What the card in the menu says of the table."""
    return page.get_by_test_id("stSidebar").get_by_text(re.compile(f"^{told} ")).first


def use_sample(visit: Visit) -> Answer:
    page = visit.page
    open_list(page, "Try it with")
    page.get_by_role("option", name="Wine", exact=True).click()
    settle(page)
    use = page.get_by_role("button", name="Use this sample")
    return visit.timed("use a sample", use.click, n_loaded(page, "178 customers"), computes=True)


def upload(visit: Visit, path: Path, told: str) -> Answer:
    page = visit.page
    field = page.locator("input[type=file]").first
    return visit.timed("upload", lambda: field.set_input_files(path), n_loaded(page, told), computes=True)


def sweep(visit: Visit) -> list[Answer]:
    """Follow the menu to the page that tries all numbers of segments."""
    page = visit.page
    visit.begin()
    visit.link("Choose_k").click()
    page.wait_for_function(_FIRST_K, timeout=PATIENCE)
    first = visit.answer("to Choose_k: the first number tried", draws=True, computes=True, rests=False)
    expect(page.get_by_role("button", name=re.compile("^See the"))).to_be_visible(timeout=PATIENCE)
    expect(page.locator("[data-testid=stPlotlyChart] .main-svg").nth(1)).to_be_visible(timeout=PATIENCE)
    return [first, visit.answer("to Choose_k: the recommendation", draws=True, computes=True)]


def tick_again(page: Page) -> None:
    page.get_by_role("option").last.click()


def change_axis(visit: Visit) -> Answer:
    page = visit.page
    now = {page.get_by_role("combobox", name=name, exact=True).input_value() for name in ("Across", "Up")}
    open_list(page, "Across")
    other = next(text for text in page.get_by_role("option").all_inner_texts() if text not in now)
    option = page.get_by_role("option", name=other, exact=True)
    drawn = page.locator(".js-plotly-plot .xtitle", has_text=other).first
    return visit.timed("Clusters: another axis", option.click, drawn, draws=True)


def fill(page: Page, field: str, text: str) -> None:
    page.get_by_label(field, exact=True).fill(text)


def enter(page: Page) -> None:
    page.keyboard.press("Enter")


def choose_by_value(visit: Visit) -> Answer:
    page = visit.page
    unfold(page, "Choose by value")
    page.get_by_role("slider").first.focus()
    return visit.timed(
        "Clusters: choose customers by value",
        lambda: page.keyboard.press("ArrowRight"),
        heading("chosen")(page),
        computes=True,
    )


def open_method(page: Page) -> None:
    press(page, "Method and settings")
    open_list(page, "Method")


def back_to_kmeans(visit: Visit) -> Answer:
    page = visit.page
    open_list(page, "Method")
    option = page.get_by_role("option", name="k-means", exact=True)
    answer = visit.timed("Clusters: back to k-means", option.click, draws=True)
    page.keyboard.press("Escape")
    return answer


def open_naming(page: Page) -> None:
    unfold(page, "Name, note")
    fill(page, "Name of segment 1", "Regulars")


def look_into(visit: Visit) -> Answer:
    """Segment the customers of one segment again, up to the recommendation."""
    page = visit.page
    look = page.get_by_role("button", name="Look into it")
    seen = page.get_by_role("button", name=re.compile("^See the"))
    return visit.timed("Segments: look into one", look.click, seen, draws=True, computes=True)


def merge(visit: Visit) -> Answer:
    page = visit.page
    visit.change("Segments")
    page.get_by_role("tab", name="By hand").click()
    settle(page)
    for _ in range(2):
        if not page.get_by_role("option").count():
            open_list(page, "Segments")
        page.get_by_role("option").last.click()
        settle(page)
    shut_list(page)
    together = page.get_by_role("button", name="Merge them")
    undo = page.get_by_role("button", name="Undo the last step")
    return visit.timed("Segments: merge two", together.click, undo, computes=True)


def apply_saved(visit: Visit) -> Answer:
    """Open saved segments beside those on show, and see them given to the same customers."""
    page = visit.page
    _, path = save_to(visit, "Save my work", "")
    press(page, "Other files")
    field = page.get_by_test_id("stPopoverBody").locator("input[type=file]").last
    found = page.get_by_text(re.compile("^Found in ")).first
    return visit.timed(
        "New customers: apply a recipe", lambda: field.set_input_files(path), found, draws=True, computes=True
    )


def compare_two(visit: Visit) -> Answer:
    """Come back to two segmentations side by side."""
    page = visit.page
    visit.change("Clusters")
    fill(page, "Segments", "6")
    enter(page)
    settle(page)
    visit.change("Compare")
    two = page.get_by_role("tab", name="Two segmentations")
    return visit.timed(
        "Compare: two side by side", two.click, heading("stay together")(page), draws=True, computes=True
    )


def push(label: str, what: str, told: str) -> Click:
    """A button in the picture of the steps, which the browser plays by itself."""

    def act(page: Page) -> None:
        page.locator(".js-plotly-plot .updatemenu-button", has_text=re.compile(f"^{label}$")).first.click()

    def shown(page: Page) -> Locator:
        return page.locator(".js-plotly-plot .gtitle", has_text=re.compile(told)).first

    return click(f"How k-means works: {what}", act, shown, asks=False)
