"""What sets the segments apart: the index of every column in every segment, and the columns ranked."""

import streamlit as st

from clustering import Clustering
from clustering.charts import heat_map_chart, ranking_chart
from clustering.profile import WHY_NO_TEST, Comparison
from pages._ui import compute, tables
from pages._ui.frame import mode
from pages._ui.sentences import average_of
from pages._ui.session import Session
from pages._ui.text import plain
from pages._ui.widgets import show_chart


def differences(session: Session, segments: Clustering, comparison: Comparison) -> None:
    """The heat map beside the ranking, and the figures behind both."""
    ranked = compute.sets_apart(session, segments)
    left, right = st.columns(2, gap="medium")
    with left:
        figure = heat_map_chart(comparison, session.looks, mode=mode())
        show_chart(figure, key="heat-map", file_name="index")
    with right:
        figure = ranking_chart(ranked, n_customers=len(segments.fit_labels), mode=mode())
        show_chart(figure, key="ranking", file_name="ranking")
    st.caption(
        f"100 is the average of {plain(average_of(comparison.baseline, session.segment_names))}; "
        "120 and above is marked as high, 80 and below as low. Where an average near zero or below "
        "it allows no index, the distance from it stands in standard deviations (sd). Faded: fewer than 30 customers."
    )
    with st.expander("Figures, and how sure they are", icon=":material/table_rows:"):
        frame, config = tables.effects_table(ranked)
        st.dataframe(frame, hide_index=True, column_config=config, alt="Effect size of every column")
        st.caption(WHY_NO_TEST)
