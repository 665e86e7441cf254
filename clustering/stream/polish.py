"""Lloyd's algorithm over all rows, read block by block: exact rounds for several numbers of clusters at once.

One reading of the rows is one round of every number of clusters that has not settled. Rounds, convergence and clusters
that lose their rows are those of `kmeans.polish`; the bounds that spare it most rows would be as large as the table.

References
----------
Lloyd (1982), IEEE Trans. Inf. Theory 28:129-137.
"""

from collections.abc import Iterable

import numpy as np

from clustering.stream.values import Block


class Lloyd:
    """Centers on the move, for one number of clusters.

    Parameters
    ----------
    cluster_centers : ndarray of shape (n_clusters, n_features)
        To start from.
    middle : ndarray of shape (n_features,)
        `Values.middle`.
    variance : float
        `Values.variance`.
    max_iter, tol
        As in `ClusterSpec`.

    Attributes
    ----------
    n_iter : int
        Rounds so far.
    settled : bool
        Whether the centers came to rest.
    """

    def __init__(self, cluster_centers: np.ndarray, middle: np.ndarray, variance: float, max_iter: int, tol: float):
        self._middle, self._least_move, self._max_iter = middle, tol * variance, max_iter
        self._centers = cluster_centers - middle
        self.n_iter, self.settled = 0, False
        self._begin()

    @property
    def cluster_centers(self) -> np.ndarray:
        return self._centers + self._middle

    @property
    def is_over(self) -> bool:
        """Whether it settled, or has had as many rounds as it may."""
        return self.settled or self.n_iter >= self._max_iter

    @property
    def has_empty(self) -> bool:
        """Whether a cluster has no rows in the round at hand."""
        return bool((self._sums[:, -1] == 0).any())

    def add(self, block: Block) -> None:
        """Give the rows of a block to their nearest centers."""
        self._sums += self._nearest(block) @ block.counting.T

    def refill(self, blocks: Iterable[Block]) -> None:
        """Give clusters without rows those farthest from their own centers, as scikit-learn does; reads all rows."""
        empty = np.flatnonzero(self._sums[:, -1] == 0)
        far = np.empty(0), np.empty((0, self._sums.shape[1])), np.empty(0, dtype=np.int64)
        for block in blocks:
            labels = self._nearest(block).argmax(axis=0)
            difference = block.around_zero[:-1] - self._centers[labels].T
            here = np.einsum("ij,ij->j", difference, difference), block.counting.T, labels
            found = tuple(np.concatenate(both) for both in zip(far, here, strict=True))
            farthest = np.argsort(-found[0], kind="stable")[: len(empty)]
            far = tuple(values[farthest] for values in found)
        for cluster, distance, counted, own in zip(empty, *far, strict=False):
            if distance == 0:
                break  # every row lies on a center: there are fewer different rows than centers
            self._sums[own] -= counted
            self._sums[cluster] = counted

    def move(self) -> None:
        """End the round: every center goes to the mean of its rows."""
        *sums, totals, sizes = self._sums.T
        means = np.array(sums).T / np.maximum(totals, np.finfo(float).tiny)[:, None]
        centers = np.where(sizes[:, None] > 0, means, self._centers)
        moves = centers - self._centers
        self._centers = centers
        self.n_iter += 1
        self.settled = bool(np.einsum("ij,ij->", moves, moves) <= self._least_move)
        self._begin()

    def _begin(self) -> None:
        # A product of this and the rows is the squared distance less the row's own square.
        squares = np.einsum("ij,ij->i", self._centers, self._centers)
        self._ranking = np.hstack([-2 * self._centers, squares[:, None]])
        self._sums = np.zeros((len(self._centers), len(self._middle) + 2))  # as `Block.counting`

    def _nearest(self, block: Block) -> np.ndarray:
        """1 where a center is the nearest of a row, else 0; of shape (n_clusters, n)."""
        ranking = self._ranking @ block.around_zero
        own = ranking == ranking.min(axis=0)
        if np.count_nonzero(own) > len(block):  # of centers that are as near the first
            own = np.arange(len(own))[:, None] == own.argmax(axis=0)
        return own.astype(np.float64)
