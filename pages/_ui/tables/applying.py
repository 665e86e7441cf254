"""New customers in rows: how the columns matched, what shifted, what is new, who they are, who moved."""

import numpy as np
import pandas as pd
import streamlit as st

from clustering import Table
from clustering.profile.people import AMBIGUOUS
from clustering.profile.phrases import capital
from clustering.recipe import Applied, ColumnMatch, Drift, Matching, Recipe
from clustering.recipe.moved import Moved
from clustering.recipe.shift import Shift
from clustering.recipe.single import PlacedOne
from clustering.wording import UNDEFINED, fixed, number, one_line, rounded_share, share, whole
from pages._ui.sentences.applying import psi_read, psi_written

ALL, FLAGGED, BETWEEN, NOT_PLACED = WHICH = ("All", "Something new", "Between two", "Without a segment")
_HOW = {"same": "Same name", "alike": "Nearly the same name", "chosen": "You said so", "missing": "Not there"}
_HOLDS = {"number": "Numbers", "text": "Text", "date": "Dates", "boolean": "Yes and no"}
_RIGHT = st.column_config.TextColumn(alignment="right")
_MARGIN = "0: on the border to the second-best segment; 1: on the center of its own; below 0: nearer to the other one."
_DISTANCE = "To the center of the segment, in the units of the prepared columns (standard deviations if scaled so)."


def matching_table(matching: Matching, table: Table, recipe: Recipe) -> tuple[pd.DataFrame, dict]:
    """One row per column of the recipe, then those of the file that it does not know."""
    now = {column.name: column for column in table.columns}
    rows = [
        {
            "Column then": match.column.name,
            "In this file": match.found or UNDEFINED,
            "Match": _HOW[match.how],
            "Holds": _held(match, table, recipe),
            "Missing cells": "" if match.found is None else whole(now[match.found].missing),
            "What for": "Decides the segment" if match.column.needed else "Only describes",
        }
        for match in matching.columns
    ]
    rows += [
        {
            "Column then": UNDEFINED,
            "In this file": name,
            "Match": "Not known then",
            "Holds": _HOLDS[now[name].type],
            "Missing cells": whole(now[name].missing),
            "What for": "Stays in the file",
        }
        for name in matching.extra
    ]
    medium = st.column_config.TextColumn(width="medium")
    return pd.DataFrame(rows), {"Column then": medium, "In this file": medium, "Missing cells": _RIGHT}


def _held(match: ColumnMatch, table: Table, recipe: Recipe) -> str:
    """What the column holds now, and what it held then where that was something else."""
    if match.found is None:
        return UNDEFINED
    now = next(column for column in table.columns if column.name == match.found)
    held = "Nothing" if now.role == "empty" else _HOLDS[match.type_now]
    if match.type_now != match.column.type:
        return f"{held}, then {_HOLDS[match.column.type].lower()}"
    asked = table.options.column(match.found).type
    is_forced = asked not in (None, recipe.source.options.column(match.column.name).type)
    return f"{held}, as then; other cells count as missing" if is_forced else held


def shifts_table(drift: Drift) -> tuple[pd.DataFrame, dict]:
    """One row per column, the most shifted first, with its index, its test and what that says."""
    rows = [
        {
            "Column": one_line(shift.name),
            "Shift (PSI)": psi_written(shift.psi),
            "By chance": psi_written(shift.by_chance),
            "p": _p(shift.p_adjusted),
            "What changed": _changed(shift),
            "What for": "Decides" if shift.built else "Describes",
        }
        for shift in drift.columns
    ]
    told = {
        "Shift (PSI)": f"Population stability index: {psi_read()}.",
        "By chance": "The index that so few customers give without any change, in 99 of 100 cases at most.",
        "p": "Chi-squared test of the shares then and now, adjusted for all columns (Holm).",
    }
    config = {name: st.column_config.TextColumn(alignment="right", help=text) for name, text in told.items()}
    config |= {"Column": st.column_config.TextColumn(width=150), "What changed": st.column_config.TextColumn(width=360)}
    return pd.DataFrame(rows), config


def _changed(shift: Shift) -> str:
    """What changed in a column, which stands beside it."""
    if shift.size == "undefined":
        return f"Not compared: {shift.reason}"
    unchanged = {"too few": "Too few customers to tell", "chance": "No difference beyond chance"}
    return unchanged.get(shift.size) or capital(shift.change)


def shares_table(drift: Drift) -> tuple[pd.DataFrame, dict]:
    """One row per segment: customers and shares then and now."""
    segments: Shift = drift.segments
    frame = pd.DataFrame(
        {
            "Segment": [one_line(name) for name in segments.parts],
            "Customers then": [whole(n) for n in segments.then],
            "Share then": [share(part) for part in segments.shares_then],
            "Customers now": [whole(n) for n in segments.now],
            "Share now": [share(part) for part in segments.shares_now],
        }
    )
    return frame, dict.fromkeys(frame.columns[1:], _RIGHT)


def news_table(found: Applied) -> tuple[pd.DataFrame, dict]:
    """What nobody had when the segments were found: levels, and values outside the range of then, counted."""
    rows = [(column, f"New level: {one_line(level)}", n) for column, level, n in found.unseen]
    limits = {column.name: (column.min, column.max) for column in found.recipe.columns}
    for column, below, above in found.beyond:
        low, high = (bound if isinstance(bound, str) else number(bound, 6) for bound in limits[column])
        rows += [(column, f"Below {low}, the lowest of then", below)] * bool(below)
        rows += [(column, f"Above {high}, the highest of then", above)] * bool(above)
    rows.sort(key=lambda row: -row[2])
    frame = pd.DataFrame(
        [
            {"Column": one_line(column), "What is new": told, "Customers": whole(n), "Share": _share(n / found.n_rows)}
            for column, told, n in rows
        ]
    )
    config = {"Column": st.column_config.TextColumn(width="medium"), "Customers": _RIGHT, "Share": _RIGHT}
    return frame, config


def rows_of(found: Applied, which: str) -> np.ndarray:
    """Positions in the file of the customers asked for."""
    if which == FLAGGED:
        return np.flatnonzero(found.flags.codes >= 0)
    if which == BETWEEN:
        return found.rows[found.margin < AMBIGUOUS]
    if which == NOT_PLACED:
        return np.flatnonzero(found.of_table < 0)
    return np.arange(found.n_rows)


def labelled_shown(labelled: pd.DataFrame, found: Applied, rows: np.ndarray) -> tuple[pd.DataFrame, dict]:
    """Some rows of a labelled file for the screen: what was added first, without what says nothing of these rows."""
    kinds = [kind for kind in _ADDED if found.probability is not None or kind != "segment_probability"]
    added, own = list(labelled.columns[-len(kinds) :]), list(labelled.columns[: -len(kinds)])
    frame = labelled[[*added, *own]].iloc[rows]
    config = dict(zip(added, (_ADDED[kind] for kind in kinds), strict=True))
    frame = frame.drop(columns=[name for name in added[2:] if frame[name].isna().all()])
    texts = [name for name in frame if not pd.api.types.is_numeric_dtype(frame[name].dtype)]
    return frame.fillna(dict.fromkeys(texts, "")), {name: one for name, one in config.items() if name in frame}


_ADDED = {
    "segment": st.column_config.NumberColumn("Segment", format="%d", width="small"),
    "segment_name": st.column_config.TextColumn("Name"),
    "segment_note": st.column_config.TextColumn("Note", width="medium"),
    "segment_probability": st.column_config.NumberColumn("Probability", format="percent"),
    "segment_distance": st.column_config.NumberColumn("Distance", format="%.2f", help=_DISTANCE),
    "second_segment": st.column_config.NumberColumn("Second best", format="%d"),
    "segment_margin": st.column_config.NumberColumn("Margin", format="%.2f", help=_MARGIN),
    "segment_flags": st.column_config.TextColumn("Something new", width="medium"),
}


def moved_table(found: Moved) -> tuple[pd.DataFrame, dict]:
    """Customers in both files by their segment then and now, a row per segment of then."""
    keeps = found.both.sum(axis=1) > 0, found.both.sum(axis=0) > 0
    shown = found.both[np.ix_(*keeps)]
    frame = pd.DataFrame(shown, columns=[str(i) for i in range(shown.shape[1])])
    frame.insert(0, "Then", [one_line(name) for name, keep in zip(found.names_before, keeps[0], strict=True) if keep])
    names = [one_line(name, 40) for name, keep in zip(found.names_after, keeps[1], strict=True) if keep]
    # positions as names of the columns: two segments may be called alike
    config = {str(i): st.column_config.NumberColumn(f"Now {name}", format="localized") for i, name in enumerate(names)}
    return frame, config


def movers_shown(found: Moved, most: int) -> tuple[pd.DataFrame, dict]:
    """The first of those who moved."""
    titles = {"id": "Customer", "before": "Then", "after": "Now"}
    return found.movers.head(most), {name: st.column_config.TextColumn(title) for name, title in titles.items()}


def figures_table(placed: PlacedOne) -> tuple[pd.DataFrame, dict]:
    """One row per column: a customer beside the average of the segment and the middle of all customers."""
    segment = "Average of its segment"
    frame = pd.DataFrame(
        [
            {
                "Column": one_line(figure.column),
                "This customer": figure.own,
                segment: figure.segment,
                "Middle of all": figure.everybody,
            }
            for figure in placed.figures
        ]
    )
    told = "Of a category the share of customers with this level."
    config = {name: st.column_config.TextColumn(alignment="right", help=told) for name in frame.columns[2:]}
    return frame, config | {"Column": st.column_config.TextColumn(width=170), "This customer": _RIGHT}


def _share(part: float) -> str:
    return rounded_share(part) if np.isfinite(part) else UNDEFINED


def _p(value: float) -> str:
    if np.isnan(value):
        return UNDEFINED
    return f"< {fixed(0.001, 3)}" if value < 0.001 else number(value, 2)
