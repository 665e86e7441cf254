"""The recipe in short: what places a customer, in the columns' own units."""

from collections.abc import Iterator

from clustering.export.report.markup import abreast, definitions, name, table, text
from clustering.features.frozen import FrozenColumn
from clustering.placing import Halving, MostProbable
from clustering.recipe import Recipe
from clustering.wording import UNDEFINED, count, number, rounded_share, whole

_MOST = 60  # columns; what there is beyond stands in the recipe's file
_DIGITS = 4
_STEPS = (
    "Every column goes through these steps, from left to right: a missing number is filled, then perhaps taken as a "
    "log and clipped; last the middle is subtracted and what is left divided by the spread."
)


def recipe_section(recipe: Recipe, names: tuple[str, ...]) -> str:
    """How a customer is placed: the rule, the preparation of every column, and the centers."""
    facts = [
        ("Segment of a customer", text(_rule(recipe))),
        ("On the same customers", f"{rounded_share(recipe.agreement)} get the segment that they have here."),
        ("Data", f"{name(recipe.source.file_name)} · fingerprint {text(recipe.source.digest[:16])}"),
    ]
    columns = recipe.preparation.columns
    rest = len(columns) - _MOST
    more = f" {count(rest, 'further column')} stand in the recipe’s file." if rest > 0 else ""
    return (
        '<section class="recipe"><h2>The recipe in short</h2>'
        f'{definitions(facts, "method")}<p class="caption">{_STEPS}{more}</p>{_preparation(columns[:_MOST])}'
        f"{''.join(_centers(recipe, names))}</section>"
    )


def _rule(recipe: Recipe) -> str:
    rule = recipe.rule
    if isinstance(rule, MostProbable):
        told = "The most probable one."
    elif isinstance(rule, Halving):
        told = "Down a tree of halves: at every fork the nearer of two centers decides."
    else:
        n = len(rule.points)
        whose = "the nearest center" if n == recipe.n_clusters else f"the nearest of {whole(n)} points"
        told = f"That of {whose}, after the steps below."
        if rule.reach is not None:
            told += " Who is too far from it is noise."
    if recipe.outer is None:
        return told
    outer = recipe.outer.names[recipe.outer_label]
    return f'{told} Only customers whom the segmentation before puts in "{outer}" are asked.'


def _preparation(columns: tuple[FrozenColumn, ...]) -> str:
    head = ["Column", "Missing becomes", "Log", "Clipped to", "Middle", "Spread"]
    rows = (
        [
            name(one.encoded.name),
            _written(one.fill),
            "yes" if one.log else "no",
            UNDEFINED if one.low is None else f"{_written(one.low)} to {_written(one.high)}",
            _written(one.center),
            _written(one.spread),
        ]
        for one in columns
    )
    return table("Preparation", head, rows)


def _centers(recipe: Recipe, names: tuple[str, ...]) -> Iterator[str]:
    columns = recipe.preparation.columns[:_MOST]
    for part, chosen in abreast(recipe.n_clusters):
        rows = (
            [name(one.encoded.name), *(_written(recipe.centers_in_units[label, i]) for label in chosen)]
            for i, one in enumerate(columns)
        )
        yield table(f"Centers, in the columns’ own units{part}", ["Column", *(name(names[i]) for i in chosen)], rows)


def _written(value: float | None) -> str:
    return number(value, _DIGITS)
