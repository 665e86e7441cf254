"""Segments against known labels, and one segmentation against another."""

import numpy as np
import plotly.graph_objects as go

from clustering.charts.cells import cells_figure
from clustering.charts.flow import BANDS, GAP, THICKNESS, add_bands
from clustering.charts.scatter import NOISE_NAME, WEBGL_FROM, frame_of, hover, noise_marker
from clustering.charts.template import SCATTER_HEIGHT, Colours, colours, figure, plain
from clustering.compare import Agreement, Pair
from clustering.identity import Look, mark
from clustering.points import Points
from clustering.wording import count, one_line, share, whole

_NAME = 18  # letters of a name in the picture


def label_looks(agreement: Agreement, looks: tuple[Look, ...]) -> tuple[Look, ...]:
    """A look for every known label: hue and shape of its segment, else some that no segment has."""
    taken, number = {look.mark for look in looks}, 0
    own = {label: looks[segment].mark for segment, label in enumerate(agreement.matched) if label >= 0}
    found = []
    for label, name in enumerate(agreement.names):
        if label not in own:
            while mark(number) in taken:
                number += 1
            own[label] = mark(number)
            taken.add(own[label])
        found.append(Look(name, own[label], True))
    return tuple(found)


def confusion_chart(agreement: Agreement, looks: tuple[Look, ...], *, column: str, mode: str = "light") -> go.Figure:
    """Draw customers by known label and segment, each segment under its label: blue are right, orange wrong.

    The deeper, the larger the share of the label's customers; who is right is bold too. `looks` are those of the
    segments.
    """
    n_labels, order = len(agreement.names), agreement.segment_order
    counts = agreement.confusion
    of_label = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    is_right = np.array([[agreement.matched[segment] == label for segment in order] for label in range(n_labels)])
    names = [one_line(looks[segment].name, 40) for segment in order]
    titles = [plain(name, 40) for name in agreement.names]
    hover = [
        [
            f"{count(int(counts[label, i]), 'customer')}: {titles[label]} in {plain(names[i], 40)}<br>"
            f"{share(of_label[label, i])} of {titles[label]}"
            for i in range(len(order))
        ]
        for label in range(n_labels)
    ]
    return cells_figure(
        values=np.where(is_right, of_label, -of_label),
        texts=np.array(
            [
                [f"<b>{whole(n)}</b>" if right else whole(n) for n, right in zip(row, rights, strict=True)]
                for row, rights in zip(counts.tolist(), is_right, strict=True)
            ],
            dtype=object,
        ),
        rows=list(agreement.names),
        columns=names,
        hover=np.array(hover, dtype=object),
        finding=_most_confused(agreement),
        shown=f"Rows: {one_line(column, 30)}; columns: segments; blue and bold: right, orange: wrong; "
        f"{count(agreement.n_samples, 'customer')}",
        mode=mode,
        faded=counts == 0,
    )


def _most_confused(agreement: Agreement) -> str:
    wrong = agreement.contingency.copy()
    for segment, label in enumerate(agreement.matched):
        if label >= 0:
            wrong[label, segment] = 0
    label, segment = np.unravel_index(int(wrong.argmax()), wrong.shape)
    if not wrong[label, segment]:
        return "Nobody is in the segment of another label"
    n, name, other = wrong[label, segment], one_line(agreement.names[label], 24), agreement.matched[segment]
    where = f"with {one_line(agreement.names[other], 24)}" if other >= 0 else "in a segment of no label"
    return f"Most mixed up: {whole(n)} {name} {where}"


def groups_chart(
    points: Points,
    groups: np.ndarray,
    looks: tuple[Look, ...],
    *,
    finding: str,
    mode: str = "light",
) -> go.Figure:
    """Draw customers coloured by group, each group named at its middle; of -1 noise is drawn gray, and nobody else.

    Parameters
    ----------
    groups : ndarray of shape (n_points,)
        Positions in `looks`.
    """
    c = colours(mode)
    noise = points.is_noise & (groups < 0)
    n_drawn = int(((groups >= 0) | noise).sum())
    fig = figure(mode, finding=finding, shown=_drawn(n_drawn, points), height=SCATTER_HEIGHT)
    if noise.any():
        _add(fig, points, noise, NOISE_NAME, c, **noise_marker(c))
    for number, look in enumerate(looks):
        own = groups == number
        if own.any():
            one = look.mark
            _add(fig, points, own, plain(look.name), c, color=one.colour(mode), symbol=one.symbol, size=one.size)
    for number, look in enumerate(looks):
        own = groups == number
        if own.any():
            # the median: a few customers far outside do not carry the name away
            x, y = np.median(points.coordinates[own], axis=0)[:2]
            fig.add_annotation(
                x=float(x),
                y=float(y),
                text=f"<b>{plain(look.name, _NAME)}</b>",
                showarrow=False,
                font={"size": 13, "color": c.text},
                bgcolor=c.ground,
                bordercolor=look.mark.colour(mode),
                borderwidth=2,
                borderpad=2,
            )
    _set_axes(fig, points)
    return fig


def right_wrong_chart(points: Points, groups: np.ndarray, *, finding: str, mode: str = "light") -> go.Figure:
    """Draw customers in the segment of their label small and gray, the others as crosses over them.

    Parameters
    ----------
    groups : ndarray of shape (n_points,)
        0 right, 1 wrong, -1 not known and not drawn.
    """
    c = colours(mode)
    n_drawn = int((groups >= 0).sum())
    shown = f"Crosses: in the segment of another label; {_drawn(n_drawn, points).lower()}"
    fig = figure(mode, finding=finding, shown=shown, height=SCATTER_HEIGHT)
    _add(fig, points, groups == 0, "Right", c, color=c.marks, symbol="circle", size=6, opacity=0.55)
    _add(fig, points, groups == 1, "Wrong", c, color=c.accent, symbol="x", size=9, opacity=1)
    _set_axes(fig, points)
    return fig


def _add(fig: go.Figure, points: Points, own: np.ndarray, name: str, c: Colours, *, opacity=0.9, **marker) -> None:
    kind = go.Scattergl if len(points.rows) > WEBGL_FROM else go.Scatter
    fig.add_trace(
        kind(
            x=points.coordinates[own, 0],
            y=points.coordinates[own, 1],
            mode="markers",
            name=name,
            marker=marker | {"opacity": opacity, "line": {"color": c.ground, "width": 0.8}},
            **hover(points, own, name),
        )
    )


def _set_axes(fig: go.Figure, points: Points) -> None:
    low, high = frame_of(points)
    fig.update_xaxes(showgrid=True, nticks=7, title_text=plain(points.axes[0], 40), range=[low[0], high[0]])
    fig.update_yaxes(nticks=7, title_text=plain(points.axes[1], 40), range=[low[1], high[1]])


def _drawn(n_drawn: int, points: Points) -> str:
    if n_drawn == points.n_total:
        return f"All {count(n_drawn, 'customer')}"
    told = "a sample" if len(points.rows) < points.n_total else "those with a label"
    return f"{whole(n_drawn)} of {count(points.n_total, 'customer')}, {told}"


def pair_chart(
    pair: Pair,
    looks: tuple[tuple[Look, ...], tuple[Look, ...]],
    names: tuple[str, str],
    *,
    mode: str = "light",
) -> go.Figure:
    """Draw which customers go together from the segments of one segmentation to those of another.

    Parameters
    ----------
    looks : tuple of two tuples of Look
        Of the segments of the first and of the second.
    names : tuple of two str
        Of the two segmentations.
    """
    c = colours(mode)
    fig = figure(
        mode,
        finding=_moving(pair),
        shown=f"Each band: customers who go together; {count(pair.n_samples, 'customer')}",
        height=SCATTER_HEIGHT,
    )
    sides = [[(side, label, int(n)) for label, n in enumerate(pair.both.sum(axis=1 - side)) if n] for side in (0, 1)]
    places = {(side, label): place for place, (side, label, _) in enumerate(sides[0] + sides[1])}
    titles = [[plain(look.name, 40) for look in own] for own in looks]
    add_bands(
        fig,
        mode,
        nodes=[
            (
                _label(looks[side][label], label),
                looks[side][label].mark.colour(mode),
                f"<b>{titles[side][label]}</b> of {plain(names[side], 40)}<br>{count(n, 'customer')}",
            )
            for side, label, n in sides[0] + sides[1]
        ],
        links=[
            (
                places[0, int(one)],
                places[1, int(other)],
                int(pair.both[one, other]),
                f"{titles[0][one]} → {titles[1][other]}: {count(int(pair.both[one, other]), 'customer')}",
            )
            for one, other in np.argwhere(pair.both)
        ],
    )
    for side, name in enumerate(names):
        fig.add_annotation(
            x=side,
            y=0,
            xref="paper",
            yref="paper",
            xanchor=("left", "right")[side],
            yshift=-10,
            yanchor="top",
            text=f"<b>{plain(name, 24)}</b>",
            font={"size": 13, "color": c.muted},
            showarrow=False,
        )
    top, bottom = fig.layout.margin.t, 44
    height = max(SCATTER_HEIGHT, top + bottom + BANDS + GAP * max(len(side) for side in sides))
    fig.update_layout(margin={"l": THICKNESS, "b": bottom}, height=height)
    return fig


def _label(look: Look, label: int) -> str:
    return f"{label + 1} {plain(look.name, _NAME)}" if look.is_named else plain(look.name, _NAME)


def _moving(pair: Pair) -> str:
    part = 1 - len(pair.moved) / pair.n_samples
    if part == 1:
        return "The two are the same segments"
    return f"{share(part, 0 if part < 0.995 else 1)} of customers stay together"
