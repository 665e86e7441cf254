"""Rules that stand in for a method that places no new rows, each with how often it is right on the rows of then."""

from dataclasses import dataclass

import numpy as np
from sklearn.cluster import KMeans

from clustering.features import Features
from clustering.model import Clustering, prepared_rows
from clustering.placing import NOISE, NearestPoint, nearest
from clustering.threads import one_thread

_MOST_GROUPS = 100  # per segment
_LEAST_ROWS = 3  # of a group: the mean of fewer would nearly be a customer
_SAMPLE = 20_000  # rows per segment from which its groups are made


@dataclass(frozen=True, eq=False)
class StandIn:
    """A rule in place of a method's own.

    Attributes
    ----------
    name : {"nearest_center", "nearest_neighbour"}
    rule : NearestPoint
    agreement : float
        Share of the rows, noise included, to which it gives what the fit gave.
    """

    name: str
    rule: NearestPoint
    agreement: float


def stand_ins(features: Features, clustering: Clustering) -> tuple[StandIn, ...]:
    """Make both stand-ins, the one that is right more often first.

    `nearest_center` is the center of the segment; `nearest_neighbour` the nearest of up to 100 small groups of similar
    customers per segment, three in each at least: their means, so that no customer stands in the rule. Where there is
    noise, a customer farther from the nearest of these points than the reach of its segment is noise: the reach with
    which the fewest of the rows are wrong.
    """
    with one_thread():
        X, labels = _all_rows(features, clustering)
        by_center = nearest(clustering.cluster_centers)
        groups = [_groups(X[labels == label], clustering.spec.random_state) for label in range(clustering.n_clusters)]
        owners = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
        by_neighbour = nearest(np.concatenate(groups), owners)
        found = []
        for name, rule in (("nearest_center", by_center), ("nearest_neighbour", by_neighbour)):
            if len(clustering.noise):
                rule = _within_reach(rule, X, labels, clustering.n_clusters)
            found.append(StandIn(name, rule, float((rule(X) == labels).mean())))
    return tuple(sorted(found, key=lambda one: -one.agreement))


def _all_rows(features: Features, clustering: Clustering) -> tuple[np.ndarray, np.ndarray]:
    """Prepared values of all rows that have a segment or are noise, and their labels."""
    own = prepared_rows(features, clustering, np.arange(len(clustering.rows)))
    if not len(clustering.noise):
        return own, clustering.labels
    is_noise = np.zeros(clustering.n_rows, dtype=bool)
    is_noise[clustering.noise] = True
    noise = np.concatenate([features.X[is_noise[features.rows]], features.X_far[is_noise[features.far_rows]]])
    return np.concatenate([own, noise]), np.concatenate([clustering.labels, np.full(len(noise), NOISE)])


def _groups(X: np.ndarray, random_state: int) -> np.ndarray:
    """Means of small groups of similar rows."""
    if len(X) > _SAMPLE:
        X = X[np.sort(np.random.default_rng([random_state, 7]).choice(len(X), _SAMPLE, replace=False))]
    n_groups = min(_MOST_GROUPS, len(X) // (2 * _LEAST_ROWS), len(np.unique(X, axis=0)))
    if n_groups < 2:
        return X.mean(axis=0, keepdims=True)
    found = KMeans(n_groups, n_init=1, max_iter=20, random_state=random_state).fit(X)
    sizes = np.bincount(found.labels_, minlength=n_groups)
    large = np.flatnonzero(sizes >= _LEAST_ROWS)  # one at least: on average there are twice as many in each
    return np.array([X[found.labels_ == group].mean(axis=0) for group in large])


def _within_reach(rule: NearestPoint, X: np.ndarray, labels: np.ndarray, n_clusters: int) -> NearestPoint:
    """The rule with the reach of every segment that separates best who is in it from who is noise."""
    nearest_label, distance = rule.nearest(X)
    reach = np.zeros(n_clusters)
    for label in range(n_clusters):
        near = nearest_label == label
        order = np.argsort(distance[near], kind="stable")
        reaches, right = distance[near][order], labels[near][order]
        gain = np.cumsum(np.where(right == label, 1, np.where(right == NOISE, -1, 0)))
        whole = np.flatnonzero(np.diff(reaches, append=np.inf))  # those as far away are all within reach, or none
        if len(whole) and gain[whole].max() > 0:
            reach[label] = reaches[whole[gain[whole].argmax()]]
    return NearestPoint(rule.points, rule.labels, reach=reach)
