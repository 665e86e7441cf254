"""A fitted pipeline as plain numbers that can be written to a file, and back."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.decomposition import PCA
from sklearn.pipeline import Pipeline

from clustering.features.encode import Encode, EncodedColumn, Levels, is_number
from clustering.features.spec import ColumnSpec
from clustering.features.steps import ClipToPercentiles, Fill, Log, Scale


@dataclass(frozen=True)
class FrozenColumn:
    """What happens to one encoded column, in this order: fill, log, clip, scale.

    Attributes
    ----------
    encoded : EncodedColumn
        Which column of the table, or which level of it (1 where a cell has it, else 0).
    fill : float or None
        What a missing number becomes, in the column's own units; None where nothing is filled: a level, and a column
        whose rows are set aside.
    log : bool
        Then log(1 + value), of a value below 0 log(1).
    low, high : float or None
        Then clipped to these.
    center, spread : float
        Then (value - center) / spread, which holds the scaling and the column's weight.
    """

    encoded: EncodedColumn
    fill: float | None
    log: bool
    low: float | None
    high: float | None
    center: float
    spread: float


@dataclass(frozen=True, eq=False)
class Frozen:
    """All steps from the cells of a table to prepared values.

    Attributes
    ----------
    specs : tuple of ColumnSpec
        How each chosen column becomes numbers, with nothing left to what is usual.
    levels : tuple of Levels
        Of every category (and of the month of a date), which levels have a column of their own.
    newest : tuple of (str, str)
        Of every date column the day that its days are counted back from, ISO text.
    columns : tuple of FrozenColumn
        In the order of the encoded columns.
    by_neighbours : tuple of str
        Columns whose missing cells were filled from the most similar customers. Those are not kept: `fill` is the
        median of what the column held.
    middle : ndarray of shape (n_encoded,), optional
        With principal components: what is subtracted from the scaled values before ...
    components : ndarray of shape (n_components, n_encoded), optional
        ... they are multiplied by these.
    """

    specs: tuple[ColumnSpec, ...]
    levels: tuple[Levels, ...]
    newest: tuple[tuple[str, str], ...]
    columns: tuple[FrozenColumn, ...]
    by_neighbours: tuple[str, ...] = ()
    middle: np.ndarray | None = None
    components: np.ndarray | None = None

    def encoded_of(self, spec: ColumnSpec) -> tuple[EncodedColumn, ...]:
        """The encoded columns that a chosen one becomes, as far as its levels are told."""
        levels = tuple(encoded for one in self.levels if one.column == spec.name for encoded in one.columns)
        if not is_number(spec):
            return levels
        kinds = {column.encoded.column: column.encoded.kind for column in self.columns if column.encoded.level is None}
        return (EncodedColumn(spec.name, kinds.get(spec.name, "number")), *levels)


def freeze(pipeline: Pipeline, medians: dict[str, float]) -> Frozen:
    """Take the numbers out of a fitted pipeline.

    Parameters
    ----------
    medians : dict
        Of the columns filled by neighbours, what stands for these.
    """
    steps = pipeline.named_steps
    encode, fill, scale, clip, pca = (steps.get(name) for name in ("encode", "fill", "scale", "clip", "pca"))
    logged = set(steps["log"].columns_.tolist()) if "log" in steps else set()
    columns, by_neighbours = [], []
    for i, encoded in enumerate(encode.encoded_):
        value = None
        if fill is not None and fill.strategies[i] == "neighbours":
            by_neighbours.append(encoded.column)
            value = medians[encoded.column]
        elif fill is not None and fill.strategies[i] != "aside":
            value = float(fill.statistics_[i])
        low, high = (float("-inf"), float("inf")) if clip is None else (float(clip.low_[i]), float(clip.high_[i]))
        columns.append(
            FrozenColumn(
                encoded,
                value,
                i in logged,
                None if low == float("-inf") else low,
                None if high == float("inf") else high,
                float(scale.center_[i]),
                float(scale.spread_[i]),
            )
        )
    return Frozen(
        specs=tuple(encode.columns),
        levels=tuple(encode.levels_.values()),
        newest=tuple((name, newest.isoformat()) for name, newest in encode.newest_.items()),
        columns=tuple(columns),
        by_neighbours=tuple(by_neighbours),
        middle=None if pca is None else pca.mean_,
        components=None if pca is None else pca.components_,
    )


def thaw(frozen: Frozen) -> Pipeline:
    """Make the fitted pipeline of these numbers: what it gives is what the one that was frozen gives."""
    encode = Encode(frozen.specs)
    encode.newest_ = {name: pd.Timestamp(newest) for name, newest in frozen.newest}
    encode.levels_ = {levels.column: levels for levels in frozen.levels}
    encode.encoded_ = tuple(column.encoded for column in frozen.columns)
    steps = [("encode", encode)]
    if any(column.fill is not None for column in frozen.columns):
        values = [float("nan") if column.fill is None else column.fill for column in frozen.columns]
        strategies = ["aside" if column.fill is None else "constant" for column in frozen.columns]
        fill = Fill(strategies, values, copy=False)
        steps.append(("fill", fill.fit(np.empty((0, len(values))))))
    logged = [i for i, column in enumerate(frozen.columns) if column.log]
    if logged:
        steps.append(("log", Log(logged, copy=False).fit(None)))
    clipped = tuple(i for i, column in enumerate(frozen.columns) if column.low is not None)
    if clipped:
        clip = ClipToPercentiles(clipped, copy=False)
        clip.low_ = np.array([-np.inf if column.low is None else column.low for column in frozen.columns])
        clip.high_ = np.array([np.inf if column.high is None else column.high for column in frozen.columns])
        steps.append(("clip", clip))
    scale = Scale("none", (), (), copy=False)
    scale.center_ = np.array([column.center for column in frozen.columns])
    scale.spread_ = np.array([column.spread for column in frozen.columns])
    steps.append(("scale", scale))
    if frozen.components is not None:
        pca = PCA()
        pca.mean_, pca.components_ = frozen.middle, frozen.components
        steps.append(("pca", pca))
    return Pipeline(steps)
