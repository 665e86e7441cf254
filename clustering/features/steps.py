"""The steps of the pipeline between the encoded columns and the clustering, each of plain numbers once fitted.

A fitted step can be told in a few arrays (`statistics_`, `low_`, `center_`, …), so that it can be written to a file and
read back without the library that made it.
"""

from collections.abc import Sequence

import numpy as np
from sklearn import config_context
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.impute import KNNImputer
from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler

NEIGHBOURS = 5
NEIGHBOUR_ROWS = 2_000  # rows among which the most similar ones are looked for


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

    Notes
    -----
    `neighbours` takes the mean of the five rows most similar in the columns of numbers, each divided by its standard
    deviation; they are looked for among at most 2,000 rows. A column without any value is filled with 0.
    """

    def __init__(self, strategies: Sequence[str], constants: Sequence[float]):
        self.strategies = strategies
        self.constants = constants

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
            with np.errstate(invalid="ignore"):
                count = (~np.isnan(X)).sum(axis=0)
                mean = np.nansum(X, axis=0) / np.maximum(count, 1)
                spread = np.sqrt(np.nansum((X - mean) ** 2, axis=0) / np.maximum(count, 1))
            self.spread_ = np.where(spread > 0, spread, 1.0)
            imputer = KNNImputer(n_neighbors=NEIGHBOURS, keep_empty_features=True)
            self.neighbours_ = imputer.fit(X[rows] / self.spread_)
        return self

    def transform(self, X):
        missing = np.isnan(X)
        incomplete = missing.any(axis=1)
        if not incomplete.any():
            return X
        filled = np.where(missing, self.statistics_, X)
        if self.neighbours_ is not None:
            chosen = self.by_neighbours_
            needed = missing[:, chosen].any(axis=1)
            if needed.any():
                with config_context(working_memory=64):  # megabytes of distances at a time, not a thousand
                    found = self.neighbours_.transform(X[needed] / self.spread_) * self.spread_
                filled[np.ix_(needed, chosen)] = found[:, chosen]
        return filled


class Log(TransformerMixin, BaseEstimator):
    """Take log(1 + value) of chosen columns; a value below 0, which only new rows can bring, counts as 0."""

    def __init__(self, columns: Sequence[int]):
        self.columns = columns

    def fit(self, X, y=None):
        self.columns_ = np.array(self.columns)
        return self

    def transform(self, X):
        logged = X.copy()
        logged[:, self.columns_] = np.log1p(np.maximum(X[:, self.columns_], 0))
        return logged

    def inverse_transform(self, X):
        amounts = X.copy()
        amounts[:, self.columns_] = np.expm1(X[:, self.columns_])
        return amounts


class ClipToPercentiles(TransformerMixin, BaseEstimator):
    """Clip chosen columns to the percentiles seen when fitted."""

    def __init__(self, columns, low=1, high=99):
        self.columns = columns
        self.low = low
        self.high = high

    def fit(self, X, y=None):
        self.low_, self.high_ = np.full(X.shape[1], -np.inf), np.full(X.shape[1], np.inf)
        chosen = list(self.columns)
        self.low_[chosen], self.high_[chosen] = np.nanpercentile(X[:, chosen], [self.low, self.high], axis=0)
        self.n_clipped_ = int(np.count_nonzero(self.transform(X) != X))
        return self

    def transform(self, X):
        return np.clip(X, self.low_, self.high_)


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
    """

    def __init__(self, scale: str, blocks: Sequence[Sequence[int]], weights: Sequence[float]):
        self.scale = scale
        self.blocks = blocks
        self.weights = weights

    def fit(self, X, y=None):
        self.center_, self.spread_ = np.zeros(X.shape[1]), np.full(X.shape[1], np.sqrt(2))
        numbers = np.setdiff1d(np.arange(X.shape[1]), [i for block in self.blocks for i in block])
        if len(numbers):
            self.center_[numbers], self.spread_[numbers] = SCALES[self.scale](X[:, numbers])
        for block in map(list, self.blocks):
            share = X[:, block].mean(axis=0)
            variance = float((share * (1 - share)).sum())
            if self.scale in ("standard", "robust"):
                self.center_[block] = share
                self.spread_[block] = np.sqrt(variance) if variance > 0 else 1.0
        self.spread_ = self.spread_ / np.asarray(self.weights)
        return self

    def transform(self, X):
        scaled = X - self.center_
        scaled /= self.spread_
        return scaled

    def inverse_transform(self, X):
        return X * self.spread_ + self.center_
