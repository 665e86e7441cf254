"""From the cells of the warehouse's table to prepared values, column by column as `features.frozen` tells it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import pandas as pd
from sqlglot import exp

from clustering.features.encode import MONTHS, OTHERS, Levels
from clustering.features.frozen import Frozen, FrozenColumn
from clustering.features.outliers import FAR, Limits
from clustering.features.prepare import HUGE
from clustering.features.spec import ColumnSpec, RowFilter
from clustering.recipe.recipe import Recipe
from clustering.recipe.sql import parts
from clustering.recipe.sql.levels import is_number, written_so
from clustering.recipe.sql.parts import Writer

_YES, _NO = ("true", "yes", "y", "t", "1", "1.0"), ("false", "no", "n", "f", "0", "0.0")


@dataclass(frozen=True)
class Stored:
    """How a column stands in the warehouse where it may be called and typed otherwise than in the file.

    Attributes
    ----------
    header : str
    type : {"number", "text", "date", "boolean"}
    missing : tuple of str
        Texts that count as no value beside the empty one, in small letters.
    """

    header: str
    type: str
    missing: tuple[str, ...] = ()


AS_IN_THE_FILE: Mapping[str, Stored] = MappingProxyType({})


class Cells:
    """The columns that are looked at: what is read of each, and the expressions that take it further.

    Parameters
    ----------
    recipe : Recipe
        Or anything with its `columns`, `features`, `preparation` and `outside`.
    stored : mapping of str to Stored
        How columns stand in the warehouse; of one that is not named as in the file.
    more : iterable of str
        Further columns to read.

    Attributes
    ----------
    types : dict of str to {"number", "text", "date", "boolean"}
    names : dict of str to str
        How a column is called in the first step of the query, in the order in which they are read.
    """

    def __init__(
        self,
        recipe: Recipe,
        writer: Writer,
        prefix: str,
        stored: Mapping[str, Stored] = AS_IN_THE_FILE,
        more: Iterable[str] = (),
    ):
        self.recipe, self.writer, self._stored = recipe, writer, stored
        self.types = {column.name: column.type for column in recipe.columns}
        features = recipe.features
        read = [spec.name for spec in recipe.preparation.specs]
        sets_far_aside = features.outliers == "aside" and recipe.outside is not None
        if features.row_filter is not None and (features.filtered == "aside" or sets_far_aside):
            read.append(features.row_filter.column)
        if features.weight_column is not None:
            read.append(features.weight_column)
        self.names = {name: f"{prefix}cell_{i}" for i, name in enumerate(dict.fromkeys([*read, *more]), 1)}

    def read(self, table: str) -> dict[str, exp.Expression]:
        """The first step: what is no value becomes NULL."""
        return {alias: self._read(name, table) for name, alias in self.names.items()}

    def _read(self, name: str, table: str) -> exp.Expression:
        kind = self.types[name]
        stored = self._stored.get(name, Stored(name, kind))
        column = parts.quoted(stored.header, table)
        if stored.type == "text" and (kind != "text" or stored.missing):
            return _of_text(column, kind, stored.missing)
        if kind == "number":  # NaN is larger than all numbers in some databases, and in the others not comparable
            return _calculable(parts.double(column))
        if stored.type != kind:
            return _of_text(exp.cast(column, "text"), kind, stored.missing)
        if kind == "date":
            return exp.cast(column, "timestampntz")
        if kind == "boolean":
            return column
        return exp.Nullif(this=exp.Trim(this=column), expression=self.writer.text(""))

    def __getitem__(self, name: str) -> exp.Expression:
        return exp.column(self.names[name], table="cells")

    def prepared(self) -> list[exp.Expression]:
        """The second step: one value per encoded column."""
        levels = {levels.column: levels for levels in self.recipe.preparation.levels}
        return [
            parts.quotient(parts.minus(self._clipped(column), column.center), column.spread)
            if column.encoded.level is None
            else self._level(column, levels[column.encoded.column])
            for column in self.recipe.preparation.columns
        ]

    def unscaled(self) -> list[exp.Expression]:
        """One value per encoded column: filled, logged and clipped, of a level 1 or 0."""
        levels = {levels.column: levels for levels in self.recipe.preparation.levels}
        return [
            self._clipped(column)
            if column.encoded.level is None
            else self._level(replace(column, center=0.0, spread=1.0), levels[column.encoded.column])
            for column in self.recipe.preparation.columns
        ]

    def components(self, columns: list[exp.Column], prefix: str) -> list[tuple[str, exp.Expression]]:
        """The step after that where there are principal components: their names and what they are."""
        frozen = self.recipe.preparation
        offsets = frozen.middle @ frozen.components.T
        return [
            (
                f"{prefix}{i}",
                parts.minus(
                    parts.sum_of(
                        parts.product(column.copy(), parts.number(float(weight)))
                        for column, weight in zip(columns, weights, strict=True)
                    ),
                    float(offset),
                ),
            )
            for i, (weights, offset) in enumerate(zip(frozen.components, offsets, strict=True), 1)
        ]

    def _clipped(self, column: FrozenColumn) -> exp.Expression:
        frozen = self.recipe.preparation
        spec = next(spec for spec in frozen.specs if spec.name == column.encoded.column)
        value = self.as_number(spec, frozen)
        if column.fill is not None:
            value = exp.Coalesce(this=value, expressions=[parts.number(column.fill)])
        if column.log:
            value = _log(value)
        if column.low is not None:
            value = parts.greatest(value, parts.number(column.low))
        if column.high is not None:
            value = parts.least([value, parts.number(column.high)])
        return value

    def as_number(self, spec: ColumnSpec, frozen: Frozen) -> exp.Expression:
        """A column as `as_numbers` has it; NULL where missing."""
        kind = self.types[spec.name]
        if spec.encode == "ordinal":
            places = [(self._is_level(spec.name, level), parts.number(i)) for i, level in enumerate(spec.order)]
            return parts.double(parts.case(places))
        if kind == "date":
            return self.writer.days_before(self[spec.name], dict(frozen.newest)[spec.name])
        if kind == "boolean":
            is_yes, is_no = (exp.EQ(this=self[spec.name], expression=exp.Boolean(this=yes)) for yes in (True, False))
            return parts.double(parts.case([(is_yes, parts.number(1)), (is_no, parts.number(0))]))
        return self[spec.name]

    def _level(self, column: FrozenColumn, levels: Levels) -> exp.Expression:
        """The scaled 1 where a cell belongs to this level, the scaled 0 where not."""
        position = levels.columns.index(column.encoded)
        one, none = ((value - column.center) / column.spread for value in (1.0, 0.0))
        belongs = self._belongs(levels, position)
        return parts.double(parts.case([(belongs, parts.number(one))], parts.number(none)))

    def _belongs(self, levels: Levels, position: int) -> exp.Expression:
        """Whether a cell is at one of the columns of a category, as `Levels.positions` has it."""
        ways = []
        if position < len(levels.levels):
            ways.append(self._is_level(levels.column, levels.levels[position], is_month=levels.is_month))
        places = {level: i for i, level in enumerate(levels.levels)}
        if levels.pooled and position == places.get(OTHERS, len(levels.levels)):
            is_other = parts.is_there(self[levels.column])
            if places:  # there is none where every level is rare
                named = [self._is_level(levels.column, level, is_month=levels.is_month) for level in places]
                is_named = exp.Paren(this=parts.any_of(named))
                is_other = exp.And(this=is_other, expression=exp.Not(this=is_named))
            ways.append(is_other)
        if levels.missing is not None and position == places.get(levels.missing, len(levels.columns) - 1):
            ways.append(parts.is_null(self[levels.column]))
        return parts.any_of(ways)

    def _is_level(self, name: str, level: str, *, is_month: bool = False) -> exp.Expression:
        """Whether a cell is at a level, which is the text that `level_codes` writes for it."""
        cell, kind = self[name], self.types[name]
        if is_month:
            month = exp.Extract(this=exp.var("MONTH"), expression=cell)
            return exp.EQ(this=month, expression=exp.Literal.number(MONTHS.index(level) + 1))
        if kind == "text":
            return self.writer.equals_text(cell, level)
        value = written_so(level, kind)
        if value is None:  # missing cells may be filled with any text, also where no cell can hold it
            return exp.false()
        if kind == "number":
            return is_number(cell, value, level)
        expression = exp.Boolean(this=value) if kind == "boolean" else self.writer.moment(level)
        return exp.EQ(this=cell, expression=expression)

    def conditions(self, values: list[str]) -> list[exp.Expression]:
        """Who has a segment at all; `values` are the names of what `prepared` gave."""
        features, frozen = self.recipe.features, self.recipe.preparation
        found = [
            parts.is_there(self[spec.name])
            for spec in frozen.specs
            if spec.missing == "aside" and spec.encode != "ordinal"
        ]
        found += [
            parts.is_there(exp.column(value, table="prepared"))  # also of a level that its order does not know
            for value, column in zip(values, frozen.columns, strict=True)
            if column.encoded.kind == "ordinal" and column.fill is None
        ]
        if features.row_filter is not None and features.filtered == "aside":
            found.append(self._passes(features.row_filter))
        if features.weight_column is not None:
            found.append(parts.is_there(self[features.weight_column]))
        if features.outliers == "aside" and self.recipe.outside is not None:
            found += self._inside()
        return found

    def fit_conditions(self) -> list[exp.Expression]:
        """Who of those with a segment takes part in the fit; the filter's column must have been read."""
        features = self.recipe.features
        found = []
        if features.row_filter is not None and features.filtered == "place":
            found.append(self._passes(features.row_filter))
        if features.weight_column is not None:
            found.append(exp.GT(this=self[features.weight_column], expression=parts.number(0)))
        if features.outliers == "auto" and self.recipe.outside is not None:
            found += self._not_far()
        return found

    def _passes(self, chosen: RowFilter) -> exp.Expression:
        name = chosen.column
        if chosen.levels:
            return exp.Paren(this=parts.any_of([self._is_level(name, level) for level in chosen.levels]))
        found = []
        if chosen.low is not None:
            found.append(exp.GTE(this=self[name], expression=self._bound(name, chosen.low)))
        if chosen.high is not None:
            high = chosen.high
            if self.types[name] == "date" and (day := pd.Timestamp(high)) == day.normalize():
                next_day = (day + pd.Timedelta(days=1)).isoformat()  # a day is included to its end
                found.append(exp.LT(this=self[name], expression=self.writer.moment(next_day)))
            else:
                found.append(exp.LTE(this=self[name], expression=self._bound(name, high)))
        return parts.all_of(found)

    def _bound(self, name: str, bound) -> exp.Expression:
        if self.types[name] == "date":
            return self.writer.moment(pd.Timestamp(bound).isoformat())
        return parts.number(float(bound))

    def _inside(self) -> list[exp.Expression]:
        """Not far outside, in a single column or in all together; who had no part in the fit anyway may be."""
        features, inside = self.recipe.features, self._not_far()
        had_none = []
        if inside and features.row_filter is not None and features.filtered == "place":
            one, none = exp.Literal.number(1), exp.Literal.number(0)
            passes = parts.case([(self._passes(features.row_filter), one)], none)
            had_none.append(exp.EQ(this=passes, expression=none.copy()))
        if inside and features.weight_column is not None:
            had_none.append(exp.EQ(this=self[features.weight_column], expression=parts.number(0)))
        if not had_none:
            return inside
        return [exp.Paren(this=parts.any_of([*had_none, exp.Paren(this=parts.all_of(inside))]))]

    def _not_far(self) -> list[exp.Expression]:
        outside, far = self.recipe.outside, parts.number(FAR)
        found = [exp.LTE(this=self._deviation(limit), expression=far.copy()) for limit in outside.limits if limit.alone]
        together = [limit for limit in outside.limits if limit.together]
        if outside.apart is not None and together:
            distance = parts.sum_of(parts.squared(self._deviation(limit)) for limit in together)
            found.append(exp.LTE(this=exp.Sqrt(this=distance), expression=parts.number(outside.apart)))
        return found

    def _deviation(self, limit: Limits) -> exp.Expression:
        """How far a value is from the middle of its column; 0 where it is missing."""
        recipe = self.recipe
        spec = next(s for s in recipe.preparation.specs if s.name == recipe.outside.columns[limit.column])
        value = self.as_number(spec, Frozen(spec, (), recipe.outside.newest, ()))
        if spec.log:
            value = _log(value, may_be_missing=True)
        distance = parts.quotient(exp.Abs(this=parts.minus(value, limit.middle)), limit.unit)
        return exp.Coalesce(this=distance, expressions=[parts.number(0)])


def _calculable(value: exp.Expression) -> exp.Expression:
    between = exp.Between(this=value, low=parts.number(-HUGE), high=parts.number(HUGE))
    return parts.case([(between, value.copy())])


def _of_text(column: exp.Expression, kind: str, missing: tuple[str, ...]) -> exp.Expression:
    """What is read of text; what is no value of that kind becomes NULL and ends no query."""
    text = exp.Trim(this=column)
    if kind == "number":
        return _calculable(_cast(text, "double"))
    if kind == "date":
        return _cast(text, "timestampntz")
    if kind == "boolean":
        told = ((_YES, True), (_NO, False))
        return parts.case([(_is_one_of(text, words), exp.Boolean(this=yes)) for words, yes in told])
    return parts.case([(exp.Not(this=_is_one_of(text, ("", *missing))), text)])


def _cast(text: exp.Expression, kind: str) -> exp.Expression:
    return exp.TryCast(this=text, to=exp.DataType.build(kind), safe=True)  # safe: NULL in Spark, too


def _is_one_of(text: exp.Expression, words: tuple[str, ...]) -> exp.Expression:
    lower = exp.Lower(this=text.copy())
    return exp.In(this=lower, expressions=[exp.Literal.string(word) for word in words])


def _log(value: exp.Expression, *, may_be_missing: bool = False) -> exp.Expression:
    """log(1 + value), of a value below 0 log(1)."""
    larger = parts.greatest(value, parts.number(0))
    logged = exp.Ln(this=exp.Add(this=parts.number(1), expression=larger))
    return parts.case([(parts.is_there(value.copy()), logged)]) if may_be_missing else logged
