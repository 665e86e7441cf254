"""A line between a browser and the server that can be cut and mended, as a network does."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Line:
    """Passes everything on to a port of this machine as long as it is whole; `url` is its other end."""

    def __init__(self, to: int):
        self._to = to
        self._whole = True
        self._ends: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def cut(self) -> None:
        """Break all connections and let no new ones through."""
        self._whole = False
        for end in list(self._ends):
            _close(end)

    def mend(self) -> None:
        self._whole = True

    def close(self) -> None:
        self.cut()
        _close(self._listener)

    def _listen(self) -> None:
        with contextlib.suppress(OSError):  # closed
            while True:
                near, _ = self._listener.accept()
                if not self._whole:
                    _close(near)
                    continue
                try:
                    far = socket.create_connection(("127.0.0.1", self._to))
                except OSError:  # no server there
                    _close(near)
                    continue
                self._ends |= {near, far}
                for here, there in ((near, far), (far, near)):
                    threading.Thread(target=self._pass_on, args=(here, there), daemon=True).start()

    def _pass_on(self, here: socket.socket, there: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while chunk := here.recv(1 << 16):
                there.sendall(chunk)
        for end in (here, there):
            _close(end)
            self._ends.discard(end)


def _close(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


@contextmanager
def line(to: int) -> Iterator[Line]:
    """A line to this port, there as long as this lasts."""
    made = Line(to)
    try:
        yield made
    finally:
        made.close()
