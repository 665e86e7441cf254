"""The door to a Spark cluster: an address, a session behind it, and a sentence for whatever goes wrong there."""

import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

import pyarrow as pa

from clustering.errors import ClusteringError, InvalidSetting, Stopped
from clustering.spark.failures import explain, refused

if TYPE_CHECKING:
    from pyspark.sql.connect.session import SparkSession

Answer = TypeVar("Answer")

_REACHED_WITHIN = 10.0  # seconds for the line to stand
# Six waits of 0.2, 0.4, 0.8, 1.6, 3.2 and 4 s bridge a line that drops out. Left to itself the client would wait for
# a server that is gone for more than ten minutes, and the person in front of the screen with it.
_RETRIES = {"max_retries": 6, "initial_backoff": 200, "backoff_multiplier": 2.0, "max_backoff": 4000, "jitter": 0}
# They write every query that fails to the log, with names and values out of the table.
_LOGGERS = ("SQLQueryContextLogger", "DataFrameQueryContextLogger")
_ASKED_EVERY = 0.2  # seconds from one look at `stop` to the next
_SETTINGS = {
    # Times are told and compared as they stand in UTC, here as in the table that a file is read into.
    "spark.sql.session.timeZone": "UTC",
    # A number too large or a division by zero ends the query, where it would else become a value nobody computed.
    "spark.sql.ansi.enabled": "true",
    # Plans that are changed as they run are carried on in threads of their own: a query that was ended while it was
    # being planned began all the same, and held every core of the cluster with nobody left who could end it.
    "spark.sql.adaptive.enabled": "false",
}


@dataclass(frozen=True)
class Address:
    """Where the cluster is, as whoever set up the app has said.

    Parameters
    ----------
    url : str
        Of the Spark Connect server: `sc://host:15002`, with the settings of Spark's own connection strings behind it
        where there are any (`sc://host:443/;use_ssl=true`).
    token : str, optional
        What the server (`spark.connect.authenticate.token`), or the proxy before it, lets this app in by. It goes with
        every call as a bearer token, and gRPC sends it over an encrypted line only: a server that a token is meant for
        has to speak TLS with a certificate that this machine trusts, by itself or through a proxy. `localhost`, by
        this very name, is the one exception: there the line does not leave the machine.

    Raises
    ------
    InvalidSetting
        If the address is none, or a token stands in it that could then be shown with it.
    """

    url: str
    token: str | None = field(default=None, repr=False)

    def __post_init__(self):
        if not self.url.startswith("sc://"):
            raise InvalidSetting(
                "The address of the Spark server does not begin with sc:// (such as sc://host:15002). It is given by "
                "whoever set up this app (CLUSTER_EXPLORER_SPARK)."
            )
        if ";token=" in self.url.lower():
            raise InvalidSetting(
                "The address of the Spark server holds a token. Whoever set up this app gives it apart from the "
                "address (CLUSTER_EXPLORER_SPARK_TOKEN)."
            )


@dataclass(frozen=True, eq=False)
class Cluster:
    """A session on a Spark cluster; what is set or made in it is seen by nobody else.

    Attributes
    ----------
    session : pyspark.sql.connect.session.SparkSession
        To be used under `failing` or `run`.
    """

    session: "SparkSession" = field(repr=False)

    @contextmanager
    def failing(self) -> Iterator[None]:
        """Whatever goes wrong on the cluster or on the way to it becomes a sentence; what is ours passes.

        Models are asked for through the session that is active in a thread (there is no other way to say which one is
        meant), so in here that is this cluster's.

        Raises
        ------
        SparkFailed
        """
        import grpc
        from pyspark.errors import PySparkException

        active = type(self.session)._active_session
        before = getattr(active, "session", None)
        active.session = self.session
        try:
            yield
        except (PySparkException, grpc.RpcError, pa.ArrowException) as error:
            raise explain(error) from error
        finally:
            active.session = before

    def run(self, work: Callable[[], Answer], stop: Callable[[], bool] | None = None) -> Answer:
        """Do some work on the cluster, and end it there when `stop` says so.

        Parameters
        ----------
        work : callable
            Run in a thread of its own if there is a `stop`. Whatever it starts on the cluster is ended with it.
        stop : callable, optional
            Asked before anything is begun and then five times a second, in the thread of the caller.

        Raises
        ------
        Stopped
            If `stop` said so.
        SparkFailed
        """
        if stop is None:
            with self.failing():
                return work()
        if stop():
            raise Stopped
        tag = f"cluster-explorer-{uuid.uuid4()}"
        is_stopped = False
        with ThreadPoolExecutor(1, thread_name_prefix="spark") as pool:
            doing = pool.submit(self._tagged, tag, work)
            try:
                while not wait([doing], _ASKED_EVERY).done:
                    is_stopped = is_stopped or stop()
                    if is_stopped:  # more than once: between two queries there is nothing to be ended
                        self._interrupt(tag)
            except BaseException:  # whoever asked is gone: nothing goes on there for nobody
                self._interrupt(tag)
                raise
        if is_stopped:
            raise Stopped
        return doing.result()

    def _tagged(self, tag: str, work: Callable[[], Answer]) -> Answer:
        with self.failing():
            self.session.addTag(tag)  # of this thread's queries alone
            try:
                return work()
            finally:
                self.session.removeTag(tag)

    def _interrupt(self, tag: str) -> None:
        try:
            with self.failing():
                self.session.interruptTag(tag)
        except ClusteringError:
            pass  # a server that is gone ends the work as well, and the work says so

    def answer(self, query: str, stop: Callable[[], bool] | None = None) -> pa.Table:
        """All rows of the answer to a query; meant for few.

        Raises
        ------
        Stopped
            If `stop` said so.
        SparkFailed
        """
        return self.run(lambda: self.session.sql(query).toArrow(), stop)

    def close(self) -> None:
        """End the session, with all that was made in it; a server that is gone is not waited for."""
        self.session.client.set_retry_policies([])
        self.session.stop()


def connect(address: Address) -> Cluster:
    """Open a session on a cluster.

    Raises
    ------
    ClusteringError
        If the packages that it takes are not installed.
    SparkFailed
        If nobody answers within ten seconds, or the token is not accepted.
    """
    try:
        import grpc
        from pyspark.errors import PySparkException
        from pyspark.logger import PySparkLogger
        from pyspark.sql.connect.client import DefaultChannelBuilder
        from pyspark.sql.connect.client.retries import DefaultPolicy
        from pyspark.sql.connect.session import SparkSession
    except ImportError as error:
        raise ClusteringError(
            "Tables on a Spark cluster need packages that are not installed here. Whoever set up this app installs "
            "them with: pip install -r requirements-spark.txt"
        ) from error
    for name in _LOGGERS:
        PySparkLogger.getLogger(name).disabled = True
    try:
        builder = DefaultChannelBuilder(address.url)
    except (PySparkException, ValueError) as error:  # a port that is no number
        raise InvalidSetting(
            "The address of the Spark server is not of the form sc://host:port. It is given by whoever set up this app "
            "(CLUSTER_EXPLORER_SPARK)."
        ) from error
    if address.token is not None:
        builder.set(DefaultChannelBuilder.PARAM_TOKEN, address.token)
    with builder.toChannel() as channel:
        try:
            grpc.channel_ready_future(channel).result(_REACHED_WITHIN)
        except grpc.FutureTimeoutError as error:
            raise refused() from error
    cluster = Cluster(SparkSession(builder))
    cluster.session.client.set_retry_policies([DefaultPolicy(**_RETRIES)])
    with cluster.failing():
        for name, value in _SETTINGS.items():
            cluster.session.conf.set(name, value)
    return cluster
