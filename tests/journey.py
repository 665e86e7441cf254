"""The whole way from a file to a recipe, as digests: `python -m tests.journey` prints one per station.

It is run in processes of its own, so that the number of threads and the seed of Python's hashes can be set.
"""

import hashlib
import json
from dataclasses import astuple, is_dataclass

import numpy as np
import pandas as pd

from clustering import (
    METHODS,
    ClusterSpec,
    FeatureSpec,
    apply_recipe,
    drift,
    fit,
    label_table,
    make_recipe,
    prepare,
    profile,
    read_table,
    recommend,
    save_recipe,
    stability,
    suggest_features,
    sweep,
    to_csv,
)
from clustering.model import Clustering
from clustering.profile.effects import effects
from clustering.profile.people import placement
from clustering.profile.rules import rules
from tests.conftest import SAMPLE_DATA

N_LARGE = 31_000  # above 30,000 rows silhouettes are estimated from a sample, and starts are made on one


def digest(*values) -> str:
    """Of every byte: two numbers that differ in their last bit are two numbers."""
    told = hashlib.sha256()
    for value in values:
        if isinstance(value, np.ndarray) and value.dtype != object:
            told.update(repr((value.dtype.str, value.shape)).encode() + np.ascontiguousarray(value).tobytes())
        elif isinstance(value, pd.DataFrame):
            told.update(value.to_csv().encode())
        elif is_dataclass(value):
            told.update(digest(*(getattr(value, name) for name in value.__dataclass_fields__)).encode())
        elif isinstance(value, list | tuple):
            told.update(digest(*value).encode())
        else:
            told.update(repr(value).encode())
    return told.hexdigest()


def small() -> dict[str, str]:
    table = read_table(SAMPLE_DATA / "mall_customers.csv")
    features = prepare(table, suggest_features(table))
    swept = sweep(features, ClusterSpec(), range(2, 6))
    measured = stability(features, ClusterSpec(), (2, 3))
    told = {
        "table": table.digest,
        "features": digest(features.X, features.X_far, features.notes, features.advice),
        "sweep": digest(swept),
        "stability": digest(measured),
        "recommendation": digest(astuple(recommend(swept, measured))),
    }
    for method in METHODS:
        told[method] = digest(*_found(fit(features, ClusterSpec(method, 4 if METHODS[method].takes_k else None))))
    clustering = fit(features, ClusterSpec(n_clusters=5))
    figures = profile(table, clustering, features.spec)
    recipe = make_recipe(table, features, clustering)
    applied = apply_recipe(recipe, table)
    written = to_csv(label_table(table, clustering), delimiter=table.reading.delimiter)
    return told | {
        "profile": digest(figures),
        "effects": digest(effects(table, clustering, features.spec, figures)),
        "rules": digest(rules(table, features, clustering)),
        "placement": digest(placement(features, clustering)),
        "list": digest(written),
        "recipe": digest(save_recipe(recipe)),
        "applied": digest(applied.of_table, applied.distance, applied.margin),
        "drift": digest(drift(recipe, applied)),
    }


def large() -> dict[str, str]:
    rng = np.random.default_rng(0)
    crowd = rng.integers(0, 3, N_LARGE)
    values = rng.normal(size=(N_LARGE, 6)) + 4 * rng.normal(size=(3, 6))[crowd]
    lines = "\n".join(",".join(f"{value:.4f}" for value in row) for row in values)
    table = read_table(f"a,b,c,d,e,f\n{lines}".encode())
    features = prepare(table, FeatureSpec(tuple("abcdef"), pca=0.9))
    swept = sweep(features, ClusterSpec(), (2, 3))
    clustering = fit(features, ClusterSpec(n_clusters=3))
    return {
        "large features": digest(features.X),
        "large sweep": digest(swept),
        "large profile": digest(profile(table, clustering, features.spec)),
        "large recipe": digest(save_recipe(make_recipe(table, features, clustering))),
    }


def _found(clustering: Clustering) -> tuple:
    """All of a segmentation but the function that places others."""
    names = [name for name in clustering.__dataclass_fields__ if name not in ("place", "row_notes")]
    return tuple(getattr(clustering, name) for name in names)


if __name__ == "__main__":
    print(json.dumps(small() | large()))
