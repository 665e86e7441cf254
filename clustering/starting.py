"""Start centers placed by hand for k-means: typed, slid or clicked along axes of the scatter, and where they end."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from clustering.errors import InvalidSetting
from clustering.features import Features
from clustering.features.prepare import HUGE
from clustering.kmeans import nearest_centers, polish
from clustering.kmeans.seeding import Seedings
from clustering.model import Clustering
from clustering.points import Points, axis_choices, principal_components
from clustering.threads import one_thread
from clustering.wording import one_line

_PLACES = (15, 12)  # of the grid, across and up
_PERCENTILES = (1, 99)  # between which the grid lies: few customers far outside would stretch it over nothing
_TINY = 1e-9  # of a value: what differs by less has only been rounded

Center = tuple[float, ...]


class Board:
    """What centers are placed on: axes of the scatter as directions among the prepared features.

    Parameters
    ----------
    features : Features

    Attributes
    ----------
    columns : tuple of str
        Columns of numbers, in which a center can be typed.
    axes : tuple of str
        The same, then the components: what a center can be placed along.
    mean : ndarray of shape (n_features,)
        The mean of the customers that take part: where a center stands in everything it was not told.
    """

    def __init__(self, features: Features):
        self._features = features
        self.columns = features.number_columns
        n_features = features.X.shape[1]
        # along a single feature the second axis of the scatter is the row, and a center stands in none
        self.axes = axis_choices(self.columns, n_features) if n_features > 1 else self.columns
        self.mean = features.X.mean(axis=0)

    def place(self, center: Center | None, axes: tuple[str, ...], values: tuple[float, ...]) -> Center:
        """Put a center where it has these values along these axes, and change nothing else about it.

        Where an axis runs across others (a component and a column, or columns that components have replaced), the
        center moves as little as the values allow.

        Parameters
        ----------
        center : tuple of float or None
            In units of the prepared features; None is a new one, which begins at the mean.
        axes : tuple of str
            Some of `Board.axes`.
        values : tuple of float
            In the column's own units (of a date the days before the newest), or the score along a component.

        Returns
        -------
        tuple of float
            In units of the prepared features, as in `ClusterSpec.start`.

        Raises
        ------
        InvalidSetting
            If there is no such axis, or it comes twice; if a value is no number.
        """
        if len(set(axes)) < len(axes):
            raise InvalidSetting(f'"{axes[0]}" goes both ways. Choose two different axes to place centers on.')
        directions, offsets = self._directions(axes)
        wanted = np.array([self._told(axis, float(value)) for axis, value in zip(axes, values, strict=True)])
        if not (np.abs(wanted) < HUGE).all():
            raise InvalidSetting(f"A center needs numbers up to {HUGE:g} to stand at. Type another value.")
        begun = self.mean if center is None else np.array(center)
        lacking = wanted - offsets - directions @ begun
        return tuple((begun + np.linalg.pinv(directions) @ lacking).tolist())

    def stand(self, centers: Sequence[Center | None], axes: tuple[str, ...]) -> np.ndarray:
        """Where centers stand along axes: the way back from `place`.

        Returns
        -------
        ndarray of shape (n_centers, n_axes)
            NaN for a center that is not placed yet (None).

        Raises
        ------
        InvalidSetting
            If there is no such axis.
        """
        directions, offsets = self._directions(axes)
        nowhere = np.full(len(self.mean), np.nan)
        places = np.array([nowhere if center is None else center for center in centers]) @ directions.T + offsets
        for i, axis in enumerate(axes):
            if axis in self.columns:
                places[:, i] = self._through(axis, places[:, i], ("scale", "log"), back=True)
        return places

    def slide(self, center: Center | None, axes: tuple[str, ...], values: tuple[float, ...]) -> Center | None:
        """Put a center where sliders stand; None where it is there already, or they were not touched."""
        placed = self.place(center, axes, values)
        return None if np.allclose(placed, self.mean if center is None else center, rtol=_TINY, atol=_TINY) else placed

    def type_in(self, centers: tuple[Center | None, ...], typed: np.ndarray) -> tuple[Center | None, ...]:
        """Move each center to the cells that differ from its own; an emptied cell stands at the mean.

        A center without any cell is not placed.

        Parameters
        ----------
        centers : tuple of (tuple of float or None)
        typed : ndarray of shape (n_centers, n_columns)
            What `stand` gives for `columns`, after it was typed in; NaN is empty.

        Raises
        ------
        InvalidSetting
            If a value is no number to calculate with.
        """
        usual = self.stand([self.mean], self.columns)[0]
        moved = []
        for center, before, after in zip(centers, self.stand(centers, self.columns), typed, strict=True):
            is_empty = np.isnan(after)
            changed = np.flatnonzero((before != after) & ~(np.isnan(before) & is_empty))
            if is_empty.all():
                moved.append(None)
            elif len(changed):
                values = np.where(is_empty, usual, after)[changed]
                moved.append(self.place(center, tuple(self.columns[i] for i in changed), tuple(values.tolist())))
            else:
                moved.append(center)
        return tuple(moved)

    def _directions(self, axes: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
        """The axes as rows d and numbers o: a center x stands at d @ x + o, of a column in its scaled units."""
        directions, offsets = np.zeros((len(axes), len(self.mean))), np.zeros(len(axes))
        for i, axis in enumerate(axes):
            if axis not in self.axes:
                raise InvalidSetting(
                    f'A center cannot be placed along "{one_line(axis)}". Take one of the features, or type it.'
                )
            if axis not in self.columns:
                number = self.axes.index(axis) - len(self.columns)
                directions[i] = self._components.components_[number]
                offsets[i] = -directions[i] @ self._components.mean_
                continue
            position, replaced = self._position(axis), self._features.pipeline.named_steps.get("pca")
            if replaced is None:
                directions[i, position] = 1
            else:
                directions[i], offsets[i] = replaced.components_[:, position], replaced.mean_[position]
        return directions, offsets

    @cached_property
    def _components(self):
        return principal_components(self._features)

    def _position(self, column: str) -> int:
        encoded = self._features.encoded
        return next(i for i, one in enumerate(encoded) if one.column == column and one.level is None)

    def _told(self, axis: str, value: float) -> float:
        """A value of a column as the scaled features have it; a score as it is."""
        if axis not in self.columns:
            return value
        return float(self._through(axis, np.array([value]), ("log", "scale"))[0])

    def _through(self, column: str, values: np.ndarray, steps: tuple[str, ...], *, back: bool = False) -> np.ndarray:
        """Values of one column through steps of the pipeline, which change the rows they are given."""
        position, known = self._position(column), self._features.pipeline.named_steps
        rows = np.zeros((len(values), len(self._features.encoded)))
        rows[:, position] = values
        for name in steps:
            if name in known:
                rows = known[name].inverse_transform(rows) if back else known[name].transform(rows)
        return rows[:, position]


def places_to_click(points: Points) -> np.ndarray:
    """Places to click on, laid over the middle 98 % of the drawn customers: shape (n_places, 2)."""
    within = points.coordinates[points.in_fit].astype(np.float64)
    low, high = np.percentile(within, _PERCENTILES, axis=0)
    differs = high > low  # not so where hardly anybody has another value
    low, high = np.where(differs, low, within.min(axis=0)), np.where(differs, high, within.max(axis=0))
    across, up = (np.linspace(*ends, n) for *ends, n in zip(low, high, _PLACES, strict=True))
    return np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)


@dataclass(frozen=True)
class Reach:
    """How far a center can be slid along an axis: round numbers around what is drawn, in steps of one decimal."""

    low: float
    high: float
    step: float
    decimals: int


def reach(points: Points, axis: int, place: float) -> Reach:
    """How far to slide along an axis of the points; also to where the center stands now."""
    within = [*points.coordinates[points.in_fit, axis].tolist(), place]
    low, high = min(within), max(within)
    if low == high:
        low, high = low - 1, high + 1
    decimals = 2 - math.floor(math.log10(high - low))
    step = 10.0**-decimals
    ends = (round(math.floor(low / step) * step, decimals), round(math.ceil(high / step) * step, decimals))
    return Reach(min(low, ends[0]), max(high, ends[1]), step, max(decimals, 0))


def spread_centers(features: Features, n_clusters: int, random_state: int) -> tuple[Center, ...]:
    """Draw customers far from each other to start from (k-means++).

    References
    ----------
    Arthur and Vassilvitskii (2007), SODA, 1027-1035.
    """
    (rows,), _ = Seedings(features.X, features.weights, random_state).take(1, n_clusters)
    return tuple(map(tuple, features.X[rows].tolist()))


@dataclass(frozen=True, eq=False)
class Path:
    """Where a start by hand has led.

    Attributes
    ----------
    labels : tuple of int
        The segment that each center became, in the order in which they were placed.
    ends : ndarray of shape (n_clusters, n_features)
        Where each came to rest.
    unvisited : tuple of int
        Centers that no customer was nearest to at first: each went to a customer far from its own center instead.
    n_iter : int
    settled : bool
        False if `max_iter` ended it before.
    inertia : float
    """

    labels: tuple[int, ...]
    ends: np.ndarray
    unvisited: tuple[int, ...]
    n_iter: int
    settled: bool
    inertia: float


def follow(features: Features, clustering: Clustering) -> Path:
    """Follow each center of a start by hand to the segment it became.

    Parameters
    ----------
    features : Features
    clustering : Clustering
        As `fit` found it from `spec.start`: its segments are numbered by size, the centers as they were placed.

    Raises
    ------
    InvalidSetting
        If it was not found from a start by hand.
    """
    spec = clustering.spec
    if not spec.start:
        raise InvalidSetting("These segments come from random starts. Place centers by hand to see where they end.")
    start = np.array(spec.start)
    with one_thread():
        found = polish(features.X, features.weights, start, spec.max_iter, spec.tol)
        visited = np.unique(nearest_centers(features.X, start))
    first_rows = [int((found.labels == center).argmax()) for center in range(len(start))]
    labels = clustering.fit_labels[first_rows]
    return Path(
        labels=tuple(labels.tolist()),
        ends=clustering.cluster_centers[labels],
        unvisited=tuple(np.setdiff1d(np.arange(len(start)), visited).tolist()),
        n_iter=clustering.n_iter,
        settled=clustering.settled,
        inertia=clustering.inertia,
    )
