"""Rows far outside the others: how far, which, and what is done about them."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from sklearn.ensemble import IsolationForest

FAR = 5.0  # robust standard deviations from the median beyond which a value is far outside
MANY_FAR = 0.02  # a larger share of far rows is the tail of a skewed column, not a handful of odd customers
FEW_FAR = 2  # but so few never are: of 40 rows one alone is more than 2 %
GAP = 2.0  # robust standard deviations that part rows standing apart from all others ...
LONELY = 0.01  # ... and the largest share of the rows that can stand so
TREES = 200  # with 100 the score of a row still depends on the seed
MOST_LISTED = 200

_FEW = 0.01  # fewer rows than this are too few to measure a spread by
_PLENTY = 10.0  # times the usual distance from the common value
_END = 0.05  # share of the rows at either end that does not count in the span
_TINY = 1e-300  # of a constant column
_LEAST_ROWS = 20  # of fewer, two rows are a tenth: they may well be a segment


@dataclass(frozen=True)
class Limits:
    """From where on one column gives a row away.

    Attributes
    ----------
    column : int
        Position among the columns of numbers.
    middle, unit : float
        In the column's units, after its log; `unit` is one robust standard deviation.
    alone : bool
        Whether being beyond `FAR` in this column alone is far outside. False of a column that is clipped instead.
    together : bool
        Whether it counts in the distance of all columns together.
    """

    column: int
    middle: float
    unit: float
    alone: bool
    together: bool


@dataclass(frozen=True)
class Outside:
    """Which rows are far outside, as a rule for rows that were not there when it was found.

    Attributes
    ----------
    columns : tuple of str
        The columns of numbers.
    limits : tuple of Limits
        Columns in which nothing is far have none.
    apart : float or None
        Robust standard deviations of all columns together beyond which a row stands apart from everybody; None where
        nobody did.
    newest : tuple of (str, str)
        Of every date column the day that its days were counted back from, ISO text.
    """

    columns: tuple[str, ...]
    limits: tuple[Limits, ...]
    apart: float | None = None
    newest: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, eq=False)
class Outliers:
    """What was found and is done.

    Attributes
    ----------
    clipped : tuple of int
        Columns to clip.
    far : ndarray of bool of shape (n_rows,)
        Rows that take no part in the fit.
    worst : ndarray of int of shape (n_far,)
        For each of those the column in which it is farthest.
    listed : tuple of (int, int, float)
        Row, column and robust deviations, of the 200 rows farthest outside, the farthest first; also of rows that
        still take part because their columns are clipped.
    limits : tuple of Limits
        By which the far rows were found; none where an isolation forest found them, or where nobody looked.
    apart : float or None
        See `Outside`.
    """

    clipped: tuple[int, ...]
    far: np.ndarray
    worst: np.ndarray
    listed: tuple[tuple[int, int, float], ...]
    limits: tuple[Limits, ...] = ()
    apart: float | None = None


@dataclass(frozen=True, eq=False)
class Deviations:
    """Distance of every value from the middle of its column, in robust standard deviations; 0 where it is missing.

    Worked out column by column whenever asked for: all of them at once are as large as the table.

    Attributes
    ----------
    values : ndarray of shape (n_rows, n_numbers)
    middles, units : ndarray of shape (n_numbers,)
    is_sparse : ndarray of bool of shape (n_numbers,)
        Which columns are measured from a common value.
    """

    values: np.ndarray
    middles: np.ndarray
    units: np.ndarray
    is_sparse: np.ndarray

    def of(self, column: int, rows: np.ndarray | slice = slice(None)) -> np.ndarray:
        distance = self.values[rows, column] - self.middles[column]
        np.abs(distance, out=distance)
        distance /= self.units[column]
        return np.nan_to_num(distance, copy=False, nan=0.0)

    def farthest(self, chosen: np.ndarray, columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """For each chosen row the first of these columns in which it is farthest, and how far."""
        rows = np.flatnonzero(chosen)
        worst, distance = np.zeros(len(rows), dtype=np.int64), np.zeros(len(rows))
        for column in columns:
            here = self.of(column, rows)
            is_farther = here > distance
            worst[is_farther], distance[is_farther] = column, here[is_farther]
        return worst, distance


def treat(values: np.ndarray, odd: np.ndarray | None, treatment: str) -> Outliers:
    """Decide what becomes of rows far outside.

    Parameters
    ----------
    values : ndarray of shape (n_rows, n_numbers)
        The columns of numbers, NaN where missing; not looked at for `keep` and `clip`.
    odd : ndarray of bool of shape (n_rows,), optional
        What `forest` found in all columns, for the treatment of that name.
    treatment : str
        See `FeatureSpec.outliers`.
    """
    nobody = Outliers((), np.zeros(len(values), dtype=bool), np.empty(0, dtype=np.int64), ())
    if treatment == "keep" or not values.size:
        return nobody
    if treatment == "clip":
        return Outliers(tuple(range(values.shape[1])), nobody.far, nobody.worst, ())
    deviations, beyond = robust_deviations(values)
    columns, is_sparse = np.arange(values.shape[1]), deviations.is_sparse
    if treatment == "forest":
        return Outliers((), odd, deviations.farthest(odd, columns)[0], _listed(deviations, odd))
    far, clipped, apart = beyond.any(axis=1), (), None
    are_many = _are_many(far)
    if not are_many:
        distance, apart = from_everybody(deviations, far)
        far |= distance > (np.inf if apart is None else apart)
    listed = _listed(deviations, far)
    alone = np.ones(values.shape[1], dtype=bool)
    if treatment == "auto" and are_many:
        # Tails are clipped. Of a column in which nearly all rows agree, clipping at a percentile would leave nothing:
        # its far rows, few as they are, still take no part.
        far = beyond[:, is_sparse].any(axis=1)
        if _are_many(far):
            far = np.zeros(len(values), dtype=bool)
            is_sparse = np.zeros_like(is_sparse)
        clipped = tuple(np.flatnonzero(beyond.any(axis=0) & ~is_sparse).tolist())
        columns, alone = np.flatnonzero(is_sparse), is_sparse
    limits = tuple(
        Limits(i, float(deviations.middles[i]), float(unit), bool(alone[i]), not deviations.is_sparse[i])
        for i, unit in enumerate(deviations.units)
        if np.isfinite(unit)
    )
    return Outliers(clipped, far, deviations.farthest(far, columns)[0], listed, limits, apart)


def far_outside(values: np.ndarray, outside: Outside) -> tuple[np.ndarray, np.ndarray]:
    """Find the rows that are far outside by a rule found in other rows.

    Parameters
    ----------
    values : ndarray of shape (n_rows, n_numbers)
        The columns of numbers of `outside`, in their order, after their logs; NaN where missing.

    Returns
    -------
    far : ndarray of bool of shape (n_rows,)
    worst : ndarray of int of shape (n_far,)
        The column in which each of them is farthest.
    """
    n_columns = values.shape[1]
    middles, units = np.zeros(n_columns), np.full(n_columns, np.inf)
    for limit in outside.limits:
        middles[limit.column], units[limit.column] = limit.middle, limit.unit
    alone = np.array([limit.column for limit in outside.limits if limit.alone], dtype=np.int64)
    is_sparse = np.ones(n_columns, dtype=bool)
    is_sparse[[limit.column for limit in outside.limits if limit.together]] = False
    deviations = Deviations(values, middles, units, is_sparse)
    far = np.zeros(len(values), dtype=bool)
    for i in alone:
        far |= deviations.of(i) > FAR
    if outside.apart is not None:
        far |= _together(deviations) > outside.apart
    return far, deviations.farthest(far, alone)[0]


def _are_many(far: np.ndarray) -> bool:
    return far.sum() > max(MANY_FAR * len(far), FEW_FAR)


def robust_deviations(values: np.ndarray) -> tuple[Deviations, np.ndarray]:
    """Distance from the middle in robust standard deviations, and which of them are beyond `FAR`.

    The middle is the median and the robust standard deviation half the span from the 5th to the 95th percentile over
    1.645. Found three times over, because far rows widen the span. Of 20 to 40 rows a twentieth is less than two: there
    the span begins and ends two rows further in, so that two far rows do not hide each other, and is divided by what
    holds for these percentiles of the normal distribution.

    Where the span is nothing, because at least 90 % of the rows agree (80 % of 20 rows), the middle is the value they
    agree on and the others are measured among themselves: far is what lies more than 10 times as far from it as usual
    among them (their lower median). Where fewer than 1 % differ, and by amounts that do not repeat, there is no usual:
    then the plain standard deviation around the common value counts. A flag (two values, each held by two rows or
    more, or 0 and 1) is never far, however rare.
    """
    is_flag = np.array([_is_flag(column[~np.isnan(column)]) for column in values.T], dtype=bool)
    far = np.zeros(len(values), dtype=bool)
    units = np.full(values.shape[1], np.inf)
    middles = np.zeros(values.shape[1])
    is_sparse = np.zeros(values.shape[1], dtype=bool)
    deviations = Deviations(values, middles, units, is_sparse)
    beyond = np.zeros(values.shape, dtype=bool, order="F")
    for _ in range(3):
        for i in np.flatnonzero(~is_flag):
            column = values[~far, i] if far.any() else values[:, i]
            column = column[~np.isnan(column)]
            if len(column):
                end = _left_out(len(column))
                low, middles[i], high = np.percentile(column, [100 * end, 50, 100 - 100 * end])
                is_sparse[i] = not high > low
                unit = _sparse_unit(column, middles[i]) if is_sparse[i] else _spread(low, high, end)
                units[i] = unit or units[i]  # nobody left who differs: measured as before
        found = np.zeros_like(far)
        for i in np.flatnonzero(~is_flag):
            np.greater(deviations.of(i), FAR, out=beyond[:, i])
            found |= beyond[:, i]
        if (found == far).all():
            break
        far = found
    return deviations, beyond


def from_everybody(deviations: Deviations, far: np.ndarray) -> tuple[np.ndarray, float | None]:
    """Tell how far rows are from the middle in all columns together, and from where on they stand apart from everybody.

    All columns together (root of the summed squared deviations) can give a row away that no single one does. Where the
    farthest rows, at most 1 % of them, are parted from the others by a gap of 2 robust standard deviations, they stand
    apart: beyond the distance that is returned, None where there is no such gap. Rows that are `far` already are not
    looked at, nor are sparse columns; of a single column the limit for columns is all there is.
    """
    distance = np.zeros(len(far))
    if deviations.values.shape[1] < 2:
        return distance, None
    distance = _together(deviations)
    distance[far] = 0
    most = max(int(LONELY * (len(distance) - far.sum())), 1)
    if len(distance) - far.sum() <= most:
        return distance, None
    farthest = np.sort(np.partition(distance, len(distance) - most - 1)[-most - 1 :])
    gaps = np.flatnonzero(np.diff(farthest) > GAP)
    return distance, float(farthest[gaps[0]]) if len(gaps) else None


def _together(deviations: Deviations) -> np.ndarray:
    """Robust standard deviations of all columns together, sparse ones left out."""
    distance = np.zeros(len(deviations.values))
    for i in np.flatnonzero(~deviations.is_sparse):
        here = deviations.of(i)
        here *= here
        distance += here
    return np.sqrt(distance, out=distance)


def forest(X: np.ndarray) -> np.ndarray:
    """Rows that an isolation forest of 200 trees parts from the others within a few cuts.

    Their score is more than 5 robust standard deviations above the median score; a fixed limit would call few rows odd
    where columns are many and many where they are few. Nobody is odd where nine in ten rows have the same score.

    References
    ----------
    Liu, Ting and Zhou (2008), ICDM, 413-422.
    """
    order = np.lexsort(X.T)  # the trees draw rows by position: the order of the file must not matter
    # scikit-learn cuts in single precision: far from zero, or in huge units, it would not tell the rows apart.
    ordered = X[order] - X[order].mean(axis=0)
    rows = (ordered / (np.abs(ordered).max(axis=0) + _TINY)).astype(np.float32)
    scores = np.empty(len(X))
    scores[order] = -IsolationForest(n_estimators=TREES, random_state=0).fit(rows).score_samples(rows)
    low, median, high = np.percentile(scores, [5, 50, 95])
    return scores - median > FAR * (_spread(low, high, _END) or np.inf)


def _left_out(n_rows: int) -> float:
    """The share of the rows beyond either end of the span: a twentieth, or two rows."""
    return _END if n_rows < _LEAST_ROWS else max(_END, 2 / (n_rows - 1))


def _spread(low: float, high: float, end: float) -> float:
    """The robust standard deviation from two percentiles as far from either end."""
    return (high - low) / 2 / NormalDist().inv_cdf(1 - end)


def _listed(deviations: Deviations, chosen: np.ndarray) -> tuple[tuple[int, int, float], ...]:
    rows = np.flatnonzero(chosen)
    column, distance = deviations.farthest(chosen, np.arange(deviations.values.shape[1]))
    first = np.argsort(-distance, kind="stable")[:MOST_LISTED]
    return tuple((int(rows[i]), int(column[i]), float(distance[i])) for i in first)


def _is_flag(column: np.ndarray) -> bool:
    if not len(column):
        return True
    low, high = column.min(), column.max()
    n_low, n_high = int((column == low).sum()), int((column == high).sum())
    if n_low + n_high < len(column):
        return False
    return min(n_low, n_high) > 1 or (low, high) == (0, 1)


def _sparse_unit(column: np.ndarray, common: float) -> float:
    """What one robust standard deviation is where nearly all rows agree; 0 if all do."""
    distances = np.abs(column[column != common] - common)
    if not len(distances):
        return 0.0
    repeat = len(np.unique(distances)) <= len(distances) / 2
    if repeat or len(distances) >= _FEW * len(column):
        return _PLENTY / FAR * float(np.sort(distances)[(len(distances) - 1) // 2])
    return float(np.sqrt((distances**2).sum() / len(column)))
