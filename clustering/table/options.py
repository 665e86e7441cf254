"""How the user wants a file read where the reader's own finding is overruled; part of the table's digest."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace

from clustering.errors import InvalidSetting
from clustering.wording import listing, one_line

TYPES = ("number", "text", "date", "boolean")
ROLES = ("id", "number", "category", "ordered", "date", "text", "label")  # "constant" and "empty" are found, not given


@dataclass(frozen=True)
class ColumnOptions:
    """Overrules what was found for one column; None leaves it to the reader.

    Parameters
    ----------
    name : str
        The column as it is called in the table.
    type : {"number", "text", "date", "boolean"}, optional
        Cells that are no number, date or boolean then count as missing.
    role : {"id", "number", "category", "ordered", "date", "text", "label"}, optional
    decimal : {".", ","}, optional
        What separates the decimals of a number.
    day_first : bool, optional
        Whether 03/04/2026 is the third of April.
    missing : tuple of str, optional
        Further cells that mean "no value", such as "999". An empty tuple says that there are none: a value that
        stands out is then not asked about.
    """

    name: str
    type: str | None = None
    role: str | None = None
    decimal: str | None = None
    day_first: bool | None = None
    missing: tuple[str, ...] | None = None

    def __post_init__(self):
        for setting, legal in (("type", TYPES), ("role", ROLES), ("decimal", (".", ","))):
            given = getattr(self, setting)
            if given is not None and given not in legal:
                name = one_line(self.name)
                raise InvalidSetting(f'The {setting} of "{name}" is {given!r}; it can be {listing(legal, most=9)}.')
        if self.missing is not None:
            words = (self.missing,) if isinstance(self.missing, str) else tuple(self.missing)
            object.__setattr__(self, "missing", words)


@dataclass(frozen=True)
class ReadOptions:
    """Overrules how a file is read; None leaves it to the reader.

    Parameters
    ----------
    sheet : str, optional
        Sheet of a workbook.
    delimiter, encoding : str, optional
    header : int, optional
        Line of the header, counted from 1 (in a workbook: row); 0 if there is none.
    columns : tuple of ColumnOptions
        At most one per column.
    """

    sheet: str | None = None
    delimiter: str | None = None
    encoding: str | None = None
    header: int | None = None
    columns: tuple[ColumnOptions, ...] = ()

    def __post_init__(self):
        names = [column.name for column in self.columns]
        object.__setattr__(self, "columns", tuple(self.columns))
        if len(set(names)) < len(names):
            twice = next(name for name, times in Counter(names).items() if times > 1)
            raise InvalidSetting(f'"{one_line(twice)}" is overruled twice. Give each column one setting.')

    def column(self, name: str) -> ColumnOptions:
        """What is overruled for a column."""
        return next((column for column in self.columns if column.name == name), ColumnOptions(name))

    def with_column(self, column: ColumnOptions) -> "ReadOptions":
        """Return these options with another setting for one column."""
        return replace(self, columns=(*(c for c in self.columns if c.name != column.name), column))

    def without_columns(self, names: Collection[str]) -> "ReadOptions":
        """Return these options with nothing overruled for these columns."""
        return replace(self, columns=tuple(c for c in self.columns if c.name not in names))


AS_FOUND = ReadOptions()
