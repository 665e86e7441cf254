"""What a segment looks like: every one its own mark, and a name until the user gives one."""

import xml.etree.ElementTree as ElementTree
from itertools import pairwise

import pytest

from clustering.identity import default_name, display_names, mark, swatch

HUES = 8


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, two):
    """By the Web Content Accessibility Guidelines."""
    dark, light = sorted((luminance(one), luminance(two)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("look", ["light", "dark", "symbol", "outline"])
def test_the_first_eight_segments_differ_in_hue_and_in_shape(look):
    assert len({getattr(mark(label), look) for label in range(HUES)}) == HUES


def test_sixty_four_segments_differ_in_hue_or_in_shape():
    assert len({(mark(label).light, mark(label).symbol) for label in range(64)}) == 64


def test_a_hue_that_comes_again_comes_with_another_shape():
    assert mark(8).light == mark(0).light
    assert mark(8).symbol != mark(0).symbol


def test_shape_size_and_outline_belong_together():
    looks = {mark(label).symbol: (mark(label).size, mark(label).outline) for label in range(HUES)}
    assert all(looks[mark(label).symbol] == (mark(label).size, mark(label).outline) for label in range(64))


@pytest.mark.parametrize("mode, ground", [("light", "#FFFFFF"), ("dark", "#0F1419")])
@pytest.mark.parametrize("label", range(HUES))
def test_every_mark_stands_out_from_its_ground(label, mode, ground):
    assert contrast(mark(label).colour(mode), ground) >= 3


def test_neighbouring_segments_are_told_apart_by_hue_in_both_modes():
    for mode in ("light", "dark"):
        colours = [mark(label).colour(mode) for label in range(64)]
        assert all(one != two for one, two in pairwise(colours))


@pytest.mark.parametrize("label", [0, 7, 8, 63])
def test_a_swatch_is_a_small_picture_in_the_segments_colour(label):
    picture = ElementTree.fromstring(swatch(label, "dark"))
    assert picture.tag == "{http://www.w3.org/2000/svg}svg"
    assert (picture.get("width"), picture.get("fill")) == ("16", mark(label).dark)
    assert len(picture) == 1


def test_segments_count_from_one():
    assert default_name(0) == "Segment 1"


@pytest.mark.parametrize(
    "given, expected",
    [
        ((), ("Segment 1", "Segment 2", "Segment 3")),
        (("Loyal",), ("Loyal", "Segment 2", "Segment 3")),
        (("Loyal", "  ", "New"), ("Loyal", "Segment 2", "New")),
        ((" Loyal ", "", ""), ("Loyal", "Segment 2", "Segment 3")),
        (("A", "B", "C", "D", "E"), ("A", "B", "C")),
        (("Same", "Same", "Same"), ("Same", "Same", "Same")),
    ],
    ids=["none", "some", "blank", "spaces around", "more than segments", "twice the same"],
)
def test_segments_are_called_as_given_or_by_their_number(given, expected):
    assert display_names(3, given) == expected
