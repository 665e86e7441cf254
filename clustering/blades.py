"""The silhouette of every customer, segment by segment: what the blades of a silhouette plot are made of."""

from dataclasses import dataclass

import numpy as np

from clustering.features import Features
from clustering.indices import EXACT_ROWS, SILHOUETTE_SAMPLE, silhouette_samples, stratified_sample
from clustering.model import Clustering, taking_part
from clustering.threads import one_thread

_DRAWN = 400  # values per blade; more no screen can tell apart


@dataclass(frozen=True, eq=False)
class Blades:
    """Silhouettes of the rows of the fit, per segment.

    Attributes
    ----------
    values : tuple of ndarray, one per segment
        In [-1, 1], falling; at most 400 of them, evenly spaced by rank with the first and the last.
    shares : tuple of float
        Share of the customers in each segment, those placed after the fit among them.
    means : tuple of float
        Mean silhouette of each segment.
    mean : float
        Mean over the rows of the fit.
    n_looked_at : tuple of int
        Rows of each segment whose silhouette was computed.
    n_negative : tuple of int
        How many of these are below 0: on average nearer to the customers of another segment than to their own.
    negative_share : float
        Share of the rows of the fit below 0; where rows were sampled, every segment counts by its size.
    n_samples : int
        Rows whose silhouette was computed.
    n_total : int
        Rows of the fit.

    All figures are NaN, and `n_negative` 0, where the silhouette is undefined: one segment, or as many as rows.
    """

    values: tuple[np.ndarray, ...]
    shares: tuple[float, ...]
    means: tuple[float, ...]
    mean: float
    n_looked_at: tuple[int, ...]
    n_negative: tuple[int, ...]
    negative_share: float
    n_samples: int
    n_total: int

    @property
    def sampled(self) -> bool:
        """Whether the figures are estimates."""
        return self.n_samples < self.n_total


def silhouette_blades(features: Features, clustering: Clustering) -> Blades:
    """Compute the silhouettes of a segmentation, exact up to 30,000 rows as in a sweep.

    Above, from about 10,000 rows, stratified by segment: those that also the silhouette of a sweep is estimated from.

    References
    ----------
    Rousseeuw (1987), J. Comput. Appl. Math. 20:53-65.
    """
    X, labels = taking_part(features, clustering).X, clustering.fit_labels
    counts = np.bincount(labels)
    if len(X) > EXACT_ROWS:
        chosen = stratified_sample(labels, clustering.spec.random_state, SILHOUETTE_SAMPLE)
        X, labels = X[chosen], labels[chosen]
    with one_thread():
        silhouettes = silhouette_samples(X, [labels])[0]
    own = [np.sort(silhouettes[labels == label])[::-1] for label in range(len(counts))]
    means = np.array([values.mean() for values in own])
    n_negative = [int((values < 0).sum()) for values in own]
    is_defined = bool(np.isfinite(silhouettes).all())
    negative = counts / counts.sum() @ [n / len(values) for n, values in zip(n_negative, own, strict=True)]
    return Blades(
        values=tuple(_drawn(values) for values in own),
        shares=tuple(size / len(clustering.rows) for size in clustering.sizes),
        means=tuple(means.tolist()),
        mean=float(counts @ means / counts.sum()),
        n_looked_at=tuple(len(values) for values in own),
        n_negative=tuple(n_negative),
        negative_share=float(negative) if is_defined else float("nan"),
        n_samples=len(X),
        n_total=int(counts.sum()),
    )


def _drawn(values: np.ndarray) -> np.ndarray:
    if len(values) > _DRAWN:
        values = values[np.linspace(0, len(values) - 1, _DRAWN).round().astype(int)]
    values.flags.writeable = False
    return values
