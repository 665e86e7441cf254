"""The whole query: a few steps that a person can follow, and what has to be known about it above them."""

from collections import Counter
from collections.abc import Sequence

from clustering.errors import InvalidSetting
from clustering.recipe.apply import told_stand_in
from clustering.recipe.recipe import VERSION, Recipe
from clustering.recipe.sql.dialects import DIALECTS, Dialect
from clustering.wording import listing, one_line, rounded_share

# DuckDB thinks some ten seconds about the longest query, and four times as long about one twice as long.
MOST_TERMS = 2_000  # differences in one query
MOST_COLUMNS = 100  # prepared columns
_MOST_STEPS = 1_200  # columns of one step; PostgreSQL takes 1,664

_HOLDS = {"number": "numbers", "text": "text", "date": "dates or timestamps", "boolean": "true and false"}


def to_sql(recipe: Recipe, dialect: str, *, table_name: str = "customers", key_columns: tuple[str, ...] = ()) -> str:
    """Write a recipe as a query that gives every row of a table in a warehouse its segment.

    The arithmetic is the recipe's own, in double precision and in the same order, so that the segments are the same,
    ties included.

    Parameters
    ----------
    dialect : str
        A key of `DIALECTS`.
    table_name : str
        Of the table in the warehouse, whose columns are called and typed like those of the file; "schema.table" too.
    key_columns : tuple of str
        The columns to give back beside the segment; none: all.

    Returns
    -------
    str
        A query with the chosen columns, `segment` (from 1 on, NULL where there is none) and `segment_name`; these are
        numbered where the recipe or the chosen columns have one of that name.

    Raises
    ------
    InvalidSetting
        If the dialect is not known, or SQL cannot say what the recipe does: it looks into a segment of another
        segmentation, or compares with more points than fit in a query.
    """
    if dialect not in DIALECTS:
        raise InvalidSetting(f'"{one_line(dialect)}" is no SQL that can be written; choose {listing(DIALECTS, 9, "")}.')
    parts = table_name.split(".")
    if len(parts) > 3 or not all(part.strip() for part in parts):
        raise InvalidSetting(
            f'"{one_line(table_name)}" is no name of a table. Give one such as customers or shop.customers.'
        )
    query = checked_query(recipe, dialect, parts, tuple(key_columns))
    return "\n".join(f"-- {line}".rstrip() for line in _head(recipe, DIALECTS[dialect], query)) + f"\n{query.sql()};\n"


def checked_query(recipe: Recipe, dialect: str, table: Sequence[str], key_columns: tuple[str, ...], **stored):
    """The query by itself, as `recipe.sql.query.Query` takes it.

    Raises
    ------
    InvalidSetting
        If SQL cannot say what the recipe does.
    """
    if recipe.outer is not None:
        raise InvalidSetting(
            "These segments are parts of one segment of another segmentation, which one query cannot say. Take the SQL "
            "of that one first, or place customers with the recipe."
        )
    from clustering.recipe.sql.query import Query

    query = Query(recipe, dialect, table, key_columns, **stored)
    if query.n_terms > MOST_TERMS or query.n_values > MOST_COLUMNS:
        told = (
            f"{query.n_terms:,} numbers in {query.n_values:,} prepared columns",
            f"{MOST_TERMS:,} in {MOST_COLUMNS:,}",
        )
    elif query.longest_step > _MOST_STEPS:
        told = f"{query.longest_step:,} distances of every customer", f"{_MOST_STEPS:,}"
    else:
        return query
    raise InvalidSetting(
        f"The SQL would hold {told[0]}; it can hold {told[1]}. Find the segments with a method that has one center for "
        "each (such as k-means) or in fewer columns, or place customers with the recipe."
    )


def _head(recipe: Recipe, dialect: Dialect, query) -> list[str]:
    """What has to be known; user's text stands on one line without control characters, so that a comment stays one."""
    lines = [
        f"The segment of every customer, as Cluster Explorer found them (recipe version {VERSION}), "
        f"in the SQL of {dialect.label}.",
        f"Tested: queries like this were run in {dialect.label}, and all customers got the segments they have there."
        if dialect.is_tested
        else f"NOT TESTED: no query like this was run in {dialect.label}. Compare its segments with the labelled file.",
    ]
    if dialect.needs:
        lines.append(dialect.needs)
    if recipe.stand_in:
        lines.append(told_stand_in(recipe))
    elif recipe.agreement < 1:
        lines.append(
            f"It gives {rounded_share(recipe.agreement)} of the customers the segment that they have in "
            "Cluster Explorer."
        )
    lines += [
        "The segments are numbered from 1 on; NULL: no segment, for a reason that the notes of the labelled file give.",
        "",
        "It reads these columns; NULL (an empty text, NaN, a number beyond 1E100) is a missing value:",
    ]
    lines += [f"  {one_line(name, 300)}: {_HOLDS[kind]}" for name, kind in query.needed]
    if cut := [one_line(name) for name, _ in query.needed if _is_too_long(name, dialect)]:
        unit = "bytes" if dialect.in_bytes else "characters"
        way_out = "It cuts the others, here and in the table alike." if dialect.cuts_names else "Shorten the others."
        lines.append(
            f"{dialect.label} takes names of up to {dialect.longest_name} {unit}. {way_out} These are longer: "
            f"{listing(cut, 20)}."
        )
    if dialect.ignores_case and (alike := _twins(recipe, query)):
        lines.append(
            f"{dialect.label} takes names for one that differ in capitals alone: {listing(map(one_line, alike), 20)}. "
            "Call one of them otherwise, there and in the file, and find the segments anew."
        )
    return [*lines, ""]


def _twins(recipe: Recipe, query) -> list[str]:
    """The columns that the query reads and another one has nearly the name of."""
    spelled = Counter(column.name.casefold() for column in recipe.columns)
    return [name for name, _ in query.needed if spelled[name.casefold()] > 1]


def _is_too_long(name: str, dialect: Dialect) -> bool:
    length = len(name.encode(errors="replace")) if dialect.in_bytes else len(name)
    return dialect.longest_name is not None and length > dialect.longest_name
