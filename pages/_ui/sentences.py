"""What the pages say in words: values in, short texts out (not escaped; Markdown callers use `plain`)."""

from collections import Counter
from pathlib import PurePath

from clustering import Profile, Recommendation, Table
from clustering.points import Points
from clustering.profile import LevelShares
from clustering.table import DELIMITERS, Reading
from clustering.wording import count, number, one_line, share, spelled

_CLEARLY = 0.5  # standard deviations from the average from which a difference gets an arrow


def headline(table: Table) -> str:
    """The answer on the Data page."""
    customers = count(table.n_rows, "customer")
    if table.questions:
        return f"{customers}, {_open_questions(len(table.questions))}"
    if table.set_aside:
        return f"{customers}, {count(len(table.set_aside), 'row')} set aside"
    if table.n_missing:
        return f"{customers}, {count(table.n_missing, 'missing cell')}"
    return f"{customers}, nothing missing: ready to use"


def plain_notes(table: Table) -> list[str]:
    """The notes of reading but for the questions, which are put with their answers."""
    asked = {question.text for question in table.questions}
    return [note for note in table.notes if note not in asked]


def questions_title(questions) -> str:
    """What stands above the questions only the user can answer."""
    return f"{_open_questions(len(questions)).capitalize()} that only you can answer"


def _open_questions(n: int) -> str:
    return f"{spelled(n)} question{'s' * (n != 1)}"


def read_how(reading: Reading) -> str:
    """How the file was read, in a line."""
    if reading.format == "csv":
        how = [f"{DELIMITERS[reading.delimiter]}-separated", reading.encoding.upper()]
    elif reading.sheet is not None:
        how = ["workbook", f"sheet {reading.sheet}"]
    else:
        how = [reading.format.capitalize()]
    return " · ".join([reading.file_name, *how, _file_size(reading.n_bytes)])


def _file_size(n_bytes: int) -> str:
    """A size in bytes as people write it."""
    for limit, unit in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if n_bytes >= limit:
            return f"{n_bytes / limit:.1f} {unit}"
    return f"{n_bytes} bytes"


def size_and_share(size: int, sizes: tuple[int, ...]) -> str:
    """22 · 11 %."""
    return f"{size:,} · {share(size / sum(sizes), 0)}"


def agreement(advice: Recommendation) -> str:
    """4 of 4."""
    agreeing = sum(vote == advice.n_clusters for _, vote in advice.votes)
    return f"{agreeing} of {len(advice.votes)}"


def sample_caption(n_sample: int, error: float) -> str:
    """That a figure is estimated, from how many customers, and how far off it may be."""
    return f"Separation estimated from a sample of {n_sample:,} customers; its standard error is {number(error, 1)}."


def default_axes(profile: Profile, axes: tuple[str, ...]) -> tuple[str, str]:
    """The two features that set the segments apart most, in the order of the file; else what axes there are."""
    ranked = [profile.columns[i] for i in profile.ranked if profile.columns[i] in axes]
    first, second = sorted([*ranked, *(axis for axis in axes if axis not in ranked)][:2], key=axes.index)
    return first, second


def segment_sentence(profile: Profile, label: int) -> str:
    """The two columns in which a segment differs most, with its mean and that of all customers."""
    parts = [
        f"{one_line(profile.columns[i], 40)} is {number(profile.means[label, i])} on average, "
        f"{number(profile.overall_means[i])} for all customers"
        for i in profile.strongest(label)
    ]
    parts += [_level_in_words(category, label) for category in profile.categories[:2]]
    return "; ".join(parts) + "." if parts else "No column tells it apart."


def _level_in_words(category: LevelShares, label: int) -> str:
    """The level whose share differs most from that of all customers."""
    level = max(range(len(category.levels)), key=lambda i: abs(category.shares[label, i] - category.overall[i]))
    return (
        f"{share(category.shares[label, level], 0)} have {one_line(category.column, 30)} "
        f"{one_line(category.levels[level], 30)}, {share(category.overall[level], 0)} of all customers"
    )


def overall_sentence(profile: Profile, most: int = 4) -> str:
    """The averages of all customers in the columns that set the segments apart most."""
    parts = [
        f"{one_line(profile.columns[i], 40)} is {number(profile.overall_means[i])} on average"
        for i in profile.ranked[:most]
    ]
    return "; ".join(parts) + "." if parts else ""


def segment_badges(profile: Profile, label: int) -> list[tuple[str, str, str]]:
    """Text, icon and colour for the three columns in which a segment differs most."""
    badges = []
    for i in profile.strongest(label, 3):
        difference = profile.differences[label, i]
        look = ("remove", "gray")
        if abs(difference) >= _CLEARLY:
            look = ("arrow_upward", "blue") if difference > 0 else ("arrow_downward", "orange")
        badges.append((f"{one_line(profile.columns[i], 24)} {number(profile.means[label, i])}", *look))
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
        f"{name}: {count(size, 'customer')}, {share(part)}"
        for name, size, part in zip(names, profile.sizes, profile.shares, strict=True)
    )


def repeated_names(names: tuple[str, ...]) -> list[str]:
    """Names that more than one segment has."""
    return [name for name, n in Counter(names).items() if n > 1]


def export_name(file_name: str) -> str:
    """The uploaded file's name with the word "segments" in it."""
    return f"{PurePath(one_line(file_name, 100)).stem or 'customers'}_segments.csv"
