"""The scenes of how k-means works. Fixed ones hold nobody's data, so all sessions share them."""

from functools import partial

import streamlit as st

from clustering import Table, scenes
from clustering.charts import lloyd_chart
from clustering.scenes import Choices, Panel, Photograph, Scene
from pages._ui.compute.caching import session_cache
from pages._ui.session import Session


def show_scene(name: str) -> None:
    """Go to a scene: its address changes with it."""
    st.query_params["scene"] = name
    st.rerun()


@st.cache_resource(max_entries=32, show_spinner=False)
def run_scene(scene: Scene, choices: Choices, mode: str, reader: str | None) -> tuple[tuple[Panel, object], ...]:
    """The panels of a fixed scene, each with its figure; a figure has numbers on it, written for whoever reads."""
    return tuple(map(partial(_drawn, scene, mode), scenes.panels(scene.name, choices)))


def own_scene(session: Session, columns: tuple[str, str], scene: Scene, choices: Choices, mode: str):
    """The panel of two columns of the loaded table, with its figure."""
    return _own_scene(session.table.digest, columns, scene, choices, mode, session.table)


@session_cache(max_entries=4)
def _own_scene(digest, columns, scene, choices, mode, _table: Table) -> tuple[Panel, object]:
    return _drawn(scene, mode, scenes.own_panel(_table, columns, choices))


def _drawn(scene: Scene, mode: str, panel: Panel) -> tuple[Panel, object]:
    return panel, lloyd_chart(panel, step=-1 if scene.starts_settled else 0, mode=mode)


@st.cache_data(max_entries=32, show_spinner=False)
def start_ends(name: str, choices: Choices) -> dict[str, tuple[float, ...]]:
    return scenes.start_ends(name, choices)


@st.cache_resource(max_entries=8, show_spinner="Reducing the photograph …")
def photograph(file_name: str, n_colours: int, random_state: int) -> Photograph:
    return scenes.photograph(file_name, n_colours, random_state)
