"""The pages run by Streamlit's own test driver: every page empty and loaded, the journey, and what may go wrong."""

from dataclasses import replace

import pytest

from clustering import FeatureSpec
from tests.driver import (
    INCOME,
    PAGES,
    SAMPLES,
    SPENDING,
    answer,
    button,
    errors,
    exported,
    figures,
    go,
    metric,
    open_tab,
    press,
    session_of,
    table_of,
    table_with,
    texts,
    upload,
    use_income_and_spending,
    widget,
)

HOW = "pages/9_How_k_means_works.py"
NEEDS_DATA = [page for page in PAGES if page not in ("pages/1_Data.py", HOW)]


@pytest.fixture
def mall(app):
    """The app with the mall customers loaded, on the Data page."""
    button(app, "Try it with sample data").click().run()
    return app


# Every page, empty and loaded


@pytest.mark.parametrize("page", NEEDS_DATA)
def test_a_page_opened_with_nothing_loaded_says_so_and_links_to_the_data(app, page):
    go(app, page)
    assert "Load a table with one row per customer first" in texts(app)
    assert "Upload your customers or take a sample" in [link.label for link in app.main.get("page_link")]
    assert not app.error


@pytest.mark.parametrize("page", [page for page in PAGES if page not in ("pages/1_Transactions.py", HOW)])
def test_a_page_with_data_loaded_shows_figures_and_no_empty_state(mall, page):
    go(mall, page)
    assert len(mall.metric) >= 4 or page in ("pages/5_Segments.py", "pages/7_New_customers.py", "pages/8_Compare.py")
    assert "Load a table" not in texts(mall)
    assert not mall.error


@pytest.mark.parametrize("sample", sorted(path.stem for path in SAMPLES.glob("*.csv")))
def test_every_sample_can_be_walked_through_all_pages(app, sample):
    upload(app, f"{sample}.csv", (SAMPLES / f"{sample}.csv").read_bytes())
    for page in PAGES:
        go(app, page)
        assert not app.error


def test_the_menu_greys_what_is_not_possible_yet(app):
    links = {link.label: link.proto.disabled for link in app.sidebar.get("page_link")}
    assert links == {
        "Start": False,
        "Data": False,
        ":gray[Transactions]": True,
        ":gray[Features]": True,
        ":gray[Number of segments]": True,
        ":gray[Clusters]": True,
        ":gray[Segments]": True,
        ":gray[Export]": True,
        "New customers": False,
        ":gray[Compare]": True,
        "How k-means works": False,
    }


def test_the_menu_ticks_the_steps_that_are_done(mall):
    go(mall, "pages/2_Features.py")
    go(mall, HOW)
    go(mall, "pages/4_Clusters.py")
    done = [link.label.split(" :green")[0] for link in mall.sidebar.get("page_link") if ":green[" in link.label]
    assert done == ["Data", "Features"]
    greyed = [link.label for link in mall.sidebar.get("page_link") if link.proto.disabled]
    assert greyed == [":gray[Transactions]"]  # the customers are customers already


# Data


def test_the_data_page_says_how_the_file_was_read(app):
    upload(app, "kunden.csv", "id;Größe;Umsatz\n01;1,5;10\n02;2,5;30\n03;;20\n".encode("cp1252"))
    assert answer(app) == "## 3 customers, 1 missing cell"
    assert metric(app, "Columns") == "3"
    assert "kunden.csv · semicolon-separated · CP1252 · 43 bytes" in texts(app)
    columns = app.dataframe[0].value
    assert columns["Column"].tolist() == ["id", "Größe", "Umsatz"]
    assert columns["Used as"].tolist() == ["Identifier", "Number", "Number"]
    assert columns["Missing"].tolist() == [0, 1, 0]
    assert columns["Distinct"].tolist() == [3, 2, 3]
    assert app.dataframe[1].value.iloc[0].tolist() == ["01", "1,5", "10"]


def test_the_loaded_data_set_is_named_on_coming_back(mall):
    go(mall, "pages/4_Clusters.py")
    go(mall, "pages/1_Data.py")
    assert answer(mall) == "## 200 customers, nothing missing: ready to use"
    assert "**Mall customers**" in [m.value for m in mall.sidebar.markdown]


@pytest.mark.parametrize(
    "name, content, sentence",
    [
        ("empty.csv", b"", "empty.csv is empty."),
        ("header.csv", b"a,b\n", "header.csv holds no rows below its header line"),
        ("one.csv", b"a,b\n1,2\n", "one.csv holds only one row below its header line"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n\x00\x00", "picture.csv is a picture, not a CSV file."),
        ("book.csv", b"PK\x03\x04rubbish", "book.csv is a zip archive that is damaged or was cut off on its way."),
    ],
)
def test_a_bad_file_gets_a_sentence_and_what_was_loaded_stays(mall, name, content, sentence):
    upload(mall, name, content)
    assert len(errors(mall)) == 1
    assert errors(mall)[0].startswith(sentence)
    assert answer(mall) == "## 200 customers, nothing missing: ready to use"


def test_the_sentence_about_a_bad_file_stays_until_another_file_comes(mall):
    upload(mall, "empty.csv", b"")
    widget(mall.selectbox, "Try it with").set_value("Online shop").run()
    assert errors(mall)[0].startswith("empty.csv is empty.")
    button(mall, "Use this sample").click().run()
    assert not mall.error
    assert metric(mall, "Customers") == "5,000"


def test_a_file_in_which_nothing_can_build_segments_says_why_once(app):
    upload(app, "words.csv", b"name,flat\nAnn Lee,1\nBob Ray,1\nCid Fox,1\nDan Kay,1\n")
    go(app, "pages/2_Features.py")
    assert len(errors(app)) == 1
    assert errors(app)[0].startswith('No column can build segments: "name" is text, not a number; "flat" is constant')
    go(app, "pages/4_Clusters.py")
    assert "No column of this table can build segments yet" in texts(app)


def test_a_second_upload_forgets_what_belonged_to_the_first(mall):
    use_income_and_spending(mall)
    go(mall, "pages/5_Segments.py")
    mall.text_input[0].set_value("Big spenders").run()
    upload(mall, "iris.csv", (SAMPLES / "iris.csv").read_bytes())
    go(mall, "pages/2_Features.py")
    assert mall.multiselect[0].value == table_of("iris")[0][:4]
    go(mall, "pages/5_Segments.py")
    assert [field.value for field in mall.text_input] == ["", ""]


# Features


def test_the_features_page_suggests_numbers_and_says_why_the_others_are_left_out(mall):
    go(mall, "pages/2_Features.py")
    assert mall.multiselect[0].value == ["Age", INCOME, SPENDING]
    refused = table_with(mall, "Why it is left out")
    assert refused["Column"].tolist() == ["CustomerID", "Gender"]
    assert refused["Why it is left out"].tolist() == [
        "an identifier: it tells customers apart, not groups",
        "a category, not a number",
    ]


def test_what_was_filled_is_counted_and_said(app):
    rows = "\n".join(f"{age},{spend}" for age, spend in ((20, 1), (30, 2), (40, 3), ("", 4), ("", 5)))
    upload(app, "gaps.csv", f"age,spend\n{rows}\n".encode())
    go(app, "pages/2_Features.py")
    assert metric(app, "Cells filled") == "2"
    assert "age: 2 missing cells filled with the median 30." in texts(app)
    widget(app.selectbox, "Missing values").set_value("aside").run()
    assert (metric(app, "Cells filled"), metric(app, "Rows set aside")) == ("0", "2")


def test_columns_that_tell_the_same_are_warned_of(app):
    rows = "\n".join(f"{i / 2},{i + i % 2},{i * 37 % 11}" for i in range(40))
    upload(app, "twice.csv", f"net,gross,other\n{rows}\n".encode())
    go(app, "pages/2_Features.py")
    assert len(app.warning) == 1
    assert "net and gross tell nearly the same (correlation 1.00)" in app.warning[0].value.replace("\\", "")


def test_choosing_no_column_keeps_the_last_choice(mall):
    use_income_and_spending(mall)
    mall.multiselect[0].set_value([]).run()
    assert errors(mall)[0].startswith("Choose at least one column")
    go(mall, "pages/3_Choose_k.py")
    assert session_of(mall).features.columns == (INCOME, SPENDING)


# Number of segments


def test_income_and_spending_of_the_mall_customers_give_a_clear_five(mall):
    use_income_and_spending(mall)
    go(mall, "pages/3_Choose_k.py")
    assert answer(mall) == "## Five segments :green-badge[:material/check: Clear]"
    assert metric(mall, "Measures that agree") == "5 of 5"
    numbers = mall.dataframe[0].value
    assert numbers["Segments"].tolist() == list(range(2, 11))
    assert numbers["Verdict"].tolist()[3] == "Recommended"
    assert numbers["Smallest"].tolist()[3] == int(numbers["Sizes, largest first"][3].split(" · ")[-1])


def test_iris_as_it_is_says_two_or_three(app):
    upload(app, "iris.csv", (SAMPLES / "iris.csv").read_bytes())
    go(app, "pages/2_Features.py")
    widget(app.selectbox, "Scaling").set_value("none").run()
    go(app, "pages/3_Choose_k.py")
    assert answer(app) == "## Two segments :yellow-badge[:material/call_split: Split]"
    assert "Two or three" in texts(app)


def test_elbow_and_silhouette_stand_side_by_side_with_the_recommended_number_marked(mall):
    use_income_and_spending(mall)
    go(mall, "pages/3_Choose_k.py")
    elbow, silhouette = figures(mall)[:2]
    assert "lower is tighter" in elbow["layout"]["title"]["text"].replace("<br>", " ")
    assert "higher is better" in silhouette["layout"]["title"]["text"].replace("<br>", " ")
    assert elbow["data"][1]["x"] == silhouette["data"][1]["x"] == [5]
    assert len(mall.main.columns) == 2


def test_widening_the_range_keeps_what_is_known(mall):
    go(mall, "pages/3_Choose_k.py")
    before = next(iter(session_of(mall).sweeps.values()))
    mall.slider[0].set_value((2, 12)).run()
    after = next(iter(session_of(mall).sweeps.values()))
    assert after.n_clusters == list(range(2, 13))
    assert all(after.step(k) is before.step(k) for k in range(2, 11))
    assert mall.dataframe[0].value["Segments"].tolist() == list(range(2, 13))


def test_a_smaller_range_recommends_from_what_it_holds(mall):
    go(mall, "pages/3_Choose_k.py")
    mall.slider[0].set_value((2, 3)).run()
    assert mall.dataframe[0].value["Segments"].tolist() == [2, 3]
    assert answer(mall).startswith(("## Two segments", "## Three segments"))


def test_a_number_chosen_by_hand_is_used_from_then_on(mall):
    go(mall, "pages/3_Choose_k.py")
    widget(mall.selectbox, "Segments to go on with").set_value(4).run()
    assert button(mall, "See the four segments")
    go(mall, "pages/4_Clusters.py")
    assert widget(mall.number_input, "Segments").value == 4
    go(mall, "pages/3_Choose_k.py")
    assert widget(mall.selectbox, "Segments to go on with").value == 4


# Clusters


def test_the_scatter_has_the_columns_as_axis_titles_and_one_colour_per_segment(mall):
    use_income_and_spending(mall)
    go(mall, "pages/4_Clusters.py")
    scatter = figures(mall)[0]
    assert scatter["layout"]["xaxis"]["title"]["text"] == INCOME
    assert scatter["layout"]["yaxis"]["title"]["text"] == SPENDING
    customers, centers = scatter["data"][:5], scatter["data"][5:]
    assert len({trace["marker"]["color"] for trace in customers}) == 5
    assert all(c["marker"]["size"] > t["marker"]["size"] for c, t in zip(centers, customers, strict=True))
    assert sum(len(trace["customdata"]) for trace in customers) == 200


def test_the_axes_can_be_changed_to_components_with_their_loadings(mall):
    go(mall, "pages/4_Clusters.py")
    widget(mall.selectbox, "Across").set_value("Component 1").run()
    widget(mall.selectbox, "Up").set_value("Component 2").run()
    assert not mall.exception
    scatter = figures(mall)[0]
    assert scatter["layout"]["xaxis"]["title"]["text"].startswith("Component 1 (")
    assert mall.dataframe[0].value["Column"].tolist() == ["Age", INCOME, SPENDING]


def test_there_is_a_view_in_three_dimensions(mall):
    go(mall, "pages/4_Clusters.py")
    widget(mall.selectbox, "View").set_value("3-D").run()
    assert not mall.exception
    assert {trace["type"] for trace in figures(mall)[0]["data"]} == {"scatter3d"}


def test_expert_settings_change_the_segmentation_everywhere(mall):
    go(mall, "pages/4_Clusters.py")
    widget(mall.number_input, "Most rounds").set_value(1).run()
    assert not mall.exception
    assert session_of(mall).clustering.max_iter == 1
    assert "The centers were still moving at the last round" in mall.warning[0].value


def test_more_segments_than_customers_gets_a_sentence_and_the_picture_stays(app):
    upload(app, "few.csv", b"x,y\n1,1\n1,2\n5,5\n5,6\n9,9\n9,8\n")
    go(app, "pages/4_Clusters.py")
    shown = widget(app.number_input, "Segments").value
    widget(app.number_input, "Segments").set_value(40).run()
    assert set(errors(app)) == {  # on the page and beside the settings
        "40 segments were asked for, but only 6 different customers take part. "
        "Ask for at most 6 segments, or choose more columns."
    }
    assert len(figures(app)) == 2
    assert session_of(app).n_clusters == shown


# Segments and export


def test_a_name_stands_in_charts_and_export(mall):
    use_income_and_spending(mall)
    go(mall, "pages/5_Segments.py")
    mall.text_input[1].set_value("Big spenders").run()
    assert any(m.value.endswith(" Big spenders") for m in mall.markdown)
    assert "Big spenders" in figures(mall)[0]["layout"]["yaxis"]["ticktext"]
    go(mall, "pages/4_Clusters.py")
    scatter, sizes = figures(mall)
    assert scatter["data"][1]["name"] == "Big spenders"
    assert any("Big spenders" in note["text"] for note in sizes["layout"]["annotations"])
    go(mall, "pages/6_Export.py")
    assert "Big spenders" in exported(mall)["segment_name"]


def test_two_segments_of_one_name_are_warned_of(mall):
    go(mall, "pages/5_Segments.py")
    mall.text_input[0].set_value("Same").run()
    mall.text_input[1].set_value("Same").run()
    assert mall.warning[0].value == "Two segments are called Same. Give one of them another name."


def test_the_export_page_counts_the_cells_it_changes(app):
    rows = "\n".join(f"{i},{i % 3 * 10},=1+{i}" for i in range(12))
    upload(app, "formulas.csv", f"id,x,note\n{rows}\n".encode())
    go(app, "pages/6_Export.py")
    assert metric(app, "Cells changed") == "12"
    assert metric(app, "Rows") == "12"


def test_text_from_the_file_is_never_markdown(app):
    rows = "\n".join(f"{i % 2 * 10 + i},{i}" for i in range(12))
    upload(app, "**bold**.csv", f"<b>:red[x]</b>,[a](http://e.com)\n{rows}\n".encode())
    for page in PAGES:
        go(app, page)
        for element in [*app.markdown, *app.caption, *app.warning]:
            assert ":red[x]" not in element.value
            assert "[a](" not in element.value
            assert "**bold**" not in element.value


# The journey


def test_the_journey_from_upload_to_the_labelled_file(app):
    content = (SAMPLES / "mall_customers.csv").read_bytes()
    upload(app, "customers.csv", content)
    press(app, "Choose features", "pages/2_Features.py")
    app.multiselect[0].set_value([INCOME, SPENDING]).run()
    press(app, "Find the number of segments", "pages/3_Choose_k.py")
    assert answer(app).startswith("## Five segments")
    press(app, "See the five segments", "pages/4_Clusters.py")
    assert len(figures(app)) == 2
    press(app, "What each segment is like", "pages/5_Segments.py")
    press(app, "Export the list", "pages/6_Export.py")
    assert answer(app) == "## 200 rows, 200 with a segment"
    original = table_of("mall_customers")
    file = exported(app)
    assert list(file) == [*original[0], "segment", "segment_name", "segment_note"]
    assert [list(row) for row in zip(*(file[name] for name in original[0]), strict=True)] == original[1:]
    assert set(file["segment"]) == {"1", "2", "3", "4", "5"}


# What a first round of hostile use found


def test_a_range_that_was_partly_impossible_is_completed_when_it_is_widened(app):
    upload(app, "thirteen.csv", ("x,y\n" + "".join(f"{i * i},{i * 7 % 13}\n" for i in range(13))).encode())
    go(app, "pages/3_Choose_k.py")
    app.slider[0].set_value((11, 20)).run()
    assert table_with(app, "Verdict")["Segments"].tolist() == [11, 12]
    app.slider[0].set_value((2, 20)).run()
    assert table_with(app, "Verdict")["Segments"].tolist() == list(range(2, 13))
    app.slider[0].set_value((15, 20)).run()
    assert errors(app)[0].startswith("Only 13 different customers take part; 15 segments need at least 16.")


def test_one_number_tried_is_never_called_clear(mall):
    go(mall, "pages/3_Choose_k.py")
    mall.slider[0].set_value((9, 9)).run()
    assert answer(mall) == "## Nine segments :gray-badge[:material/more_horiz: Open]"
    assert "Only one number of segments could be compared" in texts(mall)


def test_looking_at_the_number_of_segments_changes_no_choice(mall):
    go(mall, "pages/4_Clusters.py")
    widget(mall.number_input, "Segments").set_value(15).run()
    go(mall, "pages/3_Choose_k.py")
    assert widget(mall.selectbox, "Segments to go on with").value == 15
    go(mall, "pages/4_Clusters.py")
    assert widget(mall.number_input, "Segments").value == 15


def test_a_chosen_number_outlives_another_scaling(mall):
    go(mall, "pages/4_Clusters.py")
    widget(mall.number_input, "Segments").set_value(4).run()
    go(mall, "pages/2_Features.py")
    widget(mall.selectbox, "Scaling").set_value("robust").run()
    assert session_of(mall).n_clusters == 4


def test_names_are_found_again_when_a_column_is_left_out_and_taken_back(mall):
    go(mall, "pages/5_Segments.py")
    mall.text_input[0].set_value("Everyday").run()
    go(mall, "pages/2_Features.py")
    mall.multiselect[0].set_value([INCOME, SPENDING]).run()
    mall.multiselect[0].set_value([INCOME, SPENDING, "Age"]).run()
    go(mall, "pages/5_Segments.py")
    assert mall.text_input[0].value == "Everyday"


def test_the_card_in_the_menu_keeps_up_with_the_page(mall):
    go(mall, "pages/3_Choose_k.py")
    widget(mall.selectbox, "Segments to go on with").set_value(4).run()
    assert any(caption.value.startswith("4 segments on ") for caption in mall.sidebar.caption)


def test_a_setting_that_cannot_work_leaves_the_features_as_they_were(app):
    rows = "".join(f"{i},{'' if i > 1 else i}\n" for i in range(12))
    upload(app, "gaps.csv", f"x,y\n{rows}".encode())
    go(app, "pages/2_Features.py")
    app.multiselect[0].set_value(["x", "y"]).run()
    before = session_of(app).features
    widget(app.selectbox, "Missing values").set_value("aside").run()
    assert errors(app)[0].startswith("Only 2 rows can take part")
    assert session_of(app).features == before
    go(app, "pages/4_Clusters.py")
    assert len(figures(app)) == 2


def test_the_start_page_offers_to_go_on_with_what_is_loaded(mall):
    mall.switch_page("app.py").run()
    assert button(mall, "Go on with Mall customers")


# Customers that count by a weight

REVENUE = "id,visits,revenue,member,joined\n" + "".join(
    f"c{i},{visits},{revenue},{member},2026-01-{31 - i % 10:02}\n"
    for i, (visits, revenue, member) in enumerate([(1 + i % 3, 1, "no") for i in range(18)] + [(90, 9, "yes")] * 6)
)


@pytest.fixture
def weighed(app):
    """Eighteen customers of 1 euro and six of 9, who are 25 % of the customers and 54 of 72 euros."""
    upload(app, "revenue.csv", REVENUE.encode())
    session = session_of(app)
    session.features = FeatureSpec(("visits",), outliers="keep", describe=("member", "joined"), weight_column="revenue")
    session.clustering = replace(session.clustering, n_clusters=2)
    return app


def test_the_segments_page_tells_customers_and_share_of_the_weight(weighed):
    go(weighed, "pages/5_Segments.py")
    assert answer(weighed) == r"## Two segments; the largest holds 75\.0 % of customers, 25\.0 % of revenue"
    assert "6 customers · 25.0 % of customers, 75.0 % of revenue" in texts(weighed)
    assert "Every customer counts by revenue in the averages" in texts(weighed)
    assert "Member is yes for 100.0 % of revenue" in texts(weighed)


def test_size_against_value_counts_weighed_customers_once_and_says_so(mall):
    session = session_of(mall)
    session.features = replace(session.features, weight_column=INCOME)
    open_tab(go(mall, "pages/5_Segments.py"), "Value")
    value = table_with(mall, "Share of value")
    totals = [float(total.replace(",", "")) for total in value["Total"]]
    assert sum(totals) == session.table.frame[INCOME].sum()  # of each customer's own income, and that once
    assert "Here every customer counts once, not by Annual Income" in texts(mall)
    session.features = replace(session.features, weight_column=None)
    open_tab(mall, "Value")
    assert "every customer counts once" not in texts(mall)


def test_the_sizes_beside_the_scatter_show_the_share_of_the_weight(weighed):
    go(weighed, "pages/4_Clusters.py")
    sizes = figures(weighed)[1]
    assert sizes["data"][0]["text"] == ["18 · 75 %", "6 · 25 %"]
    assert sizes["data"][2]["text"] == ["25 % of revenue", "75 % of revenue"]


def test_the_export_page_lists_the_shares_of_the_weight(weighed):
    go(weighed, "pages/6_Export.py")
    sizes = table_with(weighed, "Share of total revenue")
    assert sizes["Customers"].tolist() == ["18", "6", "24"]


def test_without_a_weight_nothing_is_said_of_one(mall):
    for page in ("pages/4_Clusters.py", "pages/5_Segments.py", "pages/6_Export.py"):
        go(mall, page)
        assert "counts by" not in texts(mall)
        assert not any("Share of total" in column for table in mall.dataframe for column in table.value.columns)


def test_in_three_dimensions_the_bars_have_the_shapes_of_the_picture(mall):
    go(mall, "pages/4_Clusters.py")
    widget(mall.number_input, "Segments").set_value(9).run()
    widget(mall.selectbox, "View").set_value("3-D").run()
    space, sizes = figures(mall)
    assert sizes["data"][1]["marker"]["symbol"] == [trace["marker"]["symbol"] for trace in space["data"][::2]]


def test_a_number_that_can_no_longer_be_had_gets_a_sentence_on_every_page(app):
    upload(app, "few.csv", b"x,y\n1,1\n1,2\n5,5\n5,6\n9,9\n9,8\n")
    session_of(app).clustering = replace(session_of(app).clustering, n_clusters=7)
    for page in ("pages/4_Clusters.py", "pages/5_Segments.py", "pages/6_Export.py"):
        go(app, page)
        assert errors(app)[0].startswith("7 segments were asked for, but only 6 different customers take part.")


def test_the_scatter_opens_on_columns_that_spread_the_customers(app):
    rows = "".join(f"{i % 2 * 50 + i % 5},{i * 7 % 11},{'yes' if i % 2 else 'no'}\n" for i in range(60))
    upload(app, "members.csv", f"visits,age,member\n{rows}".encode())
    session_of(app).features = FeatureSpec(("visits", "age", "member"))
    go(app, "pages/4_Clusters.py")
    assert [widget(app.selectbox, label).value for label in ("Across", "Up")] == ["visits", "age"]
