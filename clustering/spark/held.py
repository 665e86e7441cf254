"""What the columns hold in all rows of a table on the cluster, for the recipe: as `recipe.training` tells it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from clustering.features.encode import level_codes
from clustering.recipe import TrainedColumn
from clustering.recipe.matching import DTYPES
from clustering.recipe.training import MOST_LEVELS, is_category, iso
from clustering.spark.sql import Plan
from clustering.spark.sql.held import held_levels_query, held_query
from clustering.table import Table

Row = Mapping[str, object]


def columns_of_all(
    run: Callable[[str], Sequence[Row]], plan: Plan, table: Table, columns: tuple[TrainedColumn, ...]
) -> tuple[tuple[TrainedColumn, ...], int]:
    """Tell of every column what all rows with a segment hold, and how many of these rows have a filled cell.

    Parameters
    ----------
    run : callable of a query, returning its rows
    plan : Plan
    table : Table
        The sample.
    columns : tuple of TrainedColumn
        What the rows of the sample hold. The values that cut them in tenths stay as they are; how many of all rows are
        in each part is counted.
    """
    known, spec = {column.name: column for column in table.columns}, plan.features
    hidden = {column.name for column in columns if column.name not in spec.columns and column.role in ("id", "text")}
    shown = [column for column in columns if column.name not in hidden]
    categories = {column.name for column in shown if is_category(known[column.name], spec)}
    amounts = {column.name for column in shown} - categories
    (found,) = run(held_query(plan, columns, amounts))
    told = []
    for i, column in enumerate(columns, 1):
        n, n_there = int(found["n"]), int(found[f"there_{i}"])
        column = replace(column, n=n, missing=n - n_there)
        if column.name in categories:
            told.append(_category(column, n_there, run(held_levels_query(plan, column))))
        elif column.name in amounts:
            told.append(_amount(column, n_there, found, i))
        else:
            told.append(replace(column, counts=(n_there,)))
    return tuple(told), int(found["filled"])


def _category(column: TrainedColumn, n_there: int, rows: Sequence[Row]) -> TrainedColumn:
    cells = pd.Series([row["level"] for row in rows], dtype=object)
    codes, texts = level_codes(cells.astype(DTYPES[column.type]) if len(cells) else cells)
    counts = np.bincount(codes, [int(row["n"]) for row in rows], minlength=len(texts)).astype(int).tolist()
    kept = sorted((-n, text) for n, text in zip(counts, texts, strict=True))[:MOST_LEVELS]
    told = [-n for n, _ in kept]
    return replace(column, counts=(*told, n_there - sum(told)), levels=tuple(text for _, text in kept))


def _amount(column: TrainedColumn, n_there: int, found: Row, i: int) -> TrainedColumn:
    above = [n_there, *(int(found[f"above_{i}_{j}"]) for j in range(1, len(column.edges) + 1)), 0]
    column = replace(column, counts=tuple((-np.diff(above)).tolist()))
    if not n_there:
        return replace(column, min=None, max=None)
    ends = (float(found[f"{end}_{i}"]) for end in ("least", "most"))
    low, high = map(iso, ends) if column.type == "date" else ends
    return replace(column, min=low, max=high)
