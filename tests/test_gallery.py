"""The gallery: what every method makes of the same rows, figures derived by hand, and the two moons."""

from dataclasses import replace
from math import isnan

import numpy as np
import pytest

from clustering import ClusterSpec, FeatureSpec, fit, prepare, read_table
from clustering.charts import gallery_chart, matched_marks
from clustering.charts.template import colours
from clustering.gallery import ENTRIES, SAMPLE_ROWS, Entry, Gallery, exhibit, sample, two_moons
from clustering.identity import default_looks, mark
from clustering.methods import METHODS
from pages._ui.sentences import gallery_heading, gallery_on, gallery_told, moons_heading, moons_told
from pages._ui.tables import gallery_table

FOUR_POINTS = b"x,y\n0,0\n0,2\n10,0\n10,2\n"
LINE = b"x\n0\n1\n2\n10\n11\n12\n50\n"  # two groups of three and one far from both
KMEANS = ENTRIES[0]
# Whoever has another customer within 1.5 is dense: 50 is noise.
NEAR = Entry("Near", "dbscan", "", (("eps", 1.5), ("min_samples", 2)))
FINDERS = {"DBSCAN", "HDBSCAN", "Agglomerative (single)", "Spectral"}


def entry(title):
    return next(one for one in ENTRIES if one.title == title)


def subject_of(content, **settings):
    table = read_table(content)
    spec = FeatureSpec(tuple(table.frame.columns), **{"scale": "none", "outliers": "keep", **settings})
    return sample(prepare(table, spec), 0)


def run(subject, one, n_clusters, kmeans=None):
    return exhibit(subject, one, ClusterSpec(), n_clusters, kmeans=kmeans)


def hang(subject, n_clusters):
    kmeans = run(subject, KMEANS, n_clusters)
    return Gallery(subject, (kmeans, *(run(subject, one, n_clusters, kmeans) for one in ENTRIES[1:])))


@pytest.fixture
def line():
    return subject_of(LINE)


@pytest.fixture(scope="module")
def moons():
    return hang(two_moons(), 2)


@pytest.fixture
def wide():
    """Three columns of 1,500 rows, with weights; 215 rows have the weight 0 and are placed afterwards."""
    values = np.random.default_rng(0).normal(size=(1_500, 3))
    lines = [f"{a:.4f},{b:.4f},{c:.4f},{i % 7}" for i, (a, b, c) in enumerate(values)]
    table = read_table("\n".join(["a,b,c,bought", *lines]).encode())
    return prepare(table, FeatureSpec(("a", "b", "c"), weight_column="bought", outliers="keep"))


# What hangs there


def test_every_method_hangs_in_the_gallery_and_k_means_first():
    assert {one.method for one in ENTRIES} == set(METHODS)
    assert KMEANS.method == "kmeans"
    linkages = {
        one.title: dict(one.settings).get("linkage", "ward") for one in ENTRIES if one.method == "agglomerative"
    }
    assert linkages == {"Agglomerative (ward)": "ward", "Agglomerative (single)": "single"}


def test_a_method_is_run_with_its_usual_settings_and_told_a_number_only_if_it_takes_one():
    like = ClusterSpec("dbscan", settings={"eps": 3.0}, random_state=7, n_init=4)
    assert entry("DBSCAN").spec(like, 5) == ClusterSpec("dbscan", random_state=7, n_init=4)
    single = ClusterSpec("agglomerative", 5, settings={"linkage": "single"}, random_state=7, n_init=4)
    assert entry("Agglomerative (single)").spec(like, 5) == single
    by_hand = ClusterSpec(n_clusters=2, start=((0.0,), (1.0,)))
    assert KMEANS.spec(by_hand, 3) == ClusterSpec(n_clusters=3)


# The rows


def test_of_many_rows_a_thousand_are_drawn_and_the_same_ones_again(wide):
    drawn, again, others = sample(wide, 3), sample(wide, 3), sample(wide, 4)
    assert (drawn.n_samples, drawn.n_total, SAMPLE_ROWS) == (1_000, 1_285, 1_000)
    np.testing.assert_array_equal(drawn.features.rows, again.features.rows)
    assert (drawn.features.rows != others.features.rows).any()
    np.testing.assert_array_equal(drawn.features.X, wide.X[np.searchsorted(wide.rows, drawn.features.rows)])
    assert drawn.features.weights.mean() == pytest.approx(1)


def test_of_few_rows_all_are_shown(line):
    assert line.features.rows.tolist() == [0, 1, 2, 3, 4, 5, 6]


def test_rows_that_take_no_part_are_not_shown(wide):
    drawn = sample(wide, 0)
    assert not set(drawn.features.rows) & set(wide.far_rows)
    assert (len(wide.X_far), len(drawn.features.X_far), len(drawn.features.far_rows)) == (215, 0, 0)


def test_two_columns_are_the_axes_and_of_more_the_components(line, wide):
    four = subject_of(FOUR_POINTS)
    assert four.axes == ("x", "y")
    assert four.coordinates.tolist() == [[0, 0], [0, 2], [10, 0], [10, 2]]
    assert sample(wide, 0).axes == ("Component 1", "Component 2")
    assert sample(wide, 0).coordinates.shape == (1_000, 2)
    assert line.axes == ("x", "row in the file")
    assert line.coordinates[:, 1].tolist() == [0, 1, 2, 3, 4, 5, 6]


def test_the_segments_on_show_are_told_of_the_rows_in_the_gallery(wide):
    drawn, segments = sample(wide, 0), fit(wide, ClusterSpec(n_clusters=3))
    np.testing.assert_array_equal(
        drawn.labels_of(segments), segments.labels[np.searchsorted(segments.rows, drawn.features.rows)]
    )


# One exhibit


def test_an_exhibit_holds_what_k_means_finds_in_four_points():
    found = run(subject_of(FOUR_POINTS), KMEANS, 2)
    assert found.labels.tolist() == [0, 0, 1, 1]
    assert (found.n_clusters, found.noise_share, found.like_kmeans) == (2, 0, 1)
    assert found.silhouette == pytest.approx(0.80196, abs=1e-5)  # 1 - 4 / (10 + sqrt 104)
    assert isnan(found.like_truth)
    assert found.told == "2 segments · no noise"
    assert 0 <= found.seconds < 10


def test_noise_counts_in_the_share_but_not_in_the_separation(line):
    found = run(line, NEAR, 2)
    assert found.labels.tolist() == [0, 0, 0, 1, 1, 1, -1]
    assert found.noise_share == pytest.approx(1 / 7)
    # of 0, 1 and 2 the mean distances to their own are 1.5, 1 and 1.5, to the others 11, 10 and 9
    assert found.silhouette == pytest.approx((9.5 / 11 + 9 / 10 + 7.5 / 9) / 3)
    assert found.told == "2 segments · 14 % noise"


def test_noise_is_a_group_of_its_own_in_the_agreement(line):
    # k-means has {0, 1, 2, 10, 11, 12} and {50}. Pairs together: 15, here 6, in both 6, of 21; by chance 15 * 6 / 21.
    against = run(line, KMEANS, 2)
    expected = 15 * 6 / 21
    found = run(line, NEAR, 2, against)
    assert found.like_kmeans == pytest.approx((6 - expected) / ((15 + 6) / 2 - expected))
    assert run(line, NEAR, 3, run(line, KMEANS, 3)).like_kmeans == 1


def test_agreement_with_the_truth_is_told_where_it_is_known(line):
    known = replace(line, truth=np.array([0, 0, 0, 1, 1, 1, 2]))
    assert run(known, NEAR, 2).like_truth == 1


def test_a_method_that_refuses_is_an_exhibit_that_says_why(line):
    far = Entry("Far", "dbscan", "", (("eps", 0.1), ("min_samples", 2)))
    found = run(line, far, 2, run(line, KMEANS, 2))
    assert found.is_refused
    assert found.reason.startswith("DBSCAN found no segment: all 7 customers are noise.")
    assert (found.n_clusters, found.told) == (0, "no segments")
    assert all(map(isnan, (found.silhouette, found.like_kmeans, found.noise_share)))


def test_more_segments_than_different_customers_are_refused_in_words(line):
    refused = run(line, KMEANS, 8)
    assert "only 7 different customers" in refused.reason
    assert isnan(run(line, NEAR, 8, refused).like_kmeans)  # there is nothing to compare with


def test_a_separation_that_is_not_defined_has_its_reason():
    found = run(subject_of(FOUR_POINTS), KMEANS, 4)
    assert isnan(found.silhouette)
    assert found.reason == "Every customer is a segment of their own, so nothing separates them."


def test_mixed_columns_hang_there_too():
    subject = subject_of(b"spend,plan\n1,gold\n2,gold\n3,gold\n1,basic\n2,basic\n3,basic\n")
    found = run(subject, entry("Medoids (mixed data)"), 2)
    assert found.labels.tolist() == [0, 0, 0, 1, 1, 1]


def test_the_same_rows_and_seed_give_the_same_gallery():
    first, again = hang(two_moons(), 2), hang(two_moons(), 2)
    for one, other in zip(first.exhibits, again.exhibits, strict=True):
        np.testing.assert_array_equal(one.labels, other.labels)
        assert (one.silhouette, one.like_kmeans) == (other.silhouette, other.like_kmeans)


# The two moons


def test_the_moons_are_four_hundred_standardised_points_of_two_groups():
    subject = two_moons()
    assert subject.features.X.shape == (400, 2)
    assert np.bincount(subject.truth).tolist() == [200, 200]
    np.testing.assert_allclose(subject.features.X.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(subject.features.X.std(axis=0), 1)
    # the ends of one moon reach between those of the other: the truth goes with the rows
    upper = subject.features.X[subject.truth == 0, 1].mean()
    assert upper > subject.features.X[subject.truth == 1, 1].mean()


def test_k_means_fails_on_the_moons_where_four_methods_find_both(moons):
    like = {one.entry.title: one.like_truth for one in moons.exhibits}
    assert like["k-means"] <= 0.6
    assert all(like[title] >= 0.95 for title in FINDERS)
    assert {one.entry.title for one in moons.found} == FINDERS


def test_the_moons_are_told_in_a_sentence_and_a_table(moons):
    heading = "k-means fails on the two moons; Agglomerative (single), DBSCAN, HDBSCAN and Spectral find both"
    assert moons_heading(moons) == heading
    assert "it is 0.50 for k-means and 0.39 for the moons" in moons_told(moons)
    frame, _ = gallery_table(moons)
    assert set(frame.loc[frame["Finds both"] == "Yes", "Method"]) == FINDERS
    assert len(frame) == len(ENTRIES)


# What stands above them


def test_the_heading_counts_those_much_like_k_means(moons):
    # mini-batch, bisecting, Gaussian mixture and mean shift have an adjusted Rand index of 0.8 or more
    assert gallery_heading(moons) == "Four of 13 other methods find much the same as k-means"
    alone = Gallery(moons.subject, moons.exhibits[:1])
    assert gallery_heading(alone) == "No other method finds much the same as k-means"


def test_the_best_separation_says_what_it_leaves_out(line):
    kmeans = run(line, KMEANS, 2)
    refused = run(line, entry("OPTICS"), 2, kmeans)
    told = gallery_told(Gallery(line, (kmeans, run(line, NEAR, 2, kmeans), refused)))
    assert told.startswith("The most separate segments are those of Near (0.87, its noise of 14 % left out).")
    assert "leaves the most" not in told
    assert told.endswith("No segments from OPTICS.")


def test_who_leaves_most_out_is_told(line):
    kmeans = run(line, KMEANS, 2)
    loose = replace(run(line, NEAR, 2, kmeans), silhouette=-0.5)
    told = gallery_told(Gallery(line, (kmeans, loose)))
    assert told.endswith("Near leaves the most customers out as noise, 14 %.")


def test_a_sample_is_called_one_and_what_is_drawn_is_told(wide):
    told = gallery_on(sample(wide, 0), fit(wide, ClusterSpec(n_clusters=3)))
    assert told.startswith("A random sample of 1,000 customers of 1,285, every method with its usual settings; ")
    assert "where one has to be told a number, it is three" in told
    assert "Component 1 across, Component 2 up" in told
    assert told.endswith("Time is processor time for these 1,000 on this machine.")


def test_in_the_table_a_refusal_has_no_figures_and_its_reason(line):
    kmeans = run(line, KMEANS, 8)
    frame, _ = gallery_table(Gallery(line, (kmeans, run(line, NEAR, 8, kmeans))))
    assert frame["Segments"].isna().tolist() == [True, False]
    assert frame["Noise"].tolist()[1] == pytest.approx(100 / 7)
    assert frame["Remark"].tolist()[0] == kmeans.reason
    assert frame["Separation"].isna().tolist() == [True, False]


# The pictures


def test_a_group_has_the_mark_of_the_one_it_shares_most_rows_with():
    reference = np.array([0, 0, 0, 1, 1, 1, -1])
    marks = mark(3), mark(4)
    assert matched_marks(np.array([1, 1, 0, 0, 0, 0, 0]), 2, reference, marks) == (mark(4), mark(3))


def test_a_group_without_a_partner_has_a_mark_that_none_has():
    reference = np.array([0, 0, 0, 1, 1, 1])
    found = matched_marks(np.array([0, 0, 2, 1, 1, -1]), 3, reference, (mark(0), mark(1)))
    assert found == (mark(0), mark(1), mark(2))


def test_of_more_groups_than_marks_some_look_alike():
    found = matched_marks(np.arange(70), 70, np.zeros(70, dtype=int), (mark(0),))
    assert len(found) == 70
    assert len(set(found)) == 64


def test_the_picture_has_a_mark_per_group_and_gray_noise(line):
    found = run(line, NEAR, 2)
    marks = tuple(look.mark for look in default_looks(2))
    figure = gallery_chart(line, found, marks)
    assert [trace.name for trace in figure.data] == ["Noise", "Segment 1", "Segment 2"]
    assert figure.data[0].marker.color == colours("light").marks
    assert [trace.marker.color for trace in figure.data[1:]] == [marks[0].light, marks[1].light]
    assert figure.data[1].x.tolist() == [0, 1, 2]
    assert figure.layout.title.text.startswith("<b>Near</b>")
    assert "2 segments · 14 % noise" in figure.layout.title.text
    assert not figure.layout.xaxis.showticklabels
    assert not figure.layout.yaxis.showticklabels
