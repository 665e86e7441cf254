"""One browser session's data and choices; the only place that touches `st.session_state`."""

import streamlit as st

from pages._ui.session.built import BuiltFile, Template
from pages._ui.session.drafting import StartDraft
from pages._ui.session.kept import Figures, Kept
from pages._ui.session.left import Outer, Purchases
from pages._ui.session.limits import LARGEST, LEAST_TRIED, MOST_TRIED, NAME_LENGTH, NOTE_LENGTH, SMALLEST
from pages._ui.session.saved import OnShow, SavedWork
from pages._ui.session.searching import Search
from pages._ui.session.session import Session


def current() -> Session:
    """This browser session's `Session`."""
    if "session" not in st.session_state:
        st.session_state["session"] = Session(is_lost=_came_back())
    return st.session_state["session"]


def _came_back() -> bool:
    """Whether this browser asks for a session it had: it names that as it connects again, behind two other words."""
    return st.context.headers.get("Sec-Websocket-Protocol", "").count(",") >= 2


def fill_in(key: str, value: object) -> None:
    """Write into the field with this key what it begins with."""
    st.session_state.setdefault(key, value)


def typed(key: str) -> str:
    """What stands in the field with this key, for what has to be done before the page is drawn again."""
    return st.session_state[key]


__all__ = [
    "LARGEST",
    "LEAST_TRIED",
    "MOST_TRIED",
    "NAME_LENGTH",
    "NOTE_LENGTH",
    "SMALLEST",
    "BuiltFile",
    "Figures",
    "Kept",
    "OnShow",
    "Outer",
    "Purchases",
    "SavedWork",
    "Search",
    "Session",
    "StartDraft",
    "Template",
]
