"""The profile of a table larger than memory: every figure as of all rows at once, whatever part a row stands in."""

from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass

import numpy as np
import pandas as pd
import pytest

from clustering import ClusterSpec, FeatureSpec, fit, make_recipe, prepare, read_table
from clustering.profile import Profile
from clustering.profile import profile as profile_at_once
from clustering.profile.grouped import Groups
from clustering.stream import Sample, Source, draw_sample, open_source
from clustering.stream import quartiles as quartiles_module
from clustering.stream.profile import profile
from clustering.stream.quartiles import Quartiles
from clustering.table import Table
from tests.test_apply import CHOICES, CONTENT

PARTS = (29, 100_000)


@pytest.fixture
def in_parts_of(monkeypatch):
    """Read every source in parts of so many rows."""
    return lambda n_rows: monkeypatch.setattr(Source.parts, "__defaults__", (None, n_rows))


@dataclass(frozen=True)
class Opened:
    """A file, read at once and as a source."""

    table: Table
    source: Source
    sample: Sample

    @classmethod
    def at(cls, path, sampled: int = 100_000) -> "Opened":
        source = open_source(path)
        return cls(read_table(path), source, draw_sample(source, sampled))

    def profiles(self, spec: FeatureSpec, n_clusters: int = 3) -> tuple[Profile, Callable[[], Profile]]:
        """The profile of all rows at once, and how to get that of the stream."""
        features = prepare(self.table, spec)
        clustering = fit(features, ClusterSpec(n_clusters=n_clusters))
        recipe = make_recipe(self.table, features, clustering)
        expected = profile_at_once(self.table, clustering, spec)
        return expected, lambda: profile(self.source, self.sample, recipe, spec)


def written(tmp_path, content: bytes):
    path = tmp_path / "customers.csv"
    path.write_bytes(content)
    return path


@pytest.fixture(scope="module")
def customers(tmp_path_factory):
    return Opened.at(written(tmp_path_factory.mktemp("stream"), CONTENT))


def assert_same(found, expected, where="profile"):
    """Every figure to nine digits; whatever is no figure exactly."""
    if is_dataclass(expected):
        for field in fields(expected):
            assert_same(getattr(found, field.name), getattr(expected, field.name), f"{where}.{field.name}")
    elif isinstance(expected, tuple) and expected and not isinstance(expected[0], str):
        assert len(found) == len(expected), where
        for i, (one, other) in enumerate(zip(found, expected, strict=True)):
            assert_same(one, other, f"{where}[{i}]")
    elif isinstance(expected, (float, np.ndarray)):
        assert np.shape(found) == np.shape(expected), where
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9, err_msg=where)
    else:
        assert found == expected, where


@pytest.mark.parametrize("choice", sorted(CHOICES))
def test_every_figure_is_that_of_all_rows_at_once(customers, in_parts_of, choice):
    columns = CHOICES[choice]["columns"]
    others = [name for name in customers.source.names if name not in columns]
    expected, stream = customers.profiles(FeatureSpec(**CHOICES[choice], describe=tuple(others)))
    for n_rows in PARTS:
        in_parts_of(n_rows)
        assert_same(stream(), expected)


def test_parquet_gives_the_same_figures_as_text(tmp_path, in_parts_of):
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(
        {
            "spend": rng.lognormal(3, 1, 200),
            "visits": pd.array(rng.integers(0, 9, 200), dtype="Int64"),
            "city": rng.choice(["Bonn", "Ulm", "Jena"], 200),
            "since": pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 900, 200), "D"),
            "member": rng.random(200) < 0.5,
        }
    )
    frame.loc[::7, ["visits", "city", "since"]] = None
    frame.to_parquet(tmp_path / "customers.parquet")
    spec = FeatureSpec(("spend", "visits"), describe=("city", "since", "member"))
    expected, stream = Opened.at(tmp_path / "customers.parquet").profiles(spec)
    in_parts_of(33)
    assert_same(stream(), expected)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # squares beyond all numbers, as of all rows at once
@pytest.mark.parametrize("size", ["1e200", "1e-300", "1e308"])
def test_huge_and_tiny_values_that_describe(tmp_path, in_parts_of, size):
    rows = "".join(f"{i % 2 * 50 + i / 10},{'-' * (i % 3 == 0)}{i % 5}.5{size[1:]}\n" for i in range(40))
    opened = Opened.at(written(tmp_path, f"amount,odd\n{rows}".encode()))
    expected, stream = opened.profiles(FeatureSpec(("amount",), describe=("odd",)), 2)
    in_parts_of(7)
    found = stream()
    odd = found.columns.index("odd")
    assert found.medians[:, odd].tolist() == expected.medians[:, odd].tolist()
    assert found.lower_quartiles[:, odd].tolist() == expected.lower_quartiles[:, odd].tolist()
    np.testing.assert_allclose(found.differences, expected.differences, rtol=1e-9, equal_nan=True)


def test_what_the_sample_does_not_hold_counts_all_the_same(tmp_path, in_parts_of):
    # 100 customers: the newest day and the level "rare", which one in fifty has, stand in the last ones alone
    lines = [f"{i:03},{10 * (i % 2)},{'ab'[i // 50]},2020-01-{1 + i // 10:02}" for i in range(100)]
    lines[98:] = ["098,0,rare,2020-01-10", "099,10,rare,2020-03-01"]
    path = written(tmp_path, "\n".join(["id,amount,level,day", *lines]).encode())
    opened = Opened.at(path, sampled=20)
    assert not {"098", "099"} & set(opened.sample.table.text["id"].to_pylist())
    in_parts_of(9)
    found = opened.profiles(FeatureSpec(("amount",), describe=("level", "day")), 2)[1]()
    [level] = found.categories
    assert level.levels == ("a", "b", "rare")
    assert level.overall.tolist() == [0.5, 0.48, 0.02]
    # of 100 customers ten have each day from the 1st to the 10th of January, but one has the 1st of March: 60 days
    # after the 1st of January, 60 - i // 10 after the others
    expected = sum(60 - i // 10 for i in range(99)) / 100
    assert found.overall_means[found.columns.index("day")] == pytest.approx(expected, rel=1e-12)
    assert found.lowest[found.columns.index("day")] == 0


def test_customers_placed_afterwards_count_in_the_means_and_not_in_the_differences(tmp_path, in_parts_of):
    # 0..4 and 100..104, and one customer at 10,000 who is far outside and gets the nearest segment
    values = [*range(5), *range(100, 105)] * 4
    rows = "\n".join(map(str, [*values, 10_000]))
    path = written(tmp_path, f"amount\n{rows}\n".encode())
    expected, stream = Opened.at(path).profiles(FeatureSpec(("amount",)), 2)
    in_parts_of(10)
    found = stream()
    assert found.sizes == (21, 20)
    assert found.means[0, 0] == pytest.approx((20 * 102 + 10_000) / 21)
    assert found.fit_means[0, 0] == pytest.approx(102)
    # variance: 50² between the segments and 2 within
    assert found.differences[0, 0] == pytest.approx(50 / np.sqrt(2502))
    assert_same(found, expected)


def test_two_readings_are_enough(customers, monkeypatch):
    _, stream = customers.profiles(FeatureSpec(("spend", "visits"), describe=("city",)))
    parts, asked = Source.parts, []

    def counted(self, columns=None, n_rows=50):
        asked.append(tuple(columns))
        return parts(self, columns, n_rows)

    monkeypatch.setattr(Source, "parts", counted)
    stream()
    assert asked == [("spend", "visits", "city"), ("spend", "visits")]


N = 2_000
RNG = np.random.default_rng(3)
VALUES = {
    "both signs": RNG.normal(size=N),
    "four values": RNG.integers(0, 4, N) * 1.0,
    "zeros of both signs": np.where(RNG.random(N) < 0.9, RNG.choice([0.0, -0.0], N), RNG.normal(size=N)),
    "all magnitudes": RNG.normal(size=N) * 10.0 ** RNG.integers(-300, 300, N),
    "one value": np.full(N, 0.1),
    "the smallest there are": RNG.choice([5e-324, -5e-324, 0.0], N),
    "exact quarters": np.arange(N) % 8 * 1.0,
    "half of them missing": np.where(RNG.random(N) < 0.5, np.nan, RNG.lognormal(0, 3, N)),
    "none": np.full(N, np.nan),
}
WEIGHTS = {
    "no weights": None,
    "whole weights": RNG.integers(0, 3, N) * 1.0,
    "any weights": RNG.lognormal(size=N) * (RNG.random(N) < 0.9),
}
SAMPLES = {
    "a few of them": lambda values: values[:20],
    "all of them": lambda values: values,
    "something else": lambda values: np.array([7.0]),
    "nothing": lambda values: np.empty(0),
}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # the spread of values of all magnitudes is beyond all numbers
@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("values", VALUES)
def test_quartiles_are_exact_with_any_sample(values, weights, sample, monkeypatch):
    monkeypatch.setattr(quartiles_module, "_KEPT", 50)
    values, weights = VALUES[values], WEIGHTS[weights]
    labels = np.random.default_rng(5).integers(0, 4, N).astype(np.int32)
    expected = Groups(labels, np.ones(N, dtype=bool), 5, weights).column(values)
    chosen = SAMPLES[sample](values)
    found = Quartiles(chosen[~np.isnan(chosen)], 5, weighed=weights is not None)
    counts = ~np.isnan(values) & (True if weights is None else weights > 0)
    rows = [part[counts[part]] for part in np.array_split(np.arange(N), 7)]
    for part in rows:
        found.count(labels[part], values[part], None if weights is None else weights[part])
    found.choose()
    for part in rows:
        found.collect(labels[part], values[part], None if weights is None else weights[part])
    of_segments, overall = found.found()
    np.testing.assert_array_equal(of_segments, expected.quartiles)
    np.testing.assert_array_equal(overall, expected.overall_quartiles)


def test_of_many_values_only_a_few_are_kept():
    # of 50,000 different values and a sample of 5,000: a bin holds about a thousandth, and 3 quartiles of two segments
    # and of all are in at most 9 bins
    values = np.random.default_rng(0).normal(size=50_000)
    labels = (np.arange(len(values)) % 2).astype(np.int32)
    found = Quartiles(values[::10], 2, weighed=False)
    found.count(labels, values, None)
    found.choose()
    found.collect(labels, values, None)
    assert sum(len(kept) for _, kept, _ in found._kept) < 1_000
