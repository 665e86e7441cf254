"""What one session may take of the server's memory: old cache entries, files and sweeps go first."""

import ast
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from clustering import ClusteringError
from pages._ui.compute import caching, sweeping, uploading
from pages._ui.compute.caching import Shelf, size_of
from pages._ui.session import BuiltFile, Session, budget
from pages._ui.session.applying import TakenFile
from pages._ui.session.built import BuiltFiles

COMPUTE = Path(__file__).resolve().parents[1] / "pages" / "_ui" / "compute"
KILO = np.zeros(125)  # 1,000 bytes


@pytest.fixture
def forgotten():
    return []


@pytest.fixture
def touch(forgotten):
    """Use values of a kilobyte on one shelf."""
    shelf = Shelf()

    def use(name: str, key: str, *, most_alike: int = 10) -> Shelf:
        shelf.touch((name, key), KILO, lambda: forgotten.append(key), most_alike)
        return shelf

    return use


# --- caches ---


def test_where_the_caches_are_full_what_was_used_longest_ago_goes_whichever_function_it_is_of(
    monkeypatch, touch, forgotten
):
    monkeypatch.setattr(budget, "CACHES", 3_500)
    touch("prepare", "a")
    touch("fit", "b")
    touch("fit", "c")
    touch("prepare", "a")
    assert touch("place", "d").n_bytes == 3_000
    assert forgotten == ["b"]


def test_one_value_larger_than_the_budget_stays_alone(monkeypatch, touch, forgotten):
    monkeypatch.setattr(budget, "CACHES", 500)
    touch("prepare", "a")
    assert touch("fit", "b").n_bytes == 1_000
    assert forgotten == ["a"]


def test_what_a_cache_drops_by_its_own_number_is_no_longer_counted(touch, forgotten):
    for key in "abc":
        shelf = touch("fit", key, most_alike=2)
    assert shelf.n_bytes == 2_000
    assert forgotten == []  # the cache has done that


made = []


@caching.session_cache(max_entries=5)
def kilobyte(key, _what):
    made.append(key)
    return np.zeros(125)


def asks_thrice(kilobyte):
    for key in ("a", "b", "a"):
        kilobyte(key, None)


def test_what_went_is_made_again_when_it_is_asked_for(monkeypatch):
    import streamlit as st

    st.cache_resource.clear()
    made.clear()
    monkeypatch.setattr(budget, "CACHES", 2_500)
    AppTest.from_function(asks_thrice, args=(kilobyte,)).run()
    assert made == ["a", "b"]
    monkeypatch.setattr(budget, "CACHES", 1_500)
    st.cache_resource.clear()
    AppTest.from_function(asks_thrice, args=(kilobyte,)).run()
    assert made == ["a", "b", "a", "b", "a"]


def test_a_cache_whose_key_would_be_taken_from_the_wrong_parameters_is_refused_as_it_is_made():
    with pytest.raises(TypeError, match="wrong_way_round: a parameter that begins with an underscore comes last"):

        @caching.session_cache(max_entries=5)
        def wrong_way_round(_what, key):
            return key


def test_every_cache_of_a_session_obeys_the_budget():
    outside = {
        f"{path.name}: {node.name}"
        for path in COMPUTE.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
        and any("session" in ast.unparse(one) and "cache_resource" in ast.unparse(one) for one in node.decorator_list)
    }
    # two tables that share their cells with the one that is loaded, and the shelf itself
    assert outside == {"applying.py: _labelled", "caching.py: shelf", "exporting.py: _labelled"}


def test_a_cache_without_a_session_is_bounded_by_its_number():
    unbounded = {
        node.name
        for path in COMPUTE.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
        and any("cache" in (told := ast.unparse(one)) and "max_entries" not in told for one in node.decorator_list)
    }
    assert unbounded == {"hero"}  # asked for one picture alone


# --- how large a value is ---


@dataclass(frozen=True, eq=False)
class Holder:
    numbers: np.ndarray
    again: np.ndarray
    names: tuple[str, ...]


def test_what_stands_in_a_value_twice_is_counted_once():
    numbers = np.zeros(1_000)
    assert 8_000 + 30 <= size_of(Holder(numbers, numbers, ("a" * 30,))) < 8_500


@pytest.mark.parametrize(
    "value, least",
    [
        (pa.table({"a": np.zeros(1_000)}), 8_000),
        (pd.DataFrame({"a": np.zeros(1_000)}), 8_000),
        ([np.zeros(100)] * 1 + [np.ones(100) for _ in range(499)], 400_000),
        ({"a": b"x" * 5_000}, 5_000),
    ],
)
def test_the_size_of_a_value_is_that_of_what_it_holds(value, least):
    assert least <= size_of(value) <= 1.2 * least


# --- files ---


class Upload:
    def __init__(self, n_bytes: int):
        self.name, self.size = "customers.csv", n_bytes


MB = 2**20


def test_an_upload_beyond_the_limit_of_one_file_is_refused():
    uploading.check_size(Upload(200 * MB), beside=0)
    with pytest.raises(ClusteringError, match="larger than 200 MB"):
        uploading.check_size(Upload(200 * MB + 1), beside=0)


def test_the_files_of_a_session_have_a_limit_together():
    uploading.check_size(Upload(100 * MB), beside=300 * MB)
    with pytest.raises(ClusteringError, match="does not fit beside the other files of this session: together "):
        uploading.check_size(Upload(100 * MB + 1), beside=300 * MB)


def test_the_files_of_a_session_are_what_its_table_was_read_from_and_what_was_brought_to_be_placed():
    session = Session(source=b"x" * 10)
    session.applying.take_file(TakenFile.of("new", b"x" * 3))
    session.applying.take_before(TakenFile.of("then", b"x" * 4))
    assert (session.n_bytes_of_files, session.applying.n_bytes) == (10, 7)


def test_an_upload_that_was_refused_holds_nothing_of_the_file(app):
    app.switch_page("pages/1_Data.py").run()
    app.file_uploader[0].upload("customers.csv", b"a\n" * 2, "text/csv").run()
    first = [one.value for one in app.error]
    app.run()
    assert [one.value for one in app.error] == first != []
    assert type(app.session_state["session"].upload_error) is str  # an exception keeps its frames, and what is in them


# --- files that were built, and sweeps ---


def test_built_files_go_where_all_together_are_too_large_and_it_is_known_which(monkeypatch):
    monkeypatch.setattr(budget, "DOWNLOADS", 250)
    built = BuiltFiles()
    for key in "abc":
        built.keep((key,), BuiltFile(b"x" * 100))
    assert built.get(("a",)) is None
    assert [built.is_gone((key,)) for key in "abc"] == [True, False, False]
    built.keep(("a",), BuiltFile(b"x" * 100))
    assert [built.is_gone((key,)) for key in "abc"] == [False, True, False]


def test_of_many_sweeps_the_latest_are_kept(monkeypatch):
    monkeypatch.setattr(sweeping, "MOST_SWEEPS", 2)
    kept = {}
    for key in "abac":
        sweeping._keep(kept, (key,), key)
    assert list(kept) == [("a",), ("c",)]
