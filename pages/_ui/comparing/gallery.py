"""All methods on the same customers, or on the two moons: a card each, and a table of their figures."""

import time
from collections.abc import Callable

import streamlit as st

from clustering import Clustering
from clustering.charts import gallery_chart, matched_marks
from clustering.gallery import ENTRIES, Entry, Exhibit, Gallery, Subject
from clustering.identity import default_looks
from pages._ui import compute, tables
from pages._ui.frame import mode
from pages._ui.sentences import (
    exhibit_alt,
    exhibit_seconds,
    exhibit_told,
    gallery_heading,
    gallery_on,
    gallery_told,
    moons_heading,
    moons_on,
    moons_told,
)
from pages._ui.session import Session
from pages._ui.text import plain
from pages._ui.widgets import show_chart, shown_errors

_CUSTOMERS, _MOONS = "Your customers", "Two moons"
_MOMENT = 0.3  # seconds without an answer after which progress is shown


def all_methods(session: Session, segments: Clustering) -> None:
    """What every method makes of the customers, or of two moons on which k-means fails."""
    on = st.segmented_control(
        "Shown on",
        (_CUSTOMERS, _MOONS),
        default=_CUSTOMERS,
        required=True,
        label_visibility="collapsed",
        key=session.key("gallery-on"),
    )
    if on == _MOONS:
        _on_moons()
    else:
        _on_customers(session, segments)


def _on_customers(session: Session, segments: Clustering) -> None:
    subject = compute.gallery_subject(session)
    marks = tuple(look.mark for look in session.looks)
    reference = subject.labels_of(segments)

    def below(one: Exhibit) -> None:
        if one.spec == session.spec:
            st.caption(":material/visibility: On show", width="content")
        elif not one.is_refused and st.button(
            "Use this method",
            icon=":material/arrow_forward:",
            type="tertiary",
            key=session.key(f"use-{one.entry.title}"),
            help="Segments all customers with it and shows them on the Clusters page.",
        ):
            with shown_errors():
                compute.use(session, one.spec, go_to="pages/4_Clusters.py")

    def picture(one: Exhibit) -> None:
        _picture(subject, one, matched_marks(one.labels, one.n_clusters, reference, marks))

    answer = st.empty()
    told = st.container()
    gallery = _hang(answer, subject, lambda entry: compute.exhibit(session, segments, entry), picture, below)
    _answer(answer, gallery_heading(gallery), gallery_told(gallery))
    told.caption(plain(gallery_on(subject, segments), most=900))
    _figures(gallery)


def _on_moons() -> None:
    subject = compute.moons()
    marks = tuple(look.mark for look in default_looks(2))

    def picture(one: Exhibit) -> None:
        _picture(subject, one, matched_marks(one.labels, one.n_clusters, subject.truth, marks))

    def below(one: Exhibit) -> None:
        if one in Gallery(subject, (one,)).found:
            st.markdown(":green-badge[:material/check: Finds both]", width="content")
        else:
            st.markdown(":gray-badge[:material/close: Does not find them]", width="content")

    answer = st.empty()
    told = st.container()
    gallery = _hang(answer, subject, compute.moons_exhibit, picture, below)
    _answer(answer, moons_heading(gallery), moons_told(gallery))
    told.caption(plain(moons_on(subject), most=900))
    _figures(gallery)


def _hang(
    answer,
    subject: Subject,
    make: Callable[[Entry], Exhibit],
    picture: Callable[[Exhibit], None],
    below: Callable[[Exhibit], None],
) -> Gallery:
    """Draw every exhibit as soon as it is there, with progress in the place of the answer."""
    began, exhibits = time.monotonic(), []
    grid = st.grid(3, min_column_width=240, gap="small")
    for number, entry in enumerate(ENTRIES):
        if time.monotonic() - began > _MOMENT:
            answer.progress(number / len(ENTRIES), text=f"Trying {entry.title} ({number + 1} of {len(ENTRIES)})")
        one = make(entry)
        exhibits.append(one)
        with grid, st.container(border=True, height="stretch", gap="xsmall"):
            if one.is_refused:
                st.markdown(f"**{entry.title}**")
                st.markdown(f":gray[{plain(one.reason)}]")
            else:
                picture(one)
                st.markdown(f":small[:gray[{plain(exhibit_told(one))}]]")
            with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
                below(one)
                st.caption(exhibit_seconds(one), width="content")
    return Gallery(subject, tuple(exhibits))


def _picture(subject: Subject, one: Exhibit, marks) -> None:
    name = one.entry.title
    figure = gallery_chart(subject, one, marks, mode=mode())
    show_chart(figure, alt=exhibit_alt(one), key=f"gallery-{name}", file_name=f"method_{name}")


def _answer(place, heading: str, told: str) -> None:
    with place.container(border=True, gap="small"):
        st.markdown(f"## {plain(heading)}", anchors=False)
        if told:
            st.markdown(plain(told, most=600))


def _figures(gallery: Gallery) -> None:
    frame, config = tables.gallery_table(gallery)
    st.dataframe(
        frame,
        hide_index=True,
        height="content",
        column_config=config,
        alt="The figures of every method, and what it is good for",
    )
