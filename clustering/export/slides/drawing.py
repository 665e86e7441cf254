"""What stands on a slide: text in a box, a segment's mark, a chart and a table that PowerPoint can edit."""

import datetime
import io
from collections.abc import Sequence

import xlsxwriter
from lxml import etree
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_AXIS_CROSSES, XL_CHART_TYPE, XL_LABEL_POSITION, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt

from clustering.export.slides.deck import Box, Deck
from clustering.export.slides.measure import GAP, Paragraph, clean, fit, fit_line, points, width
from clustering.identity import Mark

_SYMBOLS = {
    "circle": MSO_SHAPE.OVAL,
    "square": MSO_SHAPE.RECTANGLE,
    "diamond": MSO_SHAPE.DIAMOND,
    "triangle-up": MSO_SHAPE.ISOSCELES_TRIANGLE,
    "cross": MSO_SHAPE.CROSS,
    "triangle-down": MSO_SHAPE.FLOWCHART_MERGE,
    "star": MSO_SHAPE.STAR_5_POINT,
    "hexagon": MSO_SHAPE.HEXAGON,
}
_NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # "No Style, No Grid", which every PowerPoint has
_NUMBERS, _MOST_LABELS = 0.08, 0.42  # of a chart's width: for numbers beyond the bars, and at most for names beside
_EDGES = ("a:lnL", "a:lnR", "a:lnT", "a:lnB")


def text(
    deck: Deck,
    slide,
    box: Box,
    paragraphs: Sequence[Paragraph],
    sizes: Sequence[float],
    *,
    name: str,
    muted: bool = False,
    anchor: MSO_ANCHOR = MSO_ANCHOR.TOP,
    rest: str = "… and {} more, in the notes.",
) -> None:
    """Write paragraphs into a box in the largest of the sizes at which they fit; else as much as fits."""
    across, down = Emu(box.width).pt / deck.wider, Emu(box.height).pt
    size, paragraphs = fit(paragraphs, across, down, [deck.points(size) for size in sizes], rest)
    shape = slide.shapes.add_textbox(*box)
    shape.name = name
    frame = shape.text_frame
    frame.word_wrap, frame.vertical_anchor = True, anchor
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    for i, one in enumerate(paragraphs):
        paragraph = frame.paragraphs[0] if i == 0 else frame.add_paragraph()
        paragraph.space_before = points(GAP * size) if i else None
        for part, is_lead in ((one.lead, True), (one.text, False)):
            if part:
                run = paragraph.add_run()
                run.text = f"{part} " if is_lead and one.text else part
                run.font.size, run.font.bold = points(size), is_lead
                run.font.color.theme_color = deck.muted if muted else MSO_THEME_COLOR.TEXT_1


def swatch(deck: Deck, slide, left: int, top: int, size: int, mark: Mark, name: str) -> None:
    """Draw a segment's mark; its name is what a screen reader says."""
    shape = slide.shapes.add_shape(_SYMBOLS[mark.symbol], left, top, size, size)
    shape.name = "Mark"
    shape.fill.solid()
    shape.fill.fore_color.rgb = _rgb(mark.colour(deck.mode))
    shape.line.fill.background()
    shape._element.remove(shape._element.find(qn("p:style")))  # a theme's shadow
    if mark.symbol == "cross":
        shape.adjustments[0] = 0.33
    describe(shape, name)


def describe(shape, told: str) -> None:
    """Say what a shape shows, for those who do not see it."""
    shape._element.xpath(".//p:cNvPr")[0].set("descr", clean(told))


def bars(
    deck: Deck,
    slide,
    box: Box,
    *,
    series: str,
    labels: Sequence[str],
    ends: Sequence[str] = (),
    values: Sequence[float],
    hues: Sequence[str],
    number_format: str,
    average: float | None,
    size: float,
    alt: str,
) -> None:
    """Draw bars, the first on top, as a chart that PowerPoint can edit; they start at the average if there is one.

    Labels are cut where they are too long, but never the `ends` that follow them.
    """
    size = deck.points(size)
    labels, beside = _labels(labels, ends or [""] * len(labels), Emu(box.width).pt / deck.wider / size)
    data = CategoryChartData(number_format=number_format)
    data.categories = labels
    data.add_series(series, values)
    frame = slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, *box, data)
    frame.name = series
    describe(frame, alt)
    chart = frame.chart
    # python-pptx's own workbook would run a name like "=1+1" as a formula
    chart.part.chart_workbook.update_from_xlsx_blob(_workbook(series, labels, values))
    chart.has_title = chart.has_legend = False
    chart.font.size = points(size)
    chart.font.color.theme_color = MSO_THEME_COLOR.TEXT_1
    plot = chart.plots[0]
    plot.gap_width, plot.vary_by_categories = 60, False
    bar_series = plot.series[0]
    bar_series.invert_if_negative = False
    for i, hue in enumerate(hues):
        fill = bar_series.points[i].format.fill
        fill.solid()
        fill.fore_color.rgb = _rgb(hue)
    plot.has_data_labels = True
    plot.data_labels.number_format, plot.data_labels.number_format_is_linked = number_format, False
    plot.data_labels.position, plot.data_labels.show_value = XL_LABEL_POSITION.OUTSIDE_END, True
    category, value = chart.category_axis, chart.value_axis
    category.reverse_order = True
    category.major_tick_mark = category.minor_tick_mark = XL_TICK_MARK.NONE
    category.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    category.format.line.color.theme_color = MSO_THEME_COLOR.TEXT_1
    category.format.line.width = Pt(0.75)
    value.visible = value.has_major_gridlines = False
    value.minimum_scale, value.maximum_scale = _range(values, average)
    if average is not None:
        value.crosses = XL_AXIS_CROSSES.CUSTOM
        value.crosses_at = average
    _lay_out(chart, beside)


def table(
    deck: Deck,
    slide,
    box: Box,
    *,
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    marks: Sequence[Sequence[int]],
    first: float,
    row_height: int,
    size: float,
    alt: str,
) -> None:
    """Draw a table whose cells are blue where a figure is high (mark 1) and orange where it is low (mark -1).

    `first`: the share of the width that the names on the left take. The head is two rows high.
    """
    frame = slide.shapes.add_table(len(rows) + 1, len(head), box.left, box.top, box.width, row_height * (len(rows) + 2))
    frame.name = "Index"
    describe(frame, alt)
    held = frame.table
    held.first_row = held.horz_banding = False
    held._tbl.tblPr.find(qn("a:tableStyleId")).text = _NO_STYLE
    rest = (1 - first) / (len(head) - 1)
    size = deck.points(size)
    for i in range(len(head)):
        held.columns[i].width = round((rest if i else first) * box.width)
    for j, cells in enumerate((head, *rows)):
        held.rows[j].height = row_height * (1 if j else 2)
        for i, told in enumerate(cells):
            across = Emu(held.columns[i].width).pt / deck.wider - 2 * deck.points(4)
            lines = 1 if j else 2
            cell = held.cell(j, i)
            cell.margin_left = cell.margin_right = Pt(deck.points(4))
            cell.margin_top = cell.margin_bottom = 0
            cell.vertical_anchor = MSO_ANCHOR.MIDDLE if j else MSO_ANCHOR.BOTTOM
            paragraph = cell.text_frame.paragraphs[0]
            paragraph.alignment = PP_ALIGN.CENTER if i else PP_ALIGN.LEFT
            run = paragraph.add_run()
            run.text = fit_line(told, across, (size,), lines=lines)[1]
            run.font.size = points(size)
            run.font.bold = bool(i and j and marks[j - 1][i - 1])
            run.font.color.theme_color = MSO_THEME_COLOR.TEXT_1
            if i and j:
                c = deck.colours
                cell.fill.solid()
                cell.fill.fore_color.rgb = _rgb({1: c.over, 0: c.middle, -1: c.under}[int(marks[j - 1][i - 1])])
                run.font.color.rgb = _rgb(c.text)
                _set_apart(cell)
            else:
                cell.fill.background()


def _set_apart(cell) -> None:
    """Edges in the colour of the ground, so that the cells stand apart."""
    properties = cell._tc.get_or_add_tcPr()
    for i, edge in enumerate(_EDGES):
        line = etree.Element(qn(edge), w=str(Pt(2)))
        etree.SubElement(etree.SubElement(line, qn("a:solidFill")), qn("a:schemeClr"), val="bg1")
        properties.insert(i, line)


def _range(values: Sequence[float], average: float | None) -> tuple[float, float]:
    """Ends of the axis with room for the numbers outside the bars."""
    if not average:
        low, high = min(0.0, *values), max(0.0, *values)
        spread = (high - low) or 1.0
        return (low - 0.15 * spread if low < 0 else 0.0), high + (0.15 * spread if low < 0 else 0.0)
    high = max(2 * average, *values)
    return -0.12 * high, 1.02 * high


def _labels(labels: Sequence[str], ends: Sequence[str], across: float) -> tuple[list[str], float]:
    """The labels as they fit beside a chart so many font sizes wide, and the share of it that they take."""
    most = (_MOST_LABELS - 0.03) * across
    told = [fit_line(label, most - width(end), (1.0,))[1] + end for label, end in zip(labels, ends, strict=True)]
    return told, max(map(width, told)) / across + 0.03


def _lay_out(chart, beside: float) -> None:
    """Place the bars: left to itself every program leaves other room for the names."""
    area = chart._chartSpace.chart.plotArea
    for old in area.findall(qn("c:layout")):
        area.remove(old)
    layout = etree.Element(qn("c:layout"))
    manual = etree.SubElement(layout, qn("c:manualLayout"))
    for tag, value in (
        *(("layoutTarget", "inner"), ("xMode", "edge"), ("yMode", "edge")),
        *(("x", beside), ("y", 0.02), ("w", 1 - beside - _NUMBERS), ("h", 0.96)),
    ):
        etree.SubElement(manual, qn(f"c:{tag}"), val=str(value))
    area.insert(0, layout)


def _workbook(series: str, labels: Sequence[str], values: Sequence[float]) -> bytes:
    """The chart's data as PowerPoint shows them for editing: text stays text."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        book.set_properties({"created": datetime.datetime(2000, 1, 1)})  # the same data, the same bytes
        sheet = book.add_worksheet("Sheet1")
        sheet.set_column(0, 0, 40)
        sheet.write_string(0, 1, series)
        for i, (label, value) in enumerate(zip(labels, values, strict=True), start=1):
            sheet.write_string(i, 0, label)
            sheet.write_number(i, 1, value)
    return stream.getvalue()


def _rgb(colour: str) -> RGBColor:
    return RGBColor.from_string(colour.lstrip("#").upper())
