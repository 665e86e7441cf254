"""Records that are no customers: totals and remarks around a table, its header once more, rows of nothing."""

import re
from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clustering.table.cells import MISSING_WORDS
from clustering.table.options import ColumnOptions
from clustering.table.typed import type_column
from clustering.wording import whole

EMPTY, HEADER_AGAIN = "empty", "the header once more"
_LAST = 5  # records at the end that are looked at
_TOTAL = re.compile(
    r"(?:grand |sub)?totals?(?: général| general|e)?|sum|summe|gesamt(?:summe|ergebnis)?|insgesamt|somme|suma|somma"
    r"|итого|всего|合计|合計|总计|toplam|razem|celkem|összesen",
    re.IGNORECASE,
)
_WORDS_OF_A_REMARK = 3
_FULL = 0.8
_FEWEST_SUMMED = 3
_MOST_SUMMED = 1_000_000  # cells of an export with totals; more come from a database


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
    if text.num_columns < 2:
        return {}
    idle = find_idle(text, headers, sound)
    found = {row: HEADER_AGAIN if is_header else EMPTY for row, is_header in idle.items()}
    left = sound.copy()
    left[list(found)] = False
    places = np.flatnonzero(left)
    if len(places) < _LAST:
        return found
    for row in places[: -_LAST - 1 : -1].tolist():
        kind = _kind(text, row) or _unlabelled_total(text, row, left)
        if kind is None:
            break
        found[row], left[row] = kind, False
    top = int(places[0])
    if left[top] and left.sum() >= _LAST and (kind := _unlabelled_total(text, top, left)):
        found[top] = kind
    return found


def find_idle(text: pa.Table, headers: Sequence[str] | None, sound: np.ndarray) -> dict[int, bool]:
    """Positions of records that hold the header once more (True), or nothing: each is told by its own cells."""
    found = {row: True for row in _repeated_headers(text, headers) if sound[row]}
    return found | dict.fromkeys(np.flatnonzero(_is_empty(text) & sound).tolist(), False)


def told_strays(strays: Mapping[int, str]) -> list[str]:
    """A sentence for each kind, with the rows."""
    notes = []
    for kind in dict.fromkeys(strays.values()):
        rows = sorted(row + 1 for row, other in strays.items() if other == kind)
        which = ", ".join(whole(row) for row in rows[:5]) + (", …" if len(rows) > 5 else "")
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


def _is_empty(text: pa.Table) -> np.ndarray:
    empty = np.ones(text.num_rows, dtype=bool)
    for column in text.columns:
        empty &= pc.equal(pc.utf8_trim_whitespace(column), "").fill_null(True).to_numpy()
        if not empty.any():
            break
    return empty


def _kind(text: pa.Table, row: int) -> str | None:
    cells = _cells(text, row)
    filled = [place for place, cell in enumerate(cells) if cell]
    if not filled:
        return None
    first = cells[filled[0]]
    if len(filled) == 1 and text.num_columns > 2 and len(first.split()) >= _WORDS_OF_A_REMARK:
        return "a remark below the table"
    if _TOTAL.fullmatch(first.partition(":")[0].strip()) and (_has_gap(text, row, cells) or _is_sum(text, row, cells)):
        return "a total"
    return None


def _cells(text: pa.Table, row: int) -> list[str]:
    """What stands in a record; nothing where a sign or a word says so."""
    cells = ((column[row].as_py() or "").strip() for column in text.columns)
    return ["" if cell.lower() in MISSING_WORDS else cell for cell in cells]


def _has_gap(text: pa.Table, row: int, cells: list[str]) -> bool:
    """Whether there is nothing where nearly all records above have something."""
    gaps = (place for place, cell in enumerate(cells) if not cell)
    return any(_share_filled(text.column(place).slice(0, row)) > _FULL for place in gaps)


def _share_filled(column: pa.ChunkedArray) -> float:
    is_missing = pc.is_in(pc.utf8_lower(pc.utf8_trim_whitespace(column)), value_set=pa.array(MISSING_WORDS))
    return 1 - (pc.mean(is_missing.cast(pa.float64())).as_py() or 0.0) if len(column) else 0.0


def _unlabelled_total(text: pa.Table, row: int, left: np.ndarray) -> str | None:
    """A record that lacks what nearly all others have, and holds the sum of the others in a column."""
    cells = _cells(text, row)
    gaps = [column for cell, column in zip(cells, text.columns, strict=True) if not cell]
    if text.num_rows * text.num_columns > _MOST_SUMMED or not any(_share_filled(column) > _FULL for column in gaps):
        return None
    others = left.copy()
    others[row] = False
    rest = text.filter(pa.array(others))
    for place, cell in enumerate(cells):
        if not cell or not re.search(r"\d", cell):
            continue
        together = pa.chunked_array([*rest.column(place).chunks, pa.array([cell])])
        typed = type_column(together, ",", ColumnOptions(str(place)))
        if typed.type != "number":
            continue
        *values, total = typed.values.to_numpy()
        values = np.array(values)[~np.isnan(values)]
        if np.count_nonzero(values) >= _FEWEST_SUMMED and np.isclose(values.sum(), total, atol=0):
            return "a total"
    return None


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
