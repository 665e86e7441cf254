"""Known labels against found segments: measures that need no matching, and those that do."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.metrics import (
    accuracy_score,
    adjusted_mutual_info_score,
    adjusted_rand_score,
    fowlkes_mallows_score,
    homogeneity_completeness_v_measure,
    precision_recall_fscore_support,
)
from sklearn.metrics.cluster import contingency_matrix

from clustering.compare.matching import best_matching
from clustering.errors import InvalidSetting
from clustering.wording import whole


@dataclass(frozen=True)
class LabelScores:
    """How well the segments find one label; its own segment is the one it is paired with.

    Attributes
    ----------
    name : str
    precision : float
        Of its segment's rows the share that has the label; 0 where it has no segment of its own.
    recall : float
        Of the rows with the label the share that is in its segment.
    f1 : float
        Harmonic mean of the two.
    support : int
        Rows with the label.
    """

    name: str
    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True, eq=False)
class Agreement:
    """How far segments agree with known labels; every figure is scikit-learn's.

    Rows without a label or without a segment are left out.

    Attributes
    ----------
    names : tuple of str
        The labels, in the order of the alphabet (numbers by size).
    contingency : ndarray of int of shape (n_labels, n_clusters)
        Rows by label and segment.
    matched : tuple of int
        For each segment the label it is paired with by `best_matching`, -1 for none.
    adjusted_rand, adjusted_mutual_info : float
        1 is the same, 0 is chance.
    homogeneity, completeness, v_measure : float
        In [0, 1]: every segment holds one label only; every label is in one segment only; their harmonic mean.
    fowlkes_mallows : float
        In [0, 1]: geometric mean of precision and recall over pairs of rows.
    purity : float
        Share of rows whose label is the commonest in their segment; grows with the number of segments.
    accuracy : float
        Share of rows whose segment is paired with their label.
    by_label : tuple of LabelScores
    macro : LabelScores
        The plain mean over the labels.
    n_samples, n_without_label, n_without_segment : int
        Rows compared; rows with a segment but no label; rows without a segment.
    """

    names: tuple[str, ...]
    contingency: np.ndarray
    matched: tuple[int, ...]
    adjusted_rand: float
    adjusted_mutual_info: float
    homogeneity: float
    completeness: float
    v_measure: float
    fowlkes_mallows: float
    purity: float
    accuracy: float
    by_label: tuple[LabelScores, ...]
    macro: LabelScores
    n_samples: int
    n_without_label: int
    n_without_segment: int

    @property
    def n_right(self) -> int:
        """Rows whose segment is paired with their label."""
        return sum(int(self.contingency[one, other]) for other, one in enumerate(self.matched) if one >= 0)

    @property
    def confusion(self) -> np.ndarray:
        """The contingency with its columns in `segment_order`: who is right stands on the diagonal."""
        return self.contingency[:, list(self.segment_order)]

    @property
    def segment_order(self) -> tuple[int, ...]:
        """The segments, each under its label, in the order of the labels; last those that are paired with none."""
        others = [segment for segment, label in enumerate(self.matched) if label < 0]
        paired = sorted((label, segment) for segment, label in enumerate(self.matched) if label >= 0)
        return (*(segment for _, segment in paired), *others)

    @property
    def unmatched_labels(self) -> tuple[int, ...]:
        """Labels that have no segment of their own."""
        return tuple(label for label in range(len(self.names)) if label not in self.matched)


def compare(labels_true, labels, names: tuple[str, ...] | None = None) -> Agreement:
    """Hold segments, whoever found them, against known labels.

    Parameters
    ----------
    labels_true : array-like of shape (n_samples,)
        Known labels of any kind; missing where there is none. With `names` their positions there, -1 for none.
    labels : array-like of int of shape (n_samples,)
        Segments, 0 the first; -1 for none.
    names : tuple of str, optional

    Raises
    ------
    InvalidSetting
        If the two are of different lengths, or no row has both a label and a segment.
    """
    labels = np.asarray(labels)
    if names is None:
        labels_true, found = pd.factorize(np.asarray(labels_true), sort=True)
        names = tuple(str(name) for name in found)
    labels_true = np.asarray(labels_true)
    if labels_true.shape != labels.shape:
        raise InvalidSetting(
            f"There are {whole(len(labels_true))} known labels, but {whole(len(labels))} rows with a segment."
        )
    has_segment = labels >= 0
    has_both = has_segment & (labels_true >= 0)
    if not has_both.any():
        raise InvalidSetting("No row has both a known label and a segment, so there is nothing to compare.")
    n_clusters = int(labels.max()) + 1
    known, found = labels_true[has_both], labels[has_both]
    contingency = _contingency(known, found, len(names), n_clusters)
    matched = best_matching(contingency)
    said = np.array(matched)[found]
    homogeneity, completeness, v_measure = homogeneity_completeness_v_measure(known, found)
    every_label = np.arange(len(names))
    scores = precision_recall_fscore_support(known, said, labels=every_label, zero_division=0)
    macro = precision_recall_fscore_support(known, said, labels=every_label, average="macro", zero_division=0)
    return Agreement(
        names=names,
        contingency=contingency,
        matched=matched,
        adjusted_rand=float(adjusted_rand_score(known, found)),
        adjusted_mutual_info=float(adjusted_mutual_info_score(known, found)),
        homogeneity=float(homogeneity),
        completeness=float(completeness),
        v_measure=float(v_measure),
        fowlkes_mallows=float(fowlkes_mallows_score(known, found)),
        purity=float(contingency.max(axis=0).sum() / contingency.sum()),
        accuracy=float(accuracy_score(known, said)),
        by_label=tuple(
            LabelScores(name, float(precision), float(recall), float(f1), int(support))
            for name, precision, recall, f1, support in zip(names, *scores, strict=True)
        ),
        macro=LabelScores("Mean", *map(float, macro[:3]), len(known)),
        n_samples=len(known),
        n_without_label=int((has_segment & ~has_both).sum()),
        n_without_segment=int((~has_segment).sum()),
    )


def _contingency(known: np.ndarray, found: np.ndarray, n_labels: int, n_clusters: int) -> np.ndarray:
    """scikit-learn's contingency matrix, with a row for every label and a column for every segment there is."""
    both = np.zeros((n_labels, n_clusters), dtype=np.int64)
    both[np.ix_(np.unique(known), np.unique(found))] = contingency_matrix(known, found)
    both.flags.writeable = False
    return both
