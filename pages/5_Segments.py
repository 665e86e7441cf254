"""What each segment is like, and the names the user gives them."""

import base64

import streamlit as st

from clustering.charts import difference_chart
from clustering.identity import default_name, mark, swatch
from clustering.wording import count
from pages._ui import compute, tables
from pages._ui.frame import mode
from pages._ui.sentences import (
    found_again,
    overall_sentence,
    repeated_names,
    segment_badges,
    segment_sentence,
    segment_size,
    sizes_finding,
    weighing,
)
from pages._ui.text import plain
from pages._ui.widgets import next_step, segments_page, show_chart


def card(label):
    """One segment: mark and name, size, what sets it apart, and a field for the name."""
    with st.container(border=True, height="stretch", gap="small"):
        head = st.container(gap="xxsmall")
        st.markdown(plain(segment_sentence(profile, label)))
        with st.container(horizontal=True, gap="xsmall"):
            for text, icon, colour in segment_badges(profile, label):
                # not st.badge, which escapes a second time
                st.markdown(f":{colour}-badge[:material/{icon}: {plain(text)}]")
        st.caption(
            f":material/cached: {found_again(repeatable[label])}",
            help="Random halves of the customers are grouped again; the segment most like this one is looked up and "
            "compared (Jaccard index, 1 is the same customers). On at most 2,000 customers.",
        )
        typed = st.text_input(
            f"Name of segment {label + 1}",
            value=session.given_name(label),
            placeholder=f"Name this segment ({default_name(label)})",
            max_chars=80,
            key=session.key(f"name-{label}-{session.features}-{session.spec}"),
            label_visibility="collapsed",
        )
        session.rename(label, typed)
        picture = base64.b64encode(swatch(label, mode()).encode()).decode()
        shape = mark(label).symbol
        head.markdown(
            f"### ![{shape}](data:image/svg+xml;base64,{picture}) {plain(session.segment_names[label])}", anchors=False
        )
        head.caption(plain(f"Segment {label + 1} · {segment_size(profile, label)}"))


def everybody():
    """All customers, for comparison."""
    with st.container(border=True, height="stretch", gap="small"):
        with st.container(gap="xxsmall"):
            st.markdown("### :gray[:material/groups:] All customers", anchors=False)
            st.caption(f"{count(len(segments.rows), 'customer')} with a segment")
        st.markdown(plain(overall_sentence(profile)))


with segments_page(
    "pages/5_Segments.py",
    "Who they are and what sets them apart. Give them names: they stand in every chart and in the export.",
    what="Your segments will be here",
) as (session, segments):
    profile, repeatable = compute.profile(session, segments), compute.found_again(session, segments)
    st.markdown(f"## {plain(sizes_finding(profile))}", anchors=False)
    if told := weighing(profile):
        st.caption(plain(told))
    with st.grid(3, min_column_width=240, gap="small"):
        for label in range(segments.n_clusters):
            card(label)
        everybody()
    names = session.segment_names
    for name in repeated_names(names):
        st.warning(f"Two segments are called {plain(name)}. Give one of them another name.", icon=":material/label:")
    if profile.columns:
        figure = difference_chart(profile, names, mode=mode())
        show_chart(figure, alt="Heat map of the average of every feature in every segment", key="differences")
    st.markdown("## Numbers", anchors=False)
    frame, config = tables.profile_table(profile, names)
    st.dataframe(frame, hide_index=True, column_config=config, alt="Size, mean and median per segment")
    next_step("Export the list", "pages/6_Export.py")
