"""Overruling how a file was read: open questions, the file as a whole, and column by column."""

from dataclasses import replace

import streamlit as st

from clustering import Table
from clustering.table import DELIMITERS, ROLES, TYPES, ReadOptions
from pages._ui import compute, tables
from pages._ui.sentences import questions_title
from pages._ui.session import Session
from pages._ui.text import plain
from pages._ui.widgets import shown_errors

_AS_FOUND = "As found"
_ENCODINGS = (
    *("utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1", "iso8859-15", "cp1250", "iso8859-2", "cp1254", "cp1251"),
    *("cp1253", "cp932", "gb18030", "big5", "cp949", "mac-roman", "cp850"),
)


def ask(session: Session) -> None:
    """Put the questions that only the user can answer; an answer reads the file again."""
    questions = session.table.questions
    if not questions:
        return
    with st.container(border=True, gap="small"):
        st.markdown(f"### {questions_title(questions)}", anchors=False)
        for number, question in enumerate(questions):
            answers = [plain(label) for label, _ in question.choices]
            answer = st.radio(
                plain(question.text),
                range(len(answers)),
                index=None,
                format_func=answers.__getitem__,
                horizontal=True,
                key=session.key(f"question-{number}"),
            )
            if answer is not None:
                with shown_errors():
                    compute.read_again(session, session.table.options.with_column(question.choices[answer][1]))


def overrule_file(session: Session) -> None:
    """Delimiter, encoding, header line or sheet, each with what was found as the default."""
    table, options = session.table, session.table.options
    chosen = options
    with st.grid(3, min_column_width=220, gap="small"):
        if table.reading.sheets:
            sheet = _choose(session, "Sheet", table.reading.sheets, table.reading.sheet)
            chosen = replace(chosen, sheet=sheet or options.sheet)
        if table.reading.format == "csv":
            delimiter = _choose(session, "Columns separated by", DELIMITERS, table.reading.delimiter, DELIMITERS.get)
            encoding = _choose(session, "Encoding", _encodings(table), table.reading.encoding, str.upper)
            chosen = replace(chosen, delimiter=delimiter or options.delimiter, encoding=encoding or options.encoding)
        if table.reading.format != "parquet":
            header = st.number_input(
                "Line of the header",
                min_value=0,
                value=options.header,
                placeholder=_AS_FOUND,
                key=session.key("header"),
                help="Counted from 1; 0 if the file has no header. Lines above it are not read.",
            )
            chosen = replace(chosen, header=header)
    if chosen != options:
        with shown_errors():
            compute.read_again(session, chosen)


def overrule_columns(session: Session) -> None:
    """A table with type and role of every column to change."""
    table = session.table
    frame, config = tables.overruling_table(table, TYPES, ROLES)
    edited = st.data_editor(
        frame,
        hide_index=True,
        column_config=config,
        disabled=["Column", "Because"],
        num_rows="fixed",
        key=session.key("columns-editor"),
    )
    with shown_errors():
        chosen = tables.overruled(table, edited)
        if chosen != table.options:
            compute.read_again(session, chosen)
    if table.options != ReadOptions() and st.button("Read the file as found", icon=":material/undo:"):
        with shown_errors():
            compute.read_again(session, ReadOptions())


def _choose(session: Session, label: str, choices, found: str, words=str) -> str | None:
    """The choice where it is another than what was found, else None."""
    options = list(choices)
    chosen = st.selectbox(label, options, options.index(found), format_func=words, key=session.key(label))
    return None if chosen == found else chosen


def _encodings(table: Table) -> tuple[str, ...]:
    return tuple(dict.fromkeys((table.reading.encoding, *_ENCODINGS)))
