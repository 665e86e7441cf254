"""What the segments are like, from all rows of a table on the cluster."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from clustering.features import ColumnSpec
from clustering.features.encode import OTHERS, level_codes, pick_levels
from clustering.profile import LevelShares, Profile
from clustering.profile.figures import assembled, level_shares
from clustering.profile.grouped import ColumnFigures, spread_out
from clustering.spark.rows import Row, Run, per_segment
from clustering.spark.sql.plan import Plan
from clustering.spark.sql.profile import ALL, levels_query, overview_query, quartiles_query, spreads_query

_DTYPES = {"number": "float64", "date": "datetime64[us]", "boolean": "boolean", "text": object}


def profile_all(
    run: Run, plan: Plan, view: str, n_clusters: int, on_step: Callable[[int, int], None] | None = None
) -> Profile:
    """Describe every segment as `clustering.profile.profile` does, by all rows.

    Parameters
    ----------
    run : callable of a query, returning its rows
    plan : Plan
    view : str
        What the result of `labelled_query` is called.
    n_clusters : int
    on_step : callable of (int, int), optional
        Told after each query how many are done, of how many.
    """
    n_steps, done = 2 + len(plan.numbers) + len(plan.categories), 0

    def asked(query: str) -> Sequence[Row]:
        nonlocal done
        rows, done = run(query), done + 1
        if on_step:
            on_step(done, n_steps)
        return rows

    overview = _Overview(list(asked(overview_query(plan, view))), n_clusters, plan.features.weight_column is not None)
    columns = [_Sums(overview, column, i, plan) for i, column in enumerate(plan.numbers, 1)]
    spreads = list(asked(spreads_query(plan, view, {column.number: column.middle for column in columns})))
    found = [column.figures(spreads, asked(quartiles_query(plan, view, column.number))) for column in columns]
    categories = tuple(
        _level_shares(list(asked(levels_query(plan, view, i))), column, plan, n_clusters)
        for i, column in enumerate(plan.categories, 1)
    )
    kinds = {column.name: _kind(column, plan.type(column.name)) for column in plan.numbers}
    return assembled(plan.features, kinds, found, categories, overview.sizes, overview.weight_shares)


@dataclass(frozen=True, eq=False)
class _Overview:
    """What `overview_query` gave."""

    rows: list[Row]
    n_clusters: int
    is_weighed: bool

    @property
    def sizes(self) -> tuple[int, ...]:
        return tuple(self.sums("n").astype(int).tolist())

    @property
    def weight_shares(self) -> tuple[float, ...]:
        if not self.is_weighed:
            return ()
        weights = self.sums("weight")
        return tuple((weights / weights.sum()).tolist())

    def sums(self, name: str, *, in_fit: bool = False) -> np.ndarray:
        rows = [row for row in self.rows if row["in_fit"]] if in_fit else self.rows
        return per_segment(rows, name, self.n_clusters)

    def ends(self, i: int, *, in_fit: bool = False) -> tuple[float, float]:
        """The smallest and the largest value that counts; NaN where there is none."""
        rows = [row for row in self.rows if (row["in_fit"] or not in_fit) and row[f"least_{i}"] is not None]
        least, most = ([float(row[f"{end}_{i}"]) for row in rows] for end in ("least", "most"))
        return (min(least), max(most)) if rows else (np.nan, np.nan)


class _Sums:
    """What is known of one column of numbers.

    Attributes
    ----------
    number : int
        Of the column, from 1 on.
    middle : float
        About the mean of the rows of the fit.
    """

    def __init__(self, overview: _Overview, column: ColumnSpec, number: int, plan: Plan):
        self.number, self._overview = number, overview
        self._weights, self._sums = overview.sums(f"weight_{number}"), overview.sums(f"sum_{number}")
        self._fit_weights = overview.sums(f"weight_{number}", in_fit=True)
        total = self._fit_weights.sum()
        self.middle = float(overview.sums(f"sum_{number}", in_fit=True).sum() / total) if total else 0.0
        self._newest = 0.0  # days from the newest of all rows to the day that the query counts back from
        if plan.type(column.name) == "date":
            first = [float(row[f"first_{number}"]) for row in overview.rows if row[f"first_{number}"] is not None]
            self._newest = min(first, default=0.0)

    def figures(self, spreads: list[Row], quartiles: Iterable[Row]) -> ColumnFigures:
        i, overview = self.number, self._overview
        lowest, highest = overview.ends(i, in_fit=True)
        shift = _quotient(per_segment(spreads, f"sum_{i}", overview.n_clusters), self._fit_weights)
        squares, total = per_segment(spreads, f"squares_{i}", overview.n_clusters).sum(), self._fit_weights.sum()
        if total:  # about the very mean
            squares = max(squares - np.nansum(shift * self._fit_weights) ** 2 / total, 0.0)
        differences, spread, explained = spread_out(shift, self._fit_weights, squares, differ=highest > lowest)
        means = _quotient(self._sums, self._weights)
        between = {int(row["segment"]): row for row in quartiles}
        return ColumnFigures(
            means=means - self._newest,
            quartiles=np.column_stack([self._quartiles(between.get(s)) for s in range(1, overview.n_clusters + 1)]),
            weights=self._weights,
            overall_mean=float(self._sums.sum() / self._weights.sum() - self._newest)
            if self._weights.any()
            else np.nan,
            overall_quartiles=self._quartiles(between.get(ALL)),
            lowest=overview.ends(i)[0] - self._newest,
            fit_means=self.middle + shift - self._newest,
            fit_weights=self._fit_weights,
            differences=differences,
            spread=spread,
            explained=explained,
        )

    def _quartiles(self, row: Row | None) -> np.ndarray:
        if row is None:
            return np.full(3, np.nan)
        low, high = (np.array([float(row[f"{end}_{i}"]) for i in (1, 2, 3)]) for end in ("low", "high"))
        return (low + high) / 2 - self._newest


def _level_shares(rows: list[Row], column: ColumnSpec, plan: Plan, n_clusters: int) -> LevelShares:
    kind = plan.type(column.name)
    told = [row for row in rows if not row["is_other"]]
    cells = pd.Series([row["level"] for row in told], dtype=object)
    values = cells.astype(_DTYPES[kind]) if len(cells) else cells
    codes, texts = level_codes(values)
    counts = np.array([int(row["n"]) for row in told])
    counted = np.bincount(codes[codes >= 0], counts[codes >= 0], minlength=len(texts)).astype(int)
    n_rows = sum(int(row["n"]) for row in rows)
    levels = pick_levels(column, dict(zip(texts, counted.tolist(), strict=True)), n_rows, bool((codes < 0).any()))
    names = [one.level for one in levels.columns]
    weights, fit_weights = np.zeros((n_clusters, len(names))), np.zeros((n_clusters, len(names)))
    others = [row for row in rows if row["is_other"]]
    places = [*levels.positions(values), *([names.index(OTHERS)] * len(others) if others else [])]
    for row, place in zip([*told, *others], places, strict=True):
        weights[int(row["segment"]) - 1, place] += float(row["weight"])
        if row["in_fit"]:
            fit_weights[int(row["segment"]) - 1, place] += float(row["weight"])
    return level_shares(levels, weights, fit_weights, built=column.name in plan.features.columns)


def _kind(column: ColumnSpec, type_: str) -> str:
    if type_ in ("boolean", "date"):
        return type_
    return "ordinal" if column.encode == "ordinal" else "number"


def _quotient(values: np.ndarray, by: np.ndarray) -> np.ndarray:
    return np.divide(values, by, out=np.full(len(values), np.nan), where=by > 0)
