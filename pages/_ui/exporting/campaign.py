"""A campaign list: whom to contact, and whom to leave alone so that the effect can be seen."""

import streamlit as st

from clustering import Clustering
from clustering.export import CampaignSpec, contact_columns, contact_entries
from clustering.wording import count
from pages._ui import compute, tables
from pages._ui.sentences import download_name
from pages._ui.session import Session
from pages._ui.text import plain
from pages._ui.widgets import show_notes, shown_errors


def campaign_list(session: Session, segments: Clustering) -> None:
    """Choose the segments and how many, and take the list away."""
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        chosen = st.multiselect(
            "Segments",
            range(segments.n_clusters),
            default=[0],
            format_func=session.segment_options.__getitem__,
            key=session.key(f"campaign-{session.segments_key}"),
            width=320,
        )
        n = st.number_input(
            "Customers",
            min_value=1,
            value=None,
            step=1,
            placeholder="all",
            key=session.key("campaign-n"),
            width=150,
            help="In the campaign as a whole, contacted and held out together. Empty: all who may be contacted.",
        )
        control = st.number_input(
            "Control group, %",
            min_value=0,
            max_value=90,
            value=10,
            step=5,
            key=session.key("campaign-control"),
            width=150,
            help="Drawn at random and not contacted: what the others buy more than these is what the campaign did.",
        )
        seed = st.number_input(
            "Seed",
            min_value=0,
            value=0,
            step=1,
            key=session.key("campaign-seed"),
            width=110,
            help="The same seed draws the same customers; write it down with the campaign.",
        )
    column, levels, contact_missing = _not_contacted(session)
    with shown_errors():
        spec = CampaignSpec(tuple(chosen), n, control / 100, seed, column, levels, contact_missing)
        drawn = compute.draw_campaign(session, segments, spec)
        st.markdown(f"## {drawn.n_contact:,} to contact, {drawn.n_control:,} held out", anchors=False)
        frame, config = tables.campaign_of(drawn)
        st.dataframe(frame, hide_index=True, column_config=config, alt="Customers of the campaign by segment")
        show_notes(drawn.notes)
        st.download_button(
            "Save the campaign list",
            data=lambda: compute.campaign_csv(session, segments, drawn).content,
            file_name=download_name(session.table.reading.file_name, f"campaign_seed_{seed}"),
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            key=session.key("save-campaign"),
            help=f"{count(len(drawn.rows), 'row')} as they stood, with the segment and whether to contact or hold out.",
        )


def _not_contacted(session: Session) -> tuple[str | None, tuple[str, ...] | None, bool]:
    """Which column says who must not be contacted, which entries mean so, and what no entry means."""
    proposed = {one.name: one for one in contact_columns(session.table)}
    names = [column.name for column in session.table.columns if column.role not in ("empty", "constant")]
    options = [None, *proposed, *(name for name in names if name not in proposed)]
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        column = st.selectbox(
            "Not to be contacted, by column",
            options,
            index=1 if proposed else 0,
            format_func=lambda name: "nobody is left out" if name is None else plain(name),
            key=session.key("campaign-column"),
            width=320,
        )
        if column is None:
            return None, (), False
        entries, usual = contact_entries(session.table, column), proposed.get(column)
        levels = usual.exclude_levels if usual else None
        if entries is not None:
            default = list(usual.exclude_levels or ()) if usual else []
            levels = tuple(
                st.multiselect(
                    "Entries that mean so",
                    entries,
                    default=[level for level in default if level in entries],
                    key=session.key(f"campaign-levels-{column}"),
                    width=320,
                )
            )
        missing = st.checkbox(
            "Contact those without an entry",
            value=bool(usual and usual.contact_missing),
            key=session.key(f"campaign-missing-{column}"),
        )
    return column, levels, missing
