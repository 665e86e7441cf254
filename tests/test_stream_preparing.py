"""All rows prepared part by part: the numbers that `prepare` finds in a table that fits into memory."""

import resource

import numpy as np
import pytest
from sklearn.preprocessing import StandardScaler

from clustering import FeatureSpec, prepare, read_table
from clustering.errors import InvalidSetting, Stopped
from clustering.features.frozen import freeze
from clustering.features.spec import ColumnSpec
from clustering.stream import draw_sample, open_source
from clustering.stream.moments import Moments
from clustering.stream.preparing import prepare_all
from tests.stream_cases import NUMBERS, SPECS, customers, opened, written

CLOSE = {"rtol": 1e-9, "atol": 1e-9}


def all_rows(prepared, *, placed=False):
    """Prepared values, weights and positions of all rows that take part, or that are placed."""
    blocks = list(prepared.values.blocks(placed=placed))
    if not blocks:
        return np.empty((0, prepared.values.n_features)), None, np.empty(0)
    weights = None if blocks[0].weights is None else np.concatenate([block.weights for block in blocks])
    return (
        np.concatenate([block.X for block in blocks]),
        weights,
        np.concatenate([block.positions for block in blocks]),
    )


@pytest.fixture(scope="module")
def on_disk(tmp_path_factory):
    """The customers as both formats, with samples of all rows, and as a table in memory."""
    folder = tmp_path_factory.mktemp("customers")
    found = {kind: opened(customers(), folder / f"customers.{kind}") for kind in ("csv", "parquet")}
    return found, read_table(folder / "customers.csv")


@pytest.mark.parametrize("kind", ["csv", "parquet"])
@pytest.mark.parametrize("name", SPECS)
def test_a_sample_of_all_rows_gives_the_numbers_of_prepare(on_disk, name, kind):
    found, table = on_disk
    expected = prepare(table, SPECS[name])
    prepared = prepare_all(*found[kind], SPECS[name])

    X, weights, positions = all_rows(prepared)
    X_far, _, far_rows = all_rows(prepared, placed=True)
    np.testing.assert_array_equal(positions, expected.rows)
    np.testing.assert_array_equal(far_rows, expected.far_rows)
    np.testing.assert_allclose(X, expected.X, **CLOSE)
    np.testing.assert_allclose(X_far, expected.X_far, **CLOSE)
    assert (weights is None) == (expected.weights is None)
    if weights is not None:
        np.testing.assert_allclose(weights, expected.weights, **CLOSE)
    assert prepared.n_filled_rows == expected.n_filled_rows
    assert [(one.column, one.n_cells) for one in prepared.filled] == [
        (one.column, one.n_cells) for one in expected.filled
    ]


@pytest.mark.parametrize("name", SPECS)
def test_a_sample_of_all_rows_gives_the_frozen_steps_of_prepare(on_disk, name):
    found, table = on_disk
    expected, frozen = freeze(prepare(table, SPECS[name]).pipeline, {}), prepare_all(*found["csv"], SPECS[name]).frozen
    assert (frozen.specs, frozen.levels, frozen.newest) == (expected.specs, expected.levels, expected.newest)
    for ours, theirs in zip(frozen.columns, expected.columns, strict=True):
        assert (ours.encoded, ours.log) == (theirs.encoded, theirs.log)
        for number in ("fill", "low", "high", "center", "spread"):
            mine, other = getattr(ours, number), getattr(theirs, number)
            assert mine == (None if other is None else pytest.approx(other, rel=1e-9, abs=1e-9))
    for ours, theirs in ((frozen.middle, expected.middle), (frozen.components, expected.components)):
        assert (ours is None) == (theirs is None)
        if ours is not None:
            np.testing.assert_allclose(ours, theirs, **CLOSE)


@pytest.mark.parametrize("name", ["standard", "mean", "weighed", "components"])
def test_the_size_of_the_parts_changes_no_digit(on_disk, name):
    found, _ = on_disk
    of_all = [all_rows(prepare_all(*found["parquet"], SPECS[name], part_rows=n)) for n in (1_000, 777, 50_000)]
    for X, weights, positions in of_all[1:]:
        np.testing.assert_array_equal(X, of_all[0][0])
        np.testing.assert_array_equal(weights, of_all[0][1])
        np.testing.assert_array_equal(positions, of_all[0][2])


def test_without_room_on_the_disk_the_table_is_read_again_for_the_same_numbers(on_disk):
    found, _ = on_disk
    kept = prepare_all(*found["csv"], SPECS["placed"])
    read = prepare_all(*found["csv"], SPECS["placed"], free_disk=0)
    for placed in (False, True):
        for ours, theirs in zip(all_rows(kept, placed=placed), all_rows(read, placed=placed), strict=True):
            np.testing.assert_array_equal(ours, theirs)


def test_a_disk_that_is_full_after_all_changes_no_number(on_disk):
    found, _ = on_disk
    expected = all_rows(prepare_all(*found["csv"], SPECS["standard"]))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, before[1]))  # bytes of any file
    try:
        prepared = prepare_all(*found["csv"], SPECS["standard"])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    np.testing.assert_array_equal(all_rows(prepared)[0], expected[0])


def test_the_temporary_file_has_no_name(on_disk, tmp_path, monkeypatch):
    found, _ = on_disk
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    prepared = prepare_all(*found["csv"], SPECS["standard"])
    assert list(tmp_path.iterdir()) == []
    assert len(all_rows(prepared)[0]) == prepared.n_fitted


def test_two_passes_under_way_do_not_disturb_each_other(on_disk):
    found, _ = on_disk
    values = prepare_all(*found["csv"], SPECS["standard"]).values
    expected = [block.X for block in values.blocks()]
    for ours, theirs, block in zip(values.blocks(), values.blocks(), expected, strict=True):
        np.testing.assert_array_equal(ours.X, block)
        np.testing.assert_array_equal(theirs.X, block)


def test_means_and_spreads_are_those_of_all_rows_and_not_of_the_sample(tmp_path):
    frame = customers()
    source, sample = opened(frame, tmp_path / "customers.parquet", 120)
    prepared = prepare_all(source, sample, FeatureSpec(("age", "spent"), outliers="keep"))
    expected = StandardScaler().fit(frame[["age", "spent"]])
    assert prepared.n_fitted == 1_200
    np.testing.assert_allclose([one.center for one in prepared.frozen.columns], expected.mean_, **CLOSE)
    np.testing.assert_allclose([one.spread for one in prepared.frozen.columns], expected.scale_, **CLOSE)
    np.testing.assert_allclose(all_rows(prepared)[0], expected.transform(frame[["age", "spent"]]), **CLOSE)


def test_a_mean_that_fills_missing_cells_is_that_of_all_rows(tmp_path):
    frame = customers()
    source, sample = opened(frame, tmp_path / "customers.parquet", 120)
    prepared = prepare_all(source, sample, FeatureSpec(("basket",), missing="mean", outliers="keep"))
    assert prepared.frozen.columns[0].fill == pytest.approx(frame["basket"].mean(), rel=1e-12)
    assert prepared.filled[0].n_cells == frame["basket"].isna().sum()


def test_limits_of_rows_far_outside_are_those_of_the_sample_and_hold_for_all_rows(tmp_path):
    frame = customers()
    source, sample = opened(frame, tmp_path / "customers.parquet", 120)
    prepared = prepare_all(source, sample, SPECS["standard"])
    assert prepared.reasons == (("far outside in visits, placed with the nearest segment", 2),)
    assert (prepared.n_fitted, prepared.n_placed, prepared.n_aside) == (1_198, 2, 0)
    assert "2 rows take no part: far outside in visits, placed with the nearest segment." in prepared.notes
    assert prepared.notes[0].startswith("A sample of 120 of 1,200 rows gave ")


def test_what_hangs_on_a_sample_is_not_told_where_it_holds_all_rows(on_disk):
    found, _ = on_disk
    prepared = prepare_all(*found["csv"], SPECS["standard"])
    assert not prepared.is_sampled
    assert not [note for note in prepared.notes if "sample" in note]


def test_a_row_that_nobody_can_read_takes_no_part_and_is_no_reason_to_speak_of_a_sample(tmp_path):
    path = tmp_path / "points.csv"
    path.write_text("name,x,y\na,0,0\nb,0,2\nc,5\nd,10,0\ne,10,2\n")
    source = open_source(path)
    prepared = prepare_all(source, draw_sample(source), FeatureSpec(("x", "y"), scale="none", outliers="keep"))
    X, _, positions = all_rows(prepared)
    assert X.tolist() == [[0, 0], [0, 2], [10, 0], [10, 2]]
    assert positions.tolist() == [0, 1, 3, 4]
    assert prepared.reasons == (("2 of 3 fields", 1),)
    assert (prepared.n_rows, prepared.n_aside, prepared.is_sampled) == (5, 1, False)


@pytest.fixture(scope="module")
def left_out(tmp_path_factory):
    """A row that is not in the sample of 120, whatever the other columns hold: the name decides who is."""
    _, sample = opened(customers(), tmp_path_factory.mktemp("before") / "customers.parquet", 120)
    return int(np.flatnonzero(~customers()["name"].isin(sample.table.frame["name"]))[0])


def changed(row, tmp_path, column, value):
    """The source with another value in one cell of a row that its sample does not hold."""
    frame = customers().copy()
    frame.loc[row, column] = value
    source, sample = opened(frame, tmp_path / "customers.parquet", 120)
    assert value not in set(sample.table.frame[column])
    return source, sample


def test_a_log_of_a_value_below_zero_outside_of_the_sample_is_refused(tmp_path, left_out):
    source, sample = changed(left_out, tmp_path, "spent", -1.0)
    with pytest.raises(InvalidSetting, match='"spent": a log needs values of 0 and more'):
        prepare_all(source, sample, SPECS["log and weights"])


def test_a_weight_below_zero_outside_of_the_sample_is_refused(tmp_path, left_out):
    source, sample = changed(left_out, tmp_path, "stands_for", -2.0)
    with pytest.raises(InvalidSetting, match='"stands_for" cannot weigh customers: it is below 0 in 1 row'):
        prepare_all(source, sample, SPECS["weighed"])


def test_a_level_that_only_other_rows_have_is_told(tmp_path, left_out):
    source, sample = changed(left_out, tmp_path, "country", "xx")
    prepared = prepare_all(source, sample, FeatureSpec((*NUMBERS, "country")))
    assert "country: 1 cell at no level that the sample has; they count as none." in prepared.notes


def test_a_level_that_the_order_leaves_out_counts_as_missing_and_is_told(tmp_path, left_out):
    source, sample = changed(left_out, tmp_path, "level", "top")
    prepared = prepare_all(source, sample, SPECS["categories"])
    assert "level: 1 cell at levels that the order leaves out count as missing." in prepared.notes
    assert ("level", 1) in [(one.column, one.n_cells) for one in prepared.filled]


@pytest.mark.parametrize(
    "spec, told",
    [
        (FeatureSpec(NUMBERS, outliers="forest"), "An isolation forest needs all rows in memory at once"),
        (
            FeatureSpec(NUMBERS, settings=(ColumnSpec("basket", missing="neighbours"),)),
            '"basket": the most similar customers are looked for among all rows at once',
        ),
    ],
)
def test_what_needs_all_rows_at_once_is_refused(on_disk, spec, told):
    found, _ = on_disk
    with pytest.raises(InvalidSetting, match=told):
        prepare_all(*found["csv"], spec)


def test_preparing_can_be_stopped_between_the_parts(on_disk):
    found, _ = on_disk
    asked = []

    def stop():
        asked.append(None)
        return len(asked) > 2

    with pytest.raises(Stopped):
        prepare_all(*found["csv"], SPECS["standard"], part_rows=200, stop=stop)
    assert len(asked) == 3


def test_the_sample_is_prepared_by_the_numbers_of_all_rows(tmp_path):
    frame = customers()
    source, sample = opened(frame, tmp_path / "customers.parquet", 120)
    prepared = prepare_all(source, sample, SPECS["standard"])
    X, _, positions = all_rows(prepared)
    of_row = {10_000 + row: values for row, values in zip(positions.tolist(), X, strict=True)}
    drawn = sample.table.frame["customer"].astype(int).iloc[prepared.features.rows]
    np.testing.assert_allclose(prepared.features.X, [of_row[customer] for customer in drawn], **CLOSE)


def test_moments_are_merged_from_block_to_block():
    moments = Moments(1)
    for block in ([1.0, 2.0], [3.0, 6.0]):  # mean 12 / 4 = 3; (4 + 1 + 0 + 9) / 4 = 3.5
        moments.add(np.array([block]) + 1e9)
    assert (moments.n, moments.mean[0] - 1e9, moments.variance[0]) == (4, 3.0, 3.5)
    assert (moments.low[0] - 1e9, moments.high[0] - 1e9) == (1.0, 6.0)


def test_moments_of_pairs_are_merged_too():
    moments = Moments(2, together=True)
    for block in ([[1.0, 2.0], [0.0, 2.0]], [[3.0, 6.0], [4.0, 2.0]]):
        moments.add(np.array(block))
    # deviations -2 -1 0 3 and -2 0 2 0: products 4 + 0 + 0 + 0
    np.testing.assert_allclose(moments.covariance, [[3.5, 1.0], [1.0, 2.0]])


def test_a_folder_and_one_file_give_the_same_digits(tmp_path):
    frame = customers()
    (tmp_path / "months").mkdir()
    for i, begin in enumerate(range(0, len(frame), 400)):
        written(frame.iloc[begin : begin + 400], tmp_path / "months" / f"{i}.csv")
    source = open_source(tmp_path / "months")
    one = prepare_all(*opened(frame, tmp_path / "customers.csv", 300), SPECS["standard"])
    several = prepare_all(source, draw_sample(source, 300), SPECS["standard"])
    np.testing.assert_array_equal(all_rows(one)[0], all_rows(several)[0])
