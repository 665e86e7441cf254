"""What all queries are written from: how a sample was prepared, and how the table on the cluster holds its columns."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from clustering.errors import InvalidSetting
from clustering.features import ColumnSpec, Features, FeatureSpec
from clustering.features.encode import is_number
from clustering.features.frozen import Frozen, freeze
from clustering.features.outliers import Outside
from clustering.profile.figures import described
from clustering.recipe.sql import DIALECTS
from clustering.recipe.sql.cells import Cells, Stored
from clustering.recipe.sql.parts import Writer
from clustering.table import Column, Table
from clustering.table.cells import MISSING_WORDS
from clustering.wording import listing, one_line


@dataclass(frozen=True, eq=False)
class Plan:
    """How all rows of a table become prepared values, as those of a sample did.

    Attributes
    ----------
    features : FeatureSpec
    preparation : Frozen
        Every step from cells to prepared values, with its numbers.
    outside : Outside or None
        Which rows are far outside; None where that is not looked at.
    columns : tuple of Column
        Of the sample.
    stored : mapping of str to Stored
        How the table holds them; of one that is not named as the sample has it.
    described : tuple of ColumnSpec
        Every column as the profile describes it.
    table_name : tuple of str
        The name of the table, before it that of its schema, before that of its catalogue.
    dialect : str
        A key of `clustering.recipe.sql.DIALECTS`.
    """

    features: FeatureSpec
    preparation: Frozen
    outside: Outside | None
    columns: tuple[Column, ...]
    stored: Mapping[str, Stored]
    described: tuple[ColumnSpec, ...]
    table_name: tuple[str, ...]
    dialect: str = "spark"

    @property
    def writer(self) -> Writer:
        return Writer(self.dialect, DIALECTS[self.dialect])

    @property
    def cells(self) -> Cells:
        """What is read of the table: the columns that build the segments, and those that describe them."""
        chosen = self.features.row_filter
        more = [*([chosen.column] if chosen else []), *(column.name for column in self.described)]
        return Cells(self, self.writer, "", self.stored, more)

    @property
    def numbers(self) -> tuple[ColumnSpec, ...]:
        """The described columns that are one number each."""
        return tuple(column for column in self.described if is_number(column))

    @property
    def categories(self) -> tuple[ColumnSpec, ...]:
        return tuple(column for column in self.described if not is_number(column))

    def type(self, name: str) -> str:
        return next(column.type for column in self.columns if column.name == name)


def make_plan(
    table: Table,
    features: Features,
    table_name: str | Sequence[str],
    *,
    dialect: str = "spark",
    preparation: Frozen | None = None,
) -> Plan:
    """Say how all rows of a table are prepared as its sample was.

    Parameters
    ----------
    table : Table
        The sample.
    features : Features
        The sample, prepared.
    table_name : str or sequence of str
        On the cluster: "customers", "shop.customers", or the parts of such a name, each as it is.
    preparation : Frozen, optional
        In place of the steps that the sample was prepared by.

    Raises
    ------
    InvalidSetting
        If a step needs all rows at once, or a column stands otherwise on the cluster than a query can read it.
    """
    spec = features.spec
    _refuse_all_at_once(spec)
    asked = {*spec.columns, *spec.describe, spec.weight_column, spec.row_filter and spec.row_filter.column}
    refuse_unreadable(table, asked)
    return Plan(
        features=spec,
        preparation=preparation or freeze(features.pipeline, {}),
        outside=features.outside,
        columns=table.columns,
        stored=stored_columns(table),
        described=described(table, spec),
        table_name=split_name(table_name),
        dialect=dialect,
    )


def split_name(table_name: str | Sequence[str]) -> tuple[str, ...]:
    """Return the parts of the name of a table.

    Raises
    ------
    InvalidSetting
        If it is none.
    """
    parts = tuple(table_name.split(".")) if isinstance(table_name, str) else tuple(table_name)
    if not 1 <= len(parts) <= 3 or not all(part.strip() for part in parts):
        raise InvalidSetting(
            f'"{one_line(".".join(parts))}" is no name of a table. Give one such as customers or shop.customers.'
        )
    return parts


def stored_columns(table: Table) -> Mapping[str, Stored]:
    """How the table that a sample was drawn from holds its columns; empty where the sample does not tell."""
    if not table.types:
        return {}
    return {
        column.name: Stored(header, _type(kind), _missing(table, column))
        for column, header, kind in zip(table.columns, table.headers, table.types, strict=True)
    }


def refuse_unreadable(table: Table, names: Collection[str]) -> None:
    """Refuse columns that stand otherwise on the cluster than a query can read them.

    Raises
    ------
    InvalidSetting
        If one of these is such a column.
    """
    stored = stored_columns(table)
    for column in table.columns:
        if column.name in names and column.name in stored:
            _refuse_unreadable(column, stored[column.name])


def _type(kind: pa.DataType) -> str:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if pa.types.is_boolean(kind):
        return "boolean"
    if pa.types.is_temporal(kind) and not pa.types.is_duration(kind) and not pa.types.is_time(kind):
        return "date"
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return "number"
    return "text" if pa.types.is_string(kind) or pa.types.is_large_string(kind) else "other"


def _missing(table: Table, column: Column) -> tuple[str, ...]:
    words = (*MISSING_WORDS, *(table.options.column(column.name).missing or ()))
    return tuple(dict.fromkeys(lower for word in words if (lower := word.strip().lower())))


def _refuse_all_at_once(spec: FeatureSpec) -> None:
    if spec.outliers == "forest":
        raise InvalidSetting(
            "An isolation forest needs all customers at once, which no query can give it. Choose another way with "
            "customers far outside before all rows are segmented."
        )
    if names := [one_line(column.name) for column in spec.settings if column.missing == "neighbours"]:
        raise InvalidSetting(
            f"{listing(names)}: filling from similar customers needs all customers at once, which no query can do. "
            "Choose another filling before all rows are segmented."
        )


def _refuse_unreadable(column: Column, stored: Stored) -> None:
    name = f'"{one_line(column.name)}"'
    if stored.type == "other":
        raise InvalidSetting(
            f"{name} holds lists, records or the like on the cluster, which no query here can read. Leave it out."
        )
    if column.type == "date" and stored.type not in ("date", "text"):
        raise InvalidSetting(
            f"{name} holds numbers on the cluster that were read as dates here. Make it a column of dates there, or "
            "read it as a number."
        )
    is_local = (column.type == "number" and column.decimal == ",") or (column.type == "date" and column.day_first)
    if stored.type == "text" and is_local:
        kind = "numbers with a decimal comma" if column.type == "number" else "dates that begin with the day"
        raise InvalidSetting(
            f"{name} is text on the cluster and holds {kind}, which the cluster cannot read. Make it a column of "
            f"{column.type}s there, or leave it out."
        )
