"""The tree of agglomerative clustering, cut where the user says: at a height, or at a join."""

from dataclasses import replace

import streamlit as st

from clustering import Clustering
from clustering.charts import dendrogram_chart
from pages._ui import compute
from pages._ui.frame import mode
from pages._ui.sentences import cut_option, tree_alt, tree_caption
from pages._ui.session import Session
from pages._ui.widgets import show_to_click, shown_errors


def dendrogram(session: Session, segments: Clustering) -> None:
    """Draw the tree and let the user cut it; nothing where the method grows none."""
    if session.clustering.method != "agglomerative":
        return
    found = compute.as_found(session)
    drawn = compute.dendrogram(session, found)
    looks = session.found_looks
    # keyed by what is shown: after another cut neither the click nor the slider is still where it was
    point = show_to_click(
        dendrogram_chart(drawn, looks, mode=mode()),
        alt=tree_alt(drawn, tuple(look.name for look in looks)),
        key=session.key(f"tree-{session.found_key}"),
        file_name="tree",
    )
    heights = {cut.n_clusters: cut_option(cut) for cut in reversed(drawn.cuts)}
    slid = st.select_slider(
        "Cut at height",
        heights,
        drawn.n_clusters,
        format_func=heights.__getitem__,
        key=session.key(f"cut-{session.found_key}"),
        disabled=len(heights) < 2,
        help="Joins above the cut are undone: further to the left there are more segments. Every position is the "
        "middle of the heights that give its number; numbers that no height gives are left out.",
    )
    st.caption(tree_caption(dict(found.settings)["linkage"], drawn, bool(session.edited.steps)))
    clicked = point and point.get("customdata")
    for chosen in (slid, clicked):
        if chosen and chosen != drawn.n_clusters:
            with shown_errors():
                compute.use(session, replace(session.clustering, n_clusters=int(chosen)))
