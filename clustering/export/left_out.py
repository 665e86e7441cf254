"""Who is left out of a campaign: by which column, by another row of the same customer, and what is told of it."""

from dataclasses import dataclass

import numpy as np

from clustering.errors import InvalidSetting
from clustering.export.contact import ContactColumn, contact_columns, excluded_rows
from clustering.table import Table
from clustering.wording import count, listing, one_line, whole


@dataclass(frozen=True, eq=False)
class _ByColumn:
    """What one column says: flags of all rows, and those of its entries that stand in no cell."""

    column: ContactColumn
    excluded: np.ndarray
    without: np.ndarray
    unmatched: tuple[str, ...]

    @property
    def name(self) -> str:
        return f'"{one_line(self.column.name)}"'

    def notes(self, rows: np.ndarray) -> list[str]:
        """What it means for these rows."""
        notes, levels = [], self.column.exclude_levels
        n_excluded, n_without = int(self.excluded[rows].sum()), int(self.without[rows].sum())
        out, silent = count(n_excluded, "customer"), count(n_without, "customer")
        are, are_silent = ("is" if n == 1 else "are" for n in (n_excluded, n_without))
        if levels != () and not n_excluded:
            notes.append(f"Nobody of these is left out by what {self.name} says.")
        elif levels is None:
            notes.append(f"{out} with an entry in {self.name} {are} left out.")
        elif levels:
            notes.append(f"{out} {are} left out, as {self.name} says {listing(map(one_line, levels))}.")
        if n_without and self.column.contact_missing:
            notes.append(
                f"{silent} without an entry in {self.name} {are_silent} taken for somebody who may be contacted."
            )
        elif n_without:
            notes.append(
                f"{silent} without an entry in {self.name} {are_silent} left out too: nobody knows what they want."
            )
        if self.unmatched:
            stands = "stands" if len(self.unmatched) == 1 else "stand"
            notes.append(f"{listing(map(one_line, self.unmatched))} {stands} in no cell of {self.name}.")
        return notes


@dataclass(frozen=True, eq=False)
class LeftOut:
    """Who must not be contacted.

    Attributes
    ----------
    excluded, silent, doubled : ndarray of bool of shape (n_rows,)
        By an entry; for want of one; because the same customer stands on a row with such an entry. Nobody twice.
    """

    table: Table
    by_column: tuple[_ByColumn, ...]
    excluded: np.ndarray
    silent: np.ndarray
    doubled: np.ndarray

    @property
    def barred(self) -> np.ndarray:
        return self.excluded | self.silent | self.doubled

    def notes(self, rows: np.ndarray) -> list[str]:
        """What is to be known of the exclusion of these rows, columns that are not heeded among it."""
        notes = [note for one in self.by_column for note in one.notes(rows)]
        n = int(self.doubled[rows].sum())
        if n:
            are = "is" if n == 1 else "are"
            ids = listing(map(one_line, _ids_of(self.table)), most=2)
            notes.append(f"{count(n, 'row')} more {are} left out: the same {ids} is left out on another row.")
        heeded = {one.column.name for one in self.by_column}
        others = [one_line(one.name) for one in contact_columns(self.table) if one.name not in heeded]
        if others:
            them = "it" if len(others) == 1 else "them"
            notes.append(f"{listing(others)} may say who must not be contacted; this list does not heed {them}.")
        return notes

    def nobody(self, rows: np.ndarray) -> InvalidSetting:
        """Why of these rows nobody is left."""
        n_excluded, n_silent = int((self.excluded | self.doubled)[rows].sum()), int(self.silent[rows].sum())
        if not n_excluded + n_silent:
            return InvalidSetting("There is no customer in these segments. Choose others.")
        is_one = len(self.by_column) == 1
        why = [f"{'forbids' if is_one else 'forbid'} it for {whole(n_excluded)}"] if n_excluded else []
        why += [f"{'says' if is_one else 'say'} nothing about {whole(n_silent)}"] if n_silent else []
        names = listing(one_line(one.column.name) for one in self.by_column)
        return InvalidSetting(
            f"Nobody is left to contact: {names} {' and '.join(why)} of these customers. Choose other segments, or "
            "say otherwise which entries forbid it and whether customers without an entry may be contacted."
        )


def leave_out(table: Table, columns: tuple[ContactColumn, ...]) -> LeftOut:
    """Find who must not be contacted by any of these columns.

    A customer who stands on several rows, by a column of identifiers, is left out on all of them where one says so.

    Raises
    ------
    InvalidColumns
        If the table has no such column.
    """
    by_column = tuple(_ByColumn(one, *excluded_rows(table, one.name, one.exclude_levels)) for one in columns)
    excluded, silent, doubled = (np.zeros(table.n_rows, dtype=bool) for _ in range(3))
    for one in by_column:
        excluded |= one.excluded
        if not one.column.contact_missing:
            silent |= one.without
    if excluded.any():
        for name in _ids_of(table):
            ids = table.frame[name]
            doubled |= (ids.isin(ids[excluded].dropna().unique()) & ids.notna()).to_numpy(dtype=bool)
    return LeftOut(table, by_column, excluded, silent & ~excluded, doubled & ~excluded & ~silent)


def _ids_of(table: Table) -> list[str]:
    """Columns by which a customer is known again; a shop's or a household's number, on many rows, is none."""
    return [
        column.name
        for column in table.columns
        if column.role == "id" and column.distinct > (table.n_rows - column.missing) / 2
    ]
