"""Groups of customers in rows: what they are like, how large they are, and the customers themselves."""

import pandas as pd
import streamlit as st

from clustering import Profile, Table
from clustering.rfm import rule_groups
from clustering.wording import one_line, share


def profile_table(profile: Profile, names: tuple[str, ...]) -> tuple[pd.DataFrame, dict]:
    """One row per segment and a last one for all customers: size, share, mean and median of every feature."""
    sizes = _sizes(profile, names)
    rows = []
    for label in range(len(names)):
        row = _figures(profile, profile.means[label], profile.medians[label])
        rows.append(row | _level_shares(profile, lambda category, label=label: category.shares[label]))
    everybody = _figures(profile, profile.overall_means, profile.overall_medians)
    rows.append(everybody | _level_shares(profile, lambda category: category.overall))
    return _by_segment([size | row for size, row in zip(sizes, rows, strict=True)])


def _figures(profile: Profile, means, medians) -> dict[str, str]:
    figures = {}
    for i, (mean, median) in enumerate(zip(means, medians, strict=True)):
        if profile.kinds[i] == "boolean":  # the share of "yes"; its median says no more
            figures[f"{profile.columns[i]}: yes"] = profile.written(i, mean)
        else:
            figures[f"{profile.title(i)} · mean"] = profile.written(i, mean)
            figures[f"{profile.title(i)} · median"] = profile.written(i, median)
    return figures


def _level_shares(profile: Profile, shares_of) -> dict[str, str]:
    return {
        f"{category.column}: {level}": share(part)
        for category in profile.categories
        for level, part in zip(category.levels, shares_of(category), strict=True)
    }


def sizes_table(profile: Profile, names: tuple[str, ...]) -> tuple[pd.DataFrame, dict]:
    """One row per segment and a last one for all customers: size, share, and share of the weight if there is one."""
    return _by_segment(_sizes(profile, names))


def _by_segment(rows: list[dict[str, str]]) -> tuple[pd.DataFrame, dict]:
    figures = {name: st.column_config.TextColumn(alignment="right") for name in rows[0]}
    return pd.DataFrame(rows), figures | {"Segment": st.column_config.TextColumn(width="medium")}


def _sizes(profile: Profile, names: tuple[str, ...]) -> list[dict[str, str]]:
    segments = [*names, "All customers"]
    sizes = [*profile.sizes, sum(profile.sizes)]
    weights = [*profile.weight_shares, 1.0] if profile.weight_column is not None else []
    counted = "Share of customers" if weights else "Share"
    rows = [
        {"Segment": name, "Customers": f"{size:,}", counted: share(part)}
        for name, size, part in zip(segments, sizes, [*profile.shares, 1.0], strict=True)
    ]
    for row, part in zip(rows, weights, strict=False):
        row[f"Share of total {one_line(profile.weight_column, 30)}"] = share(part)
    return rows


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


def loadings_table(loadings) -> pd.DataFrame:
    """How much each column weighs in each component."""
    return pd.DataFrame(
        {"Column": [column for column, _ in loadings[0][1]]}
        | {axis: [f"{weight:+.2f}" for _, weight in weights] for axis, weights in loadings}
    )


def first_of(labelled: pd.DataFrame, n: int = 20) -> pd.DataFrame:
    """The first rows of the labelled table, the added columns first."""
    added = labelled.columns[-3:].tolist()
    shown = labelled.head(n)[[*added, *(name for name in labelled.columns if name not in added)]].copy()
    for name in added:
        shown[name] = ["" if pd.isna(value) else str(value) for value in shown[name]]
    return shown
