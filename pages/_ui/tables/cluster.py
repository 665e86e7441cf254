"""Tables about a table on a Spark cluster and what was found in all its rows."""

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from clustering.indices import INDICES
from clustering.wording import UNDEFINED, number, one_line, share
from pages._ui.tables.columns import TYPES
from pages._ui.tables.segments import profile_table

if TYPE_CHECKING:
    from clustering.spark import AllRows, RemoteTable

# Pixels: the longest score fits, a day or time does, and figures of a score or of a column beside it on a phone.
_SCORE, _NAME, _FIGURE = 166, 104, 72


def remote_columns_table(table: "RemoteTable") -> tuple[pd.DataFrame, dict]:
    """One row per column of a table on the cluster."""
    rows = [
        {
            "Column": one_line(column.name),
            "Type": TYPES[column.type],
            "Missing": column.missing,
            "Lowest": _end(column.min),
            "Highest": _end(column.max),
            "On the cluster": column.native,
        }
        for column in table.columns
    ]
    config = {
        "Column": st.column_config.TextColumn(width=_NAME, pinned=True),
        "Missing": st.column_config.NumberColumn(format="localized"),
    }
    for end in ("Lowest", "Highest"):
        longest = max((len(row[end]) for row in rows), default=0)
        config[end] = st.column_config.TextColumn(alignment="right", width=max(_FIGURE, 7 * longest + 18))
    return pd.DataFrame(rows), config


def _end(value: float | str | None) -> str:
    if value is None:
        return UNDEFINED
    return number(value) if isinstance(value, float) else value


def beside_table(found: "AllRows") -> tuple[pd.DataFrame, dict]:
    """Every index from centers, of the sample and of all rows."""
    rows = [
        {
            "Score": INDICES[one.index].label,
            "Sample": number(one.sample, digits=4),
            "All rows": number(one.all_rows, digits=4),
            "Apart": share(one.difference),
        }
        for one in found.beside
    ]
    figures = {name: st.column_config.TextColumn(alignment="right") for name in ("Sample", "All rows", "Apart")}
    return pd.DataFrame(rows), {"Score": st.column_config.TextColumn(width=_SCORE)} | figures


def means_table(found: "AllRows") -> tuple[pd.DataFrame, dict]:
    """The means of every segment of all rows."""
    frame, config = profile_table(found.profile.against("all"), found.recipe.names, "Mean")
    name = frame.columns[0]
    return frame, config | {name: st.column_config.TextColumn("Column", width=_NAME, pinned=True)}
