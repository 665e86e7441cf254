"""What other settings of a method give, in rows."""

import math
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from clustering.search import Trial, setting_of


def search_table(ranked: Sequence[Trial], names: Sequence[str]) -> tuple[pd.DataFrame, dict]:
    """One row per trial with what was varied and what was found, to be sorted by any figure."""
    spec = ranked[0].spec
    labels = {name: setting_of(spec, name).label for name in names}
    rows = []
    for one in ranked:
        row = {label: setting_of(spec, name).said(one.value(name)) for name, label in labels.items()}
        row["Segments"] = row.get("Segments") or one.n_clusters or None
        row |= {
            "Noise": None if one.is_refused else 100 * one.noise_share,
            "Separation": _known(one.silhouette),
            "Separation, noise as 0": _known(one.overall),
            "Smallest share": None if one.is_refused else 100 * one.smallest_share,
        }
        rows.append(
            row | {name: value for name, value in one.figures if name in ("BIC", "AIC")} | {"Remark": one.reason}
        )
    frame = pd.DataFrame(rows).astype({"Segments": "Int64"})
    frame = frame.drop(columns=_empty(ranked))
    config = {label: _column(setting_of(spec, name)) for name, label in labels.items()}
    config |= {
        "Segments": st.column_config.NumberColumn(format="localized"),
        "Noise": _figure("Customers near no segment.", "%.1f %%"),
        "Separation": _figure("Mean silhouette of the customers with a segment, from -1 to 1. Favours round segments."),
        "Separation, noise as 0": _figure(
            "The separation with customers of noise counted as 0: what the rows are ranked by."
        ),
        "Smallest share": _figure("What the smallest segment holds of the customers that have one.", "%.1f %%"),
        "BIC": _figure("Bayesian information criterion, lower is better: what the rows are ranked by.", "%.0f"),
        "AIC": _figure("Akaike information criterion, lower is better.", "%.0f"),
        "Remark": st.column_config.TextColumn(width=520),
    }
    return frame, config


def _empty(ranked: Sequence[Trial]) -> list[str]:
    """Columns that would say nothing."""
    empty = [] if any(one.reason for one in ranked) else ["Remark"]
    return empty if any(one.noise_share > 0 for one in ranked) else [*empty, "Noise", "Separation, noise as 0"]


def _column(setting):
    if setting.choices:
        return st.column_config.TextColumn(help=setting.help)
    return st.column_config.NumberColumn(help=setting.help, format="localized" if setting.whole else "%g")


def _known(figure: float) -> float | None:
    return figure if math.isfinite(figure) else None


def _figure(explained: str, form: str = "%.2f"):
    return st.column_config.NumberColumn(help=explained, format=form)
