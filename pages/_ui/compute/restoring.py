"""Going on with saved work: from the same file where it was left, from another with its settings."""

from dataclasses import dataclass, replace
from pathlib import Path

import streamlit as st

import clustering
from clustering import Clustering, ClusteringError, Table
from clustering.recipe import Recipe, apply_recipe
from clustering.table import ReadOptions
from clustering.wording import spelled
from pages._ui.compute.segments import shown
from pages._ui.jobs import gate
from pages._ui.places import NEW_PAGE, SEGMENTS_PAGE
from pages._ui.samples import SAMPLES
from pages._ui.sentences import ONLY_A_CUT
from pages._ui.session import Purchases, Session, work
from pages._ui.session.looking import look_back, look_into


@dataclass(frozen=True, eq=False)
class AtHand:
    """The table that work was saved with; what it is called, and what it was read or made from."""

    table: Table
    title: str
    source: bytes | Path | None
    purchases: Purchases | None = None


def of_loaded(session: Session, recipe: Recipe) -> AtHand | None:
    """The table, if it is the one loaded, read another way or made from the purchases loaded; else None."""
    if session.table is None:
        return None
    before = session.purchases
    if before and (found := _of_table(recipe, before.table, before.title, before.source)):
        return found
    if found := _of_table(recipe, session.table, session.title, session.source):
        return found
    if session.source is None or _options(recipe) == session.table.options:
        return None
    return of_file(recipe, session.source, session.table.reading.file_name, title=session.title)


def of_sample(recipe: Recipe) -> AtHand | None:
    """The table, if it is one of the samples; else None."""
    wanted = (recipe.source.purchases or recipe.source).file_name
    sample = next((sample for sample in SAMPLES if sample.file_name == wanted), None)
    return sample and of_file(recipe, sample.path, None, title=sample.title)


def of_file(recipe: Recipe, source: bytes | Path, name: str | None, *, title: str | None = None) -> AtHand | None:
    """The table, if this is its file; else None."""
    try:
        with gate():
            table = clustering.read_table(source, name=name, options=_options(recipe))
    except ClusteringError:  # it cannot be read as that file was, so it is another one
        return None
    return _of_table(recipe, table, title or name, source)


def _options(recipe: Recipe) -> ReadOptions:
    return (recipe.source.purchases or recipe.source).options


def _of_table(recipe: Recipe, table: Table, title: str, source: bytes | Path | None) -> AtHand | None:
    """The table, if it is this one or is made from this one; else None."""
    made_from = recipe.source.purchases
    if made_from is None:
        return AtHand(table, title, source) if table.digest == recipe.source.digest else None
    if table.digest != made_from.digest:
        return None
    with gate():
        customers = clustering.rfm(table, made_from.mapping)
    if customers.digest != recipe.source.digest:
        return None
    return AtHand(customers, f"{title} (per customer)", None, Purchases(table, title, source, made_from.mapping))


def restore(session: Session, recipe: Recipe, found: AtHand) -> None:
    """Go on with saved work where it was left; what cannot be had leaves what is shown."""
    fresh = work.begin(session, recipe, found.table, found.title, found.source, found.purchases)
    if recipe.outer is not None:
        look_into(fresh, _take(fresh, recipe.outer), recipe.outer_label)
    segments = _take(fresh, recipe)
    if session.job:
        session.job.stop()
    fresh.saved.wait_for(None)
    fresh.saved.news = f"Your work on {found.title} is here again: {spelled(segments.n_clusters)} segments."
    session.__dict__.update(fresh.__dict__)


def _take(session: Session, recipe: Recipe) -> Clustering:
    """Find the segments again and call them as they were called."""
    work.choose(session, recipe)
    segments = shown(session)
    if ONLY_A_CUT in recipe.found.doubts:
        session.saved.cuts.add(session.segments_key)
    if work.is_as_saved(recipe, segments):
        work.call_as_saved(session, recipe, segments)
    else:
        with gate():
            placed = apply_recipe(recipe, session.table)
        work.call_by_customers(session, recipe, segments, placed)
    return segments


def use_saved_settings(session: Session) -> None:
    """Segment the loaded table as that of the saved work was; what cannot be had leaves what is shown."""
    recipe = session.saved.recipe.outer or session.saved.recipe
    if session.outer:
        look_back(session)
    before = session.features, session.clustering
    # start centers were placed among other customers
    session.features, session.clustering = recipe.features, replace(recipe.clustering, start=())
    try:
        shown(session)
    except Exception:  # whatever went wrong, the next page must not try it again
        session.features, session.clustering = before
        raise
    work.bound_choices(session, recipe.work)
    session.n_loaded, session.told = session.n_loaded + 1, ()
    session.saved.wait_for(None)
    st.switch_page(SEGMENTS_PAGE)


def place_in_saved(session: Session) -> None:
    """Give the customers of the loaded table the saved segments, on the page for that."""
    session.applying.take_recipe(session.saved.recipe, "Saved work")
    session.applying.is_same = True
    st.switch_page(NEW_PAGE)


def forget_saved(session: Session) -> None:
    """Wait no longer for the file of saved work."""
    session.saved.wait_for(None)
    session.upload_id = session.upload_error = None  # a file that could not be gone on with can be looked at
    st.rerun()
