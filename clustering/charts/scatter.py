"""The cluster scatter, flat and in three dimensions, and the sizes beside it (which are its legend)."""

import numpy as np
import plotly.graph_objects as go

from clustering.charts.template import SCATTER_HEIGHT, Colours, colours, figure, plain
from clustering.identity import Look
from clustering.points import Points
from clustering.profile import Profile
from clustering.wording import count, one_line, share

WEBGL_FROM = 3_000  # points; below, SVG is crisper and needs no WebGL context
# What plotly cannot draw in three dimensions. It takes its shapes there from the computer's fonts, many of which lack
# the x: so the circle serves two hues, and every pair of hue and shape is one segment's own up to 15 segments.
_SYMBOLS_3D = {
    "triangle-up": "diamond-open",
    "triangle-down": "square-open",
    "star": "circle-open",
    "hexagon": "circle",
}


def scatter_chart(
    points: Points, looks: tuple[Look, ...], *, finding: str, choosing: bool = False, mode: str = "light"
) -> go.Figure:
    """Draw customers coloured by segment along two axes, the centers as large marks; `finding` is the title.

    With `choosing` a lasso is drawn where the picture is dragged.
    """
    c = colours(mode)
    fig = figure(mode, finding=finding, shown=_shown(points), height=SCATTER_HEIGHT)
    kind = go.Scattergl if len(points.rows) > WEBGL_FROM else go.Scatter
    for label, look in enumerate(looks):
        own = points.labels == label
        mark, name = look.mark, plain(look.name)
        fig.add_trace(
            kind(
                x=points.coordinates[own, 0],
                y=points.coordinates[own, 1],
                mode="markers",
                name=name,
                marker={
                    "color": mark.colour(mode),
                    "symbol": mark.symbol,
                    "size": mark.size,
                    "opacity": 0.9,
                    "line": {"color": c.ground, "width": 0.8},
                },
                hovertext=hover_lines(points, own, name),
                hoverinfo="text",
            )
        )
    for label, look in enumerate(looks):
        mark, name = look.mark, plain(look.name)
        fig.add_trace(
            kind(  # the same kind, because WebGL marks hide all others
                x=points.centers[label, :1],
                y=points.centers[label, 1:2],
                mode="markers",
                name=f"Center of {name}",
                marker={
                    "color": mark.colour(mode),
                    "symbol": mark.symbol,
                    "size": 2.5 * mark.size,
                    "opacity": 1,
                    "line": {"color": c.text, "width": 2},
                },
                hovertext=[f"<b>Center of {name}</b>"],
                hoverinfo="text",
            )
        )
        fig.add_annotation(_number(points, label, c))
    if choosing:
        drawn = {"line": {"color": c.accent, "width": 2, "dash": "solid"}}
        fig.update_layout(
            dragmode="lasso",
            newselection=drawn,
            activeselection={"fillcolor": c.accent, "opacity": 0.1},
            # beside the plot: on a phone the title needs the whole width above it
            modebar={"orientation": "v"},
            margin={"r": 44},
        )
    low, high = frame_of(points)
    fig.update_xaxes(showgrid=True, nticks=7, title_text=plain(points.axes[0]), range=[low[0], high[0]])
    fig.update_yaxes(nticks=7, title_text=plain(points.axes[1]), range=[low[1], high[1]])
    return fig


def scatter_3d_chart(points: Points, looks: tuple[Look, ...], *, finding: str, mode: str = "light") -> go.Figure:
    """Draw customers coloured by segment along three axes; can be turned with the mouse."""
    c = colours(mode)
    fig = figure(mode, finding=finding, shown=f"{_shown(points)}; drag to turn", height=SCATTER_HEIGHT)
    for label, look in enumerate(looks):
        own = points.labels == label
        symbol, name = _symbol(look, in_space=True), plain(look.name)
        # a hollow shape is all outline: larger, and without a second one
        least, outline = (6, 0) if symbol.endswith("-open") else (4, 0.5)
        center = [f"<b>Center of {name}</b>"]
        for xyz, size, hover, line in (
            (points.coordinates[own], least, hover_lines(points, own, name), {"color": c.ground, "width": outline}),
            (points.centers[[label]], 10, center, {"color": c.text, "width": 0.5}),
        ):
            fig.add_scatter3d(
                x=xyz[:, 0],
                y=xyz[:, 1],
                z=xyz[:, 2],
                mode="markers",
                name=name,
                marker={
                    "color": look.mark.colour(mode),
                    "symbol": symbol,
                    "size": size,
                    "opacity": 0.9,
                    "line": line,
                },
                hovertext=hover,
                hoverinfo="text",
            )
    low, high = frame_of(points)
    axes = {
        f"{letter}axis": {
            "range": [low[i], high[i]],
            "title": {"text": plain(title, 24), "font": {"size": 12, "color": c.muted}},
            "tickfont": {"size": 11, "color": c.muted},
            "gridcolor": c.grid,
            "backgroundcolor": "rgba(0,0,0,0)",
            "nticks": 5,
        }
        for i, (letter, title) in enumerate(zip("xyz", points.axes, strict=True))
    }
    view = {
        "dragmode": "orbit",
        "aspectmode": "cube",
        "camera": {"eye": {"x": 1.55, "y": 1.55, "z": 0.95}, "center": {"x": 0, "y": 0, "z": -0.12}},
        "annotations": [{**_number(points, label, c), "z": points.centers[label, 2]} for label in range(len(looks))],
    }
    fig.update_layout(scene=axes | view, margin={"l": 0, "r": 0, "b": 0})
    return fig


def _number(points: Points, label: int, c: Colours) -> dict:
    """The segment's number above its center."""
    return {
        "x": points.centers[label, 0],
        "y": points.centers[label, 1],
        "text": f"<b>{label + 1}</b>",
        "yshift": 24,
        "showarrow": False,
        "font": {"size": 13, "color": c.text},
        "bgcolor": c.ground,
        "bordercolor": c.line,
        "borderpad": 2,
    }


def sizes_chart(profile: Profile, looks: tuple[Look, ...], *, in_space: bool = False, mode: str = "light") -> go.Figure:
    """Draw customers per segment as bars; with hues, shapes and names it is the legend of the scatter.

    Where customers are weighed, a hollow bar below each shows the segment's share of the weight. `in_space`: the
    shapes are those of the scatter in three dimensions.
    """
    c = colours(mode)
    sizes, total = profile.sizes, sum(profile.sizes)
    hues = [look.mark.colour(mode) for look in looks]
    finding, step = f"The largest holds {share(profile.shares[0], 0)}", 48
    shown = f"{count(total, 'customer')} and their shares"
    if profile.weight_shares:
        weight = one_line(profile.weight_column, 24)
        finding += " of customers"
        shown, step = f"Filled: {count(total, 'customer')}, their shares; hollow: share of {weight}", 66
    fig = figure(
        mode,
        finding=finding,
        shown=shown,
        height=max(SCATTER_HEIGHT, 62 + 44 + step * len(sizes)),
    )
    positions = list(range(len(sizes)))
    unit = 48 / step  # bars and their distances keep their thickness on the screen
    bars = {
        "orientation": "h",
        "width": 0.22 * unit,
        "textposition": "outside",
        "constraintext": "none",
        "cliponaxis": False,
        "hoverinfo": "skip",
    }
    head = 0.34 * unit
    fig.add_bar(
        x=sizes,
        y=positions,
        marker={"color": hues, "cornerradius": 3},
        text=[f"{size:,} · {share(part, 0)}" for size, part in zip(sizes, profile.shares, strict=True)],
        **bars,
    )
    fig.add_scatter(
        x=np.zeros(len(sizes)),
        y=[position - head for position in positions],
        mode="markers",
        marker={
            "symbol": [_symbol(look, in_space=in_space) for look in looks],
            "color": hues,
            "size": [1.4 * look.mark.size for look in looks],
            "opacity": 1,
            "line": {"color": hues, "width": 2 * in_space},  # some shapes in space are hollow
        },
        cliponaxis=False,
        hoverinfo="skip",
    )
    if profile.weight_shares:
        fig.add_bar(
            x=[part * total for part in profile.weight_shares],  # bars of one length are shares of one size
            y=[position + head for position in positions],
            marker={"color": c.ground, "line": {"color": hues, "width": 2}, "cornerradius": 3},
            text=[f"{share(part, 0)} of {plain(profile.weight_column, 12)}" for part in profile.weight_shares],
            **bars,
        )
    for label, look in enumerate(looks):
        name = plain(look.name, 28)
        fig.add_annotation(
            x=0,
            y=label - head,
            text=f"<b>{label + 1}</b>  {name}" if look.is_named else f"<b>{name}</b>",
            xanchor="left",
            xshift=12,
            showarrow=False,
        )
    longest = total * max(*profile.shares, *profile.weight_shares)
    fig.update_xaxes(visible=False, range=[0, (2.1 if profile.weight_shares else 1.45) * longest])
    fig.update_yaxes(visible=False, range=[len(sizes) - 0.5, -0.6])
    fig.update_layout(margin={"l": 14}, barmode="overlay")
    return fig


def _symbol(look: Look, *, in_space: bool) -> str:
    symbol = look.mark.symbol
    return _SYMBOLS_3D.get(symbol, symbol) if in_space else symbol


def frame_of(points: Points) -> tuple[np.ndarray, np.ndarray]:
    """The corners of the picture: all customers of the fit with a margin; those far outside may fall out of it."""
    within = points.coordinates[points.in_fit]
    low, high = within.min(axis=0), within.max(axis=0)
    margin = np.where(high > low, 0.06 * (high - low), 1)
    return low - margin, high + margin


def _outside(points: Points) -> int:
    """How many drawn customers fall out of the picture."""
    low, high = frame_of(points)
    return int(((points.coordinates < low) | (points.coordinates > high)).any(axis=1).sum())


def _shown(points: Points) -> str:
    n_drawn = len(points.rows)
    if outside := _outside(points):
        told = f"{outside:,} lie{'s' * (outside == 1)} outside the picture"
        return f"{n_drawn - outside:,} of {points.n_total:,} customers; {told}"
    if n_drawn == points.n_total:
        return f"All {points.n_total:,} customers; large marks are the centers"
    return f"Sample of {n_drawn:,} of {points.n_total:,} customers; large marks are the centers"


def hover_lines(points: Points, own: np.ndarray, name: str) -> list[str]:
    """What the pointer shows at these customers: a heading, the row, and what the file says."""
    rows = points.rows[own] + 1
    lines = [f"<b>{name}</b><br>Row {row:,}" for row in rows]
    for column, cells in points.cells:
        title = plain(column, 30)
        chosen = (cells[i] for i in np.flatnonzero(own))
        lines = [f"{line}<br>{title}: {plain(cell, 40)}" for line, cell in zip(lines, chosen, strict=True)]
    return lines
