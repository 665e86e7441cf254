"""All numbers of clusters in one go: the fits one by one, then one pass over the distances for every silhouette."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np

from clustering.errors import FewerFound, InvalidSetting, Stopped, TooFewRows
from clustering.features import Features
from clustering.indices import (
    EXACT_ROWS,
    INDICES,
    SILHOUETTE_SAMPLE,
    center_distances,
    mean_silhouette,
    silhouette_samples,
)
from clustering.methods import METHODS, ClusterSpec
from clustering.model import Clustering, count_distinct, fit, lay_groundwork, method_notes
from clustering.threads import one_thread

STOPPED_SAMPLE = 3_000  # rows for the silhouettes of a sweep that was stopped before the exact ones were found
FOLLOWED_ROWS = 5_000  # rows whose clusters are kept with every number
_SOON_ROWS = 12_000  # up to here the exact ones take less than half a second, so they are found all the same


@dataclass(frozen=True, eq=False)
class Step:
    """One number of clusters: how it came out. Undefined scores are NaN.

    `labels` are the clusters of the rows that are followed through the numbers (`followed_rows`).
    """

    n_clusters: int
    sizes: tuple[int, ...]
    n_iter: int | None
    inertia: float
    silhouette: float
    silhouette_error: float
    simplified_silhouette: float
    calinski_harabasz: float
    davies_bouldin: float
    contact: float
    labels: np.ndarray


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
    any_shape : bool
        Whether the method follows chains and bends. The indices look for compact segments and rate bent ones too low.
    """

    steps: tuple[Step, ...]
    n_samples: int
    silhouette_sample: int | None
    impossible: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
    any_shape: bool = False

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


def followed_rows(n_samples: int) -> np.ndarray:
    """Positions of the rows whose clusters a `Step` holds, ascending: at most 5,000, the same for every number."""
    if n_samples <= FOLLOWED_ROWS:
        return np.arange(n_samples)
    return np.sort(np.random.default_rng(0).choice(n_samples, FOLLOWED_ROWS, replace=False))


def sweep(
    features: Features,
    spec: ClusterSpec,
    n_clusters: Iterable[int],
    *,
    known: Sweep | None = None,
    on_step: Callable[[int, Step], None] | None = None,
    stop: Callable[[], bool] | None = None,
    exact_silhouette: bool = False,
) -> Sweep:
    """Fit one clustering per number of clusters and score each.

    Parameters
    ----------
    features : Features
    spec : ClusterSpec
        Its own `n_clusters` and `start` are not looked at.
    n_clusters : iterable of int
        Values to try. Those above the number of distinct rows are left out, with a note; that number itself, too, where
        all rows differ.
    known : Sweep, optional
        Earlier sweep of the same features and spec; what it holds is not computed again, unless its silhouette is an
        estimate where the exact one is wanted.
    on_step : callable of (n_clusters, Step), optional
        Called after each fit; an exact silhouette is still NaN then, or an estimate on a large table.
    stop : callable returning bool, optional
        Asked before each fit and all the while on a large table: what is finished by then is returned. A silhouette
        that would still take more than a moment is then an estimate, and exact once the sweep is taken up again.
    exact_silhouette : bool
        Also above 30,000 rows; takes a time that grows with the square of the rows (100,000: about half a minute).

    Returns
    -------
    Sweep
        `inertia` in squared units of the prepared features (falls with n_clusters by construction, so it ranks
        nothing by itself); `silhouette` in [-1, 1], higher is better, with its standard error (0 where exact);
        `davies_bouldin` >= 0, lower is better.

    Raises
    ------
    InvalidSetting
        If no value is asked for, or one is below 2, or the method finds the number itself.
    FewerFound
        If the method finds as many clusters as asked for at none of the numbers.
    TooFewRows
        If fewer distinct rows take part than the smallest value asked for plus one; names both numbers.

    References
    ----------
    Rousseeuw (1987), J. Comput. Appl. Math. 20:53-65. Calinski and Harabasz (1974), Commun. Stat. 3:1-27.
    """
    possible, impossible, notes = numbers_to_try(features, spec, n_clusters)
    spec = replace(spec, n_clusters=None, start=())
    impossible = {*impossible, *(known.impossible if known else ())} - set(possible)
    finished = {step.n_clusters: step for step in known.steps} if known else {}
    exact = exact_silhouette or len(features.X) <= EXACT_ROWS
    missing = [k for k in possible if k not in finished or (exact and finished[k].silhouette_error > 0)]
    labelings, refused = {}, {}
    with one_thread():
        try:
            _go_on(stop)
            work = lay_groundwork(features, spec, stop) if missing else None
            for k in missing:
                _go_on(stop)
                try:
                    clustering = fit(features, replace(spec, n_clusters=k), work=work, stop=stop)
                except FewerFound as error:
                    refused[k] = str(error)
                    continue
                finished[k] = _step(features.X, clustering, stop)
                if exact:
                    labelings[k] = clustering.fit_labels
                if on_step:
                    on_step(k, finished[k])
        except Stopped:
            pass  # what is finished counts
        if refused and not finished:
            raise FewerFound(next(iter(refused.values())))
        finished |= _exact(features.X, {k: finished[k] for k in labelings}, labelings, spec.random_state, stop)
    return Sweep(
        steps=tuple(finished[k] for k in sorted(finished)),
        n_samples=len(features.X),
        silhouette_sample=_sampled(len(features.X)) if any(s.silhouette_error > 0 for s in finished.values()) else None,
        impossible=tuple(sorted(impossible | set(refused))),
        notes=(*method_notes(features, spec), *notes, *refused.values()),
        any_shape=follows_shapes(spec),
    )


def numbers_to_try(
    features: Features, spec: ClusterSpec, n_clusters: Iterable[int]
) -> tuple[list[int], tuple[int, ...], tuple[str, ...]]:
    """Which numbers of clusters the distinct rows can bear, which they cannot, and what is to be said.

    Raises
    ------
    InvalidSetting, TooFewRows
        As `sweep` does.
    """
    method = METHODS[spec.method]
    if not method.takes_k:
        raise InvalidSetting(
            f"{method.label} finds the number of segments itself, so there are no numbers to try. Find its segments "
            "directly, or take a method that is told the number."
        )
    wanted = sorted(set(n_clusters))
    if not wanted or wanted[0] < 2:
        raise InvalidSetting("The numbers of segments to try start at 2 or above, and there is at least one.")
    possible, notes = _possible(features, wanted)
    return possible, tuple(k for k in wanted if k not in possible), notes


def follows_shapes(spec: ClusterSpec) -> bool:
    """Whether the method follows chains and bends."""
    return spec.method == "spectral" or (spec.method == "agglomerative" and spec.value("linkage") == "single")


def _go_on(stop: Callable[[], bool] | None) -> None:
    if stop and stop():
        raise Stopped


def _sampled(n_samples: int) -> int:
    """Rows that an estimated silhouette comes from."""
    return STOPPED_SAMPLE if n_samples <= EXACT_ROWS else SILHOUETTE_SAMPLE


def _possible(features: Features, wanted: list[int]) -> tuple[list[int], tuple[str, ...]]:
    n_distinct = count_distinct(features.X, wanted[-1])
    # As many segments as different customers say something only where some of the customers are alike.
    most = n_distinct if n_distinct < len(features.X) else n_distinct - 1
    possible = [k for k in wanted if k <= most]
    if not possible:
        raise TooFewRows(
            f"Only {n_distinct} different customers take part; {wanted[0]} segments need at least "
            f"{wanted[0] + n_distinct - most}. Choose more columns or upload more rows."
        )
    if len(possible) == len(wanted):
        return possible, ()
    left_out = f"More than {possible[-1]} segments were not tried: only {n_distinct} different customers take part."
    return possible, (left_out,)


def _step(X: np.ndarray, clustering: Clustering, stop: Callable[[], bool] | None) -> Step:
    labels, centers = clustering.fit_labels, clustering.cluster_centers
    distances = center_distances(X, labels, centers, stop)
    scores = {}
    for name in INDICES:
        _go_on(stop)
        if name not in ("inertia", "silhouette"):
            scores[name] = INDICES[name].function(X, labels, centers, distances)
    _go_on(stop)
    silhouette, error = float("nan"), float("nan")
    if len(X) > EXACT_ROWS:
        silhouette, error = mean_silhouette(X, labels, clustering.spec.random_state, stop=stop)
    return Step(
        n_clusters=clustering.n_clusters,
        sizes=clustering.sizes,
        n_iter=clustering.n_iter,
        inertia=clustering.inertia,
        silhouette=silhouette,
        silhouette_error=error,
        labels=labels[followed_rows(len(X))].astype(np.min_scalar_type(clustering.n_clusters)),
        **scores,
    )


def _exact(
    X: np.ndarray, steps: dict[int, Step], labelings: dict[int, np.ndarray], random_state, stop
) -> dict[int, Step]:
    """The steps with their exact silhouettes, or if there is no time for that with estimates."""
    found = {}
    try:
        values = silhouette_samples(X, list(labelings.values()), stop if len(X) > _SOON_ROWS else None)
        found = {k: (float(np.mean(v)), 0.0) for k, v in zip(labelings, values, strict=True)}
    except Stopped:
        if len(X) <= EXACT_ROWS:
            found = {k: mean_silhouette(X, labels, random_state, STOPPED_SAMPLE) for k, labels in labelings.items()}
    return {
        k: replace(steps[k], silhouette=silhouette, silhouette_error=error) for k, (silhouette, error) in found.items()
    }
