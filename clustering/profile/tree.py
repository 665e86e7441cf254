"""The decision tree behind the rules: grown on the columns' own values, pruned to what is worth telling."""

from math import ceil, log2

import numpy as np
from sklearn.tree import DecisionTreeClassifier

from clustering.profile.conditions import Condition, Measure, merged, threshold

MOST_RULES = 3  # per segment
WORTH_TELLING = 0.1  # share of the segment that a second and third rule must find
_DEPTH = 4  # and more only where there are more segments than so many questions tell apart
_NEARLY = 0.02  # what a smaller tree may miss of what the best one gets right
_MOVED = 0.005  # share of the customers at a fork that may change sides for a rounder threshold


class Tree:
    """A pruned decision tree.

    It is grown on ranks: scikit-learn's trees compare in single precision, in which 20,260,101 is 20,260,100.

    Parameters
    ----------
    values : dict of Measure to ndarray of shape (n_samples,)
        What the tree may ask about.
    labels : ndarray of shape (n_samples,)
    sizes : tuple of int
        Customers per segment, of whom the samples are a part.
    """

    def __init__(self, values: dict[Measure, np.ndarray], labels: np.ndarray, sizes: tuple[int, ...]):
        self._values, self._sources, columns = values, [], []
        for measure, read in values.items():
            if measure.kind == "level":
                self._sources += [(measure, level) for level in range(len(measure.level_names))]
                columns += [read == level for level in range(len(measure.level_names))]
            else:
                self._sources.append((measure, None))
                columns.append(np.unique(read, return_inverse=True)[1])
        n_clusters = len(sizes)
        self._sizes = np.array(sizes)
        # half the say to everybody alike, half to every segment alike: small ones are to get a rule as well
        self._say = 0.5 / self._sizes.sum() + 0.5 / (n_clusters * self._sizes)
        stands_for = self._sizes / np.bincount(labels, minlength=n_clusters)
        X = np.column_stack(columns).astype(np.float32)
        depth = max(_DEPTH, ceil(log2(n_clusters)) + 2)
        # Gini takes any two parts of alike segments for equally good and peels off one at a time: too deep for many.
        estimator = DecisionTreeClassifier(criterion="entropy", max_depth=depth, random_state=0)
        estimator.fit(X, labels, sample_weight=(self._say * stands_for)[labels])
        grown = estimator.tree_
        self._left, self._right, self._asked = grown.children_left, grown.children_right, grown.feature
        self._path = estimator.decision_path(X).tocsc()
        self._counts = np.zeros((grown.node_count, n_clusters))
        np.add.at(self._counts, (estimator.apply(X), labels), stands_for[labels])
        self._ways, self._inner = {0: []}, np.flatnonzero(self._left >= 0)
        for node in self._inner[::-1]:  # children come after their parents
            self._counts[node] = self._counts[self._left[node]] + self._counts[self._right[node]]
        for node in self._inner:
            low, high = self._sides(node)
            self._ways[self._left[node]] = [*self._ways[node], low]
            self._ways[self._right[node]] = [*self._ways[node], high]
        self._labels = self._counts.argmax(axis=1)

    def best_leaves(self) -> list[int]:
        """Nodes that become leaves: the smallest pruning that tells nearly as much as the best one.

        Looked at are only prunings in which as many segments as possible have a leaf.
        """
        prunings = self._prunings()
        n_told = [len(set(self._labels[leaves].tolist())) for leaves in prunings]
        prunings = [leaves for leaves, n in zip(prunings, n_told, strict=True) if n == max(n_told)]
        told = [self._told(leaves) for leaves in prunings]
        return min((leaves for leaves, one in zip(prunings, told, strict=True) if one >= max(told) - _NEARLY), key=len)

    def label(self, node: int) -> int:
        return int(self._labels[node])

    def covered(self, node: int) -> float:
        """Customers of its segment that a leaf stands for."""
        return float(self._counts[node, self._labels[node]])

    def conditions(self, node: int) -> tuple[Condition, ...]:
        """What leads to a node, one condition per column, in the order of the columns."""
        found = merged(self._ways[node])
        return tuple(found[measure] for measure in self._values if measure in found)

    def _sides(self, node: int) -> tuple[Condition, Condition]:
        measure, level = self._sources[self._asked[node]]
        if level is not None:
            everything = frozenset(range(len(measure.level_names)))
            return Condition(measure, allowed=everything - {level}), Condition(measure, allowed=frozenset({level}))
        parted = self._threshold(node, measure)
        return Condition(measure, high=parted), Condition(measure, low=parted)

    def _threshold(self, node: int, measure: Measure) -> float:
        members = self._path.indices[self._path.indptr[node] : self._path.indptr[node + 1]]
        ascending = np.sort(self._values[measure][members])
        n, n_left = len(ascending), self._path[:, self._left[node]].nnz
        moved = int(min(_MOVED * n, min(n_left, n - n_left) / 10))
        gap = ascending[n_left - 1], ascending[n_left]
        return threshold(measure, gap, (ascending[n_left - 1 - moved], ascending[n_left + moved]))

    def _right_by(self, node: int) -> float:
        """What a node gets right as a leaf, in [0, 1]."""
        return self.covered(node) * self._say[self._labels[node]]

    def _told(self, leaves: list[int]) -> float:
        """What the leaves get right that become rules."""
        total = 0.0
        for label in range(len(self._sizes)):
            found = sorted((self.covered(leaf) for leaf in leaves if self._labels[leaf] == label), reverse=True)
            kept = found[:1] + [n for n in found[1:MOST_RULES] if n >= WORTH_TELLING * self._sizes[label]]
            total += sum(kept) * self._say[label]
        return total

    def _prunings(self) -> list[list[int]]:
        """The leaves of the whole tree, of the tree without its weakest link, and so on down to the root."""
        cut, found = set(), []
        while True:
            nodes = [0]
            for node in nodes:
                if node not in cut and self._left[node] >= 0:
                    nodes += [int(self._left[node]), int(self._right[node])]
            below, gains = {}, {}
            for node in reversed(nodes):
                left, right = int(self._left[node]), int(self._right[node])
                is_inner = left in below
                below[node] = [*below[left], *below[right]] if is_inner else [node]
                gains[node] = gains[left] + gains[right] if is_inner else self._right_by(node)
            found.append(below[0])
            links = [node for node in nodes if len(below[node]) > 1]
            if not links:
                return found
            cut.add(min(links, key=lambda node: (gains[node] - self._right_by(node)) / (len(below[node]) - 1)))
