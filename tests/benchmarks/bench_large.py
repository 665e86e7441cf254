"""5,000,000 rows x 10 columns from Parquet through the command line: sweep, fit, profile and labelled Parquet.

An identifier, two categories, a date and six numbers, some of them missing. Every command is a process of its own, on
one thread for the numbers; how long it took is printed, and at most 6 GB may stand in memory at once. All columns come
back as they stood, in the file's order, with a segment on every row. Takes about two minutes. Run as a module:
``python -m tests.benchmarks.bench_large``; exits with 1 if a limit is passed or a row is wrong.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

N_ROWS = 5_000_000
MEMORY_LIMIT = 6.0  # GB
N_CLUSTERS = 5


def write_customers(path: Path) -> None:
    """Four crowds of customers in a file of about 70 MB, the same on every run."""
    rng = np.random.default_rng(0)
    crowd = rng.choice(4, N_ROWS, p=[0.4, 0.3, 0.2, 0.1])

    def by_crowd(*values: float) -> np.ndarray:
        return np.array(values)[crowd]

    def with_gaps(values: np.ndarray | pa.Array) -> pa.Array:
        return pc.if_else(pa.array(rng.random(N_ROWS) >= 0.02), values, None)

    countries = pa.array(["Germany", "France", "Spain", "Poland"])
    days = rng.integers(18_262, 20_062, N_ROWS, dtype=np.int32)  # 2020-01-01 and after
    ids = pc.utf8_lpad(pa.array(np.arange(N_ROWS)).cast(pa.string()), 7, "0")
    customers = {
        "customer_id": pc.binary_join_element_wise("C", ids, ""),
        "age": with_gaps(rng.normal(by_crowd(25, 40, 55, 70), 5).clip(18, 95).round()),
        "country": with_gaps(countries.take(pa.array(rng.choice(4, N_ROWS, p=[0.5, 0.3, 0.15, 0.05])))),
        "newsletter": rng.random(N_ROWS) < by_crowd(0.8, 0.4, 0.2, 0.6),
        "signup_date": pa.array(days).cast(pa.date32()),
        "orders": rng.poisson(by_crowd(2, 8, 15, 30)).astype(np.int32),
        "total_spend": with_gaps(rng.lognormal(by_crowd(3, 4.5, 5.5, 6.5), 0.4).round(2)),
        "returns_share": rng.beta(2, 8, N_ROWS).round(3),
        "visits": rng.poisson(by_crowd(30, 10, 20, 5)).astype(np.int32),
        "satisfaction": rng.normal(by_crowd(3, 4, 5, 8), 1).round(1),
    }
    pq.write_table(pa.table(customers), path)


def run(*command: str) -> tuple[bytes, str, float]:
    """Run a command that succeeds; what it printed, what it took as a sentence, and its peak of memory in GB.

    The peak that the system tells of a process begins with that of its parent: this one holds nothing large.
    """
    one_thread = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    begin = time.perf_counter()
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(
            [sys.executable, "-m", *command], stdout=out, stderr=subprocess.DEVNULL, env=os.environ | one_thread
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
        out.seek(0)
        printed = out.read()
    wall, peak = time.perf_counter() - begin, used.ru_maxrss * 1024 / 1e9
    took = f"{wall:.0f} s ({used.ru_utime + used.ru_stime:.0f} s of the processor), at most {peak:.1f} GB"
    return printed, took, peak


def what_is_wrong(source: Path, labelled: Path, sizes: list[int], described: Path) -> list[str]:
    """What a run promises and did not keep."""
    came_in, came_out = pq.ParquetFile(source), pq.ParquetFile(labelled)
    wrong = []
    for name in came_in.schema_arrow.names:
        if not came_in.read([name])[name].equals(came_out.read([name])[name]):  # rows, order, types and values
            wrong.append(f"the column {name} is another")
    segments = came_out.read(["segment"])["segment"].to_numpy()
    if np.bincount(segments, minlength=N_CLUSTERS + 1).tolist() != [0, *sizes] or sum(sizes) != N_ROWS:
        wrong.append("the sizes are not those of the rows")
    told = json.loads(described.read_bytes())
    if [segment["size"] for segment in told["segments"]] != sizes:
        wrong.append("the sizes are not those of the profile")
    orders = came_out.read(["orders"])["orders"].to_numpy()
    means = next(column for column in told["columns"] if column["column"] == "orders")["segments"]
    for segment in means:
        if not np.isclose(segment["mean"], orders[segments == segment["segment"]].mean(), rtol=1e-9):
            wrong.append(f"the mean of orders in segment {segment['segment']} is not that of the rows")
    return wrong


def main() -> int:
    if sys.argv[1:2] == ["--make"]:
        write_customers(Path(sys.argv[2]))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        source, labelled, described = (str(Path(folder) / name) for name in ("in.parquet", "out.parquet", "told.json"))
        run("tests.benchmarks.bench_large", "--make", source)
        size = Path(source).stat().st_size / 1e6
        swept, took_sweep, peak_sweep = run("clustering", "sweep", source)
        options = ("--n-clusters", str(N_CLUSTERS), "--out", labelled, "--profile", described)
        fitted, took_fit, peak_fit = run("clustering", "fit", source, *options)
        sizes = json.loads(fitted)["sizes"]
        wrong = what_is_wrong(Path(source), Path(labelled), sizes, Path(described))
        n_swept = len(json.loads(swept)["n_clusters"])
    peak = max(peak_sweep, peak_fit)
    print(
        f"large: {N_ROWS:,} rows x 10 columns of Parquet ({size:.0f} MB): sweep of {n_swept} numbers of segments "
        f"{took_sweep}; fit, profile and labelled Parquet {took_fit} (memory at most {MEMORY_LIMIT:g} GB); "
        f"{'; '.join(wrong) or 'every row came back as it stood, with its segment'}"
    )
    return int(peak > MEMORY_LIMIT or bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
