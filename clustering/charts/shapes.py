"""The means of many columns at once, a line per segment: snake plot and radar."""

import math

import numpy as np
import plotly.graph_objects as go

from clustering.charts.lines import add_legend, drawn, segment_line
from clustering.charts.rows import titled
from clustering.charts.telling import Telling, baseline_name, telling
from clustering.charts.template import CURVE_HEIGHT, Colours, colours, figure, plain, title_only, wrapped
from clustering.identity import Look
from clustering.profile import Comparison
from clustering.wording import count, one_line

_MOST_COLUMNS = 8
_ROW = 44  # pixels per column of the snake plot
_AXIS = 44  # pixels below the plot for ticks and title
_RADAR = 310  # pixels
_AT_RIM = 13  # letters of a name beside the radar, so that it is not cut off on a phone


def snake_chart(comparison: Comparison, looks: tuple[Look, ...], *, mode: str = "light") -> go.Figure:
    """Draw a line per segment through its means, a row per column, in standard deviations from the baseline.

    Of many columns the eight that set the segments apart most, of many segments the eight largest.
    """
    c = colours(mode)
    chosen, shown = _chosen(comparison, looks)
    fig = figure(mode, finding=_differs_most(comparison, chosen, looks), shown=shown, height=CURVE_HEIGHT)
    fig.update_layout(height=fig.layout.margin.t + _ROW * max(len(chosen), 2) + _AXIS, margin={"b": _AXIS})
    fig.add_vline(x=0, line={"color": c.muted, "width": 1})
    for label, look in drawn(looks):
        fig.add_scatter(
            x=[one.differences[label] for one in chosen],
            y=list(range(len(chosen))),
            **_line(label, look, chosen, mode, c),
        )
    fig.update_xaxes(title_text="Standard deviations", nticks=7, showgrid=True)
    fig.update_yaxes(
        range=[len(chosen) - 0.5, -0.5],
        tickmode="array",
        tickvals=list(range(len(chosen))),
        ticktext=[wrapped(one.title, 16) for one in chosen],
        tickfont={"size": 13, "color": c.text},
    )
    add_legend(fig, [titled(label, look, 30) for label, look in drawn(looks)], c, axis=_AXIS)
    return fig


def radar_chart(comparison: Comparison, looks: tuple[Look, ...], *, mode: str = "light") -> go.Figure:
    """Draw the lines of the snake plot around a center; the ring is the baseline."""
    c = colours(mode)
    chosen, shown = _chosen(comparison, looks)
    chosen = tuple(one for one in chosen if np.isfinite(one.differences).any())
    if len(chosen) < 3:
        return title_only(mode, "A radar needs three columns that differ", shown)
    shown = f"{shown}; dotted ring: average"
    fig = figure(mode, finding=_differs_most(comparison, chosen, looks), shown=shown, height=CURVE_HEIGHT)
    # the name on top stands clear of the title
    fig.update_layout(
        height=fig.layout.margin.t + _RADAR, margin={"l": 84, "r": 84, "t": fig.layout.margin.t + 14, "b": 24}
    )
    angles = [*range(len(chosen)), 0]
    differences = np.array([one.differences for one in chosen])[:, : len(drawn(looks))]
    low = math.floor(min(float(np.nanmin(differences)), 0)) - 0.5
    high = max(float(np.nanmax(differences)), 0) + 0.2
    names = [_around(one.title) for one in chosen]
    theta = [360 * i / len(chosen) for i in angles]
    fig.add_scatterpolar(
        r=[0.0] * 181,
        theta=[2 * i for i in range(181)],
        mode="lines",
        line={"color": c.text, "width": 1.5, "dash": "dot"},
        hoverinfo="skip",
        showlegend=False,
    )
    for label, look in drawn(looks):
        fig.add_scatterpolar(
            r=[chosen[i].differences[label] for i in angles],
            theta=theta,
            connectgaps=False,
            **_line(label, look, tuple(chosen[i] for i in angles), mode, c),
        )
    fig.update_layout(
        polar={
            "bgcolor": "rgba(0,0,0,0)",
            "radialaxis": {
                "range": [low, high],
                "angle": 90,
                "nticks": 5,
                "showline": False,
                "gridcolor": c.grid,
                "tickfont": {"size": 12, "color": c.muted},
                "tickangle": 90,
                "ticks": "",
            },
            "angularaxis": {
                "tickmode": "array",
                "tickvals": theta[:-1],
                "ticktext": names,
                "rotation": 90,
                "direction": "clockwise",
                "gridcolor": c.grid,
                "linecolor": c.line,
                "tickfont": {"size": 13, "color": c.text},
                "ticks": "",
            },
        }
    )
    add_legend(fig, [titled(label, look, 30) for label, look in drawn(looks)], c, axis=24)
    return fig


def _chosen(comparison: Comparison, looks: tuple[Look, ...]) -> tuple[tuple[Telling, ...], str]:
    """What is drawn of a comparison, and the line that says so."""
    found = telling(comparison)
    chosen = found[:_MOST_COLUMNS]
    parts = [f"Means against {baseline_name(comparison, looks)}", count(sum(comparison.profile.sizes), "customer")]
    if comparison.profile.weight_column is not None:
        parts.append(f"weighed by {one_line(comparison.profile.weight_column, 24)}")
    if len(chosen) < len(found):
        parts.append(f"the {len(chosen)} of {len(found)} columns that differ most")
    if (n_drawn := len(drawn(looks))) < len(looks):
        parts.append(f"the {n_drawn} largest of {len(looks)} segments")
    return chosen, "; ".join(parts)


def _line(label: int, look: Look, chosen: tuple[Telling, ...], mode: str, c: Colours) -> dict:
    """A segment's line through some columns, and what it tells at each."""
    told = [
        f"<b>{plain(look.name)}</b><br>{plain(one.title, 100)}: {one.own[label]} ({one.written[label]})"
        f"<br>held against {one.baseline[label]}"
        for one in chosen
    ]
    return segment_line(label, look, mode, c) | {"hovertext": told}


def _differs_most(comparison: Comparison, chosen: tuple[Telling, ...], looks: tuple[Look, ...]) -> str:
    """The segment that is farthest from the baseline, on average over the columns drawn."""
    differences = np.array([one.differences for one in chosen]).reshape(len(chosen), len(looks))
    known = np.isfinite(differences)
    with np.errstate(invalid="ignore"):
        distance = np.where(known, np.abs(differences), 0).sum(axis=0) / known.sum(axis=0)
    distance = np.nan_to_num(distance[: len(drawn(looks))], nan=-1.0)
    if distance.max(initial=-1) <= 0:
        return "Nothing sets the segments apart"
    name = one_line(looks[int(distance.argmax())].name, 28)
    return f"{name} differs most from {baseline_name(comparison, looks)}"


def _around(title: str) -> str:
    """A name at the rim of the radar: no word is broken there, a long one is cut."""
    has_long_word = max(map(len, title.split()), default=0) > _AT_RIM
    return plain(title, _AT_RIM) if has_long_word else wrapped(title, _AT_RIM)
