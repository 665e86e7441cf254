"""A recipe applied to a table on the cluster: its segments on every row, in a new table there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from clustering.errors import NoUsableColumns
from clustering.recipe import Recipe, match_columns
from clustering.spark.catalogue import TableName
from clustering.spark.connection import Cluster
from clustering.spark.sample import draw_sample
from clustering.spark.sql import labels_query
from clustering.spark.writing import refuse_target, write_table
from clustering.table import Table

_LOOKED_AT = 10_000  # rows that show how the columns are called and typed


@dataclass(frozen=True)
class AppliedThere:
    """What a recipe came to on a table on the cluster.

    Attributes
    ----------
    target : TableName
        Where the labelled table stands.
    n_rows : int
    sizes : tuple of int
        Rows per segment, in the recipe's order.
    """

    target: TableName
    n_rows: int
    sizes: tuple[int, ...]

    @property
    def n_not_placed(self) -> int:
        """Rows that have no segment."""
        return self.n_rows - sum(self.sizes)


def apply_there(
    cluster: Cluster,
    recipe: Recipe,
    name: TableName,
    target: TableName,
    *,
    sample: Table | None = None,
    renamed: Mapping[str, str] | None = None,
    replace: bool = False,
    stop: Callable[[], bool] | None = None,
) -> AppliedThere:
    """Give every row of a table on the cluster its segment, and write them to a new table there.

    Parameters
    ----------
    recipe : Recipe
        Of a file, of a sample or of all rows of any table.
    name : TableName
        The table.
    target : TableName
        The new one: all columns, `segment` (from 1 on, NULL where there is none) and `segment_name`.
    sample : Table, optional
        Of that table; a small one is drawn where it is not given.
    renamed : mapping of str to str, optional
        As `apply_recipe` takes it: name in the table by name in the recipe.
    replace : bool
        Whether a table of that name may go for the new one.
    stop : callable returning bool, optional
        Asked five times a second.

    Raises
    ------
    NoUsableColumns
        If a column that is needed is missing, or of another type.
    TargetTaken, InvalidSetting
        As `write_labels` and `labels_query` do.
    SparkFailed
    Stopped
        In all cases no table was made or changed.
    """
    refuse_target(cluster, target, source=name, may_replace=replace)
    if sample is None:
        sample = draw_sample(cluster, name, n_rows=_LOOKED_AT, stop=stop).table
    if refusal := match_columns(recipe, sample, renamed).refusal:
        raise NoUsableColumns(refusal.replace("in this file", "in this table"))
    query = labels_query(recipe, name.parts, sample=sample, renamed=renamed)
    written = write_table(cluster, query, target, source=name, may_replace=replace, stop=stop)
    n_of = dict(zip(written["segment"].to_pylist(), written["n"].to_pylist(), strict=True))
    sizes = tuple(n_of.get(number, 0) for number in range(1, recipe.n_clusters + 1))
    return AppliedThere(target, sum(n_of.values()), sizes)
