"""How much each column matters: the segmentation without it."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from clustering import ClusterSpec, FeatureSpec, fit, prepare, read_table
from clustering.errors import InvalidSetting
from clustering.features import ColumnSpec, RowFilter
from clustering.stability import Importance, importance

SAMPLES = Path(__file__).parents[1] / "sample_data"


def crowds(n=20):
    """Four crowds at the corners of a square, its side 10 in `far` and 4 in `near`; `noise` tells nothing."""
    rng = np.random.default_rng(0)
    corners = np.repeat([[0, 0], [0, 4], [10, 0], [10, 4]], n, axis=0)
    frame = pd.DataFrame(corners + rng.normal(0, 0.1, (4 * n, 2)), columns=["far", "near"])
    frame["noise"] = rng.uniform(0, 1, 4 * n)
    return frame


def measured(frame, columns, n_clusters, *, on_column=None, stop=None, **settings):
    table = read_table(frame.to_csv(index=False).encode())
    spec = FeatureSpec(columns, **{"scale": "none", "outliers": "keep", **settings})
    clustering = fit(prepare(table, spec), ClusterSpec(n_clusters=n_clusters))
    return importance(table, spec, clustering, on_column=on_column, stop=stop)


# --- the numbers ---


def test_without_the_column_that_tells_the_segments_apart_they_are_left_to_chance():
    # Two segments by `far`. Without it `near` cuts each of them in half: 20 + 20 of 80 customers move, and each pair of
    # segments shares 20, so the adjusted Rand index is (4 * 190 - 1560² / 3160) / (1560 - 1560² / 3160) = -0.0128.
    found = {one.column: one for one in measured(crowds(), ("far", "near"), 2)}
    assert found["far"].adjusted_rand == pytest.approx((760 - 1560**2 / 3160) / (1560 - 1560**2 / 3160))
    assert (found["far"].n_moved, found["far"].moved, found["far"].n_compared) == (40, 0.5, 80)
    assert found["near"] == Importance("near", 1.0, 0, 80)


def test_the_column_that_matters_most_comes_first():
    found = measured(crowds(), ("noise", "near", "far"), 2)
    assert found[0].column == "far"
    assert [one.adjusted_rand for one in found] == sorted(one.adjusted_rand for one in found)


def test_segments_that_only_change_their_numbers_move_nobody():
    # Without `noise` the segments are the same; of equal sizes the numbers go by the first row.
    found = {one.column: one for one in measured(crowds(), ("far", "near", "noise"), 4)}
    assert found["noise"].n_moved == 0


def test_income_and_spending_matter_for_the_mall_customers_and_age_does_not():
    table = read_table(SAMPLES / "mall_customers.csv")
    spec = FeatureSpec(("Age", "Annual Income (k$)", "Spending Score (1-100)"))
    found = importance(table, spec, fit(prepare(table, spec), ClusterSpec(n_clusters=5)))
    assert found[-1].column == "Age"
    assert found[-1].moved < 0.05 < found[-2].moved


# --- everything is done as if the column had not been chosen ---


def test_a_column_with_a_larger_weight_matters_more():
    plain = {one.column: one for one in measured(crowds(), ("far", "near"), 2)}
    weighed = {
        one.column: one for one in measured(crowds(), ("far", "near"), 2, settings=(ColumnSpec("near", weight=5.0),))
    }
    assert plain["near"].moved == 0
    assert weighed["near"].moved == 0.5


def test_the_settings_of_the_column_go_with_it():
    found = measured(crowds(), ("far", "near"), 2, settings=(ColumnSpec("far", weight=2.0),))
    assert [one.reason for one in found] == ["", ""]


def test_components_are_found_anew():
    found = {one.column: one for one in measured(crowds(), ("far", "near", "noise"), 4, pca=0.99)}
    assert found["far"].moved > 0.3
    assert found["noise"].moved == 0


def test_only_customers_with_a_segment_in_both_are_compared():
    frame = crowds()
    frame.loc[:4, "near"] = np.nan  # five take part only where `near` is not chosen
    found = {one.column: one for one in measured(frame, ("far", "near"), 2, missing="aside")}
    assert {one.n_compared for one in found.values()} == {75}
    assert found["near"].adjusted_rand == 1


def test_a_filter_on_the_column_stays():
    found = {one.column: one for one in measured(crowds(), ("far", "near"), 2, row_filter=RowFilter("near", high=2.0))}
    assert found["near"].n_compared == 40
    assert found["near"].adjusted_rand == 1


# --- where there is no segmentation without it ---


def test_a_column_without_which_nobody_differs_says_so_and_comes_last():
    # among the customers with near < 2 the column `same` is constant
    frame = crowds()
    frame["same"] = np.where(frame["near"] < 2, 0, 1)
    found = measured(frame, ("far", "same"), 2, row_filter=RowFilter("near", high=2.0))
    assert [one.column for one in found] == ["same", "far"]
    assert np.isnan(found[1].adjusted_rand)
    assert np.isnan(found[1].moved)
    assert found[1].reason.startswith('"same": all rows that take part hold the same value.')


def test_a_column_without_which_too_few_differ_says_so():
    frame = pd.DataFrame({"many": np.arange(40.0), "two": [0.0, 1.0] * 20})
    found = measured(frame, ("many", "two"), 5)
    assert found[-1].column == "many"
    assert "only 2 different customers take part" in found[-1].reason


def test_a_single_column_is_refused_with_a_sentence():
    with pytest.raises(InvalidSetting, match=r'^Only "far" builds the segments; without it there are none. Choose a'):
        measured(crowds(), ("far",), 2)


# --- progress and stopping ---


def test_progress_counts_the_columns():
    heard = []
    measured(crowds(), ("far", "near", "noise"), 2, on_column=heard.append)
    assert heard == [1, 2, 3]


def test_it_stops_between_columns():
    heard = []
    assert measured(crowds(), ("far", "near", "noise"), 2, on_column=heard.append, stop=lambda: len(heard) == 2) is None
    assert heard == [1, 2]
