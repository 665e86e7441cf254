"""Fitting one clustering: `fit` is the sweep's own routine for one number of clusters."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from clustering.errors import InvalidSetting, TooFewRows
from clustering.features import Features
from clustering.kmeans import Found, Sample, best_of_starts, draw_samples, nearest_centers, parts
from clustering.methods import METHODS, ClusterSpec
from clustering.threads import one_thread

_LEAST_PER_CLUSTER = 20  # rows of a sample


@dataclass(frozen=True, eq=False)
class Clustering:
    """A fitted segmentation.

    Attributes
    ----------
    spec : ClusterSpec
        How it was found; after edits by hand its `n_clusters` is still the number that was found.
    rows : ndarray of shape (n_placed,), ascending
        Positions in the table of the rows that have a segment.
    labels : ndarray of shape (n_placed,)
        Their segments, 0 the largest; among equals the one that comes first in the table.
    in_fit : ndarray of bool of shape (n_placed,)
        False for rows that took no part in the fit and were placed with the nearest center afterwards.
    cluster_centers : ndarray of shape (n_clusters, n_features)
        In the units of the prepared features.
    sizes : tuple of int
        Rows per segment, largest first.
    inertia : float
        Sum of squared distances of the fitted rows to their centers, in squared units of the prepared features; each
        times the row's weight, 1 on average, where rows are weighed.
    n_iter : int
        Rounds of the best start (on large tables: of the polish on all rows).
    settled : bool
        False if `max_iter` ended the best start before its centers came to rest.
    row_notes : pandas.Categorical of length n_rows
        From `Features`: why a row of the table has no segment, or was placed afterwards; and whether it was moved.
    edited : tuple of bool
        For every segment whether it was made by hand; False of those that are as the method found them.
    """

    spec: ClusterSpec
    rows: np.ndarray
    labels: np.ndarray
    in_fit: np.ndarray
    cluster_centers: np.ndarray
    sizes: tuple[int, ...]
    inertia: float
    n_iter: int
    settled: bool
    row_notes: pd.Categorical
    edited: tuple[bool, ...] = ()

    def __post_init__(self):
        if not self.edited:
            object.__setattr__(self, "edited", (False,) * self.n_clusters)

    @property
    def n_rows(self) -> int:
        """Rows of the table, with or without a segment."""
        return len(self.row_notes)

    @property
    def n_clusters(self) -> int:
        return len(self.sizes)

    @property
    def n_without(self) -> int:
        """Rows of the table that have no segment."""
        return self.n_rows - len(self.rows)

    @property
    def fit_labels(self) -> np.ndarray:
        """Labels of the rows of `Features.X`, in their order."""
        return self.labels[self.in_fit]

    def members(self, label: int) -> np.ndarray:
        """Positions in the table of the rows of a segment, ascending."""
        return self.rows[self.labels == label]


def fit(
    features: Features,
    spec: ClusterSpec,
    *,
    samples: tuple[Sample, Sample] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Clustering:
    """Cluster the prepared rows, each by its weight, and place those that take no part.

    Parameters
    ----------
    features : Features
    spec : ClusterSpec
    samples : tuple of Sample, optional
        What `kmeans.draw_samples` gives for these rows and this seed; drawn here if it is not given.
    stop : callable returning bool, optional
        Asked all the while on a large table.

    Raises
    ------
    InvalidSetting
        If `spec.n_clusters` is not given.
    TooFewRows
        If there are fewer distinct rows than clusters; names both numbers.
    Stopped
        If `stop` says so.
    """
    if spec.n_clusters is None:
        raise InvalidSetting("The number of segments is not given.")
    n_distinct = count_distinct(features.X, spec.n_clusters)
    if n_distinct < spec.n_clusters:
        raise TooFewRows(
            f"{spec.n_clusters} segments were asked for, but only {n_distinct} different customers take part. "
            f"Ask for at most {n_distinct} segments, or choose more columns."
        )
    with one_thread():
        found = find_centers(features.X, features.weights, spec, samples, stop)
        far_labels = nearest_centers(features.X_far, found.cluster_centers)
    rows, labels = features.rows, found.labels
    order = np.arange(len(rows))
    if len(far_labels):
        rows = np.concatenate([rows, features.far_rows])
        order = np.argsort(rows, kind="stable")
        rows, labels = rows[order], np.concatenate([labels, far_labels])[order]
    labels, ranking = by_falling_size(labels, spec.n_clusters)
    return Clustering(
        spec=spec,
        rows=_read_only(rows),
        labels=_read_only(labels),
        in_fit=_read_only(order < len(features.rows)),
        cluster_centers=_read_only(found.cluster_centers[ranking]),
        sizes=tuple(np.bincount(labels, minlength=spec.n_clusters).tolist()),
        inertia=found.inertia,
        n_iter=found.n_iter,
        settled=found.n_iter < spec.max_iter,
        row_notes=features.row_notes,
    )


def centers_in_units(features: Features, clustering: Clustering) -> np.ndarray:
    """Centers in the columns' own units, of shape (n_clusters, n_encoded), in the order of `features.names`.

    Components, weights, scaling and logs undone: of a logged column the center is exp(mean of the logs) - 1, of a level
    the share of the segment's customers that have it, of a date the days before the newest. Principal components
    give them back as far as they kept the variance.
    """
    centers = clustering.cluster_centers
    steps = features.pipeline.named_steps
    for name in ("pca", "scale", "log"):
        if name in steps:
            centers = steps[name].inverse_transform(centers)
    return centers


def prepared_rows(features: Features, clustering: Clustering, chosen: np.ndarray) -> np.ndarray:
    """Prepared values of some of `clustering.rows` (their positions there), from the two places where they are kept."""
    in_fit = clustering.in_fit[chosen]
    n_placed_before = np.searchsorted(np.flatnonzero(~clustering.in_fit), chosen)
    X = np.empty((len(chosen), features.X.shape[1]))
    X[in_fit] = features.X[(chosen - n_placed_before)[in_fit]]
    X[~in_fit] = features.X_far[n_placed_before[~in_fit]]
    return X


def mean_of(features: Features, is_member: np.ndarray) -> np.ndarray:
    """Weighted mean of some rows of `Features.X`; NaN if there are none."""
    if not is_member.any():
        return np.full(features.X.shape[1], np.nan)
    weights = None if features.weights is None else features.weights[is_member]
    return np.average(features.X[is_member], axis=0, weights=weights)


def inertia_of(features: Features, fit_labels: np.ndarray, cluster_centers: np.ndarray) -> float:
    """Sum of the squared distances of the rows of the fit to their centers, each times its weight."""
    total = 0.0
    for part in parts(len(features.X)):
        difference = features.X[part] - cluster_centers[fit_labels[part]]
        squared = np.einsum("ij,ij->i", difference, difference)
        total += squared.sum() if features.weights is None else squared @ features.weights[part]
    return float(total)


def stratified_sample(clustering: Clustering, most: int) -> np.ndarray:
    """Positions among the placed rows, ascending: in proportion to the clusters, but at least 20 of each."""
    n_placed = len(clustering.rows)
    if n_placed <= most:
        return np.arange(n_placed)
    order = np.random.default_rng(clustering.spec.random_state).permutation(n_placed)
    is_chosen = np.zeros(n_placed, dtype=bool)
    for label, size in enumerate(clustering.sizes):
        members = order[clustering.labels[order] == label]
        is_chosen[members[: max(_LEAST_PER_CLUSTER, size * most // n_placed)]] = True
    return np.flatnonzero(is_chosen)


def count_distinct(X: np.ndarray, enough: int) -> int:
    """Number of distinct rows, or any number from `enough` on once that many were seen."""
    for n_rows in (1_000, len(X)):
        n_distinct = len(np.unique(X[:n_rows], axis=0))
        if n_distinct >= enough:
            break
    return n_distinct


def find_centers(
    X: np.ndarray,
    weights: np.ndarray | None,
    spec: ClusterSpec,
    samples: tuple[Sample, Sample] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Found:
    """Cluster rows of which there are enough distinct ones, with none of the clusters empty."""
    samples = samples or draw_samples(X, weights, spec.random_state, stop)
    if samples and count_distinct(samples[0].X, spec.n_clusters) >= spec.n_clusters:
        found = best_of_starts(X, weights, spec, samples, stop)
    else:
        found = _fitted(X, weights, spec)
    if np.bincount(found.labels, minlength=spec.n_clusters).min() == 0:
        # Random starts on rows that are alike can leave a cluster without any; spread-out starts do not.
        found = _fitted(X, weights, spec, init="k-means++")
    return found


def _fitted(X: np.ndarray, weights: np.ndarray | None, spec: ClusterSpec, **start) -> Found:
    estimator = METHODS[spec.method].factory(spec, **start).fit(X, sample_weight=weights)
    return Found(estimator.labels_, estimator.cluster_centers_, float(estimator.inertia_), int(estimator.n_iter_))


def by_falling_size(labels: np.ndarray, n_clusters: int) -> tuple[np.ndarray, np.ndarray]:
    """Labels renumbered so that 0 is the largest (ties: first row first), and old label by new."""
    sizes = np.bincount(labels, minlength=n_clusters)
    first_row = [int((labels == label).argmax()) if sizes[label] else len(labels) for label in range(n_clusters)]
    ranking = np.lexsort((first_row, -sizes))
    new = np.empty(n_clusters, dtype=np.int32)
    new[ranking] = np.arange(n_clusters)
    return new[labels], ranking


def _read_only(array: np.ndarray) -> np.ndarray:
    array.flags.writeable = False
    return array
