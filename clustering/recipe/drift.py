"""Whether a segmentation still fits: customers of now against those whom the segments were found in."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import ceil, isfinite, isnan, nan, sqrt
from typing import Any

import numpy as np
from scipy.stats import binom
from scipy.stats import t as student

from clustering.features.outliers import MANY_FAR
from clustering.features.rows import outside_filter
from clustering.profile.words import joined
from clustering.recipe.apply import NOT_INSIDE, Applied
from clustering.recipe.recipe import Recipe
from clustering.recipe.shift import ALPHA, SOME, Shift, column_shift, judge, segment_shift
from clustering.wording import number, one_line, rounded_share, whole

MANY = 0.2  # share of the customers: so many outside, or without a segment, are no exceptions
SOME_OUTSIDE = 0.05  # of one column
FARTHER = 1.25  # times the distance of then
NOISE = "no segment"

_MOST_NAMED = 3


@dataclass(frozen=True)
class Drift:
    """How far customers of now differ from those whom the segments were found in, and what follows from it.

    The verdict, in this order:

    - "again": psi of the segments' shares is above 0.25; or so it is of more than half of the columns that built the
      segments; or surely more than 20 % of the customers have a value that nobody had then, beside the 2 / (n_then + 1)
      that chance alone puts outside the range of every column; or the share of customers without a segment is surely 20
      percentage points above that of then; or the customers are surely 1.25 times as far from the middle of their
      segments as then. (In sample tables whose columns were shuffled, so that nothing but their going together was
      lost, it was 1.4 to 1.9 times where there were segments, and 1.0 where there were none.)
    - "look": psi of the segments' shares, or of a column that built the segments, is 0.1 or more; or surely more than
      5 % lie outside the range of one of these columns, beside those of chance.
    - "too few": nothing of that, but of so few customers that a psi of 0.25 would more often be missed than seen, in
      the segments' shares or in more than half of the columns that built them; or of nobody at all.
    - "fits": else.

    psi counts only where the test says that chance does not give as much (`Shift`); "surely" is a one-sided test at
    0.01. Columns that only describe the segments are told and decide nothing. Where the recipe gives a part of the
    customers of then other segments than the method did, a difference in shares no larger than that part says nothing.

    Attributes
    ----------
    segments : Shift
        By segment, and "no segment" for noise where there was or is any.
    columns : tuple of Shift
        Those that placing needs or that describe, the most changed first; those not compared last.
    n_then, n_now : int
        Customers with a segment.
    n_outside : int
        Customers of now with a value that nobody had then, in a column that placing needs: below or above all, or a new
        level.
    outside : float
        Their share of those who were compared with the segments, noise included.
    without_then, without_now : float
        Share of the customers without a segment, of those that the filter lets in and, where one segment was looked
        into, that are in it. Of then NaN with a filter and where one segment was looked into: not known.
    distance_then, distance_now : float
        Root of the mean squared distance to the center of the own segment, in prepared units. Of then from the inertia;
        of now without the 2 % farthest, since as many may have been kept out of the fit. NaN where customers are
        weighed or the filter's others are placed too, for there the inertia is of others.
    kind : {"fits", "look", "again", "too few"}
    verdict : str
        For the analyst, one sentence.
    reasons : tuple of str
        All that speaks for it, as sentences, and then what changed in columns that only describe.
    """

    segments: Shift
    columns: tuple[Shift, ...]
    n_then: int
    n_now: int
    n_outside: int
    outside: float
    without_then: float
    without_now: float
    distance_then: float
    distance_now: float
    kind: str = ""
    verdict: str = ""
    reasons: tuple[str, ...] = ()

    @property
    def built(self) -> tuple[Shift, ...]:
        """The columns that built the segments."""
        return tuple(column for column in self.columns if column.built)


def drift(recipe: Recipe, applied: Applied) -> Drift:
    """Hold the customers of a new table against those whom the segments were found in."""
    n_compared = len(applied.rows) + len(applied.noise)
    segments, *columns = judge([_segments(recipe, applied), *_columns(recipe, applied, n_compared)])
    n_outside = int((applied.flags.codes >= 0).sum())
    without_then, n_without, n_asked = _without(recipe, applied)
    distance_then, distance_now, surely_now = _distances(recipe, applied)
    found = Drift(
        segments=_unless_the_recipe_differs(segments, recipe),
        columns=tuple(sorted(columns, key=lambda shift: -np.nan_to_num(shift.psi, nan=-1.0))),
        n_then=recipe.found.n_placed,
        n_now=len(applied.rows),
        n_outside=n_outside,
        outside=n_outside / n_compared if n_compared else nan,
        without_then=without_then,
        without_now=n_without / n_asked if n_asked else nan,
        distance_then=distance_then,
        distance_now=distance_now,
    )
    by_chance = 2 / (found.n_then + 1)  # a new customer is as likely the lowest or the highest as any of then
    n_ranges = sum(column.min is not None for column in recipe.needed_columns)
    again = list(_changed_a_lot(found))
    if _is_surely_above(MANY + n_ranges * by_chance, n_outside, n_compared):
        again.append(f"{rounded_share(found.outside)} of the customers have a value that nobody had then.")
    if _is_surely_above(MANY + _least_without(recipe, without_then), n_without, n_asked):
        then = "" if isnan(without_then) else f" now, {rounded_share(without_then)} then"
        again.append(f"{rounded_share(found.without_now)} of the customers get no segment{then}.")
    if 0 < FARTHER * distance_then < surely_now:
        times = number(distance_now / distance_then, 2)
        again.append(f"Customers are {times} times as far from the middle of their segments as then.")
    look = [shift for shift in found.built if _is_worth_a_look(shift, SOME_OUTSIDE + by_chance, n_compared)]
    return _with_verdict(found, again, look)


def told(drift: Drift) -> dict[str, Any]:
    """The drift as plain values, for JSON; None where something is undefined."""
    segments = drift.segments
    shares = zip(segments.parts, segments.shares_then.tolist(), segments.shares_now.tolist(), strict=True)
    return {
        "verdict": drift.kind,
        "sentence": drift.verdict,
        "reasons": list(drift.reasons),
        "customers": {"then": drift.n_then, "now": drift.n_now},
        "segments": [{"name": name, "then": _plain(then), "now": _plain(now)} for name, then, now in shares],
        "segments_psi": _plain(segments.psi),
        "segments_p_adjusted": _plain(segments.p_adjusted),
        "outside": _plain(drift.outside),
        "without_segment": {"then": _plain(drift.without_then), "now": _plain(drift.without_now)},
        "distance": {"then": _plain(drift.distance_then), "now": _plain(drift.distance_now)},
        "columns": [
            {
                "name": shift.name,
                "built": shift.built,
                "psi": _plain(shift.psi),
                "psi_by_chance": _plain(shift.by_chance),
                "p_adjusted": _plain(shift.p_adjusted),
                "size": shift.size,
                "sentence": shift.told,
                "outside": _plain(shift.outside),
                "new_levels": dict(shift.new_levels),
            }
            for shift in drift.columns
        ],
    }


def _plain(value: float) -> float | None:
    return float(value) if isfinite(value) else None


def _segments(recipe: Recipe, applied: Applied) -> Shift:
    names = recipe.names
    then, now = [segment.size for segment in recipe.segments], list(applied.sizes)
    if recipe.found.n_noise or len(applied.noise):
        names, then, now = (*names, NOISE), [*then, recipe.found.n_noise], [*now, len(applied.noise)]
    return segment_shift(names, then, now)


def _columns(recipe: Recipe, applied: Applied, n_compared: int) -> Iterator[Shift]:
    beyond = {column: sides for column, *sides in applied.beyond}
    for column in recipe.columns:
        values = applied.frame[column.name].iloc[applied.rows] if column.name in applied.frame else None
        shift = column_shift(column, values, built=column.name in recipe.features.columns)
        below, above = beyond.get(column.name, (0, 0))
        yield replace(
            shift,
            n_below=below,
            n_above=above,
            outside=(below + above) / n_compared if column.needed and n_compared else nan,
            new_levels=tuple((level, n) for name, level, n in applied.unseen if name == column.name),
        )


def _unless_the_recipe_differs(segments: Shift, recipe: Recipe) -> Shift:
    """No more than what the recipe itself does to the shares of then, a difference says nothing of the customers."""
    differs = (1 - recipe.agreement) * recipe.found.n_rows / max(1, sum(segments.then))
    moved = float(np.abs(segments.shares_now - segments.shares_then).sum() / 2)
    if not 0 < moved <= differs:
        return segments
    told = f"the recipe gives {rounded_share(differs)} of the customers of then another segment than the method did"
    return replace(segments, size="undefined", reason=told)


def _without(recipe: Recipe, applied: Applied) -> tuple[float, int, int]:
    """Share of the customers without a segment then; how many now, and of how many who could have one."""
    asked = np.ones(applied.n_rows, dtype=bool)
    chosen, found = recipe.features.row_filter, recipe.found
    if chosen is not None and recipe.features.filtered == "aside":
        for mask, _ in outside_filter(applied.frame, chosen):
            asked &= ~mask
    if recipe.outer is not None:
        asked &= np.asarray(applied.row_notes != NOT_INSIDE)
    is_known = chosen is None and recipe.outer is None and found.n_rows
    then = 1 - found.n_placed / found.n_rows if is_known else nan
    n_asked = int(asked.sum())
    return then, n_asked - int(asked[applied.rows].sum()), n_asked


def _least_without(recipe: Recipe, without_then: float) -> float:
    """The share without a segment then; where it is not known, that of noise, for so many were surely without."""
    found = recipe.found
    return found.n_noise / max(1, found.n_noise + found.n_placed) if isnan(without_then) else without_then


def _distances(recipe: Recipe, applied: Applied) -> tuple[float, float, float]:
    """Root mean squared distance to the own center then and now, and what it surely is now."""
    spec, found = recipe.features, recipe.found
    is_of_others = spec.weight_column is not None or (spec.row_filter is not None and spec.filtered == "place")
    if is_of_others or not (found.n_placed and len(applied.rows)):
        return nan, nan, nan
    squares = np.sort(applied.distance**2)[: ceil((1 - MANY_FAR) * len(applied.rows))]
    mean, n, surely = squares.mean(), len(squares), nan
    if n > 1:
        error = squares.std(ddof=1) / sqrt(n)
        surely = sqrt(max(0.0, mean - student.isf(ALPHA, n - 1) * error))
    return sqrt(found.inertia / found.n_placed), sqrt(mean), surely


def _is_surely_above(limit: float, n: int, n_of: int) -> bool:
    """Whether a share is above a limit even if chance made it larger; none of nobody is, and none above 1."""
    return bool(binom.sf(n - 1, n_of, limit) < ALPHA)


def _is_worth_a_look(shift: Shift, limit: float, n_compared: int) -> bool:
    return shift.size in ("some", "a lot") or _is_surely_above(limit, shift.n_below + shift.n_above, n_compared)


def _changed_a_lot(drift: Drift) -> Iterator[str]:
    if drift.segments.size == "a lot":
        yield _told_segments(drift.segments)
    changed = [shift for shift in drift.built if shift.size == "a lot"]
    if 2 * len(changed) > len(drift.built):
        n, n_built = len(changed), len(drift.built)
        which = "the column" if n_built == 1 else f"all {n} columns" if n == n_built else f"{n} of {n_built} columns"
        yield f"A lot changed in {which} that built the segments: {changed[0].told}"


def _told_segments(segments: Shift) -> str:
    return f"The segments hold other shares than then ({segments.detail})."


def _told_change(shift: Shift) -> str:
    """What is to be seen in a column, after "is"; a change that no tenth shows lies beyond the values of then."""
    if shift.size in ("some", "a lot"):
        return shift.change
    sides = ((shift.n_below, "below"), (shift.n_above, "above"))
    told = [f"{rounded_share(shift.outside * n / (shift.n_below + shift.n_above))} {side}" for n, side in sides if n]
    return f"beyond what it was then ({' and '.join(told)} everybody of then)"


def _with_verdict(drift: Drift, again: list[str], look: list[Shift]) -> Drift:
    changes = [f"{one_line(shift.name, 40)} is {_told_change(shift)}." for shift in look]
    if drift.segments.size == "some":
        changes.insert(0, _told_segments(drift.segments))
    too_few = [shift for shift in drift.built if shift.size == "too few"]
    no_shares = drift.segments.size == "undefined"
    if again:
        kind, verdict = "again", f"Time to segment again: {again[0][0].lower()}{again[0][1:]}"
    elif changes:
        kind, verdict = "look", _told_look(drift, look)
    elif not (drift.n_then and drift.n_now) or drift.segments.size == "too few" or 2 * len(too_few) > len(drift.built):
        kind, verdict = "too few", _told_too_few(drift)
    else:
        kind = "fits"
        shares = "the segments hold about the shares of then, and "
        if drift.segments.size == "chance" and drift.segments.psi >= SOME:
            shares = "the shares of the segments differ no more than by chance, and "
        shares = "" if no_shares else shares
        verdict = f"Still fits: {shares}no column that built them changed much."
    shown = [shift.told for shift in drift.columns if shift.size in ("some", "a lot") and not shift.built]
    doubt = [f"The shares of the segments say nothing: {drift.segments.reason}."] if no_shares else []
    return replace(drift, kind=kind, verdict=verdict, reasons=(*again, *changes, *shown, *doubt))


def _told_look(drift: Drift, look: list[Shift]) -> str:
    if drift.segments.size == "some":
        return f"Look at the segments: they hold other shares than then ({drift.segments.detail})."
    names = [one_line(shift.name, 40) for shift in look[:_MOST_NAMED]]
    subject = "it" if len(look) == 1 else names[0]
    return f"Look at {joined(names)}: {subject} is {_told_change(look[0])}."


def _told_too_few(drift: Drift) -> str:
    if not drift.n_now:
        return "Too few customers to tell: none of them has a segment."
    if drift.n_then < drift.n_now:
        return f"Too few customers to tell: the segments were found in only {whole(drift.n_then)}."
    return f"Too few customers to tell: of only {whole(drift.n_now)} a change would have to be very large to show."
