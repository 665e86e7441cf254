"""From a table to the numbers that are clustered: hand-computed columns, and an account of every row."""

import itertools
import warnings
from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from clustering.errors import InvalidSetting, NoUsableColumns, TooFewRows
from clustering.features import (
    ALL_OUTLIERS,
    MISSING,
    OUTLIERS,
    SCALES,
    ClipToPercentiles,
    ColumnSpec,
    FeatureSpec,
    Filled,
    correlation,
    near_duplicates,
    prepare,
    suggest_features,
)
from clustering.features.steps import Fill, Log, Scale
from clustering.table import ColumnOptions, ReadOptions, read_table


def table_of(**columns):
    """A table of these columns; None is an empty cell."""
    rows = itertools.zip_longest(*columns.values())
    lines = [",".join("" if cell is None else str(cell) for cell in row) for row in rows]
    return read_table("\n".join([",".join(columns), *lines]).encode())


def prepared(spec=(), **columns):
    """Prepare all of these columns, raw and kept as they are unless `spec` says otherwise."""
    settings = {"scale": "none", "outliers": "keep", **dict(spec)}
    return prepare(table_of(**columns), FeatureSpec(tuple(columns), **settings))


def halves(*extra):
    """A hundred values 0, 0.5, … 49.5, then `extra`: every value differs, none is a whole-number identifier."""
    return [*(n / 2 for n in range(100)), *extra]


# The spec


def test_the_defaults_are_those_of_the_design():
    spec = FeatureSpec(("a",))
    assert (spec.scale, spec.missing, spec.outliers) == ("standard", "median", "auto")


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("scale", "scale is 'log'; it can be standard, minmax, robust, none."),
        ("missing", "missing is 'log'; it can be median, mean, most_frequent, aside."),
        ("outliers", "outliers is 'log'; it can be auto, keep, clip, aside, forest."),
    ],
)
def test_an_unknown_setting_is_refused_with_the_legal_ones(setting, told):
    with pytest.raises(InvalidSetting) as refusal:
        FeatureSpec(("a",), **{setting: "log"})
    assert str(refusal.value) == told


def test_equal_choices_are_equal_and_can_be_keys():
    assert {FeatureSpec(("a", "b")): 1}[FeatureSpec(["a", "b"])] == 1
    assert FeatureSpec(("a", "b")) != FeatureSpec(("b", "a"))
    assert FeatureSpec(("a",)) != FeatureSpec(("a",), scale="robust")


def test_a_single_name_is_one_column():
    assert FeatureSpec("Age").columns == ("Age",)


def test_a_spec_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        FeatureSpec(("a",)).scale = "none"


# What is suggested


def test_the_mall_customers_are_described_by_age_income_and_score(mall):
    assert suggest_features(mall) == FeatureSpec(("Age", "Annual Income (k$)", "Spending Score (1-100)"))


def test_only_numbers_that_differ_and_identify_nobody_are_suggested():
    table = table_of(
        customer_id=[11, 12, 14, 19],
        spend=[1.5, 2, 2, 9],
        flat=[7, 7, 7, 7],
        void=[None] * 4,
        plan=["basic plan", "gold plan", "basic plan", "no plan"],
        member=["yes", "no", "yes", "no"],
        since=["2024-01-01", "2024-01-02", "2024-01-09", "2024-01-05"],
        visits=[3, 3, None, 8],
    )
    assert suggest_features(table).columns == ("spend", "visits")


def test_without_numbers_the_categories_and_flags_are_suggested():
    table = table_of(
        id=[f"a{i}" for i in range(12)], plan=["gold", "basic", "basic"] * 4, active=["yes", "no"] * 6, flat=["x"] * 12
    )
    assert suggest_features(table) == FeatureSpec(("plan", "active"))
    features = prepare(table, suggest_features(table))
    assert features.names == ("plan: basic", "plan: gold", "active")


def test_a_suggested_ordered_category_needs_no_order_yet():
    options = ReadOptions(columns=(ColumnOptions("size", role="ordered"),))
    table = read_table(b"size\n" + b"S\nM\nM\nL\n" * 4, options=options)
    assert suggest_features(table) == FeatureSpec(("size",), settings=(ColumnSpec("size", encode="onehot"),))
    assert prepare(table, suggest_features(table)).names == ("size: M", "size: L", "size: S")


def test_a_table_of_dates_alone_is_told_what_can_be_chosen():
    table = table_of(since=[f"2026-01-{day:02d}" for day in (3, 9, 27, 14)])
    with pytest.raises(NoUsableColumns) as refusal:
        suggest_features(table)
    assert str(refusal.value) == (
        'No column suggests itself: "since" is a date, not a number. Choose the columns yourself, such as "since", '
        "or add one of numbers, such as spend, visits or age."
    )


def test_a_table_in_which_nothing_can_build_segments_is_refused_with_reasons():
    table = table_of(id=["a1", "a2", "a3"], flat=[5, 5, 5], void=[None] * 3, plan=["a b", "c d", "e f"])
    with pytest.raises(NoUsableColumns) as refusal:
        suggest_features(table)
    assert str(refusal.value) == (
        'No column can build segments: "id" is an identifier: it tells customers apart, not groups; '
        '"flat" is constant: every value is 5; "void" is empty: no row has a value. '
        "Add a column of numbers, such as spend, visits or age."
    )


# Scales, by hand


@pytest.mark.parametrize(
    ("scale", "values", "scaled"),
    [
        ("standard", [0, 0, 10, 10], [-1, -1, 1, 1]),  # mean 5, standard deviation 5
        ("standard", [1, 5, 5, 5], [-np.sqrt(3), *[1 / np.sqrt(3)] * 3]),  # mean 4, variance (9 + 3)/4 = 3
        ("minmax", [2, 4, 6, 10], [0, 0.25, 0.5, 1]),
        ("robust", [0, 1, 2, 3, 8], [-1, -0.5, 0, 0.5, 3]),  # median 2, quartiles 1 and 3
        ("none", [2, 4, 6, 10], [2, 4, 6, 10]),
    ],
)
def test_a_column_is_scaled(scale, values, scaled):
    features = prepared({"scale": scale}, x=[value * 1.5 for value in values], y=values)
    assert features.X[:, 1] == pytest.approx(scaled)
    assert features.X[:, 0] == pytest.approx([value * 1.5 for value in scaled] if scale == "none" else scaled)


def test_every_scale_has_its_hand_computed_case():
    assert set(SCALES) == {"standard", "minmax", "robust", "none"}


def test_four_points_standardised_are_the_corners_of_a_square(four_points):
    features = prepare(read_table(four_points), FeatureSpec(("x", "y")))
    assert features.X.tolist() == [[-1, -1], [-1, 1], [1, -1], [1, 1]]


def test_the_columns_stand_in_the_order_of_the_choice(four_points):
    features = prepare(read_table(four_points), FeatureSpec(("y", "x"), scale="none"))
    assert features.X.tolist() == [[0, 0], [2, 0], [0, 10], [2, 10]]


def test_the_mall_customers_are_standardised(mall):
    features = prepare(mall, suggest_features(mall))
    assert features.X.mean(axis=0) == pytest.approx([0, 0, 0], abs=1e-12)
    assert features.X.std(axis=0) == pytest.approx([1, 1, 1])
    assert features.rows.tolist() == list(range(200))
    assert (features.n_filled, features.n_aside, features.notes) == (0, 0, ())


@pytest.mark.parametrize("scale", ["standard", "minmax", "robust"])
def test_units_do_not_matter_after_scaling(scale):
    values = [1.5, 2, 2.5, 9, 4, None]
    features = prepared({"scale": scale}, x=values, y=[None if v is None else 1000 * v + 1_000_000 for v in values])
    assert features.X[:, 1] == pytest.approx(features.X[:, 0])


@pytest.mark.parametrize("outliers", ALL_OUTLIERS)
def test_the_order_of_the_rows_does_not_matter(outliers):
    x, y = halves(1000, None), [(7 * n) % 102 + 0.5 for n in range(102)]
    order = np.random.default_rng(0).permutation(102)
    one = prepared({"scale": "standard", "outliers": outliers}, x=x, y=y)
    other = prepared({"scale": "standard", "outliers": outliers}, x=[x[i] for i in order], y=[y[i] for i in order])
    assert sorted(order[other.rows]) == one.rows.tolist()
    position = {row: i for i, row in enumerate(one.rows)}
    expected = one.X[[position[row] for row in order[other.rows]]]
    np.testing.assert_allclose(other.X, expected, atol=1e-12)
    assert [str(other.row_notes[i]) for i in np.argsort(order)] == [str(note) for note in one.row_notes]


def test_the_same_choice_gives_the_same_bits(mall):
    spec = suggest_features(mall)
    assert prepare(mall, spec).X.tobytes() == prepare(mall, spec).X.tobytes()


def test_prepared_values_cannot_be_written_to():
    features = prepared({"outliers": "auto"}, x=halves(1000))
    for values in (features.X, features.X_far):
        with pytest.raises(ValueError, match="read-only"):
            values[0, 0] = 0


# Missing values


@pytest.mark.parametrize(
    ("missing", "value", "told"),
    [
        ("median", 2.5, "x: 1 missing cell filled with the median 2.5."),  # of 1, 1, 4, 10
        ("mean", 4, "x: 1 missing cell filled with the mean 4."),
        ("most_frequent", 1, "x: 1 missing cell filled with the most frequent value 1."),
    ],
)
def test_a_missing_number_is_filled_and_told(missing, value, told):
    features = prepared({"missing": missing}, x=[1, 1, None, 4, 10], y=[1.5, 2, 2, 2, 3])
    assert features.X[:, 0].tolist() == [1, 1, value, 4, 10]
    assert features.filled == (Filled("x", 1, value),)
    assert features.notes == (told,)
    assert features.rows.tolist() == [0, 1, 2, 3, 4]


def test_filled_cells_are_counted_column_by_column():
    features = prepared(x=[1, None, None, 4, 10], y=[None, 2, 2, 2, 3], z=[1, 2, 4, 5, 5])
    assert features.filled == (Filled("x", 2, 4), Filled("y", 1, 2))
    assert features.n_filled == 3
    assert features.notes == (
        "x: 2 missing cells filled with the median 4.",
        "y: 1 missing cell filled with the median 2.",
    )


def test_a_cell_is_filled_in_its_own_units_and_then_scaled():
    # The median of 0, 0, 10, 20 is 5; mean of 0, 0, 5, 10, 20 is 7, variance (49 + 49 + 4 + 9 + 169)/5 = 56.
    features = prepared({"scale": "standard"}, x=[0, 0, None, 10, 20], y=[1, 2, 4, 8, 9])
    assert features.filled == (Filled("x", 1, 5),)
    assert features.X[:, 0] == pytest.approx(np.array([-7, -7, -2, 3, 13]) / np.sqrt(56))


def test_a_row_without_any_chosen_value_is_filled_like_the_others():
    table = table_of(x=[1, None, 3, 8], y=[5, None, 5, 7], other=[1, 2, 3, 4])
    features = prepare(table, FeatureSpec(("x", "y"), scale="none", outliers="keep"))
    assert features.X[1].tolist() == [3, 5]
    assert features.n_filled == 2


def test_infinite_cells_are_filled():
    assert prepared(x=["1", "inf", "4", "9"]).X[:, 0].tolist() == [1, 4, 4, 9]


def test_rows_with_a_missing_value_can_be_set_aside_with_the_reason():
    features = prepared({"missing": "aside"}, x=[1, None, 3, 8, None, 5], y=[5, 6, None, 7, 8, 9])
    assert features.rows.tolist() == [0, 3, 5]
    assert features.X.tolist() == [[1, 5], [8, 7], [5, 9]]
    assert [features.row_notes[row] for row in (1, 2, 4)] == ["x is missing", "y is missing", "x is missing"]
    assert features.notes == ("3 rows set aside for a missing value.",)
    assert (features.n_aside, features.filled) == (3, ())


def test_a_missing_value_in_a_column_that_is_not_chosen_sets_nobody_aside():
    table = table_of(x=[1, 2, 4, 8], y=[None, 2, 3, 4])
    features = prepare(table, FeatureSpec(("x",), missing="aside"))
    assert (features.n_aside, features.notes) == (0, ())


# Ragged rows


def test_ragged_rows_never_take_part():
    # The second row would be far outside, would raise the mean and is short of a field.
    table = read_table(b"x,y,z\n1,2,3\n1000,1000\n3,4,5\n9,6,7\n")
    for missing, outliers in itertools.product(MISSING, OUTLIERS):
        features = prepare(table, FeatureSpec(("x", "y"), scale="none", missing=missing, outliers=outliers))
        assert features.rows.tolist() == [0, 2, 3]
        assert features.row_notes[1] == "2 of 3 fields"
        assert features.n_aside == 1


def test_ragged_rows_are_not_counted_among_the_missing():
    table = read_table(b"x,y\n1,2\n3\n,4\n5,6\n7,9\n")
    aside = prepare(table, FeatureSpec(("x", "y"), missing="aside"))
    assert aside.notes == ("1 row set aside for a missing value.",)
    assert aside.row_notes[1] == "1 of 2 fields"
    filled = prepare(table, FeatureSpec(("x", "y")))
    assert filled.filled == (Filled("x", 1, 5),)


# Rows far outside


def test_one_row_far_outside_takes_no_part_and_is_placed_afterwards():
    features = prepared({"outliers": "auto", "scale": "standard"}, x=halves(1000))
    assert features.rows.tolist() == list(range(100))
    assert features.far_rows.tolist() == [100]
    assert features.row_notes[100] == "far outside in x, placed with the nearest segment"
    assert features.notes == (
        "1 row far outside the others takes no part in finding the segments and gets the nearest one afterwards.",
    )
    assert features.n_aside == 0
    # 0, 0.5, … 49.5: mean 24.75, variance (100² - 1)/12/4
    assert features.X_far == pytest.approx(np.array([[(1000 - 24.75) / np.sqrt(9999 / 48)]]))


def test_two_rows_in_a_hundred_are_far_and_three_are_a_tail():
    # More than 2 % of the rows far outside is skew; 2 of 102 and 2 of 100 are not more.
    assert prepared({"outliers": "auto"}, x=halves(1000, 2000)).far_rows.tolist() == [100, 101]
    exactly = [n / 2 for n in range(98)]
    assert prepared({"outliers": "auto"}, x=[*exactly, 1000, 2000]).far_rows.tolist() == [98, 99]
    assert prepared({"outliers": "auto"}, x=halves(1000, 2000, 3000)).far_rows.tolist() == []


@pytest.mark.parametrize(
    ("n_rows", "odd", "far"),
    [
        (10, [1000], [10]),  # one of eleven
        (18, [1000, 1100], [18, 19]),  # two of twenty
        (18, [-900, 1000], [18, 19]),
        (38, [1000, 1100], [38, 39]),
        (38, [1000, 1100, 1200], []),  # three are a tail: the column is clipped
        (48, [1000, 1100], [48, 49]),
        (10, [1000, 1100], []),  # two of twelve may be a segment
    ],
)
def test_one_or_two_odd_rows_of_a_small_table_are_far_and_no_tail(n_rows, odd, far):
    features = prepared({"outliers": "auto"}, x=[*[(i + 1) / 2 for i in range(n_rows)], *odd])
    assert features.far_rows.tolist() == far


@pytest.mark.parametrize(("value", "is_far"), [(20.1, False), (20.3, True)])
def test_the_span_of_a_small_table_leaves_out_two_rows_at_either_end(value, is_far):
    # Of 0.5, 1, … 9.5 and one more value above, the third lowest and the third highest of the 20 are 1.5 and 9; the
    # median is 5.25. They are the 10.53th and 89.47th percentile, 1.2521 standard deviations from the middle of a
    # normal distribution: a robust standard deviation is 3.75 / 1.2521 = 2.995, and five of them reach to 20.22.
    features = prepared({"outliers": "auto"}, x=[*[(i + 1) / 2 for i in range(19)], value])
    assert features.far_rows.tolist() == ([19] if is_far else [])


def test_many_rows_far_outside_have_their_column_clipped_instead():
    # Of 103 values the 99th percentile lies at position 100.98: 1000 + 0.98 * (2000 - 1000); the 1st at 1.02.
    y = [(7 * n) % 103 + 0.5 for n in range(103)]
    features = prepared({"outliers": "auto"}, x=halves(1000, 2000, 3000), y=y)
    assert features.X[:, 0].max() == pytest.approx(1980)
    assert features.X[:, 0].min() == pytest.approx(0.51)
    assert features.X[:, 1].tolist() == y
    assert len(features.rows) == 103
    assert features.row_notes.isna().all()
    assert features.notes == (
        '"x": 4 cells beyond the 1st and 99th percentile clipped to those percentiles, so that a few extreme customers '
        "do not become the segments.",
    )


@pytest.mark.parametrize(("value", "is_far"), [(93.3, False), (93.5, True), (-43.8, False), (-44, True)])
def test_far_means_five_robust_standard_deviations_from_the_median(value, is_far):
    # With a value above, the 5th, 50th and 95th percentile of the 101 values are 2.5, 25 and 47.5, so a robust
    # standard deviation is 22.5 / 1.645 = 13.678, and five of them from the median reach to 93.39.
    # With a value below they are 2, 24.5 and 47: the same deviation, and the reach is to -43.89.
    features = prepared({"outliers": "auto"}, x=halves(value))
    assert features.far_rows.tolist() == ([100] if is_far else [])


def test_rows_far_outside_can_be_left_without_a_segment():
    features = prepared({"outliers": "aside"}, x=halves(1000), y=[*[1.5, 2] * 50, None])
    assert features.rows.tolist() == list(range(100))
    assert (len(features.far_rows), features.X_far.shape) == (0, (0, 2))
    assert features.row_notes[100] == "far outside in x"
    assert features.n_aside == 1
    # the missing cell of the row that gets no segment is not filled
    assert features.filled == ()
    assert features.notes == ("1 row far outside the others takes no part in finding the segments and gets none.",)


def test_two_rows_far_outside_are_told_as_two():
    features = prepared({"outliers": "aside"}, x=halves(1000, 2000))
    assert features.notes == ("2 rows far outside the others take no part in finding the segments and get none.",)


def test_aside_takes_out_far_rows_however_many():
    assert prepared({"outliers": "aside"}, x=halves(1000, 2000, 3000)).n_aside == 3


def test_a_row_is_told_by_the_column_in_which_it_is_farthest():
    features = prepared({"outliers": "auto"}, x=halves(500, 3), y=halves(1000, 2000))
    assert features.row_notes[100] == "far outside in y, placed with the nearest segment"
    assert features.row_notes[101] == "far outside in y, placed with the nearest segment"
    swapped = prepared({"outliers": "auto"}, x=halves(5000, 3), y=halves(1000, 2000))
    assert swapped.row_notes[100] == "far outside in x, placed with the nearest segment"


def test_far_rows_can_be_kept():
    features = prepared({"outliers": "keep"}, x=halves(1000))
    assert features.X[100, 0] == 1000
    assert (len(features.far_rows), features.notes) == (0, ())


def test_clip_cuts_every_column_at_its_first_and_ninety_ninth_percentile():
    # 0, 10, … 1000 are 101 values: the percentiles are 10 and 990.
    x = [10 * n for n in range(101)]
    features = prepared({"outliers": "clip"}, x=x, y=[-2 * value for value in x])
    assert features.X[:, 0].tolist() == [10, *x[1:100], 990]
    assert features.X[:, 1].tolist() == [-20, *(-2 * value for value in x[1:100]), -1980]
    assert len(features.notes) == 1
    assert features.notes[0].startswith('"x", "y": 4 cells beyond the 1st and 99th percentile')


def test_clipping_leaves_the_other_columns_alone_and_holds_for_new_rows():
    clip = ClipToPercentiles((1,)).fit(np.column_stack([np.arange(101.0), np.arange(101.0)]))
    assert clip.transform(np.array([[-5.0, -5.0], [500.0, 500.0], [50.0, 50.0]])).tolist() == [
        [-5, 1],
        [500, 99],
        [50, 50],
    ]


@pytest.mark.parametrize(
    "step",
    [
        Fill(("mean", "aside"), (np.nan, np.nan)),
        Log((0,)),
        ClipToPercentiles((1,), 25, 75),
        Scale("minmax", (), (1, 2)),
    ],
    ids=["fill", "log", "clip", "scale"],
)
def test_a_step_changes_the_rows_it_is_given_only_where_it_may(step, copy_of_rows):
    rows = copy_of_rows()
    kept = step.fit(rows).transform(rows)
    np.testing.assert_array_equal(rows, copy_of_rows())
    assert not np.array_equal(kept, rows, equal_nan=True)
    changed = step.set_params(copy=False).transform(rows)
    assert changed is rows
    np.testing.assert_array_equal(changed, kept)


@pytest.fixture
def copy_of_rows():
    return lambda: np.array([[1.0, 5.0], [np.nan, 2.0], [3.0, 8.0], [7.0, 9.0]])


def test_a_missing_value_is_not_far_outside():
    features = prepared({"outliers": "auto"}, x=[*halves()[:99], None], y=halves())
    assert len(features.far_rows) == 0


def test_where_nine_in_ten_agree_the_others_are_measured_among_themselves():
    # 5th and 95th percentile are both 0. The others lie 3, 5, 8 and 1000 from it, usually 5 (the lower median): more
    # than 50 is far.
    x = [*[0] * 96, 3, 5, 8, 1000]
    assert prepared({"outliers": "auto"}, x=x, y=halves()).far_rows.tolist() == [99]
    assert prepared({"outliers": "auto"}, x=[*x[:-1], 50], y=halves()).far_rows.tolist() == []
    assert prepared({"outliers": "auto"}, x=[*x[:-1], 51], y=halves()).far_rows.tolist() == [99]


def test_far_rows_do_not_widen_the_span_by_which_others_are_measured():
    # With the four rows of 1000 the reach is 26 + 5 * (49.4 - 2.6) / 3.29 = 97.1, without them 93.39: 94 is found in
    # the second pass.
    features = prepared({"outliers": "aside"}, x=halves(94, 1000, 1000, 1000, 1000))
    assert features.rows.tolist() == list(range(100))


# Every row is accounted for


@pytest.mark.parametrize("outliers", ALL_OUTLIERS)
@pytest.mark.parametrize("missing", MISSING)
@pytest.mark.parametrize("scale", SCALES)
def test_every_row_is_fitted_placed_or_set_aside_with_a_reason(scale, missing, outliers):
    rows = [f"{n / 2},{(7 * n) % 101 + 0.5},a" for n in range(100)]
    rows[3], rows[10], rows[50], rows[77] = ",5,a", "1,2", "1000,2,a", "3,,a"
    table = read_table("\n".join(["x,y,z", *rows]).encode())
    features = prepare(table, FeatureSpec(("x", "y"), scale=scale, missing=missing, outliers=outliers))
    placed = set(features.rows) | set(features.far_rows)
    assert features.n_rows == table.n_rows == len(features.row_notes)
    assert len(placed) == len(features.rows) + len(features.far_rows) == table.n_rows - features.n_aside
    without = features.row_notes.isna()
    assert without[features.rows].all()
    assert not without[features.far_rows].any()
    assert not without[[row for row in range(table.n_rows) if row not in placed]].any()
    assert np.isfinite(features.X).all()
    assert np.isfinite(features.X_far).all()


@pytest.mark.parametrize("outliers", ["auto", "clip"])
def test_new_rows_go_through_the_same_steps(outliers):
    table = table_of(x=halves(1000), y=[None, *[(7 * n) % 101 + 0.5 for n in range(100)]])
    features = prepare(table, FeatureSpec(("x", "y"), outliers=outliers))
    assert features.pipeline.transform(table.frame.iloc[features.rows]) == pytest.approx(features.X)
    if outliers == "auto":
        assert features.pipeline.transform(table.frame.iloc[features.far_rows]) == pytest.approx(features.X_far)


def test_the_table_is_left_as_it_was():
    table = table_of(x=halves(1000, None))
    before = table.frame.copy()
    prepare(table, FeatureSpec(("x",), outliers="clip"))
    assert table.frame.equals(before)


# What is refused


def test_an_unknown_column_is_refused_with_the_known_ones(four_points):
    with pytest.raises(NoUsableColumns) as refusal:
        prepare(read_table(four_points), FeatureSpec(("x", "z")))
    assert str(refusal.value) == 'There is no column "z". The columns are "x", "y".'


@pytest.mark.parametrize(
    ("column", "reason"),
    [
        ("note", "text, not a number"),
        ("code", "an identifier: it tells customers apart, not groups"),
        ("flat", "constant: every value is 7"),
        ("void", "empty: no row has a value"),
    ],
)
def test_a_column_that_cannot_build_segments_is_refused_with_the_reason(column, reason):
    table = table_of(
        note=["so so", "not bad", "so so", "very good"],
        code=["a1", "a2", "a3", "a4"],
        flat=[7] * 4,
        void=[None] * 4,
    )
    with pytest.raises(NoUsableColumns) as refusal:
        prepare(table, FeatureSpec((column,)))
    assert str(refusal.value) == f'"{column}" cannot build segments: {reason}.'


def test_an_identifier_that_is_a_number_can_be_chosen_by_hand():
    table = table_of(customer_id=[11, 12, 14, 19], x=[1, 2, 2, 5])
    assert prepare(table, FeatureSpec(("customer_id",), scale="none")).X[:, 0].tolist() == [11, 12, 14, 19]


def test_a_column_chosen_twice_is_refused(four_points):
    with pytest.raises(NoUsableColumns, match=r"^A column is chosen twice\. Choose each column once\.$"):
        prepare(read_table(four_points), FeatureSpec(("x", "x")))


def test_no_column_is_refused(four_points):
    with pytest.raises(NoUsableColumns, match=r"^No column is chosen\. Choose at least one column of numbers\.$"):
        prepare(read_table(four_points), FeatureSpec(()))


@pytest.mark.parametrize(("n_left", "rows"), [(0, "No row"), (1, "Only 1 row"), (2, "Only 2 rows")])
def test_fewer_than_three_rows_left_are_refused(n_left, rows):
    table = table_of(x=[1, 2, None, None, None], y=[*[None] * (2 - n_left), *[5, 6][2 - n_left :], 3, 4, 9])
    with pytest.raises(TooFewRows) as refusal:
        prepare(table, FeatureSpec(("x", "y"), missing="aside"))
    assert str(refusal.value) == (
        f"{rows} can take part; segments need at least 3. "
        "Fill missing values instead of setting rows aside, or choose other columns."
    )


def test_three_rows_left_are_enough():
    features = prepared({"missing": "aside"}, x=[1, 2, 4, None], y=[5, 6, 9, 9])
    assert features.rows.tolist() == [0, 1, 2]


@pytest.mark.parametrize("scale", SCALES)
def test_a_column_may_become_constant_beside_others_that_differ(scale):
    features = prepared({"missing": "aside", "scale": scale}, x=[1, 2, 4, None], y=[5, 5, 5, 9])
    assert np.ptp(features.X, axis=0)[0] > 0
    assert np.ptp(features.X, axis=0)[1] == 0


@pytest.mark.parametrize("scale", SCALES)
def test_columns_that_have_all_become_constant_are_refused(scale):
    table = table_of(x=[0.1, 0.1, 0.1, 7, None], y=[5, 5, 5, None, 8])
    with pytest.raises(NoUsableColumns) as refusal:
        prepare(table, FeatureSpec(("x", "y"), missing="aside", scale=scale))
    assert str(refusal.value) == ('"x", "y": all rows that take part hold the same value. Choose columns that differ.')


@pytest.mark.parametrize("scale", SCALES)
def test_numbers_too_large_to_square_are_refused(scale):
    table = table_of(x=["1e308", "-1.7e308", "1e308", "5"], y=[1, 2, 2, 9], z=["1e99", "2e99", "2e99", "5e99"])
    with pytest.raises(NoUsableColumns) as refusal:
        prepare(table, FeatureSpec(("x", "y", "z"), scale=scale))
    assert str(refusal.value) == (
        '"x": values beyond 1e+100 are too large to calculate with. Correct them or choose other columns.'
    )
    assert np.isfinite(prepare(table, FeatureSpec(("y", "z"), scale=scale)).X).all()


def test_a_huge_number_in_a_row_that_takes_no_part_does_no_harm():
    features = prepared({"missing": "aside"}, x=["1e308", 2, 4, 7], y=[None, 6, 9, 9])
    assert features.X[:, 0].tolist() == [2, 4, 7]


# Columns that tell the same


def test_correlation_by_hand():
    # Deviations of x: -1, -1, 1, 1 halves; of y: -1, 0, 0, 1; products sum to 1; variances sum to 1 and 2.
    features = prepared(x=[0, 0, 1, 1], y=[0, 1, 1, 2])
    r = 1 / np.sqrt(2)
    assert correlation(features) == pytest.approx(np.array([[1, r], [r, 1]]))


def test_the_correlation_of_one_column_is_a_table_of_one(four_points):
    features = prepare(read_table(four_points), FeatureSpec(("x",)))
    assert correlation(features) == pytest.approx(np.array([[1]]))


def test_columns_that_tell_the_same_are_named_whatever_the_sign():
    features = prepared(a=[1, 2, 5, 9], b=[2, 4, 10, 18], c=[3, 0, 4, 1], d=[-1, -2, -5, -9])
    pairs = near_duplicates(features)
    assert [pair[:2] for pair in pairs] == [("a", "b"), ("a", "d"), ("b", "d")]
    assert [pair[2] for pair in pairs] == pytest.approx([1, -1, -1])


def test_columns_that_are_only_alike_are_not_named():
    # r = 0.9: x = -2 … 2 and y = x but for the last two exchanged: products sum to 4 + 1 + 0 + 2 + 2 = 9 of 10.
    assert near_duplicates(prepared(x=[-2, -1, 0, 1, 2], y=[-2.5, -1.5, -0.5, 1.5, 0.5])) == ()


def test_a_constant_column_correlates_with_nothing_and_warns_nobody():
    features = prepared({"missing": "aside"}, x=[1, 2, 4, None], y=[5, 5, 5, 9])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isnan(correlation(features)[0, 1])
        assert near_duplicates(features) == ()
