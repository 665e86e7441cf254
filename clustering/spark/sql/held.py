"""What the columns hold in the rows with a segment, for the recipe."""

from collections.abc import Iterable
from dataclasses import replace

from sqlglot import exp

from clustering.features import ColumnSpec
from clustering.recipe import TrainedColumn
from clustering.recipe.sql import parts
from clustering.spark.sql.plan import Plan
from clustering.spark.sql.steps import Made, Steps

MOST_TOLD = 1_000  # levels of one category that are counted one by one
_DAY_0 = "1970-01-01"


def held_query(plan: Plan, columns: Iterable[TrainedColumn], amounts: Iterable[str]) -> str:
    """How many rows have a value in every column, and where the values of some lie.

    Parameters
    ----------
    columns : iterable of TrainedColumn
        What the sample held in each.
    amounts : iterable of str
        Which of them are numbers and dates; dates count as days since 1970.

    Returns
    -------
    str
        A query with one row: `n` rows with a segment, `filled` of them with a cell that was filled; of column i, from 1
        on, `there_i` rows with a value, and if it is one of the amounts `least_i`, `most_i` and, of edge j of what the
        sample held, `above_i_j` values that are not below it.
    """
    columns, amounts = list(columns), set(amounts)
    steps, where = _with_segment(plan, columns)
    told: Made = [("n", exp.Count(this=exp.Star())), ("filled", _n_where(_is_filled(plan, steps)))]
    for i, column in enumerate(columns, 1):
        told.append((f"there_{i}", exp.Count(this=steps.cells[column.name])))
        if column.name in amounts:
            value = _amount(plan, steps, column)
            told += [(f"least_{i}", exp.Min(this=value)), (f"most_{i}", exp.Max(this=value.copy()))]
            for j, edge in enumerate(column.edges, 1):
                told.append((f"above_{i}_{j}", _n_where([exp.GTE(this=value.copy(), expression=parts.number(edge))])))
    return steps.taken(told, where)


def held_levels_query(plan: Plan, column: TrainedColumn) -> str:
    """The most frequent values of a column: `level` as the cells stand, and `n` rows with a segment that have it."""
    steps, where = _with_segment(plan, [column])
    cell = steps.cells[column.name]
    told: Made = [("level", cell.copy()), ("n", exp.Count(this=exp.Star()))]
    query = steps.taken(told, [*where, parts.is_there(cell.copy())], by=[steps.cells.names[column.name]])
    return f"{query} ORDER BY n DESC LIMIT {MOST_TOLD}"


def _with_segment(plan: Plan, columns: list[TrainedColumn]) -> tuple[Steps, list[exp.Expression]]:
    """The steps up to the prepared values, with the cells of these columns, and who has a segment."""
    steps = Steps(replace(plan, described=tuple(ColumnSpec(column.name) for column in columns)))
    steps.read()
    values = [f"value_{i}" for i in range(1, len(plan.preparation.columns) + 1)]
    steps.add("prepared", list(zip(values, steps.cells.prepared(), strict=True)))
    return steps, steps.cells.conditions(values)


def _is_filled(plan: Plan, steps: Steps) -> list[exp.Expression]:
    filled = [spec.name for spec in plan.preparation.specs if spec.missing not in (None, "aside")]
    return [parts.any_of([parts.is_null(steps.cells[name]) for name in filled])] if filled else [exp.false()]


def _amount(plan: Plan, steps: Steps, column: TrainedColumn) -> exp.Expression:
    cell = steps.cells[column.name]
    if plan.type(column.name) != "date":
        return cell
    return parts.product(parts.double(plan.writer.days_before(cell, _DAY_0)), parts.number(-1))


def _n_where(conditions: list[exp.Expression]) -> exp.Expression:
    one, none = exp.Literal.number(1), exp.Literal.number(0)
    return exp.Sum(this=parts.case([(parts.all_of(conditions), one)], none))
