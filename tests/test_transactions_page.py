"""The page that makes customers out of purchases, run by Streamlit's own test driver."""

from datetime import date

import pytest

from tests.driver import ROOT, SAMPLES, button, go, open_tab, session_of, table_with, texts, upload, widget

PAGE, FEATURES = "pages/1_Transactions.py", "pages/2_Features.py"

# Ann (0001): two orders, 8 and 3, one return of 2; Bob (0002): 10; Cid (0003): 4; one line of nobody, one for nothing.
PURCHASES = b"""order_id,date,customer_id,quantity,unit_price
1,2024-01-01,0001,2,4.00
2,2024-01-03,0002,1,10.00
3,2024-01-05,,1,10.00
4,2024-01-08,0001,1,3.00
5,2024-01-09,0001,-1,2.00
6,2024-01-10,0003,1,4.00
7,2024-01-10,0003,1,0.00
"""


@pytest.fixture
def purchases(app):
    """The page with the seven lines loaded."""
    return load(app, PURCHASES)


def load(app, content, page=PAGE):
    app.switch_page("pages/1_Data.py").run()
    app.file_uploader[0].upload("purchases.csv", content, "text/csv").run()
    assert not app.exception
    assert not app.error
    return go(app, page)


def metrics(app):
    return {metric.label: metric.value for metric in app.metric}


def customers(app):
    """The customers that are shown, by what they are called."""
    return app.dataframe[0].value.set_index("customer_id")


def test_the_menu_offers_the_step_for_purchases_and_speaks_of_lines(purchases):
    link = next(link for link in purchases.sidebar.get("page_link") if link.label == "Transactions")
    assert not link.proto.disabled
    assert "7 lines · 5 columns" in [caption.value for caption in purchases.sidebar.caption]


def test_the_columns_are_set_as_they_are_recognised(purchases):
    chosen = {box.label: box.value for box in purchases.selectbox}
    assert chosen == {
        "Who bought": "customer_id",
        "When": "date",
        "Order number": "order_id",
        "Value of a line": "Quantity times price",
        "Quantity": "quantity",
        "Price": "unit_price",
        "Returns": "subtract",
        "Amounts of zero": "keep",
    }


def test_lines_and_customers_are_counted_before_anything_is_decided(purchases):
    assert purchases.title[0].value == "Transactions"
    assert "## 7 lines make 3 customers" in [m.value for m in purchases.markdown]
    assert metrics(purchases) == {
        "Customers": "3",
        "Without a customer": "1",
        "Returns": "1",
        "Amounts of zero": "1",
    }
    assert "1 line without a customer takes no part." in texts(purchases)


def test_a_date_that_reads_both_ways_is_pointed_at_where_it_counts(app):
    rows = [f"{i},0{i % 9 + 1}/0{i % 5 + 1}/2024,000{i % 4},1,{i}.50" for i in range(20)]
    load(app, "\n".join(["order_id,date,customer_id,quantity,unit_price", *rows, ""]).encode())
    assert "begin with the day or with the month?" in texts(app)
    assert "The Data page asks." in texts(app)


def test_another_treatment_of_returns_changes_the_customers_at_once(purchases):
    assert customers(purchases).loc["0001", "monetary"] == "9.00"
    widget(purchases.selectbox, "Returns").set_value("leave out").run()
    assert customers(purchases).loc["0001", "monetary"] == "11.00"


def test_lines_for_nothing_can_be_left_out(purchases):
    assert customers(purchases).loc["0003", "frequency"] == "2"
    widget(purchases.selectbox, "Amounts of zero").set_value("leave out").run()
    assert customers(purchases).loc["0003", "frequency"] == "1"


def test_without_an_order_number_the_lines_of_a_day_are_one_order(purchases):
    widget(purchases.selectbox, "Order number").set_value("None: one order per day").run()
    assert customers(purchases)["frequency"].to_dict() == {"0001": "2", "0002": "1", "0003": "1"}


def test_the_day_of_reference_can_be_chosen(purchases):
    purchases.date_input[0].set_value(date(2024, 1, 20)).run()
    assert customers(purchases)["recency_days"].to_dict() == {"0001": "12", "0002": "17", "0003": "10"}


def test_columns_that_do_not_fit_get_a_sentence_and_the_choice_stays_on_the_page(purchases):
    widget(purchases.selectbox, "Value of a line").set_value("quantity").run()
    widget(purchases.selectbox, "Order number").set_value("quantity").run()
    assert purchases.error[0].value.replace("\\", "").startswith('"quantity" is chosen for two things.')
    widget(purchases.selectbox, "Order number").set_value("None: one order per day").run()
    assert not purchases.error


def test_the_usual_rule_names_are_counted(purchases):
    rules = purchases.dataframe[1].value
    assert sum(rules["Customers"]) == 3
    assert set(rules["Name"]) == set(customers(purchases)["rfm_segment"])


def test_the_customers_take_the_place_of_the_purchases_and_build_segments(purchases):
    next(b for b in purchases.button if b.label == "Use one row per customer").click().run()
    session = purchases.session_state["session"]
    assert session.table.text["customer_id"].to_pylist() == ["0001", "0002", "0003"]
    assert session.title == "purchases.csv (per customer)"
    go(purchases, FEATURES)
    assert purchases.title[0].value == "Features"
    assert purchases.multiselect[0].value[:3] == ["recency_days", "frequency", "monetary"]
    assert not set(purchases.multiselect[0].value) & {"recency_score", "rfm_segment"}


def test_the_sample_of_purchases_reaches_segments(app):
    load(app, (ROOT / "sample_data" / "purchases.csv").read_bytes())
    next(b for b in app.button if b.label == "Use one row per customer").click().run()
    go(app, "pages/4_Clusters.py")
    for _ in range(60):
        if not any(b.label == "Stop" for b in app.button):
            break
        app.run()
    assert not app.error
    assert len(app.get("plotly_chart")) == 2


def test_a_table_of_customers_is_told_that_it_needs_nothing_and_can_be_mapped_all_the_same(app):
    load(app, (ROOT / "sample_data" / "mall_customers.csv").read_bytes())
    assert "This table does not look like a list of purchases" in texts(app)
    assert not app.selectbox
    app.toggle[0].set_value(True).run()
    assert app.error[0].value.replace("\\", "").startswith('"CustomerID" is chosen for two things.')
    widget(app.selectbox, "When").set_value("Gender").run()
    assert app.error[0].value.replace("\\", "").startswith('"Gender" is not read as dates: it holds, for instance, "')


def test_column_names_are_never_markdown_on_this_page(app):
    load(app, PURCHASES.replace(b"customer_id", b"customer :red[x] id"))
    for element in [*app.markdown, *app.caption, *app.error]:
        assert ":red[x]" not in element.value


def test_a_table_made_from_purchases_can_be_looked_at_again(purchases):
    next(b for b in purchases.button if b.label == "Use one row per customer").click().run()
    go(purchases, "pages/1_Data.py")
    assert not purchases.error
    assert "This table was made from purchases" in texts(purchases)


def test_days_can_be_counted_to_a_day_long_ago(purchases):
    widget(purchases.date_input, "Days are counted to").set_value(date(1997, 6, 30)).run()
    assert not purchases.exception
    assert widget(purchases.date_input, "Days are counted to").value == date(1997, 6, 30)


def test_the_rule_names_stand_beside_the_segments_to_compare_them_with(app):
    upload(app, "purchases.csv", (SAMPLES / "purchases.csv").read_bytes())
    go(app, PAGE)
    button(app, "Use one row per customer").click().run()
    go(app, "pages/5_Segments.py")
    assert session_of(app).features.describe == ("rfm_segment",)
    open_tab(app, "Numbers")
    assert "rfm_segment: Champions" in table_with(app, "Segment 1")[""].tolist()
