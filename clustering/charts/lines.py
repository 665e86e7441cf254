"""Lines of segments, and the legend below them: where lines cross, names cannot stand beside them."""

import math

import plotly.graph_objects as go

from clustering.charts.rows import titled
from clustering.charts.template import Colours
from clustering.identity import Look

_MOST = 8  # lines; the hues come again after these, and no eye follows more
_WIDTH = 350  # pixels, of a phone
_LETTER, _MARK, _LINE = 6.8, 46, 21  # pixels


def drawn(looks: tuple[Look, ...]) -> list[tuple[int, Look]]:
    """The segments that get a line: the eight largest, each with its label."""
    return list(enumerate(looks))[:_MOST]


def segment_line(label: int, look: Look, mode: str, c: Colours) -> dict:
    """How the line of a segment is drawn, whatever goes through it."""
    hue = look.mark.colour(mode)
    return {
        "mode": "lines+markers",
        "name": titled(label, look, 30),
        "line": {"color": hue, "width": 2.5},
        "marker": {
            "color": hue,
            "symbol": look.mark.symbol,
            "size": 1.2 * look.mark.size,
            "opacity": 1,
            "line": {"color": c.ground, "width": 1},
        },
        "hoverinfo": "text",
    }


def add_legend(fig: go.Figure, names: list[str], c: Colours, *, axis: int) -> None:
    """Show plotly's legend below the plot and its axis, which is `axis` pixels high, and make room for it.

    The height of the figure must be set. A name that is clicked is left out of the picture, another click brings it
    back.
    """
    layout = fig.layout
    plot = layout.height - layout.margin.t - layout.margin.b
    beside = max(1, int(_WIDTH // (_MARK + _LETTER * max(map(len, names), default=1))))
    lines = math.ceil(len(names) / beside)
    bottom = axis + 10 + _LINE * lines
    fig.update_layout(
        showlegend=True,
        margin={"b": bottom},
        height=layout.margin.t + plot + bottom,
        legend={
            "orientation": "h",
            "x": 0,
            "y": -(axis + 6) / plot,
            "yanchor": "top",
            "traceorder": "normal",
            "font": {"size": 13, "color": c.text},
            "bgcolor": "rgba(0,0,0,0)",
            "itemsizing": "trace",
        },
    )
