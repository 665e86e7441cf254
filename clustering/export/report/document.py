"""The whole document: nothing in it is fetched, and no script runs but the two that it brings."""

import base64
import hashlib
from pathlib import Path

from clustering.export.delimited import OnStep
from clustering.export.findings import Findings
from clustering.export.report import sections
from clustering.export.report.markup import attribute
from clustering.export.report.recipe import recipe_section

_HERE = Path(__file__).parent
_FETCH_NOTHING = (
    "default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; "
    "form-action 'none'"
)


def to_html(findings: Findings, *, on_step: OnStep | None = None) -> bytes:
    """Write the report: one HTML file with everything in it, to be read in a browser and printed.

    It holds no row of the table: of at most about 2,000 customers the place in the scatter, of the typical ones the
    values that built the segments, and of nobody an identifier.

    Parameters
    ----------
    findings : Findings
    on_step : callable of (float, str), optional
        Told what share is done and what is being done.

    Returns
    -------
    bytes
        UTF-8; the same for the same findings.
    """
    from clustering.charts.script import drawing_script  # plotly is slow to load
    from clustering.export.report import figures

    tell = on_step or (lambda done, what: None)
    drawn = {}
    for i, draw in enumerate((figures.customers, figures.sizes, figures.heat_map, figures.ranking)):
        tell(i / 5, "Drawing the charts")
        drawn[draw.__name__] = draw(findings)
    tell(0.8, "Writing the report")
    parts = [
        sections.heading(findings),
        sections.overview(drawn["customers"], drawn["sizes"]),
        sections.differences(findings, drawn["heat_map"], drawn["ranking"]),
        sections.segments(findings),
        sections.numbers(findings),
        sections.method(findings),
        recipe_section(findings.recipe, findings.names),
        sections.closing(),
    ]
    scripts = (drawing_script(), _beside("report.js"))
    policy = _FETCH_NOTHING.format(scripts=" ".join(map(_fingerprint, scripts)))
    title = attribute(findings.title or "Customer segments", 120)
    page = (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer"><meta name="color-scheme" content="light">'
        f"<title>{title}: segments</title><style>{_beside('report.css')}</style></head>\n"
        f"<body><main>{''.join(parts)}</main>\n{''.join(f'<script>{script}</script>' for script in scripts)}"
        "</body></html>\n"
    )
    tell(1.0, "Writing the report")
    return page.encode()


def _beside(file_name: str) -> str:
    return (_HERE / file_name).read_text(encoding="utf-8")


def _fingerprint(script: str) -> str:
    """How the policy of the page names the one script that may run."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
