"""What is left behind is cleared away: sessions whose browser has left for good, garbage, freed memory."""

import gc
import platform
import sys
import threading
import time
from weakref import ref

import numpy as np
import psutil
import pytest
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from clustering import prepare, read_table
from pages._ui import jobs, leaving
from pages._ui.leaving import Leavers
from pages._ui.session import Session
from pages._ui.session.applying import TakenFile


class Server:
    """Of Streamlit's runtime what is asked here: who is connected, and the real store of uploads."""

    def __init__(self, *connected: str):
        self.connected = set(connected)
        self.uploaded_file_mgr = MemoryUploadedFileManager("/upload")

    def is_active_session(self, session_id: str) -> bool:
        return session_id in self.connected


@pytest.fixture
def loaded(four_points):
    """A session with a table."""

    def make() -> Session:
        session = Session()
        session.load(read_table(four_points), "four")
        return session

    return make


@pytest.fixture
def memory(monkeypatch):
    """A way to say how much memory can be had."""

    def can_be_had(*n_bytes: float) -> None:
        told = list(n_bytes)
        monkeypatch.setattr(leaving, "usable", lambda: told.pop(0) if len(told) > 1 else told[0])

    can_be_had(float("inf"))
    return can_be_had


@pytest.mark.usefixtures("memory")
def test_a_session_is_kept_for_whoever_may_come_back_and_emptied_then(loaded):
    leavers, server, session = Leavers(), Server("one"), loaded()
    server.uploaded_file_mgr.add_file("one", UploadedFileRec("id", "four.csv", "text/csv", b"x" * 100))
    table = ref(session.table)
    leavers.watch("one", session)
    leavers.look(server, 0, kept=120)
    server.connected.clear()
    leavers.look(server, 100, kept=120)
    leavers.look(server, 220, kept=120)
    assert session.table is not None
    assert leavers.look(server, 221, kept=120)
    gc.collect()
    assert (session.table, table(), session.is_lost) == (None, None, True)
    assert server.uploaded_file_mgr.get_files("one", ["id"]) == []


@pytest.mark.usefixtures("memory")
def test_whoever_comes_back_in_time_is_waited_for_anew_the_next_time(loaded):
    leavers, server, session = Leavers(), Server(), loaded()
    leavers.watch("one", session)
    leavers.look(server, 0, kept=120)
    server.connected.add("one")
    leavers.look(server, 100, kept=120)
    server.connected.clear()
    leavers.look(server, 150, kept=120)
    leavers.look(server, 250, kept=120)
    assert session.table is not None


def test_where_memory_is_scarce_who_left_first_goes_first_and_nobody_who_is_connected(loaded, memory):
    leavers, server = Leavers(), Server("first", "second", "here")
    sessions = {name: loaded() for name in ("second", "first", "here")}
    for name, session in sessions.items():
        leavers.watch(name, session)
    server.connected.remove("first")
    leavers.look(server, 0, kept=120)
    server.connected.remove("second")
    leavers.look(server, 10, kept=120)
    memory(0.0, float("inf"))  # the first that goes leaves enough
    leavers.look(server, 41, kept=120)
    assert [name for name, session in sessions.items() if session.table is None] == ["first"]


def test_a_line_that_broke_a_moment_ago_is_waited_for_even_where_memory_is_scarce(loaded, memory):
    leavers, server, session = Leavers(), Server(), loaded()
    leavers.watch("one", session)
    memory(0.0)
    leavers.look(server, 0, kept=120)
    leavers.look(server, 30, kept=120)
    assert session.table is not None
    leavers.look(server, 31, kept=120)
    assert session.table is None


@pytest.mark.parametrize("holds, left", [(False, "svg"), (True, "png")])
def test_where_memory_is_scarce_only_those_are_emptied_who_hold_something(memory, holds, left):
    leavers, server, session = Leavers(), Server(), Session(picture_format="svg")
    if holds:
        session.applying.take_file(TakenFile.of("new.csv", b"a,b"))
    leavers.watch("one", session)
    memory(0.0)
    for second in (0, 31):
        leavers.look(server, second, kept=120)
    assert session.picture_format == left  # the usual one is PNG


@pytest.mark.usefixtures("memory")
def test_who_had_nothing_is_not_told_that_it_is_gone():
    leavers, server, session = Leavers(), Server(), Session()
    leavers.watch("one", session)
    leavers.look(server, 0, kept=120)
    assert leavers.look(server, 121, kept=120)
    assert not session.is_lost


@pytest.mark.usefixtures("memory")
def test_a_session_that_streamlit_drops_during_a_look_stops_nobody_elses_from_being_emptied(loaded, monkeypatch):
    leavers, server, sessions = Leavers(), Server(), {"one": loaded(), "two": loaded()}
    for name, session in sessions.items():
        leavers.watch(name, session)
    leavers.look(server, 0, kept=120)
    del session
    drop = server.uploaded_file_mgr.remove_session_files
    monkeypatch.setattr(server.uploaded_file_mgr, "remove_session_files", lambda one: (drop(one), sessions.pop(one)))
    assert leavers.look(server, 121, kept=120)
    assert sessions == {}


@pytest.mark.usefixtures("memory")
def test_visitors_may_arrive_during_a_look():
    leavers, server, session = Leavers(), Server(), Session()

    def arrive() -> None:
        for n in range(50_000):
            leavers.watch(f"{n}", session)

    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    coming = threading.Thread(target=arrive)
    try:
        coming.start()
        while coming.is_alive():
            leavers.look(server, 0, kept=120)
    finally:
        coming.join()
        sys.setswitchinterval(usual)


@pytest.mark.usefixtures("memory")
def test_memory_is_given_back_when_somebody_leaves_and_when_a_session_is_dropped_and_not_at_every_look(loaded):
    leavers, server, session = Leavers(), Server("one"), loaded()
    leavers.watch("one", session)
    looks = [leavers.look(server, 0, kept=120)]
    server.connected.clear()
    looks += [leavers.look(server, second, kept=120) for second in (5, 10)]
    del session
    gc.collect()
    looks += [leavers.look(server, second, kept=120) for second in (15, 20)]
    assert looks == [False, True, False, True, False]


@pytest.fixture
def looked(monkeypatch):
    """A way to have the thread look so often, with what each look does, and how often garbage was collected."""

    def look(*results) -> list[str]:
        told, done = list(results), []

        class Told(Leavers):
            def look(self, *_):
                done.append("look")
                if isinstance(result := told.pop(0), Exception):
                    raise result
                return result

        monkeypatch.setattr(leaving, "_LEAVERS", Told())
        monkeypatch.setattr(leaving, "exists", lambda: bool(told))
        monkeypatch.setattr(leaving, "get_instance", Server)
        monkeypatch.setattr(leaving.time, "sleep", lambda _: None)
        monkeypatch.setattr(leaving, "give_back", lambda: done.append("give back"))
        monkeypatch.setattr(leaving.gc, "collect", lambda: done.append("collect"))
        leaving._look_after()
        return done

    return look


def test_a_look_that_fails_is_logged_and_the_next_one_comes(looked, caplog):
    assert looked(KeyError("one"), True) == ["look", "look", "give back"]
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_garbage_is_collected_once_after_pages_were_drawn(looked):
    leaving.collect_later()
    leaving.collect_later()
    assert looked(False, False) == ["look", "collect", "look"]


def test_giving_back_is_collecting_too(looked):
    leaving.collect_later()
    assert looked(True, False) == ["look", "give back", "look"]


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only the GNU C library is asked for what it keeps")
def test_freed_memory_is_returned_to_the_machine():
    leaving.give_back()
    blocks = [np.ones(1_000) for _ in range(20_000)]  # 160 MB in pieces that the allocator would keep
    held = resident()
    kept = blocks[::1_000]
    del blocks
    leaving.give_back()
    assert held - resident() > 100e6, len(kept)


def resident() -> int:
    return psutil.Process().memory_info().rss


def test_a_job_whose_browser_has_left_stops(loaded, monkeypatch):
    session = loaded()
    monkeypatch.setattr(jobs, "_session_watch", lambda: lambda: False)
    job = jobs.SweepJob(session, prepare(session.table, session.features))
    found, measured = job.future.result(timeout=60)
    assert (len(found.steps), measured) == (0, None)


def test_a_browser_is_gone_only_after_a_while(monkeypatch):
    class Context:
        session_id = "one"

    server, now = Server("one"), [0.0]
    monkeypatch.setattr(jobs, "get_script_run_ctx", lambda: Context)
    monkeypatch.setattr(jobs, "exists", lambda: True)
    monkeypatch.setattr(jobs, "get_instance", lambda: server)
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    is_alive = jobs._session_watch()
    now[0] = 100
    assert is_alive()
    server.connected.clear()
    now[0] = 100 + jobs._GONE_SECONDS - 1
    assert is_alive()
    now[0] = 100 + jobs._GONE_SECONDS + 1
    assert not is_alive()
