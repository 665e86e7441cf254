"""What a chart says, in words, for those who do not see it: its title, and the figures that the pointer shows."""

import html
import re
from collections.abc import Iterator

import plotly.graph_objects as go

from clustering.charts.pointer import pointed
from clustering.wording import one_line

_FEW = 40  # points whose figures are told; more are the customers themselves
_OF_A_CURVE = 5  # points of a long line that are told
_MOST = 1_500  # letters; nobody listens to more, and the tables beside the charts have every figure
_HEAD = re.compile(r"<b>(.*?)</b><br>(.*)", re.DOTALL)
_SIGNS = {"▲": "(more)", "▼": "(fewer)", "→": "to"}  # which are read aloud as shapes, if at all


def in_words(figure: go.Figure, told: str = "") -> str:
    """Say what a chart shows: the finding, what is drawn of how many, and the figures.

    Parameters
    ----------
    figure : Figure
        Made by one of the charts here, so that its title holds the finding and, below, what is drawn.
    told : str, optional
        The figures in better words than those that the pointer shows.
    """
    return one_line(_titled(figure.layout.title.text or "", told or _figures(figure)), _MOST)


def steps_in_words(figure: go.Figure) -> tuple[str, ...]:
    """Say what each step of a figure that is played shows, as its title does."""
    return tuple(_titled(frame.layout.title.text) for frame in figure.frames if frame.name.isdigit())


def _titled(title: str, *more: str) -> str:
    finding, _, shown = title.partition("</b>")
    parts = (_plain(finding), _plain(shown), *more)
    return ". ".join(part.strip(" .") for part in parts if part.strip(" ."))


def _figures(figure: go.Figure) -> str:
    """The figures, each once, those of one segment or column together."""
    found: dict[str, list[str]] = {}
    for trace in figure.data:
        for head, told in _of_trace(trace, figure.layout):
            of_head = found.setdefault(head, [])
            if told not in of_head:
                of_head.append(told)
    return "; ".join(f"{head}: {', '.join(told)}" if head else "; ".join(told) for head, told in found.items())


def _of_trace(trace, layout: go.Layout) -> Iterator[tuple[str, str]]:
    """Yield what belongs together (a segment, a column, "") and what is told of it."""
    if trace.type == "heatmap":
        columns = [_plain(name) for name in layout.xaxis.ticktext]
        for row, cells in zip(layout.yaxis.ticktext, trace.text, strict=True):
            told = [f"{column} {_plain(cell)}" for column, cell in zip(columns, cells, strict=True) if cell]
            if told:
                yield _plain(row), ", ".join(told)
        return
    for one in _some_pointed(trace):
        if parts := _HEAD.fullmatch(one):
            yield _plain(parts[1]), _plain(parts[2], ", ")
        else:
            yield "", _plain(one, ", ")


def _some_pointed(trace) -> list[str]:
    """What the pointer shows at the points of a trace; of many points nothing, of a long line some, of bands all."""
    shown = pointed(trace)
    if len(shown) <= _FEW or trace.type == "sankey":
        return shown
    if trace.mode != "lines":
        return []
    return [shown[round(i * (len(shown) - 1) / (_OF_A_CURVE - 1))] for i in range(_OF_A_CURVE)]


def _plain(markup: str, between: str = " ") -> str:
    """Text without plotly's markup; `between` stands where a line ends."""
    text = html.unescape(re.sub(r"<[^>]*>", "", str(markup).replace("<br>", between)))
    for sign, word in _SIGNS.items():
        text = text.replace(sign, word)
    return " ".join(text.split())
