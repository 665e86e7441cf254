"""Names of segments that are nearly alike: what more is said about them, and how it is kept short."""

from dataclasses import replace

import numpy as np
import pytest

from clustering import ClusterSpec, FeatureSpec, fit, prepare, profile, read_table
from clustering.profile.naming import LONGEST_NAME, proposed_names


def compared(header, *segments, baseline="all", **settings):
    """Segments held against a baseline: of each, how many customers it has and which lines they have in turn."""
    parts = [(label, lines[i % len(lines)]) for label, (n, *lines) in enumerate(segments) for i in range(n)]
    table = read_table("\n".join([header, *(line for _, line in parts)]).encode())
    spec = FeatureSpec(**{"columns": tuple(header.split(",")), "outliers": "keep", **settings})
    clustering = fit(prepare(table, spec), ClusterSpec(n_clusters=2))
    labels = np.array([label for label, _ in parts], dtype=np.int32)
    clustering = replace(clustering, labels=labels, sizes=tuple(np.bincount(labels).tolist()))
    return profile(table, clustering, spec).against(baseline)


def differences(comparison, column):
    return comparison.differences[:, comparison.profile.columns.index(column)].round(2).tolist()


def names(*args, **settings):
    return proposed_names(compared(*args, **settings))


# --- what is said first ---


def test_beside_one_difference_stands_what_is_average_after_it():
    found = names("x,y", (40, "0.5,1.5", "0.5,9.5"), (30, "9.5,1.5", "9.5,9.5"))
    assert found == ("Low x, average y", "High x, average y")


def test_two_averages_stand_before_one_difference():
    found = names("x,y,z", (40, "0.5,1.5,1.5", "0.5,9.5,9.5"), (30, "9.5,1.5,1.5", "9.5,9.5,9.5"))
    assert found == ("Average y and z, low x", "Average y and z, high x")


def test_what_is_average_and_no_number_is_not_called_by_name():
    found = names("x,member,y", (40, "0.5,yes,1.5", "0.5,no,9.5"), (30, "9.5,yes,1.5", "9.5,no,9.5"))
    assert found == ("Low x, otherwise average", "High x, otherwise average")


def test_a_mark_without_a_tenth_of_a_standard_deviation_is_not_called_average():
    # 8.5 of z have 11 of 120 and 5 of 40, the others 0.1: 1.15 is 122 % of 0.94, by 0.21 of a deviation of 2.52
    comparison = compared(
        "x,y,z",
        (120, *["0.5,1.5,8.5", "0.5,9.5,8.5"] * 5, "0.5,1.5,8.5", "0.5,9.5,0.1", *["0.5,1.5,0.1", "0.5,9.5,0.1"] * 54),
        (40, *["9.5,1.5,8.5", "9.5,9.5,8.5"] * 2, "9.5,1.5,8.5", "9.5,9.5,0.1", *["9.5,1.5,0.1", "9.5,9.5,0.1"] * 17),
    )
    assert comparison.marks[1].tolist() == [1, 0, 1]
    assert differences(comparison, "z")[1] == 0.08
    assert proposed_names(comparison)[1] == "High x"


def test_of_a_column_called_average_the_word_stands_once():
    found = names("x,average basket", (40, "0.5,1.5", "0.5,9.5"), (30, "9.5,1.5", "9.5,9.5"))
    assert found == ("Low x, average basket", "High x, average basket")


def test_of_whole_numbers_one_has_many_or_few():
    # of those who spend most it is a whole number
    found = names("orders,spends", (40, "1,0.6", "3,1.2", "2,0.7"), (30, "7,9", "9,9", "8,9"))
    assert found == ("Few orders, low spends", "Many orders, high spends")


def test_a_segment_without_a_value_takes_no_whole_number_away():
    # half a number is between two whole ones
    found = names("orders,x", (40, "1,0.5", "2,0.5"), (30, "7,0.5", "8,0.5"), (30, ",9.5"))
    assert found == ("Few orders, low x", "Many orders, low x", "High x")


# --- what more is said where two would be called the same ---


def test_first_the_third_difference_is_said():
    # of z nearly half a standard deviation more, and as much less
    comparison = compared(
        "x,y,z",
        (40, "0.5,0.5,0.5", "0.5,8.5,8.5"),
        (12, "12.5,9.5,7.5", "12.5,5.5,4.5"),
        (12, "19.5,9.5,1.5", "19.5,5.5,4.5"),
    )
    assert differences(comparison, "z") == [0.0, 0.44, -0.44]
    assert proposed_names(comparison)[1:] == ("High x, high y, high z", "High x, high y, low z")


def test_then_it_is_said_how_high_the_two_strongest_are():
    # y and z are the same in both, 6.5 beside 5.25 of all: a third of a standard deviation
    comparison = compared(
        "x,y,z",
        (40, "0.5,0.5,0.5", "0.5,8.5,8.5"),
        (12, "12.5,9.5,9.5", "12.5,3.5,3.5"),
        (12, "19.5,9.5,9.5", "19.5,3.5,3.5"),
    )
    assert differences(comparison, "x") == [-0.74, 0.79, 1.69]
    assert differences(comparison, "z") == [-0.2, 0.33, 0.33]
    assert proposed_names(comparison) == ("Average y and z, low x", "High x, high y", "Very high x, high y")


def test_then_how_high_the_third_is():
    comparison = compared(
        "x,y,z,v",
        (60, "0.5,0.5,0.5,0.5", "0.5,0.5,6.5,8.5"),
        (10, "9.5,9.5,10.5,9.5", "9.5,9.5,10.5,3.5"),
        (10, "9.5,9.5,7.5,9.5", "9.5,9.5,7.5,3.5"),
    )
    assert differences(comparison, "x") == differences(comparison, "y") == [-0.58, 1.73, 1.73]
    assert differences(comparison, "z") == [-0.38, 1.56, 0.73]
    assert proposed_names(comparison) == (
        "Low x, low y",
        "Very high x, very high y, very high z",
        "Very high x, very high y, high z",
    )


def test_then_what_the_fourth_is():
    comparison = compared(
        "x,y,z,v,d",
        (60, "0.5,0.5,0.5,4.5,0.5", "0.5,0.5,0.5,5.5,8.5"),
        (10, "9.5,9.5,9.5,9.5,9.5", "9.5,9.5,9.5,3.5,3.5"),
        (10, "9.5,9.5,9.5,0.5,9.5", "9.5,9.5,9.5,6.5,3.5"),
    )
    assert differences(comparison, "v") == [0.0, 0.87, -0.87]
    assert proposed_names(comparison)[1:] == (
        "Very high x, very high y, very high z, high v",
        "Very high x, very high y, very high z, low v",
    )


def test_then_a_column_that_only_describes():
    comparison = compared(
        "x,y,z,v,d,news,other",
        (60, "0.5,0.5,0.5,0.5,0.5,no,no", "0.5,0.5,0.5,8.5,8.5,yes,yes"),
        (10, "9.5,9.5,9.5,9.5,9.5,yes,no", "9.5,9.5,9.5,3.5,3.5,yes,no"),
        (10, "9.5,9.5,9.5,9.5,9.5,no,yes", "9.5,9.5,9.5,3.5,3.5,no,yes"),
        columns=("x", "y", "z", "v", "d"),
        describe=("news", "other"),
    )
    assert differences(comparison, "v") == differences(comparison, "d") == [-0.13, 0.39, 0.39]
    assert proposed_names(comparison) == (
        "Low x, low y",
        "Very high x, very high y, very high z, high v, with news",
        "Very high x, very high y, very high z, high v, without news",
    )


def test_then_the_number_that_differs_slightly_and_most():
    # an index of 103 and of 97 of u, of w less; d is no more than a fifth difference, but not slight
    comparison = compared(
        "x,y,z,v,d,u,w,t",
        (40, "0.5,0.5,0.5,0.5,0.5,90.5,90.5,no", "0.5,0.5,0.5,0.5,4.5,110.5,110.5,no"),
        (10, "9.5,9.5,9.5,9.5,9.5,93.5,92.5,yes", "9.5,9.5,9.5,9.5,4.5,113.5,112.5,yes"),
        (10, "9.5,9.5,9.5,9.5,9.5,87.5,88.5,yes", "9.5,9.5,9.5,9.5,4.5,107.5,108.5,yes"),
        columns=("x", "y", "z", "v", "d", "u", "w"),
        describe=("t",),
    )
    assert differences(comparison, "x")[1:] == [1.41, 1.41]
    assert differences(comparison, "d")[1:] == [0.99, 0.99]
    assert (differences(comparison, "u"), differences(comparison, "w")) == ([0.0, 0.3, -0.3], [0.0, 0.2, -0.2])
    assert proposed_names(comparison)[1:] == (
        "High x, high y, high z, high v, slightly high u, with t",
        "High x, high y, high z, high v, slightly low u, with t",
    )


def test_of_yes_and_no_nothing_is_said_slightly():
    # 23 and 17 of 40 are members, half of all
    comparison = compared(
        "x,member,u",
        (40, "0.5,yes,90.5", "0.5,no,110.5"),
        (40, *["9.5,yes,91.7"] * 11, *["9.5,yes,111.7"] * 12, *["9.5,no,91.7"] * 9, *["9.5,no,111.7"] * 8),
        (40, *["9.5,no,89.3"] * 11, *["9.5,no,109.3"] * 12, *["9.5,yes,89.3"] * 9, *["9.5,yes,109.3"] * 8),
    )
    assert differences(comparison, "member") == [0.0, 0.15, -0.15]
    assert differences(comparison, "u") == [0.0, 0.12, -0.12]
    assert proposed_names(comparison)[1:] == ("High x, slightly high u", "High x, slightly low u")


def test_a_third_difference_of_less_than_a_quarter_is_only_slight_though_marked():
    # 4.2 have 12 of 60, 5 of 20 and 3 of 20, the others 0.2: a mean of 1 in all, 1.2 and 0.8
    comparison = compared(
        "x,y,z",
        (60, "0.5,0.5,4.2", *["0.5,0.5,0.2"] * 4),
        (20, "9.5,9.5,4.2", *["9.5,9.5,0.2"] * 3),
        (20, *["9.5,9.5,4.2"] * 3, *["9.5,9.5,0.2"] * 17),
    )
    assert comparison.marks[:, 2].tolist() == [0, 1, -1]
    assert differences(comparison, "z")[1:] == pytest.approx([0.125, -0.125], abs=0.01)
    assert proposed_names(comparison)[1:] == ("High x, high y, slightly high z", "High x, high y, slightly low z")


def test_who_is_older_than_one_who_is_called_slightly_older_is_called_so_too():
    comparison = compared(
        "x,age",
        (40, "0.5,30.5", "0.5,50.5"),
        (10, "9.5,32.5", "9.5,53.5"),
        (10, "9.5,28.5", "9.5,49.5"),
        (10, "3.5,33.5", "3.5,54.5"),
    )
    assert differences(comparison, "age")[1] == 0.18
    assert proposed_names(comparison) == (
        "Low x, average age",
        "Very high x, slightly older",
        "Very high x, slightly younger",
        "Slightly older, average x",
    )


def test_who_is_as_old_as_one_who_is_called_older_is_called_so_too():
    # both are 20 years older than the first; x and y tell more of the third
    lines = [f"{{0}},{{0}},{age}" for age in (40.5, 60.5)]
    comparison = compared(
        "x,y,age",
        (30, "0.5,0.5,20.5", "0.5,0.5,40.5"),
        (20, *(line.format(3.5) for line in lines)),
        (20, *(line.format(9.5) for line in lines)),
    )
    assert differences(comparison, "age") == [-0.81, 0.61, 0.61]
    assert proposed_names(comparison)[1:] == ("Average x and y, older", "High x, high y, older")


# --- figures ---


def test_where_no_word_tells_them_apart_the_figure_that_differs_most_stands_beside_its_column():
    # a quarter of x and a tenth of y, of like standard deviations; of z nothing, and of g one of the two has no value
    found = names(
        "x,y,z,g",
        (40, "0.5,0.5,0.5,3.5", "0.5,0.5,8.5,5.5"),
        (12, "9.5,9.5,9.5,3.5", "9.5,9.5,3.5,5.5"),
        (12, "9.75,9.6,9.5,", "9.75,9.6,3.5,"),
        columns=("x", "y", "z"),
        describe=("g",),
    )
    assert found == ("Low x, low y", "High x (9.5), high y", "High x (9.75), high y")


def test_a_figure_stands_once_where_two_titles_are_cut_to_the_same():
    header = "satisfaction with the delivery times of orders,satisfaction with the service on the telephone"
    found = names(header, (40, "0.5,0.5"), (12, "9.5,9.5"), (11, "9.75,9.5"))
    assert found[1] == "High satisfaction with… (9.5), high satisfaction with…"


def test_the_figure_of_a_column_that_is_not_in_the_name_stands_at_its_end_with_a_short_title():
    found = names(
        "x,average amount of orders",
        (40, "0.5,100.5", "0.5,90.5", "0.5,110.5"),
        (10, "9.5,90.5", "9.5,110.5"),
        (10, "9.5,90.5", "9.5,111.5"),
        columns=("x",),
        describe=("average amount of orders",),
    )
    assert found == ("Low x", "High x (average… 100)", "High x (average… 101)")


def test_segments_of_categories_that_are_alike_are_numbered():
    found = names("region,n", (40, "North,1", "South,2"), (40, "North,3", "South,4"), columns=("region",))
    assert found == ("Average throughout", "Average throughout, 2")


def test_three_that_are_alike_have_three_numbers():
    lines = ("1.5", "9.5", "5.5")
    assert names("x", (9, *lines), (9, *lines), (9, *lines)) == ("Average x", "Average x, 2", "Average x, 3")


# --- short enough ---


def test_a_name_of_sixty_characters_stands_whole_and_with_a_number_it_is_cut():
    first, second = "a" * 28, "b" * 19
    lines = ("1.5,1.5", "9.5,9.5")
    found = names(f"{first},{second}", (8, *lines), (8, *lines))
    assert found[0] == f"Average {first} and {second}"
    assert len(found[0]) == LONGEST_NAME
    assert found[1] == f"{found[0][:56]}…, 2"


@pytest.mark.parametrize("length, written", [(28, "a" * 28), (29, "a" * 27 + "…")])
def test_no_title_is_longer_than_28_characters(length, written):
    assert names(f"{'a' * length},b", (40, "0.5,0.5"), (30, "9.5,9.5"))[1] == f"High {written}, high b"


@pytest.mark.parametrize(
    "length, written", [(23, "a" * 23), (24, "a" * 19 + "…"), (28, "a" * 19 + "…"), (60, "a" * 19 + "…")]
)
def test_titles_are_cut_as_far_as_a_name_of_two_needs(length, written):
    # "High a…, high b…" has room for 48 characters of both, of which b takes 25
    found = names(f"{'a' * length},{'b' * 25}", (40, "0.5,0.5"), (30, "9.5,9.5"))
    second = "b" * 25 if length == 23 else "b" * 19 + "…"
    assert found[1] == f"High {written}, high {second}"
