"""A column of text as its different cells, so that what is repeated is read once."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from clustering.table.options import ColumnOptions

# "none" is left out: in customer files it is an answer ("Contract: None"), not a gap.
MISSING_WORDS = ("", "?", "-", "na", "n/a", "#n/a", "nan", "null")
UNKNOWN = "unknown"
HEAD = 1000  # different cells that tell whether it is worth looking at all of them


@dataclass(frozen=True, eq=False)
class Cells:
    """A column as its different cells: `levels[codes]`, code -1 where there is none."""

    text: pa.ChunkedArray
    levels: pa.Array
    codes: np.ndarray
    weights: np.ndarray
    n_taken_missing: int = 0  # cells that say "unknown", where they count as missing

    @classmethod
    def of(cls, text: pa.ChunkedArray, options: ColumnOptions) -> "Cells":
        encoded = text.dictionary_encode().unify_dictionaries().combine_chunks()
        if isinstance(encoded, pa.ChunkedArray):
            encoded = encoded.chunk(0)
        codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        levels = pc.utf8_trim_whitespace(encoded.dictionary)
        words = {*MISSING_WORDS, *(word.strip().lower() for word in options.missing or ())}
        is_missing = pc.is_in(pc.utf8_lower(levels), value_set=pa.array(sorted(words)))
        return cls._weighed(text, levels, codes, is_missing)

    @classmethod
    def _weighed(cls, text, levels, codes, is_missing, n_taken_missing=0) -> "Cells":
        levels = pc.if_else(is_missing, pa.scalar(None, pa.string()), levels)
        weights = np.bincount(codes[codes >= 0], minlength=len(levels))
        weights[pc.is_null(levels).to_numpy(zero_copy_only=False)] = 0
        return cls(text, levels, codes, weights, n_taken_missing)

    def without_unknown(self) -> "Cells | None":
        """The same with "unknown" for a gap, if there is one and something else."""
        if self.n_unknown == 0 or self.n_unknown == self.weights.sum():
            return None
        is_unknown = pc.equal(pc.utf8_lower(self.levels), UNKNOWN).fill_null(False)
        return self._weighed(self.text, self.levels, self.codes, is_unknown, self.n_unknown)

    @property
    def n_unknown(self) -> int:
        is_unknown = pc.equal(pc.utf8_lower(self.levels), UNKNOWN).fill_null(False)
        return int(self.weights[is_unknown.to_numpy(zero_copy_only=False)].sum())

    @property
    def head(self) -> tuple[pa.Array, np.ndarray]:
        """The first levels, and how often each stands."""
        return self.levels.slice(0, HEAD), self.weights[:HEAD]

    def spread(self, values: np.ndarray, nothing) -> np.ndarray:
        """From one value a level to one value a cell."""
        return np.append(values, np.array([nothing], dtype=values.dtype))[self.codes]

    def as_text(self) -> pd.Series:
        """The cells as text without blanks around them, missing ones as such."""
        values = self.levels.take(pa.array(self.codes, mask=self.codes < 0))
        return pd.Series(values.to_pandas(types_mapper={pa.string(): pd.ArrowDtype(pa.string())}.get))

    def stray(self, fits: np.ndarray) -> str:
        """How many cells do not fit, and the first of them."""
        row = int(np.flatnonzero(~np.append(fits, True)[self.codes])[0])
        n = int(self.weights[~fits].sum())
        cells = "1 cell is" if n == 1 else f"{n:,} cells are"
        return f"{cells} not (the first: {str(self.text[row])[:40]!r} in row {row + 1:,})"
