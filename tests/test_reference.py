"""Shapeless customers keep the columns and lose the crowds; and the seedings that many small fits share."""

import warnings

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr
from sklearn.cluster import KMeans

from clustering import ClusterSpec, FeatureSpec, prepare, read_table
from clustering.features import RowFilter
from clustering.stability.reference import REFERENCE_ROWS, Reference, one_mode
from clustering.stability.starts import Starts
from clustering.threads import one_thread

SAMPLES_DRAWN = 20  # tables of 1,000 rows: a mean is off by 0.007 standard deviations


def prepared(columns, **settings):
    frame = pd.DataFrame(columns)
    table = read_table(frame.to_csv(index=False).encode())
    settings = {"scale": "none", "outliers": "keep", **settings}
    return prepare(table, FeatureSpec(tuple(frame), **settings))


def drawn(features, n_tables=SAMPLES_DRAWN):
    reference = Reference(features, random_state=0)
    return np.concatenate([reference.draw(i) for i in range(n_tables)])


def random(seed=0):
    return np.random.default_rng(seed)


MARGINS = {
    "bell": random().normal(50, 10, 2_000),
    "even": random().uniform(0, 1, 2_000),
    "skewed": random().lognormal(3, 1, 2_000),
    "tailed": random().standard_t(3, 2_000),
    "counts": random().poisson(20, 2_000).astype(float),
    "mostly zero": np.where(random(1).random(2_000) < 0.8, 0, random().lognormal(3, 0.5, 2_000)),
}


# --- what shapeless customers keep ---


@pytest.mark.parametrize("name", MARGINS)
def test_a_column_keeps_its_mean_and_its_spread(name):
    column = MARGINS[name]
    table = drawn(prepared({"x": column, "y": MARGINS["bell"]}))[:, 0]
    assert table.mean() == pytest.approx(column.mean(), abs=0.1 * column.std())
    assert table.std() == pytest.approx(column.std(), rel=0.12)


@pytest.mark.parametrize("name", MARGINS)
def test_no_value_lies_beyond_those_of_the_column(name):
    column = MARGINS[name]
    table = drawn(prepared({"x": column, "y": MARGINS["bell"]}))[:, 0]
    assert column.min() <= table.min()
    assert table.max() <= column.max()


def test_many_equal_values_do_not_become_many_different_ones():
    # 80 % are 0 and the next larger value is about 4
    column = MARGINS["mostly zero"]
    table = drawn(prepared({"x": column, "y": MARGINS["bell"]}))[:, 0]
    least = column[column > 0].min()
    assert (table < least).mean() == pytest.approx(0.8, abs=0.08)


@pytest.mark.parametrize("correlation", [-0.7, 0.0, 0.4, 0.95])
def test_the_rank_correlation_stays(correlation):
    x, e = random().normal(size=(2, 2_000))
    y = np.exp(correlation * x + np.sqrt(1 - correlation**2) * e)  # ranks are those of the logarithm
    features = prepared({"x": x, "y": y})
    kept = spearmanr(drawn(features)).statistic
    assert kept == pytest.approx(spearmanr(features.X).statistic, abs=0.03)


def test_three_correlated_columns_keep_all_their_correlations():
    mixed = random().normal(size=(2_000, 3)) @ [[1, 0.8, -0.5], [0, 0.6, 0.4], [0, 0, 0.7]]
    features = prepared(dict(zip("abc", mixed.T, strict=True)))
    assert spearmanr(drawn(features)).statistic == pytest.approx(spearmanr(features.X).statistic, abs=0.04)


def test_a_column_told_twice_stays_told_twice():
    x = MARGINS["bell"]
    table = drawn(prepared({"x": x, "y": 2 * x, "z": MARGINS["tailed"]}))
    assert spearmanr(table[:, :2]).statistic > 0.99


def test_a_column_of_few_values_keeps_these_and_their_shares():
    column = random().choice([0.0, 1.0, 5.0], 2_000, p=[0.6, 0.3, 0.1])
    table = drawn(prepared({"x": column, "y": MARGINS["bell"]}))[:, 0]
    values, counts = np.unique(table, return_counts=True)
    assert values.tolist() == [0, 1, 5]
    assert counts / len(table) == pytest.approx([np.mean(column == value) for value in values], abs=0.015)


def test_the_levels_of_a_category_keep_their_shares_and_one_is_set_in_every_row():
    levels = random().choice(["north", "south", "west"], 2_000, p=[0.5, 0.3, 0.2])
    features = prepared({"x": MARGINS["bell"], "region": levels})
    table = drawn(features)[:, 1:]
    names = [name.removeprefix("region: ") for name in features.names[1:]]
    values = features.X[:, 1:].max()  # a level is weighed so that a category counts like a number
    assert set(np.unique(table)) == set(np.unique(features.X[:, 1:]))
    assert ((table == values).sum(axis=1) == 1).all()
    shares = [np.mean(levels == name) for name in names]
    assert (table == values).mean(axis=0) == pytest.approx(shares, abs=0.02)


# --- what they lose ---


def test_two_crowds_in_a_column_become_one():
    column = random().normal(size=2_000) + np.repeat([-4, 4], 1_000)
    table = drawn(prepared({"x": column, "y": MARGINS["bell"]}))[:, 0]
    assert (np.abs(column) < 1).mean() < 0.01
    between = np.histogram(table, np.arange(-6, 6.5))[0]
    mode = between.argmax()
    slack = 4 * np.sqrt(between.max())  # chance in the counts
    assert (np.diff(between[: mode + 1]) > -slack).all()
    assert (np.diff(between[mode:]) < slack).all()
    assert between[5:7].min() > 500  # where next to nobody was


@pytest.mark.parametrize("name", ["bell", "skewed", "mostly zero"])
def test_the_density_rises_to_one_mode_and_falls_from_there(name):
    edges, cumulated = one_mode(MARGINS[name])
    density = np.diff(cumulated) / np.diff(edges)
    mode = density.argmax()
    assert (np.diff(density[: mode + 1]) >= -1e-9).all()
    assert (np.diff(density[mode:]) <= 1e-9).all()
    assert (cumulated[0], cumulated[-1]) == (0, pytest.approx(1))


def test_a_category_tells_nothing_about_the_numbers_any_more():
    levels = np.repeat(["low", "high"], 1_000)
    features = prepared({"x": random().normal(size=2_000) + np.repeat([-4, 4], 1_000), "region": levels})
    assert abs(np.corrcoef(features.X[:, :2], rowvar=False)[0, 1]) > 0.9
    assert abs(np.corrcoef(drawn(features)[:, :2], rowvar=False)[0, 1]) < 0.03


# --- which tables are drawn ---


def test_the_same_number_gives_the_same_table_and_another_another():
    features = prepared({"x": MARGINS["bell"], "y": MARGINS["even"]})
    one, same = Reference(features, 0), Reference(features, 0)
    same.draw(2)
    assert (one.draw(1) == same.draw(1)).all()
    assert (one.draw(1) != one.draw(2)).any()
    assert (one.draw(1) != Reference(features, 1).draw(1)).any()


@pytest.mark.parametrize("n_rows, expected", [(300, 300), (2_000, REFERENCE_ROWS)])
def test_a_table_has_the_rows_of_the_sample_it_is_compared_with(n_rows, expected):
    features = prepared({"x": MARGINS["bell"][:n_rows], "y": MARGINS["even"][:n_rows]})
    reference = Reference(features, 0)
    assert reference.draw(0).shape == reference.sample().shape == (expected, 2)


def test_the_sample_is_rows_of_the_table_none_twice():
    features = prepared({"x": MARGINS["bell"], "y": MARGINS["even"]})
    sample = {tuple(row) for row in Reference(features, 0).sample()}
    assert len(sample) == REFERENCE_ROWS
    assert sample <= {tuple(row) for row in features.X}


# --- odd tables ---


def test_a_single_column_will_do():
    table = drawn(prepared({"x": MARGINS["bell"]}))
    assert table.shape == (SAMPLES_DRAWN * REFERENCE_ROWS, 1)
    assert table.mean() == pytest.approx(50, abs=1)


@pytest.mark.parametrize("others", [["bell"], ["bell", "even"]])
def test_a_column_that_is_constant_among_those_who_take_part_stays_so(others):
    columns = {name: np.append(MARGINS[name], np.ones(20)) for name in others}
    columns["constant"] = np.append(np.full(2_000, 3.0), np.arange(4.0, 24.0))
    features = prepared(columns, row_filter=RowFilter("constant", high=3.0))
    assert len(features.X) == 2_000
    with warnings.catch_warnings(action="error"):
        table = drawn(features, 1)
    assert (table[:, -1] == 3).all()
    assert table[:, 0].std() == pytest.approx(MARGINS[others[0]].std(), rel=0.1)


def test_only_categories_will_do():
    features = prepared({"a": random().choice(["x", "y"], 200), "b": random(1).choice(["u", "v", "w"], 200)})
    assert drawn(features, 1).shape == (200, 5)


def test_components_are_drawn_like_numbers():
    levels = random().choice(["north", "south", "west"], 2_000)
    features = prepared({"x": MARGINS["bell"], "y": MARGINS["even"], "region": levels}, scale="standard", pca=1.0)
    assert drawn(features, 1).shape == (REFERENCE_ROWS, features.X.shape[1])


# --- seedings that many fits share ---


@pytest.fixture(autouse=True)
def on_one_thread():
    with one_thread():  # as their callers do
        yield


def blobs():
    rng = random()
    return rng.normal(size=(600, 2)) + np.repeat(rng.uniform(-20, 20, (6, 2)), 100, axis=0)


def inertia(X, centers):
    return ((X[:, None] - centers) ** 2).sum(axis=2).min(axis=1).sum()


@pytest.mark.parametrize("n_clusters", [2, 4, 6, 9])
def test_the_first_of_a_seeding_serve_any_smaller_number(n_clusters):
    X = blobs()
    centers = Starts(X, None, seed=0).centers(ClusterSpec(), n_clusters)
    best = KMeans(n_clusters, n_init=10, random_state=0).fit(X).inertia_
    assert centers.shape == (n_clusters, 2)
    assert inertia(X, centers) <= 1.03 * best


def test_rows_of_more_weight_draw_the_centers():
    X = np.array([[0.0], [1.0], [10.0], [11.0]] * 5)
    weights = np.array([3.0, 1.0, 1.0, 3.0] * 5)
    centers = Starts(X, weights, seed=0).centers(ClusterSpec(), 2)
    assert np.sort(centers.ravel()) == pytest.approx([0.25, 10.75])


def test_seedings_far_from_zero_are_as_good():
    X = blobs()
    here, there = Starts(X, None, seed=0), Starts(X + 1e9, None, seed=0)
    assert there.centers(ClusterSpec(), 6) - 1e9 == pytest.approx(here.centers(ClusterSpec(), 6), abs=1e-4)


def test_few_rows_far_away_get_centers_of_their_own():
    # Eight times 4 rows on a circle around 2,000: drawn by squared distance they are nearly certain to be seeds. With a
    # center each, nobody is farther from the nearest than a bell of 2,000 rows reaches.
    angles = np.arange(8) * np.pi / 4
    middles = np.r_[np.zeros((2_000, 2)), np.repeat(100 * np.c_[np.cos(angles), np.sin(angles)], 4, axis=0)]
    X = random().normal(size=middles.shape) + middles
    centers = Starts(X, None, seed=0).centers(ClusterSpec(), 9)
    assert np.linalg.norm(X[:, None] - centers, axis=2).min(axis=1).max() < 6


def test_the_same_seed_gives_the_same_centers_and_another_other_ones():
    X = random().uniform(size=(500, 2))
    one, same, other = (Starts(X, None, seed=seed).centers(ClusterSpec(), 8) for seed in (3, 3, 4))
    assert (one == same).all()
    assert (one != other).any()


def test_asking_for_one_number_does_not_change_another():
    X, spec = blobs(), ClusterSpec()
    starts = Starts(X, None, seed=0)
    starts.centers(spec, 3)
    assert (starts.centers(spec, 5) == Starts(X, None, seed=0).centers(spec, 5)).all()


def test_more_seeds_than_different_rows_are_no_harm_to_smaller_numbers():
    X = np.repeat([[0.0, 0.0], [3.0, 4.0], [9.0, 9.0]], 10, axis=0)
    with warnings.catch_warnings(action="error"):
        centers = Starts(X, None, seed=0).centers(ClusterSpec(), 3)
    assert centers[centers[:, 0].argsort()] == pytest.approx(np.array([[0, 0], [3, 4], [9, 9]]), abs=1e-9)
