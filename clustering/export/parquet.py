"""Parquet: the labelled table with types, for a warehouse; no cell says anything else than it did in the file."""

import io

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from clustering.export.delimited import OnStep
from clustering.table import Table
from clustering.table.parquet import as_text
from clustering.wording import count, whole

_GLIMPSE = 1_000  # cells that tell whether it is worth casting all of them
_ORDERED = (pa.types.is_integer, pa.types.is_float32, pa.types.is_float64, pa.types.is_date, pa.types.is_timestamp)
_PRECISIONS = (18, 38)  # digits of a decimal: what fits into 64 bits, what fits into 128


def to_parquet(labelled: pd.DataFrame, table: Table, *, on_step: OnStep | None = None) -> bytes:
    """Write a labelled table as Parquet.

    Parameters
    ----------
    labelled : DataFrame
        From `label_table`, or some rows or columns of that.
    table : Table
        Tells what the file's own columns hold.
    on_step : callable of (float, str), optional

    Returns
    -------
    bytes
        The file's own columns have a type where, and only where, every cell of the column can be written from the
        typed value as it stood, and are text otherwise: 51 and 7 are integers, 51.4 and 7 floating, 12.50 and 0.10
        decimals, 2024-01-31 is a date, true and false are boolean; 0001, "1,234", "n/a" and 31.01.2024 stay text. A
        column of a Parquet file has the type it had there, on the same condition (dictionaries become what they
        hold). An empty cell is null. The segment's number is a 32-bit integer, null where a row has none; its name and
        note are text.
    """
    places = {header: place for place, header in enumerate(table.headers)}
    columns = []
    for n_done, name in enumerate(labelled.columns, start=1):
        place = places.get(name)
        columns.append(added_cells(labelled[name]) if place is None else _own(labelled[name], table, place))
        if on_step is not None:
            n_columns = len(labelled.columns)
            on_step(n_done / n_columns, f"{whole(n_done)} of {count(n_columns, 'column')} written")
    out = io.BytesIO()
    pq.write_table(pa.table(columns, names=list(labelled.columns)), out)
    return out.getvalue()


def typed_cells(cells: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """Cells of a Parquet file as `to_parquet` gives them back; None if one would not be read back as it stood there."""
    kind = cells.type
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
        cells = cells.cast(kind)
    if _is_text(kind):
        return pc.if_else(pc.equal(cells, pa.scalar("", kind)), pa.scalar(None, kind), cells)
    if pa.types.is_floating(kind):
        cells = pc.if_else(pc.is_nan(cells), pa.scalar(None, kind), cells)
    if not any(is_kind(kind) for is_kind in _ORDERED):
        return _exactly(text_cells(as_text(cells, "The file")), kind)
    ends = pc.min_max(cells)  # what lies between them reads as they do
    ends = pa.chunked_array([pa.array([ends["min"], ends["max"]], kind)])
    return None if _exactly(text_cells(as_text(ends, "The file")), kind) is None else cells


def text_cells(text: pa.ChunkedArray) -> pa.ChunkedArray:
    """Cells as text as `to_parquet` gives them back: an empty one is null."""
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)


def added_cells(values: pd.Series) -> pa.ChunkedArray:
    """A column that was added to the file's own."""
    cells = _arrow(values)
    return cells.cast(pa.int32()) if pa.types.is_integer(cells.type) else cells


def _own(values: pd.Series, table: Table, place: int) -> pa.ChunkedArray:
    text = text_cells(_arrow(values))
    kinds = (table.types[place],) if table.types else _kinds(table.columns[place].type, text)
    found = (_exactly(text, kind) for kind in kinds if _exactly(text.slice(0, _GLIMPSE), kind) is not None)
    return next((cells for cells in found if cells is not None), text)


def _arrow(values: pd.Series) -> pa.ChunkedArray:
    cells = pa.array(values, from_pandas=True)
    return cells if isinstance(cells, pa.ChunkedArray) else pa.chunked_array([cells])


def _kinds(type: str, text: pa.ChunkedArray) -> tuple[pa.DataType, ...]:
    """The types to try for a column of a file that tells none."""
    if type == "number":
        with_point = text.filter(pc.match_substring(text, "."))
        scale = len(with_point[0].as_py().partition(".")[2]) if len(with_point) else 0
        decimals = (pa.decimal128(precision, scale) for precision in _PRECISIONS if 0 < scale <= precision)
        return pa.int64(), pa.float64(), *decimals
    return {"date": (pa.date32(), pa.timestamp("us")), "boolean": (pa.bool_(),)}.get(type, ())


def _exactly(text: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray | None:
    """The cells with a type; None if one of them would not be read back as it stands."""
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    try:
        is_moment = pa.types.is_timestamp(kind)  # the reader writes moments of a zone in UTC
        cells = (text.cast(pa.timestamp(kind.unit)) if is_moment else text).cast(kind)
    except pa.ArrowException:  # no such text, or no such cast
        return None
    same = pc.equal(as_text(cells, "The file"), pc.fill_null(text, ""))
    return cells if pc.all(same).as_py() else None


def _is_text(kind: pa.DataType) -> bool:
    return any(is_kind(kind) for is_kind in (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view))
