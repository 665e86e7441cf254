"""How a method gives a row its segment, as a value of plain numbers that can be written to a file and read back.

Every rule gives a row the same label whatever rows stand beside it: squared distances are summed column by column, in
the order of the columns, so that any program that does the same comes to the same labels, ties included.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

NOISE = -1  # the label of a row that is near no segment
METRICS = ("euclidean", "cityblock")

_CHUNK = 16_384  # rows at a time: small enough for the processor's cache


@dataclass(frozen=True, eq=False)
class NearestPoint:
    """The segment of the nearest of some points: centers, examples, or the middles of small groups.

    Attributes
    ----------
    points : ndarray of shape (n_points, n_features)
    labels : ndarray of int of shape (n_points,)
        The segment of each. Among points that are equally near, the segment with the lower number.
    metric : {"euclidean", "cityblock"}
    stretch : ndarray of shape (n_features,), optional
        What differences are multiplied by first.
    reach : ndarray of shape (n_clusters,), optional
        Who is farther than this from the nearest point of a segment is noise.
    """

    points: np.ndarray
    labels: np.ndarray
    metric: str = "euclidean"
    stretch: np.ndarray | None = None
    reach: np.ndarray | None = None

    def __call__(self, X: np.ndarray) -> np.ndarray:
        found, distance = self.nearest(X)
        return found if self.reach is None else np.where(distance > self.reach[found], NOISE, found)

    def nearest(self, X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The segment of the nearest point of every row, within reach or not, and how far that point is."""
        order = np.argsort(self.labels, kind="stable")  # the first of equally near points wins
        points, owners = self.points[order], self.labels[order]
        found, distances = np.empty(len(X), dtype=np.int64), np.empty(len(X))
        for part in _parts(len(X)):
            columns = np.ascontiguousarray(X[part].T)
            least, nearest = np.full(columns.shape[1], np.inf), np.zeros(columns.shape[1], dtype=np.int64)
            for i, point in enumerate(points):
                distance = self._distance(columns, point)
                nearer = distance < least
                nearest[nearer] = i
                np.minimum(least, distance, out=least)
            found[part] = owners[nearest]
            distances[part] = np.sqrt(least) if self.metric == "euclidean" else least
        return found, distances

    def moved(self, by: np.ndarray) -> "NearestPoint":
        """The same rule for rows to which `by` was added."""
        return replace(self, points=self.points + by)

    def stretched(self, stretch: np.ndarray) -> "NearestPoint":
        """The same rule for rows that were not multiplied by this yet; a column times 0 plays no part."""
        points = np.divide(self.points, stretch, out=np.zeros_like(self.points), where=stretch != 0)
        return replace(self, points=points, stretch=stretch)

    def renumbered(self, new: np.ndarray) -> "NearestPoint":
        """The same rule in other numbers: label i becomes new[i]."""
        reach = self.reach
        if reach is not None:
            reach = np.empty_like(self.reach)
            reach[new[: len(reach)]] = self.reach
        return replace(self, labels=new[self.labels], reach=reach)

    def _distance(self, columns: np.ndarray, point: np.ndarray) -> np.ndarray:
        """Squared, of the Euclidean one."""
        total = np.zeros(columns.shape[1])
        for i, column in enumerate(columns):
            difference = column - point[i]
            if self.stretch is not None:
                difference *= self.stretch[i]
            total += np.abs(difference, out=difference) if self.metric == "cityblock" else difference * difference
        return total


@dataclass(frozen=True, eq=False)
class Halving:
    """One half after the other, down a tree: at every fork the nearer of two centers decides.

    Attributes
    ----------
    left, right : ndarray of shape (n_forks, n_features)
        Centers of the two halves of each fork; the first fork is the root.
    left_next, right_next : ndarray of int of shape (n_forks,)
        Where it goes on: a later fork, or -1 - label.
    """

    left: np.ndarray
    right: np.ndarray
    left_next: np.ndarray
    right_next: np.ndarray

    def __call__(self, X: np.ndarray) -> np.ndarray:
        found = np.zeros(len(X), dtype=np.int64)
        for fork in range(len(self.left)):
            rows = np.flatnonzero(found == fork)
            is_right = NearestPoint(np.stack([self.left[fork], self.right[fork]]), np.array([0, 1]))(X[rows])
            found[rows] = np.where(is_right, self.right_next[fork], self.left_next[fork])
        return -1 - found

    def moved(self, by: np.ndarray) -> "Halving":
        """The same rule for rows to which `by` was added."""
        return replace(self, left=self.left + by, right=self.right + by)

    def renumbered(self, new: np.ndarray) -> "Halving":
        """The same rule in other numbers: label i becomes new[i]."""
        later = {name: getattr(self, name).copy() for name in ("left_next", "right_next")}
        for goes_on in later.values():
            is_label = goes_on < 0
            goes_on[is_label] = -1 - new[-1 - goes_on[is_label]]
        return replace(self, **later)


@dataclass(frozen=True, eq=False)
class MostProbable:
    """The most probable of some bell-shaped crowds.

    Attributes
    ----------
    shares : ndarray of shape (n_clusters,)
        How large each crowd is.
    means : ndarray of shape (n_clusters, n_features)
    whitening : ndarray of shape (n_clusters, n_features, n_features)
        A difference from the mean times this has unit covariance: the Cholesky factor of the inverse covariance.
    """

    shares: np.ndarray
    means: np.ndarray
    whitening: np.ndarray

    def __call__(self, X: np.ndarray) -> np.ndarray:
        found = np.empty(len(X), dtype=np.int64)
        for part in _parts(len(X)):
            found[part] = self._logarithms(X[part]).argmax(axis=1)
        return found

    def memberships(self, X: np.ndarray) -> np.ndarray:
        """How probable each crowd is for each row, of shape (n_samples, n_clusters); rows sum to 1."""
        told = np.empty((len(X), len(self.shares)))
        for part in _parts(len(X)):
            logarithms = self._logarithms(X[part])
            told[part] = np.exp(logarithms - logarithms.max(axis=1, keepdims=True))
        return told / told.sum(axis=1, keepdims=True)

    def moved(self, by: np.ndarray) -> "MostProbable":
        """The same rule for rows to which `by` was added."""
        return replace(self, means=self.means + by)

    def renumbered(self, new: np.ndarray) -> "MostProbable":
        """The same rule in other numbers: label i becomes new[i]."""
        order = np.argsort(new[: len(self.shares)])
        return replace(self, shares=self.shares[order], means=self.means[order], whitening=self.whitening[order])

    def _logarithms(self, X: np.ndarray) -> np.ndarray:
        """Logarithms of share times density, but for what is the same for all crowds."""
        told = np.empty((len(X), len(self.shares)))
        for i, (mean, whitening) in enumerate(zip(self.means, self.whitening, strict=True)):
            scaled = (X - mean) @ whitening
            told[:, i] = self.constants[i] - 0.5 * np.einsum("ij,ij->i", scaled, scaled)
        return told

    @cached_property
    def constants(self) -> np.ndarray:
        return np.log(self.shares) + np.log(np.einsum("ijj->ij", self.whitening)).sum(axis=1)


Rule = NearestPoint | Halving | MostProbable


def nearest(points: np.ndarray, labels: np.ndarray | None = None, **how) -> NearestPoint:
    """The rule of the nearest point; without labels every point is a segment of its own."""
    return NearestPoint(points, np.arange(len(points)) if labels is None else np.asarray(labels, np.int64), **how)


def _parts(n: int) -> Iterator[slice]:
    for start in range(0, n, _CHUNK):
        yield slice(start, min(start + _CHUNK, n))
