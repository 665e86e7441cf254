"""What each segment is like, in the columns' own units."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from clustering.features import ColumnSpec, Encode, FeatureSpec, encodings
from clustering.features.encode import OTHERS
from clustering.model import Clustering
from clustering.table import Table
from clustering.wording import number, one_line, share

# what the figure of a column counts, where that is not plain from its name
_COUNTED_IN = {"boolean": " (yes)", "date": " (days before the newest)", "ordinal": " (place in its order, from 0)"}
_ROUNDING = 1e-9  # share of the weight by which added-up weights may miss the half that they reach


@dataclass(frozen=True, eq=False)
class LevelShares:
    """How a category is spread over the segments.

    Attributes
    ----------
    column : str
    levels : tuple of str
        The most frequent first; rare ones together as "other levels", missing cells as "missing".
    shares : ndarray of shape (n_clusters, n_levels)
        Of the segment's customers, or of their weight where customers are weighed; every row adds up to 1.
    overall : ndarray of shape (n_levels,)
    """

    column: str
    levels: tuple[str, ...]
    shares: np.ndarray
    overall: np.ndarray

    def telling(self, label: int) -> int:
        """Position of the level whose share in the segment differs most from the overall one; pooled levels last."""
        difference = np.abs(self.shares[label] - self.overall)
        return int(np.where(self._is_named, difference, -1.0).argmax())

    @property
    def most_frequent(self) -> int:
        """Position of the level with the largest overall share; pooled levels last."""
        return int(np.where(self._is_named, self.overall, -1.0).argmax())

    @property
    def _is_named(self) -> np.ndarray:
        named = np.array([level != OTHERS for level in self.levels])
        return named if named.any() else ~named


@dataclass(frozen=True, eq=False)
class Profile:
    """Figures per segment (largest first), from the values as they stand in the table.

    Where a column weighs the customers, all figures but `sizes` and `shares` are weighted: a customer of weight 3
    counts like three customers. A customer of weight 0, placed afterwards, then adds to the sizes alone.

    Attributes
    ----------
    columns : tuple of str
        Columns that are one number each, those that built the segments first, then those that describe them. A
        boolean is 0 or 1, an ordered level its place in the order from 0, a date the days before the newest.
    kinds : tuple of {"number", "boolean", "ordinal", "date"}
        What each of these is.
    sizes : tuple of int
        Customers, each counted once.
    shares : tuple of float
        Of all customers that have a segment, each counted once; they add up to 1.
    means, medians : ndarray of shape (n_clusters, n_columns)
        Missing cells left out; NaN where a segment has no value at all, or none with a weight. The weighted median is
        the value up to which the ascending values reach half of the weight; where one reaches just half, it is the
        midpoint between that value and the next. With equal weights this is the ordinary median.
    overall_means, overall_medians : ndarray of shape (n_columns,)
        The same for all customers that have a segment.
    differences : ndarray of shape (n_clusters, n_columns)
        Mean less overall mean, in standard deviations; NaN for a column without spread. Of the rows of the fit, so that
        a few customers far outside do not dwarf all differences.
    explained : ndarray of shape (n_columns,)
        Eta squared: the share of a column's variance that lies between the segments; in [0, 1], NaN without spread.
        Of the rows of the fit.
    categories : tuple of LevelShares
    weight_column : str or None
        What the customers are weighed by; None where all count the same.
    weight_shares : tuple of float
        Of the weight of all customers that have a segment; they add up to 1. Empty where all count the same.
    """

    columns: tuple[str, ...]
    kinds: tuple[str, ...]
    sizes: tuple[int, ...]
    shares: tuple[float, ...]
    means: np.ndarray
    medians: np.ndarray
    overall_means: np.ndarray
    overall_medians: np.ndarray
    differences: np.ndarray
    explained: np.ndarray
    categories: tuple[LevelShares, ...] = ()
    weight_column: str | None = None
    weight_shares: tuple[float, ...] = ()

    @property
    def ranked(self) -> tuple[int, ...]:
        """Positions of the columns, the one that sets the segments apart most first."""
        return tuple(int(i) for i in np.argsort(-np.nan_to_num(self.explained, nan=-1.0), kind="stable"))

    def strongest(self, label: int, n: int = 2) -> tuple[int, ...]:
        """Positions of the columns in which the segment differs most from all customers, strongest first."""
        strength = np.nan_to_num(np.abs(self.differences[label]), nan=-1.0)
        return tuple(int(i) for i in np.argsort(-strength, kind="stable")[:n] if strength[i] >= 0)

    def title(self, position: int, most: int = 60) -> str:
        """The column's name, cut to `most` characters, and what its figure counts where the name does not say that."""
        return one_line(self.columns[position], most) + _COUNTED_IN.get(self.kinds[position], "")

    def written(self, position: int, value: float) -> str:
        """A figure of the column as people write it; of a boolean, the share of "yes"."""
        return share(value) if self.kinds[position] == "boolean" else number(value)


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
    medians, overall_medians = _medians(encoded[single], weights, label, everyone)
    return Profile(
        columns=tuple(encode.encoded_[i].column for i in single),
        kinds=tuple(encode.encoded_[i].kind for i in single),
        sizes=clustering.sizes,
        shares=tuple(size / len(frame) for size in clustering.sizes),
        means=means[:, single],
        medians=medians,
        overall_means=overall[single],
        overall_medians=overall_medians,
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
        weight_column=spec.weight_column,
        weight_shares=() if spec.weight_column is None else _weight_shares(weights, label, everyone),
    )


def _weight_shares(weights, label, everyone) -> tuple[float, ...]:
    by_label = np.bincount(label, weights=weights, minlength=len(everyone))
    return tuple((by_label / by_label.sum()).tolist())


def _weighted_means(encoded, weights, label, everyone) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean per segment and overall, and the weight behind each mean per segment."""
    weight = encoded.notna().mul(weights, axis=0).groupby(label).sum().reindex(everyone, fill_value=0).to_numpy()
    sums = encoded.mul(weights, axis=0).groupby(label).sum().reindex(everyone, fill_value=0).to_numpy()
    with np.errstate(invalid="ignore", divide="ignore"):
        return sums / weight, sums.sum(axis=0) / weight.sum(axis=0), weight


def _medians(encoded, weights, label, everyone) -> tuple[np.ndarray, np.ndarray]:
    """Weighted median per segment and overall."""
    if (weights == 1).all():  # the same figures, in a tenth of the time
        return encoded.groupby(label).median().reindex(everyone).to_numpy(), encoded.median().to_numpy()
    labels = label.to_numpy()
    medians, overall = np.empty((len(everyone), encoded.shape[1])), np.empty(encoded.shape[1])
    for i, column in enumerate(encoded):
        values = encoded[column].to_numpy()
        ascending = np.argsort(values, kind="stable")
        ascending = ascending[~np.isnan(values[ascending]) & (weights[ascending] > 0)]
        overall[i] = _weighted_median(values[ascending], weights[ascending])
        for one in everyone:
            own = ascending[labels[ascending] == one]
            medians[one, i] = _weighted_median(values[own], weights[own])
    return medians, overall


def _weighted_median(ascending: np.ndarray, weights: np.ndarray) -> float:
    if not len(ascending):
        return np.nan
    reached = np.cumsum(weights)
    half, rounding = reached[-1] / 2, reached[-1] * _ROUNDING
    low = np.searchsorted(reached, half - rounding)
    high = np.searchsorted(reached, half + rounding, side="right")
    return (ascending[low] + ascending[high]) / 2


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
        # a known label builds no segments, but what share of a segment has which label describes it
        encode = given.encode or next(iter(legal), "onehot" if column.role == "label" else None)
        if encode == "date_and_month":
            encode = "date"
        if encode == "ordinal" and not given.order:
            encode = "onehot"
        if encode is not None:
            columns.append(ColumnSpec(column.name, encode, given.order))
    return tuple(columns)
