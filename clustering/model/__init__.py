"""One clustering: how it is found, and the rows it stands on."""

from clustering.model.clustering import Clustering
from clustering.model.discover import Groundwork, count_distinct, discover, groundwork
from clustering.model.fit import NOISE_NOTE, by_falling_size, fit, lay_groundwork, method_notes, with_noise
from clustering.model.rows import (
    centers_in_units,
    inertia_of,
    mean_of,
    prepared_rows,
    sampled_noise,
    stratified_sample,
    taking_part,
)

__all__ = [
    "NOISE_NOTE",
    "Clustering",
    "Groundwork",
    "by_falling_size",
    "centers_in_units",
    "count_distinct",
    "discover",
    "fit",
    "groundwork",
    "inertia_of",
    "lay_groundwork",
    "mean_of",
    "method_notes",
    "prepared_rows",
    "sampled_noise",
    "stratified_sample",
    "taking_part",
    "with_noise",
]
