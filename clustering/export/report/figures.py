"""The charts of the report: those of the pages, as data that a script in the report draws."""

import json
from dataclasses import replace

from clustering.charts import (
    CONFIG,
    heat_map_chart,
    in_words,
    levels_chart,
    of_sample,
    ranking_chart,
    scatter_chart,
    sizes_chart,
    spread_chart,
)
from clustering.export.findings import Findings
from clustering.export.report.markup import attribute, text
from clustering.points import Points, axis_choices, scatter_points
from clustering.profile.distributions import spread
from clustering.profile.headlines import default_axes, scatter_alt, scatter_finding, sizes_alt
from clustering.wording import share

# Few enough to be drawn as shapes, which print sharply, also with twenty customers of every small segment on top.
_MOST_POINTS = 2_000
_FONT = '"Source Sans 3", "Segoe UI", Helvetica, Arial, sans-serif'  # that of the text around; none is brought along


def customers(findings: Findings) -> str:
    """The scatter that the page begins with.

    A single column, which the page draws over the rows of the file, has the boxes or bars of the page on segments.
    """
    features, profile, noise_share = findings.features, findings.comparison.profile, findings.clustering.noise_share
    told = sizes_alt(profile, findings.names, noise_share)
    if features.X.shape[1] == 1 and len(features.number_columns) < 2:
        column = features.spec.columns[0]
        return _chart(findings, "customers", _one_column(findings, column))
    axes = default_axes(profile, axis_choices(features.number_columns, features.X.shape[1]))
    points = drawn_points(findings, axes)
    finding = scatter_finding(profile, axes, noise_share)
    figure = scatter_chart(points, findings.looks, finding=finding, nameless=True)
    return _chart(findings, "customers", figure, scatter_alt(len(points.rows), points.axes, told))


def _one_column(findings: Findings, column: str):
    profile, clustering = findings.comparison.profile, findings.clustering
    if dict(zip(profile.columns, profile.kinds, strict=True)).get(column, "boolean") == "boolean":
        return levels_chart(profile, column, findings.looks)
    return spread_chart(spread(findings.table, clustering, findings.features.spec, profile, column), findings.looks)


def sizes(findings: Findings) -> str:
    clustering, profile = findings.clustering, findings.comparison.profile
    figure = sizes_chart(profile, findings.looks, n_noise=len(clustering.noise))
    return _chart(findings, "sizes", figure, sizes_alt(profile, findings.names, clustering.noise_share))


def heat_map(findings: Findings) -> str:
    return _chart(findings, "index", heat_map_chart(findings.comparison, findings.looks))


def ranking(findings: Findings) -> str:
    figure = ranking_chart(findings.effects, n_customers=len(findings.clustering.fit_labels))
    ranked = "; ".join(f"{effect.column}: {share(effect.strength, 0)}" for effect in findings.effects)
    return _chart(findings, "ranking", figure, ranked)


def drawn_points(findings: Findings, axes: tuple[str, str]) -> Points:
    """The customers in the scatter: where each stands, and nothing else of what the file says about them."""
    points = scatter_points(findings.table, findings.features, findings.clustering, axes, most=_MOST_POINTS)
    return replace(points, cells=tuple((column, cells) for column, cells in points.cells if column in axes))


def _chart(findings: Findings, name: str, figure, alt: str = "") -> str:
    """A place for a chart, which holds its description until the script draws it, and what is to be drawn there.

    `alt`: the figures in better words than the chart itself has.
    """
    n_in_all = findings.table.reading.n_in_all
    if n_in_all is not None:
        figure = of_sample(figure, findings.table.n_rows, n_in_all)
    alt = in_words(figure, alt)
    # other fonts than that of the pages are wider: lines that fit a phone there shall fit it here
    figure.update_layout(title_font_size=15, font_family=_FONT)
    config = {**CONFIG, "responsive": True, "toImageButtonOptions": {"filename": name}}
    drawn = json.loads(figure.to_json()) | {"config": config}
    return (
        f'<figure data-figure="{name}-figure" aria-label="{attribute(alt)}" style="height:{figure.layout.height}px">'
        f"<p>{text(alt)}</p></figure>"
        f'<script type="application/json" id="{name}-figure">{_harmless(json.dumps(drawn))}</script>'
    )


def _harmless(data: str) -> str:
    """JSON in which no text can end the script it stands in; outside of texts there are no such characters."""
    for character in "<>&":
        data = data.replace(character, f"\\u{ord(character):04x}")
    return data
