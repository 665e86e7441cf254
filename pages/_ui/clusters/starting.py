"""Start centers placed by hand: typed, slid or clicked; and where they end."""

from dataclasses import replace

import streamlit as st

from clustering import Clustering
from clustering.charts import starting_chart
from clustering.starting import Board, Path, places_to_click, reach
from pages._ui import compute, tables
from pages._ui.frame import mode
from pages._ui.sentences import default_axes, started_by_hand, starting_alt, unvisited_told
from pages._ui.session import Session, StartDraft
from pages._ui.text import plain
from pages._ui.widgets import show_to_click, shown_errors

_MOST_DRAWN = 2_000  # faint customers; the picture is drawn anew at every click
_HELP = (
    "k-means moves its centers from where they start, and may end with other segments when they start elsewhere. In "
    "everything that you leave open a center stands at the mean of the customers that take part (of a column taken as "
    "a log, the mean of the logs)."
)


def start_by_hand(session: Session, segments: Clustering) -> None:
    """The panel in which start centers are placed; nothing for methods that start from none."""
    if segments.spec.method != "kmeans":
        return
    panel = st.expander(
        "Start centers by hand", icon=":material/ads_click:", key=session.key("start-by-hand"), on_change="rerun"
    )
    if panel.open:
        with panel, shown_errors():
            _panel(session, segments)


def _panel(session: Session, segments: Clustering) -> None:
    board, draft = compute.board(session), compute.start_draft(session)
    path = _in_use(session, draft)
    st.caption(
        f"Place {session.n_clusters} centers, as many as there are segments: click on the grid, slide, or type below.",
        help=_HELP,
    )
    if len(board.axes) > 1:
        _place(session, segments, board, draft, path)
    if board.columns:
        _type(session, board, draft)
    _find(session, draft)


def _in_use(session: Session, draft: StartDraft) -> Path | None:
    """Say so where the segments come from a start by hand; returns where it led if it is the one on show."""
    if not session.clustering.start:
        return None
    path = compute.start_path(session)
    told = started_by_hand(path, compute.usual_inertia(session), session.clustering.n_init)
    with st.container(border=True, horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown(" ".join(filter(None, (told, unvisited_told(path)))), width="stretch")
        if st.button("Use random starts again", icon=":material/casino:", key=session.key("random-starts")):
            compute.use(session, replace(session.clustering, start=()))
    return path if draft.centers == session.clustering.start else None


def _place(session: Session, segments: Clustering, board: Board, draft: StartDraft, path: Path | None) -> None:
    """The picture to click in, and the sliders of the chosen center."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        axes = _axes(session, segments, board)
        chosen = st.selectbox(
            "Center",
            range(len(draft.centers)),
            draft.chosen,
            format_func=lambda center: f"{center + 1}{' · to place' * (draft.centers[center] is None)}",
            key=session.key(f"start-center-{session.start_key}-{draft.n_changes}"),
            width=150,
            help="The one that the next click or the sliders place or move.",
        )
        if st.button(
            "Spread them",
            icon=":material/scatter_plot:",
            key=session.key("spread-start"),
            help="k-means++: customers far from each other, drawn from the seed of the method.",
        ):
            compute.draft_start(session, draft.replaced(compute.spread_start(session)))
        if st.button("Clear", icon=":material/backspace:", key=session.key("clear-start")):
            compute.draft_start(session, draft.replaced((None,) * len(draft.centers)))
    if len(set(axes)) < len(axes):
        st.info("Choose two different axes to place centers on.")
        return
    points = compute.points(session, compute.as_found(session), axes, most=_MOST_DRAWN)
    left, right = st.columns([3, 1], gap="medium")
    with left:
        clicked = _clicked(session, board, draft, points, axes, chosen, path)
    if clicked:
        compute.draft_start(session, draft.clicked(chosen, board.place(draft.centers[chosen], axes, clicked)))
    with right:
        _slide(session, board, draft, points, axes, chosen)


def _axes(session: Session, segments: Clustering, board: Board) -> tuple[str, str]:
    first, second = default_axes(compute.profile(session, segments), board.axes)
    across = st.selectbox(
        "Across", board.axes, board.axes.index(first), key=session.key(f"start-across-{board.axes}"), width=180
    )
    up = st.selectbox("Up", board.axes, board.axes.index(second), key=session.key(f"start-up-{board.axes}"), width=180)
    return across, up


def _clicked(session, board, draft, points, axes, chosen, path) -> tuple[float, float] | None:
    """Draw where the centers stand; returns the place that was clicked."""
    usual = (compute.usual_inertia(session), session.clustering.n_init) if path else None
    figure = starting_chart(
        points,
        places_to_click(points),
        board.stand(draft.centers, axes),
        chosen=chosen,
        path=path,
        ends=board.stand(path.ends, axes) if path else None,
        looks=session.found_looks,
        usual=usual,
        mode=mode(),
    )
    n_placed = sum(center is not None for center in draft.centers)
    alt = starting_alt(points, n_placed, len(draft.centers), path)
    key = session.key(f"start-click-{session.start_key}-{axes}-{draft.n_changes}-{chosen}")
    point = show_to_click(figure, alt=alt, key=key, file_name="start")
    return (point["x"], point["y"]) if point else None


def _slide(session, board, draft, points, axes, chosen) -> None:
    """Two sliders that move the chosen center, or place it."""
    center = draft.centers[chosen]
    st.markdown(f"**Center {chosen + 1}**")
    slid = []
    for i, place in enumerate(board.stand([board.mean if center is None else center], axes)[0].tolist()):
        ends = reach(points, i, place)
        slid.append(
            st.slider(
                plain(points.axes[i], 40),
                ends.low,
                ends.high,
                place,
                ends.step,
                format=f"%.{ends.decimals}f",
                key=session.key(f"start-slide-{session.start_key}-{axes}-{i}-{chosen}-{draft.n_for_sliders}"),
            )
        )
    placed = board.slide(center, axes, tuple(slid))
    if placed:
        compute.draft_start(session, draft.slid(chosen, placed))


def _type(session: Session, board: Board, draft: StartDraft) -> None:
    """A grid to type the centers into, one row each."""
    edited = st.data_editor(
        tables.centers_table(board, draft.shown),
        key=session.key(f"start-typed-{session.start_key}-{draft.n_for_table}"),
        width="stretch",
        height="content",
        column_config={"_index": st.column_config.Column("Center", disabled=True)},
        placeholder="",
        alt="Where each center starts, in the units of the columns",
    )
    centers = tables.retyped(board, draft.shown, edited)
    if centers != draft.centers:
        compute.draft_start(session, draft.typed(centers))


def _find(session: Session, draft: StartDraft) -> None:
    """The button that segments from where the centers stand."""
    if st.button(
        "Find the segments from here",
        icon=":material/play_arrow:",
        disabled=not draft.is_complete or draft.centers == session.clustering.start,
        key=session.key("find-from-start"),
    ):
        compute.use(session, replace(session.clustering, n_clusters=len(draft.centers), start=draft.centers))
