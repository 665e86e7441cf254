"""Who gets a segment and who would have taken part in the fit, by steps whose numbers are fixed.

A recipe asks it of customers who were not there when the segments were found; a table larger than memory of all its
rows, by the numbers of a sample.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from clustering.features.encode import as_numbers, logged_numbers
from clustering.features.outliers import Outside, far_outside
from clustering.features.prepare import HUGE
from clustering.features.rows import Rows, outside_filter
from clustering.features.spec import ColumnSpec, FeatureSpec
from clustering.wording import count


def take_out(
    spec: FeatureSpec, specs: Sequence[ColumnSpec], outside: Outside | None, frame: pd.DataFrame, rows: Rows
) -> Iterator[str]:
    """Take out the rows without a segment, and those that take no part in the fit, in the order of `prepare`.

    Parameters
    ----------
    specs : sequence of ColumnSpec
        As `Frozen.specs` has them.
    outside : Outside, optional
        Which rows are far outside; nobody looks for them where it is not given.
    rows : Rows
        Changed, once everything that is yielded was taken.

    Yields
    ------
    str
        What is to be said, of a recipe that is applied.
    """
    filtered = None if spec.row_filter is None else outside_filter(frame, spec.row_filter)
    if filtered and spec.filtered == "aside":
        yield from _take_out_filtered(filtered, rows, place=False)
    incomplete = 0
    for column in specs:
        if column.missing == "aside":
            missing = frame[column.name].isna().to_numpy() & rows.fitted
            rows.take_out(missing, f"{column.name} is missing")
            incomplete += int(missing.sum())
            if column.encode == "ordinal":  # a level that has no place in the order
                unplaced = np.isnan(as_numbers(frame[column.name], column)) & rows.fitted
                rows.take_out(unplaced, f"{column.name} is at a level that nobody had")
                incomplete += int(unplaced.sum())
    if incomplete:
        yield f"{count(incomplete, 'row')} without a segment because a value is missing."
    if filtered and spec.filtered == "place":
        yield from _take_out_filtered(filtered, rows, place=True)
    if spec.weight_column in frame:
        weights = frame[spec.weight_column].to_numpy(dtype=np.float64, na_value=np.nan)
        rows.take_out(rows.has_segment & np.isnan(weights), f"{spec.weight_column}, the weight, is missing")
        rows.take_out(rows.fitted & (weights == 0), f"{spec.weight_column}, the weight, is 0", place=True)
    n_huge = 0
    for column in specs:
        if column.encode == "number" and pd.api.types.is_float_dtype(frame[column.name]):
            is_huge = rows.has_segment & (np.abs(frame[column.name].to_numpy()) > HUGE)
            rows.take_out(is_huge, f"{column.name} is beyond {HUGE:g}, too large to calculate with")
            n_huge += int(is_huge.sum())
    if n_huge:
        yield f"{count(n_huge, 'row')} without a segment because a value is too large to calculate with."
    if outside is not None and rows.fitted.any():
        yield from _take_out_far(specs, outside, frame, rows, place=spec.outliers != "aside")


def _take_out_filtered(filtered: list[tuple[np.ndarray, str]], rows: Rows, *, place: bool) -> Iterator[str]:
    n = 0
    for mask, reason in filtered:
        mask = mask & rows.fitted
        n += int(mask.sum())
        rows.take_out(mask, reason, place=place)
    if n and not place:
        yield f"{count(n, 'row')} outside the filter of the recipe, without a segment."


def _take_out_far(
    specs: Sequence[ColumnSpec], outside: Outside, frame: pd.DataFrame, rows: Rows, *, place: bool
) -> Iterator[str]:
    candidates = np.flatnonzero(rows.fitted)
    newest = {name: pd.Timestamp(day) for name, day in outside.newest}
    far, worst = far_outside(logged_numbers(frame.iloc[candidates], specs, outside.columns, newest), outside)
    far_rows = candidates[far]
    for i in np.unique(worst):
        rows.take_out(far_rows[worst == i], f"far outside in {outside.columns[i]}", place=place)
    if len(far_rows):
        get = "got the nearest segment" if place else "got none"
        yield f"{count(len(far_rows), 'row')} far outside the customers of then {get}."
