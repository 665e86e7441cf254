"""Centers that are placed by hand, as rows of a grid."""

import numpy as np
import pandas as pd


def placed_table(X: np.ndarray, n_clusters: int, axes: tuple[str, str]) -> pd.DataFrame:
    """Centers to begin with, side by side along the lower edge of the points: a start that has some way to go."""
    low, high = X.min(axis=0), X.max(axis=0)
    across = np.linspace(low[0], high[0], n_clusters + 2)[1:-1]
    table = pd.DataFrame({axes[0]: across, axes[1]: np.full(n_clusters, low[1])}).round(2)
    return table.set_axis([f"Center {number}" for number in range(1, n_clusters + 1)])


def placed(table: pd.DataFrame) -> tuple[tuple[float, float], ...]:
    """The centers of an edited grid; a cell left empty is not a number."""
    return tuple(map(tuple, table.to_numpy(dtype=float, na_value=np.nan).tolist()))


def steps_table(steps: tuple[str, ...]) -> pd.DataFrame:
    """A row per step: its number, and what happens in it."""
    return pd.DataFrame({"Step": range(len(steps)), "What happens": steps})
