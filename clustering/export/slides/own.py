"""Our own presentation: empty, 16:9, with our font and colours in its theme."""

from lxml import etree
from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER as PH
from pptx.enum.text import MSO_ANCHOR
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.oxml.ns import qn
from pptx.util import Inches

from clustering.charts.template import colours
from clustering.identity import mark

WIDTH, HEIGHT = Inches(40 / 3), Inches(7.5)
_FONT = "Arial"  # on every machine, and as wide as it is measured
_MARGIN, _TITLE_TOP, _TITLE_HIGH, _BODY_TOP, _BODY_BOTTOM = 0.75, 0.5, 0.95, 1.55, 6.8  # inches
_LAYOUTS = ("Title Slide", "Title and Content", "Title Only", "Blank")
_FOOTERS = {PH.DATE: (_MARGIN, 3), PH.FOOTER: (4.67, 4), PH.SLIDE_NUMBER: (9.58, 3)}  # left and width in inches
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


def own_presentation():
    """An empty presentation in our look, 16:9, with four layouts to go on with."""
    presentation = Presentation()
    across = WIDTH / presentation.slide_width
    presentation.slide_width, presentation.slide_height = WIDTH, HEIGHT
    layouts = presentation.slide_layouts
    for layout in list(layouts):
        if layout.name not in _LAYOUTS:
            layouts.remove(layout)
    for sheet in (presentation.slide_master, *layouts):
        for shape in sheet.placeholders:
            if shape._element.spPr.find(qn("a:xfrm")) is not None:
                shape.left, shape.width = round(shape.left * across), round(shape.width * across)
    _paint(presentation.slide_master)
    master = {shape.placeholder_format.type: shape for shape in presentation.slide_master.placeholders}
    wide = WIDTH - 2 * Inches(_MARGIN)
    _place(master[PH.TITLE], Inches(_MARGIN), Inches(_TITLE_TOP), wide, Inches(_TITLE_HIGH))
    _place(master[PH.BODY], Inches(_MARGIN), Inches(_BODY_TOP), wide, Inches(_BODY_BOTTOM - _BODY_TOP))
    for kind, (left, width) in _FOOTERS.items():
        _place(master[kind], Inches(left), Inches(6.95), Inches(width), Inches(0.3))
    for shape in (master[PH.TITLE], *(layouts.get_by_name("Title Slide").placeholders)):
        shape.text_frame._txBody.bodyPr.set("lIns", "0")
    cover = {shape.placeholder_format.type: shape for shape in layouts.get_by_name("Title Slide").placeholders}
    _place(cover[PH.CENTER_TITLE], Inches(_MARGIN), Inches(1.9), wide, Inches(1.9))
    _place(cover[PH.SUBTITLE], Inches(_MARGIN), Inches(4.0), wide, Inches(1.2))
    cover[PH.CENTER_TITLE].text_frame.vertical_anchor = MSO_ANCHOR.BOTTOM
    _style(cover[PH.CENTER_TITLE]._element.txBody, 4000)
    _style(cover[PH.SUBTITLE]._element.txBody, 2000, colour="tx2", bold=False)
    title = presentation.slide_master._element.find(f".//{qn('p:titleStyle')}/{qn('a:lvl1pPr')}")
    title.set("algn", "l")
    title.find(qn("a:defRPr")).set("sz", "2800")
    title.find(qn("a:defRPr")).set("b", "1")
    return presentation


def _style(body, size: int, *, colour: str = "tx1", bold: bool = True) -> None:
    """Give a placeholder of a layout a size, an alignment and a colour of its own."""
    styles = body.find(qn("a:lstStyle"))
    for old in list(styles):
        styles.remove(old)
    level = etree.SubElement(styles, qn("a:lvl1pPr"), marL="0", indent="0", algn="l")
    etree.SubElement(level, qn("a:buNone"))
    font = etree.SubElement(level, qn("a:defRPr"), sz=str(size), b=str(int(bold)))
    etree.SubElement(etree.SubElement(font, qn("a:solidFill")), qn("a:schemeClr"), val=colour)


def _place(shape, left: int, top: int, width: int, height: int) -> None:
    shape.left, shape.top, shape.width, shape.height = left, top, width, height


def _paint(master) -> None:
    """Our font and colours in the theme, so that whatever is added by hand has them too."""
    part, c = master.part.part_related_by(RT.THEME), colours("light")
    theme = etree.fromstring(part.blob)
    hues = {f"accent{i + 1}": mark(i).light for i in range(6)}
    named = {"dk1": c.text, "lt1": c.ground, "dk2": c.muted, "lt2": c.surface, "hlink": c.accent, "folHlink": c.accent}
    for name, colour in {**named, **hues}.items():
        slot = theme.find(f".//{_A}clrScheme/{_A}{name}")
        slot[:] = [etree.Element(f"{_A}srgbClr", val=colour.lstrip("#"))]
    for latin in theme.findall(f".//{_A}fontScheme//{_A}latin"):
        latin.set("typeface", _FONT)
    part.blob = etree.tostring(theme, xml_declaration=True, encoding="UTF-8", standalone=True)
