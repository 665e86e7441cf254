"""Heavy work: the gate that all sessions share, and the sweep as a background job.

Module-level objects, so that a cleared cache cannot lose them.
"""

import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from streamlit.runtime import exists, get_instance
from streamlit.runtime.scriptrunner import get_script_run_ctx
from threadpoolctl import threadpool_limits

import clustering
from clustering import Features, Stability, Sweep
from clustering.stability import ROUNDS
from pages._ui.session import Session

_GONE_SECONDS = 30  # a session without a browser for this long gets no more work done
_CORES = os.cpu_count() or 1

# At most as many heavy computations as cores at a time, whoever asks; the others wait their turn.
_GATE = threading.BoundedSemaphore(_CORES)
_POOL = ThreadPoolExecutor(max_workers=2 * _CORES, thread_name_prefix="sweep")
_WAITING = ThreadPoolExecutor(max_workers=16, thread_name_prefix="on-cluster")
_unfinished: list["SweepJob"] = []
_n_waiting = 0  # pages that wait for a core
_COUNTING = threading.Lock()  # a count that is off by one would have every job make room for nobody for ever
# The part of the time that measuring repeatability takes: of k-means on the large tables on which one waits for it, and
# of the slower methods, whose many fits for it take as long as those of the sweep.
_KMEANS_ROUNDS, _SLOW_ROUNDS = 0.1, 0.7
_LOOKS_UP = 0.2  # seconds after which a job that waits asks whether it is still wanted
_MAKES_ROOM = 0.01  # seconds in which one of them takes it
# The BLAS limit is process-wide: set once, so that numbers never depend on how many cores are free.
threadpool_limits(1, user_api="blas")


@contextmanager
def gate():
    """Wait until a core is free and hold it; not to be entered twice. A job makes room at its next slice."""
    global _n_waiting
    with _COUNTING:
        _n_waiting += 1
    try:
        _GATE.acquire()
    finally:
        with _COUNTING:
            _n_waiting -= 1
    try:
        yield
    finally:
        _GATE.release()


class SweepJob:
    """A sweep and its repeatability in the background: how far it is, and a way to stop it."""

    def __init__(self, session: Session, features: Features):
        self.key = session.sweep_key
        self.wanted = session.wanted
        self.exact = session.wants_exact
        self._of_rounds = _KMEANS_ROUNDS if session.clustering.method == "kmeans" else _SLOW_ROUNDS
        self._known = session.sweeps.get(self.key)
        self._measured = session.stabilities.get(self.key)
        self.missing = [k for k in self.wanted if not self._is_known(k)]
        self.finished: list[int] = []
        self.scored = False
        self.n_rounds = 0
        self._began = self._last = None
        self._stop = threading.Event()
        self._alive = _session_watch()
        _unfinished.append(self)
        self.future: Future = _POOL.submit(self._run, features, session.clustering)
        self.future.add_done_callback(lambda _: _unfinished.remove(self))

    def _is_known(self, n_clusters: int) -> bool:
        if self._known is None or n_clusters not in self._known.n_clusters:
            return False
        return not self.exact or self._known.step(n_clusters).silhouette_error == 0

    def _run(self, features, spec) -> tuple[Sweep, Stability | None]:
        while not _GATE.acquire(timeout=_LOOKS_UP):
            if self._stop.is_set() or not self._alive():
                return Sweep((), len(features.X), None), None
        try:
            return self._work(features, spec)
        finally:
            _GATE.release()

    def _work(self, features, spec) -> tuple[Sweep, Stability | None]:
        self._began = self._last = time.monotonic()
        found = clustering.sweep(
            features,
            spec,
            self.wanted,
            known=self._known,
            on_step=lambda k, _: self._tick(self.finished.append, k),
            stop=self._is_over,
            exact_silhouette=self.exact,
        )
        self.scored = True
        repeatable = self._measured
        if found.steps:
            measured = clustering.stability(
                features,
                spec,
                found.n_clusters,
                known=self._measured,
                on_round=lambda n: self._tick(setattr, self, "n_rounds", n),
                stop=self._is_over,
            )
            repeatable = measured or self._measured
        return found, repeatable

    def _tick(self, note, *arguments) -> None:
        note(*arguments)
        self._last = time.monotonic()

    def _is_over(self) -> bool:
        """Asked between slices of the work: whether to stop; also lets a page that waits for a core have it first."""
        while _n_waiting and not self._stop.is_set():
            _GATE.release()
            time.sleep(_MAKES_ROOM)
            _GATE.acquire()
        return self._stop.is_set() or not self._alive()

    def stop(self) -> None:
        self._stop.set()
        self.future.cancel()

    @property
    def started(self) -> bool:
        return self._began is not None

    @property
    def stopping(self) -> bool:
        return self._stop.is_set()

    @property
    def n_ahead(self) -> int:
        """Jobs of other people that were there first."""
        jobs = list(_unfinished)
        return jobs.index(self) if self in jobs else 0

    @property
    def done(self) -> float:
        """How much is done, from 0 to 1: fits, the larger numbers of segments counting more, then the rounds."""
        fits = sum(self.finished) / sum(self.missing) if self.missing else 1.0
        return (1 - self._of_rounds) * fits + self._of_rounds * self.n_rounds / ROUNDS

    @property
    def seconds_left(self) -> float | None:
        """About how long the fits will still take; None before the first is done."""
        if not self.finished:
            return None
        per_segment = (self._last - self._began) / sum(self.finished)
        return max(per_segment * (sum(self.missing) - sum(self.finished)) - (time.monotonic() - self._last), 0.0)


class ClusterJob:
    """Work on a cluster in the background: how far it is, and a way to stop it.

    It waits for others, so it needs no gate. `done` runs from 0 to 1, `told` says what is being done.
    """

    def __init__(self, what: str, work: Callable[[Callable, Callable[[], bool]], Any]):
        self.told, self.done = what, 0.0
        self._stop = threading.Event()
        self._alive = _session_watch()
        self.future: Future = _WAITING.submit(work, self._tell, self._is_over)

    def _tell(self, done: float, told: str) -> None:
        self.done, self.told = min(done, 1.0), told

    def _is_over(self) -> bool:
        return self._stop.is_set() or not self._alive()

    def stop(self) -> None:
        self._stop.set()
        self.future.cancel()

    @property
    def stopping(self) -> bool:
        return self._stop.is_set()


def _session_watch():
    """A function that tells whether this session still has a browser (or lost it only moments ago)."""
    context = get_script_run_ctx()
    if context is None or not exists():
        return lambda: True
    runtime, session_id, last_seen = get_instance(), context.session_id, [time.monotonic()]

    def is_alive() -> bool:
        if runtime.is_active_session(session_id):
            last_seen[0] = time.monotonic()
        return time.monotonic() - last_seen[0] < _GONE_SECONDS

    return is_alive
