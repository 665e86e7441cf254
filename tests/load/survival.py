"""What survives: a broken line, a killed server, a reload; seen in Chromium.

A line that breaks during a sweep and comes back finds the same session, and the sweep has gone on. A server that is
killed and started again serves at once; a browser that was connected is told that its work is gone, and opens what it
had saved. A reload begins anew, and saved work brings back everything.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from playwright.sync_api import Browser, Page, expect, sync_playwright

from pages._ui.sentences import LOST
from tests.browser import chromium
from tests.browser.steps import APP, follow, open_page, press, settle, upload
from tests.load.line import line
from tests.serving import ONE_THREAD, Server

_PATIENCE = 300_000  # milliseconds, for a sweep on a busy machine
_AWAY = 3_000  # milliseconds without a line
_PROGRESS = "[data-testid=stProgress]"


def run() -> None:
    with TemporaryDirectory() as folder, Server(environment=ONE_THREAD) as server, browser() as opened:
        mine = write_customers(Path(folder) / "mine.csv", n_rows=8_000)
        page = opened.new_context(accept_downloads=True).new_page()
        page.set_default_timeout(_PATIENCE)
        with line(server.port) as wire:
            open_page(page, f"{wire.url}/Data")
            upload(page, mine)
            begin_sweep(page)
            wire.cut()
            page.wait_for_selector(f"{APP}:not([data-test-connection-state=CONNECTED])")
            page.wait_for_timeout(_AWAY)
            wire.mend()
            began = time.monotonic()
            settle(page, _PATIENCE)
            back = time.monotonic() - began
            expect(page.get_by_text("mine.csv").first).to_be_visible()
            page.wait_for_selector(_PROGRESS, state="detached")
            settle(page, _PATIENCE)
            expect(page.get_by_role("heading", name="Four segments")).to_be_visible(timeout=_PATIENCE)
            check_sound(page)
            print(f"survival: a line broken for {_AWAY / 1000:g} s during a sweep: the same session {back:.1f} s")
            print("          after it was mended, and the sweep has gone on")
            follow(page, "Segments")
            work = save_work(page, Path(folder) / "work.json")
        open_page(page, f"{server.url}/Data")  # typed into the address bar, so this is a reload too
        check_sound(page)
        assert page.get_by_role("button", name="Save my work").count() == 0, "Whose work is that?"
        open_work(page, server, work, mine)
        print("          a reload: the session is gone, and saved work with the same file brings it back")
        killed_during_a_sweep(page, server, opened, folder)
        open_work(page, server, work, mine)
        check_sound(page)
        print("          and saved work with the same file brings everything back")


def killed_during_a_sweep(page: Page, server: Server, opened: Browser, folder: str) -> None:
    """Kill the server while it sweeps, start it again, and see what a new and an old visitor see."""
    follow(page, "Data")
    upload(page, write_customers(Path(folder) / "next.csv", n_rows=20_000))
    begin_sweep(page)
    server.kill()
    began = time.monotonic()
    server.start()
    answers = time.monotonic() - began
    newcomer = opened.new_page()
    newcomer.set_default_timeout(_PATIENCE)
    open_page(newcomer, server.url)
    shows = time.monotonic() - began
    newcomer.close()
    print(f"          a server killed during a sweep and started again: answers after {answers:.1f} s,")
    print(f"          the first page stands after {shows:.1f} s")
    expect(page.get_by_text(LOST)).to_be_visible(timeout=_PATIENCE)
    check_sound(page)
    print("          the browser of before connects by itself and is told that its table is gone")


def begin_sweep(page: Page) -> None:
    """Go to where all numbers of segments are tried, and see that it is under way."""
    page.locator("[data-testid=stSidebar] [data-testid=stPageLink] a[href$=Choose_k]").evaluate("link => link.click()")
    page.wait_for_selector(_PROGRESS)


def check_sound(page: Page) -> None:
    """Nothing on the page has gone wrong."""
    wrong = page.locator("[data-testid=stException], [data-testid=stAlertContentError], [data-testid=stDialog]")
    assert wrong.count() == 0, f"The page shows an error: {wrong.first.inner_text()}"


def save_work(page: Page, path: Path) -> Path:
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save my work").first.click()
    waiting.value.save_as(path)
    return path


def open_work(page: Page, server: Server, work: Path, mine: Path) -> None:
    """From the Start page, as the notice says: open what was saved, and upload the file it was saved with."""
    open_page(page, server.url)
    press(page, "Open saved work")
    page.get_by_test_id("stPopoverBody").locator("input[type=file]").set_input_files(work)
    expect(page.get_by_text("Saved work: 4 segments of mine.csv")).to_be_visible(timeout=_PATIENCE)
    settle(page, _PATIENCE)
    follow(page, "Data")
    upload(page, mine)
    expect(page.get_by_text("Your work on mine.csv is here again")).to_be_visible(timeout=_PATIENCE)
    settle(page, _PATIENCE)


def write_customers(path: Path, *, n_rows: int) -> Path:
    """A file of four crowds of customers."""
    rng = np.random.default_rng(n_rows)
    crowd = rng.integers(0, 4, n_rows)
    amounts = np.column_stack([(rng.normal(50, 8, n_rows) + 20 * (crowd == i)).round(2) for i in range(4)])
    np.savetxt(path, amounts, fmt="%.2f", delimiter=",", header="shop,online,returns,visits", comments="")
    return path


@contextmanager
def browser() -> Iterator[Browser]:
    path = chromium.find()
    assert path, chromium.ADVICE
    with sync_playwright() as playwright:
        # No sandbox: Chromium refuses one as root, as containers run it, and it is shown nothing but this app.
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        opened = playwright.chromium.launch(executable_path=path, args=arguments)
        yield opened
        opened.close()


if __name__ == "__main__":
    run()
