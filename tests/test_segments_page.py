"""The Segments page: cards, names that stay with their customers, the tabs, and what is done by hand."""

import pytest

from tests.driver import (
    INCOME,
    SAMPLES,
    SPENDING,
    answer,
    button,
    errors,
    exported,
    figures,
    go,
    open_tab,
    session_of,
    table_with,
    texts,
    upload,
    use_income_and_spending,
    widget,
)

SEGMENTS, CLUSTERS, CHOOSE = "pages/5_Segments.py", "pages/4_Clusters.py", "pages/3_Choose_k.py"
TABS = ["Differences", "Pictures", "Numbers", "Rules", "Customers", "Value", "Fair enough?", "By hand"]


@pytest.fixture
def mall(app):
    upload(app, "mall.csv", (SAMPLES / "mall_customers.csv").read_bytes())
    use_income_and_spending(app)
    return go(app, SEGMENTS)


def headings(app):
    """The names on the cards, the largest segment first."""
    return [m.value.split(") ", 1)[1].replace("\\", "") for m in app.main.markdown if m.value.startswith("### ![")]


def shapes(app):
    return [m.value.split("![")[1].split("]")[0] for m in app.main.markdown if m.value.startswith("### ![")]


def set_k(app, n_clusters):
    go(app, CLUSTERS)
    widget(app.number_input, "Segments").set_value(n_clusters).run()
    return go(app, SEGMENTS)


# Cards


def test_there_is_a_card_per_segment_and_one_for_everybody(mall):
    assert answer(mall).startswith("## Five segments")
    assert headings(mall) == [f"Segment {i}" for i in range(1, 6)]
    assert "200 customers with a segment" in texts(mall)


def test_every_mall_card_names_its_two_strongest_differences_in_the_right_direction(mall):
    told = [c.value.replace("\\", "") for c in mall.main.caption]
    proposals = [text.removeprefix("Proposed name: ") for text in told if text.startswith("Proposed name: ")]
    # means per segment: (55, 50), (87, 82), (89, 17), (26, 21), (26, 79)
    assert proposals == [
        "Average annual income and spending score",
        "High annual income, high spending score",
        "High annual income, low spending score",
        "Low annual income, low spending score",
        "Low annual income, high spending score",
    ]


def test_a_card_shows_four_checks_with_their_numbers(mall):
    checks = [m for m in mall.main.markdown if "Big enough" in m.value]
    assert len(checks) == 5
    for name in ("Big enough", "Distinct", "Repeatable", "Reachable"):
        assert name in checks[0].value
    assert ":green-badge" in checks[0].value
    assert ":yellow-badge[:material/warning: Big enough 22" in checks[4].value  # fewer than 30


def test_one_click_takes_the_proposed_name_and_one_all_the_others(mall):
    [b for b in mall.button if b.label == "Take it"][1].click().run()
    assert headings(mall)[1] == "High annual income, high spending score"
    button(mall, "Name the others as proposed").click().run()
    assert headings(mall)[4] == "Low annual income, high spending score"
    assert not [b for b in mall.button if b.label.startswith("Name ") or b.label == "Take it"]


def test_a_typed_name_wins_over_the_proposed_one_and_can_be_taken_away(mall):
    button(mall, "Name all as proposed").click().run()
    widget(mall.text_input, "Name of segment 2").set_value("Big spenders").run()
    assert headings(mall)[1] == "Big spenders"
    widget(mall.text_input, "Name of segment 2").set_value("").run()
    assert headings(mall)[1] == "Segment 2"


def test_a_note_stands_on_the_card(mall):
    widget(mall.text_area, "Note on segment 3").set_value("ask why they do not buy").run()
    assert "ask why they do not buy" in texts(mall)


def test_another_baseline_changes_the_index_on_the_cards(mall):
    def badges():
        return [m.value for m in mall.main.markdown if "-badge[:material/arrow" in m.value]

    before = badges()
    widget(mall.selectbox, "Compared with").set_value(1).run()
    assert badges() != before
    assert errors(mall) == []


# Who is who


def test_names_hues_and_notes_stay_with_their_customers_through_another_number_and_back(mall):
    widget(mall.text_input, "Name of segment 2").set_value("Big spenders").run()
    widget(mall.text_area, "Note on segment 2").set_value("our best").run()
    before = shapes(mall)
    set_k(mall, 6)
    assert "Big spenders" in headings(mall)
    set_k(mall, 5)
    assert headings(mall)[1] == "Big spenders"
    assert shapes(mall) == before
    assert "our best" in texts(mall)


def test_another_seed_leaves_every_name_with_its_customers(mall):
    button(mall, "Name all as proposed").click().run()
    before = headings(mall)
    go(mall, CLUSTERS)
    widget(mall.number_input, "Seed").set_value(7).run()
    go(mall, SEGMENTS)
    assert headings(mall) == before


def test_a_segment_that_was_split_off_says_from_what(mall):
    button(mall, "Name all as proposed").click().run()
    set_k(mall, 6)
    assert "a part of" in texts(mall) or "come from several" in texts(mall)


def test_the_name_stands_in_the_scatter_and_in_the_export(mall):
    widget(mall.text_input, "Name of segment 2").set_value("Big spenders").run()
    go(mall, CLUSTERS)
    assert "Big spenders" in [trace.get("name") for trace in figures(mall)[0]["data"]]
    assert exported(mall)["segment_name"].count("Big spenders") == 39


# Tabs


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_opens_without_an_error(mall, tab):
    open_tab(mall, tab)
    assert errors(mall) == []


def test_the_heat_map_the_table_and_the_cards_show_one_and_the_same_number(mall):
    shown = figures(mall)[0]["data"][0]["text"]
    open_tab(mall, "Numbers")
    table = table_with(mall, "Segment 1")
    for label in range(5):
        told = {cell.strip("()").split()[0] for cell in table[f"Segment {label + 1}"][2:]}
        assert told <= {cell.replace("<b>", "").replace("</b>", "") for row in shown for cell in row}
    assert "Annual income 144]" in texts(mall)


# By hand


def test_two_segments_can_be_merged_and_the_step_undone(mall):
    open_tab(mall, "By hand")
    widget(mall.multiselect, "Segments").set_value([3, 4]).run()
    button(mall, "Merge them").click().run()
    assert answer(mall).startswith("## Four segments")
    assert "Steps taken by hand" in texts(mall)
    assert "segment 4" in texts(mall).lower()
    button(mall, "Undo the last step").click().run()
    assert answer(mall).startswith("## Five segments")


def test_a_split_is_kept_in_the_export(mall):
    open_tab(mall, "By hand")
    button(mall, "Split it").click().run()
    assert answer(mall).startswith("## Six segments")
    assert set(exported(mall)["segment"]) == {"1", "2", "3", "4", "5", "6"}


def test_steps_by_hand_stay_with_their_segments(mall):
    open_tab(mall, "By hand")
    button(mall, "Split it").click().run()
    set_k(mall, 4)
    assert answer(mall).startswith("## Four segments")
    set_k(mall, 5)
    assert answer(mall).startswith("## Six segments")


def test_a_segment_made_by_hand_says_that_its_repeatability_is_not_known(mall):
    open_tab(mall, "By hand")
    button(mall, "Split it").click().run()
    assert ":gray-badge[:material/question_mark: Repeatable" in " ".join(m.value for m in mall.main.markdown)


def test_one_segment_can_be_segmented_again_by_itself_and_left_again(mall):
    widget(mall.text_input, "Name of segment 1").set_value("Middle").run()
    open_tab(mall, "By hand")
    button(mall, "Look into it").click().run()
    go(mall, SEGMENTS)
    assert "82 customers" in texts(mall)
    file = exported(mall)
    assert len(file["segment"]) == 200
    assert file["segment"].count("") == 118
    assert file["outer_segment_name"].count("Middle") == 82
    button(mall, "Back to all customers").click().run()
    assert headings(mall)[0] == "Middle"
    assert answer(mall).startswith("## Five segments")


def look_into(app, label):
    open_tab(app, "By hand")
    widget(app.selectbox, "Segment").set_value(label).run()
    button(app, "Look into it").click().run()
    return go(app, SEGMENTS)


def test_the_export_inside_a_segment_follows_what_is_changed_outside(mall):
    widget(mall.text_input, "Name of segment 5").set_value("Alpha").run()
    look_into(mall, 4)
    go(mall, "pages/6_Export.py")
    assert "Alpha" in table_with(mall, "outer_segment_name")["outer_segment_name"].tolist()
    button(mall, "Back to all customers").click().run()
    go(mall, SEGMENTS)
    widget(mall.text_input, "Name of segment 5").set_value("Beta").run()
    look_into(mall, 4)
    go(mall, "pages/6_Export.py")
    names = table_with(mall, "outer_segment_name")["outer_segment_name"].tolist()
    assert "Beta" in names
    assert "Alpha" not in names


def test_names_given_inside_a_segment_are_there_when_it_is_looked_into_again(mall):
    look_into(mall, 0)
    widget(mall.text_input, "Name of segment 1").set_value("Inner").run()
    button(mall, "Back to all customers").click().run()
    go(mall, SEGMENTS)
    assert "Inner" not in headings(mall)
    look_into(mall, 0)
    assert headings(mall)[0] == "Inner"


def test_going_back_from_the_features_page_leaves_the_outer_choices_as_they_were(mall):
    before = session_of(mall).features
    look_into(mall, 0)
    go(mall, "pages/2_Features.py")
    mall.multiselect[0].set_value([INCOME, "Age"]).run()
    button(mall, "Back to all customers").click().run()
    assert session_of(mall).features == before
    assert session_of(mall).outer is None


def test_renaming_a_merged_segment_leaves_the_name_of_its_part_for_when_it_is_undone(mall):
    widget(mall.text_input, "Name of segment 2").set_value("Big").run()
    open_tab(mall, "By hand")
    widget(mall.multiselect, "Segments").set_value([1, 2]).run()
    button(mall, "Merge them").click().run()
    assert headings(mall)[1] == "Big"
    widget(mall.text_input, "Name of segment 2").set_value("Merged").run()
    open_tab(mall, "By hand")
    button(mall, "Undo the last step").click().run()
    assert headings(mall)[1] == "Big"


def test_segments_of_one_name_are_told_apart_where_one_is_chosen(mall):
    for label in (2, 3):
        widget(mall.text_input, f"Name of segment {label}").set_value("Same").run()
    open_tab(mall, "By hand")
    options = widget(mall.selectbox, "Segment to split").options
    assert options == ["Segment 1", "2 · Same", "3 · Same", "Segment 4", "Segment 5"]


def test_a_name_in_use_is_not_proposed_to_another_segment(mall):
    button(mall, "Name all as proposed").click().run()
    open_tab(mall, "By hand")
    button(mall, "Split it").click().run()
    button(mall, "Name the others as proposed").click().run()
    assert len(set(headings(mall))) == 6
    assert not mall.warning


def test_the_export_page_lists_the_steps_and_the_notes(mall):
    widget(mall.text_area, "Note on segment 3").set_value("ask why they do not buy").run()
    open_tab(mall, "By hand")
    button(mall, "Split it").click().run()
    go(mall, "pages/6_Export.py")
    assert 'Segment 1" split in two' in texts(mall) or "Segment 1 split in two" in texts(mall)
    assert "ask why they do not buy" in table_with(mall, "Note")["Note"].tolist()


# Files that are not nice


@pytest.mark.parametrize(
    "name, content",
    [
        ("one customer alone", "x,y\n" + "".join(f"{i % 5},{i % 3}\n" for i in range(40)) + "900,900\n"),
        ("constant describes", "x,y,z\n" + "".join(f"{i},{i * 7 % 13},1\n" for i in range(60))),
        ("nothing in a column", "x,y,z\n" + "".join(f"{i},{i * 7 % 13},\n" for i in range(60))),
        ("two thousand levels", "x,y,z\n" + "".join(f"{i % 97},{i * 7 % 13},level {i}\n" for i in range(2_000))),
        ("categories alone", "a,b\n" + "".join(f"{'uvw'[i % 3]},{'xyz'[i % 7 % 3]}\n" for i in range(60))),
    ],
)
def test_an_awkward_file_gives_a_page_and_every_tab(app, name, content):
    upload(app, f"{name}.csv", content.encode())
    go(app, SEGMENTS)
    for tab in TABS:
        open_tab(app, tab)


def test_thirty_segments_give_a_page_and_every_tab(mall):
    set_k(mall, 30)
    assert len(headings(mall)) == 30
    for tab in TABS:
        open_tab(mall, tab)
        assert errors(mall) == []


def test_columns_can_be_compared_that_built_nothing(mall):
    go(mall, "pages/2_Features.py")
    assert INCOME in session_of(mall).features.columns
    assert SPENDING in session_of(mall).features.columns
