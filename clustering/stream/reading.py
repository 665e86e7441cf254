"""How the columns of a source are read, with figures of all rows."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd

from clustering.recipe.training import iso
from clustering.stream.sample import Sample
from clustering.stream.source import PART_ROWS, Source
from clustering.table import Column


def describe(source: Source, sample: Sample, *, part_rows: int = PART_ROWS) -> tuple[Column, ...]:
    """The columns of the sample, with what one pass over all rows tells.

    Returns
    -------
    tuple of Column
        `missing`, `mean`, `min` and `max` are those of all rows that take part; all else is that of the sample.
    """
    figures = {column.name: _Figures() for column in sample.table.columns}
    for part in source.parts(n_rows=part_rows):
        frame, sound = part.frame(sample.typing), part.is_sound
        for name, found in figures.items():
            found.add(frame[name][sound])
    return tuple(replace(column, **figures[column.name].told(column)) for column in sample.table.columns)


class _Figures:
    """Of one column, as its rows pass by."""

    def __init__(self):
        self._missing = self._n = 0
        self._sums: list[float] = []
        self._low = self._high = None

    def add(self, values: pd.Series) -> None:
        present = values.dropna()
        self._missing += len(values) - len(present)
        self._n += len(present)
        if not len(present) or not (values.dtype.kind in "fM" if isinstance(values.dtype, np.dtype) else False):
            return
        low, high = present.min(), present.max()
        self._low = low if self._low is None else min(self._low, low)
        self._high = high if self._high is None else max(self._high, high)
        if values.dtype.kind == "f":
            with np.errstate(over="ignore"):  # sums of values near 1e308
                self._sums.append(float(present.sum()))

    def told(self, column: Column) -> dict:
        """What of it is told of a column."""
        told = {"missing": self._missing}
        if self._low is None:
            return told
        if column.type == "date":
            days = np.array([self._low, self._high], dtype="datetime64[us]").astype(np.int64) / 86_400e6
            return told | {"min": iso(days[0]), "max": iso(days[1])}
        finite = all(map(math.isfinite, self._sums))
        mean = math.fsum(self._sums) / self._n if finite else math.inf
        return told | {
            "mean": mean if math.isfinite(mean) else None,
            "min": float(self._low),
            "max": float(self._high),
        }
