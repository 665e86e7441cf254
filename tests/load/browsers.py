"""The same visitors in a real Chromium."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

from tests.browser import chromium
from tests.load.people import PAGES, SWEEP_SECONDS, Customers, check_file, check_own

_APP = "[data-testid=stApp]"
_PATIENCE = 600_000  # milliseconds
_ADDRESSES = dict(
    zip(PAGES, ("Data", "Features", "Choose_k", "Clusters", "Segments", "Export"), strict=True),
)


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    path = chromium.find()
    assert path, chromium.ADVICE
    async with async_playwright() as playwright:
        # No sandbox: Chromium refuses one as root, as containers run it, and it is shown nothing but this app.
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        opened = await playwright.chromium.launch(executable_path=path, args=arguments)
        yield opened
        await opened.close()


async def arrive(opened: Browser, url: str) -> Page:
    """See the start page as a new visitor."""
    page = await (await opened.new_context(accept_downloads=True)).new_page()
    page.set_default_timeout(_PATIENCE)
    await page.goto(url)
    await settle(page)
    return page


async def settle(page: Page) -> None:
    """Wait until the app is connected and its script has come to rest."""
    await page.wait_for_selector(f"{_APP}[data-test-connection-state=CONNECTED]")
    # Twice, after a pause each: a click is sent to the server with a delay, and a script may start its own rerun.
    for _ in range(2):
        await page.wait_for_timeout(250)
        await page.wait_for_selector(f"{_APP}[data-test-script-state=notRunning]")


async def go(page: Page, title: str) -> None:
    """Follow the menu."""
    link = page.locator(f"[data-testid=stSidebar] [data-testid=stPageLink] a[href$='{_ADDRESSES[title]}']")
    await link.evaluate("link => link.click()")
    await page.get_by_role("heading", name=title, exact=True).first.wait_for()
    await settle(page)


async def check_page(page: Page, own: Customers) -> None:
    """Nothing on the page is refused, and nothing is anybody else's."""
    assert await page.locator("[data-testid=stException], [data-testid=stAlertContentError]").count() == 0, (
        f"Visitor {own.number} sees an error in Chromium: {(await page.inner_text(_APP))[:600]}"
    )
    check_own((await page.content()).encode(), own)


async def walk(page: Page, own: Customers) -> float:
    """The whole journey, from the start page to the labelled file; returns the seconds that the sweep took."""
    await page.get_by_role("button", name="Upload your customers").click()
    await settle(page)
    file = {"name": own.file_name, "mimeType": "text/csv", "buffer": own.content}
    await page.locator("input[type=file]").first.set_input_files(file)
    await page.get_by_text(re.compile(f"^{len(own.rows):,} customers loaded")).wait_for()
    await settle(page)
    await check_page(page, own)
    await go(page, "Features")
    columns = page.get_by_role("combobox", name="Columns that build the segments")
    await columns.press("Backspace")  # the last one, which is luck
    await page.get_by_text("Two columns build the segments").wait_for()
    await settle(page)
    await check_page(page, own)
    began = time.monotonic()
    await go(page, "Number of segments")
    await page.get_by_text("How separate").first.wait_for()
    await page.locator("[data-testid=stProgress]").first.wait_for(state="detached", timeout=SWEEP_SECONDS * 1000)
    seconds = time.monotonic() - began
    await settle(page)
    for title in ("Number of segments", "Clusters", "Segments", "Export"):
        await go(page, title)
        await check_page(page, own)
    async with page.expect_download() as downloading:
        await page.get_by_role("button", name="Download the labelled list").click()
    path = await (await downloading.value).path()
    check_file(await asyncio.to_thread(Path(path).read_bytes), own)
    return seconds


async def look_round(page: Page, own: Customers, n_rounds: int, pause: float) -> None:
    """Go round all pages of the journey, checking each."""
    for _ in range(n_rounds):
        for title in PAGES:
            await asyncio.sleep(pause)
            await go(page, title)
            await check_page(page, own)
