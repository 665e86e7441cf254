"""What the segments are like, in words."""

from collections import Counter
from pathlib import PurePath

from clustering import Profile
from clustering.points import Points
from clustering.profile import LevelShares
from clustering.wording import count, one_line, share, spelled

_CLEARLY = 0.5  # standard deviations from the average from which a difference gets an arrow


def default_axes(profile: Profile, axes: tuple[str, ...]) -> tuple[str, str]:
    """The two features that set the segments apart most, in the order of the file; else what axes there are.

    A boolean comes last: all customers would lie on two lines.
    """
    by_spread = sorted(profile.ranked, key=lambda i: profile.kinds[i] == "boolean")
    ranked = [profile.columns[i] for i in by_spread if profile.columns[i] in axes]
    first, second = sorted([*ranked, *(axis for axis in axes if axis not in ranked)][:2], key=axes.index)
    return first, second


def segment_size(profile: Profile, label: int) -> str:
    """79 customers · 39.5 %; where customers are weighed 79 customers · 39.5 % of customers, 12.0 % of Revenue."""
    return f"{count(profile.sizes[label], 'customer')} · {_held(profile, label)}"


def sizes_finding(profile: Profile) -> str:
    """How many segments there are and what the largest holds."""
    return f"{spelled(len(profile.sizes)).capitalize()} segments; the largest holds {_held(profile, 0)}"


def weighing(profile: Profile) -> str:
    """Which figures are weighted and which are not; "" where all customers count the same."""
    if profile.weight_column is None:
        return ""
    weight = one_line(profile.weight_column, 40)
    return (
        f"Every customer counts by {weight} in the averages, the medians and the shares of categories; "
        "numbers of customers count everybody once."
    )


def _held(profile: Profile, label: int) -> str:
    part = share(profile.shares[label])
    if profile.weight_column is None:
        return part
    return f"{part} of customers, {share(profile.weight_shares[label])} of {one_line(profile.weight_column, 30)}"


def segment_sentence(profile: Profile, label: int) -> str:
    """The two columns in which a segment differs most, with its mean and that of all customers."""
    parts = [_column_in_words(profile, i, label) for i in profile.strongest(label)]
    parts += [_level_in_words(category, profile.weight_column, label) for category in profile.categories[:2]]
    return "; ".join(parts) + "." if parts else "No column tells it apart."


def _column_in_words(profile: Profile, position: int, label: int) -> str:
    own, overall = profile.means[label, position], profile.overall_means[position]
    if profile.kinds[position] == "boolean":
        return _part_in_words(profile.columns[position], "yes", own, overall, profile.weight_column)
    return (
        f"{profile.title(position, 40)} is {profile.written(position, own)} on average, "
        f"{profile.written(position, overall)} for all customers"
    )


def _level_in_words(category: LevelShares, weight_column: str | None, label: int) -> str:
    """The level whose share differs most from that of all customers."""
    own, overall = category.shares[label], category.overall
    level = category.telling(label)
    return _part_in_words(category.column, category.levels[level], own[level], overall[level], weight_column)


def _part_in_words(column: str, level: str, own: float, overall: float, weight_column: str | None) -> str:
    whose = "of" if weight_column is None else "for"
    return f"{_having(column, level, own, weight_column)}, {share(overall, 0)} {whose} all customers"


def _having(column: str, level: str, part: float, weight_column: str | None) -> str:
    """40 % have country Spain; where customers are weighed 40 % of Revenue goes with country Spain."""
    told = f"{one_line(column, 30)} {one_line(level, 30)}"
    if weight_column is None:
        return f"{share(part, 0)} have {told}"
    return f"{share(part, 0)} of {one_line(weight_column, 30)} goes with {told}"


def overall_sentence(profile: Profile, most: int = 4) -> str:
    """The averages of all customers in the columns that set the segments apart most."""
    parts = [
        _having(profile.columns[i], "yes", profile.overall_means[i], profile.weight_column)
        if profile.kinds[i] == "boolean"
        else f"{profile.title(i, 40)} is {profile.written(i, profile.overall_means[i])} on average"
        for i in profile.ranked[:most]
    ]
    for category in profile.categories[:2]:
        level = category.most_frequent
        parts.append(_having(category.column, category.levels[level], category.overall[level], profile.weight_column))
    return "; ".join(parts) + "." if parts else ""


def segment_badges(profile: Profile, label: int) -> list[tuple[str, str, str]]:
    """Text, icon and colour for the three columns in which a segment differs most."""
    badges = []
    for i in profile.strongest(label, 3):
        difference = profile.differences[label, i]
        look = ("remove", "gray")
        if abs(difference) >= _CLEARLY:
            look = ("arrow_upward", "blue") if difference > 0 else ("arrow_downward", "orange")
        badges.append((f"{profile.title(i, 24)} {profile.written(i, profile.means[label, i])}", *look))
    return badges


def scatter_finding(profile: Profile) -> str:
    """In what the segments differ most; short enough for one line, like the title of the chart beside it."""
    columns = profile.columns or tuple(category.column for category in profile.categories)
    best = profile.ranked[0] if profile.columns else 0
    return f"Apart most in {one_line(columns[best], 30)}"


def scatter_alt(points: Points, profile: Profile, names: tuple[str, ...]) -> str:
    """What the scatter shows, for those who do not see it."""
    return f"Scatter of {len(points.rows):,} customers along {' and '.join(points.axes)}. {sizes_alt(profile, names)}"


def sizes_alt(profile: Profile, names: tuple[str, ...]) -> str:
    """The sizes, for those who do not see the bars."""
    return "; ".join(
        f"{name}: {count(size, 'customer')}, {_held(profile, label)}"
        for label, (name, size) in enumerate(zip(names, profile.sizes, strict=True))
    )


def repeated_names(names: tuple[str, ...]) -> list[str]:
    """Names that more than one segment has."""
    return [name for name, n in Counter(names).items() if n > 1]


def export_name(file_name: str) -> str:
    """The uploaded file's name with the word "segments" in it."""
    return f"{PurePath(one_line(file_name, 100)).stem or 'customers'}_segments.csv"
