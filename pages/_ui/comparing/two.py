"""Two segmentations side by side: keeping them, how customers move between them, going back to one."""

import streamlit as st

from clustering import Clustering
from clustering.charts import pair_chart, value_chart
from clustering.compare import Pair
from clustering.profile.value import value_columns
from clustering.wording import count, one_line, score, share, whole
from pages._ui import compute, tables
from pages._ui.downloads import save_button
from pages._ui.frame import empty_state, mode
from pages._ui.sentences import file_of, listed, pair_heading, pair_told, proposed_name, verdict
from pages._ui.session import Kept, Session, keeping
from pages._ui.text import plain
from pages._ui.widgets import show_chart, shown_errors

_MOST_ROWS = 200


def side_by_side(session: Session, segments: Clustering) -> None:
    """Compare two of the segmentations that are kept, or one of them with what is on show."""
    if not session.kept:
        with empty_state(
            "Your two segmentations will be here",
            "Keep the segments on show under a name. Then make others, with another number, other columns or by hand, "
            "and come back: this page says who moves, and what is gained.",
        ):
            _keep(session, segments)
        return
    with st.container(border=True, horizontal=True, vertical_alignment="bottom"):
        _keep(session, segments)
    found = compute.candidates(session, segments)
    if len(found) < 2:
        st.info(
            "Now make other segments: take another number on the Clusters page, or other columns on the Features page, "
            "and come back.",
            icon=":material/compare_arrows:",
        )
    else:
        with shown_errors():
            _compare(session, found)
    _all_kept(session)


def _keep(session: Session, segments: Clustering) -> None:
    """Keep what is on show under a name; where it is kept, say as what."""
    if kept := keeping.kept_now(session):
        st.markdown(f":material/bookmark: What is on show is kept as **{plain(kept.name)}**.")
        return
    names = tuple(one.name for one in session.kept)
    typed = st.text_input(
        "Name of the segments on show",
        value=proposed_name(names, segments),
        max_chars=60,
        key=session.key(f"keep-{names}-{session.segments_key}"),
        width=280,
    )
    if st.button("Keep these segments", icon=":material/bookmark_add:", key=session.key("keep")):
        with shown_errors():
            compute.keep(session, segments, typed)


def _compare(session: Session, found: tuple[Kept, ...]) -> None:
    names = [one.name for one in found]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        first, second = (
            found[
                st.selectbox(
                    title,
                    range(len(found)),
                    place,
                    format_func=lambda i: one_line(names[i], 50),
                    key=session.key(f"{title}-{names}"),
                    width=280,
                )
            ]
            for title, place in (("First", len(found) - 2), ("Second", len(found) - 1))
        )
    if first is second:
        st.info("These are the same segments. Choose two different ones.", icon=":material/compare_arrows:")
        return
    pair = compute.pair(first, second)
    _answer(pair)
    frame, config = tables.pair_table(first, second)
    st.dataframe(frame, hide_index=True, column_config=config, alt="What the two are, a row each")
    figure = pair_chart(pair, (first.looks, second.looks), (first.name, second.name), mode=mode())
    show_chart(figure, key="pair", file_name="flow")
    views = {
        "Who moves": lambda: _moved(session, first, second, pair),
        "Value": lambda: _value(session, first, second),
    }
    view = st.segmented_control(
        "More about the two",
        tuple(views),
        default="Who moves",
        required=True,
        label_visibility="collapsed",
        key=session.key("pair-view"),
    )
    views[view]()


def _answer(pair: Pair) -> None:
    with st.container(border=True, gap="small"):
        st.markdown(f"## {pair_heading(pair)} {verdict(pair.adjusted_rand)}", anchors=False)
        st.markdown(pair_told(pair))
        with st.grid(4, min_column_width=140, gap="small"):
            st.metric(
                "Same groups", score(pair.adjusted_rand), help="Adjusted Rand index: 1 is the same groups, 0 is chance."
            )
            st.metric("Stay together", share(1 - len(pair.moved) / pair.n_samples))
            st.metric("Move", whole(len(pair.moved)), help="Their segment in one is not paired with that in the other.")
            st.metric("Compared", whole(pair.n_samples), help="Customers with a segment in both.")


def _moved(session: Session, first: Kept, second: Kept, pair: Pair) -> None:
    """Everybody who moves, to look at and to take away."""
    if not len(pair.moved):
        st.markdown(":gray[Nobody moves.]")
        return
    delimiter = session.table.reading.delimiter
    everybody = compute.moved(session, first, second, pair.moved)
    shown = compute.moved(session, first, second, pair.moved[:_MOST_ROWS])
    st.dataframe(shown(), hide_index=True, alt="Customers who move, with their segment in the first and in the second")
    if told := listed(len(pair.moved), _MOST_ROWS):
        st.caption(told)
    save_button(
        "Download them",
        data=lambda: compute.csv_file(everybody(), delimiter).content,
        file_name=file_of(session.table.reading.file_name, "moved"),
        mime="text/csv",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
        key=session.key("moved-file"),
    )


def _value(session: Session, first: Kept, second: Kept) -> None:
    """How the value is spread over the segments of each."""
    columns = value_columns(session.table)
    if not columns:
        st.markdown(":gray[There is no column of numbers that could be added up.]")
        return
    column = st.selectbox(
        "What customers are worth",
        columns,
        format_func=lambda name: one_line(name, 40),
        key=session.key("pair-value"),
        width=300,
    )
    for place, one, side in zip(st.columns(2, gap="medium"), (first, second), ("first", "second"), strict=True):
        with place:
            held = compute.value_of(session, one, column)
            st.markdown(f"### {plain(one.name)}", anchors=False)
            figure = value_chart(held, one.looks, mode=mode())
            show_chart(figure, key=f"value-{side}", file_name=f"value_{side}")


def _all_kept(session: Session) -> None:
    """All that is kept, each to show again or to forget."""
    with st.container(border=True, gap="small"):
        st.markdown("## Kept in this session", anchors=False)
        for one in session.kept:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                told = f"{count(one.clustering.n_clusters, 'segment')}, {count(len(one.clustering.rows), 'customer')}"
                st.markdown(f"**{plain(one.name)}** :gray[· {told}]", width="stretch")
                is_shown = one.key == session.segments_key
                if is_shown:
                    st.caption("On show", width="content")
                elif st.button(
                    "Show again",
                    icon=":material/visibility:",
                    type="tertiary",
                    key=session.key(f"take-{one.name}"),
                    help="Brings back its columns, settings and steps by hand, on all pages.",
                ):
                    compute.take(session, one)
                if st.button("Remove", icon=":material/delete:", type="tertiary", key=session.key(f"drop-{one.name}")):
                    compute.drop(session, one)
        if _would_lose(session):
            st.caption(
                "The segments on show have steps by hand that are not kept. Showing others of the same columns and "
                "settings again undoes them; keep these first."
            )


def _would_lose(session: Session) -> bool:
    """Whether showing something again would undo steps by hand that are not kept."""
    if not session.edited.steps or keeping.kept_now(session) is not None:
        return False
    return any(one.found_key == session.found_key for one in session.kept)
