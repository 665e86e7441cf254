"""The `Table`: cells as they stood and as values, columns described, and how all that was found out."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from clustering.errors import TooFewRows, UnreadableFile
from clustering.table.columns import Column, describe_column
from clustering.table.duplicates import count_duplicates
from clustering.table.names import name_columns
from clustering.table.options import ReadOptions
from clustering.table.questions import Question, about_missing
from clustering.table.roles import find_scores
from clustering.table.strays import find_strays, told_strays
from clustering.table.typed import TypedColumn, type_columns
from clustering.wording import count, listing, one_line, whole

MIN_ROWS = 3  # the silhouette needs 2 <= n_clusters <= n_samples - 1
MOST_COLUMNS = 2_000  # of fewer rows


@dataclass(frozen=True, eq=False)
class Records:
    """What a format's reader hands over: all cells as text, nothing decided yet.

    Attributes
    ----------
    header : list of str, or None
        As they stand in the file: blank, doubled, whatever there is; None if the file has no header.
    body : pyarrow.Table of string columns
        One row per record.
    ragged : dict of int to (int, str)
        Position of a record with too many or too few fields -> its line in the file, and the reason.
    notes : tuple of str
    explaining : tuple of int
        Positions of records that explain the header (units, the wording of a question).
    types : tuple of pyarrow.DataType
        What the cells of every column were before they were text; empty for a file of text.
    n_in_all : int or None
        Rows of the table that these are a sample of, where the file says so.
    """

    header: list[str] | None
    body: pa.Table
    ragged: Mapping[int, tuple[int, str]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    explaining: tuple[int, ...] = ()
    types: tuple[pa.DataType, ...] = ()
    n_in_all: int | None = None


@dataclass(frozen=True)
class Reading:
    """How a file was read: what the Data page and the command line report.

    Attributes
    ----------
    n_bytes : int
        Of the file as it came, packed or not.
    format : {"csv", "xlsx", "xlsb", "xls", "ods", "parquet"}
    delimiter, encoding : str
        Of text; of anything else what an export is written with.
    sheet : str or None
        The sheet that was read.
    sheets : tuple of str
        All sheets of the workbook.
    n_in_all : int or None
        Rows of the table that these are a sample of; None where all were read.
    """

    file_name: str
    n_bytes: int
    format: str = "csv"
    delimiter: str = ","
    encoding: str = "utf-8"
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    n_in_all: int | None = field(default=None, repr=False)  # so that no digest of a whole table changes


@dataclass(frozen=True, eq=False)
class Table:
    """One uploaded table; equal digests mean equal content read the same way.

    Attributes
    ----------
    text : pyarrow.Table
        Every cell as it stood in the file, one row per record, in the file's order.
    headers : tuple of str
        What an export writes above the columns: as they stood in the file, numbered where they stood twice. The
        names used everywhere else have no blanks around them and no line breaks.
    frame : pandas.DataFrame
        The same cells as values: float64 (missing is NaN), datetime64, boolean or text.
    columns : tuple of Column
        Type, role and description of every column, in the file's order.
    set_aside : mapping of int to str
        Row position -> why that row takes no part ("2 of 5 fields").
    notes : tuple of str
        What reading noticed or repaired, as sentences.
    options : ReadOptions
        What the user overruled.
    questions : tuple of Question
        What only the user can know, with the likelier answer taken meanwhile; each stands in `notes` too.
    digest : str
        SHA-256 over the bytes and the way they were read; the key of every cache.
    types : tuple of pyarrow.DataType
        The types that the columns have in the file, where it tells any (Parquet); else empty.
    """

    text: pa.Table
    headers: tuple[str, ...]
    frame: pd.DataFrame
    columns: tuple[Column, ...]
    reading: Reading
    set_aside: Mapping[int, str]
    notes: tuple[str, ...]
    options: ReadOptions
    digest: str
    questions: tuple[Question, ...] = ()
    types: tuple[pa.DataType, ...] = ()

    @property
    def n_rows(self) -> int:
        return self.text.num_rows

    @property
    def n_missing(self) -> int:
        """Cells without a value, on the rows that take part."""
        return sum(column.missing for column in self.columns)

    @property
    def usable_columns(self) -> tuple[str, ...]:
        """Columns that can build segments, suggested or not: numbers that differ, but for known labels."""
        return tuple(
            c.name for c in self.columns if c.type == "number" and c.role not in ("constant", "empty", "label")
        )


def build_table(
    records: Records,
    reading: Reading,
    options: ReadOptions,
    content: bytes | memoryview,
    least_rows: int = MIN_ROWS,
) -> Table:
    """Decide types and roles and describe every column.

    Parameters
    ----------
    content : bytes
        What the digest is taken of, with the options and the way it was read.

    Raises
    ------
    TooFewRows
        If there are fewer than `least_rows` below the header.
    UnreadableFile
        If there are thousands of columns and fewer rows.
    """
    n_rows, n_columns = records.body.num_rows - len(records.explaining), records.body.num_columns
    if n_rows < least_rows:
        raise no_rows(reading.file_name, n_rows, least_rows)
    refuse_more_columns(reading.file_name, n_columns, n_rows)
    names, headers, notes = name_columns(records.header, records.body)
    notes = [*records.notes, *notes]
    text = records.body.rename_columns(names)
    ragged = records.ragged
    if ragged:
        lines = ", ".join(whole(line) for line, _ in list(ragged.values())[:5]) + (", …" if len(ragged) > 5 else "")
        plural = len(ragged) > 1
        notes.append(
            f"{whole(len(ragged))} row{'s' * plural} with too many or too few fields {'are' if plural else 'is'} kept "
            f"but take{'s' * (not plural)} no part (line{'s' * plural} {lines})."
        )
    complete = np.ones(text.num_rows, dtype=bool)
    complete[[*ragged, *records.explaining]] = False
    strays = find_strays(records.body, records.header, complete)
    if complete.sum() - len(strays) >= MIN_ROWS:
        complete[list(strays)] = False
        notes.extend(told_strays(strays))
    else:
        strays = {}
    # The cells of a ragged row may stand under the wrong header: they must not decide what a column is.
    sound = text if complete.all() else pa.table({c: pc.if_else(pa.array(complete), text[c], None) for c in names})
    typed = type_columns(sound, reading.delimiter if reading.format == "csv" else None, options)
    rows = slice(None) if complete.all() else complete  # no copy of what is complete
    columns = [describe_column(name, typed[name], rows, options.column(name).role, reading.n_in_all) for name in names]
    columns = tuple(_scores_as_categories(columns, typed, rows, options))
    questions = tuple(question for column in columns for question in _open_questions(column, typed, options))
    notes.extend(note for column in columns for note in (*typed[column.name].notes, column.note) if note)
    notes.extend(question.text for question in questions)
    taken = text if complete.all() else text.filter(pa.array(complete))
    notes.extend(_tell_empty_and_doubled(taken, columns, typed, rows))
    digest = hashlib.sha256(content)
    digest.update(repr((replace(reading, file_name=""), options)).encode())
    return Table(
        text=text,
        headers=headers,
        frame=pd.DataFrame({name: typed[name].values for name in names}, copy=False),
        columns=columns,
        reading=reading,
        set_aside=MappingProxyType(
            dict.fromkeys(records.explaining, "a second header line")
            | {row: reason for row, (_, reason) in ragged.items()}
            | strays
        ),
        notes=tuple(notes),
        options=options,
        digest=digest.hexdigest(),
        questions=questions,
        types=records.types,
    )


def _scores_as_categories(columns: list[Column], typed, rows: np.ndarray | slice, options: ReadOptions) -> list[Column]:
    """Scores made of other columns are ordered categories: as numbers they would count what they are made of twice."""
    suggested = {c.name: typed[c.name].values[rows].to_numpy() for c in columns if c.type == "number" and not c.refusal}
    scores = [name for name in find_scores(suggested) if options.column(name).role is None]
    reason = "a score that is cut from other columns: as a number it would count them twice"
    return [
        replace(describe_column(c.name, typed[c.name], rows, "ordered"), reason=reason, refusal=reason)
        if c.name in scores
        else c
        for c in columns
    ]


def _open_questions(column: Column, typed: Mapping[str, TypedColumn], options: ReadOptions) -> list[Question]:
    """What the cells of a column leave open, and then whether a number stands out from the others."""
    found, asked = typed[column.name], options.column(column.name)
    outstanding = None
    if column.role == "number" and asked.missing is None:
        outstanding = about_missing(asked, found.values.to_numpy())
    return [question for question in (found.question, outstanding) if question]


def _tell_empty_and_doubled(records: pa.Table, columns, typed, rows: np.ndarray | slice) -> list[str]:
    """What the records that take part hold to no use: columns without a value, rows that stand twice."""
    notes = []
    empty = [column.name for column in columns if column.role == "empty"]
    if empty:
        holds, builds = ("holds", "builds") if len(empty) == 1 else ("hold", "build")
        notes.append(f"{listing(map(one_line, empty))} {holds} no value and {builds} no segments.")
    n_doubled = 0
    if all(column.distinct < records.num_rows for column in columns):  # else one column tells them all apart
        numbers = [typed[column.name].values[rows].to_numpy() for column in columns if column.type == "number"]
        n_doubled = count_duplicates(records, numbers)
    if n_doubled:
        are = "is an exact copy" if n_doubled == 1 else "are exact copies"
        notes.append(f"{count(n_doubled, 'row')} {are} of another row; kept, and every one counts.")
    return notes


def refuse_more_columns(name: str, n_columns: int, n_rows: int) -> None:
    """Refuse thousands of columns that have fewer rows.

    Raises
    ------
    UnreadableFile
    """
    if n_columns > max(MOST_COLUMNS, n_rows):
        raise UnreadableFile(
            f"{name} has {whole(n_columns)} columns and only {whole(n_rows)} rows; segments need one row per customer. "
            "Turn the table round, or leave out columns."
        )


def no_rows(name: str, n_rows: int, least_rows: int = MIN_ROWS) -> TooFewRows:
    if least_rows == 1:
        return TooFewRows(f"{name} holds no rows below its header line; there is nobody to place.")
    rows = {0: "no rows", 1: "only one row", 2: "only two rows"}[n_rows]
    return TooFewRows(
        f"{name} holds {rows} below its header line; segments need at least {MIN_ROWS} customers. "
        "Choose a table with one row per customer."
    )
