"""Files that are written whole or not at all."""

import os
import tempfile
from pathlib import Path

from clustering.errors import InvalidSetting


def write_whole(*files: tuple[Path, bytes]) -> None:
    """Write all of these files or none, each through one beside it, so that a reader never meets half a result.

    Raises
    ------
    InvalidSetting
        If one cannot be written, or two have one name.
    """
    targets: dict[Path, Path] = {}
    try:
        for path, content in files:
            if path.exists() and not path.is_file():
                continue  # a device such as /dev/null or a pipe: not to be replaced by a file
            target = path.resolve()  # what a link leads to, not the link
            if target in targets.values():
                raise InvalidSetting(f"{path} is named for two files. Give each its own name.")
            targets[_beside(target, content)] = target
        for temporary, target in targets.items():
            os.replace(temporary, target)
        for path, content in files:
            if not path.is_file():
                path.write_bytes(content)
    except OSError as error:
        raise InvalidSetting(f"{path} cannot be written: {error.strerror}. Choose another place.") from error
    finally:
        for temporary in targets:
            temporary.unlink(missing_ok=True)  # those that were not moved to their place


def _beside(target: Path, content: bytes) -> Path:
    """A file with this content in the target's directory."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
        temporary.chmod(0o666 & ~_umask())
    except OSError:
        temporary.unlink()
        raise
    return temporary


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
