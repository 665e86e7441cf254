"""Columns of a table as columns of numbers: categories as 0/1 or by their order, dates as days, booleans as 0/1."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin

from clustering.errors import InvalidSetting, NoUsableColumns
from clustering.features.spec import ColumnSpec, FeatureSpec
from clustering.table import Column, Table
from clustering.wording import listing, one_line

MOST_LEVELS = 10
RARE = 0.01  # levels of a smaller share are pooled
OTHERS, NO_VALUE = "other levels", "missing"
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

_NUMBERS = ("number", "onehot")
_DATES = ("date", "date_and_month", "onehot")
_LEVELS = ("onehot", "ordinal")
_DAY = np.timedelta64(1, "D")
_MIDDLE_YEAR, _NANOSECOND_YEARS = 1970, 140  # what nanoseconds can tell, and the days between any two of those
_AS_IT_IS: Mapping = MappingProxyType({})


@dataclass(frozen=True)
class EncodedColumn:
    """One column of numbers: a column of the table, or one level of it.

    Attributes
    ----------
    column : str
    level : str or None
        None for a column that is one number.
    kind : {"number", "boolean", "ordinal", "date", "level"}
    """

    column: str
    kind: str
    level: str | None = None

    @property
    def name(self) -> str:
        return self.column if self.level is None else f"{self.column}: {self.level}"


@dataclass(frozen=True)
class Levels:
    """The levels of one category that have a column of their own, in the order of those columns.

    Attributes
    ----------
    column : str
    levels : tuple of str
        A level that is called "missing" or "other levels" in the file shares its column with those.
    pooled : bool
        Whether a further column stands for all other levels, those of new rows included. Where no level was pooled,
        a level of a new row that was never seen is none of the levels.
    missing : str or None
        Where missing cells go: a level, or `NO_VALUE`, the last column; None if none were missing.
    is_month : bool
    """

    column: str
    levels: tuple[str, ...]
    pooled: bool
    missing: str | None
    is_month: bool = False

    @property
    def columns(self) -> tuple[EncodedColumn, ...]:
        added = [OTHERS] * self.pooled + [NO_VALUE] * (self.missing == NO_VALUE)
        levels = (*self.levels, *(level for level in added if level not in self.levels))
        prefix = "month " if self.is_month else ""
        return tuple(EncodedColumn(self.column, "level", prefix + level) for level in levels)

    def positions(self, values: pd.Series) -> np.ndarray:
        """Which of `columns` every cell belongs to; -1 where none."""
        codes, texts = level_codes(values, is_month=self.is_month)
        position = {level: i for i, level in enumerate(self.levels)}
        others = position.get(OTHERS, len(self.levels)) if self.pooled else -1
        missing = -1 if self.missing is None else position.get(self.missing, len(self.columns) - 1)
        # the last entry is where code -1, a missing cell, lands
        return np.array([*(position.get(text, others) for text in texts), missing], dtype=np.int64)[codes]

    def encode(self, values: pd.Series, encoded: np.ndarray) -> None:
        """Write 0 and 1 to an array of shape (n_rows, n_levels)."""
        positions = self.positions(values)
        for i in range(encoded.shape[1]):
            encoded[:, i] = positions == i


def find_levels(values: pd.Series, spec: ColumnSpec, *, is_month: bool = False) -> Levels:
    """Find the levels that get a column: the 10 most frequent that hold at least 1 % of the rows."""
    codes, texts = level_codes(values, is_month=is_month)
    counts = np.bincount(codes[codes >= 0], minlength=len(texts))
    counted = dict(zip(texts, counts.tolist(), strict=True))
    return pick_levels(spec, counted, len(values), bool((codes < 0).any()), is_month=is_month)


def pick_levels(
    spec: ColumnSpec, counted: Mapping[str, int], n_rows: int, has_missing: bool, *, is_month: bool = False
) -> Levels:
    """Pick the levels that get a column, as `find_levels` does, from how many of the rows are at each."""
    ranked = sorted((-n, text) for text, n in counted.items() if n)
    kept = [text for n, text in ranked if -n >= RARE * n_rows][: len(MONTHS) if is_month else MOST_LEVELS]
    if len(kept) == len(ranked) - 1:
        kept.append(ranked[len(kept)][1])  # a pool of one level is that level
    missing = None
    if spec.missing == "most_frequent" and ranked:
        missing = ranked[0][1]
    elif spec.missing == "constant":
        missing = str(spec.fill_value)
        if missing not in kept:
            kept.append(missing)
    elif has_missing and spec.missing != "aside":
        missing = NO_VALUE
    if is_month:
        kept.sort(key=MONTHS.index)
    pooled = any(text not in kept for _, text in ranked)
    return Levels(spec.name, tuple(kept), pooled, missing, is_month)


def level_codes(values: pd.Series, *, is_month: bool = False) -> tuple[np.ndarray, list[str]]:
    """Return the level of every cell as a code (-1 missing), and the levels as text."""
    if is_month:
        months = values.dt.month.to_numpy(dtype=np.float64, na_value=np.nan)
        return np.where(np.isnan(months), 0, months).astype(np.int64) - 1, list(MONTHS)
    codes, found = pd.factorize(values)
    texts = [_level(level) for level in found]
    merged, unique = pd.factorize(np.array(texts, dtype=object))  # numbers may agree in all digits that are written
    return np.where(codes < 0, -1, np.append(merged, -1)[codes]), list(unique)


def levels_of(table: Table, column: str) -> tuple[str, ...]:
    """Return the levels of a column as a filter or an order names them, the most frequent first."""
    codes, texts = level_codes(table.frame[column])
    counts = np.bincount(codes[codes >= 0], minlength=len(texts)).tolist()
    return tuple(text for _, text in sorted((-n, text) for n, text in zip(counts, texts, strict=True)))


def encodings(column: Column) -> tuple[str, ...]:
    """How a column can become numbers, the usual way first; empty if it cannot build segments."""
    if column.role in ("constant", "empty", "label"):
        return ()
    if column.type == "number":
        return {"category": ("onehot", "number", "ordinal"), "ordered": ("number", "onehot", "ordinal")}.get(
            column.role, _NUMBERS
        )
    if column.type == "boolean":
        return _NUMBERS
    if column.type == "date":
        return _DATES
    if column.role in ("text", "id"):
        return ()
    return ("ordinal", "onehot") if column.role == "ordered" else _LEVELS


def resolve(table: Table, spec: FeatureSpec) -> tuple[ColumnSpec, ...]:
    """Say of every chosen column how it is prepared, with nothing left to what is usual.

    Raises
    ------
    NoUsableColumns
        If a column is absent or cannot build segments, or if none or one twice is chosen.
    InvalidSetting
        If a setting does not fit the column.
    """
    if not spec.columns:
        raise NoUsableColumns("No column is chosen. Choose at least one column of numbers.")
    known = {column.name: column for column in table.columns}
    for name in (*spec.columns, *spec.describe):
        if name not in known:
            columns = listing(map(one_line, known), most=20)
            raise NoUsableColumns(f'There is no column "{one_line(name)}". The columns are {columns}.')
    for name in spec.columns:
        if not encodings(known[name]):
            raise NoUsableColumns(
                f'"{one_line(name)}" cannot build segments: {known[name].refusal or "it is no number"}.'
            )
    if len(set(spec.columns)) < len(spec.columns):
        raise NoUsableColumns("A column is chosen twice. Choose each column once.")
    return tuple(_resolved(table, known[name], spec) for name in spec.columns)


def _resolved(table: Table, column: Column, spec: FeatureSpec) -> ColumnSpec:
    given, legal, name = spec.column(column.name), encodings(column), one_line(column.name)
    encode = given.encode or legal[0]
    if encode not in legal:
        raise InvalidSetting(f'"{name}" cannot be encoded as {encode}; it can be {", ".join(legal)}.')
    missing = given.missing or spec.missing
    if encode == "onehot":
        missing = given.missing or ("aside" if spec.missing == "aside" else None)
        if missing not in (None, "most_frequent", "constant", "aside"):
            raise InvalidSetting(
                f'"{name}" is a category; its missing cells can be filled with the most_frequent or a constant '
                "level, set aside, or left as a level of their own."
            )
    elif missing == "constant" and isinstance(given.fill_value, str) and given.fill_value not in given.order:
        raise InvalidSetting(
            f'"{name}" is filled with {one_line(repr(given.fill_value))}; give a number or a level of its order.'
        )
    if encode == "ordinal":
        _check_order(table, given)
    if given.log and (encode != "number" or column.type != "number"):
        raise InvalidSetting(f'"{name}" holds no amounts; only a column of numbers can be logged.')
    return ColumnSpec(column.name, encode, given.order, given.log, missing, given.fill_value, given.weight)


def _check_order(table: Table, given: ColumnSpec) -> None:
    levels, name = levels_of(table, given.name), one_line(given.name)
    if not given.order:
        raise InvalidSetting(
            f'"{name}" needs an order: name its levels from low to high ({listing(map(one_line, levels))}), '
            "or let every level count by itself."
        )
    forgotten = [one_line(level) for level in levels if level not in given.order]
    if forgotten:
        raise InvalidSetting(f'The order of "{name}" leaves out {listing(forgotten)}. Add what is missing.')


def is_number(column: ColumnSpec) -> bool:
    """Whether the column becomes (at least) one number of its own."""
    return column.encode != "onehot"


def as_numbers(values: pd.Series, column: ColumnSpec, newest: pd.Timestamp | None = None) -> np.ndarray:
    """Return the column as float64 in its own units (a date: days before the newest), NaN where missing."""
    if column.encode == "ordinal":
        codes, texts = level_codes(values)
        position = {level: float(i) for i, level in enumerate(column.order)}
        return np.array([*(position.get(text, np.nan) for text in texts), np.nan])[codes]
    if pd.api.types.is_datetime64_any_dtype(values):
        newest = values.max() if newest is None else newest
        if abs(newest.year - _MIDDLE_YEAR) > _NANOSECOND_YEARS:  # a day such as 9999-12-31, which stands for "never"
            values = values.dt.as_unit("us")
        return ((newest - values) / _DAY).to_numpy(dtype=np.float64, na_value=np.nan)
    return values.to_numpy(dtype=np.float64, na_value=np.nan)


def logged_numbers(
    frame: pd.DataFrame,
    columns: Sequence[ColumnSpec],
    names: Sequence[str],
    newest: Mapping[str, pd.Timestamp] = _AS_IT_IS,
) -> np.ndarray:
    """Some columns as `as_numbers` gives them, those that are logged after their log; of shape (n_rows, n_names).

    A log is there to tame the tail, so that it comes before anything is measured.
    """
    by_name = {column.name: column for column in columns}
    values = np.empty((len(frame), len(names)), order="F")  # it is read column by column
    for i, name in enumerate(names):
        values[:, i] = as_numbers(frame[name], by_name[name], newest.get(name))
        if by_name[name].log:
            values[:, i] = np.log1p(np.maximum(values[:, i], 0))
    return values


class Encode(TransformerMixin, BaseEstimator):
    """The first step of the pipeline: the chosen columns of a frame, found by name, as one array of numbers.

    It takes a frame and not an array, so that new rows may come with other columns or in another order.

    Parameters
    ----------
    columns : sequence of ColumnSpec
        As `resolve` returns them.
    """

    def __init__(self, columns: Sequence[ColumnSpec]):
        self.columns = columns

    def fit(self, frame: pd.DataFrame, y=None):
        self.newest_, self.levels_, encoded = {}, {}, []
        for column in self.columns:
            values = frame[column.name]
            is_date = pd.api.types.is_datetime64_any_dtype(values)
            found = []
            if is_number(column):
                kind = "date" if is_date else "ordinal" if column.encode == "ordinal" else "number"
                kind = "boolean" if pd.api.types.is_bool_dtype(values) else kind
                encoded.append(EncodedColumn(column.name, kind))
            if is_date and is_number(column):
                self.newest_[column.name] = values.max()
            if column.encode == "onehot":
                found = [find_levels(values, column)]
            elif column.encode == "date_and_month":
                keeps = ColumnSpec(column.name, missing="aside" if column.missing == "aside" else None)
                found = [find_levels(values, keeps, is_month=True)]
            for levels in found:
                self.levels_[column.name] = levels
                encoded.extend(levels.columns)
        self.encoded_ = tuple(encoded)
        return self

    def transform(self, frame: pd.DataFrame) -> np.ndarray:
        absent = [column.name for column in self.columns if column.name not in frame]
        if absent:
            raise NoUsableColumns(
                f"{listing(map(one_line, absent))}: a column that built the segments is not in these rows."
            )
        X, position = np.empty((len(frame), len(self.encoded_))), 0
        for column in self.columns:
            values = frame[column.name]
            if is_number(column):
                X[:, position] = as_numbers(values, column, self.newest_.get(column.name))
                position += 1
            if column.name in self.levels_:
                levels = self.levels_[column.name]
                end = position + len(levels.columns)
                levels.encode(values, X[:, position:end])
                position = end
        return X

    @property
    def blocks_(self) -> tuple[tuple[int, ...], ...]:
        """Positions of the encoded columns that are the levels of one column."""
        return tuple(
            tuple(i for i, e in enumerate(self.encoded_) if e.column == name and e.kind == "level")
            for name in self.levels_
        )


def _level(value) -> str:
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat() if value == value.normalize() else value.isoformat()
    return str(value)
