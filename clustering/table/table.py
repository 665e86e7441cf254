"""The `Table`: cells as they stood and as values, columns described, and how all that was found out."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from clustering.errors import TooFewRows
from clustering.table.columns import Column, describe_column, type_column
from clustering.table.options import ReadOptions

MIN_ROWS = 3  # the silhouette needs 2 <= n_clusters <= n_samples - 1


@dataclass(frozen=True, eq=False)
class Records:
    """What a format's reader hands over: all cells as text, nothing decided yet.

    Attributes
    ----------
    header : list of str
        As they stand in the file: blank, doubled, whatever there is.
    body : pyarrow.Table of string columns
        One row per record.
    ragged : dict of int to (int, str)
        Position of a record with too many or too few fields -> its line in the file, and the reason.
    notes : tuple of str
    """

    header: list[str]
    body: pa.Table
    ragged: Mapping[int, tuple[int, str]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """How a file was read: what the Data page and the command line report."""

    file_name: str
    n_bytes: int
    format: str = "csv"
    delimiter: str = ","
    encoding: str = "utf-8"
    sheet: str | None = None


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
    options : ReadOptions
        What the user overruled.
    digest : str
        SHA-256 over the bytes and the way they were read; the key of every cache.
    """

    text: pa.Table
    frame: pd.DataFrame
    columns: tuple[Column, ...]
    reading: Reading
    set_aside: Mapping[int, str]
    notes: tuple[str, ...]
    options: ReadOptions
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


def build_table(records: Records, reading: Reading, options: ReadOptions, content: bytes | memoryview) -> Table:
    """Decide types and roles and describe every column.

    Parameters
    ----------
    content : bytes
        What the digest is taken of, with the options and the way it was read.

    Raises
    ------
    TooFewRows
        If there are fewer than three rows below the header.
    """
    if records.body.num_rows < MIN_ROWS:
        raise no_rows(reading.file_name, records.body.num_rows)
    names, notes = _column_names(records.header)
    notes = [*records.notes, *notes]
    text = records.body.rename_columns(names)
    ragged = records.ragged
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
    typed = {column: type_column(sound[column], reading.delimiter) for column in names}
    columns = tuple(describe_column(column, typed[column], whole) for column in names)
    notes.extend(column.note for column in columns if column.note)
    digest = hashlib.sha256(content)
    digest.update(repr((replace(reading, file_name=""), options)).encode())
    return Table(
        text=text,
        frame=pd.DataFrame({column: typed[column].values for column in names}),
        columns=columns,
        reading=reading,
        set_aside=MappingProxyType({row: reason for row, (_, reason) in ragged.items()}),
        notes=tuple(notes),
        options=options,
        digest=digest.hexdigest(),
    )


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


def no_rows(name: str, n_rows: int) -> TooFewRows:
    rows = {0: "no rows", 1: "only one row", 2: "only two rows"}[n_rows]
    return TooFewRows(
        f"{name} holds {rows} below its header line; segments need at least {MIN_ROWS} customers. "
        "Upload a table with one row per customer."
    )
