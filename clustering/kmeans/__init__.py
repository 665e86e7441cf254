"""k-means on many rows: starts on a sample, the best of them polished on all rows."""

from clustering.kmeans.polish import Found, nearest_centers, parts, polish
from clustering.kmeans.starts import DIRECT_ROWS, Sample, best_of_starts, draw_samples

__all__ = ["DIRECT_ROWS", "Found", "Sample", "best_of_starts", "draw_samples", "nearest_centers", "parts", "polish"]
