"""Contrast after WCAG 2: text at least 4.5:1, marks at least 3:1, in light and dark, on pages, in charts and tables."""

import tomllib
from itertools import product

import pytest
from driver import ROOT

from clustering.charts.distributions import _SHADES, _contrast, _readable
from clustering.charts.template import colours
from clustering.identity import mark

MODES = ("light", "dark")
THEME = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
HUES = ("gray", "blue", "orange", "green", "yellow", "red")
_CAPTION = 0.6  # how much of the text's colour Streamlit gives a caption
_BAND, _REGION = 0.35, 0.16  # how much of a hue an area has that others shine through
_SMALL = 0.4  # how much of the colour a cell of a small segment has


def mixed(colour, ground, part):
    """A colour that covers so much of what is behind it."""
    pairs = [(int(colour[i : i + 2], 16), int(ground[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(part * over + (1 - part) * under):02X}" for over, under in pairs)


def test_black_on_white_has_the_contrast_it_is_known_for():
    assert _contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert mixed("#000000", "#FFFFFF", 0.6) == "#666666"


@pytest.mark.parametrize("mode", MODES)
def test_text_and_captions_can_be_read_on_every_ground_of_the_pages(mode):
    theme = THEME[mode]
    grounds = (theme["backgroundColor"], theme["sidebar"]["backgroundColor"])
    texts = (theme["textColor"], theme["grayTextColor"], theme["linkColor"], theme["greenColor"])
    for ground, text in product(grounds, texts):
        assert _contrast(text, ground) >= 4.5, (text, ground)
    for ground in grounds:
        assert _contrast(mixed(theme["textColor"], ground, _CAPTION), ground) >= 4.5
    assert _contrast(theme["textColor"], theme["secondaryBackgroundColor"]) >= 4.5
    assert _contrast("#FFFFFF", theme["primaryColor"]) >= 4.5


@pytest.mark.parametrize("mode, hue", list(product(MODES, HUES)))
def test_badges_can_be_read(mode, hue):
    assert _contrast(THEME[mode][f"{hue}TextColor"], THEME[mode][f"{hue}BackgroundColor"]) >= 4.5


@pytest.mark.parametrize("mode", MODES)
def test_tables_can_be_read(mode):
    theme = THEME[mode]
    assert _contrast(theme["dataframeHeaderTextColor"], theme["dataframeHeaderBackgroundColor"]) >= 4.5
    assert _contrast(theme["textColor"], theme["backgroundColor"]) >= 4.5


@pytest.mark.parametrize("mode", MODES)
def test_the_charts_stand_on_the_ground_of_the_pages(mode):
    assert colours(mode).ground == THEME[mode]["backgroundColor"]


@pytest.mark.parametrize("mode", MODES)
def test_titles_ticks_and_labels_of_charts_can_be_read(mode):
    c = colours(mode)
    for text, ground in product((c.text, c.muted, c.accent), (c.ground, c.surface)):
        assert _contrast(text, ground) >= 4.5, (text, ground)


@pytest.mark.parametrize("mode", MODES)
def test_numbers_can_be_read_on_every_cell_of_a_heat_map(mode):
    c = colours(mode)
    for deepest in (c.under, c.over):
        assert _contrast(c.text, deepest) >= 4.5
        assert _contrast(c.text, mixed(deepest, c.middle, 0.5)) >= 4.5
        # of small segments the number stands back, and so does the cell
        assert _contrast(c.muted, mixed(deepest, c.middle, _SMALL)) >= 4.5
    assert _contrast(c.muted, c.middle) >= 4.5


@pytest.mark.parametrize("mode", MODES)
def test_shares_can_be_read_inside_every_part_of_a_bar(mode):
    c = colours(mode)
    for fill in _SHADES[mode]:
        assert _contrast(_readable(fill, c), fill) >= 4.5, fill


@pytest.mark.parametrize("mode, number", list(product(MODES, range(8))))
def test_every_segment_stands_out_from_the_ground_and_text_can_be_read_on_its_bands(mode, number):
    c, hue = colours(mode), mark(number).colour(mode)
    assert _contrast(hue, c.ground) >= 3
    assert _contrast(c.text, mixed(hue, c.ground, _BAND)) >= 4.5
    assert _contrast(c.text, mixed(hue, c.ground, _REGION)) >= 4.5


@pytest.mark.parametrize("mode", MODES)
def test_marks_that_are_no_segment_stand_out_too(mode):
    c = colours(mode)
    for marks in (c.marks, c.accent):
        assert _contrast(marks, c.ground) >= 3


def test_the_first_sixteen_segments_are_told_apart_by_shape_or_hue_and_the_first_eight_by_shape_alone():
    marks = [mark(number) for number in range(16)]
    assert len({one.symbol for one in marks[:8]}) == 8
    assert len({(one.symbol, one.light) for one in marks}) == 16
