"""What holds when the same file is read another way."""

from clustering import ClusteringError, FeatureSpec, Table
from clustering.features import same_values
from clustering.features.encode import resolve


def same_rows(before: Table, after: Table) -> bool:
    """Whether two readings of one file hold the same rows in the same places."""
    if (before.n_rows, before.reading.sheet) != (after.n_rows, after.reading.sheet):
        return False
    if before.options.header == after.options.header:
        return True  # another encoding or delimiter: other cells, the same lines
    return len(before.headers) == len(after.headers) and all(
        one.equals(other) for one, other in zip(before.text.columns, after.text.columns, strict=True)
    )


def holds(before: Table, after: Table, spec: FeatureSpec) -> bool:
    """Whether another reading gives the same segments: the same rows, and the same use and values of all columns."""
    used = {*spec.columns, *filter(None, (spec.weight_column, spec.row_filter and spec.row_filter.column))}
    if not same_rows(before, after) or not used <= set(after.frame.columns):
        return False
    try:
        is_used_alike = resolve(before, spec) == resolve(after, spec)
    except ClusteringError:
        return False
    return is_used_alike and same_values(before, after, spec)
