"""Running a method on rows: on all of them or on a sample, with a segment for every row at the end."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from scipy.spatial.distance import cdist

from clustering.errors import FewerFound
from clustering.kmeans import Found, Sample, best_of_starts, draw_samples, nearest_centers, parts, polish
from clustering.methods import METHODS, ClusterSpec, Labelled, kmeans_estimator
from clustering.wording import count

_BLOCK = 2_000  # rows whose distances to all that were seen are held at a time


@dataclass(frozen=True, eq=False)
class Groundwork:
    """What fits of the same rows with other numbers of clusters share.

    Attributes
    ----------
    X : ndarray
        The rows that the method sees, as it sees them.
    weights : ndarray, optional
    chosen : ndarray of int, optional
        Which of all rows these are; None where they are all.
    stretch : ndarray, optional
        What every column was multiplied by.
    values : dict
        The method's settings, those that the rows proposed among them.
    shared : object
        What the method makes of the rows before it is told a number: a tree, distances, samples for the starts.
    """

    X: np.ndarray
    weights: np.ndarray | None
    chosen: np.ndarray | None
    stretch: np.ndarray | None
    values: dict[str, object]
    shared: Any


def groundwork(
    X: np.ndarray,
    weights: np.ndarray | None,
    spec: ClusterSpec,
    *,
    stretch: np.ndarray | None = None,
    stop: Callable[[], bool] | None = None,
) -> Groundwork:
    """Do once what does not depend on the number of clusters.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
    weights : ndarray of shape (n_samples,), optional
    spec : ClusterSpec
    stretch : ndarray of shape (n_features,), optional
        What `Method.stretch` gives for the features that X comes from.
    stop : callable returning bool, optional

    Raises
    ------
    Stopped
        If `stop` says so.
    """
    method = METHODS[spec.method]
    if spec.method == "kmeans":
        shared = None if spec.start else draw_samples(X, weights, spec.random_state, stop)
        return Groundwork(X, weights, None, None, {}, shared)
    weights = weights if method.weighs else None
    chosen = None
    if method.most_rows is not None and len(X) > method.most_rows:
        rng = np.random.default_rng([spec.random_state, 5])
        chosen = np.sort(rng.choice(len(X), method.most_rows, replace=False))
        X, weights = X[chosen], None if weights is None else weights[chosen]
    if stretch is not None:
        X = X * stretch
    values = method.values(X, spec)
    shared = method.share(X, spec, values) if method.share else None
    return Groundwork(X, weights, chosen, stretch, values, shared)


def discover(
    work: Groundwork,
    X: np.ndarray,
    weights: np.ndarray | None,
    spec: ClusterSpec,
    stop: Callable[[], bool] | None = None,
) -> tuple[Labelled, float | None]:
    """Find the clusters of rows of which there are enough distinct ones; none of the clusters is empty.

    Returns
    -------
    found : Labelled
        With a label for every row of X, and `place` for rows in the units of X.
    inertia : float or None
        Where the method knows it already.

    Raises
    ------
    FewerFound
        If there are fewer clusters than asked for, or fewer than two.
    InvalidSetting
        If the settings do not suit the rows.
    Stopped
        If `stop` says so.
    """
    method = METHODS[spec.method]
    if spec.method == "kmeans":
        centers = _find_centers(X, weights, spec, work.shared, stop)
        place = partial(nearest_centers, cluster_centers=centers.cluster_centers)
        settled = centers.n_iter < spec.max_iter
        found = Labelled(centers.labels, place, centers.cluster_centers, centers.n_iter, settled)
        _check_found(np.bincount(centers.labels, minlength=spec.n_clusters), 0, spec)
        return found, centers.inertia
    found = method.run(work.X, work.weights, spec, work.values, work.shared)
    sizes = np.bincount(found.labels[found.labels >= 0], minlength=spec.n_clusters or 0)
    _check_found(sizes, int((found.labels < 0).sum()), spec)
    place = _stretched(found.place or _Nearest(work.X, found.labels, method.metric), work.stretch)
    labels = found.labels
    if work.chosen is not None:
        labels = np.empty(len(X), dtype=np.int64)
        for part in parts(len(X), stop):
            labels[part] = place(X[part])
        labels[work.chosen] = found.labels
    centers = found.cluster_centers if work.stretch is None else None
    memberships = found.memberships and _stretched(found.memberships, work.stretch)
    return replace(found, labels=labels, place=place, cluster_centers=centers, memberships=memberships), None


def _check_found(sizes: np.ndarray, n_noise: int, spec: ClusterSpec) -> None:
    """Refuse what is no segmentation, in a sentence that says what to change."""
    label, n_found = METHODS[spec.method].label, int((sizes > 0).sum())
    if spec.n_clusters is not None and n_found < spec.n_clusters:
        raise FewerFound(
            f"{label} found only {count(n_found, 'segment')} where {spec.n_clusters} were asked for. Ask for at most "
            f"{max(n_found, 2)}, or change its settings."
        )
    if n_found < 2:
        when_none, when_one = METHODS[spec.method].ways_out
        if n_found == 0:
            raise FewerFound(f"{label} found no segment: all {count(n_noise, 'customer')} are noise. {when_none}")
        rest = f" and {count(n_noise, 'customer')} of noise" if n_noise else ""
        raise FewerFound(f"{label} found one single segment{rest}. {when_one}")


class _Nearest:
    """The label of the nearest row that was seen."""

    def __init__(self, X: np.ndarray, labels: np.ndarray, metric: str):
        self._X, self._labels, self._metric = X, labels, metric

    def __call__(self, X: np.ndarray) -> np.ndarray:
        nearest = np.empty(len(X), dtype=np.int64)
        for start in range(0, len(X), _BLOCK):
            block = slice(start, start + _BLOCK)
            nearest[block] = cdist(X[block], self._X, self._metric).argmin(axis=1)
        return self._labels[nearest]


def _stretched(function: Callable, stretch: np.ndarray | None) -> Callable:
    return function if stretch is None else lambda X: function(X * stretch)


def count_distinct(X: np.ndarray, enough: int) -> int:
    """Number of distinct rows, or any number from `enough` on once that many were seen."""
    for n_rows in (1_000, len(X)):
        n_distinct = len(np.unique(X[:n_rows], axis=0))
        if n_distinct >= enough:
            break
    return n_distinct


def _find_centers(
    X: np.ndarray,
    weights: np.ndarray | None,
    spec: ClusterSpec,
    samples: tuple[Sample, Sample] | None,
    stop: Callable[[], bool] | None,
) -> Found:
    """Cluster rows of which there are enough distinct ones, with none of the clusters empty."""
    if spec.start:
        return polish(X, weights, np.array(spec.start), spec.max_iter, spec.tol, stop)
    if samples and count_distinct(samples[0].X, spec.n_clusters) >= spec.n_clusters:
        found = best_of_starts(X, weights, spec, samples, stop)
    else:
        found = _fitted(X, weights, spec)
    if np.bincount(found.labels, minlength=spec.n_clusters).min() == 0:
        # Random starts on rows that are alike can leave a cluster without any; spread-out starts do not.
        found = _fitted(X, weights, spec, init="k-means++")
    return found


def _fitted(X: np.ndarray, weights: np.ndarray | None, spec: ClusterSpec, **start) -> Found:
    estimator = kmeans_estimator(spec, **start).fit(X, sample_weight=weights)
    return Found(estimator.labels_, estimator.cluster_centers_, float(estimator.inertia_), int(estimator.n_iter_))
