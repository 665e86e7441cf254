"""How soon every page and every kind of click is answered in Chromium, and how many bytes that takes.

A sample of 200 customers, a table of 10,000 with known labels, and a list of purchases. First paint is that of a cold
link in a browser that has never been here ("cold") and in one that has ("again"). Reactions run from the click to the
answer on the screen, charts drawn; beside them stands the processor time of the server. Bytes are those of the
websocket and of HTTP; the files that every visitor gets once (scripts, styles, fonts) are counted apart.

Times are printed, not judged; what is slow or heavy is named at the end. It exits with 1 if a page change or a click
takes more than 1 MB although no chart is new. Run as a module, one thread each:
``OMP_NUM_THREADS=1 python -m tests.benchmarks.bench_pages``.
"""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, sync_playwright

from tests.benchmarks.pages.acts import Click, sweep, upload, use_sample
from tests.benchmarks.pages.clicks import CLICKS, LABELLED, PURCHASES
from tests.benchmarks.pages.visit import PAGES, Answer, Visit
from tests.browser import chromium
from tests.browser.steps import open_page
from tests.serving import ONE_THREAD, ROOT, Server

N_ROWS = 10_000
LIMIT = 1_000_000  # bytes of what draws no new chart
SLOW, HEAVY = 300, 300_000  # milliseconds of the server and bytes from which something without computation is named
SAMPLES = ROOT / "sample_data"
_SEEN = {"viewport": {"width": 1280, "height": 900}}


def write_customers(path: Path) -> None:
    """Six amounts of customers in five groups, and the group as a known label; the same on every run."""
    rng = np.random.default_rng(0)
    centers = rng.uniform(0, 100, (5, 6))
    group = rng.integers(0, 5, N_ROWS)
    rows = np.column_stack([centers[group] + rng.normal(0, 6, (N_ROWS, 6)), group])
    header = "spend,visits,age,basket,returns,months,class"
    np.savetxt(path, rows, fmt=["%.2f"] * 6 + ["group %d"], delimiter=",", header=header, comments="")


def paints(browser: Browser, server: Server) -> None:
    """Print the first paint of every page, and the bytes of a first visit."""
    print(f"{'first paint of':<22}{'cold ms':>9}{'again ms':>10}{'static kB':>11}")
    painted = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
    for address in PAGES:
        context = browser.new_context(**_SEEN)
        times, first = [], 0
        for _ in range(2):
            visit = Visit(context, server)
            open_page(visit.page, f"{server.url}/{address}")
            times.append(visit.page.evaluate(painted))
            first = first or visit.traffic.static
            visit.page.close()
        print(f"{address or 'start':<22}{times[0]:>9,.0f}{times[1]:>10,.0f}{first / 1e3:>11,.0f}", flush=True)
        context.close()


def walk(visit: Visit, clicks: dict[str, tuple[Click, ...]]) -> Iterator[Answer]:
    """Go to every page and press what is on it, and then to every page once more."""
    pages = [address for address in PAGES if address != "Transactions"]
    for address in pages:
        if address == "Choose_k":
            yield from sweep(visit)
        else:
            yield visit.change(address, computes=True)
        for click in clicks.get(address, ()):
            yield click(visit)
    for address in pages:
        yield visit.change(address, f"again to {address or 'start'}", draws=False)


def walk_purchases(visit: Visit) -> Iterator[Answer]:
    """The same of the page that makes customers of purchases."""
    yield visit.change("Transactions", computes=True)
    yield visit.change("Data")
    yield visit.change("Transactions", "again to Transactions")
    for click in PURCHASES["Transactions"]:
        yield click(visit)


def told(answer: Answer) -> str:
    traffic = answer.traffic
    kinds = "computes" * answer.computes + " " * (answer.computes and answer.draws) + "draws" * answer.draws
    return (
        f"{answer.what:<44}{answer.ms:>9,.0f}{answer.server_ms:>9,.0f}{traffic.socket / 1e3:>10,.0f}"
        f"{traffic.http / 1e3:>9,.0f}{traffic.static / 1e3:>10,.0f}{traffic.saved / 1e3:>9,.0f}  {kinds}"
    )


def heads(title: str) -> str:
    return f"\n{title:<44}{'ms':>9}{'server':>9}{'socket kB':>10}{'http kB':>9}{'static kB':>10}{'file kB':>9}"


def measured(browser: Browser, server: Server, file: Path, n_told: str, walked) -> list[Answer]:
    """All answers to a new visitor who brings a file; printed as they come."""
    context = browser.new_context(**_SEEN, accept_downloads=True)
    visit = Visit(context, server)
    open_page(visit.page, f"{server.url}/Data")
    print(heads(file.name))
    answers = []

    def note(answer: Answer) -> None:
        answers.append(answer)
        print(told(answer), flush=True)

    note(use_sample(visit))
    note(upload(visit, file, n_told))
    for answer in walked(visit):
        note(answer)
    context.close()
    return answers


def main() -> int:
    path = chromium.find()
    if path is None:
        print(chromium.ADVICE, file=sys.stderr)
        return 1
    with (
        Server(environment=ONE_THREAD) as server,
        tempfile.TemporaryDirectory() as folder,
        sync_playwright() as playwright,
    ):
        large = Path(folder) / "customers.csv"
        write_customers(large)
        clicks = {address: (*own, *LABELLED.get(address, ())) for address, own in CLICKS.items()}
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        paints(browser, server)
        found = {
            file.name: measured(browser, server, file, n_told, walked)
            for file, n_told, walked in (
                (SAMPLES / "mall_customers.csv", "200 customers", lambda visit: walk(visit, CLICKS)),
                (large, f"{N_ROWS:,} customers", lambda visit: walk(visit, clicks)),
                (SAMPLES / "purchases.csv", "6,245 lines", walk_purchases),
            )
        }
        browser.close()
    return summary([(file, answer) for file, answers in found.items() for answer in answers])


def summary(found: list[tuple[str, Answer]]) -> int:
    """Print everything once more, the slowest first, and what is slow or heavy; 1 if something is too heavy."""
    print(heads("all, the slowest first"))
    for file, answer in sorted(found, key=lambda one: -one[1].ms):
        print(f"{told(answer)}  {file}")
    slow = [(file, one) for file, one in found if one.server_ms > SLOW and not one.computes]
    heavy = [(file, one) for file, one in found if one.n_bytes > HEAVY]
    too_heavy = [(file, one) for file, one in found if one.n_bytes > LIMIT and not one.draws]
    print(f"\nover {SLOW} ms of the server without a computation: {_names(slow)}")
    print(f"over {HEAVY / 1e3:g} kB: {_names(heavy)}")
    print(f"over {LIMIT / 1e6:g} MB without a new chart: {_names(too_heavy)}")
    return int(bool(too_heavy))


def _names(found: list[tuple[str, Answer]]) -> str:
    return "; ".join(f"{one.what} ({file})" for file, one in found) or "none"


if __name__ == "__main__":
    sys.exit(main())
