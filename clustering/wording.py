"""Numbers, days, counts and lists as people write them; the one place where a figure becomes text.

The examples are the English way; who reads elsewhere gets theirs (`clustering.reader`).
"""

import math
from datetime import datetime

from clustering.reader import manner

_SPELLED = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
UNDEFINED = "–"
# As near to a half is a half but for binary noise (0.205 is kept as 0.20499999999999998...): of fewer than a hundred
# million customers no share comes nearer.
_NOISE = 1e-9
JOINERS = "\u200c\u200d"  # invisible, but part of how Persian, Hindi and emoji are spelled


def whole(n: int) -> str:
    """Write a whole number: 1,234."""
    return manner().number(f"{n:,.0f}")


def fixed(value: float, digits: int, *, signed: bool = False) -> str:
    """Write a number with so many decimals: 1,234.50; with a sign where it is a difference: +0.3."""
    return manner().number(f"{value:{'+' if signed else ''}z,.{digits}f}")


def moment(value: datetime) -> str:
    """Write a day, and the time where it is not midnight: 2026-01-31; 2026-01-31 12:30:00."""
    day = manner().day(value)
    return day if (value.hour, value.minute, value.second) == (0, 0, 0) else f"{day} {value:%H:%M:%S}"


def sample_of(n_rows: int, n_in_all: int) -> str:
    """Say that what is shown is a sample: Sample of 100,000 of 20,000,000 customers."""
    return f"Sample of {whole(n_rows)} of {count(n_in_all, 'customer')}"


def number(value: float | None, digits: int = 3) -> str:
    """Write a number with about `digits` significant digits: 51,381; 87.2; 0.65; 1.2 M. Undefined is a dash."""
    if value is None or not math.isfinite(value):
        return UNDEFINED
    size = abs(value)
    for limit, suffix in ((1e12, " T"), (1e9, " G"), (1e6, " M")):
        if size >= limit:
            return fixed(value / limit, 1) + suffix if size < 1e15 else manner().number(f"{value:.2e}")
    if size and size < 10 ** (-digits):
        return manner().number(f"{value:.1e}")
    decimals = max(0, digits - 1 - (math.floor(math.log10(size)) if size else 0))
    text = f"{value:z,.{decimals}f}"  # z: no negative zero
    return manner().number(text.rstrip("0").rstrip(".") if "." in text else text)


def exact(value: float) -> str:
    """Write a number with all its digits, as somebody typed it: 1,000,000,000; 0.25."""
    return manner().number(f"{value:,.15g}")


def score(value: float) -> str:
    """Write an index between -1 and 1: 0.65; a value short of 1 is never shown as 1."""
    if not math.isfinite(value):
        return UNDEFINED
    return f"> {fixed(0.99, 2)}" if 0.99 < value < 1 else fixed(value, 2)


def share(part: float, digits: int = 1) -> str:
    """Write a share, half rounded up as people do: 40.5 %; 0.405 without decimals is 41 %."""
    size = abs(part) * 10 ** (digits + 2)
    if not math.isfinite(size):
        return UNDEFINED
    rounded = math.copysign(math.floor(size + 0.5 + _NOISE), part)
    return f"{fixed(rounded / 10**digits, digits)} %"


def rounded_share(part: float) -> str:
    """Write a share for a sentence, with a decimal only near nothing and everything: 12 %; 0.4 %; 99.6 %; < 0.1 %."""
    if 0 < part < 0.0005:
        return f"< {fixed(0.1, 1)} %"
    if 0.9995 <= part < 1:
        return f"> {fixed(99.9, 1)} %"
    return share(part, 1 if 0 < abs(part) < 0.01 or 0.99 < part < 1 else 0)


def count(n: int, noun: str) -> str:
    """Write a count with its noun: 1 row, 1,234 rows."""
    return f"{whole(n)} {noun}{'s' * (n != 1)}"


def spelled(n: int) -> str:
    """Write a small number as a word."""
    return _SPELLED[n] if 0 <= n < len(_SPELLED) else whole(n)


def listing(names, most: int = 5, quote: str = '"') -> str:
    """Write names in a row, the rest as a number."""
    names = list(names)
    listed = ", ".join(f"{quote}{name}{quote}" for name in names[:most])
    return listed if len(names) <= most else f"{listed} and {len(names) - most} more"


def one_line(text: object, most: int = 60) -> str:
    """Write text from the user's file on one line, without control characters, cut to `most` characters."""
    shown = "".join(c if c.isprintable() or c in JOINERS else " " for c in str(text))
    line = " ".join(shown.split()).strip(f" {JOINERS}")
    return line if len(line) <= most else line[: most - 1] + "…"
