"""The steps of the query put together: cells, prepared, (components, whitened,) distances, labelled."""

from collections.abc import Mapping, Sequence

from sqlglot import exp

from clustering.placing import Rule
from clustering.recipe.recipe import Recipe
from clustering.recipe.sql import parts, rules
from clustering.recipe.sql.cells import AS_IN_THE_FILE, Cells, Stored
from clustering.recipe.sql.dialects import DIALECTS
from clustering.recipe.sql.parts import Writer

Step = tuple[str, list[tuple[str, exp.Expression]]]  # its name, and its new columns: name and what it is


class Query:
    """One query, and how long it is.

    Attributes
    ----------
    needed : list of (str, str)
        The columns that are read, and the type of each.
    n_values : int
        Prepared columns.
    n_terms : int
        Differences, products and the like.
    longest_step : int
        New columns of the step that has most.
    """

    def __init__(
        self,
        recipe: Recipe,
        dialect: str,
        table: Sequence[str],
        key_columns: tuple[str, ...],
        stored: Mapping[str, Stored] = AS_IN_THE_FILE,
    ):
        self._recipe, self._table, self._keys = recipe, table, key_columns
        self._writer = Writer(dialect, DIALECTS[dialect])
        names = (*(column.name for column in recipe.columns), *(one.header for one in stored.values()), *key_columns)
        taken = {name.casefold() for name in names}
        self._prefix = _free("seg_", lambda prefix: any(name.startswith(prefix) for name in taken))
        keeps_row = self._writer.dialect.keeps == "row"
        # What the table is called in the query. A row as a whole is had by that name, so no column may be called so.
        self._source, self._row = f"{self._prefix}customers" if keeps_row else "customers", f"{self._prefix}row"
        self._segment, self._name = (_free(name, taken.__contains__) for name in ("segment", "segment_name"))
        # Called otherwise up to the end: the table may have a column `segment` that the recipe knows nothing of.
        self._label = f"{self._prefix}label"
        self._cells = Cells(recipe, self._writer, self._prefix, stored)
        self.needed = [(name, self._cells.types[name]) for name in self._cells.names]
        frozen, rule = recipe.preparation, recipe.rule
        self.n_values = len(frozen.columns)
        self.n_terms = rules.n_terms(rule) + (0 if frozen.components is None else frozen.components.size)
        self.longest_step = max(self.n_values, _most_columns(rule))

    def sql(self) -> str:
        """The query as text."""
        steps = self._steps()
        query = self._applied(steps) if self._writer.dialect.keeps == "applied" else self._nested(steps)
        return self._writer.sql(query)

    def _steps(self) -> list[Step]:
        frozen, prefix = self._recipe.preparation, self._prefix
        values = [f"{prefix}value_{i}" for i in range(1, self.n_values + 1)]
        steps = [
            ("cells", list(self._cells.read(self._source).items())),
            ("prepared", list(zip(values, self._cells.prepared(), strict=True))),
        ]
        columns = [exp.column(value, table="prepared") for value in values]
        if frozen.components is not None:
            steps.append(("components", self._cells.components(columns, f"{prefix}component_")))
            columns = [exp.column(name, table="components") for name, _ in steps[-1][1]]
        compared, segment = rules.rule_steps(self._recipe.rule, columns, prefix)
        if conditions := self._cells.conditions(values):
            segment = parts.case([(parts.all_of(conditions), segment)])
        return [*steps, *compared, ("labelled", [(self._label, segment)])]

    def _nested(self, steps: list[Step]) -> exp.Select:
        """Every step a query of the one before, which hands all columns on."""
        query, before, made = exp.select(), self._source, []
        for name, columns in steps:
            if before == self._source:
                source, handed = self._from(), self._handed(self._source)
            else:
                source, handed = exp.to_table(before), [exp.Column(this=exp.Star(), table=exp.to_identifier(before))]
            new = [exp.alias_(parts.taken_from(before, column), alias, copy=False) for alias, column in columns]
            step = exp.select(*handed, *new, copy=False).from_(source, copy=False)
            if self._writer.name == "postgres":  # which else puts an expression wherever its result is used
                step = step.offset(0, copy=False)
            query = query.with_(name, as_=step, copy=False)
            before = name
            made += [exp.to_identifier(alias) for alias, _ in columns]
        segment = self._given(before)
        if self._keys:
            told = [*(parts.quoted(key, before) for key in self._keys), segment]
        elif self._writer.dialect.keeps == "row":
            row = exp.Paren(this=exp.column(self._row, table=before))
            told = [exp.Dot(this=row, expression=exp.Star()), segment]
        else:
            told = [exp.Star(**{"except_": made}), segment]
        return query.select(*told, self._named(before), copy=False).from_(before, copy=False)

    def _applied(self, steps: list[Step]) -> exp.Select:
        """Every step applied to the row itself."""
        query = exp.select(*self._handed(self._source), self._given("labelled"), self._named("labelled"))
        query = query.from_(self._from())
        for name, columns in steps:
            step = exp.select(*(exp.alias_(column, alias, copy=False) for alias, column in columns), copy=False)
            alias = exp.TableAlias(this=exp.to_identifier(name))
            lateral = exp.Lateral(this=exp.Subquery(this=step), alias=alias, cross_apply=True)
            query = query.join(exp.Join(this=lateral), copy=False)
        return query

    def _from(self) -> exp.Table:
        return exp.alias_(parts.table(self._table), self._source, table=True)

    def _handed(self, table: str) -> list[exp.Expression]:
        if self._keys:
            return [parts.quoted(key, table) for key in self._keys]
        if self._writer.dialect.keeps == "row":
            return [exp.alias_(exp.column(self._source), self._row)]
        return [exp.Column(this=exp.Star(), table=exp.to_identifier(table))]

    def _given(self, table: str) -> exp.Expression:
        return exp.alias_(exp.column(self._label, table=table), self._segment)

    def _named(self, table: str) -> exp.Expression:
        names = enumerate(self._recipe.names, 1)
        ifs = [(exp.Literal.number(number), self._writer.text(name)) for number, name in names]
        return exp.alias_(parts.case(ifs, of=exp.column(self._label, table=table)), self._name)


def _free(name: str, is_taken) -> str:
    free, number = name, 2
    while is_taken(free):
        free, number = f"{name.rstrip('_')}_{number}{'_' * name.endswith('_')}", number + 1
    return free


def _most_columns(rule: Rule) -> int:
    if hasattr(rule, "whitening"):
        return rule.means.size
    return 2 * len(rule.left) if hasattr(rule, "left") else int(rule.labels.max()) + 1
