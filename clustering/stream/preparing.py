"""`prepare` for all rows: a sample gives what needs sorting, one pass over all rows what can be summed up."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, replace

import numpy as np
from sklearn.decomposition import PCA
from sklearn.pipeline import Pipeline
from sklearn.utils.extmath import svd_flip

from clustering.errors import InvalidSetting, TooFewRows
from clustering.features import Features, FeatureSpec, prepare
from clustering.features.frozen import Frozen, freeze
from clustering.features.values import Components, Filled
from clustering.stream.accounting import Account
from clustering.stream.moments import Moments
from clustering.stream.passes import Passes
from clustering.stream.sample import Sample
from clustering.stream.source import PART_ROWS, Source
from clustering.stream.values import Values
from clustering.table import MIN_ROWS, Table
from clustering.threads import on_one_thread
from clustering.wording import count, listing, one_line, whole


@dataclass(frozen=True, eq=False)
class Prepared:
    """All rows of a source, prepared to be clustered.

    Attributes
    ----------
    source : Source
    sample : Sample
    spec : FeatureSpec
    features : Features
        The sample by the numbers of all rows. Its notes tell of the sample alone.
    frozen : Frozen
        Every step from cells to prepared values.
    values : Values
        The prepared values of all rows.
    n_rows : int
        Rows of the source.
    n_fitted, n_placed : int
        Rows that take part in the fit, and rows that are placed afterwards; all others get no segment.
    filled : tuple of Filled
    n_filled_rows : int
        Rows with a segment with at least one filled cell.
    reasons : tuple of (str, int)
        Why rows take no part, with how many of all rows, the most frequent first.
    notes, advice : tuple of str
    """

    source: Source
    sample: Sample
    spec: FeatureSpec
    features: Features
    frozen: Frozen
    values: Values
    n_rows: int
    n_fitted: int
    n_placed: int
    filled: tuple[Filled, ...]
    n_filled_rows: int
    reasons: tuple[tuple[str, int], ...]
    notes: tuple[str, ...]
    advice: tuple[str, ...]

    @property
    def n_aside(self) -> int:
        """Rows that get no segment."""
        return self.n_rows - self.n_fitted - self.n_placed

    @property
    def is_sampled(self) -> bool:
        """Whether the sample holds only some of the rows that are sound."""
        return not _holds_all(self.sample)


@on_one_thread
def prepare_all(
    source: Source,
    sample: Sample,
    spec: FeatureSpec,
    *,
    part_rows: int = PART_ROWS,
    free_disk: int | None = None,
    stop: Callable[[], bool] | None = None,
) -> Prepared:
    """Prepare all rows of a source.

    Levels, what fills a missing cell, percentiles to clip to, limits of rows far outside and the day that days are
    counted back from are those of the sample; means, variances, smallest and largest values, shares of levels and
    principal components are those of all rows that take part. Robust scaling keeps the middle and spread of the sample.

    Parameters
    ----------
    source : Source
    sample : Sample
        Of this source.
    spec : FeatureSpec
    part_rows : int
        Rows that are read at a time; no number depends on it.
    free_disk : int, optional
        Bytes that the prepared values may take in a temporary file; half of what is free where not given. Where it is
        too little, every pass reads the table again: the same numbers, in several times the time.
    stop : callable returning bool, optional
        Asked before every part.

    Raises
    ------
    InvalidSetting
        If a setting needs all rows at once, or does not fit its column.
    NoUsableColumns, TooFewRows
        As `prepare` does.
    Stopped
        If `stop` says so.
    """
    _refuse_what_needs_all(spec)
    features = prepare(sample.table, spec)
    pipeline = deepcopy(features.pipeline)
    _fill_with_means(Passes(source, sample, spec, _cells(pipeline), features.outside, part_rows), pipeline, stop)
    passes = Passes(source, sample, spec, pipeline, features.outside, part_rows, free_disk)
    account = Account(spec, pipeline)
    moments = Moments(passes.n_columns, together=spec.pca is not None)
    weight = 0.0
    for block in passes.first(account, stop):
        moments.add(block[: passes.n_columns])
        if passes.is_weighed:
            weight += float(block[-2].sum())
    account.check()
    if moments.n < MIN_ROWS:
        raise TooFewRows(f"Only {count(moments.n, 'row')} can take part; segments need at least {MIN_ROWS}.")
    rescale(pipeline, moments, spec)
    features = made_anew(features, pipeline, moments, sample.table)
    middle, variance = _spread_of_values(pipeline, moments)
    n_placed = account.n_with_segment - moments.n
    mean_weight = weight / moments.n if passes.is_weighed else 1.0
    values = Values(passes, pipeline, middle, variance, moments.n, n_placed, mean_weight)
    return Prepared(
        source=source,
        sample=sample,
        spec=spec,
        features=features,
        frozen=freeze(pipeline, {}),
        values=values,
        n_rows=sample.n_rows,
        n_fitted=moments.n,
        n_placed=n_placed,
        filled=account.filled(),
        n_filled_rows=account.n_filled_rows,
        reasons=tuple(account.reasons.most_common()),
        notes=(*_told_of_sample(sample, spec), *account.told()),
        advice=features.advice,
    )


def _told_of_sample(sample: Sample, spec: FeatureSpec) -> Iterator[str]:
    """What hangs on the sample, where it is not all there is."""
    if _holds_all(sample):
        return
    scaling = {"none": "", "robust": ", middles and spreads"}.get(spec.scale)
    exact = ", and what the columns are scaled by," if scaling is None else ""
    yield (
        f"A sample of {whole(sample.table.n_rows)} of {count(sample.n_rows, 'row')} gave levels, medians, percentiles"
        f"{scaling or ''} and the limits of what is far outside; what is counted{exact} is that of all rows."
    )


def _holds_all(sample: Sample) -> bool:
    """Whether the sample leaves out none but the rows that nobody could read."""
    return sample.table.n_rows >= sample.n_rows - sum(sample.set_aside.values())


def _refuse_what_needs_all(spec: FeatureSpec) -> None:
    if spec.outliers == "forest":
        raise InvalidSetting(
            "An isolation forest needs all rows in memory at once, and this table is read part by part. Choose auto, "
            "clip or aside for rows far outside."
        )
    names = [column.name for column in spec.settings if column.missing == "neighbours"]
    if names:
        raise InvalidSetting(
            f"{listing(map(one_line, names))}: the most similar customers are looked for among all rows at once, and "
            "this table is read part by part. Fill missing values with the median or the mean."
        )


def _cells(pipeline: Pipeline) -> Pipeline:
    """The first step alone: what is missing stays missing."""
    return Pipeline(pipeline.steps[:1])


def _fill_with_means(cells: Passes, pipeline: Pipeline, stop) -> None:
    """Put the means of all rows where those of the sample fill missing cells."""
    fill = pipeline.named_steps.get("fill")
    chosen = np.flatnonzero(np.array([] if fill is None else fill.strategies) == "mean")
    if not len(chosen):
        return
    near = fill.statistics_[chosen][:, None]  # sums of deviations from nearby lose no digits
    total, n = np.zeros(len(chosen)), np.zeros(len(chosen))
    for block in cells.blocks(stop=stop):
        deviations = block[chosen] - near
        present = ~np.isnan(deviations)
        total += np.where(present, deviations, 0).sum(axis=1)
        n += present.sum(axis=1)
    fill.statistics_[chosen] += total / np.maximum(n, 1)


def rescale(pipeline: Pipeline, moments: Moments, spec: FeatureSpec) -> None:
    """Put the numbers of all rows into the scaling, and into the components."""
    scale = pipeline.named_steps["scale"]
    weights = np.asarray(scale.weights)
    center, spread = scale.center_.copy(), scale.spread_ * weights
    levels = np.array(sorted(i for block in scale.blocks for i in block), dtype=np.int64)
    numbers = np.setdiff1d(np.arange(len(center)), levels)
    if spec.scale == "standard":
        # What is rounding counts as no spread, with scikit-learn's bound for it.
        eps = np.finfo(np.float64).eps
        variance, mean = moments.variance[numbers], moments.mean[numbers]
        is_constant = variance <= moments.n * eps * variance + (moments.n * mean * eps) ** 2
        center[numbers], spread[numbers] = mean, np.where(is_constant, 1.0, np.sqrt(variance))
    elif spec.scale == "minmax":
        ranges = (moments.high - moments.low)[numbers]
        is_constant = ranges < 10 * np.finfo(np.float64).eps
        center[numbers], spread[numbers] = moments.low[numbers], np.where(is_constant, 1.0, ranges)
    if spec.scale in ("standard", "robust"):
        for block in map(list, scale.blocks):
            share = moments.mean[block]
            variance = float((share * (1 - share)).sum())
            center[block], spread[block] = share, np.sqrt(variance) if variance > 0 else 1.0
    scale.center_, scale.spread_ = center, spread / weights
    if spec.pca is not None:
        pipeline.steps[-1] = ("pca", _components(scale, moments, spec.pca))


def _components(scale, moments: Moments, kept: float) -> PCA:
    """The components of all rows, chosen and turned as scikit-learn does."""
    covariance = moments.covariance / np.outer(scale.spread_, scale.spread_)
    variances, vectors = np.linalg.eigh(covariance)
    variances, vectors = np.maximum(variances[::-1], 0.0), vectors[:, ::-1]
    components = svd_flip(None, vectors.T, u_based_decision=False)[1]
    shares = variances / variances.sum()
    n = len(shares) if kept == 1 else int(np.searchsorted(np.cumsum(shares), kept, side="right")) + 1
    pca = PCA()
    pca.mean_ = (moments.mean - scale.center_) / scale.spread_
    pca.components_ = np.ascontiguousarray(components[:n])
    pca.explained_variance_, pca.explained_variance_ratio_ = variances[:n], shares[:n]
    return pca


def made_anew(features: Features, pipeline: Pipeline, moments: Moments, table: Table) -> Features:
    """The features of the sample with the numbers of all rows."""
    frame, chosen = table.frame, list(features.spec.columns)

    def transformed(rows: np.ndarray, steps: Pipeline) -> np.ndarray:
        if not len(rows):
            return np.empty((0, len(moments.mean)))
        return np.ascontiguousarray(steps.transform(frame[chosen].iloc[rows]))

    pca = pipeline.named_steps.get("pca")
    until_scaled = pipeline if pca is None else Pipeline(pipeline.steps[:-1])
    X = scaled = transformed(features.rows, until_scaled)
    X_far, components = transformed(features.far_rows, until_scaled), None
    if pca is not None:
        X, X_far = (np.ascontiguousarray(pca.transform(rows)) if len(rows) else rows for rows in (X, X_far))
        X_far = X_far[:, : X.shape[1]]
        names = tuple(f"Component {i}" for i in range(1, X.shape[1] + 1))
        components = Components(names, tuple(pca.explained_variance_ratio_.tolist()), pca.components_)
    for array in (X, scaled, X_far):
        array.flags.writeable = False
    return replace(features, X=X, scaled=scaled, X_far=X_far, pipeline=pipeline, components=components)


def _spread_of_values(pipeline: Pipeline, moments: Moments) -> tuple[np.ndarray, float]:
    """Mean of the prepared values, and their variance, mean over the features."""
    scale, pca = pipeline.named_steps["scale"], pipeline.named_steps.get("pca")
    if pca is not None:
        return np.zeros(len(pca.components_)), float(pca.explained_variance_.mean())
    return (moments.mean - scale.center_) / scale.spread_, float((moments.variance / scale.spread_**2).mean())
