"""What the segments are like, in words."""

from collections import Counter
from pathlib import PurePath

from clustering import Clustering, Profile, Table
from clustering.identity import Origin
from clustering.points import Points
from clustering.profile.phrases import short_titles
from clustering.wording import count, listing, one_line, rounded_share, share, spelled

_MOST_CELLS = 4  # of a typical customer


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


def sizes_finding(profile: Profile, noise_share: float = 0) -> str:
    """How many segments there are and what the largest holds; and how many of all customers are noise, if any."""
    told = f"{spelled(len(profile.sizes)).capitalize()} segments; the largest holds {_held(profile, 0)}"
    return f"{told}; {_noise(noise_share)}" if noise_share else told


def _noise(noise_share: float) -> str:
    return f"{rounded_share(noise_share)} of customers are noise"


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


def compared_with(baseline: str | int, names: tuple[str, ...]) -> str:
    """What the segments are held against."""
    return {"all": "All customers", "rest": "Everybody else"}.get(baseline) or one_line(names[baseline], 40)


def average_of(baseline: str | int, names: tuple[str, ...]) -> str:
    """Whose average is 100, within a sentence."""
    return {"all": "all customers", "rest": "everybody else"}.get(baseline) or one_line(names[baseline], 40)


def looked_at(is_inside: bool, segments: Clustering) -> str:
    """Who all the customers of the page are, within a sentence."""
    return f"all {len(segments.rows):,} customers looked at" if is_inside else "all customers"


def placed_afterwards(segments: Clustering) -> str:
    """What the customers count in that took no part in finding the segments; "" where all did."""
    n = len(segments.rows) - len(segments.fit_labels)
    if not n:
        return ""
    one = n == 1
    return (
        f"{count(n, 'customer')} took no part in finding the segments and {'was' if one else 'were'} placed with the "
        f"nearest one: {'it counts' if one else 'they count'} in sizes, averages and the index, not in what sets the "
        "segments apart. Where they are far outside, look at the medians under Numbers."
    )


def came_from(origins: tuple[Origin, ...], label: int) -> str:
    """Where a segment's customers were before; "" where they were together, or nothing was shown before."""
    if not origins or origins[label].kind == "same":
        return ""
    origin = origins[label]
    sources = [one_line(name, 30) for name in origin.sources]
    if origin.kind == "new":
        return "New: its customers come from several of the segments before"
    if origin.kind == "split":
        return f"New: a part of {sources[0]} before"
    return f"Holds most of {', '.join(sources[:-1])} and {sources[-1]} before"


def typical_customer(table: Table, columns: tuple[str, ...], row: int) -> str:
    """Who it is in the file, and what built the segments: Typical: 143 · income 87 · spending 82."""
    ids = [column.name for column in table.columns if column.role == "id"][:1]
    titles = short_titles(columns)
    told = [f"{titles[name]} {_cell(table, name, row)}" for name in columns[:_MOST_CELLS]]
    who = _cell(table, ids[0], row) if ids else f"row {row + 1:,}"
    return " · ".join([f"Typical: {who}", *told])


def _cell(table: Table, name: str, row: int) -> str:
    return one_line(table.text[name][row].as_py() or "missing", 24)


def scatter_finding(profile: Profile, axes: tuple[str, ...], noise_share: float = 0) -> str:
    """In what the segments differ most; short enough for one line, like the title of the chart beside it.

    Where there is noise, how much, as that is the first thing one asks of such a picture. Of a column that is none of
    the axes nothing is claimed: it cannot be seen.
    """
    if noise_share:
        return f"{spelled(len(profile.sizes)).capitalize()} segments; {_noise(noise_share)}"
    columns = profile.columns or tuple(category.column for category in profile.categories)
    best = profile.ranked[0] if profile.columns else 0
    if columns[best] not in axes:
        return sizes_finding(profile)
    return f"Apart most in {one_line(columns[best], 30)}"


def scatter_alt(points: Points, profile: Profile, names: tuple[str, ...]) -> str:
    """What the scatter shows, for those who do not see it."""
    told = sizes_alt(profile, names, points.n_noise / points.n_total)
    return f"Scatter of {len(points.rows):,} customers along {' and '.join(points.axes)}. {told}"


def map_finding(profile: Profile, noise_share: float) -> str:
    """How many segments are on the map, and how much noise."""
    told = f"{spelled(len(profile.sizes)).capitalize()} segments"
    return f"{told}; {_noise(noise_share)}" if noise_share else f"{told} on one map"


def map_alt(points: Points, profile: Profile, names: tuple[str, ...], noise_share: float) -> str:
    """What the map shows, for those who do not see it."""
    told = sizes_alt(profile, names, noise_share)
    return f"Map of {len(points.rows):,} customers, those who are alike side by side. {told}"


def map_told(points: Points, names: tuple[str, ...]) -> str:
    """How the map is to be read, and whom it leaves out."""
    told = [
        "Who stands close together is alike; how far apart two islands lie, and how large they are, means little. All "
        "columns were laid flat at once (t-SNE), without knowing the segments."
    ]
    if len(points.rows) < points.n_total:
        told.append(f"It shows a random sample of {len(points.rows):,} of {count(points.n_total, 'customer')}.")
    absent = [one_line(name, 40) for label, name in enumerate(names) if not (points.labels == label).any()]
    if absent:
        told.append(f"Nobody of {listing(absent, quote='')} is on it.")
    return " ".join(told)


def sizes_alt(profile: Profile, names: tuple[str, ...], noise_share: float = 0) -> str:
    """The sizes, for those who do not see the bars."""
    sizes = [
        f"{name}: {count(size, 'customer')}, {_held(profile, label)}"
        for label, (name, size) in enumerate(zip(names, profile.sizes, strict=True))
    ]
    return "; ".join([*sizes, _noise(noise_share)] if noise_share else sizes)


def repeated_names(names: tuple[str, ...]) -> list[str]:
    """Names that more than one segment has."""
    return [name for name, n in Counter(names).items() if n > 1]


def download_name(file_name: str, what: str) -> str:
    """The uploaded file's name with a word for what is in the new one: customers_segments.csv."""
    return f"{PurePath(one_line(file_name, 100)).stem or 'customers'}_{what}.csv"
