"""The app served in a process of its own on a free loopback port, with the repository's settings."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
_MEGABYTE = 1024 * 1024
_COMES_UP = 60  # seconds by which the server answers


class Server:
    """The served app: where it is, what it says, what it uses; can be stopped, killed and started again.

    Parameters
    ----------
    port : int, optional
        A free one if not given; kept over `kill` and `start`.
    environment : dict, optional
        Environment variables beside those of this process.
    script : str
        What is served.
    """

    def __init__(self, port: int | None = None, environment: dict[str, str] | None = None, *, script: str = "serve.py"):
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._environment = environment or {}
        self._script = script
        # A file, because a pipe that nobody reads stops the server once it is full.
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 (closed by stop)
        self._process: subprocess.Popen | None = None

    def start(self) -> None:
        """Start the server and wait until it answers."""
        command = [sys.executable, "-m", "streamlit", "run", self._script, f"--server.port={self.port}"]
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | {"OMP_NUM_THREADS": "1"} | self._environment,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        deadline = time.monotonic() + _COMES_UP
        while not self.is_healthy():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise AssertionError(f"The app did not come up at {self.url}; its log:\n{self.log()}")
            time.sleep(0.1)

    def is_healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=5) as answer:
                return answer.read() == b"ok"
        except OSError:
            return False

    def kill(self) -> None:
        """End the server at once, as a crash does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self) -> None:
        """Ask the server to end, and see that it does."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()
        self._log.close()

    @property
    def pid(self) -> int:
        return self._process.pid

    def memory(self) -> float:
        """Megabytes that the server holds in memory (its resident set)."""
        return psutil.Process(self.pid).memory_info().rss / _MEGABYTE

    def cpu(self) -> float:
        """Seconds of processor time that the server has used since it was started."""
        times = psutil.Process(self.pid).cpu_times()
        return times.user + times.system

    def log(self) -> str:
        """All that the server has written so far."""
        # Read without seeking: the server writes at the same position.
        return os.pread(self._log.fileno(), os.fstat(self._log.fileno()).st_size, 0).decode(errors="replace")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def served(environment: dict[str, str] | None = None, *, script: str = "serve.py") -> Iterator[Server]:
    """The app, served as long as this lasts."""
    server = Server(environment=environment, script=script)
    try:
        server.start()
        yield server
    finally:
        server.stop()
