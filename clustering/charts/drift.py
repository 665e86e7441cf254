"""Customers of then and of now: their segments, what changed in their columns, and who moved."""

import numpy as np
import plotly.graph_objects as go

from clustering.charts.flow import BANDS, GAP, THICKNESS, add_bands
from clustering.charts.rows import add_heads, rows_figure
from clustering.charts.template import SCATTER_HEIGHT, colours, plain, title_only
from clustering.identity import Look
from clustering.recipe.drift import Drift
from clustering.recipe.moved import Moved
from clustering.recipe.shift import LOT, SOME, Shift
from clustering.wording import UNDEFINED, count, fixed, number, one_line, rounded_share, share, whole

_SHARE_STEP, _THEN_BAR, _NOW_BAR = 66, (24, 38), (40, 54)  # pixels per segment, and where its two bars stand
_SHIFT_STEP, _SHIFT_BAR = 44, (24, 38)
_MOST_COLUMNS = 25
_NAME = 18  # letters of a name in the picture


def shares_chart(drift: Drift, looks: tuple[Look, ...], *, mode: str = "light") -> go.Figure:
    """Draw the share of every segment then, hollow, and now, filled; of noise in gray below them."""
    c, segments = colours(mode), drift.segments
    last = segments.parts[-1] if len(segments.parts) > len(looks) else ""
    fig = rows_figure(
        mode,
        finding=_shares_finding(segments, looks),
        shown=f"Hollow: then, {count(sum(segments.then), 'customer')}; filled: now, {whole(sum(segments.now))}",
        n_rows=len(segments.parts),
        step=_SHARE_STEP,
        has_axis=False,
    )
    hues = [look.mark.colour(mode) for look in looks] + [c.marks] * bool(last)
    then, now = (np.nan_to_num(part) for part in (segments.shares_then, segments.shares_now))
    for shares, counts, fills, (top, bottom), when in (
        (then, segments.then, [c.ground] * len(hues), _THEN_BAR, "then"),
        (now, segments.now, hues, _NOW_BAR, "now"),
    ):
        fig.add_bar(
            orientation="h",
            name=when,
            x=shares,
            y=np.arange(len(shares)) + (top + bottom) / 2 / _SHARE_STEP,
            width=(bottom - top) / _SHARE_STEP,
            marker={"color": fills, "line": {"color": hues, "width": 2}, "cornerradius": 3},
            text=[share(part) for part in shares],
            textposition="outside",
            constraintext="none",
            cliponaxis=False,
            hovertext=[
                f"<b>{plain(name)}</b><br>{when}: {count(n, 'customer')}, {share(part)}"
                for name, n, part in zip(
                    [look.name for look in looks] + [last] * bool(last), counts, shares, strict=True
                )
            ],
            hoverinfo="text",
        )
    longest = max(float(np.max([then, now], initial=0)), 0.01)
    fig.update_xaxes(range=[0, 1.25 * longest])
    add_heads(fig, looks, mode, step=_SHARE_STEP, last=last)
    return fig


def shifts_chart(drift: Drift, *, mode: str = "light") -> go.Figure:
    """Draw how far every column shifted, the most shifted on top; what is not beyond chance is hollow.

    The lines are where a population stability index is usually taken for some and for a lot.
    """
    c = colours(mode)
    compared = [column for column in drift.columns if np.isfinite(column.psi)]
    drawn = compared[:_MOST_COLUMNS]
    if not drawn:
        return title_only(mode, "No column can be compared", "; ".join(column.told for column in drift.columns[:3]))
    parts = [f"Population stability index; lines: {SOME:g} some, {LOT:g} a lot; hollow: may be chance"]
    if len(drawn) < len(compared):
        parts.append(f"the {len(drawn)} of {len(compared)} columns that shifted most")
    fig = rows_figure(
        mode,
        finding=_shifts_finding(drawn),
        shown="; ".join(parts),
        n_rows=len(drawn),
        step=_SHIFT_STEP,
        has_axis=False,
    )
    is_beyond = [column.size in ("little", "some", "a lot") for column in drawn]
    top, bottom = (pixel / _SHIFT_STEP for pixel in _SHIFT_BAR)
    fig.add_bar(
        orientation="h",
        x=[column.psi for column in drawn],
        y=np.arange(len(drawn)) + (top + bottom) / 2,
        width=bottom - top,
        marker={
            "color": [c.marks if beyond else c.ground for beyond in is_beyond],
            "line": {"color": c.marks, "width": 2},
            "cornerradius": 3,
        },
        text=[
            _index(column.psi) + f" · {column.direction}" * (beyond and bool(column.direction))
            for column, beyond in zip(drawn, is_beyond, strict=True)
        ],
        textposition="outside",
        constraintext="none",
        cliponaxis=False,
        hovertext=[_shift_told(column) for column in drawn],
        hoverinfo="text",
    )
    for row, column in enumerate(drawn):
        fig.add_annotation(
            x=0,
            y=row + 12 / _SHIFT_STEP,
            text=plain(column.name, 44),
            xanchor="left",
            showarrow=False,
            bgcolor=c.ground,
        )
    longest = max(drawn[0].psi, 1.1 * LOT)
    for limit in (SOME, LOT):
        fig.add_vline(x=limit, line={"color": c.muted, "width": 1, "dash": "dot"}, layer="below")
    fig.update_xaxes(range=[0, 1.6 * longest])
    return fig


def moved_chart(moved: Moved, looks: tuple[Look, ...], *, mode: str = "light") -> go.Figure:
    """Draw who went from which segment to which, from left to right; who has no segment is gray.

    `looks` are those of the segments after; one before has the look of the one of the same name, else it is gray too.
    """
    if not moved.n_both:
        return title_only(mode, "Nobody stands in both files", " ".join(moved.notes))
    c = colours(mode)
    own = {before: looks[after].mark.colour(mode) for after, before in enumerate(moved.same) if before >= 0}
    hues = [
        [own.get(label, c.marks) for label in range(len(moved.names_before))],
        [*(look.mark.colour(mode) for look in looks), c.marks],
    ]
    names = moved.names_before, moved.names_after
    sides = [[(side, label, int(n)) for label, n in enumerate(moved.both.sum(axis=1 - side)) if n] for side in (0, 1)]
    places = {(side, label): place for place, (side, label, _) in enumerate(sides[0] + sides[1])}
    part = moved.n_stayed / moved.n_both
    stayed = "Everybody" if part == 1 else "Nobody" if not part else f"{rounded_share(part)} of customers"
    fig = rows_figure(
        mode,
        finding=f"{stayed} stayed in their segment",
        shown=f"Each band: customers who went together; {count(moved.n_both, 'customer')} in both files",
        n_rows=1,
        step=SCATTER_HEIGHT,
        has_axis=False,
    )
    add_bands(
        fig,
        mode,
        nodes=[
            (
                plain(names[side][label], _NAME),
                hues[side][label],
                f"<b>{plain(names[side][label], 40)}</b> {('then', 'now')[side]}<br>{count(n, 'customer')}",
            )
            for side, label, n in sides[0] + sides[1]
        ],
        links=[
            (
                places[0, int(one)],
                places[1, int(other)],
                int(moved.both[one, other]),
                f"{plain(names[0][one], 40)} → {plain(names[1][other], 40)}: "
                f"{count(int(moved.both[one, other]), 'customer')}",
            )
            for one, other in np.argwhere(moved.both)
        ],
    )
    for side, when in enumerate(("then", "now")):
        fig.add_annotation(
            x=side,
            y=0,
            xref="paper",
            yref="paper",
            xanchor=("left", "right")[side],
            yshift=-10,
            yanchor="top",
            text=f"<b>{when}</b>",
            font={"size": 13, "color": c.muted},
            showarrow=False,
        )
    top, bottom = fig.layout.margin.t, 44
    height = max(SCATTER_HEIGHT, top + bottom + BANDS + GAP * max(len(side) for side in sides))
    fig.update_layout(margin={"l": THICKNESS, "b": bottom}, height=height)
    return fig


def _shares_finding(segments: Shift, looks: tuple[Look, ...]) -> str:
    if segments.size in ("too few", "undefined"):
        return "The shares of the segments cannot be judged"
    if segments.size == "chance" and segments.psi >= SOME:
        return "The shares differ, but no more than by chance"
    if segments.size == "chance":
        return "The segments hold about the shares of then"
    changes = segments.shares_now - segments.shares_then
    at = int(np.abs(changes).argmax())
    name = one_line(looks[at].name if at < len(looks) else segments.parts[at], 28)
    then, now = segments.shares_then[at], segments.shares_now[at]
    return f"{name} {'grew' if now > then else 'shrank'} most: {rounded_share(then)} then, {rounded_share(now)} now"


def _shifts_finding(drawn: list[Shift]) -> str:
    beyond = [column for column in drawn if column.size in ("little", "some", "a lot")]
    if not beyond:
        few = any(column.size == "too few" for column in drawn)
        return "Too few customers to tell" if few else "No column changed beyond chance"
    return f"{one_line(beyond[0].name, 30)} changed most: {beyond[0].direction}"


def _index(psi: float) -> str:
    """A population stability index on a bar: 0.44; < 0.01."""
    return f"< {fixed(0.01, 2)}" if 0 < psi < 0.005 else fixed(psi, 2)


def _shift_told(column: Shift) -> str:
    p_value = UNDEFINED if np.isnan(column.p_adjusted) else number(max(column.p_adjusted, 0.001))
    less = "< " * (column.p_adjusted < 0.001)
    return (
        f"<b>{plain(column.name, 100)}</b><br>{plain(column.told, 240)}<br>"
        f"index {number(column.psi)}, by chance up to {number(column.by_chance)}; p {less}{p_value}"
    )
