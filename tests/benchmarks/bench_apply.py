"""A recipe is applied to 1,000,000 customers in at most the time that it takes to read them twice.

An identifier, a country, yes or no, a date and six numbers, some of them missing: the file is read, everybody placed,
held against then and written with the segment; one thread each, processor seconds. The labels are those of the fit, and
at most two more tables stand in memory beside the one that was read. Run as a module:
``python -m tests.benchmarks.bench_apply``; exits with 1 if a limit is passed.
"""

import os

os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}  # read when numpy loads

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from clustering import (
    ClusterSpec,
    FeatureSpec,
    apply_recipe,
    drift,
    fit,
    load_recipe,
    make_recipe,
    prepare,
    read_for,
    read_table,
    save_recipe,
)
from clustering.export import to_csv
from clustering.export.applied import applied_table
from tests.benchmarks.bench_reading import memory

N_ROWS, ROUNDS = 1_000_000, 5
TIME_LIMIT, MEMORY_LIMIT = 1.0, 2.0


def write_customers(path: Path) -> None:
    """Four crowds of customers in a file of about 57 MB, the same on every run."""
    rng = np.random.default_rng(0)
    crowd = rng.choice(4, N_ROWS, p=[0.4, 0.3, 0.2, 0.1])

    def by_crowd(*values: float) -> np.ndarray:
        return np.array(values)[crowd]

    days = pd.to_timedelta(rng.integers(0, 1_800, N_ROWS), unit="D")
    customers = pd.DataFrame(
        {
            "customer_id": [f"C{i:07}" for i in range(N_ROWS)],
            "age": rng.normal(by_crowd(25, 40, 55, 70), 5).clip(18, 95).round(),
            "country": rng.choice(["Germany", "France", "Spain", "Poland"], N_ROWS, p=[0.5, 0.3, 0.15, 0.05]),
            "newsletter": np.where(rng.random(N_ROWS) < by_crowd(0.8, 0.4, 0.2, 0.6), "yes", "no"),
            "signup_date": (pd.Timestamp("2020-01-01") + days).strftime("%Y-%m-%d"),
            "orders": rng.poisson(by_crowd(2, 8, 15, 30)),
            "total_spend": rng.lognormal(by_crowd(3, 4.5, 5.5, 6.5), 0.4).round(2),
            "returns_share": rng.beta(2, 8, N_ROWS).round(3),
            "visits": rng.poisson(by_crowd(30, 10, 20, 5)),
            "satisfaction": rng.normal(by_crowd(3, 4, 5, 8), 1).round(1),
        }
    )
    for column in ("age", "country", "total_spend"):
        customers.loc[rng.random(N_ROWS) < 0.02, column] = None
    customers.to_csv(path, index=False)


def freeze(path: Path, recipe: Path) -> np.ndarray:
    """Write the recipe of five segments; returns the segment of every row, -1 where there is none."""
    table = read_table(path)
    features = prepare(table, FeatureSpec(tuple(column.name for column in table.columns[1:])))
    clustering = fit(features, ClusterSpec(n_clusters=5))
    recipe.write_bytes(save_recipe(make_recipe(table, features, clustering)))
    labels = np.full(table.n_rows, -1)
    labels[clustering.rows] = clustering.labels
    return labels


def place(path: Path, recipe: Path) -> np.ndarray:
    """All that `apply` does but for the disk; returns the segment of every row."""
    frozen = load_recipe(recipe)
    table = read_for(frozen, path)
    applied = apply_recipe(frozen, table)
    drift(frozen, applied)
    to_csv(applied_table(table, applied))
    return applied.of_table


def read_twice(path: Path, recipe: Path) -> None:
    read_table(path)
    read_table(path)


def processor_seconds(path: Path, recipe: Path) -> tuple[float, float]:
    """Of placing and of reading twice in turn, so that they meet the same machine; the middle of some rounds."""
    seconds = {place: [], read_twice: []}
    for _ in range(ROUNDS):
        for work, taken in seconds.items():
            begin = time.process_time()
            work(path, recipe)
            taken.append(time.process_time() - begin)
    return statistics.median(seconds[place]), statistics.median(seconds[read_twice])


def tables_above(path: Path, recipe: Path) -> float:
    """Peak memory above the table that was read, in such tables; in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.bench_apply", "--peak", str(path), str(recipe)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(done.stdout)


def print_peak(path: Path, recipe: Path) -> None:
    frozen = load_recipe(recipe)
    read_table(b"a,b\n1,x\n2,y\n4,z\n")
    idle = memory("VmRSS")
    table = read_for(frozen, path)
    loaded = memory("VmRSS")
    applied = apply_recipe(frozen, table)
    drift(frozen, applied)
    to_csv(applied_table(table, applied))
    print((memory("VmHWM") - loaded) / (loaded - idle))


def main() -> int:
    pa.set_cpu_count(1)
    if sys.argv[1:2] == ["--peak"]:
        print_peak(Path(sys.argv[2]), Path(sys.argv[3]))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        path, recipe = Path(folder) / "customers.csv", Path(folder) / "recipe.json"
        write_customers(path)
        labels = freeze(path, recipe)
        above = tables_above(path, recipe)
        placing, reading = processor_seconds(path, recipe)
        n_other = int((place(path, recipe) != labels).sum())
    ratio = placing / reading
    print(
        f"apply: {N_ROWS:,} rows x 10 columns read, placed, compared and written in {placing:.2f} s, read twice in "
        f"{reading:.2f} s: {ratio:.2f} times as long (at most {TIME_LIMIT:g}); peak memory {above:.1f} tables above "
        f"the one that was read (at most {MEMORY_LIMIT:g}); {n_other:,} labels other than the fit's (none allowed)"
    )
    return int(ratio > TIME_LIMIT or above > MEMORY_LIMIT or n_other > 0)


if __name__ == "__main__":
    sys.exit(main())
