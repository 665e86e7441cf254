"""Charts of one row per segment: shape and name above what is drawn, so that no legend is needed, also on a phone."""

import plotly.graph_objects as go

from clustering.charts.template import colours, figure, plain
from clustering.identity import Look

_HEAD = 12  # pixels from the top of a row to the middle of its name
_AXIS = 44  # pixels below the rows for the ticks and the title of the axis


def titled(label: int, look: Look, most: int = 28) -> str:
    """A segment's number and name as markup; "Segment 3" where nobody has named it."""
    name = plain(look.name, most)
    return f"<b>{label + 1}</b>  {name}" if look.is_named else f"<b>{name}</b>"


def rows_figure(mode: str, *, finding: str, shown: str, n_rows: int, step: int, has_axis: bool) -> go.Figure:
    """Return an empty figure of rows, each `step` pixels high: the first from y = 0 to 1, the next from 1 to 2."""
    n_rows = max(n_rows, 1)
    fig = figure(mode, finding=finding, shown=shown, height=step * n_rows)
    bottom = _AXIS if has_axis else 8
    fig.update_layout(
        height=fig.layout.margin.t + step * n_rows + bottom,
        margin={"l": 14, "b": bottom},
        barmode="overlay",
        bargap=0,
    )
    fig.update_xaxes(visible=has_axis)
    fig.update_yaxes(visible=False, range=[n_rows, 0])
    return fig


def add_heads(fig: go.Figure, looks: tuple[Look, ...], mode: str, *, step: int, at: float = 0, last: str = "") -> None:
    """Write the name of every segment at the top of its row, its shape before it.

    Parameters
    ----------
    at : float
        Left end of the x axis, whose range is set.
    last : str
        Name of one more row below, of customers who are no segment.
    """
    c = colours(mode)
    marks = [look.mark for look in looks]
    hues = [mark.colour(mode) for mark in marks] + [c.marks] * bool(last)
    heads = [titled(label, look) for label, look in enumerate(looks)] + [f"<b>{plain(last)}</b>"] * bool(last)
    y = [row + _HEAD / step for row in range(len(heads))]
    fig.add_scatter(
        x=[at] * len(heads),
        y=y,
        mode="markers",
        marker={
            "symbol": [mark.symbol for mark in marks] + ["line-ew"] * bool(last),
            "color": hues,
            "size": [1.4 * mark.size for mark in marks] + [11] * bool(last),
            "opacity": 1,  # a list of sizes makes plotly set .7
            "line": {"color": hues, "width": [0] * len(marks) + [3] * bool(last)},
        },
        cliponaxis=False,
        hoverinfo="skip",
        showlegend=False,
    )
    for place, head in zip(y, heads, strict=True):
        fig.add_annotation(
            x=0, xref="paper", xshift=12, xanchor="left", y=place, yanchor="middle", text=head, showarrow=False
        )
