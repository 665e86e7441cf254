"""Would the segments of a segmentation be found again, each of them and as a whole? For every method."""

import numpy as np

from clustering.features import Features
from clustering.methods import METHODS
from clustering.model import Clustering, count_distinct
from clustering.stability.halves import (
    HALVES,
    SAMPLE_ROWS,
    adjusted_rand,
    contingency,
    halves,
    noise_as_group,
    part,
    sampled_rows,
)
from clustering.stability.refits import Refits, for_fewer
from clustering.stability.repeat import Repeatability
from clustering.threads import one_thread

COUNTED_ROWS = 10_000  # for a method whose settings count rows: among far fewer hardly any would be left to count

_NOT_FOUND = np.empty(0, dtype=np.int64)  # in place of labels where a half holds no two clusters


def segment_stability(features: Features, clustering: Clustering) -> tuple[float, ...]:
    """Tell for every cluster of a segmentation how surely it would be found again.

    Five times the rows are split in two halves, noise among them. Each half is clustered by itself, with the same
    settings (`for_fewer`), and everybody is placed; the cluster most like the given one is looked up. Returned is the
    mean Jaccard index over the ten halves: rows in both over rows in either. Noise belongs to no cluster. A half in
    which the method finds no two clusters, or fewer than it was told, has found none again: it counts as 0.

    On at most 2,000 rows; 10,000 for a method whose settings count rows, and never more than the method looks at.

    After edits by hand the halves are still clustered as the segmentation was found (`clustering.spec`): a cluster that
    is as the method found it has the figure it had, and one made by hand has none, since no method would find it.

    Parameters
    ----------
    features : Features
        Those the segmentation was found in, noise among them.
    clustering : Clustering

    Returns
    -------
    tuple of float
        Per cluster, in [0, 1]: from 0.85 on highly stable, below 0.6 not to be trusted (Hennig). NaN for a cluster made
        by hand and for one of which the sample has no row, and where the halves have too few different rows.

    References
    ----------
    Hennig (2007), Comput. Stat. Data Anal. 52:258-271.
    """
    n_clusters = clustering.n_clusters
    chosen, pairs = _labelings(features, clustering)
    of_table = np.full(clustering.n_rows, n_clusters)
    of_table[clustering.rows] = clustering.labels
    labels = of_table[features.rows[chosen]]
    found = [_best_jaccard(labels, half, n_clusters) for pair in pairs for half in pair if half is not None]
    if not found:
        return (float("nan"),) * n_clusters
    measured = np.where(clustering.edited, np.nan, np.mean(found, axis=0))
    return tuple(float(value) for value in measured)


def repeatability(features: Features, clustering: Clustering) -> Repeatability:
    """Tell how repeatable a segmentation is as a whole, also one whose method finds the number of clusters itself.

    Halves, settings and samples are those of `segment_stability`. For each split the two halves are compared on
    everybody by the adjusted Rand index, noise as one more group on both sides; 0 where the method finds no two
    clusters in one of them. Without edits by hand, which nothing would find again. For k-means from random starts it is
    what `stability` gives for its number of clusters.

    Returns
    -------
    Repeatability
        Not compared with shapeless customers: `observed` is NaN and `reference` empty.
    """
    _, pairs = _labelings(features, clustering)
    agreements = tuple(_agreement(*pair) for pair in pairs if pair[0] is not None and pair[1] is not None)
    return Repeatability(clustering.spec.n_clusters or clustering.n_clusters, agreements, float("nan"), ())


def rows_measured(method: str) -> int:
    """Most rows that a segmentation by this method is measured on."""
    told = METHODS[method]
    most = COUNTED_ROWS if any(setting.counts_rows for setting in told.settings) else SAMPLE_ROWS
    return min(most, told.most_rows or most)


def _labelings(features: Features, clustering: Clustering) -> tuple[np.ndarray, list[list[np.ndarray | None]]]:
    """The sample (positions in `features.X`) and its labels by each half of each split.

    None by a half with too few different rows, `_NOT_FOUND` by one in which nothing was found.
    """
    spec, method = clustering.spec, METHODS[clustering.spec.method]
    chosen = sampled_rows(len(features.X), spec.random_state, rows_measured(spec.method))
    X, weights = features.X[chosen], part(features.weights, chosen)
    stretch = method.stretch(features) if method.stretch else None
    pairs = []
    with one_thread():
        for i in range(HALVES):
            pairs.append([])
            for half in halves(len(X), spec.random_state, i):
                labels = None
                if count_distinct(X[half], spec.n_clusters or 2) >= (spec.n_clusters or 2):
                    settings = for_fewer(clustering, len(half), len(features.X))
                    found = Refits(X, weights, settings, half, stretch=stretch, seed=i).find(spec.n_clusters)
                    labels = found[0] if found else _NOT_FOUND
                pairs[-1].append(labels)
    return chosen, pairs


def _best_jaccard(labels: np.ndarray, others: np.ndarray, n_clusters: int) -> np.ndarray:
    """For every cluster its Jaccard index with the most similar of the others; NaN if it is empty.

    Noise is `n_clusters` in the labels and -1 in the others.
    """
    sizes = np.bincount(labels, minlength=n_clusters + 1)[:n_clusters]
    best = np.zeros(n_clusters)
    if len(others):
        n_others = int(others.max()) + 1
        both = contingency(labels, noise_as_group(others, n_others), n_clusters + 1, n_others + 1)
        either = both.sum(axis=1, keepdims=True) + both.sum(axis=0) - both
        best = (both / np.maximum(either, 1))[:n_clusters, :n_others].max(axis=1)
    return np.where(sizes > 0, best, np.nan)


def _agreement(one: np.ndarray, other: np.ndarray) -> float:
    if not len(one) or not len(other):
        return 0.0
    n_one, n_other = int(one.max()) + 1, int(other.max()) + 1
    both = contingency(noise_as_group(one, n_one), noise_as_group(other, n_other), n_one + 1, n_other + 1)
    return adjusted_rand(both)
