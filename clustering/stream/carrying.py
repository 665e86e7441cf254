"""Segmentations of the sample carried over to all rows: polished, or placed by their rule, and scored."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from clustering.errors import FewerFound, Stopped
from clustering.kmeans import polish
from clustering.methods import ClusterSpec
from clustering.model import Clustering, discover, groundwork
from clustering.placing import Rule, nearest
from clustering.recipe.stand_in import StandIn, stand_ins
from clustering.stream.polish import Lloyd
from clustering.stream.preparing import Prepared
from clustering.stream.scores import Scores, Tally
from clustering.stream.values import Block, Values

# Taken into memory to start from, so that few rounds over all rows are left.
_PART_ROWS, _PART_CELLS = 1_000_000, 16_000_000
_OWN_CENTERS = ("minibatch",)  # their centers are no means of rows


@dataclass(frozen=True, eq=False)
class Carried:
    """A segmentation of all rows.

    Attributes
    ----------
    rule : Rule
        Who belongs to which segment, the largest first.
    scores : Scores
    n_iter : int or None
        Rounds over all rows; None of a method that is not polished.
    settled : bool
        False if `max_iter` ended the rounds before the centers came to rest.
    stand_in : str
        As in `Recipe`: which rule stands in for the method's own; "" where it has one.
    agreement : float
        Share of the rows of the sample to which the rule gives what the method found.
    """

    rule: Rule
    scores: Scores
    n_iter: int | None
    settled: bool
    stand_in: str = ""
    agreement: float = 1.0


def carry_over(
    prepared: Prepared,
    spec: ClusterSpec,
    clusterings: Mapping[int, Clustering],
    stop: Callable[[], bool] | None = None,
) -> Iterator[tuple[int, Carried]]:
    """Carry segmentations of the sample over to all rows, as few readings as possible for all of them.

    k-means starts from the centers of the sample, or from better ones if up to 1,000,000 of the rows, taken into memory
    for that, have some; those are polished there and then by all rows, round by round. Every other method places all
    rows by its rule, or by the stand-in that a recipe would take.

    Parameters
    ----------
    prepared : Prepared
    spec : ClusterSpec
        Its `max_iter` and `tol` are looked at.
    clusterings : mapping of int to Clustering
        Of `prepared.features`, by any key.

    Yields
    ------
    key, Carried
        As soon as each is finished.

    Raises
    ------
    Stopped
        If `stop`, asked between the blocks of rows, says so.
    """
    if spec.method == "kmeans":
        yield from _polished(prepared, spec, clusterings, stop)
    else:
        yield from _placed(prepared, spec, clusterings, stop)


def _polished(prepared, spec, clusterings, stop) -> Iterator[tuple[int, Carried]]:
    values = prepared.values
    centers = _begun(prepared, spec, clusterings, stop)
    moving, over = {}, {}
    for key, begun in centers.items():
        if prepared.is_sampled:
            moving[key] = Lloyd(begun, values.middle, values.variance, spec.max_iter, spec.tol)
        else:  # they came to rest among all rows already
            over[key] = begun, clusterings[key].n_iter, clusterings[key].settled
    while moving or over:
        tallies = {key: Tally(found) for key, (found, _, _) in over.items()}
        for block in values.blocks(stop=stop):
            for reader in (*moving.values(), *tallies.values()):
                reader.add(block)
        for key, scores in _scored(values, tallies, stop):
            yield key, Carried(nearest(scores.cluster_centers), scores, *over[key][1:])
        for lloyd in moving.values():
            if lloyd.has_empty:
                lloyd.refill(values.blocks(stop=stop))
            lloyd.move()
        over = {key: (one.cluster_centers, one.n_iter, one.settled) for key, one in moving.items() if one.is_over}
        moving = {key: one for key, one in moving.items() if key not in over}


def _begun(prepared, spec, clusterings, stop) -> dict[int, np.ndarray]:
    """Centers to start from: those of the sample, or better ones found in a larger part of the rows, polished there."""
    centers = {key: clustering.cluster_centers for key, clustering in clusterings.items()}
    if not prepared.is_sampled:
        return centers
    values = prepared.values
    most = min(_PART_ROWS, _PART_CELLS // values.n_features, values.n_fitted)
    if most <= len(prepared.features.X):
        return centers  # of so many columns no larger part has room
    X, weights = values.some(most, stop)
    work = None if spec.start else groundwork(X, weights, spec, stop=stop)
    for key, begun in centers.items():
        found = polish(X, weights, begun, spec.max_iter, spec.tol, stop)
        centers[key] = found.cluster_centers
        if spec.start:
            continue
        try:
            other, inertia = discover(work, X, weights, replace(spec, n_clusters=len(begun)), stop)
        except FewerFound:
            continue  # the sample holds more different rows than this part
        if inertia < found.inertia:
            centers[key] = other.cluster_centers
    return centers


def _placed(prepared, spec, clusterings, stop) -> Iterator[tuple[int, Carried]]:
    values = prepared.values
    centers = {key: clustering.cluster_centers for key, clustering in clusterings.items()}
    by = {key: _rule_of(prepared, clustering) for key, clustering in clusterings.items()}
    if spec.method not in _OWN_CENTERS:
        means = {key: _Means(by[key].rule, centers[key]) for key in by}
        for block in values.blocks(stop=stop):
            for one in means.values():
                one.add(block)
        centers = {key: one.means(values) for key, one in means.items()}
    tallies = {key: Tally(centers[key], by[key].rule) for key in by}
    for block in values.blocks(stop=stop):
        for tally in tallies.values():
            tally.add(block)
    for key, scores in _scored(values, tallies, stop):
        clustering, rule = clusterings[key], by[key].rule.renumbered(np.argsort(scores.order))
        yield (
            key,
            Carried(rule, scores, clustering.n_iter, clustering.settled, by[key].name, by[key].agreement),
        )


def _rule_of(prepared: Prepared, clustering: Clustering) -> StandIn:
    """The rule of a method, or what stands in for it."""
    if isinstance(clustering.place, Rule):
        return StandIn("", clustering.place, 1.0)
    return stand_ins(prepared.features, clustering)[0]


def _scored(values: Values, tallies: Mapping[int, Tally], stop) -> Iterator[tuple[int, Scores]]:
    """The scores of tallies that have seen all rows that take part."""
    if not tallies:
        return
    for block in values.blocks(placed=True, stop=stop):
        for tally in tallies.values():
            tally.place(block)
    for key, tally in tallies.items():
        if stop and stop():
            raise Stopped
        yield key, tally.scores()


class _Means:
    """Weighted means of the rows that a rule gives to every segment; of one that gets none the center it had."""

    def __init__(self, rule: Rule, cluster_centers: np.ndarray):
        self._rule, self._before = rule, cluster_centers
        self._sums = np.zeros((len(cluster_centers), cluster_centers.shape[1] + 2))

    def add(self, block: Block) -> None:
        own = self._rule(block.X) == np.arange(len(self._before))[:, None]
        self._sums += own.astype(np.float64) @ block.counting.T

    def means(self, values: Values) -> np.ndarray:
        totals = self._sums[:, -2:-1]
        means = self._sums[:, :-2] / np.where(totals > 0, totals, 1) + values.middle
        return np.where(totals > 0, means, self._before)
