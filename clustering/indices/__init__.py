"""How good a clustering is: one entry per index in `INDICES`, each a function of (X, labels, cluster_centers)."""

from clustering.indices.centers import center_distances, simplified_silhouette
from clustering.indices.index import INDICES, score
from clustering.indices.silhouette import (
    EXACT_ROWS,
    SILHOUETTE_SAMPLE,
    mean_silhouette,
    silhouette,
    silhouette_samples,
    stratified_sample,
)

__all__ = [
    "EXACT_ROWS",
    "INDICES",
    "SILHOUETTE_SAMPLE",
    "center_distances",
    "mean_silhouette",
    "score",
    "silhouette",
    "silhouette_samples",
    "simplified_silhouette",
    "stratified_sample",
]
