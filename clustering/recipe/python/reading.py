"""The part of the script that reads the file: the header and the rows, as the reader of this package found them."""

import re
from collections.abc import Collection

import pyarrow.compute as pc

from clustering.recipe.python.layout import call, listed
from clustering.table import Table

_SEPARATORS = {  # what the reader says of them: the function that splits a line
    "Two colons separate the columns.": "at_colons",
    "Blanks separate the columns.": "at_blanks",
    "Lines drawn around the table are no rows.": "at_bars",
}
_QUOTED = {
    "Blanks in front of quotation marks are left out.": {"skipinitialspace": True},
    "Quotation marks inside a cell have a backslash in front.": {"escapechar": "\\", "doublequote": False},
    "Cells stand between single quotation marks.": {"quotechar": "'"},
}
_WRAPPED = "Every line stands between quotation marks as a whole."
PASTED = "Some characters are not UTF-8 like the rest of the file; they are read as cp1252."
_ARCHIVE = re.compile(r"\.(gz|zip)$", re.IGNORECASE)


class Source:
    """What the script has to know about the file.

    Attributes
    ----------
    needed : set of str
        Headers of the columns that are looked at.
    sure : list of (str or None)
        The header cell of every column as it stands in the file; None where the reader numbered it or made it up.
    """

    def __init__(self, table: Table, names: Collection[str]):
        self.table, self.width = table, len(table.headers)
        self.needed = {table.headers[table.text.column_names.index(name)] for name in names}
        plain = set(table.headers)
        self.sure = [
            None if header == f"column {place}" or _is_numbered(header, plain) else header
            for place, header in enumerate(table.headers, 1)
        ]
        self.has_header = any(header is not None and header.strip() for header in self.sure)
        self.delimiter = table.reading.delimiter
        self.added = [_free(name, plain) for name in ("segment", "segment_name")]

    def place(self, name: str) -> str:
        """Where in a row a column stands, as an expression of the script."""
        place = self.table.text.column_names.index(name)
        sure = self.sure[place]
        return str(place) if sure is None else f"header.index({sure!r})"


def reading_lines(source: Source) -> list[str]:
    """Lines that set `header`, `rows` and `takes_part`."""
    lines = [f"rows = {_read(source)}"]
    if PASTED in source.table.notes:
        lines.insert(0, 'codecs.register_error("as_cp1252", as_cp1252)')
    is_sheet = source.table.reading.format not in ("csv", "parquet")
    if source.has_header:
        known = [header for header in dict.fromkeys(source.sure) if header is not None and header.strip()]
        needed = [header for header in known if header in source.needed]
        known = needed if len(needed) > 1 else known  # one word alone may be a title
        lines += [
            *listed("known = ", [repr(header) for header in known]),
            "start = next((i for i, row in enumerate(rows) if set(known) <= set(row)), None)",
            "if start is None:",
            '    sys.exit(f"No line of the file is a header with these columns: {known}")',
            "header, *rows = trimmed(rows[start:])" if is_sheet else "header, rows = rows[start], rows[start + 1 :]",
        ]
        blank = f'[""] * ({source.width} - len(header))'
        if source.sure[0] is None:
            lines.append(f"header = {blank} + header  # the rows have a column more, of their numbers or names")
        elif source.sure[-1] is None:
            lines.append(f"header = header + {blank}  # the rows have a column more")
    else:
        lines += ["rows = trimmed(rows)"] * is_sheet
        lines += [
            *listed("header = ", [repr(header) for header in source.table.headers]),
            "while rows and len(rows[0]) != len(header):  # a title",
            "    del rows[0]",
        ]
    customer = (
        "len(row) == width and row != header and any(map(str.strip, row))" if source.width > 1 else "len(row) == 1"
    )
    lines += [
        "width = len(header)",
        f"takes_part = np.array([{customer} for row in rows], dtype=bool)",
        f"rows = [[*row[: width - 1], {source.delimiter!r}.join(row[width - 1 :])] for row in rows]",
        'rows = [row + [""] * (width - len(row)) for row in rows]',
    ]
    if aside := _set_aside(source.table):
        lines.append(f"takes_part[{aside}] = False  # units below the header, remarks and totals")
    return lines


def _read(source: Source) -> str:
    reading = source.table.reading
    if reading.format == "parquet":
        read, arguments = "read_parquet", []
    elif reading.format != "csv":
        read, arguments = "read_sheet", [repr(reading.sheet)]
    else:
        read, arguments = _read_text(source)
    if _is_packed(source.table):
        return call("unpacked", "source", read, *arguments)
    return call(read, "source", *arguments)


def _is_packed(table: Table) -> bool:
    """Whether the file is an archive: it is called so, this was told, or it has fewer bytes than its cells letters."""
    reading = table.reading
    if _ARCHIVE.search(reading.file_name) or any("inside the archive is read." in note for note in table.notes):
        return True
    lengths = (pc.sum(pc.utf8_length(column)).as_py() or 0 for column in table.text.columns)
    return reading.format == "csv" and reading.n_bytes < sum(lengths)


def _read_text(source: Source) -> tuple[str, list[str]]:
    reading, notes = source.table.reading, source.table.notes
    encoding = "utf-8-sig" if reading.encoding.lower().replace("_", "-") in ("utf-8", "utf8") else reading.encoding
    errors = ["errors='as_cp1252'"] * (PASTED in notes)
    split = next((split for told, split in _SEPARATORS.items() if told in notes), None)
    if split is not None:
        return "read_split", [repr(encoding), split, *errors]
    quoted = next((how for told, how in _QUOTED.items() if told in notes), {})
    how = [repr(encoding), repr(source.delimiter), *errors, *(f"{name}={value!r}" for name, value in quoted.items())]
    if _WRAPPED in notes:
        return "read_wrapped", how
    return ("read_single_column" if source.width == 1 else "read_text"), how


def _set_aside(table: Table) -> list[int]:
    """Rows that take no part for a reason that the script cannot see; those at the end counted from there."""
    seen = re.compile(r"\d+ of \d+ fields|the header once more|empty")
    rows = [row for row, reason in table.set_aside.items() if not seen.fullmatch(reason)]
    return sorted(row if row < table.n_rows // 2 else row - table.n_rows for row in rows)


def _is_numbered(header: str, plain: set[str]) -> bool:
    """Whether the reader may have put the number behind it, because another column has the name."""
    numbered = re.fullmatch(r"(.*)_\d+", header, re.DOTALL)
    return numbered is not None and any(one.strip() == numbered[1] for one in plain)


def _free(name: str, taken) -> str:
    free, number = name, 2
    while free in taken:
        free, number = f"{name}_{number}", number + 1
    return free
