"""How values and calls stand in the script; whatever comes from the user is told by `repr`, which is harmless."""

from collections.abc import Iterable

import numpy as np

WIDTH = 110


def call(function: str, *arguments: object) -> str:
    return f"{function}({', '.join(map(str, arguments))})"


def listed(before: str, items: Iterable[str], after: str = "") -> list[str]:
    """A list on one line, or with a line for each item."""
    items = list(items)
    line = f"{before}[{', '.join(items)}]{after}"
    if len(line) <= WIDTH:
        return [line]
    return [f"{before}[", *(f"    {item}," for item in items), f"]{after}"]


def numbers(row) -> str:
    """A row of numbers that are read back to the last bit."""
    return f"[{', '.join('np.inf' if value == np.inf else repr(float(value)) for value in row)}]"
