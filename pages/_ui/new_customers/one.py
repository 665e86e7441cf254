"""One customer typed in: their segment, how sure it is, and what its customers are like."""

import streamlit as st

from clustering.recipe import Recipe
from clustering.recipe.single import ANOTHER, PlacedOne, Question, place_one, questions
from clustering.wording import one_line
from pages._ui.segments.cards import picture
from pages._ui.sentences import applying as told
from pages._ui.session import fill_in
from pages._ui.session.applying import Chosen
from pages._ui.tables import applying as tables
from pages._ui.text import plain
from pages._ui.widgets import day_format, shown_errors


def one_customer(chosen: Chosen) -> None:
    """Fields for what decides about a customer; the answer stands above them and follows what is typed."""
    answer = st.container(border=True, gap="small")
    with st.container(border=True, gap="small"):
        st.markdown("### What do you know of the customer?", anchors=False)
        with st.grid(3, min_column_width=220, gap="small"):
            values = {asked.name: _field(chosen, asked) for asked in questions(chosen.recipe)}
        st.caption("It begins with a customer in the middle of all. Empty a field where you do not know.")
    with shown_errors(answer):
        placed = place_one(chosen.recipe, values)
        with answer:
            _answer(chosen.recipe, placed)
        if placed.label is not None:
            frame, config = tables.figures_table(placed)
            st.dataframe(frame, hide_index=True, column_config=config, alt="The customer beside the segment's average")


def _answer(recipe: Recipe, placed: PlacedOne) -> None:
    if placed.label is None:
        st.markdown("## This customer has no segment", anchors=False)
        st.markdown(plain(told.not_placed_told(placed), most=600))
        return
    look = recipe.segments[placed.label].look(placed.label)
    st.markdown(f"## {picture(look)} {plain(one_line(look.name, 60))} {told.sure_badge(placed)}", anchors=False)
    st.markdown(plain(told.placed_told(placed, recipe.names), most=900))
    if note := told.special_told(placed):
        st.markdown(f":material/flag: {plain(note, most=600)}")
    with st.grid(4 if placed.probability is not None else 3, min_column_width=140, gap="small"):
        st.metric(
            "Margin",
            told.margin_told(placed),
            help="0 is on the border to the second-best segment, 1 on the center of this one.",
        )
        if placed.probability is not None:
            st.metric("Probability", told.share_of(placed.probability), help="Of this segment, by the method.")
        st.metric(
            "To its center",
            told.distance_told(placed.distance),
            help="Distance in prepared units (standard deviations if the columns were scaled so).",
        )
        st.metric("To the second best", told.distance_told(placed.second_distance))


def _field(chosen: Chosen, asked: Question) -> object:
    """The field for one column; what it begins with can be emptied."""
    label, key = plain(one_line(asked.name, 60)), f"one-{chosen.digest[:12]}-{asked.name}"
    if asked.kind == "level":
        options = [*asked.levels, *([ANOTHER] if asked.is_open else []), None]
        # positions: a level may be called like what is added to them
        at = st.selectbox(
            label,
            range(len(options)),
            format_func=lambda i: told.level_option(options[i], is_added=i >= len(asked.levels)),
            key=key,
            persist_state="session",
        )
        return options[at]
    fill_in(key, int(asked.start) if asked.is_whole else asked.start)
    if asked.kind == "date":
        return st.date_input(
            label,
            value=None,
            min_value="1900-01-01",
            max_value="2100-12-31",
            format=day_format(),
            key=key,
            persist_state="session",
        )
    return st.number_input(
        label,
        value=None,
        step=1 if asked.is_whole else told.step(asked),
        format="%d" if asked.is_whole else "%.10g",
        placeholder=told.NOT_KNOWN,
        help=told.range_told(asked),
        key=key,
        persist_state="session",
    )
