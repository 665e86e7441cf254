"""What speaks for a number of segments, in rows."""

import pandas as pd
import streamlit as st

from clustering import Clustering, Recommendation, Stability, Sweep
from clustering.stability import Gap, Importance, Mixtures
from clustering.wording import number, one_line, score, share, whole
from pages._ui import sentences


def sweep_table(sweep: Sweep, advice: Recommendation, measured: Stability | None) -> tuple[pd.DataFrame, dict]:
    """One row per number of segments, the verdict in words."""
    verdicts = {
        advice.alternative: "Runner-up",
        advice.best_split: "Recommended" if advice.n_clusters else "Best split",
    }
    verdicts |= dict.fromkeys(advice.too_small, "A segment too small")
    verdicts |= dict.fromkeys(advice.too_large, "A segment too large")
    repeatable = {step.n_clusters: step.stability for step in measured.steps} if measured else {}
    rows = [
        {
            "Segments": step.n_clusters,
            "Verdict": verdicts.get(step.n_clusters, ""),
            "Separation": score(step.silhouette),
            "Repeatable": score(repeatable.get(step.n_clusters, float("nan"))),
            "Closeness": score(step.simplified_silhouette),
            "Contact": score(step.contact),
            "Contrast": number(step.calinski_harabasz),
            "Overlap": number(step.davies_bouldin),
            "Spread": number(step.inertia, digits=4),
            "Smallest": step.sizes[-1],
            "Largest": step.sizes[0],
            "Rounds": step.n_iter,
            "Sizes, largest first": " · ".join(whole(size) for size in step.sizes),
        }
        for step in sweep.steps
    ]
    config = {
        "Verdict": st.column_config.TextColumn(width=120),
        "Separation": _figure("Silhouette, from -1 to 1; higher is better."),
        "Repeatable": _figure("Do random halves of the customers agree? Adjusted Rand index; 1 is wholly."),
        "Closeness": _figure("Simplified silhouette, from -1 to 1. Less a tenth of contact, it decides."),
        "Contact": _figure("How dense it is between neighbouring segments, from 0 (a gap) to 1 (one crowd, cut)."),
        "Contrast": _figure("Calinski-Harabasz index; higher is better."),
        "Overlap": _figure("Davies-Bouldin index; lower is better."),
        "Spread": _figure("Inertia: falls with every further segment."),
        "Smallest": st.column_config.NumberColumn(format="localized"),
        "Largest": st.column_config.NumberColumn(format="localized"),
        "Rounds": st.column_config.NumberColumn(help="Iterations of the best start.", format="localized"),
        "Sizes, largest first": st.column_config.TextColumn(width=270),
    }
    frame = pd.DataFrame(rows)
    return (frame if frame["Rounds"].notna().any() else frame.drop(columns="Rounds")), config


def found_again_table(segments: Clustering, names: tuple[str, ...], stabilities: tuple[float, ...]) -> pd.DataFrame:
    """One row per segment: how surely it would be found again."""
    return pd.DataFrame(
        {
            "Segment": [one_line(name, 60) for name in names],
            "Customers": [whole(size) for size in segments.sizes],
            "Found again": [sentences.found_again(value) for value in stabilities],
        }
    )


def importance_table(found: tuple[Importance, ...]) -> tuple[pd.DataFrame, dict]:
    """One row per column that builds the segments, the one that matters most first."""
    rows = [
        {
            "Without": one_line(column.column, 60),
            "Customers who change segment": share(column.moved),
            "Agreement": score(column.adjusted_rand),
            "Remark": column.reason,
        }
        for column in found
    ]
    config = {
        "Customers who change segment": _figure("Share of those with a segment both times."),
        "Agreement": _figure("Adjusted Rand index: 1 if nobody moves, 0 if the segments have nothing in common."),
    }
    frame = pd.DataFrame(rows)
    return (frame if any(frame["Remark"]) else frame.drop(columns="Remark")), config


def refits_table(gap: Gap | None, mixtures: Mixtures) -> tuple[pd.DataFrame, dict]:
    """Gap statistic, where there is one, and BIC for every number of segments, one segment among them."""
    gaps = dict(zip(gap.n_clusters, zip(gap.gap, gap.gap_error, strict=True), strict=True)) if gap else {}
    bic = dict(zip(mixtures.n_clusters, mixtures.bic, strict=True))
    nan = float("nan")
    rows = [
        {
            "Segments": k,
            "Gap": number(gaps.get(k, (nan, nan))[0]),
            "Standard error": number(gaps.get(k, (nan, nan))[1], 2),
            "BIC": number(bic.get(k, nan), 5),
        }
        for k in sorted({*gaps, *bic})
    ]
    config = {
        "Gap": _figure("Gap statistic: how much tighter than customers spread evenly; higher is better."),
        "Standard error": _figure("The smallest number within a standard error of the next one is preferred."),
        "BIC": _figure("Bayesian information criterion of Gaussian mixtures; lower is better."),
    }
    frame = pd.DataFrame(rows)
    return (frame if gap else frame[["Segments", "BIC"]]), config


def _figure(explained: str):
    return st.column_config.TextColumn(help=explained, alignment="right")
