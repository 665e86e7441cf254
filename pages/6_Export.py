"""The uploaded table with a segment on every row, as a CSV file."""

import streamlit as st

from clustering.wording import count
from pages._ui import compute, tables
from pages._ui.sentences import download_name
from pages._ui.text import plain
from pages._ui.widgets import segments_page

with segments_page(
    "pages/6_Export.py",
    "Your own file, row by row as you uploaded it, with the segment on every row.",
    what="Your labelled list will be here",
) as (session, segments):
    table = session.table
    profile = compute.profile(session, segments)
    labelled, n_escaped = compute.labelled(session, segments)
    n_placed = len(segments.rows)
    with st.container(border=True, gap="small"):
        st.markdown(f"## {count(table.n_rows, 'row')}, {n_placed:,} with a segment", anchors=False)
        with st.grid(5 if len(segments.noise) else 4, min_column_width=140, gap="small"):
            st.metric("Rows", f"{table.n_rows:,}", help="As many as in the uploaded file, in the same order.")
            st.metric("Segments", f"{segments.n_clusters:,}")
            n_noise = len(segments.noise)
            if n_noise:
                st.metric("Noise", f"{n_noise:,}", help="Near no segment; the note says so.")
            without = segments.n_without - n_noise
            st.metric("Set aside" if n_noise else "Without a segment", f"{without:,}", help="The note says why.")
            st.metric(
                "Cells changed",
                f"{n_escaped:,}",
                help="Text that a spreadsheet would run as a formula gets a leading apostrophe.",
            )
        st.download_button(
            "Download the labelled list",
            data=lambda: compute.csv_file(labelled, table.reading.delimiter).content,
            file_name=download_name(table.reading.file_name, "segments"),
            mime="text/csv",
            type="primary",
            icon=":material/download:",
            on_click="ignore",
            key=session.key("download"),
        )
        st.caption(
            "CSV in UTF-8 with the delimiter your file came with, so that Excel opens it right. Your columns stand "
            "as they stood; the segment's number, its name and a note are added at the end."
        )
    if session.edited.steps:
        st.markdown("### Steps taken by hand", anchors=False)
        for number, told in enumerate(session.edited.told(session.names_before_edits), start=1):
            st.markdown(f"{number}. {plain(told)}")
    st.markdown("### Segments", anchors=False)
    frame, config = tables.sizes_table(profile, session.segment_names, session.segment_notes)
    st.dataframe(frame, hide_index=True, column_config=config, alt="Customers, shares and notes of every segment")
    st.markdown("### First rows", anchors=False)
    st.dataframe(tables.first_of(labelled, len(table.headers)), hide_index=True, alt="First rows of the labelled list")
