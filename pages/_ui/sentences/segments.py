"""What the segments are like, in words."""

from collections import Counter
from pathlib import PurePath

from clustering import Clustering, Profile, Table
from clustering.identity import Origin
from clustering.points import Points
from clustering.profile import headlines
from clustering.profile.headlines import cell_told, cells_told, noise_finding, sizes_alt
from clustering.wording import count, listing, one_line, spelled, whole


def compared_with(baseline: str | int, names: tuple[str, ...]) -> str:
    """What the segments are held against."""
    return {"all": "All customers", "rest": "Everybody else"}.get(baseline) or one_line(names[baseline], 40)


def average_of(baseline: str | int, names: tuple[str, ...]) -> str:
    """Whose average is 100, within a sentence."""
    return {"all": "all customers", "rest": "everybody else"}.get(baseline) or one_line(names[baseline], 40)


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
    who = cell_told(table, ids[0], row) if ids else f"row {whole(row + 1)}"
    return f"Typical: {who} · {cells_told(table, columns, row)}"


def scatter_alt(points: Points, profile: Profile, names: tuple[str, ...]) -> str:
    """What the scatter shows, for those who do not see it."""
    sizes = sizes_alt(profile, names, points.n_noise / points.n_total)
    return headlines.scatter_alt(len(points.rows), points.axes, sizes)


def map_finding(profile: Profile, noise_share: float) -> str:
    """How many segments are on the map, and how much noise."""
    told = f"{spelled(len(profile.sizes)).capitalize()} segments"
    return f"{told}; {noise_finding(noise_share)}" if noise_share else f"{told} on one map"


def map_alt(points: Points, profile: Profile, names: tuple[str, ...], noise_share: float) -> str:
    """What the map shows, for those who do not see it."""
    told = sizes_alt(profile, names, noise_share)
    return f"Map of {whole(len(points.rows))} customers, those who are alike side by side. {told}"


def map_told(points: Points, names: tuple[str, ...]) -> str:
    """How the map is to be read, and whom it leaves out."""
    told = [
        "Who stands close together is alike; how far apart two islands lie, and how large they are, means little. All "
        "columns were laid flat at once (t-SNE), without knowing the segments."
    ]
    if len(points.rows) < points.n_total:
        told.append(f"It shows a random sample of {whole(len(points.rows))} of {count(points.n_total, 'customer')}.")
    absent = [one_line(name, 40) for label, name in enumerate(names) if not (points.labels == label).any()]
    if absent:
        told.append(f"Nobody of {listing(absent, quote='')} is on it.")
    return " ".join(told)


def repeated_names(names: tuple[str, ...]) -> list[str]:
    """Names that more than one segment has."""
    return [name for name, n in Counter(names).items() if n > 1]


def download_name(file_name: str, what: str, ending: str = "csv") -> str:
    """The uploaded file's name with a word for what is in the new one: customers_segments.csv."""
    return f"{PurePath(one_line(file_name, 100)).stem or 'customers'}_{what}.{ending}"
