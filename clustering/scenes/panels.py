"""The fixed points of the scenes, two columns of a loaded table, and the runs over them."""

from dataclasses import dataclass, field, replace

import numpy as np
from sklearn.datasets import make_blobs, make_moons

from clustering.errors import InvalidSetting, NoUsableColumns
from clustering.lloyd import LloydStep, ends, lloyd_steps
from clustering.table import Table

MOST_POINTS = 500  # of a loaded table; more are no use to the eye and make every step slower
_N_INIT = 10


@dataclass(frozen=True)
class Choices:
    """What was chosen for a scene; None is the scene's own."""

    n_clusters: int
    start: str | tuple[tuple[float, float], ...] = "k-means++"
    random_state: int = 0
    outlier: float = 0.0


@dataclass(frozen=True, eq=False)
class Panel:
    """Points and the steps over them, in the units they are drawn in.

    Attributes
    ----------
    title : str
        What tells this panel from the one beside it; empty where it stands alone.
    X : ndarray of shape (n_samples, 2)
        The points as the algorithm gets them.
    steps : tuple of LloydStep
    axes : tuple of str
        Titles; empty for points without units.
    scale, shift : ndarray of shape (2,)
        What is drawn is ``X * scale + shift``.
    """

    title: str
    X: np.ndarray
    steps: tuple[LloydStep, ...]
    axes: tuple[str, str] = ("", "")
    scale: np.ndarray = field(default_factory=lambda: np.ones(2))
    shift: np.ndarray = field(default_factory=lambda: np.zeros(2))

    def drawn(self, values: np.ndarray) -> np.ndarray:
        """Points of the algorithm in the units of the axes."""
        return values * self.scale + self.shift


def points(name: str) -> np.ndarray:
    """The points of a scene; those of "scales" in their own units."""
    rng = np.random.default_rng(0)
    if name == "groups":
        return np.concatenate([rng.normal(center, 1, (100, 2)) for center in ((2, 2), (-2, -2), (2, -2))])
    if name in ("unlabelled", "blobs", "bad-start", "k"):
        return make_blobs(n_samples=300, centers=4, cluster_std=0.60, random_state=0)[0]
    if name == "uniform":
        return rng.random((100, 2))
    if name == "unequal":
        small = [rng.normal(center, 0.3, (30, 2)) for center in ((4.4, 2.2), (4.4, -2.2))]
        return np.concatenate([rng.normal(0, 1.6, (300, 2)), *small])
    if name == "moons":
        return make_moons(n_samples=300, noise=0.06, random_state=0)[0]
    if name == "scales":
        income = rng.uniform(20_000, 80_000, 200)
        return np.column_stack([income, np.repeat([6, 18], 100) + rng.normal(0, 1.6, 200)])
    if name == "outlier":
        return np.concatenate([rng.normal(center, 0.7, (20, 2)) for center in ((-2, 0), (2, 0))])
    if name == "empty":
        return np.concatenate([rng.normal(center, 0.7, (60, 2)) for center in ((0, 0), (4, 0), (2, 3))])
    raise InvalidSetting(f'"{name}" is no scene with points of its own.')


def panels(name: str, choices: Choices) -> tuple[Panel, ...]:
    """Run the scene, once or, where two runs are compared, twice.

    Raises
    ------
    TooFewRows, InvalidSetting
        As `lloyd_steps`.
    """
    X = points(name)
    if name == "bad-start":
        bad = ((-2.5, 8.0), (-1.5, 7.0), (-0.5, 3.0), (1.5, 2.0))
        return (
            _panel(X, choices, title="A bad start", start=bad),
            _panel(X, choices, title="A good start"),
        )
    if name == "k":
        return (
            _panel(X, choices, title="Two centers", n_clusters=2),
            _panel(X, choices, title="Six centers", n_clusters=6),
        )
    if name == "scales":
        axes = ("Income ($ a year)", "Visits a year")
        return (
            replace(_panel(X, choices, title="Unscaled"), axes=axes),
            replace(_scaled(X, choices), title="Scaled", axes=axes),
        )
    if name == "outlier":
        X = np.vstack([X, [choices.outlier, 0]])
        starts = (_panel(X, replace(choices, random_state=seed)) for seed in range(_N_INIT))
        return (min(starts, key=lambda panel: panel.steps[-1].inertia),)
    if name == "empty":
        return (_panel(X, choices, start=((0.0, 1.0), (3.0, 1.0), (12.0, 9.0))),)
    return (_panel(X, choices),)


def own_points(table: Table, columns: tuple[str, str]) -> np.ndarray:
    """The rows of a table that have a number in both columns, a sample where there are more than can be watched.

    Raises
    ------
    NoUsableColumns
        If fewer than two rows have.
    """
    values = table.frame[list(columns)].to_numpy(dtype=float, na_value=np.nan)
    values = values[np.isfinite(values).all(axis=1)]
    if len(values) < 2:
        raise NoUsableColumns("Fewer than two rows have a number in both columns. Choose other columns.")
    if len(values) > MOST_POINTS:
        values = values[np.sort(np.random.default_rng(0).permutation(len(values))[:MOST_POINTS])]
    return values


def own_panel(table: Table, columns: tuple[str, str], choices: Choices) -> Panel:
    """Run k-means on two columns of a table, each scaled to a standard deviation of 1; raises as `own_points`."""
    return replace(_scaled(own_points(table, columns), choices), axes=columns)


def own_columns(table: Table) -> tuple[str, ...]:
    """Columns of a table that can be an axis."""
    return tuple(column.name for column in table.columns if column.role == "number" and column.type == "number")


def start_ends(name: str, choices: Choices) -> dict[str, tuple[float, ...]]:
    """Where ten random and ten k-means++ starts end on the points of a scene: the inertia of each, the lowest first."""
    X = points(name)
    return {
        start: tuple(sorted(ends(X, choices.n_clusters, _N_INIT, start=start, random_state=choices.random_state)))
        for start in ("random", "k-means++")
    }


def _panel(X: np.ndarray, choices: Choices, *, title: str = "", n_clusters: int | None = None, start=None) -> Panel:
    return Panel(
        title,
        X,
        lloyd_steps(
            X,
            n_clusters or choices.n_clusters,
            start=choices.start if start is None else start,
            random_state=choices.random_state,
        ),
    )


def _scaled(values: np.ndarray, choices: Choices) -> Panel:
    """Run on scaled values and draw in the units they came in; a constant column stays as it is."""
    shift, scale = values.mean(axis=0), values.std(axis=0)
    scale[scale == 0] = 1
    start = choices.start
    if not isinstance(start, str):  # centers placed by hand are in the units of the axes
        start = (np.asarray(start, dtype=float) - shift) / scale
    return replace(_panel((values - shift) / scale, choices, start=start), scale=scale, shift=shift)
