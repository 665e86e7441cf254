"""Segments against known labels: the answer, the confusion matrix, and what lies behind them."""

import numpy as np
import streamlit as st

from clustering import Agreement, Clustering
from clustering.charts import confusion_chart, groups_chart, label_looks, right_wrong_chart
from clustering.compare import label_columns
from clustering.profile.people import people_table
from clustering.wording import one_line, score, share, spelled, whole
from pages._ui import compute, tables
from pages._ui.downloads import save_button
from pages._ui.frame import DATA_PAGE, empty_state, mode
from pages._ui.sentences import (
    confusion_alt,
    default_axes,
    file_of,
    groups_alt,
    held_out_heading,
    held_out_told,
    known_heading,
    known_told,
    listed,
    verdict,
    wrong_heading,
)
from pages._ui.session import Session
from pages._ui.text import plain
from pages._ui.widgets import show_chart, shown_errors

_MOST_DRAWN = 5_000  # customers in each of two pictures side by side
_MOST_ROWS = 200
_WIDE = 6  # segments from which on the confusion matrix needs the whole width


def against_known(session: Session, segments: Clustering) -> None:
    """How far the segments agree with a column that was marked as a known label."""
    columns = label_columns(session.table)
    if not columns:
        with empty_state(
            "Your known labels will be here",
            "Does a column say already which group each customer belongs to? On the Data page, under Read it another "
            "way, set Used as of that column to Known label. It then builds no segments.",
        ):
            st.page_link(DATA_PAGE, label="Mark a column as known label", icon=":material/label:")
        return
    column = columns[0]
    if len(columns) > 1:
        column = st.selectbox(
            "Known label", columns, format_func=lambda name: one_line(name, 40), key=session.key("known"), width=280
        )
    agreement, wrong = compute.against_known(session, segments, column)
    _answer(session, agreement, column)
    _confusion(session, agreement, column)
    views = {
        "All measures": lambda: _measures(session, agreement),
        "Pictures": lambda: _pictures(session, segments, agreement, column),
        "Not fitting": lambda: _not_fitting(session, segments, agreement, column, wrong),
        "Held out": lambda: _held_out(session, segments, column),
    }
    view = st.segmented_control(
        "More about them",
        tuple(views),
        default="All measures",
        required=True,
        label_visibility="collapsed",
        key=session.key("known-view"),
    )
    with shown_errors():
        views[view]()


def _answer(session: Session, agreement: Agreement, column: str) -> None:
    with st.container(border=True, gap="small"):
        heading = plain(known_heading(agreement, column))
        st.markdown(f"## {heading} {verdict(agreement.adjusted_rand)}", anchors=False)
        st.markdown(plain(known_told(agreement, column), most=600))
        with st.grid(4, min_column_width=140, gap="small"):
            st.metric(
                "Fit their label",
                share(agreement.accuracy),
                help="Accuracy: the share of customers in the segment that is paired with their label.",
            )
            st.metric(
                "Same groups",
                score(agreement.adjusted_rand),
                help="Adjusted Rand index: 1 is the same groups, 0 is what chance gives.",
            )
            st.metric(
                "Tell the same",
                score(agreement.adjusted_mutual_info),
                help="Adjusted mutual information: what the segment tells about the label; 0 is what chance gives.",
            )
            st.metric(
                "Commonest label",
                share(agreement.purity),
                help="Purity: the share of customers with the commonest label of their segment. Grows with the number "
                "of segments.",
            )
        n_labels = len(agreement.names)
        if (
            session.takes_k
            and len(agreement.matched) != n_labels
            and st.button(
                f"Make {spelled(n_labels)} segments",
                icon=":material/pin:",
                key=session.key(f"as-many-{n_labels}"),
                help="As many segments as there are labels. The labels still do not enter: only their number does.",
            )
        ):
            compute.use(session, session.with_n_clusters(n_labels))


def _confusion(session: Session, agreement: Agreement, column: str) -> None:
    figure = confusion_chart(agreement, session.looks, column=column, mode=mode())
    alt = confusion_alt(agreement, session.segment_names)
    frame, config = tables.labels_table(agreement)
    if len(agreement.matched) > _WIDE:
        left, right = st.container(), st.container()
    else:
        left, right = st.columns([3, 2], gap="medium")
    with left:
        show_chart(figure, alt=alt, key="confusion", file_name="confusion")
    with right:
        st.dataframe(frame, hide_index=True, column_config=config, alt="Precision, recall and F1 of every label")


def _measures(session: Session, agreement: Agreement) -> None:
    frame, config = tables.measures_table(agreement)
    st.dataframe(frame, hide_index=True, column_config=config, alt="Every measure of agreement")
    with st.expander("Customers by label and segment, in the order of the segments"):
        frame, config = tables.contingency_table(agreement, session.segment_names)
        st.dataframe(frame, hide_index=True, column_config=config, alt="Contingency table")


def _along(session: Session, segments: Clustering):
    """The axes of the pictures to choose, and the customers along them."""
    axes = compute.axes(session)
    first, second = default_axes(compute.profile(session, segments), axes)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        across = st.selectbox("Across", axes, axes.index(first), key=session.key(f"known-across-{axes}"), width=190)
        up = st.selectbox("Up", axes, axes.index(second), key=session.key(f"known-up-{axes}"), width=190)
    return compute.points(session, segments, (across, up), most=_MOST_DRAWN)


def _pictures(session: Session, segments: Clustering, agreement: Agreement, column: str) -> None:
    """The same customers by label and by segment, in matched colours."""
    points = _along(session, segments)
    labels = compute.known_labels(session, points.rows, column)
    sides = (
        (f"By {one_line(column, 30)}", labels, label_looks(agreement, session.looks), "labels"),
        ("By segment", points.labels, session.looks, "segments"),
    )
    for place, (finding, groups, looks, key) in zip(st.columns(2, gap="medium"), sides, strict=True):
        with place:
            figure = groups_chart(points, groups, looks, finding=finding, mode=mode())
            alt = groups_alt(tuple(look.name for look in looks), groups)
            show_chart(figure, alt=alt, key=f"known-{key}", file_name=f"by_{key}")
    st.caption("A label has the colour and shape of its segment; one without a segment of its own has another.")


def _not_fitting(session: Session, segments: Clustering, agreement: Agreement, column: str, wrong: np.ndarray) -> None:
    """Who is in the segment of another label: in a picture, as a list, and to take away."""
    points = _along(session, segments)
    labels = compute.known_labels(session, points.rows, column)
    groups = np.where((labels < 0) | points.is_noise, -1, np.isin(points.rows, wrong).astype(int))
    figure = right_wrong_chart(points, groups, finding=wrong_heading(len(wrong), agreement), mode=mode())
    show_chart(figure, alt=groups_alt(("Right", "Wrong"), groups), key="known-wrong", file_name="not_fitting")
    if not len(wrong):
        return
    table, names, found = session.table, session.segment_names, compute.placed(session, segments)

    def listing(rows):
        return people_table(table, segments, found, rows, names)

    frame, config = tables.wrong_shown(listing(wrong[:_MOST_ROWS]), table, column)
    st.dataframe(
        frame, hide_index=True, column_config=config, alt="Customers in the segment of another label, and their label"
    )
    if told := listed(len(wrong), _MOST_ROWS):
        st.caption(told)
    save_button(
        "Download them",
        data=lambda: compute.csv_file(listing(wrong), table.reading.delimiter).content,
        file_name=file_of(table.reading.file_name, "not fitting"),
        mime="text/csv",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
        key=session.key("wrong-file"),
    )


def _held_out(session: Session, segments: Clustering, column: str) -> None:
    """Segments found on most customers, tried on the others."""
    found = compute.held_out(session, segments, column)
    st.markdown(f"### {plain(held_out_heading(found, column))}", anchors=False)
    st.markdown(plain(held_out_told(found, is_edited=bool(session.edited.steps)), most=600))
    with st.grid(4, min_column_width=140, gap="small"):
        st.metric("Fit their label", share(float(np.mean(found.accuracy))), help="Mean accuracy over the splits.")
        st.metric("Same groups", score(float(np.mean(found.adjusted_rand))), help="Mean adjusted Rand index.")
        st.metric("Found on", whole(found.n_fit), help="70 % of the customers with a label and a segment.")
        st.metric("Held out", whole(found.n_out), help="30 % of them, drawn at random for each split.")
    frame, config = tables.held_out_table(found)
    st.dataframe(frame, hide_index=True, column_config=config, alt="Every split")
