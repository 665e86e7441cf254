"""What all charts share: colours of both modes, fonts, margins, titles."""

import html
import textwrap
from dataclasses import dataclass

import plotly.graph_objects as go

from clustering.reader import manner
from clustering.wording import one_line, sample_of

CURVE_HEIGHT = 320
SCATTER_HEIGHT = 460

# for st.plotly_chart: saving and zooming, nothing else
CONFIG = {"displaylogo": False, "modeBarButtons": [["toImage", "zoom2d", "pan2d", "resetScale2d"]]}
# for a chart in which customers are chosen: the bar is always there, or nobody would look for the lasso
CHOOSING = {
    "displaylogo": False,
    "displayModeBar": True,
    "modeBarButtons": [["toImage", "lasso2d", "select2d", "zoom2d", "pan2d", "resetScale2d"]],
}

_FONT = '"Source Sans", "Source Sans Pro", "Segoe UI", Helvetica, Arial, sans-serif'
_TITLE_WIDTH = 46  # characters; fits half a page and a phone
_LINE = 20  # pixels of a line of the title


@dataclass(frozen=True)
class Colours:
    """Colours of one mode; every text and mark is at least 4.5:1 and 3:1 from the ground."""

    text: str
    muted: str
    ground: str
    surface: str
    line: str
    grid: str
    marks: str
    accent: str
    under: str
    middle: str
    over: str


_COLOURS = {
    "light": Colours(
        text="#10151C",
        muted="#4B5563",
        ground="#FFFFFF",
        surface="#F7F8FA",
        line="#DFE3E8",
        grid="#E9ECF0",
        marks="#6B7683",
        accent="#4A45C4",
        under="#E3AE72",
        middle="#F7F8FA",
        over="#84B4E2",
    ),
    "dark": Colours(
        text="#EDF1F6",
        muted="#B4BECA",
        ground="#0F1419",
        surface="#141A21",
        line="#2B3440",
        grid="#252E38",
        marks="#93A0AE",
        accent="#8F8BFF",
        under="#7A4A12",
        middle="#1A212A",
        over="#1F5A94",
    ),
}


def colours(mode: str) -> Colours:
    """Colours of "light" or "dark"."""
    return _COLOURS[mode]


def pale(colour: str) -> str:
    """A hue for areas and thin lines, through which others can be seen."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.35)"


def plain(text: object, width: int = 60) -> str:
    """User text for a chart: plotly reads a little HTML, so it is escaped."""
    return html.escape(one_line(text, width), quote=False)


def wrapped(text: object, width: int) -> str:
    """User text over two lines, cut where it is longer."""
    lines = textwrap.wrap(one_line(text), width, max_lines=2, placeholder="…")
    return "<br>".join(html.escape(line, quote=False) for line in lines) or " "


def figure(mode: str, *, finding: str, shown: str, height: int) -> go.Figure:
    """Return an empty figure with the title inside, so that it is saved with the picture.

    Parameters
    ----------
    finding : str
        What the chart says ("The gain flattens after five"); plain text.
    shown : str
        What is drawn, of how many, which direction is better; plain text.
    """
    c = colours(mode)
    first = "<br>".join(html.escape(line, quote=False) for line in textwrap.wrap(finding, _TITLE_WIDTH))
    second = "<br>".join(html.escape(line, quote=False) for line in textwrap.wrap(shown, _TITLE_WIDTH + 8))
    n_lines = first.count("<br>") + second.count("<br>")
    axis = {
        "automargin": True,
        "ticks": "",
        "zeroline": False,
        "tickfont": {"size": 13, "color": c.muted},
        "title": {"font": {"size": 13, "color": c.muted}, "standoff": 10},
    }
    # All at once: bit by bit it takes ten times as long, and more than all else that a page does.
    layout = {
        "template": "none",
        "height": height,
        "font": {"family": _FONT, "size": 14, "color": c.text},
        "title": {
            "text": f"<b>{first}</b><br><span style='font-size:13px;color:{c.muted}'>{second}</span>",
            "font": {"size": 16},
            "x": 0,
            "xref": "container",
            "yref": "container",
            "y": 1,
            "yanchor": "top",
            "pad": {"t": 20, "l": 2},
        },
        "margin": {"l": 8, "r": 16, "t": 62 + _LINE * n_lines, "b": 44},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
        "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": c.muted, "activecolor": c.accent},
        "hoverlabel": {
            "bgcolor": c.surface,
            "bordercolor": c.line,
            "font": {"color": c.text, "size": 13},
            "align": "left",
        },
        "bargap": 0.36,
        "separators": manner().decimal + manner().group,
        "xaxis": axis | {"showgrid": False, "showline": True, "linewidth": 1, "linecolor": c.line, "gridcolor": c.grid},
        "yaxis": axis | {"showgrid": True, "gridcolor": c.grid, "showline": False},
    }
    return go.Figure(layout=layout)


def title_only(mode: str, finding: str, shown: str) -> go.Figure:
    """Return a figure that says why there is nothing to draw."""
    fig = figure(mode, finding=finding, shown=shown, height=CURVE_HEIGHT)
    fig.update_xaxes(visible=False)
    fig.update_yaxes(visible=False)
    fig.update_layout(height=fig.layout.margin.t + fig.layout.margin.b)
    return fig


def of_sample(figure: go.Figure, n_rows: int, n_in_all: int) -> go.Figure:
    """Return the figure with one more line in its title: that its rows are a sample, and of how many."""
    told = go.Figure(figure)
    before, end, _ = told.layout.title.text.rpartition("</span>")
    told.layout.title.text = f"{before}<br>{sample_of(n_rows, n_in_all)}{end}"
    told.layout.margin.t += _LINE
    told.layout.height += _LINE
    return told
