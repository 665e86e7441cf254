"""What a column leaves open and only the user can know: the question, and what each answer would change."""

import math
import re
from dataclasses import dataclass, replace

import numpy as np

from clustering.table.options import ColumnOptions
from clustering.wording import listing, number, one_line, whole

_RARE, _RARE_SHARE = 3, 0.005  # a code for "no value" stands more often than that
_FEW = 3  # beside fewer different values nothing stands out


@dataclass(frozen=True)
class Question:
    """A doubt about one column, with the likelier answer taken meanwhile.

    Attributes
    ----------
    text : str
        The question and what is taken until it is answered, as sentences.
    choices : tuple of (str, ColumnOptions)
        An answer in words, and the options of the column that give it; the answer taken meanwhile first.
    """

    column: str
    text: str
    choices: tuple[tuple[str, ColumnOptions], ...]


def about_decimals(options: ColumnOptions, example: str, taken: str) -> Question:
    """Whether 1,234 is a thousand or a little more than one."""
    shown = re.search(r"\d[\d.,]*\d", example)[0]
    sign = "," if "," in shown else "."
    other = {",": ".", ".": ","}[taken]
    readings = {sign: shown.replace(sign, "."), {",": ".", ".": ","}[sign]: shown.replace(sign, "")}
    name = {",": "comma", ".": "point"}[sign]
    says = {
        mark: f"{shown} is {reading}: the {name} "
        + ("marks the decimals" if mark == sign else "stands between thousands")
        for mark, reading in readings.items()
    }
    return Question(
        options.name,
        f'"{one_line(options.name)}": is {shown} the number {readings[taken]} or {readings[other]}? '
        f"Read as {readings[taken]} until you say.",
        tuple((says[mark], replace(options, decimal=mark)) for mark in (taken, other)),
    )


def about_order(options: ColumnOptions, example: str, taken: bool) -> Question:
    """Whether 03/04/2026 is in April or in March."""
    says = {True: f"{example} begins with the day", False: f"{example} begins with the month"}
    shown = {True: "the day", False: "the month"}
    return Question(
        options.name,
        f'"{one_line(options.name)}": does {example} begin with the day or with the month? '
        f"Read with {shown[taken]} first until you say.",
        tuple((says[order], replace(options, day_first=order)) for order in (taken, not taken)),
    )


def about_missing(options: ColumnOptions, values: np.ndarray) -> Question | None:
    """Whether numbers that stand out, such as -1, 999 or -200, mean "no value"."""
    found = _outstanding(values[~np.isnan(values)])
    if not found:
        return None
    codes = [f"{code:.0f}" for code, _ in found]
    told = " and ".join(f"{code} stands {whole(n)} times" for code, (_, n) in zip(codes, found, strict=True))
    many = len(codes) > 1
    both = " and ".join(codes)
    choices = [(f"{both} {'are values' if many else 'is a value'}", replace(options, missing=()))]
    choices.append((f"{both} {'mean' if many else 'means'} a missing value", replace(options, missing=tuple(codes))))
    choices += [(f"Only {code} means a missing value", replace(options, missing=(code,))) for code in codes if many]
    return Question(
        options.name,
        f'{told} in "{one_line(options.name)}" and far from the rest: {"are they" if many else "is it a"} missing '
        f"{'values' if many else 'value'}? Kept as {'values' if many else 'a value'} until you say.",
        tuple(choices),
    )


def _outstanding(values: np.ndarray) -> list[tuple[float, int]]:
    """Codes at the ends of the range, with how often they stand; the one farther out first."""
    found = []
    enough = max(_RARE, _RARE_SHARE * len(values))
    while len(values) > enough and len(found) < 2:
        ends = [end for end in (values.min(), values.max()) if end == math.floor(end) and 0 < abs(end) < 1e15]
        often = [(end, n) for end in ends if (n := int((values == end).sum())) >= enough]
        code = next((pair for pair in often if _stands_out(pair[0], values[values != pair[0]])), None)
        if code is None:
            break
        found.append(code)
        values = values[values != code[0]]
    return found


def _stands_out(code: float, rest: np.ndarray) -> bool:
    """Far from the rest: the gap is wider than their middle, or nothing else is negative."""
    if len(rest) < _FEW or len(np.unique(rest[:10_000])) < _FEW:
        return False
    low, high = rest.min(), rest.max()
    if code < 0 <= low:
        return True
    p5, p95 = np.percentile(rest, [5, 95])
    middle = p95 - p5 if p95 > p5 else high - low
    return (low - code if code < low else code - high) > middle


def told_unknown(name: str, n: int, counted_missing: bool, said: str = "unknown") -> str:
    """How cells that say "unknown" or the like are taken."""
    word = f'{number(n, digits=15)} {"cell says" if n == 1 else "cells say"} "{one_line(said)}"'
    taken = "counted as missing" if counted_missing else "kept as an answer of its own"
    return f"{listing([one_line(name)])}: {word}; {taken}."
