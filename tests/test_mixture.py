"""Gaussian mixtures: their BIC, and why there is none."""

import warnings
from math import log, pi
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from clustering import FeatureSpec, prepare, read_table
from clustering.features import RowFilter
from clustering.stability import mixture_bic

SAMPLES = Path(__file__).parents[1] / "sample_data"


def prepared(rows, **settings):
    frame = pd.DataFrame(rows)
    frame.columns = [f"c{i}" for i in frame]
    table = read_table(frame.to_csv(index=False).encode())
    settings = {"outliers": "keep", **settings}
    return prepare(
        table, FeatureSpec(tuple(name for name in frame if name != settings.get("weight_column")), **settings)
    )


def askew_crowds(n=150):
    """Two long thin crowds beside each other, both along the diagonal: k-means would cut them across."""
    rng = np.random.default_rng(0)
    along, across = rng.normal(0, 5, 2 * n), rng.normal(0, 0.3, 2 * n) + np.repeat([-2, 2], n)
    return np.c_[along + across, along - across]


# --- the numbers ---


def test_one_component_has_the_bic_of_a_bell():
    # Whitened, n rows in d columns have -2 log L = n d (log 2 pi + 1), but for the least variance that is added; the
    # parameters are d means and d (d + 1) / 2 covariances.
    rows = np.random.default_rng(0).normal(size=(400, 2))
    assert mixture_bic(prepared(rows), [2], 0).bic[0] == pytest.approx(
        400 * 2 * (log(2 * pi) + 1) + 5 * log(400), abs=0.01
    )


def test_the_bic_does_not_depend_on_the_scaling():
    rows = askew_crowds() * [1, 1000]
    standard = mixture_bic(prepared(rows), [2, 3], 0)
    raw = mixture_bic(prepared(rows, scale="none"), [2, 3], 0)
    assert raw.bic == pytest.approx(standard.bic, abs=0.5)


def test_long_crowds_that_lie_askew_are_two():
    assert mixture_bic(prepared(askew_crowds()), range(2, 6), 0).preferred == 2


def test_one_bell_is_one():
    rows = np.random.default_rng(0).normal(size=(300, 3))
    assert mixture_bic(prepared(rows), range(2, 6), 0).preferred == 1


def test_the_sample_of_five_blobs_is_five():
    features = prepare(read_table(SAMPLES / "blobs.csv"), FeatureSpec(("x", "y")))
    assert mixture_bic(features, range(2, 9), 0).preferred == 5


def test_one_is_always_among_the_numbers_and_none_stands_twice():
    assert mixture_bic(prepared(askew_crowds(20)), [3, 2, 3], 0).n_clusters == (1, 2, 3)


# --- hard tables ---


def test_directions_in_which_nothing_differs_are_left_out():
    # a copy and a column that is constant among those who take part give the table without them
    rows = askew_crowds()
    doubled = np.r_[np.c_[rows, rows[:, 0], np.repeat(7, 300)], [[0, 0, 0, 9]]]
    found = mixture_bic(prepared(doubled, scale="none", row_filter=RowFilter("c3", high=8.0)), [2, 3], 0)
    assert found.bic == pytest.approx(mixture_bic(prepared(rows, scale="none"), [2, 3], 0).bic, abs=0.5)


def test_the_levels_of_a_category_do_not_make_it_fail():
    rows = pd.DataFrame(askew_crowds())
    rows["2"] = ["a", "b", "c"] * 100
    found = mixture_bic(prepared(rows), [2, 3], 0)
    assert np.isfinite(found.bic).all()


def test_equal_rows_have_a_bic_and_no_warning():
    rows = np.repeat([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [5.0, 5.0]], 50, axis=0)
    with warnings.catch_warnings(action="error"):
        found = mixture_bic(prepared(rows), range(2, 5), 0)
    assert np.isfinite(found.bic).all()


def test_more_clusters_than_different_rows_have_no_bic_and_a_reason():
    rows = np.repeat([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]], 50, axis=0)
    found = mixture_bic(prepared(rows), range(2, 6), 0)
    assert np.isnan(found.bic).tolist() == [False, False, False, True, True]
    assert found.notes == ("From 4 segments on there is no mixture: only 3 customers are different.",)


def test_more_parameters_than_rows_have_no_bic_and_a_reason():
    # two columns: 2 means, 3 covariances and 1 share each, less one share: 11 for two, 17 for three
    rows = np.random.default_rng(0).normal(size=(16, 2))
    found = mixture_bic(prepared(rows), [2, 3, 4], 0)
    assert np.isnan(found.bic).tolist() == [False, False, True, True]
    assert found.notes == ("From 3 segments on a mixture has more parameters (17) than there are customers (16).",)


def test_where_only_one_can_be_fitted_none_is_preferred():
    # four columns: 14 parameters for one, 29 for two
    rows = np.random.default_rng(0).normal(size=(20, 4))
    found = mixture_bic(prepared(rows), [2, 3], 0)
    assert np.isfinite(found.bic[0])
    assert found.preferred is None


def test_a_sample_of_equal_rows_has_no_mixture():
    rows = np.zeros((60_000, 1))
    rows[17] = 1
    found = mixture_bic(prepared(rows), [2], 0)
    assert np.isnan(found.bic).all()
    assert found.notes == ("There is no mixture: all customers looked at are alike.",)


# --- what is looked at ---


def test_a_large_table_is_measured_on_5000_rows():
    assert mixture_bic(prepared(askew_crowds(3_000)), [2], 0).n_samples == 5_000


def test_weights_are_not_looked_at_and_that_is_said():
    rows = askew_crowds()
    weighed = mixture_bic(prepared(np.c_[rows, np.arange(300) + 1.0], scale="none", weight_column="c2"), [2], 0)
    plain = mixture_bic(prepared(rows, scale="none"), [2], 0)
    assert weighed.bic == plain.bic
    assert weighed.notes == ("Weights are not looked at: every customer counts the same here.",)
    assert plain.notes == ()


def test_the_same_seed_gives_the_same_bic():
    features = prepared(np.random.default_rng(0).uniform(size=(300, 2)))
    one, same, other = (mixture_bic(features, [6], seed).bic for seed in (3, 3, 4))
    assert one == same != other
