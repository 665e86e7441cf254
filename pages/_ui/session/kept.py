"""Segmentations kept under a name, to be compared and gone back to."""

from dataclasses import dataclass

from clustering import Clustering, ClusterSpec, FeatureSpec
from clustering.edits import Edits
from clustering.identity import Look
from pages._ui.session.left import Outer

MOST_KEPT = 8


@dataclass(frozen=True)
class Figures:
    """What was measured when a segmentation was kept; NaN where it could not be.

    Attributes
    ----------
    separation : float
        Mean silhouette.
    repeatability : float
        Mean agreement of halves; NaN after steps by hand, which nothing would find again.
    """

    separation: float
    repeatability: float


@dataclass(frozen=True, eq=False)
class Kept:
    """A segmentation kept under a name, with all that is needed to show it again.

    Attributes
    ----------
    name : str
    key : tuple
        `Session.segments_key` when it was kept.
    clustering : Clustering
    looks : tuple of Look
        Of its segments when it was kept.
    figures : Figures
    edits : Edits
        The steps by hand in it.
    outer : Outer or None
        Where one segment was looked into: what was left for it.
    """

    name: str
    key: tuple
    clustering: Clustering
    looks: tuple[Look, ...]
    figures: Figures
    edits: Edits
    outer: Outer | None

    @property
    def features(self) -> FeatureSpec:
        return self.key[1]

    @property
    def spec(self) -> ClusterSpec:
        return self.key[2]

    @property
    def found_key(self) -> tuple:
        """What the segments depend on, as the method finds them."""
        return self.key[:3]
