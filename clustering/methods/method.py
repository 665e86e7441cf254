"""What a clustering method is: how the user knows it, its settings, and how it is run."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from clustering.errors import InvalidSetting
from clustering.placing import Rule
from clustering.wording import one_line

HUGE = 1e100  # as large as prepared features may be: squares must stay finite
_NEARLY_0 = 1e-50  # a lower limit below this only says that 0 is none of the values


@dataclass(frozen=True, eq=False)
class Labelled:
    """What a method found on some rows.

    Attributes
    ----------
    labels : ndarray of int of shape (n_samples,)
        -1 is noise.
    place : Rule, or another callable of X, returning labels; optional
        Places rows that were not seen; where there is none they get the label of the nearest row that was, or are
        noise if the method finds noise and that row is far away.
    cluster_centers : ndarray of shape (n_clusters, n_features), optional
        The method's own; where there are none, the means of the rows are taken.
    n_iter : int, optional
        Rounds until it settled; None for a method that has none.
    settled : bool
    figures : tuple of (str, float)
        What the method says about its own fit, such as BIC.
    memberships : callable of X, returning an ndarray of shape (n_samples, n_clusters), optional
        How probably each row belongs to each cluster; rows sum to 1.
    unsure : ndarray of int, optional
        Rows that are about as near to another cluster, the only ones to which a rule can give another label than
        `labels`; None where that is not known of any row.
    """

    labels: np.ndarray
    place: Rule | Callable[[np.ndarray], np.ndarray] | None = None
    cluster_centers: np.ndarray | None = None
    n_iter: int | None = None
    settled: bool = True
    figures: tuple[tuple[str, float], ...] = ()
    memberships: Callable[[np.ndarray], np.ndarray] | None = None
    unsure: np.ndarray | None = None


@dataclass(frozen=True)
class Setting:
    """One setting of a method.

    Attributes
    ----------
    name : str
        As scikit-learn calls it.
    label, help : str
        As the analyst knows it, and what it does.
    default : object
        None where it is proposed from the data.
    choices : tuple of str
        Of a setting that is one of a few words.
    words : tuple of str
        What the analyst reads for each of the choices; where there are none, the choices themselves.
    low, high : float
        Limits of a setting that is a number, both included.
    whole : bool
        Whether the number has no decimals.
    counts_rows : bool
        Whether it counts customers, of those that the method sees, and so has to shrink where it is to see fewer.
    propose : callable of (X, values, random_state), optional
        What the data propose; `values` holds the settings before it.
    """

    name: str
    label: str
    help: str
    default: object = None
    choices: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    low: float = 0.0
    high: float = HUGE
    whole: bool = False
    counts_rows: bool = False
    propose: Callable[[np.ndarray, dict, int], float] | None = None

    def check(self, value) -> object:
        """Return the value as it is kept.

        Raises
        ------
        InvalidSetting
            If it is none of the choices, no number, or outside the limits.
        """
        if value is None and self.propose:
            return None
        if self.choices:
            if value not in self.choices:
                raise InvalidSetting(f"{self.name} is {one_line(repr(value))}; it can be {', '.join(self.choices)}.")
            return value
        is_number = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
        is_possible = is_number and self.low <= value <= self.high
        if not is_possible or (self.whole and value != int(value)):
            raise InvalidSetting(f"{self.name} is {one_line(repr(value))}; it must be {self._possible()}.")
        return int(value) if self.whole else float(value)

    def said(self, value) -> object:
        """Return what the analyst reads for a value: the words of a choice, a number as it is."""
        return dict(zip(self.choices, self.words, strict=False)).get(value, value)

    def _possible(self) -> str:
        kind = "a whole number" if self.whole else "a number"
        if 0 < self.low < _NEARLY_0:
            return f"{kind} above 0 and at most {self.high:g}"
        return f"{kind} from {self.low:g} to {self.high:g}"


@dataclass(frozen=True, eq=False)
class Method:
    """A clustering method.

    Attributes
    ----------
    label : str
        As the user knows it.
    good_for : str
        What it is good for, in the words of marketing.
    run : callable of (X, weights, spec, values, shared), returning Labelled
        `values` is what `values` gives, `shared` what `share` gives.
    takes_k : bool
        Whether it is told the number of segments; otherwise it finds it.
    can_predict : bool
        Whether it places rows that it has not seen; for the others the nearest row that it saw decides, and whether
        that one is near enough where there is noise.
    most_rows : int, optional
        On more rows it is run on a sample of so many, and the rest get the segment of the nearest of these.
    settings : tuple of Setting
    common : tuple of str
        Which of the fields of `ClusterSpec` it looks at.
    weighs : bool
        Whether rows can count more or less.
    finds_noise : bool
    share : callable of (X, spec, values), optional
        What fits of the same rows with other numbers of clusters have in common.
    stretch : callable of Features, returning an ndarray of shape (n_features,), optional
        What each prepared column is multiplied by before the method sees it.
    ways_out : tuple of (str, str, str)
        Of a method that finds the number itself: what to change where it finds no segment, a single one, or more than
        anybody can tell apart.
    way_to_more : str
        What to change where a method finds fewer segments than it was told.
    """

    label: str
    good_for: str
    run: Callable[..., Labelled]
    takes_k: bool
    can_predict: bool
    most_rows: int | None = None
    settings: tuple[Setting, ...] = ()
    common: tuple[str, ...] = ()
    weighs: bool = False
    finds_noise: bool = False
    share: Callable[..., Any] | None = None
    stretch: Callable[..., np.ndarray] | None = None
    ways_out: tuple[str, str, str] = ("", "", "")
    way_to_more: str = "change its settings"

    @property
    def counts_rows(self) -> bool:
        """Whether one of its settings is a number of customers."""
        return any(setting.counts_rows for setting in self.settings)

    def setting(self, name: str) -> Setting:
        """Return a setting by its name.

        Raises
        ------
        InvalidSetting
            If the method has none of that name.
        """
        for setting in self.settings:
            if setting.name == name:
                return setting
        known = ", ".join(setting.name for setting in self.settings) or "none of its own"
        raise InvalidSetting(f"{self.label} has no setting {one_line(repr(name))}. Its settings: {known}.")

    def values(self, X: np.ndarray, spec) -> dict[str, object]:
        """Every setting with its value, proposed from the rows where none is given."""
        values = {}
        for setting in self.settings:
            value = spec.value(setting.name)
            values[setting.name] = setting.propose(X, values, spec.random_state) if value is None else value
        return values
