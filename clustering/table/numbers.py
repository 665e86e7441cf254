"""Numbers as people write them: one reading for all cells of a column, or none.

Works on the different cells of a column (its levels), so that a repeated cell costs nothing.
"""

import re
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clustering.wording import whole

MARKS = (".", ",")  # what may separate the decimals

_CURRENCIES = "USD|EUR|GBP|CHF|JPY|CNY|AUD|CAD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|RON|INR|BRL|MXN|ZAR|TRY|RUB|SGD|HKD|KRW"
_CURRENCY = rf"(?:[A-Z]{{0,2}}\$|[€£¥￥₹₩₽₺₫₴₪円元원]|{_CURRENCIES}|kr\.?|zł|Kč|Ft|Rs\.?|Fr\.|TL|руб\.?|грн\.?|лв\.?)"
_BEFORE = rf"^([+-]?) *{_CURRENCY} *"
_BEHIND = rf" *{_CURRENCY} *(-?)$"
_PLAIN = r"^[0-9.,+-]*$"
_SUFFIXES = (("[kK]", "e3"), ("[mM]", "e6"), ("[bB]", "e9"))

# A first group of 0 is none: 0,500 is a half.
_GROUPED = {mark: rf"[1-9]\d{{0,2}}(?:{mark}\d{{3}})+" for mark in (",", r"\.", " ", "'")}
_GROUPED["indian"] = r"[1-9]\d?(?:,\d{2})*,\d{3}"  # 1,23,456: hundreds of thousands
_GROUPS = {".": (",", " ", "'", "indian"), ",": (r"\.", " ", "'")}
# As the statistical offices write them: 12.3 b, or ": u" for nothing. Those alone could be billions.
_FLAGGED = r"^(.*[\d:]) [bcdefinprsuvz]{1,2}$"
_FLAGGED_FOR_SURE = r"[\d:] (?:[cdefinprsuvz]|[bcdefinprsuvz]{2})$"
_MOST_FLAGS = 0.5
_MOST_BOUNDS = 0.2  # of the different cells; where there are more, they are ranges and no numbers
# Codes, not amounts: leading zeros say something, and from 17 digits on a float takes different numbers for the same.
CODE_LENGTH = 17
CODE = rf"^[+-]?(0\d|\d{{{CODE_LENGTH},}}$)"
# Every cell that has a separator may have it between the thousands.
AMBIGUOUS = r"^[+-]?[1-9]\d{0,2}([.,])\d{3}$"


@dataclass(frozen=True)
class Writing:
    """How the cells of a column are written: found from all of them, it reads each of them, and others, by itself.

    Attributes
    ----------
    bounds, flags : bool
        Whether signs such as < and letters behind the number are left out.
    currency : str or None
        The sign of the amounts.
    share, suffixes : bool
        Whether every cell is in per cent; whether K, M or B stand behind some.
    group : str or None
        What stands between thousands; None where it is not known yet.
    """

    bounds: bool = False
    flags: bool = False
    currency: str | None = None
    share: bool = False
    suffixes: bool = False
    group: str | None = None


@dataclass(frozen=True, eq=False)
class Numbers:
    """A reading of the levels of a column.

    Attributes
    ----------
    values : ndarray of float64
        One per level; NaN where a level is no number.
    fits : ndarray of bool
        Which levels are numbers (or missing).
    decimal : {".", ","} or None
        The decimal mark; None where no cell has a separator that tells.
    ambiguous : bool
        Whether every cell reads with the other mark too, as another number.
    thousands_likelier : bool
        Whether small numbers stand without a separator beside the ambiguous ones, as they do in grouped numbers.
    is_money : bool
        Whether a sign of currency stands at the amounts.
    remark : str or None
        How the cells are written, where that is worth saying: in per cent, with K, M or B.
    writing : Writing
    """

    values: np.ndarray
    fits: np.ndarray
    decimal: str | None = None
    ambiguous: bool = False
    thousands_likelier: bool = False
    is_money: bool = False
    remark: str | None = None
    writing: Writing = Writing()


def read_numbers(
    levels: pa.Array, weights: np.ndarray, decimal: str | None, is_comma_file: bool, known: Writing | None = None
) -> Numbers | None:
    """Read the levels with the given decimal mark, or with the one that suits most cells.

    Parameters
    ----------
    levels : pyarrow.Array of string
        Different cells without blanks around them; null where missing.
    weights : ndarray of int
        How often each stands.
    decimal : {".", ","}, optional
        The user's choice; where it is given, nothing is ambiguous.
    is_comma_file : bool
        Whether commas separate the cells of the file: one decimal comma between quotation marks may then be a slip.
    known : Writing, optional
        How other cells of the column are written, with the same decimal mark: these are not asked about it.

    Returns
    -------
    Numbers or None
        None where hardly anything is a number, or the cells are amounts of several currencies.
    """
    stripped = _strip(levels, known)
    if stripped is None:
        return None
    plain, remark, writing = stripped
    is_money = writing.currency is not None
    found = {mark: _fitting(plain, mark, weights, writing.group) for mark in MARKS if decimal in (None, mark)}
    fits = {mark: fitting for mark, (fitting, _) in found.items()}
    best = max(fits, key=lambda mark: (weights[fits[mark]].sum(), mark == "."))
    others = [mark for mark in fits if mark != best and np.array_equal(fits[mark], fits[best])]
    if best == "," and not others and is_comma_file and decimal is None and _n_with(plain, ",") < 2:
        return None
    values = _convert(plain, fits[best], best)
    is_told = _n_with(plain, ".") + _n_with(plain, ",") > 0
    writing = replace(writing, group=found[best][1])
    if not others:
        return Numbers(values, fits[best], best if is_told else None, is_money=is_money, remark=remark, writing=writing)
    different = not np.array_equal(values, _convert(plain, fits[best], others[0]), equal_nan=True)
    small = pc.match_substring_regex(plain, r"^[+-]?\d{1,3}$")
    whole = pc.match_substring_regex(plain, r"^[+-]?\d+$")
    n_small, n_whole = (pc.sum(mask).as_py() or 0 for mask in (small, whole))
    return Numbers(
        values,
        fits[best],
        ambiguous=different,
        thousands_likelier=different and n_small == n_whole > 0,
        is_money=is_money,
        remark=remark,
        writing=writing,
    )


def _strip(levels: pa.Array, known: Writing | None) -> tuple[pa.Array, str | None, Writing] | None:
    """Signs in front, nothing behind; currency, per cent and suffix taken away; None if they do not go together.

    Returns also how the cells are written, in words and as it was found or is known.
    """
    plain, remarks = levels, []
    if (known is None or not known.share) and _all(levels, _PLAIN) and not _any(levels, r"[+-]$"):
        return levels, None, known or Writing()
    if not pc.all(pc.string_is_ascii(plain)).as_py():
        plain = pc.replace_substring_regex(plain, "[\u00a0\u202f\u2009\u2007]", " ")
        plain = pc.replace_substring_regex(plain, "[\u2212\u2013\ufe63\uff0d]", "-")
        plain = pc.replace_substring(plain, "’", "'")
    is_bound = pc.match_substring_regex(plain, r"^[<>≤≥]=? *[^<>≤≥]|\d\+$")
    n_bounds = pc.sum(is_bound).as_py() or 0
    bounds = 0 < n_bounds <= _MOST_BOUNDS * len(plain) or _all(plain, r"^\d[\d., ]*\+$")
    if known.bounds if known else bounds:
        plain = pc.replace_substring_regex(plain, r"^[<>≤≥]=? *|\+$", "")
        remarks.append("holds bounds such as < 10 or 1000+: these are read as the bound itself")
    n_flags = pc.sum(pc.match_substring_regex(plain, _FLAGGED)).as_py() or 0
    flags = 0 < n_flags <= _MOST_FLAGS * len(plain) and _any(plain, _FLAGGED_FOR_SURE)
    if known.flags if known else flags:
        plain = pc.replace_substring_regex(plain, _FLAGGED, r"\1")
        plain = pc.if_else(pc.equal(plain, ":"), pa.scalar(None, pa.string()), plain)
        remarks.append("has flags such as e or p behind numbers: they are left out")
    plain = _open_brackets(plain)
    has_currency = pc.match_substring_regex(plain, rf"(?:{_BEFORE}\S)|(?:\d{_BEHIND})")
    currency = known.currency if known else None
    if known is None and pc.any(has_currency).as_py():
        signs = pc.extract_regex(plain.filter(has_currency), rf"(?P<sign>{_CURRENCY})").field("sign").unique()
        if len(signs) > 1:
            return None
        currency = signs[0].as_py()
    if currency is not None:
        sign = re.escape(currency) if known else _CURRENCY  # of other cells with another sign nobody knows the worth
        for place in (rf"^([+-]?) *{sign} *", rf" *{sign} *(-?)$"):
            plain = pc.replace_substring_regex(plain, place, r"\1")
        plain = _open_brackets(plain)
    is_share = pc.ends_with(plain, "%")
    share = bool(pc.any(is_share).as_py() and pc.all(is_share).as_py())  # 4 beside 4 %: with the sign it is no number
    suffixes = (share or not pc.any(is_share).as_py()) and _any(plain, r"\d *(?:[kKmMbB]) *%?$")
    writing = known or Writing(bounds, flags, currency, share, suffixes)
    if writing.share:
        plain = pc.if_else(is_share, pc.replace_substring_regex(plain, r" *%$", ""), pa.scalar(None, pa.string()))
        remarks.append("is in per cent: 5 % is read as 5")
    elif pc.any(is_share).as_py() and known is None:
        return plain, _joined(remarks), writing
    if writing.suffixes:
        for suffix, exponent in _SUFFIXES:
            plain = pc.replace_substring_regex(plain, rf"(\d) *{suffix}$", rf"\1{exponent}")
        remarks.append(f"is written with K, M or B: 5K is read as {whole(5000)}")
    plain = pc.replace_substring_regex(plain, r"^(.*[\d.,]) *-$", r"-\1")
    return pc.replace_substring_regex(plain, r"^([+-]) +", r"\1"), _joined(remarks), writing


def _joined(remarks: list[str]) -> str | None:
    return "; it ".join(reversed(remarks)) or None


def _open_brackets(plain: pa.Array) -> pa.Array:
    return pc.replace_substring_regex(plain, r"^\( *(.*[^ ]) *\)$", r"-\1")


def _fitting(
    plain: pa.Array, mark: str, weights: np.ndarray, known: str | None = None
) -> tuple[np.ndarray, str | None]:
    """The levels that are numbers with this decimal mark and the sign between thousands that suits most cells or is
    known; and that sign.
    """
    best, best_group = np.zeros(len(plain), dtype=bool), None
    point = r"\." if mark == "." else mark
    for group in (known,) if known else _GROUPS[mark]:
        whole = rf"(?:\d+|{_GROUPED[group]})"
        pattern = rf"^[+-]?(?:{whole}(?:{point}\d*)?|{point}\d+)(?:[eE][+-]?\d+)?$"
        fits = pc.match_substring_regex(plain, pattern).fill_null(True).to_numpy(zero_copy_only=False)
        if fits.all():
            return fits, group
        if weights[fits].sum() > weights[best].sum():
            best, best_group = fits, group
    return best, best_group


def _convert(plain: pa.Array, fits: np.ndarray, mark: str) -> np.ndarray:
    plain = pc.if_else(pa.array(fits), plain, pa.scalar(None, pa.string()))
    drop = "[,' ]" if mark == "." else r"[.' ]"
    plain = pc.replace_substring_regex(plain, drop, "")
    if mark == ",":
        plain = pc.replace_substring(plain, ",", ".")
    plain = pc.replace_substring_regex(plain, r"^\+", "")
    return np.array(pc.cast(plain, pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)


def _n_with(plain: pa.Array, sign: str) -> int:
    return pc.sum(pc.match_substring(plain, sign)).as_py() or 0


def _any(values: pa.Array, pattern: str) -> bool:
    return bool(pc.any(pc.match_substring_regex(values, pattern)).as_py())


def _all(values: pa.Array, pattern: str) -> bool:
    return bool(pc.all(pc.match_substring_regex(values, pattern)).as_py())
