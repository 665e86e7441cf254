"""A file of new customers with their segments: the answer, then and now, what is new, the list to take away."""

import streamlit as st

from clustering import Clustering
from clustering.charts.drift import shares_chart, shifts_chart
from clustering.recipe import Applied, Drift
from clustering.wording import number, whole
from pages._ui.compute import applying
from pages._ui.compute.applying import Case
from pages._ui.downloads import save_button
from pages._ui.frame import mode
from pages._ui.new_customers.choosing import upload_customers
from pages._ui.new_customers.matching import match_first, matched
from pages._ui.new_customers.moving import who_moved
from pages._ui.sentences import applying as told
from pages._ui.sentences import download_name, listed, read_how
from pages._ui.session import Session
from pages._ui.session.applying import Chosen
from pages._ui.tables import applying as tables
from pages._ui.text import plain
from pages._ui.widgets import show_chart, show_notes, shown_errors

_MOST_ROWS = 200


def customers_of_file(session: Session, chosen: Chosen, segments: Clustering | None) -> None:
    """Everybody in the file of new customers, or a field for one."""
    case = applying.case(session, chosen)
    if case is None:
        upload_customers(session, chosen)
        return
    if case.matching.refusal:
        match_first(session, case)
        return
    found = applying.applied(case)
    drift = applying.drifted(case, found)
    _answer(session, case, found, drift)
    _then_and_now(case, drift)
    views = {
        "Labelled list": lambda: _listed(case, found),
        "What changed": lambda: _changed(drift),
        "What is new": lambda: _news(found),
        "Who moved": lambda: who_moved(session, segments, case, found),
        "Columns": lambda: matched(session, case),
        "What was done": lambda: _done(case, found),
    }
    view = st.segmented_control(
        "More about them",
        tuple(views),
        default="Labelled list",
        required=True,
        label_visibility="collapsed",
        key=session.key("apply-view"),
    )
    with shown_errors():
        views[view]()


def _answer(session: Session, case: Case, found: Applied, drift: Drift) -> None:
    with st.container(border=True, gap="small"):
        st.markdown(f"## {told.applied_heading(found)} {told.fit_badge(drift)}", anchors=False)
        st.markdown(plain(drift.verdict, most=600))
        with st.grid(4, min_column_width=140, gap="small"):
            st.metric(
                "Without a segment", told.share_now(found.n_not_placed, found), help="The note on the row says why."
            )
            st.metric(
                "Something new",
                told.share_now(told.n_flagged(found), found),
                help="A value below or above all of then, or a level that nobody had then, in a column that decides.",
            )
            st.metric(
                "Between two",
                told.share_now(told.n_between(found), found),
                help=f"Another segment would do about as well for them: a margin below {number(0.1)}.",
            )
            st.metric(
                "Shift of the shares",
                told.psi_written(drift.segments.psi),
                help=f"Population stability index of the segments: {told.psi_read()}.",
            )
        save_button(
            "Download the labelled list",
            data=applying.file_of(applying.labelled(case, found), case),
            file_name=download_name(case.table.reading.file_name, "segments"),
            mime="text/csv",
            type="primary",
            icon=":material/download:",
            on_click="ignore",
            key=session.key("apply-download"),
        )


def _then_and_now(case: Case, drift: Drift) -> None:
    """The segments then and now, and how far the columns shifted."""
    left, right = st.columns(2, gap="medium")
    with left:
        figure = shares_chart(drift, case.looks, mode=mode())
        show_chart(
            figure, alt=told.shares_alt(drift), key="apply-shares", file_name="segments_then_and_now", is_of_table=False
        )
    with right:
        figure = shifts_chart(drift, mode=mode())
        show_chart(figure, alt=told.shifts_alt(drift), key="apply-shifts", file_name="what_changed", is_of_table=False)


def _listed(case: Case, found: Applied) -> None:
    """The rows of the labelled file, all or those to look at."""
    sizes = {which: len(tables.rows_of(found, which)) for which in tables.WHICH}
    which = st.selectbox(
        "Show",
        [which for which in tables.WHICH if sizes[which]],
        format_func=lambda one: f"{one} ({whole(sizes[one])})",
        width=280,
        key=f"apply-list-{case.key}",
    )
    rows = tables.rows_of(found, which)
    frame, config = tables.labelled_shown(applying.labelled(case, found), found, rows[:_MOST_ROWS])
    st.dataframe(frame, hide_index=True, column_config=config, alt="Rows of the labelled file, with their segment")
    if note := listed(len(rows), _MOST_ROWS):
        shown = f"The table shows the first {whole(_MOST_ROWS)} of {whole(len(rows))}."
        st.caption(note if which == tables.ALL else shown)


def _changed(drift: Drift) -> None:
    """What the verdict rests on, column by column and segment by segment."""
    show_notes(drift.reasons)
    frame, config = tables.shifts_table(drift)
    st.dataframe(frame, hide_index=True, column_config=config, alt="How far every column shifted, with its test")
    frame, config = tables.shares_table(drift)
    st.dataframe(frame, hide_index=True, column_config=config, alt="Customers of every segment then and now")


def _news(found: Applied) -> None:
    """What nobody had when the segments were found."""
    frame, config = tables.news_table(found)
    if frame.empty:
        st.markdown(":gray[Nothing: every value lies within what customers had when the segments were found.]")
        return
    st.dataframe(frame, hide_index=True, column_config=config, alt="New levels and values outside those of then")
    st.caption("They got a segment all the same. The labelled list says of every row what is new.")


def _done(case: Case, found: Applied) -> None:
    """How the file was read and what was done with its rows."""
    st.caption(plain(read_how(case.table.reading)))
    show_notes((*case.table.notes, *found.notes))
