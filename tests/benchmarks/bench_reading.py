"""Reading with detection takes at most 3 times as long as `pandas.read_csv`, and 6 times the file in memory.

1,000,000 rows of an identifier, eight amounts and a short word; one thread each. And what reading takes is told
beforehand within limits, for four kinds of cells, 400,000 rows of 4. Run as a module:
``python -m tests.benchmarks.bench_reading``; exits with 1 if a limit is passed.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from clustering import read_table
from clustering.table.room import needed_by_text

N_ROWS, N_AMOUNTS, ROUNDS = 1_000_000, 8, 7
TIME_LIMIT, MEMORY_LIMIT = 3.0, 6.0
N_ROWS_OF_A_KIND, TOLD_LIMITS = 400_000, (0.85, 2.0)  # of the real peak
KINDS = {
    "digits": lambda rng, shape: rng.integers(0, 10, shape).astype(str),
    "prices": lambda rng, shape: np.char.mod("%.2f", rng.normal(500, 100, shape)),
    "words": lambda rng, shape: rng.choice(["north", "south", "eastern", "west side"], shape),
    "ids": lambda rng, shape: np.char.mod("K%07d", rng.permutation(shape[0] * shape[1]).reshape(shape)),
}


def write_customers(path: Path) -> None:
    """A file of about 56 MB, the same on every run."""
    rng = np.random.default_rng(0)
    columns = {"id": np.arange(1, N_ROWS + 1)}
    columns |= {f"amount_{i}": rng.normal(50, 20, N_ROWS).round(2) for i in range(N_AMOUNTS)}
    pd.DataFrame(columns | {"kind": rng.choice(["a", "bb", "ccc"], N_ROWS)}).to_csv(path, index=False)


def time_ratio(path: Path) -> tuple[float, float]:
    """Processor seconds of both in turn, so that they meet the same machine; the middle of some rounds."""
    seconds = {pd.read_csv: [], read_table: []}
    for _ in range(ROUNDS):
        for read, taken in seconds.items():
            begin = time.process_time()
            read(path)
            taken.append(time.process_time() - begin)
    return statistics.median(seconds[read_table]), statistics.median(seconds[pd.read_csv])


def peak_above_idle(path: Path) -> int:
    """Bytes, in a process of its own; idle is after a small table, when all libraries are loaded."""
    command = [sys.executable, "-m", "tests.benchmarks.bench_reading", "--peak", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return int(done.stdout)


def told_of_peak(path: Path, kind: str) -> float:
    """What is told beforehand, in parts of what reading takes at its peak."""
    cells = KINDS[kind](np.random.default_rng(0), (N_ROWS_OF_A_KIND, 4))
    path.write_text("\n".join(["a,b,c,d", *map(",".join, cells.tolist())]) + "\n")
    return needed_by_text(memoryview(path.read_bytes()))[0] / peak_above_idle(path)


def print_peak(path: Path) -> None:
    read_table(b"a,b\n1,x\n2,y\n4,z\n")
    idle = memory("VmRSS")
    read_table(path)
    print(memory("VmHWM") - idle)


def memory(figure: str) -> int:
    """Bytes, as Linux counts them; what `resource` tells begins with the peak of the parent process."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return 1024 * next(int(line.split()[1]) for line in status.splitlines() if line.startswith(figure))


def main() -> int:
    pa.set_cpu_count(1)
    if sys.argv[1:2] == ["--peak"]:
        print_peak(Path(sys.argv[2]))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "customers.csv"
        write_customers(path)
        ours, pandas_took = time_ratio(path)
        size = path.stat().st_size
        peak = peak_above_idle(path) / size
        told = {kind: told_of_peak(path, kind) for kind in KINDS}
    ratio = ours / pandas_took
    print(
        f"reading: {N_ROWS:,} rows x {N_AMOUNTS + 2} columns ({size / 1e6:.0f} MB) in {ours:.2f} s, pandas.read_csv in "
        f"{pandas_took:.2f} s: {ratio:.2f} times as long (at most {TIME_LIMIT:g}); "
        f"peak memory {peak:.1f} times the file (at most {MEMORY_LIMIT:g})"
    )
    low, high = TOLD_LIMITS
    shares = ", ".join(f"{kind} {share:.2f}" for kind, share in told.items())
    print(f"reading: memory told beforehand, in parts of the peak: {shares} ({low:g} to {high:g})")
    is_told = all(low <= share <= high for share in told.values())
    return int(ratio > TIME_LIMIT or peak > MEMORY_LIMIT or not is_told)


if __name__ == "__main__":
    sys.exit(main())
