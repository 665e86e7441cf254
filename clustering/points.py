"""What a scatter shows: a bounded sample of the customers along two or three axes, with the centers."""

from dataclasses import dataclass

import numpy as np
from sklearn.decomposition import PCA

from clustering.errors import InvalidSetting
from clustering.features import Features
from clustering.model import Clustering, centers_in_units
from clustering.table import Table
from clustering.wording import share

COMPONENTS = ("Component 1", "Component 2", "Component 3")
ROW = "Row in the file"
MOST_POINTS = 20_000
_LEAST_PER_SEGMENT = 20
_HOVER_COLUMNS = 8


@dataclass(frozen=True, eq=False)
class Points:
    """Customers to draw.

    Attributes
    ----------
    axes : tuple of str
        Axis titles.
    coordinates : ndarray of float32 of shape (n_points, n_axes)
    labels : ndarray of shape (n_points,)
    rows : ndarray of shape (n_points,)
        Positions in the table.
    cells : tuple of (column name, list of str)
        What the file says about these customers, for the hover label.
    in_fit : ndarray of bool of shape (n_points,)
        False for customers who were placed afterwards; the picture is not stretched to show those far outside.
    centers : ndarray of shape (n_clusters, n_axes)
    n_total : int
        Customers that have a segment, drawn or not.
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
    loadings: tuple[tuple[str, tuple[tuple[str, float], ...]], ...] = ()


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


def scatter_points(
    table: Table, features: Features, clustering: Clustering, axes: tuple[str, ...], *, most: int = MOST_POINTS
) -> Points:
    """Sample the customers that have a segment, in proportion to the segments but at least 20 of each.

    Axes are features in their own units (a missing cell stands at the value it was filled with), principal
    components of the prepared features, or the row number.
    """
    columns = features.number_columns
    unknown = [axis for axis in axes if axis not in axis_choices(columns, features.X.shape[1])]
    if unknown:
        raise InvalidSetting(f'"{unknown[0]}" cannot be an axis; choose one of the features.')
    component_names = _component_names(columns)
    chosen = _sample(clustering, most)
    rows = clustering.rows[chosen]
    titles, drawn, centers, loadings = [], [], [], []
    if any(axis in component_names for axis in axes):
        components = _components(features)
        scores = components.transform(_prepared(features, clustering, chosen))
        center_scores = components.transform(clustering.cluster_centers)
        weights = components.components_
        if features.components is not None:
            weights = weights @ features.components.loadings  # back to the columns
    values, center_values = _in_units(table, features, rows), centers_in_units(features, clustering)
    for axis in axes:
        if axis in component_names:
            i = component_names.index(axis)
            titles.append(f"{axis} ({share(components.explained_variance_ratio_[i], 0)} of the variation)")
            loadings.append((axis, tuple(zip(features.names, weights[i].tolist(), strict=True))))
            drawn.append(scores[:, i])
            centers.append(center_scores[:, i])
        elif axis not in columns:  # the only other choice: the row
            titles.append(axis)
            drawn.append(rows + 1)
            centers.append(np.full(clustering.n_clusters, table.n_rows / 2))
        else:
            i = _position(features, axis)
            titles.append(f"{axis} (days before the newest)" if features.encoded[i].kind == "date" else axis)
            drawn.append(values[:, i])
            centers.append(center_values[:, i])
    hover = _hover_columns(table, features.spec.columns)
    return Points(
        axes=tuple(titles),
        coordinates=np.column_stack(drawn).astype(np.float32),
        labels=clustering.labels[chosen],
        rows=rows,
        cells=tuple((name, table.text[name].take(rows).to_pylist()) for name in hover),
        in_fit=clustering.in_fit[chosen],
        centers=np.column_stack(centers),
        n_total=len(clustering.rows),
        loadings=tuple(loadings),
    )


def _sample(clustering: Clustering, most: int) -> np.ndarray:
    """Positions among the placed rows, ascending."""
    n_placed = len(clustering.rows)
    if n_placed <= most:
        return np.arange(n_placed)
    order = np.random.default_rng(clustering.spec.random_state).permutation(n_placed)
    is_chosen = np.zeros(n_placed, dtype=bool)
    for label, size in enumerate(clustering.sizes):
        members = order[clustering.labels[order] == label]
        is_chosen[members[: max(_LEAST_PER_SEGMENT, size * most // n_placed)]] = True
    return np.flatnonzero(is_chosen)


def _components(features: Features) -> PCA:
    return PCA(min(len(COMPONENTS), features.X.shape[1]), svd_solver="covariance_eigh").fit(features.X)


def _prepared(features: Features, clustering: Clustering, chosen: np.ndarray) -> np.ndarray:
    """Prepared values of the chosen placed rows, from the two places where they are kept."""
    merged = np.empty((len(clustering.rows), features.X.shape[1]))
    merged[clustering.in_fit] = features.X
    merged[~clustering.in_fit] = features.X_far
    return merged[chosen]


def _position(features: Features, column: str) -> int:
    return next(i for i, encoded in enumerate(features.encoded) if encoded.column == column and encoded.level is None)


def _in_units(table: Table, features: Features, rows: np.ndarray) -> np.ndarray:
    steps = features.pipeline.named_steps
    values = steps["encode"].transform(table.frame[list(features.spec.columns)].iloc[rows])
    return steps["fill"].transform(values) if "fill" in steps else values


def _hover_columns(table: Table, columns: tuple[str, ...]) -> list[str]:
    """Identifiers first, then the features, then the rest, as many as a label can hold."""
    ids = [column.name for column in table.columns if column.role == "id"]
    others = [column.name for column in table.columns if column.name not in columns and column.name not in ids]
    return [*ids, *columns, *others][:_HOVER_COLUMNS]
