"""The segments against known labels, two segmentations side by side, and all methods."""

import streamlit as st

from pages._ui.comparing import against_known, all_methods, side_by_side
from pages._ui.frame import COMPARE_PAGE
from pages._ui.widgets import next_step, segments_page, shown_errors

_TABS = {"Known labels": against_known, "Two segmentations": side_by_side, "All methods": all_methods}

with segments_page(
    COMPARE_PAGE,
    "How far the segments fit groups you know already, how two segmentations differ, and what other methods find.",
    what="Your comparison will be here",
) as (session, segments):
    opened = st.tabs([f":gray[{title}]" for title in _TABS], on_change="rerun", key="compare")
    for tab, draw in zip(opened, _TABS.values(), strict=True):
        if tab.open:
            with tab, shown_errors():
                draw(session, segments)
    next_step("What each segment is like", "pages/5_Segments.py")
