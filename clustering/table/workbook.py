"""Workbooks (.xlsx, .xlsb, .xls, .ods): the cells of one sheet as text, as a person sees them."""

import datetime as dt
import io
import math
import posixpath
import re
import subprocess
import sys
import zipfile
import zlib
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree

import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from clustering.errors import InvalidSetting, UnreadableFile
from clustering.table.header import PREVIEW, find_header
from clustering.table.options import ReadOptions
from clustering.table.room import SHEET_CELL, check_rows, check_workbook, granted, usable
from clustering.table.table import MIN_ROWS, Records
from clustering.wording import count, listing, one_line, spelled, whole

_MAX_GRID = 50_000_000  # cells
_LEAST_CELL = 20  # bytes that a cell takes in the XML at least
_ROW = re.compile(rb'row\b[^>]*?\sr="(\d{1,7})"')
_CELL = re.compile(rb'\sr="([A-Z]{1,3})(\d{1,7})"(?![^>]*/>)')
_ERROR = b' t="e"'
_SHARED = b' t="s"'
# A row or cell that says in an unusual way where it stands, or not at all: what is found here is not to be believed.
_ODD = re.compile(
    rb'<(?:row(?! r="\d{1,7}"[ />])|c(?! r="[A-Z]{1,3}\d{1,7}"[ />])|\w+:(?:row|c))[\s/>]' rb'|\st(?!=")\s*='
)
_TEXT = re.compile(rb"<(?:\w+:)?si[\s/>]")
_SHARED_TEXTS = "xl/sharedstrings.xml"
_MOST_TEXT = 1 << 30  # bytes that the shared texts may take, if each cell held the longest
_ERROR_VALUE = re.compile(rb't="e"[^>]*>(?:<f[^>]*/>|<f.{,500}?</f>)?<v>(#[^<]{1,20})')
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_DAMAGE = (
    CalamineError,
    zipfile.BadZipFile,
    ElementTree.ParseError,
    KeyError,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,
    MemoryError,
)
_TRIAL_SECONDS = 30
# What the library refuses by itself it will refuse again; only what never ends or takes all memory matters here.
_TRIAL = """
import io, sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
except (ImportError, ValueError):
    pass  # Windows: the time limit alone; or this process may take less anyway
from python_calamine import CalamineError, CalamineWorkbook
try:
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    for sheet in workbook.sheet_names:
        workbook.get_sheet_by_name(sheet)
except CalamineError:
    pass
"""
_SMALL_TABLE, _TIMES_LARGER = 50, 10
_SPREADSHEET_DIGITS = 15  # a spreadsheet computes with 17 digits and shows 15 of them


def read_workbook(data: memoryview, name: str, options: ReadOptions) -> tuple[Records, str, tuple[str, ...]]:
    """Read one sheet.

    Returns
    -------
    Records, str, tuple of str
        What stands in the sheet, the name of the sheet, and the names of all sheets that hold cells.
    """
    try:
        if data[:2] == b"PK" and _is_xlsx(data):
            errors, is_odd = _look_into(data, name)
        else:
            errors, is_odd = {}, True
            if data[:2] != b"PK":
                check_workbook(len(data), name, "xls")
        if is_odd:
            _try_in_another_process(data, name)
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheet, grid, sheets = _choose_sheet(workbook, name, options.sheet)
    except PasswordError as error:
        raise UnreadableFile(f"{name} is protected by a password. Save it without one and upload that.") from error
    except BaseException as error:
        # What a damaged file breaks inside the library arrives as a panic, which is no Exception.
        if isinstance(error, (UnreadableFile, InvalidSetting)):
            raise
        if not isinstance(error, _DAMAGE) and type(error).__name__ != "PanicException":
            raise
        raise _damaged(name) from error
    records = _records(grid, name, options.header)
    if sheet in errors:
        n_errors, error = errors[sheet]
        holds = "holds an error" if n_errors == 1 else "hold an error"
        note = f"{count(n_errors, 'cell')} {holds} such as {error} instead of a value; counted as missing."
        records = replace(records, notes=(*records.notes, note))
    if len(sheets) > 1:
        others = f"{spelled(len(sheets) - 1)} other{'s' * (len(sheets) > 2)}"
        note = f'The sheet "{one_line(sheet)}" is read; the workbook has {others}.'
        records = replace(records, notes=(note, *records.notes))
    return records, sheet, sheets


def _damaged(name: str) -> UnreadableFile:
    return UnreadableFile(
        f"{name} is a workbook that is damaged or was cut off on its way. "
        "Open it in a spreadsheet, save it again and upload that."
    )


def _is_xlsx(data: memoryview) -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        return "xl/workbook.xml" in parts.namelist()


def _try_in_another_process(data: memoryview, name: str) -> None:
    """In a damaged .xls the library can follow a chain of sectors for ever: there it does so where it can be ended."""
    try:
        done = subprocess.run([sys.executable, "-c", _TRIAL], input=data, capture_output=True, timeout=_TRIAL_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise _damaged(name) from error
    if done.returncode < 0:  # it asked for more memory than it may have
        raise UnreadableFile(
            f"{name} is damaged, or takes far more memory than a table of its size. Open it in a spreadsheet, delete "
            "what is no part of the table, save it again and upload that."
        )
    if done.returncode:
        raise _damaged(name)


def _look_into(data: memoryview, name: str) -> tuple[dict[str, tuple[int, str]], bool]:
    """Look at the sheets of an .xlsx before they are unpacked as a whole.

    The rectangle from the first cell to the last is held in memory: one cell far out would take all of it, and what
    the sheet says of its size is not to be believed.

    Returns
    -------
    dict of str to (int, str)
        Sheets that hold errors (the library gives these as empty cells) -> how many, and the first of them.
    bool
        Whether it is written as no program does, so that these bounds may be passed, or may take too much memory.
    """
    errors, n_shared, longest = {}, 0, 0
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        names = [part.lower() for part in parts.namelist()]
        is_odd = len(set(names)) < len(names)  # which of the two the library takes is not known
        for part in parts.namelist():
            with parts.open(part) as stream:  # any of them can be a sheet, and lie about its size
                if part.lower() == _SHARED_TEXTS:
                    longest = _longest_text(stream)
                    continue
                n_rows, n_columns, n_errors, error, n_texts, is_odd_here = _skim(stream)
            n_shared, is_odd = n_shared + n_texts, is_odd or is_odd_here
            if n_rows * n_columns > min(_MAX_GRID, usable() / SHEET_CELL):
                with parts.open(part) as stream:
                    n_rows, n_columns = _extent(stream)
                check_rows(SHEET_CELL * min(n_rows * n_columns, _MAX_GRID), n_rows, name)
            else:  # the columns are a bound: no more is kept for it than its cells can be
                granted(SHEET_CELL * min(n_rows * n_columns, parts.getinfo(part).file_size // _LEAST_CELL))
            if n_rows * n_columns > _MAX_GRID:
                raise UnreadableFile(
                    f"{name} has cells down to row {whole(n_rows)} and {whole(n_columns)} columns wide, more than can "
                    "be read. Delete what stands far from the table and save it again."
                )
            if n_errors:
                errors[part] = n_errors, error
        if errors:
            errors = {sheet: errors[part] for sheet, part in _parts_of_sheets(parts).items() if part in errors}
        return errors, is_odd or n_shared * longest > _MOST_TEXT


def _skim(stream) -> tuple[int, int, int, str, int, bool]:
    """The last row, a bound of the last column, how many cells hold an error, and the first of these errors; how many
    hold a shared text, and whether one is written in an odd way. Nothing of what is no sheet.
    """
    n_rows, n_letters, n_errors, first, n_shared, is_odd, is_sheet = 0, 1, 0, "#N/A", 0, False, False
    for text, seen in _chunks(stream):
        is_sheet = is_sheet or b"sheetData" in text
        found = None if is_odd else _ODD.search(text)
        is_odd = is_odd or (found is not None and b">" in text[found.start() :])  # else it is cut off here
        n_shared += text.count(_SHARED)
        rows = _ROW.findall(text)
        n_rows = max(n_rows, max(map(int, rows), default=_MAX_GRID if not n_rows else 0))
        while n_letters < 3 and re.search(rb'\sr="[A-Z]{%d}' % (n_letters + 1), text):
            n_letters += 1
        n = text.count(_ERROR) - text.count(_ERROR, 0, seen)
        if n and not n_errors and (value := _ERROR_VALUE.search(text)):
            first = value[1].decode()
        n_errors += n
    if not is_sheet:
        return 0, 0, 0, first, 0, False
    return n_rows, _column_number(b"ZZZ"[:n_letters]), n_errors, first, n_shared, is_odd


def _longest_text(stream) -> int:
    """A bound of the bytes of the longest shared text."""
    longest, begun = 0, 0
    while chunk := stream.read(1 << 22):
        starts = [-begun, *(found.start() for found in _TEXT.finditer(chunk)), len(chunk)]
        longest = max(longest, *(after - before for before, after in pairwise(starts)))
        begun = len(chunk) - starts[-2]
    return longest


def _extent(stream) -> tuple[int, int]:
    """The last row and column with a value, from the XML of a sheet."""
    rows, columns = 0, set()
    for text, _ in _chunks(stream):
        found = _CELL.findall(text)
        columns.update(column for column, _ in found)
        rows = max(rows, max((int(row) for _, row in found), default=0))
    return rows, max(map(_column_number, columns), default=0)


def _chunks(stream):
    """Parts of a stream that overlap, so that nothing is cut in two; and how much of each was seen before."""
    rest = b""
    while chunk := stream.read(1 << 22):
        yield rest + chunk, len(rest)
        rest = (rest + chunk)[-512:]


def _parts_of_sheets(parts: zipfile.ZipFile) -> dict[str, str]:
    """The name of every sheet, and where in the file it is."""
    book = ElementTree.fromstring(parts.read("xl/workbook.xml"))
    relations = ElementTree.fromstring(parts.read("xl/_rels/workbook.xml.rels"))
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    return {
        sheet.get("name"): posixpath.normpath(posixpath.join("/xl", targets.get(sheet.get(_RELATION), "")))[1:]
        for sheet in book.iter()
        if sheet.tag.endswith("}sheet")
    }


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - ord("A") + 1
    return number


def _choose_sheet(workbook: CalamineWorkbook, name: str, wanted: str | None):
    """The wanted sheet, or the first that looks like a table: rows enough, and more than one column if any has.

    A small one, such as a summary, gives way to one that is many times larger.
    """
    tables = [sheet for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    sheets = tuple(sheet.name for sheet in tables)
    if wanted is not None:
        if wanted not in sheets:
            raise InvalidSetting(f'{name} has no sheet "{one_line(wanted)}"; it has {listing(map(one_line, sheets))}.')
        grid = _grid(workbook, wanted)
        if not grid[1]:
            raise UnreadableFile(f'The sheet "{one_line(wanted)}" of {name} is empty. Choose another sheet.')
        return wanted, grid, sheets
    best = None
    tables.sort(key=lambda sheet: sheet.visible != SheetVisibleEnum.Visible)  # stable: hidden ones come last
    for table in tables:
        first_row, rows = _grid(workbook, table.name)
        n_filled = sum(1 for row in rows if any(cell != "" for cell in row))
        fitness = (n_filled > MIN_ROWS) + (n_filled > MIN_ROWS and len(rows[0]) > 1) if n_filled else -1
        if best is None or fitness > best[0] or (fitness == best[0] and n_filled > _TIMES_LARGER * best[1]):
            best = fitness, n_filled, table.name, (first_row, rows)
        if best[0] == 2 and best[1] > _SMALL_TABLE:
            break
    if best is None or best[0] < 0:
        raise UnreadableFile(f"{name} has only empty sheets. Choose a workbook with one row per customer.")
    return best[2], best[3], sheets


def _grid(workbook: CalamineWorkbook, sheet: str) -> tuple[int, list[list]]:
    """The row number of the first cell, and the cells from there to the last one."""
    found = workbook.get_sheet_by_name(sheet)
    return (found.start[0] + 1, found.to_python()) if found.start else (1, [])


def _records(grid: tuple[int, list[list]], name: str, header: int | None) -> Records:
    first_row, rows = grid
    numbered = [(number, row) for number, row in enumerate(rows, first_row) if any(cell != "" for cell in row)]
    if header:
        numbered = [(number, row) for number, row in numbered if number >= header]
    if not numbered:
        raise InvalidSetting(f"{name} has no row {whole(header)} that could be the header. Choose a smaller number.")
    lines, rows = zip(*numbered, strict=True)
    preview = [[_as_text(cell) for cell in row] for row in rows[:PREVIEW]]
    found = find_header(preview, lines, "row", header)
    columns = [[_as_text(cell) for cell in column] for column in zip(*rows[found.n_above :], strict=True)]
    if not columns:
        columns = [[] for _ in rows[0]]
    names = found.names or [""] * len(columns)
    used = [place for place, cells in enumerate(columns) if names[place].strip() or any(map(str.strip, cells))]
    kept = range(used[0], used[-1] + 1) if used else range(0)
    body = pa.table({str(place): pa.array(columns[place], pa.string()) for place in kept})
    explaining = tuple(range(found.n_explaining))
    return Records([names[place] for place in kept] if found.names else None, body, {}, found.notes, explaining)


def _as_text(cell) -> str:
    kind = type(cell)
    if kind is str:
        return cell
    if kind is float:
        return _number_as_text(cell)
    if kind is bool:
        return "true" if cell else "false"
    if kind is dt.datetime:
        return _moment_as_text(cell)
    if kind is dt.timedelta:
        minutes, seconds = divmod(round(cell.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return str(cell)  # whole numbers, dates, times of day


def _number_as_text(value: float) -> str:
    if value.is_integer() and abs(value) < 1e17:
        return str(int(value))
    text = repr(value)
    return text if len(text) <= _SPREADSHEET_DIGITS or not math.isfinite(value) else repr(float(f"{value:.15g}"))


def _moment_as_text(moment: dt.datetime) -> str:
    if not 1_000 < moment.microsecond < 999_000:  # a moment is a fraction of a day there, a hair off the second
        moment = (moment + dt.timedelta(milliseconds=1)).replace(microsecond=0)
    return moment.date().isoformat() if moment.time() == dt.time() else moment.isoformat(sep=" ")
