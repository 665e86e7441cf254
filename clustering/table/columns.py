"""What a column of text holds: its type, its role, and a few figures that describe it.

Every decision is made for a column as a whole, never for a cell by itself, so that one file gives one answer.
"""

import math
import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

# "none" is left out: in customer files it is an answer ("Contract: None"), not a gap.
MISSING_WORDS = ("", "?", "-", "na", "n/a", "#n/a", "nan", "null")
_BOOLEANS = ({"true", "false"}, {"yes", "no"}, {"y", "n"})

_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
_DECIMAL_COMMA = r"^[+-]?(\d+|\d{1,3}(\.\d{3})+)(,\d+)?([eE][+-]?\d+)?$"
_THOUSANDS_COMMA = r"^[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?$"
# Codes, not amounts: leading zeros say something, and from 17 digits on a float takes different numbers for the same.
_CODE = r"^[+-]?(0\d|\d{17,}$)"
_ISO_DATE = r"^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2})?)?$"
_NAMED_LIKE_ID = re.compile(
    r"(?i:(^|[\s_\-.])(id|uuid|guid|key|nr|no|number)$)|[a-z](ID|Id|Key|Nr|No)$|^(?i:id)\b", re.ASCII
)
_BINS = 12
_MAX_LEVELS = 50


@dataclass(frozen=True, eq=False)
class TypedColumn:
    """Values of one type: float64 with NaN, datetime64, boolean or text; and what the conversion noticed."""

    type: str
    values: pd.Series
    note: str | None = None


@dataclass(frozen=True)
class Column:
    """One column described.

    Attributes
    ----------
    type : {"number", "text", "date", "boolean"}
    role : {"id", "number", "category", "date", "text", "constant", "empty"}
        What the column is good for; later roles (ordered, label) are given by the user.
    missing, distinct : int
        Cells without a value; different values among the others.
    mean, min, max : float, str or None
        Of numbers (float) and dates (ISO text; no mean); None where it makes no sense.
    typical : float, str or None
        Median of a number, most frequent level of a category.
    distribution : tuple of int
        Counts in equal bins from min to max (number) or of the most frequent levels (category).
    refusal : str or None
        Why the column is not suggested to build segments; None if it is.
    """

    name: str
    type: str
    role: str
    missing: int
    distinct: int
    mean: float | None = None
    min: float | str | None = None
    max: float | str | None = None
    typical: float | str | None = None
    distribution: tuple[int, ...] = ()
    refusal: str | None = None
    note: str | None = None


def type_column(text: pa.ChunkedArray, delimiter: str) -> TypedColumn:
    """Decide the type of a column of text (null where a row takes no part) and convert it."""
    trimmed = pc.utf8_trim_whitespace(text)
    is_missing = pc.is_in(pc.utf8_lower(trimmed), value_set=pa.array([*MISSING_WORDS, None]))
    values = pc.if_else(is_missing, pa.scalar(None, pa.string()), trimmed)
    if values.null_count == len(values):
        return TypedColumn("text", _as_text(values))
    if not _any_match(values, _CODE):
        numbers = _as_numbers(values, delimiter)
        if numbers is not None:
            return TypedColumn("number", pd.Series(numbers))
    if _all_match(values, _ISO_DATE):
        dates = pd.to_datetime(_as_text(values), errors="coerce", format="ISO8601")
        if dates.isna().sum() == values.null_count:
            return TypedColumn("date", dates)
    levels = {level.lower() for level in pc.unique(values.slice(0, 1000)).to_pylist() if level is not None}
    for pair in _BOOLEANS:
        if levels <= pair:
            lower = pc.utf8_lower(values)
            if pc.all(pc.is_in(lower, value_set=pa.array(sorted(pair))).filter(pc.is_valid(lower))).as_py():
                return TypedColumn("boolean", pd.Series(pd.array(pc.equal(lower, max(pair)).to_pylist(), "boolean")))
    return TypedColumn("text", _as_text(values), _almost_a_number(text, values))


def _as_numbers(values: pa.ChunkedArray, delimiter: str) -> np.ndarray | None:
    """The column as float64, or None if a single cell is no number."""
    try:
        numbers = pc.cast(values, pa.float64())
    except pa.ArrowInvalid:
        # A decimal comma cannot stand unquoted in a comma-separated file: there a comma groups thousands.
        if delimiter == ",":
            pattern, drop, decimal = _THOUSANDS_COMMA, ",", "."
        else:
            pattern, drop, decimal = _DECIMAL_COMMA, ".", ","
        if _all_match(values, _NUMBER):  # only a leading plus sign kept the cast from working
            drop, decimal = "", "."
        elif not _all_match(values, pattern):
            return None
        plain = pc.replace_substring_regex(values, r"^\+", "")
        if drop:
            plain = pc.replace_substring(plain, drop, "")
        numbers = pc.cast(pc.replace_substring(plain, decimal, "."), pa.float64())
    numbers = numbers.to_numpy(zero_copy_only=False).astype(np.float64, copy=True)
    numbers[np.isinf(numbers)] = np.nan
    return numbers


def _almost_a_number(text: pa.ChunkedArray, values: pa.ChunkedArray) -> str | None:
    """Say where a column of numbers holds a few cells that are none: the user can mend the file."""
    is_number = pc.match_substring_regex(values, _NUMBER)
    n_numbers = pc.sum(is_number).as_py() or 0
    n_others = len(values) - values.null_count - n_numbers
    if n_others == 0 or n_numbers < 9 * n_others:
        return None
    first = pc.index(is_number, pa.scalar(False)).as_py()
    others = "1 cell is" if n_others == 1 else f"{n_others:,} cells are"
    return f"numbers, but {others} not (the first: {str(text[first])[:40]!r} in row {first + 1:,})"


def describe_column(name: str, typed: TypedColumn, rows: np.ndarray | slice = slice(None)) -> Column:
    """Role, figures and, where it should not build segments, the reason; told from the given `rows` alone."""
    values = typed.values[rows]
    present = values.dropna()
    missing, distinct = len(values) - len(present), present.nunique()
    common = {"name": name, "type": typed.type, "missing": missing, "distinct": distinct}
    if distinct == 0:
        return Column(role="empty", refusal="empty: no row has a value", **common)
    figures = {}
    if typed.type == "number":
        with np.errstate(over="ignore"):  # sums of values near 1e308
            figures = {"mean": present.mean(), "min": present.min(), "max": present.max(), "typical": present.median()}
        figures = {name: float(figure) if math.isfinite(figure) else None for name, figure in figures.items()}
        figures["distribution"] = _bin_counts(present.to_numpy())
    elif typed.type == "date":
        figures = {"min": _iso(present.min()), "max": _iso(present.max())}
    if distinct == 1:
        shown = _shorten(_plain(present.iloc[0]))
        return Column(role="constant", refusal=f"constant: every value is {shown}", **common, **figures)
    if _is_id(name, typed, present, distinct):
        figures.pop("distribution", None)
        return Column(role="id", refusal="an identifier: it tells customers apart, not groups", **common, **figures)
    if typed.type == "number":
        return Column(role="number", **common, **figures)
    if typed.type == "date":
        return Column(role="date", refusal="a date, not a number", **common, **figures)
    counts = present.value_counts()
    if distinct <= _MAX_LEVELS and (distinct <= 2 or distinct <= len(present) / 3):
        figures = {"typical": _plain(counts.index[0]), "distribution": tuple(int(n) for n in counts.iloc[:_BINS])}
        return Column(role="category", refusal="a category, not a number", **common, **figures)
    refusal = typed.note or "text, not a number"
    return Column(role="text", refusal=refusal, note=typed.note and f'"{name}" holds {typed.note}.', **common)


def _is_id(name: str, typed: TypedColumn, present: pd.Series, distinct: int) -> bool:
    """An identifier is named like one, or differs on every row and is a code or a running number."""
    every_row_differs = distinct == len(present)
    if typed.type == "number":
        if not np.array_equal(present, np.floor(present)):
            return False
        running = every_row_differs and present.max() == present.min() + len(present) - 1
    elif typed.type == "text":
        is_code = typed.note is None and not present.astype(str).str.contains(r"\s", regex=True).any()
        running = every_row_differs and is_code  # a number mistyped in one row makes no codes of the others
    else:
        return False
    return running or (bool(_NAMED_LIKE_ID.search(name.strip())) and distinct > len(present) / 2)


def _bin_counts(values: np.ndarray) -> tuple[int, ...]:
    with np.errstate(over="ignore"):
        span = values.max() - values.min()
    if not np.isfinite(span) or span == 0:
        return ()
    # np.histogram refuses spans of a few rounding errors
    bins = ((values - values.min()) / span * _BINS).astype(np.int64)
    return tuple(np.bincount(np.minimum(bins, _BINS - 1), minlength=_BINS).tolist())


def _iso(moment: pd.Timestamp) -> str:
    return moment.date().isoformat() if moment == moment.normalize() else moment.isoformat()


def _plain(value) -> str:
    if isinstance(value, float):
        return f"{value:,.10g}"
    return _iso(value) if isinstance(value, pd.Timestamp) else str(value)


def _shorten(text: str, width: int = 40) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def _as_text(values: pa.ChunkedArray) -> pd.Series:
    return pd.Series(values.to_pandas(types_mapper={pa.string(): pd.ArrowDtype(pa.string())}.get))


def _any_match(values: pa.ChunkedArray, pattern: str) -> bool:
    return bool(pc.any(pc.match_substring_regex(values, pattern)).as_py())


def _all_match(values: pa.ChunkedArray, pattern: str) -> bool:
    return bool(pc.all(pc.match_substring_regex(values, pattern)).as_py())
