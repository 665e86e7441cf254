"""What speaks for a number of segments, and how far the search for it is, in words."""

import math

from clustering import Recommendation, Stability, Sweep
from clustering.blades import Blades
from clustering.stability import ROUNDS, Gap, Mixtures
from clustering.stability.reference import REFERENCE_ROWS
from clustering.wording import count, fixed, score, share, spelled, whole

ONLY_A_CUT = (
    "No clear segments were found in these customers: what is shown is a convenient cut, not groups that are there."
)
_SOON = 3.0  # seconds
_FOUND_AGAIN = (  # Hennig (2007): the mean Jaccard index of a segment over refits
    (0.85, "Would surely be found again"),
    (0.75, "Would be found again"),
    (0.6, "Would be found again with other edges"),
    (0.0, "Might not be found again"),
)


def size_and_share(size: int, sizes: tuple[int, ...]) -> str:
    """22 · 11 %."""
    return f"{whole(size)} · {share(size / sum(sizes), 0)}"


def agreement(advice: Recommendation) -> str:
    """4 of 4."""
    agreeing = sum(vote == advice.best_split for _, vote in advice.votes)
    return f"{agreeing} of {len(advice.votes)}"


def progress(job) -> str:
    """How far a sweep is, and about how long it still takes."""
    if job.stopping:
        return "Stopping"
    if not job.started:
        return f"Waiting for {count(job.n_ahead, 'other')}" if job.n_ahead else "Waiting for a free core"
    if not job.finished and job.missing:
        return "Trying the first number of segments"
    if job.scored:
        return f"Measuring how repeatable the segments are: {job.n_rounds} of {ROUNDS} rounds"
    if len(job.finished) == len(job.missing):
        return "Measuring how separate the segments are"
    n_done = len(job.wanted) - len(job.missing) + len(job.finished)
    told = f"{spelled(job.finished[-1]).capitalize()} segments done; {n_done} of {len(job.wanted)} numbers tried"
    left = duration(job.seconds_left)
    return f"{told}; about {left} left" if left else told


def duration(seconds: float) -> str:
    """Write a time still to wait, roughly; empty where it is hardly worth saying."""
    if seconds < _SOON:
        return ""
    if seconds < 90:
        return f"{round(seconds / 5) * 5} seconds"
    return f"{round(seconds / 60)} minutes"


def heading(advice: Recommendation) -> str:
    """The answer in two words: Five segments; No clear segments."""
    return f"{spelled(advice.n_clusters).capitalize()} segments" if advice.n_clusters else "No clear segments"


def sample_caption(sweep: Sweep, n_clusters: int) -> str:
    """That a figure is estimated, from how many customers, and how far off it may be."""
    told = f"Separation is estimated from a sample of {whole(sweep.silhouette_sample)} customers"
    if n_clusters not in sweep.n_clusters:
        return f"{told}."
    error = sweep.step(n_clusters).silhouette_error
    return f"{told}; its standard error at {n_clusters} segments is {fixed(error, 3)}."


def repeatability_caption(measured: Stability) -> str:
    """How repeatability was found."""
    return (
        "Repeatability: five times the customers are split in two halves, each half is grouped by itself, and the two "
        "groupings are compared on everybody; the band runs from the worst to the best split. Closeness: the band is "
        "what ten tables without any groups give, with columns like yours. Measured on "
        f"{count(measured.n_samples, 'customer')}, the tables on at most {whole(REFERENCE_ROWS)}."
    )


def blades_caption(blades: Blades) -> str:
    """How to read the silhouette plot, and on whom it rests."""
    told = (
        "One blade per segment, one line per customer: how much nearer they are to their own segment than to the next "
        "one (silhouette). Thick and long is good; below 0 a customer would fit better elsewhere."
    )
    if blades.n_samples < blades.n_total:
        told += f" From a sample of {whole(blades.n_samples)} customers."
    return told


def refits(gap: Gap | None, mixtures: Mixtures) -> str:
    """What the two measures that refit would choose."""
    told = []
    for name, measure in (("The gap statistic", gap), ("The BIC of Gaussian mixtures", mixtures)):
        if measure is None:
            continue
        preferred = measure.preferred
        if preferred is None:
            told.append(f"{name} finds no best number in this range.")
        elif preferred == 1:
            told.append(f"{name} sees one crowd without segments.")
        else:
            told.append(f"{name} prefers {spelled(preferred)}.")
    return " ".join(told)


def only_a_cut(advice: Recommendation | None) -> str:
    """That the segments on show are a convenience where none are clear; "" where they are, or nothing is known."""
    return ONLY_A_CUT if advice and advice.agreement == "none" else ""


def found_again(stability: float) -> str:
    """Would this segment be found again among other customers? In words, by Hennig's (2007) limits."""
    if not math.isfinite(stability):
        return "Too few customers to tell whether it would be found again"
    for least, words in _FOUND_AGAIN:
        if stability >= least:
            return f"{words} ({score(stability)})"
    raise AssertionError(stability)
