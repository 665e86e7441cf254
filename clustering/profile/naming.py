"""A name to propose for every segment, made of the numbers on the page alone."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clustering.profile.compare import CLEARLY, Comparison, Trait
from clustering.profile.phrases import capital, cut, is_comparative, phrase
from clustering.profile.words import HARDLY, Words, agrees, is_average, is_clear, joined
from clustering.wording import one_line

LONGEST_NAME = 60
_FURTHER = 0.25  # standard deviations below which a difference is none of more than two in a name
_VERY = 1.5
_AVERAGE = "Average throughout"
_WIDTHS = (28, 20, 14)  # of a column, the first with which a name is short enough

Said = dict[Trait, str]  # what a name tells, with how much it is graded: "", "very ", "slightly "


@dataclass(frozen=True)
class _Detail:
    """How much a name says."""

    n_parts: int = 2
    graded: bool = False
    described: bool = False
    slight: bool = False


# a name that is taken says more and more
_DETAILS = (
    _Detail(),
    _Detail(3),
    _Detail(2, graded=True),
    _Detail(3, graded=True),
    _Detail(4, graded=True),
    _Detail(4, graded=True, described=True),
    _Detail(4, graded=True, described=True, slight=True),
)


def proposed_names(comparison: Comparison) -> tuple[str, ...]:
    """Name every segment by what it has more and less of: "High income, low spending"; no name stands twice.

    Named are the two strongest differences, of half a standard deviation and more or marked by their index, among the
    columns that built the segments; where there is only one or none, also what is average. Who is called older than
    average is so beside segments that are older still: these are called older too.

    Where two segments would be called the same, more is said about both; where that is not enough, a mean that differs
    is put beside the names.
    """
    n_clusters = len(comparison.profile.sizes)
    namer = _Namer(comparison)
    details = [_DETAILS[0]] * n_clusters
    names = namer.names(details)
    for detail in _DETAILS[1:]:
        taken_twice = [label for group in _groups(names) for label in group]
        if not taken_twice:
            break
        for label in taken_twice:
            details[label] = detail
        names = namer.names(details)
    for group in _groups(names):
        for label, name in namer.with_figures(group):
            names[label] = name
    for group in _groups(names):
        for label in group[1:]:
            numbered = (_with(names[label], f", {i}") for i in range(2, n_clusters + 2))
            names[label] = next(name for name in numbered if name not in names)
    return tuple(names)


class _Namer:
    def __init__(self, comparison: Comparison):
        self._words, self._profile = Words(comparison), comparison.profile
        profile = self._profile
        quartiles = np.vstack([profile.lower_quartiles, profile.medians, profile.upper_quartiles])
        with np.errstate(invalid="ignore"):
            whole = (np.isnan(quartiles) | (quartiles * 2 == np.round(quartiles * 2))).all(axis=0)
        self._whole = {column for column, is_whole in zip(profile.columns, whole, strict=True) if is_whole}

    def names(self, details: Sequence[_Detail]) -> list[str]:
        said = [self._strongest(label, detail) for label, detail in enumerate(details)]
        return [self._name(label, parts, self._left_out(label, said)) for label, parts in enumerate(said)]

    def with_figures(self, group: list[int]) -> list[tuple[int, str]]:
        """Names of segments that are called the same, with the mean beside them that differs most: "High x (9.5)"."""
        profile = self._profile
        spans = np.ptp(profile.differences[group], axis=0) if profile.columns else np.empty(0)
        for i in np.argsort(-np.nan_to_num(spans, nan=-1.0), kind="stable"):
            written = [profile.written(i, profile.means[label, i]) for label in group]
            if len(set(written)) == len(group):
                title = self._words.titles[profile.columns[i]]
                said = [self._strongest(label, _DETAILS[0]) for label in range(len(profile.sizes))]
                return [
                    (label, self._with_figure(label, said, title, figure))
                    for label, figure in zip(group, written, strict=True)
                ]
        return []

    def _with_figure(self, label: int, said: list[Said], title: str, figure: str) -> str:
        longest = LONGEST_NAME - len(f" ({figure})")
        name = self._name(label, said[label], self._left_out(label, said), longest)
        for most in _WIDTHS:
            named = rf"(?<= ){re.escape(cut(title, most))}(?=,| and |$)"
            if re.search(named, name):
                return re.sub(named, lambda found: f"{found[0]} ({figure})", name, count=1)
        return _with(name, f" ({cut(title, _WIDTHS[-1])} {figure})")

    def _strongest(self, label: int, detail: _Detail) -> Said:
        """The differences that a name tells, in the order of the columns."""
        traits = self._words.traits(label)
        clear = [trait for trait in traits if trait.built and is_clear(trait)][: detail.n_parts]
        chosen = [trait for i, trait in enumerate(clear) if i < 2 or abs(trait.difference) >= _FURTHER]
        if detail.described:
            chosen += [trait for trait in traits if not trait.built and is_clear(trait)][:1]
        said = {trait: "very " if detail.graded and abs(trait.difference) >= _VERY else "" for trait in chosen}
        if detail.slight:
            rest = [trait for trait in traits if trait not in said and trait.kind in ("number", "ordinal")]
            slight = [trait for trait in rest if HARDLY <= abs(trait.difference) < CLEARLY and agrees(trait)]
            said |= dict.fromkeys(slight[:1], "slightly ")
        return {trait: said[trait] for trait in sorted(said, key=self._place)}

    def _left_out(self, label: int, said: list[Said]) -> Said:
        """Where a segment is more so than one that is called, say, older, and its own name would not tell."""
        compared = [
            trait
            for other, parts in enumerate(said)
            for trait, degree in parts.items()
            if other != label and is_comparative(self._phrase(trait, degree, _WIDTHS[0]))
        ]
        return {
            mine: "" if is_clear(mine) else "slightly "
            for mine in self._words.traits(label)
            if mine not in said[label] and agrees(mine) and any(_is_further(mine, trait) for trait in compared)
        }

    def _name(self, label: int, parts: Said, left_out: Said, longest: int = LONGEST_NAME) -> str:
        for most in _WIDTHS:
            name = self._written(label, parts | left_out, most)
            if len(name) <= longest:
                return name
        return one_line(name, longest)

    def _written(self, label: int, said: Said, most: int) -> str:
        told = [self._phrase(trait, degree, most) for trait, degree in said.items()]
        rest = [trait for trait in self._words.traits(label) if trait.built and trait not in said]
        if sum(trait.built for trait in said) < 2 and rest and all(map(is_average, rest)):
            if len(rest) <= 2 and all(trait.kind in ("number", "ordinal") for trait in rest):
                titles = [self._words.title(trait, most) for trait in sorted(rest, key=self._place)]
                average = f"average {joined([title.removeprefix('average ') for title in titles])}"
                told.insert(0 if len(rest) > len(told) else len(told), average)
            elif told:
                told.append("otherwise average")
        return capital(", ".join(told)) or _AVERAGE

    def _place(self, trait: Trait) -> int:
        return self._words.columns.index(trait.column)

    def _phrase(self, trait: Trait, degree: str, most: int) -> str:
        return phrase(trait, self._words.title(trait, most), degree, counts=trait.column in self._whole)


def _is_further(one: Trait, other: Trait) -> bool:
    """Whether one lies where the other does, in the same direction, and not nearer to the baseline."""
    is_same = (one.column, one.level, one.difference > 0) == (other.column, other.level, other.difference > 0)
    return is_same and abs(one.difference) >= abs(other.difference)


def _groups(names: list[str]) -> list[list[int]]:
    """Labels of the segments that are called the same."""
    counted = Counter(name.casefold() for name in names)
    return [
        [label for label, name in enumerate(names) if name.casefold() == shared]
        for shared, n in counted.items()
        if n > 1
    ]


def _with(name: str, ending: str) -> str:
    return one_line(name, LONGEST_NAME - len(ending)) + ending
