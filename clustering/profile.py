"""What each segment is like, in the columns' own units."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from clustering.features import FeatureSpec
from clustering.model import Clustering
from clustering.table import Table


@dataclass(frozen=True, eq=False)
class Profile:
    """Figures per segment (largest first), from the values as they stand in the table.

    Attributes
    ----------
    columns : tuple of str
    sizes : tuple of int
    shares : tuple of float
        Of all customers that have a segment; they add up to 1.
    means, medians : ndarray of shape (n_clusters, n_columns)
        Missing cells left out; NaN where a segment has no value at all.
    overall_means, overall_medians : ndarray of shape (n_columns,)
        The same for all customers that have a segment.
    differences : ndarray of shape (n_clusters, n_columns)
        Mean less overall mean, in standard deviations of all customers; NaN for a column without spread.
    explained : ndarray of shape (n_columns,)
        Eta squared: the share of a column's variance that lies between the segments; in [0, 1], NaN without spread.
    """

    columns: tuple[str, ...]
    sizes: tuple[int, ...]
    shares: tuple[float, ...]
    means: np.ndarray
    medians: np.ndarray
    overall_means: np.ndarray
    overall_medians: np.ndarray
    differences: np.ndarray
    explained: np.ndarray

    @property
    def ranked(self) -> tuple[int, ...]:
        """Positions of the columns, the one that sets the segments apart most first."""
        return tuple(int(i) for i in np.argsort(-np.nan_to_num(self.explained, nan=-1.0), kind="stable"))

    def strongest(self, label: int, n: int = 2) -> tuple[int, ...]:
        """Positions of the columns in which the segment differs most from all customers, strongest first."""
        strength = np.nan_to_num(np.abs(self.differences[label]), nan=-1.0)
        return tuple(int(i) for i in np.argsort(-strength, kind="stable")[:n] if strength[i] >= 0)


def profile(table: Table, clustering: Clustering, spec: FeatureSpec) -> Profile:
    """Describe every segment by the columns that built it."""
    values = table.frame[list(spec.columns)].iloc[clustering.rows].reset_index(drop=True)
    groups = values.groupby(pd.Series(clustering.labels, name="label"))
    everyone = range(clustering.n_clusters)
    means = groups.mean().reindex(everyone).to_numpy()
    counts = groups.count().reindex(everyone).to_numpy()
    overall = values.mean().to_numpy()
    # by the values, not by the spread: rounding gives 0.1 ten times over a spread of 1e-17
    differs = (values.max() > values.min()).to_numpy()
    differences = (means - overall) / np.where(differs, values.std(ddof=0), np.nan)
    return Profile(
        columns=spec.columns,
        sizes=clustering.sizes,
        shares=tuple(size / len(values) for size in clustering.sizes),
        means=means,
        medians=groups.median().reindex(everyone).to_numpy(),
        overall_means=overall,
        overall_medians=values.median().to_numpy(),
        differences=differences,
        explained=np.where(differs, np.nansum(counts * differences**2, axis=0) / counts.sum(axis=0), np.nan),
    )
