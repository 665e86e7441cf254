"""What the columns held when the segments were found, so that later customers can be held against it."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd

from clustering.features import FeatureSpec
from clustering.features.encode import encodings, level_codes
from clustering.features.prepare import HUGE
from clustering.recipe.recipe import TrainedColumn
from clustering.table import Column, Table
from clustering.table.options import ColumnOptions

MOST_LEVELS = 50
_TENTHS = 10
_DAY_0, _DAY = np.datetime64("1970-01-01"), np.timedelta64(1, "D")


def trained_columns(table: Table, spec: FeatureSpec, rows: np.ndarray) -> tuple[TrainedColumn, ...]:
    """Tell what the columns that matter held in the rows with a segment.

    Identifiers and free text are told by their number alone: their values would be customers, and a recipe holds none.

    Parameters
    ----------
    rows : ndarray
        Positions of the rows with a segment.

    Returns
    -------
    tuple of TrainedColumn
        The columns that build the segments, then the filter's, the weight's and those that describe; each once.
    """
    known = {column.name: column for column in table.columns}
    needed = dict.fromkeys(spec.columns, True)
    if spec.row_filter is not None:
        needed[spec.row_filter.column] = True
    for name in (spec.weight_column, *spec.describe):
        if name is not None:
            needed.setdefault(name, False)
    taken = {question.column: question.choices[0][1] for question in reversed(table.questions)}
    return tuple(
        _as_read(
            _trained(known[name], table.frame[name].iloc[rows], spec, is_needed),
            known[name],
            taken.get(name, ColumnOptions(name)),
        )
        for name, is_needed in needed.items()
    )


def _as_read(trained: TrainedColumn, column: Column, taken: ColumnOptions) -> TrainedColumn:
    """With how its cells were read: as they prove it, or as was taken where they leave it open."""
    return replace(
        trained,
        decimal=column.decimal or taken.decimal,
        day_first=taken.day_first if column.day_first is None else column.day_first,
    )


def as_amounts(values: pd.Series) -> np.ndarray:
    """Numbers as float64, dates as days since 1970, yes and no as 1 and 0; NaN where there is no value.

    A value too large to calculate with counts as none, as in the profile.
    """
    if pd.api.types.is_datetime64_any_dtype(values):
        return (values.to_numpy() - _DAY_0) / _DAY
    amounts = values.to_numpy(dtype=np.float64, na_value=np.nan)
    is_huge = np.abs(amounts) > HUGE
    return np.where(is_huge, np.nan, amounts) if is_huge.any() else amounts


def iso(days: float) -> str:
    """Days since 1970 as a date; with the time where they are no whole days."""
    moment = pd.Timestamp(_DAY_0) + pd.Timedelta(microseconds=round(days * 86_400e6))
    return moment.date().isoformat() if moment == moment.normalize() else moment.isoformat()


def _trained(column: Column, values: pd.Series, spec: FeatureSpec, needed: bool) -> TrainedColumn:
    bare = TrainedColumn(column.name, column.type, column.role, needed, n=len(values), missing=0)
    if column.name not in spec.columns and column.role in ("id", "text"):
        n_missing = int(values.isna().sum())
        return replace(bare, missing=n_missing, counts=(bare.n - n_missing,))
    return _category(bare, values) if is_category(column, spec) else _amount(bare, values)


def is_category(column: Column, spec: FeatureSpec) -> bool:
    """Whether the column counts by its levels: as it was encoded, or as it would be."""
    if column.name not in spec.columns and spec.row_filter and spec.row_filter.column == column.name:
        return bool(spec.row_filter.levels)
    encode = spec.column(column.name).encode or next(iter(encodings(column)), None)
    if encode is None:  # all alike, or a known label
        return column.role == "label" or column.type not in ("number", "date")
    return encode in ("onehot", "ordinal") or column.type == "boolean"


def _category(bare: TrainedColumn, values: pd.Series) -> TrainedColumn:
    codes, texts = level_codes(values)
    counts = np.bincount(codes[codes >= 0], minlength=len(texts)).tolist()
    ranked = sorted((-n, text) for n, text in zip(counts, texts, strict=True))
    kept = ranked[:MOST_LEVELS]
    return replace(
        bare,
        missing=int((codes < 0).sum()),
        counts=(*(-n for n, _ in kept), -sum(n for n, _ in ranked[MOST_LEVELS:])),
        levels=tuple(text for _, text in kept),
    )


def _amount(bare: TrainedColumn, values: pd.Series) -> TrainedColumn:
    amounts = as_amounts(values)
    ascending = np.sort(amounts)  # NaN comes last
    n = int(np.searchsorted(ascending, np.nan))
    ascending = ascending[:n]
    if not n:
        return replace(bare, missing=bare.n, counts=(0,))
    cuts = _cuts(ascending)
    ends = float(ascending[0]), float(ascending[-1])
    return replace(
        bare,
        missing=bare.n - n,
        min=iso(ends[0]) if bare.type == "date" else ends[0],
        max=iso(ends[1]) if bare.type == "date" else ends[1],
        edges=tuple(ascending[cuts].tolist()),
        counts=tuple(high - low for low, high in pairwise([0, *cuts, n])),
    )


def _cuts(ascending: np.ndarray) -> list[int]:
    """Where to cut, so that equal values stay together and every cut is as near to its tenth as that allows."""
    n, cuts = len(ascending), set()
    for tenth in range(1, _TENTHS):
        wanted, value = n * tenth / _TENTHS, ascending[n * tenth // _TENTHS]
        before, behind = (int(np.searchsorted(ascending, value, side)) for side in ("left", "right"))
        cuts.add(before if wanted - before <= behind - wanted else behind)
    return sorted(cuts - {0, n})
