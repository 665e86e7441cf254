"""Where customers go when there is one more segment."""

from math import nan

import numpy as np
import pytest

from clustering import ClusterSpec, FeatureSpec, Sweep, prepare, read_table, sweep
from clustering.errors import InvalidSetting
from clustering.flow import MOST_NUMBERS, Link, flow
from clustering.sweep import Step, followed_rows


def line(*positions):
    data = "\n".join(["x", *map(str, positions)]).encode()
    return prepare(read_table(data), FeatureSpec(("x",), scale="none", outliers="keep"))


def swept(*centers, features=None):
    """A sweep that has put customers on a line (0, 1, 2 and 3 if none are given) with the nearest of these centers."""
    X = (features or FOUR).X
    scores = dict.fromkeys(("inertia", "silhouette", "silhouette_error", "simplified_silhouette"), nan)
    scores |= dict.fromkeys(("calinski_harabasz", "davies_bouldin", "contact"), nan)
    steps = tuple(
        Step(len(own), (1,) * len(own), 1, labels=np.abs(X[followed_rows(len(X))] - own).argmin(axis=1), **scores)
        for own in centers
    )
    return Sweep(steps, n_samples=len(X), silhouette_sample=None)


FOUR = line(0, 1, 2, 3)
# at two: 0 and 1 | 2 and 3. At three: 1 and 2 | 0 | 3, so that segment 0 takes one from each side.
CHANGED = swept([0.5, 2.5], [1.5, -0.5, 3.5])


def test_every_customer_goes_from_its_segment_to_that_of_the_next_number():
    assert flow(CHANGED).links == (
        Link(2, 0, 0, 0.25),
        Link(2, 0, 1, 0.25),
        Link(2, 1, 0, 0.25),
        Link(2, 1, 2, 0.25),
    )


def test_a_segment_has_the_share_of_its_customers():
    nodes = flow(CHANGED).nodes
    assert [(node.n_clusters, node.label, node.share) for node in nodes] == [
        (2, 0, 0.5),
        (2, 1, 0.5),
        (3, 0, 0.5),
        (3, 1, 0.25),
        (3, 2, 0.25),
    ]


def test_who_comes_from_another_segment_than_most_of_the_new_one_changes_sides():
    # of the two in segment 0 of 3 one comes from either side: one of four changes sides
    assert flow(CHANGED).changed == (0.25,)


def test_where_segments_only_split_nobody_changes_sides():
    assert flow(swept([0.5, 2.5], [0.5, 2, 3], [0, 1, 2, 3])).changed == (0, 0)


def test_segments_have_the_hue_of_the_segment_of_the_chosen_number_they_share_most_with():
    # chosen are three: 0 and 1 | 2 | 3. At two the second segment holds 2 and 3: of equals the first.
    split = swept([0.5, 2.5], [0.5, 2, 3], [3, 2, 1, 0])
    hues = {(node.n_clusters, node.label): node.hue for node in flow(split, 3).nodes}
    assert [hues[2, label] for label in range(2)] == [0, 1]
    assert [hues[3, label] for label in range(3)] == [0, 1, 2]
    assert [hues[4, label] for label in range(4)] == [2, 1, 0, 0]


def test_a_segment_without_a_customer_keeps_its_place_with_no_share():
    nodes = flow(swept([0.5, 2.5], [0.5, 2.5, 99])).nodes
    assert (nodes[-1].label, nodes[-1].share) == (2, 0)


@pytest.mark.parametrize("n_clusters, shown", [(None, (2, 8)), (2, (2, 8)), (5, (2, 8)), (7, (4, 10)), (12, (6, 12))])
def test_at_most_seven_numbers_around_the_chosen_one_are_shown(n_clusters, shown):
    many = swept(*(list(range(k)) for k in range(2, 13)))
    found = flow(many, n_clusters)
    assert (found.n_clusters[0], found.n_clusters[-1]) == shown
    assert len(found.n_clusters) == MOST_NUMBERS


def test_a_number_that_was_not_tried_gives_way_to_the_nearest():
    assert flow(CHANGED, 9).chosen == 3


def test_one_number_alone_has_no_links():
    found = flow(swept([0.5, 2.5]))
    assert (found.links, found.changed) == ((), ())


def test_nothing_swept_is_refused():
    with pytest.raises(InvalidSetting, match="No number of segments was tried yet"):
        flow(swept())


def test_no_customer_gets_lost_on_the_way(mall):
    features = prepare(mall, FeatureSpec(("Annual Income (k$)", "Spending Score (1-100)")))
    found = flow(sweep(features, ClusterSpec(), range(2, 7)), 5)
    into, out = {}, {}
    for link in found.links:
        out[link.n_clusters, link.source] = out.get((link.n_clusters, link.source), 0) + link.share
        into[link.n_clusters + 1, link.target] = into.get((link.n_clusters + 1, link.target), 0) + link.share
    shares = {(node.n_clusters, node.label): node.share for node in found.nodes}
    assert out == pytest.approx({place: share for place, share in shares.items() if place[0] < 6})
    assert into == pytest.approx({place: share for place, share in shares.items() if place[0] > 2})
    for number in found.n_clusters:
        assert sum(share for place, share in shares.items() if place[0] == number) == pytest.approx(1)


def test_customers_stand_in_the_segments_of_the_sweep(mall):
    features = prepare(mall, FeatureSpec(("Annual Income (k$)", "Spending Score (1-100)"), outliers="keep"))
    found = sweep(features, ClusterSpec(), [5])
    shares = [node.share for node in flow(found).nodes]
    assert shares == pytest.approx([size / 200 for size in found.steps[0].sizes])


def test_of_many_customers_always_the_same_five_thousand_are_followed():
    features = line(*range(6_000))
    steps = swept([1000, 4000], [1000, 3000, 5000], features=features)
    found = flow(steps)
    assert (found.n_samples, found.n_total) == (5_000, 6_000)
    assert found == flow(steps)
    assert sum(link.share for link in found.links) == pytest.approx(1)


def test_where_segments_are_no_balls_everybody_is_where_the_method_put_them():
    # A long chain beside a short one: its beginning is nearer to the middle of the short one than to its own.
    long, short = [f"{x / 3:.2f},{x % 7 / 20}" for x in range(60)], [f"{x / 3:.2f},{4 + x % 7 / 20}" for x in range(12)]
    table = read_table("\n".join(["x,y", *long, *short]).encode())
    features = prepare(table, FeatureSpec(("x", "y"), scale="none", outliers="keep"))
    single = ClusterSpec(method="agglomerative", settings={"linkage": "single"})
    found = sweep(features, single, [2])
    assert found.steps[0].labels.tolist() == [0] * 60 + [1] * 12
    assert [node.share for node in flow(found).nodes] == pytest.approx([60 / 72, 12 / 72])
