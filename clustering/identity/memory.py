"""Who a segment is from one segmentation to the next: its customers carry name, note, hue and shape along.

A segment is known by the customers it had when it was first shown, or when it was last given a name. Any later
segmentation is matched to all known segments: the pairs with the largest common part (Jaccard index) win, all pairs
together (Kuhn 1955, Nav. Res. Logist. Q. 2:83-97). So five segments that were six for a while are the same five.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np
from scipy.optimize import linear_sum_assignment

from clustering.identity.marks import Look, default_name, mark

_SAME = 0.3  # customers in both over customers in either, from where on a segment is a known one
_MAINLY = 0.5  # part of a segment's customers above which it is said to come from there
_MOST_REMEMBERED = 16  # segmentations; those with a name in them are kept longest


@dataclass(frozen=True)
class Identity:
    """What stays with a segment's customers.

    Attributes
    ----------
    hue : int
        Number of its `mark`.
    name, note : str
        As the user typed them; "" where nothing was.
    """

    hue: int
    name: str = ""
    note: str = ""

    def look(self, label: int) -> Look:
        return Look(self.name or default_name(label), mark(self.hue), bool(self.name))


@dataclass(frozen=True)
class Origin:
    """Where the customers of a segment were in the segmentation shown before.

    Attributes
    ----------
    kind : {"same", "split", "merged", "new"}
        `same` is a segment known before, though it may have lost or won some. `merged` holds most of two or more of
        those before, `split` is a new one that holds a part of one that goes on elsewhere, `new` is neither.
    sources : tuple of str
        Names of those earlier segments.
    """

    kind: str
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class _Shown:
    """A segmentation that was shown.

    Attributes
    ----------
    labels : ndarray of int16 of shape (n_rows,), or None
        The segment of every row of the table, -1 for none; None once it is too long ago.
    numbers : tuple of int
        For every segment the number of its identity.
    hues : tuple of int
        Its mark: that of its identity, or another where two would look alike.
    origins : tuple of Origin
        By the segmentation shown just before; empty where there was none, and where this one was shown earlier.
    """

    labels: np.ndarray | None
    numbers: tuple[int, ...]
    hues: tuple[int, ...]
    origins: tuple[Origin, ...]


@dataclass(frozen=True, eq=False)
class Identities:
    """All segments known so far; every verb returns a new value.

    Attributes
    ----------
    known : tuple of Identity
    anchors : tuple of (key, label)
        For every known segment the segmentation and the label by whose customers it is known.
    shown : mapping of key to what was shown under it, the latest last
    """

    known: tuple[Identity, ...] = ()
    anchors: tuple[tuple[Hashable, int], ...] = ()
    shown: Mapping[Hashable, _Shown] = field(default_factory=lambda: MappingProxyType({}))

    def show(self, key: Hashable, n_rows: int, rows: np.ndarray, labels: np.ndarray) -> "Identities":
        """Take note of a segmentation, and tell who its segments are.

        Parameters
        ----------
        key : hashable
            What the segmentation depends on; the same key is the same segmentation.
        n_rows : int
            Rows of the table.
        rows, labels : ndarray of shape (n_placed,)
            Positions of the rows that have a segment, and their segments (0 the largest).
        """
        before = next(reversed(self.shown), None)
        if key == before:
            return self
        if key in self.shown:
            again = replace(self.shown[key], origins=())
            others = {other: one for other, one in self.shown.items() if other != key}
            return replace(self, shown=MappingProxyType({**others, key: again}))
        n_clusters = int(labels.max()) + 1
        placed = np.full(n_rows, -1, dtype=np.int16)
        placed[rows] = labels
        numbers = self._match(placed, n_clusters)
        known, anchors = list(self.known), list(self.anchors)
        free = _free_hues({self.known[i].hue for i in numbers if i is not None}, self._named_hues())
        for label, number in enumerate(numbers):
            if number is None:
                numbers[label] = len(known)
                known.append(Identity(next(free)))
                anchors.append((key, label))
        origins = self._origins(placed, tuple(numbers))
        hues = _apart([known[number].hue for number in numbers])
        shown = {**self.shown, key: _Shown(placed, tuple(numbers), hues, origins)}
        return replace(
            self, known=tuple(known), anchors=tuple(anchors), shown=MappingProxyType(shown)
        )._forget_the_oldest()

    def recall(
        self, key: Hashable, n_rows: int, rows: np.ndarray, labels: np.ndarray, identities: tuple[Identity, ...]
    ) -> "Identities":
        """Take note of a segmentation that is known from elsewhere: who its segments are is told.

        Parameters
        ----------
        key, n_rows, rows, labels
            As for `show`.
        identities : tuple of Identity
            Of every segment.
        """
        placed = np.full(n_rows, -1, dtype=np.int16)
        placed[rows] = labels
        n_known, n_clusters = len(self.known), len(identities)
        hues = _apart([identity.hue for identity in identities])
        told = _Shown(placed, tuple(range(n_known, n_known + n_clusters)), hues, ())
        others = {other: one for other, one in self.shown.items() if other != key}
        return Identities(
            known=(*self.known, *identities),
            anchors=(*self.anchors, *((key, label) for label in range(n_clusters))),
            shown=MappingProxyType({**others, key: told}),
        )

    def of(self, key: Hashable) -> tuple[Identity, ...]:
        """Return the identity of every segment of a segmentation that was shown."""
        one = self.shown[key]
        return tuple(replace(self.known[number], hue=hue) for number, hue in zip(one.numbers, one.hues, strict=True))

    def looks(self, key: Hashable) -> tuple[Look, ...]:
        """Return name, hue and shape of every segment of a segmentation that was shown."""
        return tuple(identity.look(label) for label, identity in enumerate(self.of(key)))

    def origins(self, key: Hashable) -> tuple[Origin, ...]:
        """Return where the segments came from; () for the first segmentation and for one that was gone back to."""
        return self.shown[key].origins

    def call(
        self, key: Hashable, label: int, *, name: str | None = None, note: str | None = None, apart: bool = False
    ) -> "Identities":
        """Give a segment a name or a note ("" takes it away); from now on it is known by its customers of today.

        `apart` makes it a segment of its own, so that the one it was taken for keeps what it is called: for segments
        made by hand, which can be undone.
        """
        number = self.shown[key].numbers[label]
        before = self.known[number]
        after = replace(before, name=before.name if name is None else name, note=before.note if note is None else note)
        if after == before:
            return self
        known, anchors = list(self.known), list(self.anchors)
        if apart and anchors[number] != (key, label):
            one = self.shown[key]
            numbers = tuple(len(known) if i == label else other for i, other in enumerate(one.numbers))
            shown = {**self.shown, key: replace(one, numbers=numbers)}
            known, anchors = [*known, after], [*anchors, (key, label)]
            return replace(self, known=tuple(known), anchors=tuple(anchors), shown=MappingProxyType(shown))
        known[number], anchors[number] = after, (key, label)
        return replace(self, known=tuple(known), anchors=tuple(anchors))

    @property
    def is_named(self) -> bool:
        """Whether the user has given any name or note."""
        return any(identity.name or identity.note for identity in self.known)

    def _named_hues(self) -> set[int]:
        return {identity.hue for identity in self.known if identity.name}

    def _match(self, placed: np.ndarray, n_clusters: int) -> list[int | None]:
        """The number of the known segment that each segment is, None for those that are none."""
        found: list[int | None] = [None] * n_clusters
        candidates = [
            number
            for number, (key, _) in enumerate(self.anchors)
            if key in self.shown and self.shown[key].labels is not None
        ]
        if not candidates:
            return found
        common = {
            key: _together(placed, shown.labels, n_clusters, len(shown.numbers))
            for key, shown in self.shown.items()
            if shown.labels is not None
        }
        sizes = np.bincount(placed[placed >= 0], minlength=n_clusters)
        likeness = np.zeros((n_clusters, len(candidates)))
        for column, number in enumerate(candidates):
            key, label = self.anchors[number]
            both = common[key][:, label]
            size = int((self.shown[key].labels == label).sum())
            jaccard = both / np.maximum(sizes + size - both, 1)
            likeness[:, column] = np.where(jaccard >= _SAME, jaccard, 0.0)
        for label, column in zip(*linear_sum_assignment(-likeness), strict=True):
            if likeness[label, column] > 0:
                found[label] = candidates[column]
        return found

    def _origins(self, placed: np.ndarray, numbers: tuple[int, ...]) -> tuple[Origin, ...]:
        if not self.shown:
            return ()
        key, before = next(reversed(self.shown.items()))
        if before.labels is None:
            return ()
        names = [look.name for look in self.looks(key)]
        common = _together(placed, before.labels, len(numbers), len(before.numbers))
        own = np.bincount(placed[placed >= 0], minlength=len(numbers))
        earlier = np.bincount(before.labels[before.labels >= 0], minlength=len(before.numbers))
        origins = []
        for label, number in enumerate(numbers):
            swallowed = np.flatnonzero(common[label] > _MAINLY * np.maximum(earlier, 1))
            main = int(common[label].argmax())
            if len(swallowed) > 1:
                origins.append(Origin("merged", tuple(names[i] for i in swallowed)))
            elif number < len(self.known):  # known from the one before, or from an earlier one
                origins.append(Origin("same"))
            elif common[label, main] > _MAINLY * own[label]:
                origins.append(Origin("split", (names[main],)))
            else:
                origins.append(Origin("new"))
        return tuple(origins)

    def _forget_the_oldest(self) -> "Identities":
        """Drop the customers of the oldest segmentation in which nothing has a name once there are many.

        Who its segments are is kept: they are the same when it is gone back to.
        """
        held = [key for key, one in self.shown.items() if one.labels is not None]
        if len(held) <= _MOST_REMEMBERED:
            return self
        named = {key for one, (key, _) in zip(self.known, self.anchors, strict=True) if one.name or one.note}
        oldest = next((key for key in held[:-1] if key not in named), held[0])
        shown = {**self.shown, oldest: replace(self.shown[oldest], labels=None)}
        return replace(self, shown=MappingProxyType(shown))


def _together(one: np.ndarray, other: np.ndarray, n_one: int, n_other: int) -> np.ndarray:
    """Rows by their segments in two segmentations, of shape (n_one, n_other)."""
    both = (one >= 0) & (other >= 0)
    cells = one[both].astype(np.int64) * n_other + other[both]
    return np.bincount(cells, minlength=n_one * n_other).reshape(n_one, n_other)


def _apart(hues: list[int]) -> tuple[int, ...]:
    """The marks of one segmentation, those that look like another's replaced.

    Up to eight segments every one has a hue of its own; beyond that a hue comes again with another shape, and beyond
    64 also with the same one.
    """
    n_hues = 8 if len(hues) <= 8 else max(64, len(hues))
    taken: set[int] = set()
    told = []
    for hue in hues:
        if hue >= n_hues or hue in taken:
            hue = next(free for free in range(n_hues) if free not in taken and free not in hues)
        taken.add(hue)
        told.append(hue)
    return tuple(told)


def _free_hues(taken: set[int], named: set[int]):
    """Numbers of marks not in use, those of named segments that are not on show last of the first eight."""
    lowest = [hue for hue in range(8) if hue not in taken]
    yield from [hue for hue in lowest if hue not in named]
    yield from [hue for hue in lowest if hue in named]
    hue = 8
    while True:
        if hue not in taken:
            yield hue
        hue += 1
