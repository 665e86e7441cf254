"""Tables as text, and what can be done to them: the ground that the property tests stand on.

They are cells of text and not numbers, so that whatever is done to a table is done to the file a person has.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

import numpy as np
from hypothesis import Phase, settings
from hypothesis import strategies as st

from clustering import Clustering, ClusterSpec, Features, FeatureSpec, Table, fit, prepare, read_table

MISSING = "n/a"


def examples(n: int) -> settings:
    """So many examples, the same in every run and on every machine; a failing one is shown as it was drawn."""
    phases = (Phase.explicit, Phase.generate)
    return settings(max_examples=n, derandomize=True, deadline=None, database=None, phases=phases)


@dataclass(frozen=True, repr=False)
class Cells:
    """A file: the names of its columns, and its rows as they are written."""

    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __repr__(self) -> str:
        return f"<{len(self)} rows of {', '.join(self.names)}>"

    @property
    def content(self) -> bytes:
        return "\n".join(",".join(row) for row in (self.names, *self.rows)).encode()

    def __len__(self) -> int:
        return len(self.rows)

    def table(self) -> Table:
        return _read(self)

    def in_order(self, order) -> "Cells":
        return replace(self, rows=tuple(self.rows[i] for i in order))

    def with_columns(self, order) -> "Cells":
        return Cells(tuple(self.names[i] for i in order), tuple(tuple(row[i] for i in order) for row in self.rows))

    def with_column(self, name: str, cells) -> "Cells":
        return Cells((*self.names, name), tuple((*row, cell) for row, cell in zip(self.rows, cells, strict=True)))

    def in_units(self, factors, shifts) -> "Cells":
        """Every number times the factor of its column plus the shift, exactly: as if measured in other units."""
        told = zip(factors, shifts, strict=True)
        units = [(Decimal(str(factor)), Decimal(str(shift))) for factor, shift in told]

        def written(cell: str, place: int) -> str:
            if place >= len(units) or cell == MISSING:
                return cell
            factor, shift = units[place]
            return format(Decimal(cell) * factor + shift, "f")

        return replace(self, rows=tuple(tuple(written(cell, i) for i, cell in enumerate(row)) for row in self.rows))


@cache
def _read(cells: Cells) -> Table:
    """One test for each method draws the same tables for each."""
    return read_table(cells.content)


def written(values: np.ndarray) -> tuple[str, ...]:
    """With three decimals, whatever the number: no column of them is taken for dates, counts or an identifier."""
    return tuple(f"{value:.3f}" for value in values)


@st.composite
def crowds(draw, most_columns: int = 4) -> Cells:
    """Two to four crowds of different sizes, each far from the others in every column: nobody can part them wrongly."""
    n_crowds = draw(st.integers(2, 4))
    sizes = draw(st.permutations((13, 17, 22, 28)))[:n_crowds]
    n_columns = draw(st.integers(2, most_columns))
    rng = np.random.default_rng(draw(st.integers(0, 9_999)))
    crowd = rng.permutation(np.repeat(np.arange(n_crowds), sizes))
    middles = np.stack([rng.permutation(n_crowds) for _ in range(n_columns)], axis=1) * 30.0
    values = middles[crowd] + rng.normal(size=(len(crowd), n_columns)).clip(-2.5, 2.5)
    return Cells(tuple(f"col_{'abcd'[i]}" for i in range(n_columns)), tuple(written(row) for row in values))


@st.composite
def messy(draw) -> Cells:
    """Numbers with gaps, ties and a long tail, and a category last; no crowds to speak of."""
    n = draw(st.integers(25, 60))
    rng = np.random.default_rng(draw(st.integers(0, 9_999)))
    columns = [
        written(rng.normal(50, 10, n)),
        written(rng.exponential(20, n)),
        written(rng.integers(0, 4, n) + 0.5),
    ]
    gaps = draw(st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, 2)), max_size=6))
    cells = [list(column) for column in columns]
    for row, column in gaps:
        cells[column][row] = MISSING
    if draw(st.booleans()):
        cells[0][draw(st.integers(0, n - 1))] = "9999.000"
    letters = rng.choice(["north", "south", "west"], n).tolist()
    return Cells(("col_a", "col_b", "col_c", "region"), tuple(zip(*cells, letters, strict=True)))


@st.composite
def order_of(draw, n: int):
    """Another order of so many things."""
    return np.random.default_rng(draw(st.integers(0, 9_999))).permutation(n)


@cache
def prepared(cells: Cells, **how) -> tuple[Table, Features]:
    table = cells.table()
    return table, prepare(table, FeatureSpec(**{"columns": cells.names, "outliers": "keep", **how}))


def found_in(cells: Cells, method: str = "kmeans", n_clusters: int | None = 3, **how) -> Clustering:
    return fit(prepared(cells, **how)[1], ClusterSpec(method, n_clusters))


def of_rows(clustering: Clustering) -> np.ndarray:
    """The segment of every row of the table, -1 where there is none."""
    labels = np.full(clustering.n_rows, -1)
    labels[clustering.rows] = clustering.labels
    return labels


@st.composite
def customers(draw) -> Cells:
    """Crowds in all but the last three columns; those are a category, an amount with gaps and a weight."""
    cells = draw(crowds(most_columns=3))
    rng = np.random.default_rng(draw(st.integers(0, 9_999)))
    n = len(cells)
    spent = np.where(rng.random(n) < 0.1, MISSING, np.array(written(rng.exponential(80, n))))
    weights = written(rng.integers(1, 4, n) / 2)
    return (
        cells.with_column("region", rng.choice(["north", "south", "west"], n).tolist())
        .with_column("spent", spent.tolist())
        .with_column("weight", weights)
    )


def built_by(cells: Cells, **how) -> FeatureSpec:
    """The crowds build the segments, the category and the amount describe them."""
    return FeatureSpec(**{"columns": cells.names[:-3], "describe": ("region", "spent"), "outliers": "keep", **how})


def n_crowds(cells: Cells) -> int:
    """How many crowds `crowds` made: they lie 30 apart in the first column and spread less than 3 to either side."""
    return len({round(float(row[0]) / 30) for row in cells.rows})
