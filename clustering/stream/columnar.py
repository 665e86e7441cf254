"""A Parquet file read from its beginning to its end, without holding more than some rows of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from clustering.errors import UnreadableFile
from clustering.wording import one_line

STRETCH_ROWS, STRETCH_BYTES = 100_000, 1 << 26  # read at a time, at most
_NESTED_ROWS = 1_000  # of lists and records, whose size nothing tells beforehand
_BUFFER = 1 << 20  # so much of a column is read at a time, not the whole of a row group
_DAMAGE = (pa.ArrowException, OSError, ValueError, OverflowError, MemoryError)


@dataclass(frozen=True)
class ColumnarFile:
    """One Parquet file.

    Attributes
    ----------
    header : tuple of str
        The names of its columns as they stand.
    types : tuple of pyarrow.DataType
        What its columns are read as; of dictionaries what they hold.
    """

    path: Path
    name: str
    header: tuple[str, ...]
    types: tuple[pa.DataType, ...]
    n_rows: int

    def stretches(self, columns: Sequence[int] | None = None) -> Iterator[tuple[pa.Table, dict[int, str]]]:
        """Some rows after the other, of the columns at these places (all where not given), named by their places.

        Raises
        ------
        UnreadableFile
            If the file is damaged.
        """
        places = range(len(self.header)) if columns is None else columns
        schema = pa.schema([(str(place), self.types[place]) for place in places])
        try:
            with self._open() as file:
                if file.metadata.num_rows != self.n_rows or tuple(file.schema_arrow.names) != self.header:
                    raise UnreadableFile(f"{self.name} was changed while it was read. Start again.")
                # Names that stand twice, or that begin as another one goes on, say nothing of the place.
                can_choose = len(set(self.header)) == len(self.header) and not any("." in name for name in self.header)
                chosen = [self.header[place] for place in places] if can_choose else None
                for batch in file.iter_batches(self._n_at_a_time(file), columns=chosen, use_threads=False):
                    found = [batch.column(self.header[place] if can_choose else place) for place in places]
                    for cells in _split(found, batch.num_rows):
                        told = [_decoded(c, f.type) for c, f in zip(cells, schema, strict=True)]
                        stretch = pa.table(told, schema)
                        stretch.validate(full=True)  # text that is none is damage, too
                        yield stretch, {}
        except _DAMAGE as error:
            if isinstance(error, UnreadableFile):
                raise
            raise _damaged(self.name) from error

    def _open(self) -> pq.ParquetFile:
        texts = [
            name
            for name, kind in zip(self.header, self.types, strict=True)
            if pa.types.is_string(kind) or pa.types.is_binary(kind) or pa.types.is_large_string(kind)
        ]
        # As a dictionary a long text in a million rows is held once; it is told how long the rows are before they are.
        return pq.ParquetFile(self.path, buffer_size=_BUFFER, pre_buffer=False, read_dictionary=texts)

    def _n_at_a_time(self, file: pq.ParquetFile) -> int:
        if any(pa.types.is_nested(kind) for kind in self.types):
            return _NESTED_ROWS
        columns = (file.schema.column(place) for place in range(len(file.schema.names)))
        width = sum(column.length for column in columns if column.physical_type == "FIXED_LEN_BYTE_ARRAY")
        return max(1, min(STRETCH_ROWS, STRETCH_BYTES // max(width + 8 * len(self.header), 1)))


def open_columnar(path: Path, name: str) -> ColumnarFile:
    """Read what a Parquet file says of its columns.

    Raises
    ------
    UnreadableFile
        If it is damaged.
    """
    try:
        with pq.ParquetFile(path) as file:
            schema, n_rows = file.schema_arrow, file.metadata.num_rows
    except _DAMAGE as error:
        raise _damaged(name) from error
    kinds = [field.type.value_type if pa.types.is_dictionary(field.type) else field.type for field in schema]
    return ColumnarFile(path, name, tuple(schema.names), tuple(kinds), n_rows)


def _split(columns: Sequence[pa.Array], n_rows: int) -> Iterator[list[pa.Array]]:
    """The rows in pieces whose text is no longer than a stretch may be."""
    sizes = np.zeros(n_rows, dtype=np.int64)
    for column in columns:
        if pa.types.is_dictionary(column.type):
            lengths = pc.binary_length(column.dictionary).cast(pa.int64()).take(column.indices)
            sizes += pc.fill_null(lengths, 0).to_numpy(zero_copy_only=False)
    pieces, begin = sizes.cumsum() // STRETCH_BYTES, 0
    while begin < n_rows:
        end = max(int(np.searchsorted(pieces, pieces[begin], side="right")), begin + 1)
        yield [column.slice(begin, end - begin) for column in columns]
        begin = end


def _decoded(cells: pa.Array, kind: pa.DataType) -> pa.Array:
    return cells if cells.type == kind else cells.cast(kind)


def _damaged(name: str) -> UnreadableFile:
    return UnreadableFile(
        f"{one_line(name)} is a Parquet file that is damaged or was cut off on its way. Save or download it again."
    )
