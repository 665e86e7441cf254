"""Names that mean harm on the pages: shown as they are, and never read as Markdown, HTML or LaTeX."""

import json
import re
from dataclasses import replace

import pytest

from clustering.recipe import load_recipe, save_recipe
from clustering.table import ColumnOptions
from pages._ui.session import rereading
from tests import hostile
from tests.driver import button, errors, go, open_tab, session_of, texts, upload, widget
from tests.hostile import ANSWER, LEVEL, TEXTS

FILE = "../[x](javascript:alert(1))<b>.csv"
CUSTOMERS = "New customers: CSV, Excel or Parquet, also zipped; up to 200 MB"
# Shown letter by letter, or not at all; every other text of a page is Markdown.
PLAIN = re.compile(
    r"(Selectbox|MultiSelect)\.options|(TextInput|TextArea)\.(default|value|placeholder)|PlotlyChart\.(alt|spec)"
    r"|Dataframe\.alt|Code\.code_text|\w+\.(id|icon)"
)
# What would be more than text, but after a backslash; and what is made more of it all the same, when that is read.
READ_AS_MORE = re.compile(
    r"(?<!\\)(<script|</script|<b>|<img|<!--|\]\((?!data:image)|\*\*b|:red\[x|\$x|`touch|`ticks)"
    r"|:material/home|:\\?\+1|(?<!\S)\\?-\\?> |www\\?\.|://(?!\u2060)"
)
# In a chart an element of these is drawn as such, if it can be drawn; plotly leaves all others out.
ELEMENT = re.compile(r"<(script|/script|img|!--|b>b)")


@pytest.fixture
def shown(app):
    """The customers in 24 segments, six of which are called by some of the worst names."""
    upload(app, FILE, hostile.content())
    session, wanted = session_of(app), hostile.found()[0].spec
    columns = (TEXTS[0], TEXTS[5], TEXTS[20], LEVEL)
    session.features = replace(wanted, columns=columns, describe=(TEXTS[1], TEXTS[4], ANSWER))
    session.clustering = replace(session.clustering, n_clusters=6)
    go(app, "pages/5_Segments.py")
    return app


def call(app, names):
    session = session_of(app)
    for label, name in enumerate(names):
        session.call(session.on_show.segments, label, name=name, note=names[-1 - label])
    app.run()
    assert not app.exception


def fields(message, path):
    """All texts of a message to the browser, and where in it they stand."""
    for field, value in message.ListFields():
        many = value if field.is_repeated else [value]
        for one in many:
            if field.message_type is None:
                if path == "Dataframe" and field.name == "columns":
                    yield from ((f"{path}.help", found) for found in helps(json.loads(one)))
                elif isinstance(one, str):
                    yield f"{path}.{field.name}", one
            elif not field.message_type.GetOptions().map_entry:
                yield from fields(one, f"{path}.{field.name}")


def helps(columns):
    """What is told of the columns of a table where the pointer rests on them; their titles are no Markdown."""
    return [settings["help"] for settings in columns.values() if settings.get("help")]


def told(app):
    protos = [node.proto for node in app._tree if getattr(node, "proto", None) is not None]
    return [found for proto in protos for found in fields(proto, type(proto).__name__)]


def read_as_more(app):
    """The texts of a page that the browser would take for more than text."""
    found = told(app)
    assert len(found) > 30
    more = [(path, text) for path, text in found if not PLAIN.fullmatch(path) and READ_AS_MORE.search(text)]
    charts = [json.loads(text) for path, text in found if path == "PlotlyChart.spec"]
    return more + [text for chart in charts for text in strings(chart) if ELEMENT.search(text)]


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from strings(one)


@pytest.mark.parametrize("first", range(0, len(TEXTS), 6))
def test_the_cards_show_the_names_as_they_are(shown, first):
    names = TEXTS[first : first + 6]
    call(shown, names)
    assert read_as_more(shown) == []
    heads = [m.value.split(") ", 1)[1] for m in shown.main.markdown if m.value.startswith("### ![")]
    assert [as_read(head) for head in heads[:6]] == [as_typed(name) for name in names]
    notes = [c.value.split(": ", 1)[1] for c in shown.main.caption if c.value.startswith(":material/sticky_note_2: ")]
    assert [as_read(note) for note in notes] == [as_typed(name) for name in reversed(names)]


def as_typed(name):
    """Without line breaks and control characters, which nobody types into the field of a name."""
    return " ".join("".join(c if c.isprintable() or c == "\u200d" else " " for c in name).split())


def as_read(markdown):
    return re.sub(r"\\(.)", r"\1", markdown).replace("\u2060", "")


def test_a_name_of_300_characters_and_a_note_of_1000_are_kept_whole(shown):
    session = session_of(shown)
    for length, told in ((300, 1_000), (301, 1_001)):
        session.call(session.on_show.segments, 0, name="n" * length, note="m" * told)
        cut = "…" * (length > 300)
        assert session.segment_names[0] == "n" * (300 - len(cut)) + cut
        assert session.segment_notes[0] == "m" * (1_000 - len(cut)) + cut
    go(shown, "pages/5_Segments.py")
    assert widget(shown.text_input, "Name of segment 1").value == "n" * 299 + "…"
    assert widget(shown.text_area, "Note on segment 1").value == "m" * 999 + "…"


@pytest.mark.parametrize(
    "tab", ["Differences", "Pictures", "Numbers", "Rules", "Customers", "Value", "Fair enough?", "By hand"]
)
def test_no_tab_of_the_segments_reads_a_name_as_more(shown, tab):
    call(shown, [TEXTS[i] for i in (0, 1, 5, 20, 21, 4)])
    open_tab(shown, tab)
    assert errors(shown) == []
    assert read_as_more(shown) == []


@pytest.mark.parametrize(
    "page", ["app.py", *(f"pages/{name}.py" for name in ("1_Data", "2_Features", "3_Choose_k", "4_Clusters"))]
)
def test_no_page_on_the_way_reads_a_name_as_more(shown, page):
    call(shown, [TEXTS[i] for i in (0, 1, 5, 20, 21, 4)])
    go(shown, page)
    assert errors(shown) == []
    assert read_as_more(shown) == []


def test_the_export_page_reads_no_name_as_more_and_its_files_hold_them(shown):
    names = [TEXTS[i] for i in (0, 1, 5, 20, 21, 16)]
    call(shown, names)
    go(shown, "pages/6_Export.py")
    columns = widget(shown.multiselect, "Columns that say who must not be contacted")
    columns.set_value([LEVEL]).run()
    assert not shown.exception
    assert LEVEL in columns.options  # a list is no Markdown: there a backslash would be seen
    button(shown, "Build the recipe").click().run()
    button(shown, "Write the script").click().run()
    assert errors(shown) == []
    assert read_as_more(shown) == []
    files = {key[0][0]: file.content for key, file in session_of(shown).built._files.items()}
    assert list(load_recipe(files["recipe"]).names) == names
    assert all(repr(name) in files["code"].decode() for name in names)


@pytest.mark.parametrize("tab", ["A file", "One customer"])
def test_new_customers_are_placed_and_no_name_is_read_as_more(shown, tab):
    call(shown, [TEXTS[i] for i in (0, 1, 5, 20, 21, 4)])
    go(shown, "pages/7_New_customers.py")
    lines = hostile.content().decode().replace("<img", "<img<b>").encode()  # a new level, and a column less
    widget(shown.file_uploader, CUSTOMERS).upload(FILE, lines, "text/csv").run()
    shown.session_state["new-customers"] = f":gray[{tab}]"
    shown.run()
    assert not shown.exception
    assert errors(shown) == []
    assert read_as_more(shown) == []


def test_saved_work_of_another_file_is_told_and_no_name_is_read_as_more(shown):
    go(shown, "pages/7_New_customers.py")
    given = widget(shown.file_uploader, "Saved segments: a file made by Save my work")
    given.upload(FILE, save_recipe(hostile.recipe()), "application/json").run()
    assert not shown.exception
    assert read_as_more(shown) == []


@pytest.mark.parametrize("tab", ["Known labels", "Two segmentations"])
def test_segmentations_are_compared_and_no_name_is_read_as_more(shown, tab):
    call(shown, [TEXTS[i] for i in (0, 1, 5, 20, 21, 4)])
    session = session_of(shown)
    if tab == "Known labels":
        options = session.table.options.with_column(ColumnOptions(LEVEL, role="label"))
        rereading.take_reading(session, hostile.read_table(session.source, name=FILE, options=options))
    shown.switch_page("pages/8_Compare.py")
    shown.session_state["compare"] = f":gray[{tab}]"
    shown.run()
    if tab == "Two segmentations":
        for n_clusters, name in ((6, TEXTS[1]), (5, TEXTS[20])):
            session.clustering = replace(session.clustering, n_clusters=n_clusters)
            shown.run()
            widget(shown.text_input, "Name of the segments on show").set_value(name)
            button(shown, "Keep these segments").click().run()
    assert not shown.exception
    assert errors(shown) == []
    assert read_as_more(shown) == []
    assert len(texts(shown)) > 100
