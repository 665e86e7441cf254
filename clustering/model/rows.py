"""The rows a segmentation stands on, and its centers, between prepared values and the columns' own units."""

from dataclasses import replace

import numpy as np

from clustering.features import Features
from clustering.kmeans import parts
from clustering.model.clustering import Clustering

_LEAST_PER_CLUSTER = 20  # rows of a sample


def taking_part(features: Features, clustering: Clustering) -> Features:
    """Return the features without the rows that are noise, so that `X` and `Clustering.fit_labels` go together."""
    if not len(clustering.noise):
        return features
    is_noise = np.zeros(clustering.n_rows, dtype=bool)
    is_noise[clustering.noise] = True
    stays, far_stays = ~is_noise[features.rows], ~is_noise[features.far_rows]
    if stays.all() and far_stays.all():
        return features
    return replace(
        features,
        X=features.X[stays],
        scaled=features.scaled[stays],
        rows=features.rows[stays],
        weights=None if features.weights is None else features.weights[stays],
        X_far=features.X_far[far_stays],
        far_rows=features.far_rows[far_stays],
        row_notes=clustering.row_notes,
    )


def centers_in_units(features: Features, clustering: Clustering) -> np.ndarray:
    """Centers in the columns' own units, of shape (n_clusters, n_encoded), in the order of `features.names`.

    Components, weights, scaling and logs undone: of a logged column the center is exp(mean of the logs) - 1, of a level
    the share of the segment's customers that have it, of a date the days before the newest. Principal components
    give them back as far as they kept the variance.
    """
    centers = clustering.cluster_centers
    steps = features.pipeline.named_steps
    for name in ("pca", "scale", "log"):
        if name in steps:
            centers = steps[name].inverse_transform(centers)
    return centers


def prepared_rows(features: Features, clustering: Clustering, chosen: np.ndarray) -> np.ndarray:
    """Prepared values of some of `clustering.rows` (their positions there), from the two places where they are kept."""
    features = taking_part(features, clustering)
    in_fit = clustering.in_fit[chosen]
    n_placed_before = np.searchsorted(np.flatnonzero(~clustering.in_fit), chosen)
    X = np.empty((len(chosen), features.X.shape[1]))
    X[in_fit] = features.X[(chosen - n_placed_before)[in_fit]]
    X[~in_fit] = features.X_far[n_placed_before[~in_fit]]
    return X


def mean_of(features: Features, is_member: np.ndarray) -> np.ndarray:
    """Weighted mean of some rows of `Features.X`; NaN if there are none."""
    if not is_member.any():
        return np.full(features.X.shape[1], np.nan)
    weights = None if features.weights is None else features.weights[is_member]
    return np.average(features.X[is_member], axis=0, weights=weights)


def inertia_of(features: Features, fit_labels: np.ndarray, cluster_centers: np.ndarray) -> float:
    """Sum of the squared distances of the rows of the fit to their centers, each times its weight."""
    total = 0.0
    for part in parts(len(features.X)):
        difference = features.X[part] - cluster_centers[fit_labels[part]]
        squared = np.einsum("ij,ij->i", difference, difference)
        total += squared.sum() if features.weights is None else squared @ features.weights[part]
    return float(total)


def stratified_sample(clustering: Clustering, most: int) -> np.ndarray:
    """Positions among the placed rows, ascending: in proportion to the clusters, but at least 20 of each."""
    n_placed = len(clustering.rows)
    if n_placed <= most:
        return np.arange(n_placed)
    order = np.random.default_rng(clustering.spec.random_state).permutation(n_placed)
    is_chosen = np.zeros(n_placed, dtype=bool)
    for label, size in enumerate(clustering.sizes):
        members = order[clustering.labels[order] == label]
        is_chosen[members[: max(_LEAST_PER_CLUSTER, size * most // n_placed)]] = True
    return np.flatnonzero(is_chosen)


def sampled_noise(clustering: Clustering, most: int) -> np.ndarray:
    """Rows of the table that are noise, ascending: as many as are their share of `most` rows, but at least 20."""
    noise = clustering.noise
    n_total = len(clustering.rows) + len(noise)
    if n_total <= most:
        return noise
    order = np.random.default_rng(clustering.spec.random_state).permutation(len(noise))
    return noise[np.sort(order[: max(_LEAST_PER_CLUSTER, len(noise) * most // n_total)])]
