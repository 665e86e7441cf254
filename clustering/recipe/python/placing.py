"""The part of the script that gives the rows their segments, in the order of `apply_recipe`."""

import numpy as np
import pandas as pd

from clustering.features.encode import OTHERS, Levels
from clustering.features.frozen import FrozenColumn
from clustering.features.outliers import FAR, Limits
from clustering.features.spec import ColumnSpec, RowFilter
from clustering.placing import Halving, MostProbable, NearestPoint, Rule
from clustering.recipe.python.cells import find_reader
from clustering.recipe.python.layout import call, listed, numbers
from clustering.recipe.python.reading import Source
from clustering.recipe.recipe import Recipe
from clustering.table import Table


def needed_columns(recipe: Recipe, table: Table) -> list[str]:
    """The columns that are looked at, those that build the segments first."""
    features = recipe.features
    names = [spec.name for spec in recipe.preparation.specs]
    if features.row_filter is not None:
        names.append(features.row_filter.column)
    if features.weight_column in table.frame:
        names.append(features.weight_column)
    return list(dict.fromkeys(names))


def placing_lines(recipe: Recipe, source: Source) -> tuple[list[str], list[str]]:
    """The constants above the functions, and the lines of `main` that set `segments`."""
    placing = _Placing(recipe, source)
    constants = listed("NAMES = ", map(repr, recipe.names))
    arrays, segments = _rule(recipe.rule)
    return [*constants, *arrays], [
        *placing.values(),
        *placing.taking_part(),
        *placing.prepared(),
        f"segments = np.where(takes_part, {segments}, -1)",
    ]


class _Placing:
    def __init__(self, recipe: Recipe, source: Source):
        self.recipe, self.source = recipe, source
        self.types = {column.name: column.type for column in source.table.columns}
        features = recipe.features
        self.weighs = features.weight_column in source.table.frame
        self.specs = {spec.name: spec for spec in recipe.preparation.specs}

    @property
    def _sets_far_aside(self) -> bool:
        return self.recipe.features.outliers == "aside" and self.recipe.outside is not None

    def values(self) -> list[str]:
        """What is read of each column, and the levels of categories."""
        lines = ["values = {"]
        for name in needed_columns(self.recipe, self.source.table):
            reader = find_reader(self.source.table, name)
            arguments = [f"{key}={value!r}" for key, value in reader.arguments.items()]
            if reader.missing:
                arguments.insert(0, f"missing={list(reader.missing)!r}")
            lines.append(f"    {name!r}: {call('convert', 'rows', self.source.place(name), reader.name, *arguments)},")
        lines.append("}")
        if levels := self.recipe.preparation.levels:
            lines += ["levels = {", *(f"    {one.column!r}: {self._positions(one)}," for one in levels), "}"]
        return lines

    def _value(self, name: str) -> str:
        return f"values[{name!r}]"

    def _levels(self, name: str) -> str:
        """The level of every cell of a column."""
        value = self._value(name)
        return value if self.types[name] == "text" else f"[level_of(value) for value in {value}]"

    def _positions(self, levels: Levels) -> str:
        cells = self._levels(levels.column)
        if levels.is_month:
            cells = f"[month_of(value) for value in {self._value(levels.column)}]"
        place = {level: i for i, level in enumerate(levels.levels)}
        arguments = [cells, repr(list(levels.levels))]
        if levels.pooled:
            arguments.append(f"others={place.get(OTHERS, len(levels.levels))}")
        if levels.missing is not None:
            arguments.append(f"missing={place.get(levels.missing, len(levels.columns) - 1)}")
        return call("positions", *arguments)

    def _as_numbers(self, spec: ColumnSpec, newest: dict[str, str]) -> str:
        """A column as `as_numbers` has it."""
        value = self._value(spec.name)
        if spec.encode == "ordinal":
            return call("places", self._levels(spec.name), repr(list(spec.order)))
        if self.types[spec.name] == "date":
            return call("days_before", repr(newest[spec.name]), value)
        return value

    def taking_part(self) -> list[str]:
        """Lines that take rows out, in the order of `apply_recipe`."""
        features, lines = self.recipe.features, []
        for spec in self.recipe.preparation.specs:
            if spec.missing == "aside":
                known = self._as_numbers(spec, {}) if spec.encode == "ordinal" else self._value(spec.name)
                lines.append(f"takes_part &= {call('is_there', known)}")
        if features.row_filter is not None and features.filtered == "aside":
            lines += [f"takes_part &= {condition}" for condition in self._passes(features.row_filter)]
        if self.weighs:
            lines.append(f"takes_part &= {call('is_there', self._value(features.weight_column))}")
        if self._sets_far_aside:
            lines += self._far(features)
        return lines

    def _passes(self, chosen: RowFilter) -> list[str]:
        name = chosen.column
        if chosen.levels:
            return [f"np.isin({call('np.array', self._levels(name), 'dtype=object')}, {list(chosen.levels)!r})"]
        is_date = self.types[name] == "date"
        column = call("np.array", self._value(name), '"datetime64[us]"' if is_date else "dtype=float")
        lines = []
        if chosen.low is not None:
            lines.append(f"{column} >= {_bound(chosen.low, is_date)}")
        if chosen.high is not None:
            day = pd.Timestamp(chosen.high) if is_date else None
            if is_date and day == day.normalize():  # a day is included to its end
                lines.append(f"{column} < {_bound(day + pd.Timedelta(days=1), is_date)}")
            else:
                lines.append(f"{column} <= {_bound(chosen.high, is_date)}")
        return [f"({line})" for line in lines]

    def _far(self, features) -> list[str]:
        """Rows far outside, of those that had a part in finding the segments."""
        outside = self.recipe.outside
        alone = [f"{self._deviation(limit)} > {FAR!r}" for limit in outside.limits if limit.alone]
        lines = ["far = np.zeros(len(rows), dtype=bool)", *(f"far |= {one}" for one in alone)]
        together = [limit for limit in outside.limits if limit.together]
        if outside.apart is not None and together:
            lines.append("apart = np.zeros(len(rows))")
            lines += [f"apart += {self._deviation(limit)} ** 2" for limit in together]
            lines.append(f"far |= np.sqrt(apart) > {outside.apart!r}")
        if features.row_filter is not None and features.filtered == "place":
            lines += [f"far &= {condition}" for condition in self._passes(features.row_filter)]
        if self.weighs:
            lines.append(f"far &= np.array({self._value(features.weight_column)}) != 0")
        return [*lines, "takes_part &= ~far"]

    def _deviation(self, limit: Limits) -> str:
        outside = self.recipe.outside
        spec = self.specs[outside.columns[limit.column]]
        arguments = [self._as_numbers(spec, dict(outside.newest)), repr(limit.middle), repr(limit.unit)]
        return call("deviation", *arguments, *["log=True"] * spec.log)

    def prepared(self) -> list[str]:
        """Lines that set `X`."""
        frozen = self.recipe.preparation
        at_level = {levels.column: {one: i for i, one in enumerate(levels.columns)} for levels in frozen.levels}
        columns = []
        for column in frozen.columns:
            name = column.encoded.column
            if column.encoded.level is None:
                cells = self._as_numbers(self.specs[name], dict(frozen.newest))
            else:
                cells = f"levels[{name!r}] == {at_level[name][column.encoded]}"
            columns.append(_scaled(cells, column))
        lines = ["X = np.column_stack(", "    [", *(f"        {column}," for column in columns), "    ]", ")"]
        if frozen.components is not None:
            lines += listed("components = np.array(", map(numbers, frozen.components), ")")
            lines.append(f"X = X @ components.T - np.array({numbers(frozen.middle)}) @ components.T")
        return lines


def _scaled(cells: str, column: FrozenColumn) -> str:
    arguments = [cells, repr(column.center), repr(column.spread)]
    given = {"fill": column.fill, "log": column.log or None, "low": column.low, "high": column.high}
    return call("scaled", *arguments, *(f"{name}={value!r}" for name, value in given.items() if value is not None))


def _bound(bound: object, is_date: bool) -> str:
    return f"np.datetime64({pd.Timestamp(bound).isoformat()!r})" if is_date else repr(float(bound))


def _rule(rule: Rule) -> tuple[list[str], str]:
    """The constants of a rule, and the call that gives the segments."""
    if isinstance(rule, Halving):
        forks = [
            f"({numbers(left)}, {numbers(right)}, {int(left_next)}, {int(right_next)})"
            for left, right, left_next, right_next in zip(
                rule.left, rule.right, rule.left_next, rule.right_next, strict=True
            )
        ]
        return listed("FORKS = ", forks), "nearer_half(X, FORKS)"
    if isinstance(rule, MostProbable):
        crowds = [
            f"({float(constant)!r}, {numbers(mean)}, [{', '.join(map(numbers, whitening))}])"
            for constant, mean, whitening in zip(rule.constants, rule.means, rule.whitening, strict=True)
        ]
        return listed("CROWDS = ", crowds), "most_probable(X, CROWDS)"
    return _nearest(rule)


def _nearest(rule: NearestPoint) -> tuple[list[str], str]:
    order = np.argsort(rule.labels, kind="stable")
    points, labels = rule.points[order], rule.labels[order].tolist()
    is_plain = rule.metric == "euclidean" and rule.stretch is None and rule.reach is None
    if is_plain and labels == list(range(len(points))):
        return listed("CENTERS = ", map(numbers, points)), "nearest_center(X, CENTERS)"
    arguments = ["X", "POINTS", "LABELS"]
    if rule.stretch is not None:
        arguments.append(f"stretch={numbers(rule.stretch)}")
    if rule.metric == "cityblock":
        arguments.append("cityblock=True")
    if rule.reach is not None:
        arguments.append(f"reach={numbers(rule.reach)}")
    return [*listed("POINTS = ", map(numbers, points)), f"LABELS = {labels!r}"], call("nearest_point", *arguments)
