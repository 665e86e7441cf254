"""Charts of a sample of the customers themselves: parallel coordinates, pairs of the strongest columns."""

from dataclasses import replace

import numpy as np
import plotly.graph_objects as go

from clustering.charts.lines import add_legend, drawn, segment_line
from clustering.charts.pointer import lasting
from clustering.charts.rows import titled
from clustering.charts.scatter import NOISE_NAME, noise_marker
from clustering.charts.template import CURVE_HEIGHT, colours, figure, pale, plain, title_only, wrapped
from clustering.identity import Look
from clustering.profile.distributions import SampledRows
from clustering.wording import count, number, one_line, whole

_AXIS_ROW, _LEAST_HEIGHT = 62, 230  # pixels between two axes of parallel coordinates, and from the first to the last
_MOST_LINES, _LEAST_LINES = 300, 10  # of customers, in all and of every segment
_AXIS = 44  # pixels below the plot for ticks and title
_LAST = 2_000  # in the legend, where plotly gives all others 1,000
_PAIRS, _PAIR = 420, 320  # pixels, for three panels and for one


def parallel_chart(sample: SampledRows, looks: tuple[Look, ...], *, mode: str = "light") -> go.Figure:
    """Draw a thin line per customer and a thick one through the medians of each segment, an axis per column.

    Every axis is in its column's own units; what lies beyond its ends is drawn at them. Of a large sample only some
    customers have a line.
    """
    c = colours(mode)
    sample = _thinned(sample)
    n_columns = len(sample.columns)
    if n_columns < 2:
        return title_only(mode, "There are no two columns of numbers to compare", _sampled(sample))
    parts = [_sampled(sample), "thick: median of the segment", *["noise left out"] * bool(sample.n_noise)]
    if n_columns < sample.n_columns:
        parts.append(f"the {n_columns} of {sample.n_columns} columns that differ most")
    segments = drawn(looks)
    if len(segments) < len(looks):
        parts.append(f"the {len(segments)} largest of {len(looks)} segments")
    low, high = sample.limits[:, 0], sample.limits[:, 1]
    places = _placed(sample.values, low, high)
    is_beyond = (sample.values < low) | (sample.values > high)
    if is_beyond.any():
        parts.append("far values at the ends")
    fig = figure(mode, finding=_sets_apart(sample, 1), shown="; ".join(parts), height=CURVE_HEIGHT)
    step = max(_AXIS_ROW, _LEAST_HEIGHT / (n_columns - 1))
    fig.update_layout(height=fig.layout.margin.t + step * (n_columns - 1) + 60, margin={"b": 8})
    y = np.arange(n_columns, dtype=float)
    for label, look in segments:
        own = places[sample.labels == label]
        gap = np.full((len(own), 1), np.nan)
        fig.add_scatter(
            x=np.hstack([own, gap]).ravel(),
            y=np.tile(np.append(y, np.nan), len(own)),
            mode="lines",
            line={"color": pale(look.mark.colour(mode)), "width": 1},
            legendgroup=str(label),
            showlegend=False,
            hoverinfo="skip",
        )
    medians = _placed(sample.medians, low, high)
    for label, look in segments:
        told = [
            f"<b>{plain(look.name)}</b><br>{plain(title)}: median {number(median)}"
            for title, median in zip(sample.titles, sample.medians[label], strict=True)
        ]
        fig.add_scatter(
            x=medians[label], y=y, legendgroup=str(label), **segment_line(label, look, mode, c), hovertext=told
        )
    for i in range(n_columns):
        fig.add_shape(type="line", x0=0, x1=1, y0=i, y1=i, line={"color": c.muted, "width": 1}, layer="below")
        least, most = _ends(sample, i)
        for x, anchor, end in ((0, "left", least), (1, "right", most)):
            fig.add_annotation(
                x=x,
                xanchor=anchor,
                y=i,
                yanchor="bottom",
                text=end,
                font={"size": 12, "color": c.muted},
                bgcolor=c.ground,
                borderpad=1,
                yshift=2,
                showarrow=False,
            )
    fig.update_xaxes(visible=False, range=[-0.01, 1.01])
    fig.update_yaxes(
        range=[n_columns - 1 + 20 / step, -40 / step],
        tickmode="array",
        tickvals=y,
        ticktext=[wrapped(title, 16) for title in sample.titles],
        tickfont={"size": 13, "color": c.text},
        ticklabelstandoff=6,
        showgrid=False,
    )
    add_legend(fig, [titled(label, look, 30) for label, look in segments], c, axis=8)
    return fig


def pairs_chart(sample: SampledRows, looks: tuple[Look, ...], *, mode: str = "light") -> go.Figure:
    """Draw the three columns that set the segments apart most against each other, in their own units."""
    c = colours(mode)
    chosen = sample.strongest_numbers()
    if len(chosen) < 2:
        return title_only(mode, "There are no two columns of numbers to compare", _sampled(sample))
    shown = _sampled(sample) + "; gray: noise" * bool(sample.n_noise)
    fig = figure(mode, finding=_sets_apart(sample, 2), shown=shown, height=CURVE_HEIGHT)
    side = len(chosen) - 1
    fig.update_layout(height=fig.layout.margin.t + (_PAIRS if side == 2 else _PAIR) + _AXIS, margin={"b": _AXIS})
    ends = [(0.0, 0.46), (0.54, 1.0)] if side == 2 else [(0.0, 1.0)]
    titles = [lasting(plain(sample.titles[column])) for column in chosen]
    panels = [(left, below) for below in range(1, side + 1) for left in range(below)]
    for place, (x, y) in enumerate(panels):
        axis = "" if place == 0 else str(place + 1)
        if sample.n_noise:
            fig.add_scatter(
                x=sample.noise[:, chosen[x]],
                y=sample.noise[:, chosen[y]],
                xaxis=f"x{axis}",
                yaxis=f"y{axis}",
                mode="markers",
                name=NOISE_NAME,
                legendgroup=NOISE_NAME,
                legendrank=_LAST,
                showlegend=place == 0,
                marker=noise_marker(c),
                hoverinfo="skip",
            )
        for label, look in enumerate(looks):
            own = sample.values[sample.labels == label]
            fig.add_scatter(
                x=own[:, chosen[x]],
                y=own[:, chosen[y]],
                xaxis=f"x{axis}",
                yaxis=f"y{axis}",
                mode="markers",
                name=titled(label, look, 30),
                legendgroup=str(label),
                showlegend=place == 0,
                marker={
                    "color": look.mark.colour(mode),
                    "symbol": look.mark.symbol,
                    "size": 0.75 * look.mark.size,
                    "opacity": 0.85,
                    "line": {"color": c.ground, "width": 0.5},
                },
                hovertemplate=f"{titles[x]}: %{{x}}<br>{titles[y]}: %{{y}}<extra></extra>",
            )
        shared = {
            "showgrid": True,
            "gridcolor": c.grid,
            "zeroline": False,
            "ticks": "",
            "nticks": 4,
            "tickfont": {"size": 12, "color": c.muted},
            "automargin": True,
        }
        # only the outer panels name their axes
        names = {
            "x": plain(sample.titles[chosen[x]], 18) if y == side else "",
            "y": plain(sample.titles[chosen[y]], 24) if x == 0 else "",
        }
        font = {"size": 13, "color": c.muted}
        fig.update_layout(
            {
                f"xaxis{axis}": {
                    **shared,
                    "domain": ends[x],
                    "anchor": f"y{axis}",
                    "range": _room(sample.limits[chosen[x]]),
                    "title": {"text": names["x"], "font": font, "standoff": 6},
                    "showticklabels": y == side,
                },
                f"yaxis{axis}": {
                    **shared,
                    "domain": ends[side - y],
                    "anchor": f"x{axis}",
                    "range": _room(sample.limits[chosen[y]]),
                    "title": {"text": names["y"], "font": font, "standoff": 6},
                    "showticklabels": x == 0,
                },
            }
        )
    listed = [titled(label, look, 30) for label, look in enumerate(looks)]
    add_legend(fig, [*listed, *[NOISE_NAME] * bool(sample.n_noise)], c, axis=_AXIS)
    return fig


def _sets_apart(sample: SampledRows, n: int) -> str:
    named = [one_line(sample.columns[i], 26) for i in (sample.strongest_numbers() or (0,))[:n]]
    return f"{' and '.join(named)} set{'s' * (len(named) == 1)} the segments apart most"


def _sampled(sample: SampledRows) -> str:
    n_drawn = len(sample.rows)
    if n_drawn < sample.n_total:
        return f"Sample of {whole(n_drawn)} of {whole(sample.n_total)} customers"
    return f"All {count(n_drawn, 'customer')}"


def _thinned(sample: SampledRows) -> SampledRows:
    """About 300 of the customers, in proportion to the segments but ten of each: more lines run together."""
    n_drawn = len(sample.rows)
    if n_drawn <= _MOST_LINES:
        return sample
    chosen = []
    for label in np.unique(sample.labels):
        own = np.flatnonzero(sample.labels == label)
        n_wanted = min(len(own), max(_LEAST_LINES, len(own) * _MOST_LINES // n_drawn))
        # from the whole file: it may be sorted
        chosen.append(own[np.linspace(0, len(own) - 1, n_wanted).astype(int)])
    kept = np.sort(np.concatenate(chosen))
    return replace(sample, values=sample.values[kept], labels=sample.labels[kept], rows=sample.rows[kept])


def _placed(values: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Values as places from 0 to 1 between the ends of their axes; a column without spread in the middle."""
    with np.errstate(invalid="ignore", divide="ignore"):
        places = np.clip((values - low) / (high - low), 0, 1)
    return np.where(high > low, places, np.where(np.isnan(values), np.nan, 0.5))


def _ends(sample: SampledRows, i: int) -> tuple[str, str]:
    """What stands at the ends of an axis; with a sign where values lie beyond."""
    if sample.kinds[i] == "boolean":
        return "no", "yes"
    (low, high), values = sample.limits[i], sample.values[:, i]
    return "≤ " * bool((values < low).any()) + number(low), "≥ " * bool((values > high).any()) + number(high)


def _room(limits: np.ndarray) -> list[float]:
    low, high = (float(end) for end in limits)
    margin = 0.06 * (high - low) or 1.0
    return [low - margin, high + margin]
