"""Heat maps: how segments differ from the average, how columns go together."""

import numpy as np
import plotly.graph_objects as go

from clustering.charts.template import CURVE_HEIGHT, colours, figure, plain, wrapped
from clustering.profile import Profile
from clustering.wording import number, one_line

_FULL_COLOUR = 1.5  # standard deviations from the average at which a cell has its deepest colour


def difference_chart(profile: Profile, names: tuple[str, ...], *, mode: str = "light") -> go.Figure:
    """Draw the mean of every column in every segment, coloured by how far it is from the average customer."""
    return _heat_map(
        values=np.clip(profile.differences / _FULL_COLOUR, -1, 1),
        texts=[[number(mean) for mean in means] for means in profile.means],
        rows=[wrapped(name, 15) for name in names],
        columns=[wrapped(name, 14) for name in profile.columns],
        hover=[
            [
                f"{plain(name)}<br>{plain(column)}: {number(mean)}<br>all customers: {number(overall)}"
                for column, mean, overall in zip(profile.columns, means, profile.overall_means, strict=True)
            ]
            for name, means in zip(names, profile.means, strict=True)
        ],
        finding=f"{one_line(profile.columns[profile.ranked[0]], 24)} sets the segments apart most",
        shown="Averages; blue is above, orange below all customers",
        mode=mode,
    )


def correlation_chart(r: np.ndarray, columns: tuple[str, ...], *, mode: str = "light") -> go.Figure:
    """Draw the correlation of every pair of columns."""
    off = np.abs(r - np.eye(len(r)))
    i, j = np.unravel_index(np.nanargmax(np.where(np.isnan(off), -1, off)), off.shape)
    pair = sorted((int(i), int(j)))
    finding = " and ".join(one_line(columns[position], 24) for position in pair) + " go together most"
    return _heat_map(
        values=r,
        texts=[[f"{value:.2f}" if np.isfinite(value) else "" for value in row] for row in r],
        rows=[wrapped(name, 15) for name in columns],
        columns=[wrapped(name, 14) for name in columns],
        hover=[
            [f"{plain(a)}<br>{plain(b)}: {value:.2f}" for b, value in zip(columns, row, strict=True)]
            for a, row in zip(columns, r, strict=True)
        ],
        finding=finding,
        shown="Correlation; near 1 or -1 two columns tell the same",
        mode=mode,
    )


def _heat_map(*, values, texts, rows, columns, hover, finding: str, shown: str, mode: str) -> go.Figure:
    c = colours(mode)
    fig = figure(mode, finding=finding, shown=shown, height=max(CURVE_HEIGHT, 120 + 44 * len(rows)))
    wide = len(columns) > 8
    fig.add_heatmap(
        # positions, not names: two segments or two cut-off names may be called the same
        x=list(range(len(columns))),
        y=list(range(len(rows))),
        z=values,
        zmin=-1,
        zmax=1,
        colorscale=[[0, c.under], [0.5, c.middle], [1, c.over]],
        showscale=False,
        xgap=3,
        ygap=3,
        text=texts,
        texttemplate="%{text}",
        textfont={"size": 12 if wide else 15, "color": c.text},
        customdata=hover,
        hovertemplate="%{customdata}<extra></extra>",
        hoverongaps=False,
    )
    ticks = {"showgrid": False, "showline": False, "tickmode": "array", "tickfont": {"size": 13, "color": c.text}}
    fig.update_xaxes(
        side="top", tickangle=-45 if wide else 0, tickvals=list(range(len(columns))), ticktext=columns, **ticks
    )
    fig.update_yaxes(autorange="reversed", tickvals=list(range(len(rows))), ticktext=rows, **ticks)
    # the names of the columns stand above the cells, below the title
    fig.update_layout(margin={"b": 16, "t": fig.layout.margin.t + 24})
    return fig
