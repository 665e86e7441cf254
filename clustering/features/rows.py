"""What becomes of every row: in the fit, placed with a segment afterwards, or without one and why."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from clustering.errors import InvalidSetting, NoUsableColumns, TooFewRows
from clustering.features.encode import level_codes
from clustering.features.spec import FeatureSpec, RowFilter
from clustering.table import MIN_ROWS, Table
from clustering.wording import count, exact, listing, one_line, whole

PLACED = ", placed with the nearest segment"
_MOST_REASONS = 1_000  # different levels outside a filter that are told one by one


@dataclass(frozen=True, eq=False)
class Among:
    """The only rows that take part, such as those of one segment that is to be segmented again by itself.

    Attributes
    ----------
    rows : ndarray of int
        Positions in the table.
    told : str
        The note of every other row: "not in High income".
    digest : str
        Stands for all this in the key of a cache.
    """

    rows: np.ndarray
    told: str
    digest: str


class Rows:
    """The state of every row while a table is prepared, with a note per row; the first one given stays.

    Attributes
    ----------
    fitted, placed : ndarray of bool of shape (n_rows,)
        A row that is neither has no segment.
    """

    def __init__(self, n_rows: int):
        self.fitted = np.ones(n_rows, dtype=bool)
        self.placed = np.zeros(n_rows, dtype=bool)
        self._codes = np.full(n_rows, -1, dtype=np.int32)
        self._texts = {}

    def take_out(self, rows, reason: str, *, place: bool = False) -> None:
        """Take rows (positions or a mask) out of the fit."""
        rows = np.asarray(rows)
        rows = np.flatnonzero(rows) if rows.dtype == bool else rows.astype(np.int64)
        self.fitted[rows] = False
        self.placed[rows] = place
        rows = rows[self._codes[rows] < 0]
        if len(rows):
            self._codes[rows] = self._texts.setdefault(reason + PLACED * place, len(self._texts))

    @property
    def has_segment(self) -> np.ndarray:
        return self.fitted | self.placed

    def notes(self) -> pd.Categorical:
        return pd.Categorical.from_codes(self._codes, categories=pd.Index(list(self._texts), dtype=str))


def apply_among(among: Among, rows: Rows) -> tuple[str, ...]:
    """Leave all other rows without a segment; returns what is to be said.

    Raises
    ------
    TooFewRows
        If fewer than three rows are named.
    """
    if len(among.rows) < MIN_ROWS:
        raise TooFewRows(
            f"Only {count(len(among.rows), 'customer')} would take part; segments need at least {MIN_ROWS}. "
            "Look into a larger segment."
        )
    others = rows.fitted.copy()
    others[among.rows] = False
    rows.take_out(others, one_line(among.told, 100))
    n = int(others.sum())
    s = "s" * (n == 1)
    return (f"{count(n, 'row')} {one_line(among.told, 100)} take{s} no part and get{s} no segment.",) if n else ()


def outside_filter(frame: pd.DataFrame, chosen: RowFilter) -> list[tuple[np.ndarray, str]]:
    """Rows outside the filter as (mask, reason), one entry per reason.

    Raises
    ------
    NoUsableColumns
        If the column of the filter is absent.
    InvalidSetting
        If the bounds are none that the column can be compared with.
    """
    name = chosen.column
    if name not in frame:
        raise NoUsableColumns(f'There is no column "{name}" to choose rows by.')
    values = frame[name]
    told = f"not in the filter: {one_line(name)}"
    if chosen.levels:
        codes, texts = level_codes(values)
        outside = [i for i, text in enumerate(texts) if text not in chosen.levels]
        if len(outside) > _MOST_REASONS:
            found = [(np.isin(codes, outside), f"{told} is none of {listing(map(one_line, chosen.levels))}")]
        else:
            found = [(codes == i, f"{told} is {one_line(texts[i])}") for i in outside]
        return [*found, (codes < 0, f"{told} is missing")]
    low, high = (_bound(values, bound, name) for bound in (chosen.low, chosen.high))
    if low is not None and high is not None and low > high:
        raise InvalidSetting(
            f"The filter on {name} begins at {_shown(chosen.low)} and ends at {_shown(chosen.high)}. Exchange them."
        )
    found = [(values.isna().to_numpy(), f"{told} is missing")]
    if low is not None:
        found.append(((values < low).fillna(False).to_numpy(dtype=bool), f"{told} is below {_shown(chosen.low)}"))
    if high is not None:
        if pd.api.types.is_datetime64_any_dtype(values) and high == high.normalize():
            values = values.dt.normalize()  # a day is included to its end
        found.append(((values > high).fillna(False).to_numpy(dtype=bool), f"{told} is above {_shown(chosen.high)}"))
    return found


def apply_filter(table: Table, spec: FeatureSpec, rows: Rows) -> tuple[str, ...]:
    """Take the rows outside the filter out of the fit; returns what is to be said.

    Raises
    ------
    TooFewRows
        If nobody is left, or as `outside_filter` does.
    """
    place = spec.filtered == "place"
    n, had_some = 0, rows.fitted.any()
    for mask, reason in outside_filter(table.frame, spec.row_filter):
        mask = mask & rows.fitted
        n += int(mask.sum())
        rows.take_out(mask, reason, place=place)
    if not n:
        return ()
    if had_some and not rows.fitted.any():
        raise TooFewRows(f"No customer has {_told(spec.row_filter)}; change the filter.")
    s = "s" * (n == 1)
    after = f"get{s} the nearest segment afterwards" if place else f"get{s} no segment"
    return (f"{count(n, 'row')} outside the filter on {one_line(spec.row_filter.column)} take{s} no part and {after}.",)


def apply_weights(table: Table, name: str, rows: Rows) -> tuple[str, ...]:
    """Set rows without a weight aside and place those of weight 0 afterwards; returns what is to be said.

    Raises
    ------
    NoUsableColumns
        If the column is absent or holds no numbers.
    InvalidSetting
        If a weight is below 0, or no row has one above it.
    """
    known = {column.name: column for column in table.columns}
    if name not in known or known[name].type != "number":
        raise NoUsableColumns(f'"{name}" cannot weigh customers: it is no column of numbers.')
    weights = table.frame[name].to_numpy()
    below = rows.has_segment & (weights < 0)
    if below.any():
        raise InvalidSetting(
            f'"{name}" cannot weigh customers: it is below 0 in {count(int(below.sum()), "row")} '
            f"(the first: row {whole(int(np.flatnonzero(below)[0]) + 1)}). Leave them out by a filter, or choose "
            "another column."
        )
    missing = rows.has_segment & np.isnan(weights)
    nothing = rows.fitted & (weights == 0)
    rows.take_out(missing, f"{name}, the weight, is missing")
    rows.take_out(nothing, f"{name}, the weight, is 0", place=True)
    notes = [told_weights(name)]
    for mask, told in ((missing, "set aside for a missing weight"), (nothing, "of weight 0 placed afterwards")):
        if mask.any():
            notes.append(f"{count(int(mask.sum()), 'row')} {told}.")
    return tuple(notes)


def told_weights(name: str) -> str:
    """What the weights of customers count in."""
    return (
        f"Each customer counts by {one_line(name)} in the fit and in the means; the scores that choose the number of "
        "segments count every customer once."
    )


def _bound(values: pd.Series, bound, name: str):
    if bound is None:
        return None
    is_date = pd.api.types.is_datetime64_any_dtype(values)
    if not is_date and not pd.api.types.is_float_dtype(values):
        raise InvalidSetting(f"{name} holds neither numbers nor dates; choose the levels that take part.")
    try:
        limit = pd.Timestamp(bound) if is_date else float(bound)
    except ValueError:
        limit = None
    if limit is None or limit != limit or (is_date and limit.tzinfo):  # NaN, NaT, or of a time zone
        raise InvalidSetting(f'"{one_line(bound)}" is nothing to compare {name} with. Give a number or a date.')
    return limit


def _shown(bound) -> str:
    return bound if isinstance(bound, str) else exact(bound)


def _told(chosen: RowFilter) -> str:
    """What the filter asks for, after "has"."""
    name = f'"{one_line(chosen.column)}"'
    if chosen.levels:
        levels = listing(map(one_line, chosen.levels))
        return f"{name} {levels}" if len(chosen.levels) == 1 else f"{name} as one of {levels}"
    if chosen.high is None:
        return f"{name} from {_shown(chosen.low)} on"
    if chosen.low is None:
        return f"{name} up to {_shown(chosen.high)}"
    return f"{name} from {_shown(chosen.low)} to {_shown(chosen.high)}"
