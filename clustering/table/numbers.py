"""Numbers as people write them: one reading for all cells of a column, or none.

Works on the different cells of a column (its levels), so that a repeated cell costs nothing.
"""

from dataclasses import dataclass

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
    """

    values: np.ndarray
    fits: np.ndarray
    decimal: str | None = None
    ambiguous: bool = False
    thousands_likelier: bool = False
    is_money: bool = False
    remark: str | None = None


def read_numbers(levels: pa.Array, weights: np.ndarray, decimal: str | None, is_comma_file: bool) -> Numbers | None:
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

    Returns
    -------
    Numbers or None
        None where hardly anything is a number, or the cells are amounts of several currencies.
    """
    stripped = _strip(levels)
    if stripped is None:
        return None
    plain, remark, is_money = stripped
    fits = {mark: _fitting(plain, mark, weights) for mark in MARKS if decimal in (None, mark)}
    best = max(fits, key=lambda mark: (weights[fits[mark]].sum(), mark == "."))
    others = [mark for mark in fits if mark != best and np.array_equal(fits[mark], fits[best])]
    if best == "," and not others and is_comma_file and decimal is None and _n_with(plain, ",") < 2:
        return None
    values = _convert(plain, fits[best], best)
    is_told = _n_with(plain, ".") + _n_with(plain, ",") > 0
    if not others:
        return Numbers(values, fits[best], best if is_told else None, is_money=is_money, remark=remark)
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
    )


def _strip(levels: pa.Array) -> tuple[pa.Array, str | None, bool] | None:
    """Signs in front, nothing behind; currency, per cent and suffix taken away; None if they do not go together.

    Returns also how the cells are written, and whether there is a currency.
    """
    plain, remarks = levels, []
    if _all(levels, _PLAIN) and not _any(levels, r"[+-]$"):
        return levels, None, False
    if not pc.all(pc.string_is_ascii(plain)).as_py():
        plain = pc.replace_substring_regex(plain, "[\u00a0\u202f\u2009\u2007]", " ")
        plain = pc.replace_substring_regex(plain, "[\u2212\u2013\ufe63\uff0d]", "-")
        plain = pc.replace_substring(plain, "’", "'")
    is_bound = pc.match_substring_regex(plain, r"^[<>≤≥]=? *[^<>≤≥]|\d\+$")
    n_bounds = pc.sum(is_bound).as_py() or 0
    if 0 < n_bounds <= _MOST_BOUNDS * len(plain) or _all(plain, r"^\d[\d., ]*\+$"):
        plain = pc.replace_substring_regex(plain, r"^[<>≤≥]=? *|\+$", "")
        remarks.append("holds bounds such as < 10 or 1000+: these are read as the bound itself")
    n_flags = pc.sum(pc.match_substring_regex(plain, _FLAGGED)).as_py() or 0
    if 0 < n_flags <= _MOST_FLAGS * len(plain) and _any(plain, _FLAGGED_FOR_SURE):
        plain = pc.replace_substring_regex(plain, _FLAGGED, r"\1")
        plain = pc.if_else(pc.equal(plain, ":"), pa.scalar(None, pa.string()), plain)
        remarks.append("has flags such as e or p behind numbers: they are left out")
    plain = _open_brackets(plain)
    has_currency = pc.match_substring_regex(plain, rf"(?:{_BEFORE}\S)|(?:\d{_BEHIND})")
    is_money = bool(pc.any(has_currency).as_py())
    if is_money:
        signs = pc.extract_regex(plain.filter(has_currency), rf"(?P<sign>{_CURRENCY})").field("sign")
        if len(signs.unique()) > 1:
            return None
        plain = pc.replace_substring_regex(pc.replace_substring_regex(plain, _BEFORE, r"\1"), _BEHIND, r"\1")
        plain = _open_brackets(plain)
    is_share = pc.ends_with(plain, "%")
    if pc.any(is_share).as_py():
        if not pc.all(is_share).as_py():
            return plain, _joined(remarks), is_money  # 4 beside 4 %: a cell with the sign stays no number
        plain = pc.replace_substring_regex(plain, r" *%$", "")
        remarks.append("is in per cent: 5 % is read as 5")
    if _any(plain, r"\d *[kKmMbB]$"):
        for suffix, exponent in _SUFFIXES:
            plain = pc.replace_substring_regex(plain, rf"(\d) *{suffix}$", rf"\1{exponent}")
        remarks.append(f"is written with K, M or B: 5K is read as {whole(5000)}")
    plain = pc.replace_substring_regex(plain, r"^(.*[\d.,]) *-$", r"-\1")
    return pc.replace_substring_regex(plain, r"^([+-]) +", r"\1"), _joined(remarks), is_money


def _joined(remarks: list[str]) -> str | None:
    return "; it ".join(reversed(remarks)) or None


def _open_brackets(plain: pa.Array) -> pa.Array:
    return pc.replace_substring_regex(plain, r"^\( *(.*[^ ]) *\)$", r"-\1")


def _fitting(plain: pa.Array, mark: str, weights: np.ndarray) -> np.ndarray:
    """The levels that are numbers with this decimal mark and the sign between thousands that suits most cells."""
    best = np.zeros(len(plain), dtype=bool)
    point = r"\." if mark == "." else mark
    for group in _GROUPS[mark]:
        whole = rf"(?:\d+|{_GROUPED[group]})"
        pattern = rf"^[+-]?(?:{whole}(?:{point}\d*)?|{point}\d+)(?:[eE][+-]?\d+)?$"
        fits = pc.match_substring_regex(plain, pattern).fill_null(True).to_numpy(zero_copy_only=False)
        if fits.all():
            return fits
        if weights[fits].sum() > weights[best].sum():
            best = fits
    return best


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
