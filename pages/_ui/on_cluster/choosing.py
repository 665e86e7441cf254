"""Choosing a table on the cluster, and the sample of it that is explored."""

import streamlit as st

from clustering.spark import TableName
from clustering.wording import count, whole
from pages._ui import compute, tables
from pages._ui.saving import save_first
from pages._ui.sentences import catalogue_told, sample_offered
from pages._ui.session import Session
from pages._ui.text import plain
from pages._ui.widgets import shown_errors

_NO_ID = "All columns together"


def choose_table(session: Session) -> None:
    """Show the tables of the cluster, look at one, and draw a sample of it; nothing where there is no cluster."""
    with shown_errors():
        if compute.cluster_address() is None:
            return
        compute.take_from_cluster(session)
        with st.container(border=True):
            st.markdown("## A table on the cluster", anchors=False)
            name = _name(session)
            _go_on(session, name)
            compute.work_on_cluster(session)


def _name(session: Session) -> TableName | None:
    """The table that is chosen; what is drawn stays while the cluster works, else it would forget what was chosen."""
    remote = session.remote
    if remote.catalogue is None:
        st.markdown(
            ":gray[For tables that fit on no single machine. Explore a sample here, then run on all rows there.]"
        )
        return None
    is_busy = remote.job is not None
    left, right = st.columns([4, 1], vertical_alignment="bottom")
    name = left.selectbox(
        "Table",
        remote.catalogue.tables,
        index=None,
        format_func=str,
        placeholder="Choose a table",
        disabled=is_busy,
        key="remote-table",
    )
    if right.button("Look again", icon=":material/refresh:", help="Tables may have come or gone.", disabled=is_busy):
        compute.list_remote_tables(session)
    if told := catalogue_told(remote.catalogue):
        st.caption(plain(told, 600))
    return name


def _go_on(session: Session, name: TableName | None) -> None:
    remote = session.remote
    is_busy = remote.job is not None
    if remote.catalogue is None:
        if not is_busy and st.button("Show the tables", icon=":material/database:"):
            compute.list_remote_tables(session)
    elif remote.described is not None and remote.described.name == name:
        _show(session, is_busy=is_busy)
    elif name is not None and not is_busy and st.button("Look into it", icon=":material/search:"):
        compute.describe_remote(session, name)


def _show(session: Session, *, is_busy: bool) -> None:
    table = session.remote.described
    with st.grid(3, min_column_width=140, gap="small"):
        st.metric("Rows", whole(table.n_rows))
        st.metric("Columns", whole(len(table.columns)))
        st.metric("Missing cells", whole(sum(column.missing for column in table.columns)))
    frame, config = tables.remote_columns_table(table)
    st.dataframe(
        frame, hide_index=True, column_config=config, alt=f"Columns of the table: {count(len(frame), 'column')}"
    )
    id_column = st.selectbox(
        "Customers are told apart by",
        (None, *(column.name for column in table.columns)),
        format_func=lambda one: _NO_ID if one is None else one,
        help="With a customer's number the same customers are drawn again tomorrow, whatever else of them has changed.",
        disabled=is_busy,
        key="remote-id",
    )
    save_first(session, "A sample of this table replaces", "save-before-sampling")
    offered = sample_offered(table.n_rows)
    if st.button(offered, type="primary", icon=":material/play_circle:", disabled=is_busy):
        compute.explore_remote(session, table.name, id_column)
