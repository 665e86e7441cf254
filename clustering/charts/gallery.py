"""The gallery: one small picture per method, in which the same customers stand in the same place."""

from itertools import cycle

import numpy as np
import plotly.graph_objects as go

from clustering.charts.template import colours, figure
from clustering.compare import best_matching
from clustering.gallery import Exhibit, Subject
from clustering.identity import Mark, mark
from clustering.wording import count

GALLERY_HEIGHT = 250
_SMALLER = 0.55  # than the marks of a large scatter
_N_MARKS = 64  # from here on they come again


def matched_marks(
    labels: np.ndarray, n_clusters: int, reference: np.ndarray, marks: tuple[Mark, ...]
) -> tuple[Mark, ...]:
    """Hue and shape of every group: those of the group of another labeling that it shares most rows with.

    The groups of both are paired so that as many rows as possible are in paired ones; a group without a partner has
    hue and shape of none.

    Parameters
    ----------
    labels, reference : ndarray of shape (n_samples,)
        Groups from 0, -1 for none.
    marks : tuple of Mark
        Of the groups of `reference`.
    """
    both = np.zeros((len(marks), n_clusters), dtype=np.int64)
    in_both = (labels >= 0) & (reference >= 0)
    np.add.at(both, (reference[in_both], labels[in_both]), 1)
    every = [mark(number) for number in range(_N_MARKS)]
    free = cycle([one for one in every if one not in marks] or every)
    return tuple(marks[partner] if partner >= 0 else next(free) for partner in best_matching(both))


def gallery_chart(subject: Subject, exhibit: Exhibit, marks: tuple[Mark, ...], *, mode: str = "light") -> go.Figure:
    """Draw what a method found, with a mark per group; noise is gray and beneath. The axes have no numbers."""
    c = colours(mode)
    fig = figure(mode, finding=exhibit.entry.title, shown=exhibit.told, height=GALLERY_HEIGHT)
    groups = [(-1, "Noise", {"color": c.marks, "symbol": "circle", "size": 3.5, "opacity": 0.6})]
    for label, one in enumerate(marks):
        look = {"color": one.colour(mode), "symbol": one.symbol, "size": _SMALLER * one.size, "opacity": 0.9}
        groups.append((label, f"Segment {label + 1}", look))
    for label, name, look in groups:
        own = exhibit.labels == label
        if own.any():
            fig.add_scatter(
                x=subject.coordinates[own, 0],
                y=subject.coordinates[own, 1],
                mode="markers",
                name=name,
                marker=look,
                hovertemplate=f"{name}: {count(int(own.sum()), 'customer')}<extra></extra>",
            )
    blank = {"showgrid": False, "showline": True, "mirror": True, "linecolor": c.line, "showticklabels": False}
    fig.update_xaxes(**blank)
    fig.update_yaxes(**blank)
    fig.update_layout(margin={"l": 2, "r": 2, "b": 4})
    return fig
