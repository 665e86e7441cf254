"""The gap statistic: how much lower the inertia is than that of evenly spread customers."""

from math import log, sqrt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from clustering import ClusterSpec, FeatureSpec, prepare, read_table
from clustering.features import RowFilter
from clustering.stability import gap_statistic
from clustering.stability.gap import TABLES, _one_error_rule

SAMPLES = Path(__file__).parents[1] / "sample_data"


def prepared(rows, **settings):
    frame = pd.DataFrame(np.asarray(rows, dtype=float))
    frame.columns = [f"c{i}" for i in frame]
    table = read_table(frame.to_csv(index=False).encode())
    settings = {"scale": "none", "outliers": "keep", **settings}
    columns = tuple(name for name in frame if name != settings.get("weight_column"))
    return prepare(table, FeatureSpec(columns, **settings))


def pair_of_crowds(n=100, apart=10.0):
    rng = np.random.default_rng(0)
    return rng.normal(size=(2 * n, 2)) + np.repeat([[0, 0], [apart, apart]], n, axis=0)


# --- the numbers ---


def test_the_gap_of_one_cluster_is_that_of_the_variances():
    # Rows on the corners of a square with side 2: variance 1 along each side. Evenly spread over the same square it is
    # 2² / 12 = 1/3 along each, so the gap is log(2/3) - log(2) = -log(3) but for the chance in ten tables of 400 rows.
    found = gap_statistic(prepared([[0, 0], [0, 2], [2, 0], [2, 2]] * 100), ClusterSpec(), [2])
    assert found.gap[0] == pytest.approx(-log(3), abs=0.05)


def test_the_box_lies_along_the_principal_axes_not_along_the_columns():
    # Rows spread evenly on a thin diagonal are an even table, so the gap of two is 0. Along the columns the box would
    # be a square, which two clusters cover less well: 5/8 of the inertia of one against 1/4, a gap of log(5/2).
    rng = np.random.default_rng(0)
    along, across = rng.uniform(-1, 1, 500), rng.uniform(-0.01, 0.01, 500)
    found = gap_statistic(prepared(np.c_[along + across, along - across]), ClusterSpec(), [2])
    assert found.gap[1] == pytest.approx(0, abs=0.1)


def test_the_standard_error_is_that_of_ten_tables_and_their_mean():
    # one cluster of a single column: the variances of ten even tables over the same range
    found = gap_statistic(prepared(np.linspace(-1, 1, 301)[:, None]), ClusterSpec(random_state=7), [2])
    tables = (np.random.default_rng([7, 5, i]).uniform(-1, 1, 301) for i in range(1, 11))
    assert found.gap_error[0] == pytest.approx(np.std([log(table.var()) for table in tables]) * sqrt(1 + 1 / 10))


def test_the_gap_does_not_depend_on_where_the_rows_lie_nor_on_the_units():
    rows = pair_of_crowds()
    here = gap_statistic(prepared(rows), ClusterSpec(), [2, 3])
    there = gap_statistic(prepared(rows * 1000 + 1e6), ClusterSpec(), [2, 3])
    assert there.gap == pytest.approx(here.gap, abs=1e-4)


def test_a_row_of_weight_two_counts_like_two_rows():
    rows = pair_of_crowds()
    twice = np.r_[rows, rows[:100]]
    weighed = np.c_[rows, np.repeat([2, 1], 100)]
    one = gap_statistic(prepared(twice), ClusterSpec(), [2]).gap
    other = gap_statistic(prepared(weighed, weight_column="c2"), ClusterSpec(), [2]).gap
    assert other == pytest.approx(one, abs=0.1)


# --- the number it prefers ---


@pytest.mark.parametrize(
    "gap, error, expected",
    [
        ([0.1, 0.5, 0.9, 0.8], [0.01] * 4, 3),
        ([0.1, 0.5, 0.52, 0.8], [0.01, 0.01, 0.03, 0.01], 2),  # 0.5 >= 0.52 - 0.03
        ([0.1, 0.5, 0.52, 0.8], [0.01, 0.03, 0.01, 0.01], None),  # it is the next one's error that counts
        ([0.5, 0.4, 0.9, 0.8], [0.01] * 4, 1),
        ([0.5], [0.01], None),
    ],
)
def test_the_smallest_number_within_an_error_of_the_next_is_preferred(gap, error, expected):
    assert _one_error_rule(np.array(gap), np.array(error)) == expected


def test_two_crowds_are_two():
    assert gap_statistic(prepared(pair_of_crowds()), ClusterSpec(), range(2, 7)).preferred == 2


def test_evenly_spread_customers_are_one():
    table = read_table(SAMPLES / "uniform_noise.csv")
    assert gap_statistic(prepare(table, FeatureSpec(("x", "y"))), ClusterSpec(), range(2, 7)).preferred == 1


def test_three_iris_species_are_three():
    table = read_table(SAMPLES / "iris.csv")
    features = prepare(table, FeatureSpec(tuple(column.name for column in table.columns[:4])))
    assert gap_statistic(features, ClusterSpec(), range(2, 7)).preferred == 3


# --- what is looked at ---


def test_every_number_from_one_on_is_looked_at():
    assert gap_statistic(prepared(pair_of_crowds(20)), ClusterSpec(), [4]).n_clusters == (1, 2, 3, 4)


def test_numbers_that_the_different_rows_cannot_bear_are_left_out():
    rows = [[0.0], [1.0], [5.0]] * 10
    found = gap_statistic(prepared(rows), ClusterSpec(), range(2, 7))
    assert found.n_clusters == (1, 2)  # with three clusters the inertia is 0
    assert np.isfinite(found.gap).all()


def test_a_large_table_is_measured_on_2000_rows():
    found = gap_statistic(prepared(pair_of_crowds(1500)), ClusterSpec(), [2])
    assert found.n_samples == 2_000


def test_a_sample_of_equal_rows_has_no_gap():
    rows = np.zeros((30_000, 1))
    rows[17] = 1
    found = gap_statistic(prepared(rows), ClusterSpec(), range(2, 5))
    assert (found.n_clusters, found.gap, found.preferred) == ((), (), None)


def test_a_column_that_is_constant_among_those_who_take_part_changes_nothing():
    rows = pair_of_crowds()
    constant = np.r_[np.c_[rows, np.repeat(7, 200)], [[0, 0, 9]]]
    found = gap_statistic(prepared(constant, row_filter=RowFilter("c2", high=8.0)), ClusterSpec(), [2, 3])
    assert found.gap == pytest.approx(gap_statistic(prepared(rows), ClusterSpec(), [2, 3]).gap, abs=0.05)


def test_the_same_seed_gives_the_same_gap():
    features = prepared(pair_of_crowds())
    one, same = (gap_statistic(features, ClusterSpec(random_state=3), [2, 3]) for _ in range(2))
    other = gap_statistic(features, ClusterSpec(random_state=4), [2, 3])
    assert one.gap == same.gap != other.gap


def test_it_stops_between_tables():
    asked = []
    features = prepared(pair_of_crowds())
    assert gap_statistic(features, ClusterSpec(), [2], stop=lambda: asked.append(0) or len(asked) == 3) is None
    assert len(asked) == 3
    asked.clear()
    gap_statistic(features, ClusterSpec(), [2], stop=lambda: asked.append(0))
    assert len(asked) == TABLES + 1
