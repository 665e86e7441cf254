"""What the linear indices are made of, from the prepared values and given centers."""

import numpy as np
from sqlglot import exp

from clustering.placing import Rule, nearest
from clustering.recipe.sql import DIALECTS, parts
from clustering.recipe.sql.parts import Writer
from clustering.recipe.sql.rules import rule_steps

_FAR_AWAY = parts.number(1e300)  # in place of the own center, where the nearest of the others is looked for


def scores_query(cluster_centers: np.ndarray, view: str, *, dialect: str = "spark", rule: Rule | None = None) -> str:
    """Sums over the rows of every segment, from which `clustering.spark.scores` makes the indices.

    Parameters
    ----------
    cluster_centers : ndarray of shape (n_clusters, n_features)
    view : str
        What the result of `prepared_query` is called.
    rule : Rule, optional
        Which segment a row gets; without it that of the nearest center.

    Returns
    -------
    str
        A query with one row per `segment` (from 1 on) and `in_fit`: `n` rows, their `weight`; `squares`, squared
        distances to the own center, and `weighed`, each times the row's weight; `distances` to it; `margins`, the
        simplified silhouettes; `offset_i`, how far the values of a column are from the mean of the centers.
    """
    columns = [exp.column(f"x_{i}") for i in range(1, cluster_centers.shape[1] + 1)]
    labels = range(1, len(cluster_centers) + 1)
    squares = [exp.column(f"square_{label}") for label in labels]
    if rule is None:  # the least is worked out once, and not for every center that it may be of
        least = exp.column("least")
        compared = [("squares", _squares(cluster_centers, columns)), ("nearest", [("least", parts.least(squares))])]
        segment = parts.case([(square.copy(), _number(i)) for i, square in zip(labels, squares, strict=True)], of=least)
        own = least.copy()
    else:
        compared, segment = rule_steps(rule, columns, "")
        compared = [*compared, ("squares", _squares(cluster_centers, columns))]
        own = parts.case([(_number(i), square) for i, square in zip(labels, squares, strict=True)], of=_segment())
    others = parts.least(
        [parts.case([(_is(i), _FAR_AWAY.copy())], square.copy()) for i, square in zip(labels, squares, strict=True)]
    )
    steps = [
        *compared,
        ("labelled", [("segment", segment)]),
        ("measured", [("own", exp.Sqrt(this=own)), ("other", exp.Sqrt(this=others))]),
    ]
    query, last = exp.select(), exp.to_identifier(view, quoted=True)
    for name, made in steps:
        named = [exp.alias_(_bare(column), alias) for alias, column in made]
        query = query.with_(name, as_=exp.select(exp.Star(), *named).from_(exp.Table(this=last)), copy=False)
        last = exp.to_identifier(name)
    query = query.select(*_sums(cluster_centers.mean(axis=0), columns)).from_(exp.Table(this=last))
    query = query.where(parts.is_there(_segment())).group_by("segment", "in_fit")
    return Writer(dialect, DIALECTS[dialect]).sql(query)


def _sums(middle: np.ndarray, columns: list[exp.Column]) -> list[exp.Expression]:
    own, other, weight = (exp.column(name) for name in ("own", "other", "weight"))
    larger = exp.Nullif(this=parts.greatest(own, other), expression=parts.number(0))
    gap = exp.Paren(this=exp.Sub(this=other.copy(), expression=own.copy()))
    ratio = exp.Div(this=gap, expression=larger, typed=True, safe=False)
    margin = exp.Coalesce(this=ratio, expressions=[parts.number(0)])
    told = {
        "n": exp.Count(this=exp.Star()),
        "weight": exp.Sum(this=weight),
        "squares": exp.Sum(this=parts.squared(own.copy())),
        "weighed": exp.Sum(this=parts.product(weight.copy(), parts.squared(own.copy()))),
        "distances": exp.Sum(this=own.copy()),
        "margins": exp.Sum(this=margin),
    }
    for i, (column, value) in enumerate(zip(columns, middle.tolist(), strict=True), 1):
        told[f"offset_{i}"] = exp.Sum(this=parts.minus(column.copy(), value))
    return [_segment(), exp.column("in_fit"), *(exp.alias_(column, name) for name, column in told.items())]


def _squares(cluster_centers: np.ndarray, columns: list[exp.Column]) -> list[tuple[str, exp.Expression]]:
    ((_, made),), _ = rule_steps(nearest(cluster_centers), columns, "")
    return [(f"square_{label}", distance) for label, (_, distance) in enumerate(made, 1)]


def _segment() -> exp.Column:
    return exp.column("segment")


def _is(label: int) -> exp.Expression:
    return exp.EQ(this=_segment(), expression=_number(label))


def _number(label: int) -> exp.Expression:
    return exp.Literal.number(label)


def _bare(expression: exp.Expression) -> exp.Expression:
    """The same with every column as the only one of its name."""
    for column in expression.find_all(exp.Column):
        column.set("table", None)
    return expression
