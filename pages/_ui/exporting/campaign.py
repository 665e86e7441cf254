"""A campaign list: whom to contact, and whom to leave alone so that the effect can be seen."""

import streamlit as st

from clustering import Clustering
from clustering.export import CampaignSpec, ContactColumn, contact_columns, contact_entries
from clustering.wording import count, one_line, whole
from pages._ui import compute, tables
from pages._ui.downloads import save_button
from pages._ui.sentences import download_name, entry_readings
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
    left_out = _left_out(session)
    with shown_errors():
        spec = CampaignSpec(tuple(chosen), n, control / 100, seed, left_out)
        drawn = compute.draw_campaign(session, segments, spec)
        st.markdown(f"## {whole(drawn.n_contact)} to contact, {whole(drawn.n_control)} held out", anchors=False)
        frame, config = tables.campaign_of(drawn)
        st.dataframe(frame, hide_index=True, column_config=config, alt="Customers of the campaign by segment")
        show_notes(drawn.notes)
        save_button(
            "Save the campaign list",
            data=compute.campaign_csv(session, segments, drawn),
            file_name=download_name(session.table.reading.file_name, f"campaign_seed_{seed}"),
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            key=session.key("save-campaign"),
            help=f"{count(len(drawn.rows), 'row')} as they stood, with the segment and whether to contact or hold out.",
        )


def _left_out(session: Session) -> tuple[ContactColumn, ...]:
    """Which columns say who must not be contacted, which entries mean so, and what no entry means."""
    proposed = {one.name: one for one in contact_columns(session.table)}
    names = [column.name for column in session.table.columns if column.role not in ("empty", "constant")]
    chosen = st.multiselect(
        "Columns that say who must not be contacted",
        [*proposed, *(name for name in names if name not in proposed)],
        default=list(proposed),
        format_func=one_line,
        placeholder="nobody is left out",
        key=session.key("campaign-columns"),
        help="Who is left out by one of them is left out.",
    )
    return tuple(_meant(session, name, proposed.get(name)) for name in chosen)


def _meant(session: Session, name: str, usual: ContactColumn | None) -> ContactColumn:
    """What the entries of one column mean."""
    entries = contact_entries(session.table, name)
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        if entries is not None:
            levels = st.multiselect(
                f"Not to be contacted, by {plain(name, most=40)}",
                entries,
                default=[] if usual is None else [one for one in entries if _refuses(usual, one)],
                format_func=one_line,
                key=session.key(f"campaign-levels-{name}"),
                width=420,
            )
            contact_missing, kind = usual is not None and usual.contact_missing, ""
        else:
            readings = entry_readings(usual)
            kind = st.selectbox(
                f"An entry in {plain(name, most=40)} means",
                list(readings),
                key=session.key(f"campaign-means-{name}"),
                width=420,
            )
            levels = readings[kind]
            contact_missing = levels is None
        contact_missing = st.checkbox(
            "Contact those without an entry",
            value=contact_missing,
            key=session.key(f"campaign-missing-{name}-{kind}"),
        )
    return ContactColumn(name, levels, contact_missing)


def _refuses(usual: ContactColumn, entry: str) -> bool:
    return usual.exclude_levels is None or entry in usual.exclude_levels
