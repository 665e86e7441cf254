"""Heat maps: how segments differ from the average, how columns go together."""

import numpy as np
import plotly.graph_objects as go

from clustering.charts.template import CURVE_HEIGHT, colours, figure, plain, wrapped
from clustering.profile import Profile
from clustering.wording import one_line

_MOST_COLUMNS = 25  # of the table; more than these no screen can show
_MOST_BESIDE = 8  # so that the figures can be read on a phone
_MANY = 3  # names above the cells stand level up to here, also on a phone
_FULL_COLOUR = 1.5  # standard deviations from the average at which a cell has its deepest colour


def difference_chart(profile: Profile, names: tuple[str, ...], *, mode: str = "light") -> go.Figure:
    """Draw the mean of every column in every segment, coloured by how far it is from the average customer.

    Segments are rows; where there are many columns, these are the rows, those that set the segments apart most first,
    unless the segments are more than can stand side by side.
    """
    many = len(profile.columns) > _MANY and len(names) <= max(_MOST_BESIDE, len(profile.columns))
    chosen = list(profile.ranked[:_MOST_COLUMNS]) if many else list(range(len(profile.columns)))
    columns = [profile.title(i) for i in chosen]
    means = profile.means[:, chosen]
    hover = [
        [
            f"{plain(name)}<br>{plain(column, 100)}: {profile.written(i, mean)}"
            f"<br>all customers: {profile.written(i, profile.overall_means[i])}"
            for i, column, mean in zip(chosen, columns, row, strict=True)
        ]
        for name, row in zip(names, means, strict=True)
    ]
    averages = "Averages"
    if profile.weight_column is not None:
        averages = f"Averages by {one_line(profile.weight_column, 24)}"
    shown = f"{averages}; blue is above, orange below all customers"
    if len(columns) < len(profile.columns):
        shown += f"; the {len(columns)} of {len(profile.columns)} columns that differ most"
    values = np.clip(profile.differences[:, chosen] / _FULL_COLOUR, -1, 1)
    texts = np.array([[profile.written(i, mean) for i, mean in zip(chosen, row, strict=True)] for row in means])
    return _heat_map(
        values=values.T if many else values,
        texts=texts.T if many else texts,
        rows=columns if many else names,
        columns=names if many else columns,
        hover=np.array(hover).T if many else np.array(hover),
        finding=f"{one_line(profile.columns[profile.ranked[0]], 24)} sets the segments apart most",
        shown=shown,
        mode=mode,
    )


def correlation_chart(r: np.ndarray, columns: tuple[str, ...], *, mode: str = "light") -> go.Figure:
    """Draw the correlation of every pair of columns; of many columns those that go together most."""
    strength = np.where(np.isnan(r) | np.eye(len(r), dtype=bool), -1, np.abs(r))
    first, second = sorted(int(i) for i in np.unravel_index(strength.argmax(), r.shape))
    pair = f"{one_line(columns[first], 24)} and {one_line(columns[second], 24)}"
    chosen = np.sort(np.argsort(-strength.max(axis=1), kind="stable")[:_MOST_BESIDE])
    shown = "Correlation; near 1 or -1 two columns tell the same"
    if len(chosen) < len(columns):
        shown += f"; the {len(chosen)} of {len(columns)} columns that go together most"
    r, columns = r[np.ix_(chosen, chosen)], [columns[i] for i in chosen]
    return _heat_map(
        values=r,
        texts=np.array([[f"{value:.2f}" if np.isfinite(value) else "" for value in row] for row in r]),
        rows=columns,
        columns=columns,
        hover=np.array(
            [
                [f"{plain(a)}<br>{plain(b)}: {value:.2f}" for b, value in zip(columns, row, strict=True)]
                for a, row in zip(columns, r, strict=True)
            ]
        ),
        finding=f"{pair} go together most" if strength.max() >= 0 else "There are no two columns to compare",
        shown=shown,
        mode=mode,
    )


def _heat_map(*, values, texts, rows, columns, hover, finding: str, shown: str, mode: str) -> go.Figure:
    c = colours(mode)
    many = len(columns) > _MANY
    fig = figure(mode, finding=finding, shown=shown, height=CURVE_HEIGHT)
    # the names of the columns stand above the cells, below the title
    top = fig.layout.margin.t + (70 if many else 24)
    # slanting names reach beyond the last column
    margin = {"b": 16, "t": top, "r": 52 if many else fig.layout.margin.r}
    fig.update_layout(height=max(CURVE_HEIGHT, top + 36 * len(rows) + 16), margin=margin)
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
        textfont={"size": 12 if many else 15, "color": c.text},
        customdata=hover,
        hovertemplate="%{customdata}<extra></extra>",
        hoverongaps=False,
    )
    above = [plain(name, 14) for name in columns] if many else [wrapped(name, 14) for name in columns]
    ticks = {"showgrid": False, "showline": False, "tickmode": "array", "tickfont": {"size": 13, "color": c.text}}
    fig.update_xaxes(
        side="top",
        tickangle=-45 if many else 0,
        tickvals=list(range(len(columns))),
        ticktext=above,
        ticklabeloverflow="allow",  # else plotly leaves out the name of the last column
        **ticks,
    )
    beside = [wrapped(name, 16) for name in rows]
    fig.update_yaxes(autorange="reversed", tickvals=list(range(len(rows))), ticktext=beside, **ticks)
    return fig
