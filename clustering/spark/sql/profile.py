"""What the profile of the segments is made of, from the rows with their segments."""

from collections.abc import Mapping

from sqlglot import exp

from clustering.profile.grouped import QUARTERS, ROUNDING
from clustering.recipe.sql import parts
from clustering.spark.sql.plan import Plan

MOST_TOLD = 1_000  # levels of one category that are counted one by one; a level needs 1 % of the rows to be told
ALL = 0  # the segment that stands for all customers


def overview_query(plan: Plan, view: str) -> str:
    """How many customers a segment has, and the sums behind its means.

    Parameters
    ----------
    view : str
        What the result of `labelled_query` is called.

    Returns
    -------
    str
        A query with one row per `segment` and `in_fit`: `n` customers, their `weight`; of every number `weight_i` of
        those that have a value, `sum_i` of the values times weights, `least_i` and `most_i` of those of some weight,
        and `first_i`, the least of all.
    """
    told = [exp.column("segment"), exp.column("in_fit"), _named("n", exp.Count(this=exp.Star()))]
    told.append(_named("weight", exp.Sum(this=_weight())))
    for i in range(1, len(plan.numbers) + 1):
        value = exp.column(f"number_{i}")
        counts = exp.And(this=parts.is_there(value.copy()), expression=_has_weight())
        behind = parts.case([(parts.is_there(value.copy()), _weight())], parts.number(0))
        told += [
            _named(f"weight_{i}", exp.Sum(this=behind)),
            _named(f"sum_{i}", exp.Sum(this=parts.product(_weight(), value.copy()))),
            _named(f"least_{i}", exp.Min(this=parts.case([(counts, value.copy())]))),
            _named(f"most_{i}", exp.Max(this=parts.case([(counts.copy(), value.copy())]))),
            _named(f"first_{i}", exp.Min(this=value)),
        ]
    query = exp.select(*told).from_(_view(view)).group_by("segment", "in_fit")
    return plan.writer.sql(query)


def spreads_query(plan: Plan, view: str, middles: Mapping[int, float]) -> str:
    """How far the values of the rows of the fit are from a middle.

    Parameters
    ----------
    middles : mapping of int to float
        By the number of a column, from 1 on: about the mean of its values, so that nothing is lost far from zero.

    Returns
    -------
    str
        A query with one row per `segment`: `sum_i` and `squares_i` of the differences, times weights.
    """
    told = [exp.column("segment")]
    for i, middle in middles.items():
        difference = parts.minus(exp.column(f"number_{i}"), middle)
        told += [
            _named(f"sum_{i}", exp.Sum(this=parts.product(_weight(), difference))),
            _named(f"squares_{i}", exp.Sum(this=parts.product(_weight(), parts.squared(difference.copy())))),
        ]
    query = exp.select(*told).from_(_view(view)).where(exp.column("in_fit")).group_by("segment")
    return plan.writer.sql(query)


def quartiles_query(plan: Plan, view: str, number: int) -> str:
    """Between which values of a number the quartiles of every segment and of all customers lie.

    Parameters
    ----------
    number : int
        Of the column, from 1 on.

    Returns
    -------
    str
        A query with one row per `segment`, 0 for all: `low_1` and `high_1` of the lower quartile, `low_2` and `high_2`
        of the median, `low_3` and `high_3` of the upper one, which is the midpoint of the two.
    """
    value, weight, segment = (exp.column(name) for name in ("value", "weight", "segment"))
    total = exp.Sum(this=weight.copy())
    of_segments = (
        exp.select("segment", _named("value", exp.column(f"number_{number}")), _named("weight", total))
        .from_(_view(view))
        .where(exp.And(this=parts.is_there(exp.column(f"number_{number}")), expression=_has_weight()))
        .group_by("segment", f"number_{number}")
    )
    of_all = (
        exp.select(_named("segment", exp.Literal.number(ALL)), "value", _named("weight", total.copy()))
        .from_("of_segments")
        .group_by("value")
    )
    everyone = exp.union(exp.select("segment", "value", "weight").from_("of_segments"), of_all, distinct=False)
    up_to_here = exp.Window(
        this=total.copy(),
        partition_by=[segment.copy()],
        order=exp.Order(expressions=[exp.Ordered(this=value.copy(), nulls_first=True)]),
        spec=exp.WindowSpec(kind="ROWS", start="UNBOUNDED", start_side="PRECEDING", end="CURRENT ROW"),
    )
    in_all = exp.Window(this=total.copy(), partition_by=[segment.copy()])
    added_up = exp.select("segment", "value", _named("reached", up_to_here), _named("total", in_all)).from_("everyone")
    rounding = ROUNDING if plan.features.weight_column is not None else 0.0
    told = [segment.copy()]
    for i, quarter in enumerate(QUARTERS.tolist(), 1):
        for name, comparison, share in (
            (f"low_{i}", exp.GTE, quarter - rounding),
            (f"high_{i}", exp.GT, quarter + rounding),
        ):
            reached = comparison(
                this=exp.column("reached"), expression=parts.product(exp.column("total"), parts.number(share))
            )
            told.append(_named(name, exp.Min(this=parts.case([(reached, value.copy())]))))
    query = exp.select(*told).from_("added_up").group_by("segment")
    for name, step in (("of_segments", of_segments), ("everyone", everyone), ("added_up", added_up)):
        query = query.with_(name, as_=step)
    return plan.writer.sql(query)


def levels_query(plan: Plan, view: str, category: int) -> str:
    """How many customers of a segment are at each level of a category.

    Parameters
    ----------
    category : int
        Its number, from 1 on.

    Returns
    -------
    str
        A query with one row per `segment`, `in_fit`, `level` (NULL where missing) and `is_other`: `n` customers and
        their `weight`. Of the levels the 1,000 most frequent stand by themselves; the others are together, as other.
    """
    level = f"level_{category}"
    counted = (
        exp.select(
            "segment",
            "in_fit",
            _named("level", exp.column(level)),
            _named("n", exp.Count(this=exp.Star())),
            _named("weight", exp.Sum(this=_weight())),
        )
        .from_(_view(view))
        .group_by("segment", "in_fit", level)
    )
    in_all = exp.Window(this=exp.Sum(this=exp.column("n")), partition_by=[exp.column("level")])
    with_all = exp.select("*", _named("in_all", in_all)).from_("counted")
    missing_first = parts.case([(parts.is_null(exp.column("level")), exp.Literal.number(0))], exp.Literal.number(1))
    order = [
        exp.Ordered(this=missing_first, nulls_first=True),
        exp.Ordered(this=exp.column("in_all"), desc=True, nulls_first=False),
        exp.Ordered(this=exp.column("level"), nulls_first=True),
    ]
    place = exp.Window(this=exp.Anonymous(this="DENSE_RANK"), order=exp.Order(expressions=order))
    ranked = exp.select("*", _named("place", place)).from_("with_all")
    is_other = exp.GT(this=exp.column("place"), expression=exp.Literal.number(MOST_TOLD + 1))
    told = exp.select(
        "segment",
        "in_fit",
        _named("level", parts.case([(exp.Not(this=exp.Paren(this=is_other)), exp.column("level"))])),
        _named("is_other", is_other.copy()),
        "n",
        "weight",
    ).from_("ranked")
    query = exp.select(
        "segment",
        "in_fit",
        "level",
        "is_other",
        _named("n", exp.Sum(this=exp.column("n"))),
        _named("weight", exp.Sum(this=_weight())),
    ).from_("told")
    query = query.group_by("segment", "in_fit", "level", "is_other")
    for name, step in (("counted", counted), ("with_all", with_all), ("ranked", ranked), ("told", told)):
        query = query.with_(name, as_=step)
    return plan.writer.sql(query)


def _view(name: str) -> exp.Table:
    return parts.table([name])


def _weight() -> exp.Column:
    return exp.column("weight")


def _has_weight() -> exp.Expression:
    return exp.GT(this=_weight(), expression=parts.number(0))


def _named(name: str, column: exp.Expression) -> exp.Expression:
    return exp.alias_(column, name)
