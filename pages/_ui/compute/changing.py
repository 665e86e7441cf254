"""Other segments: by another method, by hand, of one segment alone. What cannot be had leaves what is shown."""

import numpy as np
import streamlit as st

from clustering import Clustering, ClusterSpec
from clustering.edits import Edits
from clustering.groups import Group
from pages._ui.compute.loading import features
from pages._ui.compute.segments import segmentation, shown
from pages._ui.places import CHOOSE_PAGE
from pages._ui.session import Session, grouping, looking


def use(session: Session, changed: ClusterSpec, *, go_to: str | None = None) -> None:
    """Segment with other settings and draw the page again, or another; what cannot be had leaves what is shown."""
    before, session.clustering = session.clustering, changed
    try:
        segmentation(session)
    except Exception:  # whatever went wrong, the next page must not try it again
        session.clustering = before
        raise
    if go_to:
        st.switch_page(go_to)
    st.rerun()


def use_usual(session: Session, spec: ClusterSpec) -> None:
    """Segment with the usual settings of a method; what was typed and could not be had is forgotten."""
    session.n_reset += 1
    use(session, spec)


def edit(session: Session, edits: Edits) -> None:
    """Take other steps by hand and draw the page again; steps that cannot be taken leave what is shown."""
    before = session.edited
    session.edit(edits)
    try:
        shown(session)
    except Exception:
        session.edit(before)
        raise
    st.rerun()


def call(session: Session, segments: Clustering, names: dict[int, str]) -> None:
    """Give segments names and draw the page again."""
    for label, name in names.items():
        session.call(segments, label, name=name)
    st.rerun()


def keep_group(session: Session, name: str, rows: np.ndarray) -> None:
    """Keep customers as a group of one's own and draw the page again."""
    grouping.keep_group(session, name, rows)
    st.rerun()


def drop_group(session: Session, group: Group) -> None:
    """Forget a group of one's own and draw the page again."""
    grouping.drop_group(session, group)
    st.rerun()


def look_into(session: Session, segments: Clustering, label: int) -> None:
    """Go on with the customers of one segment alone, if they can be segmented again."""
    looking.look_into(session, segments, label)
    try:
        features(session)
    except Exception:
        looking.look_back(session)
        raise
    st.switch_page(CHOOSE_PAGE)


def look_back(session: Session) -> None:
    """Go back to all customers."""
    looking.look_back(session)
    st.rerun()
