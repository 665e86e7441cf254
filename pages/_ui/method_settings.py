"""The method that finds the segments, and its settings."""

from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from clustering import Clustering, ClusterSpec
from clustering.methods import INITS, METHODS, Setting
from clustering.wording import number
from pages._ui import compute
from pages._ui.sentences import about
from pages._ui.session import Session, fill_in
from pages._ui.text import plain

_WIDTH = 320  # so that most of the picture stays in sight
_FOLDED = {"init", "max_iter", "tol"}  # what only experts change


def choose_method(session: Session, segments: Clustering | None = None) -> tuple[ClusterSpec, DeltaGenerator]:
    """A button with the method and its settings below it.

    `segments` are those on show: with their method the fields show what the data proposed. Returns what stands in the
    fields, which need not be possible, and a place among them to say so.
    """
    with st.popover("Method and settings", icon=":material/tune:"), st.container(width=_WIDTH):
        return _fields(session, segments), st.container()


def _fields(session: Session, segments: Clustering | None) -> ClusterSpec:
    spec = _method(session)
    method = METHODS[spec.method]
    st.caption(plain(f"{method.good_for} {about(method)}", most=500))
    proposed = dict(segments.settings) if segments and segments.spec.method == spec.method else {}
    values = {one.name: _setting(session, spec, one, proposed.get(one.name)) for one in method.settings}
    spec = spec.with_settings(**values)
    common = {name: draw(session, spec) for name, draw in _COMMON.items() if name in {*method.common} - _FOLDED}
    if folded := {*method.common} & _FOLDED:
        with st.expander("Expert settings"):
            common |= {name: draw(session, spec) for name, draw in _COMMON.items() if name in folded}
    spec = replace(spec, **common)
    usual = ClusterSpec(spec.method, spec.n_clusters)
    if spec != usual and st.button(
        "Usual settings", icon=":material/restart_alt:", type="tertiary", key=session.key("usual-settings")
    ):
        compute.use_usual(session, usual)
    return spec


def ways_on(session: Session) -> None:
    """Where the method finds no segments: its settings, the recommended number, and the way back to k-means."""
    with st.container(horizontal=True, vertical_alignment="center"):
        changed, _ = choose_method(session)
        if session.clustering.n_clusters is not None and st.button(
            "Take the recommended number", icon=":material/recommend:", key=session.key("recommended")
        ):
            compute.use(session, session.with_n_clusters(None))
        if session.clustering.method != "kmeans":
            to_kmeans(session)
    if changed != session.clustering:
        compute.use(session, changed)


def to_kmeans(session: Session, label: str = "Take k-means") -> None:
    """A button that takes k-means again, with the number of segments that is recommended."""
    if st.button(label, icon=":material/undo:", key=session.key("to-kmeans")):
        compute.use(session, ClusterSpec(random_state=session.clustering.random_state))


def _method(session: Session) -> ClusterSpec:
    """The method chosen, with the number of segments on show where it takes one."""
    spec, names = session.clustering, tuple(METHODS)
    chosen = st.selectbox(
        "Method",
        names,
        names.index(spec.method),
        format_func=lambda name: METHODS[name].label,
        key=_key(session, "method", spec.method),
    )
    if chosen == spec.method:
        return spec
    # After a method that found the number itself k-means recommends its own; for others that takes long.
    keeps = METHODS[chosen].takes_k and (session.takes_k or chosen != "kmeans")
    return replace(spec.with_method(chosen), n_clusters=session.n_clusters if keeps else None)


def _key(session: Session, name: str, value: object) -> str:
    """Key of a field: it begins anew where the choice changes elsewhere, and keeps what was typed but cannot be had."""
    return session.key(f"{name}-{value}-{session.n_reset}")


def _setting(session: Session, spec: ClusterSpec, setting: Setting, proposed: object) -> object:
    """One setting of the method itself; None is what the data propose."""
    value = spec.value(setting.name)
    key = _key(session, f"{spec.method}-{setting.name}", value)
    if setting.choices:
        index = setting.choices.index(value)
        return st.selectbox(setting.label, setting.choices, index, format_func=setting.said, key=key, help=setting.help)
    kind = int if setting.whole else float
    if setting.propose:
        fill_in(key, value)  # so that the field can be emptied, which a first value of its own would not allow
        value = None
    return st.number_input(
        setting.label,
        kind(setting.low),
        kind(setting.high),
        value,
        format=None if setting.whole else "%g",
        placeholder=f"{number(proposed)} (proposed)" if proposed is not None else "Proposed from your data",
        key=key,
        help=setting.help,
    )


def _n_init(session: Session, spec: ClusterSpec) -> int:
    return st.number_input(
        "Random starts",
        1,
        100,
        spec.n_init,
        key=_key(session, "n-init", spec.n_init),
        disabled=bool(spec.start),
        help="n_init: the best of so many starts is kept. Centers placed by hand are the one start there is.",
    )


def _random_state(session: Session, spec: ClusterSpec) -> int:
    return st.number_input(
        "Seed",
        0,
        2**32 - 1,
        spec.random_state,
        key=_key(session, "random-state", spec.random_state),
        help="random_state: the same seed gives the same segments.",
    )


def _init(session: Session, spec: ClusterSpec) -> str:
    return st.selectbox(
        "Start",
        INITS,
        INITS.index(spec.init),
        key=_key(session, "init", spec.init),
        disabled=bool(spec.start),
        help="k-means++ spreads the first centers; random picks customers at random.",
    )


def _max_iter(session: Session, spec: ClusterSpec) -> int:
    return st.number_input(
        "Most rounds",
        1,
        10_000,
        spec.max_iter,
        key=_key(session, "max-iter", spec.max_iter),
        help="max_iter: the centers move at most so often.",
    )


def _tol(session: Session, spec: ClusterSpec) -> float:
    return st.number_input(
        "Tolerance",
        0.0,
        1.0,
        spec.tol,
        format="%.6f",
        key=_key(session, "tol", spec.tol),
        help="tol: centers that move less than this have settled.",
    )


_COMMON = {"n_init": _n_init, "random_state": _random_state, "init": _init, "max_iter": _max_iter, "tol": _tol}
