"""New customers get the segments: a file of them, or one typed in; whether the segments still fit, and who moved."""

import streamlit as st

from pages._ui.frame import NEW_PAGE, page
from pages._ui.new_customers import choose, customers_of_file, one_customer
from pages._ui.widgets import shown_errors

with page(NEW_PAGE, "Give other customers these segments, and see whether the segments still fit them.") as session:
    chosen, segments = choose(session)
    file_tab, one_tab = st.tabs([":gray[A file]", ":gray[One customer]"], on_change="rerun", key="new-customers")
    with shown_errors():
        if file_tab.open:
            with file_tab:
                customers_of_file(session, chosen, segments)
        if one_tab.open:
            with one_tab:
                one_customer(chosen)
