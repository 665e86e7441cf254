"""Who moved from which segment to which between two files that both hold a customer id."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from clustering.errors import InvalidSetting
from clustering.identity import default_name
from clustering.table import Table
from clustering.wording import count, listing, one_line

NO_SEGMENT = "no segment"

_MOST_SEGMENTS = 1_000
# What a labelled file of ours puts before a cell that would start a formula is no part of the id or name.
_FORMULA = re.compile("^'(\\s*[=+\\-@\uff1d\uff0b\uff0d\uff20])")


@dataclass(frozen=True, eq=False)
class Placed:
    """Customers with their id and segment, at one time.

    Attributes
    ----------
    ids : pyarrow.ChunkedArray of str
        As they stand in the file, but without blanks around them; null where there is none.
    labels : ndarray of int32 of shape (n_rows,)
        -1 where there is no segment.
    names : tuple of str
        Of the segments.
    """

    ids: pa.ChunkedArray
    labels: np.ndarray
    names: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Moved:
    """Where the customers of one file are in another.

    Compared are customers whose id stands once in either file.

    Attributes
    ----------
    both : ndarray of int of shape (n_before + 1, n_after + 1)
        Those in both files, by their segment before and after; the last row and column are of no segment.
    names_before, names_after : tuple of str
        Of the segments, then "no segment".
    same : tuple of int
        For each segment after, the one of the same name before; -1 where there is none.
    movers : DataFrame
        `id`, `before` and `after` of those in both who are not in the same segment, in the order of the file after.
    n_both, n_only_before, n_only_after : int
        Customers.
    n_doubled_before, n_doubled_after : int
        Rows whose id stands in that file more than once: who is meant is not known, so they are not compared.
    n_missing_before, n_missing_after : int
        Rows without an id.
    notes : tuple of str
    """

    both: np.ndarray
    names_before: tuple[str, ...]
    names_after: tuple[str, ...]
    same: tuple[int, ...]
    movers: pd.DataFrame
    n_both: int
    n_only_before: int
    n_only_after: int
    n_doubled_before: int
    n_doubled_after: int
    n_missing_before: int
    n_missing_after: int
    notes: tuple[str, ...]

    @property
    def shares(self) -> np.ndarray:
        """Of the customers of each segment before, the share in each after; NaN where nobody was."""
        with np.errstate(invalid="ignore"):
            return self.both / self.both.sum(axis=1, keepdims=True)

    @property
    def n_stayed(self) -> int:
        """Customers in the segment of the same name, and those without one before and after."""
        return self.n_both - len(self.movers)


def placed(table: Table, id_column: str, labels: np.ndarray, names: tuple[str, ...]) -> Placed:
    """Put ids and segments together.

    Parameters
    ----------
    labels : ndarray of shape (n_rows,)
        -1 where a row has no segment.

    Raises
    ------
    InvalidSetting
        If there is no such column, or the labels are of another table.
    """
    if id_column not in table.frame:
        raise InvalidSetting(f'There is no column "{one_line(id_column)}" in this file. Choose the customer id.')
    if len(labels) != table.n_rows:
        raise InvalidSetting("These segments belong to another table. Find the segments again.")
    ids = pc.utf8_trim_whitespace(table.text[id_column])
    ids = pc.replace_substring_regex(ids, _FORMULA.pattern, r"\1")
    return Placed(pc.if_else(pc.equal(ids, ""), None, ids), np.asarray(labels, dtype=np.int32), tuple(names))


def labelled_before(table: Table) -> tuple[np.ndarray, tuple[str, ...]]:
    """Read segments and their names from a labelled file that was saved before.

    Where the labelled file had columns called `segment` of its own, the last one is ours.

    Returns
    -------
    labels : ndarray of int32 of shape (n_rows,)
        -1 where a row has no segment.
    names : tuple of str

    Raises
    ------
    InvalidSetting
        If there is no column of segments, or it holds something else than their numbers.
    """
    segment = _last_like("segment", table)
    if segment is None:
        raise InvalidSetting('This file has no column "segment". Choose a labelled file that was saved here.')
    if not pd.api.types.is_float_dtype(table.frame[segment]):
        raise InvalidSetting(_no_numbers(segment))
    numbers = table.frame[segment].to_numpy()
    has_segment = ~np.isnan(numbers)
    known = numbers[has_segment]
    is_number = (known >= 1) & (known <= _MOST_SEGMENTS) & (known == np.floor(known))
    if not len(known) or not is_number.all():
        raise InvalidSetting(_no_numbers(segment))
    labels = np.full(len(numbers), -1, dtype=np.int32)
    labels[has_segment] = known.astype(np.int32) - 1
    return labels, _names(table, labels)


def moved(before: Placed, after: Placed) -> Moved:
    """Find the customers of one file in another by their id, and where they went.

    Ids are the same only if they are written the same: "7", "7.0" and "007" are three customers.
    """
    n_before = len(before.labels)
    ids = pa.chunked_array([*before.ids.chunks, *after.ids.chunks], pa.string()).combine_chunks().dictionary_encode()
    codes = ids.indices.fill_null(-1).to_numpy()
    sides = codes[:n_before], codes[n_before:]
    times = [np.bincount(side[side >= 0], minlength=len(ids.dictionary)) for side in sides]
    is_both = (times[0] == 1) & (times[1] == 1)
    row_before = np.zeros(len(ids.dictionary), dtype=np.int64)
    row_before[sides[0][sides[0] >= 0]] = np.flatnonzero(sides[0] >= 0)
    rows = np.flatnonzero(sides[1] >= 0)
    rows = rows[is_both[sides[1][rows]]]
    shape = len(before.names) + 1, len(after.names) + 1
    was, now = before.labels[row_before[sides[1][rows]]], after.labels[rows]
    was, now = np.where(was < 0, shape[0] - 1, was), np.where(now < 0, shape[1] - 1, now)
    both = np.bincount(was * np.int64(shape[1]) + now, minlength=shape[0] * shape[1]).reshape(shape)
    both.flags.writeable = False
    same = _same_names(before.names, after.names)
    is_mover = np.array([*same, shape[0] - 1])[now] != was
    names = [(*one.names, NO_SEGMENT) for one in (before, after)]
    movers = {"id": after.ids.take(rows[is_mover]).to_numpy()}
    for when, titles, labels in (("before", names[0], was), ("after", names[1], now)):
        movers[when] = np.array(titles, dtype=object)[labels[is_mover]]
    doubled = [int(n[n > 1].sum()) for n in times]
    missing = [int((side < 0).sum()) for side in sides]
    return Moved(
        both=both,
        names_before=names[0],
        names_after=names[1],
        same=same,
        movers=pd.DataFrame(movers),
        n_both=len(rows),
        n_only_before=int(((times[0] == 1) & (times[1] == 0)).sum()),
        n_only_after=int(((times[0] == 0) & (times[1] == 1)).sum()),
        n_doubled_before=doubled[0],
        n_doubled_after=doubled[1],
        n_missing_before=missing[0],
        n_missing_after=missing[1],
        notes=(*_told(doubled, missing), *([] if len(rows) else _told_numbers(ids.dictionary, times))),
    )


def _last_like(name: str, table: Table) -> str | None:
    """The last column of this name, or of this name and a number."""
    found = [column for column in table.frame if re.fullmatch(rf"{name}(_\d+)?", column)]
    return found[-1] if found else None


def _no_numbers(column: str) -> str:
    told = f'"{column}" holds no numbers of segments (1, 2, 3, …) in this file.'
    return f"{told} Choose a labelled file that was saved here."


def _names(table: Table, labels: np.ndarray) -> tuple[str, ...]:
    """What most rows of every segment call it; of several names of as many rows the one that appears last."""
    column, names = _last_like("segment_name", table), [default_name(label) for label in range(labels.max() + 1)]
    if column is not None:
        texts = table.text[column].combine_chunks().dictionary_encode()
        codes, known = texts.indices.to_numpy(), labels >= 0
        counted = pd.Series(labels[known]).groupby([labels[known], codes[known]]).size().sort_values(kind="stable")
        for label, code in counted.index:  # the last one for a label is the most frequent
            names[label] = _FORMULA.sub(r"\1", texts.dictionary[code].as_py().strip()) or names[label]
    return tuple(names)


def _same_names(before: tuple[str, ...], after: tuple[str, ...]) -> tuple[int, ...]:
    """For each name after, its place before; of names that stand twice the first goes with the first."""
    places: dict[str, list[int]] = {}
    for place, name in enumerate(before):
        places.setdefault(name, []).append(place)
    return tuple(places[name].pop(0) if places.get(name) else -1 for name in after)


def _told(doubled: list[int], missing: list[int]) -> list[str]:
    told = []
    for n_doubled, n_missing, when in zip(doubled, missing, ("before", "after"), strict=True):
        if n_doubled:
            told.append(f"{count(n_doubled, 'row')} of the file {when} share an id with another row and are left out.")
        if n_missing:
            told.append(f"{count(n_missing, 'row')} of the file {when} {'has' if n_missing == 1 else 'have'} no id.")
    return told


def _told_numbers(ids: pa.Array, times: list[np.ndarray]) -> list[str]:
    """That nobody is found, and whether it is only the way that numbers are written."""
    numbers = pd.to_numeric(pd.Series(ids.to_numpy(zero_copy_only=False)), errors="coerce").to_numpy(np.float64)
    single = [np.flatnonzero((side == 1) & np.isfinite(numbers)) for side in times]
    values, first = zip(*(np.unique(numbers[own], return_index=True) for own in single), strict=True)
    common, *places = np.intersect1d(*values, assume_unique=True, return_indices=True)
    if not len(common):
        return ["No id stands in both files. Choose the column of the same id in both."]
    examples = [ids[int(own[at[place[0]]])].as_py() for own, at, place in zip(single, first, places, strict=True)]
    return [
        f"No id stands in both files as it is written, but as numbers {count(len(common), 'id')} would "
        f"({listing(map(one_line, examples))}). Write them the same way in both files."
    ]
