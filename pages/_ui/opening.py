"""Opening saved work, and waiting for the file that it was saved with."""

import streamlit as st

from clustering.recipe import match_columns
from clustering.recipe.codec import MOST_BYTES
from pages._ui import compute
from pages._ui.places import DATA_PAGE
from pages._ui.saving import save_first
from pages._ui.sentences import another_file, saved_work, waits_for
from pages._ui.session import Session
from pages._ui.text import plain
from pages._ui.widgets import shown_errors

WORK_LIMIT_MB = MOST_BYTES // 2**20


def open_saved(session: Session) -> None:
    """A button with a field for saved work below it."""
    with st.popover("Open saved work", icon=":material/folder_open:"), st.container(width=320):
        upload = st.file_uploader(
            "A file made by Save my work",
            type="json",
            max_upload_size=WORK_LIMIT_MB,
            key=f"saved-{session.n_loaded}-{session.saved.n_opened}",
            help="It holds the segments, not the customers: you go on as soon as the same file of customers is there.",
        )
        with shown_errors():
            compute.open_saved(session, upload)
        save_first(session, "Opening other work replaces", "save-before-opening")


def waiting(session: Session, *, elsewhere: bool = False) -> None:
    """Saved work that waits for its file: for which, what can be done with another one, and how to forget it.

    `elsewhere` is a page without a field for files: then there is a link to it.
    """
    recipe = session.saved.recipe
    if recipe is None:
        return
    with st.container(border=True, gap="small"):
        title = f":material/folder_open: {plain(saved_work(recipe))}"
        st.markdown(f"**{title}**" if elsewhere else f"## {title}", anchors=False)  # the start page's heading is below
        refusal = "" if session.table is None else match_columns(recipe, session.table).refusal
        told = waits_for(recipe) if session.table is None else another_file(recipe, session.title, refusal)
        st.markdown(plain(told, most=700))
        with st.container(horizontal=True, vertical_alignment="center"):
            if elsewhere:
                st.page_link(DATA_PAGE, label="Upload the file", icon=":material/upload_file:")
            elif session.table is not None:
                _with_another_file(session, is_alike=not refusal)
            if st.button("Forget the saved work", icon=":material/close:", type="tertiary", key=session.key("forget")):
                compute.forget_saved(session)


def _with_another_file(session: Session, *, is_alike: bool) -> None:
    """What can be done with saved work and other customers; placing them also where columns have other names."""
    if st.button("Place them in the saved segments", icon=":material/person_add:", key=session.key("place-in-saved")):
        compute.place_in_saved(session)
    key = session.key("its-settings")
    if is_alike and st.button("Find segments with its settings", icon=":material/tune:", key=key):
        with shown_errors():
            compute.use_saved_settings(session)
