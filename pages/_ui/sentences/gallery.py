"""What every method makes of the same customers, in words."""

import math

from clustering import Clustering
from clustering.gallery import ENTRIES, Exhibit, Gallery, Subject
from clustering.wording import count, fixed, one_line, rounded_share, score, spelled, whole

_FAST = 0.005  # seconds


def gallery_heading(gallery: Gallery) -> str:
    """How many of the methods agree with the usual first choice."""
    like, others = len(gallery.like_kmeans), len(ENTRIES) - 1
    if not like:
        return "No other method finds much the same as k-means"
    if like == others:
        return "All methods find much the same"
    return f"{spelled(like).capitalize()} of {others} other methods find{'s' * (like == 1)} much the same as k-means"


def gallery_told(gallery: Gallery) -> str:
    """Which stand out: by separation, by noise, and those that found nothing."""
    told, best = [], gallery.most_separate
    if best:
        without = f", its noise of {rounded_share(best.noise_share)} left out" if best.noise_share else ""
        told.append(f"The most separate segments are those of {best.entry.title} ({score(best.silhouette)}{without}).")
    loose = gallery.most_noise
    if loose and loose is not best:
        told.append(f"{loose.entry.title} leaves the most customers out as noise, {rounded_share(loose.noise_share)}.")
    if refused := gallery.refused:
        told.append(f"No segments from {_names(refused)}.")
    return " ".join(told)


def gallery_on(subject: Subject, segments: Clustering) -> str:
    """What the methods are shown on, and how they are run."""
    n = count(subject.n_samples, "customer")
    on = f"All {n}" if subject.n_samples == subject.n_total else f"A random sample of {n} of {whole(subject.n_total)}"
    across, up = (one_line(axis, 40) for axis in subject.axes)
    return (
        f"{on}, every method with its usual settings; where one has to be told a number, it is "
        f"{spelled(segments.n_clusters)}. {across} across, {up} up; a group has the colour of the segment on show that "
        f"it shares most customers with, noise is gray. Separation favours round segments. {_time(subject)}"
    )


def moons_heading(gallery: Gallery) -> str:
    """Who finds both moons, and that k-means does not."""
    if not gallery.found:
        return "No method finds both moons"
    finds = f"{_names(gallery.found)} find{'s' * (len(gallery.found) == 1)} both"
    return finds if gallery.exhibits[0] in gallery.found else f"k-means fails on the two moons; {finds}"


def moons_told(gallery: Gallery) -> str:
    """Why, and that a high separation does not tell it."""
    told = (
        "k-means parts points by straight borders, so each moon loses a tip to the other. Methods that go from "
        "neighbour to neighbour follow the bend."
    )
    usual = gallery.exhibits[0]
    if gallery.found and gallery.found[0].silhouette < usual.silhouette:
        told += (
            f" Separation would not have told: it is {score(usual.silhouette)} for k-means and "
            f"{score(gallery.found[0].silhouette)} for the moons, because it favours round segments."
        )
    return told


def moons_on(subject: Subject) -> str:
    """What the moons are, and how the methods are run."""
    return (
        f"{subject.n_samples} points that scikit-learn draws as two interlocked half-moons, as wide as "
        "high. Every method has its usual settings; those that have to be told a number are told two. " + _time(subject)
    )


def exhibit_told(exhibit: Exhibit) -> str:
    """The figures of one method: Separation 0.41 · like k-means 0.98."""
    told = [f"Separation {score(exhibit.silhouette)}"]
    if math.isfinite(exhibit.like_truth):
        told.append(f"like the moons {score(exhibit.like_truth)}")
    elif exhibit.entry != ENTRIES[0]:
        told.append(f"like k-means {score(exhibit.like_kmeans)}")
    return " · ".join(told)


def exhibit_seconds(exhibit: Exhibit) -> str:
    """How long it took: 0.02 s."""
    return f"< {fixed(0.01, 2)} s" if exhibit.seconds < _FAST else f"{fixed(exhibit.seconds, 2)} s"


def exhibit_alt(exhibit: Exhibit) -> str:
    """The picture, for those who do not see it."""
    return f"What {exhibit.entry.title} finds: {exhibit.told}. {exhibit_told(exhibit)}"


def _names(exhibits: tuple[Exhibit, ...]) -> str:
    *first, last = [one.entry.title for one in exhibits]
    return f"{', '.join(first)} and {last}" if first else last


def _time(subject: Subject) -> str:
    return f"Time is processor time for these {whole(subject.n_samples)} on this machine."
