"""What can be done by hand, as plain values, and how each step is told."""

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from clustering.errors import InvalidSetting
from clustering.wording import count, one_line, spelled


@dataclass(frozen=True)
class Merge:
    """Make one segment of several; `labels` are kept in ascending order."""

    labels: tuple[int, ...]

    def __post_init__(self):
        object.__setattr__(self, "labels", tuple(sorted({int(label) for label in self.labels})))
        if len(self.labels) < 2:
            raise InvalidSetting("Only one segment is chosen. Choose at least two to merge.")

    def told(self, names: tuple[str, ...] = ()) -> str:
        """Say what the step does; `names` are those of the segments before it."""
        *others, last = (_called(label, names) for label in self.labels)
        return _sentence(f"{', '.join(others)} and {last} made one.")


@dataclass(frozen=True)
class Split:
    """Find segments within one, by the method that found it."""

    label: int
    n_clusters: int = 2

    def __post_init__(self):
        object.__setattr__(self, "label", int(self.label))
        if self.n_clusters < 2:
            raise InvalidSetting(f"A segment cannot be split in {self.n_clusters}; at least two parts are possible.")

    def told(self, names: tuple[str, ...] = ()) -> str:
        """Say what the step does; `names` are those of the segments before it."""
        return _sentence(f"{_called(self.label, names)} split in {spelled(self.n_clusters)}.")


@dataclass(frozen=True)
class Move:
    """Put chosen customers into another segment.

    Parameters
    ----------
    rows : tuple of int
        Positions in the table; any other sequence becomes a tuple, ascending and each once.
    label : int
        Where they go; those who are there already stay.
    """

    rows: tuple[int, ...]
    label: int

    def __post_init__(self):
        rows = np.unique(np.asarray(self.rows, dtype=np.int64))
        if not len(rows):
            raise InvalidSetting("Nobody is chosen. Choose at least one customer to move.")
        object.__setattr__(self, "rows", tuple(rows.tolist()))
        object.__setattr__(self, "label", int(self.label))

    def told(self, names: tuple[str, ...] = ()) -> str:
        """Say what the step does; `names` are those of the segments before it."""
        return f"{count(len(self.rows), 'customer')} moved to {_called(self.label, names)}."


Step = Merge | Split | Move


@dataclass(frozen=True)
class Edits:
    """Steps by hand, one after the other; the labels in a step are those after the steps before it."""

    steps: tuple[Step, ...] = ()

    def __post_init__(self):
        object.__setattr__(self, "steps", tuple(self.steps))

    @cached_property
    def digest(self) -> str:
        """Stands for the steps in the key of a cache; equal edits have equal digests."""
        digest = hashlib.sha256()
        for step in self.steps:
            if isinstance(step, Move):
                digest.update(f"Move {step.label} {len(step.rows)} ".encode())
                digest.update(np.array(step.rows, dtype=np.int64))
            else:
                digest.update(repr(step).encode())
        return digest.hexdigest()

    def then(self, step: Step) -> "Edits":
        """Return these edits and one more."""
        return Edits((*self.steps, step))

    @property
    def undone(self) -> "Edits":
        """These edits without the last step."""
        return Edits(self.steps[:-1])

    def told(self, names: tuple[tuple[str, ...], ...] = ()) -> tuple[str, ...]:
        """Say what each step does.

        Parameters
        ----------
        names : tuple of tuple of str
            For each step the names of the segments before it; numbers where they are blank or absent.
        """
        return tuple(step.told(names[i] if i < len(names) else ()) for i, step in enumerate(self.steps))


def _called(label: int, names: tuple[str, ...]) -> str:
    name = one_line(names[label]) if label < len(names) else ""
    return f'"{name}"' if name else f"segment {label + 1}"


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]
