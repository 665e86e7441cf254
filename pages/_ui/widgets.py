"""What two pages or more share: the frame of a page about segments, errors, charts, the button to the next step."""

from contextlib import contextmanager

import streamlit as st

from clustering import ClusteringError
from clustering.charts import CONFIG
from pages._ui import compute
from pages._ui.frame import FEATURES_PAGE, needs, page
from pages._ui.sentences import only_a_cut
from pages._ui.text import plain


@contextmanager
def segments_page(script: str, purpose: str, *, what: str):
    """The frame of a page that shows the segments: yields the session and the segmentation on show.

    Where there is none yet, the page says why and ends: `what` will be here, or how far the search for it is.
    """
    with page(script, purpose) as session:
        needs(session.table, what=what)
        needs(session.features, what=what, go_to=FEATURES_PAGE)
        segments = None
        with shown_errors():
            segments = compute.segmentation(session)
        if segments is None:
            st.stop()
        if told := only_a_cut(session.advice):
            st.info(told, icon=":material/blur_on:")
        with shown_errors():
            yield session, segments


@contextmanager
def shown_errors():
    """Show what the user can mend as a sentence; anything else propagates."""
    try:
        yield
    except ClusteringError as error:
        st.error(plain(error), icon=":material/error:")


def show_chart(figure, *, alt: str, key: str, file_name: str = "chart") -> None:
    """Draw a chart that can be saved under a sensible name."""
    save = {"toImageButtonOptions": {"format": "png", "filename": file_name, "scale": 2}}
    st.plotly_chart(figure, theme=None, config={**CONFIG, **save}, alt=alt, key=key)


def show_curve(figure, *, alt: str, key: str) -> int | None:
    """Draw a curve over the number of segments; returns the number whose point was clicked."""
    chosen = st.plotly_chart(
        figure, theme=None, config=CONFIG, alt=alt, key=key, on_select="rerun", selection_mode="points"
    )
    points = chosen.selection.points if chosen else []
    return int(points[0]["x"]) if points else None


def next_step(label: str, script: str, *, remark: str = " ") -> None:
    """The one primary button of a page, last on it; says what one will see."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.caption(remark)
        if st.button(label, type="primary", icon=":material/arrow_forward:", icon_position="right"):
            st.switch_page(script)


def show_notes(notes) -> None:
    """What was noticed or done, one line each."""
    for note in notes:
        st.markdown(f":gray[:material/info:] {plain(note)}")
