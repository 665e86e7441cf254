"""What the Export page says."""

from clustering import Table
from clustering.export import ContactColumn
from clustering.recipe.sql import Dialect
from clustering.wording import count, listing, number, one_line

GAVE_WAY = "It was built before and gave way to newer files, which fill their part of the memory. Build it again."


def file_told(n_bytes: int, remark: str) -> str:
    """How large a file is, and what else is to be known about it."""
    return f"{_size(n_bytes)}. {remark}" if remark else _size(n_bytes)


def _size(n_bytes: int) -> str:
    """12 kB, 3.4 MB."""
    for unit, name in ((10**6, "MB"), (10**3, "kB")):
        if n_bytes >= unit:
            return f"{number(n_bytes / unit, digits=2)} {name}"
    return count(n_bytes, "byte")


def escaped_cells(n: int) -> str:
    """How many cells were changed so that they start no formula; "" where none was."""
    return f"{count(n, 'cell')} that would start a formula got a leading apostrophe." if n else ""


def entry_readings(usual: ContactColumn | None) -> dict[str, tuple[str, ...] | None]:
    """How an entry in a column of days or remarks can be meant, the likeliest first; with the entries that refuse."""
    refused = usual.exclude_levels if usual else None
    readings = {"must not be contacted": None, "may be contacted": ()}
    if refused is None:
        return readings
    if refused:
        readings = {f"may be contacted, but for {listing(map(one_line, refused), most=2)}": refused, **readings}
    return dict(sorted(readings.items(), key=lambda reading: reading[1] != refused))


def ids_told(table: Table) -> str:
    """What stands beside the segment in the short list."""
    ids = [column.name for column in table.columns if column.role == "id"]
    if not ids:
        return "Your file has no id: the number of the row, and its segment."
    return f"{listing(map(one_line, ids), most=2)} and the segment of every row: what a mailing tool asks for."


def python_told(file_name: str) -> str:
    """What the script does, what it needs, and how it is called."""
    return (
        "A short script for Python with numpy and pandas: every row of a file like yours with its segment. "
        f"Run it as: python {one_line(file_name)} your_file.csv labelled.csv"
    )


def sql_told(dialect: Dialect) -> str:
    """What a query does, what it needs, and whether one like it was run."""
    tested = (
        f"Queries like this one are run in {dialect.label} by our tests."
        if dialect.is_tested
        else f"Written for {dialect.label}, but not run there: try it on a few rows first."
    )
    return " ".join(part for part in ("Every row of the table with its segment.", tested, dialect.needs) if part)
