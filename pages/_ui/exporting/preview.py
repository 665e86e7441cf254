"""What will be in the list: its first rows, the segments, and what was done by hand."""

import streamlit as st

from clustering import Clustering
from pages._ui import compute, tables
from pages._ui.session import Session
from pages._ui.text import plain


def preview(session: Session, segments: Clustering) -> None:
    labelled, _ = compute.labelled(session, segments)
    if session.edited.steps:
        st.markdown("### Steps taken by hand", anchors=False)
        for number, told in enumerate(session.edited.told(session.names_before_edits), start=1):
            st.markdown(f"{number}. {plain(told)}")
    st.markdown("### Segments", anchors=False)
    told = compute.profile(session, segments)
    frame, config = tables.sizes_table(told, session.segment_names, session.segment_notes)
    st.dataframe(frame, hide_index=True, column_config=config, alt="Customers, shares and notes of every segment")
    st.markdown("### First rows", anchors=False)
    st.caption("The segment stands before your columns here, so that it is seen; in the files it stands behind them.")
    first = tables.first_of(labelled, len(session.table.headers))
    st.dataframe(first, hide_index=True, alt="First rows of the labelled list")
