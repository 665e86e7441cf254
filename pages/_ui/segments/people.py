"""Single customers: the typical ones, those between two segments, those far from their center."""

import numpy as np
import streamlit as st

from clustering import Clustering
from clustering.profile.compare import Comparison
from clustering.profile.people import AMBIGUOUS, far_last, people_table
from pages._ui import compute, tables
from pages._ui.downloads import save_button
from pages._ui.sentences import between_heading, far_as_well, far_heading, file_of, listed, typical_heading
from pages._ui.session import Session
from pages._ui.text import plain
from pages._ui.widgets import move

_MOST = 200  # rows of the table; rows that can be chosen cannot be sent bit by bit
_ALL = "All segments"
_TYPICAL, _BETWEEN, _FAR = "Typical", "Between two", "Far out"
_TOLD = {
    _TYPICAL: "Nearest to the center of its segment: whom you would show to say who is in it.",
    _BETWEEN: f"Their margin is below {AMBIGUOUS}: 0 is on the border to the second-best segment, 1 on the center of "
    "one's own. Another segment would do as well for them.",
    _FAR: "Much farther from the center of their segment than most of its customers, or far outside in a column; their "
    "margin says whether they lie between two segments as well. Look whether they are errors in the data or customers "
    "of a kind of their own.",
}


def people(session: Session, segments: Clustering, comparison: Comparison) -> None:
    """The customers asked for, to look at, to take away and to move."""
    del comparison  # every tab is called alike
    options = session.segment_options
    whose = st.selectbox(
        "Customers of",
        (_ALL, *range(segments.n_clusters)),
        format_func=lambda one: one if one == _ALL else options[one],
        key=session.key(f"people-of-{session.segments_key}"),
        width=240,
    )
    which = st.segmented_control(
        "Which customers",
        tuple(_TOLD),
        default=_TYPICAL,
        required=True,
        label_visibility="collapsed",
        key=session.key("people"),
    )
    label = None if whose == _ALL else whose
    name = None if label is None else session.segment_names[label]
    n_customers = len(segments.rows) if label is None else segments.sizes[label]
    told = _TOLD[which]
    if which == _TYPICAL:
        rows = compute.typical(session, segments)[slice(None) if label is None else slice(label, label + 1)]
        heading = typical_heading(len(rows))
    elif which == _BETWEEN:
        rows, n_far = far_last(compute.borderline(session, segments, label), compute.far_out(session, segments, label))
        told = f"{told} {far_as_well(n_far)}".strip()
        heading = between_heading(len(rows), n_customers, name)
    else:
        rows = compute.far_out(session, segments, label)
        heading = far_heading(len(rows), n_customers, name)
    with st.container(gap="xxsmall"):
        st.markdown(f"### {plain(heading)}", anchors=False)
        st.markdown(f":gray[{told}]")
    if len(rows):
        _table(session, segments, np.asarray(rows), f"{which} {name or ''}", key=f"people-{which}-{whose}")
    if which != _TYPICAL:
        _in_every_segment(session, segments)


def _table(session: Session, segments: Clustering, rows: np.ndarray, whom: str, *, key: str) -> None:
    """The first of them as a table, all of them to take away; those that are ticked can be moved."""
    table, names, found = session.table, session.segment_names, compute.placed(session, segments)
    first = rows[:_MOST]

    def all_of_them():
        return compute.csv_file(people_table(table, segments, found, rows, names), table.reading.delimiter)

    frame, config = tables.people_shown(people_table(table, segments, found, first, names))
    chosen = st.dataframe(
        frame,
        hide_index=True,
        column_config=config,
        on_select="rerun",
        selection_mode="multi-row",
        key=session.key(f"{key}-{session.segments_key}"),
        alt="Customers, and where they stand between the segments",
    )
    if told := listed(len(rows), len(first)):
        st.caption(told)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        move(session, segments, first[chosen.selection.rows], key="people")
        save_button(
            "Download them",
            data=lambda: all_of_them().content,
            file_name=file_of(table.reading.file_name, whom),
            mime="text/csv",
            icon=":material/download:",
            type="tertiary",
            on_click="ignore",
            key=session.key(f"{key}-file"),
        )
    st.caption("Tick customers in the table to move them to another segment by hand.")


def _in_every_segment(session: Session, segments: Clustering) -> None:
    """How many of every segment are unclear or odd."""
    shares, far = compute.between(session, segments), compute.far_out(session, segments, None)
    frame, config = tables.standing_table(segments, session.segment_names, shares, far)
    st.dataframe(frame, hide_index=True, column_config=config, alt="Between two segments and far out, by segment")
