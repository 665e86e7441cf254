"""What the columns of a table on a cluster hold, for the recipe, counted in DuckDB: it is what memory counts."""

from dataclasses import replace

import duckdb
import pyarrow as pa
import pytest

from clustering import FeatureSpec
from clustering.features import ColumnSpec
from clustering.recipe import make_recipe
from clustering.spark.held import columns_of_all
from tests.recipe_cases import HOSTILE, hostile
from tests.spark_cases import Case, case_of, many_levels, special, text_of_all_kinds, with_far_rows
from tests.test_spark_sql import InDuckDB, sample_of

WAYS = ("gaps filled", "times", "months", "order aside", "numbers as categories", "far aside, others placed")


@pytest.fixture
def engine():
    with duckdb.connect() as connection:
        connection.sql("SET threads TO 1")
        yield InDuckDB(connection)


def check(engine: InDuckDB, case: Case) -> None:
    """Against what the recipe of the same rows in memory tells."""
    recipe = make_recipe(case.table, case.features, case.clustering)
    columns, n_filled_rows = columns_of_all(engine.run, case.plan(engine), case.table, recipe.columns)
    assert columns == recipe.columns
    assert n_filled_rows == case.features.n_filled_rows


@pytest.mark.parametrize("name", WAYS)
def test_every_column_is_told_as_in_memory(engine, name):
    engine.keep(special(name).table)
    check(engine, special(name))


@pytest.mark.parametrize("make", [with_far_rows, many_levels])
def test_customers_out_of_the_common_are_counted_too(engine, make):
    engine.keep(make().table)
    check(engine, make())


def test_hostile_names_come_out_intact(engine):
    case = case_of(hostile().table, FeatureSpec(HOSTILE[:3]))
    engine.keep(case.table)
    check(engine, case)


def test_text_counts_as_what_the_sample_reads(engine):
    rows = text_of_all_kinds()
    engine.keep_arrow(rows)
    check(engine, case_of(sample_of(rows), FeatureSpec(("amount", "joined", "news", "city")), 3))


def test_levels_beyond_the_fifty_most_frequent_are_counted_together(engine):
    """Of 60 levels with 20 rows each ten are left over: 200 rows."""
    rows = pa.table({"x": [float(i) for i in range(1_200)], "code": [i % 60 for i in range(1_200)]})
    engine.keep_arrow(rows)
    case = case_of(sample_of(rows), FeatureSpec(("x", "code"), settings=(ColumnSpec("code", encode="onehot"),)), 2)
    column = make_recipe(case.table, case.features, case.clustering).columns[1]
    (told,), _ = columns_of_all(engine.run, case.plan(engine), case.table, (column,))
    assert told == column
    assert told.counts[-1] == 200


def test_the_tenths_of_the_sample_are_counted_in_all_rows(engine):
    """Of ten rows with 1 to 10, at edges 3 and 8: two below, five from 3 on, three from 8 on."""
    rows = pa.table({"x": [float(i) for i in range(1, 11)], "y": [float(i % 2) for i in range(10)]})
    engine.keep_arrow(rows)
    case = case_of(sample_of(rows), FeatureSpec(("x", "y")), 2)
    column = replace(make_recipe(case.table, case.features, case.clustering).columns[0], edges=(3.0, 8.0))
    (told,), _ = columns_of_all(engine.run, case.plan(engine), case.table, (column,))
    assert (told.n, told.counts, told.min, told.max) == (10, (2, 5, 3), 1.0, 10.0)
