"""The tree of agglomerative clustering, with the height at which it is cut."""

import plotly.graph_objects as go

from clustering.charts.template import SCATTER_HEIGHT, Colours, colours, figure, plain
from clustering.dendrogram import Dendrogram, Join
from clustering.identity import Look
from clustering.wording import count, number, spelled, whole

_DIGIT = 6.5  # pixels, of a number that stands upright under its branch
_ABOVE = None  # the segment of what lies above the cut
_Line = tuple[tuple[float, float], ...]


def dendrogram_chart(dendrogram: Dendrogram, looks: tuple[Look, ...], *, mode: str = "light") -> go.Figure:
    """Draw the last joins of a tree: above the cut in grey, below it in the hues of the segments.

    The custom data of a join that is clicked are the segments that a cut just below it gives.
    """
    c = colours(mode)
    cut, branches = dendrogram.cut, dendrogram.branches
    n = count(dendrogram.n_total, "customer")
    if dendrogram.n_samples < dendrogram.n_total:
        n = f"sample of {whole(dendrogram.n_samples)} of {n}"
    more = f"last {len(branches) - 1} joins" if len(branches) < dendrogram.n_samples else "all joins"
    shown = f"{n}; {more}; click one to cut there"
    fig = figure(mode, finding=_finding(dendrogram), shown=shown, height=SCATTER_HEIGHT)
    hues = {label: look.mark.colour(mode) for label, look in enumerate(looks)} | {_ABOVE: c.marks}
    for segment, lines in _lines(dendrogram).items():
        _add_lines(fig, lines, hues[segment])
    fig.add_hline(y=cut.height, line={"color": c.accent, "width": 1.5, "dash": "dash"})
    _add_branches(fig, dendrogram, looks, mode)
    _add_joins(fig, dendrogram, hues, c)
    fig.add_annotation(  # beside the plot, where it hides no join
        x=1,
        xref="paper",
        xanchor="left",
        xshift=4,
        y=cut.height,
        text=f"cut at<br>{number(cut.height)}",
        align="left",
        font={"size": 12, "color": c.accent},
        showarrow=False,
    )
    counts = [whole(branch.n_samples) for branch in branches]
    below = 12 + _DIGIT * max(map(len, counts))
    for label in range(dendrogram.n_clusters):
        own = [branch.x for branch in branches if branch.segment == label]
        fig.add_annotation(_under(f"<b>{label + 1}</b>", below, c.text) | {"x": (own[0] + own[-1]) / 2})
    title = _under("Customers of each branch, and its segment", below + 18, c.muted)
    fig.add_annotation(title | {"x": 0.5, "xref": "paper"})
    fig.update_layout(margin={"r": 52, "b": below + 40})
    fig.update_xaxes(
        range=[-0.7, len(branches) - 0.3],
        showline=False,
        tickvals=[branch.x for branch in branches],
        ticktext=counts,
        tickangle=-90,
        tickfont={"size": 11, "color": c.muted},
        ticklabelstandoff=6,
    )
    top = dendrogram.joins[-1].height or 1
    fig.update_yaxes(range=[0, 1.06 * top], nticks=5, title_text="Height of the join")
    return fig


def _finding(dendrogram: Dendrogram) -> str:
    cut, longest = dendrogram.cut, dendrogram.longest
    shown = f"{spelled(dendrogram.n_clusters).capitalize()} segments"
    if cut.low == cut.high:
        return f"{shown}, cut between joins of one height"
    if longest == dendrogram.n_clusters:
        return f"{shown}, along the longest stretch without a join"
    return f"{shown}; the longest stretch without a join gives {spelled(longest)}"


def _lines(dendrogram: Dendrogram) -> dict[int | None, list[_Line]]:
    """The lines of every segment, and those above the cut; a leg that crosses the cut changes its hue there."""
    lines: dict[int | None, list[_Line]] = {_ABOVE: []}
    for join in dendrogram.joins:
        (left, low_left, own_left), (right, low_right, own_right) = join.legs
        if join.segment is _ABOVE:
            for x, low, own in join.legs:
                if own is not _ABOVE:
                    lines.setdefault(own, []).append(((x, dendrogram.cut.height), (x, low)))
            low_left = low_left if own_left is _ABOVE else dendrogram.cut.height
            low_right = low_right if own_right is _ABOVE else dendrogram.cut.height
        arch = (left, low_left), (left, join.height), (right, join.height), (right, low_right)
        lines.setdefault(join.segment, []).append(arch)
    return lines


def _add_lines(fig: go.Figure, lines: list[_Line], hue: str) -> None:
    """Add lines as one trace, with gaps between them."""
    fig.add_scatter(
        x=[x for line in lines for x in (*(x for x, _ in line), None)],
        y=[y for line in lines for y in (*(y for _, y in line), None)],
        mode="lines",
        line={"color": hue, "width": 2},
        hoverinfo="skip",
    )


def _add_branches(fig: go.Figure, dendrogram: Dendrogram, looks: tuple[Look, ...], mode: str) -> None:
    """Add the lower ends of the branches, in hue and shape of their segments."""
    branches = dendrogram.branches
    marks = [looks[branch.segment].mark for branch in branches]
    fig.add_scatter(
        x=[branch.x for branch in branches],
        y=[0] * len(branches),
        mode="markers",
        marker={
            "color": [mark.colour(mode) for mark in marks],
            "symbol": [mark.symbol for mark in marks],
            "size": [mark.size for mark in marks],
            "opacity": 1,
            "line": {"width": 0},
        },
        unselected={"marker": {"opacity": 1}},
        cliponaxis=False,
        hovertext=[
            f"<b>{plain(looks[branch.segment].name)}</b><br>{count(branch.n_samples, 'customer')}"
            for branch in branches
        ],
        hoverinfo="text",
    )


def _add_joins(fig: go.Figure, dendrogram: Dendrogram, hues: dict[int | None, str], c: Colours) -> None:
    """Add the joins at which the tree can be cut, to be clicked."""
    joins = [join for join in dendrogram.joins if join.n_clusters]
    fig.add_scatter(
        x=[join.x for join in joins],
        y=[join.height for join in joins],
        mode="markers",
        marker={
            "color": [hues[join.segment] for join in joins],
            "size": 9,
            "opacity": 1,
            "line": {"color": c.ground, "width": 1},
        },
        unselected={"marker": {"opacity": 1}},
        cliponaxis=False,
        customdata=[join.n_clusters for join in joins],
        hovertext=[_join_hover(join) for join in joins],
        hoverinfo="text",
    )


def _join_hover(join: Join) -> str:
    joined = f"{count(join.n_samples, 'customer')} joined at height {number(join.height)}"
    return f"<b>Cut here: {join.n_clusters} segments</b><br>{joined}"


def _under(text: str, below: float, colour: str) -> dict:
    """A label so many pixels under the plot."""
    return {
        "y": 0,
        "yref": "paper",
        "yanchor": "top",
        "yshift": -below,
        "text": text,
        "font": {"size": 13, "color": colour},
        "showarrow": False,
    }
