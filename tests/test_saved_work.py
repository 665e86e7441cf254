"""Saving one's work and going on from the file: the same pages with the same customers, and nothing else is harmed."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from clustering import ClusterSpec, read_table, rfm, suggest_rfm
from clustering.edits import Edits, Merge, Move, Split
from clustering.features import ColumnSpec, RowFilter
from clustering.identity import mark
from clustering.table import ColumnOptions
from pages._ui import compute
from pages._ui.session import NAME_LENGTH
from pages._ui.session.grouping import keep_group
from pages._ui.session.looking import look_into
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
    session_of,
    texts,
    upload,
    use_income_and_spending,
    widget,
)

DATA, FEATURES, CHOOSE = "pages/1_Data.py", "pages/2_Features.py", "pages/3_Choose_k.py"
CLUSTERS, SEGMENTS, COMPARE = "pages/4_Clusters.py", "pages/5_Segments.py", "pages/8_Compare.py"
MALL = (SAMPLES / "mall_customers.csv").read_bytes()
MINE = MALL.replace(b"1,Male,25,15,78", b"1,Male,25,16,78", 1)  # no sample of the app's
FIELD = "A file made by Save my work"


@pytest.fixture
def mine(app):
    """Five segments in income and spending score, the first two with a name."""
    upload(app, "mine.csv", MINE)
    use_income_and_spending(app)
    return named(go(app, SEGMENTS), "Everyday people", "Big spenders")


def named(app, *names):
    session, segments = session_of(app), shown(app)
    for label, name in enumerate(names):
        session.call(segments, label, name=name)
    session.call(segments, 0, note="They come on Saturdays")
    return app.run()


def shown(app):
    return session_of(app).on_show.segments


def saved(app):
    """What the button in the menu gives."""
    assert [b for b in app.sidebar.get("download_button") if b.label == "Save my work"]
    return compute.work_file(session_of(app))()


def somebody():
    """Somebody else, on another day."""
    st.cache_data.clear()
    st.cache_resource.clear()
    return AppTest.from_file(str(Path(__file__).resolve().parents[1] / "app.py"), default_timeout=120).run()


def open_saved(app, content, name="mine-segments.json"):
    go(app, DATA)
    widget(app.file_uploader, FIELD).upload(name, content, "application/json").run()
    assert not app.exception
    return app


def opened(content, customers=MINE, name="mine.csv"):
    """Somebody else who opens saved work and then uploads a file."""
    app = open_saved(somebody(), content)
    return upload(app, name, customers)


def changed(content, **fields):
    """Saved work in which something else stands."""
    return json.dumps({**json.loads(content), **fields}).encode()


def names_of(app):
    return session_of(app).segment_names


def with_choices(app, **choices):
    """The same session with other choices for the columns."""
    session = session_of(app)
    session.features = replace(session.features, **choices)
    return go(app, SEGMENTS)


def same_but_for_scores(content):
    """Saved work without what a sweep had found out by then."""
    told = json.loads(content)
    for one in (told, told.get("outer", {})):
        one.pop("found", None)
    return told


# There and back


def test_names_notes_colours_and_sizes_are_as_they_were(mine):
    content, looks, sizes = saved(mine), session_of(mine).looks, shown(mine).sizes
    app = go(opened(content), SEGMENTS)
    assert names_of(app) == ("Everyday people", "Big spenders", "Segment 3", "Segment 4", "Segment 5")
    assert session_of(app).segment_notes[0] == "They come on Saturdays"
    assert session_of(app).looks == looks
    assert shown(app).sizes == sizes
    assert answer(app).startswith("## Five segments")
    assert errors(app) == [] and [w.value for w in app.warning] == []


def test_every_customer_is_in_the_segment_of_the_same_name(mine):
    before = exported(mine)["segment_name"]
    assert exported(go(opened(saved(mine)), SEGMENTS))["segment_name"] == before


def test_the_charts_come_in_the_hues_that_were_saved(mine):
    told = json.loads(saved(mine))
    for segment, hue in zip(told["segments"], (4, 2, 0, 1, 3), strict=True):
        segment["hue"] = hue
    app = go(opened(json.dumps(told).encode()), CLUSTERS)
    assert [look.mark for look in session_of(app).looks] == [mark(hue) for hue in (4, 2, 0, 1, 3)]
    sizes = next(figure for figure in figures(app) if figure["data"][0]["type"] == "bar")
    assert mark(4).light in json.dumps(sizes)


def test_the_columns_and_how_they_are_prepared_come_back(mine):
    with_choices(
        mine,
        columns=("Age", INCOME),
        scale="robust",
        settings=(ColumnSpec(INCOME, log=True, weight=2.0),),
        row_filter=RowFilter("Age", low=20.0),
        filtered="place",
    )
    chosen = session_of(mine).features
    app = go(opened(saved(mine)), FEATURES)
    assert session_of(app).features == chosen
    assert app.multiselect[0].value == ["Age", INCOME]


def test_a_number_of_segments_that_was_chosen_comes_back_with_range_and_limits(mine):
    session = session_of(mine)
    session.clustering, session.k_range = session.with_n_clusters(4), (3, 7)
    session.min_share, session.max_share = 0.05, 0.6
    go(mine, SEGMENTS)
    app = go(opened(saved(mine)), CHOOSE)
    assert widget(app.selectbox, "Segments to go on with").value == 4
    assert widget(app.slider, "Numbers of segments to try").value == (3, 7)
    assert widget(app.select_slider, "Smallest acceptable segment").value == 0.05
    assert widget(app.select_slider, "Largest acceptable segment").value == 0.6


def test_a_method_that_finds_the_number_itself_comes_back_with_its_noise(mine):
    session_of(mine).clustering = ClusterSpec("dbscan", settings={"eps": 0.3, "min_samples": 5})
    go(mine, SEGMENTS)
    n_noise = len(shown(mine).noise)
    assert n_noise
    app = go(opened(saved(mine)), SEGMENTS)
    assert session_of(app).clustering == session_of(mine).clustering
    assert len(shown(app).noise) == n_noise
    assert session_of(app).looks == session_of(mine).looks


def test_start_centers_placed_by_hand_come_back(mine):
    start = ((-1.0, -1.0), (1.0, 1.0), (1.0, -1.0))
    session_of(mine).clustering = ClusterSpec(n_clusters=3, start=start)
    go(mine, SEGMENTS)
    app = go(opened(saved(mine)), CLUSTERS)
    assert session_of(app).clustering.start == start


def test_steps_by_hand_come_back_and_can_be_undone(mine):
    steps = (Merge((0, 1)), Split(0, 3), Move((3, 5, 7), 2))
    session_of(mine).edit(Edits(steps))
    go(mine, SEGMENTS)
    named(mine, "Made by hand")
    before = exported(mine)["segment_name"]
    app = go(opened(saved(mine)), SEGMENTS)
    assert session_of(app).edited.steps == steps
    assert exported(app)["segment_name"] == before
    go(app, CLUSTERS)
    button(app, "Undo the last step").click().run()
    assert session_of(app).edited.steps == steps[:2]


def test_groups_of_ones_own_come_back(mine):
    keep_group(session_of(mine), "For the next mailing", [4, 2, 8])
    go(mine, SEGMENTS)
    app = go(opened(saved(mine)), CLUSTERS)
    (group,) = session_of(app).groups
    assert (group.name, group.rows.tolist()) == ("For the next mailing", [2, 4, 8])
    assert "For the next mailing" in texts(app)


def test_one_segment_that_was_looked_into_comes_back_with_the_way_out(mine):
    names = names_of(mine)
    look_into(session_of(mine), shown(mine), 1)
    session_of(mine).clustering = session_of(mine).with_n_clusters(3)
    named(go(mine, SEGMENTS), "Young ones")
    content, n_inside = saved(mine), len(session_of(mine).outer.among.rows)
    app = go(opened(content), SEGMENTS)
    assert f"Inside Big spenders: {n_inside} customers" in texts(app)
    assert names_of(app) == ("Young ones", "Segment 2", "Segment 3")
    assert exported(app) == exported(mine)
    button(app, "Back to all customers").click().run()
    assert names_of(app) == names


def test_what_is_saved_of_restored_work_is_what_was_saved(mine):
    session_of(mine).edit(Edits((Merge((0, 1)),)))
    keep_group(session_of(mine), "For the next mailing", [4, 2, 8])
    look_into(session_of(mine), shown(go(mine, SEGMENTS)), 1)
    session_of(mine).clustering = session_of(mine).with_n_clusters(3)
    content = saved(named(go(mine, SEGMENTS), "Young ones"))
    again = saved(go(opened(content), SEGMENTS))
    assert same_but_for_scores(again) == same_but_for_scores(content)


def test_it_is_said_once_that_the_work_is_here_again(mine):
    app = opened(saved(mine))
    assert [toast.value for toast in app.toast] == ["Your work on mine\\.csv is here again\\: five segments\\."]
    app.run()
    assert not app.toast


def test_widgets_begin_with_what_came_back(mine):
    app = upload(somebody(), "mine.csv", MINE)
    go(app, FEATURES)
    before = session_of(app).n_loaded
    open_saved(app, saved(mine))
    assert session_of(app).n_loaded > before
    assert go(app, FEATURES).multiselect[0].value == [INCOME, SPENDING]


def test_that_no_segments_were_clear_is_known_without_trying_all_numbers_again(app):
    content = (SAMPLES / "no_structure.csv").read_bytes().replace(b"\n", b"\r\n")
    work = saved(go(upload(app, "mine.csv", content), SEGMENTS))
    other = go(opened(work, content), SEGMENTS)
    assert session_of(other).known_sweep is None
    assert [one.value for one in other.info] == [one.value for one in app.info]
    assert "No clear segments were found" in other.info[0].value


# Where the customers come from


def test_the_same_file_that_is_loaded_already_is_not_asked_for_again(mine):
    app = upload(somebody(), "renamed.csv", MINE)
    open_saved(app, saved(mine))
    assert session_of(app).saved.recipe is None
    assert names_of(go(app, SEGMENTS))[0] == "Everyday people"
    assert session_of(app).title == "renamed.csv"


def test_a_sample_is_loaded_without_asking(app):
    upload(app, "mall_customers.csv", MALL)
    use_income_and_spending(app)
    content = saved(named(go(app, SEGMENTS), "Everyday people"))
    other = go(open_saved(somebody(), content), SEGMENTS)
    assert names_of(other)[0] == "Everyday people"
    assert session_of(other).title == "Mall customers"


def test_until_its_file_is_there_saved_work_waits_on_the_start_and_the_data_page(mine):
    app = open_saved(somebody(), saved(mine))
    for page in (DATA, "app.py"):
        told = texts(go(app, page))
        assert "Saved work: 5 segments of mine.csv" in told
        assert "Now upload mine.csv" in told
    assert session_of(app).table is None


def test_a_file_read_another_way_is_read_that_way_again(app):
    upload(app, "mine.csv", MINE)
    options = session_of(app).table.options.with_column(ColumnOptions("Age", type="text", role="category"))
    session = session_of(app)
    session.load(read_table(MINE, name="mine.csv", options=options), "mine.csv", MINE)
    session.features = replace(session.features, columns=(INCOME, "Age"))
    content = saved(go(app, SEGMENTS))
    other = go(opened(content), DATA)
    assert session_of(other).table.options == options
    assert session_of(other).features.columns == (INCOME, "Age")
    at_once = go(open_saved(upload(somebody(), "mine.csv", MINE), content), DATA)
    assert session_of(at_once).table.options == options


@pytest.mark.parametrize("is_sample", [True, False], ids=["a sample", "an upload"])
def test_customers_made_of_purchases_are_made_of_them_again(app, is_sample):
    content = (SAMPLES / "purchases.csv").read_bytes()
    if not is_sample:
        content = content.replace(b"2025", b"2024", 1)
    name = "purchases.csv" if is_sample else "mine.csv"
    session = session_of(upload(app, name, content))
    spec = replace(suggest_rfm(session.table), returns="leave out", reference=date(2026, 7, 1))
    session.load_customers(rfm(session.table, spec), spec)
    work = saved(named(go(app, SEGMENTS), "The faithful"))
    other = open_saved(somebody(), work)
    if not is_sample:
        assert "Now upload mine.csv" in texts(other)
        upload(other, name, content)
    assert names_of(go(other, SEGMENTS))[0] == "The faithful"
    assert session_of(other).table.digest == session.table.digest
    go(other, "pages/1_Transactions.py")
    button(other, "Back to the purchases").click().run()
    assert session_of(other).mapping == spec


# Another file


def another(content, customers):
    return upload(open_saved(somebody(), content), "june.csv", customers)


def test_another_file_with_the_same_columns_can_be_segmented_with_the_saved_settings(mine):
    session_of(mine).edit(Edits((Merge((0, 1)),)))
    app = another(saved(go(mine, SEGMENTS)), MALL)
    assert "june.csv, which is loaded, is another file than the one it was saved with" in texts(app)
    button(app, "Find segments with its settings").click().run()
    go(app, SEGMENTS)
    assert session_of(app).features.columns == (INCOME, SPENDING)
    assert session_of(app).clustering.n_clusters == 5
    assert names_of(app) == tuple(f"Segment {i}" for i in range(1, 6))
    assert session_of(app).saved.recipe is None


def test_customers_of_another_file_can_be_placed_in_the_saved_segments(mine):
    app = another(saved(mine), MALL)
    button(app, "Place them in the saved segments").click().run()
    told = texts(go(app, "pages/7_New_customers.py"))
    assert "All 200 customers have a segment" in told
    assert "in mine.csv: 200 customers by" in told


def test_settings_that_the_other_file_cannot_bear_leave_it_as_it_was(mine):
    app = another(saved(mine), b"".join(line + b"\n" for line in MALL.splitlines()[:5]))
    before = session_of(app).features
    button(app, "Find segments with its settings").click().run()
    assert "5 segments were asked for, but only 4 different customers take part" in errors(app)[0]
    assert session_of(app).features == before
    assert session_of(app).saved.recipe is not None


def test_of_another_file_without_the_columns_it_is_said_which_are_missing(mine):
    app = another(saved(mine), (SAMPLES / "iris.csv").read_bytes())
    assert f'Columns "{INCOME}", "{SPENDING}" of the recipe have no match in this file' in texts(app)
    assert not [b for b in app.button if b.label == "Find segments with its settings"]


def test_after_another_file_the_right_one_still_brings_the_work_back(mine):
    app = another(saved(mine), MALL)
    upload(app, "mine.csv", MINE)
    assert names_of(go(app, SEGMENTS))[0] == "Everyday people"


def test_saved_work_can_be_forgotten(mine):
    app = open_saved(somebody(), saved(mine))
    button(app, "Forget the saved work").click().run()
    assert "Saved work" not in texts(app)
    upload(app, "mine.csv", MINE)
    assert not session_of(app).identities.is_named


# What is no saved work


@pytest.mark.parametrize(
    "content, told",
    [
        (b"{", "bad.json is no recipe: it is no JSON"),
        (b'{"a": 1}', "bad.json is no recipe of Cluster Explorer"),
        (b"\xff\xfe", "bad.json is no recipe: it is no text in UTF-8"),
    ],
)
def test_a_damaged_file_is_refused_in_a_sentence_and_the_work_so_far_stays(mine, content, told):
    before = names_of(mine)
    open_saved(mine, content, "bad.json")
    assert told in errors(mine)[0]
    assert told in errors(mine.run())[0]
    assert names_of(go(mine, SEGMENTS)) == before


def test_work_within_work_without_end_is_refused_in_a_sentence(mine):
    told = json.loads(saved(mine))
    head = {"recipe": told.pop("recipe"), "version": told.pop("version")}
    within = json.dumps(told)
    shell = within[:-1] + ', "outer_label": 0, "outer": '
    content = json.dumps(head)[:-1] + ", " + shell[1:] + shell * 600 + within + "}" * 601
    open_saved(mine, content.encode(), "deep.json")
    assert errors(mine) == ["deep.json is no recipe: one is inside another without end. Save the recipe anew."]


def test_work_that_cannot_be_taken_up_leaves_the_work_so_far(mine):
    told = json.loads(saved(mine))
    told["work"] = {"steps": [{"kind": "Merge", "labels": [7, 8]}]}
    told["found"]["edits"] = ["Seven and eight made one."]
    before = names_of(mine)
    open_saved(mine, json.dumps(told).encode())
    assert "There is no segment 8" in errors(mine)[0]
    assert names_of(go(mine, SEGMENTS)) == before
    assert not session_of(mine).edited.steps


def test_a_file_that_the_work_cannot_go_on_with_can_be_looked_at_once_the_work_is_forgotten(mine):
    app = open_saved(somebody(), changed(saved(mine), work={"groups": [["Ghosts", [199, 200]]]}))
    go(app, DATA)
    app.file_uploader[0].upload("mine.csv", MINE, "text/csv").run()
    assert "not in this file" in errors(app)[0]
    assert session_of(app).table is None
    assert "not in this file" in errors(app.run())[0]
    button(app, "Forget the saved work").click().run()
    assert not errors(app)
    assert session_of(app).table.n_rows == 200


def test_groups_of_customers_who_are_not_there_are_refused(mine):
    open_saved(mine, changed(saved(mine), work={"groups": [["Ghosts", [199, 200]]]}))
    assert errors(mine) == ['The group "Ghosts" holds customers who are not in this file.']


def test_a_day_that_is_none_is_refused(mine):
    told = json.loads(saved(mine))
    mapping = {"customer": "a", "date": "b", "amount": "c", "reference": "yesterday"}
    told["source"]["purchases"] = {"title": "p", "file_name": "p.csv", "digest": "0", "mapping": mapping}
    open_saved(mine, json.dumps(told).encode())
    assert 'reference is "yesterday"; it must be a day such as 2026-01-31 or null.' in errors(mine)[0]


def test_range_and_limits_that_cannot_be_chosen_are_as_usual(mine):
    work = {"k_range": [0, 99], "min_share": 0.33, "max_share": 7.0}
    app = go(opened(changed(saved(mine), work=work)), CHOOSE)
    assert widget(app.slider, "Numbers of segments to try").value == (2, 10)
    assert widget(app.select_slider, "Smallest acceptable segment").value == 0.01
    assert widget(app.select_slider, "Largest acceptable segment").value == 1.0


def test_nothing_of_it_is_rendered(mine):
    told = json.loads(saved(mine))
    told["source"] |= {"digest": "0" * 64, "file_name": "**x** <script>.csv", "title": "<b>"}
    app = open_saved(somebody(), json.dumps(told).encode())
    shown = [m.value for m in app.main.markdown if "Saved work" in m.value]
    assert shown == ["## :material/folder_open: Saved work\\: 5 segments of \\*\\*x\\*\\* \\<script\\>\\.csv"]


def test_names_that_are_no_line_of_text_come_as_one(mine):
    told = json.loads(saved(mine))
    told["segments"][0]["name"] = "a\u202e\nb" + "c" * 400
    app = go(opened(json.dumps(told).encode()), SEGMENTS)
    assert names_of(app)[0] == "a b" + "c" * (NAME_LENGTH - 4) + "…"


# Where the segments come out otherwise


def test_segments_that_came_out_otherwise_are_told_and_named_by_their_customers(mine):
    told = json.loads(saved(mine))
    told["versions"] = [["scikit-learn", "1.2.3"]]
    told["segments"][1], told["segments"][2] = told["segments"][2], told["segments"][1]
    told["rule"]["labels"] = [{1: 2, 2: 1}.get(label, label) for label in told["rule"]["labels"]]
    centers = told["cluster_centers"]
    centers[1], centers[2] = centers[2], centers[1]
    app = go(opened(json.dumps(told).encode()), SEGMENTS)
    assert names_of(app) == ("Everyday people", "Big spenders", "Segment 3", "Segment 4", "Segment 5")
    (warning,) = [w.value.replace("\\", "") for w in app.warning]
    assert "82 · 34 · 39 · 23 · 22 customers then, 82 · 39 · 34 · 23 · 22 now" in warning
    assert "saved with scikit-learn 1.2.3 (here " in warning


# The buttons


def test_the_menu_offers_to_save_as_soon_as_segments_were_shown(app):
    upload(app, "mine.csv", MINE)
    assert not app.get("download_button")
    go(app, SEGMENTS)
    for page in (SEGMENTS, DATA, "app.py", COMPARE):
        go(app, page)
        assert [b.label for b in app.sidebar.get("download_button")] == ["Save my work"]


def test_the_data_page_says_that_another_file_replaces_the_work(mine):
    assert "Another file or sample replaces your work on mine.csv: save it first" in texts(go(mine, DATA))
    assert "replaces your work" not in texts(upload(mine, "other.csv", MALL))


def test_after_other_choices_nothing_is_offered_until_the_segments_are_shown(mine):
    session = session_of(mine)
    session.features = replace(session.features, columns=(INCOME, "Age"))
    go(mine, DATA)
    assert not mine.sidebar.get("download_button")
    assert go(mine, SEGMENTS).sidebar.get("download_button")
