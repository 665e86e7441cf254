"""Where a curve of inertia bends, if it does: the elbow, never invented."""

from collections.abc import Sequence

import numpy as np
from kneed import KneeLocator

BEND = 1.75  # how many times as fast the inertia falls before an elbow as after it
_FEWEST = 4  # a bend needs two points on either side or more


def knee(n_clusters: Sequence[int], inertia: Sequence[float]) -> int | None:
    """Return the number of clusters at which the inertia stops falling fast; None where it falls evenly.

    Looked at in logarithms of both: without clusters the inertia falls by about the same share whenever the number of
    clusters doubles, which is a straight line there and a bend on plain axes. Where the curve bends is found by
    Kneedle; it counts as an elbow only if the mean slope before it is at least 1.75 times the mean slope after it.
    With evenly spread or bell-shaped customers, also in two groups that overlap, the slopes differ by less than 1.5
    times; well separated segments give 1.8 to 7 times.

    Parameters
    ----------
    n_clusters : sequence of int, ascending
    inertia : sequence of float

    Returns
    -------
    int or None
        Never the first number, because a bend has two sides, and none near the last: the curve has to run on for it to
        be seen. None for fewer than four numbers, or where an inertia is undefined or 0.

    References
    ----------
    Satopää, Albrecht, Irwin and Raghavan (2011), ICDCS Workshops, 166-171 (Kneedle).
    """
    values = np.asarray(inertia, dtype=float)
    if len(values) < _FEWEST or not (values > 0).all() or values.min() == values.max():
        return None
    steps, falls = np.log(np.asarray(n_clusters, dtype=float)), np.log(values)
    found = KneeLocator(steps, falls, curve="convex", direction="decreasing").knee
    if found is None or found == steps[0]:
        return None
    i = int(np.flatnonzero(steps == found)[0])
    before = (falls[0] - falls[i]) / (steps[i] - steps[0])
    after = (falls[i] - falls[-1]) / (steps[-1] - steps[i])
    return int(n_clusters[i]) if before >= BEND * max(after, 0) else None
