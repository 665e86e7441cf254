"""What a rule asks of one column: counted on the cells of the file, and told as people say it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from clustering.features import ColumnSpec, Features
from clustering.features.encode import NO_VALUE, OTHERS, Levels, as_numbers, is_number
from clustering.table import Table
from clustering.wording import exact, moment, one_line

_DAY = np.timedelta64(1, "D")
_SECONDS = 86_400  # of a day
_DIGITS = 17  # beyond, two numbers are the same
_MANY = 1_000
_TITLE, _LEVEL = 40, 30  # characters of a column's name and of a level


@dataclass(frozen=True)
class Measure:
    """What the rules know of one column of the table, and how its cells become comparable.

    Attributes
    ----------
    spec : ColumnSpec
    kind : {"number", "boolean", "ordinal", "date", "level"}
    filled : float
        What a missing cell counts as, in the column's own units: what the pipeline fills it with; the median where
        that are a row's neighbours, because a rule must hold for a customer alone. NaN: it meets no condition.
    lowest, highest : float
        Of the customers that have a segment; of a date in days before the newest.
    whole : bool
        Whether all values are whole numbers.
    newest : pandas.Timestamp, optional
    levels : Levels, optional
    """

    spec: ColumnSpec
    kind: str
    filled: float = float("nan")
    lowest: float = float("nan")
    highest: float = float("nan")
    whole: bool = False
    newest: pd.Timestamp | None = None
    levels: Levels | None = None

    @property
    def level_names(self) -> tuple[str, ...]:
        return tuple(column.level for column in self.levels.columns)

    def read(self, frame: pd.DataFrame) -> np.ndarray:
        """Return the column in its own units, missing cells filled; of a category the position of every level."""
        values = frame[self.spec.name]
        if self.kind == "level":
            encoded = np.zeros((len(values), len(self.levels.columns)), dtype=bool)
            self.levels.encode(values, encoded)
            return np.where(encoded.any(axis=1), encoded.argmax(axis=1), -1)
        numbers = as_numbers(values, self.spec, self.newest)
        return np.where(np.isnan(numbers), self.filled, numbers)


def measures(table: Table, features: Features, rows: np.ndarray) -> tuple[Measure, ...]:
    """Every column that built the segments, as the pipeline encodes and fills it; a date with months is two."""
    steps = features.pipeline.named_steps
    encode, found = steps["encode"], []
    filled = {}
    if "fill" in steps:
        filled = dict(zip(encode.encoded_, steps["fill"].statistics_.tolist(), strict=True))
    singles = {encoded.column: encoded for encoded in encode.encoded_ if encoded.level is None}
    for column in encode.columns:
        if is_number(column):
            single, newest = singles[column.name], encode.newest_.get(column.name)
            values = as_numbers(table.frame[column.name].iloc[rows], column, newest)
            present = values if column.missing == "aside" else values[~np.isnan(values)]
            found.append(
                Measure(
                    column,
                    single.kind,
                    float(np.median(present)) if column.missing == "neighbours" else filled.get(single, float("nan")),
                    present.min(initial=np.inf),
                    present.max(initial=-np.inf),
                    bool((present == np.round(present)).all()),
                    newest,
                )
            )
        if column.name in encode.levels_:
            found.append(Measure(column, "level", levels=encode.levels_[column.name]))
    return tuple(found)


@dataclass(frozen=True)
class Condition:
    """What is asked of one column.

    Attributes
    ----------
    measure : Measure
    low, high : float
        Met by a value above `low` and at most `high`, both in the column's own units (of a boolean 0 or 1, of an
        ordered level its place in the order, of a date the days before the newest).
    allowed : frozenset of int
        Met by these levels of a category, as positions in `Measure.level_names`.
    """

    measure: Measure
    low: float = -np.inf
    high: float = np.inf
    allowed: frozenset[int] = frozenset()

    @property
    def column(self) -> str:
        return self.measure.spec.name

    def met(self, values: np.ndarray) -> np.ndarray:
        """Whether what `Measure.read` returned meets it."""
        if self.measure.kind == "level":
            return np.isin(values, list(self.allowed))
        return (values > self.low) & (values <= self.high)

    @property
    def text(self) -> str:
        """As people say it: "income above 70", "Region is neither North nor South", "size is M or above"."""
        told = {
            "number": self._number,
            "boolean": self._boolean,
            "ordinal": self._ordinal,
            "date": self._date,
            "level": self._level,
        }[self.measure.kind]()
        return f"{one_line(self.column, _TITLE)} {told}"

    def _number(self) -> str:
        low, high = self.low, self.high
        if high == self.measure.lowest:
            return f"is {_written(high)}"
        if self.measure.whole and low < self.measure.highest <= low + 1:
            return f"is {_written(self.measure.highest)}"
        if high == np.inf:
            return f"above {_written(low)}"
        if low == -np.inf:
            return f"at most {_written(high)}"
        if not self.measure.whole or max(-low, high) >= _MANY:
            return f"between {_written(low)} and {_written(high)}"  # 48,001 is no number that people write
        low = np.floor(low) + 1
        return f"is {_written(low)}" if low == high else f"from {_written(low)} to {_written(high)}"

    def _boolean(self) -> str:
        meets = [answer for value, answer in ((1, "yes"), (0, "no")) if self.low < value <= self.high]
        return f"is {meets[0] if meets else NO_VALUE}"

    def _ordinal(self) -> str:
        order = [one_line(level, _LEVEL) for level in self.measure.spec.order]
        meets = [i for i in range(len(order)) if self.low < i <= self.high]
        if len(meets) < 2:
            return f"is {order[meets[0]] if meets else NO_VALUE}"
        if self.high == np.inf:
            return f"is {order[meets[0]]} or above"
        if self.low == -np.inf:
            return f"is {order[meets[-1]]} or below"
        return f"from {order[meets[0]]} to {order[meets[-1]]}"

    def _date(self) -> str:
        begin, end = (_moment(self.measure.newest, days) for days in (self.high, self.low))
        if begin is None:
            return f"before {moment(end)}"
        if end is None:
            return f"from {moment(begin)} on"
        if end != end.normalize():
            return f"from {moment(begin)} and before {moment(end)}"
        last = end - pd.Timedelta(1, unit="D")
        return f"on {moment(begin)}" if begin == last else f"from {moment(begin)} to {moment(last)}"

    def _level(self) -> str:
        names = self.measure.level_names
        meets = [_level_text(names[i], self.measure.levels) for i in sorted(self.allowed)]
        fails = [_level_text(name, self.measure.levels) for i, name in enumerate(names) if i not in self.allowed]
        if len(meets) <= 2 or len(meets) < len(fails):
            return f"is {_either(meets)}"
        if len(fails) == 1:
            return f"is not {fails[0]}"
        return f"is neither {fails[0]} nor {fails[1]}" if len(fails) == 2 else f"is none of {_either(fails)}"


def merged(conditions: list[Condition]) -> dict[Measure, Condition]:
    """One condition per column that asks the same as all of these together."""
    found: dict[Measure, Condition] = {}
    for one in conditions:
        known = found.get(one.measure)
        if known is not None:
            one = Condition(
                one.measure, max(known.low, one.low), min(known.high, one.high), known.allowed & one.allowed
            )
        found[one.measure] = one
    return found


def united(one: Condition, other: Condition) -> Condition | None:
    """The condition of the same column that is met where either is; None if no single one is."""
    if one.measure.kind == "level":
        return Condition(one.measure, allowed=one.allowed | other.allowed)
    one, other = sorted((one, other), key=lambda condition: condition.low)
    return Condition(one.measure, one.low, max(one.high, other.high)) if other.low <= one.high else None


def threshold(measure: Measure, gap: tuple[float, float], wide: tuple[float, float]) -> float:
    """The threshold t that people would write, low <= t < high.

    Parameters
    ----------
    gap : tuple of float
        The largest value below and the smallest above: the same customers for every t between.
    wide : tuple of float
        Where t may lie if it takes more than two digits, or a day within a month, to keep every customer's side.
    """
    if measure.kind == "ordinal":
        return float(gap[0])  # between two levels where missing cells are
    if measure.kind == "date":
        parted = _day_between(measure.newest, *gap)
        is_round = _moment(measure.newest, parted).day == 1
        return parted if is_round else _day_between(measure.newest, *wide)
    parted = round_number(*gap)
    return parted if _n_digits(parted) <= 2 else round_number(*wide)


def _n_digits(value: float) -> int:
    return len(f"{abs(value):.14e}".split("e")[0].replace(".", "").rstrip("0"))


def round_number(low: float, high: float) -> float:
    """The number with the fewest digits from `low` on and below `high`: 40, 45 before 43; nearest to the middle."""
    middle = low + (high - low) / 2
    exponent = int(np.floor(np.log10(max(abs(low), abs(high), high - low)))) + 1
    for power in range(exponent, exponent - _DIGITS, -1):
        for digit in (10, 5):
            step = digit * 10.0 ** (power - 1)
            near = [float(f"{turn(middle / step) * step:.15g}") + 0.0 for turn in (np.floor, np.ceil)]  # no -0
            inside = [candidate for candidate in near if low <= candidate < high]
            if inside:
                return min(inside, key=lambda candidate: abs(candidate - middle))
    return low


def _day_between(newest: pd.Timestamp, low: float, high: float) -> float:
    """Days before the newest of a first of January, of a month, or another day that parts the two."""
    last, first = _moment(newest, low), _moment(newest, high)
    middle = first + (last - first) / 2
    for freq in ("YS", "MS", "D"):
        days = pd.date_range(first.normalize(), last.normalize(), freq=freq)
        days = days[(days > first) & (days <= last)]
        if len(days):
            return _before(newest, days[np.abs(days - middle).argmin()])
    for freq in ("h", "min", "s"):
        if last.floor(freq) > first:
            return _before(newest, last.floor(freq))
    return low


def _before(newest: pd.Timestamp, moment: pd.Timestamp) -> float:
    return float((newest - moment) / _DAY)


def _moment(newest: pd.Timestamp, days: float) -> pd.Timestamp | None:
    """So many days before the newest, to the second; None for a bound that is none."""
    return newest - pd.Timedelta(round(days * _SECONDS), unit="s") if np.isfinite(days) else None


def _written(value: float) -> str:
    return exact(value) if float(f"{value:.15g}") == value else repr(float(value))


def _level_text(level: str, levels: Levels) -> str:
    if level == OTHERS and level not in levels.levels:
        return "a rare one"
    return one_line(level.removeprefix("month ") if levels.is_month else level, _LEVEL)


def _either(names: list[str]) -> str:
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
