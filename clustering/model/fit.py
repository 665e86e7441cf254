"""Fitting one clustering: `fit` is the sweep's own routine for one number of clusters."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from clustering.errors import InvalidSetting, TooFewRows
from clustering.features import Features
from clustering.features.rows import PLACED
from clustering.methods import METHODS, NOISE, ClusterSpec, Labelled
from clustering.model.clustering import Clustering
from clustering.model.discover import Groundwork, count_distinct, discover, groundwork
from clustering.model.rows import inertia_of, mean_of
from clustering.placing import Rule
from clustering.threads import one_thread
from clustering.wording import count, whole

NOISE_NOTE = "noise: near no segment"
_MOST_ORDERS = 20  # of the numbers of the segments, until who lies between two stays where they are


def fit(
    features: Features,
    spec: ClusterSpec,
    *,
    work: Groundwork | None = None,
    stop: Callable[[], bool] | None = None,
) -> Clustering:
    """Cluster the prepared rows, each by its weight, and place those that take no part.

    Parameters
    ----------
    features : Features
    spec : ClusterSpec
    work : Groundwork, optional
        What `lay_groundwork` gives for these features and this spec with any number of clusters; done here if it is
        not given.
    stop : callable returning bool, optional
        Asked all the while on a large table.

    Raises
    ------
    InvalidSetting
        If `spec.n_clusters` is not given to a method that needs it, or a setting does not suit the customers.
    TooFewRows
        If there are fewer distinct rows than clusters; names both numbers.
    FewerFound
        If the method finds fewer clusters than asked for, or fewer than two.
    Stopped
        If `stop` says so.
    """
    method = METHODS[spec.method]
    if method.takes_k:
        _check_number(features, spec)
    with one_thread():
        work = work or lay_groundwork(features, spec, stop)
        found, inertia = discover(work, features.X, features.weights, spec, stop)
        n_found = spec.n_clusters or int(found.labels.max()) + 1
        fit_labels, far_labels, place, ranking = _numbered(features, found, n_found)
        rows, labels, in_fit = _in_order(features, fit_labels, far_labels)
        is_noise = labels == NOISE
        noise, rows, labels, in_fit = rows[is_noise], rows[~is_noise], labels[~is_noise], in_fit[~is_noise]
        told = _clustered(features, fit_labels)
        fit_labels = fit_labels[fit_labels != NOISE]
        if found.cluster_centers is not None:
            centers = found.cluster_centers[ranking]
        else:
            centers = np.array([mean_of(told, fit_labels == label) for label in range(n_found)])
        if inertia is None:
            inertia = inertia_of(told, fit_labels, centers)
        memberships = _memberships(features, found, ranking, rows) if found.memberships else None
    return Clustering(
        spec=spec,
        rows=_read_only(rows),
        labels=_read_only(labels),
        in_fit=_read_only(in_fit),
        cluster_centers=_read_only(centers),
        sizes=tuple(np.bincount(labels, minlength=n_found).tolist()),
        inertia=inertia,
        n_iter=found.n_iter,
        settled=found.settled,
        row_notes=with_noise(features.row_notes, noise),
        noise=_read_only(noise),
        settings=tuple(work.values.items()),
        figures=found.figures,
        memberships=memberships,
        place=place,
        notes=method_notes(features, spec),
    )


def lay_groundwork(features: Features, spec: ClusterSpec, stop: Callable[[], bool] | None = None) -> Groundwork:
    """Do once what fits of these features with other numbers of clusters share."""
    method = METHODS[spec.method]
    stretch = method.stretch(features) if method.stretch else None
    return groundwork(features.X, features.weights, spec, stretch=stretch, stop=stop)


def method_notes(features: Features, spec: ClusterSpec) -> tuple[str, ...]:
    """What is to be known about how a method finds clusters of these features: on a sample, without weights."""
    method, notes = METHODS[spec.method], []
    if method.most_rows is not None and len(features.X) > method.most_rows:
        placed = "its own rule" if method.can_predict else "the most similar customer of the sample"
        if method.finds_noise and not method.can_predict:
            placed += ", or are noise where none is near enough"
        counts = " What its settings count are customers of the sample." if method.counts_rows else ""
        notes.append(
            f"{method.label} is slow on many rows, so it saw a random sample of {count(method.most_rows, 'customer')} "
            f"of {whole(len(features.X))}; the others were placed by {placed}.{counts}"
        )
    if features.weights is not None and not method.weighs:
        notes.append(f"{method.label} cannot weigh customers: in finding the segments all counted alike.")
    return tuple(notes)


def _check_number(features: Features, spec: ClusterSpec) -> None:
    if spec.n_clusters is None:
        raise InvalidSetting("The number of segments is not given.")
    n_distinct = count_distinct(features.X, spec.n_clusters)
    if n_distinct < spec.n_clusters:
        raise TooFewRows(
            f"{spec.n_clusters} segments were asked for, but only {n_distinct} different customers take part. "
            f"Ask for at most {n_distinct} segments, or choose more columns."
        )
    n_features = features.X.shape[1]
    if any(len(center) != n_features for center in spec.start):
        raise InvalidSetting(
            f"The start centers were placed for other columns: {n_features} are prepared now. Place them again."
        )


def _numbered(
    features: Features, found: Labelled, n_found: int
) -> tuple[np.ndarray, np.ndarray, Callable[[np.ndarray], np.ndarray], np.ndarray]:
    """Labels by falling size of the rows of the fit and of the far rows, how others are placed, and old label by new.

    Where a rule places others, it has given these rows their labels too: whom rounding left between two segments, the
    lower number gets, and that can change who is larger.
    """
    place, unsure = found.place, found.unsure
    fit_labels, far_labels = found.labels, _placed(place, features.X_far)
    order = np.arange(n_found)
    for _ in range(_MOST_ORDERS):
        _, labels, _ = _in_order(features, fit_labels, far_labels)
        _, ranking = by_falling_size(labels[labels != NOISE], n_found)
        renumber, order = _Renumber(ranking), order[ranking]
        fit_labels, far_labels = renumber(fit_labels), renumber(far_labels)
        if not isinstance(place, Rule):
            return fit_labels, far_labels, _renumbered(place, renumber), order
        place = place.renumbered(renumber.new)
        ruled, ruled_far = _by_rule(place, features.X, fit_labels, unsure), _placed(place, features.X_far)
        if len(np.unique(ruled)) < n_found:
            break  # two centers on one spot: what the method found tells them apart, the rule cannot
        if np.array_equal(ruled, fit_labels) and np.array_equal(ruled_far, far_labels):
            break
        fit_labels, far_labels = ruled, ruled_far
    return fit_labels, far_labels, place, order


def _renumbered(place: Callable, renumber: "_Renumber") -> Callable[[np.ndarray], np.ndarray]:
    return lambda X: renumber(_placed(place, X))


def _by_rule(rule: Rule, X: np.ndarray, labels: np.ndarray, unsure: np.ndarray | None) -> np.ndarray:
    """The labels that the rule gives, of which only those of the rows that are unsure can be others."""
    if unsure is None:
        return rule(X).astype(labels.dtype)
    ruled = labels.copy()
    ruled[unsure] = rule(X[unsure])
    return ruled


def _placed(place: Callable[[np.ndarray], np.ndarray], X: np.ndarray) -> np.ndarray:
    return place(X) if len(X) else np.empty(0, dtype=np.int64)


def _in_order(
    features: Features, labels: np.ndarray, far_labels: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows of the table with their labels and whether they took part, in the table's order."""
    rows = features.rows
    if not len(far_labels):
        return rows, labels, np.ones(len(rows), dtype=bool)
    rows = np.concatenate([rows, features.far_rows])
    order = np.argsort(rows, kind="stable")
    return rows[order], np.concatenate([labels, far_labels])[order], order < len(features.rows)


def _clustered(features: Features, fit_labels: np.ndarray) -> Features:
    """The features of the rows that are no noise."""
    stays = fit_labels != NOISE
    if stays.all():
        return features
    weights = None if features.weights is None else features.weights[stays]
    return replace(features, X=features.X[stays], weights=weights)


def _memberships(features: Features, found: Labelled, ranking: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """How probably each of the rows belongs to each segment; for a method that leaves no noise."""
    told = np.empty((len(rows), len(ranking)), dtype=np.float32)
    for X, whose in ((features.X, features.rows), (features.X_far, features.far_rows)):
        if len(X):
            told[np.searchsorted(rows, whose)] = found.memberships(X)[:, ranking]
    return _read_only(told)


def with_noise(row_notes: pd.Categorical, noise: np.ndarray) -> pd.Categorical:
    """The notes of all rows with those of noise: a row that would have been placed was not."""
    if not len(noise):
        return row_notes
    notes = row_notes.astype(object)
    before = pd.Series(notes[noise], dtype=object)
    told = before.str.removesuffix(PLACED) + "; " + NOISE_NOTE
    notes[noise] = told.where(before.notna(), NOISE_NOTE)
    return pd.Categorical(notes)


class _Renumber:
    """Labels by falling size for those that the method gave; noise stays noise."""

    def __init__(self, ranking: np.ndarray):
        self.new = np.empty(len(ranking) + 1, dtype=np.int32)
        self.new[ranking] = np.arange(len(ranking))
        self.new[NOISE] = NOISE

    def __call__(self, labels: np.ndarray) -> np.ndarray:
        return self.new[labels]


def by_falling_size(labels: np.ndarray, n_clusters: int) -> tuple[np.ndarray, np.ndarray]:
    """Labels renumbered so that 0 is the largest (ties: first row first), and old label by new."""
    sizes = np.bincount(labels, minlength=n_clusters)
    first_row = [int((labels == label).argmax()) if sizes[label] else len(labels) for label in range(n_clusters)]
    ranking = np.lexsort((first_row, -sizes))
    new = np.empty(n_clusters, dtype=np.int32)
    new[ranking] = np.arange(n_clusters)
    return new[labels], ranking


def _read_only(array: np.ndarray) -> np.ndarray:
    array.flags.writeable = False
    return array
