"""The sheet of the labelled table, written by whole columns: a million rows cell by cell would take minutes.

The library makes the sheet with its header, its formats and no customer; the rows are then put into its XML.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from clustering.errors import ClusteringError, InvalidSetting
from clustering.export.workbook.cells import Formats, inline, number_codes
from clustering.export.workbook.sheet import (
    MOST_CHARACTERS,
    MOST_COLUMNS,
    MOST_ROWS,
    Book,
    utf16_length,
    width_of,
)
from clustering.table import Table
from clustering.wording import count, one_line, whole

_PLAIN, _TEXT = -1, "@"  # "@": a spreadsheet leaves 0001 alone when it is edited
_WHOLE, _DECIMALS = "0", "0.0000"  # how the columns of numbers that we add are shown
_AT_ONCE = 200_000  # cells
_LOOKED_AT = 200  # rows that tell how wide a column is
_OTHER_FILES = "Take it as CSV or Parquet; the slides and the report tell the figures."
_MOST_BYTES = 2**31 - 1  # of a file in the archive without its extension for large ones
_CELL_BYTES, _ESCAPED = 100, 7  # at most around a cell's text, and for one character of it


@dataclass(frozen=True, eq=False)
class _Column:
    """One column of the sheet.

    Attributes
    ----------
    name : str
    text : pyarrow.ChunkedArray of string
        Cells as they stood; null where there is none.
    values : pyarrow.ChunkedArray, optional
        Numbers of the cells that are written as such.
    codes : ndarray of int16 of shape (n_rows,), optional
        In which of the number formats; -1 is text.
    """

    name: str
    text: pa.ChunkedArray
    values: pa.ChunkedArray | None = None
    codes: np.ndarray | None = None


class Labels:
    """The labelled table on its way to a sheet.

    Attributes
    ----------
    notes : tuple of str
        Which cells that were read as numbers stand as text.
    """

    def __init__(self, table: Table, labelled: pd.DataFrame):
        if len(labelled) != table.n_rows:
            raise InvalidSetting("These rows belong to another table. Label it again.")
        check_size(*labelled.shape)
        self._n_rows = len(labelled)
        self._formats = Formats(_WHOLE, _DECIMALS)
        found = dict(zip(table.headers, table.columns, strict=True))
        self._columns, notes = [], []
        for name in labelled.columns:
            column, cells = found.get(name), pa.array(labelled[name], from_pandas=True)
            cells = cells if isinstance(cells, pa.ChunkedArray) else pa.chunked_array([cells])
            if pd.api.types.is_numeric_dtype(labelled[name].dtype):
                is_whole = pd.api.types.is_integer_dtype(labelled[name].dtype)
                code = self._formats.code(_WHOLE if is_whole else _DECIMALS)
                codes = np.full(self._n_rows, code, dtype=np.int16)
                self._columns.append(_Column(name, cells.cast(pa.string()), cells, codes))
                continue
            text = cells.cast(pa.string())
            check_length(name, text)
            if column is None or column.type != "number" or column.role == "id":
                self._columns.append(_Column(name, text))
                continue
            values = table.frame[column.name].to_numpy(dtype=np.float64)
            codes = number_codes(text, values, self._formats)
            self._columns.append(_Column(name, text, pa.chunked_array([values]), codes))
            notes += _left_as_text(name, text, np.isfinite(values) & (codes < 0))
        self.notes = tuple(notes)

    def lay_out(self, book: Book) -> None:
        """Make the sheet with its header, and a row that holds nothing but one cell of every format."""
        sheet = book.sheet("Labels")
        sheet.header(0, [column.name for column in self._columns])
        for i, form in enumerate((_TEXT, *self._formats.all)):
            sheet.put(1, i, None, num_format=form)
        widths = [width_of([c.name, *filter(None, c.text.slice(0, _LOOKED_AT).to_pylist())]) for c in self._columns]
        sheet.finish(0, self._n_rows, widths, frozen=0)
        last = self._n_rows, len(self._columns) - 1
        sheet.page.ignore_errors({"number_stored_as_text": f"A2:{_cell_name(*last)}"})

    def fill_in(self, content: bytes, on_part: Callable[[float], None]) -> bytes:
        """Put the rows into the first sheet of a finished workbook."""
        filled = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(filled, "w", zipfile.ZIP_DEFLATED) as new:
            for info in old.infolist():
                if info.filename != "xl/worksheets/sheet1.xml":
                    new.writestr(info, old.read(info), zipfile.ZIP_DEFLATED)
                    continue
                xml = old.read(info).decode()
                samples = re.search(r'<row r="2".*?</row>', xml)
                ids = [int(style) for style in re.findall(r's="(\d+)"', samples.group())]
                size = f'<dimension ref="A1:{_cell_name(self._n_rows, len(self._columns) - 1)}"/>'
                before = re.sub("<dimension [^>]*/>", size, xml[: samples.start()])
                info.compress_type = zipfile.ZIP_DEFLATED
                with new.open(info, "w", force_zip64=self._most_bytes > _MOST_BYTES) as sheet:
                    sheet.write(before.encode())
                    for part, rows in self._rows(ids):
                        sheet.write(rows)
                        on_part(part)
                    sheet.write(xml[samples.end() :].encode())
        return filled.getvalue()

    @property
    def _most_bytes(self) -> int:
        n_bytes = sum(column.text.nbytes for column in self._columns)
        return _ESCAPED * n_bytes + _CELL_BYTES * self._n_rows * len(self._columns)

    def _rows(self, ids: list[int]) -> Iterator[tuple[float, bytes]]:
        """The XML of some rows after the other, and the share of all that is reached with them."""
        at_once = max(1, _AT_ONCE // len(self._columns))
        for start in range(0, self._n_rows, at_once):
            end = min(start + at_once, self._n_rows)
            numbers = pa.array(np.arange(start + 2, end + 2)).cast(pa.string())  # below the header, counted from 1
            cells = [
                _cells(column, slice(start, end), numbers, _letters(i), ids) for i, column in enumerate(self._columns)
            ]
            opened = pc.binary_join_element_wise('<row r="', numbers, '">', "")
            rows = pc.binary_join_element_wise(
                opened, *cells, "</row>", "", null_handling="replace", null_replacement=""
            )
            yield end / self._n_rows, "".join(rows.to_pylist()).encode()


def check_size(n_rows: int, n_columns: int) -> None:
    """Refuse a table that no sheet of Excel can hold.

    Raises
    ------
    ClusteringError
        If there are too many rows or columns; names both numbers.
    """
    for n, most, noun in ((n_rows, MOST_ROWS - 1, "row"), (n_columns, MOST_COLUMNS, "column")):
        if n > most:
            below = " below the header" if noun == "row" else ""
            raise ClusteringError(
                f"The labelled table has {count(n, noun)}; a sheet of Excel holds {whole(most)}{below}. {_OTHER_FILES}"
            )


def check_length(name: str, text: pa.ChunkedArray) -> None:
    """Refuse text that no cell of Excel can hold.

    Raises
    ------
    ClusteringError
        If a cell, or the name of the column, is too long; says which.
    """
    longest = pc.max(pc.utf8_length(text)).as_py() or 0
    rows = []
    if 2 * longest > MOST_CHARACTERS:  # no character counts more than twice
        rows = [row for row, cell in enumerate(text.to_pylist()) if cell and utf16_length(cell) > MOST_CHARACTERS]
    n = utf16_length(name)
    if n <= MOST_CHARACTERS and not rows:
        return
    where = f'The name of the column "{one_line(name)}"'
    if n <= MOST_CHARACTERS:
        n, where = utf16_length(text[rows[0]].as_py()), f'The text in row {whole(rows[0] + 1)} of "{one_line(name)}"'
    raise ClusteringError(
        f"{where} is {whole(n)} characters long; a cell of Excel holds {whole(MOST_CHARACTERS)}, and nothing is to be "
        f"cut off. Shorten it, or leave the workbook: {_OTHER_FILES[0].lower()}{_OTHER_FILES[1:]}"
    )


def _left_as_text(name: str, text: pa.ChunkedArray, left: np.ndarray) -> Iterator[str]:
    n = int(left.sum())
    if n:
        first = one_line(text[int(left.argmax())].as_py(), 30)
        yield (
            f'{count(n, "cell")} of "{name}" {"stands" if n == 1 else "stand"} as text, as in the file: no number '
            f'format shows {"it" if n == 1 else "them"} so (the first: "{first}"). Sums in Excel leave '
            f"{'it' if n == 1 else 'them'} out."
        )


def _cells(column: _Column, rows: slice, numbers: pa.Array, letters: str, ids: list[int]) -> pa.Array:
    """The XML of some cells of a column; null where a cell is empty."""
    text = column.text.slice(rows.start, rows.stop - rows.start).combine_chunks()
    text = pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)
    opened = f'<c r="{letters}'
    is_text = f'" s="{ids[0]}" t="inlineStr"><is><t xml:space="preserve">'
    if column.codes is None:
        return pc.binary_join_element_wise(opened, numbers, is_text, inline(text), "</t></is></c>", "")
    codes = column.codes[rows]
    style = pa.array(np.array(ids)[codes + 1]).cast(pa.string())
    values = column.values.slice(rows.start, rows.stop - rows.start).combine_chunks().cast(pa.string())
    written = pc.binary_join_element_wise(opened, numbers, '" s="', style, '"><v>', values, "</v></c>", "")
    if (codes != _PLAIN).all():
        return written
    as_text = pc.binary_join_element_wise(opened, numbers, is_text, inline(text), "</t></is></c>", "")
    return pc.if_else(pa.array(codes == _PLAIN), as_text, written)


def _letters(column: int) -> str:
    from xlsxwriter.utility import xl_col_to_name

    return xl_col_to_name(column)


def _cell_name(row: int, column: int) -> str:
    return f"{_letters(column)}{row + 1}"
