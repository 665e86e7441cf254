"""Rows for the tables on the pages: values in, what `st.dataframe` shows out."""

from pages._ui.tables.cluster import beside_table, means_table, remote_columns_table
from pages._ui.tables.columns import columns_table, first_rows, overruled, overruling_table
from pages._ui.tables.comparing import (
    contingency_table,
    held_out_table,
    labels_table,
    measures_table,
    pair_table,
    wrong_shown,
)
from pages._ui.tables.exporting import campaign_of
from pages._ui.tables.gallery import gallery_table
from pages._ui.tables.numbers import found_again_table, importance_table, refits_table, sweep_table
from pages._ui.tables.people import people_shown, standing_table, sureness_table, traits_table
from pages._ui.tables.preparing import (
    components_table,
    outlying_table,
    preparation_table,
    prepared,
    refused_table,
)
from pages._ui.tables.search import search_table
from pages._ui.tables.segments import (
    checks_table,
    effects_table,
    first_of,
    loadings_table,
    profile_table,
    rules_table,
    sizes_table,
    value_table,
)
from pages._ui.tables.starting import centers_table, retyped
from pages._ui.tables.teaching import placed, placed_table, steps_table

__all__ = [
    "beside_table",
    "campaign_of",
    "centers_table",
    "checks_table",
    "columns_table",
    "components_table",
    "contingency_table",
    "effects_table",
    "first_of",
    "first_rows",
    "found_again_table",
    "gallery_table",
    "held_out_table",
    "importance_table",
    "labels_table",
    "loadings_table",
    "means_table",
    "measures_table",
    "outlying_table",
    "overruled",
    "overruling_table",
    "pair_table",
    "people_shown",
    "placed",
    "placed_table",
    "preparation_table",
    "prepared",
    "profile_table",
    "refits_table",
    "refused_table",
    "remote_columns_table",
    "retyped",
    "rules_table",
    "search_table",
    "sizes_table",
    "standing_table",
    "steps_table",
    "sureness_table",
    "sweep_table",
    "traits_table",
    "value_table",
    "wrong_shown",
]
