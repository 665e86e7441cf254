"""The profile as rows: one per segment and column or level, for the table on the page and for every export of it."""

import pandas as pd

from clustering.profile.compare import Comparison
from clustering.wording import one_line, share, whole

EVERYBODY = "All customers"
FIGURES = ("Index", "Mean", "Median", "Quartiles")
_ARROWS = {1: " ▲", 0: "", -1: " ▼"}
_MARKED = {1: "high", 0: None, -1: "low"}
_COLUMNS = (
    *(
        "segment",
        "customers",
        "share",
        "weight_share",
        "column",
        "level",
        "mean",
        "lower_quartile",
        "median",
        "upper_quartile",
    ),
    *("all_customers", "baseline", "index", "z", "mark"),
)


def profile_sheet(comparison: Comparison, names: tuple[str, ...]) -> pd.DataFrame:
    """Write down every figure of the profile, unrounded.

    Parameters
    ----------
    comparison : Comparison
    names : tuple of str
        Of all segments.

    Returns
    -------
    DataFrame
        Per column (and level of a category) one row for every segment and a last one for all customers: segment,
        customers, share, weight_share (of what weighs the customers, if anything does), column, level, mean (of a
        level, of "yes": the share), lower_quartile, median, upper_quartile, all_customers (the mean of everybody),
        baseline (the mean that the index holds against), index (100 is the baseline) or z (standard deviations), and
        mark: "high" from 120 or 0.5 on, "low" up to 80 or -0.5.
    """
    profile = comparison.profile
    rows = []
    for i, column in enumerate(profile.columns):
        for label in range(len(profile.sizes)):
            figure = comparison.figures[label, i]
            rows.append(
                _of(comparison, names, label)
                | {
                    "column": column,
                    "level": None,
                    "mean": profile.means[label, i],
                    "lower_quartile": profile.lower_quartiles[label, i],
                    "median": profile.medians[label, i],
                    "upper_quartile": profile.upper_quartiles[label, i],
                    "all_customers": profile.overall_means[i],
                    "baseline": comparison.baseline_means[label, i],
                    "index": figure if comparison.is_index[i] else None,
                    "z": None if comparison.is_index[i] else figure,
                    "mark": _MARKED[int(comparison.marks[label, i])],
                }
            )
        rows.append(
            _everybody(comparison)
            | {
                "column": column,
                "level": None,
                "mean": profile.overall_means[i],
                "lower_quartile": profile.overall_lower_quartiles[i],
                "median": profile.overall_medians[i],
                "upper_quartile": profile.overall_upper_quartiles[i],
                "all_customers": profile.overall_means[i],
            }
        )
    for category, shares in zip(comparison.levels, profile.categories, strict=True):
        for i, level in enumerate(category.levels):
            for label in range(len(profile.sizes)):
                rows.append(
                    _of(comparison, names, label)
                    | {
                        "column": category.column,
                        "level": level,
                        "mean": category.shares[label, i],
                        "all_customers": shares.overall[i],
                        "baseline": category.baseline_shares[label, i],
                        "index": category.figures[label, i],
                        "mark": _MARKED[int(category.marks[label, i])],
                    }
                )
            everybody = {"column": category.column, "level": level, "mean": shares.overall[i]}
            rows.append(_everybody(comparison) | everybody | {"all_customers": shares.overall[i]})
    return pd.DataFrame(rows, columns=_COLUMNS)


def _of(comparison: Comparison, names: tuple[str, ...], label: int) -> dict:
    profile = comparison.profile
    weight_share = profile.weight_shares[label] if profile.weight_shares else None
    size = {"customers": profile.sizes[label], "share": profile.shares[label], "weight_share": weight_share}
    return {"segment": names[label]} | size


def _everybody(comparison: Comparison) -> dict:
    profile = comparison.profile
    weight_share = 1.0 if profile.weight_shares else None
    return {"segment": EVERYBODY, "customers": sum(profile.sizes), "share": 1.0, "weight_share": weight_share}


def written_profile(comparison: Comparison, names: tuple[str, ...], figure: str = "Index") -> pd.DataFrame:
    """One row per column and level, one column per segment after that of all customers, as people write the figures.

    Parameters
    ----------
    figure : {"Index", "Mean", "Median", "Quartiles"}
        Of a level (and of "yes" of a boolean) only the share and its index are known; the share stands for all others.
        An index is marked with ▲ from 120 and ▼ to 80, and stands in parentheses where the segment has fewer than 30
        customers. Beside an index stands the mean of all customers.
    """
    profile = comparison.profile
    rows = [["Customers", whole(sum(profile.sizes)), *(whole(size) for size in profile.sizes)]]
    counted = "Share" if profile.weight_column is None else "Share of customers"
    rows.append([counted, share(1.0), *(share(part) for part in profile.shares)])
    if profile.weight_column is not None:
        weight = f"Share of {one_line(profile.weight_column, 40)}"
        rows.append([weight, share(1.0), *(share(part) for part in profile.weight_shares)])
    for i in range(len(profile.columns)):
        rows.append([profile.title(i), *_cells_of_number(comparison, i, figure)])
    for category, shares in zip(comparison.levels, profile.categories, strict=True):
        for i, level in enumerate(category.levels):
            if figure == "Index":
                cells = [
                    _marked(comparison, label, category.written(label, i), category.marks[label, i])
                    for label in range(len(names))
                ]
            else:
                cells = [share(part) for part in category.shares[:, i]]
            rows.append([f"{one_line(category.column, 40)}: {one_line(level, 40)}", share(shares.overall[i]), *cells])
    everybody = "Average of all" if figure == "Index" else EVERYBODY
    return pd.DataFrame(rows, columns=["", everybody, *_distinct(names, everybody)])


def _cells_of_number(comparison: Comparison, i: int, figure: str) -> list[str]:
    """One figure of one column: of all customers, then of every segment."""
    profile = comparison.profile

    def written(overall, by_segment):
        return [profile.written(i, value) for value in (overall[i], *by_segment[:, i])]

    means = written(profile.overall_means, profile.means)
    if figure == "Index":
        marked = [
            _marked(comparison, label, comparison.written(label, i), comparison.marks[label, i])
            for label in range(len(profile.sizes))
        ]
        return [means[0], *marked]
    if figure == "Mean" or profile.kinds[i] == "boolean":
        return means
    if figure == "Median":
        return written(profile.overall_medians, profile.medians)
    lower = written(profile.overall_lower_quartiles, profile.lower_quartiles)
    upper = written(profile.overall_upper_quartiles, profile.upper_quartiles)
    return [f"{low} to {high}" for low, high in zip(lower, upper, strict=True)]


def _marked(comparison: Comparison, label: int, text: str, mark: int) -> str:
    told = f"{text}{_ARROWS[int(mark)]}"
    return f"({told})" if comparison.small[label] else told


def _distinct(names: tuple[str, ...], whole: str) -> list[str]:
    """Names for columns: two segments may be called the same, or like all customers."""
    taken, distinct = {"", whole}, []
    for label, name in enumerate(names):
        name = name if name not in taken else f"{name} ({label + 1})"
        taken.add(name)
        distinct.append(name)
    return distinct
