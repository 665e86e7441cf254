"""What stands on a cluster: its tables, and what the columns of one hold, told by the cluster itself."""

import re
from dataclasses import dataclass

from clustering.features.prepare import HUGE
from clustering.spark.connection import Cluster
from clustering.spark.failures import NotThere

MOST_TABLES = 5_000
_KINDS = {
    **dict.fromkeys(("byte", "short", "integer", "long", "float", "double", "decimal"), "number"),
    **dict.fromkeys(("date", "timestamp", "timestamp_ntz"), "date"),
    "boolean": "boolean",
}
_TEXTS = ("string", "char", "varchar")
# A catalog that nobody used yet is not listed by SHOW CATALOGS, but stands among the settings.
_CATALOG_SETTING = re.compile(r"spark\.sql\.catalog\.([^.]+)")
_HIDDEN = ("information_schema",)


@dataclass(frozen=True, order=True)
class TableName:
    """Where a table stands."""

    catalog: str
    schema: str
    name: str

    def __str__(self) -> str:
        return ".".join(self.parts)

    @property
    def parts(self) -> tuple[str, str, str]:
        return self.catalog, self.schema, self.name

    @property
    def sql(self) -> str:
        """As a query names it, whatever letters are in it."""
        return ".".join(map(quoted, self.parts))


@dataclass(frozen=True)
class Catalogue:
    """The tables that this account sees.

    Attributes
    ----------
    tables : tuple of TableName
        Ordered by name, the first 5,000.
    is_cut : bool
        Whether there are more.
    closed : tuple of str
        Catalogs and schemas ("catalog.schema") whose tables are not listed, because the cluster refuses to.
    """

    tables: tuple[TableName, ...]
    is_cut: bool = False
    closed: tuple[str, ...] = ()


@dataclass(frozen=True)
class RemoteColumn:
    """A column of a table on the cluster.

    Attributes
    ----------
    type : {"number", "text", "date", "boolean"}
        What the sample will have it as, if its texts are nothing but texts: numbers and dates that stand as text on the
        cluster are found when the sample is read.
    native : str
        Its type on the cluster, such as "decimal(10,2)".
    missing : int
        Rows without a value: NULL, not a number or infinite, a text of blanks.
    min, max : float, str or None
        Of numbers, and of dates (ISO text); None where there are none.
    """

    name: str
    type: str
    native: str
    missing: int
    min: float | str | None = None
    max: float | str | None = None


@dataclass(frozen=True)
class RemoteTable:
    """A table on the cluster described, over all its rows."""

    name: TableName
    n_rows: int
    columns: tuple[RemoteColumn, ...]


def list_tables(cluster: Cluster, stop=None) -> Catalogue:
    """All tables and views of all schemas, but for temporary ones.

    Parameters
    ----------
    stop : callable, optional
        Asked from time to time; what it ends raises `Stopped`.

    Raises
    ------
    Stopped
    SparkFailed
    """
    tables, closed = [], []
    for catalog in _catalogs(cluster, stop):
        try:
            schemas = _column(cluster, f"SHOW SCHEMAS IN {quoted(catalog)}", "namespace", stop)
        except NotThere:
            closed.append(catalog)
            continue
        for schema in map(_bare, schemas):
            if schema in _HIDDEN:
                continue
            if len(tables) > MOST_TABLES:
                return Catalogue(tuple(sorted(tables)[:MOST_TABLES]), True, tuple(closed))
            try:
                query = f"SHOW TABLES IN {quoted(catalog)}.{quoted(schema)}"
                shown = cluster.answer(query, stop).to_pylist()
            except NotThere:
                closed.append(f"{catalog}.{schema}")
                continue
            tables += [TableName(catalog, schema, row["tableName"]) for row in shown if not row["isTemporary"]]
    return Catalogue(tuple(sorted(tables)[:MOST_TABLES]), len(tables) > MOST_TABLES, tuple(closed))


def describe(cluster: Cluster, name: TableName, stop=None) -> RemoteTable:
    """Columns, rows, missing cells and the smallest and largest value of each column, in one pass over there.

    Parameters
    ----------
    stop : callable, optional
        Asked from time to time; what it ends raises `Stopped`.

    Raises
    ------
    Stopped
    SparkFailed
    """
    fields = stored_fields(cluster, name, stop)
    figures = ["count(*) AS n"]
    for i, field in enumerate(fields):
        is_text = field.dataType.typeName() in _TEXTS
        value = _value(quoted(field.name), kind_of(field.dataType), is_text)
        figures.append(f"count({value}) AS n_{i}")
        if kind_of(field.dataType) in ("number", "date"):
            figures += [f"CAST({which}({value}) AS STRING) AS {which}_{i}" for which in ("min", "max")]
    (found,) = cluster.answer(f"SELECT {', '.join(figures)} FROM {name.sql}", stop).to_pylist()
    columns = []
    for i, field in enumerate(fields):
        kind = kind_of(field.dataType)
        ends = (_plain(found.get(f"{which}_{i}"), kind) for which in ("min", "max"))
        columns.append(
            RemoteColumn(field.name, kind, field.dataType.simpleString(), found["n"] - found[f"n_{i}"], *ends)
        )
    return RemoteTable(name, found["n"], tuple(columns))


def stored_fields(cluster: Cluster, name: TableName, stop=None) -> list:
    """The columns of a table as it is now, as Spark tells them.

    Raises
    ------
    Stopped
    SparkFailed
    """
    look_anew(cluster, name, stop)
    return cluster.run(lambda: cluster.session.table(name.sql).schema.fields, stop)


def look_anew(cluster: Cluster, name: TableName, stop=None) -> None:
    """Forget which files a table had: a session keeps that from when it first looked, whoever writes the table anew."""
    cluster.answer(f"REFRESH TABLE {name.sql}", stop)


def quoted(name: str) -> str:
    """A name as a query of Spark takes it, whatever letters are in it."""
    return f"`{name.replace('`', '``')}`"


def kind_of(data_type) -> str:
    """Which of our four types a type of Spark is; what is none of them is told as text."""
    return _KINDS.get(data_type.typeName(), "text")


def _value(column: str, kind: str, is_text: bool) -> str:
    """A cell where it has a value, as the features take it; else NULL."""
    if is_text:
        return f"nullif(trim({column}), '')"
    if kind == "number":  # NaN is the largest number to Spark
        return f"CASE WHEN CAST({column} AS DOUBLE) BETWEEN -{HUGE!r}D AND {HUGE!r}D THEN CAST({column} AS DOUBLE) END"
    if kind == "date":
        return f"CAST({column} AS TIMESTAMP_NTZ)"
    return column


def _plain(text: str | None, kind: str) -> float | str | None:
    if text is None:
        return None
    return float(text) if kind == "number" else text.removesuffix(" 00:00:00").replace(" ", "T")


def _catalogs(cluster: Cluster, stop) -> list[str]:
    shown = map(_bare, _column(cluster, "SHOW CATALOGS", "catalog", stop))
    found = map(_CATALOG_SETTING.fullmatch, _column(cluster, "SET", "key", stop))
    return list(dict.fromkeys((*shown, *(match[1] for match in found if match))))


def _column(cluster: Cluster, query: str, name: str, stop) -> list[str]:
    return cluster.answer(query, stop)[name].to_pylist()


def _bare(name: str) -> str:
    """A name without the quotation marks that Spark puts around one that needs them."""
    return name[1:-1].replace("``", "`") if name.startswith("`") else name
