"""All numbers of clusters in one go over all rows of a table on the cluster."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from clustering.errors import FewerFound, Stopped
from clustering.features import Features
from clustering.indices import SILHOUETTE_SAMPLE
from clustering.methods import ClusterSpec
from clustering.placing import nearest
from clustering.spark.connection import Cluster
from clustering.spark.fitting import N_SEEDS, Best, Ground, best_of, prepared_there, refuse_other_methods, told_changed
from clustering.spark.result import Progress, Steps
from clustering.spark.sample import RemoteSample
from clustering.stream.sweep import silhouette_of_sample, step_of_all_rows
from clustering.sweep import Step, Sweep, numbers_to_try
from clustering.table import Table
from clustering.threads import one_thread


def sweep_on_all_rows(
    cluster: Cluster,
    remote: RemoteSample,
    table: Table,
    features: Features,
    n_clusters: Iterable[int],
    *,
    spec: ClusterSpec,
    n_seeds: int = N_SEEDS,
    on_step: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Sweep:
    """Fit one clustering per number of clusters over all rows, and score each.

    Parameters
    ----------
    n_clusters : iterable of int
        Values to try; those above the number of distinct rows of the sample are left out, with a note.
    stop : callable returning bool, optional
        Asked five times a second; what is finished by then is returned, unless the rows are still being prepared.

    Returns
    -------
    Sweep
        Sizes, inertia and all indices from centers are those of all rows. The silhouette is that of the sample, with
        its standard error as an estimate for all rows, and so is the contact; `labels` are those of rows of the sample.

    Raises
    ------
    InvalidSetting, FewerFound, TooFewRows
        As `clustering.sweep.sweep` and `run_on_all_rows` do.
    SparkFailed
    Stopped
        If `stop` says so while the rows are being prepared.
    """
    refuse_other_methods(spec)
    spec = replace(spec, n_clusters=None, start=())
    possible, impossible, notes = numbers_to_try(features, spec, n_clusters)
    finished, refused = {}, {}
    with prepared_there(cluster, remote.name, table, features, stop) as ground, one_thread():
        steps = Steps(on_step, 1 + len(possible) * (n_seeds + 1))
        steps.tell("prepare")
        try:
            for k in possible:
                try:
                    best = best_of(ground, spec, k, n_seeds, steps.fits(k, n_seeds), stop)
                except FewerFound as error:
                    refused[k] = str(error)
                else:
                    finished[k] = _step(ground, spec, best, stop)
                steps.tell("score", n_clusters=k)
        except Stopped:
            pass  # what is finished counts
        if refused and not finished:
            raise FewerFound(next(iter(refused.values())))
        return Sweep(
            steps=tuple(finished[k] for k in sorted(finished)),
            n_samples=ground.n_fitted,
            silhouette_sample=_drawn(ground) if any(step.silhouette_error > 0 for step in finished.values()) else None,
            impossible=tuple(sorted({*impossible, *refused})),
            notes=(*notes, *told_changed(ground, remote.n_rows), *refused.values()),
        )


def _step(ground: Ground, spec: ClusterSpec, best: Best, stop) -> Step:
    X = ground.features.X
    labels = nearest(best.cluster_centers)(X)
    silhouette = silhouette_of_sample(ground, labels, spec.random_state, stop)
    return step_of_all_rows(X, labels, best.cluster_centers, best.scores, best.n_iter, silhouette)


def _drawn(ground: Ground) -> int:
    """Rows that an estimated silhouette comes from."""
    return min(len(ground.features.X), SILHOUETTE_SAMPLE)
