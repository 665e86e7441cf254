"""What a session holds: the table, the user's choices and finished sweeps (small numbers).

Everything else is recomputed from these through the caches in compute.
"""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from clustering import (
    Clustering,
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
from clustering.edits import Edits
from clustering.groups import Group
from clustering.identity import Identities, Look
from clustering.methods import METHODS
from clustering.wording import one_line
from pages._ui.session.applying import Applying
from pages._ui.session.built import BuiltFiles
from pages._ui.session.drafting import StartDraft
from pages._ui.session.kept import Kept
from pages._ui.session.left import Outer, Purchases
from pages._ui.session.limits import NAME_LENGTH, NOTE_LENGTH
from pages._ui.session.remote import Remote
from pages._ui.session.saved import OnShow, SavedWork
from pages._ui.session.searching import Search


@dataclass
class Session:
    """One browser session's data and choices.

    `features` is None where the table has no usable column; `clustering.n_clusters` is None as long as the user
    follows the recommendation, and for a method that finds the number itself. `refused` says why segments could not be
    had, so that they are not tried again at every click; `n_reset` counts how often the usual settings were taken.
    `source` is what the table was read from, kept so that it can be read another way.
    `identities` knows the segments by their customers, with name, note and hue; `edits` holds the steps taken by hand
    on each segmentation, `groups` the user's own groups. `outer` is what was left to look into one segment,
    `inner` what the segments within each are called.
    `kept` holds segmentations under a name, to be compared and gone back to; `drafts` start centers that are being
    placed; `searches` what was tried of the settings of a method.
    `picture_format` is what the button above a chart saves it as, `built` files that wait to be saved. `on_show` is the
    segmentation that was shown last, `saved` what was opened of saved work; `applying` is about the customers of
    another file, `remote` about a Spark cluster.
    `purchases` is the list that the table was made from; `mapping` is how the purchases on show were last made
    customers. `told` says what could not be kept when the file was read another way. `is_lost` says that this browser
    had a session before, which is gone.
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
    identities: Identities = field(default_factory=Identities)
    edits: dict[tuple, Edits] = field(default_factory=dict)
    groups: tuple[Group, ...] = ()
    outer: Outer | None = None
    inner: dict[str, Identities] = field(default_factory=dict)
    kept: tuple[Kept, ...] = ()
    drafts: dict[tuple, StartDraft] = field(default_factory=dict)
    searches: dict[tuple, Search] = field(default_factory=dict)
    picture_format: str = "png"
    built: BuiltFiles = field(default_factory=BuiltFiles)
    on_show: OnShow | None = None
    saved: SavedWork = field(default_factory=SavedWork)
    applying: Applying = field(default_factory=Applying)
    remote: Remote = field(default_factory=Remote)
    visited: set[str] = field(default_factory=set)
    stopped: set[tuple] = field(default_factory=set)
    refused: dict[tuple, str] = field(default_factory=dict)
    job: Any = None
    upload_id: str | None = None
    upload_error: str | None = None
    n_loaded: int = 0
    n_reset: int = 0
    is_lost: bool = False
    _advised: tuple = ()

    def load(self, table: Table, title: str, source: bytes | Path | None = None) -> None:
        """Take a new table and forget everything that belonged to the one before."""
        if self.job:
            self.job.stop()
        fresh = Session(table=table, title=title, source=source, upload_id=self.upload_id, n_loaded=self.n_loaded + 1)
        fresh.features, fresh.picture_format, fresh.saved = suggestion(table), self.picture_format, self.saved
        fresh.applying, fresh.remote = self.applying, self.remote
        fresh.remote.forget_table()
        self.__dict__.update(fresh.__dict__)

    def forget_features(self, reason: ClusteringError) -> None:
        """Go back to what is suggested, because what was kept cannot be prepared any more."""
        self.features, self.clustering = suggestion(self.table), replace(self.clustering, start=())
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
        self.clustering = replace(self.clustering, start=())  # it was placed among other columns
        self.bound_n_clusters(n_distinct)

    def bound_n_clusters(self, n_distinct: int) -> None:
        """Follow the recommendation again where more segments are chosen than there are distinct customers."""
        if self.clustering.n_clusters is not None and self.clustering.n_clusters > n_distinct:
            self.clustering = self.with_n_clusters(None)

    def with_n_clusters(self, n_clusters: int | None) -> ClusterSpec:
        """The choices with another number of segments; start centers were placed for the number before."""
        return replace(self.clustering, n_clusters=n_clusters, start=())

    def choose_n_clusters(self, n_clusters: int, recommended: int) -> None:
        """Take a number of segments; the recommended one is followed when it changes."""
        if self.clustering.start and n_clusters == self.clustering.n_clusters:
            return
        self.clustering = self.with_n_clusters(None if n_clusters == recommended else n_clusters)

    def key(self, name: str) -> str:
        """Widget key that a second upload cannot meet again."""
        return f"{self.table.digest[:12] if self.table else 'none'}-{self.n_loaded}-{name}"

    @property
    def n_bytes_of_files(self) -> int:
        """Of the file that the table was read from; of purchases where it was made from those."""
        source = self.purchases.source if self.purchases else self.source
        return len(source) if isinstance(source, bytes) else 0

    @property
    def holds_purchases(self) -> bool:
        """Whether the table looks like one line per purchase rather than one row per customer."""
        return self.table is not None and suggest_rfm(self.table) is not None

    @property
    def data_key(self) -> str:
        """What is looked at: the table, or one segment of it."""
        return self.table.digest if self.outer is None else f"{self.table.digest}/{self.outer.among.digest}"

    @property
    def takes_k(self) -> bool:
        """Whether the method is told a number of segments; otherwise it finds it."""
        return METHODS[self.clustering.method].takes_k

    @property
    def sweep_key(self) -> tuple:
        """What a sweep depends on."""
        return self.data_key, self.features, self.with_n_clusters(None)

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
        swept, measured = self.sweeps.get(self.sweep_key), self.stabilities.get(self.sweep_key)
        # Kept, because nearly everything on a page asks for it: some hundred times where segments have cards.
        on = swept, measured, self.wanted, self.min_share, self.max_share
        if not self._advised or self._advised[0] != on:
            self._advised = on, self._advise()
        return self._advised[1]

    def _advise(self) -> Recommendation | None:
        sweep = self.known_sweep
        if sweep is None:
            return None
        return recommend(sweep, self.known_stability, min_share=self.min_share, max_share=self.max_share)

    @property
    def n_clusters(self) -> int | None:
        """The number of segments the user chose, else the best split found, else None; what the method found itself."""
        if self.table is None or self.features is None:
            return None
        if not self.takes_k:
            known = self.identities.shown.get((*self.found_key, Edits().digest))
            return len(known.numbers) if known else None
        if self.clustering.n_clusters is not None:
            return self.clustering.n_clusters
        return self.advice.best_split if self.known_sweep else None

    @property
    def spec(self) -> ClusterSpec:
        """The segmentation on show."""
        return replace(self.clustering, n_clusters=self.n_clusters) if self.takes_k else self.clustering

    @property
    def found_key(self) -> tuple:
        """What the segments depend on, as the method finds them."""
        return self.data_key, self.features, self.spec

    @property
    def start_key(self) -> tuple:
        """What start centers that are being placed depend on."""
        return self.data_key, self.features, self.n_clusters

    @property
    def edited(self) -> Edits:
        """The steps taken by hand on these segments."""
        return self.edits.get(self.found_key, Edits())

    @property
    def names_before_edits(self) -> tuple[tuple[str, ...], ...]:
        """For every step by hand the names of the segments before it; nothing where those were not shown."""
        steps = self.edited.steps
        keys = [(*self.found_key, Edits(steps[:i]).digest) for i in range(len(steps))]
        return tuple(
            tuple(look.name for look in self.identities.looks(key)) if key in self.identities.shown else ()
            for key in keys
        )

    @property
    def segments_key(self) -> tuple:
        """What the segments on show depend on."""
        return (*self.found_key, self.edited.digest)

    @property
    def to_save(self) -> OnShow | None:
        """The segmentation on show as it can be saved; None where other choices were made since it was shown."""
        return self.on_show if self.on_show and self.on_show.key == self.segments_key else None

    def edit(self, edits: Edits) -> None:
        """Take other steps by hand on the segments that the method found."""
        self.edits[self.found_key] = edits

    def show(self, segments: Clustering, key: tuple) -> None:
        """Take note of segments that are shown, so that they are known again."""
        self.identities = self.identities.show(key, segments.n_rows, segments.rows, segments.labels)

    @property
    def n_segments(self) -> int | None:
        """How many segments are on show, those made by hand included; None where there are none yet."""
        if not self.n_clusters:
            return None
        known = self.identities.shown.get(self.segments_key)
        return len(known.numbers) if known else self.n_clusters

    @property
    def found_looks(self) -> tuple[Look, ...]:
        """Name, hue and shape of every segment as the method found them."""
        return self.identities.looks((*self.found_key, Edits().digest))

    @property
    def looks(self) -> tuple[Look, ...]:
        """Name, hue and shape of every segment on show."""
        return self.identities.looks(self.segments_key)

    @property
    def segment_names(self) -> tuple[str, ...]:
        """A name for every segment on show."""
        return tuple(look.name for look in self.looks)

    @property
    def segment_options(self) -> tuple[str, ...]:
        """What every segment on show is called in a list to choose from: no two alike, also where names are."""
        return tuple(
            f"{label + 1} · {one_line(look.name, 40)}" if look.is_named else look.name
            for label, look in enumerate(self.looks)
        )

    @property
    def segment_notes(self) -> tuple[str, ...]:
        """The note on every segment on show, "" where there is none."""
        return tuple(identity.note for identity in self.identities.of(self.segments_key))

    def call(self, segments: Clustering, label: int, *, name: str | None = None, note: str | None = None) -> None:
        """Give a segment on show a name or a note; a blank one takes it away."""
        self.identities = self.identities.call(
            self.segments_key,
            label,
            name=None if name is None else one_line(name, NAME_LENGTH),
            note=None if note is None else one_line(note, NOTE_LENGTH),
            apart=segments.edited[label],
        )


def suggestion(table: Table) -> FeatureSpec | None:
    """The suggested columns; None where no column fits, and the Features page says why."""
    try:
        return suggest_features(table)
    except ClusteringError:
        return None
