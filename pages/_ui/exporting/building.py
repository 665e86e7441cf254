"""A file that is built when its button is pressed, with progress, and then offered."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from clustering.export import OnStep
from pages._ui import compute
from pages._ui.sentences import file_size
from pages._ui.session import BuiltFile, Session
from pages._ui.text import plain
from pages._ui.widgets import shown_errors


def offer(
    session: Session,
    what: tuple,
    prepare: Callable[[], Any],
    write: Callable[[Any, OnStep], BuiltFile],
    *,
    build: str,
    file_name: str,
    mime: str,
    icon: str,
) -> BuiltFile | None:
    """A button that builds a file; once it is there, one that saves it. Returns the file, None before.

    Parameters
    ----------
    what : tuple
        What the file is, beside the segments on show: another one is built anew.
    prepare, write : callable
        `write` makes the file of what `prepare` gives, which may take its time too.
    """
    file = compute.built(session, what)
    if file is not None:
        st.download_button(
            f"Save it ({file_size(len(file.content))})",
            data=file.content,
            file_name=file_name,
            mime=mime,
            icon=":material/download:",
            on_click="ignore",
            key=session.key(f"save-{what}"),
        )
        if file.remark:
            st.caption(plain(file.remark, most=300))
    elif st.button(build, icon=icon, key=session.key(f"build-{what}")):
        with shown_errors():
            bar = st.progress(0.0, text="Looking at the segments …")

            def on_step(done: float, told: str) -> None:
                bar.progress(min(done, 1.0), text=f"{plain(told)} …")

            compute.build(session, what, prepare, write, on_step)
    return file
