"""Who moved from which segment to which, where a customer id stands in the files of then and of now."""

import streamlit as st

from clustering import Clustering, Table
from clustering.charts.drift import moved_chart
from clustering.recipe import Applied
from clustering.wording import one_line
from pages._ui.compute import applying
from pages._ui.compute.applying import Case
from pages._ui.downloads import save_button
from pages._ui.frame import mode
from pages._ui.new_customers.choosing import upload_before
from pages._ui.sentences import applying as told
from pages._ui.sentences import file_of, listed
from pages._ui.session import Session
from pages._ui.tables import applying as tables
from pages._ui.text import plain
from pages._ui.widgets import show_chart, show_notes

_MOST_ROWS = 200


def who_moved(session: Session, segments: Clustering | None, case: Case, found: Applied) -> None:
    """Customers of both files by their segment then and now."""
    was = applying.table_before(session, case)
    if was is None:
        st.markdown(
            ":gray[Which customers changed their segment? Upload the labelled file of then: the one that the Export "
            "page or this page gave you, with the customer id.]"
        )
        upload_before(session)
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        ids = tuple(
            _choose_id(session, case, title, table)
            for title, table in (("Customer id then", was), ("Customer id now", case.table))
        )
    if not case.chosen.is_own:
        with st.expander("Another file of then", icon=":material/folder_open:"):
            upload_before(session)
    moved = applying.movers(session, segments, case, found, was, ids)
    st.markdown(f"### {told.moved_heading(moved)}", anchors=False)
    st.markdown(f":gray[{plain(told.moved_told(moved), most=500)}]")
    show_notes(moved.notes)
    if not moved.n_both:
        return
    figure = moved_chart(moved, case.looks, mode=mode())
    show_chart(figure, alt=told.moved_alt(moved), key="apply-moved", file_name="who_moved", is_of_table=False)
    frame, config = tables.moved_table(moved)
    st.dataframe(frame, hide_index=True, column_config=config, alt="Customers by their segment then and now")
    if not len(moved.movers):
        return
    frame, config = tables.movers_shown(moved, _MOST_ROWS)
    st.dataframe(frame, hide_index=True, column_config=config, alt="Everybody who moved, with both segments")
    if note := listed(len(moved.movers), _MOST_ROWS):
        st.caption(note)
    save_button(
        "Download them",
        data=applying.file_of(moved.movers, case),
        file_name=file_of(case.table.reading.file_name, "moved"),
        mime="text/csv",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
        key=session.key("apply-moved-file"),
    )


def _choose_id(session: Session, case: Case, title: str, table: Table) -> str:
    names = [column.name for column in table.columns]
    ids = [column.name for column in table.columns if column.role == "id"]
    return st.selectbox(
        title,
        names,
        index=names.index(ids[0]) if ids else 0,
        format_func=lambda name: one_line(name, 40),
        key=f"{title}-{case.key}-{table.digest}",
        width=240,
    )
