"""Rows for the tables on the pages: values in, what `st.dataframe` shows out."""

import math
from dataclasses import replace

import pandas as pd
import streamlit as st

from clustering import Clustering, Features, FeatureSpec, Profile, Recommendation, Stability, Sweep, Table
from clustering.errors import InvalidColumns, InvalidSetting
from clustering.features import ColumnSpec, encodings
from clustering.rfm import rule_groups
from clustering.stability import Gap, Importance, Mixtures
from clustering.table import Column, ReadOptions
from clustering.wording import UNDEFINED, count, listing, number, one_line, score, share
from pages._ui import sentences

_ROLES = {
    "id": "Identifier",
    "number": "Number",
    "category": "Category",
    "ordered": "Ordered category",
    "date": "Date",
    "text": "Text",
    "label": "Known label",
    "constant": "Constant",
    "empty": "Empty",
}
_TYPES = {"number": "Number", "text": "Text", "date": "Date", "boolean": "Yes or no"}
_USED_AS_FOUND = "Empty a cell to use the column as found; a column with one value or none has no use to choose."
_DECIMALS = {None: "As found", ".": "Point", ",": "Comma"}
_BAR_COLOUR = "#7B8794"


def columns_table(table: Table) -> tuple[pd.DataFrame, dict]:
    """One row per column of the file, with the column settings that draw the small distributions."""
    rows = [
        {
            "Column": column.name,
            "Used as": _ROLES[column.role],
            "Type": _TYPES[column.type],
            "Missing": column.missing,
            "Distinct": column.distinct,
            "Typical": _typical(column),
            "Spread": list(column.distribution),
        }
        for column in table.columns
    ]
    config = {
        "Column": st.column_config.TextColumn(width="medium"),
        "Missing": st.column_config.NumberColumn(format="localized"),
        "Distinct": st.column_config.NumberColumn(format="localized"),
        "Spread": st.column_config.BarChartColumn(color=_BAR_COLOUR, y_min=0),
    }
    return pd.DataFrame(rows), config


def overruling_table(table: Table, types, roles) -> tuple[pd.DataFrame, dict]:
    """One row per column with its type and role to change, and why it was found so."""
    frame = pd.DataFrame(
        {
            "Column": [column.name for column in table.columns],
            "Type": [_TYPES[column.type] for column in table.columns],
            # Constant and empty are found, not chosen: a list of choices is the same for all rows of a grid.
            "Used as": [_ROLES[column.role] if column.role in roles else None for column in table.columns],
            "Decimal mark": [_DECIMALS[table.options.column(column.name).decimal] for column in table.columns],
            "Because": [column.reason for column in table.columns],
        }
    )
    config = {
        "Column": st.column_config.TextColumn(width="medium"),
        "Type": st.column_config.SelectboxColumn(options=[_TYPES[t] for t in types], required=True),
        "Used as": st.column_config.SelectboxColumn(options=[_ROLES[role] for role in roles], help=_USED_AS_FOUND),
        "Decimal mark": st.column_config.SelectboxColumn(options=list(_DECIMALS.values()), required=True),
        "Because": st.column_config.TextColumn(width="large"),
    }
    return frame, config


def overruled(table: Table, edited: pd.DataFrame) -> ReadOptions:
    """The reading options with what the user changed in the table of `overruling_table`.

    Raises
    ------
    InvalidColumns
        If a column with one value or none is to be used.
    """
    types = {word: name for name, word in _TYPES.items()}
    roles = {word: name for name, word in _ROLES.items()}
    options = table.options
    decimals = {word: mark for mark, word in _DECIMALS.items()}
    choices = zip(table.columns, edited["Type"], edited["Used as"], edited["Decimal mark"], strict=True)
    for column, type_, role, decimal in choices:
        change = {}
        if decimals[decimal] != options.column(column.name).decimal:
            change["decimal"] = decimals[decimal]
        if types[type_] != column.type:
            change["type"] = types[type_]
        given = None if pd.isna(role) else roles[role]
        is_used = column.role not in ("constant", "empty")
        if given is not None and not is_used:
            holds = "no value" if column.role == "empty" else "one value on every row"
            raise InvalidColumns(
                f'"{one_line(column.name)}" holds {holds}: it tells no customers apart and has no use to choose.',
                (column.name,),
            )
        was_given = options.column(column.name).role is not None
        if given not in (None, column.role) or (given is None and was_given and is_used):
            change["role"] = given
        if change:
            options = options.with_column(replace(options.column(column.name), **change))
    return options


_ENCODINGS = {
    "number": "Number",
    "onehot": "Category",
    "ordinal": "Ordered category",
    "date": "Days before the newest",
    "date_and_month": "Days and month",
}
_GAPS = {
    None: "As chosen above",
    "median": "Median",
    "mean": "Mean",
    "most_frequent": "Most frequent",
    "neighbours": "From similar customers",
    "constant": "A fixed value",
    "aside": "Set the row aside",
}


def preparation_table(table: Table, spec: FeatureSpec) -> tuple[pd.DataFrame, dict]:
    """One row per feature with how it counts, log, gaps and weight, to change."""
    described = {column.name: column for column in table.columns}
    settings = [spec.column(name) for name in spec.columns]
    possible = {encode for name in spec.columns for encode in encodings(described[name])}
    frame = pd.DataFrame(
        {
            "Column": list(spec.columns),
            "Counts as": [_ENCODINGS[c.encode or encodings(described[c.name])[0]] for c in settings],
            "Log": [c.log for c in settings],
            "Missing cells": [_GAPS.get(c.missing, _GAPS[None]) for c in settings],
            "Fixed value": [
                f"{c.fill_value:.15g}" if isinstance(c.fill_value, float) else c.fill_value or "" for c in settings
            ],
            "Weight": [float(c.weight) for c in settings],
        }
    )
    config = {
        "Column": st.column_config.TextColumn(width="medium"),
        "Counts as": st.column_config.SelectboxColumn(
            options=[word for encode, word in _ENCODINGS.items() if encode in possible], required=True
        ),
        "Log": st.column_config.CheckboxColumn(help="Amounts then count by their order of magnitude."),
        "Missing cells": st.column_config.SelectboxColumn(options=list(_GAPS.values()), required=True),
        "Fixed value": st.column_config.TextColumn(
            help="What missing cells are filled with where a fixed value is chosen."
        ),
        "Weight": st.column_config.NumberColumn(
            min_value=0.1, max_value=10.0, step=0.1, help="2 makes a difference count twice as much. Left empty: 1."
        ),
    }
    return frame, config


def prepared(table: Table, spec: FeatureSpec, edited: pd.DataFrame) -> list[ColumnSpec]:
    """The settings that the table of `preparation_table` shows after it was changed.

    Raises
    ------
    InvalidSetting
        If a column cannot do what was chosen for it; in the words of the table.
    """
    encode_of = {word: name for name, word in _ENCODINGS.items()}
    gap_of = {word: name for name, word in _GAPS.items()}
    described = {column.name: column for column in table.columns}
    settings = []
    for name, counts_as, log, gaps, fixed, weight in edited.itertuples(index=False):
        encode, given = encode_of[counts_as], spec.column(name)
        _check_choices(described[name], encode, bool(log), gap_of[gaps])
        usual = encodings(described[name])[0]
        settings.append(
            replace(
                given,
                encode=None if encode == usual else encode,
                log=bool(log),
                missing=gap_of[gaps],
                fill_value=_fill_value(name, encode, fixed) if gap_of[gaps] == "constant" else None,
                weight=1.0 if pd.isna(weight) else float(weight),
                order=given.order if encode == "ordinal" else (),
            )
        )
    return settings


def _check_choices(column: Column, encode: str, log: bool, gaps: str | None) -> None:
    name, possible = f'"{one_line(column.name)}"', [_ENCODINGS[known] for known in encodings(column)]
    if encode not in encodings(column):
        raise InvalidSetting(
            f"{name} cannot count as {_ENCODINGS[encode]}; choose {listing(possible)} under Counts as. Until then "
            "nothing changes."
        )
    if encode == "onehot" and gaps in ("median", "mean", "neighbours"):
        raise InvalidSetting(
            f'{name} counts as a category, so its missing cells cannot be "{_GAPS[gaps]}". Choose '
            f'{listing([_GAPS[gap] for gap in ("most_frequent", "constant", "aside")])}, or "{_GAPS[None]}": then they '
            "are a level of their own. Until then nothing changes."
        )
    if log and (encode != "number" or column.type != "number"):
        raise InvalidSetting(
            f"{name} has no log: only amounts have one. Take the mark under Log away; until then nothing changes."
        )


def _fill_value(name: str, encode: str, fixed: str | None) -> float | str:
    """What the user typed as the fixed value: a level for a category, else a number."""
    text = (fixed or "").strip()
    if not text:
        raise InvalidSetting(f'Type the fixed value for "{name}" beside it; until then nothing changes.')
    if encode in ("onehot", "ordinal"):
        return text
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if math.isfinite(value):
        return value
    wanted = "a number of days before the newest date" if encode.startswith("date") else "a number such as 12.5"
    raise InvalidSetting(f'"{text}" cannot fill "{name}": give {wanted}. Until then nothing changes.')


def outlying_table(table: Table, features: Features) -> pd.DataFrame:
    """The rows farthest outside: where, in what, how far, and what the file says about them."""
    rows = [row for row, _, _ in features.outlying]
    told = pd.DataFrame(
        {
            "Row": [f"{row + 1:,}" for row in rows],
            "Far outside in": [column for _, column, _ in features.outlying],
            "Deviations": [f"{deviations:.1f}" for _, _, deviations in features.outlying],
        }
    )
    cells = table.text.take(rows).to_pandas()
    return pd.concat([told, cells.drop(columns=[c for c in cells.columns if c in told.columns])], axis=1)


def components_table(features: Features) -> pd.DataFrame:
    """What the combined columns are made of: the share each keeps and the weight of every prepared column."""
    components = features.components
    titles = [f"{name} ({share(part, 0)})" for name, part in zip(components.names, components.explained, strict=True)]
    weights = {title: [f"{w:+.2f}" for w in row] for title, row in zip(titles, components.loadings, strict=True)}
    return pd.DataFrame({"Column": list(features.names)} | weights)


def outlying_caption(features: Features) -> str:
    """How many customers are far outside and how many of them are shown."""
    shown = f"; the {len(features.outlying):,} farthest" if len(features.outlying) < features.n_outlying else ""
    return f"{count(features.n_outlying, 'customer')} far outside the others{shown}."


def first_rows(table: Table, n: int = 20) -> pd.DataFrame:
    """The first rows as they stand in the file."""
    return table.text.slice(0, n).to_pandas()


def first_of(labelled: pd.DataFrame, n: int = 20) -> pd.DataFrame:
    """The first rows of the labelled table, the added columns first."""
    added = labelled.columns[-3:].tolist()
    shown = labelled.head(n)[[*added, *(name for name in labelled.columns if name not in added)]].copy()
    for name in added:
        shown[name] = ["" if pd.isna(value) else str(value) for value in shown[name]]
    return shown


def rules_table(customers: Table) -> tuple[pd.DataFrame, dict]:
    """One row per rule name: how many customers have it, and what they are worth."""
    rows = [
        {
            "Name": group.name,
            "Customers": group.size,
            "Share of customers": share(group.share),
            "Share of value": share(group.value_share),
        }
        for group in rule_groups(customers)
    ]
    config = {
        "Name": st.column_config.TextColumn(width="medium"),
        "Customers": st.column_config.NumberColumn(format="localized"),
        "Share of customers": st.column_config.TextColumn(alignment="right"),
        "Share of value": st.column_config.TextColumn(alignment="right"),
    }
    return pd.DataFrame(rows), config


def refused_table(table: Table, spec: FeatureSpec) -> pd.DataFrame:
    """Columns that are not suggested and were not chosen either, each with the reason."""
    refused = [column for column in table.columns if column.refusal and column.name not in spec.columns]
    return pd.DataFrame({"Column": [c.name for c in refused], "Why it is left out": [c.refusal for c in refused]})


def sweep_table(sweep: Sweep, advice: Recommendation, measured: Stability | None) -> tuple[pd.DataFrame, dict]:
    """One row per number of segments, the verdict in words."""
    verdicts = {
        advice.alternative: "Runner-up",
        advice.best_split: "Recommended" if advice.n_clusters else "Best split",
    }
    verdicts |= dict.fromkeys(advice.too_small, "A segment too small")
    verdicts |= dict.fromkeys(advice.too_large, "A segment too large")
    repeatable = {step.n_clusters: step.stability for step in measured.steps} if measured else {}
    rows = [
        {
            "Segments": step.n_clusters,
            "Verdict": verdicts.get(step.n_clusters, ""),
            "Separation": score(step.silhouette),
            "Repeatable": score(repeatable.get(step.n_clusters, float("nan"))),
            "Closeness": score(step.simplified_silhouette),
            "Contact": score(step.contact),
            "Contrast": number(step.calinski_harabasz),
            "Overlap": number(step.davies_bouldin),
            "Spread": number(step.inertia, digits=4),
            "Smallest": step.sizes[-1],
            "Largest": step.sizes[0],
            "Rounds": step.n_iter,
            "Sizes, largest first": " · ".join(f"{size:,}" for size in step.sizes),
        }
        for step in sweep.steps
    ]
    config = {
        "Verdict": st.column_config.TextColumn(width=120),
        "Separation": _figure("Silhouette, from -1 to 1; higher is better."),
        "Repeatable": _figure("Do random halves of the customers agree? Adjusted Rand index; 1 is wholly."),
        "Closeness": _figure("Simplified silhouette, from -1 to 1. Less a tenth of contact, it decides."),
        "Contact": _figure("How dense it is between neighbouring segments, from 0 (a gap) to 1 (one crowd, cut)."),
        "Contrast": _figure("Calinski-Harabasz index; higher is better."),
        "Overlap": _figure("Davies-Bouldin index; lower is better."),
        "Spread": _figure("Inertia: falls with every further segment."),
        "Smallest": st.column_config.NumberColumn(format="localized"),
        "Largest": st.column_config.NumberColumn(format="localized"),
        "Rounds": st.column_config.NumberColumn(help="Iterations of the best start.", format="localized"),
        "Sizes, largest first": st.column_config.TextColumn(width=270),
    }
    return pd.DataFrame(rows), config


def found_again_table(segments: Clustering, names: tuple[str, ...], stabilities: tuple[float, ...]) -> pd.DataFrame:
    """One row per segment: how surely it would be found again."""
    return pd.DataFrame(
        {
            "Segment": [one_line(name, 60) for name in names],
            "Customers": [f"{size:,}" for size in segments.sizes],
            "Found again": [sentences.found_again(value) for value in stabilities],
        }
    )


def importance_table(found: tuple[Importance, ...]) -> tuple[pd.DataFrame, dict]:
    """One row per column that builds the segments, the one that matters most first."""
    rows = [
        {
            "Without": one_line(column.column, 60),
            "Customers who change segment": share(column.moved),
            "Agreement": score(column.adjusted_rand),
            "Remark": column.reason,
        }
        for column in found
    ]
    config = {
        "Customers who change segment": _figure("Share of those with a segment both times."),
        "Agreement": _figure("Adjusted Rand index: 1 if nobody moves, 0 if the segments have nothing in common."),
    }
    frame = pd.DataFrame(rows)
    return (frame if any(frame["Remark"]) else frame.drop(columns="Remark")), config


def refits_table(gap: Gap, mixtures: Mixtures) -> tuple[pd.DataFrame, dict]:
    """Gap statistic and BIC for every number of segments, one segment among them."""
    gaps = dict(zip(gap.n_clusters, zip(gap.gap, gap.gap_error, strict=True), strict=True))
    bic = dict(zip(mixtures.n_clusters, mixtures.bic, strict=True))
    nan = float("nan")
    rows = [
        {
            "Segments": k,
            "Gap": number(gaps.get(k, (nan, nan))[0]),
            "Standard error": number(gaps.get(k, (nan, nan))[1], 2),
            "BIC": number(bic.get(k, nan), 5),
        }
        for k in sorted({*gaps, *bic})
    ]
    config = {
        "Gap": _figure("Gap statistic: how much tighter than customers spread evenly; higher is better."),
        "Standard error": _figure("The smallest number within a standard error of the next one is preferred."),
        "BIC": _figure("Bayesian information criterion of Gaussian mixtures; lower is better."),
    }
    return pd.DataFrame(rows), config


def _figure(explained: str):
    return st.column_config.TextColumn(help=explained, alignment="right")


def profile_table(profile: Profile, names: tuple[str, ...]) -> tuple[pd.DataFrame, dict]:
    """One row per segment and a last one for all customers: size, share, mean and median of every feature."""
    sizes = _sizes(profile, names)
    rows = []
    for label in range(len(names)):
        row = _figures(profile, profile.means[label], profile.medians[label])
        rows.append(row | _level_shares(profile, lambda category, label=label: category.shares[label]))
    everybody = _figures(profile, profile.overall_means, profile.overall_medians)
    rows.append(everybody | _level_shares(profile, lambda category: category.overall))
    return _by_segment([size | row for size, row in zip(sizes, rows, strict=True)])


def sizes_table(profile: Profile, names: tuple[str, ...]) -> tuple[pd.DataFrame, dict]:
    """One row per segment and a last one for all customers: size, share, and share of the weight if there is one."""
    return _by_segment(_sizes(profile, names))


def _by_segment(rows: list[dict[str, str]]) -> tuple[pd.DataFrame, dict]:
    figures = {name: st.column_config.TextColumn(alignment="right") for name in rows[0]}
    return pd.DataFrame(rows), figures | {"Segment": st.column_config.TextColumn(width="medium")}


def _sizes(profile: Profile, names: tuple[str, ...]) -> list[dict[str, str]]:
    segments = [*names, "All customers"]
    sizes = [*profile.sizes, sum(profile.sizes)]
    weights = [*profile.weight_shares, 1.0] if profile.weight_column is not None else []
    counted = "Share of customers" if weights else "Share"
    rows = [
        {"Segment": name, "Customers": f"{size:,}", counted: share(part)}
        for name, size, part in zip(segments, sizes, [*profile.shares, 1.0], strict=True)
    ]
    for row, part in zip(rows, weights, strict=False):
        row[f"Share of total {one_line(profile.weight_column, 30)}"] = share(part)
    return rows


def loadings_table(loadings) -> pd.DataFrame:
    """How much each column weighs in each component."""
    return pd.DataFrame(
        {"Column": [column for column, _ in loadings[0][1]]}
        | {axis: [f"{weight:+.2f}" for _, weight in weights] for axis, weights in loadings}
    )


def _level_shares(profile: Profile, shares_of) -> dict[str, str]:
    return {
        f"{category.column}: {level}": share(part)
        for category in profile.categories
        for level, part in zip(category.levels, shares_of(category), strict=True)
    }


def _figures(profile: Profile, means, medians) -> dict[str, str]:
    figures = {}
    for i, (mean, median) in enumerate(zip(means, medians, strict=True)):
        if profile.kinds[i] == "boolean":  # the share of "yes"; its median says no more
            figures[f"{profile.columns[i]}: yes"] = profile.written(i, mean)
        else:
            figures[f"{profile.title(i)} · mean"] = profile.written(i, mean)
            figures[f"{profile.title(i)} · median"] = profile.written(i, median)
    return figures


def _typical(column: Column) -> str:
    if column.role == "id" or column.typical is None:
        return UNDEFINED
    return number(column.typical) if isinstance(column.typical, float) else column.typical
