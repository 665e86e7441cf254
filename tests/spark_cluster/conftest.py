"""A Spark cluster on this machine: one master, two workers of one core each, and a Connect server before them."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from clustering.spark import Address, Cluster, TableName, connect
from tests.spark.customers import customers
from tests.spark.server import connect_server, free_port, process, wait_for_port

_SMALL = {"spark.executor.cores": 1, "spark.executor.memory": "1g", "spark.cores.max": 2}


@dataclass(frozen=True)
class Machines:
    """The cluster, and what its workers are."""

    cluster: Cluster
    workers: tuple[subprocess.Popen, ...]

    def kill(self, number: int) -> None:
        """One worker and what it runs, without a word to anybody."""
        os.killpg(self.workers[number].pid, signal.SIGKILL)


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    port = free_port()
    master = f"spark://127.0.0.1:{port}"
    with ExitStack() as running:

        def start(name: str, *command: str) -> subprocess.Popen:
            arguments = [
                "bin/spark-class",
                f"org.apache.spark.deploy.{command[0]}",
                "--host",
                "127.0.0.1",
                *command[1:],
            ]
            return running.enter_context(
                process([*arguments, "--webui-port", str(free_port())], tmp_path, f"{name}.log")
            )

        leader = start("master", "master.Master", "--port", str(port))
        wait_for_port(port, leader, tmp_path / "master.log")
        room = ("--cores", "1", "--memory", "1g", "--work-dir", str(tmp_path / "work"))
        workers = tuple(start(f"worker_{i}", "worker.Worker", *room, master) for i in range(2))
        url, _ = running.enter_context(connect_server(tmp_path / "server", master=master, more=_SMALL))
        cluster = connect(Address(url))
        yield Machines(cluster, workers)
        cluster.close()


@pytest.fixture
def customer_table(machines) -> TableName:
    """The customers as a table of eight files."""
    name = TableName("spark_catalog", "shop", "customers")
    with machines.cluster.failing():
        machines.cluster.session.sql("CREATE SCHEMA shop")
        machines.cluster.session.createDataFrame(customers()).repartition(8).write.saveAsTable(name.sql)
    return name
