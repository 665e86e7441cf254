"""Whether a table has room in the free memory, asked before it is unpacked and parsed.

A process that asks for more than there is, is ended by the machine without a word, and with it the work of everybody
who uses it. What reading takes at its peak was measured, and `tests/benchmarks/bench_reading.py` holds what is told
here to it: texts that all differ take far more than numbers or words that come again.
"""

import re
import threading
from collections import Counter
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from clustering.errors import UnreadableFile
from clustering.wording import fixed, whole

TEXT, TEXT_CELL = 2.5, 35  # bytes of memory per byte of text, and per cell
_FIGURE_CELL = 80  # per cell with digits that is no plain number, such as a date, and that comes again
_DISTINCT = 5  # per byte of a text that comes once, beyond those above
PARQUET_CELL, PARQUET_TEXT = 65, 5.5  # bytes per cell, and per byte of text in it
SHEET_CELL = 250
UNPACKED = 4  # bytes per byte of what was packed, whatever it is
# Bytes per byte of what is in a workbook whose cells are not counted. Measured for an .xls: 15 where its cells are
# texts that differ, 34 where they are small numbers; for an .xlsb 7 of small numbers.
WORKBOOK = {"ods": 2, "xlsb": 8, "xls": 29}
_SHARE = 0.8  # of the free memory; the rest is for everybody else
_LINE_END = b"\n"
_ANY_SIZE = "the command line reads CSV and Parquet of any size part by part"
_WAY_ON = f"Take a sample of its rows, or save it as Parquet with only the columns you need; {_ANY_SIZE}."
HEAD = 1 << 18  # bytes from which the rows and cells of a text are estimated
_MEMINFO = Path("/proc/meminfo")
_CGROUP, _CGROUPS = Path("/proc/self/cgroup"), Path("/sys/fs/cgroup")
# What a container may take, takes, and would give back of it, as cgroup 1 and 2 tell it.
_OLD_FILES = "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"
_NEW_FILES = "memory.max", "memory.current", "inactive_file"
_NUMBER = re.compile(rb"[-+]?\d*[.,]?\d*")
_DIGIT = re.compile(rb"\d")

_LOCK = threading.Lock()
_GRANTED: dict[object, float] = {}  # to every reading under way
_READING: ContextVar[object | None] = ContextVar("reading", default=None)


@contextmanager
def one_reading():
    """One reading: until it is over, no other is given the memory that it was granted."""
    one = object()
    before = _READING.set(one)
    try:
        yield
    finally:
        _READING.reset(before)
        with _LOCK:
            _GRANTED.pop(one, None)


def granted(needed: float, taken: int = 0) -> float:
    """Bytes that the reading under way may take; if `needed` is no more, it is kept for it.

    Parameters
    ----------
    taken : int
        How much of what is needed is taken already, and so no longer free.
    """
    with _LOCK:
        one = _READING.get()
        free = free_memory()
        others = sum(taken for other, taken in _GRANTED.items() if other is not one)
        room = float("inf") if free is None else max(_SHARE * (free + taken) - others, 0.0)
        if one is not None and needed <= room:
            _GRANTED[one] = max(needed, _GRANTED.get(one, 0))
    return room


def usable() -> float:
    """Bytes that reading one table may take; infinite where the machine does not tell."""
    return granted(0)


def free_memory() -> int | None:
    """Bytes that can still be taken, by this machine and its containers; None where neither tells."""
    known = list(_left_in_containers())
    try:
        lines = _MEMINFO.read_text(encoding="ascii").splitlines()
        known.append(1024 * next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable:")))
    except (OSError, StopIteration):
        pass  # not Linux
    return max(min(known), 0) if known else None


def _left_in_containers():
    """Bytes left in every container around this process that has a limit: a unit's own stands far below the root."""
    try:
        lines = _CGROUP.read_text(encoding="utf-8").splitlines()
    except OSError:
        return  # not Linux
    for line in lines:
        _, kinds, path = line.split(":", 2)
        if "memory" in kinds.split(","):
            root, files = _CGROUPS / "memory", _OLD_FILES
        elif not kinds:
            root, files = _CGROUPS, _NEW_FILES
        else:
            continue
        inner = root / path.lstrip("/")  # in a container of containers it may name what cannot be seen from inside
        for folder in (inner, *inner.parents):
            if folder.is_relative_to(root):
                yield from _left_in(folder, *files)


def _left_in(folder: Path, limit: str, used: str, given_back: str):
    try:
        left = int((folder / limit).read_text()) - int((folder / used).read_text())
    except (OSError, ValueError):  # no container of that kind, or one without a limit ("max")
        return
    try:  # files that were read stay in memory as long as nobody else wants it
        lines = (folder / "memory.stat").read_text(encoding="ascii").splitlines()
        left += next(int(line.split()[1]) for line in lines if line.startswith(f"{given_back} "))
    except (OSError, StopIteration):
        pass
    yield left


def check_text(text: memoryview, name: str) -> None:
    """Refuse delimited text that would take more memory than there is.

    Raises
    ------
    UnreadableFile
        Names the rows it holds, the rows that would fit, and the way on.
    """
    needed, n_rows = needed_by_text(text)
    check_rows(needed, n_rows, name, about=True)


def needed_by_text(text: memoryview) -> tuple[float, int]:
    """Bytes that reading delimited text takes at its peak, and its rows, both about; from its head."""
    return needed_by_head(bytes(text[:HEAD]), len(text))


def needed_by_head(head: bytes, n_bytes: float) -> tuple[float, int]:
    """The same of a text of so many bytes that begins so."""
    share = n_bytes / max(len(head), 1)
    return TEXT * n_bytes + share * _beyond_text(head), _rough(max(head.count(_LINE_END), 1) * share)


def _beyond_text(head: bytes) -> float:
    """Bytes that the cells of a text take beside the text itself."""
    head = head.replace(b"\0", b"")  # of UTF-16
    n_rows = head.count(_LINE_END)
    delimiter = next((mark for mark in (b"\t", b";", b"|") if head.count(mark) >= max(n_rows, 1)), b",")
    cells, needed = Counter(re.split(b"[\n" + re.escape(delimiter) + b"]", head)), 0
    for cell, n in cells.items():
        cell = cell.strip(b'" \r')
        if _NUMBER.fullmatch(cell):
            needed += TEXT_CELL * n
        elif n == 1:
            needed += TEXT_CELL + _DISTINCT * (len(cell) + 1)
        else:
            needed += (_FIGURE_CELL if _DIGIT.search(cell) else TEXT_CELL) * n
    return needed


def check_rows(needed: float, n_rows: int, name: str, *, about: bool = False) -> None:
    """Refuse a table of so many rows that takes so many bytes to read, if there are not that many.

    Parameters
    ----------
    about : bool
        Whether the number of rows is estimated.
    """
    room = granted(needed)
    if needed <= room:
        return
    raise UnreadableFile(
        f"{name} has {'about ' * about}{whole(n_rows)} rows. Reading them takes about {size(needed)} of memory, and "
        f"{size(room)} can be had here now. {_fits(int(n_rows * room / needed))}"
    )


def unpacked_too_large(begun: bytearray, name: str) -> UnreadableFile:
    """What is said of an archive whose table does not fit; `begun` is as much of it as would."""
    told = (
        f"{name} unpacks to more than {size(len(begun))}, and reading more takes more memory than can be had here now."
    )
    if b"\0" in begun[:HEAD]:  # a workbook or Parquet, whose rows are not counted by their lines
        return UnreadableFile(f"{told} About {size(len(begun))} unpacked would fit. {_WAY_ON}")
    return UnreadableFile(f"{told} {_fits(begun.count(_LINE_END))}")


def check_content(n_bytes: int, name: str) -> None:
    """Refuse a file of so many bytes, if these alone take more memory than there is; no row is counted."""
    room = usable()
    if n_bytes > room:
        raise UnreadableFile(
            f"{name} is {size(n_bytes)}, and {size(room)} of memory can be had here now. "
            f"About {whole(100 * room / n_bytes)} % of it would fit. {_WAY_ON}"
        )


def check_workbook(n_bytes: int, name: str, kind: str) -> None:
    """Refuse a workbook whose parts have so many bytes, if reading them takes more memory than there is.

    Parameters
    ----------
    kind : {"ods", "xlsb", "xls"}
    """
    needed = WORKBOOK[kind] * n_bytes
    does = "is" if kind == "xls" else "unpacks to"
    room = granted(needed)
    if needed > room:  # how many rows there are is known only when it is read
        raise UnreadableFile(
            f"{name} {does} {size(n_bytes)}. Reading that takes about {size(needed)} of memory, and "
            f"{size(room)} can be had here now. About {whole(100 * room / needed)} % of its rows would fit. {_WAY_ON}"
        )


def _fits(n_rows: int) -> str:
    """The way on for so many rows."""
    if n_rows < 1:
        return "Not even one row would fit: try it again later, or on a machine with more memory."
    return (
        f"About {whole(_rough(n_rows))} rows would fit: take a sample of so many, or save the table as "
        f"Parquet with only the columns you need; {_ANY_SIZE}."
    )


def _rough(n: float) -> int:
    """A whole number, rounded down to its first two digits."""
    n = int(n)
    digits = 10 ** max(len(str(n)) - 2, 0)
    return n // digits * digits


def size(n_bytes: float) -> str:
    """Write so many bytes: 1.5 GB; 20 MB."""
    return f"{fixed(n_bytes / 1e9, 1)} GB" if n_bytes >= 1e9 else f"{whole(n_bytes / 1e6)} MB"
