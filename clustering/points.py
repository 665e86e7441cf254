"""What a scatter shows: a bounded sample of the customers along two or three axes, with the centers.

And what the map shows: the same customers wherever t-SNE has put them.
"""

from dataclasses import dataclass

import numpy as np
from sklearn.decomposition import PCA

from clustering.errors import InvalidSetting
from clustering.features import Features
from clustering.features.encode import as_numbers
from clustering.islands import CustomerMap
from clustering.methods import NOISE
from clustering.model import Clustering, centers_in_units, sampled_noise, stratified_sample
from clustering.table import Table
from clustering.threads import one_thread
from clustering.wording import share

COMPONENTS = ("Component 1", "Component 2", "Component 3")
ROW = "Row in the file"
MAP_AXES = ("Map, across", "Map, up")
MOST_POINTS = 10_000
_HOVER_COLUMNS = 8
_BLOCK = 131_072  # rows of which the prepared values are laid side by side


@dataclass(frozen=True, eq=False)
class Points:
    """Customers to draw.

    Attributes
    ----------
    axes : tuple of str
        Axis titles.
    coordinates : ndarray of float32 of shape (n_points, n_axes)
    labels : ndarray of shape (n_points,)
        -1 for noise.
    rows : ndarray of shape (n_points,)
        Positions in the table, ascending; those of noise come last.
    cells : tuple of (column name, list of str)
        What the file says about these customers, for the hover label.
    in_fit : ndarray of bool of shape (n_points,)
        False for customers who were placed afterwards; the picture is not stretched to show those far outside.
    centers : ndarray of shape (n_clusters, n_axes)
        On the map, where a center means nothing, a customer in the midst of the segment; NaN where none is on it.
    n_total : int
        Customers that have a segment or are noise, drawn or not; of a map those that took part in the fit.
    n_noise : int
        How many of these are noise.
    loadings : tuple of (axis, tuple of (column, weight)), only for components
    """

    axes: tuple[str, ...]
    coordinates: np.ndarray
    labels: np.ndarray
    rows: np.ndarray
    cells: tuple[tuple[str, list[str]], ...]
    in_fit: np.ndarray
    centers: np.ndarray
    n_total: int
    n_noise: int = 0
    loadings: tuple[tuple[str, tuple[tuple[str, float], ...]], ...] = ()

    @property
    def is_noise(self) -> np.ndarray:
        """Which of the drawn customers are near no segment."""
        return self.labels == NOISE


def axis_choices(columns: tuple[str, ...], n_features: int | None = None) -> tuple[str, ...]:
    """Everything that can be an axis: the features that are one number each, then the components (from two on).

    Parameters
    ----------
    columns : tuple of str
        `Features.number_columns`; the chosen columns where all are numbers.
    n_features : int, optional
        Columns of `Features.X`; as many as there are `columns` if not given.
    """
    n_features = len(columns) if n_features is None else n_features
    components = _component_names(columns)[:n_features] if n_features > 1 else ()
    rest = (_free(ROW, columns),) if len(columns) + len(components) < 2 else ()
    return (*columns, *components, *rest)


def _component_names(columns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_free(name, columns) for name in COMPONENTS)


def _free(name: str, columns: tuple[str, ...]) -> str:
    """The name, marked where a column of the file is called the same."""
    while name in columns:
        name = f"{name} (not the column)"
    return name


class Axes:
    """Axes of a scatter, and where customers stand along them.

    What is drawn and what is found inside a lasso both come from here. The coordinates of a customer do not depend on
    whose else are asked for, to the last bit.

    Parameters
    ----------
    names : tuple of str
        Of those that `axis_choices` names: features in their own units (a missing cell stands at the value it was
        filled with), principal components of the prepared features, or the row number.

    Attributes
    ----------
    titles : tuple of str
    centers : ndarray of shape (n_clusters, n_axes)
    loadings : tuple of (axis, tuple of (column, weight)), only for components

    Raises
    ------
    InvalidSetting
        If a name is none of an axis.
    """

    def __init__(self, table: Table, features: Features, clustering: Clustering, names: tuple[str, ...]):
        self._table, self._features, self._names = table, features, names
        self._columns = features.number_columns
        unknown = [name for name in names if name not in axis_choices(self._columns, features.X.shape[1])]
        if unknown:
            raise InvalidSetting(f'"{unknown[0]}" cannot be an axis; choose one of the features.')
        numbers = {name: i for i, name in enumerate(_component_names(self._columns))}
        self._turned = [(i, numbers[name]) for i, name in enumerate(names) if name in numbers]
        self._components = principal_components(features) if self._turned else None
        titles, loadings, centers = [], [], np.empty((clustering.n_clusters, len(names)))
        for i, name in enumerate(names):
            if name in numbers:
                explained = self._components.explained_variance_ratio_[numbers[name]]
                titles.append(f"{name} ({share(explained, 0)} of the variation)")
                loadings.append((name, self._loadings(numbers[name])))
                centers[:, i] = self._components.transform(clustering.cluster_centers)[:, numbers[name]]
            elif name in self._columns:
                position = _position(features, name)
                is_date = features.encoded[position].kind == "date"
                titles.append(f"{name} (days before the newest)" if is_date else name)
                centers[:, i] = centers_in_units(features, clustering)[:, position]
            else:  # the only other choice: the row
                titles.append(name)
                centers[:, i] = table.n_rows / 2
        self.titles, self.loadings, self.centers = tuple(titles), tuple(loadings), centers

    def coordinates(self, rows: np.ndarray) -> np.ndarray:
        """Where customers stand, float32 of shape (n_rows, n_axes).

        `rows` are positions in the table of customers that took part or were placed afterwards, noise among them.
        """
        drawn = np.empty((len(rows), len(self._names)), dtype=np.float32)
        for i, name in enumerate(self._names):
            if name in self._columns:
                drawn[:, i] = _in_units(self._table, self._features, name, rows)
            else:
                drawn[:, i] = rows + 1
        for start in range(0, len(rows) if self._turned else 0, _BLOCK):
            block = slice(start, start + _BLOCK)
            X = _prepared(self._features, rows[block])
            for i, number in self._turned:
                drawn[block, i] = self._scores(X, number)
        return drawn

    def _scores(self, X: np.ndarray, number: int) -> np.ndarray:
        """Rows along a component: column after column, as the last digit of a product depends on how many rows."""
        scores = np.zeros(len(X))
        for column, mean, weight in zip(X.T, self._components.mean_, self._components.components_[number], strict=True):
            scores += (column - mean) * weight
        return scores

    def _loadings(self, number: int) -> tuple[tuple[str, float], ...]:
        weights = self._components.components_[number]
        if self._features.components is not None:
            weights = weights @ self._features.components.loadings  # back to the columns
        return tuple(zip(self._features.names, weights.tolist(), strict=True))


def scatter_points(
    table: Table, features: Features, clustering: Clustering, axes: tuple[str, ...], *, most: int = MOST_POINTS
) -> Points:
    """Sample the customers that have a segment, in proportion to the segments but at least 20 of each, and the noise.

    Raises
    ------
    InvalidSetting
        If one of the axes is none of those that `axis_choices` names.
    """
    along = Axes(table, features, clustering, axes)
    noise = sampled_noise(clustering, most)
    chosen = stratified_sample(clustering, most - len(noise))
    rows = np.concatenate([clustering.rows[chosen], noise])
    return Points(
        axes=along.titles,
        coordinates=along.coordinates(rows),
        labels=np.concatenate([clustering.labels[chosen], np.full(len(noise), NOISE)]),
        rows=rows,
        cells=_cells(table, features, rows),
        in_fit=np.concatenate([clustering.in_fit[chosen], np.isin(noise, features.rows)]),
        centers=along.centers,
        n_total=len(clustering.rows) + len(clustering.noise),
        n_noise=len(clustering.noise),
        loadings=along.loadings,
    )


def map_points(table: Table, features: Features, clustering: Clustering, found: CustomerMap) -> Points:
    """Colour a map by segment.

    Parameters
    ----------
    features : Features
        Those the map was made of.
    found : CustomerMap
    """
    rows = features.rows[found.positions]
    of_row = np.full(table.n_rows, NOISE, dtype=np.int32)
    of_row[clustering.rows] = clustering.labels
    labels = of_row[rows]
    order = np.argsort(labels == NOISE, kind="stable")
    rows, labels, coordinates = rows[order], labels[order], found.coordinates[order]
    return Points(
        axes=MAP_AXES,
        coordinates=coordinates,
        labels=labels,
        rows=rows,
        cells=_cells(table, features, rows),
        in_fit=np.ones(len(rows), dtype=bool),
        centers=np.array([_midst(coordinates[labels == label]) for label in range(clustering.n_clusters)]),
        n_total=found.n_total,
        n_noise=int(np.isin(clustering.noise, features.rows).sum()),
    )


def _midst(coordinates: np.ndarray) -> np.ndarray:
    """The point nearest to the medians: the median of two islands may lie in the water between them."""
    if not len(coordinates):
        return np.full(coordinates.shape[1], np.nan)
    distances = ((coordinates - np.median(coordinates, axis=0)) ** 2).sum(axis=1)
    return coordinates[distances.argmin()]


def _cells(table: Table, features: Features, rows: np.ndarray) -> tuple[tuple[str, list[str]], ...]:
    hover = _hover_columns(table, features.spec.columns)
    return tuple((name, table.text[name].take(rows).to_pylist()) for name in hover)


def principal_components(features: Features) -> PCA:
    """Fit the components that can be axes: the first three of the prepared features, or as many as there are."""
    with one_thread():
        return PCA(min(len(COMPONENTS), features.X.shape[1]), svd_solver="covariance_eigh").fit(features.X)


def _prepared(features: Features, rows: np.ndarray) -> np.ndarray:
    """Prepared values of rows of the table, from the two places where they are kept."""
    X = np.empty((len(rows), features.X.shape[1]))
    is_far = np.isin(rows, features.far_rows)
    X[~is_far] = features.X[np.searchsorted(features.rows, rows[~is_far])]
    X[is_far] = features.X_far[np.searchsorted(features.far_rows, rows[is_far])]
    return X


def _position(features: Features, column: str) -> int:
    return next(i for i, encoded in enumerate(features.encoded) if encoded.column == column and encoded.level is None)


def _in_units(table: Table, features: Features, column: str, rows: np.ndarray) -> np.ndarray:
    """Values of a feature that is one number each, missing cells filled."""
    steps = features.pipeline.named_steps
    encode = steps["encode"]
    settings = next(settings for settings in encode.columns if settings.name == column)
    values = as_numbers(table.frame[column].iloc[rows], settings, encode.newest_.get(column))
    missing = np.flatnonzero(np.isnan(values))
    if len(missing) and "fill" in steps:
        # by its neighbours a cell is filled from all columns: so of these rows all are needed
        filled = encode.transform(table.frame[list(features.spec.columns)].iloc[rows[missing]])
        values = values.copy()
        values[missing] = steps["fill"].transform(filled)[:, _position(features, column)]
    return values


def _hover_columns(table: Table, columns: tuple[str, ...]) -> list[str]:
    """Identifiers first, then the features, then the rest, as many as a label can hold."""
    ids = [column.name for column in table.columns if column.role == "id"]
    others = [column.name for column in table.columns if column.name not in columns and column.name not in ids]
    return [*ids, *columns, *others][:_HOVER_COLUMNS]
