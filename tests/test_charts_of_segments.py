"""The charts of what segments are like: what they draw and say, on a table of twelve kinds of customers."""

from dataclasses import replace
from functools import cache
from math import nan

import numpy as np
import pytest

from clustering import ClusterSpec, FeatureSpec, Stability, Sweep, fit, prepare, profile, read_table
from clustering.charts import (
    concentration_chart,
    correlation_chart,
    heat_map_chart,
    index_chart,
    levels_chart,
    make_up_chart,
    pairs_chart,
    parallel_chart,
    radar_chart,
    ranking_chart,
    snake_chart,
    spread_chart,
    stability_chart,
    value_chart,
)
from clustering.charts.template import colours
from clustering.identity import Look, default_looks, mark
from clustering.profile import Effect, effects
from clustering.profile.distributions import sample_rows, spread
from clustering.profile.fairness import make_up
from clustering.profile.value import size_against_value
from clustering.stability import Repeatability
from clustering.sweep import Step

# Means of amount 4, 103, 201 and 838 / 12 = 69.8 of all: index 6, 147, 288. Change is -1 or 1, its mean 0: z -1, 1, 1.
# Of plan a there are 1/2, 1 and 0, of all 7/12: index 86, 171, 0. Members 1/2, 0 and 1 (one is missing), of all 4/11.
TWELVE = """1,-1,a,yes
2,-1,a,yes
3,-1,a,yes
4,-1,b,no
5,-1,b,no
9,-1,b,no
100,1,a,no
102,1,a,no
104,1,a,no
106,1,a,no
200,1,b,yes
202,1,b,
"""


def grouped(times=20, n_clusters=3, describe=("change", "plan", "member"), columns=("amount",), **settings):
    """Table, clustering, spec and profile of the twelve, each so many times."""
    table = read_table(("amount,change,plan,member\n" + TWELVE * times).encode())
    spec = FeatureSpec(columns, describe=describe, **{"scale": "none", "outliers": "keep", **settings})
    clustering = fit(prepare(table, spec), ClusterSpec(n_clusters=n_clusters))
    return table, clustering, spec, profile(table, clustering, spec)


@pytest.fixture(scope="module")
def twelve():
    return grouped()


@pytest.fixture(scope="module")
def figures(twelve):
    return twelve[-1]


LOOKS = default_looks(3)
NAMED = (Look("Loyal", mark(4), True), Look("New", mark(1), True), Look("Segment 3", mark(2), False))


def title(fig):
    """What the title says, without its markup."""
    text = fig.layout.title.text
    for tag in ("<b>", "</b>", "</span>"):
        text = text.replace(tag, "")
    finding, _, shown = text.partition("<br><span style='")
    return finding.replace("<br>", " "), shown.partition(">")[2].replace("<br>", " ")


def cells(fig):
    """The numbers of a heat map, without their markup."""
    return [[text.replace("<b>", "").replace("</b>", "") for text in row] for row in fig.data[0].text.tolist()]


def written_in(fig, mode="light"):
    """Which of the numbers stand back, in the shape of the cells."""
    muted = [colour == colours(mode).muted for colour in fig.data[1].textfont.color]
    return np.array(muted).reshape(np.shape(fig.data[0].z))


def legend(fig):
    return [trace.name for trace in fig.data if trace.showlegend is not False and trace.name]


# --- heat map ---


def test_a_cell_shows_the_index_or_a_signed_number_of_standard_deviations(figures):
    fig = heat_map_chart(figures.against(), LOOKS)
    assert list(fig.layout.xaxis.ticktext) == ["change", "amount", "plan: a", "member<br>(yes)"]
    assert cells(fig) == [["-1.0", "6", "86", "138"], ["+1.0", "147", "171", "0"], ["+1.0", "288", "0", "275"]]


def test_the_numbers_are_those_of_the_comparison(figures):
    comparison = figures.against("rest")
    fig = heat_map_chart(comparison, LOOKS)
    assert [row[1] for row in cells(fig)] == [comparison.written(label, 0) for label in range(3)]


def test_the_deepest_colours_are_at_40_and_160_and_at_one_and_a_half_deviations(figures):
    # 147 and 171 are 47.494 and 71.43 above 100; one deviation is two thirds of the way
    z = heat_map_chart(figures.against(), LOOKS).data[0].z
    assert z[:, 1] == pytest.approx([-1, 47.494 / 60, 1], abs=1e-4)
    assert z[:, 0] == pytest.approx([-2 / 3, 2 / 3, 2 / 3])
    assert z[:, 2] == pytest.approx([-14.2857 / 60, 1, -1], abs=1e-4)


def test_marked_figures_are_bold(figures):
    texts = heat_map_chart(figures.against(), LOOKS).data[0].text.tolist()
    assert texts[0] == ["<b>-1.0</b>", "<b>6</b>", "86", "<b>138</b>"]


def test_the_title_names_the_cell_that_differs_most_and_says_of_how_many(figures):
    # amount: (201 - 69.8) / 76 standard deviations
    assert title(heat_map_chart(figures.against(), LOOKS)) == (
        "Segment 3 stands out most: 288 in amount",
        "Index: 100 is the average of all customers; with + or -: standard deviations from it; 240 customers",
    )


@pytest.mark.parametrize("baseline, held", [("rest", "all other customers"), (1, "New")])
def test_the_title_says_what_segments_are_held_against(figures, baseline, held):
    fig = heat_map_chart(figures.against(baseline), NAMED)
    assert title(fig)[1].startswith(f"Index: 100 is the average of {held};")


def test_a_small_segment_is_pale_and_never_the_finding():
    # 60, 40 and 20 customers
    figures = grouped(times=10)[-1]
    fig = heat_map_chart(figures.against(), LOOKS)
    assert fig.data[0].z[2].tolist() == pytest.approx([0.4 * 2 / 3, 0.4, -0.4, 0.4])
    assert written_in(fig).tolist() == [[False] * 4, [False] * 4, [True] * 4]
    assert title(fig)[0].startswith("Segment 1 stands out most")
    assert "pale: segments of fewer than 30" in title(fig)[1]
    assert fig.data[0].customdata[2][1].endswith("only 20 customers")


def test_a_cell_tells_its_own_figure_and_the_other(figures):
    told = heat_map_chart(figures.against(), NAMED).data[0].customdata
    assert told[0][1] == "<b>Loyal</b><br>amount: 6<br>4; all customers: 69.8"
    assert told[1][2] == "<b>New</b><br>plan: a: 171<br>100.0 %; all customers: 58.3 %"


def test_an_undefined_figure_is_a_dash_without_a_colour():
    content = "amount,visits\n1,10\n2,20\n3,30\n100,\n102,\n"
    table = read_table(content.encode())
    spec = FeatureSpec(("amount",), describe=("visits",), scale="none", outliers="keep")
    clustering = fit(prepare(table, spec), ClusterSpec(n_clusters=2))
    fig = heat_map_chart(profile(table, clustering, spec).against(), LOOKS[:2])
    at = list(fig.layout.xaxis.ticktext).index("visits")
    assert cells(fig)[1][at] == "–"
    assert np.isnan(fig.data[0].z[1, at])


def wide(n_columns, n_clusters, n_customers=None):
    """A profile of columns c0, c1, …, of which the first sets the segments apart most."""
    rng = np.random.default_rng(1)
    group = np.arange(n_customers or 40 * n_clusters) % n_clusters
    columns = [10 + group / (i + 1) + 0.1 * rng.random(len(group)) for i in range(n_columns)]
    rows = "\n".join(",".join(f"{x:.3f}" for x in row) for row in np.column_stack(columns))
    table = read_table((",".join(f"c{i}" for i in range(n_columns)) + "\n" + rows).encode())
    names = tuple(f"c{i}" for i in range(n_columns))
    spec = FeatureSpec(names, scale="none", outliers="keep")
    clustering = fit(prepare(table, spec), ClusterSpec(n_clusters=n_clusters))
    return table, clustering, spec, profile(table, clustering, spec)


def test_many_columns_become_rows_with_the_most_telling_first():
    fig = heat_map_chart(wide(6, 2)[-1].against(), NAMED[:2])
    assert list(fig.layout.yaxis.ticktext) == ["c0", "c1", "c2", "c3", "c4", "c5"]
    assert list(fig.layout.xaxis.ticktext) == ["1 Loyal", "2 New"]
    assert np.shape(fig.data[0].z) == (6, 2)


def test_thirty_segments_are_rows_with_the_eight_columns_that_differ_most():
    fig = heat_map_chart(wide(12, 30)[-1].against(), default_looks(30))
    assert np.shape(fig.data[0].z) == (30, 8)
    assert title(fig)[1].endswith("the 8 of 12 that differ most")
    assert fig.layout.height > 30 * 30


def test_a_map_of_forty_columns_shows_twenty_five():
    fig = heat_map_chart(wide(40, 2)[-1].against(), LOOKS[:2])
    assert np.shape(fig.data[0].z) == (25, 2)
    assert title(fig)[1].endswith("the 25 of 40 that differ most")


def test_a_category_of_many_levels_takes_three_places_at_most():
    rows = "\n".join(f"{100 * (i % 4) + i % 3},level {(i % 4) * 2 + (i // 4) % 2}" for i in range(160))
    table = read_table(f"amount,plan\n{rows}".encode())
    spec = FeatureSpec(("amount",), describe=("plan",), scale="none", outliers="keep")
    clustering = fit(prepare(table, spec), ClusterSpec(n_clusters=4))
    fig = heat_map_chart(profile(table, clustering, spec).against(), default_looks(4))
    assert sum("plan" in name for name in fig.layout.xaxis.ticktext) == 3


def test_two_segments_of_one_name_stay_two_rows(figures):
    same = tuple(replace(look, name="Same") for look in NAMED)
    fig = heat_map_chart(figures.against(), same)
    assert list(fig.data[0].y) == [0, 1, 2]
    assert list(fig.layout.yaxis.ticktext) == ["Same"] * 3


# --- ranking ---


def test_the_ranking_has_a_bar_per_column_with_its_share_at_the_end(twelve):
    # plan: chi squared of the twelve is 5.8286, so V squared 0.4857; member: 1.0455 of 2.5455 lie between
    fig = ranking_chart(effects(*twelve), n_customers=240)
    assert [note.text for note in fig.layout.annotations] == ["change", "amount", "plan", "member"]
    assert fig.data[0].x[[0, 2, 3]] == pytest.approx([1, 0.4857, 0.4107], abs=1e-4)
    assert list(fig.data[0].text[2:]) == ["49 %", "41 %"]
    assert title(fig) == (
        "change sets the segments apart most",
        "Share of the differences that segments explain; 240 customers; hollow: only describes them",
    )


def test_columns_that_only_describe_are_hollow_and_tell_their_test(twelve):
    fig = ranking_chart(effects(*twelve), n_customers=240)
    c = colours("light")
    assert list(fig.data[0].marker.color) == [c.ground, c.marks, c.ground, c.ground]
    assert fig.data[0].hovertext[2] == "<b>plan</b><br>Cramér's V 0.70<br>chi squared: p < 0.001"
    assert fig.data[0].hovertext[1].startswith("<b>amount</b><br>eta squared")


def test_an_effect_without_a_size_says_why():
    fig = ranking_chart((Effect("visits", "eta squared", nan, True, "all are alike"),), n_customers=9)
    assert list(fig.data[0].text) == ["–"]
    assert list(fig.data[0].x) == [0]
    assert fig.data[0].hovertext[0] == "<b>visits</b><br>undefined: all are alike"
    assert title(fig)[0] == "No column sets the segments apart"


def test_a_ranking_of_nothing_is_a_title():
    assert title(ranking_chart((), n_customers=9))[0] == "No column sets the segments apart"


def test_a_ranking_of_forty_columns_shows_twenty_five():
    many = tuple(Effect(f"c{i}", "eta squared", 1 - i / 40, True) for i in range(40))
    fig = ranking_chart(many, n_customers=9)
    assert len(fig.data[0].x) == 25
    assert title(fig)[1].endswith("the 25 of 40 columns that differ most")


# --- spread ---


def boxes(fig):
    return [trace for trace in fig.data if trace.type == "box"]


def test_every_segment_and_all_customers_have_a_box_with_their_figures(twelve):
    found = spread(*twelve, "amount")
    drawn = boxes(spread_chart(found, NAMED))
    assert [box.median[0] for box in drawn] == [box.median for box in (*found.boxes, found.overall)]
    first = drawn[0]
    assert (first.q1[0], first.q3[0], first.lowerfence[0], first.upperfence[0]) == (2, 5, 1, 9)
    assert [box.line.color for box in drawn] == [*(look.mark.light for look in NAMED), colours("light").marks]


def test_names_and_shapes_stand_above_the_boxes(twelve):
    fig = spread_chart(spread(*twelve, "amount"), NAMED)
    assert [note.text for note in fig.layout.annotations] == [
        "<b>1</b>  Loyal",
        "<b>2</b>  New",
        "<b>Segment 3</b>",
        "<b>All customers</b>",
    ]
    shapes = next(trace for trace in fig.data if trace.mode == "markers")
    assert list(shapes.marker.symbol) == ["cross", "square", "diamond", "line-ew"]


def test_the_title_of_boxes_gives_the_medians_and_who_is_beyond(twelve):
    assert title(spread_chart(spread(*twelve, "amount"), LOOKS)) == (
        "amount: medians from 3.5 to 201",
        "Median, middle half, whiskers up to 1.5 times as far; 240 customers",
    )


def test_a_box_tells_its_figures(twelve):
    fig = spread_chart(spread(*twelve, "amount"), NAMED)
    told = [trace.hovertext[0] for trace in fig.data if trace.type == "bar"]
    assert told[0] == "<b>Loyal</b><br>median 3.5<br>half of them from 2 to 5<br>all from 1 to 9<br>120 customers"


def test_densities_are_the_shares_of_the_segments_each_to_its_own_height(twelve):
    found = spread(*twelve, "amount")
    fig = spread_chart(found, LOOKS, "densities")
    drawn = [trace for trace in fig.data if trace.type == "bar"]
    assert [list(trace.customdata) for trace in drawn] == [
        list(row) for row in (*found.densities, found.overall_density)
    ]
    assert len({round(float(min(trace.y)), 9) for trace in drawn}) == 1
    assert "each to its own height; 240 customers" in title(fig)[1]


def test_a_segment_without_a_value_says_so_in_both_shapes(twelve):
    found = spread(*twelve, "amount")
    empty = replace(found.boxes[0], n=0, median=nan)
    found = replace(
        found,
        boxes=(empty, *found.boxes[1:]),
        densities=np.vstack([np.full((1, found.densities.shape[1]), nan), found.densities[1:]]),
    )
    for shape, kind in (("boxes", "box"), ("densities", "bar")):
        fig = spread_chart(found, LOOKS, shape)
        assert len([trace for trace in fig.data if trace.type == kind and trace.name]) == 3
        assert "no value" in [note.text for note in fig.layout.annotations]


def test_a_column_without_any_value_is_a_chart_that_says_so(twelve):
    found = spread(*twelve, "amount")
    empty = replace(found.boxes[0], n=0)
    found = replace(
        found,
        boxes=(empty,) * 3,
        overall=empty,
        edges=np.empty(0),
        densities=np.empty((3, 0)),
        overall_density=np.empty(0),
        n_missing=240,
    )
    for shape in ("boxes", "densities"):
        assert title(spread_chart(found, LOOKS, shape))[0] == "amount: nobody has a value"


def test_a_constant_column_says_so(twelve):
    found = spread(*twelve, "amount")
    box = replace(found.overall, least=7, most=7)
    assert title(spread_chart(replace(found, overall=box), LOOKS))[0] == "amount: 7 for everybody"


# --- levels ---


def test_levels_are_stacked_shares_with_all_customers_below(figures):
    fig = levels_chart(figures, "plan", NAMED)
    stacks = {trace.name: list(trace.x) for trace in fig.data if trace.type == "bar"}
    assert stacks == {"a": pytest.approx([1 / 2, 1, 0, 7 / 12]), "b": pytest.approx([1 / 2, 0, 1, 5 / 12])}
    assert list(fig.data[1].text) == ["50 %", "100 %", "", "58 %"]
    # b: all of the third, 5 of 12 in the whole
    assert title(fig) == ("b: 100 % of Segment 3, 42 % of all customers", "Share of each level; 240 customers")


def test_a_column_of_yes_and_no_is_stacked_too(figures):
    fig = levels_chart(figures, "member", LOOKS)
    stacks = {trace.name: list(trace.x) for trace in fig.data if trace.type == "bar"}
    assert stacks == {"yes": pytest.approx([1 / 2, 0, 1, 4 / 11]), "no": pytest.approx([1 / 2, 1, 0, 7 / 11])}


def test_of_many_levels_the_five_most_frequent_are_drawn_and_the_rest_together(figures):
    shares = np.array([[0.3, 0.2, 0.15, 0.1, 0.1, 0.08, 0.05, 0.02]] * 3)
    many = replace(figures.categories[0], levels=tuple("abcdefgh"), shares=shares, overall=shares[0], column="city")
    fig = levels_chart(replace(figures, categories=(many,)), "city", LOOKS)
    bars = [trace for trace in fig.data if trace.type == "bar"]
    assert [bar.name for bar in bars] == ["a", "b", "c", "d", "e", "3 other levels"]
    assert list(bars[-1].x) == pytest.approx([0.15] * 4)
    assert title(fig)[0] == "city: much the same in all segments"


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_levels_have_shades_of_gray_with_text_that_can_be_read(figures, mode):
    shares = np.full((3, 6), 1 / 6)
    many = replace(figures.categories[0], levels=tuple("abcdef"), shares=shares, overall=shares[0], column="city")
    fig = levels_chart(replace(figures, categories=(many,)), "city", LOOKS, mode=mode)
    bars = [trace for trace in fig.data if trace.type == "bar"]
    assert len({bar.marker.color for bar in bars}) == 6
    assert all(contrast(bar.marker.color, bar.insidetextfont.color) >= 4.5 for bar in bars)


def contrast(first, second):
    """WCAG 2."""

    def luminance(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


# --- many columns at once ---


def lines(fig):
    return [trace for trace in fig.data if trace.mode == "lines+markers"]


def test_the_snake_goes_through_the_standardised_means(figures):
    comparison = figures.against()
    first, second, third = lines(snake_chart(comparison, NAMED))
    assert list(first.x[:2]) == pytest.approx([-1, comparison.differences[0, 0]])
    assert list(third.y) == [0, 1, 2, 3]
    assert (first.marker.symbol, second.marker.symbol) == ("cross", "square")
    assert first.line.color == mark(4).light


def test_the_snake_names_its_columns_and_the_segment_that_differs_most(figures):
    fig = snake_chart(figures.against(), NAMED)
    assert list(fig.layout.yaxis.ticktext) == ["change", "amount", "plan: a", "member (yes)"]
    assert legend(fig) == ["<b>1</b>  Loyal", "<b>2</b>  New", "<b>Segment 3</b>"]
    assert title(fig) == ("Segment 3 differs most from all customers", "Means against all customers; 240 customers")


@pytest.mark.parametrize("chart", [snake_chart, radar_chart])
def test_of_many_columns_and_segments_eight_are_drawn_and_said(chart):
    fig = chart(wide(12, 30)[-1].against(), default_looks(30))
    assert len(lines(fig)) == 8
    assert "the 8 of 12 columns that differ most; the 8 largest of 30 segments" in title(fig)[1]


def test_the_radar_closes_its_lines_and_has_a_ring_at_the_average(figures):
    fig = radar_chart(figures.against(), NAMED)
    first = lines(fig)[0]
    assert list(first.theta) == [0, 90, 180, 270, 0]
    # change, amount, plan a, member, and change again
    comparison = figures.against()
    amount, member = comparison.differences[0, 0], comparison.differences[0, 2]
    assert list(first.r) == pytest.approx([-1, amount, comparison.levels[0].differences[0, 0], member, -1])
    assert set(fig.data[0].r) == {0}
    low, high = fig.layout.polar.radialaxis.range
    assert low < min(min(line.r) for line in lines(fig))
    assert high > max(max(line.r) for line in lines(fig))


def test_a_radar_of_two_columns_says_that_it_needs_three():
    fig = radar_chart(grouped(describe=("change",))[-1].against(), LOOKS)
    assert title(fig)[0] == "A radar needs three columns that differ"
    assert not fig.data


def test_undefined_means_are_gaps_and_do_not_break_the_snake(figures):
    comparison = figures.against()
    differences = comparison.differences.copy()
    differences[1] = nan
    fig = snake_chart(replace(comparison, differences=differences), LOOKS)
    assert np.isnan(np.array(lines(fig)[1].x[:2], dtype=float)).all()


def test_parallel_coordinates_place_values_between_the_ends_of_their_axes(twelve):
    fig = parallel_chart(sample_rows(*twelve), NAMED)
    thin = [trace for trace in fig.data if trace.mode == "lines"]
    assert list(fig.layout.yaxis.ticktext) == ["change", "amount", "member (yes)"]
    # the first customer: change -1 of -1..1, amount 1 of 1..202, member yes; then a gap
    assert list(thin[0].x[:3]) == [0, 0, 1]
    assert np.isnan(thin[0].x[3])
    # the medians of amount are 3.5, 103 and 201
    assert [line.x[1] for line in lines(fig)] == pytest.approx([2.5 / 201, 102 / 201, 200 / 201])
    ends = [note.text for note in fig.layout.annotations]
    assert ends == ["-1", "1", "1", "202", "no", "yes"]


def test_values_beyond_an_axis_are_drawn_at_its_end_and_marked(twelve):
    sample = sample_rows(*twelve)
    fig = parallel_chart(replace(sample, limits=np.array([[-1, 1], [1, 150], [0, 1]])), LOOKS)
    third = [trace for trace in fig.data if trace.mode == "lines"][2]
    assert third.x[1] == 1
    assert "≥ 150" in [note.text for note in fig.layout.annotations]
    assert "far values at the ends" in title(fig)[1]


def test_of_many_customers_some_have_a_line_and_the_title_says_how_many():
    # 300 of 1,200: 150, 100 and 50
    sample = sample_rows(*grouped(times=100), most=2_000)
    fig = parallel_chart(sample, LOOKS)
    assert [len(trace.x) / 4 for trace in fig.data if trace.mode == "lines"] == [150, 100, 50]  # three places and a gap
    assert title(fig)[1].startswith("Sample of 300 of 1,200 customers")


def test_a_sample_says_of_how_many(twelve):
    sample = replace(sample_rows(*twelve), n_total=10_000)
    assert title(parallel_chart(sample, LOOKS))[1].startswith("Sample of 240 of 10,000 customers")
    assert title(pairs_chart(sample, LOOKS))[1] == "Sample of 240 of 10,000 customers"
    assert title(pairs_chart(sample_rows(*twelve), LOOKS))[1] == "All 240 customers"


def test_pairs_draw_three_columns_against_each_other_in_their_own_units():
    table, clustering, spec, figures = wide(5, 3)
    sample = sample_rows(table, clustering, spec, figures)
    fig = pairs_chart(sample, LOOKS)
    panels = [trace for trace in fig.data if trace.marker.color == mark(0).light]
    assert len(fig.data) == 9
    own = sample.values[sample.labels == 0]
    assert [(list(panel.x), list(panel.y)) for panel in panels] == [
        (own[:, 0].tolist(), own[:, 1].tolist()),
        (own[:, 0].tolist(), own[:, 2].tolist()),
        (own[:, 1].tolist(), own[:, 2].tolist()),
    ]
    assert title(fig)[0] == "c0 and c1 set the segments apart most"
    assert (fig.layout.xaxis2.title.text, fig.layout.yaxis2.title.text) == ("c0", "c2")
    assert len(legend(fig)) == 3


def test_two_columns_make_one_pair(twelve):
    fig = pairs_chart(sample_rows(*twelve), LOOKS)  # yes and no are no axis
    assert len(fig.data) == 3
    assert (fig.layout.xaxis.title.text, fig.layout.yaxis.title.text) == ("change", "amount")


def test_no_name_of_a_column_is_filled_in_by_the_pointer(twelve):
    sample = sample_rows(*twelve)
    fig = pairs_chart(replace(sample, titles=tuple(f"%{{y}} of {title}" for title in sample.titles)), LOOKS)
    assert fig.data[0].hovertemplate == ("%&#123;y} of change: %{x}<br>%&#123;y} of amount: %{y}<extra></extra>")


@pytest.mark.parametrize("chart", [parallel_chart, pairs_chart])
def test_one_column_makes_no_pair_and_no_parallel(chart):
    sample = sample_rows(*grouped(describe=()))
    fig = chart(sample, LOOKS)
    assert title(fig) == ("There are no two columns of numbers to compare", "All 240 customers")
    assert not fig.data


# --- value ---


def test_size_stands_beside_value(twelve):
    # 120, 80 and 40 customers hold 480, 8240 and 8040 of 16760
    value = size_against_value(twelve[0], twelve[1], "amount")
    fig = value_chart(value, NAMED)
    customers, held = (trace for trace in fig.data if trace.type == "bar")
    assert list(customers.x) == pytest.approx([1 / 2, 1 / 3, 1 / 6])
    assert list(held.x) == pytest.approx([480 / 16760, 8240 / 16760, 8040 / 16760])
    assert list(held.text) == ["3 % of amount", "49 % of amount", "48 % of amount"]
    assert title(fig) == (
        value.sentence(("Loyal", "New", "Segment 3")).rstrip("."),
        "Filled: share of customers; hollow: share of amount; 240 customers",
    )


def test_value_that_adds_up_to_nothing_is_a_chart_with_dashes(twelve):
    value = size_against_value(twelve[0], twelve[1], "change")
    fig = value_chart(value, LOOKS)
    assert list(fig.data[-1].text) == ["– of change"] * 3
    assert np.isfinite(fig.layout.xaxis.range).all()
    concentration = concentration_chart(value)
    assert not concentration.data
    assert "does not add up" in title(concentration)[0]


def test_negative_value_reaches_below_zero(twelve):
    value = size_against_value(twelve[0], twelve[1], "amount")
    fig = value_chart(replace(value, value_shares=np.array([-0.2, 0.5, 0.7])), LOOKS)
    assert fig.layout.xaxis.range[0] < -0.2
    assert fig.layout.shapes[0].x0 == 0


def test_the_concentration_curve_marks_the_top_fifth(twelve):
    value = size_against_value(twelve[0], twelve[1], "amount")
    fig = concentration_chart(value)
    straight, curve, top = fig.data
    assert (list(straight.x), list(straight.y)) == ([0, 1], [0, 1])
    assert list(curve.y) == list(value.curve_value)
    assert (list(top.x), list(top.y)) == ([0.2], [value.top(0.2)])
    assert title(fig)[0] == value.concentration(0.2).rstrip(".")
    assert title(fig)[1].startswith("240 customers, the most valuable first")


# --- make-up ---


def test_the_make_up_shows_shares_and_marks_what_chance_would_not_give(twelve):
    (found,) = make_up(twelve[0], twelve[1], ("plan",), ("Loyal", "New", "Segment 3"))
    fig = make_up_chart(found, NAMED)
    # of plan a 60, 80 and 0 of 120, 80 and 40; of all 140 of 240
    assert found.groups == ("a", "b")
    assert cells(fig) == [["50", "50"], ["100 ▲", "0 ▼"], ["0 ▼", "100 ▲"], ["58", "42"]]
    assert fig.data[0].z.tolist() == [[0, 0], [1, -1], [-1, 1], [0, 0]]
    assert list(fig.layout.yaxis.ticktext) == ["Loyal", "New", "Segment 3", "All customers"]
    assert title(fig) == (
        "plan: 4 differences beyond chance",
        "Share of each group in %; 240 customers; ▲ more, ▼ fewer than chance would give",
    )


def test_too_few_to_judge_stand_back(twelve):
    (found,) = make_up(twelve[0], twelve[1], ("plan",), ("Loyal", "New", "Segment 3"))
    pale = replace(
        found, too_few=np.array([[False, True], [False, False], [False, False]]), flags=np.zeros((3, 2), dtype=np.int8)
    )
    fig = make_up_chart(pale, LOOKS)
    assert written_in(fig)[0].tolist() == [False, True]
    assert title(fig)[0] == "plan: no difference beyond chance"
    assert title(fig)[1].endswith("pale: too few to judge")


def test_customers_without_a_value_are_told(twelve):
    (found,) = make_up(twelve[0], twelve[1], ("member",), ("Loyal", "New", "Segment 3"))
    assert "220 of 240 customers, the others have no value" in title(make_up_chart(found, LOOKS))[1]


def test_many_groups_are_rows(twelve):
    (found,) = make_up(twelve[0], twelve[1], ("plan",), ("Loyal", "New", "Segment 3"))
    groups = tuple(f"a very long name {i}" for i in range(10))
    ten = replace(
        found,
        groups=groups,
        **{name: np.zeros((3, 10)) for name in ("counts", "shares", "p_adjusted", "flags")},
        overall=np.zeros(10),
        too_few=np.zeros((3, 10), dtype=bool),
    )
    fig = make_up_chart(ten, NAMED)
    assert np.shape(fig.data[0].z) == (10, 4)
    assert list(fig.layout.xaxis.ticktext) == ["1 Loyal", "2 New", "Segment 3", "All<br>customers"]


def test_a_column_without_a_value_has_nothing_to_make_up(twelve):
    (found,) = make_up(twelve[0], twelve[1], ("plan",), ("Loyal", "New", "Segment 3"))
    none = replace(
        found,
        groups=(),
        **{name: np.zeros((3, 0)) for name in ("counts", "shares", "p_adjusted", "flags")},
        overall=np.zeros(0),
        too_few=np.zeros((3, 0), dtype=bool),
        n_missing=240,
    )
    assert title(make_up_chart(none, LOOKS))[0] == "plan: nobody has a value"


# --- how many customers, in every title ---


def step(k):
    return Step(n_clusters=k, sizes=(5,) * k, n_iter=1, **{name: 0.5 for name in INDEX_NAMES}, silhouette_error=0.01)


INDEX_NAMES = [
    name for name in Step.__dataclass_fields__ if name not in ("n_clusters", "sizes", "n_iter", "silhouette_error")
]
CURVES = ["inertia", "silhouette", "simplified_silhouette", "calinski_harabasz", "davies_bouldin", "contact"]


@pytest.mark.parametrize("name", CURVES)
def test_every_curve_says_of_how_many_customers_it_is(name):
    fig = index_chart(Sweep((step(2), step(3)), n_samples=1234, silhouette_sample=None), name)
    assert "; 1,234 customers; " in title(fig)[1]


def test_only_the_silhouette_of_a_sampled_sweep_is_of_a_sample():
    sweep = Sweep((step(2), step(3)), n_samples=50_000, silhouette_sample=10_000)
    assert "sample of 10,000 of 50,000 customers" in title(index_chart(sweep, "silhouette"))[1]
    assert "; 50,000 customers; " in title(index_chart(sweep, "inertia"))[1]


@pytest.mark.parametrize(
    "n_total, told",
    [(None, "; 2,000 customers;"), (2000, "; 2,000 customers;"), (10_000, "; sample of 2,000 of 10,000 ")],
)
def test_repeatability_says_of_how_many_it_is(n_total, told):
    measured = Stability((Repeatability(2, (0.5, 0.7), 0.4, ()),), 2000)
    assert told in title(stability_chart(measured, n_total=n_total))[1]


def test_a_correlation_says_of_how_many_customers_it_is():
    assert "; 1,234 customers" in title(correlation_chart(np.eye(2), ("a", "b"), n_customers=1234))[1]


# --- text from the file ---


@cache
def charts_with(text):
    """Every chart, with the text wherever something of the user's can stand: all strings in it."""
    rows = [f"{i + 50 * (i % 3)},{i % 7},{'ab'[i % 2]}{i % 3}" for i in range(120)]
    table = read_table("\n".join(["amount,visits,plan", *rows]).encode())
    spec = FeatureSpec(("amount",), describe=("visits", "plan"), scale="none", outliers="keep")
    clustering = fit(prepare(table, spec), ClusterSpec(n_clusters=3))
    figures = profile(table, clustering, spec)
    levels = replace(figures.categories[0], column=text, levels=(text, *figures.categories[0].levels[1:]))
    named = replace(figures, columns=(text, "visits"), categories=(levels,), weight_column=text)
    looks = tuple(Look(text, mark(i), True) for i in range(3))
    sample = replace(sample_rows(table, clustering, spec, figures), columns=(text, "visits"), titles=(text, "visits"))
    found = replace(spread(table, clustering, spec, figures, "amount"), title=text, column=text, weight_column=text)
    value = replace(size_against_value(table, clustering, "amount"), column=text)
    (made,) = make_up(table, clustering, ("plan",), (text,) * 3)
    made = replace(made, column=text, groups=(text, *made.groups[1:]))
    effect = Effect(text, "eta squared", 0.5, False, "", "Kruskal-Wallis", 0.5, 0.5)
    figures = [
        heat_map_chart(named.against(), looks),
        heat_map_chart(named.against(1), looks),
        ranking_chart((effect, effect), n_customers=120),
        spread_chart(found, looks),
        spread_chart(found, looks, "densities"),
        levels_chart(named, text, looks),
        snake_chart(named.against(), looks),
        radar_chart(named.against(), looks),
        parallel_chart(sample, looks),
        pairs_chart(sample, looks),
        value_chart(value, looks),
        concentration_chart(value),
        make_up_chart(made, looks),
    ]
    return [list(strings(figure.to_dict())) for figure in figures]


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list, tuple, np.ndarray)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from strings(inner)


@pytest.mark.parametrize("text", ["<b>x</b>", "<i>alert</i>", "a<br>b & c"])
def test_markup_in_names_and_levels_is_shown_and_not_obeyed(text):
    # the same charts with signs that mean nothing, which are then written as plotly wants to have < > &
    harmless = charts_with(text.translate(str.maketrans("<>&", "‹›¤")))
    for own, other in zip(charts_with(text), harmless, strict=True):
        escaped = [one.replace("‹", "&lt;").replace("›", "&gt;").replace("¤", "&amp;") for one in other]
        assert own == escaped
        assert escaped != other


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_every_chart_takes_the_colours_of_its_mode(twelve, mode):
    table, clustering, _, figures = twelve
    comparison, sample = figures.against(), sample_rows(*twelve)
    value = size_against_value(table, clustering, "amount")
    (made,) = make_up(table, clustering, ("plan",), ("a", "b", "c"))
    drawn = [
        heat_map_chart(comparison, LOOKS, mode=mode),
        ranking_chart(effects(*twelve), n_customers=240, mode=mode),
        spread_chart(spread(*twelve, "amount"), LOOKS, mode=mode),
        levels_chart(figures, "plan", LOOKS, mode=mode),
        snake_chart(comparison, LOOKS, mode=mode),
        radar_chart(comparison, LOOKS, mode=mode),
        parallel_chart(sample, LOOKS, mode=mode),
        pairs_chart(sample, LOOKS, mode=mode),
        value_chart(value, LOOKS, mode=mode),
        concentration_chart(value, mode=mode),
        make_up_chart(made, LOOKS, mode=mode),
    ]
    assert {fig.layout.font.color for fig in drawn} == {colours(mode).text}


def test_a_page_of_thirty_segments_of_which_some_are_one_customer_is_drawn():
    table, clustering, spec, figures = wide(4, 30, n_customers=36)
    looks, sample = default_looks(30), sample_rows(table, clustering, spec, figures)
    assert min(figures.sizes) == 1
    for fig in (
        heat_map_chart(figures.against(), looks),
        ranking_chart(effects(table, clustering, spec, figures), n_customers=36),
        spread_chart(spread(table, clustering, spec, figures, "c0"), looks),
        spread_chart(spread(table, clustering, spec, figures, "c0"), looks, "densities"),
        snake_chart(figures.against("rest"), looks),
        radar_chart(figures.against(3), looks),
        parallel_chart(sample, looks),
        pairs_chart(sample, looks),
        value_chart(size_against_value(table, clustering, "c0"), looks),
    ):
        assert fig.data
        assert "36 customers" in title(fig)[1]
