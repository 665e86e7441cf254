"""The segmentation as a picture: scatter with centers, sizes, settings."""

from dataclasses import replace

import streamlit as st

from clustering.charts import scatter_3d_chart, sizes_chart
from clustering.methods import METHODS
from clustering.wording import number, score
from pages._ui import compute, tables
from pages._ui.frame import mode
from pages._ui.method_settings import choose_method
from pages._ui.picking import own_groups, picked, scatter
from pages._ui.sentences import after_steps, default_axes, scatter_alt, scatter_finding, sizes_alt
from pages._ui.text import plain
from pages._ui.widgets import next_step, segments_page, show_chart, shown_errors


def show_metrics():
    """What the method found, in figures."""
    with st.grid(4, min_column_width=140, gap="small"):
        st.metric("Method", METHODS[segments.spec.method].label)
        st.metric("Separation", score(compute.separation(session, segments)), help="Mean silhouette, from -1 to 1.")
        st.metric(
            "Spread (inertia)",
            number(segments.inertia, digits=4),
            help="Sum of squared distances to the centers, in the units of the prepared features.",
        )
        st.metric(
            "Rounds until settled",
            f"{segments.n_iter:,}" if segments.settled else f"over {segments.n_iter:,}",
            help="Iterations of the best start.",
        )
    if not segments.settled:
        st.warning("The centers were still moving at the last round. Allow more rounds in the expert settings.")
    for note in compute.features(session).notes:
        st.caption(plain(note))


def show_steps():
    """That these are not the segments as found, and a way back from the last step."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(after_steps(session.n_clusters, segments.n_clusters, len(session.edited.steps)))
        if st.button("Undo the last step", icon=":material/undo:", type="tertiary"):
            compute.edit(session, session.edited.undone)


with segments_page(
    "pages/4_Clusters.py",
    "Every customer as a mark, coloured by segment; the large marks are the centers.",
    what="Your segments will be here",
) as (session, segments):
    controls = st.container(horizontal=True, vertical_alignment="bottom")
    profile = compute.profile(session, segments)
    axes = compute.axes(session)
    first, second = default_axes(profile, axes)
    with controls:
        across = st.selectbox("Across", axes, axes.index(first), key=session.key(f"across-{axes}"), width=190)
        up = st.selectbox("Up", axes, axes.index(second), key=session.key(f"up-{axes}"), width=190)
        view = st.selectbox(
            "View",
            ("Flat", "3-D") if len(axes) > 2 else ("Flat",),
            key=session.key(f"view-{len(axes)}"),
            width=90,
            help="Beyond eight segments colours come again with another shape; the numbers at the centers and beside "
            "the bars say which is which. In 3-D there are fewer shapes; beside the bars are those of the picture.",
        )
        n_found = session.n_clusters
        k = st.number_input("Segments", 2, 50, n_found, key=session.key(f"k-{n_found}"), width=100)
        st.space("stretch")
        with st.popover("Method and settings", icon=":material/tune:"):
            changed = choose_method(session, session.clustering)
    if k != n_found:
        changed = replace(changed, n_clusters=k)
    if changed != session.clustering:
        with shown_errors():
            compute.use(session, changed)
    if session.edited.steps:
        show_steps()
    chosen = None
    left, right = st.columns([2, 1], gap="medium")
    with left:
        if view == "3-D":
            rest = [axis for axis in axes if axis not in (across, up)]
            up_again = st.selectbox("Depth", rest, key=session.key(f"depth-{rest}"), width=200)
            points = compute.points(session, segments, (across, up, up_again))
            figure = scatter_3d_chart(points, session.looks, finding=scatter_finding(profile), mode=mode())
            alt = scatter_alt(points, profile, session.segment_names)
            show_chart(figure, alt=alt, key="scatter", file_name="segments")
        else:
            points, chosen = scatter(session, segments, profile, (across, up))
    with right:
        figure = sizes_chart(profile, session.looks, in_space=view == "3-D", mode=mode())
        show_chart(figure, alt=sizes_alt(profile, session.segment_names), key="sizes", file_name="sizes")
    picked(session, segments, chosen)
    own_groups(session, segments)
    if points.loadings:
        with st.expander("What the components are made of"):
            st.dataframe(tables.loadings_table(points.loadings), hide_index=True, alt="Weight of each column")
    show_metrics()
    next_step("What each segment is like", "pages/5_Segments.py")
