"""The sample files are what the script makes, and hold the structure that their README promises."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import DBSCAN, KMeans
from sklearn.datasets import load_iris, load_wine
from sklearn.metrics import adjusted_rand_score, silhouette_score
from threadpoolctl import threadpool_limits

from sample_data.make_samples import MALL_SEGMENTS, SAMPLES, _whole_numbers, as_csv, mall_customers

FOLDER = Path(__file__).parents[1] / "sample_data"
INCOME_AND_SCORE = ["Annual Income (k$)", "Spending Score (1-100)"]
# Mean income, mean spending score and number of the mall customers in each segment, as the tutorials have them.
TUTORIAL_SEGMENTS = [(26, 21, 23), (26, 79, 22), (55, 50, 81), (87, 82, 39), (88, 17, 35)]


@pytest.fixture(autouse=True)
def one_thread():
    with threadpool_limits(1):
        yield


def read(name, **options):
    return pd.read_csv(FOLDER / name, **options)


def k_means(X, n_clusters):
    return KMeans(n_clusters, n_init=4, random_state=0).fit(X)


def best_numbers_of_clusters(frame):
    """Return the n_clusters in 2..10 with the largest simplified and with the largest ordinary silhouette."""
    X = frame.to_numpy(float)
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    simplified, ordinary = {}, {}
    for n_clusters in range(2, 11):
        model = k_means(X, n_clusters)
        if np.bincount(model.labels_).min() >= 0.01 * len(X):
            own, nearest_other = np.sort(model.transform(X), axis=1)[:, :2].T
            simplified[n_clusters] = np.mean((nearest_other - own) / nearest_other)
            ordinary[n_clusters] = silhouette_score(X, model.labels_)
    return max(simplified, key=simplified.get), max(ordinary, key=ordinary.get)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_file_is_byte_for_byte_what_the_script_makes(name):
    assert (FOLDER / name).read_bytes() == as_csv(SAMPLES[name]())


def test_every_file_in_the_folder_is_a_sample_and_stands_in_the_readme():
    names = {path.name for path in FOLDER.glob("*.csv")}
    assert names == set(SAMPLES)
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    rows = [line.split(" | ") for line in readme.splitlines() if line.startswith("| `")]
    documented = {name.strip("| `"): int(n_rows.replace(",", "")) for name, n_rows, *_ in rows}
    assert documented == {name: len(read(name)) for name in names}


def test_mall_segments_are_drawn_around_the_means_of_the_tutorials():
    assert [(income[0], score[0], size) for size, income, score, _ in MALL_SEGMENTS] == TUTORIAL_SEGMENTS


@pytest.mark.parametrize("size, income, score, age", MALL_SEGMENTS)
def test_drawn_values_of_a_mall_segment_average_to_its_means(size, income, score, age):
    # Many seeds: clipping to the limits moves the mean by more than one half only once in 200 draws.
    for seed in range(100):
        rng = np.random.default_rng(seed)
        for (mean, std), low, high in ((income, 15, 137), (score, 1, 99), (age, 18, 70)):
            drawn = _whole_numbers(rng, mean, std, low, high, size)
            assert len(drawn) == size
            assert round(drawn.mean()) == mean
            assert low <= drawn.min() < drawn.max() <= high


def test_mall_customers_have_the_known_totals_and_do_not_show_their_segments_in_the_order():
    frame = read("mall_customers.csv")
    # (23 * 26 + 22 * 26 + 81 * 55 + 39 * 87 + 35 * 88) / 200 and
    # (23 * 21 + 22 * 79 + 81 * 50 + 39 * 82 + 35 * 17) / 200; rounding to whole numbers moves them a little.
    assert frame[INCOME_AND_SCORE].mean().tolist() == pytest.approx([60.49, 50.32], abs=0.1)
    assert frame["CustomerID"].tolist() == list(range(1, 201))
    assert frame["Annual Income (k$)"].is_monotonic_increasing
    assert frame["Gender"].value_counts().to_dict() == {"Female": 112, "Male": 88}
    # The poor come in two segments with scores around 21 and 79: in segment order there would be one jump, not many.
    assert frame["Spending Score (1-100)"].head(45).gt(50).astype(int).diff().abs().sum() > 10


def test_k_means_finds_the_five_mall_segments():
    points = read("mall_customers.csv")[INCOME_AND_SCORE]
    labels = k_means((points - points.mean()) / points.std(ddof=0), 5).labels_
    found = points.groupby(labels).mean().assign(size=np.bincount(labels))
    for segment in TUTORIAL_SEGMENTS:
        nearest = np.abs(found[INCOME_AND_SCORE].to_numpy() - segment[:2]).sum(axis=1).argmin()
        assert found.iloc[nearest].tolist() == pytest.approx(segment, abs=3)


def test_five_is_the_best_number_of_mall_segments_for_at_least_19_of_20_seeds():
    best = [best_numbers_of_clusters(mall_customers(seed)[INCOME_AND_SCORE]) for seed in range(20)]
    assert best.count((5, 5)) >= 19


def test_five_is_the_best_number_of_mall_segments_with_age_as_well():
    assert best_numbers_of_clusters(read("mall_customers.csv")[["Age", *INCOME_AND_SCORE]]) == (5, 5)


def test_shop_customers_keep_leading_zeros_and_two_decimals():
    frame = read("shop_customers.csv", dtype=str)
    assert frame["customer_id"].is_unique
    assert frame["customer_id"].str.fullmatch(r"0\d{5}").all()
    for column in ("total_spend", "average_basket"):
        assert frame[column].str.fullmatch(r"\d+\.\d\d").all()
        assert frame[column].str.endswith("0").any()


def test_shop_customers_miss_some_cells():
    missing = read("shop_customers.csv").isna().mean()
    present = missing.drop(["age", "returns_share", "country"])
    assert missing["age"] == pytest.approx(0.04, abs=0.01)
    assert missing["returns_share"] == pytest.approx(0.02, abs=0.006)
    assert missing["country"] == pytest.approx(0.01, abs=0.004)
    assert (present == 0).all()


def test_shop_columns_agree_with_each_other():
    frame = read("shop_customers.csv", parse_dates=["signup_date", "last_order_date"])
    assert (frame["signup_date"] <= frame["last_order_date"]).all()
    assert (frame["last_order_date"] + pd.to_timedelta(frame["days_since_last_order"], unit="D")).nunique() == 1
    # Both amounts are rounded to the cent, so a customer of n orders may be off by n + 1 half cents.
    gap = (frame["average_basket"] * frame["orders"] - frame["total_spend"]).abs()
    assert (gap <= 0.005 * (frame["orders"] + 1) + 1e-9).all()
    assert frame["returns_share"].dropna().between(0, 1).all()
    assert frame["discount_share"].between(0, 1).all()


def test_a_handful_of_shop_customers_spend_far_more_than_all_others():
    spend = read("shop_customers.csv")["total_spend"]
    times_median = spend / spend.median()
    assert times_median.between(50, 200).sum() == 6
    assert (times_median < 20).sum() == len(spend) - 6
    assert spend.skew() > 5


def test_purchases_hold_what_the_readme_says():
    lines = read("purchases.csv", dtype={"customer_id": str, "unit_price": str})
    assert lines["customer_id"].nunique() == 592
    assert lines["customer_id"].str.fullmatch(r"\d{5}").sum() == len(lines) - 210
    assert lines["order_id"].nunique() == 2_893
    assert lines["quantity"].lt(0).sum() == 118
    assert lines["unit_price"].eq("0.00").sum() == 36
    assert lines["unit_price"].str.fullmatch(r"\d+\.\d\d").all()
    assert lines["date"].is_monotonic_increasing
    # An order belongs to one customer, or to nobody known; and has one day.
    assert lines.groupby("order_id")[["customer_id", "date"]].nunique().max().tolist() == [1, 1]


def test_columns_without_structure_are_not_correlated():
    columns = read("no_structure.csv").drop(columns="customer_id")
    assert list(columns) == ["income", "spending_score", "age", "purchases"]
    correlation = columns.corr().to_numpy() - np.eye(4)
    assert np.abs(correlation).max() < 0.15


@pytest.mark.parametrize(
    "name, load, column", [("iris.csv", load_iris, "species"), ("wine.csv", load_wine, "cultivar")]
)
def test_bundled_sets_are_scikit_learns_with_the_class_as_text(name, load, column):
    frame, bunch = read(name), load()
    assert list(frame) == [*bunch.feature_names, column]
    assert (frame[bunch.feature_names].to_numpy() == bunch.data).all()
    assert pd.factorize(frame[column])[0].tolist() == bunch.target.tolist()
    assert pd.api.types.is_string_dtype(frame[column])


def test_k_means_finds_the_blobs_but_not_the_moons_which_dbscan_finds():
    blobs, moons = read("blobs.csv"), read("moons.csv")
    assert adjusted_rand_score(blobs["group"], k_means(blobs[["x", "y"]], 5).labels_) > 0.95
    assert adjusted_rand_score(moons["group"], k_means(moons[["x", "y"]], 2).labels_) < 0.5
    assert adjusted_rand_score(moons["group"], DBSCAN(eps=0.2).fit_predict(moons[["x", "y"]])) == 1


def test_noise_covers_its_square_evenly():
    points = read("uniform_noise.csv")
    per_quarter = points.gt(5).value_counts()
    # 400 points in four quarters: 100 expected in each, standard deviation sqrt(400 * 1/4 * 3/4) = 8.7.
    assert len(per_quarter) == 4
    assert per_quarter.between(70, 130).all()
