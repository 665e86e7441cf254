"""What each segment is like, how sure that is, and the names the user gives them."""

import streamlit as st

from pages._ui import compute
from pages._ui.segments import cards, tabs
from pages._ui.sentences import compared_with, noise_told, placed_afterwards, sizes_finding, weighing
from pages._ui.text import plain
from pages._ui.widgets import next_step, segments_page

with segments_page(
    "pages/5_Segments.py",
    "Who they are, what sets them apart, how sure that is. Names stand in every chart and in the export.",
    what="Your segments will be here",
) as (session, segments):
    profile, options = compute.profile(session, segments), session.segment_options
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"):
        st.markdown(f"## {plain(sizes_finding(profile))}", anchors=False)
        baseline = st.selectbox(
            "Compared with",
            ("all", "rest", *range(segments.n_clusters)),
            format_func=lambda one: compared_with(one, options),
            key=session.key(f"baseline-{segments.n_clusters}"),
            persist_state="session",
            width=220,
            help="What the index takes as 100, in the cards, the heat map and the table.",
        )
    for told in (weighing(profile), noise_told(segments), placed_afterwards(segments)):
        if told:
            st.caption(plain(told))
    comparison = profile.against(baseline)
    cards(session, segments, comparison)
    tabs(session, segments, comparison)
    next_step("Export the list", "pages/6_Export.py")
