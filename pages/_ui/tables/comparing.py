"""Segments against known labels, and two segmentations side by side, in rows."""

import pandas as pd
import streamlit as st

from clustering import Agreement, Table
from clustering.compare import HeldOut
from clustering.methods import METHODS
from clustering.wording import listing, score, share, whole
from pages._ui.session import Kept
from pages._ui.tables.people import people_shown

_MOST_SIZES = 10
_RIGHT = st.column_config.TextColumn(alignment="right")


def measures_table(agreement: Agreement) -> tuple[pd.DataFrame, dict]:
    """Every measure with its figure and what it says."""
    rows = [
        ("Adjusted Rand index", agreement.adjusted_rand, "Pairs of customers together or apart alike; 0 is chance"),
        ("Adjusted mutual information", agreement.adjusted_mutual_info, "What one tells about the other; 0 is chance"),
        ("Homogeneity", agreement.homogeneity, "Each segment holds one label only"),
        ("Completeness", agreement.completeness, "Each label is in one segment only"),
        ("V-measure", agreement.v_measure, "The two above together (harmonic mean)"),
        ("Fowlkes-Mallows index", agreement.fowlkes_mallows, "Pairs together in both; above 0 also by chance"),
        ("Purity", agreement.purity, "Have the commonest label of their segment; grows with the number of segments"),
        ("Accuracy", agreement.accuracy, "Are in the segment paired with their label"),
    ]
    # rounded: the logarithms leave 1 a little short of 1
    frame = pd.DataFrame([(name, score(round(figure, 9)), told) for name, figure, told in rows])
    frame.columns = ["Measure", "Figure", "1 means that all customers, or pairs of them …"]
    return frame, {"Figure": _RIGHT}


def labels_table(agreement: Agreement) -> tuple[pd.DataFrame, dict]:
    """One row per label with precision, recall and F1, and a last one for their plain mean."""
    rows = [
        {
            "Label": one.name,
            "Precision": share(one.precision),
            "Recall": share(one.recall),
            "F1": score(one.f1),
            "Customers": whole(one.support),
        }
        for one in (*agreement.by_label, agreement.macro)
    ]
    told = {
        "Precision": "Of the customers in its segment, the share with the label; 0 where no segment is its own.",
        "Recall": "Of the customers with the label, the share in its segment.",
        "F1": "Precision and recall together (harmonic mean). The last row is the plain mean of the labels (macro).",
        "Customers": "With this label.",
    }
    config = {name: st.column_config.TextColumn(alignment="right", help=text) for name, text in told.items()}
    return pd.DataFrame(rows), config


def contingency_table(agreement: Agreement, names: tuple[str, ...]) -> tuple[pd.DataFrame, dict]:
    """Customers by label and segment, the segments in their own order."""
    frame = pd.DataFrame(agreement.contingency)
    frame.columns = [str(i) for i in frame.columns]
    frame.insert(0, "Label", list(agreement.names))
    # positions as names of the columns: two segments may be called alike
    config = {str(i): st.column_config.NumberColumn(name, format="localized") for i, name in enumerate(names)}
    return frame, config


def wrong_shown(people: pd.DataFrame, table: Table, column: str) -> tuple[pd.DataFrame, dict]:
    """Customers in the segment of another label: their label first."""
    frame, config = people_shown(people)
    header = table.headers[list(table.frame.columns).index(column)]
    frame = frame[[header, *(name for name in frame.columns if name != header)]]
    return frame, config | {header: st.column_config.TextColumn(width="small")}


def held_out_table(found: HeldOut) -> tuple[pd.DataFrame, dict]:
    """One row per split."""
    rows = [
        {"Split": f"{number}", "Fit their label": share(accuracy), "Adjusted Rand index": score(adjusted_rand)}
        for number, (accuracy, adjusted_rand) in enumerate(zip(found.accuracy, found.adjusted_rand, strict=True), 1)
    ]
    return pd.DataFrame(rows), {"Fit their label": _RIGHT, "Adjusted Rand index": _RIGHT}


def pair_table(first: Kept, second: Kept) -> tuple[pd.DataFrame, dict]:
    """What two segmentations are, a row each."""
    frame = pd.DataFrame([_told(one) for one in (first, second)])
    told = {
        "Separation": "Mean silhouette, from -1 to 1.",
        "Repeatable": "How far two halves of the customers give the same segments (adjusted Rand index): 1 the same, 0 "
        "chance. There is none after steps by hand.",
    }
    config = {name: st.column_config.TextColumn(alignment="right", help=text) for name, text in told.items()}
    return frame, config | {"Name": st.column_config.TextColumn(width=170), "Segments": _RIGHT}


def _told(one: Kept) -> dict[str, str]:
    sizes = one.clustering.sizes
    return {
        "Name": one.name,
        "Segments": whole(len(sizes)),
        "Sizes": " · ".join(whole(size) for size in sizes[:_MOST_SIZES]) + " …" * (len(sizes) > _MOST_SIZES),
        "Separation": score(one.figures.separation),
        "Repeatable": score(one.figures.repeatability),
        "Scaling": one.features.scale,
        "Method": METHODS[one.spec.method].label,
        "Steps by hand": whole(len(one.edits.steps)),
        "Columns": listing(one.features.columns, most=4, quote=""),
    }
