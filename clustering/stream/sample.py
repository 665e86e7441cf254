"""A sample of the rows of a source that is the same whatever their order, and however they are laid out."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

import numpy as np
import pyarrow as pa

from clustering.errors import ClusteringError
from clustering.stream.drawing import Drawing
from clustering.stream.source import PART_ROWS, Part, Source
from clustering.stream.typing import Typing
from clustering.table import MIN_ROWS, Reading, ReadOptions, Records, Table, build_table
from clustering.table.options import AS_FOUND
from clustering.table.parquet import as_text
from clustering.wording import count

SAMPLE_ROWS = 100_000
_HEAD_ROWS = 2_000  # that tell which columns are identifiers
_FEW_TWICE = 0.99  # so many of the rows at least have an identifier of their own


@dataclass(frozen=True, eq=False)
class Sample:
    """Rows of a source as an ordinary table.

    Attributes
    ----------
    table : Table
        In the order of their hashes, not of the file; `table.reading.n_in_all` tells of how many rows.
    n_rows : int
        Rows in all of the source, set aside or not.
    by : tuple of str
        The columns whose cells decide who is in it: the identifiers, or all.
    set_aside : mapping of str to int
        Why rows of the source take no part -> how many.
    typing : Typing
        How the cells of all rows are read: `part.frame(sample.typing, names)`.
    """

    table: Table
    n_rows: int
    by: tuple[str, ...]
    set_aside: dict[str, int]
    typing: Typing


@dataclass(frozen=True, eq=False)
class Drawn:
    """The rows of a sample as they stand, before it is decided what they hold.

    Attributes
    ----------
    raw : pyarrow.Table
        In the order of their hashes.
    n_rows, by, set_aside
        As in `Sample`.
    """

    raw: pa.Table
    n_rows: int
    by: tuple[str, ...]
    set_aside: dict[str, int]


def draw_sample(
    source: Source,
    n_rows: int = SAMPLE_ROWS,
    *,
    options: ReadOptions = AS_FOUND,
    least_rows: int = MIN_ROWS,
    part_rows: int = PART_ROWS,
    on_part: Callable[[Part], None] | None = None,
) -> Sample:
    """Draw the rows with the smallest hashes, in one pass over all rows.

    The hash is taken of the identifier, so that a customer who is in the sample stays in it whatever else of the file
    changes; where no column is one, or a row has none, of all its cells. The order of the rows, the format, the number
    of files and the size of the parts play no part in it. Where many rows are equal, the second of them has another
    hash than the first, and so on: which of them is which makes no difference.

    Parameters
    ----------
    n_rows : int
        At most; fewer where the rows hold very long texts.
    options : ReadOptions
        What is overruled for columns, as for `read_table`.
    least_rows : int
        As for `read_table`.
    part_rows : int
        How many are read at a time: plays no part in what is found.
    on_part : callable of Part, optional
        Called with every part once.

    Returns
    -------
    Sample

    Raises
    ------
    UnreadableFile, TooFewRows, InvalidColumns
        As by `read_table`.
    """
    drawn = draw_rows(source, n_rows, part_rows=part_rows, on_part=on_part)
    table = make_table(source, drawn, options, least_rows)
    return Sample(table, drawn.n_rows, drawn.by, drawn.set_aside, Typing.of(table))


def draw_rows(
    source: Source,
    n_rows: int = SAMPLE_ROWS,
    *,
    part_rows: int = PART_ROWS,
    on_part: Callable[[Part], None] | None = None,
) -> Drawn:
    """The rows of `draw_sample` as they stand."""
    by = _identifiers(source, part_rows)
    drawing = _draw(source, Drawing(source, by, n_rows), part_rows, on_part)
    if by and drawing.is_lumpy:  # what looks like an identifier is shared by many rows
        drawing = _draw(source, Drawing(source, (), n_rows), part_rows, None)
    if drawing.is_lumpy:
        drawing = _draw(source, Drawing(source, (), n_rows, drawing.lumps), part_rows, None)
    return Drawn(drawing.rows(), drawing.n_in_all, drawing.by or source.names, drawing.set_aside)


def _draw(source: Source, drawing: Drawing, part_rows: int, on_part: Callable[[Part], None] | None) -> Drawing:
    for part in source.parts(n_rows=part_rows):
        if on_part is not None:
            on_part(part)
        drawing.add(part)
    return drawing


def make_table(source: Source, drawn: Drawn, options: ReadOptions, least_rows: int) -> Table:
    """The sample as a table."""
    text = _as_text(source, drawn.raw)
    header = None if source.header is None else list(source.header)
    records = Records(header, text, notes=source.notes + tuple(told_aside(drawn)), types=source.types)
    reading = Reading(
        source.name,
        source.n_bytes,
        source.format,
        source.delimiter,
        source.encoding,
        n_in_all=None if text.num_rows == drawn.n_rows else drawn.n_rows,
    )
    return build_table(records, reading, options, _content(source, drawn, text), least_rows)


def _as_text(source: Source, raw: pa.Table) -> pa.Table:
    """Some rows as `Records` holds them."""
    columns = raw.columns if source.format == "csv" else [as_text(cells, source.name) for cells in raw.columns]
    return pa.table(columns, names=[str(place) for place in range(raw.num_columns)])


def told_aside(drawn: Drawn) -> list[str]:
    """A sentence for each reason why rows of the source take no part."""
    notes = []
    for reason, n in sorted(drawn.set_aside.items()):
        takes = "take" if n > 1 else "takes"
        notes.append(f"{count(n, 'row')} set aside ({reason}): kept, but {takes} no part.")
    return notes


def _content(source: Source, drawn: Drawn, text: pa.Table) -> bytes:
    """What the digest of the sample is taken of."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, text.schema) as writer:
        writer.write_table(text.combine_chunks())
    told = f"{source.headers} {drawn.n_rows} {sorted(drawn.set_aside.items())}".encode(errors="surrogatepass")
    return sink.getvalue().to_pybytes() + told


def _identifiers(source: Source, part_rows: int) -> tuple[str, ...]:
    """The columns that tell one row from the others, as a few rows at the beginning show.

    Every other one of them: so a running number is one by its name alone, and not because no number is left out, which
    hangs on the order of the rows.
    """
    head = next(source.parts(n_rows=min(_HEAD_ROWS, part_rows)), None)
    if head is None:
        return ()
    sound = np.flatnonzero(head.is_sound)[::2]
    text = _as_text(source, head.raw.take(pa.array(sound)))
    header = None if source.header is None else list(source.header)
    reading = Reading(source.name, 0, source.format, source.delimiter)
    try:
        table = build_table(Records(header, text), reading, AS_FOUND, b"")
    except ClusteringError:  # what is wrong with the rows is told of the sample
        return ()
    ids = (c.name for c in table.columns if c.role == "id" and c.distinct >= _FEW_TWICE * table.n_rows)
    return tuple(islice(ids, 1))
