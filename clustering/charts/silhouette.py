"""The silhouette plot: how well every customer sits in its segment, one blade per segment."""

import math

import numpy as np
import plotly.graph_objects as go

from clustering.blades import Blades
from clustering.charts.template import SCATTER_HEIGHT, colours, figure, plain
from clustering.identity import Look
from clustering.wording import count, score, share, whole

_HEAD = 26  # pixels above a blade, for its name
_BLADES = 260  # pixels for all blades together: a blade is as thick as its segment is large
_TOP = 22  # pixels for the label of the mean


def silhouette_chart(blades: Blades, looks: tuple[Look, ...], mode: str = "light") -> go.Figure:
    """Draw the silhouettes of every segment, sorted, with the mean; what lies left of zero sits nearer to another."""
    c = colours(mode)
    n = f"sample of {whole(blades.n_samples)} of {whole(blades.n_total)}" if blades.sampled else whole(blades.n_total)
    shown = f"Silhouette; {n} customers; 1 fits its segment well, below 0 another is nearer"
    height = _TOP + _BLADES + _HEAD * len(looks)
    fig = figure(mode, finding=_finding(blades), shown=shown, height=SCATTER_HEIGHT)
    fig.update_layout(margin={"l": 14})
    fig.update_layout(height=max(SCATTER_HEIGHT, fig.layout.margin.t + fig.layout.margin.b + height))
    low, high = _range(blades)
    at = float(_TOP)
    for label, look in enumerate(looks):
        hue, thickness = look.mark.colour(mode), _BLADES * blades.shares[label]
        title = plain(look.name, 24)
        fig.add_scatter(
            x=[low],
            y=[at + _HEAD / 2],
            mode="markers",
            marker={"symbol": look.mark.symbol, "color": hue, "size": 1.4 * look.mark.size, "opacity": 1},
            cliponaxis=False,
            hoverinfo="skip",
        )
        fig.add_annotation(
            x=0,
            xref="paper",
            y=at + _HEAD / 2,
            text=(f"<b>{label + 1}</b>  {title}" if look.is_named else f"<b>{title}</b>")
            + f"<span style='color:{c.muted}'> · {share(blades.shares[label], 0)}</span>",
            xanchor="left",
            yanchor="middle",
            xshift=12,
            showarrow=False,
            bgcolor=c.ground,
            borderpad=1,
        )
        at += _HEAD
        if math.isfinite(blades.means[label]):
            x, y = _outline(blades.values[label], at, thickness)
            fig.add_scatter(
                x=x,
                y=y,
                mode="lines",
                fill="toself",
                fillcolor=hue,
                line={"color": hue, "width": 0.5},
                name=title,
                text=_hover(blades, label, look.name),
                hoveron="fills",
                hoverinfo="text",
            )
        at += thickness
    if math.isfinite(blades.mean):
        fig.add_vline(x=0, line={"color": c.muted, "width": 1})
        fig.add_vline(x=blades.mean, line={"color": c.accent, "width": 1.5, "dash": "dot"})
        is_right = blades.mean > (low + high) / 2
        fig.add_annotation(
            x=blades.mean,
            y=_TOP / 2 - 2,
            text=f"mean <b>{score(blades.mean)}</b>",
            xanchor="right" if is_right else "left",
            xshift=-4 if is_right else 4,
            yanchor="middle",
            showarrow=False,
        )
    fig.update_xaxes(range=[low, high], nticks=6)
    fig.update_yaxes(visible=False, range=[max(at, height) + 2, 0])
    return fig


def _finding(blades: Blades) -> str:
    if not math.isfinite(blades.mean):
        return "The silhouette is not defined for these segments"
    n_negative = sum(blades.n_negative)
    if not n_negative:
        nobody = "Nobody in the sample sits" if blades.sampled else "Nobody sits"
        return f"{nobody} nearer to another segment"
    part = share(blades.negative_share, 0 if blades.negative_share >= 0.01 else 1)
    if blades.sampled:
        return f"About {part} of customers sit nearer to another segment"
    return f"{count(n_negative, 'customer')} ({part}) sit{'s' * (n_negative == 1)} nearer to another segment"


def _range(blades: Blades) -> tuple[float, float]:
    ends = [float(values[i]) for values in blades.values for i in (0, -1) if math.isfinite(values[i])]
    low, high = min([0.0, *ends]), max([0.1, *ends])
    return low - 0.04 * (high - low), high + 0.04 * (high - low)


def _outline(values: np.ndarray, top: float, thickness: float) -> tuple[np.ndarray, np.ndarray]:
    """The blade as a closed shape: down along the values, as steps, and back along zero."""
    edges = top + thickness * np.linspace(0, 1, len(values) + 1)
    x = np.concatenate([[0.0], np.repeat(values, 2), [0.0]])
    y = np.concatenate([edges[:1], np.repeat(edges, 2)[1:-1], edges[-1:]])
    return x.astype(np.float32), y.astype(np.float32)


def _hover(blades: Blades, label: int, name: str) -> str:
    looked_at = f"{whole(blades.n_looked_at[label])} {'looked at' if blades.sampled else 'customers'}"
    return (
        f"<b>{plain(name)}</b><br>mean silhouette {score(blades.means[label])}"
        f"<br>{whole(blades.n_negative[label])} of {looked_at} nearer to another segment"
    )
