"""Running on all rows of the table that the sample on show was drawn from, and writing segments there."""

from typing import TYPE_CHECKING

import streamlit as st

from clustering import Clustering
from clustering.recipe import save_recipe
from clustering.spark import TableName
from clustering.wording import whole
from pages._ui import compute, tables
from pages._ui.downloads import save_button
from pages._ui.sentences import all_rows_offered, all_rows_told, beside_told, download_name
from pages._ui.session import Session
from pages._ui.text import plain
from pages._ui.widgets import show_notes

if TYPE_CHECKING:
    from clustering.spark import AllRows


def all_rows(session: Session, segments: Clustering) -> None:
    """Offer to run on all rows; once that is done, show what was found, and offer to keep it."""
    remote = session.remote
    compute.take_from_cluster(session)
    st.markdown(plain(all_rows_offered(remote.sample), 600))
    found = remote.found.get(session.segments_key)
    if found is None:
        run = f"Run on all {whole(remote.sample.n_rows)} rows"
        is_busy = compute.work_on_cluster(session)
        if not is_busy and _is_connected(session) and st.button(run, type="primary", icon=":material/play_circle:"):
            compute.run_on_all_rows(session, segments)
        return
    st.markdown(f"### {plain(all_rows_told(found))}", anchors=False)
    left, right = st.columns(2, gap="medium")
    with left:
        frame, config = tables.beside_table(found)
        st.dataframe(frame, hide_index=True, column_config=config, alt="Scores of the sample and of all rows")
        st.caption(plain(beside_told(found), 400))
    with right:
        frame, config = tables.sizes_table(found.profile, found.recipe.names, ())
        st.dataframe(frame, hide_index=True, column_config=config, alt="Sizes of the segments of all rows")
    with st.expander("What each segment is like, over all rows"):
        frame, config = tables.means_table(found)
        st.dataframe(frame, hide_index=True, column_config=config, alt="Means of every segment over all rows")
    show_notes(found.notes)
    _keep(session, found)
    with st.container():  # there even when empty: what follows it would else be drawn anew, and closed
        if not compute.work_on_cluster(session) and remote.written and not remote.refused:
            st.success(plain(remote.written, 400), icon=":material/check:")
    _place_others(session, found)


def _is_connected(session: Session) -> bool:
    """Whether there is a session on the cluster; else draw a way to another."""
    if session.remote.cluster is not None:
        return True
    if st.button("Connect again", icon=":material/link:", disabled=session.remote.job is not None):
        compute.list_remote_tables(session)
    return False


def _keep(session: Session, found: "AllRows") -> None:
    with st.container(border=True):
        st.markdown("#### Keep it", anchors=False)
        target, replace = _target(session, "keep", f"{found.name.name}_segments", found.name)
        with st.container(horizontal=True, gap="small"):
            if _is_connected(session) and st.button(
                "Write the segments there", icon=":material/database_upload:", disabled=_is_closed(session, target)
            ):
                compute.write_remote(session, found, target, replace=replace)
            save_button(
                "Save the recipe of all rows",
                data=lambda: save_recipe(found.recipe),
                file_name=download_name(found.name.name, "recipe", "json"),
                mime="application/json",
                icon=":material/download:",
                on_click="ignore",
                key=session.key("recipe-of-all"),
            )


def _place_others(session: Session, found: "AllRows") -> None:
    if session.remote.catalogue is None:
        return
    with st.expander("Place the customers of another table there"):
        others = [name for name in session.remote.catalogue.tables if name != found.name]
        name = st.selectbox(
            "Table",
            others,
            index=None,
            format_func=str,
            placeholder="Choose a table",
            key=session.key("other-table"),
            help="Its columns are called as those of this one.",
            disabled=session.remote.job is not None,
        )
        if name is None:
            return
        target, replace = _target(session, "others", f"{name.name}_segments", name)
        if st.button("Place them there", icon=":material/person_add:", disabled=_is_closed(session, target)):
            compute.apply_remote(session, found.recipe, name, target, replace=replace)


def _target(session: Session, key: str, usual: str, beside: TableName) -> tuple[TableName, bool]:
    """Where segments are to be written, and whether what stands there may go.

    Drawn while the cluster works, too: a field that is not drawn forgets what was typed, and what may be replaced is
    said of one name.
    """
    is_busy = session.remote.job is not None
    name = st.text_input(
        "New table for the segments",
        value=usual,
        key=session.key(f"target-{key}-{beside}"),
        help=f"In {plain(beside.catalog)}.{plain(beside.schema)}; with all columns, and the segment on every row.",
        disabled=is_busy,
    )
    name = name.strip()
    may_replace = st.checkbox(
        "Replace the table if there is one of that name",
        key=session.key(f"replace-{key}-{name}"),
        help="It cannot be undone.",
        disabled=is_busy,
    )
    return TableName(beside.catalog, beside.schema, name), may_replace


def _is_closed(session: Session, target: TableName) -> bool:
    """Whether nothing can be written: the cluster is at work, or there is no name."""
    return session.remote.job is not None or not target.name
