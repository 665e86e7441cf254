"""How the cells of every column are read, fixed by one table, so that every part of a source is read the same way.

What a column holds is decided for a column as a whole. Of a stream nobody sees a column as a whole: what its sample was
found to hold is taken for all of it, and applied to each cell by itself. So a value hangs neither on the part it stands
in nor on how large the parts are.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from clustering.table import ColumnOptions, Table
from clustering.table.cells import Cells
from clustering.table.dates import moments_of, read_dates, unit_of_dates
from clustering.table.numbers import Writing, read_numbers
from clustering.table.parquet import as_text
from clustering.table.typed import BOOLEANS, as_booleans, finite, to_floats, without_gaps

_FIRST_YEAR, _LAST_YEAR = np.datetime64("0001-01-01", "us"), np.datetime64("9999-12-31T23:59:59.999999", "us")
_TO_MICROSECONDS = {"s": 1_000_000, "ms": 1_000, "us": 1}
_NO_DATE = np.datetime64("NaT", "us")
_PLAIN = Writing()


@dataclass(frozen=True)
class _Way:
    """How the cells of one column are read.

    Attributes
    ----------
    options : ColumnOptions
        Which words mean "no value".
    type : {"number", "text", "date", "boolean"}
    decimal, writing
        Of numbers.
    unit : str or None
        What plain numbers count where they are moments.
    pattern, day_first
        The order of dates.
    pair : tuple of str
        The words for no and yes.
    """

    options: ColumnOptions
    type: str
    decimal: str = "."
    writing: Writing = _PLAIN
    unit: str | None = None
    pattern: str | None = None
    day_first: bool | None = None
    pair: tuple[str, str] = ("false", "true")


@dataclass(frozen=True, eq=False)
class Typing:
    """How the cells of each column are read: as the ones of a table were, each by itself.

    `Typing.of(table)` makes one; `Part.frame(typing, names)` uses it.
    """

    ways: Mapping[str, _Way]

    @classmethod
    def of(cls, table: Table) -> "Typing":
        """Read as this table was read."""
        sound = np.ones(table.n_rows, dtype=bool)
        sound[list(table.set_aside)] = False
        text = table.text if sound.all() else table.text.filter(pa.array(sound))
        return cls(MappingProxyType({c.name: _find_way(c, text[c.name], table) for c in table.columns}))

    def values(self, name: str, cells: pa.ChunkedArray, source: str = "The file") -> pd.Series:
        """The cells of a column, text or of Parquet's own type, as values.

        Returns
        -------
        Series
            float64, datetime64[us], boolean or text (Arrow's); a cell that is none of the type is missing.
        """
        way = self.ways[name]
        if way.options.missing is None and way.unit is None:
            values = _native(cells, way)
            if values is not None:
                return values
        if way.type == "number" or way.unit is not None:
            numbers = _as_numbers(cells, way, source)
            if way.unit is None:
                return finite(numbers, way.options)
            return pd.Series(moments_of(finite(numbers, way.options).to_numpy(), way.unit))
        levels = Cells.of(_text(cells, source), way.options)
        if way.type == "text":
            return levels.as_text()
        if way.type == "boolean":
            no, yes = way.pair
            return as_booleans(levels, yes, no)
        return pd.Series(_as_dates(levels, way))


def _find_way(column, text: pa.ChunkedArray, table: Table) -> _Way:
    options = table.options.column(column.name)
    way = _Way(options, column.type)
    if column.type == "number":
        return _way_of_numbers(way, column, text, table)
    if column.type == "text":
        return way
    cells = Cells.of(text, options)
    if column.type == "boolean":
        said = set(pc.unique(pc.utf8_lower(cells.levels)).drop_null().to_pylist())
        return replace(way, pair=next((pair for pair in BOOLEANS if said <= set(pair)), way.pair))
    numbers = to_floats(without_gaps(text, options)) if options.type is None else None
    if numbers is not None and (unit := unit_of_dates(column.name, numbers.to_numpy())) is not None:
        return replace(way, unit=unit)
    day_first = _answer(table, column.name, "day_first")
    for known in (cells, cells.without_unknown()) if options.type is None else (cells,):
        found = known and read_dates(known.levels, known.weights, day_first, None, options.type == "date")
        if found is not None:
            return replace(way, pattern=found.pattern, day_first=found.day_first)
    return way


def _way_of_numbers(way: _Way, column, text: pa.ChunkedArray, table: Table) -> _Way:
    told = _answer(table, column.name, "decimal")
    is_comma_file = table.reading.format == "csv" and table.reading.delimiter == ","
    if told != "," and to_floats(without_gaps(text, way.options)) is not None:
        return replace(way, decimal=told or column.decimal or _usual_decimal(table))
    cells = Cells.of(text, way.options)
    known = cells if way.options.type else cells.without_unknown() or cells
    found = read_numbers(known.levels, known.weights, told, is_comma_file)
    if found is None:
        return replace(way, decimal=told or _usual_decimal(table))
    return replace(way, decimal=told or found.decimal or _usual_decimal(table), writing=found.writing)


def _answer(table: Table, name: str, mark: str) -> str | bool | None:
    """How the numbers or dates of a column are written: as the user says, as was taken where it is open, as proved."""
    chosen = getattr(table.options.column(name), mark)
    if chosen is not None:
        return chosen
    for question in table.questions:
        taken = getattr(question.choices[0][1], mark)
        if question.column == name and taken is not None:
            return taken
    return next(getattr(column, mark) for column in table.columns if column.name == name)


def _usual_decimal(table: Table) -> str:
    """What stands before decimals in a column that has shown none so far."""
    shown = [column.decimal for column in table.columns if column.decimal]
    if shown:
        return max(sorted(set(shown)), key=shown.count)
    return "," if table.reading.format == "csv" and table.reading.delimiter == ";" else "."


def _native(cells: pa.ChunkedArray, way: _Way) -> pd.Series | None:
    """Cells of a type of Parquet that says the very same as their text; None for those whose text is to be read."""
    kind = cells.type
    if way.type == "number" and (pa.types.is_integer(kind) or pa.types.is_float64(kind)):
        if way.decimal != "." or way.writing.share:
            return None
        return finite(_floats(cells), way.options)
    if way.type == "boolean" and pa.types.is_boolean(kind) and way.pair == ("false", "true"):
        return pd.Series(cells.to_pandas(types_mapper={pa.bool_(): pd.BooleanDtype()}.get))
    if way.type == "date" and (pa.types.is_date32(kind) or _is_plain_moment(kind)):
        moments = cells.cast(pa.timestamp("s" if pa.types.is_date32(kind) else kind.unit))
        return pd.Series(_moments(moments))
    return None


def _is_plain_moment(kind: pa.DataType) -> bool:
    return pa.types.is_timestamp(kind) and kind.unit in _TO_MICROSECONDS


def _moments(cells: pa.ChunkedArray) -> np.ndarray:
    """As datetime64[us]; without the years that have more or fewer than four digits."""
    counts = pc.fill_null(cells.cast(pa.int64()), 0).to_numpy()
    length = _TO_MICROSECONDS[cells.type.unit]
    low, high = (int(limit.astype("int64")) for limit in (_FIRST_YEAR, _LAST_YEAR))
    known = ~pc.is_null(cells).to_numpy() & (counts >= -(-low // length)) & (counts <= high // length)
    return np.where(known, (np.where(known, counts, 0) * length).astype("datetime64[us]"), _NO_DATE)


def _floats(cells: pa.ChunkedArray) -> np.ndarray:
    values = cells.to_numpy()  # of whole numbers with gaps: float64
    return values.astype(np.float64, copy=False) if values.dtype != object else _objects(cells)


def _objects(cells: pa.ChunkedArray) -> np.ndarray:
    return cells.cast(pa.float64(), safe=False).to_numpy()


def _text(cells: pa.ChunkedArray, source: str) -> pa.ChunkedArray:
    return cells if pa.types.is_string(cells.type) else as_text(cells, source)


def _as_numbers(cells: pa.ChunkedArray, way: _Way, source: str) -> np.ndarray:
    text = _text(cells, source)
    # With a decimal comma 1.234 is a thousand, and among shares a number without the sign is none.
    plain = not way.writing.share and (way.decimal == "." or not pc.any(pc.match_substring(text, ".")).as_py())
    if plain:
        numbers = to_floats(text)
        if numbers is None:
            numbers = to_floats(without_gaps(text, way.options))
        if numbers is not None:
            return numbers.to_numpy()
    levels = Cells.of(text, way.options)
    found = None
    if levels.weights.sum():
        found = read_numbers(levels.levels, levels.weights, way.decimal, False, way.writing)
    return np.full(len(cells), np.nan) if found is None else levels.spread(found.values, np.nan)


def _as_dates(levels: Cells, way: _Way) -> np.ndarray:
    found = None
    if way.pattern is not None and levels.weights.sum():
        found = read_dates(levels.levels, levels.weights, way.day_first, None, False, way.pattern)
    return np.full(len(levels.codes), _NO_DATE) if found is None else levels.spread(found.values, _NO_DATE)
