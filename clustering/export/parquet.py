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
        columns.append(_added(labelled[name]) if place is None else _own(labelled[name], table, place))
        if on_step is not None:
            n_columns = len(labelled.columns)
            on_step(n_done / n_columns, f"{whole(n_done)} of {count(n_columns, 'column')} written")
    out = io.BytesIO()
    pq.write_table(pa.table(columns, names=list(labelled.columns)), out)
    return out.getvalue()


def _added(values: pd.Series) -> pa.ChunkedArray:
    cells = _arrow(values)
    return cells.cast(pa.int32()) if pa.types.is_integer(cells.type) else cells


def _own(values: pd.Series, table: Table, place: int) -> pa.ChunkedArray:
    text = _arrow(values)
    text = pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)
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
