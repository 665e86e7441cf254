"""Headings and captions about segments: what the pages and the documents say alike (plain text, not escaped)."""

from clustering.model import Clustering
from clustering.profile.figures import Profile
from clustering.profile.phrases import short_titles
from clustering.table import Table
from clustering.wording import count, one_line, rounded_share, share, spelled, whole

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
    return f"{told}; {noise_finding(noise_share)}" if noise_share else told


def noise_finding(noise_share: float) -> str:
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


def looked_at(is_inside: bool, segments: Clustering) -> str:
    """Who all the customers are that are told of, within a sentence."""
    return f"all {whole(len(segments.rows))} customers looked at" if is_inside else "all customers"


def scatter_finding(profile: Profile, axes: tuple[str, ...], noise_share: float = 0) -> str:
    """In what the segments differ most; short enough for one line, like the title of the chart beside it.

    Where there is noise, how much, as that is the first thing one asks of such a picture. Of a column that is none of
    the axes nothing is claimed: it cannot be seen.
    """
    if noise_share:
        return f"{spelled(len(profile.sizes)).capitalize()} segments; {noise_finding(noise_share)}"
    columns = profile.columns or tuple(category.column for category in profile.categories)
    best = profile.ranked[0] if profile.columns else 0
    if columns[best] not in axes:
        return sizes_finding(profile)
    return f"Apart most in {one_line(columns[best], 30)}"


def scatter_alt(n_drawn: int, axes: tuple[str, ...], sizes: str) -> str:
    """What a scatter shows, for those who do not see it; `sizes` is what `sizes_alt` says."""
    return f"Scatter of {whole(n_drawn)} customers along {' and '.join(axes)}. {sizes}"


def sizes_alt(profile: Profile, names: tuple[str, ...], noise_share: float = 0) -> str:
    """The sizes, for those who do not see the bars."""
    sizes = [
        f"{name}: {count(size, 'customer')}, {_held(profile, label)}"
        for label, (name, size) in enumerate(zip(names, profile.sizes, strict=True))
    ]
    return "; ".join([*sizes, noise_finding(noise_share)] if noise_share else sizes)


def cells_told(table: Table, columns: tuple[str, ...], row: int) -> str:
    """What the file says about a customer in the first of these columns: income 87 · spending 82."""
    titles = short_titles(columns)
    return " · ".join(f"{titles[name]} {cell_told(table, name, row)}" for name in columns[:_MOST_CELLS])


def cell_told(table: Table, name: str, row: int) -> str:
    return one_line(table.text[name][row].as_py() or "missing", 24)


def _held(profile: Profile, label: int) -> str:
    part = share(profile.shares[label])
    if profile.weight_column is None:
        return part
    return f"{part} of customers, {share(profile.weight_shares[label])} of {one_line(profile.weight_column, 30)}"
