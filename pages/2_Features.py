"""Which columns build the segments, which describe them, and how they are prepared."""

import streamlit as st

from clustering import FeatureSpec, suggest_features
from clustering.charts import correlation_chart
from clustering.errors import NoUsableColumns
from clustering.features import correlation, near_duplicates
from clustering.wording import fixed, spelled, whole
from pages._ui import compute, tables
from pages._ui.frame import mode, needs, page
from pages._ui.preparing import choose_basics, choose_columns, choose_components, choose_rows, show_outlying
from pages._ui.text import plain
from pages._ui.widgets import next_step, show_chart, show_notes, shown_errors, tell_inside


def show_answer(features):
    n = len(features.spec.columns)
    st.markdown(f"## {spelled(n).capitalize()} column{'s' * (n > 1)} build{'s' * (n == 1)} the segments", anchors=False)
    with st.grid(4, min_column_width=140, gap="small"):
        st.metric("Customers", whole(len(features.rows)), help="Rows that take part in finding the segments.")
        st.metric("Cells filled", whole(features.n_filled), help=f"In {whole(features.n_filled_rows)} rows.")
        st.metric("Far outside", whole(features.n_outlying), help="They take no part in finding the segments.")
        st.metric("Rows set aside", whole(features.n_aside), help="They stay in the export, with the reason.")
    show_notes((*session.told, *features.notes, *features.advice))


with page("pages/2_Features.py", "Which columns build the segments, and how they are prepared.") as session:
    table = needs(session.table, what="Your columns will be here")
    tell_inside(session)
    answer, controls, warnings = st.container(border=True, gap="small"), st.container(), st.container()
    names = ("Go together", "Column by column", "Rows", "Left out")
    together, by_column, rows, left_out = st.tabs([f":gray[{name}]" for name in names])
    with shown_errors():
        with controls:
            spec = choose_basics(session, table, session.features or FeatureSpec(()))
        with left_out:
            st.dataframe(tables.refused_table(table, spec), hide_index=True, alt="Columns left out and why")
        if not spec.columns:
            with answer, shown_errors():
                if session.features is None:
                    suggest_features(table)  # says why no column suggests itself
                raise NoUsableColumns("Choose at least one column; the segments stay as they were.")
            st.stop()
        with by_column:
            by_columns = choose_columns(session, table, spec)
        with rows:
            spec = choose_rows(session, table, by_columns or spec)
        with together:
            spec = choose_components(session, spec)
        with answer:
            if by_columns is None:
                st.warning(
                    "A choice under Column by column is not complete yet. What is shown here stays until it is.",
                    icon=":material/pending:",
                )
            else:
                with shown_errors():
                    compute.use_features(session, spec)
            if session.features is None:
                st.stop()
            features = compute.features(session)
            show_answer(features)
        with warnings:
            for first, second, r in near_duplicates(features):
                st.warning(
                    f"{plain(first)} and {plain(second)} tell nearly the same (correlation {fixed(r, 2)}): together "
                    "they count twice. Leave one of them out unless that is what you want.",
                    icon=":material/content_copy:",
                )
        with together:
            if len(features.number_columns) > 1:
                figure = correlation_chart(
                    correlation(features), features.number_columns, n_customers=len(features.rows), mode=mode()
                )
                show_chart(figure, key="correlation", file_name="correlation")
            else:
                st.markdown(":gray[Choose a second column of numbers to see how columns go together.]")
            if features.components:
                st.dataframe(tables.components_table(features), hide_index=True, alt="Weights in every component")
        with rows:
            show_outlying(table, features)
        next_step("Find the number of segments", "pages/3_Choose_k.py")
