"""Single customers and groups of them, in words."""

import re

import numpy as np

from clustering import Clustering
from clustering.features import Among
from clustering.groups import without_noise
from clustering.wording import count, listing, one_line, share, spelled, whole
from pages._ui.sentences.segments import download_name


def inside_one(among: Among, name: str) -> str:
    """Whose customers alone are looked at."""
    n = len(among.rows)
    return f"Only the {count(n, 'customer')} of {one_line(name, 60)} {'is' if n == 1 else 'are'} looked at."


def after_steps(n_found: int, n_shown: int, n_steps: int) -> str:
    """How many segments there are, and how many there were before the steps by hand."""
    steps = f"after {count(n_steps, 'step')} by hand"
    return f"{n_found} segments, {steps}" if n_found == n_shown else f"{n_found} found, {n_shown} {steps}"


def choosing_caption(rows: np.ndarray | None) -> str:
    """How customers are chosen in the picture, or how many are."""
    if rows is None or not len(rows):
        return (
            "Draw around customers with the lasso, or take the box from the bar beside the picture. Hold Shift to add "
            "more of them; a double click lets go of all. Or choose by value."
        )
    return f"{count(len(rows), 'customer')} chosen; who they are stands below. A double click lets go of them."


def chosen_from(segments: Clustering, rows: np.ndarray, names: tuple[str, ...]) -> str:
    """Which segments the chosen customers are of, the most first: From Savers (35 of 38), Everyday (3 of 81)."""
    members = without_noise(segments, rows)
    chosen = np.bincount(segments.labels[np.searchsorted(segments.rows, members)], minlength=segments.n_clusters)
    order = [label for label in np.argsort(-chosen, kind="stable") if chosen[label]]
    parts = [
        f"{one_line(names[label], 40)} ({whole(chosen[label])} of {whole(segments.sizes[label])})" for label in order
    ]
    if n_noise := len(rows) - len(members):
        parts.append(f"noise ({whole(n_noise)} of {whole(len(segments.noise))})")
    return f"From {listing(parts, quote='')}"


def noise_among(n_noise: int, n_chosen: int) -> str:
    """What can be done with noise among the chosen customers; "" where there is none."""
    if not n_noise:
        return ""
    whose = "All of them are" if n_noise == n_chosen else f"{whole(n_noise)} of them {'is' if n_noise == 1 else 'are'}"
    return (
        f"{whose} noise, near no segment: kept and downloaded like the others, but not compared, listed or moved. "
        "Other settings of the method leave less noise."
    )


def listed(n: int, n_shown: int) -> str:
    """How many of them a table shows; "" where it shows all."""
    return "" if n <= n_shown else f"The table shows the first {whole(n_shown)}; the download holds all {whole(n)}."


def file_of(file_name: str, whom: str) -> str:
    """The name of a file that holds some customers only: customers_for_the_next_mailing.csv."""
    return download_name(file_name, re.sub(r"\W+", "_", whom.lower()).strip("_")[:60] or "chosen")


def typical_heading(n: int) -> str:
    return "The typical customer" if n == 1 else f"The typical customers of {spelled(n)} segments"


def between_heading(n: int, n_customers: int, name: str | None) -> str:
    """12 customers (6.0 % of all) lie between two segments."""
    return _heading(n, n_customers, name, ("lies", "lie"), "between two segments")


def far_heading(n: int, n_customers: int, name: str | None) -> str:
    """3 customers (1.5 % of Savers) are far from its center."""
    own = ("the center of its segment", "the center of their segment") if name is None else ("its center",) * 2
    return _heading(n, n_customers, name, ("is", "are"), f"far from {own[n != 1]}")


def far_as_well(n: int) -> str:
    """How many of those between two segments are far from both; "" if nobody is."""
    if not n:
        return ""
    verbs = ("is", "stands") if n == 1 else ("are", "stand")
    return f"{whole(n)} of them {verbs[0]} far out as well and {verbs[1]} last."


def _heading(n: int, n_customers: int, name: str | None, verbs: tuple[str, str], where: str) -> str:
    whole = "all" if name is None else one_line(name, 40)
    if not n:
        return f"Nobody{'' if name is None else f' in {whole}'} {verbs[0]} {where}"
    return f"{count(n, 'customer')} ({share(n / n_customers)} of {whole}) {verbs[n > 1]} {where}"
