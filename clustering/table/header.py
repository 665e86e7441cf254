"""Where the header of a table stands, told from its first records: below a title, above units, or nowhere."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from clustering.table.typed import MISSING_WORDS
from clustering.wording import count, whole

PREVIEW = 100  # records that are looked at

# Generous on purpose: what a number is in the end, columns.py decides.
_NUMBER = re.compile(r"[(+\-\s]*[$€£¥]?\s*[+-]?(\d[\d\s.,'’]*|[.,]\d+)([eE][+-]?\d+)?\s*[%$€£¥KMB)\-]*")
_DATE = re.compile(
    r"\d{1,4}([-/.])(\d{1,2}|[A-Za-z]{3,9})\1\d{1,4}([T ]\d{1,2}:\d{2}\S*( [AaPp][Mm])?)?|\d{1,2}:\d{2}(:\d{2})?"
)
_UNIT = re.compile(r"\(.*\)|\[.*\]|\{.*\}", re.DOTALL)
_MOST_EXPLAINING = 3
_FEWEST_GAPS = 3
# Names that say nothing, such as X1, V2, column 3; and how long one that says something is at most.
_MOST_WORDS = 5
_GENERIC = re.compile(r"[A-Za-z]\d{0,3}|(?:column|col|field|var|attribute|unnamed:)[ _]?\d+", re.IGNORECASE)


@dataclass(frozen=True)
class Header:
    """What was found.

    Attributes
    ----------
    names : list of str, or None
        As they stand in the file; None if no record is a header.
    n_above : int
        First records that are none of the table: titles and the header itself.
    n_explaining : int
        Records right below the header that explain it (units, the wording of a question).
    notes : tuple of str
    """

    names: list[str] | None
    n_above: int
    n_explaining: int
    notes: tuple[str, ...]


def find_header(records: Sequence[list[str]], lines: Sequence[int], place: str, wanted: int | None = None) -> Header:
    """Find the header among the first records.

    Parameters
    ----------
    records : sequence of list of str
        The first records of the file, blank ones left out; with a `wanted` line, from there on.
    lines : sequence of int
        Where they stand.
    place : {"line", "row"}
        What a place is called in this format.
    wanted : int, optional
        What the user says: the line of the header (the first record is it), or 0 for none.
    """
    if wanted == 0:
        return Header(None, 0, 0, ())
    notes = []
    position = 0 if wanted else _first_full(records)
    if position:
        above = f"{place} {whole(lines[0])}" if position == 1 else f"the {count(position, place)} above"
        stands = "stands" if position == 1 else "stand"
        notes.append(
            f"The header was taken from {place} {whole(lines[position])}: {above} {stands} over the table and "
            f"{'is' if position == 1 else 'are'} no part of it."
        )
    below = records[position + 1 : PREVIEW]
    if not wanted and _holds_values(records[position], below):
        notes.append(
            f"{place.capitalize()} {whole(lines[position])} holds values, not names: it is read as the first row, and "
            "the "
            'columns are called "column 1", "column 2" and so on.'
        )
        return Header(None, position, 0, tuple(notes))
    n_explaining = 0
    while n_explaining < _MOST_EXPLAINING and _explains(below[n_explaining:], len(records[position])):
        n_explaining += 1
    if not wanted and n_explaining == 1 and _is_renamed(records[position], below[0]):
        notes.append(
            f"The header was taken from {place} {whole(lines[position + 1])}: {place} {whole(lines[position])} only "
            "counts the columns and is no part of the table."
        )
        return Header(list(below[0]), position + 2, 0, tuple(notes))
    if n_explaining:
        where = lines[position + 1 : position + 1 + n_explaining]
        which = f"{place.capitalize()} {whole(where[0])} explains"
        if n_explaining > 1:
            which = f"{place.capitalize()}s {whole(where[0])} to {whole(where[-1])} explain"
        takes = "takes" if n_explaining == 1 else "take"
        notes.append(f"{which} the header (units, or what was asked); kept as a row, {takes} no part.")
    return Header(list(records[position]), position + 1, n_explaining, tuple(notes))


def _is_renamed(header: list[str], first: list[str]) -> bool:
    """Whether the names say nothing, and the line below has a name for every column."""
    told = [cell.strip() for cell in first]
    counted = sum(bool(re.search(r"\d", cell)) for cell in header)
    return (
        2 * counted > len(header)
        and all(_GENERIC.fullmatch(cell.strip()) for cell in header if cell.strip())
        and len(told) == len(header)
        and all(told)
        and len(set(told)) == len(told)
        and not any(_UNIT.fullmatch(cell) or len(cell.split()) > _MOST_WORDS for cell in told)
    )


def usual_width(records: Sequence[list[str]]) -> int:
    """The number of fields that most records have; the larger one where two are as frequent."""
    widths = [len(record) for record in records]
    return max(set(widths), key=lambda width: (widths.count(width), width))


def _first_full(records: Sequence[list[str]]) -> int:
    """The first record that is as full as the rest; 0 where those above it may be the header all the same."""
    n_comments = next((place for place, record in enumerate(records) if not record[0].startswith("#")), 0)
    if n_comments and not _holds_values(records[n_comments], records[n_comments + 1 :]):
        return n_comments
    filled = [sum(1 for cell in record if cell.strip()) for record in records]
    typical = sorted(filled)[3 * len(filled) // 4]
    width = usual_width(records)
    if _is_about_the_file(records, width):
        return 1
    if filled[0] >= typical:
        return 0
    for position, record in enumerate(records[: PREVIEW // 2]):
        is_above = 2 * filled[position] <= typical or (len(record) != width and filled[position] < typical)
        if not is_above:
            # A header that lacks names stands over values, a title over names.
            over_names = not _holds_values(record, records[position + 1 :])
            alone = all(n <= 1 for n in filled[:position]) and len(records[0]) != width
            return position if over_names or alone else 0
    return 0


def _is_about_the_file(records: Sequence[list[str]], width: int) -> bool:
    """Whether the first record has its own width and holds numbers, over one of names and the width of all others."""
    first, *others = records
    if len(others) < 2 or abs(len(first) - width) < 2 or any(len(record) != width for record in others):
        return False
    return sum(map(bool, map(_kind, first))) >= 2 and not any(map(_kind, others[0])) and all(map(str.strip, others[0]))


def _holds_values(record: list[str], below: Sequence[list[str]]) -> bool:
    """Whether a record looks like those below it: numbers over numbers, dates over dates, words that come again."""
    if not below or [cell.strip() for cell in record] == [str(place) for place in range(len(record))]:
        return False  # the second is what pandas writes for columns without names
    n_values, n_words, n_repeated = 0, 0, 0
    for place, cell in enumerate(record):
        cells = [other[place] for other in below if place < len(other) and not _is_missing(other[place])]
        kinds = [_kind(other) for other in cells]
        kind = next((kind for kind in ("number", "date") if kinds and kinds.count(kind) >= 0.8 * len(kinds)), None)
        if _is_missing(cell) or not cells:
            continue
        if kind is None:
            n_words += 1
            n_repeated += cell in cells
        elif _kind(cell) != kind or (_is_year(cell) and not all(map(_is_year, cells))):
            return False
        else:
            n_values += 1
    if n_values == 0:
        # Words alone: a header that comes again further down comes again as a whole.
        return n_words > 1 and n_repeated == n_words and list(record) not in [list(other) for other in below]
    return True


def _explains(records: Sequence[list[str]], width: int) -> bool:
    """Whether the first record holds nothing but words, also where the others below it hold numbers or dates."""
    if len(records) < 3 or len(records[0]) > width:
        return False
    first, *below = records
    if any(_kind(cell) for cell in first if cell.strip()):
        return False
    told, n_numbers, n_gaps, n_full = [], 0, 0, 0
    for place, cell in enumerate(first):
        cells = [_kind(other[place]) for other in below if place < len(other) and not _is_missing(other[place])]
        n_told = next((place for place, kind in enumerate(cells) if kind), 0)
        cells = cells[min(n_told, _MOST_EXPLAINING - 1) :]  # further lines of explanation may follow
        if len(cells) > 1 and cells.count(None) <= 0.1 * len(cells):
            n_numbers += 1
            n_gaps += _is_missing(cell)
            n_full += len(cells) >= 0.9 * (len(below) - n_told)
            told += [] if _is_missing(cell) else [cell.strip()]
    all_told = [cell.strip() for cell in first if cell.strip()]
    if told and all(_UNIT.fullmatch(cell) for cell in all_told):
        return True
    # A customer with nothing where all others have numbers, but for words elsewhere or in one of them, is none.
    if n_numbers >= _FEWEST_GAPS and n_gaps == n_numbers - len(told) and (told or n_gaps == n_full):
        return bool(all_told)
    # One word among numbers may be a slip in a customer's row; sentences, or words over most numbers, are none.
    return (len(told) >= 2 and 2 * len(told) >= n_numbers) or (
        bool(told) and all(len(cell.split()) > 3 for cell in all_told)
    )


def _kind(cell: str) -> str | None:
    cell = cell.strip()
    if len(cell) > 40:
        return None
    if _DATE.fullmatch(cell):  # 31.12.2025 might be a number else
        return "date"
    return "number" if _NUMBER.fullmatch(cell) else None


def _is_missing(cell: str) -> bool:
    return cell.strip().lower() in (*MISSING_WORDS, "unknown", "none")


def _is_year(cell: str) -> bool:
    return re.fullmatch(r"(19|20)\d\d", cell.strip()) is not None
