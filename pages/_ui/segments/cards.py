"""A card per segment: who they are, what sets them apart, how far they can be relied on; and their names."""

import base64

import streamlit as st

from clustering import Clustering
from clustering.identity import Look, default_name, swatch
from clustering.profile.checklist import Check
from clustering.profile.compare import Comparison
from clustering.profile.persona import character, overall, proposed_names
from clustering.profile.phrases import capital, short_titles
from clustering.wording import count, one_line
from pages._ui import compute, tables
from pages._ui.frame import mode
from pages._ui.sentences import came_from, looked_at, repeated_names, segment_size, typical_customer
from pages._ui.session import NAME_LENGTH, NOTE_LENGTH, Session, typed
from pages._ui.text import plain

_MOST_BADGES = 3
_LEVELS = {
    "green": ("green", "check"),
    "amber": ("yellow", "warning"),
    "red": ("red", "close"),
    "unknown": ("gray", "question_mark"),
}
_MARKS = {1: ("blue", "arrow_upward"), -1: ("orange", "arrow_downward"), 0: ("gray", "remove")}


def cards(session: Session, segments: Clustering, comparison: Comparison) -> None:
    """All segments, the largest first, and everybody for comparison."""
    checks, everybody = compute.checks(session, segments), looked_at(session.outer is not None, segments)
    typical = compute.typical(session, segments)
    # against everybody, whatever the cards compare with: a name outlives the comparison
    proposed = _free(proposed_names(comparison.profile.against("all")), session.looks)
    with st.grid(3, min_column_width=240, gap="small"):
        for label in range(segments.n_clusters):
            with st.container(border=True, height="stretch", gap="small"):
                _head(session, comparison, label)
                told = character(comparison, label, names=session.segment_names, everybody=everybody)
                st.markdown(plain(told, most=600))
                _badges(comparison, label)
                told = typical_customer(session.table, session.features.columns, typical[label])
                st.caption(f":material/person: {plain(told)}")
                _checks(checks[label])
                _naming(session, segments, label, proposed[label])
        _everybody(session, segments, comparison, proposed, everybody)
    with st.expander("How far each segment can be relied on", icon=":material/rule:"):
        frame, config = tables.checks_table(checks, session.segment_names)
        st.dataframe(frame, hide_index=True, column_config=config, alt="Every check of every segment, with its reason")
    names = session.segment_names
    for name in repeated_names(names):
        st.warning(f"Two segments are called {plain(name)}. Give one of them another name.", icon=":material/label:")


def _free(proposed: tuple[str, ...], looks: tuple[Look, ...]) -> tuple[str, ...]:
    """The proposals, numbered where another segment is called so already."""
    free = []
    for label, name in enumerate(proposed):
        taken = {look.name for other, look in enumerate(looks) if other != label and look.is_named} | set(free)
        number = 2
        told = name
        while told in taken:
            told, number = f"{name} ({number})", number + 1
        free.append(told)
    return tuple(free)


def _take_all(session: Session, segments: Clustering, proposed: tuple[str, ...]) -> None:
    """Offer all proposed names at once, as long as a segment has none."""
    unnamed = {label: proposed[label] for label, look in enumerate(session.looks) if not look.is_named}
    if unnamed and st.button(
        "Name all as proposed" if len(unnamed) == len(proposed) else "Name the others as proposed",
        icon=":material/label:",
        type="tertiary",
        key=session.key("name-all"),
        help="Names made of what each segment has more and less of than all customers. You can change every one.",
    ):
        compute.call(session, segments, unnamed)


def _head(session: Session, comparison: Comparison, label: int) -> None:
    look, identity = session.looks[label], session.identities.of(session.segments_key)[label]
    with st.container(gap="xxsmall"):
        st.markdown(f"### {picture(look)} {plain(look.name)}", anchors=False)
        number = f"{default_name(label)} · " if look.is_named else ""
        st.caption(plain(f"{number}{segment_size(comparison.profile, label)}"))
        if told := came_from(session.identities.origins(session.segments_key), label):
            st.caption(f":material/alt_route: {plain(told)}")
        if identity.note:
            st.caption(f":material/sticky_note_2: {plain(identity.note, most=300)}")


def picture(look: Look) -> str:
    """The segment's mark as a picture in Markdown; its shape is what a screen reader says."""
    drawn = base64.b64encode(swatch(look.mark, mode()).encode()).decode()
    return f"![{look.mark.symbol}](data:image/svg+xml;base64,{drawn})"


def _badges(comparison: Comparison, label: int) -> None:
    """The three strongest differences, with the index (100 is average)."""
    titles = short_titles(comparison.columns)
    with st.container(horizontal=True, gap="xsmall"):
        for trait in comparison.traits(label)[:_MOST_BADGES]:
            colour, icon = _MARKS[trait.mark]
            told = capital(titles[trait.column]) if trait.level is None else one_line(trait.level, 24)
            # not st.badge, which escapes a second time
            st.markdown(f":{colour}-badge[:material/{icon}: {plain(f'{told} {trait.figure_written}')}]")


def _checks(checks: tuple[Check, ...]) -> None:
    """How far the segment can be relied on: every check with its number; the reasons stand in the table below."""
    badges = []
    for check in checks:
        colour, icon = _LEVELS[check.level]
        badges.append(f":{colour}-badge[:material/{icon}: {plain(f'{check.name} {check.brief}')}]")
    st.markdown(" ".join(badges))


def _naming(session: Session, segments: Clustering, label: int, proposed: str) -> None:
    """The proposed name at one click, and fields for a name and a note of one's own."""
    identity = session.identities.of(session.segments_key)[label]
    origins = session.identities.origins(session.segments_key)
    is_merged = bool(origins) and origins[label].kind == "merged"
    offers = proposed != identity.name and (not identity.name or is_merged)
    # also without a proposal, or the fields would close when its name is typed
    with st.container(horizontal=True, gap="small", vertical_alignment="center", horizontal_alignment="distribute"):
        if offers:
            st.caption(f"Proposed name: {plain(proposed)}")
            if st.button(
                "Take it",
                icon=":material/label:",
                type="tertiary",
                key=session.key(f"take-{label}-{proposed}"),
                help=f'Call this segment "{plain(proposed)}".',
            ):
                compute.call(session, segments, {label: proposed})
    # not a popover, which the keyboard reaches only after all else on the page
    with st.expander("Name, note", icon=":material/edit:", type="compact"):
        _field(st.text_input, session, segments, label, "name", placeholder=proposed, max_chars=NAME_LENGTH)
        planned = "What you plan for them …"
        _field(st.text_area, session, segments, label, "note", placeholder=planned, max_chars=NOTE_LENGTH)


def _field(field, session: Session, segments: Clustering, label: int, what: str, **settings) -> None:
    """A field for the name of a segment or the note on it.

    What is typed is taken before the page is drawn, because the click that ends the typing may be one on another
    button. The key holds what stands there: a name taken elsewhere is not overwritten by an old field.
    """
    value = getattr(session.identities.of(session.segments_key)[label], what)
    key = session.key(f"{what}-{label}-{value}-{session.segments_key}")
    field(
        f"{what.capitalize()} {'of' if what == 'name' else 'on'} segment {label + 1}",
        value=value,
        key=key,
        on_change=lambda: session.call(segments, label, **{what: typed(key)}),
        **settings,
    )


def _everybody(
    session: Session, segments: Clustering, comparison: Comparison, proposed: tuple[str, ...], everybody: str
) -> None:
    """All customers, for comparison, and what can be done with all segments."""
    with st.container(border=True, height="stretch", gap="small"):
        with st.container(gap="xxsmall"):
            st.markdown(f"### :gray[:material/groups:] {capital(everybody)}", anchors=False)
            whose = ": the average that 100 stands for" if comparison.baseline == "all" else ""
            st.caption(f"{count(len(segments.rows), 'customer')} with a segment{whose}")
        st.markdown(plain(overall(comparison.profile, everybody=everybody), most=600))
        _take_all(session, segments, proposed)
