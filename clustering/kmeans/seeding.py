"""Centers to start from, drawn once for every number of clusters."""

import numpy as np

CANDIDATES = 4  # rows of which the best becomes the next center


class Seedings:
    """Rows drawn one after the other far from those before: greedy k-means++, for any number of clusters.

    The first k of a seeding are a seeding for k clusters, so that a sweep needs them but once. A seeding is the same
    whatever was asked for before.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
    weights : ndarray of shape (n_samples,) or None
    seed : int

    References
    ----------
    Arthur and Vassilvitskii (2007), SODA, 1027-1035.
    """

    def __init__(self, X: np.ndarray, weights: np.ndarray | None, seed: int):
        self._X = X - X.mean(axis=0)  # far from zero the expansion below would lose every digit
        self._squares = np.einsum("ij,ij->i", self._X, self._X)
        self._weights = np.ones(len(X)) if weights is None else weights
        self._seed = seed
        self._begun: list[_Seeding] = []

    def take(self, n_seedings: int, n_clusters: int) -> tuple[np.ndarray, np.ndarray]:
        """Rows of the centers, and the sum of squared distances to them, of so many seedings for so many clusters.

        Returns
        -------
        rows : ndarray of int of shape (n_seedings, n_clusters)
        potentials : ndarray of shape (n_seedings,)
        """
        while len(self._begun) < n_seedings:
            self._begun.append(_Seeding(self, np.random.default_rng([self._seed, len(self._begun)])))
        taken = self._begun[:n_seedings]
        for seeding in taken:
            while len(seeding.rows) < n_clusters:
                seeding.go_on()
        rows = np.array([seeding.rows[:n_clusters] for seeding in taken])
        return rows, np.array([seeding.potentials[n_clusters - 1] for seeding in taken])


class _Seeding:
    """One seeding, as far as it has been drawn."""

    def __init__(self, of: Seedings, rng: np.random.Generator):
        self._of, self._rng = of, rng
        self.rows: list[int] = []
        self.potentials: list[float] = []
        self._nearest: np.ndarray | None = None

    def go_on(self) -> None:
        """Draw one more center: of some candidates the one that brings the rows nearest."""
        X, squares, weights = self._of._X, self._of._squares, self._of._weights
        cumulated = np.cumsum(weights if self._nearest is None else self._nearest * weights)
        n_drawn = 1 if self._nearest is None else CANDIDATES
        drawn = np.searchsorted(cumulated, self._rng.random(n_drawn) * cumulated[-1], side="right")
        candidates = np.minimum(drawn, len(X) - 1)
        distances = np.maximum(squares[:, None] - 2 * (X @ X[candidates].T) + squares[candidates], 0)
        closer = distances if self._nearest is None else np.minimum(distances, self._nearest[:, None])
        sums = weights @ closer
        best = int(sums.argmin())
        self._nearest = np.ascontiguousarray(closer[:, best])
        self.rows.append(int(candidates[best]))
        self.potentials.append(float(sums[best]))
