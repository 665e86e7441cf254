"""The tree of agglomerative clustering, in words."""

from clustering.dendrogram import Cut, Dendrogram
from clustering.wording import count, number, whole

_HEIGHTS = {  # what the height of a join tells
    "ward": "how far the spread within the segments grows by it (Ward; the root of twice the growth in inertia)",
    "average": "the mean distance between a customer of the one group and one of the other",
    "complete": "the distance of the two customers, one of each group, that are farthest apart",
    "single": "the distance of the two customers, one of each group, that are nearest to each other",
}
_LISTED = 6  # cuts in the text for those who do not see the tree


def cut_option(cut: Cut) -> str:
    """A height to cut at: 6.77 · 5 segments."""
    return f"{number(cut.height)} · {cut.n_clusters} segments"


def tree_caption(linkage: str, drawn: Dendrogram, is_edited: bool) -> str:
    """How to read the tree, and whom it shows."""
    told = (
        f"Where two groups become one there is a dot; its height is {_HEIGHTS[linkage]}. A long stretch without a "
        "join speaks for the number of segments along it, most of all where the other stretches are much shorter."
    )
    if drawn.n_samples < drawn.n_total:
        told += (
            f" The tree is of a sample of {whole(drawn.n_samples)} customers, and so are the counts below it; the "
            f"other {whole(drawn.n_total - drawn.n_samples)} are in the segment of the most similar of these."
        )
    if is_edited:
        told += " It shows the segments as they were found, before your steps by hand."
    return told


def tree_alt(drawn: Dendrogram, names: tuple[str, ...]) -> str:
    """What the tree shows, for those who do not see it."""
    sizes = [0] * drawn.n_clusters
    for branch in drawn.branches:
        sizes[branch.segment] += branch.n_samples
    shown = "; ".join(f"{name}: {whole(size)}" for name, size in zip(names, sizes, strict=True))
    cuts = "; ".join(
        f"{cut.n_clusters} segments from {number(cut.low)} to {number(cut.high)}"
        for cut in drawn.cuts[:_LISTED]
        if cut.low < cut.high
    )
    return (
        f"Tree of {count(drawn.n_samples, 'customer')}, cut at height {number(drawn.cut.height)} into "
        f"{drawn.n_clusters} segments ({shown}). By height of the cut: {cuts}"
    )
