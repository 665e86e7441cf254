"""Figures as people write them."""

import math

import pytest

from clustering import wording


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "0"),
        (-0.0, "0"),
        (5.0, "5"),
        (51381, "51,381"),
        (51381.4, "51,381"),
        (87.25, "87.2"),  # half to even, as everywhere in Python
        (100, "100"),
        (1234.0, "1,234"),
        (0.1 + 0.2, "0.3"),
        (0.65, "0.65"),
        (0.012345, "0.0123"),
        (0.001, "0.001"),
        (0.00012, "1.2e-04"),
        (-12.5, "-12.5"),
        (999.7, "1,000"),
        (9.996, "10"),
        (1_200_000, "1.2 M"),
        (-3_400_000_000, "-3.4 G"),
        (5.6e12, "5.6 T"),
        (1e15, "1.00e+15"),
        (1.7e308, "1.70e+308"),
    ],
)
def test_a_number_has_about_three_digits(value, written):
    assert wording.number(value) == written


def test_more_digits_can_be_asked_for():
    assert wording.number(1234.5678, digits=6) == "1,234.57"
    assert wording.number(2.5, digits=6) == "2.5"


@pytest.mark.parametrize("value", [None, math.nan, math.inf, -math.inf])
def test_an_undefined_number_is_a_dash(value):
    assert wording.number(value) == "–"


@pytest.mark.parametrize(
    ("value", "written"),
    [(0.654, "0.65"), (0, "0.00"), (-0.126, "-0.13"), (-0.004, "0.00"), (0.99, "0.99"), (1, "1.00"), (-1, "-1.00")],
)
def test_a_score_has_two_decimals(value, written):
    assert wording.score(value) == written


@pytest.mark.parametrize("value", [0.9901, 0.995, 0.99999])
def test_a_score_short_of_one_is_never_shown_as_one(value):
    assert wording.score(value) == "> 0.99"


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_an_undefined_score_is_a_dash(value):
    assert wording.score(value) == "–"


@pytest.mark.parametrize(("part", "written"), [(0.405, "40.5 %"), (1, "100.0 %"), (0, "0.0 %"), (math.nan, "–")])
def test_a_share_is_written_in_per_cent(part, written):
    assert wording.share(part) == written


def test_a_share_can_be_rounded_to_whole_per_cent():
    assert wording.share(0.4051, digits=0) == "41 %"


# 100 * 0.205 is 20.499999999999996, and 0.395 * 100 is 39.5: as people round, both go up
@pytest.mark.parametrize(
    ("part", "written"),
    [
        (0.205, "21 %"),
        (0.395, "40 %"),
        (0.405, "41 %"),
        (0.125, "13 %"),
        (0.145, "15 %"),
        (0.2049999, "20 %"),
        (-0.205, "-21 %"),
        (-0.001, "0 %"),
        (1.0, "100 %"),
    ],
)
def test_half_a_per_cent_is_rounded_up(part, written):
    assert wording.share(part, digits=0) == written
    assert wording.rounded_share(part) in (written, "-0.1 %")  # which keeps a decimal near nothing


@pytest.mark.parametrize(("part", "written"), [(0.0625, "6.3 %"), (0.2005, "20.1 %"), (0.9985, "99.9 %")])
def test_half_a_tenth_of_a_per_cent_is_rounded_up(part, written):
    assert wording.share(part) == written


def test_no_share_of_many_customers_is_taken_for_a_half():
    n = 40_000_001  # one of 81 million stands short of a half by less than 1 in 80 million
    assert wording.share((n - 1) / 2 / n, digits=0) == "50 %"
    assert wording.share(8_200_000 / n, digits=0) == "20 %"  # 20.4999995 %


def test_a_share_of_any_size_is_written():
    assert wording.share(1e14, digits=0) == "10,000,000,000,000,000 %"
    assert wording.share(1e307) == "–"  # which no number holds in per cent


@pytest.mark.parametrize(("n", "written"), [(0, "0 rows"), (1, "1 row"), (2, "2 rows"), (1234, "1,234 rows")])
def test_a_count_carries_its_noun(n, written):
    assert wording.count(n, "row") == written


@pytest.mark.parametrize(("n", "written"), [(0, "zero"), (5, "five"), (12, "twelve"), (13, "13"), (1300, "1,300")])
def test_numbers_up_to_twelve_are_spelled(n, written):
    assert wording.spelled(n) == written


def test_names_stand_in_a_row_between_quotation_marks():
    assert wording.listing(["age"]) == '"age"'
    assert wording.listing(["age", "income"]) == '"age", "income"'
    assert wording.listing([]) == ""


def test_names_beyond_the_fifth_are_counted():
    assert wording.listing("abcde") == '"a", "b", "c", "d", "e"'
    assert wording.listing("abcdefg") == '"a", "b", "c", "d", "e" and 2 more'
    assert wording.listing(iter("abc"), most=1, quote="") == "a and 2 more"


def test_text_of_the_user_comes_on_one_line_without_control_characters():
    assert wording.one_line("two\r\nlines\tand\x00 a\u202e bell\x07") == "two lines and a bell"


def test_joiners_stay_within_text_for_emoji_and_persian_are_spelled_with_them():
    assert wording.one_line("\U0001f469\u200d\U0001f467 \u0645\u06cc\u200c\u062e") == (
        "\U0001f469\u200d\U0001f467 \u0645\u06cc\u200c\u062e"
    )
    assert wording.one_line(" \u200d a\u200d \u200c") == "a"


def test_long_text_is_cut_to_its_length():
    assert wording.one_line("x" * 60) == "x" * 60
    assert wording.one_line("x" * 61) == "x" * 59 + "…"
    assert wording.one_line(1234567, most=4) == "123…"
