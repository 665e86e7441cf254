"""Tables about a table on a Spark cluster and what was found in all its rows."""

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from clustering.indices import INDICES
from clustering.wording import UNDEFINED, number, one_line
from pages._ui.tables.columns import TYPES

if TYPE_CHECKING:
    from clustering.spark import AllRows, RemoteTable


def remote_columns_table(table: "RemoteTable") -> tuple[pd.DataFrame, dict]:
    """One row per column of a table on the cluster."""
    rows = [
        {
            "Column": one_line(column.name),
            "Type": TYPES[column.type],
            "On the cluster": column.native,
            "Missing": column.missing,
            "Lowest": _end(column.min),
            "Highest": _end(column.max),
        }
        for column in table.columns
    ]
    config = {
        "Column": st.column_config.TextColumn(width="medium"),
        "Missing": st.column_config.NumberColumn(format="localized"),
        "Lowest": st.column_config.TextColumn(alignment="right"),
        "Highest": st.column_config.TextColumn(alignment="right"),
    }
    return pd.DataFrame(rows), config


def _end(value: float | str | None) -> str:
    if value is None:
        return UNDEFINED
    return number(value) if isinstance(value, float) else value


def beside_table(found: "AllRows") -> tuple[pd.DataFrame, dict]:
    """Every index from centers, of the sample and of all rows."""
    rows = [
        {
            "Score": INDICES[one.index].label + ", per row" * one.is_per_row,
            "Sample": number(one.sample, digits=4),
            "All rows": number(one.all_rows, digits=4),
            "Over 1 % apart": "yes" if one.differs else "no",
        }
        for one in found.beside
    ]
    figures = {name: st.column_config.TextColumn(alignment="right") for name in ("Sample", "All rows")}
    return pd.DataFrame(rows), {"Score": st.column_config.TextColumn(width="medium")} | figures
