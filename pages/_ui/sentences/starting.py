"""Start centers placed by hand, and how they fare, in words."""

from clustering.points import Points
from clustering.starting import Path
from clustering.wording import count, listing, number, share, spelled


def started_by_hand(path: Path, usual: float, n_init: int) -> str:
    """That the segments come from centers placed by hand, and how they compare with those of random starts."""
    starts = f"the best of {spelled(n_init)} random starts" if n_init > 1 else "one random start"
    told = f"These segments come from centers placed by hand. Their spread (inertia) is {number(path.inertia, 4)}"
    if number(path.inertia, 4) == number(usual, 4):
        return f"{told}, as with {starts}."
    change = path.inertia / usual - 1
    return f"{told}: {share(abs(change))} {'more' if change > 0 else 'less'} than the {number(usual, 4)} of {starts}."


def unvisited_told(path: Path) -> str:
    """Which centers began where nobody is; "" where each had customers."""
    if not path.unvisited:
        return ""
    centers = listing([center + 1 for center in path.unvisited], quote="")
    return (
        f"No customer was nearest to center {centers}, so it began with a customer far from every other center instead."
        if len(path.unvisited) == 1
        else f"No customer was nearest to the centers {centers}, so they began with customers far from every other "
        "center instead."
    )


def starting_alt(points: Points, n_placed: int, n_clusters: int, path: Path | None) -> str:
    """What the picture of the start shows, for those who do not see it."""
    across, up = points.axes
    told = f"{count(len(points.rows), 'customer')} by {across} and {up}; {n_placed} of {n_clusters} centers placed"
    return f"{told}, each with its way to the segment it became" if path else told
