"""Tables on disk that the tests of `clustering.stream` read part by part."""

from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from clustering.features import FeatureSpec
from clustering.features.spec import ColumnSpec, RowFilter
from clustering.stream import draw_sample, open_source
from clustering.stream.values import Block

NUMBERS = ("visits", "basket", "age")
# What a preparation can ask for, each of it once.
SPECS = {
    "standard": FeatureSpec(NUMBERS),
    "minmax": FeatureSpec(NUMBERS, scale="minmax"),
    "robust": FeatureSpec((*NUMBERS, "country"), scale="robust"),
    "none": FeatureSpec((*NUMBERS, "country"), scale="none"),
    "mean": FeatureSpec(NUMBERS, missing="mean", settings=(ColumnSpec("basket", log=True),)),
    "most_frequent": FeatureSpec((*NUMBERS, "country"), missing="most_frequent"),
    "aside": FeatureSpec((*NUMBERS, "country"), missing="aside", outliers="aside"),
    "clip": FeatureSpec((*NUMBERS, "spent"), outliers="clip"),
    "auto clips": FeatureSpec((*NUMBERS, "spent")),
    "log and weights": FeatureSpec(("age", "spent"), settings=(ColumnSpec("spent", log=True, weight=2.0),)),
    "categories": FeatureSpec(
        (*NUMBERS, "country", "level", "member"), settings=(ColumnSpec("level", "ordinal", ("low", "mid", "high")),)
    ),
    "dates": FeatureSpec((*NUMBERS, "since"), settings=(ColumnSpec("since", "date_and_month"),)),
    "weighed": FeatureSpec(NUMBERS, weight_column="stands_for"),
    "filtered": FeatureSpec(NUMBERS, row_filter=RowFilter("country", ("de", "fr"))),
    "placed": FeatureSpec(NUMBERS, row_filter=RowFilter("age", low=25.0, high=60.0), filtered="place"),
    "components": FeatureSpec((*NUMBERS, "spent", "country"), pca=0.8),
    "all components": FeatureSpec(NUMBERS, pca=1.0, missing="mean"),
}


@cache
def customers(n: int = 1_200) -> pd.DataFrame:
    """Three crowds in visits and basket, with gaps, tails, dates, categories, weights and a few rows far outside."""
    rng = np.random.default_rng(7)
    crowd = rng.integers(0, 3, n)
    frame = pd.DataFrame(
        {
            "customer": np.arange(10_000, 10_000 + n),
            "name": [f"N{i * 7919 % 10_007:05d}" for i in range(n)],
            "visits": (np.array([4.0, 20.0, 12.0])[crowd] + rng.normal(0, 1.5, n)).round(2),
            "basket": (np.array([80.0, 25.0, 300.0])[crowd] * rng.uniform(0.7, 1.3, n)).round(2),
            "age": rng.integers(18, 80, n).astype(float),
            "spent": np.exp(rng.normal(4, 1.2, n)).round(2),
            "country": rng.choice(["de", "fr", "es", "it"], n, p=[0.5, 0.3, 0.15, 0.05]),
            "level": rng.choice(["low", "mid", "high"], n),
            "member": rng.random(n) < 0.4,
            "since": pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 700, n), "D"),
            "stands_for": rng.integers(0, 5, n).astype(float),
        }
    )
    frame.loc[rng.random(n) < 0.05, "basket"] = np.nan
    frame.loc[rng.random(n) < 0.04, "country"] = None
    frame.loc[rng.random(n) < 0.03, "since"] = pd.NaT
    frame.loc[[5, n // 2], "visits"] = [400.0, -300.0]
    return frame


def written(frame: pd.DataFrame, path):
    """Write a table as the suffix says; Parquet in small row groups."""
    if path.suffix == ".csv":
        frame.to_csv(path, index=False)
    else:
        pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), path, row_group_size=500)
    return path


def opened(frame: pd.DataFrame, path, n_rows: int | None = None):
    """The source and its sample; of all rows where no number is given."""
    source = open_source(written(frame, path))
    return source, draw_sample(source, n_rows or len(frame))


def blocks_of(X: np.ndarray, weights: np.ndarray | None = None, size: int = 100) -> list[Block]:
    """Prepared rows in blocks of a size, at positions 0, 1, 2, …"""
    middle, positions = X.mean(axis=0), np.arange(len(X))
    return [
        Block(
            np.ascontiguousarray(X[begin : begin + size].T),
            None if weights is None else weights[begin : begin + size],
            positions[begin : begin + size],
            middle,
        )
        for begin in range(0, len(X), size)
    ]
