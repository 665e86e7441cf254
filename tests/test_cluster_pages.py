"""What the pages show of a Spark cluster where none is named, and where its packages are not installed."""

import importlib.util

import pytest

from clustering.spark import RemoteSample, TableName
from pages._ui.sentences import all_rows_offered
from tests.driver import button, errors, go, texts, upload

DATA, EXPORT = "pages/1_Data.py", "pages/6_Export.py"
HEADING = "A table on the cluster"

without_spark = pytest.mark.skipif(importlib.util.find_spec("pyspark") is not None, reason="Spark is installed here")


@pytest.fixture
def named(monkeypatch):
    """A server that was told where the cluster is."""
    monkeypatch.setenv("CLUSTER_EXPLORER_SPARK", "sc://127.0.0.1:1")


def test_where_no_cluster_is_named_nothing_of_it_shows(app, four_points):
    go(app, DATA)
    assert HEADING not in texts(app)
    upload(app, "four.csv", four_points)
    assert HEADING not in texts(app)
    go(app, EXPORT)
    assert "All rows" not in [tab.label.replace(":gray[", "").rstrip("]") for tab in app.tabs]


def test_where_a_cluster_is_named_the_data_page_offers_its_tables(app, named):
    go(app, DATA)
    assert HEADING in texts(app)
    assert not button(app, "Show the tables").disabled


@without_spark
def test_without_the_packages_a_sentence_says_what_to_install(app, named):
    go(app, DATA)
    button(app, "Show the tables").click().run()
    assert not app.exception
    assert "pip install -r requirements-spark.txt" in errors(app)[0]
    assert "127.0.0.1" not in errors(app)[0]


def test_an_address_that_is_none_is_a_sentence_and_the_page_goes_on(app, monkeypatch):
    monkeypatch.setenv("CLUSTER_EXPLORER_SPARK", "https://host")
    go(app, DATA)
    assert "CLUSTER_EXPLORER_SPARK" in errors(app)[0]
    assert not app.exception


def test_the_address_can_stand_in_the_secrets(app):
    app.secrets["spark"] = {"url": "sc://127.0.0.1:1", "token": "s3cret"}
    go(app, DATA)
    assert HEADING in texts(app)
    assert "s3cret" not in texts(app)


@pytest.mark.parametrize(
    "n_in_all, told",
    [
        (5_000_000, "The segments so far come from a sample of 200 rows. On the cluster as many are found among all "),
        (200, "All 200 rows of lake.shop.mall are here. On the cluster as many segments are found among them anew, "),
    ],
    ids=["sample", "whole"],
)
def test_a_run_on_all_rows_says_whether_it_takes_more_than_is_here(mall, n_in_all, told):
    assert all_rows_offered(RemoteSample(TableName("lake", "shop", "mall"), mall, b"", n_in_all, ())).startswith(told)
