"""The k-distance curve, with the reach of DBSCAN on it."""

import math

import plotly.graph_objects as go

from clustering.charts.template import CURVE_HEIGHT, Colours, colours, figure
from clustering.nearness import Nearness
from clustering.wording import count, number, rounded_share, whole

_SEEN = 0.99  # of the customers fit in the picture whatever the rest has to look for
_ABOVE = 1.3  # times the reaches: so much of the curve is seen above them
_APART = 0.12  # of the height of the picture: two lines nearer than this cannot both be named above


def nearness_chart(nearness: Nearness, *, mode: str = "light") -> go.Figure:
    """Draw how far customers have to look for a crowd, with the reach in use and the one proposed.

    The custom data of a point that is clicked are the reach to take. The few customers far off everybody are above the
    picture, or the rest would lie flat at its bottom.
    """
    c = colours(mode)
    n = count(nearness.n_total, "customer")
    if nearness.n_samples < nearness.n_total:
        n = f"sample of {whole(nearness.n_samples)} of {n}"
    shown = f"How far each customer has to look for a crowd of {whole(nearness.min_samples)} (k-distance); {n}"
    fig = figure(mode, finding=_finding(nearness), shown=shown, height=CURVE_HEIGHT)
    percent = 100 * nearness.shares
    fig.add_scatter(
        x=percent, y=nearness.distances, mode="lines", line={"color": c.marks, "width": 2}, hoverinfo="skip"
    )
    _add_points(fig, nearness, c)
    seen = nearness.distances[nearness.shares <= _SEEN]
    top = max(_ABOVE * nearness.eps, _ABOVE * nearness.proposed, seen.max(initial=0))
    if math.isclose(nearness.eps, nearness.proposed):
        _add_reach(fig, nearness.eps, "in use, as proposed", c.accent, c.text, c)
    else:
        below = min(nearness.eps, nearness.proposed) if abs(nearness.eps - nearness.proposed) < _APART * top else None
        for reach, remark, line, text in (
            (nearness.proposed, "proposed", c.muted, c.muted),
            (nearness.eps, "in use", c.accent, c.text),
        ):
            _add_reach(fig, reach, remark, line, text, c, above=reach != below)
    _mark_crossing(fig, nearness, c)
    fig.update_xaxes(title_text="Customers, those in the thick of it first", range=[0, 100], ticksuffix=" %", nticks=6)
    fig.update_layout(margin={"r": 28})  # room for "100 %"
    fig.update_yaxes(title_text="Distance", range=[0, top], nticks=5)
    return fig


def _finding(nearness: Nearness) -> str:
    crowd = f"a crowd of {whole(nearness.min_samples)}"
    if not nearness.core_share:
        return f"Within {number(nearness.eps)}, no customer finds {crowd}"
    return f"Within {number(nearness.eps)}, {rounded_share(nearness.core_share)} of customers find {crowd}"


def _add_points(fig: go.Figure, nearness: Nearness, c: Colours) -> None:
    """Add the points to click; a reach of 0 is none."""
    can_be_taken = nearness.distances > 0
    x = 100 * nearness.shares[can_be_taken]
    fig.add_scatter(
        x=x,
        y=nearness.distances[can_be_taken],
        mode="markers",
        marker={"color": c.marks, "size": 5, "opacity": 1, "line": {"width": 0}},
        unselected={"marker": {"opacity": 1}},
        customdata=nearness.reaches,
        hovertext=[
            f"<b>Reach {number(reach)}</b><br>{rounded_share(share / 100)} of the customers find a crowd<br>"
            "Click to take it"
            for share, reach in zip(x, nearness.reaches, strict=True)
        ],
        hoverinfo="text",
    )


def _add_reach(
    fig: go.Figure, reach: float, remark: str, line: str, text: str, c: Colours, *, above: bool = True
) -> None:
    """Add a line at a reach, named at its left end: the curve is low there."""
    fig.add_hline(y=reach, line={"color": line, "width": 1, "dash": "dot"})
    fig.add_annotation(
        x=0,
        xref="paper",
        xanchor="left",
        y=reach,
        yanchor="bottom" if above else "top",
        text=f"<b>{number(reach)}</b> {remark}",
        font={"size": 13, "color": text},
        bgcolor=c.ground,
        showarrow=False,
    )


def _mark_crossing(fig: go.Figure, nearness: Nearness, c: Colours) -> None:
    """Mark where the curve passes the reach in use."""
    fig.add_scatter(
        x=[100 * nearness.core_share],
        y=[nearness.eps],
        mode="markers",
        marker={"color": c.accent, "size": 14, "opacity": 1, "line": {"color": c.ground, "width": 2}},
        unselected={"marker": {"opacity": 1}},
        cliponaxis=False,
        hoverinfo="skip",
    )
