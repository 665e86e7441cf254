"""Strategies: recipes and settings of which a value is damaged, moved, left out or repeated a thousand times."""

import copy
import json
from functools import cache

from hypothesis import strategies as st

from clustering import ClusterSpec, FeatureSpec, fit, prepare, read_table
from clustering.features import ColumnSpec, RowFilter
from clustering.methods import METHODS
from clustering.recipe import make_recipe, save_recipe
from tests import hostile
from tests.fuzz.damage import damaged
from tests.fuzz.samples import BYTES, CELLS

ROWS = "id,age,spend,city,since,member\n" + "".join(
    f"c{i},{20 + i * 7 % 40},{i % 2 * 900 + i * 3}.5,{('Rome', 'Köln', 'Oslo')[i % 3]},2024-0{1 + i % 9}-11,"
    f"{'yes' if i % 3 else 'no'}\n"
    for i in range(40)
)
_WRONG = st.one_of(
    st.sampled_from(
        (None, True, -1, 0, 1, 3, 2**31, 2**63, 10**400, 0.5, -0.0, 1e-320, 1e308, "", [], {}, [[]], [None])
    ),
    st.sampled_from(hostile.TEXTS + CELLS),
    st.sampled_from(
        ("kmeans", "gower_medoids", "NearestPoint", "Halving", "MostProbable", "date", "onehot", "euclidean", "age")
    ),
    st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=3),
)
_KINDS = ("value", "value", "value", "value", "drop", "repeat", "nest", "move", "rename", "bytes")


@cache
def recipes() -> dict[str, dict]:
    """Documents of recipes of all kinds of rules and steps."""
    table = read_table(ROWS.encode(), name="customers.csv")
    choices = {
        "kmeans": FeatureSpec(("age", "spend"), settings=(ColumnSpec("spend", log=True, weight=2.0),)),
        "bisecting": FeatureSpec(("age", "spend", "member"), pca=0.9),
        "gaussian_mixture": FeatureSpec(("age", "spend"), outliers="clip", describe=("city",)),
        "agglomerative": FeatureSpec(("age", "city", "since"), row_filter=RowFilter("age", low=22.0), filtered="place"),
        "gower_medoids": FeatureSpec(
            ("spend", "city"), settings=(ColumnSpec("city", order=("Rome", "Oslo", "Köln"), encode="ordinal"),)
        ),
    }
    made = {}
    for method, spec in choices.items():
        features = prepare(table, spec)
        made[method] = json.loads(save_recipe(make_recipe(table, features, fit(features, ClusterSpec(method, 3)))))
    return made


@cache
def settings() -> dict[str, dict]:
    return {
        "short": {"features": {"pca": 0.9}, "clustering": {"n_init": 2}},
        "columns": {
            "features": {
                "columns": ["age", "city", "since"],
                "scale": "robust",
                "settings": [{"name": "age", "log": True, "weight": 2}, {"name": "since", "encode": "date_and_month"}],
                "row_filter": {"column": "city", "levels": ["Rome", "Oslo"]},
                "describe": ["spend"],
            },
            "clustering": {"method": "dbscan", "settings": {"eps": 0.4}},
        },
        "start": {
            "clustering": {"n_clusters": 2, "start": [[0, 0], [1, 1]], "max_iter": 50, "tol": 0.1},
            "features": {"columns": ["age", "spend"]},
        },
        **{
            name: {"clustering": {"method": name, "settings": dict.fromkeys(_names_of_settings(name), 3)}}
            for name in METHODS
        },
        "recipe": recipes()["bisecting"],
    }


def _names_of_settings(method: str) -> list[str]:
    return [setting.name for setting in METHODS[method].settings]


def places(value, path=()):
    """The paths to all values of a document; of a long list to its first and last items."""
    if path:
        yield path
    items = (
        value.items()
        if isinstance(value, dict)
        else list(enumerate(value))[:2] + list(enumerate(value))[-1:]
        if isinstance(value, list)
        else ()
    )
    for key, item in items:
        yield from places(item, (*path, key))


@st.composite
def broken(draw, documents: dict[str, dict]) -> bytes:
    """The JSON of one of these documents after a few changes; one in ten is damaged as bytes."""
    told = copy.deepcopy(documents[draw(st.sampled_from(sorted(documents)))])
    as_bytes = []
    for _ in range(draw(st.sampled_from((1, 1, 1, 1, 2, 3)))):
        paths = list(places(told))
        if not paths:
            break
        path = paths[draw(st.integers(0, len(paths) - 1))]
        kind = draw(st.sampled_from(_KINDS))
        if kind == "bytes":
            as_bytes.append(
                (
                    draw(st.sampled_from(("flip", "insert", "cut out", "double", "cut off"))),
                    draw(st.integers(0, 9_999)),
                    3,
                    draw(st.integers(0, 255)),
                    draw(st.sampled_from(BYTES)),
                )
            )
            continue
        holder = told
        for key in path[:-1]:
            holder = holder[key]
        key = path[-1]
        if kind == "value":
            holder[key] = draw(_WRONG)
        elif kind == "drop":
            del holder[key]
        elif kind == "repeat":
            holder[key] = repeated(holder[key], draw(st.sampled_from((2, 3, 1_000))))
        elif kind == "nest":
            holder[key] = [holder[key]]
        elif kind == "move":
            other = told
            for step in paths[draw(st.integers(0, len(paths) - 1))]:
                other = other[step]
            holder[key] = copy.deepcopy(other)
        elif kind == "rename" and isinstance(holder, dict):
            holder[draw(st.sampled_from(("kind", "version", "name", *CELLS[:20])))] = holder.pop(key)
    return damaged(json.dumps(told, ensure_ascii=draw(st.booleans())).encode(errors="surrogatepass"), as_bytes)


def repeated(value, times: int):
    """The value many times over: a list grows, everything else becomes one."""
    return value * times if isinstance(value, list | str) else [value] * times
