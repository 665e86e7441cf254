"""Repeatability with its reference takes at most 3 times the sweep of 2,000 rows, and no longer on more rows.

That is for k-means; for every other method repeatability takes at most 30 seconds, and so does what is measured segment
by segment. On groups that overlap, on groups apart, and on one crowd, in which some methods settle slowly.

k = 2..10, 8 columns, one thread; processor seconds, the shortest of some runs. Run as a module:
``python -m tests.benchmarks.bench_stability``; exits with 1 if a limit is passed.
"""

import os

os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}  # read when numpy loads

import sys
import time
from functools import partial

import pandas as pd
from sklearn.datasets import make_blobs

from clustering import ClusterSpec, FeatureSpec, fit, prepare, read_table, stability, sweep
from clustering.errors import FewerFound
from clustering.methods import METHODS
from clustering.stability import segment_stability

NUMBERS = range(2, 11)
SMALL, LARGE, N_COLUMNS, ROUNDS = 2_000, 200_000, 8, 5
SWEEP_LIMIT, GROWTH_LIMIT = 3.0, 1.5
METHOD_LIMIT, MANY = 30.0, 12_000  # seconds; rows, more than what counts rows is measured on


def features(n_rows: int, centers: int = 5, spread: float = 3.0):
    """Five groups that overlap, or so many that spread so far."""
    X = make_blobs(n_rows, N_COLUMNS, centers=centers, cluster_std=spread, random_state=0)[0]
    frame = pd.DataFrame(X, columns=[f"x{i}" for i in range(N_COLUMNS)])
    return prepare(read_table(frame.to_csv(index=False).encode()), FeatureSpec(tuple(frame.columns)))


def seconds(work, rounds: int = ROUNDS) -> float:
    """The shortest of some runs: what else the machine does only ever adds."""
    taken = []
    for _ in range(rounds):
        begin = time.process_time()
        work()
        taken.append(time.process_time() - begin)
    return min(taken)


def main() -> int:
    spec, small, large = ClusterSpec(), features(SMALL), features(LARGE)
    swept = seconds(lambda: sweep(small, spec, NUMBERS))
    measured = seconds(lambda: stability(small, spec, NUMBERS))
    on_many = seconds(lambda: stability(large, spec, NUMBERS))
    segments = fit(small, ClusterSpec(n_clusters=5))
    each = seconds(lambda: segment_stability(small, segments))
    ratio, growth = (measured + each) / swept, on_many / measured
    print(
        f"repeatability: {SMALL:,} rows in {measured + each:.2f} s, {each:.2f} s of it segment by segment: {ratio:.2f} "
        f"times the sweep (at most {SWEEP_LIMIT:g}); {LARGE:,} rows {growth:.2f} times as long as {SMALL:,} (at most "
        f"{GROWTH_LIMIT:g})"
    )
    return int(ratio > SWEEP_LIMIT or growth > GROWTH_LIMIT or max(of_all_methods()) > METHOD_LIMIT)


def of_all_methods():
    """Seconds that each method takes, at most; told as they come."""
    for name, method in METHODS.items():
        numbers = each = 0.0
        for centers, spread in ((5, 3.0), (5, 1.0), (1, 1.0)):
            table = features(SMALL if method.takes_k else MANY, centers, spread)
            if method.takes_k:
                numbers = max(numbers, seconds(partial(stability, table, ClusterSpec(method=name), NUMBERS), 1))
            try:
                segments = fit(table, ClusterSpec(method=name, n_clusters=5 if method.takes_k else None))
            except FewerFound:
                continue  # one crowd
            each = max(each, seconds(partial(segment_stability, table, segments), 1))
        print(f"{method.label}: k by k {numbers:.1f} s, segment by segment {each:.1f} s (at most {METHOD_LIMIT:g} s)")
        yield max(numbers, each)


if __name__ == "__main__":
    sys.exit(main())
