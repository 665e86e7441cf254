"""Which cells are written like a level of a category."""

import numpy as np
import pandas as pd
from sqlglot import exp

from clustering.features.encode import level_codes
from clustering.features.prepare import HUGE
from clustering.recipe.sql import parts


def written_so(level: str, kind: str) -> float | bool | pd.Timestamp | None:
    """The cell for which `level_codes` writes this; None if there is none."""
    if kind == "boolean":
        return {"yes": True, "no": False}.get(level)
    try:
        value = float(level) if kind == "number" else pd.Timestamp(level)
    except ValueError:
        return None
    can_be_read = kind == "date" or abs(value) <= HUGE
    return value if can_be_read and level_codes(pd.Series([value]))[1] == [level] else None


def is_number(cell: exp.Expression, value: float, level: str) -> exp.Expression:
    """Whether a number is written like this, with 15 digits: a few of its neighbours are, too."""
    low, high = (_last_written(value, level, towards) for towards in (-np.inf, np.inf))
    return exp.Between(this=cell, low=parts.number(low), high=parts.number(high))


def _last_written(value: float, level: str, towards: float) -> float:
    while f"{(further := float(np.nextafter(value, towards))):.15g}" == level:
        value = further
    return value
