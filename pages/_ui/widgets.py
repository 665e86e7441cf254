"""What two pages or more share: the frame of a page about segments, errors, charts, the button to the next step."""

import re
from collections.abc import Callable
from contextlib import contextmanager
from datetime import date

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from clustering import Clustering, ClusteringError
from clustering.charts import CHOOSING, CONFIG, in_words, of_sample
from clustering.edits import Move
from clustering.reader import manner
from clustering.wording import count
from pages._ui import compute
from pages._ui.frame import FEATURES_PAGE, needs, page
from pages._ui.method_settings import ways_on
from pages._ui.sentences import ONLY_A_CUT, inside_one, only_a_cut
from pages._ui.session import Session, current
from pages._ui.text import plain

# The orders that st.date_input knows, without the mark between the parts.
_ORDERS = ("YYYYMMDD", "DDMMYYYY", "MMDDYYYY")


def day_format() -> str:
    """How whoever reads writes days, in the words of `st.date_input`: "DD.MM.YYYY"."""
    written = manner().day(date(2001, 12, 30)).replace("2001", "YYYY").replace("12", "MM").replace("30", "DD")
    order, marks = re.sub("[^YMD]", "", written), set(re.sub("[YMD]", "", written))
    return written if order in _ORDERS and len(marks) == 1 and marks <= set("/.-") else "YYYY-MM-DD"


@contextmanager
def segments_page(script: str, purpose: str, *, what: str):
    """The frame of a page that shows the segments: yields the session and the segmentation on show.

    Where there is none yet, the page says why and ends: `what` will be here, or how far the search for it is.
    """
    with page(script, purpose) as session:
        needs(session.table, what=what)
        needs(session.features, what=what, go_to=FEATURES_PAGE)
        tell_inside(session)
        segments = found_or_ways_on(session, compute.segmentation)
        if segments is None:
            st.stop()
        if told := session.saved.caveats.get(session.segments_key):
            st.warning(plain(told, 900), icon=":material/difference:")
        was_a_cut = session.advice is None and session.segments_key in session.saved.cuts
        if told := ONLY_A_CUT if was_a_cut else only_a_cut(session.advice):
            st.info(told, icon=":material/blur_on:")
        with shown_errors():
            yield session, segments


def found_or_ways_on(session: Session, find: Callable):
    """What `find` finds; where that is nothing, why, the settings of the method, and the way back to k-means."""
    with shown_errors():
        found = find(session)
        # While the usual first search is under way nothing else is asked for; a slow method can be left at any time.
        if found is not None or (session.job and session.clustering.method == "kmeans"):
            return found
    with shown_errors():
        ways_on(session)
    return None


def tell_inside(session: Session) -> None:
    """Where one segment alone is looked at: say so, and offer the way back to all customers."""
    if session.outer is None:
        return
    with st.container(border=True, horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown(f":material/filter_alt: {plain(inside_one(session.outer.among, session.outer.name))}")
        if st.button("Back to all customers", icon=":material/arrow_back:", key=session.key("back")):
            compute.look_back(session)


@contextmanager
def shown_errors(also: DeltaGenerator | None = None):
    """Show what the user can mend as a sentence, here and in another place; anything else propagates."""
    try:
        yield
    except ClusteringError as error:
        for place in filter(None, (st, also)):
            place.error(plain(error), icon=":material/error:")


def show_chart(figure, *, key: str, file_name: str, alt: str = "", is_of_table: bool = True) -> None:
    """Draw a chart that can be saved under a sensible name.

    Those who do not see it are told its title and its figures, or `alt` in place of these. A chart that shows nothing
    of the table on show, such as those about k-means, is told by `is_of_table`.
    """
    figure = _told_sampled(figure) if is_of_table else figure
    st.plotly_chart(figure, theme=None, config=CONFIG | _saved_as(file_name), alt=in_words(figure, alt), key=key)


def show_curve(figure, *, key: str, file_name: str) -> int | None:
    """Draw a curve over the number of segments; returns the number whose point was clicked."""
    point = show_to_click(figure, key=key, file_name=file_name)
    return int(point["x"]) if point else None


def show_to_click(figure, *, key: str, file_name: str, alt: str = ""):
    """Draw a chart with points to click; returns the one that was clicked, as Streamlit tells it."""
    figure = _told_sampled(figure)
    chosen = st.plotly_chart(
        figure,
        theme=None,
        config=CONFIG | _saved_as(file_name),
        alt=in_words(figure, alt),
        key=key,
        on_select="rerun",
        selection_mode="points",
    )
    points = chosen["selection"]["points"] if chosen else []
    return points[0] if points else None


def show_to_choose(figure, *, alt: str, key: str, file_name: str):
    """Draw a chart in which customers can be chosen; returns what was drawn around them, as Streamlit tells it."""
    figure = _told_sampled(figure)
    drawn = st.plotly_chart(
        figure,
        theme=None,
        config=CHOOSING | _saved_as(file_name),
        alt=in_words(figure, alt),
        key=key,
        on_select="rerun",
        selection_mode=("points", "box", "lasso"),
    )
    return drawn["selection"]


def _told_sampled(figure):
    """The figure; where the table on show is a sample of a larger one, it says so."""
    reading = current().table.reading
    return figure if reading.n_in_all is None else of_sample(figure, current().table.n_rows, reading.n_in_all)


def _saved_as(file_name: str) -> dict:
    """What the button above a chart does."""
    return {"toImageButtonOptions": {"format": current().picture_format, "filename": file_name, "scale": 2}}


def move(session: Session, segments: Clustering, rows: np.ndarray, *, key: str) -> None:
    """A field and a button that put customers into another segment by hand."""
    label = st.selectbox(
        "Move them to",
        range(segments.n_clusters),
        format_func=session.segment_options.__getitem__,
        key=session.key(f"{key}-to-{session.segments_key}"),
        width=180,
        help="A step by hand: it is listed on the Segments page, can be undone, and is kept in what you export.",
    )
    told = f"Move {count(len(rows), 'customer')}" if len(rows) else "Move"
    if st.button(told, icon=":material/drive_file_move:", disabled=not len(rows), key=session.key(f"{key}-move")):
        with shown_errors():
            compute.edit(session, session.edited.then(Move(tuple(rows.tolist()), label)))


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
