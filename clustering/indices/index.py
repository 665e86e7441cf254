"""The indices by name, each with what is needed to read it, and the score of a clustering. A new index is one entry."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from clustering.errors import InvalidSetting
from clustering.indices.centers import (
    calinski_harabasz,
    center_distances,
    davies_bouldin,
    inertia,
    simplified_silhouette,
)
from clustering.indices.contact import contact
from clustering.indices.silhouette import silhouette
from clustering.threads import on_one_thread


@dataclass(frozen=True)
class Index:
    """An index with what is needed to read it.

    Attributes
    ----------
    label : str
        The user's word for it.
    function : callable of (X, labels, cluster_centers) -> float
    better : {"higher", "lower"}
    low, high : float
        Its range.
    fewest : int
        Smallest number of clusters for which it is defined.
    needs_spare_rows : bool
        Whether it is defined only for fewer clusters than rows.
    comparable : bool
        Whether it may be compared between numbers of clusters (inertia falls by construction).
    """

    label: str
    function: Callable
    better: str
    low: float
    high: float
    fewest: int = 2
    needs_spare_rows: bool = False
    comparable: bool = True


INDICES = {
    "inertia": Index("Spread within segments", inertia, "lower", 0, float("inf"), fewest=1, comparable=False),
    "silhouette": Index("Separation", silhouette, "higher", -1, 1, needs_spare_rows=True),
    "simplified_silhouette": Index("Closeness to centers", simplified_silhouette, "higher", -1, 1),
    "calinski_harabasz": Index("Contrast", calinski_harabasz, "higher", 0, float("inf"), needs_spare_rows=True),
    "davies_bouldin": Index("Overlap", davies_bouldin, "lower", 0, float("inf")),
    "contact": Index("Contact", contact, "lower", 0, 1),
}


@on_one_thread
def score(X, labels, cluster_centers=None, names=tuple(INDICES)) -> dict[str, float]:
    """Score one clustering, whoever made it.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
    labels : array-like of shape (n_samples,)
        Labels from 0 to n_clusters - 1.
    cluster_centers : array-like of shape (n_clusters, n_features), optional
        The means of the clusters when not given.
    names : sequence of str
        Keys of `INDICES`.

    Returns
    -------
    dict of str to float
        NaN where an index is undefined.
    """
    X, labels = np.asarray(X, dtype=np.float64), np.asarray(labels)
    unknown = [name for name in names if name not in INDICES]
    if unknown:
        raise InvalidSetting(f"There is no index {unknown[0]!r}; there are {', '.join(INDICES)}.")
    if len(X) != len(labels):
        raise InvalidSetting(f"{len(X)} rows but {len(labels)} labels; each row needs one label.")
    used = np.unique(labels)
    if not len(used) or labels.dtype.kind not in "iu" or not np.array_equal(used, np.arange(len(used))):
        raise InvalidSetting("Labels run from 0 to the number of segments less one, and each is used at least once.")
    if cluster_centers is None:
        cluster_centers = np.array([X[labels == label].mean(axis=0) for label in range(labels.max() + 1)])
    linear = [name for name in names if name != "silhouette"]
    distances = center_distances(X, labels, cluster_centers) if linear else None
    scores = {name: INDICES[name].function(X, labels, cluster_centers, distances) for name in linear}
    if "silhouette" in names:
        scores["silhouette"] = silhouette(X, labels)
    return {name: scores[name] for name in names}
