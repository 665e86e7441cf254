"""The frame of every page: page config, side menu with the card of the session, title, and what a page needs."""

from contextlib import contextmanager

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from clustering.reader import ask
from clustering.wording import count, listing, one_line
from pages._ui import leaving
from pages._ui.entry import let_in, way_out
from pages._ui.places import CHOOSE_PAGE, DATA_PAGE, FEATURES_PAGE, NEW_PAGE, SEGMENTS_PAGE, TRANSACTIONS_PAGE
from pages._ui.saving import save_work
from pages._ui.sentences import LOST, customers_told, on_columns
from pages._ui.session import Session, current
from pages._ui.text import plain

LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="32" height="32">'
    '<circle cx="9" cy="19" r="8.5" fill="#006DC7"/><rect x="17" y="3" width="12" height="12" fill="#BB8A1B"/>'
    '<path d="M24.5 17.5 31 24l-6.5 6.5L18 24z" fill="#00634C"/></svg>'
)
STEPS = (
    ("app.py", "Start", "home"),
    (DATA_PAGE, "Data", "table_view"),
    (TRANSACTIONS_PAGE, "Transactions", "receipt_long"),
    (FEATURES_PAGE, "Features", "tune"),
    (CHOOSE_PAGE, "Number of segments", "stacked_line_chart"),
    ("pages/4_Clusters.py", "Clusters", "scatter_plot"),
    (SEGMENTS_PAGE, "Segments", "groups"),
    ("pages/6_Export.py", "Export", "download"),
)
HOW_PAGE = "pages/9_How_k_means_works.py"
COMPARE_PAGE = "pages/8_Compare.py"
BESIDE = (
    (NEW_PAGE, "New customers", "person_add"),
    (COMPARE_PAGE, "Compare", "compare_arrows"),
    (HOW_PAGE, "How k-means works", "school"),
)  # below the steps: none of them, and never ticked
_WAYS_ON = {  # what is missing, and the link to where it is got
    DATA_PAGE: (
        "Load a table with one row per customer first: your own file, or one of the samples.",
        "Upload your customers or take a sample",
        "upload_file",
    ),
    FEATURES_PAGE: (
        "No column of this table can build segments yet. The Features page says why.",
        "See why",
        "tune",
    ),
}


def _locale() -> str | None:
    """Language and country that the browser asks for; None in a thread that works for no page."""
    return st.context.locale if get_script_run_ctx(suppress_warning=True) else None


ask(_locale)


def mode() -> str:
    """Whether the page is shown "light" or "dark"."""
    return st.context.theme.type or "light"


def on_a_phone() -> bool:
    """Whether the browser calls itself one of a phone."""
    return "Mobi" in st.context.headers.get("User-Agent", "")


@contextmanager
def page(script: str, purpose: str = ""):
    """The frame of a page: page config, menu, title and what the page is for; yields the session.

    Parameters
    ----------
    script : str
        The page's own path, one of `STEPS` or `BESIDE`.
    purpose : str
        One sentence below the title; without it no title is drawn.
    """
    title = next(title for path, title, _ in (*STEPS, *BESIDE) if path == script)
    st.set_page_config(
        page_title=f"{title} · Cluster Explorer", page_icon=LOGO, layout="wide", initial_sidebar_state=256
    )
    let_in()
    session = current()
    leaving.watch(session)
    card = _menu(session, script)
    shown = _card_lines(session), _work(session)
    _tell_news(session)
    if session.table is not None:
        session.visited.add(script)
    with st.container(width=1080, gap="medium", key="page"):
        if purpose:
            with st.container(gap="xxsmall"):
                st.title(title, anchor=False)
                st.markdown(f":gray[{purpose}]")
        if session.is_lost and session.table is None:
            st.warning(LOST, icon=":material/link_off:")
        try:
            yield session
        finally:
            # what the page found out or the user just chose
            if (_card_lines(session), _work(session)) != shown:
                _draw_card(card, session, key="save-as-well")
            leaving.collect_later()


def needs(value, *, what: str, go_to: str = DATA_PAGE):
    """Return the value, or where it is None say what will be here and how to get it, and end the page."""
    if value is not None:
        return value
    told, label, icon = _WAYS_ON[go_to]
    with empty_state(what, told):
        st.page_link(go_to, label=label, icon=f":material/{icon}:")
    st.stop()


@contextmanager
def empty_state(what: str, told: str):
    """Say what will be here and how to get it; what is drawn inside is the way there."""
    with st.container(border=True, horizontal_alignment="center", gap="small"):
        st.space("small")
        st.markdown(f"## :gray[:material/hourglass_empty:] {what}", anchors=False, text_alignment="center")
        st.markdown(told, width=440, text_alignment="center")
        yield
        st.space("small")


def _card_lines(session: Session) -> list[str]:
    """What the card above the menu says: the data set, and the segmentation on show."""
    if session.table is None:
        return ["No data yet", "Upload a file or take a sample."]
    columns = count(len(session.table.columns), "column")
    rows = count(session.table.n_rows, "line") if session.holds_purchases else customers_told(session.table)
    lines = [plain(session.title), f"{rows} · {columns}"]
    if session.outer:
        inside = count(len(session.outer.among.rows), "customer")
        lines.append(f"Inside {plain(one_line(session.outer.name, 40))}: {inside}")
    if session.n_segments:
        columns = listing(session.features.columns, most=3, quote="")
        lines.append(plain(on_columns(session.n_segments, session.clustering, columns)))
    return lines


def _work(session: Session) -> tuple | None:
    """What would be saved, as far as it can change while a page is drawn."""
    if session.to_save is None:
        return None
    return session.to_save.key, session.k_range, session.min_share, session.max_share


def _draw_card(place, session: Session, *, key: str = "save") -> None:
    title, *lines = _card_lines(session)
    with place.container(border=True, gap="xxsmall"):
        st.markdown(f"**{title}**")
        for line in lines:
            st.caption(line)
        save_work(session, key, in_menu=True)


def _tell_news(session: Session) -> None:
    """Say once what has been done."""
    if session.saved.news:
        st.toast(plain(session.saved.news), icon=":material/check:", duration="long")
        session.saved.news = ""


def _menu(session: Session, script: str):
    """Draw the side menu; returns the place of the card, which may have to be drawn again."""
    st.logo(LOGO, size="large")
    with st.sidebar, st.container(gap="medium"):
        card = st.empty()
        _draw_card(card, session)
        with st.container(gap="xxsmall"):
            for path, title, icon in STEPS:
                done = path in session.visited and (path == DATA_PAGE or path not in (script, "app.py"))
                _entry(session, path, f"{title} :green[:material/check:]" if done else title, icon)
        with st.container(gap="xxsmall"):
            for path, title, icon in BESIDE:
                _entry(session, path, title, icon)
        if session.table is not None:
            _picture_format(session)
        way_out()
    return card


def _entry(session: Session, path: str, label: str, icon: str) -> None:
    """A page in the menu; one that cannot be reached yet is gray."""
    is_open = _reachable(session, path)
    # Streamlit's own gray of what is disabled is hardly readable
    shown = label if is_open else f":gray[{label}]"
    st.page_link(path, label=shown, icon=f":material/{icon}:", width="stretch", disabled=not is_open)


def _picture_format(session: Session) -> None:
    """What the button above every chart saves it as."""
    session.picture_format = st.segmented_control(
        "Save charts as",
        ("png", "svg"),
        default=session.picture_format,
        format_func=str.upper,
        required=True,
        key="picture-format",
        help="What the camera above every chart makes: PNG for slides and documents, SVG for print and editing.",
    )


def _reachable(session: Session, path: str) -> bool:
    if path in ("app.py", DATA_PAGE, NEW_PAGE, HOW_PAGE):
        return True
    if path == TRANSACTIONS_PAGE:
        return session.holds_purchases or session.purchases is not None
    return session.table is not None and (path == FEATURES_PAGE or session.features is not None)
