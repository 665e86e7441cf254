"""The app served in a process of its own on a free loopback port, with the repository's settings, for all tests."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Self

import psutil

ROOT = Path(__file__).resolve().parents[1]
ONE_THREAD = {"OMP_NUM_THREADS": "1"}  # for what is timed or weighed
_COMES_UP = 60  # seconds by which the server answers
_MEGABYTE = 1024 * 1024

# Imported by every interpreter that starts: no way in Python to connect or to write a file passes an audit hook by.
_WATCH = """
import json, os, sys
_out = os.open(os.environ["SERVER_EVENTS"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
_writing = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND
def _hook(event, arguments):
    if event == "open" and isinstance(arguments[2], int) and arguments[2] & _writing:
        note = ["write", str(arguments[0])]
    elif event in ("os.mkdir", "os.rename"):
        note = ["write", str(arguments[0])]
    elif event in ("socket.connect", "socket.sendto", "socket.getaddrinfo"):
        note = ["connect", str(arguments[:2] if event == "socket.getaddrinfo" else arguments[1])]
    else:
        return
    os.write(_out, (json.dumps(note) + "\\n").encode())
sys.addaudithook(_hook)
"""


class Server:
    """The served app: where it is, what it says, what it uses; can be stopped, killed and started again.

    As a context it is served as long as that lasts.

    Parameters
    ----------
    *options : str
        Options of `streamlit run`.
    port : int, optional
        A free one if not given; kept over `kill` and `start`.
    environment : dict, optional
        Environment variables beside those of this process.
    script : str
        What is served.
    """

    def __init__(
        self,
        *options: str,
        port: int | None = None,
        environment: dict[str, str] | None = None,
        script: str = "serve.py",
    ):
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"  # without a slash at its end
        self._command = [sys.executable, "-m", "streamlit", "run", script, f"--server.port={self.port}", *options]
        self._environment = environment or {}
        # A file, because a pipe that nobody reads stops the server once it is full.
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 (closed by stop)
        self._process: subprocess.Popen | None = None

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_) -> None:
        self.stop()

    def start(self) -> None:
        """Start the server and wait until it answers."""
        self._process = subprocess.Popen(
            self._command,
            cwd=ROOT,
            env=os.environ | self._environment,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        deadline = time.monotonic() + _COMES_UP
        while not self.is_healthy():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise AssertionError(f"The app did not come up at {self.url}; its log:\n{self.log}")
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

    @property
    def log(self) -> str:
        """All that the server has written so far."""
        # Read without seeking: the server writes at the same position.
        return os.pread(self._log.fileno(), os.fstat(self._log.fileno()).st_size, 0).decode(errors="replace")


class WatchedServer(Server):
    """A server with a home and a place for temporary files of its own in `folder`, and a record of what it does."""

    def __init__(self, folder: Path, *options: str, port: int | None = None):
        self.folder = folder
        self.temporary, self.home, watch = (folder / name for name in ("tmp", "home", "watch"))
        for made in (self.temporary, self.home, watch):
            made.mkdir()
        (watch / "sitecustomize.py").write_text(_WATCH, encoding="utf-8")
        self._events = folder / "events"
        own = {
            "TMPDIR": str(self.temporary),
            "HOME": str(self.home),
            "PYTHONPATH": os.pathsep.join(filter(None, (str(watch), os.environ.get("PYTHONPATH")))),
            "SERVER_EVENTS": str(self._events),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        super().__init__(*options, port=port, environment=own)

    def events(self, kind: str) -> list[str]:
        """What it did, of one kind: "connect" or "write", with the address or the path."""
        lines = self._events.read_text(encoding="utf-8").splitlines()
        return [what for found, what in map(json.loads, lines) if found == kind]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
