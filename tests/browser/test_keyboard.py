"""The whole way without a mouse: Tab, Shift+Tab, Enter, Space, Escape and the arrows, and text that is typed."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.steps import follow, open_page, settle, upload

# three groups of twenty
ROWS = [f"{i % 3 * 40 + i / 10:.1f},{i % 3 * 5 + i % 2}" for i in range(60)]
_MOST = 120  # presses of Tab until whatever is looked for must have come
_PATIENCE = 240_000  # milliseconds, for a sweep on a busy machine

# What is drawn around a stop while it has the keyboard is compared with what is there when it has lost it.
_STOP = """() => {
    const look = element => {
        const drawn = [];
        for (let one = element, i = 0; one && i < 8; i++, one = one.parentElement) {
            const style = getComputedStyle(one);
            drawn.push([style.outlineStyle, style.outlineWidth, style.outlineColor, style.boxShadow,
                style.borderTopColor, style.backgroundColor, style.opacity].join());
        }
        return drawn.join('|');
    };
    const before = window.lastStop, now = document.activeElement;
    // Streamlit's own: a grid draws the mark of its cell itself; the region that scrolls is a stop without a mark; the
    // menu's link to the page that is shown keeps the ground that other links have while they are the stop.
    const known = element => element.matches('canvas, td, main, body')
        || (element.matches('[data-testid=stPageLink-NavLink]') && element.pathname === location.pathname);
    // between two parts of one widget its border stays
    const widget = element => element.closest('[data-testid=stElementContainer]') || element;
    const lost = before && before.element.isConnected && widget(before.element) !== widget(now)
        && !known(before.element) && look(before.element) === before.look;
    window.lastStop = {element: now, look: look(now)};
    return lost ? before.element.outerHTML.slice(0, 200) : null;
}"""

# the field of a slider has no extent of its own
_IN_SIGHT = """target => {
    const box = (target.closest('[data-testid=stElementContainer]') || target).getBoundingClientRect();
    return box.bottom > 0 && box.top < innerHeight;
}"""


class Keyboard:
    """A visitor's keyboard; the mouse is never touched."""

    def __init__(self, page: Page):
        self.page = page
        # the end of a change is what counts, and it shall not be waited for
        page.add_init_script(
            "addEventListener('DOMContentLoaded', () => document.head.appendChild(document.createElement('style'))"
            ".textContent = '*, *::before, *::after { transition: none !important; animation: none !important }')"
        )

    def to(self, target: Locator, *, back: bool = False, sight: bool = True) -> None:
        """Press Tab (or Shift+Tab) until the target has the keyboard, seen at every stop."""
        expect(target).to_be_visible(timeout=_PATIENCE)
        for _ in range(_MOST):
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
            unseen = self.page.evaluate(_STOP)
            assert unseen is None, f"nobody sees that the keyboard is here: {unseen}"
            if target.evaluate("target => target === document.activeElement"):
                assert not sight or target.evaluate(_IN_SIGHT)
                return
        raise AssertionError(f"Tab does not lead to {target}")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.page.wait_for_timeout(100)  # as a finger does
        settle(self.page)


@pytest.fixture
def customers(tmp_path: Path) -> Path:
    path = tmp_path / "customers.csv"
    path.write_text("\n".join(["spend,visits", *ROWS]), encoding="utf-8")
    return path


@pytest.fixture
def page(new_page) -> Page:
    page = new_page()
    page.set_default_timeout(_PATIENCE)
    return page


def button(page: Page, name: str | re.Pattern) -> Locator:
    return page.get_by_test_id("stMain").get_by_role("button", name=name)


def test_the_whole_way_from_a_file_to_the_list_goes_without_a_mouse(server, page, customers):
    keyboard = Keyboard(page)
    open_page(page, server)
    keyboard.to(button(page, "Upload your customers"))
    keyboard.press("Enter")
    keyboard.to(page.get_by_test_id("stFileUploader").get_by_role("button", name="Upload", exact=True))
    with page.expect_file_chooser() as waiting:
        page.keyboard.press("Space")
    with page.expect_response(lambda response: "/upload_file" in response.url and response.request.method == "PUT"):
        waiting.value.set_files(customers)
    settle(page)
    expect(page.get_by_role("heading", name="60 customers, nothing missing")).to_be_visible()

    keyboard.to(page.get_by_role("tab", name="Columns"))
    keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="First rows")).to_have_attribute("aria-selected", "true")
    keyboard.to(button(page, "Choose features"))  # past a table and its cells
    keyboard.press("Enter")

    keyboard.to(button(page, "Find the number of segments"))  # past a chart
    keyboard.press("Enter")
    number = page.get_by_role("combobox", name="Segments to go on with")
    keyboard.to(number)
    page.keyboard.press("ArrowDown")  # opens the list and goes on from three to four
    expect(page.get_by_role("option", name="2", exact=True)).to_be_visible()
    keyboard.press("ArrowUp", "ArrowUp", "Enter")
    expect(button(page, "See the two segments")).to_be_visible(timeout=_PATIENCE)
    keyboard.to(button(page, "See the two segments"))
    keyboard.press("Enter")

    expect(page.locator(".js-plotly-plot")).to_have_count(2, timeout=_PATIENCE)
    keyboard.to(button(page, "What each segment is like"))
    keyboard.press("Enter")

    keyboard.to(page.locator("summary", has_text="Name, note").nth(1))
    keyboard.press("Enter")
    name = page.get_by_label("Name of segment 2")
    keyboard.to(name)
    page.keyboard.type("Big spenders")
    keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Big spenders").first).to_be_visible()
    keyboard.to(button(page, "Export the list"))
    keyboard.press("Enter")

    save = button(page, "Download the labelled list")
    keyboard.to(save)
    with page.expect_download() as saved:
        page.keyboard.press("Enter")
    assert "Big spenders" in Path(saved.value.path()).read_text(encoding="utf-8-sig")
    keyboard.to(button(page, "Build the short list"))
    keyboard.press("Space")
    keyboard.to(button(page, "Save the short list"), back=True)
    with page.expect_download():
        page.keyboard.press("Space")


def loaded(page: Page, server: str, customers: Path, address: str) -> Keyboard:
    keyboard = Keyboard(page)
    open_page(page, f"{server}/Data")
    upload(page, customers)
    follow(page, address)
    expect(page.locator(".js-plotly-plot").first).to_be_visible(timeout=_PATIENCE)
    return keyboard


def test_the_keyboard_leaves_every_chart_and_goes_backwards_too(server, page, customers):
    keyboard = loaded(page, server, customers, "Choose_k")
    number = page.get_by_role("combobox", name="Segments to go on with")
    keyboard.to(number)
    tab = page.get_by_role("tab", name="Numbers")
    keyboard.to(tab, back=True)
    keyboard.to(number)


def test_customers_are_chosen_by_value_where_a_mouse_would_draw_a_lasso(server, page, customers):
    keyboard = loaded(page, server, customers, "Clusters")
    keyboard.to(page.locator("summary", has_text="Choose by value"))
    keyboard.press("Enter")
    keyboard.to(page.get_by_role("slider").first)
    keyboard.press(*["ArrowRight"] * 5)
    expect(page.get_by_role("heading", name=re.compile("customers chosen")).first).to_be_visible()


def test_the_tree_is_cut_by_a_slider_where_a_mouse_would_click_a_join(server, page, customers):
    keyboard = loaded(page, server, customers, "Clusters")
    keyboard.to(button(page, "Method and settings"))
    keyboard.press("Enter")
    keyboard.to(page.get_by_role("combobox", name="Method"), sight=False)  # Streamlit puts it last on the page
    page.keyboard.type("Agglomerative")
    keyboard.press("Enter")
    keyboard.press("Escape")
    cut = page.get_by_role("slider").last
    before = cut.get_attribute("aria-valuetext")
    keyboard.to(cut)
    keyboard.press("ArrowLeft")
    expect(page.get_by_role("slider").last).not_to_have_attribute("aria-valuetext", before, timeout=_PATIENCE)


def test_the_steps_of_k_means_are_shown_one_by_one_without_the_buttons_in_the_picture(server, page):
    keyboard = Keyboard(page)
    open_page(page, f"{server}/How_k_means_works")
    keyboard.to(page.locator("summary", has_text="Every step in words"))
    keyboard.press("Enter")
    keyboard.to(page.get_by_role("spinbutton", name="Step in the picture"))
    keyboard.press("ArrowUp", "ArrowUp", "Enter")
    expect(page.locator(".gtitle").first).to_contain_text("Round 1: the centers move", timeout=_PATIENCE)
