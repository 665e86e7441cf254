"""Tables of coloured cells, and the ranking beside them: how segments differ, how columns go together."""

import numpy as np
import plotly.graph_objects as go

from clustering.charts.cells import MANY, cells_figure, fits_above
from clustering.charts.rows import rows_figure
from clustering.charts.telling import Telling, baseline_name, telling
from clustering.charts.template import colours, plain
from clustering.identity import Look
from clustering.profile import SMALL, Comparison, Effect
from clustering.profile.fairness import MakeUp
from clustering.wording import UNDEFINED, count, fixed, one_line, score, share, whole

_MOST_COLUMNS = 25  # of the table; more than these no screen can show
_MOST_BESIDE = 8  # so that the figures can be read on a phone
FULL_INDEX = 60  # points from 100 at which a cell has its deepest colour
FULL_Z = 1.5  # the same of a figure in standard deviations
_PALE = 0.4  # of the colour is left to a small segment
_EFFECT_STEP, _EFFECT_BAR = 44, (24, 38)  # pixels per row of the ranking, and between which of them the bar stands


def heat_map_chart(comparison: Comparison, looks: tuple[Look, ...], *, mode: str = "light") -> go.Figure:
    """Draw the index of every column in every segment, blue above and orange below what they are held against.

    The index has its deepest colours at 40 and 160, a figure in standard deviations at -1.5 and 1.5. Figures that are
    marked as high or low are bold, those of small segments pale. Segments are rows; where there are many columns,
    these are the rows, those that set the segments apart most first. Where the segments are more than can stand side by
    side, they stay the rows, and only the eight columns that differ most are shown.
    """
    found = telling(comparison)
    is_turned = len(found) > MANY and len(looks) <= _MOST_BESIDE
    chosen = found[: _MOST_COLUMNS if is_turned else _MOST_BESIDE]
    is_small = np.repeat(comparison.small[:, None], len(chosen), axis=1)
    values, texts, hover = _index_cells(chosen, looks, comparison)
    values = np.where(is_small, _PALE, 1) * values
    names, titles = [look.name for look in looks], [one.title for one in chosen]
    if is_turned:
        values, texts, hover, is_small = values.T, texts.T, hover.T, is_small.T
        names = _numbered(looks)
    return cells_figure(
        values=values,
        texts=texts,
        rows=titles if is_turned else names,
        columns=names if is_turned else titles,
        hover=hover,
        finding=_stands_out(comparison, chosen, looks),
        shown=_index_shown(comparison, chosen, len(found), looks),
        mode=mode,
        faded=is_small,
    )


def ranking_chart(effects: tuple[Effect, ...], *, n_customers: int, mode: str = "light") -> go.Figure:
    """Draw how far every column sets the segments apart, the one that does so most on top.

    Columns that only describe the segments are hollow. `n_customers`: in the fit.
    """
    c = colours(mode)
    drawn = effects[:_MOST_COLUMNS]
    parts = ["Share of the differences that segments explain", count(n_customers, "customer")]
    if any(not effect.built for effect in drawn) and any(effect.built for effect in drawn):
        parts.append("hollow: only describes them")
    if len(drawn) < len(effects):
        parts.append(f"the {len(drawn)} of {len(effects)} columns that differ most")
    has_size = bool(drawn) and np.isfinite(drawn[0].strength)
    finding = "No column sets the segments apart"
    if has_size and drawn[0].strength >= 0.005:
        finding = f"{one_line(drawn[0].column, 30)} sets the segments apart most"
    fig = rows_figure(
        mode, finding=finding, shown="; ".join(parts), n_rows=len(drawn), step=_EFFECT_STEP, has_axis=False
    )
    strengths = np.array([effect.strength for effect in drawn], dtype=float)
    top, bottom = (pixel / _EFFECT_STEP for pixel in _EFFECT_BAR)
    fig.add_bar(
        orientation="h",
        x=np.nan_to_num(strengths),
        y=np.arange(len(drawn)) + (top + bottom) / 2,
        width=bottom - top,
        marker={
            "color": [c.marks if effect.built else c.ground for effect in drawn],
            "line": {"color": c.marks, "width": 2},
            "cornerradius": 3,
        },
        text=[share(strength, 0) for strength in strengths],
        textposition="outside",
        constraintext="none",
        cliponaxis=False,
        hovertext=[_effect_told(effect) for effect in drawn],
        hoverinfo="text",
    )
    for row, effect in enumerate(drawn):
        fig.add_annotation(
            x=0, y=row + 12 / _EFFECT_STEP, text=plain(effect.column, 44), xanchor="left", showarrow=False
        )
    longest = max(float(np.nan_to_num(strengths).max(initial=0)), 0.01)
    fig.update_xaxes(range=[0, 1.2 * longest])
    return fig


def make_up_chart(make_up: MakeUp, looks: tuple[Look, ...], *, mode: str = "light") -> go.Figure:
    """Draw the share of every group in every segment and in the whole; what chance would not give has a colour.

    ▲ and ▼ mark shares above and below; cells with too few customers to judge stand back.
    """
    n_groups = len(make_up.groups)
    texts = np.array(
        [
            [_percent(part) + {1: " ▲", -1: " ▼"}.get(int(flag), "") for part, flag in zip(parts, flags, strict=True)]
            for parts, flags in zip(make_up.shares, make_up.flags, strict=True)
        ],
        dtype=object,
    ).reshape(len(looks), n_groups)
    hover = np.array(
        [[plain(make_up.told(label, i), 240) for i in range(n_groups)] for label in range(len(looks))], dtype=object
    ).reshape(len(looks), n_groups)
    whole = np.array([f"<b>{_percent(part)}</b>" for part in make_up.overall], dtype=object)
    whole_told = np.array(
        [
            f"All customers<br>{plain(group)}: {share(part)}"
            for group, part in zip(make_up.groups, make_up.overall, strict=True)
        ],
        dtype=object,
    )
    values = np.vstack([make_up.flags.astype(float), np.zeros((1, n_groups))])
    texts, hover = np.vstack([texts, whole[None]]), np.vstack([hover, whole_told[None]])
    faded = np.vstack([make_up.too_few, np.zeros((1, n_groups), dtype=bool)])
    names, groups = [*(look.name for look in looks), "All customers"], list(make_up.groups)
    is_turned = not fits_above(groups) and len(names) <= _MOST_BESIDE + 1
    if is_turned:
        values, texts, hover, faded = values.T, texts.T, hover.T, faded.T
        names = [*_numbered(looks), "All customers"]
    return cells_figure(
        values=values,
        texts=texts,
        rows=groups if is_turned else names,
        columns=names if is_turned else groups,
        hover=hover,
        finding=_make_up_finding(make_up),
        shown=_make_up_shown(make_up),
        mode=mode,
        faded=faded,
    )


def correlation_chart(r: np.ndarray, columns: tuple[str, ...], *, n_customers: int, mode: str = "light") -> go.Figure:
    """Draw the correlation of every pair of columns; of many columns those that go together most.

    `n_customers`: in the fit.
    """
    strength = np.where(np.isnan(r) | np.eye(len(r), dtype=bool), -1, np.abs(r))
    first, second = sorted(int(i) for i in np.unravel_index(strength.argmax(), r.shape))
    pair = f"{one_line(columns[first], 24)} and {one_line(columns[second], 24)}"
    chosen = np.sort(np.argsort(-strength.max(axis=1), kind="stable")[:_MOST_BESIDE])
    parts = ["Correlation; near 1 or -1 two columns tell the same", count(n_customers, "customer")]
    if len(chosen) < len(columns):
        parts.append(f"the {len(chosen)} of {len(columns)} columns that go together most")
    r, columns = r[np.ix_(chosen, chosen)], [columns[i] for i in chosen]
    return cells_figure(
        values=r,
        texts=np.array([[fixed(value, 2) if np.isfinite(value) else "" for value in row] for row in r]),
        rows=columns,
        columns=columns,
        hover=np.array(
            [
                [f"{plain(a)}<br>{plain(b)}: {score(value)}" for b, value in zip(columns, row, strict=True)]
                for a, row in zip(columns, r, strict=True)
            ]
        ),
        finding=f"{pair} go together most" if strength.max() >= 0 else "There are no two columns to compare",
        shown="; ".join(parts),
        mode=mode,
    )


def _index_cells(
    chosen: tuple[Telling, ...], looks: tuple[Look, ...], comparison: Comparison
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Colours from -1 to 1, figures and what the pointer shows, each of shape (n_clusters, n_columns)."""
    shape = len(looks), len(chosen)
    held = plain(baseline_name(comparison, looks))
    values, texts, hover = np.full(shape, np.nan), np.empty(shape, dtype=object), np.empty(shape, dtype=object)
    for i, one in enumerate(chosen):
        distances = (one.figures - 100) / FULL_INDEX if one.is_index else one.figures / FULL_Z
        values[:, i] = np.clip(distances, -1, 1)
        for label, look in enumerate(looks):
            figure = one.written[label].removesuffix(" sd")  # the sign tells it from an index
            texts[label, i] = f"<b>{figure}</b>" if one.marks[label] else figure
            hover[label, i] = (
                f"<b>{plain(look.name)}</b><br>{plain(one.title, 100)}: {one.written[label]}"
                f"<br>{one.own[label]}; {held}: {one.baseline[label]}"
            )
            if comparison.small[label]:
                hover[label, i] += f"<br>only {count(comparison.profile.sizes[label], 'customer')}"
    return values, texts, hover


def _stands_out(comparison: Comparison, chosen: tuple[Telling, ...], looks: tuple[Look, ...]) -> str:
    """The cell that differs most; of a small segment only where all are small."""
    if not chosen:
        return "There are no columns to compare"
    differences = np.column_stack([np.where(np.isfinite(one.figures), one.differences, np.nan) for one in chosen])
    strength = np.nan_to_num(np.abs(differences), nan=-1.0)
    if not comparison.small.all():
        strength[comparison.small] = -1.0
    if strength.max() <= 0:
        return "Nothing sets the segments apart"
    label, i = np.unravel_index(int(strength.argmax()), strength.shape)
    told = chosen[i].written[label]
    return f"{one_line(looks[label].name, 28)} stands out most: {told} in {one_line(chosen[i].title, 28)}"


def _index_shown(comparison: Comparison, chosen: tuple[Telling, ...], n_found: int, looks: tuple[Look, ...]) -> str:
    held, profile = baseline_name(comparison, looks), comparison.profile
    has_index, has_z = any(one.is_index for one in chosen), any(not one.is_index for one in chosen)
    parts = [f"Index: 100 is the average of {held}"] if has_index or not chosen else []
    if has_z:
        parts.append("with + or -: standard deviations from it" if has_index else f"Standard deviations from {held}")
    parts.append(count(sum(profile.sizes), "customer"))
    if profile.weight_column is not None:
        parts.append(f"weighed by {one_line(profile.weight_column, 24)}")
    if comparison.small.any():
        parts.append(f"pale: segments of fewer than {SMALL}")
    if len(chosen) < n_found:
        parts.append(f"the {len(chosen)} of {n_found} that differ most")
    return "; ".join(parts)


def _effect_told(effect: Effect) -> str:
    lines = [f"<b>{plain(effect.column, 100)}</b>", f"{effect.measure} {effect.size_written}"]
    if effect.reason:
        lines = [lines[0], f"undefined: {plain(effect.reason, 200)}"]
    if effect.test is not None and effect.p_written != UNDEFINED:
        lines.append(f"{effect.test}: p {effect.p_written}")
    return "<br>".join(lines)


def _make_up_finding(make_up: MakeUp) -> str:
    column, n_flags = one_line(make_up.column, 30), int(np.count_nonzero(make_up.flags))
    if not make_up.groups:
        return f"{column}: nobody has a value"
    if not n_flags:
        return f"{column}: no difference beyond chance"
    return f"{column}: {count(n_flags, 'difference')} beyond chance"


def _make_up_shown(make_up: MakeUp) -> str:
    n_known = int(make_up.counts.sum())
    n = count(n_known, "customer")
    if make_up.n_missing:
        n = f"{whole(n_known)} of {count(n_known + make_up.n_missing, 'customer')}, the others have no value"
    parts = ["Share of each group in %", n, "▲ more, ▼ fewer than chance would give"]
    if make_up.too_few.any():
        parts.append("pale: too few to judge")
    return "; ".join(parts)


def _percent(part: float) -> str:
    """A share without its sign, which the title gives."""
    return share(part, 0).removesuffix(" %")


def _numbered(looks: tuple[Look, ...]) -> list[str]:
    """Names that may be cut off: the number in front still tells which one it is."""
    return [f"{label + 1} {look.name}" if look.is_named else look.name for label, look in enumerate(looks)]
