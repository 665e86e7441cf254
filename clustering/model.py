"""Fitting one clustering: `fit` is the sweep's own routine for one number of clusters.

On large tables the random starts are made on a sample and only the best of them is polished on all rows
(Bradley and Fayyad 1998): the result is as good as many starts on all rows, at about the cost of one.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.utils.validation import check_random_state
from threadpoolctl import threadpool_limits

from clustering.errors import InvalidSetting, TooFewRows
from clustering.features import Features
from clustering.methods import METHODS, ClusterSpec

SAMPLE_ROWS = 10_000  # the starts see this many rows
DIRECT_ROWS = 20_000  # up to here every start sees all rows: sampling would save little


@dataclass(frozen=True, eq=False)
class Clustering:
    """A fitted segmentation.

    Attributes
    ----------
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
        From `Features`: why a row of the table has no segment, or was placed afterwards.
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


def fit(features: Features, spec: ClusterSpec) -> Clustering:
    """Cluster the prepared rows, each by its weight, and place those that take no part.

    Raises
    ------
    InvalidSetting
        If `spec.n_clusters` is not given.
    TooFewRows
        If there are fewer distinct rows than clusters; names both numbers.
    """
    if spec.n_clusters is None:
        raise InvalidSetting("The number of segments is not given.")
    n_distinct = count_distinct(features.X, spec.n_clusters)
    if n_distinct < spec.n_clusters:
        raise TooFewRows(
            f"{spec.n_clusters} segments were asked for, but only {n_distinct} different customers take part. "
            f"Ask for at most {n_distinct} segments, or choose more columns."
        )
    # One thread: scikit-learn's threads wait actively and slow each other down on a busy machine.
    with threadpool_limits(1, user_api="openmp"):
        estimator = _best_start(features.X, features.weights, spec)
        fit_labels = estimator.labels_
        far_labels = estimator.predict(features.X_far) if len(features.far_rows) else np.empty(0, fit_labels.dtype)
    rows = np.concatenate([features.rows, features.far_rows])
    order = np.argsort(rows, kind="stable")
    labels = np.concatenate([fit_labels, far_labels])[order]
    labels, ranking = _by_falling_size(labels, spec.n_clusters)
    return Clustering(
        spec=spec,
        rows=_read_only(rows[order]),
        labels=_read_only(labels),
        in_fit=_read_only(order < len(features.rows)),
        cluster_centers=_read_only(estimator.cluster_centers_[ranking]),
        sizes=tuple(np.bincount(labels, minlength=spec.n_clusters).tolist()),
        inertia=float(estimator.inertia_),
        n_iter=int(estimator.n_iter_),
        settled=estimator.n_iter_ < spec.max_iter,
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


def count_distinct(X: np.ndarray, enough: int) -> int:
    """Number of distinct rows, or any number from `enough` on once that many were seen."""
    for n_rows in (1_000, len(X)):
        n_distinct = len(np.unique(X[:n_rows], axis=0))
        if n_distinct >= enough:
            break
    return n_distinct


def _best_start(X: np.ndarray, weights: np.ndarray | None, spec: ClusterSpec):
    make = METHODS[spec.method].factory
    start = {}
    if len(X) > DIRECT_ROWS:
        sample = check_random_state(spec.random_state).choice(len(X), SAMPLE_ROWS, replace=False)
        if count_distinct(X[sample], spec.n_clusters) >= spec.n_clusters:
            sampled = None if weights is None else weights[sample]
            start = {"init": make(spec).fit(X[sample], sample_weight=sampled).cluster_centers_, "n_init": 1}
    estimator = make(spec, **start).fit(X, sample_weight=weights)
    if len(np.unique(estimator.labels_)) < spec.n_clusters:
        # Random starts on rows that are alike can leave a cluster without any; spread-out starts do not.
        estimator = make(spec, init="k-means++").fit(X, sample_weight=weights)
    return estimator


def _by_falling_size(labels: np.ndarray, n_clusters: int) -> tuple[np.ndarray, np.ndarray]:
    """Labels renumbered so that 0 is the largest (ties: first row first), and old label by new."""
    sizes = np.bincount(labels, minlength=n_clusters)
    first_row = np.full(n_clusters, len(labels))
    present, first = np.unique(labels, return_index=True)
    first_row[present] = first
    ranking = np.lexsort((first_row, -sizes))
    new = np.empty(n_clusters, dtype=np.int32)
    new[ranking] = np.arange(n_clusters)
    return new[labels], ranking


def _read_only(array: np.ndarray) -> np.ndarray:
    array.flags.writeable = False
    return array
