"""Who a segment is, in words: a name to propose and two or three sentences, made of the numbers on the page alone."""

import re
from collections import Counter
from dataclasses import dataclass, replace

import numpy as np

from clustering.profile.compare import CLEARLY, Comparison, Trait
from clustering.profile.figures import Profile
from clustering.profile.phrases import LEVEL, capital, cut, phrase, short_titles
from clustering.wording import count, one_line, share

LONGEST_NAME = 60
_HARDLY = 0.25  # standard deviations below which a difference is no part of a name, whatever its index
_SLIGHTLY = 0.1  # and from which it tells two segments of one name apart
_VERY = 1.5
_AVERAGE = "Average throughout"
_WIDTHS = (28, 20, 14)  # of a column, the first with which a name is short enough


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
    columns that built the segments. Where two segments would be called the same, more is said about both; where that is
    not enough, a mean that differs is put beside the names.
    """
    n_clusters = len(comparison.profile.sizes)
    words = _Words(comparison)
    names = [words.name(label, _DETAILS[0]) for label in range(n_clusters)]
    for detail in _DETAILS[1:]:
        for label in _taken_twice(names):
            names[label] = words.name(label, detail)
    for group in _groups(names):
        for label, name in words.with_figures(group):
            names[label] = name
    for group in _groups(names):
        for label in group[1:]:
            numbered = (_with(names[label], f", {i}") for i in range(2, n_clusters + 2))
            names[label] = next(name for name in numbered if name not in names)
    return tuple(names)


def summary(comparison: Comparison, label: int) -> str:
    """How many there are, what is above and below the baseline, and which answers are more and less frequent."""
    return f"{_size(comparison, label)} {character(comparison, label)}"


def character(comparison: Comparison, label: int) -> str:
    """The summary without its first sentence, for where the size stands already."""
    if comparison.baseline == label:
        return "The other segments are compared with this one."
    words = _Words(comparison)
    clear = [trait for trait in words.traits(label) if _is_clear(trait)]
    numbers = [trait for trait in clear if trait.kind not in ("boolean", "level")][:3]
    shares = [trait for trait in clear if trait.kind in ("boolean", "level")][:2]
    told = [words.numbers(numbers)] if numbers else []
    told += [words.shares(shares)] if shares else []
    return " ".join(told or [words.nothing(words.traits(label)[:3])])


def overall(profile: Profile, most: int = 4) -> str:
    """What all customers are like, in the columns that set the segments apart most."""
    titles = short_titles((*profile.columns, *(category.column for category in profile.categories)))
    numbers, dates, shares = [], [], []
    for i in profile.ranked[:most]:
        title, kind = titles[profile.columns[i]], profile.kinds[i]
        written = profile.written(i, profile.overall_means[i])
        if kind == "boolean":
            shares.append(f"{title} is yes for {written}")
        elif kind == "date":
            dates.append(f"{title} lies {_figure(kind, written)}")
        else:
            numbers.append(f"place {written} in the order of {title}" if kind == "ordinal" else f"{written} in {title}")
    for category in profile.categories[:2]:
        i = category.most_frequent
        level = one_line(category.levels[i], LEVEL)
        shares.append(f"{titles[category.column]} is {level} for {share(category.overall[i])}")
    of = "" if profile.weight_column is None else f" of {one_line(profile.weight_column, 30)}"
    told = [f"All customers average {_and(numbers)}."] if numbers else []
    told += [_sentence(f"{_and(dates)} on average")] if dates else []
    return " ".join([*told, *([_sentence(_and(shares) + of)] if shares else [])])


def _is_clear(trait: Trait) -> bool:
    """Whether a difference is worth words; not where the two figures beside each other would say something else.

    A few customers far outside, placed afterwards, count in the means but not in the differences.
    """
    strength = abs(trait.difference)
    if strength < CLEARLY and not (trait.mark and strength >= _HARDLY):
        return False
    return _agrees(trait)


def _degree(trait: Trait) -> str:
    return "very " if abs(trait.difference) >= _VERY else ""


def _agrees(trait: Trait) -> bool:
    return trait.own_written != trait.baseline_written and (trait.own > trait.baseline) == (trait.difference > 0)


class _Words:
    """What can be said about the segments of one comparison."""

    def __init__(self, comparison: Comparison):
        self._comparison, profile = comparison, comparison.profile
        self._traits: dict[int, list[Trait]] = {}
        self._columns = (*profile.columns, *(category.column for category in profile.categories))
        self._titles = short_titles(self._columns)
        self._weighed = "" if profile.weight_column is None else f" of {one_line(profile.weight_column, 30)}"
        told = {"all": ("average", "all customers"), "rest": ("the others", "the others")}
        self._held, self._whom = told.get(comparison.baseline) or (f"segment {comparison.baseline + 1}",) * 2
        quartiles = np.vstack([profile.lower_quartiles, profile.medians, profile.upper_quartiles])
        with np.errstate(invalid="ignore"):
            whole = (np.isnan(quartiles) | (quartiles * 2 == np.round(quartiles * 2))).all(axis=0)
        self._whole = {column for column, is_whole in zip(profile.columns, whole, strict=True) if is_whole}

    def traits(self, label: int) -> list[Trait]:
        """In what a segment differs, most first."""
        if label not in self._traits:
            self._traits[label] = [self._over(label, trait) for trait in self._comparison.traits(label)]
        return self._traits[label]

    def name(self, label: int, detail: _Detail, longest: int = LONGEST_NAME) -> str:
        for most in _WIDTHS:
            name = self._name(label, detail, most)
            if len(name) <= longest:
                return name
        return one_line(name, longest)

    def _name(self, label: int, detail: _Detail, most: int) -> str:
        traits = self.traits(label)
        built = [trait for trait in traits if trait.built]
        chosen = [trait for trait in built if _is_clear(trait)][: detail.n_parts]
        if detail.described:
            chosen += [trait for trait in traits if not trait.built and _is_clear(trait)][:1]
        parts = {trait: self._phrase(trait, most, _degree(trait) if detail.graded else "") for trait in chosen}
        rest = [trait for trait in traits if trait not in chosen and trait.kind in ("number", "ordinal")]
        if detail.slight:
            slight = [trait for trait in rest if abs(trait.difference) >= _SLIGHTLY and _agrees(trait)][:1]
            parts |= {trait: self._phrase(trait, most, "slightly ") for trait in slight}
        middling = [trait for trait in rest if trait.built and trait not in parts]
        in_order = sorted(parts, key=lambda trait: self._columns.index(trait.column))
        told = [parts[trait] for trait in in_order]
        if len(built) <= 2 and middling:  # then what is average is worth a word as well
            middling = sorted(middling, key=lambda trait: self._columns.index(trait.column))
            told.append(f"average {_and([self._title(trait, most).removeprefix('average ') for trait in middling])}")
        elif not chosen:
            told.insert(0, _AVERAGE)
        return capital(", ".join(told))

    def with_figures(self, group: list[int]) -> list[tuple[int, str]]:
        """Names of segments that are called the same, with the mean beside them that differs most: "High x (9.5)"."""
        profile = self._comparison.profile
        spans = np.ptp(profile.differences[group], axis=0) if profile.columns else np.empty(0)
        for i in np.argsort(-np.nan_to_num(spans, nan=-1.0), kind="stable"):
            written = [profile.written(i, profile.means[label, i]) for label in group]
            if len(set(written)) == len(group):
                title = self._titles[profile.columns[i]]
                return [
                    (label, self._with_figure(label, title, figure))
                    for label, figure in zip(group, written, strict=True)
                ]
        return []

    def _with_figure(self, label: int, title: str, figure: str) -> str:
        name = self.name(label, _DETAILS[0], LONGEST_NAME - len(f" ({figure})"))
        for most in _WIDTHS:
            named = rf"(?<= ){re.escape(cut(title, most))}(?=,| and |$)"
            if re.search(named, name):
                return re.sub(named, lambda found: f"{found[0]} ({figure})", name, count=1)
        return _with(name, f" ({cut(title, _WIDTHS[-1])} {figure})")

    def numbers(self, traits: list[Trait]) -> str:
        is_said = self._held == self._whom and any(trait.kind != "date" for trait in traits)
        whom = "" if is_said else f" for {self._whom}"
        told: dict[str, list[str]] = {}
        for trait in sorted(traits, key=lambda trait: (trait.kind == "date", trait.difference < 0)):
            is_over = trait.difference > 0
            figures = f"({self._figure(trait)}, against {trait.baseline_written}{whom})"
            whom = ""  # once is enough
            if trait.kind == "date":
                clause = f"their {self._title(trait)} is {'earlier' if is_over else 'later'} {figures}"
                told.setdefault("dates", []).append(clause)
            else:
                told.setdefault("above" if is_over else "below", []).append(f"{self._title(trait)} {figures}")
        dates = told.pop("dates", [])
        clauses = [f"{side} {self._held} in {_and(columns)}" for side, columns in told.items()]
        return _sentence("; ".join([*([f"they are {', and '.join(clauses)}"] if clauses else []), *dates]))

    def shares(self, traits: list[Trait]) -> str:
        told = []
        for trait in traits:
            beside = trait.baseline_written
            if not told:
                beside += f" {'for' if self._weighed else 'of'} {self._whom}"
            level = "yes" if trait.level is None else one_line(trait.level, LEVEL)
            told.append(f"{self._title(trait)} is {level} for {self._part_of_them(trait)}, against {beside}")
        return _sentence("; ".join(told))

    def nothing(self, traits: list[Trait]) -> str:
        told = []
        for trait in traits:
            level = "" if trait.level is None else f" {one_line(trait.level, LEVEL)}"
            whom = "" if told else f"{self._whom} "
            told.append(f"{self._title(trait)}{level} {self._figure(trait)} ({whom}{trait.baseline_written})")
        return f"Close to {self._held} in every column: {_and(told)}." if told else "No column tells them apart."

    def _figure(self, trait: Trait) -> str:
        return _figure(trait.kind, trait.own_written)

    def _part_of_them(self, trait: Trait) -> str:
        if self._weighed:
            return f"{trait.own_written}{self._weighed}"
        return {0.0: "none of them", 1.0: "all of them"}.get(trait.own, trait.own_written)

    def _title(self, trait: Trait, most: int = 40) -> str:
        return cut(self._titles[trait.column], most)

    def _phrase(self, trait: Trait, most: int, degree: str) -> str:
        return phrase(trait, self._title(trait, most), degree, counts=trait.column in self._whole)

    def _over(self, label: int, trait: Trait) -> Trait:
        """Of a category the level that the segment has clearly more of, where there is one: "mostly Germany"."""
        if trait.kind != "level" or trait.difference > 0:
            return trait
        category = next(one for one in self._comparison.levels if one.column == trait.column)
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


def _size(comparison: Comparison, label: int) -> str:
    profile = comparison.profile
    told = f"{count(profile.sizes[label], 'customer')}, {share(profile.shares[label])} of all"
    if profile.weight_column is not None:
        told += f", with {share(profile.weight_shares[label])} of {one_line(profile.weight_column, 30)}"
    return f"{told}; of so few, much may be chance." if comparison.small[label] else f"{told}."


def _figure(kind: str, written: str) -> str:
    if kind == "date":
        return f"{written} days before the newest"
    return f"place {written} in its order" if kind == "ordinal" else written


def _and(texts: list[str]) -> str:
    return " and ".join([", ".join(texts[:-1]), texts[-1]] if len(texts) > 1 else texts)


def _sentence(text: str) -> str:
    return f"{capital(text)}."


def _taken_twice(names: list[str]) -> list[int]:
    return [label for group in _groups(names) for label in group]


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
