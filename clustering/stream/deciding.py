"""Whether a table is to be read part by part: estimated from its beginning, never by reading all of it."""

import gzip
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from clustering.errors import ClusteringError
from clustering.stream.columnar import ColumnarFile, open_columnar
from clustering.table.archive import MAX_UNPACKED, is_archive
from clustering.table.detect import detect_format
from clustering.table.parquet import MAX_CELLS
from clustering.table.room import HEAD, PARQUET_CELL, PARQUET_TEXT, UNPACKED, needed_by_head, usable

_PACKED_HEAD = 1 << 22  # bytes of a gzip archive that tell how much it is packed
_PROBED = 10_000  # rows of Parquet that tell how long its texts are


def needs_streaming(path: str | Path, most: float | None = None) -> bool:
    """Whether a table is a folder, or would take more memory than it may when it is read at once.

    What is no Parquet and no text, a workbook or a zip archive, cannot be read part by part, and is not.

    Parameters
    ----------
    most : float, optional
        Bytes that it may take; what is free where not given, and never more than that.
    """
    path = Path(path)
    try:
        if path.is_dir():
            return True
        if not path.is_file():
            return False
        needed = _needed(path)
    except (OSError, ValueError, EOFError, pa.ArrowException):  # told when it is read
        return False
    return needed > min(usable(), float("inf") if most is None else most)


def _needed(path: Path) -> float:
    """Bytes that reading a file at once takes at its peak; 0 for what can only be read so."""
    n_bytes = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(HEAD)
    if head[:4] == b"PAR1":
        return _needed_by_parquet(open_columnar(path, path.name), n_bytes)
    if head[:2] == b"\x1f\x8b":
        return _needed_by_gzip(path, n_bytes)
    if is_archive(memoryview(head)) or not _is_text(head, path.name):
        return 0
    return n_bytes + needed_by_head(head, n_bytes)[0]


def _needed_by_gzip(path: Path, n_bytes: int) -> float:
    with path.open("rb") as file, gzip.GzipFile(fileobj=file) as stream:
        head = stream.read(_PACKED_HEAD)
        n_taken = min(file.tell(), n_bytes)
    if not head or not _is_text(head, path.name):
        return 0
    n_unpacked = len(head) * n_bytes / n_taken
    if n_unpacked > MAX_UNPACKED:
        return float("inf")
    needed, _ = needed_by_head(head[:HEAD], n_unpacked)
    return n_bytes + max(UNPACKED * n_unpacked, n_unpacked + needed)


def _needed_by_parquet(file: ColumnarFile, n_bytes: int) -> float:
    n_cells = file.n_rows * len(file.header)
    if n_cells > MAX_CELLS:
        return float("inf")
    texts = [place for place, kind in enumerate(file.types) if pa.types.is_string(kind) or pa.types.is_binary(kind)]
    stretch, _ = next(file.stretches(texts), (None, {})) if texts else (None, {})
    n_letters = 0.0
    if stretch is not None and stretch.num_rows:
        probed = stretch.slice(0, _PROBED)
        letters = sum(pc.sum(pc.binary_length(cells)).as_py() or 0 for cells in probed.columns)
        n_letters = letters * file.n_rows / probed.num_rows
    return n_bytes + PARQUET_CELL * n_cells + PARQUET_TEXT * n_letters


def _is_text(head: bytes, name: str) -> bool:
    try:
        return detect_format(memoryview(head), name) == "csv"
    except ClusteringError:
        return False
