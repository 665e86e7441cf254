"""K-means one step at a time, to be looked at: Lloyd's algorithm in plain numpy, in the order of scikit-learn's.

The segments themselves come from `clustering.kmeans`, which is built for speed and shows no steps.
"""

from dataclasses import dataclass

import numpy as np

from clustering.errors import InvalidSetting, TooFewRows
from clustering.wording import whole

STARTS = ("k-means++", "random")


@dataclass(frozen=True, eq=False)
class LloydStep:
    """What stands after one step.

    Attributes
    ----------
    kind : {"start", "assignment", "update"}
        "assignment": every row has gone to its nearest center. "update": every center has gone to the mean of its rows.
    n_iter : int
        The round, from 1; 0 at the start.
    cluster_centers : ndarray of shape (n_clusters, n_features)
    labels : ndarray of int of shape (n_samples,)
        -1 at the start. A row to which an empty group's center was relocated still has its old label until the next
        assignment, as in scikit-learn.
    inertia : float
        Sum of squared distances of the rows to the centers of their labels; NaN at the start.
    changed : ndarray of int
        Positions of the rows whose label this step changed; all rows in the first assignment.
    relocated : tuple of int
        Centers that no row was nearest to: each was put on one of the rows farthest from their own centers.
    """

    kind: str
    n_iter: int
    cluster_centers: np.ndarray
    labels: np.ndarray
    inertia: float
    changed: np.ndarray
    relocated: tuple[int, ...] = ()


def lloyd_steps(
    X: np.ndarray, n_clusters: int, *, start="k-means++", random_state: int = 0, max_iter: int = 300
) -> tuple[LloydStep, ...]:
    """Run k-means from one start and keep every step.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
    n_clusters : int
    start : {"k-means++", "random"} or array-like of shape (n_clusters, n_features)
        How the first centers are drawn from the rows, or the centers themselves. "k-means++" draws rows far from those
        before, a few at a time, and takes the one that brings all rows nearest, as scikit-learn does.
    random_state : int
        Seed of the drawing.
    max_iter : int
        Rounds after which it ends even if centers still move.

    Returns
    -------
    tuple of LloydStep
        The start, then assignment and update in turn. It ends with the assignment that changes no label, or with an
        update that moves no center. The rounds are those of ``KMeans(init=centers, n_init=1, tol=0)``.

    Raises
    ------
    TooFewRows
        If there are fewer rows than centers; names both numbers.
    InvalidSetting
        If `start` is neither a known name nor as many centers as asked for.

    References
    ----------
    Lloyd (1982), IEEE Trans. Inf. Theory 28:129-137. Arthur and Vassilvitskii (2007), SODA, 1027-1035.
    """
    X = np.asarray(X, dtype=float)
    if not 1 <= n_clusters <= len(X):
        raise TooFewRows(
            f"{whole(n_clusters)} centers cannot be placed among {whole(len(X))} points. Take fewer centers."
        )
    middle = X.mean(axis=0)  # taken off as in scikit-learn: far from zero the distances would lose digits
    centers = _first_centers(X, n_clusters, start, random_state) - middle
    X = X - middle
    labels = np.full(len(X), -1)
    steps = [LloydStep("start", 0, centers + middle, labels, np.nan, np.arange(0))]
    for n_iter in range(1, max_iter + 1):
        before, labels = labels, nearest(X, centers)
        changed = np.flatnonzero(labels != before)
        steps.append(LloydStep("assignment", n_iter, centers + middle, labels, _inertia(X, centers, labels), changed))
        if not len(changed):
            break
        old, (centers, relocated) = centers, _updated(X, centers, labels)
        steps.append(
            LloydStep("update", n_iter, centers + middle, labels, _inertia(X, centers, labels), np.arange(0), relocated)
        )
        if np.array_equal(centers, old):
            break
    return tuple(steps)


def nearest(X: np.ndarray, centers: np.ndarray) -> np.ndarray:
    """The nearest center of every row; of several as near the first."""
    return _squared_distances(X, centers).argmin(axis=1)


def ends(X: np.ndarray, n_clusters: int, n_init: int, *, start: str, random_state: int = 0) -> tuple[float, ...]:
    """Inertia at which each of `n_init` starts ends."""
    runs = (lloyd_steps(X, n_clusters, start=start, random_state=random_state + number) for number in range(n_init))
    return tuple(steps[-1].inertia for steps in runs)


def regions(centers: np.ndarray, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, ...]:
    """The part of a rectangle that is nearest to each center (Voronoi regions), as corners of polygons.

    Parameters
    ----------
    centers : ndarray of shape (n_clusters, 2)
    low, high : ndarray of shape (2,)
        Corners of the rectangle.

    Returns
    -------
    tuple of ndarray of shape (n_corners, 2)
        One per center; without corners where no part of the rectangle is nearest to it.
    """
    found = []
    for own in centers:
        polygon = np.array([low, (high[0], low[1]), high, (low[0], high[1])], dtype=float)
        for other in centers:
            polygon = _cut(polygon, own, other)
        found.append(polygon)
    return tuple(found)


def _first_centers(X: np.ndarray, n_clusters: int, start, random_state: int) -> np.ndarray:
    if not isinstance(start, str):
        centers = np.asarray(start, dtype=float)
        if centers.shape != (n_clusters, X.shape[1]) or not np.isfinite(centers).all():
            raise InvalidSetting(f"A start by hand needs {n_clusters} centers with {X.shape[1]} numbers each.")
        return centers
    if start not in STARTS:
        raise InvalidSetting(f'"{start}" is no start; choose one of {", ".join(STARTS)}.')
    rng = np.random.default_rng(random_state)
    if start == "random":
        return X[rng.permutation(len(X))[:n_clusters]]
    nearest_yet, rows = np.ones(len(X)), []
    while len(rows) < n_clusters:
        # the first is drawn at random, as is every one where all rows are centers already
        cumulated = np.cumsum(nearest_yet if nearest_yet.any() else np.ones(len(X)))
        n_drawn = 2 + int(np.log(n_clusters)) if rows else 1
        drawn = np.searchsorted(cumulated, rng.random(n_drawn) * cumulated[-1], side="right")
        candidates = np.minimum(drawn, len(X) - 1)
        closer = _squared_distances(X, X[candidates])
        if rows:
            closer = np.minimum(closer, nearest_yet[:, None])
        best = int(closer.sum(axis=0).argmin())
        nearest_yet = closer[:, best]
        rows.append(int(candidates[best]))
    return X[rows]


def _squared_distances(X: np.ndarray, centers: np.ndarray) -> np.ndarray:
    return np.stack([((X - center) ** 2).sum(axis=1) for center in centers], axis=1)


def _inertia(X: np.ndarray, centers: np.ndarray, labels: np.ndarray) -> float:
    return float(((X - centers[labels]) ** 2).sum())


def _updated(X: np.ndarray, centers: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, tuple[int, ...]]:
    """The means of the groups, and the centers that had none and were put elsewhere."""
    sizes = np.bincount(labels, minlength=len(centers))
    sums = np.zeros_like(centers)
    np.add.at(sums, labels, X)
    empty = np.flatnonzero(sizes == 0)
    relocated = ()
    distances = ((X - centers[labels]) ** 2).sum(axis=1)
    if len(empty) and distances.max() > 0:
        relocated = tuple(empty.tolist())
        farthest = np.argpartition(distances, -len(empty))[: -len(empty) - 1 : -1]
        for center, row in zip(relocated, farthest, strict=True):
            sums[labels[row]] -= X[row]
            sizes[labels[row]] -= 1
            sums[center], sizes[center] = X[row], 1
    largest = sizes.argmax()
    for center in range(len(centers)):
        # a group that lost all its rows follows the largest one, which is averaged before or after it. This order and
        # the product with 1 / n are scikit-learn's: with others the last digit, and with it the rounds, may differ
        sums[center] = sums[center] * (1 / sizes[center]) if sizes[center] else sums[largest]
    return sums, relocated


def _cut(polygon: np.ndarray, own: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The part of a convex polygon that is not nearer to the other center."""
    beyond = (polygon - (own + other) / 2) @ (other - own)
    kept = []
    for i, corner in enumerate(polygon):
        if beyond[i] <= 0:
            kept.append(corner)
        following = (i + 1) % len(polygon)
        if (beyond[i] < 0 < beyond[following]) or (beyond[following] < 0 < beyond[i]):
            part = beyond[i] / (beyond[i] - beyond[following])
            kept.append(corner + part * (polygon[following] - corner))
    return np.array(kept).reshape(-1, 2)
