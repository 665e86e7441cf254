"""The presentation that slides are added to: ours, or the user's template with its layouts, fonts and colours."""

import io
import math
import re
import zipfile
from dataclasses import dataclass

from lxml import etree
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.enum.shapes import PP_PLACEHOLDER as PH
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.oxml.ns import qn
from pptx.util import Emu, Inches

from clustering.charts.template import Colours, colours
from clustering.export.slides.measure import clean, fit_line, on_one_line, points
from clustering.export.slides.own import HEIGHT, WIDTH, own_presentation
from clustering.export.slides.template import open_template

_FOOTERS = (PH.DATE, PH.FOOTER, PH.SLIDE_NUMBER)
_TITLES = (PH.TITLE, PH.CENTER_TITLE)
_TITLE_POINTS = 32  # a title tells a finding; in the size of a template's headlines few would fit
_STRANGE_FONT = 1.2  # how much wider than Arial a template's font may run
_OWN_FONT = 1.04
_NUMBER_FIELD = "{5BCAD085-E8A6-4845-BD4E-CB4CCA059FC5}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


@dataclass(frozen=True)
class Box:
    """A place on a slide, in English Metric Units."""

    left: int
    top: int
    width: int
    height: int

    @property
    def bottom(self) -> int:
        return self.top + self.height

    @property
    def right(self) -> int:
        return self.left + self.width

    def __iter__(self):
        return iter((self.left, self.top, self.width, self.height))

    def part(self, left: float, top: float, width: float, height: float) -> "Box":
        """A part of it, in shares of its width and height."""
        return Box(
            self.left + round(left * self.width),
            self.top + round(top * self.height),
            round(width * self.width),
            round(height * self.height),
        )

    def split(self, height: int, gap: int = 0) -> tuple["Box", "Box"]:
        """The upper part of so much height, and what is left below it after a gap."""
        below = self.top + height + gap
        return Box(self.left, self.top, self.width, height), Box(self.left, below, self.width, self.bottom - below)


class Deck:
    """A presentation that slides are added to.

    Attributes
    ----------
    colours : Colours
        Those of the mode that the ground of the slides asks for.
    mode : {"light", "dark"}
    muted : MSO_THEME_COLOR
        For what stands back.
    body : Box
        Where there is room below the title.
    wider : float
        How much wider than measured text may be.
    """

    def __init__(self, template: bytes | None):
        self.is_own = template is None
        self._presentation = own_presentation() if template is None else open_template(template, _rehearse)
        self._cover, self._plain = _layouts(self._presentation)
        self.mode = "light" if self.is_own or _tells_light_ground(self._plain) else "dark"
        self.colours: Colours = colours(self.mode)
        self.muted = MSO_THEME_COLOR.TEXT_2 if self.is_own else MSO_THEME_COLOR.TEXT_1
        self.wider = _OWN_FONT if self.is_own else _STRANGE_FONT
        self._size = Box(0, 0, self._presentation.slide_width, self._presentation.slide_height)
        self._scale = min(self._size.width / WIDTH, self._size.height / HEIGHT)
        self.body = _body(self._plain, self._size)

    @property
    def n_slides(self) -> int:
        return len(self._presentation.slides)

    def points(self, size: float) -> float:
        """A font size, or a length in points, as it is on slides of this size."""
        return size * self._scale

    def emu(self, inches: float) -> int:
        """A length in inches as it is on slides of this size."""
        return round(Inches(inches) * self._scale)

    def cover(self, title: str, subtitle: str, notes: str):
        """Add the first slide."""
        slide = self._add(self._cover, title, notes, lines=3)
        for one in list(slide.placeholders):
            if one.placeholder_format.type in _TITLES:
                continue
            if subtitle and one.placeholder_format.type in (PH.SUBTITLE, PH.BODY):
                self._fill(one, subtitle, lines=3)
                subtitle = ""
            else:
                _remove(one)
        return slide

    def add(self, title: str, notes: str):
        """Add a slide with a title; the notes tell in full whatever is cut on it."""
        slide = self._add(self._plain, title, notes, lines=2, most=self.points(_TITLE_POINTS))
        for one in list(slide.placeholders):
            if one.placeholder_format.type not in (*_TITLES, PH.SLIDE_NUMBER):
                _remove(one)
        return slide

    def save(self, title: str) -> bytes:
        """Return the file; the same slides give the same bytes, so it tells no time."""
        properties = self._presentation.core_properties
        properties.title = on_one_line(title)[:255]
        if self.is_own:
            properties.author = properties.last_modified_by = properties.keywords = ""
        for when in ("created", "modified"):
            for found in properties._element.findall(f"{{http://purl.org/dc/terms/}}{when}"):
                properties._element.remove(found)
        stream, timeless = io.BytesIO(), io.BytesIO()
        self._presentation.save(stream)
        with zipfile.ZipFile(stream) as dated, zipfile.ZipFile(timeless, "w") as archive:
            for part in dated.infolist():
                archive.writestr(zipfile.ZipInfo(part.filename), dated.read(part), zipfile.ZIP_DEFLATED)
        return timeless.getvalue()

    def _add(self, layout, title: str, notes: str, lines: int, most: float = math.inf):
        slide = self._presentation.slides.add_slide(layout)
        if slide.shapes.title is not None:
            self._fill(slide.shapes.title, title, lines=lines, most=most)
        else:
            frame = slide.shapes.add_textbox(*self._size.part(0.056, 0.01, 0.888, 0.07)).text_frame
            size = self.points(20)
            across = Emu(self._size.width).pt * 0.888 - 2 * Inches(0.1).pt
            frame.text = fit_line(on_one_line(title), across / self.wider, (size,))[1]
            frame.paragraphs[0].font.size = points(size)
        _number(slide, layout)
        frame = slide.notes_slide.notes_text_frame
        if frame is not None:  # a template's notes may have no room for text
            frame.text = clean(notes)
        return slide

    def _fill(self, placeholder, text: str, *, lines: int, most: float = math.inf) -> None:
        """Write into a placeholder, smaller than its layout has it where it would not fit, and at most so large."""
        inherited, is_capitals, is_bold = _inherited(placeholder)
        size = min(inherited, most)
        told = on_one_line(text)
        frame = placeholder.text_frame
        across = Emu(placeholder.width or self._size.width // 2).pt - 2 * Inches(0.1).pt
        down = Emu(placeholder.height or self._size.height // 6).pt - 2 * Inches(0.05).pt
        lines = max(1, min(lines, int(down / (size * 1.2))) if down >= size * 1.2 else 1)
        smaller = [size * part for part in (1, 0.9, 0.8, 0.7, 0.6, 0.5)]
        found, told = fit_line(
            told, across / self.wider / (1.2 if is_capitals else 1), smaller, lines=lines, bold=is_bold
        )
        frame.text = told
        if found < inherited:
            for run in frame.paragraphs[0].runs:  # none where nothing of the text can be held
                run.font.size = points(found)


def _layouts(presentation):
    """The layout for the first slide, and one with a title and room below it."""
    layouts = [layout for master in presentation.slide_masters for layout in master.slide_layouts]
    kinds = {id(layout): {shape.placeholder_format.type for shape in layout.placeholders} for layout in layouts}
    cover = [one for one in layouts if one._element.get("type") == "title" or PH.CENTER_TITLE in kinds[id(one)]]
    plain = [one for one in layouts if PH.TITLE in kinds[id(one)]] or layouts

    def by_room(layout) -> tuple:
        others = [shape for shape in layout.placeholders if shape.placeholder_format.type not in (*_TITLES, *_FOOTERS)]
        return len(others), layout._element.get("type") != "titleOnly"

    return (cover or layouts)[0], min(plain, key=by_room)


def _rehearse(presentation) -> None:
    for layout in _layouts(presentation):
        slide = presentation.slides.add_slide(layout)
        for one in slide.placeholders:
            _inherited(one)
        _number(slide, layout)
        if slide.notes_slide.notes_text_frame is not None:
            slide.notes_slide.notes_text_frame.text = "notes"
        _tells_light_ground(layout)
        _body(layout, Box(0, 0, presentation.slide_width, presentation.slide_height))


def _body(layout, slide: Box) -> Box:
    """The room below the title: that of the master's text if it can be used, else what the title leaves."""
    title = next((shape for shape in layout.placeholders if shape.placeholder_format.type in _TITLES), None)
    text = next((one for one in layout.slide_master.placeholders if one.placeholder_format.type == PH.BODY), None)
    top = slide.height // 12
    if title is not None and title.top is not None and title.height is not None and title.top < slide.height // 2:
        top = title.top + title.height
    if text is not None and None not in (text.left, text.top, text.width, text.height):
        found = Box(text.left, max(text.top, top), text.width, text.top + text.height - max(text.top, top))
        is_inside = found.left >= 0 and found.right <= slide.width and found.bottom <= slide.height
        if is_inside and found.width > 0.6 * slide.width and found.height > 0.45 * slide.height:
            return found
    left, bottom = round(0.056 * slide.width), round(0.92 * slide.height)
    top = min(top, slide.height // 2)
    return Box(left, top, slide.width - 2 * left, bottom - top)


def _inherited(placeholder) -> tuple[float, bool, bool]:
    """Size, capitals and weight of a placeholder's font, as its layout, master or neither tells."""
    layout = placeholder.part.slide_layout
    index, is_title = placeholder.placeholder_format.idx, placeholder.placeholder_format.type in _TITLES
    sources = [one._element for one in layout.placeholders if one.placeholder_format.idx == index]
    wanted = _TITLES if is_title else (PH.BODY,)
    master = layout.slide_master
    sources += [one._element for one in master.placeholders if one.placeholder_format.type in wanted]
    styles = [style for source in sources for style in source.iter(qn("a:lvl1pPr"))]
    styles += master._element.findall(f".//{qn('p:titleStyle') if is_title else qn('p:bodyStyle')}/{qn('a:lvl1pPr')}")
    fonts = [font for style in styles if (font := style.find(qn("a:defRPr"))) is not None]

    def told(name: str, default: str) -> str:
        return next((font.get(name) for font in fonts if font.get(name) is not None), default)

    return int(told("sz", "4400")) / 100, told("cap", "none") == "all", told("b", "0") in ("1", "true")


def _tells_light_ground(layout) -> bool:
    """Whether the text of the slides is dark, and so their ground light."""
    master = layout.slide_master
    colour_map = layout._element.find(f".//{qn('a:overrideClrMapping')}")
    colour_map = master._element.find(qn("p:clrMap")) if colour_map is None else colour_map
    theme = etree.fromstring(master.part.part_related_by(RT.THEME).blob, etree.XMLParser(resolve_entities=False))
    slot = theme.find(f".//{_A}clrScheme/{_A}{colour_map.get('tx1', 'dk1')}")
    colour = slot[0].get("lastClr") or slot[0].get("val") or ""
    if not re.fullmatch("[0-9A-Fa-f]{6}", colour):
        return True
    red, green, blue = (int(colour[i : i + 2], 16) for i in (0, 2, 4))
    return 0.299 * red + 0.587 * green + 0.114 * blue < 128


def _number(slide, layout) -> None:
    """Give the slide its number where the layout has a place for it, which python-pptx leaves out."""
    place = next((one for one in layout.placeholders if one.placeholder_format.type == PH.SLIDE_NUMBER), None)
    if place is None:
        return
    number = slide.shapes.add_textbox(0, 0, 0, 0)
    number.name = "Slide number"
    held = number._element
    held.nvSpPr.cNvSpPr.attrib.clear()
    etree.SubElement(held.nvSpPr.cNvSpPr, qn("a:spLocks"), noGrp="1")
    etree.SubElement(held.nvSpPr.nvPr, qn("p:ph"), type="sldNum", sz="quarter", idx=str(place.placeholder_format.idx))
    for child in list(held.spPr):  # the place is that of the layout
        held.spPr.remove(child)
    held.txBody.bodyPr.attrib.clear()
    held.txBody.bodyPr[:] = []
    field = etree.SubElement(held.txBody.p_lst[0], qn("a:fld"), id=_NUMBER_FIELD, type="slidenum")
    etree.SubElement(field, qn("a:rPr"), lang="en-US")
    etree.SubElement(field, qn("a:t")).text = "‹#›"


def _remove(shape) -> None:
    shape._element.getparent().remove(shape._element)
