"""Segments of all rows of a table on the cluster, beside those of its sample.

The sample decides what is asked: the columns, how they are prepared, how many segments. Over there the same is done
with all rows, and only plain numbers come back.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count

import numpy as np

from clustering.errors import InvalidSetting
from clustering.features import Features
from clustering.identity import Identities, Identity
from clustering.indices import score
from clustering.methods import ClusterSpec
from clustering.model import Clustering, inertia_of
from clustering.placing import nearest
from clustering.recipe import Found, Recipe, make_recipe
from clustering.recipe.make import NOTHING_MEASURED
from clustering.spark.connection import Cluster
from clustering.spark.fitting import (
    N_SEEDS,
    Best,
    Ground,
    best_of,
    kept,
    prepared_there,
    refuse_other_methods,
    told_changed,
)
from clustering.spark.held import columns_of_all
from clustering.spark.profile import profile_all
from clustering.spark.result import LINEAR, AllRows, Beside, Progress, Steps
from clustering.spark.sample import RemoteSample
from clustering.spark.scores import Scores
from clustering.spark.sql import labelled_query, labels_query
from clustering.stream.sweep import silhouette_of_sample
from clustering.table import Table
from clustering.threads import one_thread
from clustering.wording import count as counted
from clustering.wording import whole


def run_on_all_rows(
    cluster: Cluster,
    remote: RemoteSample,
    table: Table,
    features: Features,
    clustering: Clustering,
    *,
    spec: ClusterSpec,
    n_seeds: int = N_SEEDS,
    identities: tuple[Identity, ...] = (),
    title: str = "",
    found: Found = NOTHING_MEASURED,
    on_step: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> AllRows:
    """Find over all rows as many segments as the sample has.

    Parameters
    ----------
    cluster : Cluster
    remote : RemoteSample
    table, features, clustering
        The sample, as it was read, prepared and segmented.
    spec : ClusterSpec
        How it was segmented.
    n_seeds : int
        Fits, of which the one with the lowest cost is kept.
    identities : tuple of Identity
        Name, note and hue of the segments of the sample; they go to those segments of all rows in which the same
        customers of the sample are.
    title : str
        What the data are called in the recipe; the table's name if it is blank.
    found : Found
        What else is known of the segmentation: reason, repeatability, doubts. All figures are filled in here.
    on_step : callable of Progress, optional
        Called after every step, in the thread of the caller.
    stop : callable returning bool, optional
        Asked five times a second.

    Raises
    ------
    InvalidSetting, TooFewRows, FewerFound
        If there are no such segments of all rows: another method than k-means found those of the sample, they were
        changed by hand, a step of the preparation needs all rows at once, the table was changed, ….
    SparkFailed
    Stopped
    """
    refuse_other_methods(spec)
    if any(clustering.edited):
        raise InvalidSetting(
            "Segments that were changed by hand cannot be found anew in all rows. Apply their recipe to the table "
            "there, or undo the steps by hand first."
        )
    n_clusters = clustering.n_clusters
    # What no query can say is refused before anything is run.
    labels_query(make_recipe(table, features, clustering), remote.name.parts, sample=table)
    with prepared_there(cluster, remote.name, table, features, stop) as ground, one_thread():
        plan = ground.plan
        steps = Steps(on_step, 1 + n_seeds + 1 + 3 + len(plan.numbers) + len(plan.categories))
        steps.tell("prepare")
        best = best_of(ground, spec, n_clusters, n_seeds, steps.fits(n_clusters, n_seeds), stop)
        steps.tell("score", n_clusters=n_clusters)
        told = _on_sample(ground.features, clustering, spec, best)
        silhouette, error = silhouette_of_sample(ground, told.fit_labels, spec.random_state, stop)
        recipe = make_recipe(
            table,
            ground.features,
            told,
            title=title or str(remote.name),
            identities=identities and _carried(identities, clustering, told),
            found=replace(found, separation=silhouette),
        )

        def run(query: str) -> list[dict]:
            return cluster.answer(query, stop).to_pylist()

        columns, n_filled_rows = columns_of_all(run, plan, table, recipe.columns)
        steps.tell("describe")
        with kept(cluster, labelled_query(plan, recipe.rule)) as view:
            profile = profile_all(run, plan, view, n_clusters, lambda done, of: steps.tell("describe"))
        recipe = _of_all_rows(recipe, ground, best.scores, columns, n_filled_rows)
        return AllRows(
            name=remote.name,
            n_rows=ground.moments.n_rows,
            n_fit=ground.n_fitted,
            recipe=recipe,
            scores=best.scores,
            silhouette=silhouette,
            silhouette_error=error,
            beside=_beside(best.scores, features, clustering),
            costs=best.costs,
            profile=profile,
            query=labels_query(recipe, remote.name.parts, sample=table),
            notes=tuple(_notes(ground, remote, best)),
        )


def _on_sample(features: Features, clustering: Clustering, spec: ClusterSpec, best: Best) -> Clustering:
    """The rows of the sample with the segments that all rows give them."""
    rule = nearest(best.cluster_centers)
    rows = np.concatenate([features.rows, features.far_rows])
    order = np.argsort(rows, kind="stable")
    fit_labels = rule(features.X)
    labels = np.concatenate([fit_labels, rule(features.X_far)])[order]
    return replace(
        clustering,
        spec=replace(spec, n_clusters=best.scores.n_clusters, start=()),
        rows=rows[order],
        labels=labels,
        in_fit=order < len(features.rows),
        cluster_centers=best.cluster_centers,
        sizes=tuple(np.bincount(labels, minlength=best.scores.n_clusters).tolist()),
        inertia=inertia_of(features, fit_labels, best.cluster_centers),
        n_iter=best.n_iter,
        settled=best.settled,
        row_notes=features.row_notes,
        place=rule,
    )


def _carried(identities: tuple[Identity, ...], before: Clustering, after: Clustering) -> tuple[Identity, ...]:
    """Who the segments of all rows are, by the customers of the sample."""
    known = Identities().recall("before", before.n_rows, before.rows, before.labels, identities)
    carried = list(known.show("after", after.n_rows, after.rows, after.labels).of("after"))
    while len(carried) < after.n_clusters:  # small segments of which nobody is in the sample
        carried.append(Identity(next(hue for hue in count() if hue not in {one.hue for one in carried})))
    return tuple(carried)


def _of_all_rows(recipe: Recipe, ground: Ground, scores: Scores, columns, n_filled_rows: int) -> Recipe:
    """The recipe of the sample, with the counts and scores of all rows."""
    found = replace(
        recipe.found,
        n_rows=ground.moments.n_rows,
        n_placed=sum(scores.sizes),
        n_filled_rows=n_filled_rows,
        **{name: getattr(scores, name) for name in LINEAR},
    )
    segments = (replace(one, size=size) for one, size in zip(recipe.segments, scores.sizes, strict=True))
    return replace(recipe, columns=columns, found=found, segments=tuple(segments))


def _beside(scores: Scores, features: Features, clustering: Clustering) -> tuple[Beside, ...]:
    """The indices of all rows beside those that the pages show of the sample."""
    labels, k, told = clustering.fit_labels, clustering.n_clusters, []
    sample = {"inertia": clustering.inertia} | score(features.X, labels, clustering.cluster_centers, LINEAR[1:])
    for name in LINEAR:
        all_rows, of_sample = getattr(scores, name), sample[name]
        if name == "inertia":
            all_rows, of_sample = all_rows / scores.n_samples, of_sample / len(labels)
        elif name == "calinski_harabasz":
            all_rows, of_sample = all_rows / (scores.n_samples - k), of_sample / (len(labels) - k)
        told.append(Beside(name, all_rows, of_sample))
    return tuple(told)


def _notes(ground: Ground, remote: RemoteSample, best: Best) -> Iterator[str]:
    yield from told_changed(ground, remote.n_rows)
    if not best.settled:
        yield (
            f"The best of the fits was ended after {whole(best.n_iter)} rounds, before its centers had come to rest: "
            "a few more customers might change their segment."
        )
    if (n_fewer := int(np.isnan(best.costs).sum())) > 0:
        yield f"{counted(n_fewer, 'fit')} of {whole(len(best.costs))} found fewer segments and did not count."
