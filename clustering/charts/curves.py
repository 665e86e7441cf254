"""Curves over the number of segments."""

import math

import plotly.graph_objects as go

from clustering.charts.template import CURVE_HEIGHT, Colours, colours, figure
from clustering.indices import INDICES
from clustering.stability import Stability
from clustering.sweep import Sweep
from clustering.wording import count, number, score, spelled, whole

# what a curve says, with the number that is marked and without one
_FINDINGS = {
    "silhouette": ("Segments are most separate at {best}", "Separation at {k}; the best is at {best}"),
    "simplified_silhouette": ("Customers fit their centers best at {best}", "Fit at {k}; the best is at {best}"),
    "calinski_harabasz": ("The contrast is greatest at {best}", "Contrast at {k}; the greatest is at {best}"),
    "davies_bouldin": ("Segments overlap least at {best}", "Overlap at {k}; the least is at {best}"),
    "contact": ("Segments are best set apart at {best}", "Contact at {k}; the least is at {best}"),
}
# what is drawn and which direction is better; of how many customers stands between
_SHOWN = {
    "inertia": ("Spread within segments (inertia)", "lower is tighter"),
    "silhouette": ("Separation (silhouette)", "higher is better"),
    "simplified_silhouette": ("Closeness to centers (simplified silhouette)", "higher is better"),
    "calinski_harabasz": ("Contrast (Calinski-Harabasz)", "higher is better"),
    "davies_bouldin": ("Overlap (Davies-Bouldin)", "lower is better"),
    "contact": ("Contact between neighbouring segments", "lower is better"),
}


def index_chart(
    sweep: Sweep,
    name: str,
    *,
    n_clusters: int | None = None,
    stability: Stability | None = None,
    skipped: tuple[int, ...] = (),
    knee: int | None = None,
    mode: str = "light",
) -> go.Figure:
    """Draw one index over the number of segments, with the chosen number marked.

    Parameters
    ----------
    name : str
        A key of `INDICES`.
    n_clusters : int, optional
        The number to mark.
    stability : Stability, optional
        For "simplified_silhouette": what shapeless customers would give becomes a grey band, two standard deviations
        to either side of their mean.
    skipped : tuple of int
        Numbers that break the rule on sizes; their points are hollow.
    knee : int, optional
        For "inertia": where the curve bends; without one the title says that it does not bend clearly.
    """
    c = colours(mode)
    k, values = sweep.n_clusters, getattr(sweep, name)
    what, better = _SHOWN[name]
    n = count(sweep.n_samples, "customer")
    if name == "silhouette" and sweep.silhouette_sample:
        n = f"sample of {whole(sweep.silhouette_sample)} of {n}"
    low, high = _shapeless(stability, k) if stability and name == "simplified_silhouette" else ([], [])
    has_band = any(math.isfinite(value) for value in low)
    shown = f"{what}; {n}; {better}"
    if has_band:
        shown += "; grey: what shapeless customers would give"
    if set(skipped) & set(k):
        shown += "; hollow: breaks the rule on sizes"
    finding = _bend(values, knee) if name == "inertia" else _finding(name, k, values, n_clusters)
    fig = figure(mode, finding=finding, shown=shown, height=CURVE_HEIGHT)
    if has_band:
        add_band(fig, k, low, high, c)
    errors = None
    if name == "silhouette" and sweep.silhouette_sample:
        errors = {"type": "data", "array": sweep.silhouette_error, "color": c.marks, "thickness": 1, "width": 3}
    write = score if INDICES[name].high == 1 else number
    told = [write(value) + _why(n in skipped) for n, value in zip(k, values, strict=True)]
    add_curve(fig, k, values, told, c, hollow=skipped, error_y=errors)
    if name == "inertia" and knee in k and knee != n_clusters:
        fig.add_annotation(
            x=knee,
            y=values[k.index(knee)],
            text="bend",
            ax=-14,
            ay=26,  # below the curve, which is hollow there: the value of the chosen number stands above
            standoff=6,
            arrowhead=0,
            arrowwidth=1,
            arrowcolor=c.muted,
            bgcolor=c.ground,  # the line of the chosen number may pass behind
            font={"size": 13, "color": c.muted},
        )
    mark_chosen(fig, k, values, n_clusters, write, c, remark="bend" if knee and knee == n_clusters else "")
    lowest = min((v for v in (*values, *low) if math.isfinite(v)), default=0)
    fig.update_xaxes(dtick=1 if len(k) <= 12 else 2, title_text="Number of segments")
    fig.update_yaxes(rangemode="tozero" if lowest >= 0 else "normal", nticks=5)
    return fig


def add_curve(fig: go.Figure, k: list[int], values: list[float], told: list[str], c: Colours, *, hollow=(), **more):
    """Add the points of a curve and the line through them; `told` is what the pointer shows, `hollow` has no fill.

    The x of a point that is clicked is the number of segments; a click leaves the others as they are.
    """
    fig.add_scatter(
        x=k,
        y=values,
        mode="lines+markers",
        line={"color": c.marks, "width": 2},
        marker={
            "color": [c.ground if n in hollow else c.marks for n in k],
            "size": [9 if n in hollow else 7 for n in k],
            "opacity": 1,  # a list of sizes makes plotly set .7
            "line": {"color": c.marks, "width": [2 if n in hollow else 0 for n in k]},
        },
        unselected={"marker": {"opacity": 1}},
        customdata=told,
        hovertemplate="%{x} segments: %{customdata}<extra></extra>",
        **more,
    )


def add_band(fig: go.Figure, k: list[int], low: list[float], high: list[float], c: Colours) -> None:
    """Add a grey band between two curves, with gaps where they are undefined."""
    runs: list[list[int]] = [[]]
    for i in range(len(k)):
        if math.isfinite(low[i]) and math.isfinite(high[i]):
            runs[-1].append(i)
        elif runs[-1]:
            runs.append([])
    x: list[float | None] = []
    y: list[float | None] = []
    for run in filter(None, runs):
        # a number on its own has a narrow band, not none
        edge = 0.15 if len(run) == 1 else 0
        there = [*((k[i], low[i]) for i in run), *((k[i], high[i]) for i in reversed(run))]
        if edge:
            (n, below), (_, above) = there
            there = [(n - edge, below), (n + edge, below), (n + edge, above), (n - edge, above)]
        x += [*(point[0] for point in there), there[0][0], None]
        y += [*(point[1] for point in there), there[0][1], None]
    fig.add_scatter(
        x=x[:-1],
        y=y[:-1],
        mode="lines",
        fill="toself",
        fillcolor=c.grid,
        line={"color": c.line, "width": 1},
        hoverinfo="skip",
    )


def mark_chosen(fig: go.Figure, k, values, n_clusters: int | None, write, c: Colours, *, remark: str = "") -> None:
    """Mark the chosen number with a line, a large dot and its value."""
    if n_clusters not in k or not math.isfinite(values[k.index(n_clusters)]):
        return
    value = values[k.index(n_clusters)]
    fig.add_vline(x=n_clusters, line={"color": c.accent, "width": 1, "dash": "dot"})
    fig.add_scatter(
        x=[n_clusters],
        y=[value],
        mode="markers+text",
        marker={"color": c.accent, "size": 14, "line": {"color": c.ground, "width": 2}, "opacity": 1},
        unselected={"marker": {"opacity": 1}, "textfont": {"color": c.text}},
        text=[f"<b>{write(value)}</b>{f' {remark}' if remark else ''}"],
        textposition=_beside(values, k.index(n_clusters)),
        cliponaxis=False,
        hoverinfo="skip",
    )


def _beside(values: list[float], i: int) -> str:
    """Where the value of a point is not crossed by the curve."""
    before = values[i - 1] if i else math.nan
    after = values[i + 1] if i + 1 < len(values) else math.nan
    if i == len(values) - 1:
        return "bottom left" if before > values[i] else "top left"
    if not after > values[i]:
        return "top right"
    if before < values[i]:
        return "top left"
    finite = [value for value in values if math.isfinite(value)]
    has_room = values[i] > min(0, *finite) + 0.2 * (max(finite) - min(0, *finite))
    return "bottom right" if has_room else "top center"


def _why(is_skipped: bool) -> str:
    return "<br>passed over: a segment is too small or too large" if is_skipped else ""


def _shapeless(stability: Stability, k: list[int]) -> tuple[list[float], list[float]]:
    """The band of two standard deviations to either side of the mean of the shapeless tables; NaN where unknown."""
    measured = [stability.step(n) for n in k]
    centers = [step.reference_mean if step else math.nan for step in measured]
    widths = [2 * step.reference_error if step else math.nan for step in measured]
    return (
        [center - width for center, width in zip(centers, widths, strict=True)],
        [min(center + width, 1.0) for center, width in zip(centers, widths, strict=True)],
    )


def _bend(values: list[float], knee: int | None) -> str:
    if not any(math.isfinite(value) for value in values):
        return "Not defined for these numbers of segments"
    return f"The gain flattens after {spelled(knee)}" if knee else "The spread falls without a clear bend"


def _finding(name: str, k: list[int], values: list[float], n_clusters: int | None) -> str:
    finite = [(value, number) for value, number in zip(values, k, strict=True) if math.isfinite(value)]
    if not finite:
        return "Not defined for these numbers of segments"
    best = (max if INDICES[name].better == "higher" else min)(finite, key=lambda pair: pair[0])[1]
    plain, elsewhere = _FINDINGS[name]
    template = plain if n_clusters not in k or best == n_clusters else elsewhere
    return template.format(k=spelled(n_clusters) if n_clusters else "", best=spelled(best))
