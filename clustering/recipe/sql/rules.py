"""How the rules of `clustering.placing` are said in SQL: distances one column each, and the segment from them."""

import numpy as np
from sqlglot import exp

from clustering.placing import Halving, MostProbable, NearestPoint, Rule
from clustering.recipe.sql import parts

Steps = list[tuple[str, list[tuple[str, exp.Expression]]]]


def rule_steps(rule: Rule, values: list[exp.Column], prefix: str) -> tuple[Steps, exp.Expression]:
    """The steps from prepared values to what is compared, and the expression that gives the segment from that.

    Parameters
    ----------
    values : list of exp.Column
        The prepared values, in the order of the rule's columns.
    """
    if isinstance(rule, MostProbable):
        return _most_probable(rule, values, prefix)
    if isinstance(rule, Halving):
        return _halving(rule, values, prefix)
    return _nearest_point(rule, values, prefix)


def n_terms(rule: Rule) -> int:
    """How many differences the query has to hold."""
    if isinstance(rule, MostProbable):
        return int(np.count_nonzero(rule.whitening)) + rule.means.size
    return rule.left.size * 2 if isinstance(rule, Halving) else rule.points.size


def _segment(label: int) -> exp.Expression:
    return exp.Literal.number(label + 1)


def _distance(rule: NearestPoint, values: list[exp.Column], point: np.ndarray) -> exp.Expression:
    """Added up column by column in the order of the columns, as the rule does; squared, of the Euclidean one."""
    terms = []
    for i, value in enumerate(values):
        difference = parts.minus(value.copy(), float(point[i]))
        if rule.stretch is not None:
            difference = exp.Paren(this=parts.product(difference, parts.number(float(rule.stretch[i]))))
        terms.append(exp.Abs(this=difference) if rule.metric == "cityblock" else parts.squared(difference))
    return parts.sum_of(terms)


def _nearest_point(rule: NearestPoint, values: list[exp.Column], prefix: str) -> tuple[Steps, exp.Expression]:
    labels = np.unique(rule.labels).tolist()
    names = [f"{prefix}distance_{label + 1}" for label in labels]
    distances = [
        (name, parts.least([_distance(rule, values, point) for point in rule.points[rule.labels == label]]))
        for name, label in zip(names, labels, strict=True)
    ]

    def column(place):
        return exp.column(names[place], table="distances")

    ifs = []
    for place, label in enumerate(labels):  # the first that equals the least: ties to the lower number
        found = _segment(label)
        if rule.reach is not None and np.isfinite(rule.reach[label]):
            distance = column(place) if rule.metric == "cityblock" else exp.Sqrt(this=column(place))
            is_near = exp.LTE(this=distance, expression=parts.number(float(rule.reach[label])))
            found = parts.case([(is_near, found)])
        ifs.append((column(place), found))
    nearest = parts.least([column(place) for place in range(len(names))])
    return [("distances", distances)], parts.case(ifs, of=nearest)


def _halving(rule: Halving, values: list[exp.Column], prefix: str) -> tuple[Steps, exp.Expression]:
    plain = NearestPoint(np.empty((0, 0)), np.empty(0))
    distances = [
        (f"{prefix}{side}_{fork + 1}", _distance(plain, values, centers[fork]))
        for fork in range(len(rule.left))
        for side, centers in (("left", rule.left), ("right", rule.right))
    ]

    def goes_on(step: int) -> exp.Expression:
        if step < 0:
            return _segment(-1 - step)
        left, right = (exp.column(f"{prefix}{side}_{step + 1}", table="distances") for side in ("left", "right"))
        is_right = exp.LT(this=right, expression=left)
        return parts.case([(is_right, goes_on(int(rule.right_next[step])))], goes_on(int(rule.left_next[step])))

    return [("distances", distances)], goes_on(0)


def _most_probable(rule: MostProbable, values: list[exp.Column], prefix: str) -> tuple[Steps, exp.Expression]:
    """Logarithms of share times density: the largest is the most probable."""
    whitened, names = [], []
    for label, (mean, whitening) in enumerate(zip(rule.means, rule.whitening, strict=True)):
        names.append([])
        for i in range(whitening.shape[1]):
            terms = [
                parts.product(parts.minus(value.copy(), float(mean[j])), parts.number(float(whitening[j, i])))
                for j, value in enumerate(values)
                if whitening[j, i]
            ]
            names[-1].append(f"{prefix}whitened_{label + 1}_{i + 1}")
            whitened.append((names[-1][-1], parts.sum_of(terms)))
    logarithms = [
        (f"{prefix}probable_{label + 1}", _logarithm(constant, own))
        for label, (constant, own) in enumerate(zip(rule.constants, names, strict=True))
    ]
    columns = [exp.column(name, table="distances") for name, _ in logarithms]
    best = parts.greatest(columns[0].copy(), *(column.copy() for column in columns[1:]))
    segment = parts.case([(column, _segment(label)) for label, column in enumerate(columns)], of=best)
    return [("whitened", whitened), ("distances", logarithms)], segment


def _logarithm(constant: float, whitened: list[str]) -> exp.Expression:
    total = parts.sum_of(parts.squared(exp.column(name, table="whitened")) for name in whitened)
    half = parts.product(parts.number(0.5), exp.Paren(this=total))
    return exp.Sub(this=parts.number(float(constant)), expression=half)
