"""Would other customers of the same kind give the same segments? And would shapeless ones give segments as good?"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np

from clustering.features import Features
from clustering.indices import center_distances, simplified_silhouette
from clustering.methods import ClusterSpec
from clustering.model import Clustering, count_distinct
from clustering.stability.reference import Reference
from clustering.stability.starts import Starts
from clustering.threads import one_thread

SAMPLE_ROWS = 2_000
HALVES = 5  # times that the customers are split in two
REFERENCES = 10  # tables of shapeless customers
ROUNDS = HALVES + REFERENCES


@dataclass(frozen=True, eq=False)
class Repeatability:
    """How repeatable one number of clusters is, and what shapeless customers would give.

    Attributes
    ----------
    n_clusters : int
    adjusted_rand : tuple of float
        For each split in halves how well the two halves agree on everybody's cluster: 1 is the same, 0 is chance.
        Empty where a half has too few different rows for so many clusters.
    observed : float
        Simplified silhouette of the bounded sample that is compared with the reference.
    reference : tuple of float
        Simplified silhouette of each shapeless table; NaN where it has too few different rows.
    """

    n_clusters: int
    adjusted_rand: tuple[float, ...]
    observed: float
    reference: tuple[float, ...]

    @property
    def stability(self) -> float:
        """Mean adjusted Rand index over the splits; NaN where there is none."""
        return float(np.mean(self.adjusted_rand)) if self.adjusted_rand else float("nan")

    @property
    def reference_mean(self) -> float:
        """Mean over the shapeless tables."""
        scores = [score for score in self.reference if score == score]
        return float(np.mean(scores)) if scores else float("nan")

    @property
    def reference_error(self) -> float:
        """Standard deviation over the shapeless tables."""
        scores = [score for score in self.reference if score == score]
        return float(np.std(scores, ddof=1)) if len(scores) > 1 else float("nan")


@dataclass(frozen=True, eq=False)
class Stability:
    """Repeatability for every number of clusters.

    Attributes
    ----------
    steps : tuple of Repeatability, by rising n_clusters
        Can be asked for like arrays: `stability.n_clusters`, `stability.observed`, ….
    n_samples : int
        Rows it was measured on.
    """

    steps: tuple[Repeatability, ...]
    n_samples: int

    def __getattr__(self, name: str):
        if name in Repeatability.__dataclass_fields__ or isinstance(getattr(Repeatability, name, None), property):
            return [getattr(step, name) for step in self.steps]
        raise AttributeError(name)

    def within(self, n_clusters: Iterable[int]) -> "Stability":
        """Return the part for these numbers of clusters."""
        wanted = set(n_clusters)
        return replace(self, steps=tuple(step for step in self.steps if step.n_clusters in wanted))

    @property
    def above_reference(self) -> float:
        """How far the best score of any number lies above the best that shapeless tables reach at any number.

        In standard deviations over the tables; NaN where there is nothing to compare.
        """
        compared = [step for step in self.steps if step.observed == step.observed and step.reference]
        if not compared:
            return float("nan")
        best = np.fmax.reduce([step.reference for step in compared])
        best = best[~np.isnan(best)]
        spread = float(np.std(best, ddof=1)) if len(best) > 1 else 0.0
        observed = max(step.observed for step in compared)
        return (observed - float(np.mean(best))) / spread if spread > 0 else float("nan")

    def step(self, n_clusters: int) -> Repeatability | None:
        """Return the repeatability for a number of clusters, None if it was not measured."""
        return next((step for step in self.steps if step.n_clusters == n_clusters), None)


def stability(
    features: Features,
    spec: ClusterSpec,
    n_clusters: Iterable[int],
    *,
    known: Stability | None = None,
    on_round: Callable[[int], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Stability | None:
    """Measure how repeatable the clusters are, and what shapeless customers would give.

    Five times the rows are split in two halves at random; each half is clustered by itself and everybody is placed
    with the nearest center of each. Ten tables with one crowd at most (`Reference`) are clustered and scored
    as well. All on a sample of at most 2,000 rows, so that the time is bounded however many rows there are.

    Parameters
    ----------
    features : Features
    spec : ClusterSpec
        Its own `n_clusters` is not looked at.
    n_clusters : iterable of int
    known : Stability, optional
        Earlier result of the same features and spec; what it holds is not computed again.
    on_round : callable of (int), optional
        Called with the number of finished rounds, of `ROUNDS`.
    stop : callable returning bool, optional
        Asked before each round.

    Returns
    -------
    Stability or None
        None if it was stopped.

    References
    ----------
    Lange, Roth, Braun and Buhmann (2004), Neural Comput. 16:1299-1323 (agreement of halves). Hubert and Arabie (1985),
    J. Classif. 2:193-218 (adjusted Rand index).
    """
    finished = {step.n_clusters: step for step in known.steps} if known else {}
    wanted = sorted(set(n_clusters))
    missing = [k for k in wanted if k not in finished]
    X, weights = _sample(features, spec.random_state)
    agreements = {k: [] for k in missing}
    observed, references = {}, {k: [] for k in missing}
    with one_thread():
        for i in range(HALVES if missing else 0):
            if stop and stop():
                return None
            first, second = _halves(len(X), spec.random_state, i)
            possible = min(count_distinct(X[half], missing[-1]) for half in (first, second))
            starts = [Starts(X[half], _part(weights, half), seed=i) for half in (first, second)]
            for k in (k for k in missing if k <= possible):
                one, other = (_place(X, start.centers(spec, k)) for start in starts)
                agreements[k].append(adjusted_rand(contingency(one, other, k)))
            if on_round:
                on_round(i + 1)
        if missing:
            reference = Reference(features, spec.random_state)
            observed = _scores(reference.sample(), missing, spec)
        for i in range(REFERENCES if missing else 0):
            if stop and stop():
                return None
            scores = _scores(reference.draw(i), missing, spec)
            for k in missing:
                references[k].append(scores.get(k, float("nan")))
            if on_round:
                on_round(HALVES + i + 1)
    for k in missing:
        finished[k] = Repeatability(
            k, tuple(agreements[k]), observed.get(k, float("nan")), tuple(references[k]) if k in observed else ()
        )
    return Stability(tuple(finished[k] for k in sorted(finished)), len(X))


def segment_stability(features: Features, clustering: Clustering) -> tuple[float, ...]:
    """Tell for every cluster of a segmentation how surely it would be found again.

    Five times the rows are split in two halves, each half is clustered by itself and everybody is placed with the
    nearest center; the cluster most like the given one is looked up. Returned is the mean Jaccard index over the ten
    halves: rows in both over rows in either. On at most 2,000 rows.

    After edits by hand the halves are still clustered as the segmentation was found (`clustering.spec`): a cluster that
    is as the method found it has the figure it had, and one made by hand has none, since no method would find it.

    Returns
    -------
    tuple of float
        Per cluster, in [0, 1]: from 0.85 on highly stable, below 0.6 not to be trusted (Hennig). NaN for a cluster made
        by hand and for one of which the sample has no row.

    References
    ----------
    Hennig (2007), Comput. Stat. Data Anal. 52:258-271.
    """
    spec, k = clustering.spec, clustering.spec.n_clusters
    chosen = sampled_rows(len(features.X), spec.random_state)
    X, labels = features.X[chosen], clustering.fit_labels[chosen]
    weights = _part(features.weights, chosen)
    found = []
    with one_thread():
        for i in range(HALVES):
            for half in _halves(len(X), spec.random_state, i):
                if count_distinct(X[half], k) >= k:
                    placed = _place(X, Starts(X[half], _part(weights, half), seed=i).centers(spec, k))
                    found.append(_best_jaccard(contingency(labels, placed, clustering.n_clusters, k)))
    if not found:
        return (float("nan"),) * clustering.n_clusters
    measured = np.where(clustering.edited, np.nan, np.mean(found, axis=0))
    return tuple(float(value) for value in measured)


def sampled_rows(n_rows: int, random_state: int, most: int = SAMPLE_ROWS) -> np.ndarray:
    """Positions of all rows, or of a sample where there are more than `most`."""
    if n_rows <= most:
        return np.arange(n_rows)
    return np.random.default_rng([random_state, 3]).choice(n_rows, most, replace=False)


def _sample(features: Features, random_state: int) -> tuple[np.ndarray, np.ndarray | None]:
    chosen = sampled_rows(len(features.X), random_state)
    return features.X[chosen], _part(features.weights, chosen)


def _part(weights: np.ndarray | None, rows: np.ndarray) -> np.ndarray | None:
    return None if weights is None else weights[rows]


def _halves(n_rows: int, random_state: int, i: int) -> tuple[np.ndarray, np.ndarray]:
    order = np.random.default_rng([random_state, 4, i]).permutation(n_rows)
    return order[: n_rows // 2], order[n_rows // 2 :]


def _place(X: np.ndarray, centers: np.ndarray) -> np.ndarray:
    middle = centers.mean(axis=0)  # far from zero the expansion below would lose every digit
    centers = centers - middle
    return (np.einsum("ij,ij->i", centers, centers) - 2 * ((X - middle) @ centers.T)).argmin(axis=1)


def _scores(X: np.ndarray, wanted: list[int], spec: ClusterSpec) -> dict[int, float]:
    """Simplified silhouette for every number of clusters that the rows can bear."""
    possible = count_distinct(X, wanted[-1] + 1)
    starts = Starts(X, None, seed=0)
    scores = {}
    for k in (k for k in wanted if k < possible):
        centers = starts.centers(spec, k)
        labels = _place(X, centers)
        scores[k] = simplified_silhouette(X, labels, centers, center_distances(X, labels, centers))
    return scores


def contingency(labels: np.ndarray, others: np.ndarray, n_clusters: int, n_others: int | None = None) -> np.ndarray:
    """Rows by their cluster under each of two labelings, of shape (n_clusters, n_others); as many if not given."""
    n_others = n_clusters if n_others is None else n_others
    return np.bincount(labels * n_others + others, minlength=n_clusters * n_others).reshape(n_clusters, n_others)


def adjusted_rand(both: np.ndarray) -> float:
    """Adjusted Rand index from a contingency table: scikit-learn's at a tenth of the time on a few thousand rows."""
    together, rows, columns, everybody = (
        float((counts * (counts - 1)).sum()) / 2 for counts in (both, both.sum(axis=1), both.sum(axis=0), both.sum())
    )
    by_chance = rows * columns / everybody
    most = (rows + columns) / 2
    return 1.0 if most == by_chance else (together - by_chance) / (most - by_chance)


def _best_jaccard(both: np.ndarray) -> np.ndarray:
    """For every cluster of the rows its Jaccard index with the most similar one of the columns; NaN if it is empty."""
    sizes = both.sum(axis=1)
    either = sizes[:, None] + both.sum(axis=0) - both
    return np.where(sizes > 0, (both / np.maximum(either, 1)).max(axis=1), np.nan)
