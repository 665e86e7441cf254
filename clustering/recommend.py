"""Which number of segments the data can bear, why, and how sure that is."""

from collections import Counter
from dataclasses import dataclass

from clustering.errors import InvalidSetting
from clustering.indices import INDICES
from clustering.sweep import Step, Sweep
from clustering.wording import score, share, spelled

VOTERS = ("simplified_silhouette", "silhouette", "calinski_harabasz", "davies_bouldin")
ENOUGH = 3  # numbers of segments to compare before "clear" can be said
WEAK = 0.25  # Kaufman and Rousseeuw (1990): up to here the silhouette finds no substantial structure


@dataclass(frozen=True)
class Recommendation:
    """The recommended number of segments with its reason.

    Attributes
    ----------
    n_clusters : int
    alternative : int or None
        The runner-up: what most of the dissenting indices prefer, else the next best by the deciding index.
    agreement : {"clear", "split", "open", "weak"}
        `clear`: all indices agree. `split`: at least one prefers another number. `open`: fewer than three numbers
        were compared, or the best is the largest tried, so that a wider range may find a better one. `weak`: they
        may agree, but the mean silhouette is at most 0.25, so that segments shade into one another.
    reason : str
        Two sentences, and a third where every number tried leaves too small a segment.
    votes : tuple of (str, int)
        Index and the number it prefers.
    too_small : tuple of int
        Numbers of segments passed over because their smallest segment holds less than the least share.
    """

    n_clusters: int
    alternative: int | None
    agreement: str
    reason: str
    votes: tuple[tuple[str, int], ...]
    too_small: tuple[int, ...]


def recommend(sweep: Sweep, *, min_share: float = 0.01) -> Recommendation:
    """Recommend the number of segments with the largest simplified silhouette.

    On 99 public data sets with known answers this is the best single index; the other three vote on how sure it is.

    Parameters
    ----------
    sweep : Sweep
    min_share : float
        Smallest share of the customers that a segment may hold; in [0, 0.5].

    Raises
    ------
    InvalidSetting
        If nothing was swept, or min_share is out of range.
    """
    if not sweep.steps:
        raise InvalidSetting("No number of segments was tried yet.")
    if not 0 <= min_share <= 0.5:
        raise InvalidSetting(f"The smallest share is {min_share}; it must be between 0 and 0.5.")
    large_enough = [step for step in sweep.steps if step.sizes[-1] / sum(step.sizes) >= min_share]
    too_small = tuple(step.n_clusters for step in sweep.steps if step not in large_enough)
    candidates = large_enough or list(sweep.steps)
    votes = tuple((name, vote) for name in VOTERS if (vote := _vote(name, candidates)) is not None)
    best = votes[0][1]
    alternative = _alternative(best, votes, candidates)
    step = sweep.step(best)
    dissent = [vote for _, vote in votes if vote != best]
    untried = _untried(best, candidates, sweep)
    agreement = "open" if untried else "split" if dissent else "clear"
    if step.silhouette <= WEAK:
        agreement = "weak"
    reason = untried if agreement == "open" else _reason(step, votes, alternative, agreement)
    if not large_enough:
        reason += f" Every number tried leaves a segment with less than {share(min_share)} of the customers."
    return Recommendation(best, alternative, agreement, reason, votes, too_small)


def _untried(best: int, candidates: list[Step], sweep: Sweep) -> str:
    """Why the answer is open: too little was compared to call anything best; empty if enough was."""
    k = spelled(best)
    if len(candidates) < ENOUGH:
        compared = f"Only {spelled(len(candidates))} number{'s' * (len(candidates) > 1)} of segments could be compared"
        return f"{compared}, and {k} comes out best. Try a wider range before you decide."
    if best == sweep.n_clusters[-1] and not sweep.impossible:
        return f"{k.capitalize()} comes out best and is the largest number tried. Try a wider range before you decide."
    return ""


def _vote(name: str, steps: list[Step]) -> int | None:
    """The number of clusters an index prefers; None if it is undefined throughout."""
    sign = 1 if INDICES[name].better == "higher" else -1
    scored = [(sign * value, -step.n_clusters) for step in steps if (value := getattr(step, name)) == value]
    return -max(scored)[1] if scored else None


def _alternative(best: int, votes, candidates: list[Step]) -> int | None:
    others = {step.n_clusters: step.simplified_silhouette for step in candidates if step.n_clusters != best}
    if not others:
        return None
    dissent = Counter(vote for _, vote in votes if vote != best)
    return max(others, key=lambda k: (dissent[k], others[k]))


def _reason(step: Step, votes, alternative: int | None, agreement: str) -> str:
    k = spelled(step.n_clusters)
    if agreement == "weak":
        return (
            f"{k.capitalize()} is the best split tried, but separation is weak ({score(step.silhouette)}): the "
            "segments shade into one another. Treat them as a convenient cut rather than as groups that are there."
        )
    if agreement == "clear":
        runner_up = f"; {spelled(alternative)} is the runner-up" if alternative else ""
        return (
            f"At {k} the customers are closest to their own segment and farthest from the others. "
            f"All {spelled(len(votes))} measures agree{runner_up}."
        )
    low, high = sorted((step.n_clusters, alternative))
    camps = [f"{_indices_for(k, votes)} for {spelled(k)}" for k in dict.fromkeys(vote for _, vote in votes)]
    return (
        f"{spelled(low).capitalize()} or {spelled(high)}: the measures do not agree ({'; '.join(camps)}). "
        "Look at both before you decide."
    )


def _indices_for(n_clusters: int, votes) -> str:
    labels = [INDICES[name].label.lower() for name, vote in votes if vote == n_clusters]
    return labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} and {labels[-1]}"
