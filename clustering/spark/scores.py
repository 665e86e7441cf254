"""How good a segmentation of all rows of a table on the cluster is."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from clustering.spark.rows import Row, per_segment


@dataclass(frozen=True, eq=False)
class Scores:
    """A segmentation of all rows in numbers; NaN where an index is undefined.

    Attributes
    ----------
    sizes : tuple of int
        Rows with each segment, in the order of the centers.
    fit_sizes : tuple of int
        Of these, rows that took part in the fit, from which all that follows comes.
    inertia : float
        As `Clustering.inertia`: each squared distance times the row's weight, 1 on average, where rows are weighed.
    simplified_silhouette, calinski_harabasz, davies_bouldin : float
        As in `clustering.indices`: every row counts once.
    """

    sizes: tuple[int, ...]
    fit_sizes: tuple[int, ...]
    inertia: float
    simplified_silhouette: float
    calinski_harabasz: float
    davies_bouldin: float

    @property
    def n_clusters(self) -> int:
        return len(self.sizes)

    @property
    def n_samples(self) -> int:
        return sum(self.fit_sizes)


def read_scores(rows: Iterable[Row], cluster_centers: np.ndarray) -> Scores:
    """Read what `scores_query` gave for these centers."""
    rows, n_clusters = list(rows), len(cluster_centers)
    fit = [row for row in rows if row["in_fit"]]
    sizes = per_segment(fit, "n", n_clusters)
    n_samples, within = sizes.sum(), per_segment(fit, "squares", n_clusters).sum()
    weight = per_segment(fit, "weight", n_clusters).sum()
    scores = dict.fromkeys(("simplified_silhouette", "calinski_harabasz", "davies_bouldin"), float("nan"))
    if n_clusters > 1 and n_samples:
        scores["simplified_silhouette"] = float(per_segment(fit, "margins", n_clusters).sum() / n_samples)
        scores["davies_bouldin"] = _davies_bouldin(per_segment(fit, "distances", n_clusters), sizes, cluster_centers)
    if within > 0 and 2 <= n_clusters < n_samples:
        middle = cluster_centers.mean(axis=0)
        sums = [per_segment(fit, f"offset_{i}", n_clusters).sum() for i in range(1, len(middle) + 1)]
        offset = cluster_centers - middle - np.array(sums) / n_samples
        between = float(sizes @ np.einsum("ij,ij->i", offset, offset))
        scores["calinski_harabasz"] = float(between / (n_clusters - 1) / (within / (n_samples - n_clusters)))
    weighed = per_segment(fit, "weighed", n_clusters).sum()
    return Scores(
        sizes=tuple(per_segment(rows, "n", n_clusters).astype(int).tolist()),
        fit_sizes=tuple(sizes.astype(int).tolist()),
        inertia=float(weighed * n_samples / weight) if weight > 0 else float("nan"),
        **scores,
    )


def _davies_bouldin(distances: np.ndarray, sizes: np.ndarray, cluster_centers: np.ndarray) -> float:
    difference = cluster_centers[:, None, :] - cluster_centers[None, :, :]
    apart = np.sqrt(np.einsum("ijk,ijk->ij", difference, difference))
    np.fill_diagonal(apart, np.inf)
    if (apart == 0).any() or (sizes == 0).any():
        return float("nan")
    width = distances / sizes
    return float(((width[:, None] + width[None, :]) / apart).max(axis=1).mean())
