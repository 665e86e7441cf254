"""Many small fits of the same rows, one for every number of clusters, from starts that they share."""

from dataclasses import replace

import numpy as np
from sklearn import config_context

from clustering.methods import METHODS, ClusterSpec

_SEEDINGS = 6
_STARTS = 2  # the two best of six seedings find as low an inertia as three starts of their own
_CANDIDATES = 4
_TOL = 1e-3  # close enough to tell who belongs with whom


class Starts:
    """Seedings of some rows for any number of clusters up to `most`.

    Centers are drawn one after the other far from those before (greedy k-means++), so that the first k of a seeding
    are a seeding for k clusters: one set of draws serves every number of clusters. Of six seedings the two with the
    smallest squared distances at that number are run to the end.

    References
    ----------
    Arthur and Vassilvitskii (2007), SODA, 1027-1035.
    """

    def __init__(self, X: np.ndarray, weights: np.ndarray | None, most: int, seed: int):
        self._X, self._weights = X, weights
        centered = X - X.mean(axis=0)
        # A generator each, so that no seeding depends on how many centers the one before it had.
        drawn = [_seeding(centered, weights, most, np.random.default_rng([seed, i])) for i in range(_SEEDINGS)]
        self._rows = np.array([rows for rows, _ in drawn])
        self._potentials = np.array([potentials for _, potentials in drawn])

    def centers(self, spec: ClusterSpec, n_clusters: int) -> np.ndarray:
        """Centers of the better of two fits with so many clusters."""
        best = np.argsort(self._potentials[:, n_clusters - 1], kind="stable")[:_STARTS]
        starts = iter(self._rows[best, :n_clusters])
        wanted = replace(spec, n_clusters=n_clusters, tol=max(spec.tol, _TOL))
        estimator = METHODS[spec.method].factory(wanted, init=lambda X, *_, **__: X[next(starts)], n_init=_STARTS)
        # hundreds of small fits: checking the same rows each time takes as long as finding the centers
        with config_context(assume_finite=True, skip_parameter_validation=True):
            return estimator.fit(self._X, sample_weight=self._weights).cluster_centers_


def _seeding(
    X: np.ndarray, weights: np.ndarray | None, n_clusters: int, rng: np.random.Generator
) -> tuple[list[int], list[float]]:
    """Rows chosen as centers, and the sum of squared distances to the nearest one after each."""
    squares = np.einsum("ij,ij->i", X, X)
    weights = np.ones(len(X)) if weights is None else weights
    rows = [int(rng.choice(len(X), p=weights / weights.sum()))]
    nearest = np.maximum(squares - 2 * (X @ X[rows[0]]) + squares[rows[0]], 0)
    potentials = [float(nearest @ weights)]
    for _ in range(1, n_clusters):
        cumulated = np.cumsum(nearest * weights)
        drawn = np.searchsorted(cumulated, rng.random(_CANDIDATES) * cumulated[-1])
        candidates = np.minimum(drawn, len(X) - 1)
        distances = np.maximum(squares[:, None] - 2 * (X @ X[candidates].T) + squares[candidates], 0)
        closer = np.minimum(distances, nearest[:, None])
        sums = weights @ closer
        best = int(sums.argmin())
        nearest = closer[:, best]
        rows.append(int(candidates[best]))
        potentials.append(float(sums[best]))
    return rows, potentials
