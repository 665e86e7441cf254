"""One browser session's data and choices; the only place that touches `st.session_state`."""

import streamlit as st

from pages._ui.session.left import Outer, Purchases
from pages._ui.session.session import Session

__all__ = ["Outer", "Purchases", "Session", "current"]


def current() -> Session:
    """This browser session's `Session`."""
    if "session" not in st.session_state:
        st.session_state["session"] = Session()
    return st.session_state["session"]
