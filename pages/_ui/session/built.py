"""Files that were built to be downloaded, kept until what they tell is changed or others take their place."""

from dataclasses import dataclass

_MOST_BUILT = 8
_MOST_BYTES = 400 * 2**20


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


class BuiltFiles:
    """The latest few files, by what each was built from."""

    def __init__(self):
        self._files: dict[tuple, BuiltFile] = {}

    def get(self, key: tuple) -> BuiltFile | None:
        return self._files.get(key)

    def keep(self, key: tuple, file: BuiltFile) -> None:
        """Keep a file; the oldest go where there are too many, or all together are too large."""
        self._files.pop(key, None)
        self._files[key] = file
        while len(self._files) > 1 and (len(self._files) > _MOST_BUILT or self._size() > _MOST_BYTES):
            self._files.pop(next(iter(self._files)))

    def _size(self) -> int:
        return sum(len(file.content) for file in self._files.values())
