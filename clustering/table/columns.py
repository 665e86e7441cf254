"""What a column of text holds: its type, its role, and a few figures that describe it.

Every decision is made for a column as a whole, never for a cell by itself, so that one file gives one answer.
"""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from clustering.table.roles import REFUSALS, check_role, is_named_answer, why_code, why_id
from clustering.table.typed import TypedColumn
from clustering.wording import exact, one_line, whole

_BINS = 12
_MAX_LEVELS = 50
_SAMPLE = 10_000


@dataclass(frozen=True)
class Column:
    """One column described.

    Attributes
    ----------
    type : {"number", "text", "date", "boolean"}
    role : {"id", "number", "category", "date", "text", "constant", "empty", "ordered", "label"}
        What the column is good for; a label is given by the user alone.
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
    reason : str
        Why it has its role.
    decimal : {".", ","} or None
        What its cells prove to separate decimals.
    day_first : bool or None
        Whether its dates prove to begin with the day.
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
    reason: str = ""
    decimal: str | None = None
    day_first: bool | None = None


def describe_column(
    name: str,
    typed: TypedColumn,
    rows: np.ndarray | slice = slice(None),
    role: str | None = None,
    n_in_all: int | None = None,
) -> Column:
    """Role, figures and, where it should not build segments, the reason; told from the given `rows` alone.

    Parameters
    ----------
    role : str, optional
        The user's choice. An empty or constant column stays one.
    n_in_all : int, optional
        Rows that these are a sample of.

    Raises
    ------
    InvalidColumns
        If the values cannot have that role.
    """
    if role is not None:
        check_role(name, role, typed.type)
    values = typed.values[rows]
    present = values if values.notna().all() else values.dropna()
    figures = {}
    if typed.type == "number":
        distinct, figures = _number_figures(present.to_numpy())
    else:
        distinct = len(present.unique())
        if typed.type == "date" and distinct:
            figures = {"min": _iso(present.min()), "max": _iso(present.max())}
    missing = len(values) - len(present)
    common = {"name": name, "type": typed.type, "missing": missing, "distinct": distinct}
    common |= {"decimal": typed.usage.decimal, "day_first": typed.usage.day_first}
    if distinct == 0:
        told = "empty: no row has a value"
        return Column(role="empty", refusal=told, reason=told, **common)
    if distinct == 1:
        told = f"constant: every value is {_shorten(_plain(present.iloc[0]))}"
        return Column(role="constant", refusal=told, reason=told, **common, **figures)
    proposed, reason = _propose(name, typed, present, distinct, n_in_all)
    if proposed == "category" and is_named_answer(name):
        proposed, reason = "label", "named like a known answer, with which segments can be compared"
    if role not in (None, proposed):
        proposed, reason = role, "your choice"
    refusal = REFUSALS.get(proposed)
    if proposed == "id":
        figures.pop("distribution", None)
    elif proposed in ("category", "ordered", "label"):
        counts = present.value_counts()
        figures |= {"typical": _plain(counts.index[0]), "distribution": tuple(int(n) for n in counts.iloc[:_BINS])}
        if typed.type == "number" and role is None:
            refusal = reason
    note = None
    if proposed == "text" and typed.slip:
        refusal, note = typed.slip, f'"{one_line(name)}" holds {typed.slip}.'
    return Column(role=proposed, refusal=refusal, reason=reason, note=note, **common, **figures)


def _propose(name: str, typed: TypedColumn, present: pd.Series, distinct: int, n_in_all: int | None) -> tuple[str, str]:
    """The role of a column that differs, and why."""
    # A number mistyped in one row makes no codes of the others.
    reason = why_id(name, typed.type, present, distinct, is_code=typed.slip is None, n_in_all=n_in_all)
    if reason:
        return "id", reason
    if typed.type == "number":
        reason = why_code(name, present.to_numpy(), distinct)
        return ("category", reason) if reason else ("number", "every value is a number")
    if typed.type == "date":
        return "date", "every value is a date"
    if typed.type == "boolean":
        return "category", "yes or no"
    if distinct <= _MAX_LEVELS and (distinct <= 2 or distinct <= len(present) / 3):
        return "category", f"{distinct} different texts that repeat"
    return "text", typed.slip or f"{whole(distinct)} different texts that hardly repeat"


def _number_figures(values: np.ndarray) -> tuple[int, dict]:
    """How many different values there are, and mean, min, max, median and distribution."""
    if not len(values):
        return 0, {}
    weights = None
    sample = values[:_SAMPLE]
    if len(pd.unique(sample)) < 0.9 * len(sample):  # then it is quicker to count each value once
        counted = pc.value_counts(pa.array(values + 0.0))  # of -0 makes 0; takes half the time that pandas does
        order = np.argsort(levels := counted.field("values").to_numpy())
        levels, weights = levels[order], counted.field("counts").to_numpy()[order]
        distinct = len(levels)
    else:
        rises = (values[1:] > values[:-1]).all()  # a running number
        levels, distinct = values, len(values) if rises else len(pd.unique(values))
    with np.errstate(over="ignore"):  # sums of values near 1e308
        figures = {
            "mean": values.mean(),
            "min": levels.min(),
            "max": levels.max(),
            "typical": np.median(values) if weights is None else _median(levels, weights),
        }
    figures = {name: float(figure) if math.isfinite(figure) else None for name, figure in figures.items()}
    return distinct, figures | {"distribution": _bin_counts(levels, weights)}


def _median(levels: np.ndarray, weights: np.ndarray) -> float:
    """The median of values told as sorted levels and how often each stands."""
    n = weights.sum()
    low, high = levels[np.searchsorted(weights.cumsum(), [(n - 1) // 2, n // 2], side="right")]
    return (low + high) / 2


def _bin_counts(levels: np.ndarray, weights: np.ndarray | None) -> tuple[int, ...]:
    low, high = levels.min(), levels.max()
    with np.errstate(over="ignore"):
        span = high - low
    if not np.isfinite(span) or span == 0:
        return ()
    # np.histogram refuses spans of a few rounding errors
    bins = np.minimum(((levels - low) / span * _BINS).astype(np.int64), _BINS - 1)
    return tuple(int(n) for n in np.bincount(bins, weights, minlength=_BINS))


def _iso(moment: pd.Timestamp) -> str:
    return moment.date().isoformat() if moment == moment.normalize() else moment.isoformat()


def _plain(value) -> str:
    if isinstance(value, float):
        return exact(value)
    return _iso(value) if isinstance(value, pd.Timestamp) else str(value)


def _shorten(text: str, width: int = 40) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
