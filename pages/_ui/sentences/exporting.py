"""What the Export page says."""

from clustering import Table
from clustering.recipe.sql import Dialect
from clustering.wording import count, listing, number, one_line


def file_size(n_bytes: int) -> str:
    """How large a file is: 12 kB, 3.4 MB."""
    for unit, name in ((10**6, "MB"), (10**3, "kB")):
        if n_bytes >= unit:
            return f"{number(n_bytes / unit, digits=2)} {name}"
    return count(n_bytes, "byte")


def escaped_cells(n: int) -> str:
    """How many cells were changed so that they start no formula; "" where none was."""
    return f"{count(n, 'cell')} that would start a formula got a leading apostrophe." if n else ""


def ids_told(table: Table) -> str:
    """What stands beside the segment in the short list."""
    ids = [column.name for column in table.columns if column.role == "id"]
    if not ids:
        return "Your file has no id: the number of the row, and its segment."
    return f"{listing(map(one_line, ids), most=2)} and the segment of every row: what a mailing tool asks for."


def sql_told(dialect: Dialect) -> str:
    """What a query does, what it needs, and whether one like it was run."""
    tested = (
        f"Queries like this one are run in {dialect.label} by our tests."
        if dialect.is_tested
        else f"Written for {dialect.label}, but not run there: try it on a few rows first."
    )
    return " ".join(part for part in ("Every row of the table with its segment.", tested, dialect.needs) if part)
