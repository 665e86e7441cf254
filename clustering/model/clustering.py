"""A segmentation, as a frozen value."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from clustering.methods import ClusterSpec


@dataclass(frozen=True, eq=False)
class Clustering:
    """A fitted segmentation.

    Attributes
    ----------
    spec : ClusterSpec
        How it was found; after edits by hand its `n_clusters` is still the number that was found.
    rows : ndarray of shape (n_placed,), ascending
        Positions in the table of the rows that have a segment.
    labels : ndarray of shape (n_placed,)
        Their segments, 0 the largest; among equals the one that comes first in the table.
    in_fit : ndarray of bool of shape (n_placed,)
        False for rows that took no part in the fit and were placed with the nearest center afterwards.
    cluster_centers : ndarray of shape (n_clusters, n_features)
        In the units of the prepared features; of a method that has no centers the means of its rows.
    sizes : tuple of int
        Rows per segment, largest first.
    inertia : float
        Sum of squared distances of the fitted rows to their centers, in squared units of the prepared features; each
        times the row's weight, 1 on average, where rows are weighed.
    n_iter : int or None
        Rounds of the best start (on large tables: of the polish on all rows); None for a method without rounds.
    settled : bool
        False if `max_iter` ended the best start before its centers came to rest.
    row_notes : pandas.Categorical of length n_rows
        From `Features`: why a row of the table has no segment, or was placed afterwards; and whether it was moved or
        is noise.
    edited : tuple of bool
        For every segment whether it was made by hand; False of those that are as the method found them.
    noise : ndarray of shape (n_noise,), ascending
        Positions in the table of the rows that are near no segment; they are none of `rows`.
    settings : tuple of (str, value)
        The method's own settings as they were used, what the data proposed among them.
    figures : tuple of (str, float)
        What the method says about its own fit, such as BIC.
    memberships : ndarray of float32 of shape (n_placed, n_clusters), optional
        How probably each row belongs to each segment, for a method that tells; None after steps by hand.
    place : callable of X, returning labels, optional
        The segment of any prepared rows, -1 for noise; None after steps by hand.
    notes : tuple of str
        What is to be known about how it was found.
    """

    spec: ClusterSpec
    rows: np.ndarray
    labels: np.ndarray
    in_fit: np.ndarray
    cluster_centers: np.ndarray
    sizes: tuple[int, ...]
    inertia: float
    n_iter: int | None
    settled: bool
    row_notes: pd.Categorical
    edited: tuple[bool, ...] = ()
    noise: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    settings: tuple[tuple[str, object], ...] = ()
    figures: tuple[tuple[str, float], ...] = ()
    memberships: np.ndarray | None = None
    place: Callable[[np.ndarray], np.ndarray] | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self):
        if not self.edited:
            object.__setattr__(self, "edited", (False,) * self.n_clusters)

    @property
    def n_rows(self) -> int:
        """Rows of the table, with or without a segment."""
        return len(self.row_notes)

    @property
    def n_clusters(self) -> int:
        return len(self.sizes)

    @property
    def n_without(self) -> int:
        """Rows of the table that have no segment."""
        return self.n_rows - len(self.rows)

    @property
    def noise_share(self) -> float:
        """Share of noise among the rows that took part or were placed."""
        return len(self.noise) / (len(self.noise) + len(self.rows))

    @property
    def fit_labels(self) -> np.ndarray:
        """Labels of the rows of `Features.X`, in their order; where there is noise, of those of `taking_part`."""
        return self.labels[self.in_fit]

    def members(self, label: int) -> np.ndarray:
        """Positions in the table of the rows of a segment, ascending."""
        return self.rows[self.labels == label]
