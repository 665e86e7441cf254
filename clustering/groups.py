"""Groups of one's own: the customers inside a box or a lasso of the scatter, and their profile against the rest."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from clustering.errors import InvalidSetting
from clustering.features import Features
from clustering.model import Clustering, inertia_of, mean_of, taking_part
from clustering.points import Axes
from clustering.profile import Profile, profile
from clustering.table import Table
from clustering.wording import one_line

_Shape = tuple[Sequence[float], Sequence[float]]  # along the first axis, along the second


@dataclass(frozen=True, eq=False)
class Group:
    """Customers that were chosen by hand and named.

    Attributes
    ----------
    name : str
        On one line, at most 80 characters.
    rows : ndarray of int64, ascending
        Positions in the table, each once.
    """

    name: str
    rows: np.ndarray

    def __post_init__(self):
        rows = np.unique(np.asarray(self.rows, dtype=np.int64))
        rows.flags.writeable = False
        object.__setattr__(self, "rows", rows)
        object.__setattr__(self, "name", one_line(self.name, 80))
        if not self.name:
            raise InvalidSetting("The group has no name. Type one.")
        if not len(rows):
            raise InvalidSetting(f'The group "{self.name}" holds nobody. Choose at least one customer.')

    @cached_property
    def digest(self) -> str:
        """Stands for name and rows in the key of a cache."""
        return hashlib.sha256(self.name.encode() + b"\0" + self.rows.tobytes()).hexdigest()


def inside(
    table: Table,
    features: Features,
    clustering: Clustering,
    axes: tuple[str, str],
    *,
    boxes: Iterable[_Shape] = (),
    lassos: Iterable[_Shape] = (),
) -> np.ndarray:
    """Find all customers inside the shapes, whether they were drawn or not: those with a segment, and noise.

    They are looked for at the very coordinates that `scatter_points` draws, so every drawn point inside is among them.

    Parameters
    ----------
    axes : tuple of str
        The two axes of the scatter.
    boxes : iterable of ((x0, x1), (y0, y1))
        Edges and corners belong to the box; either end can come first.
    lassos : iterable of (xs, ys)
        Corners of a polygon; it is closed from the last to the first. Where it crosses itself, what is surrounded twice
        is outside (the even-odd rule). Its edge belongs to it.

    Returns
    -------
    ndarray of int64, ascending
        Positions in the table.

    Raises
    ------
    InvalidSetting
        If the axes are not two that can be drawn.
    """
    if len(axes) != 2:
        raise InvalidSetting(f"A box or a lasso needs two axes, not {len(axes)}.")
    everyone = np.sort(np.concatenate([clustering.rows, clustering.noise]))
    x, y = Axes(table, features, clustering, axes).coordinates(everyone).astype(np.float64).T
    chosen = np.zeros(len(everyone), dtype=bool)
    for box in boxes:
        chosen |= _within(x, *box[0]) & _within(y, *box[1])
    for lasso in lassos:
        chosen |= _in_polygon(x, y, *(np.asarray(corners, dtype=np.float64) for corners in lasso))
    return everyone[chosen]


def _within(values: np.ndarray, one: float, other: float) -> np.ndarray:
    return (values >= min(one, other)) & (values <= max(one, other))


def _in_polygon(x: np.ndarray, y: np.ndarray, xs: np.ndarray, ys: np.ndarray) -> np.ndarray:
    """Whether points lie in a polygon or on its edge.

    An edge looks only at the points between the heights of its ends, which stand together once they are sorted by
    height: so a lasso of a thousand corners takes hardly longer than a triangle.
    """
    inside = np.zeros(len(x), dtype=bool)
    if not len(xs):
        return inside
    candidates = np.flatnonzero(_within(x, xs.min(), xs.max()) & _within(y, ys.min(), ys.max()))
    candidates = candidates[np.argsort(y[candidates])]
    x, y = x[candidates], y[candidates]
    is_odd, on_edge = np.zeros((2, len(x)), dtype=bool)
    for x0, y0, x1, y1 in zip(xs, ys, np.roll(xs, -1), np.roll(ys, -1), strict=True):
        if y1 < y0:
            x0, y0, x1, y1 = x1, y1, x0, y0
        first, last, end = (
            np.searchsorted(y, height, side) for height, side in ((y0, "left"), (y1, "left"), (y1, "right"))
        )
        own = slice(first, end)
        left = (x1 - x0) * (y[own] - y0) - (x[own] - x0) * (y1 - y0)  # above 0 left of the edge, 0 on its line
        on_edge[own] |= (left == 0) & _within(x[own], x0, x1)
        is_odd[first:last] ^= left[: last - first] > 0  # the upper end belongs to the next edge
    inside[candidates] = is_odd | on_edge
    return inside


def without_noise(clustering: Clustering, rows: np.ndarray) -> np.ndarray:
    """Those of the customers who are of a segment."""
    return rows[~np.isin(rows, clustering.noise)]


def apart(features: Features, clustering: Clustering, rows: np.ndarray) -> Clustering:
    """Part the customers with a segment in two: a group (label 0, however few) and everybody else (label 1).

    Whoever of the group has no segment belongs to neither. The center of a side without a row in the fit is NaN.

    Raises
    ------
    InvalidSetting
        If one of the two is empty.
    """
    labels = np.where(np.isin(clustering.rows, rows), 0, 1).astype(np.int32)
    sizes = np.bincount(labels, minlength=2)
    if not sizes[0]:
        raise InvalidSetting("Nobody of this group has a segment, so there is nothing to describe.")
    if not sizes[1]:
        raise InvalidSetting("This group holds every customer with a segment; there is no rest to compare it with.")
    fit_labels = labels[clustering.in_fit]
    features = taking_part(features, clustering)
    centers = np.array([mean_of(features, fit_labels == side) for side in (0, 1)])
    return replace(
        clustering,
        labels=labels,
        cluster_centers=centers,
        sizes=tuple(sizes.tolist()),
        inertia=inertia_of(features, fit_labels, centers),
        edited=(True, True),
    )


def group_profile(table: Table, features: Features, clustering: Clustering, rows: np.ndarray) -> Profile:
    """Describe a group (label 0) and the rest of the customers with a segment (label 1) as segments are described."""
    return profile(table, apart(features, clustering, rows), features.spec)
