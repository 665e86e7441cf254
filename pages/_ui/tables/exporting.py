"""Rows for the Export page."""

import pandas as pd
import streamlit as st

from clustering.export import Campaign


def campaign_of(drawn: Campaign):
    """How many of every segment are in a campaign."""
    frame = pd.DataFrame(
        [(one.name, one.n_customers, one.n_available, one.n_contact, one.n_control) for one in drawn.segments],
        columns=["Segment", "Customers", "May be contacted", "To contact", "Held out"],
    )
    counts = {name: st.column_config.NumberColumn(format="localized") for name in frame.columns[1:]}
    return frame, {"Segment": st.column_config.TextColumn(width="medium"), **counts}
