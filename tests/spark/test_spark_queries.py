"""The queries for all rows, run in Spark: they give what memory gives, as tests/test_spark_sql.py asks of DuckDB."""

import numpy as np
import pyarrow as pa
import pytest

from clustering import FeatureSpec, Table
from clustering.recipe import make_recipe
from clustering.spark import Cluster
from clustering.spark.sql import labels_query, make_plan, prepared_query
from tests.recipe_cases import HOSTILE, by_method, hostile
from tests.recipe_cases import special as recipe_case
from tests.spark_cases import (
    Case,
    case_of,
    check_prepared,
    check_profile,
    check_scores,
    far_from_zero,
    hostile_levels,
    many_levels,
    sample_of,
    segments_of,
    special,
    text_of_all_kinds,
    with_far_rows,
)

CASES = ("gaps filled", "months", "times", "order aside", "far aside, others placed", "components", "days chosen")


class InSpark:
    dialect = "spark"

    def __init__(self, cluster: Cluster):
        self._cluster = cluster

    def keep(self, table: Table, name: str = "customers") -> None:
        self.keep_arrow(pa.Table.from_pandas(table.frame, preserve_index=False), name)

    def keep_arrow(self, rows: pa.Table, name: str = "customers") -> None:
        quoted = name.replace("`", "``")
        with self._cluster.failing():
            self._cluster.session.createDataFrame(rows).repartition(3).createOrReplaceTempView(f"`{quoted}`")

    def view(self, query: str, name: str) -> None:
        with self._cluster.failing():
            self._cluster.session.sql(query).cache().createOrReplaceTempView(f"`{name}`")

    def run(self, query: str) -> list[dict]:
        return self._cluster.answer(query).to_pylist()


@pytest.fixture
def engine(cluster) -> InSpark:
    return InSpark(cluster)


def check(engine: InSpark, case: Case) -> None:
    check_prepared(engine, case)
    check_scores(engine, case)
    check_profile(engine, case)


@pytest.mark.parametrize("name", CASES)
def test_every_way_of_preparing_gives_what_memory_gives(engine, name):
    engine.keep(special(name).table)
    check(engine, special(name))


@pytest.mark.parametrize("make", [with_far_rows, far_from_zero, many_levels, hostile_levels])
def test_customers_out_of_the_common_come_out_as_in_memory(engine, make):
    engine.keep(make().table)
    check(engine, make())


@pytest.mark.parametrize("method", ["gaussian_mixture", "bisecting"])
def test_segments_of_any_rule_are_scored_and_described(engine, method):
    case = segments_of(by_method(method))
    engine.keep(case.table)
    check_scores(engine, case, case.rule)
    check_profile(engine, case)


def test_hostile_names_come_out_intact(engine):
    case = case_of(hostile().table, FeatureSpec(HOSTILE[:3]))
    name = "a\"b`c'; DROP TABLE customers; --"
    engine.keep(case.table, name)
    plan = make_plan(case.table, case.features, (name,))
    assert len(engine.run(prepared_query(plan))) == case.table.n_rows
    engine.keep(case.table)
    check_profile(engine, case)


def test_text_is_read_as_the_sample_reads_it(engine):
    rows = text_of_all_kinds()
    case = case_of(sample_of(rows), FeatureSpec(("amount", "joined", "news", "city")), 3)
    engine.keep_arrow(rows)
    check(engine, case)
    recipe = make_recipe(case.table, case.features, case.clustering)
    found = engine.run(labels_query(recipe, "customers", sample=case.table, key_columns=("visits",)))
    assert tuple(np.bincount([row["segment"] for row in found])[1:].tolist()) == case.clustering.sizes


@pytest.mark.parametrize("name", ["gaps filled", "times", "numbers as categories", "far aside, others placed"])
def test_labels_are_those_of_the_recipe(engine, name):
    case = recipe_case(name)
    rows = pa.Table.from_pandas(case.table.frame, preserve_index=False)
    engine.keep_arrow(rows.append_column("row of the file", pa.array(range(case.table.n_rows))))
    query = labels_query(case.recipe, "customers", sample=case.table, key_columns=("row of the file",))
    found = sorted(engine.run(query), key=lambda row: row["row of the file"])
    assert [row["segment"] or 0 for row in found] == case.segments.tolist()
