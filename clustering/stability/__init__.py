"""What needs refits: how repeatable segments are, and what customers without any shape would give."""

from clustering.stability.gap import Gap, gap_statistic
from clustering.stability.importance import Importance, importance
from clustering.stability.mixture import Mixtures, mixture_bic
from clustering.stability.repeat import ROUNDS, Repeatability, Stability, segment_stability, stability

__all__ = [
    "ROUNDS",
    "Gap",
    "Importance",
    "Mixtures",
    "Repeatability",
    "Stability",
    "gap_statistic",
    "importance",
    "mixture_bic",
    "segment_stability",
    "stability",
]
