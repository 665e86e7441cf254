"""What to offer for a table: which columns, which logs, and which columns tell the same twice."""

import numpy as np

from clustering.errors import NoUsableColumns
from clustering.features.encode import encodings
from clustering.features.spec import ColumnSpec, FeatureSpec
from clustering.features.values import Features
from clustering.table import Table
from clustering.threads import on_one_thread
from clustering.wording import listing, one_line

NEAR_DUPLICATE = 0.95  # |r| from which two columns count as one told twice
SKEWED = 1.0  # skewness of the values between the 1st and 99th percentile; 0 of a bell, 1.5 of waiting times


def suggest_features(table: Table) -> FeatureSpec:
    """Choose every column that holds numbers, is no identifier and is not constant.

    Where there is none, choose the categories and the columns of yes and no; every level of an ordered category then
    counts by itself, because only the user knows the order.

    Raises
    ------
    NoUsableColumns
        If there is none of these either; says why the first ones were refused.
    """
    numbers = tuple(column.name for column in table.columns if column.refusal is None)
    if numbers:
        return FeatureSpec(numbers)
    categories = [column for column in table.columns if column.role in ("category", "ordered")]
    if categories:
        settings = (ColumnSpec(column.name, encode="onehot") for column in categories if column.role == "ordered")
        return FeatureSpec(tuple(column.name for column in categories), settings=tuple(settings))
    reasons = "; ".join(f'"{one_line(column.name)}" is {column.refusal}' for column in table.columns[:3])
    others = possible_columns(table)
    if others:
        raise NoUsableColumns(
            f"No column suggests itself: {reasons}. Choose the columns yourself, such as {listing(others[:1])}, or add "
            "one of numbers, such as spend, visits or age."
        )
    raise NoUsableColumns(
        f"No column can build segments: {reasons}. Add a column of numbers, such as spend, visits or age."
    )


def possible_columns(table: Table) -> tuple[str, ...]:
    """Every column that can build segments, suggested or not."""
    return tuple(column.name for column in table.columns if encodings(column))


def suggest_logs(table: Table, columns: tuple[str, ...]) -> tuple[str, ...]:
    """Of these columns, the amounts so skewed that a log is worth a try.

    Amounts are numbers of 0 and more with more than two different values. Skewness is the mean cubed deviation in
    standard deviations, of the values clipped to their 1st and 99th percentile: one huge customer is no skew.
    """
    return tuple(
        column.name
        for column in table.columns
        if column.name in columns
        and column.type == "number"
        and column.role not in ("id", "category")
        and column.distinct > 2
        and _skewness(table.frame[column.name].dropna().to_numpy()) > SKEWED
    )


@on_one_thread
def correlation(features: Features) -> np.ndarray:
    """Pearson correlation of `features.number_columns` as prepared, of shape (n, n); NaN with a constant one."""
    numbers = [i for i, encoded in enumerate(features.encoded) if encoded.level is None]
    if not numbers:
        return np.empty((0, 0))
    X = features.scaled if len(numbers) == features.scaled.shape[1] else features.scaled[:, numbers]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.atleast_2d(np.corrcoef(X, rowvar=False))


def near_duplicates(features: Features) -> tuple[tuple[str, str, float], ...]:
    """Pairs of columns of numbers with |r| above 0.95: what they tell counts twice."""
    r, names = correlation(features), features.number_columns
    first, second = np.triu_indices(len(names), k=1)
    found = np.abs(r[first, second]) > NEAR_DUPLICATE
    return tuple((names[i], names[j], float(r[i, j])) for i, j in zip(first[found], second[found], strict=True))


def _skewness(values: np.ndarray) -> float:
    """Of the clipped values; 0 where a log cannot be taken or nothing differs."""
    if not len(values) or values.min() < 0:
        return 0.0
    values = np.clip(values, *np.percentile(values, [1, 99]))
    spread = values.std()
    if not (spread > 0 and np.isfinite(spread)):
        return 0.0
    return float((((values - values.mean()) / spread) ** 3).mean())
