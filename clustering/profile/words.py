"""The words for the columns and differences of one comparison; names and sentences are made of them."""

from dataclasses import replace

import numpy as np

from clustering.profile.compare import CLEARLY, Comparison, Trait
from clustering.profile.phrases import cut, short_titles

HARDLY = 0.1  # standard deviations below which a difference is not worth a word, whatever its index


class Words:
    """What can be said about the segments of one comparison.

    Attributes
    ----------
    comparison : Comparison
    columns : tuple of str
        In the order in which names mention them.
    titles : dict of str to str
        What every column is called in a sentence.
    """

    def __init__(self, comparison: Comparison):
        self.comparison, self.columns = comparison, comparison.columns
        self.titles = short_titles(self.columns)
        self._traits: dict[int, list[Trait]] = {}

    def traits(self, label: int) -> list[Trait]:
        """In what a segment differs, most first."""
        if label not in self._traits:
            self._traits[label] = [self._over(label, trait) for trait in self.comparison.traits(label)]
        return self._traits[label]

    def title(self, trait: Trait, most: int = 40) -> str:
        return cut(self.titles[trait.column], most)

    def _over(self, label: int, trait: Trait) -> Trait:
        """Of a category the level that the segment has clearly more of, where there is one: "mostly Germany"."""
        if trait.kind != "level" or trait.difference > 0:
            return trait
        category = next(one for one in self.comparison.levels if one.column == trait.column)
        differences = np.where(category.named, np.nan_to_num(category.differences[label], nan=-np.inf), -np.inf)
        i = int(differences.argmax())
        if differences[i] < min(CLEARLY, -0.9 * trait.difference):
            return trait
        return replace(
            trait,
            level=category.levels[i],
            own=float(category.shares[label, i]),
            baseline=float(category.baseline_shares[label, i]),
            figure=float(category.figures[label, i]),
            mark=int(category.marks[label, i]),
            difference=float(differences[i]),
        )


def is_clear(trait: Trait) -> bool:
    """Whether a difference is worth words: half a standard deviation, or marked by its index."""
    strength = abs(trait.difference)
    return (strength >= CLEARLY or bool(trait.mark and strength >= HARDLY)) and agrees(trait)


def is_average(trait: Trait) -> bool:
    """Whether it can be said that there is no difference worth a word: none is marked either."""
    return abs(trait.difference) < CLEARLY and not trait.mark


def agrees(trait: Trait) -> bool:
    """Whether the two figures beside each other say the same as the difference.

    A few customers far outside, placed afterwards, count in the means but not in the differences.
    """
    return trait.own_written != trait.baseline_written and (trait.own > trait.baseline) == (trait.difference > 0)


def joined(texts: list[str]) -> str:
    """Texts in a row: a, b and c."""
    return " and ".join([", ".join(texts[:-1]), texts[-1]] if len(texts) > 1 else texts)
