"""Files that are written whole or not at all."""

import errno
import io
import os
import shutil
import stat
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from clustering.errors import InvalidSetting

_IN_MEMORY = 1 << 26  # bytes kept for a device, which nothing can be taken back from, before they go to a file


def write_whole(*files: tuple[Path, bytes], read: Iterable[str | Path] = ()) -> None:
    """Write all of these files or none, each through one beside it, so that a reader never meets half a result.

    Parameters
    ----------
    files : tuple of (Path, bytes)
    read : iterable of path
        What the content was made from: it is not overwritten.

    Raises
    ------
    InvalidSetting
        If one cannot be written, two have one name, or one is among those that were read.
    """
    with open_whole(*(path for path, _ in files), read=read) as opened:
        for out, (_, content) in zip(opened, files, strict=True):
            out.write(content)


@contextmanager
def open_whole(*paths: Path, read: Iterable[str | Path] = ()) -> Iterator[tuple[BinaryIO, ...]]:
    """Open files to be written piece by piece: all come to their places when the block ends, none if it fails.

    Parameters and errors as of `write_whole`, also where a piece cannot be written. Whatever else goes wrong in the
    block passes through.
    """
    targets: dict[Path, tuple[Path, Path]] = {}  # a file beside -> what it becomes, and how that was called
    streams: list[tuple[BinaryIO, Path]] = []
    opened: list[BinaryIO] = []
    sources = [Path(source) for source in read]
    try:
        for path in paths:
            with _told(path):
                if _is_stream(path):
                    content = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 closed with those that are opened
                    streams.append((content, path))
                    opened.append(io.BufferedWriter(_Telling(content, path)))
                    continue
                target = _target(path)
                if any(target == other for other, _ in targets.values()):
                    raise InvalidSetting(f"{path} is named for two files. Give each its own name.")
                if any(_is_same(target, source) for source in sources):
                    raise InvalidSetting(f"{path} is the file that was read. Give the result another name.")
                if any(_is_inside(target, source) for source in sources):
                    raise InvalidSetting(
                        f"{path} lies in the folder that was read, and would be read with it the next time. Write it "
                        "elsewhere."
                    )
                handle, name = tempfile.mkstemp(dir=target.parent, prefix=".clustering.")
                targets[Path(name)] = target, path
                opened.append(io.BufferedWriter(_Telling(os.fdopen(handle, "wb", buffering=0), path)))
        yield tuple(opened)
        for out in opened:
            out.flush()
        for content, path in streams:  # these cannot be taken back, nor replaced: before anything is at its place
            content.seek(0)
            with _told(path), path.open("wb") as device:
                shutil.copyfileobj(content, device)
        for temporary, (target, path) in targets.items():
            with _told(path):
                _let_read(temporary, target)
                os.replace(temporary, target)
    finally:
        for out in opened:
            with suppress(InvalidSetting):  # what was told before, once more
                out.close()
        for temporary in targets:
            temporary.unlink(missing_ok=True)  # those that were not moved to their place


class _Telling(io.RawIOBase):
    """A file that tells as a sentence what the system refuses."""

    def __init__(self, file: BinaryIO, path: Path):
        self._file, self._path = file, path

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:
        with _told(self._path):
            return self._file.write(data)

    def close(self) -> None:
        super().close()
        self._file.close()


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """What the system refuses, as a sentence."""
    try:
        yield
    except InvalidSetting:
        raise
    except (OSError, ValueError) as error:  # a path with a NUL
        why = getattr(error, "strerror", None) or "this is no path of a file"
        raise InvalidSetting(f"{path} cannot be written: {why}. Choose another place.") from error


def _is_stream(path: Path) -> bool:
    """Whether it is a device such as /dev/null or a pipe: not to be replaced by a file."""
    return path.exists() and not path.is_file() and not path.is_dir()


def _target(path: Path) -> Path:
    """What a link leads to, not the link.

    Raises
    ------
    OSError
        If there is something that must not be replaced: a folder, a link to itself, a file protected against writing.
    """
    target = Path(os.path.realpath(path))
    if target.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    if target.exists():
        target.open("ab").close()  # refused where it must not be written to, which replacing it would not be
    return target


def _is_inside(target: Path, folder: Path) -> bool:
    return folder.is_dir() and target.is_relative_to(folder.resolve())


def _is_same(target: Path, other: Path) -> bool:
    return target.exists() and other.exists() and target.samefile(other)


def _let_read(temporary: Path, target: Path) -> None:
    """Let those read the new file who may read the one it replaces, or any other here."""
    temporary.chmod(stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666 & ~_umask())


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
