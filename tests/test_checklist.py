"""Four checks per segment, each with its number, at the bounds that are documented."""

from dataclasses import replace

import numpy as np
import pytest

from clustering import ClusterSpec, FeatureSpec, fit, prepare, profile, read_table
from clustering.profile.checklist import checklist
from clustering.profile.conditions import Condition, Measure
from clustering.profile.rules import Rule, Rules

BIG, DISTINCT, REPEATABLE, REACHABLE = range(4)


@pytest.fixture(scope="module")
def hundred():
    """Segments of 60, 30 and 10 of a hundred customers."""
    table = read_table("\n".join(["x", *["0.5"] * 60, *["9.5"] * 30, *["99.5"] * 10]).encode())
    spec = FeatureSpec(("x",), outliers="keep")
    return profile(table, fit(prepare(table, spec), ClusterSpec(n_clusters=3)), spec)


def rules_of(*counted):
    """One rule per segment out of (covered, caught, size); none where nothing is covered."""
    condition = Condition(Measure(None, "number"), low=0)
    covered, caught, sizes = zip(*counted, strict=True)
    found = tuple((Rule(label, (condition,), *one),) if one[0] else () for label, one in enumerate(counted))
    return Rules(found, covered, caught, sizes, 1.0, sum(sizes), sum(sizes))


PERFECT = rules_of((60, 60, 60), (30, 30, 30), (10, 10, 10))


def checks(profile, label, silhouettes=(0.6,) * 3, repeatable=(0.9,) * 3, rules=PERFECT, **settings):
    return checklist(profile, silhouettes, repeatable, rules, **settings)[label]


def test_every_segment_has_four_checks_in_order(hundred):
    told = checklist(hundred, (0.6,) * 3, (0.9,) * 3, PERFECT)
    assert len(told) == 3
    assert [check.name for check in told[0]] == ["Big enough", "Distinct", "Repeatable", "Reachable"]


@pytest.mark.parametrize(
    "label, min_share, level",
    [(0, 0.01, "green"), (1, 0.3, "green"), (1, 0.31, "amber"), (2, 0.01, "amber"), (2, 0.1, "amber"), (2, 0.2, "red")],
)
def test_big_enough_is_thirty_customers_and_the_smallest_share(hundred, label, min_share, level):
    # 30 customers are enough, and 30 % are 30 %; ten are too few, and 10 % too little if 20 % are asked for
    assert checks(hundred, label, min_share=min_share)[BIG].level == level


def test_big_enough_says_the_number_and_what_is_missing(hundred):
    check = checks(hundred, 2, min_share=0.2)[BIG]
    assert check.figure == "10 customers, 10.0 %"
    assert check.reason == (
        "Fewer than 30 customers, so its averages may be chance; below 20.0 % of all customers, the smallest share "
        "you accept."
    )


@pytest.mark.parametrize(
    "figure, level", [(0.5, "green"), (0.49, "amber"), (0.25, "amber"), (0.24, "red"), (-0.3, "red")]
)
def test_distinct_goes_by_the_bounds_of_kaufman_and_rousseeuw(hundred, figure, level):
    assert checks(hundred, 0, silhouettes=(figure, 0, 0))[DISTINCT].level == level


@pytest.mark.parametrize("figure, level", [(0.75, "green"), (0.74, "amber"), (0.6, "amber"), (0.59, "red")])
def test_repeatable_goes_by_the_bounds_of_hennig(hundred, figure, level):
    assert checks(hundred, 0, repeatable=(figure, 0, 0))[REPEATABLE].level == level


def test_no_level_contradicts_the_number_that_is_shown(hundred):
    told = checks(hundred, 0, silhouettes=(0.4951, 0, 0), repeatable=(0.7449, 0, 0))
    assert [(check.figure, check.level) for check in told[1:3]] == [("0.50", "green"), ("0.74", "amber")]
    assert checks(hundred, 0, repeatable=(0.7451, 0, 0))[REPEATABLE].level == "green"
    part = replace(hundred, shares=(0.6, 0.2996, 0.1))
    big = checks(part, 1, min_share=0.3)[BIG]
    assert (big.figure, big.level) == ("30 customers, 30.0 %", "green")
    # 1,999 of 2,500 are 79.96 %
    told = checks(hundred, 0, rules=rules_of((1999, 2500, 1999), (30, 30, 30), (10, 10, 10)))[REACHABLE]
    assert (told.figure, told.level) == ("100.0 % found, 20.0 % wrong", "green")
    told = checks(hundred, 0, rules=rules_of((1999, 1999, 2500), (30, 30, 30), (10, 10, 10)))[REACHABLE]
    assert (told.figure, told.level) == ("80.0 % found, 0.0 % wrong", "green")


def test_a_hundredth_of_the_customers_is_enough_where_no_share_is_asked_for(hundred):
    assert checks(hundred, 1)[BIG].level == "green"


@pytest.mark.parametrize(
    "covered, caught, level",
    [
        (48, 60, "green"),  # 80 % found, 80 % right
        (47, 50, "amber"),
        (60, 76, "amber"),  # 78.9 % right
        (36, 60, "amber"),  # 60 % of both
        (35, 35, "red"),
        (60, 101, "red"),  # 59.4 % right
    ],
)
def test_reachable_needs_a_rule_that_finds_most_and_few_others(hundred, covered, caught, level):
    told = rules_of((covered, caught, 60), (30, 30, 30), (10, 10, 10))
    assert checks(hundred, 0, rules=told)[REACHABLE].level == level


def test_reachable_says_both_numbers(hundred):
    told = rules_of((48, 64, 60), (30, 30, 30), (10, 10, 10))
    check = checks(hundred, 0, rules=told)[REACHABLE]
    assert check.figure == "80.0 % found, 25.0 % wrong"
    assert check.reason == "A short rule finds most of them, but others as well."


@pytest.mark.parametrize(
    "covered, caught, brief, reason",
    [
        (47, 50, "78 %", "A short rule finds many of them, and few others."),  # 78.3 % of 60 found, 94 % right
        (40, 50, "67 %", "A short rule finds many of them, and few others."),  # 80 % right
        (36, 100, "36 %", "A short rule finds too many others as well."),  # 60 % found, 36 % right
        (35, 35, "58 %", "A short rule finds too few of them."),
    ],
)
def test_reachable_says_which_of_both_is_short_and_its_number(hundred, covered, caught, brief, reason):
    told = checks(hundred, 0, rules=rules_of((covered, caught, 60), (30, 30, 30), (10, 10, 10)))[REACHABLE]
    assert (told.brief, told.reason) == (brief, reason)


def test_a_segment_without_a_rule_is_not_reachable(hundred):
    check = checks(hundred, 0, rules=rules_of((0, 0, 60), (30, 30, 30), (10, 10, 10)))[REACHABLE]
    assert (check.level, check.figure) == ("red", "–")
    assert check.reason == "No short rule tells who belongs to it."


def test_what_is_not_known_is_said_to_be_with_its_reason(hundred):
    told = checks(hundred, 0, silhouettes=(np.nan,) * 3, repeatable=(np.nan,) * 3)
    assert [(check.level, check.figure) for check in told[1:3]] == [("unknown", "–"), ("unknown", "–")]
    assert all(check.reason.startswith("Not known: ") for check in told[1:3])


def test_every_reason_is_a_sentence(hundred):
    shaky = rules_of((35, 90, 60), (10, 30, 30), (7, 9, 10))
    for given in (0.9, 0.55, 0.3, 0.1, np.nan):
        for of_segment in checklist(hundred, (given,) * 3, (given,) * 3, shaky, 0.2):
            for check in of_segment:
                assert check.reason.endswith(".")
                assert check.reason[0].isupper()


def test_more_rules_than_one_are_told_as_several(hundred):
    one = PERFECT.per_segment[0][0]
    several = replace(PERFECT, per_segment=((one, one), *PERFECT.per_segment[1:]))
    assert checks(hundred, 0, rules=several)[REACHABLE].reason == "Short rules find most of them and few others."
