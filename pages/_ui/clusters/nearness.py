"""How near the customers are to each other: the curve on which the reach of DBSCAN is chosen."""

import streamlit as st

from clustering import Clustering
from clustering.charts import nearness_chart
from pages._ui import compute
from pages._ui.frame import mode
from pages._ui.sentences import nearness_alt, nearness_caption
from pages._ui.session import Session
from pages._ui.widgets import show_to_click, shown_errors


def nearness(session: Session, segments: Clustering) -> None:
    """Draw the curve and let the user take a reach from it; nothing where the method has none."""
    if segments.spec.method != "dbscan":
        return
    measured = compute.nearness(session)
    # keyed by what is shown: with another reach the click is not still where it was
    point = show_to_click(
        nearness_chart(measured, mode=mode()),
        alt=nearness_alt(measured),
        key=session.key(f"nearness-{session.found_key}"),
        file_name="nearness",
    )
    st.caption(nearness_caption(measured))
    taken = point and point.get("customdata")
    if taken and (changed := session.clustering.with_settings(eps=taken)) != session.clustering:
        with shown_errors():
            compute.use(session, changed)
