"""What was gone away from and can be gone back to."""

from dataclasses import dataclass
from pathlib import Path

from clustering import Clustering, ClusterSpec, FeatureSpec, RfmSpec, Table
from clustering.features import Among
from clustering.identity import Identities


@dataclass(frozen=True, eq=False)
class Purchases:
    """The list of purchases that the customers on show were made from, and how."""

    table: Table
    title: str
    source: bytes | Path | None
    mapping: RfmSpec


@dataclass(frozen=True, eq=False)
class Outer:
    """The segmentation that was left to look into one of its segments, and the choices it came from.

    `key` is what it depends on.
    """

    segments: Clustering
    names: tuple[str, ...]
    name: str
    among: Among
    key: tuple
    features: FeatureSpec
    clustering: ClusterSpec
    identities: Identities
