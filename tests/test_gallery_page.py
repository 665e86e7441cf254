"""The tab "All methods" of the Compare page: a card per method, the two moons, and taking a method over."""

import pytest

from clustering.gallery import ENTRIES
from tests.driver import SAMPLES, answer, figures, go, session_of, table_with, texts, upload, widget

PAGE = "pages/8_Compare.py"


@pytest.fixture
def gallery(app):
    upload(app, "mall.csv", (SAMPLES / "mall_customers.csv").read_bytes())
    return open_gallery(app)


def open_gallery(app):
    """The page with its third tab open; the driver cannot click one, so what the click would leave is put there."""
    app.switch_page(PAGE)
    app.session_state["compare"] = ":gray[All methods]"
    app.run()
    assert not app.exception
    return app


def use(app, title):
    """The button on the card of a method."""
    return app.button(key=session_of(app).key(f"use-{title}"))


def test_every_method_has_a_card_with_its_figures(gallery):
    drawn = figures(gallery)
    assert len(drawn) == len(ENTRIES)
    assert "<b>k-means</b>" in drawn[0]["layout"]["title"]["text"]
    assert answer(gallery).startswith("## Eight of 13 other methods find much the same as k\\-means")
    assert "All 200 customers, every method with its usual settings" in texts(gallery)
    table = table_with(gallery, "Good for")
    assert table["Method"].tolist() == [one.title for one in ENTRIES]
    assert table["Segments"].tolist()[0] == 5
    assert "On show" in texts(gallery)  # k-means, which has no button
    assert len([one for one in gallery.button if one.label == "Use this method"]) == len(ENTRIES) - 1


def test_the_same_group_has_the_same_colour_in_every_picture(gallery):
    kmeans, ward = figures(gallery)[0], figures(gallery)[3]
    colours = [{trace["marker"]["color"] for trace in one["data"]} for one in (kmeans, ward)]
    assert colours[0] == colours[1]
    assert len(colours[0]) == 5


def test_the_two_moons_show_who_finds_both(gallery):
    widget(gallery.segmented_control, "Shown on").set_value("Two moons").run()
    assert not gallery.exception
    heading = answer(gallery).replace("\\", "")
    assert heading.startswith("## k-means fails on the two moons; ")
    assert "DBSCAN" in heading
    assert texts(gallery).count("Finds both") == 4
    assert table_with(gallery, "Finds both")["Finds both"].tolist().count("Yes") == 4
    assert not [one for one in gallery.button if one.label == "Use this method"]


@pytest.mark.parametrize(
    "title, method, n_clusters", [("Agglomerative (single)", "agglomerative", 5), ("DBSCAN", "dbscan", None)]
)
def test_a_method_is_used_from_its_card(gallery, title, method, n_clusters):
    use(gallery, title).click().run()
    go(gallery, "pages/4_Clusters.py")
    spec = session_of(gallery).clustering
    assert (spec.method, spec.n_clusters) == (method, n_clusters)
    open_gallery(gallery)
    assert session_of(gallery).key(f"use-{title}") not in [one.key for one in gallery.button]  # it is on show
    assert use(gallery, "k-means")


def test_coming_back_nothing_is_computed_again(gallery, monkeypatch):
    def again(*_, **__):
        raise AssertionError("computed again")

    go(gallery, "pages/5_Segments.py")
    monkeypatch.setattr("pages._ui.compute.methods.run_entry", again)
    open_gallery(gallery)
    assert len(figures(gallery)) == len(ENTRIES)


def test_a_method_that_refuses_says_why_on_its_card(app):
    upload(app, "noise.csv", (SAMPLES / "uniform_noise.csv").read_bytes())
    open_gallery(app)
    refused = [one for one in table_with(app, "Remark")["Remark"] if one]
    assert refused
    assert all(one in texts(app) for one in refused)
    assert len(figures(app)) == len(ENTRIES) - len(refused)
    assert not [one for one in app.error]
