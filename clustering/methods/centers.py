"""Methods that find centers: k-means and its relatives, mean shift, affinity propagation, Birch, medoids."""

import numpy as np
from scipy.spatial.distance import pdist, squareform
from sklearn.cluster import AffinityPropagation, Birch, BisectingKMeans, KMeans, MeanShift, MiniBatchKMeans

from clustering.errors import FewerFound, InvalidSetting
from clustering.methods.medoids import fasterpam
from clustering.methods.method import Labelled
from clustering.placing import Halving, nearest
from clustering.wording import whole

_MOST_BUNDLES = 5_000  # all pairs of them are compared
_MOST_ROUNDS = 200  # of affinity propagation
_MOST_SWEEPS = 300  # of the medoids, each over all customers


def kmeans_estimator(spec, **start) -> KMeans:
    """Make scikit-learn's k-means with these settings; `start` replaces them."""
    settings = {"init": spec.init, "n_init": spec.n_init, **start}
    return KMeans(spec.n_clusters, max_iter=spec.max_iter, tol=spec.tol, random_state=spec.random_state, **settings)


def kmeans(X, weights, spec, values, shared) -> Labelled:
    found = kmeans_estimator(spec).fit(X, sample_weight=weights)
    return Labelled(
        found.labels_,
        nearest(found.cluster_centers_),
        found.cluster_centers_,
        int(found.n_iter_),
        bool(found.n_iter_ < spec.max_iter),
    )


def minibatch(X, weights, spec, values, shared) -> Labelled:
    found = MiniBatchKMeans(
        spec.n_clusters,
        init=spec.init,
        n_init=spec.n_init,
        batch_size=values["batch_size"],
        random_state=spec.random_state,
    ).fit(X, sample_weight=weights)
    return Labelled(found.labels_, nearest(found.cluster_centers_), found.cluster_centers_, int(found.n_iter_))


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
    return Labelled(found.labels_, _halving(found), found.cluster_centers_)


def _halving(found: BisectingKMeans) -> Halving:
    """The tree that `predict` goes down, its forks from the root on."""
    forks = [found._bisecting_tree]  # scikit-learn tells it nowhere else
    sides = {"left": [], "right": []}
    for fork in forks:
        for side, met in sides.items():
            half = getattr(fork, side)
            is_leaf = half.left is None
            met.append((half.center + found._X_mean, -1 - half.label if is_leaf else len(forks)))
            if not is_leaf:
                forks.append(half)
    (left, left_next), (right, right_next) = (map(np.array, zip(*met, strict=True)) for met in sides.values())
    return Halving(left, right, left_next, right_next)


def birch(X, weights, spec, values, shared) -> Labelled:
    estimator = Birch(threshold=values["threshold"], branching_factor=values["branching_factor"], n_clusters=None)
    n_bundles = len(estimator.fit(X).subcluster_centers_)
    if n_bundles > _MOST_BUNDLES:
        raise InvalidSetting(
            f"{whole(n_bundles)} bundles of {whole(len(X))} customers are too many to group. Take larger bundles "
            "(threshold)."
        )
    estimator.set_params(n_clusters=spec.n_clusters).partial_fit()  # groups the bundles
    return Labelled(estimator.predict(X), nearest(estimator.subcluster_centers_, estimator.subcluster_labels_))


def mean_shift(X, weights, spec, values, shared) -> Labelled:
    width = values["bandwidth"]
    try:
        found = MeanShift(bandwidth=1.0, bin_seeding=True).fit(X / width)  # its bins are float32, whatever the units
    except ValueError as error:
        raise FewerFound(
            "Mean shift found no peak: no customer is near enough to where it began. Take a wider peak (bandwidth)."
        ) from error
    # A peak to which no customer is nearest is no segment.
    held, labels = np.unique(found.labels_, return_inverse=True)
    peaks = found.cluster_centers_[held] * width
    return Labelled(labels, nearest(peaks), n_iter=int(found.n_iter_))


def affinity_propagation(X, weights, spec, values, shared) -> Labelled:
    found = AffinityPropagation(
        damping=values["damping"],
        preference=values["preference"],
        max_iter=_MOST_ROUNDS,
        random_state=spec.random_state,
    ).fit(X)
    if not len(found.cluster_centers_indices_):
        raise InvalidSetting(
            "Affinity propagation did not settle: nobody speaks for anybody. Raise the damping towards 0.99, or take "
            "another method."
        )
    # Of customers who are alike several can be examples: those on one spot speak for one segment.
    examples, spot = np.unique(found.cluster_centers_, axis=0, return_inverse=True)
    labels = spot[found.labels_]
    return Labelled(labels, nearest(examples), n_iter=int(found.n_iter_), settled=found.n_iter_ < _MOST_ROUNDS)


def gower_medoids(X, weights, spec, values, shared) -> Labelled:
    medoids, labels, loss, n_iter = fasterpam(shared, spec.n_clusters, max_iter=_MOST_SWEEPS)
    return Labelled(
        labels,
        nearest(X[medoids], metric="cityblock"),
        n_iter=n_iter,
        settled=n_iter < _MOST_SWEEPS,
        figures=(("Mean distance to the medoid", loss / len(X)),),
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
    # A date and its month are two columns: a number and a category.
    columns = {(encoded.column, encoded.level is None) for encoded in features.encoded}
    total = sum(features.spec.column(name).weight for name, _ in columns)
    return np.divide(weights * halves / total, ranges, out=np.zeros(len(ranges)), where=ranges > 0)
