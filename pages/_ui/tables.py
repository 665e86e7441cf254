"""Rows for the tables on the pages: values in, what `st.dataframe` shows out."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from clustering import Features, FeatureSpec, Profile, Recommendation, Sweep, Table
from clustering.errors import InvalidSetting
from clustering.features import ColumnSpec, encodings
from clustering.rfm import rule_groups
from clustering.table import Column, ReadOptions
from clustering.wording import UNDEFINED, count, number, score, share

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
_TYPES = {"number": "Number", "text": "Text", "date": "Date", "boolean": "Yes or no"}
_DECIMALS = {None: "As found", ".": "Point", ",": "Comma"}
_BAR_COLOUR = "#7B8794"


def columns_table(table: Table) -> tuple[pd.DataFrame, dict]:
    """One row per column of the file, with the column settings that draw the small distributions."""
    rows = [
        {
            "Column": column.name,
            "Used as": _ROLES[column.role],
            "Type": _TYPES[column.type],
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


def overruling_table(table: Table, types, roles) -> tuple[pd.DataFrame, dict]:
    """One row per column with its type and role to change, and why it was found so."""
    frame = pd.DataFrame(
        {
            "Column": [column.name for column in table.columns],
            "Type": [_TYPES[column.type] for column in table.columns],
            "Used as": [_ROLES[column.role] for column in table.columns],
            "Decimal mark": [_DECIMALS[table.options.column(column.name).decimal] for column in table.columns],
            "Because": [column.reason for column in table.columns],
        }
    )
    found = dict.fromkeys((*roles, "constant", "empty"))  # what is found can stay, though it cannot be chosen anew
    config = {
        "Column": st.column_config.TextColumn(width="medium"),
        "Type": st.column_config.SelectboxColumn(options=[_TYPES[t] for t in types], required=True),
        "Used as": st.column_config.SelectboxColumn(options=[_ROLES[role] for role in found], required=True),
        "Decimal mark": st.column_config.SelectboxColumn(options=list(_DECIMALS.values()), required=True),
        "Because": st.column_config.TextColumn(width="large"),
    }
    return frame, config


def overruled(table: Table, edited: pd.DataFrame) -> ReadOptions:
    """The reading options with what the user changed in the table of `overruling_table`."""
    types = {word: name for name, word in _TYPES.items()}
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
        if roles[role] != column.role:
            change["role"] = roles[role]
        if change:
            options = options.with_column(replace(options.column(column.name), **change))
    return options


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


def preparation_table(table: Table, spec: FeatureSpec) -> tuple[pd.DataFrame, dict]:
    """One row per feature with how it counts, log, gaps and weight, to change."""
    described = {column.name: column for column in table.columns}
    settings = [spec.column(name) for name in spec.columns]
    frame = pd.DataFrame(
        {
            "Column": list(spec.columns),
            "Counts as": [_ENCODINGS[c.encode or encodings(described[c.name])[0]] for c in settings],
            "Log": [c.log for c in settings],
            "Missing cells": [_GAPS.get(c.missing, _GAPS[None]) for c in settings],
            "Fixed value": [
                "" if c.fill_value is None else f"{c.fill_value:g}" if isinstance(c.fill_value, float) else c.fill_value
                for c in settings
            ],
            "Weight": [float(c.weight) for c in settings],
        }
    )
    config = {
        "Column": st.column_config.TextColumn(width="medium"),
        "Counts as": st.column_config.SelectboxColumn(options=list(_ENCODINGS.values()), required=True),
        "Log": st.column_config.CheckboxColumn(help="Amounts then count by their order of magnitude."),
        "Missing cells": st.column_config.SelectboxColumn(options=list(_GAPS.values()), required=True),
        "Fixed value": st.column_config.TextColumn(
            help="What missing cells are filled with where a fixed value is chosen."
        ),
        "Weight": st.column_config.NumberColumn(
            min_value=0.1, max_value=10.0, step=0.1, required=True, help="2 makes a difference count twice as much."
        ),
    }
    return frame, config


def prepared(table: Table, spec: FeatureSpec, edited: pd.DataFrame) -> list[ColumnSpec]:
    """The settings that the table of `preparation_table` shows after it was changed."""
    encode_of = {word: name for name, word in _ENCODINGS.items()}
    gap_of = {word: name for name, word in _GAPS.items()}
    described = {column.name: column for column in table.columns}
    settings = []
    for name, counts_as, log, gaps, fixed, weight in edited.itertuples(index=False):
        encode, given = encode_of[counts_as], spec.column(name)
        usual = encodings(described[name])[0]
        settings.append(
            replace(
                given,
                encode=None if encode == usual else encode,
                log=bool(log),
                missing=gap_of[gaps],
                fill_value=_fill_value(name, described[name], fixed) if gap_of[gaps] == "constant" else None,
                weight=float(weight),
                order=given.order if encode == "ordinal" else (),
            )
        )
    return settings


def _fill_value(name: str, column: Column, fixed: str | None) -> float | str:
    """What the user typed as the fixed value: a number for a number, a level for a category."""
    text = (fixed or "").strip()
    if not text:
        raise InvalidSetting(f'Type the fixed value for "{name}" beside it; until then nothing changes.')
    if column.type != "number":
        return text
    try:
        return float(text)
    except ValueError:
        raise InvalidSetting(f'"{text}" cannot fill "{name}": it is no number such as 12.5.') from None


def outlying_table(table: Table, features: Features) -> pd.DataFrame:
    """The rows farthest outside: where, in what, how far, and what the file says about them."""
    rows = [row for row, _, _ in features.outlying]
    told = pd.DataFrame(
        {
            "Row": [f"{row + 1:,}" for row in rows],
            "Far outside in": [column for _, column, _ in features.outlying],
            "Deviations": [f"{deviations:.1f}" for _, _, deviations in features.outlying],
        }
    )
    cells = table.text.take(rows).to_pandas()
    return pd.concat([told, cells.drop(columns=[c for c in cells.columns if c in told.columns])], axis=1)


def components_table(features: Features) -> pd.DataFrame:
    """What the combined columns are made of: the share each keeps and the weight of every prepared column."""
    components = features.components
    titles = [f"{name} ({share(part, 0)})" for name, part in zip(components.names, components.explained, strict=True)]
    weights = {title: [f"{w:+.2f}" for w in row] for title, row in zip(titles, components.loadings, strict=True)}
    return pd.DataFrame({"Column": list(features.names)} | weights)


def outlying_caption(features: Features) -> str:
    """How many customers are far outside and how many of them are shown."""
    shown = f"; the {len(features.outlying):,} farthest" if len(features.outlying) < features.n_outlying else ""
    return f"{count(features.n_outlying, 'customer')} far outside the others{shown}."


def first_rows(table: Table, n: int = 20) -> pd.DataFrame:
    """The first rows as they stand in the file."""
    return table.text.slice(0, n).to_pandas()


def first_of(labelled: pd.DataFrame, n: int = 20) -> pd.DataFrame:
    """The first rows of the labelled table, the added columns first."""
    added = labelled.columns[-3:].tolist()
    shown = labelled.head(n)[[*added, *(name for name in labelled.columns if name not in added)]].copy()
    for name in added:
        shown[name] = ["" if pd.isna(value) else str(value) for value in shown[name]]
    return shown


def rules_table(customers: Table) -> tuple[pd.DataFrame, dict]:
    """One row per rule name: how many customers have it, and what they are worth."""
    rows = [
        {
            "Name": group.name,
            "Customers": group.size,
            "Share of customers": share(group.share),
            "Share of value": share(group.value_share),
        }
        for group in rule_groups(customers)
    ]
    config = {
        "Name": st.column_config.TextColumn(width="medium"),
        "Customers": st.column_config.NumberColumn(format="localized"),
        "Share of customers": st.column_config.TextColumn(alignment="right"),
        "Share of value": st.column_config.TextColumn(alignment="right"),
    }
    return pd.DataFrame(rows), config


def refused_table(table: Table) -> pd.DataFrame:
    """Columns that are not suggested, each with the reason."""
    refused = [column for column in table.columns if column.refusal]
    return pd.DataFrame({"Column": [c.name for c in refused], "Why it is left out": [c.refusal for c in refused]})


def sweep_table(sweep: Sweep, recommendation: Recommendation) -> tuple[pd.DataFrame, dict]:
    """One row per number of segments, the verdict in words."""
    verdicts = {recommendation.n_clusters: "Recommended", recommendation.alternative: "Runner-up"}
    verdicts |= dict.fromkeys(recommendation.too_small, "A segment too small")
    rows = [
        {
            "Segments": step.n_clusters,
            "Verdict": verdicts.get(step.n_clusters, ""),
            "Separation": score(step.silhouette),
            "Contrast": number(step.calinski_harabasz),
            "Closeness": score(step.simplified_silhouette),
            "Overlap": number(step.davies_bouldin),
            "Spread": number(step.inertia, digits=4),
            "Smallest": step.sizes[-1],
            "Largest": step.sizes[0],
            "Sizes, largest first": " · ".join(f"{size:,}" for size in step.sizes),
        }
        for step in sweep.steps
    ]

    def figure(text):
        return st.column_config.TextColumn(help=text, alignment="right")

    config = {
        "Verdict": st.column_config.TextColumn(width=120),
        "Separation": figure("Silhouette, from -1 to 1; higher is better."),
        "Contrast": figure("Calinski-Harabasz index; higher is better."),
        "Closeness": figure("Simplified silhouette, from -1 to 1; higher is better. It decides."),
        "Overlap": figure("Davies-Bouldin index; lower is better."),
        "Spread": figure("Inertia: falls with every further segment."),
        "Smallest": st.column_config.NumberColumn(format="localized"),
        "Largest": st.column_config.NumberColumn(format="localized"),
        "Sizes, largest first": st.column_config.TextColumn(width=270),
    }
    return pd.DataFrame(rows), config


def profile_table(profile: Profile, names: tuple[str, ...]) -> pd.DataFrame:
    """One row per segment and a last one for all customers: size, share, mean and median of every feature."""
    rows = []
    for label, name in enumerate(names):
        row = {"Segment": name, "Customers": f"{profile.sizes[label]:,}", "Share": share(profile.shares[label])}
        row |= _figures(profile.columns, profile.means[label], profile.medians[label])
        rows.append(row | _level_shares(profile, lambda category, label=label: category.shares[label]))
    everybody = {"Segment": "All customers", "Customers": f"{sum(profile.sizes):,}", "Share": share(1.0)}
    everybody |= _figures(profile.columns, profile.overall_means, profile.overall_medians)
    rows.append(everybody | _level_shares(profile, lambda category: category.overall))
    return pd.DataFrame(rows)


def loadings_table(loadings) -> pd.DataFrame:
    """How much each column weighs in each component."""
    return pd.DataFrame(
        {"Column": [column for column, _ in loadings[0][1]]}
        | {axis: [f"{weight:+.2f}" for _, weight in weights] for axis, weights in loadings}
    )


def _level_shares(profile: Profile, shares_of) -> dict[str, str]:
    return {
        f"{category.column}: {level}": share(part)
        for category in profile.categories
        for level, part in zip(category.levels, shares_of(category), strict=True)
    }


def _figures(columns, means, medians) -> dict[str, str]:
    return {
        f"{column} · {kind}": number(value)
        for column, mean, median in zip(columns, means, medians, strict=True)
        for kind, value in (("mean", mean), ("median", median))
    }


def _typical(column: Column) -> str:
    if column.role == "id" or column.typical is None:
        return UNDEFINED
    return number(column.typical) if isinstance(column.typical, float) else column.typical
