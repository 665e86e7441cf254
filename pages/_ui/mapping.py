"""Which column of a list of purchases says what, and how its odd lines are treated."""

import streamlit as st

from clustering import RfmSpec, Table
from clustering.rfm import RETURNS, ZERO_AMOUNTS
from pages._ui.session import Session
from pages._ui.widgets import day_format

BY_DAY, PRODUCT = "None: one order per day", "Quantity times price"
RETURN_LABELS = {"subtract": "Lower the customer's value", "leave out": "Leave them out"}
ZERO_LABELS = {"keep": "Count as purchases", "leave out": "Leave them out"}


def choose_mapping(session: Session, table: Table, found: RfmSpec | None) -> RfmSpec:
    """The columns and rules as the widgets have them; what was found stands in them first."""
    names = [column.name for column in table.columns]
    dates = [column.name for column in table.columns if column.type == "date"] or names
    numbers = [column.name for column in table.columns if column.type == "number"] or names
    with st.container(border=True, gap="small"):
        st.markdown("### Which column says what", anchors=False)
        with st.grid(3, min_column_width=220, gap="small"):
            customer = _choose(session, "Who bought", names, found and found.customer)
            date = _choose(session, "When", dates, found and found.date)
            order = _choose(
                session,
                "Order number",
                [BY_DAY, *names],
                found and found.order,
                help="Lines with the same number are one order.",
            )
            amount = _choose(
                session,
                "Value of a line",
                [*numbers, PRODUCT],
                (found.amount or PRODUCT) if found else numbers[-1],
                help="One column, or a quantity and a price that are multiplied.",
            )
            quantity = price = None
            if amount == PRODUCT:
                amount = None
                quantity = _choose(session, "Quantity", numbers, found and found.quantity)
                price = _choose(session, "Price", numbers, found and found.price)
            rules = found or RfmSpec
            returns = _choose(session, "Returns", RETURNS, rules.returns, shown=RETURN_LABELS.get)
            zero_amounts = _choose(session, "Amounts of zero", ZERO_AMOUNTS, rules.zero_amounts, shown=ZERO_LABELS.get)
            reference = st.date_input(
                "Days are counted to",
                value=rules.reference,
                min_value="1900-01-01",  # without one the calendar begins ten years ago
                format=day_format(),
                key=session.key("reference"),
                help="Later lines take no part. Left empty: the day after the newest purchase.",
            )
    order = None if order == BY_DAY else order
    return RfmSpec(customer, date, amount, quantity, price, order, reference, returns, zero_amounts)


def _choose(session, label, options, value, *, help=None, shown=str):
    index = options.index(value) if value in options else 0
    return st.selectbox(label, options, index=index, format_func=shown, key=session.key(label), help=help)
