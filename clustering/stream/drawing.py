"""Which rows have the smallest hashes, while the rows pass by."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clustering.stream.hashing import hash_rows, rehashed
from clustering.stream.source import Part, Source
from clustering.table.parquet import as_text

_MOST_BYTES = 1 << 28  # of the cells that are drawn; of very long rows there are fewer
_MOST_EQUAL = 0.001  # of the rows that are drawn may have one hash: they are in it together, or none of them
_BUCKETS = 22  # bits of a hash by which the rows are counted
_EVEN = 4  # times the usual number in a bucket is no sign that rows are equal
_SPOILED = 4  # times the rows that are wanted: they are equal, and nothing is gained by keeping them


class Drawing:
    """The rows with the smallest hashes so far.

    Parameters
    ----------
    source : Source
    by : tuple of str
        The columns that the hash is taken of; of all where there are none.
    n_rows : int
        How many are wanted.
    lumps : ndarray of bool, optional
        Buckets that hold more rows than come about by chance: equal ones in them are told apart by how many were there
        before.
    """

    def __init__(self, source: Source, by: tuple[str, ...], n_rows: int, lumps: np.ndarray | None = None):
        self.by, self.n_in_all, self.set_aside = by, 0, {}
        self._source, self._n_rows, self._known_lumps = source, n_rows, lumps
        self._counts = np.zeros(1 << _BUCKETS, dtype=np.uint32)
        self._equal = _Occurrences()
        self._kept: list[tuple[pa.Table, np.ndarray]] = []
        self._n_kept = self._n_bytes = self._n_sound = 0
        self._limit, self._is_spoiled = np.uint64(np.iinfo(np.uint64).max), False

    def add(self, part: Part) -> None:
        """Look at some more rows."""
        self.n_in_all += part.n_rows
        for reason in part.set_aside.values():
            self.set_aside[reason] = self.set_aside.get(reason, 0) + 1
        sound = np.flatnonzero(part.is_sound)
        self._n_sound += len(sound)
        hashes = self._hashes(part)[sound]
        buckets = hashes >> np.uint64(64 - _BUCKETS)
        if self._known_lumps is None:
            np.add.at(self._counts, buckets, 1)
        else:
            is_lump = self._known_lumps[buckets]
            hashes[is_lump] = rehashed(hashes[is_lump], self._equal.before(hashes[is_lump]))
        taken = np.flatnonzero(hashes <= self._limit)
        if len(taken) and not self._is_spoiled:
            self._keep(part.raw.take(pa.array(sound[taken])), hashes[taken])

    @property
    def lumps(self) -> np.ndarray:
        """Buckets with so many rows that some of them must be equal."""
        usual = _EVEN * (1 + self._n_sound / len(self._counts))
        return self._counts > max(_MOST_EQUAL * self._n_rows, usual)

    @property
    def is_lumpy(self) -> bool:
        """Whether many rows have one hash, and there are more of them than are wanted."""
        return self._known_lumps is None and self._n_sound > self._n_rows and bool(self.lumps.any())

    def rows(self) -> pa.Table:
        """Those with the smallest hashes, in their order; of one hash in the order of that of all their cells."""
        if not self._kept:
            kinds = self._source.types or [pa.string()] * len(self._source.names)
            return pa.schema(list(zip(self._source.names, kinds, strict=True))).empty_table()
        raw = pa.concat_tables([table for table, _ in self._kept]).combine_chunks()
        hashes = np.concatenate([hashes for _, hashes in self._kept])
        order = np.lexsort((hash_rows(Part(0, raw, self._source), self._source.names), hashes))[: self._n_rows]
        within = np.cumsum(_sizes(raw)[order]) <= _MOST_BYTES
        within[:1] = True
        return raw.take(pa.array(order[within]))

    def _hashes(self, part: Part) -> np.ndarray:
        if not self.by:
            return hash_rows(part, self._source.names)
        hashes = hash_rows(part, self.by)
        is_blank = np.ones(part.n_rows, dtype=bool)
        for name in self.by:
            cells = part.raw[name]
            text = cells if pa.types.is_string(cells.type) else None
            if text is None:
                is_blank &= pc.is_null(cells, nan_is_null=True).to_numpy()
            else:
                is_blank &= pc.equal(pc.utf8_trim_whitespace(pc.fill_null(text, "")), "").to_numpy()
        if is_blank.any():
            rows = Part(0, part.raw.filter(pa.array(is_blank)), self._source)
            hashes[is_blank] = hash_rows(rows, self._source.names)
        return hashes

    def _keep(self, rows: pa.Table, hashes: np.ndarray) -> None:
        self._kept.append((rows, hashes))
        self._n_kept, self._n_bytes = self._n_kept + len(hashes), self._n_bytes + rows.nbytes
        if self._n_kept <= 2 * self._n_rows and self._n_bytes <= 2 * _MOST_BYTES:
            return
        raw = pa.concat_tables([table for table, _ in self._kept])
        hashes = np.concatenate([hashes for _, hashes in self._kept])
        order = np.argsort(hashes, kind="stable")
        n = min(self._n_rows, int(np.searchsorted(np.cumsum(_sizes(raw)[order]), _MOST_BYTES)) + 1, len(order))
        self._limit = hashes[order[n - 1]]
        taken = np.sort(order[: np.searchsorted(hashes[order], self._limit, side="right")])
        self._kept = [(raw.take(pa.array(taken)).combine_chunks(), hashes[taken])]
        self._n_kept, self._n_bytes = len(taken), self._kept[0][0].nbytes
        self._is_spoiled = self._n_kept > _SPOILED * self._n_rows


class _Occurrences:
    """How many rows with a hash were there before."""

    def __init__(self):
        self._hashes, self._counts = np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.int64)

    def before(self, hashes: np.ndarray) -> np.ndarray:
        """For each of these rows; they count from then on."""
        order = np.argsort(hashes, kind="stable")
        levels, begins, counts = np.unique(hashes[order], return_index=True, return_counts=True)
        ranks = np.empty(len(hashes), dtype=np.int64)
        ranks[order] = np.arange(len(hashes)) - np.repeat(begins, counts)
        places = np.searchsorted(self._hashes, levels)
        known = places < len(self._hashes)
        known[known] = self._hashes[places[known]] == levels[known]
        base = np.zeros(len(levels), dtype=np.int64)
        base[known] = self._counts[places[known]]
        ranks += base[np.searchsorted(levels, hashes)]
        self._counts[places[known]] += counts[known]
        self._counts = np.insert(self._counts, places[~known], counts[~known])
        self._hashes = np.insert(self._hashes, places[~known], levels[~known])
        return ranks


def _sizes(rows: pa.Table) -> np.ndarray:
    """About how many bytes the cells of each row take as text."""
    sizes = np.zeros(rows.num_rows, dtype=np.int64)
    for name in rows.column_names:
        cells = rows[name]
        if pa.types.is_nested(cells.type):
            cells = as_text(cells, "The file")
        if pa.types.is_string(cells.type) or pa.types.is_large_string(cells.type) or pa.types.is_binary(cells.type):
            sizes += pc.fill_null(pc.binary_length(cells).cast(pa.int64()), 0).to_numpy()
        sizes += 8
    return sizes
