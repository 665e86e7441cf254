"""Cells of the file as cells of a sheet: a number with the format that shows it as it stood, or text."""

import re
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_MOST_FORMATS = 100  # of the file's numbers; older versions of Excel know some 200 in all
_MOST_DECIMALS = 30  # in a number format
_MOST_DIGITS = 15  # before the decimal mark; Excel shows no more of a number
_MARKS = (".", ",")
_GROUP = "[.,'’ \u00a0\u202f\u2009]"
_WRITTEN = re.compile(rf"(\D*)(\d+(?:{_GROUP}\d+)*)(\D*)", re.ASCII)
_GROUPED = re.compile(rf"\d{{1,3}}(?:{_GROUP}\d{{2,3}})+", re.ASCII)
_POWER = re.compile(r"[+-]?\d(?:[.,](\d+))?[eE][+-]?\d+", re.ASCII)
_BLANKS = "\u00a0\u202f\u2009"
_LONGEST_LITERAL = 40  # a whole format has at most 255 characters
_MINUS = "-\u2212\u2013"
# What XML cannot hold is written as the format has it, _x0001_, and what looks like that is written so as well.
_UNWRITABLE = re.compile(r"_x[0-9a-fA-F]{4}_|[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_MAY_BE_UNWRITABLE = r"_x[0-9a-fA-F]{4}_|[\x00-\x08\x0b-\x1f]|\x{FFFE}|\x{FFFF}"


class Formats:
    """The number formats in use, the given ones first, each with its code: its place among `all`."""

    def __init__(self, *forms: str):
        self._codes = {form: code for code, form in enumerate(forms)}

    @property
    def all(self) -> tuple[str, ...]:
        return tuple(self._codes)

    def code(self, form: str) -> int:
        """The code of a format; -1 where there are too many."""
        if form not in self._codes and len(self._codes) >= _MOST_FORMATS:
            return -1
        return self._codes.setdefault(form, len(self._codes))


def number_codes(text: pa.ChunkedArray, values: np.ndarray, formats: Formats) -> np.ndarray:
    """Find for every cell the number format that shows its number as it stood.

    Parameters
    ----------
    text : pyarrow.ChunkedArray of string
    values : ndarray of shape (n_rows,)
        What the cells were read as; NaN where they are no number.

    Returns
    -------
    ndarray of int16 of shape (n_rows,)
        Codes of `formats`; -1 where the cell is no number, or none that a format can show: 0007, 5K, (12).
    """
    encoded = text.dictionary_encode().unify_dictionaries().combine_chunks()
    encoded = encoded.chunk(0) if isinstance(encoded, pa.ChunkedArray) else encoded
    rows = encoded.indices.fill_null(0).to_numpy(zero_copy_only=False)
    levels = pc.utf8_trim_whitespace(encoded.dictionary)
    is_known = np.isfinite(values)
    numbers, codes = np.full(len(levels), np.nan), np.full(len(levels), -1, dtype=np.int16)
    numbers[rows[is_known]] = values[is_known]
    for mark in _MARKS:
        for decimals, found in _plain(levels, numbers, mark):
            codes[found & (codes < 0)] = formats.code(_decimals("0", decimals))
    for i in np.flatnonzero((codes < 0) & np.isfinite(numbers)).tolist():
        form = number_format(levels[i].as_py(), float(numbers[i]))
        codes[i] = -1 if form is None else formats.code(form)
    return np.where(is_known, codes[rows] if len(levels) else -1, -1).astype(np.int16)


def _plain(levels: pa.Array, numbers: np.ndarray, mark: str) -> list[tuple[int, np.ndarray]]:
    """Which levels are digits and this decimal mark alone, by their number of decimals."""
    mask = pc.match_substring_regex(levels, rf"^-?(0|[1-9]\d{{0,{_MOST_DIGITS - 1}}})([{mark}]\d+)?$")
    written = pc.replace_substring(pc.if_else(mask, levels, pa.scalar(None, pa.string())), mark, ".")
    same = written.cast(pa.float64()).to_numpy(zero_copy_only=False) == numbers
    place = pc.find_substring(written, ".")
    decimals = pc.if_else(pc.less(place, 0), 0, pc.subtract(pc.subtract(pc.utf8_length(written), place), 1))
    decimals = decimals.fill_null(0).to_numpy(zero_copy_only=False)
    return [(int(n), same & (decimals == n)) for n in np.unique(decimals[same])]


def number_format(text: str, value: float) -> str | None:
    """The number format that shows a number as it is written here, with its sign of currency and the like.

    Grouping and decimal mark are those of the reader's language. None where no format shows it so.
    """
    power = _POWER.fullmatch(text)
    if power:
        return _decimals("0", len(power[1] or "")) + "E+00" if float(text.replace(",", ".")) == value else None
    written = _WRITTEN.fullmatch(text)
    if written is None:
        return None
    before, numeral, behind = written.groups()
    if (value < 0) != any(minus in before for minus in _MINUS):  # Excel would write the sign in another place
        return None
    for minus in _MINUS:
        before = before.replace(minus, "")
    if not (_is_literal(before) and _is_literal(behind)):
        return None
    for whole, decimals in _readings(numeral):
        digits = re.sub(r"\D", "", whole)
        fits = digits == whole or _GROUPED.fullmatch(whole)
        is_code = len(digits) > _MOST_DIGITS or (len(digits) > 1 and digits[0] == "0")
        if fits and not is_code and float(f"{digits}.{decimals}") == abs(value):
            shown = _decimals("0" if digits == whole else "#,##0", len(decimals))
            return _literal(before) + shown + _literal(behind)
    return None


def _readings(numeral: str) -> Iterator[tuple[str, str]]:
    """What may stand before and behind the decimal mark."""
    yield numeral, ""
    for mark in _MARKS:
        if numeral.count(mark) == 1:
            whole, decimals = numeral.split(mark)
            if decimals.isdigit():
                yield whole, decimals


def _decimals(whole: str, n: int) -> str:
    return f"{whole}.{'0' * min(n, _MOST_DECIMALS)}" if n else whole


def _is_literal(text: str) -> bool:
    """Whether it can stand as it is in a number format."""
    is_shown = all(character.isprintable() or character in _BLANKS for character in text)
    return '"' not in text and is_shown and len(text) <= _LONGEST_LITERAL


def _literal(text: str) -> str:
    return f'"{text}"' if text else ""


def inline(text: pa.Array) -> pa.Array:
    """Text as it stands in the XML of a sheet."""
    for sign, name in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = pc.replace_substring(text, sign, name)
    found = pc.match_substring_regex(text, _MAY_BE_UNWRITABLE)
    if not pc.any(found).as_py():
        return text
    written = [_UNWRITABLE.sub(_escaped, cell) for cell in text.filter(found).to_pylist()]
    return pc.replace_with_mask(text, found.fill_null(False), pa.array(written, pa.string()))


def _escaped(found: re.Match) -> str:
    character = found.group()
    return f"_x005F{character}" if len(character) > 1 else f"_x{ord(character):04X}_"
