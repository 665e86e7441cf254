"""Segments against known labels, and two segmentations side by side, in words."""

import numpy as np

from clustering import Agreement, Clustering
from clustering.compare import HeldOut, Pair
from clustering.methods import METHODS
from clustering.wording import count, listing, one_line, score, share, spelled, whole

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_VERDICTS = (  # by the adjusted Rand index
    (0.8, ":green-badge[:material/check: Much the same]"),
    (0.4, ":yellow-badge[:material/contrast: Alike in part]"),
    (-1.0, ":gray-badge[:material/close: Hardly alike]"),
)


def known_heading(agreement: Agreement, column: str) -> str:
    """How many customers are where their label says."""
    told = one_line(column, 30)
    if agreement.n_right == agreement.n_samples:
        return f"Every customer is in the segment of their {told}"
    return f"{whole(agreement.n_right)} of {count(agreement.n_samples, 'customer')} are in the segment of their {told}"


def verdict(adjusted_rand: float) -> str:
    """In two words how far two groupings agree beyond chance; a badge in Markdown."""
    return next(badge for least, badge in _VERDICTS if adjusted_rand >= least)


def known_told(agreement: Agreement, column: str) -> str:
    """What "fit" means here, what has no partner, and who is left out."""
    n_clusters, n_labels = len(agreement.matched), len(agreement.names)
    told = [
        f"Each of the {spelled(n_labels)} labels in {one_line(column, 30)} is paired with one segment, so that as many "
        "customers as possible fit."
    ]
    if lonely := agreement.unmatched_labels:
        names = listing(one_line(agreement.names[label], 30) for label in lonely)
        told.append(f"No segment of {'its' if len(lonely) == 1 else 'their'} own: {names}.")
    if extra := agreement.matched.count(-1):
        told.append(f"{spelled(extra).capitalize()} of {n_clusters} segments fit{'s' * (extra == 1)} no label.")
    left = [
        f"{count(n, 'customer')} without a {what}"
        for n, what in ((agreement.n_without_label, "label"), (agreement.n_without_segment, "segment"))
        if n
    ]
    if left:
        told.append(f"Left out: {' and '.join(left)}.")
    return " ".join(told)


def wrong_heading(n_wrong: int, agreement: Agreement) -> str:
    """How many customers are in the segment of another label."""
    if not n_wrong:
        return "Nobody is in the segment of another label"
    told = "is" if n_wrong == 1 else "are"
    return (
        f"{count(n_wrong, 'customer')} ({share(n_wrong / agreement.n_samples)}) {told} in the segment of another label"
    )


def held_out_heading(found: HeldOut, column: str) -> str:
    """How the rows that were held out fared."""
    return f"{share(float(np.mean(found.accuracy)), 0)} of customers held out fit their {one_line(column, 30)}"


def held_out_told(found: HeldOut, *, is_edited: bool) -> str:
    """How that was found."""
    told = (
        f"Segments were found on {count(found.n_fit, 'customer')} and paired with the labels there; the other "
        f"{whole(found.n_out)} were then placed by what was found. So five times, each with other customers held out: "
        f"from {share(min(found.accuracy), 0)} to {share(max(found.accuracy), 0)} fit."
    )
    if any(found.n_noise):
        least, most = whole(min(found.n_noise)), whole(max(found.n_noise))
        told += f" Near no segment, and so fitting no label: {least} to {most} of them."
    if found.n_fit + found.n_out < found.n_total:
        told += f" On a sample of {whole(found.n_fit + found.n_out)} of {count(found.n_total, 'customer')}."
    if is_edited:
        told += " Without the steps by hand, which nothing would find again."
    return told


def proposed_name(taken: tuple[str, ...], segments: Clustering) -> str:
    """A: 5 segments, k-means; the letter is the first that no other name begins with."""
    used = {name[0].upper() for name in taken}
    letter = next((letter for letter in _LETTERS if letter not in used), "Z")
    return f"{letter}: {segments.n_clusters} segments, {METHODS[segments.spec.method].label}"


def pair_heading(pair: Pair) -> str:
    """How many customers stay together, and how many move."""
    if not len(pair.moved):
        return "Both have the same customers together"
    moved = len(pair.moved)
    return f"{whole(pair.n_samples - moved)} customers stay together; {whole(moved)} move{'s' * (moved == 1)}"


def pair_told(pair: Pair) -> str:
    """What "stay" means here, and who is left out."""
    told = "Each segment of one is paired with one of the other, so that as many customers as possible stay."
    left = pair.n_only_first + pair.n_only_second
    if left:
        told += f" Left out: {count(left, 'customer')} with a segment in one of the two alone."
    return told


def groups_alt(names: tuple[str, ...], groups: np.ndarray) -> str:
    """How many of each group a scatter shows, for those who do not see it."""
    return "; ".join(f"{name}: {count(int((groups == number).sum()), 'customer')}" for number, name in enumerate(names))


def confusion_alt(agreement: Agreement, names: tuple[str, ...]) -> str:
    """The confusion matrix, for those who do not see it."""
    rows = [
        f"{label}: "
        + ", ".join(
            f"{whole(n)} in {names[segment]}" for segment, n in zip(agreement.segment_order, counts, strict=True) if n
        )
        for label, counts in zip(agreement.names, agreement.confusion.tolist(), strict=True)
    ]
    return f"Customers by known label and segment. {'; '.join(rows)}. Agreement {score(agreement.adjusted_rand)}."
