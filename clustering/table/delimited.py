"""Delimited text: every record as text, ragged ones in their places."""

import csv
import io
from bisect import bisect_left

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from clustering.errors import UnreadableFile
from clustering.table.table import Records, no_rows
from clustering.wording import count

_BLOCK_SIZE = 1 << 24  # bytes parsed at a time; no record can be longer


def read_delimited(data: memoryview, name: str, encoding: str, delimiter: str) -> Records:
    """Read all records as text.

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
            raise no_rows(name, 0) from error
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
        return Records(header, body)
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
    return Records(header, pa.concat_tables([body, strays]).take(pa.array(order)), reasons)


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
