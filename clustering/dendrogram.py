"""The tree of agglomerative clustering as a picture of bounded size: its last joins, and branches for the rest."""

from dataclasses import dataclass

import numpy as np
from scipy.cluster import hierarchy

from clustering.methods.tree import Tree
from clustering.model import Clustering, Groundwork

MOST_BRANCHES = 30  # side by side, still apart on a phone; where there are more segments, as many as these


@dataclass(frozen=True)
class Cut:
    """The heights at which a cut gives a number of segments: from `low` (included) to `high` (not included).

    Both are equal where no height gives it, because joins are tied.
    """

    n_clusters: int
    low: float
    high: float

    @property
    def height(self) -> float:
        """The middle, where a cut is drawn."""
        return (self.low + self.high) / 2


@dataclass(frozen=True)
class Branch:
    """A group of customers whose own joins are not drawn.

    Attributes
    ----------
    x : int
        Place from the left, 0 the first.
    n_samples : int
    segment : int
        Label of the segment it is in.
    """

    x: int
    n_samples: int
    segment: int


@dataclass(frozen=True)
class Join:
    """Two groups that become one.

    Attributes
    ----------
    x, height : float
    legs : tuple of (x, height, segment)
        Of the two groups: where they come from (height 0 for a branch), and the segment they are in; None where they
        are themselves above the cut.
    n_samples : int
        Customers below it.
    segment : int or None
        None above the cut, where the segments are joined.
    n_clusters : int or None
        Segments that a cut just below it gives. None where that are more than the picture has branches: where many
        joins have the same height, or the customers below are all alike.
    """

    x: float
    height: float
    legs: tuple[tuple[float, float, int | None], ...]
    n_samples: int
    segment: int | None
    n_clusters: int | None


@dataclass(frozen=True)
class Dendrogram:
    """The last joins of a tree, with the segments that its cut gives.

    Attributes
    ----------
    branches : tuple of Branch
        From left to right; those of a segment stand together.
    joins : tuple of Join
        By rising height.
    cuts : tuple of Cut
        By rising number of segments: the numbers from 2 to that of the branches that some height gives, and the one on
        show.
    n_clusters : int
        Segments on show.
    n_samples, n_total : int
        Rows that the tree joins, and rows that were to be clustered: more than these if the tree is of a sample.
    """

    branches: tuple[Branch, ...]
    joins: tuple[Join, ...]
    cuts: tuple[Cut, ...]
    n_clusters: int
    n_samples: int
    n_total: int

    @property
    def cut(self) -> Cut:
        """The cut that gives the segments on show."""
        return next(cut for cut in self.cuts if cut.n_clusters == self.n_clusters)

    @property
    def longest(self) -> int | None:
        """The number of segments along the longest stretch of heights without a join; None if there is no stretch."""
        longest = max(self.cuts, key=lambda cut: cut.high - cut.low)
        return longest.n_clusters if longest.high > longest.low else None


def dendrogram(work: Groundwork, clustering: Clustering) -> Dendrogram:
    """Draw up the tree of agglomerative clustering with the segments of one of its cuts.

    Parameters
    ----------
    work : Groundwork
        What `lay_groundwork` gives for the method "agglomerative"; the same for every number of segments.
    clustering : Clustering
        Fitted on the same features with the same settings, without steps by hand.
    """
    labels = clustering.fit_labels
    return last_joins(work.shared, labels if work.chosen is None else labels[work.chosen], len(labels))


def last_joins(tree: Tree, labels: np.ndarray, n_total: int) -> Dendrogram:
    """Draw up a tree of two rows or more, given the labels of its rows after one of its cuts, by whatever numbers."""
    n_clusters = int(labels.max()) + 1
    n = tree.n_samples
    n_branches = min(max(MOST_BRANCHES, n_clusters), n)
    # the names of the colours, which nobody sees, tell which node a join is
    drawn = hierarchy.dendrogram(
        tree.merges,
        truncate_mode="lastp",
        p=n_branches,
        count_sort="descending",  # a chain becomes a staircase
        no_plot=True,
        link_color_func=str,
    )
    segment = _segments(tree, labels, n_clusters)
    size = np.concatenate([np.ones(n, dtype=np.int64), tree.merges[:, 3].astype(np.int64)])
    # scipy's places are 5, 15, 25, …
    place = {node: (float(i), 0.0) for i, node in enumerate(drawn["leaves"])}
    spans = zip(drawn["color_list"], drawn["icoord"], drawn["dcoord"], strict=True)
    place |= {int(node): ((x[1] + x[2] - 10) / 20, float(y[1])) for node, x, y in spans}
    joins = []
    for node in range(2 * n - n_branches, 2 * n - 1):
        below = n - int(np.searchsorted(tree.heights, place[node][1], side="left"))
        legs = sorted((*place[child], segment[child]) for child in tree.merges[node - n, :2].astype(int).tolist())
        joins.append(
            Join(
                *place[node],
                legs=tuple(legs),
                n_samples=int(size[node]),
                segment=segment[node],
                n_clusters=below if place[node][1] and below <= n_branches else None,
            )
        )
    cuts = (Cut(number, *tree.heights_of(number)) for number in range(2, n_branches + 1))
    return Dendrogram(
        branches=tuple(Branch(i, int(size[node]), segment[node]) for i, node in enumerate(drawn["leaves"])),
        joins=tuple(joins),
        cuts=tuple(cut for cut in cuts if cut.low < cut.high or cut.n_clusters == n_clusters),
        n_clusters=n_clusters,
        n_samples=n,
        n_total=n_total,
    )


def _segments(tree: Tree, labels: np.ndarray, n_clusters: int) -> list[int | None]:
    """The segment of every node of the tree; None above the cut."""
    n, tops = tree.n_samples, tree.tops(n_clusters)
    of_top = dict(zip(tops[:n].tolist(), labels.tolist(), strict=True))
    return [of_top.get(top) for top in tops.tolist()]
