"""Reads the list of changes that no test notices and that somebody has looked at."""

from pathlib import Path


def read_reviewed(path: Path) -> dict[tuple[str, str, str], str]:
    """Return the reason by (module, the line as it is, the line as it is changed).

    A line begins with what it is: `@` a module, `-` code as it is, `+` code as it is changed, `=` the reason for all
    changes since the last one. Other lines are remarks.
    """
    reasons, waiting, module, was = {}, [], "", ""
    for line in path.read_text(encoding="utf-8").splitlines():
        sign, _, text = line.partition(" ")
        if sign == "@":
            module = text
        elif sign == "-":
            was = text
        elif sign == "+":
            waiting.append((module, was, text))
        elif sign == "=":
            reasons |= dict.fromkeys(waiting, text)
            waiting = []
    if waiting:
        raise ValueError(f"{path.name}: there is no reason after {waiting[-1]}")
    return reasons
