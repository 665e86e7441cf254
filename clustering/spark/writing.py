"""The table with a segment on every row as a new table on the cluster: whole or not at all."""

import re
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace as changed

import pyarrow as pa

from clustering.errors import InvalidSetting
from clustering.spark.catalogue import TableName, quoted
from clustering.spark.connection import Cluster
from clustering.spark.failures import SparkFailed
from clustering.spark.result import AllRows
from clustering.wording import one_line

_NAME = re.compile(r"[A-Za-z0-9_]+")  # all that Spark's own catalog takes


class TargetTaken(InvalidSetting):
    """There is a table already where one was to be written, and nobody said that it may be replaced."""


def write_labels(
    cluster: Cluster,
    all_rows: AllRows,
    target: TableName,
    *,
    replace: bool = False,
    stop: Callable[[], bool] | None = None,
) -> int:
    """Write every row of the table with its segment to a new table.

    Parameters
    ----------
    all_rows : AllRows
    target : TableName
    replace : bool
        Whether a table of that name may go for it.
    stop : callable returning bool, optional
        Asked five times a second.

    Returns
    -------
    int
        Rows written.

    Raises
    ------
    TargetTaken
        If there is a table of that name and `replace` is False.
    InvalidSetting
        If it is the table itself, or no name that a table can have.
    SparkFailed
    Stopped
        In both cases no table was made or changed.
    """
    written = write_table(cluster, all_rows.query, target, source=all_rows.name, may_replace=replace, stop=stop)
    return sum(written["n"].to_pylist())


def write_table(
    cluster: Cluster,
    query: str,
    target: TableName,
    *,
    source: TableName,
    may_replace: bool,
    stop: Callable[[], bool] | None,
) -> pa.Table:
    """Write what a query gives; it stands under another name until it is whole.

    Parameters
    ----------
    source : TableName
        The table that the query reads.

    Returns
    -------
    pyarrow.Table
        How many rows (`n`) have each value of the last but one column (`segment`).
    """
    refuse_target(cluster, target, source=source, may_replace=may_replace)
    made = _beside(target)
    try:
        # Made first and filled then: of a table that was never made nobody would clear the files away.
        cluster.answer(f"CREATE TABLE {made.sql} AS SELECT * FROM ({query}) LIMIT 0", stop)
        cluster.answer(f"INSERT INTO {made.sql} {query}", stop)
        with cluster.failing():
            segment = quoted(cluster.session.table(made.sql).columns[-2])
        counted = cluster.answer(f"SELECT {segment} AS segment, count(*) AS n FROM {made.sql} GROUP BY 1", stop)
        _put(cluster, made, target, may_replace=may_replace)
    except BaseException:
        with suppress(SparkFailed):  # what is on its way out says why
            _drop(cluster, made)
        raise
    return counted


def refuse_target(cluster: Cluster, target: TableName, *, source: TableName, may_replace: bool) -> None:
    """Refuse to write where something would be lost.

    Raises
    ------
    TargetTaken, InvalidSetting, SparkFailed
        As `write_labels` does.
    """
    if not _NAME.fullmatch(target.name):
        raise InvalidSetting(
            f'"{one_line(target.name)}" is no name for a new table: take letters from a to z, digits and _ alone, such '
            "as customers_with_segments."
        )
    if [part.casefold() for part in target.parts] == [part.casefold() for part in source.parts]:
        raise InvalidSetting(
            f'"{one_line(target)}" is the table that the customers come from, which is never written over. Give the '
            "new table another name."
        )
    if not _is_there(cluster, target):
        return
    with cluster.failing():
        is_view = cluster.session.catalog.getTable(target.sql).tableType == "VIEW"
    if is_view:
        raise InvalidSetting(f'"{one_line(target)}" is a view, which stays as it is. Give another name.')
    if not may_replace:
        raise TargetTaken(
            f'There is a table "{one_line(target)}" already. Give another name, or say that it may be replaced.'
        )


def _put(cluster: Cluster, made: TableName, target: TableName, *, may_replace: bool) -> None:
    """Give a table that is whole its name; one that is to go for it stands aside until that is done."""
    if not (may_replace and _is_there(cluster, target)):
        _rename(cluster, made, target)  # which is refused if there is one by now
        return
    aside = _beside(target)
    _rename(cluster, target, aside)
    try:
        _rename(cluster, made, target)
    except BaseException:
        _rename(cluster, aside, target)
        raise
    _drop(cluster, aside)


def _beside(target: TableName) -> TableName:
    return changed(target, name=f"cluster_explorer_{uuid.uuid4().hex}")


def _is_there(cluster: Cluster, name: TableName) -> bool:
    with cluster.failing():
        return cluster.session.catalog.tableExists(name.sql)


def _rename(cluster: Cluster, name: TableName, new: TableName) -> None:
    with cluster.failing():  # in its own catalog, which is therefore not named again
        cluster.session.sql(f"ALTER TABLE {name.sql} RENAME TO {quoted(new.schema)}.{quoted(new.name)}").collect()


def _drop(cluster: Cluster, name: TableName) -> None:
    with cluster.failing():
        cluster.session.sql(f"DROP TABLE IF EXISTS {name.sql}").collect()
