"""One segment segmented again by itself: only its rows are prepared and clustered, all others stay in the table."""

from pathlib import Path

import numpy as np
import pytest

from clustering import ClusterSpec, FeatureSpec, fit, label_table, prepare, profile, read_table, sweep
from clustering.errors import NoUsableColumns, TooFewRows
from clustering.features import Among, ColumnSpec, RowFilter

SAMPLES = Path(__file__).parents[1] / "sample_data"

# Rows 0 to 5 are looked into; row 6 is a field short, the last ones are elsewhere.
CONTENT = b"""x,y,kind
1,10,aa
2,?,aa
3,30,bb
7,40,bb
8,50,bb
9,60,aa
4
100,7000,cc
200,8000,cc
300,?,aa
"""


def among(rows, told="not in High income"):
    return Among(np.array(rows), told, "digest")


@pytest.fixture(scope="module")
def table():
    return read_table(CONTENT)


@pytest.fixture(scope="module")
def inner(table):
    return prepare(table, FeatureSpec(("x", "y"), scale="none", outliers="keep"), among(range(6)))


def test_only_these_rows_take_part(inner):
    assert inner.rows.tolist() == [0, 1, 2, 3, 4, 5]
    assert inner.X[:, 0].tolist() == [1, 2, 3, 7, 8, 9]


def test_every_other_row_stays_with_the_reason(inner):
    assert inner.n_rows == 10
    assert list(inner.row_notes[6:]) == ["1 of 3 fields", *["not in High income"] * 3]
    assert inner.row_notes[:6].isna().all()


def test_how_many_take_no_part_is_told(inner):
    assert inner.notes[0] == "3 rows not in High income take no part and get no segment."


def test_what_is_filled_in_comes_from_these_rows(inner):
    assert inner.X[1, 1] == 40  # the median of 10, 30, 40, 50 and 60
    assert [filled.n_cells for filled in inner.filled] == [1]


def test_what_is_scaled_by_comes_from_these_rows(table):
    scaled = prepare(table, FeatureSpec(("x", "y"), outliers="keep"), among(range(6))).X
    assert scaled.mean(axis=0) == pytest.approx([0, 0])
    assert scaled.std(axis=0) == pytest.approx([1, 1])


def test_levels_are_those_of_these_rows(table):
    features = prepare(table, FeatureSpec(("x", "kind"), outliers="keep"), among(range(6)))
    assert features.names == ("x", "kind: aa", "kind: bb")


def test_it_is_as_if_the_file_held_these_rows_alone():
    whole = read_table(SAMPLES / "mall_customers.csv")
    spec = FeatureSpec(("Age", "Annual Income (k$)", "Spending Score (1-100)"))
    outer = fit(prepare(whole, spec), ClusterSpec(n_clusters=5))
    lines = (SAMPLES / "mall_customers.csv").read_text(encoding="utf-8").splitlines()
    rows = outer.members(0)
    alone = read_table("\n".join([lines[0], *(lines[1 + row] for row in rows)]).encode())
    one, other = prepare(whole, spec, among(rows)), prepare(alone, spec)
    assert (one.X == other.X).all()
    assert one.rows.tolist() == rows[other.rows].tolist()
    again, by_itself = fit(one, ClusterSpec(n_clusters=3)), fit(other, ClusterSpec(n_clusters=3))
    assert again.labels.tolist() == by_itself.labels.tolist()
    assert again.inertia == by_itself.inertia
    assert sweep(one, ClusterSpec(), [2, 3]).inertia == sweep(other, ClusterSpec(), [2, 3]).inertia


def test_the_whole_of_a_profile_is_the_segment_that_was_looked_into(table, inner):
    described = profile(table, fit(inner, ClusterSpec(n_clusters=2)), inner.spec)
    assert sum(described.sizes) == 6
    assert described.overall_means[0] == 5  # (1 + 2 + 3 + 7 + 8 + 9) / 6


def test_the_labelled_table_still_holds_every_row(table, inner):
    labelled = label_table(table, fit(inner, ClusterSpec(n_clusters=2)))
    # y decides: 10 and 30, and 40, 40, 50, 60
    assert labelled["segment"].fillna(0).tolist() == [2, 1, 2, 1, 1, 1, 0, 0, 0, 0]
    assert labelled["x"].tolist() == ["1", "2", "3", "7", "8", "9", "4", "100", "200", "300"]


def test_a_filter_and_the_weights_count_within_these_rows(table):
    spec = FeatureSpec(
        ("y",),
        scale="none",
        outliers="keep",
        settings=(ColumnSpec("y", missing="mean"),),
        row_filter=RowFilter("x", high=8),
        filtered="place",
        weight_column="x",
    )
    features = prepare(table, spec, among(range(6)))
    assert features.rows.tolist() == [0, 1, 2, 3, 4]
    assert features.far_rows.tolist() == [5]  # outside the filter; 100 and more are not even that
    assert features.weights == pytest.approx(np.array([1, 2, 3, 7, 8]) * 5 / 21)
    assert features.row_notes[7] == "not in High income"


def test_who_is_far_outside_is_found_among_these_rows():
    # 40 is far outside the small crowd, and in the middle of everybody
    values = [*(i % 7 for i in range(70)), 40, *(i % 90 for i in range(300))]
    table = read_table("\n".join(["x", *map(str, values)]).encode())
    assert prepare(table, FeatureSpec(("x",))).n_outlying == 0
    features = prepare(table, FeatureSpec(("x",)), among(range(71)))
    assert features.far_rows.tolist() == [70]
    assert features.row_notes[70] == "far outside in x, placed with the nearest segment"


def test_all_rows_leave_nothing_to_tell(table):
    assert prepare(table, FeatureSpec(("x",), outliers="keep"), among(range(10))).notes == ()


@pytest.mark.parametrize("rows, n", [([4, 5], "2 customers"), ([4], "1 customer")])
def test_too_small_a_segment_is_refused(table, rows, n):
    with pytest.raises(TooFewRows) as refused:
        prepare(table, FeatureSpec(("x",)), among(rows))
    assert str(refused.value) == (f"Only {n} would take part; segments need at least 3. Look into a larger segment.")


def test_a_segment_of_which_too_few_are_left_is_refused(table):
    with pytest.raises(TooFewRows, match=r"Only 2 rows can take part; .* Look into a larger segment, or fill missing"):
        prepare(table, FeatureSpec(("y",), missing="aside"), among([0, 1, 2]))


def test_a_column_that_does_not_differ_within_the_segment_is_refused(table):
    with pytest.raises(NoUsableColumns, match="all rows that take part hold the same value"):
        prepare(table, FeatureSpec(("kind",)), among([2, 3, 4]))


def test_a_long_note_is_kept_on_one_line(table):
    features = prepare(table, FeatureSpec(("x",)), among(range(6), told="not in A\nB"))
    assert features.row_notes[7] == "not in A B"
