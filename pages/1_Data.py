"""Upload a file or pick a sample; how it was read, column by column."""

import streamlit as st

from clustering.wording import count, whole
from pages._ui import compute, tables
from pages._ui.frame import FEATURES_PAGE, TRANSACTIONS_PAGE, page
from pages._ui.on_cluster import choose_table
from pages._ui.opening import open_saved, waiting
from pages._ui.reading import ask, overrule_columns, overrule_file
from pages._ui.samples import SAMPLES, TITLES
from pages._ui.saving import save_first
from pages._ui.sentences import headline, plain_notes, read_how
from pages._ui.text import plain
from pages._ui.widgets import next_step, show_notes, shown_errors


def choose_data():
    save_first(session, "Another file or sample replaces", "save-before-loading")
    left, right = st.columns(2, gap="medium")
    with left, st.container(border=True, height="stretch"):
        st.markdown("## Your own file", anchors=False)
        upload = st.file_uploader(
            "CSV, Excel or Parquet with one row per customer, also zipped; up to 200 MB",
            max_upload_size=compute.UPLOAD_LIMIT_MB,
            key=f"upload-{session.n_loaded}",
        )
        with shown_errors():
            compute.load_upload(session, upload)
        open_saved(session)
    with right, st.container(border=True, height="stretch"):
        st.markdown("## Sample data", anchors=False)
        sample = SAMPLES[TITLES.index(st.selectbox("Try it with", TITLES))]
        st.markdown(f":gray[{sample.shows}.]")
        if st.button("Use this sample", icon=":material/play_circle:"):
            with shown_errors():
                compute.load_sample(session, sample)
    choose_table(session)


with page("pages/1_Data.py", "What was read from your file, and what each column will be used for.") as session:
    table = session.table
    waiting(session)
    if table is None:
        choose_data()
        st.stop()
    with st.container(border=True, gap="small"):
        st.markdown(f"## {headline(table)}", anchors=False)
        with st.grid(4, min_column_width=140, gap="small"):
            st.metric("Customers", whole(table.n_rows))
            st.metric("Columns", whole(len(table.columns)))
            st.metric("Missing cells", whole(table.n_missing), help="Cells that are empty or say NA, NULL, ? or -.")
            st.metric("Rows set aside", whole(len(table.set_aside)), help="Rows that lack fields or are no customer.")
        st.caption(plain(read_how(table.reading)))
        show_notes(plain_notes(table))
    if session.source is not None:
        ask(session)
    names = ("Columns", "First rows", "Read it another way", "Use another file")
    columns_tab, rows_tab, reading_tab, other_tab = st.tabs([f":gray[{name}]" for name in names])
    with columns_tab:
        frame, config = tables.columns_table(table)
        st.dataframe(frame, hide_index=True, row_height=40, column_config=config, alt="Columns of the file")
    with rows_tab:
        st.dataframe(tables.first_rows(table), hide_index=True, alt="First rows of the file as they stand in it")
    with reading_tab:
        if session.source is None:
            st.markdown(":gray[This table was made from purchases; go back to these to read them another way.]")
            st.page_link(TRANSACTIONS_PAGE, label="Go back to the purchases", icon=":material/receipt_long:")
        else:
            overrule_file(session)
            st.dataframe(tables.first_rows(table, 3), hide_index=True, alt="The first rows as they are read now")
            overrule_columns(session)
    with other_tab:
        choose_data()
    if session.holds_purchases:
        st.page_link(
            TRANSACTIONS_PAGE,
            label="These look like purchases: make one row per customer",
            icon=":material/receipt_long:",
        )
    next_step("Choose features", FEATURES_PAGE, remark=count(table.n_rows, "customer") + " loaded")
