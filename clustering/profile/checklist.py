"""Can a segment be worked with? Four checks, each with its number.

The bounds are those of the literature where there are any, and are compared with the numbers as they are shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from clustering.profile.compare import SMALL
from clustering.profile.figures import Profile
from clustering.profile.rules import Rules
from clustering.wording import UNDEFINED, count, score, share, whole

DISTINCT, HARDLY_DISTINCT = 0.5, 0.25
REPEATABLE, HARDLY_REPEATABLE = 0.75, 0.6
REACHABLE, HARDLY_REACHABLE = 0.8, 0.6


@dataclass(frozen=True)
class Check:
    """One check of one segment.

    Attributes
    ----------
    name : {"Big enough", "Distinct", "Repeatable", "Reachable"}
    level : {"green", "amber", "red", "unknown"}
    figure : str
        The numbers that decide, as they are shown.
    brief : str
        The one that counts most, where there is little room.
    reason : str
        What the numbers mean, as a sentence.
    """

    name: str
    level: str
    figure: str
    brief: str
    reason: str


def checklist(
    profile: Profile,
    silhouettes: Sequence[float],
    repeatable: Sequence[float],
    rules: Rules,
    min_share: float = 0.01,
) -> tuple[tuple[Check, ...], ...]:
    """Check every segment: big enough, distinct, repeatable, reachable, in this order.

    Parameters
    ----------
    silhouettes : sequence of float
        Mean silhouette of each segment, in [-1, 1]; NaN where it is unknown.
    repeatable : sequence of float
        Clusterwise Jaccard index of each segment, in [0, 1]; NaN where it is unknown.
    min_share : float
        The smallest share of the customers that the user accepts.

    Notes
    -----
    - Big enough: 30 customers and `min_share`; amber with one of the two, red with neither.
    - Distinct: green from 0.5 (a reasonable structure), amber from 0.25 (a weak one), red below (none to speak of).
    - Repeatable: green from 0.75 (stable), amber from 0.6 (a pattern, but who belongs to it is doubtful), red below.
    - Reachable: green where the rules find 80 % of the segment and 80 % of those they find belong to it, amber from
      60 % of both, red below or without a rule. No convention exists; at 80 % one in five of a mailing is wasted.

    References
    ----------
    Kaufman and Rousseeuw (1990), Finding Groups in Data, table 4 (their bounds are for the mean of all segments).
    Hennig (2007), Comput. Stat. Data Anal. 52:258-271, and the documentation of its `clusterboot`.
    """
    return tuple(
        (
            _big_enough(profile, label, min_share),
            _distinct(silhouettes[label]),
            _repeatable(repeatable[label]),
            _reachable(rules, label),
        )
        for label in range(len(profile.sizes))
    )


def _big_enough(profile: Profile, label: int, min_share: float) -> Check:
    size, part = profile.sizes[label], profile.shares[label]
    short = []
    if size < SMALL:
        short.append(f"fewer than {SMALL} customers, so its averages may be chance")
    if round(part, 3) < min_share:
        short.append(f"below {share(min_share)} of all customers, the smallest share you accept")
    reason = "; ".join(short) or f"at least {SMALL} customers and {share(min_share)} of all"
    level = ("green", "amber", "red")[len(short)]
    return Check("Big enough", level, f"{count(size, 'customer')}, {share(part)}", whole(size), _sentence(reason))


def _distinct(silhouette: float) -> Check:
    level = _level(round(silhouette, 2), DISTINCT, HARDLY_DISTINCT)
    reason = {
        "green": "its customers are much nearer to each other than to the next segment",
        "amber": "its customers are nearer to each other than to the next segment, but the border is blurred",
        "red": "its customers are hardly nearer to each other than to the next segment",
        "unknown": "not known: the silhouette needs at least two segments, and more customers than segments",
    }[level]
    return Check("Distinct", level, score(silhouette), score(silhouette), _sentence(reason))


def _repeatable(jaccard: float) -> Check:
    level = _level(round(jaccard, 2), REPEATABLE, HARDLY_REPEATABLE)
    reason = {
        "green": "random halves of the customers give this segment again",
        "amber": "random halves of the customers give a segment like this, but who belongs to it changes",
        "red": "random halves of the customers do not give this segment again: do not build on it",
        "unknown": "not known: it can be measured only for segments as the method found them, with customers enough "
        "for two halves",
    }[level]
    return Check("Repeatable", level, score(jaccard), score(jaccard), _sentence(reason))


def _reachable(rules: Rules, label: int) -> Check:
    if not rules.per_segment[label]:
        return Check("Reachable", "red", UNDEFINED, UNDEFINED, "No short rule tells who belongs to it.")
    found, right = round(rules.coverage(label), 3), round(1 - rules.wrong(label), 3)
    level = _level(min(found, right), REACHABLE, HARDLY_REACHABLE)
    n = len(rules.per_segment[label])
    figure = f"{share(found)} found, {share(1 - right)} wrong"
    rule = "a short rule finds" if n == 1 else "short rules find"
    reason = {
        "green": f"{rule} most of them and few others",
        "amber": f"{rule} {'most' if found >= REACHABLE else 'many'} of them, "
        + ("but others as well" if right < REACHABLE else "and few others"),
        "red": f"{rule} too few of them" if found < HARDLY_REACHABLE else f"{rule} too many others as well",
    }[level]
    return Check("Reachable", level, figure, share(min(found, right), 0), _sentence(reason))


def _level(figure: float, green: float, amber: float) -> str:
    if not isfinite(figure):
        return "unknown"
    return "green" if figure >= green else "amber" if figure >= amber else "red"


def _sentence(reason: str) -> str:
    return f"{reason[0].upper()}{reason[1:]}."
