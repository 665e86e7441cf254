"""A campaign list: customers of chosen segments, drawn at random, some of them held out as control group.

What a campaign has done is the difference to customers who were left alone. That holds only if chance alone decided
who was: so nobody is picked for being typical or sure, and the seed that was drawn with is shown.
"""

import math
import operator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from clustering.errors import InvalidSetting
from clustering.export.contact import contact_columns, excluded_rows
from clustering.export.labelled import check_belongs, free_name
from clustering.identity import default_name
from clustering.model import Clustering
from clustering.table import Table
from clustering.wording import count, listing, one_line, share

_NOISE = 1e-9  # 0.29 * 50 is kept as 14.499999999999998


@dataclass(frozen=True)
class CampaignSpec:
    """Whom a campaign is for.

    Parameters
    ----------
    segments : tuple of int
        Labels of the segments, 0 the largest.
    n : int, optional
        Customers in the campaign, contacted and held out together; None for all who may be contacted.
    control_share : float
        Share of them that is held out, 0 <= control_share < 1; at least one customer is contacted.
    seed : int
        Of the draw, 0 or more.
    exclude_column : str, optional
        Column that says who must not be contacted.
    exclude_levels : tuple of str, or None
        The entries in it that mean so, whatever their case; None if any entry does.
    contact_missing : bool
        Whether customers without an entry there are contacted. Not unless you say so: nobody knows what they want.
    """

    segments: tuple[int, ...]
    n: int | None = None
    control_share: float = 0.1
    seed: int = 0
    exclude_column: str | None = None
    exclude_levels: tuple[str, ...] | None = ()
    contact_missing: bool = False

    def __post_init__(self):
        object.__setattr__(self, "segments", tuple(sorted({operator.index(label) for label in self.segments})))
        if self.exclude_levels is not None:
            object.__setattr__(self, "exclude_levels", tuple(self.exclude_levels))
        if not self.segments:
            raise InvalidSetting("Choose at least one segment for the campaign.")
        if self.n is not None and self.n < 1:
            raise InvalidSetting(f"A campaign for {self.n:,} customers is none. Ask for at least one.")
        if not 0 <= self.control_share < 1:
            raise InvalidSetting(
                f"A control group of {share(self.control_share)} cannot be held out; it can be from 0 % to just under "
                "100 %."
            )
        if self.seed < 0:
            raise InvalidSetting(f"The seed is {self.seed}; it can be 0 or any whole number above.")


@dataclass(frozen=True)
class Drawn:
    """How many customers of one segment are in a campaign.

    Attributes
    ----------
    label : int
    name : str
    n_customers, n_available : int
        Of the segment; those who may be contacted.
    n_contact, n_control : int
    """

    label: int
    name: str
    n_customers: int
    n_available: int
    n_contact: int
    n_control: int


@dataclass(frozen=True, eq=False)
class Campaign:
    """Who is in a campaign.

    Attributes
    ----------
    spec : CampaignSpec
    rows : ndarray of shape (n,), ascending
        Positions in the table of the customers in it.
    is_control : ndarray of bool of shape (n,)
        Which of them are held out.
    segments : tuple of Drawn
        For every chosen segment.
    n_excluded, n_without_entry : int
        Customers of these segments who must not be contacted, and of whom nothing is said.
    notes : tuple of str
        How the list came about, and what is to be known about it.
    """

    spec: CampaignSpec
    rows: np.ndarray
    is_control: np.ndarray
    segments: tuple[Drawn, ...]
    n_excluded: int
    n_without_entry: int
    notes: tuple[str, ...]

    @property
    def n_contact(self) -> int:
        return int((~self.is_control).sum())

    @property
    def n_control(self) -> int:
        return int(self.is_control.sum())


def campaign(table: Table, clustering: Clustering, spec: CampaignSpec, names: tuple[str, ...] = ()) -> Campaign:
    """Draw the customers of a campaign.

    Every row of the table gets a random number from the seed and its position; of every segment those with the
    lowest numbers are in, and of these the lowest are held out. So whom the draw takes does not depend on which other
    segments are chosen, and who is excluded makes room for the next.

    Parameters
    ----------
    names : tuple of str
        Names of the segments, largest first; "Segment 3" where blank or absent.

    Returns
    -------
    Campaign
        The segments in proportion to their customers who may be contacted, in the campaign as in its control group.

    Raises
    ------
    InvalidSetting
        If the table has no such segment or column, or nobody may be contacted.
    """
    check_belongs(table, clustering)
    strangers = [label for label in spec.segments if not 0 <= label < clustering.n_clusters]
    if strangers:
        raise InvalidSetting(
            f"There is no segment {strangers[0] + 1}; the segments are 1 to {clustering.n_clusters}. Choose among them."
        )
    excluded, without, unmatched = _kept_out(table, spec)
    barred = excluded if spec.contact_missing else excluded | without
    members = [clustering.members(label) for label in spec.segments]
    available = [rows[~barred[rows]] for rows in members]
    n_available = np.array([len(rows) for rows in available])
    n_excluded, n_without = (int(sum(flags[rows].sum() for rows in members)) for flags in (excluded, without))
    if not n_available.sum():
        raise _nobody(spec, n_excluded, n_without)
    n = min(n_available.sum(), spec.n or n_available.sum())
    n_drawn = _in_proportion(n, n_available)
    n_control = _in_proportion(min(math.floor(spec.control_share * n + 0.5 + _NOISE), n - 1), n_drawn)
    numbers = np.random.default_rng(spec.seed).bit_generator.random_raw(table.n_rows)
    drawn = [
        rows[np.argsort(numbers[rows], kind="stable")[:most]] for rows, most in zip(available, n_drawn, strict=True)
    ]
    held_out = np.concatenate([rows[:most] for rows, most in zip(drawn, n_control, strict=True)])
    rows = np.sort(np.concatenate(drawn))
    given = dict(enumerate(names))
    told = tuple(
        Drawn(label, given.get(label, "").strip() or default_name(label), *figures)
        for label, *figures in zip(
            spec.segments,
            [len(rows) for rows in members],
            n_available.tolist(),
            (n_drawn - n_control).tolist(),
            n_control.tolist(),
            strict=True,
        )
    )
    found = Campaign(spec, rows, np.isin(rows, held_out), told, n_excluded, n_without, ())
    notes = (*_about_draw(found), *_about_exclusion(table, found, unmatched), *_about_doubles(table, found))
    return Campaign(spec, rows, found.is_control, told, n_excluded, n_without, notes)


def campaign_table(labelled: pd.DataFrame, table: Table, drawn: Campaign) -> pd.DataFrame:
    """Write down the customers of a campaign.

    Parameters
    ----------
    labelled : DataFrame
        From `label_table`, all rows.

    Returns
    -------
    DataFrame
        In the table's order: all columns as they stood, the segment's number and name, and `group`: "contact" or
        "control" (numbered where the file has a column of that name).
    """
    own = labelled.columns[: len(table.headers)]
    added = labelled.columns[len(table.headers) :][:2]  # the number and the name of the segment
    told = labelled[[*own, *added]].iloc[drawn.rows].copy()
    groups = np.where(drawn.is_control, "control", "contact")
    told[free_name("group", told.columns)] = pd.array(groups, dtype=pd.ArrowDtype(pa.string()))
    return told


def _kept_out(table: Table, spec: CampaignSpec) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    if spec.exclude_column is None:
        nobody = np.zeros(table.n_rows, dtype=bool)
        return nobody, nobody, ()
    return excluded_rows(table, spec.exclude_column, spec.exclude_levels)


def _in_proportion(n: int, sizes: np.ndarray) -> np.ndarray:
    """Part n in proportion to sizes (sum >= n): whole numbers, what is left to the largest remainders."""
    parts = n * sizes // sizes.sum()
    remainders = n * sizes % sizes.sum()
    parts[np.argsort(-remainders, kind="stable")[: n - parts.sum()]] += 1
    return parts


def _nobody(spec: CampaignSpec, n_excluded: int, n_without: int) -> InvalidSetting:
    column = one_line(spec.exclude_column or "")
    if not n_excluded + n_without:
        return InvalidSetting("There is no customer in these segments. Choose others.")
    why = [f"forbids it for {n_excluded:,}"] if n_excluded else []
    why += [f"says nothing about {n_without:,}"] if n_without else []
    return InvalidSetting(
        f'Nobody is left to contact: "{column}" {" and ".join(why)} of these customers. Choose other segments, or say '
        "otherwise which entries of that column forbid it and whether customers without an entry may be contacted."
    )


def _about_draw(found: Campaign) -> list[str]:
    spec, n, n_available = found.spec, len(found.rows), sum(one.n_available for one in found.segments)
    parts = f"{found.n_contact:,} to contact, {found.n_control:,} held out as the control group"
    seed = f"Seed {spec.seed}: the same file and settings give the same list."
    if n < n_available:
        notes = [f"{count(n, 'customer')} of {n_available:,} who may be contacted, drawn at random: {parts}. {seed}"]
    else:
        notes = [f"All {count(n, 'customer')} who may be contacted: {parts}, at random. {seed}"]
    if spec.n is not None and spec.n > n_available:
        notes.append(f"{spec.n:,} customers were asked for; only {n_available:,} of these segments may be contacted.")
    if not spec.control_share:
        notes.append("Nobody is held out, so nobody will be able to tell what the campaign has done.")
    elif not found.n_control:
        notes.append(f"{share(spec.control_share)} of {count(n, 'customer')} is nobody: there is no control group.")
    else:
        none = [one_line(one.name) for one in found.segments if one.n_contact and not one.n_control]
        if none:
            notes.append(
                f"Nobody of {listing(none)} is held out: too few are in the list. What the campaign does can be told "
                "for all segments together only."
            )
    return notes


def _about_exclusion(table: Table, found: Campaign, unmatched: tuple[str, ...]) -> list[str]:
    spec = found.spec
    if spec.exclude_column is None:
        columns = [one_line(column.name) for column in contact_columns(table)]
        them = "it" if len(columns) == 1 else "them"
        told = f"{listing(columns)} may say who must not be contacted; this list does not heed {them}."
        return [told] if columns else []
    column, notes = f'"{one_line(spec.exclude_column)}"', []
    out, silent = count(found.n_excluded, "customer"), count(found.n_without_entry, "customer")
    are, are_silent = ("is" if n == 1 else "are" for n in (found.n_excluded, found.n_without_entry))
    if spec.exclude_levels is None:
        notes.append(f"{out} with an entry in {column} {are} left out.")
    elif spec.exclude_levels:
        notes.append(f"{out} {are} left out, as {column} says {listing(map(one_line, spec.exclude_levels))}.")
    if found.n_without_entry and spec.contact_missing:
        notes.append(f"{silent} without an entry in {column} {are_silent} taken for somebody who may be contacted.")
    elif found.n_without_entry:
        notes.append(f"{silent} without an entry in {column} {are_silent} left out too: nobody knows what they want.")
    if unmatched:
        stands = "stands" if len(unmatched) == 1 else "stand"
        notes.append(f"{listing(map(one_line, unmatched))} {stands} in no cell of {column}.")
    return notes


def _about_doubles(table: Table, found: Campaign) -> list[str]:
    """Customers who stand on several rows and came into both groups."""
    notes = []
    for column in (column for column in table.columns if column.role == "id"):
        ids = table.frame[column.name].iloc[found.rows]
        contacted, held_out = (ids[mask].dropna().unique() for mask in (~found.is_control, found.is_control))
        n = int(pd.Series(held_out).isin(contacted).sum())
        if n:
            values, stand = f'{count(n, "value")} of "{one_line(column.name)}"', "stands" if n == 1 else "stand"
            notes.append(f"{values} {stand} on several rows and came into both groups: no control for these.")
    return notes
