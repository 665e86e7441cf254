"""Taking steps by hand: who is where afterwards, and what became of centers, inertia and notes."""

from dataclasses import replace

import numpy as np
import pandas as pd

from clustering.edits.steps import Edits, Merge, Move, Split, Step
from clustering.errors import InvalidSetting, TooFewRows
from clustering.features import Features
from clustering.methods import ClusterSpec
from clustering.model import (
    Clustering,
    by_falling_size,
    count_distinct,
    discover,
    groundwork,
    inertia_of,
    mean_of,
    prepared_rows,
    taking_part,
)
from clustering.threads import one_thread
from clustering.wording import count, spelled, whole


def apply_edits(features: Features, clustering: Clustering, edits: Edits) -> Clustering:
    """Take the steps one by one.

    After each the labels count from the largest segment down again, among equals the one that comes first in the table
    first. Rows that were placed after the fit are merged, split and moved like all others.

    Parameters
    ----------
    features : Features
        Those that were clustered.
    clustering : Clustering
    edits : Edits

    Returns
    -------
    Clustering
        Every row that had a segment has one. Segments that are as they were before keep their centers, those made by
        hand (`edited`) have the weighted means of their rows in the fit. Notes say of customers who are elsewhere than
        they would be, had nobody been moved, where that is: "moved by hand from segment 2", by the numbers that are
        returned.

    Raises
    ------
    InvalidSetting
        If there is no such segment or customer, if one segment would hold everybody, or one nobody (of the fit).
    TooFewRows
        If there are fewer distinct rows in a segment than it is to be split in.
    """
    if not edits.steps:
        return clustering
    features = taking_part(features, clustering)
    segments = _Segments(features, clustering)
    for step in edits.steps:
        segments.take(step)
    labels, n_clusters = segments.labels, segments.n_clusters
    labels.flags.writeable = False
    same = _same(clustering.labels, clustering.n_clusters, labels, n_clusters)
    fit_labels = labels[clustering.in_fit]
    centers = np.array(
        [
            mean_of(features, fit_labels == label) if before is None else clustering.cluster_centers[before]
            for label, before in enumerate(same)
        ]
    )
    centers.flags.writeable = False
    return replace(
        clustering,
        labels=labels,
        cluster_centers=centers,
        sizes=tuple(np.bincount(labels, minlength=n_clusters).tolist()),
        inertia=inertia_of(features, fit_labels, centers),
        row_notes=_noted(clustering, labels, segments.unmoved),
        edited=tuple(before is None or clustering.edited[before] for before in same),
        memberships=None,
        place=None,
    )


def renumbered(before: Clustering, after: Clustering) -> tuple[int | None, ...]:
    """For every segment after some edits the label before of the segment with the very same customers, None if none."""
    return _same(before.labels, before.n_clusters, after.labels, after.n_clusters)


class _Segments:
    """Who is where after the steps so far.

    Attributes
    ----------
    labels : ndarray of int32 of shape (n_placed,)
    unmoved : ndarray of int32 of shape (n_placed,)
        Where everybody would be, had nobody been moved.
    """

    def __init__(self, features: Features, clustering: Clustering):
        self._features, self._clustering = features, clustering
        self.labels, self.unmoved = clustering.labels.astype(np.int32), clustering.labels.astype(np.int32)
        self.n_clusters = clustering.n_clusters

    def take(self, step: Step) -> None:
        match step:
            case Merge():
                self._merge(step)
            case Split():
                self._split(step)
            case Move():
                self._move(step)
        self.labels, ranking = by_falling_size(self.labels, self.n_clusters)
        self.unmoved = np.argsort(ranking).astype(np.int32)[self.unmoved]

    def _merge(self, step: Merge) -> None:
        for label in step.labels:
            self._check(label)
        if len(step.labels) == self.n_clusters:
            raise InvalidSetting("One segment would hold everybody. Leave at least one segment out of the merge.")
        kept = np.setdiff1d(np.arange(self.n_clusters), step.labels[1:])
        new = np.searchsorted(kept, np.arange(self.n_clusters)).astype(np.int32)
        new[list(step.labels)] = new[step.labels[0]]
        self.labels, self.unmoved, self.n_clusters = new[self.labels], new[self.unmoved], len(kept)

    def _split(self, step: Split) -> None:
        self._check(step.label)
        features, clustering = self._features, self._clustering
        is_own = self.labels == step.label
        own = is_own[clustering.in_fit]
        X = features.X[own]
        n_distinct = count_distinct(X, step.n_clusters)
        if n_distinct < step.n_clusters:
            raise TooFewRows(
                f"Segment {step.label + 1} cannot be split in {spelled(step.n_clusters)}: only "
                f"{count(n_distinct, 'different customer')} of it take{'s' * (n_distinct == 1)} part. "
                + (f"Split it in at most {spelled(n_distinct)}." if n_distinct > 1 else "Leave it as it is.")
            )
        with one_thread():
            weights = None if features.weights is None else features.weights[own]
            spec = _splitting(clustering.spec, step.n_clusters)
            found, _ = discover(groundwork(X, weights, spec), X, weights, spec)
            parts = np.array(
                [step.label, *range(self.n_clusters, self.n_clusters + step.n_clusters - 1)], dtype=np.int32
            )
            part = np.full(len(self.labels), -1, dtype=np.int32)
            part[is_own & clustering.in_fit] = parts[found.labels]
            others = np.flatnonzero((is_own | (self.unmoved == step.label)) & (part < 0))
            part[others] = parts[found.place(prepared_rows(features, clustering, others))]
        self.unmoved = np.where(self.unmoved == step.label, part, self.unmoved)
        self.labels = np.where(is_own, part, self.labels)
        self.n_clusters += step.n_clusters - 1

    def _move(self, step: Move) -> None:
        self._check(step.label)
        clustering = self._clustering
        rows = np.array(step.rows)
        places = np.searchsorted(clustering.rows, rows).clip(max=len(clustering.rows) - 1)
        without = rows[clustering.rows[places] != rows]
        if len(without):
            raise InvalidSetting(
                f"{count(len(without), 'customer')} of those to be moved {'has' if len(without) == 1 else 'have'} no "
                f"segment (the first: row {whole(without[0] + 1)}). Choose customers who have one."
            )
        labels = self.labels.copy()
        labels[places] = step.label
        if (labels == self.labels).all():
            raise InvalidSetting(f"All these customers are in segment {step.label + 1} already. Choose another one.")
        left = np.bincount(labels[clustering.in_fit], minlength=self.n_clusters)
        if left.min() == 0:
            label = int(left.argmin())
            whom = "only customers that were placed afterwards" if (labels == label).any() else "nobody"
            raise InvalidSetting(
                f"Segment {label + 1} would be left with {whom}. Merge it with segment {step.label + 1} instead."
            )
        self.labels = labels

    def _check(self, label: int) -> None:
        if not 0 <= label < self.n_clusters:
            raise InvalidSetting(
                f"There is no segment {label + 1}: at this step there are {self.n_clusters}. Undo this step."
            )


def _splitting(spec: ClusterSpec, n_clusters: int) -> ClusterSpec:
    """How a segment is split: as the segments were found if that was k-means, else by k-means."""
    if spec.method == "kmeans":
        return replace(spec, n_clusters=n_clusters, start=())
    return ClusterSpec(n_clusters=n_clusters, random_state=spec.random_state)


def _same(before: np.ndarray, n_before: int, after: np.ndarray, n_after: int) -> tuple[int | None, ...]:
    """For every label after the one before that stands on the very same rows, None if none does."""
    both = np.bincount(before.astype(np.int64) * n_after + after, minlength=n_before * n_after)
    both = both.reshape(n_before, n_after)
    is_same = (both > 0) & (both == both.sum(axis=0)) & (both == both.sum(axis=1)[:, None])
    return tuple(int(column.argmax()) if column.any() else None for column in is_same.T)


def _noted(clustering: Clustering, labels: np.ndarray, unmoved: np.ndarray) -> pd.Categorical:
    """The notes of all rows, with those of rows that were moved and did not come back."""
    moved = np.flatnonzero(labels != unmoved)
    if not len(moved):
        return clustering.row_notes
    rows, n_labels = clustering.rows[moved], unmoved.max() + 1
    notes = clustering.row_notes
    codes, texts = notes.codes.astype(np.int64), dict(zip(notes.categories, range(len(notes.categories)), strict=True))
    given = [*notes.categories, None]
    kinds, which = np.unique(codes[rows] * n_labels + unmoved[moved], return_inverse=True)
    told = []
    for kind in kinds:
        before, label = given[kind // n_labels], kind % n_labels
        text = f"moved by hand from segment {label + 1}"
        told.append(texts.setdefault(f"{before}, then {text}" if before else text, len(texts)))
    codes[rows] = np.array(told)[which]
    return pd.Categorical.from_codes(codes, categories=pd.Index(list(texts), dtype=str)).remove_unused_categories()
