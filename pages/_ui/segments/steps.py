"""Going on from here: look into a segment, merge, split, and the steps taken so far."""

import streamlit as st

from clustering import Clustering
from clustering.edits import Edits, Merge, Split
from clustering.profile.compare import Comparison
from pages._ui import compute
from pages._ui.session import Session
from pages._ui.text import plain

_MOST_PARTS = 10


def steps(session: Session, segments: Clustering, comparison: Comparison) -> None:
    """What can be done with the segments by hand; every step is listed and can be undone."""
    del comparison  # every tab is called alike
    _taken(session)
    everyone, named = range(segments.n_clusters), session.segment_options.__getitem__
    edits = session.edited

    with st.grid(3, min_column_width=240, gap="small"):
        with st.container(border=True, height="stretch", gap="small"):
            st.markdown("### Look into one", anchors=False)
            st.markdown(":gray[Segment its customers again by themselves. You can come back.]")
            label = st.selectbox("Segment", everyone, format_func=named, key=session.key(f"into-{edits.digest}"))
            if st.button("Look into it", icon=":material/zoom_in:", disabled=session.outer is not None):
                compute.look_into(session, segments, label)
            if session.outer is not None:
                st.caption("You are inside a segment already. Go back to all customers first.")
        with st.container(border=True, height="stretch", gap="small"):
            st.markdown("### Merge", anchors=False)
            st.markdown(":gray[Make one segment of two or more that you would treat alike.]")
            labels = st.multiselect("Segments", everyone, format_func=named, key=session.key(f"merge-{edits.digest}"))
            if st.button("Merge them", icon=":material/call_merge:", disabled=len(labels) < 2):
                compute.edit(session, edits.then(Merge(tuple(labels))))
        with st.container(border=True, height="stretch", gap="small"):
            st.markdown("### Split", anchors=False)
            st.markdown(":gray[Find groups within one segment, by the same columns and scales.]")
            label = st.selectbox("Segment to split", everyone, format_func=named, key=session.key(f"s-{edits.digest}"))
            parts = st.number_input("Parts", 2, _MOST_PARTS, 2, key=session.key(f"parts-{edits.digest}"))
            if st.button("Split it", icon=":material/call_split:"):
                compute.edit(session, edits.then(Split(label, parts)))
    st.caption(
        "To move customers, choose them under Customers, or with the lasso on the Clusters page. Steps by hand stay "
        "with these segments: another number, other columns or settings have their own."
    )


def _taken(session: Session) -> None:
    """The steps so far, and a way back from the last one."""
    edits = session.edited
    if not edits.steps:
        return
    with st.container(border=True, gap="small"):
        st.markdown("### Steps taken by hand", anchors=False)
        for number, told in enumerate(edits.told(session.names_before_edits), start=1):
            st.markdown(f"{number}. {plain(told, most=300)}")
        with st.container(horizontal=True):
            if st.button("Undo the last step", icon=":material/undo:"):
                compute.edit(session, edits.undone)
            if len(edits.steps) > 1 and st.button("Undo all steps", icon=":material/restart_alt:"):
                compute.edit(session, Edits())
