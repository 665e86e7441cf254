"""What a session holds: the table, the user's choices and finished sweeps (small numbers).

The only place that touches `st.session_state`. Everything else is recomputed from these through the caches in
compute.py.
"""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import streamlit as st

from clustering import (
    ClusteringError,
    ClusterSpec,
    FeatureSpec,
    Recommendation,
    RfmSpec,
    Stability,
    Sweep,
    Table,
    recommend,
    suggest_features,
    suggest_rfm,
)
from clustering.features import keep_features, same_values
from clustering.identity import display_names
from clustering.wording import one_line


@dataclass(frozen=True, eq=False)
class Purchases:
    """The list of purchases that the customers on show were made from, and how."""

    table: Table
    title: str
    source: bytes | Path | None
    mapping: RfmSpec


@dataclass
class Session:
    """One browser session's data and choices.

    `features` is None where the table has no usable column; `clustering.n_clusters` is None as long as the user
    follows the recommendation. `source` is what the table was read from, kept so that it can be read another way.
    `names` holds the names typed for each segmentation, keyed like the caches. `purchases` is the list that the
    table was made from; `mapping` is how the purchases on show were last made customers. `told` says what could not be
    kept when the file was read another way.
    """

    table: Table | None = None
    title: str = ""
    source: bytes | Path | None = None
    purchases: Purchases | None = None
    mapping: RfmSpec | None = None
    told: tuple[str, ...] = ()
    features: FeatureSpec | None = None
    clustering: ClusterSpec = field(default_factory=ClusterSpec)
    k_range: tuple[int, int] = (2, 10)
    min_share: float = 0.01
    max_share: float = 1.0
    sweeps: dict[tuple, Sweep] = field(default_factory=dict)
    stabilities: dict[tuple, Stability] = field(default_factory=dict)
    exact: set[tuple] = field(default_factory=set)
    asked: set[tuple] = field(default_factory=set)
    names: dict[tuple, tuple[str, ...]] = field(default_factory=dict)
    visited: set[str] = field(default_factory=set)
    stopped: set[tuple] = field(default_factory=set)
    job: Any = None
    upload_id: str | None = None
    upload_error: ClusteringError | None = None
    n_loaded: int = 0

    def load(self, table: Table, title: str, source: bytes | Path | None = None) -> None:
        """Take a new table and forget everything that belonged to the one before."""
        if self.job:
            self.job.stop()
        fresh = Session(table=table, title=title, source=source, upload_id=self.upload_id, n_loaded=self.n_loaded + 1)
        fresh.features = _suggestion(table)
        self.__dict__.update(fresh.__dict__)

    def take_reading(self, table: Table) -> None:
        """Take the same file read another way; what was chosen stays as far as the columns have survived."""
        if self.job:
            self.job.stop()
        before, chosen = self.table, self.features
        self.table, self.n_loaded, self.job, self.told = table, self.n_loaded + 1, None, ()
        if self.mapping and not set(self.mapping.columns) <= set(table.frame.columns):
            self.mapping = None
        if chosen is None:
            self.features = _suggestion(table)
            return
        self.features, told = keep_features(before, table, chosen)
        self.told = (told,) if told else ()
        named = {key: names for key, names in self.names.items() if key[:2] == (before.digest, chosen)}
        if self.features == chosen and same_values(before, table, chosen):
            self.names |= {(table.digest, *key[1:]): names for key, names in named.items()}
        elif any(any(names) for names in named.values()):
            self.told += ("The segments have changed with the data, so their names were not kept.",)

    def forget_features(self, reason: ClusteringError) -> None:
        """Go back to what is suggested, because what was kept cannot be prepared any more."""
        self.features = _suggestion(self.table)
        self.told = (f"The columns and settings could not be kept. {reason}",)

    def load_customers(self, customers: Table, mapping: RfmSpec) -> None:
        """Take one row per customer; the purchases can be gone back to."""
        purchases = Purchases(self.table, self.title, self.source, mapping)
        self.load(customers, f"{self.title} (per customer)")
        self.purchases = purchases
        if self.features is not None:
            # the usual rule names stand beside the segments, to compare them with
            labels = tuple(column.name for column in customers.columns if column.role == "label")
            self.features = replace(self.features, describe=labels)

    def load_purchases(self) -> None:
        """Go back to the purchases that the customers were made from."""
        purchases = self.purchases
        self.load(purchases.table, purchases.title, purchases.source)
        self.mapping = purchases.mapping

    def choose_features(self, spec: FeatureSpec, *, n_distinct: int) -> None:
        """Take other features; a chosen number of segments stays where there are as many distinct customers."""
        self.features, self.told = spec, ()
        self.bound_n_clusters(n_distinct)

    def bound_n_clusters(self, n_distinct: int) -> None:
        """Follow the recommendation again where more segments are chosen than there are distinct customers."""
        if self.clustering.n_clusters is not None and self.clustering.n_clusters > n_distinct:
            self.clustering = replace(self.clustering, n_clusters=None)

    def choose_n_clusters(self, n_clusters: int, recommended: int) -> None:
        """Take a number of segments; the recommended one is followed when it changes."""
        self.clustering = replace(self.clustering, n_clusters=None if n_clusters == recommended else n_clusters)

    def key(self, name: str) -> str:
        """Widget key that a second upload cannot meet again."""
        return f"{self.table.digest[:12] if self.table else 'none'}-{self.n_loaded}-{name}"

    @property
    def holds_purchases(self) -> bool:
        """Whether the table looks like one line per purchase rather than one row per customer."""
        return self.table is not None and suggest_rfm(self.table) is not None

    @property
    def sweep_key(self) -> tuple:
        """What a sweep depends on."""
        return self.table.digest, self.features, replace(self.clustering, n_clusters=None)

    @property
    def wanted(self) -> tuple[int, ...]:
        """The numbers of segments to try."""
        low, high = self.k_range
        return tuple(range(low, high + 1))

    @property
    def wants_exact(self) -> bool:
        """Whether the silhouette of all rows was asked for, however many there are."""
        return self.sweep_key in self.exact

    @property
    def known_sweep(self) -> Sweep | None:
        """The finished part of the sweep over the current range; None if nothing is finished."""
        sweep = self.sweeps.get(self.sweep_key)
        part = sweep and sweep.within(self.wanted)
        return part if part and part.steps else None

    @property
    def known_stability(self) -> Stability | None:
        """How repeatable the numbers of segments in the current range are; None if that was not measured."""
        measured = self.stabilities.get(self.sweep_key)
        return measured and measured.within(self.wanted)

    @property
    def sweep_is_complete(self) -> bool:
        """Whether everything that is wanted has been tried, scored and its repeatability measured."""
        sweep, measured = self.known_sweep, self.known_stability
        if sweep is None or measured is None or not set(sweep.n_clusters) <= set(measured.n_clusters):
            return False
        if self.wants_exact and any(error > 0 for error in sweep.silhouette_error):
            return False
        return set(self.wanted) <= {*sweep.n_clusters, *sweep.impossible}

    @property
    def advice(self) -> Recommendation | None:
        """What the finished part of the sweep says; None if nothing is finished."""
        sweep = self.known_sweep
        if sweep is None:
            return None
        return recommend(sweep, self.known_stability, min_share=self.min_share, max_share=self.max_share)

    @property
    def n_clusters(self) -> int | None:
        """The number of segments the user chose, else the best split found, else None."""
        if self.table is None or self.features is None:
            return None
        if self.clustering.n_clusters is not None:
            return self.clustering.n_clusters
        return self.advice.best_split if self.known_sweep else None

    @property
    def spec(self) -> ClusterSpec:
        """The segmentation on show."""
        return replace(self.clustering, n_clusters=self.n_clusters)

    @property
    def given_names(self) -> tuple[str, ...]:
        """Names typed for the segmentation on show."""
        return self.names.get((self.table.digest, self.features, self.spec), ())

    def given_name(self, label: int) -> str:
        """The name typed for a segment, "" if there is none."""
        return self.given_names[label] if self.given_names else ""

    @property
    def segment_names(self) -> tuple[str, ...]:
        """A name for every segment on show."""
        return display_names(self.n_clusters, self.given_names)

    def rename(self, label: int, name: str) -> None:
        """Give one segment of the segmentation on show a name; a blank one takes it away."""
        names = [self.given_name(other) for other in range(self.n_clusters)]
        names[label] = one_line(name, 80)
        self.names[(self.table.digest, self.features, self.spec)] = tuple(names)


def _suggestion(table: Table) -> FeatureSpec | None:
    """The suggested columns; None where no column fits, and the Features page says why."""
    try:
        return suggest_features(table)
    except ClusteringError:
        return None


def current() -> Session:
    """This browser session's `Session`."""
    if "session" not in st.session_state:
        st.session_state["session"] = Session()
    return st.session_state["session"]
