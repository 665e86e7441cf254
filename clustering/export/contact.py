"""Columns that say who must not be contacted: found by their names, and what their entries mean."""

import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clustering.errors import InvalidColumns
from clustering.table import Column, Table
from clustering.table.cells import Cells
from clustering.table.names import plain_words
from clustering.wording import one_line

MOST_ENTRIES = 50  # different ones, beyond which they are no answers but dates or comments

# Names as words without accents. Who has said yes here must be left alone …
_REFUSAL = re.compile(
    r"\b(opt(ed|s)? ?out|optout|(do ?not|dont|no) ?(contact|mail|e ?mail|call|phone|text|sms|disturb|market)"
    r"|no marketing|no consent|dnc|dnm|unsub(scribed?|scription)?|suppress(ed|ion)?|blocked"
    r"|(block|black|deny) ?list(ed)?|robinson\w*|objected|objection|withdrawn|revoked|banned|deceased"
    r"|widerspruch|widerrufen|\w*sperre|gesperrt|abgemeldet|abmelde\w*|abmeldung|austragung"
    r"|nicht kontaktieren|keine werbung|verstorben"
    r"|desinscrite?|desabonnee?|ne pas contacter|no contactar|non contattare|nao contatar)\b"
)
# … and who has said no here.
_CONSENT = re.compile(
    r"\b(opt(ed|s)? ?in|optin|consent\w*|permission|contactable|(may|can|ok to) (be )?(contact|mail|email|call)\w*"
    r"|(contact|marketing|e ?mails?|mailing) (allowed|permitted|accepted|ok)"
    r"|(accepts?|allows?) (\w+ )?(marketing|contact|e ?mails?|sms|mailings?|calls?)"
    r"|^subscribed( to (e ?mails?|marketing|newsletters?))?$|e ?mail subscri\w+"
    r"|^(e ?mail )?newsletter( (subscri\w+|sign ?up|status|ok|abo\w*|anmeldung))?$|gdpr( ok)?$|dsgvo$"
    r"|\w*einwilligung|\w*zustimmung|werbeerlaubnis|consentement|consentimiento|consenso|toestemming)\b"
)
_YES = {"yes", "y", "true", "t", "1", "x", "ja", "j", "oui", "si", "sim", "wahr", "vrai", "vero", "on"}
_NO = {"no", "n", "false", "f", "0", "nein", "non", "nao", "nee", "falsch", "faux", "falso", "off", "never"}
_MAY = {"granted", "given", "accepted", "allowed", "opt in", "opted in", "subscribed"}
_DAY = r"^(\d{4}[-./]?\d{1,2}[-./]?\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{2,4})([T ]\d{1,2}[:.]\d{2}[\d:.,+Z -]*)?$"
# Days as numbers: 20240131, a year, and how Excel counts them (of 1990 to 2099).
_DAY_NUMBERS = ((19_000_101, 21_001_231), (1950, 2100), (32_874, 73_050))


@dataclass(frozen=True)
class ContactColumn:
    """A column that says who must not be contacted, and how it is meant; `contact_columns` finds what is likely.

    Attributes
    ----------
    name : str
    exclude_levels : tuple of str, or None
        The entries that mean "not to be contacted": every one that is not clearly a yes to being contacted, such as
        the day of a consent. None where any entry does, such as the day of unsubscribing.
    contact_missing : bool
        Whether a customer without an entry may be contacted: only where nobody has an entry that allows it, so that
        no entry must mean that nothing was objected to.
    """

    name: str
    exclude_levels: tuple[str, ...] | None = ()
    contact_missing: bool = False

    def __post_init__(self):
        if self.exclude_levels is not None:
            object.__setattr__(self, "exclude_levels", tuple(self.exclude_levels))


def contact_columns(table: Table) -> tuple[ContactColumn, ...]:
    """Find the columns named like a refusal (opt-out, do not contact, blocked) or like a consent."""
    return tuple(found for column in table.columns if (found := _contact_column(table, column)))


def _contact_column(table: Table, column: Column) -> ContactColumn | None:
    words, name = plain_words(column.name), column.name
    is_refusal = _REFUSAL.search(words) is not None
    is_named = is_refusal or _CONSENT.search(words)
    if not is_named or column.role == "empty" or (column.role == "id" and not column.missing):
        return None
    if column.role == "number" and not _are_days(table, column):  # how often, how much
        return None
    cells, are_days = _cells(table, name), _are_days(table, column)
    if is_refusal and are_days:
        return ContactColumn(name, None, contact_missing=True)
    entries = _different(cells, None if is_refusal else _is_day(table, column, cells))
    allows = (_NO if is_refusal else _YES) | _MAY
    excluded = tuple(entry for entry in entries if plain_words(entry.removesuffix(".0")) not in allows)
    if is_refusal and len(excluded) == len(entries):
        return ContactColumn(name, excluded if len(entries) <= MOST_ENTRIES else None, contact_missing=True)
    return ContactColumn(name, excluded)


def contact_entries(table: Table, name: str) -> tuple[str, ...] | None:
    """Return the different entries of a column without regard to case, the most frequent first.

    None where they are no answers: of days, and where there are too many.
    """
    cells = _cells(table, name)
    if any(column.name == name and _are_days(table, column) for column in table.columns):
        return None
    entries = _different(cells)
    return entries if len(entries) <= MOST_ENTRIES else None


def _different(cells: Cells, left_out: np.ndarray | None = None) -> tuple[str, ...]:
    """The entries once whatever their case, but for those levels that are to be left out."""
    stand = cells.weights > 0 if left_out is None else (cells.weights > 0) & ~left_out
    levels, weights = cells.levels.filter(pa.array(stand)), cells.weights[stand]
    spelled, counts = {}, {}
    for level, key, weight in zip(levels.to_pylist(), pc.utf8_lower(levels).to_pylist(), weights.tolist(), strict=True):
        spelled.setdefault(key, level)
        counts[key] = counts.get(key, 0) + weight
    return tuple(spelled[key] for key in sorted(counts, key=lambda key: (-counts[key], key)))


def _are_days(table: Table, column: Column) -> bool:
    """Whether a column holds days alone: dates, or numbers as some systems write days."""
    if column.type != "number":
        return column.type == "date"
    values = table.frame[column.name].dropna().to_numpy(dtype=np.float64)
    return any(len(values) and ((low <= values) & (values < high + 1)).all() for low, high in _DAY_NUMBERS)


def _is_day(table: Table, column: Column, cells: Cells) -> np.ndarray:
    """Which levels are days: where a consent is entered as its day, "revoked" among them is none."""
    if column.type not in ("date", "number"):
        return pc.match_substring_regex(cells.levels, _DAY).fill_null(False).to_numpy(zero_copy_only=False)
    is_day = np.zeros(len(cells.levels), dtype=bool)
    if _are_days(table, column):
        is_read = table.frame[column.name].notna().to_numpy() & (cells.codes >= 0)
        is_day[cells.codes[is_read]] = True
    return is_day


def excluded_rows(table: Table, name: str, levels: tuple[str, ...] | None) -> tuple[np.ndarray, np.ndarray, tuple]:
    """Find who must not be contacted.

    Returns
    -------
    excluded, without : ndarray of bool of shape (n_rows,)
        Rows with one of these entries, compared without case and blanks around them (None: with any entry); rows
        without an entry.
    unmatched : tuple of str
        Of these entries those that stand in no cell.

    Raises
    ------
    InvalidColumns
        If there is no such column.
    """
    cells = _cells(table, name)
    folded = pc.utf8_lower(cells.levels)
    has_entry = pc.is_valid(folded)
    if levels is None:
        means_no, unmatched = has_entry, ()
    else:
        asked = pc.utf8_lower(pc.utf8_trim_whitespace(pa.array(levels, pa.string())))
        means_no = pc.is_in(folded, value_set=asked)
        is_there = pc.is_in(asked, value_set=folded).to_pylist()
        unmatched = tuple(level for level, there in zip(levels, is_there, strict=True) if not there)
    excluded, entered = (_of_rows(cells, flags) for flags in (means_no, has_entry))
    return excluded, ~entered, unmatched


def _of_rows(cells: Cells, flags: pa.Array) -> np.ndarray:
    return cells.spread(flags.to_numpy(zero_copy_only=False), False)


def _cells(table: Table, name: str) -> Cells:
    if name not in table.text.column_names:
        raise InvalidColumns(
            f'There is no column "{one_line(name)}" in this file that could say who must not be contacted. '
            "Choose one of its columns.",
            (name,),
        )
    return Cells.of(table.text[name], table.options.column(name))
