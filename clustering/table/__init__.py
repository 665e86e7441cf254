"""Reading a file into a `Table`: what stood in it, what it means, and how it was read."""

from clustering.table.columns import Column
from clustering.table.detect import DELIMITERS
from clustering.table.options import ROLES, TYPES, ColumnOptions, ReadOptions
from clustering.table.questions import Question
from clustering.table.reader import read_again, read_table
from clustering.table.table import MIN_ROWS, Reading, Records, Table, build_table

__all__ = [
    "DELIMITERS",
    "MIN_ROWS",
    "ROLES",
    "TYPES",
    "Column",
    "ColumnOptions",
    "Question",
    "ReadOptions",
    "Reading",
    "Records",
    "Table",
    "build_table",
    "read_again",
    "read_table",
]
