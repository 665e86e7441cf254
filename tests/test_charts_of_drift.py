"""The charts of customers then and now: what they draw and say."""

from dataclasses import replace
from math import nan

import numpy as np
import pytest

from clustering import read_table
from clustering.charts.drift import moved_chart, shares_chart, shifts_chart
from clustering.charts.template import colours
from clustering.identity import Look, default_looks, mark
from clustering.recipe.drift import NOISE, Drift
from clustering.recipe.moved import moved, placed
from clustering.recipe.shift import Shift, judge, segment_shift

LOOKS = (Look("Loyal", mark(4), True), Look("Segment 2", mark(1), False))
HUES = [look.mark.light for look in LOOKS]


def drift_of(then=(60, 40), now=(30, 70), columns=(), names=("Loyal", "Segment 2")):
    segments = judge([segment_shift(names, then, now)])[0]
    return Drift(segments, tuple(columns), sum(then), sum(now), 0, 0.0, 0.0, 0.0, nan, nan)


def column(name, psi, size, direction="", **more):
    return Shift(name, True, ("a", "b"), (50, 50), (40, 60), psi, 0.1, 0.5, 0.5, size, direction, "60 % now", **more)


def title(fig):
    """What the title says, without its markup."""
    text = fig.layout.title.text
    for tag in ("<b>", "</b>", "</span>"):
        text = text.replace(tag, "")
    finding, _, shown = text.partition("<br><span style='")
    return finding.replace("<br>", " "), shown.partition(">")[2].replace("<br>", " ")


def heads(fig):
    return [note.text for note in fig.layout.annotations]


# --- shares ---


def test_every_segment_has_a_hollow_bar_of_then_and_a_filled_one_of_now_in_its_hue():
    then, now = shares_chart(drift_of(), LOOKS).data[:2]
    assert (then.name, list(then.x), list(then.text)) == ("then", [0.6, 0.4], ["60.0 %", "40.0 %"])
    assert (now.name, list(now.x), list(now.text)) == ("now", [0.3, 0.7], ["30.0 %", "70.0 %"])
    assert (list(now.marker.color), list(now.marker.line.color), list(then.marker.line.color)) == (HUES, HUES, HUES)
    assert set(then.marker.color) == {colours("light").ground}


def test_the_bars_of_a_segment_do_not_lie_on_each_other():
    then, now = shares_chart(drift_of(), LOOKS).data[:2]
    assert np.all(np.array(now.y) - np.array(then.y) >= (then.width + now.width) / 2)
    assert list(np.floor(then.y)) == list(np.floor(now.y)) == [0, 1]


def test_names_stand_over_the_bars():
    assert heads(shares_chart(drift_of(), LOOKS)) == ["<b>1</b>  Loyal", "<b>Segment 2</b>"]


def test_the_title_says_which_segment_changed_most():
    assert title(shares_chart(drift_of(), LOOKS)) == (
        "Loyal shrank most: 60 % then, 30 % now",
        "Hollow: then, 100 customers; filled: now, 100",
    )


@pytest.mark.parametrize(
    "now, finding",
    [((6000, 4100), "The segments hold about the shares of then"), ((2, 1), "The shares of the segments cannot be")],
)
def test_what_is_no_change_is_not_told_as_one(now, finding):
    assert title(shares_chart(drift_of((6000, 4000), now), LOOKS))[0].startswith(finding)


def test_shares_that_differ_by_chance_are_not_called_the_same():
    found = drift_of((80, 80), (70, 90))
    by_chance = replace(found.segments, psi=0.12, size="chance")
    assert (
        title(shares_chart(replace(found, segments=by_chance), LOOKS))[0]
        == "The shares differ, but no more than by chance"
    )


def test_noise_is_gray_and_last():
    fig = shares_chart(drift_of((60, 40, 0), (20, 20, 60), names=("Loyal", "Segment 2", NOISE)), LOOKS)
    assert heads(fig)[-1] == "<b>no segment</b>"
    assert fig.data[1].marker.color[-1] == colours("light").marks
    assert title(fig)[0] == "no segment grew most: 0 % then, 60 % now"


def test_nobody_now_draws_no_bars_of_now():
    fig = shares_chart(drift_of(now=(0, 0)), LOOKS)
    assert list(fig.data[1].x) == [0, 0]


def test_a_hostile_name_is_escaped():
    fig = shares_chart(drift_of(), (Look("<script>alert(1)</script>", mark(0), True), LOOKS[1]))
    assert "<script>" not in fig.to_json()


def test_dark_hues_in_the_dark():
    fig = shares_chart(drift_of(), LOOKS, mode="dark")
    assert list(fig.data[1].marker.color) == [look.mark.dark for look in LOOKS]


# --- columns ---


def test_columns_are_ranked_with_their_index_and_direction():
    columns = column("Income", 0.314, "a lot", "higher"), column("Age", 0.02, "chance", "lower")
    fig = shifts_chart(drift_of(columns=columns))
    assert list(fig.data[0].x) == [0.314, 0.02]
    assert list(fig.data[0].text) == ["0.31 · higher", "0.02"]
    assert heads(fig) == ["Income", "Age"]
    assert title(fig) == (
        "Income changed most: higher",
        "Population stability index; lines: 0.1 some, 0.25 a lot; hollow: may be chance",
    )


def test_what_may_be_chance_is_hollow():
    columns = column("Income", 0.3, "too few"), column("Age", 0.2, "little", "lower")
    c = colours("light")
    assert list(shifts_chart(drift_of(columns=columns)).data[0].marker.color) == [c.ground, c.marks]


def test_lines_stand_where_the_index_is_some_and_a_lot():
    fig = shifts_chart(drift_of(columns=(column("Income", 0.02, "chance"),)))
    assert [line.x0 for line in fig.layout.shapes] == [0.1, 0.25]
    assert fig.layout.xaxis.range[1] > 0.25


@pytest.mark.parametrize(
    "size, finding", [("chance", "No column changed beyond chance"), ("too few", "Too few customers to tell")]
)
def test_the_title_says_when_nothing_is_beyond_chance(size, finding):
    assert title(shifts_chart(drift_of(columns=(column("Income", 0.1, size),))))[0] == finding


def test_columns_that_cannot_be_compared_are_not_drawn():
    gone = replace(column("Plan", nan, "undefined"), reason="the new data have no such column")
    fig = shifts_chart(drift_of(columns=(column("Income", 0.1, "chance"), gone)))
    assert heads(fig) == ["Income"]
    fig = shifts_chart(drift_of(columns=(gone,)))
    assert not fig.data
    assert title(fig) == ("No column can be compared", "Plan is not compared: the new data have no such column.")


def test_of_thirty_columns_the_25_most_shifted_are_drawn():
    fig = shifts_chart(drift_of(columns=[column(f"c{i}", 0.3 - i / 1000, "chance") for i in range(30)]))
    assert len(fig.data[0].x) == 25
    assert title(fig)[1].endswith("the 25 of 30 columns that shifted most")


def test_the_pointer_shows_what_changed_and_what_chance_gives():
    fig = shifts_chart(drift_of(columns=(column("Income", 0.314, "a lot", "higher"),)))
    assert fig.data[0].hovertext[0] == (
        "<b>Income</b><br>Income is higher than then (60 % now).<br>index 0.314, by chance up to 0.1; p 0.5"
    )


# --- who moved ---


def movers(labels_before, labels_after, names=("Loyal", "Segment 2")):
    ids = [f"c{i}" for i in range(len(labels_before))]
    table = read_table(("id,x\n" + "".join(f"{one},{i}\n" for i, one in enumerate(ids))).encode(), least_rows=1)
    before, after = (placed(table, "id", np.array(labels), names) for labels in (labels_before, labels_after))
    return moved(before, after)


def test_bands_go_from_segment_to_segment_in_the_hue_they_come_from():
    fig = moved_chart(movers([0, 0, 0, 1], [0, 0, 1, 1]), LOOKS)
    sankey = fig.data[0]
    assert list(sankey.node.label) == ["Loyal", "Segment 2"] * 2
    assert list(sankey.node.color) == HUES * 2
    assert (list(sankey.link.source), list(sankey.link.target)) == ([0, 0, 1], [2, 3, 3])
    assert list(sankey.link.value) == [2, 1, 1]
    assert title(fig) == (
        "75 % of customers stayed in their segment",
        "Each band: customers who went together; 4 customers in both files",
    )


def test_who_has_no_segment_is_gray():
    sankey = moved_chart(movers([0, 1], [0, -1]), LOOKS).data[0]
    assert list(sankey.node.label) == ["Loyal", "Segment 2", "Loyal", "no segment"]
    assert sankey.node.color[-1] == colours("light").marks


def test_a_segment_of_another_name_before_is_gray():
    found = movers([0, 1], [0, 1])
    found = replace(found, same=(0, -1))
    assert moved_chart(found, LOOKS).data[0].node.color[1] == colours("light").marks


@pytest.mark.parametrize("after, finding", [([0, 1], "Everybody stayed"), ([1, 0], "Nobody stayed")])
def test_everybody_and_nobody_are_told_as_such(after, finding):
    assert title(moved_chart(movers([0, 1], after), LOOKS))[0] == f"{finding} in their segment"


def test_without_anybody_in_both_files_the_chart_says_why():
    one = read_table(b"id,x\na,1\nb,2\nc,3\n")
    other = read_table(b"id,x\nd,1\ne,2\nf,3\n")
    labels = np.zeros(3)
    found = moved(placed(one, "id", labels, ("A",)), placed(other, "id", labels, ("A",)))
    fig = moved_chart(found, default_looks(1))
    assert not fig.data
    assert title(fig)[0] == "Nobody stands in both files"
