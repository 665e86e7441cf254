"""Quotation marks in a way of their own: read so where that, and only that, makes a table of the first records."""

import csv
import io

from clustering.table.detect import DELIMITERS

_SAMPLE = 1 << 16
_FEWEST = 3  # records that show a way of writing
# What stands in such a file, how it is read then, and how that is told.
_WAYS = (
    (b' "', {"skipinitialspace": True}, "Blanks in front of quotation marks are left out."),
    (b'\\"', {"escapechar": "\\", "doublequote": False}, "Quotation marks inside a cell have a backslash in front."),
    (b"'", {"quotechar": "'"}, "Cells stand between single quotation marks."),
)
_NO_DELIMITER = "\x1f"


def mend(text: memoryview, delimiter: str) -> tuple[memoryview, str, tuple[str, ...]]:
    """The text with the usual quotation marks, its delimiter, and what was odd about it as sentences.

    Parameters
    ----------
    text : memoryview
        In UTF-8.
    """
    sample = bytes(text[:_SAMPLE])
    if b'"' not in sample and b"'" not in sample:
        return text, delimiter, ()
    if len(text) > _SAMPLE:
        sample = sample[: sample.rfind(b"\n") + 1]
    lines = sample.decode(errors="replace").splitlines(keepends=True)
    try:
        return _mended(text, delimiter, sample, lines)
    except csv.Error:  # a cell beyond all bounds, refused with its reason when all is parsed
        return text, delimiter, ()


def _mended(text: memoryview, delimiter: str, sample: bytes, lines: list[str]):
    inner = _delimiter_inside(lines)
    if inner is not None:
        unwrapped = "\n".join(record[0] if record else "" for record in _records(text, _NO_DELIMITER, {}))
        return memoryview(unwrapped.encode()), inner, ("Every line stands between quotation marks as a whole.",)
    if not _is_table(lines, delimiter, {}):
        for mark, way, told in _WAYS:
            if mark in sample and _is_table(lines, delimiter, way):
                out = io.StringIO(newline="")
                csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(_records(text, delimiter, way))
                return memoryview(out.getvalue().encode()), delimiter, (told,)
    return text, delimiter, ()


def _delimiter_inside(lines: list[str]) -> str | None:
    """What separates the columns where each line below the header (and it too, perhaps) is a single quoted cell."""
    header, *below = [line.strip() for line in lines if line.strip()] or [""]
    if len(below) < _FEWEST or not all(line[0] == line[-1] == '"' for line in below):
        return None
    if header[0] == '"':
        below = [header, *below]
    records = [next(csv.reader([line], delimiter=_NO_DELIMITER), [""]) for line in below]
    inner = [record[0] for record in records]
    doubled = [cell.replace('"', '""') for cell in inner]
    if [f'"{cell}"' for cell in doubled] != below:
        return None
    inner = inner if header[0] == '"' else [header, *inner]
    return next((mark for mark in DELIMITERS if _is_table(inner, mark, {})), None)


def _is_table(lines: list[str], delimiter: str, way: dict) -> bool:
    """Whether the records have the same number of fields, and more than one."""
    try:
        widths = {len(record) for record in csv.reader(lines, delimiter=delimiter, **way) if record}
    except csv.Error:
        return False
    return len(widths) == 1 and widths.pop() > 1


def _records(text: memoryview, delimiter: str, way: dict):
    csv.field_size_limit(1 << 24)
    return csv.reader(io.StringIO(str(text, "utf-8"), newline=""), delimiter=delimiter, **way)
