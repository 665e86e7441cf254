"""What the columns of a table are called: unique names to work with, and the headers that an export writes."""

import re
import unicodedata
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from clustering.wording import count, one_line

_MOST_TOLD = 5  # renamed columns that are told one by one
_AROUND = "\ufeff\u200b\u00a0 \t\r\n\v\f"


def name_columns(header: Sequence[str] | None, body: pa.Table) -> tuple[list[str], tuple[str, ...], list[str]]:
    """Name the columns.

    Parameters
    ----------
    header : sequence of str, or None
        As it stands in the file; None if there is none.
    body : pyarrow.Table of string columns
        The records below it.

    Returns
    -------
    names : list of str
        Without the blanks around them, on one line, all different.
    headers : tuple of str
        As they stood; numbered where the names are, so that they differ too.
    notes : list of str
    """
    if header is None:
        names = [f"column {place}" for place in range(1, body.num_columns + 1)]
        return names, tuple(names), []
    plain = [re.sub(r"\s+", _on_one_line, raw.strip(_AROUND)) for raw in header]
    taken, numbers, told = set(plain), {}, []
    names: dict[str, str] = {}  # name -> header
    for place, (raw, wanted) in enumerate(zip(header, plain, strict=True)):
        name = base = wanted or f"column {place + 1}"
        if not wanted or name in names:
            number = numbers.get(base, 2)
            while name in names or (name in taken and name != wanted):
                name, number = f"{base}_{number}", number + 1
            numbers[base] = number
            if wanted:
                told.append(f'"{one_line(wanted)}" stands twice in the header; it is called "{one_line(name)}" here.')
            elif not _is_blank(body.column(place)):  # that it is empty is told anyway
                told.append(f'column {place + 1} has no name; it is called "{name}" here.')
        names[name] = raw if name == wanted else name
    if len(told) > _MOST_TOLD:
        told[_MOST_TOLD:] = [f"{count(len(told) - _MOST_TOLD, 'more column')} got a new name so."]
    return list(names), tuple(names.values()), told


def _on_one_line(blanks: re.Match) -> str:
    return " " if re.search(r"[\r\n]", blanks[0]) else blanks[0]


def plain_words(name: str) -> str:
    """Write a name as words between blanks, small and without accents: "CustomerAge_Größe" as "customer age grosse"."""
    parts = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", name)
    letters = unicodedata.normalize("NFKD", parts.casefold())
    return " ".join(re.findall(r"[^\W_]+", "".join(c for c in letters if not unicodedata.combining(c))))


def _is_blank(cells: pa.ChunkedArray) -> bool:
    return not pc.any(pc.not_equal(pc.utf8_trim_whitespace(cells), "")).as_py()
