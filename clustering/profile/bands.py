"""Customers grouped by one column: by its levels, or by bands of a number with edges as people choose them."""

import math
from itertools import pairwise

import numpy as np
import pandas as pd

from clustering.features import ColumnSpec
from clustering.features.encode import NO_VALUE, find_levels
from clustering.features.prepare import HUGE
from clustering.table import Column
from clustering.wording import exact, one_line

MOST_BANDS = 5
_LEEWAY = 0.07  # of the customers, by which an edge may miss the fifth that it marks
_DECADES = 17  # as many digits as a float has
_FIRST_YEAR, _LAST_YEAR = 1900, 2100


def groups_of(column: Column, values: pd.Series) -> tuple[tuple[str, ...], np.ndarray]:
    """Group customers by their values.

    Returns
    -------
    groups : tuple of str
        Up to five bands of a number, low to high (each value by itself where there are no more); of a date, of its
        year. Else the 10 most frequent levels that at least 1 % of the rows have, then "other levels". Last "missing",
        where there is no value, or one too large to calculate with, in some rows and not in all; not of a column of yes
        and no. All this is as the levels of a category are profiled, so that shares agree.
    codes : ndarray of int of shape (n_rows,)
        Which of them each row is in; -1 where in none.
    """
    numbers = None
    if column.type == "number":
        numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
    elif column.type == "date":
        numbers = values.dt.year.to_numpy(dtype=np.float64, na_value=np.nan)
    if numbers is not None:
        codes = np.full(len(numbers), -1)
        known = np.abs(numbers) <= HUGE
        if not known.any():
            return (), codes
        is_amount = column.role not in ("category", "ordered", "label")
        if is_amount or len(pd.unique(numbers[known])) <= MOST_BANDS:
            groups, codes[known] = _bands(numbers[known])
            codes[~known] = -1 if known.all() else len(groups)
            return groups if known.all() else (*groups, NO_VALUE), codes
    return _levels(column, values)


def _levels(column: Column, values: pd.Series) -> tuple[tuple[str, ...], np.ndarray]:
    known = values.notna().to_numpy()
    if column.type == "boolean" or not known.any():
        codes = np.full(len(values), -1)
        if not known.any():
            return (), codes
        levels = find_levels(values[known], ColumnSpec(column.name))
        codes[known] = levels.positions(values[known])
    else:
        levels = find_levels(values, ColumnSpec(column.name))
        codes = levels.positions(values)
    return tuple(one_line(encoded.level, 40) for encoded in levels.columns), codes


def _bands(values: np.ndarray) -> tuple[tuple[str, ...], np.ndarray]:
    """Bands that hold about a fifth of the values each; every edge is the roundest number near where it should be."""
    is_whole = bool((values == np.floor(values)).all())
    is_year = is_whole and values.min() >= _FIRST_YEAR and values.max() <= _LAST_YEAR
    levels = np.unique(values)
    if len(levels) <= MOST_BANDS:
        return tuple(_written(level, is_year) for level in levels.tolist()), np.searchsorted(levels, values)
    fifths = np.arange(1, MOST_BANDS) / MOST_BANDS
    marks = np.quantile(values, [fifths - _LEEWAY, fifths, fifths + _LEEWAY])
    edges = np.array([_roundest(*near) for near in marks.T.tolist()])
    # A value that many share, such as 0, is a band by itself, and edges that meet there are one.
    edges = np.unique(np.where(edges <= levels[0], levels[1], edges))
    codes = np.searchsorted(edges, values, side="right")
    used = np.unique(codes)
    return _named(edges[used[1:] - 1].tolist(), is_whole, is_year), np.searchsorted(used, codes)


def _roundest(low: float, mark: float, high: float) -> float:
    """The multiple of the largest 1 or 5 with zeros that lies from low to high, the one nearest to the mark."""
    if low == high:
        return low
    top = math.floor(math.log10(max(abs(low), abs(high))))
    for exponent in range(top, top - _DECADES, -1):
        for step in (5 * 10.0**exponent, 10.0**exponent):
            first, last = math.ceil(low / step), math.floor(high / step)
            if first <= last:
                return float(f"{min(max(round(mark / step), first), last) * step:.15g}")
    return mark


def _named(edges: list[float], is_whole: bool, is_year: bool) -> tuple[str, ...]:
    names = [f"{'before' if is_year else 'under'} {_written(edges[0], is_year)}"]
    for low, high in pairwise(edges):
        until = f"to {_written(high - 1, is_year)}" if is_whole else f"to under {_written(high, is_year)}"
        is_single = is_whole and high - 1 == low
        names.append(_written(low, is_year) + f" {until}" * (not is_single))
    return (*names, f"{_written(edges[-1], is_year)} and {'later' if is_year else 'over'}")


def _written(number: float, is_year: bool) -> str:
    return f"{number:.0f}" if is_year else exact(number)
