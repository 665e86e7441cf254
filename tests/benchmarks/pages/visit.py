"""A visitor in Chromium: clicks are timed, bytes counted, and the server's own time is read beside."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.steps import APP, settle
from tests.serving import Server

PATIENCE, _PAUSE = 600_000, 100  # milliseconds
PAGES = {  # address: title, whether it shows a chart
    "": ("Which groups of customers do you have?", True),
    "Data": ("Data", False),
    "Transactions": ("Transactions", False),
    "Features": ("Features", True),
    "Choose_k": ("Number of segments", True),
    "Clusters": ("Clusters", True),
    "Segments": ("Segments", True),
    "Export": ("Export", False),
    "New_customers": ("New customers", False),
    "Compare": ("Compare", False),
    "How_k_means_works": ("How k-means works", True),
}
_AT_REST = "app => document.querySelector(app).dataset.testScriptState === 'notRunning'"
_DRAWN = """() => [...document.querySelectorAll('[data-testid=stPlotlyChart]')]
    .every(chart => !chart.checkVisibility() || chart.querySelector('.main-svg'))"""
_ANSWERED = """([app, title, hasChart]) => {
    const heading = document.querySelector('[data-testid=stMain] h1');
    if (!heading || heading.innerText.trim() !== title) return false;
    if (document.querySelector(app).dataset.testScriptState !== 'notRunning') return false;
    const charts = [...document.querySelectorAll('[data-testid=stPlotlyChart]')];
    return (!hasChart || charts.length) && charts.every(chart => chart.querySelector('.main-svg'));
}"""
_WRONG = "[data-testid=stException], [data-testid=stAlertContentError]"


@dataclass
class Traffic:
    """Bytes received since the last look; `saved` are those of a file that was asked for."""

    socket: int = 0
    http: int = 0
    static: int = 0
    saved: int = 0


@dataclass(frozen=True)
class Answer:
    """How soon something was answered, and what that took.

    Attributes
    ----------
    ms : float
        Milliseconds from the click until the answer stood on the screen, charts drawn.
    server_ms : float
        Milliseconds of processor time that the server spent until all was at rest.
    draws, computes : bool
        Whether a chart is new to the visitor; whether the server had to compute what it did not know.
    """

    what: str
    ms: float
    server_ms: float
    traffic: Traffic
    draws: bool
    computes: bool

    @property
    def n_bytes(self) -> int:
        """Bytes that the page took, but for the files that every visitor gets once."""
        return self.traffic.socket + self.traffic.http


class Visit:
    """A visitor of the app."""

    def __init__(self, context: BrowserContext, server: Server):
        self.page: Page = context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.traffic, self._addresses, self._server = Traffic(), {}, server
        self._began = self._cpu = 0.0
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

    def begin(self) -> None:
        """Count and time from now on."""
        self.traffic, self._cpu, self._began = Traffic(), self._server.cpu(), time.perf_counter()

    def answer(self, what: str, *, draws: bool = False, computes: bool = False, rests: bool = True) -> Answer:
        """What was counted and timed up to now; the bytes that still come are waited for."""
        taken = 1000 * (time.perf_counter() - self._began)
        if rests:
            settle(self.page, PATIENCE)
            wrong = self.page.locator(_WRONG)
            assert wrong.count() == 0, f"After {what!r} the page shows an error: {wrong.first.inner_text()}"
        return Answer(what, taken, 1000 * (self._server.cpu() - self._cpu), replace(self.traffic), draws, computes)

    def timed(
        self,
        what: str,
        act: Callable[[], object],
        shown: Locator | None = None,
        *,
        asks: bool = True,
        draws: bool = False,
        computes: bool = False,
    ) -> Answer:
        """Do something and wait for its answer.

        Parameters
        ----------
        shown : Locator, optional
            What is not there before the answer.
        asks : bool
            Whether the server is asked, so that there is a run of the page to wait for.
        """
        page = self.page
        self.begin()
        act()
        if shown is not None:
            expect(shown).to_be_visible(timeout=PATIENCE)
        if asks:
            # Every run of the page begins with a message; between click and message the page is at rest no longer.
            deadline = self._began + PATIENCE / 1000
            while not self.traffic.socket:
                assert time.perf_counter() < deadline, f"The server does not answer {what!r}"
                page.wait_for_timeout(5)
            self._comes_to_rest()
        page.wait_for_function(_DRAWN, timeout=PATIENCE)
        return self.answer(what, draws=draws, computes=computes)

    def _comes_to_rest(self) -> None:
        """Wait until the page has no run to show and no more comes; the pause that tells so is not counted."""
        n_bytes = -1
        while n_bytes != self.traffic.socket:  # a message is here before the page has read it, and seems at rest
            n_bytes = self.traffic.socket
            before = time.perf_counter()
            self.page.wait_for_timeout(_PAUSE)
            pause = time.perf_counter() - before
            self.page.wait_for_function(_AT_REST, arg=APP, timeout=PATIENCE)
        self._began += pause

    def link(self, address: str) -> Locator:
        """The way to a page in the menu."""
        return self.page.locator(f"[data-testid=stSidebar] [data-testid=stPageLink] a[href='{address}']").first

    def change(self, address: str, what: str = "", *, draws: bool | None = None, computes: bool = False) -> Answer:
        """Follow the menu to a page; its charts are new unless told otherwise."""
        title, has_chart = PAGES[address]
        self.begin()
        self.link(address).click()
        self.page.wait_for_function(_ANSWERED, arg=[APP, title, has_chart], timeout=PATIENCE)
        draws = has_chart if draws is None else draws
        return self.answer(what or f"to {address or 'start'}", draws=draws, computes=computes)
