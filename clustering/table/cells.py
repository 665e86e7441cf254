"""A column of text as its different cells, so that what is repeated is read once."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from clustering.table.options import ColumnOptions
from clustering.wording import whole

_ERRORS = ("#n/a", "#div/0!", "#value!", "#ref!", "#name?", "#num!", "#null!")  # of a spreadsheet
_ZERO_DATES = ("0000-00-00", "0000-00-00 00:00:00", "00.00.0000", "00/00/0000")  # of a database
_SIGNS = ("?", "-", "--", "---", "–", "—", ".", "..", "...", "…", ":")
MISSING_WORDS = ("", *_SIGNS, "na", "n/a", "n.a.", "k.a.", "<na>", "nan", "null", "(blank)", *_ERRORS, *_ZERO_DATES)
# Answers of their own in text, gaps among numbers and dates.
UNKNOWN = (
    *("unknown", "none", "missing", "nil", "not available", "not set", "(not set)", "not provided"),
    *("*", "**", "***", "*****", "(x)"),  # of a statistical office; in text they may be stars
)
HEAD = 1000  # different cells that tell whether it is worth looking at all of them


@dataclass(frozen=True, eq=False)
class Cells:
    """A column as its different cells: `levels[codes]`, code -1 where there is none."""

    text: pa.ChunkedArray
    levels: pa.Array
    codes: np.ndarray
    weights: np.ndarray
    n_taken_missing: int = 0  # cells that say "unknown" or the like, where they count as missing
    taken_missing: str = ""  # what the first of them says

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
    def _weighed(cls, text, levels, codes, is_missing, *taken) -> "Cells":
        levels = pc.if_else(is_missing, pa.scalar(None, pa.string()), levels)
        weights = np.bincount(codes[codes >= 0], minlength=len(levels))
        weights[pc.is_null(levels).to_numpy(zero_copy_only=False)] = 0
        return cls(text, levels, codes, weights, *taken)

    def without_unknown(self) -> "Cells | None":
        """The same with "unknown" and the like for gaps, if there are some and something else."""
        said = self._says(UNKNOWN)
        n = self._count(said)
        if n == 0 or n == self.weights.sum():
            return None
        first = self.levels.filter(said)[0].as_py()
        return self._weighed(self.text, self.levels, self.codes, said, n, first)

    @property
    def n_unknown(self) -> int:
        return self._count(self._says(("unknown",)))

    def _says(self, words: tuple[str, ...]) -> pa.Array:
        return pc.is_in(pc.utf8_lower(self.levels), value_set=pa.array(words))

    def _count(self, said: pa.Array) -> int:
        return int(self.weights[said.to_numpy(zero_copy_only=False)].sum())

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
        cells = "1 cell is" if n == 1 else f"{whole(n)} cells are"
        return f"{cells} not (the first: {str(self.text[row])[:40]!r} in row {whole(row + 1)})"
