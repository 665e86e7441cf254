"""Parquet: every cell as text, as it would stand in a CSV file."""

import json

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from clustering.errors import UnreadableFile
from clustering.table.room import PARQUET_CELL, PARQUET_TEXT, check_rows, usable
from clustering.table.table import Records
from clustering.wording import listing, one_line, whole

_MAX_CELLS = 250_000_000  # a few bytes can stand for a billion equal cells; as text each takes about ten


def read_parquet(data: memoryview, name: str) -> Records:
    """Read all cells as text: numbers by their shortest form, dates as ISO, no value as an empty cell."""
    try:
        file = pq.ParquetFile(pa.BufferReader(pa.py_buffer(data)))
        n_cells = file.metadata.num_rows * len(file.schema_arrow)
        if n_cells > _MAX_CELLS:
            raise UnreadableFile(
                f"{name} holds {whole(n_cells)} cells; at most {whole(_MAX_CELLS)} are read. Leave out columns or rows."
            )
        needed = PARQUET_CELL * n_cells + PARQUET_TEXT * _n_bytes_of_text(file, data)
        check_rows(needed, file.metadata.num_rows, name)
        table = file.read(use_threads=False)
        table.validate(full=True)
    except (pa.ArrowException, OSError, ValueError, OverflowError, MemoryError) as error:
        if isinstance(error, UnreadableFile):
            raise
        raise UnreadableFile(
            f"{name} is a Parquet file that is damaged or was cut off on its way. "
            "Save or download it again and upload that."
        ) from error
    nested = [field.name for field in table.schema if pa.types.is_nested(field.type)]
    columns = [as_text(column, name) for column in table.columns]
    body = pa.table(columns, names=[str(position) for position in range(len(columns))])
    holds = "holds" if len(nested) == 1 else "hold"
    notes = (f"{listing(map(one_line, nested))} {holds} lists or records; read as text.",) if nested else ()
    return Records(table.column_names, body, notes=notes, types=tuple(table.schema.types))


def _n_bytes_of_text(file: pq.ParquetFile, data: memoryview) -> int:
    """Bytes of all text and raw bytes once it is unpacked: a few can stand for a long text in a million cells."""
    metadata, n_bytes = file.metadata, 0
    for place in range(metadata.num_columns):
        column = file.schema.column(place)
        if column.physical_type not in ("BYTE_ARRAY", "FIXED_LEN_BYTE_ARRAY"):
            continue
        _open_chunks(file, column.path)
        parts = [metadata.row_group(group).column(place) for group in range(metadata.num_row_groups)]
        if column.physical_type == "FIXED_LEN_BYTE_ARRAY":
            n_bytes += column.length * sum(part.num_values for part in parts)
        elif column.path == column.name and sum(p.num_values * p.total_uncompressed_size for p in parts) > usable():
            n_bytes += _n_bytes_in(data, column.path)
        else:
            n_bytes += sum(part.total_uncompressed_size for part in parts)
    return n_bytes


def _open_chunks(file: pq.ParquetFile, path: str) -> None:
    """Read a cell of a column from every row group: what is damaged there is refused so, where only to look at what the
    footer says of it ends the process.
    """
    for group in range(file.metadata.num_row_groups):
        next(file.iter_batches(batch_size=1, row_groups=[group], columns=[path], use_threads=False), None)


def _n_bytes_in(data: memoryview, path: str) -> int:
    """Bytes of the text of one column, counted without unpacking it: by its distinct texts and where they stand."""
    file = pq.ParquetFile(pa.BufferReader(pa.py_buffer(data)), read_dictionary=[path])
    n_bytes = 0
    for group in range(file.metadata.num_row_groups):
        for chunk in file.read_row_group(group, columns=[path], use_threads=False).column(0).chunks:
            lengths = pc.binary_length(chunk.dictionary).cast(pa.int64())
            n_bytes += pc.sum(lengths.take(chunk.indices)).as_py() or 0
    return n_bytes


def as_text(column: pa.ChunkedArray, name: str) -> pa.ChunkedArray:
    """The cells of one column as text; `name` is what the file is called where they cannot be."""
    kind = column.type
    try:
        if pa.types.is_dictionary(kind):
            column, kind = column.cast(kind.value_type), kind.value_type
        if pa.types.is_nested(kind) or pa.types.is_duration(kind):
            text = pa.chunked_array([pa.array(map(_plain, column.to_pylist()), pa.string())])
        elif pa.types.is_timestamp(kind):
            text = _moments(column)
        elif pa.types.is_floating(kind):
            text = pc.if_else(pc.is_nan(column), None, column.cast(pa.string()))
        else:
            text = column.cast(pa.string())
    except (pa.ArrowException, ValueError, OverflowError, LookupError) as error:  # ages, unknown time zones
        raise UnreadableFile(
            f"{name} holds a column of the type {kind}, which is no text, number or date. Leave it out and save again."
        ) from error
    return pc.fill_null(text, "")


def _moments(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Dates alone where no time of day is meant, seconds without zeros behind the point."""
    text = column.cast(pa.timestamp(column.type.unit)).cast(pa.string())
    text = pc.replace_substring_regex(text, r"\.0+$", "")
    is_midnight = pc.fill_null(pc.ends_with(text, " 00:00:00"), True)
    return pc.replace_substring(text, " 00:00:00", "") if pc.all(is_midnight).as_py() else text


def _plain(value) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, default=str, ensure_ascii=False) if isinstance(value, (list, dict)) else str(value)
