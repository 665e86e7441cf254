"""Numbers and days are written the way of whoever reads them."""

from datetime import date, datetime

import pytest

from clustering import reader, wording
from clustering.reader import NOBODY, on_behalf_of


@pytest.mark.parametrize(
    ("locale", "written"),
    [
        ("en-US", "-1,234,567.5"),
        ("de-DE", "-1.234.567,5"),
        ("de-CH", "-1’234’567.5"),
        ("fr-FR", "-1\u202f234\u202f567,5"),
        ("sv-SE", "-1\xa0234\xa0567,5"),
        ("hi-IN", "-12,34,567.5"),
        ("pt-BR", "-1.234.567,5"),
    ],
)
def test_groups_and_decimals_are_those_of_the_reader(locale, written):
    with on_behalf_of(locale):
        assert wording.exact(-1234567.5) == written


@pytest.mark.parametrize("locale", ["", "C", "xx-YY", "../../etc/passwd", "de_DE", "en\0", "x" * 10_000])
def test_a_locale_that_is_none_is_english(locale):
    with on_behalf_of(locale):
        assert wording.exact(1234.5) == "1,234.5"
        assert wording.moment(datetime(2026, 1, 31)) == "2026-01-31"


def test_what_a_locale_adds_about_digits_and_calendars_is_passed_over():
    with on_behalf_of("de-DE-u-nu-latn-ca-buddhist"):
        assert wording.whole(1234) == "1.234"


@pytest.mark.parametrize(
    ("write", "german"),
    [
        (lambda: wording.whole(1234567), "1.234.567"),
        (lambda: wording.fixed(1234.5, 2), "1.234,50"),
        (lambda: wording.fixed(0.25, 1, signed=True), "+0,2"),
        (lambda: wording.number(0.65), "0,65"),
        (lambda: wording.number(1_200_000), "1,2 M"),
        (lambda: wording.number(0.00012), "1,2e-04"),
        (lambda: wording.score(0.654), "0,65"),
        (lambda: wording.score(0.999), "> 0,99"),
        (lambda: wording.share(0.405), "40,5 %"),
        (lambda: wording.rounded_share(0.0001), "< 0,1 %"),
        (lambda: wording.rounded_share(0.9999), "> 99,9 %"),
        (lambda: wording.count(1234, "row"), "1.234 rows"),
        (lambda: wording.spelled(1234), "1.234"),
    ],
)
def test_every_figure_that_becomes_text_is_written_the_readers_way(write, german):
    with on_behalf_of("de-DE"):
        assert write() == german


@pytest.mark.parametrize(
    ("locale", "day"),
    [("en-US", "1/31/2026"), ("en-GB", "31/01/2026"), ("de-DE", "31.1.2026"), ("sv-SE", "2026-01-31")],
)
def test_days_are_written_the_readers_way_and_a_time_where_it_tells_something(locale, day):
    with on_behalf_of(locale):
        assert wording.moment(datetime(2026, 1, 31)) == day
        assert wording.moment(datetime(2026, 1, 31, 12, 30)) == f"{day} 12:30:00"


def test_without_a_reader_days_are_of_iso_8601():
    assert reader.reader() is None
    assert reader.manner().day(date(2026, 1, 31)) == "2026-01-31"


def test_whoever_shows_texts_is_asked_who_reads_unless_the_work_is_for_somebody(monkeypatch):
    monkeypatch.setattr(reader, "_ask", lambda: "de-DE")
    assert wording.whole(1234) == "1.234"
    with on_behalf_of("en-US"):
        assert wording.whole(1234) == "1,234"
    with on_behalf_of(NOBODY):
        assert wording.moment(datetime(2026, 1, 31)) == "2026-01-31"
    assert wording.whole(1234) == "1.234"
