"""Shapeless customers: tables with the columns of the real one, but with one crowd in them at most.

What a clustering of such tables scores is what chance gives; only what lies above it speaks for segments.
"""

import numpy as np
from scipy.stats import norm, rankdata
from sklearn.isotonic import isotonic_regression

from clustering.features import Features

REFERENCE_ROWS = 1_000
_LOOKED_AT = 10_000  # rows from which margins and correlations are taken
_MODES = 8  # bins that are tried as the mode, the densest first
_FEW_LEVELS = 10  # a column with no more distinct values keeps exactly these


class Reference:
    """Draws tables of one component like the prepared features.

    Every column keeps its range, skew and tails but has one mode (the unimodal distribution nearest to its own); the
    columns keep their rank correlations (Gaussian copula). Columns of few values keep the shares of these. The levels
    of a category are shuffled together, so that a category tells nothing about the others.

    References
    ----------
    Grenander (1956), Skand. Aktuarietidskr. 39:125-153 (density with one mode). Tibshirani, Walther and Hastie (2001),
    J. R. Stat. Soc. B 63:411-423 (comparison with tables without clusters).
    """

    def __init__(self, features: Features, random_state: int):
        X = features.X
        rng = np.random.default_rng([random_state, 0])
        if len(X) > _LOOKED_AT:
            X = X[rng.choice(len(X), _LOOKED_AT, replace=False)]
        self._random_state = random_state
        self._X = X
        self._levels = _level_groups(features)
        grouped = {column for group in self._levels for column in group}
        self._numbers = [column for column in range(X.shape[1]) if column not in grouped]
        self._margins = [_margin(X[:, column]) for column in self._numbers]
        self._mixing = _mixing(X[:, self._numbers])
        self.n_rows = min(len(X), REFERENCE_ROWS)

    def sample(self) -> np.ndarray:
        """Rows of the real table, as many as a drawn one has, to be scored the same way."""
        rng = np.random.default_rng([self._random_state, 1])
        return self._X if len(self._X) == self.n_rows else self._X[rng.choice(len(self._X), self.n_rows, replace=False)]

    def draw(self, i: int) -> np.ndarray:
        """Return table number `i`, of shape (n_rows, n_features); the same number gives the same table."""
        rng = np.random.default_rng([self._random_state, 2, i])
        drawn = np.empty((self.n_rows, self._X.shape[1]))
        ranks = norm.cdf(rng.standard_normal((self.n_rows, len(self._numbers))) @ self._mixing.T)
        for place, (column, margin) in enumerate(zip(self._numbers, self._margins, strict=True)):
            drawn[:, column] = margin(ranks[:, place])
        for group in self._levels:
            drawn[:, group] = self._X[np.ix_(rng.integers(0, len(self._X), self.n_rows), group)]
        return drawn


def _level_groups(features: Features) -> list[list[int]]:
    """Columns of X that are the levels of one category; none where components took their place."""
    if features.components is not None:
        return []
    groups: dict[str, list[int]] = {}
    for i, encoded in enumerate(features.encoded):
        if encoded.level is not None:
            groups.setdefault(encoded.column, []).append(i)
    return list(groups.values())


def _margin(column: np.ndarray):
    """The quantile function of a column with one mode."""
    levels, counts = np.unique(column, return_counts=True)
    if len(levels) <= _FEW_LEVELS:
        shares = np.cumsum(counts) / len(column)
        return lambda ranks: levels[np.minimum(np.searchsorted(shares, ranks), len(levels) - 1)]
    edges, cumulated = one_mode(column)
    return lambda ranks: np.interp(ranks, cumulated, edges)


def one_mode(column: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Values and cumulated shares of the unimodal distribution nearest to that of a column.

    The density rises up to the mode and falls from there (Grenander's estimator on bins); the mode is where the
    cumulated shares differ least from the column's own.
    """
    edges = _edges(column)
    shares = np.histogram(column, edges)[0] / len(column)
    widths = np.diff(edges)
    density, observed = shares / widths, np.cumsum(shares)
    fits = []
    for mode in np.argsort(-density, kind="stable")[:_MODES]:
        rising = isotonic_regression(density[: mode + 1], sample_weight=widths[: mode + 1])
        falling = isotonic_regression(density[mode:], sample_weight=widths[mode:], increasing=False)
        peak = max(rising[-1], falling[0])
        cumulated = np.cumsum(np.concatenate([rising[:-1], [peak], falling[1:]]) * widths)
        fits.append(cumulated / cumulated[-1])
    nearest = min(fits, key=lambda cumulated: np.abs(cumulated - observed).max())
    return edges, np.concatenate([[0.0], nearest])


def _edges(column: np.ndarray) -> np.ndarray:
    """Edges of bins of about equal count, finer towards both ends, halfway between neighbouring values.

    The finer ones keep the few values of a long tail from being spread evenly over it. A value that many rows share has
    a bin of its own, or else many zeros would become many small amounts.
    """
    levels, counts = np.unique(column, return_counts=True)
    middle_ranks = (np.cumsum(counts) - counts / 2) / len(column)
    n_bins = int(np.clip(round(2 * len(column) ** (1 / 3)), 8, 40))
    tail = 0.5 ** np.arange(1, np.log2(len(column) / n_bins)) / n_bins
    bins = np.searchsorted(np.sort(np.concatenate([np.arange(1, n_bins) / n_bins, tail, 1 - tail])), middle_ranks)
    last = np.flatnonzero(np.diff(bins))
    return np.unique(np.concatenate([levels[:1], (levels[last] + levels[last + 1]) / 2, levels[-1:]]))


def _mixing(numbers: np.ndarray) -> np.ndarray:
    """Matrix that gives independent normal values the rank correlations of the columns, with variance 1 each."""
    n_columns = numbers.shape[1]
    if n_columns < 2:
        return np.eye(n_columns)
    with np.errstate(invalid="ignore", divide="ignore"):  # a constant column has no correlation
        ranked = np.corrcoef(rankdata(numbers, axis=0), rowvar=False)
    normal = 2 * np.sin(np.pi * np.nan_to_num(ranked) / 6)  # Spearman's correlation as Pearson's of normal values
    np.fill_diagonal(normal, 1)
    values, vectors = np.linalg.eigh(normal)
    mixing = vectors * np.sqrt(np.maximum(values, 1e-6))  # rank correlations as they stand need not be a valid matrix
    return mixing / np.linalg.norm(mixing, axis=1, keepdims=True)
