"""How far customers of now differ from those of then in one respect: in a column, or in the segments they are in."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy.stats import chi2, chi2_contingency, ncx2

from clustering.features.encode import NO_VALUE, OTHERS, level_codes
from clustering.profile.effects import holm
from clustering.recipe.recipe import TrainedColumn
from clustering.recipe.training import as_amounts, iso
from clustering.wording import number, one_line, rounded_share

ALPHA = 0.01  # adjusted p-value below which a difference is beyond chance
SOME, LOT = 0.1, 0.25  # population stability index from which customers differ some, and a lot

_EMPTY = 0.5  # customers that a part without any counts as, for a share of nothing has no logarithm
_LEAST_EXPECTED = 5.0  # customers, for the test
_SEEN = 0.5  # of the cases in which there is a lot, so many at least the test must see
_ONE_WAY = 0.5  # of the differences, that is left when those one way are taken from those the other way
_FIRST_YEAR, _LAST_YEAR = 1900, 2100


@dataclass(frozen=True)
class Shift:
    """Customers of then and of now by the parts of a column (tenths of a number, levels), or by segment.

    The customers of then are not kept, only how many were in each part: so numbers are compared by tenths, and a shift
    inside a tenth is not seen.

    Attributes
    ----------
    name : str
    built : bool
        Whether the column built the segments.
    parts : tuple of str
        Missing values are a part of their own where there were or are any.
    then, now : tuple of int
        Customers with a segment in each part.
    psi : float
        Population stability index: the sum over the parts of (now - then) ln(now / then), of shares. 0 where nothing
        changed, without upper limit; NaN where undefined. Neighbouring parts are taken together until at least 5
        customers would be expected in each, then and now; an empty part counts as half a customer.
    by_chance : float
        What psi chance alone exceeds in about 1 of 100 drifts, each with all its comparisons (of only 100 customers in
        up to 3): the quantile of chi squared times (1 / n_then + 1 / n_now). NaN without a test.
    p_value, p_adjusted : float
        Of the chi-squared test whether the shares of these parts are the same then and now; adjusted by Holm's method
        for all comparisons of a drift. Where the same customers stand in both files it is too large rather than too
        small. NaN without a test.
    size : {"undefined", "too few", "chance", "little", "some", "a lot"}
        "too few": not beyond chance, but of so few customers the test would miss a true 0.25 more often than not (by
        the noncentral chi squared). "chance": not beyond chance. Else by psi: some from 0.1, a lot above 0.25.
    direction : str
        "more often missing" or "less often missing" where that is most of psi; else of a number "higher" or "lower", of
        a date "later" or "earlier", where at least three quarters of the differences in the shares below the edges
        point that way; else "spread otherwise". Empty where nothing changed.
    detail : str
        What changed most, in shares.
    n_below, n_above : int
        Customers of now below and above everybody of then, in a column that placing needs; noise included.
    outside : float
        Their share.
    new_levels : tuple of (str, int)
        Of such a column the levels that nobody had then, with their customers of now, the most frequent first.
    reason : str
        Why it is undefined or says nothing; else empty.

    References
    ----------
    Siddiqi (2006), Credit Risk Scorecards, Wiley (the index and its limits). Yurdakul and Naranjo (2020), J. Risk Model
    Valid. 14(4) (its distribution by chance). Holm (1979), Scand. J.
    Stat. 6:65-70.
    """

    name: str
    built: bool
    parts: tuple[str, ...] = ()
    then: tuple[int, ...] = ()
    now: tuple[int, ...] = ()
    psi: float = np.nan
    by_chance: float = np.nan
    p_value: float = np.nan
    p_adjusted: float = np.nan
    size: str = "undefined"
    direction: str = ""
    detail: str = ""
    n_below: int = 0
    n_above: int = 0
    outside: float = np.nan
    new_levels: tuple[tuple[str, int], ...] = ()
    reason: str = ""

    @property
    def shares_then(self) -> np.ndarray:
        return _shares(self.then)

    @property
    def shares_now(self) -> np.ndarray:
        return _shares(self.now)

    @property
    def told(self) -> str:
        """What changed, as a sentence."""
        name = one_line(self.name, 40)
        if self.size == "undefined":
            return f"{name} is not compared: {self.reason}."
        if self.size == "too few":
            return f"{name}: too few customers to tell."
        if self.size == "chance":
            return f"{name}: no difference beyond chance."
        return f"{name} is {self.change}."

    @property
    def change(self) -> str:
        """What changed, after "is"."""
        return f"{'slightly ' * (self.size == 'little')}{self.direction} than then ({self.detail})"


def segment_shift(names: Sequence[str], then: Sequence[int], now: Sequence[int]) -> Shift:
    """Compare how many customers are in every segment; `names` holds one more where there is noise."""
    shift = Shift("segments", False, tuple(names), tuple(map(int, then)), tuple(map(int, now)))
    shift = _measured(shift)
    return replace(shift, detail=_most_changed(shift, "are in")) if shift.psi > 0 else shift


def column_shift(column: TrainedColumn, values: pd.Series | None, *, built: bool) -> Shift:
    """Compare what a column holds now with what it held then.

    Parameters
    ----------
    values : Series, optional
        Of the customers of now that have a segment; None where the new data have no such column.
    """
    bare = Shift(column.name, built)
    if values is None:
        return replace(bare, reason="the new data have no such column, or one with another kind of values")
    if column.n == column.missing:
        return replace(bare, reason="no customer had a value then")
    if column.levels:
        return _level_shift(bare, column, values)
    if column.min is None:
        return replace(bare, reason="identifiers and free text say nothing about a customer")
    return _amount_shift(bare, column, as_amounts(values))


def judge(shifts: Sequence[Shift]) -> tuple[Shift, ...]:
    """Say of all comparisons of a drift which are beyond chance, and how large they are."""
    adjusted = holm(np.array([shift.p_value for shift in shifts]))
    n_tests = int(np.isfinite(adjusted).sum())
    return tuple(_judged(shift, float(p), n_tests) for shift, p in zip(shifts, adjusted, strict=True))


def _judged(shift: Shift, p_adjusted: float, n_tests: int) -> Shift:
    if shift.reason:
        return shift
    if np.isnan(p_adjusted):
        return replace(shift, size="chance")
    n_free = _pooled(shift).shape[1] - 1
    quantile, unit = chi2.isf(ALPHA / n_tests, n_free), 1 / sum(shift.then) + 1 / sum(shift.now)
    if p_adjusted < ALPHA:
        size = "a lot" if shift.psi > LOT else "some" if shift.psi >= SOME else "little"
    else:
        size = "chance" if ncx2.sf(quantile, n_free, LOT / unit) >= _SEEN else "too few"
    return replace(shift, by_chance=float(quantile * unit), p_adjusted=p_adjusted, size=size)


def _amount_shift(bare: Shift, column: TrainedColumn, amounts: np.ndarray) -> Shift:
    known = amounts[~np.isnan(amounts)]
    if column.edges:
        titles, then = _tenths(column), column.counts
        now = np.bincount(np.searchsorted(np.array(column.edges), known, side="right"), minlength=len(titles))
    else:  # all were alike
        alike = as_amounts(pd.Series([pd.Timestamp(column.min) if column.type == "date" else column.min]))[0]
        titles, then = (_written(column, alike), "other values"), (*column.counts, 0)
        now = np.bincount(known != alike, minlength=2)
    missing = column.missing, len(amounts) - len(known)
    shift = _counted(bare, titles, then, now, missing)
    if not shift.psi > 0:
        return shift
    if any(missing) and (told := _missing_change(shift)):
        return replace(shift, **told)
    return replace(shift, **_change(shift, column, np.array(then), now))


def _change(shift: Shift, column: TrainedColumn, then: np.ndarray, now: np.ndarray) -> dict[str, str]:
    """Direction and detail where numbers or dates changed."""
    if not column.edges or not now.sum():
        return {"direction": "spread otherwise", "detail": _most_changed(shift, "have")}
    below_then, below_now = (counts.cumsum()[:-1] / counts.sum() for counts in (then, now))
    rises = below_then - below_now
    if abs(rises.sum()) < _ONE_WAY * np.abs(rises).sum():
        return {"direction": "spread otherwise", "detail": _most_changed(shift, "have")}
    is_higher, is_date = bool(rises.sum() > 0), column.type == "date"
    at = int((rises if is_higher else -rises).argmax())
    edge, shares = _written(column, column.edges[at]), np.array([below_now[at], below_then[at]])
    if is_higher:
        told, shares = f"are from {edge} on" if is_date else f"have {edge} or more", 1 - shares
    else:
        told = f"are before {edge}" if is_date else f"have less than {edge}"
    direction = ("later" if is_higher else "earlier") if is_date else "higher" if is_higher else "lower"
    return {"direction": direction, "detail": f"{rounded_share(shares[0])} {told} now, {rounded_share(shares[1])} then"}


def _level_shift(bare: Shift, column: TrainedColumn, values: pd.Series) -> Shift:
    codes, texts = level_codes(values)
    counts = np.bincount(codes[codes >= 0], minlength=len(texts)).tolist()
    found = dict(zip(texts, counts, strict=True))
    known = [found.get(level, 0) for level in column.levels]
    now = (*known, sum(counts) - sum(known))
    missing = column.missing, int((codes < 0).sum())
    shift = _counted(bare, (*column.levels, OTHERS), column.counts, now, missing)
    if not shift.psi > 0:
        return shift
    if any(missing) and (told := _missing_change(shift)):
        return replace(shift, **told)
    return replace(shift, direction="spread otherwise", detail=_most_changed(shift, "have"))


def _counted(bare: Shift, titles, then, now, missing: tuple[int, int]) -> Shift:
    """The shift with its parts, those left out that nobody was or is in; missing values last."""
    rows = zip((*titles, NO_VALUE), (*then, missing[0]), (*now, missing[1]), strict=True)
    parts, then, now = zip(*(row for row in rows if row[1] or row[2]), strict=True)
    return _measured(replace(bare, parts=parts, then=tuple(map(int, then)), now=tuple(map(int, now))))


def _measured(shift: Shift) -> Shift:
    """The shift with its index and its test, not yet judged."""
    n_then, n_now = sum(shift.then), sum(shift.now)
    if not n_then or not n_now:
        return replace(shift, reason="no customer has a segment")
    if len(shift.parts) < 2:
        return replace(shift, psi=0.0)  # everybody is in the one part, then and now
    groups = _pooled(shift)
    if groups.shape[1] < 2:
        return replace(shift, size="too few", reason="too few customers")
    then, now = np.maximum(groups, _EMPTY) / groups.sum(axis=1, keepdims=True)
    psi = float(((now - then) * np.log(now / then)).sum())
    return replace(shift, psi=psi, p_value=float(chi2_contingency(groups, correction=False).pvalue))


def _pooled(shift: Shift) -> np.ndarray:
    """Counts then and now of neighbouring parts taken together, so that no expected one is tiny; of shape (2, n)."""
    counts = np.array([shift.then, shift.now])
    n_then, n_now = counts.sum(axis=1)
    expected = counts.sum(axis=0) * min(n_then, n_now) / (n_then + n_now)
    starts, gathered = [0], 0.0
    for i, more in enumerate(expected[:-1].tolist()):
        gathered += more
        if gathered >= _LEAST_EXPECTED:
            starts.append(i + 1)
            gathered = 0.0
    if len(starts) > 1 and expected[starts[-1] :].sum() < _LEAST_EXPECTED:
        starts.pop()
    return np.add.reduceat(counts, starts, axis=1)


def _missing_change(shift: Shift) -> dict[str, str]:
    """Direction and detail where most of the change is in the missing values, the last part; else nothing."""
    then, now = shift.shares_then, shift.shares_now
    if abs(now[-1] - then[-1]) < np.abs(now - then).sum() / 4:  # half of those who are elsewhere now
        return {}
    direction = "more often missing" if now[-1] > then[-1] else "less often missing"
    return {"direction": direction, "detail": f"{rounded_share(now[-1])} now, {rounded_share(then[-1])} then"}


def _most_changed(shift: Shift, verb: str) -> str:
    changes = (shift.shares_now - shift.shares_then).round(9).tolist()
    at = max(range(len(changes)), key=lambda part: (abs(changes[part]), changes[part]))  # of equals the one that grew
    then, now = rounded_share(shift.shares_then[at]), rounded_share(shift.shares_now[at])
    return f"{now} {verb} {one_line(shift.parts[at], 40)} now, {then} then"


def _tenths(column: TrainedColumn) -> tuple[str, ...]:
    edges = [_written(column, edge) for edge in column.edges]
    under, over = ("before", "and later") if column.type == "date" else ("under", "and over")
    return (
        f"{under} {edges[0]}",
        *(f"{low} to {under} {high}" for low, high in pairwise(edges)),
        f"{edges[-1]} {over}",
    )


def _written(column: TrainedColumn, amount: float) -> str:
    if column.type == "date":
        return iso(amount)
    if column.min >= _FIRST_YEAR and column.max <= _LAST_YEAR and amount == int(amount):
        return f"{amount:.0f}"  # a year
    return number(amount, 4)


def _shares(counts: tuple[int, ...]) -> np.ndarray:
    return np.array(counts) / sum(counts) if sum(counts) else np.full(len(counts), np.nan)
