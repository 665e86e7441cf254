"""Reading a file into a `Table`: what stood in it, what it means, and how it was read."""

from clustering.table.columns import Column
from clustering.table.detect import DELIMITERS
from clustering.table.reader import MIN_ROWS, Reading, Table, read_table

__all__ = ["DELIMITERS", "MIN_ROWS", "Column", "Reading", "Table", "read_table"]
