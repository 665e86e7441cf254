"""The page on how k-means works: scenes with addresses, with and without data."""

import numpy as np
import pandas as pd
import pytest

from clustering.scenes import SCENES, scene
from pages._ui.tables import placed, placed_table
from tests.driver import SAMPLES, button, errors, figures, go, metric, table_with, texts, upload, widget

HOW = "pages/9_How_k_means_works.py"


def watch(app, name, **choices):
    """Follow a link to a scene."""
    app.switch_page(HOW)
    app.query_params["scene"] = name
    for key, value in choices.items():
        app.query_params[f"{name}-{key}"] = str(value)
    app.run()
    assert not app.exception
    return app


@pytest.mark.parametrize("one", SCENES, ids=lambda one: one.name)
def test_every_scene_has_an_address_and_works_with_nothing_loaded(app, one):
    watch(app, one.name)
    assert widget(app.selectbox, "Scene").value == one.name
    if one.name == "own":
        assert "Two columns of your data will be here" in texts(app)
    else:
        assert one.says in texts(app)
    assert not app.error


def test_without_an_address_the_first_scene_is_shown(app):
    go(app, HOW)
    assert widget(app.selectbox, "Scene").value == SCENES[0].name
    assert len(figures(app)) == 1
    assert metric(app, "Rounds until settled") == "10"


def test_another_scene_changes_the_address(app):
    go(app, HOW)
    widget(app.selectbox, "Scene").select("moons").run()
    assert app.query_params["scene"] == "moons"
    assert scene("moons").says in texts(app)
    button(app, "Next: Without and with scaling").click().run()
    assert app.query_params["scene"] == "scales"
    assert len(figures(app)) == 2


def test_k_start_and_seed_can_be_linked_to(app):
    watch(app, "blobs", k=6, seed=5, start="k-means++")
    assert widget(app.number_input, "Centers (k)").value == 6
    assert widget(app.number_input, "Seed").value == 5
    assert widget(app.selectbox, "Start").value == "k-means++"
    assert "Start: 6 centers placed" in figures(app)[0]["layout"]["title"]["text"]


def test_another_seed_starts_elsewhere(app):
    go(app, HOW)
    before = figures(app)[0]["data"][-3]["x"]
    widget(app.number_input, "Seed").set_value(3).run()
    assert figures(app)[0]["data"][-3]["x"] != before


def test_a_step_can_be_chosen_without_the_mouse_and_every_step_is_told(app):
    go(app, HOW)
    told = table_with(app, "What happens")["What happens"].tolist()
    widget(app.number_input, "Step in the picture").set_value(2).run()
    assert not app.exception
    drawn = figures(app)[0]["layout"]
    assert drawn["sliders"][0]["active"] == 2
    assert told[2].startswith("Round 1: the centers move")
    assert "<b>Round 1: the centers move</b>" in drawn["title"]["text"]


def test_every_scene_keeps_its_own_number_of_centers(app):
    watch(app, "blobs")
    widget(app.number_input, "Centers (k)").set_value(7).run()
    widget(app.selectbox, "Scene").select("moons").run()
    assert widget(app.number_input, "Centers (k)").value == 2


def test_a_bad_start_stands_beside_a_good_one_with_what_many_starts_do(app):
    watch(app, "bad-start")
    first, second = (figure["layout"]["title"]["text"] for figure in figures(app))
    assert first.startswith("<b>A bad start · settled")
    assert second.startswith("<b>A good start · settled")
    assert "the best of ten starts" in texts(app)


def test_the_outlier_is_moved_by_a_slider(app):
    watch(app, "outlier")
    assert "sizes 21 · 20" in figures(app)[0]["layout"]["title"]["text"]
    app.slider[0].set_value(30).run()
    assert "sizes 40 · 1" in figures(app)[0]["layout"]["title"]["text"]


def test_a_start_can_be_placed_by_hand(app):
    watch(app, "groups")
    widget(app.selectbox, "Start").select("Placed by hand").run()
    assert not app.exception
    assert not app.error
    assert "Seed" not in [box.label for box in app.number_input]
    assert "Start: 3 centers placed" in figures(app)[0]["layout"]["title"]["text"]


def test_centers_to_place_begin_side_by_side_on_the_lower_edge():
    table = placed_table(np.array([[0.0, 1.0], [4.0, 9.0]]), 3, ("Across", "Up"))
    assert table.index.tolist() == ["Center 1", "Center 2", "Center 3"]
    assert placed(table) == ((1.0, 1.0), (2.0, 1.0), (3.0, 1.0))


def test_a_cell_left_empty_is_no_number():
    ((across, up),) = placed(pd.DataFrame({"Across": [2.0], "Up": [None]}))
    assert across == 2 and np.isnan(up)


def test_two_columns_of_the_loaded_data_are_a_scene(app):
    upload(app, "mall_customers.csv", (SAMPLES / "mall_customers.csv").read_bytes())
    watch(app, "own", k=5)
    assert widget(app.selectbox, "Across").value == "Age"
    widget(app.selectbox, "Across").select("Annual Income (k$)").run()
    assert widget(app.selectbox, "Up").options == ["Age", "Spending Score (1-100)"]
    widget(app.selectbox, "Up").select("Spending Score (1-100)").run()
    (figure,) = figures(app)
    assert figure["layout"]["xaxis"]["title"]["text"] == "Annual Income (k$)"
    assert "200 points" in figure["layout"]["title"]["text"]


def test_a_large_table_says_how_many_rows_are_watched(app):
    upload(app, "shop_customers.csv", (SAMPLES / "shop_customers.csv").read_bytes())
    watch(app, "own")
    assert "500 of 5,000 rows are drawn" in texts(app)


def test_a_table_with_one_column_of_numbers_says_that_there_is_nothing_to_draw(app):
    upload(app, "one.csv", b"name,spend\nAnn,1\nBob,5\nCid,9\n")
    watch(app, "own")
    assert "fewer than two columns of numbers" in app.info[0].value


def test_no_more_centers_are_offered_than_there_are_points(app):
    upload(app, "three.csv", b"x,y\n1,2\n3,5\n9,4\n")
    watch(app, "own")
    assert widget(app.number_input, "Centers (k)").max == 3
    assert errors(app) == []
