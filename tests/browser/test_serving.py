"""What leaves the server while somebody works: watched in the browser, in the log, in the file system."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.steps import follow, open_page, upload
from tests.serving import WatchedServer

PAGES = ("Features", "Choose_k", "Clusters", "Segments", "Export", "Compare", "New_customers", "How_k_means_works")
# Each stands in some cell and nowhere else: a name, a class, a date that reads two ways, a number that does so.
MARKS = ("Ottilie-4711", "Zackenbarsch", "03/04/2019", "7,531")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with WatchedServer(tmp_path_factory.mktemp("server")) as server:
        yield server


def marked(n_rows: int) -> bytes:
    """Three crowds, with marks in the first row."""
    lines = ["name,class,since,spent,visits,age"]
    for i in range(n_rows):
        name, kind = (MARKS[0], MARKS[1]) if i == 0 else (f"Ottilie-{5000 + i}", ("reef", MARKS[1])[i % 2])
        lines.append(f'{name},{kind},{MARKS[2]},"{MARKS[3]}",{i % 3 * 40 + i % 7},{i % 3 * 20 + i % 5}')
    return "\n".join(lines).encode()


def test_nothing_of_a_visit_goes_anywhere_else(server, new_page, tmp_path):
    good, bad = tmp_path / "marked.csv", tmp_path / "broken.csv"
    good.write_bytes(marked(3_200))  # enough to be drawn with WebGL
    bad.write_bytes(b"PK\x03\x04" + MARKS[0].encode() * 20)
    page = new_page()
    asked, refused = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    page.on("console", lambda said: refused.append(said.text) if "Content Security Policy" in said.text else None)

    open_page(page, f"{server.url}/Data")
    upload(page, bad)
    expect(page.get_by_text(re.compile("broken.csv")).last).to_be_visible()
    upload(page, good)
    expect(page.get_by_role("heading", name="3,200 customers, two questions")).to_be_visible()
    for address in PAGES:
        follow(page, address)
        expect(page.locator("[data-testid=stException]")).to_have_count(0)
        if address == "Clusters":
            plot = page.locator(".js-plotly-plot").first
            plot.wait_for(timeout=120_000)
            assert plot.evaluate("plot => plot.data[0].type") == "scattergl"
            expect(page.get_by_text("WebGL is not supported")).to_have_count(0)
        if address == "Export":
            with page.expect_download() as waiting:
                page.get_by_role("button", name="Download the labelled list").click()
            assert MARKS[0] in Path(waiting.value.path()).read_text(encoding="utf-8-sig")

    own = (server.url, server.url.replace("http", "ws"), "data:", "blob:")
    assert [url for url in asked if not url.startswith(own)] == []
    assert refused == []
    assert server.events("connect") == []
    assert [path for path in server.events("write") if not path.startswith(("/dev/", str(server.temporary)))] == []
    assert list(server.temporary.iterdir()) == []
    assert list(server.home.iterdir()) == []
    assert [mark for mark in (*MARKS, "marked.csv", "Ottilie") if mark in server.log] == []
