"""Saving one's work: the button in the menu, and where something else is about to take its place."""

import streamlit as st

from pages._ui import compute
from pages._ui.downloads import save_button
from pages._ui.sentences import download_name, held_in_work
from pages._ui.session import Session
from pages._ui.text import plain


def save_work(session: Session, key: str, *, in_menu: bool = False) -> None:
    """A button that takes the segments on show away as a file to go on from; nothing where there are none."""
    write = compute.work_file(session)
    if write is None:
        return
    save_button(
        "Save my work",
        data=write,
        file_name=download_name(session.table.reading.file_name, "segments", "json"),
        mime="application/json",
        icon=":material/save:",
        type="tertiary" if in_menu else "secondary",
        on_click="ignore",
        help=held_in_work(len(session.kept), session.clustering.method),
        key=session.key(key),
    )


def save_first(session: Session, doing: str, key: str) -> None:
    """Where something is about to take the place of one's work (`doing`): say so and offer to save it."""
    if session.to_save is None:
        return
    with st.container(border=True, horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown(f":material/warning: {doing} your work on {plain(session.title, 60)}: save it first.")
        save_work(session, key)
