"""Running a method on rows: on all of them or on a sample, with a segment for every row at the end."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

import numpy as np
from sklearn.metrics import pairwise_distances_argmin

from clustering.errors import FewerFound, InvalidSetting
from clustering.kmeans import Found, Sample, best_of_starts, draw_samples, parts, polish
from clustering.methods import METHODS, NOISE, ClusterSpec, Labelled, kmeans_estimator
from clustering.methods.proposals import k_distances
from clustering.placing import Rule, nearest
from clustering.wording import count, whole

MOST_FOUND = 100  # segments that a method may find by itself
_FEW = 20  # customers: with fewer what the data propose is a guess, and other settings seldom help
_ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Groundwork:
    """What fits of the same rows with other numbers of clusters share.

    Attributes
    ----------
    X : ndarray
        The rows that the method sees, as it sees them: around zero, far from which some methods lose every digit.
    weights : ndarray, optional
    chosen : ndarray of int, optional
        Which of all rows these are; None where they are all.
    middle : ndarray, optional
        What was subtracted from every row; None of k-means, which sees to that itself.
    stretch : ndarray, optional
        What every column was multiplied by then.
    values : dict
        The method's settings, those that the rows proposed among them.
    shared : object
        What the method makes of the rows before it is told a number: a tree, distances, samples for the starts.
    """

    X: np.ndarray
    weights: np.ndarray | None
    chosen: np.ndarray | None
    middle: np.ndarray | None
    stretch: np.ndarray | None
    values: dict[str, object]
    shared: Any


def groundwork(
    X: np.ndarray,
    weights: np.ndarray | None,
    spec: ClusterSpec,
    *,
    stretch: np.ndarray | None = None,
    stop: Callable[[], bool] | None = None,
) -> Groundwork:
    """Do once what does not depend on the number of clusters.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
    weights : ndarray of shape (n_samples,), optional
    spec : ClusterSpec
    stretch : ndarray of shape (n_features,), optional
        What `Method.stretch` gives for the features that X comes from.
    stop : callable returning bool, optional

    Raises
    ------
    Stopped
        If `stop` says so.
    """
    method = METHODS[spec.method]
    if spec.method == "kmeans":
        shared = None if spec.start else draw_samples(X, weights, spec.random_state, stop)
        return Groundwork(X, weights, None, None, None, {}, shared)
    weights = weights if method.weighs else None
    chosen = None
    if method.most_rows is not None and len(X) > method.most_rows:
        rng = np.random.default_rng([spec.random_state, 5])
        chosen = np.sort(rng.choice(len(X), method.most_rows, replace=False))
        X, weights = X[chosen], None if weights is None else weights[chosen]
    middle = X.mean(axis=0)
    X = _seen(X, middle, stretch)
    values = method.values(X, spec)
    shared = method.share(X, spec, values) if method.share else None
    return Groundwork(X, weights, chosen, middle, stretch, values, shared)


def discover(
    work: Groundwork,
    X: np.ndarray,
    weights: np.ndarray | None,
    spec: ClusterSpec,
    stop: Callable[[], bool] | None = None,
) -> tuple[Labelled, float | None]:
    """Find the clusters of rows of which there are enough distinct ones; none of the clusters is empty.

    Returns
    -------
    found : Labelled
        With a label for every row of X, and `place` for rows in the units of X.
    inertia : float or None
        Where the method knows it already.

    Raises
    ------
    FewerFound
        If there are fewer clusters than asked for, or fewer than two.
    InvalidSetting
        If the settings do not suit the rows, or the method finds more than 100 clusters by itself.
    Stopped
        If `stop` says so.
    """
    method = METHODS[spec.method]
    if spec.method == "kmeans":
        centers = _find_centers(X, weights, spec, work.shared, stop)
        settled = centers.n_iter < spec.max_iter
        found = Labelled(
            centers.labels,
            nearest(centers.cluster_centers),
            centers.cluster_centers,
            centers.n_iter,
            settled,
            unsure=centers.unsure,
        )
        _check_found(np.bincount(centers.labels, minlength=spec.n_clusters), 0, spec, X)
        return found, centers.inertia
    _check_sample(work, spec)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        # What a method warns of is said here: by `settled`, or by a refusal.
        warnings.simplefilter("ignore", UserWarning)
        found = method.run(work.X, work.weights, spec, work.values, work.shared)
    sizes = np.bincount(found.labels[found.labels >= 0], minlength=spec.n_clusters or 0)
    _check_found(sizes, int((found.labels < 0).sum()), spec, work.X)
    memberships = None
    if isinstance(found.place, Rule):
        place = found.place if work.stretch is None else found.place.stretched(work.stretch)
        place = place.moved(work.middle)
        memberships = found.memberships and place.memberships
    else:
        place = found.place or (_NearestWithin if method.finds_noise else _Nearest)(work.X, found.labels)
        place = partial(_as_seen, place, work.middle, work.stretch)
    labels = found.labels
    if work.chosen is not None:
        labels = np.empty(len(X), dtype=np.int64)
        for part in parts(len(X), stop):
            labels[part] = place(X[part])
        labels[work.chosen] = found.labels
    centers = found.cluster_centers
    if centers is not None:
        centers = None if work.stretch is not None else centers + work.middle
    return replace(found, labels=labels, place=place, cluster_centers=centers, memberships=memberships), None


def _check_sample(work: Groundwork, spec: ClusterSpec) -> None:
    """Refuse more clusters than there are different rows in a sample."""
    if work.chosen is None or spec.n_clusters is None:
        return
    n_distinct = count_distinct(work.X, spec.n_clusters)
    if n_distinct < spec.n_clusters:
        raise FewerFound(
            f"{METHODS[spec.method].label} sees a sample of {count(len(work.X), 'customer')}, {whole(n_distinct)} of "
            f"them different; {whole(spec.n_clusters)} segments were asked for. Ask for fewer, or take k-means."
        )


def _check_found(sizes: np.ndarray, n_noise: int, spec: ClusterSpec, X: np.ndarray) -> None:
    """Refuse what is no segmentation, in a sentence that says what to change."""
    method, n_found = METHODS[spec.method], int((sizes > 0).sum())
    if spec.n_clusters is not None:
        if n_found < spec.n_clusters:
            way = f"{method.way_to_more}, or take another method."
            way = f"Ask for at most {whole(n_found)}, {way}" if n_found > 1 else way[0].upper() + way[1:]
            raise FewerFound(
                f"{method.label} found only {count(n_found, 'segment')} where {whole(spec.n_clusters)} were asked for. "
                f"{_too_few(X, spec) or way}"
            )
        return
    when_none, when_one, when_many = method.ways_out
    if n_found < 2 and (too_few := _too_few(X, spec)):
        when_none = when_one = too_few
    if n_found == 0:
        raise FewerFound(f"{method.label} found no segment: all {count(n_noise, 'customer')} are noise. {when_none}")
    if n_found == 1:
        rest = f" and {count(n_noise, 'customer')} of noise" if n_noise else ""
        raise FewerFound(f"{method.label} found one single segment{rest}. {when_one}")
    if n_found > MOST_FOUND:
        raise InvalidSetting(
            f"{method.label} found {whole(n_found)} segments, more than anybody can tell apart (at most {MOST_FOUND}). "
            f"{when_many}"
        )


def _too_few(X: np.ndarray, spec: ClusterSpec) -> str:
    """That there are too few rows for settings to follow from them; "" where there are enough or none does."""
    method = METHODS[spec.method]
    if spec.settings or not any(setting.propose for setting in method.settings):
        return ""
    n_distinct = count_distinct(X, _FEW)
    if n_distinct >= _FEW:
        return ""
    who = count(len(X), "customer") if len(X) < _FEW else count(n_distinct, "different customer")
    takes = "takes" if who.startswith("1 ") else "take"
    return f"Only {who} {takes} part, too few for {method.label}. Take k-means."


class _Nearest:
    """The label of the nearest row that was seen."""

    def __init__(self, X: np.ndarray, labels: np.ndarray):
        self._X, self._labels = X, labels

    def __call__(self, X: np.ndarray) -> np.ndarray:
        return self._labels[self._nearest(X)]

    def _nearest(self, X: np.ndarray) -> np.ndarray:
        return pairwise_distances_argmin(X, self._X)


class _NearestWithin(_Nearest):
    """The label of the nearest row that was seen, but noise if that row is farther away than its segment is loose.

    A segment is as loose as the largest distance of one of its rows to the nearest other one of it. The rule is for
    methods with noise that have none of their own: otherwise the farthest rows of all would have a segment, and nearer
    ones be noise.
    """

    def __call__(self, X: np.ndarray) -> np.ndarray:
        nearest = self._nearest(X)
        labels = self._labels[nearest]
        distances = np.linalg.norm(X - self._X[nearest], axis=1)
        return np.where(distances <= self._looseness[labels] * (1 + _ROUNDING), labels, NOISE)

    @cached_property
    def _looseness(self) -> np.ndarray:
        """Of every segment, and of noise, which is the last, 0: who is nearest to noise is noise anyway."""
        n_found = int(self._labels.max()) + 1
        return np.array([k_distances(self._X[self._labels == label], 2)[-1] for label in range(n_found)] + [0.0])


def _seen(X: np.ndarray, middle: np.ndarray, stretch: np.ndarray | None) -> np.ndarray:
    return X - middle if stretch is None else (X - middle) * stretch


def _as_seen(function: Callable, middle: np.ndarray, stretch: np.ndarray | None, X: np.ndarray) -> np.ndarray:
    """The function of rows as the method saw them."""
    return function(_seen(X, middle, stretch))


def count_distinct(X: np.ndarray, enough: int) -> int:
    """Number of distinct rows, or any number from `enough` on once that many were seen."""
    for n_rows in (1_000, len(X)):
        n_distinct = len(np.unique(X[:n_rows], axis=0))
        if n_distinct >= enough:
            break
    return n_distinct


def _find_centers(
    X: np.ndarray,
    weights: np.ndarray | None,
    spec: ClusterSpec,
    samples: tuple[Sample, Sample] | None,
    stop: Callable[[], bool] | None,
) -> Found:
    """Cluster rows of which there are enough distinct ones, with none of the clusters empty."""
    if spec.start:
        return polish(X, weights, np.array(spec.start), spec.max_iter, spec.tol, stop)
    if samples and count_distinct(samples[0].X, spec.n_clusters) >= spec.n_clusters:
        found = best_of_starts(X, weights, spec, samples, stop)
    else:
        found = _fitted(X, weights, spec)
    if np.bincount(found.labels, minlength=spec.n_clusters).min() == 0:
        # Random starts on rows that are alike can leave a cluster without any; spread-out starts do not.
        found = _fitted(X, weights, spec, init="k-means++")
    return found


def _fitted(X: np.ndarray, weights: np.ndarray | None, spec: ClusterSpec, **start) -> Found:
    estimator = kmeans_estimator(spec, **start).fit(X, sample_weight=weights)
    return Found(estimator.labels_, estimator.cluster_centers_, float(estimator.inertia_), int(estimator.n_iter_))
