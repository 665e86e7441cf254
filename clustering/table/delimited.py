"""Delimited text: every record as text, ragged ones in their places."""

import csv
import io
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from clustering.errors import InvalidSetting, UnreadableFile
from clustering.table.header import PREVIEW, Header, find_header, usual_width
from clustering.table.table import MOST_COLUMNS, Records, no_rows, refuse_more_columns
from clustering.wording import count, whole

BLOCK_SIZE = 1 << 24  # bytes parsed at a time; no record can be longer


@dataclass(frozen=True)
class Layout:
    """Where the records of a text begin, and how many fields they have.

    Attributes
    ----------
    header : Header
    names : list of str, or None
        As they stand in the file, one per field; None without a header.
    width : int
    n_lines_above, begin : int
        Lines and bytes above the first record.
    """

    header: Header
    names: list[str] | None
    width: int
    n_lines_above: int
    begin: int


def read_delimited(data: memoryview, name: str, delimiter: str, header: int | None = None) -> Records:
    """Read all records as text.

    Ragged rows are collected while the others are parsed at full speed, and put back in their places.

    Parameters
    ----------
    data : memoryview
        UTF-8 without a byte order mark.
    header : int, optional
        Line of the header as the user says, 0 for none.
    """
    _refuse_open_quote(data, name, delimiter)
    layout = find_layout(data, name, delimiter, header)
    body_data = data[layout.begin :]
    if not bytes(body_data[:BLOCK_SIZE]).strip():
        raise no_rows(name, 0)
    body, ragged = _parse(body_data, name, delimiter, layout.width, layout.n_lines_above)
    return Records(layout.names, body, ragged, layout.header.notes, tuple(range(layout.header.n_explaining)))


def find_layout(
    data: memoryview, name: str, delimiter: str, header: int | None = None, *, is_head: bool = False
) -> Layout:
    """Find the header among the first records.

    Parameters
    ----------
    is_head : bool
        Whether `data` is but the beginning of the text.
    """
    previewed, lines, starts, ends = _preview(data, name, delimiter, header, is_head)
    found = find_header(previewed, lines, "line", header)
    names = _widen(found, previewed[found.n_above :])
    width = len(names) if names is not None else usual_width(previewed[found.n_above :] or previewed)
    begins = found.n_above if found.n_above < len(starts) else -1
    n_lines_above, begin = lines[begins] - 1, starts[begins] if begins >= 0 else len(data)
    if width == 1 and found.n_above and not found.n_explaining:
        n_lines_above, begin = ends[found.n_above - 1]  # below the header, too, an empty line is a missing cell
    return Layout(found, names, width, n_lines_above, begin)


def _parse(data: memoryview, name: str, delimiter: str, width: int, n_lines_above: int):
    """All records as text columns, and where the ragged ones stand: position -> line, reason."""
    invalid = []
    if width == 1:
        data = data[: len(bytes(data).rstrip(b"\r\n"))]  # but at the end of the file it is none

    def remember(row):
        invalid.append((row.number, row.actual_columns, row.text))
        return "skip"

    try:
        body = pa_csv.read_csv(
            pa.py_buffer(data),
            read_options=pa_csv.ReadOptions(
                use_threads=False,  # with threads a ragged row does not know its number
                block_size=BLOCK_SIZE,
                column_names=[str(place) for place in range(width)],
            ),
            parse_options=pa_csv.ParseOptions(
                delimiter=delimiter,
                newlines_in_values=True,
                invalid_row_handler=remember,
                ignore_empty_lines=width > 1,  # in a single column an empty line is a missing cell
            ),
            convert_options=pa_csv.ConvertOptions(default_column_type=pa.string(), strings_can_be_null=False),
        )
    except pa.ArrowInvalid as error:
        raise UnreadableFile(
            f"{name} cannot be read as a table: a quotation mark is not closed, or a line is far too long. "
            "Save it again as CSV (UTF-8)."
        ) from error
    blank = [number for number, _, text in invalid if not text.strip()]
    ragged = [row for row in invalid if row[2].strip()]
    if len(ragged) > body.num_rows:
        raise UnreadableFile(
            f"{name} is not a table: {whole(len(ragged))} of its lines do not have the {count(width, 'field')} of the "
            "first line. Save it as CSV with one header line and one row per customer."
        )
    if not ragged:
        return body, {}
    # Records count from 1; lines of blanks were counted, but are no records.
    positions = [number - 1 - bisect_left(blank, number) for number, _, _ in ragged]
    lines = _line_numbers(data, delimiter, {number for number, _, _ in ragged}, blank_is_record=width == 1)
    reasons = {
        position: (n_lines_above + lines[number], f"{n_fields} of {width} fields")
        for position, (number, n_fields, _) in zip(positions, ragged, strict=True)
    }
    return put_back(body, positions, [text for _, _, text in ragged], delimiter, width), reasons


def put_back(
    body: pa.Table,
    positions: Sequence[int],
    ragged: Sequence[str],
    delimiter: str,
    width: int,
    columns: Sequence[int] | None = None,
) -> pa.Table:
    """Put ragged records among the others.

    Parameters
    ----------
    body : pyarrow.Table of string columns
        The other records.
    positions : sequence of int, ascending
        Where the ragged ones stand in the end.
    columns : sequence of int, optional
        Which of the `width` fields `body` holds; all where not given.
    """
    columns = range(width) if columns is None else columns
    cells = [_fit_to_width(text, delimiter, width) for text in ragged]
    strays = pa.table([pa.array([row[i] for row in cells], pa.string()) for i in columns], schema=body.schema)
    order = np.empty(body.num_rows + len(ragged), dtype=np.int64)
    is_stray = np.zeros(len(order), dtype=bool)
    is_stray[positions] = True
    order[~is_stray] = np.arange(body.num_rows)
    order[is_stray] = body.num_rows + np.arange(len(ragged))
    return pa.concat_tables([body, strays]).take(pa.array(order))


def _preview(data: memoryview, name: str, delimiter: str, header: int | None, is_head: bool):
    """The first records from the wanted header line on, the lines and bytes where they begin, and where they end.

    Lines of blanks are no records. The last place in the lists of beginnings is that of the first record not looked at.
    """
    n_lines, n_bytes = 0, 0

    def counted(text: Iterator[str]) -> Iterator[str]:
        nonlocal n_lines, n_bytes
        for line in text:
            n_lines += 1
            n_bytes += len(line.encode())
            yield line

    text = counted(_as_lines(data))
    for _ in range((header or 1) - 1):
        if next(text, None) is None:
            break
    records, lines, starts, ends = [], [], [], []
    reader = _csv_reader(text, delimiter)
    while len(records) < PREVIEW:
        line, start = n_lines + 1, n_bytes
        try:
            fields = next(reader, None)
        except csv.Error:  # a cell beyond all bounds, refused with its reason when all is parsed
            n_lines, n_bytes = line - 1, start  # it is not to be lost
            break
        if fields is None:
            break
        if any(field.strip() for field in fields) or (fields and len(fields) > 1):
            if not is_head:
                _refuse_wide(data, name, len(fields))
            records.append(fields)
            ends.append((n_lines, n_bytes))
            lines.append(line)
            starts.append(start)
    if not records:
        if header:
            raise InvalidSetting(
                f"{name} has no line {whole(header)} that could be the header. Choose a smaller number."
            )
        raise UnreadableFile(f"{name} cannot be read as a table: a line is far too long. Save it again as CSV (UTF-8).")
    return records, [*lines, n_lines + 1], [*starts, n_bytes], ends


def _refuse_wide(data: memoryview, name: str, width: int) -> None:
    """Refuse more columns than lines before each of them is looked at."""
    if width > MOST_COLUMNS:
        counts = (bytes(data[i : i + BLOCK_SIZE]) for i in range(0, len(data), BLOCK_SIZE))
        n_lines = sum(max(block.count(b"\n"), block.count(b"\r")) for block in counts)
        refuse_more_columns(name, width, n_lines)


def _widen(found: Header, below: list[list[str]]) -> list[str] | None:
    """The header, with a blank name where it is one short of the records: for an empty last field or row numbers."""
    if found.names is None or not below or usual_width(below) != len(found.names) + 1:
        return found.names
    usual = [record for record in below if len(record) == len(found.names) + 1]
    if not any(record[-1].strip() for record in usual):
        return [*found.names, ""]
    if [record[0].strip() for record in usual] == [str(number) for number in range(1, len(usual) + 1)]:
        return ["", *found.names]
    return found.names


def _fit_to_width(text: str, delimiter: str, width: int) -> list[str]:
    """The fields of a ragged record in `width` cells: short ones end empty, what is too much stays in the last."""
    fields = next(_csv_reader([text], delimiter))
    cells = [*fields[: width - 1], delimiter.join(fields[width - 1 :])]
    return cells + [""] * (width - len(cells))


def _line_numbers(data: memoryview, delimiter: str, records: set[int], *, blank_is_record: bool) -> dict[int, int]:
    """Record number -> line in the file where it begins (records may span lines)."""
    lines, number, begins = {}, 0, 1
    reader = _csv_reader(_as_lines(data), delimiter)
    for fields in reader:
        if fields or blank_is_record:
            number += 1
            if number in records:
                lines[number] = begins
        begins = reader.line_num + 1
    return lines


def _refuse_open_quote(data: memoryview, name: str, delimiter: str) -> None:
    """A quotation mark that opens a cell and is never closed would swallow all rows below it in silence."""
    n_marks = sum(bytes(data[i : i + BLOCK_SIZE]).count(b'"') for i in range(0, len(data), BLOCK_SIZE))
    if n_marks % 2 == 0:
        return
    reader, begins = _csv_reader(_as_lines(data), delimiter, strict=True), 1
    while True:
        try:
            if next(reader, None) is None:
                return
        except csv.Error as error:
            if "unexpected end" in str(error):
                raise UnreadableFile(
                    f"{name} cannot be read as a table: a quotation mark opened in line {whole(begins)} is not closed. "
                    "Correct that line and upload the file again."
                ) from error
        begins = reader.line_num + 1


def _as_lines(data: memoryview) -> io.TextIOWrapper:
    return io.TextIOWrapper(pa.BufferReader(pa.py_buffer(data)), encoding="utf-8", newline="")


def _csv_reader(lines, delimiter: str, **options):
    csv.field_size_limit(BLOCK_SIZE)  # the module's own limit would refuse long cells that were read all right
    return csv.reader(lines, delimiter=delimiter, **options)
