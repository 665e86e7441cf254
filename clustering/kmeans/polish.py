"""Lloyd's algorithm in rounds that can be stopped, and that look only at rows whose nearest center can have changed.

Centers, labels and rounds are those of scikit-learn; a round takes a fraction of the time and no copy of the rows.

References
----------
Hamerly (2010), SDM, 130-140.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from clustering.errors import Stopped

_CHUNK = 16_384
_ROUNDING = 1e-6  # of a standard deviation: a margin below this can be the rounding of squares


@dataclass(frozen=True, eq=False)
class Found:
    """Centers with the rows nearest to each.

    Attributes
    ----------
    labels : ndarray of int32 of shape (n_samples,)
    cluster_centers : ndarray of shape (n_clusters, n_features)
    inertia : float
        Weighted where rows have weights.
    n_iter : int
        Rounds of Lloyd's algorithm.
    unsure : ndarray of int, optional
        Rows about as near to another center, which rounding decided about; None where that was not looked at.
    """

    labels: np.ndarray
    cluster_centers: np.ndarray
    inertia: float
    n_iter: int
    unsure: np.ndarray | None = None


def polish(
    X: np.ndarray,
    weights: np.ndarray | None,
    cluster_centers: np.ndarray,
    max_iter: int,
    tol: float,
    stop: Callable[[], bool] | None = None,
) -> Found:
    """Lloyd's algorithm from these centers, as scikit-learn runs it: rounds, convergence and empty clusters.

    A row stays where it is until the centers together have moved as far as it was nearer to its own than to the next.

    Parameters
    ----------
    tol : float
        Settled when the squared moves of the centers sum up to less than this, relative to the mean variance.
    stop : callable returning bool, optional
        Asked all the while, every few thousand rows.

    Raises
    ------
    Stopped
        If `stop` says so.
    """
    lloyd, n_iter, settled = _Lloyd(X, weights, cluster_centers, stop), 0, False
    while not settled and n_iter < max_iter:
        settled = lloyd.move() <= tol * lloyd.variance
        n_iter += 1
    return Found(lloyd.labels, lloyd.centers + lloyd.middle, lloyd.inertia(), n_iter, lloyd.unsure())


class _Lloyd:
    """Centers on the move, and the center nearest to every row.

    Attributes
    ----------
    middle : ndarray of shape (n_features,)
        What is subtracted from all rows: far from zero the squares would lose every digit.
    centers : ndarray of shape (n_clusters, n_features)
        Less the middle.
    variance : float
        Mean over the features.
    """

    def __init__(self, X, weights, cluster_centers, stop):
        self.X, self.weights, self._stop = X, weights, stop
        self.middle = cluster_centers.mean(axis=0)
        self.centers = cluster_centers - self.middle
        self.labels = np.full(len(X), -1, dtype=np.int32)
        self._sums, self._totals = np.zeros(self.centers.shape), np.zeros(len(self.centers))
        self._sizes = np.zeros(len(self.centers))
        self._drift = 0.0  # how far any two centers have come together or apart, at most
        self._reach = np.empty(len(X))  # the drift up to which the row's nearest center stays the nearest
        first, second = np.zeros(X.shape[1]), np.zeros(X.shape[1])
        for part in parts(len(X), stop):
            block = self._look(part)
            first += block.sum(axis=0)
            second += np.einsum("ij,ij->j", block, block)
        self.variance = float((second / len(X) - (first / len(X)) ** 2).mean())

    def move(self) -> float:
        """Move every center to the mean of its rows; return the sum of the squared moves."""
        if (self._sizes == 0).any():
            self._refill()
        means = self._sums / np.maximum(self._totals, np.finfo(float).tiny)[:, None]
        centers = np.where(self._sizes[:, None] > 0, means, self.centers)
        moves = np.linalg.norm(centers - self.centers, axis=1)
        self.centers = centers
        self._drift += np.sort(moves)[-2:].sum()
        stale = np.flatnonzero(self._reach < self._drift)
        for part in parts(len(stale), self._stop):
            self._look(stale[part])
        return float(moves @ moves)

    def inertia(self) -> float:
        total = 0.0
        for part in parts(len(self.X), self._stop):
            squared = self._squared(part)
            total += squared.sum() if self.weights is None else squared @ self.weights[part]
        return float(total)

    def unsure(self) -> np.ndarray:
        """Rows that are about as near to another center as to their own, as far as it was followed."""
        return np.flatnonzero(self._reach - self._drift <= _ROUNDING * np.sqrt(self.variance))

    def _look(self, rows) -> np.ndarray:
        """Find the nearest center of these rows (a slice or positions) anew; return them less the middle."""
        block = self.X[rows] - self.middle
        labels, margin = _nearest(block, self.centers)
        self._reach[rows] = margin + self._drift
        changed = np.flatnonzero(labels != self.labels[rows])
        if len(changed):
            positions = changed + rows.start if isinstance(rows, slice) else rows[changed]
            self._put(positions, block if len(changed) == len(block) else block[changed], labels[changed])
        return block

    def _put(self, rows: np.ndarray, block: np.ndarray, labels: np.ndarray) -> None:
        """Take these rows over to other centers."""
        every = np.arange(len(self.centers))[:, None]
        change = (labels == every).astype(np.float64)
        if self.labels[rows[0]] >= 0:
            change -= self.labels[rows] == every
        self.labels[rows] = labels
        self._sizes += change.sum(axis=1)
        if self.weights is not None:
            change *= self.weights[rows]
        self._sums += change @ block
        self._totals += change.sum(axis=1)

    def _refill(self) -> None:
        """Give centers without rows those farthest from their own, as scikit-learn does."""
        squared = np.concatenate([self._squared(part) for part in parts(len(self.X), self._stop)])
        for empty in np.flatnonzero(self._sizes == 0):
            self._sums[empty] = self._totals[empty] = 0  # no rounding left over
            row = np.array([squared.argmax()])
            if squared[row] == 0:
                break  # every row lies on a center: there are fewer different rows than centers
            self._put(row, self.X[row] - self.middle, np.array([empty], dtype=np.int32))
            self._reach[row], squared[row] = -np.inf, 0

    def _squared(self, part: slice) -> np.ndarray:
        """Squared distances to the own center."""
        difference = self.X[part] - self.middle - self.centers[self.labels[part]]
        return np.einsum("ij,ij->i", difference, difference)


def nearest_centers(X: np.ndarray, cluster_centers: np.ndarray) -> np.ndarray:
    """Label of the nearest center for every row."""
    middle = cluster_centers.mean(axis=0)
    labels = [_nearest(X[part] - middle, cluster_centers - middle)[0] for part in parts(len(X))]
    return np.concatenate([np.empty(0, dtype=np.int32), *labels])


def _nearest(block: np.ndarray, centers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The nearest center of every row, and how much nearer it is than the next; both must lie around zero."""
    ranking = -2 * centers @ block.T  # squared distance less the row's own square
    ranking += np.einsum("ij,ij->i", centers, centers)[:, None]
    least = ranking.min(axis=0)
    labels = (ranking == least).argmax(axis=0).astype(np.int32)
    ranking[labels, np.arange(len(block))] = np.inf
    squares = np.einsum("ij,ij->i", block, block)
    next_nearest = np.sqrt(np.maximum(ranking.min(axis=0) + squares, 0))
    return labels, next_nearest - np.sqrt(np.maximum(least + squares, 0))


def parts(n: int, stop: Callable[[], bool] | None = None) -> Iterator[slice]:
    """Slices small enough for the processor's cache; `stop` is asked before each."""
    for start in range(0, n, _CHUNK):
        if stop and stop():
            raise Stopped
        yield slice(start, min(start + _CHUNK, n))
