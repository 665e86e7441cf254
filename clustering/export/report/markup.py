"""Pieces of HTML. Whatever a user has written passes `text` or `attribute`, and is shown as it was written."""

import html
import re
from collections.abc import Iterable, Iterator, Sequence

from clustering.export.delimited import starts_formula
from clustering.identity import Mark, swatch
from clustering.wording import one_line

_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")  # by HTML, or by UTF-8
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")  # turn the direction of all that follows
_XML = ' xmlns="http://www.w3.org/2000/svg"'
_NO_WIDTH = "&#8203;"
_ABREAST = 6  # segments side by side in a table; more do not fit a sheet of paper


def text(value: object) -> str:
    """Text of anybody's for between tags.

    Characters that turn the direction of what follows are shut in, each by itself, so that they turn nothing. A space
    without width stands before what a spreadsheet would run that opens the page.
    """
    writable = _UNWRITABLE.sub("", str(value))
    before = _NO_WIDTH if starts_formula(writable) else ""
    escaped = before + html.escape(writable).replace("\r", "&#13;")
    return _TURNING.sub(lambda found: f"<bdi>{found[0]}</bdi>", escaped)


def name(value: object) -> str:
    """A name of the user's: written from right to left, it moves nothing beside it."""
    return f"<bdi>{text(value)}</bdi>"


def attribute(value: object, most: int = 1_000) -> str:
    """Text of anybody's for an attribute in double quotes, on one line."""
    return html.escape(one_line(value, most))


def picture(mark: Mark) -> str:
    """The mark of a segment; its name stands beside it."""
    return swatch(mark, "light").replace(_XML, ' class="mark" aria-hidden="true"')


def definitions(pairs: Iterable[tuple[str, str]], kind: str) -> str:
    """What is told and the telling, both HTML."""
    rows = "".join(f"<div><dt>{title}</dt><dd>{told}</dd></div>" for title, told in pairs)
    return f'<dl class="{kind}">{rows}</dl>'


def listed(told: Iterable[str], kind: str) -> str:
    """A list of pieces of HTML."""
    return f'<ul class="{kind}">{"".join(f"<li>{one}</li>" for one in told)}</ul>'


def table(title: str, head: Sequence[str], rows: Iterable[Sequence[str]], *, kind: str = "figures") -> str:
    """A table of pieces of HTML with names in its first column; on a narrow screen it can be scrolled by itself."""
    titles = "".join(f'<th scope="col"><div>{one}</div></th>' for one in head)
    lines = "".join(f"<tr>{_head(cells[0])}{''.join(map(_cell, cells[1:]))}</tr>" for cells in rows)
    return _table(title, titles, f"<tbody>{lines}</tbody>", kind)


def grouped_table(title: str, head: Sequence[str], groups: Iterable[tuple[str, Sequence[Sequence[str]]]]) -> str:
    """The same with a name for several rows."""
    titles = "".join(f'<th scope="col"><div>{one}</div></th>' for one in head)
    bodies = []
    for first, rows in groups:
        lines = ["".join(map(_cell, cells)) for cells in rows]
        lines[0] = _head(first, len(rows)) + lines[0]
        bodies.append(f"<tbody>{''.join(f'<tr>{line}</tr>' for line in lines)}</tbody>")
    return _table(title, titles, "".join(bodies), "told")


def _table(title: str, titles: str, bodies: str, kind: str) -> str:
    # not a caption, which is as wide as the table and would be cut off where that is scrolled
    label = f'aria-label="{attribute(title)}"'
    return (
        f'<div class="table"><p class="title">{text(title)}</p><div class="wide" role="region" tabindex="0" {label}>'
        f'<table class="{kind}" {label}><thead><tr>{titles}</tr></thead>{bodies}</table></div></div>'
    )


def _head(name: str, n_rows: int = 1) -> str:
    return f'<th scope="{"row" if n_rows == 1 else "rowgroup"}" rowspan="{n_rows}"><div>{name}</div></th>'


def _cell(cell: str) -> str:
    """A figure that is marked as high or low has the colour that it has in the heat map."""
    kind = "high" if "▲" in cell else "low" if "▼" in cell else ""
    return f'<td class="{kind}">{cell}</td>' if kind else f"<td>{cell}</td>"


def abreast(n_segments: int) -> Iterator[tuple[str, range]]:
    """The segments that stand side by side in one table, and what to add to its caption where there are several."""
    for start in range(0, n_segments, _ABREAST):
        chosen = range(start, min(start + _ABREAST, n_segments))
        yield "" if n_segments <= _ABREAST else f", segments {chosen[0] + 1} to {chosen[-1] + 1}", chosen
