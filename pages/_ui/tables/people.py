"""Single customers in rows, and what a group of them is like."""

import numpy as np
import pandas as pd
import streamlit as st

from clustering import Clustering
from clustering.profile.compare import Trait
from clustering.profile.people import UNSURE, Sureness
from clustering.wording import one_line, rounded_share, share, whole

_ARROWS = {1: " ▲", 0: "", -1: " ▼"}
_MOST_TRAITS = 8
_MARGIN = "0: on the border to the second-best segment; 1: on the center of its own; below 0: nearer to the other one."
_DISTANCE = "To the center of the segment, in the units of the prepared columns (standard deviations if scaled so)."


def traits_table(traits: tuple[Trait, ...]) -> tuple[pd.DataFrame, dict]:
    """In what chosen customers differ from the rest, most first."""
    rows = [
        {
            "Column": trait.title,
            "Chosen": trait.own_written,
            "The rest": trait.baseline_written,
            "Index": f"{trait.figure_written}{_ARROWS[trait.mark]}",
        }
        for trait in traits[:_MOST_TRAITS]
    ]
    figures = {name: st.column_config.TextColumn(alignment="right") for name in ("Chosen", "The rest")}
    told = "100 is the rest; ▲ from 120, ▼ to 80. In standard deviations (sd) where there is no index."
    index = st.column_config.TextColumn(alignment="right", help=told)
    config = {"Column": st.column_config.TextColumn(width="medium"), **figures, "Index": index}
    return pd.DataFrame(rows), config


def people_shown(people: pd.DataFrame) -> tuple[pd.DataFrame, dict]:
    """Customers for the screen, from `people_table`: where they stand, then what the file says of them."""
    segment, distance, second, margin, note = people.columns[-5:]
    standing = [segment, margin, second, distance, *([note] if people[note].notna().any() else [])]
    frame = people[[*standing, *people.columns[:-5]]].fillna({note: ""})
    config = {
        segment: st.column_config.TextColumn("Segment"),
        margin: st.column_config.NumberColumn("Margin", format="%.2f", help=_MARGIN),
        second: st.column_config.TextColumn("Second best", help="The segment whose center is nearest after its own."),
        distance: st.column_config.NumberColumn("Distance", format="%.2f", help=_DISTANCE),
        note: st.column_config.TextColumn("Note", width="medium"),
    }
    return frame, config


def standing_table(
    segments: Clustering, names: tuple[str, ...], between: np.ndarray, far: np.ndarray
) -> tuple[pd.DataFrame, dict]:
    """One row per segment: the share of its customers that lie between two, and how many are far out.

    Parameters
    ----------
    between : ndarray of shape (n_clusters,)
        Shares.
    far : ndarray
        Positions in the table of all that are far out.
    """
    n_far = np.bincount(segments.labels[np.searchsorted(segments.rows, far)], minlength=segments.n_clusters)
    frame = pd.DataFrame(
        {
            "Segment": list(names),
            "Customers": [whole(size) for size in segments.sizes],
            "Between two": [share(part) for part in between],
            "Far out": [whole(n) for n in n_far],
        }
    )
    config = {name: st.column_config.TextColumn(alignment="right") for name in frame.columns[1:]}
    return frame, config


def sureness_table(segments: Clustering, names: tuple[str, ...], found: Sureness) -> tuple[pd.DataFrame, dict]:
    """One row per segment: how probable it is for its customers."""
    unsure = f"Under {rounded_share(UNSURE)}"
    frame = pd.DataFrame(
        {
            "Segment": [one_line(name, 60) for name in names],
            "Customers": [whole(size) for size in segments.sizes],
            "Mean probability": [share(mean) for mean in found.mean],
            unsure: [whole(n) for n in found.n_unsure_by_segment],
        }
    )
    config = {name: st.column_config.TextColumn(alignment="right") for name in frame.columns[1:]}
    told = "Customers for whom no segment is as probable as that."
    return frame, config | {unsure: st.column_config.TextColumn(alignment="right", help=told)}
