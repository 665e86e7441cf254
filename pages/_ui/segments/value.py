"""Size against value: which share of the customers holds which share of what they are worth."""

import streamlit as st

from clustering import Clustering
from clustering.charts import concentration_chart, value_chart
from clustering.profile.compare import Comparison
from clustering.profile.value import value_columns
from pages._ui import compute, tables
from pages._ui.frame import mode
from pages._ui.session import Session
from pages._ui.text import plain
from pages._ui.widgets import show_chart


def value(session: Session, segments: Clustering, comparison: Comparison) -> None:
    """Share of customers beside share of value, and how concentrated the value is."""
    del comparison  # every tab is called alike
    columns = value_columns(session.table)
    if not columns:
        st.markdown(":gray[There is no column of numbers that could be added up.]")
        return
    column = st.selectbox(
        "What customers are worth", columns, key=session.key("value"), persist_state="session", width=300
    )
    held = compute.value(session, segments, column)
    st.markdown(f"## {plain(held.sentence(session.segment_names))}", anchors=False)
    left, right = st.columns(2, gap="medium")
    with left:
        figure = value_chart(held, session.looks, mode=mode())
        show_chart(figure, key="value-chart", file_name="value")
    with right:
        figure = concentration_chart(held, mode=mode())
        show_chart(figure, key="concentration", file_name="concentration")
    frame, config = tables.value_table(held, session.segment_names)
    st.dataframe(frame, hide_index=True, column_config=config, alt="Customers and value per segment")
    if weight := session.features.weight_column:
        st.caption(f"Here every customer counts once, not by {plain(weight, most=40)}.")
    for note in held.notes:
        st.caption(plain(note))
