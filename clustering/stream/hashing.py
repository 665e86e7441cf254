"""One number of 64 bits for every row, told from what its cells say: not from where the row stands, nor how.

A cell counts the same in a text file and in Parquet: a number by its value (1.50 and 1.5 are one), all else by the
letters of its text. The letters are the digits of a number to an odd base, modulo 2^64, taken for all cells of a column
at once; a mixing function with good avalanche (splitmix64) makes every bit of it hang on every letter.

References
----------
Steele, Lea and Flood (2014), OOPSLA 453-472 (splitmix64). Karp and Rabin (1987), IBM J. Res. Dev. 31:249-260.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clustering.stream.source import Part
from clustering.table.parquet import as_text
from clustering.table.typed import to_floats

_SALT = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_BASE = 0x2127599BF4325C37  # odd, so that it can be divided by
_WHOLE = 1 << 64
_EXACT = 1e15  # two larger whole numbers may be one as a float: these are taken as letters
_NUMBER = r"^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$"
_MIDNIGHT = " 00:00:00"
_LETTERS = 1 << 16  # taken at once


def hash_rows(part: Part, names: Sequence[str]) -> np.ndarray:
    """One number per row from its cells in these columns.

    Returns
    -------
    ndarray of uint64 of shape (n_rows,)
    """
    hashes = np.full(part.n_rows, _SALT, dtype=np.uint64)
    for name in names:
        hashes = _mixed(hashes * np.uint64(_BASE) + _hash_cells(part.raw[name], part.source.name))
    return hashes


def rehashed(hashes: np.ndarray, n_before: np.ndarray) -> np.ndarray:
    """Another number for each of several equal rows: the first keeps its own."""
    return np.where(n_before > 0, _mixed(hashes + n_before.astype(np.uint64) * _SALT), hashes)


def _hash_cells(cells: pa.ChunkedArray, name: str) -> np.ndarray:
    kind = cells.type
    if pa.types.is_float64(kind) or pa.types.is_integer(kind):
        values = pc.fill_null(cells.cast(pa.float64(), safe=False), np.nan).to_numpy()
        hashes, odd = _of_floats(values), ~(np.abs(values) < _EXACT)
        if odd.any():
            hashes[odd] = _hash_text(as_text(cells.filter(pa.array(odd)), name))
        return hashes
    if not pa.types.is_string(kind):
        cells = as_text(cells, name, whole_days=True)
    return _hash_text(cells)


def _hash_text(text: pa.ChunkedArray) -> np.ndarray:
    """By the value of numbers, by the letters of all else."""
    is_blank = pc.equal(text, "")
    numbers = to_floats(pc.if_else(is_blank, pa.scalar(None, pa.string()), text))
    if numbers is not None:
        values, is_blank = numbers.to_numpy(), is_blank.to_numpy()
        if (is_blank | (np.abs(values) < _EXACT)).all():
            return np.where(is_blank, _of_letters(pa.array([""])), _of_floats(values))
    hashes = np.concatenate([np.empty(0, dtype=np.uint64), *map(_of_letters, _without_midnight(text).chunks)])
    is_number = pc.match_substring_regex(text, _NUMBER)
    if not pc.any(is_number).as_py():
        return hashes
    values = to_floats(text.filter(is_number)).to_numpy()
    places = np.flatnonzero(is_number.to_numpy())
    exact = np.abs(values) < _EXACT
    hashes[places[exact]] = _of_floats(values[exact])
    return hashes


def _without_midnight(text: pa.ChunkedArray) -> pa.ChunkedArray:
    if not pc.any(pc.ends_with(text, _MIDNIGHT)).as_py():
        return text
    return pc.replace_substring_regex(text, f"{_MIDNIGHT}$", "")


def _of_floats(values: np.ndarray) -> np.ndarray:
    return _mixed((values + 0.0).view(np.uint64) ^ _SALT)  # there is but one zero


def _of_letters(text: pa.Array) -> np.ndarray:
    hashes = _plain_letters(text)
    for word, other in _spelled():
        hashes[hashes == word] = other
    return hashes


def _plain_letters(text: pa.Array) -> np.ndarray:
    """By the letters of an array of strings without nulls."""
    _, offsets, letters = text.buffers()
    offsets = np.frombuffer(offsets, np.int32)[text.offset : text.offset + len(text) + 1].astype(np.int64)
    letters = np.frombuffer(letters, np.uint8) if letters is not None else np.empty(0, dtype=np.uint8)
    hashes, begin = np.empty(len(text), dtype=np.uint64), 0
    while begin < len(text):
        end = max(int(np.searchsorted(offsets, offsets[begin] + _LETTERS, side="right")) - 1, begin + 1)
        here = offsets[begin : end + 1]
        hashes[begin:end] = _of_block(letters[here[0] : here[-1]], here - here[0])
        begin = end
    return _mixed(hashes + np.diff(offsets).astype(np.uint64))


def _of_block(letters: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    """The letters of each cell as digits, the first of them the lowest."""
    if len(letters) > _LETTERS:  # a single long cell
        pieces = [letters[i : i + _LETTERS] for i in range(0, len(letters), _LETTERS)]
        told = [int(_of_block(piece, np.array([0, len(piece)]))[0]) for piece in pieces]
        jump = pow(_BASE, _LETTERS, _WHOLE)
        return np.array([sum(h * pow(jump, i, _WHOLE) for i, h in enumerate(told)) % _WHOLE], dtype=np.uint64)
    sums = np.zeros(len(letters) + 1, dtype=np.uint64)
    np.cumsum((letters.astype(np.uint64) + np.uint64(1)) * _powers(_BASE)[: len(letters)], out=sums[1:])
    return (sums[offsets[1:]] - sums[offsets[:-1]]) * _powers(pow(_BASE, -1, _WHOLE))[offsets[:-1]]


def _mixed(state: np.ndarray) -> np.ndarray:
    """The finalizer of splitmix64."""
    state = (state ^ (state >> np.uint64(30))) * _FIRST
    state = (state ^ (state >> np.uint64(27))) * _SECOND
    return state ^ (state >> np.uint64(31))


@cache
def _powers(base: int) -> np.ndarray:
    powers = np.full(_LETTERS + 1, base, dtype=np.uint64)
    powers[0] = 1
    return np.cumprod(powers)


@cache
def _spelled() -> tuple[tuple[np.uint64, np.uint64], ...]:
    """Hashes of yes and no as some programs spell them, and of how Parquet's own are told."""
    words = ("True", "TRUE", "False", "FALSE")
    told = _plain_letters(pa.array([*words, *map(str.lower, words)]))
    return tuple(zip(told[: len(words)], told[len(words) :], strict=True))
