"""New customers in a browser: a recipe out, a fresh session, the recipe in, a new file, the labelled file out."""

import csv
import io
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from clustering import ClusterSpec, FeatureSpec, fit, prepare, read_table, suggest_features
from clustering.recipe import make_recipe, save_recipe
from tests.browser.steps import follow, open_page, press, settle, upload

SAMPLES = Path(__file__).resolve().parents[2] / "sample_data"
INCOME, SPENDING = "Annual Income (k$)", "Spending Score (1-100)"


def give(page: Page, path: Path) -> None:
    """Give a file to the one field for files on the page."""
    with page.expect_response(lambda response: "/upload_file" in response.url and response.request.method == "PUT"):
        page.get_by_test_id("stMain").locator("input[type=file]").first.set_input_files(path)
    settle(page)


def downloaded(page: Page, button: str) -> bytes:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=button).first.click()
    return Path(waiting.value.path()).read_bytes()


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def heading(page: Page, name: str):
    return page.get_by_role("heading", name=re.compile(name))


def test_a_recipe_goes_out_comes_into_a_fresh_session_and_labels_a_new_file(server, new_page, tmp_path):
    # out: the segments of the mall customers, saved in one session
    page = new_page()
    open_page(page, f"{server}/Data")
    upload(page, SAMPLES / "mall_customers.csv")
    follow(page, "Clusters")
    page.get_by_label("Segments", exact=True).fill("5")
    page.get_by_label("Segments", exact=True).press("Enter")
    settle(page)
    recipe = tmp_path / "mall.json"
    recipe.write_bytes(downloaded(page, "Save my work"))
    # in: a fresh session without any data, the recipe, and the customers in another order with another header
    table = read_table(SAMPLES / "mall_customers.csv")
    header, *rows = csv.reader(io.StringIO((SAMPLES / "mall_customers.csv").read_text(encoding="utf-8")))
    new_file = tmp_path / "january.csv"
    with new_file.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([[name.replace(INCOME, "Income") for name in header], *reversed(rows)])
    page = new_page()
    open_page(page, f"{server}/New_customers")
    expect(heading(page, "Your new customers will be here")).to_be_visible()
    give(page, recipe)
    expect(heading(page, "Who is new?")).to_be_visible()
    give(page, new_file)
    expect(heading(page, "One column has no match in this file")).to_be_visible()
    page.get_by_test_id("stSelectbox").filter(has_text=INCOME).locator("input").click()
    page.get_by_role("option", name="Income").click()
    settle(page)
    expect(heading(page, "All 200 customers have a segment.*Still fits")).to_be_visible()
    # the labelled file out: as many rows in the file's order, the segments those of the fit
    labelled = rows_of(downloaded(page, "Download the labelled list"))
    assert [row["CustomerID"] for row in labelled] == [row[0] for row in reversed(rows)]
    features = prepare(table, suggest_features(table))
    labels = fit(features, ClusterSpec(n_clusters=5)).labels
    assert [int(row["segment"]) for row in labelled] == (labels[::-1] + 1).tolist()
    assert all(0 <= float(row["segment_margin"]) <= 1 for row in labelled)


def test_who_moved_is_told_by_the_labelled_file_of_then_and_one_customer_is_typed_in(server, new_page, tmp_path):
    table = read_table(SAMPLES / "mall_customers.csv")
    features = prepare(table, FeatureSpec((INCOME, SPENDING)))
    recipe = tmp_path / "mall.json"
    recipe.write_bytes(save_recipe(make_recipe(table, features, fit(features, ClusterSpec(n_clusters=5)))))
    page = new_page()
    open_page(page, f"{server}/New_customers")
    give(page, recipe)
    give(page, SAMPLES / "mall_customers.csv")
    then = tmp_path / "december.csv"
    then.write_bytes(downloaded(page, "Download the labelled list"))
    page.get_by_role("radio", name="Who moved").click()
    settle(page)
    give(page, then)
    expect(heading(page, "None of the 200 customers in both files moved")).to_be_visible()
    page.get_by_role("tab", name="One customer").click()
    settle(page)
    before = page.get_by_role("heading", level=2).first.inner_text()
    income = page.get_by_test_id("stNumberInput").filter(has_text=INCOME).locator("input")
    income.fill("20")
    income.press("Enter")
    settle(page)
    assert page.get_by_role("heading", level=2).first.inner_text() != before
    # a field that is emptied is not known, and stays so
    page.get_by_test_id("stNumberInput").filter(has_text=INCOME).get_by_test_id("stNumberInputClearButton").click()
    settle(page)
    expect(income).to_have_value("")
    press(page, re.compile("Other files"))
    expect(page.get_by_text("Saved segments: a file made by Save my work")).to_be_visible()
