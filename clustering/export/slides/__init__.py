"""Slides that tell what was found; python-pptx is loaded only when they are made."""

from clustering.export.delimited import OnStep
from clustering.export.findings import Findings


def to_pptx(
    findings: Findings,
    *,
    template: bytes | None = None,
    on_step: OnStep | None = None,
) -> bytes:
    """Make slides: title, sizes, how the segments compare, one slide per segment, how it was found and how sure it is.

    Charts and tables are PowerPoint's own and can be edited. What is too long for its place is cut there and stands in
    full in the notes of the slide. The same findings give the same bytes.

    Parameters
    ----------
    findings : Findings
        Of more than 20 segments only the 20 largest have a slide; the notes of the sizes name all.
    template : bytes, optional
        The user's .pptx, .potx or .ppsx: its masters, layouts, fonts and colours are used, its slides are left out, and
        nothing that it links to is looked up.
    on_step : callable of (share done, what is being done), optional

    Raises
    ------
    UnreadableFile
        If the template is no presentation, or damaged.
    InvalidSetting
        If the template is too large, holds macros, or its slides are too small to write on.
    """
    from clustering.export.slides.show import show

    return show(findings, template, on_step)
