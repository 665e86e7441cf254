"""The labelled table of a recipe that was applied: every row of the new file as it stood, with its segment."""

import numpy as np
import pandas as pd
import pyarrow as pa

from clustering.errors import InvalidSetting
from clustering.export.labelled import free_name, numbers_and_names, texts_of
from clustering.recipe import Applied
from clustering.table import Table

_DECIMALS = 4


def applied_table(table: Table, applied: Applied) -> pd.DataFrame:
    """Put the segment that a recipe gives on every row of the table.

    Returns
    -------
    DataFrame
        One row per record of the file, in its order: all columns as they stood, headers included, then `segment` (the
        recipe's number), `segment_name`, `segment_note` (why there is none, or what is special), where the method
        tells it `segment_probability`, `segment_distance` (to the segment's center, in prepared units),
        `second_segment`, `segment_margin` (simplified silhouette of the row: 0 half-way between the two, 1 on the own
        center) and `segment_flags` (what nobody held when the segments were found). Numbered where the file has columns
        of that name; figures to four decimals.

    Raises
    ------
    InvalidSetting
        If the recipe was applied to another table.
    """
    if applied.n_rows != table.n_rows:
        raise InvalidSetting("The recipe was applied to another table. Apply it to this one.")
    labelled = table.text.to_pandas(types_mapper={pa.string(): pd.ArrowDtype(pa.string())}.get)
    labelled.columns = list(table.headers)
    for name, values in added_columns(applied).items():
        labelled[free_name(name, labelled.columns)] = values
    return labelled


def added_columns(applied: Applied) -> dict[str, pd.Series]:
    """What `applied_table` adds to the table's own columns."""
    second = np.full(applied.n_rows, -1, dtype=np.int32)
    second[applied.rows] = applied.second
    numbers, names = numbers_and_names(applied.of_table, applied.recipe.names)
    added = {"segment": numbers, "segment_name": names, "segment_note": _told(applied.row_notes)}
    if applied.probability is not None:
        added["segment_probability"] = _of_table(applied, applied.probability)
    return added | {
        "segment_distance": _of_table(applied, applied.distance),
        "second_segment": numbers_and_names(second, applied.recipe.names)[0],
        "segment_margin": _of_table(applied, applied.margin),
        "segment_flags": _told(applied.flags),
    }


def _told(notes: pd.Categorical) -> pd.Series:
    return texts_of(notes.codes, list(notes.categories))


def _of_table(applied: Applied, values: np.ndarray) -> pd.Series:
    """Figures of the rows with a segment on every row of the table."""
    of_table = np.full(applied.n_rows, np.nan)
    of_table[applied.rows] = np.round(values, _DECIMALS)
    return pd.Series(of_table, dtype="Float64")
