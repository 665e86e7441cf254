"""The segmentation on show, frozen: to be saved, told in documents and applied to other customers."""

from collections.abc import Callable
from dataclasses import replace
from math import isnan

import numpy as np

import clustering
from clustering import Clustering, Features
from clustering.edits import Edits
from clustering.indices import mean_silhouette
from clustering.model import taking_part
from clustering.placing import Rule
from clustering.reader import NOBODY, on_behalf_of
from clustering.recipe import Found, Purchases, Recipe, Work, make_recipe, save_recipe
from pages._ui.compute.caching import session_cache
from pages._ui.compute.loading import features
from pages._ui.jobs import gate
from pages._ui.sentences import only_a_cut
from pages._ui.session import OnShow, Outer, Session


def recipe(session: Session, segments: Clustering, stand_in: str | None = None) -> Recipe:
    """The segmentation on show as a recipe, made once; takes about as long as placing all customers.

    `stand_in` is the rule to take in place of the method's own, where not the one that the user chose for new
    customers, or else the one that is right more often.
    """
    stand_in = stand_in or _chosen_rule(session, segments)
    return _recipe((*recipe_key(session, segments), stand_in), recipe_maker(session, segments, stand_in))


@session_cache(max_entries=4, show_spinner="Writing down the segments …")
def _recipe(key, _make: Callable[[], Recipe]) -> Recipe:
    with gate():
        return _make()


def recipe_maker(session: Session, segments: Clustering, stand_in: str | None = None) -> Callable[[], Recipe]:
    """Make the recipe once it is asked for, which may be outside the page's run."""
    on_show = OnShow(session.segments_key, features(session), segments)
    return _maker(session, on_show, stand_in or _chosen_rule(session, segments))


def _chosen_rule(session: Session, segments: Clustering) -> str | None:
    """The rule that the user chose for a method that places no new customers: it stands in every file of it too."""
    return None if isinstance(segments.place, Rule) else session.applying.stand_in


def work_file(session: Session) -> Callable[[], bytes] | None:
    """Make the file of it once it is asked for; None where no segments were shown. Computes nothing now."""
    if session.to_save is None:
        return None
    make = _maker(session, session.to_save, _chosen_rule(session, session.to_save.segments))

    def write() -> bytes:
        with gate():
            return save_recipe(make())

    return write


def _maker(session: Session, on_show: OnShow, stand_in: str | None = None) -> Callable[[], Recipe]:
    """What stands in the session may be other by the time the recipe is asked for, so it is taken down now."""
    table, prepared, segments = session.table, on_show.features, on_show.segments
    title, groups, purchases = session.title, session.groups, _purchases(session)
    identities, found, outer = session.identities.of(on_show.key), _found(session, segments), session.outer
    work = Work(session.k_range, session.min_share, session.max_share, session.edited.steps)
    outer_found = outer and _known(session, outer.key, outer.segments)
    outer_work = outer and replace(work, steps=session.edits.get(outer.key[:3], Edits()).steps)

    def freeze(prepared: Features, segments: Clustering, identities, found: Found, work: Work, **inside) -> Recipe:
        told = _separated(found, prepared, segments)
        made = make_recipe(
            table, prepared, segments, title=title, identities=identities, found=told, work=work, **inside
        )
        return replace(made, source=replace(made.source, purchases=purchases))

    @on_behalf_of(NOBODY)
    def make() -> Recipe:
        own = replace(work, groups=tuple((group.name, tuple(group.rows.tolist())) for group in groups))
        if outer is None:
            return freeze(prepared, segments, identities, found, own, stand_in=stand_in)
        everybody, known = clustering.prepare(table, outer.features), outer.identities.of(outer.key)
        around = freeze(everybody, outer.segments, known, outer_found, outer_work)
        return freeze(prepared, segments, identities, found, own, stand_in=stand_in, inside=(around, _label_of(outer)))

    return make


def _purchases(session: Session) -> Purchases | None:
    """What the customers were made from, if from purchases."""
    if session.purchases is None:
        return None
    table = session.purchases.table
    return Purchases(
        session.purchases.title, table.reading.file_name, table.digest, session.purchases.mapping, table.options
    )


def recipe_key(session: Session, segments: Clustering) -> tuple:
    """What a recipe depends on; undefined numbers are told as text, as they equal nothing, not even themselves."""
    outer = session.outer
    return (
        session.segments_key,
        session.title,
        session.identities.of(session.segments_key),
        repr(_found(session, segments)),
        (session.k_range, session.min_share, session.max_share),
        tuple((group.name, group.digest) for group in session.groups),
        outer and (outer.key, outer.identities.of(outer.key)),
    )


def _found(session: Session, segments: Clustering) -> Found:
    """What is known of the segments on show by now, without computing anything."""
    advice = session.advice if session.takes_k else None
    is_advised = advice is not None and segments.spec.n_clusters == advice.best_split and not session.clustering.start
    return replace(
        _known(session, session.segments_key, segments),
        reason=advice.reason if is_advised else "",
        edits=session.edited.told(session.names_before_edits),
        doubts=tuple(filter(None, [only_a_cut(advice)])),
    )


def _known(session: Session, key: tuple, segments: Clustering) -> Found:
    """Separation and repeatability as the sweep has measured them; undefined where it has not."""
    data_key, spec, found_by, edits = key
    bare = Found()
    if edits != Edits().digest:
        return replace(bare, edits=session.edits.get(key[:3], Edits()).told())
    swept = data_key, spec, replace(found_by, n_clusters=None, start=())
    sweep, stability = session.sweeps.get(swept), session.stabilities.get(swept)
    n_clusters = segments.n_clusters
    if found_by.start or sweep is None or n_clusters not in sweep.n_clusters:
        return bare
    measured = stability is not None and n_clusters in stability.n_clusters
    repeatability = stability.step(n_clusters).stability if measured else float("nan")
    return replace(bare, separation=sweep.step(n_clusters).silhouette, repeatability=repeatability)


def _separated(found: Found, prepared: Features, segments: Clustering) -> Found:
    """With the separation, which is quickly measured where it is not known yet."""
    if not isnan(found.separation):
        return found
    told = taking_part(prepared, segments)
    return replace(found, separation=mean_silhouette(told.X, segments.fit_labels, segments.spec.random_state)[0])


def _label_of(outer: Outer) -> int:
    """Which segment of the outer segmentation was looked into."""
    row = np.searchsorted(outer.segments.rows, outer.among.rows[0])
    return int(outer.segments.labels[row])
