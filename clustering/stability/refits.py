"""Fits of some of the rows with everybody placed, as quick as the method allows."""

from dataclasses import replace

import numpy as np

from clustering.errors import FewerFound, InvalidSetting
from clustering.kmeans import polish
from clustering.methods import METHODS, ClusterSpec
from clustering.model import Clustering, discover, groundwork
from clustering.stability.halves import part
from clustering.stability.starts import Starts

_MOST_STARTS = 3  # of any method: there are hundreds of fits, and each is to be near the best only


class Refits:
    """Fits of some of the rows for any number of clusters; what these share is done once.

    k-means takes the quick starts of `Starts`; every other method is run as for a segmentation, with at most three
    random starts.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
    weights : ndarray of shape (n_samples,), optional
    spec : ClusterSpec
        Its own `n_clusters` is not looked at; a start by hand is one start, from there.
    chosen : ndarray of int
        Rows that take part; the others are placed.
    stretch : ndarray of shape (n_features,), optional
        What `Method.stretch` gives for the features that X comes from.
    seed : int
        Of the starts of k-means.
    """

    def __init__(self, X, weights, spec: ClusterSpec, chosen: np.ndarray, *, stretch=None, seed: int = 0):
        self._X, self._spec = X, _with_few_starts(replace(spec, n_clusters=None))
        self._rows, self._weights = X[chosen], part(weights, chosen)
        if spec.method == "kmeans":
            self._starts = None if spec.start else Starts(self._rows, self._weights, seed)
        else:
            work = groundwork(self._rows, self._weights, self._spec, stretch=stretch)
            self._work = replace(work, chosen=chosen if work.chosen is None else chosen[work.chosen])

    def find(self, n_clusters: int | None) -> tuple[np.ndarray, np.ndarray] | None:
        """The cluster of every row of X, -1 for noise, and the centers.

        Parameters
        ----------
        n_clusters : int or None
            None for a method that finds it itself.

        Returns
        -------
        tuple of ndarray, or None
            None where the method finds fewer clusters than asked for, or fewer than two.
        """
        if self._spec.method == "kmeans":
            centers = self._centers(n_clusters)
            return _place(self._X, centers), centers
        try:
            found, _ = discover(self._work, self._X, None, replace(self._spec, n_clusters=n_clusters))
        except (FewerFound, InvalidSetting):  # the settings were right for all rows: so it is these that bear nothing
            return None
        centers = found.cluster_centers
        if centers is None:
            centers = np.array([self._X[found.labels == label].mean(axis=0) for label in range(found.labels.max() + 1)])
        return found.labels, centers

    def _centers(self, n_clusters: int) -> np.ndarray:
        if self._starts:
            return self._starts.centers(self._spec, n_clusters)
        start = np.array(self._spec.start)
        return polish(self._rows, self._weights, start, self._spec.max_iter, self._spec.tol).cluster_centers


def _with_few_starts(spec: ClusterSpec) -> ClusterSpec:
    spec = replace(spec, n_init=min(spec.n_init, _MOST_STARTS))
    if all(setting.name != "n_init" for setting in METHODS[spec.method].settings):
        return spec
    return spec.with_settings(n_init=min(spec.value("n_init"), _MOST_STARTS))


def _place(X: np.ndarray, centers: np.ndarray) -> np.ndarray:
    middle = centers.mean(axis=0)  # far from zero the expansion below would lose every digit
    centers = centers - middle
    return (np.einsum("ij,ij->i", centers, centers) - 2 * ((X - middle) @ centers.T)).argmin(axis=1)


def for_fewer(clustering: Clustering, n_rows: int, n_before: int) -> ClusterSpec:
    """The settings of a segmentation for fewer rows: one that counts customers shrinks with them, as far as it can.

    What was not given the rows propose anew. But a count belongs to the distance within which it is counted: where the
    distance is given (eps of DBSCAN), also a count that was proposed shrinks, or else thinner rows were all noise.

    Parameters
    ----------
    clustering : Clustering
    n_rows, n_before : int
        Rows that there are now, and those of the segmentation; of both the method may see a sample only.
    """
    spec, method = clustering.spec, METHODS[clustering.spec.method]
    most = method.most_rows or n_before
    share = min(n_rows, most) / min(n_before, most)
    within = [setting for setting in method.settings if setting.propose and not setting.counts_rows]
    values = dict(spec.settings)
    if any(setting.name in values for setting in within):
        values |= dict(clustering.settings)
    counts = {setting.name: setting.low for setting in method.settings if setting.counts_rows}
    fewer = {name: max(low, round(values[name] * share)) for name, low in counts.items() if name in values}
    return spec.with_settings(**fewer)
