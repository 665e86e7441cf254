"""Who is in the segments: their make-up by gender, age, region and the like, against the whole."""

import re
from dataclasses import dataclass

import numpy as np

from clustering.errors import InvalidSetting
from clustering.features.encode import NO_VALUE, OTHERS
from clustering.model import Clustering
from clustering.profile.bands import groups_of
from clustering.profile.chance import ALPHA, judge
from clustering.profile.effects import holm
from clustering.table import Table
from clustering.table.names import plain_words
from clustering.wording import count, listing, one_line, rounded_share

REASON_TO_LOOK = (
    "A difference is a reason to look, not proof of unfairness: what is done with a segment decides that. And no "
    "difference is no proof of fairness."
)
# At least a quarter more or less than the whole; as fractions of integers, so that just a quarter is one.
_MORE, _FEWER = (5, 4), (3, 4)

# As `plain_words` writes them, in the languages that customer files are mostly kept in.
_SENSITIVE = (
    r"\b(gender|sex|sexe|sexo|sesso|genero|genere|geslacht|geschlecht|kon|kjonn|plec|anrede|salutation|civilite|female"
    r"|male|age|ages|alter|altersgruppe|altersklasse|lebensalter|edad|idade|eta|leeftijd|alder|wiek|generation|dob|yob"
    r"|birth\w*|geburt\w*|naissance|nacimiento|nascita|nascimento|geboorte\w*|region|regione|regiao|country|nation"
    r"|state|province|provincia|provincie|city|town|county|district|post ?code|zip|zip ?code|postal ?code|plz"
    r"|postleitzahl|code postal|codigo postal|land|bundesland|ort|wohnort|stadt|kanton|pays|ville|departement|pais"
    r"|ciudad|cidade|municipio|estado|paese|citta|comune|plaats|gemeente|neighbou?rhood|residence|ethnic\w*|ethnie|race"
    r"|herkunft|national\w*|nazionalit\w*|nacional\w*|citizen\w*|staats\w*|cittadinanza|immigra\w*"
    r"|migra\w*|language|mother tongue|sprache|muttersprache|langue|idioma|lingua|taal|religio\w*|konfession|faith"
    r"|marital|married|civil status|familienstand|etat civil|stato civile|disab\w*|behinder\w*|handicap"
    r"|discapacidad|pregnan\w*|sexual\w*)\b"
)


@dataclass(frozen=True, eq=False)
class MakeUp:
    """How the groups of one sensitive column are spread over the segments.

    Customers are counted, each once, also where they are weighed. Those without a value are a group of their own,
    "missing", so that a share here is the share on the cards; it is not judged. Of a column of yes and no, whose share
    on the cards is of those with a value, they are left out.

    A cell is judged twice: by all customers, and by those with a value. Only what both find is told as a difference,
    so that missing cells alone make none.

    Attributes
    ----------
    column : str
    groups : tuple of str
        Levels (the 10 most frequent that at least 1 % of the customers have, the rest as "other levels"), or up to
        five bands of a number, low to high; of a date, of its year; last "missing", if anybody is. Empty where nobody
        has a value.
    names : tuple of str
        Of the segments.
    counts : ndarray of shape (n_clusters, n_groups)
        Customers.
    shares : ndarray of shape (n_clusters, n_groups)
        Of the segment's customers that are not left out; every row adds up to 1, or is NaN where nobody remains.
    overall : ndarray of shape (n_groups,)
        Of all customers that have a segment and are not left out.
    n_missing : int
        Customers that have a segment but neither a value nor, for want of one, a group: those left out.
    p_adjusted : ndarray of shape (n_clusters, n_groups)
        How likely chance alone gives a difference as large, on both sides: the larger of the two p-values of a cell (1
        where they point apart), by Holm over all judged cells of all columns marked. NaN where not judged.

        A cell is a table of two by two: in the segment or not, in the group or not. Where chance would put at least 5
        customers in each of its four parts, p is that of the adjusted standardised residual
        (n - e) / sqrt(e (1 - segment's share)(1 - group's share)), e being expected, by the normal distribution; else
        it is exact: how likely the hypergeometric distribution gives an outcome that is no more likely than this one
        (Fisher's exact test).
    flags : ndarray of int8 of shape (n_clusters, n_groups)
        +1 more and -1 fewer than chance would give (p_adjusted below 0.05), where the group's share, of all customers
        and of those with a value, is also at least a quarter more or less than in the whole; else 0.
    too_few : ndarray of bool of shape (n_clusters, n_groups)
        Not judged, because no outcome would be beyond chance: p, not yet adjusted, could not be below 0.05.

    References
    ----------
    Haberman (1973), Biometrics 29:205-220. Fisher (1934), Statistical Methods for Research Workers, section 21.02.
    Holm (1979), Scand. J. Stat. 6:65-70.
    """

    column: str
    groups: tuple[str, ...]
    names: tuple[str, ...]
    counts: np.ndarray
    shares: np.ndarray
    overall: np.ndarray
    n_missing: int
    p_adjusted: np.ndarray
    flags: np.ndarray
    too_few: np.ndarray

    def told(self, label: int, group: int) -> str:
        """Tell of one group in one segment: its share there, in the whole, and whether chance gives as much."""
        name, among = one_line(self.names[label]), one_line(self.column)
        if not self.counts[label, _named(self.groups)].any():
            return f"{name}: none of its customers has a value of {among}."
        own, whole = rounded_share(float(self.shares[label, group])), rounded_share(float(self.overall[group]))
        level = "one of the other levels" if self.groups[group] == OTHERS else self.groups[group]
        if self.groups[group] == NO_VALUE:
            return f"{own} of {name} and {whole} of all customers have no value of {among}; this is not judged."
        verdict = self._verdict(label, group)
        return f"{among} is {level} for {own} of {name} and for {whole} of all customers: {verdict}."

    def _verdict(self, label: int, group: int) -> str:
        if self.too_few[label, group]:
            return "too few to judge (chance could give any number of them)"
        more = self.shares[label, group] > self.overall[group]
        if self.flags[label, group]:
            return f"{'more' if more else 'fewer'} than chance would give"
        if self.p_adjusted[label, group] < ALPHA:
            which = "above" if more else "below"
            if NO_VALUE in self.groups:
                return f"beyond chance, but not a quarter {which} the whole both with and without missing values"
            return f"beyond chance, but by less than a quarter {which} the whole"
        if NO_VALUE in self.groups:
            return "within what chance and missing values give"
        return "within what chance gives"

    @property
    def sentences(self) -> tuple[str, ...]:
        """What to say: per segment the largest flagged difference, the largest first, or that there is none."""
        among = one_line(self.column)
        named = tuple(group for group in self.groups if group != NO_VALUE)
        if not named:
            return (f"No customer with a segment has a value of {among}: there is nothing to compare.",)
        if named == (OTHERS,):
            return (f"No level of {among} is had by as many as 1 % of the customers: there is nothing to compare.",)
        if len(named) == 1:
            return (f"{among} is {named[0]} for every customer that has a value: there is nothing to compare.",)
        return (*(self._told_flagged() or self._told_largest()), *self._left_out())

    def _told_flagged(self) -> list[str]:
        difference = np.where(self.flags != 0, np.abs(self.shares - self.overall), 0.0)
        groups, largest = difference.argmax(axis=1), difference.max(axis=1)
        said = [self.told(label, groups[label]) for label in np.argsort(-largest, kind="stable") if largest[label] > 0]
        n_more = int((self.flags != 0).sum()) - len(said)
        if n_more and _named(self.groups).sum() > 2:  # of two groups, one is the mirror of the other
            said.append(f"{count(n_more, 'more difference')} in {one_line(self.column)} {_are(n_more)} marked.")
        return said

    def _told_largest(self) -> list[str]:
        difference = np.where(np.isnan(self.p_adjusted), -1.0, np.abs(self.shares - self.overall))
        label, group = divmod(int(difference.argmax()), len(self.groups))
        if difference[label, group] < 0:
            return []
        return [
            f"No segment differs from all customers in {one_line(self.column)} both beyond chance and by a quarter or "
            f"more. The largest difference: {self.told(label, group)}"
        ]

    def _left_out(self) -> list[str]:
        told, n_few, among = [], int(self.too_few.sum()), one_line(self.column)
        has_value = _named(self.groups)
        if n_few and n_few == self.too_few[:, has_value].size:
            told.append(f"Every group of {among} is too small in every segment to judge.")
        elif n_few:
            told.append(
                f"{count(n_few, 'combination')} of a segment and a group {_are(n_few)} too small to "
                "judge: chance could give any number of customers there."
            )
        if n_missing := int(self.counts[:, ~has_value].sum()):
            told.append(
                f"{count(n_missing, 'customer')} without a value of {among} {_are(n_missing)} counted in every share, "
                "as on the cards. Marked is only what is beyond chance without them too."
            )
        if self.n_missing:
            told.append(
                f"{count(self.n_missing, 'customer')} without a value of {among} {_are(self.n_missing)} left out."
            )
        return told


def sensitive_suggestions(table: Table) -> tuple[str, ...]:
    """Name the columns that by their name tell gender, age, origin, region or the like, in the file's order."""
    return tuple(
        column.name
        for column in table.columns
        if column.role not in ("id", "empty", "constant") and re.search(_SENSITIVE, plain_words(column.name))
    )


def make_up(
    table: Table, clustering: Clustering, columns: tuple[str, ...], names: tuple[str, ...]
) -> tuple[MakeUp, ...]:
    """Compare who is in every segment with all customers, by columns that the user marks as sensitive.

    Any column will do, whether or not it built the segments: a column that did not can still be told by those that did.

    Parameters
    ----------
    columns : tuple of str
        What is marked.
    names : tuple of str
        Of all segments.

    Raises
    ------
    InvalidSetting
        If a column is absent.
    """
    known = {column.name: column for column in table.columns}
    strangers = [one_line(name) for name in columns if name not in known]
    if strangers:
        raise InvalidSetting(f"There is no column {listing(strangers)} in this file. Mark other columns.")
    if not columns:
        return ()
    grouped = [groups_of(known[name], table.frame[name].iloc[clustering.rows]) for name in columns]
    counts = [_count(codes, len(groups), clustering) for groups, codes in grouped]
    judged = [judge(cells, _named(groups)) for (groups, _), cells in zip(grouped, counts, strict=True)]
    adjusted = holm(np.concatenate([p.ravel() for p, _ in judged]))
    ends = np.cumsum([cells.size for cells in counts])
    adjusted = [p.reshape(cells.shape) for p, cells in zip(np.split(adjusted, ends[:-1]), counts, strict=True)]
    return tuple(
        _made(name, groups, tuple(names), cells, int((codes < 0).sum()), p, too_few)
        for name, (groups, codes), cells, p, (_, too_few) in zip(
            columns, grouped, counts, adjusted, judged, strict=True
        )
    )


def _made(column, groups, names, counts, n_missing, p_adjusted, too_few) -> MakeUp:
    sizes, named = counts.sum(axis=1, keepdims=True), _named(groups)
    with np.errstate(invalid="ignore"):
        shares, overall = counts / sizes, counts.sum(axis=0) / sizes.sum()
    differ = _differ_in_size(counts)
    differ[:, named] *= differ[:, named] == _differ_in_size(counts[:, named])
    flags = np.where(p_adjusted < ALPHA, differ, 0).astype(np.int8)
    for array in (counts, shares, overall, p_adjusted, flags, too_few):
        array.flags.writeable = False
    return MakeUp(column, groups, names, counts, shares, overall, n_missing, p_adjusted, flags, too_few)


def _named(groups: tuple[str, ...]) -> np.ndarray:
    """Which groups are customers with a value."""
    return np.array([group != NO_VALUE for group in groups], dtype=bool)


def _are(n: int) -> str:
    return "is" if n == 1 else "are"


def _count(codes: np.ndarray, n_groups: int, clustering: Clustering) -> np.ndarray:
    """Customers per segment and group, of shape (n_clusters, n_groups)."""
    has_group = codes >= 0
    cells = clustering.labels[has_group].astype(np.int64) * n_groups + codes[has_group]
    return np.bincount(cells, minlength=clustering.n_clusters * n_groups).reshape(clustering.n_clusters, n_groups)


def _differ_in_size(counts: np.ndarray) -> np.ndarray:
    """+1 where a group's share in a segment is a quarter more than in the whole, -1 where it is a quarter less."""
    own, whole = counts * counts.sum(), counts.sum(axis=1, keepdims=True) * counts.sum(axis=0)
    more, fewer = own * _MORE[1] >= whole * _MORE[0], own * _FEWER[1] <= whole * _FEWER[0]
    return more.astype(np.int8) - fewer.astype(np.int8)
