"""How the columns are prepared: settings to change, what was left out, who is far outside."""

import math
from dataclasses import replace

import pandas as pd
import streamlit as st

from clustering import Features, FeatureSpec, Table
from clustering.errors import InvalidSetting
from clustering.features import ColumnSpec, encodings
from clustering.table import Column
from clustering.wording import fixed, listing, one_line, share, whole

_ENCODINGS = {
    "number": "Number",
    "onehot": "Category",
    "ordinal": "Ordered category",
    "date": "Days before the newest",
    "date_and_month": "Days and month",
}
_GAPS = {
    None: "As chosen above",
    "median": "Median",
    "mean": "Mean",
    "most_frequent": "Most frequent",
    "neighbours": "From similar customers",
    "constant": "A fixed value",
    "aside": "Set the row aside",
}


def refused_table(table: Table, spec: FeatureSpec) -> pd.DataFrame:
    """Columns that are not suggested and were not chosen either, each with the reason."""
    refused = [column for column in table.columns if column.refusal and column.name not in spec.columns]
    return pd.DataFrame({"Column": [c.name for c in refused], "Why it is left out": [c.refusal for c in refused]})


def preparation_table(table: Table, spec: FeatureSpec) -> tuple[pd.DataFrame, dict]:
    """One row per feature with how it counts, log, gaps and weight, to change."""
    described = {column.name: column for column in table.columns}
    settings = [spec.column(name) for name in spec.columns]
    possible = {encode for name in spec.columns for encode in encodings(described[name])}
    frame = pd.DataFrame(
        {
            "Column": list(spec.columns),
            "Counts as": [_ENCODINGS[c.encode or encodings(described[c.name])[0]] for c in settings],
            "Log": [c.log for c in settings],
            "Missing cells": [_GAPS.get(c.missing, _GAPS[None]) for c in settings],
            "Fixed value": [
                f"{c.fill_value:.15g}" if isinstance(c.fill_value, float) else c.fill_value or "" for c in settings
            ],
            "Weight": [float(c.weight) for c in settings],
        }
    )
    config = {
        "Column": st.column_config.TextColumn(width="medium"),
        "Counts as": st.column_config.SelectboxColumn(
            options=[word for encode, word in _ENCODINGS.items() if encode in possible], required=True
        ),
        "Log": st.column_config.CheckboxColumn(help="Amounts then count by their order of magnitude."),
        "Missing cells": st.column_config.SelectboxColumn(options=list(_GAPS.values()), required=True),
        "Fixed value": st.column_config.TextColumn(
            help="What missing cells are filled with where a fixed value is chosen."
        ),
        "Weight": st.column_config.NumberColumn(
            min_value=0.1, max_value=10.0, step=0.1, help="2 makes a difference count twice as much. Left empty: 1."
        ),
    }
    return frame, config


def prepared(table: Table, spec: FeatureSpec, edited: pd.DataFrame) -> list[ColumnSpec]:
    """The settings that the table of `preparation_table` shows after it was changed.

    Raises
    ------
    InvalidSetting
        If a column cannot do what was chosen for it; in the words of the table.
    """
    encode_of = {word: name for name, word in _ENCODINGS.items()}
    gap_of = {word: name for name, word in _GAPS.items()}
    described = {column.name: column for column in table.columns}
    settings = []
    for name, counts_as, log, gaps, typed, weight in edited.itertuples(index=False):
        encode, given = encode_of[counts_as], spec.column(name)
        _check_choices(described[name], encode, bool(log), gap_of[gaps])
        usual = encodings(described[name])[0]
        settings.append(
            replace(
                given,
                encode=None if encode == usual else encode,
                log=bool(log),
                missing=gap_of[gaps],
                fill_value=_fill_value(name, encode, typed) if gap_of[gaps] == "constant" else None,
                weight=1.0 if pd.isna(weight) else float(weight),
                order=given.order if encode == "ordinal" else (),
            )
        )
    return settings


def _check_choices(column: Column, encode: str, log: bool, gaps: str | None) -> None:
    name, possible = f'"{one_line(column.name)}"', [_ENCODINGS[known] for known in encodings(column)]
    if encode not in encodings(column):
        raise InvalidSetting(
            f"{name} cannot count as {_ENCODINGS[encode]}; choose {listing(possible)} under Counts as. Until then "
            "nothing changes."
        )
    if encode == "onehot" and gaps in ("median", "mean", "neighbours"):
        raise InvalidSetting(
            f'{name} counts as a category, so its missing cells cannot be "{_GAPS[gaps]}". Choose '
            f'{listing([_GAPS[gap] for gap in ("most_frequent", "constant", "aside")])}, or "{_GAPS[None]}": then they '
            "are a level of their own. Until then nothing changes."
        )
    if log and (encode != "number" or column.type != "number"):
        raise InvalidSetting(
            f"{name} has no log: only amounts have one. Take the mark under Log away; until then nothing changes."
        )


def _fill_value(name: str, encode: str, fixed: str | None) -> float | str:
    """What the user typed as the fixed value: a level for a category, else a number."""
    text = (fixed or "").strip()
    if not text:
        raise InvalidSetting(f'Type the fixed value for "{name}" beside it; until then nothing changes.')
    if encode in ("onehot", "ordinal"):
        return text
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if math.isfinite(value):
        return value
    wanted = "a number of days before the newest date" if encode.startswith("date") else "a number such as 12.5"
    raise InvalidSetting(f'"{text}" cannot fill "{name}": give {wanted}. Until then nothing changes.')


def outlying_table(table: Table, features: Features) -> pd.DataFrame:
    """The rows farthest outside: where, in what, how far, and what the file says about them."""
    rows = [row for row, _, _ in features.outlying]
    told = pd.DataFrame(
        {
            "Row": [whole(row + 1) for row in rows],
            "Far outside in": [column for _, column, _ in features.outlying],
            "Deviations": [fixed(deviations, 1) for _, _, deviations in features.outlying],
        }
    )
    cells = table.text.take(rows).to_pandas()
    return pd.concat([told, cells.drop(columns=[c for c in cells.columns if c in told.columns])], axis=1)


def components_table(features: Features) -> pd.DataFrame:
    """What the combined columns are made of: the share each keeps and the weight of every prepared column."""
    components = features.components
    titles = [f"{name} ({share(part, 0)})" for name, part in zip(components.names, components.explained, strict=True)]
    weights = {
        title: [fixed(w, 2, signed=True) for w in row] for title, row in zip(titles, components.loadings, strict=True)
    }
    return pd.DataFrame({"Column": list(features.names)} | weights)
