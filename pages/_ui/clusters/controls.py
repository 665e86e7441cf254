"""What is shown above the picture of the segments, and how they are found."""

from dataclasses import dataclass, replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from clustering import Clustering, ClusterSpec, Profile
from clustering.methods import METHODS
from pages._ui import compute
from pages._ui.method_settings import choose_method
from pages._ui.sentences import default_axes
from pages._ui.session import Session

_VIEW_HELP = (
    "Beyond eight segments colours come again with another shape; the numbers at the centers and beside the bars say "
    "which is which. In 3-D there are fewer shapes; beside the bars are those of the picture. The map lays all columns "
    "flat at once."
)


@dataclass(frozen=True)
class Chosen:
    """What the user wants to see, and the method with its settings as they stand in the fields.

    `below` is a place among these, for what cannot be had.
    """

    view: str
    axes: tuple[str, ...]
    spec: ClusterSpec
    below: DeltaGenerator


def controls(session: Session, segments: Clustering, profile: Profile) -> Chosen:
    """The row of fields above the picture."""
    axes = compute.axes(session)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        views = ("Flat", "3-D", "Map") if len(axes) > 2 else ("Flat",)  # a single column has nothing to lay flat
        view = st.selectbox("View", views, key=session.key(f"view-{len(axes)}"), width=90, help=_VIEW_HELP)
        shown = () if view == "Map" else _axes(session, profile, axes, n=3 if view == "3-D" else 2)
        n_clusters = _number(session, segments)
        st.space("stretch")
        spec, below = choose_method(session, segments)
    if n_clusters is not None and n_clusters != session.n_clusters and METHODS[spec.method].takes_k:
        spec = replace(spec, n_clusters=n_clusters, start=())
    return Chosen(view, shown, spec, below)


def _axes(session: Session, profile: Profile, axes: tuple[str, ...], n: int) -> tuple[str, ...]:
    first, second = default_axes(profile, axes)
    across = st.selectbox("Across", axes, axes.index(first), key=session.key(f"across-{axes}"), width=190)
    up = st.selectbox("Up", axes, axes.index(second), key=session.key(f"up-{axes}"), width=190)
    if n == 2:
        return across, up
    rest = [axis for axis in axes if axis not in (across, up)]
    return across, up, st.selectbox("Depth", rest, key=session.key(f"depth-{rest}"), width=190)


def _number(session: Session, segments: Clustering) -> int | None:
    """The number of segments, to be changed where the method is told one; None where it finds it itself."""
    if session.takes_k:
        n_found = session.n_clusters
        key = session.key(f"k-{n_found}-{session.n_reset}")
        return st.number_input("Segments", 2, max(50, n_found), n_found, key=key, width=100)
    label = METHODS[segments.spec.method].label
    with st.container(width="content", gap="xxsmall"):
        st.caption(f"Found by {label}")
        st.markdown(f"**{session.n_clusters} segments**")
    return None
