"""A broken line, as a browser sees it (with a killed server: `python -m tests.load survival`)."""

from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import expect

from tests.browser.steps import APP, follow, open_page, settle, upload
from tests.load.line import line

MALL = Path(__file__).resolve().parents[2] / "sample_data" / "mall_customers.csv"


def test_a_broken_line_that_is_mended_leads_to_the_same_session(server, new_page):
    page = new_page()
    with line(urlsplit(server).port) as wire:
        open_page(page, f"{wire.url}/Data")
        upload(page, MALL)
        wire.cut()
        page.wait_for_selector(f"{APP}:not([data-test-connection-state=CONNECTED])")
        wire.mend()
        settle(page)
        follow(page, "Features")
        expect(page.get_by_text("mall_customers.csv").first).to_be_visible()
        expect(page.locator("[data-testid=stException]")).to_have_count(0)
