"""What the pointer shows at the points of a trace: the same words once for all of them, and what differs per point.

The browser puts the two together. A whole text per point would be most of what a picture of thousands of customers
sends, as plotly writes every < and > as six bytes.
"""

import re
from collections.abc import Iterable, Sequence

import numpy as np

_PLACE = re.compile(r"%\{([^\s%{}:]*)([:|][^}]*)?\}")  # as plotly finds what it has to fill in
_OF_POINT = re.compile(r"customdata\[(\d+)\]")
_ALONE = "<extra></extra>"  # without it plotly writes the name of the trace beside the label


def lasting(markup: str) -> str:
    """Markup as a part of a template: no %{ of a user's is a place to fill in."""
    return markup.replace("%{", "%&#123;")


def told_by_lines(head: str, lines: Iterable[tuple[str, Sequence[str]]] = ()) -> dict:
    """What a trace needs so that the pointer shows a heading and lines at its points.

    Parameters
    ----------
    head : str
        Markup, the same for all points.
    lines : iterable of (str, sequence of str)
        How a line begins, and for every point how it goes on; markup.
    """
    starts, rests = list(zip(*lines, strict=True)) or ((), ())
    template = [lasting(head), *(f"{lasting(start)}%{{customdata[{i}]}}" for i, start in enumerate(starts))]
    told = {"hovertemplate": "<br>".join(template) + _ALONE}
    return told | {"customdata": np.array(rests, dtype=object).T} if starts else told


def pointed(trace) -> list[str]:
    """What the pointer shows at each point of a trace, as markup; nothing where that is no more than its place.

    One text where it is the same for all points.
    """
    if trace.type == "sankey":
        return list(trace.link.customdata)
    if getattr(trace, "hoveron", None) == "fills":
        return [trace.text]
    if trace.hovertemplate:
        template = trace.hovertemplate.removesuffix(_ALONE)
        if trace.customdata is not None:
            return [_filled(template, x, told) for x, told in zip(trace.x, trace.customdata, strict=True)]
        return [] if _PLACE.search(template) else [_filled(template)]
    if trace.hoverinfo == "text" and trace.hovertext is not None:
        return [trace.hovertext] if isinstance(trace.hovertext, str) else list(trace.hovertext)
    return []


def _filled(template: str, x: object = None, told: object = None) -> str:
    """A template with what belongs to a point, all at once: what is put in holds no further place."""

    def value(place: re.Match) -> str:
        if of_point := _OF_POINT.fullmatch(place[1]):
            return str(told[int(of_point[1])])
        return str({"x": x, "customdata": told}[place[1]])

    return _PLACE.sub(value, template).replace("%&#123;", "%{")
