"""Parts of the Clusters page, each of which draws itself."""

from pages._ui.clusters.controls import controls
from pages._ui.clusters.dendrogram import dendrogram
from pages._ui.clusters.figures import figures
from pages._ui.clusters.map import show_map
from pages._ui.clusters.nearness import nearness
from pages._ui.clusters.search import search_settings
from pages._ui.clusters.starting import start_by_hand

__all__ = ["controls", "dendrogram", "figures", "nearness", "search_settings", "show_map", "start_by_hand"]
