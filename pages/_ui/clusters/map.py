"""The map: all columns laid flat at once, coloured by segment."""

import streamlit as st

from clustering import Clustering, Profile
from clustering.charts import map_chart
from pages._ui import compute
from pages._ui.frame import mode
from pages._ui.sentences import map_alt, map_finding, map_told
from pages._ui.session import Session
from pages._ui.text import plain
from pages._ui.widgets import show_chart, shown_errors


def show_map(session: Session, segments: Clustering, profile: Profile) -> None:
    """Draw the map with a word of caution; it depends on the data and the seed, so other segments only recolour it."""
    with shown_errors():
        points = compute.map_points(session, segments)
        finding = map_finding(profile, segments.noise_share)
        figure = map_chart(points, session.looks, finding=finding, mode=mode())
        alt = map_alt(points, profile, session.segment_names, segments.noise_share)
        show_chart(figure, alt=alt, key="map", file_name="map")
        st.caption(plain(map_told(points, session.segment_names), most=1_000))
