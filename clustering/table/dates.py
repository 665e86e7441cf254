"""Dates in the usual orders: one order for all cells of a column, or none.

Works on the different cells of a column (its levels), so that a repeated cell costs nothing.
"""

import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_TIME = (
    r"(?:(?:[ T]|, )(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r" ?(?P<half>[AaPp]\.?[Mm]\.?)?(?P<zone> ?(?:Z|UTC|GMT)| ?[+-]\d{2}:?\d{2})?)?$"
)
_YEAR = r"(?P<year>\d{4}|\d{2})"
_MONTH_NAME = r"(?P<name>\p{L}{3,10})\.?"
_WEEKDAY = r"(?:\p{L}{2,10}[.,]{0,2} )?"
_SEPARATORS = ("-", "/", r"\.")
# As English, German, French, Spanish, Italian, Portuguese and Dutch write them.
_MONTHS = (
    "jan january januar jänner jän janvier janv enero ene gennaio gen janeiro januari",
    "feb february februar février fevrier févr fév febrero febbraio fevereiro fev februari",
    "mar march märz mär mrz mars marzo março marco maart mrt",
    "apr april avril avr abril abr aprile",
    "may mai mayo maggio mag maio mei",
    "jun june juni juin junio giugno giu junho",
    "jul july juli juillet juil julio luglio lug julho",
    "aug august août aout agosto ago augustus",
    "sep sept september septembre septiembre settembre set setembro",
    "oct october oktober okt octobre octubre ottobre ott outubro out",
    "nov november novembre noviembre novembro",
    "dec december dezember dez décembre decembre déc diciembre dic dicembre dezembro",
)
MONTH_OF = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_COMPACT = r"^(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})$"
_PATTERNS = (
    *(rf"^(?P<year>\d{{4}}){s}(?P<month>\d{{1,2}}){s}(?P<day>\d{{1,2}}){_TIME}" for s in _SEPARATORS),
    *(rf"^(?P<first>\d{{1,2}}){s}(?P<other>\d{{1,2}}){s}{_YEAR}{_TIME}" for s in _SEPARATORS),
    rf"^{_WEEKDAY}(?P<day>\d{{1,2}})(?:\.|st|nd|rd|th|er)?[ -]?(?:de )?{_MONTH_NAME}(?:[ -]| de )?{_YEAR}{_TIME}",
    rf"^{_WEEKDAY}{_MONTH_NAME} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? {_YEAR}{_TIME}",
    r"^(?P<year>(?:19|20)\d{2})-(?P<month>0[1-9]|1[0-2])$",
    r"^(?P<year>\d{4})年(?P<month>\d{1,2})月(?P<day>\d{1,2})日$",
)
_CENTURY = 69  # a year of two digits from here on belongs to the twentieth century, as strptime has it

_NAMED_DATE = re.compile(
    r"(?i:(?:^|[^a-z])(?:time|datum|fecha|day|tag|jour|ts)(?:$|[^a-z])|(?<!candi)(?<!man)date(?:$|[^a-z])|datum$"
    r"|timestamp|(?:created|updated)(?:.?(?:at|on|utc))?$|_at$)|[a-z](?:At|Time)$"
)
_FEWEST_COMPACT = 20  # so many different numbers that are all days are no chance
_EPOCH = 631_152_000, 4_102_444_800  # seconds from 1970 to the beginning of 1990, and of 2100
_EPOCH_UNITS = {"seconds": 1_000_000, "milliseconds": 1_000}  # in microseconds
_BEYOND_DAYS, _BEYOND_SECONDS = 1e8, 2.5e11  # no year of four digits


@dataclass(frozen=True, eq=False)
class Dates:
    """A reading of the levels of a column.

    Attributes
    ----------
    values : ndarray of datetime64[us]
        One per level; NaT where a level is no date.
    fits : ndarray of bool
        Which levels are dates (or missing).
    day_first : bool or None
        None where the order is told by the cells themselves (the year first, or the month's name).
    ambiguous : bool
        Whether every cell is a date with the other order too, and not the same.
    example : str or None
        The first cell that reads both ways.
    remark : str or None
        How years of two digits were read, where there are any.
    pattern : str
        The order that was taken, as a regular expression.
    """

    values: np.ndarray
    fits: np.ndarray
    day_first: bool | None = None
    ambiguous: bool = False
    example: str | None = None
    remark: str | None = None
    pattern: str = ""


def read_dates(
    levels: pa.Array,
    weights: np.ndarray,
    day_first: bool | None,
    likelier: bool | None,
    compact: bool,
    known: str | None = None,
) -> Dates | None:
    """Read the levels in the one order that suits most cells.

    Parameters
    ----------
    levels : pyarrow.Array of string
        Different cells without blanks around them; null where missing.
    weights : ndarray of int
        How often each stands.
    day_first : bool, optional
        The user's choice; where it is given, nothing is ambiguous.
    likelier : bool, optional
        What to take where both orders fit; None: the day first, except between slashes.
    compact : bool
        Whether 20240131 is a date too.
    known : str, optional
        The `pattern` of other cells of the column: no other order is looked for.
    """
    if not pc.any(pc.match_substring_regex(levels, r"\d")).as_py():
        return None
    patterns = (known,) if known else (*_PATTERNS, _COMPACT) if compact else _PATTERNS
    missing = pc.is_null(levels).to_numpy(zero_copy_only=False)
    best, pattern = max(
        ((_fitting(levels, pattern), pattern) for pattern in patterns), key=lambda pair: weights[pair[0]].sum()
    )
    if not best.any():
        return None
    parts = pc.extract_regex(levels, pattern)
    parts = {field.name: parts.field(field.name) for field in parts.type}
    two_digits = bool(pc.any(pc.equal(pc.utf8_length(parts["year"]), 2)).as_py())
    remark = "has years of two digits: 69 to 99 are read as 1969 to 1999, the others as 2000 to 2068"
    remark = remark if two_digits else None
    if "first" not in parts:
        first = pa.repeat("1", len(levels))  # of a month without a day
        values = _moments(parts, parts.get("month"), parts.get("day", first))
        return Dates(values, missing | ~np.isnat(values), remark=remark, pattern=pattern)
    orders = {
        True: _moments(parts, parts["other"], parts["first"]),
        False: _moments(parts, parts["first"], parts["other"]),
    }
    n_dates = {order: int(weights[~np.isnat(values)].sum()) for order, values in orders.items()}
    differ = (orders[True] != orders[False]) & ~np.isnat(orders[True]) & ~np.isnat(orders[False])
    ambiguous = day_first is None and n_dates[True] == n_dates[False] and bool(differ.any())
    if day_first is None:
        slashes = pattern == _PATTERNS[4]
        guess = not slashes if likelier is None else likelier
        day_first = n_dates[True] > n_dates[False] if n_dates[True] != n_dates[False] else guess
    values = orders[day_first]
    example = levels[int(differ.argmax())].as_py() if ambiguous else None
    return Dates(values, missing | ~np.isnat(values), day_first, ambiguous, example, remark, pattern)


def dates_in_numbers(name: str, numbers: np.ndarray) -> tuple[np.ndarray, str] | None:
    """The moments that a column of plain numbers stands for, and how they are written; None where they are amounts.

    Days as 20240131, where the name says so or chance is out of the question; seconds or milliseconds since 1970,
    where the name says so.
    """
    unit = unit_of_dates(name, numbers)
    if unit is None:
        return None
    told = "holds days such as 20240131" if unit == "days" else f"counts the {unit} since 1970"
    return moments_of(numbers, unit), f"{told}: it is read as dates"


def unit_of_dates(name: str, numbers: np.ndarray) -> str | None:
    """How a column of plain numbers counts moments: "days" as 20240131, "seconds", "milliseconds"; None for amounts."""
    low, high = np.fmin.reduce(numbers), np.fmax.reduce(numbers)
    is_named = _NAMED_DATE.search(name) is not None
    if 19_000_101 <= low <= high <= 21_001_231:
        days = _days(numbers)
        sound = np.isnan(numbers) | ~np.isnat(days)
        if sound.all() and (is_named or len(np.unique(days[~np.isnat(days)])) >= _FEWEST_COMPACT):
            return "days"
    for unit, length in _EPOCH_UNITS.items() if is_named else ():
        if _EPOCH[0] <= low * length / 1_000_000 and high * length / 1_000_000 <= _EPOCH[1]:
            return unit
    return None


def moments_of(numbers: np.ndarray, unit: str) -> np.ndarray:
    """The moments that numbers stand for, as datetime64[us]; NaT where one is none that can be told."""
    known = np.isfinite(numbers)
    if unit == "days":
        known &= np.abs(numbers, where=known, out=np.zeros(len(numbers))) < _BEYOND_DAYS
        return _days(np.where(known, numbers, np.nan))
    length = _EPOCH_UNITS[unit]
    known &= np.abs(numbers, where=known, out=np.zeros(len(numbers))) * length / 1_000_000 < _BEYOND_SECONDS
    moments = np.rint(np.where(known, numbers, 0) * length).astype("int64").astype("datetime64[us]")
    moments[~known] = np.datetime64("NaT")
    return moments


def _days(numbers: np.ndarray) -> np.ndarray:
    """The days that whole numbers such as 20240131 are, as datetime64[us]; NaT where there is no such day."""
    whole = np.where(np.isnan(numbers), 0, numbers).astype("int64")
    year, month, day = whole // 10_000, whole // 100 % 100, whole % 100
    sound = (whole == numbers) & (month >= 1) & (month <= 12) & (day >= 1)
    first = ((np.where(sound, year, 1970) - 1970) * 12 + np.where(sound, month, 1) - 1).astype("datetime64[M]")
    days = first.astype("datetime64[D]") + (np.where(sound, day, 1) - 1)
    sound &= days.astype("datetime64[M]") == first
    return np.where(sound, days.astype("datetime64[us]"), np.datetime64("NaT", "us"))


def _fitting(levels: pa.Array, pattern: str) -> np.ndarray:
    return pc.match_substring_regex(levels, pattern).fill_null(False).to_numpy(zero_copy_only=False)


def _moments(parts: dict[str, pa.Array], month: pa.Array | None, day: pa.Array) -> np.ndarray:
    """The moments as datetime64[us]; NaT where there is no such day or time."""
    year, day = _whole(parts["year"], -1), _whole(day, 0)
    short = pc.equal(pc.utf8_length(parts["year"]), 2).fill_null(False).to_numpy(zero_copy_only=False)
    year = np.where(short, year + np.where(year >= _CENTURY, 1900, 2000), year)
    month = _whole(month, 0) if month is not None else _named_month(parts["name"])
    sound = (year > 0) & (month >= 1) & (month <= 12) & (day >= 1)
    first = (np.where(sound, year, 1970) - 1970).astype("datetime64[Y]").astype("datetime64[M]")
    first += np.where(sound, month - 1, 0)
    days = first.astype("datetime64[D]") + (np.where(sound, day, 1) - 1)
    sound &= days.astype("datetime64[M]") == first
    moments = days.astype("datetime64[us]")
    if "hour" in parts and pc.any(pc.greater(pc.utf8_length(parts["hour"]), 0)).as_py():
        seconds, possible = _time_of_day(parts)
        moments, sound = moments + seconds, sound & possible
    return np.where(sound, moments, np.datetime64("NaT", "us"))


def _time_of_day(parts: dict[str, pa.Array]) -> tuple[np.ndarray, np.ndarray]:
    """Time since midnight, of the zone of Greenwich where a zone is told; and whether there is such a time."""
    hour, minute, second = (_whole(parts[name], 0) for name in ("hour", "minute", "second"))
    half = pc.utf8_lower(pc.utf8_slice_codeunits(parts["half"], 0, 1))
    has_half = pc.is_in(half, value_set=pa.array(["a", "p"])).to_numpy(zero_copy_only=False)
    afternoon = pc.equal(half, "p").fill_null(False).to_numpy(zero_copy_only=False)
    possible = (hour <= 23) & (minute <= 59) & (second <= 59) & (~has_half | ((hour >= 1) & (hour <= 12)))
    hour = np.where(has_half, hour % 12 + 12 * afternoon, hour)
    micro = _whole(pc.utf8_slice_codeunits(pc.utf8_rpad(parts["fraction"], 6, "0"), 0, 6), 0)
    zone = pc.replace_substring_regex(parts["zone"], "[A-Z: ]", "")
    offset = _whole(zone, 0)
    offset = np.sign(offset) * (np.abs(offset) // 100 * 60 + np.abs(offset) % 100)
    total = ((hour * 60 + minute - offset) * 60 + second) * 1_000_000 + micro
    return total.astype("timedelta64[us]"), possible


def _named_month(names: pa.Array) -> np.ndarray:
    place = pc.index_in(pc.utf8_lower(names), value_set=pa.array(MONTH_OF)).fill_null(-1)
    return np.array([*MONTH_OF.values(), 0])[place.to_numpy(zero_copy_only=False)]


def _whole(digits: pa.Array, otherwise: int) -> np.ndarray:
    """Digits as whole numbers; `otherwise` where there are none."""
    digits = pc.replace_substring_regex(digits, r"^\+", "")
    digits = pc.if_else(pc.equal(digits, ""), pa.scalar(None, pa.string()), digits)
    return pc.cast(digits, pa.int64()).fill_null(otherwise).to_numpy(zero_copy_only=False)
