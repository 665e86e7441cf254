"""Reading another file as a recipe's own data were read, as far as the file allows it."""

from collections.abc import Mapping
from dataclasses import replace

from clustering.errors import ClusteringError, InvalidColumns, TooFewRows
from clustering.recipe.matching import match_columns
from clustering.recipe.recipe import Recipe
from clustering.table import Table, read_table
from clustering.table.options import ColumnOptions, ReadOptions
from clustering.table.questions import Question
from clustering.table.reader import load_content
from clustering.table.table import no_rows

_MARKS = ("decimal", "day_first")  # how numbers and dates are written
_MOST_SHEETS = 20  # that are looked through for the columns
_OTHERWISE = "This file is not laid out like the one of then: it is read as it is."


def read_for(recipe: Recipe, source, *, name: str | None = None, renamed: Mapping[str, str] | None = None) -> Table:
    """Read a file as the recipe's own data were read, as far as the file allows it.

    Columns that the recipe knows are read as what they held then, also where a cell is none of that: it counts as
    missing. How numbers and dates are written a file says itself; what it leaves open (1,234; 03/04/2026) is read as
    then, if the file is of that kind. Where its columns are not found as the user had the file of then read (delimiter,
    encoding, header line, sheet), the file is read as it is, and of a workbook the sheet that has them.

    Raises
    ------
    UnreadableFile, TooFewRows, InvalidSetting
        As by `read_table`; a single row is enough.
    """
    content, name = load_content(source, name)
    table = _with_the_columns(recipe, content, name, renamed)
    if table.digest == recipe.source.digest and not renamed:
        return table
    is_otherwise = _layout(table.options) != _layout(recipe.source.options)
    proving = replace(table.options, columns=tuple(_unmarked(column) for column in table.options.columns))
    if proving != table.options:
        table = _read(content, name, proving)
    tried = {table.options}
    while (options := _as_then(recipe, table, renamed)) not in tried:
        tried.add(options)  # what the file refuses is left out, and not tried again
        table = _read(content, name, options)
    answered = {question.text for question, mark, then in _answers(recipe, table, renamed)}
    notes = (*[_OTHERWISE] * is_otherwise, *(note for note in table.notes if note not in answered))
    return replace(table, notes=notes, questions=tuple(q for q in table.questions if q.text not in answered))


def _with_the_columns(recipe: Recipe, content: memoryview, name: str, renamed: Mapping[str, str] | None) -> Table:
    """The first reading of the file that has all columns, from the sheet of then if that has them too; else the one
    that lacks the fewest.
    """
    chosen, sheet_of_then = recipe.source.options, recipe.source.sheet
    as_it_is = ReadOptions(columns=chosen.columns)
    best, best_rank, refusal = None, None, None
    ways = [chosen] if chosen == as_it_is else [chosen, as_it_is]
    for options in ways:
        try:
            table = _read(content, name, options)
            rank = match_columns(recipe, table, renamed).n_missing, table.reading.sheet != sheet_of_then
        except ClusteringError as error:
            refusal = error
            continue
        if best is None or rank < best_rank:
            best, best_rank = table, rank
        others = [sheet for sheet in table.reading.sheets if sheet != table.reading.sheet]
        if not best_rank[0] and sheet_of_then not in others:
            break
        if options == as_it_is:
            others.sort(key=lambda sheet: sheet != sheet_of_then)
            ways.extend(replace(as_it_is, sheet=sheet) for sheet in others[:_MOST_SHEETS])
    if best is None:
        raise refusal
    return best


def _layout(options: ReadOptions) -> ReadOptions:
    """What is asked for the file as a whole; which sheet is read is told by the reader."""
    return replace(options, columns=(), sheet=None)


def _unmarked(column: ColumnOptions) -> ColumnOptions:
    return replace(column, **dict.fromkeys(_MARKS))


def _as_then(recipe: Recipe, table: Table, renamed: Mapping[str, str] | None) -> ReadOptions:
    """What is to be asked of the columns of a table, so that they are read as what they held then."""
    chosen, options = recipe.source.options, table.options
    for match in match_columns(recipe, table, renamed).columns:
        if match.found is None:
            continue
        wanted = options.column(match.found)
        if match.how != "same" and wanted == ColumnOptions(match.found):
            wanted = replace(_unmarked(chosen.column(match.column.name)), name=match.found)
        if match.problem:
            wanted = replace(wanted, type=match.column.type, role=None)
        if wanted != options.column(match.found):
            options = options.with_column(wanted)
    answers = _answers(recipe, table, renamed)
    if options != table.options or any(_taken(question, mark) != then for question, mark, then in answers):
        for question, mark, then in answers:  # all of them: what is taken for one can hang on another
            options = options.with_column(replace(options.column(question.column), **{mark: then}))
    return options


def _answers(recipe: Recipe, table: Table, renamed: Mapping[str, str] | None) -> list[tuple[Question, str, str | bool]]:
    """What columns leave open and the file of then, if it was of the same kind, did not: question, mark and answer."""
    source, reading = recipe.source, table.reading
    if (source.format, source.delimiter) != (reading.format, reading.delimiter):
        return []
    then = {match.found: match.column for match in match_columns(recipe, table, renamed).columns}
    asked = ((question, mark) for question in table.questions for mark in _MARKS if question.column in then)
    answers = ((question, mark, getattr(then[question.column], mark)) for question, mark in asked)
    return [
        (question, mark, answer)
        for question, mark, answer in answers
        if answer is not None and any(getattr(choice, mark) != _taken(question, mark) for _, choice in question.choices)
    ]


def _taken(question: Question, mark: str) -> str | bool | None:
    """What is taken until the question is answered."""
    return getattr(question.choices[0][1], mark)


def _read(content: memoryview, name: str, options: ReadOptions) -> Table:
    """Read without what is asked for columns that are not there or cannot be had."""
    while True:
        try:
            return read_table(content, name=name, options=options, least_rows=1)
        except InvalidColumns as error:
            fewer = options.without_columns(error.columns)
            if fewer == options:
                raise
            options = fewer
        except TooFewRows:
            raise no_rows(name, 0, least_rows=1) from None
