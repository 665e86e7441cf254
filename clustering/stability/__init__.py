"""What needs refits: how repeatable segments are, and what customers without any shape would give."""

from clustering.stability.again import repeatability, segment_stability
from clustering.stability.gap import Gap, gap_statistic
from clustering.stability.importance import Importance, importance
from clustering.stability.mixture import Mixtures, mixture_bic
from clustering.stability.refits import for_fewer
from clustering.stability.repeat import ROUNDS, Repeatability, Stability, stability

__all__ = [
    "ROUNDS",
    "Gap",
    "Importance",
    "Mixtures",
    "Repeatability",
    "Stability",
    "for_fewer",
    "gap_statistic",
    "importance",
    "mixture_bic",
    "repeatability",
    "segment_stability",
    "stability",
]
