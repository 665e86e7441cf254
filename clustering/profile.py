"""What each segment is like, in the columns' own units."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from clustering.features import ColumnSpec, Encode, FeatureSpec, encodings
from clustering.model import Clustering
from clustering.table import Table


@dataclass(frozen=True, eq=False)
class LevelShares:
    """How a category is spread over the segments.

    Attributes
    ----------
    column : str
    levels : tuple of str
        The most frequent first; rare ones together as "other levels", missing cells as "missing".
    shares : ndarray of shape (n_clusters, n_levels)
        Of the segment's customers; every row adds up to 1.
    overall : ndarray of shape (n_levels,)
    """

    column: str
    levels: tuple[str, ...]
    shares: np.ndarray
    overall: np.ndarray


@dataclass(frozen=True, eq=False)
class Profile:
    """Figures per segment (largest first), from the values as they stand in the table.

    Attributes
    ----------
    columns : tuple of str
        Columns that are one number each, those that built the segments first, then those that describe them. A
        boolean is 0 or 1, an ordered level its place in the order from 0, a date the days before the newest.
    sizes : tuple of int
    shares : tuple of float
        Of all customers that have a segment; they add up to 1.
    means, medians : ndarray of shape (n_clusters, n_columns)
        Missing cells left out; NaN where a segment has no value at all. Means by weight, medians without.
    overall_means, overall_medians : ndarray of shape (n_columns,)
        The same for all customers that have a segment.
    differences : ndarray of shape (n_clusters, n_columns)
        Mean less overall mean, in standard deviations; NaN for a column without spread. Of the rows of the fit, so that
        a few customers far outside do not dwarf all differences.
    explained : ndarray of shape (n_columns,)
        Eta squared: the share of a column's variance that lies between the segments; in [0, 1], NaN without spread.
        Of the rows of the fit.
    categories : tuple of LevelShares
    weights : tuple of float or None
        Shares of the weight of all customers that have a segment; None where all count the same.
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
    categories: tuple[LevelShares, ...] = ()
    weights: tuple[float, ...] | None = None

    @property
    def ranked(self) -> tuple[int, ...]:
        """Positions of the columns, the one that sets the segments apart most first."""
        return tuple(int(i) for i in np.argsort(-np.nan_to_num(self.explained, nan=-1.0), kind="stable"))

    def strongest(self, label: int, n: int = 2) -> tuple[int, ...]:
        """Positions of the columns in which the segment differs most from all customers, strongest first."""
        strength = np.nan_to_num(np.abs(self.differences[label]), nan=-1.0)
        return tuple(int(i) for i in np.argsort(-strength, kind="stable")[:n] if strength[i] >= 0)


def profile(table: Table, clustering: Clustering, spec: FeatureSpec) -> Profile:
    """Describe every segment by the columns that built it and by those chosen to describe it."""
    columns = _columns(table, spec)
    encode = Encode(columns)
    frame = table.frame[[column.name for column in columns]].iloc[clustering.rows].reset_index(drop=True)
    encoded = pd.DataFrame(encode.fit(frame).transform(frame))
    weights = np.ones(len(frame))
    if spec.weight_column is not None:
        weights = table.frame[spec.weight_column].to_numpy()[clustering.rows]
    label = pd.Series(clustering.labels, name="label")
    everyone = range(clustering.n_clusters)
    means, overall, _ = _weighted_means(encoded, weights, label, everyone)
    differences, explained = _differences(encoded, weights, label, everyone, clustering.in_fit)
    single = [i for i, column in enumerate(encode.encoded_) if column.level is None]
    by_label = pd.Series(weights).groupby(label).sum().reindex(everyone).to_numpy()
    return Profile(
        columns=tuple(encode.encoded_[i].column for i in single),
        sizes=clustering.sizes,
        shares=tuple(size / len(frame) for size in clustering.sizes),
        means=means[:, single],
        medians=encoded[single].groupby(label).median().reindex(everyone).to_numpy(),
        overall_means=overall[single],
        overall_medians=encoded[single].median().to_numpy(),
        differences=differences[:, single],
        explained=explained[single],
        categories=tuple(
            LevelShares(
                column=encode.encoded_[block[0]].column,
                levels=tuple(encode.encoded_[i].level for i in block),
                shares=means[:, list(block)],
                overall=overall[list(block)],
            )
            for block in encode.blocks_
        ),
        weights=None if spec.weight_column is None else tuple((by_label / by_label.sum()).tolist()),
    )


def _weighted_means(encoded, weights, label, everyone) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean per segment and overall, and the weight behind each mean per segment."""
    weight = encoded.notna().mul(weights, axis=0).groupby(label).sum().reindex(everyone, fill_value=0).to_numpy()
    sums = encoded.mul(weights, axis=0).groupby(label).sum().reindex(everyone, fill_value=0).to_numpy()
    with np.errstate(invalid="ignore", divide="ignore"):
        return sums / weight, sums.sum(axis=0) / weight.sum(axis=0), weight


def _differences(encoded, weights, label, everyone, in_fit) -> tuple[np.ndarray, np.ndarray]:
    encoded, weights, label = encoded[in_fit], weights[in_fit], label[in_fit]
    means, overall, weight = _weighted_means(encoded, weights, label, everyone)
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = ((encoded - overall) ** 2).mul(weights, axis=0).sum().to_numpy() / weight.sum(axis=0)
        # by the values, not by the spread: rounding gives 0.1 ten times over a spread of 1e-17
        differs = (encoded.max() > encoded.min()).to_numpy()
        differences = (means - overall) / np.where(differs, np.sqrt(variance), np.nan)
        explained = np.where(differs, np.nansum(weight * differences**2, axis=0) / weight.sum(axis=0), np.nan)
    return differences, explained


def _columns(table: Table, spec: FeatureSpec) -> tuple[ColumnSpec, ...]:
    """Every column as it is described: as it was encoded, missing cells of a category told as such."""
    columns = []
    for column in (next(c for c in table.columns if c.name == name) for name in (*spec.columns, *spec.describe)):
        given, legal = spec.column(column.name), encodings(column)
        encode = given.encode or next(iter(legal), None)
        if encode == "date_and_month":
            encode = "date"
        if encode == "ordinal" and not given.order:
            encode = "onehot"
        if encode is not None:
            columns.append(ColumnSpec(column.name, encode, given.order))
    return tuple(columns)
