"""What is left behind is cleared away, by one thread that looks every few seconds.

What a session held is given back soon after its browser has left for good. Streamlit keeps the session of a closed tab
or a broken connection for somebody who may come back (`server.disconnectedSessionTTL`), and empties its caches at once.
When the time is over it drops the session only as another one comes or goes: a table would stay in memory over night,
and its upload with it. And what was freed stays with the allocators of C and Arrow, piecemeal, until they are asked.

Garbage is collected now and then, not after every run of a page as Streamlit would (`runner.postScriptGC`): the
libraries alone are 200,000 objects; looking through them takes longer than most pages, and in that time nobody else
gets anything done.
"""

import ctypes
import gc
import logging
import threading
import time
from weakref import ref

import pyarrow as pa
import streamlit as st
from streamlit.runtime import Runtime, exists, get_instance
from streamlit.runtime.scriptrunner import get_script_run_ctx

from clustering.table.room import usable
from pages._ui.session import Session
from pages._ui.session.budget import GRACE, SCARCE

_LOOKS = 5.0  # seconds between two looks
_MISSED = 2.0  # what is added to the time that somebody is waited for, so that Streamlit's own is over by then
_LOG = logging.getLogger(__name__)


class Leavers:
    """The sessions of this server, and since when those without a browser are without one."""

    def __init__(self):
        self._sessions: dict[str, ref[Session]] = {}
        self._changes = threading.Lock()  # visitors arrive while it is looked who has left
        self._left: dict[str, float] = {}
        self._n_held = 0

    def watch(self, session_id: str, session: Session) -> None:
        with self._changes:
            self._sessions[session_id] = ref(session)

    def look(self, runtime: Runtime, now: float, kept: float) -> bool:
        """Empty the sessions of those who have been away for longer than they are waited for.

        Where memory is scarce, whoever holds some of it is waited for only as long as a line may be broken: who left
        first goes first.

        Returns
        -------
        bool
            Whether there is memory to be given back: sessions were emptied, or Streamlit emptied their caches.
        """
        sessions = self._living()
        away = {one: self._left.get(one, now) for one in sessions if not runtime.is_active_session(one)}
        has_news = len(sessions) < self._n_held or not away.keys() <= self._left.keys()
        for session_id, since in sorted(away.items(), key=lambda item: item[1]):
            is_over = now - since > kept
            if is_over or (now - since > GRACE and _holds(sessions[session_id]) and usable() < SCARCE):
                _empty(runtime, session_id, sessions.pop(session_id))
                del away[session_id]
                with self._changes:
                    self._sessions.pop(session_id, None)
                has_news = True
                if not is_over:
                    give_back()  # so that it is seen whether memory is scarce still
        self._left, self._n_held = away, len(sessions)
        return has_news

    def _living(self) -> dict[str, Session]:
        """The sessions that Streamlit has not dropped."""
        with self._changes:
            found = {one: session for one, held in self._sessions.items() if (session := held()) is not None}
            self._sessions = {one: self._sessions[one] for one in found}
        return found


_LEAVERS = Leavers()  # module-level objects, so that a cleared cache cannot lose them
_DRAWN = threading.Event()
_BEGINS = threading.Lock()
_looker: threading.Thread | None = None


def watch(session: Session) -> None:
    """Have this session emptied when its browser has left for good."""
    global _looker
    context = get_script_run_ctx()
    if context is None or not exists():
        return
    _LEAVERS.watch(context.session_id, session)
    with _BEGINS:
        if _looker is None or not _looker.is_alive():
            _looker = threading.Thread(target=_look_after, name="leaving", daemon=True)
            _looker.start()


def collect_later() -> None:
    """Have the garbage of a page collected after a while; to be called whenever one has been drawn."""
    _DRAWN.set()


def _look_after() -> None:
    while exists():
        time.sleep(_LOOKS)
        try:
            _look()
        except Exception:  # whatever happened to one session, the others are looked after
            _LOG.exception("Sessions that were left could not be cleared away; the next look is in %g s.", _LOOKS)


def _look() -> None:
    if not exists():
        return
    kept = st.get_option("server.disconnectedSessionTTL") + _MISSED
    is_drawn = _DRAWN.is_set()
    _DRAWN.clear()
    if _LEAVERS.look(get_instance(), time.monotonic(), kept):
        give_back()
    elif is_drawn:
        gc.collect()


def _holds(session: Session) -> bool:
    """Whether a session has a table or files; one that was refused waits in Streamlit's store."""
    return session.table is not None or session.upload_id is not None or session.applying.n_bytes > 0


def _empty(runtime: Runtime, session_id: str, session: Session) -> None:
    """Forget all that a session holds; `is_lost` tells a browser that comes back all the same."""
    if session.job:
        session.job.stop()
    remote = session.remote
    session.__dict__.update(Session(is_lost=session.is_lost or _holds(session)).__dict__)
    runtime.uploaded_file_mgr.remove_session_files(session_id)
    remote.close()


def give_back() -> None:
    """Return freed memory to the machine; without the GNU C library, Arrow's part of it."""
    gc.collect()
    pa.default_memory_pool().release_unused()
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (AttributeError, OSError, TypeError):  # another C library has its own ways
        return
