"""K-means step by step: one figure whose frames the browser plays, so that a step shows without asking the server."""

import numpy as np
import plotly.graph_objects as go

from clustering.charts.playing import buttons, slider
from clustering.charts.template import Colours, colours, figure, pale, plain
from clustering.identity import mark
from clustering.lloyd import LloydStep, regions
from clustering.scenes import Panel
from clustering.wording import count, number, whole

_HEIGHT = 520
_TOP, _BOTTOM = 98, 62  # pixels: title and buttons above, slider below
_AXIS = 44  # pixels more between field and curve, where the field has an axis
_CURVE, _GAP = 68, 28  # pixels: the inertia below, and what stands between it and the field
_TWEENS = 4  # pictures on a center's way
_HELD = 3  # pictures for which a step stands still while it plays
_MANY = 40  # steps from which on there are no pictures in between: it takes long enough
_NO_GROUP = "circle"


def lloyd_chart(panel: Panel, *, step: int = 0, mode: str = "light") -> go.Figure:
    """Draw the points, regions and centers of every step, with the inertia below, to be played and stepped through.

    Every step is a frame named by its number; the frames between ("3.1") carry a center on its way. `step` is shown at
    first; -1 is the last one.
    """
    c = colours(mode)
    steps = panel.steps
    shown = step % len(steps)
    draw = _Drawing(panel, c, mode)
    fig = figure(mode, finding="", shown="", height=_HEIGHT + _AXIS * any(panel.axes))
    fig.add_traces([*draw.traces(shown), draw.whole_curve(), draw.curve(shown)])
    fig.frames = [frame for i in range(len(steps)) for frame in draw.frames(i)]
    fig.update_layout(
        title_text=draw.title(shown),
        margin={"t": _TOP, "b": _BOTTOM},
        updatemenus=draw.buttons(shown),
        sliders=[slider(shown, len(steps), c)],
    )
    low, high = draw.frame
    fig.update_xaxes(range=[low[0], high[0]], showgrid=False, nticks=7, title_text=plain(panel.axes[0], 40))
    fig.update_yaxes(
        range=[low[1], high[1]], domain=_field(panel), showgrid=False, nticks=7, title_text=plain(panel.axes[1], 40)
    )
    if not any(panel.axes):
        # points without units: distances are the same in both directions, or the regions would look wrong
        fig.update_xaxes(visible=False)
        fig.update_yaxes(visible=False, scaleanchor="x")
    highest = max(step.inertia for step in steps[1:])
    fig.update_layout(
        xaxis2={"anchor": "y2", "range": [-0.5, len(steps) - 0.5], "visible": False},
        yaxis2={
            "anchor": "x2",
            "domain": [0, _CURVE / _plot(panel)],
            "range": [0, 1.15 * highest or 1],
            "nticks": 3,
            "exponentformat": "SI",
            "gridcolor": c.grid,
            "zeroline": False,
            "automargin": True,
            "tickfont": {"size": 12, "color": c.muted},
            "title": {"text": "Inertia", "font": {"size": 13, "color": c.muted}},
        },
    )
    return fig


def unlabelled_chart(panel: Panel, *, mode: str = "light") -> go.Figure:
    """Draw the points as the algorithm gets them, on the ground that `lloyd_chart` draws its steps on."""
    c = colours(mode)
    draw = _Drawing(panel, c, mode)
    fig = figure(mode, finding="What it gets", shown=f"{count(len(panel.X), 'point')}, no groups", height=_HEIGHT)
    fig.add_trace(draw.points(0))
    low, high = draw.frame
    fig.update_layout(margin={"t": _TOP, "b": _BOTTOM})
    fig.update_xaxes(range=[low[0], high[0]], visible=False)
    fig.update_yaxes(range=[low[1], high[1]], domain=_field(panel), visible=False, scaleanchor="x")
    return fig


class _Drawing:
    """The parts of the figure, for any of its steps."""

    def __init__(self, panel: Panel, c: Colours, mode: str):
        self._panel, self._steps, self._c = panel, panel.steps, c
        self._marks = [mark(number) for number in range(len(panel.steps[0].cluster_centers))]
        self._hues = [one.colour(mode) for one in self._marks]
        many = len(panel.steps) > _MANY
        self._tweens, self._held = (0, 1) if many else (_TWEENS, _HELD)
        self._X = panel.drawn(panel.X).astype(np.float32)
        within = np.concatenate([panel.X, *(step.cluster_centers for step in panel.steps)])
        low, high = within.min(axis=0), within.max(axis=0)
        margin = np.where(high > low, 0.06 * (high - low), 1)
        # what the regions fill: more than the frame, which a wide window extends
        self._low, self._high = low - 4 * (high - low + margin), high + 4 * (high - low + margin)
        self.frame = panel.drawn(low - margin), panel.drawn(high + margin)

    def traces(self, i: int) -> list[dict]:
        """What is shown of step `i` in the field, all of it."""
        step = self._steps[i]
        return [*self.grounds(step.cluster_centers), self.points(i), self.rings(i), *self.moving(i)]

    def grounds(self, centers: np.ndarray) -> list[dict]:
        """The region of every center."""
        return [
            {
                "type": "scatter",
                "x": polygon[:, 0].astype(np.float32),
                "y": polygon[:, 1].astype(np.float32),
                "mode": "lines",
                "fill": "toself",
                "fillcolor": _faint(hue),
                "line": {"color": self._c.ground, "width": 2},
                "hoverinfo": "skip",
            }
            for polygon, hue in zip(
                map(self._panel.drawn, regions(centers, self._low, self._high)), self._hues, strict=True
            )
        ]

    def points(self, i: int) -> dict:
        """The points in the hue and shape of their group; gray before the first assignment."""
        labels = self._steps[i].labels
        symbols = np.array([_NO_GROUP, *(one.symbol for one in self._marks)])
        sizes = np.array([7, *(one.size for one in self._marks)])
        hues = np.array([self._c.marks, *self._hues])
        return {
            "type": "scatter",
            "x": self._X[:, 0],
            "y": self._X[:, 1],
            "mode": "markers",
            "marker": {
                "color": hues[labels + 1].tolist(),
                "symbol": symbols[labels + 1].tolist(),
                "size": sizes[labels + 1].tolist(),
                "opacity": 0.9,
                "line": {"color": self._c.ground, "width": 0.8},
            },
            "hoverinfo": "skip",
        }

    def rings(self, i: int) -> dict:
        """A ring around the points that the step changed; none in the first assignment, which changes all."""
        changed = self._steps[i].changed if self._steps[i].n_iter > 1 else []
        chosen = self._X[changed] if len(changed) else np.empty((0, 2), np.float32)
        return {
            "type": "scatter",
            "x": chosen[:, 0],
            "y": chosen[:, 1],
            "mode": "markers",
            "marker": {"symbol": "circle-open", "size": 16, "color": self._c.text, "line": {"width": 1.5}},
            "hoverinfo": "skip",
        }

    def moving(self, i: int, centers: np.ndarray | None = None) -> list[dict]:
        """The ways that the centers have come, and the centers (on their way to those of step `i`, where given)."""
        paths = [step.cluster_centers for step in self._steps[: i + 1] if step.kind != "assignment"]
        if centers is not None:
            paths = [*paths[:-1], centers]
        gap = np.full((1, paths[0].shape[1]), np.nan)
        ways = np.concatenate(
            [np.vstack([*(path[[center]] for path in paths), gap]) for center in range(len(self._marks))]
        )
        ways, ends = self._panel.drawn(ways), self._panel.drawn(paths[-1])
        return [
            {
                "type": "scatter",
                "x": ways[:, 0].astype(np.float32),
                "y": ways[:, 1].astype(np.float32),
                "mode": "lines",
                "line": {"color": self._c.text, "width": 1.5},
                "hoverinfo": "skip",
            },
            {
                "type": "scatter",
                "x": ends[:, 0].astype(np.float32),
                "y": ends[:, 1].astype(np.float32),
                "mode": "markers",
                "marker": {
                    "color": self._hues,
                    "symbol": [one.symbol for one in self._marks],
                    "size": [2.2 * one.size for one in self._marks],
                    "opacity": 1,
                    "line": {"color": self._c.text, "width": 2},
                },
                "hoverinfo": "skip",
            },
        ]

    def whole_curve(self) -> dict:
        """The inertia of all steps, thin."""
        return {
            "type": "scatter",
            "x": list(range(1, len(self._steps))),
            "y": [step.inertia for step in self._steps[1:]],
            "xaxis": "x2",
            "yaxis": "y2",
            "mode": "lines",
            "line": {"color": self._c.marks, "width": 1, "dash": "dot"},
            "hoverinfo": "skip",
        }

    def curve(self, i: int) -> dict:
        """The inertia up to step `i`, which stands out."""
        steps = self._steps[1 : i + 1]
        return {
            "type": "scatter",
            "x": list(range(1, i + 1)),
            "y": [step.inertia for step in steps],
            "xaxis": "x2",
            "yaxis": "y2",
            "mode": "lines+markers",
            "line": {"color": self._c.accent, "width": 2},
            "marker": {
                "color": self._c.accent,
                "size": [6] * (len(steps) - 1) + [12] * bool(steps),
                "opacity": 1,
                "line": {"color": self._c.ground, "width": 1},
            },
            "hovertext": [_inertia(step) for step in steps],
            "hoverinfo": "text",
        }

    def frames(self, i: int) -> list[go.Frame]:
        """The pictures on the way to step `i`, the step itself, and those for which it stands still."""
        step, k = self._steps[i], len(self._marks)
        pictures = []
        for tween, name in enumerate(self._tweens_to(i), start=1):
            before = self._steps[i - 1].cluster_centers
            centers = before + tween / (self._tweens + 1) * (step.cluster_centers - before)
            pictures.append(
                {
                    "name": name,
                    "data": [*self.grounds(centers), self.rings(i), *self.moving(i, centers)],
                    "traces": [*range(k), k + 1, k + 2, k + 3],
                    "layout": {"title": {"text": self.title(i)}},
                }
            )
        shown = dict(enumerate(self.traces(i))) | {k + 5: self.curve(i)}
        shown[k] = {"type": "scatter", "marker": shown[k]["marker"]}  # the points stay where they are
        base = {}
        if step.kind == "update":  # and in their groups: half of what would be sent is what the step before says
            base = {"baseframe": str(i - 1)}
            del shown[k]
        pictures.append(
            {
                "name": str(i),
                "data": [*shown.values()],
                "traces": [*shown],
                "layout": {"title": {"text": self.title(i)}, "updatemenus": self.buttons(i)},
                **base,
            }
        )
        pictures += [{"name": f"{i}+{held}", "data": [], "traces": []} for held in range(1, self._held + 1)]
        return [go.Frame(picture) for picture in pictures]

    def title(self, i: int) -> str:
        """What the step did, and the line below it."""
        step, last = self._steps[i], self._steps[-1]
        rounds = f"Round {step.n_iter}"
        if step.kind == "start":
            finding = f"Start: {count(len(self._marks), 'center')} placed"
            below = f"{count(len(self._X), 'point')}, no group yet"
        elif step.relocated:
            finding = f"{rounds}: an empty group gets a new center"
            below = f"on the point farthest from its center · {_inertia(step)}"
        elif step.kind == "update":
            finding = f"{rounds}: the centers move"
            below = f"Update: each to the mean of its points · {_inertia(step)}"
        elif step is last:
            finding = f"Settled: no point changes in round {step.n_iter}"
            sizes = np.bincount(step.labels, minlength=len(self._marks))
            below = f"{_inertia(step)} · sizes {' · '.join(f'{whole(size)}' for size in sorted(sizes, reverse=True))}"
        else:
            changed = len(step.changed)
            verb = "changes" if changed == 1 else "change"
            told = f"{count(changed, 'point')} {verb}" if step.n_iter > 1 else "all points are assigned"
            finding, below = f"{rounds}: {told}", f"Assignment: each to its nearest center · {_inertia(step)}"
        if self._panel.title:
            finding = f"{self._panel.title} · {finding[0].lower()}{finding[1:]}"
        return f"<b>{finding}</b><br><span style='font-size:13px;color:{self._c.muted}'>{below}</span>"

    def buttons(self, i: int) -> list[dict]:
        """The buttons as they are at step `i`."""
        return [buttons(i, len(self._steps), self._tweens_to(i + 1), self._c)]

    def _tweens_to(self, i: int) -> list[str]:
        """Names of the pictures on the way to a step."""
        moves = i < len(self._steps) and self._steps[i].kind == "update"
        return [f"{i}.{tween}" for tween in range(1, self._tweens + 1)] if moves else []


def _plot(panel: Panel) -> int:
    """Pixels between title and slider."""
    return _HEIGHT + _AXIS * any(panel.axes) - _TOP - _BOTTOM


def _field(panel: Panel) -> tuple[float, float]:
    """The part of the plot's height that the points have."""
    return (_CURVE + _GAP + _AXIS * any(panel.axes)) / _plot(panel), 1


def _inertia(step: LloydStep) -> str:
    return f"inertia {number(step.inertia, 4)}"


def _faint(hue: str) -> str:
    return pale(hue).replace("0.35", "0.16")
