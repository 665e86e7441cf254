"""The report: the pages' numbers, the user's texts as they are and harmless, and no customer in it by name."""

import csv
import io
import json
import re
from itertools import pairwise

import numpy as np
import pytest
from lxml import html as lxml_html

from clustering import ClusterSpec, FeatureSpec, fit, prepare, read_table
from clustering.charts.script import drawing_script
from clustering.export.findings import gather
from clustering.export.honesty import doubts, method_facts
from clustering.export.report import to_html
from clustering.export.report.figures import drawn_points
from clustering.export.report.markup import name, text
from clustering.identity import Identity
from clustering.profile import profile
from clustering.profile.persona import character
from clustering.recipe import make_recipe
from clustering.wording import number, share

INCOME, SPENDING = "Annual Income (k$)", "Spending Score (1-100)"
NAMES = ("Everyday shoppers", "Big spenders", "Savers", "", "Young enthusiasts")
HOSTILE = (
    "<script>alert(1)</script>",
    "=cmd|'/c calc'!A1",
    '"><img src=x onerror=alert(1)> https://evil.example/x.png',
    "\U0001f600 \u05e9\u05dc\u05d5\u05dd \u202egnp.exe",
    "</script><script>alert(2)</script>",
    "N" * 300,
    "two\r\nlines & &amp; \u2028",
    "twO\r\nlines & &amp; \u2028",
)


def found(table, columns, k, names=(), notes=(), title="", **settings):
    spec = FeatureSpec(columns, **settings)
    features = prepare(table, spec)
    clustering = fit(features, ClusterSpec(n_clusters=k))
    names, notes = (*names, *[""] * k), (*notes, *[""] * k)
    who = tuple(Identity(label, names[label], notes[label]) for label in range(k))
    recipe = make_recipe(table, features, clustering, title=title, identities=who)
    looks = tuple(one.look(label) for label, one in enumerate(who))
    return gather(table, features, clustering, recipe, looks=looks, notes=tuple(one.note for one in who))


def told(document: bytes):
    """The document as a browser reads it, without its scripts' text where only words are looked at."""
    return lxml_html.document_fromstring(document, parser=lxml_html.HTMLParser(encoding="utf-8", huge_tree=True))


def words(element) -> str:
    return " ".join(element.text_content().split())


def rows_of(page, title: str) -> list[list[str]]:
    """The cells of a table, without its head."""
    table = page.xpath(f'//table[starts-with(@aria-label, "{title}")]')[0]
    return [[words(cell) for cell in row] for row in table.xpath("./tbody/tr")]


def drawn(page, which: str) -> dict:
    return json.loads(page.get_element_by_id(f"{which}-figure").text)


@pytest.fixture(scope="module")
def mall_findings(mall):
    notes = ("", "Invite them.\nCall before May.")
    return found(mall, (INCOME, SPENDING), 5, NAMES, notes, "Mall customers", describe=("Age", "Gender"))


@pytest.fixture(scope="module")
def mall_report(mall_findings) -> bytes:
    return to_html(mall_findings)


@pytest.fixture(scope="module")
def page(mall_report):
    return told(mall_report)


@pytest.fixture(scope="module")
def hostile():
    """Eight segments whose names, notes, title, columns and levels all mean harm."""
    rng = np.random.default_rng(0)
    columns = ["id", "a</script><script>alert(3)</script>", "=1+1 ,\"'&amp;<b>", "c\u202e[x]:*?/\\", "level"]
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(columns)
    for i in range(320):
        k = i % 8
        place = np.round(rng.normal(k * 10 * np.array([1, (-1) ** k, k]), 1), 2)
        writer.writerow([f"C{i:04}", *place, HOSTILE[k]])
    table = read_table(file.getvalue().encode())
    names = tuple(column.name for column in table.columns)
    return found(table, names[1:4], 8, HOSTILE, HOSTILE, f"{HOSTILE[0]}{HOSTILE[3]}", describe=names[4:])


@pytest.fixture(scope="module")
def hostile_report(hostile) -> bytes:
    return to_html(hostile)


def test_the_head_tells_what_was_found(page, mall_findings):
    assert words(page.xpath("//h1")[0]) == "Mall customers"
    assert words(page.find_class("lead")[0]) == "Five segments; the largest holds 41.0 %."  # 82 of 200
    facts = dict(zip(page.xpath("//header//dt/text()"), page.xpath("//header//dd/text()"), strict=True))
    assert facts == {
        "Segments": "5",
        "Customers": "200",
        "Separation": f"{mall_findings.separation:.2f}",
        "How repeatable": f"{mall_findings.repeatability:.2f}",
    }


def test_the_averages_are_those_of_the_profile(page, mall, mall_findings):
    own = profile(mall, mall_findings.clustering, mall_findings.features.spec)
    rows = {row[0]: row[1:] for row in rows_of(page, "Averages")}
    assert rows["Customers"] == ["200", *map(str, own.sizes)]
    assert rows["Share"] == ["100.0 %", *(share(part) for part in own.shares)]
    for i, column in enumerate(own.columns):
        assert rows[column] == [number(own.overall_means[i]), *(number(value) for value in own.means[:, i])]
    gender = own.categories[0]
    assert rows["Gender: Female"] == [share(gender.overall[0]), *(share(part) for part in gender.shares[:, 0])]


def test_the_indices_are_those_of_the_comparison_in_table_and_heat_map(page, mall_findings):
    comparison = mall_findings.comparison
    rows = {row[0]: row[2:] for row in rows_of(page, "Index")}
    by_segment = drawn(page, "index")["data"][0]["text"]
    for i, column in enumerate(comparison.profile.columns):
        in_table = [re.sub(r"[^\d]", "", cell) for cell in rows[column]]
        assert in_table == [comparison.written(label, i) for label in range(5)]
    in_picture = {re.sub(r"<.*?>", "", figure) for row in by_segment for figure in row}
    assert {comparison.written(label, 0) for label in range(5)} <= in_picture


def test_the_ranking_draws_the_effects(page, mall_findings):
    [bars] = drawn(page, "ranking")["data"]
    assert bars["text"] == [share(effect.strength, 0) for effect in mall_findings.effects]


def test_every_segment_has_a_card_with_its_size_its_words_its_note_and_its_checks(page, mall_findings):
    cards = page.find_class("card")
    assert len(cards) == 6  # and one for all customers
    for label in range(5):
        shown = words(cards[label])
        assert words(cards[label].xpath(".//h3")[0]) == (NAMES[label] or "Segment 4")
        assert f"{mall_findings.comparison.profile.sizes[label]} customers" in shown
        assert character(mall_findings.comparison, label, names=mall_findings.names) in shown
        assert all(f"{check.name} {check.brief}" in shown for check in mall_findings.checks[label])
    assert cards[1].find_class("note")[0].text_content() == "Invite them.\nCall before May."
    assert words(cards[5]).startswith("All customers200 customers with a segment")


def test_doubts_and_method_are_told_in_full(page, mall_findings):
    shown = words(page.get_element_by_id("method"))
    assert doubts(mall_findings)
    assert all(doubt in shown for doubt in doubts(mall_findings))
    assert all(label in shown and fact in shown for label, fact in method_facts(mall_findings))
    checks = [row[-4:] for row in rows_of(page, "How far each segment")]
    assert [row[3] for row in checks] == [check.reason for own in mall_findings.checks for check in own]


def test_the_recipe_tells_preparation_and_centers(page, mall, mall_findings):
    recipe = mall_findings.recipe
    income = recipe.preparation.columns[0]
    prepared = {row[0]: row[1:] for row in rows_of(page, "Preparation")}
    assert mall.frame[INCOME].median() == 59.5
    assert prepared[INCOME] == ["59.5", "no", "–", number(income.center, 4), number(income.spread, 4)]
    centers = {row[0]: row[1:] for row in rows_of(page, "Centers")}
    assert centers[SPENDING] == [number(value, 4) for value in recipe.centers_in_units[:, 1]]


def test_of_single_customers_it_holds_their_place_in_the_scatter_alone():
    lines = [f"K{i:03},Person{i} Secret,{i % 7},{(i * i) % 11},note{i}" for i in range(60)]
    table = read_table("\n".join(["customer,name,x,y,remark", *lines]).encode())
    findings = found(table, ("x", "y"), 2)
    page = told(to_html(findings))
    for script in page.xpath("//script")[-2:]:  # the library and what calls it hold no data
        script.getparent().remove(script)
    everything = lxml_html.tostring(page, encoding="unicode")
    assert not re.search(r"K\d\d\d|Secret|note\d", everything)
    points = drawn(page, "customers")["data"]
    assert all("Row" not in trace["hovertemplate"] for trace in points)
    assert {key for trace in points for key in trace} <= {
        *("x", "y", "mode", "name", "marker", "customdata", "hovertemplate", "type")
    }
    # what the pointer tells of a customer: x and y
    assert [len(cells) for trace in points for cells in trace.get("customdata", ())] == [2] * 60


def test_a_large_table_is_sampled_and_drawn_as_shapes(mall_findings):
    lines = "\n".join(f"{i % 97},{i % 89}" for i in range(9_000))
    findings = found(read_table(f"x,y\n{lines}".encode()), ("x", "y"), 3)
    page = told(to_html(findings))
    picture = drawn(page, "customers")
    assert {trace["type"] for trace in picture["data"]} == {"scatter"}
    n_drawn = len(drawn_points(findings, ("x", "y")).rows)
    assert 1_990 <= n_drawn <= 2_000
    assert f"Sample of {n_drawn:,} of 9,000 customers" in picture["layout"]["title"]["text"]


def test_a_single_column_is_drawn_as_boxes_and_not_over_the_rows_of_the_file(mall):
    page = told(to_html(found(mall, (INCOME,), 3)))
    picture = drawn(page, "customers")
    assert INCOME in picture["layout"]["title"]["text"]
    assert "Row in the file" not in json.dumps(picture)


def test_names_notes_and_columns_are_whole_and_do_nothing(hostile, hostile_report):
    page = told(hostile_report)

    def shown(elements):
        """What is seen of them: no space of no width, as stands before a formula."""
        return ["".join(element.itertext()).removeprefix("\u200b") for element in elements]

    assert shown(page.xpath("//h3"))[:8] == list(hostile.names)
    assert shown(page.find_class("note")) == list(hostile.notes)
    heads = set(shown(page.xpath("//tbody/tr/th")))
    assert set(hostile.features.spec.columns) <= heads
    assert "".join(page.xpath("//h1")[0].itertext()) == hostile.title
    assert not page.xpath("//img | //*[@onerror] | //a[not(starts-with(@href, '#'))]")
    assert len(page.xpath("//script[not(@type)]")) == 2  # the library and what calls it


def test_no_text_ends_the_script_that_holds_the_charts(hostile_report):
    page = told(hostile_report)
    for script in page.xpath('//script[@type="application/json"]'):
        assert not set("<>&") & set(script.text)
        json.loads(script.text)


def test_characters_that_no_page_can_hold_are_dropped_and_nothing_else():
    assert text("a\x00\x08\ud800\x1fb\tc\nd\re<&>\"'") == "ab\tc\nd&#13;e&lt;&amp;&gt;&quot;&#x27;"


@pytest.mark.parametrize("value", ["=1+1", " =1+1", "+x", "@x", "\uff1d1"])
def test_a_space_of_no_width_stands_before_what_a_spreadsheet_would_run_that_opens_the_page(value):
    assert text(value) == f"&#8203;{value}"


@pytest.mark.parametrize("value", ["-0.5", "-", "+49 170 1234567", "a=1", ""])
def test_no_such_space_stands_before_anything_else(value):
    assert text(value) == value


def test_a_character_that_turns_the_direction_is_shut_in():
    assert name("x\u202egnp") == "<bdi>x<bdi>\u202e</bdi>gnp</bdi>"


def test_there_is_no_outside_address_in_it_and_nothing_may_be_fetched(mall_report):
    shown = mall_report.decode()
    addresses = set(re.findall(r"(?:https?|wss?|ftp)://[^/\"'\s<>]*", shown))
    assert addresses == {"http://www.w3.org"}  # the names of XML languages, inside the library
    before_library = shown[: shown.index("plotly.js v")]
    assert "://" not in before_library
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', shown)[1]
    assert "default-src 'none'" in policy
    assert policy.count("'sha256-") == 2
    assert "script-src 'unsafe-inline'" not in policy
    assert not re.search(r"<(link|iframe|object|embed|base|form)\b|@import|url\(", before_library)


def test_the_library_is_whole_but_for_its_addresses():
    from plotly.offline import get_plotlyjs

    original, ours = get_plotlyjs(), drawing_script()
    left_out = len(re.findall("https://", original)) * 8 + len(re.findall(r"http://(?!www\.w3)", original)) * 7
    assert len(original) - len(ours) == left_out
    assert "</script" not in ours


def test_headings_come_in_order_and_every_chart_has_a_description(page):
    levels = [int(heading.tag[1]) for heading in page.xpath("//h1 | //h2 | //h3 | //h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    assert page.get("lang") == "en"
    charts = page.xpath("//figure")
    assert len(charts) == 4
    assert all(chart.get("aria-label") and words(chart) for chart in charts)


def test_many_segments_stand_in_several_tables(mall):
    page = told(to_html(found(mall, (INCOME, SPENDING), 8)))
    titles = [title for title in page.xpath("//table/@aria-label") if title.startswith("Index")]
    assert [title.rsplit(", ", 1)[1] for title in titles] == ["segments 1 to 6", "segments 7 to 8"]
    assert len(page.xpath("//table[contains(@aria-label, 'segments 7 to 8')]")[0].xpath("./thead/tr/th")) == 4


def test_the_same_findings_give_the_same_file_and_progress_is_told(mall_findings, mall_report):
    steps = []
    assert to_html(mall_findings, on_step=lambda done, what: steps.append((done, what))) == mall_report
    assert [done for done, _ in steps] == sorted(done for done, _ in steps)
    assert steps[-1][0] == 1.0
    assert {what for _, what in steps} == {"Drawing the charts", "Writing the report"}
