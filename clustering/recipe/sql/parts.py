"""Small expressions that all steps of the query are made of; the library quotes what is in them."""

from collections.abc import Iterable, Sequence
from functools import reduce

from sqlglot import Dialect as Language
from sqlglot import exp

from clustering.recipe.sql.dialects import Dialect


class Writer:
    """Makes expressions for one dialect."""

    def __init__(self, name: str, dialect: Dialect):
        self.name, self.dialect = name, dialect

    def sql(self, query: exp.Expression) -> str:
        """The query as text: a line for each term of a sum, and none of its own for what stands in brackets."""
        language = Language.get_or_raise(self.name)
        layout = {"paren_sql": _paren_sql, "add_sql": _add_sql}
        generator = type("Generator", (language.generator_class,), layout)(
            dialect=language, pretty=True, comments=False
        )
        return generator.generate(query)

    def text(self, value: str) -> exp.Expression:
        # No database keeps a zero byte in a text, and PostgreSQL takes none in a query.
        value = value.replace("\0", "")
        # Spark would put one of its settings, or a variable of the server's shell, in place of ${...}.
        if self.name == "spark" and "${" in value:
            pieces = value.replace("${", "$\0{").split("\0")
            return exp.Concat(expressions=[exp.Literal.string(piece) for piece in pieces])
        # Without the N in front SQL Server would turn what its code page lacks into question marks.
        return exp.National(this=value) if self.name == "tsql" else exp.Literal.string(value)

    def equals_text(self, this: exp.Expression, value: str) -> exp.Expression:
        return exp.EQ(this=self.exactly(this), expression=self.text(value))

    def exactly(self, this: exp.Expression) -> exp.Expression:
        """A text that differs from others in capitals and accents too, which SQL Server would overlook."""
        if self.name != "tsql":
            return this
        return exp.Collate(this=this, expression=exp.var("Latin1_General_100_BIN2"))

    def moment(self, iso: str) -> exp.Expression:
        return exp.cast(exp.Literal.string(iso.replace("T", " ")), "timestampntz")

    def days_before(self, this: exp.Expression, newest: str) -> exp.Expression:
        """Days, and parts of a day, from a moment to the newest."""
        newest = self.moment(newest)
        unit = exp.var("MICROSECOND")
        if self.name == "tsql":  # DATEDIFF would overflow after 36 minutes
            micros = exp.Anonymous(this="DATEDIFF_BIG", expressions=[unit, this, newest])
        elif self.name == "bigquery":
            micros = exp.DatetimeDiff(this=newest, expression=this, unit=unit)
        elif self.name == "postgres":
            span = exp.Paren(this=exp.Sub(this=newest, expression=this))
            seconds = exp.Extract(this=exp.var("EPOCH"), expression=span)
            micros = exp.cast(product(seconds, exp.Literal.number(1_000_000)), "bigint")
        else:
            micros = exp.DateDiff(this=newest, expression=this, unit=unit)
        return quotient(double(micros), 86_400_000_000.0)


def quoted(name: str, table: str | None = None) -> exp.Column:
    """A column of the user's, whose name may be anything."""
    return exp.column(exp.to_identifier(name.replace("\0", ""), quoted=True), table=table)


def table(names: Sequence[str]) -> exp.Table:
    """A table of the user's: its name, or schema and name, or catalogue, schema and name."""
    *above, name = (exp.to_identifier(part.replace("\0", ""), quoted=True) for part in names)
    db, catalog = (above[-1] if above else None), (above[0] if len(above) == 2 else None)
    return exp.Table(this=name, db=db, catalog=catalog)


def taken_from(step: str, expression: exp.Expression) -> exp.Expression:
    """The same with every column taken from one step, which has handed them all on."""
    for column in expression.find_all(exp.Column):
        column.set("table", exp.to_identifier(step))
    return expression


def number(value: float) -> exp.Expression:
    """A number that is read back to the last bit: without an exponent most databases would make a decimal of it."""
    digits = repr(abs(float(value))).removesuffix(".0").replace("e", "E")
    literal = exp.Literal.number(digits if "E" in digits else f"{digits}E0")
    return exp.Neg(this=literal) if value < 0 else literal


def double(this: exp.Expression) -> exp.Expression:
    return exp.cast(this, "double", copy=False)


def minus(this: exp.Expression, value: float) -> exp.Expression:
    """Without a minus in front of a minus."""
    if value < 0:
        return exp.Paren(this=exp.Add(this=this, expression=number(-value)))
    return exp.Paren(this=exp.Sub(this=this, expression=number(value))) if value else this


def sum_of(terms: Iterable[exp.Expression]) -> exp.Expression:
    """Added up one after the other, as the rules of `clustering.placing` do."""
    return reduce(lambda total, term: exp.Add(this=total, expression=term), terms)


def product(this: exp.Expression, other: exp.Expression) -> exp.Expression:
    return exp.Mul(this=this, expression=other)


def quotient(this: exp.Expression, value: float) -> exp.Expression:
    # typed: of doubles, which need no cast
    return exp.Div(this=this, expression=number(value), typed=True, safe=False)


def squared(this: exp.Expression) -> exp.Expression:
    return product(this, this.copy())


def least(of: list[exp.Expression]) -> exp.Expression:
    """The least of any number of values: some databases take no more than 254 at a time."""
    while len(of) > 1:
        groups = [of[i : i + 200] for i in range(0, len(of), 200)]
        of = [
            exp.Least(this=group[0], expressions=group[1:], ignore_nulls=True) if len(group) > 1 else group[0]
            for group in groups
        ]
    return of[0]


def greatest(this: exp.Expression, *others: exp.Expression) -> exp.Expression:
    return exp.Greatest(this=this, expressions=list(others), ignore_nulls=True)


def all_of(conditions: list[exp.Expression]) -> exp.Expression:
    return reduce(lambda left, right: exp.And(this=left, expression=right), conditions)


def any_of(conditions: list[exp.Expression]) -> exp.Expression:
    return reduce(lambda left, right: exp.Or(this=left, expression=right), conditions)


def is_null(this: exp.Expression) -> exp.Expression:
    return exp.Is(this=this, expression=exp.Null())


def is_there(this: exp.Expression) -> exp.Expression:
    return exp.Not(this=is_null(this))


def case(
    ifs: Iterable[tuple[exp.Expression, exp.Expression]],
    default: exp.Expression | None = None,
    *,
    of: exp.Expression | None = None,
) -> exp.Case:
    return exp.Case(this=of, ifs=[exp.If(this=when, true=then) for when, then in ifs], default=default)


def _paren_sql(generator, expression: exp.Paren) -> str:
    return f"({generator.sql(expression, 'this')})"


def _add_sql(generator, expression: exp.Add) -> str:
    terms, rest = [], expression
    while type(rest) is exp.Add:
        terms.append(rest.expression)
        rest = rest.this
    terms = [generator.sql(term) for term in (rest, *reversed(terms))]
    return f"{generator.sep('')}  + ".join(terms) if len(terms) > 2 else " + ".join(terms)
