"""What a segment looks like everywhere: its name, its hue and its shape.

Hues after Okabe and Ito (2008), moved until every mark stands out from its ground by at least 3:1 in both modes.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mark:
    """Hue and shape of a segment; the shape tells it apart where the hue cannot."""

    light: str
    dark: str
    symbol: str
    size: float
    outline: str

    def colour(self, mode: str) -> str:
        return self.dark if mode == "dark" else self.light


# symbol and size are plotly's; the sizes differ so that the shapes weigh the same to the eye
_MARKS = (
    Mark("#006DC7", "#0073D9", "circle", 8, '<circle cx="8" cy="8" r="6.5"/>'),
    Mark("#BB8A1B", "#DFAF14", "square", 8, '<rect x="2" y="2" width="12" height="12"/>'),
    Mark("#00634C", "#23A96B", "diamond", 9, '<path d="M8 0.5 15.5 8 8 15.5 0.5 8z"/>'),
    Mark("#DB4681", "#E06CA1", "triangle-up", 10, '<path d="M8 1.5 15.5 14.5H0.5z"/>'),
    Mark("#AB3500", "#BA5000", "cross", 9, '<path d="M5.5 1h5v4.5H15v5h-4.5V15h-5v-4.5H1v-5h4.5z"/>'),
    Mark("#209AE1", "#67CEFF", "triangle-down", 10, '<path d="M8 14.5 0.5 1.5H15.5z"/>'),
    Mark(
        "#8C7B38",
        "#EFEE96",
        "star",
        11,
        '<path d="M8 0.5 10.3 5.6 15.8 6.2 11.7 9.9 12.9 15.4 8 12.6 3.1 15.4 4.3 9.9 0.2 6.2 5.7 5.6z"/>',
    ),
    Mark("#242930", "#EDF5FE", "hexagon", 9, '<path d="M8 0.8 14.3 4.4v7.2L8 15.2 1.7 11.6V4.4z"/>'),
)


def mark(number: int) -> Mark:
    """Hue and shape number 0, 1, 2, ….

    From the ninth on hues come again, with another shape than the first time.
    """
    hue, shape = _MARKS[number % len(_MARKS)], _MARKS[(number + number // len(_MARKS)) % len(_MARKS)]
    return Mark(hue.light, hue.dark, shape.symbol, shape.size, shape.outline)


@dataclass(frozen=True)
class Look:
    """What a segment is called and looks like, in every chart and export.

    Attributes
    ----------
    name : str
    mark : Mark
    is_named : bool
        False where the name is only the segment's number, "Segment 3".
    """

    name: str
    mark: Mark
    is_named: bool


def default_name(label: int) -> str:
    return f"Segment {label + 1}"


def default_looks(n_clusters: int) -> tuple[Look, ...]:
    """The looks of segments that nobody has named, the largest first."""
    return tuple(Look(default_name(label), mark(label), False) for label in range(n_clusters))


def swatch(look: Mark, mode: str) -> str:
    """The mark as a small SVG picture."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16" '
        f'fill="{look.colour(mode)}">{look.outline}</svg>'
    )
