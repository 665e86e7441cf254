"""The page for new customers: segments given to a file and to one customer, what is told of them, what is refused."""

import csv
import io
import re
from dataclasses import replace

import pytest

from clustering import ClusterSpec, FeatureSpec, fit, label_table, prepare, read_table, to_csv
from clustering.identity import Identity
from clustering.recipe import make_recipe, save_recipe
from tests.driver import (
    INCOME,
    SAMPLES,
    SPENDING,
    answer,
    errors,
    figures,
    go,
    metric,
    session_of,
    table_of,
    table_with,
    texts,
    upload,
    use_income_and_spending,
    widget,
)

PAGE = "pages/7_New_customers.py"
CUSTOMERS = "New customers: CSV, Excel or Parquet, also zipped; up to 200 MB"
RECIPE = "Saved segments: a file made by Save my work"
BEFORE = "The labelled file of then"
NAMES = ("Average", "Big spenders", "Careful", "Young", "Thrifty")
MALL = (SAMPLES / "mall_customers.csv").read_bytes()


@pytest.fixture(scope="module")
def segments(mall):
    """Five segments of the mall customers by income and spending."""
    features = prepare(mall, FeatureSpec((INCOME, SPENDING)))
    return features, fit(features, ClusterSpec(n_clusters=5))


@pytest.fixture(scope="module")
def recipe(mall, segments):
    identities = tuple(Identity(label, name) for label, name in enumerate(NAMES))
    return save_recipe(make_recipe(mall, *segments, title="Mall", identities=identities))


@pytest.fixture
def opened(app, recipe):
    """A new session with a recipe opened and nothing else."""
    go(app, PAGE)
    return give(app, RECIPE, "mall.json", recipe)


def give(app, label, name, content):
    widget(app.file_uploader, label).upload(name, content, "application/octet-stream").run()
    assert not app.exception
    return app


def customers(app, content, name="january.csv"):
    return give(app, CUSTOMERS, name, content if isinstance(content, bytes) else content.encode())


def view(app, name):
    widget(app.segmented_control, "More about them").set_value(name).run()
    assert not app.exception
    return app


def one_customer(app):
    """Open the second tab; the driver cannot click one, so what the click would leave is put there."""
    app.session_state["new-customers"] = ":gray[One customer]"
    app.run()
    assert not app.exception
    return app


def rows_of_mall(*, change=lambda row: row, header=None):
    """The mall customers with other headers or cells."""
    was, *rows = table_of("mall_customers")
    text = io.StringIO()
    csv.writer(text).writerows([header or was, *(change(list(row)) for row in rows)])
    return text.getvalue()


def big_spenders(clustering):
    """The one segment above the average in income and in spending."""
    (label,) = (clustering.cluster_centers > 0.5).all(axis=1).nonzero()[0]
    return label


# What is needed


def test_a_new_session_can_open_saved_segments_at_once(app, recipe):
    go(app, PAGE)
    assert "Your new customers will be here" in texts(app)
    give(app, RECIPE, "mall.json", recipe)
    assert "**5 segments of Mall**" in texts(app)
    assert "Found in mall_customers.csv: 200 customers" in texts(app)
    assert answer(app) == "## Who is new?"


def test_a_file_that_is_no_recipe_gets_a_sentence(app):
    give(go(app, PAGE), RECIPE, "mall.json", b"{}")
    assert errors(app)[0].startswith("The recipe is no recipe of Cluster Explorer")
    assert "Your new customers will be here" in texts(app)


def test_a_bad_recipe_leaves_the_one_before(opened):
    give(opened, RECIPE, "bad.json", b"\x00\x01")
    assert len(errors(opened)) == 1
    assert "**5 segments of Mall**" in texts(opened)


# A file


def test_the_customers_of_a_new_file_get_their_segments(opened, segments):
    customers(opened, MALL)
    assert answer(opened) == "## All 200 customers have a segment :green-badge[:material/check: Still fits]"
    assert (metric(opened, "Without a segment"), metric(opened, "Something new")) == ("0", "0")
    labelled = table_with(opened, "segment_margin")
    labels = segments[1].labels
    assert labelled["segment"].tolist() == (labels + 1).tolist()
    assert labelled["segment_name"].tolist() == [NAMES[label] for label in labels]
    assert labelled["CustomerID"].tolist()[:2] == ["1", "2"]
    assert len(figures(opened)) == 2


@pytest.mark.parametrize("kind", ["xlsx", "parquet"])
def test_a_workbook_and_parquet_are_read_as_well(opened, mall, tmp_path, kind):
    path = tmp_path / f"january.{kind}"
    getattr(mall.frame, {"xlsx": "to_excel", "parquet": "to_parquet"}[kind])(path, index=False)
    customers(opened, path.read_bytes(), path.name)
    assert answer(opened).startswith("## All 200 customers have a segment")


def test_a_single_customer_in_a_file_is_enough(opened):
    customers(opened, f"{INCOME},{SPENDING}\n87,82\n")
    assert answer(opened).startswith("## The one customer has a segment")


def test_a_file_that_cannot_be_read_leaves_the_one_before(opened):
    customers(opened, MALL)
    customers(opened, b"", "empty.csv")
    assert errors(opened)[0].startswith("empty.csv is empty")
    assert answer(opened).startswith("## All 200 customers have a segment")


def test_what_nobody_had_is_counted_and_the_rows_can_be_seen(opened):
    customers(opened, rows_of_mall(change=lambda row: [*row[:3], "500", row[4]] if row[0] in ("1", "2", "3") else row))
    assert metric(opened, "Something new") == "3 · 2 %"
    widget(opened.selectbox, "Show").set_value("Something new").run()
    assert table_with(opened, "segment_flags")["CustomerID"].tolist() == ["1", "2", "3"]
    view(opened, "What is new")
    news = table_with(opened, "What is new")
    assert news[["Column", "Customers"]].to_numpy().tolist() == [[INCOME, "3"]]


def test_a_file_without_anything_new_says_so(opened):
    view(customers(opened, MALL), "What is new")
    assert "Nothing: every value lies within what customers had" in texts(opened)


def test_customers_that_changed_are_told_column_by_column(opened):
    customers(opened, rows_of_mall(change=lambda row: [*row[:3], str(int(row[3]) + 60), row[4]]))
    assert ":red-badge[:material/refresh: Segment again]" in answer(opened)
    view(opened, "What changed")
    assert table_with(opened, "Shift (PSI)")["Column"].tolist()[0] == INCOME
    assert table_with(opened, "Share now")["Segment"].tolist() == list(NAMES)


def test_what_was_done_is_told(opened):
    customers(opened, rows_of_mall(change=lambda row: [*row[:4], ""] if row[0] == "7" else row))
    view(opened, "What was done")
    assert "1 missing cell filled as when the segments were found" in texts(opened)


# Columns


def test_columns_without_a_match_are_asked_for_and_then_taken(opened):
    customers(opened, rows_of_mall(header=["Id", "Sex", "age", "Einkommen", "Punkte"]))
    assert answer(opened) == "## Two columns have no match in this file"
    matches = table_with(opened, "Match")
    assert dict(zip(matches["Column then"], matches["Match"], strict=True))[INCOME] == "Not there"
    for column, now in ((INCOME, "Einkommen"), (SPENDING, "Punkte")):
        field = next(one for one in opened.selectbox if one.label.replace("\\", "") == column)
        field.set_value(now).run()
        assert not opened.exception
    assert answer(opened).startswith("## All 200 customers have a segment")
    view(opened, "Columns")
    matches = table_with(opened, "Match")
    assert matches["In this file"].tolist()[:2] == ["Einkommen", "Punkte"]
    assert matches["Match"].tolist()[:2] == ["You said so"] * 2


def test_a_column_that_held_numbers_and_holds_words_now_can_be_exchanged(opened):
    rows = "".join(
        f"{word},{income},{spending}\n" for word, income, spending in (("low", 20, 80), ("high", 90, 20)) * 4
    )
    customers(opened, f"{INCOME},money,{SPENDING}\n{rows}")
    assert answer(opened) == "## A column holds something else than then"
    held = table_with(opened, "Match").set_index("Column then")
    assert held.loc[INCOME, "Holds"] == "Text, then numbers"
    field = next(one for one in opened.selectbox if one.label.replace("\\", "") == INCOME)
    field.set_value("money").run()
    view(opened, "Columns")
    held = table_with(opened, "Match").set_index("Column then")
    assert held.loc[INCOME, ["In this file", "Holds"]].tolist() == ["money", "Numbers"]


def test_a_list_of_purchases_is_sent_to_the_data_page(opened):
    customers(opened, (SAMPLES / "purchases.csv").read_bytes(), "purchases.csv")
    assert answer(opened) == "## Two columns have no match in this file"
    assert "purchases.csv looks like one line per purchase" in texts(opened)


# The session's own segments


@pytest.fixture
def own(app):
    use_income_and_spending(upload(app, "mall.csv", MALL))
    return go(app, PAGE)


def test_the_same_file_gets_the_labels_of_the_fit(own, segments):
    next(b for b in own.button if b.label.startswith("Take the file that is loaded")).click().run()
    assert ":green-badge[:material/check: Still fits]" in answer(own)
    assert table_with(own, "segment_margin")["segment"].tolist() == (segments[1].labels + 1).tolist()
    view(own, "Who moved")
    assert "None of the 200 customers in both files moved" in texts(own)


def test_a_saved_recipe_can_be_chosen_instead_of_the_segments_on_show(own, recipe):
    give(own, RECIPE, "other.json", recipe)
    field = widget(own.selectbox, "Segments")
    assert field.value == "saved"
    customers(own, MALL)
    assert table_with(own, "segment_name")["segment_name"].tolist()[0] in NAMES
    widget(own.selectbox, "Segments").set_value("own").run()
    assert table_with(own, "segment_name")["segment_name"].tolist()[0].startswith("Segment ")


def test_what_was_chosen_outlives_a_visit_elsewhere_and_another_table(own, recipe):
    give(own, RECIPE, "other.json", recipe)
    customers(own, MALL)
    upload(own, "iris.csv", (SAMPLES / "iris.csv").read_bytes())
    go(own, PAGE)
    assert answer(own).startswith("## All 200 customers have a segment")


def test_a_method_that_places_nobody_offers_two_rules_with_how_often_they_are_right(own):
    session = session_of(own)
    session.clustering = replace(session.clustering, method="agglomerative", n_clusters=5)
    go(own, PAGE)
    assert "The segments were made in a way that places no new customers" in texts(own)
    rule = next(one for one in own.radio if one.label.startswith("New customers go to"))
    assert all(option.endswith("right)") for option in rule.options)
    other = {"nearest_center": "nearest_neighbour", "nearest_neighbour": "nearest_center"}[rule.value]
    rule.set_value(other).run()
    assert not own.exception
    told = {"nearest_center": "the nearest center decides", "nearest_neighbour": "the most similar small group"}
    assert told[other] in texts(own)


# Who moved


def test_a_labelled_file_of_then_tells_who_moved(opened, mall, segments):
    # customers 1 and 2 come back with the figures of a big spender
    customers(opened, rows_of_mall(change=lambda row: [*row[:3], "87", "82"] if row[0] in ("1", "2") else row))
    view(opened, "Who moved")
    assert "Upload the labelled file of then" in texts(opened)
    then = to_csv(label_table(mall, segments[1], NAMES)).content
    give(opened, BEFORE, "december.csv", then)
    assert "### 2 of the 200 customers in both files moved" in texts(opened)
    movers = table_with(opened, "after")
    assert movers["id"].tolist() == ["1", "2"]
    assert set(movers["after"]) == {NAMES[big_spenders(segments[1])]}
    assert len(figures(opened)) == 3


def test_a_file_of_then_without_segments_gets_a_sentence(opened):
    view(customers(opened, MALL), "Who moved")
    give(opened, BEFORE, "december.csv", MALL)
    assert errors(opened) == ['This file has no column "segment". Choose a labelled file that was saved here.']


# One customer


def typed(app, column, value):
    next(one for one in app.number_input if one.label.replace("\\", "") == column).set_value(value).run()
    assert not app.exception
    return app


def test_one_customer_gets_a_segment_as_it_is_typed_in(opened, segments):
    one_customer(opened)
    assert len(opened.number_input) == 2
    typed(typed(opened, INCOME, 87), SPENDING, 82)
    assert f" {NAMES[big_spenders(segments[1])]} :green-badge[:material/check: Clearly]" in answer(opened)
    assert "above the middle" in texts(opened)
    assert table_with(opened, "This customer")["This customer"].tolist() == ["87", "82"]


def test_what_is_not_known_of_a_customer_can_be_left_out(opened):
    typed(one_customer(opened), INCOME, None)
    assert table_with(opened, "This customer")["This customer"].tolist()[0] == "not known"


def test_what_was_typed_in_is_there_again_after_a_visit_elsewhere(opened):
    typed(one_customer(opened), INCOME, 120)
    go(opened, "pages/1_Data.py")
    one_customer(go(opened, PAGE))
    assert next(one for one in opened.number_input if one.label.startswith("Annual")).value == 120


def test_a_customer_between_two_and_with_something_new_is_told(app):
    table = read_table(b"x,kind\n" + b"0,a\n9,b\n" * 20)
    features = prepare(table, FeatureSpec(("x", "kind")))
    recipe = make_recipe(table, features, fit(features, ClusterSpec(n_clusters=2)))
    one_customer(give(go(app, PAGE), RECIPE, "two.json", save_recipe(recipe)))
    kind = widget(app.selectbox, "kind")
    assert kind.options == ["a", "b", "Another, that nobody had then", "Not known"]
    kind.set_value(2).run()
    assert "Unusual: kind: new level another." in texts(app)


def test_names_from_a_file_are_shown_as_they_are(app):
    hostile = "[x](http://evil.example) <script>alert(1)</script> $y$ :red[z]"
    text = io.StringIO()
    csv.writer(text).writerows([(hostile, "y"), *([i % 7, 50 * (i % 2) + i % 5] for i in range(60))])
    table = read_table(text.getvalue().encode())
    features = prepare(table, FeatureSpec((hostile, "y")))
    identities = (Identity(0, hostile), Identity(1, "**b**"))
    clustering = fit(features, ClusterSpec(n_clusters=2))
    recipe = make_recipe(table, features, clustering, title=hostile, identities=identities)
    give(go(app, PAGE), RECIPE, "x.json", save_recipe(recipe))
    customers(app, text.getvalue())
    for name in ("What changed", "Columns", "What was done", "Who moved"):
        view(app, name)
    one_customer(app)
    shown = [element.value for element in [*app.markdown, *app.caption]]
    assert not [value for value in shown if re.search(r"(?<!\\)(\]\(http|<script|:red\[z|\$y)", value)]
