"""What the columns are scaled by, from all rows of a table on the cluster."""

from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass

import numpy as np

from clustering.errors import InvalidSetting, TooFewRows
from clustering.features import Features
from clustering.spark.rows import Row
from clustering.spark.sql.plan import Plan
from clustering.spark.sql.prepared import pairs
from clustering.stream.preparing import made_anew, rescale
from clustering.table import MIN_ROWS, Table
from clustering.wording import count, listing, one_line


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
