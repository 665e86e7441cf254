"""A delimited text file read from its beginning to its end, without holding more than a few blocks of it."""

import gzip
from bisect import bisect_left
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv

from clustering.errors import InvalidSetting, UnreadableFile
from clustering.stream.utf_8 import DAMAGE, HEAD, PADDING, Utf8, cut_off, find_encoding, read_head
from clustering.table.delimited import BLOCK_SIZE, Layout, find_layout, put_back
from clustering.table.detect import DELIMITERS, detect_delimiter, detect_format, to_utf_8
from clustering.table.mending import mend
from clustering.table.options import ReadOptions
from clustering.table.separators import with_usual_separators
from clustering.wording import count, listing, one_line, whole

_SMALL = 1000  # ragged rows that say nothing yet about the others


@dataclass(frozen=True)
class TextFile:
    """One text file, and how it is read.

    Attributes
    ----------
    layout : Layout
        `begin` counts bytes of UTF-8.
    """

    path: Path
    name: str
    delimiter: str
    encoding: str
    layout: Layout

    @property
    def header(self) -> tuple[str, ...] | None:
        return None if self.layout.names is None else tuple(self.layout.names)

    def stretches(self, columns: Sequence[int] | None = None) -> Iterator[tuple[pa.Table, dict[int, str]]]:
        """Some records after the other: the cells of the columns (all where not given) as text, named by their
        positions; and which of these records take no part.

        Raises
        ------
        UnreadableFile
        """
        width, n_explaining = self.layout.width, self.layout.header.n_explaining
        fields = range(width) if columns is None else columns
        invalid, told = deque(), {"ragged": 0, "sound": 0}

        def remember(row):
            invalid.append((row.number, row.actual_columns, row.text))
            told["ragged"] += bool(row.text.strip())
            # Where nothing is as wide as the header says, all of it would be held back here.
            return "error" if told["ragged"] > _SMALL + told["sound"] else "skip"

        text = Utf8(self.path, self.name, self.encoding, self.layout.begin, PADDING + b"\r\n" * (width == 1))
        n_before, last = 0, ""
        try:
            with text, pa.PythonFile(text, mode="r") as stream, self._open(stream, fields, remember) as reader:
                n_seen = 0  # records and lines of blanks so far, as the parser counts them
                for batch in reader:
                    told["sound"] += batch.num_rows
                    body, aside, n_seen = self._in_place(pa.table(batch), invalid, n_seen, fields)
                    while n_before < n_explaining and n_before < body.num_rows:
                        aside[n_before] = "a second header line"
                        n_before += 1
                    last = _last_cell(body) or last
                    yield body, aside
                if invalid:
                    last = invalid[-1][2]
                    empty = pa.table([pa.array([], pa.string())] * len(fields), names=[str(field) for field in fields])
                    body, aside, _ = self._in_place(empty, invalid, n_seen, fields)
                    yield body, aside
        except (pa.ArrowException, *DAMAGE, UnicodeError) as error:
            raise self._told(error, text, told) from error
        if told["ragged"] > max(told["sound"], 1):
            raise self._no_table(told)
        if text.n_marks % 2 and "\n" in last.strip():
            raise UnreadableFile(
                f"{self.name} cannot be read as a table: a quotation mark near its end is opened and not closed. "
                "Correct that line and upload the file again."
            )

    def _open(self, stream, fields: Sequence[int], remember) -> pa.RecordBatchReader:
        names = [str(field) for field in range(self.layout.width)]
        wanted = [names[field] for field in fields]
        try:
            return pa_csv.open_csv(
                stream,
                read_options=pa_csv.ReadOptions(
                    use_threads=False,  # with threads a ragged row does not know its number
                    block_size=BLOCK_SIZE,
                    column_names=names,
                ),
                parse_options=pa_csv.ParseOptions(
                    delimiter=self.delimiter,
                    newlines_in_values=True,
                    invalid_row_handler=remember,
                    ignore_empty_lines=self.layout.width > 1,  # in a single column an empty line is a missing cell
                ),
                convert_options=pa_csv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, include_columns=wanted
                ),
            )
        except pa.ArrowInvalid as error:
            if "Empty CSV file" not in str(error):
                raise
            return pa.RecordBatchReader.from_batches(pa.schema([(name, pa.string()) for name in wanted]), [])

    def _in_place(self, body: pa.Table, invalid: deque, n_seen: int, fields: Sequence[int]):
        """The records with the ragged ones among them, where these stand and why, and how many lines were seen."""
        end = n_seen + body.num_rows
        here = []
        while invalid and invalid[0][0] <= end + 1:
            here.append(invalid.popleft())
            end += 1
        blank = [number for number, _, text in here if not text.strip()]
        ragged = [row for row in here if row[2].strip()]
        if not ragged:
            return body, {}, end
        positions = [number - n_seen - 1 - bisect_left(blank, number) for number, _, _ in ragged]
        texts = [text for _, _, text in ragged]
        body = put_back(body, positions, texts, self.delimiter, self.layout.width, fields)
        reasons = [f"{n_fields} of {self.layout.width} fields" for _, n_fields, _ in ragged]
        return body, dict(zip(positions, reasons, strict=True)), end

    def _told(self, error: Exception, text: Utf8, told: dict[str, int]) -> Exception:
        """What is wrong with the file, as a sentence."""
        if isinstance(text.error, UnreadableFile):
            return text.error
        if isinstance(text.error, DAMAGE) or isinstance(error, DAMAGE):
            why = getattr(text.error or error, "strerror", None)
            if why and not isinstance(error, (gzip.BadGzipFile, EOFError)):
                return UnreadableFile(f"{self.name} cannot be read to its end: {why}. Check the disk and try again.")
            return cut_off(self.name)
        if told["ragged"] > _SMALL + told["sound"]:
            return self._no_table(told)
        return UnreadableFile(
            f"{self.name} cannot be read as a table: a quotation mark is not closed, or a line is far too long. "
            "Save it again as CSV (UTF-8)."
        )

    def _no_table(self, told: dict[str, int]) -> UnreadableFile:
        return UnreadableFile(
            f"{self.name} is not a table: {whole(told['ragged'])} of its lines do not have the "
            f"{count(self.layout.width, 'field')} of the first line. Save it as CSV with one header line and one row "
            "per customer."
        )


def _last_cell(body: pa.Table) -> str:
    return body.column(body.num_columns - 1)[-1].as_py() or "" if body.num_rows else ""


def open_text(path: Path, name: str, options: ReadOptions) -> TextFile | None:
    """Find out how a text file is to be read; None if there is nothing in it.

    Raises
    ------
    UnreadableFile
        If it is no text, or of a kind that only `read_table` mends.
    InvalidSetting
        As by `read_table`.
    """
    head = read_head(path, name)
    if not head.strip(b"\xef\xbb\xbf \t\r\n"):
        return None
    kind = detect_format(memoryview(head), name)
    if kind != "csv":
        raise UnreadableFile(f"{name} is a gzip archive of another kind of file than text. Unpack it.")
    encoding = options.encoding or find_encoding(path, head, name)
    if options.encoding is not None:
        to_utf_8(memoryview(b""), name, encoding, is_chosen=True)
    begin = _utf_8_head(path, name, encoding)
    text = memoryview(begin)
    delimiter = options.delimiter or detect_delimiter(text)
    if delimiter not in DELIMITERS:
        raise InvalidSetting(
            f'"{one_line(delimiter)}" cannot separate columns; choose {listing(DELIMITERS.values(), quote="")}.'
        )
    if options.delimiter is None:
        _, _, odd = with_usual_separators(text, delimiter)
        _, _, mended = mend(text, delimiter)
        if odd or mended:
            raise UnreadableFile(
                f"{name} is written in a way of its own: {(*odd, *mended)[0][:-1].lower()}. It is too large to rewrite "
                "while it is read; save it as Parquet or as CSV with commas."
            )
    layout = find_layout(text, name, delimiter, options.header, is_head=len(head) >= HEAD)
    return TextFile(path, name, delimiter, encoding, layout)


def _utf_8_head(path: Path, name: str, encoding: str) -> bytes:
    """The first records in UTF-8, whole lines of them."""
    with Utf8(path, name, encoding, 0, PADDING) as text:
        begin = text.read(HEAD)
        while 0 < len(begin) < HEAD and (more := text.read(HEAD - len(begin))):
            begin += more
    if len(begin) < HEAD:
        return begin
    return begin[: max(begin.rfind(b"\n"), begin.rfind(b"\r")) + 1] or begin
