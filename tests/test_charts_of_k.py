"""The charts of the number of segments: silhouette plot, flow, repeatability, sizes, marks on the curves."""

from dataclasses import replace
from math import nan

import numpy as np
import pytest

from clustering import Recommendation, Stability, Sweep
from clustering.blades import Blades
from clustering.charts import flow_chart, index_chart, silhouette_chart, sizes_by_k_chart, stability_chart
from clustering.charts.template import colours
from clustering.flow import Flow, Link, Node
from clustering.identity import default_looks, mark
from clustering.stability import Repeatability
from clustering.sweep import Step


def title(fig):
    """What the title says, without its markup."""
    text = fig.layout.title.text
    for tag in ("<b>", "</b>", "</span>"):
        text = text.replace(tag, "")
    finding, _, shown = text.partition("<br><span style='")
    return finding.replace("<br>", " "), shown.partition(">")[2].replace("<br>", " ")


def called(*names):
    """Looks of segments with these names, the largest first; "Segment 2" is no name."""
    return tuple(
        replace(look, name=name, is_named=name != look.name)
        for look, name in zip(default_looks(len(names)), names, strict=True)
    )


# --- silhouette plot ---

BLADES = Blades(
    values=(np.array([0.8, 0.4, -0.2]), np.array([0.6])),
    shares=(0.75, 0.25),
    means=(1 / 3, 0.6),
    mean=0.4,
    n_looked_at=(3, 1),
    n_negative=(1, 0),
    negative_share=0.25,
    n_samples=4,
    n_total=4,
)
LOOKS = default_looks(2)


def drawn_blades(fig):
    return [trace for trace in fig.data if trace.fill]


def test_there_is_one_blade_per_segment_in_its_hue():
    for mode in ("light", "dark"):
        blades = drawn_blades(silhouette_chart(BLADES, LOOKS, mode))
        assert [blade.fillcolor for blade in blades] == [mark(label).colour(mode) for label in range(2)]


def test_a_blade_is_as_thick_as_its_segment_is_large():
    first, second = drawn_blades(silhouette_chart(BLADES, LOOKS))
    assert np.ptp(first.y) == pytest.approx(3 * np.ptp(second.y), rel=1e-4)


def test_a_blade_reaches_to_its_values_on_both_sides_of_zero():
    fig = silhouette_chart(BLADES, LOOKS)
    first = drawn_blades(fig)[0]
    assert list(first.x) == pytest.approx([0, 0.8, 0.8, 0.4, 0.4, -0.2, -0.2, 0])
    low, high = fig.layout.xaxis.range
    assert low < -0.2
    assert high > 0.8


def test_blades_do_not_overlap():
    first, second = drawn_blades(silhouette_chart(BLADES, LOOKS))
    assert max(first.y) < min(second.y)


def test_the_mean_is_marked_with_a_line_and_written():
    fig = silhouette_chart(BLADES, LOOKS)
    assert [shape.x0 for shape in fig.layout.shapes] == [0, 0.4]
    assert "mean <b>0.40</b>" in [note.text for note in fig.layout.annotations]


def test_segments_are_named_with_their_number_and_share():
    fig = silhouette_chart(BLADES, called("<b>Loyal</b>", "Segment 2"))
    labels = [note.text for note in fig.layout.annotations]
    assert labels[0].startswith("<b>1</b>  &lt;b&gt;Loyal")
    assert labels[1].startswith("<b>Segment 2</b>")
    assert "75 %" in labels[0]
    assert "25 %" in labels[1]


def test_a_blade_says_how_many_sit_nearer_to_another_segment():
    first, second = drawn_blades(silhouette_chart(BLADES, called("A <b>", "Segment 2")))
    assert first.text == "<b>A &lt;b&gt;</b><br>mean silhouette 0.33<br>1 of 3 customers nearer to another segment"
    assert second.text.endswith("0 of 1 customers nearer to another segment")


@pytest.mark.parametrize(
    "n_negative, negative_share, finding",
    [
        ((10, 2), 0.03, "12 customers (3 %) sit nearer to another segment"),
        ((1, 0), 0.25, "1 customer (25 %) sits nearer to another segment"),
        ((1, 0), 0.004, "1 customer (0.4 %) sits nearer to another segment"),
        ((0, 0), 0.0, "Nobody sits nearer to another segment"),
    ],
)
def test_the_title_counts_who_sits_nearer_to_another_segment(n_negative, negative_share, finding):
    blades = replace(BLADES, n_negative=n_negative, negative_share=negative_share)
    assert title(silhouette_chart(blades, LOOKS))[0] == finding


def test_of_a_sample_the_title_gives_the_share_and_says_of_how_many():
    blades = replace(BLADES, n_samples=10_000, n_total=123_456, n_negative=(300, 0), negative_share=0.031)
    finding, shown = title(silhouette_chart(blades, LOOKS))
    assert finding == "About 3 % of customers sit nearer to another segment"
    assert "sample of 10,000 of 123,456 customers" in shown
    nobody = replace(blades, n_negative=(0, 0), negative_share=0.0)
    assert title(silhouette_chart(nobody, LOOKS))[0] == "Nobody in the sample sits nearer to another segment"


def test_an_undefined_silhouette_says_so_and_draws_no_blade():
    undefined = replace(
        BLADES,
        values=(np.array([nan]), np.array([nan])),
        means=(nan, nan),
        mean=nan,
        n_negative=(0, 0),
        negative_share=nan,
    )
    fig = silhouette_chart(undefined, LOOKS)
    assert title(fig)[0] == "The silhouette is not defined for these segments"
    assert drawn_blades(fig) == []
    assert np.isfinite(fig.layout.xaxis.range).all()


def test_many_segments_have_room_for_their_names():
    many = replace(
        BLADES,
        values=(np.array([0.5]),) * 20,
        shares=(0.05,) * 20,
        means=(0.5,) * 20,
        n_looked_at=(1,) * 20,
        n_negative=(0,) * 20,
    )
    fig = silhouette_chart(many, default_looks(20))
    at = sorted(note.y for note in fig.layout.annotations)
    inside = fig.layout.height - fig.layout.margin.t - fig.layout.margin.b
    pixels = inside / (fig.layout.yaxis.range[0] - fig.layout.yaxis.range[1])
    assert min(np.diff(at)) * pixels > 18


# --- flow ---

FLOW = Flow(
    n_clusters=(2, 3),
    chosen=3,
    nodes=(Node(2, 0, 0.5, 1), Node(2, 1, 0.5, 2), Node(3, 0, 0.5, 0), Node(3, 1, 0.38, 1), Node(3, 2, 0.12, 2)),
    links=(Link(2, 0, 0, 0.12), Link(2, 0, 1, 0.38), Link(2, 1, 0, 0.38), Link(2, 1, 2, 0.12)),
    n_samples=100,
    n_total=100,
)


def flow_with_changes(changed):
    """From two segments to two: all stay but those who change sides."""
    links = (Link(2, 0, 0, 0.5), Link(2, 1, 0, changed), Link(2, 1, 1, 0.5 - changed))
    nodes = (Node(2, 0, 0.5, 0), Node(2, 1, 0.5, 1), Node(3, 0, 0.5 + changed, 0), Node(3, 1, 0.5 - changed, 1))
    return replace(FLOW, nodes=nodes, links=links if changed else (links[0], links[2]))


def test_bands_lead_from_the_segments_of_a_number_to_those_of_the_next():
    link = flow_chart(FLOW, default_looks(3)).data[0].link
    assert list(zip(link.source, link.target, link.value, strict=True)) == [
        (0, 2, 0.12),
        (0, 3, 0.38),
        (1, 2, 0.38),
        (1, 4, 0.12),
    ]


def test_segments_have_their_number_and_the_hue_of_the_chosen_number():
    node = flow_chart(FLOW, default_looks(3), mode="dark").data[0].node
    assert list(node.label) == ["1", "2", "1", "2", "3"]
    assert list(node.color) == [mark(label).dark for label in (1, 2, 0, 1, 2)]


def test_bands_are_pale_in_the_hue_they_come_from():
    # #BB8A1B, the second hue
    assert flow_chart(FLOW, default_looks(3)).data[0].link.color[0] == "rgba(187,138,27,0.35)"


def test_bands_and_segments_say_in_words_what_they_are():
    sankey = flow_chart(FLOW, default_looks(3)).data[0]
    assert sankey.link.customdata[3] == "Segment 2 of 2 → segment 3 of 3: 12 % of customers"
    assert sankey.node.customdata[4] == "<b>Segment 3 of 3</b><br>12 % of customers"


def test_a_band_of_less_than_a_percent_is_not_called_nothing():
    assert "0.4 % of customers" in flow_chart(flow_with_changes(0.004), default_looks(3)).data[0].link.customdata[1]


def test_columns_are_labelled_with_the_number_of_segments_and_the_chosen_one_stands_out():
    notes = flow_chart(FLOW, default_looks(3)).layout.annotations
    assert [note.text for note in notes] == ["2", "<b>3</b>", "Number of segments"]
    assert [note.x for note in notes] == [0, 1, 0.5]
    assert notes[1].font.color == colours("light").accent


@pytest.mark.parametrize(
    "changed, finding",
    [
        (0, "Segments only split; nobody changes sides"),
        (0.05, "Segments mostly split; few customers change sides"),
        (0.06, "Segments split, and some customers change sides"),
        (0.15, "Segments split, and some customers change sides"),
        (0.16, "Segments do not hold; many change sides"),
    ],
)
def test_the_title_says_how_many_change_sides(changed, finding):
    assert title(flow_chart(flow_with_changes(changed), default_looks(3)))[0] == finding


def test_the_subtitle_gives_the_average_and_the_sample():
    shown = title(flow_chart(replace(flow_with_changes(0.06), n_samples=5_000, n_total=60_000), default_looks(3)))[1]
    assert "6 % change sides per step on average" in shown
    assert "sample of 5,000 of 60,000" in shown


def test_a_segment_without_customers_is_not_drawn():
    fig = flow_chart(replace(FLOW, nodes=(Node(2, 9, 0.0, 0), *FLOW.nodes)), default_looks(3))
    assert list(fig.data[0].node.label) == ["1", "2", "1", "2", "3"]
    assert list(fig.data[0].link.source) == [0, 0, 1, 1]


def test_a_single_number_has_no_flow():
    fig = flow_chart(replace(FLOW, n_clusters=(2,), nodes=FLOW.nodes[:2], links=()), default_looks(3))
    assert title(fig)[0] == "Only one number of segments was tried"
    assert fig.data == ()


# --- repeatability ---


def measured(*agreements, reference=()):
    """Repeatability of 2, 3, … segments with these agreements of halves and shapeless tables."""
    references = reference or ((),) * len(agreements)
    steps = tuple(
        Repeatability(k, tuple(own), observed=0.5, reference=tuple(shapeless))
        for k, own, shapeless in zip(range(2, 99), agreements, references, strict=False)
    )
    return Stability(steps, n_samples=100)


def curve(fig):
    """The trace with the points that can be pointed at and clicked."""
    return next(trace for trace in fig.data if trace.customdata is not None)


def band(fig):
    return next((trace for trace in fig.data if trace.fill), None)


def test_the_mean_agreement_is_drawn_over_the_number_of_segments_from_zero_to_one():
    fig = stability_chart(measured((0.4, 0.6), (0.8, 1.0)))
    assert list(curve(fig).x) == [2, 3]
    assert list(curve(fig).y) == pytest.approx([0.5, 0.9])
    low, high = fig.layout.yaxis.range
    assert (low, high >= 1) == (0, True)


def test_the_band_reaches_from_the_least_to_the_most():
    found = band(stability_chart(measured((0.4, 0.6), (0.8, 1.0))))
    assert list(zip(found.x, found.y, strict=True)) == [(2, 0.4), (3, 0.8), (3, 1.0), (2, 0.6), (2, 0.4)]


@pytest.mark.parametrize(
    "n_clusters, finding",
    [
        (None, "Random halves agree best at three segments"),
        (3, "Random halves agree best at three segments"),
        (2, "Random halves agree best at three; 0.50 at two"),
        (9, "Random halves agree best at three segments"),
    ],
)
def test_the_title_says_where_halves_agree_best(n_clusters, finding):
    fig = stability_chart(measured((0.4, 0.6), (0.8, 1.0)), n_clusters)
    assert title(fig)[0] == finding
    assert "adjusted Rand index" in title(fig)[1]


def test_what_is_written_alike_counts_as_best_alike():
    fig = stability_chart(measured((0.902,), (0.904,)), 2)
    assert title(fig)[0] == "Random halves agree best at two segments"


def test_the_chosen_number_is_marked_with_its_repeatability():
    fig = stability_chart(measured((0.4, 0.6), (0.8, 1.0)), 3)
    assert fig.layout.shapes[0].x0 == 3
    assert list(fig.data[-1].text) == ["<b>0.90</b>"]


def test_pointing_at_a_number_tells_the_range():
    told = curve(stability_chart(measured((0.4, 0.6)))).customdata
    assert list(told) == ["0.50<br>0.40 to 0.60 over 2 splits in halves"]


def test_numbers_without_a_split_leave_a_gap():
    fig = stability_chart(measured((0.4, 0.6), (), (0.8, 1.0), (0.7, 0.7)), 3)
    assert curve(fig).customdata[1] == "too few different customers"
    assert np.isnan(curve(fig).y[1])
    # a number on its own keeps a narrow band, and nothing leads over the gap
    assert band(fig).x.index(None) == 5
    assert min(band(fig).x[6:]) == 4
    assert fig.layout.shapes == ()


def test_where_no_halves_can_be_compared_the_title_says_so():
    fig = stability_chart(measured((), ()), 2)
    assert title(fig)[0] == "Too few customers to compare random halves"
    assert band(fig) is None


def test_agreement_worse_than_chance_is_not_cut_off():
    assert stability_chart(measured((-0.1, 0.2), (0.5,))).layout.yaxis.range[0] == -0.1


# --- curves ---


def swept(*sizes, **figures):
    """A sweep with these sizes at 2, 3, … segments; figures not given fall evenly."""
    names = [name for name in Step.__dataclass_fields__ if name not in ("n_clusters", "sizes", "n_iter")]
    falling = [1 - 0.1 * i for i in range(len(sizes))]
    steps = tuple(
        Step(n_clusters=len(own), sizes=own, n_iter=1, **{name: figures.get(name, falling)[i] for name in names})
        for i, own in enumerate(sizes)
    )
    return Sweep(steps, n_samples=100, silhouette_sample=None)


FOUR = swept((60, 40), (50, 30, 20), (40, 30, 29, 1), (30, 30, 20, 19, 1))


def test_shapeless_customers_are_a_band_of_two_deviations_to_either_side():
    # 0.4 and 0.6: mean 0.5, standard deviation 0.1414
    shapeless = measured((), (), reference=((0.4, 0.6), (0.3, 0.5)))
    fig = index_chart(FOUR, "simplified_silhouette", stability=shapeless)
    assert list(band(fig).x) == [2, 3, 3, 2, 2]
    assert list(band(fig).y) == pytest.approx([0.2172, 0.1172, 0.6828, 0.7828, 0.2172], abs=1e-4)
    assert "grey: what shapeless customers would give" in title(fig)[1]


@pytest.mark.parametrize("name", ["silhouette", "inertia", "contact"])
def test_other_curves_have_no_band(name):
    shapeless = measured((), (), reference=((0.4, 0.6), (0.3, 0.5)))
    assert band(index_chart(FOUR, name, stability=shapeless)) is None


def test_a_band_that_was_not_measured_is_not_announced():
    fig = index_chart(FOUR, "simplified_silhouette", stability=measured((), ()))
    assert band(fig) is None
    assert "shapeless" not in title(fig)[1]


def test_numbers_that_break_the_rule_on_sizes_are_hollow_and_say_why():
    fig = index_chart(FOUR, "silhouette", skipped=(4, 5), mode="dark")
    c = colours("dark")
    assert list(curve(fig).marker.color) == [c.marks, c.marks, c.ground, c.ground]
    assert curve(fig).customdata[1] == "0.90"
    assert curve(fig).customdata[2] == "0.80<br>passed over: a segment is too small or too large"
    assert "hollow: breaks the rule on sizes" in title(fig)[1]
    assert "hollow" not in title(index_chart(FOUR, "silhouette", skipped=(9,)))[1]


def test_the_bend_of_the_spread_is_marked_and_named():
    fig = index_chart(FOUR, "inertia", n_clusters=4, knee=3)
    assert title(fig)[0] == "The gain flattens after three"
    assert [(note.x, note.text) for note in fig.layout.annotations] == [(3, "bend")]


def test_a_bend_at_the_chosen_number_is_written_beside_its_value():
    fig = index_chart(FOUR, "inertia", n_clusters=3, knee=3)
    assert list(fig.data[-1].text) == ["<b>0.9</b> bend"]
    assert fig.layout.annotations == ()


def test_without_a_bend_the_title_says_so():
    fig = index_chart(FOUR, "inertia", n_clusters=3)
    assert title(fig)[0] == "The spread falls without a clear bend"
    assert title(index_chart(swept((2, 1), inertia=[nan]), "inertia"))[0] == "Not defined for these numbers of segments"


def test_contact_is_best_where_it_is_least():
    fig = index_chart(swept((2, 2), (2, 1, 1), contact=[0.4, 0.2]), "contact", n_clusters=3)
    assert title(fig) == (
        "Segments are best set apart at three",
        "Contact between neighbouring segments; 100 customers; lower is better",
    )


@pytest.mark.parametrize(
    "values, n_clusters, place",
    [
        ([0.9, 0.5, 0.4], 3, "top right"),  # falls
        ([0.4, 0.5, 0.9], 3, "top left"),  # rises
        ([0.9, 0.5, 0.8], 3, "bottom right"),  # a dip
        ([0.9, 0.1, 0.8], 3, "top center"),  # a dip to the axis
        ([0.9, 0.5, 0.8], 4, "top left"),  # rises to the end
        ([0.9, 0.5, 0.4], 4, "bottom left"),  # falls to the end
        ([0.9, 0.5, nan], 3, "top right"),
    ],
)
def test_the_curve_does_not_cross_the_value_of_the_chosen_number(values, n_clusters, place):
    fig = index_chart(swept((2, 2), (2, 1, 1), (1,) * 4, contact=values), "contact", n_clusters=n_clusters)
    assert fig.data[-1].textposition == place


def test_a_click_finds_the_number_and_leaves_the_other_points_as_they_are():
    charts = (
        index_chart(FOUR, "silhouette", n_clusters=3),
        stability_chart(measured((0.4, 0.6), (0.8, 1.0)), 3),
        sizes_by_k_chart(FOUR, ADVICE),
    )
    for fig in charts:
        assert set(curve(fig).x) <= {2, 3, 4, 5}
        clickable = [trace for trace in fig.data if trace.hoverinfo != "skip"]
        assert all(trace.customdata is not None for trace in clickable)
        assert all(trace.unselected.marker.opacity == 1 for trace in fig.data if not getattr(trace, "fill", None))


# --- sizes ---

ADVICE = Recommendation(
    n_clusters=3, best_split=3, alternative=2, agreement="clear", reason="", votes=(), too_small=(4, 5), too_large=()
)


def test_every_number_has_a_stack_of_the_shares_of_its_segments():
    fig = sizes_by_k_chart(FOUR, ADVICE)
    stacks = {
        k: [y for trace in fig.data for x, y in zip(trace.x, trace.y, strict=True) if x == k] for k in range(2, 6)
    }
    assert stacks[3] == [0.5, 0.3, 0.2]
    assert [len(stack) for stack in stacks.values()] == [2, 3, 4, 5]
    assert [sum(stack) for stack in stacks.values()] == pytest.approx([1] * 4)


def test_the_smallest_segment_is_written_above_and_what_breaks_the_rule_is_crossed():
    notes = sizes_by_k_chart(FOUR, ADVICE).layout.annotations
    assert [(note.x, note.text) for note in notes] == [(2, "40 %"), (3, "20 %"), (4, "×<br>1 %"), (5, "×<br>1 %")]


def test_numbers_that_break_the_rule_are_hatched():
    fig = sizes_by_k_chart(FOUR, ADVICE)
    assert list(fig.data[0].marker.pattern.shape) == ["", "", "/", "/"]
    assert title(fig)[1].endswith("hatched and ×: breaks the rule on sizes")
    kept = sizes_by_k_chart(FOUR, replace(ADVICE, too_small=()))
    assert "hatched" not in title(kept)[1]


def test_the_chosen_stack_has_the_accent():
    c = colours("light")
    assert list(sizes_by_k_chart(FOUR, ADVICE).data[0].marker.color) == [c.marks, c.accent, c.marks, c.marks]


def test_pointing_at_a_stack_tells_its_ends_and_why_it_was_passed_over():
    told = sizes_by_k_chart(FOUR, replace(ADVICE, too_large=(2,))).data[0].customdata
    assert told[0] == (
        "<b>2 segments</b><br>largest 60 · 60 %<br>smallest 40 · 40 %<br>passed over: the largest is too large"
    )
    assert told[2].endswith("passed over: the smallest is too small")
    assert "passed over" not in told[1]


def test_the_title_gives_the_smallest_segment_of_the_best_number_also_where_none_is_recommended():
    nothing = replace(ADVICE, n_clusters=None, best_split=2, agreement="none")
    assert title(sizes_by_k_chart(FOUR, ADVICE))[0] == "At three the smallest segment holds 20 %"
    assert title(sizes_by_k_chart(FOUR, nothing))[0] == "At two the smallest segment holds 40 %"


def test_the_number_gone_on_with_stands_out_where_it_was_tried():
    c = colours("light")
    assert list(sizes_by_k_chart(FOUR, ADVICE, 4).data[0].marker.color) == [c.marks, c.marks, c.accent, c.marks]
    assert list(sizes_by_k_chart(FOUR, ADVICE, 17).data[0].marker.color) == [c.marks, c.accent, c.marks, c.marks]


def test_where_every_number_breaks_the_rule_the_title_says_so():
    fig = sizes_by_k_chart(FOUR, replace(ADVICE, too_small=(3, 4, 5), too_large=(2,)))
    assert title(fig)[0] == "Every number leaves a segment too small or too large"


def test_less_than_a_percent_is_not_called_nothing():
    assert sizes_by_k_chart(swept((996, 4)), replace(ADVICE, best_split=2)).layout.annotations[0].text == "0.4 %"


def test_many_numbers_stand_upright_so_that_their_shares_do_not_overlap():
    many = swept(*((5,) * k for k in range(2, 21)))
    notes = sizes_by_k_chart(many, replace(ADVICE, too_small=(20,))).layout.annotations
    assert {note.textangle for note in notes} == {-90}
    assert notes[-1].text == "× 5 %"
