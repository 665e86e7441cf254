"""What the user chose: which columns build the segments, how each is prepared, which rows take part."""

import math
from dataclasses import dataclass

from clustering.errors import InvalidSetting
from clustering.features.steps import SCALES
from clustering.wording import listing, one_line

MISSING = ("median", "mean", "most_frequent", "aside")  # for the whole table
COLUMN_MISSING = (*MISSING, "constant", "neighbours")  # for one column
OUTLIERS = ("auto", "keep", "clip", "aside")  # what the command line offers
ALL_OUTLIERS = (*OUTLIERS, "forest")
ENCODINGS = ("number", "onehot", "ordinal", "date", "date_and_month")
FILTERED = ("aside", "place")


@dataclass(frozen=True)
class ColumnSpec:
    """How one column is prepared where that deviates from what is usual for its role.

    Parameters
    ----------
    name : str
    encode : {"number", "onehot", "ordinal", "date", "date_and_month"}, optional
        `date` is the number of days before the newest date, `date_and_month` adds the month as a category, which
        then counts as a column of its own. None: what `encodings` names first.
    order : tuple of str
        Levels of an ordinal column from low to high.
    log : bool
        Take log(1 + value), so that amounts count by their order of magnitude; for values of 0 and more.
    missing : {"median", "mean", "most_frequent", "constant", "neighbours", "aside"}, optional
        None: what the whole table does; a category keeps its missing cells as a level of their own.
    fill_value : float or str, optional
        What `constant` fills with: a number in the column's own units (of a date: days before the newest), or a level.
    weight : float
        Multiplies the scaled values, so that with 2 a difference in this column counts like one twice as large.
    """

    name: str
    encode: str | None = None
    order: tuple[str, ...] = ()
    log: bool = False
    missing: str | None = None
    fill_value: float | str | None = None
    weight: float = 1.0

    def __post_init__(self):
        object.__setattr__(self, "order", tuple(self.order))
        for setting, legal in (("encode", (None, *ENCODINGS)), ("missing", (None, *COLUMN_MISSING))):
            _check(f"{one_line(self.name)}: {setting}", getattr(self, setting), legal)
        if len(set(self.order)) < len(self.order):
            raise InvalidSetting(f"{one_line(self.name)}: a level stands twice in the order. Name each level once.")
        if not (math.isfinite(self.weight) and self.weight > 0):
            raise InvalidSetting(f"{one_line(self.name)}: the weight is {self.weight}; it must be more than 0.")
        if (self.missing == "constant") != (self.fill_value is not None):
            raise InvalidSetting(f"{one_line(self.name)}: a value to fill with and missing='constant' go together.")
        if isinstance(self.fill_value, float) and not math.isfinite(self.fill_value):
            raise InvalidSetting(f"{one_line(self.name)}: {self.fill_value} cannot fill a missing cell; give a number.")


@dataclass(frozen=True)
class RowFilter:
    """Which rows take part in the fit: those whose column is one of some levels, or lies between two values.

    Parameters
    ----------
    column : str
    levels : tuple of str
        As `levels_of` writes them ("yes" and "no" of a boolean).
    low, high : float or str, optional
        Both included; of a date column as "2026-01-31".
    """

    column: str
    levels: tuple[str, ...] = ()
    low: float | str | None = None
    high: float | str | None = None

    def __post_init__(self):
        object.__setattr__(self, "levels", tuple(self.levels))
        if bool(self.levels) == (self.low is not None or self.high is not None):
            name = one_line(self.column)
            raise InvalidSetting(f"The filter on {name} needs either levels or a lowest or highest value.")


@dataclass(frozen=True)
class FeatureSpec:
    """Which columns build the segments and how they are prepared.

    Parameters
    ----------
    columns : tuple of str
        Any other sequence becomes a tuple, so that equal choices are equal and can be a key.
    scale : {"standard", "minmax", "robust", "none"}
    missing : {"median", "mean", "most_frequent", "aside"}
        Fill missing numbers, or set the row aside.
    outliers : {"auto", "keep", "clip", "aside", "forest"}
        `auto`: rows far outside take no part in the fit and are placed afterwards; where they are more than 2 %
        of the rows (and more than two), their columns are clipped to the 1st..99th percentile instead. `keep` does
        nothing, `clip` clips all columns, `aside` leaves far rows without a segment, `forest` those that an isolation
        forest finds.
    settings : tuple of ColumnSpec
        Only of columns that deviate from what is usual; kept in the order of their names.
    describe : tuple of str
        Columns that describe the segments and never touch the fit.
    row_filter : RowFilter, optional
    filtered : {"aside", "place"}
        Rows outside the filter get no segment, or the nearest one afterwards.
    weight_column : str, optional
        How much each row counts in the fit and in the means of the profile.
    pca : float, optional
        Replace the prepared columns by the fewest principal components that keep this share of their variance.
    """

    columns: tuple[str, ...]
    scale: str = "standard"
    missing: str = "median"
    outliers: str = "auto"
    settings: tuple[ColumnSpec, ...] = ()
    describe: tuple[str, ...] = ()
    row_filter: RowFilter | None = None
    filtered: str = "aside"
    weight_column: str | None = None
    pca: float | None = None

    def __post_init__(self):
        for names in ("columns", "describe"):
            value = getattr(self, names)
            object.__setattr__(self, names, (value,) if isinstance(value, str) else tuple(value))
        for setting, legal in (("scale", tuple(SCALES)), ("missing", MISSING), ("outliers", ALL_OUTLIERS)):
            _check(setting, getattr(self, setting), legal)
        _check("filtered", self.filtered, FILTERED)
        deviating = [column for column in self.settings if column != ColumnSpec(column.name)]
        object.__setattr__(self, "settings", tuple(sorted(deviating, key=lambda column: column.name)))
        names = [column.name for column in self.settings]
        columns = set(self.columns)
        strangers = [name for name in names if name not in columns]
        if strangers:
            told = listing(map(one_line, strangers))
            raise InvalidSetting(f"{told}: settings, but not among the columns that build the segments.")
        if len(set(names)) < len(names):
            raise InvalidSetting("A column has settings twice. Give each column one.")
        both = [name for name in self.describe if name in columns]
        if both:
            told = listing(map(one_line, both))
            raise InvalidSetting(f"{told}: a column builds the segments or describes them, not both.")
        if self.pca is not None and not 0 < self.pca <= 1:
            raise InvalidSetting(f"pca is {self.pca}; it is the share of the variance to keep, above 0 and up to 1.")

    def column(self, name: str) -> ColumnSpec:
        """Return the settings of a column, the usual ones where none are given."""
        return next((column for column in self.settings if column.name == name), ColumnSpec(name))


def _check(setting: str, value, legal: tuple) -> None:
    if value not in legal:
        known = [choice for choice in legal if choice is not None]
        raise InvalidSetting(f"{setting} is {one_line(repr(value))}; it can be {', '.join(known)}.")
