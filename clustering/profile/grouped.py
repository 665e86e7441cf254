"""Figures of one column for every segment and for all customers, each customer counted by its weight."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

QUARTERS = np.array([0.25, 0.5, 0.75])
ROUNDING = 1e-9  # share of the weight by which added-up weights may miss the quarter that they reach


@dataclass(frozen=True, eq=False)
class ColumnFigures:
    """What one column of numbers is like; missing cells and customers of weight 0 left out.

    Attributes
    ----------
    means : ndarray of shape (n_clusters,)
    quartiles : ndarray of shape (3, n_clusters)
        Lower quartile, median and upper quartile.
    weights : ndarray of shape (n_clusters,)
        Behind each mean: the weight of the customers that have a value.
    overall_mean : float
    overall_quartiles : ndarray of shape (3,)
    lowest : float
        Of all customers.
    fit_means, fit_weights : ndarray of shape (n_clusters,)
        Of the rows of the fit alone.
    differences : ndarray of shape (n_clusters,)
        Mean less overall mean of the rows of the fit, in their standard deviations.
    spread : float
        Standard deviation of the rows of the fit; NaN where all are alike.
    explained : float
        Eta squared of the rows of the fit.
    """

    means: np.ndarray
    quartiles: np.ndarray
    weights: np.ndarray
    overall_mean: float
    overall_quartiles: np.ndarray
    lowest: float
    fit_means: np.ndarray
    fit_weights: np.ndarray
    differences: np.ndarray
    spread: float
    explained: float


class Groups:
    """Rows by their segment, sorted once, so that every column is cut into segments without a search.

    Parameters
    ----------
    labels : ndarray of shape (n_placed,)
    in_fit : ndarray of bool of shape (n_placed,)
    n_clusters : int
    weights : ndarray of shape (n_placed,), optional
        None: all customers count the same.
    """

    def __init__(self, labels: np.ndarray, in_fit: np.ndarray, n_clusters: int, weights: np.ndarray | None = None):
        self._labels, self._in_fit, self._weights, self._n_clusters = labels, in_fit, weights, n_clusters
        # labels as the smallest whole numbers that hold them are sorted in one pass
        self._order = np.argsort(labels.astype(np.min_scalar_type(n_clusters)), kind="stable")
        self._starts = np.cumsum(np.bincount(labels, minlength=n_clusters))[:-1]

    def column(self, values: np.ndarray) -> ColumnFigures:
        """Describe a column of numbers, NaN where missing."""
        parts, fitted = self._parts(values)
        everyone = _joined(parts)
        fit_means = np.array([part.mean for part in fitted])
        fit_weights = np.array([part.weight for part in fitted])
        filled = [part.values for part in fitted if len(part.values)]
        differ = bool(filled) and max(values.max() for values in filled) > min(values.min() for values in filled)
        squares = 0.0
        if differ:
            overall = overall_mean(fit_means, fit_weights)
            squares = sum(part.squares(overall) for part in fitted)
        differences, spread, explained = spread_out(fit_means, fit_weights, squares, differ=differ)
        return ColumnFigures(
            means=np.array([part.mean for part in parts]),
            quartiles=np.column_stack([part.quartiles() for part in parts]),
            weights=np.array([part.weight for part in parts]),
            overall_mean=everyone.mean,
            overall_quartiles=everyone.quartiles(),
            lowest=float(everyone.values.min()) if len(everyone.values) else np.nan,
            fit_means=fit_means,
            fit_weights=fit_weights,
            differences=differences,
            spread=spread,
            explained=explained,
        )

    def level_weights(self, positions: np.ndarray, n_levels: int, *, in_fit: bool = False) -> np.ndarray:
        """Weight of the customers per segment and level, of shape (n_clusters, n_levels)."""
        cells, weights = self._labels * np.int64(n_levels) + positions, self._weights
        if in_fit:
            cells, weights = cells[self._in_fit], None if weights is None else weights[self._in_fit]
        counted = np.bincount(cells, weights, minlength=self._n_clusters * n_levels)
        return counted.reshape(self._n_clusters, n_levels).astype(np.float64)

    @property
    def weight_shares(self) -> tuple[float, ...]:
        """Of the weight of all customers; empty where all count the same."""
        if self._weights is None:
            return ()
        weights = np.bincount(self._labels, self._weights, minlength=self._n_clusters)
        return tuple((weights / weights.sum()).tolist())

    def _parts(self, values: np.ndarray) -> tuple[list["_Part"], list["_Part"]]:
        """What counts of every segment: of all its customers, and of those of the fit alone."""
        counts = ~np.isnan(values)
        if self._weights is not None:
            counts &= self._weights > 0
        parts = self._cut(values, counts)
        return parts, parts if self._in_fit.all() else self._cut(values, counts & self._in_fit)

    def _cut(self, values: np.ndarray, counts: np.ndarray) -> list["_Part"]:
        parts = []
        for rows in np.split(self._order, self._starts):
            kept = rows[counts[rows]]
            parts.append(_Part(values[kept], None if self._weights is None else self._weights[kept]))
        return parts


@dataclass(frozen=True, eq=False)
class _Part:
    """The values of some customers and their weights, None where all count the same."""

    values: np.ndarray
    weights: np.ndarray | None

    @property
    def weight(self) -> float:
        return float(len(self.values) if self.weights is None else self.weights.sum())

    @property
    def mean(self) -> float:
        if not len(self.values):
            return np.nan
        return float(self.values.mean() if self.weights is None else self.values @ self.weights / self.weights.sum())

    def squares(self, center: float) -> float:
        """Sum of squared distances to a value."""
        distances = self.values - center
        return float(distances @ (distances if self.weights is None else distances * self.weights))

    def quartiles(self) -> np.ndarray:
        if not len(self.values):
            return np.full(3, np.nan)
        if self.weights is None:  # the same figures, in a fraction of the time
            reached = len(self.values) * QUARTERS
            low, high = np.ceil(reached).astype(np.int64) - 1, np.floor(reached).astype(np.int64)
            ascending = np.partition(self.values, np.unique([low, high]))
        else:
            order = np.argsort(self.values)
            ascending, added_up = self.values[order], np.cumsum(self.weights[order])
            low, high = quarters(added_up, added_up[-1], added_up[-1] * ROUNDING)
        return (ascending[low] + ascending[high]) / 2


def _joined(parts: Sequence[_Part]) -> _Part:
    weights = None if parts[0].weights is None else np.concatenate([part.weights for part in parts])
    return _Part(np.concatenate([part.values for part in parts]), weights)


def quarters(added_up: np.ndarray, total: float, rounding: float) -> tuple[np.ndarray, np.ndarray]:
    """Where ascending values reach a quarter, a half and three quarters of the weight, and where they pass it.

    A quartile is the midpoint of the two values that stand there.

    Parameters
    ----------
    added_up : ndarray
        The weight up to every value.
    rounding : float
        By how much added-up weights may miss what they reach.
    """
    reached = total * QUARTERS
    return np.searchsorted(added_up, reached - rounding), np.searchsorted(added_up, reached + rounding, side="right")


def overall_mean(means: np.ndarray, weights: np.ndarray) -> float:
    """Mean of all customers, from that of every segment and the weight behind it; NaN where there is none."""
    return float(np.nansum(weights * means) / weights.sum()) if weights.any() else np.nan


def spread_out(
    means: np.ndarray, weights: np.ndarray, squares: float, *, differ: bool
) -> tuple[np.ndarray, float, float]:
    """How far the means of the segments lie apart: differences, spread and eta squared, as in `ColumnFigures`.

    Parameters
    ----------
    means, weights : ndarray of shape (n_clusters,)
        Of the rows of the fit.
    squares : float
        Squared distances of their values to `overall_mean`, each times its weight, added up.
    differ : bool
        Whether two values do. The spread does not tell: rounding gives 0.1 ten times over one of 1e-17.
    """
    if not differ:
        return np.full(len(means), np.nan), np.nan, np.nan
    spread = np.sqrt(squares / weights.sum())
    differences = (means - overall_mean(means, weights)) / spread
    explained = min(1.0, np.nansum(weights * differences**2) / weights.sum())  # more than 1 only by rounding
    return differences, float(spread), float(explained) if np.count_nonzero(weights) > 1 else np.nan


def cramers_v(weights: np.ndarray) -> float:
    """Cramér's V of a table of counts or weights, its empty rows and columns left out."""
    parts = weights[weights.sum(axis=1) > 0][:, weights.sum(axis=0) > 0]
    if min(parts.shape) < 2:
        return np.nan
    parts = parts / parts.sum()
    expected = np.outer(parts.sum(axis=1), parts.sum(axis=0))
    return min(1.0, float(np.sqrt(((parts - expected) ** 2 / expected).sum() / (min(parts.shape) - 1))))
