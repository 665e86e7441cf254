"""A table of coloured cells with a number in each: what the heat maps share."""

import textwrap

import numpy as np
import plotly.graph_objects as go

from clustering.charts.template import CURVE_HEIGHT, colours, figure, plain, wrapped

MANY = 4  # names above the cells stand level up to here, also on a phone
_MANY_SHORT = 6  # the same where the names are short
_ACROSS, _ACROSS_MANY = 44, 34  # letters of all names above the cells together, in one of their two lines
_ROW, _TOP = 36, 40  # pixels: a row, and level names above the cells
_LETTERS, _RISE = 18, 4.2  # of a slanting name: where it is cut; pixels that a letter takes up and to the right


def cells_figure(
    *,
    values: np.ndarray,
    texts: np.ndarray,
    rows: list[str],
    columns: list[str],
    hover: np.ndarray,
    finding: str,
    shown: str,
    mode: str,
    faded: np.ndarray | None = None,
) -> go.Figure:
    """Draw a table of cells, blue above 0 and orange below.

    Parameters
    ----------
    values : ndarray of shape (n_rows, n_columns)
        From -1 to 1, the deepest colours; NaN has none.
    texts, hover : ndarray of str of shape (n_rows, n_columns)
        What stands in a cell, and what the pointer shows; markup.
    rows, columns : list of str
        Names as the user wrote them.
    faded : ndarray of bool of shape (n_rows, n_columns), optional
        Cells whose number stands back.
    """
    c = colours(mode)
    is_slanted = not fits_above(columns)
    faded = np.zeros(values.shape, dtype=bool) if faded is None else faded
    fig = figure(mode, finding=finding, shown=shown, height=CURVE_HEIGHT)
    # the names of the columns stand above the cells, below the title
    slanted = _RISE * max(min(len(name), _LETTERS) for name in columns) if is_slanted else 0
    top = fig.layout.margin.t + (16 + slanted if is_slanted else _TOP)
    # slanting names reach beyond the last column
    margin = {"b": 16, "t": top, "r": max(fig.layout.margin.r, slanted - 6)}
    fig.update_layout(height=max(CURVE_HEIGHT, top + _ROW * len(rows) + 16), margin=margin)
    # positions, not names: two segments or two cut-off names may be called the same
    x, y = np.arange(len(columns)), np.arange(len(rows))
    fig.add_heatmap(
        x=x,
        y=y,
        z=values,
        zmin=-1,
        zmax=1,
        colorscale=[[0, c.under], [0.5, c.middle], [1, c.over]],
        showscale=False,
        xgap=3,
        ygap=3,
        text=texts,
        customdata=hover,
        hovertemplate="%{customdata}<extra></extra>",
        hoverongaps=False,
    )
    fig.add_scatter(  # a heat map writes all its numbers in one colour
        x=np.tile(x, len(rows)),
        y=np.repeat(y, len(columns)),
        mode="text",
        text=texts.ravel(),
        textfont={
            "size": 15 if len(columns) <= MANY else 12,
            "color": [c.muted if is_faded else c.text for is_faded in faded.ravel()],
        },
        hoverinfo="skip",
    )
    above = [plain(name, _LETTERS) if is_slanted else wrapped(name, _width(columns)) for name in columns]
    size = 12 if len(columns) >= MANY and not is_slanted else 13
    ticks = {"showgrid": False, "showline": False, "tickmode": "array", "tickfont": {"size": size, "color": c.text}}
    fig.update_xaxes(
        side="top",
        tickangle=-45 if is_slanted else 0,
        tickvals=x,
        ticktext=above,
        ticklabeloverflow="allow",  # else plotly leaves out the name of the last column
        range=[-0.5, len(columns) - 0.5],
        **ticks,
    )
    beside = [wrapped(name, 16) for name in rows]
    fig.update_yaxes(range=[len(rows) - 0.5, -0.5], tickvals=y, ticktext=beside, ticklabelstandoff=6, **ticks)
    return fig


def fits_above(columns: list[str]) -> bool:
    """Whether names can stand level above the cells, also on a phone."""
    if len(columns) <= MANY:
        return True
    width = _width(columns)
    return len(columns) <= _MANY_SHORT and all(
        len(textwrap.wrap(name, width)) <= 2 and max(map(len, name.split()), default=0) <= width for name in columns
    )


def _width(columns: list[str]) -> int:
    return (_ACROSS if len(columns) <= MANY else _ACROSS_MANY) // len(columns)
