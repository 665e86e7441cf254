"""Every page writes numbers the way of the browser that shows it; what stands in the file stays as it is."""

import json
import re

import pytest
from driver import PAGES, SAMPLES, go, upload

# Of a reader who writes 1’234 and 0.5, then of one who writes 1.234 and 0,5: what only others would write.
FOREIGN = {"de-CH": re.compile(r"\d,\d"), "de-DE": re.compile(r"(?<![\d.])\d+\.\d{1,2}(?![\d.:])")}


def shown(app):
    """All texts of the page that are no cells of the file: prose, figures of cards, and what is written on charts."""
    for element in [*app.markdown, *app.caption, *app.warning, *app.info, *app.success, *app.error]:
        yield element.value
    for metric in app.metric:
        yield f"{metric.value} {metric.help or ''}"
    for button in app.button:
        yield f"{button.label} {button.help or ''}"
    for chart in app.get("plotly_chart"):
        yield chart.proto.alt
        yield from written(json.loads(chart.proto.spec))


def written(told):
    """What a chart writes: its titles, notes and marks."""
    if isinstance(told, dict):
        keys = ("text", "hovertext", "hovertemplate", "customdata", "title")
        yield from (text for key, one in told.items() if key in keys for text in texts_of(one))
        yield from (text for one in told.values() for text in written(one))
    elif isinstance(told, list):
        yield from (text for one in told for text in written(one))


def texts_of(told):
    if isinstance(told, str):
        yield told
    elif isinstance(told, list):
        yield from (text for one in told for text in texts_of(one))


@pytest.mark.parametrize("locale", FOREIGN)
def test_numbers_are_written_as_the_browser_asks_for(app, locale):
    app.context = {"locale": locale}
    content = (SAMPLES / "shop_customers.csv").read_text()
    upload(app, "customers.csv", content.encode())
    cells, foreign = set(re.split("[,\n]", content)), {}
    for page in PAGES:
        for text in shown(go(app, page)):
            plain = re.sub(r"[\w.-]+\.(csv|xlsx|json)|font-size:[^']*|\\", "", re.sub("<[^>]*>", " ", text))
            if [one for one in FOREIGN[locale].findall(plain) if one not in cells]:
                foreign.setdefault(page, []).append(plain)
    assert foreign == {}
