"""Overruling on the Data and Features pages: questions, another way of reading, columns one by one, rows."""

import pytest

from clustering.errors import InvalidSetting
from clustering.features import ColumnSpec
from clustering.table import ROLES, TYPES, ColumnOptions, read_again, read_table
from pages._ui.tables import overruled, overruling_table, preparation_table, prepared
from tests.driver import SAMPLES, button, errors, go, metric, session_of, table_with, texts, upload, widget

DOUBTFUL = b"id;income;score\n" + b"".join(
    f"{i};{i},{100 + 7 * i};{-200 if i % 3 == 0 else i + 0.5}\n".encode() for i in range(1, 13)
)


@pytest.fixture
def doubtful(app):
    return upload(app, "doubtful.csv", DOUBTFUL)


def test_what_only_the_user_can_know_is_asked_once_and_not_as_a_note(doubtful):
    assert "Two questions that only you can answer" in texts(doubtful)
    assert [len(radio.options) for radio in doubtful.radio] == [2, 2]
    assert "until you say" not in texts(doubtful)


def test_an_answer_changes_how_the_file_is_read_and_the_question_is_gone(doubtful):
    # 1,107 read as decimals: the mean of 1.107, 2.114, ... is below 13; read as thousands it is above 1,000.
    before = session_of(doubtful).table.columns[1].mean
    doubtful.radio[0].set_value(1).run()
    assert not doubtful.exception
    after = session_of(doubtful).table.columns[1].mean
    assert max(before, after) == pytest.approx(1000 * min(before, after))
    assert len(doubtful.radio) == 1
    assert "One question that only you can answer" in texts(doubtful)


def test_a_code_for_missing_becomes_missing_when_the_user_says_so(doubtful):
    assert metric(doubtful, "Missing cells") == "0"
    doubtful.radio[1].set_value(1).run()
    assert metric(doubtful, "Missing cells") == "4"


def test_another_delimiter_can_be_chosen_and_taken_back(app):
    upload(app, "two.csv", b"a;b,c\n1;2,3\n4;5,6\n7;8,9\n2;2,1\n")
    found = session_of(app).table.reading.delimiter
    other = {",": ";", ";": ","}[found]
    widget(app.selectbox, "Columns separated by").set_value(other).run()
    assert not app.exception
    assert session_of(app).table.reading.delimiter == other
    button(app, "Read the file as found").click().run()
    assert session_of(app).table.reading.delimiter == found


def test_an_overruled_column_that_is_gone_does_not_block_another_delimiter(app):
    upload(app, "two.csv", b"a;b\n1;2\n4;5\n7;8\n2;2\n")
    session = session_of(app)
    frame, _ = overruling_table(session.table, TYPES, ROLES)
    frame.loc[1, "Used as"] = "Category"
    options = overruled(session.table, frame)
    session.load(read_again(session.source, session.table, options), session.title, session.source)
    app.run()
    widget(app.selectbox, "Columns separated by").set_value(",").run()
    assert not app.exception
    assert not app.error
    assert [column.name for column in session_of(app).table.columns] == ["a;b"]
    assert 'What was set for "b" does not fit the file as it is read now: it is dropped.' in texts(app)


def test_a_header_line_can_be_named(app):
    upload(app, "plain.csv", b"a,b\n1,2\n3,4\n5,6\n7,9\n")
    widget(app.number_input, "Line of the header").set_value(0).run()
    assert not app.exception
    assert session_of(app).table.n_rows == 5


def test_an_encoding_that_does_not_fit_gets_a_sentence_and_the_table_stays(app):
    upload(app, "umlaut.csv", "größe,b\n1,2\n3,4\n5,6\n".encode("cp1252"))
    widget(app.selectbox, "Encoding").set_value("utf-8").run()
    assert len(errors(app)) == 1
    assert session_of(app).table.columns[0].name == "größe"


def test_features_can_be_categories_too(app):
    upload(app, "mall.csv", (SAMPLES / "mall_customers.csv").read_bytes())
    go(app, "pages/2_Features.py")
    app.multiselect[0].set_value(["Gender", "Age"]).run()
    assert not app.exception
    assert session_of(app).features.columns == ("Gender", "Age")
    for page in ("pages/3_Choose_k.py", "pages/4_Clusters.py", "pages/5_Segments.py", "pages/6_Export.py"):
        go(app, page)
        assert not app.error


def test_a_describing_column_never_builds_the_segments(app):
    upload(app, "mall.csv", (SAMPLES / "mall_customers.csv").read_bytes())
    go(app, "pages/2_Features.py")
    app.multiselect[0].set_value(["Annual Income (k$)", "Spending Score (1-100)"]).run()
    widget(app.multiselect, "Columns that only describe them").set_value(["Age"]).run()
    assert session_of(app).features.describe == ("Age",)
    assert "Age" not in session_of(app).features.columns


def test_skewed_columns_are_offered_a_log(app):
    upload(app, "shop.csv", (SAMPLES / "shop_customers.csv").read_bytes())
    go(app, "pages/2_Features.py")
    offer = next(b for b in app.button if b.label.startswith("Take the log of"))
    offer.click().run()
    assert not app.exception
    assert "total_spend" in [column.name for column in session_of(app).features.settings if column.log]


def test_some_customers_can_be_kept_out_and_are_counted(app):
    upload(app, "mall.csv", (SAMPLES / "mall_customers.csv").read_bytes())
    go(app, "pages/2_Features.py")
    widget(app.selectbox, "Take part").set_value("Gender").run()
    widget(app.multiselect, "Only where Gender is").set_value(["Female"]).run()
    assert metric(app, "Customers") == "112"
    assert metric(app, "Rows set aside") == "88"


def test_columns_can_be_combined_into_fewer(app):
    upload(app, "wine.csv", (SAMPLES / "wine.csv").read_bytes())
    go(app, "pages/2_Features.py")
    app.toggle[0].set_value(True).run()
    assert not app.exception
    assert session_of(app).features.pca == 0.9
    weights = table_with(app, "Column")
    assert len(weights) >= 1
    go(app, "pages/4_Clusters.py")
    assert not app.error


def test_customers_far_outside_are_listed(app):
    upload(app, "shop.csv", (SAMPLES / "shop_customers.csv").read_bytes())
    go(app, "pages/2_Features.py")
    listed = table_with(app, "Far outside in")
    assert str(len(listed)) == metric(app, "Far outside")


def test_what_is_changed_in_the_table_of_columns_becomes_reading_options(doubtful):
    table = session_of(doubtful).table
    frame, _ = overruling_table(table, TYPES, ROLES)
    assert overruled(table, frame) == table.options
    frame.loc[1, "Decimal mark"] = "Comma"
    frame.loc[2, "Used as"] = "Category"
    assert overruled(table, frame).columns == (
        ColumnOptions("income", decimal=","),
        ColumnOptions("score", role="category"),
    )


def uses_of(content, used_as):
    """The reading options after "Used as" was changed in the table of columns."""
    table = read_table(content)
    frame, config = overruling_table(table, TYPES, ROLES)
    assert not {"Constant", "Empty"} & set(config["Used as"]["type_config"]["options"])
    for row, word in used_as.items():
        frame.loc[row, "Used as"] = word
    return overruled(table, frame)


def test_a_column_of_one_value_has_no_use_to_choose():
    content = b"a,b,c\n1,5,\n2,5,\n4,5,\n"
    assert uses_of(content, {}) == read_table(content).options
    with pytest.raises(InvalidSetting, match='"b" holds one value on every row'):
        uses_of(content, {1: "Number"})
    with pytest.raises(InvalidSetting, match='"c" holds no value'):
        uses_of(content, {2: "Text"})


def test_an_emptied_use_is_the_one_found():
    content = b"a,b\n1,5\n2,7\n4,9\n"
    assert uses_of(content, {1: None}) == read_table(content).options
    options = uses_of(content, {1: "Category"})
    table = read_table(content, options=options)
    frame, _ = overruling_table(table, TYPES, ROLES)
    frame.loc[1, "Used as"] = None
    assert overruled(table, frame).column("b").role is None


def prepared_with(app, **changes):
    """The settings after one cell of each named column of the first row was changed."""
    session = session_of(app)
    frame, _ = preparation_table(session.table, session.features)
    for column, value in changes.items():
        frame.loc[0, column.replace("_", " ")] = value
    return prepared(session.table, session.features, frame)[0]


def test_a_fixed_value_can_fill_missing_cells(doubtful):
    assert prepared_with(doubtful, Missing_cells="A fixed value", Fixed_value="12.5") == ColumnSpec(
        "income", missing="constant", fill_value=12.5
    )


@pytest.mark.parametrize("typed, sentence", [("", "Type the fixed value"), ("much", '"much" cannot fill "income"')])
def test_a_fixed_value_that_is_none_gets_a_sentence(doubtful, typed, sentence):
    with pytest.raises(InvalidSetting, match=sentence):
        prepared_with(doubtful, Missing_cells="A fixed value", Fixed_value=typed)


def test_weight_and_log_of_a_column_can_be_set(doubtful):
    assert prepared_with(doubtful, Log=True, Weight=2.0) == ColumnSpec("income", log=True, weight=2.0)
