"""How much each column matters: what becomes of the segments without it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import linear_sum_assignment

from clustering.errors import ClusteringError, InvalidSetting, Stopped
from clustering.features import Among, FeatureSpec, prepare
from clustering.model import Clustering, fit
from clustering.stability.halves import adjusted_rand, contingency
from clustering.table import Table
from clustering.wording import listing


@dataclass(frozen=True)
class Importance:
    """What becomes of a segmentation without one column.

    Attributes
    ----------
    column : str
    adjusted_rand : float
        Agreement with the given segmentation: 1 if nobody moves, 0 if it is left to chance. NaN where there is no
        segmentation without the column.
    n_moved : int
        Customers who are in another segment without it, each segment matched with the one that shares most with it;
        also who becomes noise, or is it no longer.
    n_compared : int
        Customers who have a segment, or are noise, with and without it.
    reason : str
        Why there is no segmentation without the column; empty where there is one.
    """

    column: str
    adjusted_rand: float
    n_moved: int
    n_compared: int
    reason: str = ""

    @property
    def moved(self) -> float:
        """Share of the compared customers who move; NaN where none can be compared."""
        return self.n_moved / self.n_compared if self.n_compared else float("nan")


def importance(
    table: Table,
    spec: FeatureSpec,
    clustering: Clustering,
    *,
    among: Among | None = None,
    on_column: Callable[[int], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> tuple[Importance, ...] | None:
    """Find the segments anew without each of the columns and tell how many customers move.

    Each time everything is done as if the column had not been chosen: the preparation with its outliers, weights and
    principal components, then the same clustering. So a column is found unimportant also where others tell the same,
    and a column with twice the weight matters more. A column that describes, filters or weighs stays as it is. Where
    segments are not repeatable, every column seems to matter: they change at the least touch.

    A start by hand was placed among all the columns and is not taken; random ones stand in for it.

    All rows take part, so that it is the very segmentation that the user would get by leaving the column out.

    Parameters
    ----------
    table : Table
    spec : FeatureSpec
        What the segmentation was prepared with.
    clustering : Clustering
    among : Among, optional
        The customers it was prepared with, where those are not all.
    on_column : callable of (int), optional
        Called with the number of finished columns.
    stop : callable returning bool, optional
        Asked before each column, and all the while on a large table.

    Returns
    -------
    tuple of Importance or None
        The column that matters most first; those without an answer last. None if it was stopped.

    Raises
    ------
    InvalidSetting
        If only one column builds the segments.
    """
    if len(spec.columns) < 2:
        raise InvalidSetting(
            f"Only {listing(spec.columns)} builds the segments; without it there are none. Choose a second column to "
            "see which one matters more."
        )
    found = []
    for column in spec.columns:
        if stop and stop():
            return None
        try:
            found.append(_without(column, table, spec, clustering, among, stop))
        except Stopped:
            return None
        if on_column:
            on_column(len(found))
    return tuple(sorted(found, key=lambda one: (one.adjusted_rand != one.adjusted_rand, one.adjusted_rand)))


def _without(column: str, table: Table, spec: FeatureSpec, clustering: Clustering, among, stop) -> Importance:
    others = replace(
        spec,
        columns=tuple(name for name in spec.columns if name != column),
        settings=tuple(setting for setting in spec.settings if setting.name != column),
    )
    try:
        without = fit(prepare(table, others, among=among), replace(clustering.spec, start=()), stop=stop)
    except ClusteringError as error:
        return Importance(column, float("nan"), 0, 0, str(error))
    here, there = _groups(clustering), _groups(without)
    known = (here >= 0) & (there >= 0)
    n_here, n_there = clustering.n_clusters, without.n_clusters
    both = contingency(here[known], there[known], n_here + 1, n_there + 1)
    paired = linear_sum_assignment(both[:n_here, :n_there], maximize=True)
    stayed = both[paired].sum() + both[n_here, n_there]
    return Importance(column, adjusted_rand(both), int(both.sum() - stayed), int(both.sum()))


def _groups(clustering: Clustering) -> np.ndarray:
    """For every row of the table its cluster, noise as one more; -1 where the row has neither."""
    groups = np.full(clustering.n_rows, -1)
    groups[clustering.rows] = clustering.labels
    groups[clustering.noise] = clustering.n_clusters
    return groups
