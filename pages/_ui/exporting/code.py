"""The segmentation as code that runs elsewhere: a Python script, or SQL where the customers are."""

import streamlit as st

from clustering import Clustering
from clustering.recipe.python import to_python
from clustering.recipe.sql import DIALECTS, to_sql
from clustering.wording import count
from pages._ui import compute
from pages._ui.exporting.building import Workshop
from pages._ui.sentences import download_name, python_told, sql_told
from pages._ui.session import BuiltFile, Session
from pages._ui.text import plain

_PYTHON = "python"
_SHOWN = 400  # lines


def code(session: Session, segments: Clustering, workshop: Workshop) -> None:
    """Choose the language, look at it, take it away."""
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        language = st.selectbox(
            "Language",
            (_PYTHON, *DIALECTS),
            format_func=lambda one: "Python" if one == _PYTHON else f"SQL for {DIALECTS[one].label}",
            key=session.key("language"),
            width=220,
        )
        name = ""
        if language != _PYTHON:
            name = st.text_input(
                "Table",
                value="customers",
                key=session.key("sql-table"),
                width=220,
                help="What the table is called there; shop.customers names its schema too.",
            )
    file_name = download_name(session.table.reading.file_name, "segments", "py" if language == _PYTHON else "sql")
    st.caption(plain(python_told(file_name) if language == _PYTHON else sql_told(DIALECTS[language]), most=400))

    def write(recipe, on_step) -> BuiltFile:
        text = to_python(recipe, session.table) if language == _PYTHON else to_sql(recipe, language, table_name=name)
        return BuiltFile(text.encode())

    file = workshop.offer(
        ("code", language, name),
        lambda on_step: compute.recipe(session, segments),
        write,
        verb="Write",
        noun="the script" if language == _PYTHON else "the query",
        file_name=file_name,
        mime="text/plain",
        icon=":material/code:",
    )
    if file is not None:
        lines = file.content.decode().splitlines()
        st.code("\n".join(lines[:_SHOWN]), language=_PYTHON if language == _PYTHON else "sql", height=420)
        if len(lines) > _SHOWN:
            st.caption(f"The first {_SHOWN} of {count(len(lines), 'line')}; the file holds all.")
