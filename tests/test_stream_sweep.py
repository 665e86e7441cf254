"""Numbers of segments tried, and segments found, over all rows of a table that is read part by part."""

from itertools import pairwise

import numpy as np
import pytest
from sklearn.cluster import KMeans

from clustering import ClusterSpec, FeatureSpec, apply_recipe, make_recipe, read_table
from clustering import fit as fit_in_memory
from clustering import sweep as sweep_in_memory
from clustering.errors import InvalidSetting, Stopped
from clustering.recipe.soundness import problems
from clustering.stream.fit import fit
from clustering.stream.preparing import prepare_all
from clustering.stream.sweep import sweep
from tests.stream_cases import NUMBERS, SPECS, customers, opened

INDICES = ("inertia", "silhouette", "simplified_silhouette", "calinski_harabasz", "davies_bouldin", "contact")
KMEANS = ClusterSpec()


@pytest.fixture(scope="module")
def on_disk(tmp_path_factory):
    """The customers with a sample of all of them, one of every tenth, and as a table in memory."""
    folder = tmp_path_factory.mktemp("customers")
    path = folder / "customers.csv"
    return opened(customers(), path), opened(customers(), folder / "tenth.parquet", 120), read_table(path)


@pytest.fixture(scope="module")
def tenth(on_disk):
    return prepare_all(*on_disk[1], SPECS["standard"])


def same_groups(labels, others) -> bool:
    """Whether two labelings are one, but for the numbers of equal segments: a sample has an order of its own."""
    n_pairs = len(np.unique(np.stack([labels, others]), axis=1).T)
    return n_pairs == len(np.unique(labels)) == len(np.unique(others))


@pytest.mark.parametrize("name", ["standard", "weighed", "placed", "components", "dates", "categories", "auto clips"])
def test_a_sample_of_all_rows_gives_the_sweep_in_memory(on_disk, name):
    prepared = prepare_all(*on_disk[0], SPECS[name])
    found = sweep(prepared, KMEANS, range(2, 5))
    expected = sweep_in_memory(prepared.features, KMEANS, range(2, 5))
    assert found.n_clusters == [2, 3, 4]
    assert (found.n_samples, found.silhouette_sample, found.notes) == (expected.n_samples, None, expected.notes)
    for ours, theirs in zip(found.steps, expected.steps, strict=True):
        assert (ours.sizes, ours.n_iter, ours.silhouette_error) == (theirs.sizes, theirs.n_iter, 0)
        assert same_groups(ours.labels, theirs.labels)
        for index in INDICES:
            assert getattr(ours, index) == pytest.approx(getattr(theirs, index), rel=1e-9)


@pytest.mark.parametrize("name", SPECS)
def test_a_sample_of_all_rows_gives_the_segments_that_its_recipe_gives_the_file(on_disk, name):
    prepared = prepare_all(*on_disk[0], SPECS[name])
    found = fit(prepared, ClusterSpec(n_clusters=3))
    clustering = fit_in_memory(prepared.features, ClusterSpec(n_clusters=3))
    expected = make_recipe(on_disk[0][1].table, prepared.features, clustering)
    assert found.sizes == clustering.sizes == apply_recipe(found.recipe, on_disk[2]).sizes
    assert found.inertia == pytest.approx(clustering.inertia, rel=1e-9)
    assert same_groups(found.clustering.labels, clustering.labels)
    assert found.recipe.columns == expected.columns
    assert list(problems(found.recipe)) == []


def test_every_step_counts_all_rows_and_its_scores_are_theirs(on_disk, tenth):
    """The labels of all rows, found once more from the recipe of the same number, give every figure of the step."""
    found = sweep(tenth, KMEANS, [3])
    recipe = fit(tenth, ClusterSpec(n_clusters=3)).recipe
    applied = apply_recipe(recipe, on_disk[2])
    assert found.n_samples == 1_198  # two are far outside
    assert found.steps[0].sizes == applied.sizes
    assert sum(applied.sizes) == 1_200

    from clustering.indices import score

    X = np.concatenate([block.X for block in tenth.values.blocks()])
    labels = applied.of_table[np.concatenate([block.positions for block in tenth.values.blocks()])]
    scores = score(X, labels, recipe.cluster_centers, ("inertia", *INDICES[2:5]))
    for index, value in scores.items():
        assert getattr(found.steps[0], index) == pytest.approx(value, rel=1e-9)


@pytest.mark.parametrize("n_clusters", [3, 4, 7])
def test_a_sample_of_every_tenth_row_comes_within_a_thousandth_of_ten_starts_on_all_rows(tmp_path, n_clusters):
    frame = customers(6_000)
    prepared = prepare_all(*opened(frame, tmp_path / "customers.parquet", 600), SPECS["standard"])
    X = np.concatenate([block.X for block in prepared.values.blocks()])
    expected = KMeans(n_clusters, n_init=10, random_state=0).fit(X).inertia_
    # Polished from the centers of the sample alone, 7 segments come 1.5 % short.
    assert fit(prepared, ClusterSpec(n_clusters=n_clusters)).inertia <= 1.001 * expected


def test_the_centers_have_come_to_rest_among_all_rows(tenth):
    found = fit(tenth, ClusterSpec(n_clusters=3, tol=0.0))
    X = np.concatenate([block.X for block in tenth.values.blocks()])
    labels = found.recipe.rule(X)
    means = [X[labels == label].mean(axis=0) for label in range(3)]
    assert found.settled
    np.testing.assert_allclose(found.recipe.cluster_centers, means, rtol=1e-9, atol=1e-12)


def test_the_size_of_the_parts_changes_no_digit(on_disk):
    swept = [
        sweep(prepare_all(*on_disk[1], SPECS["weighed"], part_rows=n), KMEANS, (2, 4)) for n in (1_000, 777, 50_000)
    ]
    for other in swept[1:]:
        assert other.sizes == swept[0].sizes
        for index in INDICES:
            assert getattr(other, index) == getattr(swept[0], index)


def test_reading_the_table_for_every_pass_changes_no_digit(on_disk):
    kept, read = (sweep(prepare_all(*on_disk[1], SPECS["weighed"], free_disk=n), KMEANS, (2, 4)) for n in (None, 0))
    assert kept.inertia == read.inertia
    assert kept.sizes == read.sizes


def test_fit_is_the_routine_of_the_sweep(tenth):
    step = sweep(tenth, KMEANS, range(2, 6)).step(4)
    found = fit(tenth, ClusterSpec(n_clusters=4))
    assert (found.inertia, found.sizes, found.n_iter) == (step.inertia, step.sizes, step.n_iter)
    assert (found.silhouette, found.silhouette_error) == (step.silhouette, step.silhouette_error)


def test_the_recipe_tells_of_all_rows(on_disk, tenth):
    recipe = fit(tenth, ClusterSpec(n_clusters=3), title="Customers").recipe
    table = on_disk[2]
    age = table.frame["age"]
    column = next(column for column in recipe.columns if column.name == "age")
    assert (column.n, column.missing, column.min, column.max) == (1_200, 0, age.min(), age.max())
    edges = (-np.inf, *column.edges, np.inf)
    assert column.counts == tuple(((age >= low) & (age < high)).sum() for low, high in pairwise(edges))
    assert (recipe.found.n_rows, recipe.found.n_placed, recipe.found.n_filled_rows) == (
        1_200,
        1_200,
        table.frame["basket"].isna().sum(),
    )
    assert recipe.source.title == "Customers"
    assert recipe.agreement == 1
    assert list(problems(recipe)) == []


def test_the_recipe_counts_levels_and_dates_of_all_rows(on_disk):
    spec = FeatureSpec((*NUMBERS, "country"), describe=("since", "name"))
    recipe = fit(prepare_all(*on_disk[1], spec), ClusterSpec(n_clusters=3)).recipe
    frame, told = on_disk[2].frame, {column.name: column for column in recipe.columns}
    counts = frame["country"].value_counts()
    assert told["country"].levels == tuple(counts.index)
    assert told["country"].counts == (*counts, 0)
    assert told["country"].missing == frame["country"].isna().sum()
    assert told["since"].max == frame["since"].max().date().isoformat()
    assert told["name"].counts == (1_200,)


def test_the_error_of_the_silhouette_covers_that_of_all_rows(on_disk, tenth):
    prepared = prepare_all(*on_disk[0], SPECS["standard"])
    for n_clusters in (2, 3, 5):
        of_all = fit(prepared, ClusterSpec(n_clusters=n_clusters)).silhouette
        estimate = fit(tenth, ClusterSpec(n_clusters=n_clusters))
        assert 0.002 < estimate.silhouette_error < 0.05
        assert abs(estimate.silhouette - of_all) < 3 * estimate.silhouette_error


@pytest.mark.parametrize(
    "spec",
    [
        ClusterSpec("minibatch", 3),
        ClusterSpec("bisecting", 3),
        ClusterSpec("gaussian_mixture", 3),
        ClusterSpec("agglomerative", 3),
        ClusterSpec("hdbscan"),
        ClusterSpec("dbscan", settings={"eps": 0.5}),  # leaves noise
    ],
    ids=lambda spec: spec.method,
)
def test_other_methods_place_all_rows_by_their_rule_or_its_stand_in(on_disk, tenth, spec):
    found = fit(tenth, spec)
    applied = apply_recipe(found.recipe, on_disk[2])
    assert found.sizes == applied.sizes
    assert found.sizes == tuple(sorted(found.sizes, reverse=True))
    assert found.n_noise == len(applied.noise)
    assert found.n_placed + found.n_noise == 1_200
    assert any("found the segments in a sample of 120 customers of 1,198" in note for note in found.notes)
    assert list(problems(found.recipe)) == []


def test_another_method_is_swept_by_its_rule_too(tenth):
    found = sweep(tenth, ClusterSpec("gaussian_mixture"), (2, 3))
    single = fit(tenth, ClusterSpec("gaussian_mixture", 3))
    assert found.n_clusters == [2, 3]
    assert (found.steps[1].sizes, found.steps[1].inertia) == (single.sizes, single.inertia)


def test_the_centers_of_another_method_are_the_means_of_all_rows(tenth):
    found = fit(tenth, ClusterSpec("gaussian_mixture", 3))
    X = np.concatenate([block.X for block in tenth.values.blocks()])
    labels = found.recipe.rule(X)
    np.testing.assert_allclose(
        found.recipe.cluster_centers, [X[labels == label].mean(axis=0) for label in range(3)], atol=1e-12
    )


def test_every_number_is_told_as_soon_as_it_is_finished(tenth):
    told = []
    found = sweep(tenth, KMEANS, range(2, 6), on_step=lambda k, step: told.append((k, step.inertia)))
    assert sorted(told) == [(step.n_clusters, step.inertia) for step in found.steps]


def test_a_sweep_that_is_stopped_keeps_what_is_finished(tenth):
    finished = []
    found = sweep(
        tenth,
        KMEANS,
        range(2, 7),
        on_step=lambda k, _: finished.append(k),
        stop=lambda: bool(finished),
    )
    assert found.n_clusters == sorted(finished)
    assert 0 < len(finished) < 5
    assert np.isfinite(found.silhouette).all()


def test_a_fit_can_be_stopped_between_the_blocks(tenth):
    asked = []

    def stop():
        asked.append(None)
        return len(asked) > 4

    with pytest.raises(Stopped):
        fit(tenth, ClusterSpec(n_clusters=3), stop=stop)


def test_a_method_that_finds_the_number_itself_is_not_swept(tenth):
    with pytest.raises(InvalidSetting, match="finds the number of segments itself"):
        sweep(tenth, ClusterSpec("dbscan"), (2, 3))
