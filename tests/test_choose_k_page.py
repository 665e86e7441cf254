"""The page Number of segments: the answer, what speaks for it, and the limits the user sets."""

import json

import pytest

from clustering import ClusterSpec
from tests.driver import (
    SAMPLES,
    answer,
    button,
    figures,
    go,
    metric,
    session_of,
    table_with,
    texts,
    upload,
    use_income_and_spending,
    widget,
)

PAGE = "pages/3_Choose_k.py"


@pytest.fixture
def mall(app):
    button(app, "Try it with sample data").click().run()
    return go(use_income_and_spending(app), PAGE)


def test_the_answer_says_how_repeatable_it_is(mall):
    assert answer(mall) == "## Five segments :green-badge[:material/check: Clear]"
    assert float(metric(mall, "How repeatable")) > 0.9


def test_the_table_holds_every_score_and_the_verdict(mall):
    table = table_with(mall, "Repeatable")
    assert list(table["Segments"]) == list(range(2, 11))
    assert table.set_index("Segments")["Verdict"][5] == "Recommended"
    assert {"Contact", "Rounds", "Smallest", "Largest"} <= set(table.columns)


def test_the_elbow_is_marked_where_the_curve_bends(mall):
    assert "The gain flattens after five" in json.dumps(figures(mall)[0])


def test_a_largest_acceptable_segment_passes_over_numbers_and_marks_them(mall):
    widget(mall.select_slider, "Largest acceptable segment").set_value(0.5).run()
    table = table_with(mall, "Verdict").set_index("Segments")
    too_large = [k for k in table.index if table["Largest"][k] > 100]
    assert too_large
    assert set(table["Verdict"][too_large]) == {"A segment too large"}


def test_another_number_can_be_gone_on_with(mall):
    box = widget(mall.selectbox, "Segments to go on with")
    box.set_value(4).run()
    assert session_of(mall).n_clusters == 4
    assert any(b.label == "See the four segments" for b in mall.button)


def test_the_repeatability_is_kept_with_the_sweep(mall):
    session = session_of(mall)
    assert session.known_stability.n_clusters == list(range(2, 11))
    before = session.known_stability
    go(mall, "pages/4_Clusters.py")
    go(mall, PAGE)
    assert session_of(mall).known_stability.steps == before.steps


def test_one_more_number_measures_only_that(mall):
    before = session_of(mall).known_stability
    widget(mall.slider, "Numbers of segments to try").set_range(2, 11).run()
    go(mall, PAGE)
    after = session_of(mall).known_stability
    assert after.step(11) is not None
    assert after.step(5) is before.step(5)


def test_the_reason_names_the_runner_up_with_its_sizes(mall):
    assert "Six is nearly as good: " in texts(mall)


def test_customers_without_structure_are_told_so_and_can_still_be_split(app):
    upload(app, "no_structure.csv", (SAMPLES / "no_structure.csv").read_bytes())
    go(app, PAGE)
    assert answer(app) == "## No clear segments :gray-badge[:material/blur_on: None to be seen]"
    assert "A split can still be useful" in texts(app)
    assert list(table_with(app, "Verdict")["Verdict"]).count("Best split") == 1
    press_next = next(b for b in app.button if b.label.startswith("See the "))
    press_next.click().run()
    assert not app.exception


def test_the_picker_follows_the_recommendation_when_the_limits_change_it(mall):
    widget(mall.select_slider, "Largest acceptable segment").set_value(0.5).run()
    widget(mall.select_slider, "Smallest acceptable segment").set_value(0.1).run()
    session = session_of(mall)
    assert session.clustering.n_clusters is None
    assert widget(mall.selectbox, "Segments to go on with").value == session.advice.best_split


def test_the_repeatability_shown_is_that_of_the_range(mall):
    widget(mall.slider, "Numbers of segments to try").set_value((2, 12)).run()
    widget(mall.slider, "Numbers of segments to try").set_value((4, 6)).run()
    assert session_of(mall).known_stability.n_clusters == [4, 5, 6]


def test_every_page_about_segments_says_where_none_are_clear(app):
    upload(app, "no_structure.csv", (SAMPLES / "no_structure.csv").read_bytes())
    go(app, PAGE)
    for page in ("pages/4_Clusters.py", "pages/5_Segments.py", "pages/6_Export.py"):
        go(app, page)
        assert any("a convenient cut" in note.value for note in app.info), page


def test_distinct_piles_of_equal_customers_are_found(app):
    rows = ["x,y", *["1,1"] * 40, *["5,9"] * 30, *["9,2"] * 30]
    upload(app, "piles.csv", "\n".join(rows).encode())
    go(app, PAGE)
    assert session_of(app).advice.best_split == 3
    assert session_of(app).known_sweep.step(3).inertia == pytest.approx(0, abs=1e-9)


# Other methods


def open_evidence(app, tab):
    app.session_state[session_of(app).key("evidence")] = f":gray[{tab}]"
    app.run()
    assert not app.exception
    return app


@pytest.fixture
def by_dbscan(app):
    button(app, "Try it with sample data").click().run()
    use_income_and_spending(app)
    session_of(app).clustering = ClusterSpec("dbscan")
    return go(app, PAGE)


def test_a_method_that_finds_the_number_says_so_with_what_speaks_for_it(by_dbscan):
    assert answer(by_dbscan) == "## DBSCAN found four segments and 6 % noise by itself"
    assert metric(by_dbscan, "Noise") == "6 %"
    assert (metric(by_dbscan, "Smallest segment"), metric(by_dbscan, "Largest segment")) == ("21 · 11 %", "102 · 54 %")
    assert "Random halves of them, each grouped by itself, hardly agree" in texts(by_dbscan)
    assert float(metric(by_dbscan, "How repeatable")) < 0.4
    assert len(table_with(by_dbscan, "Found again")) == 4
    assert not session_of(by_dbscan).sweeps


def test_from_there_numbers_can_be_tried_with_k_means(by_dbscan):
    button(by_dbscan, "Try numbers of segments with k-means").click().run()
    assert not by_dbscan.exception
    assert answer(by_dbscan).startswith("## Five segments")
    assert session_of(by_dbscan).clustering == ClusterSpec()


@pytest.mark.parametrize("tab", ["Each customer", "Which columns matter"])
def test_what_lies_behind_segments_found_by_themselves_can_be_looked_at(by_dbscan, tab):
    open_evidence(by_dbscan, tab)
    assert not by_dbscan.error


def test_numbers_are_tried_with_the_method_that_was_chosen_and_it_is_named(mall):
    session_of(mall).clustering = ClusterSpec("agglomerative")
    go(mall, PAGE)
    assert "With Agglomerative (tree), as chosen on the Clusters page." in texts(mall)
    assert "Rounds" not in table_with(mall, "Repeatable").columns
    session_of(mall).clustering = ClusterSpec()
    assert "as chosen on the Clusters page" not in texts(go(mall, PAGE))


def test_where_bent_segments_can_be_found_the_page_says_how_they_are_judged(mall):
    session_of(mall).clustering = ClusterSpec("agglomerative", settings=(("linkage", "single"),))
    assert "bent segments, which it can find, score low in them" in texts(go(mall, PAGE))


def test_a_measure_that_is_for_k_means_alone_says_so_and_the_other_is_shown(mall):
    session_of(mall).clustering = ClusterSpec("agglomerative")
    open_evidence(go(mall, PAGE), "More measures")
    button(mall, "Work it out").click().run()
    assert not mall.exception
    assert mall.info[0].value.startswith("The gap statistic looks at the spread within segments")
    assert list(table_with(mall, "BIC").columns) == ["Segments", "BIC"]
    assert "The gap statistic prefers" not in texts(mall)
