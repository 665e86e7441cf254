"""Indices from the distances to the centers: one pass over the rows."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from clustering.errors import Stopped

_CHUNK = 16_384


@dataclass(frozen=True, eq=False)
class CenterDistances:
    """Distance of every row to its own center and to the nearest other one; shared by the linear indices.

    Attributes
    ----------
    own, other : ndarray of shape (n_samples,)
        Euclidean.
    second : ndarray of int32 of shape (n_samples,)
        Which the nearest other center is.
    """

    own: np.ndarray
    other: np.ndarray
    second: np.ndarray

    @property
    def margins(self) -> np.ndarray:
        """Simplified silhouette of every row, in [-1, 1]: 0 half-way between the two centers, and where both are 0."""
        gap = self.other - self.own
        larger = np.maximum(self.own, self.other)
        return np.divide(gap, larger, out=np.zeros_like(gap), where=larger > 0)


def center_distances(X, labels, cluster_centers, stop: Callable[[], bool] | None = None) -> CenterDistances:
    """Distances to the own and to the nearest other center, a few thousand rows at a time.

    Raises
    ------
    Stopped
        If `stop`, asked every few thousand rows, says so.
    """
    own, other, second = np.empty(len(X)), np.empty(len(X)), np.empty(len(X), dtype=np.int32)
    middle = cluster_centers.mean(axis=0)  # far from zero the expansion below would lose every digit
    centers = cluster_centers - middle
    norms = np.einsum("ij,ij->i", centers, centers)
    for start in range(0, len(X), _CHUNK):
        if stop and stop():
            raise Stopped
        part = slice(start, start + _CHUNK)
        block, label = X[part] - middle, labels[part]
        difference = block - centers[label]
        own[part] = np.sqrt(np.einsum("ij,ij->i", difference, difference))
        ranking = norms - 2 * (block @ centers.T)  # squared distance less the row's own norm
        ranking[np.arange(len(block)), label] = np.inf
        second[part] = ranking.argmin(axis=1)
        difference = block - centers[second[part]]
        other[part] = np.sqrt(np.einsum("ij,ij->i", difference, difference))
    return CenterDistances(own, other, second)


def inertia(X, labels, cluster_centers, distances: CenterDistances | None = None) -> float:
    """Sum of squared distances to the own center, in squared units of X; 0 at best."""
    distances = distances or center_distances(X, labels, cluster_centers)
    return float(distances.own @ distances.own)


def simplified_silhouette(X, labels, cluster_centers, distances: CenterDistances | None = None) -> float:
    """Silhouette with distances to centers instead of to all rows; in [-1, 1], the best value is 1.

    NaN for a single cluster.

    References
    ----------
    Vendramin, Campello and Hruschka (2010), Stat. Anal. Data Min. 3:209-235.
    """
    if len(cluster_centers) < 2:
        return float("nan")
    distances = distances or center_distances(X, labels, cluster_centers)
    return float(np.mean(distances.margins))


def calinski_harabasz(X, labels, cluster_centers, distances: CenterDistances | None = None) -> float:
    """Variance between clusters over variance within, each per degree of freedom; 0 or more, higher is better.

    NaN where it is undefined: a single cluster, as many clusters as rows, or no variance within.

    References
    ----------
    Calinski and Harabasz (1974), Commun. Stat. 3:1-27.
    """
    within = inertia(X, labels, cluster_centers, distances)
    n_clusters = len(cluster_centers)
    sizes = np.bincount(labels, minlength=n_clusters)
    return calinski_harabasz_of(sizes, within, cluster_centers, X.mean(axis=0))


def calinski_harabasz_of(sizes, within: float, cluster_centers, mean) -> float:
    """The same from sums over the rows: rows per cluster, their inertia, the centers, and the mean of all rows."""
    n_samples, n_clusters = int(np.sum(sizes)), len(cluster_centers)
    if within == 0 or not 2 <= n_clusters < n_samples:
        return float("nan")
    offset = cluster_centers - mean
    between = float(sizes @ np.einsum("ij,ij->i", offset, offset))
    return between / (n_clusters - 1) / (within / (n_samples - n_clusters))


def davies_bouldin(X, labels, cluster_centers, distances: CenterDistances | None = None) -> float:
    """Mean over clusters of the worst ratio of widths to distance between centers; 0 or more, lower is better.

    NaN for a single cluster and where two centers coincide.

    References
    ----------
    Davies and Bouldin (1979), IEEE Trans. Pattern Anal. 1:224-227.
    """
    distances = distances or center_distances(X, labels, cluster_centers)
    n_clusters = len(cluster_centers)
    width = np.bincount(labels, weights=distances.own, minlength=n_clusters) / np.bincount(labels, minlength=n_clusters)
    return davies_bouldin_of(width, cluster_centers)


def davies_bouldin_of(width, cluster_centers) -> float:
    """The same from the mean distance of the rows of every cluster to its center, and the centers."""
    n_clusters = len(cluster_centers)
    difference = cluster_centers[:, None, :] - cluster_centers[None, :, :]
    apart = np.sqrt(np.einsum("ijk,ijk->ij", difference, difference))
    np.fill_diagonal(apart, np.inf)
    if n_clusters < 2 or (apart == 0).any():
        return float("nan")
    return float(((width[:, None] + width[None, :]) / apart).max(axis=1).mean())
