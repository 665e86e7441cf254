"""How soon every page and every click is answered in Chromium, and how many bytes that takes.

A sample of 200 customers and a table of 10,000. First paint is that of a cold link in a browser that has never been
here ("cold") and in one that has ("again"). Reactions run from the click to the answer on the screen, charts drawn.
Bytes are those of the websocket and of HTTP; the files that every visitor gets once (scripts, styles, fonts) are
counted apart.

Times are printed, not judged. It exits with 1 if a page change takes more than 1 MB although no chart is new: on a
page without a chart, or on one that was shown before with the same data. Run as a module, one thread each:
``OMP_NUM_THREADS=1 python -m tests.benchmarks.bench_pages``.
"""

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser import chromium
from tests.browser.steps import APP, open_page, settle, unfold, upload

ROOT = Path(__file__).resolve().parents[2]
N_ROWS, LIMIT = 10_000, 1_000_000
PATIENCE = 600_000  # milliseconds
PAGES = {  # address: title, whether it shows a chart
    "": ("Which groups of customers do you have?", True),
    "Data": ("Data", False),
    "Features": ("Features", True),
    "Choose_k": ("Number of segments", True),
    "Clusters": ("Clusters", True),
    "Segments": ("Segments", True),
    "Export": ("Export", False),
    "New_customers": ("New customers", False),
    "Compare": ("Compare", False),
    "How_k_means_works": ("How k-means works", True),
}
_ANSWERED = """([app, title, hasChart]) => {
    const heading = document.querySelector('[data-testid=stMain] h1');
    if (!heading || heading.innerText.trim() !== title) return false;
    if (document.querySelector(app).dataset.testScriptState !== 'notRunning') return false;
    const charts = [...document.querySelectorAll('[data-testid=stPlotlyChart]')];
    return (!hasChart || charts.length) && charts.every(chart => chart.querySelector('.main-svg'));
}"""


@dataclass
class Traffic:
    """Bytes received since the last look."""

    socket: int = 0
    http: int = 0
    static: int = 0


class Visit:
    """A visitor, whose clicks are timed and whose bytes are counted."""

    def __init__(self, context: BrowserContext):
        self.page = context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.traffic, self._addresses = Traffic(), {}
        wire = context.new_cdp_session(self.page)
        wire.send("Network.enable")
        wire.on("Network.responseReceived", self._answered)
        wire.on("Network.loadingFinished", self._loaded)
        wire.on("Network.webSocketFrameReceived", self._framed)

    def _answered(self, event: dict) -> None:
        self._addresses[event["requestId"]] = event["response"]["url"]

    def _loaded(self, event: dict) -> None:
        n_bytes = int(event["encodedDataLength"])  # 0 from the browser's own store
        if "/static/" in self._addresses.get(event["requestId"], ""):
            self.traffic.static += n_bytes
        else:
            self.traffic.http += n_bytes

    def _framed(self, event: dict) -> None:
        frame = event["response"]
        n_letters = len(frame["payloadData"])
        self.traffic.socket += n_letters * 3 // 4 if frame["opcode"] == 2 else n_letters

    def timed(self, act: Callable[[], None], answered: Callable[[], None]) -> tuple[float, Traffic]:
        """Milliseconds from the act to its answer, and the bytes that came until all was at rest."""
        self.traffic = Traffic()
        begin = time.perf_counter()
        act()
        answered()
        taken = 1000 * (time.perf_counter() - begin)
        settle(self.page, PATIENCE)
        return taken, self.traffic

    def change(self, address: str) -> tuple[float, Traffic]:
        """Follow the menu to a page."""
        link = self.page.locator(f"[data-testid=stSidebar] [data-testid=stPageLink] a[href='{address}']").first
        title, has_chart = PAGES[address]
        return self.timed(
            link.click, lambda: self.page.wait_for_function(_ANSWERED, arg=[APP, title, has_chart], timeout=PATIENCE)
        )


@contextmanager
def served() -> Iterator[str]:
    """The app on a free port; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}"]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{url}/_stcore/health", timeout=2).close()
                break
            except OSError:
                time.sleep(0.2)
        yield url
    finally:
        process.terminate()
        process.wait(10)


def write_customers(path: Path) -> None:
    """Six amounts of customers in five groups, the same on every run."""
    rng = np.random.default_rng(0)
    centers = rng.uniform(0, 100, (5, 6))
    rows = centers[rng.integers(0, 5, N_ROWS)] + rng.normal(0, 6, (N_ROWS, 6))
    names = "spend,visits,age,basket,returns,months"
    np.savetxt(path, rows, fmt="%.2f", delimiter=",", header=names, comments="")


def paints(browser: Browser, url: str) -> None:
    """Print the first paint of every page, and the bytes of a first visit."""
    print(f"{'first paint of':<22}{'cold ms':>9}{'again ms':>10}{'static kB':>11}")
    painted = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
    for address in PAGES:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        times, first = [], 0
        for _ in range(2):
            visit = Visit(context)
            open_page(visit.page, f"{url}/{address}")
            times.append(visit.page.evaluate(painted))
            first = first or visit.traffic.static
            visit.page.close()
        print(f"{address or 'start':<22}{times[0]:>9,.0f}{times[1]:>10,.0f}{first / 1e3:>11,.0f}", flush=True)
        context.close()


def told(what: str, taken: float, traffic: Traffic) -> None:
    received = f"{traffic.socket / 1e3:>11,.0f}{traffic.http / 1e3:>9,.0f}{traffic.static / 1e3:>11,.0f}"
    print(f"{what:<34}{taken:>9,.0f}{received}", flush=True)


def walk(visit: Visit) -> list[str]:
    """Go to every page twice and press what people press; returns the page changes that were too heavy."""
    heavy = []
    for again in (False, True):
        for address, (_, has_chart) in PAGES.items():
            taken, traffic = visit.change(address)
            name = f"{'again ' if again else ''}to {address or 'start'}"
            told(name, taken, traffic)
            n_bytes = traffic.socket + traffic.http
            if n_bytes > LIMIT and (again or not has_chart):
                heavy.append(f"{name}: {n_bytes / 1e6:.2f} MB")
    for what, one in (("pick k", pick_k), ("change an axis", change_axis), ("name a segment", name_one), ("tab", tab)):
        told(what, *one(visit))
    return heavy


def open_list(page: Page, name: str) -> None:
    """Open a list by key: while a page still moves, one opened by the mouse closes again."""
    page.get_by_role("combobox", name=name).focus()
    page.wait_for_timeout(300)
    page.keyboard.press("ArrowDown")


def pick_k(visit: Visit) -> tuple[float, Traffic]:
    page = visit.page
    visit.change("Choose_k")
    open_list(page, "Segments to go on with")
    option = page.get_by_role("option", name="6", exact=True)
    seen = page.get_by_role("button", name="See the six segments")
    return visit.timed(option.click, lambda: expect(seen).to_be_visible(timeout=PATIENCE))


def change_axis(visit: Visit) -> tuple[float, Traffic]:
    page = visit.page
    visit.change("Clusters")
    open_list(page, "Across")
    option = page.get_by_role("option").nth(2)
    chosen = option.inner_text()
    drawn = page.locator(".js-plotly-plot .xtitle", has_text=chosen)
    return visit.timed(option.click, lambda: expect(drawn.first).to_be_visible(timeout=PATIENCE))


def name_one(visit: Visit) -> tuple[float, Traffic]:
    page = visit.page
    visit.change("Segments")
    unfold(page, "Name, note")
    page.get_by_label("Name of segment 1").fill("Regulars")
    named = page.get_by_role("heading", name="Regulars")
    return visit.timed(
        lambda: page.keyboard.press("Enter"), lambda: expect(named.first).to_be_visible(timeout=PATIENCE)
    )


def tab(visit: Visit) -> tuple[float, Traffic]:
    page = visit.page
    drawn = page.get_by_role("figure", name=re.compile("median")).locator(".main-svg").first
    return visit.timed(
        page.get_by_role("tab", name="Pictures").click, lambda: expect(drawn).to_be_visible(timeout=PATIENCE)
    )


def main() -> int:
    path = chromium.find()
    if path is None:
        print(chromium.ADVICE, file=sys.stderr)
        return 1
    heavy = []
    with served() as url, tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        large = Path(folder) / "customers.csv"
        write_customers(large)
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        paints(browser, url)
        for file in (ROOT / "sample_data" / "mall_customers.csv", large):
            context = browser.new_context(viewport={"width": 1280, "height": 900})
            visit = Visit(context)
            open_page(visit.page, f"{url}/Data")
            print(f"\n{file.name:<34}{'ms':>9}{'socket kB':>11}{'http kB':>9}{'static kB':>11}")
            heavy += [f"{file.name}, {one}" for one in walk_with(visit, file)]
            context.close()
        browser.close()
    for one in heavy:
        print(f"over {LIMIT / 1e6:g} MB without a new chart: {one}")
    return int(bool(heavy))


def walk_with(visit: Visit, file: Path) -> list[str]:
    loaded = visit.page.get_by_role("heading", name=re.compile("customers, nothing missing"))
    told("upload", *visit.timed(lambda: upload(visit.page, file), lambda: expect(loaded).to_be_visible()))
    return walk(visit)


if __name__ == "__main__":
    sys.exit(main())
