"""Segments against known labels, and segmentations that are kept against each other."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import streamlit as st

from clustering import Agreement, Clustering
from clustering.compare import HeldOut, Pair, compare_known, compare_pair, moved_table
from clustering.compare import held_out as hold_out
from clustering.compare import known_labels as read_labels
from clustering.profile.value import ValueShares, size_against_value
from pages._ui.compute.caching import session_cache
from pages._ui.compute.segments import repeatable, separation
from pages._ui.jobs import gate
from pages._ui.session import Figures, Kept, Session, keeping

NOW = "On show now"


@session_cache(max_entries=16, show_spinner="Comparing …")
def _once(key, what, _work: Callable):
    """What `_work` finds out by comparing what stands in the key."""
    with gate():
        return _work()


def against_known(session: Session, segments: Clustering, column: str) -> tuple[Agreement, np.ndarray]:
    """How the segments agree with the known labels, and the rows of the customers in the segment of another label."""
    key = session.table.digest, session.segments_key
    return _once(key, ("known", column), lambda: compare_known(session.table, segments, column))


def known_labels(session: Session, rows: np.ndarray, column: str) -> np.ndarray:
    """The known label of these rows, as its position among the labels; -1 for none."""
    codes = _once(session.table.digest, ("labels", column), lambda: read_labels(session.table, column).codes)
    return codes[rows]


def held_out(session: Session, segments: Clustering, column: str) -> HeldOut:
    """How customers that took no part fit the known labels."""
    return _once(
        session.found_key,
        ("held out", column),
        lambda: hold_out(session.table, session.features, segments, column),
    )


def keep(session: Session, segments: Clustering, name: str) -> None:
    """Keep the segments on show under a name and draw the page again."""
    keeping.keep(session, name, segments, _figures(session, segments))
    st.rerun()


def drop(session: Session, kept: Kept) -> None:
    """Forget kept segments and draw the page again."""
    keeping.drop(session, kept)
    st.rerun()


def take(session: Session, kept: Kept) -> None:
    """Show kept segments again, on all pages."""
    keeping.take(session, kept)
    st.rerun()


def candidates(session: Session, segments: Clustering) -> tuple[Kept, ...]:
    """All that can be compared: what is kept, by its names and looks of today, and what is on show where it is not."""
    kept = keeping.kept_as_known(session)
    if keeping.kept_now(session) is not None:
        return kept
    return (*kept, keeping.as_kept(session, NOW, segments, _figures(session, segments)))


def _figures(session: Session, segments: Clustering) -> Figures:
    """Separation and repeatability of the segments on show."""
    if session.edited.steps:
        return Figures(separation(session, segments), float("nan"))
    return Figures(separation(session, segments), repeatable(session, segments))


def pair(first: Kept, second: Kept) -> Pair:
    return _once((first.key, second.key), "pair", lambda: compare_pair(first.clustering, second.clustering))


def value_of(session: Session, kept: Kept, column: str) -> ValueShares:
    """Size against value of kept segments."""
    table = session.table
    return _once(
        (table.digest, kept.key), ("value", column), lambda: size_against_value(table, kept.clustering, column)
    )


def moved(session: Session, first: Kept, second: Kept, rows: np.ndarray) -> Callable[[], pd.DataFrame]:
    """Make the list of these customers with their segment in each of the two, once it is asked for."""
    table, clusterings = session.table, (first.clustering, second.clustering)
    names = tuple(look.name for look in first.looks), tuple(look.name for look in second.looks)
    return lambda: moved_table(table, clusterings, names, rows)
