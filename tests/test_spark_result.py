"""What needs no cluster: what is refused before anything is asked there, and when two figures differ."""

from dataclasses import replace

import pytest

from clustering import ClusterSpec
from clustering.errors import InvalidSetting
from clustering.spark import Beside, TableName, run_on_all_rows, sweep_on_all_rows
from clustering.spark.writing import write_table
from tests.spark_cases import special

NAN = float("nan")
CASE = "gaps filled"


def test_another_method_than_k_means_is_refused_and_a_way_on_is_told():
    case, spec = special(CASE), ClusterSpec("gaussian_mixture", n_clusters=5)
    with pytest.raises(InvalidSetting, match=r"k-means can\. The recipe of the segments of the sample can be applied"):
        run_on_all_rows(None, None, case.table, case.features, case.clustering, spec=spec)
    with pytest.raises(InvalidSetting, match=r"^Gaussian mixture cannot be run over all rows"):
        sweep_on_all_rows(None, None, case.table, case.features, (2, 3), spec=spec)


def test_segments_made_by_hand_are_refused():
    case = special(CASE)
    by_hand = replace(case.clustering, edited=(True, *case.clustering.edited[1:]))
    with pytest.raises(InvalidSetting, match=r"^Segments that were changed by hand"):
        run_on_all_rows(None, None, case.table, case.features, by_hand, spec=by_hand.spec)


@pytest.mark.parametrize(
    "all_rows, sample, difference, differs",
    [
        (101.0, 100.0, 0.01, False),
        (98.9, 100.0, 0.011, True),
        (-0.5, -0.5, 0.0, False),
        (0.1, 0.0, float("inf"), True),
        (0.0, 0.0, 0.0, False),
        (NAN, NAN, NAN, False),
        (NAN, 2.0, NAN, True),
    ],
)
def test_two_figures_differ_above_one_percent_of_that_of_the_sample(all_rows, sample, difference, differs):
    beside = Beside("davies_bouldin", all_rows, sample)
    assert beside.difference == pytest.approx(difference, nan_ok=True)
    assert beside.differs == differs


@pytest.mark.parametrize("name", ["two words", "Käufer", "a.b", "", "x; DROP TABLE y"])
def test_a_name_that_no_table_can_have_is_refused(name):
    """Spark's own catalog takes any when a table is made, and refuses it when the table is renamed."""
    with pytest.raises(InvalidSetting, match="is no name for a new table: take letters from a to z"):
        target, source = (TableName("spark_catalog", "shop", one) for one in (name, "customers"))
        write_table(None, "", target, source=source, may_replace=True, stop=None)


@pytest.mark.parametrize("name", ["customers", "CUSTOMERS"])
def test_the_table_that_the_customers_come_from_is_never_written_over(name):
    with pytest.raises(InvalidSetting, match="which is never written over"):
        target, source = (TableName("spark_catalog", "shop", one) for one in (name, "customers"))
        write_table(None, "", target, source=source, may_replace=True, stop=None)
