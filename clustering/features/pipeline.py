"""The one pipeline: encode, fill, log, clip, scale and components, as far as they are needed."""

import numpy as np
import pandas as pd
from sklearn.decomposition import PCA
from sklearn.pipeline import Pipeline

from clustering.features.encode import Encode, is_number
from clustering.features.spec import ColumnSpec, FeatureSpec
from clustering.features.steps import ClipToPercentiles, Fill, Log, Scale
from clustering.features.values import Components


def build_pipeline(
    columns: tuple[ColumnSpec, ...], frame: pd.DataFrame, spec: FeatureSpec, clipped: list[str]
) -> Pipeline:
    """Fit the steps up to the scaling on these rows, each on what the one before it gives."""
    encode = Encode(columns)
    X = encode.fit(frame).transform(frame)
    encoded = encode.encoded_
    by_name = {column.name: column for column in columns}
    own = [by_name[e.column] for e in encoded]
    singles = {e.column: i for i, e in enumerate(encoded) if e.level is None}
    steps = [("encode", encode)]
    strategies = [column.missing if e.level is None else "aside" for e, column in zip(encoded, own, strict=True)]
    if set(strategies) != {"aside"}:
        steps.append(("fill", Fill(strategies, [_constant(column) for column in own], copy=False)))
    logged = [singles[column.name] for column in columns if column.log]
    if logged:
        steps.append(("log", Log(logged, copy=False)))
    if clipped:
        steps.append(("clip", ClipToPercentiles(tuple(singles[name] for name in clipped), copy=False)))
    steps.append(("scale", Scale(spec.scale, encode.blocks_, [column.weight for column in own], copy=False)))
    for _, step in steps[1:]:
        X = step.fit(X).transform(X)
    return Pipeline(steps), np.ascontiguousarray(X)


def _constant(column: ColumnSpec) -> float:
    """What a missing cell of a number is filled with; NaN where nothing is given."""
    if not is_number(column) or column.fill_value is None:
        return float("nan")
    if isinstance(column.fill_value, str):
        return float(column.order.index(column.fill_value))
    return float(column.fill_value)


def add_components(pipeline: Pipeline, scaled: np.ndarray, kept: float) -> tuple[Pipeline, np.ndarray, Components]:
    pca = PCA(None if kept == 1 else kept, svd_solver="covariance_eigh").fit(scaled)
    X = np.ascontiguousarray(pca.transform(scaled))
    names = tuple(f"Component {i}" for i in range(1, X.shape[1] + 1))
    components = Components(names, tuple(pca.explained_variance_ratio_.tolist()), pca.components_)
    return Pipeline([*pipeline.steps, ("pca", pca)]), X, components
