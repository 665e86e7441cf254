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
    r"|no marketing|no consent|dnc|dnm|unsub(scribed?)?|suppress(ed|ion)?|blocked|(block|black|deny) ?list(ed)?"
    r"|robinson\w*|objected|objection|withdrawn|revoked|banned|deceased"
    r"|widerspruch|widerrufen|\w*sperre|gesperrt|abgemeldet|nicht kontaktieren|keine werbung"
    r"|verstorben|desinscrite?|desabonnee?|ne pas contacter|no contactar|non contattare|nao contatar)\b"
)
# … and who has said no here.
_CONSENT = re.compile(
    r"\b(opt(ed|s)? ?in|optin|consent\w*|permission|contactable|(may|can|ok to) (be )?(contact|mail|email|call)\w*"
    r"|(contact|marketing|e ?mails?|mailing) (allowed|permitted|accepted|ok)"
    r"|(accepts?|allows?) (\w+ )?(marketing|contact|e ?mails?|sms|mailings?|calls?)"
    r"|\w*einwilligung|\w*zustimmung|werbeerlaubnis|consentement|consentimiento|consenso|toestemming)\b"
)
_YES = {"yes", "y", "true", "t", "1", "x", "ja", "j", "oui", "si", "sim", "wahr", "vrai", "vero", "on"}
_NO = {"no", "n", "false", "f", "0", "nein", "non", "nao", "nee", "falsch", "faux", "falso", "off"}
_MAY = {"granted", "given", "accepted", "allowed", "opt in", "opted in", "subscribed"}


@dataclass(frozen=True)
class ContactColumn:
    """A column that seems to say who must not be contacted, and how it is likely meant.

    Attributes
    ----------
    name : str
    exclude_levels : tuple of str, or None
        The entries that mean "not to be contacted": every one that is not clearly a yes to being contacted. None where
        any entry does, such as the day of unsubscribing.
    contact_missing : bool
        Whether a customer without an entry may be contacted: only where nobody has an entry that allows it, so that
        no entry must mean that nothing was objected to.
    """

    name: str
    exclude_levels: tuple[str, ...] | None
    contact_missing: bool = False


def contact_columns(table: Table) -> tuple[ContactColumn, ...]:
    """Find the columns named like a refusal (opt-out, do not contact, blocked) or like a consent."""
    return tuple(found for column in table.columns if (found := _contact_column(table, column)))


def _contact_column(table: Table, column: Column) -> ContactColumn | None:
    words, name = plain_words(column.name), column.name
    is_refusal = _REFUSAL.search(words) is not None
    is_named = is_refusal or _CONSENT.search(words)
    if not is_named or column.role in ("number", "id", "empty"):
        return None
    levels = contact_entries(table, name)
    if levels is None:  # dates or comments: that there is one says it all
        return ContactColumn(name, None if is_refusal else (), contact_missing=is_refusal)
    allows = (_NO if is_refusal else _YES) | _MAY
    excluded = tuple(level for level in levels if plain_words(level.removesuffix(".0")) not in allows)
    return ContactColumn(name, excluded, contact_missing=is_refusal and len(excluded) == len(levels))


def contact_entries(table: Table, name: str) -> tuple[str, ...] | None:
    """Return the different entries of a column without regard to case, the most frequent first.

    None where they are no answers: of dates, and where there are too many.
    """
    cells = _cells(table, name)
    if any(column.name == name and column.type == "date" for column in table.columns):
        return None
    folded = pc.utf8_lower(cells.levels)
    if len(folded.unique()) > MOST_ENTRIES + 1:
        return None
    spelled, weights = {}, {}
    for level, key, weight in zip(cells.levels.to_pylist(), folded.to_pylist(), cells.weights.tolist(), strict=True):
        if key is not None and weight:
            spelled.setdefault(key, level)
            weights[key] = weights.get(key, 0) + weight
    keys = sorted(weights, key=lambda key: (-weights[key], key))
    return tuple(spelled[key] for key in keys) if len(keys) <= MOST_ENTRIES else None


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
