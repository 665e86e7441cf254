"""The Features page: what is incomplete or refused stands beside its field, and the rest of the page goes on."""

from datetime import date

import pytest

from clustering import read_table
from clustering.errors import InvalidSetting
from clustering.features import ColumnSpec, FeatureSpec, RowFilter
from clustering.table import ColumnOptions, ReadOptions
from pages._ui.session import rereading
from pages._ui.tables import preparation_table, prepared
from tests.driver import SAMPLES, answer, button, errors, go, metric, session_of, table_with, texts, upload, widget

FEATURES = "pages/2_Features.py"

# Sizes S, M and L; two cities; a date; spend with a gap; enough rows that nothing is an identifier.
SHOP = b"size,city,since,spend,visits\n" + b"".join(
    f"{'SML'[i % 3]},{'Oslo' if i % 4 == 0 else 'Rome'},2026-0{i % 6 + 1}-10,{spend},{i % 7}.5\n".encode()
    for i, spend in enumerate([*(n * 1.5 for n in range(5)), "", *(n * 1.5 for n in range(6, 40))])
)


@pytest.fixture
def shop(app):
    return go(upload(app, "shop.csv", SHOP), FEATURES)


@pytest.fixture
def ordered(app):
    """The same with size an ordered category, which only the user can put in order."""
    upload(app, "shop.csv", SHOP)
    options = ReadOptions(columns=(ColumnOptions("size", role="ordered"),))
    rereading.take_reading(session_of(app), read_table(SHOP, name="shop.csv", options=options))
    go(app, FEATURES)
    widget(app.multiselect, "Columns that build the segments").set_value(["size", "spend"]).run()
    return app


# An order that is not complete yet


def test_an_order_that_is_not_complete_leaves_everything_else_as_it_was(ordered):
    assert session_of(ordered).features.columns == ("spend", "visits")
    assert answer(ordered) == "## Two columns build the segments"
    assert 'Still without a place: "S", "L", "M".' in texts(ordered)
    assert not ordered.error
    assert len(ordered.metric) == 4
    assert table_with(ordered, "Why it is left out") is not None
    assert button(ordered, "Find the number of segments")


def test_what_is_missing_from_an_order_is_told_until_nothing_is(ordered):
    order = widget(ordered.multiselect, "Order of size, lowest first")
    order.set_value(["S", "M"]).run()
    assert 'Still without a place: "L".' in texts(ordered)
    widget(ordered.multiselect, "Order of size, lowest first").set_value(["S", "M", "L"]).run()
    assert "Still without a place" not in texts(ordered)
    assert session_of(ordered).features.columns == ("size", "spend")
    assert session_of(ordered).features.column("size").order == ("S", "M", "L")


# What a column cannot do, in the words of the page


def settings_with(app, row, **changes):
    """The settings after cells of one row of the grid were changed."""
    session = session_of(app)
    spec = FeatureSpec(("size", "since", "spend"))
    frame, _ = preparation_table(session.table, spec)
    for column, value in changes.items():
        frame.loc[row, column.replace("_", " ")] = value
    return prepared(session.table, spec, frame)[row]


@pytest.mark.parametrize(
    ("row", "changes", "told"),
    [
        (0, {"Counts_as": "Number"}, '"size" cannot count as Number; choose "Category", "Ordered category" under'),
        (
            0,
            {"Missing_cells": "Median"},
            '"size" counts as a category, so its missing cells cannot be "Median". Choose',
        ),
        (0, {"Log": True}, '"size" has no log: only amounts have one.'),
        (1, {"Missing_cells": "A fixed value", "Fixed_value": "May"}, "give a number of days before the newest date"),
    ],
)
def test_what_a_column_cannot_do_is_refused_in_the_words_of_the_page(shop, row, changes, told):
    with pytest.raises(InvalidSetting) as refusal:
        settings_with(shop, row, **changes)
    assert told in str(refusal.value)
    assert not {"onehot", "most_frequent", "ordinal"} & set(str(refusal.value).replace('"', " ").split())


@pytest.mark.parametrize("emptied", [None, float("nan")])
def test_an_emptied_weight_is_one(shop, emptied):
    assert settings_with(shop, 2, Weight=emptied) == ColumnSpec("spend")


def test_a_fixed_value_keeps_all_its_digits(shop):
    spec = FeatureSpec(("spend",), settings=(ColumnSpec("spend", missing="constant", fill_value=1234567.5),))
    frame, _ = preparation_table(session_of(shop).table, spec)
    assert prepared(session_of(shop).table, spec, frame) == list(spec.settings)


def test_a_grid_of_numbers_offers_no_dates(shop):
    _, config = preparation_table(session_of(shop).table, FeatureSpec(("spend", "visits")))
    assert config["Counts as"]["type_config"]["options"] == ["Number", "Category"]


# Which customers take part


def filter_by(app, column):
    widget(app.selectbox, "Take part").set_value(column).run()
    assert not app.exception
    return app


def test_a_date_is_filtered_by_a_range(shop):
    filter_by(shop, "since")
    assert "Until you say which, all customers take part." in texts(shop)
    widget(shop.date_input, "From").set_value(date(2026, 2, 1)).run()
    widget(shop.date_input, "To").set_value(date(2026, 3, 10)).run()
    assert session_of(shop).features.row_filter == RowFilter("since", low="2026-02-01", high="2026-03-10")
    assert metric(shop, "Customers") == "14"  # every sixth from the second and from the third of 40 rows


def test_a_filter_that_leaves_nobody_is_told_and_changes_nothing(shop):
    filter_by(shop, "spend")
    widget(shop.number_input, "From").set_value(1e9).run()
    assert errors(shop) == ['No customer has "spend" from 1,000,000,000 on; change the filter.']
    assert metric(shop, "Customers") == "40"


def test_of_many_values_a_part_is_listed_and_any_other_can_be_typed(app):
    lines = "\n".join(f"c{i:03d},{i % 9 + 0.5}" for i in range(300))
    go(upload(app, "many.csv", f"code,x\n{lines}\n".encode()), FEATURES)
    filter_by(app, "code")
    field = widget(app.multiselect, "Only where code is")
    assert len(field.options) == 200
    assert "The list holds 200 of 300 different values; type any other one." in texts(app)
    field.set_value(["c001", "c003", "c250", "c251", "c299", "nobody"]).run()
    assert '"nobody": no customer has this in code.' in texts(app)
    assert session_of(app).features.row_filter == RowFilter("code", levels=("c001", "c003", "c250", "c251", "c299"))
    assert metric(app, "Customers") == "5"


# A file of categories


def test_a_file_of_categories_alone_reaches_segments(app):
    lines = "".join(
        f"{('gold', 'basic')[i % 2]},{('north', 'south', 'west')[i % 3]},{'yes' if i % 5 else 'no'}\n"
        for i in range(60)
    )
    go(upload(app, "plans.csv", f"plan,area,active\n{lines}".encode()), FEATURES)
    assert not app.error
    assert session_of(app).features.columns == ("plan", "area", "active")
    for page in ("pages/3_Choose_k.py", "pages/4_Clusters.py", "pages/5_Segments.py", "pages/6_Export.py"):
        assert not go(app, page).error


def test_where_nothing_suggests_itself_columns_can_be_chosen(app):
    lines = "".join(f"2026-{i % 6 + 1:02d}-{i % 3 * 9 + 1:02d}\n" for i in range(36))
    go(upload(app, "dates.csv", f"since\n{lines}".encode()), FEATURES)
    assert len(errors(app)) == 1
    assert errors(app)[0].startswith('No column suggests itself: "since" is a date')
    app.multiselect[0].set_value(["since"]).run()
    assert not app.error
    assert answer(app) == "## One column builds the segments"


def test_a_chosen_column_is_not_among_those_left_out(app):
    go(upload(app, "mall.csv", (SAMPLES / "mall_customers.csv").read_bytes()), FEATURES)
    app.multiselect[0].set_value(["Gender", "Age"]).run()
    assert table_with(app, "Why it is left out")["Column"].tolist() == ["CustomerID"]
