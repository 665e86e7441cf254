"""What speaks for a number of segments, a tab each: only the open one is computed."""

import streamlit as st

from clustering import INDICES, ClusteringError
from clustering.charts import (
    flow_chart,
    index_chart,
    silhouette_chart,
    sizes_by_k_chart,
    stability_chart,
)
from clustering.stability import Gap
from clustering.wording import spelled
from pages._ui import compute, sentences, tables
from pages._ui.frame import mode
from pages._ui.session import Session
from pages._ui.text import plain
from pages._ui.widgets import show_chart, show_curve, shown_errors

_MOST_MEASURED = 200_000  # rows; the time grows with their square, and these take one to two minutes
_FILE_NAMES = {"inertia": "elbow"}  # where people look for the picture by another word than the index's
_MORE = ("calinski_harabasz", "davies_bouldin", "contact", "simplified_silhouette")


def curve(session: Session, name: str, *, key: str | None = None) -> int | None:
    """One index over the number of segments; returns the number that was clicked."""
    advice, sweep = session.advice, session.known_sweep
    figure = index_chart(
        sweep,
        name,
        n_clusters=session.n_clusters,
        stability=session.known_stability,
        skipped=(*advice.too_small, *advice.too_large),
        knee=compute.bend(sweep) if name == "inertia" else None,
        mode=mode(),
    )
    return show_curve(figure, key=session.key(key or name), file_name=_FILE_NAMES.get(name, name))


def tabs(session: Session) -> int | None:
    """Everything behind the answer; returns the number of segments that was clicked in one of the charts."""
    shown = {
        "Numbers": numbers,
        "Repeatable": repeatable,
        "Sizes": sizes,
        "Each customer": each_customer,
        "How they split": splits,
        "Which columns matter": columns,
        "More measures": more,
    }
    if not session.takes_k:  # there are no other numbers to hold against
        shown = {title: shown[title] for title in ("Repeatable", "Each customer", "Which columns matter")}
    opened = st.tabs([f":gray[{title}]" for title in shown], on_change="rerun", key=session.key("evidence"))
    clicked = None
    for tab, draw in zip(opened, shown.values(), strict=True):
        if tab.open:
            with tab, shown_errors():
                clicked = draw(session)
    return clicked


def numbers(session: Session) -> None:
    """Scores and sizes of every number tried."""
    sweep = session.known_sweep
    frame, config = tables.sweep_table(sweep, session.advice, session.known_stability)
    st.dataframe(frame, hide_index=True, column_config=config, alt="Scores and sizes for every number")
    for note in sweep.notes:
        st.caption(plain(note))
    if sweep.silhouette_sample:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(sentences.sample_caption(sweep, session.n_clusters))
            if sweep.n_samples <= _MOST_MEASURED and st.button(
                "Measure all customers", icon=":material/all_inclusive:", key=session.key("exact")
            ):
                compute.measure_all(session)


def repeatable(session: Session) -> int | None:
    """Do random halves agree, and is that more than shapeless customers would give?"""
    clicked = _halves(session) if session.takes_k else None
    segments = compute.as_found(session)
    names = tuple(look.name for look in session.found_looks)
    found = tables.found_again_table(segments, names, compute.found_again(session, segments))
    st.dataframe(found, hide_index=True, alt="How surely each segment would be found again")
    st.caption("Found again: what a segment shares with the one most like it in random halves (Jaccard index).")
    return clicked


def _halves(session: Session) -> int | None:
    measured = session.known_stability
    if measured is None:
        st.markdown(":gray[How repeatable the segments are was not measured. Press Go on above.]")
        return None
    left, right = st.columns(2, gap="medium")
    with left:
        figure = stability_chart(measured, session.n_clusters, mode(), n_total=session.known_sweep.n_samples)
        clicked = show_curve(figure, key=session.key("stability"), file_name="repeatability")
    with right:
        clicked = curve(session, "simplified_silhouette", key="band") or clicked
    st.caption(sentences.repeatability_caption(measured))
    return clicked


def sizes(session: Session) -> int | None:
    """How large the segments are for every number."""
    figure = sizes_by_k_chart(session.known_sweep, session.advice, session.n_clusters, mode())
    return show_curve(figure, key=session.key("sizes-by-k"), file_name="sizes_by_number")


def each_customer(session: Session) -> None:
    """The silhouette plot of the number gone on with."""
    blades = compute.blades(session, compute.shown(session))
    figure = silhouette_chart(blades, session.looks, mode())
    show_chart(figure, key=session.key("blades"), file_name="silhouette")
    st.caption(sentences.blades_caption(blades))


def splits(session: Session) -> None:
    """How segments split and merge as their number grows."""
    compute.as_found(session)
    figure = flow_chart(compute.flow(session), session.found_looks, mode())
    show_chart(figure, key=session.key("flow"), file_name="splits")
    st.caption(
        "From left to right: every further segment, and where its customers come from. Colours are those of the "
        f"{spelled(session.n_clusters)} segments."
    )


def columns(session: Session) -> None:
    """The segments without each column, on demand."""
    if not _asked(session, "importance", "Leave out each column in turn and see how many customers change segment."):
        return
    found = compute.importance(session)
    frame, config = tables.importance_table(found)
    st.dataframe(frame, hide_index=True, column_config=config, alt="What becomes of the segments without each column")
    st.caption("Where a column has others that tell the same, leaving it out changes little.")


def more(session: Session) -> int | None:
    """The other indices, and two measures that take a while."""
    name = st.segmented_control(
        "Measure",
        _MORE,
        default="calinski_harabasz",
        format_func=lambda name: INDICES[name].label,
        label_visibility="collapsed",
        key=session.key("measure"),
    )
    clicked = curve(session, name, key="more") if name else None
    if _asked(
        session,
        "refits",
        "Two more opinions that take a few seconds: the gap statistic, and how well "
        "bell-shaped crowds (Gaussian mixtures, BIC) explain the customers.",
    ):
        gap, mixtures = _gap(session), compute.mixtures(session)
        st.markdown(plain(sentences.refits(gap, mixtures)))
        frame, config = tables.refits_table(gap, mixtures)
        st.dataframe(frame, hide_index=True, column_config=config, alt="Gap statistic and BIC for every number")
        for note in mixtures.notes:
            st.caption(plain(note))
    return clicked


def _gap(session: Session) -> Gap | None:
    """The gap statistic; where the method has none, why not."""
    try:
        return compute.gap(session)
    except ClusteringError as error:
        st.info(plain(error))
    return None


def _asked(session: Session, what: str, why: str) -> bool:
    """Whether something that takes a while was asked for with these choices; offers it until then."""
    asked = (what, session.sweep_key, session.k_range, session.n_clusters)
    if asked in session.asked:
        return True
    place = st.empty()
    with place.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f":gray[{why}]", width="stretch")
        if not st.button("Work it out", icon=":material/play_arrow:", key=session.key(f"ask-{what}")):
            return False
    place.empty()
    session.asked.add(asked)
    return True
