"""Segmentations of every kind, frozen: what the tests of the written SQL and Python place all rows by."""

import csv
import io
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from clustering import ClusterSpec, FeatureSpec, Table, fit, prepare, read_table
from clustering.features import ColumnSpec, RowFilter
from clustering.features.encode import encodings
from clustering.features.suggest import suggest_features
from clustering.identity import Identity
from clustering.methods import METHODS
from clustering.placing import Rule, nearest
from clustering.recipe import Recipe, apply_recipe, make_recipe
from clustering.table.options import AS_FOUND, ColumnOptions, ReadOptions
from tests.conftest import SAMPLE_DATA
from tests.recipe_files import FILES

SAMPLES = sorted(path.stem for path in SAMPLE_DATA.glob("*.csv"))


@dataclass(frozen=True, eq=False)
class Case:
    """A file, the recipe made of it, and the segment of each of its rows from 1 on, 0 where there is none."""

    content: bytes
    table: Table
    recipe: Recipe
    segments: np.ndarray


@cache
def sample(name: str) -> Case:
    """A sample with the columns that the app suggests and four segments."""
    content = (SAMPLE_DATA / f"{name}.csv").read_bytes()
    return frozen(content, suggest_features(table_of(content)), ClusterSpec("kmeans", 4))


@cache
def special(name: str) -> Case:
    """The shop's customers, prepared in one of the ways of `PREPARED`."""
    content, spec = PREPARED[name]
    return frozen(content() if callable(content) else content, spec, ClusterSpec("kmeans", 5))


@cache
def by_method(name: str) -> Case:
    """The mall's customers, segmented by one of the methods."""
    content = (SAMPLE_DATA / "mall_customers.csv").read_bytes()
    spec = FeatureSpec(("Age", "Annual Income (k$)", "Spending Score (1-100)"))
    return frozen(content, spec, ClusterSpec(name, 5 if METHODS[name].takes_k else None))


@cache
def table_of(content: bytes, **reading) -> Table:
    return read_table(content, **reading)


def frozen(content: bytes, spec: FeatureSpec, clustering: ClusterSpec, **reading) -> Case:
    table = table_of(content, **reading)
    features = prepare(table, spec)
    recipe = make_recipe(table, features, fit(features, clustering))
    return Case(content, table, recipe, apply_recipe(recipe, table).of_table + 1)


@cache
def with_gaps() -> bytes:
    """The shop's customers with missing cells of all kinds: blank, "n/a", a whole row of them."""
    rows = list(csv.reader((SAMPLE_DATA / "shop_customers.csv").read_text().splitlines()))[:601]
    for i, row in enumerate(rows[1:]):
        for place in range(1, len(row)):
            if (i * 7 + place * 13) % 11 == 0 or i == 40:
                row[place] = ("", "n/a", "NULL")[(i + place) % 3]
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


def with_times() -> bytes:
    """Customers with a moment of their last order, to fractions of a second."""
    lines = ["who,last_order,amount"]
    rng = np.random.default_rng(3)
    for i in range(300):
        day, hour, minute, second = 1 + i % 28, i % 24, (i * 7) % 60, (i * 13) % 60
        moment = "" if i % 17 == 0 else f"2025-{1 + i % 12:02}-{day:02} {hour:02}:{minute:02}:{second:02}.{i:03}"
        lines.append(f"c{i},{moment},{rng.gamma(2, 40) + 300 * (i % 2):.2f}")
    return "\n".join(lines).encode()


def with_one_apart() -> bytes:
    """Customers of whom one, the hundredth, is far outside in no column alone, but in all of them together.

    So is the one before, whose weight is 0.
    """
    rows = [f"{i % 10},{i // 10 % 10},{i * 7 % 10},1" for i in range(300)]
    rows[98:100] = "17,17,17,0", "17,17,17,1"
    return "\n".join(["x,y,z,weight", *rows]).encode()


_SHOP = (SAMPLE_DATA / "shop_customers.csv").read_bytes()
_NUMBERS = ("age", "orders", "total_spend", "days_since_last_order")
_MIXED = ("age", "country", "newsletter", "signup_date", "total_spend")
_COUNTRIES = ("Austria", "France", "Germany", "Netherlands", "Poland", "Spain")


def _mixed(*settings: ColumnSpec, **more) -> FeatureSpec:
    return FeatureSpec(_MIXED, settings=settings, **more)


PREPARED = {
    "gaps filled": (with_gaps, _mixed()),
    "gaps filled each in its way": (
        with_gaps,
        _mixed(
            ColumnSpec("age", missing="mean"),
            ColumnSpec("country", missing="most_frequent"),
            ColumnSpec("newsletter", missing="most_frequent"),
            ColumnSpec("signup_date", missing="constant", fill_value=100.0),
            ColumnSpec("total_spend", missing="neighbours"),
        ),
    ),
    "gaps aside": (with_gaps, _mixed(missing="aside")),
    "gaps a level": (with_gaps, FeatureSpec(("country", "newsletter", "orders"), missing="median")),
    "category filled with a level": (
        with_gaps,
        _mixed(ColumnSpec("country", missing="constant", fill_value="elsewhere")),
    ),
    "months": (with_gaps, _mixed(ColumnSpec("signup_date", encode="date_and_month"))),
    "times": (with_times, FeatureSpec(("last_order", "amount"))),
    "order": (
        with_gaps,
        _mixed(ColumnSpec("country", encode="ordinal", order=_COUNTRIES)),
    ),
    "order aside": (
        with_gaps,
        _mixed(ColumnSpec("country", encode="ordinal", order=_COUNTRIES, missing="aside")),
    ),
    "numbers as categories": (
        with_gaps,
        FeatureSpec(
            ("returns_share", "orders", "newsletter"),
            settings=(ColumnSpec("returns_share", encode="onehot"), ColumnSpec("newsletter", encode="onehot")),
        ),
    ),
    "dates as categories": (
        with_gaps,
        FeatureSpec(("last_order_date", "orders"), settings=(ColumnSpec("last_order_date", encode="onehot"),)),
    ),
    "logs": (_SHOP, FeatureSpec(_NUMBERS, settings=tuple(ColumnSpec(name, log=True) for name in _NUMBERS[1:]))),
    "clipped": (_SHOP, FeatureSpec(_NUMBERS, outliers="clip")),
    "far aside": (
        with_gaps,
        FeatureSpec(_NUMBERS, outliers="aside", settings=(ColumnSpec("total_spend", log=True),)),
    ),
    "far aside, others placed": (
        with_gaps,
        FeatureSpec(
            _NUMBERS,
            outliers="aside",
            row_filter=RowFilter("country", levels=("Germany", "France")),
            filtered="place",
            weight_column="average_basket",
        ),
    ),
    "far in all columns together, aside": (
        with_one_apart,
        FeatureSpec(("x", "y", "z"), outliers="aside", weight_column="weight"),
    ),
    "least and most": (_SHOP, FeatureSpec(_NUMBERS, scale="minmax")),
    "robust": (with_gaps, _mixed(scale="robust")),
    "as they are": (with_gaps, _mixed(scale="none")),
    "weighed columns": (_SHOP, _mixed(ColumnSpec("age", weight=3.0), ColumnSpec("country", weight=0.5))),
    "weighed customers": (with_gaps, FeatureSpec(_NUMBERS, weight_column="average_basket")),
    "components": (with_gaps, _mixed(pca=0.9)),
    "levels chosen": (with_gaps, _mixed(row_filter=RowFilter("country", levels=("Germany", "Spain")))),
    "yes chosen": (with_gaps, _mixed(row_filter=RowFilter("newsletter", levels=("yes",)))),
    "numbers chosen": (with_gaps, _mixed(row_filter=RowFilter("orders", low=3.0, high=12.0))),
    "days chosen": (with_gaps, _mixed(row_filter=RowFilter("signup_date", low="2020-01-01", high="2024-06-30"))),
    "moments chosen": (with_times, FeatureSpec(("amount",), row_filter=RowFilter("last_order", high="2025-06-15"))),
}

# Each a column of numbers, and the name of a segment.
HOSTILE = (
    "a\"b'c`d]e[f",
    "'; DROP TABLE customers; --",
    "back\\slash\\' \\",
    "</script><script>alert(1)</script>",
    "=cmd|'/c calc'!A1",
    "\N{PILE OF POO} \N{RIGHT-TO-LEFT OVERRIDE}gnp",
    "{0} %s $1 :x ? /* */ -- #",
    "segment",
    "seg_value_1",
    "long " * 60,
)


@cache
def hostile() -> Case:
    """Columns and segments with the worst of names."""
    out = io.StringIO(newline="")
    rng = np.random.default_rng(0)
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HOSTILE)
    writer.writerows(rng.normal(size=(200, len(HOSTILE))).round(3).tolist())
    content = out.getvalue().encode()
    table = read_table(content)
    features = prepare(table, FeatureSpec(tuple(column.name for column in table.columns)))
    clustering = fit(features, ClusterSpec("kmeans", len(HOSTILE)))
    names = (*HOSTILE[:-1], "two\nlines\r\n\t" + HOSTILE[-1])
    identities = tuple(Identity(hue, name) for hue, name in enumerate(names))
    recipe = make_recipe(table, features, clustering, identities=identities)
    return Case(content, table, recipe, apply_recipe(recipe, table).of_table + 1)


@cache
def written(name: str) -> Case:
    """One of the `FILES`, segmented by all that it holds but its identifiers."""
    content = FILES[name]
    options = ReadOptions(columns=(ColumnOptions("amount", missing=("1500",)),)) if name == "bounds" else AS_FOUND
    table = table_of(content, name=f"customers.{name}", options=options)
    columns = tuple(column.name for column in table.columns if encodings(column))
    return frozen(content, FeatureSpec(columns), ClusterSpec("kmeans", 3), name=f"customers.{name}", options=options)


def by_rule(content: bytes, rule: Rule, *, missing: str = "median", **settings) -> Case:
    """Customers whose columns are taken as they are, placed by a rule made by hand."""
    table = read_table(content)
    names = tuple(column.name for column in table.columns)
    features = prepare(table, FeatureSpec(names, scale="none", outliers="keep", missing=missing, **settings))
    made = make_recipe(table, features, fit(features, ClusterSpec("kmeans", 2)))
    segments = tuple(replace(made.segments[0], size=0) for _ in range(int(np.max(rule.labels)) + 1))
    recipe = replace(made, rule=rule, segments=segments)
    return Case(content, table, recipe, rule(features.X) + 1)


def between_two_centers() -> Case:
    """Customers as far from one center as from the other, but for the rounding of sums in another order."""
    rng = np.random.default_rng(5)
    equal = rng.normal(size=2_000).round(3)
    content = "x,y,z\n" + "".join(f"{value},{value},{value}\n" for value in equal)
    a, b, c = 0.1, -0.7, 1.3
    return by_rule(content.encode(), nearest(np.array([[a, b, c], [b, c, a], [c, a, b]])))


def with_points(n_points: int, n_columns: int) -> Case:
    """A rule of many points."""
    rng = np.random.default_rng(6)
    header = ",".join(f"c{i}" for i in range(n_columns))
    rows = (",".join(map(str, row)) for row in rng.normal(size=(50, n_columns)).round(2).tolist())
    points, labels = rng.normal(size=(n_points, n_columns)), np.arange(n_points) % 3
    return by_rule("\n".join((header, *rows)).encode(), nearest(points, labels))
