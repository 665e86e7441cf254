"""From the bytes of a file to a `Table`: every cell as it stood, and the same cells as typed values.

The text is kept beside the typed values because an export must give back '0001' and '12.50' exactly as they
were uploaded, while fitting needs numbers. Both come from one parse.
"""

import csv
import hashlib
import io
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from clustering.errors import TooFewRows, UnreadableFile
from clustering.table.columns import Column, describe_column, type_column
from clustering.table.detect import detect_delimiter, detect_encoding, refuse_other_formats
from clustering.wording import count

MIN_ROWS = 3  # the silhouette needs 2 <= n_clusters <= n_samples - 1
_BLOCK_SIZE = 1 << 24  # bytes parsed at a time; no record can be longer


@dataclass(frozen=True)
class Reading:
    """How a file was read: what the Data page and the command line report."""

    file_name: str
    delimiter: str
    encoding: str
    n_bytes: int


@dataclass(frozen=True, eq=False)
class Table:
    """One uploaded table; equal digests mean equal content read the same way.

    Attributes
    ----------
    text : pyarrow.Table
        Every cell as it stood in the file, one row per record, in the file's order.
    frame : pandas.DataFrame
        The same cells as values: float64 (missing is NaN), datetime64, boolean or text.
    columns : tuple of Column
        Type, role and description of every column, in the file's order.
    set_aside : mapping of int to str
        Row position -> why that row takes no part ("2 of 5 fields").
    notes : tuple of str
        What reading noticed or repaired, as sentences.
    digest : str
        SHA-256 over the bytes and the way they were read; the key of every cache.
    """

    text: pa.Table
    frame: pd.DataFrame
    columns: tuple[Column, ...]
    reading: Reading
    set_aside: Mapping[int, str]
    notes: tuple[str, ...]
    digest: str

    @property
    def n_rows(self) -> int:
        return self.text.num_rows

    @property
    def n_missing(self) -> int:
        """Cells without a value, on the rows that take part."""
        return sum(column.missing for column in self.columns)

    @property
    def usable_columns(self) -> tuple[str, ...]:
        """Columns that can build segments, suggested or not: numbers that differ."""
        return tuple(c.name for c in self.columns if c.type == "number" and c.role not in ("constant", "empty"))


def read_table(source, *, name: str | None = None) -> Table:
    """Read a delimited text file.

    Parameters
    ----------
    source : path, bytes or binary file object
    name : str, optional
        File name to show; taken from a path when not given.

    Returns
    -------
    Table
        One row per record of the file; blank lines are no records. A record with too many or too few fields
        stays in its place and is listed in `set_aside`.

    Raises
    ------
    UnreadableFile
        If the content is no delimited text, or has no header line.
    TooFewRows
        If there are fewer than three rows below the header.
    """
    data, name = _load(source, name)
    refuse_other_formats(data, name)
    encoding = detect_encoding(data, name)
    delimiter = detect_delimiter(data, encoding)
    header, body, ragged = _parse(data, name, encoding, delimiter)
    if body.num_rows < MIN_ROWS:
        raise _no_rows(name, body.num_rows)
    names, notes = _column_names(header)
    text = body.rename_columns(names)
    if ragged:
        lines = ", ".join(f"{line:,}" for line, _ in list(ragged.values())[:5]) + (", …" if len(ragged) > 5 else "")
        plural = len(ragged) > 1
        notes.append(
            f"{len(ragged):,} row{'s' * plural} with too many or too few fields {'are' if plural else 'is'} kept but "
            f"take{'s' * (not plural)} no part (line{'s' * plural} {lines})."
        )
    whole = np.ones(text.num_rows, dtype=bool)
    whole[list(ragged)] = False
    # The cells of a ragged row may stand under the wrong header: they must not decide what a column is.
    sound = text if whole.all() else pa.table({c: pc.if_else(pa.array(whole), text[c], None) for c in names})
    typed = {column: type_column(sound[column], delimiter) for column in names}
    columns = tuple(describe_column(column, typed[column], whole) for column in names)
    notes.extend(column.note for column in columns if column.note)
    digest = hashlib.sha256(data)
    digest.update(repr((delimiter, encoding)).encode())
    return Table(
        text=text,
        frame=pd.DataFrame({column: typed[column].values for column in names}),
        columns=columns,
        reading=Reading(name, delimiter, encoding, len(data)),
        set_aside=MappingProxyType({row: reason for row, (_, reason) in ragged.items()}),
        notes=tuple(notes),
        digest=digest.hexdigest(),
    )


def _load(source, name: str | None) -> tuple[memoryview, str]:
    if isinstance(source, (str, Path)):
        try:
            data = Path(source).read_bytes()
        except OSError as error:
            raise UnreadableFile(f"{source} cannot be opened: {error.strerror}. Check the path.") from error
        return memoryview(data), name or Path(source).name
    if isinstance(source, (bytes, bytearray, memoryview)):
        return memoryview(source), name or "The file"
    return memoryview(source.read()), name or "The file"


def _parse(data: memoryview, name: str, encoding: str, delimiter: str):
    """All records as text: the header's fields, the body, and what is odd about ragged rows.

    Ragged rows are collected while the others are parsed at full speed, and put back in their places.
    """
    invalid = []

    def remember(row):
        invalid.append((row.number, row.actual_columns, row.text))
        return "skip"

    try:
        parsed = pa_csv.read_csv(
            pa.py_buffer(data),
            read_options=pa_csv.ReadOptions(
                use_threads=False,  # with threads a ragged row does not know its number
                block_size=_BLOCK_SIZE,
                autogenerate_column_names=True,
                encoding="utf-8" if encoding == "utf-8-sig" else encoding,
            ),
            parse_options=pa_csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, invalid_row_handler=remember
            ),
            convert_options=pa_csv.ConvertOptions(default_column_type=pa.string(), strings_can_be_null=False),
        )
    except pa.ArrowInvalid as error:
        if "Empty CSV" in str(error):
            raise _no_rows(name, 0) from error
        raise UnreadableFile(
            f"{name} cannot be read as a table: a quotation mark is not closed, or a line is far too long. "
            "Save it again as CSV (UTF-8)."
        ) from error
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            f"{name} looks like {encoding} text, but not all of it can be read as that. Save it again as CSV (UTF-8)."
        ) from error
    _refuse_open_quote(data, name, encoding, delimiter)
    header = [column[0].as_py() for column in parsed.columns]
    body = parsed.slice(1)
    blank = [number for number, _, text in invalid if not text.strip()]
    ragged = [row for row in invalid if row[2].strip()]
    if len(ragged) > body.num_rows:
        raise UnreadableFile(
            f"{name} is not a table: {len(ragged):,} of its lines do not have the {count(len(header), 'field')} of the "
            "first line. Save it as CSV with one header line and one row per customer."
        )
    if not ragged:
        return header, body, {}
    # Records count from 1 and the first is the header; lines of blanks were counted, but are no records.
    positions = [number - 2 - bisect_left(blank, number) for number, _, _ in ragged]
    cells = [_fit_to_width(text, delimiter, len(header)) for _, _, text in ragged]
    strays = pa.table([pa.array(column, pa.string()) for column in zip(*cells, strict=True)], schema=body.schema)
    order = np.empty(body.num_rows + len(ragged), dtype=np.int64)
    is_stray = np.zeros(len(order), dtype=bool)
    is_stray[positions] = True
    order[~is_stray] = np.arange(body.num_rows)
    order[is_stray] = body.num_rows + np.arange(len(ragged))
    lines = _line_numbers(data, encoding, delimiter, {number for number, _, _ in ragged})
    reasons = {
        position: (lines[number], f"{n_fields} of {len(header)} fields")
        for position, (number, n_fields, _) in zip(positions, ragged, strict=True)
    }
    return header, pa.concat_tables([body, strays]).take(pa.array(order)), reasons


def _fit_to_width(text: str, delimiter: str, width: int) -> list[str]:
    """The fields of a ragged record in `width` cells: short ones end empty, what is too much stays in the last."""
    fields = next(_csv_reader([text], delimiter))
    cells = [*fields[: width - 1], delimiter.join(fields[width - 1 :])]
    return cells + [""] * (width - len(cells))


def _line_numbers(data: memoryview, encoding: str, delimiter: str, records: set[int]) -> dict[int, int]:
    """Record number -> line in the file where it begins (records may span lines, blank lines are no records)."""
    lines, number, begins = {}, 0, 1
    reader = _csv_reader(_as_lines(data, encoding), delimiter)
    for fields in reader:
        if fields:
            number += 1
            if number in records:
                lines[number] = begins
        begins = reader.line_num + 1
    return lines


def _refuse_open_quote(data: memoryview, name: str, encoding: str, delimiter: str) -> None:
    """A quotation mark that opens a cell and is never closed would swallow all rows below it in silence."""
    n_marks = sum(bytes(data[i : i + _BLOCK_SIZE]).count(b'"') for i in range(0, len(data), _BLOCK_SIZE))
    if n_marks % 2 == 0 and encoding != "utf-16":
        return
    reader, begins = _csv_reader(_as_lines(data, encoding), delimiter, strict=True), 1
    while True:
        try:
            if next(reader, None) is None:
                return
        except csv.Error as error:
            if "unexpected end" in str(error):
                raise UnreadableFile(
                    f"{name} cannot be read as a table: a quotation mark opened in line {begins:,} is not closed. "
                    "Correct that line and upload the file again."
                ) from error
        begins = reader.line_num + 1


def _as_lines(data: memoryview, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(data), encoding=encoding, newline="")


def _csv_reader(lines, delimiter: str, **options):
    csv.field_size_limit(_BLOCK_SIZE)  # the module's own limit would refuse long cells that were read all right
    return csv.reader(lines, delimiter=delimiter, **options)


def _column_names(header: list[str]) -> tuple[list[str], list[str]]:
    """Unique names: duplicates numbered, empty ones named by position; and notes on what was changed."""
    names, notes, taken = [], [], set(header)
    for position, raw in enumerate(header, start=1):
        name = raw if raw.strip() else f"column {position}"
        if not raw.strip() or name in names:
            base, number = name, 2
            while name in names or (name in taken and name != raw):
                name, number = f"{base}_{number}", number + 1
            told = f'"{raw}" stands twice in the header' if raw.strip() else f"column {position} has no name"
            notes.append(f'{told}; it is called "{name}" here.')
        names.append(name)
    return names, notes


def _no_rows(name: str, n_rows: int) -> TooFewRows:
    rows = {0: "no rows", 1: "only one row", 2: "only two rows"}[n_rows]
    return TooFewRows(
        f"{name} holds {rows} below its header line; segments need at least {MIN_ROWS} customers. "
        "Upload a table with one row per customer."
    )
