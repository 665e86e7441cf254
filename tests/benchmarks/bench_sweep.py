"""All numbers of segments against the usual recipe: for each k, `KMeans(n_init=10).fit` and `silhouette_score`.

k = 2..10, the same rows, one thread for both sides; processor seconds, which other programs disturb least. Prints each
ratio with its limit, and how the time grows with rows, columns and k. Takes about ten minutes. Run as a module:
``python -m tests.benchmarks.bench_sweep``; exits with 1 if a limit is passed.
"""

import os

os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}  # read when numpy loads

import ctypes
import gc
import io
import math
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from sklearn.cluster import KMeans
from sklearn.datasets import make_blobs
from sklearn.metrics import silhouette_score

from clustering import ClusterSpec, Features, FeatureSpec, Table, fit, prepare, read_table, sweep
from clustering.model import lay_groundwork

NUMBERS = range(2, 11)
SPEC = ClusterSpec()
OTHER_SEEDS = (11, 12, 13, 14, 15)


class Limits:
    """Prints figures beside their limits, and remembers whether one was passed."""

    def __init__(self):
        self.passed_any = False

    def check(self, told: str, value: float, limit: float, *, at_least: bool = False, form: str = ".2f") -> None:
        holds = value >= limit if at_least else value <= limit
        self.passed_any |= not holds
        bound = "at least" if at_least else "at most"
        print(f"  {'ok  ' if holds else 'FAIL'} {told}: {value:{form}} ({bound} {limit:g})", flush=True)


# --- rows ---


def blobs(n_samples: int, n_features: int, seed: int = 0) -> np.ndarray:
    """Six groups that overlap."""
    return standard(make_blobs(n_samples, n_features, centers=6, cluster_std=3, random_state=seed)[0])


def standard(X: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray((X - X.mean(axis=0)) / X.std(axis=0))


def ten_sets() -> dict[str, np.ndarray]:
    """Small and large: with starts on a sample, the best compared on all rows or on a larger sample."""
    rng = np.random.default_rng(7)
    unequal = make_blobs([5000, 2500, 1200, 600, 300, 200, 100, 60, 40], 8, cluster_std=2.5, random_state=1)[0]
    spend = rng.lognormal(0, 1, (12_000, 6)) * rng.lognormal(0, 0.7, (12_000, 1))
    much_spend = rng.lognormal(0, 1, (40_000, 5))
    answers = rng.normal(2, 1.2, (25_000, 4)) + rng.integers(-1, 2, (25_000, 1))
    crowd = rng.normal(0, 1, (29_990, 4)) + 3 * rng.integers(0, 3, (29_990, 1))
    far = rng.normal(0, 1, (10, 4)) * [20, 50, 30, 100]
    correlated = rng.normal(size=(24_000, 3)) @ rng.normal(size=(3, 8)) + 0.3 * rng.normal(size=(24_000, 8))
    shares = ([0.6, 0.3, 0.1], [0.4, 0.3, 0.15, 0.1, 0.05], [0.25] * 4)
    levels = [np.eye(len(share))[rng.choice(len(share), 15_000, p=share)] for share in shares]
    sets = {
        "blobs of unequal size": unequal,
        "skewed spend": spend,
        "skewed spend, many": much_spend,
        "duplicates": np.clip(np.round(answers), 0, 4),
        "far outliers": rng.permutation(np.concatenate([crowd, far])),
        "correlated": correlated,
        "one-hot": np.hstack([*levels, rng.normal(size=(15_000, 1))]),
        "overlapping blobs, many": make_blobs(60_000, 10, centers=6, cluster_std=4, random_state=3)[0],
        "no structure": rng.random((10_000, 8)),
        "tight blobs, more than tried": make_blobs(22_000, 3, centers=12, cluster_std=0.6, random_state=5)[0],
    }
    return {name: standard(X) for name, X in sets.items()}


def table_of(X: np.ndarray) -> Table:
    file = io.BytesIO()
    pq.write_table(pa.table({f"x{i}": column for i, column in enumerate(X.T)}), file)
    return read_table(file.getvalue(), name="rows.parquet")


def features_of(X: np.ndarray) -> Features:
    """The rows as they are."""
    names = tuple(f"x{i}" for i in range(X.shape[1]))
    features = prepare(table_of(X), FeatureSpec(names, scale="none", outliers="keep"))
    assert np.array_equal(features.X, X)
    return features


# --- measuring ---


def seconds(work: Callable) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin


def middle(work: Callable, rounds: int) -> float:
    return statistics.median(seconds(work) for _ in range(rounds))


def recipe_fits(X: np.ndarray, random_state: int = 0) -> list[KMeans]:
    return [KMeans(k, n_init=10, random_state=random_state).fit(X) for k in NUMBERS]


# --- the bar ---


def small(limits: Limits) -> None:
    print("10,000 x 8, exact silhouette")
    X = blobs(10_000, 8)
    features = features_of(X)
    ours, recipes = [], []

    def recipe():
        for found in recipe_fits(X):
            silhouette_score(X, found.labels_)

    for _ in range(3):  # in turn, so that both meet the same machine
        ours.append(middle(lambda: sweep(features, SPEC, NUMBERS), 3))
        recipes.append(seconds(recipe))
    recipe_took, we_took = statistics.median(recipes), statistics.median(ours)
    print(f"       the recipe {recipe_took:.2f} s, the sweep {we_took:.2f} s")
    limits.check("times as fast as the recipe", recipe_took / we_took, 15, at_least=True, form=".1f")
    result = sweep(features, SPEC, NUMBERS)
    same = [silhouette_score(X, fit(features, ClusterSpec(n_clusters=k)).fit_labels) for k in NUMBERS]
    difference = np.abs(np.array(result.silhouette) - same).max()
    limits.check("difference to silhouette_score of the same segments", difference, 1e-5, form=".1e")


def medium(limits: Limits) -> None:
    print("100,000 x 10")
    X = blobs(100_000, 10)
    features = features_of(X)
    found = []
    fits = seconds(lambda: found.extend(recipe_fits(X)))
    one = seconds(lambda: silhouette_score(X, found[3].labels_))
    recipe = fits + len(NUMBERS) * one
    sampled = middle(lambda: sweep(features, SPEC, NUMBERS), 3)
    exact = seconds(lambda: sweep(features, SPEC, NUMBERS, exact_silhouette=True))
    print(f"       the recipe {fits:.1f} s + 9 times {one:.1f} s; the sweep {sampled:.2f} s, exactly {exact:.1f} s")
    limits.check("times as fast as the recipe", recipe / sampled, 200, at_least=True, form=".0f")
    limits.check("times as fast, silhouette exact", recipe / exact, 25, at_least=True, form=".1f")


def inertias(limits: Limits) -> None:
    print("inertia against the median of five recipe runs with other seeds")
    above = []
    for name, X in ten_sets().items():
        recipes = [[found.inertia_ for found in recipe_fits(X, seed)] for seed in OTHER_SEEDS]
        expected = np.median(recipes, axis=0)
        above.append(np.array(sweep(features_of(X), SPEC, NUMBERS).inertia) / expected - 1)
        spread = np.max(recipes, axis=0) / expected - 1
        print(
            f"       {name:<28} {X.shape[0]:>6,} x {X.shape[1]:<2}  worst {above[-1].max():+7.2%}  median "
            f"{np.median(above[-1]):+7.3%}  (worst recipe run {spread.max():+.2%})",
            flush=True,
        )
    limits.check("percent above, worst k", 100 * np.max(above), 1)
    limits.check("percent above, median of all k and sets", 100 * np.median(above), 0.1, form=".3f")


def large(limits: Limits) -> None:
    print("1,000,000 x 10")
    X = blobs(1_000_000, 10)
    features = features_of(X)
    works = {
        "nine single starts": lambda: [KMeans(k, n_init=1, random_state=0).fit(X) for k in NUMBERS],
        "the fits": lambda: all_fits(features),
        "the sweep": lambda: sweep(features, SPEC, NUMBERS),
    }
    taken = {name: [] for name in works}
    for _ in range(3):
        for name, work in works.items():
            taken[name].append(seconds(work))
    single, fits, whole = (statistics.median(values) for values in taken.values())
    print(f"       nine single starts {single:.2f} s, the fits {fits:.2f} s, the sweep {whole:.2f} s")
    limits.check("all fits, in nine single-start fits", fits / single, 0.6)
    limits.check("the whole sweep, in nine single-start fits", whole / single, 1.5)
    command = [sys.executable, "-m", "tests.benchmarks.bench_sweep", "--peak"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    preparing, sweeping = map(float, told)
    print(f"       memory above the loaded table at most: preparing {preparing:.2f}, then the sweep {sweeping:.2f}")
    limits.check("peak memory of both above the loaded table, in tables of float64", max(preparing, sweeping), 3)


def all_fits(features: Features) -> None:
    """What the sweep does before the indices."""
    work = lay_groundwork(features, SPEC)
    for k in NUMBERS:
        fit(features, ClusterSpec(n_clusters=k), work=work)


def print_peak() -> None:
    """Most memory above the loaded table while it is prepared, and then while it is swept, in tables of float64.

    The prepared columns, which stay, are counted in both.
    """
    X = blobs(1_000_000, 10)
    table, size = table_of(X), X.nbytes
    names = tuple(table.frame.columns)
    del X
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)  # what reading has left to the allocator is no part of the table
    loaded = memory("VmRSS")
    forget_peak()
    features = prepare(table, FeatureSpec(names))
    preparing = memory("VmHWM") - loaded
    forget_peak()
    sweep(features, SPEC, NUMBERS)
    print(preparing / size, (memory("VmHWM") - loaded) / size)


def forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def memory(figure: str) -> int:
    """Bytes, as Linux counts them."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return 1024 * next(int(line.split()[1]) for line in status.splitlines() if line.startswith(figure))


# --- stopping ---


def stopping(limits: Limits) -> None:
    print("5,000,000 x 10, how long a Stop can go unheard")
    features = features_of(blobs(5_000_000, 10))
    asked = [time.process_time()]

    def stop() -> bool:
        asked.append(time.process_time())
        return False

    sweep(features, SPEC, NUMBERS, stop=stop)
    asked.append(time.process_time())
    limits.check("longest seconds between two questions", max(np.diff(asked)), 1)


# --- growth ---


def growth() -> None:
    for title, sets in (
        ("rows (x 10)", {n: (n, 10) for n in (1_000, 10_000, 100_000, 1_000_000)}),
        ("columns (x 10,000 rows)", {d: (10_000, d) for d in (2, 4, 8, 16, 32, 64)}),
    ):
        prepared = {name: features_of(blobs(*shape)) for name, shape in sets.items()}
        draw(title, {name: seconds(lambda f=f: sweep(f, SPEC, NUMBERS)) for name, f in prepared.items()})
    features = features_of(blobs(100_000, 10))
    draw("k (one k, 100,000 x 10)", {k: seconds(lambda k=k: sweep(features, SPEC, [k])) for k in (2, 4, 8, 16, 32)})


def draw(title: str, taken: dict[int, float]) -> None:
    """Bars on a scale where ten characters are ten times the time, from a millisecond."""
    print(f"time by {title}")
    for name, value in taken.items():
        print(f"  {name:>9,} {'█' * max(1, round(10 * math.log10(value / 1e-3))):<52} {value:.2f} s")


def main() -> int:
    if sys.argv[1:2] == ["--peak"]:
        print_peak()
        return 0
    print("sweep: k = 2..10, one thread each")
    limits = Limits()
    for part in (small, medium, inertias, large, stopping):
        part(limits)
    growth()
    return int(limits.passed_any)


if __name__ == "__main__":
    sys.exit(main())
