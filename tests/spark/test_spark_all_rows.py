"""All rows of a table on a real server, against the same rows in memory: its 20,000 customers are their own sample."""

import logging
import os
import signal
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pyspark.logger import PySparkLogger

from clustering import ClusterSpec, FeatureSpec, fit, prepare, profile, recommend, stability, sweep
from clustering.errors import InvalidSetting, NoUsableColumns, Stopped
from clustering.features.frozen import freeze
from clustering.identity import Identity
from clustering.indices import score
from clustering.placing import nearest
from clustering.recipe import apply_recipe, load_recipe, make_recipe, save_recipe
from clustering.spark import (
    Cluster,
    SparkFailed,
    TableName,
    TargetTaken,
    apply_there,
    connect,
    draw_sample,
    run_on_all_rows,
    sweep_on_all_rows,
    write_labels,
)
from clustering.spark.connection import Address
from tests.spark.customers import customers
from tests.spark.server import connect_server
from tests.spark_cases import EXACT, LINEAR, same_profile

SPEC = FeatureSpec(("spend", "visits", "basket", "region"), describe=("newsletter", "since"))
K_MEANS = ClusterSpec(n_clusters=4)
NUMBERS = range(2, 7)
SLOW = "SELECT sum(sqrt(id)) AS segment, 'x' AS segment_name FROM range(1000000000000)"


@pytest.fixture(scope="module")
def remote(cluster, customer_table):
    return draw_sample(cluster, customer_table, "customer_id")


@pytest.fixture(scope="module")
def features(remote):
    return prepare(remote.table, SPEC)


@pytest.fixture(scope="module")
def clustering(features):
    return fit(features, K_MEANS)


@pytest.fixture(scope="module")
def seen():
    """What is told of the run."""
    return []


@pytest.fixture(scope="module")
def all_rows(cluster, remote, features, clustering, seen):
    names = tuple(Identity(i, f"group {i}") for i in (3, 1, 0, 2))
    return run_on_all_rows(
        cluster,
        remote,
        remote.table,
        features,
        clustering,
        spec=K_MEANS,
        n_seeds=3,
        identities=names,
        on_step=seen.append,
    )


def tables(cluster: Cluster) -> tuple[list[str], list[str]]:
    """What stands in the schema, with the temporary views of the session; and the folders of files behind it."""
    shown = cluster.answer("SHOW TABLES IN spark_catalog.shop")["tableName"].to_pylist()
    folder = Path(cluster.session.conf.get("spark.sql.warehouse.dir").removeprefix("file:")) / "shop.db"
    return sorted(shown), sorted(path.name for path in folder.iterdir())


def named(name: str) -> TableName:
    return TableName("spark_catalog", "shop", name)


def test_every_figure_is_that_of_the_same_centers_in_memory(all_rows, features, remote):
    centers = all_rows.recipe.cluster_centers
    labels = nearest(centers)(features.X)
    expected = score(features.X, labels, centers, ("inertia", *LINEAR))
    assert {name: getattr(all_rows.scores, name) for name in expected} == pytest.approx(expected, rel=EXACT)
    applied = apply_recipe(all_rows.recipe, remote.table)
    assert all_rows.sizes == applied.sizes == tuple(sorted(applied.sizes, reverse=True))
    assert (all_rows.n_rows, all_rows.n_fit) == (20_000, len(features.X))


def test_the_profile_is_that_of_the_same_segments_in_memory(all_rows, features, clustering, remote):
    applied = apply_recipe(all_rows.recipe, remote.table)
    same = replace(clustering, labels=applied.labels, sizes=applied.sizes)
    same_profile(all_rows.profile, profile(remote.table, same, SPEC))


def test_the_recipe_is_that_of_the_same_segments_in_memory(all_rows, features, clustering, remote):
    """What prepares the customers, what the columns held, and what stands in the file."""
    recipe, frozen = all_rows.recipe, freeze(features.pipeline, {})
    assert recipe.found.n_filled_rows == features.n_filled_rows
    for there, here in zip(recipe.preparation.columns, frozen.columns, strict=True):
        assert (there.center, there.spread) == pytest.approx((here.center, here.spread), rel=EXACT)
    assert recipe.columns == make_recipe(remote.table, features, clustering).columns
    again = load_recipe(save_recipe(recipe))
    np.testing.assert_array_equal(apply_recipe(again, remote.table).labels, apply_recipe(recipe, remote.table).labels)


def test_the_lowest_cost_of_several_fits_is_kept_and_progress_is_told(all_rows, seen):
    assert len(all_rows.costs) == 3
    assert all_rows.scores.inertia == pytest.approx(min(all_rows.costs), rel=1e-3)  # MLlib's: of the last round but one
    assert [(one.seed, one.n_seeds) for one in seen if one.doing == "fit"] == [(1, 3), (2, 3), (3, 3)]
    assert [one.done for one in seen] == list(range(1, seen[-1].of + 1))


def test_figures_stand_beside_those_of_the_sample(all_rows, features, clustering):
    """Whatever the fits there came to: chance decides that."""
    beside, n = {one.index: one for one in all_rows.beside}, len(features.X)
    assert beside["inertia"].sample == clustering.inertia / n
    assert beside["inertia"].all_rows == all_rows.scores.inertia / n
    expected = score(features.X, clustering.fit_labels, clustering.cluster_centers, LINEAR)
    assert beside["calinski_harabasz"].sample == pytest.approx(expected["calinski_harabasz"] / (n - 4), rel=EXACT)
    assert beside["davies_bouldin"].sample == pytest.approx(expected["davies_bouldin"], rel=EXACT)
    assert all_rows.differs == any(abs(one.all_rows / one.sample - 1) > 0.01 for one in beside.values())


def test_segments_keep_the_names_of_their_customers(all_rows, clustering, remote):
    """Of the four groups one at least is found by any fit: two may be taken for one, and a third for two."""
    labels, found = apply_recipe(all_rows.recipe, remote.table).of_table, 0
    for label, name in enumerate(f"group {i}" for i in (3, 1, 0, 2)):
        here = clustering.members(label)
        for there in range(4):
            members = np.flatnonzero(labels == there)
            if len(np.intersect1d(here, members)) > 0.9 * max(len(here), len(members)):
                assert all_rows.recipe.segments[there].name == name
                found += 1
    assert found


def test_labels_are_written_to_a_new_table_and_are_those_of_memory(cluster, all_rows, remote):
    target = named("labelled_customers")
    assert write_labels(cluster, all_rows, target) == 20_000
    expected = apply_recipe(all_rows.recipe, remote.table).of_table + 1
    by_id = dict(zip(remote.table.text["customer_id"].to_pylist(), expected.tolist(), strict=True))
    rows = cluster.answer(f"SELECT customer_id, segment, segment_name FROM {target.sql}")
    written = dict(zip(rows["customer_id"].to_pylist(), rows["segment"].to_pylist(), strict=True))
    assert written == by_id
    assert set(rows["segment_name"].to_pylist()) == set(all_rows.recipe.names)
    with pytest.raises(TargetTaken, match=r'^There is a table "spark_catalog.shop.labelled_customers" already\.'):
        write_labels(cluster, all_rows, target)


def test_a_table_goes_for_the_labels_only_if_it_may_and_never_the_customers_own(cluster, all_rows, customer_table):
    target = named("taken")
    with cluster.failing():
        cluster.session.sql(f"CREATE TABLE {target.sql} AS SELECT 1 AS precious").collect()
    before = tables(cluster)
    with pytest.raises(TargetTaken):
        write_labels(cluster, all_rows, target)
    assert cluster.answer(f"SELECT * FROM {target.sql}").to_pylist() == [{"precious": 1}]
    with pytest.raises(InvalidSetting, match="never written over"):
        write_labels(cluster, all_rows, replace(customer_table, name="CUSTOMERS"), replace=True)
    assert write_labels(cluster, all_rows, target, replace=True) == 20_000
    assert "segment" in cluster.answer(f"SELECT * FROM {target.sql} LIMIT 1").column_names
    assert tables(cluster) == before


@pytest.mark.parametrize("may_replace", [False, True])
def test_a_failure_in_the_middle_of_writing_leaves_nothing(cluster, all_rows, may_replace):
    target = named(f"failed_{may_replace}")
    if may_replace:
        with cluster.failing():
            cluster.session.sql(f"CREATE TABLE {target.sql} AS SELECT 1 AS precious").collect()
    before = tables(cluster)
    broken = "SELECT id, CASE WHEN id = 9000 THEN raise_error('killed by somebody') END AS segment, '' AS segment_name"
    with pytest.raises(SparkFailed, match=r"^The job was ended on the cluster"):
        write_labels(cluster, replace(all_rows, query=f"{broken} FROM range(10000)"), target, replace=may_replace)
    asked = iter([False] * 8)
    with pytest.raises(Stopped):
        slow = replace(all_rows, query=SLOW)
        write_labels(cluster, slow, target, replace=may_replace, stop=lambda: next(asked, None) is not False)
    assert tables(cluster) == before
    if may_replace:
        assert cluster.answer(f"SELECT * FROM {target.sql}").to_pylist() == [{"precious": 1}]


def test_a_recipe_of_a_file_is_applied_to_a_table_there(cluster, customer_table, remote, features):
    """A method that is not run there, on a table with one column by another name."""
    recipe = make_recipe(remote.table, features, fit(features, ClusterSpec("bisecting", n_clusters=3)))
    later = named("customers_later")
    with cluster.failing():
        query = f"SELECT * EXCEPT (spend), spend AS `paid in all` FROM {customer_table.sql} WHERE since < '2022-01-01'"
        cluster.session.sql(f"CREATE OR REPLACE TEMPORARY VIEW dummy AS {query}").collect()
        cluster.session.sql(f"CREATE TABLE {later.sql} AS SELECT * FROM dummy").collect()
        cluster.session.catalog.dropTempView("dummy")
    table = draw_sample(cluster, later).table
    expected = apply_recipe(recipe, table, renamed={"spend": "paid in all"})
    done = apply_there(cluster, recipe, later, named("applied"), renamed={"spend": "paid in all"})
    assert done.n_rows == table.n_rows == cluster.session.table(done.target.sql).count()
    assert done.sizes == expected.sizes
    assert done.n_not_placed == 0
    with pytest.raises(NoUsableColumns, match='"spend" of the recipe has no match in this table'):
        apply_there(cluster, recipe, later, named("applied_again"))


def test_the_numbers_of_segments_are_judged_as_in_memory(cluster, remote):
    """The cost at most 0.5 % above that of ten starts in memory at every number, and the same number recommended."""
    features = prepare(remote.table, FeatureSpec(("spend", "visits", "basket")))
    here = sweep(features, K_MEANS, NUMBERS)
    there = sweep_on_all_rows(cluster, remote, remote.table, features, NUMBERS, spec=K_MEANS)
    assert there.n_clusters == here.n_clusters
    excess = np.array(there.inertia) / np.array(here.inertia) - 1
    assert excess.max() < 0.005, excess
    assert there.n_samples == here.n_samples
    assert [sum(sizes) for sizes in there.sizes] == [sum(sizes) for sizes in here.sizes]
    again = stability(features, K_MEANS, NUMBERS)
    expected = recommend(here, again)
    assert recommend(there, again).n_clusters == expected.n_clusters == 4


def test_all_rows_of_a_table_that_was_sampled_are_counted_and_weighed(cluster, customer_table):
    small = draw_sample(cluster, customer_table, "customer_id", n_rows=2_000)
    spec = FeatureSpec(("spend", "basket"), outliers="keep", describe=("region",), weight_column="visits")
    features = prepare(small.table, spec)
    one = run_on_all_rows(
        cluster, small, small.table, features, fit(features, K_MEANS), spec=replace(K_MEANS, random_state=3), n_seeds=1
    )
    whole = draw_sample(cluster, customer_table, "customer_id").table
    applied = apply_recipe(one.recipe, whole)
    assert applied.sizes == one.sizes
    assert (one.n_rows, one.n_without) == (20_000, 0)
    weights = whole.frame["visits"].to_numpy(float)[applied.rows]
    in_fit = weights > 0
    expected = weights[in_fit] @ applied.distance[in_fit] ** 2 / weights[in_fit].mean()
    assert one.scores.inertia == pytest.approx(expected, rel=EXACT)
    spend = whole.frame["spend"].to_numpy(float)
    of_sample = small.table.frame[small.table.frame["visits"] > 0]["spend"].to_numpy(float)
    filled = np.where(np.isnan(spend), np.nanmedian(of_sample), spend)[in_fit]
    (center,) = (c.center for c in one.recipe.preparation.columns if c.encoded.column == "spend")
    assert center == pytest.approx(filled.mean(), rel=EXACT)
    assert one.recipe.columns[0].n == 20_000
    assert one.recipe.columns[0].missing == int(np.isnan(spend).sum())
    load_recipe(save_recipe(one.recipe))


def test_a_run_is_stopped_in_the_middle_of_a_fit_and_the_session_goes_on(cluster, remote, features, clustering):
    before, told = tables(cluster), []
    with pytest.raises(Stopped):
        run_on_all_rows(
            cluster,
            remote,
            remote.table,
            features,
            clustering,
            spec=K_MEANS,
            on_step=told.append,
            stop=lambda: bool(told) and told[-1].doing == "fit",
        )
    assert told[-1].seed == 1
    assert tables(cluster) == before


def test_a_sweep_that_is_stopped_gives_what_is_finished(cluster, remote, features):
    told = []
    there = sweep_on_all_rows(
        cluster,
        remote,
        remote.table,
        features,
        (2, 3),
        spec=K_MEANS,
        n_seeds=1,
        on_step=told.append,
        stop=lambda: bool(told) and told[-1].doing == "score",
    )
    assert there.n_clusters == [2]
    assert there.step(2).silhouette_error == 0  # of all rows, since they are the sample


def test_a_fit_that_somebody_else_ends_is_told(spark_address, remote, features, clustering):
    own = connect(spark_address)

    def end(progress):
        if progress.doing == "fit":
            threading.Timer(0.5, own.session.interruptAll).start()

    with pytest.raises(SparkFailed, match=r"^The job was ended on the cluster"):
        run_on_all_rows(own, remote, remote.table, features, clustering, spec=K_MEANS, on_step=end)
    assert own.answer("SELECT 3 AS three")["three"].to_pylist() == [3]
    own.close()


def test_a_table_that_is_gone_or_was_emptied_in_between_is_told(cluster, customer_table, remote, features, clustering):
    emptied = named("emptied")
    with cluster.failing():
        query = f"SELECT * EXCEPT (spend), CAST(NULL AS DOUBLE) AS spend FROM {customer_table.sql}"
        cluster.session.sql(f"CREATE TABLE {emptied.sql} AS {query}").collect()

    def run(name: TableName):
        other = replace(remote, name=name)
        run_on_all_rows(cluster, other, remote.table, features, clustering, spec=K_MEANS)

    with pytest.raises(InvalidSetting, match=r'^"spend": no row of the table has a value any more\.'):
        run(emptied)
    with pytest.raises(SparkFailed, match=r'^The table "spark_catalog.shop.gone" is no longer there'):
        run(named("gone"))


def test_a_server_that_is_gone_in_the_middle_of_a_run_is_told(tmp_path):
    with connect_server(tmp_path) as (url, process):
        own = connect(Address(url))
        name = named("customers")
        with own.failing():
            own.session.sql("CREATE SCHEMA shop").collect()
            own.session.createDataFrame(customers(1_000)).write.saveAsTable(name.sql)
        remote = draw_sample(own, name)
        features = prepare(remote.table, SPEC)

        def kill(progress):
            os.kill(process, signal.SIGKILL)

        with pytest.raises(SparkFailed, match=r"^The Spark server does not answer"):
            run_on_all_rows(own, remote, remote.table, features, fit(features, K_MEANS), spec=K_MEANS, on_step=kill)
        own.close()


def test_a_query_that_fails_is_not_logged(cluster):
    """The client of Spark would write names and values out of the table to the log of the app."""
    heard = Ear()
    with pytest.raises(SparkFailed):
        cluster.answer("SELECT secret FROM range(3)")
    assert heard.records == []


class Ear(logging.Handler):
    """Hears what the client says of queries."""

    def __init__(self):
        super().__init__()
        self.records = []
        for name in ("SQLQueryContextLogger", "DataFrameQueryContextLogger"):
            PySparkLogger.getLogger(name).addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)
