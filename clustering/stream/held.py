"""What the columns held in all rows with a segment, for the recipe: as `recipe.training` tells it of a table."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from clustering.features.encode import level_codes
from clustering.placing import NOISE, Rule
from clustering.recipe import TrainedColumn
from clustering.recipe.training import MOST_LEVELS, as_amounts, is_category, iso
from clustering.stream.passes import take_parts
from clustering.stream.preparing import Prepared

_MOST_COUNTED = 100_000  # levels of a column; those that come later count among the others


def columns_of_all(
    prepared: Prepared,
    columns: tuple[TrainedColumn, ...],
    rule: Rule,
    stop: Callable[[], bool] | None = None,
) -> tuple[TrainedColumn, ...]:
    """Tell of every column what all rows with a segment hold.

    Parameters
    ----------
    columns : tuple of TrainedColumn
        What the rows of the sample hold. The values that cut them in tenths stay as they are; how many of all rows are
        in each part is counted.
    rule : Rule
        Who is noise, if it leaves any.

    Raises
    ------
    Stopped
        If `stop`, asked before every part, says so.
    """
    features, names = prepared.features, tuple(column.name for column in columns)
    known = {column.name: column for column in prepared.sample.table.columns}
    counters = {}
    for column in columns:
        if column.name not in prepared.spec.columns and column.role in ("id", "text"):
            counters[column.name] = _Counted(column)
        elif is_category(known[column.name], prepared.spec):
            counters[column.name] = _Category(column)
        else:
            counters[column.name] = _Amount(column)
    leaves_noise = getattr(rule, "reach", None) is not None
    specs = prepared.frozen.specs
    parts = take_parts(prepared.source, prepared.sample, prepared.spec, specs, features.outside, names, stop=stop)
    for taken in parts:
        chosen = np.flatnonzero(taken.rows.has_segment)
        if leaves_noise and len(chosen):
            labels = rule(features.pipeline.transform(taken.frame[list(prepared.spec.columns)].iloc[chosen]))
            chosen = chosen[labels != NOISE]
        everybody = len(chosen) == len(taken.frame)
        for name, counter in counters.items():
            counter.add(taken.frame[name] if everybody else taken.frame[name].iloc[chosen])
    return tuple(counters[name].told() for name in names)


class _Counted:
    """A column of which no value is told, since its values would be customers."""

    def __init__(self, column: TrainedColumn):
        self._column, self._n, self._missing = column, 0, 0

    def add(self, values: pd.Series) -> None:
        self._n += len(values)
        self._missing += int(values.isna().sum())

    def told(self) -> TrainedColumn:
        return replace(self._column, n=self._n, missing=self._missing, counts=(self._n - self._missing,))


class _Category:
    """A column that counts by its levels."""

    def __init__(self, column: TrainedColumn):
        self._column, self._n, self._missing, self._others = column, 0, 0, 0
        self._counts: Counter[str] = Counter()

    def add(self, values: pd.Series) -> None:
        codes, texts = level_codes(values)
        counts = np.bincount(codes[codes >= 0], minlength=len(texts)).tolist()
        self._n += len(values)
        self._missing += len(values) - sum(counts)
        for text, n in zip(texts, counts, strict=True):
            if text in self._counts or len(self._counts) < _MOST_COUNTED:
                self._counts[text] += n
            else:
                self._others += n

    def told(self) -> TrainedColumn:
        ranked = sorted((-n, text) for text, n in self._counts.items() if n)
        kept = ranked[:MOST_LEVELS]
        return replace(
            self._column,
            n=self._n,
            missing=self._missing,
            counts=(*(-n for n, _ in kept), self._others - sum(n for n, _ in ranked[MOST_LEVELS:])),
            levels=tuple(text for _, text in kept),
        )


class _Amount:
    """A column of numbers, or of dates."""

    def __init__(self, column: TrainedColumn):
        self._column, self._n = column, 0
        self._edges, self._counts = np.array(column.edges), np.zeros(len(column.edges) + 1, dtype=np.int64)
        self._low, self._high = float("inf"), float("-inf")

    def add(self, values: pd.Series) -> None:
        amounts = as_amounts(values)
        present = amounts[~np.isnan(amounts)]
        self._n += len(values)
        if len(present):
            part = np.searchsorted(self._edges, present, side="right")  # an edge is in the part above it
            self._counts += np.bincount(part, minlength=len(self._counts))
            self._low, self._high = min(self._low, float(present.min())), max(self._high, float(present.max()))

    def told(self) -> TrainedColumn:
        n_present = int(self._counts.sum())
        told = replace(self._column, n=self._n, missing=self._n - n_present, counts=tuple(self._counts.tolist()))
        if not n_present:
            return told
        ends = (iso(self._low), iso(self._high)) if told.type == "date" else (self._low, self._high)
        return replace(told, min=ends[0], max=ends[1])
