"""Charts: pure functions, values in and a plotly Figure out. Text from the user's file is escaped here."""

from clustering.charts.curves import index_chart
from clustering.charts.scatter import scatter_3d_chart, scatter_chart, sizes_chart
from clustering.charts.tables import correlation_chart, difference_chart
from clustering.charts.template import CONFIG

__all__ = [
    "CONFIG",
    "correlation_chart",
    "difference_chart",
    "index_chart",
    "scatter_3d_chart",
    "scatter_chart",
    "sizes_chart",
]
