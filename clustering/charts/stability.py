"""How repeatable each number of segments is, and how large its segments are."""

import math

import plotly.graph_objects as go

from clustering.charts.curves import add_band, add_curve, mark_chosen
from clustering.charts.template import CURVE_HEIGHT, colours, figure
from clustering.recommend import Recommendation
from clustering.stability import Stability
from clustering.sweep import Step, Sweep
from clustering.wording import score, share, spelled, whole

_LEVEL = 10  # numbers of segments up to which shares stand level above the bars, also on a phone


def stability_chart(
    stability: Stability, n_clusters: int | None = None, mode: str = "light", *, n_total: int | None = None
) -> go.Figure:
    """Draw how well random halves of the customers agree, over the number of segments: the mean and the range.

    `n_total`: customers in the fit, where the halves are of a sample of them.
    """
    c = colours(mode)
    k, values = stability.n_clusters, stability.stability
    low = [min(step.adjusted_rand, default=math.nan) for step in stability.steps]
    high = [max(step.adjusted_rand, default=math.nan) for step in stability.steps]
    n = f"{whole(stability.n_samples)} customers"
    if n_total is not None and n_total > stability.n_samples:
        n = f"sample of {whole(stability.n_samples)} of {whole(n_total)} customers"
    shown = f"Repeatability (adjusted Rand index); {n}; 1 is the same segments, 0 is chance; grey: least to most"
    fig = figure(mode, finding=_finding(k, values, n_clusters), shown=shown, height=CURVE_HEIGHT)
    if any(math.isfinite(value) for value in values):
        add_band(fig, k, low, high, c)
    told = [
        f"{score(value)}<br>{score(least)} to {score(most)} over {len(step.adjusted_rand)} splits in halves"
        if step.adjusted_rand
        else "too few different customers"
        for step, value, least, most in zip(stability.steps, values, low, high, strict=True)
    ]
    add_curve(fig, k, values, told, c)
    mark_chosen(fig, k, values, n_clusters, score, c)
    lowest = min((value for value in low if math.isfinite(value)), default=0)
    fig.update_xaxes(dtick=1 if len(k) <= 12 else 2, title_text="Number of segments")
    # room above 1 for the label of the chosen number
    fig.update_yaxes(range=[min(0, lowest), 1.15], dtick=0.2, tick0=0)
    return fig


def _finding(k: list[int], values: list[float], n_clusters: int | None) -> str:
    agreement = {n: value for n, value in zip(k, values, strict=True) if math.isfinite(value)}
    if not agreement:
        return "Too few customers to compare random halves"
    best = max(agreement, key=lambda n: (agreement[n], -n))
    # what is written alike is alike
    if n_clusters in agreement and score(agreement[n_clusters]) != score(agreement[best]):
        return f"Random halves agree best at {spelled(best)}; {score(agreement[n_clusters])} at {spelled(n_clusters)}"
    return f"Random halves agree best at {spelled(n_clusters if n_clusters in agreement else best)} segments"


def sizes_by_k_chart(
    sweep: Sweep, advice: Recommendation, n_clusters: int | None = None, mode: str = "light"
) -> go.Figure:
    """Draw the shares of the segments at every number as a stack, the smallest on top with its share.

    Numbers that break the rule on sizes are hatched and crossed; `n_clusters`, or the best split, stands out.
    """
    c = colours(mode)
    k = sweep.n_clusters
    chosen = n_clusters if n_clusters in k else advice.best_split
    broken = {*advice.too_small, *advice.too_large}
    shown = f"Share of each segment; {whole(sweep.n_samples)} customers; the smallest on top and written"
    if broken & set(k):
        shown += "; hatched and ×: breaks the rule on sizes"
    fig = figure(mode, finding=_finding_of_sizes(sweep, advice, chosen), shown=shown, height=CURVE_HEIGHT)
    hues = [c.accent if n == chosen else c.marks for n in k]
    outlines = [hue if n in broken else c.ground for n, hue in zip(k, hues, strict=True)]
    patterns = ["/" if n in broken else "" for n in k]
    told = [_told(step, advice) for step in sweep.steps]
    for rank in range(max(k)):
        there = [i for i, step in enumerate(sweep.steps) if rank < step.n_clusters]
        fig.add_bar(
            x=[k[i] for i in there],
            y=[sweep.steps[i].sizes[rank] / sum(sweep.steps[i].sizes) for i in there],
            marker={
                "color": [hues[i] for i in there],
                "line": {"color": [outlines[i] for i in there], "width": 1},
                "pattern": {
                    "shape": [patterns[i] for i in there],
                    "bgcolor": c.ground,
                    "size": 6,
                    "solidity": 0.25,
                },
            },
            unselected={"marker": {"opacity": 1}},
            customdata=[told[i] for i in there],
            hovertemplate="%{customdata}<extra></extra>",
        )
    is_level = len(k) <= _LEVEL
    for step in sweep.steps:
        mark = ("×<br>" if is_level else "× ") if step.n_clusters in broken else ""
        fig.add_annotation(
            x=step.n_clusters,
            y=1,
            text=f"{mark}{_written(step.sizes[-1] / sum(step.sizes))}",
            textangle=0 if is_level else -90,
            yanchor="bottom",
            yshift=2,
            font={"size": 12, "color": c.text},
            showarrow=False,
        )
    fig.update_layout(barmode="stack", bargap=0.3)
    fig.update_xaxes(dtick=1 if len(k) <= 12 else 2, title_text="Number of segments")
    fig.update_yaxes(range=[0, 1.22 if is_level else 1.3], tickvals=[0, 0.5, 1], ticktext=["0 %", "50 %", "100 %"])
    return fig


def _finding_of_sizes(sweep: Sweep, advice: Recommendation, chosen: int) -> str:
    if all(n in (*advice.too_small, *advice.too_large) for n in sweep.n_clusters):
        return "Every number leaves a segment too small or too large"
    sizes = sweep.step(chosen).sizes
    return f"At {spelled(chosen)} the smallest segment holds {_written(sizes[-1] / sum(sizes))}"


def _told(step: Step, advice: Recommendation) -> str:
    total = sum(step.sizes)
    smallest, largest = step.sizes[-1], step.sizes[0]
    lines = [
        f"<b>{step.n_clusters} segments</b>",
        f"largest {whole(largest)} · {_written(largest / total)}",
        f"smallest {whole(smallest)} · {_written(smallest / total)}",
    ]
    if step.n_clusters in advice.too_small:
        lines.append("passed over: the smallest is too small")
    if step.n_clusters in advice.too_large:
        lines.append("passed over: the largest is too large")
    return "<br>".join(lines)


def _written(part: float) -> str:
    return share(part, 0 if part >= 0.01 else 1)
