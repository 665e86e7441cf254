"""Searching over the settings of a method: which are worth trying, and what each of them finds."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from clustering.errors import ClusteringError, InvalidSetting
from clustering.features import Features
from clustering.indices import mean_silhouette
from clustering.methods import INITS, METHODS, ClusterSpec, Setting
from clustering.model import Groundwork, fit, lay_groundwork, taking_part
from clustering.threads import one_thread
from clustering.wording import count, whole

MOST_TRIALS = 60
WAYS = ("grid", "random")
SILHOUETTE_ROWS = 3_000
_MOST_NUMBERS = 9  # of segments, so that they fit in with four words
_DIGITS = 3  # significant ones of a setting, so that what is read is what is used
_DRAWS = 200  # per trial, before all that can be drawn counts as drawn

N_CLUSTERS = Setting("n_clusters", "Segments", "n_clusters: how many segments to find.", low=2, high=1_000, whole=True)
INIT = Setting(
    "init", "Start", "init: k-means++ spreads the first centers; random picks customers at random.", INITS[0], INITS
)
_NO_OTHER = {"nearest_neighbors": "gamma", "rbf": "n_neighbors"}  # which setting an affinity does not look at


@dataclass(frozen=True)
class _Around:
    """Values around what is proposed, or around the default: these many times as large."""

    factors: tuple[float, ...]

    def values(self, setting: Setting, middle: float) -> tuple:
        return _distinct(_rounded(setting, middle * factor) for factor in self.factors)


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


@dataclass(frozen=True)
class Trial:
    """What a method found with some settings.

    Attributes
    ----------
    spec : ClusterSpec
    settings : tuple of (str, value)
        The method's own settings as they were used, what the data proposed among them; those of the spec where the
        method refused.
    n_clusters : int
        0 where it refused.
    noise_share : float
        In [0, 1].
    silhouette : float
        Mean over the rows that have a cluster, in [-1, 1], higher is better. It favours round, compact clusters, and
        says nothing of the noise: leaving out whoever stands in between raises it. NaN where it is not defined.
    silhouette_error : float
        Its standard error where it is of a sample of about 3,000 rows, else 0.
    smallest_share : float
        What the smallest cluster holds of the rows that have one.
    figures : tuple of (str, float)
        What the method says about its own fit, such as BIC.
    reason : str
        Why there is no result, or no silhouette; "" where there is nothing to say.
    """

    spec: ClusterSpec
    settings: tuple[tuple[str, object], ...] = ()
    n_clusters: int = 0
    noise_share: float = math.nan
    silhouette: float = math.nan
    silhouette_error: float = math.nan
    smallest_share: float = math.nan
    figures: tuple[tuple[str, float], ...] = ()
    reason: str = ""

    @property
    def is_refused(self) -> bool:
        return self.n_clusters == 0

    @property
    def overall(self) -> float:
        """The silhouette with noise counted as 0; NaN where it is not defined."""
        return self.silhouette * (1 - self.noise_share)

    @property
    def bic(self) -> float:
        """Of a Gaussian mixture, lower is better; NaN for other methods."""
        return dict(self.figures).get("BIC", math.nan)

    def value(self, name: str) -> object:
        """Return what was tried of a setting; None where the method did not look at it."""
        if name in ("n_clusters", "init"):
            return getattr(self.spec, name)
        if _is_idle(self.spec, name):
            return None
        return dict(self.settings).get(name)


def setting_of(spec: ClusterSpec, name: str) -> Setting:
    """Return what can be varied of a method by its name: a setting of its own, its start, its number of clusters."""
    method = METHODS[spec.method]
    if name == "n_clusters" and method.takes_k:
        return N_CLUSTERS
    if name == "init" and name in method.common:
        return INIT
    return method.setting(name)


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
    if how not in WAYS:
        raise InvalidSetting(f"how is {how!r}; it can be {', '.join(WAYS)}.")
    if not 1 <= n_trials <= MOST_TRIALS:
        raise InvalidSetting(f"{count(n_trials, 'trial')} were asked for; 1 to {MOST_TRIALS} are possible.")
    base = replace(spec, n_clusters=None, start=()) if "n_clusters" in grid else replace(spec, start=())
    checked = {name: _checked(setting_of(spec, name), values) for name, values in grid.items()}
    if how == "random":
        return _side_by_side(_drawn(base, checked, n_trials, random_state))
    n_combinations = math.prod(len(values) for values in checked.values())
    if n_combinations > MOST_TRIALS:
        raise InvalidSetting(
            f"Those are {whole(n_combinations)} combinations; at most {MOST_TRIALS} are tried in one go. Give fewer "
            "values, or have some of them drawn at random."
        )
    return _side_by_side(_with(base, dict(zip(checked, one, strict=True))) for one in product(*checked.values()))


def attempt(features: Features, spec: ClusterSpec, *, work: Groundwork | None = None) -> Trial:
    """Try one spec; where the method refuses, the trial says why.

    Parameters
    ----------
    work : Groundwork, optional
        What `lay_groundwork` gives for the same spec with any number of clusters; done here if it is not given.
    """
    try:
        found = fit(features, spec, work=work)
    except ClusteringError as error:
        return Trial(spec, spec.settings, reason=str(error))
    X, labels = taking_part(features, found).X, found.fit_labels
    sample = SILHOUETTE_ROWS if len(X) > SILHOUETTE_ROWS else None
    with one_thread():
        silhouette, error = mean_silhouette(X, labels, spec.random_state, sample)
    return Trial(
        spec=spec,
        settings=found.settings,
        n_clusters=found.n_clusters,
        noise_share=found.noise_share,
        silhouette=silhouette,
        silhouette_error=error,
        smallest_share=found.sizes[-1] / sum(found.sizes),
        figures=found.figures,
        reason="" if math.isfinite(silhouette) else "Nobody has company in a segment, so nothing separates them.",
    )


def ranked(tried: Sequence[Trial]) -> tuple[Trial, ...]:
    """Return trials with the best first: by BIC where there is one, else by `overall`; the refused ones last.

    BICs can be compared because all trials see the same rows. The silhouette alone would put those first that leave
    most rows out: of the customers of a mall the highest, 0.74, is that of two segments and 52 % of noise.
    """

    def place(one: Trial) -> tuple:
        figure = one.bic if math.isfinite(one.bic) else -one.overall
        return one.is_refused, not math.isfinite(figure), figure if math.isfinite(figure) else 0.0

    return tuple(sorted(tried, key=place))


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
    return _checked(setting, values)


def written(values: Sequence[float]) -> str:
    """Write numbers so that `read_values` reads the same ones."""
    return ", ".join(f"{value:.15g}" for value in values)


def _checked(setting: Setting, values: Sequence) -> tuple:
    if not len(values):
        raise InvalidSetting(f"{setting.label} has no value. Give at least one.")
    return _distinct(setting.check(value) for value in values)


def _with(base: ClusterSpec, values: Mapping[str, object]) -> ClusterSpec:
    """The spec with these values, without what the method would not look at."""
    fields = {name: value for name, value in values.items() if name in ("n_clusters", "init")}
    spec = replace(base, **fields).with_settings(**{n: value for n, value in values.items() if n not in fields})
    idle = [name for name, _ in spec.settings if _is_idle(spec, name)]
    return spec.with_settings(**dict.fromkeys(idle))


def _is_idle(spec: ClusterSpec, name: str) -> bool:
    return spec.method == "spectral" and _NO_OTHER[spec.value("affinity")] == name


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
    return min(max(_rounded(setting, number), low), high)


def _rounded(setting: Setting, number: float) -> float:
    """A number as it can be read, within the limits of its setting."""
    number = round(number) if setting.whole else float(f"{number:.{_DIGITS}g}")
    number = min(max(number, setting.low), setting.high)
    return int(number) if setting.whole else float(number)


def _spread(numbers: tuple[int, ...]) -> tuple[int, ...]:
    if len(numbers) <= _MOST_NUMBERS:
        return numbers
    return tuple(numbers[i] for i in np.linspace(0, len(numbers) - 1, _MOST_NUMBERS).round().astype(int))


def _distinct(values) -> tuple:
    return tuple(dict.fromkeys(values))
