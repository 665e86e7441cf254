"""Which settings of a method are worth trying, and with which values."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from clustering.features import Features
from clustering.methods import METHODS, ClusterSpec, Setting
from clustering.model import lay_groundwork
from clustering.search.values import distinct, rounded, setting_of
from clustering.threads import one_thread

_MOST_NUMBERS = 9  # of segments, so that they fit in with four words


@dataclass(frozen=True)
class _Around:
    """Values around what is proposed, or around the default: these many times as large."""

    factors: tuple[float, ...]

    def values(self, setting: Setting, middle: float) -> tuple:
        return distinct(rounded(setting, middle * factor) for factor in self.factors)


_WIDE = _Around((0.5, 2**-0.5, 1.0, 2**0.5, 2.0))
_NEAR = _Around((0.5, 1.0, 2.0))
# What is worth varying: values around the proposal, values as they stand, or (None) every word there is.
_WORTH_VARYING = {
    "kmeans": {"init": None},
    "minibatch": {"batch_size": (256, 1_024, 4_096)},
    "bisecting": {"bisecting_strategy": None},
    "agglomerative": {"linkage": None},
    "gaussian_mixture": {"covariance_type": None},
    "dbscan": {"eps": _WIDE, "min_samples": _NEAR},
    "hdbscan": {"min_cluster_size": _WIDE, "min_samples": _NEAR},
    "optics": {"xi": (0.01, 0.02, 0.05, 0.1), "min_samples": _NEAR},
    "spectral": {"affinity": None, "gamma": _NEAR},
    "mean_shift": {"bandwidth": _WIDE},
    "affinity_propagation": {"preference": _WIDE, "damping": (0.7, 0.9)},
    "birch": {"threshold": _NEAR},
    "gower_medoids": {},
}


def usual_grid(features: Features, spec: ClusterSpec, n_clusters: Sequence[int]) -> dict[str, tuple]:
    """Return what is worth trying of a method: every setting that is worth varying, with its values.

    The values lie around what the data propose, whatever is chosen for these settings; of other settings the spec
    keeps what it says.

    Parameters
    ----------
    n_clusters : sequence of int
        Numbers of clusters to try with a method that takes one; of more than 9, 9 spread evenly.
    """
    varied = _WORTH_VARYING[spec.method]
    method = METHODS[spec.method]
    own = [one.name for one in method.settings if one.name in varied]
    base = replace(spec, n_clusters=None, start=()).with_settings(**dict.fromkeys(own))
    proposed = {}
    if any(method.setting(name).propose for name in own):
        with one_thread():
            proposed = lay_groundwork(features, base).values
    grid = {}
    for name, values in varied.items():
        setting = setting_of(spec, name)
        if values is None:
            values = setting.choices
        elif isinstance(values, _Around):
            values = values.values(setting, proposed[name])
        grid[name] = values
    if method.takes_k:
        grid["n_clusters"] = _spread(tuple(n_clusters))
    return grid


def _spread(numbers: tuple[int, ...]) -> tuple[int, ...]:
    if len(numbers) <= _MOST_NUMBERS:
        return numbers
    return tuple(numbers[i] for i in np.linspace(0, len(numbers) - 1, _MOST_NUMBERS).round().astype(int))
