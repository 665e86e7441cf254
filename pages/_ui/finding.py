"""The answer to how many segments there are: what is recommended, or what a method found by itself."""

import streamlit as st

from clustering.methods import METHODS
from clustering.wording import rounded_share, score, spelled
from pages._ui import compute, evidence
from pages._ui.method_settings import to_kmeans
from pages._ui.sentences import agreement, found_heading, found_told, heading, noise_told, size_and_share
from pages._ui.session import Session
from pages._ui.text import plain
from pages._ui.widgets import found_or_ways_on, next_step, shown_errors

_CLUSTERS_PAGE = "pages/4_Clusters.py"
_BADGES = {
    "clear": ":green-badge[:material/check: Clear]",
    "split": ":yellow-badge[:material/call_split: Split]",
    "open": ":gray-badge[:material/more_horiz: Open]",
    "none": ":gray-badge[:material/blur_on: None to be seen]",
}
_REPEATABLE_HELP = (
    "Random halves of the customers are grouped separately: 1 if they agree on everybody, 0 if it is left to chance "
    "(adjusted Rand index)."
)


def recommended(session: Session) -> None:
    """What is recommended, why, and the figures that count."""
    advice = session.advice
    best = session.known_sweep.step(advice.best_split)
    repeatable = session.known_stability and session.known_stability.step(advice.best_split)
    st.markdown(f"## {heading(advice)} {_BADGES[advice.agreement]}", anchors=False)
    st.markdown(plain(advice.reason, most=900))
    with st.grid(5, min_column_width=140, gap="small"):
        st.metric("How separate", score(best.silhouette), help="Mean silhouette: 1 is far apart, 0 means they touch.")
        st.metric("How repeatable", score(repeatable.stability) if repeatable else "–", help=_REPEATABLE_HELP)
        _extremes(best.sizes)
        st.metric(
            "Measures that agree",
            agreement(advice),
            help="Of closeness (simplified silhouette less contact), silhouette, Calinski-Harabasz, Davies-Bouldin and "
            "repeatability.",
        )


def found_by_itself(session: Session) -> None:
    """How many segments a method found, what speaks for them, and the way back to trying numbers."""
    segments = found_or_ways_on(session, compute.as_found)
    if segments is None:
        return
    repeatability = compute.repeatable(session, segments)
    with st.container(border=True, gap="small"):
        st.markdown(f"## {plain(found_heading(segments))}", anchors=False)
        st.markdown(plain(found_told(segments, repeatability)))
        with st.grid(5, min_column_width=140, gap="small"):
            st.metric(
                "How separate",
                score(compute.separation(session, segments)),
                help="Mean silhouette: 1 is far apart, 0 means they touch. Bent segments score low in it.",
            )
            told = f"{_REPEATABLE_HELP} Noise is one more group in that."
            st.metric("How repeatable", score(repeatability), help=told)
            _extremes(segments.sizes)
            if METHODS[segments.spec.method].finds_noise:
                st.metric("Noise", rounded_share(segments.noise_share), help="Customers near no segment.")
        if told := noise_told(segments):
            st.caption(told)
        with shown_errors():
            to_kmeans(session, "Try numbers of segments with k-means")
    evidence.tabs(session)
    next_step(f"See the {spelled(segments.n_clusters)} segments", _CLUSTERS_PAGE)


def _extremes(sizes: tuple[int, ...]) -> None:
    for which, size in (("Smallest", sizes[-1]), ("Largest", sizes[0])):
        told = size_and_share(size, sizes)
        st.metric(f"{which} segment", told, help="Customers, and their share of those with a segment.")
