"""All numbers of clusters in one go: the fits one by one, then one pass over the distances for every silhouette."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np

from clustering.errors import InvalidSetting, TooFewRows
from clustering.features import Features
from clustering.indices import EXACT_ROWS, INDICES, SILHOUETTE_SAMPLE, mean_silhouette, score, silhouette_samples
from clustering.methods import ClusterSpec
from clustering.model import Clustering, count_distinct, fit


@dataclass(frozen=True, eq=False)
class Step:
    """One number of clusters: how it came out. Undefined scores are NaN."""

    n_clusters: int
    sizes: tuple[int, ...]
    n_iter: int
    inertia: float
    silhouette: float
    silhouette_error: float
    simplified_silhouette: float
    calinski_harabasz: float
    davies_bouldin: float


@dataclass(frozen=True, eq=False)
class Sweep:
    """A sweep over the number of clusters.

    Attributes
    ----------
    steps : tuple of Step, by rising n_clusters
        Can be asked for like arrays: `sweep.n_clusters`, `sweep.inertia`, `sweep.silhouette`, ….
    n_samples : int
        Rows that took part.
    silhouette_sample : int or None
        Rows the silhouette was estimated from; None if it is exact.
    impossible : tuple of int
        Numbers asked for that the distinct rows cannot bear.
    notes : tuple of str
    """

    steps: tuple[Step, ...]
    n_samples: int
    silhouette_sample: int | None
    impossible: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()

    def __getattr__(self, name: str):
        if name in Step.__dataclass_fields__:
            return [getattr(step, name) for step in self.steps]
        raise AttributeError(name)

    def step(self, n_clusters: int) -> Step:
        return next(step for step in self.steps if step.n_clusters == n_clusters)

    def within(self, n_clusters: Iterable[int]) -> "Sweep":
        """Return the part of the sweep for these numbers of clusters."""
        wanted = set(n_clusters)
        return replace(self, steps=tuple(step for step in self.steps if step.n_clusters in wanted))


def sweep(
    features: Features,
    spec: ClusterSpec,
    n_clusters: Iterable[int],
    *,
    known: Sweep | None = None,
    on_step: Callable[[int, Step], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Sweep:
    """Fit one clustering per number of clusters and score each.

    Parameters
    ----------
    features : Features
    spec : ClusterSpec
        Its own `n_clusters` is not looked at.
    n_clusters : iterable of int
        Values to try. Those above the number of distinct rows less one are left out, with a note.
    known : Sweep, optional
        Earlier sweep of the same features and spec; what it holds is not computed again.
    on_step : callable of (n_clusters, Step), optional
        Called after each fit; an exact silhouette is still NaN then.
    stop : callable returning bool, optional
        Asked before each fit; what is finished by then is scored and returned.

    Returns
    -------
    Sweep
        `inertia` in squared units of the prepared features (falls with n_clusters by construction, so it ranks
        nothing by itself); `silhouette` in [-1, 1], higher is better, with its standard error (0 where exact);
        `davies_bouldin` >= 0, lower is better.

    Raises
    ------
    InvalidSetting
        If no value is asked for, or one is below 2.
    TooFewRows
        If fewer distinct rows take part than the smallest value asked for plus one; names both numbers.

    References
    ----------
    Rousseeuw (1987), J. Comput. Appl. Math. 20:53-65. Calinski and Harabasz (1974), Commun. Stat. 3:1-27.
    """
    wanted = sorted(set(n_clusters))
    if not wanted or wanted[0] < 2:
        raise InvalidSetting("The numbers of segments to try start at 2 or above, and there is at least one.")
    possible, notes = _possible(features, wanted)
    impossible = {*wanted, *(known.impossible if known else ())} - set(possible)
    finished = {step.n_clusters: step for step in known.steps} if known else {}
    exact = len(features.X) <= EXACT_ROWS
    labelings = {}
    for k in possible:
        if k in finished:
            continue
        if stop and stop():
            break
        clustering = fit(features, replace(spec, n_clusters=k))
        labels = clustering.fit_labels
        if exact:
            labelings[k] = labels
            finished[k] = _step(features.X, clustering, (float("nan"), float("nan")))
        else:
            finished[k] = _step(features.X, clustering, mean_silhouette(features.X, labels, spec.random_state))
        if on_step:
            on_step(k, finished[k])
    for k, values in zip(labelings, silhouette_samples(features.X, list(labelings.values())), strict=True):
        finished[k] = replace(finished[k], silhouette=float(np.mean(values)), silhouette_error=0.0)
    return Sweep(
        steps=tuple(finished[k] for k in sorted(finished)),
        n_samples=len(features.X),
        silhouette_sample=None if exact else SILHOUETTE_SAMPLE,
        impossible=tuple(sorted(impossible)),
        notes=notes,
    )


def _possible(features: Features, wanted: list[int]) -> tuple[list[int], tuple[str, ...]]:
    n_distinct = count_distinct(features.X, wanted[-1] + 1)
    possible = [k for k in wanted if k < n_distinct]
    if not possible:
        raise TooFewRows(
            f"Only {n_distinct} different customers take part; {wanted[0]} segments need at least {wanted[0] + 1}. "
            "Choose more columns or upload more rows."
        )
    if len(possible) == len(wanted):
        return possible, ()
    left_out = f"More than {possible[-1]} segments were not tried: only {n_distinct} different customers take part."
    return possible, (left_out,)


def _step(X: np.ndarray, clustering: Clustering, silhouette: tuple[float, float]) -> Step:
    linear = [name for name in INDICES if name != "silhouette"]
    scores = score(X, clustering.fit_labels, clustering.cluster_centers, linear)
    scores["inertia"] = clustering.inertia
    return Step(
        n_clusters=clustering.n_clusters,
        sizes=clustering.sizes,
        n_iter=clustering.n_iter,
        silhouette=silhouette[0],
        silhouette_error=silhouette[1],
        **scores,
    )
