"""What lies behind the cards, a tab per question: only the open one is computed."""

import streamlit as st

from clustering import Clustering
from clustering.profile.compare import Comparison
from pages._ui.segments.differences import differences
from pages._ui.segments.fairness import fairness
from pages._ui.segments.numbers import numbers
from pages._ui.segments.people import people
from pages._ui.segments.pictures import pictures
from pages._ui.segments.rules import rules
from pages._ui.segments.steps import steps
from pages._ui.segments.value import value
from pages._ui.session import Session
from pages._ui.widgets import shown_errors

_TABS = {
    "Differences": differences,
    "Pictures": pictures,
    "Numbers": numbers,
    "Rules": rules,
    "Customers": people,
    "Value": value,
    "Fair enough?": fairness,
    "By hand": steps,
}


def tabs(session: Session, segments: Clustering, comparison: Comparison) -> None:
    """Draw the tabs and what the open one holds."""
    opened = st.tabs(
        [f":gray[{title}]" for title in _TABS],
        on_change="rerun",
        key=session.key("segments"),
    )
    for tab, draw in zip(opened, _TABS.values(), strict=True):
        if tab.open:
            with tab, shown_errors():
                draw(session, segments, comparison)
