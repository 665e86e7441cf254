"""Trying all numbers of segments: a job in the background that is drawn while it runs, and what speaks for a number."""

from concurrent.futures import wait

import streamlit as st

from clustering import ClusteringError, ClusterSpec, Features, Sweep
from clustering.errors import InvalidSetting
from clustering.flow import Flow
from clustering.flow import flow as customer_flow
from clustering.knee import knee
from clustering.stability import Gap, Mixtures, gap_statistic, mixture_bic
from pages._ui import sentences
from pages._ui.compute.caching import session_cache
from pages._ui.compute.loading import features
from pages._ui.jobs import SweepJob, gate
from pages._ui.session import Session
from pages._ui.session.budget import MOST_SWEEPS

_INLINE_SECONDS = 1.0  # a sweep that is done by then shows no progress at all
_HEARD_SECONDS = 5.0  # by when a stop is heard, however large the table


def sweep(session: Session) -> Sweep | None:
    """The sweep over the session's range with its repeatability, as far as it is finished.

    What is missing is computed in the background: if that takes longer than a moment, progress and a Stop button
    are drawn where this is called, and the page is run again at the end.
    """
    _collect(session)
    _check(session)
    if session.sweep_is_complete or _stop_key(session) in session.stopped:
        if not session.sweep_is_complete:
            _draw_stopped(session)
        return session.known_sweep
    wanted = session.wanted
    if session.job is None or (session.job.key, session.job.wanted, session.job.exact) != (
        session.sweep_key,
        wanted,
        session.wants_exact,
    ):
        if session.job:
            session.job.stop()
        session.job = SweepJob(session, features(session))
        wait([session.job.future], timeout=_INLINE_SECONDS)
        if session.job.future.done():
            _collect(session)
            _check(session)
            return session.known_sweep
    _draw_progress(session)
    return session.known_sweep


def _stop_key(session: Session) -> tuple:
    return (*session.sweep_key, session.k_range)


def _collect(session: Session) -> None:
    """Take over what a finished job found; what it found before it was stopped counts too."""
    job = session.job
    if job is None or not job.future.done():
        return
    session.job = None
    if job.future.cancelled():
        return
    try:
        found, repeatable = job.future.result()
    except ClusteringError as error:
        session.refused[(*job.key, job.wanted)] = str(error)
        return
    if found.steps:
        _keep(session.sweeps, job.key, found)
    if repeatable is not None:
        _keep(session.stabilities, job.key, repeatable)


def _keep(kept: dict, key: tuple, found) -> None:
    """Keep what was found; what was found longest ago goes where there is too much."""
    kept.pop(key, None)
    kept[key] = found
    while len(kept) > MOST_SWEEPS:
        del kept[next(iter(kept))]


def _check(session: Session) -> None:
    """Refuse what a sweep could not do with these choices; it is not tried again at every click."""
    if told := session.refused.get((*session.sweep_key, session.wanted)):
        raise InvalidSetting(told)


def _draw_stopped(session: Session) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown("Stopped. What was finished by then is shown below.")
        if st.button("Go on", icon=":material/play_arrow:", key=session.key("go-on")):
            session.stopped.discard(_stop_key(session))
            st.rerun()


@st.fragment(run_every=0.5)
def _draw_progress(session: Session) -> None:
    job = session.job
    if job is None or job.future.done():
        st.rerun()
    with st.container(border=True, gap="small"):
        st.progress(job.done, text=sentences.progress(job))
        if st.button("Stop", icon=":material/stop_circle:", disabled=job.stopping, key=session.key("stop")):
            if session.wants_exact:
                session.exact.discard(session.sweep_key)  # the figures of the sample stay
            else:
                session.stopped.add(_stop_key(session))
            job.stop()
            wait([job.future], timeout=_HEARD_SECONDS)  # so that what is finished is kept
            st.rerun()


def measure_all(session: Session) -> None:
    """Have the silhouette of all rows instead of that of a sample."""
    session.exact.add(session.sweep_key)
    st.rerun()


def bend(swept: Sweep) -> int | None:
    """Where the elbow bends, if it does."""
    return knee(swept.n_clusters, swept.inertia)


def flow(session: Session) -> Flow:
    """How the segments of one number become those of the next."""
    return customer_flow(session.known_sweep, session.n_clusters)


def gap(session: Session) -> Gap:
    return _gap(session.sweep_key, session.wanted, features(session), session.clustering)


@session_cache(max_entries=8, show_spinner="Comparing with customers spread evenly …")
def _gap(key, wanted, _features: Features, _spec: ClusterSpec) -> Gap:
    with gate():
        return gap_statistic(_features, _spec, wanted)


def mixtures(session: Session) -> Mixtures:
    return _mixtures(session.sweep_key, session.wanted, features(session), session.clustering.random_state)


@session_cache(max_entries=8, show_spinner="Fitting bell-shaped crowds …")
def _mixtures(key, wanted, _features: Features, _random_state: int) -> Mixtures:
    with gate():
        return mixture_bic(_features, wanted, _random_state)
