"""Which segments are given to whom: those on show or saved ones, a file of new customers or the same file."""

from collections.abc import Callable

import streamlit as st

from clustering import Clustering
from clustering.recipe import Recipe, told_stand_in
from clustering.wording import one_line
from pages._ui import compute
from pages._ui.compute import applying
from pages._ui.frame import empty_state
from pages._ui.places import DATA_PAGE, FEATURES_PAGE
from pages._ui.sentences import applying as told
from pages._ui.session import Session
from pages._ui.session.applying import Chosen
from pages._ui.text import plain
from pages._ui.widgets import found_or_ways_on, shown_errors, tell_inside

_OWN, _SAVED = "own", "saved"
_RECIPE = "Saved segments: a file made by Save my work"
_FILE = "New customers: CSV, Excel or Parquet, also zipped; up to 200 MB"


def choose(session: Session) -> tuple[Chosen, Clustering | None]:
    """The segments that are given, and the segmentation on show where they are its own; ends the page without any."""
    has_own, saved = session.features is not None, _saved(session)
    if not has_own and saved is None:
        _nothing_yet(session)
        st.stop()
    above = st.container(gap="small")
    has_fields = (has_own and saved) or (session.applying.file is not None and session.table is not None)
    row = above.container(horizontal=True, vertical_alignment="bottom" if has_fields else "center")
    with row:
        if has_own and saved:
            _choose_segments(session, *saved)
        elif saved:
            st.markdown(f"**{plain(told.segments_of(saved[0]))}**", width="content")
        _choose_customers(session)
    segments = None
    if has_own and (session.applying.is_own or saved is None):
        segments = _segments_on_show(session, row)
        with shown_errors():
            chosen = applying.own(session, segments)
            _choose_stand_in(session, segments, chosen)
            _open_files(session, chosen, row)
            return chosen, segments
        st.stop()
    chosen = session.applying.chosen(saved[0], is_own=False)
    _open_files(session, chosen, row)
    with above:
        st.caption(plain(told.found_in(chosen.recipe), most=500))
        if chosen.recipe.stand_in:
            st.caption(plain(told_stand_in(chosen.recipe), most=500))
    return chosen, None


def upload_customers(session: Session, chosen: Chosen) -> None:
    """Where there are no new customers yet: a field for their file, and the file that is loaded anyway."""
    with st.container(border=True, gap="small"):
        st.markdown("## Who is new?", anchors=False)
        st.markdown(
            ":gray[A file with the same columns as the one the segments were found in: next month's customers, another "
            "shop, or a few people. Every row comes back with its segment, or with the reason why it has none.]"
        )
        _field(session, "customers", _FILE, lambda upload: applying.take_file(session, chosen, upload))
        if session.table is not None and st.button(
            f"Take the file that is loaded: {plain(session.title, 40)}", icon=":material/replay:", type="tertiary"
        ):
            applying.take_same(session)


def upload_before(session: Session) -> None:
    """A field for the labelled file of then."""
    _field(session, "before", "The labelled file of then", lambda upload: applying.take_before(session, upload))


def _saved(session: Session) -> tuple[Recipe, str] | None:
    """Segments from a file: opened here, or saved work that waits for its customers."""
    if session.applying.recipe is not None:
        return session.applying.recipe, session.applying.recipe_name
    waiting = session.saved.recipe
    return None if waiting is None else (waiting, "Saved work")


def _nothing_yet(session: Session) -> None:
    told_how = "Load a table with one row per customer first: your own file, or one of the samples."
    way = DATA_PAGE, "Upload your customers or take a sample", ":material/upload_file:"
    if session.table is not None:
        told_how = "No column of this table can build segments yet. The Features page says why."
        way = FEATURES_PAGE, "See why", ":material/tune:"
    with empty_state("Your new customers will be here", f"{told_how} Or open segments that you saved before."):
        st.page_link(way[0], label=way[1], icon=way[2])
        with st.container(width=440):
            _recipe_field(session)


def _segments_on_show(session: Session, row) -> Clustering:
    """The session's own segmentation; ends the page while there is none, with a field for saved segments."""
    tell_inside(session)
    segments = found_or_ways_on(session, compute.segmentation)
    if segments is None:
        with row:
            _folded("Open saved segments", lambda: _recipe_field(session))
        st.stop()
    return segments


def _choose_segments(session: Session, recipe: Recipe, name: str) -> None:
    options = {_OWN: told.own_option(session.n_segments, session.title), _SAVED: told.recipe_option(recipe, name)}
    which = st.selectbox(
        "Segments",
        tuple(options),
        index=0 if session.applying.is_own else 1,
        format_func=options.get,
        key=f"apply-segments-{session.applying.n_taken}-{session.n_loaded}",
        width=320,
    )
    session.applying.is_own = which == _OWN


def _choose_customers(session: Session) -> None:
    """Whom the segments are given to, where there are two files to choose from."""
    state = session.applying
    if state.file is None or session.table is None:
        return
    options = {False: one_line(state.file.name, 40), True: f"The file that is loaded: {one_line(session.title, 40)}"}
    state.is_same = st.selectbox(
        "Customers",
        tuple(options),
        index=int(state.is_same),
        format_func=options.get,
        key=f"apply-customers-{state.n_taken}-{session.n_loaded}",
        width=280,
    )


def _choose_stand_in(session: Session, segments: Clustering, chosen: Chosen) -> None:
    """Where the method places no new customers: which rule does, with how often each is right."""
    if not chosen.recipe.stand_in:
        return
    rules = applying.stand_ins(session, segments)
    with st.container(border=True, gap="small"):
        st.markdown(f":material/info: {plain(told_stand_in(chosen.recipe), most=500)}")
        rule = st.radio(
            "New customers go to the segment of the",
            tuple(rules),
            index=list(rules).index(chosen.recipe.stand_in),
            format_func=lambda name: told.stand_in_option(name, rules[name]),
            horizontal=True,
            key=session.key(f"stand-in-{session.segments_key}"),
        )
        if rule != chosen.recipe.stand_in:
            applying.use_stand_in(session, rule)


def _open_files(session: Session, chosen: Chosen, row) -> None:
    """Fields for other files, folded away."""
    has_customers = session.applying.file is not None or (session.applying.is_same and session.table is not None)

    def fields() -> None:
        if has_customers:
            _field(session, "customers", _FILE, lambda upload: applying.take_file(session, chosen, upload))
        _recipe_field(session)

    with row:
        _folded("Other files" if has_customers else "Open saved segments", fields)


def _recipe_field(session: Session) -> None:
    _field(session, "recipe", _RECIPE, lambda upload: applying.take_recipe(session, upload))


def _folded(title: str, fields: Callable) -> None:
    with st.popover(title, icon=":material/folder_open:"), st.container(width=360):
        fields()


def _field(session: Session, what: str, label: str, take: Callable) -> None:
    """A field for a file that is taken as soon as it is there."""
    upload = st.file_uploader(
        label,
        max_upload_size=compute.UPLOAD_LIMIT_MB,
        key=f"apply-{what}-{session.applying.n_taken}",
    )
    with shown_errors():
        take(upload)
