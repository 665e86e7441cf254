"""One browser session's data and choices; the only place that touches `st.session_state`."""

import streamlit as st

from pages._ui.session.drafting import StartDraft
from pages._ui.session.kept import Figures, Kept
from pages._ui.session.left import Outer, Purchases
from pages._ui.session.searching import Search
from pages._ui.session.session import Session

__all__ = ["Figures", "Kept", "Outer", "Purchases", "Search", "Session", "StartDraft", "current", "fill_in", "typed"]


def current() -> Session:
    """This browser session's `Session`."""
    if "session" not in st.session_state:
        st.session_state["session"] = Session()
    return st.session_state["session"]


def fill_in(key: str, value: object) -> None:
    """Write into the field with this key what it begins with."""
    st.session_state.setdefault(key, value)


def typed(key: str) -> str:
    """What stands in the field with this key, for what has to be done before the page is drawn again."""
    return st.session_state[key]
