"""Every failure is a sentence without addresses, and the session goes on wherever the server does."""

import os
import signal
import threading
import time

import pytest

from clustering.errors import InvalidSetting, Stopped
from clustering.spark import Address, NotThere, SessionOver, SparkFailed, connect
from tests.spark.server import connect_server, free_port

SLOW = "SELECT sum(sqrt(id)) AS s FROM range(1000000000000)"  # hours


def told(failure) -> str:
    text = str(failure.value)
    assert not [
        word for word in ("127.0.0.1", "localhost", "org.apache", "Traceback", "\n", "right-token") if word in text
    ]
    return text


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    """A server that asks for a token: its port and the id of its process."""
    with connect_server(tmp_path_factory.mktemp("guarded"), token="right-token") as (url, process):
        yield url.rpartition(":")[2], process


def test_where_nobody_answers_it_is_said_within_seconds():
    begun = time.monotonic()
    with pytest.raises(SparkFailed) as failure:
        connect(Address(f"sc://127.0.0.1:{free_port()}"))
    assert told(failure).startswith("The Spark server cannot be reached")
    assert time.monotonic() - begun < 60  # left to itself the client goes on for ten minutes


@pytest.mark.parametrize("url", ["sc://", "sc://host:port", "sc://host/path"])
def test_an_address_that_cannot_be_read_is_refused(url):
    with pytest.raises(InvalidSetting, match="not of the form sc://host:port"):
        connect(Address(url))


@pytest.mark.parametrize("token", ["wrong-token", None])
def test_a_token_that_is_not_accepted_is_told(guarded, token):
    with pytest.raises(SparkFailed) as failure:
        connect(Address(f"sc://localhost:{guarded[0]}", token))
    assert told(failure).startswith("The Spark server does not accept the token")


def test_the_right_token_lets_in(guarded):
    cluster = connect(Address(f"sc://localhost:{guarded[0]}", "right-token"))
    assert cluster.answer("SELECT 1 + 1 AS two")["two"].to_pylist() == [2]
    cluster.close()


def test_a_server_that_is_gone_is_told_and_another_session_can_be_opened(guarded, spark_address):
    """The last of the tests with this server."""
    cluster = connect(Address(f"sc://localhost:{guarded[0]}", "right-token"))
    os.kill(guarded[1], signal.SIGKILL)
    begun = time.monotonic()
    with pytest.raises(SparkFailed) as failure:
        cluster.answer("SELECT 1")
    assert told(failure).startswith("The Spark server does not answer")
    assert time.monotonic() - begun < 120
    cluster.close()
    other = connect(spark_address)
    assert other.answer("SELECT 3 AS three")["three"].to_pylist() == [3]
    other.close()


def test_a_job_is_ended_when_its_caller_says_so(cluster):
    begun = time.monotonic()
    with pytest.raises(Stopped):
        cluster.answer(SLOW, stop=lambda: time.monotonic() - begun > 2)
    assert time.monotonic() - begun < 60  # it would take hours
    assert cluster.answer("SELECT 3 AS three")["three"].to_pylist() == [3]


@pytest.mark.parametrize("seconds", [0.1, 0.4, 0.8])
def test_a_job_that_is_ended_while_it_is_being_planned_does_not_begin_after_that(cluster, seconds):
    """It would hold both cores; with plans that adapt as they run one of these did."""
    begun = time.monotonic()
    with pytest.raises(Stopped):
        cluster.answer(f"{SLOW} WHERE id > {seconds}", stop=lambda: time.monotonic() - begun > seconds)
    ended = time.monotonic()
    counted = cluster.answer("SELECT count(*) AS n FROM range(9)", stop=lambda: time.monotonic() - ended > 120)
    assert counted["n"].to_pylist() == [9]


def test_a_job_whose_caller_fails_is_ended_too(cluster):
    def fail():
        if time.monotonic() - begun > 2:
            raise KeyError("a page that is gone")
        return False

    begun = time.monotonic()
    with pytest.raises(KeyError):
        cluster.answer(SLOW, stop=fail)
    assert time.monotonic() - begun < 60


def test_a_job_that_somebody_else_ends_is_told(spark_address):
    own = connect(spark_address)
    ended = threading.Timer(3, own.session.interruptAll)
    ended.start()
    with pytest.raises(SparkFailed) as failure:
        own.answer(SLOW)
    ended.join()
    assert told(failure).startswith("The job was ended on the cluster")
    own.close()


def test_a_session_that_is_over_is_told(spark_address):
    own = connect(spark_address)
    own.close()
    with pytest.raises(SessionOver) as failure:
        own.answer("SELECT 1")
    assert told(failure).startswith("The session on the cluster is over")


def test_a_session_that_the_cluster_ended_is_told(spark_address):
    """As after an hour without a query, or when the server was started anew."""
    own = connect(spark_address)
    assert own.answer("SELECT 1 AS one").num_rows == 1
    own.session.client.release_session()
    with pytest.raises(SessionOver) as failure:
        own.answer("SELECT 1")
    assert told(failure).startswith("The session on the cluster is over")
    own.close()


@pytest.mark.parametrize(
    "query, begins",
    [
        ("SELECT * FROM shop.nowhere", 'The table "shop.nowhere" is no longer there'),
        ("SELECT * FROM side.nowhere.x", 'The table "side.nowhere.x" is no longer there'),
        ("SELECT nothing FROM range(3)", 'The table has no column "nothing" any more'),
        ("CREATE TABLE shop.customers (x INT)", 'There is a table "spark_catalog.shop.customers" already'),
        ("CREATE TABLE noplace.x (x INT)", 'The schema "spark_catalog.noplace" is no longer there'),
        (
            "SELECT raise_error('AccessControlException: Permission denied: user=app')",
            "The cluster does not allow this",
        ),
        ("SELECT raise_error('java.lang.OutOfMemoryError: Java heap space')", "The cluster ran out of memory"),
        ("SELECT 1 / 0", 'The cluster could not do this ("DIVIDE_BY_ZERO" in the words of Spark).'),
    ],
)
def test_what_a_query_meets_is_told(cluster, customer_table, query, begins):
    with pytest.raises(SparkFailed) as failure:
        cluster.answer(query)
    assert told(failure).startswith(begins)


def test_files_that_were_removed_below_a_table_are_told(cluster, tmp_path):
    where = tmp_path / "rows"
    with cluster.failing():
        cluster.session.range(1000).write.parquet(str(where))
        cluster.session.sql("CREATE SCHEMA IF NOT EXISTS shop")
        cluster.session.sql(f"CREATE TABLE shop.undermined USING parquet LOCATION '{where}'")
        cluster.session.table("shop.undermined").count()
    for path in where.glob("*.parquet"):
        path.unlink()
    with pytest.raises(SparkFailed) as failure:
        cluster.answer("SELECT sum(id) FROM shop.undermined")
    assert told(failure).startswith("The files behind the table were changed or removed")


def test_what_is_ours_passes_as_it_is(cluster):
    with pytest.raises(InvalidSetting, match="ours"), cluster.failing():
        raise InvalidSetting("ours")


def test_sessions_of_two_people_do_not_meet(spark_address):
    """Temporary views are of a session; models are asked for through the session that is active in a thread."""
    from pyspark.ml.clustering import KMeans
    from pyspark.ml.feature import VectorAssembler

    def centers(cluster, values) -> list[float]:
        with cluster.failing():
            rows = cluster.session.createDataFrame([(value,) for value in values], "x DOUBLE")
            rows = VectorAssembler(inputCols=["x"], outputCol="features").transform(rows)
            return sorted(float(center[0]) for center in KMeans(k=2, seed=1).fit(rows).clusterCenters())

    first, second = connect(spark_address), connect(spark_address)
    with first.failing():
        first.session.range(3).createOrReplaceTempView("mine")
    with pytest.raises(NotThere, match="no longer there"):
        second.answer("SELECT * FROM mine")
    assert centers(first, (0.0, 2.0, 10.0, 12.0)) == [1.0, 11.0]
    assert centers(second, (0.0, 4.0, 100.0, 104.0)) == [2.0, 102.0]
    first.close()
    assert centers(second, (0.0, 4.0, 100.0, 104.0)) == [2.0, 102.0]
    second.close()
