"""Searching over the settings of a method: which are worth trying, and what each of them finds."""

from clustering.search.combining import MOST_TRIALS, trials
from clustering.search.trial import SILHOUETTE_ROWS, Trial, attempt, ranked
from clustering.search.usual import usual_grid
from clustering.search.values import read_values, setting_of, written

__all__ = [
    "MOST_TRIALS",
    "SILHOUETTE_ROWS",
    "Trial",
    "attempt",
    "ranked",
    "read_values",
    "setting_of",
    "trials",
    "usual_grid",
    "written",
]
