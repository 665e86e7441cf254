"""How much room text takes on a slide, estimated rather too large: nothing may leave its box."""

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pptx.util import Pt

SPACING = 1.2  # of a line, in font sizes
GAP = 0.45  # between two paragraphs, in font sizes
_BOLD = 1.1
_CAPS = (600, 450, 330, 250)  # characters of a paragraph, where all do not fit; shorter ones would tell nothing
# Helvetica's and Arial's widths of the characters from the blank to the tilde, in thousandths of the font size
_WIDTHS = (
    *(278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, *([556] * 10), 278, 278),
    *(584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667),
    *(778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556),
    *(278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500),
    *(334, 260, 334, 584),
)
_WIDE, _OTHER = 1300, 720  # an ideogram or emoji; a letter of another script
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BREAKS = re.compile("[\t\n\v\f\r\x85\u2028\u2029]+")


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of a text box: what stands first in bold, and the rest."""

    text: str
    lead: str = ""

    @property
    def whole(self) -> str:
        return f"{self.lead} {self.text}".strip()


def clean(text: object) -> str:
    """The text without what XML cannot hold: control characters, half characters, and CR, a line break."""
    return _NOT_IN_XML.sub("", re.sub("\r\n?", "\n", str(text)))


def on_one_line(text: object) -> str:
    """The same with blanks for line breaks, for a title or a label."""
    return clean(_BREAKS.sub(" ", str(text)))


def points(size: float) -> Pt:
    """A font size as a file holds it; rounded down, for what was measured to fit."""
    return Pt(math.floor(10 * size) / 10)


def cut(text: str, most: int) -> str:
    """The text in at most so many characters, between two words where that leaves most of them."""
    if len(text) <= most:
        return text
    head = text[: most - 1]
    at = head.rfind(" ")
    head = head[:at] if at > 0.6 * most else head
    # a mark, a joiner or a variation without what it belongs to is drawn as something else
    while head and (unicodedata.category(head[-1]) in ("Cf", "Mn", "Me") or unicodedata.combining(head[-1])):
        head = head[:-1]
    return f"{head.rstrip()}…"


def width(text: str, *, bold: bool = False) -> float:
    """The width of a line, in font sizes."""
    return sum(map(_width, text)) / 1000 * (_BOLD if bold else 1)


def n_lines(text: str, across: float, *, bold: bool = False) -> int:
    """Lines that a paragraph takes where one holds `across` font sizes; too long a word is broken."""
    lines, used, blank = 1, 0.0, width(" ", bold=bold)
    for word in text.split():
        needed = width(word, bold=bold)
        if used and used + blank + needed <= across:
            used += blank + needed
            continue
        lines += bool(used)
        more = max(0, math.ceil(needed / across) - 1)
        lines, used = lines + more, needed - more * across
    return lines


def height(paragraphs: Sequence[Paragraph], across: float) -> float:
    """The height of paragraphs one below the other, in font sizes."""
    lines = [n_lines(one.whole, across * (1 / _BOLD if one.lead else 1)) for one in paragraphs]
    return SPACING * sum(lines) + GAP * max(0, len(lines) - 1)


def fit(
    paragraphs: Sequence[Paragraph], across: float, down: float, sizes: Sequence[float], rest: str = "{} more"
) -> tuple[float, list[Paragraph]]:
    """Find a size at which paragraphs fit in a box, and what of them fits at the smallest size.

    Parameters
    ----------
    across, down : float
        The box, in points.
    sizes : sequence of float
        Font sizes, the largest first.
    rest : str
        What stands in place of paragraphs that are left out; their number goes in.

    Returns
    -------
    size : float
    paragraphs : list of Paragraph
        Each cut where they do not fit at the smallest size, the last ones left out where that is not enough.
    """
    paragraphs = list(paragraphs)
    for size in sizes:
        if height(paragraphs, across / size) * size <= down:
            return size, paragraphs
    for most in _CAPS:
        told = [replace(one, text=cut(one.text, most), lead=cut(one.lead, most)) for one in paragraphs]
        if height(told, across / size) * size <= down:
            return size, told
    for n in range(len(told) - 1, 0, -1):
        short = [*told[:n], Paragraph(rest.format(len(told) - n))]
        if height(short, across / size) * size <= down:
            return size, short
    first, most = told[0], len(told[0].text)
    while most > 1 and height([replace(first, text=cut(first.text, most))], across / size) * size > down:
        most -= 1
    return size, [replace(first, text=cut(first.text, most))]


def fit_line(
    text: str, across: float, sizes: Sequence[float], *, lines: int = 1, bold: bool = False
) -> tuple[float, str]:
    """Find a size at which a text takes no more than so many lines of so many points, and the text cut to them.

    A size at which no word is broken goes before a larger one.
    """
    longest = max((width(word, bold=bold) for word in text.split()), default=0.0)
    fitting = [size for size in sizes if n_lines(text, across / size, bold=bold) <= lines]
    if fitting:
        return next((size for size in fitting if longest * size <= across), fitting[0]), text
    size, most = sizes[-1], len(text)
    while most > 1 and n_lines(told := cut(text, most), across / size, bold=bold) > lines:
        most = min(most - 1, len(told) - 1)
    return size, cut(text, most)


def _width(character: str) -> int:
    place = ord(character) - 32
    if 0 <= place < len(_WIDTHS):
        return _WIDTHS[place]
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    if unicodedata.east_asian_width(character) in "WF" or ord(character) >= 0x1F000:
        return _WIDE
    letter = ord(unicodedata.normalize("NFD", character)[0]) - 32  # é is as wide as e
    return _WIDTHS[letter] if 0 <= letter < len(_WIDTHS) else _OTHER
