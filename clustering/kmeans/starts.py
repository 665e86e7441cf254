"""Random starts on a sample, and the way from there to all rows.

That takes about as long as a single start on all rows and finds what ten of them find (Bradley and Fayyad),
because

- the sample holds the rows farthest from the middle, so that none of those few that decide an inertia is missed;
- the best start is improved by swaps: a center is taken from where it is least missed to where it helps most;
- what is nearly as good on the sample is tried on more rows before one is chosen.

References
----------
Bradley and Fayyad (1998), ICML, 91-99. Fränti (2018), J. Big Data 5:13.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from sklearn import config_context

from clustering.kmeans.polish import Found, parts, polish
from clustering.kmeans.seeding import Seedings
from clustering.methods import ClusterSpec, kmeans_estimator

DIRECT_ROWS = 5_000  # up to here every start sees all rows: sampling would save little
START_ROWS = 5_000  # the starts see at most this many rows,
START_SHARE = 0.25  # and at most this share of all
CHOICE_ROWS = 20_000  # the best few are compared on this many
_FAR_SHARE = 0.1  # of a sample: the rows farthest from the middle, each of which counts once

_SEEDINGS = 2  # times the starts asked for: the better half of them is run
_START_ROUNDS = 15  # of a random start: which is best shows long before it settles
_SWAP_ROUNDS, _CHOICE_ROUNDS = 6, 10
_MOST_SWAPS, _PATIENCE = 15, 4  # tries in all, and without success
_CANDIDATES = 16  # rows at which a cluster could be parted, drawn by squared distance for each try
_TINY = 1e-300
_CHOICES, _NEARLY = 3, 1.03  # how many are compared on more rows, and how much worse on the sample they may be
_ALIKE = 1.0002  # closer inertias are taken for the same centers


@dataclass(frozen=True, eq=False)
class Sample:
    """Some rows, each with how many of all rows (times its own weight) it stands for, and where to start from."""

    X: np.ndarray
    weights: np.ndarray
    seedings: Seedings


def draw_samples(
    X: np.ndarray, weights: np.ndarray | None, random_state: int, stop: Callable[[], bool] | None = None
) -> tuple[Sample, Sample] | None:
    """Rows for the starts and rows to choose between the best of them; None where the starts see all rows."""
    n_samples = len(X)
    if n_samples <= DIRECT_ROWS:
        return None
    rng = np.random.default_rng(random_state)
    middle, distances = X.mean(axis=0), np.empty(n_samples)
    for part in parts(n_samples, stop):
        distances[part] = _squares(X[part] - middle)
    n_starts = min(START_ROWS, int(START_SHARE * n_samples))
    drawn = [_draw(X, weights, distances, size, rng) for size in (n_starts, min(CHOICE_ROWS, n_samples))]
    return tuple(Sample(*rows, Seedings(*rows, random_state)) for rows in drawn)


def _draw(X, weights, distances, size: int, rng) -> tuple[np.ndarray, np.ndarray]:
    n_samples = len(X)
    if size == n_samples:
        return X, np.ones(n_samples) if weights is None else weights
    n_far = int(_FAR_SHARE * size)
    far = np.argpartition(distances, n_samples - n_far)[n_samples - n_far :]
    is_far = np.zeros(n_samples, dtype=bool)
    is_far[far] = True
    others = rng.choice(n_samples, size - n_far, replace=False)
    others = others[~is_far[others]]
    stands_for = np.repeat([1.0, (n_samples - n_far) / len(others)], [n_far, len(others)])
    rows = np.concatenate([far, others])
    return X[rows], stands_for if weights is None else stands_for * weights[rows]


def best_of_starts(
    X: np.ndarray,
    weights: np.ndarray | None,
    spec: ClusterSpec,
    samples: tuple[Sample, Sample],
    stop: Callable[[], bool] | None = None,
) -> Found:
    """The best start on a sample, improved there, and polished on all rows.

    Raises
    ------
    Stopped
        If `stop` says so.
    """
    few, more = samples
    rng = np.random.default_rng(spec.random_state)
    starts = replace(spec, max_iter=min(spec.max_iter, _START_ROUNDS))
    start = {}
    if spec.init == "k-means++":
        rows, potentials = few.seedings.take(_SEEDINGS * spec.n_init, spec.n_clusters)
        seeds = iter(rows[np.argsort(potentials, kind="stable")[: spec.n_init]])
        start = {"init": lambda X, *_, **__: X[next(seeds)]}
    # The sample has been checked: looking at it again for every start takes a fifth of the time.
    with config_context(assume_finite=True, skip_parameter_validation=True):
        begun = kmeans_estimator(starts, **start).fit(few.X, sample_weight=few.weights)
    found = _swapped(few, polish(few.X, few.weights, begun.cluster_centers_, _SWAP_ROUNDS, spec.tol, stop), spec, rng)
    choices = [choice.cluster_centers for choice in _best_few(found)]
    if len(choices) > 1 or len(more.X) < len(X):
        tried = [polish(more.X, more.weights, centers, _CHOICE_ROUNDS, spec.tol, stop) for centers in choices]
        choices = [min(tried, key=lambda choice: choice.inertia).cluster_centers]
    return polish(X, weights, choices[0], spec.max_iter, spec.tol, stop)


def _swapped(sample: Sample, start: Found, spec: ClusterSpec, rng) -> list[Found]:
    """The start and what came of swaps: of two clusters that suit each other one is made, and another is parted."""
    middle, weights = sample.X.mean(axis=0), sample.weights
    X = sample.X - middle
    found, current, failures = [start], None, 0
    while failures < _PATIENCE and len(found) <= _MOST_SWAPS:
        if current is None:
            current = min(found, key=lambda one: one.inertia)
            labels = current.labels
            difference = X - (current.cluster_centers - middle)[labels]
            own = np.einsum("ij,ij->i", difference, difference)
            reached = np.cumsum(weights * own)
            members = (labels == np.arange(spec.n_clusters)[:, None]) * weights
            sizes = members.sum(axis=1)
            means = members @ X / np.maximum(sizes, _TINY)[:, None]
            rise = _rise_of_merging(means, sizes)
        drawn = np.searchsorted(reached, rng.random(_CANDIDATES) * reached[-1]).clip(max=len(X) - 1)
        parted = labels[drawn]
        goes = (_squared_distances(X, X[drawn]) < own) & (labels == parted[:, None])
        n_going = goes @ weights
        going = (goes * weights) @ X / np.maximum(n_going, _TINY)[:, None]
        n_staying = sizes[parted] - n_going
        pull = np.divide(
            n_going * sizes[parted], n_staying, out=np.zeros(_CANDIDATES), where=n_staying > 1e-9 * n_going
        )
        fall = pull * _squares(going - means[parted])
        change = rise[:, None] - fall
        change[parted, np.arange(_CANDIDATES)] = np.inf  # to part what was made one
        given_up, taken = np.unravel_index(change.argmin(), change.shape)
        swapped = current.cluster_centers.copy()
        swapped[given_up] = going[taken] + middle
        found.append(polish(sample.X, weights, swapped, _SWAP_ROUNDS, spec.tol))
        if found[-1].inertia < current.inertia:
            current, failures = None, 0
        else:
            failures += 1
    return found


def _rise_of_merging(means: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """How much the inertia rises when a cluster and that which suits it best become one (Ward 1963)."""
    rise = _squared_distances(means, means) * sizes[:, None] * sizes / np.maximum(sizes[:, None] + sizes, _TINY)
    np.fill_diagonal(rise, np.inf)
    return rise.min(axis=1)


def _squares(X: np.ndarray) -> np.ndarray:
    return np.einsum("ij,ij->i", X, X)


def _squared_distances(X: np.ndarray, centers: np.ndarray) -> np.ndarray:
    """Of shape (n_centers, n_samples); both must lie around zero."""
    return np.maximum(_squares(X) + _squares(centers)[:, None] - 2 * (centers @ X.T), 0)


def _best_few(found: list[Found]) -> list[Found]:
    """The best, and others that differ from it and from each other and are nearly as good."""
    found = sorted(found, key=lambda one: one.inertia)
    best = found[:1]
    for one in found[1:]:
        if len(best) == _CHOICES or one.inertia > _NEARLY * best[0].inertia:
            break
        if one.inertia > _ALIKE * best[-1].inertia:
            best.append(one)
    return best
