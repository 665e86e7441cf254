"""The tree of agglomerative clustering: grown once, cut at any number of clusters or any height."""

from dataclasses import dataclass

import numpy as np
from scipy.cluster import hierarchy
from scipy.spatial.distance import pdist

from clustering.errors import InvalidSetting, TooFewRows

LINKAGES = ("ward", "average", "complete", "single")


@dataclass(frozen=True, eq=False)
class Tree:
    """Which groups of rows were joined, one join after the other, until one group was left.

    Attributes
    ----------
    merges : ndarray of shape (n_samples - 1, 4)
        As `scipy.cluster.hierarchy.linkage` gives them, by rising height: the two nodes that are joined, the height and
        the rows below. Node i is row i where i < n_samples, else what merge i - n_samples made.
    n_samples : int
    """

    merges: np.ndarray
    n_samples: int

    @property
    def heights(self) -> np.ndarray:
        """Height of every join, rising: how far apart the two groups are, as the linkage measures it."""
        return self.merges[:, 2]

    def cut(self, n_clusters: int) -> np.ndarray:
        """Labels of the rows, 0 to n_clusters - 1, after all but the last n_clusters - 1 joins.

        Exactly so many groups also where several joins have the same height: of those the later ones are undone.

        Raises
        ------
        TooFewRows
            If there are fewer rows than clusters; names both numbers.
        """
        return np.unique(self.tops(n_clusters)[: self.n_samples], return_inverse=True)[1]

    def tops(self, n_clusters: int) -> np.ndarray:
        """For every node the node at the top of its group after the cut; those above the cut are their own."""
        n = self.n_samples
        if not 1 <= n_clusters <= n:
            raise TooFewRows(f"{n_clusters} segments were asked for; {n} customers can make 1 to {n}.")
        kept = self.merges[: n - n_clusters, :2].astype(np.intp)
        tops = np.arange(2 * n - 1)
        tops[kept] = n + np.arange(len(kept))[:, np.newaxis]
        while not np.array_equal(higher := tops[tops], tops):  # twice as far up each time: a chain takes few rounds
            tops = higher
        return tops

    def heights_of(self, n_clusters: int) -> tuple[float, float]:
        """The heights from the first (included) to the second (not included) that give this number of groups.

        Both are equal where no height gives it, because joins are tied. One group is given by every height from the
        last join on.
        """
        n_joins = self.n_samples - n_clusters
        low = float(self.heights[n_joins - 1]) if n_joins else 0.0
        return low, float(self.heights[n_joins]) if n_clusters > 1 else np.inf


def grow(X: np.ndarray, linkage: str) -> Tree:
    """Join the two nearest groups of rows again and again, by Euclidean distance.

    Takes memory for two numbers per pair of rows (single linkage: one), and time that grows with the square of the
    rows.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
    linkage : {"ward", "average", "complete", "single"}
        How far apart two groups are: by the gain in squared distances to their centers if they are joined; by the mean,
        the largest or the smallest distance between a row of one and a row of the other.

    References
    ----------
    Müllner (2011), Modern hierarchical, agglomerative clustering algorithms, arXiv:1109.2378.
    """
    if linkage not in LINKAGES:
        raise InvalidSetting(f"linkage is {linkage!r}; it can be {', '.join(LINKAGES)}.")
    # of the distances, because linkage suspects a square table of being one of distances, and warns
    merges = hierarchy.linkage(pdist(X), linkage) if len(X) > 1 else np.empty((0, 4))
    merges.flags.writeable = False
    return Tree(merges, len(X))
