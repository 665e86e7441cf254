"""What the pictures of distributions show: box figures and densities of one number, and a bounded sample of rows."""

import math
from dataclasses import dataclass

import numpy as np

from clustering.errors import InvalidSetting
from clustering.features import Encode, FeatureSpec
from clustering.model import Clustering, sampled_noise, stratified_sample
from clustering.profile.figures import Profile, described
from clustering.table import Table

MOST_ROWS = 1_000
_MOST_COLUMNS = 8  # of sampled rows; more axes no screen can show
_WHISKER = 1.5  # interquartile ranges
_FAR = 3.0  # interquartile ranges beyond the quartiles where an axis ends
_FEWEST_BINS, _MOST_BINS = 8, 40


@dataclass(frozen=True)
class Box:
    """The figures of one box.

    Attributes
    ----------
    n : int
        Customers with a value and, where customers are weighed, a weight.
    lower_quartile, median, upper_quartile : float
        As in the profile, weighted there; NaN without a value.
    low, high : float
        Ends of the whiskers: the outermost values within 1.5 interquartile ranges of the quartiles.
    least, most : float
    n_beyond : int
        Customers beyond the whiskers.

    References
    ----------
    Tukey (1977), Exploratory Data Analysis, ch. 2.
    """

    n: int
    lower_quartile: float
    median: float
    upper_quartile: float
    low: float
    high: float
    least: float
    most: float
    n_beyond: int


@dataclass(frozen=True, eq=False)
class Spread:
    """How one number is spread within every segment and over all customers.

    Attributes
    ----------
    column : str
    title : str
        The column's name and what its figure counts where the name does not say that.
    boxes : tuple of Box
        Per segment.
    overall : Box
    edges : ndarray of shape (n_bins + 1,)
        Of bins that all segments share, in round numbers; they cover all whiskers. Whole numbers have bins of their
        own where there are few. Empty without a value.
    densities : ndarray of shape (n_clusters, n_bins)
        Share of the segment (of its weight where customers are weighed) in every bin; a customer whose value equals an
        edge is in the bin above. Adds up to 1 less what lies outside the bins; NaN where a segment has no value.
    overall_density : ndarray of shape (n_bins,)
    n_outside : int
        Customers whose value lies outside the bins.
    n_missing : int
        Customers without a value.
    n_total : int
        Customers that have a segment.
    weight_column : str or None
    """

    column: str
    title: str
    boxes: tuple[Box, ...]
    overall: Box
    edges: np.ndarray
    densities: np.ndarray
    overall_density: np.ndarray
    n_outside: int
    n_missing: int
    n_total: int
    weight_column: str | None = None


@dataclass(frozen=True, eq=False)
class SampledRows:
    """Some customers of every segment, by the columns that set the segments apart most.

    Attributes
    ----------
    columns, titles, kinds : tuple of str
        At most eight, the one that sets the segments apart most first; columns without a value are left out.
    values : ndarray of shape (n_rows, n_columns)
        In the columns' own units, as in the profile; NaN where missing.
    labels, rows : ndarray of shape (n_rows,)
        Their segments and their positions in the table.
    medians : ndarray of shape (n_clusters, n_columns)
        Of all customers of the segment.
    limits : ndarray of shape (n_columns, 2)
        Where an axis begins and ends: the least and the most of the sampled values, but no further than three
        interquartile ranges beyond the quartiles of all customers where these differ.
    n_total : int
        Customers that have a segment.
    n_columns : int
        Columns of numbers there are in the profile.
    noise : ndarray of shape (n_noise_drawn, n_columns)
        The same columns of some of the customers that are near no segment; the limits are not stretched to them.
    n_noise : int
        How many of these there are.
    """

    columns: tuple[str, ...]
    titles: tuple[str, ...]
    kinds: tuple[str, ...]
    values: np.ndarray
    labels: np.ndarray
    rows: np.ndarray
    medians: np.ndarray
    limits: np.ndarray
    n_total: int
    n_columns: int
    noise: np.ndarray
    n_noise: int

    def strongest_numbers(self, most: int = 3) -> tuple[int, ...]:
        """Positions of the columns that set the segments apart most, those of yes and no left out."""
        return tuple(i for i, kind in enumerate(self.kinds) if kind != "boolean")[:most]


def spread(table: Table, clustering: Clustering, spec: FeatureSpec, profile: Profile, column: str) -> Spread:
    """Describe how one number is spread within every segment.

    Raises
    ------
    InvalidSetting
        If the column is none of the numbers of the profile.
    """
    if column not in profile.columns:
        raise InvalidSetting(f'"{column}" is no column of numbers of these segments; choose one of the profile.')
    position = profile.columns.index(column)
    values = _values(table, clustering, spec, (column,))[:, 0]
    weights = _weights(table, clustering, spec)
    counts = ~np.isnan(values) & (weights > 0)
    quartiles = zip(
        profile.lower_quartiles[:, position],
        profile.medians[:, position],
        profile.upper_quartiles[:, position],
        strict=True,
    )
    boxes = tuple(
        _box(values[counts & (clustering.labels == label)], *(float(figure) for figure in figures))
        for label, figures in enumerate(quartiles)
    )
    overall = _box(
        values[counts],
        float(profile.overall_lower_quartiles[position]),
        float(profile.overall_medians[position]),
        float(profile.overall_upper_quartiles[position]),
    )
    values, weights, labels = values[counts], weights[counts], clustering.labels[counts]
    edges, bins = _bins(values, [box for box in (*boxes, overall) if box.n])
    inside = bins >= 0
    n_bins = max(0, len(edges) - 1)
    by_bin = np.bincount(
        labels[inside] * n_bins + bins[inside], weights=weights[inside], minlength=clustering.n_clusters * n_bins
    ).reshape(clustering.n_clusters, n_bins)
    by_label = np.bincount(labels, weights=weights, minlength=clustering.n_clusters)
    with np.errstate(invalid="ignore", divide="ignore"):
        densities, density = by_bin / by_label[:, None], by_bin.sum(axis=0) / by_label.sum()
    return Spread(
        column=column,
        title=profile.title(position),
        boxes=boxes,
        overall=overall,
        edges=edges,
        densities=densities,
        overall_density=density,
        n_outside=int((~inside).sum()),
        n_missing=len(counts) - int(counts.sum()),
        n_total=len(counts),
        weight_column=profile.weight_column,
    )


def sample_rows(
    table: Table, clustering: Clustering, spec: FeatureSpec, profile: Profile, *, most: int = MOST_ROWS
) -> SampledRows:
    """Draw customers in proportion to the segments but at least 20 of each, so that `most` may be passed by a little.

    And the noise. The same customers every time.
    """
    has_values = np.isfinite(profile.overall_means)
    chosen = [i for i in profile.ranked if has_values[i]][:_MOST_COLUMNS]
    columns = tuple(profile.columns[i] for i in chosen)
    noise = sampled_noise(clustering, most)
    drawn = stratified_sample(clustering, most - len(noise))
    rows = np.concatenate([clustering.rows[drawn], noise])
    both = _values(table, clustering, spec, columns, rows) if columns else np.empty((len(rows), 0))
    values = both[: len(drawn)]
    limits = np.empty((len(chosen), 2))
    for own, (i, limit) in zip(values.T, zip(chosen, limits, strict=True), strict=True):
        low, high = profile.overall_lower_quartiles[i], profile.overall_upper_quartiles[i]
        own = own[~np.isnan(own)]
        least, largest = (own.min(), own.max()) if len(own) else (low, high)
        reach = _FAR * (high - low) if high > low else math.inf
        limit[:] = max(least, low - reach), min(largest, high + reach)
    return SampledRows(
        columns=columns,
        titles=tuple(profile.title(i) for i in chosen),
        kinds=tuple(profile.kinds[i] for i in chosen),
        values=values,
        labels=clustering.labels[drawn],
        rows=clustering.rows[drawn],
        medians=profile.medians[:, chosen],
        limits=limits,
        n_total=len(clustering.rows),
        n_columns=len(profile.columns),
        noise=both[len(drawn) :],
        n_noise=len(clustering.noise),
    )


def _values(
    table: Table, clustering: Clustering, spec: FeatureSpec, columns: tuple[str, ...], rows: np.ndarray | None = None
) -> np.ndarray:
    """Numbers in the columns' own units, one column each, of some rows of the table or of all that have a segment."""
    known = {column.name: column for column in described(table, spec)}
    frame = table.frame[list(columns)].iloc[clustering.rows]
    encode = Encode([known[name] for name in columns]).fit(frame)  # a date counts from the newest of all
    return encode.transform(frame if rows is None else table.frame[list(columns)].iloc[rows])[
        :, [i for i, encoded in enumerate(encode.encoded_) if encoded.level is None]
    ]


def _weights(table: Table, clustering: Clustering, spec: FeatureSpec) -> np.ndarray:
    if spec.weight_column is None:
        return np.ones(len(clustering.rows))
    return table.frame[spec.weight_column].to_numpy(dtype=np.float64, na_value=np.nan)[clustering.rows]


def _box(values: np.ndarray, lower_quartile: float, median: float, upper_quartile: float) -> Box:
    if not len(values):
        return Box(0, math.nan, math.nan, math.nan, math.nan, math.nan, math.nan, math.nan, 0)
    reach = _WHISKER * (upper_quartile - lower_quartile)
    within = values[(values >= lower_quartile - reach) & (values <= upper_quartile + reach)]
    # a quartile may lie between two values that are both beyond: the whisker then ends at the box
    low = min(float(within.min()), lower_quartile) if len(within) else lower_quartile
    high = max(float(within.max()), upper_quartile) if len(within) else upper_quartile
    return Box(
        n=len(values),
        lower_quartile=lower_quartile,
        median=median,
        upper_quartile=upper_quartile,
        low=low,
        high=high,
        least=float(values.min()),
        most=float(values.max()),
        n_beyond=len(values) - len(within),
    )


def _bins(values: np.ndarray, boxes: list[Box]) -> tuple[np.ndarray, np.ndarray]:
    """Edges in round numbers that cover all whiskers, and the bin of every value; -1 outside."""
    if not boxes:
        return np.empty(0), np.empty(0, dtype=np.int64)
    low, high = min(box.low for box in boxes), max(box.high for box in boxes)
    is_whole = bool((values == np.round(values)).all())
    if low == high:
        width, start = 1.0, low - 0.5
        n_bins = 1
    else:
        n_wanted = min(max(round(2 * len(values) ** (1 / 3)), _FEWEST_BINS), _MOST_BINS)  # the rule of Rice
        width = _round_up((high - low) / n_wanted)
        if is_whole and width <= 1:
            width, start = 1.0, math.floor(low) - 0.5  # each number in the middle of its bin
        else:
            start = math.floor(low / width + 1e-9) * width
        n_bins = math.floor((high - start) / width + 1e-9) + 1
    inside = (values >= low) & (values <= high)
    bins = np.clip(np.floor((values - start) / width + 1e-9), 0, n_bins - 1).astype(np.int64)
    return start + width * np.arange(n_bins + 1), np.where(inside, bins, -1)


def _round_up(width: float) -> float:
    """The next of … 0.5, 1, 2, 5, 10 …"""
    unit = 10.0 ** math.floor(math.log10(width))
    return next(unit * step for step in (1, 2, 5, 10) if unit * step >= width * (1 - 1e-9))
