"""The app served as `make run` serves it, with its log and a record of what it connects to and writes."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

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


@dataclass(frozen=True)
class Served:
    """A running server: its address without a slash at its end, its process, its folder, and what it left there."""

    url: str
    pid: int
    folder: Path

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])

    @property
    def temporary(self) -> Path:
        return self.folder / "tmp"

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")

    def events(self, kind: str) -> list[str]:
        """What it did, of one kind: "connect" or "write", with the address or the path."""
        lines = (self.folder / "events").read_text(encoding="utf-8").splitlines()
        return [what for found, what in map(json.loads, lines) if found == kind]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def served(folder: Path, *options: str, port: int | None = None) -> Iterator[Served]:
    """Serve the app, with a home and a folder for temporary files of its own in `folder`."""
    for name in ("tmp", "home", "watch"):
        (folder / name).mkdir()
    (folder / "watch" / "sitecustomize.py").write_text(_WATCH, encoding="utf-8")
    port = port or free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "serve.py"), f"--server.port={port}", *options]
    own = {
        "TMPDIR": str(folder / "tmp"),
        "HOME": str(folder / "home"),
        "PYTHONPATH": os.pathsep.join(filter(None, (str(folder / "watch"), os.environ.get("PYTHONPATH")))),
        "SERVER_EVENTS": str(folder / "events"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | own,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        server = Served(f"http://127.0.0.1:{port}", process.pid, folder)
        try:
            wait_until_healthy(server, process)
            yield server
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_until_healthy(server: Served, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=2) as answer:
                if answer.read() == b"ok":
                    return
        except OSError:
            pass
        time.sleep(0.2)
    raise AssertionError(f"The app did not come up at {server.url} within 60 s; its log:\n{server.log}")
