"""The page on how k-means works: choosing a scene and what can be changed in it, and showing it."""

from dataclasses import replace

import numpy as np
import streamlit as st

from clustering import scenes
from clustering.charts import lloyd_chart, steps_in_words, unlabelled_chart
from clustering.reader import reader
from clustering.scenes import PHOTOGRAPH, PHOTOGRAPHS, SCENES, Choices, Panel, Scene
from clustering.wording import count, number, whole
from pages._ui import compute, tables
from pages._ui.frame import mode, needs
from pages._ui.session import Session
from pages._ui.widgets import show_chart, shown_errors

_BY_HAND = "Placed by hand"
_STARTS = {"Random points": "random", "k-means++": "k-means++", _BY_HAND: _BY_HAND}
_START_HELP = (
    "Random points: as many points drawn by chance. k-means++: points drawn far from each other. "
    "Placed by hand: you type where the centers begin."
)
_NAMES = tuple(scene.name for scene in SCENES)


def choose_scene() -> Scene:
    """The scene at this address; another one that is picked changes the address."""
    now = scenes.scene(st.query_params.get("scene"))
    # the key goes with the address, or the field would hold on to what it showed before
    name = st.selectbox(
        "Scene",
        _NAMES,
        _NAMES.index(now.name),
        format_func=lambda name: scenes.scene(name).title,
        key=f"scene-{now.name}",
        width=270,
        help="Every scene has its own address: link to it, or keep it as a bookmark.",
    )
    if name != now.name:
        compute.show_scene(name)
    return now


def next_scene(scene: Scene) -> None:
    """The button to the scene that comes after this one."""
    following = _NAMES.index(scene.name) + 1
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.caption(f"Scene {following} of {len(_NAMES)}")
        if following < len(_NAMES) and st.button(
            f"Next: {SCENES[following].title}", type="primary", icon=":material/arrow_forward:", icon_position="right"
        ):
            compute.show_scene(_NAMES[following])


def choose(scene: Scene, *, most: int | None = None) -> Choices:
    """What can be changed in a scene, each choice with its own part of the address."""
    n_clusters, start, seed, outlier = scene.n_clusters, "random", scene.random_state, 0.0
    if "k" in scene.choices:
        most = min(scene.most_clusters, most or scene.most_clusters)
        label = "Colours (k)" if scene.name == PHOTOGRAPH else "Centers (k)"
        n_clusters = st.number_input(
            label, 1, most, min(n_clusters, most), key=f"{scene.name}-k", bind="query-params", width=130
        )
    if "start" in scene.choices:
        picked = st.selectbox(
            "Start",
            tuple(_STARTS),
            key=f"{scene.name}-start",
            bind="query-params",
            width=170,
            help=_START_HELP,
        )
        start = _STARTS[picked]
    if "seed" in scene.choices and start != _BY_HAND:
        seed = st.number_input(
            "Seed",
            0,
            999,
            seed,
            key=f"{scene.name}-seed",
            bind="query-params",
            width=130,
            help="Each seed draws other points to start from; the same seed draws the same ones.",
        )
    if "outlier" in scene.choices:
        outlier = st.slider(
            "How far out the outlier is", 0, 30, 6, key=f"{scene.name}-out", bind="query-params", width=320
        )
    return Choices(n_clusters, "k-means++" if scene.starts_settled else start, seed, outlier)


def place(choices: Choices, points: np.ndarray, axes: tuple[str, str], *, key: str) -> Choices:
    """A grid to type the first centers into."""
    edited = st.data_editor(
        tables.placed_table(points, choices.n_clusters, axes),
        key=f"{key}-placed-{choices.n_clusters}",
        width=420,
        height="content",
        column_config={"_index": "Center"},
        alt="Where each center starts",
    )
    return replace(choices, start=tables.placed(edited))


def show_own(session: Session, scene: Scene, controls) -> None:
    """The scene of two columns of the loaded table."""
    table = needs(session.table, what="Two columns of your data will be here")
    columns = scenes.own_columns(table)
    if len(columns) < 2:
        st.info("This table has fewer than two columns of numbers, so there is nothing to draw.")
        return
    with controls:
        across = st.selectbox("Across", columns, key=session.key("how-across"), width=190)
        others = [column for column in columns if column != across]
        up = st.selectbox("Up", others, key=session.key(f"how-up-{across}"), width=190)
    with shown_errors():
        values = scenes.own_points(table, (across, up))
        with controls:
            choices = choose(scene, most=len(values))
        if choices.start == _BY_HAND:
            choices = place(choices, values, (across, up), key=session.key(f"how-{across}-{up}"))
        panel, figure = compute.own_scene(session, (across, up), scene, choices, mode())
        show_one(scene, panel, figure, key=session.key(f"{across}-{up}-{choices}"))
        if len(values) < table.n_rows:
            st.caption(f"{whole(len(values))} of {whole(table.n_rows)} rows are drawn and take part.")


def show_fixed(scene: Scene, controls) -> None:
    """A scene with points of its own."""
    with controls:
        choices = choose(scene)
    if choices.start == _BY_HAND:
        choices = place(choices, scenes.points(scene.name), ("Across", "Up"), key=scene.name)
    drawn = compute.run_scene(scene, choices, mode(), reader())
    key = f"{scene.name}-{choices}"
    if scene.name == "unlabelled":
        st.markdown(scene.says)
        left, right = st.columns(2, gap="medium")
        with left:
            alt = f"The same {count(len(drawn[0][0].X), 'point')} without groups"
            show_chart(
                unlabelled_chart(drawn[0][0], mode=mode()),
                alt=alt,
                key=f"{key}-bare",
                file_name="points",
                is_of_table=False,
            )
        with right:
            _show(scene, *drawn[0], key=key)
    elif len(drawn) == 1:
        show_one(scene, *drawn[0], key=key)
    else:
        st.markdown(scene.says)
        for i, (column, one) in enumerate(zip(st.columns(2, gap="medium"), drawn, strict=True)):
            with column:
                _show(scene, *one, key=f"{key}-{i}")
    if scene.name == "bad-start":
        st.markdown(_many_starts(compute.start_ends(scene.name, choices), choices))


def show_one(scene: Scene, panel: Panel, figure, *, key: str) -> None:
    """One run, with what the scene is about beside it."""
    left, right = st.columns((1, 2), gap="medium")
    with left:
        st.markdown(scene.says)
        last = panel.steps[-1]
        with st.container(horizontal=True):
            st.metric("Rounds until settled", whole(last.n_iter), help="Iterations: assignment and update together.")
            st.metric(
                "Inertia at the end",
                number(last.inertia, 4),
                help="Sum of squared distances of all points to the center of their group; lower is tighter.",
            )
    with right:
        _show(scene, panel, figure, key=key)


def show_photograph(scene: Scene, controls) -> None:
    """A photograph beside what k colours make of it."""
    with controls:
        title = st.selectbox("Photograph", tuple(PHOTOGRAPHS), key="photograph", bind="query-params", width=170)
        choices = choose(scene)
    st.markdown(scene.says)
    picture = compute.photograph(PHOTOGRAPHS[title], choices.n_clusters, choices.random_state)
    left, right = st.columns(2, gap="medium")
    left.image(
        picture.original,
        f"As taken: {whole(picture.n_original)} colours",
        width="stretch",
        alt="The photograph as it was taken",
    )
    told = count(choices.n_clusters, "colour")
    right.image(picture.reduced, f"Reduced to {told}", width="stretch", alt=f"The same photograph in {told}")
    right.image(
        picture.palette,
        f"The colours, as wide as they are frequent; found in {count(picture.n_iter, 'round')}",
        width="stretch",
        alt=f"A strip of the {told}",
    )


def _show(scene: Scene, panel: Panel, figure, *, key: str) -> None:
    last = panel.steps[-1]
    alt = (
        f"{panel.title or scene.title}: {count(len(panel.X), 'point')} and "
        f"{count(len(last.cluster_centers), 'center')} step by step, settled after {count(last.n_iter, 'round')}"
    )
    picture = st.container()
    with st.expander("Every step in words", icon=":material/format_list_numbered:"):
        first = len(panel.steps) - 1 if scene.starts_settled else 0
        step = st.number_input(
            "Step in the picture",
            0,
            len(panel.steps) - 1,
            first,
            key=f"step-{key}",
            width=170,
            help="The same as the slider in the picture, for those who work without a mouse.",
        )
        st.dataframe(
            tables.steps_table(steps_in_words(figure)),
            hide_index=True,
            alt=f"What happens in each of {count(len(panel.steps), 'step')}",
        )
    if step != first:
        figure = lloyd_chart(panel, step=step, mode=mode())
    with picture:
        show_chart(figure, alt=alt, key=f"how-{key}", file_name=f"k-means_{scene.name}", is_of_table=False)


def _many_starts(ends: dict[str, tuple[float, ...]], choices: Choices) -> str:
    """How often a start ends well, and what that means for how many are tried."""
    best = min(min(found) for found in ends.values())
    good = {start: sum(end <= best * (1 + 1e-6) for end in found) for start, found in ends.items()}
    n_starts = len(ends["random"])
    return (
        f"Of {n_starts} random starts from seed {choices.random_state} on, {good['random']} end at the lowest inertia, "
        f"{number(best, 4)}, and the worst at {number(max(ends['random']), 4)}; of {n_starts} k-means++ starts "
        f"{good['k-means++']} do. The segments of this app come from the best of ten starts (`n_init` in the settings "
        "of the method)."
    )
