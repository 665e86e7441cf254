"""Rows for the tables on the pages: values in, what `st.dataframe` shows out."""

import pandas as pd
import streamlit as st

from clustering import Profile, Recommendation, Sweep, Table
from clustering.table import Column
from clustering.wording import UNDEFINED, number, score, share

_ROLES = {
    "id": "Identifier",
    "number": "Number",
    "category": "Category",
    "date": "Date",
    "text": "Text",
    "constant": "Constant",
    "empty": "Empty",
}
_TYPES = {"number": "Number", "text": "Text", "date": "Date", "boolean": "Yes or no"}
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
            "Overlap": score(step.davies_bouldin),
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
        "Verdict": st.column_config.TextColumn(width=130),
        "Separation": figure("Silhouette, from -1 to 1; higher is better."),
        "Contrast": figure("Calinski-Harabasz index; higher is better."),
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
        rows.append(row | _figures(profile.columns, profile.means[label], profile.medians[label]))
    everybody = {"Segment": "All customers", "Customers": f"{sum(profile.sizes):,}", "Share": share(1.0)}
    rows.append(everybody | _figures(profile.columns, profile.overall_means, profile.overall_medians))
    return pd.DataFrame(rows)


def loadings_table(loadings) -> pd.DataFrame:
    """How much each column weighs in each component."""
    return pd.DataFrame(
        {"Column": [column for column, _ in loadings[0][1]]}
        | {axis: [f"{weight:+.2f}" for _, weight in weights] for axis, weights in loadings}
    )


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
