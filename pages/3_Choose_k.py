"""How many segments the data can bear, with the reason and the numbers behind it."""

import streamlit as st

from clustering.wording import share, spelled
from pages._ui import compute, evidence
from pages._ui.finding import found_by_itself, recommended
from pages._ui.frame import FEATURES_PAGE, needs, page
from pages._ui.sentences import with_method
from pages._ui.session import LARGEST, LEAST_TRIED, MOST_TRIED, SMALLEST
from pages._ui.widgets import found_or_ways_on, next_step, shown_errors, tell_inside

CLUSTERS_PAGE = "pages/4_Clusters.py"


def limits():
    """Let the user choose what is tried and what is acceptable."""
    with st.popover("Range and limits", icon=":material/tune:"):
        session.k_range = st.slider(
            "Numbers of segments to try", LEAST_TRIED, MOST_TRIED, session.k_range, key=session.key("k-range")
        )
        for which, shares, setting in (("Smallest", SMALLEST, "min_share"), ("Largest", LARGEST, "max_share")):
            chosen = st.select_slider(
                f"{which} acceptable segment",
                shares,
                getattr(session, setting),
                format_func=share,
                key=session.key(setting),
                help="Numbers of segments that break this are not recommended; they stay in the charts, marked.",
            )
            setattr(session, setting, chosen)


with page("pages/3_Choose_k.py", "How many groups the data can bear, and how sure that is.") as session:
    needs(session.table, what="The number of segments will be here")
    needs(session.features, what="The number of segments will be here", go_to=FEATURES_PAGE)
    tell_inside(session)
    if not session.takes_k:
        found_by_itself(session)
        st.stop()
    answer, charts, foot = st.container(), st.container(gap="medium"), st.container(gap="small")
    with foot:
        choice = st.container(horizontal=True, vertical_alignment="bottom")
    with shown_errors():
        with choice:
            picked = st.container(width=200)
            limits()
        with answer:
            if told := with_method(session.clustering):
                st.caption(told)
            sweep = found_or_ways_on(session, compute.sweep)
        if sweep is None:
            st.stop()
        advice = session.advice
        options = sorted({*sweep.n_clusters, session.n_clusters})
        chosen = picked.selectbox(
            "Segments to go on with",
            options,
            options.index(session.n_clusters),
            key=session.key(f"go-on-with-{options}-{session.n_clusters}"),
        )
        session.choose_n_clusters(chosen, advice.best_split)
        with answer, st.container(border=True, gap="small"):
            recommended(session)
        with charts:
            elbow, silhouette = st.columns(2, gap="medium")
            with elbow:
                clicked = evidence.curve(session, "inertia")
            with silhouette:
                clicked = evidence.curve(session, "silhouette") or clicked
            st.caption(
                "A bend on the left (elbow) or a peak on the right (silhouette) speaks for a number; what customers "
                "without any groups would give stands under Repeatable. Click a point to see that number of segments."
            )
            clicked = evidence.tabs(session) or clicked
        if clicked:
            session.choose_n_clusters(clicked, advice.best_split)
            st.switch_page(CLUSTERS_PAGE)
        with foot:
            next_step(f"See the {spelled(chosen)} segments", CLUSTERS_PAGE)
