"""20,000,000 rows x 8 columns from Parquet through the command line within 1 GB (make bench-large).

Eight columns of numbers, crowds of customers in them, made in parts with a fixed seed. Sweep of 2 to 10 segments, fit,
profile and labelled Parquet run as processes of their own, on one thread for the numbers, with ``--max-memory 1G``.
Limits: 1.5 GB of memory above what the command takes for a handful of rows; inertia at most 0.1 % above that of
scikit-learn in memory, for every number of segments; at most twice the time that the same commands take without
``--max-memory``, where the machine has the memory for them. Every row must come back as it stood, with its segment.

``python -m tests.benchmarks.large_stream --rows 2000000`` for fewer rows. Exits with 1 if a limit is passed.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from clustering.table.room import PARQUET_CELL, free_memory
from tests.benchmarks.bench_large import run

N_ROWS, N_COLUMNS = 20_000_000, 8
MOST_MEMORY = 1.5  # GB above idle
MOST_INERTIA = 1.001  # times that of scikit-learn
MOST_TIME = 2.0  # times that of the way in memory
N_CLUSTERS = 5
LIMIT = 1 << 30  # bytes; of fewer rows less, so that they are streamed too
UNLIMITED = "--max-memory", "1000G"
_PART = 500_000  # rows made at a time
_STARTS = 2  # of scikit-learn
_KEEP = ("--outliers", "keep")  # so that all see the same rows


def write_customers(path: Path, n_rows: int) -> None:
    """Six crowds of different size and width that touch, the same on every run."""
    rng = np.random.default_rng(0)
    centers, widths = rng.normal(0, 3, (6, N_COLUMNS)), rng.uniform(0.7, 1.6, (6, N_COLUMNS))
    schema = pa.schema([(f"x{i}", pa.float64()) for i in range(N_COLUMNS)])
    with pq.ParquetWriter(path, schema) as out:
        for begin in range(0, n_rows, _PART):
            crowd = rng.choice(6, min(_PART, n_rows - begin), p=[0.3, 0.25, 0.18, 0.12, 0.1, 0.05])
            X = (centers[crowd] + rng.normal(size=(len(crowd), N_COLUMNS)) * widths[crowd]).round(4)
            out.write_table(pa.table(list(X.T.copy()), schema=schema))


def reference(path: Path, most: int) -> list[float]:
    """Inertia of scikit-learn for 2 to `most` segments of all rows at once, standardized: the best of some starts."""
    from sklearn.cluster import KMeans

    table = pq.read_table(path)
    X = np.empty((table.num_rows, N_COLUMNS))
    for i in range(N_COLUMNS):
        X[:, i] = table.column(i).to_numpy()
    del table
    X -= X.mean(axis=0)
    X /= X.std(axis=0)
    return [KMeans(k, n_init=_STARTS, random_state=0, copy_x=False).fit(X).inertia_ for k in range(2, most + 1)]


def what_is_wrong(source: Path, labelled: Path, sizes: list[int], described: Path) -> list[str]:
    """What a run promises and did not keep; a part of the rows at a time."""
    came_in, came_out = pq.ParquetFile(source), pq.ParquetFile(labelled)
    wrong, names = set(), came_in.schema_arrow.names
    found, sums = np.zeros(len(sizes) + 1, dtype=np.int64), np.zeros(len(sizes) + 1)
    parts = (file.iter_batches(65_536, use_threads=False) for file in (came_in, came_out))
    n_rows = 0
    for before, after in zip(*parts, strict=True):
        wrong |= {f"the column {name} is another" for name in names if not before[name].equals(after[name])}
        segment = after["segment"].fill_null(0).to_numpy()
        found += np.bincount(segment, minlength=len(found))
        sums += np.bincount(segment, before["x0"].to_numpy(), minlength=len(found))
        n_rows += len(segment)
    if found.tolist() != [0, *sizes] or n_rows != came_in.metadata.num_rows:
        wrong.add("the sizes are not those of the rows")
    told = json.loads(described.read_bytes())
    if [segment["size"] for segment in told["segments"]] != sizes:
        wrong.add("the sizes are not those of the profile")
    means = next(column for column in told["columns"] if column["column"] == "x0")["segments"]
    if not np.allclose([segment["mean"] for segment in means], sums[1:] / found[1:], rtol=1e-9, atol=1e-9):
        wrong.add("the means of the profile are not those of the rows")
    return sorted(wrong)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=N_ROWS)
    parser.add_argument("--make", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--reference", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.make:
        write_customers(options.make, options.rows)
        return 0
    if options.reference:
        print(json.dumps(reference(options.reference, 10)))
        return 0
    # not where temporary files are kept in memory
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        return measure(Path(folder), options.rows)


def measure(folder: Path, n_rows: int) -> int:
    source, few = folder / "in.parquet", folder / "few.parquet"
    for path, n in ((source, n_rows), (few, 1_000)):
        run("tests.benchmarks.large_stream", "--make", str(path), "--rows", str(n))
    idle = max(peak for _, _, _, peak in both(few, folder / "few"))
    print(f"{n_rows:,} rows x {N_COLUMNS} columns of Parquet ({source.stat().st_size / 1e6:.0f} MB)", flush=True)
    print(f"idle, of 1,000 rows: {idle:.2f} GB", flush=True)
    out = folder / "streamed"
    limited = "--max-memory", str(min(LIMIT, PARQUET_CELL * n_rows * N_COLUMNS // 4))
    (swept, sweep_took, sweep_wall, sweep_peak), (fitted, fit_took, fit_wall, fit_peak) = both(source, out, *limited)
    above, streamed = max(sweep_peak, fit_peak) - idle, sweep_wall + fit_wall
    print(f"streamed: sweep {sweep_took}; fit, profile and labels {fit_took}; ", end="")
    print(f"{above:.2f} GB above idle (at most {MOST_MEMORY} GB)", flush=True)
    wrong = what_is_wrong(source, out / "out.parquet", fitted["sizes"], out / "told.json")
    wrong += ["it was not streamed"] * (not all(told["notes"][0].startswith("Streamed") for told in (swept, fitted)))
    print("; ".join(wrong) or "every row came back as it stood, with its segment", flush=True)
    failed = bool(wrong) or above > MOST_MEMORY
    needed = 2 * PARQUET_CELL * n_rows * N_COLUMNS  # reading, and what comes after it
    if (free_memory() or 0) > needed:
        (_, sweep_took, sweep_wall, _), (_, fit_took, fit_wall, _) = both(source, folder / "whole", *UNLIMITED)
        times = streamed / (sweep_wall + fit_wall)
        print(f"in memory: sweep {sweep_took}; fit, profile and labels {fit_took}; ", end="")
        print(f"streamed takes {times:.2f} times as long (at most {MOST_TIME:g})", flush=True)
        failed |= times > MOST_TIME
    else:
        print(f"not measured in memory: about {needed / 1e9:.0f} GB would be needed", flush=True)
    told, took, _, _ = run_json("tests.benchmarks.large_stream", "--reference", str(source))
    ratios = np.array(swept["inertia"]) / np.array(told)
    print(f"inertia for k = 2 to 10 against scikit-learn in memory ({_STARTS} starts, {took}): ", end="")
    print(", ".join(f"{100 * (ratio - 1):+.3f} %" for ratio in ratios), f"(at most {100 * (MOST_INERTIA - 1):+.1f} %)")
    return int(failed or ratios.max() > MOST_INERTIA)


def both(source: Path, out: Path, *options: str) -> tuple[tuple, tuple]:
    """Sweep, then fit with profile and labels; of each what it printed, what it took, seconds and peak in GB."""
    out.mkdir()
    swept = run_json("clustering", "sweep", str(source), "--k", "2:10", *_KEEP, *options)
    files = ("--out", str(out / "out.parquet"), "--profile", str(out / "told.json"))
    fitted = run_json("clustering", "fit", str(source), "--n-clusters", str(N_CLUSTERS), *_KEEP, *files, *options)
    return swept, fitted


def run_json(*command: str) -> tuple:
    begin = time.perf_counter()
    printed, took, peak = run(*command)
    return json.loads(printed), took, time.perf_counter() - begin, peak


if __name__ == "__main__":
    sys.exit(main())
