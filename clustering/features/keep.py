"""Which of the user's choices survive when the same file is read another way."""

from dataclasses import replace

from clustering.errors import ClusteringError, InvalidSetting
from clustering.features.encode import encodings, resolve
from clustering.features.rows import outside_filter
from clustering.features.spec import ColumnSpec, FeatureSpec
from clustering.features.suggest import suggest_features
from clustering.table import Column, Table
from clustering.wording import one_line

_NO_LONGER = ("id", "text", "label", "constant", "empty")  # a column that became one of these builds no segments


def keep_features(before: Table, after: Table, spec: FeatureSpec) -> tuple[FeatureSpec | None, str]:
    """Return what is left of the choice, and a sentence about what had to go ("" if nothing).

    What was merely suggested for `before` is suggested anew, so that a column that is read right at last is among the
    columns; so it is where no column is left. None if nothing can be suggested either.
    """
    kept, gone = None, []
    if spec != _suggested(before):
        kept, gone = _surviving(before, after, spec)
    kept = kept or _suggested(after)
    columns = kept.columns if kept else ()
    gone = [*(f'"{one_line(name)}"' for name in spec.columns if name not in columns), *gone]
    if not gone:
        return kept, ""
    return kept, f"After reading the file another way these choices could not be kept: {', '.join(gone)}."


def same_values(before: Table, after: Table, spec: FeatureSpec) -> bool:
    """Whether everything the segments come from is as it was: then they are the same segments."""
    used = [*spec.columns]
    used += [spec.weight_column] if spec.weight_column else []
    used += [spec.row_filter.column] if spec.row_filter else []
    return dict(before.set_aside) == dict(after.set_aside) and before.frame[used].equals(after.frame[used])


def _suggested(table: Table) -> FeatureSpec | None:
    try:
        return suggest_features(table)
    except ClusteringError:
        return None


def _surviving(before: Table, after: Table, spec: FeatureSpec) -> tuple[FeatureSpec | None, list[str]]:
    old, new = ({column.name: column for column in table.columns} for table in (before, after))
    columns = tuple(name for name in spec.columns if name in new and _is_usable(old[name], new[name]))
    if not columns:
        return None, []
    gone, settings = [], []
    for name in columns:
        given = spec.column(name)
        fitting = next(one for one in _less_and_less(given) if _fits(after, one))
        settings.append(fitting)
        if fitting != given:
            gone.append(f'how "{one_line(name)}" was prepared')
    kept = replace(
        spec,
        columns=columns,
        settings=tuple(settings),
        describe=tuple(name for name in spec.describe if name in new and name not in columns),
    )
    if spec.weight_column is not None and spec.weight_column not in after.usable_columns:
        gone.append("the weight of the customers")
        kept = replace(kept, weight_column=None)
    if spec.row_filter is not None and not _leaves_somebody(after, spec):
        gone.append("which customers take part")
        kept = replace(kept, row_filter=None)
    return kept, gone


def _is_usable(old: Column, new: Column) -> bool:
    return bool(encodings(new)) and (new.role == old.role or new.role not in _NO_LONGER)


def _less_and_less(given: ColumnSpec) -> tuple[ColumnSpec, ...]:
    """The settings, the weight alone, and what fits every column that can build segments."""
    weight_alone = ColumnSpec(given.name, weight=given.weight)
    return given, weight_alone, replace(weight_alone, encode="onehot")


def _fits(table: Table, settings: ColumnSpec) -> bool:
    try:
        resolve(table, FeatureSpec((settings.name,), settings=(settings,)))
    except InvalidSetting:
        return False
    return True


def _leaves_somebody(table: Table, spec: FeatureSpec) -> bool:
    try:
        outside = outside_filter(table.frame, spec.row_filter)
    except ClusteringError:
        return False
    return sum(int(mask.sum()) for mask, _ in outside) < table.n_rows
