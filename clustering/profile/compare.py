"""Every segment held against a baseline: the one function behind heat map, table, cards and exports.

A figure is the index, with 100 = the baseline's mean, where a ratio of means says something; else it is z, the distance
of the means in standard deviations.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from clustering.errors import InvalidSetting
from clustering.wording import UNDEFINED, fixed, number, one_line, share, whole

if TYPE_CHECKING:
    from clustering.profile.figures import LevelShares, Profile

OVER, UNDER, CLEARLY = 120, 80, 0.5  # an index from which on, and up to which, a figure is marked; the same of z
SMALL = 30  # a segment of fewer customers is faded
NEAR_ZERO = 0.1  # standard deviations up to which a mean is too near zero to divide by
_IN_BADGE = 24
_DECIMALS = 9  # of differences that are told apart; the rest is rounding


@dataclass(frozen=True)
class Trait:
    """One number, or one level of a category, in which a segment differs from the baseline.

    Attributes
    ----------
    column : str
    level : str or None
        None for a number.
    kind : {"number", "boolean", "ordinal", "date", "level"}
    title : str
        Short, for a badge.
    own, baseline : float
        Means, or shares of a level or of "yes".
    figure : float
        The index, or z; NaN where undefined.
    is_index : bool
    mark : {-1, 0, 1}
        Whether the figure is marked as low or high.
    difference : float
        In standard deviations.
    built : bool
        Whether the column built the segments.
    """

    column: str
    level: str | None
    kind: str
    title: str
    own: float
    baseline: float
    figure: float
    is_index: bool
    mark: int
    difference: float
    built: bool

    @property
    def own_written(self) -> str:
        return self._as_written(self.own)

    @property
    def baseline_written(self) -> str:
        return self._as_written(self.baseline)

    @property
    def figure_written(self) -> str:
        return _written(self.figure, self.is_index)

    def _as_written(self, value: float) -> str:
        return share(value) if self.kind in ("boolean", "level") else number(value)


@dataclass(frozen=True, eq=False)
class LevelComparison:
    """The levels of one category against the baseline.

    Attributes
    ----------
    column : str
    levels : tuple of str
    shares, baseline_shares : ndarray of shape (n_clusters, n_levels)
    figures : ndarray of shape (n_clusters, n_levels)
        The index: 100 times the share by the baseline's; NaN where nobody in the baseline has the level.
    marks : ndarray of shape (n_clusters, n_levels)
    differences : ndarray of shape (n_clusters, n_levels)
        Of the shares, in standard deviations of having the level or not, of all customers; NaN where all or none have
        it.
    named : ndarray of bool of shape (n_levels,)
        Which levels are one value of the column, and neither "other levels" nor "missing".
    built : bool
    """

    column: str
    levels: tuple[str, ...]
    shares: np.ndarray
    baseline_shares: np.ndarray
    figures: np.ndarray
    marks: np.ndarray
    differences: np.ndarray
    named: np.ndarray
    built: bool

    def written(self, label: int, position: int) -> str:
        """The index of a level as it is shown: 164."""
        return _written(self.figures[label, position], is_index=True)

    def trait(self, label: int) -> Trait:
        """The level in which a segment differs most; one that is a value of the column if there is any.

        Of two that differ alike, as the levels of a column of two do, the one that the segment has more of.
        """
        candidates = self.named if self.named.any() else ~self.named
        differences = np.nan_to_num(self.differences[label])
        strength = np.where(candidates, np.round(np.abs(differences), _DECIMALS), -1.0)
        i = int(np.lexsort((-differences, -strength))[0])
        return Trait(
            column=self.column,
            level=self.levels[i],
            kind="level",
            title=f"{one_line(self.column, _IN_BADGE)}: {one_line(self.levels[i], _IN_BADGE)}",
            own=float(self.shares[label, i]),
            baseline=float(self.baseline_shares[label, i]),
            figure=float(self.figures[label, i]),
            is_index=True,
            mark=int(self.marks[label, i]),
            difference=float(self.differences[label, i]),
            built=self.built,
        )


@dataclass(frozen=True, eq=False)
class Comparison:
    """Every segment against a baseline.

    Attributes
    ----------
    profile : Profile
    baseline : {"all", "rest"} or int
    baseline_means : ndarray of shape (n_clusters, n_columns)
        What the segment's mean is held against.
    figures : ndarray of shape (n_clusters, n_columns)
        The index, 100 times the segment's mean by the baseline's, where `is_index`; else z, which is `differences`.
        NaN where undefined.
    is_index : ndarray of bool of shape (n_columns,)
        True for amounts that are never below 0, and for the share of "yes", unless a mean that they are held against is
        zero; of amounts also if it is near zero, at most a tenth of a standard deviation. A date or a place in an
        order has no zero to count from.
    marks : ndarray of int of shape (n_clusters, n_columns)
        1 for an index of 120 and more or z of 0.5 and more, -1 for an index of 80 and less or z of -0.5 and less, as
        `written` shows them; else 0.
    differences : ndarray of shape (n_clusters, n_columns)
        Mean less the baseline's, both of the rows of the fit, in standard deviations of all rows of the fit; NaN
        without spread. Customers placed afterwards count in the index and not here, so that the two may point apart.
    small : ndarray of bool of shape (n_clusters,)
        Fewer than 30 customers: what is said of them may be chance.
    levels : tuple of LevelComparison
        One per category, in the order of `profile.categories`.
    """

    profile: "Profile"
    baseline: str | int
    baseline_means: np.ndarray
    figures: np.ndarray
    is_index: np.ndarray
    marks: np.ndarray
    differences: np.ndarray
    small: np.ndarray
    levels: tuple[LevelComparison, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns, numbers first, then categories."""
        return (*self.profile.columns, *(category.column for category in self.levels))

    def written(self, label: int, position: int) -> str:
        """The figure of a column as it is shown: 164, or +1.2 sd."""
        return _written(self.figures[label, position], bool(self.is_index[position]))

    def traits(self, label: int) -> tuple[Trait, ...]:
        """In what a segment differs from the baseline, most first; of a category its most telling level.

        Columns without a difference to tell (all customers are alike, or the segment has no value) are left out;
        levels that are no one value ("other levels", "missing") come last.
        """
        numbers = [(True, self._of_number(label, i)) for i in range(len(self.profile.columns))]
        levels = [(bool(category.named.any()), category.trait(label)) for category in self.levels]
        told = [one for one in (*numbers, *levels) if np.isfinite(one[1].difference)]
        return tuple(trait for _, trait in sorted(told, key=lambda one: (not one[0], -abs(one[1].difference))))

    def _of_number(self, label: int, i: int) -> Trait:
        profile = self.profile
        column, kind = profile.columns[i], profile.kinds[i]
        return Trait(
            column=column,
            level=None,
            kind=kind,
            title=f"{one_line(column, _IN_BADGE)}: yes" if kind == "boolean" else profile.title(i, _IN_BADGE),
            own=float(profile.means[label, i]),
            baseline=float(self.baseline_means[label, i]),
            figure=float(self.figures[label, i]),
            is_index=bool(self.is_index[i]),
            mark=int(self.marks[label, i]),
            difference=float(self.differences[label, i]),
            built=profile.built[i],
        )


def compare(profile: "Profile", baseline: str | int) -> Comparison:
    """Hold every segment against "all" customers, the "rest" of them, or one segment, given by its label."""
    n_clusters = len(profile.sizes)
    if baseline not in ("all", "rest", *range(n_clusters)):
        raise InvalidSetting(f"The baseline is {baseline!r}; it can be all, rest, or a segment: 0 to {n_clusters - 1}.")
    means = _baseline(profile.means, profile.value_weights, baseline)
    fit_means = _baseline(profile.fit_means, profile.fit_weights, baseline)
    is_index = _has_index(profile, means)
    with np.errstate(invalid="ignore", divide="ignore"):
        differences = (profile.fit_means - fit_means) / profile.spreads
        figures = np.where(is_index, 100 * profile.means / means, differences)
    return Comparison(
        profile=profile,
        baseline=baseline,
        baseline_means=means,
        figures=figures,
        is_index=is_index,
        marks=_marks(figures, is_index),
        differences=differences,
        small=np.array(profile.sizes) < SMALL,
        levels=tuple(_compare_levels(profile, category, baseline) for category in profile.categories),
    )


def _compare_levels(profile: "Profile", category: "LevelShares", baseline: str | int) -> LevelComparison:
    weights = np.array(profile.weight_shares or profile.shares)[:, None]
    base = _baseline(category.shares, np.broadcast_to(weights, category.shares.shape), baseline)
    spread = np.sqrt(category.overall * (1 - category.overall))
    with np.errstate(invalid="ignore", divide="ignore"):
        figures = 100 * category.shares / np.where(base > 0, base, np.nan)
        differences = (category.shares - base) / np.where(spread > 0, spread, np.nan)
    return LevelComparison(
        column=category.column,
        levels=category.levels,
        shares=category.shares,
        baseline_shares=base,
        figures=figures,
        marks=_marks(figures, np.ones(len(category.levels), dtype=bool)),
        differences=differences,
        named=category.named,
        built=category.built,
    )


def _baseline(means: np.ndarray, weights: np.ndarray, baseline: str | int) -> np.ndarray:
    """The mean that each segment's is held against: of all customers, of those of other segments, or of one segment."""
    n_clusters = len(means)
    if baseline not in ("all", "rest"):
        return np.repeat(means[[baseline]], n_clusters, axis=0)
    counted = np.ones((n_clusters, n_clusters)) - (np.eye(n_clusters) if baseline == "rest" else 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return counted @ np.where(weights > 0, weights * means, 0) / (counted @ weights)


def _has_index(profile: "Profile", baseline_means: np.ndarray) -> np.ndarray:
    kinds = np.array(profile.kinds, dtype=object)
    # a share, however small, can be divided by
    margin = np.where(kinds == "number", NEAR_ZERO * np.nan_to_num(profile.spreads), 0.0)
    near_zero = (baseline_means <= margin).any(axis=0)
    return np.isin(kinds, ("number", "boolean")) & (profile.lowest >= 0) & ~near_zero


def _shown(figures: np.ndarray, is_index: np.ndarray) -> np.ndarray:
    """The figures with the digits that are shown; marks go by these, so that none contradicts its number."""
    return np.where(is_index, np.rint(figures), np.round(figures, 1))


def _marks(figures: np.ndarray, is_index: np.ndarray) -> np.ndarray:
    shown = _shown(figures, is_index)
    high = shown >= np.where(is_index, OVER, CLEARLY)
    low = shown <= np.where(is_index, UNDER, -CLEARLY)
    return high.astype(np.int8) - low.astype(np.int8)


def _written(figure: float, is_index: bool) -> str:
    shown = float(_shown(figure, is_index))
    if not np.isfinite(shown):
        return UNDEFINED
    return whole(shown) if is_index else f"{fixed(shown, 1, signed=bool(shown))} sd"
