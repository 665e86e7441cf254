"""The frozen segmentation as a file: what is in it, what comes back, and 200 files that are refused in a sentence."""

import copy
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from clustering import ClusteringError, ClusterSpec, FeatureSpec, fit, prepare, read_table, suggest_features
from clustering.edits import Edits, Merge, Move, Split, apply_edits
from clustering.errors import InvalidRecipe, InvalidSetting
from clustering.features import ColumnSpec, RowFilter
from clustering.features.frozen import freeze, thaw
from clustering.identity import Identity
from clustering.methods import METHODS
from clustering.recipe import Found, Work, apply_recipe, load_recipe, make_recipe, read_settings, save_recipe
from clustering.recipe.make import with_stand_in

ROOT = Path(__file__).resolve().parents[1]
OLDEST = sorted((ROOT / "tests" / "recipes").glob("version_*.json"))
INCOME, SPENDING = "Annual Income (k$)", "Spending Score (1-100)"
PLACING = [name for name, method in METHODS.items() if method.can_predict and name != "dbscan"]
OTHERS = [name for name in METHODS if name not in PLACING]


@pytest.fixture(scope="module")
def shop():
    return read_table(ROOT / "sample_data" / "shop_customers.csv")


def segmented(table, method="kmeans", n_clusters=4, columns=None, **choices):
    """A table's features and what the method finds in them."""
    spec = FeatureSpec(columns or suggest_features(table).columns, **choices)
    features = prepare(table, spec)
    return features, fit(features, ClusterSpec(method, n_clusters if METHODS[method].takes_k else None))


def labels_of(clustering):
    labels = np.full(clustering.n_rows, -1)
    labels[clustering.rows] = clustering.labels
    return labels


@pytest.fixture(scope="module")
def mall_recipe(mall):
    return make_recipe(mall, *segmented(mall, n_clusters=5, columns=(INCOME, SPENDING)))


# What comes back


@pytest.mark.parametrize("method", PLACING)
def test_a_recipe_gives_every_row_the_segment_of_the_fit(mall, method):
    features, clustering = segmented(mall, method, 5)
    recipe = load_recipe(save_recipe(make_recipe(mall, features, clustering)))
    assert recipe.stand_in == ""
    assert recipe.agreement == 1
    assert apply_recipe(recipe, mall).of_table.tolist() == labels_of(clustering).tolist()


@pytest.mark.parametrize(
    "choices",
    [
        {"scale": "minmax"},
        {"scale": "robust", "outliers": "clip"},
        {"scale": "none", "outliers": "aside"},
        {"missing": "aside"},
        {"missing": "mean", "outliers": "keep"},
        {"pca": 0.8},
        {"settings": (ColumnSpec("total_spend", log=True, weight=2.0), ColumnSpec("orders", missing="aside"))},
        {"columns": ("age", "country", "newsletter", "signup_date"), "missing": "most_frequent"},
        {
            "columns": ("age", "orders", "last_order_date"),
            "settings": (ColumnSpec("last_order_date", "date_and_month"),),
        },
        {"columns": ("age", "country"), "settings": (ColumnSpec("country", missing="constant", fill_value="France"),)},
        {"row_filter": RowFilter("age", low=30.0), "filtered": "aside"},
        {"row_filter": RowFilter("country", levels=("France", "Spain")), "filtered": "place"},
        {"columns": ("age", "orders"), "weight_column": "total_spend"},
    ],
    ids=lambda choices: " ".join(f"{name}={value}"[:40] for name, value in choices.items()),
)
def test_every_choice_of_preparation_is_repeated_to_the_label_and_the_note(shop, choices):
    features, clustering = segmented(shop, **choices)
    recipe = load_recipe(save_recipe(make_recipe(shop, features, clustering)))
    applied = apply_recipe(recipe, shop)
    assert recipe.agreement == 1
    assert applied.of_table.tolist() == labels_of(clustering).tolist()
    assert applied.sizes == clustering.sizes
    without = np.setdiff1d(np.arange(shop.n_rows), clustering.rows)
    assert list(applied.row_notes[without]) == list(clustering.row_notes[without])
    far = [i for i, note in enumerate(clustering.row_notes) if str(note).startswith("far outside")]
    assert list(applied.row_notes[far]) == list(clustering.row_notes[far])


def test_a_thawed_pipeline_gives_what_the_frozen_one_gave_to_the_last_digit(shop):
    features, _ = segmented(shop, pca=0.9, outliers="clip", settings=(ColumnSpec("total_spend", log=True),))
    thawed = thaw(freeze(features.pipeline, {}))
    columns = list(features.spec.columns)
    assert (thawed.transform(shop.frame[columns]) == features.pipeline.transform(shop.frame[columns])).all()


def test_saved_again_a_loaded_recipe_is_the_same_file(shop):
    content = save_recipe(make_recipe(shop, *segmented(shop, "gaussian_mixture", pca=0.9)))
    assert save_recipe(load_recipe(content)) == content


def test_where_ties_are_common_the_recipe_still_gives_the_labels_of_the_fit():
    rng = np.random.default_rng(3)
    cells = "\n".join(f"{a},{b},{c}" for a, b, c in rng.integers(1, 6, size=(400, 3)))
    answers = read_table(f"q1,q2,q3\n{cells}\n".encode())
    for method in ("kmeans", "minibatch", "bisecting", "birch", "gower_medoids"):
        features, clustering = segmented(answers, method, 4, columns=("q1", "q2", "q3"), scale="none", outliers="keep")
        assert make_recipe(answers, features, clustering).agreement == 1
        assert clustering.sizes == tuple(sorted(clustering.sizes, reverse=True))


def test_names_notes_and_hues_scores_and_choices_come_back(mall):
    features, clustering = segmented(mall, n_clusters=2)
    identities = (Identity(3, 'Quote " and <b>', "call\nthem"), Identity(0, "", ""))
    found = Found(separation=0.5, reason="Two.", edits=("Moved.",), doubts=("Few.",))
    work = Work((2, 6), 0.02, 0.5, (Merge((0, 1)), Split(1, 3), Move((5, 7), 0)), (("Mine", (1, 2)),))
    recipe = make_recipe(mall, features, clustering, title="Mall", identities=identities, found=found, work=work)
    loaded = load_recipe(save_recipe(recipe))
    assert [(s.hue, s.name, s.note) for s in loaded.segments] == [(3, 'Quote " and <b>', "call\nthem"), (0, "", "")]
    assert loaded.names == ('Quote " and <b>', "Segment 2")
    assert loaded.source == recipe.source and loaded.source.title == "Mall"
    assert loaded.work == work
    assert (loaded.found.separation, loaded.found.edits, loaded.found.doubts) == (0.5, ("Moved.",), ("Few.",))
    assert np.isnan(loaded.found.repeatability)
    assert (loaded.found.n_rows, loaded.found.n_placed) == (200, 200)
    assert loaded.clustering == recipe.clustering and loaded.features == recipe.features


def test_a_recipe_is_readable_and_holds_no_customer(shop):
    text = save_recipe(make_recipe(shop, *segmented(shop))).decode()
    told = json.loads(text)
    assert list(told)[:4] == ["recipe", "version", "source", "segments"]
    assert told["source"]["digest"] == shop.digest
    assert "000010" not in text and "000015" not in text  # customers
    assert max(map(len, text.splitlines())) < 400


def test_a_recipe_says_what_the_issue_lists_also_where_it_is_usual(mall_recipe):
    told = json.loads(save_recipe(mall_recipe))
    assert told["clustering"] == {
        **{"method": "kmeans", "n_clusters": 5, "n_init": 10, "max_iter": 300, "tol": 1e-4, "init": "k-means++"},
        "random_state": 0,
    }
    assert told["features"]["columns"] == [INCOME, SPENDING]
    assert {told["features"][name] for name in ("scale", "missing", "outliers")} == {"standard", "median", "auto"}
    assert (told["source"]["delimiter"], told["source"]["encoding"]) == (",", "utf-8")
    assert [column["role"] for column in told["columns"]] == ["number", "number"]
    assert [(column["min"], column["max"]) for column in told["columns"]] == [(15.0, 127.0), (1.0, 99.0)]
    assert [segment["size"] for segment in told["segments"]] == [82, 39, 34, 23, 22]
    assert told["segments"][0]["colour"] == "#006DC7"
    assert {"inertia", "simplified_silhouette", "calinski_harabasz", "davies_bouldin"} <= set(told["found"])
    assert {"python", "numpy", "scikit-learn"} <= {name for name, _ in told["versions"]}


def test_a_day_beyond_what_nanoseconds_can_tell_places_a_single_customer():
    lines = [f"{i % 13},{'9999-12-31' if i % 9 == 0 else f'2024-{i % 12 + 1:02d}-11'}" for i in range(90)]
    table = read_table(("x,until\n" + "\n".join(lines)).encode())
    recipe = load_recipe(save_recipe(make_recipe(table, *segmented(table, n_clusters=2, columns=("x", "until")))))
    frame = pd.DataFrame({"x": [6.0], "until": pd.Series([pd.Timestamp("2024-05-11")]).astype("datetime64[ns]")})
    one = replace(table, frame=frame, text=table.text.slice(0, 1), set_aside={})
    assert apply_recipe(recipe, one).of_table.tolist() == [0]


def test_the_settings_part_of_a_recipe_can_be_given_as_settings(tmp_path, mall_recipe):
    path = tmp_path / "recipe.json"
    path.write_bytes(save_recipe(mall_recipe))
    told = read_settings(path)
    assert FeatureSpec(**told["features"]) == mall_recipe.features
    assert ClusterSpec(**told["clustering"]) == mall_recipe.clustering


@pytest.fixture
def settings_of(tmp_path):
    """The settings that a document tells."""

    def settings_of(told):
        path = tmp_path / "settings.json"
        path.write_text(json.dumps(told))
        return read_settings(path)

    return settings_of


def test_settings_are_what_is_told_and_of_a_recipe_nothing_else_is_looked_at(settings_of):
    told = {"features": {"scale": "minmax"}}
    assert settings_of(told) == told
    assert settings_of({"recipe": "Cluster Explorer", "segments": [], **told}) == told


def test_a_part_that_is_none_is_refused_in_settings(settings_of):
    with pytest.raises(InvalidSetting, match='"segments" is no setting'):
        settings_of({"segments": [], "features": {}})
    with pytest.raises(InvalidSetting, match="is no object"):
        settings_of([1])


def test_what_a_recipe_leaves_untold_is_as_usual(mall_recipe):
    told = json.loads(save_recipe(mall_recipe))
    told |= {"found": {"n_rows": 200, "n_placed": 200}, "work": {}, "versions": []}
    for segment in told["segments"]:
        del segment["edited"]
    loaded = load_recipe(json.dumps(told).encode())
    assert (loaded.found.n_noise, loaded.found.n_filled_rows, loaded.found.doubts) == (0, 0, ())
    assert (loaded.work.k_range, loaded.work.min_share, loaded.work.max_share) == ((2, 10), 0.01, 1)
    assert not any(segment.edited for segment in loaded.segments)


def test_a_column_that_only_describes_the_segments_is_not_needed(mall):
    recipe = make_recipe(mall, *segmented(mall, columns=(INCOME,), describe=("Age",)))
    assert [column.name for column in recipe.columns] == [INCOME, "Age"]
    assert [column.name for column in recipe.needed_columns] == [INCOME]


def test_customers_stand_only_in_a_recipe_whose_own_rule_compares_with_them(mall):
    methods = "kmeans", "birch", "agglomerative"  # the last one has a rule that stands in
    assert [make_recipe(mall, *segmented(mall, one, 3)).holds_examples for one in methods] == [False, True, False]


# Methods that place no new rows, and what else cannot be repeated


@pytest.mark.parametrize("method", OTHERS)
def test_where_a_method_places_nobody_a_rule_stands_in_and_says_how_often_it_is_right(mall, method):
    features, clustering = segmented(mall, method, 5)
    recipe = make_recipe(mall, features, clustering)
    agreement = (apply_recipe(recipe, mall).of_table == labels_of(clustering)).mean()
    assert recipe.stand_in in ("nearest_center", "nearest_neighbour")
    assert recipe.agreement == agreement > 0.9
    assert len(recipe.rule.points) < 200  # small groups, not customers


@pytest.mark.parametrize("stand_in", ["nearest_center", "nearest_neighbour"])
def test_the_stand_in_can_be_chosen(mall, stand_in):
    recipe = make_recipe(mall, *segmented(mall, "agglomerative", 5), stand_in=stand_in)
    assert recipe.stand_in == stand_in
    assert len(recipe.rule.points) == 5 or stand_in == "nearest_neighbour"


def test_a_rule_that_stands_in_can_be_chosen_afterwards(mall):
    features, clustering = segmented(mall, "agglomerative", 5)
    best = make_recipe(mall, features, clustering)
    for stand_in in ("nearest_center", "nearest_neighbour"):
        afterwards = with_stand_in(best, mall, features, clustering, stand_in)
        assert afterwards.stand_in == stand_in
        assert afterwards.agreement == (apply_recipe(afterwards, mall).of_table == labels_of(clustering)).mean() < 1
        at_once = make_recipe(mall, features, clustering, stand_in=stand_in)
        assert save_recipe(afterwards) == save_recipe(at_once)


def test_the_customers_that_are_noise_are_counted():
    values = [*range(10), 500, *range(1000, 1010), 1500]
    table = read_table(("x\n" + "\n".join(map(str, values))).encode())
    features = prepare(table, FeatureSpec(("x",), scale="none", outliers="keep"))
    spec = ClusterSpec("dbscan", settings=(("eps", 3.0), ("min_samples", 3)))
    found = make_recipe(table, features, fit(features, spec)).found
    assert (found.n_rows, found.n_placed, found.n_noise) == (22, 20, 2)
    assert found.inertia == pytest.approx(165)  # twice 10 * (10² - 1) / 12


def test_what_was_filled_in_and_what_the_method_was_told_is_kept():
    table = read_table(b"x,y\n1,5\n2,\n3,6\n,7\n50,8\n51,9\n52,7\n")
    features = prepare(table, FeatureSpec(("x", "y"), outliers="keep"))
    clustering = fit(features, ClusterSpec("agglomerative", 2).with_settings(linkage="single"))
    found = make_recipe(table, features, clustering).found
    assert found.n_filled_rows == 2
    assert dict(found.settings)["linkage"] == "single"


def test_where_a_segment_holds_only_customers_placed_afterwards_no_score_is_told():
    table = read_table(b"x,fits\n0,yes\n1,yes\n2,yes\n10,yes\n11,yes\n12,yes\n30,no\n31,no\n")
    row_filter = RowFilter("fits", levels=("yes",))
    spec = FeatureSpec(("x",), scale="none", outliers="keep", row_filter=row_filter, filtered="place")
    features = prepare(table, spec)
    clustering = fit(features, ClusterSpec("kmeans", 2))
    assert make_recipe(table, features, clustering).found.simplified_silhouette > 0.8
    own = replace(
        clustering,
        labels=np.array([0, 0, 0, 1, 1, 1, 2, 2]),
        cluster_centers=np.array([[1.0], [11.0], [30.5]]),
        sizes=(3, 3, 2),
        edited=(True,) * 3,
        place=None,
    )
    found = make_recipe(table, features, own).found
    assert np.isnan([found.simplified_silhouette, found.calinski_harabasz, found.davies_bouldin]).all()
    assert found.n_placed == 8


def test_two_moons_are_told_apart_by_neighbours_and_not_by_centers():
    moons = read_table(ROOT / "sample_data" / "moons.csv")
    features, _ = segmented(moons, "agglomerative", 2, columns=("x", "y"))
    single = fit(features, ClusterSpec("agglomerative", 2).with_settings(linkage="single"))
    by_neighbour = make_recipe(moons, features, single, stand_in="nearest_neighbour")
    by_center = make_recipe(moons, features, single, stand_in="nearest_center")
    assert by_neighbour.agreement > 0.98
    assert by_center.agreement < 0.9


def test_after_steps_by_hand_a_rule_stands_in(mall):
    features, clustering = segmented(mall, n_clusters=5, columns=(INCOME, SPENDING))
    edited = apply_edits(features, clustering, Edits((Merge((0, 1)),)))
    recipe = make_recipe(mall, features, edited)
    assert recipe.stand_in == "nearest_neighbour"
    assert recipe.agreement > 0.97
    assert [segment.edited for segment in recipe.segments].count(True) == 1
    assert load_recipe(save_recipe(recipe)).n_clusters == 4  # other than its settings ask for


def test_cells_filled_from_neighbours_get_the_median_for_want_of_neighbours():
    lines = [f"{i},{i + 1 if i % 7 else ''}" for i in range(60)]
    table = read_table(("a,b\n" + "\n".join(lines)).encode())
    features, clustering = segmented(
        table, n_clusters=2, columns=("a", "b"), settings=(ColumnSpec("b", missing="neighbours"),)
    )
    recipe = load_recipe(save_recipe(make_recipe(table, features, clustering)))
    present = table.frame["b"].dropna()
    filled = next(c.fill for c in recipe.preparation.columns if c.encoded.column == "b")
    assert recipe.preparation.by_neighbours == ("b",)
    assert present.min() < filled < present.max()
    assert recipe.agreement == (apply_recipe(recipe, table).of_table == labels_of(clustering)).mean()


def test_days_filled_from_neighbours_get_the_median_beside_their_months():
    days = ["" if i % 7 == 0 else f"2024-0{1 + i % 3}-{1 + i:02}" for i in range(29)]
    table = read_table(("day,spend\n" + "\n".join(f"{day},{i}" for i, day in enumerate(days))).encode())
    setting = ColumnSpec("day", "date_and_month", missing="neighbours")
    recipe = make_recipe(table, *segmented(table, n_clusters=2, columns=("day", "spend"), settings=(setting,)))
    held = table.frame["day"].dropna()
    fill = next(c.fill for c in recipe.preparation.columns if c.encoded.name == "day")
    assert fill == np.median((held.max() - held).dt.days)


def test_a_level_without_a_place_in_the_order_is_set_aside_where_missing_values_are():
    lines = [f"{i % 17},{('low', 'mid', 'high')[i % 3]}" for i in range(60)]
    table = read_table(("spend,tier\n" + "\n".join(lines)).encode())
    tier = ColumnSpec("tier", "ordinal", order=("low", "mid", "high"), missing="aside")
    recipe = make_recipe(table, *segmented(table, n_clusters=2, columns=("spend", "tier"), settings=(tier,)))
    new = read_table(("spend,tier\n" + "\n".join([*lines, "5,platinum"])).encode())
    applied = apply_recipe(recipe, new)
    assert applied.of_table[-1] == -1
    assert applied.row_notes[60] == "tier is at a level that nobody had"
    assert applied.n_not_placed == 1


# The oldest recipe


@pytest.mark.parametrize("path", OLDEST, ids=lambda path: path.stem)
def test_a_recipe_of_every_version_still_gives_the_labels_it_gave(path, mall):
    labels = json.loads(path.with_suffix(".labels").read_text())
    assert apply_recipe(load_recipe(path), mall).of_table.tolist() == labels


def test_there_is_a_recipe_of_every_version(mall_recipe):
    newest = json.loads(save_recipe(mall_recipe))["version"]
    assert [path.stem for path in OLDEST] == [f"version_{version}" for version in range(1, newest + 1)]


# Files that are none


@pytest.mark.parametrize(
    "content, sentence",
    [
        (b"", "it is no JSON"),
        (b"\xff\xfe\x00", "no text in UTF-8"),
        (b"[" * 100_000, "it is no JSON"),
        (b"null", "no recipe of Cluster Explorer"),
        (b'{"recipe": "Cluster Explorer"}', "which version"),
        (b'{"recipe": "Cluster Explorer", "version": true}', "which version"),
        (b'{"recipe": "Cluster Explorer", "version": 0}', "which version"),
        (b'{"recipe": "Cluster Explorer", "version": 99}', "by a later Cluster Explorer"),
        (b'{"recipe": "Cluster Explorer", "version": 1}', "is not told"),
        (b'{"recipe": "Cluster Explorer", "version": 1, "version": 1}', "something twice"),
        (b'{"recipe": "Cluster Explorer", "version": NaN}', "NaN"),
        (b'{"recipe": "Cluster Explorer", "version": 1e999}', "too large"),
        (b'{"recipe": "Cluster Explorer", "version": ' + b"9" * 10_000 + b"}", "it is no JSON"),
        (b"cos\nsystem\n(S'id'\ntR.", "it is no JSON"),
    ],
)
def test_what_is_no_recipe_is_refused(content, sentence):
    with pytest.raises(InvalidRecipe) as caught:
        load_recipe(content)
    assert sentence in str(caught.value)
    assert str(caught.value).endswith(".")


def test_what_is_no_recipe_is_called_by_its_name(tmp_path):
    def told(source, **name):
        with pytest.raises(InvalidRecipe) as caught:
            load_recipe(source, **name)
        return str(caught.value)

    assert told(b"null") == "The recipe is no recipe of Cluster Explorer. Choose a file saved as a recipe."
    assert told(b"null", name="mine.json").startswith("mine.json is no recipe of Cluster Explorer.")
    assert told(tmp_path / "none.json") == "none.json cannot be opened: No such file or directory. Check the path."
    assert told("/") == "/ cannot be opened: Is a directory. Check the path."


def test_a_path_that_can_be_none_is_told():
    with pytest.raises(InvalidRecipe, match="no path"):
        load_recipe("a\0b")


def test_a_device_that_never_ends_is_no_recipe_and_holds_no_settings():
    with pytest.raises(InvalidRecipe, match="zero is no recipe: it is larger than 64 MB"):
        load_recipe("/dev/zero")
    with pytest.raises(InvalidSetting, match="/dev/zero holds no settings: it is larger than 64 MB"):
        read_settings("/dev/zero")


def test_a_version_of_many_digits_is_told_in_few():
    with pytest.raises(InvalidRecipe) as caught:
        load_recipe(b'{"recipe": "Cluster Explorer", "version": ' + b"9" * 400 + b"}")
    assert len(str(caught.value)) < 200


def test_a_file_larger_than_any_recipe_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr("clustering.recipe.codec.MOST_BYTES", 2 * 2**20)
    path = tmp_path / "huge.json"
    path.write_bytes(b" " * (2 * 2**20 + 1))
    for source in (path, path.read_bytes()):
        with pytest.raises(InvalidRecipe, match="larger than 2 MB"):
            load_recipe(source)


WRONG = (
    None,
    True,
    -1,
    0,
    10**9,
    10**400,
    1e308,
    "../../etc/passwd",
    "<script>alert(1)</script>",
    [],
    [[]],
    {},
    [None],
)


def damaged(told):
    """A document with one value after the other replaced by something else, dropped, or doubled."""
    for path, value in walk(told, ()):
        for wrong in WRONG:
            if type(wrong) is not type(value) or wrong != value:
                yield path, wrong, put(told, path, wrong)
        yield path, "left out", put(told, path, None, drop=True)


def walk(value, path):
    if path:
        yield path, value
    items = value.items() if isinstance(value, dict) else enumerate(value[:2]) if isinstance(value, list) else ()
    for key, item in items:
        yield from walk(item, (*path, key))


def put(told, path, wrong, drop=False):
    told = copy.deepcopy(told)
    place = told
    for key in path[:-1]:
        place = place[key]
    if drop:
        del place[path[-1]]
    else:
        place[path[-1]] = wrong
    return told


@pytest.mark.parametrize("method", ["kmeans", "bisecting", "gaussian_mixture", "agglomerative"])
def test_a_damaged_recipe_is_a_sentence_or_a_recipe_that_works(mall, method):
    """Several hundred documents, each with one value damaged: none ends in anything but a sentence or labels."""
    told = json.loads(save_recipe(make_recipe(mall, *segmented(mall, method, 3, pca=0.9))))
    n_refused = 0
    cases = list(damaged(told))
    rng = np.random.default_rng(0)
    for i in rng.permutation(len(cases))[:600]:
        path, wrong, document = cases[i]
        try:
            applied = apply_recipe(load_recipe(json.dumps(document).encode()), mall)
        except ClusteringError as error:
            n_refused += 1
            assert str(error)[-1] in ".?!", (path, wrong, str(error))
            assert len(str(error)) < 600, (path, wrong)
        else:
            assert set(applied.of_table.tolist()) <= {-1, 0, 1, 2}, (path, wrong)
    assert n_refused >= 200


@pytest.mark.parametrize(
    "change, sentence",
    [
        (
            lambda told: told["clustering"].update(n_clusters=10**9),
            "It tells of 5 segments, and its settings of 1,000,000,000",
        ),
        (lambda told: told["cluster_centers"].append([1, 2]), "cluster_centers holds 6 x 2 numbers where 5 x 2 belong"),
        (lambda told: told["cluster_centers"][0].append(1), "must hold numbers, and as many in every row"),
        (lambda told: told["cluster_centers"][0].__setitem__(0, 1e200), "beyond 1e+100"),
        (lambda told: told["rule"].update(labels=[0, 1, 2, 3, 9]), "belongs to no segment"),
        (lambda told: told["rule"].update(kind="os.system"), "kind is"),
        (lambda told: told["preparation"]["columns"][0].update(spread=0), "that are impossible"),
        (lambda told: told["preparation"]["columns"][0].update(spread="1"), "it must be a number"),
        (lambda told: told["features"].update(columns=["Age"]), "not those that it chose"),
        (lambda told: told["segments"][0].update(name="x" * 100_001), "longer than 100,000 characters"),
        (lambda told: told["segments"][0].update(name="\ud800"), "half a character"),
        (lambda told: told.update(agreement=2), "it is a share from 0 to 1"),
        (lambda told: told["segments"][0].update(size=999_999), "Its segments hold 1,000,117 customers"),
        (lambda told: told["found"].update(n_rows=3), "it tells of 200 with a segment, of 3"),
        (lambda told: told["found"].update(separation=99), "is beyond 1"),
        (lambda told: told["columns"][0].update(n=10, missing=0), "counts other customers than the segments hold"),
        (lambda told: told["columns"][0].update(min=500.0), "is larger than the largest"),
        (lambda told: told["source"].update(digest="x"), "Its digest is none"),
        (lambda told: told["cluster_centers"].reverse(), "Its centers stand in it twice, and differently"),
        (
            lambda told: told["features"].update(weight_column="nothing"),
            'does not tell what "nothing", the weight, held',
        ),
        (lambda told: told["preparation"]["specs"][0].update(encode="date"), "does not tell how"),
        (lambda told: told["preparation"]["specs"][0].update(encode=None), "does not tell how"),
        (lambda told: told["outside"]["limits"][0].update(unit=1e-320), "is far outside is impossible"),
        (lambda told: told["columns"][0].update(decimal=";"), "can be a point or a comma"),
        (lambda told: told.update(extra=1), '"extra" is no setting'),
        (lambda told: told.update(outer_label=1), "does not say which"),
    ],
)
def test_what_does_not_go_together_is_told(mall_recipe, change, sentence):
    told = json.loads(save_recipe(mall_recipe))
    change(told)
    with pytest.raises(InvalidRecipe) as caught:
        load_recipe(json.dumps(told).encode())
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    "day", ["NaT", "", "now", "today", "12:30", "2026-01-31T10:00+02:00", "31.01.2026", "2026-02-30"]
)
def test_what_is_no_day_or_another_one_tomorrow_is_refused(shop, day):
    told = json.loads(save_recipe(make_recipe(shop, *segmented(shop, columns=("age", "signup_date")))))
    told["preparation"]["newest"][0][1] = day
    with pytest.raises(InvalidRecipe, match="does not tell from which day on"):
        load_recipe(json.dumps(told).encode())


@pytest.mark.parametrize("bound", ["", "NaT", "2026-01-31T10:00+02:00", "soon"])
@pytest.mark.parametrize("end", ["low", "high"])
def test_a_filter_that_ends_at_no_day_is_refused(shop, end, bound):
    recipe = make_recipe(shop, *segmented(shop, row_filter=RowFilter("signup_date", low="2019-06-01")))
    told = json.loads(save_recipe(recipe))
    told["features"]["row_filter"] = {"column": "signup_date", end: bound}
    with pytest.raises(InvalidSetting, match="is nothing to compare signup_date with"):
        apply_recipe(load_recipe(json.dumps(told).encode()), shop)


def test_script_tags_in_names_stay_text(mall, mall_recipe):
    named = tuple(replace(segment, name="<script>alert(1)</script>") for segment in mall_recipe.segments)
    loaded = load_recipe(save_recipe(replace(mall_recipe, segments=named)))
    assert set(loaded.names) == {"<script>alert(1)</script>"}
