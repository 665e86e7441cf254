"""Size against value: which share of the customers holds which share of what they are worth."""

import re
from dataclasses import dataclass

import numpy as np

from clustering.errors import InvalidSetting
from clustering.model import Clustering
from clustering.table import Table
from clustering.table.names import plain_words
from clustering.wording import count, one_line, rounded_share

# Names of what customers are worth; the earlier a word stands, the more it says. As `plain_words` writes them.
_WORTH = (
    r"revenue|turnover|umsatz|\bgmv\b|\bsales\b|spend|spent|expenditure|chiffre d affaires|omzet|fatturato|facturacion"
    r"|faturamento|\bventas\b|\bgastos?\b|depense|\bspesa\b|receita",
    r"amount|\bamt\b|\bmnt\b|betrag|montant|importe|importo|bedrag|monetary|\bvalue\b|wert\b|\bvalore?\b|valeur"
    r"|\bclv\b|\bltv\b|\bpaid\b|payment",
    r"profit|\bmargin\b|\bmarge\b|gewinn|ertrag|deckungsbeitrag|earnings",
)
# Numbers whose sum says nothing.
_NEVER_ADDED = (
    r"\b(age|alter|edad|idade|eta|leeftijd|birth|geburt\w*|scores?|ratings?|rank|grade|index|rate|ratio|share|percent\w*"
    r"|pct|anteil|quote|average|avg|mean|median|durchschnitt\w*|mittelwert|moyenne?|promedio|gemiddelde?|recency|since"
    r"|tenure|latitude|longitude|lat|lon|lng|satisfaction|nps|stars|probability|likelihood|propensity"
    r"|per (order|visit|purchase|basket|item|unit|transaction))\b|^(year|jahr|annee)\b"
)
# Of many customers the curve is kept at every tenth of a percent up to 10 %, then at every percent: 191 points.
_GRID = np.concatenate([np.arange(100) / 1000, np.arange(10, 101) / 100])
_ROUNDING = 1e-9  # a total of so small a part of what was added up is rounding
_ABOUT_EQUAL = 0.005


@dataclass(frozen=True, eq=False)
class ValueShares:
    """How the customers and their value are spread over the segments.

    Every customer counts once, with its own value, whatever customers are weighed by elsewhere.

    Attributes
    ----------
    column : str
        What is added up.
    customers : tuple of int
        Customers per segment.
    shares : tuple of float
        Of all customers that have a segment; they add up to 1.
    totals : ndarray of shape (n_clusters,)
        The column added up; a customer without a value adds nothing.
    value_shares : ndarray of shape (n_clusters,)
        Of the total of all segments; they add up to 1. NaN where that total is not above 0.
    means : ndarray of shape (n_clusters,)
        Per customer with a value; NaN where no customer of the segment has one.
    n_missing, n_negative : int
        Customers without a value (or one too large to calculate with), and with one below 0.
    curve_customers, curve_value : ndarray of shape (n_points,)
        Concentration: the most valuable share of the customers that have a value, from 0 to 1, and the share of the
        total that they hold. At most 200 points; empty where shares are undefined. Above 1 in between where values
        below 0 follow.
    notes : tuple of str
        What to know about these figures.
    """

    column: str
    customers: tuple[int, ...]
    shares: tuple[float, ...]
    totals: np.ndarray
    value_shares: np.ndarray
    means: np.ndarray
    n_missing: int
    n_negative: int
    curve_customers: np.ndarray
    curve_value: np.ndarray
    notes: tuple[str, ...]

    @property
    def is_defined(self) -> bool:
        """Whether there is a total above 0 to take shares of."""
        return len(self.curve_value) > 0

    def top(self, part: float = 0.2) -> float:
        """Share of the total that the most valuable `part` of the customers holds; NaN where shares are undefined.

        Straight between the points of the curve: a customer that is cut in two counts in part. Of many customers exact
        for whole percents.
        """
        return float(np.interp(part, self.curve_customers, self.curve_value)) if self.is_defined else float("nan")

    def written(self, label: int) -> str:
        """Size against value of one segment: "12 % of customers, 41 % of spend"."""
        customers, value = rounded_share(self.shares[label]), rounded_share(float(self.value_shares[label]))
        return f"{customers} of customers, {value} of {one_line(self.column)}"

    def sentence(self, names: tuple[str, ...]) -> str:
        """Tell of the segment that holds most value for its size."""
        if not self.is_defined:
            return self.notes[-1]
        ahead = self.value_shares - np.array(self.shares)
        label, column = int(ahead.argmax()), one_line(self.column)
        if ahead[label] < _ABOUT_EQUAL:
            return f"Every segment holds about as much of {column} as of the customers."
        return (
            f"{names[label]} holds {rounded_share(float(self.value_shares[label]))} of {column} with "
            f"{rounded_share(self.shares[label])} of the customers."
        )

    def concentration(self, part: float = 0.2) -> str:
        """Tell what the most valuable customers hold: "The top 20 % of customers hold 63 % of spend."."""
        if not self.is_defined:
            return self.notes[-1]
        whose = " with a value" if self.n_missing else ""
        top, held = rounded_share(part), rounded_share(self.top(part))
        return f"The top {top} of customers{whose} hold {held} of {one_line(self.column)}."


def value_columns(table: Table) -> tuple[str, ...]:
    """Name the columns of numbers, those first that are named like what customers are worth.

    Last come those whose sum says nothing by their name: ages, scores, averages, shares. Identifiers, codes and
    constants are none of them.
    """
    numbers = [column.name for column in table.columns if column.type == "number" and column.role == "number"]
    return tuple(sorted(numbers, key=_likelihood))


def size_against_value(table: Table, clustering: Clustering, column: str) -> ValueShares:
    """Hold what a column adds up to in every segment against the segment's size.

    Every customer counts once, with its own value, also where the segments were found with weighed customers
    (`FeatureSpec.weight_column`): such a weight is often itself what customers are worth, and weighing that by
    itself would square it.

    Parameters
    ----------
    column : str
        A column of numbers.

    Raises
    ------
    InvalidSetting
        If the column is absent or holds no numbers.
    """
    if column not in table.frame:
        raise InvalidSetting(f'There is no column "{one_line(column)}" to add up. Choose another column.')
    if next(known.type for known in table.columns if known.name == column) != "number":
        raise InvalidSetting(f'"{one_line(column)}" holds no numbers that can be added up. Choose another column.')
    values = table.frame[column].to_numpy()[clustering.rows]
    n_clusters, labels = clustering.n_clusters, clustering.labels
    has_value = np.isfinite(values)
    known, known_labels = values[has_value], labels[has_value]
    sizes = np.array(clustering.sizes)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # sums near 1e308, segments without any value
        totals = np.bincount(known_labels, known, minlength=n_clusters)
        means = totals / np.bincount(known_labels, minlength=n_clusters)
        total, size = known.sum(), np.abs(known).sum()
    is_defined = bool(total > _ROUNDING * size)
    n_missing, n_negative = int((~has_value).sum()), int((known < 0).sum())
    curve_customers, curve_value = _curve(known) if is_defined else (np.empty(0), np.empty(0))
    value_shares = totals / total if is_defined else np.full(n_clusters, np.nan)
    for array in (totals, value_shares, means, curve_customers, curve_value):
        array.flags.writeable = False
    return ValueShares(
        column=column,
        customers=clustering.sizes,
        shares=tuple((sizes / sizes.sum()).tolist()),
        totals=totals,
        value_shares=value_shares,
        means=means,
        n_missing=n_missing,
        n_negative=n_negative,
        curve_customers=curve_customers,
        curve_value=curve_value,
        notes=tuple(_notes(one_line(column), n_missing, n_negative, is_defined)),
    )


def _likelihood(name: str) -> int:
    """Place of a name among the kinds of numbers, 0 the likeliest to be what a customer is worth."""
    words = plain_words(name)
    if re.search(_NEVER_ADDED, words):
        return len(_WORTH) + 1
    return next((place for place, known in enumerate(_WORTH) if re.search(known, words)), len(_WORTH))


def _curve(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Shares of the customers and of the total, added up from the most valuable on."""
    customers = np.arange(len(values) + 1) / len(values)
    value = np.concatenate([[0], np.cumsum(-np.sort(-values))])
    value = value / value[-1]
    if len(customers) <= len(_GRID):
        return customers, value
    return _GRID.copy(), np.interp(_GRID, customers, value)


def _notes(column: str, n_missing: int, n_negative: int, is_defined: bool) -> list[str]:
    notes = []
    if n_missing:
        have = "has" if n_missing == 1 else "have"
        notes.append(f"{count(n_missing, 'customer')} {have} no value of {column}, which adds nothing to the totals.")
    if n_negative:
        is_below = "is" if n_negative == 1 else "are"
        shares = ": shares of it can fall below 0 % and rise above 100 %" if is_defined else ""
        notes.append(f"{count(n_negative, 'customer')} {is_below} below 0 in {column}{shares}.")
    if not is_defined:
        notes.append(f"{column} does not add up to a total above 0, so nobody holds a share of it. Compare the means.")
    return notes
