"""Preparation beyond the first three choices: column by column, which rows, combined columns."""

from dataclasses import replace

import streamlit as st

from clustering import FeatureSpec, Table
from clustering.errors import InvalidSetting
from clustering.features import (
    ALL_OUTLIERS,
    FILTERED,
    MISSING,
    SCALES,
    ColumnSpec,
    RowFilter,
    encodings,
    levels_of,
    possible_columns,
    suggest_logs,
)
from clustering.table import Column
from clustering.wording import listing, whole
from pages._ui import tables
from pages._ui.sentences import outlying_caption
from pages._ui.session import Session
from pages._ui.text import plain
from pages._ui.widgets import day_format, show_notes

_SCALE_LABELS = {
    "standard": "Standard (average 0, spread 1)",
    "minmax": "Min-max (0 to 1)",
    "robust": "Robust (median and quartiles)",
    "none": "None (as they are)",
}
_MISSING_LABELS = {
    "median": "Fill with the median",
    "mean": "Fill with the mean",
    "most_frequent": "Fill with the most frequent",
    "aside": "Set the row aside",
}
_OUTLIER_LABELS = {
    "auto": "Automatic",
    "keep": "Treat like the others",
    "clip": "Clip to the 1st and 99th percentile",
    "aside": "Set them aside",
    "forest": "Set odd combinations aside",
}
_FILTERED_LABELS = {"aside": "get no segment", "place": "get the nearest segment"}
_MOST_LEVELS = 200  # of more choices the most frequent are listed, any other can be typed
_FIRST_DAY, _LAST_DAY = "1900-01-01", "2100-12-31"


def choose_basics(session: Session, table: Table, spec: FeatureSpec) -> FeatureSpec:
    """The columns, and the three choices that hold for all of them."""

    def choose(label, options, labels, value, *, help):
        key = session.key(label)
        return st.selectbox(label, options, options.index(value), format_func=labels.get, key=key, help=help)

    possible = possible_columns(table)
    columns = st.multiselect(
        "Columns that build the segments",
        possible,
        default=spec.columns,
        key=session.key("columns"),
        help="What customers do or have. Identifiers and free text cannot build segments.",
    )
    with st.grid(3, min_column_width=220, gap="small"):
        scale = choose(
            "Scaling",
            tuple(SCALES),
            _SCALE_LABELS,
            spec.scale,
            help="Without scaling a column with large numbers outweighs all others.",
        )
        missing = choose(
            "Missing values",
            MISSING,
            _MISSING_LABELS,
            spec.missing,
            help="A filled cell counts like any other; the export leaves it empty as it was.",
        )
        outliers = choose(
            "Customers far outside",
            ALL_OUTLIERS,
            _OUTLIER_LABELS,
            spec.outliers,
            help="More than 5 robust standard deviations from the median in any column. Automatic: a handful is placed "
            "with the nearest segment afterwards; where they are many, the column is clipped instead.",
        )
    others = [column.name for column in table.columns if column.name not in columns]
    describe = st.multiselect(
        "Columns that only describe them",
        others,
        default=[name for name in spec.describe if name in others],
        key=session.key(f"describe-{len(others)}"),
        help="They never touch how the segments are found; they are there to understand them.",
    )
    kept = tuple(column for column in spec.settings if column.name in columns)
    return replace(
        spec,
        columns=tuple(name for name in possible if name in columns),  # in the file's order: equal choices are equal
        scale=scale,
        missing=missing,
        outliers=outliers,
        describe=tuple(describe),
        settings=kept,
    )


def choose_columns(session: Session, table: Table, spec: FeatureSpec) -> FeatureSpec | None:
    """A row per column: how it counts, log, gaps, weight; and the order of ordered categories.

    None while something is missing or cannot be; what, stands where it was asked for.
    """
    above = st.container()
    frame, config = tables.preparation_table(table, spec)
    edited = st.data_editor(
        frame,
        hide_index=True,
        column_config=config,
        disabled=["Column"],
        num_rows="fixed",
        key=session.key(f"preparation-{spec.columns}-{spec.settings}"),
    )
    try:
        settings = tables.prepared(table, spec, edited)
    except InvalidSetting as error:
        st.error(plain(error), icon=":material/error:")
        return None
    ordered = [_ordered(session, table, column) for column in settings]
    if None in ordered:
        return None
    with above:
        return replace(spec, settings=tuple(_logged(session, table, spec, ordered)))


def _logged(session: Session, table: Table, spec: FeatureSpec, settings: list[ColumnSpec]) -> list[ColumnSpec]:
    """The settings with a log of the skewed amounts, if the user takes it."""
    skewed = suggest_logs(table, spec.columns)
    unlogged = [column.name for column in settings if column.name in skewed and not column.log and not column.encode]
    if unlogged and st.button(
        f"Take the log of {len(unlogged)} skewed column{'s' * (len(unlogged) > 1)}",
        icon=":material/show_chart:",
        help=f"Amounts such as spend then count by their order of magnitude: 10 to 100 like 100 to {whole(1000)}.",
        key=session.key(f"logs-{spec.columns}-{unlogged}"),
    ):
        return [replace(column, log=True) if column.name in unlogged else column for column in settings]
    return settings


def choose_rows(session: Session, table: Table, spec: FeatureSpec) -> FeatureSpec:
    """Which rows take part, what becomes of the others, and how much each counts."""
    names = [column.name for column in table.columns if column.role not in ("empty", "constant")]
    with st.grid(2, min_column_width=260, gap="small"):
        weights = [None, *table.usable_columns]
        weight = st.selectbox(
            "Each customer counts",
            weights,
            weights.index(spec.weight_column) if spec.weight_column in weights else 0,
            format_func=lambda name: "the same" if name is None else f"by {name}",
            key=session.key("weight-column"),
            help="A survey weight or revenue: it counts in finding the segments and in the averages.",
        )
        filters = [None, *names]
        column = st.selectbox(
            "Take part",
            filters,
            filters.index(spec.row_filter.column) if spec.row_filter else 0,
            format_func=lambda name: "all customers" if name is None else f"only some, by {name}",
            key=session.key("filter-column"),
        )
    spec = replace(spec, weight_column=weight)
    if column is None:
        return replace(spec, row_filter=None)
    chosen = _row_filter(session, table, spec, column)
    filtered = st.radio(
        "The others",
        FILTERED,
        FILTERED.index(spec.filtered),
        format_func=_FILTERED_LABELS.get,
        horizontal=True,
        key=session.key("filtered"),
    )
    return replace(spec, row_filter=chosen, filtered=filtered)


def choose_components(session: Session, spec: FeatureSpec) -> FeatureSpec:
    """Whether the columns are combined into fewer ones (PCA), and how much variation these keep."""
    combine = st.toggle(
        "Combine the columns into fewer ones",
        spec.pca is not None,
        key=session.key("pca"),
        help="Principal component analysis (PCA): useful with many columns that partly tell the same.",
    )
    if not combine:
        return replace(spec, pca=None)
    share = st.slider(
        "Variation kept", 0.5, 1.0, spec.pca or 0.9, step=0.05, format="percent", key=session.key("pca-share")
    )
    return replace(spec, pca=share)


def _row_filter(session: Session, table: Table, spec: FeatureSpec, column: str) -> RowFilter | None:
    """What is asked of the column; None, which is said, as long as nothing is."""
    described = next(c for c in table.columns if c.name == column)
    given = spec.row_filter if spec.row_filter and spec.row_filter.column == column else None
    if described.role in ("number", "date"):
        ask = _date if described.type == "date" else _number
        left, right = st.columns(2)
        with left:
            low = ask(session, "From", described, given and given.low)
        with right:
            high = ask(session, "To", described, given and given.high)
        chosen = None if low is None and high is None else RowFilter(column, low=low, high=high)
    else:
        levels = _levels(session, table, column, given.levels if given else ())
        chosen = RowFilter(column, levels=levels) if levels else None
    if chosen is None:
        show_notes(["Until you say which, all customers take part."])
    return chosen


def _number(session: Session, label: str, column: Column, given: float | None) -> float | None:
    return st.number_input(label, value=given, key=session.key(f"{label}-{column.name}"))


def _date(session: Session, label: str, column: Column, given: str | None) -> str | None:
    chosen = st.date_input(
        label,
        value=given,
        min_value=min(_FIRST_DAY, column.min[:10]),  # without limits the calendar spans ten years either way
        max_value=max(_LAST_DAY, column.max[:10]),
        format=day_format(),
        key=session.key(f"{label}-{column.name}"),
    )
    return None if chosen is None else chosen.isoformat()


def _levels(session: Session, table: Table, column: str, given: tuple[str, ...]) -> tuple[str, ...]:
    levels = levels_of(table, column)
    listed = list(dict.fromkeys((*levels[:_MOST_LEVELS], *given)))
    are_more = len(levels) > _MOST_LEVELS
    chosen = st.multiselect(
        f"Only where {plain(column)} is",
        listed,
        default=given,
        key=session.key(f"levels-{column}"),
        accept_new_options=are_more,
    )
    if are_more:
        show_notes([f"The list holds {_MOST_LEVELS} of {whole(len(levels))} different values; type any other one."])
    unknown = set(chosen) - set(levels)
    if unknown:
        show_notes([f"{listing(sorted(unknown))}: no customer has this in {column}."])
    return tuple(level for level in chosen if level not in unknown)


def _ordered(session: Session, table: Table, column: ColumnSpec) -> ColumnSpec | None:
    """Ask for the order of an ordinal column; None until it is complete, with what is missing beside the field."""
    described = next(c for c in table.columns if c.name == column.name)
    if (column.encode or encodings(described)[0]) != "ordinal":
        return column
    levels = levels_of(table, column.name)
    order = st.multiselect(
        f"Order of {plain(column.name)}, lowest first",
        levels,
        default=[level for level in column.order if level in levels],
        key=session.key(f"order-{column.name}"),
    )
    missing = [level for level in levels if level not in order]
    if missing:
        show_notes([f"Still without a place: {listing(missing)}. Until every one has its place nothing changes."])
        return None
    return replace(column, order=tuple(order))


def show_outlying(table: Table, features) -> None:
    """The rows farthest outside, to look at."""
    if not features.outlying:
        st.markdown(":gray[No customer is far outside.]")
        return
    st.markdown(f":gray[{plain(outlying_caption(features))}]")
    st.dataframe(tables.outlying_table(table, features), hide_index=True, alt="Customers farthest outside")
