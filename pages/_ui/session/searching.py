"""A search over the settings of a method, as it is kept."""

from dataclasses import dataclass, field

from clustering import ClusterSpec
from clustering.search import Trial


@dataclass
class Search:
    """What stands in the fields of a search, and what was tried.

    `typed` holds what stands in each field where that is not the usual; `tried` what each spec has given.
    """

    typed: dict[str, object] = field(default_factory=dict)
    tried: dict[ClusterSpec, Trial] = field(default_factory=dict)
