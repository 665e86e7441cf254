"""Who a segment is: its mark and name, and how it is known again when the segments change."""

import xml.etree.ElementTree as ElementTree
from itertools import pairwise

import numpy as np
import pytest

from clustering import ClusterSpec, FeatureSpec, fit, prepare, read_table
from clustering.identity import Identities, Identity, Origin, default_looks, default_name, mark, swatch
from tests.driver import INCOME, SAMPLES, SPENDING

HUES = 8


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, two):
    """By the Web Content Accessibility Guidelines."""
    dark, light = sorted((luminance(one), luminance(two)))
    return (light + 0.05) / (dark + 0.05)


# Marks


@pytest.mark.parametrize("look", ["light", "dark", "symbol", "outline"])
def test_the_first_eight_marks_differ_in_hue_and_in_shape(look):
    assert len({getattr(mark(number), look) for number in range(HUES)}) == HUES


def test_sixty_four_marks_differ_in_hue_or_in_shape():
    assert len({(mark(number).light, mark(number).symbol) for number in range(64)}) == 64


def test_a_hue_that_comes_again_comes_with_another_shape():
    assert mark(8).light == mark(0).light
    assert mark(8).symbol != mark(0).symbol


def test_shape_size_and_outline_belong_together():
    looks = {mark(number).symbol: (mark(number).size, mark(number).outline) for number in range(HUES)}
    assert all(looks[mark(number).symbol] == (mark(number).size, mark(number).outline) for number in range(64))


@pytest.mark.parametrize("mode, ground", [("light", "#FFFFFF"), ("dark", "#0F1419")])
@pytest.mark.parametrize("number", range(HUES))
def test_every_mark_stands_out_from_its_ground(number, mode, ground):
    assert contrast(mark(number).colour(mode), ground) >= 3


def test_neighbouring_marks_are_told_apart_by_hue_in_both_modes():
    for mode in ("light", "dark"):
        colours = [mark(number).colour(mode) for number in range(64)]
        assert all(one != two for one, two in pairwise(colours))


@pytest.mark.parametrize("number", [0, 7, 8, 63])
def test_a_swatch_is_a_small_picture_in_the_segments_colour(number):
    picture = ElementTree.fromstring(swatch(mark(number), "dark"))
    assert picture.tag == "{http://www.w3.org/2000/svg}svg"
    assert (picture.get("width"), picture.get("fill")) == ("16", mark(number).dark)
    assert len(picture) == 1


def test_segments_count_from_one():
    assert default_name(0) == "Segment 1"


def test_segments_that_nobody_named_are_called_by_their_number():
    assert [(look.name, look.is_named) for look in default_looks(2)] == [("Segment 1", False), ("Segment 2", False)]


# Who is who from one segmentation to the next


def shown(identities, key, labels):
    """Take note of a segmentation in which every row has a segment, or none where the label is -1."""
    labels = np.asarray(labels)
    rows = np.flatnonzero(labels >= 0)
    return identities.show(key, len(labels), rows, labels[rows])


def spread(*sizes):
    """Labels of segments of these sizes, one after the other."""
    return np.repeat(np.arange(len(sizes)), sizes)


def names(identities, key):
    return [look.name for look in identities.looks(key)]


def hues(identities, key):
    return [identity.hue for identity in identities.of(key)]


def test_the_first_segments_get_the_marks_in_the_order_of_their_sizes():
    first = shown(Identities(), "five", spread(5, 4, 3, 2, 1))
    assert hues(first, "five") == [0, 1, 2, 3, 4]
    assert names(first, "five") == ["Segment 1", "Segment 2", "Segment 3", "Segment 4", "Segment 5"]
    assert first.origins("five") == ()


def test_a_name_and_a_hue_stay_with_the_customers_when_their_segment_changes_its_rank():
    one = shown(Identities(), "one", spread(6, 4)).call("one", 0, name="Loyal", note="write to them")
    # two of the six leave: four are left, and the others are six
    two = shown(one, "two", [1, 1, 1, 1, 0, 0, 0, 0, 0, 0])
    assert names(two, "two") == ["Segment 1", "Loyal"]
    assert two.of("two")[1].note == "write to them"
    assert hues(two, "two") == [1, 0]
    assert two.origins("two") == (Origin("same"), Origin("same"))


def test_the_pairs_are_chosen_together_and_not_one_after_the_other():
    before = shown(Identities(), "before", spread(10, 10)).call("before", 0, name="A").call("before", 1, name="B")
    # The larger new segment is like A (6 of 15 in either) rather than like B (5 of 16), but then nothing is left for
    # B; with B there, A is as much like the smaller one (4 of 10).
    after = shown(before, "after", [0] * 6 + [1] * 4 + [0] * 5 + [-1] * 5)
    assert names(after, "after") == ["B", "A"]


def test_a_split_off_segment_is_new_and_says_from_what():
    before = shown(Identities(), "two", spread(10, 4)).call("two", 0, name="Loyal")
    after = shown(before, "three", [0] * 6 + [1] * 4 + [2] * 4)
    assert names(after, "three") == ["Loyal", "Segment 2", "Segment 3"]
    assert after.origins("three") == (Origin("same"), Origin("split", ("Loyal",)), Origin("same"))
    assert hues(after, "three") == [0, 2, 1]


def test_a_merged_segment_keeps_the_name_of_the_larger_part_and_says_from_what():
    before = shown(Identities(), "three", spread(6, 4, 3))
    before = before.call("three", 0, name="Loyal").call("three", 1, name="New")
    after = shown(before, "two", [0] * 10 + [1] * 3)
    assert names(after, "two") == ["Loyal", "Segment 2"]
    assert after.origins("two") == (Origin("merged", ("Loyal", "New")), Origin("same"))


def test_a_segment_that_gathers_customers_from_everywhere_is_new():
    before = shown(Identities(), "three", spread(8, 8, 8))
    after = shown(before, "other", [0] * 6 + [3] * 2 + [1] * 6 + [3] * 2 + [2] * 6 + [3] * 2)
    assert after.origins("other")[3] == Origin("new")
    assert hues(after, "other") == [0, 1, 2, 3]


def test_a_handful_swallowed_by_a_large_segment_does_not_give_it_its_name():
    before = shown(Identities(), "two", spread(96, 4)).call("two", 1, name="VIP")
    after = shown(before, "other", [0] * 50 + [1] * 50)
    assert "VIP" not in names(after, "other")


def test_five_that_were_six_for_a_while_are_the_same_five():
    five = shown(Identities(), 5, spread(10, 8, 6, 4, 2))
    five = five.call(5, 0, name="A").call(5, 4, name="E")
    six = shown(five, 6, [0] * 6 + [5] * 4 + [1] * 8 + [2] * 6 + [3] * 4 + [4] * 2)
    again = shown(six, 5, spread(10, 8, 6, 4, 2))
    assert names(again, 5) == ["A", "Segment 2", "Segment 3", "Segment 4", "E"]
    assert hues(again, 5) == [0, 1, 2, 3, 4]
    assert again.origins(5) == ()  # nothing is new about them


def test_names_are_found_again_after_a_segmentation_that_had_no_place_for_them():
    four = shown(Identities(), 4, spread(5, 5, 5, 5))
    for label, name in enumerate("ABCD"):
        four = four.call(4, label, name=name)
    one_of_two = shown(four, 2, spread(10, 10))
    other = shown(one_of_two, "other seed", np.repeat([2, 0, 3, 1], 5))
    assert names(other, "other seed") == ["B", "D", "A", "C"]
    assert {origin.kind for origin in other.origins("other seed")} == {"same"}


def test_a_name_given_later_is_known_by_the_customers_of_then():
    before = shown(Identities(), "before", spread(10, 10))
    # the first segment loses six of its customers, keeps four and wins six others, and is named now
    after = shown(before, "after", [1] * 6 + [0] * 10 + [1] * 4).call("after", 0, name="Movers")
    third = shown(after, "third", [1] * 5 + [0] * 10 + [1] * 5)
    assert names(third, "third")[0] == "Movers"


def test_rows_without_a_segment_belong_to_nobody():
    before = shown(Identities(), "all", spread(4, 4)).call("all", 0, name="Loyal")
    after = shown(before, "fewer", [0, 0, -1, -1, 1, 1, 1, -1])
    assert names(after, "fewer") == ["Loyal", "Segment 2"]


def test_a_blank_name_takes_the_name_away_and_leaves_the_note():
    one = shown(Identities(), "one", spread(2, 2)).call("one", 0, name="Loyal").call("one", 0, note="call")
    assert one.is_named
    without = one.call("one", 0, name="")
    assert names(without, "one")[0] == "Segment 1"
    assert without.of("one")[0].note == "call"


def test_what_was_shown_stays_as_it_was():
    first = shown(Identities(), "one", spread(2, 2))
    second = first.call("one", 0, name="Loyal")
    assert names(first, "one") == ["Segment 1", "Segment 2"]
    assert second.call("one", 0, name="Loyal") is second
    assert shown(second, "one", spread(2, 2)) is second


def test_many_segmentations_are_not_all_remembered_but_the_named_ones_are():
    named = shown(Identities(), "named", spread(6, 4)).call("named", 1, name="Loyal")
    for i in range(40):
        labels = np.random.default_rng(i).integers(0, 3, 10)
        labels[:3] = range(3)
        named = shown(named, i, labels)
    held = [key for key, one in named.shown.items() if one.labels is not None]
    assert len(held) == 16
    assert "named" in held
    assert 39 in held


def test_a_segmentation_of_long_ago_has_the_same_marks_when_it_is_gone_back_to():
    first = shown(Identities(), "first", spread(5, 4, 3))
    later = first
    for i in range(30):
        labels = np.random.default_rng(i).integers(0, 6, 12)
        labels[:6] = range(6)
        later = shown(later, i, labels)
    assert later.shown["first"].labels is None
    assert hues(shown(later, "first", spread(5, 4, 3)), "first") == [0, 1, 2]


def test_up_to_eight_segments_never_share_a_hue():
    twelve = shown(Identities(), 12, spread(*[2] * 12))
    # four of them again, those with the hues 8 to 11 among them, which look like 0 to 3
    labels = np.r_[np.repeat([0, 1, 2], 2), np.full(12, 3), np.repeat([4, 5, 6], 2)]
    seven = shown(twelve, 7, labels)
    assert len(set(hues(seven, 7))) == 7
    assert max(hues(seven, 7)) < 8


def test_a_segment_made_by_hand_is_called_apart_from_the_one_it_was():
    before = shown(Identities(), "found", spread(6, 4, 3)).call("found", 0, name="Big")
    merged = shown(before, "merged", [0] * 10 + [1] * 3)
    assert names(merged, "merged")[0] == "Big"
    called = merged.call("merged", 0, name="Everybody", apart=True)
    assert names(called, "merged")[0] == "Everybody"
    assert names(shown(called, "found", spread(6, 4, 3)), "found")[0] == "Big"
    assert names(called.call("merged", 0, name="All", apart=True), "merged")[0] == "All"


def test_segments_that_are_recalled_are_who_they_are_told_to_be_and_stay_so_in_the_next_segmentation():
    recalled = Identities().recall(
        "then", 10, np.arange(10), spread(6, 4), (Identity(4, "Regulars", "on Saturdays"), Identity(2, ""))
    )
    assert recalled.of("then") == (Identity(4, "Regulars", "on Saturdays"), Identity(2, ""))
    assert recalled.origins("then") == ()
    now = shown(recalled, "now", np.array([1, 1, 1, 1, 1, 1, 0, 0, 0, 0]))
    assert names(now, "now") == ["Segment 1", "Regulars"]
    assert hues(now, "now") == [2, 4]


def test_recalled_segments_take_the_place_of_what_was_shown_under_their_key():
    before = shown(Identities(), "a", spread(6, 4))
    recalled = before.recall("a", 10, np.arange(10), spread(6, 4), (Identity(1, "Regulars"), Identity(0)))
    assert names(recalled, "a") == ["Regulars", "Segment 2"]
    assert names(before, "a") == ["Segment 1", "Segment 2"]


def test_recalled_hues_that_are_alike_are_told_apart():
    recalled = Identities().recall("a", 10, np.arange(10), spread(6, 4), (Identity(3), Identity(3)))
    assert hues(recalled, "a") == [3, 0]


def test_a_new_segment_avoids_the_hue_of_a_named_one_that_is_not_on_show():
    before = shown(Identities(), "before", spread(4, 4)).call("before", 1, name="Loyal")
    after = shown(before, "after", [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 3, 3][:8])
    assert hues(after, "after")[0] == 0
    assert sorted(hues(after, "after"))[:2] != [1, 1]
    assert len(set(hues(after, "after"))) == 3


@pytest.mark.parametrize("seed", [1, 7])
def test_the_mall_segments_keep_their_names_through_six_other_seeds_and_shuffled_rows(seed):
    table = read_table(SAMPLES / "mall_customers.csv")
    features = prepare(table, FeatureSpec((INCOME, SPENDING)))
    five, six = fit(features, ClusterSpec(n_clusters=5)), fit(features, ClusterSpec(n_clusters=6))
    other = fit(features, ClusterSpec(n_clusters=5, random_state=seed))
    identities = Identities().show(5, table.n_rows, five.rows, five.labels)
    for label in range(5):
        identities = identities.call(5, label, name=f"Name {label}")
    identities = identities.show(6, table.n_rows, six.rows, six.labels)
    identities = identities.show("seed", table.n_rows, other.rows, other.labels)
    customers = dict(zip(five.rows, five.labels, strict=True))
    for row, label in zip(other.rows, other.labels, strict=True):
        assert identities.looks("seed")[label].name == f"Name {customers[row]}"


def test_the_order_of_the_rows_does_not_matter():
    labels = [spread(10, 8, 6), np.repeat([0, 3, 1, 2], [7, 3, 8, 6])]
    order = np.random.default_rng(0).permutation(24)
    told = []
    for one, other in (labels, [each[order] for each in labels]):
        before = shown(Identities(), "before", one)
        for label, name in enumerate("ABC"):
            before = before.call("before", label, name=name)
        after = shown(before, "after", other)
        told.append((names(after, "after"), hues(after, "after"), after.origins("after")))
    assert told[0] == told[1]
    assert told[0][0] == ["A", "B", "C", "Segment 4"]


def test_more_segments_than_there_are_marks_are_shown_all_the_same():
    labels = np.arange(140) % 70
    shown = Identities().show("many", 140, np.arange(140), labels)
    assert len(shown.looks("many")) == 70
    assert len({look.mark for look in shown.looks("many")[:64]}) == 64
