"""What to try: all combinations of some values, or some drawn at random."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product

import numpy as np

from clustering.errors import InvalidSetting
from clustering.methods import ClusterSpec, Setting
from clustering.search.values import checked, is_idle, rounded, setting_of
from clustering.wording import count, whole

MOST_TRIALS = 60
_WAYS = ("grid", "random")
_DRAWS = 200  # per trial, before all that can be drawn counts as drawn


def trials(
    spec: ClusterSpec,
    grid: Mapping[str, Sequence],
    *,
    how: str = "grid",
    n_trials: int = 20,
    random_state: int = 0,
) -> tuple[ClusterSpec, ...]:
    """Return what to try: no two alike, and side by side those that differ in the number of clusters only.

    Parameters
    ----------
    spec : ClusterSpec
        What stays the same.
    grid : mapping of str to sequence
        Names of settings (or "n_clusters", "init") and their values.
    how : {"grid", "random"}
        All combinations; or `n_trials` at random, fewer where there are no more: of numbers any that lies between the
        smallest and the largest that is given (log-uniform; uniform where zero lies between them), of words any that
        is given.
    n_trials : int
        At most 60.
    random_state : int

    Raises
    ------
    InvalidSetting
        If a value is not possible, a setting has none, or more than 60 would have to be tried.

    References
    ----------
    Bergstra and Bengio (2012), J. Mach. Learn. Res. 13:281-305: random search.
    """
    if how not in _WAYS:
        raise InvalidSetting(f"how is {how!r}; it can be {', '.join(_WAYS)}.")
    if not 1 <= n_trials <= MOST_TRIALS:
        raise InvalidSetting(f"{count(n_trials, 'trial')} were asked for; 1 to {MOST_TRIALS} are possible.")
    base = replace(spec, n_clusters=None, start=()) if "n_clusters" in grid else replace(spec, start=())
    values_of = {name: checked(setting_of(spec, name), values) for name, values in grid.items()}
    if how == "random":
        return _side_by_side(_drawn(base, values_of, n_trials, random_state))
    n_combinations = math.prod(len(values) for values in values_of.values())
    if n_combinations > MOST_TRIALS:
        raise InvalidSetting(
            f"Those are {whole(n_combinations)} combinations; at most {MOST_TRIALS} are tried in one go. Give fewer "
            "values, or have some of them drawn at random."
        )
    return _side_by_side(_with(base, dict(zip(values_of, one, strict=True))) for one in product(*values_of.values()))


def _with(base: ClusterSpec, values: Mapping[str, object]) -> ClusterSpec:
    """The spec with these values, without what the method would not look at."""
    fields = {name: value for name, value in values.items() if name in ("n_clusters", "init")}
    spec = replace(base, **fields).with_settings(**{n: value for n, value in values.items() if n not in fields})
    idle = [name for name, _ in spec.settings if is_idle(spec, name)]
    return spec.with_settings(**dict.fromkeys(idle))


def _side_by_side(specs) -> tuple[ClusterSpec, ...]:
    """All different specs; those that share their groundwork in a row."""
    groups: dict[ClusterSpec, dict[ClusterSpec, None]] = {}
    for spec in specs:
        groups.setdefault(replace(spec, n_clusters=None), {})[spec] = None
    return tuple(spec for group in groups.values() for spec in group)


def _drawn(base: ClusterSpec, grid: Mapping[str, tuple], n_trials: int, random_state: int) -> list[ClusterSpec]:
    rng = np.random.default_rng([random_state, 7])
    drawn: dict[ClusterSpec, None] = {}
    for _ in range(n_trials * _DRAWS):
        if len(drawn) == n_trials:
            break
        values = {name: _draw(setting_of(base, name), values, rng) for name, values in grid.items()}
        drawn[_with(base, values)] = None
    return list(drawn)


def _draw(setting: Setting, values: tuple, rng: np.random.Generator) -> object:
    """One of the words, or a number between the smallest and the largest."""
    if setting.choices:
        return values[rng.integers(len(values))]
    low, high = min(values), max(values)
    if setting.whole and low > 0:  # as if each whole number reached half way to its neighbours
        number = round(math.exp(rng.uniform(math.log(low - 0.5), math.log(high + 0.5))))
    elif low * high > 0:
        sign = math.copysign(1.0, low)
        number = sign * math.exp(rng.uniform(*sorted((math.log(abs(low)), math.log(abs(high))))))
    else:
        number = rng.uniform(low, high)
    return min(max(rounded(setting, number), low), high)
