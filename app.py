"""The start page: what this does, a picture of a result, and the two ways in."""

import streamlit as st

from clustering.charts import scatter_chart
from clustering.identity import default_looks
from pages._ui import compute
from pages._ui.frame import DATA_PAGE, mode, page
from pages._ui.opening import open_saved, waiting
from pages._ui.samples import EXAMPLE, EXAMPLE_COLUMNS, EXAMPLE_FINDING, EXAMPLE_SEGMENTS
from pages._ui.saving import save_first
from pages._ui.text import plain
from pages._ui.widgets import show_chart, shown_errors

with page("app.py") as session:
    waiting(session, elsewhere=True)
    left, right = st.columns(2, gap="medium", vertical_alignment="center")
    with left:
        st.title("Which groups of customers do you have?", anchor=False)
        st.markdown(
            "Find the segments in your list, see how sure that is, and take the list back with a segment on every row."
        )
        with st.container(horizontal=True, gap="small"):
            if session.table is not None and st.button(
                f"Go on with {plain(session.title, 24)}", type="primary", icon=":material/arrow_forward:"
            ):
                st.switch_page(DATA_PAGE)
            first = "secondary" if session.table is not None else "primary"
            if st.button("Upload your customers", type=first, icon=":material/upload_file:"):
                st.switch_page(DATA_PAGE)
            if st.button("Try it with sample data", icon=":material/play_circle:"):
                with shown_errors():
                    compute.load_sample(session, EXAMPLE)
            open_saved(session)
        save_first(session, "The sample replaces", "save-before-sample")
        st.caption(
            "CSV, Excel or Parquet, up to 200 MB. Your file stays in this session and is gone when you close it."
        )
    with right, st.container(border=True):
        points = compute.hero(EXAMPLE.path, EXAMPLE_COLUMNS, EXAMPLE_SEGMENTS)
        figure = scatter_chart(points, default_looks(EXAMPLE_SEGMENTS), finding=EXAMPLE_FINDING, mode=mode())
        figure.update_layout(height=360)
        alt = "Scatter of 200 sample customers in five segments, income against spending"
        show_chart(figure, alt=alt, key="hero", file_name="example", is_of_table=False)
    st.markdown("## :gray[How it works]", anchors=False)
    with st.grid(3, min_column_width=220, gap="small"):
        for title, icon, text in (
            (
                "Bring a table",
                "table_view",
                "One row per customer. Missing values and odd rows are reported, never dropped.",
            ),
            (
                "See what it can bear",
                "stacked_line_chart",
                "A recommended number of segments with its reason, and the doubts where there are any.",
            ),
            ("Take it with you", "download", "Names, profiles and your own file with the segment on every row."),
        ):
            with st.container(border=True, height="stretch", gap="xxsmall"):
                st.markdown(f"### :gray[:material/{icon}:] {title}", anchors=False)
                st.markdown(f":gray[{text}]")
