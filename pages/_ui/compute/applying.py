"""New customers: a recipe and a file taken, everybody placed, held against then, and who moved."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import streamlit as st

import clustering
from clustering import Clustering, ClusteringError, Table
from clustering.compare.known import placed_labels
from clustering.errors import UnreadableFile
from clustering.export.applied import applied_table
from clustering.identity import Look
from clustering.recipe import (
    Applied,
    Drift,
    Matching,
    Recipe,
    apply_recipe,
    load_recipe,
    match_columns,
    read_for,
)
from clustering.recipe import drift as hold_against
from clustering.recipe.make import with_stand_in
from clustering.recipe.moved import Moved, labelled_before, placed
from clustering.recipe.moved import moved as find_moved
from clustering.recipe.recipe import STAND_INS
from pages._ui.compute.caching import session_cache
from pages._ui.compute.loading import features
from pages._ui.compute.recipes import recipe
from pages._ui.compute.uploading import check_size, free_upload
from pages._ui.jobs import gate
from pages._ui.session import Session
from pages._ui.session.applying import Chosen, TakenFile


@dataclass(frozen=True, eq=False)
class Case:
    """A recipe and the customers it is applied to; `key` is what everything found out about them depends on."""

    chosen: Chosen
    table: Table
    renamed: Mapping[str, str]
    matching: Matching
    key: tuple

    @property
    def recipe(self) -> Recipe:
        return self.chosen.recipe

    @property
    def looks(self) -> tuple[Look, ...]:
        return tuple(segment.look(label) for label, segment in enumerate(self.recipe.segments))


def take_recipe(session: Session, upload) -> None:
    """Open a recipe; one that cannot be used leaves what was chosen before."""

    def use(content: bytes) -> None:
        session.applying.take_recipe(load_recipe(content), upload.name)

    _take(session, upload, use)


def take_file(session: Session, chosen: Chosen, upload) -> None:
    """Take a file of new customers; one that cannot be read leaves the one before."""

    def use(content: bytes) -> None:
        file = TakenFile.of(upload.name, content)
        _read((chosen.digest, file.digest, ()), chosen.recipe, file.content, file.name, {})
        session.applying.take_file(file)

    _take(session, upload, use, instead_of=session.applying.file)


def take_same(session: Session) -> None:
    """Place the customers of the session's own file."""
    session.applying.is_same = True
    st.rerun()


def take_before(session: Session, upload) -> None:
    """Take a labelled file of then; one without segments leaves the one before."""

    def use(content: bytes) -> None:
        file = TakenFile.of(upload.name, content)
        labelled_before(_read_before(file.digest, file))
        session.applying.take_before(file)

    _take(session, upload, use, instead_of=session.applying.before)


def _take(session: Session, upload, use: Callable[[bytes], None], *, instead_of: TakenFile | None = None) -> None:
    """Use an upload once; why it could not be used is said again, without reading it again."""
    refused = session.applying.refused
    if upload is None:
        return
    if upload.file_id in refused:
        raise UnreadableFile(refused[upload.file_id])
    try:
        gone = len(instead_of.content) if instead_of else 0
        check_size(upload, beside=session.n_bytes_of_files + session.applying.n_bytes - gone)
        use(upload.getvalue())
    except ClusteringError as error:
        refused[upload.file_id] = str(error)
        raise
    free_upload(upload)
    st.rerun()


def own(session: Session, segments: Clustering) -> Chosen:
    """The segmentation on show, with the rule in place of the method's own where the user chose one."""
    applying = session.applying
    best = recipe(session, segments)
    wanted = applying.stand_in if best.stand_in else None
    found = best if wanted in (None, best.stand_in) else _other_rule(session, segments, best)
    return applying.chosen(found, is_own=True)


def _other_rule(session: Session, segments: Clustering, best: Recipe) -> Recipe:
    """The recipe with the other of the two rules that can stand in for the method."""
    other = next(name for name in STAND_INS if name != best.stand_in)
    key = session.applying.chosen(best, is_own=True).digest
    return _with_stand_in(key, other, lambda: (best, session.table, features(session), segments, other))


@session_cache(max_entries=2, show_spinner="Trying the other rule …")
def _with_stand_in(key, name, _what: Callable) -> Recipe:
    what = _what()
    with gate():
        return with_stand_in(*what)


def use_stand_in(session: Session, name: str) -> None:
    """Place new customers by another of the rules that can stand in for the method."""
    session.applying.stand_in = name
    st.rerun()


def stand_ins(session: Session, segments: Clustering) -> dict[str, float]:
    """How often each of the rules that can stand in for the method is right, the better one first."""
    best = recipe(session, segments)
    return {one.stand_in: one.agreement for one in (best, _other_rule(session, segments, best))}


def case(session: Session, chosen: Chosen) -> Case | None:
    """The customers to be placed, read as the recipe wants them; None while there are none."""
    applying = session.applying
    renamed = applying.renamed.get(_file_key(session, chosen), {})
    if applying.is_same and session.table is not None:
        if chosen.is_own or session.source is None:
            return _case(chosen, session.table, renamed)
        name, source, digest = session.table.reading.file_name, session.source, session.table.digest
    elif applying.file is not None:
        name, source, digest = applying.file.name, applying.file.content, applying.file.digest
    else:
        return None
    key = chosen.digest, digest, tuple(renamed.items())
    return _case(chosen, _read(key, chosen.recipe, source, name, renamed), renamed)


def _case(chosen: Chosen, table: Table, renamed: Mapping[str, str]) -> Case:
    key = chosen.digest, table.digest, tuple(renamed.items())
    return Case(chosen, table, renamed, match_columns(chosen.recipe, table, renamed), key)


@session_cache(max_entries=2, show_spinner="Reading the file …")
def _read(key, _recipe: Recipe, _source: bytes | Path, _name: str, _renamed: Mapping[str, str]) -> Table:
    with gate():
        return read_for(_recipe, _source, name=_name, renamed=_renamed)


def rename(session: Session, case: Case, renamed: dict[str, str]) -> None:
    """Take other columns of the file for those of the recipe; draws the page again where that changes anything."""
    if renamed != case.renamed:
        session.applying.renamed[_file_key(session, case.chosen)] = renamed
        st.rerun()


def _file_key(session: Session, chosen: Chosen) -> tuple[str, str]:
    """What is said about columns holds for this recipe and this file."""
    applying = session.applying
    file = session.table if applying.is_same and session.table is not None else applying.file
    return chosen.digest, file.digest if file else ""


def applied(case: Case) -> Applied:
    """The new customers with their segments."""
    return _applied(case.key, case)


@session_cache(max_entries=2, show_spinner="Placing the customers …")
def _applied(key, _case: Case) -> Applied:
    with gate():
        return apply_recipe(_case.recipe, _case.table, _case.renamed)


@session_cache(max_entries=8, show_spinner="Comparing with then …")
def _once(key, what, _work: Callable):
    """What `_work` finds out about the customers of this key."""
    with gate():
        return _work()


def drifted(case: Case, found: Applied) -> Drift:
    """How far the new customers differ from those whom the segments were found in."""
    return _once(case.key, "drift", lambda: hold_against(case.recipe, found))


def labelled(case: Case, found: Applied) -> pd.DataFrame:
    """The file of the new customers with the segment on every row; it shares the cells with the table."""
    return _labelled(case.key, case.table, found)


# Bounded by its number: it shares its cells with the table, which is there anyhow.
@st.cache_resource(scope="session", max_entries=1, show_spinner=False)
def _labelled(key, _table: Table, _found: Applied) -> pd.DataFrame:
    return applied_table(_table, _found)


def file_of(frame: pd.DataFrame, case: Case) -> Callable[[], bytes]:
    """Make a file of these rows once it is asked for (which is outside the page's run)."""
    delimiter = case.table.reading.delimiter
    return lambda: clustering.to_csv(frame, delimiter=delimiter).content


def table_before(session: Session, case: Case) -> Table | None:
    """The customers of then with their segments: the session's own table, or a labelled file; None where neither is."""
    if case.chosen.is_own:
        return session.table
    file = session.applying.before
    return None if file is None else _read_before(file.digest, file)


@session_cache(max_entries=1, show_spinner="Reading the file …")
def _read_before(digest, _file: TakenFile) -> Table:
    with gate():
        return clustering.read_table(_file.content, name=_file.name, least_rows=1)


def movers(
    session: Session, segments: Clustering | None, case: Case, found: Applied, was: Table, ids: tuple[str, str]
) -> Moved:
    """Who moved from which segment to which.

    Parameters
    ----------
    segments : Clustering or None
        Those on show.
    was : Table
        The customers of then.
    ids : tuple of str
        The columns of the customer id, then and now.
    """
    names = session.segment_names if case.chosen.is_own else ()

    def work() -> Moved:
        known = (placed_labels(segments), names) if case.chosen.is_own else labelled_before(was)
        return find_moved(placed(was, ids[0], *known), placed(case.table, ids[1], found.of_table, case.recipe.names))

    return _once((case.key, was.digest), ("moved", ids), work)
