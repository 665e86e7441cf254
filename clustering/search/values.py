"""What can be varied of a method, and the values of it that somebody typed."""

import re
from collections.abc import Iterable, Sequence

from clustering.errors import InvalidSetting
from clustering.methods import INITS, METHODS, ClusterSpec, Setting

_DIGITS = 3  # significant ones of a setting, so that what is read is what is used

_N_CLUSTERS = Setting("n_clusters", "Segments", "n_clusters: how many segments to find.", low=2, high=1_000, whole=True)
_INIT = Setting(
    "init", "Start", "init: k-means++ spreads the first centers; random picks customers at random.", INITS[0], INITS
)
_NO_OTHER = {"nearest_neighbors": "gamma", "rbf": "n_neighbors"}  # which setting an affinity does not look at


def setting_of(spec: ClusterSpec, name: str) -> Setting:
    """Return what can be varied of a method by its name: a setting of its own, its start, its number of clusters."""
    method = METHODS[spec.method]
    if name == "n_clusters" and method.takes_k:
        return _N_CLUSTERS
    if name == "init" and name in method.common:
        return _INIT
    return method.setting(name)


def read_values(setting: Setting, text: str) -> tuple:
    """Return the numbers that somebody typed for a setting: 0.2, 0.4, 0.8; or 0,2; 0,4.

    Raises
    ------
    InvalidSetting
        If one is no number, or outside what is possible.
    """
    has_decimal_commas = ";" in text
    values = []
    for word in filter(None, re.split(r"[;\s]+" if has_decimal_commas else r"[,\s]+", text)):
        try:
            values.append(float(word.replace(",", ".")))
        except ValueError:
            raise InvalidSetting(
                f'{setting.label}: "{word[:40]}" is no number. Write numbers with commas between them, such as '
                "0.2, 0.4, 0.8."
            ) from None
    return checked(setting, values)


def written(values: Sequence[float]) -> str:
    """Write numbers so that `read_values` reads the same ones."""
    return ", ".join(f"{value:.15g}" for value in values)


def checked(setting: Setting, values: Sequence) -> tuple:
    if not len(values):
        raise InvalidSetting(f"{setting.label} has no value. Give at least one.")
    return distinct(setting.check(value) for value in values)


def rounded(setting: Setting, number: float) -> float:
    """A number as it can be read, within the limits of its setting."""
    number = round(number) if setting.whole else float(f"{number:.{_DIGITS}g}")
    number = min(max(number, setting.low), setting.high)
    return int(number) if setting.whole else float(number)


def distinct(values: Iterable) -> tuple:
    return tuple(dict.fromkeys(values))


def is_idle(spec: ClusterSpec, name: str) -> bool:
    return spec.method == "spectral" and _NO_OTHER[spec.value("affinity")] == name
