"""The sheet that tells how the segments were found, with every number that was used."""

from clustering.export.findings import Findings
from clustering.export.honesty import doubts, method_facts
from clustering.export.workbook.sheet import Book, Sheet, exact_format
from clustering.features.frozen import FrozenColumn
from clustering.recipe.recipe import Recipe, TrainedColumn
from clustering.wording import spelled

_UNITS = {
    "boolean": "yes is 1",
    "date": "days before {}",
    "ordinal": "place in its order, from 0",
    "level": "1 where it is {}, else 0",
}


def write_recipe(book: Book, findings: Findings, notes: tuple[str, ...]) -> None:
    """Tell the recipe: what was done, what it rests on, and the numbers of every step.

    Parameters
    ----------
    notes : tuple of str
        What is to be known about the labelled table.
    """
    sheet, recipe = book.sheet("Recipe"), findings.recipe
    sheet.put(0, 0, "How the segments were found", bold=True, font_size=14)
    row = _facts(sheet, 2, (*method_facts(findings), *_inside(recipe)))
    scores = [
        ("Separation", findings.separation, "mean silhouette, from -1 to 1"),
        ("Repeatability", findings.repeatability, "mean agreement of random halves, at most 1"),
        ("Spread", findings.clustering.inertia, "sum of squared distances to the centers, in prepared units (inertia)"),
    ]
    row = _table(sheet, row, "Scores", ["Score", "Value", "What it is"], scores)
    row = _sentences(sheet, row, "Doubts", doubts(findings) or ("None that the checks found.",))
    row = _table(sheet, row, "Preparation, in this order", _STEPS, map(_step_of(findings), recipe.preparation.columns))
    components = recipe.preparation.components
    if components is not None:
        row = _table(
            sheet,
            row,
            "Combined columns: prepared values less the middle, times these",
            ["Column", "Middle", *(f"Component {i}" for i in range(1, len(components) + 1))],
            [
                (column.encoded.name, middle, *weights)
                for column, middle, weights in zip(
                    recipe.preparation.columns, recipe.preparation.middle, components.T, strict=True
                )
            ],
        )
    row = _table(
        sheet,
        row,
        "Centers, in the columns' own units",
        ["Column", *findings.names],
        [
            (column.encoded.name, *centers)
            for column, centers in zip(recipe.preparation.columns, recipe.centers_in_units.T, strict=True)
        ],
    )
    row = _table(sheet, row, "What the columns held", _HELD, [_held(column) for column in recipe.columns])
    row = _sentences(sheet, row, "How the file was read", findings.table.notes)
    row = _sentences(sheet, row, "About this workbook", (*_ABOUT, *notes))
    source = [("Way of reading", recipe.source.format), ("Fingerprint of the data", recipe.source.digest)]
    _facts(sheet, row, source)
    sheet.page.set_column(0, 0, 30)
    sheet.page.set_column(1, 16_383, 16)
    sheet.page.freeze_panes(1, 0)


_ABOUT = (
    "Labels holds every row of the file in its order. Numbers are numbers, shown as they stood; identifiers, dates and "
    "all else are text, as they stood. Figures on the other sheets hold all their digits.",
    "There is no formula in this workbook: text that begins with an equals sign is text.",
)
_STEPS = ["Column", "Counted as", "1 Missing filled with", "2 Log of 1 + value", "3 At least", "4 At most"]
_STEPS += ["5 Less", "6 Divided by"]
_HELD = ["Column", "Type", "Used as", "Needed to place a customer", "With a segment", "Missing", "Smallest", "Largest"]


def _inside(recipe: Recipe) -> list[tuple[str, str]]:
    """Of which segment the customers are, where one was looked into."""
    if recipe.outer is None:
        return []
    name, n = recipe.outer.names[recipe.outer_label], spelled(recipe.outer.n_clusters)
    return [("Looked into", f'Only customers of "{name}", one of {n} segments found before.')]


def _step_of(findings: Findings):
    newest = dict(findings.recipe.preparation.newest)

    def told(column: FrozenColumn) -> tuple:
        encoded = column.encoded
        unit = _UNITS.get(encoded.kind, "the number").format(newest.get(encoded.column) or encoded.level)
        log = "yes" if column.log else None
        return encoded.column, unit, column.fill, log, column.low, column.high, column.center, column.spread

    return told


def _held(column: TrainedColumn) -> tuple:
    needed = "yes" if column.needed else "no"
    return column.name, column.type, column.role, needed, column.n, column.missing, column.min, column.max


def _facts(sheet: Sheet, row: int, facts) -> int:
    for name, told in facts:
        sheet.put(row, 0, name, bold=True)
        sheet.put(row, 1, told)
        row += 1
    return row + 1


def _sentences(sheet: Sheet, row: int, title: str, sentences) -> int:
    return (
        _facts(sheet, row, [(title if not i else "", told) for i, told in enumerate(sentences)]) if sentences else row
    )


def _table(sheet: Sheet, row: int, title: str, header: list[str], rows) -> int:
    sheet.put(row, 0, title, bold=True, font_size=12)
    sheet.header(row + 1, header)
    row += 2
    for cells in rows:
        for column, cell in enumerate(cells):
            if cell is None or isinstance(cell, str):
                sheet.put(row, column, cell)
            else:
                sheet.put(row, column, float(cell), num_format=exact_format(cell))
        row += 1
    return row + 1
