"""What is taken away: the list with a segment on every row, documents, a campaign, code."""

import streamlit as st

from clustering.wording import count, whole
from pages._ui import compute
from pages._ui.downloads import save_button
from pages._ui.exporting import Workshop, campaign_list, code, files, preview
from pages._ui.on_cluster import all_rows
from pages._ui.sentences import download_name, list_told
from pages._ui.widgets import next_step, segments_page, shown_errors

with segments_page(
    "pages/6_Export.py",
    "Your own list, row by row as it stood, with the segment on every row; and what you show to others.",
    what="Your labelled list will be here",
) as (session, segments):
    table = session.table
    labelled, n_escaped = compute.labelled(session, segments)
    n_placed, n_noise = len(segments.rows), len(segments.noise)
    list_is, rows_are = list_told(table.reading)
    with st.container(border=True, gap="small"):
        st.markdown(f"## {count(table.n_rows, 'row')}, {whole(n_placed)} with a segment", anchors=False)
        with st.grid(5 if n_noise else 4, min_column_width=140, gap="small"):
            st.metric("Rows", whole(table.n_rows), help=rows_are)
            st.metric("Segments", whole(segments.n_clusters))
            if n_noise:
                st.metric("Noise", whole(n_noise), help="Near no segment; the note says so.")
            without = segments.n_without - n_noise
            st.metric("Set aside" if n_noise else "Without a segment", whole(without), help="The note says why.")
            st.metric(
                "Cells changed",
                whole(n_escaped),
                help="Text that a spreadsheet would run as a formula gets a leading apostrophe, in CSV alone.",
            )
        save_button(
            "Download the labelled list",
            data=lambda: compute.csv_file(labelled, table.reading.delimiter).content,
            file_name=download_name(table.reading.file_name, "segments"),
            mime="text/csv",
            type="primary",
            icon=":material/download:",
            on_click="ignore",
            key=session.key("download"),
        )
        st.caption(list_is)
    workshop = Workshop(session, segments)
    names = ["Files", "Campaign", "Code", "Preview"]
    if session.remote.sample is not None:
        names.append("All rows")
    tabs = st.tabs([f":gray[{name}]" for name in names])
    with tabs[0], shown_errors():
        files(session, segments, workshop)
    with tabs[1], shown_errors():
        campaign_list(session, segments)
    with tabs[2], shown_errors():
        code(session, segments, workshop)
    with tabs[3], shown_errors():
        preview(session, segments)
    if session.remote.sample is not None:
        with tabs[4], shown_errors():
            all_rows(session, segments)
    next_step("Place new customers", "pages/7_New_customers.py")
    workshop.work()
