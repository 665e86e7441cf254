"""The file as it was read: its first rows, and its columns to look at and to overrule."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from clustering import Table
from clustering.errors import InvalidColumns
from clustering.table import Column, ReadOptions
from clustering.wording import UNDEFINED, number, one_line

_ROLES = {
    "id": "Identifier",
    "number": "Number",
    "category": "Category",
    "ordered": "Ordered category",
    "date": "Date",
    "text": "Text",
    "label": "Known label",
    "constant": "Constant",
    "empty": "Empty",
}
TYPES = {"number": "Number", "text": "Text", "date": "Date", "boolean": "Yes or no"}
_USED_AS_FOUND = "Empty a cell to use the column as found; a column with one value or none has no use to choose."
_DECIMALS = {None: "As found", ".": "Point", ",": "Comma"}
_BAR_COLOUR = "#7B8794"


def first_rows(table: Table, n: int = 20) -> pd.DataFrame:
    """The first rows as they stand in the file."""
    return table.text.slice(0, n).to_pandas()


def columns_table(table: Table) -> tuple[pd.DataFrame, dict]:
    """One row per column of the file, with the column settings that draw the small distributions."""
    rows = [
        {
            "Column": column.name,
            "Used as": _ROLES[column.role],
            "Type": TYPES[column.type],
            "Missing": column.missing,
            "Distinct": column.distinct,
            "Typical": _typical(column),
            "Spread": list(column.distribution),
        }
        for column in table.columns
    ]
    config = {
        "Column": st.column_config.TextColumn(width="medium"),
        "Missing": st.column_config.NumberColumn(format="localized"),
        "Distinct": st.column_config.NumberColumn(format="localized"),
        "Spread": st.column_config.BarChartColumn(color=_BAR_COLOUR, y_min=0),
    }
    return pd.DataFrame(rows), config


def _typical(column: Column) -> str:
    if column.role == "id" or column.typical is None:
        return UNDEFINED
    return number(column.typical) if isinstance(column.typical, float) else column.typical


def overruling_table(table: Table, types, roles) -> tuple[pd.DataFrame, dict]:
    """One row per column with its type and role to change, and why it was found so."""
    frame = pd.DataFrame(
        {
            "Column": [column.name for column in table.columns],
            "Type": [TYPES[column.type] for column in table.columns],
            # Constant and empty are found, not chosen: a list of choices is the same for all rows of a grid.
            "Used as": [_ROLES[column.role] if column.role in roles else None for column in table.columns],
            "Decimal mark": [_DECIMALS[table.options.column(column.name).decimal] for column in table.columns],
            "Because": [column.reason for column in table.columns],
        }
    )
    config = {
        "Column": st.column_config.TextColumn(width="medium"),
        "Type": st.column_config.SelectboxColumn(options=[TYPES[t] for t in types], required=True),
        "Used as": st.column_config.SelectboxColumn(options=[_ROLES[role] for role in roles], help=_USED_AS_FOUND),
        "Decimal mark": st.column_config.SelectboxColumn(options=list(_DECIMALS.values()), required=True),
        "Because": st.column_config.TextColumn(width="large"),
    }
    return frame, config


def overruled(table: Table, edited: pd.DataFrame) -> ReadOptions:
    """The reading options with what the user changed in the table of `overruling_table`.

    Raises
    ------
    InvalidColumns
        If a column with one value or none is to be used.
    """
    types = {word: name for name, word in TYPES.items()}
    roles = {word: name for name, word in _ROLES.items()}
    options = table.options
    decimals = {word: mark for mark, word in _DECIMALS.items()}
    choices = zip(table.columns, edited["Type"], edited["Used as"], edited["Decimal mark"], strict=True)
    for column, type_, role, decimal in choices:
        change = {}
        if decimals[decimal] != options.column(column.name).decimal:
            change["decimal"] = decimals[decimal]
        if types[type_] != column.type:
            change["type"] = types[type_]
        given = None if pd.isna(role) else roles[role]
        is_used = column.role not in ("constant", "empty")
        if given is not None and not is_used:
            holds = "no value" if column.role == "empty" else "one value on every row"
            raise InvalidColumns(
                f'"{one_line(column.name)}" holds {holds}: it tells no customers apart and has no use to choose.',
                (column.name,),
            )
        was_given = options.column(column.name).role is not None
        if given not in (None, column.role) or (given is None and was_given and is_used):
            change["role"] = given
        if change:
            options = options.with_column(replace(options.column(column.name), **change))
    return options
