"""The linear indices of centers over all rows, and how many rows every segment has: one pass, block by block.

They are those of `clustering.indices`, from sums over the blocks.
"""

from dataclasses import dataclass

import numpy as np

from clustering.indices.centers import calinski_harabasz_of, davies_bouldin_of
from clustering.placing import NOISE, Rule
from clustering.stream.values import Block

_MOST_ORDERS = 20  # of the numbers of the segments, until who lies between two stays where they are


@dataclass(frozen=True, eq=False)
class Scores:
    """How a segmentation came out over all rows; undefined scores are NaN.

    Attributes
    ----------
    cluster_centers : ndarray of shape (n_clusters, n_features)
        The largest segment first.
    order : ndarray of int of shape (n_clusters,)
        Which of the centers that were given each of these is.
    sizes : tuple of int
        Rows with a segment, those that were placed afterwards among them.
    n_noise : int
        Rows that are near no segment.
    inertia : float
        Weighted where rows have weights.
    simplified_silhouette, calinski_harabasz, davies_bouldin : float
    """

    cluster_centers: np.ndarray
    order: np.ndarray
    sizes: tuple[int, ...]
    n_noise: int
    inertia: float
    simplified_silhouette: float
    calinski_harabasz: float
    davies_bouldin: float


class Tally:
    """The sums behind the scores of one segmentation.

    Rows that are exactly as near to two centers or more are counted by themselves: they belong to the lower number, and
    the numbers go by falling size, which is known at the end.

    Parameters
    ----------
    cluster_centers : ndarray of shape (n_clusters, n_features)
        In prepared units.
    rule : Rule, optional
        Who belongs to which segment; the nearest center decides where it is not given.
    """

    def __init__(self, cluster_centers: np.ndarray, rule: Rule | None = None):
        self.cluster_centers, self._rule = cluster_centers, rule
        n_clusters, n_features = cluster_centers.shape
        self._alone = _Count(n_clusters)
        self._between: dict[tuple[int, ...], _Count] = {}
        self._n, self._n_noise = 0, 0
        self._within = self._weighted = self._margins = 0.0
        self._sums = np.zeros(n_features)

    def add(self, block: Block) -> None:
        """Count rows that take part."""
        block, squares, own = self._measured(block)
        least = squares.min(axis=0) if self._rule is None else squares[own.argmax(axis=0), np.arange(len(block))]
        squares[own] = np.inf
        second = squares.min(axis=0)
        between = self._several(own)
        second[between] = least[between]
        distance, other = np.sqrt(least), np.sqrt(second)
        self._n += len(block)
        self._within += float(least.sum())
        self._weighted += float(least.sum() if block.weights is None else least @ block.weights)
        if len(own) > 1:
            larger, gap = np.maximum(distance, other), other - distance
            self._margins += float(np.divide(gap, larger, out=np.zeros_like(gap), where=larger > 0).sum())
        self._sums += block.columns.sum(axis=1)
        self._count(own, between, block.positions, distance)

    def place(self, block: Block) -> None:
        """Count rows that take no part and are placed afterwards."""
        block, _, own = self._measured(block)
        self._count(own, self._several(own), block.positions, None)

    def scores(self) -> Scores:
        """Number the segments by falling size and score them."""
        centers = self.cluster_centers
        number = np.arange(len(centers))
        for _ in range(_MOST_ORDERS):
            count = self._folded(number)
            order = np.lexsort((count.first, -count.n))
            if np.array_equal(number[order], np.arange(len(centers))):
                break
            number = np.empty_like(number)
            number[order] = np.arange(len(centers))
        count = self._folded(number)
        order = np.argsort(number)
        centers, n_fitted = centers[order], count.n_fitted[order]
        widths = count.own[order] / np.where(n_fitted, n_fitted, np.nan)
        return Scores(
            cluster_centers=centers,
            order=order,
            sizes=tuple(count.n[order].tolist()),
            n_noise=self._n_noise,
            inertia=self._weighted,
            simplified_silhouette=self._margins / self._n if len(centers) > 1 else float("nan"),
            calinski_harabasz=calinski_harabasz_of(n_fitted, self._within, centers, self._sums / self._n),
            davies_bouldin=davies_bouldin_of(widths, centers),
        )

    def _measured(self, block: Block) -> tuple[Block, np.ndarray, np.ndarray]:
        """The rows that are no noise, their squared distances to all centers, and to which they belong (maybe several).

        Distances are summed up column by column, as `placing` does it, so that who belongs where is what a recipe says.
        """
        labels = None if self._rule is None else self._rule(block.X)
        if labels is not None and (labels == NOISE).any():
            stays = labels != NOISE
            self._n_noise += len(labels) - int(stays.sum())
            block, labels = block.some(stays), labels[stays]
        squares = np.zeros((len(self.cluster_centers), len(block)))
        difference = np.empty_like(squares)
        for values, at in zip(block.columns, self.cluster_centers.T, strict=True):
            np.subtract(values, at[:, None], out=difference)
            difference *= difference
            squares += difference
        if labels is None:
            return block, squares, squares == squares.min(axis=0)
        return block, squares, labels == np.arange(len(squares))[:, None]

    @staticmethod
    def _several(own: np.ndarray) -> np.ndarray:
        """Rows that are as near to several centers."""
        if np.count_nonzero(own) == own.shape[1]:
            return np.empty(0, dtype=np.int64)
        return np.flatnonzero(np.count_nonzero(own, axis=0) > 1)

    def _count(self, own: np.ndarray, between: np.ndarray, positions: np.ndarray, distance: np.ndarray | None) -> None:
        if len(between):
            patterns, which = np.unique(own[:, between], axis=1, return_inverse=True)
            for i, pattern in enumerate(patterns.T):
                rows = between[which == i]
                count = self._between.setdefault(tuple(np.flatnonzero(pattern).tolist()), _Count(1))
                told = None if distance is None else distance[rows]
                count.add(np.ones((1, len(rows)), dtype=bool), positions[rows], told)
            own[:, between] = False
        self._alone.add(own, positions, distance)

    def _folded(self, number: np.ndarray) -> "_Count":
        """All counts, with every row between several centers at the one that has the lowest number."""
        total = _Count(len(number))
        total.take(slice(None), self._alone)
        for centers, count in self._between.items():
            lowest = min(centers, key=lambda center: number[center])
            total.take(slice(lowest, lowest + 1), count)
        return total


class _Count:
    """Of every label: rows, those of them that take part, the sum of their distances, and the first row."""

    def __init__(self, n: int):
        self.n, self.n_fitted = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
        self.own = np.zeros(n)
        self.first = np.full(n, np.iinfo(np.int64).max)

    def add(self, own: np.ndarray, positions: np.ndarray, distance: np.ndarray | None) -> None:
        """Count rows by what belongs to whom, of shape (n_labels, n); `distance` of rows that take part."""
        sizes = np.count_nonzero(own, axis=1)
        self.n += sizes
        for label in np.flatnonzero(sizes):
            if self.first[label] > positions[0]:
                self.first[label] = min(self.first[label], positions[own[label].argmax()])
        if distance is not None:
            self.n_fitted += sizes
            self.own += own.astype(np.float64) @ distance

    def take(self, labels: slice, other: "_Count") -> None:
        self.n[labels] += other.n
        self.n_fitted[labels] += other.n_fitted
        self.own[labels] += other.own
        self.first[labels] = np.minimum(self.first[labels], other.first)
