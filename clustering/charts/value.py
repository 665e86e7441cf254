"""Size against value: who holds how much of it, and how much the most valuable customers hold."""

import numpy as np
import plotly.graph_objects as go

from clustering.charts.rows import add_heads, rows_figure
from clustering.charts.template import CURVE_HEIGHT, colours, figure, plain, title_only
from clustering.identity import Look
from clustering.profile.value import ValueShares
from clustering.wording import count, number, one_line, rounded_share, share, whole

_STEP = 66  # pixels per segment
_FILLED, _HOLLOW = (24, 38), (44, 58)  # between which of them the two bars stand
_TOP = 0.2  # of the customers


def value_chart(value: ValueShares, looks: tuple[Look, ...], *, mode: str = "light") -> go.Figure:
    """Draw every segment's share of the customers, filled, and its share of the value, hollow."""
    c = colours(mode)
    n = count(sum(value.customers), "customer")
    column = one_line(value.column, 24)
    fig = rows_figure(
        mode,
        finding=value.sentence(tuple(one_line(look.name, 28) for look in looks)).rstrip("."),
        shown=f"Filled: share of customers; hollow: share of {column}; {n}{_without(value)}",
        n_rows=len(looks),
        step=_STEP,
        has_axis=False,
    )
    hues = [look.mark.colour(mode) for look in looks]
    shares, value_shares = np.array(value.shares), value.value_shares
    low = min(0.0, float(np.nan_to_num(value_shares).min()))
    high = max(float(shares.max()), float(np.nan_to_num(value_shares).max()))
    low -= 0.2 * (high - low) * (low < 0)  # room for the figure beside a bar below zero
    add_heads(fig, looks, mode, step=_STEP, at=low)
    rows, names = np.arange(len(looks)), [plain(look.name) for look in looks]
    for (top, bottom), parts, of, fill, told in (
        (_FILLED, shares, "customers", hues, [f"{whole(n_own)} customers" for n_own in value.customers]),
        (
            _HOLLOW,
            value_shares,
            plain(column, 18),
            [c.ground] * len(looks),
            [
                f"{number(total)} in all<br>{number(mean)} per customer"
                for total, mean in zip(value.totals, value.means, strict=True)
            ],
        ),
    ):
        fig.add_bar(
            orientation="h",
            x=parts,
            y=rows + (top + bottom) / 2 / _STEP,
            width=(bottom - top) / _STEP,
            marker={"color": fill, "line": {"color": hues, "width": 2}, "cornerradius": 3},
            text=[f"{rounded_share(float(part))} of {of}" for part in parts],
            textposition="outside",
            constraintext="none",
            cliponaxis=False,
            hovertext=[
                f"<b>{name}</b><br>{rounded_share(float(part))} of {of}<br>{more}"
                for name, part, more in zip(names, parts, told, strict=True)
            ],
            hoverinfo="text",
        )
    if low < 0:
        fig.add_vline(x=0, line={"color": c.muted, "width": 1})
    fig.update_xaxes(range=[low, low + 1.9 * (high - low)])
    return fig


def concentration_chart(value: ValueShares, *, mode: str = "light") -> go.Figure:
    """Draw how much of the value the most valuable customers hold together, the top fifth marked."""
    c = colours(mode)
    n = count(sum(value.customers) - value.n_missing, "customer")
    shown = f"{n}, the most valuable first; straight line: all hold the same{_without(value)}"
    finding = value.concentration(_TOP).rstrip(".")
    if not value.is_defined:
        return title_only(mode, finding, shown)
    fig = figure(mode, finding=finding, shown=shown, height=CURVE_HEIGHT)
    fig.update_layout(height=fig.layout.margin.t + 240)
    column = plain(value.column, 24)
    fig.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", line={"color": c.muted, "width": 1, "dash": "dot"}, hoverinfo="skip"
    )
    fig.add_scatter(
        x=value.curve_customers,
        y=value.curve_value,
        mode="lines",
        line={"color": c.marks, "width": 2},
        hovertext=[
            f"the top {rounded_share(float(x))} of customers<br>hold {rounded_share(float(y))} of {column}"
            for x, y in zip(value.curve_customers, value.curve_value, strict=True)
        ],
        hoverinfo="text",
    )
    held = value.top(_TOP)
    fig.add_scatter(
        x=[_TOP],
        y=[held],
        mode="markers+text",
        marker={"color": c.accent, "size": 14, "line": {"color": c.ground, "width": 2}, "opacity": 1},
        text=[f"<b>{rounded_share(held)}</b>"],
        textposition="bottom right",
        cliponaxis=False,
        hoverinfo="skip",
    )
    percents = [0, 0.2, 0.4, 0.6, 0.8, 1]
    ticks = {"tickvals": percents, "ticktext": [share(part, 0) for part in percents]}
    top = max(1.0, float(value.curve_value.max()))
    fig.update_xaxes(title_text="Share of customers", range=[0, 1], **ticks)
    fig.update_yaxes(
        title_text=f"Share of {column}", range=[min(0.0, float(value.curve_value.min())), 1.04 * top], **ticks
    )
    return fig


def _without(value: ValueShares) -> str:
    return f"; {whole(value.n_missing)} without a value" if value.n_missing else ""
