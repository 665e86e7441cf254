"""Strategies: files that are damaged in ways that stay inside their format, and files that no program would write."""

import gzip
import io
import warnings
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st

from tests.fuzz.samples import BYTES, CELLS, members

_PLACES = st.integers(0, 9_999)  # in parts of a ten-thousandth of the content
_LENGTHS = st.sampled_from((1, 2, 4, 16, 300, 5_000))
_KINDS = ("flip", "set", "insert", "put over", "cut out", "cut off", "keep the end", "double", "swap")
_STEP = st.tuples(st.sampled_from(_KINDS), _PLACES, _LENGTHS, st.integers(0, 255), st.sampled_from(BYTES))


def damaged(content: bytes, steps) -> bytes:
    """The content after some steps of damage."""
    data = bytearray(content)
    for kind, place, length, value, inserted in steps:
        at = place * len(data) // 10_000
        if kind == "flip" and at < len(data):
            data[at] ^= 1 << value % 8
        elif kind == "set" and at < len(data):
            data[at] = value
        elif kind == "insert":
            data[at:at] = inserted
        elif kind == "put over":
            data[at : at + len(inserted)] = inserted
        elif kind == "cut out":
            del data[at : at + length]
        elif kind == "cut off":
            del data[at:]
        elif kind == "keep the end":
            del data[: at // 4]
        elif kind == "double":
            data[at:at] = bytes(data[at : at + length]) * (1 + value % 20)
        elif kind == "swap":
            other = value * len(data) // 256
            data[at : at + length], data[other : other + length] = data[other : other + length], data[at : at + length]
    return bytes(data)


def _steps(most: int = 4):
    return st.lists(_STEP, min_size=1, max_size=most)


@st.composite
def texts(draw, samples) -> bytes:
    """A damaged sample, two of them one after the other, or a table of odd cells."""
    kind = draw(st.sampled_from(("damaged", "damaged", "cells", "cells", "joined", "raw")))
    if kind == "raw":
        return draw(st.binary(max_size=300))
    if kind == "cells":
        return draw(_cells())
    content = samples[draw(st.sampled_from(sorted(samples)))]
    if kind == "joined":
        content += samples[draw(st.sampled_from(sorted(samples)))]
    return damaged(content, draw(_steps()))


@st.composite
def _cells(draw) -> bytes:
    delimiter, end = draw(st.sampled_from(",;\t|")), draw(st.sampled_from(("\n", "\r\n", "\r")))
    n_columns, n_rows = draw(st.integers(1, 5)), draw(st.integers(0, 8))
    cell = st.one_of(st.sampled_from(CELLS), st.text(max_size=8), st.floats().map(repr), st.integers().map(str))
    rows = draw(
        st.lists(st.lists(cell, min_size=n_columns, max_size=n_columns), min_size=1 + n_rows, max_size=1 + n_rows)
    )
    is_quoted = draw(st.booleans())
    if is_quoted:
        rows = [['"{}"'.format(cell.replace('"', '""')) for cell in row] for row in rows]
    encoding = draw(st.sampled_from(("utf-8", "utf-8", "utf-8-sig", "utf-16", "cp1252", "utf-16-le")))
    return end.join(delimiter.join(row) for row in rows).encode(encoding, errors="replace")


@st.composite
def zips(draw, samples) -> bytes:
    """A zip container with a damaged member, or one too many, too few, or under another name; or damaged itself."""
    content = samples[draw(st.sampled_from(sorted(samples)))]
    if content[:2] != b"PK" or draw(st.integers(0, 3)) == 0:
        return damaged(content, draw(_steps()))
    parts = list(members(content).items())
    for _ in range(draw(st.integers(1, 2))):
        place = draw(st.integers(0, len(parts) - 1))
        name, inside = parts[place]
        kind = draw(st.sampled_from(("damage", "damage", "damage", "damage", "drop", "double", "rename", "empty")))
        if kind == "damage":
            parts[place] = name, damaged(inside, draw(_steps()))
        elif kind == "drop" and len(parts) > 1:
            del parts[place]
        elif kind == "double":
            parts.append((name, inside))
        elif kind == "rename":
            renamed = st.sampled_from(
                ("../../hurt.csv", "/hurt", "C:\\hurt", "a\x00b.csv", "", "mimetype", "xl/workbook.bin")
            )
            parts[place] = draw(st.one_of(renamed, st.sampled_from(CELLS))), inside
        elif kind == "empty":
            parts[place] = name, b""
    return zipped(parts)


def zipped(parts) -> bytes:
    """A zip container of (name, content), whatever the names."""
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")  # of a name that stands twice
        for name, inside in parts:
            archive.writestr(name if name.split("\0")[0] else "none", inside)  # none without a name, see bombs.py
    return out.getvalue()


@st.composite
def archives(draw, samples) -> bytes:
    content = samples[draw(st.sampled_from(sorted(samples)))]
    if content[:2] == b"PK":
        return draw(zips({"": content}))
    if draw(st.booleans()):
        return gzip.compress(damaged(gzip.decompress(content), draw(_steps())))
    return damaged(content, draw(_steps()))


_TYPES = (
    *(
        pa.null(),
        pa.bool_(),
        pa.int8(),
        pa.uint64(),
        pa.int64(),
        pa.float16(),
        pa.float64(),
        pa.string(),
        pa.large_string(),
    ),
    *(
        pa.binary(),
        pa.binary(4),
        pa.date32(),
        pa.date64(),
        pa.time32("s"),
        pa.time64("us"),
        pa.duration("s"),
        pa.duration("us"),
    ),
    *(
        pa.timestamp("s"),
        pa.timestamp("ns"),
        pa.timestamp("us", "UTC"),
        pa.timestamp("ms", "Asia/Tokyo"),
        pa.decimal128(38, 10),
    ),
    *(
        pa.decimal256(76, 70),
        pa.list_(pa.int8()),
        pa.struct([("a", pa.string()), ("b", pa.int8())]),
        pa.map_(pa.string(), pa.int8()),
    ),
    *(
        pa.dictionary(pa.int8(), pa.string()),
        pa.list_(pa.struct([("x", pa.list_(pa.date32()))])),
        pa.list_(pa.timestamp("ns")),
    ),
)


@st.composite
def parquets(draw, samples) -> bytes:
    """A damaged sample (its footer more often than its pages), or a table of odd types and values."""
    if draw(st.booleans()):
        content = samples[draw(st.sampled_from(sorted(samples)))]
        n_footer = int.from_bytes(content[-8:-4], "little")
        steps = draw(_steps(3))
        if draw(st.booleans()):
            at = len(content) - 8 - n_footer
            footer = damaged(content[at:-8], steps)
            return content[:at] + footer + len(footer).to_bytes(4, "little") + b"PAR1"
        return damaged(content, steps)
    n_rows = draw(st.sampled_from((0, 1, 3, 5)))
    columns = [
        _odd_column(draw(st.sampled_from(_TYPES)), n_rows, draw(st.integers(0, 5)))
        for _ in range(draw(st.integers(0, 4)))
    ]
    names = [draw(st.sampled_from(CELLS)) for _ in columns]
    out = io.BytesIO()
    try:
        pq.write_table(pa.table(columns, names=names), out, use_dictionary=draw(st.booleans()))
    except (pa.ArrowException, OSError):  # not to be written as Parquet
        return b"PAR1"
    return out.getvalue()


def _odd_column(kind: pa.DataType, n_rows: int, seed: int) -> pa.Array:
    """Cells of a type, its smallest and largest values among them, made of their bytes where it has a fixed width."""
    try:
        width = kind.bit_width // 8
    except ValueError:
        width = 0
    filled = (b"\x00", b"\xff", b"\x7f", b"\x80", b"\x01", b"\x55")
    if width and not pa.types.is_dictionary(kind) and not pa.types.is_nested(kind):
        data = b"".join(filled[(seed + row) % 6] * width for row in range(n_rows))
        return pa.Array.from_buffers(kind, n_rows, [None, pa.py_buffer(data)])
    values = {
        "struct": {"a": CELLS[seed], "b": seed},
        "list": [] if "struct" in str(kind) or "timestamp" in str(kind) else [seed, None],
        "map": [(CELLS[seed], seed)],
        "bool": bool(seed % 2),
        "binary": filled[seed] * 3,
    }
    first = str(kind).partition("<")[0]
    value = values.get(first, CELLS[seed * 7] if first in ("string", "large_string", "dictionary") else None)
    return pa.array([None if row == 1 else value for row in range(n_rows)], kind)
