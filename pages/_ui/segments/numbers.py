"""The profile table: every figure of every column in every segment, to read and to download."""

import streamlit as st

from clustering import Clustering
from clustering.profile.compare import Comparison
from clustering.profile.sheet import FIGURES
from pages._ui import compute, tables
from pages._ui.downloads import save_button
from pages._ui.sentences import download_name
from pages._ui.session import Session


def numbers(session: Session, segments: Clustering, comparison: Comparison) -> None:
    """One row per column, one column per segment."""
    del segments
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        figure = st.segmented_control(
            "Figure",
            FIGURES,
            default="Index",
            required=True,
            label_visibility="collapsed",
            key=session.key("figure"),
        )
        save_button(
            "Download all figures",
            data=lambda: compute.profile_csv(comparison, names, session.table.reading.delimiter).content,
            file_name=download_name(session.table.reading.file_name, "profile"),
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            key=session.key("profile-file"),
        )
    names = session.segment_names
    frame, config = tables.profile_table(comparison, names, figure)
    st.dataframe(frame, hide_index=True, column_config=config, alt=f"{figure} of every column in every segment")
    st.caption(
        "Index: 100 is what the segments are compared with; ▲ from 120, ▼ to 80; in parentheses where a segment has "
        "fewer than 30 customers. Of a category the shares of its levels."
    )
