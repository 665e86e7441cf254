"""From a `Table` to the numbers that are clustered: encoded, filled, clipped and scaled how, which rows."""

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from clustering.errors import InvalidSetting, NoUsableColumns, TooFewRows
from clustering.features.encode import is_number, logged_numbers, resolve
from clustering.features.outliers import Outliers, Outside, forest, treat
from clustering.features.pipeline import add_components, build_pipeline
from clustering.features.rows import Among, Rows, apply_among, apply_filter, apply_weights
from clustering.features.spec import ColumnSpec, FeatureSpec
from clustering.features.steps import NEIGHBOURS
from clustering.features.values import Features, Filled
from clustering.table import MIN_ROWS, Table
from clustering.threads import on_one_thread
from clustering.wording import count, listing, number

HUGE = 1e100  # squared distances must stay finite
MANY_COLUMNS = 30
ROWS_PER_COLUMN = 70

_FILLED_WITH = {
    "median": "the median",
    "mean": "the mean",
    "most_frequent": "the most frequent value",
    "constant": "the given value",
}


@on_one_thread
def prepare(table: Table, spec: FeatureSpec, among: Among | None = None) -> Features:
    """Encode, fill, clip and scale the chosen columns and decide which rows take part.

    Parameters
    ----------
    table : Table
    spec : FeatureSpec
    among : Among, optional
        The only rows that take part: what is filled in, clipped to and scaled by comes from them alone. The others
        stay in the table, without a segment.

    Raises
    ------
    NoUsableColumns
        If a chosen column is absent or cannot build segments, or if no column differs on the rows that take part.
    InvalidSetting
        If a setting does not fit its column.
    TooFewRows
        If fewer than three rows are left.
    """
    columns = resolve(table, spec)
    frame = table.frame[list(spec.columns)]
    rows = Rows(table.n_rows)
    for row, reason in table.set_aside.items():
        rows.take_out([row], reason)
    notes = [] if among is None else [*apply_among(among, rows)]
    if spec.row_filter and spec.filtered == "aside":
        notes.extend(apply_filter(table, spec, rows))
    notes.extend(_set_incomplete_aside(frame, columns, rows))
    if spec.row_filter and spec.filtered == "place":
        notes.extend(apply_filter(table, spec, rows))
    if spec.weight_column is not None:
        notes.extend(apply_weights(table, spec.weight_column, rows))
    _check_numbers(frame, columns, rows)
    outliers = _find_outliers(frame, columns, spec, rows)
    candidates = np.flatnonzero(rows.fitted)
    measured = _measured(frame, columns)
    outside = _outside(outliers, columns, measured, frame, candidates)
    notes.extend(_take_out_far(rows, outliers, measured, spec))
    fitted, placed = np.flatnonzero(rows.fitted), np.flatnonzero(rows.placed)
    if len(fitted) < MIN_ROWS:
        few = f"Only {count(len(fitted), 'row')}" if len(fitted) else "No row"
        widen = "Widen the filter, or fill" if spec.row_filter else "Look into a larger segment, or fill"
        raise TooFewRows(
            f"{few} can take part; segments need at least {MIN_ROWS}. "
            + (widen if spec.row_filter or among else "Fill")
            + " missing values instead of setting rows aside, or choose other columns."
        )
    clipped = [measured[i] for i in outliers.clipped]
    pipeline, scaled = build_pipeline(columns, _part(frame, fitted), spec, clipped)
    if clipped:
        cells = count(pipeline.named_steps["clip"].n_clipped_, "cell")
        notes.append(
            f"{listing(clipped)}: {cells} beyond the 1st and 99th percentile clipped to those percentiles, so that a "
            "few extreme customers do not become the segments."
        )
    _refuse_constant(scaled, spec)
    X, components = scaled, None
    if spec.pca is not None:
        pipeline, X, components = add_components(pipeline, scaled, spec.pca)
    X_far = pipeline.transform(_part(frame, placed)) if len(placed) else np.empty((0, X.shape[1]))
    for array in (X, scaled, X_far):
        array.flags.writeable = False
    filled, n_filled_rows, told = _account(_part(frame, np.concatenate([fitted, placed])), columns, pipeline)
    return Features(
        spec=spec,
        X=X,
        scaled=scaled,
        encoded=pipeline.named_steps["encode"].encoded_,
        rows=fitted,
        weights=_weights(table, spec, fitted),
        X_far=X_far,
        far_rows=placed,
        row_notes=rows.notes(),
        pipeline=pipeline,
        filled=filled,
        n_filled_rows=n_filled_rows,
        outlying=tuple((int(candidates[row]), measured[i], distance) for row, i, distance in outliers.listed),
        n_outlying=int(outliers.far.sum()),
        outside=outside,
        components=components,
        notes=(*notes, *told),
        advice=(*_offer_logs(frame, clipped, spec), *_advice(len(fitted), scaled.shape[1], spec)),
    )


class _Part:
    """Some rows of a frame, taken column by column: a frame of them would be another table in memory."""

    def __init__(self, frame: pd.DataFrame, rows: np.ndarray):
        self._frame, self._rows = frame, rows

    def __getitem__(self, name: str) -> pd.Series:
        return self._frame[name].iloc[self._rows]

    def __contains__(self, name: str) -> bool:
        return name in self._frame

    def __len__(self) -> int:
        return len(self._rows)


def _part(frame: pd.DataFrame, rows: np.ndarray) -> pd.DataFrame | _Part:
    return frame if len(rows) == len(frame) else _Part(frame, rows)


def _set_incomplete_aside(frame: pd.DataFrame, columns: tuple[ColumnSpec, ...], rows: Rows) -> tuple[str, ...]:
    incomplete = np.zeros(len(frame), dtype=bool)
    takes_part = rows.fitted.copy()
    for column in columns:
        if column.missing == "aside":
            missing = frame[column.name].isna().to_numpy() & takes_part
            rows.take_out(missing, f"{column.name} is missing")
            incomplete |= missing
    n = int(incomplete.sum())
    return (f"{count(n, 'row')} set aside for a missing value.",) if n else ()


def _check_numbers(frame: pd.DataFrame, columns: tuple[ColumnSpec, ...], rows: Rows) -> None:
    """Refuse what cannot be calculated with, in the rows that get a segment."""
    huge, negative = [], []
    for column in columns:
        values = frame[column.name]
        if column.encode == "number" and pd.api.types.is_float_dtype(values):
            values = values.to_numpy()[rows.has_segment]
            if (np.abs(values) > HUGE).any():
                huge.append(column.name)
            if column.log and (values < 0).any():
                negative.append(column.name)
    if huge:
        raise NoUsableColumns(
            f"{listing(huge)}: values beyond {HUGE:g} are too large to calculate with. Correct them or choose other "
            "columns."
        )
    if negative:
        raise InvalidSetting(f"{listing(negative)}: a log needs values of 0 and more. Take them as they are.")


def _measured(frame: pd.DataFrame, columns: tuple[ColumnSpec, ...]) -> list[str]:
    """Columns in which a row can be far outside: numbers and dates, but no 0/1 and no places in an order."""
    return [
        column.name
        for column in columns
        if is_number(column) and column.encode != "ordinal" and not pd.api.types.is_bool_dtype(frame[column.name])
    ]


def _find_outliers(frame: pd.DataFrame, columns: tuple[ColumnSpec, ...], spec: FeatureSpec, rows: Rows) -> Outliers:
    candidates = _part(frame, np.flatnonzero(rows.fitted))
    measured = _measured(frame, columns)
    odd = None
    if spec.outliers == "forest" and len(candidates) and measured:
        odd = forest(build_pipeline(columns, candidates, spec, [])[1])
    if spec.outliers in ("keep", "clip"):
        values = np.empty((len(candidates), len(measured)))
    else:
        values = logged_numbers(candidates, columns, measured)
    return treat(values, odd, spec.outliers)


def _outside(outliers: Outliers, columns: tuple[ColumnSpec, ...], measured: list[str], frame, rows) -> Outside | None:
    """The rule by which rows were found to be far outside, for others."""
    if not outliers.limits:
        return None
    dates = [name for name in measured if pd.api.types.is_datetime64_any_dtype(frame[name])]
    newest = tuple((name, frame[name].iloc[rows].max().isoformat()) for name in dates)
    return Outside(tuple(measured), outliers.limits, outliers.apart, newest)


def _take_out_far(rows: Rows, outliers: Outliers, measured: list[str], spec: FeatureSpec) -> tuple[str, ...]:
    place = spec.outliers == "auto"
    far_rows = np.flatnonzero(rows.fitted)[outliers.far]
    for i in np.unique(outliers.worst):
        rows.take_out(far_rows[outliers.worst == i], f"far outside in {measured[i]}", place=place)
    if not len(far_rows):
        return ()
    s = "s" * (len(far_rows) == 1)
    return (
        f"{count(len(far_rows), 'row')} far outside the others take{s} no part in finding the segments and get{s} "
        + ("the nearest one afterwards." if place else "none."),
    )


def _refuse_constant(X: np.ndarray, spec: FeatureSpec) -> None:
    if (X.min(axis=0) == X.max(axis=0)).all():
        raise NoUsableColumns(
            f"{listing(spec.columns)}: all rows that take part hold the same value. Choose columns that differ."
        )


def _weights(table: Table, spec: FeatureSpec, rows: np.ndarray) -> np.ndarray | None:
    if spec.weight_column is None:
        return None
    weights = table.frame[spec.weight_column].to_numpy()[rows]
    weights = weights / weights.mean()
    weights.flags.writeable = False
    return weights


def _account(frame: pd.DataFrame, columns, pipeline: Pipeline) -> tuple[tuple[Filled, ...], int, list[str]]:
    """What was filled column by column, in how many rows, and the sentences about it."""
    encode, fill = pipeline.named_steps["encode"], pipeline.named_steps.get("fill")
    singles = {e.column: (i, e.kind) for i, e in enumerate(encode.encoded_) if e.level is None}
    filled, notes, touched = [], [], np.zeros(len(frame), dtype=bool)
    for column in columns:
        missing = frame[column.name].isna().to_numpy()
        n = int(missing.sum())
        if not n or column.missing == "aside":
            continue
        cells = f"{column.name}: {count(n, 'missing cell')}"
        if column.missing is None:
            notes.append(f"{cells} count{'s' * (n == 1)} as a level of {'its' if n == 1 else 'their'} own.")
            continue
        touched |= missing
        if column.missing == "neighbours":
            filled.append(Filled(column.name, n, None))
            notes.append(f"{cells} filled with the mean of the {NEIGHBOURS} most similar customers.")
            continue
        if not is_number(column):
            value = shown = encode.levels_[column.name].missing
        else:
            i, kind = singles[column.name]
            value = float(fill.statistics_[i])
            shown = number(value, digits=6) + (" days before the newest" if kind == "date" else "")
        filled.append(Filled(column.name, n, value))
        notes.append(f"{cells} filled with {_FILLED_WITH[column.missing]} {shown}.")
    return tuple(filled), int(touched.sum()), notes


def _offer_logs(frame: pd.DataFrame, clipped: list[str], spec: FeatureSpec) -> tuple[str, ...]:
    """Where a tail had to be clipped, a log keeps who spends more than whom."""
    if spec.outliers != "auto":
        return ()
    amounts = [
        name
        for name in clipped
        if pd.api.types.is_float_dtype(frame[name]) and frame[name].min() >= 0 and not spec.column(name).log
    ]
    if not amounts:
        return ()
    return (f"{listing(amounts)}: with a log instead of clipping, large and huge amounts would still be told apart.",)


def _advice(n_rows: int, n_columns: int, spec: FeatureSpec) -> tuple[str, ...]:
    if spec.pca is not None:
        return ()
    way_out = "Choose fewer columns, or let principal components (PCA) replace them."
    if n_columns > MANY_COLUMNS:
        return (
            f"{n_columns} columns are many: in so many directions all customers are about equally far apart. {way_out}",
        )
    if n_rows < ROWS_PER_COLUMN * n_columns:
        return (
            f"{count(n_rows, 'customer')} for {count(n_columns, 'prepared column')}: with fewer than about "
            f"{ROWS_PER_COLUMN} per column, chance has a large part in the segments. "
            + (way_out if n_columns > 1 else "Take the segments as a sketch."),
        )
    return ()
