"""New customers, in words."""

from math import floor, isnan, log10

from clustering import Table
from clustering.methods import METHODS
from clustering.profile.people import AMBIGUOUS, UNSURE
from clustering.recipe import Applied, Drift, Matching, Recipe
from clustering.recipe.moved import Moved
from clustering.recipe.single import PlacedOne, Question
from clustering.wording import UNDEFINED, count, fixed, listing, number, one_line, rounded_share, score, spelled, whole

NOT_KNOWN = "Not known"
STAND_IN_NAMES = {"nearest_center": "Nearest center", "nearest_neighbour": "Most similar small group"}
_KINDS = {
    "fits": ":green-badge[:material/check: Still fits]",
    "look": ":yellow-badge[:material/visibility: Look closer]",
    "again": ":red-badge[:material/refresh: Segment again]",
    "too few": ":gray-badge[:material/question_mark: Too few to tell]",
}
_CLEARLY, _SURELY = 0.4, 0.9  # margin and probability from which there is little doubt


def own_option(n_segments: int | None, title: str) -> str:
    """The segments on show, in a list to choose from."""
    return f"On show: {_segments_of(n_segments, title)}"


def recipe_option(recipe: Recipe, file_name: str) -> str:
    """A recipe from a file, in a list to choose from."""
    return f"{one_line(file_name, 40)}: {segments_of(recipe)}"


def segments_of(recipe: Recipe) -> str:
    """Which segments a recipe holds."""
    return _segments_of(recipe.n_clusters, recipe.source.title)


def _segments_of(n_segments: int | None, title: str) -> str:
    return f"{count(n_segments, 'segment') if n_segments else 'segments'} of {one_line(title, 40)}"


def found_in(recipe: Recipe) -> str:
    """Where the segments of a recipe come from."""
    columns = listing(recipe.features.columns, most=4, quote="")
    method = METHODS[recipe.clustering.method].label
    inside = "" if recipe.outer is None else f", inside {one_line(recipe.outer.names[recipe.outer_label], 40)}"
    return (
        f"Found in {one_line(recipe.source.file_name, 60)}: {count(recipe.found.n_placed, 'customer')} by {columns}, "
        f"with {method}{inside}."
    )


def stand_in_option(name: str, agreement: float) -> str:
    """A rule in place of the method's own, with how often it is right."""
    return f"{STAND_IN_NAMES[name]} ({'all' if agreement == 1 else rounded_share(agreement)} right)"


def open_heading(matching: Matching) -> str:
    """How many columns have no match."""
    n_missing = sum(match.column.needed and match.found is None for match in matching.columns)
    if not n_missing:
        return "A column holds something else than then"
    return f"{spelled(n_missing).capitalize()} column{'s have' if n_missing > 1 else ' has'} no match in this file"


def applied_heading(found: Applied) -> str:
    """How many customers have a segment."""
    n = len(found.rows)
    if n == found.n_rows:
        return f"All {count(n, 'customer')} have a segment" if n > 1 else "The one customer has a segment"
    if not n:
        return "Nobody has a segment"
    return f"{whole(n)} of {count(found.n_rows, 'customer')} {'has' if n == 1 else 'have'} a segment"


def fit_badge(drift: Drift) -> str:
    """In two words whether the segments still fit; a badge in Markdown."""
    return _KINDS[drift.kind]


def share_now(n: int, found: Applied) -> str:
    """A number of customers with its share of all in the file."""
    return whole(n) if not n else f"{whole(n)} · {rounded_share(n / found.n_rows)}"


def n_between(found: Applied) -> int:
    """Customers for whom another segment would do as well."""
    return int((found.margin < AMBIGUOUS).sum())


def n_flagged(found: Applied) -> int:
    """Customers with something that nobody had then."""
    return int((found.flags.codes >= 0).sum())


def psi_read() -> str:
    """How a population stability index is usually read."""
    return f"0 is no change; from {number(0.1)} some, above {number(0.25)} a lot"


def psi_written(psi: float) -> str:
    """A population stability index to three decimals."""
    return f"< {fixed(0.001, 3)}" if 0 < psi < 0.001 else number(psi if isnan(psi) else round(psi, 3))


def shares_alt(drift: Drift) -> str:
    """The shares then and now, for those who do not see them."""
    segments = drift.segments
    rows = zip(segments.parts, segments.shares_then, segments.shares_now, strict=True)
    told = (f"{one_line(name, 40)}: {_share(then)} then, {_share(now)} now" for name, then, now in rows)
    return f"Share of every segment. {'; '.join(told)}."


def shifts_alt(drift: Drift) -> str:
    """How far the columns shifted, for those who do not see it."""
    told = (f"{one_line(shift.name, 40)}: {psi_written(shift.psi)}" for shift in drift.columns)
    return f"Shift of every column (population stability index). {'; '.join(told)}."


def moved_heading(found: Moved) -> str:
    """How many of those in both files are in another segment."""
    n = len(found.movers)
    if not found.n_both:
        return "Nobody stands in both files"
    whom = f"{count(found.n_both, 'customer')} in both files"
    return f"None of the {whom} moved" if not n else f"{whole(n)} of the {whom} moved"


def moved_told(found: Moved) -> str:
    """Who cannot have moved."""
    told = [
        f"{count(n, 'customer')} {'stands' if n == 1 else 'stand'} only in the file {when}"
        for n, when in ((found.n_only_before, "of then"), (found.n_only_after, "of now"))
        if n
    ]
    return f"{'; '.join(told)}." if told else ""


def moved_alt(found: Moved) -> str:
    """Who moved where, for those who do not see it."""
    told = (
        f"{one_line(found.names_before[i], 40)} to {one_line(found.names_after[j], 40)}: {whole(int(found.both[i, j]))}"
        for i, j in zip(*found.both.nonzero(), strict=True)
    )
    return f"Customers by their segment then and now. {'; '.join(told)}."


def purchases_told(table: Table) -> str:
    """What to do with a list of purchases."""
    name = one_line(table.reading.file_name, 40)
    return (
        f"{name} looks like one line per purchase. Load it on the Data page, make one row per customer of it there, "
        "and come back: those customers can then be chosen here."
    )


def level_option(level: str | None, *, is_added: bool) -> str:
    """A level in a list to choose from, or what is added to them."""
    if level is None:
        return NOT_KNOWN
    return "Another, that nobody had then" if is_added else one_line(level, 40)


def step(asked: Question) -> float:
    """What one click changes: about a hundredth of the range of then, a power of ten."""
    if asked.min is None or asked.max is None or asked.max <= asked.min:
        return 1.0
    return 10.0 ** floor(log10((asked.max - asked.min) / 50))


def range_told(asked: Question) -> str | None:
    """What the customers of then had."""
    if asked.min is None:
        return None
    return f"Then from {number(asked.min, 6)} to {number(asked.max, 6)}."


def sure_badge(placed: PlacedOne) -> str:
    """In two words how sure a customer's segment is; a badge in Markdown."""
    if placed.probability is not None:
        is_sure, is_unsure = placed.probability >= _SURELY, placed.probability < UNSURE
    elif placed.second is None:
        return ""
    else:
        is_sure, is_unsure = placed.margin >= _CLEARLY, placed.margin < AMBIGUOUS
    if is_unsure:
        return ":yellow-badge[:material/contrast: Between two]"
    return ":green-badge[:material/check: Clearly]" if is_sure else ":gray-badge[:material/done: Likely]"


def placed_told(placed: PlacedOne, names: tuple[str, ...]) -> str:
    """What a customer's segment is like, and which other one comes near."""
    told = [placed.character]
    if placed.second is not None:
        close = " and would do about as well" if placed.margin < AMBIGUOUS else ""
        told.append(f"The second-best segment is {one_line(names[placed.second], 60)}{close}.")
    return " ".join(told)


def special_told(placed: PlacedOne) -> str:
    """What is unusual about a customer; "" where nothing is."""
    told = "; ".join(filter(None, [placed.note, placed.flags]))
    return f"Unusual: {told}." if told else ""


def not_placed_told(placed: PlacedOne) -> str:
    return f"Without a segment: {placed.note}." if placed.note else "Without a segment."


def share_of(part: float) -> str:
    return rounded_share(part)


def margin_told(placed: PlacedOne) -> str:
    return UNDEFINED if placed.second is None else score(placed.margin)


def distance_told(distance: float) -> str:
    return number(distance)


def _share(part: float) -> str:
    return rounded_share(part) if part == part else UNDEFINED
