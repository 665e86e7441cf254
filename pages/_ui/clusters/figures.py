"""What the method found, in figures, and what is to be known about them."""

import streamlit as st

from clustering import Clustering
from clustering.methods import METHODS
from clustering.profile.people import sureness
from clustering.wording import number, rounded_share, score, whole
from pages._ui import compute, tables
from pages._ui.sentences import FIGURE_HELP, found_with, noise_told, surely, unsettled
from pages._ui.session import Session
from pages._ui.text import plain


def figures(session: Session, segments: Clustering) -> None:
    """The figures of the segmentation on show, what the method left out or could not do, and who is hardly theirs."""
    st.markdown(f"## {plain(found_with(segments))}", anchors=False)
    with st.grid(4, min_column_width=140, gap="small"):
        _metrics(session, segments)
    if not segments.settled:
        st.warning(unsettled(segments))
    for note in filter(None, (noise_told(segments), *segments.notes, *compute.features(session).notes)):
        st.caption(plain(note))
    if found := sureness(segments):
        with st.expander("How surely customers belong", icon=":material/blur_circular:"):
            st.markdown(surely(found))
            frame, config = tables.sureness_table(segments, session.segment_names, found)
            st.dataframe(frame, hide_index=True, column_config=config, alt="How probable each segment is for its own")


def _metrics(session: Session, segments: Clustering) -> None:
    st.metric("Segments", whole(segments.n_clusters))
    st.metric("Separation", score(compute.separation(session, segments)), help="Mean silhouette, from -1 to 1.")
    if METHODS[segments.spec.method].finds_noise:
        st.metric(
            "Noise",
            rounded_share(segments.noise_share),
            help="Share of the customers that are near no segment; they count in none of the other figures.",
        )
    st.metric(
        "Spread (inertia)",
        number(segments.inertia, digits=4),
        help="Sum of squared distances to the centers, in the units of the prepared features.",
    )
    if segments.n_iter is not None:
        st.metric(
            "Rounds until settled",
            whole(segments.n_iter) if segments.settled else f"over {whole(segments.n_iter)}",
            help="Iterations of the best start.",
        )
    for name, value in segments.figures:
        st.metric(name, number(value, digits=4), help=FIGURE_HELP.get(name))
