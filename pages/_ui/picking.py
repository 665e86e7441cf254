"""Customers chosen in the scatter, by a lasso or a box: what they are like, and what can be done with them."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
import streamlit as st

from clustering import Clustering, Profile
from clustering.charts import scatter_chart
from clustering.groups import Group, without_noise
from clustering.points import Points
from clustering.profile.people import people_table
from clustering.profile.persona import summary
from clustering.starting import reach
from clustering.wording import count
from pages._ui import compute, tables
from pages._ui.downloads import save_button
from pages._ui.frame import mode, on_a_phone
from pages._ui.sentences import (
    choosing_caption,
    chosen_from,
    file_of,
    listed,
    noise_among,
    scatter_alt,
    scatter_finding,
)
from pages._ui.session import Session
from pages._ui.text import plain
from pages._ui.widgets import move, show_chart, show_to_choose, shown_errors

Shapes = tuple[tuple, ...]

_MOST_DRAWN = 5_000  # of a picture to choose in: every point inside is sent to the server
_FIRST = 10  # rows of the table


def scatter(session: Session, segments: Clustering, profile: Profile, axes: tuple[str, str]):
    """The flat scatter; returns its points, and the rows of the customers chosen in it (None: nothing was drawn)."""
    picture, below = st.container(), st.container(gap="xsmall")
    choosing = below.toggle(
        "Choose customers in the picture",
        value=not on_a_phone(),  # there a finger that scrolls would draw
        key="choosing",
        persist_state="session",
        help="All customers inside what you draw are chosen, also those that the picture leaves out. Switched off, the "
        "picture shows more customers, and on a phone it can be scrolled over.",
    )
    most = {"most": _MOST_DRAWN} if choosing else {}
    points = compute.points(session, segments, axes, **most)
    finding = scatter_finding(profile, axes, segments.noise_share)
    figure = scatter_chart(points, session.looks, finding=finding, choosing=choosing, mode=mode())
    alt = scatter_alt(points, profile, session.segment_names)
    with picture:
        if not choosing:
            show_chart(figure, alt=alt, key="scatter", file_name="segments")
            return points, None
        # keyed by what is shown: what was drawn over another picture is not drawn over this one
        key = session.key(f"scatter-{axes}-{session.segments_key}")
        boxes, lassos = shapes_of(show_to_choose(figure, alt=alt, key=key, file_name="segments"))
    told = below.empty()
    with below:
        boxes += _by_value(session, points)
    rows = compute.chosen(session, segments, axes, boxes, lassos) if boxes or lassos else None
    told.caption(choosing_caption(rows))
    return points, rows


def _by_value(session: Session, points: Points) -> Shapes:
    """A box that is given by its edges, for those who do not draw; none while these are where the picture ends."""
    sides, is_whole = [], True
    with st.expander("Choose by value", icon=":material/straighten:", type="compact"):
        st.caption("Everybody between these values is chosen, beside those inside what you draw.")
        for i, axis in enumerate(points.axes):
            ends = reach(points, i, float(points.centers[0, i]))
            low, high = st.slider(
                plain(axis, 40),
                ends.low,
                ends.high,
                (ends.low, ends.high),
                ends.step,
                format=f"%.{ends.decimals}f",
                key=session.key(f"between-{points.axes}-{i}-{session.segments_key}"),
            )
            is_whole = is_whole and (low, high) == (ends.low, ends.high)
            # an end of the slider is no limit: those far outside the picture are beyond it
            sides.append((low if low > ends.low else -math.inf, high if high < ends.high else math.inf))
    return () if is_whole else (tuple(sides),)


def shapes_of(selection: Mapping[str, Sequence[Mapping]]) -> tuple[Shapes, Shapes]:
    """What was drawn over a scatter: boxes and lassos, as plain tuples that a cache can be asked by.

    Where a point was only clicked, a box without extent around it: so all customers at this point are meant.
    """
    boxes, lassos = (
        tuple((tuple(shape["x"]), tuple(shape["y"])) for shape in selection[kind]) for kind in ("box", "lasso")
    )
    if not boxes and not lassos:
        boxes = tuple(((point["x"], point["x"]), (point["y"], point["y"])) for point in selection["points"])
    return boxes, lassos


def picked(session: Session, segments: Clustering, rows: np.ndarray | None) -> None:
    """The chosen customers, with what can be done with them; nothing where nothing was drawn."""
    if rows is None:
        return
    with st.container(border=True, gap="small"):
        if not len(rows):
            st.markdown("## Nobody chosen", anchors=False)
            st.markdown(":gray[No customer lies inside what you drew. Draw around some of the marks.]")
            return
        st.markdown(f"## {count(len(rows), 'customer')} chosen", anchors=False)
        members = without_noise(segments, rows)
        if told := noise_among(len(rows) - len(members), len(rows)):
            st.caption(told)
        if len(members) == len(segments.rows):
            st.caption("These are all customers with a segment: nobody is left to compare them with.")
        elif len(members):
            _against_rest(session, segments, rows)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            _name(session, rows)
            if len(members):
                move(session, segments, members, key="chosen")
            file_name = file_of(session.table.reading.file_name, "chosen")
            _download(session, segments, rows, "Download them", file_name, key="chosen")
        if len(members):
            _first_rows(session, segments, members, len(rows))


def _against_rest(session: Session, segments: Clustering, rows: np.ndarray) -> None:
    """What sets them apart from everybody else."""
    left, right = st.columns([2, 3], gap="medium")
    with shown_errors():
        comparison = compute.group(session, segments, rows).against("rest")
        left.markdown(plain(summary(comparison, 0), most=600))
        frame, config = tables.traits_table(comparison.traits(0))
        right.dataframe(frame, hide_index=True, column_config=config, alt="What they are like against the rest")
    left.caption(plain(chosen_from(segments, rows, session.segment_names)))


def _first_rows(session: Session, segments: Clustering, rows: np.ndarray, n_chosen: int) -> None:
    """Some of them, as the file tells them."""
    found = compute.placed(session, segments)
    people = people_table(session.table, segments, found, rows[:_FIRST], session.segment_names)
    frame, config = tables.people_shown(people)
    st.dataframe(frame, hide_index=True, column_config=config, alt="The first of the chosen customers")
    if told := listed(n_chosen, len(people)):
        st.caption(told)


def _name(session: Session, rows: np.ndarray) -> None:
    """Keep them as a group of one's own; refused where the name is taken."""
    typed = st.text_input(
        "Name this group",
        max_chars=80,
        placeholder="For the next mailing",
        key=session.key(f"group-{len(session.groups)}"),
        width=180,
    )
    if st.button("Keep it", icon=":material/bookmark_add:", key=session.key("keep-group")):
        with shown_errors():
            compute.keep_group(session, typed, rows)


def own_groups(session: Session, segments: Clustering) -> None:
    """The groups that the user has named, each to take away or to forget."""
    if not session.groups:
        return
    with st.container(border=True, gap="small"):
        st.markdown("## Groups of your own", anchors=False)
        for group in session.groups:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(f"**{plain(group.name)}** :gray[· {count(len(group.rows), 'customer')}]", width="stretch")
                file_name = file_of(session.table.reading.file_name, group.name)
                _download(session, segments, group.rows, "Download", file_name, key=group.digest)
                _remove(session, group)
        st.caption("In the export every customer has the names of the groups it is in.")


def _remove(session: Session, group: Group) -> None:
    key = session.key(f"drop-{group.digest}")
    if st.button("Remove", icon=":material/delete:", type="tertiary", key=key):
        compute.drop_group(session, group)


def _download(
    session: Session, segments: Clustering, rows: np.ndarray, label: str, file_name: str, *, key: str
) -> None:
    make = compute.labelled_rows(session, segments, rows)
    save_button(
        label,
        data=lambda: make().content,
        file_name=file_name,
        mime="text/csv",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
        key=session.key(f"download-{key}"),
    )
