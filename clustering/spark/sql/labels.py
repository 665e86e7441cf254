"""The table with a segment on every row."""

from collections.abc import Mapping, Sequence

from clustering.recipe import Recipe
from clustering.recipe.matching import match_columns
from clustering.recipe.sql.write import checked_query
from clustering.spark.sql.plan import refuse_unreadable, split_name, stored_columns
from clustering.table import Table


def labels_query(
    recipe: Recipe,
    table_name: str | Sequence[str],
    *,
    sample: Table,
    dialect: str = "spark",
    key_columns: tuple[str, ...] = (),
    renamed: Mapping[str, str] | None = None,
) -> str:
    """Every row of a table on the cluster with its segment, for a view or a new table.

    Parameters
    ----------
    table_name : str or sequence of str
        On the cluster: "customers", "shop.customers", or the parts of such a name, each as it is.
    sample : Table
        Of that table, which tells how its columns are called and typed there.
    key_columns : tuple of str
        The columns to give back beside the segment, as they are called there; none: all.
    renamed : mapping of str to str, optional
        As `apply_recipe` takes it: name in the sample by name in the recipe.

    Returns
    -------
    str
        A query with the chosen columns, `segment` (from 1 on, NULL where there is none) and `segment_name`; these are
        numbered where the table has columns of that name.

    Raises
    ------
    InvalidSetting
        As `clustering.recipe.sql.to_sql` does, or if a column stands otherwise there than a query can read it.
    """
    stored = stored_columns(sample)
    found = match_columns(recipe, sample, renamed).found
    refuse_unreadable(sample, found.values())
    if stored:
        stored = {**stored, **{name: stored[there] for name, there in found.items()}}
    return checked_query(recipe, dialect, split_name(table_name), tuple(key_columns), stored=stored).sql()
