"""One segmentation of all rows, as a recipe that places them."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from clustering.methods import ClusterSpec
from clustering.model import Clustering, inertia_of, with_noise
from clustering.model import fit as fit_sample
from clustering.placing import NOISE
from clustering.recipe import Found, Recipe, make_recipe
from clustering.recipe.make import NOTHING_MEASURED
from clustering.stream.carrying import Carried, carry_over
from clustering.stream.held import columns_of_all
from clustering.stream.preparing import Prepared
from clustering.stream.scores import Scores
from clustering.stream.sweep import carried_notes, silhouette_of_sample
from clustering.threads import one_thread


@dataclass(frozen=True, eq=False)
class Fitted:
    """A segmentation of all rows.

    Attributes
    ----------
    recipe : Recipe
        Places every row: its sizes, scores and what the columns held are those of all rows.
    clustering : Clustering
        The sample by the same rule, in the same numbers.
    scores : Scores
        Of all rows: sizes, inertia and the indices from centers.
    silhouette, silhouette_error : float
        Of the sample, with its standard error as an estimate for all rows; 0 where the sample is all there is.
    n_rows, n_fitted, n_filled_rows : int
        Rows of the source; those that took part; those with a segment and a filled cell.
    n_iter : int or None
        Rounds over all rows; None of a method that is not polished.
    settled : bool
    notes : tuple of str
    """

    recipe: Recipe
    clustering: Clustering
    scores: Scores
    silhouette: float
    silhouette_error: float
    n_rows: int
    n_fitted: int
    n_filled_rows: int
    n_iter: int | None
    settled: bool
    notes: tuple[str, ...]

    @property
    def sizes(self) -> tuple[int, ...]:
        """Rows per segment, the largest first."""
        return self.scores.sizes

    @property
    def n_clusters(self) -> int:
        return len(self.sizes)

    @property
    def n_placed(self) -> int:
        """Rows with a segment."""
        return sum(self.sizes)

    @property
    def n_noise(self) -> int:
        return self.scores.n_noise

    @property
    def inertia(self) -> float:
        return self.scores.inertia


def fit(
    prepared: Prepared,
    spec: ClusterSpec,
    *,
    title: str = "",
    found: Found = NOTHING_MEASURED,
    stop: Callable[[], bool] | None = None,
) -> Fitted:
    """Find segments on the sample and carry them over to all rows; the sweep's own routine for one number.

    Labels go by falling size over all rows, among equals the one that comes first in the source.

    Parameters
    ----------
    prepared : Prepared
    spec : ClusterSpec
    title : str
        What the data are called in the recipe; the file's name if it is blank.
    found : Found
        What else is known of the segmentation: reason, repeatability, doubts. All figures are filled in here.
    stop : callable returning bool, optional
        Asked all the while.

    Raises
    ------
    InvalidSetting, TooFewRows, FewerFound
        As `clustering.model.fit` does of the sample.
    Stopped
        If `stop` says so.
    """
    with one_thread():
        clustering = fit_sample(prepared.features, spec, stop=stop)
        [(_, carried)] = carry_over(prepared, spec, {0: clustering}, stop)
        clustering = _on_sample(prepared, clustering, carried)
        silhouette, error = silhouette_of_sample(prepared, clustering.fit_labels, spec.random_state, stop)
        recipe = _recipe(prepared, clustering, carried, replace(found, separation=silhouette), title, stop)
    return Fitted(
        recipe=recipe,
        clustering=clustering,
        scores=carried.scores,
        silhouette=silhouette,
        silhouette_error=error,
        n_rows=prepared.n_rows,
        n_fitted=prepared.n_fitted,
        n_filled_rows=prepared.n_filled_rows,
        n_iter=carried.n_iter,
        settled=carried.settled,
        notes=(*clustering.notes, *carried_notes(prepared, spec)),
    )


def _on_sample(prepared: Prepared, clustering: Clustering, carried: Carried) -> Clustering:
    """The sample as all rows have it: by their rule, their centers, their numbers."""
    features, centers = prepared.features, carried.scores.cluster_centers
    rows = np.concatenate([features.rows, features.far_rows])
    order = np.argsort(rows, kind="stable")
    fit_labels = carried.rule(features.X)
    labels = np.concatenate([fit_labels, carried.rule(features.X_far)])[order].astype(np.int32)
    rows, in_fit, is_noise = rows[order], order < len(features.rows), labels == NOISE
    stays = fit_labels != NOISE
    told = replace(features, X=features.X[stays], weights=None if features.weights is None else features.weights[stays])
    memberships = clustering.memberships
    return replace(
        clustering,
        rows=rows[~is_noise],
        labels=labels[~is_noise],
        in_fit=in_fit[~is_noise],
        cluster_centers=centers,
        sizes=tuple(np.bincount(labels[~is_noise], minlength=len(centers)).tolist()),
        inertia=inertia_of(told, fit_labels[stays], centers),
        n_iter=carried.n_iter,
        settled=carried.settled,
        row_notes=with_noise(features.row_notes, rows[is_noise]),
        noise=rows[is_noise],
        memberships=None if memberships is None else memberships[:, carried.scores.order],
        place=carried.rule,
    )


def _recipe(prepared: Prepared, clustering: Clustering, carried: Carried, found: Found, title: str, stop) -> Recipe:
    """The recipe of the sample, with the counts and scores of all rows."""
    scores = carried.scores
    recipe = make_recipe(prepared.sample.table, prepared.features, clustering, title=title, found=found)
    return replace(
        recipe,
        stand_in=carried.stand_in,
        agreement=carried.agreement,
        columns=columns_of_all(prepared, recipe.columns, carried.rule, stop),
        segments=tuple(
            replace(segment, size=size) for segment, size in zip(recipe.segments, scores.sizes, strict=True)
        ),
        found=replace(
            recipe.found,
            n_rows=prepared.n_rows,
            n_placed=sum(scores.sizes),
            n_noise=scores.n_noise,
            n_filled_rows=prepared.n_filled_rows,
            inertia=scores.inertia,
            simplified_silhouette=scores.simplified_silhouette,
            calinski_harabasz=scores.calinski_harabasz,
            davies_bouldin=scores.davies_bouldin,
        ),
    )
