"""Start centers placed by hand over the customers, with the places to click on and the ways to where they end."""

import numpy as np
import plotly.graph_objects as go

from clustering.charts.pointer import lasting
from clustering.charts.scatter import frame_of
from clustering.charts.template import SCATTER_HEIGHT, colours, figure, plain
from clustering.identity import Look
from clustering.points import Points
from clustering.starting import Path
from clustering.wording import count, listing, number, spelled, whole

_START, _END = 15, 2  # pixels of a start; of an end, times the segment's mark


def starting_chart(
    points: Points,
    places: np.ndarray,
    starts: np.ndarray,
    *,
    chosen: int | None = None,
    path: Path | None = None,
    ends: np.ndarray | None = None,
    looks: tuple[Look, ...] = (),
    usual: tuple[float, int] | None = None,
    mode: str = "light",
) -> go.Figure:
    """Draw where centers start, and once the segments are found, where each ended.

    Parameters
    ----------
    points : Points
        The customers, drawn faint.
    places : ndarray of shape (n_places, 2)
        What can be clicked; nothing else can.
    starts : ndarray of shape (n_clusters, 2)
        NaN for a center that is not placed yet.
    chosen : int, optional
        The center that a click places or moves.
    path : Path, optional
        Where this start has led.
    ends : ndarray of shape (n_clusters, 2)
        Where each center of the path came to rest.
    looks : tuple of Look
        Of the segments that the path leads to.
    usual : tuple of (float, int)
        The inertia at which the best of so many random starts ends.
    """
    c = colours(mode)
    placed = np.flatnonzero(np.isfinite(starts).all(axis=1))
    low, high = _frame(points, ends)
    fig = figure(
        mode,
        finding=_ended(path, usual) if path else _placed(len(placed), len(starts)),
        shown=_shown(points, starts[placed], placed, path, low, high),
        height=SCATTER_HEIGHT,
    )
    fig.add_scatter(
        x=points.coordinates[:, 0],
        y=points.coordinates[:, 1],
        mode="markers",
        name="Customers",
        marker={"color": c.marks, "size": 6, "opacity": 0.4},
        hoverinfo="skip",  # what shows nothing cannot be clicked either
    )
    titles = [lasting(plain(axis, 30)) for axis in points.axes]
    fig.add_scatter(
        x=places[:, 0],
        y=places[:, 1],
        mode="markers",
        name="Places to click",
        marker={"symbol": "cross-thin", "size": 7, "opacity": 0.6, "line": {"color": c.accent, "width": 1}},
        hovertemplate=f"{titles[0]}: %{{x:.4~g}}<br>{titles[1]}: %{{y:.4~g}}<extra></extra>",
    )
    if path:
        way = np.stack([starts, ends, np.full_like(starts, np.nan)], axis=1).reshape(-1, 2)
        fig.add_scatter(
            x=way[:, 0],
            y=way[:, 1],
            mode="lines",
            name="Ways",
            line={"color": c.text, "width": 1.5},
            hoverinfo="skip",
        )
    fig.add_scatter(
        x=starts[placed, 0],
        y=starts[placed, 1],
        mode="markers+text",
        name="Starts",
        text=[f"<b>{center + 1}</b>" for center in placed],
        textposition="bottom center",
        textfont={"color": c.text, "size": 14},
        marker={
            "symbol": "circle-open",
            "size": _START,
            "color": [c.accent if center == chosen else c.text for center in placed],
            "opacity": 1,
            "line": {"width": [4 if center == chosen else 2 for center in placed]},
        },
        hoverinfo="skip",
    )
    if path:
        marks = [looks[label].mark for label in path.labels]
        fig.add_scatter(
            x=ends[:, 0],
            y=ends[:, 1],
            mode="markers",
            name="Ends",
            marker={
                "color": [mark.colour(mode) for mark in marks],
                "symbol": [mark.symbol for mark in marks],
                "size": [_END * mark.size for mark in marks],
                "opacity": 1,
                "line": {"color": c.text, "width": 2},
            },
            hoverinfo="skip",
        )
        for label, (x, y) in zip(path.labels, ends, strict=True):
            fig.add_annotation(
                x=x,
                y=y,
                text=f"<b>{label + 1}</b>",
                yshift=24,
                showarrow=False,
                font={"size": 13, "color": c.text},
                bgcolor=c.ground,
                bordercolor=c.line,
                borderpad=2,
            )
    # a click is a selection, which would pale everything else until the answer is here
    fig.for_each_trace(lambda trace: trace.update(unselected={"marker": {"opacity": trace.marker.opacity}}))
    fig.update_layout(hoverdistance=-1)  # a click between the places means the nearest
    fig.update_xaxes(nticks=7, title_text=plain(points.axes[0]), range=[low[0], high[0]])
    fig.update_yaxes(nticks=7, title_text=plain(points.axes[1]), range=[low[1], high[1]], showgrid=False)
    return fig


def _frame(points: Points, ends: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """The corners of the picture: customers and ends; a start far away may fall out of it."""
    low, high = frame_of(points)
    if ends is None:
        return low, high
    return np.minimum(low, ends.min(axis=0)), np.maximum(high, ends.max(axis=0))


def _placed(n_placed: int, n_clusters: int) -> str:
    if n_placed == n_clusters:
        return f"All {spelled(n_clusters)} centers are placed"
    return f"{n_placed} of {count(n_clusters, 'center')} placed"


def _ended(path: Path, usual: tuple[float, int] | None) -> str:
    rounds = count(path.n_iter, "round")
    told = f"Settled after {rounds}" if path.settled else f"Still moving after {rounds}"
    told += f"; inertia {number(path.inertia, 4)}"
    if usual is None:
        return told
    inertia, n_starts = usual
    starts = f"the best of {spelled(n_starts)} random starts" if n_starts > 1 else "one random start"
    if number(inertia, 4) == number(path.inertia, 4):
        return f"{told}, as with {starts}"
    return f"{told}, against {number(inertia, 4)} for {starts}"


def _shown(points, starts, placed, path, low, high) -> str:
    n_drawn = len(points.rows)
    sampled = "All" if n_drawn == points.n_total else f"Sample of {whole(n_drawn)} of"
    told = f"{sampled} {whole(points.n_total)} customers in gray"
    told += "; a ring is where a center starts, a filled mark the segment it became" if path else ""
    outside = placed[((starts < low) | (starts > high)).any(axis=1)]
    if len(outside):
        centers = "Center" if len(outside) == 1 else "Centers"
        told += f". {centers} {listing(outside + 1, quote='')} start{'s' * (len(outside) == 1)} outside the picture"
    return told
