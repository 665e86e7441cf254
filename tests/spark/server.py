"""A Spark Connect server of the tests' own: on the loopback address alone, small, and gone when they end."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

import pytest

ROOT = Path(__file__).resolve().parents[2]
_STARTS_WITHIN, _ENDS_WITHIN = 240, 30  # seconds
_END_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl


@contextmanager
def connect_server(
    room: Path, *, master: str = "local[2]", token: str | None = None, more: Mapping[str, object] = MappingProxyType({})
) -> Iterator[tuple[str, int]]:
    """Its address and the id of its process.

    Parameters
    ----------
    room : Path
        An empty folder for its tables, its log and whatever else it writes.
    more : mapping of str to object
        Settings of Spark beside those that keep it small and to itself.
    """
    port = free_port()
    settings = {
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": port,
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.sql.warehouse.dir": room / "warehouse",
        "spark.local.dir": room / "local",
        "spark.sql.shuffle.partitions": 4,
        "spark.sql.catalogImplementation": "in-memory",
        # a second catalog, whose tables stand in a database in memory and whose parent may not be listed by name
        "spark.sql.catalog.side": "org.apache.spark.sql.execution.datasources.v2.jdbc.JDBCTableCatalog",
        "spark.sql.catalog.side.url": "jdbc:derby:memory:side;create=true",
        "spark.sql.catalog.side.driver": "org.apache.derby.iapi.jdbc.AutoloadedDriver",
        **more,
    }
    if token is not None:
        settings["spark.connect.authenticate.token"] = token
    options = [part for name, value in settings.items() for part in ("--conf", f"{name}={value}")]
    main = ["--class", "org.apache.spark.sql.connect.service.SparkConnectServer", "spark-internal"]
    command = ["bin/spark-submit", "--master", master, "--driver-memory", "1g", *options, *main]
    with process(command, room, "server.log") as server:
        wait_for_port(port, server, room / "server.log")
        yield f"sc://127.0.0.1:{port}", server.pid


@contextmanager
def process(command: list[str], room: Path, log: str) -> Iterator[subprocess.Popen]:
    """One process of Spark, in a group of its own, ended by its id; its scripts put the Java machine in their place."""
    home = spark_home()
    room.mkdir(exist_ok=True)
    environment = {
        **os.environ,
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_CONF_DIR": str(room),
        "JAVA_TOOL_OPTIONS": f"-Djava.io.tmpdir={room} -Dderby.system.home={room}",
    }
    environment.pop("SPARK_REMOTE", None)
    with (
        open(room / log, "wb") as out,
        subprocess.Popen(
            [home / command[0], *command[1:]],
            cwd=room,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_end_with_parent,
        ) as started,
    ):
        try:
            yield started
        finally:
            started.terminate()
            try:
                started.wait(_ENDS_WITHIN)
            except subprocess.TimeoutExpired:
                started.kill()


def spark_home() -> Path:
    """Where make test-spark installed Spark."""
    found = next((ROOT / ".venv-spark-server" / "lib").glob("python*/site-packages/pyspark/jars"), None)
    if found is None:
        pytest.skip("no Spark: make test-spark installs it")
    return found.parent


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return asked.getsockname()[1]


def wait_for_port(port: int, server: subprocess.Popen, log: Path) -> None:
    until = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < until and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"Spark did not start:\n{log.read_text(encoding='utf-8', errors='replace')[-3000:]}")


def _end_with_parent() -> None:
    """Also where the tests are killed and cannot clean up."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_END_WITH_PARENT, signal.SIGTERM)
