"""Segments edited by hand: merged, split, customers moved; every step by hand-derived numbers, and what is refused."""

import numpy as np
import pytest
from sklearn.cluster import KMeans

from clustering import ClusterSpec, FeatureSpec, fit, profile, read_table
from clustering.blades import silhouette_blades
from clustering.edits import Edits, Merge, Move, Split, apply_edits, renumbered
from clustering.errors import InvalidSetting, TooFewRows
from clustering.features import prepare
from clustering.points import scatter_points

# Three segments on a line: 0, 1, 2, 3 (rows 0 to 3), 10, 11, 12 (rows 4 to 6), 20, 22 (rows 7 and 8).
LINE = [0, 1, 2, 3, 10, 11, 12, 20, 22]


def table_of(values, **others):
    names = ["x", *others]
    cells = zip(values, *others.values(), strict=True)
    lines = [",".join(names), *(",".join("" if cell is None else str(cell) for cell in row) for row in cells)]
    return read_table("\n".join(lines).encode())


class Case:
    """A table of one column, prepared as it stands, with its segments; `edited` takes steps."""

    def __init__(self, values, n_clusters, *, columns=("x",), others=None, **settings):
        self.table = table_of(values, **(others or {}))
        self.spec = FeatureSpec(columns, **{"scale": "none", "outliers": "keep", **settings})
        self.features = prepare(self.table, self.spec)
        self.found = fit(self.features, ClusterSpec(n_clusters=n_clusters))

    def edited(self, *steps):
        return apply_edits(self.features, self.found, Edits(steps))


@pytest.fixture(scope="module")
def line():
    case = Case(LINE, 3)
    assert case.found.labels.tolist() == [0, 0, 0, 0, 1, 1, 1, 2, 2]
    return case


@pytest.fixture(scope="module")
def far():
    """Two crowds of 31 and 29, and one customer far outside that is placed afterwards with the nearer one."""
    values = [*(i % 3 for i in range(31)), *(10 + i % 3 for i in range(29)), 1000]
    case = Case(values, 2, outliers="auto")
    assert case.found.labels.tolist() == [0] * 31 + [1] * 30
    assert case.found.in_fit.tolist() == [True] * 60 + [False]
    return case


def everything(clustering):
    """All that two equal segmentations agree on."""
    return (
        clustering.labels.tolist(),
        clustering.cluster_centers.tolist(),
        clustering.sizes,
        clustering.inertia,
        clustering.edited,
        list(clustering.row_notes),
    )


# --- no step ---


def test_without_a_step_the_segments_are_those_that_were_found(line):
    assert line.edited() is line.found
    assert line.found.edited == (False, False, False)


# --- merge ---


def test_merged_segments_are_one_with_the_mean_of_its_rows(line):
    merged = line.edited(Merge((1, 2)))
    assert merged.labels.tolist() == [1, 1, 1, 1, 0, 0, 0, 0, 0]  # five are more than four
    assert merged.sizes == (5, 4)
    assert merged.cluster_centers.ravel().tolist() == [15, 1.5]  # 10 + 11 + 12 + 20 + 22 = 75
    # around 15: 25 + 16 + 9 + 25 + 49; around 1.5: 2 (2.25 + 0.25)
    assert merged.inertia == pytest.approx(124 + 5)
    assert merged.edited == (True, False)


def test_three_segments_are_merged_in_one_step():
    case = Case([0, 1, 2, 10, 11, 20, 21, 30], 4)
    merged = case.edited(Merge((3, 1, 1, 2)))
    assert merged.labels.tolist() == [1, 1, 1, 0, 0, 0, 0, 0]


def test_merging_everything_is_refused(line):
    with pytest.raises(InvalidSetting, match="One segment would hold everybody"):
        line.edited(Merge((0, 1, 2)))


@pytest.mark.parametrize("labels", [(), (1,), (1, 1)])
def test_merging_takes_two_segments(labels):
    with pytest.raises(InvalidSetting, match="Choose at least two to merge"):
        Merge(labels)


# --- split ---


def test_a_split_finds_the_segments_within_one_and_keeps_all_others(line):
    split = line.edited(Split(2))
    assert split.labels.tolist() == [0, 0, 0, 0, 1, 1, 1, 2, 3]  # of equal ones the first in the file first
    assert split.cluster_centers.ravel().tolist() == [1.5, 11, 20, 22]
    assert split.inertia == pytest.approx(5 + 2)
    assert split.edited == (False, False, True, True)


def test_a_split_is_k_means_on_the_rows_of_the_segment():
    values = np.random.default_rng(1).normal(0, 1, 300).round(4)
    case = Case([*values, *(values[:200] + 100)], 2)
    split = case.edited(Split(0, 4))
    other = int(split.labels[300])
    assert split.members(other).tolist() == list(range(300, 500))
    X = case.features.X
    expected = KMeans(4, n_init=10, random_state=0).fit(X[:300])
    rest = ((X[300:] - split.cluster_centers[other]) ** 2).sum()
    assert split.inertia - rest == pytest.approx(expected.inertia_)
    assert sorted(np.delete(split.cluster_centers, other)) == pytest.approx(sorted(expected.cluster_centers_.ravel()))


def test_a_split_counts_rows_by_their_weight():
    # 0 1 | 5 unweighted (inertia 1/2); with 0 weighing 1000 the cheapest cut is 0 | 1 5 only if 5 weighs little:
    # 0 1 | 5 costs about 1, 0 | 1 5 costs 16 * 0.01 / 1.01 = 0.16
    values, weights = [0, 1, 5, 100, 101, 102, 103], [1000, 1, 0.01, 1, 1, 1, 1]
    plain = Case(values, 2, others={"w": weights})
    weighed = Case(values, 2, others={"w": weights}, weight_column="w")
    assert plain.found.labels.tolist() == weighed.found.labels.tolist() == [1, 1, 1, 0, 0, 0, 0]
    assert plain.edited(Split(1)).labels[:3].tolist() == [1, 1, 2]
    assert weighed.edited(Split(1)).labels[:3].tolist() == [2, 1, 1]


def test_a_customer_placed_afterwards_goes_with_the_nearest_part(far):
    split = far.edited(Split(1, 3))
    # 10, 11 and 12 by ten, ten and nine; 1000 is nearest to 12
    assert split.labels[-1] == split.labels[values_at(far, 12)]
    assert split.sizes == (31, 10, 10, 10)
    assert split.cluster_centers.ravel().tolist() == pytest.approx([far.found.cluster_centers[0, 0], 10, 11, 12])


def values_at(case, value):
    return int(np.flatnonzero(case.table.frame["x"].to_numpy() == value)[0])


def test_a_segment_with_too_few_different_customers_cannot_be_split(line):
    with pytest.raises(TooFewRows) as refused:
        line.edited(Split(2, 3))
    assert str(refused.value) == (
        "Segment 3 cannot be split in three: only 2 different customers of it take part. Split it in at most two."
    )


def test_a_segment_of_customers_all_alike_cannot_be_split():
    case = Case([1, 1, 1, 9, 10], 2)
    with pytest.raises(TooFewRows, match="only 1 different customer of it takes part"):
        case.edited(Split(0))


def test_a_split_has_two_parts_at_least():
    with pytest.raises(InvalidSetting, match="at least two parts"):
        Split(0, 1)


def test_a_large_segment_is_split_by_the_way_of_large_tables():
    rng = np.random.default_rng(0)
    values = np.concatenate([rng.normal(0, 1, 4000), rng.normal(20, 1, 3000), rng.normal(500, 1, 2000)]).round(6)
    split = Case(values, 2).edited(Split(0))
    assert split.sizes == (4000, 3000, 2000)


# --- move ---


def test_moved_customers_change_sizes_centers_and_inertia(line):
    moved = line.edited(Move((4, 5), 2))  # 10 and 11 to 20 and 22
    assert moved.labels.tolist() == [0, 0, 0, 0, 1, 1, 2, 1, 1]
    assert moved.sizes == (4, 4, 1)
    assert moved.cluster_centers.ravel().tolist() == [1.5, 15.75, 12]
    # around 15.75: 33.0625 + 22.5625 + 18.0625 + 39.0625
    assert moved.inertia == pytest.approx(5 + 112.75)
    assert moved.edited == (False, True, True)


def test_centers_and_inertia_are_weighted():
    # the weights 2, 1, 1, 4 stay as they are divided by their mean of 2
    case = Case([0, 3, 10, 12], 2, others={"w": [2, 1, 1, 4]}, weight_column="w")
    moved = case.edited(Move((1,), int(case.found.labels[2])))
    centers = moved.cluster_centers[moved.labels].ravel()
    assert centers[0] == 0
    assert centers[1] == centers[3] == pytest.approx((3 + 10 + 4 * 12) / 6)
    middle = 61 / 6
    assert moved.inertia == pytest.approx(((3 - middle) ** 2 + (10 - middle) ** 2 + 4 * (12 - middle) ** 2) / 2)


def test_a_customer_moved_has_a_note_with_the_number_that_segment_has_now(line):
    # 0 leaves the first segment, which is the second then, as three are fewer than four; the merge makes these six
    moved = line.edited(Move((0,), 1), Merge((0, 2)))
    assert moved.labels.tolist() == [0, 1, 1, 1, 0, 0, 0, 0, 0]
    assert moved.row_notes[0] == "moved by hand from segment 2"
    assert moved.row_notes[1:].isna().all()


def test_customers_moved_from_several_segments_each_have_their_own_note(line):
    moved = line.edited(Move((3, 4), 2))
    assert moved.labels.tolist() == [1, 1, 1, 0, 0, 2, 2, 0, 0]
    assert [moved.row_notes[3], moved.row_notes[4]] == ["moved by hand from segment 2", "moved by hand from segment 3"]
    assert moved.row_notes.isna().sum() == 7


def test_a_customer_who_would_be_there_anyhow_has_no_note(line):
    assert line.edited(Move((4,), 0), Move((4,), 1)).row_notes.isna().all()  # there and back
    assert line.edited(Move((4,), 0), Merge((0, 1))).row_notes.isna().all()  # from one to the other, now one


def test_a_note_names_the_part_the_customer_would_be_in_after_a_split(line):
    # 12 leaves 10 and 11, which are split then: it would be with 11
    moved = line.edited(Move((6,), 0), Split(1))
    assert moved.labels.tolist() == [0, 0, 0, 0, 2, 3, 0, 1, 1]
    assert moved.row_notes[6] == "moved by hand from segment 4"


def test_a_note_from_preparation_stays_and_tells_of_the_move(far):
    moved = far.edited(Move((60,), 0))
    assert moved.row_notes[60] == "far outside in x, placed with the nearest segment, then moved by hand from segment 2"
    assert moved.sizes == (32, 29)
    assert moved.cluster_centers.ravel() == pytest.approx(far.found.cluster_centers.ravel())
    assert moved.inertia == pytest.approx(far.found.inertia)  # it takes no part in the fit there either


def test_a_customer_can_be_named_twice_and_in_any_order():
    assert Move((5, 4, 5), 0) == Move(np.array([4, 5]), 0)
    assert Move((5, 4), 0).rows == (4, 5)


def test_a_segment_cannot_be_emptied(line):
    with pytest.raises(InvalidSetting) as refused:
        line.edited(Move((7, 8), 0))
    assert str(refused.value) == "Segment 3 would be left with nobody. Merge it with segment 1 instead."


def test_a_segment_cannot_be_left_with_those_alone_who_were_placed_afterwards(far):
    with pytest.raises(InvalidSetting, match="Segment 2 would be left with only customers that were placed afterwards"):
        far.edited(Move(range(31, 60), 0))


def test_customers_without_a_segment_cannot_be_moved():
    case = Case([0, 1, None, 10, 11], 2, missing="aside")
    with pytest.raises(InvalidSetting) as refused:
        case.edited(Move((1, 2, 99), 0))
    assert str(refused.value) == (
        "2 customers of those to be moved have no segment (the first: row 3). Choose customers who have one."
    )


def test_customers_who_are_there_already_need_no_move(line):
    with pytest.raises(InvalidSetting, match="All these customers are in segment 2 already"):
        line.edited(Move((4, 6), 1))


def test_nobody_cannot_be_moved():
    with pytest.raises(InvalidSetting, match="Nobody is chosen"):
        Move((), 0)


@pytest.mark.parametrize("step", [Merge((0, 3)), Split(3), Move((0,), 3), Move((0,), -1), Merge((-1, 0))])
def test_a_segment_that_is_not_there_is_refused(line, step):
    with pytest.raises(InvalidSetting, match="at this step there are 3"):
        line.edited(step)


# --- one step after the other ---


STEPS = (Merge((0, 2)), Split(0, 3), Move((4, 0), 1), Merge((1, 3)), Split(1))


@pytest.mark.parametrize("n_steps", range(1, len(STEPS) + 1))
def test_after_every_step_everybody_is_there_and_the_largest_come_first(line, n_steps):
    edited = line.edited(*STEPS[:n_steps])
    assert edited.rows is line.found.rows
    assert sum(edited.sizes) == len(LINE)
    assert list(edited.sizes) == sorted(edited.sizes, reverse=True)
    assert np.bincount(edited.labels).tolist() == list(edited.sizes)
    for one in range(edited.n_clusters - 1):
        if edited.sizes[one] == edited.sizes[one + 1]:
            assert edited.members(one)[0] < edited.members(one + 1)[0]
    means = [case_mean(line, edited, label) for label in range(edited.n_clusters)]
    assert edited.cluster_centers.ravel() == pytest.approx(means)


def case_mean(case, clustering, label):
    return np.mean([LINE[row] for row in clustering.members(label)])


def test_the_same_steps_give_the_same_to_the_last_bit():
    values = np.random.default_rng(0).normal(size=500).round(6)
    one, other = Case(values, 4), Case(values, 4)
    steps = (Split(0, 3), Move(range(0, 500, 7), 2), Merge((1, 4)), Split(3))
    assert everything(one.edited(*steps)) == everything(other.edited(*steps))


def test_undoing_a_step_gives_exactly_what_was_before(line):
    edits = Edits().then(Split(0)).then(Merge((1, 2)))
    assert edits.undone == Edits((Split(0),))
    before = apply_edits(line.features, line.found, Edits((Split(0),)))
    assert everything(apply_edits(line.features, line.found, edits.undone)) == everything(before)


def test_a_segment_put_together_again_is_no_longer_edited(line):
    again = line.edited(Split(0), Merge((1, 2)))
    assert again.edited == (False, False, False)
    assert everything(again) == everything(line.found)


def test_edits_of_what_was_edited_before_still_count_as_made_by_hand(line):
    first = line.edited(Merge((1, 2)))
    second = apply_edits(line.features, first, Edits((Split(1),)))
    assert second.labels.tolist() == [1, 1, 2, 2, 0, 0, 0, 0, 0]
    assert second.edited == (True, True, True)


def test_the_way_it_was_found_is_kept(line):
    assert line.edited(Split(0)).spec == line.found.spec


def test_which_segment_is_which_after_the_steps(line):
    assert renumbered(line.found, line.edited(Merge((1, 2)))) == (None, 0)
    assert renumbered(line.found, line.edited(Split(0))) == (1, None, None, 2)


def test_what_is_returned_cannot_be_written_to(line):
    edited = line.edited(Split(0))
    assert not edited.labels.flags.writeable
    assert not edited.cluster_centers.flags.writeable
    assert line.found.labels.tolist() == [0, 0, 0, 0, 1, 1, 1, 2, 2]


# --- what is made of edited segments ---


def test_profile_silhouettes_and_points_take_edited_segments(line):
    edited = line.edited(Merge((1, 2)))
    assert profile(line.table, edited, line.spec).means.ravel().tolist() == [15, 1.5]
    assert silhouette_blades(line.features, edited).n_looked_at == (5, 4)
    points = scatter_points(line.table, line.features, edited, ("x", "Row in the file"))
    assert points.centers[:, 0].tolist() == [15, 1.5]


# --- digest and words ---


def test_equal_edits_have_equal_digests_and_others_do_not():
    several = [
        Edits(),
        Edits((Merge((0, 1)),)),
        Edits((Merge((0, 2)),)),
        Edits((Split(0),)),
        Edits((Split(0, 3),)),
        Edits((Move((1, 2), 0),)),
        Edits((Move((1, 2), 1),)),
        Edits((Move((1, 3), 0),)),
        Edits((Move((1,), 0), Move((2,), 0))),
        Edits((Split(0), Merge((0, 1)))),
        Edits((Merge((0, 1)), Split(0))),
    ]
    assert len({edits.digest for edits in several}) == len(several)
    plain = Edits((Move((1, 2), 0), Merge((0, 1)), Split(1)))
    assert Edits([Move([2, 1], np.int64(0)), Merge(np.array([1, 0])), Split(np.int32(1))]).digest == plain.digest


def test_every_step_is_told_by_number():
    edits = Edits((Merge((2, 0)), Merge((0, 1, 2)), Split(1), Split(0, 5), Move((7,), 0), Move(range(1200), 2)))
    assert edits.told() == (
        "Segment 1 and segment 3 made one.",
        "Segment 1, segment 2 and segment 3 made one.",
        "Segment 2 split in two.",
        "Segment 1 split in five.",
        "1 customer moved to segment 1.",
        "1,200 customers moved to segment 3.",
    )


def test_every_step_is_told_by_the_names_there_were_before_it():
    edits = Edits((Split(1), Merge((0, 1)), Move((3, 4), 1)))
    told = edits.told((("Rich", "Poor"), ("Rich", "", "Very\npoor")))
    assert told == ('"Poor" split in two.', '"Rich" and segment 2 made one.', "2 customers moved to segment 2.")
