"""From a `Table` to the numbers that are clustered: which columns, filled, clipped and scaled how, which rows."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, RobustScaler, StandardScaler

from clustering.errors import InvalidSetting, NoUsableColumns, TooFewRows
from clustering.table import MIN_ROWS, Table
from clustering.wording import count, listing, number

SCALES = {
    "standard": StandardScaler,
    "minmax": MinMaxScaler,
    "robust": RobustScaler,
    "none": FunctionTransformer,  # the identity
}
MISSING = ("median", "mean", "most_frequent", "aside")
OUTLIERS = ("auto", "keep", "clip", "aside")

FAR = 5.0  # robust standard deviations from the median beyond which a value is far outside
MANY_FAR = 0.02  # a larger share of far rows is the tail of a skewed column, not a handful of odd customers
HUGE = 1e100  # squared distances must stay finite
NEAR_DUPLICATE = 0.95  # |r| from which two columns count as one told twice

_FILLED_WITH = {"median": "median", "mean": "mean", "most_frequent": "most frequent value"}


@dataclass(frozen=True)
class FeatureSpec:
    """Which columns build the segments and how they are prepared.

    Parameters
    ----------
    columns : tuple of str
        Any other sequence becomes a tuple, so that equal choices are equal and can be a key.
    scale : {"standard", "minmax", "robust", "none"}
    missing : {"median", "mean", "most_frequent", "aside"}
        Fill missing numbers, or set the row aside.
    outliers : {"auto", "keep", "clip", "aside"}
        `auto`: rows far outside take no part in the fit and are placed afterwards; where they are more than 2 %
        of the rows, their columns are clipped to the 1st..99th percentile instead. `keep` does nothing, `clip`
        clips all columns, `aside` leaves far rows without a segment.
    """

    columns: tuple[str, ...]
    scale: str = "standard"
    missing: str = "median"
    outliers: str = "auto"

    def __post_init__(self):
        columns = (self.columns,) if isinstance(self.columns, str) else tuple(self.columns)
        object.__setattr__(self, "columns", columns)
        for setting, legal in (("scale", tuple(SCALES)), ("missing", MISSING), ("outliers", OUTLIERS)):
            if getattr(self, setting) not in legal:
                raise InvalidSetting(f"{setting} is {getattr(self, setting)!r}; it can be {', '.join(legal)}.")


@dataclass(frozen=True)
class Filled:
    """How many cells of a column were filled, with what value (in the column's own units)."""

    column: str
    n_cells: int
    value: float


@dataclass(frozen=True, eq=False)
class Features:
    """What is clustered, and what became of every row.

    Attributes
    ----------
    X : ndarray of shape (n_samples, n_features), read-only
        Prepared values of the rows that take part in the fit.
    rows : ndarray of shape (n_samples,)
        Their positions in the table.
    X_far, far_rows : ndarray
        The rows far outside, which take no part in the fit but are placed afterwards; empty unless `auto`.
    row_notes : pandas.Categorical of length n_rows
        Why a row was set aside or what is special about it; missing where there is nothing to say.
    pipeline : sklearn.pipeline.Pipeline
        Fill, clip and scale; new rows go through the same steps.
    filled : tuple of Filled
    notes : tuple of str
    """

    spec: FeatureSpec
    X: np.ndarray
    rows: np.ndarray
    X_far: np.ndarray
    far_rows: np.ndarray
    row_notes: pd.Categorical
    pipeline: Pipeline
    filled: tuple[Filled, ...]
    notes: tuple[str, ...]

    @property
    def n_rows(self) -> int:
        return len(self.row_notes)

    @property
    def n_filled(self) -> int:
        """Cells that were missing and got a value."""
        return sum(filled.n_cells for filled in self.filled)

    @property
    def n_aside(self) -> int:
        """Rows that get no segment."""
        return self.n_rows - len(self.rows) - len(self.far_rows)


class ClipToPercentiles(TransformerMixin, BaseEstimator):
    """Clip chosen columns to the percentiles seen when fitted."""

    def __init__(self, columns, low=1, high=99):
        self.columns = columns
        self.low = low
        self.high = high

    def fit(self, X, y=None):
        self.low_, self.high_ = np.full(X.shape[1], -np.inf), np.full(X.shape[1], np.inf)
        chosen = list(self.columns)
        self.low_[chosen], self.high_[chosen] = np.nanpercentile(X[:, chosen], [self.low, self.high], axis=0)
        return self

    def transform(self, X):
        return np.clip(X, self.low_, self.high_)


def suggest_features(table: Table) -> FeatureSpec:
    """Choose every column that holds numbers, is no identifier and is not constant.

    Raises
    ------
    NoUsableColumns
        If there is none; says why the first ones were refused.
    """
    columns = tuple(column.name for column in table.columns if column.refusal is None)
    if not columns:
        reasons = "; ".join(f'"{column.name}" is {column.refusal}' for column in table.columns[:3])
        raise NoUsableColumns(
            f"No column can build segments: {reasons}. Add a column of numbers, such as spend, visits or age."
        )
    return FeatureSpec(columns)


def prepare(table: Table, spec: FeatureSpec) -> Features:
    """Fill, clip and scale the chosen columns and decide which rows take part.

    Raises
    ------
    NoUsableColumns
        If a chosen column is absent or holds no numbers, or if no column differs on the rows that take part.
    TooFewRows
        If fewer than three rows are left.
    """
    _check_columns(table, spec)
    values = table.frame[list(spec.columns)].to_numpy(dtype=np.float64)
    reasons = _Reasons(table.n_rows)
    for row, reason in table.set_aside.items():
        reasons.add([row], reason)
    takes_part = reasons.codes < 0
    notes = []
    if spec.missing == "aside":
        is_missing = np.isnan(values) & takes_part[:, np.newaxis]
        for position, column in enumerate(spec.columns):
            reasons.add(np.flatnonzero(is_missing[:, position]), f"{column} is missing")
        incomplete = is_missing.any(axis=1)
        takes_part &= ~incomplete
        if incomplete.any():
            notes.append(f"{count(int(incomplete.sum()), 'row')} set aside for a missing value.")
    rows = np.flatnonzero(takes_part)
    _refuse_huge(values[rows], spec)
    clipped, far, worst = _treat_outliers(values[rows], spec)
    far_rows = rows[far]
    rows = rows[~far]
    if len(rows) < MIN_ROWS:
        raise TooFewRows(
            f"Only {count(len(rows), 'row')} can take part; segments need at least {MIN_ROWS}. "
            "Fill missing values instead of setting rows aside, or choose other columns."
        )
    placed_later = spec.outliers == "auto"
    for position in np.unique(worst):
        column = spec.columns[position]
        told = f"far outside in {column}" + (", placed with the nearest segment" if placed_later else "")
        reasons.add(far_rows[worst == position], told)
    if len(far_rows):
        s = "s" * (len(far_rows) == 1)
        notes.append(
            f"{count(len(far_rows), 'row')} far outside the others take{s} no part in finding the segments and get{s} "
            + ("the nearest one afterwards." if placed_later else "none.")
        )
    far_rows = far_rows if placed_later else far_rows[:0]
    if clipped:
        notes.append(
            f"{listing([spec.columns[i] for i in clipped])}: values beyond the 1st and 99th percentile count as those "
            "percentiles, so that a few extreme customers do not become the segments."
        )
    pipeline = _pipeline(spec, clipped)
    X = np.ascontiguousarray(pipeline.fit_transform(values[rows]))
    _refuse_constant(X, spec)
    X_far = pipeline.transform(values[far_rows]) if len(far_rows) else np.empty((0, X.shape[1]))
    X.flags.writeable = X_far.flags.writeable = False
    filled = _filled(values[np.concatenate([rows, far_rows])], pipeline, spec) if spec.missing != "aside" else ()
    notes.extend(
        f"{f.column}: {count(f.n_cells, 'missing cell')} filled with the {_FILLED_WITH[spec.missing]} "
        f"{number(f.value, digits=6)}."
        for f in filled
    )
    return Features(
        spec=spec,
        X=X,
        rows=rows,
        X_far=X_far,
        far_rows=far_rows,
        row_notes=reasons.as_categorical(),
        pipeline=pipeline,
        filled=filled,
        notes=tuple(notes),
    )


def correlation(features: Features) -> np.ndarray:
    """Pearson correlation of the prepared columns, of shape (n_features, n_features); NaN with a constant one."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.atleast_2d(np.corrcoef(features.X, rowvar=False))


def near_duplicates(features: Features) -> tuple[tuple[str, str, float], ...]:
    """Pairs of columns with |r| above 0.95: what they tell counts twice."""
    r, names = correlation(features), features.spec.columns
    first, second = np.triu_indices(len(names), k=1)
    found = np.abs(r[first, second]) > NEAR_DUPLICATE
    return tuple((names[i], names[j], float(r[i, j])) for i, j in zip(first[found], second[found], strict=True))


class _Reasons:
    """A note per row; the first one given stays."""

    def __init__(self, n_rows: int):
        self.codes = np.full(n_rows, -1, dtype=np.int32)
        self._texts = {}

    def add(self, rows, text: str) -> None:
        rows = np.asarray(rows, dtype=np.int64)
        rows = rows[self.codes[rows] < 0]
        if len(rows):
            self.codes[rows] = self._texts.setdefault(text, len(self._texts))

    def as_categorical(self) -> pd.Categorical:
        return pd.Categorical.from_codes(self.codes, categories=pd.Index(list(self._texts), dtype=str))


def _check_columns(table: Table, spec: FeatureSpec) -> None:
    if not spec.columns:
        raise NoUsableColumns("No column is chosen. Choose at least one column of numbers.")
    known = {column.name: column for column in table.columns}
    for name in spec.columns:
        if name not in known:
            raise NoUsableColumns(f'There is no column "{name}". The columns are {listing(list(known), most=20)}.')
        if name not in table.usable_columns:
            raise NoUsableColumns(f'"{name}" cannot build segments: {known[name].refusal or "it is no number"}.')
    if len(set(spec.columns)) < len(spec.columns):
        raise NoUsableColumns("A column is chosen twice. Choose each column once.")


def _refuse_huge(values: np.ndarray, spec: FeatureSpec) -> None:
    huge = (np.abs(values) > HUGE).any(axis=0)
    if huge.any():
        names = listing([name for name, is_huge in zip(spec.columns, huge, strict=True) if is_huge])
        raise NoUsableColumns(
            f"{names}: values beyond {HUGE:g} are too large to calculate with. Correct them or choose other columns."
        )


def _treat_outliers(values: np.ndarray, spec: FeatureSpec) -> tuple[tuple[int, ...], np.ndarray, np.ndarray]:
    """Columns to clip, which rows are far outside, and for each of those the column it is farthest in."""
    nobody = np.zeros(len(values), dtype=bool)
    no_column = np.empty(0, dtype=np.int64)
    if spec.outliers == "keep" or not len(values):
        return (), nobody, no_column
    if spec.outliers == "clip":
        return tuple(range(values.shape[1])), nobody, no_column
    deviations, far = _robust_deviations(values)
    if spec.outliers == "auto" and far.mean() > MANY_FAR:
        return tuple(np.flatnonzero((deviations > FAR).any(axis=0)).tolist()), nobody, no_column
    return (), far, deviations[far].argmax(axis=1)


def _robust_deviations(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distance from the median in robust standard deviations, and the rows more than `FAR` away in any column.

    The robust standard deviation is half the span from the 5th to the 95th percentile over 1.645. Found three times
    over, because far rows widen the span. A column where at least 90 % of the rows agree has no such span: none of
    its values counts as far.
    """
    far = np.zeros(len(values), dtype=bool)
    for _ in range(3):
        low, median, high = _percentiles(values[~far])
        spread = (high - low) / 2 / 1.645
        spread[~(spread > 0)] = np.inf
        deviations = np.nan_to_num(np.abs(values - median) / spread, nan=0.0)
        found = (deviations > FAR).any(axis=1)
        if (found == far).all():
            break
        far = found
    return deviations, far


def _percentiles(values: np.ndarray) -> np.ndarray:
    """5th, 50th and 95th percentile of every column, missing values left out; column by column is quicker."""
    columns = (column[~np.isnan(column)] for column in values.T)
    return np.array([np.percentile(c, [5, 50, 95]) if len(c) else np.full(3, np.nan) for c in columns]).T


def _pipeline(spec: FeatureSpec, clipped: tuple[int, ...]) -> Pipeline:
    steps = []
    if spec.missing != "aside":
        steps.append(("fill", SimpleImputer(strategy=spec.missing, keep_empty_features=True)))
    if clipped:
        steps.append(("clip", ClipToPercentiles(clipped)))
    return Pipeline([*steps, ("scale", SCALES[spec.scale]())])


def _refuse_constant(X: np.ndarray, spec: FeatureSpec) -> None:
    constant = [name for name, low, high in zip(spec.columns, X.min(axis=0), X.max(axis=0), strict=True) if low == high]
    if len(constant) == len(spec.columns):
        raise NoUsableColumns(
            f"{listing(constant)}: all rows that take part hold the same value. Choose columns that differ."
        )


def _filled(values: np.ndarray, pipeline: Pipeline, spec: FeatureSpec) -> tuple[Filled, ...]:
    n_missing = np.isnan(values).sum(axis=0)
    fills = pipeline.named_steps["fill"].statistics_
    return tuple(
        Filled(name, int(n), float(fill)) for name, n, fill in zip(spec.columns, n_missing, fills, strict=True) if n
    )
