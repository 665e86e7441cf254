"""The segmentation on show, and everything that is found out about it."""

import hashlib
from collections.abc import Callable

import numpy as np

import clustering
from clustering import Clustering, ClusteringError, ClusterSpec, Features, Profile
from clustering.blades import Blades, silhouette_blades
from clustering.edits import Edits, apply_edits
from clustering.errors import InvalidSetting
from clustering.groups import group_profile, inside
from clustering.indices import mean_silhouette
from clustering.model import taking_part
from clustering.points import MOST_POINTS, Points, axis_choices, scatter_points
from clustering.profile.checklist import Check, checklist
from clustering.profile.distributions import SampledRows, Spread, sample_rows, spread
from clustering.profile.effects import Effect, effects
from clustering.profile.fairness import MakeUp, make_up
from clustering.profile.people import Placement, ambiguous, placement
from clustering.profile.people import borderline as borderline_rows
from clustering.profile.people import far_out as far_out_rows
from clustering.profile.people import typical as typical_rows
from clustering.profile.rules import Rules
from clustering.profile.rules import rules as find_rules
from clustering.profile.value import ValueShares, size_against_value
from clustering.stability import Importance, repeatability, segment_stability
from clustering.stability import importance as without_each
from pages._ui.compute.caching import session_cache
from pages._ui.compute.groundwork import groundwork
from pages._ui.compute.loading import features
from pages._ui.compute.sweeping import sweep
from pages._ui.jobs import gate
from pages._ui.session import OnShow, Session


def segmentation(session: Session) -> Clustering | None:
    """The segmentation on show; None while the number of segments is still being found."""
    if session.takes_k and session.clustering.n_clusters is None and sweep(session) is None:
        return None
    return shown(session)


def as_found(session: Session) -> Clustering:
    """The segments as the method finds them where a number of segments is known; neither starts nor draws a sweep."""
    segments = _fitted(session)
    session.show(segments, (*session.found_key, Edits().digest))
    return segments


def shown(session: Session) -> Clustering:
    """The same after the steps that were taken by hand."""
    prepared = features(session)
    if session.edited.steps:
        segments = _edited(session.segments_key, prepared, _fitted(session), session.edited)
        session.show(segments, session.segments_key)
    else:
        segments = as_found(session)
    session.on_show = OnShow(session.segments_key, prepared, segments)
    return segments


def _fitted(session: Session) -> Clustering:
    """What the method finds with these choices; what it could not do once is not tried again at every click."""
    key, prepared = session.found_key, features(session)
    if key in session.refused:
        raise InvalidSetting(session.refused[key])
    try:
        return _found(key, prepared, session.spec, lambda: groundwork(session))
    except ClusteringError as error:
        session.refused[key] = str(error)
        raise


@session_cache(max_entries=12, show_spinner="Grouping the customers …")
def _found(key, _features: Features, _spec: ClusterSpec, _groundwork: Callable) -> Clustering:
    work = _groundwork()
    with gate():
        return clustering.fit(_features, _spec, work=work)


@session_cache(max_entries=4, show_spinner="Grouping the customers …")
def _edited(key, _features: Features, _segments: Clustering, _edits: Edits) -> Clustering:
    with gate():
        return apply_edits(_features, _segments, _edits)


@session_cache(max_entries=80, show_spinner="Looking at the segments …")
def _once(key, what, _work: Callable):
    """What `_work` finds out about the segments of this key, small enough to keep many."""
    with gate():
        return _work()


@session_cache(max_entries=6, show_spinner="Looking at every customer …")
def _once_bulky(key, what, _work: Callable):
    """The same for what has a figure for every customer."""
    with gate():
        return _work()


def separation(session: Session, segments: Clustering) -> float:
    """Mean silhouette of the segmentation on show."""
    finished, is_swept = session.known_sweep, not (session.edited.steps or session.clustering.start)
    if finished and is_swept and segments.n_clusters in finished.n_clusters:
        return finished.step(segments.n_clusters).silhouette
    told, labels, seed = taking_part(features(session), segments), segments.fit_labels, session.spec.random_state
    return _once(session.segments_key, "separation", lambda: mean_silhouette(told.X, labels, seed)[0])


def blades(session: Session, segments: Clustering) -> Blades:
    return _once_bulky(session.segments_key, "blades", lambda: silhouette_blades(features(session), segments))


def found_again(session: Session, segments: Clustering) -> tuple[float, ...]:
    """How surely each segment would be found again; undefined for those made by hand."""
    key = session.segments_key if any(segments.edited) else session.found_key
    return _once(key, "found again", lambda: segment_stability(features(session), segments))


def repeatable(session: Session, segments: Clustering) -> float:
    """How far halves of the customers give the same segments, as the method finds them."""
    swept = None if session.clustering.start else session.known_stability  # that is measured from random starts
    measured = swept and swept.step(segments.spec.n_clusters)
    if measured is None:
        prepared, found = features(session), as_found(session)
        measured = _once(session.found_key, "repeatable", lambda: repeatability(prepared, found))
    return measured.stability


def importance(session: Session) -> tuple[Importance, ...]:
    """What becomes of the segments that the method found without each column."""
    key, found = session.found_key, as_found(session)
    among = session.outer and session.outer.among
    return _once(key, "importance", lambda: without_each(session.table, session.features, found, among=among))


def profile(session: Session, segments: Clustering) -> Profile:
    return _once(session.segments_key, "profile", lambda: clustering.profile(session.table, segments, session.features))


def sets_apart(session: Session, segments: Clustering) -> tuple[Effect, ...]:
    """The columns by how far they set the segments apart."""
    told = profile(session, segments)
    return _once(session.segments_key, "effects", lambda: effects(session.table, segments, session.features, told))


def rules(session: Session, segments: Clustering) -> Rules:
    """Who belongs to each segment, as rules to take away."""
    return _once(session.segments_key, "rules", lambda: find_rules(session.table, features(session), segments))


def checks(session: Session, segments: Clustering) -> tuple[tuple[Check, ...], ...]:
    """How far each segment can be relied on."""
    return checklist(
        profile(session, segments),
        blades(session, segments).means,
        found_again(session, segments),
        rules(session, segments),
        min_share=session.min_share,
    )


def placed(session: Session, segments: Clustering) -> Placement:
    """How far every customer is from its center and from the nearest other one."""
    return _once_bulky(session.segments_key, "placement", lambda: placement(features(session), segments))


def typical(session: Session, segments: Clustering) -> tuple[int, ...]:
    """The row of the table that is most like each segment."""
    found = placed(session, segments)
    return _once(session.segments_key, "typical", lambda: tuple(typical_rows(found, segments).tolist()))


def borderline(session: Session, segments: Clustering, label: int | None) -> np.ndarray:
    """Everybody between two segments, of one segment or of all: positions in the table."""
    found = placed(session, segments)
    return _once_bulky(
        session.segments_key, ("borderline", label), lambda: borderline_rows(found, segments, label, most=None)
    )


def far_out(session: Session, segments: Clustering, label: int | None) -> np.ndarray:
    """Everybody far from the center, of one segment or of all: positions in the table."""
    found = placed(session, segments)
    return _once_bulky(
        session.segments_key, ("far out", label), lambda: far_out_rows(found, segments, label, most=None)
    )


def between(session: Session, segments: Clustering) -> np.ndarray:
    """The share of every segment's customers that lie between two segments."""
    found = placed(session, segments)
    return _once(session.segments_key, "between", lambda: ambiguous(found, segments))


def value(session: Session, segments: Clustering, column: str) -> ValueShares:
    """Size against value."""
    return _once(session.segments_key, ("value", column), lambda: size_against_value(session.table, segments, column))


def make_ups(session: Session, segments: Clustering, columns: tuple[str, ...]) -> tuple[MakeUp, ...]:
    """Who is in every segment, by the columns marked as sensitive."""
    names = session.segment_names
    return _once(
        (session.segments_key, names), ("make-up", columns), lambda: make_up(session.table, segments, columns, names)
    )


def spread_of(session: Session, segments: Clustering, column: str) -> Spread:
    """How one number is spread within every segment."""
    told = profile(session, segments)
    return _once(
        session.segments_key,
        ("spread", column),
        lambda: spread(session.table, segments, session.features, told, column),
    )


def sampled(session: Session, segments: Clustering) -> SampledRows:
    """Some customers of every segment, for pictures that draw each."""
    told = profile(session, segments)
    return _once(session.segments_key, "sample", lambda: sample_rows(session.table, segments, session.features, told))


def chosen(session: Session, segments: Clustering, axes: tuple[str, str], boxes: tuple, lassos: tuple) -> np.ndarray:
    """All customers inside the shapes drawn over the scatter: positions in the table."""
    return _once_bulky(
        session.segments_key,
        ("inside", axes, boxes, lassos),
        lambda: inside(session.table, features(session), segments, axes, boxes=boxes, lassos=lassos),
    )


def group(session: Session, segments: Clustering, rows: np.ndarray) -> Profile:
    """A group of customers (label 0) against the rest (label 1)."""
    return _once(
        session.segments_key,
        ("group", hashlib.sha256(rows.tobytes()).hexdigest()),
        lambda: group_profile(session.table, features(session), segments, rows),
    )


def points(session: Session, segments: Clustering, axes: tuple[str, ...], most: int = MOST_POINTS) -> Points:
    return _once_bulky(
        session.segments_key,
        ("points", axes, most),
        lambda: scatter_points(session.table, features(session), segments, axes, most=most),
    )


def axes(session: Session) -> tuple[str, ...]:
    """What can be an axis of the scatter."""
    prepared = features(session)
    return axis_choices(prepared.number_columns, prepared.X.shape[1])
