"""From the cells of the table to prepared values, to the figures these are scaled by, and to segments."""

from sqlglot import exp

from clustering.features.frozen import Frozen
from clustering.placing import Rule
from clustering.recipe.sql import parts
from clustering.recipe.sql.rules import rule_steps
from clustering.spark.sql.plan import Plan
from clustering.spark.sql.steps import Made, Steps

_SOME_DAY = "2000-01-01"  # that days are counted back from where the sample has none


def moments_query(plan: Plan) -> str:
    """What the columns are scaled by, from all rows of the fit.

    The sums are of differences from the sample's center, so that nothing is lost far from zero.

    Returns
    -------
    str
        A query with one row for rows `in_fit`, one for those that are placed afterwards (`has_segment` alone), and one
        for the rest: `n` rows, of which `below` have a weight below 0; of every chosen column `there_i`, its cells with
        a value, and of a logged one `negative_i`, those below 0; of every encoded column (filled, logged and clipped, a
        level as 1 or 0) `sum_i` and `product_i_i` of the differences from `plan.preparation.columns[i].center` and of
        their squares, `least_i` and `most_i`; before principal components also `product_i_j` of every pair.
    """
    steps = Steps(plan)
    steps.read()
    values = _numbered("value", len(plan.preparation.columns))
    steps.add("prepared", list(zip(values, steps.cells.unscaled(), strict=True)))
    has_segment = steps.cells.conditions(values)
    is_in = [*has_segment, *steps.cells.fit_conditions()]
    centers = [column.center for column in plan.preparation.columns]
    differences = [
        (f"difference_{i}", parts.minus(exp.column(value), center))
        for i, (value, center) in enumerate(zip(values, centers, strict=True), 1)
    ]
    steps.add("asked", [("has_segment", _whether(has_segment)), ("in_fit", _whether(is_in)), *differences])
    groups = ["has_segment", "in_fit"]
    told: Made = [(name, exp.column(name)) for name in groups]
    told.append(("n", exp.Count(this=exp.Star())))
    weight = plan.features.weight_column
    told.append(("below", exp.Literal.number(0) if weight is None else _n_below_zero(steps.cells[weight])))
    for i, spec in enumerate(plan.preparation.specs, 1):
        told.append((f"there_{i}", exp.Count(this=steps.cells[spec.name])))
        if spec.log:
            told.append((f"negative_{i}", _n_below_zero(steps.cells[spec.name])))
    for i, (value, (difference, _)) in enumerate(zip(values, differences, strict=True), 1):
        told += [
            (f"sum_{i}", exp.Sum(this=exp.column(difference))),
            (f"least_{i}", exp.Min(this=exp.column(value))),
            (f"most_{i}", exp.Max(this=exp.column(value))),
        ]
    for i, j in pairs(plan):
        product = parts.product(exp.column(f"difference_{i}"), exp.column(f"difference_{j}"))
        told.append((f"product_{i}_{j}", exp.Sum(this=product)))
    return steps.taken(told, by=groups)


def pairs(plan: Plan) -> list[tuple[int, int]]:
    """Which encoded columns are multiplied with each other: each with itself, before components every two."""
    n = len(plan.preparation.columns)
    if plan.features.pca is None:
        return [(i, i) for i in range(1, n + 1)]
    return [(i, j) for i in range(1, n + 1) for j in range(i, n + 1)]


def prepared_query(plan: Plan) -> str:
    """The prepared values of every row that gets a segment.

    Returns
    -------
    str
        A query with `x_1`, `x_2`, … (principal components if they were asked for), the `weight` as it stands in the
        table (1 where all count the same) and whether the row is `in_fit`; rows that are not are placed afterwards.
    """
    steps, columns, where = _prepared(plan)
    told: Made = [(f"x_{i}", column) for i, column in enumerate(columns, 1)]
    return steps.taken([*told, ("weight", _weight(plan, steps)), ("in_fit", _in_fit(steps))], where)


def labelled_query(plan: Plan, rule: Rule) -> str:
    """What the profile is made of: every row that gets a segment, with the columns that it is described by.

    Parameters
    ----------
    rule : Rule
        Which segment a row of prepared values gets.

    Returns
    -------
    str
        A query with `segment` (from 1 on), `in_fit`, `weight`, `number_1`, `number_2`, … (as the profile counts them,
        but a date as the days before the newest of the sample) and `level_1`, `level_2`, … as the cells stand.
    """
    steps, columns, where = _prepared(plan)
    compared, segment = rule_steps(rule, columns, "")
    if where:
        segment = parts.case([(parts.all_of(where), segment)])
    for name, made in [*compared, ("labelled", [("segment", segment)])]:
        steps.add(name, made)
    reference = Frozen((), (), tuple(_days_from(plan).items()), ())
    told: Made = [("segment", exp.column("segment")), ("in_fit", _in_fit(steps)), ("weight", _weight(plan, steps))]
    told += [(f"number_{i}", parts.double(steps.cells.as_number(c, reference))) for i, c in enumerate(plan.numbers, 1)]
    told += [(f"level_{i}", steps.cells[column.name]) for i, column in enumerate(plan.categories, 1)]
    return steps.taken(told, [parts.is_there(exp.column("segment"))])


def _prepared(plan: Plan) -> tuple[Steps, list[exp.Column], list[exp.Expression]]:
    """The steps up to the prepared values, these, and who has a segment."""
    steps = Steps(plan)
    steps.read()
    values = _numbered("value", len(plan.preparation.columns))
    steps.add("prepared", list(zip(values, steps.cells.prepared(), strict=True)))
    columns = [exp.column(value) for value in values]
    if plan.preparation.components is not None:
        made = steps.cells.components([column.copy() for column in columns], "component_")
        steps.add("components", made)
        columns = [exp.column(name) for name, _ in made]
    return steps, columns, steps.cells.conditions(values)


def _numbered(word: str, n: int) -> list[str]:
    return [f"{word}_{i}" for i in range(1, n + 1)]


def _days_from(plan: Plan) -> dict[str, str]:
    """Of every date that is described the day that its days are counted back from."""
    sample = {column.name: column.max or _SOME_DAY for column in plan.columns if column.type == "date"}
    return {**sample, **dict(plan.preparation.newest)}


def _weight(plan: Plan, steps: Steps) -> exp.Expression:
    name = plan.features.weight_column
    return parts.double(parts.number(1) if name is None else steps.cells[name])


def _in_fit(steps: Steps) -> exp.Expression:
    return _whether(steps.cells.fit_conditions())


def _whether(conditions: list[exp.Expression]) -> exp.Expression:
    """True or false, and never NULL."""
    return parts.case([(parts.all_of(conditions), exp.true())], exp.false()) if conditions else exp.true()


def _n_below_zero(cell: exp.Expression) -> exp.Expression:
    one, none = exp.Literal.number(1), exp.Literal.number(0)
    is_below = exp.LT(this=cell, expression=parts.number(0))
    return exp.Sum(this=parts.case([(is_below, one)], none))
