"""Charts: pure functions, values in and a plotly Figure out. Text from the user's file is escaped here."""

from clustering.charts.curves import index_chart
from clustering.charts.flow import flow_chart
from clustering.charts.scatter import scatter_3d_chart, scatter_chart, sizes_chart
from clustering.charts.silhouette import silhouette_chart
from clustering.charts.stability import sizes_by_k_chart, stability_chart
from clustering.charts.tables import correlation_chart, difference_chart
from clustering.charts.template import CONFIG

__all__ = [
    "CONFIG",
    "correlation_chart",
    "difference_chart",
    "flow_chart",
    "index_chart",
    "scatter_3d_chart",
    "scatter_chart",
    "silhouette_chart",
    "sizes_by_k_chart",
    "sizes_chart",
    "stability_chart",
]
