"""Which number of segments is recommended, in what words, and how sure that is."""

from math import nan
from pathlib import Path

import numpy as np
import pytest

from clustering import (
    ClusterSpec,
    FeatureSpec,
    Stability,
    Sweep,
    prepare,
    read_table,
    recommend,
    stability,
    suggest_features,
    sweep,
)
from clustering.errors import InvalidSetting
from clustering.stability import Repeatability
from clustering.sweep import Step

SAMPLES = Path(__file__).parents[1] / "sample_data"
SPEC = ClusterSpec()


def step(n_clusters, simplified, silhouette=0.6, contrast=100.0, overlap=1.0, sizes=None, contact=0.0):
    return Step(
        n_clusters=n_clusters,
        sizes=sizes or (10,) * n_clusters,
        n_iter=5,
        inertia=1 / n_clusters,
        silhouette=silhouette,
        silhouette_error=0.0,
        simplified_silhouette=simplified,
        calinski_harabasz=contrast,
        davies_bouldin=overlap,
        contact=contact,
        labels=np.zeros(0, dtype=np.int16),
    )


def repeatable(n_clusters, agreement, above=4.0):
    """One number of segments: as repeatable as told, and so many deviations above shapeless customers."""
    # 0.5 and 0.1 have the standard deviation 0.2 * sqrt(2) around their mean 0.3
    return Repeatability(n_clusters, (agreement,), 0.3 + above * 0.2 * 2**0.5, (0.5, 0.1))


def recommended(*steps, measured=None, **settings):
    """The recommendation for these steps, all equally repeatable unless told otherwise."""
    measured = measured or [repeatable(step.n_clusters, 0.9) for step in steps]
    swept = Sweep(steps, n_samples=100, silhouette_sample=None)
    return recommend(swept, Stability(tuple(measured), n_samples=100), **settings)


# In each of these three is best by the deciding score; there is no contact, so it is the simplified silhouette.
AGREED = (step(2, 0.5, 0.5, 80, 1.2), step(3, 0.7, 0.6, 90, 0.8), step(4, 0.6, 0.4, 70, 1.5))
# contrast is greatest at 4; overlap is least at 4
SPLIT = (step(2, 0.65, 0.5, 80, 1.2), step(3, 0.7, 0.6, 90, 0.8), step(4, 0.6, 0.4, 95, 0.7))


# --- the number ---


def test_the_largest_simplified_silhouette_decides():
    steps = [step(2, 0.5, 0.9, 900, 0.1), step(3, 0.51), step(4, 0.49)]
    assert recommended(*steps).n_clusters == 3


def test_contact_between_segments_takes_off_a_tenth():
    # 0.6 - 0.1 * 0.9 = 0.51 against 0.55 - 0.1 * 0.2 = 0.53
    assert recommended(step(2, 0.55, contact=0.2), step(3, 0.6, contact=0.9), step(4, 0.1)).n_clusters == 2


def test_every_index_votes_by_its_own_direction():
    assert recommended(*SPLIT).votes == (
        ("simplified_silhouette", 3),
        ("silhouette", 3),
        ("calinski_harabasz", 4),
        ("davies_bouldin", 4),
        ("stability", 3),
    )


def test_repeatability_votes_for_the_most_repeatable_number():
    measured = [repeatable(2, 0.95), repeatable(3, 0.9), repeatable(4, 0.7)]
    assert ("stability", 2) in recommended(*AGREED, measured=measured).votes


def test_repeatability_votes_for_the_best_number_where_that_is_about_as_repeatable():
    measured = [repeatable(2, 0.95), repeatable(3, 0.93), repeatable(4, 0.7)]
    assert ("stability", 3) in recommended(*AGREED, measured=measured).votes


def test_repeatability_that_was_measured_for_other_numbers_only_does_not_vote():
    assert len(recommended(*AGREED, measured=[repeatable(7, 0.9)]).votes) == 4


def test_of_equally_good_numbers_the_smaller_is_taken():
    result = recommended(step(4, 0.6), step(2, 0.6), step(3, 0.6))
    assert result.n_clusters == 2
    assert {vote for _, vote in result.votes} == {2}


def test_a_score_that_is_undefined_wins_nothing():
    result = recommended(step(2, 0.5, overlap=1.0), step(3, nan, overlap=nan))
    assert result.n_clusters == 2
    assert ("davies_bouldin", 2) in result.votes


def test_an_index_that_is_undefined_throughout_does_not_vote():
    result = recommended(*(step(k, score, contrast=nan) for k, score in ((2, 0.5), (3, 0.4), (4, 0.3))))
    assert [name for name, _ in result.votes] == ["simplified_silhouette", "silhouette", "davies_bouldin", "stability"]
    assert "All four measures agree" in result.reason


# --- how sure ---


def test_indices_that_agree_are_clear():
    assert recommended(*AGREED).agreement == "clear"


def test_a_clear_reason_names_the_number_and_the_runner_up():
    assert recommended(*AGREED).reason == (
        "At three the customers are close to their own segment and thin out between segments. "
        "All five measures agree, and random halves of the customers give the same segments (repeatability 0.90). "
        "Four is the runner-up: 10 / 10 / 10 / 10."
    )


def test_the_runner_up_of_a_clear_case_is_the_next_best_by_the_deciding_index():
    # 0.6 for four, 0.5 for two
    assert recommended(*AGREED).alternative == 4


def test_a_runner_up_within_a_twentieth_is_nearly_as_good():
    steps = (*AGREED[:2], step(4, 0.651, 0.4, 70, 1.5, sizes=(2310, 1880, 810, 500)))
    assert recommended(*steps).reason.endswith(" Four is nearly as good: 2,310 / 1,880 / 810 / 500.")


def test_a_single_number_has_no_runner_up():
    result = recommended(step(3, 0.7))
    assert result.alternative is None
    assert result.agreement == "open"
    assert result.reason == (
        "Only one number of segments could be compared, and three comes out best. Try a wider range before you decide."
    )


def test_the_largest_number_tried_is_never_clear():
    result = recommended(step(2, 0.4, 0.4, 80, 1.2), step(3, 0.5, 0.5, 90, 0.8), step(4, 0.7, 0.6, 95, 0.7))
    assert result.agreement == "open"
    assert result.reason.startswith("Four comes out best and is the largest number tried.")


def test_the_largest_number_that_the_customers_can_bear_can_be_clear():
    steps = (step(2, 0.4, 0.4, 80, 1.2), step(3, 0.5, 0.5, 90, 0.8), step(4, 0.7, 0.6, 95, 0.7))
    swept = Sweep(steps, n_samples=5, silhouette_sample=None, impossible=(5, 6))
    measured = Stability(tuple(repeatable(k, 0.9) for k in (2, 3, 4)), n_samples=5)
    assert recommend(swept, measured).agreement == "clear"


def test_repeatability_that_was_not_measured_leaves_the_answer_open():
    result = recommend(Sweep(AGREED, n_samples=100, silhouette_sample=None), None)
    assert (result.n_clusters, result.agreement) == (3, "open")
    assert "How repeatable that is was not measured" in result.reason


def test_customers_too_few_to_be_halved_leave_the_answer_open():
    result = recommended(*AGREED, measured=[Repeatability(k, (), 0.5, (0.1, 0.2)) for k in (2, 3, 4)])
    assert (result.n_clusters, result.agreement) == (3, "open")
    assert "cannot be measured with so few customers" in result.reason


def test_indices_that_disagree_are_split():
    assert recommended(*SPLIT).agreement == "split"


def test_a_split_reason_names_both_numbers_and_who_is_for_which():
    assert recommended(*SPLIT).reason == (
        "Three or four: the measures do not agree (closeness to centers, separation and repeatability for three; "
        "contrast and overlap for four). Three has the best balance of close customers and gaps between segments; "
        "look at both before you decide. Four is the runner-up: 10 / 10 / 10 / 10."
    )


def test_the_alternative_of_a_split_case_is_what_most_dissenters_prefer():
    # two is the next best by the deciding index, but contrast and overlap prefer four
    assert recommended(*SPLIT).alternative == 4


def test_among_equally_many_dissenters_the_deciding_index_finds_the_alternative():
    # contrast prefers 2 (0.65), overlap prefers 4 (0.6)
    steps = (step(2, 0.65, 0.5, 99, 1.2), step(3, 0.7, 0.6, 90, 0.8), step(4, 0.6, 0.4, 95, 0.7))
    result = recommended(*steps)
    assert result.alternative == 2
    assert result.reason.startswith("Two or three: ")


def test_a_single_dissenter_makes_a_case_split():
    steps = (step(2, 0.5, 0.5, 99, 1.2), *AGREED[1:])
    assert recommended(*steps).agreement == "split"


# --- whether there are any ---


def test_segments_that_do_not_come_again_and_are_no_better_than_chance_are_none():
    result = recommended(*AGREED, measured=[repeatable(k, 0.3, above=0.0) for k in (2, 3, 4)])
    assert (result.n_clusters, result.best_split, result.alternative, result.agreement) == (None, 3, 3, "none")
    assert result.reason == (
        "Random halves of the customers give different segments (repeatability 0.30 at best), and they are no better "
        "than what customers without any groups would give. A split can still be useful, as a convenient cut: the "
        "best one found has three."
    )


def test_a_crowd_that_is_always_cut_at_the_same_place_is_told_as_that():
    reason = recommended(*AGREED, measured=[repeatable(k, 0.93, above=-1.0) for k in (2, 3, 4)]).reason
    assert reason.startswith("Random halves of the customers are split alike (repeatability 0.93 at best), but")


def test_bunched_customers_whose_halves_disagree_are_told_as_that():
    reason = recommended(*AGREED, measured=[repeatable(k, 0.4, above=9.0) for k in (2, 3, 4)]).reason
    assert reason.startswith("Customers are bunched more than without any groups, but random halves of them")


def test_a_number_that_is_hardly_repeatable_is_recommended_only_where_none_is_more():
    measured = [repeatable(2, 0.9), repeatable(3, 0.29), repeatable(4, 0.2)]
    assert recommended(*AGREED, measured=measured).best_split == 2
    assert recommended(*AGREED, measured=[repeatable(k, 0.29) for k in (2, 3, 4)]).best_split == 3


def test_numbers_measured_before_do_not_change_the_answer():
    # at nine shapeless customers reach 0.9, far above what three has
    other = Repeatability(9, (1.0,), 0.2, (0.9, 0.8))
    measured = [repeatable(k, 0.9) for k in (2, 3, 4)]
    assert recommended(*AGREED, measured=[*measured, other]) == recommended(*AGREED, measured=measured)


@pytest.mark.parametrize(
    "agreement, above, said",
    [
        (0.88, 1.001, 3),  # 0.88 + 0.08 = 0.96
        (0.86, 1.001, None),
        (0.72, 3.0, 3),  # 0.72 + 0.24
        (0.70, 3.0, None),
        (0.64, 40.0, 3),  # four deviations count at most: 0.64 + 0.32
        (0.62, 40.0, None),
        (1.0, 0.99, None),  # less than one deviation is nothing, however repeatable
    ],
)
def test_less_repeatability_is_asked_for_the_farther_above_chance(agreement, above, said):
    measured = [repeatable(2, 0.2, above), repeatable(3, agreement, above), repeatable(4, 0.2, above)]
    assert recommended(*AGREED, measured=measured).n_clusters == said


def test_the_most_repeatable_number_speaks_for_there_being_segments():
    # three is best but only 0.55 repeatable; two is, at 0.99
    measured = [repeatable(2, 0.99), repeatable(3, 0.55, above=0.0), repeatable(4, 0.2)]
    assert recommended(*AGREED, measured=measured).n_clusters == 3


def test_a_number_that_breaks_the_rule_on_sizes_speaks_for_there_being_segments():
    steps = (step(2, 0.5), step(3, 0.7, sizes=(60, 39, 1)), step(4, 0.1))
    measured = [repeatable(2, 0.3, above=2.0), repeatable(3, 0.9), repeatable(4, 0.3)]
    assert recommended(*steps, measured=measured, min_share=0.02).n_clusters == 2


def test_a_reference_that_could_not_be_drawn_is_no_reason_to_say_none():
    measured = [Repeatability(k, (0.1,), nan, ()) for k in (2, 3, 4)]
    assert recommended(*AGREED, measured=measured).n_clusters == 3


def test_none_outranks_open():
    steps = (step(2, 0.4), step(3, 0.5), step(4, 0.7))
    assert recommended(*steps, measured=[repeatable(k, 0.1, 0.0) for k in (2, 3, 4)]).agreement == "none"


# --- segments that are too small ---


def test_a_number_that_leaves_too_small_a_segment_is_passed_over():
    result = recommended(step(2, 0.5, sizes=(60, 40)), step(3, 0.7, sizes=(60, 39, 1)), min_share=0.02)
    assert (result.n_clusters, result.too_small) == (2, (3,))


def test_a_number_passed_over_gets_no_vote_and_is_no_runner_up():
    result = recommended(step(2, 0.5, sizes=(60, 40)), step(3, 0.7, 0.9, 900, 0.1, (60, 39, 1)), min_share=0.02)
    assert {vote for _, vote in result.votes} == {2}
    assert result.alternative is None


def test_the_default_least_share_is_one_percent():
    keeps = recommended(step(2, 0.5, sizes=(600, 400)), step(3, 0.7, sizes=(600, 390, 10)))
    drops = recommended(step(2, 0.5, sizes=(600, 400)), step(3, 0.7, sizes=(600, 391, 9)))
    assert (keeps.n_clusters, drops.n_clusters) == (3, 2)


@pytest.mark.parametrize("percent", [1, 7, 14, 28, 29])
def test_a_segment_of_exactly_the_least_share_is_large_enough(percent):
    # 0.07 * 100 is 7.000000000000001 in floating point, and 0.28 * 100 is 28.000000000000004
    result = recommended(step(2, 0.5, sizes=(1000 - 10 * percent, 10 * percent)), min_share=percent / 100)
    assert result.too_small == ()


def test_where_every_number_leaves_too_small_a_segment_the_best_is_named_with_that_doubt():
    result = recommended(step(2, 0.5, sizes=(95, 5)), step(3, 0.7, sizes=(60, 39, 1)), min_share=0.1)
    assert result.n_clusters == 3
    assert result.too_small == (2, 3)
    assert result.agreement == "open"
    assert result.reason == (
        "Every number tried leaves a segment with less than 10.0 % of the customers. Of these, three is best. "
        "Two is the runner-up: 95 / 5."
    )


def test_a_number_whose_largest_segment_holds_too_much_is_passed_over():
    steps = (step(2, 0.7, sizes=(80, 20)), step(3, 0.5, sizes=(60, 30, 10)))
    result = recommended(*steps, max_share=0.7)
    assert (result.n_clusters, result.too_large) == (3, (2,))


def test_where_both_rules_are_broken_both_are_named():
    steps = (step(2, 0.7, sizes=(95, 5)), step(3, 0.5, sizes=(60, 39, 1)))
    result = recommended(*steps, min_share=0.02, max_share=0.9)
    assert result.reason.startswith(
        "Every number tried leaves a segment with less than 2.0 % or more than 90.0 % of the customers."
    )


def test_a_single_customer_is_no_segment_unless_any_size_will_do():
    steps = (step(2, 0.5, sizes=(6, 4)), step(3, 0.7, sizes=(6, 3, 1)))
    assert recommended(*steps).n_clusters == 2
    assert recommended(*steps, min_share=0).n_clusters == 3


def test_limits_that_leave_too_little_to_compare_are_told_as_the_cause():
    steps = (step(2, 0.5, sizes=(60, 40)), step(3, 0.7, sizes=(60, 39, 1)), step(4, 0.6, sizes=(60, 20, 19, 1)))
    assert recommended(*steps, min_share=0.02).reason.startswith(
        "Only one of the numbers tried keeps the limits on sizes, and two comes out best. Other limits leave more to"
    )


# --- refusals ---


def test_nothing_swept_is_refused():
    with pytest.raises(InvalidSetting, match="No number of segments was tried yet"):
        recommended()


@pytest.mark.parametrize("min_share", [-0.01, 0.51, nan])
def test_a_least_share_that_is_not_possible_is_refused_with_what_is(min_share):
    with pytest.raises(InvalidSetting, match=f"The smallest share is {min_share}; it must be between 0 and 0.5"):
        recommended(*AGREED, min_share=min_share)


@pytest.mark.parametrize("max_share", [0.49, 1.01, nan])
def test_a_greatest_share_that_is_not_possible_is_refused_with_what_is(max_share):
    with pytest.raises(InvalidSetting, match=f"The largest share is {max_share}; it must be between 0.5 and 1"):
        recommended(*AGREED, max_share=max_share)


@pytest.mark.parametrize("min_share", [0, 0.5])
def test_the_bounds_of_the_least_share_are_possible(min_share):
    assert recommended(step(2, 0.5, sizes=(5, 5)), min_share=min_share).n_clusters == 2


# --- the samples ---


def recommended_for(sample, columns=None, *, clustering=SPEC, numbers=range(2, 11), **settings):
    table = read_table(SAMPLES / sample)
    features = prepare(table, FeatureSpec(columns or suggest_features(table).columns, **settings))
    return recommend(sweep(features, clustering, numbers), stability(features, clustering, numbers))


def test_mall_customers_are_five_clear_segments_by_income_and_spending():
    result = recommended_for("mall_customers.csv", ("Annual Income (k$)", "Spending Score (1-100)"))
    assert (result.n_clusters, result.agreement) == (5, "clear")


def test_blobs_are_five_clear_segments():
    result = recommended_for("blobs.csv")
    assert (result.n_clusters, result.agreement) == (5, "clear")


def test_iris_is_two_or_three():
    # its silhouette prefers two, its species are three
    result = recommended_for("iris.csv", scale="none")
    assert (result.n_clusters, result.alternative, result.agreement) == (2, 3, "split")
    assert result.reason.startswith("Two or three: ")


def test_scaled_iris_is_two_or_three_as_well():
    result = recommended_for("iris.csv")
    assert (result.n_clusters, result.alternative, result.agreement) == (2, 3, "split")
    assert result.reason.startswith(
        "Two or three: all measures prefer two, but the contrast is about as great at three"
    )


def test_a_contrast_more_than_a_twentieth_lower_is_no_tie():
    # 90 at three; 85.6 is 4.9 % lower, 85.4 is 5.1 % lower
    near, far = (step(4, 0.6, 0.4, contrast, 1.5) for contrast in (85.6, 85.4))
    assert recommended(*AGREED[:2], near).agreement == "split"
    assert recommended(*AGREED[:2], far).agreement == "clear"


# --- segments of any shape ---


def recommended_for_bent(*steps, agreements):
    """The recommendation where the method follows bends and halves agree so far at each number."""
    swept = Sweep(steps, n_samples=100, silhouette_sample=None, any_shape=True)
    measured = [repeatable(step.n_clusters, told, above=-2) for step, told in zip(steps, agreements, strict=True)]
    return recommend(swept, Stability(tuple(measured), n_samples=100))


def test_where_a_method_follows_bends_the_halves_decide_and_nothing_is_called_clear():
    # By compact segments it would be three, and none at all: shapeless customers give closer ones.
    result = recommended_for_bent(*AGREED, agreements=(1.0, 0.7, 0.6))
    assert (result.n_clusters, result.best_split, result.agreement) == (2, 2, "open")
    assert result.reason.startswith("Two is what random halves of the customers find again most surely")
    assert "cannot judge bent ones" in result.reason


def test_bent_segments_that_do_not_come_again_are_none():
    result = recommended_for_bent(*AGREED, agreements=(0.3, 0.79, 0.6))
    assert (result.n_clusters, result.best_split, result.agreement) == (None, 3, "none")
    assert result.reason.startswith(
        "Random halves of the customers give different segments (repeatability 0.79 at best)"
    )
    assert "without any groups" not in result.reason  # with which only compact segments were compared


def test_bent_segments_that_were_not_measured_are_open():
    swept = Sweep(AGREED, n_samples=100, silhouette_sample=None, any_shape=True)
    result = recommend(swept, None)
    assert (result.n_clusters, result.agreement) == (3, "open")


@pytest.mark.parametrize(
    "settings", [{"method": "spectral"}, {"method": "agglomerative", "settings": {"linkage": "single"}}]
)
def test_two_moons_are_two_for_a_method_that_follows_bends(settings):
    result = recommended_for("moons.csv", numbers=range(2, 5), clustering=ClusterSpec(**settings))
    assert (result.n_clusters, result.agreement) == (2, "open")


def test_halves_that_agree_in_part_give_similar_segments_not_the_same():
    measured = [repeatable(step.n_clusters, 0.7) for step in AGREED]
    result = recommended(*AGREED, measured=measured)
    assert result.agreement == "clear"
    assert "give similar segments (repeatability 0.70)" in result.reason


@pytest.mark.parametrize(
    "method", ["minibatch", "bisecting", "agglomerative", "gaussian_mixture", "birch", "gower_medoids"]
)
def test_crowds_are_found_and_shapeless_customers_are_none_whatever_the_method(method):
    spec = ClusterSpec(method=method)
    assert recommended_for("blobs.csv", clustering=spec, numbers=range(4, 7)).n_clusters == 5
    assert recommended_for("uniform_noise.csv", clustering=spec, numbers=(2, 3)).agreement == "none"


def test_one_chain_that_strings_everybody_together_is_no_clear_segment():
    single = ClusterSpec(method="agglomerative", settings={"linkage": "single"})
    assert recommended_for("no_structure.csv", clustering=single).agreement == "none"


@pytest.mark.parametrize("sample", ["no_structure.csv", "uniform_noise.csv"])
def test_customers_without_structure_are_no_clear_segments(sample):
    result = recommended_for(sample)
    assert (result.n_clusters, result.agreement) == (None, "none")


@pytest.mark.parametrize("sample, n_clusters", [("wine.csv", 3), ("shop_customers.csv", 4)])
def test_segments_that_are_there_are_found(sample, n_clusters):
    assert recommended_for(sample).n_clusters == n_clusters
