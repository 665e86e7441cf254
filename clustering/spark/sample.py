"""A sample of a table on the cluster, drawn there by hash: the same rows however the table is laid out."""

import io
import math
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.parquet as pq

from clustering.errors import InvalidSetting
from clustering.spark.catalogue import TableName, kind_of, quoted, stored_fields
from clustering.spark.connection import Cluster
from clustering.table import Table, read_table
from clustering.table.parquet import ROWS_IN_ALL
from clustering.wording import listing, one_line

SAMPLE_ROWS = 100_000
_LOWEST, _HASHES = -(2**63), 2**64  # of xxhash64
_SPREAD = 6  # standard deviations by which the number of rows below a hash may fall short of its expectation
_NESTED = ("array", "struct", "map")
_KEPT = ("string", "char", "varchar", "void", *_NESTED)  # of what is told as text


@dataclass(frozen=True, eq=False)
class RemoteSample:
    """Rows of a table on the cluster as an ordinary table.

    Attributes
    ----------
    name : TableName
        What they are a sample of.
    table : Table
        In the order of their hashes; `table.reading.n_in_all` says of how many rows.
    content : bytes
        The same as a Parquet file, which `read_table` and `read_again` read to the same table.
    n_rows : int
        Rows in all on the cluster.
    by : tuple of str
        The columns whose cells the hash is taken of.
    left_out : tuple of str
        Columns of raw bytes, spans of time and the like, which no table here can hold.
    """

    name: TableName
    table: Table
    content: bytes = field(repr=False)
    n_rows: int
    by: tuple[str, ...]
    left_out: tuple[str, ...] = ()


def draw_sample(
    cluster: Cluster, name: TableName, id_column: str | None = None, n_rows: int = SAMPLE_ROWS, stop=None
) -> RemoteSample:
    """Draw the rows with the smallest xxhash64 of a column, or of all.

    Parameters
    ----------
    id_column : str, optional
        The column that names a customer: with it the same customers are drawn tomorrow, whatever else of them changes.
        Without one the hash is taken of all columns.
    n_rows : int
        At most so many; a smaller table is taken whole.
    stop : callable, optional
        Asked from time to time; what it ends raises `Stopped`.

    Raises
    ------
    Stopped
    SparkFailed
    InvalidSetting
        If there is no such column.
    ClusteringError
        As by `read_table`: fewer than three rows, or no room for them.
    """
    stored = stored_fields(cluster, name, stop)
    fields = [field for field in stored if kind_of(field.dataType) != "text" or field.dataType.typeName() in _KEPT]
    names = tuple(field.name for field in fields)
    if id_column is not None and id_column not in names:
        raise InvalidSetting(
            f'The table has no column "{one_line(id_column)}"; it has {listing(map(one_line, names))}.'
        )
    by = names if id_column is None else (id_column,)
    hashed, tied = (_hash(field for field in fields if field.name in columns) for columns in (by, names))
    told = ", ".join(map(quoted, names))
    selected, ordered = f"SELECT {told} FROM {name.sql}", f"ORDER BY {hashed}, {tied} LIMIT {n_rows}"
    n_in_all = cluster.answer(f"SELECT count(*) AS n FROM {name.sql}", stop)["n"][0].as_py()
    below = _below(n_rows, n_in_all)
    drawn = None if below is None else cluster.answer(f"{selected} WHERE {hashed} <= {below} {ordered}", stop)
    if drawn is None or drawn.num_rows < n_rows:  # a customer may stand in many rows, which come together or not at all
        drawn = cluster.answer(f"{selected} {ordered}", stop)
    content = _as_parquet(drawn, n_in_all)
    left_out = tuple(field.name for field in stored if field not in fields)
    return RemoteSample(name, read_table(content, name=str(name)), content, n_in_all, by, left_out)


def _below(n_rows: int, n_in_all: int) -> int | None:
    """The hash below which some more rows than asked for lie, so that the cluster sorts only these; None for all."""
    share = (n_rows + _SPREAD * math.sqrt(n_rows)) / max(n_in_all, 1)
    return None if share >= 1 else _LOWEST + int(share * _HASHES)


def _hash(fields) -> str:
    """The hash of some cells of a row; of nested ones as JSON, because Spark hashes no maps."""
    cells = (
        f"to_json({quoted(field.name)})" if field.dataType.typeName() in _NESTED else quoted(field.name)
        for field in fields
    )
    return f"xxhash64({', '.join(cells)})"


def _as_parquet(rows: pa.Table, n_in_all: int) -> bytes:
    file = io.BytesIO()
    pq.write_table(rows.replace_schema_metadata({ROWS_IN_ALL: str(n_in_all)}), file)
    return file.getvalue()
