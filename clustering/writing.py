"""Files that are written whole or not at all."""

import errno
import os
import stat
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from clustering.errors import InvalidSetting


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
    targets: dict[Path, tuple[Path, Path]] = {}  # a file beside -> what it becomes, and how that was called
    streams = []
    try:
        for path, content in files:
            with _told(path):
                if _is_stream(path):
                    streams.append((path, content))
                    continue
                target = _target(path)
                if any(target == other for other, _ in targets.values()):
                    raise InvalidSetting(f"{path} is named for two files. Give each its own name.")
                if any(_is_same(target, Path(source)) for source in read):
                    raise InvalidSetting(f"{path} is the file that was read. Give the result another name.")
                targets[_beside(target, content)] = target, path
        for path, content in streams:  # these cannot be taken back, nor replaced: before anything is at its place
            with _told(path):
                path.write_bytes(content)
        for temporary, (target, path) in targets.items():
            with _told(path):
                os.replace(temporary, target)
    finally:
        for temporary in targets:
            temporary.unlink(missing_ok=True)  # those that were not moved to their place


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


def _is_same(target: Path, other: Path) -> bool:
    return target.exists() and other.exists() and target.samefile(other)


def _beside(target: Path, content: bytes) -> Path:
    """A file with this content in the target's directory, for those to read who may read the target."""
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666 & ~_umask()
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".clustering.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
        temporary.chmod(mode)
    except OSError:
        temporary.unlink()
        raise
    return temporary


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
