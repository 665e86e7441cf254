"""A table that is read part by part.

What is taken at a time is bounded, however large the file and however it is laid out: rows come in parts of the size
that is asked for, whatever the blocks, row groups and files that they stand in.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from clustering.errors import UnreadableFile
from clustering.stream.columnar import ColumnarFile
from clustering.stream.text import TextFile
from clustering.stream.typing import Typing
from clustering.table.parquet import as_text
from clustering.table.strays import EMPTY, HEADER_AGAIN, find_idle

PART_ROWS = 100_000
PART_BYTES = 1 << 27  # of cells; parts of longer rows have fewer of them


@dataclass(frozen=True, eq=False)
class Source:
    """A table on disk that is not held in memory.

    Attributes
    ----------
    name : str
        Of the file or folder, to be shown.
    paths : tuple of Path
        The files, ordered by name.
    format : {"csv", "parquet"}
    names, headers : tuple of str
        The columns as `Table` calls them, and what an export writes above them.
    n_rows : int or None
        None for text: known when all was read once (`Sample.n_rows`).
    n_bytes : int
        Of all files as they are on disk.
    delimiter, encoding : str
        Of text.
    types : tuple of pyarrow.DataType
        Of the columns of Parquet (of dictionaries what they hold); empty for text.
    notes : tuple of str
        What finding the columns noticed.
    header : tuple of str, or None
        As it stands in the files.
    files : tuple
        How each of them is read.
    """

    name: str
    paths: tuple[Path, ...]
    format: str
    names: tuple[str, ...]
    headers: tuple[str, ...]
    n_rows: int | None
    n_bytes: int
    delimiter: str = ","
    encoding: str = "utf-8"
    types: tuple[pa.DataType, ...] = ()
    notes: tuple[str, ...] = ()
    header: tuple[str, ...] | None = None
    files: tuple[ColumnarFile | TextFile, ...] = ()
    _idle: list = field(default_factory=list, repr=False)  # what a reading of all columns found out, once it is over
    _timed: dict = field(default_factory=dict, repr=False)

    def parts(self, columns: Sequence[str] | None = None, n_rows: int = PART_ROWS) -> Iterator["Part"]:
        """All rows in the order of the files, in parts of `n_rows`: the last one has fewer, and so have those of very
        long rows.

        Parameters
        ----------
        columns : sequence of str, optional
            Names of the columns to read, in that order; all where not given.

        Raises
        ------
        UnreadableFile
            If a file is damaged, or no longer what it was when it was opened.
        """
        places = [self.names.index(name) for name in (self.names if columns is None else columns)]
        if places == list(range(len(self.names))):
            yield from self._all_columns(n_rows)
            return
        if not self._idle:  # a row of nothing is told by all its cells
            for _ in self._all_columns(n_rows):
                pass
        rows, reasons = self._idle[0]
        for first, raw, ragged in self._stretched(places, n_rows):
            here = slice(*np.searchsorted(rows, [first, first + raw.num_rows]))
            idle = zip((rows[here] - first).tolist(), map(bool, reasons[here]), strict=True)
            yield Part(first, raw, self, MappingProxyType(_aside(ragged, idle)))

    def _all_columns(self, n_rows: int) -> Iterator["Part"]:
        rows, reasons = [], []
        for first, raw, ragged in self._stretched(None, n_rows):
            part = Part(first, raw, self, MappingProxyType(ragged))
            idle = self._find_idle(part)
            rows.extend(first + row for row in idle)
            reasons.extend(idle.values())
            yield replace(part, set_aside=MappingProxyType(_aside(ragged, idle.items())))
        if not self._idle:
            order = np.argsort(rows, kind="stable")
            self._idle.append((np.array(rows, dtype=np.int64)[order], np.array(reasons, dtype=bool)[order]))

    def _find_idle(self, part: "Part") -> dict[int, bool]:
        """Rows of a part without a value, and those that hold the header once more (True)."""
        if len(self.names) < 2:
            return {}
        sound = part.is_sound
        if self.format == "csv":
            return find_idle(part.raw, self.header, sound)
        empty = sound.copy()
        for cells in part.raw.columns:
            if pa.types.is_nested(cells.type):
                empty &= pc.is_null(cells).to_numpy()
            elif not cells.null_count and not _is_text(cells.type):
                empty[:] = False
            elif _is_text(cells.type) and empty.any():
                text = as_text(cells.filter(pa.array(empty)), self.name)
                empty[empty] = pc.equal(pc.utf8_trim_whitespace(text), "").to_numpy()
            elif empty.any():
                empty &= pc.equal(as_text(cells, self.name), "").to_numpy()
            if not empty.any():
                break
        found = dict.fromkeys(np.flatnonzero(empty).tolist(), False)
        if all(map(_is_text, self.types)):
            found |= {row: said for row, said in find_idle(part.text(), self.header, sound).items() if said}
        return found

    def _stretched(self, places: Sequence[int] | None, n_rows: int) -> Iterator[tuple[int, pa.Table, dict[int, str]]]:
        """Position of the first, rows and ragged ones among them, in parts of the size that is wanted."""
        chosen = self.names if places is None else [self.names[place] for place in places]
        first, begun, n_begun, n_bytes, ragged = 0, [], 0, 0, {}
        for file in self.files:
            for stretch, aside in file.stretches(places):
                stretch = self._as_declared(stretch.rename_columns(chosen), file, places)
                begin = 0
                while begin < stretch.num_rows:
                    piece = stretch.slice(begin, n_rows - n_begun)
                    end = begin + piece.num_rows
                    ragged |= {row - begin + n_begun: why for row, why in aside.items() if begin <= row < end}
                    begun.append(piece)
                    n_begun, n_bytes, begin = n_begun + piece.num_rows, n_bytes + piece.nbytes, end
                    if n_begun == n_rows or n_bytes > PART_BYTES:
                        yield first, pa.concat_tables(begun).combine_chunks(), ragged
                        first, begun, n_begun, n_bytes, ragged = first + n_begun, [], 0, 0, {}
        if begun:
            yield first, pa.concat_tables(begun).combine_chunks(), ragged

    def _as_declared(self, stretch: pa.Table, file: ColumnarFile | TextFile, places: Sequence[int] | None) -> pa.Table:
        """Of files whose columns are of different types, in the types that hold them all."""
        if self.format == "csv" or file.types == self.types:
            return stretch
        kinds = self.types if places is None else [self.types[place] for place in places]
        try:
            return stretch.cast(pa.schema(list(zip(stretch.column_names, kinds, strict=True))))
        except pa.ArrowException as error:
            raise UnreadableFile(
                f"{file.name} holds other kinds of cells than {self.files[0].name}. Save both the same way."
            ) from error

    def tells_time(self, name: str) -> bool:
        """Whether a cell of a column of moments has a time of day: then all are written with one."""
        if name not in self._timed:
            stretches = self._stretched([self.names.index(name)], PART_ROWS)
            self._timed[name] = any(_has_time(raw[name]) for _, raw, _ in stretches)
        return self._timed[name]


@dataclass(frozen=True, eq=False)
class Part:
    """Some rows of a source, one after the other.

    Attributes
    ----------
    first : int
        Position of the first of them in all rows of the source.
    raw : pyarrow.Table
        The columns that were asked for, under the source's names: Parquet's own types, text for a text file.
    source : Source
    set_aside : mapping of int to str
        Position in this part -> why that row takes no part ("2 of 5 fields", "empty").
    """

    first: int
    raw: pa.Table
    source: Source
    set_aside: Mapping[int, str] = field(default_factory=dict)

    @property
    def n_rows(self) -> int:
        return self.raw.num_rows

    @property
    def is_sound(self) -> np.ndarray:
        """Which rows are not set aside; bool of shape (n_rows,)."""
        sound = np.ones(self.n_rows, dtype=bool)
        sound[list(self.set_aside)] = False
        return sound

    def text(self, names: Sequence[str] | None = None) -> pa.Table:
        """Every cell as text, as `read_table` has it; an empty cell is ""."""
        names = self.raw.column_names if names is None else list(names)
        return pa.table([self._text(name) for name in names], names=names)

    def _text(self, name: str) -> pa.ChunkedArray:
        cells = self.raw[name]
        if self.source.format == "csv":
            return cells
        if pa.types.is_timestamp(cells.type):
            return as_text(cells, self.source.name, whole_days=not self.source.tells_time(name))
        return as_text(cells, self.source.name)

    def frame(self, typing: Typing, names: Sequence[str] | None = None) -> pd.DataFrame:
        """The cells as values, read as those of the table that `typing` was made from (`Sample.typing`).

        Returns
        -------
        DataFrame
            float64 (missing is NaN), datetime64, boolean or text, as in `Table.frame`. A cell that is none of the
            column's type is missing, and so are those of rows that are set aside.
        """
        names = self.raw.column_names if names is None else list(names)
        sound = pa.array(self.is_sound) if self.set_aside else None
        columns = {}
        for name in names:
            cells = self.raw[name]
            if sound is not None:
                cells = pc.if_else(sound, cells, pa.scalar(None, cells.type))
            columns[name] = typing.values(name, cells, self.source.name)
        return pd.DataFrame(columns, copy=False)


def _aside(ragged: Mapping[int, str], idle) -> dict[int, str]:
    return dict(ragged) | {row: HEADER_AGAIN if is_header else EMPTY for row, is_header in idle}


def _is_text(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_binary(kind)


def _has_time(cells: pa.ChunkedArray) -> bool:
    whole_day = pc.equal(pc.floor_temporal(cells, unit="day"), cells)
    return not pc.all(pc.fill_null(whole_day, True)).as_py()
