"""Running on all rows of the table that the sample on show was drawn from, and writing segments there."""

from typing import TYPE_CHECKING

import streamlit as st

from clustering import Clustering
from clustering.recipe import save_recipe
from clustering.spark import TableName
from clustering.wording import whole
from pages._ui import compute, tables
from pages._ui.downloads import save_button
from pages._ui.sentences import all_rows_told, beside_told, download_name
from pages._ui.session import Session
from pages._ui.text import plain
from pages._ui.widgets import show_notes

if TYPE_CHECKING:
    from clustering.spark import AllRows


def all_rows(session: Session, segments: Clustering) -> None:
    """Offer to run on all rows; once that is done, show what was found, and offer to keep it."""
    remote = session.remote
    compute.take_from_cluster(session)
    st.markdown(
        f"The segments so far come from a sample. On the cluster as many are found among all "
        f"{whole(remote.sample.n_rows)} rows of {plain(remote.sample.name)}, prepared as here; the rows stay there "
        "and only figures come back."
    )
    if compute.work_on_cluster(session):
        return
    found = remote.found.get(session.segments_key)
    if found is None:
        if st.button(f"Run on all {whole(remote.sample.n_rows)} rows", type="primary", icon=":material/play_circle:"):
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
        frame, config = tables.profile_table(found.profile.against("all"), found.recipe.names, "means")
        st.dataframe(frame, hide_index=True, column_config=config, alt="Means of every segment over all rows")
    show_notes(found.notes)
    _keep(session, found)
    _place_others(session, found)


def _keep(session: Session, found: "AllRows") -> None:
    with st.container(border=True):
        st.markdown("#### Keep it", anchors=False)
        target, replace = _target(session, "keep", f"{found.name.name}_segments", found.name)
        with st.container(horizontal=True, gap="small"):
            if st.button("Write the segments there", icon=":material/database_upload:", disabled=not target.name):
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
        if session.remote.written:
            st.success(plain(session.remote.written, 400), icon=":material/check:")


def _place_others(session: Session, found: "AllRows") -> None:
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
        )
        if name is None:
            return
        target, replace = _target(session, "others", f"{name.name}_segments", name)
        if st.button("Place them there", icon=":material/person_add:", disabled=not target.name):
            compute.apply_remote(session, found.recipe, name, target, replace=replace)


def _target(session: Session, key: str, usual: str, beside: TableName) -> tuple[TableName, bool]:
    """Where segments are to be written, and whether what stands there may go."""
    name = st.text_input(
        "New table for the segments",
        value=usual,
        key=session.key(f"target-{key}"),
        help=f"In {plain(beside.catalog)}.{plain(beside.schema)}; with all columns, and the segment on every row.",
    )
    may_replace = st.checkbox(
        "Replace the table if there is one of that name", key=session.key(f"replace-{key}"), help="It cannot be undone."
    )
    return TableName(beside.catalog, beside.schema, name.strip()), may_replace
