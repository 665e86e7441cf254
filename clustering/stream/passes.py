"""What all rows of a source hand on to a fit: their prepared values, block by block.

A block holds a fixed number of rows that take part, whatever the size of the parts in which the source is read, so that
every sum over blocks has the same last digit however the file is laid out. The table itself is read once: the values
are kept in a temporary file of plain numbers that has no name any more once it is open, and later passes read that.
Where the disk has no room for it, the table is read again for every pass.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from clustering.errors import Stopped
from clustering.features import FeatureSpec
from clustering.features.outliers import Outside
from clustering.features.rows import Rows
from clustering.recipe.taking import take_out
from clustering.stream.sample import Sample
from clustering.stream.source import PART_ROWS, Part, Source

BLOCK_ROWS = 8_192  # small enough for the processor's cache, large enough that Python is not noticed
_PART_CELLS = 8_000_000  # encoded at a time: levels make many columns of one
_SHARE = 0.5  # of the free disk
_LARGE_FILES = Path("/var/tmp")  # never in memory, which the usual place for temporary files can be
LATER_STEPS = ("scale", "pca")  # steps that wait until the numbers of all rows are known
_Stop = Callable[[], bool] | None


@dataclass(frozen=True, eq=False)
class Taken:
    """A part of the source as values, and what becomes of its rows.

    Attributes
    ----------
    part : Part
    frame : DataFrame
        Typed like the table of the sample.
    rows : Rows
        Who takes part, who is placed afterwards, and why.
    """

    part: Part
    frame: pd.DataFrame
    rows: Rows


def take_parts(
    source: Source,
    sample: Sample,
    spec: FeatureSpec,
    specs: Sequence,
    outside: Outside | None,
    more: Sequence[str] = (),
    part_rows: int = PART_ROWS,
    stop: _Stop = None,
) -> Iterator[Taken]:
    """Read the source part by part and decide who takes part, by limits that are fixed.

    Parameters
    ----------
    specs : sequence of ColumnSpec
        As `Frozen.specs` has them.
    outside : Outside, optional
    more : sequence of str
        Columns that are wanted in the frames, besides those that decide.
    part_rows : int
        Rows that are read at a time.
    stop : callable returning bool, optional
        Asked before every part.

    Raises
    ------
    Stopped
        If `stop` says so.
    """
    row_filter = spec.row_filter and spec.row_filter.column
    names = tuple(dict.fromkeys(name for name in (*spec.columns, row_filter, spec.weight_column, *more) if name))
    for part in source.parts(names, part_rows):
        _go_on(stop)
        frame, rows = part.frame(sample.typing, names), Rows(part.n_rows)
        for row, reason in part.set_aside.items():
            rows.take_out([row], reason)
        for _told in take_out(spec, specs, outside, frame, rows):
            pass  # told of all rows at once, when all are counted
        yield Taken(part, frame, rows)


class Passes:
    """Encoded, filled, logged and clipped values of all rows with a segment, as often as they are asked for.

    Parameters
    ----------
    source : Source
    sample : Sample
    spec : FeatureSpec
    pipeline : Pipeline
        Its steps before the scaling are taken.
    outside : Outside, optional
    part_rows : int
        Rows of the source that are read at a time.
    free_disk : int, optional
        Bytes that the temporary file may take; half of what is free where not given.

    Attributes
    ----------
    n_columns : int
        Encoded columns; every block has rows below them for the weights (where there are any) and the positions.
    """

    def __init__(
        self,
        source: Source,
        sample: Sample,
        spec: FeatureSpec,
        pipeline: Pipeline,
        outside: Outside | None,
        part_rows: int = PART_ROWS,
        free_disk: int | None = None,
    ):
        self._source, self._sample, self._spec, self._outside = source, sample, spec, outside
        steps = pipeline.named_steps
        self._encode = steps["encode"]
        self._steps = [(name, step) for name, step in pipeline.steps[1:] if name not in LATER_STEPS]
        self.n_columns = len(self._encode.encoded_)
        self.is_weighed = spec.weight_column is not None
        self._width = self.n_columns + self.is_weighed + 1
        self._part_rows = min(part_rows, max(_PART_CELLS // self.n_columns, BLOCK_ROWS))
        self._free_disk = free_disk
        self._kept: dict[bool, _Kept] | None = None

    def first(self, watcher=None, stop: _Stop = None) -> Iterator[np.ndarray]:
        """Read the table and keep what later passes need; gives the blocks of the rows that take part.

        Parameters
        ----------
        watcher : object with methods `part(taken, chosen, encoded)` and `step(name, step, values)`, optional
            Told of every part, before each step changes its values.

        Yields
        ------
        ndarray of shape (n_columns + 1 or 2, n)
            Values column by column, then the weights where there are any, then the positions in the source.
        """
        kept = self._room()
        blocks = {placed: _Blocks(self._width) for placed in (False, True)}
        for columns in self._read(watcher, stop):
            for placed, some in columns.items():
                for block in blocks[placed].add(some):
                    kept = _keep(kept, placed, block)
                    if not placed:
                        yield block
        for placed, rest in blocks.items():
            for block in rest.rest():
                kept = _keep(kept, placed, block)
                if not placed:
                    yield block
        self._kept = kept

    def blocks(self, *, placed: bool = False, stop: _Stop = None) -> Iterator[np.ndarray]:
        """The blocks of the rows that take part, or of those that are placed afterwards; each may be changed."""
        if self._kept is not None:
            for block in self._kept[placed].blocks():
                _go_on(stop)
                yield block
            return
        blocks = _Blocks(self._width)
        for columns in self._read(None, stop):
            yield from blocks.add(columns[placed])
        yield from blocks.rest()

    def _read(self, watcher, stop: _Stop) -> Iterator[dict[bool, np.ndarray]]:
        """The columns of every part: of the rows that take part, and of those that are placed."""
        specs, rows = self._encode.columns, self._part_rows
        parts = take_parts(self._source, self._sample, self._spec, specs, self._outside, part_rows=rows, stop=stop)
        for taken in parts:
            chosen = np.flatnonzero(taken.rows.has_segment)
            everybody = len(chosen) == len(taken.frame)
            values = self._encode.transform(taken.frame if everybody else taken.frame.iloc[chosen])
            if watcher is not None:
                watcher.part(taken, chosen, values)
            for name, step in self._steps:
                if watcher is not None:
                    watcher.step(name, step, values)
                values = step.transform(values)
            columns = np.empty((self._width, len(chosen)))
            columns[: self.n_columns] = values.T
            if self.is_weighed:
                columns[-2] = taken.frame[self._spec.weight_column].to_numpy()[chosen]
            columns[-1] = taken.part.first + chosen  # a position is exact up to 2**53
            takes_part = taken.rows.fitted[chosen]
            if takes_part.all():
                yield {False: columns, True: columns[:, :0]}
            else:
                yield {False: columns[:, takes_part], True: columns[:, ~takes_part]}

    def _room(self) -> "dict[bool, _Kept] | None":
        """Temporary files for both kinds of rows; None where the disk has no room."""
        folder = _LARGE_FILES if "TMPDIR" not in os.environ and os.access(_LARGE_FILES, os.W_OK) else None
        free = self._free_disk
        if free is None:
            free = int(_SHARE * shutil.disk_usage(folder or tempfile.gettempdir()).free)
        if self._sample.n_rows * self._width * 8 > free:
            return None
        return {placed: _Kept(self._width, folder) for placed in (False, True)}


class _Blocks:
    """Columns as they come, in blocks of one size."""

    def __init__(self, width: int):
        self._waiting = np.empty((width, 0))

    def add(self, columns: np.ndarray) -> Iterator[np.ndarray]:
        columns = np.concatenate([self._waiting, columns], axis=1)
        end = columns.shape[1] - columns.shape[1] % BLOCK_ROWS
        for begin in range(0, end, BLOCK_ROWS):
            yield np.ascontiguousarray(columns[:, begin : begin + BLOCK_ROWS])
        self._waiting = columns[:, end:].copy()

    def rest(self) -> Iterator[np.ndarray]:
        if self._waiting.shape[1]:
            yield self._waiting


class _Kept:
    """Blocks in a temporary file that nobody else can open and that is gone with this object."""

    def __init__(self, width: int, folder: Path | None):
        self._width, self._n_rows = width, 0
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 it stays open as long as it is needed

    def add(self, block: np.ndarray) -> None:
        self._file.write(memoryview(block).cast("B"))
        self._file.flush()  # a full disk is to be known now
        self._n_rows += block.shape[1]

    def blocks(self) -> Iterator[np.ndarray]:
        for begin in range(0, self._n_rows, BLOCK_ROWS):
            block = np.empty((self._width, min(BLOCK_ROWS, self._n_rows - begin)))
            self._file.seek(begin * self._width * 8)  # another pass may have begun meanwhile
            self._file.readinto(memoryview(block).cast("B"))
            yield block


def _keep(kept: dict[bool, _Kept] | None, placed: bool, block: np.ndarray) -> dict[bool, _Kept] | None:
    """Write a block; gives up where the disk is full after all."""
    if kept is None:
        return None
    try:
        kept[placed].add(block)
    except OSError:
        return None
    return kept


def _go_on(stop: _Stop) -> None:
    if stop and stop():
        raise Stopped
