"""What a session held is given back soon after its browser has left for good.

Streamlit keeps the session of a closed tab or a broken connection for somebody who may come back
(`server.disconnectedSessionTTL`), and empties its caches at once. When the time is over it drops the session only as
another one comes or goes: a table would stay in memory over night, and its upload with it. And what was freed stays
with the allocators of C and Arrow, piecemeal, until they are asked for it.
"""

import ctypes
import gc
import threading
import time
from weakref import WeakValueDictionary

import pyarrow as pa
import streamlit as st
from streamlit.runtime import Runtime, exists, get_instance
from streamlit.runtime.scriptrunner import get_script_run_ctx

from clustering.table.room import usable
from pages._ui.session import Session
from pages._ui.session.budget import SCARCE

_LOOKS = 5.0  # seconds between two looks at who has left
_MISSED = 2.0  # and what is added to the time, so that Streamlit's own is over by then


class Leavers:
    """The sessions of this server, and since when those without a browser are without one."""

    def __init__(self):
        self._sessions: WeakValueDictionary[str, Session] = WeakValueDictionary()
        self._left: dict[str, float] = {}
        self._n_held = 0

    def watch(self, session_id: str, session: Session) -> None:
        self._sessions[session_id] = session

    def look(self, runtime: Runtime, now: float, kept: float) -> bool:
        """Empty the sessions of those who have been away for longer than they are waited for.

        Where memory is scarce, nobody is waited for: of those who are away, who left first goes first.

        Returns
        -------
        bool
            Whether there is memory to be given back: sessions were emptied, or Streamlit emptied their caches.
        """
        sessions = dict(self._sessions)
        away = {one: self._left.get(one, now) for one in sessions if not runtime.is_active_session(one)}
        has_news = len(sessions) < self._n_held or not away.keys() <= self._left.keys()
        for session_id, since in sorted(away.items(), key=lambda item: item[1]):
            if now - since > kept or usable() < SCARCE:
                _empty(runtime, session_id, sessions.pop(session_id))
                del self._sessions[session_id], away[session_id]
                has_news = True
                give_back()  # so that it is seen whether memory is scarce still
        self._left, self._n_held = away, len(sessions)
        return has_news


_LEAVERS = Leavers()  # a module-level object, so that a cleared cache cannot lose it
_BEGINS = threading.Lock()
_began = False


def watch(session: Session) -> None:
    """Have this session emptied when its browser has left for good."""
    global _began
    context = get_script_run_ctx()
    if context is None or not exists():
        return
    _LEAVERS.watch(context.session_id, session)
    with _BEGINS:
        if not _began:
            threading.Thread(target=_look_after, name="leaving", daemon=True).start()
            _began = True


def _look_after() -> None:
    while exists():
        time.sleep(_LOOKS)
        kept = st.get_option("server.disconnectedSessionTTL") + _MISSED
        if exists() and _LEAVERS.look(get_instance(), time.monotonic(), kept):
            give_back()


def _empty(runtime: Runtime, session_id: str, session: Session) -> None:
    """Forget all that a session holds; what is told to a browser that comes back all the same is told by `lost`."""
    if session.job:
        session.job.stop()
    session.__dict__.update(Session(is_lost=True).__dict__)
    runtime.uploaded_file_mgr.remove_session_files(session_id)


def give_back() -> None:
    """Return freed memory to the machine; without the GNU C library, Arrow's part of it."""
    gc.collect()
    pa.default_memory_pool().release_unused()
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (AttributeError, OSError, TypeError):  # another C library has its own ways
        return
