"""Many small fits of the same rows, one for every number of clusters, from starts that they share."""

from dataclasses import replace

import numpy as np
from sklearn import config_context

from clustering.kmeans.seeding import Seedings
from clustering.methods import ClusterSpec, kmeans_estimator

_SEEDINGS = 6
_STARTS = 2  # the two best of six seedings find as low an inertia as three starts of their own
_TOL = 1e-3  # close enough to tell who belongs with whom


class Starts:
    """Starts for any number of clusters of the same rows.

    Of six seedings the two with the smallest squared distances at that number are run to the end.
    """

    def __init__(self, X: np.ndarray, weights: np.ndarray | None, seed: int):
        self._X, self._weights = X, weights
        self._seedings = Seedings(X, weights, seed)

    def centers(self, spec: ClusterSpec, n_clusters: int) -> np.ndarray:
        """Centers of the better of two fits with so many clusters."""
        rows, potentials = self._seedings.take(_SEEDINGS, n_clusters)
        starts = iter(rows[np.argsort(potentials, kind="stable")[:_STARTS]])
        wanted = replace(spec, n_clusters=n_clusters, tol=max(spec.tol, _TOL))
        estimator = kmeans_estimator(wanted, init=lambda X, *_, **__: X[next(starts)], n_init=_STARTS)
        # hundreds of small fits: checking the same rows each time takes as long as finding the centers
        with config_context(assume_finite=True, skip_parameter_validation=True):
            return estimator.fit(self._X, sample_weight=self._weights).cluster_centers_
