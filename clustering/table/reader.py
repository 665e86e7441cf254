"""From the bytes of a file to a `Table`: which format it is, and who reads it.

The text is kept beside the typed values because an export must give back '0001' and '12.50' exactly as they
were uploaded, while fitting needs numbers. Both come from one parse.
"""

from dataclasses import replace
from pathlib import Path

from clustering.errors import InvalidColumns, InvalidSetting, UnreadableFile
from clustering.table.archive import MAX_UNPACKED, unpack
from clustering.table.delimited import read_delimited
from clustering.table.detect import (
    DELIMITERS,
    detect_delimiter,
    detect_encoding,
    detect_format,
    to_utf_8,
    without_padding,
)
from clustering.table.mending import mend
from clustering.table.options import AS_FOUND, ReadOptions
from clustering.table.parquet import read_parquet
from clustering.table.room import UNPACKED, check_content, check_text, one_reading, size, usable
from clustering.table.separators import with_usual_separators
from clustering.table.table import MIN_ROWS, Reading, Records, Table, build_table
from clustering.table.workbook import read_workbook
from clustering.table.writing import WRITING
from clustering.wording import listing, one_line


@one_reading()
def read_table(
    source, *, name: str | None = None, options: ReadOptions = AS_FOUND, least_rows: int = MIN_ROWS
) -> Table:
    """Read a table: delimited text, a workbook (.xlsx, .xls, .xlsb, .ods), Parquet, or one of them in a .gz or .zip.

    The content decides what it is, not the name.

    Parameters
    ----------
    source : path, bytes or binary file object
    name : str, optional
        File name to show; taken from a path when not given.
    options : ReadOptions, optional
        Overrules what the reader would find.
    least_rows : int
        Three, without which there are no segments; one is enough for customers who are to be placed in some.

    Returns
    -------
    Table
        One row per record of the file; blank lines are no records. A record with too many or too few fields
        stays in its place and is listed in `set_aside`.

    Raises
    ------
    UnreadableFile
        If the content is none of these, damaged, or protected by a password.
    InvalidSetting
        If the options name what is not there: a sheet, an encoding, a line of the header.
    TooFewRows
        If there are fewer than `least_rows` below the header.
    """
    data, name = load_content(source, name)
    content, inside = unpack(data, name)
    content = without_padding(content)
    kind = detect_format(content, name)
    reading = Reading(name, len(data), kind)
    if kind == "csv":
        check_text(content, name)
        records, reading = _read_text(content, reading, options)
    elif kind == "parquet":
        records = read_parquet(content, name)
        reading = replace(reading, n_in_all=records.n_in_all)
    else:
        records, sheet, sheets = read_workbook(content, name, options)
        reading = replace(reading, sheet=sheet, sheets=sheets)
    if inside:
        records = replace(records, notes=(f'"{one_line(inside)}" inside the archive is read.', *records.notes))
    return build_table(records, reading, options, data, least_rows)


def read_again(source, table: Table, options: ReadOptions) -> Table:
    """Read the file of a table another way.

    What was set for a column before, and cannot be had any more (under another header it is gone, in another sheet it
    holds something else), is dropped and told in the notes; what is set anew is refused as by `read_table`.
    """
    dropped = []
    while True:
        try:
            again = read_table(source, name=table.reading.file_name, options=options)
            break
        except InvalidColumns as error:
            old = [name for name in error.columns if options.column(name) in table.options.columns]
            if not old:
                raise
            dropped += old
            options = options.without_columns(old)
    if not dropped:
        return again
    told = f"What was set for {listing(map(one_line, dropped))} does not fit the file as it is read now: it is dropped."
    return replace(again, notes=(told, *again.notes))


def _read_text(data: memoryview, reading: Reading, options: ReadOptions) -> tuple[Records, Reading]:
    name = reading.file_name
    encoding = options.encoding or detect_encoding(data, name)
    text = to_utf_8(data, name, encoding, is_chosen=options.encoding is not None)
    odd = ()
    if encoding == "utf-8" and text is not data:
        odd = ("Some characters are not UTF-8 like the rest of the file; they are read as cp1252.",)
    delimiter = options.delimiter or detect_delimiter(text)
    if delimiter not in DELIMITERS:
        raise InvalidSetting(
            f'"{one_line(delimiter)}" cannot separate columns; choose {listing(DELIMITERS.values(), quote="")}.'
        )
    if options.delimiter is None:
        text, delimiter, separated = with_usual_separators(text, delimiter)
        text, delimiter, mended = mend(text, delimiter)
        odd += (*separated, *mended)
    records = read_delimited(text, name, delimiter, options.header)
    if odd:
        records = replace(records, notes=(*odd, *records.notes))
    if encoding in WRITING and options.encoding is None:
        told = f"The text is read as {WRITING[encoding]} ({encoding}); choose another encoding if names look wrong."
        records = replace(records, notes=(told, *records.notes))
    return records, replace(reading, delimiter=delimiter, encoding=encoding)


def load_content(source, name: str | None = None) -> tuple[memoryview, str]:
    """All bytes of a path, bytes or binary file object, and what to call them.

    Raises
    ------
    UnreadableFile
        If a path cannot be opened.
    """
    if isinstance(source, (str, Path)):
        try:
            data = _all_of(Path(source), name or Path(source).name)
        except UnreadableFile:
            raise
        except (OSError, ValueError) as error:  # a path with a NUL
            why = getattr(error, "strerror", None) or "this is no path of a file"
            raise UnreadableFile(f"{one_line(source, 300)} cannot be opened: {why}. Check the path.") from error
        return memoryview(data), name or Path(source).name
    if isinstance(source, (bytes, bytearray, memoryview)):
        return memoryview(source), name or "The file"
    return memoryview(source.read()), name or "The file"


def _all_of(path: Path, name: str) -> bytes:
    """The bytes of a file that has room; of a pipe or a device, whose end nobody knows, up to a bound."""
    if path.is_file() or path.is_dir():
        check_content(path.stat().st_size, name)
        return path.read_bytes()
    begun = bytearray()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            begun += block
            if len(begun) > MAX_UNPACKED or UNPACKED * len(begun) > usable():
                raise UnreadableFile(
                    f"{name} is no file but a stream, and goes on beyond {size(len(begun))}, more than is read from "
                    "one. Save it as a file and give that."
                )
    return bytes(begun)
