"""What each segment is like, over all rows of a source: the figures of `clustering.profile`, without all rows at once.

Two readings. The first places every row and adds up; the second, for which the segments are remembered, measures the
squares around the means and collects the values among which the quartiles are.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import BinaryIO

import numpy as np
import pandas as pd

from clustering.features import ColumnSpec, FeatureSpec
from clustering.features.encode import Encode, as_numbers, level_codes, pick_levels
from clustering.profile import LevelShares, Profile
from clustering.profile.figures import assembled, described, level_shares
from clustering.profile.grouped import ColumnFigures, overall_mean, spread_out
from clustering.recipe import Recipe
from clustering.stream.placed import Placing
from clustering.stream.quartiles import Quartiles
from clustering.stream.sample import Sample
from clustering.stream.source import Part, Source
from clustering.threads import on_one_thread

_IN_MEMORY = 1 << 26  # bytes of remembered segments; of more rows they stand in a file without a name


@on_one_thread
def profile(source: Source, sample: Sample, recipe: Recipe, spec: FeatureSpec) -> Profile:
    """Describe every segment by the columns that built it and by those chosen to describe it, over all rows.

    Parameters
    ----------
    source : Source
    sample : Sample
        Of this source: says what every column is.
    recipe : Recipe
        Which segment every row gets.
    spec : FeatureSpec
        Which columns built the segments, which describe them, and by what customers are weighed.

    Returns
    -------
    Profile
        Every figure as `clustering.profile.profile` gives it for all rows at once, quartiles and levels included; sums
        are added up in another order, so that the last digits may differ.

    Raises
    ------
    UnreadableFile
        If the source is damaged.
    """
    columns, placing = described(sample.table, spec), Placing(recipe)
    encode = Encode(columns).fit(sample.table.frame)
    kinds = {one.column: one.kind for one in encode.encoded_ if one.level is None}
    weighed = spec.weight_column is not None
    numbers = [
        _Numbers(column, sample.table.frame[column.name], encode.newest_.get(column.name), recipe.n_clusters, weighed)
        for column in columns
        if column.name in kinds
    ]
    categories = [_Category(name, recipe.n_clusters) for name in encode.levels_]
    sizes, weights = np.zeros(recipe.n_clusters, dtype=np.int64), np.zeros(recipe.n_clusters)
    with SpooledTemporaryFile(_IN_MEMORY) as remembered:
        names = dict.fromkeys((*placing.columns, *(column.name for column in columns)))
        for part in source.parts(tuple(names)):
            frame = part.frame(sample.typing)
            placed = placing(frame, part.set_aside)
            _remember(remembered, part, placed, recipe.n_clusters)
            block = _block(frame, placed.rows, placed.labels, placed.in_fit, spec)
            sizes += np.bincount(block.labels, minlength=len(sizes))
            if weighed:
                weights += np.bincount(block.labels, block.weights, minlength=len(weights))
            for column in (*numbers, *categories):
                column.count(block)
        for column in numbers:
            column.settle()
        remembered.seek(0)
        for block in _again(source, sample, spec, [column.name for column in numbers], remembered, len(sizes)):
            for column in numbers:
                column.measure(block)
    return assembled(
        spec,
        kinds,
        [column.figures() for column in numbers],
        tuple(category.shares(built=category.name in spec.columns) for category in categories),
        tuple(sizes.tolist()),
        tuple((weights / weights.sum()).tolist()) if weighed else (),
    )


@dataclass(frozen=True, eq=False)
class _Block:
    """The rows of a part that have a segment."""

    frame: pd.DataFrame
    labels: np.ndarray
    in_fit: np.ndarray
    weights: np.ndarray | None


def _block(frame: pd.DataFrame, rows: np.ndarray, labels: np.ndarray, in_fit: np.ndarray, spec: FeatureSpec) -> _Block:
    if len(rows) < len(frame):
        frame = frame.iloc[rows]
    weights = None if spec.weight_column is None else frame[spec.weight_column].to_numpy(dtype=np.float64)
    return _Block(frame, labels, in_fit, weights)


def _remember(remembered: BinaryIO, part: Part, placed, n_clusters: int) -> None:
    """Keep of every row its segment and whether it counts in the fit, as one small number."""
    codes = np.full(part.n_rows, 2 * n_clusters, dtype=_code(n_clusters))
    codes[placed.rows] = placed.labels + np.where(placed.in_fit, 0, n_clusters)
    remembered.write(codes.tobytes())


def _again(
    source: Source,
    sample: Sample,
    spec: FeatureSpec,
    names: Sequence[str],
    remembered: BinaryIO,
    n_clusters: int,
) -> Iterator[_Block]:
    """The same rows once more, these columns alone."""
    if not names:
        return
    code = _code(n_clusters)
    if spec.weight_column is not None:
        names = tuple(dict.fromkeys((*names, spec.weight_column)))
    for part in source.parts(tuple(names)):
        codes = np.frombuffer(remembered.read(part.n_rows * code.itemsize), dtype=code)
        rows = np.flatnonzero(codes < 2 * n_clusters)
        codes = codes[rows].astype(np.int32)
        yield _block(part.frame(sample.typing), rows, codes % n_clusters, codes < n_clusters, spec)


def _code(n_clusters: int) -> np.dtype:
    return np.min_scalar_type(2 * n_clusters)


class _Numbers:
    """The figures of one column of numbers. A date is counted in days before the newest of the sample, until it is
    known which is the newest of all.
    """

    def __init__(
        self,
        column: ColumnSpec,
        sample: pd.Series,
        newest: pd.Timestamp | None,
        n_clusters: int,
        weighed: bool,
    ):
        self.name = column.name
        self._column, self._counted_from, self._newest = column, newest, pd.NaT
        values = self._numbers(sample)
        self._quartiles = Quartiles(values[~np.isnan(values)], n_clusters, weighed=weighed)
        # of the rows of the fit, then of those that were placed afterwards
        self._weights, self._sums = np.zeros((2, n_clusters)), np.zeros((2, n_clusters))
        self._lowest, self._fit_lowest, self._fit_highest = np.inf, np.inf, -np.inf
        self._squares = 0.0

    def count(self, block: _Block) -> None:
        """Add up, and count what lies where."""
        if self._counted_from is not None:
            self._newest = pd.Series([self._newest, block.frame[self.name].max()]).max()
        values, labels, in_fit, weights = self._counting(block)
        if not len(values):
            return
        n_clusters = self._sums.shape[1]
        cells = labels + np.where(in_fit, 0, n_clusters)
        with np.errstate(over="ignore", invalid="ignore"):  # sums near 1e308
            weighted = values if weights is None else values * weights
            self._sums += np.bincount(cells, weighted, minlength=2 * n_clusters).reshape(2, n_clusters)
        self._weights += np.bincount(cells, weights, minlength=2 * n_clusters).reshape(2, n_clusters)
        self._lowest = min(self._lowest, values.min())
        fitted = values[in_fit]
        if len(fitted):
            self._fit_lowest, self._fit_highest = (
                min(self._fit_lowest, fitted.min()),
                max(self._fit_highest, fitted.max()),
            )
        self._quartiles.count(labels, values, weights)

    def settle(self) -> None:
        """All rows were counted."""
        self._quartiles.choose()
        self._overall = overall_mean(self._means(0), self._weights[0])

    def measure(self, block: _Block) -> None:
        """Look at the rows again."""
        values, labels, in_fit, weights = self._counting(block)
        self._quartiles.collect(labels, values, weights)
        with np.errstate(over="ignore", invalid="ignore"):
            distances = values[in_fit] - self._overall
            self._squares += float(distances @ (distances if weights is None else distances * weights[in_fit]))

    def figures(self) -> ColumnFigures:
        quartiles, overall_quartiles = self._quartiles.found()
        fit_means, weights = self._means(0), self._weights.sum(axis=0)
        differ = self._fit_highest > self._fit_lowest
        differences, spread, explained = spread_out(fit_means, self._weights[0], self._squares, differ=differ)
        after = self._after
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            return ColumnFigures(
                means=self._sums.sum(axis=0) / weights + after,
                quartiles=quartiles + after,
                weights=weights,
                overall_mean=float(self._sums.sum() / np.float64(weights.sum())) + after,
                overall_quartiles=overall_quartiles + after,
                lowest=float(self._lowest) + after if weights.any() else np.nan,
                fit_means=fit_means + after,
                fit_weights=self._weights[0],
                differences=differences,
                spread=spread,
                explained=explained,
            )

    @property
    def _after(self) -> float:
        """Days from the newest date of the sample to the newest of all rows; 0 of anything else."""
        if self._counted_from is None:
            return 0.0
        return -float(self._numbers(pd.Series([self._newest]))[0])

    def _means(self, which: int) -> np.ndarray:
        with np.errstate(invalid="ignore"):  # of nobody
            return self._sums[which] / self._weights[which]

    def _numbers(self, values: pd.Series) -> np.ndarray:
        return as_numbers(values, self._column, self._counted_from)

    def _counting(self, block: _Block) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray | None]:
        """Values, segments, whether in the fit, and weights of the rows that count."""
        values = self._numbers(block.frame[self.name])
        counts = ~np.isnan(values)
        if block.weights is not None:
            counts &= block.weights > 0
        if counts.all():
            return values, block.labels, block.in_fit, block.weights
        weights = None if block.weights is None else block.weights[counts]
        return values[counts], block.labels[counts], block.in_fit[counts], weights


class _Category:
    """The levels of one column, and the weight of the customers at each."""

    def __init__(self, name: str, n_clusters: int):
        self.name = name
        self._places: dict[str, int] = {}  # of every level met so far; missing cells come first
        self._n_rows = np.zeros(1, dtype=np.int64)
        self._weights = np.zeros((1, 2, n_clusters))

    def count(self, block: _Block) -> None:
        codes, texts = level_codes(block.frame[self.name])
        for text in texts:
            self._places.setdefault(text, len(self._places) + 1)
        n_new = len(self._places) + 1 - len(self._n_rows)
        if n_new:
            self._n_rows = np.append(self._n_rows, np.zeros(n_new, dtype=np.int64))
            self._weights = np.append(self._weights, np.zeros((n_new, *self._weights.shape[1:])), axis=0)
        here, n_clusters = len(texts) + 1, self._weights.shape[2]
        places = np.array([0, *(self._places[text] for text in texts)])
        self._n_rows[places] += np.bincount(codes + 1, minlength=here)
        cells = ((codes + 1) * 2 + ~block.in_fit) * n_clusters + block.labels
        counted = np.bincount(cells, block.weights, minlength=here * 2 * n_clusters)
        self._weights[places] += counted.reshape(here, 2, n_clusters)

    def shares(self, *, built: bool) -> LevelShares:
        n_rows, texts = self._n_rows.tolist(), list(self._places)
        levels = pick_levels(
            ColumnSpec(self.name, "onehot"), dict(zip(texts, n_rows[1:], strict=True)), sum(n_rows), n_rows[0] > 0
        )
        positions = levels.positions(pd.Series([None, *texts], dtype=object))
        weights = np.zeros((len(levels.columns), *self._weights.shape[1:]))
        known = positions >= 0  # but for missing cells where there are none
        np.add.at(weights, positions[known], self._weights[known])
        return level_shares(levels, weights.sum(axis=1).T, weights[:, 0].T, built=built)
