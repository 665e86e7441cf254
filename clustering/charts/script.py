"""The library that draws the charts in a browser, as a script that a document can carry with it."""

import re

from plotly.offline import get_plotlyjs

# Servers of map tiles, fonts and chart studios, which no chart of ours asks. The names of the XML languages at w3.org
# stay: they are no addresses, and without them there is no SVG.
_ADDRESS = re.compile(r"https?://(?!www\.w3\.org/)")


def drawing_script() -> str:
    """Return plotly.js without an address in it that could be followed; it sets `window.Plotly`."""
    return _ADDRESS.sub("", get_plotlyjs()).replace("\r", "")
