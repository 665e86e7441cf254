"""What each segment is like, in the columns' own units and against the others, and what sets segments apart."""

from clustering.profile.compare import SMALL, Comparison, LevelComparison, Trait
from clustering.profile.effects import WHY_NO_TEST, Effect, effects
from clustering.profile.figures import LevelShares, Profile, profile

__all__ = [
    "SMALL",
    "WHY_NO_TEST",
    "Comparison",
    "Effect",
    "LevelComparison",
    "LevelShares",
    "Profile",
    "Trait",
    "effects",
    "profile",
]
