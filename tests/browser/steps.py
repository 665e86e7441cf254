"""What every browser test does."""

import re
from pathlib import Path

from playwright.sync_api import Page

APP = "[data-testid=stApp]"


def settle(page: Page, timeout: float = 60_000) -> None:
    """Wait until the app is connected and its script has come to rest (milliseconds)."""
    page.wait_for_selector(f"{APP}[data-test-connection-state=CONNECTED]", timeout=timeout)
    # Twice, after a pause each: a click is sent to the server with a delay, and a script may start its own rerun.
    for _ in range(2):
        page.wait_for_timeout(250)
        page.wait_for_selector(f"{APP}[data-test-script-state=notRunning]", timeout=timeout)


def open_page(page: Page, address: str) -> None:
    """Open an address as somebody who types it in."""
    page.goto(address)
    settle(page)


def press(page: Page, label: str | re.Pattern) -> None:
    """Press a button and wait for what it does."""
    page.get_by_role("button", name=label).first.click()
    settle(page)


def follow(page: Page, address: str) -> None:
    """Follow the side menu to a page (also where a narrow window has folded the menu away)."""
    page.locator(f"[data-testid=stSidebar] [data-testid=stPageLink] a[href$='{address}']").evaluate(
        "link => link.click()"
    )
    settle(page)


def upload(page: Page, path: Path) -> None:
    """Upload a file on the Data page."""
    with page.expect_response(lambda response: "/upload_file" in response.url and response.request.method == "PUT"):
        page.locator("input[type=file]").first.set_input_files(path)
    settle(page)


def unfold(page: Page, label: str, *, place: int = 0) -> None:
    """Open what is folded away under a label; `place` counts those that are called alike."""
    page.locator("summary", has_text=label).nth(place).click()
    settle(page)
