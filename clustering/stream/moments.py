"""Means, variances and ranges of columns that come block by block, exact for all rows together."""

import numpy as np


class Moments:
    """Merged from block to block, so that columns far from zero lose no digits.

    Parameters
    ----------
    n_columns : int
    together : bool
        Whether every pair of columns is followed (covariances), or each by itself.

    Attributes
    ----------
    n : int
        Rows so far.
    mean, low, high : ndarray of shape (n_columns,)

    References
    ----------
    Chan, Golub and LeVeque (1979), Technical Report STAN-CS-79-773.
    """

    def __init__(self, n_columns: int, *, together: bool = False):
        self.n = 0
        self.mean = np.zeros(n_columns)
        self.low, self.high = np.full(n_columns, np.inf), np.full(n_columns, -np.inf)
        self._together = together
        self._squares = np.zeros((n_columns, n_columns) if together else n_columns)

    def add(self, columns: np.ndarray) -> None:
        """Count some more rows, given column by column: of shape (n_columns, n), without missing values."""
        n = columns.shape[1]
        mean = columns.mean(axis=1)
        rest = columns - mean[:, None]
        shift, both = mean - self.mean, self.n + n
        part = self.n * n / both
        if self._together:
            self._squares += rest @ rest.T + part * np.outer(shift, shift)
        else:
            self._squares += np.einsum("ij,ij->i", rest, rest) + part * shift * shift
        self.mean = self.mean + shift * (n / both)
        np.minimum(self.low, columns.min(axis=1), out=self.low)
        np.maximum(self.high, columns.max(axis=1), out=self.high)
        self.n = both

    @property
    def variance(self) -> np.ndarray:
        """Of every column: mean squared deviation from its mean."""
        return (np.diag(self._squares) if self._together else self._squares) / self.n

    @property
    def covariance(self) -> np.ndarray:
        """Of all pairs of columns, per row; only where they were followed together."""
        return self._squares / self.n
