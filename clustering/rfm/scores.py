"""Scores from 1 to 5, and the rule names that are usual for a pair of recency and frequency score."""

import numpy as np

NAMES = (
    *("Champions", "Loyal", "Potential loyalists", "New customers", "Promising", "Needs attention", "About to sleep"),
    *("At risk", "Cannot lose them", "Hibernating", "Lost"),
)
# Recency score -> name by frequency score 1..5.
RULES = {
    5: ("New customers", "Potential loyalists", "Potential loyalists", "Champions", "Champions"),
    4: ("Promising", "Potential loyalists", "Potential loyalists", "Loyal", "Loyal"),
    3: ("About to sleep", "About to sleep", "Needs attention", "Loyal", "Loyal"),
    2: ("Hibernating", "Hibernating", "At risk", "At risk", "Cannot lose them"),
    1: ("Lost", "Hibernating", "At risk", "At risk", "Cannot lose them"),
}
_BY_SCORES = np.array([RULES[recency] for recency in range(1, 6)], dtype=object)


def fifths(values: np.ndarray) -> np.ndarray:
    """Which fifth a value belongs to, from 1 (lowest) to 5.

    Values that are all different fall into the fifths of ``pandas.qcut``: at or below the 20 % quantile is 1, and so
    on. Equal values always get the same score, that of the middle of the places they share. So where few values are
    different not every score is given away: the one order that 60 % of the customers made is a 2, two values that are
    equally frequent are 2 and 4, and one value for all is 3.

    Parameters
    ----------
    values : ndarray of shape (n_samples,)
        Without missing ones.
    """
    if len(values) < 2:
        return np.full(len(values), 3)
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    # Twice the place, among 0..n-1, of the middle of equal values: in whole numbers no fifth is missed by a hair.
    middle = 2 * (np.cumsum(counts) - counts) + counts - 1
    scores = np.maximum(1, -(-5 * middle // (2 * (len(values) - 1))))
    return scores[inverse]


def rule_segments(recency_scores: np.ndarray, frequency_scores: np.ndarray) -> np.ndarray:
    """The usual name for each pair of scores; every pair has exactly one.

    ============  ==============  =====================  =====================  ===========  =================
    recency       frequency 1     2                      3                      4            5
    ============  ==============  =====================  =====================  ===========  =================
    5 (newest)    New customers   Potential loyalists    Potential loyalists    Champions    Champions
    4             Promising       Potential loyalists    Potential loyalists    Loyal        Loyal
    3             About to sleep  About to sleep         Needs attention        Loyal        Loyal
    2             Hibernating     Hibernating            At risk                At risk      Cannot lose them
    1             Lost            Hibernating            At risk                At risk      Cannot lose them
    ============  ==============  =====================  =====================  ===========  =================

    References
    ----------
    The eleven names are those of Putler ("RFM analysis for successful customer segmentation"), whose ranges of scores
    overlap and count monetary value as well. The ranges without overlap, on recency and frequency alone, are the ones
    that most analyses in Python share; these have ten names, "Lost" is the lowest corner of their "Hibernating". The
    scores go back to Hughes, A. M. (1994), Strategic Database Marketing.
    """
    return _BY_SCORES[recency_scores - 1, frequency_scores - 1]
