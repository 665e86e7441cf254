"""The steps of the pipeline between the encoded columns and the clustering, each of plain numbers once fitted.

A fitted step can be told in a few arrays (`statistics_`, `low_`, `center_`, …), so that it can be written to a file and
read back without the library that made it. With `copy=False`, as in the pipeline, whose first step makes an array of
its own, a step changes the array it is given: each copy of a large table would be as large again.
"""

from collections.abc import Sequence

import numpy as np
from sklearn import config_context
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.impute import KNNImputer
from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler

NEIGHBOURS = 5
NEIGHBOUR_ROWS = 2_000  # rows among which the most similar ones are looked for
_CELLS = 100_000  # scaled at a time: scikit-learn needs three times their memory


def _standard(X):
    scaler = StandardScaler().fit(X)
    return scaler.mean_, scaler.scale_


def _minmax(X):
    scaler = MinMaxScaler().fit(X)
    return scaler.data_min_, 1 / scaler.scale_


def _robust(X):
    scaler = RobustScaler().fit(X)
    return scaler.center_, scaler.scale_


def _none(X):
    return np.zeros(X.shape[1]), np.ones(X.shape[1])


# Each a function of the columns: what is subtracted and what it is then divided by.
SCALES = {"standard": _standard, "minmax": _minmax, "robust": _robust, "none": _none}


def _most_frequent(values: np.ndarray) -> float:
    """Return the smallest of those that occur most often."""
    levels, counts = np.unique(values, return_counts=True)
    return levels[counts.argmax()]


def _spread(values: np.ndarray) -> float:
    """Return the standard deviation of those present; 1 where they do not differ."""
    present = values[~np.isnan(values)]
    if not len(present):
        return 1.0
    mean = present.cumsum()[-1] / len(present)  # row after row: which of two equal neighbours is taken hangs on it
    spread = np.sqrt(((present - mean) ** 2).cumsum()[-1] / len(present))
    return float(spread) if spread > 0 else 1.0


# Column by column: scikit-learn's SimpleImputer takes 40 times as long for the medians of a million rows.
_AVERAGES = {"median": np.median, "mean": np.mean, "most_frequent": _most_frequent}


class Fill(TransformerMixin, BaseEstimator):
    """Fill missing cells, each column by its own strategy; "aside" leaves them as they are.

    Parameters
    ----------
    strategies : sequence of str
        One per column: median, mean, most_frequent, constant, neighbours, aside.
    constants : sequence of float
        One per column; looked at only for `constant`.
    copy : bool

    Notes
    -----
    `neighbours` takes the mean of the five rows most similar in the columns of numbers, each divided by its standard
    deviation; they are looked for among at most 2,000 rows. A column without any value is filled with 0.
    """

    def __init__(self, strategies: Sequence[str], constants: Sequence[float], copy: bool = True):
        self.strategies = strategies
        self.constants = constants
        self.copy = copy

    def fit(self, X, y=None):
        strategies = np.array(self.strategies)
        self.statistics_ = np.where(strategies == "constant", self.constants, np.nan)
        for i, strategy in enumerate(self.strategies):
            if strategy in _AVERAGES:
                present = X[~np.isnan(X[:, i]), i]
                self.statistics_[i] = _AVERAGES[strategy](present) if len(present) else 0.0
        self.neighbours_ = None
        self.by_neighbours_ = np.flatnonzero(strategies == "neighbours")
        if len(self.by_neighbours_):
            rows = slice(None)
            if len(X) > NEIGHBOUR_ROWS:
                rows = np.sort(np.random.default_rng(0).choice(len(X), NEIGHBOUR_ROWS, replace=False))
            self.spread_ = np.array([_spread(column) for column in X.T])
            imputer = KNNImputer(n_neighbors=NEIGHBOURS, keep_empty_features=True)
            self.neighbours_ = imputer.fit(X[rows] / self.spread_)
        return self

    def transform(self, X):
        missing = np.isnan(X)
        if not missing.any():
            return X
        chosen = self.by_neighbours_
        needed = np.flatnonzero(missing[:, chosen].any(axis=1))
        found = self._from_neighbours(X[needed])[:, chosen] if len(needed) else None
        filled = X.copy() if self.copy else X
        for i in np.flatnonzero(missing.any(axis=0)):
            filled[missing[:, i], i] = self.statistics_[i]
        if len(needed):
            filled[np.ix_(needed, chosen)] = found
        return filled

    def _from_neighbours(self, X):
        with config_context(working_memory=8):  # megabytes of distances at a time, not a thousand
            return self.neighbours_.transform(X / self.spread_) * self.spread_


class Log(TransformerMixin, BaseEstimator):
    """Take log(1 + value) of chosen columns; a value below 0, which only new rows can bring, counts as 0."""

    def __init__(self, columns: Sequence[int], copy: bool = True):
        self.columns = columns
        self.copy = copy

    def fit(self, X, y=None):
        self.columns_ = np.array(self.columns)
        return self

    def transform(self, X):
        logged = X.copy() if self.copy else X
        for i in self.columns_:
            logged[:, i] = np.log1p(np.maximum(X[:, i], 0))
        return logged

    def inverse_transform(self, X):
        amounts = X.copy()
        amounts[:, self.columns_] = np.expm1(X[:, self.columns_])
        return amounts


class ClipToPercentiles(TransformerMixin, BaseEstimator):
    """Clip chosen columns to the percentiles seen when fitted."""

    def __init__(self, columns, low=1, high=99, copy=True):
        self.columns = columns
        self.low = low
        self.high = high
        self.copy = copy

    def fit(self, X, y=None):
        self.low_, self.high_ = np.full(X.shape[1], -np.inf), np.full(X.shape[1], np.inf)
        self.n_clipped_ = 0
        for i in self.columns:
            low, high = np.nanpercentile(X[:, i], [self.low, self.high])
            self.low_[i], self.high_[i] = low, high
            self.n_clipped_ += int(np.count_nonzero((X[:, i] < low) | (X[:, i] > high)))
        return self

    def transform(self, X):
        return np.clip(X, self.low_, self.high_, out=None if self.copy else X)


class Scale(TransformerMixin, BaseEstimator):
    """Bring the columns to one measure and weigh them: (value - center) / spread.

    Parameters
    ----------
    scale : str
        A key of `SCALES`, for the columns of numbers.
    blocks : sequence of sequence of int
        Columns of 0 and 1 that are the levels of one category. They are divided by one number, so that the category
        weighs like one column of numbers: with `standard` and `robust` the variances of its levels add up to 1, as
        the variance of a standardised number is 1 (for two levels the same as standardising a 0/1 column); with
        `minmax` and `none` two customers of different levels are 1 apart.
    weights : sequence of float
        One per column.
    copy : bool
    """

    def __init__(self, scale: str, blocks: Sequence[Sequence[int]], weights: Sequence[float], copy: bool = True):
        self.scale = scale
        self.blocks = blocks
        self.weights = weights
        self.copy = copy

    def fit(self, X, y=None):
        self.center_, self.spread_ = np.zeros(X.shape[1]), np.full(X.shape[1], np.sqrt(2))
        numbers = np.setdiff1d(np.arange(X.shape[1]), [i for block in self.blocks for i in block])
        n_columns = max(_CELLS // len(X), 1)
        for begin in range(0, len(numbers), n_columns):
            some = numbers[begin : begin + n_columns]
            self.center_[some], self.spread_[some] = SCALES[self.scale](X[:, some])
        for block in map(list, self.blocks):
            share = np.array([X[:, i].mean() for i in block])
            variance = float((share * (1 - share)).sum())
            if self.scale in ("standard", "robust"):
                self.center_[block] = share
                self.spread_[block] = np.sqrt(variance) if variance > 0 else 1.0
        self.spread_ = self.spread_ / np.asarray(self.weights)
        return self

    def transform(self, X):
        scaled = np.subtract(X, self.center_, out=None if self.copy else X)
        scaled /= self.spread_
        return scaled

    def inverse_transform(self, X):
        return X * self.spread_ + self.center_
