"""Curves over the number of segments."""

import math

import plotly.graph_objects as go

from clustering.charts.template import CURVE_HEIGHT, colours, figure
from clustering.indices import INDICES
from clustering.sweep import Sweep
from clustering.wording import number, score, spelled

# what a curve says, with the number that is marked and without one
_FINDINGS = {
    "inertia": ("Spread falls with every further segment", "Spread at {k}: look for the bend"),
    "silhouette": ("Segments are most separate at {best}", "Separation at {k}; the best is at {best}"),
    "simplified_silhouette": ("Customers fit their centers best at {best}", "Fit at {k}; the best is at {best}"),
    "calinski_harabasz": ("The contrast is greatest at {best}", "Contrast at {k}; the greatest is at {best}"),
    "davies_bouldin": ("Segments overlap least at {best}", "Overlap at {k}; the least is at {best}"),
}
_SHOWN = {
    "inertia": "Spread within segments (inertia); lower is tighter",
    "silhouette": "Separation (silhouette); higher is better",
    "simplified_silhouette": "Closeness to centers (simplified silhouette); higher is better",
    "calinski_harabasz": "Contrast (Calinski-Harabasz); higher is better",
    "davies_bouldin": "Overlap (Davies-Bouldin); lower is better",
}


def index_chart(sweep: Sweep, name: str, *, n_clusters: int | None = None, mode: str = "light") -> go.Figure:
    """Draw one index over the number of segments, with the chosen number marked.

    Parameters
    ----------
    name : str
        A key of `INDICES`.
    n_clusters : int, optional
        The number to mark.
    """
    c = colours(mode)
    k, values = sweep.n_clusters, getattr(sweep, name)
    shown = _SHOWN[name]
    if name == "silhouette" and sweep.silhouette_sample:
        shown = f"Silhouette of a sample of {sweep.silhouette_sample:,}; higher is better"
    fig = figure(mode, finding=_finding(name, k, values, n_clusters), shown=shown, height=CURVE_HEIGHT)
    errors = None
    if name == "silhouette" and sweep.silhouette_sample:
        errors = {"type": "data", "array": sweep.silhouette_error, "color": c.marks, "thickness": 1, "width": 3}
    write = score if INDICES[name].high == 1 else number
    fig.add_scatter(
        x=k,
        y=values,
        mode="lines+markers",
        line={"color": c.marks, "width": 2},
        marker={"color": c.marks, "size": 7},
        error_y=errors,
        customdata=[write(value) for value in values],
        hovertemplate="%{x} segments: %{customdata}<extra></extra>",
    )
    if n_clusters in k and math.isfinite(values[k.index(n_clusters)]):
        value = values[k.index(n_clusters)]
        fig.add_vline(x=n_clusters, line={"color": c.accent, "width": 1, "dash": "dot"})
        fig.add_scatter(
            x=[n_clusters],
            y=[value],
            mode="markers+text",
            marker={"color": c.accent, "size": 14, "line": {"color": c.ground, "width": 2}, "opacity": 1},
            text=[f"<b>{write(value)}</b>"],
            textposition="top left" if n_clusters == k[-1] else "top right",
            cliponaxis=False,
            hoverinfo="skip",
        )
    lowest = min((v for v in values if math.isfinite(v)), default=0)
    fig.update_xaxes(dtick=1 if len(k) <= 12 else 2, title_text="Number of segments")
    fig.update_yaxes(rangemode="tozero" if lowest >= 0 else "normal", nticks=5)
    return fig


def _finding(name: str, k: list[int], values: list[float], n_clusters: int | None) -> str:
    finite = [(value, number) for value, number in zip(values, k, strict=True) if math.isfinite(value)]
    if not finite:
        return "Not defined for these numbers of segments"
    best = (max if INDICES[name].better == "higher" else min)(finite, key=lambda pair: pair[0])[1]
    plain, elsewhere = _FINDINGS[name]
    comparable = INDICES[name].comparable
    template = plain if n_clusters is None or (comparable and best == n_clusters) else elsewhere
    return template.format(k=spelled(n_clusters) if n_clusters else "", best=spelled(best))
