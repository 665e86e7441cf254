"""Every method behind one `fit`: against the library it comes from, its settings, noise, samples, and the edges."""

from pathlib import Path

import kmedoids
import numpy as np
import pytest
from scipy.sparse.linalg import ArpackNoConvergence
from scipy.spatial.distance import cdist
from sklearn.cluster import (
    DBSCAN,
    HDBSCAN,
    OPTICS,
    AffinityPropagation,
    AgglomerativeClustering,
    Birch,
    BisectingKMeans,
    KMeans,
    MeanShift,
    MiniBatchKMeans,
    SpectralClustering,
)
from sklearn.datasets import make_blobs, make_moons
from sklearn.metrics import adjusted_rand_score
from sklearn.mixture import GaussianMixture

from clustering import METHODS, ClusteringError, ClusterSpec, FeatureSpec, fit, prepare, read_table
from clustering.errors import FewerFound, InvalidSetting
from clustering.features import ColumnSpec
from clustering.methods import NOISE
from clustering.methods.proposals import propose_gamma
from clustering.model import lay_groundwork, method_notes, taking_part

pytestmark = pytest.mark.filterwarnings("error")

SAMPLES = Path(__file__).parents[1] / "sample_data"
FINDING_K = [name for name, method in METHODS.items() if not method.takes_k]
SAMPLED = [name for name, method in METHODS.items() if method.most_rows and method.most_rows < 50_000]


def table_of(rows, names=None):
    rows = [list(row) for row in rows]
    names = names or [f"x{i}" for i in range(len(rows[0]))]
    return read_table("\n".join([",".join(names), *(",".join(map(str, row)) for row in rows)]).encode())


def features_of(rows, **settings):
    """Rows of numbers as a file would bring them; as they stand unless settings say else."""
    table = table_of(np.asarray(rows).tolist())
    columns = tuple(column.name for column in table.columns)
    return prepare(table, FeatureSpec(columns, **{"scale": "none", "outliers": "keep", **settings}))


def spec_of(method, n_clusters=None, **settings):
    return ClusterSpec(method, n_clusters if METHODS[method].takes_k else None).with_settings(**settings)


def all_labels(clustering):
    """The label of every row of the table; -1 for noise."""
    labels = np.full(clustering.n_rows, NOISE)
    labels[clustering.rows] = clustering.labels
    return labels


@pytest.fixture(scope="module")
def iris():
    table = read_table(SAMPLES / "iris.csv")
    return prepare(table, FeatureSpec(tuple(column.name for column in table.columns[:4]), outliers="keep"))


@pytest.fixture(scope="module")
def blobs():
    X, _ = make_blobs(300, 3, centers=4, cluster_std=0.7, random_state=1)
    return features_of(X, scale="standard")


@pytest.fixture(scope="module")
def moons():
    """Two moons with noise, as the sample file has them; and which row is of which."""
    X, labels = make_moons(400, noise=0.05, random_state=0)
    return features_of(X, scale="standard"), labels


@pytest.fixture(scope="module")
def many():
    X, _ = make_blobs(50_000, 2, centers=5, cluster_std=0.6, random_state=0)
    return features_of(X.round(3), scale="standard")


# --- against the library that a method comes from ---


def gower_by_hand(features):
    """Gower's distances of prepared rows of numbers: the mean over the columns of difference by range."""
    differences = np.abs(features.X[:, None] - features.X)
    return (differences / np.ptp(features.X, axis=0)).mean(axis=2)


def medoids_directly(features, n_clusters):
    return kmedoids.fasterpam(gower_by_hand(features), n_clusters, init="build", max_iter=300, n_cpu=1).labels


DIRECTLY = {
    "kmeans": lambda X, k, v: KMeans(k, n_init=10, random_state=0).fit_predict(X),
    "minibatch": lambda X, k, v: MiniBatchKMeans(k, n_init=10, random_state=0, **v).fit_predict(X),
    "bisecting": lambda X, k, v: BisectingKMeans(k, init="k-means++", n_init=10, random_state=0, **v).fit_predict(X),
    "agglomerative": lambda X, k, v: AgglomerativeClustering(k, **v).fit_predict(X),
    "gaussian_mixture": lambda X, k, v: GaussianMixture(k, random_state=0, **v).fit_predict(X),
    "dbscan": lambda X, k, v: DBSCAN(**v).fit_predict(X),
    "hdbscan": lambda X, k, v: HDBSCAN(copy=True, **v).fit_predict(X),
    "optics": lambda X, k, v: OPTICS(**v).fit_predict(X),
    "spectral": lambda X, k, v: SpectralClustering(k, random_state=0, **v).fit_predict(X),
    "mean_shift": lambda X, k, v: MeanShift(bin_seeding=True, **v).fit_predict(X),
    "affinity_propagation": lambda X, k, v: AffinityPropagation(random_state=0, **v).fit_predict(X),
    "birch": lambda X, k, v: Birch(n_clusters=k, **v).fit_predict(X),
}


@pytest.mark.parametrize("data", ["iris", "blobs"])
@pytest.mark.parametrize("method", DIRECTLY)
def test_a_method_finds_what_its_library_finds(method, data, request):
    features = request.getfixturevalue(data)
    clustering = fit(features, spec_of(method, 3))
    expected = DIRECTLY[method](features.X, 3, dict(clustering.settings))
    labels = all_labels(clustering)
    assert ((labels == NOISE) == (expected == NOISE)).all()
    assert adjusted_rand_score(labels, expected) == 1


@pytest.mark.parametrize(
    "method, settings",
    [
        *[("agglomerative", {"linkage": linkage}) for linkage in ("average", "complete", "single")],
        *[("gaussian_mixture", {"covariance_type": shape}) for shape in ("tied", "diag", "spherical")],
        ("gaussian_mixture", {"n_init": 1, "reg_covar": 0.1}),
        ("bisecting", {"bisecting_strategy": "largest_cluster"}),
        ("minibatch", {"batch_size": 32}),
        ("dbscan", {"eps": 0.5, "min_samples": 4}),
        ("hdbscan", {"min_cluster_size": 4, "min_samples": 3, "cluster_selection_method": "leaf"}),
        ("optics", {"min_samples": 8, "min_cluster_size": 20, "xi": 0.1}),
        ("spectral", {"affinity": "nearest_neighbors", "n_neighbors": 15}),
        ("spectral", {"gamma": 2.5}),
        ("mean_shift", {"bandwidth": 1.1}),
        ("affinity_propagation", {"preference": -40, "damping": 0.8}),
        ("birch", {"threshold": 0.7, "branching_factor": 20}),
    ],
    ids=str,
)
def test_settings_mean_what_they_mean_in_the_library(iris, method, settings):
    clustering = fit(iris, spec_of(method, 3, **settings))
    assert settings.items() <= dict(clustering.settings).items()
    expected = DIRECTLY[method](iris.X, 3, dict(clustering.settings))
    assert adjusted_rand_score(all_labels(clustering), expected) == 1


@pytest.mark.parametrize("n_clusters", [2, 3, 5])
def test_medoids_are_those_of_the_library_on_gowers_distances(iris, n_clusters):
    labels = all_labels(fit(iris, spec_of("gower_medoids", n_clusters)))
    assert adjusted_rand_score(labels, medoids_directly(iris, n_clusters)) == 1


@pytest.mark.parametrize("method, settings", [("dbscan", {}), ("hdbscan", {}), ("spectral", {})])
def test_the_two_moons_are_found_with_the_usual_settings(moons, method, settings):
    features, labels = moons
    assert adjusted_rand_score(all_labels(fit(features, spec_of(method, 2, **settings))), labels) > 0.97


def test_k_means_cannot_find_the_two_moons(moons):
    features, labels = moons
    assert adjusted_rand_score(all_labels(fit(features, spec_of("kmeans", 2))), labels) < 0.6


@pytest.mark.parametrize("n_rows", [300, 1_000])
@pytest.mark.parametrize("noise", [0.05, 0.1])
def test_spectral_clustering_finds_the_moons_however_many_and_noisy_they_are(n_rows, noise):
    X, labels = make_moons(n_rows, noise=noise, random_state=1)
    clustering = fit(features_of(X, scale="standard"), spec_of("spectral", 2))
    assert adjusted_rand_score(all_labels(clustering), labels) > 0.95


def test_single_linkage_finds_moons_without_noise():
    X, labels = make_moons(300, noise=0.03, random_state=0)
    clustering = fit(features_of(X), spec_of("agglomerative", 2, linkage="single"))
    assert adjusted_rand_score(all_labels(clustering), labels) == 1


def test_the_narrowness_follows_from_the_distance_to_the_seventh_neighbour():
    # of nine rows in a line, 1 apart, the seventh neighbour is 7 from the ends inwards: 7, 6, 5, 4, 4, 4, 5, 6, 7
    assert propose_gamma(np.arange(9.0)[:, None]) == pytest.approx(1 / (2 * 5**2))


def test_the_narrowness_is_1_where_all_rows_are_alike():
    assert propose_gamma(np.ones((9, 2))) == 1


# --- Gower's distance ---

MIXED = [("red", 0, "yes"), ("blue", 10, "no"), ("red", 5, "no"), ("green", 10, "yes"), ("blue", 2, "yes")]


def mixed_distances(rows, weights=(1, 1, 1)):
    """Gower's distance by its definition: the weighted mean of 0 or 1 by category, of the share of the range."""
    range_ = max(row[1] for row in rows) - min(row[1] for row in rows)

    def distance(one, other):
        apart = (one[0] != other[0], abs(one[1] - other[1]) / range_, one[2] != other[2])
        return sum(w * d for w, d in zip(weights, apart, strict=True)) / sum(weights)

    return np.array([[distance(one, other) for other in rows] for one in rows])


@pytest.mark.parametrize("scale", ["standard", "none", "robust"])
def test_gowers_distance_counts_every_column_the_same_however_it_is_scaled(scale):
    features = prepare(
        table_of(MIXED * 4, ["hue", "spend", "club"]), FeatureSpec(("hue", "spend", "club"), scale=scale)
    )
    found = lay_groundwork(features, spec_of("gower_medoids", 2)).shared
    assert found == pytest.approx(mixed_distances(MIXED * 4), abs=1e-6)


def test_gowers_distance_counts_a_column_by_its_weight():
    settings = (ColumnSpec("hue", weight=3), ColumnSpec("spend", weight=0.5))
    features = prepare(
        table_of(MIXED * 4, ["hue", "spend", "club"]), FeatureSpec(("hue", "spend", "club"), settings=settings)
    )
    found = lay_groundwork(features, spec_of("gower_medoids", 2)).shared
    assert found == pytest.approx(mixed_distances(MIXED * 4, (3, 0.5, 1)), abs=1e-6)


def test_a_date_and_its_month_are_two_columns_of_gowers_distance():
    # the ends of the time, in different months, are as far apart as two rows can be
    days = ["2026-01-05", "2026-02-05", "2026-03-05", "2026-01-25", "2026-02-25"]
    table = table_of([[day, i % 2] for i, day in enumerate(days * 3)], ["day", "x"])
    spec = FeatureSpec(("day",), settings=(ColumnSpec("day", encode="date_and_month"),), outliers="keep")
    found = lay_groundwork(prepare(table, spec), spec_of("gower_medoids", 2)).shared
    assert found.max() == pytest.approx(1, abs=1e-6)
    # 2026-01-05 and 2026-01-25: the same month, 20 of 59 days apart
    assert found[0, 3] == pytest.approx(20 / 59 / 2, abs=1e-6)


def test_medoids_of_principal_components_are_refused():
    features = features_of(np.random.default_rng(0).normal(size=(30, 3)), pca=0.9)
    with pytest.raises(InvalidSetting, match="Gower's distance compares columns, and principal components"):
        fit(features, spec_of("gower_medoids", 2))


def test_medoids_are_the_same_however_many_processors_there_are(monkeypatch):
    # without any shape there are many segmentations nearly as good: 2 and 7 threads end in others than one
    features = features_of(np.random.default_rng(0).uniform(size=(1_200, 2)).round(4))
    np.random.seed(1)
    one = fit(features, spec_of("gower_medoids", 12))
    monkeypatch.setattr("os.cpu_count", lambda: 7)
    np.random.seed(2)
    assert fit(features, spec_of("gower_medoids", 12)).labels.tolist() == one.labels.tolist()


# --- what a method says of itself ---


def test_every_method_has_its_place_in_the_registry():
    assert list(METHODS) == [
        *("kmeans", "minibatch", "bisecting", "agglomerative", "gaussian_mixture", "dbscan", "hdbscan", "optics"),
        *("spectral", "mean_shift", "affinity_propagation", "birch", "gower_medoids"),
    ]
    assert set(DIRECTLY) | {"gower_medoids"} == set(METHODS)


@pytest.mark.parametrize("name", METHODS)
def test_a_method_tells_truly_whether_it_places_new_rows_and_leaves_noise(name, iris):
    method, spec = METHODS[name], spec_of(name, 3)
    work = lay_groundwork(iris, spec)
    if name != "kmeans":  # runs on its own way
        found = method.run(work.X, None, spec, work.values, work.shared)
        assert (found.place is not None) == method.can_predict
        assert method.finds_noise or found.labels.min() == 0


@pytest.mark.parametrize("name", FINDING_K)
def test_a_method_that_finds_the_number_says_three_ways_out(name):
    assert all(way.endswith(".") for way in METHODS[name].ways_out)


@pytest.mark.parametrize("name", METHODS)
def test_a_method_is_described_for_an_analyst(name):
    method = METHODS[name]
    assert method.good_for.endswith(".")
    for setting in method.settings:
        assert setting.help.startswith(setting.name)


@pytest.mark.parametrize("name", METHODS)
def test_what_the_data_propose_is_within_the_limits(name, iris):
    method = METHODS[name]
    for given, value in method.values(iris.X, spec_of(name, 3)).items():
        assert method.setting(given).check(value) == value


# --- settings ---


@pytest.mark.parametrize(
    "method, settings, sentence",
    [
        ("dbscan", {"eps": 0}, "eps is 0; it must be a number above 0 and at most 1e+100."),
        ("dbscan", {"eps": -1}, "eps is -1; it must be a number above 0 and at most 1e+100."),
        ("dbscan", {"eps": float("inf")}, "eps is inf; it must be a number above 0 and at most 1e+100."),
        ("dbscan", {"eps": float("nan")}, "eps is nan; it must be a number above 0 and at most 1e+100."),
        ("dbscan", {"eps": "far"}, "eps is 'far'; it must be a number above 0 and at most 1e+100."),
        ("dbscan", {"eps": True}, "eps is True; it must be a number above 0 and at most 1e+100."),
        ("mean_shift", {"bandwidth": 1e101}, "bandwidth is 1e+101; it must be a number above 0 and at most 1e+100."),
        ("birch", {"threshold": 1e200}, "threshold is 1e+200; it must be a number above 0 and at most 1e+100."),
        ("spectral", {"gamma": 1e201}, "gamma is 1e+201; it must be a number above 0 and at most 1e+200."),
        ("dbscan", {"min_samples": 1}, "min_samples is 1; it must be a whole number from 2 to 1000."),
        ("dbscan", {"min_samples": 4.5}, "min_samples is 4.5; it must be a whole number from 2 to 1000."),
        ("dbscan", {"xi": 0.1}, "DBSCAN has no setting 'xi'. Its settings: min_samples, eps."),
        ("kmeans", {"eps": 1}, "k-means has no setting 'eps'. Its settings: none of its own."),
        ("agglomerative", {"linkage": "median"}, "linkage is 'median'; it can be ward, average, complete, single."),
        ("agglomerative", {"linkage": ["ward"]}, "linkage is ['ward']; it can be ward, average, complete, single."),
        ("affinity_propagation", {"preference": 1}, "preference is 1; it must be a number from -1e+300 to 0."),
        (
            "affinity_propagation",
            {"preference": float("-inf")},
            "preference is -inf; it must be a number from -1e+300 to 0.",
        ),
        ("affinity_propagation", {"damping": 1}, "damping is 1; it must be a number from 0.5 to 0.99."),
    ],
    ids=str,
)
def test_a_setting_that_is_not_possible_is_refused_with_what_is(method, settings, sentence):
    with pytest.raises(InvalidSetting) as refused:
        spec_of(method, **settings)
    assert str(refused.value) == sentence


def test_a_number_too_long_for_a_computer_is_refused_as_a_setting():
    with pytest.raises(InvalidSetting, match="it must be a number above 0 and at most"):
        spec_of("dbscan", eps=10**400)


@pytest.mark.parametrize("name", METHODS)
def test_every_number_has_limits_and_every_word_is_said_for_an_analyst(name):
    for setting in METHODS[name].settings:
        if setting.choices:
            assert len(setting.words) == len(set(setting.words)) == len(setting.choices)
            assert not set(setting.words) & set(setting.choices)
        else:
            assert np.isfinite([setting.low, setting.high]).all()


def test_a_value_is_said_in_words_and_a_number_as_it_is():
    assert METHODS["hdbscan"].setting("cluster_selection_method").said("leaf") == "The smallest and most alike"
    assert METHODS["agglomerative"].setting("linkage").said(None) is None
    assert METHODS["dbscan"].setting("eps").said(0.5) == 0.5


def test_a_setting_that_equals_the_default_vanishes():
    assert ClusterSpec("agglomerative", settings={"linkage": "ward"}) == ClusterSpec("agglomerative")


def test_the_order_and_type_of_settings_make_no_difference():
    one = ClusterSpec("dbscan", settings=(("min_samples", 5), ("eps", 1)))
    other = ClusterSpec("dbscan", settings={"eps": np.float64(1.0), "min_samples": 5.0})
    assert one == other
    assert hash(one) == hash(other)
    assert one.settings == (("eps", 1.0), ("min_samples", 5))


def test_settings_are_added_and_taken_back():
    spec = ClusterSpec("dbscan").with_settings(eps=0.4, min_samples=5)
    assert (spec.value("eps"), spec.value("min_samples")) == (0.4, 5)
    assert spec.with_settings(eps=None).settings == (("min_samples", 5),)
    assert spec.with_settings(eps=None).value("eps") is None


def test_another_method_drops_what_it_does_not_know():
    spec = ClusterSpec("kmeans", 2, random_state=7, start=((0, 0), (1, 1)))
    assert spec.with_method("dbscan") == ClusterSpec("dbscan", random_state=7)
    assert spec.with_method("spectral") == ClusterSpec("spectral", 2, random_state=7)
    assert ClusterSpec("dbscan", settings={"eps": 1}).with_method("hdbscan").settings == ()


def test_a_number_of_segments_is_no_setting_of_a_method_that_finds_it():
    with pytest.raises(InvalidSetting, match="DBSCAN finds the number of segments itself"):
        ClusterSpec("dbscan", 3)


@pytest.mark.parametrize(
    "spec, sentence",
    [
        ({"method": "birch", "start": [[0], [1]]}, "Birch starts from no centers. Take k-means."),
        ({"n_clusters": 3, "start": [[0], [1]]}, "2 centers were placed for 3 segments. Place as many as segments."),
        ({"start": [[0], [float("nan")]]}, "A start center lies nowhere: its coordinates are to be numbers."),
        (
            {"start": [[0], [-1e101]]},
            "A start center lies beyond 1e+100, too far out to calculate with. Place it nearer.",
        ),
    ],
)
def test_a_start_that_is_not_possible_is_refused(spec, sentence):
    with pytest.raises(InvalidSetting) as refused:
        ClusterSpec(**spec)
    assert str(refused.value) == sentence


def test_k_means_starts_where_it_is_told(iris):
    start = iris.X[[0, 1, 2]]
    expected = KMeans(3, init=start, n_init=1).fit(iris.X)
    clustering = fit(iris, ClusterSpec(n_clusters=3, start=start.tolist()))
    assert adjusted_rand_score(clustering.labels, expected.labels_) == 1
    assert clustering.inertia == pytest.approx(expected.inertia_)


def test_a_start_of_other_columns_is_refused(iris):
    with pytest.raises(InvalidSetting, match="The start centers were placed for other columns: 4 are prepared now"):
        fit(iris, ClusterSpec(n_clusters=2, start=((0, 0), (1, 1))))


def test_a_given_setting_is_used_and_the_others_are_proposed(iris):
    clustering = fit(iris, spec_of("dbscan", eps=0.6))
    assert dict(clustering.settings) == {
        "min_samples": dict(fit(iris, spec_of("dbscan")).settings)["min_samples"],
        "eps": 0.6,
    }


# --- noise ---

# Two crowds of five, 10 apart, and one row between them.
CROWDS = [[0, 0], [0, 1], [1, 0], [1, 1], [0.5, 0.5], [10, 0], [10, 1], [11, 0], [11, 1], [5.5, 5]]


@pytest.fixture(scope="module")
def crowds():
    return fit(features_of(CROWDS), spec_of("dbscan", eps=1.5, min_samples=3))


def test_noise_is_no_segment(crowds):
    assert crowds.sizes == (5, 4)
    assert crowds.noise.tolist() == [9]
    assert crowds.rows.tolist() == list(range(9))
    assert crowds.noise_share == pytest.approx(0.1)


def test_noise_has_a_note(crowds):
    assert crowds.row_notes[9] == "noise: near no segment"
    assert crowds.row_notes[:9].isna().all()


def test_centers_and_inertia_are_those_of_the_rows_that_have_a_segment(crowds):
    assert crowds.cluster_centers.tolist() == [[0.5, 0.5], [10.5, 0.5]]
    assert crowds.inertia == pytest.approx(4 * 0.5 + 4 * 0.5)


def test_the_rows_that_take_part_are_those_without_noise(crowds):
    features = taking_part(features_of(CROWDS), crowds)
    assert len(features.X) == crowds.in_fit.sum() == len(crowds.fit_labels) == 9
    assert taking_part(features, crowds) is features


def test_new_rows_are_placed_within_reach_of_a_core_row_or_are_noise(crowds):
    # 1.5 above (1, 1) is just within reach, a little more is not
    placed = crowds.place(np.array([[1, 2.5], [1, 2.5001], [9, 0], [500, 500]]))
    assert placed.tolist() == [0, NOISE, 1, NOISE]
    assert crowds.place(np.empty((0, 2))).tolist() == []


FAR = [[i % 5, (i * 7) % 5] for i in range(100)] + [[20 + i % 5, i % 4] for i in range(80)] + [[5_000, 2]]


def test_a_row_far_outside_that_is_near_no_segment_is_noise():
    features = features_of(FAR, outliers="auto")
    clustering = fit(features, spec_of("dbscan", eps=1.5, min_samples=4))
    assert features.far_rows.tolist() == clustering.noise.tolist() == [180]
    assert clustering.row_notes[180] == "far outside in x0; noise: near no segment"


@pytest.mark.parametrize("method", ["agglomerative", "spectral", "gaussian_mixture"])
def test_a_row_far_outside_is_placed_with_the_nearest_segment(method):
    clustering = fit(features_of(FAR, outliers="auto"), spec_of(method, 2))
    assert clustering.labels[-1] == clustering.labels[-2]
    assert not clustering.in_fit[-1]
    assert clustering.row_notes[180] == "far outside in x0, placed with the nearest segment"


@pytest.mark.parametrize("method", ["hdbscan", "optics"])
def test_a_row_far_outside_is_noise_for_a_method_with_noise_and_no_rule_of_its_own(method):
    features = features_of(FAR, outliers="auto")
    clustering = fit(features, spec_of(method))
    assert features.far_rows.tolist() == [180]
    assert 180 in clustering.noise.tolist()
    assert clustering.row_notes[180] == "far outside in x0; noise: near no segment"


# Two rows of five in a line, the first 1 apart, the second 2 apart.
LINES = [[x] for x in range(5)] + [[100 + 2 * x] for x in range(5)]


@pytest.mark.parametrize("method", ["hdbscan", "optics"])
def test_a_new_row_belongs_to_its_nearest_segment_if_it_is_as_near_as_its_members_are_to_each_other(method):
    clustering = fit(features_of(LINES), spec_of(method, min_cluster_size=4, min_samples=2))
    close, loose = clustering.labels[0], clustering.labels[9]
    assert (clustering.sizes, close != loose) == ((5, 5), True)
    placed = clustering.place(np.array([[5], [5.01], [-1], [-1.01], [110], [110.01], [98], [97.9]]))
    assert placed.tolist() == [close, NOISE, close, NOISE, loose, NOISE, loose, NOISE]


def test_a_new_row_nearest_to_noise_is_noise():
    features = features_of([*LINES, [54], [30], [75]])
    clustering = fit(features, spec_of("optics", min_cluster_size=4, min_samples=2))
    assert clustering.noise.tolist() == [10, 11, 12]
    assert clustering.place(np.array([[54], [53], [18]])).tolist() == [NOISE, NOISE, NOISE]


def test_rows_set_aside_and_noise_and_the_others_are_all_rows():
    rows = [[str(x), str(y)] for x, y in CROWDS] + [["", "3"]]
    features = prepare(table_of(rows), FeatureSpec(("x0", "x1"), scale="none", outliers="keep", missing="aside"))
    clustering = fit(features, spec_of("dbscan", eps=1.5, min_samples=3))
    assert (len(clustering.rows), len(clustering.noise), features.n_aside) == (9, 1, 1)
    assert clustering.n_without == 2


@pytest.mark.parametrize(
    "method, settings, sentence",
    [
        ("dbscan", {"eps": 0.1}, "DBSCAN found no segment: all 10 customers are noise. Take a longer reach"),
        ("dbscan", {"eps": 100}, "DBSCAN found one single segment. Take a shorter reach"),
        ("dbscan", {"eps": 1.1, "min_samples": 5}, "DBSCAN found one single segment and 5 customers of noise."),
        ("hdbscan", {"min_cluster_size": 9}, "HDBSCAN found no segment: all 10 customers are noise. Allow smaller"),
        ("mean_shift", {"bandwidth": 100}, "Mean shift found one single segment. Take a narrower peak"),
        (
            "affinity_propagation",
            {"preference": -1e9},
            "Affinity propagation found one single segment. Raise the readi",
        ),
    ],
    ids=str,
)
def test_what_is_no_segmentation_is_refused_with_a_way_out(method, settings, sentence):
    with pytest.raises(FewerFound) as refused:
        fit(features_of(CROWDS), spec_of(method, **settings))
    assert str(refused.value).startswith(sentence)


THREE = [[0, 0], [0, 1], [5, 5]]


@pytest.mark.parametrize(
    "method, rows, sentence",
    [
        ("optics", THREE, "OPTICS found one single segment. Only 3 customers take part"),
        ("dbscan", THREE, "DBSCAN found no segment: all 3 customers are noise. Only 3 customers take part"),
        (
            "hdbscan",
            [[1]] * 20 + [[2]],
            "HDBSCAN found no segment: all 21 customers are noise. Only 2 different customers",
        ),
        (
            "birch",
            [[0], [0.1], [0.2], [7]],
            "Birch found only 2 segments where 3 were asked for. Only 4 customers take",
        ),
    ],
)
def test_of_few_customers_it_is_said_that_they_are_too_few(method, rows, sentence):
    with pytest.raises(FewerFound) as refused:
        fit(features_of(rows), spec_of(method, 3))
    assert str(refused.value).startswith(sentence)
    assert str(refused.value).endswith(f"too few for {METHODS[method].label}. Take k-means.")


def test_more_segments_than_anybody_can_tell_apart_are_refused():
    rows = np.repeat(np.arange(101) * 10.0, 2)[:, None]
    with pytest.raises(InvalidSetting, match="DBSCAN found 101 segments, more than anybody can tell apart"):
        fit(features_of(rows), spec_of("dbscan", eps=1, min_samples=2))


def test_fewer_segments_than_asked_for_are_refused_with_what_can_be_had():
    rows = [[0, 0], [0, 0.1], [5, 5], [5, 5.1], [9, 0], [9, 0.1]]
    with pytest.raises(
        FewerFound, match=r"only 3 segments where 4 were asked for\. Ask for at most 3, take smaller bundles"
    ):
        fit(features_of(rows), spec_of("birch", 4, threshold=1))
    with pytest.raises(FewerFound, match=r"only 1 segment where 2 were asked for\. Take smaller bundles \(threshold\)"):
        fit(features_of(rows), spec_of("birch", 2, threshold=100))


# --- probabilities, figures, weights ---


def test_the_probabilities_of_a_mixture_are_those_of_the_library_in_the_order_of_the_segments(iris):
    clustering = fit(iris, spec_of("gaussian_mixture", 3))
    direct = GaussianMixture(3, n_init=3, random_state=0).fit(iris.X)
    ranking = np.argsort(-np.bincount(direct.predict(iris.X)), kind="stable")
    assert clustering.memberships == pytest.approx(direct.predict_proba(iris.X)[:, ranking], abs=1e-5)
    assert clustering.memberships.sum(axis=1) == pytest.approx(np.ones(150), abs=1e-5)
    assert (clustering.memberships.argmax(axis=1) == clustering.labels).all()


def test_a_mixture_tells_its_criteria(iris):
    clustering = fit(iris, spec_of("gaussian_mixture", 3))
    direct = GaussianMixture(3, n_init=3, random_state=0).fit(iris.X)
    assert dict(clustering.figures) == pytest.approx({"BIC": direct.bic(iris.X), "AIC": direct.aic(iris.X)})


def test_rows_placed_afterwards_have_probabilities_too():
    clustering = fit(features_of(FAR, outliers="auto"), spec_of("gaussian_mixture", 2))
    assert clustering.memberships.shape == (181, 2)
    assert clustering.memberships[180, clustering.labels[180]] > 0.99


def test_medoids_tell_the_mean_distance_to_them():
    # of 0, 1, 2 and 10, 11, 12 the medoids are 1 and 11: distances 1, 0, 1 of a range of 12
    clustering = fit(features_of([[0], [1], [2], [10], [11], [12]]), spec_of("gower_medoids", 2))
    assert clustering.figures == (("Mean distance to the medoid", pytest.approx(4 / 12 / 6)),)


WEIGHED = [[0, 2], [0.2, 2], [5, 1], [5.2, 1], [9, 1], [9.2, 1], [9.4, 4]]


def weighed():
    table = table_of(WEIGHED, ["x", "w"])
    return prepare(table, FeatureSpec(("x",), scale="none", outliers="keep", weight_column="w"))


def test_dbscan_counts_customers_by_their_weight():
    # weights are 1 on average: 12 for 7 rows makes 1.17 of 2; only the first two and the last three weigh 2 and more
    clustering = fit(weighed(), spec_of("dbscan", eps=0.5, min_samples=2))
    assert all_labels(clustering).tolist() == [1, 1, NOISE, NOISE, 0, 0, 0]
    assert clustering.notes == ()


@pytest.mark.parametrize("method", [name for name in METHODS if not METHODS[name].weighs])
def test_a_method_that_cannot_weigh_customers_says_so(method):
    assert method_notes(weighed(), spec_of(method)) == (
        f"{METHODS[method].label} cannot weigh customers: in finding the segments all counted alike.",
    )


def test_what_is_to_be_known_about_a_method_stands_with_the_segments():
    clustering = fit(weighed(), spec_of("agglomerative", 2))
    assert clustering.notes == method_notes(weighed(), clustering.spec) != ()


# --- samples ---


@pytest.mark.parametrize("method", SAMPLED)
def test_fifty_thousand_rows_are_clustered_by_a_sample_which_is_said(many, method):
    clustering = fit(many, spec_of(method, 5))
    assert len(clustering.rows) + len(clustering.noise) == 50_000
    assert f"saw a random sample of {METHODS[method].most_rows:,} customers of 50,000" in clustering.notes[0]
    assert clustering.n_clusters >= 2


def test_the_note_of_a_sample_says_how_the_others_were_placed(many):
    (rule,) = method_notes(many, spec_of("gaussian_mixture"))
    assert rule.endswith("of 50,000; the others were placed by its own rule.")
    (nearest,) = method_notes(many, spec_of("hdbscan"))
    assert nearest.endswith(
        "the others were placed by the most similar customer of the sample, or are noise where none is near enough. "
        "What its settings count are customers of the sample."
    )


def test_rows_that_were_not_seen_get_the_segment_of_the_nearest_that_was():
    X, _ = make_blobs(5_300, 2, centers=4, cluster_std=2, random_state=0)
    features = features_of(X.round(4))
    spec = spec_of("agglomerative", 4)
    labels, chosen = fit(features, spec).labels, lay_groundwork(features, spec).chosen
    assert len(chosen) == 5_000
    others = np.setdiff1d(np.arange(5_300), chosen)
    nearest = chosen[cdist(features.X[others], features.X[chosen]).argmin(axis=1)]
    assert labels[others].tolist() == labels[nearest].tolist()
    seen = AgglomerativeClustering(4).fit_predict(features.X[chosen])
    assert adjusted_rand_score(labels[chosen], seen) == 1


def test_rows_that_dbscan_did_not_see_are_placed_by_core_rows_within_reach():
    X, _ = make_blobs(10_400, centers=[[0, 0], [4, 0], [0, 4]], random_state=0)
    features = features_of(X.round(4))
    spec = spec_of("dbscan", eps=0.15, min_samples=20)
    labels, chosen = all_labels(fit(features, spec)), lay_groundwork(features, spec).chosen
    direct = DBSCAN(eps=0.15, min_samples=20).fit(features.X[chosen])
    # of the rows it has seen also those that two segments could have are where it puts them
    assert adjusted_rand_score(labels[chosen], direct.labels_) == 1
    core = chosen[direct.core_sample_indices_]
    others = np.setdiff1d(np.arange(10_400), chosen)
    distances = cdist(features.X[others], features.X[core])
    expected = np.where(distances.min(axis=1) <= 0.15, labels[core[distances.argmin(axis=1)]], NOISE)
    assert labels[others].tolist() == expected.tolist()
    assert (expected == NOISE).any()


def test_the_sample_is_the_same_each_time_and_another_with_another_seed(many):
    one, two, other = (
        lay_groundwork(many, ClusterSpec("affinity_propagation", random_state=seed)).chosen for seed in (3, 3, 4)
    )
    assert one.tolist() == two.tolist()
    assert one.tolist() != other.tolist()


def test_more_segments_than_different_customers_in_the_sample_are_refused(many):
    with pytest.raises(
        FewerFound, match="Spectral sees a sample of 3,000 customers, 3,000 of them different; 3,001 seg"
    ):
        fit(many, spec_of("spectral", 3_001))


# --- edges ---

RNG = np.random.default_rng(0)
EDGES = {
    "three rows": ([[0, 0], [0, 1], [5, 5]], (2, 3, 4)),
    "three rows of one column": ([[0], [1], [5]], (2, 3)),
    "all equal but one": ([[1, 1]] * 20 + [[2, 2]], (2, 3)),
    "two kinds of rows": ([[1, 1]] * 20 + [[2, 2]] * 20, (2, 3)),
    "duplicates, and as many as there are kinds": (np.repeat(RNG.normal(size=(6, 2)).round(3), 5, axis=0), (2, 6, 7)),
    "as many as rows": (RNG.normal(size=(12, 2)).round(3), (11, 12, 13)),
    "one column": (RNG.normal(size=(60, 1)).round(3), (2, 3)),
    "a grid": ([[i, j] for i in range(8) for j in range(8)], (2, 4)),
    "more columns than rows": (RNG.normal(size=(10, 20)), (2, 9)),
    "huge values": (RNG.normal(size=(40, 2)) * 1e99, (2, 3)),
    "tiny values": (RNG.normal(size=(40, 2)) * 1e-90, (2, 3)),
    "far from zero": (RNG.normal(size=(40, 2)) + 1e12, (2, 3)),
    "one row far away": ([*RNG.normal(size=(40, 2)).tolist(), [1e6, 1e6]], (2, 3)),
}


@pytest.fixture(scope="module", params=EDGES)
def edge(request):
    rows, n_clusters = EDGES[request.param]
    return features_of(rows), n_clusters


@pytest.mark.parametrize("method", METHODS)
def test_an_edge_ends_in_a_segmentation_or_in_a_sentence(edge, method):
    features, numbers = edge
    for n_clusters in numbers if METHODS[method].takes_k else (None,):
        try:
            clustering = fit(features, spec_of(method, n_clusters))
        except ClusteringError as error:
            assert str(error).endswith(".")
            continue
        assert len(clustering.rows) + len(clustering.noise) == len(features.X)
        assert min(clustering.sizes) > 0
        assert list(clustering.sizes) == sorted(clustering.sizes, reverse=True)
        assert clustering.n_clusters == (n_clusters or clustering.n_clusters)
        assert np.isfinite(clustering.cluster_centers).all()
        assert np.isfinite(clustering.inertia)


@pytest.mark.parametrize("method", ["kmeans", "bisecting", "agglomerative", "gaussian_mixture", "gower_medoids"])
def test_as_many_segments_as_rows_are_one_of_each(method):
    assert fit(features_of([[0], [1], [5], [9]]), spec_of(method, 4)).sizes == (1, 1, 1, 1)


@pytest.mark.parametrize(
    "method, settings",
    [
        ("mean_shift", {"bandwidth": 1e-50}),
        ("mean_shift", {"bandwidth": 1e50}),
        ("spectral", {"gamma": 1e50}),
        ("spectral", {"gamma": 1e-50}),
        ("dbscan", {"eps": 1e99}),
        ("birch", {"threshold": 1e-50}),
        ("birch", {"threshold": 1e-100}),
        ("birch", {"threshold": 1e100}),
        ("dbscan", {"eps": 1e-100}),
        ("dbscan", {"eps": 1e100}),
        ("mean_shift", {"bandwidth": 1e-100}),
        ("mean_shift", {"bandwidth": 1e100}),
        ("spectral", {"gamma": 1e-100}),
        ("spectral", {"gamma": 1e200}),
        ("affinity_propagation", {"preference": -1e300}),
        ("affinity_propagation", {"preference": 0}),
        ("optics", {"xi": 0.999, "min_samples": 1_000}),
        ("hdbscan", {"min_cluster_size": 1_000_000}),
        ("gaussian_mixture", {"reg_covar": 0}),
    ],
    ids=str,
)
def test_settings_at_their_limits_end_in_a_segmentation_or_in_a_sentence(method, settings):
    for rows in (RNG.normal(size=(60, 3)), np.repeat(RNG.normal(size=(5, 2)).round(2), 12, axis=0)):
        try:
            assert min(fit(features_of(rows), spec_of(method, 2, **settings)).sizes) > 0
        except ClusteringError as error:
            assert str(error).endswith(".")


@pytest.mark.parametrize("method", ["bisecting", "birch", "gaussian_mixture", "mean_shift", "agglomerative"])
def test_how_far_from_zero_the_rows_lie_makes_no_difference(method, iris):
    rows = iris.X.round(3)
    near, far = (fit(features_of(rows + shift), spec_of(method, 3)) for shift in (0, 2.0**30))
    assert adjusted_rand_score(near.labels, far.labels) > 0.99
    assert far.inertia == pytest.approx(near.inertia, rel=0.01)
    assert far.place(rows + 2.0**30).tolist() == near.place(rows).tolist()


def test_neighbours_that_cannot_be_told_apart_end_in_a_sentence(monkeypatch, iris):
    # ARPACK gives up now and then on rows that hardly hang together; on which ones hangs on the machine
    def give_up(*_):
        raise ArpackNoConvergence("No convergence", [], [])

    monkeypatch.setattr(SpectralClustering, "fit_predict", give_up)
    with pytest.raises(InvalidSetting, match="Spectral clustering cannot tell these customers apart"):
        fit(iris, spec_of("spectral", 3))


def test_too_many_bundles_are_refused():
    X = np.random.default_rng(0).normal(size=(5_100, 2))
    with pytest.raises(InvalidSetting, match=r"5,100 bundles of 5,100 customers are too many to group\. Take larger"):
        fit(features_of(X), spec_of("birch", 3, threshold=1e-9))


@pytest.mark.parametrize("method", METHODS)
def test_the_same_seed_gives_the_same_segments_and_numpys_plays_no_part(iris, method):
    np.random.seed(1)
    one = fit(iris, spec_of(method, 3))
    np.random.seed(2)
    two = fit(iris, spec_of(method, 3))
    assert all_labels(one).tolist() == all_labels(two).tolist()


@pytest.mark.parametrize("method", METHODS)
def test_new_rows_are_placed_with_the_numbers_of_the_segments(iris, method):
    clustering = fit(iris, spec_of(method, 3))
    assert clustering.place(np.empty((0, 4))).tolist() == []
    members = [iris.X[np.flatnonzero(clustering.labels == label)] for label in range(clustering.n_clusters)]
    if not len(clustering.noise):
        placed = [np.bincount(clustering.place(rows), minlength=clustering.n_clusters) for rows in members]
        assert [int(counts.argmax()) for counts in placed] == list(range(clustering.n_clusters))
