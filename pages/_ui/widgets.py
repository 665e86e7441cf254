"""What two pages or more share: errors, charts, the button to the next step."""

from contextlib import contextmanager

import streamlit as st

from clustering import ClusteringError
from clustering.charts import CONFIG
from pages._ui.text import plain


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
