"""Another method and its settings on the Clusters page: what is offered, kept, refused, and the ways back."""

from dataclasses import replace

import pytest

import clustering
from clustering import ClusterSpec
from clustering.methods import METHODS
from pages._ui.sentences import about
from pages._ui.session import Session
from tests.driver import (
    SAMPLES,
    button,
    errors,
    go,
    metric,
    session_of,
    table_with,
    texts,
    upload,
    use_income_and_spending,
    widget,
)

PAGE, CHOOSE, FEATURES = "pages/4_Clusters.py", "pages/3_Choose_k.py", "pages/2_Features.py"
PILES = "\n".join(["x,y", *["1,1"] * 40, *["5,9"] * 30, *["9,2"] * 30]).encode()
NO_SEGMENT = (
    "DBSCAN found no segment: all 200 customers are noise. Take a longer reach (eps) or fewer neighbours (min_samples)."
)


@pytest.fixture
def mall(app):
    button(app, "Try it with sample data").click().run()
    return go(use_income_and_spending(app), PAGE)


@pytest.fixture
def dbscan(app):
    """The mall by DBSCAN, before anything was tried with k-means."""
    button(app, "Try it with sample data").click().run()
    use_income_and_spending(app)
    session_of(app).clustering = ClusterSpec("dbscan")
    return go(app, PAGE)


def take(app, method):
    widget(app.selectbox, "Method").set_value(method).run()
    assert not app.exception
    return app


def set_to(app, label, value):
    widget(app.number_input, label).set_value(value).run()
    assert not app.exception
    return app


def told(app):
    """Why something cannot be had: said on the page and, where that is hidden, among the settings."""
    first, second = errors(app)
    assert first == second
    return first


def labels(app):
    return [field.label for field in app.number_input]


# --- what is offered ---


def test_every_method_is_offered_by_its_name(mall):
    assert widget(mall.selectbox, "Method").options == [method.label for method in METHODS.values()]


def test_a_method_says_what_it_is_good_for_and_what_to_expect_of_it(dbscan):
    assert METHODS["dbscan"].good_for in texts(dbscan)
    told = (
        "Finds the number of segments itself. Leaves customers near no segment as noise. New customers are placed by "
        f"its own rule. Above {METHODS['dbscan'].most_rows:,} customers it works on a sample."
    )
    assert told in texts(dbscan)


def test_a_method_with_noise_and_no_rule_of_its_own_says_that_new_customers_can_be_noise():
    told = "they get the segment of the most similar one, or are noise where that one is not near enough."
    assert told in about(METHODS["hdbscan"])
    assert "noise where" not in about(METHODS["spectral"]) + about(METHODS["dbscan"])


def test_the_words_of_a_setting_are_the_analysts(mall):
    take(mall, "agglomerative")
    assert widget(mall.selectbox, "How groups are joined").options[0] == "Ward: compact, even segments"


def test_only_the_settings_that_a_method_looks_at_are_shown(mall):
    assert labels(mall) == ["Segments", "Random starts", "Seed", "Most rounds", "Tolerance"]
    take(mall, "agglomerative")
    assert labels(mall) == ["Segments"]
    assert widget(mall.selectbox, "How groups are joined").value == "ward"
    take(mall, "gaussian_mixture")
    assert labels(mall) == ["Segments", "Random starts", "Least width", "Seed"]


@pytest.mark.parametrize("method", METHODS)
def test_every_method_can_be_taken(mall, method):
    take(mall, method)
    assert not errors(mall)
    assert session_of(mall).clustering.method == method
    assert f"## Found with {METHODS[method].label}" in texts(mall)


def test_what_the_data_propose_stands_in_the_field(dbscan):
    reach = widget(dbscan.number_input, "Reach")
    assert reach.value is None
    used = dict(clustering.fit(_features(dbscan), ClusterSpec("dbscan")).settings)
    assert reach.placeholder == f"{used['eps']:.3g} (proposed)"
    assert (
        widget(dbscan.number_input, "Neighbours that make a crowd").placeholder == f"{used['min_samples']} (proposed)"
    )


def _features(app):
    return clustering.prepare(session_of(app).table, session_of(app).features)


# --- the number of segments ---


def test_another_method_keeps_the_number_of_segments(mall):
    take(mall, "agglomerative")
    assert session_of(mall).clustering == ClusterSpec("agglomerative", 5)
    assert widget(mall.number_input, "Segments").value == 5


def test_a_method_that_finds_the_number_is_not_told_one_and_nothing_is_tried(dbscan):
    session = session_of(dbscan)
    assert "Segments" not in labels(dbscan)
    assert "Found by DBSCAN" in texts(dbscan)
    assert "**4 segments**" in texts(dbscan)
    assert (session.clustering.n_clusters, session.n_clusters) == (None, 4)
    assert not session.sweeps
    assert session.job is None


def test_back_from_such_a_method_k_means_follows_the_recommendation(mall):
    set_to(mall, "Segments", 7)
    take(mall, "dbscan")
    take(mall, "kmeans")
    assert session_of(mall).clustering == ClusterSpec()
    assert widget(mall.number_input, "Segments").value == 5


def test_after_such_a_method_another_than_k_means_begins_with_the_number_it_found(dbscan):
    take(dbscan, "agglomerative")
    assert session_of(dbscan).clustering == ClusterSpec("agglomerative", 4)
    assert not session_of(dbscan).sweeps


def test_the_figures_tell_the_noise_and_leave_out_rounds_that_there_are_none_of(dbscan):
    assert metric(dbscan, "Noise") == "6 %"
    assert "11 customers (6 %) are noise: near no segment. They stay in the export without a segment." in texts(dbscan)
    assert "Rounds until settled" not in [figure.label for figure in dbscan.metric]


def test_the_card_names_another_method_than_k_means(dbscan):
    assert "4 segments by DBSCAN on Annual Income (k$), Spending Score (1-100)" in texts(dbscan.sidebar)


def test_a_mixture_tells_its_figures_and_how_surely_customers_belong(mall):
    take(mall, "gaussian_mixture")
    assert {"BIC", "AIC"} <= {figure.label for figure in mall.metric}
    assert "with a probability of 60 % or more" in texts(mall)
    assert len(table_with(mall, "Mean probability")) == 5


def test_what_a_method_could_not_do_is_said(mall):
    session = session_of(mall)
    session.features = replace(session.features, weight_column="Age")
    take(go(mall, PAGE), "agglomerative")
    assert "Agglomerative (tree) cannot weigh customers: in finding the segments all counted alike." in texts(mall)


# --- settings ---


def test_a_setting_is_taken_and_an_emptied_field_is_what_the_data_propose(dbscan):
    set_to(dbscan, "Reach", 0.5)
    assert session_of(dbscan).clustering == ClusterSpec("dbscan", settings=(("eps", 0.5),))
    set_to(dbscan, "Reach", None)
    assert session_of(dbscan).clustering == ClusterSpec("dbscan")


def test_what_was_set_still_stands_there_on_coming_back(dbscan):
    set_to(dbscan, "Reach", 0.5)
    go(dbscan, CHOOSE)
    assert widget(go(dbscan, PAGE).number_input, "Reach").value == 0.5


def test_a_setting_of_one_of_a_few_words_is_taken(mall):
    take(mall, "agglomerative")
    widget(mall.selectbox, "How groups are joined").set_value("single").run()
    assert session_of(mall).clustering.settings == (("linkage", "single"),)
    assert metric(mall, "Segments") == "5"


def test_settings_that_find_nothing_get_a_sentence_and_leave_what_is_shown(dbscan):
    set_to(dbscan, "Reach", 0.001)
    assert told(dbscan) == NO_SEGMENT
    assert session_of(dbscan).clustering == ClusterSpec("dbscan")
    assert metric(dbscan, "Segments") == "4"
    assert widget(dbscan.number_input, "Reach").value == 0.001


def test_a_method_that_finds_nothing_shows_its_settings_to_go_on_from(app):
    # a grid of equal distances: all within reach of the next
    upload(app, "grid.csv", ("x,y\n" + "\n".join(f"{i % 10},{i // 10}" for i in range(100))).encode())
    take(go(app, PAGE), "dbscan")
    assert errors(app)[0].startswith("DBSCAN found one single segment")
    assert session_of(app).clustering.method == "kmeans"
    assert "Reach" in labels(app)
    assert metric(app, "Segments") == str(session_of(app).n_clusters)


def test_what_was_refused_is_not_tried_again_at_every_click(dbscan, monkeypatch):
    tried = []
    fit = clustering.fit
    monkeypatch.setattr(clustering, "fit", lambda *given, **named: tried.append(given[1]) or fit(*given, **named))
    set_to(dbscan, "Reach", 0.001)
    dbscan.run()
    go(go(dbscan, CHOOSE), PAGE)
    set_to(dbscan, "Reach", 0.001)
    assert told(dbscan) == NO_SEGMENT
    assert tried == [ClusterSpec("dbscan", settings=(("eps", 0.001),))]


def test_from_what_was_refused_one_can_go_on(dbscan):
    set_to(dbscan, "Reach", 0.001)
    set_to(dbscan, "Neighbours that make a crowd", 3)
    assert errors(dbscan)
    set_to(dbscan, "Reach", 0.5)
    assert not errors(dbscan)
    assert session_of(dbscan).clustering.settings == (("eps", 0.5), ("min_samples", 3))


@pytest.mark.parametrize("reach", [0.5, 0.001])
def test_the_usual_settings_come_back_also_from_what_was_refused(dbscan, reach):
    assert not [b for b in dbscan.button if b.label == "Usual settings"]
    set_to(dbscan, "Reach", reach)
    button(dbscan, "Usual settings").click().run()
    assert not dbscan.exception
    assert not errors(dbscan)
    assert session_of(dbscan).clustering == ClusterSpec("dbscan")
    assert widget(dbscan.number_input, "Reach").value is None


def test_the_usual_settings_of_k_means_keep_the_number_of_segments(mall):
    set_to(mall, "Segments", 4)
    set_to(mall, "Random starts", 2)
    button(mall, "Usual settings").click().run()
    assert session_of(mall).clustering == ClusterSpec(n_clusters=4)


# --- where there are no segments at all ---


@pytest.mark.parametrize("page", [PAGE, CHOOSE, "pages/5_Segments.py", "pages/6_Export.py", "pages/8_Compare.py"])
def test_where_other_columns_leave_no_segments_every_page_offers_ways_on(dbscan, page):
    session = session_of(dbscan)
    session.clustering = ClusterSpec("dbscan", settings=(("eps", 0.001),))
    go(dbscan, page)
    assert errors(dbscan) == [NO_SEGMENT]
    set_to(dbscan, "Reach", 0.5)
    assert not errors(dbscan)
    assert session.clustering.settings == (("eps", 0.5),)


def test_from_no_segments_k_means_can_be_taken_again(dbscan):
    session = session_of(dbscan)
    session.clustering = ClusterSpec("dbscan", settings=(("eps", 0.001),), random_state=3)
    go(dbscan, "pages/5_Segments.py")
    button(dbscan, "Take k-means").click().run()
    assert not errors(dbscan)
    assert session.clustering == ClusterSpec(random_state=3)
    assert session.n_clusters == 5


def test_a_number_that_cannot_be_had_any_more_gives_way_to_the_recommended_one(app):
    upload(app, "piles.csv", PILES)
    session = session_of(app)
    session.clustering = ClusterSpec("agglomerative", 9)
    go(app, "pages/5_Segments.py")
    assert "only 3 different customers take part" in errors(app)[0]
    button(app, "Take the recommended number").click().run()
    assert not app.exception
    assert (session.clustering.n_clusters, session.n_clusters) == (None, 3)


def test_a_sweep_that_finds_nothing_is_not_begun_again_at_every_click(app, monkeypatch):
    upload(app, "piles.csv", PILES)
    session_of(app).clustering = ClusterSpec("birch")  # to its bundles the three piles are one
    told = errors(go(app, CHOOSE))
    assert told[0].startswith("Birch found only")
    tried = []
    monkeypatch.setattr(clustering, "sweep", lambda *given, **named: tried.append(given))
    assert errors(go(app, PAGE)) == told
    assert errors(go(app, CHOOSE)) == told
    assert not tried


# --- start centers placed by hand ---

START = ((0.0, 0.0), (1.0, 1.0), (-1.0, -1.0))


@pytest.fixture
def placed(mall):
    """Three start centers placed by hand in the prepared units of income and spending."""
    session_of(mall).clustering = ClusterSpec(n_clusters=3, start=START)
    return go(mall, PAGE)


def test_a_sweep_knows_nothing_of_start_centers(placed):
    session = session_of(placed)
    key = session.sweep_key
    session.clustering = ClusterSpec()
    assert session.sweep_key == key


def test_the_separation_is_that_of_the_start_by_hand(placed):
    session = session_of(placed)
    go(placed, CHOOSE)  # the best of random starts is known by now
    go(placed, PAGE)
    features = _features(placed)
    found = clustering.fit(features, session.clustering)
    assert metric(placed, "Separation") == f"{clustering.score(features.X, found.fit_labels)['silhouette']:.2f}"


def test_another_number_of_segments_drops_the_start(placed):
    set_to(placed, "Segments", 4)
    assert session_of(placed).clustering == ClusterSpec(n_clusters=4)


def test_the_page_on_numbers_leaves_the_start_until_another_number_is_chosen(placed):
    go(placed, CHOOSE)
    assert session_of(placed).clustering.start == START
    widget(placed.selectbox, "Segments to go on with").set_value(4).run()
    assert session_of(placed).clustering == ClusterSpec(n_clusters=4)


def test_other_columns_drop_the_start(placed):
    go(placed, FEATURES)
    widget(placed.selectbox, "Scaling").set_value("robust").run()
    assert session_of(placed).clustering == ClusterSpec(n_clusters=3)


def test_another_method_drops_the_start(placed):
    take(placed, "minibatch")
    assert session_of(placed).clustering == ClusterSpec("minibatch", 3)


# --- other pages ---


def test_the_export_counts_noise_apart_from_rows_set_aside(dbscan):
    go(dbscan, "pages/6_Export.py")
    assert (metric(dbscan, "Noise"), metric(dbscan, "Set aside")) == ("11", "0")
    assert "200 rows, 189 with a segment" in texts(dbscan)


def test_the_segments_page_says_how_many_are_noise(dbscan):
    go(dbscan, "pages/5_Segments.py")
    assert "11 customers (6 %) are noise: near no segment." in texts(dbscan)


def test_segments_of_another_method_are_kept_under_its_name_with_their_repeatability(dbscan):
    go(dbscan, "pages/8_Compare.py")
    dbscan.session_state["compare"] = ":gray[Two segmentations]"
    dbscan.run()
    assert widget(dbscan.text_input, "Name of the segments on show").value == "A: 4 segments, DBSCAN"
    button(dbscan, "Keep these segments").click().run()
    assert not dbscan.exception
    assert 0 < session_of(dbscan).kept[0].figures.repeatability < 1


def test_a_number_is_not_asked_of_a_method_that_finds_it(app):
    upload(app, "iris.csv", (SAMPLES / "iris.csv").read_bytes())
    session_of(app).clustering = ClusterSpec("hdbscan")
    go(app, "pages/8_Compare.py")
    assert not [b for b in app.button if b.label.startswith("Make ")]


def test_a_session_without_data_has_no_number():
    session = Session(clustering=ClusterSpec("dbscan"))
    assert session.n_clusters is None


@pytest.mark.parametrize("page", [PAGE, CHOOSE])
def test_a_slow_search_that_was_stopped_before_it_found_anything_can_be_left(mall, page):
    session = session_of(mall)
    session.clustering = ClusterSpec("spectral")
    session.stopped.add((*session.sweep_key, session.k_range))
    go(mall, page)
    assert "Stopped." in texts(mall)
    button(mall, "Take k-means").click().run()
    assert not mall.exception
    assert session_of(mall).clustering.method == "kmeans"
    assert session_of(mall).n_clusters == 5


def test_the_picture_claims_nothing_about_a_column_that_is_no_axis(mall):
    shown = [title for figure in mall.get("plotly_chart") for title in [figure.proto.spec] if "Apart most" in title]
    assert shown
    widget(mall.selectbox, "Across").set_value("Component 1").run()
    widget(mall.selectbox, "Up").set_value("Component 2").run()
    assert not any("Apart most" in figure.proto.spec for figure in mall.get("plotly_chart"))


def test_a_single_column_is_offered_no_map(app):
    upload(app, "one.csv", b"x\n" + b"\n".join(b"%d" % (i % 7 + 20 * (i % 3)) for i in range(60)))
    go(app, PAGE)
    assert widget(app.selectbox, "View").options == ["Flat"]


def test_a_method_that_fails_for_a_reason_of_its_own_is_not_met_again_on_the_next_page(mall, monkeypatch):
    def fails(*_):
        raise OverflowError("numerical result out of range")

    monkeypatch.setitem(METHODS, "birch", replace(METHODS["birch"], run=fails))
    widget(mall.selectbox, "Method").set_value("birch").run()
    assert mall.exception
    assert session_of(mall).clustering.method == "kmeans"
    go(mall, "pages/5_Segments.py")
