"""What the pages say in words: values in, short texts out (not escaped; Markdown callers use `plain`)."""

import math
from collections import Counter
from pathlib import PurePath

from clustering import Profile, Recommendation, Stability, Sweep, Table
from clustering.blades import Blades
from clustering.points import Points
from clustering.profile import LevelShares
from clustering.stability import Gap, Mixtures
from clustering.table import DELIMITERS, Reading
from clustering.wording import count, number, one_line, score, share, spelled

_SOON = 3.0  # seconds
_FOUND_AGAIN = (  # Hennig (2007): the mean Jaccard index of a segment over refits
    (0.85, "Would surely be found again"),
    (0.75, "Would be found again"),
    (0.6, "Would be found again, but with other customers at its edges"),
    (0.0, "Might not be found again"),
)
INDEX_ALT = {
    "inertia": "Elbow: spread",
    "silhouette": "Silhouette: separation",
    "simplified_silhouette": "Closeness to centers",
    "calinski_harabasz": "Contrast",
    "davies_bouldin": "Overlap",
    "contact": "Contact",
}
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
    agreeing = sum(vote == advice.best_split for _, vote in advice.votes)
    return f"{agreeing} of {len(advice.votes)}"


def progress(job) -> str:
    """How far a sweep is, and about how long it still takes."""
    if job.stopping:
        return "Stopping"
    if not job.started:
        return f"Waiting for {count(job.n_ahead, 'other')}" if job.n_ahead else "Waiting for a free core"
    if not job.finished and job.missing:
        return "Trying the first number of segments"
    if len(job.finished) == len(job.missing):
        return "Measuring how repeatable the segments are"
    n_done = len(job.wanted) - len(job.missing) + len(job.finished)
    told = f"{spelled(job.finished[-1]).capitalize()} segments done; {n_done} of {len(job.wanted)} numbers tried"
    left = duration(job.seconds_left)
    return f"{told}; about {left} left" if left else told


def duration(seconds: float) -> str:
    """Write a time still to wait, roughly; empty where it is hardly worth saying."""
    if seconds < _SOON:
        return ""
    if seconds < 90:
        return f"{round(seconds / 5) * 5} seconds"
    return f"{round(seconds / 60)} minutes"


def heading(advice: Recommendation) -> str:
    """The answer in two words: Five segments; No clear segments."""
    return f"{spelled(advice.n_clusters).capitalize()} segments" if advice.n_clusters else "No clear segments"


def sample_caption(sweep: Sweep, n_clusters: int) -> str:
    """That a figure is estimated, from how many customers, and how far off it may be."""
    told = f"Separation is estimated from a sample of {sweep.silhouette_sample:,} customers"
    if n_clusters not in sweep.n_clusters:
        return f"{told}."
    return f"{told}; its standard error at {n_clusters} is {number(sweep.step(n_clusters).silhouette_error, 1)}."


def repeatability_caption(measured: Stability) -> str:
    """How repeatability was found."""
    return (
        "Repeatability: five times the customers are split in two halves, each half is grouped by itself, and the two "
        "groupings are compared on everybody; the band runs from the worst to the best split. Closeness: the band is "
        "what ten tables without any groups give, with columns like yours. Measured on "
        f"{count(measured.n_samples, 'customer')}."
    )


def blades_caption(blades: Blades) -> str:
    """How to read the silhouette plot, and on whom it rests."""
    told = (
        "One blade per segment, one line per customer: how much nearer they are to their own segment than to the next "
        "one (silhouette). Thick and long is good; below 0 a customer would fit better elsewhere."
    )
    if blades.n_samples < blades.n_total:
        told += f" From a sample of {blades.n_samples:,} customers."
    return told


def refits(gap: Gap, mixtures: Mixtures) -> str:
    """What the two measures that refit would choose."""
    told = []
    for name, preferred in (("The gap statistic", gap.preferred), ("The BIC of Gaussian mixtures", mixtures.preferred)):
        if preferred is None:
            told.append(f"{name} finds no best number in this range.")
        elif preferred == 1:
            told.append(f"{name} sees one crowd without segments.")
        else:
            told.append(f"{name} prefers {spelled(preferred)}.")
    return " ".join(told)


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


def found_again(stability: float) -> str:
    """Would this segment be found again among other customers? In words, by Hennig's (2007) limits."""
    if not math.isfinite(stability):
        return "Too few customers to tell whether it would be found again"
    for least, words in _FOUND_AGAIN:
        if stability >= least:
            return f"{words} ({score(stability)})"
    raise AssertionError(stability)


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
