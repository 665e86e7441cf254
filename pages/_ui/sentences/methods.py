"""How the segments were found, in words: what a method does, what it left out, what it says about its own fit."""

import math

from clustering import Clustering, ClusterSpec
from clustering.methods import METHODS, Method
from clustering.profile.people import UNSURE, Sureness
from clustering.wording import count, rounded_share, spelled

_AGREE = ((0.8, "agree"), (0.4, "agree in part"), (-1.0, "hardly agree"))  # by the adjusted Rand index
FIGURE_HELP = {
    "BIC": "Bayesian information criterion: how well these crowds explain the customers, at a price for every further "
    "one; lower is better. To compare numbers of segments and shapes of the crowds on the same columns.",
    "AIC": "Akaike information criterion: like the BIC with a lower price for further crowds; lower is better.",
    "Mean distance to the medoid": "Gower's distance of the customers to the example of their segment, from 0 (the "
    "same) to 1 (different in every column).",
}


def about(method: Method) -> str:
    """Whether a method finds the number itself, leaves noise, places new customers, works on a sample."""
    told = ["You choose the number of segments." if method.takes_k else "Finds the number of segments itself."]
    told.append("Leaves customers near no segment as noise." if method.finds_noise else "Everybody gets a segment.")
    if method.can_predict:
        told.append("New customers are placed by its own rule.")
    else:
        noise = ", or are noise where that one is not near enough" * method.finds_noise
        told.append(f"It places no new customers itself; they get the segment of the most similar one{noise}.")
    if method.most_rows is not None:
        told.append(f"Above {count(method.most_rows, 'customer')} it works on a sample.")
    return " ".join(told)


def noise_told(segments: Clustering) -> str:
    """How many customers are near no segment; "" where there are none."""
    n = len(segments.noise)
    if not n:
        return ""
    are, they = ("is", "It stays") if n == 1 else ("are", "They stay")
    return (
        f"{count(n, 'customer')} ({rounded_share(segments.noise_share)}) {are} noise: near no segment. {they} in the "
        "export without a segment."
    )


def found_heading(segments: Clustering) -> str:
    """DBSCAN found four segments and 12 % noise by itself."""
    told = f"{METHODS[segments.spec.method].label} found {spelled(segments.n_clusters)} segments"
    noise = f" and {rounded_share(segments.noise_share)} noise" if len(segments.noise) else ""
    return f"{told}{noise} by itself"


def found_told(segments: Clustering, repeatability: float) -> str:
    """That nobody chose the number, and what speaks for it."""
    told = f"{METHODS[segments.spec.method].label} is told no number of segments: it follows from the customers."
    if not math.isfinite(repeatability):
        return told
    agree = next(words for least, words in _AGREE if repeatability >= least)
    return f"{told} Random halves of them, each grouped by itself, {agree} on who belongs together."


def unsettled(segments: Clustering) -> str:
    """That the method was ended before it came to rest, and what to do about it."""
    if "max_iter" in METHODS[segments.spec.method].common:
        return "The centers were still moving at the last round. Allow more rounds in the expert settings."
    return "The method had not come to rest at its last round. Try other settings, or take the segments as a sketch."


def found_with(segments: Clustering) -> str:
    """Found with DBSCAN; where the centers were placed by hand at first, that too."""
    by_hand = " from centers placed by hand" if segments.spec.start else ""
    return f"Found with {METHODS[segments.spec.method].label}{by_hand}"


def with_method(spec: ClusterSpec) -> str:
    """By which method the numbers are tried, and what its segments are judged by; "" for k-means."""
    if spec.method == "kmeans":
        return ""
    told = f"With {METHODS[spec.method].label}, as chosen on the Clusters page."
    if spec.method == "spectral" or (spec.method == "agglomerative" and spec.value("linkage") == "single"):
        told += " The measures look at distances to centers: bent segments, which it can find, score low in them."
    return told


def on_columns(n_segments: int, spec: ClusterSpec, columns: str) -> str:
    """5 segments on income and spending; where another method than k-means found them, by which."""
    by = "" if spec.method == "kmeans" else f" by {METHODS[spec.method].label}"
    return f"{n_segments} segments{by} on {columns}"


def surely(found: Sureness) -> str:
    """How surely customers belong to their segment."""
    limit = rounded_share(UNSURE)
    if not found.n_unsure:
        return f"Everybody belongs to one segment with a probability of {limit} or more."
    one = found.n_unsure == 1
    return (
        f"{count(found.n_unsure, 'customer')} ({rounded_share(found.share)}) {'belongs' if one else 'belong'} to no "
        f"segment with a probability of {limit} or more: {'it stands' if one else 'they stand'} between segments."
    )
