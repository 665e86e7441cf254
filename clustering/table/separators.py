"""Separators beyond the four usual ones: blanks, two colons, and lines drawn around a printed list.

Rewritten with the usual ones, line for line, where that, and only that, makes a table of the first records.
"""

import csv
import io
import re
from collections.abc import Iterator

_SAMPLE = 1 << 16
_FEWEST = 5  # lines that show a way of writing
_FEWEST_FIELDS = 3  # two words on every line may be a name
_REGULAR = 0.98  # of the lines; the others are told one by one
_CELL = re.compile(r'"[^"]*"|\S+')
_NUMBER = r"(?:[+-]?(?:\d+(?:\.\d*|,\d+)?|[.,]\d+)(?:[eE][+-]?\d+)?|\?|NA|NaN)"
_NUMBERS = re.compile(rf"(?:^|\s){_NUMBER}(?: +{_NUMBER}){{2,}}(?:\s|$)")
_RULE = re.compile(r"(?=.*[-=_]{3})[\s|+=_:-]+")
_FIRST_LINES = 10


def with_usual_separators(text: memoryview, delimiter: str) -> tuple[memoryview, str, tuple[str, ...]]:
    """The text with a usual delimiter, that delimiter, and what was odd about it as sentences.

    Parameters
    ----------
    text : memoryview
        In UTF-8.
    """
    sample = bytes(text[:_SAMPLE])
    if len(text) > _SAMPLE:
        sample = sample[: sample.rfind(b"\n") + 1]
    lines = [line for line in _lines(sample.decode(errors="replace")) if line.strip()]
    if delimiter == "|" and '"' not in sample.decode(errors="replace"):
        if any(map(_RULE.fullmatch, lines[:_FIRST_LINES])):
            kept = ("" if _RULE.fullmatch(line) else line for line in _lines(str(text, "utf-8")))
            return memoryview("\n".join(kept).encode()), delimiter, ("Lines drawn around the table are no rows.",)
        return text, delimiter, ()
    if len(lines) < _FEWEST:
        return text, delimiter, ()
    n_columns = _table_width(lines, delimiter)
    if len(_regular([line.split("::") for line in lines])[0]) > max(n_columns, _FEWEST_FIELDS - 1):
        rows = (line.split("::") if line.strip() else [] for line in _lines(str(text, "utf-8")))
        return _with_tabs(rows), "\t", ("Two colons separate the columns.",)
    if (n_columns <= 1 or all(map(_NUMBERS.search, lines[1:]))) and (n_short := _short_of_header(lines)) is not None:
        rows = map(_cells, _lines(str(text, "utf-8")))
        return _with_tabs(rows, n_short), "\t", ("Blanks separate the columns.",)
    return text, delimiter, ()


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _cells(line: str) -> list[str]:
    return [cell[1:-1] if cell[0] == cell[-1] == '"' and len(cell) > 1 else cell for cell in _CELL.findall(line)]


def _regular(records: list[list[str]]) -> list[list[str]]:
    """The records as wide as the second of them, if nearly all are; else one without a cell."""
    regular = [record for record in records if len(record) == len(records[min(1, len(records) - 1)])]
    return regular if len(regular) >= _REGULAR * len(records) else [[]]


def _short_of_header(lines: list[str]) -> int | None:
    """How many names the header lacks (one, where the rows have a name of their own); None if blanks make no table.

    Sentences of as many words are no records: two columns at least are numbers.
    """
    header, *below = map(_cells, lines)
    below = _regular(below)
    n_short = len(below[0]) - len(header)
    if len(below[0]) < _FEWEST_FIELDS or n_short not in (0, 1):
        return None
    n_numbers = sum(all(re.fullmatch(_NUMBER, cell) for cell in column) for column in zip(*below, strict=True))
    return n_short if n_numbers >= 2 else None


def _table_width(lines: list[str], delimiter: str) -> int:
    """The number of fields if all lines have the same, else 0."""
    try:
        widths = {len(record) for record in csv.reader(lines, delimiter=delimiter)}
    except csv.Error:
        return 0
    return widths.pop() if len(widths) == 1 else 0


def _with_tabs(rows: Iterator[list[str]], n_short: int = 0) -> memoryview:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    is_header = True
    for row in rows:
        writer.writerow([""] * n_short + row if row and is_header else row)
        is_header = is_header and not row
    return memoryview(out.getvalue().encode())
