"""The functions of the written script: real ones, that can be tested, and tried on every cell before one is written.

They know nothing of this package, and name modules as the script imports them. What `NO_VALUE` holds the script tells
by itself.
"""

import csv
import datetime as dt
import gzip
import io
import json
import pathlib
import re
import tempfile
import zipfile

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import python_calamine

from clustering.table.cells import MISSING_WORDS


def read_text(path, encoding, delimiter, errors="strict", **how):
    """The records of a text file; blank lines are none."""
    with open(path, encoding=encoding, errors=errors, newline="") as file:
        records = list(csv.reader(file, delimiter=delimiter, **how))
    return [record for record in records if len(record) > 1 or "".join(record).strip()]


def read_single_column(path, encoding, delimiter, errors="strict", **how):
    """The records of a text file with one column: a blank line is a missing cell, but not at the end."""
    with open(path, encoding=encoding, errors=errors, newline="") as file:
        lines = io.StringIO(file.read().rstrip("\r\n"), newline="")
    return [record or [""] for record in csv.reader(lines, delimiter=delimiter, **how)]


def read_wrapped(path, encoding, delimiter, errors="strict"):
    """The records of a text file in which every line stands between quotation marks as a whole."""
    lines = [record[0] for record in read_text(path, encoding, "\x1f", errors)]
    return list(csv.reader(lines, delimiter=delimiter))


def read_split(path, encoding, split, errors="strict"):
    """The records of a text file with separators of its own."""
    with open(path, encoding=encoding, errors=errors) as file:
        records = [split(line.rstrip("\n")) for line in file if line.strip()]
    return [record for record in records if record]


def at_blanks(line):
    """The cells of a line with blanks between them."""
    return [cell.strip('"') for cell in re.findall(r'"[^"]*"|\S+', line)]


def at_colons(line):
    """The cells of a line with two colons between them."""
    return line.split("::")


def at_bars(line):
    """The cells of a line with bars between them; none of a line that is drawn."""
    return [] if re.fullmatch(r"[\s|+=_:-]*[-=_]{3,}[\s|+=_:-]*", line) else line.split("|")


def as_cp1252(error):
    """What a few lines of another file, pasted into UTF-8, say."""
    return error.object[error.start : error.end].decode("cp1252", errors="replace"), error.end


def unpacked(path, read, *how, **more):
    """What `read` gives of the one table in a .gz or .zip file."""
    with tempfile.TemporaryDirectory() as folder:
        inside = pathlib.Path(folder, "table")
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                names = [name for name in archive.namelist() if not re.search(r"/$|(^|/)(__MACOSX/|\.)", name)]
                tables = [name for name in names if re.search(r"\.(csv|tsv|tab|xls.?|ods|parquet|pq)$", name.lower())]
                inside.write_bytes(archive.read((tables or names)[0]))
        else:
            inside.write_bytes(gzip.decompress(pathlib.Path(path).read_bytes()))
        return read(inside, *how, **more)


def read_sheet(path, sheet):
    """The rows of a sheet with their cells as text; blank rows are none."""
    with open(path, "rb") as file:
        cells = python_calamine.CalamineWorkbook.from_filelike(file).get_sheet_by_name(sheet).to_python()
    rows = [[as_text(cell) for cell in row] for row in cells]
    return [row for row in rows if any(row)]


def trimmed(rows):
    """Rows without the columns to the left and the right in which none of them has a value."""
    filled = [place for place, cells in enumerate(zip(*rows, strict=True)) if any(map(str.strip, cells))]
    return [row[filled[0] : filled[-1] + 1] for row in rows]


def as_text(cell):
    """A cell of a workbook as a person sees it."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):  # a spreadsheet computes with 17 digits and shows 15 of them
        return repr(int(cell)) if cell.is_integer() and abs(cell) < 1e17 else repr(float(f"{cell:.15g}"))
    if isinstance(cell, dt.datetime):  # a moment is a fraction of a day there, a hair off the second
        if not 1_000 < cell.microsecond < 999_000:
            cell = (cell + dt.timedelta(milliseconds=1)).replace(microsecond=0)
        return str(cell.date()) if cell.time() == dt.time() else str(cell)
    if isinstance(cell, dt.timedelta):
        minutes, seconds = divmod(round(cell.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return str(cell)


def read_parquet(path):
    """The header and the rows, with their cells as text."""
    table = pq.ParquetFile(path).read()
    return [table.column_names, *map(list, zip(*map(as_texts, table.columns), strict=True))]


def as_texts(column):
    """The cells of a column of a Parquet file as text, nothing where they are missing."""
    kind = column.type
    if pa.types.is_nested(kind):
        texts = [
            None if cell is None else json.dumps(cell, default=str, ensure_ascii=False) for cell in column.to_pylist()
        ]
    elif pa.types.is_duration(kind):
        texts = [None if cell is None else str(cell) for cell in column.to_pylist()]
    elif pa.types.is_timestamp(kind):
        moments = column.cast(pa.timestamp(kind.unit)).cast(pa.string()).to_pylist()
        texts = [moment and re.sub(r"\.0+$", "", moment) for moment in moments]
        if all(text is None or text.endswith(" 00:00:00") for text in texts):
            texts = [text and text[:-9] for text in texts]
    else:
        texts = column.cast(pa.string()).to_pylist()
    nothing = (None, "nan") if pa.types.is_floating(kind) else (None,)
    return ["" if text in nothing else text for text in texts]


def convert(rows, place, how, missing=(), **more):
    """A column as values: every different cell is looked at once; a cell that is among `missing` holds none."""
    cells = [row[place].strip() for row in rows]
    values = {cell: how("" if cell in missing else cell, **more) for cell in set(cells)}
    return [values[cell] for cell in cells]


def number_of(cell):
    """The number that a cell holds; NaN where it holds none."""
    try:
        value = float(cell)
    except ValueError:
        return np.nan
    return value if np.isfinite(value) else np.nan


def amount_of(cell, decimal=".", short=False):
    """The number of a cell such as 1.234,50 €, (5 %) or, if `short`, 2K; NaN where it holds none."""
    found = re.search(r"(?:\d|(?<![^\W\d_])[.,](?=\d))[\d.,'’ \u00a0\u202f\u2009\u2007]*", cell)
    if not found:
        return np.nan
    before, behind = cell[: found.start()], cell[found.end() :].strip()
    digits = re.sub(r"[^\d.,]", "", found[0]).replace({".": ",", ",": "."}[decimal], "").replace(",", ".")
    exponent = re.match(r"[eE][+-]?\d+", behind)
    if short and re.fullmatch(r"[kKmMbB]", behind):
        digits += {"k": "e3", "m": "e6", "b": "e9"}[behind.lower()]
    elif exponent:
        digits += exponent[0]
    sign = -1 if re.search(r"[-−–﹣－(]", before) or re.search(r"[-−–﹣－]$", behind) else 1
    try:
        return sign * float(digits)
    except ValueError:
        return np.nan


def text_of(cell):
    """The text of a cell; None where it says that there is none."""
    return None if cell.lower() in NO_VALUE else cell


NO_VALUE = MISSING_WORDS


def yes_or_no(cell):
    """True, False, or None where a cell says neither."""
    word = cell.lower()
    return True if word in ("true", "yes", "y", "t", "1") else False if word in ("false", "no", "n", "f", "0") else None


def date_of(cell, order="ymd", months=None):
    """The moment that a cell tells, its parts in this order; NaT where it tells none."""
    clock = r"(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)? ?([AaPp]\.?[Mm]\.?)? ?(Z|UTC|GMT|[+-]\d\d:?\d\d)?$"
    time = re.search(clock, cell)
    words = re.findall(r"\d+|[^\W\d_]+", (cell[: time.start()] if time else cell).lower())
    words = [str((months or {}).get(word, word)) for word in words]
    parts = dict(zip(order, [int(word) for word in words if word.isdigit()], strict=False))
    try:
        year = parts["y"] + (0 if parts["y"] > 99 else 1900 if parts["y"] >= 69 else 2000)
        moment = dt.datetime(year, parts["m"], parts.get("d", 1) if "d" not in order else parts["d"])
    except (KeyError, ValueError):
        return np.datetime64("NaT")
    if time:
        hour, minute, second, fraction, half, zone = time.groups()
        hour = int(hour) % 12 + 12 * (half[0] in "Pp") if half else int(hour)
        moment += dt.timedelta(hours=hour, minutes=int(minute), seconds=int(second or 0))
        moment += dt.timedelta(microseconds=int((fraction or "0").ljust(6, "0")[:6]))
        if zone and zone[0] in "+-":
            moment -= int(zone[0] + "1") * dt.timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
    return np.datetime64(moment, "us")


def date_of_number(cell, unit):
    """The moment that a number stands for: 20240131, or seconds or milliseconds since 1970; NaT where it is none."""
    try:
        value = float(cell)
        if unit == "days":
            return np.datetime64(dt.datetime.strptime(str(int(value)), "%Y%m%d"), "us")
        return np.datetime64(int(np.rint(value * {"seconds": 1_000_000, "milliseconds": 1_000}[unit])), "us")
    except (ValueError, OverflowError):
        return np.datetime64("NaT")


def level_of(value):
    """A value as the name of a level; None where it is missing."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return None if np.isnan(value) else f"{value:.15g}"
    moment = pd.Timestamp(value)
    if pd.isna(moment):
        return None
    return str(moment.date()) if moment == moment.normalize() else moment.isoformat()


def month_of(value):
    """The English name of a month; None where there is no date."""
    return None if np.isnat(value) else pd.Timestamp(value).month_name("C")


def days_before(newest, dates):
    """Days, and parts of a day, from dates to the newest."""
    return (np.datetime64(newest) - np.array(dates, "datetime64[us]")) / np.timedelta64(1, "D")


def positions(levels, named, others=None, missing=None):
    """Which of the named levels every cell is at; `others` where it is at none of them, -1 where it counts as none."""
    place = {level: i for i, level in enumerate(named)} | {None: -1 if missing is None else missing}
    return np.array([place.get(level, -1 if others is None else others) for level in levels])


def places(levels, order):
    """The place of every level in their order; NaN where it has none."""
    place = {level: float(i) for i, level in enumerate(order)}
    return np.array([place.get(level, np.nan) for level in levels])


def is_there(values):
    """Which values are not missing."""
    return ~pd.isna(np.array(values, dtype=object))


def scaled(column, center, spread, fill=None, log=False, low=None, high=None):
    """Numbers filled, logged, clipped and brought to one measure."""
    column = np.array(column, dtype=float)
    if fill is not None:
        column[np.isnan(column)] = fill
    if log:
        column = np.log1p(np.maximum(column, 0))
    if low is not None:
        column = np.clip(column, low, high)
    return (column - center) / spread


def deviation(column, middle, unit, log=False):
    """How far numbers are from their middle; 0 where they are missing."""
    column = np.array(column, dtype=float)
    if log:
        column = np.log1p(np.maximum(column, 0))
    return np.nan_to_num(np.abs(column - middle) / unit, nan=0.0)


def nearest_center(X, centers):
    """The number of the nearest center of every row, the lower one of two that are equally near."""
    nearest, least = np.zeros(len(X), dtype=int), np.full(len(X), np.inf)
    for i, center in enumerate(centers):
        distance = np.zeros(len(X))
        for column, at in zip(X.T, center, strict=True):
            distance += (column - at) * (column - at)
        nearest[distance < least] = i
        least = np.minimum(least, distance)
    return nearest


def nearest_point(X, points, labels, stretch=None, cityblock=False, reach=None):
    """The segment of the nearest point of every row, the lower of two that are equally near; -1 beyond its reach."""
    nearest, least = np.zeros(len(X), dtype=int), np.full(len(X), np.inf)
    for label, point in zip(labels, points, strict=True):
        distance = np.zeros(len(X))
        for i, at in enumerate(point):
            difference = X[:, i] - at if stretch is None else (X[:, i] - at) * stretch[i]
            distance += np.abs(difference) if cityblock else difference * difference
        nearest[distance < least] = label
        least = np.minimum(least, distance)
    if reach is not None:
        least = least if cityblock else np.sqrt(least)
        nearest[least > np.array(reach)[nearest]] = -1
    return nearest


def nearer_half(X, forks):
    """Down a tree: at each fork the nearer of two centers decides whether a row goes left or right.

    What follows is a later fork, or -1 - the number of a segment.
    """
    found = np.zeros(len(X), dtype=int)
    for i, (left, right, left_next, right_next) in enumerate(forks):
        rows = np.flatnonzero(found == i)
        is_right = nearest_center(X[rows], [left, right]) == 1
        found[rows] = np.where(is_right, right_next, left_next)
    return -1 - found


def most_probable(X, crowds):
    """The most probable of some bell-shaped crowds: a constant, the mean and the whitening matrix of each."""
    logarithms = []
    for constant, mean, whitening in crowds:
        white = (X - np.array(mean)) @ np.array(whitening)
        logarithms.append(constant - 0.5 * np.einsum("ij,ij->i", white, white))
    return np.argmax(logarithms, axis=0)


def harmless(cell):
    """A cell with an apostrophe before what a spreadsheet would run; numbers and telephone numbers are fine.

    Also before what would be a cell by itself to a program that takes another separator.
    """
    blank = r"\x00-\x20\x7f-\xa0\xad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff"
    sign, minus, narrow = r"[=+\-@\uff1d\uff0b\uff0d\uff20]", r"[+\-\uff0b\uff0d]", r"[ \u00a0\u202f]*"
    if not re.search(rf"{sign}|^[\t\r]", cell):
        return cell
    number = rf"{minus}\s?[$€£]?\s?(?:\d[\d.,' \u00a0\u202f]*|[.,]\d+)(?:[eE][+-]?\d+)?\s?[%$€£]?"
    telephone = r"\+\d[\d ()/.\-]{5,24}\d"
    phrase = rf"{minus}\s[^=(|!\[{{@\r\n]{{0,200}}(?=[\r\n]|$)"
    fine = rf"(?:{number}|{telephone}|[+\-$€£ ]+)(?=[,;\t|\r\n]|$)|{phrase}"
    pieces = rf"""([,;\t|\r\n][{blank},;|"]*+)(?:(?={sign})(?!{fine})())?"""
    told = re.sub(pieces, lambda found: found[1] + "'" * (found[2] is not None), cell, flags=re.ASCII)
    begins = re.match(rf"""[{blank}"]*{sign}|[\t\r]""", cell)
    if begins and ("\v" in cell or not re.fullmatch(rf"{narrow}(?:{number}|-|{telephone}){narrow}", cell, re.ASCII)):
        told = "'" + told
    return told
