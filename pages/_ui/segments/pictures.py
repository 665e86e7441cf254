"""Pictures of the segments: one column at a time, all columns at once, customers one by one."""

import streamlit as st

from clustering import Clustering
from clustering.charts import levels_chart, pairs_chart, parallel_chart, radar_chart, snake_chart, spread_chart
from clustering.profile.compare import Comparison
from pages._ui import compute
from pages._ui.frame import mode
from pages._ui.sentences import sizes_alt
from pages._ui.session import Session
from pages._ui.widgets import show_chart

_ONE, _LINES, _RADAR, _EACH, _PAIRS = "One column", "Profile lines", "Radar", "Every customer", "Pairs"


def pictures(session: Session, segments: Clustering, comparison: Comparison) -> None:
    """One picture at a time, so that none is crowded."""
    profile = comparison.profile
    views = (_ONE, _LINES, _RADAR, *((_EACH,) if len(profile.columns) > 1 else ()))
    if len(compute.sampled(session, segments).strongest_numbers()) > 1:
        views = (*views, _PAIRS)
    view = st.segmented_control(
        "Picture", views, default=_ONE, required=True, label_visibility="collapsed", key=session.key(f"view-{views}")
    )
    if view == _ONE:
        _one_column(session, segments, comparison)
    elif view == _LINES:
        figure = snake_chart(comparison, session.looks, mode=mode())
        show_chart(figure, key="lines", file_name="lines")
    elif view == _RADAR:
        figure = radar_chart(comparison, session.looks, mode=mode())
        show_chart(figure, key="radar", file_name="radar")
    elif view == _EACH:
        figure = parallel_chart(compute.sampled(session, segments), session.looks, mode=mode())
        show_chart(figure, key="parallel", file_name="customers")
    else:
        figure = pairs_chart(compute.sampled(session, segments), session.looks, mode=mode())
        show_chart(figure, alt=sizes_alt(profile, session.segment_names), key="pairs", file_name="pairs")


def _one_column(session: Session, segments: Clustering, comparison: Comparison) -> None:
    """Boxes or densities of a number, stacked bars of a category."""
    profile = comparison.profile
    measured = {name for name, kind in zip(profile.columns, profile.kinds, strict=True) if kind != "boolean"}
    columns = [profile.columns[i] for i in profile.ranked] + [category.column for category in profile.categories]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        column = st.selectbox(
            "Column",
            columns,
            key=session.key(f"spread-column-{columns}"),
            persist_state="session",
            width=280,
        )
        shape = "boxes"
        if column in measured:
            shape = st.segmented_control(
                "Shape",
                ("boxes", "densities"),
                default="boxes",
                required=True,
                format_func=str.capitalize,
                label_visibility="collapsed",
                key=session.key("spread-shape"),
            )
    if column in measured:
        spread = compute.spread_of(session, segments, column)
        show_chart(spread_chart(spread, session.looks, shape, mode=mode()), key="spread", file_name="spread")
    else:
        show_chart(levels_chart(profile, column, session.looks, mode=mode()), key="spread", file_name="levels")
