"""What is brought in: a file of customers, a sample, saved work. What cannot be read leaves what was there."""

from pathlib import Path

import streamlit as st
from streamlit.runtime import exists, get_instance
from streamlit.runtime.scriptrunner import get_script_run_ctx

import clustering
from clustering import ClusteringError, Table
from clustering.errors import InvalidRecipe, UnreadableFile
from clustering.recipe import load_recipe
from pages._ui.compute.restoring import of_file, of_loaded, of_sample, restore
from pages._ui.jobs import gate
from pages._ui.places import DATA_PAGE, SEGMENTS_PAGE
from pages._ui.samples import Sample
from pages._ui.session import Session
from pages._ui.session.budget import FILES_LIMIT_MB, UPLOAD_LIMIT_MB, held


def load_upload(session: Session, upload) -> None:
    """Read an uploaded file once and show it; if saved work waits for this very file, go on with the work."""
    if upload is None:
        session.upload_id = session.upload_error = None
        return
    if upload.file_id == session.upload_id:
        if session.upload_error:
            raise UnreadableFile(session.upload_error)
        return
    session.upload_id, session.upload_error = upload.file_id, None
    try:
        check_size(upload, beside=session.applying.n_bytes)
        content = upload.getvalue()
        if session.saved.recipe and (found := of_file(session.saved.recipe, content, upload.name)):
            restore(session, session.saved.recipe, found)
            free_upload(upload)
            st.switch_page(SEGMENTS_PAGE)
        table = _read(content, upload.name)
    except ClusteringError as error:
        session.upload_error = str(error)
        raise
    session.load(table, upload.name, content)
    free_upload(upload)
    st.rerun()


def load_sample(session: Session, sample: Sample) -> None:
    """Read one of the sample files and show it on the Data page."""
    session.load(_read(sample.path), sample.title, sample.path)
    st.switch_page(DATA_PAGE)


def open_saved(session: Session, upload) -> None:
    """Open saved work once: go on with it if its file is at hand, else wait for that."""
    saved = session.saved
    if upload is None:
        saved.upload_id = saved.error = None
        return
    if upload.file_id == saved.upload_id:
        if saved.error:
            raise InvalidRecipe(saved.error)
        return
    saved.upload_id, saved.error = upload.file_id, None
    try:
        recipe = load_recipe(upload.getvalue(), name=upload.name)
        if found := of_loaded(session, recipe) or of_sample(recipe):
            restore(session, recipe, found)
            free_upload(upload)
            st.switch_page(SEGMENTS_PAGE)
    except ClusteringError as error:
        saved.error = str(error)
        raise
    free_upload(upload)
    saved.wait_for(recipe)
    st.rerun()


def _read(source: bytes | Path, name: str | None = None) -> Table:
    with gate():
        return clustering.read_table(source, name=name)


def check_size(upload, *, beside: int) -> None:
    """Refuse an upload that is too large, by itself or beside the bytes of the session's other files.

    The browser checks the size of a file, the server only its own limit, and nobody the files of a session together.
    """
    if upload.size > UPLOAD_LIMIT_MB * 2**20:
        raise UnreadableFile(
            f"{upload.name} is larger than {UPLOAD_LIMIT_MB} MB. Upload a part of it, or use the command line."
        )
    if upload.size + beside > FILES_LIMIT_MB * 2**20:
        raise UnreadableFile(held(upload.name))


def free_upload(upload) -> None:
    """Drop the server's copy of a file that has been read; Streamlit would keep it as long as the session."""
    context = get_script_run_ctx()
    if context is not None and exists():
        get_instance().uploaded_file_mgr.remove_file(session_id=context.session_id, file_id=upload.file_id)
