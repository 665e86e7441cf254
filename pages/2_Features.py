"""Which columns build the segments, and how they are prepared."""

import streamlit as st

from clustering import FeatureSpec, suggest_features
from clustering.charts import correlation_chart
from clustering.features import MISSING, OUTLIERS, SCALES, correlation, near_duplicates
from clustering.wording import spelled
from pages._ui import compute, tables
from pages._ui.session import mode, needs, page
from pages._ui.text import plain
from pages._ui.widgets import (
    MISSING_LABELS,
    OUTLIER_LABELS,
    SCALE_LABELS,
    next_step,
    show_chart,
    show_notes,
    shown_errors,
)


def choose(label, options, labels, value, *, help):
    return st.selectbox(
        label, options, index=options.index(value), format_func=labels.get, key=session.key(label), help=help
    )


with page("pages/2_Features.py", "Which columns build the segments, and how they are prepared.") as session:
    table = needs(session.table, what="Your columns will be here")
    if session.features is None:
        with shown_errors():
            suggest_features(table)
        st.dataframe(tables.refused_table(table), hide_index=True, alt="Columns left out and why")
        st.stop()
    answer = st.container(border=True, gap="small")
    columns = st.multiselect(
        "Columns that build the segments",
        table.usable_columns,
        default=session.features.columns,
        key=session.key("columns"),
        help="Numbers that say how customers behave. Identifiers, dates and text cannot build segments.",
    )
    with st.grid(3, min_column_width=220, gap="small"):
        scale = choose(
            "Scaling",
            tuple(SCALES),
            SCALE_LABELS,
            session.features.scale,
            help="Without scaling a column with large numbers outweighs all others.",
        )
        missing = choose(
            "Missing values",
            MISSING,
            MISSING_LABELS,
            session.features.missing,
            help="A filled cell counts like any other; the export leaves it empty as it was.",
        )
        outliers = choose(
            "Customers far outside",
            OUTLIERS,
            OUTLIER_LABELS,
            session.features.outliers,
            help="More than 5 robust standard deviations from the median in any column. Automatic: a handful is placed "
            "with the nearest segment afterwards; where they are many, the column is clipped instead.",
        )
    spec = FeatureSpec(tuple(columns), scale, missing, outliers)
    if not columns:
        st.error("Choose at least one column; the segments stay as they were until then.", icon=":material/error:")
        st.stop()
    if spec != session.features:
        session.choose_features(spec)
    with shown_errors():
        features = compute.features(session)
        with answer:
            n = len(spec.columns)
            st.markdown(
                f"## {spelled(n).capitalize()} column{'s' * (n > 1)} build{'s' * (n == 1)} the segments", anchors=False
            )
            with st.grid(4, min_column_width=140, gap="small"):
                st.metric("Customers", f"{len(features.rows):,}", help="Rows that take part in finding the segments.")
                st.metric("Cells filled", f"{features.n_filled:,}")
                st.metric(
                    "Far outside", f"{len(features.far_rows):,}", help="Placed with the nearest segment afterwards."
                )
                st.metric("Rows set aside", f"{features.n_aside:,}", help="They stay in the export, with the reason.")
            show_notes(features.notes)
        for first, second, r in near_duplicates(features):
            st.warning(
                f"{plain(first)} and {plain(second)} tell nearly the same (correlation {r:.2f}): together they count "
                "twice. Leave one of them out unless that is what you want.",
                icon=":material/content_copy:",
            )
        together, left_out = st.tabs([":gray[Go together]", ":gray[Left out]"])
        with together:
            if n > 1:
                figure = correlation_chart(correlation(features), spec.columns, mode=mode())
                show_chart(figure, alt="Heat map of the correlation of the chosen columns", key="correlation")
            else:
                st.markdown(":gray[Choose a second column to see how columns go together.]")
        with left_out:
            st.dataframe(tables.refused_table(table), hide_index=True, alt="Columns left out and why")
        next_step("Find the number of segments", "pages/3_Choose_k.py")
