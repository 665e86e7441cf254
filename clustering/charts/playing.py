"""Buttons and slider of a figure that is played by the browser: its frames are steps named "0", "1", …."""

from clustering.charts.template import Colours

_MILLISECONDS = 110  # a picture
_AT_ONCE = {"mode": "immediate", "frame": {"duration": 0, "redraw": True}, "transition": {"duration": 0}}
_PLAYED = _AT_ONCE | {"frame": {"duration": _MILLISECONDS, "redraw": True}}
_STEPPED = _AT_ONCE | {"frame": {"duration": _MILLISECONDS // 2, "redraw": True}}


def buttons(i: int, n_steps: int, on_the_way: list[str], c: Colours) -> dict:
    """Back, play, pause and step, as they are at step `i`; `on_the_way` are the frames between it and the next.

    Every frame has to bring its own, because plotly's buttons lead to frames by name and know no "next".
    """
    last = n_steps - 1
    play = ("Play again", False) if i == last else ("Play", True)
    return {
        "type": "buttons",
        "direction": "right",
        "showactive": False,
        "x": 0,
        "xanchor": "left",
        "y": 1,
        "yanchor": "bottom",
        "pad": {"b": 8, "t": 0, "l": 0, "r": 0},
        "bgcolor": c.surface,
        "bordercolor": c.line,
        "font": {"size": 13, "color": c.text},
        "buttons": [
            {"label": label, "method": "animate", "args": args}
            for label, args in (
                ("Back", [[str(max(i - 1, 0))], _AT_ONCE]),
                (play[0], [None, _PLAYED | {"fromcurrent": play[1]}]),
                ("Pause", [[None], _AT_ONCE]),
                ("Step", [[*on_the_way, str(min(i + 1, last))], _STEPPED]),
            )
        ],
    }


def slider(i: int, n_steps: int, c: Colours) -> dict:
    """A stop for every step, standing at step `i`."""
    return {
        "active": i,
        "x": 0,
        "len": 1,
        "y": 0,
        "pad": {"t": 8, "b": 0, "l": 0, "r": 0},
        "currentvalue": {"visible": False},
        "bgcolor": c.surface,
        "bordercolor": c.marks,
        "activebgcolor": c.accent,
        "tickcolor": c.marks,
        "font": {"size": 12, "color": c.muted},
        "ticklen": 4,
        "minorticklen": 0,
        "transition": {"duration": 0},
        "steps": [
            {"label": str(number), "method": "animate", "args": [[str(number)], _AT_ONCE]} for number in range(n_steps)
        ],
    }
