"""The segmentation as a picture: scatter with centers, sizes, settings; and what the method itself has to show."""

import streamlit as st

from clustering.charts import scatter_3d_chart, sizes_chart
from pages._ui import compute, tables
from pages._ui.clusters import controls, dendrogram, figures, nearness, search_settings, show_map, start_by_hand
from pages._ui.frame import mode
from pages._ui.picking import own_groups, picked, scatter
from pages._ui.sentences import after_steps, scatter_alt, scatter_finding, sizes_alt
from pages._ui.widgets import next_step, segments_page, show_chart, shown_errors


def show_steps():
    """That these are not the segments as found, and a way back from the last step."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(after_steps(session.n_clusters, segments.n_clusters, len(session.edited.steps)))
        if st.button("Undo the last step", icon=":material/undo:", type="tertiary"):
            compute.edit(session, session.edited.undone)


def show_space():
    """The scatter in three dimensions; returns its points."""
    points = compute.points(session, segments, chosen.axes)
    finding = scatter_finding(profile, chosen.axes, segments.noise_share)
    figure = scatter_3d_chart(points, session.looks, finding=finding, mode=mode())
    show_chart(figure, alt=scatter_alt(points, profile, session.segment_names), key="scatter", file_name="segments")
    return points


with segments_page(
    "pages/4_Clusters.py",
    "Every customer as a mark, coloured by segment; the large marks are the centers.",
    what="Your segments will be here",
) as (session, segments):
    profile = compute.profile(session, segments)
    chosen = controls(session, segments, profile)
    if chosen.spec != session.clustering:
        with shown_errors(also=chosen.below):
            compute.use(session, chosen.spec)
    if session.edited.steps:
        show_steps()
    points = rows = None
    left, right = st.columns([2, 1], gap="medium")
    with left:
        if chosen.view == "Map":
            show_map(session, segments, profile)
        elif chosen.view == "3-D":
            points = show_space()
        else:
            points, rows = scatter(session, segments, profile, chosen.axes)
    with right:
        in_space, n_noise = chosen.view == "3-D", len(segments.noise)
        figure = sizes_chart(profile, session.looks, n_noise=n_noise, in_space=in_space, mode=mode())
        alt = sizes_alt(profile, session.segment_names, segments.noise_share)
        show_chart(figure, alt=alt, key="sizes", file_name="sizes")
    picked(session, segments, rows)
    own_groups(session, segments)
    figures(session, segments)
    dendrogram(session, segments)
    nearness(session, segments)
    if points and points.loadings:
        with st.expander("What the components are made of"):
            st.dataframe(tables.loadings_table(points.loadings), hide_index=True, alt="Weight of each column")
    start_by_hand(session, segments)
    search_settings(session)
    next_step("What each segment is like", "pages/5_Segments.py")
