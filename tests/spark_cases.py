"""What runs over all rows of a table on a cluster, held against the same done in memory, whatever runs the queries."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Protocol

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clustering import Clustering, ClusterSpec, Features, FeatureSpec, Profile, Table, fit, prepare, profile, read_table
from clustering.features import ColumnSpec, RowFilter
from clustering.indices import score
from clustering.placing import Rule
from clustering.spark.moments import Moments, read_moments
from clustering.spark.profile import profile_all
from clustering.spark.scores import Scores, read_scores
from clustering.spark.sql import Plan, labelled_query, make_plan, moments_query, prepared_query, scores_query
from tests.recipe_cases import PREPARED, table_of
from tests.recipe_cases import Case as RecipeCase

NEEDS_ALL = "gaps filled each in its way"  # fills from neighbours
RUN = [name for name in PREPARED if name != NEEDS_ALL]
LINEAR = ("simplified_silhouette", "calinski_harabasz", "davies_bouldin")
EXACT = 1e-9


class Engine(Protocol):
    """What runs queries."""

    dialect: str

    def keep(self, table: Table, name: str) -> None:
        """Make a table of the values of this one, under the names of its columns."""

    def view(self, query: str, name: str) -> None: ...

    def run(self, query: str) -> Sequence[dict]: ...


@dataclass(frozen=True, eq=False)
class Case:
    """A table that was prepared and segmented in memory; all columns that build nothing describe the segments."""

    table: Table
    features: Features
    clustering: Clustering

    @property
    def spec(self) -> FeatureSpec:
        return self.features.spec

    @property
    def rule(self) -> Rule:
        return self.clustering.place

    def plan(self, engine: Engine, name: str = "customers") -> Plan:
        return make_plan(self.table, self.features, name, dialect=engine.dialect)


@cache
def special(name: str) -> Case:
    """The shop's customers, prepared in one of the ways of `PREPARED`."""
    content, spec = PREPARED[name]
    return case_of(table_of(content() if callable(content) else content), spec)


def case_of(table: Table, spec: FeatureSpec, n_clusters: int = 5) -> Case:
    rest = tuple(column.name for column in table.columns if column.name not in spec.columns)
    features = prepare(table, replace(spec, describe=rest))
    return Case(table, features, fit(features, ClusterSpec(n_clusters=n_clusters)))


def segments_of(made: RecipeCase) -> Case:
    """The mall's customers as one of the methods segments them, with what they are described by."""
    features = prepare(made.table, replace(made.recipe.features, describe=("Gender",)))
    return Case(made.table, features, fit(features, made.recipe.clustering))


def sample_of(rows: pa.Table) -> Table:
    """Rows of a table on a cluster, read as a sample from there is."""
    out = io.BytesIO()
    pq.write_table(rows, out)
    return read_table(out.getvalue(), name="sample.parquet")


def moments_of(engine: Engine, case: Case, plan: Plan | None = None) -> Moments:
    plan = plan or case.plan(engine)
    return read_moments(engine.run(moments_query(plan)), plan)


def prepared_of(engine: Engine, case: Case) -> pd.DataFrame:
    return pd.DataFrame(engine.run(prepared_query(case.plan(engine))))


def scores_of(engine: Engine, case: Case, rule: Rule | None = None) -> Scores:
    centers = case.clustering.cluster_centers
    engine.view(prepared_query(case.plan(engine)), "prepared rows")
    query = scores_query(centers, "prepared rows", dialect=engine.dialect, rule=rule)
    return read_scores(engine.run(query), centers)


def profile_of(engine: Engine, case: Case) -> Profile:
    plan = case.plan(engine)
    engine.view(labelled_query(plan, case.rule), "labelled rows")
    return profile_all(engine.run, plan, "labelled rows", case.clustering.n_clusters)


def check_prepared(engine: Engine, case: Case) -> None:
    """The same prepared values, in any order, and the same rows in the fit."""
    found, features = prepared_of(engine, case), case.features
    names = [f"x_{i}" for i in range(1, features.X.shape[1] + 1)]
    for in_fit, X in ((True, features.X), (False, features.X_far)):
        rows = found.loc[found["in_fit"] == in_fit, names].to_numpy(dtype=np.float64).reshape(-1, len(names))
        assert len(rows) == len(X)
        np.testing.assert_allclose(_sorted(rows), _sorted(X), rtol=EXACT, atol=EXACT)
    if features.weights is not None:
        weights = found.loc[found["in_fit"], "weight"].to_numpy(dtype=np.float64)
        np.testing.assert_allclose(np.sort(weights / weights.mean()), np.sort(features.weights), rtol=EXACT)


def _sorted(X: np.ndarray) -> np.ndarray:
    return X[np.lexsort(X.round(6).T)] if len(X) else X


def check_scores(engine: Engine, case: Case, rule: Rule | None = None) -> None:
    found, clustering = scores_of(engine, case, rule), case.clustering
    expected = score(case.features.X, clustering.fit_labels, clustering.cluster_centers, LINEAR)
    assert found.sizes == clustering.sizes
    assert found.fit_sizes == tuple(np.bincount(clustering.fit_labels).tolist())
    assert found.inertia == pytest.approx(clustering.inertia, rel=EXACT)
    assert {name: getattr(found, name) for name in LINEAR} == pytest.approx(expected, rel=EXACT)


def check_profile(engine: Engine, case: Case) -> None:
    same_profile(profile_of(engine, case), profile(case.table, case.clustering, case.spec))


def same_profile(found: Profile, expected: Profile) -> None:
    for field in fields(Profile):
        if field.name != "categories":
            _same(field.name, getattr(found, field.name), getattr(expected, field.name))
    assert [one.column for one in found.categories] == [one.column for one in expected.categories]
    for own, other in zip(found.categories, expected.categories, strict=True):
        for field in fields(own):
            _same(f"{own.column}: {field.name}", getattr(own, field.name), getattr(other, field.name))


def _same(name: str, found, expected) -> None:
    if isinstance(expected, (np.ndarray, float)):
        np.testing.assert_allclose(found, expected, rtol=EXACT, atol=EXACT, err_msg=name)
    elif expected and isinstance(expected, tuple) and isinstance(expected[0], float):
        assert found == pytest.approx(expected, rel=EXACT), name
    else:
        assert found == expected, name


@cache
def with_far_rows() -> Case:
    """Customers far outside, of weight 0 and outside the filter, all placed; rare levels, missing cells."""
    rng = np.random.default_rng(7)
    lines = ["spend,visits,joined,city,news,worth"]
    for i in range(400):
        spend = 1e6 if i in (3, 77) else rng.normal(100 + 200 * (i % 2), 20)
        visits = "" if i % 23 == 0 else rng.poisson(5 + 10 * (i % 2))
        joined = "" if i % 31 == 0 else f"2024-{1 + i % 12:02}-{1 + i % 28:02}"
        city = "" if i % 41 == 0 else "Rare" if i in (10, 20) else ("Bonn", "Kiel", "Trier")[i % 3]
        lines.append(f"{spend:.2f},{visits},{joined},{city},{('yes', 'no')[i % 5 > 1]},{(0, 1, 2.5, 0.125)[i % 4]}")
    table = read_table("\n".join(lines).encode())
    spec = FeatureSpec(
        ("spend", "visits", "city"),
        row_filter=RowFilter("news", levels=("no",)),
        filtered="place",
        weight_column="worth",
    )
    case = case_of(table, spec, 3)
    assert len(case.features.far_rows)
    assert case.features.n_outlying
    return case


@cache
def far_from_zero() -> Case:
    """Numbers that differ in their last digits alone, taken as they are."""
    rng = np.random.default_rng(8)
    lines = ["a,b,c"]
    for i in range(500):
        a, b = rng.normal(10 * (i % 3), 1), rng.normal(5 * (i % 2), 1)
        lines.append(f"{1e6 + a:.3f},{-2e6 + b:.3f},{1e6 + rng.normal():.3f}")
    return case_of(read_table("\n".join(lines).encode()), FeatureSpec(("a", "b"), scale="none", outliers="keep"), 3)


@cache
def many_levels() -> Case:
    """Categories of many levels, as numbers and as text: frequent, rare, equally frequent, missing."""
    rng = np.random.default_rng(9)
    lines = ["amount,shop,code"]
    for i in range(900):
        shop = "" if i % 37 == 0 else f"shop {int(rng.zipf(1.4)) % 30:02}"
        lines.append(f"{rng.normal(100 * (i % 3), 10):.2f},{shop},{int(rng.zipf(1.3)) % 40}")
    spec = FeatureSpec(("amount", "shop", "code"), settings=(ColumnSpec("code", encode="onehot"),))
    return case_of(read_table("\n".join(lines).encode()), spec, 3)


@cache
def hostile_levels() -> Case:
    """Categories whose levels are the worst of texts, of which a filter names two."""
    levels = ("back\\slash\\", "it's", 'say "no"', "a`b", "new\\nline", "'; DROP TABLE customers; --", "%s ${x} é")
    rng = np.random.default_rng(10)
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("amount", "said", "told"))
    for i in range(350):
        said, told = levels[i % 7], levels[(i // 7) % 7]
        writer.writerow((round(rng.normal(50 * (i % 3), 5), 2), said, told))
    spec = FeatureSpec(("amount", "said"), row_filter=RowFilter("told", levels=levels[:4]), filtered="place")
    return case_of(read_table(out.getvalue().encode()), spec, 3)


def text_of_all_kinds() -> pa.Table:
    """Columns of text that hold numbers, dates, yes and no; "n/a" is no value."""
    rng = np.random.default_rng(4)
    n = 200
    return pa.table(
        {
            "amount": [f" {value:.2f} " if i % 9 else "n/a" for i, value in enumerate(rng.gamma(2, 50, n))],
            "joined": [f"2024-{1 + i % 12:02}-{1 + i % 28:02}" if i % 7 else "" for i in range(n)],
            "news": [("Yes", "no", "NULL")[i % 3] for i in range(n)],
            "city": [("Bonn", " Kiel ", "N/A", None)[i % 4] for i in range(n)],
            "visits": pa.array(rng.integers(0, 30, n)),
        }
    )
