"""Which columns of the file are those of then: a table, and a field for each to say otherwise."""

import streamlit as st

from clustering import suggest_rfm
from clustering.recipe import ColumnMatch
from clustering.wording import one_line
from pages._ui.compute import applying
from pages._ui.compute.applying import Case
from pages._ui.places import DATA_PAGE
from pages._ui.sentences import applying as told
from pages._ui.session import Session
from pages._ui.tables import applying as tables
from pages._ui.text import plain
from pages._ui.widgets import shown_errors


def match_first(session: Session, case: Case) -> None:
    """What keeps everybody from being placed, and the fields that mend it."""
    with st.container(border=True, gap="small"):
        st.markdown(f"## {told.open_heading(case.matching)}", anchors=False)
        st.markdown(plain(case.matching.refusal, most=900))
        if suggest_rfm(case.table) is not None:
            st.markdown(plain(told.purchases_told(case.table), most=500))
            st.page_link(DATA_PAGE, label="Go to the Data page", icon=":material/table_view:")
        _fields(session, case, [match for match in case.matching.columns if match.column.needed and _is_open(match)])
    _table(case)


def matched(session: Session, case: Case) -> None:
    """How all columns matched, and the fields to say otherwise."""
    _table(case)
    with st.expander("Say which column is which", icon=":material/swap_horiz:"):
        _fields(session, case, list(case.matching.columns))


def _is_open(match: ColumnMatch) -> bool:
    return match.found is None or bool(match.problem) or match.how == "chosen"


def _fields(session: Session, case: Case, matches: list[ColumnMatch]) -> None:
    """A field per column of then with the columns of the file that are free."""
    renamed = dict(case.renamed)
    with st.grid(3, min_column_width=220, gap="small"):
        for match in matches:
            options = [*filter(None, [match.found]), *case.matching.extra]
            name = match.column.name
            chosen = st.selectbox(
                plain(one_line(name, 60)),
                options,
                index=0 if match.found else None,
                placeholder="Choose a column",
                format_func=lambda option: one_line(option, 60),
                key=f"match-{case.key}-{name}",
            )
            if chosen != match.found:
                renamed.pop(name, None)
                if chosen is not None and chosen != name:
                    renamed[name] = chosen
    with shown_errors():
        applying.rename(session, case, renamed)


def _table(case: Case) -> None:
    frame, config = tables.matching_table(case.matching, case.table, case.recipe)
    st.dataframe(frame, hide_index=True, column_config=config, alt="Columns of then and of this file")
