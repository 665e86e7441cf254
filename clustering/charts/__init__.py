"""Charts: pure functions, values in and a plotly Figure out. Text from the user's file is escaped here."""

from clustering.charts.comparing import confusion_chart, groups_chart, label_looks, pair_chart, right_wrong_chart
from clustering.charts.curves import index_chart
from clustering.charts.dendrogram import dendrogram_chart
from clustering.charts.distributions import levels_chart, spread_chart
from clustering.charts.drift import moved_chart, shares_chart, shifts_chart
from clustering.charts.flow import flow_chart
from clustering.charts.gallery import gallery_chart, matched_marks
from clustering.charts.lloyd import lloyd_chart, unlabelled_chart
from clustering.charts.nearness import nearness_chart
from clustering.charts.sampled import pairs_chart, parallel_chart
from clustering.charts.scatter import map_chart, scatter_3d_chart, scatter_chart
from clustering.charts.shapes import radar_chart, snake_chart
from clustering.charts.silhouette import silhouette_chart
from clustering.charts.sizes import sizes_chart
from clustering.charts.stability import sizes_by_k_chart, stability_chart
from clustering.charts.starting import starting_chart
from clustering.charts.tables import correlation_chart, heat_map_chart, make_up_chart, ranking_chart
from clustering.charts.template import CHOOSING, CONFIG, of_sample
from clustering.charts.value import concentration_chart, value_chart
from clustering.charts.words import in_words, steps_in_words

__all__ = [
    "CHOOSING",
    "CONFIG",
    "concentration_chart",
    "confusion_chart",
    "correlation_chart",
    "dendrogram_chart",
    "flow_chart",
    "gallery_chart",
    "groups_chart",
    "heat_map_chart",
    "in_words",
    "index_chart",
    "label_looks",
    "levels_chart",
    "lloyd_chart",
    "make_up_chart",
    "map_chart",
    "matched_marks",
    "moved_chart",
    "nearness_chart",
    "of_sample",
    "pair_chart",
    "pairs_chart",
    "parallel_chart",
    "radar_chart",
    "ranking_chart",
    "right_wrong_chart",
    "scatter_3d_chart",
    "scatter_chart",
    "shares_chart",
    "shifts_chart",
    "silhouette_chart",
    "sizes_by_k_chart",
    "sizes_chart",
    "snake_chart",
    "spread_chart",
    "stability_chart",
    "starting_chart",
    "steps_in_words",
    "unlabelled_chart",
    "value_chart",
]
