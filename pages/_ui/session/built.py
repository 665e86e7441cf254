"""Files that were built to be downloaded, kept until what they tell is changed or others take their place."""

from collections.abc import Collection
from dataclasses import dataclass

from pages._ui.session import budget


@dataclass(frozen=True, eq=False)
class BuiltFile:
    """A file ready to be saved.

    Attributes
    ----------
    content : bytes
    remark : str
        What is to be known about it; "" where nothing is.
    """

    content: bytes
    remark: str = ""


@dataclass(frozen=True, eq=False)
class Template:
    """The user's own .pptx, whose look the slides take; `digest` tells it from another of the same name."""

    name: str
    content: bytes
    digest: str


class BuiltFiles:
    """The latest few files, by what each was built from; those still to be built, and why one could not be.

    What was ordered stays so while the page is drawn anew, which ends a build: it is then begun again.
    """

    def __init__(self):
        self._files: dict[tuple, BuiltFile] = {}
        self._ordered: list[tuple] = []
        self._refused: dict[tuple, str] = {}
        self._gone: set[tuple] = set()
        self.template: Template | None = None

    def get(self, key: tuple) -> BuiltFile | None:
        return self._files.get(key)

    def refusal(self, key: tuple) -> str | None:
        """Why this file could not be built; None where nothing is against it."""
        return self._refused.get(key)

    def is_gone(self, key: tuple) -> bool:
        """Whether this file was built, and gave way to others."""
        return key in self._gone

    def order(self, key: tuple) -> None:
        """Have a file built, after those that were ordered before."""
        self._refused.pop(key, None)
        if key not in self._ordered:
            self._ordered.append(key)

    def is_ordered(self, key: tuple) -> bool:
        return key in self._ordered

    def next_of(self, keys: Collection[tuple]) -> tuple | None:
        """Which of these files is to be built first; what else was ordered cannot be had any more."""
        self._ordered = [key for key in self._ordered if key in keys]
        return self._ordered[0] if self._ordered else None

    def cancel(self, key: tuple) -> None:
        """Do not build a file after all."""
        if key in self._ordered:
            self._ordered.remove(key)

    def refuse(self, key: tuple, why: str) -> None:
        """Take note of why a file cannot be built."""
        self.cancel(key)
        self._refused[key] = why

    def keep(self, key: tuple, file: BuiltFile) -> None:
        """Keep a file; the oldest go where there are too many, or all together are too large."""
        self.cancel(key)
        self._files.pop(key, None)
        self._files[key] = file
        self._gone.discard(key)
        while len(self._files) > 1 and (len(self._files) > budget.MOST_DOWNLOADS or self._size() > budget.DOWNLOADS):
            oldest = next(iter(self._files))
            del self._files[oldest]
            self._gone.add(oldest)

    def _size(self) -> int:
        return sum(len(file.content) for file in self._files.values())
