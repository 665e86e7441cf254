"""How many segments the data can bear, with the reason and the numbers behind it."""

import streamlit as st

from clustering.charts import index_chart
from clustering.wording import score, share, spelled
from pages._ui import compute, tables
from pages._ui.sentences import agreement, sample_caption, size_and_share
from pages._ui.session import FEATURES_PAGE, mode, needs, page
from pages._ui.text import plain
from pages._ui.widgets import next_step, show_chart, shown_errors

BADGES = {
    "clear": ":green-badge[:material/check: Clear]",
    "split": ":yellow-badge[:material/call_split: Split]",
    "open": ":gray-badge[:material/more_horiz: Open]",
    "weak": ":gray-badge[:material/blur_on: Weak]",
}
CURVES = {
    "Contrast": "calinski_harabasz",
    "Overlap": "davies_bouldin",
    "Closeness to centers": "simplified_silhouette",
}
SHARES = (0.0, 0.005, 0.01, 0.02, 0.05, 0.1)


def limits():
    """Let the user choose what is tried and what is acceptable."""
    with st.popover("Range and limits", icon=":material/tune:"):
        session.k_range = st.slider("Numbers of segments to try", 2, 20, session.k_range, key=session.key("k-range"))
        session.min_share = st.select_slider(
            "Smallest acceptable segment",
            SHARES,
            session.min_share,
            format_func=share,
            key=session.key("min-share"),
            help="Numbers of segments that leave a smaller one are not recommended; they stay in the charts.",
        )


def show_answer():
    """What is recommended, why, and the figures that count."""
    st.markdown(f"## {spelled(advice.n_clusters).capitalize()} segments {BADGES[advice.agreement]}", anchors=False)
    st.markdown(plain(advice.reason, most=600))
    with st.grid(4, min_column_width=140, gap="small"):
        st.metric("How separate", score(best.silhouette), help="Mean silhouette: 1 is far apart, 0 means they touch.")
        st.metric("Smallest segment", size_and_share(best.sizes[-1], best.sizes))
        st.metric("Largest segment", size_and_share(best.sizes[0], best.sizes))
        st.metric(
            "Measures that agree",
            agreement(advice),
            help="Of silhouette, simplified silhouette, Calinski-Harabasz and Davies-Bouldin.",
        )
    if sweep.silhouette_sample:
        st.caption(sample_caption(sweep.silhouette_sample, best.silhouette_error))


def show_curve(name, alt):
    figure = index_chart(sweep, name, n_clusters=advice.n_clusters, mode=mode())
    show_chart(figure, alt=f"{alt} over the number of segments", key=name, file_name=name)


with page("pages/3_Choose_k.py", "How many groups the data can bear, and how sure that is.") as session:
    needs(session.table, what="The number of segments will be here")
    needs(session.features, what="The number of segments will be here", go_to=FEATURES_PAGE)
    answer, charts, foot = st.container(), st.container(gap="medium"), st.container(gap="small")
    with foot:
        choice = st.container(horizontal=True, vertical_alignment="bottom")
    with shown_errors():
        with choice:
            picked = st.container(width=200)
            limits()
        with answer:
            sweep = compute.sweep(session)
        if sweep is None:
            st.stop()
        advice = compute.recommendation(session, sweep)
        best = sweep.step(advice.n_clusters)
        with answer, st.container(border=True, gap="small"):
            show_answer()
        with charts:
            elbow, silhouette = st.columns(2, gap="medium")
            with elbow:
                show_curve("inertia", "Elbow: spread")
            with silhouette:
                show_curve("silhouette", "Silhouette: separation")
            numbers, *others = st.tabs([f":gray[{title}]" for title in ("Numbers", *CURVES)])
            with numbers:
                frame, config = tables.sweep_table(sweep, advice)
                st.dataframe(frame, hide_index=True, column_config=config, alt="Scores and sizes for every number")
                for note in sweep.notes:
                    st.caption(plain(note))
            for tab, (title, name) in zip(others, CURVES.items(), strict=True):
                with tab:
                    show_curve(name, title)
        options = sorted({*sweep.n_clusters, session.n_clusters})
        chosen = picked.selectbox(
            "Segments to go on with",
            options,
            options.index(session.n_clusters),
            key=session.key(f"go-on-with-{options}"),
        )
        session.choose_n_clusters(chosen, advice.n_clusters)
        with foot:
            next_step(f"See the {spelled(chosen)} segments", "pages/4_Clusters.py")
