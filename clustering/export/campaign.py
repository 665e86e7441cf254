"""A campaign list: customers of chosen segments, drawn at random, some of them held out as control group.

What a campaign has done is the difference to customers who were left alone. That holds only if chance alone decided
who was: so nobody is picked for being typical or sure, and the seed that was drawn with is shown.
"""

import math
import operator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pyarrow as pa

from clustering.errors import InvalidSetting
from clustering.export.contact import ContactColumn
from clustering.export.labelled import check_belongs, free_name
from clustering.export.left_out import leave_out
from clustering.identity import default_name
from clustering.model import Clustering
from clustering.table import Table
from clustering.wording import count, listing, one_line, share, whole

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
    exclude : tuple of ContactColumn
        Columns that say who must not be contacted, and which entries mean so, whatever their case. Who is left out by
        one of them is left out. Customers without an entry are left out unless `contact_missing`: nobody knows what
        they want.
    """

    segments: tuple[int, ...]
    n: int | None = None
    control_share: float = 0.1
    seed: int = 0
    exclude: tuple[ContactColumn, ...] = ()

    def __post_init__(self):
        object.__setattr__(self, "segments", tuple(sorted({operator.index(label) for label in self.segments})))
        object.__setattr__(self, "exclude", tuple(self.exclude))
        if not self.segments:
            raise InvalidSetting("Choose at least one segment for the campaign.")
        if self.n is not None and self.n < 1:
            raise InvalidSetting(f"A campaign for {whole(self.n)} customers is none. Ask for at least one.")
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
        Customers of these segments who must not be contacted, and who else is left out for want of an entry.
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
    members = [clustering.members(label) for label in spec.segments]
    everybody, left_out = np.concatenate(members), leave_out(table, spec.exclude)
    available = [rows[~left_out.barred[rows]] for rows in members]
    n_available = np.array([len(rows) for rows in available])
    if not n_available.sum():
        raise left_out.nobody(everybody)
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
    n_excluded = int((left_out.excluded | left_out.doubled)[everybody].sum())
    found = Campaign(spec, rows, np.isin(rows, held_out), told, n_excluded, int(left_out.silent[everybody].sum()), ())
    return replace(found, notes=(*_about_draw(found), *left_out.notes(everybody), *_about_doubles(table, found)))


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


def _in_proportion(n: int, sizes: np.ndarray) -> np.ndarray:
    """Part n in proportion to sizes (sum >= n): whole numbers, what is left to the largest remainders."""
    parts = n * sizes // sizes.sum()
    remainders = n * sizes % sizes.sum()
    parts[np.argsort(-remainders, kind="stable")[: n - parts.sum()]] += 1
    return parts


def _about_draw(found: Campaign) -> list[str]:
    spec, n, n_available = found.spec, len(found.rows), sum(one.n_available for one in found.segments)
    parts = f"{whole(found.n_contact)} to contact, {whole(found.n_control)} held out as the control group"
    seed = f"Seed {spec.seed}: the same file and settings give the same list."
    if n < n_available:
        drawn = f"{count(n, 'customer')} of {whole(n_available)} who may be contacted, drawn at random"
        notes = [f"{drawn}: {parts}. {seed}"]
    else:
        notes = [f"All {count(n, 'customer')} who may be contacted: {parts}, at random. {seed}"]
    if spec.n is not None and spec.n > n_available:
        notes.append(
            f"{whole(spec.n)} customers were asked for; only {whole(n_available)} of these segments may be contacted."
        )
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
