"""What every method makes of the same customers, in rows."""

import math

import pandas as pd
import streamlit as st

from clustering.gallery import FOUND, Gallery


def gallery_table(gallery: Gallery) -> tuple[pd.DataFrame, dict]:
    """One row per method, to be sorted by any figure."""
    knows_truth = gallery.subject.truth is not None
    rows = []
    for one in gallery.exhibits:
        row = {"Method": one.entry.title}
        if knows_truth:
            row |= {"Finds both": "Yes" if one.like_truth >= FOUND else "No", "Like the moons": _short(one.like_truth)}
        row |= {
            "Segments": one.n_clusters or None,
            "Noise": None if one.is_refused else 100 * one.noise_share,
            "Separation": _short(one.silhouette),
            "Like k-means": _short(one.like_kmeans),
            "Seconds": one.seconds,
            "Good for": one.entry.good_for,
        }
        rows.append(row | {"Remark": one.reason})
    frame = pd.DataFrame(rows).astype({"Segments": "Int64"})
    config = {
        "Method": st.column_config.TextColumn(width=170),
        "Like the moons": _figure("Adjusted Rand index with the true moons: 1 is the same groups, 0 is chance."),
        "Segments": st.column_config.NumberColumn(format="localized"),
        "Noise": _figure("Customers near no segment.", "%.1f %%"),
        "Separation": _figure("Mean silhouette of the customers with a segment, from -1 to 1. Favours round segments."),
        "Like k-means": _figure(
            "Adjusted Rand index with what k-means finds, noise a group of its own: 1 is the same groups, 0 is chance."
        ),
        "Seconds": _figure("Processor time for these customers on this machine.", "%.2f"),
        "Good for": st.column_config.TextColumn(width=520),
        "Remark": st.column_config.TextColumn(width=520),
    }
    return (frame if any(frame["Remark"]) else frame.drop(columns="Remark")), config


def _short(figure: float) -> float | None:
    """A figure for a column with two decimals, where one short of 1 is not to read 1.00; still a number, to sort by."""
    if not math.isfinite(figure):
        return None
    if abs(figure) < 0.005:
        return 0.0  # not "-0.00"
    return min(figure, 0.99) if figure < 1 - 1e-9 else 1.0


def _figure(explained: str, form: str = "%.2f"):
    return st.column_config.NumberColumn(help=explained, format=form)
