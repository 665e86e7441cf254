"""What becomes of all rows, counted part by part: who takes no part and why, what is filled and clipped."""

from collections import Counter
from collections.abc import Iterator

import numpy as np
from sklearn.pipeline import Pipeline

from clustering.errors import InvalidSetting
from clustering.features import FeatureSpec
from clustering.features.encode import is_number
from clustering.features.rows import told_weights
from clustering.features.values import Filled
from clustering.stream.passes import Taken
from clustering.wording import count, listing, number, one_line, whole

_MOST_REASONS = 20  # why rows take no part, told one by one
_FILLED_WITH = {
    "median": "the median",
    "mean": "the mean",
    "most_frequent": "the most frequent value",
    "constant": "the given value",
}


class Account:
    """What becomes of all rows, counted part by part: who takes no part and why, what is filled and clipped."""

    def __init__(self, spec: FeatureSpec, pipeline: Pipeline):
        self._spec, self._pipeline = spec, pipeline
        self._encode, self._columns = pipeline.named_steps["encode"], pipeline.named_steps["encode"].columns
        self._singles = {e.column: i for i, e in enumerate(self._encode.encoded_) if e.level is None}
        self.reasons: Counter[str] = Counter()
        self.missing: Counter[str] = Counter()
        self.unplaced: Counter[str] = Counter()  # cells at levels that have no place in the order
        self.unknown: Counter[str] = Counter()  # cells at levels, or missing, that the sample has none of
        self.n_with_segment = self.n_filled_rows = self.n_clipped = 0
        self._takes_part = np.empty(0, dtype=bool)  # rows with a segment of the part at hand
        self._negative: set[str] = set()
        self._n_below_zero = 0

    def part(self, taken: Taken, chosen: np.ndarray, encoded: np.ndarray) -> None:
        notes = taken.rows.notes()
        counts = np.bincount(notes.codes[notes.codes >= 0], minlength=len(notes.categories))
        self.reasons.update(dict(zip(notes.categories, counts.tolist(), strict=True)))
        self.n_with_segment += len(chosen)
        self._takes_part = taken.rows.fitted[chosen]
        is_filled = np.zeros(len(chosen), dtype=bool)
        for column in self._columns:
            missing = taken.frame[column.name].isna().to_numpy()[chosen]
            n = int(missing.sum())
            self.missing[column.name] += n
            if column.missing not in (None, "aside"):
                is_filled |= missing
            if column.encode == "ordinal":
                self.unplaced[column.name] += int(np.isnan(encoded[:, self._singles[column.name]]).sum()) - n
            if column.log and (encoded[:, self._singles[column.name]] < 0).any():
                self._negative.add(column.name)
        for name, block in zip(self._encode.levels_, self._encode.blocks_, strict=True):
            n_known = encoded[:, list(block)].sum()
            self.unknown[name] += len(chosen) - round(float(n_known))
        self.n_filled_rows += int(is_filled.sum())
        if self._spec.weight_column is not None:
            weights = taken.frame[self._spec.weight_column].to_numpy()
            self._n_below_zero += int((weights[chosen] < 0).sum())

    def step(self, name: str, step, values: np.ndarray) -> None:
        if name == "clip":
            for i in step.columns:
                own = values[self._takes_part, i]
                self.n_clipped += int(np.count_nonzero((own < step.low_[i]) | (own > step.high_[i])))

    def check(self) -> None:
        """Refuse what `prepare` refuses, of rows that the sample does not hold.

        Raises
        ------
        InvalidSetting
        """
        if self._negative:
            raise InvalidSetting(
                f"{listing(map(one_line, sorted(self._negative)))}: a log needs values of 0 and more. Take them as "
                "they are."
            )
        if self._n_below_zero:
            raise InvalidSetting(
                f'"{one_line(self._spec.weight_column)}" cannot weigh customers: it is below 0 in '
                f"{count(self._n_below_zero, 'row')}. Leave them out by a filter, or choose another column."
            )

    def filled(self) -> tuple[Filled, ...]:
        fill, found = self._pipeline.named_steps.get("fill"), []
        for column in self._columns:
            n = self.missing[column.name] + self.unplaced[column.name]
            if not n or column.missing in (None, "aside"):
                continue
            value = self._encode.levels_[column.name].missing if not is_number(column) else None
            if value is None:
                value = float(fill.statistics_[self._singles[column.name]])
            found.append(Filled(column.name, n, value))
        return tuple(found)

    def told(self) -> Iterator[str]:
        """The sentences about all this."""
        if self._spec.weight_column is not None:
            yield told_weights(self._spec.weight_column)
        reasons = self.reasons.most_common()
        for reason, n in reasons[:_MOST_REASONS]:
            yield f"{count(n, 'row')} take{'s' * (n == 1)} no part: {one_line(reason, 200)}."
        rest = reasons[_MOST_REASONS:]
        if rest:
            yield f"{count(sum(n for _, n in rest), 'row')} take no part for {whole(len(rest))} other reasons."
        columns = {column.name: column for column in self._columns}
        for filled in self.filled():
            value = filled.value if isinstance(filled.value, str) else number(filled.value, digits=6)
            days = " days before the newest" if filled.column in self._encode.newest_ else ""
            how = _FILLED_WITH[columns[filled.column].missing]
            cells = count(filled.n_cells, "missing cell")
            yield f"{one_line(filled.column)}: {cells} filled with {how} {value}{days}."
        for name, n in self.missing.items():
            if n and columns[name].missing is None:
                own = "its" if n == 1 else "their"
                yield f"{one_line(name)}: {count(n, 'missing cell')} count{'s' * (n == 1)} as a level of {own} own."
        for name, n in self.unknown.items():
            if n:
                yield f"{one_line(name)}: {count(n, 'cell')} at no level that the sample has; they count as none."
        for name, n in self.unplaced.items():
            if n:
                yield f"{one_line(name)}: {count(n, 'cell')} at levels that the order leaves out count as missing."
        clip = self._pipeline.named_steps.get("clip")
        if clip is not None:
            names = listing(one_line(self._encode.encoded_[i].column) for i in clip.columns)
            yield (
                f"{names}: {count(self.n_clipped, 'cell')} beyond the 1st and 99th percentile clipped to those "
                "percentiles, so that a few extreme customers do not become the segments."
            )
