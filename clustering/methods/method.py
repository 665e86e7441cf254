"""What a clustering method is: how the user knows it, its settings, and how it is run."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from clustering.errors import InvalidSetting

NOISE = -1  # the label of a row that is near no segment


@dataclass(frozen=True, eq=False)
class Labelled:
    """What a method found on some rows.

    Attributes
    ----------
    labels : ndarray of int of shape (n_samples,)
        -1 is noise.
    place : callable of X, returning labels, optional
        Places rows that were not seen; where there is none they get the label of the nearest row that was.
    cluster_centers : ndarray of shape (n_clusters, n_features), optional
        The method's own; where there are none, the means of the rows are taken.
    n_iter : int, optional
        Rounds until it settled; None for a method that has none.
    settled : bool
    figures : tuple of (str, float)
        What the method says about its own fit, such as BIC.
    memberships : callable of X, returning an ndarray of shape (n_samples, n_clusters), optional
        How probably each row belongs to each cluster; rows sum to 1.
    """

    labels: np.ndarray
    place: Callable[[np.ndarray], np.ndarray] | None = None
    cluster_centers: np.ndarray | None = None
    n_iter: int | None = None
    settled: bool = True
    figures: tuple[tuple[str, float], ...] = ()
    memberships: Callable[[np.ndarray], np.ndarray] | None = None


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
    low, high : float
        Limits of a setting that is a number, both included.
    whole : bool
        Whether the number has no decimals.
    counts_rows : bool
        Whether it counts customers, and so shrinks with a sample of them.
    propose : callable of (X, values, random_state), optional
        What the data propose; `values` holds the settings before it.
    """

    name: str
    label: str
    help: str
    default: object = None
    choices: tuple[str, ...] = ()
    low: float = 0.0
    high: float = float("inf")
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
                raise InvalidSetting(f"{self.name} is {value!r}; it can be {', '.join(self.choices)}.")
            return value
        is_number = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
        if not is_number or not self.low <= value <= self.high or (self.whole and value != int(value)):
            kind = "a whole number" if self.whole else "a number"
            limits = f"of {self.low:g} and more" if self.high == float("inf") else f"from {self.low:g} to {self.high:g}"
            raise InvalidSetting(f"{self.name} is {value!r}; it must be {kind} {limits}.")
        return int(value) if self.whole else float(value)


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
        Whether it places rows that it has not seen; for the others the nearest row that it saw decides.
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
    metric : str
        Its distance, by which rows that it has not seen are placed.
    ways_out : tuple of (str, str)
        Of a method that finds the number itself: what to change where it finds nothing, and where it finds one.
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
    metric: str = "euclidean"
    ways_out: tuple[str, str] = ("", "")

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
        raise InvalidSetting(f"{self.label} has no setting {name!r}. Its settings: {known}.")

    def values(self, X: np.ndarray, spec) -> dict[str, object]:
        """Every setting with its value, proposed from the rows where none is given."""
        values = {}
        for setting in self.settings:
            value = spec.value(setting.name)
            values[setting.name] = setting.propose(X, values, spec.random_state) if value is None else value
        return values
