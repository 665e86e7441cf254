"""What a choice between methods and settings needs: trees, distances, maps, trials."""

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

import clustering
from clustering import Clustering, ClusterSpec
from clustering.dendrogram import Dendrogram
from clustering.dendrogram import dendrogram as draw_up
from clustering.gallery import ENTRIES, Entry, Exhibit, Subject, two_moons
from clustering.gallery import exhibit as run_entry
from clustering.gallery import sample as draw_sample
from clustering.islands import tsne_map
from clustering.model import lay_groundwork
from clustering.nearness import Nearness
from clustering.nearness import nearness as measure_nearness
from clustering.points import Points
from clustering.points import map_points as coloured_points
from clustering.search import attempt, usual_grid
from clustering.starting import Board, Path, follow, spread_centers
from pages._ui.compute.caching import session_cache
from pages._ui.compute.groundwork import groundwork
from pages._ui.compute.loading import features
from pages._ui.compute.segments import as_found
from pages._ui.jobs import gate
from pages._ui.session import Search, Session, StartDraft


@session_cache(max_entries=40, show_spinner="Looking at the customers …")
def _once(key, what, _work: Callable):
    """What `_work` finds out about the data or segments of this key."""
    with gate():
        return _work()


def board(session: Session) -> Board:
    """What start centers are placed on."""
    return _once((session.data_key, session.features), "board", lambda: Board(features(session)))


def start_draft(session: Session) -> StartDraft:
    """The start centers as far as they are placed; at first those that the segments were found from."""
    started = session.clustering.start
    empty = StartDraft.of(started) if started else StartDraft.empty(session.n_clusters)
    return session.drafts.get(session.start_key, empty)


def draft_start(session: Session, draft: StartDraft) -> None:
    """Take other start centers, without looking for segments yet, and draw the page again."""
    session.drafts[session.start_key] = draft
    st.rerun()


def spread_start(session: Session) -> tuple[tuple[float, ...], ...]:
    """Start centers drawn by k-means++ from the seed."""
    return spread_centers(features(session), session.n_clusters, session.clustering.random_state)


def start_path(session: Session) -> Path:
    """Where the start by hand that the segments were found from has led."""
    return _once(session.found_key, "path", lambda: follow(features(session), as_found(session)))


def usual_inertia(session: Session) -> float:
    """The inertia at which the best of the usual random starts ends."""
    spec = replace(session.spec, start=())
    key = (session.data_key, session.features, spec)
    return _once(key, "usual inertia", lambda: clustering.fit(features(session), spec).inertia)


def dendrogram(session: Session, found: Clustering) -> Dendrogram:
    """The tree of agglomerative clustering with the segments as it finds them."""
    work = groundwork(session)
    return _once(session.found_key, "dendrogram", lambda: draw_up(work, found))


def nearness(session: Session) -> Nearness:
    """How near the customers are to each other, for DBSCAN."""
    return _once(session.found_key, "nearness", lambda: measure_nearness(features(session), session.clustering))


def search(session: Session) -> Search:
    """What stands in the fields of the search over the settings of this method, and what was tried."""
    key = (session.data_key, session.features, session.clustering.method)
    return session.searches.setdefault(key, Search())


def worth_trying(session: Session) -> dict[str, tuple]:
    """The settings of this method that are worth varying, with values."""
    wanted = session.wanted
    what = ("grid", wanted)
    return _once(session.sweep_key, what, lambda: usual_grid(features(session), session.clustering, wanted))


def try_settings(session: Session, specs: tuple[ClusterSpec, ...], on_step: Callable[[int], None]) -> None:
    """Try these one after the other and draw the page again; what is done is kept, also if the page is left before."""
    prepared, tried = features(session), search(session).tried
    work = shared_by = None
    for number, spec in enumerate(specs):
        on_step(number)
        with gate():
            if (base := replace(spec, n_clusters=None)) != shared_by:
                work, shared_by = lay_groundwork(prepared, base), base
            tried[spec] = attempt(prepared, spec, work=work)
    st.rerun()


def map_points(session: Session, segments: Clustering) -> Points:
    """The map of the customers, coloured by segment; other segments colour the same map."""
    prepared, seed = features(session), session.clustering.random_state
    found = _once((session.data_key, session.features, seed), "map", lambda: tsne_map(prepared, seed))
    return _once(session.segments_key, "map points", lambda: coloured_points(session.table, prepared, segments, found))


def gallery_subject(session: Session) -> Subject:
    """The customers that all methods are shown on."""
    prepared, seed = features(session), session.clustering.random_state
    return _once((session.data_key, session.features, seed), "gallery", lambda: draw_sample(prepared, seed))


def exhibit(session: Session, segments: Clustering, entry: Entry) -> Exhibit:
    """What one method makes of the customers of the gallery; kept for itself, so that leaving the page loses none."""
    subject, like, n_clusters = gallery_subject(session), session.clustering, segments.n_clusters
    kmeans = exhibit(session, segments, ENTRIES[0]) if entry != ENTRIES[0] else None
    key = (session.data_key, session.features, entry.title, entry.spec(like, n_clusters), n_clusters)
    return _exhibit(key, lambda: run_entry(subject, entry, like, n_clusters, kmeans=kmeans))


@session_cache(max_entries=6 * len(ENTRIES))
def _exhibit(key, _work: Callable) -> Exhibit:
    with gate():
        return _work()


@st.cache_resource(max_entries=1, show_spinner=False)
def moons() -> Subject:
    """The two moons of the gallery; nobody's data, so all sessions share them and what is found in them."""
    return two_moons()


@st.cache_resource(max_entries=len(ENTRIES), show_spinner=False)
def moons_exhibit(entry: Entry) -> Exhibit:
    """What one method makes of the two moons."""
    subject = moons()
    kmeans = moons_exhibit(ENTRIES[0]) if entry != ENTRIES[0] else None
    with gate():
        return run_entry(subject, entry, ClusterSpec(), 2, kmeans=kmeans)
