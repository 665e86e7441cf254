"""One line per purchase becomes one row per customer."""

import streamlit as st

from clustering import suggest_rfm
from clustering.wording import count, whole
from pages._ui import compute, tables
from pages._ui.frame import FEATURES_PAGE, needs, page
from pages._ui.mapping import choose_mapping
from pages._ui.saving import save_first
from pages._ui.text import plain
from pages._ui.widgets import show_notes, shown_errors


def not_purchases():
    """Say that this is no list of purchases; whether the user knows better."""
    with st.container(border=True, gap="small"):
        st.markdown("## This table does not look like a list of purchases", anchors=False)
        st.markdown(
            ":gray[A list of purchases has one line per purchase: a customer who comes back, a date, and an amount or "
            "a quantity and a price. A table with one row per customer can go on to the features as it is.]"
        )
        st.page_link(FEATURES_PAGE, label="Choose features", icon=":material/tune:")
        return not st.toggle("It is one: let me say which column is what", key=session.key("map-anyway"))


def made_from_purchases():
    """Say what the customers were made from, and offer to go back to it."""
    with st.container(border=True, gap="small"):
        st.markdown(f"## These customers were made from {plain(session.purchases.title)}", anchors=False)
        st.markdown(
            ":gray[To make them another way, go back to the purchases: every column and rule is as you left it. The "
            "segments of these customers, and their names, then start afresh.]"
        )
        save_first(session, "Going back replaces", "save-before-purchases")
        if st.button("Back to the purchases", icon=":material/undo:"):
            compute.load_purchases(session)


with page("pages/1_Transactions.py", "From one line per purchase to one row per customer.") as session:
    table = needs(session.table, what="Your customers will be here")
    if session.purchases is not None:
        made_from_purchases()
        st.stop()
    found = session.mapping or suggest_rfm(table)
    if found is None and not_purchases():
        st.stop()
    answer = st.container(border=True, gap="small")
    with shown_errors():
        spec = choose_mapping(session, table, found)
        customers, lines = compute.customers(session, spec)
        with answer:
            st.markdown(f"## {count(table.n_rows, 'line')} make {count(customers.n_rows, 'customer')}", anchors=False)
            with st.grid(4, min_column_width=140, gap="small"):
                st.metric("Customers", whole(customers.n_rows))
                st.metric("Without a customer", whole(lines.n_without_customer), help="These lines take no part.")
                st.metric("Returns", whole(lines.n_returns), help="Lines with a negative quantity or amount.")
                st.metric("Amounts of zero", whole(lines.n_zero), help="Gifts, samples and the like.")
            show_notes(customers.notes)
            show_notes(f"{asked.text} The Data page asks." for asked in table.questions if asked.column in spec.columns)
        customers_tab, rules_tab = st.tabs([":gray[Customers]", ":gray[Usual rule names]"])
        with customers_tab:
            st.dataframe(tables.first_rows(customers), hide_index=True, alt="First customers, one row each")
        with rules_tab:
            st.markdown(
                ":gray[What marketing usually calls customers by their recency and frequency scores. The names go "
                "along in the column rfm_segment, to compare your segments with; they do not build segments.]"
            )
            frame, config = tables.rules_table(customers)
            st.dataframe(frame, hide_index=True, column_config=config, alt="Customers and value by rule name")
        save_first(session, "The list of customers replaces", "save-before-customers")
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.caption("The list of customers takes the place of the purchases; you can come back to these here.")
            if st.button(
                "Use one row per customer", type="primary", icon=":material/arrow_forward:", icon_position="right"
            ):
                compute.load_customers(session, customers, spec)
