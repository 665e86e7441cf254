"""What charts of a comparison have as their rows or axes: columns of numbers, and the levels that tell most."""

from dataclasses import dataclass

import numpy as np

from clustering.identity import Look
from clustering.profile import Comparison, LevelComparison
from clustering.wording import one_line, share

_MOST_LEVELS = 3  # of one category; more would crowd out the other columns


@dataclass(frozen=True, eq=False)
class Telling:
    """A column of numbers, or one level of a category, in every segment; text is as the user wrote it.

    Attributes
    ----------
    title : str
    column : str
    figures, differences : ndarray of shape (n_clusters,)
        As in the comparison.
    is_index : bool
    marks : ndarray of shape (n_clusters,)
    written, own, baseline : tuple of str
        The figure, the segment's mean or share, and what it is held against.
    strength : float
        How far the column sets the segments apart, as `Effect.strength`; below 0 where undefined.
    """

    title: str
    column: str
    figures: np.ndarray
    differences: np.ndarray
    is_index: bool
    marks: np.ndarray
    written: tuple[str, ...]
    own: tuple[str, ...]
    baseline: tuple[str, ...]
    strength: float


def telling(comparison: Comparison) -> tuple[Telling, ...]:
    """Columns and levels, those of the column that sets the segments apart most first.

    Of a category the levels in which some segment differs most, at most three; of two levels one says all.
    """
    profile, labels = comparison.profile, range(len(comparison.profile.sizes))
    found = [
        Telling(
            title=profile.title(i),
            column=column,
            figures=comparison.figures[:, i],
            differences=comparison.differences[:, i],
            is_index=bool(comparison.is_index[i]),
            marks=comparison.marks[:, i],
            written=tuple(comparison.written(label, i) for label in labels),
            own=tuple(profile.written(i, mean) for mean in profile.means[:, i]),
            baseline=tuple(profile.written(i, mean) for mean in comparison.baseline_means[:, i]),
            strength=float(np.nan_to_num(profile.explained[i], nan=-1.0)),
        )
        for i, column in enumerate(profile.columns)
    ]
    for category, shares in zip(comparison.levels, profile.categories, strict=True):
        strength = float(np.nan_to_num(shares.association**2, nan=-1.0))
        found.extend(_of_level(category, i, strength) for i in _levels(category))
    return tuple(sorted(found, key=lambda one: -one.strength))


def baseline_name(comparison: Comparison, looks: tuple[Look, ...]) -> str:
    """What the segments are held against."""
    words = {"all": "all customers", "rest": "all other customers"}
    return words.get(comparison.baseline) or one_line(looks[comparison.baseline].name, 28)


def _levels(category: LevelComparison) -> list[int]:
    chosen = [category.levels.index(category.trait(label).level) for label in range(len(category.shares))]
    if len(category.levels) == 2:
        return [0]
    most = np.abs(np.nan_to_num(category.differences)).max(axis=0)
    return sorted(set(chosen), key=lambda i: -most[i])[:_MOST_LEVELS]


def _of_level(category: LevelComparison, i: int, strength: float) -> Telling:
    return Telling(
        title=f"{one_line(category.column, 40)}: {one_line(category.levels[i], 40)}",
        column=category.column,
        figures=category.figures[:, i],
        differences=category.differences[:, i],
        is_index=True,
        marks=category.marks[:, i],
        written=tuple(category.written(label, i) for label in range(len(category.shares))),
        own=tuple(share(part) for part in category.shares[:, i]),
        baseline=tuple(share(part) for part in category.baseline_shares[:, i]),
        strength=strength,
    )
