"""What each segment is like, in the columns' own units."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from clustering.features import ColumnSpec, FeatureSpec, encodings
from clustering.features.encode import NO_VALUE, OTHERS, Encode, Levels, as_numbers
from clustering.model import Clustering
from clustering.profile.compare import Comparison, compare
from clustering.profile.grouped import ColumnFigures, Groups, cramers_v
from clustering.table import Table
from clustering.threads import on_one_thread
from clustering.wording import number, one_line, share

# what the figure of a column counts, where that is not plain from its name
_COUNTED_IN = {"boolean": " (yes)", "date": " (days before the newest)", "ordinal": " (place in its order, from 0)"}


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
    built : bool
        Whether the column built the segments; otherwise it only describes them.
    association : float
        Cramér's V of segments and levels, in [0, 1]: 0 where every segment has the same shares, 1 where the level says
        the segment or the segment the level. Of the rows of the fit, missing cells left out; NaN where fewer than two
        segments or two levels remain.
    """

    column: str
    levels: tuple[str, ...]
    shares: np.ndarray
    overall: np.ndarray
    built: bool
    association: float

    def telling(self, label: int) -> int:
        """Position of the level whose share in the segment differs most from the overall one; pooled levels last."""
        return self._largest(np.abs(self.shares[label] - self.overall))

    @property
    def most_frequent(self) -> int:
        """Position of the level with the largest overall share; pooled levels last."""
        return self._largest(self.overall)

    @property
    def named(self) -> np.ndarray:
        """Which levels are one value of the column, and neither "other levels" nor "missing"."""
        return np.array([level not in (OTHERS, NO_VALUE) for level in self.levels])

    def _largest(self, figures: np.ndarray) -> int:
        return int(np.where(self.named | (not self.named.any()), figures, -1.0).argmax())


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
    built : tuple of bool
        Whether each of these built the segments; otherwise it only describes them.
    sizes : tuple of int
        Customers, each counted once.
    shares : tuple of float
        Of all customers that have a segment, each counted once; they add up to 1.
    means, medians, lower_quartiles, upper_quartiles : ndarray of shape (n_clusters, n_columns)
        Missing cells left out; NaN where a segment has no value at all, or none with a weight. A quartile is the
        value up to which the ascending values reach that quarter of the weight; where one reaches just that, it is
        the midpoint between that value and the next. With equal weights the median is the ordinary one.
    overall_means, overall_medians, overall_lower_quartiles, overall_upper_quartiles : ndarray of shape (n_columns,)
        The same for all customers that have a segment.
    differences : ndarray of shape (n_clusters, n_columns)
        Mean less overall mean, in standard deviations; NaN for a column without spread. Of the rows of the fit, so that
        a few customers far outside do not dwarf all differences.
    explained : ndarray of shape (n_columns,)
        Eta squared: the share of a column's variance that lies between the segments; in [0, 1]; NaN without spread, or
        where fewer than two segments have a value. Of the rows of the fit.
    value_weights : ndarray of shape (n_clusters, n_columns)
        Behind each mean: the customers that have a value, or their weight.
    lowest : ndarray of shape (n_columns,)
        The smallest value of all customers.
    fit_means, fit_weights : ndarray of shape (n_clusters, n_columns)
        Means and the weights behind them of the rows of the fit.
    spreads : ndarray of shape (n_columns,)
        Standard deviations of the rows of the fit; NaN for a column without spread.
    categories : tuple of LevelShares
    weight_column : str or None
        What the customers are weighed by; None where all count the same.
    weight_shares : tuple of float
        Of the weight of all customers that have a segment; they add up to 1. Empty where all count the same.
    """

    columns: tuple[str, ...]
    kinds: tuple[str, ...]
    built: tuple[bool, ...]
    sizes: tuple[int, ...]
    shares: tuple[float, ...]
    means: np.ndarray
    medians: np.ndarray
    lower_quartiles: np.ndarray
    upper_quartiles: np.ndarray
    overall_means: np.ndarray
    overall_medians: np.ndarray
    overall_lower_quartiles: np.ndarray
    overall_upper_quartiles: np.ndarray
    differences: np.ndarray
    explained: np.ndarray
    value_weights: np.ndarray
    lowest: np.ndarray
    fit_means: np.ndarray
    fit_weights: np.ndarray
    spreads: np.ndarray
    categories: tuple[LevelShares, ...] = ()
    weight_column: str | None = None
    weight_shares: tuple[float, ...] = ()

    @property
    def ranked(self) -> tuple[int, ...]:
        """Positions of the columns, the one that sets the segments apart most first."""
        return tuple(int(i) for i in np.argsort(-np.nan_to_num(self.explained, nan=-1.0), kind="stable"))

    def against(self, baseline: str | int = "all") -> Comparison:
        """Hold every segment against "all" customers, the "rest" of them, or one segment, given by its label.

        Raises
        ------
        InvalidSetting
            If the baseline is none of these.
        """
        return compare(self, baseline)

    def title(self, position: int, most: int = 60) -> str:
        """The column's name, cut to `most` characters, and what its figure counts where the name does not say that."""
        return one_line(self.columns[position], most) + _COUNTED_IN.get(self.kinds[position], "")

    def written(self, position: int, value: float) -> str:
        """A figure of the column as people write it; of a boolean, the share of "yes"."""
        return share(value) if self.kinds[position] == "boolean" else number(value)


@on_one_thread
def profile(table: Table, clustering: Clustering, spec: FeatureSpec) -> Profile:
    """Describe every segment by the columns that built it and by those chosen to describe it."""
    columns = described(table, spec)
    frame = table.frame[[column.name for column in columns]].iloc[clustering.rows].reset_index(drop=True)
    encode = Encode(columns).fit(frame)
    weights = None
    if spec.weight_column is not None:
        weights = table.frame[spec.weight_column].to_numpy(dtype=np.float64)[clustering.rows]
    groups = Groups(clustering.labels, clustering.in_fit, clustering.n_clusters, weights)
    kinds = {one.column: one.kind for one in encode.encoded_ if one.level is None}
    found = [
        groups.column(as_numbers(frame[column.name], column, encode.newest_.get(column.name)))
        for column in columns
        if column.name in kinds
    ]
    categories = []
    for name, levels in encode.levels_.items():
        positions, n_levels = levels.positions(frame[name]), len(levels.columns)
        weights_of = (groups.level_weights(positions, n_levels, in_fit=in_fit) for in_fit in (False, True))
        categories.append(level_shares(levels, *weights_of, built=name in spec.columns))
    return assembled(spec, kinds, found, tuple(categories), clustering.sizes, groups.weight_shares)


def assembled(
    spec: FeatureSpec,
    kinds: Mapping[str, str],
    found: Sequence[ColumnFigures],
    categories: tuple[LevelShares, ...],
    sizes: tuple[int, ...],
    weight_shares: tuple[float, ...],
) -> Profile:
    """Put a profile together from the figures of its columns, wherever they were worked out.

    Parameters
    ----------
    kinds : mapping of str to str
        Of every column that is one number each, in the order of `found`, what it is.
    """

    def per_segment(figures: list[np.ndarray]) -> np.ndarray:
        return np.array(figures).reshape(-1, len(sizes)).T  # also of no column at all

    return Profile(
        columns=tuple(kinds),
        kinds=tuple(kinds.values()),
        built=tuple(name in spec.columns for name in kinds),
        sizes=sizes,
        shares=tuple(size / sum(sizes) for size in sizes),
        means=per_segment([one.means for one in found]),
        medians=per_segment([one.quartiles[1] for one in found]),
        lower_quartiles=per_segment([one.quartiles[0] for one in found]),
        upper_quartiles=per_segment([one.quartiles[2] for one in found]),
        overall_means=np.array([one.overall_mean for one in found]),
        overall_medians=np.array([one.overall_quartiles[1] for one in found]),
        overall_lower_quartiles=np.array([one.overall_quartiles[0] for one in found]),
        overall_upper_quartiles=np.array([one.overall_quartiles[2] for one in found]),
        differences=per_segment([one.differences for one in found]),
        explained=np.array([one.explained for one in found]),
        value_weights=per_segment([one.weights for one in found]),
        lowest=np.array([one.lowest for one in found]),
        fit_means=per_segment([one.fit_means for one in found]),
        fit_weights=per_segment([one.fit_weights for one in found]),
        spreads=np.array([one.spread for one in found]),
        categories=categories,
        weight_column=spec.weight_column,
        weight_shares=weight_shares,
    )


def described(table: Table, spec: FeatureSpec) -> tuple[ColumnSpec, ...]:
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


def level_shares(levels: Levels, weights: np.ndarray, fit_weights: np.ndarray, *, built: bool) -> LevelShares:
    """Shares of the levels of a category, from the weight of the customers per segment and level.

    Parameters
    ----------
    weights, fit_weights : ndarray of shape (n_clusters, n_levels)
        Of all customers, and of those of the fit; in the order of `levels.columns`.
    """
    texts = tuple(one.level for one in levels.columns)
    has_value = [text != levels.missing for text in texts]
    with np.errstate(invalid="ignore"):  # a segment without any weight has no shares
        return LevelShares(
            column=levels.column,
            levels=texts,
            shares=weights / weights.sum(axis=1, keepdims=True),
            overall=weights.sum(axis=0) / weights.sum(),
            built=built,
            association=cramers_v(fit_weights[:, has_value]),
        )
