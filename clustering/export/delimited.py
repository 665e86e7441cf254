"""The CSV file of a table, in which no text starts a formula."""

import codecs
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from clustering.wording import count, whole

OnStep = Callable[[float, str], None]  # told the share that is done and what is being done

_CHUNK = 50_000  # rows written at a time

# Blanks and signs that do not show: a spreadsheet passes over some of them, and which is its own affair.
_BLANK = "\x00-\x20\x7f-\xa0\xad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff"
_WIDE = "\uff1d\uff0b\uff0d\uff20"  # = + - @ as wide as a Chinese character
_SIGNS = rf"=+\-@{_WIDE}"
# Quotation marks are passed over too: a program that drops them begins its cell behind them.
_STARTS_A_FORMULA = f'^(?:[{_BLANK}"]*[{_SIGNS}]|[\t\r])'
# A number as people write it, a lone minus, a telephone number: a spreadsheet does no harm with these.
_NARROW = " \u00a0\u202f"
_MINUS = "[+\\-\uff0b\uff0d]"
_NUMBER = rf"{_MINUS}\s?[$€£]?\s?(?:\d[\d.,'{_NARROW}]*|[.,]\d+)(?:[eE][+-]?\d+)?\s?[%$€£]?"
_TELEPHONE = r"\+\d[\d ()/.\-]{5,24}\d"
_HARMLESS = f"^[{_NARROW}]*(?:{_NUMBER}|-|{_TELEPHONE})[{_NARROW}]*$"
# A spreadsheet that was told another separator, or that quotation marks are letters, begins a new cell here.
_SEPARATORS = ",;\t|\r\n"
_BREAKS_OUT = f'[{_SEPARATORS}][{_BLANK},;|"]*[{_SIGNS}]'
_END = f"(?=[{_SEPARATORS}]|$)"
_PHRASE = rf"{_MINUS}\s[^=(|!\[{{@\r\n]{{0,200}}(?=[\r\n]|$)"  # "- as ordered": no call, no link, no reference
_INSIDE = re.compile(
    f'([{_SEPARATORS}][{_BLANK},;|"]*+)'  # all of it at once, so that the time grows with the cell and no faster
    rf"(?:(?=[{_SIGNS}])(?!(?:{_NUMBER}|{_TELEPHONE}|[+\-$€£ ]+){_END}|{_PHRASE})())?",
    re.ASCII,
)


@dataclass(frozen=True, eq=False)
class CsvFile:
    """A CSV file ready to be saved, and how many cells got an apostrophe so that they start no formula."""

    content: bytes
    n_escaped: int


def to_csv(labelled: pd.DataFrame, *, delimiter: str = ",", on_step: OnStep | None = None) -> CsvFile:
    """Write a labelled table as UTF-8 with BOM, so that a spreadsheet opens it right.

    Text that would start a formula in a spreadsheet (= + - @ at its head, blanks and signs that do not show passed
    over; a tab or carriage return) and is neither a number, a lone "-" nor a telephone number gets a leading
    apostrophe. So does such a piece of it behind a comma, semicolon, bar, tab or line break, where it would be a cell
    by itself to a program that is told another separator. Cells are put between quotation marks where they must be,
    as Python's own writer does.

    Parameters
    ----------
    on_step : callable of (float, str), optional
        Told how far it is, from 0 to 1, and what is being done.
    """
    columns, out = [csv_cells(labelled[name]) for name in labelled.columns], io.BytesIO()
    writer = CsvWriter(out, labelled.columns, delimiter)
    for start in range(0, len(labelled), _CHUNK):
        writer.write([column.slice(start, _CHUNK) for column in columns])
        if on_step is not None:
            done = min(start + _CHUNK, len(labelled))
            on_step(done / len(labelled), f"{whole(done)} of {count(len(labelled), 'row')} written")
    return CsvFile(out.getvalue(), writer.n_escaped)


class CsvWriter:
    """Writes the file of `to_csv` to an open one, some records at a time; the header at once.

    Attributes
    ----------
    n_escaped : int
        Cells that got an apostrophe so far.
    """

    def __init__(self, out: BinaryIO, headers: Iterable[str], delimiter: str):
        self._out, self._delimiter = out, delimiter
        out.write(codecs.BOM_UTF8)
        header = _header(headers)
        self.n_escaped = _write([header.slice(place, 1) for place in range(len(header))], delimiter, out)

    def write(self, columns: Sequence[pa.ChunkedArray]) -> None:
        """Write records, given column by column as `csv_cells`."""
        for start in range(0, len(columns[0]), _CHUNK):
            some = [column.slice(start, _CHUNK) for column in columns]
            self.n_escaped += _write(some, self._delimiter, self._out)


def _write(columns: Sequence[pa.ChunkedArray], delimiter: str, out: BinaryIO) -> int:
    """Write some records, given column by column; returns how many cells got an apostrophe.

    All lines are joined at once, in Arrow: a third of the time that Python's writer takes.
    """
    n_escaped, cells = 0, []
    for column in columns:
        column, n = _escape_formulas(column)
        n_escaped += n
        cells.append(_quote(pc.fill_null(column, "").combine_chunks(), delimiter, is_alone=len(columns) == 1))
    # large: the lines of many columns may be more than the 2 GB that an array of the short kind can hold
    large = pa.large_string()
    lines = pc.binary_join_element_wise(*(column.cast(large) for column in cells), pa.scalar(delimiter, large))
    lines = pc.binary_join_element_wise(lines, pa.scalar("", large), pa.scalar("\r\n", large))
    out.write(lines.buffers()[2])
    return n_escaped


def _quote(cells: pa.Array, delimiter: str, is_alone: bool) -> pa.Array:
    """Put quotation marks around the cells that need them; an empty cell that is alone would be a blank line."""
    if not is_alone and not _hold_any(cells, f'"\r\n{delimiter}'):
        return cells
    special = pc.match_substring_regex(cells, rf'["\r\n\x{{{ord(delimiter):x}}}]')
    if is_alone:
        special = pc.or_(special, pc.equal(cells, ""))
    if not pc.any(special).as_py():
        return cells
    doubled = pc.replace_substring(cells, '"', '""')
    return pc.if_else(special, pc.binary_join_element_wise('"', doubled, '"', ""), cells)


def count_formulas(labelled: pd.DataFrame) -> int:
    """How many cells and headers of a labelled table `to_csv` changes by the formula rule."""
    columns = [_header(labelled.columns), *(csv_cells(labelled[name]) for name in labelled.columns)]
    return sum(_escape_formulas(column)[1] for column in columns)


def starts_formula(text: str) -> bool:
    """Whether the rule of `to_csv` puts an apostrophe before this text."""
    return _starts_formula(pa.chunked_array([[text]]))[0].as_py()


def _header(names: Iterable[str]) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array([str(name) for name in names], pa.string())])


def csv_cells(values: pd.Series) -> pa.ChunkedArray:
    """The cells of a column as a CSV file has them, but for apostrophes and quotation marks."""
    array = pa.array(values, from_pandas=True)
    array = array if isinstance(array, pa.ChunkedArray) else pa.chunked_array([array])
    return array.cast(pa.string())


def _hold_any(cells: pa.Array, characters: str) -> bool:
    """Whether some of these characters stand anywhere in the cells, whose text is looked through as one."""
    _, offsets, text = cells.buffers()
    if not len(cells) or text is None:
        return False
    offsets = np.frombuffer(offsets, np.int32)
    text = text[offsets[cells.offset] : offsets[cells.offset + len(cells)]].to_pybytes()
    return any(character.encode() in text for character in characters)


def _starts_formula(column: pa.ChunkedArray) -> pa.Array:
    suspicious = _matching(column, _STARTS_A_FORMULA)
    if not pc.any(suspicious).as_py():
        return suspicious
    starting = column.filter(suspicious)
    if _are_plain_numbers(starting):
        return pc.and_(suspicious, False)
    harmful = pc.invert(pc.match_substring_regex(starting, _HARMLESS))
    return pc.replace_with_mask(suspicious, suspicious, harmful.combine_chunks())


def _matching(column: pa.ChunkedArray, pattern: str) -> pa.Array:
    return pc.match_substring_regex(column, pattern).fill_null(False).combine_chunks()


def _are_plain_numbers(cells: pa.ChunkedArray) -> bool:
    """Whether all of them are numbers as machines write them, which is told faster than that they are harmless."""
    try:
        return bool(pc.all(pc.is_finite(cells.cast(pa.float64()))).as_py())
    except pa.ArrowInvalid:
        return False


def _escape_formulas(column: pa.ChunkedArray) -> tuple[pa.ChunkedArray, int]:
    """The cells with apostrophes, and how many have got one."""
    if not any(_hold_any(cells, "=+-@\t\r" + _WIDE) for cells in column.chunks):
        return column, 0
    changed = starts = _starts_formula(column)
    if any(_hold_any(cells, _SEPARATORS) for cells in column.chunks):
        column, broken = _escape_inside(column)
        changed = pc.or_(starts, broken)
    n = pc.sum(changed).as_py() or 0
    if pc.any(starts).as_py():
        column = pc.if_else(starts, pc.binary_join_element_wise("'", column, ""), column)
    return column, n


def _escape_inside(column: pa.ChunkedArray) -> tuple[pa.ChunkedArray, pa.Array]:
    """Apostrophes before formulas that another separator would uncover, and which cells have got one."""
    suspicious = _matching(column, _BREAKS_OUT)
    if not pc.any(suspicious).as_py():
        return column, suspicious
    cells = column.filter(suspicious).to_pylist()
    escaped = [_INSIDE.sub(_with_apostrophe, cell) for cell in cells]
    is_other = pa.array([new != old for new, old in zip(escaped, cells, strict=True)], pa.bool_())
    told = pc.replace_with_mask(column.combine_chunks(), suspicious, pa.array(escaped, pa.string()))
    return pa.chunked_array([told]), pc.replace_with_mask(suspicious, suspicious, is_other)


def _with_apostrophe(found: re.Match) -> str:
    return found[1] if found[2] is None else found[1] + "'"
