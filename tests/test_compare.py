"""Segments against known labels, two segmentations against each other, and the charts of both."""

from dataclasses import replace
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
from clustering.errors import FewerFound, InvalidSetting, NoUsableColumns, TooFewRows
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


@pytest.fixture(scope="module")
def with_strays():
    """Forty customers at each end of a line, left and right, and twenty strays in between that are near nobody."""
    rng = np.random.default_rng(0)
    ends = np.concatenate([rng.uniform(0, 1, 40), rng.uniform(99, 100, 40)])
    labels = ["l"] * 40 + ["r"] * 40 + ["l", "r"] * 10
    rows = zip((*ends, *np.linspace(5, 95, 20)), labels, strict=True)
    table = marked(("x,group\n" + "".join(f"{x},{label}\n" for x, label in rows)).encode())
    spec = FeatureSpec(("x",), scale="none", outliers="keep")
    dense = ClusterSpec(method="dbscan", settings={"eps": 1.0, "min_samples": 5})
    return table, spec, fit(prepare(table, spec), dense)


def test_customers_held_out_who_are_near_no_segment_fit_no_label(with_strays):
    table, spec, segments = with_strays
    assert segments.noise.tolist() == list(range(80, 100))
    found = held_out(table, spec, segments, "group")
    assert (found.n_fit, found.n_out, found.n_total) == (70, 30, 100)
    for split in range(5):
        outside = np.sort(train_test_split(np.arange(100), test_size=0.3, random_state=split)[1])
        strays = int((outside >= 80).sum())
        assert found.n_noise[split] == strays > 0
        assert found.accuracy[split] == pytest.approx((30 - strays) / 30)
        known = table.frame["group"].to_numpy(dtype=str)[outside]
        groups = np.where(outside < 40, 0, np.where(outside < 80, 1, 2))
        assert found.adjusted_rand[split] == pytest.approx(metrics.adjusted_rand_score(known, groups))


def test_where_there_is_no_noise_none_is_counted():
    table, segments = line([(x, "l" if x < 50 else "r") for x in (*range(10), *range(90, 100))])
    assert held_out(table, FeatureSpec(("x",), outliers="keep"), segments, "group").n_noise == (0,) * 5


def test_settings_that_count_customers_shrink_with_those_who_are_not_held_out():
    # 24 of a crowd of 30 are asked for: of 70 % of it, 21, only 17.
    rows = [(x / 100, "l") for x in range(30)] + [(50 + x / 100, "r") for x in range(30)]
    table, _ = line(rows)
    spec = FeatureSpec(("x",), scale="none", outliers="keep")
    crowd = fit(prepare(table, spec), ClusterSpec(method="dbscan", settings={"eps": 1.0, "min_samples": 24}))
    assert held_out(table, spec, crowd, "group").accuracy == (1.0,) * 5


def test_held_out_customers_are_placed_by_the_methods_own_rule():
    # A long chain beside a short one: its beginning is nearer to the middle of the short one than to its own.
    lines = [f"{x / 4},{y + x % 7 / 20},{'ab'[y > 0]}" for y, n in ((0, 80), (4, 20)) for x in range(n)]
    table = marked("\n".join(["x,y,group", *lines]).encode())
    spec = FeatureSpec(("x", "y"), scale="none", outliers="keep")
    single = ClusterSpec(method="agglomerative", n_clusters=2, settings={"linkage": "single"})
    assert held_out(table, spec, fit(prepare(table, spec), single), "group").accuracy == (1.0,) * 5


def test_a_start_by_hand_is_not_taken_where_some_are_held_out():
    # From here a center stays between the crowds; random starts find them.
    table, _ = line([(x, "abc"[x // 100]) for start in (0, 100, 200) for x in range(start, start + 10)])
    spec = FeatureSpec(("x",), scale="none", outliers="keep")
    by_hand = ClusterSpec(n_clusters=3, start=((0.0,), (4.0,), (150.0,)))
    segments = fit(prepare(table, spec), by_hand)
    assert segments.sizes[0] == 20
    assert held_out(table, spec, segments, "group").accuracy == (1.0,) * 5


def test_segments_that_are_not_there_without_the_held_out_are_told_with_that(with_strays):
    table, spec, segments = with_strays
    nowhere = replace(segments, spec=ClusterSpec(method="dbscan", settings={"eps": 1e-6}))
    with pytest.raises(FewerFound, match="Without the customers held out: DBSCAN found no segment"):
        held_out(table, spec, nowhere, "group")


# Noise


def test_noise_has_no_segment_to_hold_against_a_label(with_strays):
    table, _, segments = with_strays
    agreement, wrong = compare_known(table, segments, "group")
    assert (agreement.n_samples, agreement.n_without_segment, agreement.n_without_label) == (80, 20, 0)
    assert (agreement.accuracy, wrong.tolist()) == (1.0, [])


def test_noise_of_one_segmentation_is_told_apart_and_has_not_moved(with_strays):
    table, spec, segments = with_strays
    everybody = fit(prepare(table, spec), ClusterSpec(n_clusters=2))
    pair = compare_pair(everybody, segments)
    assert (pair.n_samples, pair.n_only_first, pair.n_only_second) == (80, 20, 0)
    assert (pair.moved.tolist(), pair.adjusted_rand) == ([], 1.0)


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


def test_the_confusion_matrix_is_blue_and_bold_on_the_diagonal_and_orange_beside_it():
    agreement = compare(SIX_LABELS, SIX_SEGMENTS)
    figure = confusion_chart(agreement, default_looks(2), column="group")
    np.testing.assert_allclose(figure.data[0].z, [[2 / 3, -1 / 3], [0, 1], [0, -1]])
    assert figure.data[0].text.tolist() == [["<b>2</b>", "1"], ["0", "<b>2</b>"], ["0", "1"]]
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
