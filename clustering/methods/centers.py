"""Methods that find centers: k-means and its relatives, mean shift, affinity propagation, Birch, medoids."""

import warnings

import kmedoids
import numpy as np
from scipy.spatial.distance import cdist, pdist, squareform
from sklearn.cluster import AffinityPropagation, Birch, BisectingKMeans, KMeans, MeanShift, MiniBatchKMeans
from sklearn.exceptions import ConvergenceWarning

from clustering.errors import InvalidSetting
from clustering.methods.method import Labelled


def kmeans_estimator(spec, **start) -> KMeans:
    """Make scikit-learn's k-means with these settings; `start` replaces them."""
    settings = {"init": spec.init, "n_init": spec.n_init, **start}
    return KMeans(spec.n_clusters, max_iter=spec.max_iter, tol=spec.tol, random_state=spec.random_state, **settings)


def kmeans(X, weights, spec, values, shared) -> Labelled:
    found = kmeans_estimator(spec).fit(X, sample_weight=weights)
    return Labelled(
        found.labels_, found.predict, found.cluster_centers_, int(found.n_iter_), bool(found.n_iter_ < spec.max_iter)
    )


def minibatch(X, weights, spec, values, shared) -> Labelled:
    found = MiniBatchKMeans(
        spec.n_clusters,
        init=spec.init,
        n_init=spec.n_init,
        batch_size=values["batch_size"],
        random_state=spec.random_state,
    ).fit(X, sample_weight=weights)
    return Labelled(found.labels_, found.predict, found.cluster_centers_, int(found.n_iter_))


def bisecting(X, weights, spec, values, shared) -> Labelled:
    found = BisectingKMeans(
        spec.n_clusters,
        init=spec.init,
        n_init=spec.n_init,
        max_iter=spec.max_iter,
        tol=spec.tol,
        random_state=spec.random_state,
        bisecting_strategy=values["bisecting_strategy"],
    ).fit(X, sample_weight=weights)
    return Labelled(found.labels_, found.predict, found.cluster_centers_)


def birch(X, weights, spec, values, shared) -> Labelled:
    with warnings.catch_warnings():
        # Fewer groups than asked for are refused with a sentence of our own.
        warnings.simplefilter("ignore", ConvergenceWarning)
        found = Birch(
            threshold=values["threshold"], branching_factor=values["branching_factor"], n_clusters=spec.n_clusters
        ).fit(X)
    return Labelled(found.labels_, found.predict)


def mean_shift(X, weights, spec, values, shared) -> Labelled:
    found = MeanShift(bandwidth=values["bandwidth"], bin_seeding=True).fit(X)
    return Labelled(found.labels_, found.predict, n_iter=int(found.n_iter_))


def affinity_propagation(X, weights, spec, values, shared) -> Labelled:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        found = AffinityPropagation(
            damping=values["damping"], preference=values["preference"], random_state=spec.random_state
        ).fit(X)
        place = found.predict if len(found.cluster_centers_indices_) else None
    if place is None:
        raise InvalidSetting("Affinity propagation did not settle. Raise its damping towards 0.99.")
    return Labelled(found.labels_, place, n_iter=int(found.n_iter_))


def gower_medoids(X, weights, spec, values, shared) -> Labelled:
    found = kmedoids.KMedoids(spec.n_clusters, method="fasterpam", init="build").fit(shared)
    medoids = X[found.medoid_indices_]
    figures = (("Mean distance to the medoid", float(found.inertia_ / len(X))),)
    return Labelled(
        found.labels_.astype(np.int64), lambda other: cdist(other, medoids, "cityblock").argmin(axis=1), figures=figures
    )


def gower_distances(X, spec, values) -> np.ndarray:
    """Distances of all rows that `gower_stretch` has stretched, float32."""
    return squareform(pdist(X, "cityblock").astype(np.float32))


def gower_stretch(features) -> np.ndarray:
    """What the prepared columns are multiplied by so that their city-block distance is Gower's.

    A column of numbers counts the difference over its range, a category 1 where two customers differ, each times the
    column's weight; of all columns the mean is taken.

    References
    ----------
    Gower (1971), Biometrics 27:857-871.
    """
    if features.components is not None:
        raise InvalidSetting(
            "Gower's distance compares columns, and principal components have replaced them. Switch the components off "
            "on the Features page, or take another method."
        )
    ranges = np.ptp(features.X, axis=0)
    weights = np.array([features.spec.column(encoded.column).weight for encoded in features.encoded])
    halves = np.array([1.0 if encoded.level is None else 0.5 for encoded in features.encoded])
    total = sum(features.spec.column(name).weight for name in {encoded.column for encoded in features.encoded})
    return np.divide(weights * halves / total, ranges, out=np.zeros(len(ranges)), where=ranges > 0)
