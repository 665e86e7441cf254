"""What is taken away."""

from collections.abc import Callable

import numpy as np
import streamlit as st

import clustering
from clustering import Clustering
from clustering.export import CsvFile, count_formulas
from clustering.profile import Comparison
from clustering.profile.sheet import profile_sheet
from pages._ui.session import Session


def labelled(session: Session, segments: Clustering):
    """The labelled table; cheap, because it shares the cells with the uploaded one."""
    groups = tuple((group.name, group.digest) for group in session.groups)
    left = session.outer and (session.outer.key, session.outer.names)
    key = (session.segments_key, session.segment_names, left)
    return _labelled(key, groups, session.table, segments, session.segment_names, _outer(session), session.groups)


@st.cache_resource(scope="session", max_entries=2, show_spinner=False)
def _labelled(key, groups, _table, _segments, _names, _outer, _groups):
    table = clustering.label_table(_table, _segments, _names, outer=_outer, groups=_groups)
    return table, count_formulas(table)


def labelled_rows(session: Session, segments: Clustering, rows: np.ndarray) -> Callable[[], CsvFile]:
    """Make the labelled file of these customers alone, once it is asked for (which is outside the page's run)."""
    table, names, groups, outer = session.table, session.segment_names, session.groups, _outer(session)

    def make() -> CsvFile:
        labelled = clustering.label_table(table, segments, names, outer=outer, groups=groups)
        return csv_file(labelled.iloc[rows], table.reading.delimiter)

    return make


def _outer(session: Session):
    """The segmentation that was looked into, as it stands in the file."""
    return session.outer and (session.outer.segments, session.outer.names)


def csv_file(table, delimiter: str) -> CsvFile:
    return clustering.to_csv(table, delimiter=delimiter)


def profile_csv(comparison: Comparison, names: tuple[str, ...], delimiter: str) -> CsvFile:
    """All figures of the profile."""
    return clustering.to_csv(profile_sheet(comparison, names), delimiter=delimiter)
