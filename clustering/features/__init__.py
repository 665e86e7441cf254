"""From a `Table` to the numbers that are clustered: what can be chosen, and what it does to every column and row."""

from clustering.features.encode import Encode, EncodedColumn, encodings, levels_of
from clustering.features.keep import keep_features, same_values
from clustering.features.prepare import prepare
from clustering.features.rows import Among
from clustering.features.spec import (
    ALL_OUTLIERS,
    COLUMN_MISSING,
    ENCODINGS,
    FILTERED,
    MISSING,
    OUTLIERS,
    ColumnSpec,
    FeatureSpec,
    RowFilter,
)
from clustering.features.steps import SCALES, ClipToPercentiles
from clustering.features.suggest import correlation, near_duplicates, possible_columns, suggest_features, suggest_logs
from clustering.features.values import Components, Features, Filled

__all__ = [
    "ALL_OUTLIERS",
    "COLUMN_MISSING",
    "ENCODINGS",
    "FILTERED",
    "MISSING",
    "OUTLIERS",
    "SCALES",
    "Among",
    "ClipToPercentiles",
    "ColumnSpec",
    "Components",
    "Encode",
    "EncodedColumn",
    "FeatureSpec",
    "Features",
    "Filled",
    "RowFilter",
    "correlation",
    "encodings",
    "keep_features",
    "levels_of",
    "near_duplicates",
    "possible_columns",
    "prepare",
    "same_values",
    "suggest_features",
    "suggest_logs",
]
