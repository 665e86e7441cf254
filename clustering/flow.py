"""How segments split and merge as their number grows: where the customers of each go when there is one more."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from clustering.errors import InvalidSetting
from clustering.sweep import Step, Sweep

MOST_NUMBERS = 7  # numbers of segments side by side; more are too narrow to follow on a phone


@dataclass(frozen=True)
class Node:
    """One segment at one number of segments.

    `hue` is the label of the segment, at the number that was chosen, with which it shares most rows: what gives it its
    colour. `share` is that of the rows looked at.
    """

    n_clusters: int
    label: int
    share: float
    hue: int


@dataclass(frozen=True)
class Link:
    """The rows that are in segment `source` of `n_clusters` and in segment `target` of the next number."""

    n_clusters: int
    source: int
    target: int
    share: float


@dataclass(frozen=True)
class Flow:
    """How segments split and merge as their number grows.

    Attributes
    ----------
    n_clusters : tuple of int, rising
    chosen : int
        The number whose segments give the hues.
    nodes : tuple of Node
        Every segment of every number; the shares of a number sum to 1.
    links : tuple of Link
        Those with at least one row; the shares from a number to the next sum to 1.
    n_samples, n_total : int
        Rows looked at, and rows of the fit.
    """

    n_clusters: tuple[int, ...]
    chosen: int
    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    n_samples: int
    n_total: int

    @property
    def changed(self) -> tuple[float, ...]:
        """Share of rows that change sides from each number to the next.

        Changing sides is to come into a segment from another one than most of its rows. Where segments only split, that
        is nobody; where nothing is left of them, nearly everybody.
        """
        return tuple(self._changed(number) for number in self.n_clusters[:-1])

    def _changed(self, n_clusters: int) -> float:
        inflows: dict[int, list[float]] = {}
        for link in self.links:
            if link.n_clusters == n_clusters:
                inflows.setdefault(link.target, []).append(link.share)
        return float(sum(sum(sorted(shares)[:-1]) for shares in inflows.values()))


def flow(sweep: Sweep, n_clusters: int | None = None) -> Flow:
    """Follow the customers through the numbers of segments of a sweep.

    Each is where the method put it, at every number. At most seven neighbouring numbers around the chosen one are
    shown, from a sample of at most 5,000 rows of the fit (`followed_rows`).

    Parameters
    ----------
    sweep : Sweep
    n_clusters : int, optional
        The chosen number. If it is not given, the smallest of those tried; if it was not tried, the nearest.

    Raises
    ------
    InvalidSetting
        If nothing was swept.
    """
    if not sweep.steps:
        raise InvalidSetting("No number of segments was tried yet.")
    tried = sweep.n_clusters
    place = 0 if n_clusters is None else min(range(len(tried)), key=lambda i: abs(tried[i] - n_clusters))
    first = max(0, min(place - MOST_NUMBERS // 2, len(tried) - MOST_NUMBERS))
    steps = sweep.steps[first : first + MOST_NUMBERS]
    chosen = sweep.steps[place]
    return Flow(
        n_clusters=tuple(step.n_clusters for step in steps),
        chosen=chosen.n_clusters,
        nodes=tuple(node for one in steps for node in _nodes(one, chosen)),
        links=tuple(link for one, other in pairwise(steps) for link in _links(one, other)),
        n_samples=len(chosen.labels),
        n_total=sweep.n_samples,
    )


def _nodes(one: Step, chosen: Step) -> list[Node]:
    return [
        Node(one.n_clusters, label, float(rows.sum() / len(one.labels)), int(rows.argmax()))
        for label, rows in enumerate(_together(one, chosen))
    ]


def _links(one: Step, other: Step) -> list[Link]:
    shared = _together(one, other)
    return [
        Link(one.n_clusters, int(source), int(target), float(shared[source, target] / len(one.labels)))
        for source, target in np.argwhere(shared)
    ]


def _together(one: Step, other: Step) -> np.ndarray:
    """Rows by their segments at two numbers of segments, of shape (first number, second number)."""
    shape = one.n_clusters, other.n_clusters
    cells = one.labels.astype(np.int64) * other.n_clusters + other.labels
    return np.bincount(cells, minlength=shape[0] * shape[1]).reshape(shape)
