"""What a session has to do with a Spark cluster: its own door to it, what it saw there, and what is done there now."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clustering.spark import AllRows, Catalogue, Cluster, RemoteSample, RemoteTable


@dataclass
class Remote:
    """The cluster as this session knows it.

    `catalogue` holds its tables, `described` the one that was looked at last. `sample` is what the table on show was
    drawn as, None where that came from elsewhere. `job` is what is being done there and `take` takes over what it
    finds. `found` keeps what runs over all rows found, by the segments they began from; `written` says where segments
    were written to, `refused` what went wrong last.
    """

    cluster: "Cluster | None" = None
    catalogue: "Catalogue | None" = None
    described: "RemoteTable | None" = None
    sample: "RemoteSample | None" = None
    job: Any = None
    take: Callable[[Any], None] | None = None
    found: "dict[tuple, AllRows]" = field(default_factory=dict)
    written: str = ""
    refused: str = ""

    def take_catalogue(self, cluster: "Cluster", catalogue: "Catalogue") -> None:
        self.cluster, self.catalogue = cluster, catalogue

    def forget_table(self) -> None:
        """Another table was loaded, from wherever: the door stays open."""
        self.sample, self.found, self.written, self.refused = None, {}, "", ""

    def close(self) -> None:
        """End what is done there, and the session there with all that was made in it."""
        if self.job is not None:
            self.job.stop()
        if self.cluster is not None:
            self.cluster.close()
