"""Would other customers of the same kind give the same segments? And would shapeless ones give segments as good?"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np

from clustering.errors import InvalidSetting, Stopped
from clustering.features import Features
from clustering.indices import center_distances, simplified_silhouette
from clustering.methods import METHODS, ClusterSpec
from clustering.model import count_distinct
from clustering.stability.halves import HALVES, adjusted_rand, contingency, halves, part, sampled_rows
from clustering.stability.reference import Reference
from clustering.stability.refits import Refits
from clustering.threads import one_thread

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
        Without those splits where a half has too few different rows for so many clusters, or the method finds fewer.
    observed : float
        Simplified silhouette of the bounded sample that is compared with the reference; NaN where it is not compared.
    reference : tuple of float
        Simplified silhouette of each shapeless table; NaN where it has too few different rows or the method finds fewer
        clusters. Empty where that holds for the sample.
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
    by each: with the nearest center, or as else the method places rows that it has not seen (`Labelled.place`). Ten
    tables with one crowd at most (`Reference`) are clustered and scored as well. All on a sample of at most 2,000 rows,
    so that the time is bounded however many rows there are.

    Parameters
    ----------
    features : Features
    spec : ClusterSpec
        Its own `n_clusters` and `start` are not looked at.
    n_clusters : iterable of int
    known : Stability, optional
        Earlier result of the same features and spec; what it holds is not computed again.
    on_round : callable of (int), optional
        Called with the number of finished rounds, of `ROUNDS`.
    stop : callable returning bool, optional
        Asked before each fit.

    Returns
    -------
    Stability or None
        None if it was stopped.

    Raises
    ------
    InvalidSetting
        If the method finds the number itself (`repeatability` is for these), or cannot be had for these features.

    References
    ----------
    Lange, Roth, Braun and Buhmann (2004), Neural Comput. 16:1299-1323 (agreement of halves). Hubert and Arabie (1985),
    J. Classif. 2:193-218 (adjusted Rand index).
    """
    method = METHODS[spec.method]
    if not method.takes_k:
        raise InvalidSetting(
            f"{method.label} finds the number of segments itself, so there are no numbers to compare. See how surely "
            "each of its segments is found again, or take a method that is told the number."
        )
    spec = replace(spec, n_clusters=None, start=())
    stretch = method.stretch(features) if method.stretch else None
    finished = {step.n_clusters: step for step in known.steps} if known else {}
    wanted = sorted(set(n_clusters))
    missing = [k for k in wanted if k not in finished]
    X, weights = _sample(features, spec.random_state)
    agreements = {k: [] for k in missing}
    observed, references = {}, {k: [] for k in missing}
    try:
        with one_thread():
            for i in range(HALVES if missing else 0):
                _go_on(stop)
                for k, agreement in _agreements(X, weights, spec, missing, i, stretch, stop).items():
                    agreements[k].append(agreement)
                if on_round:
                    on_round(i + 1)
            if missing:
                reference = Reference(features, spec.random_state)
                observed = _scores(reference.sample(), missing, spec, stretch, stop)
            for i in range(REFERENCES if missing else 0):
                _go_on(stop)
                scores = _scores(reference.draw(i), missing, spec, stretch, stop)
                for k in missing:
                    references[k].append(scores.get(k, float("nan")))
                if on_round:
                    on_round(HALVES + i + 1)
    except Stopped:
        return None
    for k in missing:
        finished[k] = Repeatability(
            k, tuple(agreements[k]), observed.get(k, float("nan")), tuple(references[k]) if k in observed else ()
        )
    return Stability(tuple(finished[k] for k in sorted(finished)), len(X))


def _sample(features: Features, random_state: int) -> tuple[np.ndarray, np.ndarray | None]:
    chosen = sampled_rows(len(features.X), random_state)
    return features.X[chosen], part(features.weights, chosen)


def _go_on(stop: Callable[[], bool] | None) -> None:
    if stop and stop():
        raise Stopped


def _agreements(X, weights, spec: ClusterSpec, wanted: list[int], i: int, stretch, stop) -> dict[int, float]:
    """How far the halves of a split agree, for every number of clusters that both can bear."""
    pair = halves(len(X), spec.random_state, i)
    possible = min(count_distinct(X[half], wanted[-1]) for half in pair)
    refits = [Refits(X, weights, spec, half, stretch=stretch, seed=i) for half in pair]
    agreements = {}
    for k in (k for k in wanted if k <= possible):
        _go_on(stop)
        one, other = (refit.find(k) for refit in refits)
        if one and other:
            agreements[k] = adjusted_rand(contingency(one[0], other[0], k))
    return agreements


def _scores(X: np.ndarray, wanted: list[int], spec: ClusterSpec, stretch, stop) -> dict[int, float]:
    """Simplified silhouette for every number of clusters that the rows can bear."""
    possible = count_distinct(X, wanted[-1] + 1)
    refits = Refits(X, None, spec, np.arange(len(X)), stretch=stretch)
    scores = {}
    for k in (k for k in wanted if k < possible):
        _go_on(stop)
        if found := refits.find(k):
            labels, centers = found
            scores[k] = simplified_silhouette(X, labels, centers, center_distances(X, labels, centers))
    return scores
