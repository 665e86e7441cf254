"""Taking a table, and what is prepared from it."""

from pathlib import Path

import streamlit as st

import clustering
from clustering import ClusteringError, Features, FeatureSpec, RfmSpec, Table
from clustering.features import Among
from clustering.model import count_distinct
from clustering.points import scatter_points
from clustering.rfm import Lines, sort_lines
from clustering.table import ReadOptions
from pages._ui.compute.caching import session_cache
from pages._ui.jobs import gate
from pages._ui.places import FEATURES_PAGE
from pages._ui.session import Session, rereading


def read_again(session: Session, options: ReadOptions) -> None:
    """Read the loaded file another way; what cannot be read that way leaves the table as it is."""
    with gate():
        again = clustering.table.read_again(session.source, session.table, options)
    rereading.take_reading(session, again)
    if session.features is not None:
        try:
            prepared = features(session)
        except ClusteringError as error:
            session.forget_features(error)
        else:
            session.bound_n_clusters(count_distinct(prepared.X, session.clustering.n_clusters or 0))
    st.rerun()


def use_features(session: Session, spec: FeatureSpec) -> None:
    """Take other features; what cannot be prepared leaves the choice as it was."""
    if spec == session.features:
        return
    prepared = _prepared(session, spec)
    wanted = session.clustering.n_clusters or 0
    edited = session.features is not None and spec.settings != session.features.settings
    session.choose_features(spec, n_distinct=count_distinct(prepared.X, wanted))
    if edited:
        st.rerun()  # the grid starts from the new settings, so that its next edit is not lost


def features(session: Session) -> Features:
    return _prepared(session, session.features)


def _prepared(session: Session, spec: FeatureSpec) -> Features:
    return _features(session.data_key, spec, session.table, session.outer and session.outer.among)


@session_cache(max_entries=4, show_spinner="Preparing the columns …")
def _features(key, spec, _table: Table, _among: Among | None) -> Features:
    with gate():
        return clustering.prepare(_table, spec, among=_among)


def customers(session: Session, spec: RfmSpec) -> tuple[Table, Lines]:
    """One row per customer from a table with one line per purchase, and what became of the lines."""
    return _customers(session.table.digest, spec, session.table)


@session_cache(max_entries=2, show_spinner="Adding up the purchases …")
def _customers(digest, spec, _table: Table) -> tuple[Table, Lines]:
    with gate():
        return clustering.rfm(_table, spec), sort_lines(_table, spec)


def load_customers(session: Session, table: Table, spec: RfmSpec) -> None:
    """Go on with one row per customer instead of the purchases."""
    session.load_customers(table, spec)
    st.switch_page(FEATURES_PAGE)


def load_purchases(session: Session) -> None:
    """Go back to the purchases that the customers were made from."""
    session.load_purchases()
    st.rerun()


@st.cache_resource(show_spinner=False)
def hero(path: Path, columns: tuple[str, ...], n_clusters: int):
    """The picture on the start page: points and names of a real result on sample data (nobody's own data)."""
    table = clustering.read_table(path)
    prepared = clustering.prepare(table, clustering.FeatureSpec(columns))
    segments = clustering.fit(prepared, clustering.ClusterSpec(n_clusters=n_clusters))
    return scatter_points(table, prepared, segments, columns)
