"""The report: one HTML file that holds all it shows."""

from clustering.export.report.document import to_html

__all__ = ["to_html"]
