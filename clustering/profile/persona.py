"""Who a segment is, in two or three sentences, made of the numbers on the page alone; `naming` makes the names."""

import numpy as np

from clustering.profile.compare import Comparison, Trait
from clustering.profile.figures import Profile
from clustering.profile.naming import LONGEST_NAME, proposed_names
from clustering.profile.phrases import LEVEL, capital, short_titles
from clustering.profile.words import Words, is_average, is_clear, joined
from clustering.wording import count, one_line, share

__all__ = ["LONGEST_NAME", "character", "overall", "proposed_names", "summary"]

EVERYBODY = "all customers"
_MOST = 3  # differences, or averages, in one sentence
_FEW = 8  # customers; of fewer there is no middle half to tell
_SHARES = ("boolean", "level")


def summary(comparison: Comparison, label: int, *, names: tuple[str, ...] = (), everybody: str = EVERYBODY) -> str:
    """How many there are, and what they are like; see `character`."""
    told = _size(comparison, label, everybody)
    return f"{told} {character(comparison, label, names=names, everybody=everybody)}"


def character(comparison: Comparison, label: int, *, names: tuple[str, ...] = (), everybody: str = EVERYBODY) -> str:
    """The summary without its first sentence, for where the size stands already: in two sentences where there are two.

    First what is above and below the baseline; then dates and shares that differ, or else what is about the same, or
    else between what values the middle half of them lies.

    Parameters
    ----------
    names : tuple of str
        What the segments are called, where they have names: a baseline is called by its own.
    everybody : str
        What all customers of the comparison are called, where they are not all: "all 79 customers looked at".
    """
    words = _Sentences(comparison, names, everybody)
    if comparison.baseline == label:
        return " ".join(["The other segments are compared with this one.", *words.averages(label)[:1]])
    clear = [trait for trait in words.traits(label) if is_clear(trait)]
    differences = [trait for trait in clear if trait.kind not in _SHARES][:_MOST]
    numbers = [trait for trait in differences if trait.kind != "date"]
    others = [trait for trait in differences if trait.kind == "date"][:1]
    others += [trait for trait in clear if trait.kind in _SHARES][: 2 - len(others)]
    if not numbers and not others:
        told = sorted(words.traits(label), key=lambda trait: not trait.built)[:_MOST]
        return " ".join([words.nothing(told), *words.middle_half(label, told)])
    if numbers and others:
        return f"{words.numbers(numbers)} {words.others(others, again=True)}"
    if len(numbers) == _MOST and len({trait.difference > 0 for trait in numbers}) > 1:
        return words.numbers(numbers, apart=True)
    first = words.numbers(numbers) if numbers else words.others(others)
    told = [*numbers, *others]
    return " ".join([first, *(words.about_the_same(label, told) or words.middle_half(label, told))])


def overall(profile: Profile, most: int = 4, *, everybody: str = EVERYBODY) -> str:
    """What all customers are like, in the columns that set the segments apart most."""
    shares = [category.overall for category in profile.categories]
    return " ".join(_averages(profile, f"{capital(everybody)} average", profile.overall_means, shares, most))


class _Sentences:
    """Sentences about the segments of one comparison."""

    def __init__(self, comparison: Comparison, names: tuple[str, ...], everybody: str):
        self._words, self._comparison = Words(comparison), comparison
        self._weighed = _weighed(comparison.profile)
        if comparison.baseline == "all":
            self._held, self._whom = "average", everybody
        else:
            is_rest = comparison.baseline == "rest"
            self._held = self._whom = "the others" if is_rest else _called(comparison.baseline, names)
        self._is_segment = comparison.baseline not in ("all", "rest")
        self._again = "it" if self._is_segment else self._held  # a long name is said once
        self._same = "about average" if comparison.baseline == "all" else f"close to {self._again}"

    def traits(self, label: int) -> list[Trait]:
        return self._words.traits(label)

    def numbers(self, traits: list[Trait], *, apart: bool = False) -> str:
        """What is above and what is below the baseline, in one sentence or apart in two."""
        told: dict[str, list[str]] = {}
        for trait in sorted(traits, key=lambda trait: trait.difference < 0):
            is_first = not told
            figures = f"({trait.own_written}, against {trait.baseline_written}"
            if trait.kind == "ordinal":
                figures = f"(place {trait.own_written} in its order, against {trait.baseline_written}"
            if is_first and self._held != self._whom:
                figures += f" for {self._whom}"  # once is enough
            side = "above" if trait.difference > 0 else "below"
            told.setdefault(side, []).append(f"{self._words.title(trait)} {figures})")
        held = (self._held, self._again)
        clauses = [f"{side} {held[i]} in {joined(columns)}" for i, (side, columns) in enumerate(told.items())]
        if apart:
            return " ".join(f"They are {clause}." for clause in clauses)
        return f"They are {', and '.join(clauses)}."

    def others(self, traits: list[Trait], *, again: bool = False) -> str:
        """Dates that are earlier or later, and answers that are more or less frequent."""
        told = []
        for trait in traits:
            title, beside = self._words.title(trait), trait.baseline_written
            if not told:
                is_share = trait.kind in _SHARES and not self._weighed
                whom = f"{'of' if is_share else 'for'} {self._whom}"
                beside += " there" if again and self._is_segment else f" {whom}"
            if trait.kind == "date":
                side = "earlier" if trait.difference > 0 else "later"
                told.append(f"their {title} is {side} ({trait.own_written} days before the newest, against {beside})")
            else:
                told.append(f"{title} is {_level(trait)} for {self._part_of_them(trait)}, against {beside}")
        return _sentence("; ".join(told))

    def about_the_same(self, label: int, told: list[Trait]) -> list[str]:
        """The columns without a difference; no sentence where there is none."""
        others = [trait for trait in self.traits(label) if trait not in told]
        same = [trait for trait in others if is_average(trait)]
        if not same:
            return []
        said = f"Otherwise {self._same}" if len(same) == len(others) else capital(self._same)
        beside = [f"{self._figure(trait)} ({trait.baseline_written})" for trait in self._nearest(same)]
        return [f"{said}{', as in' if len(same) > _MOST else ':'} {joined(beside)}."]

    def nothing(self, traits: list[Trait]) -> str:
        told = []
        for trait in traits:
            whom = "" if told else f"{self._whom} "
            told.append(f"{self._figure(trait)} ({whom}{trait.baseline_written})")
        return f"Close to {self._held} in every column: {joined(told)}." if told else "No column tells them apart."

    def middle_half(self, label: int, traits: list[Trait]) -> list[str]:
        """Between what values they lie; of few customers, or where they are all alike, there is nothing to tell."""
        profile, told = self._comparison.profile, []
        for trait in traits:
            if trait.kind == "number":
                i = profile.columns.index(trait.column)
                lower, upper = (
                    profile.written(i, quartiles[label, i])
                    for quartiles in (profile.lower_quartiles, profile.upper_quartiles)
                )
                if lower != upper:
                    told.append(f"between {lower} and {upper} in {self._words.title(trait)}")
        if not told or profile.sizes[label] < _FEW:
            return []
        return [f"The middle half{self._weighed or ' of them'} lies {', and '.join(told[:2])}."]

    def averages(self, label: int) -> list[str]:
        profile = self._comparison.profile
        shares = [category.shares[label] for category in profile.categories]
        return _averages(profile, "Its customers average", profile.means[label], shares, _MOST)

    def _nearest(self, traits: list[Trait]) -> list[Trait]:
        """The few that differ least, in the order of the columns, those that built the segments first."""
        nearest = sorted(traits, key=lambda trait: (not trait.built, abs(trait.difference)))[:_MOST]
        return sorted(nearest, key=lambda trait: (not trait.built, self._words.columns.index(trait.column)))

    def _figure(self, trait: Trait) -> str:
        title = self._words.title(trait)
        if trait.kind in _SHARES:
            return f"{title} {_level(trait)} {trait.own_written}"
        return f"{title} {_figure(trait.kind, trait.own_written)}"

    def _part_of_them(self, trait: Trait) -> str:
        if self._weighed:
            return f"{trait.own_written}{self._weighed}"
        return {0.0: "none of them", 1.0: "all of them"}.get(trait.own, trait.own_written)


def _averages(profile: Profile, who: str, means: np.ndarray, level_shares: list[np.ndarray], most: int) -> list[str]:
    titles = short_titles((*profile.columns, *(category.column for category in profile.categories)))
    numbers, dates, shares = [], [], []
    for i in profile.ranked[:most]:
        title, kind = titles[profile.columns[i]], profile.kinds[i]
        written = profile.written(i, means[i])
        if kind == "boolean":
            shares.append(f"{title} is yes for {written}")
        elif kind == "date":
            dates.append(f"{title} lies {_figure(kind, written)}")
        else:
            numbers.append(f"place {written} in the order of {title}" if kind == "ordinal" else f"{written} in {title}")
    for category, parts in list(zip(profile.categories, level_shares, strict=True))[:2]:
        i = category.most_frequent
        shares.append(f"{titles[category.column]} is {one_line(category.levels[i], LEVEL)} for {share(parts[i])}")
    told = [f"{who} {joined(numbers)}."] if numbers else []
    told += [_sentence(f"{joined(dates)} on average")] if dates else []
    return [*told, *([_sentence(joined(shares) + _weighed(profile))] if shares else [])]


def _size(comparison: Comparison, label: int, everybody: str) -> str:
    profile = comparison.profile
    of = everybody.removesuffix(" customers")
    told = f"{count(profile.sizes[label], 'customer')}, {share(profile.shares[label])} of {of}"
    if profile.weight_column is not None:
        told += f", with {share(profile.weight_shares[label])}{_weighed(profile)}"
    return f"{told}; of so few, much may be chance." if comparison.small[label] else f"{told}."


def _weighed(profile: Profile) -> str:
    return "" if profile.weight_column is None else f" of {one_line(profile.weight_column, 30)}"


def _called(label: int, names: tuple[str, ...]) -> str:
    """A segment as a sentence mentions it."""
    default = f"Segment {label + 1}"
    name = (names[label] if names else "") or default
    return default.lower() if name == default else f'"{one_line(name)}"'


def _level(trait: Trait) -> str:
    return "yes" if trait.level is None else one_line(trait.level, LEVEL)


def _figure(kind: str, written: str) -> str:
    if kind == "date":
        return f"{written} days before the newest"
    return f"place {written} in its order" if kind == "ordinal" else written


def _sentence(text: str) -> str:
    return f"{capital(text)}."
