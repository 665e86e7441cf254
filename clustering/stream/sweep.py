"""All numbers of clusters in one go over all rows: found on the sample, polished and scored on everything."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np

from clustering.errors import FewerFound, Stopped
from clustering.indices import EXACT_ROWS, INDICES, SILHOUETTE_SAMPLE, mean_silhouette, silhouette_samples
from clustering.methods import METHODS, ClusterSpec
from clustering.model import fit, lay_groundwork, method_notes
from clustering.placing import NOISE
from clustering.stream.carrying import Carried, carry_over
from clustering.stream.preparing import Prepared
from clustering.sweep import STOPPED_SAMPLE, Step, Sweep, followed_rows, follows_shapes, numbers_to_try
from clustering.threads import one_thread
from clustering.wording import count, whole


def sweep(
    prepared: Prepared,
    spec: ClusterSpec,
    n_clusters: Iterable[int],
    *,
    on_step: Callable[[int, Step], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Sweep:
    """Fit one clustering per number of clusters and score each over all rows.

    Sizes, inertia and all indices from centers are those of all rows. The silhouette is that of the sample, with its
    standard error as an estimate for all rows, and so is the contact; the clusters that are followed through the
    numbers are those of rows of the sample.

    Parameters
    ----------
    prepared : Prepared
    spec : ClusterSpec
        Its own `n_clusters` and `start` are not looked at.
    n_clusters : iterable of int
        Values to try; those above the number of distinct rows of the sample are left out, with a note.
    on_step : callable of (n_clusters, Step), optional
        Called as soon as a number is finished, which need not be in their order; the silhouette can be NaN then.
    stop : callable returning bool, optional
        Asked all the while; what is finished by then is returned.

    Returns
    -------
    Sweep
        `n_samples` are the rows that take part in all.

    Raises
    ------
    InvalidSetting, FewerFound, TooFewRows
        As `clustering.sweep.sweep` does.
    """
    features = prepared.features
    possible, impossible, notes = numbers_to_try(features, spec, n_clusters)
    spec = replace(spec, n_clusters=None, start=())
    clusterings, refused, finished, labelings = {}, {}, {}, {}
    with one_thread():
        try:
            work = lay_groundwork(features, spec, stop)
            for k in possible:
                if stop and stop():
                    raise Stopped
                try:
                    clusterings[k] = fit(features, replace(spec, n_clusters=k), work=work, stop=stop)
                except FewerFound as error:
                    refused[k] = str(error)
            for k, carried in carry_over(prepared, spec, clusterings, stop):
                labelings[k] = carried.rule(features.X)
                finished[k] = _step(prepared, spec, carried, labelings[k], stop)
                if on_step:
                    on_step(k, finished[k])
        except Stopped:
            pass  # what is finished counts
        if refused and not finished and not clusterings:
            raise FewerFound(next(iter(refused.values())))
        finished = _with_silhouettes(prepared, spec, finished, labelings, stop)
    return Sweep(
        steps=tuple(finished[k] for k in sorted(finished)),
        n_samples=prepared.n_fitted,
        silhouette_sample=_drawn(prepared) if any(step.silhouette_error > 0 for step in finished.values()) else None,
        impossible=tuple(sorted({*impossible, *refused})),
        notes=(*method_notes(features, spec), *carried_notes(prepared, spec), *notes, *refused.values()),
        any_shape=follows_shapes(spec),
    )


def carried_notes(prepared: Prepared, spec: ClusterSpec) -> tuple[str, ...]:
    """What is to be known about how a method that is not polished came to segments of all rows."""
    if spec.method == "kmeans" or not prepared.is_sampled:
        return ()
    method, n = METHODS[spec.method], len(prepared.features.X)
    by = "its own rule" if method.can_predict else "the rule that a recipe takes in its place"
    return (
        f"{method.label} found the segments in a sample of {count(n, 'customer')} of {whole(prepared.n_fitted)}; {by} "
        "placed all of them.",
    )


def silhouette_of_sample(prepared: Prepared, labels: np.ndarray, random_state: int, stop=None) -> tuple[float, float]:
    """Mean silhouette of the sample by its labels, and its standard error as an estimate for all rows that take part.

    Of a sample of some of the rows at most about 10,000 are looked at; one of all rows is judged as in memory.
    """
    stays = labels != NOISE
    X = prepared.features.X if stays.all() else prepared.features.X[stays]
    labels = np.unique(labels[stays], return_inverse=True)[1]  # a small segment may have nobody in the sample
    if labels.max(initial=0) < 1:
        return float("nan"), float("nan")
    if not prepared.is_sampled:
        return mean_silhouette(X, labels, random_state, stop=stop)
    drawn = min(len(X), SILHOUETTE_SAMPLE)
    return mean_silhouette(X, labels, random_state, drawn, stop, of=prepared.n_fitted)


def _step(prepared: Prepared, spec: ClusterSpec, carried: Carried, labels: np.ndarray, stop) -> Step:
    silhouette = float("nan"), float("nan")
    if not _all_at_once(prepared):
        silhouette = silhouette_of_sample(prepared, labels, spec.random_state, stop)
    centers = carried.scores.cluster_centers
    return step_of_all_rows(prepared.features.X, labels, centers, carried.scores, carried.n_iter, silhouette)


def step_of_all_rows(
    X: np.ndarray,
    labels: np.ndarray,
    cluster_centers: np.ndarray,
    scores,
    n_iter: int | None,
    silhouette: tuple[float, float],
) -> Step:
    """One number of clusters: `scores` are those of all rows, `X` and its `labels` those of the sample.

    Parameters
    ----------
    scores : of `clustering.stream.scores` or `clustering.spark.scores`
    silhouette : tuple of float
        With its standard error.
    """
    n_clusters = len(scores.sizes)
    return Step(
        n_clusters=n_clusters,
        sizes=scores.sizes,
        n_iter=n_iter,
        inertia=scores.inertia,
        silhouette=silhouette[0],
        silhouette_error=silhouette[1],
        simplified_silhouette=scores.simplified_silhouette,
        calinski_harabasz=scores.calinski_harabasz,
        davies_bouldin=scores.davies_bouldin,
        contact=INDICES["contact"].function(X, labels, cluster_centers),
        labels=labels[followed_rows(len(X))].astype(np.min_scalar_type(n_clusters)),
    )


def _all_at_once(prepared: Prepared) -> bool:
    """Whether the exact silhouettes of all numbers come from one pass over the distances, as in memory."""
    return not prepared.is_sampled and len(prepared.features.X) <= EXACT_ROWS


def _with_silhouettes(
    prepared: Prepared, spec: ClusterSpec, finished: dict[int, Step], labelings: dict[int, np.ndarray], stop
) -> dict[int, Step]:
    if not _all_at_once(prepared):
        return finished
    X, labelings = prepared.features.X, {k: labelings[k] for k in finished}
    try:
        exact = silhouette_samples(X, list(labelings.values()), stop)
    except Stopped:
        told = {k: mean_silhouette(X, labels, spec.random_state, STOPPED_SAMPLE) for k, labels in labelings.items()}
    else:
        told = {k: (float(np.mean(values)), 0.0) for k, values in zip(labelings, exact, strict=True)}
    return {k: replace(step, silhouette=told[k][0], silhouette_error=told[k][1]) for k, step in finished.items()}


def _drawn(prepared: Prepared) -> int:
    """Rows that an estimated silhouette comes from."""
    if _all_at_once(prepared):
        return STOPPED_SAMPLE
    return min(len(prepared.features.X), SILHOUETTE_SAMPLE)
