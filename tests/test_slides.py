"""The slides, opened again: their numbers are those of the profile, names are intact, nothing leaves its place."""

import io
import random
import re
import zipfile
from dataclasses import replace
from itertools import combinations

import openpyxl
import pytest
from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.util import Emu, Inches

from clustering import ClusterSpec, read_table
from clustering.errors import ClusteringError, InvalidSetting, UnreadableFile
from clustering.export.honesty import doubts, method_facts
from clustering.export.slides import template as templates
from clustering.export.slides import to_pptx
from clustering.export.slides.deck import Deck
from clustering.export.slides.measure import Paragraph, cut, fit, height, n_lines, width
from clustering.features import ColumnSpec
from clustering.identity import mark
from clustering.profile.persona import character
from clustering.recommend import Recommendation
from clustering.wording import share
from tests.found import HOSTILE_NAMES, findings_of, named

COLUMNS = ("Annual Income (k$)", "Spending Score (1-100)")
NAMES = ("Average on both", "High, high", "High income, low spending", "Low, low", "Low income, high spending")
NOTES = ("", "Invite to the club", "", "", "")


def opened(content):
    return Presentation(io.BytesIO(content))


def chart_of(slide):
    (chart,) = [shape.chart for shape in slide.shapes if shape.has_chart]
    return chart


def texts_of(slide):
    return "\n".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)


def notes_of(slide):
    return slide.notes_slide.notes_text_frame.text


def fills_of(chart):
    return [
        f"#{point.format.fill.fore_color.rgb}"
        for point in map(chart.plots[0].series[0].points.__getitem__, _all(chart))
    ]


def _all(chart):
    return range(len(chart.plots[0].series[0].values))


@pytest.fixture(scope="module")
def found(mall):
    findings = findings_of(mall, COLUMNS, title="Mall customers", describe=("Gender", "Age"))
    return named(findings, NAMES, NOTES)


@pytest.fixture(scope="module")
def hostile(mall):
    findings = findings_of(mall, COLUMNS, ClusterSpec(n_clusters=len(HOSTILE_NAMES)), title="<b>" + "=1+1 " * 60)
    return named(findings, HOSTILE_NAMES, HOSTILE_NAMES)


@pytest.fixture(scope="module")
def content(found):
    return to_pptx(found)


@pytest.fixture(scope="module")
def slides(content):
    return list(opened(content).slides)


def saved(presentation):
    stream = io.BytesIO()
    presentation.save(stream)
    return stream.getvalue()


def a_template(across=10.0, down=7.5, n_slides=2):
    """A .pptx as python-pptx brings it along, of another size, with slides of its own."""
    presentation = Presentation()
    across, down = Inches(across), Inches(down)
    scales = across / presentation.slide_width, down / presentation.slide_height
    for sheet in (presentation.slide_master, *presentation.slide_layouts):
        for shape in sheet.placeholders:
            if shape._element.xpath("./p:spPr/a:xfrm"):  # the others stand where the master has them
                shape.left, shape.width = round(shape.left * scales[0]), round(shape.width * scales[0])
                shape.top, shape.height = round(shape.top * scales[1]), round(shape.height * scales[1])
    presentation.slide_width, presentation.slide_height = across, down
    for _ in range(n_slides):
        slide = presentation.slides.add_slide(presentation.slide_layouts[1])
        slide.shapes.title.text = "A slide of the template"
    return saved(presentation)


def changed(content, part, change):
    """The file with the parts of this name (a pattern) changed."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for info in archive.infolist():
            data = archive.read(info)
            new.writestr(info.filename, change(data) if re.fullmatch(part, info.filename) else data)
    return stream.getvalue()


def dark_template():
    def darken(theme):
        theme = re.sub(rb"<a:dk1>.*?</a:dk1>", b'<a:dk1><a:srgbClr val="F0F0F0"/></a:dk1>', theme)
        return re.sub(rb"<a:lt1>.*?</a:lt1>", b'<a:lt1><a:srgbClr val="102030"/></a:lt1>', theme)

    return changed(a_template(), r"ppt/theme/theme\d+\.xml", darken)


# --- what stands on them ---


def test_there_is_a_title_the_sizes_a_comparison_every_segment_and_how_sure_it_is(slides):
    assert [slide.shapes.title.text for slide in slides] == [
        "Mall customers",
        "Five segments; the largest holds 41.0 %",
        "Spending Score (1-100) sets the segments apart most",
        *NAMES,
        "How this was found, and how sure it is",
    ]


def test_slides_are_sixteen_to_nine(content):
    presentation = opened(content)
    assert presentation.slide_width * 9 == pytest.approx(presentation.slide_height * 16, rel=1e-6)


def test_the_sizes_are_a_chart_of_those_of_the_profile(slides, found):
    plot = chart_of(slides[1]).plots[0]
    assert tuple(plot.series[0].values) == found.comparison.profile.sizes
    for label, category in enumerate(plot.categories):
        assert category == f"{label + 1}  {NAMES[label]} · {share(found.comparison.profile.shares[label])}"


def test_bars_have_the_light_hues_of_the_segments(slides):
    assert fills_of(chart_of(slides[1])) == [mark(label).light for label in range(5)]
    for label in range(5):
        assert set(fills_of(chart_of(slides[3 + label]))) == {mark(label).light}


def test_every_segment_has_a_chart_of_its_index(slides, found):
    for label in range(5):
        traits = found.comparison.traits(label)
        series = chart_of(slides[3 + label]).plots[0].series[0]
        assert series.name == "Index"
        assert list(series.values) == [trait.figure for trait in traits]
        assert chart_of(slides[3 + label]).plots[0].categories[0] in ("Annual income", "Spending score", "Age")


def test_bars_of_the_index_start_at_the_average(slides):
    assert chart_of(slides[3]).value_axis.crosses_at == 100


def test_a_segment_is_told_by_its_persona_its_size_its_note_and_its_checks(slides, found):
    told = texts_of(slides[4])
    assert character(found.comparison, 1, names=NAMES) in told
    assert "Segment 2 · 39 customers · 19.5 %" in told
    assert "Note: Invite to the club" in told
    assert f"✓ Big enough {found.checks[1][0].figure}" in told


def test_the_mark_of_a_segment_has_its_hue_and_its_name_for_who_does_not_see_it(slides):
    (drawn,) = [shape for shape in slides[5].shapes if shape.name == "Mark"]
    assert f"#{drawn.fill.fore_color.rgb}" == mark(2).light
    assert drawn._element.xpath(".//p:cNvPr/@descr") == [NAMES[2]]


def test_the_table_holds_the_index_as_the_pages_write_it(slides, found):
    (table,) = [shape.table for shape in slides[2].shapes if shape.has_table]
    comparison = found.comparison
    heads = [cell.text for cell in table.rows[0].cells]
    for i, column in enumerate(comparison.profile.columns):
        for label in range(5):
            written = comparison.written(label, i)
            shown = f"({written})" if comparison.small[label] else written
            assert table.cell(label + 1, heads.index(column)).text == shown


def test_an_unnamed_segment_is_headed_by_what_it_is_like(mall):
    slides = list(opened(to_pptx(findings_of(mall, COLUMNS))).slides)
    assert slides[4].shapes.title.text == "Segment 2: High annual income, high spending score"


def test_the_last_slide_tells_how_it_was_found_and_what_to_doubt(slides, found):
    told, in_full = texts_of(slides[-1]), notes_of(slides[-1])
    for label, text in method_facts(found):
        assert f"{label} {text}" in told
        assert f"{label}: {text}" in in_full
    for doubt in doubts(found):
        assert doubt in told
        assert doubt in in_full


def test_where_nothing_speaks_against_it_that_is_told(found):
    advice = Recommendation(5, 5, 6, "clear", "All agree.", (), (), ())
    sound = replace(found, checks=((),) * 5, separation=0.8, repeatability=0.99, advice=advice)
    assert "What speaks against it\nNothing that was checked." in texts_of(list(opened(to_pptx(sound)).slides)[-1])


def test_notes_tell_the_figures_of_every_column(slides, found):
    told = notes_of(slides[4])
    for trait in found.comparison.traits(1):
        assert f"{trait.own_written}, against {trait.baseline_written} of all customers" in told
    assert f"row {found.typical[1] + 1:,} of the file" in told


def test_columns_without_an_index_are_drawn_in_standard_deviations():
    rows = [f"{x - 50},{(x - 50) * 2 + x % 3}" for x in (*range(0, 30), *range(70, 100))]
    below = findings_of(read_table("\n".join(["a,b", *rows]).encode()), ("a", "b"), ClusterSpec(n_clusters=2))
    chart = chart_of(list(opened(to_pptx(below)).slides)[3])
    assert chart.plots[0].series[0].name == "Standard deviations"
    assert list(chart.plots[0].series[0].values) == [trait.figure for trait in below.comparison.traits(0)]
    assert chart.value_axis.crosses_at == 0


def test_a_segment_without_any_value_has_no_chart():
    table = read_table("\n".join(["a,b", *(f"{i % 3},x" for i in range(20)), *[",x"] * 10]).encode())
    filled = ColumnSpec("a", missing="constant", fill_value=100.0)
    empty = findings_of(table, ("a",), ClusterSpec(n_clusters=2), settings=(filled,), outliers="keep")
    slide = list(opened(to_pptx(empty)).slides)[4]
    assert "No column tells them apart." in texts_of(slide)
    assert not any(shape.has_chart for shape in slide.shapes)


def test_noise_is_told_beside_the_sizes(mall):
    spec = ClusterSpec("dbscan", settings={"eps": 0.3, "min_samples": 6})
    slide = list(opened(to_pptx(findings_of(mall, COLUMNS, spec))).slides)[1]
    assert slide.shapes.title.text == "Five segments; the largest holds 51.9 %; 22 % of customers are noise"
    assert "44 more are noise, near no segment" in texts_of(slide)


def test_the_weight_of_customers_is_told():
    rows = [f"{x},{1 + x // 50}" for x in (*range(40), *range(60, 90))]
    weighed = findings_of(
        read_table("\n".join(["a,w", *rows]).encode()), ("a",), ClusterSpec(n_clusters=2), weight_column="w"
    )
    slides = list(opened(to_pptx(weighed)).slides)
    assert "of customers" in slides[1].shapes.title.text
    assert "Every customer counts by w" in notes_of(slides[1])


def test_of_many_segments_the_largest_have_slides_and_the_notes_name_all(found, monkeypatch):
    monkeypatch.setattr("clustering.export.slides.show.MOST_SEGMENTS", 3)
    slides = list(opened(to_pptx(found)).slides)
    left = share(sum(found.comparison.profile.shares[3:]))
    assert [slide.shapes.title.text for slide in slides[3:-1]] == list(NAMES[:3])
    assert f"The 3 largest; the other 2 hold {left}." in texts_of(slides[1])
    assert tuple(chart_of(slides[1]).plots[0].series[0].values) == found.comparison.profile.sizes[:3]
    assert NAMES[4] in notes_of(slides[1])


def test_the_same_findings_give_the_same_bytes(found, content):
    assert to_pptx(found) == content


def test_progress_goes_from_nothing_to_all(found):
    steps = []
    to_pptx(found, on_step=lambda done, what: steps.append((done, what)))
    assert [done for done, _ in steps] == sorted(done for done, _ in steps)
    assert steps[0][0] == 0
    assert steps[-1] == (1.0, "Writing the file")
    assert all(what for _, what in steps)


# --- charts can be edited ---


def workbook_of(chart):
    return openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob))["Sheet1"]


def test_the_workbook_behind_a_chart_holds_its_numbers(slides):
    chart = chart_of(slides[1])
    cells = list(workbook_of(chart).iter_rows(values_only=True))
    assert cells[0] == (None, "Customers")
    assert [row[0] for row in cells[1:]] == list(chart.plots[0].categories)
    assert [row[1] for row in cells[1:]] == list(chart.plots[0].series[0].values)


def test_a_column_called_like_a_formula_stays_text_in_the_workbook(mall):
    frame = mall.frame.rename(columns={COLUMNS[0]: "=1+1", COLUMNS[1]: "http://example.org"})
    table = read_table(frame.to_csv(index=False).encode())
    chart = chart_of(list(opened(to_pptx(findings_of(table, ("=1+1", "http://example.org")))).slides)[4])
    cells = [cell for row in workbook_of(chart).iter_rows(min_row=2, max_col=1) for cell in row]
    assert "=1+1" in [cell.value for cell in cells]
    assert {cell.data_type for cell in cells} == {"s"}
    assert not any(cell.hyperlink for cell in cells)


# --- names and places ---


def test_hostile_names_are_intact_in_the_notes(hostile):
    slides = list(opened(to_pptx(hostile)).slides)
    for label, name in enumerate(HOSTILE_NAMES):
        assert name in notes_of(slides[3 + label])
        assert f"Note: {name}" in notes_of(slides[3 + label])
        assert name in notes_of(slides[1])


def test_short_names_are_intact_in_their_titles_and_long_ones_are_cut(hostile):
    titles = [slide.shapes.title.text for slide in list(opened(to_pptx(hostile)).slides)[3:-1]]
    for name, title in zip(HOSTILE_NAMES, titles, strict=True):
        if len(name) < 100:
            assert title == re.sub("[\n\t]", " ", name)
        else:
            assert title.endswith("…")
            assert name.startswith(title[:-1])


def test_only_what_xml_cannot_hold_is_dropped_from_a_name(found):
    odd = named(found, ("bell\x07 and half \ud800", *NAMES[1:]), NOTES)
    slides = list(opened(to_pptx(odd)).slides)
    assert slides[3].shapes.title.text == "bell and half "
    assert "bell and half " in chart_of(slides[1]).plots[0].categories[0]


TEMPLATES = {
    "own": lambda: None,
    "4:3": a_template,
    "small 16:9": lambda: a_template(10, 5.625),
    "upright": lambda: a_template(7.5, 10),
    "dark": dark_template,
}


@pytest.fixture(scope="module", params=TEMPLATES)
def placed(request, hostile):
    """The slides with the worst names in every kind of template."""
    return opened(to_pptx(hostile, template=TEMPLATES[request.param]()))


def test_nothing_leaves_the_slide(placed):
    for slide in placed.slides:
        for shape in slide.shapes:
            assert shape.left >= 0 and shape.top >= 0, shape.name
            assert shape.left + shape.width <= placed.slide_width, shape.name
            assert shape.top + shape.height <= placed.slide_height, shape.name


def test_nothing_lies_upon_another(placed):
    for slide in placed.slides:
        for a, b in combinations([shape for shape in slide.shapes if shape.name != "Mark"], 2):
            beside = a.left + a.width <= b.left or b.left + b.width <= a.left
            above = a.top + a.height <= b.top or b.top + b.height <= a.top
            assert beside or above, (slide.shapes.title.text, a.name, b.name)


def test_text_fits_its_box(placed):
    n_boxes = 0
    for slide in placed.slides:
        for shape in slide.shapes:
            if not shape.has_text_frame or shape.is_placeholder or not shape.text_frame.text:
                continue
            n_boxes += 1
            size = shape.text_frame.paragraphs[0].runs[0].font.size.pt
            paragraphs = [Paragraph(one.text) for one in shape.text_frame.paragraphs]
            needed = height(paragraphs, Emu(shape.width).pt / size) * size
            assert needed <= Emu(shape.height).pt * 1.001, (shape.name, shape.text_frame.text)
    assert n_boxes > 4 * len(HOSTILE_NAMES)


def test_a_line_is_as_wide_as_in_helvetica():
    # h 556, e 556, l 222, l 222, o 556 thousandths
    assert width("hello") == pytest.approx(2.112)
    assert width("é") == width("e")
    assert width("国") > 1


def test_words_wrap_and_one_that_is_too_long_is_broken():
    assert n_lines("hello hello", 4.5 + 0.1) == 1  # twice 2.112 and a blank of 0.278
    assert n_lines("hello hello", 4.5 - 0.1) == 2
    assert n_lines("l" * 100, 22.2 / 2 + 0.01) == 2
    assert n_lines("", 10) == 1


def test_text_shrinks_before_it_is_cut_and_is_cut_before_it_is_left_out():
    short, long = Paragraph("word"), Paragraph("word " * 300)
    assert fit([short], 100, 100, (20, 10)) == (20, [short])
    assert fit([short] * 5, 100, 100, (20, 10)) == (10, [short] * 5)
    size, (cut_off,) = fit([long], 400, 120, (20, 10))
    assert size == 10
    assert cut_off.text.endswith("…")
    _, (small,) = fit([long], 100, 24.5, (20, 10))
    assert n_lines(small.text, 10) == 2  # two lines of 10 points have room, and are used
    assert n_lines(f"{small.text} word", 10) == 3
    _, left = fit([short] * 50, 100, 100, (20, 10), "{} more")
    assert left[-1].text == f"{50 - len(left) + 1} more"


def test_a_cut_never_ends_in_half_a_picture():
    assert cut("👩\u200d👩\u200d👧 family", 3) == "👩…"


# --- the user's template ---


def test_a_template_gives_its_size_its_layouts_and_its_fonts_and_none_of_its_slides(found):
    given = changed(a_template(), r"ppt/theme/theme\d+\.xml", lambda theme: theme.replace(b"Calibri", b"Georgia"))
    content = to_pptx(found, template=given)
    presentation = opened(content)
    assert (presentation.slide_width, presentation.slide_height) == (Inches(10), Inches(7.5))
    assert len(presentation.slides) == 9
    assert {slide.slide_layout.name for slide in presentation.slides} == {"Title Slide", "Title Only"}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"Georgia" in archive.read("ppt/theme/theme1.xml")
        assert not any(b"A slide of the template" in archive.read(name) for name in archive.namelist())
        assert not any(b"typeface" in archive.read(name) for name in archive.namelist() if "/slides/slide" in name)
        assert len(set(archive.namelist())) == len(archive.namelist())


def test_the_numbers_are_the_same_in_a_template(found, slides):
    with_template = list(opened(to_pptx(found, template=a_template())).slides)
    for own, other in zip(slides[3:8], with_template[3:8], strict=True):
        assert list(chart_of(own).plots[0].series[0].values) == list(chart_of(other).plots[0].series[0].values)


def test_no_empty_placeholder_is_left_where_every_layout_has_one(found):
    given = opened(a_template(n_slides=0))
    for layout in list(given.slide_layouts):
        if layout.name not in ("Title Slide", "Two Content"):
            given.slide_layouts.remove(layout)
    for slide in opened(to_pptx(found, template=saved(given))).slides:
        empty = {shape.placeholder_format.type for shape in slide.placeholders if not shape.text_frame.text.strip()}
        assert empty <= {PP_PLACEHOLDER.SLIDE_NUMBER}


def test_a_potx_is_a_template_too(found):
    kind = b"presentationml.presentation.main+xml"
    given = changed(
        a_template(), r"\[Content_Types\]\.xml", lambda x: x.replace(kind, b"presentationml.template.main+xml")
    )
    assert len(opened(to_pptx(found, template=given)).slides) == 9


def test_on_a_dark_template_segments_have_the_hues_for_dark_ground(found):
    slides = list(opened(to_pptx(found, template=dark_template())).slides)
    assert fills_of(chart_of(slides[1])) == [mark(label).dark for label in range(5)]


def test_shows_that_name_old_slides_are_left_out(found):
    show = (
        b'<p:custShowLst><p:custShow name="x" id="0"><p:sldLst><p:sld r:id="%s"/></p:sldLst></p:custShow>'
        b"</p:custShowLst>"
    )

    def with_show(xml):
        first = re.search(rb'<p:sldId [^>]*r:id="(\w+)"', xml).group(1)
        return xml.replace(b"<p:defaultTextStyle>", show % first + b"<p:defaultTextStyle>", 1)

    given = changed(a_template(), r"ppt/presentation\.xml", with_show)
    with zipfile.ZipFile(io.BytesIO(to_pptx(found, template=given))) as archive:
        assert b"custShow" not in archive.read("ppt/presentation.xml")
        assert len([name for name in archive.namelist() if re.match(r"ppt/slides/slide\d+\.xml", name)]) == 9


def test_a_template_without_a_layout_for_titles_is_written_on_all_the_same(found):
    presentation = Presentation()
    for layout in list(presentation.slide_layouts):
        if layout.name != "Blank":
            presentation.slide_layouts.remove(layout)
    slides = list(opened(to_pptx(found, template=saved(presentation))).slides)
    assert "High, high" in texts_of(slides[4])


def bomb():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("ppt/presentation.xml", b" " * (templates._MAX_XML + 1))
    return stream.getvalue()


def with_part(name, content=b"x"):
    stream = io.BytesIO(a_template())
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr(name, content)
    return stream.getvalue()


def a_workbook():
    stream = io.BytesIO()
    openpyxl.Workbook().save(stream)
    return stream.getvalue()


def as_kind(kind):
    return changed(
        a_template(),
        r"\[Content_Types\]\.xml",
        lambda x: x.replace(
            b"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml", kind
        ),
    )


REFUSED = {
    "empty": (lambda: b"", UnreadableFile, "no PowerPoint file"),
    "text": (lambda: b"a,b\n1,2\n", UnreadableFile, "no PowerPoint file"),
    "old ppt": (lambda: b"\xd0\xcf\x11\xe0" + b"\0" * 100, UnreadableFile, "password"),
    "workbook": (a_workbook, UnreadableFile, "no PowerPoint file"),
    "cut off": (lambda: a_template()[:-500], UnreadableFile, "damaged"),
    "bomb": (bomb, InvalidSetting, "unpacks to more"),
    "macros": (
        lambda: as_kind(b"application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml"),
        InvalidSetting,
        "macros",
    ),
    "hidden macros": (lambda: with_part("ppt/vbaProject.bin"), InvalidSetting, "macros"),
    "another document": (lambda: as_kind(b"application/xml"), UnreadableFile, "damaged"),
    "no theme": (
        lambda: changed(a_template(), r"ppt/theme/theme1\.xml", lambda x: b"<theme"),
        UnreadableFile,
        "damaged",
    ),
    "entities": (
        lambda: changed(a_template(), r".*slideMaster1\.xml", lambda x: x.replace(b"<p:", b"<!DOCTYPE x><p:", 1)),
        UnreadableFile,
        "DOCTYPE",
    ),
    "tiny": (lambda: a_template(2, 1.5), InvalidSetting, "too small"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_template_gets_a_sentence(case, found):
    make, kind, told = REFUSED[case]
    with pytest.raises(kind, match=told) as refusal:
        to_pptx(found, template=make())
    assert str(refusal.value).endswith(".")


def test_too_large_a_template_is_refused_before_it_is_looked_at(found, monkeypatch):
    monkeypatch.setattr(templates, "MAX_BYTES", 1_000)
    with pytest.raises(InvalidSetting, match="larger than"):
        to_pptx(found, template=a_template())


def test_nothing_that_a_template_links_to_is_looked_up(found, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("TOP SECRET")
    link = f'<Relationship Id="rId99" Type="http://x/image" Target="file://{secret}" TargetMode="External"/>'.encode()
    given = changed(
        a_template(), r".*slideMaster1\.xml\.rels", lambda xml: xml.replace(b"</Relation", link + b"</Relation")
    )
    with zipfile.ZipFile(io.BytesIO(to_pptx(found, template=given))) as archive:
        assert not any(b"TOP SECRET" in archive.read(name) for name in archive.namelist())


def test_every_damage_to_a_template_gets_a_sentence_or_does_no_harm():
    good, chance = a_template(), random.Random(7)
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    xml = [name for name in parts if name.endswith((".xml", ".rels"))]
    n_refused = 0
    for _ in range(60):
        broken, name = dict(parts), chance.choice(xml)
        data, at = broken[name], chance.randrange(len(broken[name]))
        broken[name] = chance.choice(
            (data[:at], data[:at] + b"<" + data[at:], re.sub(rb'"[^"]{1,12}"', b'"-1"', data), b"", b"<x/>")
        )
        if chance.random() < 0.2:
            del broken[name]
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            for part, held in broken.items():
                archive.writestr(part, held)
        try:
            deck = Deck(stream.getvalue())
            deck.cover("Title", "Subtitle", "Notes")
            deck.add("Title", "Notes")
            assert deck.save("Title")
        except ClusteringError as error:
            n_refused += 1
            assert str(error).endswith(".")
    assert n_refused > 10
