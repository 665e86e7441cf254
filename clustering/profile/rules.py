"""Rules to take away: who belongs to a segment, in one to three sentences that anybody can apply.

The segments are found by distances in all columns at once; a shallow decision tree says nearly the same in a few
thresholds. How nearly is counted on all customers with the rules as they are written.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from clustering.features import Features
from clustering.model import Clustering
from clustering.profile.conditions import Condition, Measure, measures, united
from clustering.profile.tree import MOST_RULES, WORTH_TELLING, Tree
from clustering.table import Table
from clustering.wording import count, share, whole

SAMPLE = 20_000  # customers that grow the tree
_LEAST_PER_SEGMENT = 200  # of them, from each segment that has so many
_CHUNK = 100_000  # rows counted at a time


@dataclass(frozen=True)
class Rule:
    """One sentence about who belongs to a segment.

    Attributes
    ----------
    label : int
    conditions : tuple of Condition
        At most one per column; all must be met.
    covered : int
        Customers of the segment that it catches.
    caught : int
        All customers that it catches.
    size : int
        Customers of the segment.
    """

    label: int
    conditions: tuple[Condition, ...]
    covered: int = 0
    caught: int = 0
    size: int = 0

    @property
    def coverage(self) -> float:
        """Share of the segment that it catches."""
        return self.covered / self.size if self.size else float("nan")

    @property
    def wrong(self) -> float:
        """Share of those it catches that belong elsewhere."""
        return 1 - self.covered / self.caught if self.caught else float("nan")

    @property
    def text(self) -> str:
        """What is asked, without its figures: "income above 70 and spending above 60"."""
        texts = [condition.text for condition in self.conditions]
        return " and ".join([", ".join(texts[:-1]), texts[-1]] if len(texts) > 1 else texts)

    @property
    def sentence(self) -> str:
        """The rule, how many of the segment it finds, and how many of those it finds belong elsewhere."""
        found = f"{whole(self.covered)} of {count(self.size, 'customer')}"
        if self.covered == self.size:
            found = "the only customer" if self.size == 1 else f"all {whole(self.size)} customers"
        told = f"{self.text}: finds {found} of the segment"
        elsewhere = self.caught - self.covered
        if not elsewhere:
            return f"{told}, and nobody else."
        wrong = share(self.wrong, 0) if self.wrong >= 0.01 else "less than 1 %"
        return f"{told}, and {whole(elsewhere)} who belong{'s' * (elsewhere == 1)} elsewhere ({wrong})."

    def mask(self, frame: pd.DataFrame) -> np.ndarray:
        """Which rows of a frame with the table's columns it catches; a missing cell counts as the pipeline fills it."""
        return self.caught_in({one.measure: one.measure.read(frame) for one in self.conditions}, len(frame))

    def caught_in(self, values: dict[Measure, np.ndarray], n_rows: int) -> np.ndarray:
        """The same for columns that were read already."""
        caught = np.ones(n_rows, dtype=bool)
        for one in self.conditions:
            caught &= one.met(values[one.measure])
        return caught


@dataclass(frozen=True)
class Rules:
    """The rules of all segments, counted on every customer that has one; each customer counts once.

    Attributes
    ----------
    per_segment : tuple of tuple of Rule
        Up to three per segment, the one that finds most first; none where no short rule is to be had.
    covered, caught : tuple of int
        Per segment: customers of it that any of its rules catches, and all that they catch.
    sizes : tuple of int
    fidelity : float
        Share of the customers that are caught by rules of their own segment and of no other.
    n_samples, n_total : int
        Customers that grew the tree, of so many.
    """

    per_segment: tuple[tuple[Rule, ...], ...]
    covered: tuple[int, ...]
    caught: tuple[int, ...]
    sizes: tuple[int, ...]
    fidelity: float
    n_samples: int
    n_total: int

    def coverage(self, label: int) -> float:
        """Share of a segment that its rules find; 0 where it has none."""
        return self.covered[label] / self.sizes[label]

    def wrong(self, label: int) -> float:
        """Share of those its rules find that belong elsewhere; NaN where it has none."""
        return 1 - self.covered[label] / self.caught[label] if self.caught[label] else float("nan")

    def sentences(self, label: int) -> tuple[str, ...]:
        return tuple(rule.sentence for rule in self.per_segment[label])

    @property
    def told(self) -> str:
        """How well the set as a whole says what the segments are."""
        everybody = count(self.n_total, "customer")
        told = f"Together these rules put {share(self.fidelity)} of the {everybody} into their segment"
        if self.n_samples == self.n_total:
            return f"{told}."
        return f"{told}; found on a sample of {whole(self.n_samples)}, counted on all."


def rules(table: Table, features: Features, clustering: Clustering) -> Rules:
    """Say in one to three sentences per segment who belongs to it.

    One shallow decision tree is grown on the columns that built the segments, in their own units and filled as for the
    fit, small segments counting as much as large ones; of its prunings the smallest is taken that gives as many
    segments a rule and gets nearly as much right. Thresholds are rounded as people write them where nobody changes
    sides by it (of 200 customers or more at a fork: no more than one in 200), and what is counted is what is written.

    Principal components, logs, scales and weights of customers play no part: a rule is about columns and heads.

    References
    ----------
    Breiman, Friedman, Olshen and Stone (1984), Classification and Regression Trees (pruning by the weakest link).
    """
    known = measures(table, features, clustering.rows)
    chosen = _sample(clustering.labels, clustering.sizes)
    frame = table.frame[list(features.spec.columns)].iloc[clustering.rows[chosen]]
    values = {measure: measure.read(frame) for measure in known}
    tree = Tree(values, clustering.labels[chosen], clustering.sizes)
    leaves = tree.best_leaves()
    found = [Rule(tree.label(leaf), tree.conditions(leaf), round(tree.covered(leaf))) for leaf in leaves]
    told = [_shortened(rule, values) for rule in _worth_telling(_joined(found), clustering.sizes) if rule.conditions]
    return _counted(told, table, clustering, len(chosen))


def _sample(labels: np.ndarray, sizes: tuple[int, ...]) -> np.ndarray:
    """Positions among the placed rows, ascending: in proportion, but of small segments more than their share."""
    if len(labels) <= SAMPLE:
        return np.arange(len(labels))
    order = np.random.default_rng(0).permutation(len(labels))
    of_label = labels[order]
    members = [
        order[of_label == label][: max(_LEAST_PER_SEGMENT, size * SAMPLE // len(labels))]
        for label, size in enumerate(sizes)
    ]
    return np.sort(np.concatenate(members))


def _joined(found: list[Rule]) -> list[Rule]:
    """The rules with any two made one that ask the same but of one column: Germany, and Poland."""
    for i, one in enumerate(found):
        for other in found[:i]:
            conditions = _either_of(one, other)
            if conditions is not None:
                rest = [rule for rule in found if rule not in (one, other)]
                return _joined([*rest, Rule(one.label, conditions, one.covered + other.covered)])
    return found


def _either_of(one: Rule, other: Rule) -> tuple[Condition, ...] | None:
    """The conditions of a rule that catches whom either of the two catches; None if there is none."""
    pairs = list(zip(one.conditions, other.conditions, strict=False))
    if one.label != other.label or [c.measure for c in one.conditions] != [c.measure for c in other.conditions]:
        return None
    if sum(first != second for first, second in pairs) != 1:
        return None
    conditions = tuple(first if first == second else united(first, second) for first, second in pairs)
    return None if None in conditions else conditions


def _worth_telling(found: list[Rule], sizes: tuple[int, ...]) -> list[Rule]:
    """Of every segment the rule that finds most of it, and up to two more that find a good part."""
    told = []
    for label, size in enumerate(sizes):
        own = sorted((rule for rule in found if rule.label == label), key=lambda rule: -rule.covered)
        told += own[:1] + [rule for rule in own[1:MOST_RULES] if rule.covered >= WORTH_TELLING * size]
    return told


def _shortened(rule: Rule, values: dict[Measure, np.ndarray]) -> Rule:
    """The rule without the conditions that keep nobody out, the last ones first."""
    n_rows = len(next(iter(values.values())))
    caught = rule.caught_in(values, n_rows).sum()
    for condition in rule.conditions[::-1]:
        shorter = replace(rule, conditions=tuple(one for one in rule.conditions if one != condition))
        if shorter.conditions and shorter.caught_in(values, n_rows).sum() == caught:
            rule = shorter
    return rule


def _counted(found: list[Rule], table: Table, clustering: Clustering, n_samples: int) -> Rules:
    """Count the rules as they are written on all customers that have a segment."""
    n_clusters, n_total = clustering.n_clusters, len(clustering.rows)
    needed = {condition.measure for rule in found for condition in rule.conditions}
    names = list(dict.fromkeys(measure.spec.name for measure in needed))
    caught, covered = np.zeros((2, len(found)), dtype=np.int64)
    all_caught, all_covered = np.zeros((2, n_clusters), dtype=np.int64)
    n_right = 0
    for begin in range(0, n_total, _CHUNK):
        labels = clustering.labels[begin : begin + _CHUNK]
        frame = table.frame[names].iloc[clustering.rows[begin : begin + _CHUNK]]
        values = {measure: measure.read(frame) for measure in needed}
        by_label = np.zeros((n_clusters, len(labels)), dtype=bool)
        for i, rule in enumerate(found):
            mask = rule.caught_in(values, len(labels))
            caught[i] += mask.sum()
            covered[i] += (mask & (labels == rule.label)).sum()
            by_label[rule.label] |= mask
        own = by_label[labels, np.arange(len(labels))]
        n_right += int((own & (by_label.sum(axis=0) == 1)).sum())
        all_caught += by_label.sum(axis=1)
        all_covered += np.bincount(labels[own], minlength=n_clusters)
    counted = [
        replace(rule, covered=int(covered[i]), caught=int(caught[i]), size=clustering.sizes[rule.label])
        for i, rule in enumerate(found)
        if covered[i]
    ]
    return Rules(
        per_segment=tuple(
            tuple(sorted((rule for rule in counted if rule.label == label), key=lambda rule: -rule.covered))
            for label in range(n_clusters)
        ),
        covered=tuple(all_covered.tolist()),
        caught=tuple(all_caught.tolist()),
        sizes=clustering.sizes,
        fidelity=n_right / n_total,
        n_samples=n_samples,
        n_total=n_total,
    )
