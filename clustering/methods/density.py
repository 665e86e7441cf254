"""Methods that look for dense regions and leave the rest as noise."""

import numpy as np
from scipy.spatial import cKDTree
from sklearn.cluster import DBSCAN, HDBSCAN, OPTICS

from clustering.methods.method import Labelled
from clustering.placing import NOISE


def dbscan(X, weights, spec, values, shared) -> Labelled:
    eps = values["eps"]
    found = DBSCAN(eps=eps, min_samples=values["min_samples"]).fit(X, sample_weight=weights)
    core = found.core_sample_indices_
    if not len(core):
        return Labelled(found.labels_)
    tree, labels = cKDTree(X[core]), found.labels_[core]

    def place(other: np.ndarray) -> np.ndarray:
        """The segment of the nearest core customer within reach; a customer out of reach is noise."""
        distances, nearest = tree.query(other)
        return np.where(distances <= eps, labels[nearest], NOISE)

    return Labelled(found.labels_, place)


def hdbscan(X, weights, spec, values, shared) -> Labelled:
    found = HDBSCAN(
        min_cluster_size=min(values["min_cluster_size"], len(X)),
        min_samples=min(values["min_samples"], len(X)),
        cluster_selection_method=values["cluster_selection_method"],
        copy=True,
    ).fit(X)
    return Labelled(np.maximum(found.labels_, NOISE))


def optics(X, weights, spec, values, shared) -> Labelled:
    found = OPTICS(
        min_samples=min(values["min_samples"], len(X)),
        min_cluster_size=min(values["min_cluster_size"], len(X)),
        xi=values["xi"],
    )
    # Rows that are alike have distances of 0, by which it divides; it means "infinitely denser" and is right.
    with np.errstate(divide="ignore", invalid="ignore"):
        found.fit(X)
    return Labelled(found.labels_)
