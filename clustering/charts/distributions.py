"""How one column is spread within every segment: boxes or densities of a number, stacked bars of a category."""

import math

import numpy as np
import plotly.graph_objects as go

from clustering.charts.lines import add_legend
from clustering.charts.rows import add_heads, rows_figure
from clustering.charts.template import Colours, colours, pale, plain
from clustering.identity import Look
from clustering.profile import Profile
from clustering.profile.distributions import Box, Spread
from clustering.wording import count, fixed, number, one_line, share, whole

SHAPES = ("boxes", "densities")
ALL = "All customers"

_BOX_STEP, _DENSITY_STEP, _LEVEL_STEP = 56, 72, 58  # pixels per segment
_BOX = (26, 46)  # pixels from the top of a row between which the box stands
_DENSITY = (25, 69)
_BAR = (25, 49)
_MOST_PARTS = 6  # of a bar; more shades cannot be told apart
_ALIKE = 0.05  # of the customers; levels whose shares differ by less are no finding
# From strong to weak. In each either the text or the ground can be read, which grays in the middle do not allow.
_SHADES = {
    "light": ("#3F5166", "#5D6C7F", "#7B8896", "#98A3AF", "#B5BFCA", "#D3DBE4"),
    "dark": ("#B4C2D1", "#99A7B6", "#808D9C", "#5F6C7A", "#455361", "#2B3744"),
}


def spread_chart(spread: Spread, looks: tuple[Look, ...], shape: str = "boxes", *, mode: str = "light") -> go.Figure:
    """Draw how one number is spread within every segment and over all customers.

    Parameters
    ----------
    shape : {"boxes", "densities"}
    """
    is_boxes = shape == "boxes"
    step = _BOX_STEP if is_boxes else _DENSITY_STEP
    fig = rows_figure(
        mode,
        finding=_spread_finding(spread),
        shown=_spread_shown(spread, is_boxes=is_boxes),
        n_rows=len(looks) + 1,
        step=step,
        has_axis=True,
    )
    low, high = _frame(spread)
    add_heads(fig, looks, mode, step=step, at=low, last=ALL)
    c = colours(mode)
    hues = [*(look.mark.colour(mode) for look in looks), c.marks]
    names = [*(plain(look.name) for look in looks), ALL]
    if is_boxes:
        _add_boxes(fig, [*spread.boxes, spread.overall], hues, names, c)
    else:
        _add_densities(fig, spread, hues, names, c)
    fig.update_xaxes(range=[low, high], nticks=6, title_text=plain(spread.title), showgrid=True)
    return fig


def levels_chart(profile: Profile, column: str, looks: tuple[Look, ...], *, mode: str = "light") -> go.Figure:
    """Draw one category, or a column of yes and no, as a stacked bar per segment and one of all customers."""
    levels, shares = _parts(profile, column)
    n = count(sum(profile.sizes), "customer")
    what = f"Share of each level; {n}"
    if profile.weight_column is not None:
        what = f"Share of {one_line(profile.weight_column, 24)} by level; {n}"
    fig = rows_figure(
        mode,
        finding=_levels_finding(column, levels, shares, looks),
        shown=what,
        n_rows=len(looks) + 1,
        step=_LEVEL_STEP,
        has_axis=False,
    )
    add_heads(fig, looks, mode, step=_LEVEL_STEP, last=ALL)
    c = colours(mode)
    names = [*(plain(look.name) for look in looks), ALL]
    top, bottom = (pixel / _LEVEL_STEP for pixel in _BAR)
    rows = np.arange(len(names))
    for i, (level, fill) in enumerate(zip(levels, _shades(mode, len(levels)), strict=True)):
        fig.add_bar(
            orientation="h",
            name=plain(level, 22),
            x=shares[:, i],
            y=rows + (top + bottom) / 2,
            width=bottom - top,
            marker={"color": fill, "line": {"color": c.ground, "width": 1.5}},
            text=[share(part, 0) if part >= 0.005 else "" for part in shares[:, i]],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            insidetextfont={"size": 12, "color": _readable(fill, c)},
            hovertext=[
                f"<b>{name}</b><br>{plain(level)}: {share(part)}"
                for name, part in zip(names, shares[:, i], strict=True)
            ],
            hoverinfo="text",
        )
    fig.update_layout(
        barmode="stack",
        uniformtext={"mode": "hide", "minsize": 11},  # a share that does not fit its part is left out
    )
    add_legend(fig, [plain(level, 22) for level in levels], c, axis=0)
    fig.update_xaxes(range=[0, 1])
    return fig


def _spread_finding(spread: Spread) -> str:
    name = one_line(spread.title, 40)
    boxes = [box for box in spread.boxes if box.n]
    if not boxes:
        return f"{name}: nobody has a value"
    if spread.overall.least == spread.overall.most:
        return f"{name}: {number(spread.overall.least)} for everybody"
    low, high = number(min(box.median for box in boxes)), number(max(box.median for box in boxes))
    if low == high:
        return f"{name}: the same median, {low}, in every segment"
    return f"{name}: medians from {low} to {high}"


def _spread_shown(spread: Spread, *, is_boxes: bool) -> str:
    n_known = spread.n_total - spread.n_missing
    n = count(spread.n_total, "customer")
    if spread.n_missing:
        n = f"{whole(n_known)} of {n}, the others have no value"
    if is_boxes:
        parts = [f"Median, middle half, whiskers up to {fixed(1.5, 1)} times as far", n]
        if spread.overall.n_beyond or any(box.n_beyond for box in spread.boxes):
            n_beyond = sum(box.n_beyond for box in spread.boxes)
            parts.append(f"{whole(n_beyond)} beyond {'its' if n_beyond == 1 else 'their'} segment's whiskers")
    else:
        width = spread.edges[1] - spread.edges[0] if len(spread.edges) else math.nan
        parts = [
            f"Share of each segment in steps of {number(width)}" if math.isfinite(width) else "Share of each segment",
            n,
        ]
        parts[0] += ", each to its own height"
        if spread.n_outside:
            parts.append(f"{whole(spread.n_outside)} outside the picture")
    if spread.weight_column is not None:
        parts.append(f"weighed by {one_line(spread.weight_column, 24)}")
    return "; ".join(parts)


def _frame(spread: Spread) -> tuple[float, float]:
    """The ends of the axis: all whiskers and bins with a margin."""
    if not len(spread.edges):
        return 0.0, 1.0
    low, high = float(spread.edges[0]), float(spread.edges[-1])
    margin = 0.02 * (high - low)
    return low - margin, high + margin


def _add_boxes(fig: go.Figure, boxes: list[Box], hues: list[str], names: list[str], c: Colours) -> None:
    top, bottom = (pixel / _BOX_STEP for pixel in _BOX)
    for row, (box, hue, name) in enumerate(zip(boxes, hues, names, strict=True)):
        middle = row + (top + bottom) / 2
        if not box.n:
            _add_absent(fig, middle, c)
            continue
        fig.add_box(
            orientation="h",
            y=[middle],
            q1=[box.lower_quartile],
            median=[box.median],
            q3=[box.upper_quartile],
            lowerfence=[box.low],
            upperfence=[box.high],
            width=bottom - top,
            whiskerwidth=0.5,
            line={"color": hue, "width": 2},
            fillcolor=pale(hue),
            name=name,
            hoverinfo="skip",
        )
        fig.add_bar(  # where the pointer finds the box: plotly's own labels would be seven
            orientation="h",
            y=[middle],
            base=[box.low],
            x=[box.high - box.low],
            width=bottom - top,
            marker={"color": "rgba(0,0,0,0)"},
            hovertext=[_box_told(box, name)],
            hoverinfo="text",
        )


def _box_told(box: Box, name: str) -> str:
    lines = [
        f"<b>{name}</b>",
        f"median {number(box.median)}",
        f"half of them from {number(box.lower_quartile)} to {number(box.upper_quartile)}",
        f"all from {number(box.least)} to {number(box.most)}",
        count(box.n, "customer"),
    ]
    if box.n_beyond:
        lines.append(f"{whole(box.n_beyond)} beyond the whiskers")
    return "<br>".join(lines)


def _add_densities(fig: go.Figure, spread: Spread, hues: list[str], names: list[str], c: Colours) -> None:
    densities = [*spread.densities, spread.overall_density]
    if not len(spread.edges):
        densities = [np.array([math.nan])] * len(names)
    foot, height = _DENSITY[1] / _DENSITY_STEP, (_DENSITY[1] - _DENSITY[0]) / _DENSITY_STEP
    told = [f"{number(a)} to {number(b)}" for a, b in zip(spread.edges[:-1], spread.edges[1:], strict=True)]
    for row, (density, hue, name) in enumerate(zip(densities, hues, names, strict=True)):
        if not np.isfinite(density).all():
            _add_absent(fig, row + foot - height / 2, c)
            continue
        fig.add_bar(
            x=(spread.edges[:-1] + spread.edges[1:]) / 2,
            width=np.diff(spread.edges),
            base=[row + foot] * len(density),
            y=-height * density / (density.max() or 1),  # upwards, as row 0 is on top
            marker={"color": hue, "line": {"color": c.ground, "width": 0.5}},
            name=name,
            customdata=density,
            hovertext=[f"<b>{name}</b><br>{where}: {share(part)}" for where, part in zip(told, density, strict=True)],
            hoverinfo="text",
        )


def _add_absent(fig: go.Figure, y: float, c: Colours) -> None:
    fig.add_annotation(
        x=0,
        xref="paper",
        xanchor="left",
        xshift=12,
        y=y,
        text="no value",
        font={"size": 13, "color": c.muted},
        showarrow=False,
    )


def _parts(profile: Profile, column: str) -> tuple[list[str], np.ndarray]:
    """Levels in the order in which they are drawn, and their shares per segment and, last, of all customers."""
    if column in profile.columns and profile.kinds[position := profile.columns.index(column)] == "boolean":
        yes = np.append(profile.means[:, position], profile.overall_means[position])
        return ["yes", "no"], np.column_stack([yes, 1 - yes])
    found = next(category for category in profile.categories if category.column == column)
    shares = np.vstack([found.shares, found.overall])
    if len(found.levels) <= _MOST_PARTS:
        return list(found.levels), shares
    kept = _MOST_PARTS - 1
    rest = len(found.levels) - kept
    return [*found.levels[:kept], f"{rest} other levels"], np.column_stack([shares[:, :kept], shares[:, kept:].sum(1)])


def _levels_finding(column: str, levels: list[str], shares: np.ndarray, looks: tuple[Look, ...]) -> str:
    differences = shares[:-1] - shares[-1]
    if not np.isfinite(differences).any():
        return f"{one_line(column, 30)}: nobody has a value"
    label, i = np.unravel_index(int(np.nanargmax(differences)), differences.shape)
    if differences[label, i] < _ALIKE:
        return f"{one_line(column, 30)}: much the same in all segments"
    own, overall = share(shares[label, i], 0), share(shares[-1, i], 0)
    level, name = one_line(levels[i], 24), one_line(looks[label].name, 28)
    return f"{level}: {own} of {name}, {overall} of all customers"


def _shades(mode: str, n: int) -> list[str]:
    """Shades of one gray from strong to weak: levels are no segments, whose hues stay theirs."""
    shades = _SHADES[mode]
    return [shades[i] for i in np.linspace(0, len(shades) - 1, n).round().astype(int)]


def _readable(fill: str, c: Colours) -> str:
    """Of text and ground the colour that stands out more from the filling."""
    return max((c.text, c.ground), key=lambda colour: _contrast(colour, fill))


def _contrast(first: str, second: str) -> float:
    """Contrast of two colours after WCAG 2, from 1 to 21."""
    low, high = sorted((_luminance(first), _luminance(second)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
