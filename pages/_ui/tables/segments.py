"""Groups of customers in rows: what they are like, how large they are, and the customers themselves."""

import pandas as pd
import streamlit as st

from clustering import Profile, Table
from clustering.profile import Comparison, Effect
from clustering.profile.checklist import Check
from clustering.profile.sheet import written_profile
from clustering.profile.value import ValueShares
from clustering.rfm import rule_groups
from clustering.wording import fixed, number, one_line, rounded_share, share, whole


def profile_table(comparison: Comparison, names: tuple[str, ...], figure: str) -> tuple[pd.DataFrame, dict]:
    """One row per column and level, one column per segment: the figure asked for."""
    frame = written_profile(comparison, names, figure)
    config = {name: st.column_config.TextColumn(alignment="right") for name in frame.columns[1:]}
    return frame, {frame.columns[0]: st.column_config.TextColumn("Column", width="medium", pinned=True)} | config


def effects_table(effects: tuple[Effect, ...]) -> tuple[pd.DataFrame, dict]:
    """One row per column: how far it sets the segments apart, and a test where one means something."""
    rows = [
        {
            "Column": one_line(effect.column),
            "Role": "Builds the segments" if effect.built else "Describes them",
            "Explained": share(effect.strength, 0),
            "Size": effect.size_written,
            "Measure": effect.measure.capitalize(),
            "p-value": effect.p_written,
            "Remark": _remark(effect),
        }
        for effect in effects
    ]
    config = {
        "Column": st.column_config.TextColumn(width="medium"),
        "Explained": st.column_config.TextColumn(
            alignment="right",
            help="Share of the differences that the segments explain; columns are ranked by it.",
        ),
        "Size": st.column_config.TextColumn(alignment="right", help="0: no difference; 1: the segments say all of it."),
        "p-value": st.column_config.TextColumn(
            alignment="right",
            help="How likely chance alone gives such differences; adjusted for the number of columns (Holm).",
        ),
        "Remark": st.column_config.TextColumn(width="large"),
    }
    return pd.DataFrame(rows), config


def _remark(effect: Effect) -> str:
    if effect.reason:
        return f"Not defined: {effect.reason}."
    if effect.test is None:
        return ""
    return f"{effect.test}{'; rough, because some segments are small' if effect.is_rough else ''}"


def checks_table(checks: tuple[tuple[Check, ...], ...], names: tuple[str, ...]) -> tuple[pd.DataFrame, dict]:
    """One row per segment and check: the verdict in a word, its numbers, and what they mean."""
    verdicts = {"green": "Good", "amber": "Doubtful", "red": "Poor", "unknown": "Not known"}
    rows = [
        {
            "Segment": name,
            "Check": check.name,
            "Verdict": verdicts[check.level],
            "Figure": check.figure,
            "Reason": check.reason,
        }
        for name, own in zip(names, checks, strict=True)
        for check in own
    ]
    return pd.DataFrame(rows), {"Reason": st.column_config.TextColumn(width="large")}


def value_table(held: ValueShares, names: tuple[str, ...]) -> tuple[pd.DataFrame, dict]:
    """One row per segment: its customers, what their value adds up to, and the shares of both."""
    rows = [
        {
            "Segment": name,
            "Customers": whole(held.customers[label]),
            "Share of customers": rounded_share(held.shares[label]),
            "Total": number(held.totals[label], digits=4),
            "Share of value": rounded_share(float(held.value_shares[label])),
            "Per customer": number(held.means[label]),
        }
        for label, name in enumerate(names)
    ]
    return _by_segment(rows)


def sizes_table(profile: Profile, names: tuple[str, ...], notes: tuple[str, ...]) -> tuple[pd.DataFrame, dict]:
    """One row per segment and a last one for all customers: size, share, share of the weight and notes if there are."""
    rows = _sizes(profile, names)
    if any(notes):
        rows = [row | {"Note": note} for row, note in zip(rows, (*notes, ""), strict=True)]
    return _by_segment(rows)


def _by_segment(rows: list[dict[str, str]]) -> tuple[pd.DataFrame, dict]:
    figures = {name: st.column_config.TextColumn(alignment="right") for name in rows[0]}
    texts = {"Segment": st.column_config.TextColumn(width="medium"), "Note": st.column_config.TextColumn(width="large")}
    return pd.DataFrame(rows), figures | texts


def _sizes(profile: Profile, names: tuple[str, ...]) -> list[dict[str, str]]:
    segments = [*names, "All customers"]
    sizes = [*profile.sizes, sum(profile.sizes)]
    weights = [*profile.weight_shares, 1.0] if profile.weight_column is not None else []
    counted = "Share of customers" if weights else "Share"
    rows = [
        {"Segment": name, "Customers": whole(size), counted: share(part)}
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
        | {axis: [fixed(weight, 2, signed=True) for _, weight in weights] for axis, weights in loadings}
    )


def first_of(labelled: pd.DataFrame, n_own: int, n: int = 20) -> pd.DataFrame:
    """The first rows of the labelled table, what was added to its `n_own` columns first."""
    added = labelled.columns[n_own:].tolist()
    shown = labelled.head(n)[[*added, *(name for name in labelled.columns if name not in added)]].copy()
    for name in added:
        shown[name] = ["" if pd.isna(value) else str(value) for value in shown[name]]
    return shown
