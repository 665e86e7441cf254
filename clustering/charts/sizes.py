"""The sizes of the segments as bars: with hues, shapes and names they are the legend of the scatter."""

import numpy as np
import plotly.graph_objects as go

from clustering.charts.scatter import NOISE_NAME, noise_marker, symbol
from clustering.charts.template import SCATTER_HEIGHT, colours, figure, plain
from clustering.identity import Look
from clustering.profile import Profile
from clustering.wording import count, one_line, rounded_share, share, whole

_APART = 0.35  # of a row, between the segments and the bar of noise


def sizes_chart(
    profile: Profile, looks: tuple[Look, ...], *, n_noise: int = 0, in_space: bool = False, mode: str = "light"
) -> go.Figure:
    """Draw customers per segment as bars; with hues, shapes and names it is the legend of the scatter.

    Where customers are weighed, a hollow bar below each shows the segment's share of the weight. Noise has a gray bar
    apart from the segments, with its share of all. `in_space`: the shapes are those of the scatter in three dimensions.
    """
    c = colours(mode)
    sizes, total = profile.sizes, sum(profile.sizes)
    hues = [look.mark.colour(mode) for look in looks]
    finding, step = f"The largest holds {share(profile.shares[0], 0)}", 48
    shown = f"{count(total, 'customer')} and their shares"
    if profile.weight_shares:
        weight = one_line(profile.weight_column, 24)
        finding += " of customers"
        shown, step = f"Filled: {count(total, 'customer')}, their shares; hollow: share of {weight}", 66
    elif n_noise:
        shown = f"Shares of the {whole(total)} in segments; of noise: of all {whole(total + n_noise)}"
    n_rows = len(sizes) + bool(n_noise) * (1 + _APART)
    fig = figure(
        mode,
        finding=finding,
        shown=shown,
        height=max(SCATTER_HEIGHT, round(62 + 44 + step * n_rows)),
    )
    positions = list(range(len(sizes)))
    unit = 48 / step  # bars and their distances keep their thickness on the screen
    bars = {
        "orientation": "h",
        "width": 0.22 * unit,
        "textposition": "outside",
        "constraintext": "none",
        "cliponaxis": False,
        "hoverinfo": "skip",
    }
    head = 0.34 * unit
    fig.add_bar(
        x=sizes,
        y=positions,
        marker={"color": hues, "cornerradius": 3},
        text=[f"{whole(size)} · {share(part, 0)}" for size, part in zip(sizes, profile.shares, strict=True)],
        **bars,
    )
    fig.add_scatter(
        x=np.zeros(len(sizes)),
        y=[position - head for position in positions],
        mode="markers",
        marker={
            "symbol": [symbol(look, in_space=in_space) for look in looks],
            "color": hues,
            "size": [1.4 * look.mark.size for look in looks],
            "opacity": 1,
            "line": {"color": hues, "width": 2 * in_space},  # some shapes in space are hollow
        },
        cliponaxis=False,
        hoverinfo="skip",
    )
    if profile.weight_shares:
        fig.add_bar(
            x=[part * total for part in profile.weight_shares],  # bars of one length are shares of one size
            y=[position + head for position in positions],
            marker={"color": c.ground, "line": {"color": hues, "width": 2}, "cornerradius": 3},
            text=[f"{share(part, 0)} of {plain(profile.weight_column, 12)}" for part in profile.weight_shares],
            **bars,
        )
    for label, look in enumerate(looks):
        name = plain(look.name, 28)
        fig.add_annotation(
            x=0,
            y=label - head,
            text=f"<b>{label + 1}</b>  {name}" if look.is_named else f"<b>{name}</b>",
            xanchor="left",
            xshift=12,
            showarrow=False,
        )
    if n_noise:
        at = len(sizes) + _APART
        fig.add_bar(
            x=[n_noise],
            y=[at],
            name=NOISE_NAME,
            marker={"color": c.marks, "cornerradius": 3},
            text=[f"{whole(n_noise)} · {rounded_share(n_noise / (total + n_noise))}"],
            **bars,
        )
        fig.add_scatter(
            x=[0],
            y=[at - head],
            mode="markers",
            name=NOISE_NAME,
            marker=noise_marker(c) | {"size": 8},
            cliponaxis=False,
            hoverinfo="skip",
        )
        fig.add_annotation(x=0, y=at - head, text=f"<b>{NOISE_NAME}</b>", xanchor="left", xshift=12, showarrow=False)
        fig.add_hline(y=at - 0.5 - _APART / 2, line={"color": c.line, "width": 1})
    longest = max(total * max(*profile.shares, *profile.weight_shares), n_noise)
    fig.update_xaxes(visible=False, range=[0, (2.1 if profile.weight_shares else 1.45) * longest])
    fig.update_yaxes(visible=False, range=[n_rows - 0.5, -0.6])
    fig.update_layout(margin={"l": 14}, barmode="overlay")
    return fig
