"""Applying a recipe: the same steps and the same rule for customers who were not there when the segments were found."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from clustering.features.frozen import thaw
from clustering.features.rows import Rows
from clustering.indices import center_distances
from clustering.model import with_noise
from clustering.placing import NOISE, MostProbable
from clustering.recipe.matching import known_frame, match_columns
from clustering.recipe.recipe import Recipe
from clustering.recipe.taking import take_out
from clustering.recipe.unusual import Flags, flag_beyond, flag_unseen
from clustering.table import Table
from clustering.threads import one_thread
from clustering.wording import count, listing, one_line, rounded_share

NOT_INSIDE = "not in the segment that was looked into"
_CHUNK = 100_000  # rows prepared at a time


@dataclass(frozen=True, eq=False)
class Applied:
    """A recipe applied to a table.

    Attributes
    ----------
    recipe : Recipe
    n_rows : int
        Rows of the table.
    rows : ndarray of shape (n_placed,), ascending
        Positions of the rows that got a segment.
    labels : ndarray of int32 of shape (n_placed,)
        Their segments, by the numbers of the recipe: 0 was its largest.
    distance, second, second_distance, margin : ndarray of shape (n_placed,)
        As in `clustering.profile.people.Placement`: to the center of the own segment, which other one is nearest, to
        that one's center, and the simplified silhouette.
    probability : ndarray of shape (n_placed,) or None
        Of the own segment, where the method tells.
    noise : ndarray
        Positions of the rows that are near no segment.
    row_notes : pandas.Categorical of length n_rows
        Why a row has no segment, or what is special about it.
    flags : pandas.Categorical of length n_rows
        What it holds that no customer held when the segments were found.
    frame : DataFrame
        The columns that the recipe knows, under its names.
    sizes : tuple of int
        Rows per segment of the recipe; any of them can be 0.
    unseen : tuple of (str, str, int)
        Column, level that nobody had then, and rows with it.
    beyond : tuple of (str, int, int)
        Column, and rows with a segment below and above all values of then.
    filled : tuple of (str, int)
        Column, and cells that were missing in rows with a segment.
    notes : tuple of str
    """

    recipe: Recipe
    n_rows: int
    rows: np.ndarray
    labels: np.ndarray
    distance: np.ndarray
    second: np.ndarray
    second_distance: np.ndarray
    margin: np.ndarray
    probability: np.ndarray | None
    noise: np.ndarray
    row_notes: pd.Categorical
    flags: pd.Categorical
    frame: pd.DataFrame
    sizes: tuple[int, ...]
    unseen: tuple[tuple[str, str, int], ...]
    beyond: tuple[tuple[str, int, int], ...]
    filled: tuple[tuple[str, int], ...]
    notes: tuple[str, ...]

    @property
    def n_not_placed(self) -> int:
        """Rows without a segment, noise among them."""
        return self.n_rows - len(self.rows)

    @property
    def of_table(self) -> np.ndarray:
        """The segment of every row of the table, -1 where there is none."""
        labels = np.full(self.n_rows, NOISE, dtype=np.int32)
        labels[self.rows] = self.labels
        return labels


def apply_recipe(
    recipe: Recipe,
    table: Table,
    renamed: Mapping[str, str] | None = None,
    *,
    named_levels: Mapping[str, Collection[str]] | None = None,
) -> Applied:
    """Give every row of a table its segment by a recipe.

    Parameters
    ----------
    recipe : Recipe
    table : Table
        Of one row or more; best read by `read_for`.
    renamed : mapping of str to str, optional
        Name in the table by name in the recipe, where they differ by more than case, blanks and signs.
    named_levels : mapping of str to collection of str, optional
        Of every column of the recipe the levels that nobody had then and that are told one by one; where not given the
        50 most frequent of the table, of which this may be a part alone.

    Raises
    ------
    NoUsableColumns
        If a column that built the segments is missing, or of another type.
    InvalidSetting
        If `renamed` names what is not there.
    """
    matching = match_columns(recipe, table, renamed)
    frame = known_frame(recipe, table, matching)
    rows = Rows(table.n_rows)
    for row, reason in table.set_aside.items():
        rows.take_out([row], reason)
    if recipe.outer is not None:
        known = {column.name for column in recipe.outer.all_columns}
        around = {name: column for name, column in (renamed or {}).items() if name in known}
        inside = apply_recipe(recipe.outer, table, around)
        rows.take_out(rows.fitted & (inside.of_table != recipe.outer_label), NOT_INSIDE)
    notes = [*take_out(recipe.features, recipe.preparation.specs, recipe.outside, frame, rows)]
    placed = np.flatnonzero(rows.has_segment)
    labels, probability, measured = _placed(recipe, frame, placed)
    is_noise = labels == NOISE
    noise, with_segment = placed[is_noise], placed[~is_noise]
    distance, second, second_distance, margin = measured
    flags = Flags(table.n_rows)
    unseen = tuple(flag_unseen(recipe, frame, placed, flags, named_levels))
    beyond = tuple(flag_beyond(recipe, frame, placed, flags))
    filled = tuple(_filled(recipe, frame, with_segment))
    notes.extend(_told(recipe, matching, unseen, beyond, filled, len(noise)))
    return Applied(
        recipe=recipe,
        n_rows=table.n_rows,
        rows=with_segment,
        labels=labels[~is_noise].astype(np.int32),
        distance=distance,
        second=second,
        second_distance=second_distance,
        margin=margin,
        probability=probability,
        noise=noise,
        row_notes=with_noise(rows.notes(), noise),
        flags=flags.told(),
        frame=frame,
        sizes=tuple(np.bincount(labels[~is_noise], minlength=recipe.n_clusters).tolist()),
        unseen=unseen,
        beyond=beyond,
        filled=filled,
        notes=tuple(notes),
    )


def _placed(
    recipe: Recipe, frame: pd.DataFrame, placed: np.ndarray
) -> tuple[np.ndarray, np.ndarray | None, tuple[np.ndarray, ...]]:
    """Label and probability of these rows, and where those that are no noise stand between the centers."""
    pipeline, rule, centers = thaw(recipe.preparation), recipe.rule, recipe.cluster_centers
    frame = frame[[spec.name for spec in recipe.preparation.specs]]
    labels = np.empty(len(placed), dtype=np.int64)
    found, probabilities = [], []
    with one_thread():
        for start in range(0, len(placed), _CHUNK):
            part = slice(start, start + _CHUNK)
            X = pipeline.transform(frame.iloc[placed[part]])
            labels[part] = rule(X)
            stays = labels[part] != NOISE
            X, own = X[stays], labels[part][stays]
            if isinstance(rule, MostProbable):
                probabilities.append(rule.memberships(X)[np.arange(len(X)), own])
            distances = center_distances(X, own, centers)
            found.append((distances.own, distances.second, distances.other, distances.margins))
    if not found:
        empty = np.empty(0)
        return labels, None, (empty, empty.astype(np.int32), empty, empty)
    measured = tuple(np.concatenate(parts) for parts in zip(*found, strict=True))
    return labels, np.concatenate(probabilities) if probabilities else None, measured


def _filled(recipe: Recipe, frame: pd.DataFrame, with_segment: np.ndarray) -> Iterator[tuple[str, int]]:
    for spec in recipe.preparation.specs:
        n = int(frame[spec.name].iloc[with_segment].isna().sum())
        if n and spec.missing not in (None, "aside"):
            yield spec.name, n


def _told(recipe: Recipe, matching, unseen, beyond, filled, n_noise: int) -> Iterator[str]:
    for match in matching.columns:
        if match.how == "alike":
            yield f'"{one_line(match.found)}" is taken for "{one_line(match.column.name)}".'
    yield from told_agreement(recipe)
    for name, n in filled:
        yield f"{one_line(name)}: {count(n, 'missing cell')} filled as when the segments were found."
    for name in dict.fromkeys(name for name, _, _ in unseen):
        levels = {level: n for column, level, n in unseen if column == name}
        told = count(sum(levels.values()), "row")
        yield f"{one_line(name)}: {told} with a level that nobody had then: {listing(map(one_line, levels))}."
    for name, below, above in beyond:
        sides = [f"{count(n, 'row')} {side}" for n, side in ((below, "below"), (above, "above")) if n]
        yield f"{one_line(name)}: {' and '.join(sides)} all values of then."
    if n_noise:
        yield f"{count(n_noise, 'row')} near no segment: noise."


def told_agreement(recipe: Recipe) -> Iterator[str]:
    """How often the recipe gives the customers of then the segment that they had, where that is not always so."""
    if recipe.stand_in:
        yield told_stand_in(recipe)
    elif recipe.agreement < 1:
        why = []
        if recipe.preparation.by_neighbours:
            names = listing(map(one_line, recipe.preparation.by_neighbours))
            why.append(f"missing values of {names}, which were filled from similar customers, get the median")
        if recipe.features.outliers == "forest":
            why.append("nobody is looked for who is far outside, as the isolation forest did")
        because = f"Without the customers of then, {' and '.join(why)}: " if why else ""
        yield f"{because}{rounded_share(recipe.agreement)} of the customers of then get the segment that they had."


def told_stand_in(recipe: Recipe) -> str:
    """That another rule stands in for the method, and how often it is right."""
    by = {"nearest_center": "the nearest center", "nearest_neighbour": "the most similar small group of customers"}
    right = "all" if recipe.agreement == 1 else f"{rounded_share(recipe.agreement)} of the"
    return (
        f"The segments were made in a way that places no new customers, so {by[recipe.stand_in]} decides: {right} "
        "customers of then get the segment that they had."
    )
