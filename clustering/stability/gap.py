"""Is the inertia lower than that of customers spread evenly? The gap statistic, which refits such tables."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np

from clustering.errors import InvalidSetting
from clustering.features import Features
from clustering.methods import METHODS, ClusterSpec
from clustering.model import count_distinct
from clustering.stability.halves import sampled_rows
from clustering.stability.starts import Starts
from clustering.threads import one_thread

TABLES = 10  # evenly spread tables; with ten the number found is that of fifty in nearly all cases


@dataclass(frozen=True, eq=False)
class Gap:
    """Gap statistic for every number of clusters from 1 on.

    Attributes
    ----------
    n_clusters : tuple of int
        1, 2, 3, … up to the largest number asked for that the different rows can bear.
    gap : tuple of float
        How far the logarithm of the inertia lies below its mean over evenly spread tables; higher is better.
    gap_error : tuple of float
        Standard error of that mean, for a table and the mean together.
    preferred : int or None
        The smallest number whose gap is at least the next one's less the next one's standard error (1-SE rule); 1 means
        no clusters. None where there is none: the gap still rises at the end of the range. Where segments lie in groups
        (two near each other, far from the rest) the gap can fall before it rises, and the rule stops too early.
    n_samples : int
        Rows it was measured on.
    """

    n_clusters: tuple[int, ...]
    gap: tuple[float, ...]
    gap_error: tuple[float, ...]
    preferred: int | None
    n_samples: int


def gap_statistic(
    features: Features, spec: ClusterSpec, n_clusters: Iterable[int], *, stop: Callable[[], bool] | None = None
) -> Gap | None:
    """Compare the inertia with that of ten tables whose rows are spread evenly over the box of the principal axes.

    On a sample of at most 2,000 rows, so that the time is bounded however many rows there are. Where rows are weighed,
    the rows of the even tables bear the same weights.

    Parameters
    ----------
    features : Features
    spec : ClusterSpec
        Its own `n_clusters` and `start` are not looked at.
    n_clusters : iterable of int
        All numbers from 1 to the largest of these are compared, because the rule compares neighbours. Those not below
        the number of different rows are left out: their inertia is 0 and has no logarithm.
    stop : callable returning bool, optional
        Asked before each table.

    Returns
    -------
    Gap or None
        None if it was stopped.

    Raises
    ------
    InvalidSetting
        If the method is not k-means: others do not make the inertia small, so that it says nothing about theirs.

    References
    ----------
    Tibshirani, Walther and Hastie (2001), J. R. Stat. Soc. B 63:411-423; their reference "b".
    """
    if spec.method != "kmeans":
        raise InvalidSetting(
            "The gap statistic looks at the spread within segments, which k-means makes as small as it can and "
            f"{METHODS[spec.method].label} does not. Take k-means to see it."
        )
    spec = replace(spec, n_clusters=None, start=())
    rows = sampled_rows(len(features.X), spec.random_state)
    X, weights = features.X[rows], None if features.weights is None else features.weights[rows]
    largest = max(n_clusters)
    wanted = range(1, min(largest, count_distinct(X, largest + 1) - 1) + 1)
    if not wanted:  # a sample can miss the few customers who differ
        return Gap((), (), (), None, len(X))
    logs = []
    with one_thread():
        X = X - X.mean(axis=0)
        X = X @ np.linalg.svd(X, full_matrices=False)[2].T  # along the principal axes; no distance changes
        low, high = X.min(axis=0), X.max(axis=0)
        for i in range(TABLES + 1):
            if stop and stop():
                return None
            rng = np.random.default_rng([spec.random_state, 5, i])
            table = X if i == 0 else rng.uniform(low, high, X.shape)
            logs.append(_log_inertia(table, weights, spec, wanted, seed=i))
    expected = np.mean(logs[1:], axis=0)
    gap = expected - logs[0]
    error = np.std(logs[1:], axis=0) * np.sqrt(1 + 1 / TABLES)
    return Gap(tuple(wanted), tuple(gap.tolist()), tuple(error.tolist()), _one_error_rule(gap, error), len(X))


def _log_inertia(X: np.ndarray, weights: np.ndarray | None, spec: ClusterSpec, wanted: range, seed: int) -> list[float]:
    """Log of W_k: the pairwise squared distances over twice the size sum up to the inertia."""
    starts = Starts(X, weights, seed)
    logs = []
    for k in wanted:
        centers = np.average(X, axis=0, weights=weights)[None] if k == 1 else starts.centers(spec, k)
        squares = np.einsum("ij,ij->i", centers, centers) - 2 * X @ centers.T  # X lies around zero
        nearest = X - centers[squares.argmin(axis=1)]
        logs.append(float(np.log(np.average(np.einsum("ij,ij->i", nearest, nearest), weights=weights))))
    return logs


def _one_error_rule(gap: np.ndarray, error: np.ndarray) -> int | None:
    enough = np.flatnonzero(gap[:-1] >= gap[1:] - error[1:])
    return int(enough[0]) + 1 if len(enough) else None
