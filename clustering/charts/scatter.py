"""The cluster scatter, flat, in three dimensions and as a map; the sizes beside it are its legend."""

import numpy as np
import plotly.graph_objects as go

from clustering.charts.pointer import told_by_lines
from clustering.charts.template import SCATTER_HEIGHT, Colours, colours, figure, plain
from clustering.identity import Look
from clustering.points import Points
from clustering.wording import whole

NOISE_NAME = "Noise"
_NOISE_TOLD = f"{NOISE_NAME}: near no segment"
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
    points: Points,
    looks: tuple[Look, ...],
    *,
    finding: str,
    choosing: bool = False,
    nameless: bool = False,
    mode: str = "light",
) -> go.Figure:
    """Draw customers coloured by segment along two axes, the centers as large marks; `finding` is the title.

    Noise is small, gray and beneath. With `choosing` a lasso is drawn where the picture is dragged. With `nameless`
    nothing tells which row of the file a customer is, for a picture that is passed on.
    """
    c = colours(mode)
    fig = figure(mode, finding=finding, shown=_shown(points), height=SCATTER_HEIGHT)
    kind = _draw_customers(fig, points, looks, mode, nameless=nameless)
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
                **told_by_lines(f"<b>Center of {name}</b>"),
            )
        )
        fig.add_annotation(_number(points, label, c, above=24))
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


def map_chart(points: Points, looks: tuple[Look, ...], *, finding: str, mode: str = "light") -> go.Figure:
    """Draw the map of `map_points`: axes without numbers, as they have no unit, and no centers.

    The number of every segment stands on a customer in its midst.
    """
    c = colours(mode)
    shown = f"{_how_many(points)} that took part{'; gray: noise' if points.n_noise else ''}"
    fig = figure(mode, finding=finding, shown=shown, height=SCATTER_HEIGHT)
    _draw_customers(fig, points, looks, mode)
    for label in range(len(looks)):
        if np.isfinite(points.centers[label]).all():
            fig.add_annotation(_number(points, label, c))
    low, high = frame_of(points)
    blank = {"showgrid": False, "showline": True, "mirror": True, "linecolor": c.line, "showticklabels": False}
    fig.update_xaxes(range=[low[0], high[0]], **blank)
    # one scale both ways: a distance is the same whichever way it runs
    fig.update_yaxes(range=[low[1], high[1]], scaleanchor="x", constrain="domain", **blank)
    fig.update_layout(margin={"b": 12})
    return fig


def _draw_customers(
    fig: go.Figure, points: Points, looks: tuple[Look, ...], mode: str, *, nameless: bool = False
) -> type:
    """Add the customers, noise beneath the segments; returns the kind of trace that can hold them."""
    c = colours(mode)
    kind = go.Scattergl if len(points.rows) > WEBGL_FROM else go.Scatter
    if points.is_noise.any():
        fig.add_trace(
            kind(
                x=points.coordinates[points.is_noise, 0],
                y=points.coordinates[points.is_noise, 1],
                mode="markers",
                name=NOISE_NAME,
                marker=noise_marker(c),
                **hover(points, points.is_noise, _NOISE_TOLD, nameless=nameless),
            )
        )
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
                **hover(points, own, name, nameless=nameless),
            )
        )
    return kind


def scatter_3d_chart(points: Points, looks: tuple[Look, ...], *, finding: str, mode: str = "light") -> go.Figure:
    """Draw customers coloured by segment along three axes; can be turned with the mouse."""
    c = colours(mode)
    fig = figure(mode, finding=finding, shown=f"{_shown(points)}; drag to turn", height=SCATTER_HEIGHT)
    if points.is_noise.any():
        x, y, z = points.coordinates[points.is_noise].T
        fig.add_scatter3d(
            x=x,
            y=y,
            z=z,
            mode="markers",
            name=NOISE_NAME,
            marker=noise_marker(c) | {"size": 2},
            **hover(points, points.is_noise, _NOISE_TOLD),
        )
    for label, look in enumerate(looks):
        own = points.labels == label
        shape, name = symbol(look, in_space=True), plain(look.name)
        # a hollow shape is all outline: larger, and without a second one
        least, outline = (6, 0) if shape.endswith("-open") else (4, 0.5)
        center = told_by_lines(f"<b>Center of {name}</b>")
        for xyz, size, told, line in (
            (points.coordinates[own], least, hover(points, own, name), {"color": c.ground, "width": outline}),
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
                    "symbol": shape,
                    "size": size,
                    "opacity": 0.9,
                    "line": line,
                },
                **told,
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
        "annotations": [
            {**_number(points, label, c, above=24), "z": points.centers[label, 2]} for label in range(len(looks))
        ],
    }
    fig.update_layout(scene=axes | view, margin={"l": 0, "r": 0, "b": 0})
    return fig


def _number(points: Points, label: int, c: Colours, *, above: int = 0) -> dict:
    """The segment's number, so many pixels above its center."""
    return {
        "x": points.centers[label, 0],
        "y": points.centers[label, 1],
        "text": f"<b>{label + 1}</b>",
        "yshift": above,
        "showarrow": False,
        "font": {"size": 13, "color": c.text},
        "bgcolor": c.ground,
        "bordercolor": c.line,
        "borderpad": 2,
    }


def symbol(look: Look, *, in_space: bool) -> str:
    """The shape of a segment's mark, which in three dimensions may be another one."""
    shape = look.mark.symbol
    return _SYMBOLS_3D.get(shape, shape) if in_space else shape


def noise_marker(c: Colours) -> dict:
    """How noise is drawn: no hue, and smaller than any segment."""
    return {"color": c.marks, "symbol": "circle", "size": 4, "opacity": 0.85}


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
        told = f"{whole(outside)} lie{'s' * (outside == 1)} outside the picture"
        return f"{whole(n_drawn - outside)} of {whole(points.n_total)} customers; {told}"
    marks = "large: centers; gray: noise" if points.n_noise else "large marks are the centers"
    return f"{_how_many(points)}; {marks}"


def _how_many(points: Points) -> str:
    n_drawn = len(points.rows)
    sampled = "All" if n_drawn == points.n_total else f"Sample of {whole(n_drawn)} of"
    return f"{sampled} {whole(points.n_total)} customers"


def hover(points: Points, own: np.ndarray, name: str, *, nameless: bool = False) -> dict:
    """What the pointer shows at these customers: a heading, the row unless `nameless`, and what the file says."""
    lines = [] if nameless else [("Row ", [whole(row) for row in points.rows[own] + 1])]
    chosen = np.flatnonzero(own)
    for column, cells in points.cells:
        lines.append((f"{plain(column, 30)}: ", [plain(cells[i], 40) for i in chosen]))
    return told_by_lines(f"<b>{name}</b>", lines)
