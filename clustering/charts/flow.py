"""How segments split and merge as their number grows, as a Sankey diagram."""

import plotly.graph_objects as go

from clustering.charts.template import SCATTER_HEIGHT, colours, figure, pale
from clustering.flow import Flow
from clustering.identity import Look
from clustering.wording import count, share, whole

# share of customers who change sides per step, on average
_FEW, _SOME = 0.05, 0.15
THICKNESS = 14  # pixels
GAP = 16  # pixels between segments, enough for the number of a small one
BANDS = 240  # pixels for the customers, at least


def flow_chart(flow: Flow, looks: tuple[Look, ...], mode: str = "light") -> go.Figure:
    """Draw where the customers of every segment go when there is one more, from left to right.

    `looks` are those of the segments at the chosen number. The title judges by `Flow.changed`, on average over the
    steps: few up to 5 % of the customers, some up to 15 %.
    """
    c = colours(mode)
    shown = "Each band: customers who go together"
    if flow.n_samples < flow.n_total:
        shown += f"; sample of {whole(flow.n_samples)} of {whole(flow.n_total)}"
    else:
        shown += f"; {count(flow.n_total, 'customer')}"
    if flow.changed:
        shown += f"; {_written(_mean_change(flow))} change sides per step on average"
    fig = figure(mode, finding=_finding(flow), shown=shown, height=SCATTER_HEIGHT)
    if not flow.links:
        fig.update_xaxes(visible=False)
        fig.update_yaxes(visible=False)
        fig.update_layout(height=fig.layout.margin.t + fig.layout.margin.b)
        return fig
    nodes = [node for node in flow.nodes if node.share > 0]
    place = {(node.n_clusters, node.label): i for i, node in enumerate(nodes)}
    following = dict(zip(flow.n_clusters, flow.n_clusters[1:], strict=False))
    hue = {(node.n_clusters, node.label): looks[node.hue].mark.colour(mode) for node in nodes}
    add_bands(
        fig,
        mode,
        nodes=[
            (
                str(node.label + 1),
                hue[node.n_clusters, node.label],
                f"<b>Segment {node.label + 1} of {node.n_clusters}</b><br>{_written(node.share)} of customers",
            )
            for node in nodes
        ],
        links=[
            (
                place[link.n_clusters, link.source],
                place[following[link.n_clusters], link.target],
                link.share,
                f"Segment {link.source + 1} of {link.n_clusters} → "
                f"segment {link.target + 1} of {following[link.n_clusters]}: {_written(link.share)} of customers",
            )
            for link in flow.links
        ],
    )
    last = len(flow.n_clusters) - 1
    for i, number in enumerate(flow.n_clusters):
        is_chosen = number == flow.chosen
        fig.add_annotation(
            x=i / last,
            y=0,
            xref="paper",
            yref="paper",
            xshift=THICKNESS * (0.5 - i / last),  # the middle of the column
            yshift=-10,
            yanchor="top",
            text=f"<b>{number}</b>" if is_chosen else str(number),
            font={"size": 13, "color": c.accent if is_chosen else c.muted},
            showarrow=False,
        )
    fig.add_annotation(
        x=0.5,
        y=0,
        xref="paper",
        yref="paper",
        yshift=-32,
        yanchor="top",
        text="Number of segments",
        font={"size": 13, "color": c.muted},
        showarrow=False,
    )
    top, bottom = fig.layout.margin.t, 64
    height = max(SCATTER_HEIGHT, top + bottom + BANDS + GAP * max(flow.n_clusters))
    fig.update_layout(margin={"l": 14, "b": bottom}, height=height)
    return fig


def add_bands(
    fig: go.Figure,
    mode: str,
    *,
    nodes: list[tuple[str, str, str]],
    links: list[tuple[int, int, float, str]],
) -> None:
    """Draw bands of customers between segments, each in the colour of where it comes from.

    Parameters
    ----------
    nodes : list of (label, colour, hover)
        Markup.
    links : list of (source, target, value, hover)
        Positions in `nodes`.
    """
    sources, targets, values, told = zip(*links, strict=True)
    labels, hues, hover = zip(*nodes, strict=True)
    fig.add_sankey(
        arrangement="fixed",
        orientation="h",
        textfont={"color": colours(mode).text, "size": 13, "shadow": "none"},
        node={
            "label": labels,
            "color": hues,
            "thickness": THICKNESS,
            "pad": GAP,
            "line": {"width": 0},
            "customdata": hover,
            "hovertemplate": "%{customdata}<extra></extra>",
        },
        link={
            "source": sources,
            "target": targets,
            "value": values,
            "color": [pale(hues[source]) for source in sources],
            "customdata": told,
            "hovertemplate": "%{customdata}<extra></extra>",
        },
    )


def _mean_change(flow: Flow) -> float:
    return sum(flow.changed) / len(flow.changed)


def _finding(flow: Flow) -> str:
    if not flow.changed:
        return "Only one number of segments was tried"
    if not max(flow.changed):
        return "Segments only split; nobody changes sides"
    if (change := _mean_change(flow)) <= _FEW:
        return "Segments mostly split; few customers change sides"
    if change <= _SOME:
        return "Segments split, and some customers change sides"
    return "Segments do not hold; many change sides"


def _written(part: float) -> str:
    return share(part, 0 if part >= 0.01 or not part else 1)
