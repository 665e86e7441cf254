"""Fair enough? Who is in every segment, by the columns that the user marks as sensitive."""

import streamlit as st

from clustering import Clustering
from clustering.charts import make_up_chart
from clustering.profile.compare import Comparison
from clustering.profile.fairness import REASON_TO_LOOK, sensitive_suggestions
from pages._ui import compute
from pages._ui.frame import mode
from pages._ui.session import Session
from pages._ui.text import plain
from pages._ui.widgets import show_chart


def fairness(session: Session, segments: Clustering, comparison: Comparison) -> None:
    """The make-up of every segment against the whole, for each marked column."""
    del comparison  # every tab is called alike
    columns = tuple(column.name for column in session.table.columns if column.role not in ("id", "empty", "constant"))
    marked = st.multiselect(
        "Sensitive columns",
        columns,
        sensitive_suggestions(session.table),
        key=session.key("sensitive"),
        persist_state="session",
        help="Gender, age, origin, region …: columns by which nobody should be treated differently without a reason. "
        "They need not have built the segments.",
    )
    if not marked:
        st.markdown(":gray[Mark the columns that are sensitive, and see whether a segment holds more of one group.]")
        return
    for made in compute.make_ups(session, segments, tuple(marked)):
        left, right = st.columns([3, 2], gap="medium")
        with left:
            figure = make_up_chart(made, session.looks, mode=mode())
            show_chart(figure, key=session.key(f"make-up-{made.column}"), file_name="make-up")
        with right:
            for sentence in made.sentences:
                st.markdown(plain(sentence, most=600))
    st.caption(REASON_TO_LOOK)
