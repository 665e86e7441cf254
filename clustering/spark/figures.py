"""From the few plain figures that the queries give to the values that everything else here knows.

All definitions are those of the modules that work in memory (`indices.centers`, `profile.grouped`): with the same
centers every figure is the same but for the last digits, in which rows are added up in another order.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass

import numpy as np
import pandas as pd

from clustering.errors import InvalidSetting, TooFewRows
from clustering.features import ColumnSpec, Features
from clustering.features.encode import OTHERS, level_codes, pick_levels
from clustering.profile import LevelShares, Profile
from clustering.profile.figures import assembled, level_shares
from clustering.profile.grouped import ColumnFigures, spread_out
from clustering.spark.sql.plan import Plan
from clustering.spark.sql.prepared import pairs
from clustering.spark.sql.profile import ALL, levels_query, overview_query, quartiles_query, spreads_query
from clustering.stream.preparing import made_anew, rescale
from clustering.table import MIN_ROWS, Table
from clustering.wording import count, listing, one_line

Row = Mapping[str, object]
Run = Callable[[str], Sequence[Row]]  # a query, and its rows by the names of their columns
_DTYPES = {"number": "float64", "date": "datetime64[us]", "boolean": "boolean", "text": object}


@dataclass(frozen=True, eq=False)
class Moments:
    """What the columns are scaled by, of all rows that take part in the fit.

    Attributes
    ----------
    n_rows : int
        Rows of the table.
    n, n_placed : int
        Rows that take part in the fit, and rows that are placed afterwards; all others get no segment.
    filled : tuple of (str, int)
        Chosen column, and cells without a value in rows with a segment.
    mean, low, high : ndarray of shape (n_encoded,)
        Of the values before they are scaled: filled, logged and clipped, a level as 1 or 0.
    covariance : ndarray of shape (n_encoded, n_encoded)
        Per row; outside the diagonal 0 unless there are principal components.
    """

    n_rows: int
    n: int
    n_placed: int
    filled: tuple[tuple[str, int], ...]
    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray
    covariance: np.ndarray

    @property
    def variance(self) -> np.ndarray:
        """Of every column: mean squared deviation from its mean."""
        return np.diag(self.covariance)


def read_moments(rows: Iterable[Row], plan: Plan) -> Moments:
    """Read what `moments_query` gave.

    Raises
    ------
    InvalidSetting
        If a weight is below 0, or a value of a logged column.
    TooFewRows
        If fewer than three rows take part.
    """
    rows = list(rows)
    with_segment = [row for row in rows if row["has_segment"]]
    fit = next((row for row in rows if row["in_fit"]), {"n": 0})
    _refuse_below_zero(with_segment, plan)
    n = int(fit["n"])
    if n < MIN_ROWS:
        raise TooFewRows(
            f"Only {count(n, 'row')} of the table can take part; segments need at least {MIN_ROWS}. Widen the filter, "
            "or fill missing values instead of setting rows aside."
        )
    centers = np.array([column.center for column in plan.preparation.columns])
    places = range(1, len(centers) + 1)
    shift = np.array([float(fit[f"sum_{i}"]) for i in places]) / n
    covariance = np.zeros((len(centers), len(centers)))
    for i, j in pairs(plan):
        both = float(fit[f"product_{i}_{j}"]) / n - shift[i - 1] * shift[j - 1]
        covariance[i - 1, j - 1] = covariance[j - 1, i - 1] = max(both, 0.0) if i == j else both
    low, high = (np.array([float(fit[f"{end}_{i}"]) for i in places]) for end in ("least", "most"))
    alike = low == high  # else rounding would be a spread
    covariance[alike] = covariance[:, alike] = 0.0
    n_with_segment = sum(int(row["n"]) for row in with_segment)
    return Moments(
        n_rows=sum(int(row["n"]) for row in rows),
        n=n,
        n_placed=n_with_segment - n,
        filled=tuple(
            (spec.name, n_with_segment - sum(int(row[f"there_{i}"]) for row in with_segment))
            for i, spec in enumerate(plan.preparation.specs, 1)
        ),
        mean=np.where(alike, low, centers + shift),
        low=low,
        high=high,
        covariance=covariance,
    )


def by_all_rows(table: Table, features: Features, moments: Moments) -> Features:
    """The sample prepared by the figures of all rows: scaling by standard deviation or range, and components."""
    pipeline = deepcopy(features.pipeline)
    rescale(pipeline, moments, features.spec)
    return made_anew(features, pipeline, moments, table)


def _refuse_below_zero(rows: Sequence[Row], plan: Plan) -> None:
    n_below = sum(int(row["below"]) for row in rows)
    if n_below:
        raise InvalidSetting(
            f'"{one_line(plan.features.weight_column)}" cannot weigh customers: it is below 0 in '
            f"{count(n_below, 'row')} of the table. Leave them out by a filter, or choose another column."
        )
    negative = [
        spec.name
        for i, spec in enumerate(plan.preparation.specs, 1)
        if spec.log and any(int(row[f"negative_{i}"]) for row in rows)
    ]
    if negative:
        raise InvalidSetting(
            f"{listing(map(one_line, negative))}: a log needs values of 0 and more, and the table holds others. Take "
            "them as they are."
        )


@dataclass(frozen=True, eq=False)
class Scores:
    """A segmentation of all rows in numbers; NaN where an index is undefined.

    Attributes
    ----------
    sizes : tuple of int
        Rows with each segment, in the order of the centers.
    fit_sizes : tuple of int
        Of these, rows that took part in the fit, from which all that follows comes.
    inertia : float
        As `Clustering.inertia`: each squared distance times the row's weight, 1 on average, where rows are weighed.
    simplified_silhouette, calinski_harabasz, davies_bouldin : float
        As in `clustering.indices`: every row counts once.
    """

    sizes: tuple[int, ...]
    fit_sizes: tuple[int, ...]
    inertia: float
    simplified_silhouette: float
    calinski_harabasz: float
    davies_bouldin: float

    @property
    def n_clusters(self) -> int:
        return len(self.sizes)

    @property
    def n_samples(self) -> int:
        return sum(self.fit_sizes)


def read_scores(rows: Iterable[Row], cluster_centers: np.ndarray) -> Scores:
    """Read what `scores_query` gave for these centers."""
    rows, n_clusters = list(rows), len(cluster_centers)
    fit = [row for row in rows if row["in_fit"]]
    sizes = _per_segment(fit, "n", n_clusters)
    n_samples, within = sizes.sum(), _per_segment(fit, "squares", n_clusters).sum()
    weight = _per_segment(fit, "weight", n_clusters).sum()
    scores = dict.fromkeys(("simplified_silhouette", "calinski_harabasz", "davies_bouldin"), float("nan"))
    if n_clusters > 1 and n_samples:
        scores["simplified_silhouette"] = float(_per_segment(fit, "margins", n_clusters).sum() / n_samples)
        scores["davies_bouldin"] = _davies_bouldin(_per_segment(fit, "distances", n_clusters), sizes, cluster_centers)
    if within > 0 and 2 <= n_clusters < n_samples:
        middle = cluster_centers.mean(axis=0)
        sums = [_per_segment(fit, f"offset_{i}", n_clusters).sum() for i in range(1, len(middle) + 1)]
        offset = cluster_centers - middle - np.array(sums) / n_samples
        between = float(sizes @ np.einsum("ij,ij->i", offset, offset))
        scores["calinski_harabasz"] = float(between / (n_clusters - 1) / (within / (n_samples - n_clusters)))
    weighed = _per_segment(fit, "weighed", n_clusters).sum()
    return Scores(
        sizes=tuple(_per_segment(rows, "n", n_clusters).astype(int).tolist()),
        fit_sizes=tuple(sizes.astype(int).tolist()),
        inertia=float(weighed * n_samples / weight) if weight > 0 else float("nan"),
        **scores,
    )


def _davies_bouldin(distances: np.ndarray, sizes: np.ndarray, cluster_centers: np.ndarray) -> float:
    difference = cluster_centers[:, None, :] - cluster_centers[None, :, :]
    apart = np.sqrt(np.einsum("ijk,ijk->ij", difference, difference))
    np.fill_diagonal(apart, np.inf)
    if (apart == 0).any() or (sizes == 0).any():
        return float("nan")
    width = distances / sizes
    return float(((width[:, None] + width[None, :]) / apart).max(axis=1).mean())


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
        return _per_segment(rows, name, self.n_clusters)

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
        shift = _quotient(_per_segment(spreads, f"sum_{i}", overview.n_clusters), self._fit_weights)
        squares, total = _per_segment(spreads, f"squares_{i}", overview.n_clusters).sum(), self._fit_weights.sum()
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


def _per_segment(rows: Iterable[Row], name: str, n_clusters: int) -> np.ndarray:
    """A figure of every segment, added up where there are several rows of it; 0 where there is none."""
    found = np.zeros(n_clusters)
    for row in rows:
        found[int(row["segment"]) - 1] += float(row[name] or 0)
    return found


def _quotient(values: np.ndarray, by: np.ndarray) -> np.ndarray:
    return np.divide(values, by, out=np.full(len(values), np.nan), where=by > 0)
