"""Segments against known labels, two segmentations against each other, and the charts of both."""

from itertools import permutations

import numpy as np
import pytest
from sklearn import metrics
from sklearn.cluster import KMeans
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from clustering import ClusterSpec, FeatureSpec, compare, fit, prepare, read_table, suggest_features
from clustering.charts import confusion_chart, groups_chart, label_looks, pair_chart, right_wrong_chart
from clustering.compare import (
    best_matching,
    compare_known,
    compare_pair,
    held_out,
    known_labels,
    label_columns,
    moved_table,
    placed_labels,
)
from clustering.errors import InvalidSetting, NoUsableColumns, TooFewRows
from clustering.identity import default_looks
from clustering.points import scatter_points
from clustering.table import ColumnOptions, ReadOptions
from tests.conftest import SAMPLE_DATA

SAMPLES = {"iris": ("species", 3), "wine": ("cultivar", 3), "blobs": ("group", 5)}

# Rows by label and segment: a 2 1, b 0 2, c 0 1. The best pairs are a with 0 (2 rows) and b with 1 (2 rows): 4 of 6.
SIX_LABELS = ["a", "a", "a", "b", "b", "c"]
SIX_SEGMENTS = [0, 0, 1, 1, 1, 1]


def marked(content, column="group"):
    return read_table(content, options=ReadOptions(columns=(ColumnOptions(column, role="label"),)))


@pytest.fixture(scope="module", params=SAMPLES)
def sample(request):
    """A sample with its known labels: the table, the segmentation, the column, and what it was made from."""
    column, n_clusters = SAMPLES[request.param]
    table = marked(SAMPLE_DATA / f"{request.param}.csv", column)
    spec = suggest_features(table)
    return table, fit(prepare(table, spec), ClusterSpec(n_clusters=n_clusters)), column, spec


def line(rows, n_clusters=2):
    """Customers on a line with a label each, segmented."""
    table = marked(("x,group\n" + "".join(f"{x},{label}\n" for x, label in rows)).encode())
    return table, fit(
        prepare(table, FeatureSpec(("x",), scale="none", outliers="keep")), ClusterSpec(n_clusters=n_clusters)
    )


# Measures


def test_every_measure_is_scikit_learns(sample):
    table, segments, column, _ = sample
    agreement, _ = compare_known(table, segments, column)
    known, found = table.frame[column].to_numpy(dtype=str)[segments.rows], segments.labels
    assert agreement.adjusted_rand == metrics.adjusted_rand_score(known, found)
    assert agreement.adjusted_mutual_info == metrics.adjusted_mutual_info_score(known, found)
    assert (
        agreement.homogeneity,
        agreement.completeness,
        agreement.v_measure,
    ) == metrics.homogeneity_completeness_v_measure(known, found)
    assert agreement.fowlkes_mallows == metrics.fowlkes_mallows_score(known, found)
    np.testing.assert_array_equal(agreement.contingency, metrics.cluster.contingency_matrix(known, found))


def test_accuracy_and_the_table_by_label_are_scikit_learns_under_the_best_of_all_pairings(sample):
    table, segments, column, _ = sample
    agreement, wrong = compare_known(table, segments, column)
    known, found = table.frame[column].to_numpy(dtype=str)[segments.rows], segments.labels
    names = sorted(set(known))
    said = max(
        (np.array(order)[found] for order in permutations(names)),
        key=lambda order: metrics.accuracy_score(known, order),
    )
    assert agreement.accuracy == metrics.accuracy_score(known, said)
    np.testing.assert_array_equal(
        agreement.confusion, metrics.confusion_matrix(known, said, labels=names)
    )  # segments under their labels
    scores = metrics.precision_recall_fscore_support(known, said, labels=names)
    assert [(one.precision, one.recall, one.f1, one.support) for one in agreement.by_label] == list(
        zip(*scores, strict=True)
    )
    macro = metrics.precision_recall_fscore_support(known, said, average="macro")
    assert (agreement.macro.precision, agreement.macro.recall, agreement.macro.f1) == macro[:3]
    np.testing.assert_array_equal(wrong, segments.rows[known != said])


def test_a_label_without_a_segment_of_its_own_is_never_right():
    agreement = compare(SIX_LABELS, SIX_SEGMENTS)
    assert agreement.names == ("a", "b", "c")
    assert agreement.contingency.tolist() == [[2, 1], [0, 2], [0, 1]]
    assert (agreement.matched, agreement.unmatched_labels) == ((0, 1), (2,))
    assert (agreement.n_right, agreement.accuracy, agreement.purity) == (4, 4 / 6, 4 / 6)
    a, b, c = agreement.by_label
    assert (a.precision, a.recall, a.f1) == (1, pytest.approx(2 / 3), pytest.approx(0.8))
    assert (b.precision, b.recall, b.f1) == (0.5, 1, pytest.approx(2 / 3))
    assert (c.precision, c.recall, c.f1) == (0, 0, 0)
    assert agreement.macro.f1 == pytest.approx((0.8 + 2 / 3) / 3)


def test_segments_that_fit_no_label_stand_last():
    agreement = compare(["b", "b", "a", "a", "a"], [0, 1, 2, 2, 2])
    assert agreement.matched == (1, -1, 0)
    assert agreement.segment_order == (2, 0, 1)
    assert agreement.confusion.tolist() == [[3, 0, 0], [0, 1, 1]]


def test_rows_without_a_label_or_a_segment_are_left_out_and_counted():
    labels = [*SIX_LABELS, None, None, "a", None]
    agreement = compare(np.array(labels, dtype=object), [*SIX_SEGMENTS, 0, 1, -1, -1])
    assert (agreement.n_samples, agreement.n_without_label, agreement.n_without_segment) == (6, 2, 2)
    assert agreement.accuracy == 4 / 6


def test_a_segment_of_unlabelled_rows_alone_keeps_its_place():
    assert compare(["a", "b", None], [0, 1, 2]).contingency.tolist() == [[1, 0, 0], [0, 1, 0]]


def test_nothing_in_common_and_different_lengths_are_refused():
    with pytest.raises(InvalidSetting, match="No row has both a known label and a segment"):
        compare(["a", None], [-1, 0])
    with pytest.raises(InvalidSetting, match="There are 3 known labels, but 2 rows"):
        compare(["a", "b", "a"], [0, 1])


@pytest.mark.parametrize(
    "both, matched",
    [
        ([[1, 5], [4, 6]], (1, 0)),  # 4 + 5 = 9 beats 1 + 6: the largest cell is not paired
        ([[3, 0], [0, 0]], (0, -1)),  # nothing in common is no pair
        ([[1, 4, 2]], (-1, 0, -1)),
    ],
)
def test_the_best_matching_has_most_rows_in_pairs(both, matched):
    assert best_matching(np.array(both)) == matched


# The column of labels


def test_a_column_marked_as_label_builds_no_segments():
    table = marked(b"x,group\n1,1\n2,2\n3,1\n")
    assert label_columns(table) == ("group",)
    with pytest.raises(NoUsableColumns, match="a known label"):
        prepare(table, FeatureSpec(("x", "group")))


def test_labels_stand_as_in_the_file_and_numbers_by_size():
    known = known_labels(marked(b"x,group\n1,10\n2,9\n3,\n4,10\n"), "group")
    assert known.names == ("9", "10")
    assert known.codes.tolist() == [1, 0, -1, 1]


@pytest.mark.parametrize(
    "labels, told",
    [
        (["a"] * 40, "is not marked as a known label"),  # one value: the reader calls it constant
        ([f"l{i}" for i in range(31)], "holds 31 different values; known labels can be at most 30"),
    ],
)
def test_labels_that_nothing_can_be_compared_with_are_refused(labels, told):
    table = marked(("x,group\n" + "".join(f"{i},{label}\n" for i, label in enumerate(labels))).encode())
    with pytest.raises(InvalidSetting, match=told):
        known_labels(table, "group")


def test_a_column_that_is_no_label_is_refused():
    with pytest.raises(InvalidSetting, match="Mark it as one first"):
        known_labels(read_table(b"x,kind\n1,a\n2,b\n3,a\n"), "kind")
    with pytest.raises(InvalidSetting, match='There is no column "other"'):
        known_labels(read_table(b"x,kind\n1,a\n2,b\n3,a\n"), "other")


def test_the_wrong_customers_are_positions_in_the_table():
    # 0 and 1 | 10, 11, 12; row 2 has no label, row 4 carries the label of the other side, row 5 has no segment
    table = marked(b"x,group\n0,l\n1,l\n10,\n11,r\n12,l\n,r\n")
    features = prepare(table, FeatureSpec(("x",), scale="none", missing="aside", outliers="keep"))
    agreement, wrong = compare_known(table, fit(features, ClusterSpec(n_clusters=2)), "group")
    assert wrong.tolist() == [4]
    assert (agreement.n_samples, agreement.n_without_label, agreement.n_without_segment) == (4, 1, 1)


# Held out


def test_held_out_rows_fare_as_scikit_learn_alone_has_them():
    table = marked(SAMPLE_DATA / "iris.csv", "species")
    columns = suggest_features(table).columns
    spec = FeatureSpec(columns, outliers="keep")
    found = held_out(table, spec, fit(prepare(table, spec), ClusterSpec(n_clusters=3)), "species")
    inside, outside = map(np.sort, train_test_split(np.arange(150), test_size=0.3, random_state=0))
    X, known = table.frame[list(columns)].to_numpy(), table.frame["species"].to_numpy(dtype=str)
    scaler = StandardScaler().fit(X[inside])
    model = KMeans(3, n_init=10, random_state=0).fit(scaler.transform(X[inside]))
    placed = model.predict(scaler.transform(X[outside]))
    assert found.adjusted_rand[0] == metrics.adjusted_rand_score(known[outside], placed)
    pairing = max(
        permutations(sorted(set(known))), key=lambda order: (np.array(order)[model.labels_] == known[inside]).sum()
    )
    assert found.accuracy[0] == (np.array(pairing)[placed] == known[outside]).mean()
    assert (found.n_fit, found.n_out, found.n_total, len(found.accuracy)) == (105, 45, 150, 5)


def test_blobs_are_found_again_without_a_mistake_on_every_split():
    table = marked(SAMPLE_DATA / "blobs.csv")
    spec = suggest_features(table)
    found = held_out(table, spec, fit(prepare(table, spec), ClusterSpec(n_clusters=5)), "group")
    assert found.accuracy == found.adjusted_rand == (1,) * 5


def test_too_few_labelled_rows_to_hold_some_out_get_a_sentence():
    table, segments = line([(x, "l" if x < 5 else "r") for x in range(9)])
    with pytest.raises(TooFewRows, match="Only 9 customers have a segment and a known label; at least 10"):
        held_out(table, FeatureSpec(("x",)), segments, "group")


# Two segmentations


@pytest.fixture
def two():
    """0 and 1 | 10, 11 and 12, or by y: 0 and 10 | 1, 11, 12; the last row has no y and so no segment there."""
    table = read_table(b"x,y\n0,0\n1,9\n10,0\n11,9\n12,9\n12,\n")
    return table, *(
        fit(
            prepare(table, FeatureSpec((column,), scale="none", missing="aside", outliers="keep")),
            ClusterSpec(n_clusters=2),
        )
        for column in ("x", "y")
    )


def test_who_moves_is_who_is_not_in_the_paired_segment(two):
    _, by_x, by_y = two
    assert placed_labels(by_x).tolist() == [1, 1, 0, 0, 0, 0]
    assert placed_labels(by_y).tolist() == [1, 0, 1, 0, 0, -1]
    pair = compare_pair(by_x, by_y)
    assert pair.both.tolist() == [[2, 1], [1, 1]]
    assert pair.matched == (0, 1)
    assert pair.moved.tolist() == [1, 2]
    assert (pair.n_samples, pair.n_only_first, pair.n_only_second) == (5, 1, 0)
    assert pair.adjusted_rand == metrics.adjusted_rand_score([1, 1, 0, 0, 0], [1, 0, 1, 0, 0])


def test_segmentations_of_different_tables_are_refused(two):
    _, by_x, _ = two
    with pytest.raises(InvalidSetting, match="different tables"):
        compare_pair(by_x, line([(0, "a"), (1, "a"), (9, "b")])[1])


def test_the_list_of_those_who_move_leaves_the_files_own_columns_alone():
    table = read_table(b"x,First segment\n0,mine\n1,mine\n9,yours\n")
    segments = fit(prepare(table, FeatureSpec(("x",), outliers="keep")), ClusterSpec(n_clusters=2))
    moved = moved_table(table, (segments, segments), (("low", "high"), ("A", "B")), np.array([0, 2]))
    assert moved.columns.tolist() == ["First segment 2", "Second segment", "x", "First segment"]
    assert moved.iloc[:, :2].values.tolist() == [["low", "A"], ["high", "B"]]


# Charts


def test_the_confusion_matrix_is_blue_on_the_diagonal_and_orange_beside_it():
    agreement = compare(SIX_LABELS, SIX_SEGMENTS)
    figure = confusion_chart(agreement, default_looks(2), column="group")
    np.testing.assert_allclose(figure.data[0].z, [[2 / 3, -1 / 3], [0, 1], [0, -1]])
    assert figure.data[0].text.tolist() == [["2", "1"], ["0", "2"], ["0", "1"]]
    assert "Most mixed up: 1 a with b" in figure.layout.title.text


def test_every_segment_stands_under_its_own_name_in_the_confusion_matrix():
    figure = confusion_chart(compare(["b", "b", "a"], [0, 0, 1]), default_looks(2), column="group")
    assert list(figure.layout.xaxis.ticktext) == ["Segment 2", "Segment 1"]
    assert list(figure.layout.yaxis.ticktext) == ["a", "b"]


def test_a_label_looks_like_its_segment_and_one_without_like_none():
    looks = default_looks(2)
    a, b, c = label_looks(compare(SIX_LABELS, SIX_SEGMENTS), looks)
    assert (a.mark, b.mark) == (looks[0].mark, looks[1].mark)
    assert c.mark not in (looks[0].mark, looks[1].mark)
    assert [look.name for look in (a, b, c)] == ["a", "b", "c"]


def test_pictures_draw_only_customers_with_a_label():
    table, segments = line([(0, "l"), (1, "l"), (10, ""), (11, "r"), (12, "l")])
    features = prepare(table, FeatureSpec(("x",), scale="none", outliers="keep"))
    points = scatter_points(table, features, segments, ("x", "Row in the file"))
    groups = np.array([0, 0, -1, 1, 0])
    figure = groups_chart(points, groups, default_looks(2), finding="By label")
    assert [trace.x.tolist() for trace in figure.data] == [[0, 1, 12], [11]]
    assert "4 of 5 customers, those with a label" in figure.layout.title.text.replace("<br>", " ")
    right, wrong = right_wrong_chart(points, np.array([0, 0, -1, 0, 1]), finding="One").data
    assert (right.x.tolist(), wrong.x.tolist()) == ([0, 1, 11], [12])


def test_the_flow_has_a_band_for_all_who_go_together_in_the_colours_of_both(two):
    _, by_x, by_y = two
    looks = default_looks(4)
    figure = pair_chart(compare_pair(by_x, by_y), (looks[:2], looks[2:]), ("A", "B"))
    bands = figure.data[0]
    assert list(bands.node.color) == [look.mark.light for look in looks]
    assert list(zip(bands.link.source, bands.link.target, bands.link.value, strict=True)) == [
        (0, 2, 2),
        (0, 3, 1),
        (1, 2, 1),
        (1, 3, 1),
    ]
    assert "60 % of customers stay together" in figure.layout.title.text


def test_names_from_the_file_are_no_markup():
    agreement = compare(["<b>a", "<b>a", "c"], [0, 0, 1])
    drawn = confusion_chart(agreement, default_looks(2), column="<i>").to_json()
    assert "<b>a" not in drawn.replace("\\u003c", "<")
    assert "<i>" not in drawn.replace("\\u003c", "<")
