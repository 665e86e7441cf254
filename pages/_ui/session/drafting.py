"""What the user is placing by hand, before the segments are found from it."""

from dataclasses import dataclass, replace

Center = tuple[float, ...]


@dataclass(frozen=True)
class StartDraft:
    """Start centers that are typed, slid and clicked: three ways to the same centers.

    Attributes
    ----------
    centers : tuple of (tuple of float or None)
        In the units of the prepared features; None where one is not placed yet.
    chosen : int
        The center that a click or the sliders place or move.
    shown : tuple of (tuple of float or None)
        What the table showed before it was typed in.
    n_changes : int
        A part of the chart's key: so every click is another picture's, and acts once. Counted from a number of the
        centers that it began with: after other centers come other widgets.
    n_for_table, n_for_sliders : int
        Changes that came another way. As parts of their keys they make table and sliders begin anew then, and leave
        them alone while they are used.
    """

    centers: tuple[Center | None, ...]
    chosen: int = 0
    shown: tuple[Center | None, ...] = ()
    n_changes: int = 0
    n_for_table: int = 0
    n_for_sliders: int = 0

    @classmethod
    def empty(cls, n_clusters: int) -> "StartDraft":
        """Begin with no center placed."""
        return cls.of((None,) * n_clusters)

    @classmethod
    def of(cls, centers: tuple[Center | None, ...]) -> "StartDraft":
        """Begin with these centers."""
        begun = hash(centers)
        return cls(centers, shown=centers, n_changes=begun, n_for_table=begun, n_for_sliders=begun)

    @property
    def is_complete(self) -> bool:
        return None not in self.centers

    def typed(self, centers: tuple[Center | None, ...]) -> "StartDraft":
        """Take what the table has become."""
        return replace(self._changed(centers), n_for_sliders=self.n_for_sliders + 1)._next()

    def slid(self, chosen: int, center: Center) -> "StartDraft":
        """Place or move a center by the sliders, which stay with it."""
        changed = self._changed(self._with(chosen, center))
        return replace(changed, chosen=chosen, shown=changed.centers, n_for_table=self.n_for_table + 1)

    def clicked(self, chosen: int, center: Center) -> "StartDraft":
        """Place or move a center by a click; the next click is for the next that is not placed."""
        return replace(self.replaced(self._with(chosen, center)), chosen=chosen)._next()

    def replaced(self, centers: tuple[Center | None, ...]) -> "StartDraft":
        """Take other centers altogether."""
        return replace(
            self._changed(centers),
            chosen=0,
            shown=centers,
            n_for_table=self.n_for_table + 1,
            n_for_sliders=self.n_for_sliders + 1,
        )

    def _changed(self, centers: tuple[Center | None, ...]) -> "StartDraft":
        return replace(self, centers=centers, n_changes=self.n_changes + 1)

    def _with(self, chosen: int, center: Center) -> tuple[Center | None, ...]:
        return (*self.centers[:chosen], center, *self.centers[chosen + 1 :])

    def _next(self) -> "StartDraft":
        if self.is_complete or self.centers[self.chosen] is None:
            return self
        return replace(self, chosen=self.centers.index(None))
