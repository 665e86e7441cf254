"""How the user wants a file read where the reader's own finding is overruled; part of the table's digest."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ColumnOptions:
    """Overrules what was found for one column; None leaves it to the reader.

    Parameters
    ----------
    name : str
        The column as it is called in the table.
    type : {"number", "text", "date", "boolean"}, optional
    role : str, optional
        A role of `Column`, also "ordered" and "label", which only the user can give.
    decimal : {".", ","}, optional
        What separates the decimals of a number.
    day_first : bool, optional
        Whether 03/04/2026 is the third of April.
    missing : tuple of str
        Further cells that mean "no value", such as "999".
    """

    name: str
    type: str | None = None
    role: str | None = None
    decimal: str | None = None
    day_first: bool | None = None
    missing: tuple[str, ...] = ()


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

    def column(self, name: str) -> ColumnOptions:
        """What is overruled for a column."""
        return next((column for column in self.columns if column.name == name), ColumnOptions(name))


AS_FOUND = ReadOptions()
