"""The labelled table of a source: every row as it stood, with its segment, written part by part."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from clustering.errors import ClusteringError, Stopped
from clustering.export.applied import added_columns
from clustering.export.delimited import CsvWriter, csv_cells
from clustering.export.labelled import free_name, numbers_and_names, texts_of
from clustering.export.parquet import added_cells, text_cells, typed_cells
from clustering.recipe import Applied, Recipe, apply_recipe, match_columns
from clustering.recipe.unusual import MOST_NEW, new_levels
from clustering.stream.placed import Placed, Placing
from clustering.stream.sample import Sample
from clustering.stream.source import Part, Source
from clustering.writing import open_whole


@dataclass(frozen=True)
class Labelled:
    """What was written.

    Attributes
    ----------
    n_rows : int
    sizes : tuple of int
        Rows per segment of the recipe.
    row_notes : tuple of (str, int)
        Every note that rows got (why there is no segment, or what is special), and how many rows; the most first.
    n_escaped : int
        Cells that got an apostrophe so that they start no formula; 0 of Parquet.
    """

    n_rows: int
    sizes: tuple[int, ...]
    row_notes: tuple[tuple[str, int], ...]
    n_escaped: int

    @property
    def n_not_placed(self) -> int:
        """Rows without a segment."""
        return self.n_rows - sum(self.sizes)


def label(
    source: Source,
    sample: Sample,
    recipe: Recipe,
    out: Path,
    *,
    read: Iterable[str | Path] = (),
    beside: tuple[tuple[Path, bytes], ...] = (),
    stop: Callable[[], bool] | None = None,
) -> Labelled:
    """Write every row of the source with its segment, where the recipe was made of a sample of these rows.

    The columns are those of `clustering.export.label_table`: all as they stood, then `segment`, `segment_name`,
    `segment_note` and, where the method tells it, `segment_probability`; rows are in the source's order.

    Parameters
    ----------
    out : Path
        Parquet where the name ends in .parquet: the types of a Parquet source, text of a source of text. CSV under any
        other name, by the rules of `clustering.export.to_csv`.
    read : iterable of path
        What else was read and must not be overwritten; the source's own files are not.
    beside : tuple of (Path, bytes)
        Files that are written with it: all or none.
    stop : callable returning bool, optional
        Asked after every part.

    Raises
    ------
    UnreadableFile
        If the source is damaged.
    InvalidSetting
        If a file cannot be written.
    Stopped
        If `stop` says so.
    """
    placing = Placing(recipe)

    def added(part: Part) -> _Added:
        placed = placing(part.frame(sample.typing, placing.columns), part.set_aside)
        return _Added(_segment_columns(placed, recipe), placed.labels, placed.row_notes)

    return _label(source, recipe, added, out, read, beside, stop)


def label_applied(
    source: Source,
    sample: Sample,
    recipe: Recipe,
    out: Path,
    *,
    renamed: Mapping[str, str] | None = None,
    read: Iterable[str | Path] = (),
    stop: Callable[[], bool] | None = None,
) -> Labelled:
    """Write every row of the source with the segment that a recipe of other rows gives it.

    The columns are those of `clustering.export.applied.applied_table`.

    Parameters
    ----------
    sample : Sample
        Of the source; says what its columns are.
    renamed : mapping of str to str, optional
        As for `clustering.recipe.apply_recipe`, whose errors are raised too; all else as for `label`.
    """
    names = tuple(dict.fromkeys(match_columns(recipe, sample.table, renamed).found.values()))
    named: dict[str, frozenset[str]] | None = None
    met: dict[str, set[str]] = {}

    def applied_to(part: Part) -> Applied:
        # of its text nothing but the number of rows is asked
        table = replace(sample.table, text=part.raw, frame=part.frame(sample.typing, names), set_aside=part.set_aside)
        return apply_recipe(recipe, table, renamed, named_levels=named)

    def added(part: Part) -> _Added:
        applied = applied_to(part)
        for name, level, _ in applied.unseen:
            met.setdefault(name, set()).add(level)
        if named is None and any(len(levels) >= MOST_NEW for levels in met.values()):
            raise _ManyNewLevels
        return _Added(added_columns(applied), applied.labels, applied.row_notes)

    try:
        return _label(source, recipe, added, out, read, (), stop)
    except _ManyNewLevels:  # of all rows, and not of a part, is told which are the most frequent
        named = _most_frequent(recipe, map(applied_to, source.parts(names)))
        return _label(source, recipe, added, out, read, (), stop)


def _most_frequent(recipe: Recipe, parts: Iterable[Applied]) -> dict[str, frozenset[str]]:
    """Of every column the new levels that are told one by one."""
    counted: dict[str, Counter[str]] = {}
    for applied in parts:
        placed = np.sort(np.concatenate([applied.rows, applied.noise]))
        for name, levels in new_levels(recipe, applied.frame, placed):
            counted.setdefault(name, Counter()).update(dict(levels))
    ranked = {name: sorted(levels, key=lambda level: (-levels[level], level)) for name, levels in counted.items()}
    return {name: frozenset(levels[:MOST_NEW]) for name, levels in ranked.items()}


@dataclass(frozen=True, eq=False)
class _Added:
    """What is written beside the own columns of a part."""

    columns: dict[str, pd.Series]
    labels: np.ndarray
    row_notes: pd.Categorical


class _ManyNewLevels(Exception):
    """A column holds so many levels that nobody had then that not all of them are told by name."""


class _NotAsItStood(Exception):
    """A cell of a Parquet column cannot be written from its value as it stood, so that all are to be text."""

    def __init__(self, column: str):
        super().__init__(column)
        self.column = column


def _segment_columns(placed: Placed, recipe: Recipe) -> dict[str, pd.Series]:
    numbers, names = numbers_and_names(placed.of_part, recipe.names)
    added = {
        "segment": numbers,
        "segment_name": names,
        "segment_note": texts_of(placed.row_notes.codes, list(placed.row_notes.categories)),
    }
    if placed.probability is not None:
        probability = np.full(len(numbers), np.nan)
        probability[placed.rows] = np.round(placed.probability, 4)
        added["segment_probability"] = pd.Series(probability, dtype="Float64")
    return added


def _label(
    source: Source,
    recipe: Recipe,
    added: Callable[[Part], _Added],
    out: Path,
    read: Iterable[str | Path],
    beside: tuple[tuple[Path, bytes], ...],
    stop: Callable[[], bool] | None,
) -> Labelled:
    read, as_text = (*source.paths, *read), set()
    while True:
        try:
            with open_whole(out, *(path for path, _ in beside), read=read) as (file, *others):
                for other, (_, content) in zip(others, beside, strict=True):
                    other.write(content)
                typed = _ParquetOut(file, source, as_text) if out.suffix.lower() == ".parquet" else None
                with typed or _CsvOut(file, source) as writer:
                    return _write(source, recipe, added, writer, stop)
        except _NotAsItStood as found:
            as_text.add(found.column)  # from the start, with this column as text


def _write(
    source: Source,
    recipe: Recipe,
    added: Callable[[Part], _Added],
    writer: "_CsvOut | _ParquetOut",
    stop: Callable[[], bool] | None,
) -> Labelled:
    n_rows, sizes, notes = 0, np.zeros(recipe.n_clusters, dtype=np.int64), Counter()
    for part in source.parts():
        if stop is not None and stop():
            raise Stopped
        found = added(part)
        writer.write(part, found.columns)
        n_rows += part.n_rows
        sizes += np.bincount(found.labels, minlength=recipe.n_clusters)
        codes = found.row_notes.codes
        counted = np.bincount(codes[codes >= 0], minlength=len(found.row_notes.categories)).tolist()
        notes.update(dict(zip(found.row_notes.categories, counted, strict=True)))
    told = tuple(sorted(((note, n) for note, n in notes.items() if n), key=lambda one: (-one[1], one[0])))
    return Labelled(n_rows, tuple(sizes.tolist()), told, writer.n_escaped)


def _headers(source: Source, added: Iterable[str]) -> list[str]:
    headers = list(source.headers)
    for name in added:
        headers.append(free_name(name, headers))
    return headers


class _CsvOut:
    def __init__(self, file: BinaryIO, source: Source):
        self._file, self._source, self._writer = file, source, None

    def __enter__(self) -> "_CsvOut":
        return self

    def __exit__(self, *error) -> None:
        pass

    @property
    def n_escaped(self) -> int:
        return self._writer.n_escaped if self._writer else 0

    def write(self, part: Part, added: Mapping[str, pd.Series]) -> None:
        if self._writer is None:
            self._writer = CsvWriter(self._file, _headers(self._source, added), self._source.delimiter)
        self._writer.write([*part.text().columns, *map(csv_cells, added.values())])


class _ParquetOut:
    n_escaped = 0

    def __init__(self, file: BinaryIO, source: Source, as_text: set[str]):
        self._file, self._source, self._as_text, self._writer = file, source, as_text, None

    def __enter__(self) -> "_ParquetOut":
        return self

    def __exit__(self, kind, *error) -> None:
        if self._writer is None:
            return
        # closing writes the end of the file: what hinders that is told, but where something else went wrong before
        with suppress(ClusteringError) if kind else nullcontext():
            self._writer.close()

    def write(self, part: Part, added: Mapping[str, pd.Series]) -> None:
        columns = [self._own(part, name) for name in self._source.names]
        columns.extend(map(added_cells, added.values()))
        table = pa.table(columns, names=_headers(self._source, added))
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._file, table.schema)
        self._writer.write_table(table)

    def _own(self, part: Part, name: str) -> pa.ChunkedArray:
        if not self._source.types or name in self._as_text:
            return text_cells(part.text([name])[name])
        cells = typed_cells(part.raw[name])
        if cells is None:
            raise _NotAsItStood(name)
        return cells
