"""Buttons that save a file made when they are pressed, also while many others use the server.

What Streamlit 1.67 does by itself is not enough there: it drops a file that was just made as soon as two runs of
anybody's page have ended, often before the browser has fetched it; and it takes two files of more than 1 MB for the
same one where name, length, beginning, middle and end agree, so that a list could be saved as it stood before a change.
And it looks for files that nobody needs only when a page was drawn, while a press of these buttons draws none.
"""

import secrets
import threading
from collections.abc import Callable

import streamlit as st
from streamlit.runtime import exists, get_instance
from streamlit.runtime.scriptrunner import add_script_run_ctx, get_script_run_ctx


def save_button(label: str, data: Callable[[], bytes], *, file_name: str, mime: str, key: str, **settings) -> None:
    """Draw a download button whose file `data` makes; `settings` are those of `st.download_button`."""
    context = get_script_run_ctx()
    # A file is known by its content and its type: the rest of the type makes this one no other's.
    mime = f"{mime}; once={secrets.token_hex(16)}"

    def made() -> bytes:
        content = data()
        if context is None or not exists():
            return content

        def hold() -> None:
            files = get_instance().media_file_mgr
            files.add(content, mime, f"saved-{key}", file_name=file_name, is_for_static_download=True)
            # What the press before made is nobody's now. The first look only marks it; all that still waits for its
            # browser is held as this one is.
            files.remove_orphaned_files()
            files.remove_orphaned_files()

        # In a thread of its own: Streamlit asks the thread whose session the file belongs to.
        holder = threading.Thread(target=hold)
        add_script_run_ctx(holder, context)
        holder.start()
        holder.join()
        return content

    st.download_button(label, data=made, file_name=file_name, mime=mime, key=key, **settings)
