"""Records that are no customers: totals and remarks below a table, and its header once more."""

import re
from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_LAST = 5  # records at the end that are looked at
_TOTAL = re.compile(
    r"(?:grand |sub)?totals?(?: général| general|e)?|sum|summe|gesamt(?:summe|ergebnis)?|insgesamt|somme|suma|somma"
    r"|итого|всего|合计|合計|总计|toplam|razem|celkem|összesen",
    re.IGNORECASE,
)
_WORDS_OF_A_REMARK = 3
_FULL = 0.8


def find_strays(text: pa.Table, headers: Sequence[str] | None, sound: np.ndarray) -> dict[int, str]:
    """Positions of such records, and what they are.

    Parameters
    ----------
    text : pyarrow.Table of string columns
    headers : sequence of str, or None
        As they stand in the file.
    sound : array of bool
        Which records may be customers so far.
    """
    found = {row: "the header once more" for row in _repeated_headers(text, headers) if sound[row]}
    places = [row for row in np.flatnonzero(sound)[-_LAST:].tolist() if row not in found]
    if len(places) < _LAST or text.num_columns < 2:
        return found
    for row in reversed(places):
        kind = _kind(text, row)
        if kind is None:
            break
        found[row] = kind
    return found


def told_strays(strays: Mapping[int, str]) -> list[str]:
    """A sentence for each kind, with the rows."""
    notes = []
    for kind in dict.fromkeys(strays.values()):
        rows = sorted(row + 1 for row, other in strays.items() if other == kind)
        which = ", ".join(f"{row:,}" for row in rows[:5]) + (", …" if len(rows) > 5 else "")
        many = len(rows) > 1
        notes.append(
            f"Row{'s' * many} {which} of the table {'are' if many else 'is'} {kind}, no customer{'s' * many}: kept, "
            f"but take{'s' * (not many)} no part."
        )
    return notes


def _repeated_headers(text: pa.Table, headers: Sequence[str] | None) -> list[int]:
    if headers is None or text.num_columns < 2:
        return []
    first = next((place for place, header in enumerate(headers) if header.strip()), None)
    if first is None:
        return []
    rows = pc.indices_nonzero(pc.equal(text.column(first), headers[first])).to_pylist()[:10_000]
    return [row for row in rows if all(text.column(i)[row].as_py() == cell for i, cell in enumerate(headers))]


def _kind(text: pa.Table, row: int) -> str | None:
    cells = [(column[row].as_py() or "").strip() for column in text.columns]
    filled = [place for place, cell in enumerate(cells) if cell]
    if not filled:
        return None
    first = cells[filled[0]]
    if len(filled) == 1 and text.num_columns > 2 and len(first.split()) >= _WORDS_OF_A_REMARK:
        return "a remark below the table"
    if _TOTAL.fullmatch(first.partition(":")[0].strip()) and (_has_gap(text, row, cells) or _is_sum(text, row, cells)):
        return "a total"
    return None


def _has_gap(text: pa.Table, row: int, cells: list[str]) -> bool:
    """Whether there is nothing where nearly all records above have something."""
    gaps = (place for place, cell in enumerate(cells) if not cell)
    return any(_share_filled(text.column(place).slice(0, row)) > _FULL for place in gaps)


def _share_filled(column: pa.ChunkedArray) -> float:
    return pc.mean(pc.not_equal(pc.utf8_trim_whitespace(column), "").cast(pa.float64())).as_py() or 0.0


def _is_sum(text: pa.Table, row: int, cells: list[str]) -> bool:
    """Whether a plain number is the sum of those above it."""
    for place, cell in enumerate(cells):
        column = text.column(place)
        try:
            total = float(cell)
            above = pc.sum(pc.cast(column.slice(0, row), pa.float64())).as_py()
        except (ValueError, pa.ArrowInvalid):
            continue
        if above is not None and np.isclose(total, above):
            return True
    return False
