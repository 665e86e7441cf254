"""Whether a table has room in the free memory, asked before it is unpacked and parsed.

A process that asks for more than there is, is ended by the machine without a word, and with it the work of everybody
who uses it. What reading takes at its peak was measured (`tests/benchmarks/bench_reading.py` holds it to six times a
usual file): for delimited text 2.5 times the text and 25 bytes per cell.
"""

from pathlib import Path

from clustering.errors import UnreadableFile
from clustering.wording import fixed, whole

TEXT, TEXT_CELL = 2.5, 25  # bytes of memory per byte of text, and per cell
PARQUET_CELL = 65  # bytes per cell, short texts included
SHEET_CELL = 250
UNPACKED = 4  # bytes per byte of what was packed, whatever it is
WORKBOOK = 2  # bytes per byte of what is in an .ods or .xlsb
_SHARE = 0.8  # of the free memory; the rest is for everybody else
_LINE_END = b"\n"
_WAY_ON = "Take a sample of its rows, or save it as Parquet with only the columns you need."
_HEAD = 1 << 20  # bytes from which the rows and cells of a text are estimated
_MEMINFO = Path("/proc/meminfo")
# What a container may take and takes, as cgroup 2 and 1 tell it.
_CONTAINERS = (
    (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory.current")),
    (Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"), Path("/sys/fs/cgroup/memory/memory.usage_in_bytes")),
)


def free_memory() -> int | None:
    """Bytes that can still be taken, by this machine and its container; None where neither tells."""
    known = []
    for limit, used in _CONTAINERS:
        try:
            known.append(int(limit.read_text()) - int(used.read_text()))
        except (OSError, ValueError):  # no container of that kind, or one without a limit ("max")
            continue
    try:
        lines = _MEMINFO.read_text(encoding="ascii").splitlines()
        known.append(1024 * next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable:")))
    except (OSError, StopIteration):
        pass  # not Linux
    return max(min(known), 0) if known else None


def usable() -> float:
    """Bytes that reading one table may take; infinite where the machine does not tell."""
    free = free_memory()
    return float("inf") if free is None else _SHARE * free


def check_text(text: memoryview, name: str) -> None:
    """Refuse delimited text that would take more memory than there is.

    Raises
    ------
    UnreadableFile
        Names the rows it holds, the rows that would fit, and the way on.
    """
    n_bytes, room = len(text), usable()
    if (TEXT + TEXT_CELL) * n_bytes <= room:  # even if it were nothing but delimiters
        return
    head = bytes(text[:_HEAD])
    n_rows = max(head.count(_LINE_END), 1)
    n_cells = n_rows + max(head.count(delimiter) for delimiter in (b",", b";", b"\t", b"|"))
    share = n_bytes / max(len(head), 1)
    check_rows(TEXT * n_bytes + TEXT_CELL * n_cells * share, _rough(n_rows * share), name, about=True)


def check_rows(needed: float, n_rows: int, name: str, *, about: bool = False) -> None:
    """Refuse a table of so many rows that takes so many bytes to read, if there are not that many.

    Parameters
    ----------
    about : bool
        Whether the number of rows is estimated.
    """
    room = usable()
    if needed <= room:
        return
    raise UnreadableFile(
        f"{name} has {'about ' * about}{whole(n_rows)} rows. Reading them takes about {_size(needed)} of memory, and "
        f"{_size(room)} can be had here now. {_fits(int(n_rows * room / needed))}"
    )


def unpacked_too_large(begun: bytearray, name: str) -> UnreadableFile:
    """What is said of an archive whose table does not fit; `begun` is as much of it as would."""
    told = (
        f"{name} unpacks to more than {_size(len(begun))}, and reading more takes more memory than can be had here now."
    )
    if b"\0" in begun[:_HEAD]:  # a workbook or Parquet, whose rows are not counted by their lines
        return UnreadableFile(f"{told} {_WAY_ON}")
    return UnreadableFile(f"{told} {_fits(begun.count(_LINE_END))}")


def check_workbook(n_bytes: int, name: str) -> None:
    """Refuse a workbook whose parts have so many bytes, if reading them takes more memory than there is."""
    if WORKBOOK * n_bytes > (room := usable()):
        raise UnreadableFile(
            f"{name} unpacks to {_size(n_bytes)}. Reading that takes about {_size(WORKBOOK * n_bytes)} of memory, and "
            f"{_size(room)} can be had here now. {_WAY_ON}"
        )


def _fits(n_rows: int) -> str:
    """The way on for so many rows."""
    if n_rows < 1:
        return "Not even one row would fit: try it again later, or on a machine with more memory."
    return (
        f"About {whole(_rough(n_rows))} rows would fit: take a sample of so many, or save the table as "
        "Parquet with only the columns you need."
    )


def _rough(n: float) -> int:
    """A whole number, rounded down to its first two digits."""
    n = int(n)
    digits = 10 ** max(len(str(n)) - 2, 0)
    return n // digits * digits


def _size(n_bytes: float) -> str:
    return f"{fixed(n_bytes / 1e9, 1)} GB" if n_bytes >= 1e9 else f"{whole(n_bytes / 1e6)} MB"
