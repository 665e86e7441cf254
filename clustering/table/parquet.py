"""Parquet: every cell as text, as it would stand in a CSV file."""

import json

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from clustering.errors import UnreadableFile
from clustering.table.room import PARQUET_CELL, PARQUET_TEXT, check_rows, usable
from clustering.table.table import Records
from clustering.wording import listing, one_line, whole

ROWS_IN_ALL = b"cluster-explorer.rows-in-all"  # in the footer of a sample: how many rows it is a sample of
_MAX_TEXT = (1 << 31) - 1  # bytes of one column, in the arrays that all the work is done with
MAX_CELLS = 250_000_000  # a few bytes can stand for a billion equal cells; as text each takes about ten


def read_parquet(data: memoryview, name: str) -> Records:
    """Read all cells as text: numbers by their shortest form, dates as ISO, no value as an empty cell."""
    try:
        file = pq.ParquetFile(pa.BufferReader(pa.py_buffer(data)))
        n_cells = file.metadata.num_rows * len(file.schema_arrow)
        if n_cells > MAX_CELLS:
            raise UnreadableFile(
                f"{name} holds {whole(n_cells)} cells; at most {whole(MAX_CELLS)} are read. Leave out columns or rows."
            )
        texts = _n_bytes_of_text(file, data)
        check_rows(PARQUET_CELL * n_cells + PARQUET_TEXT * sum(texts.values()), file.metadata.num_rows, name)
        long = next((path for path, n_bytes in texts.items() if n_bytes > _MAX_TEXT), None)
        if long is not None:
            raise UnreadableFile(
                f'{name} holds a column with more than 2 GB of text, "{one_line(long)}", more than is read of one. '
                "Leave it out and save the table again."
            )
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
    n_in_all = _n_in_all(table)
    return Records(table.column_names, body, notes=notes, types=tuple(table.schema.types), n_in_all=n_in_all)


def _n_in_all(table: pa.Table) -> int | None:
    """Rows of what the table is a sample of, as its footer says; None for one that is all."""
    told = (table.schema.metadata or {}).get(ROWS_IN_ALL, b"")
    is_number = told.isdigit() and len(told) <= 18
    return int(told) if is_number and int(told) > table.num_rows else None


def _n_bytes_of_text(file: pq.ParquetFile, data: memoryview) -> dict[str, int]:
    """Bytes of the text and raw bytes of each column once it is unpacked: a few can stand for a long text in a million
    cells.
    """
    metadata, n_bytes = file.metadata, {}
    for place in range(metadata.num_columns):
        column = file.schema.column(place)
        if column.physical_type not in ("BYTE_ARRAY", "FIXED_LEN_BYTE_ARRAY"):
            continue
        _open_chunks(file, column.path)
        parts = [metadata.row_group(group).column(place) for group in range(metadata.num_row_groups)]
        most = sum(part.num_values * part.total_uncompressed_size for part in parts)
        if column.physical_type == "FIXED_LEN_BYTE_ARRAY":
            n_bytes[column.path] = column.length * sum(part.num_values for part in parts)
        elif column.path == column.name and most > min(usable(), _MAX_TEXT):
            n_bytes[column.path] = _n_bytes_in(data, column.path)
        else:
            n_bytes[column.path] = sum(part.total_uncompressed_size for part in parts)
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


def as_text(column: pa.ChunkedArray, name: str, *, whole_days: bool | None = None) -> pa.ChunkedArray:
    """The cells of one column as text.

    Parameters
    ----------
    name : str
        What the file is called where they cannot be.
    whole_days : bool, optional
        Whether moments are told without a time of day; where not given, if all of them are at midnight.
    """
    kind = column.type
    try:
        if pa.types.is_dictionary(kind):
            column, kind = column.cast(kind.value_type), kind.value_type
        if pa.types.is_nested(kind) or pa.types.is_duration(kind):
            text = pa.chunked_array([pa.array(map(_plain, column.to_pylist()), pa.string())])
        elif pa.types.is_timestamp(kind):
            text = _moments(column, whole_days)
        elif pa.types.is_floating(kind):
            text = pc.if_else(pc.is_nan(column), None, column.cast(pa.string()))
        else:
            text = column.cast(pa.string())
    except (pa.ArrowException, ValueError, OverflowError, LookupError) as error:  # ages, unknown time zones
        raise UnreadableFile(
            f"{name} holds a column of the type {kind}, which is no text, number or date. Leave it out and save again."
        ) from error
    return pc.fill_null(text, "")


def _moments(column: pa.ChunkedArray, whole_days: bool | None) -> pa.ChunkedArray:
    """Dates alone where no time of day is meant, seconds without zeros behind the point."""
    text = column.cast(pa.timestamp(column.type.unit)).cast(pa.string())
    text = pc.replace_substring_regex(text, r"\.0+$", "")
    if whole_days is None:
        whole_days = pc.all(pc.fill_null(pc.ends_with(text, " 00:00:00"), True)).as_py()
    return pc.replace_substring(text, " 00:00:00", "") if whole_days else text


def _plain(value) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, default=str, ensure_ascii=False) if isinstance(value, (list, dict)) else str(value)
