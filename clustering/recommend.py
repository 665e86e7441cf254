"""Which number of segments the data can bear, why, and how sure that is; or that there are none to be seen."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from clustering.errors import InvalidSetting
from clustering.indices import INDICES
from clustering.knee import knee
from clustering.stability import Stability
from clustering.sweep import Step, Sweep
from clustering.wording import score, share, spelled, whole

VOTERS = ("simplified_silhouette", "silhouette", "calinski_harabasz", "davies_bouldin")
REPEATABILITY = "stability"  # the fifth vote
LEAST_CUSTOMERS = 2
ENOUGH = 3  # numbers of segments to compare before "clear" can be said
CONTACT_WEIGHT = 0.1  # what full contact between segments takes off the simplified silhouette
REPEATABLE = 0.3  # a number that is less repeatable is recommended only where none is more
EVIDENCE = 0.95  # repeatability that is asked for where shapeless customers give segments as good ...
ABOVE = 1.0  # standard deviations above shapeless customers that are asked for in any case
_PER_DEVIATION = 0.08  # ... and how much less for every standard deviation above those,
_MOST_DEVIATIONS = 4.0  # up to these
_AS_REPEATABLE = 0.03  # within this of the most repeatable number, repeatability votes for the best
_COMES_AGAIN = 0.8  # halves that agree this much are split alike
_TIE = 0.05  # of the Calinski-Harabasz index
_NEARLY = 0.05  # within this of the best, the runner-up is nearly as good


@dataclass(frozen=True)
class Recommendation:
    """The recommended number of segments with its reason.

    Attributes
    ----------
    n_clusters : int or None
        None where there are no clear segments.
    best_split : int
        The recommended number, or the best of those tried where none is clear.
    alternative : int or None
        The runner-up: what most of the dissenting votes prefer, else the next best by the deciding score. Where there
        are no clear segments, the best split.
    agreement : {"clear", "split", "open", "none"}
        `none`: no clear segments. The best simplified silhouette lies less than one standard deviation above the best
        of shapeless customers; or the best repeatability (adjusted Rand index of random halves, 0 to 1) plus 0.08 for
        every such deviation up to 4 is below 0.95. `clear`: all votes are for the same number. `split`: at least one
        prefers another; or the Calinski-Harabasz index of another is at most 5 % lower and inertia has no bend at the
        best (`knee`).
        `open`: fewer than three numbers were compared, the best is the largest tried, so that a wider range may find
        a better one, every number breaks the rule on sizes, or repeatability was not measured.
    reason : str
        Two sentences; a third names the runner-up with its sizes.
    votes : tuple of (str, int)
        Index, or "stability", and the number it prefers.
    too_small, too_large : tuple of int
        Numbers of segments passed over because their smallest segment holds less than the least share, or their
        largest more than the greatest.
    """

    n_clusters: int | None
    best_split: int
    alternative: int | None
    agreement: str
    reason: str
    votes: tuple[tuple[str, int], ...]
    too_small: tuple[int, ...]
    too_large: tuple[int, ...]


def recommend(
    sweep: Sweep, stability: Stability | None, *, min_share: float = 0.01, max_share: float = 1.0
) -> Recommendation:
    """Recommend a number of segments, or say that there are no clear ones.

    The best number has the largest simplified silhouette, less 0.1 times the contact between neighbouring segments,
    among those that keep the rule on sizes and are at least 0.3 repeatable (all, where none is). Three more indices and
    repeatability vote on how sure that is.

    Where the method follows chains and bends (`Sweep.any_shape`), indices that look for compact segments decide
    nothing: the best number is the most repeatable one, it is never called clear, and there are no clear segments where
    no number is at least 0.8 repeatable.

    Parameters
    ----------
    sweep : Sweep
    stability : Stability or None
        None if it was not measured: then nothing is called clear.
    min_share, max_share : float
        Smallest and largest share of the customers that a segment may hold; min_share in [0, 0.5], max_share in
        [0.5, 1]. Unless min_share is 0, a segment also holds at least two customers.

    Raises
    ------
    InvalidSetting
        If nothing was swept, or a share is out of range.
    """
    if not sweep.steps:
        raise InvalidSetting("No number of segments was tried yet.")
    if not 0 <= min_share <= 0.5:
        raise InvalidSetting(f"The smallest share is {min_share}; it must be between 0 and 0.5.")
    if not 0.5 <= max_share <= 1:
        raise InvalidSetting(f"The largest share is {max_share}; it must be between 0.5 and 1.")
    too_small = tuple(step.n_clusters for step in sweep.steps if _is_too_small(step, min_share))
    too_large = tuple(step.n_clusters for step in sweep.steps if step.sizes[0] / sum(step.sizes) > max_share)
    allowed = [step for step in sweep.steps if step.n_clusters not in (*too_small, *too_large)]
    candidates = allowed or list(sweep.steps)
    # What was measured for numbers tried before must not change the answer for these.
    stability = stability and stability.within(sweep.n_clusters)
    repeatable = _repeatabilities(candidates, stability)
    eligible = [step for step in candidates if repeatable.get(step.n_clusters, 1.0) >= REPEATABLE] or candidates
    best = max(eligible, key=lambda step: (deciding_score(step), -step.n_clusters))
    judged_by_halves = sweep.any_shape and bool(repeatable)
    if judged_by_halves:
        best = max(eligible, key=lambda step: (repeatable.get(step.n_clusters, 0.0), -step.n_clusters))
    votes = _votes(candidates, best.n_clusters, stability)
    runner_up = _runner_up(best, votes, candidates)
    alternative = runner_up.n_clusters if runner_up else None
    n_clusters: int | None = best.n_clusters
    if judged_by_halves and max(_repeatabilities(sweep.steps, stability).values()) < _COMES_AGAIN:
        agreement, n_clusters, alternative = "none", None, best.n_clusters
        reason = _not_again(best, stability)
    elif not judged_by_halves and evidence(stability) < EVIDENCE:
        agreement, n_clusters, alternative = "none", None, best.n_clusters
        reason = _no_segments(best, stability)
    elif not allowed:
        agreement = "open"
        reason = (
            f"{_broken_rule(min_share, max_share, too_small, too_large)} Of these, {spelled(best.n_clusters)} is best."
        )
    elif untried := _untried(best.n_clusters, candidates, sweep, stability):
        agreement, reason = "open", untried
    elif judged_by_halves:
        agreement, reason, runner_up = "open", _any_shape(best, repeatable[best.n_clusters]), None
    elif any(vote != best.n_clusters for _, vote in votes):
        agreement, reason = "split", _disagreement(best, votes, runner_up, stability)
    elif tied := _tied(best, candidates, sweep):
        agreement, alternative, runner_up = "split", tied.n_clusters, tied
        reason = _tie(best, tied)
    else:
        agreement, reason = "clear", _consent(best, votes, stability)
    if n_clusters is not None and runner_up:
        reason += _runner_up_sentence(best, runner_up)
    return Recommendation(n_clusters, best.n_clusters, alternative, agreement, reason, votes, too_small, too_large)


def _is_too_small(step: Step, min_share: float) -> bool:
    """Whether the smallest segment breaks the rule; a single customer is no segment unless any size will do."""
    smallest = step.sizes[-1]
    return smallest / sum(step.sizes) < min_share or (min_share > 0 and smallest < LEAST_CUSTOMERS)


def deciding_score(step: Step) -> float:
    """What a number of segments is chosen by: closeness to centers less contact; undefined ranks last."""
    value = step.simplified_silhouette - CONTACT_WEIGHT * step.contact
    return value if value == value else float("-inf")


def evidence(stability: Stability | None) -> float:
    """How much speaks for segments at all: repeatability, and how far above shapeless customers; see `Recommendation`.

    Of all numbers tried: what is there does not depend on what is wanted. Infinite where it was not or could not be
    measured: what is not known is no reason to say that nothing is there. Minus infinite where shapeless customers
    give segments as good, however repeatable.
    """
    repeatable = [value for value in stability.stability if value == value] if stability else []
    if not repeatable or stability.above_reference != stability.above_reference:
        return float("inf")
    if stability.above_reference < ABOVE:
        return float("-inf")
    return max(repeatable) + _PER_DEVIATION * min(stability.above_reference, _MOST_DEVIATIONS)


def _repeatabilities(steps: Iterable[Step], stability: Stability | None) -> dict[int, float]:
    """Repeatability by number of segments, where it is defined."""
    if stability is None:
        return {}
    measured = [stability.step(step.n_clusters) for step in steps]
    return {step.n_clusters: step.stability for step in measured if step and step.stability == step.stability}


def _votes(candidates: list[Step], best: int, stability: Stability | None) -> tuple[tuple[str, int], ...]:
    votes = [(name, vote) for name in VOTERS if (vote := _vote(name, candidates)) is not None]
    if votes and votes[0][0] == VOTERS[0]:
        votes[0] = (VOTERS[0], best)  # closeness counts less contact
    repeatable = _repeatabilities(candidates, stability)
    if repeatable:
        most = max(repeatable, key=lambda k: (repeatable[k], -k))
        as_repeatable = repeatable.get(best, float("-inf")) >= repeatable[most] - _AS_REPEATABLE
        votes.append((REPEATABILITY, best if as_repeatable else most))
    return tuple(votes)


def _vote(name: str, steps: list[Step]) -> int | None:
    """The number of clusters an index prefers; None if it is undefined throughout."""
    sign = 1 if INDICES[name].better == "higher" else -1
    scored = [(sign * value, -step.n_clusters) for step in steps if (value := getattr(step, name)) == value]
    return -max(scored)[1] if scored else None


def _runner_up(best: Step, votes, candidates: list[Step]) -> Step | None:
    dissent = Counter(vote for _, vote in votes if vote != best.n_clusters)
    others = [step for step in candidates if step is not best]
    return max(others, key=lambda step: (dissent[step.n_clusters], deciding_score(step)), default=None)


def _untried(best: int, candidates: list[Step], sweep: Sweep, stability: Stability | None) -> str:
    """Why the answer is open: too little was compared to call anything best; empty if enough was."""
    k = spelled(best)
    if len(candidates) < ENOUGH <= len(sweep.steps):
        keep = "keeps" if len(candidates) == 1 else "keep"
        kept = f"Only {spelled(len(candidates))} of the numbers tried {keep} the limits on sizes"
        return f"{kept}, and {k} comes out best. Other limits leave more to compare."
    if len(candidates) < ENOUGH:
        compared = f"Only {spelled(len(candidates))} number{'s' * (len(candidates) > 1)} of segments could be compared"
        return f"{compared}, and {k} comes out best. Try a wider range before you decide."
    if best == sweep.n_clusters[-1] and not sweep.impossible:
        return f"{k.capitalize()} comes out best and is the largest number tried. Try a wider range before you decide."
    if not _repeatabilities(candidates, stability):
        missing = "was not measured" if stability is None else "cannot be measured with so few customers"
        return f"{k.capitalize()} comes out best. How repeatable that is {missing}, so take it as a first guess."
    return ""


def _consent(best: Step, votes, stability: Stability) -> str:
    return (
        f"At {spelled(best.n_clusters)} the customers are close to their own segment and thin out between segments. "
        f"All {spelled(len(votes))} measures agree{_repeated(best, stability)}."
    )


def _repeated(best: Step, stability: Stability) -> str:
    measured = stability.step(best.n_clusters)
    if measured is None or measured.stability != measured.stability:
        return ""
    alike = "the same" if measured.stability >= _COMES_AGAIN else "similar"
    return f", and random halves of the customers give {alike} segments (repeatability {score(measured.stability)})"


def _any_shape(best: Step, repeatability: float) -> str:
    return (
        f"{spelled(best.n_clusters).capitalize()} is what random halves of the customers find again most surely "
        f"(repeatability {score(repeatability)}). The other measures look for compact segments and cannot judge bent "
        "ones, which this method also finds: look at the map before you decide."
    )


def _not_again(best: Step, stability: Stability) -> str:
    most = max(value for value in stability.stability if value == value)
    return (
        f"Random halves of the customers give different segments (repeatability {score(most)} at best). A split can "
        f"still be useful, as a convenient cut: the one found again most surely has {spelled(best.n_clusters)}."
    )


def _disagreement(best: Step, votes, runner_up: Step | None, stability: Stability) -> str:
    low, high = sorted((best.n_clusters, runner_up.n_clusters))
    camps = [f"{_voters_for(k, votes)} for {spelled(k)}" for k in dict.fromkeys(vote for _, vote in votes)]
    return (
        f"{spelled(low).capitalize()} or {spelled(high)}: the measures do not agree ({'; '.join(camps)}). "
        f"{spelled(best.n_clusters).capitalize()} has the best balance of close customers and gaps between segments; "
        "look at both before you decide."
    )


def _tied(best: Step, candidates: list[Step], sweep: Sweep) -> Step | None:
    """A number whose contrast is as good as that of the best, where no bend of the inertia speaks for the best."""
    if knee(sweep.n_clusters, sweep.inertia) == best.n_clusters:
        return None
    others = [step for step in candidates if step is not best and step.calinski_harabasz == step.calinski_harabasz]
    tied = max(others, key=lambda step: step.calinski_harabasz, default=None)
    if tied is None or not tied.calinski_harabasz >= (1 - _TIE) * best.calinski_harabasz:
        return None
    return tied


def _tie(best: Step, tied: Step) -> str:
    low, high = sorted((best.n_clusters, tied.n_clusters))
    k, other = spelled(best.n_clusters), spelled(tied.n_clusters)
    return (
        f"{spelled(low).capitalize()} or {spelled(high)}: all measures prefer {k}, but the contrast is about as great "
        f"at {other}, and the spread has no bend at {k}. Look at both before you decide."
    )


def _no_segments(best: Step, stability: Stability) -> str:
    most = max(value for value in stability.stability if value == value)
    found, above = score(most), stability.above_reference
    if most >= _COMES_AGAIN:
        reason = (
            f"Random halves of the customers are split alike (repeatability {found} at best), but so would customers "
            "without any groups be: it is one crowd, cut at the same place each time."
        )
    else:
        compared = "they are no better than" if above < ABOVE else "they are hardly better than"
        reason = (
            f"Random halves of the customers give different segments (repeatability {found} at best), and {compared} "
            "what customers without any groups would give."
        )
        if above >= _MOST_DEVIATIONS:
            reason = (
                "Customers are bunched more than without any groups, but random halves of them give different segments "
                f"(repeatability {found} at best)."
            )
    return (
        f"{reason} A split can still be useful, as a convenient cut: the best one found has {spelled(best.n_clusters)}."
    )


def _runner_up_sentence(best: Step, runner_up: Step) -> str:
    close = deciding_score(best) - deciding_score(runner_up) <= _NEARLY
    sizes = " / ".join(whole(size) for size in runner_up.sizes)
    return (
        f" {spelled(runner_up.n_clusters).capitalize()} is {'nearly as good' if close else 'the runner-up'}: {sizes}."
    )


def _broken_rule(min_share: float, max_share: float, too_small, too_large) -> str:
    rules = []
    if too_small:
        rules.append(f"less than {share(min_share)}")
    if too_large:
        rules.append(f"more than {share(max_share)}")
    return f"Every number tried leaves a segment with {' or '.join(rules)} of the customers."


def _voters_for(n_clusters: int, votes) -> str:
    names = [label_of(name).lower() for name, vote in votes if vote == n_clusters]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def label_of(voter: str) -> str:
    """Write a voter in the user's words."""
    return "Repeatability" if voter == REPEATABILITY else INDICES[voter].label
