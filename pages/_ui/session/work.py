"""A session made of saved work: its table, its choices, and what its segments are called."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from clustering import Clustering, Table
from clustering.edits import Edits
from clustering.errors import InvalidSetting
from clustering.groups import Group
from clustering.identity import Identities, Identity
from clustering.recipe import Applied, Recipe, Work, versions
from clustering.wording import listing, one_line, whole
from pages._ui.session.left import Purchases
from pages._ui.session.limits import LARGEST, LEAST_TRIED, MOST_TRIED, NAME_LENGTH, NOTE_LENGTH, SMALLEST
from pages._ui.session.session import Session

_ROUNDING = 1e-6  # relative to how far the centers lie apart


def begin(
    before: Session, recipe: Recipe, table: Table, title: str, source: bytes | Path | None, purchases: Purchases | None
) -> Session:
    """A session with the table and those choices that hold for all segmentations of it.

    Raises
    ------
    InvalidSetting
        If a group holds customers that are not in the table.
    """
    fresh = Session(table, title, source, purchases, saved=replace(before.saved, recipe=None))
    fresh.upload_id, fresh.n_loaded, fresh.picture_format = before.upload_id, before.n_loaded + 1, before.picture_format
    fresh.applying = before.applying
    bound_choices(fresh, recipe.work)
    fresh.groups = tuple(_group(name, rows, table.n_rows) for name, rows in recipe.work.groups)
    return fresh


def bound_choices(session: Session, work: Work) -> None:
    """What is tried and what is acceptable, as far as it can be chosen here."""
    if len(work.k_range) == 2 and LEAST_TRIED <= work.k_range[0] <= work.k_range[1] <= MOST_TRIED:
        session.k_range = work.k_range
    if work.min_share in SMALLEST:
        session.min_share = work.min_share
    if work.max_share in LARGEST:
        session.max_share = work.max_share


def _group(name: str, rows: tuple[int, ...], n_rows: int) -> Group:
    if not rows or not 0 <= min(rows) <= max(rows) < n_rows:
        raise InvalidSetting(f'The group "{one_line(name)}" holds customers who are not in this file.')
    return Group(name, np.array(rows))


def choose(session: Session, recipe: Recipe) -> None:
    """Take columns, settings, the number of segments and the steps by hand."""
    session.features, session.clustering = recipe.features, recipe.clustering
    session.edits[session.found_key] = Edits(recipe.work.steps)


def is_as_saved(recipe: Recipe, segments: Clustering) -> bool:
    """Whether the segments on show are those that were saved."""
    then, now = recipe.cluster_centers, segments.cluster_centers
    sizes = tuple(segment.size for segment in recipe.segments)
    if sizes != segments.sizes or then.shape != now.shape or recipe.found.n_noise != len(segments.noise):
        return False
    return bool(np.abs(then - now).max() <= _ROUNDING * max(float(np.ptp(now)), 1.0))


def call_as_saved(session: Session, recipe: Recipe, segments: Clustering) -> None:
    """Give the segments on show the names, notes and hues that they were saved with."""
    key, known = session.segments_key, _identities(recipe)
    session.identities = Identities().recall(key, segments.n_rows, segments.rows, segments.labels, known)


def call_by_customers(session: Session, recipe: Recipe, segments: Clustering, placed: Applied) -> None:
    """Do so where the segments came out otherwise: by where the recipe places their customers. Told as a caveat."""
    then = "as saved", recipe.source.digest
    session.identities = Identities().recall(then, placed.n_rows, placed.rows, placed.labels, _identities(recipe))
    session.show(segments, session.segments_key)
    session.saved.caveats[session.segments_key] = _came_out_otherwise(recipe, segments)


def _identities(recipe: Recipe) -> tuple[Identity, ...]:
    return tuple(
        Identity(one.hue, one_line(one.name, NAME_LENGTH), one_line(one.note, NOTE_LENGTH)) for one in recipe.segments
    )


def _came_out_otherwise(recipe: Recipe, segments: Clustering) -> str:
    then = " · ".join(whole(segment.size) for segment in recipe.segments)
    now = " · ".join(whole(size) for size in segments.sizes)
    here = dict(versions())
    others = [f"{name} {was} (here {here[name]})" for name, was in recipe.versions if here.get(name, was) != was]
    why = (
        f"They were saved with {listing(map(one_line, others), quote='')}, which can find slightly other segments."
        if others
        else "The saved file may have been changed."
    )
    return (
        f"These segments are not quite those that were saved: {then} customers then, {now} now. {why} Names, notes and "
        "colours went to the segments that hold most of the same customers."
    )
