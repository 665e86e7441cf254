"""The method that finds the segments, and its settings."""

from dataclasses import replace

import streamlit as st

from clustering import ClusterSpec
from clustering.methods import INITS, METHODS
from pages._ui.session import Session


def choose_method(session: Session, spec: ClusterSpec) -> ClusterSpec:
    """How the segments are found; what only experts change is folded away."""
    st.markdown(f"**{METHODS[spec.method].label}**")
    n_init = st.number_input(
        "Random starts",
        1,
        100,
        spec.n_init,
        key=session.key("n-init"),
        help="n_init: the best of so many starts is kept.",
    )
    random_state = st.number_input(
        "Seed",
        0,
        2**32 - 1,
        spec.random_state,
        key=session.key("random-state"),
        help="random_state: the same seed gives the same segments.",
    )
    with st.expander("Expert settings"):
        init = st.selectbox(
            "Start",
            INITS,
            INITS.index(spec.init),
            key=session.key("init"),
            help="k-means++ spreads the first centers; random picks customers at random.",
        )
        max_iter = st.number_input(
            "Most rounds",
            1,
            10_000,
            spec.max_iter,
            key=session.key("max-iter"),
            help="max_iter: the centers move at most so often.",
        )
        tol = st.number_input(
            "Tolerance",
            0.0,
            1.0,
            spec.tol,
            format="%.6f",
            key=session.key("tol"),
            help="tol: centers that move less than this have settled.",
        )
    return replace(spec, n_init=n_init, random_state=random_state, init=init, max_iter=max_iter, tol=tol)
