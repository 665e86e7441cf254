"""Rules to take away: what they say, and that what they say is what is counted, on tables of a few rows by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from clustering import ClusterSpec, FeatureSpec, fit, prepare, read_table
from clustering.features import ColumnSpec
from clustering.features.encode import Levels, find_levels
from clustering.profile.conditions import Condition, Measure, measures, round_number, threshold, united
from clustering.profile.rules import SAMPLE, Rule, _counted, _joined, _sample, _shortened, _worth_telling, rules

INCOME, SPENDING = "Annual Income (k$)", "Spending Score (1-100)"

# Three segments by amount: 1..9 (six rows), 100..106 (four), 200 and 202.
TWELVE = b"amount\n1\n100\n2\n102\n200\n3\n4\n104\n106\n202\n5\n9\n"


def found(content, columns, n_clusters, labels=None, **settings):
    """Table, clustering and rules; `labels` are given by hand where there are any."""
    table = read_table(content)
    features = prepare(table, FeatureSpec(columns, **{"outliers": "keep", **settings}))
    clustering = fit(features, ClusterSpec(n_clusters=n_clusters))
    if labels is not None:
        sizes = tuple(np.bincount(labels).tolist())
        clustering = replace(clustering, labels=np.array(labels, dtype=np.int32), sizes=sizes)
    return table, clustering, rules(table, features, clustering)


def texts(told):
    return [[rule.text for rule in of_segment] for of_segment in told.per_segment]


def rows_of(*groups):
    """A file out of (line, how often) pairs below a header."""
    header, *pairs = groups
    return "\n".join([header, *(line for line, n in pairs for _ in range(n))]).encode()


@pytest.fixture(scope="module")
def twelve():
    return found(TWELVE, ("amount",), 3)


def test_every_segment_gets_its_rule_with_round_thresholds(twelve):
    # between 9 and 100 the roundest number is 50, between 106 and 200 it is 150
    assert texts(twelve[2]) == [["amount at most 50"], ["amount from 51 to 150"], ["amount above 150"]]


def test_perfect_rules_find_everybody_and_nobody_else(twelve):
    told = twelve[2]
    assert told.fidelity == 1
    assert [told.coverage(label) for label in range(3)] == [1, 1, 1]
    assert [told.wrong(label) for label in range(3)] == [0, 0, 0]
    assert told.sentences(2) == ("amount above 150: finds all 2 customers of the segment, and nobody else.",)
    assert told.told == "Together these rules put 100.0 % of the 12 customers into their segment."


def test_a_segment_of_one_customer_is_told_as_that():
    _, _, told = found(b"x\n1.5\n1.5\n1.5\n99.5\n", ("x",), 2)
    assert told.sentences(1) == ("x above 50: finds the only customer of the segment, and nobody else.",)


def test_customers_that_rules_of_two_segments_catch_are_not_told_rightly(twelve):
    table, clustering, told = twelve
    to_50 = told.per_segment[0][0].conditions
    to_150 = (replace(to_50[0], high=150),)
    counted = _counted([Rule(0, to_50), Rule(1, to_150), Rule(2, to_50)], table, clustering, 12)
    # The rule of the second segment catches the six of the first too: its own four alone are told rightly. The rule of
    # the third catches none of its own and is left out, but takes the six from the first as well.
    assert counted.fidelity == 4 / 12
    assert [[(one.covered, one.caught) for one in of] for of in counted.per_segment] == [[(6, 6)], [(4, 10)], []]


def test_a_customer_whom_either_of_two_rules_of_a_segment_catches_is_found(twelve):
    table, clustering, told = twelve
    (to_50,) = told.per_segment[0][0].conditions
    ends = [Rule(0, (replace(to_50, high=1.0),)), Rule(0, (replace(to_50, low=3.0),))]
    counted = _counted(ends, table, clustering, 12)
    # of 1, 2, 3, 4, 5 and 9 the first finds one and the second three; it is told first
    assert [one.covered for one in counted.per_segment[0]] == [3, 1]
    assert (counted.covered[0], counted.caught[0], counted.fidelity) == (4, 4, 4 / 12)


def test_a_table_that_is_counted_in_parts_gives_the_same_figures(twelve, monkeypatch):
    table, clustering, told = twelve
    monkeypatch.setitem(_counted.__globals__, "_CHUNK", 5)
    found = [Rule(label, rule.conditions) for label, (rule,) in enumerate(told.per_segment)]
    assert _counted(found, table, clustering, 12) == told
    assert (told.covered, told.caught) == ((6, 4, 2), (6, 4, 2))


def test_a_sample_holds_every_segment_in_proportion_and_of_a_small_one_two_hundred():
    # of 50,000 customers 20,000: two in five, which of the smallest would be 120
    sizes = (40_000, 9_700, 300)
    labels = np.random.default_rng(0).permutation(np.repeat([0, 1, 2], sizes))
    drawn = _sample(labels, sizes)
    assert np.bincount(labels[drawn]).tolist() == [16_000, 3_880, 200]
    assert (np.diff(drawn) > 0).all()


def test_a_condition_that_keeps_somebody_out_stays_also_where_one_customer_is_left(twelve):
    at_most_50 = twelve[2].per_segment[0][0].conditions[0]
    above_1 = replace(at_most_50, low=1.0, high=np.inf)
    rule = Rule(0, (above_1, replace(at_most_50, high=2.0)))
    assert _shortened(rule, {at_most_50.measure: np.array([1.0, 2.0, 3.0])}) == rule
    assert _shortened(rule, {at_most_50.measure: np.array([2.0, 2.0, 3.0])}).conditions == rule.conditions[1:]


def test_one_condition_of_three_is_left_out_and_the_others_are_told(twelve):
    size = twelve[2].per_segment[0][0].conditions[0].measure
    age, spend = (Measure(ColumnSpec(name), "number") for name in ("age", "spend"))
    above_1, any_age, above_2 = Condition(size, low=1), Condition(age, low=0), Condition(spend, low=2)
    rule = Rule(0, (above_1, any_age, above_2))
    values = {size: np.array([1.0, 2, 2]), age: np.array([5.0, 5, 5]), spend: np.array([3.0, 3, 2])}
    assert _shortened(rule, values).conditions == (above_1, above_2)
    assert rule.text == f"{above_1.text}, {any_age.text} and {above_2.text}"


def test_of_two_conditions_that_keep_out_the_same_customers_the_first_is_told():
    above_1, above_2 = (Condition(Measure(ColumnSpec(name), "number"), low=low) for name, low in (("a", 1), ("b", 2)))
    values = {above_1.measure: np.array([1.0, 2, 2]), above_2.measure: np.array([2.0, 3, 3])}
    assert _shortened(Rule(0, (above_1, above_2)), values).conditions == (above_1,)


def test_where_nothing_tells_the_segments_apart_there_is_no_rule():
    *_, told = found(b"x\n" + b"1\n2\n" * 20, ("x",), 2, labels=[0] * 20 + [1] * 20)
    assert told.per_segment == ((), ())


def test_of_a_segment_the_best_rule_is_told_and_two_more_that_find_a_good_part():
    def told(*covered):
        return [rule.covered for rule in _worth_telling([Rule(0, (), covered=one) for one in covered], (100,))]

    assert told(30, 50, 40, 35) == [50, 40, 35]
    assert told(1) == [1]
    assert told(50, 1) == [50]


def test_a_rule_that_finds_just_a_tenth_of_its_segment_is_worth_telling():
    found = [Rule(0, (), covered=50), Rule(0, (), covered=10)]
    assert _worth_telling(found, (100,)) == found


def test_a_rule_finds_so_many_of_its_segment():
    assert Rule(0, (), covered=30, caught=40, size=120).coverage == 0.25


def test_a_rule_that_catches_nobody_has_no_share_of_wrong_ones():
    nobody = Rule(0, (), covered=0, caught=0, size=5)
    assert np.isnan(nobody.wrong)
    assert nobody.coverage == 0
    assert np.isnan(replace(nobody, size=0).coverage)


def test_fewer_than_one_in_a_hundred_wrong_ones_are_not_written_as_none_nor_as_one():
    # 199 of 200 caught are its own: half a percent; 198 of 200: one
    assert Rule(0, (), 199, 200, 400).sentence.endswith("and 1 who belongs elsewhere (less than 1 %).")
    assert Rule(0, (), 198, 200, 400).sentence.endswith("and 2 who belong elsewhere (1 %).")


def test_what_a_rule_misses_and_catches_wrongly_by_hand():
    # Four customers with 1, four with 9; one of each was moved to the other segment by hand.
    content = b"x\n1\n1\n1\n1\n9\n9\n9\n9\n"
    _, _, told = found(content, ("x",), 2, labels=[0, 0, 0, 1, 1, 1, 1, 0])
    assert texts(told) == [["x at most 5"], ["x above 5"]]
    assert (told.covered, told.caught, told.fidelity) == ((3, 3), (4, 4), 6 / 8)
    assert (told.coverage(0), told.wrong(0)) == (3 / 4, 1 / 4)
    sentence = "x at most 5: finds 3 of 4 customers of the segment, and 1 who belongs elsewhere (25 %)."
    assert told.sentences(0) == (sentence,)


def test_a_segment_that_no_short_rule_tells_has_none():
    # Everybody of the second segment has a twin in the first, which is larger.
    content = rows_of("x,y", ("1,1", 6), ("2,1", 6), ("3,1", 3))
    labels = [0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0]
    _, _, told = found(content, ("x",), 2, labels=labels)
    assert told.per_segment[1] == ()
    assert told.coverage(1) == 0
    assert np.isnan(told.wrong(1))
    assert told.sentences(1) == ()


def test_a_small_segment_gets_its_rule_too():
    # Stripes in x of two segments take every question that a tree for the mass of customers would ask; the third
    # segment is three customers far up in y.
    stripes = [(f"{stripe}.5,1.5", 100) for stripe in range(8)]
    content = rows_of("x,y", *stripes, ("0.5,99.5", 1), ("3.5,99.5", 1), ("6.5,99.5", 1))
    labels = [stripe % 2 for stripe in range(8) for _ in range(100)] + [2] * 3
    _, _, told = found(content, ("x", "y"), 3, labels=labels)
    assert texts(told)[2] == ["y above 50"]
    assert (told.coverage(2), told.wrong(2)) == (1, 0)


def test_a_few_odd_customers_are_not_worth_another_sentence():
    # 4 of the 40 customers of the smallest segment lie elsewhere: a further question would find them
    content = rows_of("x,y", *((f"{x}.5,1.5", 90) for x in (1, 3, 5, 7)), ("9.5,1.5", 36), ("1.5,99.5", 4))
    labels = [label for label in range(4) for _ in range(90)] + [4] * 40
    _, _, told = found(content, ("x", "y"), 5, labels=labels)
    assert texts(told) == [
        ["x at most 2"],
        ["x between 2 and 5"],
        ["x between 5 and 6"],
        ["x between 6 and 8"],
        ["x above 8"],
    ]
    assert (told.coverage(4), told.fidelity) == (0.9, 396 / 400)


def test_no_rule_says_more_than_is_needed():
    # y parts the two segments, and x with it: one of the two is enough
    content = rows_of("x,y", ("1,10", 5), ("2,11", 5), ("8,90", 5), ("9,91", 4))
    _, _, told = found(content, ("x", "y"), 2)
    assert all(len(rule.conditions) == 1 for of_segment in told.per_segment for rule in of_segment)


def test_the_mall_segments_are_told_in_one_sentence_each(mall):
    features = prepare(mall, FeatureSpec((INCOME, SPENDING)))
    told = rules(mall, features, fit(features, ClusterSpec(n_clusters=5)))
    assert [len(of_segment) for of_segment in told.per_segment] == [1] * 5
    rich = f"{INCOME} above 50 and {SPENDING} above 65"
    assert rich in [of_segment[0].text for of_segment in told.per_segment]
    assert told.fidelity > 0.97


def test_counts_are_those_of_pandas_on_the_words_of_the_rule(mall):
    features = prepare(mall, FeatureSpec((INCOME, SPENDING)))
    clustering = fit(features, ClusterSpec(n_clusters=5))
    told = rules(mall, features, clustering)
    rule = next(r for of in told.per_segment for r in of if r.text == f"{INCOME} above 50 and {SPENDING} at most 35")
    caught = (mall.frame[INCOME] > 50) & (mall.frame[SPENDING] <= 35)
    assert rule.caught == caught.sum()
    assert rule.covered == (caught & (clustering.labels == rule.label)).sum()
    assert (rule.mask(mall.frame) == caught).all()


def test_two_rules_that_differ_in_one_level_become_one():
    # Segment 0: with newsletter; 1: without, from Spain or Italy; 2: without, from France.
    content = rows_of(
        "country,news",
        ("Spain,yes", 9),
        ("Italy,yes", 9),
        ("France,yes", 9),
        ("Spain,no", 6),
        ("Italy,no", 6),
        ("France,no", 8),
    )
    labels = [0] * 27 + [1] * 12 + [2] * 8
    _, _, told = found(content, ("country", "news"), 3, labels=labels)
    assert texts(told)[0] == ["news is yes"]
    assert texts(told)[1] == ["country is Italy or Spain and news is no"]
    assert texts(told)[2] == ["country is France and news is no"]


def test_a_rule_asks_for_a_number_before_a_category_too():
    content = rows_of("x,country", ("1,Spain", 20), ("9,Spain", 20), ("1,Italy", 20), ("9,Italy", 20))
    _, _, told = found(content, ("x", "country"), 3, labels=[0] * 20 + [1] * 20 + [2] * 40)
    assert texts(told) == [
        ["x is 1 and country is Spain"],
        ["x is 9 and country is Spain"],
        ["country is Italy"],
    ]


def test_a_rule_made_of_two_finds_what_both_find():
    both = [Rule(0, (levels_of("country", one),), covered) for one, covered in ((0, 30), (2, 20))]
    assert _joined(both) == [Rule(0, (levels_of("country", 0, 2),), 50)]


def test_two_rules_that_differ_in_two_columns_stay_two():
    # made one they would also catch the customers of France with a phone and those of Spain with a tablet
    france_tablet = Rule(0, (levels_of("country", 0), levels_of("device", 1)), 30)
    spain_phone = Rule(0, (levels_of("country", 1), levels_of("device", 0)), 20)
    assert _joined([france_tablet, spain_phone]) == [france_tablet, spain_phone]


def levels_of(column, *allowed):
    return Condition(Measure(ColumnSpec(column), "level"), allowed=frozenset(allowed))


def test_levels_of_several_rules_are_joined():
    names = ("Spain", "Italy", "France", "Poland", "Malta", "Greece", "Norway")
    content = rows_of("country", *((name, 9 - i) for i, name in enumerate(names)))
    labels = [int(name in ("France", "Malta", "Greece")) for i, name in enumerate(names) for _ in range(9 - i)]
    _, _, told = found(content, ("country",), 2, labels=labels)
    assert texts(told) == [["country is none of France, Malta or Greece"], ["country is France, Malta or Greece"]]


def test_a_missing_cell_counts_as_what_it_is_filled_with():
    # The median of 1, 1, 1, 1, 9, 9, 9 is 1: both empty cells belong with the small ones.
    table, clustering, told = found(b"x,y\n1,1\n1,1\n1,1\n,1\n1,1\n9,9\n9,9\n9,9\n,1\n", ("x",), 2)
    assert clustering.sizes == (6, 3)
    assert texts(told) == [["x at most 5"], ["x above 5"]]
    assert told.covered == (6, 3)
    assert told.per_segment[0][0].mask(table.frame).tolist() == [True] * 5 + [False] * 3 + [True]


def test_cells_filled_from_neighbours_count_as_the_median():
    content = b"x,y\n1,1\n1,1\n1,1\n,9\n1,1\n9,9\n9,9\n9,9\n"
    settings = (ColumnSpec("x", missing="neighbours"),)
    table, _, told = found(content, ("x",), 2, settings=settings)
    # of 1, 1, 1, 1, 9, 9, 9
    rule = told.per_segment[0][0]
    assert rule.conditions[0].measure.filled == 1
    assert rule.mask(table.frame)[3]


def test_a_row_set_aside_is_not_counted():
    _, _, told = found(b"x,y\n1,1\n1,1\n,1\n9,9\n9,9\n9,9\n", ("x",), 2, missing="aside")
    assert told.n_total == 5
    assert told.covered == (3, 2)


def test_customers_placed_afterwards_are_counted():
    content = ("x\n" + "\n".join(map(str, [1, 2, 3, 4] * 10 + [11, 12, 13, 14] * 5)) + "\n9999\n").encode()
    _, clustering, told = found(content, ("x",), 2, outliers="auto")
    assert not clustering.in_fit[-1]
    assert texts(told)[1] == ["x above 5"] or texts(told)[1] == ["x above 10"]
    assert told.covered == (40, 21)


def test_rules_count_heads_and_speak_in_the_units_of_the_columns_whatever_the_fit_did():
    content = ("x,w\n" + "\n".join(f"{x},{w}" for x, w in [(1, 5), (2, 1), (3, 1), (90, 7), (95, 1)])).encode()
    _, _, told = found(content, ("x",), 2, weight_column="w", settings=(ColumnSpec("x", log=True),))
    assert texts(told) == [["x at most 50"], ["x above 50"]]
    assert told.covered == (3, 2)


def test_rules_after_principal_components_are_about_columns(mall):
    features = prepare(mall, FeatureSpec((INCOME, SPENDING), pca=1.0))
    told = rules(mall, features, fit(features, ClusterSpec(n_clusters=5)))
    assert told.per_segment[0][0].conditions[0].column in (INCOME, SPENDING)
    assert told.fidelity > 0.97


def test_numbers_beyond_single_precision_are_told_apart():
    _, _, told = found(b"day\n20260100\n20260100\n20260101\n20260101\n20260101\n", ("day",), 2)
    assert texts(told) == [["day is 20,260,101"], ["day is 20,260,100"]]


def test_dates_are_parted_at_a_day_people_would_name():
    days = ["2023-11-05", "2023-12-20", "2024-03-10", "2024-05-01", "2024-08-08"]
    _, _, told = found(("since\n" + "\n".join(days)).encode(), ("since",), 2, labels=[1, 1, 0, 0, 0])
    assert texts(told) == [["since from 2024-01-01 on"], ["since before 2024-01-01"]]


def test_a_column_that_is_one_value_and_levels_of_two_thousand_are_no_obstacle():
    lines = [f"{i % 7},c{i},{'a' if i % 7 < 3 else 'b'}" for i in range(2_000)]
    content = ("x,code,kind\n" + "\n".join(lines)).encode()
    _, _, told = found(content, ("x", "kind"), 2)
    assert told.fidelity == 1


def test_names_and_levels_of_the_user_stay_on_one_line():
    content = b'"two\nlines"\n1\n1\n9\n9\n9\n'
    _, _, told = found(content, tuple(read_table(content).frame.columns), 2)
    assert "\n" not in told.sentences(0)[0]


def test_a_large_table_grows_the_tree_on_a_sample_and_counts_everybody():
    rng = np.random.default_rng(0)
    values = np.concatenate([rng.normal(20, 3, 40_000), rng.normal(60, 3, 30_000)]).round(2)
    _, _, told = found(pd.DataFrame({"x": values}).to_csv(index=False).encode(), ("x",), 2)
    assert told.n_samples <= SAMPLE + 2 < told.n_total == 70_000
    assert told.told.endswith(f"; found on a sample of {told.n_samples:,}, counted on all.")
    rule = told.per_segment[0][0]
    assert rule.caught == (values <= rule.conditions[0].high).sum()
    assert rule.conditions[0].high == 40
    assert told.fidelity == 1


def test_a_rounder_threshold_may_move_one_customer_in_two_hundred_but_no_more():
    # 1,000 customers at 0.0, 0.1, … 99.9, parted between 42.3 and 42.4: 40 would move 23 of them, 42 only three
    values = [f"{i / 10}" for i in range(1_000)]
    labels = [1] * 424 + [0] * 576
    _, _, told = found("\n".join(["x", *values]).encode(), ("x",), 2, labels=labels)
    assert texts(told) == [["x above 42"], ["x at most 42"]]
    assert told.caught == (579, 421)
    assert told.covered == (576, 421)


@pytest.mark.parametrize(
    "low, high, expected",
    [
        (9, 100, 50),
        (106, 200, 150),
        (40, 45, 40),
        (41, 45, 43),
        (-3, 8, 0),
        (-60, -45, -50),
        (0.1234, 0.1239, 0.1235),
        (0.07, 0.08, 0.07),
        (1_000_000_001, 1_000_000_002, 1_000_000_001),
        (5, 28, 20),
    ],
)
def test_thresholds_have_as_few_digits_as_can_be(low, high, expected):
    assert round_number(low, high) == expected


def test_a_threshold_is_never_minus_zero():
    assert str(round_number(-1.0, 0.4)) == "0.0"


def test_a_threshold_of_many_digits_may_lie_further_off_and_one_of_two_may_not():
    assert threshold(number(), (9.0, 100.0), (1.0, 200.0)) == 50
    assert threshold(number(), (42.31, 42.32), (39.0, 44.0)) == 40
    assert threshold(number(), (42.0, 42.6), (39.0, 44.0)) == 42


def test_of_the_months_that_begin_between_two_days_the_one_in_the_middle_parts_them():
    # From the 10th of February to the 25th of May, 141 and 36 days before the newest; the first of April is 90 before.
    since = Measure(ColumnSpec("since", "date"), "date", newest=pd.Timestamp("2020-06-30"))
    assert threshold(since, (36.0, 141.0), (36.0, 141.0)) == 90


SINCE = Measure(ColumnSpec("since", "date"), "date", newest=pd.Timestamp("2020-06-30"))


def test_only_where_no_month_begins_between_two_days_those_of_more_customers_are_looked_at():
    # From the 10th to the 20th of February no month begins; from the 25th of January to the 5th of March the first of
    # February is nearer to the middle than the first of March.
    assert threshold(SINCE, (131.0, 141.0), (117.0, 157.0)) == 150
    # the first of April as above, though a year begins among more of them
    assert threshold(SINCE, (36.0, 141.0), (36.0, 200.0)) == 90


def test_the_day_that_parts_two_is_that_of_the_later_or_one_before_it_and_never_that_of_the_earlier():
    # the 10th and the 11th of February; the 10th of February and the first of March
    assert threshold(SINCE, (140.0, 141.0), (140.0, 141.0)) == 140
    assert threshold(SINCE, (121.0, 141.0), (121.0, 141.0)) == 121


@pytest.mark.parametrize(
    "earlier, seconds",
    [("06:30:20", 1820), ("12:10:00", 20), ("12:00:00", 20), ("12:30:19", 0)],
    ids=["12:00:00", "12:30:00", "from noon on 12:30:00", "12:30:20"],
)
def test_two_moments_of_a_day_are_parted_at_an_hour_a_minute_or_a_second(earlier, seconds):
    newest = pd.Timestamp("2020-06-30 12:30:20")
    since = Measure(ColumnSpec("since", "date"), "date", newest=newest)
    gap = (0.0, (newest - pd.Timestamp(f"2020-06-30 {earlier}")) / pd.Timedelta(days=1))
    assert threshold(since, gap, gap) == seconds / 86_400


def test_levels_in_order_are_parted_where_the_lower_one_ends():
    size = Measure(SIZE, "ordinal")
    assert threshold(size, (1.0, 3.0), (0.0, 3.0)) == 1


def test_missing_cells_that_count_as_half_way_between_two_levels_stay_on_their_side():
    # Two M, two L: what is missing counts as half way between, and belongs to the first segment.
    content = b'size\nM\nM\nL\nL\n""\n""\n'
    *_, told = found(content, ("size",), 2, labels=[0, 0, 1, 1, 0, 0], settings=(SIZE,))
    assert texts(told) == [["size is M or below"], ["size is L or above"]]
    assert (told.covered, told.caught, told.fidelity) == ((4, 2), (4, 2), 1)


def test_what_is_known_of_a_column():
    # of 1, 2 and 4.5 the mean is 2.5; the months of a date are a column more
    table = read_table(b"x,since\n1,2024-01-05\n2,2024-02-09\n4.5,2024-07-01\n,2024-07-03\n")
    settings = (ColumnSpec("x", missing="mean"), ColumnSpec("since", encode="date_and_month"))
    features = prepare(table, FeatureSpec(("x", "since"), outliers="keep", settings=settings))
    x, since, months = measures(table, features, np.arange(4))
    assert (x.filled, x.lowest, x.highest, x.whole) == (2.5, 1, 4.5, False)
    assert (since.kind, since.lowest, since.highest, since.whole) == ("date", 0, 180, True)
    assert (months.kind, months.level_names) == ("level", ("month January", "month February", "month July"))


def test_one_condition_is_met_where_either_of_two_is_if_nothing_lies_between_them():
    to_10, from_10_to_20, above_15 = (Condition(number(), *ends) for ends in ((0, 10), (10, 20), (15, 99)))
    assert united(from_10_to_20, to_10) == Condition(number(), 0, 20)
    assert united(Condition(number(), 0, 30), from_10_to_20) == Condition(number(), 0, 30)
    assert united(to_10, above_15) is None


def test_the_largest_of_whole_values_is_told_as_that():
    *_, told = found(b"x\n" + b"1\n2\n3\n" * 5, ("x",), 2, labels=[0, 0, 1] * 5)
    assert texts(told) == [["x at most 2"], ["x is 3"]]


SIZE = ColumnSpec("size", "ordinal", ("S", "M", "L", "XL"))


def number(**figures):
    return Measure(ColumnSpec("x"), "number", **{"lowest": 0.0, "highest": 100.0, **figures})


@pytest.mark.parametrize(
    "condition, text",
    [
        (Condition(number(), low=70), "x above 70"),
        (Condition(number(), high=70), "x at most 70"),
        (Condition(number(), low=40, high=70.5), "x between 40 and 70.5"),
        (Condition(number(whole=True), low=40, high=70), "x from 41 to 70"),
        (Condition(number(whole=True), low=40, high=41), "x is 41"),
        (Condition(number(whole=True), low=40.5, high=70), "x from 41 to 70"),
        (Condition(number(whole=True), low=-2_000, high=5), "x between -2,000 and 5"),
        (Condition(number(whole=True), low=98), "x above 98"),
        (Condition(number(), low=0.1 + 0.2), "x above 0.30000000000000004"),
        (Condition(number(whole=True), low=42_400, high=48_000), "x between 42,400 and 48,000"),
        (Condition(number(whole=True), high=0), "x is 0"),
        (Condition(number(whole=True), low=99), "x is 100"),
        (Condition(Measure(ColumnSpec("vip"), "boolean"), low=0), "vip is yes"),
        (Condition(Measure(ColumnSpec("vip"), "boolean"), high=0), "vip is no"),
        (Condition(Measure(ColumnSpec("vip"), "boolean"), low=0, high=0.5), "vip is missing"),
    ],
)
def test_a_condition_on_a_number_reads_as_people_say_it(condition, text):
    assert condition.text == text


@pytest.mark.parametrize(
    "low, high, text",
    [
        (1, np.inf, "size is L or above"),
        (2, np.inf, "size is XL"),
        (-np.inf, 1, "size is M or below"),
        (-np.inf, 0, "size is S"),
        (0, 2, "size from M to L"),
        (0, 1, "size is M"),
        (-np.inf, 2, "size is L or below"),
        (0, 3, "size from M to XL"),
        (1, 1.5, "size is missing"),
    ],
)
def test_a_condition_on_an_order_names_its_levels(low, high, text):
    assert Condition(Measure(SIZE, "ordinal"), low, high).text == text


@pytest.mark.parametrize(
    "low, high, text",
    [
        (100, np.inf, "since before 2024-03-01"),
        (-np.inf, 100, "since from 2024-03-01 on"),
        (9, 100, "since from 2024-03-01 to 2024-05-30"),
        (99, 100, "since on 2024-03-01"),
        (9.5, 100, "since from 2024-03-01 and before 2024-05-30 12:00:00"),
    ],
)
def test_a_condition_on_a_date_names_days(low, high, text):
    # the newest is 2024-06-09, a hundred days after the first of March
    since = Measure(ColumnSpec("since", "date"), "date", newest=pd.Timestamp("2024-06-09"))
    assert Condition(since, low, high).text == text


@pytest.mark.parametrize(
    "allowed, text",
    [
        ({0}, "Region is North"),
        ({0, 1}, "Region is North or South"),
        ({1, 2, 3, 4}, "Region is not North"),
        ({2, 3, 4}, "Region is neither North nor South"),
        ({4}, "Region is missing"),
    ],
)
def test_a_condition_on_a_category_says_the_shorter_side(allowed, text):
    values = pd.Series(["North"] * 5 + ["South"] * 4 + ["East"] * 3 + ["West"] * 2 + [None])
    region = Measure(
        ColumnSpec("Region", "onehot"), "level", levels=find_levels(values, ColumnSpec("Region", "onehot"))
    )
    assert region.level_names == ("North", "South", "East", "West", "missing")
    condition = Condition(region, allowed=frozenset(allowed))
    assert condition.text == text
    met = condition.met(region.read(pd.DataFrame({"Region": values})))
    names = values.fillna("missing")
    assert met.tolist() == [region.level_names.index(name) in allowed for name in names]


def test_a_month_is_told_as_one():
    values = pd.Series(pd.to_datetime(["2024-01-05", "2024-01-09", "2024-07-01"]))
    months = find_levels(values, ColumnSpec("since"), is_month=True)
    assert (
        Condition(Measure(ColumnSpec("since"), "level", levels=months), allowed=frozenset({0})).text
        == "since is January"
    )


@pytest.mark.parametrize(
    "levels, pooled, text",
    [
        (("North", "month 3"), True, "Region is a rare one"),
        (("North", "month 3", "other levels"), False, "Region is other levels"),
        (("North", "South", "month 3"), False, "Region is month 3"),
    ],
)
def test_a_level_of_the_file_keeps_its_name_and_those_that_were_put_together_are_rare(levels, pooled, text):
    region = Measure(ColumnSpec("Region"), "level", levels=Levels("Region", levels, pooled, missing=None))
    assert Condition(region, allowed=frozenset({2})).text == text


def test_a_level_that_was_never_seen_meets_no_condition():
    region = Measure(ColumnSpec("Region"), "level", levels=Levels("Region", ("North", "South"), False, missing=None))
    values = region.read(pd.DataFrame({"Region": ["South", "Atlantis", "North"]}))
    assert Condition(region, allowed=frozenset({0, 1})).met(values).tolist() == [True, False, True]
