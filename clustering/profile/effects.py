"""What sets the segments apart: columns ranked by how much they differ, never by how sure it is that they do."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.stats import chi2_contingency, kruskal

from clustering.features import ColumnSpec, FeatureSpec
from clustering.features.encode import as_numbers, find_levels, is_number
from clustering.model import Clustering
from clustering.profile.figures import Profile, described
from clustering.table import Table
from clustering.wording import fixed, number, score

ETA, CRAMER = "eta squared", "Cramér's V"
KRUSKAL, CHI = "Kruskal-Wallis", "chi squared"
WHY_NO_TEST = (
    "Columns that built the segments get no p-value: the segments were made to differ in them, so a test would find "
    "differences even in customers scattered at random."
)
_NO_VALUE = "fewer than two segments have a value in this column"
_ALIKE = "all customers have the same value in this column"
_RARE = "no value of this column is frequent enough to be told apart"
_FEW, _ROUGH_CELLS = 5, 0.2  # Cochran (1954): at most a fifth of the expected counts may be below 5


@dataclass(frozen=True)
class Effect:
    """How much the segments differ in one column, in the rows of the fit.

    Attributes
    ----------
    column : str
    measure : {"eta squared", "Cramér's V"}
        Of a number the share of its variance that lies between the segments; of a category how closely its levels go
        with the segments.
    size : float
        In [0, 1], weighted where customers are weighed; NaN where undefined.
    built : bool
        Whether the column built the segments.
    reason : str
        Why `size` is undefined; else empty.
    test : {"Kruskal-Wallis", "chi squared"} or None
        For describing columns alone; every customer counts once, and missing cells are left out.
    p_value, p_adjusted : float
        NaN without a test. Adjusted by Holm's method for all tests of the describing columns.
    is_rough : bool
        Whether the segments are too small for the test to be exact: fewer than 5 values in one, or more than a fifth of
        the expected counts below 5.
    """

    column: str
    measure: str
    size: float
    built: bool
    reason: str = ""
    test: str | None = None
    p_value: float = np.nan
    p_adjusted: float = np.nan
    is_rough: bool = False

    @property
    def strength(self) -> float:
        """The size on the scale that both measures share and that ranks them: eta squared, or V squared.

        Of a column of two values these are one and the same number, whether it counts as a number or as a category.
        """
        return self.size if self.measure == ETA else self.size**2

    @property
    def size_written(self) -> str:
        return score(self.size)

    @property
    def p_written(self) -> str:
        """The adjusted p-value: 0.034; < 0.001; a dash where there is none."""
        return f"< {fixed(0.001, 3)}" if self.p_adjusted < 0.001 else number(self.p_adjusted)


def effects(table: Table, clustering: Clustering, spec: FeatureSpec, profile: Profile) -> tuple[Effect, ...]:
    """Rank the columns of a profile by how far they set the segments apart; those without a size last."""
    columns = {column.name: column for column in described(table, spec)}
    kinds = dict(zip(profile.columns, profile.kinds, strict=True))
    rare = {category.column for category in profile.categories if not category.named.any()}
    sizes = {name: (ETA, float(size)) for name, size in zip(profile.columns, profile.explained, strict=True)}
    sizes |= {category.column: (CRAMER, category.association) for category in profile.categories}
    found = []
    for name, (measure, size) in sizes.items():
        effect = Effect(name, measure, size, built=name in spec.columns)
        if np.isnan(size):
            several = len(_by_segment(table, clustering, columns[name])) > 1
            effect = replace(effect, reason=_NO_VALUE if not several else _RARE if name in rare else _ALIKE)
        elif not effect.built:
            tested = _kruskal_wallis if kinds.get(name, "level") not in ("boolean", "level") else _chi_squared
            effect = tested(effect, _by_segment(table, clustering, columns[name]))
        found.append(effect)
    adjusted = holm(np.array([effect.p_value for effect in found]))
    found = [replace(effect, p_adjusted=float(p)) for effect, p in zip(found, adjusted, strict=True)]
    return tuple(sorted(found, key=lambda effect: -np.nan_to_num(effect.strength, nan=-1.0)))


def holm(p_values: np.ndarray) -> np.ndarray:
    """Adjust p-values for their number (Holm 1979); NaN is no test and stays."""
    adjusted = np.full(len(p_values), np.nan)
    order = np.argsort(p_values)[: np.isfinite(p_values).sum()]  # NaN comes last
    factors = len(order) - np.arange(len(order))
    adjusted[order] = np.minimum(1, np.maximum.accumulate(factors * p_values[order]))
    return adjusted


def _by_segment(table: Table, clustering: Clustering, column: ColumnSpec) -> list[np.ndarray]:
    """The values of the rows of the fit, of a category the positions of its levels; missing cells left out.

    Segments without a value are left out.
    """
    cells = table.frame[column.name].iloc[clustering.rows]
    if is_number(column):
        values = as_numbers(cells, column)
        counts = clustering.in_fit & ~np.isnan(values)
    else:
        levels = find_levels(cells, column)
        values = levels.positions(cells)
        has_value = np.array([one.level != levels.missing for one in levels.columns])
        counts = clustering.in_fit & has_value[values]
    values, labels = values[counts], clustering.labels[counts]
    order = np.argsort(labels, kind="stable")
    parts = np.split(values[order], np.cumsum(np.bincount(labels, minlength=clustering.n_clusters))[:-1])
    return [part for part in parts if len(part)]


def _chi_squared(effect: Effect, by_segment: list[np.ndarray]) -> Effect:
    values = np.unique(np.concatenate(by_segment))
    counts = np.array([[np.count_nonzero(part == value) for value in values] for part in by_segment])
    test = chi2_contingency(counts, correction=False)
    is_rough = np.mean(test.expected_freq < _FEW) > _ROUGH_CELLS
    return replace(effect, test=CHI, p_value=float(test.pvalue), is_rough=bool(is_rough))


def _kruskal_wallis(effect: Effect, by_segment: list[np.ndarray]) -> Effect:
    p_value = float(kruskal(*by_segment).pvalue)
    return replace(effect, test=KRUSKAL, p_value=p_value, is_rough=min(map(len, by_segment)) < _FEW)
