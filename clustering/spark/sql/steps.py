"""A query as a row of steps, each of which hands on all that the ones before have made."""

from collections.abc import Sequence

from sqlglot import exp

from clustering.recipe.sql import parts
from clustering.spark.sql.plan import Plan

Made = list[tuple[str, exp.Expression]]  # new columns: name and what it is


class Steps:
    """A query that grows step by step.

    Attributes
    ----------
    last : str
        What the last step is called.
    cells : Cells
    """

    def __init__(self, plan: Plan):
        self._query, self.last, self._plan, self.cells = exp.select(), "", plan, plan.cells

    def read(self) -> None:
        """The first step: the cells of the table."""
        source = exp.alias_(parts.table(self._plan.table_name), "customers", table=True)
        self._put("cells", exp.select(*_named(list(self.cells.read("customers").items()))).from_(source))

    def add(self, name: str, made: Made) -> None:
        """A step with further columns."""
        made = [(alias, parts.taken_from(self.last, column)) for alias, column in made]
        self._put(name, exp.select(exp.Star(), *_named(made), copy=False).from_(self.last, copy=False))

    def taken(self, told: Made, where: Sequence[exp.Expression] = (), *, by: Sequence[str] = ()) -> str:
        """The query: what is taken from the last step, of which rows, and by what they are grouped."""
        told = [(alias, parts.taken_from(self.last, column)) for alias, column in told]
        query = self._query.select(*_named(told), copy=False).from_(self.last, copy=False)
        if where:
            query = query.where(parts.taken_from(self.last, parts.all_of(list(where))), copy=False)
        if by:
            query = query.group_by(*(exp.column(name, table=self.last) for name in by), copy=False)
        return self._plan.writer.sql(query)

    def _put(self, name: str, step: exp.Select) -> None:
        self._query = self._query.with_(name, as_=step, copy=False)
        self.last = name


def _named(columns: Made) -> list[exp.Expression]:
    return [exp.alias_(column, alias, copy=False) for alias, column in columns]
