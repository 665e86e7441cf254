"""Another method in the browser: its popover stays open, what was typed stays, what cannot be had gets a sentence."""

import re

from playwright.sync_api import expect

from tests.browser.steps import follow, open_page, press, settle


def test_dbscan_is_taken_its_noise_is_seen_and_a_reach_that_finds_nothing_is_refused(server, new_page):
    page = new_page()
    open_page(page, server)
    press(page, "Try it with sample data")
    follow(page, "Clusters")
    press(page, "Method and settings")
    page.get_by_role("combobox", name="Method", exact=True).click()
    page.get_by_role("option", name="DBSCAN", exact=True).click()
    settle(page)
    expect(page.get_by_role("heading", name="Found with DBSCAN")).to_be_visible()
    expect(page.get_by_text(re.compile(r"customers \(\d+ %\) are noise"))).to_be_visible()
    reach = page.get_by_role("spinbutton", name="Reach")
    expect(reach).to_be_visible()  # the popover is still open
    expect(reach).to_have_attribute("placeholder", re.compile(r"^0\.\d+ \(proposed\)$"))
    reach.fill("0.001")
    reach.press("Enter")
    settle(page)
    told = page.get_by_text("DBSCAN found no segment: all 200 customers are noise.")
    expect(told).to_have_count(2)  # on the page, and where the popover would hide it
    assert told.first.bounding_box()["y"] != told.last.bounding_box()["y"]
    expect(reach).to_have_value("0.001")
    expect(page.get_by_role("heading", name="Found with DBSCAN")).to_be_visible()
    reach.fill("")
    reach.press("Enter")
    settle(page)
    expect(page.get_by_text("DBSCAN found no segment")).to_have_count(0)
    expect(page.locator("[data-testid=stException]")).to_have_count(0)
